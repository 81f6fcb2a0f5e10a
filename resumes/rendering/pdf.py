"""A resume as PDF, set by Typst: tagged, with the fonts that ship with JobOS, the same bytes for the same content."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from resumes.rendering import fonts
from resumes.rendering.look import SMALLEST_TEXT
from resumes.rendering.writing import language_of

if TYPE_CHECKING:
    from resumes.rendering.look import Look
    from resumes.rendering.outline import Outline

FOLDER = Path(__file__).parent / "layouts"
# From roomy to tight: the size of the text and the white space between things, against the usual ones.
STEPS = ((1.0, 1.2), (1.0, 1.0), (0.96, 0.88), (0.92, 0.76), (0.87, 0.64))
LEAST_FILLED = 0.25  # How far down its last page a resume goes at least, so that no page holds a line or two.
MOST_PAGES_FITTED = 10  # What is longer is set as it comes: no step would make a difference worth its time.
_turn = Lock()  # A compiler keeps the inputs of its last run, so that one file is set at a time.


@dataclass(frozen=True)
class Page:
    """A file that was set, and where its last line ends."""

    file: bytes
    pages: int
    filled: float  # How far down the last page, from 0 to 1.
    step: int


def write_pdf(outline: Outline, look: Look) -> tuple[bytes, dict[str, Any]]:
    """Return the file, and what is worth knowing about how it was set."""
    missing = name_missing(outline)
    # PDF/UA promises a first heading, and a shape for every character.
    standards = [] if missing or not outline.name else ["ua-1"]
    data = {"resume": json.dumps(_resume(outline)), "standards": standards}
    with _turn:
        chosen = _fit(data, look)
    notes: dict[str, Any] = {"pages": chosen.pages, "step": chosen.step, "standard": "PDF/UA-1" if standards else ""}
    if missing:
        notes["missing_glyphs"] = missing
    return chosen.file, notes


def name_missing(outline: Outline) -> list[str]:
    """Return the characters, by number and name, that no font has a shape for."""
    return [fonts.describe(letter) for letter in fonts.find_missing([*outline.texts(), outline.title])]


def _fit(data: dict[str, Any], look: Look) -> Page:
    """Return the roomiest page of those with the fewest pages whose last one is well filled."""
    roomy = _set(data, look, 0)
    if roomy.pages == 1 or roomy.pages > MOST_PAGES_FITTED:
        return roomy
    tight = _set(data, look, len(STEPS) - 1)
    pages = [roomy]
    for step in range(1, len(STEPS)):
        page = tight if step == tight.step else _set(data, look, step)
        pages.append(page)
        if page.pages == tight.pages:
            break
    fewest = [page for page in pages if page.pages == tight.pages]
    filled = [page for page in pages if page.pages == 1 or page.filled >= LEAST_FILLED]
    return next((page for page in fewest if page in filled), (filled or fewest)[-1])


def _set(data: dict[str, Any], look: Look, step: int) -> Page:
    size, gap = STEPS[step]
    chosen = {
        "accent": look.accent,
        "paper": look.paper,
        "size": max(round(look.font_size * size, 2), SMALLEST_TEXT),
        "gap": gap,
    }
    compiler = _compiler(look.layout)
    file: bytes = compiler.compile(
        sys_inputs={"resume": data["resume"], "look": json.dumps(chosen)},
        format="pdf",
        pdf_standards=data["standards"],
    )
    end = json.loads(compiler.query("<end>", field="value", one=True))
    return Page(file, pages=end["page"], filled=end["y"], step=step)


@cache
def _compiler(layout: str) -> Any:
    """Return the compiler of a layout: it sees that folder and those fonts, no other file and no network."""
    import typst

    return typst.Compiler(
        str(FOLDER / f"{layout}.typ"), root=str(FOLDER), font_paths=_fonts(), ignore_system_fonts=True
    )


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.FOLDER)])


def _resume(outline: Outline) -> dict[str, Any]:
    """Return the outline as the layouts read it: every text with the language that it is set as."""

    def tell(value: Any, name: str = "") -> Any:
        match value:
            case dict():
                return {key: tell(part, key) for key, part in value.items()}
            case list() | tuple():
                return [tell(part) for part in value]
            case str() if name != "url":
                return {"words": value, "lang": language_of(value, otherwise=outline.language)}
        return value

    told: dict[str, Any] = tell(asdict(outline))
    return {**told, "title": outline.file_title, "lang": outline.language}
