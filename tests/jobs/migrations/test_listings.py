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
    "company_match_suggestions", "company_aliases", "migration_ledger", "jobs",
)  # fmt: skip
SATELLITES = ("job_sources", "job_source_listings", "job_duplications", "job_embeddings")


def empty_tables() -> None:
    execute("DELETE FROM jobs")
    execute("DELETE FROM accounts_user WHERE email = 'listing@card.example'")
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


def test_the_old_schema_returns(journey: Journey) -> None:
    old, _, back, _ = journey.catalogue
    assert back == old


def test_the_new_schema_is_the_same_the_second_time(journey: Journey) -> None:
    _, new, _, again = journey.catalogue
    assert again == new


@pytest.mark.django_db
def test_the_migrated_schema_is_what_the_models_make() -> None:
    models = (JobSource, JobListing, JobSourceListing, JobEmbedding, JobDeduplication)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA fresh")
        cursor.execute("SET LOCAL search_path = fresh, public")
        with connection.schema_editor() as editor:
            for model in models:
                editor.create_model(model)
        made = describe("fresh", tuple(model._meta.db_table for model in models))
        cursor.execute("SET LOCAL search_path = public")
    migrated = describe("public", tuple(model._meta.db_table for model in models))
    assert migrated.pop("triggers") == [("job_listings", "job_listings_search")]
    for kind, found in migrated.items():
        assert found == made[kind], kind


def test_the_migrations_end_where_the_models_stand() -> None:
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(
        loader.project_state(), ProjectState.from_apps(apps), NonInteractiveMigrationQuestioner()
    ).changes(graph=loader.graph, trim_to_apps={"jobs", "companies"})
    assert not changes.get("jobs") and not changes.get("companies")


def test_every_row_is_kept_merged_or_quarantined_and_never_two_of_them(journey: Journey) -> None:
    ledger = journey.new["migration_ledger"].values()
    for table in (*SATELLITES, "job_listings"):
        whole = {
            line["row_id"] for line in ledger if line["table"] == table and line["after"] is None and not line["column"]
        }
        kept = set(journey.new[table])
        assert not whole & kept
        assert whole | kept == set(journey.old[table])


def test_every_merged_row_tells_into_which(journey: Journey) -> None:
    merged = [line for line in journey.new["migration_ledger"].values() if line["outcome"] == "merged"]
    assert len(merged) >= 8
    for line in merged:
        table = "companies" if line["table"] == "legacy_jobpilot_companies" else line["table"]
        assert line["target_row_id"] in journey.new[table]


def test_every_line_tells_of_a_row_as_it_was_and_as_it_is(journey: Journey) -> None:
    lines = [
        line
        for line in journey.new["migration_ledger"].values()
        if line["after"] is not None and line["table"] in ("job_listings", *SATELLITES)
    ]
    assert len(lines) > 30
    for line in lines:
        old, new = (getattr(journey, station)[line["table"]][line["row_id"]] for station in ("old", "new"))
        assert line["before"].keys() == line["after"].keys() != set()
        for column, value in line["before"].items():
            assert value == old[column] or isinstance(value, str)  # Documents stand as their text.
            assert line["after"][column] == new[column] or isinstance(line["after"][column], str)


def test_what_was_well_needs_no_line(journey: Journey) -> None:
    for name in (
        "plain",
        "full",
        "salary zero",
        "salary alone",
        "title three",
        "title two hundred",
        "copy",
        "count zero",
    ):
        assert journey.lines(name) == {}


# Values ---------------------------------------------------------------------------------------------------------------


def test_a_listing_keeps_what_it_said(journey: Journey) -> None:
    new = journey.row("new", "full")
    assert {name: new[name] for name in (
        "title", "location", "job_type", "remote_type", "experience_level", "seniority_level", "salary_min", "salary_max",
        "salary_currency", "skills_required", "tech_stack", "benefits", "education_required", "job_url", "application_url",
        "source", "status", "canonical_id", "source_count", "data_quality_score", "verification_status", "benefits_parsed",
        "posted_date", "created_at", "updated_at", "skill_keys",
    )} == {
        "title": "Staff Engineer",
        "location": "Berlin",
        "job_type": "Full-time",
        "remote_type": "On-site",
        "experience_level": "senior_level",
        "seniority_level": "c_level",
        "salary_min": 100000.00,
        "salary_max": 150000.50,
        "salary_currency": "EUR",
        "skills_required": ["Python", "C++", "a,b{}\"'", "Ünï", ""],
        "tech_stack": ["PostgreSQL"],
        "benefits": ["Bike"],
        "education_required": "BSc",
        "job_url": "https://jobs.example/1",
        "application_url": "HTTP://jobs.example/apply",
        "source": "indeed",
        "status": "filled",
        "canonical_id": str(key("plain")),
        "source_count": 3,
        "data_quality_score": 0.75,
        "verification_status": "invalid",
        "benefits_parsed": {"pto": 30},
        "posted_date": "2025-02-01T00:00:00+00:00",
        "created_at": "2025-03-01T08:00:00+00:00",
        "updated_at": "2025-03-09T04:41:12.123456+00:00",
        "skill_keys": ["a,b{}\"'", "c++", "go", "postgresql", "python", "ünï"],
    }  # fmt: skip


