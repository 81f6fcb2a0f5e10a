"""Made-up pipelines: cards of postings in step with the applications to them, and cards that people wrote themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from interactions.models import ApplicationStatus, EventType
from jobs.models import DEFAULT_CLOSED_REASON, WAITING_STATUSES, ApplyType, Interview, InterviewStatus, Job, JobStatus
from jobs.services.applications import describe_listing
from jobs.services.cards import make_note
from jobs.services.mock.origin import between, dated, some
from jobs.services.mock.trades import world
from jobs.services.two_sides import CARD_STATES

if TYPE_CHECKING:
    import random
    from datetime import date

    from interactions.models import JobUserInteraction
    from jobs.services.mock.companies import Employer
    from jobs.services.mock.history import History
    from jobs.services.mock.interactions import Encounter
    from jobs.services.mock.origin import Origin
    from jobs.services.mock.people import Person

MOST_TRIES = 20
STATUSES = (JobStatus.APPLIED, JobStatus.TRACKING, JobStatus.INTERVIEW, JobStatus.CLOSED, JobStatus.OFFER)
OFFER_AMONG_INTERVIEWING = 0.3
# Nobody is offered anything sooner after the first answer.
FIRST_OFFER = timedelta(days=7)
# What a person of few cards has besides those of their applications.
OWN_CARDS, TRACKED_CARDS = (2, 3), (0, 2)
PORTALS = ("Direct", "LinkedIn", "Indeed", "Company site", "Referral", "Wellfound")
CHANNELS = ("Company site", "LinkedIn", "Email", "Referral", "Agency")
# How many conversations a card has behind it; how many days apart, more or less; and the ends that come without any.
TALKS = {JobStatus.INTERVIEW: (0, 2), JobStatus.OFFER: (2, 3), JobStatus.CLOSED: (0, 1)}
DAYS_BETWEEN_INTERVIEWS = 2
SILENT_ENDS = ("Withdrawn", DEFAULT_CLOSED_REASON)
ROUNDS = ("Phone Screen", "Technical", "Hiring Manager", "Panel", "Final")
REASONS = ("Rejected", DEFAULT_CLOSED_REASON, "Withdrawn", "Position filled")
NOTES = (
    "Spoke with the recruiter; they decide within two weeks.",
    "The team is six people, fully remote on Fridays.",
    "Salary band was confirmed on the phone.",
    "They asked for a work sample: the migration project fits.",
    "Found the hiring manager through an alumni group.",
    "Read the last annual report: growth is in the north.",
)
FEEDBACK = {
    "questions_asked": "How do you decide what not to do? Tell us about a mistake.",
    "went_well": "The examples from the last project.",
    "to_improve": "Shorter answers.",
    "next_steps": "They call within a week.",
}


@dataclass(frozen=True)
class Course:
    """How an application went: when it was sent, how it stands, and since when."""

    status: JobStatus
    closed_reason: str
    applied: datetime | None
    changed: datetime


class Pipeline:
    """Makes the cards and interviews of one person, and tells their history."""

    def __init__(self, chance: random.Random, origin: Origin, person: Person, history: History) -> None:
        self.chance = chance
        self.origin = origin
        self.person = person
        self.history = history
        self.cards: list[Job] = []
        self.interviews: list[Interview] = []
        self._open: set[tuple[str, str]] = set()

    def add_cards(
        self, encounters: list[Encounter], employers: list[Employer], *, quota: int | None, turn: int
    ) -> None:
        """Make cards of applications, of some saved postings, and own ones; `quota` is how many altogether."""
        chance = self.chance
        applied = [each for each in encounters if each.applied]
        saved = [each for each in encounters if each.saved and not each.applied]
        tracked = saved[: chance.randint(*TRACKED_CARDS)]
        own = chance.randint(*OWN_CARDS)
        if quota is not None:
            own = min(own, quota)
        for encounter in [*applied, *tracked]:
            if quota is not None and len(self.cards) + own >= quota:
                break
            self._add_listed_card(encounter)
        if quota is not None:
            own = quota - len(self.cards)
        for number in range(own):
            self._add_own_card(employers, STATUSES[(turn + number) % len(STATUSES)])

    # Cards ------------------------------------------------------------------------------------------------------------

    def _add_listed_card(self, encounter: Encounter) -> None:
        listing, row = encounter.posting.listing, encounter.applied or encounter.saved
        if row is None or not self._claim(encounter.posting.employer.name, listing.title):
            return
        course = self._follow(row)
        created = min(
            moment
            for moment in (encounter.saved and encounter.saved.saved_date, course.applied, row.created_at)
            if moment
        )
        skills = [*listing.skills_required, *listing.tech_stack]
        card = Job(
            **dated(self.chance, created, course.changed),
            user_id=self.person.user.pk,
            listing_id=listing.pk,
            company_name=encounter.posting.employer.name,
            role_title=listing.title,
            jd_text=describe_listing(listing),
            jd_url=listing.job_url,
            source_portal=listing.source,
            keywords_matched=[skill for skill in skills if skill in self.person.skills],
            keywords_missing=[skill for skill in skills if skill not in self.person.skills],
            resume_version=row.resume_version,
            cover_letter=row.cover_letter,
        )
        share = len(card.keywords_matched) / max(1, len(skills))
        card.fit_score, card.ats_score = round(3 + 7 * share, 1), round(40 + 58 * share, 1)
        self._finish(card, course, row)

    def _follow(self, row: JobUserInteraction) -> Course:
        """Return the course of a card that says what its application says."""
        applied, over = row.applied_date, row.updated_at
        if applied is None:
            return Course(JobStatus.TRACKING, "", None, row.created_at)
        status, reason = CARD_STATES[ApplicationStatus(row.application_status)]
        is_far = row.response_date is not None and self.origin.latest - row.response_date > FIRST_OFFER
        if status == JobStatus.INTERVIEW and is_far and self.chance.random() < OFFER_AMONG_INTERVIEWING:
            status = JobStatus.OFFER
        return Course(status, reason, applied, over)

    def _add_own_card(self, employers: list[Employer], status: JobStatus) -> None:
        """Add a card that its owner typed: nobody's posting."""
        chance, origin = self.chance, self.origin
        employer, role = self._choose_role(employers)
        # Whoever waits for an answer may have begun lately; anything more takes its time.
        created = origin.moment(chance, chance.randrange(3 if status in WAITING_STATUSES else 16, 75))
        applied = (
            None
            if status == JobStatus.TRACKING
            else between(chance, created, min(created + timedelta(days=9), origin.latest - timedelta(days=2)))
        )
        changed = between(chance, applied or created, origin.latest)
        reason = chance.choice(REASONS) if status == JobStatus.CLOSED else ""
        matched = some(chance, self.person.skills, 2, 4)
        card = Job(
            **dated(chance, created, changed),
            user_id=self.person.user.pk,
            company_name=employer.name,
            role_title=role,
            jd_text=f"{employer.name} is looking for a {role} in {employer.offices[0][0]}. You bring "
            f"{', '.join(self.person.background.trade.skills)}.",
            jd_url=f"{employer.website}/jobs/{chance.randrange(10**6)}",
            source_portal=chance.choice(PORTALS),
            fit_score=round(chance.uniform(4, 10), 1),
            ats_score=round(chance.uniform(45, 98), 1),
            keywords_matched=matched,
            keywords_missing=[skill for skill in self.person.background.trade.skills if skill not in matched],
        )
        self._finish(card, Course(status, reason, applied, changed), None)

    def _choose_role(self, employers: list[Employer]) -> tuple[Employer, str]:
        """Return an employer and a role that a person has no card of yet, fitting their level where that is easy."""
        trade, band = self.person.background.trade, self.person.background.level.band
        for _ in range(MOST_TRIES):
            employer, (title, level) = self.chance.choice(employers), trade.pick_title(self.chance)
            if level.band == band and self._claim(employer.name, title):
                return employer, title
        number = 1
        while not self._claim(employer.name, f"{title} {number}"):
            number += 1
        return employer, f"{title} {number}"

    def _claim(self, company: str, role: str) -> bool:
        """Tell whether a person has no card of this company and role yet, and note that they have one now."""
        key = (company.strip().lower(), role.strip().lower())
        if key in self._open:
            return False
        self._open.add(key)
        return True

    # What happened to a card ------------------------------------------------------------------------------------------

    def _finish(self, card: Job, course: Course, row: JobUserInteraction | None) -> None:
        """Give a card its state, notes, follow-ups and interviews, and tell them; it changed with the last of these."""
        chance, created = self.chance, card.created_at
        card.status, card.closed_reason = course.status, course.closed_reason
        card.apply_type = chance.choice(ApplyType.values)
        times = [created]
        if row is None or not course.applied:
            self.history.add(
                EventType.JOB_SAVED,
                f"Added {card.company_name}",
                created,
                card=card,
                row=row,
                data={"status": JobStatus.TRACKING},
            )
        if course.applied:
            card.applied_date, card.application_channel = course.applied.date(), chance.choice(CHANNELS)
            times.append(course.applied)
            if row is None:
                self.history.add(
                    EventType.APPLICATION_SUBMITTED,
                    f"Applied to {card.company_name}",
                    course.applied,
                    card=card,
                    data={"status": JobStatus.APPLIED},
                )
            else:
                self._link(card, row)
            times += self._move(card, course, row)
        times += self._add_notes(card, course)
        card.updated_at = max(times)
        self.cards.append(card)

    def _link(self, card: Job, row: JobUserInteraction) -> None:
        """Let what the person did with the posting belong to its card as well."""
        for event in self.history.events:
            if event.interaction_id == row.pk:
                event.job_id = card.pk

    def _move(self, card: Job, course: Course, row: JobUserInteraction | None) -> list[datetime]:
        """Tell how a card came from Applied to where it is; return when."""
        if course.applied is None or card.status == JobStatus.APPLIED:
            return []
        begun, ended, stage = course.applied + timedelta(days=1), self.origin.latest, JobStatus.APPLIED
        times: list[datetime] = []
        if card.status == JobStatus.CLOSED:
            ended = course.changed
        elif row is not None and row.response_date:
            times.append(row.response_date)
            begun = max(begun, row.response_date)
        talks = (0, 0) if card.closed_reason in SILENT_ENDS else TALKS[JobStatus(card.status)]
        times += self._add_interviews(card, row, fewest_and_most=talks, first=begun, last=ended - timedelta(hours=2))
        if times and card.status != JobStatus.CLOSED:
            stage = JobStatus.INTERVIEW
            self._tell_move(card, row, JobStatus.APPLIED, stage, times[0])
        if card.status != stage:
            # After everything that led to it, and never in the same minute.
            at = course.changed if card.status == JobStatus.CLOSED else max([*times, begun]) + timedelta(minutes=1)
            self._tell_move(card, row, stage, JobStatus(card.status), at)
            times.append(at)
        return times

    def _tell_move(
        self, card: Job, row: JobUserInteraction | None, old: JobStatus, new: JobStatus, at: datetime
    ) -> None:
        reason = f" ({card.closed_reason})" if new == JobStatus.CLOSED else ""
        self.history.add(
            EventType.STATUS_CHANGED,
            f"{card.company_name}: {old} to {new}{reason}",
            at,
            card=card,
            row=row,
            is_milestone=new == JobStatus.OFFER,
            data={"from": old, "to": new, "closed_reason": card.closed_reason or None},
        )

    def _add_notes(self, card: Job, course: Course) -> list[datetime]:
        """Add notes and a follow-up, each told; return when."""
        chance, last = self.chance, max(course.changed, card.created_at)
        times = sorted(between(chance, card.created_at, last) for _ in range(chance.randint(0, 3)))
        for at, text in zip(times, chance.sample(NOTES, len(times)), strict=True):
            card.notes.append(make_note(text, at=at))
            self.history.add(EventType.NOTE_ADDED, f"Note on {card.company_name}", at, card=card, description=text)
        if course.applied and chance.random() < 0.35:  # noqa: PLR2004
            end = course.changed if card.status == JobStatus.CLOSED else self.origin.latest
            followed = between(chance, course.applied, max(course.applied, end))
            card.followup_count, card.last_followup_date = 1, followed.date()
            self.history.add(
                EventType.FOLLOW_UP_SENT,
                f"Followed up with {card.company_name}",
                followed,
                card=card,
                data={"count": 1},
            )
            times.append(followed)
        return times

    def _add_interviews(
        self,
        card: Job,
        row: JobUserInteraction | None,
        *,
        fewest_and_most: tuple[int, int],
        first: datetime,
        last: datetime,
    ) -> list[datetime]:
        """Add the interviews that were held and, for a card in that stage, one to come; return when each was made."""
        chance = self.chance
        held = max(0, min(chance.randint(*fewest_and_most), (last - first).days // DAYS_BETWEEN_INTERVIEWS))
        dates = sorted(between(chance, first, last) for _ in range(held))
        made: list[datetime] = []
        previous = first
        for number, at in enumerate(dates):
            previous = between(chance, previous, at)
            made.append(previous)
            self._add_held_interview(card, row, number, at, made=previous)
            previous = at
        if card.status == JobStatus.INTERVIEW:
            ahead = self._find_free_hour()
            asked = between(chance, previous, self.origin.latest)
            made.append(asked)
            self._add_interview(card, row, held, ahead, made=asked, status=InterviewStatus.SCHEDULED)
            if row is not None:
                row.interview_scheduled = ahead
        mine = [interview for interview in self.interviews if interview.job_id == card.pk]
        if mine:
            shown = mine[-1]
            card.interview_date, card.interview_type = shown.interview_date, shown.round
            card.interviewer_name = shown.interviewer_name
        return [*made, *(interview.updated_at for interview in mine)]

    def _find_free_hour(self) -> datetime:
        """Return a time in the next two weeks at which one may have an interview."""
        day: date = self.origin.day + timedelta(days=self.chance.randint(1, 16))
        return datetime.combine(day, time(self.chance.randint(8, 16), 30), tzinfo=self.origin.latest.tzinfo)

    def _add_held_interview(
        self, card: Job, row: JobUserInteraction | None, number: int, at: datetime, *, made: datetime
    ) -> None:
        roll = self.chance.random()
        if roll < 0.07:  # noqa: PLR2004
            status = InterviewStatus.CANCELLED if roll < 0.05 else InterviewStatus.NO_SHOW  # noqa: PLR2004
            self._add_interview(card, row, number, at, made=made, status=status)
            return
        over = at + timedelta(hours=1)
        interview = self._add_interview(
            card,
            row,
            number,
            at,
            made=made,
            status=InterviewStatus.COMPLETED,
            rating=self.chance.randint(4, 10),
            **FEEDBACK,
        )
        interview.updated_at = over
        self.history.add(
            EventType.INTERVIEW_COMPLETED,
            f"{interview.round} with {card.company_name}: {interview.status}",
            over,
            card=card,
            row=row,
            data={"interview": str(interview.pk), "status": interview.status},
        )

    def _add_interview(
        self,
        card: Job,
        row: JobUserInteraction | None,
        number: int,
        at: datetime,
        *,
        made: datetime,
        status: InterviewStatus,
        **impressions: Any,
    ) -> Interview:
        chance = self.chance
        over = at if status != InterviewStatus.SCHEDULED else made
        interview = Interview(
            **dated(chance, made, over),
            user_id=self.person.user.pk,
            job_id=card.pk,
            interview_date=at,
            round=ROUNDS[number],
            interviewer_name=f"{chance.choice(world().first_names)} {chance.choice(world().last_names)}",
            interviewer_role=chance.choice(("Recruiter", "Hiring Manager", "Team Lead")),
            status=status,
            **impressions,
        )
        self.interviews.append(interview)
        self.history.add(
            EventType.INTERVIEW_SCHEDULED,
            f"{interview.round} with {card.company_name}",
            made,
            card=card,
            row=row,
            data={"interview": str(interview.pk), "interview_date": at.isoformat()},
        )
        return interview
