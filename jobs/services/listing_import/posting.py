"""One posting, from what a source wrote to a value that the catalogue takes. Values in, values out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime

from companies.models import LONGEST_NAME
from companies.naming import fold
from jobos.core.models import LONG_TEXT_LIMIT
from jobos.core.parsers import is_storable
from jobos.core.web_addresses import check_web_address
from jobs.models import LONGEST_TITLE, SHORTEST_TITLE, ListingStatus
from jobs.services.listing_import import words
from jobs.services.listing_import.page_text import read_items, read_text
from jobs.services.listing_import.pay import Offer, find_yearly_pay

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_LOCATION = 255
LONGEST_EDUCATION = 500
LONGEST_ADDRESS = 2000
LONGEST_WEBSITE = 1000
LONGEST_KEY = 500
LONGEST_ITEM = 500
MOST_ITEMS = 200
_HAS_SCHEME = re.compile(r"^https?://[^/?#]", re.IGNORECASE)
_EPOCH_MS = 10**11  # Later than 1973 in milliseconds, and far in the future in seconds.


class Unfit(Exception):
    """This posting cannot be imported; says which field is wrong and how."""


@dataclass(frozen=True)
class Posting:
    """A posting as the catalogue takes it: every rule of the table holds."""

    key: str
    title: str
    company: str
    website: str
    is_employer_named: bool
    columns: dict[str, Any]
    untold: frozenset[str] = frozenset()
    """Columns that the record does not speak of: an update leaves them alone."""
    withheld: str = ""
    """Why the source shows it to nobody; a listing that is known retires, an unknown one is not made."""
    notes: tuple[str, ...] = ()


@dataclass
class Draft:
    """A posting in the source's words; `check` makes a Posting of it."""

    key: Any = ""
    title: Any = ""
    company: Any = ""
    website: Any = ""
    is_employer_named: bool = True
    locations: Sequence[Any] = ()
    description: Any = ""
    requirements: Any = ""
    responsibilities: Any = ""
    benefits: Sequence[Any] = ()
    education: Any = ""
    job_type: Sequence[Any] = ()
    workplace: Sequence[Any] = ()
    experience: Sequence[Any] = ()
    seniority: Sequence[Any] = ()
    skills_required: Sequence[Any] = ()
    skills_preferred: Sequence[Any] = ()
    tech_stack: Sequence[Any] = ()
    pay: Sequence[Offer] = ()
    job_url: Any = ""
    application_url: Any = ""
    posted: Any = None
    deadline: Any = None
    status: str = ListingStatus.ACTIVE
    withheld: str = ""
    untold: frozenset[str] = frozenset()
    kept_texts: frozenset[str] = frozenset()
    """Keys of the record whose long text the columns hold: the rest of the record is kept beside the listing."""
    notes: list[str] = field(default_factory=list)

    def check(self) -> Posting:
        """Return the posting; raise Unfit where it names no role, no employer, or holds what may not be stored."""
        notes = self.notes
        title = _one_line("title", self.title)
        if not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
            raise Unfit(f"title: has {len(title)} characters, not {SHORTEST_TITLE} to {LONGEST_TITLE}.")
        company = _one_line("company", self.company)
        if len(company) > LONGEST_NAME:
            raise Unfit(f"company: has more than {LONGEST_NAME} characters.")
        places = list(dict.fromkeys(place for given in self.locations if (place := _one_line("location", given))))
        pay, pay_notes = find_yearly_pay(self.pay)
        notes.extend(pay_notes)
        workplace = words.read_word(_texts(self.workplace), words.WORKPLACES, name="workplace", notes=notes)
        columns = {
            "title": title,
            "location": _join_places(places),
            "description": _long("description", self.description),
            "requirements": _long("requirements", self.requirements),
            "responsibilities": _long("responsibilities", self.responsibilities),
            "job_type": words.read_word(_texts(self.job_type), words.JOB_TYPES, name="job type", notes=notes),
            "remote_type": workplace or words.read_workplace_of_places(places),
            "experience_level": words.read_word(
                _texts(self.experience), words.EXPERIENCE, name="experience", notes=notes
            ),
            "seniority_level": words.read_word(_texts(self.seniority), words.SENIORITY, name="seniority", notes=notes),
            "salary_min": pay.low if pay else None,
            "salary_max": pay.high if pay else None,
            "salary_currency": pay.currency if pay else "USD",
            "skills_required": _items("skills", self.skills_required),
            "skills_preferred": _items("skills", self.skills_preferred),
            "tech_stack": _items("skills", self.tech_stack),
            "benefits": _items("benefits", self.benefits),
            "education_required": _one_line("education", self.education)[:LONGEST_EDUCATION],
            "job_url": _address("job_url", self.job_url),
            "application_url": _address("application_url", self.application_url),
            "posted_date": read_moment("posted_date", self.posted),
            "application_deadline": read_moment("application_deadline", self.deadline, is_end=True),
            "status": ListingStatus.INACTIVE if self.withheld else self.status,
        }
        return Posting(
            key=self._find_key(columns, company),
            title=title,
            company=company,
            website=self._check_website(),
            is_employer_named=self.is_employer_named,
            columns=columns,
            untold=self.untold,
            withheld=self.withheld,
            notes=tuple(dict.fromkeys(notes)),
        )

    def _find_key(self, columns: dict[str, Any], company: str) -> str:
        """Return the source's own key, else the address, else what tells the posting apart."""
        key = _one_line("source_job_id", self.key)
        if len(key) > LONGEST_KEY:
            raise Unfit(f"source_job_id: has more than {LONGEST_KEY} characters.")
        address: str = columns["job_url"]
        if key or 0 < len(address) <= LONGEST_KEY:
            return key or address
        if not company:
            return ""
        return "|".join(fold(part) for part in (company, columns["title"], columns["location"]))[:LONGEST_KEY]

    def _check_website(self) -> str:
        try:
            return _address("website", self.website, longest=LONGEST_WEBSITE)
        except Unfit as exc:
            self.notes.append(str(exc))
            return ""


