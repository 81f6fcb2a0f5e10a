"""Reading the database that people bring: as it is, in one snapshot, never written."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from jobos.crossing.services.sources import SourceError, open_source
from jobos.crossing.services.staging import connection_params

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "it's a file.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            """
            CREATE TABLE "odd ""name" (id VARCHAR NOT NULL PRIMARY KEY, "values" JSON);
            CREATE TABLE pairs (b INTEGER, a VARCHAR, PRIMARY KEY (a, b));
            CREATE TABLE keyless (said TEXT);
            """
        )
        connection.execute('INSERT INTO "odd ""name" VALUES (?, ?)', ["1", '["x"]'])
        connection.execute("INSERT INTO pairs VALUES (1, 'x')")
        connection.execute("INSERT INTO keyless VALUES (?), (NULL), (CAST(x'ff41' AS TEXT)), (x'00ff')", ["a\0b"])
    connection.close()
    return path


def test_file_is_read_as_it_is(file: Path) -> None:
    before = file.read_bytes()
    with open_source(str(file)) as source:
        assert source.tables == {"keyless": ("said",), 'odd "name': ("id", "values"), "pairs": ("b", "a")}
        assert source.keys == {'odd "name': ("id",), "pairs": ("a", "b")}
        assert source.count('odd "name') == 1
        assert list(source.rows('odd "name', ["values", "id"])) == [('["x"]', "1")]
        # A text that is no UTF-8 comes as its bytes.
        assert [cell for (cell,) in source.rows("keyless", ["said"])] == ["a\0b", None, b"\xffA", b"\x00\xff"]
    assert file.read_bytes() == before
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name]


def test_snapshot_does_not_move(file: Path) -> None:
    with open_source(str(file)) as source:
        assert source.count("pairs") == 1
        other = sqlite3.connect(file, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            with other:
                other.execute("INSERT INTO pairs VALUES (2, 'x')")
        other.close()
        assert source.count("pairs") == 1


def test_nothing_can_be_written_to_a_file(file: Path) -> None:
    with open_source(str(file)) as source, pytest.raises(sqlite3.OperationalError, match="readonly"):
        source.connection.execute("DELETE FROM pairs")


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), (b"", "no SQLite database"), (b"PK\x03\x04 a zip", "no SQLite database")],
    ids=["missing", "empty", "a zip"],
)
def test_what_is_no_database_is_refused_by_name(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "a.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=words) as refusal, open_source(str(path)):
        pass
    assert str(path) in str(refusal.value)


def test_torn_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "torn.db"
    path.write_bytes(b"SQLite format 3\x00" + b"\x01" * 5_000)
    with pytest.raises(SourceError, match="cannot be read"), open_source(str(path)):
        pass


def url_of(params: dict[str, Any]) -> str:
    from urllib.parse import quote

    return f"postgresql://{params['user']}@/{params['dbname']}?host={quote(str(params['host']), safe='')}&port={params['port']}"


@pytest.mark.django_db(transaction=True)
def test_server_is_read_in_its_own_spelling_and_never_written(settings: Any) -> None:
    params = connection_params(settings.DATABASES["default"]["NAME"])
    with psycopg.connect(**params, autocommit=True) as here:
        here.execute("DROP SCHEMA IF EXISTS older CASCADE")
        here.execute("CREATE SCHEMA older")
        here.execute(
            """
            CREATE TABLE older.things (said text, at timestamptz, flag boolean, list text[], doc jsonb, raw bytea, id int,
                                       PRIMARY KEY (id))
            """
        )
        here.execute(
            "INSERT INTO older.things VALUES ('a\tb', '2024-05-01 12:00+02', true, '{x,NULL}', '{\"a\": 1}', '\\x00ff', 7),"
            " (NULL, NULL, NULL, NULL, NULL, NULL, 8)"
        )
        try:
            with open_source(url_of(params) + "&options=-c%20search_path%3Dolder") as source:
                assert source.tables == {"things": ("said", "at", "flag", "list", "doc", "raw", "id")}
                assert source.keys == {"things": ("id",)}
                assert "password" not in source.address
                assert source.count("things") == 2
                assert list(source.rows("things", ["said", "at", "flag", "list", "doc", "raw", "id"])) == [
                    ("a\tb", "2024-05-01 10:00:00+00", "t", "{x,NULL}", '{"a": 1}', "\\x00ff", "7"),
                    (None, None, None, None, None, None, "8"),
                ]
                here.execute("INSERT INTO older.things (id) VALUES (9)")
                assert source.count("things") == 2
                with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                    source.connection.execute("DELETE FROM things")
        finally:
            here.execute("DROP SCHEMA older CASCADE")


def test_server_that_is_away_is_told_without_the_password() -> None:
    with (
        pytest.raises(SourceError, match="cannot be reached") as refusal,
        open_source("postgresql://ada:hush@127.0.0.1:1/none?connect_timeout=1"),
    ):
        pass
    assert "hush" not in str(refusal.value)