def test_listings_are_found_by_what_they_say_and_by_their_company(journey: Journey) -> None:
    new = journey.row("new", "full")
    assert "'full':" in new["search_head"] and "'python':" in new["search_head"]
    assert "'berlin':" in new["search_full"]


@pytest.mark.parametrize(
    ("name", "outcome", "after"),
    [
        ("bare", "derived", {"status": "active", "salary_currency": "USD", "source_count": 1,
                             "verification_status": "unverified", "created_at": "1970-01-01T00:00:00+00:00",
                             "updated_at": "1970-01-01T00:00:00+00:00"}),
        ("no created", "derived", {"created_at": "2025-03-09T04:41:12.123456+00:00"}),
        ("no times", "derived", {"created_at": "2024-05-05T00:00:00+00:00", "updated_at": "2024-05-05T00:00:00+00:00"}),
        ("unknown", "quarantined", {"job_type": "", "remote_type": "", "experience_level": "", "seniority_level": ""}),
        ("unknown", "converted", {"status": "inactive", "verification_status": "unverified", "benefits_parsed": "{}"}),
        ("values", "converted", {"job_type": "Full-time", "remote_type": "On-site", "experience_level": "mid_level",
                                 "seniority_level": "vp", "status": "expired", "verification_status": "removed"}),
        ("title empty", "converted", {"title": "Untitled at title empty GmbH"}),
        ("title blank", "converted", {"title": "Untitled position"}),
        ("title short", "converted", {"title": "QA at Quality"}),
        ("title short, long company", "converted", {"title": "QA at " + "q" * 194}),
        ("title long", "converted", {"title": "t" * 200}),
        ("salary reversed", "converted", {"salary_min": 50, "salary_max": 90}),
        ("salary negative", "quarantined", {"salary_min": None, "salary_max": None}),
        ("salary negative low", "quarantined", {"salary_min": None}),
        ("salary nan", "quarantined", {"salary_min": None, "salary_max": None}),
        ("salary huge", "quarantined", {"salary_min": None, "salary_max": None}),
        ("salary fine", "converted", {"salary_min": 12345.67, "salary_max": 12345.68}),
        ("currency lower", "converted", {"salary_currency": "EUR"}),
        ("currency sign", "converted", {"salary_currency": "EUR"}),
        ("currency none", "derived", {"salary_currency": "USD"}),
        ("currency odd", "converted", {"salary_currency": "USD"}),
        ("currency unknown", "converted", {"salary_currency": "USD"}),
        ("url bare", "converted", {"job_url": "https://www.jobs.example/1", "application_url": "https://jobs.example/apply"}),
        ("url port", "converted", {"job_url": "https://jobs.example:8080/x", "application_url": "https://jobs.example/"}),
        ("url script", "quarantined", {"job_url": "", "application_url": ""}),
        ("url word", "quarantined", {"job_url": "", "application_url": ""}),
        ("url long", "quarantined", {"job_url": "", "application_url": ""}),
        ("lists of text", "converted", {"skills_required": "{Python,Go,SQL}", "tech_stack": "{a,b}"}),
        ("lists of anything", "converted", {"skills_required": "{a,7,true}"}),
        ("lists of anything", "quarantined", {"skills_preferred": "{}", "tech_stack": "{}", "benefits": "{}",
                                              "benefits_parsed": "{}"}),
        ("json nulls", "converted", {"skills_required": "{}", "tech_stack": "{}", "benefits": "{}", "benefits_parsed": "{}"}),
        ("texts long", "converted", {"location": "l" * 255, "education_required": "e" * 500, "source": "s" * 100}),
        ("count", "converted", {"source_count": 1}),
        ("count", "quarantined", {"data_quality_score": None}),
        ("count none", "derived", {"source_count": 1}),
        ("ghost", "quarantined", {"canonical_id": None}),
        ("own copy", "quarantined", {"canonical_id": None}),
    ],
)  # fmt: skip
def test_an_odd_value_is_repaired_or_emptied_with_a_line(
    journey: Journey, name: str, outcome: str, after: dict[str, Any]
) -> None:
    assert journey.lines(name)[outcome]["after"] == after


