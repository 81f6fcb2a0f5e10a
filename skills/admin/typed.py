"""Skills as people type or paste them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

BULLET = re.compile(r"^\s*(?:[-*\u2022\u2013\u00b7]|\d+[.)])\s+")


def read_skills(text: str, *, levels: Iterable[str], headings: Iterable[str]) -> list[dict[str, Any]]:
    """Return the skills in a text, each with its `name` and, where they follow it, its `level` and `bucket`.

    Commas, semicolons and lines part them; bullets do not count. A part that is a level or a heading, however cased,
    belongs to the skill before it in its line; any other is a skill.
    """
    known_levels = {level.casefold(): level for level in levels}
    known_headings = {heading.casefold(): heading for heading in headings}
    skills: list[dict[str, Any]] = []
    for line in text.splitlines():
        skill: dict[str, Any] | None = None
        for part in re.split("[,;]", BULLET.sub("", line)):
            words = " ".join(part.split())
            said = words.casefold()
            if skill is not None and said in known_levels:
                skill["level"] = known_levels[said]
            elif skill is not None and said in known_headings:
                skill["bucket"] = known_headings[said]
            elif words:
                skill = {"name": words}
                skills.append(skill)
    return skills
