"""The one form that every file is drawn from: what is said, in which order, free of how it looks.

Texts are single lines without control characters; what is empty is not there; `extra` is never shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from resumes.rendering.look import CUSTOM, HEADINGS
from resumes.rendering.writing import direction_of, main_language, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from resumes.rendering.look import Look

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DASH = "\u2013"
UNTITLED = "More"  # A section whose title has no letter that can be shown.
KINDS_OF_WORK = {
    "part_time": "Part-time",
    "contract": "Contract",
    "internship": "Internship",
    "volunteer": "Volunteer",
    "freelance": "Freelance",
}
_ADDRESS = re.compile(r"https?://[^\s/<>\"']+[^\s<>\"]*", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>?&\"'(),:;\[\]\\]+@[^\s@<>?&\"'(),:;\[\]\\]+\.[^\s@<>?&\"'(),:;\[\]\\]+")
_BULLET = re.compile(r"\s*[•‣◦▪●*·\u2013\u2014-]\s+(?=\S)")


@dataclass(frozen=True)
class Linked:
    """A text, and the http(s) or mailto address that it leads to; '' where it leads nowhere."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph, or a point of a list; with a label where it is of one kind, such as the technologies."""

    text: str
    is_point: bool = False
    label: str = ""


@dataclass(frozen=True)
class Entry:
    """One position, course of studies, project, certificate or other thing."""

    title: Linked
    subtitle: Linked = Linked("")
    details: tuple[str, ...] = ()  # The place and what kind it is.
    dates: str = ""
    lines: tuple[Line, ...] = ()
    links: tuple[Linked, ...] = ()


