"""Two databases to merge: ours, and one that an older system's rows were carried to.

Both are made once; what a test writes to them, and what it merges, stays in one transaction each, which is undone.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid4

import psycopg
from django.apps import apps
from django.db import connection, connections, models
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql
from psycopg.types.json import Jsonb

from companies.domains import find_domain
from companies.naming import normalize_company_name
from jobos.crossing.services.merging import Merged, Trust, merge

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG_AGO = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
KEY = hashlib.sha256(b"the first user").hexdigest()
MODELS = {model._meta.db_table: model for model in apps.get_models()}
# What a merge may write to.
TABLES = (
    "accounts_user",
    "accounts_user_groups",
    "user_profiles",
    "companies",
    "company_aliases",
    "company_match_suggestions",
    "target_companies",
    "job_sources",
    "job_listings",
    "job_source_listings",
    "job_embeddings",
    "job_duplications",
    "jobs",
    "interviews",
    "skill_banks",
    "skills",
    "work_experiences",
    "education_entries",
    "projects",
    "certifications",
    "summary_variations",
    "experience_variations",
    "education_variations",
    "project_variations",
    "resume_templates",
    "resumes",
    "resume_versions",
    "resume_generations",
    "resume_optimizations",
    "job_user_interactions",
    "timeline_events",
    "migration_ledger",
    "legacy_sources",
    "legacy_rows",
)
CROSSING = """
    CREATE SCHEMA crossing;
    CREATE TABLE crossing.source_rows (
        source_table text, row_id text, stage_table text, stage_id uuid, outcome text, reason text, final_table text,
        final_id uuid, PRIMARY KEY (source_table, row_id));
    CREATE TABLE crossing.users (id uuid PRIMARY KEY, email_is_verified boolean);
    CREATE TABLE crossing.source (system text, key text, shape text, address text);
    """


# Databases ------------------------------------------------------------------------------------------------------------


def connect(name: str, *, autocommit: bool = False) -> psycopg.Connection[Any]:
    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname=name,
        autocommit=autocommit,
    )


def administer(statement: str) -> None:
    with connect("postgres", autocommit=True) as server:
        server.execute(statement)  # type: ignore[arg-type]


@contextmanager
def empty_databases() -> Iterator[tuple[str, str]]:
    """Make two empty databases of the present shape."""
    here, there = f"test_crossing_here_{os.getpid()}", f"test_crossing_there_{os.getpid()}"
    for name in (here, there):
        administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    administer(f"CREATE DATABASE {here} TEMPLATE template0")
    connections.databases[here] = {**connection.settings_dict, "NAME": here}
    try:
        executor = MigrationExecutor(connections[here])
        executor.migrate(executor.loader.graph.leaf_nodes())
        connections[here].close()
        administer(f"CREATE DATABASE {there} TEMPLATE {here}")
        yield here, there
    finally:
        del connections[here]
        del connections.databases[here]
        for name in (here, there):
            administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Place:
    """One database of the present shape, written over its own connection."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.connection = connect(name)

    @classmethod
    @contextmanager
    def open(cls, name: str) -> Iterator[Self]:
        """Open a database; what is written there is undone in the end."""
        place = cls(name)
        try:
            yield place
        finally:
            place.connection.rollback()
            place.connection.close()

    def execute(self, statement: str, values: Any = None) -> None:
        self.connection.execute(statement, values)  # type: ignore[arg-type]

    def fetch(self, query: str, values: Any = None) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def put(self, table: str, /, **given: Any) -> UUID:
        """Insert a row with the defaults that its model has; return its key."""
        values = {"id": uuid4(), **given}
        fields = {field.column: field for field in MODELS[table]._meta.concrete_fields if not field.generated}
        by_trigger = getattr(MODELS[table], "FILLED_BY_TRIGGER", ())
        for column, field in fields.items():
            if column not in values and field.name not in by_trigger:
                values[column] = _default(field)
        if table in ("companies", "company_aliases") and not values["normalized_name"]:
            values["normalized_name"] = normalize_company_name(values["name"])[:255]
        if table == "companies" and values["domain"] is None:
            values["domain"] = find_domain(values["website"]) or None
        bound = [
            Jsonb(value) if isinstance(fields[column], models.JSONField) and value is not None else value
            for column, value in values.items()
            if column in fields
        ]
        self.connection.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(sql.Identifier(column) for column in values if column in fields),
                sql.SQL(", ").join(sql.Placeholder() * len(bound)),
            ),
            bound,
        )
        return UUID(str(values["id"]))

    def read(self, table: str) -> dict[UUID, dict[str, Any]]:
        """Return all rows by key, as PostgreSQL spells them in JSON."""
        return {key: json.loads(row) for key, row in self.fetch(f"SELECT id, to_jsonb(t)::text FROM {table} t")}

    def one(self, table: str, key: UUID) -> dict[str, Any]:
        return self.read(table)[key]

    def digest(self, *tables: str) -> dict[str, tuple[Any, ...]]:
        return {
            table: self.fetch(f"SELECT count(*), sum(hashtextextended(to_jsonb(t)::text, 7))::text FROM {table} t")[0]
            for table in tables or TABLES
        }

    def lines(self, table: str, row: Any) -> list[tuple[str, str, Any, Any, str, str]]:
        """Return what the ledger says of a row: column, outcome, before, after, reason, target."""
        return [
            tuple(line)  # type: ignore[misc]
            for line in self.fetch(
                """SELECT "column", outcome, before, after, reason, target_row_id FROM migration_ledger
                   WHERE "table" = %s AND row_id = %s ORDER BY "column", outcome, reason""",
                [table, str(row)],
            )
        ]

    # The usual rows.

    def user(self, email: str, **given: Any) -> UUID:
        return self.put("accounts_user", email=email, **{"password": "!", "is_staff": True, **given})

    def company(self, name: str, website: str = "", **given: Any) -> UUID:
        return self.put("companies", name=name, website=website, **{"is_confirmed": True, **given})

    def listing(self, company: UUID, title: str = "Engineer", **given: Any) -> UUID:
        return self.put("job_listings", company_id=company, title=title, **given)

    def card(self, user: UUID, company: str = "Acme", role: str = "Engineer", **given: Any) -> UUID:
        return self.put("jobs", user_id=user, company_name=company, role_title=role, **given)

    def interaction(self, user: UUID, listing: UUID, kind: str = "saved", **given: Any) -> UUID:
        needed: dict[str, Any] = {"saved": {"saved_date": LONG_AGO}, "applied": {"application_status": "applied"}}
        row = {"interaction_type": kind, **needed.get(kind, {}), **given}
        return self.put("job_user_interactions", user_id=user, job_id=listing, **row)

    def resume(self, user: UUID, title: str = "Resume", **given: Any) -> UUID:
        return self.put("resumes", user_id=user, title=title, **given)


