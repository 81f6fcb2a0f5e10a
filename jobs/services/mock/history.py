"""What happened to one person, in the order in which it is told: the made-up timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interactions.models import EventType, TimelineEvent
from interactions.services.timeline import LONGEST_TITLE
from jobs.services.mock.origin import dated

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from interactions.models import JobUserInteraction
    from jobos.accounts.models import User
    from jobs.models import Job

MILESTONES = (EventType.APPLICATION_SUBMITTED, EventType.INTERVIEW_COMPLETED)


class History:
    """The events of one person."""

    def __init__(self, chance: random.Random, user: User) -> None:
        self.chance = chance
        self.user = user
        self.events: list[TimelineEvent] = []

    def add(
        self,
        kind: EventType,
        title: str,
        at: datetime,
        *,
        card: Job | None = None,
        row: JobUserInteraction | None = None,
        description: str = "",
        is_milestone: bool | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Tell one event of a card, of an interaction, or of both."""
        listing_id = row.job_id if row is not None else card.listing_id if card is not None else None
        self.events.append(
            TimelineEvent(
                **dated(self.chance, at),
                user_id=self.user.pk,
                job_id=card.pk if card is not None else None,
                listing_id=listing_id,
                interaction_id=row.pk if row is not None else None,
                event_type=kind,
                title=title[:LONGEST_TITLE],
                description=description,
                event_date=at,
                is_milestone=kind in MILESTONES if is_milestone is None else is_milestone,
                event_data=data or {},
            )
        )
