"""Reading the database that people bring: as it is, in one snapshot, never written."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jobos.crossing.services import sources
from jobos.crossing.services.sources import SourceError, open_source
from jobos.crossing.services.staging import connection_params


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


# Files in WAL mode ----------------------------------------------------------------------------------------------------


def make_wal(path: Path, *, unfinished: bool) -> None:
    """Make a file in WAL mode that no program has open; its log holds a row where it was left unfinished."""
    writing = sqlite3.connect(path)
    writing.execute("PRAGMA journal_mode = wal")
    writing.execute("PRAGMA wal_autocheckpoint = 0")
    writing.execute("CREATE TABLE things (said TEXT)")
    writing.execute("INSERT INTO things VALUES ('hello')")
    writing.commit()
    there = {ending: Path(f"{path}{ending}").read_bytes() for ending in ("", "-wal")}
    writing.close()
    if unfinished:
        for ending, content in there.items():
            Path(f"{path}{ending}").write_bytes(content)


def look_at(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


@pytest.mark.parametrize("unfinished", [False, True], ids=["closed", "left with a log"])
def test_file_in_wal_mode_is_read_whole_and_nothing_is_left_beside_it(tmp_path: Path, unfinished: bool) -> None:
    make_wal(tmp_path / "wal.db", unfinished=unfinished)
    before = look_at(tmp_path)
    assert len(before) == 1 + unfinished
    with open_source(str(tmp_path / "wal.db")) as source:
        assert list(source.rows("things", ["said"])) == [("hello",)]
        assert source.count("things") == 1
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            source.connection.execute("DELETE FROM things")
        assert look_at(tmp_path) == before
    assert look_at(tmp_path) == before


def test_file_in_wal_mode_that_a_program_has_open_is_one_snapshot(tmp_path: Path) -> None:
    make_wal(tmp_path / "wal.db", unfinished=False)
    writing = sqlite3.connect(tmp_path / "wal.db", isolation_level=None)
    writing.execute("INSERT INTO things VALUES ('again')")
    with open_source(str(tmp_path / "wal.db")) as source:
        writing.execute("INSERT INTO things VALUES ('too late')")
        assert source.count("things") == 2
        assert len(list(source.rows("things", ["said"]))) == 2
    writing.close()


@pytest.mark.parametrize("unfinished", [False, True], ids=["closed", "left with a log"])
def test_file_in_wal_mode_that_is_written_meanwhile_is_refused(tmp_path: Path, unfinished: bool) -> None:
    make_wal(tmp_path / "wal.db", unfinished=unfinished)
    with open_source(str(tmp_path / "wal.db")) as source:
        with sqlite3.connect(tmp_path / "wal.db") as writing:
            writing.execute("INSERT INTO things VALUES ('again')")
        writing.close()
        with pytest.raises(SourceError, match="Somebody has written to .*wal.db meanwhile"):
            source.count("things")


def test_file_that_a_program_left_half_written_is_refused_in_words(tmp_path: Path) -> None:
    writing = sqlite3.connect(tmp_path / "a.db")
    writing.execute("CREATE TABLE things (said TEXT)")
    writing.executemany("INSERT INTO things VALUES (?)", [("a" * 1000,)] * 2000)
    writing.commit()
    writing.execute("PRAGMA cache_size = 5")
    writing.execute("UPDATE things SET said = 'b' || said")
    for ending in ("", "-journal"):
        Path(tmp_path / f"left.db{ending}").write_bytes(Path(f"{tmp_path / 'a.db'}{ending}").read_bytes())
    writing.close()
    with pytest.raises(SourceError, match="left.db cannot be read: a program was stopped while it wrote"):
        open_source(str(tmp_path / "left.db")).__enter__()


def test_file_that_is_broken_further_down_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    with sqlite3.connect(path) as writing:
        writing.execute("CREATE TABLE things (said TEXT)")
        writing.executemany("INSERT INTO things VALUES (?)", [("a" * 1000,)] * 2000)
    writing.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 200_000)
    with open_source(str(path)) as source, pytest.raises(SourceError, match="broken.db cannot be read: .*malformed"):
        list(source.rows("things", ["said"]))


def test_file_that_somebody_locks_is_told_in_words(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LONGEST_WAIT", 0.05)
    writing = sqlite3.connect(file, isolation_level=None)
    writing.execute("BEGIN EXCLUSIVE")
    with pytest.raises(SourceError, match="cannot be read: database is locked"):
        open_source(str(file)).__enter__()
    writing.close()


# Addresses ------------------------------------------------------------------------------------------------------------


def test_addresses_as_the_older_systems_have_them_in_their_settings(file: Path) -> None:
    with open_source(f"sqlite:///{file}") as source:
        assert source.count("pairs") == 1
    with pytest.raises(SourceError, match="cannot be reached") as refusal:
        open_source("postgresql+asyncpg://ada:hush@127.0.0.1:1/none").__enter__()
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ada:hu%sh@127.0.0.1:1/none",
        "postgresql://ada:hu/sh@127.0.0.1:1/none",
        "postgresql://ada:hu@sh@127.0.0.1:1/none",
        "postgresql://ada:12/sh@127.0.0.1:1/none",
        "mysql://ada:hush@127.0.0.1:1/none",
        "host=127.0.0.1 user=ada password=hush dbname=none",
    ],
    ids=["percent", "slash", "at", "a number and a slash", "another server", "not a URL"],
)
def test_no_part_of_a_password_is_told_where_an_address_is_wrong(address: str) -> None:
    with pytest.raises(SourceError) as refusal:
        open_source(address).__enter__()
    assert str(refusal.value) in {
        sources.UNREADABLE,
        "The source is neither a file of SQLite nor an address that begins with postgresql://.",
    }


def test_texts_of_a_server_that_knows_no_encoding_come_over(db: None) -> None:
    params = connection_params("postgres")
    name = "jobos_scratch_ascii"
    with psycopg.connect(**params, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc"
        )
        try:
            with psycopg.connect(**{**params, "dbname": name}, autocommit=True) as there:
                there.execute("CREATE TABLE things (said text)")
                there.execute(b"INSERT INTO things VALUES ('caf\xc3\xa9'), (E'caf\\xe9')")
            with open_source(url_of({**params, "dbname": name})) as source:
                assert source.tables == {"things": ("said",)}
                assert list(source.rows("things", ["said"])) == [("café",), ("caf\\xe9",)]
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_rows_that_a_policy_hides_are_no_silent_loss(db: None) -> None:
    params = connection_params("postgres")
    with psycopg.connect(**params, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS jobos_scratch_hidden")
        server.execute("CREATE DATABASE jobos_scratch_hidden TEMPLATE template0")
        server.execute("DROP ROLE IF EXISTS jobos_scratch_reader")
        server.execute("CREATE ROLE jobos_scratch_reader LOGIN PASSWORD 'hush'")
        try:
            with psycopg.connect(**{**params, "dbname": "jobos_scratch_hidden"}, autocommit=True) as there:
                there.execute("CREATE TABLE things (said text)")
                there.execute("INSERT INTO things VALUES ('hello')")
                there.execute("ALTER TABLE things ENABLE ROW LEVEL SECURITY")
                there.execute("GRANT SELECT ON things TO jobos_scratch_reader")
            address = url_of({**params, "dbname": "jobos_scratch_hidden", "user": "jobos_scratch_reader:hush"})
            with open_source(address) as source, pytest.raises(psycopg.errors.InsufficientPrivilege, match="policy"):
                source.count("things")
        finally:
            server.execute("DROP DATABASE jobos_scratch_hidden WITH (FORCE)")
            server.execute("DROP ROLE jobos_scratch_reader")
