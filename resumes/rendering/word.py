"""A resume as a Word document: real headings, lists and styles, nothing left of the library's own template."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

from resumes.rendering.outline import Linked
from resumes.rendering.plain import width_of
from resumes.rendering.writing import direction_of, language_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from resumes.rendering.look import Look
    from resumes.rendering.outline import Entry, Line, Outline

FONT = {"modern": "Calibri", "ats": "Arial", "creative": "Georgia"}
EPOCH = (1980, 1, 1, 0, 0, 0)  # The first time that a ZIP file can tell.
# Parts of the library's own template that say nothing about this document.
SURPLUS = ("/docProps/thumbnail.jpeg", "/docProps/app.xml", "/customXml/item1.xml", "/word/stylesWithEffects.xml")
PAPER = {"a4": (210, 297), "us-letter": (215.9, 279.4)}  # mm
BETWEEN = " | "
LINE = 172 * 72 / 25.4 / 0.54  # How many letters of one point stand on a line, by the mean width of these fonts.
LANGUAGES = {"ja": "eastAsia", "zh": "eastAsia", "ko": "eastAsia", "ar": "bidi", "he": "bidi", "hi": "bidi"}


def write_docx(outline: Outline, look: Look) -> bytes:
    return _Document(outline, look).save()


class _Document:
    def __init__(self, outline: Outline, look: Look) -> None:
        import docx

        self.outline, self.look = outline, look
        self.document = docx.Document()
        self.end = self.document.element.body.sectPr
        self.styles: dict[str, str] = {}
        self._set_up()
        self._write()

    def _set_up(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt, RGBColor

        page = self.document.sections[0]
        page.page_width, page.page_height = map(Mm, PAPER[self.look.paper])
        page.left_margin = page.right_margin = Mm(19)
        page.top_margin = page.bottom_margin = Mm(17)
        size, accent = self.look.font_size, RGBColor.from_string(self.look.accent[1:])
        black = RGBColor(0, 0, 0)
        shapes: dict[str, tuple[float, bool, Any, float, float]] = {  # Size, bold, colour, space before and after.
            "Normal": (size, False, None, 0, 3),
            "Title": (size * 2.2, True, accent, 0, 2),
            "Subtitle": (size * 1.2, False, black, 0, 3),
            "Heading 1": (size * 1.2, True, accent, 12, 3),
            "Heading 2": (size, True, black, 6, 0),
            "List Bullet": (size, False, None, 0, 2),
        }
        for name, (points, is_bold, colour, before, after) in shapes.items():
            style = self.document.styles[name]
            self.styles[name] = style.style_id
            style.font.name, style.font.size, style.font.bold = FONT[self.look.layout], Pt(points), is_bold
            style.font.italic = False
            if colour is not None:
                style.font.color.rgb = colour
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in list(fonts.attrib):
                if kind.endswith("Theme"):
                    del fonts.attrib[kind]
            for kind in ("w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(kind), FONT[self.look.layout])
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            style.paragraph_format.keep_with_next = name.startswith("Heading")
        title = self.document.styles["Title"].element.pPr
        for border in title.findall(qn("w:pBdr")):
            title.remove(border)

    def _write(self) -> None:
        outline = self.outline
        self.paragraph(Linked(outline.name), style="Title")
        self.paragraph(Linked(outline.headline), style="Subtitle")
        self.row(outline.contact)
        for section in outline.sections:
            self.paragraph(Linked(section.title), style="Heading 1")
            self.lines(section.lines)
            for entry in section.entries:
                self.entry(entry)

    def entry(self, entry: Entry) -> None:
        self.paragraph(entry.title, style="Heading 2")
        line = self.row([entry.subtitle, *map(Linked, (*entry.details, entry.dates))])
        if line is not None:
            line.paragraph_format.keep_with_next = bool(entry.lines or entry.links)
        self.lines(entry.lines)
        self.row(entry.links)

    def lines(self, lines: Iterable[Line]) -> None:
        for line in lines:
            style = "List Bullet" if line.is_point else "Normal"
            label = f"{line.label}: " if line.label else ""
            self.paragraph(Linked(line.text), style=style, label=label)

    def row(self, items: Iterable[Linked]) -> Any | None:
        """Add a paragraph of texts side by side, parted by a sign within a line alone."""
        shown = [item for item in items if item.text]
        if not shown:
            return None
        paragraph = self.begin("Normal", self.outline.direction)
        room = round(LINE / self.look.font_size)
        filled = 0
        for item in shown:
            width = width_of(item.text)
            if filled and filled + len(BETWEEN) + width <= room:
                self.run(paragraph, BETWEEN)
                filled += len(BETWEEN)
            elif filled:
                self.run(paragraph, "").add_break()
                filled = 0
            filled += width
            self.link(paragraph, item)
        return paragraph

    def paragraph(self, item: Linked, *, style: str = "Normal", label: str = "") -> None:
        """Add a paragraph: prose runs in the direction of its first letter, all else in that of the whole."""
        if not item.text:
            return
        language = language_of(label or item.text, otherwise=self.outline.language)
        paragraph = self.begin(style, direction_of(language) if style == "Normal" else self.outline.direction)
        if label:
            self.run(paragraph, label).bold = True
        self.link(paragraph, item)

    def begin(self, style: str, direction: str) -> Any:
        """Return a new last paragraph that runs in a direction."""
        from docx.oxml.parser import OxmlElement

        paragraph = self.add(style)
        if direction == "rtl":
            properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - The library has no other way.
            properties.insert_element_before(
                OxmlElement("w:bidi"), "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
            )
        return paragraph

    def add(self, style: str) -> Any:
        """Return a new last paragraph; the library's own way reads the whole document each time."""
        from docx.oxml.parser import OxmlElement
        from docx.text.paragraph import Paragraph

        element: Any = OxmlElement("w:p")
        self.end.addprevious(element)
        if style != "Normal":
            element.style = self.styles[style]
        return Paragraph(element, self.document._body)  # noqa: SLF001

    def link(self, paragraph: Any, item: Linked) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml.ns import qn
        from docx.oxml.parser import OxmlElement

        run = self.run(paragraph, item.text)
        if item.url:
            address = self.document.part.relate_to(item.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), address)
            run._r.addprevious(link)  # noqa: SLF001
            link.append(run._r)  # noqa: SLF001

    def run(self, paragraph: Any, text: str) -> Any:
        from docx.oxml.ns import qn
        from docx.oxml.parser import OxmlElement

        run = paragraph.add_run(text)
        language = language_of(text, otherwise=self.outline.language)
        if direction_of(language) == "rtl":
            run.font.rtl = True
        marked = OxmlElement("w:lang")
        marked.set(qn(f"w:{LANGUAGES.get(language, 'val')}"), language)
        run._r.get_or_add_rPr().append(marked)  # noqa: SLF001
        return run

    def save(self) -> bytes:
        self._set_properties()
        package = self.document.part.package
        for part in [package, *package.iter_parts()]:
            for key, relation in list(part.rels.items()):
                if not relation.is_external and str(relation.target_part.partname) in SURPLUS:
                    del part.rels[key]
        written = BytesIO()
        self.document.save(written)
        return _fix_times(written)

    def _set_properties(self) -> None:
        properties = self.document.core_properties
        for element in list(properties._element):  # noqa: SLF001
            properties._element.remove(element)  # noqa: SLF001
        outline = self.outline
        properties.title = outline.file_title[:255]
        properties.author = outline.name[:255]
        properties.language = outline.language


def _fix_times(written: BytesIO) -> bytes:
    """Return the same archive without the times of its making."""
    fixed = BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            name = zipfile.ZipInfo(entry.filename, EPOCH)
            name.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(name, old.read(entry))
    return fixed.getvalue()
