"""Applications, whichever side they are changed from, and cards made from listings.

Whatever changes an application goes through here, so that its card in the pipeline says the same; what changes a card
goes through `jobs.services.cards`, which takes the application along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction

from interactions.models import ApplicationStatus, InteractionType, JobUserInteraction
from interactions.services.listings import (
    ApplicationChange,
    change_interaction,
    day_of,
    record_application,
    record_application_event,
)
from jobos.core.errors import Conflict
from jobs.models import Job, JobStatus
from jobs.services.cards import add_job, change_job
from jobs.services.two_sides import (
    CARD_STATES,
    card_changes_for,
    date_change_for,
    lock_application,
    lock_card,
    lock_pair,
)

if TYPE_CHECKING:
    from django.db.models import CharField

    from jobos.accounts.models import User
    from jobs.models import JobListing

DEFAULT_SOURCE = "Direct"
# What an employer decides; withdrawing is the applicant's.
EMPLOYERS_STATES = (
    ApplicationStatus.APPLIED,
    ApplicationStatus.INTERVIEWING,
    ApplicationStatus.REJECTED,
    ApplicationStatus.ACCEPTED,
)


def lock_sides(user_id: Any, listing_id: Any) -> Job | None:
    """Lock what a change of an application takes before the application itself; return its card."""
    lock_pair(user_id, listing_id)
    return lock_card(user_id, listing_id)


@transaction.atomic
def apply_to_listing(listing: JobListing, *, by: User, **given: Any) -> JobUserInteraction:
    """Record that a user applied to a listing, of whatever status: they may have done it elsewhere."""
    card = lock_sides(by.pk, listing.pk)
    change = record_application(listing, owner_id=by.pk, **given)
    _take_card_along(card, change, by=by, changes=card_changes_for(change.application, card) if card else {})
    return change.application


@transaction.atomic
def change_application(application: JobUserInteraction, *, by: User, **changes: Any) -> JobUserInteraction:
    """Change the given columns of an application, whose card follows a new status or date; or of another row."""
    if application.interaction_type != InteractionType.APPLIED:
        return change_interaction(application, by=by, **changes).application
    card = lock_sides(application.user_id, application.job_id)
    rows = JobUserInteraction.objects.with_listing().select_for_update(of=("self",), no_key=True)
    present = rows.get(pk=application.pk)
    applied = present.applied_date
    change = change_interaction(present, by=by, **changes)
    followed: dict[str, Any] = {}
    if card and change.has_moved:
        followed = card_changes_for(present, card)
    elif card and card.status != JobStatus.TRACKING and present.applied_date != applied:
        followed = date_change_for(present, card)
    _take_card_along(card, change, by=by, changes=followed)
    return present


@transaction.atomic
def move_applicant(application: JobUserInteraction, *, by: User, application_status: str) -> JobUserInteraction:
    """Move an application that its owner shares, for the employer; who withdrew meanwhile stays withdrawn."""
    lock_sides(application.user_id, application.job_id)
    present = lock_application(application.user_id, application.job_id)
    if present is None or not present.shared_with_recruiters:
        raise ValidationError("The applicant does not share this any more.", code="not_shared")
    if present.application_status == ApplicationStatus.WITHDRAWN:
        raise ValidationError({"application_status": ValidationError("The applicant has withdrawn.", code="withdrawn")})
    return change_application(application, by=by, application_status=application_status)


def _take_card_along(card: Job | None, change: ApplicationChange, *, by: User, changes: dict[str, Any]) -> None:
    """Let the card say what the application says, and tell the timeline once.

    A closed card stays closed where its owner has another open one for the company and role: the change of an
    application never fails for the sake of a card, and nobody else learns of one.
    """
    if card and changes:
        try:
            change_job(card, by=by, application=change, **changes)
        except Conflict:
            card.refresh_from_db()
        else:
            return
    if change.has_moved:
        record_application_event(change, by=by, job=card)


@transaction.atomic
def track_listing(listing: JobListing, *, by: User) -> Job:
    """Make a card from a listing: where the user has applied already it starts there, with what they sent.

    An open card of the listing, or of its company and role, is a conflict; what a person typed is never linked.
    """
    lock_pair(by.pk, listing.pk)
    application = lock_application(by.pk, listing.pk)
    sent: dict[str, Any] = {}
    if application is not None:
        status, reason = CARD_STATES[ApplicationStatus(application.application_status)]
        if not reason:
            sent = {
                "status": status,
                **({"applied_date": day_of(application.applied_date)} if application.applied_date else {}),
                "resume_version": _cut("resume_version", application.resume_version),
                "cover_letter": application.cover_letter,
            }
    return add_job(
        by=by,
        listing=listing,
        company_name=_cut("company_name", listing.company.name),
        role_title=_cut("role_title", listing.title),
        jd_text=describe_listing(listing),
        jd_url=_choose_address(listing),
        source_portal=listing.source or DEFAULT_SOURCE,
        **sent,
    )


def describe_listing(listing: JobListing) -> str:
    """Return a posting's texts as the one that a card holds."""
    parts = [
        ("", listing.description),
        ("Requirements", listing.requirements),
        ("Responsibilities", listing.responsibilities),
    ]
    return "\n\n".join(f"{heading}\n{text}" if heading else text for heading, text in parts if text)


def _choose_address(listing: JobListing) -> str:
    """Return the first of a listing's addresses that fits a card whole."""
    return next((url for url in (listing.job_url, listing.application_url) if url and _cut("jd_url", url) == url), "")


def _cut(column: str, text: str) -> str:
    """Return as much of a text as a column of a card holds."""
    field = cast("CharField[str, str]", Job._meta.get_field(column))
    return text[: field.max_length]
