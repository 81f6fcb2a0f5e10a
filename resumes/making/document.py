"""A resume as it is read for scoring, and one part of its score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEP = 4  # points are counted in quarters, so that they add up exactly


@dataclass
class Part:
    """One part of the score while it is counted, in quarters of a point."""

    name: str
    most: int
    evidence: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    earned: int = 0

    def give(self, requirement: str, earned: int, most: int, why: str, found_at: Sequence[str] = ()) -> None:
        self.earned += earned
        if earned < most:
            self.missing.append(requirement)
        self.evidence.append(
            {
                "requirement": requirement,
                "found_at": list(found_at),
                "points": earned / STEP,
                "max": most / STEP,
                "why": why,
            }
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "points": self.earned / STEP,
            "max": self.most / STEP,
            "evidence": self.evidence,
            "missing": self.missing,
        }


@dataclass(frozen=True, slots=True)
class Document:
    """A resume as it is read for scoring: each text with its pointer, and when it is read (YYYY-MM)."""

    content: Mapping[str, Any]
    as_of: str

    def entries(self, name: str) -> list[dict[str, Any]]:
        return list(self.content.get(name) or ())

    @property
    def summary(self) -> str:
        return str(self.content.get("summary") or "").strip()

    @property
    def contact(self) -> dict[str, Any]:
        return dict(self.content.get("contact_info") or {})

    def bullets(self) -> list[tuple[str, str]]:
        """Return each achievement with its pointer."""
        return [
            (f"/{section}/{number}/achievements/{index}", text)
            for section in ("work_experience", "projects")
            for number, entry in enumerate(self.entries(section))
            for index, text in enumerate(entry.get("achievements") or ())
            if text.strip()
        ]

    def prose(self) -> list[tuple[str, str]]:
        """Return each text that tells of work or studies with its pointer: what a skill can be shown in."""
        texts = [("/summary", self.summary)] if self.summary else []
        for section in ("work_experience", "projects", "education", "certifications"):
            for number, entry in enumerate(self.entries(section)):
                texts += [
                    (f"/{section}/{number}/{name}", str(entry[name]))
                    for name in ("position", "name", "degree", "field_of_study", "description")
                    if entry.get(name)
                ]
                for name in ("achievements", "skills_used", "technologies", "honors", "relevant_coursework"):
                    texts += [
                        (f"/{section}/{number}/{name}/{index}", str(text))
                        for index, text in enumerate(entry.get(name) or ())
                    ]
        for number, custom in enumerate(self.entries("custom_sections")):
            texts += _section_texts(custom.get("content"), f"/custom_sections/{number}/content")
        return [(pointer, text) for pointer, text in texts if text.strip()]

    def words(self) -> int:
        """Return how many words its prose has; the list of skills does not count."""
        return sum(len(text.split()) for _, text in self.prose())


def _section_texts(value: Any, pointer: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(pointer, value)]
    if isinstance(value, list):
        children = [(str(index), item) for index, item in enumerate(value)]
    elif isinstance(value, dict):
        children = [(name, item) for name, item in value.items() if name != "extra"]
    else:
        return []
    return [found for name, item in children for found in _section_texts(item, f"{pointer}/{name}")]
