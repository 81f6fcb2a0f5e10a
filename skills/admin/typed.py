"""Skills as people type or paste them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BULLET = re.compile(r"^\s*(?:[-*\u2022\u2023\u25aa\u25cf\u25e6\u2013\u00b7]|\d+[.)])\s+")
DEEPEST = 3  # brackets within brackets
LONGEST_REMARKED = 300  # characters
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
SEPARATOR = re.compile(r"[,;|\t]|\s[\u2022\u00b7]\s")
COLON = re.compile(r":(?=\s|$)")
# "Git - expert", "Git: expert", "Git (expert)".
REMARK = re.compile(r"(?P<name>.*\S)(?:\s+[-\u2013\u2014]\s+|:\s+|\s*\((?=.*\)$))(?P<said>[^()]+)\)?")


def read_skills(text: str, *, levels: Iterable[str], headings: Iterable[str]) -> list[dict[str, Any]]:
    """Return the skills in a text, each with its `name` and, where they are said, its `level` and `bucket`.

    Commas, semicolons, bars, tabs and lines part them, but not within brackets; bullets do not count. A part that is a
    level or a heading, however cased, belongs to the skill before it in its line, and so does a level behind a dash or
    in brackets. "Heading: one, two" puts skills under a heading, which may be a new one; so does a line that is a
    heading or ends in a colon, until a blank line.
    """
    known_levels = {level.casefold(): level for level in levels}
    known_headings = {heading.casefold(): heading for heading in headings}
    skills: list[dict[str, Any]] = []
    shelf = ""
    for line in text.splitlines():
        heading, rest = _cut_heading(BULLET.sub("", line), known_levels, known_headings)
        if heading and not rest.strip():
            shelf = heading
            continue
        shelf = shelf if line.strip() else ""
        skill: dict[str, Any] | None = None
        for part in _split(rest):
            words = " ".join(part.split())
            said = words.casefold()
            if skill is not None and said in known_levels:
                skill["level"] = known_levels[said]
            elif skill is not None and said in known_headings:
                skill["bucket"] = known_headings[said]
            elif words:
                skill = {"name": words}
                found = REMARK.fullmatch(words) if len(words) <= LONGEST_REMARKED else None
                if found and (level := known_levels.get(found["said"].casefold())):
                    skill = {"name": found["name"], "level": level}
                if heading or shelf:
                    skill["bucket"] = heading or shelf
                skills.append(skill)
    return skills


def _cut_heading(line: str, levels: dict[str, str], headings: dict[str, str]) -> tuple[str, str]:
    """Return the heading that a line begins with or is, '' for none, and the rest of the line; a new one is noted."""
    whole = " ".join(line.split())
    if whole.casefold() in headings:
        return headings[whole.casefold()], ""
    first = next(_split(line), "")
    colon = COLON.search(_hide_brackets(first))
    if colon is None or " ".join(first[colon.end() :].split()).casefold() in levels:
        return "", line
    name = " ".join(line[: colon.start()].split())
    return headings.setdefault(name.casefold(), name) if name else "", line[colon.end() :]


def _split(line: str) -> Iterator[str]:
    """Yield the parts of a line; what stands in brackets is never parted."""
    start = 0
    for separator in SEPARATOR.finditer(_hide_brackets(line)):
        yield line[start : separator.start()]
        start = separator.end()
    yield line[start:]


def _hide_brackets(line: str) -> str:
    """Return a line with everything in brackets made spaces, each character one."""
    for _ in range(DEEPEST):
        line = BRACKETS.sub(lambda found: " " * len(found[0]), line)
    return line