# Companies ------------------------------------------------------------------------------------------------------------


def test_spellings_of_one_employer_meet_in_one_entry(journey: Journey) -> None:
    ids = {journey.row("new", name)["company_id"] for name in ("acme 1", "acme 2", "acme 3", "acme 4", "same domain")}
    assert len(ids) == 1
    acme = journey.company("acme 1")
    assert (acme["name"], acme["normalized_name"], acme["domain"]) == ("ACME", "acme", "acme.com")
    assert (acme["size"], acme["size_category"], acme["industry"]) == ("11-50", "startup", "Anvils")
    assert acme["is_confirmed"] is True
    assert acme["created_by_id"] is None


def test_a_spelling_that_a_website_joined_to_its_company_goes_on_meaning_it(journey: Journey) -> None:
    (alias,) = journey.new["company_aliases"].values()
    assert (alias["name"], alias["normalized_name"], alias["source"]) == ("Anvil Works", "anvil works", "import")
    assert alias["company_id"] == journey.row("new", "same domain")["company_id"]


def test_a_name_that_several_websites_share_stays_apart_and_is_suggested(journey: Journey) -> None:
    alone = journey.company("twin alone")
    others = {journey.row("new", name)["company_id"] for name in ("twin com", "twin de")}
    assert (alone["domain"], len(others)) == (None, 2)
    suggested = journey.new["company_match_suggestions"].values()
    assert {(row["company_id"], row["other_id"]) for row in suggested} == {(alone["id"], other) for other in others}


def test_a_spelling_that_the_older_directory_knew_means_that_company(journey: Journey) -> None:
    assert journey.company("twin told")["domain"] == "twin.com"


def test_an_older_entry_gives_what_it_knows_and_takes_what_it_lacks(journey: Journey) -> None:
    known = journey.company("known")
    assert {
        name: known[name] for name in ("location", "size", "size_category", "industry", "description", "culture")
    } == {
        "location": "Basel",  # The row updated last speaks first.
        "size": "10,000+",
        "size_category": "enterprise",
        "industry": "Old works",
        "description": "Works.",
        "culture": "Calm",
    }
    assert (known["values"], known["benefits"]) == (["Calm", "3"], ["Cake"])
    assert journey.company("known with site")["domain"] == "example.org"


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("company empty", "Unnamed employer"),
        ("company blank", "example.net"),
        ("company legal", "GmbH"),
        ("company long", ("Long " * 40).strip()),
        ("company odd", "???"),
    ],
)
def test_every_listing_has_a_company(journey: Journey, name: str, spelling: str) -> None:
    assert journey.company(name)["name"] == spelling


def test_entries_are_what_the_application_would_derive(journey: Journey) -> None:
    from companies.domains import find_domain
    from companies.naming import normalize_company_name

    assert len(journey.new["companies"]) > 40
    for company in journey.new["companies"].values():
        assert company["normalized_name"] == normalize_company_name(company["name"])[:255]
        assert (company["domain"] or "") == find_domain(company["website"])


def test_what_stood_beside_a_company_is_in_one_line_of_its_entry(journey: Journey) -> None:
    acme = journey.row("new", "acme 1")["company_id"]
    (line,) = (
        line
        for line in journey.new["migration_ledger"].values()
        if line["column"] == "company" and line["target_row_id"] == acme
    )
    mentions = {mention["listings"][0]: mention for mention in line["before"]["mentions"]}
    assert mentions[str(key("acme 4"))] == {
        "company": "Acme Inc",
        "company_url": "https://www.linkedin.com/company/acme",
        "company_size": None,
        "industry": "Rockets",
        "company_size_category": None,
        "listings": [str(key("acme 4"))],
    }


# Satellites -----------------------------------------------------------------------------------------------------------