def _texts(values: Sequence[Any]) -> list[str]:
    given = [values] if isinstance(values, str) else values
    return [value.strip() for value in given if isinstance(value, str) and value.strip()]


def read_plain(value: Any) -> str:
    """Return text or a number as text; '' for nothing and for what is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _one_line(name: str, value: Any) -> str:
    if isinstance(value, dict | list):
        raise Unfit(f"{name}: is no text.")
    text = " ".join(read_text(read_plain(value)).split())
    _check_characters(name, text)
    return text


def _long(name: str, value: Any) -> str:
    text = read_text(read_plain(value))
    _check_characters(name, text)
    if len(text) > LONG_TEXT_LIMIT:
        raise Unfit(f"{name}: has more than {LONG_TEXT_LIMIT:,} characters.")
    return text


def _check_characters(name: str, text: str) -> None:
    if not is_storable(text):
        raise Unfit(f"{name}: holds a NUL character or is not valid UTF-8.")


def _items(name: str, values: Sequence[Any]) -> list[str]:
    found: dict[str, None] = {}
    for value in values if not isinstance(values, str) else [values]:
        for item in read_items(read_plain(value)):
            _check_characters(name, item)
            found[item[:LONGEST_ITEM]] = None
    return list(found)[:MOST_ITEMS]


def _join_places(places: list[str]) -> str:
    """Return as many places as the column holds, and how many there are besides."""
    for count in range(len(places), 0, -1):
        rest = len(places) - count
        text = "; ".join(places[:count]) + (f" and {rest} more" if rest else "")
        if len(text) <= LONGEST_LOCATION:
            return text
    return places[0][:LONGEST_LOCATION] if places else ""


def _address(name: str, value: Any, *, longest: int = LONGEST_ADDRESS) -> str:
    text = read_plain(value).strip()
    if not text:
        return ""
    if not _HAS_SCHEME.match(text) or len(text) > longest:
        raise Unfit(f"{name}: {text[:100]!r} is no web address that starts with http:// or https://.")
    try:
        check_web_address(text)
        _check_characters(name, text)
    except ValidationError as exc:
        raise Unfit(f"{name}: {text[:100]!r} is no safe web address.") from exc
    return text


def read_moment(name: str, value: Any, *, is_end: bool = False) -> datetime | None:
    """Return the moment of a date, a time or milliseconds since 1970; a bare date starts, or ends, its day in UTC."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value >= _EPOCH_MS else value
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        text = str(value).strip()
        day = parse_date(text) if "T" not in text and ":" not in text else None
        if day is not None:
            bound = time(23, 59, 59) if is_end else time()
            return datetime.combine(day, bound, tzinfo=UTC)
        moment = parse_datetime(text)
        if moment is not None:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Unfit(f"{name}: {str(value)[:60]!r} is no date.")
