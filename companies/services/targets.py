"""What people think of companies: tracking them, changing an opinion, typing ahead over one's own list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Case, ExpressionWrapper, F, IntegerField, OuterRef, Value, When
from django.db.models.functions import Concat, Lower, StrIndex
from django.db.models.lookups import Exact

from companies.models import TargetCompany
from companies.naming import fold
from companies.services.directory import count_related, find_or_create_company
from jobos.core.errors import Conflict, violated_constraint
from jobos.core.models import LONGEST_SEARCH, check_references
from jobs.models import JobListing

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable, Func

    from companies.models import Company
    from jobos.accounts.models import User

SHORTEST_SEARCH = 2
SHORTEST_FUZZY_SEARCH = 4
MOST_SUGGESTIONS = 5
LIKENESS = 0.4


@transaction.atomic
def track_company(
    *, by: User, name: str = "", website: str = "", company: Company | None = None, **opinion: Any
) -> TargetCompany:
    """Put a company on a user's list: by directory entry, or by name (found or made). Tracked already is a conflict."""
    if company is None:
        if not name.strip():
            raise ValidationError({"name": ValidationError("Give a name or a company.", code="required")})
        company = find_or_create_company(name, website=website, by=by)
    try:
        with transaction.atomic():
            target = TargetCompany.objects.create(user=by, company=company, **opinion)
            check_references()
    except IntegrityError as exc:
        if violated_constraint(exc) != "companies_targetcompany_one_per_user":
            raise
        existing = TargetCompany.objects.owned_by(by).get(company=company)
        raise Conflict("You already track this company.", code="already_tracked", existing_id=existing.pk) from exc
    return target


def search_tracked_companies(user: User, text: str) -> QuerySet[TargetCompany]:
    """Return at most five companies that the user tracks and has not excluded, best match first.

    Exact, then by beginning, by a word's beginning, by any part. Only where nothing matches are typos in words forgiven.
    """
    literal = text.strip()
    if not SHORTEST_SEARCH <= len(literal) <= LONGEST_SEARCH:
        raise ValidationError(
            {"q": ValidationError(f"Give {SHORTEST_SEARCH} to {LONGEST_SEARCH} characters.", code="invalid")}
        )
    tracked = TargetCompany.objects.owned_by(user).with_company().filter(is_excluded=False)
    found = rank_by_company_name(tracked, literal)[:MOST_SUGGESTIONS]
    if len(literal) < SHORTEST_FUZZY_SEARCH or not is_words(literal) or found:
        return found
    return (
        tracked.annotate(likeness=TrigramWordSimilarity(fold(literal), "company__normalized_name"))
        .filter(likeness__gte=LIKENESS)
        .order_by("-likeness", "company__name", "pk")[:MOST_SUGGESTIONS]
    )


def is_words(text: str) -> bool:
    """Tell whether a text holds letters, digits and spaces alone; any other character is meant literally."""
    return all(letter.isalnum() or letter.isspace() for letter in text)


def rank_by_company_name(targets: QuerySet[TargetCompany], text: str) -> QuerySet[TargetCompany]:
    """Narrow to targets whose company's name holds a text, best first.

    Words are compared without case and accents; a text with any other character is meant literally, and no character
    is a wildcard.
    """
    name: Combinable
    needle: Func | Value
    if is_words(text):
        name, needle = F("company__normalized_name"), Value(fold(text))
    else:
        name, needle = Lower("company__name"), Lower(Value(text))
    return (
        targets.annotate(
            place=StrIndex(name, needle),
            word_place=StrIndex(name, Concat(Value(" "), needle)),
            is_exact=ExpressionWrapper(Exact(name, needle), output_field=BooleanField()),
        )
        .filter(place__gt=0)
        .annotate(
            match_rank=Case(
                When(is_exact=True, then=0),
                When(place=1, then=1),
                When(word_place__gt=0, then=2),
                default=3,
                output_field=IntegerField(),
            )
        )
        .order_by("match_rank", "company__name", "pk")
    )


def suggest(target: TargetCompany) -> dict[str, Any]:
    """Return what a search answers about a tracked company; `id` is the directory's."""
    return {
        "id": target.company_id,
        "name": target.company.name,
        "lane": target.lane,
        "sector": target.sector or None,
        "hq_city": target.hq_city or None,
    }


def change_target(target: TargetCompany, **changes: Any) -> TargetCompany:
    """Change the given columns of what a user thinks of a company; call it with the row locked."""
    changed = [field for field, value in changes.items() if getattr(target, field) != value]
    for field in changed:
        setattr(target, field, changes[field])
    if changed:
        target.save(update_fields=[*changed, "updated_at"], force_update=True)
    return target


def with_open_roles(targets: QuerySet[TargetCompany]) -> QuerySet[TargetCompany]:
    """Annotate each with `open_roles_count`: the postings of its company that one can apply to now."""
    active = JobListing.objects.active().filter(company=OuterRef("company"))
    return targets.annotate(open_roles_count=count_related(active))
