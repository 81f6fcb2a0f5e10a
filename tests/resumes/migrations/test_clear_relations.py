"""The way of JobPilot's resumes and what stood around them into today's tables, back, and forth again."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.migrating import execute, insert, migrate, read
from tests.resumes.migrations._legacy_resumes import JOINED, ROWS, USERS, Row, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import _DatabaseBlocker

    from tests.migrating import Table

pytestmark = pytest.mark.django_db

LEGACY = ("resumes", "0001_legacy_resumes")
FILLED = ("resumes", "0004_clear_relations")
NEWEST = ("resumes", "0005_drop_legacy_resumes")
OLD = tuple(ROWS)
NEW = ("resume_templates", "resumes", "resume_versions", "resume_generations", "resume_optimizations")
LEDGER = "migration_ledger"
SOURCE = "resumes.0004_clear_relations"
NO_FILE = "The file stayed behind in the older system."


@contextmanager
def legacy_tables(rows: dict[str, list[Row]]) -> Iterator[None]:
    """Stand at the older tables with these rows, two users and two listings; afterwards everything is as it was."""
    from companies.models import Company
    from jobs.models import JobListing

    migrate(LEGACY)
    try:
        insert(
            "accounts_user",
            [
                {
                    "id": key(user), "password": "", "is_superuser": False, "email": f"{user}@resume.example", "full_name": "",
                    "is_active": True, "is_staff": False, "date_joined": JOINED,
                }
                for user in USERS
            ],
        )  # fmt: skip
        company = Company.objects.create(name="Clear Relations Ltd", is_confirmed=True)
        JobListing.objects.bulk_create(
            JobListing(id=key(name), company=company, title="Cook") for name in ("listing", "other listing")
        )
        for table, listed in rows.items():
            insert(table, listed)
        yield
    finally:
        migrate(LEGACY)
        for table in (*OLD, LEDGER, "job_user_interactions", "job_listings", "companies"):
            execute(f"DELETE FROM {table}")
        execute("DELETE FROM accounts_user WHERE email LIKE '%%@resume.example'", [])
        migrate()


@dataclass
class Journey:
    """What the tables held at the stations of one way: old, new, back, and new again."""

    old: dict[str, Table]
    new: dict[str, Table]
    back: dict[str, Table]
    again: dict[str, Table]

    def row(self, name: str, table: str = "resumes", station: str = "new") -> dict[str, Any]:
        return getattr(self, station)[table][str(key(name))]

    def lines(self, name: str, table: str = "resumes", station: str = "new") -> list[dict[str, Any]]:
        found = getattr(self, station)[LEDGER].values()
        return [line for line in found if (line["row_id"], line["table"]) == (str(key(name)), table)]

    def versions(self, name: str, station: str = "new") -> list[dict[str, Any]]:
        found = getattr(self, station)["resume_versions"].values()
        return sorted(
            (row for row in found if row["resume_id"] == str(key(name))), key=lambda row: row["version_number"]
        )


def travel(*edits: str) -> Journey:
    """Go forward, edit, go back, go forward again, and look around everywhere."""
    stations = [{table: read(table) for table in OLD}]
    migrate(NEWEST)
    for edit in edits:
        execute(edit)
    stations.append({table: read(table) for table in (*NEW, LEDGER)})
    migrate(LEGACY)
    stations.append({table: read(table) for table in (*OLD, LEDGER)})
    migrate(NEWEST)
    stations.append({table: read(table) for table in (*NEW, LEDGER)})
    return Journey(*stations)


@pytest.fixture(scope="module")
def journey(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    with django_db_blocker.unblock(), legacy_tables(ROWS):
        return travel()


# The whole way --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", OLD)
def test_the_way_back_gives_the_very_same_rows(journey: Journey, table: str) -> None:
    assert journey.back[table] == journey.old[table]
    assert journey.old[table]


def test_the_ledger_is_empty_after_the_way_back(journey: Journey) -> None:
    assert journey.back[LEDGER] == {}


@pytest.mark.parametrize("table", [*NEW, LEDGER])
def test_the_second_way_forward_gives_the_same_rows(journey: Journey, table: str) -> None:
    assert journey.again[table] == journey.new[table]
