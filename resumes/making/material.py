"""What a resume can be made of: the lines that a person's skill bank and their own resume hold, each with its home."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skills.matching import spell

if TYPE_CHECKING:
    from collections.abc import Mapping

# The lists of lines in an entry, by the section of a resume; the first holds its achievements.
LINES = {
    "work_experience": ("achievements", "skills_used"),
    "education": ("honors", "relevant_coursework"),
    "projects": ("achievements", "technologies"),
    "certifications": (),
}
# What makes two entries of a section the same one.
NAMED_BY = {
    "work_experience": ("company", "position"),
    "education": ("institution", "degree"),
    "projects": ("name",),
    "certifications": ("name",),
}


@dataclass(frozen=True, slots=True)
class Source:
    """The home of a text: a row of the bank by kind, id and field; or a place of a resume (`field` is its pointer)."""

    kind: str
    id: str
    field: str = ""
    index: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "id": self.id, "field": self.field, "index": self.index}


@dataclass(frozen=True, slots=True)
class Line:
    """One text of the person's, verbatim."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Telling:
    """One way of telling a summary or an entry, and what it is meant for."""

    source: Source
    description: Line | None = None
    lists: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    focus: str = ""
    target_roles: tuple[str, ...] = ()
    target_industries: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    @property
    def lines(self) -> list[Line]:
        described = [self.description] if self.description else []
        return described + [line for lines in self.lists.values() for line in lines]


@dataclass(frozen=True, slots=True)
class Entry:
    """One position, course of studies, project or certificate: its fixed fields and the ways of telling it.

    The tellings stand in the order in which they are preferred when nothing speaks for another.
    """

    source: Source
    fields: Mapping[str, Any]
    tellings: tuple[Telling, ...] = ()
    in_resume: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a resume shows as it stands: a skill, a section of another kind."""

    source: Source
    fields: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.fields.get("name") or "")


@dataclass(frozen=True, slots=True)
class Material:
    """All that may stand in a resume. `sections` holds the entries; what is kept as it stands comes in `verbatim`.

    `useless` are the homes of what no resume can show, such as web addresses that are none.
    """

    contact: Mapping[str, Any] = field(default_factory=dict)
    contact_sources: Mapping[str, Source] = field(default_factory=dict)
    summaries: tuple[Telling, ...] = ()
    skills: tuple[Item, ...] = ()
    sections: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    verbatim: tuple[Item, ...] = ()
    useless: tuple[Source, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.summaries or self.skills or any(self.sections.values()))


def read_resume(content: Mapping[str, Any], resume_id: str) -> Material:
    """Return what a resume holds, each text at home at its place in that resume."""

    def at(pointer: str) -> Source:
        return Source("resume", resume_id, pointer)

    summary = content.get("summary") or ""
    told = (Telling(at("/summary"), Line(summary, at("/summary"))),) if summary else ()
    skills = tuple(Item(at(f"/skills/{number}"), fields) for number, fields in enumerate(content.get("skills") or ()))
    sections = {
        section: tuple(
            _read_entry(fields, at, f"/{section}/{number}", LINES[section])
            for number, fields in enumerate(content.get(section) or ())
        )
        for section in LINES
    }
    verbatim = tuple(
        Item(at(f"/custom_sections/{number}"), fields)
        for number, fields in enumerate(content.get("custom_sections") or ())
    )
    contact = content.get("contact_info") or {}
    homes = {name: at(f"/contact_info/{name}") for name in contact}
    return Material(contact, homes, told, skills, sections, verbatim)


def _read_entry(fields: Mapping[str, Any], at: Any, pointer: str, lists: tuple[str, ...]) -> Entry:
    description = fields.get("description") or ""
    telling = Telling(
        at(pointer),
        Line(description, at(f"{pointer}/description")) if description else None,
        {
            name: tuple(
                Line(text, at(f"{pointer}/{name}/{number}")) for number, text in enumerate(fields.get(name) or ())
            )
            for name in lists
        },
    )
    fixed = {name: value for name, value in fields.items() if name not in {"description", *lists}}
    return Entry(at(pointer), fixed, (telling,), in_resume=True)


def merge(bank: Material, resume: Material) -> Material:
    """Return what the bank and a resume hold together; an entry of both is one with the tellings of both.

    The resume's own fields and contact stand where both have them: they are what the person last put on paper.
    """
    sections = {
        section: _merge_entries(section, bank.sections.get(section, ()), resume.sections.get(section, ()))
        for section in LINES
    }
    known = {spell(skill.name) for skill in resume.skills}
    twins = {skill.name: skill for skill in bank.skills}
    return Material(
        contact=resume.contact or bank.contact,
        contact_sources=resume.contact_sources if resume.contact else bank.contact_sources,
        summaries=resume.summaries + bank.summaries,
        skills=tuple(_find_home(skill, twins.get(skill.name)) for skill in resume.skills)
        + tuple(skill for skill in bank.skills if spell(skill.name) not in known),
        sections=sections,
        verbatim=resume.verbatim,
        useless=bank.useless,
    )


def _find_home(skill: Item, twin: Item | None) -> Item:
    """Return a skill of a resume, at home in the bank where that says just the same of it."""
    return twin if twin is not None and twin.fields == skill.fields else skill


def _merge_entries(section: str, bank: tuple[Entry, ...], resume: tuple[Entry, ...]) -> tuple[Entry, ...]:
    left = list(bank)
    merged = []
    for own in resume:
        entry = own
        twin = next((other for other in left if _is_same(section, entry, other)), None)
        if twin is not None:
            left.remove(twin)
            is_unchanged = all(entry.fields.get(name) == value for name, value in twin.fields.items())
            entry = Entry(
                twin.source if is_unchanged and len(entry.fields) == len(twin.fields) else entry.source,
                entry.fields,
                entry.tellings + twin.tellings,
                in_resume=True,
            )
        merged.append(entry)
    return (*merged, *left)


def _is_same(section: str, entry: Entry, other: Entry) -> bool:
    names = [tuple(spell(str(one.fields.get(name) or "")) for name in NAMED_BY[section]) for one in (entry, other)]
    starts = [str(one.fields.get("start_date") or "")[:4] for one in (entry, other)]
    return names[0] == names[1] and any(names[0]) and (starts[0] == starts[1] or not all(starts))
