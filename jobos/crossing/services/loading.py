"""Rows of a source into the staging database, each accounted for from its first moment.

A `Plan` says where the rows of one table go and how each cell is read. A reader returns the value to store; where that is
not what stood there it raises `Amended`, and the ledger keeps the original; where no row can be made at all it raises
`Refused`, and the ledger keeps the whole row. Columns that no plan reads are kept in the ledger, too, where they hold
anything. Rows go in by COPY on one session and their account and ledger lines on another; memory does not grow.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import uuid
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Self

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jobos.crossing.services.sources import Source
    from jobos.crossing.services.staging import Staging

Outcome = Literal["converted", "merged", "derived", "quarantined"]

CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Every JobPilot database has made its demo user under this key: equal keys mean nothing there.
SHARED_KEYS = frozenset({"00000000-0000-4000-8000-000000000001"})
NAMESPACE = uuid.UUID("6f2d0f0e-6f0b-5d0c-9c70-3d3c1f5a8e11")
LONGEST_ROW_ID = 200
LINES_AT_ONCE = 500
LARGEST_DOCUMENT = 50_000_000  # characters; jsonb holds 256 MB, and of a part each quote is written as two.
TELL_EVERY = 10_000  # rows
EPOCH = "1970-01-01T00:00:00Z"
LINE_COLUMNS = (
    "id",
    "source",
    "table",
    "row_id",
    "column",
    "before",
    "after",
    "outcome",
    "reason",
    "target_row_id",
    "at",
)


class Amended(Exception):
    """A cell cannot be stored as it stands: what is stored instead, and why."""

    def __init__(self, value: Any, reason: str, outcome: Outcome = "converted") -> None:
        super().__init__(reason)
        self.value, self.reason, self.outcome = value, reason, outcome


class Refused(Exception):
    """No row can be made of this one, and why."""


def keep(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Column:
    """A column of the staging table: which of the source's it reads (none: ''), and how."""

    name: str
    reads: str = ""
    read: Callable[[Any], Any] = keep


class Row:
    """One row as it stood in the source, for what depends on several of its cells, and the place to note what changed."""

    __slots__ = ("cells", "lines", "row_id")

    def __init__(self, row_id: str, cells: dict[str, Any]) -> None:
        self.row_id, self.cells = row_id, cells
        self.lines: list[tuple[str, Any, Any, str, str]] = []

    def note(self, column: str, before: Any, after: Any, reason: str, outcome: Outcome = "converted") -> None:
        """Keep what the new form cannot give back of a column ('': of the row)."""
        self.lines.append((column, before, after, outcome, reason))


@dataclass(frozen=True)
class Plan:
    """Where the rows of one table of the source go.

    `row`, called with the row and its stored values by column, may change them, note lines, or refuse the row. Where one
    table fills several, only one plan `registers` its rows; the others see just the columns that they read or ignore.
    `home` is the table that the account looks for them in (`into`, unless that only holds them for a while); `at` is the
    stored column that dates ledger lines.
    """

    table: str
    into: str
    columns: tuple[Column, ...]
    row: Callable[[Row, dict[str, Any]], None] | None = None
    registers: bool = True
    home: str = ""
    at: tuple[str, ...] = ("created_at",)
    ignores: frozenset[str] = frozenset()  # Columns of the source that another plan reads.
    secrets: frozenset[str] = frozenset()  # Columns that the ledger never sees.
    weighs: frozenset[str] = frozenset()  # Columns that decide something and stand nowhere: they are left over, too.


def make_key(source_key: str, table: str, text: str) -> uuid.UUID:
    """Return the key under which a row of the source stands here."""
    if is_unique(text):
        return uuid.UUID(text)
    return uuid.uuid5(NAMESPACE, f"{source_key}/{table}/{text}")


def as_document(value: Any) -> Any:
    """Return any value as JSON that PostgreSQL stores, with nothing lost: bytes as base64, texts with NUL escaped."""
    match value:
        case bytes():
            return {"base64": base64.b64encode(value).decode()}
        case str() if not is_storable(value):
            return {"escaped": value.encode("unicode_escape").decode()}
        case float() if not math.isfinite(value):
            return str(value)
        case dict():
            return {str(as_key(name)): as_document(cell) for name, cell in value.items()}
        case list() | tuple():
            return [as_document(cell) for cell in value]
        case None | bool() | int() | float() | str():
            return value
    return str(value)


