"""JSON Resume (jsonresume.org, 1.0.0) in and out: pure computation.

A field has its place in both or in one of them. What only a JSON Resume document holds waits in `extra`; what only our
content holds travels under `x-jobos` beside what it belongs to. So a valid document comes back as it was, and so does
any content. What cannot be kept is told with its place and the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

from resumes.content import (
    LARGEST_CONTENT,
    NOT_A_DAY,
    PERIODS,
    find_unstorable,
    find_value_faults,
    is_calendar_date,
    measure,
    point,
    read_schema,
    runs_backwards,
)
from skills.written import read_address, read_date

if TYPE_CHECKING:
    from collections.abc import Callable

OWN = "x-jobos"
Place = tuple[str | int, ...]


class Dropped(TypedDict):
    """Something of a document that was left out or changed: a JSON pointer to it, and why."""

    pointer: str
    reason: str


class NotAResumeError(ValueError):
    """What was given is no JSON Resume document at all; `pointer` says where it cannot be read."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(reason)
        self.pointer, self.reason = pointer, reason


def _derive_nothing(given: dict[str, Any]) -> dict[str, Any]:
    return {}


def _derive_current(given: dict[str, Any]) -> dict[str, Any]:
    """A position that began and has no end is the present one."""
    return {"is_current": True} if given.get("startDate") and not given.get("endDate") else {}


def _derive_location(given: dict[str, Any]) -> dict[str, Any]:
    """The line under a name says the place and its region, or its country."""
    location = given.get("location")
    if not isinstance(location, dict):
        return {}
    city, region, country = (
        value.strip() if isinstance(value := location.get(name), str) else ""
        for name in ("city", "region", "countryCode")
    )
    line = ", ".join(part for part in (city, region or country) if part)
    return {"location": line} if line and len(line) <= _longest("line") else {}


@dataclass(frozen=True)
class Shape:
    """How an object of ours (a definition of the schema) is told in JSON Resume: our name of a field to theirs."""

    definition: str
    names: dict[str, str]
    derive: Callable[[dict[str, Any]], dict[str, Any]] = _derive_nothing
    # What is read and written by hand, so that it is no unknown member.
    special: tuple[str, ...] = ()
    period: tuple[str, str] | None = None

    @property
    def properties(self) -> dict[str, Any]:
        return _properties(self.definition)


def _properties(definition: str) -> dict[str, Any]:
    if definition == "address":
        nested: dict[str, Any] = _properties("contact")["address"]["properties"]
        return nested
    if definition == "profile":
        item: dict[str, Any] = _properties("contact")["profiles"]["items"]["properties"]
        return item
    properties: dict[str, Any] = read_schema()["$defs"][definition]["properties"]
    return properties


def _longest(definition: str) -> int:
    return int(read_schema()["$defs"][definition]["maxLength"])


