"""Writing the directory: finding or making entries, changing, confirming and deleting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from companies.models import DERIVED_FROM, Company, CompanyAlias, CompanyMatchSuggestion, SuggestionState, TargetCompany
from companies.naming import normalize_company_name
from companies.services.identity import (
    Identity,
    Known,
    Match,
    MatchRule,
    Mention,
    complete_website,
    is_curator,
    read_mentions,
)
from companies.services.matches import suggest_namesakes
from companies.sizes import find_size_category
from jobos.core.errors import Conflict
from jobos.core.models import describe_constraint
from jobs.models import JobListing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from jobos.accounts.models import User

log = structlog.get_logger(__name__)

BATCH = 2000
MOST_ROUNDS = 20
IDENTITY_RULES = {"unique_company_identity", "companies_company_domain_unique"}
# What a mention can change of an entry that it means, with what is derived from it.
SETTLED = ("name", "normalized_name", "website", "domain", "is_confirmed", "updated_at")


# Finding or making ----------------------------------------------------------------------------------------------------


def find_or_create_company(name: str, *, website: str = "", by: User | None, **facts: Any) -> Company:
    """Return the directory's one entry for this name and website, making it where there is none.

    Parallel calls for one company return one row. What a job seeker's typing makes is unconfirmed. An entry without a
    website takes the given one on, if `by` may change it: a seeker cannot put an address on what others see.
    """
    mention = Mention.read(name, website, **_with_size_category(facts))
    if facts:
        _check_facts(mention, by=by)
    return _find_or_create([mention], by=by)[mention]


def find_or_create_companies(mentions: Iterable[tuple[str, str]], *, by: User | None) -> dict[tuple[str, str], Company]:
    """Return the entry of each (name, website), in a number of statements that does not grow with theirs.

    `by` None is the operator, a curator like any recruiter: what is made is confirmed. Callers that write batches in
    parallel each commit between two batches, or they can wait for each other for ever.
    """
    read = read_mentions(mentions)
    wanted = list(dict.fromkeys(read.values()))
    found: dict[Mention, Company] = {}
    for start in range(0, len(wanted), BATCH):
        found |= _find_or_create(wanted[start : start + BATCH], by=by)
    return {mention: found[as_read] for mention, as_read in read.items()}


@transaction.atomic
def _find_or_create(wanted: Iterable[Mention], *, by: User | None) -> dict[Mention, Company]:
    """Ask the directory again until every mention has its entry; each round settles, takes over or makes some."""
    found: dict[Mention, Company] = {}
    waiting = {mention: mention for mention in wanted}  # What was said, and what of it counts.
    stuck: set[Any] = set()  # Claims that cannot be taken back: another entry has that bare name already.
    made: list[Any] = []
    for _ in range(MOST_ROUNDS):
        known = Known.read([mention.identity for mention in waiting.values()])
        if is_curator(by):
            claims = _find_claims(known, waiting.values(), by=by, stuck=stuck)
            if claims:
                stuck |= _take_back(claims)
                continue
        else:
            waiting = {said: _leave_claim(mention, known, by=by) for said, mention in waiting.items()}
        matches = {mention: match for mention in waiting.values() if (match := _match(mention, known, stuck, by=by))}
        settled = _settle(matches, by=by)
        made += _make([mention for mention in waiting.values() if mention not in matches], by=by)
        found |= {said: settled[mention] for said, mention in waiting.items() if mention in settled}
        waiting = {said: mention for said, mention in waiting.items() if said not in found}
        if not waiting:
            suggest_namesakes(made)
            return found
    raise Conflict("Others are writing the same companies at the moment. Try again.", code="busy")


def _leave_claim(mention: Mention, known: Known, *, by: User | None) -> Mention:
    """Return a mention without its website where that is no more than another person's claim about another name."""
    is_claimed = known.find_claim(mention.identity, by=by) is not None
    return Mention.read(mention.name, **mention.facts) if is_claimed else mention


def _match(mention: Mention, known: Known, stuck: set[Any], *, by: User | None) -> Match | None:
    holder = known.by_domain.get(mention.identity.domain)
    if holder is not None and holder.pk in stuck:
        return Match(holder, MatchRule.DOMAIN)
    return known.match(mention.identity, by=by)


def _find_claims(known: Known, waiting: Iterable[Mention], *, by: User | None, stuck: set[Any]) -> set[Any]:
    claims = (known.find_claim(mention.identity, by=by) for mention in waiting)
    return {claim.pk for claim in claims if claim is not None} - stuck


