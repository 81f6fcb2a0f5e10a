"""The notes of a job, as the older application kept them in a list, as entries of ours.

An entry is `{text, created_at}` and may have a `type`. There, anything could stand in the list or in its place, and times
were written in two spellings. The one of the application ("2024-05-31T10:00:00.5+00:00") follows from ours, and so does
that a text with the mark of a follow-up is of that type; whatever else is changed is said, for the ledger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from jobos.crossing.services import documents
from jobos.crossing.services.jobos import cells

TYPES = frozenset({"system", "status_change", "followup"})
RENAMED = {"scout": "system"}
ENTRY = frozenset({"text", "created_at", "type"})
NOTHING = ("null", "[]", '""')

_MARK = re.compile(r"\[Follow-up (\d{4}-\d\d-\d\d)\]")
_SEPARATED_MARK = re.compile(r"\n---\n(?=\[Follow-up (\d{4}-\d\d-\d\d)\])")


@dataclass
class Notes:
    """What became of a list: our entries, and what changed in them beyond recovery."""

    entries: list[dict[str, str]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    def change(self, what: str) -> None:
        if what not in self.changes:
            self.changes.append(what)


def read_notes(cell: str | None, at: str) -> Notes:
    """Return the entries that a cell becomes; `at` is the time of the row, for entries without one."""
    notes = Notes()
    if cell is None or cell in NOTHING:
        return notes
    try:
        found, depth = cells.decode(cell)
        if depth:
            notes.change("A list in a text is a list.")
        if not isinstance(found, list):
            notes.change("A single entry stands in a list.")
            found = [found]
        for entry in found:
            _read_entry(entry, at, notes)
    except (ValueError, RecursionError):  # JSON that is too deep, or a number too long, for Python.
        return Notes([{"text": cell, "created_at": at}], ["What could not be read stands as it was."])
    return notes


def _read_entry(entry: Any, at: str, notes: Notes) -> None:
    if entry in (None, "", [], {}):
        notes.change("An entry without anything in it is gone.")
        return
    if not isinstance(entry, dict):
        notes.change("An entry of another kind is a text.")
        text = entry if isinstance(entry, str) else cells.as_json(entry)
        _add(text, at, "", notes)
        return
    said = entry.get("text")
    text = said if isinstance(said, str) else cells.as_json(entry)
    if not isinstance(said, str):
        notes.change("An entry of another kind is a text.")
    elif not ENTRY.issuperset(entry):
        notes.change("An entry has a text, a time and a type.")
    _add(text, _read_time(entry.get("created_at"), at, notes), _read_type(entry.get("type"), notes), notes)


def _read_time(said: Any, at: str, notes: Notes) -> str:
    if isinstance(said, str):
        try:
            moment = datetime.fromisoformat(said)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            pass
        else:
            spelled = f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
            if said not in (spelled, moment.isoformat()):
                notes.change("A time is ISO 8601 in UTC.")
            return spelled
    notes.change("The time of an entry without one is that of the row's last change.")
    return at


def _read_type(said: Any, notes: Notes) -> str:
    if said is None:
        return ""
    if isinstance(said, str) and said in TYPES:
        return said
    notes.change("There is no such type of note.")
    return RENAMED.get(said, "") if isinstance(said, str) else ""


def _add(text: str, created_at: str, kind: str, notes: Notes) -> None:
    """Add an entry; follow-ups that were glued to a text are entries of their own, as the older ones were cut."""
    if documents.UNSTORABLE.search(text):
        notes.change("A text holds no NUL and no half of a character.")
        text = documents.UNSTORABLE.sub("", text)
    (first, _), *others = _cut(text)
    if not kind and (mark := _MARK.match(first)) and _is_date(mark[1]):
        kind = "followup"
    notes.entries.append({"text": first, "created_at": created_at, **({"type": kind} if kind else {})})
    for other, day in others:
        notes.change("Each follow-up is an entry.")
        notes.entries.append({"text": other, "created_at": f"{day}T00:00:00.000000Z", "type": "followup"})


def _cut(text: str) -> list[tuple[str, str]]:
    """Return the parts of a text, each with the day of the follow-up that it begins with."""
    if "\n---\n[Follow-up " not in text:
        return [(text, "")]
    parts, begun, day = [], 0, ""
    for mark in _SEPARATED_MARK.finditer(text):
        if mark.start() > begun and _is_date(mark[1]):
            parts.append((text[begun : mark.start()], day))
            begun, day = mark.end(), mark[1]
    return [*parts, (text[begun:], day)]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def spell_time(cell: str) -> str:
    """Return a time of the database, in UTC, as notes spell it."""
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