BASICS = Shape(
    "contact",
    {
        "full_name": "name",
        "headline": "label",
        "image_url": "image",
        "email": "email",
        "phone": "phone",
        "website_url": "url",
    },
    derive=_derive_location,
    special=("summary", "location", "profiles"),
)
ADDRESS = Shape(
    "address",
    {
        "street": "address",
        "postal_code": "postalCode",
        "city": "city",
        "region": "region",
        "country_code": "countryCode",
    },
)
PROFILE = Shape("profile", {"network": "network", "username": "username", "url": "url"})
# Our part, and theirs, of the lists that have one in both.
LISTS = {
    "work_experience": (
        "work",
        Shape(
            "position",
            {
                "company": "name",
                "position": "position",
                "location": "location",
                "url": "url",
                "start_date": "startDate",
                "end_date": "endDate",
                "description": "summary",
                "company_description": "description",
                "achievements": "highlights",
            },
            derive=_derive_current,
            period=PERIODS["work_experience"],
        ),
    ),
    "education": (
        "education",
        Shape(
            "studies",
            {
                "institution": "institution",
                "url": "url",
                "field_of_study": "area",
                "degree": "studyType",
                "start_date": "startDate",
                "end_date": "endDate",
                "gpa": "score",
                "relevant_coursework": "courses",
            },
            period=PERIODS["education"],
        ),
    ),
    "skills": ("skills", Shape("skill", {"name": "name", "level": "level", "keywords": "keywords"})),
    "projects": (
        "projects",
        Shape(
            "project",
            {
                "name": "name",
                "description": "description",
                "start_date": "startDate",
                "end_date": "endDate",
                "url": "url",
                "technologies": "keywords",
                "achievements": "highlights",
                "roles": "roles",
                "entity": "entity",
                "project_type": "type",
            },
            period=PERIODS["projects"],
        ),
    ),
    "certifications": (
        "certificates",
        Shape(
            "certificate",
            {"name": "name", "issue_date": "date", "url": "url", "issuer": "issuer"},
            period=PERIODS["certifications"],
        ),
    ),
}
# The lists that are a section of ours each: its title, and the shape of its entries.
SECTIONS = {
    "volunteer": (
        "Volunteering",
        Shape(
            "entry",
            {
                "subtitle": "organization",
                "title": "position",
                "url": "url",
                "start_date": "startDate",
                "end_date": "endDate",
                "description": "summary",
                "highlights": "highlights",
            },
            period=PERIODS["entries"],
        ),
    ),
    "awards": (
        "Awards",
        Shape("entry", {"title": "title", "date": "date", "subtitle": "awarder", "description": "summary"}),
    ),
    "publications": (
        "Publications",
        Shape(
            "entry",
            {
                "title": "name",
                "subtitle": "publisher",
                "date": "releaseDate",
                "url": "url",
                "description": "summary",
            },
        ),
    ),
    "languages": ("Languages", Shape("entry", {"title": "language", "level": "fluency"})),
    "interests": ("Interests", Shape("entry", {"title": "name", "keywords": "keywords"})),
    "references": ("References", Shape("entry", {"title": "name", "description": "reference"})),
}
LIST_NAMES = tuple(theirs for theirs, _ in LISTS.values()) + tuple(SECTIONS)
# Links of ours that JSON Resume knows as profiles.
LINKS = {"linkedin_url": "LinkedIn", "github_url": "GitHub", "portfolio": "Portfolio"}
META = ("canonical", "version", "lastModified")
UNTIL_NOW = {"present", "current", "now", "today", "ongoing", "to date"}


# Reading --------------------------------------------------------------------------------------------------------------


def from_json_resume(document: Any) -> tuple[dict[str, Any], list[Dropped]]:
    """Return the content that a document holds, and what of it was left out or changed, and why.

    Whatever the document, the content keeps to the schema. Raise NotAResumeError for what is no such document.
    """
    if not isinstance(document, dict):
        raise NotAResumeError("", "A JSON Resume document is a JSON object.")
    if unstorable := find_unstorable(document):
        raise NotAResumeError(*unstorable[0])
    if measure(document) > LARGEST_CONTENT:
        raise NotAResumeError("", f"The document is larger than {LARGEST_CONTENT // 1024} kB.")
    reader = _Reader()
    return reader.read(document), reader.dropped


