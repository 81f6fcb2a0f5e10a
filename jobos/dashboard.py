"""The home page: what wants doing today, for whoever opens it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from companies.models import Company, CompanyMatchSuggestion, SuggestionState, TargetCompany
from interactions.models import KEEPING_TYPES, ApplicationStatus, JobUserInteraction, TimelineEvent
from jobos.accounts.models import User
from jobos.accounts.roles import is_recruiter
from jobos.core.models import LedgerEntry, LedgerOutcome
from jobs.models import Interview, Job, JobDeduplication, JobListing
from jobs.models.listings import VerificationStatus
from jobs.services import overview
from resumes.models import Resume, ResumeStatus
from skills.models import Education, Skill, SkillBank, SummaryVariation, WorkExperience

if TYPE_CHECKING:
    from django.db import models
    from django.http import HttpRequest

MOST_WAITING = 10
MOST_STALE = 8
MOST_APPLICATIONS = 10
MOST_EXPIRING = 8
MOST_RESUMES = 4
EXPIRES_SOON = timedelta(days=14)
# Queues are counted no further than anybody works them off.
MOST_QUEUED = 1_000
# The quality of the catalogue is told of its newest listings: looking at all of them takes longer than it is worth.
SAMPLED = 2_000
# Tables with more rows than this are told by the planner's estimate.
COUNTED_EXACTLY = 10_000
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
        context["papers"] = describe_papers(user)
        if not context["pipeline"]["total"]:  # Whoever came from an older system may have no card and much else.
            marked = JobUserInteraction.objects.owned_by(user).filter(interaction_type__in=KEEPING_TYPES)
            context["marked"] = marked.count()
    if is_recruiter(user):
        context["directory"] = describe_directory(user)
        context["catalogue"] = describe_catalogue(user)
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


def describe_papers(user: User) -> dict[str, Any]:
    """Return what a seeker has to send: their latest resumes, and what their skill bank still holds nothing of."""
    parts: dict[str, type[models.Model]] = {
        "skills": Skill,
        "positions": WorkExperience,
        "education": Education,
        "summaries": SummaryVariation,
    }
    held = {name: Exists(model._default_manager.filter(bank=OuterRef("pk"))) for name, model in parts.items()}  # noqa: SLF001
    bank = SkillBank.objects.owned_by(user).annotate(**{f"has_{name}": found for name, found in held.items()}).first()
    resumes = Resume.objects.owned_by(user).exclude(status=ResumeStatus.ARCHIVED)
    return {
        "bank": bank,
        "missing": [name for name in parts if not getattr(bank, f"has_{name}", False)],
        "resumes": list(resumes.only("title", "resume_type", "version", "updated_at")[:MOST_RESUMES]),
    }


def describe_directory(user: User) -> dict[str, Any]:
    """Return what waits for a curator: the entries that nobody has confirmed, oldest first."""
    waiting = Company.objects.visible_to(user).filter(is_confirmed=False)
    return {
        "waiting": list(waiting.order_by("created_at", "pk")[:MOST_WAITING]),
        "waiting_count": waiting.count(),
    }


def describe_catalogue(user: User) -> dict[str, Any]:
    """Return a recruiter's day: who applied, what waits for a word, what expires, how good the listings are."""
    now = timezone.now()
    expiring = JobListing.objects.active().filter(application_deadline__range=(now, now + EXPIRES_SOON))
    shared = JobUserInteraction.objects.shared_with(user).filter(application_status=ApplicationStatus.APPLIED)
    return {
        "applications": list(
            shared.select_related("user", "job__company")
            .only(
                "application_status",
                "applied_date",
                "user__email",
                "user__full_name",
                "job__title",
                "job__company__name",
            )
            .order_by(F("applied_date").desc(nulls_last=True), "-pk")[:MOST_APPLICATIONS]
        ),
        "queues": [
            _describe_queue(
                "Duplicates to review",
                JobDeduplication.objects.waiting(),
                "admin:jobs_jobdeduplication_changelist",
            ),
            _describe_queue(
                "Companies that look alike",
                _find_look_alikes(),
                "admin:companies_companymatchsuggestion_changelist",
            ),
        ],
        "expiring": list(
            expiring.with_company()
            .only("title", "location", "application_deadline", "company__name")
            .order_by("application_deadline", "pk")[:MOST_EXPIRING]
        ),
        "quality": describe_quality(),
    }