def _take_back(claims: set[Any]) -> set[Any]:
    """Take a website from entries that a seeker's claim gave it to: a curator says that it is another company's.

    Return the keys of those that must keep it, since their name without a website is another entry already.
    """
    locked = list(Company.objects.select_for_update(no_key=True).filter(pk__in=claims).order_by("pk"))
    names = {company.normalized_name for company in locked}
    taken = set(
        Company.objects.filter(normalized_name__in=names, domain__isnull=True).values_list("normalized_name", flat=True)
    )
    freed, stuck = [], set()
    for company in locked:
        if company.is_confirmed or company.domain is None:
            continue
        if company.normalized_name in taken:
            stuck.add(company.pk)
            continue
        taken.add(company.normalized_name)
        company.website, company.domain, company.updated_at = "", None, timezone.now()
        freed.append(company)
    try:
        with transaction.atomic():
            Company.objects.bulk_update(freed, SETTLED)
    except IntegrityError:
        log.info("bare_name_taken_meanwhile", companies=len(freed))  # The next round sees it.
    return stuck


def _settle(matches: dict[Mention, Match], *, by: User | None) -> dict[Mention, Company]:
    """Write what mentions change of the entries they mean; return those that are settled."""
    settled: dict[Mention, Company] = {}
    first: dict[Any, Mention] = {}
    for mention, match in matches.items():
        if not _find_changes(match, mention, by=by):
            settled[mention] = match.company
        else:
            first.setdefault(match.company.pk, mention)
    if not first:
        return settled
    locked = {
        company.pk: company
        for company in Company.objects.select_for_update(no_key=True).filter(pk__in=first).order_by("pk")
    }
    changed: dict[Mention, Company] = {}
    columns: set[str] = set(SETTLED)
    for pk, mention in first.items():
        seen, company = matches[mention].company, locked.get(pk)
        if company is None or (company.domain, company.is_confirmed) != (seen.domain, seen.is_confirmed):
            continue  # Merged, promoted or confirmed meanwhile; the next round sees it.
        changes = _find_changes(Match(company, matches[mention].rule), mention, by=by)
        for column, value in changes.items():
            setattr(company, column, value)
        identity = Identity.of(company.name, company.website)
        company.normalized_name = identity.normalized_name
        if "website" in changes:
            company.domain = identity.domain or None
        company.updated_at = timezone.now()
        changed[mention] = company
        columns |= changes.keys()
    try:
        with transaction.atomic():
            Company.objects.bulk_update(changed.values(), sorted(columns), batch_size=500)
    except IntegrityError:
        return settled  # Somebody took that identity meanwhile; the next round sees it.
    return settled | changed


def _find_changes(match: Match, mention: Mention, *, by: User | None) -> dict[str, Any]:
    """Return what a mention changes of the entry it means, by field.

    A curator confirms what a seeker typed, and the curator's facts win. The website that the seeker claimed stays only
    if the curator names it too: confirming the rest would publish it unproven. (An alias is known to be right, as a
    curator wrote it, so there a mention without a website says nothing against the entry's.)
    """
    company, is_new_domain = match.company, bool(mention.identity.domain) and match.company.domain is None
    if not is_curator(by):
        is_own = by is not None and company.created_by_id == by.pk and not company.is_confirmed
        return {"website": mention.website} if is_new_domain and is_own else {}
    if company.is_confirmed:
        return {"website": mention.website} if is_new_domain else {}
    if match.rule == MatchRule.ALIAS:
        return {"is_confirmed": True, **({"website": mention.website} if is_new_domain else {})}
    return {**mention.facts, "name": mention.name, "website": mention.website, "is_confirmed": True}


def _make(missing: list[Mention], *, by: User | None) -> list[Any]:
    """Insert entries for mentions that mean none, as far as nobody else does; return their keys.

    Those with a domain come first, since a bare name may then join one of them. All insert in one order, so that
    parallel calls wait for each other and never in a circle.
    """
    fresh: dict[tuple[str, str], Company] = {}
    for mention in missing:
        domain = mention.identity.domain
        key = (domain, "") if domain else ("", mention.identity.normalized_name)
        fresh.setdefault(
            key,
            Company(
                **{
                    **mention.facts,
                    "name": mention.name,
                    "website": mention.website,
                    "created_by": by,
                    "is_confirmed": is_curator(by),
                }
            ),
        )
    with_domain = [key for key in fresh if key[0]]
    chosen = [fresh[key] for key in sorted(with_domain or fresh)]
    Company.objects.bulk_create(chosen, ignore_conflicts=True, batch_size=1000)
    return [company.pk for company in chosen]


def _check_facts(mention: Mention, *, by: User | None) -> None:
    """Explain a broken rule before the database refuses it, without asking it about identity: that is a find."""
    company = Company(name=mention.name, website=mention.website, created_by=by, **mention.facts)
    company.full_clean(exclude=["normalized_name", "domain"], validate_unique=False, validate_constraints=False)
    for constraint in Company._meta.constraints:
        if constraint.name in IDENTITY_RULES:
            continue
        try:
            constraint.validate(Company, company)
        except ValidationError as exc:
            rule = describe_constraint(Company, constraint.name)
            raise ValidationError(dict.fromkeys(rule.fields, exc) if rule else exc) from exc


