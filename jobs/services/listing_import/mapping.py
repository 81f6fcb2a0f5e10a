"""Which column of a table is which of our fields: mappings for CSV and JSON lines. Values in, values out.

A mapping is TOML or JSON:

    source = "acme"                               # the JobSource, unless --source names another
    [fields]
    title = "Position"                            # our field = their column
    company = { from = ["Agency", "Department"], skip = ["Other"] }     # the first that says something
    job_url = { from = "No", prefix = "https://jobs.example/" }
    location = { from = "Places", split = "|" }
    job_type = { from = "Kind", values = { FT = "Full-time" } }         # their word = our word
    remote_type = { from = "Places", contains = { "Anywhere" = "Remote" } }
    posted_date = { from = "Opened", dates = ["%d.%m.%Y"] }
    salary_period = { value = "year" }            # a constant
    requirements = [{ from = "Grade", prefix = "Grade: " }, { from = "Travel", prefix = "Travel: " }]     # lines
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from jobs.models import ListingStatus
from jobs.services.listing_import.pay import Offer
from jobs.services.listing_import.posting import Draft, Unfit, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jobs.services.listing_import.boards import Record

# Our field names, with other names for them that need no mapping.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "source_job_id": ("job_id", "external_id", "key", "reference"),
    "title": ("job_title", "position", "role_title"),
    "company": ("company_name", "employer", "organization"),
    "website": ("company_website", "company_url"),
    "location": ("locations", "place"),
    "description": ("job_description", "jd_text"),
    "requirements": ("qualifications",),
    "responsibilities": ("duties",),
    "benefits": (),
    "education_required": ("education",),
    "job_type": ("employment_type",),
    "remote_type": ("workplace_type", "workplace"),
    "experience_level": ("experience",),
    "seniority_level": ("seniority",),
    "skills_required": ("skills",),
    "skills_preferred": (),
    "tech_stack": (),
    "salary_min": (),
    "salary_max": (),
    "salary_currency": ("currency",),
    "salary_period": (),
    "job_url": ("url", "link", "posting_url"),
    "application_url": ("apply_url",),
    "posted_date": ("posted", "date_posted"),
    "application_deadline": ("deadline", "valid_through", "closing_date"),
    "status": (),
}
LISTS = frozenset({"location", "benefits", "skills_required", "skills_preferred", "tech_stack"})
LONG_TEXTS = frozenset({"description", "requirements", "responsibilities"})
DATES = frozenset({"posted_date", "application_deadline"})
NEEDED = ("title", "company")
SHIPPED = ("usajobs",)
_RULE_KEYS = frozenset({"from", "value", "values", "contains", "split", "dates", "prefix", "skip"})


@dataclass(frozen=True)
class Rule:
    """How one of our fields, or one line of it, is read from a row."""

    columns: tuple[str, ...] = ()
    value: str = ""
    values: tuple[tuple[str, str], ...] = ()
    contains: tuple[tuple[str, str], ...] = ()
    split: str = ""
    dates: tuple[str, ...] = ()
    prefix: str = ""
    skip: frozenset[str] = frozenset()

    def is_told_by(self, columns: tuple[str, ...]) -> bool:
        """Tell whether a row with these columns speaks of the field, be it to say that there is nothing."""
        return not self.columns or any(column in columns for column in self.columns)

    def read(self, record: Record) -> list[str]:
        """Return what the first column that says something says, in our words."""
        if not self.columns:
            return [self.value]
        for column in self.columns:
            found = [translated for text in self._take(record.get(column)) if (translated := self._translate(text))]
            if found:
                return [self.prefix + found[0], *found[1:]]
        return []

    def _take(self, raw: Any) -> Iterable[str]:
        for part in raw if isinstance(raw, list) else [raw]:
            text = read_plain(part).strip()
            for piece in text.split(self.split) if self.split else [text]:
                if piece.strip() and piece.strip() not in self.skip:
                    yield piece.strip()

    def _translate(self, text: str) -> str:
        if self.contains:
            return next((ours for theirs, ours in self.contains if theirs in text), "")
        return dict(self.values).get(text, text) if self.values else text


@dataclass(frozen=True, eq=False)
class FieldMapping:
    """What each of our fields is read from."""

    rules: Mapping[str, tuple[Rule, ...]]
    source: str = ""

    def read(self, record: Record) -> Draft:
        """Return the posting of a row."""
        taken = {name: self._read(name, record) for name in self.rules if name not in DATES}

        def text(name: str) -> str:
            return "; ".join(taken.get(name, ()))

        def lines(name: str) -> str:
            return "\n".join(taken.get(name, ()))

        draft = Draft(
            key=text("source_job_id"),
            title=text("title"),
            company=text("company"),
            website=text("website"),
            locations=taken.get("location", ()),
            description=lines("description"),
            requirements=lines("requirements"),
            responsibilities=lines("responsibilities"),
            benefits=taken.get("benefits", ()),
            education=text("education_required"),
            job_type=taken.get("job_type", ()),
            workplace=taken.get("remote_type", ()),
            experience=taken.get("experience_level", ()),
            seniority=taken.get("seniority_level", ()),
            skills_required=taken.get("skills_required", ()),
            skills_preferred=taken.get("skills_preferred", ()),
            tech_stack=taken.get("tech_stack", ()),
            job_url=text("job_url"),
            application_url=text("application_url"),
            posted=self._read_date("posted_date", record),
            deadline=self._read_date("application_deadline", record),
            status=text("status").lower() or ListingStatus.ACTIVE,
            untold=_find_untold(self, tuple(record)),
            kept_texts=frozenset(column for rule in self.rules.get("description", ()) for column in rule.columns),
        )
        if taken.get("salary_min") or taken.get("salary_max"):
            draft.pay = [Offer(text("salary_min"), text("salary_max"), text("salary_currency"), text("salary_period"))]
        if draft.status not in ListingStatus.values:
            raise Unfit(f"status: {draft.status[:60]!r} is none of {', '.join(ListingStatus.values)}.")
        return draft

    def _read(self, name: str, record: Record) -> list[str]:
        rules = self.rules[name]
        if name in LONG_TEXTS:
            return [", ".join(found) for rule in rules if (found := rule.read(record))]
        return [text for rule in rules for text in rule.read(record)]

    def _read_date(self, name: str, record: Record) -> Any:
        for rule in self.rules.get(name, ()):
            text = "".join(rule.read(record)[:1])
            for pattern in rule.dates if text else ():
                try:
                    moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - A bare date stays one.
                except ValueError:
                    continue
                has_time = any(mark in pattern for mark in ("%H", "%I", "%X", "%c"))
                return moment.replace(tzinfo=moment.tzinfo or UTC) if has_time else moment.date().isoformat()
            if text and rule.dates:
                raise Unfit(f"{name}: {text[:60]!r} is no date as the mapping describes it.")
            if text:
                return text
        return None


@lru_cache(maxsize=100)
def _find_untold(mapping: FieldMapping, columns: tuple[str, ...]) -> frozenset[str]:
    """Return our fields of which a row says nothing, because it lacks the column or nothing is mapped to it."""
    untold = {name for name in FIELDS if not any(rule.is_told_by(columns) for rule in mapping.rules.get(name, ()))}
    return frozenset(untold | ({"salary_currency"} if untold >= {"salary_min", "salary_max"} else set()))


def load_mapping(text: str, *, is_toml: bool) -> dict[str, Any]:
    """Return a mapping file as a dictionary."""
    try:
        value = tomllib.loads(text) if is_toml else json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ValidationError(f"The mapping cannot be read: {exc}", code="mapping") from exc
    if not isinstance(value, dict):
        raise ValidationError("A mapping is a table with the key fields.", code="mapping")
    return value


def make_mapping(given: Mapping[str, Any] | str) -> FieldMapping:
    """Return a shipped mapping by its name, or the mapping that a dictionary describes; say what is wrong with it."""
    if isinstance(given, str):
        if given not in SHIPPED:
            raise ValidationError(f"There is no mapping {given!r}; shipped: {', '.join(SHIPPED)}.", code="mapping")
        given = load_mapping(files(__package__).joinpath("mappings", f"{given}.toml").read_text("utf-8"), is_toml=True)
    fields = given.get("fields")
    if not isinstance(fields, dict) or set(given) - {"source", "fields"}:
        raise ValidationError("A mapping has the key fields, a table, and may have source.", code="mapping")
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise ValidationError(f"The mapping names unknown fields: {', '.join(unknown)[:200]}.", code="mapping")
    missing = [name for name in NEEDED if name not in fields]
    if missing:
        raise ValidationError(f"The mapping lacks {' and '.join(missing)}.", code="mapping")
    rules = {name: tuple(_make_rule(name, rule) for rule in _as_list(value)) for name, value in fields.items()}
    return FieldMapping(rules, source=str(given.get("source", "")))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _make_rule(name: str, given: Any) -> Rule:
    if isinstance(given, str):
        return Rule((given,), split=";" if name in LISTS else "")
    refusal = ValidationError(
        f"The mapping of {name} is a column's name or a table with from or value, and {', '.join(sorted(_RULE_KEYS))}.",
        code="mapping",
    )
    if not isinstance(given, dict) or set(given) - _RULE_KEYS or ("from" in given) == ("value" in given):
        raise refusal
    tables = [given.get("values", {}), given.get("contains", {})]
    if not all(isinstance(table, dict) for table in tables):
        raise refusal
    return Rule(
        columns=tuple(str(column) for column in _as_list(given.get("from", []))),
        value=str(given.get("value", "")),
        values=tuple((str(theirs), str(ours)) for theirs, ours in tables[0].items()),
        contains=tuple((str(theirs), str(ours)) for theirs, ours in tables[1].items()),
        split=str(given.get("split", "")),
        dates=tuple(str(pattern) for pattern in _as_list(given.get("dates", []))),
        prefix=str(given.get("prefix", "")),
        skip=frozenset(str(text) for text in _as_list(given.get("skip", []))),
    )


def guess_mapping(columns: Iterable[str]) -> FieldMapping | None:
    """Return the mapping of a row whose columns carry our names or known ones; None where title or company is missing."""
    given = {column.strip().casefold().replace(" ", "_").replace("-", "_"): column for column in columns}
    rules = {}
    for name, others in FIELDS.items():
        found = tuple(given[known] for known in (name, *others) if known in given)
        if found:
            rules[name] = (Rule(found, split=";" if name in LISTS else ""),)
    return FieldMapping(rules) if all(name in rules for name in NEEDED) else None
