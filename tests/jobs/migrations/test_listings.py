"""The way of JobPilot's listings and their satellites into today's tables and the directory, back, and forth again."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jobos.core.legacy import LEGACY_STATE
from jobs.models import JobDeduplication, JobEmbedding, JobListing, JobSource, JobSourceListing
from tests.jobs.migrations._legacy_listings import TABLES, Row, key, listing_rows, texts, with_keys
from tests.migrating import describe, digest, execute, insert, migrate, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import _DatabaseBlocker

    from tests.migrating import Table

pytestmark = pytest.mark.django_db

LEGACY = (("companies", "0003_legacy_companies"), ("jobs", "0006_legacy_listings"))
NEWEST = (("jobs", "0008_listing_of_a_card"),)
NEW_TABLES = (
    "job_listings", "job_sources", "job_source_listings", "job_duplications", "job_embeddings", "companies",
    "company_match_suggestions", "migration_ledger",
)  # fmt: skip
SATELLITES = ("job_sources", "job_source_listings", "job_duplications", "job_embeddings")


def empty_tables() -> None:
    for table in ("job_embeddings", "job_duplications", "job_source_listings", "job_sources", "job_listings"):
        execute(f"DELETE FROM {table}")
    for table in ("company_match_suggestions", "company_aliases", "target_companies", "companies", "migration_ledger"):
        execute(f"DELETE FROM {table}")


@contextmanager
def legacy_tables(rows: dict[str, list[Row]]) -> Iterator[None]:
    """Fill the older tables; afterwards the database is empty and up to date again, whatever happened."""
    migrate(*LEGACY)
    try:
        for table, listed in rows.items():
            insert(table, listed)
        yield
    finally:
        empty_tables()
        migrate()


@dataclass
class Journey:
    """What the tables held at the stations of one way: old, new, back, and new again."""

    old: dict[str, Table]
    new: dict[str, Table]
    back: dict[str, Table]
    again: dict[str, Table]
    catalogue: list[dict[str, Any]]

    def row(self, station: str, name: str, table: str = "job_listings") -> dict[str, Any]:
        return getattr(self, station)[table][str(key(name))]

    def company(self, name: str, station: str = "new") -> dict[str, Any]:
        return getattr(self, station)["companies"][self.row(station, name)["company_id"]]

    def lines(self, name: str, table: str = "job_listings", station: str = "new") -> dict[str, dict[str, Any]]:
        """Return the lines of a row by outcome, but for the one about its company."""
        found = getattr(self, station)["migration_ledger"].values()
        return {
            line["outcome"]: line
            for line in found
            if line["row_id"] == str(key(name)) and line["table"] == table and line["column"] == ""
        }


def travel(edits: tuple[str, ...] = ()) -> Journey:
    """Go forward, edit, go back, go forward again, and look around everywhere."""
    stations: list[dict[str, Table]] = []
    catalogue = []

    def look(tables: tuple[str, ...]) -> None:
        stations.append({table: read(table) for table in tables})
        catalogue.append(describe("public", tuple(TABLES)))

    look(tuple(TABLES))
    migrate(*NEWEST)
    for edit in edits:
        execute(edit)
    look(NEW_TABLES)
    migrate(*LEGACY)
    look(tuple(TABLES))
    migrate(*NEWEST)
    look(NEW_TABLES)
    return Journey(*stations, catalogue=catalogue)


@pytest.fixture(scope="module")
def journey(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    with django_db_blocker.unblock(), legacy_tables(TABLES):
        return travel()


# The whole way --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_the_way_back_gives_the_old_tables_byte_for_byte(journey: Journey, table: str) -> None:
    assert journey.back[table] == journey.old[table]


@pytest.mark.parametrize("table", NEW_TABLES)
def test_the_second_way_forward_gives_the_same_tables_and_the_same_ledger(journey: Journey, table: str) -> None:
    assert journey.again[table] == journey.new[table]
