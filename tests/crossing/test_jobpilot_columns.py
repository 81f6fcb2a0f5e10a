"""Every column of every table of JobPilot's: what stood in it is in a table of ours or in the ledger, however long it is."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.crossing.jobpilot_run import crossed
from tests.crossing.test_jobpilot_whole import read_everything
from tests.hard_legacy.jobpilot_tables import Column, Table, make_sqlite_ddl, make_tables, quote

if TYPE_CHECKING:
    from pathlib import Path

LONG = 20_000  # Characters; more than an index, a row without toast or any of our columns of a fixed length holds.
# What says yes or no leaves no trace that could be told from others; keys are looked at elsewhere.
SILENT = "B"
SECRET = "user_profiles.hashed_password"  # No hash of a password is in the ledger.
ROW_OF_A_LISTING_TWICE = {"job_duplications": {"duplicate_job_id": "listing again"}}


class Cells:
    """Makes a value for each column that is found again wherever it went."""

    def __init__(self) -> None:
        self.random, self.marks = random.Random(1), dict[str, str]()

    def make(self, table: Table, column: Column) -> Any:
        number = len(self.marks) + 1
        if column.name in table.primary_key and column.kind == "V":
            return "listing" if table.name == "job_listings" else f"the {table.name}"
        if column.refers_to:
            return None if column.refers_to == table.name else key_of(column.refers_to)
        if column.members:
            return column.members[0]
        if column.kind == SILENT:
            return 1
        mark, value = {
            "D": (f".{number:05}7", f"2024-05-01 10:00:00.{number:05}7"),
            "I": (f"{20_000 + number}", 20_000 + number),
            "F": (f"{40_000 + number}.25", 40_000 + number + 0.25),
            "J": (f"mark {number:03}.", json.dumps([self.write(f"mark {number:03}.")])),
        }.get(column.kind, (f"mark {number:03}.", self.write(f"mark {number:03}.")))
        self.marks[f"{table.name}.{column.name}"] = mark
        return value

    def write(self, ending: str) -> str:
        """Write words that do not get smaller by compression."""
        return " ".join([*(f"{self.random.getrandbits(60):x}" for _ in range(LONG // 16)), ending])


def key_of(table: str) -> str:
    return "listing" if table == "job_listings" else f"the {table}"


def fill(path: Path, shape: str) -> dict[str, str]:
    """Make a file with a row in each table; return what to look for, by table and column."""
    cells = Cells()
    with closing(sqlite3.connect(path)) as database:
        for table in make_tables(shape).values():
            table.rules.clear()  # Files were made at many times, by many hands.
            database.execute(make_sqlite_ddl(table))
            row = {column.name: cells.make(table, column) for column in table.columns}
            row |= ROW_OF_A_LISTING_TWICE.get(table.name, {})
            insert(database, table.name, row)
            if table.name == "job_listings":
                insert(database, table.name, {**row, "id": "listing again"})
        database.commit()
    return cells.marks


def insert(database: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    names, places = ", ".join(map(quote, row)), ", ".join("?" * len(row))
    database.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))


@pytest.mark.parametrize("shape", ["legacy", "intermediate", "refactored"])
def test_what_stood_in_a_column_is_somewhere(
    shape: str, tmp_path: Path, django_db_setup: None, django_db_blocker: Any
) -> None:
    marks = fill(tmp_path / "long.db", shape)
    assert len(marks) > 150
    with django_db_blocker.unblock(), crossed(str(tmp_path / "long.db")) as (connection, _):
        everything = read_everything(connection)
    lost = [column for column, mark in marks.items() if mark not in everything]
    assert lost == [column for column in marks if column == SECRET]
