"""Two contents side by side, told in the words of the page: contents in, rows out, for a template to escape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobs.admin.differences import mark_differences
from jobs.admin.posting import Piece
from resumes.admin.entries import ContactForm, read_pointer
from resumes.admin.forms import PARTS
from resumes.differences import compare_contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resumes.admin.entries import EntryForm

MOST_ROWS = 300
CHANGES = {"added": "Added", "removed": "Removed", "changed": "Changed", "reordered": "Moved"}
COLOURS = {"added": "success", "removed": "danger", "changed": "warning", "reordered": "info"}
TITLES = {"contact_info": "Contact", "summary": "Summary", **{name: title for name, (title, _, _) in PARTS.items()}}
ARROW = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
WRAPPERS = ("content", "entries")  # Parts of a place that need no name.
# What an entry is called by.
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
        section, path = read_pointer(difference["pointer"])
        side = old if difference["change"] == "removed" else new
        texts = ("\n".join(_write(difference[name], _form_of(section))) for name in ("old", "new"))
        change = difference["change"]
        old_pieces, new_pieces = (
            ([Piece(text)] for text in texts) if change == "reordered" else mark_differences(*texts)
        )
        row = Row(_name_inside(section, path, side), CHANGES[change], COLOURS[change], old_pieces, new_pieces)
        found.setdefault(section, []).append(row)
    return [{"title": title, "rows": found[name]} for name, title in TITLES.items() if name in found]


def name_place(pointer: str, content: dict[str, Any]) -> str:
    """Return the words for a place of a resume: the section, and what of it."""
    section, path = read_pointer(pointer)
    return ARROW.join(word for word in (TITLES.get(section, section), _name_inside(section, path, content)) if word)


def _name_inside(section: str, path: list[str], content: dict[str, Any]) -> str:
    """Return the words for a place within a section: the entry's name, the field's label, the line's number."""
    form = _form_of(section)
    value: Any = content.get(section)
    words: list[str] = []
    for part in path:
        if isinstance(value, list) and part.isdecimal():
            value = value[int(part)] if int(part) < len(value) else None
            words.append(_call(value) if isinstance(value, dict) else f"line {int(part) + 1}")
            continue
        value = value.get(part) if isinstance(value, dict) else None
        if part in WRAPPERS:
            continue
        words.append(_label(form, part))
        form = form.lists.get(part, form) if form is not None else None
    return ARROW.join(word for word in words if word)


def _form_of(section: str) -> type[EntryForm] | None:
    if section == "contact_info":
        return ContactForm
    return PARTS[section][1] if section in PARTS else None


def _label(form: type[EntryForm] | None, name: str) -> str:
    fields = form.base_fields if form is not None else {}
    return str(fields[name].label) if name in fields else name.replace("_", " ").capitalize()


def _call(entry: dict[str, Any]) -> str:
    return " · ".join(str(entry[name]) for name in NAMED if entry.get(name))[:200] or "entry"


def _write(value: Any, form: type[EntryForm] | None) -> Iterator[str]:
    """Return a value as lines that a person reads; what is never shown is left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "extra" or inner in ("", None) or inner in ([], {}):
                continue
            lines = list(_write(inner, form.lists.get(name, form) if form is not None else None))
            if name in WRAPPERS:
                yield from lines
            elif len(lines) == 1:
                yield f"{_label(form, name)}: {lines[0]}"
            else:
                yield f"{_label(form, name)}:"
                yield from lines
    elif isinstance(value, list):
        for inner in value:
            yield "• " + (", ".join(_write(inner, form)) if isinstance(inner, dict) else str(inner))
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    elif value is not None:
        yield str(value)
