"""Whole JobPilot databases through the migrations: every row of theirs is in its final table or in the ledger."""

from __future__ import annotations

import base64
import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection as ours

from jobos.crossing.services.staging import connection_params
from tests.crossing.jobpilot_run import crossed, fetch, find_lost_rows
from tests.crossing.scratch import url_of
from tests.hard_legacy.jobpilot import make_jobpilot, make_jobpilot_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hard_legacy.made import Made


def read_everything(connection: psycopg.Connection[Any]) -> str:
    """Return every row of every table of ours as one text, with what stands there encoded."""
    tables = fetch(
        connection,
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
    rows = [row for (table,) in tables for (row,) in fetch(connection, f"SELECT to_jsonb(t)::text FROM {table} t")]
    text = "\n".join(rows)
    encoded = [base64.b64decode(part) for part in re.findall(r'"base64": "([^"]+)"', text)]
    keys = [bytes.fromhex(part) for part in re.findall(r'"((?:[0-9a-f]{2}){8,})"', text)]
    return "\n".join([text, *(part.decode("utf-8", "replace") for part in (*encoded, *keys))])


@contextmanager
def hard_source(kind: str, shape: str, folder: Path) -> Iterator[tuple[str, Made]]:
    """Make a database with every oddity in SQLite or PostgreSQL; yield its address and what was planted."""
    if kind == "sqlite":
        yield str(folder / "hard.db"), make_jobpilot(folder / "hard.db", shape=shape, users=30)
        return
    params = connection_params(ours.settings_dict["NAME"])
    name = f"{ours.settings_dict['NAME']}_old_jobpilot"
    address = psycopg.conninfo.make_conninfo(**{**params, "dbname": name, "options": None, "application_name": None})
    with psycopg.connect(**params, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield url_of(name), make_jobpilot_postgres(address, shape=shape, users=30)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "shape"),
    [("sqlite", "legacy"), ("sqlite", "intermediate"), ("sqlite", "refactored"), ("postgres", "refactored")],
    ids=["legacy", "intermediate", "refactored", "postgres"],
)
def test_no_row_and_no_word_is_lost(
    kind: str, shape: str, tmp_path: Path, django_db_setup: None, django_db_blocker: Any
) -> None:
    with (
        django_db_blocker.unblock(),
        hard_source(kind, shape, tmp_path) as (address, made),
        crossed(address) as (connection, read),
    ):
        assert {table: count for table, count in read.items() if table in made.tables} == made.tables
        counted = fetch(connection, "SELECT source_table, count(*) FROM crossing.source_rows GROUP BY 1")
        assert dict(counted) == {table: count for table, count in read.items() if count}
        assert find_lost_rows(connection) == []
        everything = read_everything(connection)
        lost = [cell for cell in made.planted if json.dumps(cell.value, ensure_ascii=False)[1:-1] not in everything]
        assert lost == []
