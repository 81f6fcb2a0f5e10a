"""What the page of one resume shows around its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resumes.admin.telling import tell_origins
from resumes.models import Resume, ResumeFormat, ResumeGeneration, ResumeTemplate, ResumeVersion
from resumes.services.files import STANDARD_LAYOUTS, find_unprintable

if TYPE_CHECKING:
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