@dataclass
class _Reader:
    """One document being read; `dropped` is filled meanwhile."""

    dropped: list[Dropped] = field(default_factory=list)

    def tell(self, place: Place, reason: str) -> None:
        self.dropped.append({"pointer": point(*place), "reason": reason})

    def read(self, document: dict[str, Any]) -> dict[str, Any]:
        own = self._read_own(document, ())
        contact, summary = self._read_basics(document.get("basics", {}))
        content: dict[str, Any] = {"contact_info": contact, "summary": summary}
        for part, (theirs, shape) in LISTS.items():
            content[part] = self._read_list(document.get(theirs, []), part, shape, (theirs,))
        content["custom_sections"] = self._read_sections(document, own.get("custom_sections"))
        for name in own.keys() - {"custom_sections", "document_extra"}:
            self.tell((OWN, name), "There is no such field.")
        known = {"basics", OWN, *LIST_NAMES}
        extra = {
            name: value
            for name, value in document.items()
            if name not in known or (name in LIST_NAMES and value == []) or (name == "basics" and value == {})
        }
        if isinstance(kept := own.get("document_extra"), dict):
            contact["document_extra"] = kept | extra
        elif extra:
            contact["document_extra"] = extra
        return content

    def _read_own(self, given: dict[str, Any], place: Place) -> dict[str, Any]:
        own = given.get(OWN, {})
        if isinstance(own, dict):
            return own
        self.tell((*place, OWN), "An object belongs here.")
        return {}

    def _read_basics(self, given: Any) -> tuple[dict[str, Any], str]:
        if not isinstance(given, dict):
            self.tell(("basics",), "An object belongs here.")
            return {}, ""
        contact = self._read_object(given, BASICS, ("basics",))
        location, profiles = given.get("location"), given.get("profiles")
        if location is not None and not _is_line(location):
            address = self._read_entry(location, ADDRESS, ("basics", "location"))
            contact |= {} if address is None else {"address": address}
        if profiles is not None:
            contact |= self._read_profiles(profiles)
        summary = self._read_text(given.get("summary"), _longest("text"), ("basics", "summary"))
        if summary == "":
            contact.setdefault("extra", {})["summary"] = ""
        return self._add_own(contact, given, BASICS, ("basics",)), summary or ""

    def _read_profiles(self, given: Any) -> dict[str, Any]:
        place: Place = ("basics", "profiles")
        if not isinstance(given, list):
            self.tell(place, "A list belongs here.")
            return {}
        links: dict[str, Any] = {}
        others: list[Any] = []
        for index, profile in enumerate(given):
            link = _find_link(profile)
            if link and link not in links and not find_value_faults(profile["url"], BASICS.properties[link]):
                links[link] = profile["url"]
            elif (read := self._read_entry(profile, PROFILE, (*place, index))) is not None:
                others.append(read)
        others = self._cut_list(others, BASICS.properties["profiles"]["maxItems"], place)
        return links | ({"profiles": others} if others or not given else {})

    def _read_list(self, given: Any, part: str, shape: Shape, place: Place) -> list[Any]:
        if not isinstance(given, list):
            if given is not None:
                self.tell(place, "A list belongs here.")
            return []
        entries: list[Any] = []
        for index, item in enumerate(given):
            entry = self._read_entry(item, shape, (*place, index))
            if entry is not None and part == "skills" and "name" not in entry:
                entries += self._name_skills(entry, (*place, index))
            elif entry is not None:
                entries.append(entry)
        schema = read_schema()
        most = schema["properties"][part] if part in LISTS else schema["$defs"]["section"]["properties"]["content"]
        return self._cut_list(entries, (most if part in LISTS else most["properties"]["entries"])["maxItems"], place)

    def _name_skills(self, entry: dict[str, Any], place: Place) -> list[Any]:
        """Make a skill of each keyword of one that has no name."""
        names = [name for name in entry.get("keywords", []) if name.strip() and len(name) <= _longest("line")]
        if names:
            self.tell(place, "A skill needs a name: each of its keywords became a skill.")
        else:
            self.tell(place, "A skill needs a name.")
        return [{"name": name} for name in names]

    def _cut_list(self, entries: list[Any], most: int, place: Place) -> list[Any]:
        if len(entries) > most:
            self.tell(place, f"There is room for {most:,} entries; the last {len(entries) - most:,} were left out.")
        return entries[:most]

    def _read_entry(self, given: Any, shape: Shape, place: Place) -> dict[str, Any] | None:
        if not isinstance(given, dict):
            self.tell(place, "An object belongs here.")
            return None
        return self._add_own(self._read_object(given, shape, place), given, shape, place)

    def _read_object(self, given: dict[str, Any], shape: Shape, place: Place) -> dict[str, Any]:
        """Return the members of an object that JSON Resume knows, and the unknown ones as `extra`."""
        ours = {theirs: name for name, theirs in shape.names.items()}
        entry: dict[str, Any] = {}
        extra = {name: value for name, value in given.items() if name not in ours and name not in (OWN, *shape.special)}
        for theirs, name in ours.items():
            value = given.get(theirs)
            if name == "end_date" and "is_current" in shape.properties and _is_until_now(value):
                self.tell((*place, theirs), "It is no date; the position was marked as the present one.")
                entry["is_current"] = True
                continue
            value = self._read_value(value, shape.properties[name], (*place, theirs))
            if value is not None:
                entry[name] = value
        entry = shape.derive({**given, "startDate": entry.get("start_date")}) | entry
        if extra:
            entry["extra"] = extra
        if shape.period and runs_backwards(*(entry.get(name, "") for name in shape.period)):
            start, end = shape.period
            self.tell((*place, shape.names.get(end, end)), f"It is before {shape.names[start]} and was left out.")
            del entry[end]
        return entry

    def _add_own(self, entry: dict[str, Any], given: dict[str, Any], shape: Shape, place: Place) -> dict[str, Any]:
        """Add what only our schema has, as an export of ours left it beside; what a field says itself comes first."""
        derived = shape.derive(given)
        for name, value in self._read_own(given, place).items():
            where = (*place, OWN, name)
            if name not in shape.properties or name == "document_extra":
                self.tell(where, "There is no such field.")
            elif value is None and name in derived:
                entry.pop(name, None)
            elif faults := find_value_faults(value, shape.properties[name]):
                self.tell(where, faults[0][1])
            elif name == "extra":
                entry["extra"] = value | entry.get("extra", {})
            elif name in derived or name not in entry:
                entry[name] = value
        if shape.period and runs_backwards(*(entry.get(name, "") for name in shape.period)):
            self.tell((*place, OWN, shape.period[1]), f"It is before the {shape.period[0].replace('_', ' ')}.")
            del entry[shape.period[1]]
        return entry

    def _read_sections(self, document: dict[str, Any], arranged: Any) -> list[Any]:
        """Return the sections: as an export of ours arranged them where it says so, else each list as one."""
        found: dict[str, dict[str, Any]] = {}
        for theirs, (title, shape) in SECTIONS.items():
            entries = self._read_list(document.get(theirs, []), theirs, shape, (theirs,))
            if entries:
                found[theirs] = {"section_type": theirs, "title": title, "content": {"entries": entries}}
        sections = []
        if not isinstance(arranged, list | None):
            self.tell((OWN, "custom_sections"), "A list belongs here.")
        for index, given in enumerate(arranged if isinstance(arranged, list) else []):
            section = given
            if isinstance(given, dict) and given.get("entries_from") in SECTIONS:
                source = found.pop(given["entries_from"], None)
                entries = source["content"]["entries"] if source else []
                section = {name: value for name, value in given.items() if name != "entries_from"}
                content = section.get("content", {})
                section["content"] = {**content, "entries": entries} if isinstance(content, dict) else content
            if faults := find_value_faults(section, {"$ref": "#/$defs/section"}):
                self.tell((OWN, "custom_sections", index), faults[0][1])
            else:
                sections.append(section)
        most = read_schema()["properties"]["custom_sections"]["maxItems"]
        return self._cut_list([*sections, *found.values()], most, (OWN, "custom_sections"))

    # Values

    def _read_value(self, value: Any, schema: dict[str, Any], place: Place) -> Any:
        """Return a value as a field of ours takes it, None for none."""
        match schema.get("$ref", "").removeprefix("#/$defs/"):
            case "date":
                return self._read_date(value, place)
            case "url":
                return self._read_address(value, place)
            case "lines":
                return self._read_lines(value, place)
            case "line" | "text" as definition:
                return self._read_text(value, _longest(definition), place)
        name = self._read_text(value, schema["maxLength"], place)  # Of a skill: the one text that may not be blank.
        return name if name and name.strip() else None

    def _read_text(self, value: Any, longest: int, place: Place) -> str | None:
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.tell(place, "A number was made a text.")
            value = str(value)
        if not isinstance(value, str):
            self.tell(place, "A text belongs here.")
            return None
        if len(value) > longest:
            self.tell(place, f"Cut to {longest:,} characters.")
        return value[:longest]

    def _read_lines(self, value: Any, place: Place) -> list[str] | None:
        if value is None:
            return None
        if isinstance(value, str):
            self.tell(place, "A text was made a list of one.")
            value = [value]
        if not isinstance(value, list):
            self.tell(place, "A list belongs here.")
            return None
        lines = read_schema()["$defs"]["lines"]
        read = (self._read_text(item, lines["items"]["maxLength"], (*place, index)) for index, item in enumerate(value))
        return self._cut_list([line for line in read if line is not None], lines["maxItems"], place)

    def _read_date(self, value: Any, place: Place) -> str | None:
        if value is None or value == "":
            return None
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str):
            self.tell(place, "A date belongs here.")
            return None
        read = read_date(text)
        if read is None or not is_calendar_date(read):
            self.tell(place, NOT_A_DAY if read else "It is no date (YYYY, YYYY-MM or YYYY-MM-DD).")
            return None
        if read != value:
            self.tell(place, f"It was read as {read}.")
        return read

    def _read_address(self, value: Any, place: Place) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            self.tell(place, "A web address belongs here.")
            return None
        address, longest = read_address(value) if value.strip() else "", _longest("url")
        if address is None:
            self.tell(place, "It is no web address (http:// or https://).")
            return None
        if len(address) > longest:
            self.tell(place, f"It has more than {longest:,} characters.")
            return None
        if address != value:
            self.tell(place, "It became an address with https://." if address != value.strip() else "It was trimmed.")
        return address


