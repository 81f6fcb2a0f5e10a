"""A resume for one posting: chosen from what the person holds, with what is missing told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resumes.making.choosing import Limits, Made, make
from resumes.making.material import LINES, Material, merge
from skills.matching import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.matching import Lexicon
    from skills.requirements import Asked, Place, Requirements


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
    missing = [skill for skill in asked.skills if skill.identity not in held]
    hidden = [skill for skill in asked.skills if skill.identity in held - shown]
    analysis = {
        "job_id": None,
        "match_score": match_share(asked, shown),
        "requirements": describe(asked),
        "lines": made.lines,
        "left_out": made.left_out,
        "missing_skills": [
            {"name": skill.name, "is_must": skill.is_must, "places": [_place(place) for place in skill.places]}
            for skill in missing
        ],
        "skill_match": [skill.name for skill in asked.skills if skill.identity in shown],
        "recommended_additions": [
            f"You hold {skill.name}, but no line that was chosen shows it: raise a limit, or add a line that does."
            for skill in hidden
        ]
        + [
            f"If you know {skill.name}, add it to your skill bank with where you used it."
            for skill in missing
            if skill.is_must
        ],
        "sections_to_emphasize": made.emphasized,
    }
    return made, analysis


def match_share(asked: Requirements, shown: frozenset[str]) -> float | None:
    """Return how much of the skills asked for is there, in percent, musts counting three times; None for none asked."""
    total = sum(skill.weight for skill in asked.skills)
    if not total:
        return None
    return round(100 * sum(skill.weight for skill in asked.skills if skill.identity in shown) / total, 1)


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


def describe(asked: Requirements) -> list[dict[str, Any]]:
    """Return what a posting asks for as it is answered: each with the places that ask."""
    others = (("years", asked.years), ("degree", asked.degree), ("seniority", asked.seniority))
    return [
        {
            "kind": "skill",
            "name": skill.name,
            "is_must": skill.is_must,
            "years": skill.years,
            "places": [_place(place) for place in skill.places],
        }
        for skill in asked.skills
    ] + [_describe_other(kind, one) for kind, one in others if one]


def _describe_other(kind: str, one: Asked) -> dict[str, Any]:
    years = one.amount if kind == "years" else None
    return {"kind": kind, "name": one.name, "is_must": one.is_must, "years": years, "places": [_place(one.place)]}


def _place(place: Place) -> dict[str, str]:
    return {"field": place.field, "quote": place.quote}
