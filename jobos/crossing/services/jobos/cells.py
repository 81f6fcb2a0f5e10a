"""How a cell of PostgreSQL, spelled in text, is read so that our column takes it, whatever became of the source's.

Each reader returns the cell itself wherever it can; that is almost always, and fast.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jobos.crossing.services import documents
from jobos.crossing.services.loading import CANONICAL, SHARED_KEYS, Amended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from jobos.crossing.services.loading import Loader

    Reader = Callable[[str | None], Any]

LARGEST_INTEGER = 2**31 - 1
_WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]{1,6})?", re.IGNORECASE)
_SOMETHING = re.compile(r"^[^e]*[1-9]", re.IGNORECASE)
_ODD_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)', re.DOTALL)
_BOUNDS = re.compile(r"(\[-?\d+:-?\d+\])+=")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_UNSTORABLE = re.compile(r"\\u(?:0000|d[89a-f])", re.IGNORECASE)


def key(loader: Loader, table: str) -> Reader:
    """A row's own key, or that of the row of `table` that it belongs to; without one no row can be made."""

    def read(cell: str | None) -> str | UUID:
        if cell is not None and CANONICAL.fullmatch(cell) and cell not in SHARED_KEYS:
            return cell
        return loader.key_of(table, cell)

    return read


def reference(loader: Loader, table: str) -> Reader:
    """The key of a row of `table`, or none."""
    read_key = key(loader, table)

    def read(cell: str | None) -> str | UUID | None:
        return read_key(cell) if cell else None

    return read


def text(longest: int) -> Reader:
    """A text of so many characters at most, or none."""

    def read(cell: str | None) -> str | None:
        if cell is not None and len(cell) > longest:
            raise Amended(cell[:longest], "Too long: cut.")
        return cell

    return read


def needed(read: Reader, otherwise: Any) -> Reader:
    """A cell that must not be missing."""

    def read_needed(cell: str | None) -> Any:
        if cell is None:
            raise Amended(otherwise, "Missing; the default of the older system.", "derived")
        return read(cell)

    return read_needed


def choice(words: Iterable[str], otherwise: str) -> Reader:
    """One of these words, however its letters are cased."""
    known = {word.lower(): word for word in words}
    spelled = frozenset(known.values())

    def read(cell: str | None) -> str:
        if cell in spelled:
            return cell
        raise Amended(known.get((cell or "").strip().lower(), otherwise), "There is no such word here.")

    return read


def whole(least: int = -LARGEST_INTEGER, most: int = LARGEST_INTEGER) -> Reader:
    """A whole number within bounds, or none."""

    def read(cell: str | None) -> str | None:
        if cell is None:
            return None
        if _WHOLE.fullmatch(cell) and least <= int(cell) <= most:
            return cell
        raise Amended(None, f"No whole number from {least} to {most}.", "quarantined")

    return read


def number(cell: str | None) -> str | None:
    """A number, also one that is none or endless; what a double cannot be is none."""
    if cell is None or cell in _ODD_NUMBERS:
        return cell
    if _NUMBER.fullmatch(cell):
        value = float(cell)
        if math.isfinite(value) and (value != 0 or not _SOMETHING.search(cell)):
            return cell
    raise Amended(None, "It is no number.", "quarantined")


def flag_or_none(cell: str | None) -> str | None:
    if cell in (None, "t", "f"):
        return cell
    raise Amended(None, "It says neither yes nor no.", "quarantined")


def flag(cell: str | None) -> str:
    if cell in ("t", "f"):
        return cell
    raise Amended("f", "Missing; the default of the older system.", "derived")


def time(cell: str | None) -> str | None:
    """A day or a time of the years 1 to 9999: beyond them PostgreSQL counts on, and we could not read it."""
    if cell is None:
        return None
    if cell[4:5] == cell[7:8] == "-":
        try:
            datetime.fromisoformat(cell)
        except ValueError:
            pass
        else:
            return cell
    raise Amended(None, "Not a time of the years 1 to 9999.", "quarantined")


def time_or_none(cell: str | None) -> str | None:
    """A time of a row of which another plan says what was amiss."""
    try:
        return time(cell)
    except Amended:
        return None


def document(cell: str | None) -> str | None:
    """JSON that can be stored, and read again."""
    return None if cell is None else documents.read(cell)


def texts(cell: str | None) -> str | list[str] | None:
    """A list of texts: one dimension, no element missing."""
    if cell is None or ("NULL" not in cell and cell[:1] == "{" and cell[1:2] != "{"):
        return cell
    elements = read_array(cell)
    kept = [element for element in elements if element is not None]
    if cell[:1] == "{" and cell[1:2] != "{" and len(kept) == len(elements):
        return cell
    raise Amended(kept, "A list has one dimension and no missing elements here.")


def read_array(cell: str | None) -> list[str | None]:
    """Return the elements of an array as PostgreSQL spells it; those of several dimensions in their order."""
    if not cell:
        return []
    body = _BOUNDS.sub("", cell, count=1) if cell[0] == "[" else cell
    return [
        _ESCAPE.sub(r"\1", quoted) if found[0] == '"' else None if plain == "NULL" else plain
        for found, quoted, plain in ((match[0], match[1], match[2]) for match in _ELEMENT.finditer(body))
    ]


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def decode(cell: str) -> tuple[Any, int]:
    """Return what a document says, and how often it was encoded too much.

    Raises ValueError or RecursionError for one that nobody can read. A text in a text may say what PostgreSQL stores in
    none (NUL, half of a surrogate pair): such a one stays encoded.
    """
    found, depth = json.loads(cell), 0
    while isinstance(found, str) and found.lstrip()[:1] in ("[", "{", '"') and not _UNSTORABLE.search(found):
        try:
            found = json.loads(found)
        except ValueError:
            break
        depth += 1
    if documents.is_too_deep(cell, found):
        raise ValueError("It has more levels than anybody can follow.")
    return found, depth
