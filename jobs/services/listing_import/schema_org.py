"""JobPosting of schema.org, as JSON-LD writes it. Values in, values out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.services.listing_import.boards import Record, as_list, as_record, name_employer
from jobs.services.listing_import.pay import Offer
from jobs.services.listing_import.posting import Draft, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 8


def is_posting(value: Any) -> bool:
    """Tell whether an object is a JobPosting."""
    kinds = as_list(as_record(value).get("@type"))
    return any(isinstance(kind, str) and kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1] == "JobPosting" for kind in kinds)


def find_postings(value: Any, depth: int = 0) -> Iterator[Record]:
    """Return every JobPosting in a document: itself, of a list, of a @graph, of a list of items."""
    if is_posting(value):
        yield value
    elif depth < _DEEPEST and isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from find_postings(part, depth + 1)


def read_job_posting(record: Record) -> Draft:
    employer = record.get("hiringOrganization")
    named = as_record(next(iter(as_list(employer)), None))
    identifier = next(iter(as_list(record.get("identifier"))), None)
    address = _first_text(record.get("url"))
    draft = Draft(
        title=record.get("title") or record.get("name"),
        company=_first_text(named.get("legalName") if not named.get("name") else named.get("name"))
        or _first_text(employer),
        website=_first_text(named.get("sameAs")) or _first_text(named.get("url")),
        locations=list(_read_places(record)),
        description=record.get("description"),
        requirements=_join(record, "qualifications", "experienceRequirements"),
        responsibilities=_join(record, "responsibilities"),
        benefits=[_name(item) for item in as_list(record.get("jobBenefits"))],
        education=_read_education(record),
        job_type=[_last_part(kind) for kind in as_list(record.get("employmentType"))],
        workplace=[_last_part(kind) for kind in as_list(record.get("jobLocationType"))],
        skills_required=[part for item in as_list(record.get("skills")) for part in _name(item).split(",")],
        pay=[offer for entry in as_list(record.get("baseSalary")) for offer in _read_pay(entry)],
        job_url=address,
        posted=_first_text(record.get("datePosted")),
        deadline=_first_text(record.get("validThrough")),
        kept_texts=frozenset({"description"}),
    )
    key = read_plain(as_record(identifier).get("value")) or read_plain(identifier)
    if key:  # Unique for its employer only.
        draft.key = f"{read_plain(as_record(identifier).get('name')) or draft.company}: {key}"
    elif as_record(identifier).get("@id") or record.get("@id"):
        draft.key = as_record(identifier).get("@id") or record.get("@id")
    if not draft.company:
        name_employer(draft, [draft.website, address])
    return draft


def _first_text(value: Any) -> str:
    return next((item for item in as_list(value) if isinstance(item, str)), "")


def _name(value: Any) -> str:
    return read_plain(value) or read_plain(as_record(value).get("name") or as_record(value).get("description"))


def _last_part(value: Any) -> str:
    """Return FULL_TIME of https://schema.org/FULL_TIME."""
    return _name(value).rsplit("/", 1)[-1]


def _join(record: Record, *keys: str) -> str:
    return "\n".join(text for key in keys for item in as_list(record.get(key)) if (text := _name(item)))


def _read_places(record: Record) -> Iterator[str]:
    places = as_list(record.get("jobLocation")) or as_list(record.get("applicantLocationRequirements"))
    for place in places:
        for address in as_list(as_record(place).get("address")) or [place]:
            parts = [
                _name(as_record(address).get(key)) for key in ("addressLocality", "addressRegion", "addressCountry")
            ]
            yield ", ".join(part for part in parts if part) or _name(address) or _name(place)


def _read_education(record: Record) -> str:
    found = [
        read_plain(item) or _name(as_record(item).get("credentialCategory")) or _name(item)
        for item in as_list(record.get("educationRequirements"))
    ]
    return "; ".join(text for text in found if text)


def _read_pay(entry: Any) -> Iterator[Offer]:
    if not isinstance(entry, dict):
        if read_plain(entry):
            yield Offer(entry, entry)
        return
    currency = entry.get("currency") or entry.get("salaryCurrency")
    values = as_list(entry.get("value")) or ([entry] if "minValue" in entry or "maxValue" in entry else [])
    for value in values:
        told = as_record(value) or {"value": value}
        exact = told.get("value")
        yield Offer(
            told.get("minValue", exact),
            told.get("maxValue", exact),
            currency or told.get("currency"),
            told.get("unitText") or told.get("unitCode") or entry.get("unitText"),
        )
