"""The way of the older systems' companies into the directory and what users think of its entries, and back."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from companies import domains, naming
from companies.migrations import _directory, _naming_v1
from tests.jobs.migrations._legacy_rows import CREATED, UPDATED, moments, texts
from tests.migrating import Row, digest, execute, insert, migrate, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import _DatabaseBlocker

    from tests.migrating import Table

pytestmark = pytest.mark.django_db

LEGACY = ("companies", "0003_legacy_companies")
NEWEST = ("companies", "0004_one_directory")
NAMESPACE = uuid.UUID("6f1d2c50-0000-4000-8000-000000000002")
OLD_TABLES = ("legacy_jobos_companies",)
NEW_TABLES = ("target_companies", "companies", "company_match_suggestions", "migration_ledger")


def key(name: str) -> uuid.UUID:
    """Return the key of the row with this name."""
    return uuid.uuid5(NAMESPACE, name)


OWNER, STRANGER = key("owner"), key("stranger")


def make_company(key_name: str, **columns: Any) -> Row:
    """Return a company of the owner."""
    return {
        "id": key(key_name),
        "user_id": OWNER,
        "name": f"{key_name} GmbH",
        "lane": 1,
        "b2c_validated": False,
        "open_roles_count": 0,
        "deep_dive_done": False,
        "created_at": CREATED,
        "updated_at": UPDATED,
        **columns,
    }


COMPANIES: list[Row] = [
    make_company("plain"),
    make_company(
        "full",
        stage="Series A",
        sector="Tools",
        b2c_validated=True,
        funding="Much",
        hq_city="Pune",
        website="https://full.example.com",
        open_roles_count=7,
        last_researched="2025-02-01T00:00:00Z",
        deep_dive_done=True,
        deep_dive_content="Deep",
        investors=["A", "B"],
        notes="n",
        is_excluded=True,
        lane=3,
    ),
    make_company("blanks", stage="", sector="", funding="", hq_city="", website="", deep_dive_content="", investors=[],
                 notes=""),
    make_company("nulls", lane=None, is_excluded=None),
    make_company("lane 9", lane=9),
    make_company("dive forgotten", deep_dive_content="Deep", deep_dive_done=False),
    make_company("dive lost", deep_dive_done=True),
    # Two rows of one user for one company, and a stranger's that only the website tells.
    make_company("twin old", name="Acme Inc.", notes="old", updated_at="2025-01-01T00:00:00Z"),
    make_company("twin new", name="ACME", website="acme.com", notes="new"),
    make_company("tie a", name="Tie"),
    make_company("tie b", name=" tie "),
    make_company("by website", name="Acme Labs", website="https://www.acme.com/labs", user_id=STRANGER),
    make_company("no name", name=""),
]  # fmt: skip


def empty_tables() -> None:
    for table in ("company_match_suggestions", "company_aliases", "target_companies", "companies", "migration_ledger"):
        execute(f"DELETE FROM {table}")


@contextmanager
def legacy_companies(rows: list[Row]) -> Iterator[None]:
    """Fill the older table; afterwards the database is empty and up to date again, whatever happened."""
    migrate(LEGACY)
    try:
        for user, name in ((OWNER, "owner"), (STRANGER, "stranger")):
            execute(
                "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
                " VALUES (%s, '', false, %s, '', true, true, now())",
                [user, f"{name}@directory.example"],
            )
        insert("legacy_jobos_companies", rows)
        yield
    finally:
        empty_tables()
        execute("DELETE FROM accounts_user WHERE id IN (%s, %s)", [OWNER, STRANGER])
        migrate()


@dataclass
class Journey:
    """What the tables held at the stations of one way: old, new, back, and new again."""

    old: dict[str, Table]
    new: dict[str, Table]
    back: dict[str, Table]
    again: dict[str, Table]

    def target(self, name: str, station: str = "new") -> dict[str, Any]:
        return getattr(self, station)["target_companies"][str(key(name))]

    def company(self, name: str, station: str = "new") -> dict[str, Any]:
        return getattr(self, station)["companies"][self.target(name, station)["company_id"]]

    def lines(self, name: str) -> list[dict[str, Any]]:
        lines = [line for line in self.new["migration_ledger"].values() if line["row_id"] == str(key(name))]
        return sorted(lines, key=lambda line: (line["column"], line["outcome"]))


def travel(edits: tuple[str, ...] = ()) -> Journey:
    stations = [{table: read(table) for table in OLD_TABLES}]
    migrate(NEWEST)
    for edit in edits:
        execute(edit)
    stations.append({table: read(table) for table in NEW_TABLES})
    migrate(LEGACY)
    stations.append({table: read(table) for table in OLD_TABLES})
    migrate(NEWEST)
    stations.append({table: read(table) for table in NEW_TABLES})
    return Journey(*stations)


@pytest.fixture(scope="module")
def journey(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    with django_db_blocker.unblock(), legacy_companies(COMPANIES):
        return travel()


@pytest.fixture(scope="module")
def edited(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    """Return a journey on which people worked between the ways forward and back."""

    def change(name: str, what: str) -> str:
        return f"UPDATE target_companies SET {what} WHERE id = '{key(name)}'"

    of_plain = f"(SELECT company_id FROM target_companies WHERE id = '{key('plain')}')"
    edits = (
        change("nulls", "lane = 5, notes = 'edited', updated_at = '2026-01-01Z'"),
        change("full", "deep_dive_content = '', investors = '{}'"),
        change("dive lost", "deep_dive_content = 'found'"),
        change("blanks", "stage = 'Seed'"),
        change("tie b", f"company_id = {of_plain}, user_id = '{STRANGER}'"),
        f"DELETE FROM target_companies WHERE id = '{key('twin new')}'",
        f"UPDATE companies SET name = 'Renamed', normalized_name = 'renamed', description = 'd' WHERE id = {of_plain}",
        f"""INSERT INTO target_companies (id, user_id, company_id, lane, stage, sector, b2c_validated, funding, hq_city,
                deep_dive_content, investors, is_excluded, notes, created_at, updated_at)
            SELECT '{key("made later")}', '{STRANGER}', company_id, 4, '', '', true, '', '', '', '{{}}', false, 'later', now(),
                now() FROM target_companies WHERE id = '{key("full")}'""",
    )
    with django_db_blocker.unblock(), legacy_companies(COMPANIES):
        return travel(edits)


def test_the_way_back_gives_the_old_table_byte_for_byte(journey: Journey) -> None:
    assert journey.back == journey.old


@pytest.mark.parametrize("table", NEW_TABLES)
def test_the_second_way_forward_gives_the_same(journey: Journey, table: str) -> None:
    assert journey.again[table] == journey.new[table]


@pytest.mark.parametrize("table", NEW_TABLES)
def test_edits_return_with_the_next_way_forward(edited: Journey, table: str) -> None:
    assert edited.again[table] == edited.new[table]


def test_every_row_is_a_target_or_merged_into_one(journey: Journey) -> None:
    merged = {
        line["row_id"]: line["target_row_id"]
        for line in journey.new["migration_ledger"].values()
        if line["outcome"] == "merged"
    }
    kept = set(journey.new["target_companies"])
    assert not set(merged) & kept
    assert set(merged) | kept == set(journey.old["legacy_jobos_companies"])
    assert set(merged.values()) <= kept
    assert merged[str(key("twin old"))] == str(key("twin new"))


def test_a_row_becomes_the_users_target_under_its_own_key(journey: Journey) -> None:
    target, company = journey.target("full"), journey.company("full")
    assert {name: target[name] for name in target if name not in ("id", "company_id", "created_at", "updated_at")} == {
        "user_id": str(OWNER),
        "lane": 3,
        "stage": "Series A",
        "sector": "Tools",
        "b2c_validated": True,
        "funding": "Much",
        "hq_city": "Pune",
        "last_researched": "2025-02-01T00:00:00+00:00",
        "deep_dive_content": "Deep",
        "investors": ["A", "B"],
        "is_excluded": True,
        "notes": "n",
    }
    assert (company["name"], company["domain"], company["website"]) == (
        "full GmbH", "example.com", "https://full.example.com",
    )  # fmt: skip
    assert (company["is_confirmed"], company["created_by_id"]) == (False, str(OWNER))


def test_users_of_one_company_meet_at_one_entry(journey: Journey) -> None:
    assert journey.target("twin new")["company_id"] == journey.target("by website")["company_id"]


def test_of_two_rows_for_one_company_the_later_stays_and_a_tie_goes_by_key(journey: Journey) -> None:
    assert journey.target("twin new")["notes"] == "new"
    keeper = max(("tie a", "tie b"), key=lambda name: key(name).bytes)
    assert str(key(keeper)) in journey.new["target_companies"]
    (other,) = {"tie a", "tie b"} - {keeper}
    (line,) = journey.lines(other)
    assert (line["outcome"], line["target_row_id"]) == ("merged", str(key(keeper)))
    assert line["before"]["name"] == {"tie a": "Tie", "tie b": " tie "}[other]


@pytest.mark.parametrize(
    ("name", "outcome", "before", "after"),
    [
        ("nulls", "derived", {"lane": None, "is_excluded": None}, {"lane": 2, "is_excluded": False}),
        ("lane 9", "converted", {"lane": 9}, {"lane": 2}),
    ],
)
def test_an_odd_value_has_its_line(
    journey: Journey, name: str, outcome: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    line = journey.lines(name)[0]
    assert (line["outcome"], line["before"], line["after"]) == (outcome, before, after)


def test_what_is_derived_today_stands_in_the_ledger_where_it_differed(journey: Journey) -> None:
    assert journey.lines("plain") == []
    for name, count, done in (("full", 7, True), ("dive forgotten", 0, False), ("dive lost", 0, True)):
        line = journey.lines(name)[-1]
        assert line["column"] == "company"
        assert (line["before"]["open_roles_count"], line["before"]["deep_dive_done"]) == (count, done)


def test_a_company_without_a_name_has_an_entry(journey: Journey) -> None:
    assert journey.company("no name")["name"] == "Unnamed employer"


def test_an_edit_wins_and_what_it_says_nothing_of_returns(edited: Journey) -> None:
    back = edited.back["legacy_jobos_companies"]
    nulls, full, lost = (back[str(key(name))] for name in ("nulls", "full", "dive lost"))
    assert (nulls["lane"], nulls["is_excluded"], nulls["notes"]) == (5, None, "edited")
    assert (full["deep_dive_done"], full["deep_dive_content"], full["open_roles_count"]) == (False, None, 7)
    assert (lost["deep_dive_done"], lost["deep_dive_content"]) == (True, "found")
    assert back[str(key("plain"))]["name"] == "Renamed"
    assert back[str(key("made later"))]["name"] == "full GmbH"
    assert back[str(key("twin old"))]["notes"] == "old"


def test_targets_that_were_there_stay_and_an_older_row_merges_into_them(
    django_db_setup: None, django_db_blocker: _DatabaseBlocker
) -> None:
    with django_db_blocker.unblock(), legacy_companies([make_company("older", name="ACME Inc.")]):
        execute(
            """INSERT INTO companies (id, name, normalized_name, industry, size, size_category, location,
                   headquarters_location, website, description, logo_url, culture, "values", benefits, is_confirmed, created_at,
                   updated_at)
               VALUES (%s, 'Acme', 'acme', '', '', '', '', '', '', '', '', '', '{}', '{}', true, now(), now())""",
            [key("entry")],
        )
        execute(
            """INSERT INTO target_companies (id, user_id, company_id, lane, stage, sector, b2c_validated, funding, hq_city,
                   deep_dive_content, investors, is_excluded, notes, created_at, updated_at)
               VALUES (%s, %s, %s, 4, '', '', true, '', '', '', '{}', false, 'mine', now(), now())""",
            [key("there"), OWNER, key("entry")],
        )
        before = read("target_companies")
        migrate(NEWEST)
        assert read("target_companies") == before
        (line,) = read("migration_ledger").values()
        assert (line["outcome"], line["row_id"], line["target_row_id"]) == (
            "merged",
            str(key("older")),
            str(key("there")),
        )
        migrate(LEGACY)
        assert set(read("legacy_jobos_companies")) == {str(key("older")), str(key("there"))}
        migrate(NEWEST)
        assert read("target_companies") == before


def test_a_mention_without_an_entry_stops_the_migration_by_name(
    django_db_setup: None, django_db_blocker: _DatabaseBlocker
) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        execute("CREATE TEMPORARY TABLE mentions AS SELECT generate_series(1, 3) AS mention")
        execute("CREATE TEMPORARY TABLE mention_companies AS SELECT 1 AS mention, gen_random_uuid() AS company_id")
        with (
            pytest.raises(Exception, match="jobs.0007: account of companies is not exact, 3 mentions without an entry"),
            transaction.atomic(),
        ):
            execute(_directory.CHECK.format(source="jobs.0007"))
        transaction.set_rollback(True)


# The frozen reading of names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "category"),
    [
        ("1-50", "startup"),
        ("51-200 employees", "small"),
        ("201 - 1,000", "medium"),
        ("5000", "large"),
        ("5000+", "enterprise"),
        ("10,001+", "enterprise"),
        ("STARTUP", "startup"),
        ("a few", ""),
        ("", ""),
    ],
)
def test_a_size_as_published_has_its_category(size: str, category: str) -> None:
    assert _naming_v1.size_category(size) == category


def test_the_frozen_reading_is_version_one_of_todays() -> None:
    names = ("Acme Co., Ltd.", "Cisco Systems, Inc.", "GmbH", "Co-op Bank", "Ünï AG", "???", "株式会社トヨタ", "L.L.C.")
    sites = (
        "acme.com",
        "https://www.acme.co.uk/x",
        "linkedin.com/company/x",
        "mailto:a@b.de",
        "x.github.io",
        "10.0.0.1",
    )
    if naming.VERSION == 1:
        assert [_naming_v1.normalize_company_name(name) for name in names] == [
            naming.normalize_company_name(name) for name in names
        ]
        assert [_naming_v1.find_domain(site) for site in sites] == [domains.find_domain(site) for site in sites]


# Any rows at all ------------------------------------------------------------------------------------------------------

optional = st.none() | st.just("") | texts
rows = st.lists(
    st.fixed_dictionaries(
        {
            "user_id": st.sampled_from([OWNER, STRANGER]),
            "name": st.sampled_from(["Acme", "ACME Inc.", " acme ", "Twin", "Twin AG", "", "GmbH"]) | texts,
            "lane": st.none() | st.integers(-1, 7),
            "stage": optional,
            "b2c_validated": st.booleans(),
            "website": st.none() | st.sampled_from(["acme.com", "https://twin.de", "twin.com", "", "n/a", "https://x.com/acme"]),
            "open_roles_count": st.integers(0, 2),
            "deep_dive_done": st.booleans(),
            "deep_dive_content": optional,
            "investors": st.none() | st.lists(texts, max_size=2),
            "notes": optional,
            "is_excluded": st.none() | st.booleans(),
            "created_at": moments,
            "updated_at": st.sampled_from([CREATED, UPDATED]) | moments,
        }
    ),
    min_size=40,
    max_size=120,
)  # fmt: skip


def check_any_companies(found: list[Row]) -> None:
    try:
        insert("legacy_jobos_companies", [{"id": key(str(place)), **row} for place, row in enumerate(found)])
        old = digest("legacy_jobos_companies")
        migrate(NEWEST)
        new = [digest(table) for table in NEW_TABLES]
        migrate(LEGACY)
        assert digest("legacy_jobos_companies") == old
        migrate(NEWEST)
        assert [digest(table) for table in NEW_TABLES] == new
    finally:
        empty_tables()
        migrate(LEGACY)


def test_any_companies_go_there_and_back(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> None:
    check = settings(
        max_examples=3,
        phases=[Phase.generate],
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )(given(found=rows)(check_any_companies))
    with django_db_blocker.unblock(), legacy_companies([]):
        check()
