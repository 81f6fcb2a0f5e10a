"""Which entry of the directory does a name with a website mean? The one place that answers it, for one or thousands.

The same domain is the same company. Else an alias. Else the same normalised name, where at most one side has a domain:
a name without one joins the name's only entry, and stays apart where several share it. Nothing fuzzy decides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db.models import Q

from companies.domains import find_domain, find_owner_domain
from companies.models import LONGEST_NAME, Company, CompanyAlias
from companies.naming import normalize_company_name
from jobos.accounts.roles import is_recruiter
from jobos.core.models import describe_constraint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from jobos.accounts.models import User

LONGEST_WEBSITE = 1000


class MatchRule(StrEnum):
    """What told that a mention means an entry."""

    DOMAIN = "domain"
    ALIAS = "alias"
    NAME = "name"
    NONE = "none"


@dataclass(frozen=True)
class Identity:
    """What two mentions of one company have in common: normalised name, and domain where the website tells one."""

    normalized_name: str
    domain: str

    @classmethod
    def of(cls, name: str, website: str) -> Identity:
        return cls(normalize_company_name(name)[:255], find_domain(website))


@dataclass(frozen=True)
class Mention:
    """A company as somebody writes it, checked: its name, its website, and what else they say about it."""

    name: str
    website: str
    identity: Identity
    facts: dict[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def read(cls, name: str, website: str = "", **facts: Any) -> Self:
        """Return the mention; raise ValidationError, keyed by field, for what no company can be called."""
        name, website = name.strip(), complete_website(website)
        check_mention(name, website)
        return cls(name, website, Identity.of(name, website), facts)


@dataclass(frozen=True)
class Match:
    """The entry that a mention means, and the rule that says so."""

    company: Company
    rule: MatchRule


def complete_website(website: str) -> str:
    """Return a website with its scheme: people type acme.com."""
    website = website.strip()
    return f"https://{website}" if website and "://" not in website and find_owner_domain(website) else website


def check_mention(name: str, website: str) -> None:
    """Raise the database's rules for a name and a website as ValidationError, without asking the database."""
    broken: dict[str, str] = {}
    if not name.strip():
        broken["name"] = "company_name_not_empty"
    elif len(name) > LONGEST_NAME:
        broken["name"] = "company_name_max_length"
    if website and not re.match("https?://", website, re.IGNORECASE):
        broken["website"] = "website_url_format"
    errors: dict[str, Any] = {}
    for column, constraint in broken.items():
        rule = describe_constraint(Company, constraint)
        errors[column] = ValidationError(rule.message if rule else "", code=constraint)
    if len(website) > LONGEST_WEBSITE:
        errors["website"] = ValidationError(f"At most {LONGEST_WEBSITE} characters.", code="max_length")
    if errors:
        raise ValidationError(errors)


def is_curator(by: User | None) -> bool:
    """Tell whether what `by` writes is a fact: a recruiter, or the operator (None) whose command runs."""
    return by is None or is_recruiter(by)


def is_anothers_claim(company: Company, identity: Identity, *, by: User | None) -> bool:
    """Tell whether only a website leads to an entry that somebody else typed under another name.

    Until somebody confirms it, that is a claim and not a fact: the website decides nothing for `by`.
    """
    is_own = by is not None and company.created_by_id == by.pk
    return not company.is_confirmed and not is_own and company.normalized_name != identity.normalized_name


@dataclass(frozen=True)
class Known:
    """The part of the directory that a set of identities can mean, read in two statements."""

    by_domain: dict[str, Company]
    by_alias: dict[str, Company]
    by_name: dict[str, list[Company]]

    @classmethod
    def read(cls, identities: Collection[Identity], *, seen_by: User | None = None) -> Self:
        """Read the part that `identities` can mean: all of it, or as much as somebody sees.

        A website that only a stranger claims is not seen: the entry is read as if it had none.
        """
        entries = Company.objects.all() if seen_by is None else Company.objects.visible_to(seen_by)
        names = {identity.normalized_name for identity in identities}
        domains = {identity.domain for identity in identities if identity.domain}
        by_domain: dict[str, Company] = {}
        by_name: dict[str, list[Company]] = defaultdict(list)
        for company in entries.filter(Q(normalized_name__in=names) | Q(domain__in=domains)).order_by("pk"):
            if seen_by is not None and not company.is_open_to(seen_by):
                company.website, company.domain = "", None
            by_name[company.normalized_name].append(company)
            if company.domain:
                by_domain[company.domain] = company
        aliases = CompanyAlias.objects.filter(normalized_name__in=names, company__in=entries).select_related("company")
        return cls(by_domain, {alias.normalized_name: alias.company for alias in aliases}, by_name)

    def find_claim(self, identity: Identity, *, by: User | None) -> Company | None:
        """Return the entry that holds the identity's domain by nothing but somebody else's claim."""
        holder = self.by_domain.get(identity.domain)
        return holder if holder is not None and is_anothers_claim(holder, identity, by=by) else None

    def match(self, identity: Identity, *, by: User | None) -> Match | None:
        """Return the entry that an identity means for `by`, None where the directory has none."""
        domain = "" if self.find_claim(identity, by=by) else identity.domain
        if domain in self.by_domain:
            return Match(self.by_domain[domain], MatchRule.DOMAIN)
        if identity.normalized_name in self.by_alias:
            return Match(self.by_alias[identity.normalized_name], MatchRule.ALIAS)
        namesake = _choose_namesake(self.by_name.get(identity.normalized_name, ()), has_domain=bool(domain), by=by)
        return Match(namesake, MatchRule.NAME) if namesake is not None else None


def _choose_namesake(namesakes: Sequence[Company], *, has_domain: bool, by: User | None) -> Company | None:
    """Return the namesake that a mention joins.

    What nobody confirmed counts only where nothing is confirmed, and what others typed only where `by` typed nothing.
    """
    bare = next((company for company in namesakes if company.domain is None), None)
    if has_domain:
        return bare
    confirmed = [company for company in namesakes if company.is_confirmed]
    own = [company for company in namesakes if by is not None and company.created_by_id == by.pk]
    weighty = confirmed or own or namesakes
    if bare in weighty:
        return bare
    return weighty[0] if len(weighty) == 1 else bare


def find_company(identity: Identity, *, by: User | None = None) -> Match | None:
    """Return the entry that one identity means, and why."""
    return Known.read([identity]).match(identity, by=by)


def read_mentions(mentions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Mention]:
    """Return each (name, website) as read; raise ValidationError for the first that no company can be called."""
    return {(name, website): Mention.read(name, website) for name, website in mentions}
