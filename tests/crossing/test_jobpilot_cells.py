"""JobPilot's cells: what each reader makes of whatever may stand there, and that PostgreSQL takes it."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from jobos.crossing.services.jobpilot import cells
from jobos.crossing.services.loading import Amended, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ONE = "7d444840-9dc0-4d1a-b245-5ffdce74fad2"
MADE = uuid.UUID("00000000-0000-5000-8000-00000000000a")
JOB_TYPES = cells.texts(50, {cells.fold(name): name for name in ("Full-time", "Contract")})
NONE = (None, "quarantined")


def read(reader: Callable[[Any], Any], cell: Any) -> Any:
    """Return what a reader gives, or (what is stored instead, outcome), or the words of a refusal."""
    try:
        return reader(cell)
    except Amended as amended:
        return amended.value, amended.outcome
    except Refused as refused:
        return str(refused)


def lay_out(name: str, cases: list[tuple[Any, Any]]) -> Any:
    ids = [f"{name}-{number}" for number in range(len(cases))]
    return pytest.mark.parametrize(("cell", "expected"), cases, ids=ids)


@lay_out(
    "text",
    [
        (None, None),
        ("", ""),
        ("Zürich 株式会社 🦉", "Zürich 株式会社 🦉"),
        ("a\0b", ("ab", "converted")),
        ("half \ud83d", ("half ", "converted")),
        (5, "5"),
        (1.5, "1.5"),
        ("Zürich".encode(), ("Zürich", "converted")),
        (b"M\xfcller", ("Müller", "converted")),
        (b"\x81\0x", ("\ufffdx", "converted")),
    ],
)
def test_texts(cell: Any, expected: Any) -> None:
    assert read(cells.text, cell) == expected


def test_missing_text_of_a_required_column_is_derived() -> None:
    assert read(cells.required_text, None) == ("", "derived")
    assert read(cells.required_text, "") == ""
    assert read(cells.required_text, "a\0") == ("a", "converted")
    assert read(cells.long_text, None) == ""


@lay_out(
    "cut",
    [
        (None, ""),
        ("short", "short"),
        ("é" * 10, "é" * 10),
        ("x" * 11, ("x" * 10, "converted")),
        ("\0" + "x" * 10, ("x" * 10, "converted")),
        (123, "123"),
    ],
)
def test_texts_end_where_the_column_does(cell: Any, expected: Any) -> None:
    assert read(cells.cut(10), cell) == expected


@lay_out(
    "linkedin",
    [
        (None, ""),
        ("  ", ""),
        ("https://www.linkedin.com/in/ada", "https://www.linkedin.com/in/ada"),
        ("HTTPS://Linkedin.com", "HTTPS://Linkedin.com"),
        (" linkedin.com/in/ada", ("https://linkedin.com/in/ada", "converted")),
        ("https://evil.com/?linkedin.com", ("", "quarantined")),
        ("https://notlinkedin.com/in/ada", ("", "quarantined")),
        ("ada", ("", "quarantined")),
        ("https://linkedin.com/" + "x" * 1000, ("", "quarantined")),
    ],
)
def test_addresses_on_linkedin(cell: Any, expected: Any) -> None:
    assert read(cells.linkedin_address, cell) == expected


@lay_out(
    "web",
    [
        ("https://ada.example", "https://ada.example"),
        ("ada.example/me", ("https://ada.example/me", "converted")),
        ("https://a b", ("", "quarantined")),
        ("javascript:alert(1)", ("", "quarantined")),
        ("nowhere", ("", "quarantined")),
    ],
)
def test_web_addresses(cell: Any, expected: Any) -> None:
    assert read(cells.web_address, cell) == expected


def test_keys_stay_or_are_made() -> None:
    asked: list[Any] = []

    def make(cell: Any) -> uuid.UUID:
        asked.append(cell)
        return MADE

    optional, required = cells.key(make), cells.key(make, required="It names no listing.")
    assert optional(ONE) == ONE
    assert asked == []
    shared = "00000000-0000-4000-8000-000000000001"
    assert [optional(cell) for cell in ("test-job-1", ONE.upper(), shared, 5, b"x")] == [str(MADE)] * 5
    assert asked == ["test-job-1", ONE.upper(), shared, 5, b"x"]
    assert optional(None) is None
    assert optional("") is None
    assert read(required, None) == "It names no listing."
    assert read(required, "") == "It names no listing."


@lay_out(
    "time",
    [
        (None, None),
        ("", None),
        ("2024-05-01 10:00:00.123456", "2024-05-01 10:00:00.123456"),
        ("2024-05-01 10:00:00", "2024-05-01 10:00:00"),
        ("2024-05-01T10:00:00.5", "2024-05-01T10:00:00.5"),
        ("2024-05-01", "2024-05-01 00:00:00"),
        ("2024-05-01 10:00", "2024-05-01 10:00:00"),
        ("2024-05-01T10:00:00Z", "2024-05-01 10:00:00"),
        ("2024-05-01 10:00:00.25+00", "2024-05-01 10:00:00.250000"),
        ("2024-05-01T10:00:00+05:30", "2024-05-01 04:30:00"),
        ("2024-05-01 10:00:00-0800", "2024-05-01 18:00:00"),
        ("2024-05-01 10:00:00.123456789", ("2024-05-01 10:00:00.123456", "converted")),
        ("2024-02-30 10:00:00", NONE),
        ("2024-05-01 24:00:00", NONE),
        ("0000-01-01 00:00:00", NONE),
        ("0001-01-01 00:00:00+05", NONE),
        ("9999-12-31 23:59:59-05", NONE),
        ("10000-01-01 00:00:00", NONE),
        ("0044-03-15 00:00:00 BC", NONE),
        ("infinity", NONE),
        ("yesterday", NONE),
        ("01.05.2024", NONE),
        (1714557600, ("2024-05-01 10:00:00", "converted")),
        (1714557600.5, ("2024-05-01 10:00:00.500000", "converted")),
        (1714557600000, ("2024-05-01 10:00:00", "converted")),
        (2024, NONE),
        (20240501, NONE),
        (float("inf"), NONE),
        (b"2024-05-01 10:00:00", ("2024-05-01 10:00:00", "converted")),
        (b"\xff", NONE),
    ],
)
def test_times(cell: Any, expected: Any) -> None:
    assert read(cells.time, cell) == expected


@lay_out(
    "number",
    [
        (None, None),
        (1.5, 1.5),
        (5, 5.0),
        ("1.5", 1.5),
        ("-1e3", -1000.0),
        ("Infinity", NONE),
        ("NaN", NONE),
        (float("inf"), NONE),
        ("1e999", NONE),
        ("1_000", NONE),
        ("about 5", NONE),
        ("", NONE),
        (b"1.5", NONE),
    ],
)
def test_numbers(cell: Any, expected: Any) -> None:
    assert read(cells.number, cell) == expected


def test_numbers_that_a_column_must_have() -> None:
    assert read(cells.required_number, "80.5") == 80.5
    assert read(cells.required_number, None) == read(cells.required_number, "x") == "Its number is missing, or none."
    assert read(cells.share, None) == (0.0, "derived")
    assert read(cells.share, "x") == (0.0, "quarantined")
    assert read(cells.share, 0.9) == 0.9
    assert read(cells.required_integer, None) == (0, "derived")
    assert read(cells.required_integer, "x") == (0, "quarantined")
    assert read(cells.required_integer, "3") == 3


@lay_out(
    "integer",
    [
        (None, None),
        (5, 5),
        ("5", 5),
        ("-5", -5),
        (5.0, 5),
        ("5.0", 5),
        (5.5, NONE),
        (2**31, NONE),
        ("99999999999999", NONE),
        ("five", NONE),
        (b"5", NONE),
    ],
)
def test_whole_numbers(cell: Any, expected: Any) -> None:
    assert read(cells.integer, cell) == expected


@lay_out("years", [(None, None), (5, 5), ("5", 5), (5.5, (5, "converted")), (-1, NONE), (40_000, NONE), ("many", NONE)])
def test_years(cell: Any, expected: Any) -> None:
    assert read(cells.years, cell) == expected


@lay_out(
    "salary", [(None, None), (0, 0.0), (80_000.0, 80_000.0), (1.005, (1.0, "converted")), (-1, NONE), (1e10, NONE)]
)
def test_salaries(cell: Any, expected: Any) -> None:
    assert read(cells.salary, cell) == expected


@lay_out(
    "flag",
    [
        *((cell, True) for cell in (1, 1.0, "1", "t", "true", "TRUE", " yes ", "y", "on")),
        *((cell, False) for cell in (0, 0.0, "0", "f", "false", "no", "N", "off")),
        (None, None),
        *((cell, NONE) for cell in (2, 0.5, "", "maybe", b"t")),
    ],
)
def test_flags(cell: Any, expected: Any) -> None:
    assert read(cells.flag, cell) == expected


TWICE = json.dumps(json.dumps(["a"]))


@lay_out(
    "document",
    [
        (None, None),
        ("null", None),
        ("  ", None),
        ("[]", "[]"),
        ('{"a": [1, 2.5, "é", "\\u00e9", "\\ud83d\\ude00"]}', '{"a": [1, 2.5, "é", "\\u00e9", "\\ud83d\\ude00"]}'),
        (TWICE, TWICE),
        ("Python, SQL", '"Python, SQL"'),
        ("it's \\u0000 only words", json.dumps("it's \\u0000 only words")),
        (5, "5"),
        (1.5, "1.5"),
        (float("inf"), NONE),
        ('["a"', NONE),
        ("{'a': 1}", NONE),
        ('["a\\u0000b"]', ('["ab"]', "converted")),
        ('{"a\\u0000": "\\ud83d"}', ('{"a": ""}', "converted")),
        ('["\\\\ud83d\\ude00"]', ('["\\\\ud83d"]', "converted")),
        ("[NaN, 1e999, 1e-999]", ('["NaN", "1e999", "1e-999"]', "converted")),
        (f"[{'9' * 400}]", (f'["{"9" * 400}"]', "converted")),
        ('{"a": 1, "a": 2}', ('{"a": 2}', "converted")),
        (json.dumps('["a\\u0000"]'), (json.dumps('["a"]'), "converted")),
        (json.dumps(json.dumps('["\\ud800"]')), (json.dumps(json.dumps('[""]')), "converted")),
        (json.dumps('{"n": 1e999}'), (json.dumps('{"n": "1e999"}'), "converted")),
        ("[" * 300 + "]" * 300, NONE),
        (json.dumps("[" * 300 + "]" * 300), NONE),
        ("[" * 100_000, NONE),
        (b'["a"]', ('["a"]', "converted")),
        (b"\xff", ('"\\u00ff"', "converted")),
    ],
)
def test_documents(cell: Any, expected: Any) -> None:
    assert read(cells.document, cell) == expected


def test_documents_that_a_column_must_have() -> None:
    assert read(cells.required_document, None) == ("null", "derived")
    assert read(cells.required_document, "null") == "null"
    assert read(cells.required_document, "{}") == "{}"
    assert read(cells.required_document, '{"a"') == ("null", "quarantined")


def test_documents_that_the_migrations_do_not_decode() -> None:
    assert read(cells.unwrapped, '["a"]') == '["a"]'
    assert read(cells.unwrapped, '"remote, urgent"') == '"remote, urgent"'
    assert read(cells.unwrapped, TWICE) == ('["a"]', "converted")
    assert read(cells.unwrapped, json.dumps(TWICE)) == ('["a"]', "converted")
    assert read(cells.unwrapped, json.dumps("null")) == (None, "converted")


@lay_out(
    "listed",
    [
        (None, None),
        ("[]", "[]"),
        ('["a, b"]', '["a, b"]'),
        (TWICE, ('["a"]', "converted")),
        ("a, b ,,c", ('["a", "b", "c"]', "converted")),
        ("remote", ('["remote"]', "converted")),
        ('"a,b"', ('["a", "b"]', "converted")),
        (json.dumps(json.dumps("a,b")), ('["a", "b"]', "converted")),
        (b"a,b", ('["a", "b"]', "converted")),
        (" , ", '" , "'),
        ('""', '""'),
        ('{"a": 1}', '{"a": 1}'),
        ('["a"', NONE),
        (5, "5"),
    ],
)
def test_documents_that_are_lists(cell: Any, expected: Any) -> None:
    assert read(cells.listed(cells.unwrapped), cell) == expected


def test_lists_that_the_migrations_decode() -> None:
    assert read(cells.listed(cells.document), TWICE) == TWICE
    assert read(cells.listed(cells.document), "Python, SQL") == ('["Python", "SQL"]', "converted")


@lay_out(
    "list",
    [
        (None, []),
        ("null", []),
        ("[]", []),
        ('["Berlin", "Remote"]', ["Berlin", "Remote"]),
        (TWICE, ["a"]),
        ("Berlin, Remote,", (["Berlin", "Remote"], "converted")),
        ('["a", "a", " b ", null, {"c": 1}, 5, true, ""]', (["a", "b", "5"], "converted")),
        ('{"a": 1}', ([], "converted")),
        ('["a"', ([], "converted")),
        ('["' + "x" * 300 + '"]', (["x" * 200], "converted")),
    ],
)
def test_lists_of_texts(cell: Any, expected: Any) -> None:
    assert read(cells.texts(200), cell) == expected


def test_lists_of_known_words() -> None:
    assert read(JOB_TYPES, '["Full-time", "Contract"]') == ["Full-time", "Contract"]
    assert read(JOB_TYPES, '["FULL_TIME", "full time", "Gig"]') == (["Full-time"], "converted")


# Whatever stands there, PostgreSQL stores what is read ----------------------------------------------------------------

COLUMNS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "text": ("text", cells.text),
    "required_text": ("text NOT NULL", cells.required_text),
    "cut": ("varchar(100) NOT NULL", cells.cut(100)),
    "linkedin_address": ("varchar(1000) NOT NULL", cells.linkedin_address),
    "time": ("timestamptz", cells.time),
    "number": ("double precision", cells.number),
    "integer": ("integer", cells.integer),
    "years": ("smallint", cells.years),
    "salary": ("numeric(12, 2)", cells.salary),
    "flag": ("boolean", cells.flag),
    "document": ("jsonb", cells.document),
    "required_document": ("jsonb NOT NULL", cells.required_document),
    "unwrapped": ("jsonb", cells.unwrapped),
    "texts": ("varchar(200)[] NOT NULL", cells.texts(200)),
}


@pytest.fixture(scope="module")
def scratch(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        columns = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(f"CREATE TEMPORARY TABLE cells_read ({columns})")
        yield cursor
        cursor.execute("DROP TABLE cells_read")


FRAGMENTS = st.sampled_from(
    [
        *'[]{}",:\\',
        "\\u0000",
        "\\ud83d",
        "\\ude00",
        "null",
        "NaN",
        "1e400",
        "1e-400",
        "-0.0",
        "9" * 320,
        '"a"',
        "\0",
        "\ud800",
        "2024-05-01",
        " ",
        "T",
        "10:00:00",
        ".5",
        "+05",
        "linkedin.com",
        "https://",
        "/",
        "é",
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=8).map("".join) | st.text(max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
DOCUMENTS = VALUES.map(json.dumps)
CELLS = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | TEXTS
    | st.binary(max_size=20)
    | st.datetimes().map(str)
    | DOCUMENTS
    | DOCUMENTS.map(json.dumps)
    | DOCUMENTS.map(json.dumps).map(json.dumps)
    | DOCUMENTS.map(lambda text: text.encode(errors="surrogatepass"))
)


@given(st.lists(CELLS, min_size=1, max_size=20))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_makes_a_copy_fail(scratch: Any, found: list[Any]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    cursor = scratch.cursor.cursor if hasattr(scratch.cursor, "cursor") else scratch.cursor
    with cursor.copy(sql.SQL("COPY cells_read ({}) FROM STDIN").format(names)) as copy:
        for cell in found:
            copy.write_row([value_of(reader, cell) for _, reader in COLUMNS.values()])
    # Every document inside a text is one, too, for the migrations that decode it.
    scratch.execute(
        r"""
        SELECT (document #>> '{}')::jsonb FROM cells_read
        WHERE jsonb_typeof(document) = 'string' AND document #>> '{}' ~ '^\s*["[{]' AND (document #>> '{}') IS JSON
        """
    )
    scratch.execute("TRUNCATE cells_read")


def value_of(reader: Callable[[Any], Any], cell: Any) -> Any:
    try:
        return reader(cell)
    except Amended as amended:
        return amended.value
