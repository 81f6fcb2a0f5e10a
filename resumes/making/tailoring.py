"""A resume for one posting: chosen from what the person holds, with what is missing told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resumes.making.choosing import Limits, Made, make
from resumes.making.material import LINES, Material, merge
from skills.matching import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.matching import Lexicon
    from skills.requirements import Asked, Place, Requirements, SkillAsked


def tailor(
    bank: Material,
    resume: Material,
    asked: Requirements,
    lexicon: Lexicon,
    *,
    limits: Limits | None = None,
    headings: Sequence[str] = (),
) -> tuple[Made, dict[str, Any]]:
    """Return the resume that answers most of what a posting asks for, out of the bank and the resume, and its account."""
    material = merge(bank, resume)
    reader = Reader(lexicon)
    made = make(material, asked, reader, limits=limits, headings=headings)
    shown = find_skills(content_texts(made.content), reader)
    held = find_skills(material_texts(material), reader) | shown
    missing = [skill for skill in asked.skills if not skill.met_by(held)]
    hidden = [skill.met_by(held)[0] for skill in asked.skills if skill.met_by(held) and not skill.met_by(shown)]
    analysis = {
        "job_id": None,
        "match_score": match_share(asked, shown),
        "warning": warn(asked),
        "requirements": describe(asked, shown),
        "lines": made.lines,
        "left_out": made.left_out,
        "missing_skills": [
            {
                "name": _call(skill),
                "is_must": skill.is_must,
                "alternatives": _alternatives(skill),
                "places": [_place(place) for place in skill.places],
            }
            for skill in missing
        ],
        "skill_match": [skill.met_by(shown)[0] for skill in asked.skills if skill.met_by(shown)],
        "recommended_additions": [
            f"You hold {name}, but no line that was chosen shows it: raise a limit, or add a line that does."
            for name in hidden
        ]
        + [
            f"If you have {_call(skill)}, add it to your skill bank with where you used it."
            for skill in missing
            if skill.is_must
        ],
        "sections_to_emphasize": made.emphasized,
    }
    return made, analysis


def warn(asked: Requirements) -> str:
    """Return what to tell where too little of a posting could be read; '' where it was enough."""
    if asked.is_readable:
        return ""
    if not asked.count:
        return "The posting states no requirement that can be read."
    return "Of the posting only one requirement could be read, which says too little about the fit."


def match_share(asked: Requirements, shown: frozenset[str]) -> float | None:
    """Return how much of the skills asked for is there, in percent, musts counting three times.

    None where none is asked, or too little was read to say.
    """
    total = sum(skill.weight for skill in asked.skills)
    if not total or not asked.is_readable:
        return None
    return round(100 * sum(skill.weight for skill in asked.skills if skill.met_by(shown)) / total, 1)


def find_skills(texts: Iterator[str], reader: Reader) -> frozenset[str]:
    """Return every skill that texts name."""
    return frozenset[str]().union(*(reader.read(text) for text in texts))


def content_texts(content: dict[str, Any]) -> Iterator[str]:
    """Yield every text of a resume but who it is about."""
    for field, value in content.items():
        if field != "contact_info":
            yield from _leaves(value)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            if name != "extra":
                yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)


def material_texts(material: Material) -> Iterator[str]:
    """Yield every text that a person holds."""
    for telling in material.summaries:
        yield from (line.text for line in telling.lines)
    for item in (*material.skills, *material.verbatim):
        yield from _leaves(dict(item.fields))
    for section in LINES:
        for entry in material.sections.get(section, ()):
            yield from _leaves(dict(entry.fields))
            yield from (line.text for telling in entry.tellings for line in telling.lines)


def describe(asked: Requirements, shown: frozenset[str]) -> list[dict[str, Any]]:
    """Return what a posting asks for as it is answered: each with the places that ask, and what of it is shown."""
    others = (("years", asked.years), ("degree", asked.degree), ("seniority", asked.seniority))
    return [
        {
            "kind": "skill",
            "name": skill.name,
            "is_must": skill.is_must,
            "years": skill.years,
            "alternatives": _alternatives(skill),
            "met_by": skill.met_by(shown),
            "places": [_place(place) for place in skill.places],
        }
        for skill in asked.skills
    ] + [_describe_other(kind, one) for kind, one in others if one]


def _describe_other(kind: str, one: Asked) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": one.name,
        "is_must": one.is_must,
        "years": one.amount if kind == "years" else None,
        "alternatives": [],
        "met_by": [],
        "places": [_place(one.place)],
    }


def _alternatives(skill: SkillAsked) -> list[str]:
    """Return the skills of which any one will do; nothing for a skill that is asked alone."""
    return list(skill.options.values()) if len(skill.options) > 1 else []


def _call(skill: SkillAsked) -> str:
    return f"one of {skill.name}" if len(skill.options) > 1 else skill.name


def _place(place: Place) -> dict[str, str]:
    return {"field": place.field, "quote": place.quote}
