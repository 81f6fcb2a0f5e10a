"""A score, and where the lines of a made resume come from, in the words of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import Truncator

from resumes.admin.comparing import ARROW, name_place
from skills.models import Certification, Education, Project, Skill, WorkExperience

if TYPE_CHECKING:
    from django.db.models import Model

    from resumes.models import Resume

PART_TITLES = {
    "keywords": "Skills that the posting asks for",
    "experience": "Experience",
    "education": "Education",
    "sections": "Sections that readers look for",
    "content": "How the work is told",
    "formatting": "Form",
}
HOMES = {
    "bank": "Skill bank",
    "summary": "Skill bank: a summary",
    "skill": "Skill bank: a skill",
    "experience": "Skill bank: an experience",
    "experience_variation": "Skill bank: a variation of an experience",
    "education": "Skill bank: education",
    "education_variation": "Skill bank: a variation of education",
    "project": "Skill bank: a project",
    "project_variation": "Skill bank: a variation of a project",
    "certification": "Skill bank: a certificate",
    "user": "Your account",
    "profile": "Your profile",
    "resume": "The resume it was made from",
}
NAMED: dict[str, type[Model]] = {
    "skill": Skill,
    "experience": WorkExperience,
    "education": Education,
    "project": Project,
    "certification": Certification,
}
LONGEST_TEXT = 240
MOST_LINES = 500
MOST_PLACES = 3
GOOD, FAIR = 80, 50  # percent


def tell_score(result: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """Return a score for the page: each part with its share, and each place by its name instead of its pointer."""
    alternatives = {one["name"]: one.get("alternatives") or [] for one in result.get("requirements") or []}
    return {
        "job_id": result.get("job_id"),
        "score": result.get("score"),
        "max": result.get("max"),
        "percent": result.get("percent"),
        "warning": result.get("warning"),
        "colour": colour_of(result.get("percent")),
        "match_score": result.get("match_score"),
        "completeness": result.get("completeness"),
        "suggestions": result.get("suggestions") or [],
        "parts": [
            {
                "title": PART_TITLES.get(part["name"], part["name"].capitalize()),
                "points": part["points"],
                "max": part["max"],
                "share": share(part),
                "colour": colour_of(share(part)),
                "is_keywords": part["name"] == "keywords",
                "rows": [
                    {
                        **row,
                        "alternatives": alternatives.get(row["requirement"], []),
                        "share": share(row),
                        "colour": colour_of(share(row)),
                        "places": [name_place(pointer, content) for pointer in row["found_at"][:MOST_PLACES]],
                        "more_places": max(len(row["found_at"]) - MOST_PLACES, 0),
                    }
                    for row in part["evidence"]
                ],
            }
            for part in result.get("parts") or []
        ],
        "faults": [
            {**fault, "place": name_place(fault["pointer"], content)} for fault in result.get("formatting_faults") or []
        ],
    }


def share(counted: dict[str, Any]) -> float:
    """Return how much of what could be had was had, in percent."""
    return 100 * counted["points"] / counted["max"] if counted["max"] else 100.0


def colour_of(percent: float | None) -> str:
    if percent is None:
        return ""
    return "success" if percent >= GOOD else "warning" if percent >= FAIR else "danger"


def tell_origins(resume: Resume) -> dict[str, Any] | None:
    """Return where each line of a made resume comes from and why it was chosen, None for one that was not made.

    The account speaks of the resume as it was made: of its first version.
    """
    analysis = resume.tailoring_analysis
    if not isinstance(analysis, dict) or not analysis.get("lines"):
        return None
    first = resume.versions.order_by("version_number").first()
    content: dict[str, Any] = first.content_snapshot if first is not None else {}
    sections: dict[str, list[dict[str, Any]]] = {}
    for line in analysis["lines"][:MOST_LINES]:
        place = name_place(line["pointer"], content)
        section, _, about = place.partition(ARROW)
        sections.setdefault(section, []).append(
            {
                "about": about,
                "text": Truncator(_find_text(line["pointer"], content)).chars(LONGEST_TEXT),
                "home": HOMES.get(line["source"]["kind"], line["source"]["kind"]),
                "why": line["why"],
                "answers": line.get("matched_requirements") or [],
            }
        )
    return {
        "sections": [{"title": title, "lines": lines} for title, lines in sections.items()],
        "left_out": _tell_left_out(analysis.get("left_out") or [], resume),
        "missing": analysis.get("missing_skills") or [],
        "advice": analysis.get("recommended_additions") or [],
        "match_score": analysis.get("match_score"),
        "warning": analysis.get("warning"),
        "has_been_edited": resume.version > 1,
    }


def _find_text(pointer: str, content: Any) -> str:
    for part in pointer.split("/")[1:]:
        if isinstance(content, list):
            content = content[int(part)] if part.isdecimal() and int(part) < len(content) else None
        else:
            content = content.get(part) if isinstance(content, dict) else None
    return content if isinstance(content, str) else ""


def _tell_left_out(left_out: list[dict[str, Any]], resume: Resume) -> list[dict[str, str]]:
    """Return what was left out by name, as far as the bank still holds it; one statement for each kind."""
    wanted: dict[str, set[str]] = {}
    for item in left_out[:MOST_LINES]:
        wanted.setdefault(item["source"]["kind"], set()).add(item["source"]["id"])
    rows: dict[str, Any] = {}
    for kind, model in NAMED.items():
        if kind in wanted:
            manager: Any = model._default_manager  # noqa: SLF001 - the public name for any model's manager
            rows |= {str(row.pk): row for row in manager.filter(bank__user_id=resume.user_id, pk__in=wanted[kind])}
    told = []
    for item in left_out[:MOST_LINES]:
        source = item["source"]
        row = rows.get(source["id"])
        value = getattr(row, source["field"], None) if source["field"] else None
        if isinstance(value, list):
            index = source["index"]
            value = value[index] if isinstance(index, int) and index < len(value) else None
        text = str(value or row or "")
        home = HOMES.get(source["kind"], source["kind"])
        told.append({"text": Truncator(text).chars(LONGEST_TEXT), "home": home, "why": item["why"]})
    return told
