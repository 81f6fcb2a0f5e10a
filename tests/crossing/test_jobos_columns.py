"""Every column of every table of JobOS's: what stood in it is in a table of ours or in the ledger, however long it is."""

from __future__ import annotations

import json
import random
from typing import Any

import psycopg
from psycopg import sql

from tests.crossing.jobos_crossings import cross, key, make_schema, scratch_database
from tests.crossing.test_jobpilot_whole import read_everything
from tests.hard_legacy import jobos_schema as schema

LONG = 20_000  # Characters; more than an index, a row without toast or any of our columns of a fixed length holds.
SECRET = "users.hashed_password"  # No hash of a password is in the ledger.
# Of what a column refers to; it names that row.
REFERENCES = {
    "user_id": "users",
    "job_id": "jobs",
    "related_job_id": "jobs",
    "promoted_job_id": "jobs",
    "pipeline_job_id": "jobs",
    "related_contact_id": "contacts",
    "company_id": "companies",
    "matched_company_id": "companies",
    "scouted_job_id": "scouted_jobs",
}


class Cells:
    """Makes a value for each column that is found again wherever it went."""

    def __init__(self) -> None:
        self.random, self.marks = random.Random(1), dict[str, str]()

    def make(self, table: str, column: str, kind: str, longest: int | None) -> Any:
        if kind == "boolean":
            return True
        if kind == "uuid":
            return key(REFERENCES.get(column, table))
        number = len(self.marks) + 1
        mark = f"m{number:03}."
        mark, value = {
            "timestamp with time zone": (f".{number:05}7", f"2024-05-01 10:00:00.{number:05}7+00"),
            "date": (f"{1000 + number}-05-06", f"{1000 + number}-05-06"),
            "integer": (f"{20_000 + number}", 20_000 + number),
            "bigint": (f"{8_000_000_000 + number}", 8_000_000_000 + number),
            "double precision": (f"{40_000 + number}.25", 40_000 + number + 0.25),
            "jsonb": (mark, json.dumps([self.write(mark)])),
            "ARRAY": (mark, [self.write(mark)]),
            "bytea": (b"%PDF-1.4 \x00\xff".hex(), b"%PDF-1.4 \x00\xff"),
        }.get(kind, (mark, mark if longest else self.write(mark)))
        self.marks[f"{table}.{column}"] = mark
        return value

    def write(self, ending: str) -> str:
        """Write words that do not get smaller by compression."""
        return " ".join([*(f"{self.random.getrandbits(60):x}" for _ in range(LONG // 16)), ending])


def fill(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Make a row in each table; return what to look for, by table and column."""
    make_schema(connection, schema.LAST)
    for table, name in connection.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c'"
        " AND connamespace = 'public'::regnamespace"
    ).fetchall():
        connection.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
        )
    cells = Cells()
    for table in schema.TABLES:
        columns = connection.execute(
            "SELECT column_name, data_type, character_maximum_length FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            [table],
        ).fetchall()
        # A deleted contact, a verified address, a company that is left out: each has tests of its own.
        row = {column: cells.make(table, column, kind, longest) for column, kind, longest in columns}
        if table == "user_scout_preferences":
            row |= dict.fromkeys(("target_company_ids", "excluded_company_ids"), [key("companies")])
            for column in ("target_company_ids", "excluded_company_ids"):
                del cells.marks[f"{table}.{column}"]
        connection.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, row)),
                sql.SQL(", ").join(sql.Placeholder() * len(row)),
            ),
            list(row.values()),
        )
    return cells.marks


def test_what_stood_in_a_column_is_somewhere(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), scratch_database("columns") as address:
        with psycopg.connect(address, autocommit=True) as connection:
            marks = fill(connection)
        assert len(marks) > 200
        with cross(address) as crossed:
            everything = read_everything(crossed.staging)
    lost = [column for column, mark in marks.items() if mark not in everything]
    assert lost == [column for column in marks if column == SECRET]
