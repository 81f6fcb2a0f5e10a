"""Files of resumes: what they say, in which order, and that nothing said in them can do anything."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from typing import Any

import docx
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings

from resumes.json_resume import from_json_resume
from resumes.rendering import LAYOUTS, LONGEST_CONTENT, MOST_TEXTS, RenderingError, draw, preview_html, render
from resumes.rendering.fonts import FOLDER, covered
from resumes.rendering.look import CUSTOM, HEADINGS, darken, read_look
from resumes.rendering.outline import make_outline, show_date, show_period
from resumes.rendering.plain import WIDTH, width_of
from resumes.rendering.writing import tidy
from tests.resumes.contents import SAMPLES, contents
from tests.resumes.people import LONG, PEOPLE, SHORT, USUAL

FORMATS = ("pdf", "docx", "html", "markdown", "txt")
NASTY = (
    '#include "secret"',
    "$x^2$",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "=cmd|' /C calc'!A0",
    "[a](javascript:alert(1))",
    '#read("/etc/passwd")',
    "*bold* _thin_ `code`",
    "# no heading",
    "- no list",
    "1. no list",
    "&lt; &copy;",
    "@import 'x'",
    "\\*",
    "<a href=x>",
    "~~gone~~ | table |",
)


def layout(name: str, **styling: Any) -> dict[str, Any]:
    return {"styling": {"layout": name, **styling}}


def pages_of(file: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(file)).pages]


class Words(HTMLParser):
    """What a page shows, and the addresses that it holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.links, self.tags = "", [], set()
        self.feed(page[page.index("<body") :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def words_of(file: bytes, kind: str) -> str:
    """Return what a file shows, as a reader of its format sees it."""
    match kind:
        case "pdf":
            return "\n".join(pages_of(file))
        case "docx":
            body = docx.Document(BytesIO(file)).element.body
            return "\n".join("".join(text.text or "" for text in line.xpath(".//w:t")) for line in body.xpath("./w:p"))
        case "html":
            return Words(file.decode()).text
        case "markdown":
            return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", file.decode())
    return file.decode()


def strings_in(value: Any, name: str = "") -> list[str]:
    """Return every text of a content that a file has to say."""
    if isinstance(value, str):
        return [] if name.endswith(("url", "date", "_type")) or name in ("portfolio", "date") else value.splitlines()
    if isinstance(value, list):
        return [text for item in value for text in strings_in(item, name)]
    if isinstance(value, dict):
        if value.get("is_visible") is False or (
            name == "custom_sections" and not any(map(tidy, strings_in(value["content"]) if "content" in value else []))
        ):
            return []
        return [text for key, item in value.items() if not key.endswith("extra") for text in strings_in(item, key)]
    return []


def named(content: dict[str, Any]) -> dict[str, Any]:
    """Return a content that has a name at least: of what says nothing no file is made."""
    contact = content["contact_info"]
    name = contact.get("full_name", "")
    return {**content, "contact_info": {**contact, "full_name": name if tidy(name) else "Ada"}}


def squeezed(text: str) -> str:
    """Return a text without white space and in capitals, as plain text writes names."""
    return "".join(text.split()).upper()


def assert_nothing_is_lost(content: dict[str, Any], kind: str) -> None:
    shown = squeezed(words_of(render(content, format=kind), kind))
    for text in strings_in(content):
        said = tidy(re.sub(r"^\s*[•‣◦▪●*·–—-]\s+(?=\S)", "", text))
        assert squeezed(said) in shown, (text, shown)


# What is said -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "html", "markdown", "txt"])
@settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(content=contents().map(named))
def test_no_text_of_a_content_is_lost(kind: str, content: dict[str, Any]) -> None:
    content["contact_info"].pop("address", None)  # What its location says already is not said twice.
    assert_nothing_is_lost(content, kind)


@settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(content=contents().map(named))
def test_any_content_is_set_in_every_layout(content: dict[str, Any]) -> None:
    for name in LAYOUTS:
        assert render(content, format="pdf", template=layout(name)).startswith(b"%PDF-")


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_says_the_same_in_the_same_order(kind: str) -> None:
    shown = squeezed(words_of(render(USUAL, format=kind), kind))
    order = ["Zoë Šimůnková", "Staff engineer", "zoe@example.com", "Prague", "github.com/zoe", "Summary", "fourteen"]
    order += [
        "Experience",
        "Engineer of kind 0",
        "Mar 2022 – Present",
        POINT_0,
        "Engineer of kind 1",
        "Engineer of kind 2",
    ]
    order += ["Projects", "raftkit", "Education", "MSc, Computer science", "Skills", "Python (expert, 12 years), Go"]
    order += ["Certifications", "CNCF", "Awards won", "Best paper", "Oct 2014", "Spoken languages"]
    order += ["Czech (native), English (C2)"]
    place = 0
    for text in order:
        assert squeezed(text) in shown[place:], text
        place = shown.index(squeezed(text), place)
    assert_nothing_is_lost(USUAL, kind)
    for hidden in ("Secret words", "Hidden part", "Empty part", "apart"):
        assert squeezed(hidden) not in shown


POINT_0 = "Designed the tiered storage that moved 80%"


@pytest.mark.parametrize("name", LAYOUTS)
def test_text_is_copied_out_of_a_pdf_in_reading_order(name: str) -> None:
    shown = squeezed("\n".join(pages_of(render(LONG, format="pdf", template=layout(name)))))
    titles = [squeezed(position["position"]) for position in LONG["work_experience"]]
    order = [squeezed(text) for text in ("Zoë Šimůnková", "zoe@example.com", "Summary", "Experience")]
    order += [*titles, *map(squeezed, ("Projects", "Education", "Skills", "Certifications", "Awards won"))]
    place = 0
    for text in order:
        place = shown.index(text, place)
    for title, after in pairwise(titles):
        entry = shown[shown.index(title) : shown.index(after)]
        assert entry.index("TECHNICALLEAD") < entry.index("PART0") < entry.index("PART5") < entry.index("PYTHON,KAFKA")


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("language", PEOPLE)
def test_other_writing_systems_are_set_with_every_character(language: str, name: str) -> None:
    drawn = draw(PEOPLE[language], format="pdf", template=layout(name))
    assert "missing_glyphs" not in drawn.notes
    assert drawn.notes["standard"] == "PDF/UA-1"
    reader = pypdf.PdfReader(BytesIO(drawn.file))
    person = PEOPLE[language]["contact_info"]
    assert reader.metadata.author == person["full_name"]
    assert reader.trailer["/Root"]["/Lang"] == language
    shown = reader.pages[0].extract_text()
    # The program that copies may turn the order of right-to-left words, and of what one shape stands for.
    letters = sorted(squeezed(person["full_name"]))
    assert not set(letters) - set(squeezed(shown))
    if language not in ("ar", "he", "hi"):
        assert squeezed(PEOPLE[language]["work_experience"][0]["achievements"][0]) in squeezed(shown)


def test_right_to_left_pages_say_so() -> None:
    page = preview_html(PEOPLE["ar"])
    assert '<html lang="ar" dir="rtl">' in page
    assert '<bdi lang="en" dir="ltr">someone@example.com</bdi>' in page
    body = docx.Document(BytesIO(render(PEOPLE["he"], format="docx"))).element.body
    for line in body.xpath("./w:p"):  # The headings and the way to reach the person too, whose letters are Latin.
        assert line.xpath("./w:pPr/w:bidi"), line.xpath("string(.)")
    assert body.xpath("./w:p")[0].xpath("./w:r/w:rPr/w:rtl")


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_bullets_stand_in_one_column_whatever_language_their_points_are_in(language: str, name: str) -> None:
    points = [
        "Built the billing service.",
        "\u0643\u062a\u0628\u062a \u0627\u062e\u062a\u0628\u0627\u0631\u0627\u062a.",
    ]
    person = USUAL if language == "en" else PEOPLE[language]
    content = {"contact_info": person["contact_info"], "summary": person["summary"]}
    content["work_experience"] = [{"position": "Engineer", "achievements": points}]
    page = pypdf.PdfReader(BytesIO(render(content, format="pdf", template=layout(name)))).pages[0]
    places: dict[int, list[float]] = {}  # Where on a line its bullet stands.

    def look(text: str, matrix: list[float], place: list[float], *_: Any) -> None:
        if "\N{BULLET}" in text and not text.replace("\N{BULLET}", "").strip():
            places.setdefault(round(place[5]), []).append(round(place[4]))

    page.extract_text(visitor_text=look)
    columns = [column for found in places.values() for column in found]
    assert len(columns) >= len(points)
    assert len(set(columns[-len(points) :])) == 1
    item = "<li>" if language == "en" else '<li><bdi lang="en" dir="ltr">'
    assert f"{item}Built the billing service." in preview_html(content, layout(name))


def test_what_stands_beside_each_other_is_parted_within_a_line_alone() -> None:
    contact = {
        "full_name": "Ada",
        "profiles": [{"network": f"Network {number}", "username": "ada"} for number in range(12)],
    }
    [page] = pages_of(render({"contact_info": contact}, format="pdf", template=layout("ats")))
    lines = [line.strip() for line in page.splitlines() if "Network" in line]
    assert len(lines) > 1
    assert not any(line.startswith("|") or line.endswith("|") for line in lines)
    assert sum(line.count("|") for line in lines) == 12 - len(lines)
    contact_line = docx.Document(BytesIO(render({"contact_info": contact}, format="docx"))).paragraphs[1].text
    rows = contact_line.split("\n")
    assert len(rows) > 1
    assert not any(row.strip() != row or row.startswith("|") or row.endswith("|") for row in rows)
    assert sum(row.count("|") for row in rows) == 12 - len(rows)


def test_what_stands_below_a_title_is_parted_within_a_line_alone() -> None:
    position = {"position": "Lead", "company": "Company " * 5, "location": "Place " * 9, "start_date": "2020-03"}
    content = {"work_experience": [position | {"experience_type": "contract"}]}
    [page] = pages_of(render(content, format="pdf", template=layout("ats")))
    lines = [line.replace("\xa0", " ").strip() for line in page.splitlines()]
    assert any("|" in line for line in lines)
    assert not any(line.startswith("|") or line.endswith("|") for line in lines)


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_word_runs_off_the_page(name: str) -> None:
    word = "Wolfeschlegelsteinhausenbergerdorff"
    longest = word * 5
    content = {
        "contact_info": {"full_name": f"Maximilian {word}", "headline": longest, "email": f"{longest}@example.com"},
        "summary": longest,
        "work_experience": [
            {
                "position": longest,
                "company": longest,
                "location": longest,
                "start_date": "2020-03",
                "achievements": [longest],
            }
        ],
        "skills": [{"name": longest, "category": longest}],
        "projects": [{"name": longest, "url": f"https://example.com/{longest}"}],
    }
    content["custom_sections"] = [{"title": longest, "content": {"text": longest}}]
    page = pypdf.PdfReader(BytesIO(render(content, format="pdf", template=layout(name)))).pages[0]
    ends: list[float] = []  # Where each line ends if its letters are half as wide as they are high, as most are wider.

    def look(text: str, _: Any, place: list[float], __: Any, size: float) -> None:
        ends.append(place[4] + len(text.strip()) * size * 0.5)

    page.extract_text(visitor_text=look)
    assert 400 < max(ends) < page.mediabox.width - 40
    assert squeezed(word) in squeezed(page.extract_text())
    assert squeezed(page.extract_text()).count(squeezed(longest)) >= 9


@pytest.mark.parametrize("name", LAYOUTS)
def test_any_number_of_long_words_is_set(name: str) -> None:
    words, title = "internationalisation " * 950, "internationalisation " * 45
    entry = {"position": title, "company": title, "location": title, "description": words}
    content = {
        "contact_info": {"full_name": title, "headline": title},
        "work_experience": [entry, {"position": "x" * 1000, "location": "y" * 1000}],
        "skills": [{"name": title, "category": title}],
        "projects": [{"name": title, "roles": [title] * 20}],
    }
    shown = squeezed("".join(pages_of(render(content, format="pdf", template=layout(name)))))
    assert shown.count("INTERNATIONALISATION") >= 950 + 45 * 28


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.resume.json")), ids=lambda path: path.stem)
def test_published_samples_fit_on_two_pages(path: Any) -> None:
    content, _ = from_json_resume(json.loads(path.read_text(encoding="utf-8")))
    for name in LAYOUTS:
        drawn = draw(content, format="pdf", template=layout(name))
        assert drawn.notes["pages"] <= 2
        assert "missing_glyphs" not in drawn.notes
    for kind in FORMATS[1:]:
        assert_nothing_is_lost(content, kind)


# How it looks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LAYOUTS)
def test_pages_are_few_and_well_filled(name: str) -> None:
    assert draw(SHORT, format="pdf", template=layout(name)).notes["pages"] == 1
    assert draw(USUAL, format="pdf", template=layout(name)).notes["pages"] <= 2
    file = render(LONG, format="pdf", template=layout(name))
    pages = pages_of(file)
    assert len(pages) >= 3
    assert all(page.count("\n") > 8 for page in pages)
    assert "Zoë Šimůnková · 2 / " in pages[1].replace("\xa0", " ")
    assert f" / {len(pages)}" not in pages[0]
    assert_nothing_is_lost(LONG, "pdf")


def test_no_page_ends_with_a_heading() -> None:
    for name in LAYOUTS:
        for points in range(2, 7):
            long = {
                **LONG,
                "work_experience": [
                    {**job, "achievements": job["achievements"][:points]} for job in LONG["work_experience"]
                ],
            }
            for page in pages_of(render(long, format="pdf", template=layout(name)))[:-1]:
                last = [line for line in page.splitlines() if line.strip() and "Zoë Šimůnková" not in line][-1]
                assert last.strip().casefold() not in {heading.casefold() for heading in HEADINGS.values()}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_the_same_content_is_the_same_bytes(kind: str, name: str) -> None:
    files = {hashlib.sha256(render(USUAL, format=kind, template=layout(name), title="T")).hexdigest() for _ in range(2)}
    assert len(files) == 1


def test_another_process_makes_the_same_bytes() -> None:
    program = (
        "import hashlib\nfrom resumes.rendering import render\nfrom tests.resumes.people import USUAL\n"
        "print(*(hashlib.sha256(render(USUAL, format=f)).hexdigest() for f in ('pdf', 'docx')))"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.split()
    assert made == [hashlib.sha256(render(USUAL, format=kind)).hexdigest() for kind in ("pdf", "docx")]


def test_a_pdf_is_tagged_and_titled() -> None:
    reader = pypdf.PdfReader(BytesIO(render(USUAL, format="pdf", title="Storage")))
    assert reader.metadata.title == "Zoë Šimůnková – Storage"
    assert reader.metadata.author == "Zoë Šimůnková"
    assert reader.metadata.creation_date is None
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    fonts = {
        str(font["/BaseFont"])
        for page in reader.pages
        for font in (found.get_object() for found in page["/Resources"]["/Font"].values())
    }
    assert fonts
    assert all("Inter" in font or "NotoSans" in font for font in fonts)


def test_a_word_file_has_styles_and_nothing_of_the_library() -> None:
    file = render(USUAL, format="docx", title="Storage")
    document = docx.Document(BytesIO(file))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[:2] == ["Title", "Subtitle"]
    assert {"Heading 1", "Heading 2", "List Bullet"} <= set(styles)
    assert document.core_properties.author == "Zoë Šimůnková"
    assert document.core_properties.title == "Zoë Šimůnková – Storage"
    with zipfile.ZipFile(BytesIO(file)) as archive:
        assert not {"docProps/thumbnail.jpeg", "docProps/app.xml"} & set(archive.namelist())
        everything = b"".join(map(archive.read, archive.namelist()))
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"python-docx" not in everything
    assert b"<dcterms:" not in everything


def test_plain_text_keeps_to_its_width() -> None:
    for content in (LONG, *PEOPLE.values()):
        assert max(map(width_of, render(content, format="txt").decode().splitlines())) <= WIDTH


def test_a_template_chooses_sections_order_and_headings() -> None:
    template = {
        "sections": ["skills", "experience", "languages"],
        "section_order": ["experience", "languages", "skills"],
        "styling": {"layout": "ats", "headings": {"experience": "Berufserfahrung"}},
    }
    drawn = draw(USUAL, format="txt", template=template)
    text = drawn.file.decode()
    places = [text.index(heading) for heading in ("BERUFSERFAHRUNG", "SPOKEN LANGUAGES", "SKILLS\n")]
    assert places == sorted(places)
    assert "EDUCATION" not in text
    assert drawn.notes["left_out"] == ["summary", "projects", "education", "certifications", "awards"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_heading_without_a_letter_to_show_becomes_one(kind: str) -> None:
    content = {"summary": "Said.", "custom_sections": [{"title": "\ufeff\u2067", "content": {"text": "Told."}}]}
    file = render(content, format=kind, template=layout("modern", headings={"summary": "\u2067"}))
    words = words_of(file, kind).casefold()
    assert [word for word in ("summary", "said.", "more", "told.") if word in words] == [
        "summary",
        "said.",
        "more",
        "told.",
    ]


def test_a_look_that_cannot_be_is_put_right() -> None:
    look = read_look(
        {"sections": None, "section_order": [1], "styling": {"layout": "x", "accent": "red", "font_size": 3}}
    )
    assert (look.layout, look.accent, look.font_size, look.paper) == ("modern", "#1f4e79", 9.0, "a4")
    assert look.sections == (*HEADINGS, CUSTOM)
    assert darken("#ffff00") != "#ffff00"
    assert darken("#123456") == "#123456"


def test_dates_are_told_as_far_as_they_are_known() -> None:
    assert [show_date(date) for date in ("", "2020", "2020-03", "2020-12-31")] == ["", "2020", "Mar 2020", "Dec 2020"]
    assert show_period("2020-03", "", is_current=True) == "Mar 2020 – Present"
    assert show_period("2020-03", "2020-03-31") == "Mar 2020"
    assert show_period("", "2018") == "2018"


def test_a_profile_says_what_its_address_does_not() -> None:
    address = "https://www.linkedin.com/in/ada"
    profiles = [
        {"network": "LinkedIn", "username": "ada", "url": address},
        {"network": "Chat", "username": "countess", "url": "https://forge.example/~7"},
        {"network": "Signal", "username": "ada.01"},
        {"network": "Work", "url": address},
    ]
    said = make_outline({"contact_info": {"linkedin_url": address, "profiles": profiles}}, look=read_look(None))
    assert [item.text for item in said.contact] == [
        "linkedin.com/in/ada",
        "Chat: countess, forge.example/~7",
        "Signal: ada.01",
        "Work",
    ]


def test_an_address_says_what_the_location_does_not() -> None:
    contact = {"location": "Austin, Texas", "address": {"street": "920 Lavaca", "city": "Austin", "region": "Texas"}}
    said = make_outline({"contact_info": contact}, look=read_look(None))
    assert [item.text for item in said.contact] == ["Austin, Texas", "920 Lavaca"]


# What may not happen ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_markup_in_a_text_is_text(kind: str) -> None:
    content = {
        "contact_info": {"full_name": "Eve {{ name }}", "headline": "<b>#x</b>", "email": "javascript:alert(1)"},
        "summary": "\n".join(NASTY),
        "work_experience": [{"position": text, "company": text, "achievements": [text]} for text in NASTY],
        "skills": [{"name": text, "category": text} for text in NASTY],
        "custom_sections": [{"section_type": "custom", "title": text, "content": {"text": text}} for text in NASTY],
    }
    assert_nothing_is_lost(content, kind)


def test_a_page_holds_no_script_and_fetches_nothing() -> None:
    content = {"summary": "\n".join(NASTY), **{key: USUAL[key] for key in ("contact_info", "projects")}}
    content["contact_info"] = {**content["contact_info"], "image_url": "https://evil.example/pixel.png"}
    page = Words(preview_html(content, layout("creative", accent="#abc;}</style><script>")))
    assert not page.tags & {"script", "img", "link", "iframe", "object", "form", "style"}
    assert all(link.startswith(("https://", "mailto:")) for link in page.links)
    assert "evil.example" not in preview_html(content)
    whole = preview_html(content)
    assert "default-src 'none'" in whole
    assert "url(" not in whole
    assert "@import '" not in whole[: whole.index("<body")]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "https://a b", 'https://a"onclick=x'])
def test_only_web_addresses_become_links(address: str) -> None:
    content = {"contact_info": {"full_name": "Eve", "website_url": address, "email": f"{address}@x.example"}}
    assert Words(preview_html(content)).links == []
    assert "](<" not in render(content, format="markdown").decode()
    page = pypdf.PdfReader(BytesIO(render(content, format="pdf"))).pages[0]
    assert "/Annots" not in page
    with zipfile.ZipFile(BytesIO(render(content, format="docx"))) as archive:
        assert b"w:hyperlink" not in archive.read("word/document.xml")


def test_layouts_reach_no_other_file(tmp_path: Any) -> None:
    import typst

    from resumes.rendering.pdf import FOLDER as LAYOUT_FOLDER

    for program in (b'#read("/../fonts.py")', b'#read("../fonts.py")', b'#import "@preview/cetz:0.3.0"'):
        compiler = typst.Compiler(program, root=str(LAYOUT_FOLDER), package_path=str(tmp_path))
        with pytest.raises(typst.TypstError):
            compiler.compile(format="pdf")


def test_characters_that_no_font_has_are_named() -> None:
    drawn = draw({**SHORT, "summary": "Liftoff 𓀀 now, 𒀀"}, format="pdf")
    assert drawn.notes["missing_glyphs"] == ["U+12000 CUNEIFORM SIGN A", "U+13000 EGYPTIAN HIEROGLYPH A001"]
    assert drawn.notes["standard"] == ""
    assert "Liftoff" in pages_of(drawn.file)[0]
    assert "missing_glyphs" not in draw({**SHORT, "summary": "é\u200d\ufe0f ★ → € 漢 한 ა"}, format="pdf").notes


@pytest.mark.parametrize("name", LAYOUTS)
def test_emoji_are_printed_and_can_be_copied(name: str) -> None:
    emoji = "🚀✅👩\u200d💻🇩🇪👍🏽❤\ufe0f1\ufe0f\u20e3"
    contact = {"full_name": "Nina 🚀 Rocket", "phone": "📞 123"}
    drawn = draw({"contact_info": contact, "summary": f"Liftoff {emoji}"}, format="pdf", template=layout(name))
    assert drawn.notes["standard"] == "PDF/UA-1"
    [page] = pages_of(drawn.file)
    for text in ("Nina 🚀 Rocket", "📞 123", emoji):
        assert text in page


@pytest.mark.parametrize("kind", FORMATS)
def test_a_resume_that_says_nothing_is_refused(kind: str) -> None:
    for content in ({}, {"contact_info": {}, "skills": [], "work_experience": [{"extra": {"a": 1}}]}):
        with pytest.raises(RenderingError, match="nothing to show"):
            render(content, format=kind)
    with pytest.raises(RenderingError, match="nothing to show"):
        render({"summary": "Hidden"}, format=kind, template={"sections": ["skills"]})


def test_fonts_cover_what_is_promised() -> None:
    promised = "AzÀžĐỮßΑωЖыїשגعربيقپچअनाবাংত்தமிழ்ไทยქართულიՀայ漢字かなカナ한글中文學✓★→€£₹₽₪"
    assert not {letter for letter in promised if ord(letter) not in covered()}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 12 * 1024 * 1024


def test_what_is_far_too_long_is_refused_with_the_reason() -> None:
    with pytest.raises(RenderingError, match=f"up to {LONGEST_CONTENT:,}"):
        render({"work_experience": [{"description": "x" * 20_000}] * 8}, format="pdf")
    with pytest.raises(RenderingError, match=f"up to {MOST_TEXTS:,}"):
        render({"projects": [{"name": "x", "achievements": ["y"] * 100}] * 50}, format="docx")


def test_a_word_without_an_end_stays_on_the_page() -> None:
    shown = squeezed("".join(pages_of(render({**SHORT, "summary": "x" * 2000}, format="pdf"))))
    assert "X" * 2000 in shown
    assert (
        max(len(line) for line in pages_of(render({**SHORT, "summary": "x" * 2000}, format="pdf"))[0].split("\n")) < 200
    )


def test_json_is_json_resume() -> None:
    document = json.loads(render(USUAL, format="json"))
    assert document["basics"]["name"] == "Zoë Šimůnková"
    assert from_json_resume(document)[0]["work_experience"][0]["position"] == "Engineer of kind 0"