def as_key(name: Any) -> str:
    text = str(name)
    return text if is_storable(text) else text.encode("unicode_escape").decode()


def is_storable(text: str) -> bool:
    """Tell whether PostgreSQL stores this text: no NUL, no half of a surrogate pair."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def spell_row_id(cells: Sequence[Any]) -> str:
    """Return a row's key in the source's own spelling; a very long one is cut, and told apart by a digest."""
    text = "|".join("" if cell is None else cell.hex() if isinstance(cell, bytes) else str(cell) for cell in cells)
    if not is_storable(text):
        text = text.encode("unicode_escape").decode()
    if len(text) <= LONGEST_ROW_ID:
        return text
    return f"{text[:150]}…{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def find_source_key(source: Source, system: str, table: str, key: str = "id", made: str = "created_at") -> str:
    """Return what tells this database from all others: a digest of its oldest user's key and time.

    However a database spells the time: the same rows in another database are the same source.
    """
    columns = [name for name in (made, key) if name in source.tables[table]]
    reads = {made: _spell_time, key: _spell_key}
    oldest = min(
        (
            tuple(reads[name](cell) for name, cell in zip(columns, row, strict=True))
            for row in source.rows(table, columns)
        ),
        default=("nobody",),
    )
    return hashlib.sha256("|".join((system, *oldest)).encode(errors="backslashreplace")).hexdigest()[:32]


def _spell_key(cell: Any) -> str:
    return "~" if cell is None else spell_row_id((cell,))


def _spell_time(cell: Any) -> str:
    """Return a time as UTC to the microsecond, as which it is meant where it has no offset; anything else as it stands."""
    if cell is None or cell in {"", b""}:
        return "~"
    text = cell.decode(errors="backslashreplace") if isinstance(cell, bytes) else str(cell)
    try:
        time = datetime.fromisoformat(text.strip())
        time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return text
    return time.isoformat(timespec="microseconds")


def is_unique(text: str) -> bool:
    """Tell whether a key names one row in the world: a UUID, and none that many databases have."""
    return CANONICAL.fullmatch(text) is not None and text not in SHARED_KEYS


class Loader:
    """Carries the tables of one source over; `finish` closes the account of what was loaded.

    Three sessions: the rows go in on one, their account on another, the ledger's lines on a third.
    """

    def __init__(
        self, source: Source, staging: Staging, *, system: str, key: str, tell: Callable[[str, int, int], None]
    ) -> None:
        """`tell` hears a table, how many of its rows were read, and how many there are."""
        self.source, self.system, self.key, self.tell = source, system, key, tell
        self.read: Counter[str] = Counter()
        self._stack = ExitStack()
        self.rows, self.account, self.ledger = (self._stack.enter_context(staging.connect()) for _ in range(3))
        self._lines: list[tuple[Any, ...]] = []
        self._size = 0  # Of what they hold, in characters.
        self._read_columns: dict[str, set[str]] = {}
        self._loaded: dict[str, str] = {}
        self._references = self._drop_references()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    @property
    def origin(self) -> str:
        return f"import_legacy {self.system}"

    def key_of(self, table: str, value: Any) -> uuid.UUID:
        """Return the key here of a row of the source; raise Refused for a cell that is no key."""
        if value is None or value == "":
            raise Refused("It has no key.")
        return make_key(self.key, table, spell_row_id((value,)))

    # Rows ---------------------------------------------------------------------------------------------------------------

    def load(self, plan: Plan) -> None:
        """Carry one table over as its plan says; nothing where the source lacks the table."""
        there = self.source.tables.get(plan.table)
        if there is None:
            return
        self._read_columns.setdefault(plan.table, set()).update(
            {*plan.ignores, *plan.secrets, *(column.reads for column in plan.columns)} - plan.weighs
        )
        key = self.source.keys.get(plan.table)
        if key and not plan.registers:  # It reads a table again, and of it no more than it needs.
            needed = {*key, *plan.ignores, *(column.reads for column in plan.columns)}
            there = tuple(name for name in there if name in needed)
        self._loaded[plan.into] = plan.home or plan.into
        repeated = self._find_repeated_keys(plan)
        total = self.source.count(plan.table)
        self.tell(plan.table, 0, total)
        names = sql.SQL(", ").join(sql.Identifier(column.name) for column in plan.columns)
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(*plan.into.split(".")), names)
        beside = "COPY crossing.source_rows (source_table, row_id, stage_table, stage_id, outcome, reason) FROM STDIN"
        read = 0
        with (
            self.rows.cursor() as rows_cursor,
            rows_cursor.copy(into) as rows,
            self.account.cursor() as account_cursor,
            account_cursor.copy(beside) as account,
        ):
            for row in self._read(plan.table, there):
                read += 1
                stored, refusal = self._shape(plan, row, repeated)
                if stored is not None:
                    rows.write_row(stored)
                if plan.registers:
                    home = plan.home or plan.into
                    account.write_row(
                        (plan.table, row.row_id, None, None, "quarantined", refusal)
                        if stored is None
                        else (plan.table, row.row_id, home, self._staged_key(plan, stored), None, None)
                    )
                if read % TELL_EVERY == 0:
                    self.tell(plan.table, read, total)
        self.flush()
        self.tell(plan.table, read, total)
        if plan.registers:
            self.read[plan.table] += read

    def _read(self, table: str, there: Sequence[str]) -> Iterator[Row]:
        """Yield rows with these columns: those of the key, or all of a table without one, must be among them."""
        key = self.source.keys.get(table, ())
        places = [there.index(name) for name in key]
        seen: Counter[str] = Counter()
        for cells in self.source.rows(table, there):
            if places:
                row_id = spell_row_id([cells[place] for place in places])
                if not row_id:  # SQLite lets several rows go without their key.
                    seen[row_id] += 1
                    row_id = "(empty)" if seen[row_id] == 1 else f"(empty) {seen[row_id]}"
            else:  # Without a key a row is known by what it says, and by its turn among those that say the same.
                digest = hashlib.sha256(repr(cells).encode(errors="backslashreplace")).hexdigest()[:32]
                seen[digest] += 1
                row_id = f"{digest} {seen[digest]}"
            yield Row(row_id, dict(zip(there, cells, strict=True)))

    def _find_repeated_keys(self, plan: Plan) -> dict[str, int]:
        """Return the keys that several rows of a table bear, each met by nobody yet; they are counted beside the target.

        Where the source keeps its keys unique there are none, and nobody looks.
        """
        column = next(column for column in plan.columns if column.name == "id")
        names = self.source.tables[plan.table]
        if self.source.keys.get(plan.table) == (column.reads,) or column.reads not in names:
            return {}
        self.rows.execute("CREATE TEMPORARY TABLE keys_met (id uuid)")
        with self.rows.cursor() as cursor, cursor.copy("COPY keys_met FROM STDIN") as copy:
            for (cell,) in self.source.rows(plan.table, [column.reads]):
                with suppress(Refused):
                    copy.write_row((column.read(cell),))
        found = self.rows.execute("SELECT id::text FROM keys_met GROUP BY id HAVING count(*) > 1").fetchall()
        self.rows.execute("DROP TABLE keys_met")
        return {key: 0 for (key,) in found}

    def _shape(self, plan: Plan, row: Row, repeated: dict[str, int]) -> tuple[list[Any] | None, str]:
        """Return what to store of a row in the order of the plan's columns, or None and why nothing is.

        Of several rows with one key the first goes on, and the others go whole into the ledger.
        """
        stored: dict[str, Any] = {}
        try:
            for column in plan.columns:
                before = row.cells.get(column.reads)
                try:
                    stored[column.name] = column.read(before)
                except Amended as amended:
                    stored[column.name] = amended.value
                    row.note(column.reads, before, amended.value, amended.reason, amended.outcome)
            if repeated:
                _refuse_repeated(repeated, str(stored["id"]))
            if plan.row is not None:
                plan.row(row, stored)
        except Refused as refused:
            if plan.registers:
                whole = {name: cell for name, cell in row.cells.items() if name not in plan.secrets}
                self.write_line(plan.table, row.row_id, "", whole, None, "quarantined", str(refused))
            return None, str(refused)
        if plan.registers and str(stored.get("id", row.row_id)) != row.row_id:
            row.note("id", row.row_id, str(stored["id"]), "A key is a UUID here.")
        if row.lines:
            at = next((stored[name] for name in plan.at if stored.get(name)), EPOCH)
            for name, before, after, outcome, reason in row.lines:
                self.write_line(plan.table, row.row_id, name, before, after, outcome, reason, at)
        return list(stored.values()), ""

    def _staged_key(self, plan: Plan, stored: list[Any]) -> Any:
        return stored[next(place for place, column in enumerate(plan.columns) if column.name == "id")]

    def keep_whole(self, table: str, reason: str) -> None:
        """Keep every row of a table that has no home here in the ledger, whole, and count it."""
        there = self.source.tables[table]
        refuse = Plan(table, "", (), row=partial(_refuse, reason))
        total, read = self.source.count(table), 0
        self.tell(table, 0, total)
        beside = "COPY crossing.source_rows (source_table, row_id, outcome, reason) FROM STDIN"
        with self.account.cursor() as cursor, cursor.copy(beside) as account:
            for row in self._read(table, there):
                read += 1
                self._shape(refuse, row, {})
                account.write_row((table, row.row_id, "quarantined", reason))
                if read % TELL_EVERY == 0:
                    self.tell(table, read, total)
        self.flush()
        self.tell(table, read, total)
        self.read[table] += read
        self._read_columns[table] = set(there)

    def keep_leftovers(self) -> None:
        """Keep what stands in columns that no plan reads: one line for each row that holds anything there."""
        for table, read in self._read_columns.items():
            unread = [name for name in self.source.tables[table] if name not in read]
            if not unread:
                continue
            key = self.source.keys.get(table)
            columns = [*key, *(name for name in unread if name not in key)] if key else self.source.tables[table]
            for row in self._read(table, columns):
                if left := {name: row.cells[name] for name in unread if row.cells[name] is not None}:
                    reason = "No column here holds this."
                    self.write_line(table, row.row_id, "unknown", left, None, "quarantined", reason)
        self.flush()

    # The ledger ---------------------------------------------------------------------------------------------------------

    def write_line(  # noqa: PLR0917 - the columns of a line in their order.
        self,
        table: str,
        row_id: str,
        column: str,
        before: Any,
        after: Any,
        outcome: str,
        reason: str,
        at: str = EPOCH,
    ) -> None:
        """Keep a line for the ledger; they go in by the hundred. A document too large for one has several lines.

        Theirs are called COLUMN, part N of M; their parts, joined, are its JSON.
        """
        documents = [None if cell is None else json.dumps(as_document(cell)) for cell in (before, after)]
        parts = [_cut(document) for document in documents]
        number = max(map(len, parts))
        for place in range(number):
            some = [each[place] if place < len(each) else None for each in parts]
            self._add_line(table, row_id, f"{column}, part {place + 1} of {number}", some, outcome, reason, at)
        whole = [
            json.dumps({"parts": len(each)}) if each else document
            for document, each in zip(documents, parts, strict=True)
        ]
        self._add_line(table, row_id, column, whole, outcome, reason, at)

    def _add_line(  # noqa: PLR0917 - the columns of a line in their order.
        self, table: str, row_id: str, column: str, documents: Sequence[str | None], outcome: str, reason: str, at: str
    ) -> None:
        name = f"{self.origin}|{table}|{row_id}|{column}|{outcome}"
        key = uuid.UUID(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest())
        self._lines.append((key, self.origin, table, row_id, column, *documents, outcome, reason, "", at))
        self._size += sum(len(document) for document in documents if document)
        if len(self._lines) >= LINES_AT_ONCE or self._size > LARGEST_DOCUMENT:
            self.flush()

    def flush(self) -> None:
        """Write the lines that are kept."""
        if not self._lines:
            return
        names = sql.SQL(", ").join(map(sql.Identifier, LINE_COLUMNS))
        self.ledger.execute("CREATE TEMPORARY TABLE IF NOT EXISTS lines (LIKE migration_ledger)")
        with self.ledger.cursor() as cursor, cursor.copy(sql.SQL("COPY lines ({}) FROM STDIN").format(names)) as copy:
            for line in self._lines:
                copy.write_row(line)
        self.ledger.execute("INSERT INTO migration_ledger SELECT * FROM lines ON CONFLICT (id) DO NOTHING")
        self.ledger.execute("TRUNCATE lines")
        self._lines.clear()
        self._size = 0

    # References ---------------------------------------------------------------------------------------------------------

    def _drop_references(self) -> list[tuple[str, str, str, str, str, str]]:
        """Take the foreign keys of the legacy tables away: a source may hold ghosts, and COPY would refuse them all."""
        found = self.rows.execute(
            """
            SELECT k.conrelid::regclass::text, k.conname, pg_get_constraintdef(k.oid), a.attname,
                   k.confrelid::regclass::text, b.attname
            FROM pg_constraint k
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
            WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
            ORDER BY 1, 2
            """
        ).fetchall()
        for table, name, *_ in found:
            self.rows.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
            )
        return found

    def finish(self) -> None:
        """Put rows that belong to nobody into the ledger, until none is left, and the foreign keys back."""
        self.flush()
        while sum(self._take_orphans(*reference) for reference in self._references if reference[0] in self._loaded):
            pass
        for table, name, definition, *_ in self._references:
            self.rows.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    sql.Identifier(table), sql.Identifier(name), sql.SQL(definition)
                )
            )
        self._references = []
        self.rows.execute("ANALYZE")

    def _take_orphans(self, table: str, _name: str, _definition: str, column: str, other: str, key: str) -> int:
        names = {
            "table": sql.Identifier(table),
            "column": sql.Identifier(column),
            "other": sql.Identifier(other),
            "key": sql.Identifier(key),
        }
        reason = f"Its {column} names a row that does not exist."
        return self.rows.execute(
            sql.SQL(
                """
                WITH orphans AS (
                    DELETE FROM {table} t
                    WHERE t.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM {other} o WHERE o.{key} = t.{column})
                    RETURNING t.*
                ),
                told AS (
                    UPDATE crossing.source_rows r SET outcome = 'quarantined', reason = %(reason)s
                    FROM orphans o WHERE r.stage_table = %(table)s AND r.stage_id = o.id
                    RETURNING r.source_table, r.row_id, o.id
                )
                INSERT INTO migration_ledger
                    (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
                SELECT md5(concat_ws('|', %(origin)s::text, COALESCE(told.source_table, %(table)s), COALESCE(told.row_id, o.id::text),
                                     '', 'quarantined'))::uuid,
                       %(origin)s, COALESCE(told.source_table, %(table)s), COALESCE(told.row_id, o.id::text), '', to_jsonb(o), NULL,
                       'quarantined', %(reason)s, '', timestamptz '1970-01-01 00:00Z'
                FROM orphans o LEFT JOIN told ON told.id = o.id
                """
            ).format(**names),
            {"origin": self.origin, "table": table, "reason": reason},
        ).rowcount


def _cut(document: str | None) -> list[str]:
    """Return texts of which each is a part of a document's JSON; none where a line holds it as it is."""
    if document is None or len(document) <= LARGEST_DOCUMENT:
        return []
    return [
        json.dumps(document[begun : begun + LARGEST_DOCUMENT]) for begun in range(0, len(document), LARGEST_DOCUMENT)
    ]


def _refuse_repeated(repeated: dict[str, int], key: str) -> None:
    if key in repeated:
        repeated[key] += 1
        if repeated[key] > 1:
            raise Refused("Another row has the same key.")


def _refuse(reason: str, row: Row, stored: dict[str, Any]) -> None:
    raise Refused(reason)
