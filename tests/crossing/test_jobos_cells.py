"""Cells as PostgreSQL spells them, and notes as the older application kept them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jobos.crossing.services.jobos import cells
from jobos.crossing.services.jobos.events import find_kind
from jobos.crossing.services.jobos.files import find_format
from jobos.crossing.services.jobos.notes import read_notes
from jobos.crossing.services.loading import Amended

AT = "2024-03-01T10:00:00.000000Z"
SAID = "2024-05-31T10:00:00.500000Z"


@pytest.mark.parametrize(
    ("cell", "elements"),
    [
        (None, []),
        ("", []),
        ("{}", []),
        ("{a,b}", ["a", "b"]),
        ('{"a b","c,d","{e}"}', ["a b", "c,d", "{e}"]),
        (r'{"say \"hi\"","back\\slash",""}', ['say "hi"', "back\\slash", ""]),
        ('{NULL,"NULL",null}', [None, "NULL", "null"]),
        ("{{a,b},{c,d}}", ["a", "b", "c", "d"]),
        ('[2:3]={a,"]="}', ["a", "]="]),
        ('{"line\nbreak",é}', ["line\nbreak", "é"]),
    ],
    ids=range(10),
)
def test_array_is_read(cell: str | None, elements: list[str | None]) -> None:
    assert cells.read_array(cell) == elements


def amended(read: Any, cell: str | None) -> Any:
    with pytest.raises(Amended) as raised:
        read(cell)
    return raised.value.value


@pytest.mark.parametrize("cell", [None, "{}", "{a,b}", '{"x y"}', '{"NULL"}', "{NULLABLE}"], ids=range(6))
def test_list_of_texts_passes_as_it_is(cell: str | None) -> None:
    assert cells.texts(cell) == cell


def test_list_loses_missing_elements_and_dimensions() -> None:
    assert amended(cells.texts, "{a,NULL,b}") == ["a", "b"]
    assert amended(cells.texts, "{{a},{b}}") == ["a", "b"]
    assert amended(cells.texts, "[0:1]={a,b}") == ["a", "b"]


@pytest.mark.parametrize(
    "cell", [None, "2024-05-31", "0001-01-01", "9999-12-31", "2024-05-31 10:00:00+00", "2024-05-31 10:00:00.123456+00"]
)
def test_time_passes(cell: str | None) -> None:
    assert cells.time(cell) == cell


@pytest.mark.parametrize("cell", ["infinity", "-infinity", "0044-03-15 BC", "10000-01-01", "12024-05-31 10:00:00+00"])
def test_time_that_python_cannot_hold_is_none(cell: str) -> None:
    assert amended(cells.time, cell) is None


def test_other_cells() -> None:
    assert amended(cells.text(3), "abcd") == "abc"
    assert cells.text(3)("äöü") == "äöü"
    assert amended(cells.choice(("No-show",), "Scheduled"), "no-SHOW ") == "No-show"
    assert amended(cells.choice(("No-show",), "Scheduled"), "gone") == "Scheduled"
    assert amended(cells.whole(1, 10), "11") is None
    assert amended(cells.whole(), "1.5") is None
    assert cells.whole(1, 10)("10") == "10"
    assert cells.number("NaN") == "NaN"
    assert amended(cells.number, "much") is None
    for cell in ("1e400", "-1e400", "1e-400", "9" * 400, "1_0", " 1", "", "inf", "١"):
        assert amended(cells.number, cell) is None
    for cell in ("0", "-0", "0e-999", "1e-05", "1e+20", "12.5", "-Infinity"):
        assert cells.number(cell) == cell
    for cell in ("1_0", " 1", "١", "2147483648", "9" * 5_000):
        assert amended(cells.whole(), cell) is None
    for cell in ("2024-99-99", "2024-W01-1", "2024-05-31 25:00:00+00", "once upon a time", "20240531"):
        assert amended(cells.time, cell) is None
    assert [cells.flag_or_none(cell) for cell in (None, "t", "f")] == [None, "t", "f"]
    assert amended(cells.flag_or_none, "maybe") is None
    assert amended(cells.flag, None) == "f"


@pytest.mark.parametrize(
    "cell",
    [None, "null", "[]", '{"a": 1.10}', '{"a": "\\\\u0000"}', '"words"', "[" * 200 + "]" * 200, "9" * 300],
    ids=range(8),
)
def test_document_passes_to_the_letter(cell: str | None) -> None:
    assert cells.document(cell) == cell


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ('{"a": "b\\u0000"}', '{"a": "b"}'),
        (f'{{"x": 1{"0" * 5_000}, "y": 1.10}}', f'{{"x": "1{"0" * 5_000}", "y": 1.1}}'),
        (f"[0.{'0' * 5_000}1]", f'["0.{"0" * 5_000}1"]'),
        (json.dumps("[1e400]"), json.dumps('["1e400"]')),
        ("[" * 3_000 + "]" * 3_000, None),
        ('{"a":' * 201 + "1" + "}" * 201, None),
        (json.dumps("[" * 3_000 + "]" * 3_000), None),
    ],
    ids=["NUL", "long number", "small number", "in a text", "deep", "deep object", "deep in a text"],
)
def test_document_that_nobody_could_read_is_mended_or_none(cell: str, stored: str | None) -> None:
    assert amended(cells.document, cell) == stored


@pytest.mark.parametrize("cell", ["[" * 300 + "]" * 300, json.dumps("[" * 300 + "]" * 300), "9" * 5_000])
def test_document_that_nobody_could_read_is_not_decoded(cell: str) -> None:
    with pytest.raises(ValueError, match="levels|digits"):
        cells.decode(cell)


@pytest.mark.parametrize(
    ("cell", "entries", "is_exact"),
    [
        pytest.param(None, [], True, id="missing"),
        pytest.param("null", [], True, id="null"),
        pytest.param("[]", [], True, id="empty"),
        pytest.param(
            '[{"text": "a", "created_at": "2024-05-31T10:00:00.500000+00:00"}]', [("a", SAID)], True, id="plain"
        ),
        pytest.param(
            '[{"text": "a", "created_at": "2024-05-31T10:00:00+00:00"}]',
            [("a", "2024-05-31T10:00:00.000000Z")],
            True,
            id="whole second",
        ),
        pytest.param(f'[{{"text": "a", "created_at": "{SAID}"}}]', [("a", SAID)], True, id="ours"),
        pytest.param(
            '[{"text": "a", "created_at": "2024-05-31 10:00:00.5+00"}]',
            [("a", SAID)],
            False,
            id="spelled by the database",
        ),
        pytest.param(
            '[{"text": "a", "created_at": "2024-05-31T12:00:00.500000+02:00"}]', [("a", SAID)], False, id="another zone"
        ),
        pytest.param(
            '[{"text": "a", "created_at": "2024-05-31"}]',
            [("a", "2024-05-31T00:00:00.000000Z")],
            False,
            id="a day",
        ),
        pytest.param(
            '[{"text": "a", "created_at": "0001-01-01T00:00:00+14:00"}]', [("a", AT)], False, id="before time"
        ),
        pytest.param('[{"text": "a", "created_at": "yesterday"}]', [("a", AT)], False, id="no time"),
        pytest.param('[{"text": "a", "created_at": 5}]', [("a", AT)], False, id="a number for a time"),
        pytest.param('[{"text": "a"}]', [("a", AT)], False, id="without a time"),
        pytest.param('["a", "b"]', [("a", AT), ("b", AT)], False, id="texts"),
        pytest.param("[1, null, {}, [2]]", [("1", AT), ("[2]", AT)], False, id="anything else"),
        pytest.param('{"text": "a"}', [("a", AT)], False, id="one object"),
        pytest.param('"a"', [("a", AT)], False, id="one text"),
        pytest.param('[{"note": "a"}]', [('{"note": "a"}', AT)], False, id="without a text"),
        pytest.param('[{"text": {"b": 1}}]', [('{"text": {"b": 1}}', AT)], False, id="a text that is none"),
        pytest.param(
            f'[{{"text": "a", "created_at": "{SAID}", "by": "me"}}]', [("a", SAID)], False, id="keys of its own"
        ),
        pytest.param(
            json.dumps(json.dumps([{"text": "a", "created_at": SAID}])), [("a", SAID)], False, id="encoded twice"
        ),
        pytest.param(json.dumps(json.dumps(["a\0b"])), [('["a\\u0000b"]', AT)], False, id="NUL in a text in a text"),
        pytest.param(f"[{'9' * 5000}]", [(f"[{'9' * 5000}]", AT)], False, id="too long a number"),
        pytest.param("[" * 90_000 + "]" * 90_000, [("[" * 90_000 + "]" * 90_000, AT)], False, id="too deep"),
        pytest.param('["a\\u0000\\ud83d"]', [("a", AT)], False, id="what no text holds"),
        pytest.param(
            json.dumps(
                [{"text": "a\n---\n[Follow-up 2024-02-30] b\n---\n[Follow-up 2024-02-29] c", "created_at": SAID}]
            ),
            [("a\n---\n[Follow-up 2024-02-30] b", SAID), ("[Follow-up 2024-02-29] c", "2024-02-29T00:00:00.000000Z")],
            False,
            id="glued follow-ups",
        ),
    ],
)
def test_notes_become_entries(cell: str | None, entries: list[tuple[str, str]], is_exact: bool) -> None:
    notes = read_notes(cell, AT)
    assert [(entry["text"], entry["created_at"]) for entry in notes.entries] == entries
    assert (not notes.changes) == is_exact


@pytest.mark.parametrize(
    ("text", "said", "kind", "is_exact"),
    [
        ("a", None, None, True),
        ("a", "system", "system", True),
        ("a", "status_change", "status_change", True),
        ("a", "scout", "system", False),
        ("a", "mood", None, False),
        ("a", ["system"], None, False),
        ("[Follow-up 2024-05-31] a", None, "followup", True),
        ("[Follow-up 2024-05-31] a", "system", "system", True),
        ("[Follow-up 2024-05-32] a", None, None, True),
    ],
    ids=range(9),
)
def test_type_of_a_note(text: str, said: Any, kind: str | None, is_exact: bool) -> None:
    entry = {"text": text, "created_at": SAID} | ({"type": said} if said else {})
    notes = read_notes(json.dumps([entry]), AT)
    assert notes.entries == [{"text": text, "created_at": SAID} | ({"type": kind} if kind else {})]
    assert (not notes.changes) == is_exact


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("job_status_changed", "status_changed"),
        ("job_followup", "follow_up_sent"),
        ("Follow-up sent", "follow_up_sent"),
        ("interview_scheduled", "interview_scheduled"),
        ("interview_debrief", "interview_completed"),
        ("job_created", "job_saved"),
        ("job_note_added", "note_added"),
        ("interview_prep_generated", "custom_event"),
        ("contact_status_changed", "custom_event"),
        ("contact_added", "custom_event"),
        ("", "custom_event"),
    ],
)
def test_kind_of_an_action(action: str, kind: str) -> None:
    assert find_kind(action) == kind


def test_format_of_a_file_is_what_it_begins_with() -> None:
    docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert find_format(b"%PDF-1.7 ...", "cv.docx", docx) == "pdf"
    assert find_format(b"PK\x03\x04...", "CV.DOCX", "application/pdf") == "docx"
    assert find_format(b"PK\x03\x04...", "cv", docx) == "docx"
    assert not find_format(b"PK\x03\x04...", "cv.zip", "application/pdf")
    assert not find_format(b"<html>", "cv.pdf", "application/pdf")
    assert not find_format(b"", "cv.pdf", "application/pdf")
