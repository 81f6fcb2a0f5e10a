"""What a generator says of the database that it made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Planted:
    """A unique text that stands in one cell and must be found again wherever the row comes to lie.

    `row_id` is the row's key as text: of a BLOB its characters, of a composite key its parts joined by "/", of a table
    without a key the row's number in it, from 1.
    """

    table: str
    row_id: str
    column: str
    value: str
    trap: str


@dataclass
class Made:
    tables: dict[str, int] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    traps: Counter[str] = field(default_factory=Counter)
