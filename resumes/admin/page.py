"""What the page of one resume shows around its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from jobs.admin.listing_page import HEAVY_COLUMNS
from jobs.models import JobListing
from resumes.admin.telling import tell_origins
from resumes.models import Resume, ResumeFormat, ResumeGeneration, ResumeTemplate, ResumeVersion
from resumes.services.files import STANDARD_LAYOUTS, find_unprintable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jobos.accounts.models import User

MOST_FILES = 50
MOST_VERSIONS = 200


def describe_resume(resume: Resume, user: User) -> dict[str, Any]:
    """Return the versions, files and templates of a resume; and where its lines come from if it was made."""
    templates = list(
        ResumeTemplate.objects.visible_to(user).only("name", "is_default", "is_system", "styling")[:MOST_FILES]
    )
    shipped = {template.styling.get("layout") for template in templates if template.is_system}
    default = next((template.pk for template in templates if template.is_default), "modern")
    return {
        "resume": resume,
        "score": read_score(resume),
        "score_target": name_score_targets([resume], user)[resume.pk],
        "versions": list(
            ResumeVersion.objects.filter(resume=resume)
            .defer("content_snapshot")
            .order_by("-version_number")[:MOST_VERSIONS]
        ),
        "files": list(ResumeGeneration.objects.filter(resume=resume).defer("file")[:MOST_FILES]),
        "unprintable": find_unprintable(resume),
        "templates": [
            *((str(one.pk), one.name) for one in templates),
            *((layout, name) for layout, name in STANDARD_LAYOUTS.items() if layout not in shipped),
        ],
        "chosen_template": str(resume.template_id or default),
        "origins": tell_origins(resume),
        "formats": ResumeFormat.choices,
    }


def read_score(resume: Resume) -> float | None:
    """Return the score that a resume got when it was last asked for, None where it never was."""
    score = (resume.ats_score_data or {}).get("percent")
    return float(score) if isinstance(score, int | float) and not isinstance(score, bool) else None


def name_score_targets(resumes: Iterable[Resume], user: User) -> dict[UUID, str]:
    """Return for each resume what its score is about: a listing, a posting that was pasted, or nothing but itself."""
    results = {resume.pk: resume.ats_score_data or {} for resume in resumes}
    keys = {key for result in results.values() if (key := _read_key(result.get("job_id")))}
    listings = JobListing.objects.visible_to(user).select_related("company").defer(*HEAVY_COLUMNS).in_bulk(keys)
    return {pk: _name_target(result, listings.get(_read_key(result.get("job_id")))) for pk, result in results.items()}


def _name_target(result: dict[str, Any], listing: JobListing | None) -> str:
    if listing is not None:
        return f"for {listing.title}, {listing.company.name}"
    if result.get("job_id"):
        return "for a listing that is gone"
    return "for a pasted posting" if result.get("match_score") is not None else "for the document alone"


def _read_key(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
