"""What a pipeline looks like as a whole: counts, stale cards, follow-ups, search. Reads only, summed up in SQL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    TextField,
    UUIDField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Concat, Lower, RowNumber, StrIndex
from django.utils import timezone

from companies.models import TargetCompany
from companies.services import rank_by_company_name, suggest
from interactions.models import ENDED_STATES, KEEPING_TYPES, InteractionType, JobUserInteraction, TimelineEvent
from jobos.core.models import LONGEST_SEARCH
from jobs.models import (
    FOLLOW_UP_TIERS,
    Interview,
    InterviewStatus,
    Job,
    JobListing,
    JobStatus,
    days_between,
    stale_condition,
    suggest_action,
    today,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet

    from jobos.accounts.models import User

RECENT = 5
MOST_FOUND = 20
SOON_DAYS = 14
SEARCHABLE = ("jobs", "companies", "listings")
MOST_UPCOMING = 50
LONGEST_FORESIGHT = 90
CARD_COLUMNS = ("pk", "company_name", "role_title", "status", "applied_date", "updated_at")


def _describe_card(card: dict[str, Any], day: date) -> dict[str, Any]:
    return {
        "id": card["pk"],
        "company": card["company_name"],
        "role": card["role_title"],
        "status": card["status"],
        "applied_date": card["applied_date"],
        "days_since_update": days_between(card["updated_at"], day),
    }


def _describe_stale(card: dict[str, Any], day: date) -> dict[str, Any]:
    described = _describe_card(card, day)
    return {**described, "suggested_action": suggest_action(described["days_since_update"])}


def summarise_pipeline(user: User) -> dict[str, Any]:
    """Return counts by status, the five latest changed cards and the stale ones, by one statement.

    The counts ride on the rows as window aggregates; only recent and stale rows leave the database.
    """
    day = today()
    cards = Job.objects.owned_by(user).live()
    rows = list(
        cards.annotate(
            recency=Window(RowNumber(), order_by=[F("updated_at").desc(), F("pk").desc()]),
            is_stale=Case(When(stale_condition(day), then=True), default=False),
            **{f"in_{status.name.lower()}": Window(Count("pk", filter=Q(status=status))) for status in JobStatus},
        )
        .filter(Q(recency__lte=RECENT) | Q(is_stale=True))
        .order_by("updated_at", "pk")
        .values(*CARD_COLUMNS, "recency", "is_stale", *(f"in_{status.name.lower()}" for status in JobStatus))
    )
    counts = {status.value: rows[0][f"in_{status.name.lower()}"] if rows else 0 for status in JobStatus}
    recent = sorted((row for row in rows if row["recency"] <= RECENT), key=lambda row: row["recency"])
    total = sum(counts.values())
    return {
        "pipeline": counts,
        "total": total,
        "active": total - counts[JobStatus.CLOSED],
        "recent": [_describe_card(row, day) for row in recent],
        "stale": [_describe_stale(row, day) for row in rows if row["is_stale"]],
    }


def list_stale(user: User) -> list[dict[str, Any]]:
    """Return the user's waiting cards that nothing has happened to for two weeks, oldest first."""
    day = today()
    stale = Job.objects.owned_by(user).live().stale_on(day).order_by("updated_at", "pk")
    return [_describe_stale(card, day) for card in stale.values(*CARD_COLUMNS)]


def list_follow_ups(user: User) -> dict[str, Any]:
    """Return the cards that want following up, in tiers by days since applying, longest first."""
    day = today()
    tiers: dict[str, list[dict[str, Any]]] = {name: [] for name, *_ in FOLLOW_UP_TIERS}
    actions = {name: action for name, _, _, action in FOLLOW_UP_TIERS}
    due = Job.objects.owned_by(user).live().due_for_follow_up_on(day)
    for card in (
        due.annotate(tier=_tier(day))
        .order_by("applied_date", "pk")
        .values("pk", "company_name", "role_title", "applied_date", "tier")
    ):
        tiers[card["tier"]].append(
            {
                "id": card["pk"],
                "company": card["company_name"],
                "role": card["role_title"],
                "days": days_between(card["applied_date"] or day, day),
                "action": actions[card["tier"]],
            }
        )
    return {**tiers, "total_needing_action": sum(len(cards) for cards in tiers.values())}


