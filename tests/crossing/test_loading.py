"""Rows into the staging database: each is there, or in the ledger with its reason, and every one is accounted for."""

from __future__ import annotations

import json
import sqlite3
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from jobos.crossing.services import loading
from jobos.crossing.services.loading import (
    Amended,
    Column,
    Loader,
    Plan,
    Refused,
    Row,
    as_document,
    find_source_key,
    make_key,
    spell_row_id,
)
from jobos.crossing.services.sources import open_source
from jobos.crossing.services.staging import Staging, open_staging

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE = "7d444840-9dc0-4d1a-b245-5ffdce74fad2"
TWO = "7d444840-9dc0-4d1a-b245-5ffdce74fad3"


@pytest.fixture(scope="module")
def staging(django_db_setup: None, django_db_blocker: Any) -> Iterator[Staging]:
    with django_db_blocker.unblock(), open_staging("jobpilot") as staging:
        yield staging


@pytest.fixture
def load(staging: Staging, tmp_path: Path) -> Iterator[Any]:
    """Make a loader of a file that a script fills; the staging database is emptied afterwards."""
    opened: list[Any] = []

    def start(script: str) -> Loader:
        path = tmp_path / "old.db"
        with sqlite3.connect(path) as connection:
            connection.executescript(script)
        connection.close()
        source = open_source(str(path))
        loader = Loader(
            source.__enter__(), staging, system="jobpilot", key="abc", tell=lambda *told: heard.append(told)
        )
        opened.extend((loader, source))
        return loader

    heard: list[tuple[str, int, int]] = []
    start.heard = heard  # type: ignore[attr-defined]
    yield start
    for context in opened:
        if isinstance(context, Loader):
            context.finish()
        context.__exit__(None, None, None)
    with staging.connect() as connection:
        connection.execute(
            "TRUNCATE crossing.source_rows, migration_ledger, saved_jobs, legacy_jobos_companies CASCADE"
        )


def fetch(loader: Loader, query: str) -> list[tuple[Any, ...]]:
    return loader.rows.execute(query.encode()).fetchall()


def plan_for(loader: Loader, **more: Any) -> Plan:
    def read_time(value: str | None) -> str | None:
        if value == "never":
            raise Amended(None, "It is no time.", "quarantined")
        return value

    def read_user(value: str | None) -> uuid.UUID:
        return loader.key_of("user_profiles", value)

    columns = (
        Column("id", "id", lambda value: loader.key_of("saved_jobs", value)),
        Column("job_id", "job_id", lambda value: loader.key_of("job_listings", value)),
        Column("user_profile_id", "user_profile_id", read_user),
        Column("notes", "notes"),
        Column("status", "status"),
        Column("saved_date", "saved_date", read_time),
    )
    return Plan("saved_jobs", "saved_jobs", columns, at=("saved_date",), **more)


SAVED = f"""
    CREATE TABLE saved_jobs (id VARCHAR NOT NULL PRIMARY KEY, job_id VARCHAR, user_profile_id VARCHAR, notes TEXT,
                             saved_date DATETIME, mood TEXT);
    INSERT INTO saved_jobs VALUES ('{ONE}', 'test-job-1', 'u', 'a note', '2024-05-01 10:00:00.000000', 'good');
    INSERT INTO saved_jobs VALUES ('test', '{TWO}', 'u', NULL, 'never', NULL);
    INSERT INTO saved_jobs VALUES ('', '{TWO}', 'u', 'nobody''s', NULL, NULL);
    """