def test_sources_of_one_cut_name_become_one_and_their_listings_follow(journey: Journey) -> None:
    winner = str(key("source " + "n" * 100 + "a"))
    assert journey.new["job_sources"][winner]["name"] == "n" * 100
    assert str(key("source " + "n" * 100 + "b")) not in journey.new["job_sources"]
    assert journey.row("new", "at source of its winner", "job_source_listings")["source_id"] == winner
    merged = journey.lines("at source of a cut source", "job_source_listings")["merged"]
    assert merged["target_row_id"] == str(key("at source of its winner"))


def test_of_two_rows_with_one_key_the_one_updated_last_stays(journey: Journey) -> None:
    assert journey.row("new", "at source twice, later", "job_source_listings")["job_id"] == str(key("full"))
    for name in ("at source twice", "at source twice, no time"):
        (line,) = journey.lines(name, "job_source_listings").values()
        assert (line["outcome"], line["target_row_id"]) == ("merged", str(key("at source twice, later")))
        assert line["before"]["source_job_id"] == "same"


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("job_source_listings", "at source of a ghost"),
        ("job_source_listings", "at source at a ghost"),
        ("job_duplications", "pair itself"),
        ("job_duplications", "pair ghost"),
        ("job_embeddings", "vector plain"),
        ("job_embeddings", "vector nobody"),
    ],
)
def test_a_row_without_a_place_is_quarantined_whole(journey: Journey, table: str, name: str) -> None:
    (line,) = journey.lines(name, table).values()
    assert line["outcome"] == "quarantined"
    old = journey.row("old", name, table)
    assert line["before"].keys() == old.keys()
    assert str(key(name)) not in journey.new[table]


def test_a_pair_of_listings_is_one_row_with_a_confidence_from_0_to_1(journey: Journey) -> None:
    rows = journey.new["job_duplications"]
    assert set(rows) == {str(key(f"pair {name}")) for name in ("again", "other way", "nan", "bare")}
    assert [rows[str(key(f"pair {name}"))]["confidence_score"] for name in ("again", "other way", "nan", "bare")] == [
        0.5, 1, 0, 0,
    ]  # fmt: skip
    assert rows[str(key("pair nan"))]["merge_strategy"] == "manual_review"
    assert rows[str(key("pair bare"))]["merge_strategy"] == "keep_canonical"


# Edits ----------------------------------------------------------------------------------------------------------------


def _set(table: str, name: str, what: str) -> str:
    return f"UPDATE {table} SET {what} WHERE id = '{key(name)}'"