def _tier(day: date) -> Case:
    return Case(
        *(
            When(applied_date__gte=day - timedelta(days=last), then=Value(name))
            for name, _, last, _ in FOLLOW_UP_TIERS
            if last is not None
        ),
        default=Value(FOLLOW_UP_TIERS[-1][0]),
        output_field=CharField(),
    )


def with_next_interview(cards: QuerySet[Job]) -> QuerySet[Job]:
    """Annotate cards with `next_interview`: when the next scheduled one begins, None without one."""
    coming = Interview.objects.filter(
        job=OuterRef("pk"), status=InterviewStatus.SCHEDULED, interview_date__gte=timezone.now()
    ).order_by("interview_date", "pk")
    return cards.annotate(next_interview=Subquery(coming.values("interview_date")[:1]))


def list_upcoming_interviews(user: User, *, days: int = SOON_DAYS) -> list[Interview]:
    """Return the user's scheduled interviews from an hour ago to `days` days ahead, with their cards, next first."""
    now = timezone.now()
    return list(
        Interview.objects.owned_by(user)
        .filter(
            job__is_deleted=False,
            status=InterviewStatus.SCHEDULED,
            interview_date__range=(now - timedelta(hours=1), now + timedelta(days=days)),
        )
        .with_job()
        .order_by("interview_date", "pk")[:MOST_FOUND]
    )


class UpcomingKind(TextChoices):
    """What can lie ahead."""

    INTERVIEW = "interview"
    FOLLOW_UP = "follow_up"
    DEADLINE = "deadline"
    EVENT = "event"


def list_upcoming(user: User, *, days: int = SOON_DAYS) -> list[dict[str, Any]]:
    """Return what lies ahead of a user within `days` days, next first, by one statement.

    Scheduled interviews of cards and of applications, follow-up dates of open applications, deadlines of saved
    listings that are still open and not applied to, and events of the timeline that are dated ahead.
    """
    now = timezone.now()
    ahead = (now, now + timedelta(days=days))
    rows = JobUserInteraction.objects.owned_by(user)
    waiting = rows.applications().exclude(application_status__in=ENDED_STATES)
    saved = rows.filter(interaction_type=InteractionType.SAVED, job__in=JobListing.objects.visible_to(user).active())
    undecided = saved.exclude(Exists(rows.applications().filter(job=OuterRef("job"))))
    interviews = Interview.objects.visible_to(user).owned_by(user).filter(status=InterviewStatus.SCHEDULED)
    parts = [
        _lay_ahead(
            interviews,
            UpcomingKind.INTERVIEW,
            "interview_date",
            ahead,
            title=Concat("round", Value(" with "), "job__company_name", Value(": "), "job__role_title"),
            job="job",
        ),
        _lay_ahead(
            waiting, UpcomingKind.INTERVIEW, "interview_scheduled", ahead, title=_begin("Interview with"), listing="job"
        ),
        _lay_ahead(
            waiting, UpcomingKind.FOLLOW_UP, "follow_up_date", ahead, title=_begin("Follow up with"), listing="job"
        ),
        _lay_ahead(
            undecided,
            UpcomingKind.DEADLINE,
            "job__application_deadline",
            ahead,
            title=_begin("Apply to"),
            listing="job",
        ),
        _lay_ahead(
            TimelineEvent.objects.owned_by(user),
            UpcomingKind.EVENT,
            "event_date",
            ahead,
            title=F("title"),
            job="job",
            listing="listing",
        ),
    ]
    coming = parts[0].union(*parts[1:], all=True).order_by("at", "id", "kind")
    return list(coming[:MOST_UPCOMING])


def _begin(words: str) -> Concat:
    """Return what is to be done about an interaction's listing, with its company and title."""
    return Concat(Value(f"{words} "), "job__company__name", Value(": "), "job__title")


