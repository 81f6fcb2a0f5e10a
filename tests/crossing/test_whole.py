"""Whole hard databases of both systems, and what the report says of them against what SQL counts in the source."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from jobos.crossing.services import running
from tests.crossing import scratch
from tests.hard_legacy.jobos import make_jobos
from tests.hard_legacy.jobpilot import make_jobpilot, make_jobpilot_postgres
from tests.jobs.migrations.conftest import _django_db_marker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["_django_db_marker"]  # The test database is made, and nothing wraps a test or flushes after it.

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

USERS = 20
SHAPES = {"jobpilot": "legacy", "jobpilot on PostgreSQL": "refactored", "jobos": ""}


@contextmanager
def make_source(name: str, folder: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """Make a hard database; give its address, and what SQL counts in each of its tables."""
    if name == "jobpilot":
        make_jobpilot(folder / "hard.db", shape=SHAPES[name], users=USERS)
        with closing(sqlite3.connect(folder / "hard.db")) as source:
            tables = [
                table for (table,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            ]
            counts = {table: source.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}
        yield str(folder / "hard.db"), counts
        return
    with scratch.make_database() as database:
        address = scratch.url_of(database)
        if name == "jobos":
            make_jobos(address, users=USERS)
        else:
            make_jobpilot_postgres(address, shape=SHAPES[name], users=USERS)
        with scratch.connect(database) as source:
            tables = [
                table
                for (table,) in source.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            ]
            counts = {
                table: source.execute(f'SELECT count(*) FROM "{table}"'.encode()).fetchone()[0] for table in tables
            }
        yield address, counts


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_row_of_a_hard_database_is_in_the_report_once(name, tmp_path, django_db_blocker) -> None:
    target = str(connection.settings_dict["NAME"])

    def digest() -> dict[str, Any]:
        return scratch.digest_of(target)

    with django_db_blocker.unblock(), make_source(name, tmp_path) as (address, counts):
        before = digest()
        with running.run(name.split()[0], address) as report:
            read = {table: sums.read for table, sums in report.tables.items()}
            assert read == {table: counts[table] for table in report.tables}
            assert set(read) >= {table for table, count in counts.items() if count}
            assert all(sums.read == sums.kept + sums.merged + sums.quarantined for sums in report.tables.values())
            assert report.totals.read > 300 and report.holds
            assert report.totals.kept > report.totals.quarantined > 0
            quarantined = {(row["table"], row["row_id"]) for row in report.quarantined.first(10_000)}
            assert len(quarantined) == report.quarantined.count == report.totals.quarantined
            assert all(row["reason"] for row in report.quarantined.first(10_000))
        assert digest() == before
