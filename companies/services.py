"""Finding and making directory entries, tracking companies, typing ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Case, ExpressionWrapper, F, IntegerField, Value, When
from django.db.models.functions import Concat, Lower, StrIndex
from django.db.models.lookups import Exact
from django.utils import timezone

from companies.domains import find_domain
from companies.models import DERIVED_FROM, Company, TargetCompany
from companies.naming import fold, normalize_company_name
from jobos.accounts.roles import is_recruiter
from jobos.core.errors import Conflict, violated_constraint
from jobos.core.models import LONGEST_SEARCH, describe_constraint

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable, Func

    from jobos.accounts.models import User

SHORTEST_SEARCH = 2
SHORTEST_FUZZY_SEARCH = 4
MOST_SUGGESTIONS = 5
LIKENESS = 0.4


@dataclass(frozen=True)
class Identity:
    """What two mentions of one company have in common: normalised name, and domain where the website tells one."""

    normalized_name: str
    domain: str

    @classmethod
    def of(cls, name: str, website: str) -> Identity:
        return cls(normalize_company_name(name)[:255], find_domain(website))


def find_company(identity: Identity) -> Company | None:
    """Return the directory entry of an identity, None where there is none.

    The same domain is the same company. Else the same normalised name, where at most one side has a domain: a name
    without one joins the name's only entry; where several share the name it stays apart.
    """
    if identity.domain:
        by_domain = Company.objects.filter(domain=identity.domain).first()
        if by_domain is not None:
            return by_domain
        return Company.objects.filter(normalized_name=identity.normalized_name, domain__isnull=True).first()
    namesakes = list(
        Company.objects.filter(normalized_name=identity.normalized_name).order_by(F("domain").asc(nulls_first=True))[:2]
    )
    if namesakes and (namesakes[0].domain is None or len(namesakes) == 1):
        return namesakes[0]
    return None


def find_or_create_company(name: str, *, website: str = "", by: User | None, **facts: Any) -> Company:
    """Return the directory's one entry for this name and website, making it where there is none.

    Parallel calls for one company return one row. What a job seeker's typing makes is unconfirmed; what a recruiter or
    the operator (None) brings is not. An entry without a website takes the given one on, if `by` may change it: a
    seeker cannot put an address on what others see.
    """
    name, website = name.strip(), complete_website(website)
    identity = Identity.of(name, website)
    company = find_company(identity)
    while company is None:
        made = Company(name=name, website=website, created_by=by, is_confirmed=_is_curator(by), **facts)
        made.full_clean(exclude=["normalized_name", "domain"], validate_unique=False, validate_constraints=False)
        _check_rules(made)
        Company.objects.bulk_create([made], ignore_conflicts=True)
        company = Company.objects.filter(pk=made.pk).first() or find_company(identity)
    if _is_strangers_claim(company, identity, by=by):
        return find_or_create_company(name, by=by, **facts)
    if identity.domain and company.domain is None:
        company = _add_website(company, website, by=by)
    return company


def _is_curator(by: User | None) -> bool:
    """Tell whether `by` may change what everybody sees: a recruiter, or the operator, who is nobody."""
    return by is None or is_recruiter(by)


def _is_strangers_claim(company: Company, identity: Identity, *, by: User | None) -> bool:
    """Tell whether only the website leads to an entry that another seeker typed under another name.

    Until somebody confirms it, that is a claim and not a fact: the website decides nothing for `by`.
    """
    return company.normalized_name != identity.normalized_name and by is not None and not company.is_open_to(by)


def _check_rules(company: Company) -> None:
    """Explain a broken rule before the database refuses it, without asking it about identity: that is a find."""
    identity_rules = {"unique_company_identity", "companies_company_domain_unique"}
    for constraint in Company._meta.constraints:
        if constraint.name in identity_rules:
            continue
        try:
            constraint.validate(Company, company)
        except ValidationError as exc:
            rule = describe_constraint(Company, constraint.name)
            raise ValidationError(dict.fromkeys(rule.fields, exc) if rule else exc) from exc


def complete_website(website: str) -> str:
    """Return a website with its scheme: people type acme.com."""
    website = website.strip()
    return f"https://{website}" if website and "://" not in website and find_domain(website) else website


def _add_website(company: Company, website: str, *, by: User | None) -> Company:
    if not (_is_curator(by) or (by is not None and company.created_by_id == by.pk and not company.is_confirmed)):
        return company
    with transaction.atomic():
        locked = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        if locked.domain is None:
            locked.website = website
            locked.save(update_fields=["website", "domain", "updated_at"])
    return locked


def add_company(*, by: User, **facts: Any) -> Company:
    """Put a company into the directory as a curator: confirmed unless said otherwise."""
    company = Company(created_by=by, **{"is_confirmed": True, **facts})
    company.website = complete_website(company.website)
    company.save(force_insert=True)
    return company


def change_company(company: Company, **changes: Any) -> Company:
    """Change the given columns of a directory entry, and what is derived from them; call it with the row locked."""
    if "website" in changes:
        changes["website"] = complete_website(changes["website"])
    changed = [field for field, value in changes.items() if getattr(company, field) != value]
    for field in changed:
        setattr(company, field, changes[field])
    if changed:
        derived = [target for source, target in DERIVED_FROM.items() if source in changed]
        company.save(update_fields=[*changed, *derived, "updated_at"], force_update=True)
    return company


def confirm_companies(companies: QuerySet[Company]) -> int:
    """Let everybody see these entries of the directory; return how many nobody had confirmed yet."""
    return companies.filter(is_confirmed=False).update(is_confirmed=True, updated_at=timezone.now())


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
            return TargetCompany.objects.create(user=by, company=company, **opinion)
    except IntegrityError as exc:
        if violated_constraint(exc) != "companies_targetcompany_one_per_user":
            raise
        existing = TargetCompany.objects.owned_by(by).get(company=company)
        raise Conflict("You already track this company.", code="already_tracked", existing_id=existing.pk) from exc


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
    if len(literal) < SHORTEST_FUZZY_SEARCH or not _is_words(literal) or found:
        return found
    return (
        tracked.annotate(likeness=TrigramWordSimilarity(fold(literal), "company__normalized_name"))
        .filter(likeness__gte=LIKENESS)
        .order_by("-likeness", "company__name", "pk")[:MOST_SUGGESTIONS]
    )


def _is_words(text: str) -> bool:
    return all(letter.isalnum() or letter.isspace() for letter in text)


def rank_by_company_name(targets: QuerySet[TargetCompany], text: str) -> QuerySet[TargetCompany]:
    """Narrow to targets whose company's name holds a text, best first.

    Words are compared without case and accents; a text with any other character is meant literally, and no character
    is a wildcard.
    """
    name: Combinable
    needle: Func | Value
    if _is_words(text):
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