# Curating -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_company(*, by: User, **facts: Any) -> Company:
    """Put a company into the directory as a curator: confirmed unless said otherwise.

    One that is there already is a conflict; one that a seeker typed is taken over, with the curator's facts.
    """
    name, website = facts.pop("name"), facts.pop("website", "")
    is_confirmed = facts.pop("is_confirmed", True)
    mention = Mention.read(name, website, **_with_size_category(facts))
    known = Known.read([mention.identity])
    match = known.match(mention.identity, by=by)
    if match is not None and match.company.is_confirmed:
        words = f"The directory already has this company: {match.company}."
        raise Conflict(words, code="unique_company_identity", existing_id=match.company.pk)
    _check_facts(mention, by=by)
    company = _find_or_create([mention], by=by)[mention]
    return company if is_confirmed else change_company(company, is_confirmed=False)


def change_company(company: Company, **changes: Any) -> Company:
    """Change the given columns of a directory entry, and what is derived from them; call it with the row locked."""
    if "website" in changes:
        changes["website"] = complete_website(changes["website"])
    if "name" in changes:
        refuse_anothers_alias(changes["name"], company)
    if "size" in changes and "size_category" not in changes:
        changes |= _derive_size_category(company, changes["size"])
    changed = [field for field, value in changes.items() if getattr(company, field) != value]
    for field in changed:
        setattr(company, field, changes[field])
    if changed:
        derived = [target for source, target in DERIVED_FROM.items() if source in changed]
        company.save(update_fields=[*changed, *derived, "updated_at"], force_update=True)
    return company


def _with_size_category(facts: dict[str, Any]) -> dict[str, Any]:
    """Fill in the category that a published size certainly says, where none is given."""
    if facts.get("size_category") or not facts.get("size"):
        return facts
    return {**facts, "size_category": find_size_category(facts["size"])}


def _derive_size_category(company: Company, size: str) -> dict[str, Any]:
    """Return the category of a new size; one that a curator chose stays where the size does not say."""
    category = find_size_category(size)
    was_derived = company.size_category == find_size_category(company.size)
    return {"size_category": category} if category or was_derived else {}


def refuse_anothers_alias(name: str, company: Company) -> None:
    """Raise for a name that is a spelling of another company: everybody who writes it means that one."""
    alias = (
        CompanyAlias.objects.filter(normalized_name=normalize_company_name(name)[:255])
        .exclude(company=company)
        .select_related("company")
        .first()
    )
    if alias is not None:
        words = f"This is a spelling of {alias.company}. Remove the alias there first."
        raise ValidationError({"name": ValidationError(words, code="alias_of_another")})


def confirm_companies(companies: QuerySet[Company]) -> int:
    """Let everybody see these entries of the directory; return how many nobody had confirmed yet."""
    return companies.filter(is_confirmed=False).update(is_confirmed=True, updated_at=timezone.now())


@transaction.atomic
def delete_companies(companies: Iterable[Company]) -> int:
    """Delete entries that nothing points at; raise ValidationError with what does. Return how many."""
    keys = [company.pk for company in companies]
    locked = list(Company.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    words = explain_use(locked)
    if words:
        raise ValidationError(words, code="in_use")
    CompanyMatchSuggestion.objects.filter(other__in=keys, state=SuggestionState.OPEN).delete()
    return Company.objects.filter(pk__in=keys).delete()[1].get("companies.Company", 0)


def explain_use(companies: Iterable[Company]) -> list[str]:
    """Return for each company that listings or people's lists point at a sentence that says so, naming nobody."""
    keys = [company.pk for company in companies]
    used = (
        Company.objects.filter(pk__in=keys)
        .annotate(
            listing_count=count_related(JobListing.objects.filter(company=OuterRef("pk"))),
            target_count=count_related(TargetCompany.objects.filter(company=OuterRef("pk"))),
        )
        .filter(Q(listing_count__gt=0) | Q(target_count__gt=0))
        .values_list("name", "listing_count", "target_count")
    )
    return [
        f"{name} cannot be deleted: {_count(listings, 'listing')} and {_count(people, 'list')} of people who track it point"
        " at it. Merge it into another company instead."
        for name, listings, people in used
    ]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def count_related(rows: QuerySet[Any]) -> Any:
    """Return an expression that counts the rows of a correlated query."""
    counted = rows.order_by().values("company").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def narrow_by_open_roles(companies: QuerySet[Company], *, has_open_roles: bool) -> QuerySet[Company]:
    """Narrow to companies that hire now, or to those that do not."""
    hires = Exists(JobListing.objects.active().filter(company=OuterRef("pk")))
    return companies.filter(hires if has_open_roles else ~hires)
