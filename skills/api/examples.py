"""What the documentation shows as answers: entries that were never stored, shown as stored ones are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from skills.models import (
    HEADINGS,
    Certification,
    Education,
    EducationVariation,
    ExperienceVariation,
    Project,
    ProjectVariation,
    Skill,
    SummaryVariation,
    WorkExperience,
)
from skills.services.bank import VARIATIONS, show_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model

MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
VARIATION = {
    "content": "Led four engineers through a rewrite.",
    "focus": "leadership",
    "target_roles": ["Engineering manager"],
}
GIVEN: dict[type[Model], dict[str, Any]] = {
    Skill: {"name": "PostgreSQL", "level": "expert", "bucket": "Technical Skills", "years_experience": "8.5"},
    SummaryVariation: {
        "content": "Engineer who leads by writing.",
        "focus": "leadership",
        "target_roles": ["Engineering manager"],
    },
    WorkExperience: {
        "position": "Backend engineer",
        "company": "Acme",
        "start_date": "2021-04",
        "is_current": True,
        "default_achievements": ["Cut the night run from six hours to one."],
    },
    Education: {
        "institution": "University of London",
        "degree": "BSc",
        "field_of_study": "Mathematics",
        "end_date": "2012",
    },
    Project: {"name": "Analytical engine", "url": "https://engine.example", "technologies": ["Brass"]},
    Certification: {"name": "Certified Kubernetes Administrator", "issuer": "CNCF", "issue_date": "2024-05-12"},
    ExperienceVariation: VARIATION,
    EducationVariation: VARIATION,
    ProjectVariation: VARIATION,
}


def name_example(number: int) -> UUID:
    """Return an id that examples name something by."""
    return UUID(f"01a20d38-e2b7-7159-8ff0-{number:012x}")


def _show(kind: type[Any]) -> dict[str, Any]:
    number = list(GIVEN).index(kind) + 1
    entry = kind(pk=name_example(number), created_at=MOMENT, updated_at=MOMENT, **GIVEN[kind])
    if kind in VARIATIONS:
        entry._prefetched_objects_cache = {"variations": []}  # noqa: SLF001 - as Django keeps what it has read
    return show_entry(entry)


SHOWN_ENTRIES: Mapping[type[Model], dict[str, Any]] = {kind: _show(kind) for kind in GIVEN}
for _kind, _variation in VARIATIONS.items():
    SHOWN_ENTRIES[_kind]["variations"] = [SHOWN_ENTRIES[_variation]]

BANK = {
    "id": str(name_example(0)),
    "default_summary": "I build engines.",
    "skill_categories": list(HEADINGS),
    "skills": {heading: [SHOWN_ENTRIES[Skill]] if heading == HEADINGS[0] else [] for heading in HEADINGS},
    "summaries": [SHOWN_ENTRIES[SummaryVariation]],
    "experiences": [SHOWN_ENTRIES[WorkExperience]],
    "education": [SHOWN_ENTRIES[Education]],
    "projects": [SHOWN_ENTRIES[Project]],
    "certifications": [SHOWN_ENTRIES[Certification]],
    "created_at": "2026-11-02T09:30:00Z",
    "updated_at": "2026-11-02T09:30:00Z",
}
