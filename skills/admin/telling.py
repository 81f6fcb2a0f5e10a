"""How the entries of a bank are told in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skills.models import Certification, Education, Project, SummaryVariation, WorkExperience

if TYPE_CHECKING:
    from decimal import Decimal

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def describe_date(partial: str) -> str:
    """Return a partial date as people write it: 2019, Jun 2019, 30 Jun 2019."""
    year, *rest = partial.split("-")
    if not rest:
        return year
    month = MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) > 1 else f"{month} {year}"


def describe_period(first: str, last: str, *, goes_on: bool = False) -> str:
    """Return from when to when something went, '' where neither is known."""
    start, end = describe_date(first), "now" if goes_on else describe_date(last)
    if start and end:
        return start if start == end else f"{start} \u2013 {end}"
    return f"from {start}" if start else f"until {end}" if end and not goes_on else end


def describe_years(years: Decimal | None) -> str:
    """Return how long somebody has had a skill."""
    if years is None:
        return ""
    return "1 year" if years == 1 else f"{years.normalize():f} years"


def count_variations(count: int) -> str:
    return "" if not count else "1 variation" if count == 1 else f"{count} variations"


def describe_entry(entry: Any) -> dict[str, str]:
    """Return the title of an entry, a line of facts, and how it begins."""
    match entry:
        case WorkExperience():
            facts = (
                entry.company,
                entry.location,
                describe_period(entry.start_date, entry.end_date, goes_on=entry.is_current),
            )
            title, text = entry.position, entry.default_description
        case Education():
            title = " in ".join(filter(None, (entry.degree, entry.field_of_study))) or entry.institution
            facts = (
                entry.institution if title != entry.institution else "",
                entry.location,
                describe_period(entry.start_date, entry.end_date),
            )
            text = entry.default_description
        case Project():
            facts = (describe_period(entry.start_date, entry.end_date), ", ".join(entry.technologies[:6]), "")
            title, text = entry.name, entry.default_description
        case Certification():
            expires = f"expires {describe_date(entry.expiry_date)}" if entry.expiry_date else ""
            facts = (entry.issuer, describe_date(entry.issue_date), expires)
            title, text = entry.name, ""
        case SummaryVariation():
            facts = (", ".join(entry.target_roles[:4]), entry.tone, entry.length)
            title, text = str(entry), entry.content
        case _:
            raise TypeError(entry)
    return {"title": title, "line": " \u00b7 ".join(fact for fact in facts if fact), "text": text}
