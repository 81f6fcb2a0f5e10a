"""What became of every row of an imported file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

# A report holds this many outcomes of each kind; all are counted.
MOST_OUTCOMES = 5_000


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True)
class RowOutcome:
    """What became of one posting; `line` is the number of its line, or of the entry (`ImportReport.unit`)."""

    line: int
    outcome: Outcome
    title: str = ""
    company: str = ""
    reason: str = ""
    """Why it was rejected, or what it is a duplicate of."""
    changed: tuple[str, ...] = ()
    """The columns that an update writes; `source_metadata` alone where only the rest of the record changed."""
    listing_id: UUID | None = None
    """The listing it is; none for what was rejected and for what a plan would create."""
    notes: tuple[str, ...] = ()
    """What could not be taken over as it stood, such as pay that is not yearly."""


@dataclass
class ImportReport:
    """One run, or what one run would do, over one file."""

    source: str
    format: str
    is_dry_run: bool
    unit: str = "line"
    """What rows are counted by: "line", or "entry" where they are no lines of the file."""
    read: int = 0
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    outcomes: list[RowOutcome] = field(default_factory=list)
    past_deadline: int = 0
    """How many listings of the file are active although their deadline is over."""
    refusal: str = ""
    """Why the rest of the file was not read; what came before it stands."""

    @property
    def is_balanced(self) -> bool:
        """Whether every row that was read has exactly one outcome."""
        return self.read == sum(self.counts.values())

    def add(self, outcomes: Iterable[RowOutcome]) -> None:
        for outcome in outcomes:
            self.counts[outcome.outcome] += 1
            if self.counts[outcome.outcome] <= MOST_OUTCOMES:
                self.outcomes.append(outcome)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values, without the rows of which there is nothing to tell."""
        told = [
            {**asdict(row), "listing_id": str(row.listing_id) if row.listing_id else None}
            for row in self.outcomes
            if row.reason or row.changed or row.notes
        ]
        return {
            "source": self.source,
            "format": self.format,
            "is_dry_run": self.is_dry_run,
            "unit": self.unit,
            "read": self.read,
            **{str(outcome): count for outcome, count in self.counts.items()},
            "is_balanced": self.is_balanced,
            "past_deadline": self.past_deadline,
            "refusal": self.refusal,
            "rows": told,
        }
