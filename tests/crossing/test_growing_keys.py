"""The same source in another form: known by the people whom it brought, whatever became of its oldest user."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from jobos.crossing.services import running
from tests.crossing import saved_only, scratch
from tests.crossing.targets import Target, standing_in
from tests.jobs.migrations.conftest import _django_db_marker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jobos.crossing.services.report import Report

__all__ = ["_django_db_marker"]  # The test database is made, and nothing wraps a test or flushes after it.

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(
    two_databases: tuple[str, str], monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any, tmp_path: Path
) -> Iterator[Target]:
    """A target into which files of the small system come."""
    monkeypatch.setitem(running.SYSTEMS, "jobpilot", "tests.crossing.saved_only")
    with django_db_blocker.unblock(), scratch.make_database(two_databases[1]) as name:
        yield Target(name, tmp_path)


def bring(target: Target, file: Path | str) -> Report:
    target.runs += 1
    backup = target.folder / f"{target.runs}.dump"
    with standing_in(target.name), running.run("jobpilot", str(file), apply=True, backup=backup) as report:
        assert report.holds
        return report


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as source, source:
        for statement in statements:
            source.execute(statement)


def test_a_source_whose_oldest_user_went_is_the_same(target: Target) -> None:
    file = saved_only.make_file(target.folder / "saved.db")
    first = bring(target, file)
    before = target.digest()
    change(file, "DELETE FROM users WHERE created_at < '2025-02-02'")
    second = bring(target, file)
    assert second.source_key == first.source_key
    assert second.totals.added == 0
    assert {table: sums.quarantined for table, sums in second.tables.items() if table != "saved"} == {
        table: sums.quarantined for table, sums in first.tables.items() if table != "saved"
    }
    assert target.one("SELECT count(*) FROM legacy_sources") == 1
    after = target.digest()
    assert {name for name in before if before[name] != after[name]} <= {"migration_ledger", "legacy_rows"}


def test_the_same_rows_in_another_kind_of_database_are_the_same_source(target: Target) -> None:
    """No key proves anything here: the time of the oldest user does, however it is spelled."""
    file = saved_only.make_file(target.folder / "saved.db", users=0, listings=0)
    change(
        file,
        "INSERT INTO users VALUES ('1', 'one@example.com', 'One', 1, '2025-01-01 10:00:00.490000')",
        "INSERT INTO users VALUES ('2', 'two@example.com', 'Two', 1, '2025-01-02 10:00:00.000000')",
    )
    first = bring(target, file)
    before = target.digest()
    with scratch.make_database() as name:
        with scratch.connect(name) as other, closing(sqlite3.connect(file)) as source:
            schema = saved_only.SCHEMA.replace(
                "verified INTEGER, created_at TEXT", "verified INTEGER, created_at TIMESTAMPTZ"
            )
            other.execute("SET TIME ZONE 'UTC'")
            other.execute(schema.encode())
            for table in ("users", "notes", "logs"):
                for row in source.execute(f"SELECT * FROM {table}"):
                    places = ", ".join(["%s"] * len(row))
                    other.execute(f"INSERT INTO {table} VALUES ({places})".encode(), row)
        second = bring(target, scratch.url_of(name))
    assert (second.source_key, second.totals.added) == (first.source_key, 0)
    after = target.digest()  # The ledger also holds whole rows as this database spells them.
    assert {name for name in before if before[name] != after[name]} == {"migration_ledger"}


def test_of_several_sources_it_is_the_one_that_has_most_of_its_people(target: Target) -> None:
    first, second = (
        bring(target, saved_only.make_file(target.folder / f"{seed}.db", users=4, seed=seed)) for seed in (0, 10)
    )
    assert first.source_key != second.source_key
    file = saved_only.make_file(target.folder / "both.db", users=4, seed=10)
    rest = ", ".join(f"'{saved_only.key(1, n)}'" for n in (11, 12))
    change(
        file,
        f"DELETE FROM users WHERE id NOT IN ({rest})",
        f"INSERT INTO users VALUES ('{saved_only.key(1, 1)}', 'user1@example.com', 'User 1', 1, '2025-01-01')",
    )
    assert bring(target, file).source_key == second.source_key


def test_keys_that_are_no_uuids_prove_nothing(target: Target) -> None:
    files = []
    for name in ("first", "second"):
        file = saved_only.make_file(target.folder / f"{name}.db", users=0, listings=0)
        files.append(file)
        change(
            file,
            f"INSERT INTO users VALUES ('1', '{name}@example.com', 'One', 1, '{'2025' if name == 'first' else '2024'}-01-01')",
            "INSERT INTO users VALUES ('2', 'two@example.com', 'Two', 1, '2026-01-01')",
        )
    first, second = (bring(target, file) for file in files)
    assert first.source_key != second.source_key
    assert second.tables["users"].added == 2


def test_a_key_that_many_databases_have_proves_nothing(target: Target) -> None:
    demo = "00000000-0000-4000-8000-000000000001"
    sources = set()
    for year in (2024, 2025):
        file = saved_only.make_file(target.folder / f"{year}.db", users=0, listings=0)
        change(file, f"INSERT INTO users VALUES ('{demo}', '{year}@example.com', 'Demo', 1, '{year}-01-01')")
        sources.add(bring(target, file).source_key)
    assert len(sources) == 2
