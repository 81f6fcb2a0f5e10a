"""Files of a resume: pure computation, the same content and template in, the same bytes out.

Everything is drawn from one outline, so that all formats say the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from resumes.rendering.look import LAYOUTS, read_look
from resumes.rendering.markdown import write_markdown
from resumes.rendering.outline import make_outline
from resumes.rendering.pdf import name_missing, write_pdf
from resumes.rendering.plain import write_text
from resumes.rendering.web_page import POLICY, write_html
from resumes.rendering.word import write_docx

__all__ = [
    "LAYOUTS",
    "LONGEST_CONTENT",
    "POLICY",
    "Drawn",
    "RenderingError",
    "draw",
    "find_unprintable",
    "preview_html",
    "render",
]

# Characters of text in one resume: some 30 times a long one, and the bound of the time that a file can take.
LONGEST_CONTENT = 150_000
BLANK = "There is nothing to show yet. Fill in your name, how to reach you, and one section that the template shows."
MOST_TEXTS = 4_000  # Paragraphs, points, titles and dates.


class RenderingError(Exception):
    """A file that cannot be made, with the reason in words for the person."""


@dataclass(frozen=True)
class Drawn:
    """A file, and what is worth knowing about how it was made."""

    file: bytes
    notes: dict[str, Any]


def draw(content: dict[str, Any], *, format: str, template: dict[str, Any] | None = None, title: str = "") -> Drawn:  # noqa: A002
    """Return a resume's content as a file of a format; `template` has `sections`, `section_order` and `styling`."""
    if format == "json":
        return Drawn(_write_json(content), {})
    look = read_look(template)
    outline = make_outline(content, look=look, title=title)
    _check_length([text for text in outline.texts() if text])
    notes: dict[str, Any] = {"layout": look.layout}
    if outline.left_out:
        notes["left_out"] = list(outline.left_out)
    match format:
        case "pdf":
            file, more = write_pdf(outline, look)
            return Drawn(file, notes | more)
        case "docx":
            return Drawn(write_docx(outline, look), notes)
        case "html":
            return Drawn(write_html(outline, look).encode(), notes)
        case "markdown":
            return Drawn(write_markdown(outline).encode(), notes)
        case "txt":
            return Drawn(write_text(outline).encode(), notes)
    raise RenderingError(f"There is no format {format}.")


def _check_length(texts: list[str]) -> None:
    """Raise RenderingError for a resume that says nothing, and for one that says too much."""
    if not texts:
        raise RenderingError(BLANK)
    for found, most, what in (
        (sum(map(len, texts)), LONGEST_CONTENT, "characters"),
        (len(texts), MOST_TEXTS, "paragraphs, points and titles"),
    ):
        if found > most:
            raise RenderingError(f"The resume has {found:,} {what}; files are made of up to {most:,}.")


def render(content: dict[str, Any], *, format: str, template: dict[str, Any] | None = None, title: str = "") -> bytes:  # noqa: A002
    return draw(content, format=format, template=template, title=title).file


def find_unprintable(content: dict[str, Any], *, template: dict[str, Any] | None = None, title: str = "") -> list[str]:
    """Return the characters, by number and name, that a PDF would show as empty boxes."""
    return name_missing(make_outline(content, look=read_look(template), title=title))


def preview_html(content: dict[str, Any], template: dict[str, Any] | None = None, title: str = "") -> str:
    """Return the page to show in a frame that is shut off (`sandbox`)."""
    return render(content, format="html", template=template, title=title).decode()


def _write_json(content: dict[str, Any]) -> bytes:
    from resumes.json_resume import to_json_resume

    return json.dumps(to_json_resume(content), ensure_ascii=False, indent=2).encode() + b"\n"
