"""A resume as one HTML file: no script, nothing fetched, every text escaped, ready to be printed."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from resumes.rendering.writing import direction_of, language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from resumes.rendering.look import Look
    from resumes.rendering.outline import Entry, Line, Linked, Outline

STYLE = (Path(__file__).parent / "layouts" / "page.css").read_text(encoding="utf-8")
# What a page may do, also when it is opened from a disk: show its own style, and nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write_html(outline: Outline, look: Look) -> str:
    return "\n".join(_Page(outline, look).lines()) + "\n"


class _Page:
    """The page being written: a text in another language than the whole says so."""

    def __init__(self, outline: Outline, look: Look) -> None:
        self.outline, self.look = outline, look

    def lines(self) -> Iterator[str]:
        outline, look = self.outline, self.look
        yield "<!DOCTYPE html>"
        yield f'<html lang="{outline.language}" dir="{outline.direction}">'
        yield f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{escape(outline.file_title)}</title>"
        paper = "A4" if look.paper == "a4" else "letter"
        yield f"<style>\n{STYLE}@page {{ size: {paper}; }}"
        yield f":root {{ --accent: {look.accent}; --size: {look.font_size:g}pt; }}\n</style></head>"
        yield f'<body class="{look.layout}">\n<main>\n<header>'
        yield self.element("h1", outline.name)
        yield self.element("p", outline.headline, style="headline")
        if outline.contact:
            items = "".join(f"<li>{self.link(item)}</li>" for item in outline.contact)
            yield f'<ul class="contact">{items}</ul>'
        yield "</header>"
        for section in outline.sections:
            yield f"<section>\n{self.element('h2', section.title)}"
            yield from self.body(section.lines)
            for entry in section.entries:
                yield from self.entry(entry)
            yield "</section>"
        yield "</main>\n</body>\n</html>"

    def entry(self, entry: Entry) -> Iterator[str]:
        yield '<article>\n<div class="head">'
        if entry.title.text:
            yield f"<h3>{self.link(entry.title)}</h3>"
        if entry.dates:
            yield self.element("p", entry.dates, style="dates")
        beside = [self.link(entry.subtitle), *map(self.words, entry.details)]
        if any(beside):
            yield f'<p class="beside">{" · ".join(filter(None, beside))}</p>'
        yield "</div>"
        yield from self.body(entry.lines)
        if entry.links:
            yield f'<p class="links">{" · ".join(map(self.link, entry.links))}</p>'
        yield "</article>"

    def body(self, lines: Iterable[Line]) -> Iterator[str]:
        is_list = False
        for line in lines:
            if line.is_point != is_list:
                yield "<ul>" if line.is_point else "</ul>"
                is_list = line.is_point
            label = f"<b>{self.words(line.label)}:</b> " if line.label else ""
            tag = "li" if line.is_point else "p"
            # A point keeps its bullet where the whole page begins its lines; its words say their own language.
            language = "" if line.is_point else self.language(line.label or line.text)
            yield f"<{tag}{language}>{label}{self.words(line.text)}</{tag}>"
        if is_list:
            yield "</ul>"

    def element(self, tag: str, text: str, *, style: str = "") -> str:
        kind = f' class="{style}"' if style else ""
        return f"<{tag}{kind}{self.language(text)}>{escape(text)}</{tag}>" if text else ""

    def link(self, item: Linked) -> str:
        words = self.words(item.text)
        return f'<a href="{escape(item.url)}" rel="noopener noreferrer">{words}</a>' if item.url else words

    def words(self, text: str) -> str:
        """Return a text within a line; one of another language is kept apart, so that neither turns the other."""
        attributes = self.language(text)
        return f"<bdi{attributes}>{escape(text)}</bdi>" if attributes else escape(text)

    def language(self, text: str) -> str:
        language = language_of(text, otherwise=self.outline.language)
        if language == self.outline.language:
            return ""
        direction = direction_of(language)
        return f' lang="{language}"' + (f' dir="{direction}"' if direction != self.outline.direction else "")
