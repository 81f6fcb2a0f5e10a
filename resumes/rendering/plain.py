"""A resume as plain text: 80 columns, nothing but letters and line ends."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from resumes.rendering.outline import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from resumes.rendering.outline import Entry, Line, Linked, Outline

WIDTH = 80


def write_text(outline: Outline) -> str:
    blocks = [[*wrap(outline.name.upper()), *wrap(outline.headline), *_wrap_items(map(show_link, outline.contact))]]
    for section in outline.sections:
        underline = "-" * min(WIDTH, max(map(width_of, wrap(section.title))))
        blocks.append([*wrap(section.title.upper()), underline, *_lines(section.lines)])
        entries = [list(_entry(entry)) for entry in section.entries]
        if entries and not section.lines:
            blocks[-1] += entries.pop(0)
        blocks += entries
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield from _wrap_items([entry.title.text, entry.subtitle.text], between=", ")
    yield from _wrap_items([entry.dates, *entry.details])
    if entry.title.url or entry.subtitle.url:
        yield from wrap(entry.title.url or entry.subtitle.url)
    yield from _lines(entry.lines)
    for link in entry.links:
        yield from wrap(show_link(link))


def _lines(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        text = f"{line.label}: {line.text}" if line.label else line.text
        yield from wrap(text, first="- ", rest="  ") if line.is_point else wrap(text)


def show_link(item: Linked) -> str:
    """Return what leads to an address in full, since nobody can click on paper."""
    return item.text.replace(shorten(item.url), item.url) if item.url.lower().startswith("http") else item.text


def _wrap_items(items: Iterable[str], *, between: str = " | ") -> list[str]:
    """Return items side by side; one that does not fit begins a line of its own."""
    lines: list[str] = []
    for item in filter(None, items):
        joined = f"{lines[-1]}{between}{item}" if lines else item
        if lines and width_of(joined) <= WIDTH:
            lines[-1] = joined
        else:
            lines += wrap(item)
    return lines


def wrap(text: str, *, first: str = "", rest: str = "") -> list[str]:
    """Return a text in lines of at most 80 columns; a word that is longer stands alone, ideographs break anywhere."""
    lines, line, is_empty = [], first, True
    for word in _words(text):
        gap = "" if is_empty or not word.startswith(" ") else " "
        if not is_empty and width_of(line) + len(gap) + width_of(word.strip()) > WIDTH:
            lines.append(line)
            line, gap = rest, ""
        line += gap + word.strip()
        is_empty = False
    return [*lines, line] if text else []


def _words(text: str) -> Iterator[str]:
    """Yield what must stay on one line: a word with the space before it, or one wide letter."""
    for word in text.split(" "):
        part = " "
        for letter in word:
            is_wide = unicodedata.east_asian_width(letter) in "WF"
            if is_wide and part.strip() and unicodedata.category(letter)[0] == "L":
                yield part
                part = ""
            part += letter
        if part.strip():
            yield part


def width_of(text: str) -> int:
    """Return how many columns a text takes in a fixed-width font."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
