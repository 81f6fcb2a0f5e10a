"""Writing small JobPilot databases by hand, carrying one the whole way through the staging database, and looking at it there."""

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
# One key for each row of a kind.
ADA, BEN = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
JOBS, FIRMS, ACTS, EVENTS = (
    [f"{kind * 8}-{kind * 4}-4{kind * 3}-8{kind * 3}-{kind * 11}{number}" for number in range(10)] for kind in "3567"
)
FIRST, LAST, SAVED = "2024-05-01 10:00:00.000000", "2024-06-01 10:00:00.000000", "2024-05-02 10:00:00.000000"
AT_FIRST, AT_LAST, WHEN_SAVED = "2024-05-01T10:00:00+00:00", "2024-06-01T10:00:00+00:00", "2024-05-02T10:00:00+00:00"

# Where the rows of a table of the staging database are in the end; the others stand under their own name.
FINAL = {
    "legacy_jobpilot_companies": "companies",
    "applications": "job_user_interactions",
    "saved_jobs": "job_user_interactions",
    "legacy_timeline_events": "timeline_events",
    "legacy_skill_banks": "skill_banks",
    "skill_banks_legacy": "skill_banks",
    **{
        f"legacy_{table}": table
        for table in (
            "resume_templates",
            "resumes",
            "resume_versions",
            "resume_generations",
            "resume_optimizations",
        )
    },
}


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


def find_lost_rows(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of the source that are neither in their final table nor whole in the ledger, or in both."""
    lost = []
    tables = fetch(connection, "SELECT DISTINCT stage_table FROM crossing.source_rows WHERE outcome IS NULL")
    for (table,) in tables:
        final = FINAL.get(table, table)
        told = table.removeprefix("legacy_") if "resume" in table else table
        lost += fetch(
            connection,
            f"""
            SELECT r.source_table, r.row_id FROM crossing.source_rows r
            LEFT JOIN {final} t ON t.id = r.stage_id
            LEFT JOIN LATERAL (
                SELECT true AS is_there FROM migration_ledger line
                WHERE line.source NOT LIKE 'import%%' AND line."table" = %s AND line.row_id = r.stage_id::text
                  AND line."column" = '' AND line.before ? 'id' LIMIT 1
            ) whole ON true
            WHERE r.outcome IS NULL AND r.stage_table = %s AND t.id IS NULL AND whole.is_there IS NULL
            """,
            [told, table],
        )
    lost += fetch(
        connection,
        """
        SELECT r.source_table, r.row_id FROM crossing.source_rows r
        WHERE r.outcome = 'quarantined' AND NOT EXISTS (
            SELECT FROM migration_ledger line
            WHERE line.source = %s AND line."table" = r.source_table AND line.row_id = r.row_id AND line."column" = ''
              AND line.outcome = 'quarantined' AND line.reason = r.reason)
        """,
        [ORIGIN],
    )
    return lost + fetch(
        connection,
        """
        SELECT r.source_table, r.row_id FROM crossing.source_rows r
        WHERE r.outcome IN ('kept', 'merged') AND r.final_table = 'job_user_interactions'
          AND NOT EXISTS (SELECT FROM job_user_interactions t WHERE t.id = r.final_id)
        """,
    )


def read_interaction(connection: psycopg.Connection[Any], key: str) -> dict[str, Any]:
    ((row,),) = fetch(connection, "SELECT to_jsonb(t) FROM job_user_interactions t WHERE id::text = %s", [key])
    return row
