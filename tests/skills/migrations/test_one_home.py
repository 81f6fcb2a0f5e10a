"""The way of JobPilot's skill banks, keyword columns and profile skills into rows of one bank for each person, and back."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.migrating import digest, execute, insert, migrate, read
from tests.skills.migrations._legacy_banks import JOINED, ROWS, TABLES, USERS, Row, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import _DatabaseBlocker

    from tests.migrating import Table

pytestmark = pytest.mark.django_db

LEGACY = ("skills", "0001_legacy_skill_banks")
FILLED = ("skills", "0003_one_home")
NEWEST = ("skills", "0004_drop_legacy_banks")
BANK_TABLES = (
    "skill_banks", "skills", "work_experiences", "education_entries", "projects", "certifications", "summary_variations",
    "experience_variations", "education_variations", "project_variations",
)  # fmt: skip
LEDGER = "migration_ledger"
SOURCE = "skills.0003_one_home"


@contextmanager
def legacy_tables(rows: dict[str, list[Row]]) -> Iterator[None]:
    """Stand at the older tables with these rows and their users; afterwards everything is as it was."""
    migrate(LEGACY)
    try:
        for user in USERS:
            insert(
                "accounts_user",
                [
                    {
                        "id": key(user), "password": "", "is_superuser": False, "email": f"{user}@bank.example",
                        "full_name": "", "is_active": True, "is_staff": False, "date_joined": JOINED,
                    }
                ],
            )  # fmt: skip
        for table, listed in rows.items():
            insert(table, listed)
        yield
    finally:
        migrate(LEGACY)
        for table in (*TABLES, LEDGER):
            execute(f"DELETE FROM {table}")
        execute("DELETE FROM accounts_user WHERE email LIKE '%%@bank.example'", [])
        migrate()


@dataclass
class Journey:
    """What the tables held at the stations of one way: old, new, back, and new again."""

    old: dict[str, Table]
    new: dict[str, Table]
    back: dict[str, Table]
    again: dict[str, Table]

    def bank(self, user: str, station: str = "new") -> dict[str, Any]:
        (found,) = (row for row in getattr(self, station)["skill_banks"].values() if row["user_id"] == str(key(user)))
        return found

    def rows(self, table: str, user: str, station: str = "new") -> list[dict[str, Any]]:
        bank = self.bank(user, station)["id"]
        found = [row for row in getattr(self, station)[table].values() if row["bank_id"] == bank]
        return sorted(found, key=lambda row: row["display_order"])

    def skills(self, user: str, station: str = "new") -> dict[str, dict[str, Any]]:
        return {row["name"]: row for row in self.rows("skills", user, station)}

    def elements(self, name: str, outcome: str, table: str = "legacy_skill_banks", station: str = "new") -> list[Row]:
        return [
            element
            for line in getattr(self, station)[LEDGER].values()
            if (line["row_id"], line["table"], line["outcome"], line["column"]) == (str(key(name)), table, outcome, "elements")
            for element in line["before"]
        ]


def travel(*edits: str) -> Journey:
    """Go forward, edit, go back, go forward again, and look around everywhere."""
    stations = [{table: read(table) for table in TABLES}]
    migrate(NEWEST)
    for edit in edits:
        execute(edit)
    stations.append({table: read(table) for table in (*BANK_TABLES, LEDGER)})
    migrate(LEGACY)
    stations.append({table: read(table) for table in (*TABLES, LEDGER)})
    migrate(NEWEST)
    stations.append({table: read(table) for table in (*BANK_TABLES, LEDGER)})
    return Journey(*stations)


@pytest.fixture(scope="module")
def journey(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    with django_db_blocker.unblock(), legacy_tables(ROWS):
        return travel()


# The whole way --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_the_way_back_gives_the_very_same_rows(journey: Journey, table: str) -> None:
    assert journey.back[table] == journey.old[table]
    assert journey.old[table]


def test_the_ledger_is_empty_after_the_way_back(journey: Journey) -> None:
    assert journey.back[LEDGER] == {}


@pytest.mark.parametrize("table", [*BANK_TABLES, LEDGER])
def test_the_second_way_forward_gives_the_same_rows(journey: Journey, table: str) -> None:
    assert journey.again[table] == journey.new[table]
