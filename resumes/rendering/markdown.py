"""A resume as Markdown (CommonMark and GitHub's), in which a person's text stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from resumes.rendering.outline import Entry, Line, Linked, Outline

# What begins markup anywhere, and what begins it at the start of a line or after a space.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>|~$&{}]")
_AT_WORD = re.compile(r"(?:^|(?<= ))(?=[#+=-])")
_NUMBER = re.compile(r"^(\d+)([.)])")


def escape(text: str) -> str:
    """Return a text such that Markdown shows exactly it."""
    safe = _AT_WORD.sub(r"\\", _ANYWHERE.sub(lambda found: "\\" + found.group(), text))
    return _NUMBER.sub(r"\1\\\2", safe)


def write_markdown(outline: Outline) -> str:
    blocks = [
        f"# {escape(outline.name)}" if outline.name else "",
        f"**{escape(outline.headline)}**" if outline.headline else "",
        " · ".join(map(_link, outline.contact)),
    ]
    for section in outline.sections:
        blocks += [f"## {escape(section.title)}", *_lines(section.lines)]
        for entry in section.entries:
            blocks += _entry(entry)
    return "\n\n".join(filter(None, blocks)) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield "### " + ", ".join(_link(part) for part in (entry.title, entry.subtitle) if part.text)
    yield " · ".join(f"*{escape(part)}*" for part in (entry.dates, *entry.details) if part)
    yield from _lines(entry.lines)
    yield " · ".join(map(_link, entry.links))


def _lines(lines: Iterable[Line]) -> Iterator[str]:
    """Yield paragraphs, and lists whose points follow each other without a gap."""
    points: list[str] = []
    for line in lines:
        text = f"**{escape(line.label)}:** {escape(line.text)}" if line.label else escape(line.text)
        if line.is_point:
            points.append(f"- {text}")
            continue
        yield "\n".join(points)
        points = []
        yield text
    yield "\n".join(points)


def _link(item: Linked) -> str:
    if not item.url:
        return escape(item.text)
    address = item.url.replace("\\", "%5C").replace("&", "&amp;")
    return f"[{escape(item.text)}](<{address}>)"