def _is_until_now(value: Any) -> bool:
    return isinstance(value, str) and value.strip().casefold() in UNTIL_NOW


def _is_line(location: Any) -> bool:
    """Tell whether a location is our one line, which an export put where a city goes."""
    return isinstance(location, dict) and location.keys() == {"city", OWN} and location[OWN] == {"is_line": True}


def _find_link(profile: Any) -> str:
    """Return which link of ours an export wrote as this profile, '' for none."""
    if not isinstance(profile, dict) or profile.keys() != {"network", "url", OWN} or profile["url"] == "":
        return ""
    mark = profile[OWN]
    return next((link for link in LINKS if mark == {"field": link}), "")


# Writing --------------------------------------------------------------------------------------------------------------


def to_json_resume(content: dict[str, Any]) -> dict[str, Any]:
    """Return a content as a JSON Resume document, from which `from_json_resume` makes the same content again."""
    contact, own = content.get("contact_info", {}), {}
    document: dict[str, Any] = {}
    if basics := _write_basics(contact, content.get("summary", "")):
        document["basics"] = basics
    for part, (theirs, shape) in LISTS.items():
        if entries := content.get(part):
            document[theirs] = [_write_object(entry, shape) for entry in entries]
    sections = content.get("custom_sections", [])
    stubs, lists = _write_sections(sections)
    document |= lists
    if sections != _Reader()._read_sections(document, None):  # noqa: SLF001 - One module.
        own["custom_sections"] = stubs
    if (extra := contact.get("document_extra")) is not None:
        absent: dict[str, Any] = {name: [] for name in LIST_NAMES} | {"basics": {}}
        absent = {name: value for name, value in absent.items() if name not in document}
        _write_extra(extra, document, own, {"basics", *LIST_NAMES}, absent, called="document_extra")
    return document | ({OWN: own} if own else {})