def test_rows_go_in_and_everything_else_into_the_ledger(load: Any) -> None:
    loader = load(SAVED)
    loader.load(plan_for(loader))
    loader.keep_leftovers()
    loader.finish()
    test = uuid.uuid5(uuid.UUID("6f2d0f0e-6f0b-5d0c-9c70-3d3c1f5a8e11"), "abc/saved_jobs/test")
    assert fetch(loader, "SELECT id::text, notes, status, to_jsonb(saved_date) FROM saved_jobs ORDER BY notes") == [
        (ONE, "a note", None, "2024-05-01T10:00:00+00:00"),
        (str(test), None, None, None),
    ]
    reason = "It has no key."
    assert fetch(
        loader, "SELECT row_id, stage_table, stage_id::text, outcome, reason FROM crossing.source_rows ORDER BY row_id"
    ) == [
        ("(empty)", None, None, "quarantined", reason),
        (ONE, "saved_jobs", ONE, None, None),
        ("test", "saved_jobs", str(test), None, None),
    ]
    lines = fetch(
        loader,
        'SELECT row_id, "column", before, after, outcome, reason FROM migration_ledger ORDER BY row_id, "column"',
    )
    whole = {"id": "", "job_id": TWO, "user_profile_id": "u", "notes": "nobody's", "saved_date": None, "mood": None}
    assert lines == [
        ("(empty)", "", whole, None, "quarantined", reason),
        (ONE, "unknown", {"mood": "good"}, None, "quarantined", "No column here holds this."),
        ("test", "id", "test", str(test), "converted", "A key is a UUID here."),
        ("test", "saved_date", "never", None, "quarantined", "It is no time."),
    ]
    assert loader.read == {"saved_jobs": 3}
    assert load.heard[0] == ("saved_jobs", 0, 3)
    assert load.heard[-1] == ("saved_jobs", 3, 3)


def test_row_looks_at_several_cells_and_may_be_refused(load: Any) -> None:
    def look(row: Row, stored: dict[str, Any]) -> None:
        if row.cells["mood"] is None:
            raise Refused("It has no mood.")
        stored["status"] = "SAVED"
        row.note("mood", row.cells["mood"], "SAVED", "A mood is no status.")

    loader = load(SAVED)
    loader.load(plan_for(loader, row=look))
    loader.finish()
    assert fetch(loader, "SELECT id::text, status FROM saved_jobs") == [(ONE, "SAVED")]
    assert fetch(loader, "SELECT outcome, count(*) FROM crossing.source_rows GROUP BY outcome ORDER BY 2") == [
        (None, 1),
        ("quarantined", 2),
    ]
    assert fetch(loader, "SELECT to_jsonb(at), after FROM migration_ledger WHERE outcome = 'converted'") == [
        ("2024-05-01T10:00:00+00:00", "SAVED")
    ]


def test_table_without_a_home_is_kept_whole_and_counted(load: Any) -> None:
    loader = load(
        """
        CREATE TABLE scraped (said TEXT, raw BLOB);
        INSERT INTO scraped VALUES ('same', x'00ff'), ('same', x'00ff'), (char(0) || 'x', NULL);
        CREATE TABLE pairs (a TEXT, b INTEGER, c REAL, PRIMARY KEY (a, b));
        INSERT INTO pairs VALUES ('x', 1, 9e999);
        """
    )
    loader.keep_whole("scraped", "Nothing here is scraped.")
    loader.keep_whole("pairs", "No pairs.")
    loader.keep_leftovers()
    befores = fetch(loader, 'SELECT "table", before FROM migration_ledger ORDER BY "table", before::text DESC')
    assert befores == [
        ("pairs", {"a": "x", "b": 1, "c": "inf"}),
        ("scraped", {"said": "same", "raw": {"base64": "AP8="}}),
        ("scraped", {"said": "same", "raw": {"base64": "AP8="}}),
        ("scraped", {"said": {"escaped": "\\x00x"}, "raw": None}),
    ]
    rows = fetch(loader, "SELECT source_table, row_id, outcome, reason FROM crossing.source_rows ORDER BY 1, 2")
    assert rows[0] == ("pairs", "x|1", "quarantined", "No pairs.")
    assert len({row[1] for row in rows}) == 4
    assert loader.read == {"scraped": 3, "pairs": 1}


def test_rows_of_nobody_are_taken_out_again(load: Any) -> None:
    loader = load(
        f"""
        CREATE TABLE companies (id VARCHAR NOT NULL PRIMARY KEY, user_id VARCHAR, name VARCHAR);
        INSERT INTO companies VALUES ('{ONE}', '{TWO}', 'Acme');
        """
    )
    columns = (
        *(Column(name, name) for name in ("id", "user_id", "name")),
        *(
            Column(name, "", lambda _, value=value: value)
            for name, value in {"b2c_validated": False, "open_roles_count": 0, "deep_dive_done": False}.items()
        ),
    )
    loader.load(Plan("companies", "legacy_jobos_companies", columns))
    loader.finish()
    assert fetch(loader, "SELECT count(*) FROM legacy_jobos_companies") == [(0,)]
    reason = "Its user_id names a row that does not exist."
    assert fetch(loader, "SELECT outcome, reason FROM crossing.source_rows") == [("quarantined", reason)]
    ((table, row_id, before, outcome, said),) = fetch(
        loader, 'SELECT "table", row_id, before, outcome, reason FROM migration_ledger'
    )
    assert (table, row_id, before["name"], outcome, said) == ("companies", ONE, "Acme", "quarantined", reason)


