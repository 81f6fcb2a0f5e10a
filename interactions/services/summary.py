"""What a user did with listings, in figures. Reads only, summed up in SQL."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, Count, F, FloatField, Q
from django.db.models.functions import Extract
from django.utils import timezone

from interactions.models import APPLIED_STATES, InteractionType, JobUserInteraction

if TYPE_CHECKING:
    from datetime import datetime

    from jobos.accounts.models import User

SECONDS_A_DAY = 86_400


class Median(Aggregate):
    """The middle of some numbers, NULL without any; it takes a FILTER as every aggregate does."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def summarise_interactions(user: User) -> dict[str, Any]:
    """Return counts by kind and by status, the response rate and the median days to a response, by one statement.

    Weeks begin on Monday, and weeks and months at midnight UTC.
    """
    rows = JobUserInteraction.objects.owned_by(user)
    applied = Q(interaction_type=InteractionType.APPLIED)
    answered = applied & Q(response_date__isnull=False)
    starts = _begin_periods(timezone.now())
    figures = rows.aggregate(
        total=Count("pk"),
        answered=Count("pk", filter=answered),
        seconds=Median(
            Extract(F("response_date") - F("applied_date"), "epoch"),
            filter=answered & Q(applied_date__lte=F("response_date")),
        ),
        **{f"type_{kind}": Count("pk", filter=Q(interaction_type=kind)) for kind in InteractionType.values},
        **{f"status_{status}": Count("pk", filter=Q(application_status=status)) for status in APPLIED_STATES},
        **{f"{period}_saved": Count("pk", filter=Q(saved_date__gte=start)) for period, start in starts.items()},
        **{
            f"{period}_applied": Count("pk", filter=applied & Q(applied_date__gte=start))
            for period, start in starts.items()
        },
    )
    applications = figures["type_applied"]
    return {
        "total": figures["total"],
        "by_type": {kind: figures[f"type_{kind}"] for kind in InteractionType.values},
        "applications": {str(status): figures[f"status_{status}"] for status in APPLIED_STATES},
        "response_rate": round(figures["answered"] / applications, 4) if applications else None,
        "median_days_to_response": (
            None if figures["seconds"] is None else round(figures["seconds"] / SECONDS_A_DAY, 2)
        ),
        **{period: {"saved": figures[f"{period}_saved"], "applied": figures[f"{period}_applied"]} for period in starts},
    }


def _begin_periods(now: datetime) -> dict[str, datetime]:
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return {"this_week": day - timedelta(days=day.weekday()), "this_month": day.replace(day=1)}
