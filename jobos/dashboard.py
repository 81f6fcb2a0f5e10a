"""The home page: what wants doing today, for whoever opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from companies.models import Company, TargetCompany
from jobos.accounts.models import User
from jobos.accounts.roles import is_recruiter
from jobos.core.models import LedgerEntry, LedgerOutcome
from jobs.models import Interview, Job
from jobs.services import overview

if TYPE_CHECKING:
    from django.http import HttpRequest

MOST_WAITING = 10
MOST_STALE = 8
TIER_NAMES = {"day_7": "A week", "day_14": "Two weeks", "day_21": "Three weeks and more"}
COLUMN_HINTS = {
    "Tracking": "Found, not yet applied",
    "Applied": "Waiting for an answer",
    "Interview": "Talking to them",
    "Offer": "Yours to decide",
    "Closed": "Over",
}


def describe_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the home page's context what this person's roles have to do."""
    user = cast("User", request.user)
    context["title"] = "Home"
    if user.has_perm("jobs.view_job"):
        context["pipeline"] = describe_pipeline(user)
    if is_recruiter(user):
        context["directory"] = describe_directory(user)
    if user.is_superuser:
        context["totals"] = count_everything()
    return context


def describe_pipeline(user: User) -> dict[str, Any]:
    """Return a seeker's own day: columns, follow-ups, stale jobs, interviews, latest changes."""
    summary = overview.summarise_pipeline(user)
    due = overview.list_follow_ups(user)
    return {
        "columns": [
            {"status": status, "count": count, "hint": COLUMN_HINTS[status]}
            for status, count in summary["pipeline"].items()
        ],
        "total": summary["total"],
        "active": summary["active"],
        "recent": summary["recent"],
        "stale": summary["stale"][:MOST_STALE],
        "stale_count": len(summary["stale"]),
        "tiers": [{"name": name, "cards": due[tier]} for tier, name in TIER_NAMES.items() if due[tier]],
        "due_count": due["total_needing_action"],
        "interviews": overview.list_upcoming_interviews(user),
    }


def describe_directory(user: User) -> dict[str, Any]:
    """Return what waits for a curator: the entries that nobody has confirmed, oldest first."""
    waiting = Company.objects.visible_to(user).filter(is_confirmed=False)
    return {
        "waiting": list(waiting.order_by("created_at", "pk")[:MOST_WAITING]),
        "waiting_count": waiting.count(),
    }


def count_everything() -> list[dict[str, Any]]:
    """Return how much there is of everything, for a superuser."""
    return [
        {"label": "Users", "count": User.objects.count(), "url_name": "admin:accounts_user_changelist"},
        {"label": "Jobs", "count": Job.objects.live().count(), "url_name": "admin:jobs_job_changelist"},
        {"label": "Interviews", "count": Interview.objects.count(), "url_name": "admin:jobs_interview_changelist"},
        {"label": "Companies", "count": Company.objects.count(), "url_name": "admin:companies_company_changelist"},
        {
            "label": "Target companies",
            "count": TargetCompany.objects.count(),
            "url_name": "admin:companies_targetcompany_changelist",
        },
        {
            "label": "Quarantined values",
            "count": LedgerEntry.objects.filter(outcome=LedgerOutcome.QUARANTINED).count(),
            "url_name": "admin:core_ledgerentry_changelist",
        },
    ]
