"""What made-up people do with listings: viewing, saving, applying, hiding, turning down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from interactions.models import ANSWERED_STATES, ApplicationStatus, EventType, InteractionType, JobUserInteraction
from interactions.services.listings import name_listing, take_snapshot
from jobs.models import ListingStatus
from jobs.services.mock.origin import between, dated

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from datetime import datetime

    from jobs.services.mock.history import History
    from jobs.services.mock.listings import Catalogue, Posting
    from jobs.services.mock.origin import Origin
    from jobs.services.mock.people import Background, Person

SAVES, APPLICATIONS, MERE_VIEWS, DISMISSALS = (3, 8), (1, 4), (2, 5), (1, 2)
# Nobody answers sooner.
FIRST_ANSWER = timedelta(days=4)
# What becomes of an application by and by.
OUTCOMES = {
    ApplicationStatus.APPLIED: 40,
    ApplicationStatus.INTERVIEWING: 26,
    ApplicationStatus.REJECTED: 20,
    ApplicationStatus.ACCEPTED: 5,
    ApplicationStatus.WITHDRAWN: 9,
}
TAGS = ("dream job", "close to home", "good pay", "ask a friend", "remote", "second choice")
REASONS = ("Too far away", "Pays too little", "Not my field", "Heard bad things", "Seen it before")
THOUGHTS = ("", "", "The stack is what I know.", "Ask about the on-call rota.", "Two people I know work there.")


@dataclass
class Encounter:
    """One person and one posting: the rows that came of it."""

    posting: Posting
    viewed: JobUserInteraction
    saved: JobUserInteraction | None = None
    applied: JobUserInteraction | None = None
    dismissed: JobUserInteraction | None = None

    def rows(self) -> Iterator[JobUserInteraction]:
        return (row for row in (self.viewed, self.saved, self.applied, self.dismissed) if row is not None)


@dataclass(frozen=True)
class Choice:
    """Which postings somebody meets, by number, and what they do about each."""

    saved: list[int]
    applied: list[int]
    merely_viewed: list[int]
    dismissed: list[int]

    @property
    def all(self) -> list[int]:
        return list(dict.fromkeys([*self.saved, *self.applied, *self.merely_viewed, *self.dismissed]))


def choose_postings(chance: random.Random, catalogue: Catalogue, background: Background) -> Choice:
    """Return what somebody wants most, what they only look at, and what they turn down; some is saved and applied to."""
    saves, applications = chance.randint(*SAVES), chance.randint(*APPLICATIONS)
    views, dismissals = chance.randint(*MERE_VIEWS), chance.randint(*DISMISSALS)
    both = chance.randint(0, min(saves, applications))
    most = saves + applications - both + views + dismissals
    pool = catalogue.choose_for(chance, background.trade, background.level, most=most)
    saves = min(saves, len(pool))
    start = max(0, min(saves - both, len(pool) - applications))
    rest = pool[max(saves, start + applications) :]
    return Choice(pool[:saves], pool[start : start + applications], rest[:views], rest[views : views + dismissals])


class Encounters:
    """Makes the interactions of one person, and tells their history."""

    def __init__(self, chance: random.Random, origin: Origin, person: Person, history: History) -> None:
        self.chance = chance
        self.origin = origin
        self.person = person
        self.history = history

    def make(self, posting: Posting, number: int, choice: Choice) -> Encounter:
        """Return what a person did with one posting, while it was open."""
        chance, listing = self.chance, posting.listing
        end = max(posting.until, listing.created_at)
        seen = between(chance, listing.created_at, listing.created_at + (end - listing.created_at) * 0.6)
        moments = sorted(between(chance, seen, end) for _ in range(2))
        encounter = Encounter(posting, self._row(posting, InteractionType.VIEWED, seen, moments[-1]))
        encounter.viewed.interaction_count = chance.randint(1, 5)
        if number in choice.saved:
            encounter.saved = self._save(posting, moments[0])
        if number in choice.applied:
            encounter.applied = self._apply(posting, moments[1])
        if number in choice.dismissed:
            kind = chance.choice((InteractionType.HIDDEN, InteractionType.REJECTED_BY_USER))
            encounter.dismissed = self._row(posting, kind, moments[0])
            encounter.dismissed.interaction_data = {"reason": chance.choice(REASONS)}
        return encounter

    def _row(
        self, posting: Posting, kind: InteractionType, at: datetime, last: datetime | None = None, **columns: Any
    ) -> JobUserInteraction:
        last = last or at
        return JobUserInteraction(
            **dated(self.chance, at, last),
            user_id=self.person.user.pk,
            job_id=posting.listing.pk,
            interaction_type=kind,
            first_interaction=at,
            last_interaction=last,
            **columns,
        )

    def _save(self, posting: Posting, at: datetime) -> JobUserInteraction:
        row = self._row(
            posting,
            InteractionType.SAVED,
            at,
            saved_date=at,
            tags=self.chance.sample(TAGS, self.chance.randint(0, 2)),
            notes=self.chance.choice(THOUGHTS),
            job_snapshot=keep_posting(posting, at=at),
        )
        name = name_posting(posting)
        self.history.add(
            EventType.JOB_POSTED,
            f"{name} was posted",
            posting.listing.created_at,
            row=row,
            data={"source": posting.listing.source},
        )
        self.history.add(EventType.JOB_SAVED, f"Saved {name}", at, row=row, data={"tags": row.tags})
        return row

    def _apply(self, posting: Posting, at: datetime) -> JobUserInteraction:
        chance, latest = self.chance, self.origin.latest
        status, answered = ApplicationStatus.APPLIED, None
        if latest - at > FIRST_ANSWER:
            status = chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        if status in ANSWERED_STATES:
            answered = between(chance, at + timedelta(days=1), min(at + timedelta(days=21), latest))
        over = between(chance, at + timedelta(days=1), latest) if status == ApplicationStatus.WITHDRAWN else answered
        row = self._row(
            posting,
            InteractionType.APPLIED,
            at,
            over or at,
            application_status=status,
            applied_date=at,
            response_date=answered,
            resume_version=f"{self.person.background.trade.name}-v{chance.randint(1, 4)}",
            cover_letter=self._write_letter(posting) if chance.random() < 0.6 else "",  # noqa: PLR2004
            follow_up_date=at + timedelta(days=chance.randint(7, 14)) if status == ApplicationStatus.APPLIED else None,
            shared_with_recruiters=chance.random() < 0.4,  # noqa: PLR2004
            notes=chance.choice(THOUGHTS),
            job_snapshot=keep_posting(posting, at=at),
        )
        row.last_interaction = at  # An answer changes the row; its owner did nothing.
        self.history.add(EventType.APPLICATION_SUBMITTED, f"Applied to {name_posting(posting)}", at, row=row)
        if answered is not None:
            self.history.add(EventType.RESPONSE_RECEIVED, f"{posting.employer.name} answered", answered, row=row)
        return row

    def _write_letter(self, posting: Posting) -> str:
        skills = [skill for skill in self.person.skills if skill in posting.listing.skills_required]
        known = f" with {' and '.join(skills[:3])}" if skills else ""
        return (
            f"Dear hiring team,\n\n{posting.employer.stem} {posting.employer.does}, and I would like to help as "
            f"{posting.listing.title}. I have worked in {self.person.background.trade.name} for "
            f"{self.person.profile.experience_years} years{known}.\n\nKind regards,\n{self.person.user.full_name}"
        )


def name_posting(posting: Posting) -> str:
    return name_listing(posting.listing, company_name=posting.employer.name)


def keep_posting(posting: Posting, *, at: datetime) -> dict[str, Any]:
    """Return the snapshot of a posting: whatever became of it later, it was open when somebody did this."""
    snapshot = take_snapshot(posting.listing, at=at, company_name=posting.employer.name)
    return {**snapshot, "status": ListingStatus.ACTIVE.value}
