"""One merge while it runs: its two connections, what is known so far, and how its SQL spells things."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

MOST_LISTED = 1_000
LEDGER_COLUMNS = 'id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at'


@dataclass(frozen=True)
class Trust:
    """Which addresses mean the same person here and there although the source had not verified them."""

    everybody: bool = False
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Clash:
    """A row that met something here and could not simply come in."""

    kind: str
    source_table: str
    row_id: str
    target_id: str
    reason: str


@dataclass
class Merged:
    """What a merge did: rows inserted and rows met, by table, and what clashed (the first of each kind, all counted)."""

    added: dict[str, int] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    clash_counts: dict[str, int] = field(default_factory=dict)


@dataclass
class Session:
    """The state of one merge. `moved` counts, by table, the keys that `key_map` holds."""

    target: psycopg.Connection[Any]
    staging: psycopg.Connection[Any]
    trust: Trust
    tell: Callable[[str, int], None]
    system: str = ""
    key: str = ""
    merged: Merged = field(default_factory=Merged)
    moved: dict[str, int] = field(default_factory=dict)
    states: dict[str, dict[str, int]] = field(default_factory=dict)
    is_repeated: bool = False
    has_grown_banks: bool = False

    def run(self, statement: str) -> int:
        """Run a statement in the target; return how many rows it touched."""
        return self.target.execute(statement).rowcount  # type: ignore[arg-type]

    def read(self, query: str) -> list[tuple[Any, ...]]:
        return self.target.execute(query).fetchall()  # type: ignore[arg-type]

    def count(self, query: str) -> int:
        return int(self.read(query)[0][0])

    def settle_constraints(self) -> None:
        """Check now what was written so far, and go on checking the rest at the end."""
        self.run("SET CONSTRAINTS ALL IMMEDIATE")
        self.run("SET CONSTRAINTS ALL DEFERRED")

    def quote(self, text: str) -> str:
        """Return a text as a literal of SQL."""
        return sql.Literal(text).as_string(self.target)

    @property
    def source(self) -> str:
        """What lines of the ledger that the merge writes name as their source."""
        return f"{self.prefix}import_legacy {self.system}"

    @property
    def prefix(self) -> str:
        """What stands before the source of every line of this database."""
        return f"{self.system} {self.key[:8]}: "

    def line_id(self, table: str, row: str, column: str, outcome: str) -> str:
        """Return SQL for the key of a line: made of what it is about, so that a second run writes the same."""
        before, after = self.quote(f"{self.key}|merged|{table}|"), self.quote(f"|{column}|{outcome}")
        return f"md5({before} || {row} || {after})::uuid"

    def fresh_key(self, table: str, row: str) -> str:
        """Return SQL for the key of a row whose own key is somebody else's here."""
        return f"md5({self.quote(f'{self.key}|{table}|')} || {row})::uuid"

    def has(self, table: str, *states: str) -> int:
        """Return how many rows of a table were decided to be in one of these states."""
        return sum(self.states.get(table, {}).get(state, 0) for state in states)

    def count_states(self, table: str) -> None:
        self.states[table] = dict(self.read(f"SELECT state, count(*) FROM decided_{table} GROUP BY state"))

    def add(self, table: str, rows: int) -> None:
        if rows:
            self.merged.added[table] = self.merged.added.get(table, 0) + rows