@pytest.fixture(scope="module")
def edited(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    """Return a journey on which people worked between the ways forward and back."""
    other = "(SELECT company_id FROM job_listings WHERE id = '{}')"
    edits = (
        _set("job_listings", "title short", "title = 'Quality engineer', updated_at = '2026-01-01Z'"),
        _set("job_listings", "salary reversed", "salary_max = 100"),
        _set("job_listings", "url word", "job_url = 'https://edited.example'"),
        _set("job_listings", "unknown", "job_type = 'Contract'"),
        _set("job_listings", "blanks", "location = 'Bern', benefits = '{Bike}'"),
        _set("job_listings", "plain", "salary_currency = 'XTS', benefits_parsed = '[1]'"),
        _set("job_listings", "currency none", "salary_currency = 'EUR'"),
        _set("job_listings", "acme 3", f"company_id = {other.format(key('full'))}"),
        _set("job_listings", "title empty", f"company_id = {other.format(key('full'))}"),
        _set("job_listings", "copy", "canonical_id = NULL"),
        f"DELETE FROM job_source_listings WHERE id = '{key('at source twice, later')}'",
        f"DELETE FROM job_duplications WHERE id = '{key('pair again')}'",
        _set("job_duplications", "pair nan", "confidence_score = 0.9, updated_at = '2026-01-01Z'"),
        _set("job_sources", "source odd", "base_url = 'https://odd.example', scraping_rules = '[]'"),
        _set("job_source_listings", "at source of its winner", "source_job_id = 'edited'"),
        f"DELETE FROM job_listings WHERE id = '{key('count zero')}'",
        f"UPDATE companies SET name = 'Renamed', normalized_name = 'renamed' WHERE id = {other.format(key('title three'))}",
        f"""INSERT INTO companies (id, name, normalized_name, industry, size, size_category, location, headquarters_location,
                website, description, logo_url, culture, "values", benefits, is_confirmed, created_at, updated_at)
            VALUES ('{key("new company")}', 'Twin', 'twin two', '', '', 'small', '', '', '', '', '', '', '{{}}', '{{}}', true,
                    now(), now())""",
        f"""INSERT INTO job_listings (id, company_id, title, location, description, requirements, responsibilities, job_type,
                remote_type, experience_level, seniority_level, salary_currency, skills_required, skills_preferred, tech_stack,
                benefits, education_required, benefits_parsed, job_url, application_url, source, status, source_count,
                verification_status, created_at, updated_at)
            SELECT '{key("made later")}', '{key("new company")}', 'Made later', location, description, requirements,
                responsibilities, job_type, remote_type, experience_level, seniority_level, salary_currency, skills_required,
                skills_preferred, tech_stack, benefits, education_required, benefits_parsed, job_url, application_url, source,
                status, source_count, verification_status, created_at, updated_at
            FROM job_listings WHERE id = '{key("full")}'""",
        f"""INSERT INTO job_embeddings (id, job_id, embedding_model, content_hash, vector, content_type, created_at)
            VALUES ('{key("our vector")}', '{key("full")}', 'ours', 'h', array_fill(0.5, ARRAY[512])::halfvec,
                    'job_description', now())""",
        f"""INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)
            VALUES ('{key("somebody")}', '', false, 'listing@card.example', '', true, true, now())""",
        f"""INSERT INTO jobs (id, user_id, listing_id, company_name, role_title, jd_text, jd_url, source_portal, status,
                closed_reason, resume_version, apply_type, application_channel, cover_letter, referral_contact,
                keywords_matched, keywords_missing, interview_type, interviewer_name, interviewer_linkedin, prep_notes,
                interview_feedback, notes, followup_count, is_deleted, created_at, updated_at)
            VALUES ('{key("card")}', '{key("somebody")}', '{key("plain")}', 'Plain', 'Engineer', '', '', '', 'Tracking', '',
                '', '', '', '', '', '{{}}', '{{}}', '', '', '', '', '', '[]', 0, false, now(), now())""",
    )  # fmt: skip
    with django_db_blocker.unblock(), legacy_tables(TABLES):
        return travel(edits)


@pytest.mark.parametrize("table", NEW_TABLES)
def test_edits_return_with_the_next_way_forward_and_leave_the_ledger_as_it_was(edited: Journey, table: str) -> None:
    assert edited.again[table] == edited.new[table]


def test_an_edit_wins_over_what_was_there(edited: Journey) -> None:
    assert edited.row("back", "title short")["title"] == "Quality engineer"
    assert edited.lines("title short")["converted"]["before"] == {"title": "QA"}
    reversed_range = edited.row("back", "salary reversed")
    assert (reversed_range["salary_min"], reversed_range["salary_max"]) == (50, 100)
    assert edited.row("back", "url word")["job_url"] == "https://edited.example"
    assert edited.row("back", "unknown")["job_type"] == "CONTRACT"
    assert edited.row("back", "unknown")["remote_type"] == "SOMEWHERE"
    assert edited.row("back", "blanks")["location"] == "Bern"
    assert edited.row("back", "blanks")["source"] == ""


def test_a_listing_moved_to_another_company_goes_back_under_its_name(edited: Journey) -> None:
    assert edited.row("back", "acme 3")["company"] == "Full Corp."
    assert edited.row("back", "acme 2")["company"] == "ACME"
    assert edited.row("back", "made later")["company"] == "Twin"
    assert edited.row("back", "made later")["company_size_category"] == "SMALL"


def test_what_was_deleted_stays_deleted(edited: Journey) -> None:
    for name, table in (
        ("count zero", "job_listings"), ("at source twice, later", "job_source_listings"), ("pair again", "job_duplications")
    ):  # fmt: skip
        assert str(key(name)) not in edited.back[table]
        assert str(key(name)) not in edited.again[table]


def test_the_listing_of_a_card_waits_in_the_ledger(edited: Journey) -> None:
    card = str(key("card"))
    assert edited.new["jobs"][card]["listing_id"] == str(key("plain"))
    assert edited.again["jobs"][card] == edited.new["jobs"][card]


# The account ----------------------------------------------------------------------------------------------------------


def test_a_lost_row_stops_the_migration_by_name(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> None:
    from jobs.migrations import _conversion

    check = _conversion.check_whole_account(
        source="jobs.0007_listings", table="job_sources", old="old_sources", new="new_sources"
    )
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE old_sources AS SELECT gen_random_uuid() AS id FROM generate_series(1, 3)"
        )
        cursor.execute("CREATE TEMPORARY TABLE new_sources AS SELECT id FROM old_sources")
        cursor.execute(check)
        cursor.execute("DELETE FROM new_sources WHERE id = (SELECT min(id::text)::uuid FROM new_sources)")
        cursor.execute("INSERT INTO new_sources SELECT gen_random_uuid() FROM generate_series(1, 2)")
        with (
            pytest.raises(Exception, match="account of job_sources is not exact, 1 rows lost, 2 rows invented"),
            transaction.atomic(),
        ):
            cursor.execute(check)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("title_min_length", {"title": "QA"}),
        ("salary_range_valid", {"salary_min": 2, "salary_max": 1}),
        ("job_url_format", {"job_url": "jobs.example"}),
        ("jobs_joblisting_job_type_valid", {"job_type": "FULL_TIME"}),
    ],
)
def test_the_rules_hold_afterwards(constraint: str, columns: dict[str, Any]) -> None:
    from tests.factories import JobListingFactory

    listing = JobListingFactory()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        JobListing.objects.filter(pk=listing.pk).update(**columns)


