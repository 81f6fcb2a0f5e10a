"""How a resume looks: what a template says, with a sensible value for all that it leaves open or gets wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

LAYOUTS = ("modern", "ats", "creative")
PAPERS = ("a4", "us-letter")
DEFAULT_ACCENT = {"modern": "#1f4e79", "ats": "#000000", "creative": "#9a3412"}
SMALLEST_TEXT, LARGEST_TEXT, USUAL_TEXT = 9.0, 12.0, 10.5  # pt
LONGEST_HEADING = 100
READABLE_CONTRAST = 4.5  # Against white, as WCAG asks of text.
# The sections by name, in their usual order, with the headings that programs which read resumes look for.
HEADINGS = {
    "summary": "Summary",
    "work_experience": "Experience",
    "projects": "Projects",
    "education": "Education",
    "skills": "Skills",
    "certifications": "Certifications",
}
CUSTOM = "custom_sections"
# What templates also call them.
OTHER_NAMES = {"experience": "work_experience", "work": "work_experience", "custom": CUSTOM}


@dataclass(frozen=True)
class Look:
    """A template, read."""

    layout: str = "modern"
    accent: str = DEFAULT_ACCENT["modern"]
    font_size: float = USUAL_TEXT
    paper: str = "a4"
    sections: tuple[str, ...] = (*HEADINGS, CUSTOM)
    headings: dict[str, str] = field(default_factory=dict)


def read_look(template: dict[str, Any] | None) -> Look:
    """Return the look that a template (its `sections`, `section_order` and `styling`) describes."""
    template = template or {}
    styling = _as(dict, template.get("styling"))
    layout = styling.get("layout") if styling.get("layout") in LAYOUTS else LAYOUTS[0]
    accent = str(styling.get("accent", ""))
    size = styling.get("font_size")
    size = float(size) if isinstance(size, int | float) else USUAL_TEXT
    return Look(
        layout=str(layout),
        accent=darken(accent if re.fullmatch("#[0-9a-fA-F]{6}", accent) else DEFAULT_ACCENT[str(layout)]),
        font_size=min(max(size, SMALLEST_TEXT), LARGEST_TEXT),
        paper=styling["paper"] if styling.get("paper") in PAPERS else PAPERS[0],
        sections=_order_sections(_as(list, template.get("sections")), _as(list, template.get("section_order"))),
        headings={
            str(OTHER_NAMES.get(name, name)): text[:LONGEST_HEADING]
            for name, text in _as(dict, styling.get("headings")).items()
            if isinstance(text, str) and text.strip()
        },
    )


def _as(kind: type[Any], value: Any) -> Any:
    return value if isinstance(value, kind) else kind()


def _order_sections(shown: list[Any], order: list[Any]) -> tuple[str, ...]:
    """Return the names of the sections shown, in their order; those without a place in it come after the others."""
    chosen = [OTHER_NAMES.get(name, name) for name in shown if isinstance(name, str)]
    placed = [OTHER_NAMES.get(name, name) for name in order if isinstance(name, str)]
    names = chosen or [*placed, *HEADINGS, CUSTOM]
    return tuple(dict.fromkeys([*(name for name in placed if name in names), *names]))


def darken(accent: str) -> str:
    """Return the colour, darkened until it can be read on white and white on it."""
    red, green, blue = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
    while (1.05 / (_luminance(red, green, blue) + 0.05)) < READABLE_CONTRAST:
        red, green, blue = (int(part * 0.94) for part in (red, green, blue))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _luminance(*parts: int) -> float:
    """Return the relative luminance of an sRGB colour."""
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
