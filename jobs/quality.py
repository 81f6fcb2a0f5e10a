"""How much a posting tells whoever reads it: a number from 0 to 1, and what is missing. Values in, values out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# A text of this length describes a role; a shorter one counts in proportion.
FULL_DESCRIPTION = 400
# What a reader looks for: its name, its weight (they sum up to 100), and the columns of which one is enough.
FACTS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("description", 25, ("description",)),
    ("skills", 15, ("skills_required", "skills_preferred", "tech_stack")),
    ("salary", 15, ("salary_min", "salary_max")),
    ("location", 10, ("location",)),
    ("address", 10, ("job_url", "application_url")),
    ("requirements", 5, ("requirements", "responsibilities")),
    ("job_type", 5, ("job_type",)),
    ("remote_type", 5, ("remote_type",)),
    ("experience_level", 5, ("experience_level",)),
    ("posted_date", 5, ("posted_date",)),
)
# The columns that the score is made of: a change of any other leaves it as it is.
SCORED_COLUMNS = tuple(column for _, _, columns in FACTS for column in columns)


def score_quality(facts: Mapping[str, Any]) -> float:
    """Return the quality of a posting from its columns, by their names; columns left out count as empty."""
    return round(sum(weight * _share(name, columns, facts) for name, weight, columns in FACTS) / 100, 3)


def find_missing(facts: Mapping[str, Any]) -> list[str]:
    """Return the names of what a posting does not tell, the weightiest first."""
    return [name for name, _, columns in FACTS if not _share(name, columns, facts)]


def _share(name: str, columns: tuple[str, ...], facts: Mapping[str, Any]) -> float:
    """Return how far one fact is there, from 0 to 1; a remote role has no place to tell."""
    if name == "description":
        return min(len((facts.get("description") or "").strip()) / FULL_DESCRIPTION, 1.0)
    if name == "location" and facts.get("remote_type") == "Remote":
        return 1.0
    return float(any(_is_told(facts.get(column)) for column in columns))


def _is_told(value: Any) -> bool:
    """Tell whether a column says something; a salary of 0 does not."""
    return bool(value.strip() if isinstance(value, str) else value)
