"""One application, two sides: a card made from a listing, and its owner's application to that listing.

Which state of the one stands for which state of the other, and the way from a card to its application. The way back
is in `jobs.services.applications`. Locks are taken in one order: the pair, its cards, its application.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from interactions.models import ENDED_STATES, ApplicationStatus, JobUserInteraction
from interactions.services.listings import ApplicationChange, day_of, record_application, write_application
from jobs.models import APPLIED_STATUSES, Job, JobStatus, today

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

# The state of a card, with the reason that closes it, for each state of an application.
CARD_STATES = {
    ApplicationStatus.APPLIED: (JobStatus.APPLIED, ""),
    ApplicationStatus.INTERVIEWING: (JobStatus.INTERVIEW, ""),
    ApplicationStatus.ACCEPTED: (JobStatus.OFFER, ""),
    ApplicationStatus.REJECTED: (JobStatus.CLOSED, "Rejected"),
    ApplicationStatus.WITHDRAWN: (JobStatus.CLOSED, "Withdrawn"),
}
# The state of an application for each state of a card; what is not here says nothing about one.
APPLICATION_STATES = {
    (JobStatus.APPLIED, ""): ApplicationStatus.APPLIED,
    (JobStatus.INTERVIEW, ""): ApplicationStatus.INTERVIEWING,
    (JobStatus.OFFER, ""): ApplicationStatus.INTERVIEWING,
    (JobStatus.CLOSED, "rejected"): ApplicationStatus.REJECTED,
    (JobStatus.CLOSED, "withdrawn"): ApplicationStatus.WITHDRAWN,
}
# The columns of a card that its application follows.
FOLLOWED = frozenset({"status", "closed_reason", "applied_date"})


def application_status_for(card: Job, present: str = "") -> str:
    """Return the status that a card gives its application, '' where it says nothing; an offer may be accepted."""
    if card.status == JobStatus.OFFER and present == ApplicationStatus.ACCEPTED:
        return present
    return APPLICATION_STATES.get((JobStatus(card.status), card.closed_reason.strip().lower()), "")


def card_changes_for(application: JobUserInteraction, card: Job) -> dict[str, Any]:
    """Return what a card has to change to say what its application says."""
    changes: dict[str, Any] = {}
    status, reason = CARD_STATES[ApplicationStatus(application.application_status)]
    if application_status_for(card, application.application_status) != application.application_status:
        changes = {"status": status, "closed_reason": reason} if reason else {"status": status}
    return changes | date_change_for(application, card)


def date_change_for(application: JobUserInteraction, card: Job) -> dict[str, Any]:
    """Return the day of its application where a card has another."""
    day = day_of(application.applied_date) if application.applied_date else card.applied_date
    return {} if day == card.applied_date else {"applied_date": day}


def _moment_of(day: date) -> datetime:
    return timezone.now() if day == today() else datetime.combine(day, time(), tzinfo=UTC)


def _moment_for(day: date, given: Collection[str]) -> datetime:
    """Return when an application of this day began; a day that stood on the card and lies ahead counts as now."""
    moment = _moment_of(day)
    return moment if "applied_date" in given else min(moment, timezone.now())


def lock_pair(user_id: Any, listing_id: Any) -> None:
    """Let one transaction at a time make a card or an application of this user for this listing.

    Row locks cannot do that: each side would look for the other before it is there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"application {user_id} {listing_id}"])


def lock_card(user_id: Any, listing_id: Any) -> Job | None:
    """Lock the cards of a pair and return the one that its application is about.

    That is the open one, else the one closed latest. Deleted ones are locked too: they might be restored meanwhile.
    """
    cards = Job.objects.filter(user_id=user_id, listing_id=listing_id).order_by("pk")
    return _choose(list(cards.select_for_update(no_key=True)))


def _choose(cards: Collection[Job]) -> Job | None:
    live = [card for card in cards if not card.is_deleted]
    return max(live, key=lambda card: (card.status != JobStatus.CLOSED, card.created_at, card.pk), default=None)


def lock_application(user_id: Any, listing_id: Any) -> JobUserInteraction | None:
    """Return the application of a pair, locked."""
    applications = JobUserInteraction.objects.applications().filter(user_id=user_id, job_id=listing_id)
    return applications.select_for_update(no_key=True).first()


def is_about(card: Job) -> bool:
    """Tell whether a card is the one that its application is about."""
    if card.is_deleted or card.listing_id is None:
        return False
    if card.status != JobStatus.CLOSED:
        return True
    return _choose(list(Job.objects.filter(user_id=card.user_id, listing_id=card.listing_id))) == card


def lead_application(card: Job, *, changed: Collection[str], given: Collection[str]) -> ApplicationChange | None:
    """Let the application follow its locked card, and return what became of it; None where there is none.

    A card that was applied for makes the application where it is missing; Tracking and other reasons to close say
    nothing. `given` names what somebody set: a date that the card filled in itself only dates what begins with it.
    """
    if card.status == JobStatus.TRACKING or FOLLOWED.isdisjoint(changed) or not is_about(card):
        return None
    listing_id = card.listing_id
    application = lock_application(card.user_id, listing_id)
    if application is None:
        status = application_status_for(card)
        if card.listing is None or not status or not (card.status in APPLIED_STATUSES or card.applied_date):
            return None
        dates = {"applied_date": _moment_for(card.applied_date, given)} if card.applied_date else {}
        return record_application(card.listing, owner_id=card.user_id, application_status=status, **dates)
    present = application.application_status
    status = application_status_for(card, present) or present
    changes: dict[str, Any] = {"application_status": status}
    is_applied_again = status == ApplicationStatus.APPLIED or {"status", "applied_date"} <= set(changed)
    starts_anew = application.has_ended and status not in ENDED_STATES and is_applied_again
    if card.applied_date and (starts_anew or "applied_date" in given):
        is_same_day = application.applied_date and day_of(application.applied_date) == card.applied_date
        changes["applied_date"] = application.applied_date if is_same_day else _moment_for(card.applied_date, given)
    return write_application(application, starts_anew=starts_anew, **changes)
