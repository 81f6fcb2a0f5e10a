"""Writing small JobPilot databases by hand, and carrying one the whole way through the staging database."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from jobos.crossing.services import jobpilot
from jobos.crossing.services.loading import Loader, find_source_key
from jobos.crossing.services.sources import open_source
from jobos.crossing.services.staging import open_staging
from tests.hard_legacy.jobpilot_tables import make_sqlite_ddl, make_tables, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import psycopg

    from jobos.crossing.services.staging import Staging

    Rows = Mapping[str, list[dict[str, Any]]]

ORIGIN = "import_legacy jobpilot"


def write_file(path: Path, shape: str, rows: Rows, *more: str, first: Sequence[str] = ()) -> None:
    """Make what a file lacks of the tables of a shape, and add rows, between the statements `first` and `more`."""
    with closing(sqlite3.connect(path)) as database:
        there = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        for table in make_tables(shape).values():
            if table.name not in there:
                database.execute(make_sqlite_ddl(table))
        for statement in first:
            database.execute(statement)
        for table, some in rows.items():
            for row in some:
                names = ", ".join(map(quote, row))
                places = ", ".join("?" * len(row))
                database.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))
        for statement in more:
            database.execute(statement)
        database.commit()


def load(staging: Staging, address: str) -> tuple[str, dict[str, int]]:
    """Load a source into the staging database; return its shape and how many rows of each table were read."""
    with (
        open_source(address) as source,
        Loader(
            source,
            staging,
            system="jobpilot",
            key=find_source_key(source, "jobpilot", jobpilot.USERS),
            tell=lambda *_: None,
        ) as loader,
    ):
        shape = jobpilot.recognise(source)
        jobpilot.load(loader, shape)
        loader.finish()
        return shape, dict(loader.read)


@contextmanager
def crossed(address: str) -> Iterator[tuple[psycopg.Connection[Any], dict[str, int]]]:
    """Carry a source over; yield a session of the staging database in our shape, and what was read."""
    with open_staging("jobpilot") as staging:
        shape, read = load(staging, address)
        staging.migrate()
        with staging.connect() as connection:
            jobpilot.complete(connection, origin=ORIGIN, shape=shape)
            yield connection, read


def fetch(connection: psycopg.Connection[Any], query: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode(), values).fetchall()


def fetch_lines(connection: psycopg.Connection[Any], table: str, column: str | None = None) -> list[tuple[Any, ...]]:
    """Return what the loader and the completing step wrote of a table: row, column, before, after, outcome."""
    return fetch(
        connection,
        'SELECT row_id, "column", before, after, outcome FROM migration_ledger WHERE source = %s AND "table" = %s'
        ' AND (%s::text IS NULL OR "column" = %s) ORDER BY row_id, "column", outcome',
        [ORIGIN, table, column, column],
    )