def _write_object(entry: dict[str, Any], shape: Shape) -> dict[str, Any]:
    out: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, value in entry.items():
        theirs = shape.names.get(name)
        if theirs and not (value == "" and name.endswith("date")):  # An empty date is no date to them.
            out[theirs] = value
        elif name not in ("extra", "document_extra"):
            own[name] = value
    _settle_derived(out, own, entry, shape)
    if (extra := entry.get("extra")) is not None:
        _write_extra(extra, out, own, set(shape.names.values()), {})
    return out | ({OWN: own} if own else {})


def _settle_derived(out: dict[str, Any], own: dict[str, Any], entry: dict[str, Any], shape: Shape) -> None:
    """Leave out what a reader derives itself, and say null where it must not."""
    for name, value in shape.derive(out).items():
        if name not in entry:
            own[name] = None
        elif entry[name] == value:
            own.pop(name, None)


def _write_extra(
    extra: dict[str, Any],
    out: dict[str, Any],
    own: dict[str, Any],
    known: set[str],
    absent: dict[str, Any],
    *,
    called: str = "extra",
) -> None:
    """Put what an import had brought along back to its place: beside, where a name is taken or nothing would show."""
    fits = extra and all(
        (name in absent and value == absent[name]) if name in known else name != OWN and _is_official(name, value)
        for name, value in extra.items()
    )
    if fits:
        out.update(extra)
    else:
        own[called] = extra