def _default(field: Any) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return LONG_AGO
    if isinstance(field, models.DateTimeField) and field.has_default() and field.name != "last_login":
        return LONG_AGO
    if field.has_default():
        value = field.get_default()
        return str(value) if isinstance(value, models.Choices) and isinstance(value, str) else value
    return None if field.null else ""


class Staging(Place):
    """A finished staging database. What is put is a row of the source that was kept, unless it is said otherwise."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.execute(CROSSING)
        self.is_derived = False
        self.execute("INSERT INTO crossing.source VALUES ('jobpilot', %s, 'refactored', 'old.db')", [KEY])

    def put(self, table: str, /, **given: Any) -> UUID:
        is_derived = given.pop("derived", table in ("companies", "company_aliases", "company_match_suggestions"))
        key = super().put(table, **given)
        if not is_derived:
            self.tell(table, key)
        return key

    def tell(
        self,
        table: str,
        key: UUID | None,
        *,
        row_id: str = "",
        source_table: str = "",
        outcome: str = "kept",
        reason: str = "",
    ) -> None:
        """Say that a row of the source is this row."""
        self.execute(
            "INSERT INTO crossing.source_rows VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [source_table or table, row_id or str(key), table, key, outcome, reason, table, key],
        )

    def user(self, email: str, *, is_verified: bool = True, **given: Any) -> UUID:
        key = super().user(email, **given)
        self.execute("INSERT INTO crossing.users VALUES (%s, %s)", [key, is_verified])
        return key

    def ledger(self, table: str, row_id: str, **given: Any) -> None:
        columns = {
            "source": "jobs.0007_listings",
            "column": "",
            "outcome": "quarantined",
            "before": {"id": row_id},
            "after": None,
        }
        super().put("migration_ledger", table=table, row_id=row_id, at=LONG_AGO, **{**columns, **given})


class Worlds:
    """A target and a staging database, and merges of the one into the other."""

    def __init__(self, here: Place, there: Staging) -> None:
        self.here, self.there = here, there
        self.steps: list[tuple[str, int]] = []

    def merge(self, *, everybody: bool = False, addresses: tuple[str, ...] = ()) -> Merged:
        return merge(
            self.here.connection,
            self.there.connection,
            trust=Trust(everybody, frozenset(addresses)),
            tell=lambda step, rows: self.steps.append((step, rows)),
        )

    def fates(self, *, everybody: bool = False) -> dict[tuple[str, str], tuple[Any, ...]]:
        """Merge and return the fate of each row: outcome, reason, table, key, whether it is new."""
        self.merge(everybody=everybody)
        rows = self.here.fetch("SELECT source_table, row_id, outcome, reason, final_table, final_id, is_new FROM fates")
        return {(table, row_id): tuple(fate) for table, row_id, *fate in rows}


def later(days: int) -> datetime:
    return LONG_AGO + timedelta(days=days)