@pytest.mark.parametrize(
    "text", [ONE.upper(), ONE.replace("-", ""), f"{{{ONE}}}", "00000000-0000-4000-8000-000000000001", "7", "job/ü 7"]
)
def test_key_that_is_none_of_ours_is_made_of_its_words(text: str) -> None:
    key = make_key("abc", "jobs", text)
    assert key == make_key("abc", "jobs", text) != make_key("abd", "jobs", text)
    assert key not in {make_key("abc", "users", text), uuid.UUID(ONE)}


def test_key_of_ours_stays() -> None:
    assert make_key("abc", "jobs", ONE) == make_key("abd", "users", ONE) == uuid.UUID(ONE)


def test_long_row_ids_are_cut_and_still_differ() -> None:
    first, second = (spell_row_id(["x" * 300 + end]) for end in "ab")
    assert first != second
    assert max(len(first), len(second)) <= 200


@pytest.mark.parametrize(
    ("value", "document"),
    [
        (b"\x00\xff", {"base64": "AP8="}),
        ("a\0b", {"escaped": "a\\x00b"}),
        ("half \ud83d", {"escaped": "half \\ud83d"}),
        (float("nan"), "nan"),
        ({"a\0": ["b\0", 1, None, True]}, {"a\\x00": [{"escaped": "b\\x00"}, 1, None, True]}),
        ("ü 🙂", "ü 🙂"),
    ],
    ids=["bytes", "nul", "surrogate", "nan", "nested", "plain"],
)
def test_any_value_fits_the_ledger(value: Any, document: Any) -> None:
    assert as_document(value) == document


def test_source_is_known_by_its_oldest_user(tmp_path: Path) -> None:
    def key_of(*users: tuple[str, str | None]) -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE users (id VARCHAR PRIMARY KEY, created_at DATETIME)")
            connection.executemany("INSERT INTO users VALUES (?, ?)", users)
        connection.close()
        with open_source(str(path)) as source:
            return find_source_key(source, "jobpilot", "users")

    first, second = ("a", "2024-01-01 00:00:00.000000"), ("b", "2024-01-02 00:00:00.000000")
    assert key_of(first) == key_of(second, first) == key_of(first, ("c", None))
    assert len({key_of(first), key_of(second), key_of(), key_of(("a", "2024-01-01 00:00:00.000001"))}) == 4
    # As other databases spell the same time.
    for spelled in (
        "2024-01-01 00:00:00",
        "2024-01-01T00:00:00Z",
        "2024-01-01 01:00:00.000+01",
        "2023-12-31T23:00-01:00",
    ):
        assert key_of(second, ("a", spelled)) == key_of(first)
    assert key_of(("a", "")) == key_of(("a", None))
    assert len({key_of(("a", odd)) for odd in ("soon", "infinity", "0001-01-01 00:00:00+14", "9999-99-99")}) == 4


def test_document_too_large_for_a_line_has_several_that_joined_are_it(
    load: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LARGEST_DOCUMENT", 50)
    loader = load("CREATE TABLE user_profiles (id TEXT)")
    before, after = {"said": 'a "quoted" line\n' * 10}, "short"
    loader.write_line("notes", "1", "said", before, after, "converted", "Too long: cut.")
    loader.write_line("notes", "1", "other", "x" * 40, None, "converted", "Short enough.")
    loader.flush()
    lines = {
        column: cells
        for column, *cells in fetch(loader, 'SELECT "column", before, after FROM migration_ledger ORDER BY "column"')
    }
    number = len(lines) - 2
    assert number > 3
    assert lines["other"] == ["x" * 40, None]
    assert lines["said"] == [{"parts": number}, after]
    parts = [lines[f"said, part {part} of {number}"] for part in range(1, number + 1)]
    assert json.loads("".join(part for part, _ in parts)) == before
    assert {rest for _, rest in parts} == {None}