# Where an import starts -----------------------------------------------------------------------------------------------

TRANSFORMATIONS = {
    ("jobs", "0002_status_overhaul"),
    ("companies", "0004_one_directory"),
    ("jobs", "0007_listings"),
    ("interactions", "0003_one_table"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("source", ["jobos", "jobpilot"])
def test_an_import_starts_before_every_transformation(source: str) -> None:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    nodes = LEGACY_STATE[source]
    plan = {(migration.app_label, migration.name) for migration, _ in executor.migration_plan(nodes, clean_start=True)}
    assert set(nodes) <= plan
    assert not plan & TRANSFORMATIONS


# Any rows at all ------------------------------------------------------------------------------------------------------

edits = st.lists(
    st.tuples(
        st.integers(0, 119),
        st.one_of(
            st.fixed_dictionaries({"title": st.text("abc", min_size=3, max_size=9), "location": texts}),
            st.fixed_dictionaries({"salary_min": st.just(10), "salary_max": st.none() | st.just(20.55)}),
            st.fixed_dictionaries({"job_type": st.sampled_from(["", "Contract"]), "skills_required": st.lists(texts, max_size=2)}),
            st.fixed_dictionaries({"job_url": st.sampled_from(["", "https://x.example"]), "description": texts}),
            st.fixed_dictionaries({"salary_currency": st.sampled_from(["EUR", "XTS"]), "benefits_parsed": st.sampled_from(["[]", '{"a": 1}'])}),
            st.fixed_dictionaries({"status": st.just("filled"), "source_count": st.integers(0, 3), "canonical_id": st.none()}),
        ),
    ),
    min_size=20,
    max_size=60,
)  # fmt: skip


def check_any_listings(rows: list[Row], changes: list[tuple[int, Row]]) -> None:
    """See that listings go there and back, and that edits survive; begins and ends with empty older tables."""
    tables = ("job_listings", "companies", "company_match_suggestions", "migration_ledger")
    try:
        insert("job_listings", rows)
        old = digest("job_listings")
        migrate(*NEWEST)
        new = [digest(table) for table in tables]
        migrate(*LEGACY)
        assert digest("job_listings") == old
        migrate(*NEWEST)
        assert [digest(table) for table in tables] == new

        for place, values in changes:
            sets = ", ".join(f"{column} = %s" for column in values)
            execute(f"UPDATE job_listings SET {sets} WHERE id = %s", [*values.values(), rows[place % len(rows)]["id"]])
        for place in (1, 2, 3):
            execute(
                "UPDATE job_listings SET company_id = (SELECT company_id FROM job_listings WHERE id = %s) WHERE id = %s",
                [rows[0]["id"], rows[place]["id"]],
            )
        changed = [read(table) for table in tables]
        migrate(*LEGACY)
        migrate(*NEWEST)
        assert [read(table) for table in tables] == changed
    finally:
        empty_tables()
        migrate(*LEGACY)


def test_any_listings_go_there_and_back_and_edits_survive(
    django_db_setup: None, django_db_blocker: _DatabaseBlocker
) -> None:
    check = settings(
        max_examples=2,
        phases=[Phase.generate],
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )(given(rows=st.lists(listing_rows, min_size=60, max_size=120).map(with_keys), changes=edits)(check_any_listings))
    with django_db_blocker.unblock(), legacy_tables({}):
        check()