def _describe_queue(label: str, rows: models.QuerySet[Any], url_name: str) -> dict[str, Any]:
    return {"label": label, "count": _count_queue(rows), "url_name": url_name}


def _count_queue(rows: models.QuerySet[Any]) -> int | str:
    count = rows.order_by().values("pk")[: MOST_QUEUED + 1].count()
    return f"{MOST_QUEUED:,}+" if count > MOST_QUEUED else count


def _find_look_alikes() -> models.QuerySet[Any]:
    return CompanyMatchSuggestion.objects.filter(state=SuggestionState.OPEN)


def count_look_alikes(request: HttpRequest) -> int | str:
    """Return the sidebar's count of pairs that wait for a curator, '' where none does."""
    return _count_queue(_find_look_alikes()) or ""


def describe_quality() -> dict[str, Any]:
    """Return what the newest active listings leave out, as shares in percent."""
    newest = JobListing.objects.active().order_by("-listed_at", "-pk").values("pk")[:SAMPLED]
    found = JobListing.objects.filter(pk__in=newest).aggregate(
        seen=Count("pk"),
        pay=Count("pk", filter=Q(salary_min=None, salary_max=None)),
        description=Count("pk", filter=Q(description="")),
        unverified=Count("pk", filter=Q(verification_status=VerificationStatus.UNVERIFIED)),
    )
    seen = found["seen"]
    return {
        "seen": f"{seen:,}",
        "shares": [
            {"label": label, "share": round(100 * found[name] / seen) if seen else 0, "query": query}
            for name, label, query in (
                ("pay", "Without pay", "missing=pay"),
                ("description", "Without a description", "missing=description"),
                ("unverified", "Not verified", "verification_status=unverified"),
            )
        ],
    }


def count_everything() -> list[dict[str, Any]]:
    """Return how much there is of everything, for a superuser; of large tables about how much."""
    totals = [
        _describe_total("Users", User, "admin:accounts_user_changelist"),
        _describe_total("Jobs", Job, "admin:jobs_job_changelist"),
        _describe_total("Interviews", Interview, "admin:jobs_interview_changelist"),
        _describe_total("Listings", JobListing, "admin:jobs_joblisting_changelist", "?status=all"),
        _describe_total("Companies", Company, "admin:companies_company_changelist"),
        _describe_total("Target companies", TargetCompany, "admin:companies_targetcompany_changelist"),
        _describe_total("Interactions", JobUserInteraction, "admin:interactions_jobuserinteraction_changelist"),
        _describe_total("Skill banks", SkillBank, "admin:skills_skillbank_changelist"),
        _describe_total("Resumes", Resume, "admin:resumes_resume_changelist"),
        _describe_total("Timeline events", TimelineEvent, "admin:interactions_timelineevent_changelist"),
        {
            "label": "Quarantined values",
            "count": LedgerEntry.objects.filter(outcome=LedgerOutcome.QUARANTINED).count(),
            "url": reverse("admin:core_ledgerentry_changelist") + f"?outcome__exact={LedgerOutcome.QUARANTINED}",
        },
    ]
    return [total | {"shown": f"{total['count']:,}"} for total in totals]


def _describe_total(label: str, model: type[models.Model], url_name: str, query: str = "") -> dict[str, Any]:
    rows = model._default_manager.order_by()  # noqa: SLF001 - Django's own admin asks it.
    count = rows.values("pk")[: COUNTED_EXACTLY + 1].count()
    is_estimate = count > COUNTED_EXACTLY
    if is_estimate:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
            count = max(count, cursor.fetchone()[0])
    return {"label": label, "count": count, "is_estimate": is_estimate, "url": reverse(url_name) + query}
