"""The way of JobPilot's applications, saved jobs and timeline to ours, back, and forth again."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from interactions.models import JobUserInteraction, TimelineEvent
from tests.interactions.migrations._legacy_rows import (
    APPLICATIONS,
    CREATED,
    EVENTS,
    JOINED,
    LISTINGS,
    LONG,
    NO_LISTING,
    OWNER,
    SAVED_JOBS,
    STRANGER,
    UPDATED,
    Row,
    applications,
    day,
    events,
    insert,
    key,
    saved_jobs,
    with_ids,
)
from tests.jobs.migrations.test_status_overhaul import Table, describe, digest, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import _DatabaseBlocker

pytestmark = pytest.mark.django_db

LEGACY = ("interactions", "0002_legacy_applications")
SOURCE = "interactions.0003_one_table"
OLD = ("applications", "saved_jobs", "legacy_timeline_events")
NEW = ("job_user_interactions", "timeline_events")
LEDGER = "migration_ledger"


# Running migrations ---------------------------------------------------------------------------------------------------


def migrate(*targets: tuple[str, str]) -> None:
    """Migrate to these nodes; without any, to the present state of every app."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


def execute(statement: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@contextmanager
def legacy_tables(listings: list[uuid.UUID]) -> Iterator[None]:
    """Stand at the older tables, with two users and these listings; afterwards everything is as it was."""
    migrate(LEGACY)
    try:
        with connection.cursor() as cursor:
            for user, name in ((OWNER, "owner"), (STRANGER, "stranger")):
                cursor.execute(
                    "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
                    " VALUES (%s, '', false, %s, '', true, true, %s)",
                    [user, f"{name}@one-table.example", JOINED],
                )
            add_listings(listings)
        yield
    finally:
        migrate()
        empty_tables(*reversed(NEW), LEDGER, "job_listings", "companies")
        execute("DELETE FROM accounts_user WHERE id IN (%s, %s)", [OWNER, STRANGER])


def add_listings(keys: list[uuid.UUID]) -> None:
    from companies.models import Company
    from jobs.models import JobListing

    company = Company.objects.create(name="One Table Ltd", is_confirmed=True)
    JobListing.objects.bulk_create(JobListing(id=one, company=company, title="Cook") for one in keys)


def empty_tables(*tables: str) -> None:
    for table in tables:
        execute(f"DELETE FROM {table}")  # noqa: S608


def load(**tables: list[Row]) -> None:
    with connection.cursor() as cursor:
        for table, rows in tables.items():
            insert(cursor, table, rows)


@dataclass
class Journey:
    """What the tables held at the stations of one way: old, new, back, and new again."""

    old: dict[str, Table]
    new: dict[str, Table]
    back: dict[str, Table]
    again: dict[str, Table]
    digests: list[dict[str, tuple[int, str]]]
    catalogue: list[dict[str, Any]]

    def row(self, station: str, table: str, name: str) -> dict[str, Any]:
        tables: dict[str, Table] = getattr(self, station)
        return tables[table][str(key(name))]

    def interaction(self, name: str, station: str = "new") -> dict[str, Any]:
        return self.row(station, "job_user_interactions", name)

    def event(self, name: str, station: str = "new") -> dict[str, Any]:
        return self.row(station, "timeline_events", name)

    def lines(self, table: str, name: str, station: str = "new", source: str = SOURCE) -> list[dict[str, Any]]:
        tables: dict[str, Table] = getattr(self, station)
        return [
            line
            for line in tables[LEDGER].values()
            if (line["table"], line["row_id"], line["source"]) == (table, str(key(name)), source)
        ]


def travel(edits: tuple[str, ...] = ()) -> Journey:
    """Go forward, edit, go back, go forward again, and look around everywhere."""
    stations: list[dict[str, Table]] = []
    digests = []
    catalogue = []

    def look(*tables: str) -> None:
        stations.append({table: read(table) for table in tables})
        digests.append({table: digest(table) for table in tables})
        catalogue.append(describe(tables=tables))

    look(*OLD, "timeline_events", LEDGER)
    migrate()
    for edit in edits:
        execute(edit)
    look(*NEW, LEDGER)
    migrate(LEGACY)
    look(*OLD, "timeline_events", LEDGER)
    migrate()
    look(*NEW, LEDGER)
    return Journey(*stations, digests=digests, catalogue=catalogue)


ALL_LISTINGS = sorted({row["job_id"] for row in [*APPLICATIONS, *SAVED_JOBS]} - {NO_LISTING})
OUR_EVENT = f"""
    INSERT INTO timeline_events (id, user_id, event_type, title, description, event_data, event_date, is_milestone,
                                 created_at, updated_at)
    VALUES ('{{}}', '{OWNER}', 'note_added', 'Ours', '', '{{{{}}}}', now(), false, now(), now())
    """


def load_all() -> None:
    load(applications=APPLICATIONS, saved_jobs=SAVED_JOBS, legacy_timeline_events=EVENTS)
    execute(OUR_EVENT.format(key("event with a taken key")))


@pytest.fixture(scope="module")
def journey(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    with django_db_blocker.unblock(), legacy_tables(ALL_LISTINGS):
        load_all()
        return travel()


# The whole way --------------------------------------------------------------------------------------------------------


def test_the_way_back_gives_the_old_tables_byte_for_byte(journey: Journey) -> None:
    old, _, back, _ = journey.digests
    assert journey.back == journey.old
    assert back == old
    assert back[LEDGER][0] == 0


def test_the_second_way_forward_gives_the_same_tables_and_the_same_ledger(journey: Journey) -> None:
    _, new, _, again = journey.digests
    assert journey.again == journey.new
    assert again == new
