"""Databases of JobOS for tests, and the whole way of one into a staging database."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ORIGIN = "import_legacy jobos"


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


KEPT = ("host", "port", "user", "password")


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


def make_database(name: str, fill: Callable[[psycopg.Connection[Any]], None]) -> Any:
    """Make a scratch database and fill it."""

    @contextmanager
    def made() -> Iterator[str]:
        with scratch_database(name) as address:
            with psycopg.connect(address, autocommit=True) as connection:
                fill(connection)
            yield address

    return made()
