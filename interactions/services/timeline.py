"""Writing the timeline: one function, called in the transaction of what it reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from interactions.models import EventType, TimelineEvent

if TYPE_CHECKING:
    from datetime import datetime

    from interactions.models import JobUserInteraction
    from jobos.accounts.models import User
    from jobs.models import Job

LONGEST_TITLE = 255


def record_event(
    event_type: EventType,
    title: str,
    *,
    owner_id: Any,
    by: User,
    job: Job | None = None,
    listing_id: Any = None,
    interaction: JobUserInteraction | None = None,
    at: datetime | None = None,
    description: str = "",
    is_milestone: bool = False,
    event_data: dict[str, Any] | None = None,
) -> TimelineEvent:
    """Append one event to its owner's history; `event_data` holds what a program needs of it, as JSON.

    Where somebody else acted for the owner, the event says who.
    """
    return TimelineEvent.objects.create(
        user_id=owner_id,
        job=job,
        listing_id=listing_id,
        interaction=interaction,
        event_type=event_type,
        title=title[:LONGEST_TITLE],
        description=description,
        event_date=at or timezone.now(),
        is_milestone=is_milestone,
        event_data={**(event_data or {}), **({} if by.pk == owner_id else {"by": by.email})},
    )


def record_job_event(
    job: Job, event_type: EventType, title: str, *, by: User, description: str | None = None, **more: Any
) -> TimelineEvent:
    """Append one event about a card, and its listing, to its owner's history; described by the role by default."""
    return record_event(
        event_type,
        title,
        owner_id=job.user_id,
        by=by,
        job=job,
        listing_id=job.listing_id,
        description=job.role_title if description is None else description,
        **more,
    )
