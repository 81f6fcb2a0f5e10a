"""What a run did, or would do: its sums, what was checked, and every row and value that did not simply come over.

The sums stand in memory. The long lists (a million quarantined rows) stand in a nameless file, one JSON document a line,
and are streamed from there wherever the report goes.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

BUFFER = 1 << 16


@dataclass(frozen=True)
class TableSums:
    """The rows of one table of the source; `added` of them were not here before this run."""

    read: int
    kept: int
    merged: int
    quarantined: int
    added: int


@dataclass(frozen=True)
class TargetSums:
    """The rows of one of our tables."""

    before: int
    added: int
    after: int


@dataclass(frozen=True)
class Check:
    """Two numbers that must be the same, each counted by itself."""

    what: str
    expected: int
    found: int

    @property
    def holds(self) -> bool:
        return self.expected == self.found


class Lines:
    """A list too long for the memory: written once, read as often as needed."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(buffering=BUFFER)  # noqa: SIM115 - Closed by the report.
        self.count = 0

    def extend(self, rows: Iterable[dict[str, Any]]) -> None:
        self._file.seek(0, os.SEEK_END)
        for row in rows:
            self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            self.count += 1

    def texts(self) -> Iterator[str]:
        """Yield each row as JSON."""
        self._file.seek(0)
        for line in self._file:
            yield line.decode().rstrip("\n")

    def first(self, number: int) -> list[dict[str, Any]]:
        return [json.loads(text) for text in islice(self.texts(), number)]

    def close(self) -> None:
        self._file.close()


@dataclass
class Report:
    """One run. Close it: its lists are in a file."""

    system: str
    shape: str
    address: str
    source_key: str
    started_at: datetime
    is_applied: bool = False
    trusts_everybody: bool = False
    trusted_addresses: list[str] = field(default_factory=list)
    finished_at: datetime | None = None
    backup: str = ""
    tables: dict[str, TableSums] = field(default_factory=dict)
    target: dict[str, TargetSums] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    clash_counts: dict[str, int] = field(default_factory=dict)
    reasons: list[dict[str, Any]] = field(default_factory=list)  # Of quarantined rows: table, reason, count.
    # Values that this run made up, by table; those of earlier runs are in the ledger.
    derived_counts: dict[str, int] = field(default_factory=dict)
    unknown_addresses: list[str] = field(default_factory=list)  # Trusted, but nobody's in the source.
    checks: list[Check] = field(default_factory=list)
    clashes: Lines = field(default_factory=Lines)
    quarantined: Lines = field(default_factory=Lines)
    derived: Lines = field(default_factory=Lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        for lines in self.lists.values():
            lines.close()

    @property
    def lists(self) -> dict[str, Lines]:
        return {"clashes": self.clashes, "quarantined": self.quarantined, "derived": self.derived}

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)

    @property
    def totals(self) -> TableSums:
        sums = self.tables.values()
        return TableSums(*(sum(getattr(one, name) for one in sums) for name in TableSums.__dataclass_fields__))

    def sums(self) -> dict[str, Any]:
        """Return everything but the long lists, as plain values."""
        return {
            "system": self.system,
            "shape": self.shape,
            "source": self.address,
            "source_key": self.source_key,
            "applied": self.is_applied,
            "trusts_everybody": self.trusts_everybody,
            "trusted_addresses": self.trusted_addresses,
            "unknown_addresses": self.unknown_addresses,
            "backup": self.backup,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "holds": self.holds,
            "totals": asdict(self.totals),
            "tables": {table: asdict(sums) for table, sums in self.tables.items()},
            "target": {table: asdict(sums) for table, sums in self.target.items()},
            "met": self.met,
            "clash_counts": self.clash_counts,
            "reasons": self.reasons,
            "derived_counts": self.derived_counts,
            "checks": [{**asdict(check), "holds": check.holds} for check in self.checks],
        }

    def as_json(self) -> Iterator[str]:
        """Yield the whole report as the parts of one JSON document."""
        head = json.dumps(self.sums(), indent=1, ensure_ascii=False)
        yield head.removesuffix("\n}")
        for name, lines in self.lists.items():
            yield f",\n {json.dumps(name)}: ["
            for place, text in enumerate(lines.texts()):
                yield f"{',' if place else ''}\n  {text}"
            yield "]"
        yield "\n}\n"

    def write(self, path: Path) -> None:
        """Write the whole report to a file that only its owner reads; it appears under its name when it is complete."""
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.writelines(self.as_json())
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