def _lay_ahead(
    rows: QuerySet[Any],
    kind: UpcomingKind,
    moment: str,
    ahead: tuple[datetime, datetime],
    *,
    title: F | Concat,
    job: str = "",
    listing: str = "",
) -> QuerySet[Any, dict[str, Any]]:
    """Return rows whose `moment` lies ahead in the columns that every kind has; `id` is the row's own."""
    nothing = Value(None, output_field=UUIDField())
    laid: QuerySet[Any, dict[str, Any]] = (
        rows.filter(**{f"{moment}__gt": ahead[0], f"{moment}__lte": ahead[1]})
        .order_by()
        .annotate(
            kind=Value(kind.value, output_field=CharField()),
            at=F(moment),
            called=Cast(title, CharField()),
            card=F(f"{job}_id") if job else nothing,
            posting=F(f"{listing}_id") if listing else nothing,
        )
        .values("kind", "at", "called", "id", "card", "posting")
    )
    return laid


def search_pipeline(user: User, text: str, kinds: Iterable[str] = SEARCHABLE) -> dict[str, list[dict[str, Any]]]:
    """Return the user's cards, tracked companies and kept listings that hold a text, best first, at most 20 of each.

    The text is literal. Cards rank by an exact company or role, then its beginning, then any part, then the posting;
    the listings that the user saved or applied to likewise.
    """
    wanted = set(kinds)
    if unknown := wanted - set(SEARCHABLE):
        raise ValidationError(
            {
                "types": ValidationError(
                    f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(SEARCHABLE)}.", code="invalid"
                )
            }
        )
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_SEARCH:
        raise ValidationError(
            {"q": ValidationError(f"Give 1 to {LONGEST_SEARCH} characters to look for.", code="invalid")}
        )
    found: dict[str, list[dict[str, Any]]] = {}
    if "jobs" in wanted:
        found["jobs"] = _search_cards(user, text)
    if "companies" in wanted:
        targets = TargetCompany.objects.owned_by(user).with_company()
        found["companies"] = [suggest(target) for target in rank_by_company_name(targets, text)[:MOST_FOUND]]
    if "listings" in wanted:
        found["listings"] = _search_listings(user, text)
    return found


def _search_listings(user: User, text: str) -> list[dict[str, Any]]:
    needle = Lower(Value(text))
    kept = JobUserInteraction.objects.owned_by(user).filter(job=OuterRef("pk"))
    listings = (
        JobListing.objects.visible_to(user)
        .filter(Exists(kept.filter(interaction_type__in=KEEPING_TYPES)))
        .annotate(
            title_place=StrIndex(Lower("title"), needle),
            company_place=StrIndex(Lower("company__name"), needle),
            text_place=StrIndex(
                Lower(Concat("description", Value("\n", output_field=TextField()), "requirements")), needle
            ),
        )
        .filter(Q(title_place__gt=0) | Q(company_place__gt=0) | Q(text_place__gt=0))
        .annotate(
            match_rank=Case(
                When(Q(title__iexact=text) | Q(company__name__iexact=text), then=0),
                When(Q(title_place=1) | Q(company_place=1), then=1),
                When(Q(title_place__gt=0) | Q(company_place__gt=0), then=2),
                default=3,
                output_field=IntegerField(),
            ),
            company_name=F("company__name"),
            is_saved=Exists(kept.filter(interaction_type=InteractionType.SAVED)),
            application_status=Subquery(kept.applications().values("application_status")[:1]),
        )
        .order_by("match_rank", "-listed_at", "-pk")
    )
    columns = ("id", "title", "company_name", "location", "status", "is_saved", "application_status")
    return [{**found, "location": found["location"] or None} for found in listings.values(*columns)[:MOST_FOUND]]


def _search_cards(user: User, text: str) -> list[dict[str, Any]]:
    needle = Lower(Value(text))
    cards = (
        Job.objects.owned_by(user)
        .live()
        .annotate(
            company_place=StrIndex(Lower("company_name"), needle),
            role_place=StrIndex(Lower("role_title"), needle),
            posting_place=StrIndex(Lower("jd_text"), needle),
        )
        .filter(Q(company_place__gt=0) | Q(role_place__gt=0) | Q(posting_place__gt=0))
        .annotate(
            match_rank=Case(
                When(Q(company_name__iexact=text) | Q(role_title__iexact=text), then=0),
                When(Q(company_place=1) | Q(role_place=1), then=1),
                When(Q(company_place__gt=0) | Q(role_place__gt=0), then=2),
                default=3,
                output_field=IntegerField(),
            )
        )
        .order_by("match_rank", "-updated_at", "-pk")
    )
    return [dict(card) for card in cards.values("id", "company_name", "role_title", "status")[:MOST_FOUND]]
