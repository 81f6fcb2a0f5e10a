"""The fresh database beside the target in which a source takes our shape.

It is made on the target's server with the target's own collation, and dropped at the end of the run, or at the beginning
of the next where a run was killed. One run at a time uses it: the caller holds the target's lock.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from jobos.core.legacy import LEGACY_STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.migrations import Migration

ALIAS = "crossing_staging"
# Of its own session only; a source of a million rows is sorted and hashed in it.
OPTIONS = (
    "-c timezone=UTC -c synchronous_commit=off -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    " -c work_mem=64MB -c maintenance_work_mem=256MB -c jit=off"
)

# Where the loader writes its lines.
LEDGER = ("core", "0001_ledger")
# The app whose migrations need people alone, and on which no other's depend.
BANKS = "skills"

MAKE_SCHEMA = """
    CREATE SCHEMA crossing;
    CREATE UNLOGGED TABLE crossing.source (system text, key text, shape text, address text);
    CREATE UNLOGGED TABLE crossing.users (id uuid PRIMARY KEY, email_is_verified boolean NOT NULL);
    CREATE UNLOGGED TABLE crossing.source_rows (
        source_table text NOT NULL, row_id text NOT NULL, stage_table text, stage_id uuid, outcome text, reason text,
        final_table text, final_id uuid, PRIMARY KEY (source_table, row_id));
    CREATE UNLOGGED TABLE crossing.people (
        id uuid PRIMARY KEY, row_id text NOT NULL, email text, full_name text, password text, is_active boolean,
        is_verified boolean, date_joined timestamptz, last_login timestamptz, updated_at timestamptz);
    CREATE UNLOGGED TABLE crossing.user_map (old_id uuid PRIMARY KEY, new_id uuid NOT NULL);
    ALTER TABLE migration_ledger SET UNLOGGED;
    """


def connection_params(database: str) -> dict[str, Any]:
    """Return what psycopg needs to reach a database of the target's server."""
    params = connections["default"].get_connection_params()
    kept = ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "service", "passfile")
    return {name: params[name] for name in kept if params.get(name)} | {
        "dbname": database,
        "options": OPTIONS,
        "application_name": "jobos import_legacy",
    }


@dataclass(frozen=True)
class Staging:
    """The database, by its name."""

    name: str

    def connect(self) -> psycopg.Connection[Any]:
        """Open a session of its own, in which every statement is its own transaction."""
        return psycopg.connect(**connection_params(self.name), autocommit=True)

    def lay(self, system: str) -> None:
        """Carry it, empty, to where the tables of a system stand in their legacy shape."""
        MigrationExecutor(connections[ALIAS]).migrate([*LEGACY_STATE[system], LEDGER])

    def migrate(self, *, tell: Callable[[str], None] = lambda _: None) -> None:
        """Carry it to the present, the banks beside the listings; `tell` hears each migration that begins."""
        leaves = MigrationLoader(connections[ALIAS]).graph.leaf_nodes()
        # The older companies go first: to drop a table that names people, nobody may read people meanwhile.
        self._carry([leaf for leaf in leaves if leaf[0] == "companies"], tell)
        with ThreadPoolExecutor(max_workers=1) as pool:
            banks = pool.submit(self._migrate_beside, [leaf for leaf in leaves if leaf[0] == BANKS])
            try:
                self._carry([leaf for leaf in leaves if leaf[0] != BANKS], tell)
                tell(BANKS)
                banks.result()
            except BaseException:
                self._end_sessions()  # Or the pool would wait for the banks to the end.
                raise

    def _migrate_beside(self, targets: list[tuple[str, str]]) -> None:
        try:
            self._carry(targets)
        finally:
            connections[ALIAS].close()  # Each thread has its own.

    @staticmethod
    def _carry(targets: list[tuple[str, str]], tell: Callable[[str], None] = lambda _: None) -> None:
        def progress(action: str, migration: Migration | None = None, _fake: bool | None = None) -> None:
            if migration is not None and action == "apply_start":
                tell(f"{migration.app_label}.{migration.name}")

        MigrationExecutor(connections[ALIAS], progress).migrate(targets)

    def _end_sessions(self) -> None:
        with self.connect() as connection:
            connection.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
                """
            )


def name_staging(target: str) -> str:
    """Return what the database beside a target is called."""
    return f"{target[:50]}_crossing"


@contextmanager
def open_staging(system: str) -> Iterator[Staging]:
    """Make the database with the legacy tables of a system, empty; drop it afterwards."""
    target = connections["default"].settings_dict["NAME"]
    name = name_staging(target)
    _recreate(target, name)
    ours = connections["default"].settings_dict
    connections.databases[ALIAS] = {**ours, "NAME": name, "OPTIONS": {**ours["OPTIONS"], "options": OPTIONS}}
    try:
        staging = Staging(name)
        staging.lay(system)
        with staging.connect() as connection:
            connection.execute(MAKE_SCHEMA)
        yield staging
    finally:
        try:
            connections[ALIAS].close()
        finally:
            del connections[ALIAS]
            del connections.databases[ALIAS]
            _drop(target, name)


def _drop(target: str, name: str) -> None:
    with psycopg.connect(**connection_params(target), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _recreate(target: str, name: str) -> None:
    """Texts must compare, fold and sort there as they do in the target."""
    _drop(target, name)
    with psycopg.connect(**connection_params(target), autocommit=True) as connection:
        ((found, encoding),) = connection.execute(
            "SELECT to_jsonb(d), pg_encoding_to_char(d.encoding) FROM pg_database d WHERE datname = %s", [target]
        ).fetchall()
        locale = found.get("datlocale") or found.get("daticulocale")  # The name since PostgreSQL 17, and before.
        kinds = {"i": ("icu", "ICU_LOCALE"), "b": ("builtin", "BUILTIN_LOCALE")}
        provider: sql.Composable = sql.SQL("")
        if found.get("datlocprovider") in kinds and locale:
            kind, option = kinds[found["datlocprovider"]]
            provider = sql.SQL(f"LOCALE_PROVIDER {kind} {option} {{}}").format(sql.Literal(locale))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {} {}").format(
                sql.Identifier(name),
                sql.Literal(encoding),
                sql.Literal(found["datcollate"]),
                sql.Literal(found["datctype"]),
                provider,
            )
        )
