"""Two contents side by side, told in the words of the page: contents in, rows out, for a template to escape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobs.admin.differences import mark_differences
from resumes.admin.forms import PARTS, ContactForm
from resumes.differences import compare_contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.admin.posting import Piece
    from resumes.admin.entries import EntryForm

MOST_ROWS = 300
CHANGES = {"added": "Added", "removed": "Removed", "changed": "Changed", "reordered": "Moved"}
COLOURS = {"added": "success", "removed": "danger", "changed": "warning", "reordered": "info"}
# Where entries stand in entries, and what their forms are: for their names alone.
NAMED = ("position", "company", "degree", "institution", "name", "title", "network", "username")


@dataclass(frozen=True)
class Row:
    """One difference: what it is about, and both sides in pieces."""

    about: str
    change: str
    colour: str
    old: list[Piece]
    new: list[Piece]


def tell_differences(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what differs, by section in the order of a resume: `title` and `rows`."""
    found: dict[str, list[Row]] = {}
    for difference in compare_contents(old, new)[:MOST_ROWS]:
        section, *path = [part.replace("~1", "/").replace("~0", "~") for part in difference["pointer"].split("/")[1:]]
        side = old if difference["change"] == "removed" else new
        for row in _tell(difference, _name_place(section, path, side), section):
            found.setdefault(section, []).append(row)
    order = {"contact_info": "Contact", "summary": "Summary", **{name: title for name, (title, _, _) in PARTS.items()}}
    return [{"title": title, "rows": found[name]} for name, title in order.items() if name in found]


def _tell(difference: Any, about: str, section: str) -> Iterator[Row]:
    sides = ["\n".join(_write(difference[side], section)) for side in ("old", "new")]
    old, new = mark_differences(*sides)
    change = difference["change"]
    yield Row(about, CHANGES[change], COLOURS[change], old, new)


def _name_place(section: str, path: list[str], content: dict[str, Any]) -> str:
    """Return the words for a place: the entry's name, the field's label, the line's number."""
    form: type[EntryForm] | None = ContactForm if section == "contact_info" else PARTS.get(section, ("", None, ""))[1]
    value: Any = content.get(section)
    words: list[str] = []
    for part in path:
        if isinstance(value, list) and part.isdecimal():
            value = value[int(part)] if int(part) < len(value) else None
            words.append(_call(value) if isinstance(value, dict) else f"line {int(part) + 1}")
            continue
        value = value.get(part) if isinstance(value, dict) else None
        if part in ("content", "entries"):
            continue
        if form is not None and part in form.lists:
            form = form.lists[part]
        words.append(_label(form, part))
    return " › ".join(word for word in words if word)


def _label(form: type[EntryForm] | None, name: str) -> str:
    fields = form.base_fields if form is not None else {}
    return str(fields[name].label) if name in fields else name.replace("_", " ").capitalize()


def _call(entry: dict[str, Any]) -> str:
    return " · ".join(str(entry[name]) for name in NAMED if entry.get(name))[:200] or "entry"


def _write(value: Any, section: str) -> Iterator[str]:
    """Return a value as lines that a person reads."""
    form: type[EntryForm] | None = PARTS.get(section, ("", None, ""))[1]
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "extra" or inner in ("", None) or inner in ([], {}):
                continue
            lines = list(_write(inner, section))
            if name in ("content", "entries"):
                yield from lines
            elif len(lines) == 1:
                yield f"{_label(form, name)}: {lines[0]}"
            else:
                yield f"{_label(form, name)}:"
                yield from lines
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict):
                yield ", ".join(line for line in _write(inner, ""))
            else:
                yield f"• {inner}"
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    elif value is not None:
        yield str(value)
