"""Databases of JobOS for tests, and the whole way of one into a staging database."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from jobos.crossing.services import jobos
from jobos.crossing.services.loading import Loader, find_source_key
from jobos.crossing.services.sources import open_source
from jobos.crossing.services.staging import connection_params, open_staging
from tests.hard_legacy import jobos_schema as schema

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIGIN = "import_legacy jobos"
KEPT = ("host", "port", "user", "password")


def key(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Make an empty database on the test server; give its address."""
    target = connections["default"].settings_dict["NAME"]
    identifier = sql.Identifier(f"{target[:40]}_{name}")
    params = connection_params(target)
    with psycopg.connect(**params, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(identifier))
        kept = conninfo_to_dict(f"dbname='{target[:40]}_{name}'", **{k: params[k] for k in params if k in KEPT})
        try:
            yield "postgresql:///?" + "&".join(f"{key}={quote(str(value))}" for key, value in kept.items())
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


@dataclass
class Crossed:
    """A source that was brought into a staging database, which stands in the present shape."""

    address: str
    shape: str
    source: psycopg.Connection[Any]
    staging: psycopg.Connection[Any]

    def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.staging.execute(query.encode(), values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        (row,) = self.all(query, *values)
        return row[0] if len(row) == 1 else row

    def lines(self, table: str, row_id: str, source: str = ORIGIN) -> dict[tuple[str, str], tuple[Any, Any, str]]:
        """Return the lines of a row: before, after and reason by column and outcome."""
        found = self.all(
            'SELECT "column", outcome, before, after, reason FROM migration_ledger'
            ' WHERE source = %s AND "table" = %s AND row_id = %s',
            source,
            table,
            str(row_id),
        )
        return {(column, outcome): (before, after, reason) for column, outcome, before, after, reason in found}

    def fate(self, table: str, row_id: str) -> Any:
        return self.one(
            "SELECT outcome, reason, final_table, final_id::text FROM crossing.source_rows"
            " WHERE source_table = %s AND row_id = %s",
            table,
            str(row_id),
        )

    def job(self, name: str, columns: str) -> Any:
        return self.one(f"SELECT {columns} FROM jobs WHERE id = %s", key(name))

    def event(self, name: str, columns: str) -> Any:
        return self.one(f"SELECT {columns} FROM timeline_events WHERE id = %s", key(name))


@contextmanager
def cross(address: str) -> Iterator[Crossed]:
    """Take a source the whole way: load it, migrate the staging database to the present, complete what waits."""
    with open_source(address) as source, open_staging("jobos") as staging:
        shape = jobos.recognise(source)
        key = find_source_key(source, "jobos", jobos.USERS)
        with Loader(source, staging, system="jobos", key=key, tell=lambda *_: None) as loader:
            jobos.load(loader, shape)
            loader.finish()
            assert loader.read == {table: source.count(table) for table in source.tables}
        staging.migrate()
        with staging.connect() as connection:
            jobos.complete(connection, origin=ORIGIN, shape=shape)
            with psycopg.connect(address, autocommit=True) as reading:
                yield Crossed(address, shape, reading, connection)


def make_schema(connection: psycopg.Connection[Any], revision: str, *, version_table: bool = True) -> None:
    connection.execute("SET client_min_messages = warning")
    for statement in schema.make_statements(revision, version_table=version_table):
        connection.execute(statement.encode())


REQUIRED: dict[str, dict[str, Any]] = {
    "users": {
        "hashed_password": "none",
        "is_active": True,
        "onboarding_completed": False,
        "notification_preference": "telegram",
    },
    "companies": {
        "lane": 2,
        "b2c_validated": False,
        "open_roles_count": 0,
        "deep_dive_done": False,
    },
    "jobs": {"company_name": "Acme", "is_deleted": False},
    "contacts": {"referral_status": "Identified", "is_deleted": False},
    "resume_files": {"file_size": 0},
}
MADE = "2024-03-01 10:00:00+00"
CHANGED = "2024-03-02 10:00:00.5+00"


def insert(connection: psycopg.Connection[Any], table: str, **cells: Any) -> None:
    """Insert a row; what every row must have is there already."""
    times = {"created_at": MADE} if table == "activity_log" else {"created_at": MADE, "updated_at": CHANGED}
    row = {**times, **REQUIRED.get(table, {}), **cells}
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        ),
        list(row.values()),
    )