def _is_official(name: str, value: Any) -> bool:
    """Tell whether a member that only the document knows is what JSON Resume expects under its name."""
    if name == "$schema":
        return isinstance(value, str)
    if name == "meta":
        return isinstance(value, dict) and all(isinstance(value.get(part, ""), str) for part in META)
    return True


def _write_basics(contact: dict[str, Any], summary: str) -> dict[str, Any]:
    special = ("address", "profiles", "extra", "document_extra", *LINKS)
    out = _write_object({name: value for name, value in contact.items() if name not in (*special, "location")}, BASICS)
    own = out.pop(OWN, {})
    if summary:
        out["summary"] = summary
    profiles = [_write_object(profile, PROFILE) for profile in contact.get("profiles", [])]
    for link, network in LINKS.items():
        if contact.get(link):
            profiles.append({"network": network, "url": contact[link], OWN: {"field": link}})
        elif link in contact:
            own[link] = ""
    if profiles or "profiles" in contact:
        out["profiles"] = profiles
    if profiles and contact.get("profiles") == []:
        own["profiles"] = []
    _write_location(contact, out, own)
    if (extra := contact.get("extra")) is not None:
        known = {*BASICS.names.values(), *BASICS.special}
        _write_extra(extra, out, own, known, {} if summary else {"summary": ""})
    return out | ({OWN: own} if own else {})


def _write_location(contact: dict[str, Any], out: dict[str, Any], own: dict[str, Any]) -> None:
    line = contact.get("location")
    if "address" in contact:
        out["location"] = _write_object(contact["address"], ADDRESS)
    elif line and _derive_location({"location": {"city": line}}) == {"location": line}:
        out["location"] = {"city": line, OWN: {"is_line": True}}
    if line is not None:
        own["location"] = line
    _settle_derived(out, own, contact, BASICS)


def _write_sections(sections: list[dict[str, Any]]) -> tuple[list[Any], dict[str, list[Any]]]:
    """Return how the sections are arranged, and the entries of the first of each kind that JSON Resume has a list for."""
    stubs: list[Any] = []
    lists: dict[str, list[Any]] = {}
    for section in sections:
        kind, content = section["section_type"], section.get("content", {})
        if kind not in SECTIONS or kind in lists or not content.get("entries"):
            stubs.append(section)
            continue
        lists[kind] = [_write_object(entry, SECTIONS[kind][1]) for entry in content["entries"]]
        rest = {name: value for name, value in content.items() if name != "entries"}
        stubs.append({**section, "content": rest, "entries_from": kind})
    return stubs, lists