@dataclass(frozen=True)
class Section:
    """One heading with what stands below it."""

    name: str
    title: str
    lines: tuple[Line, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Outline:
    """A whole resume."""

    title: str
    name: str
    headline: str
    contact: tuple[Linked, ...]
    sections: tuple[Section, ...]
    left_out: tuple[str, ...]  # The sections that have content and are not shown, by name.
    language: str

    @property
    def direction(self) -> str:
        return direction_of(self.language)

    @property
    def file_title(self) -> str:
        """The title that a file carries in itself."""
        return f" {DASH} ".join(filter(None, [self.name, self.title])) or "Resume"

    def texts(self) -> Iterator[str]:
        """Yield every text in reading order."""
        yield from (self.name, self.headline, *(item.text for item in self.contact))
        for section in self.sections:
            yield section.title
            yield from _texts_of(section.lines)
            for entry in section.entries:
                yield from (entry.title.text, entry.subtitle.text, *entry.details, entry.dates)
                yield from _texts_of(entry.lines)
                yield from (link.text for link in entry.links)


def _texts_of(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield line.label
        yield line.text


def make_outline(content: dict[str, Any], *, look: Look, title: str = "") -> Outline:
    """Return what a resume says in a look; content keeps to the schema, whose every field may be missing."""
    contact = content.get("contact_info") or {}
    filled = [section for section in _all_sections(content, look) if section.lines or section.entries]
    places = [[place for place, name in enumerate(look.sections) if name in _names(section)] for section in filled]
    shown = sorted(
        (min(found), number, section)
        for number, (found, section) in enumerate(zip(places, filled, strict=True))
        if found
    )
    said = Outline(
        title=tidy(title),
        name=_get(contact, "full_name"),
        headline=_get(contact, "headline"),
        contact=tuple(_reach(contact)),
        sections=tuple(section for _, _, section in shown),
        left_out=tuple(dict.fromkeys(section.name for found, section in zip(places, filled, strict=True) if not found)),
        language="en",
    )
    own_words = [text for text in said.texts() if text not in HEADINGS.values()]
    return Outline(**{**said.__dict__, "language": main_language(own_words)})


def _names(section: Section) -> tuple[str, ...]:
    """Return what a template may call a section: a custom one by its kind or with all the others."""
    return (section.name,) if section.name in HEADINGS else (section.name, CUSTOM)


def _all_sections(content: dict[str, Any], look: Look) -> Iterator[Section]:
    readers = {
        "work_experience": _position,
        "education": _studies,
        "projects": _project,
        "certifications": _certificate,
    }
    for name, usual in HEADINGS.items():
        heading = tidy(look.headings.get(name, "")) or usual
        if name == "summary":
            yield Section(name, heading, lines=_prose(content.get(name)))
        elif name == "skills":
            yield Section(name, heading, lines=tuple(_skill_lines(content.get(name) or [])))
        else:
            yield Section(name, heading, entries=_entries(map(readers[name], content.get(name) or [])))
    for section in sorted(content.get(CUSTOM) or [], key=lambda section: section.get("order", 0)):
        if section.get("is_visible", True):
            yield _custom(section)


def _custom(section: dict[str, Any]) -> Section:
    body = section.get("content") or {}
    entries = body.get("entries") or []
    lines = _prose(body.get("text"))
    # Section kinds share names with the schema's own lists; a custom one is told apart by a name of its own.
    kind = str(section.get("section_type", "custom"))
    name = kind if kind not in {*HEADINGS, "experience", "custom"} else CUSTOM
    title = tidy(section["title"]) or UNTITLED
    if entries and all(_is_short(entry) for entry in entries):
        return Section(name, title, lines=(*lines, *_short_lines(entries)))
    return Section(name, title, lines=lines, entries=_entries(map(_other, entries)))


def _is_short(entry: dict[str, Any]) -> bool:
    """Tell whether an entry is a name with a level or keywords, such as a language or an interest."""
    return not any(value for field, value in entry.items() if field not in {"title", "level", "keywords", "extra"})


def _short_lines(entries: list[dict[str, Any]]) -> Iterator[Line]:
    named = [
        {"name": entry.get("title", ""), "level": entry.get("level"), "keywords": entry.get("keywords")}
        for entry in entries
    ]
    return _skill_lines(named)


def _skill_lines(skills: list[dict[str, Any]]) -> Iterator[Line]:
    """Yield a line for each category; a skill with keywords has a line of its own."""
    categories: dict[str, list[dict[str, Any]]] = {}
    for skill in skills:
        categories.setdefault(_get(skill, "category"), []).append(skill)
    for category, members in categories.items():
        for has_keywords, group in groupby(members, key=lambda skill: bool(_list(skill, "keywords"))):
            if has_keywords:
                for skill in group:
                    label = ", ".join(filter(None, [category, _skill(skill)]))
                    yield Line(", ".join(_list(skill, "keywords")), label=label)
            else:
                named = ", ".join(filter(None, map(_skill, group)))
                if named:
                    yield Line(named, label=category)


def _skill(skill: dict[str, Any]) -> str:
    years = skill.get("years_experience")
    known = [_get(skill, "level"), f"{years:g} year{'' if years == 1 else 's'}" if years else ""]
    more = ", ".join(filter(None, known))
    return " ".join(filter(None, [_get(skill, "name"), f"({more})" if more else ""]))


def _position(position: dict[str, Any]) -> Entry:
    return _make_entry(
        _get(position, "position"),
        _get(position, "company"),
        url=_get(position, "url"),
        details=(_get(position, "location"), KINDS_OF_WORK.get(position.get("experience_type", ""), "")),
        dates=show_period(
            position.get("start_date", ""), position.get("end_date", ""), is_current=bool(position.get("is_current"))
        ),
        lines=(
            *_prose(position.get("company_description")),
            *_prose(position.get("description")),
            *_points(_list(position, "achievements")),
            *_labelled("Skills", _list(position, "skills_used")),
        ),
    )


def _studies(studies: dict[str, Any]) -> Entry:
    degree = ", ".join(filter(None, [_get(studies, "degree"), _get(studies, "field_of_study")]))
    return _make_entry(
        degree,
        _get(studies, "institution"),
        url=_get(studies, "url"),
        details=(_get(studies, "location"),),
        dates=show_period(studies.get("start_date", ""), studies.get("end_date", "")),
        lines=(
            *_labelled("Grade", [_get(studies, "gpa")]),
            *_prose(studies.get("description")),
            *_labelled("Honours", _list(studies, "honors")),
            *_labelled("Coursework", _list(studies, "relevant_coursework")),
        ),
    )


def _project(project: dict[str, Any]) -> Entry:
    return _make_entry(
        _get(project, "name"),
        _get(project, "entity"),
        details=(", ".join(_list(project, "roles")), _get(project, "project_type")),
        dates=show_period(project.get("start_date", ""), project.get("end_date", "")),
        lines=(
            *_prose(project.get("description")),
            *_points(_list(project, "achievements")),
            *_labelled("Technologies", _list(project, "technologies")),
        ),
        links=(_get(project, "url"), _get(project, "github_url")),
    )


def _certificate(certificate: dict[str, Any]) -> Entry:
    issued, expires = show_date(certificate.get("issue_date", "")), show_date(certificate.get("expiry_date", ""))
    return _make_entry(
        _get(certificate, "name"),
        _get(certificate, "issuer"),
        dates=", ".join(filter(None, [issued, f"valid until {expires}" if expires else ""])),
        lines=(
            *_prose(certificate.get("description")),
            *_labelled("Credential ID", [_get(certificate, "credential_id")]),
        ),
        links=(_get(certificate, "url"),),
    )


def _other(entry: dict[str, Any]) -> Entry:
    dates = (
        show_date(entry.get("date", "")),
        show_period(entry.get("start_date", ""), entry.get("end_date", "")),
    )
    return _make_entry(
        _get(entry, "title"),
        _get(entry, "subtitle"),
        details=(_get(entry, "location"), _get(entry, "level")),
        dates=", ".join(dict.fromkeys(filter(None, dates))),
        lines=(
            *_prose(entry.get("description")),
            *_points(_list(entry, "highlights")),
            *_labelled("", _list(entry, "keywords")),
        ),
        links=(_get(entry, "url"),),
    )


def _make_entry(
    title: str,
    subtitle: str,
    *,
    url: str = "",
    details: Iterable[str] = (),
    dates: str = "",
    lines: tuple[Line, ...] = (),
    links: Iterable[str] = (),
) -> Entry:
    """Return an entry; without a title its subtitle stands there. `url` belongs to the subtitle."""
    below = Linked(subtitle, safe_link(url)) if subtitle else Linked("")
    addresses = list(dict.fromkeys(filter(None, links)))
    if url and not subtitle:
        addresses.append(url)
    return Entry(
        title=Linked(title) if title else below,
        subtitle=below if title else Linked(""),
        details=tuple(filter(None, details)),
        dates=dates,
        lines=lines,
        links=tuple(Linked(shorten(address), safe_link(address)) for address in addresses),
    )


def _entries(made: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(entry for entry in made if entry != Entry(title=Linked("")))


def _reach(contact: dict[str, Any]) -> Iterator[Linked]:
    """Yield how to reach a person, each way once."""
    email = _get(contact, "email")
    found = [
        Linked(email, f"mailto:{email}" if _EMAIL.fullmatch(email) else ""),
        Linked(_get(contact, "phone")),
        *map(Linked, _places(contact)),
    ]
    for field in ("linkedin_url", "github_url", "website_url", "portfolio"):
        address = _get(contact, field)
        found.append(Linked(shorten(address), safe_link(address)))
    for profile in contact.get("profiles") or []:
        address, network, username = (_get(profile, field) for field in ("url", "network", "username"))
        short = shorten(address)
        told = [username] if username.casefold() not in short.casefold() else []
        if short and short.casefold() not in {item.text.casefold() for item in found}:
            told.append(short)
        said = ", ".join(told)
        if network.casefold() not in short.casefold():
            said = f"{network}: {said}" if said else network
        found.append(Linked(said, safe_link(address)))
    seen = set()
    for item in found:
        if item.text and item.text.casefold() not in seen:
            seen.add(item.text.casefold())
            yield item


def _places(contact: dict[str, Any]) -> Iterator[str]:
    """Yield the place as it is written, and what an address says beyond it."""
    location, address = _get(contact, "location"), contact.get("address") or {}
    yield location
    town = " ".join(filter(None, [_get(address, "postal_code"), _get(address, "city")]))
    parts = [_get(address, "street"), town, _get(address, "region"), _get(address, "country_code")]
    if location:
        known = {part.casefold() for part in re.split(r"[,\s]+", location)} | {location.casefold()}
        parts = [_get(address, "street"), _get(address, "postal_code"), _get(address, "city")]
        parts += [_get(address, "region"), _get(address, "country_code")]
        parts = [part for part in parts if part.casefold() not in known and part.casefold() not in location.casefold()]
    yield ", ".join(filter(None, parts))


def _prose(text: str | None) -> tuple[Line, ...]:
    """Return the paragraphs of a text, one for each line of it; lines that begin with a bullet are points."""
    lines = []
    for raw in (text or "").splitlines():
        bullet = _BULLET.match(raw)
        said = tidy(raw[bullet.end() :] if bullet else raw)
        if said:
            lines.append(Line(said, is_point=bool(bullet)))
    return tuple(lines)


def _points(texts: Iterable[str]) -> Iterator[Line]:
    return (Line(text, is_point=True) for text in texts)


def _labelled(label: str, texts: Iterable[str]) -> Iterator[Line]:
    joined = ", ".join(filter(None, texts))
    if joined:
        yield Line(joined, label=label)


def _get(record: dict[str, Any], field: str) -> str:
    return tidy(str(record.get(field) or ""))


def _list(record: dict[str, Any], field: str) -> list[str]:
    return [text for text in map(tidy, record.get(field) or []) if text]


def safe_link(address: str) -> str:
    """Return the address where it is one of http(s), else ''."""
    return address if _ADDRESS.fullmatch(address) else ""


def shorten(address: str) -> str:
    """Return an address as people read it: without scheme, www and the last slash."""
    return re.sub(r"^https?://(www\.)?", "", address, flags=re.IGNORECASE).removesuffix("/")


def show_date(date: str) -> str:
    """Return a partial date in words: Mar 2020."""
    year, _, rest = date.partition("-")
    return f"{MONTHS[int(rest[:2]) - 1]} {year}" if rest else year


def show_period(start: str, end: str, *, is_current: bool = False) -> str:
    """Return a period in words, such as Mar 2020 to Present with a dash."""
    begun = show_date(start)
    ended = "Present" if is_current else show_date(end)
    if begun and ended:
        return begun if begun == ended else f"{begun} {DASH} {ended}"
    return begun or ended
