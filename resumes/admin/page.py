"""What the page of one resume shows around its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resumes.models import Resume, ResumeFormat, ResumeGeneration, ResumeTemplate, ResumeVersion

if TYPE_CHECKING:
    from jobos.accounts.models import User

MOST_FILES = 50
MOST_VERSIONS = 200


def describe_resume(resume: Resume, user: User) -> dict[str, Any]:
    """Return the versions, files and templates of a resume; three statements in all."""
    templates = list(ResumeTemplate.objects.visible_to(user).only("name", "is_default")[:MOST_FILES])
    chosen = resume.template_id or next((template.pk for template in templates if template.is_default), None)
    return {
        "resume": resume,
        "score": read_score(resume),
        "versions": list(
            ResumeVersion.objects.filter(resume=resume)
            .defer("content_snapshot")
            .order_by("-version_number")[:MOST_VERSIONS]
        ),
        "files": list(ResumeGeneration.objects.filter(resume=resume).defer("file", "generation_params")[:MOST_FILES]),
        "templates": templates,
        "chosen_template": chosen,
        "formats": ResumeFormat.choices,
    }


def read_score(resume: Resume) -> float | None:
    """Return the score that a resume got when it was last asked for, None where it never was."""
    score = (resume.ats_score_data or {}).get("score")
    return float(score) if isinstance(score, int | float) and not isinstance(score, bool) else None
