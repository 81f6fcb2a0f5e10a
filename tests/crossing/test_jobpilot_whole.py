"""Whole JobPilot databases through the migrations: every row of theirs is in its final table or in the ledger."""

from __future__ import annotations

import base64
import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection as ours

from jobos.crossing.services.staging import connection_params
from tests.crossing.jobpilot_run import ORIGIN, crossed, fetch, fetch_lines, write_file
from tests.hard_legacy.jobpilot import make_jobpilot, make_jobpilot_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hard_legacy.made import Made

ADA, BEN = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
JOBS = [f"33333333-3333-4333-8333-33333333333{number}" for number in range(10)]
FIRMS = [f"55555555-5555-4555-8555-55555555555{number}" for number in range(10)]
ACTS = [f"66666666-6666-4666-8666-66666666666{number}" for number in range(10)]
EVENTS = [f"77777777-7777-4777-8777-77777777777{number}" for number in range(10)]
FIRST, LAST, SAVED = "2024-05-01 10:00:00.000000", "2024-06-01 10:00:00.000000", "2024-05-02 10:00:00.000000"
AT_FIRST, AT_LAST, WHEN_SAVED = "2024-05-01T10:00:00+00:00", "2024-06-01T10:00:00+00:00", "2024-05-02T10:00:00+00:00"

MERGED = "Another row of this user for this listing was there, or updated later."
# Where the rows of a table of the staging database are in the end; the others stand under their own name.
FINAL = {
    "legacy_jobpilot_companies": "companies",
    "applications": "job_user_interactions",
    "saved_jobs": "job_user_interactions",
    "legacy_timeline_events": "timeline_events",
    "legacy_skill_banks": "skill_banks",
    "skill_banks_legacy": "skill_banks",
    **{
        f"legacy_{table}": table
        for table in (
            "resume_templates",
            "resumes",
            "resume_versions",
            "resume_generations",
            "resume_optimizations",
        )
    },
}


def find_lost_rows(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of the source that are neither in their final table nor whole in the ledger, or in both."""
    lost = []
    tables = fetch(connection, "SELECT DISTINCT stage_table FROM crossing.source_rows WHERE outcome IS NULL")
    for (table,) in tables:
        final = FINAL.get(table, table)
        told = table.removeprefix("legacy_") if "resume" in table else table
        lost += fetch(
            connection,
            f"""
            SELECT r.source_table, r.row_id FROM crossing.source_rows r
            LEFT JOIN {final} t ON t.id = r.stage_id
            LEFT JOIN LATERAL (
                SELECT true AS is_there FROM migration_ledger line
                WHERE line.source NOT LIKE 'import%%' AND line."table" = %s AND line.row_id = r.stage_id::text
                  AND line."column" = '' AND line.before ? 'id' LIMIT 1
            ) whole ON true
            WHERE r.outcome IS NULL AND r.stage_table = %s AND t.id IS NULL AND whole.is_there IS NULL
            """,
            [told, table],
        )
    lost += fetch(
        connection,
        """
        SELECT r.source_table, r.row_id FROM crossing.source_rows r
        WHERE r.outcome = 'quarantined' AND NOT EXISTS (
            SELECT FROM migration_ledger line
            WHERE line.source = %s AND line."table" = r.source_table AND line.row_id = r.row_id AND line."column" = ''
              AND line.outcome = 'quarantined' AND line.reason = r.reason)
        """,
        [ORIGIN],
    )
    return lost + fetch(
        connection,
        """
        SELECT r.source_table, r.row_id FROM crossing.source_rows r
        WHERE r.outcome IN ('kept', 'merged') AND r.final_table = 'job_user_interactions'
          AND NOT EXISTS (SELECT FROM job_user_interactions t WHERE t.id = r.final_id)
        """,
    )


def read_everything(connection: psycopg.Connection[Any]) -> str:
    """Return every row of every table of ours as one text, with what stands there encoded."""
    tables = fetch(
        connection,
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
    rows = [row for (table,) in tables for (row,) in fetch(connection, f"SELECT to_jsonb(t)::text FROM {table} t")]
    text = "\n".join(rows)
    encoded = [base64.b64decode(part) for part in re.findall(r'"base64": "([^"]+)"', text)]
    keys = [bytes.fromhex(part) for part in re.findall(r'"((?:[0-9a-f]{2}){8,})"', text)]
    return "\n".join([text, *(part.decode("utf-8", "replace") for part in (*encoded, *keys))])


@contextmanager
def hard_source(kind: str, shape: str, folder: Path) -> Iterator[tuple[str, Made]]:
    """Make a database with every oddity in SQLite or PostgreSQL; yield its address and what was planted."""
    if kind == "sqlite":
        yield str(folder / "hard.db"), make_jobpilot(folder / "hard.db", shape=shape, users=30)
        return
    params = connection_params(ours.settings_dict["NAME"])
    name = f"{ours.settings_dict['NAME']}_old_jobpilot"
    address = psycopg.conninfo.make_conninfo(**{**params, "dbname": name, "options": None, "application_name": None})
    with psycopg.connect(**params, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            url = "postgresql:///?" + "&".join(part for part in address.replace("'", "").split(" "))
            yield url, make_jobpilot_postgres(address, shape=shape, users=30)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "shape"),
    [("sqlite", "legacy"), ("sqlite", "intermediate"), ("sqlite", "refactored"), ("postgres", "refactored")],
    ids=["legacy", "intermediate", "refactored", "postgres"],
)
def test_no_row_and_no_word_is_lost(
    kind: str, shape: str, tmp_path: Path, django_db_setup: None, django_db_blocker: Any
) -> None:
    with (
        django_db_blocker.unblock(),
        hard_source(kind, shape, tmp_path) as (address, made),
        crossed(address) as (connection, read),
    ):
        assert {table: count for table, count in read.items() if table in made.tables} == made.tables
        counted = fetch(connection, "SELECT source_table, count(*) FROM crossing.source_rows GROUP BY 1")
        assert dict(counted) == {table: count for table, count in read.items() if count}
        assert find_lost_rows(connection) == []
        everything = read_everything(connection)
        lost = [cell for cell in made.planted if json.dumps(cell.value, ensure_ascii=False)[1:-1] not in everything]
        assert lost == []


# What only the newer shapes hold --------------------------------------------------------------------------------------

INTERACTION = {"user_id": ADA, "first_interaction": FIRST, "last_interaction": LAST}
REFACTORED = {
    "user_profiles": [
        {"id": ADA, "email": "ada@example.com", "is_verified": 1, "created_at": FIRST},
        {"id": BEN, "email": "ben@example.com", "is_verified": 1, "created_at": FIRST},
    ],
    "companies": [
        {
            "id": FIRMS[0],
            "name": "Acme",
            "normalized_name": "acme",
            "website": "https://acme.com",
            "headquarters_location": "Berlin",
            "founded_year": 1999,
            "logo_url": "https://acme.com/logo.png",
            "size_category": "LARGE",
            "updated_at": LAST,
        },
        # The same employer by its domain: it speaks second.
        {
            "id": FIRMS[1],
            "name": "Acme Europe",
            "normalized_name": "acme europe",
            "website": "https://eu.acme.com",
            "headquarters_location": "Paris",
            "founded_year": 1700,
            "logo_url": "javascript:alert(1)",
            "updated_at": FIRST,
        },
        # Namesakes with websites of their own, and one without.
        {"id": FIRMS[2], "name": "Twin", "normalized_name": "twin", "website": "https://twin-one.com"},
        {"id": FIRMS[3], "name": "Twin", "normalized_name": "twin", "website": "https://twin-two.com"},
        {"id": FIRMS[4], "name": "Twin", "normalized_name": "twin", "founded_year": 2001},
    ],
    "job_listings": [
        {"id": JOBS[number], "title": f"Engineer {number}", "company_id": firm, "created_at": FIRST}
        for number, firm in enumerate((FIRMS[0], FIRMS[2], FIRMS[3], FIRMS[4], FIRMS[1]))
    ],
    "job_user_interactions": [
        {
            **INTERACTION,
            "id": ACTS[0],
            "job_id": JOBS[0],
            "interaction_type": "SAVED",
            "saved_date": SAVED,
            "tags": '["dream"]',
            "notes": "Saved.",
            "interaction_count": 4,
            "interaction_data": '{"from": "search"}',
            "job_snapshot": '{"title": "Engineer"}',
        },
        {
            **INTERACTION,
            "id": ACTS[1],
            "job_id": JOBS[0],
            "interaction_type": "APPLIED",
            "application_status": "INTERVIEWING",
            "applied_date": SAVED,
            "interaction_count": 2,
            "tags": '["mine", 5]',
            "interaction_data": "[1]",
            "notes": "Applied.",
        },
        {**INTERACTION, "id": ACTS[2], "job_id": JOBS[0], "interaction_type": "viewed", "interaction_count": 9},
        {
            **INTERACTION,
            "id": ACTS[3],
            "job_id": JOBS[1],
            "interaction_type": "HIDDEN",
            "application_status": "REJECTED",
            "notes": "Too far.",
            "resume_version": "v" * 300,
        },
        {"id": ACTS[4], "user_id": ADA, "job_id": JOBS[2], "interaction_type": "REJECTED_BY_USER"},
        {**INTERACTION, "id": ACTS[5], "job_id": JOBS[2], "interaction_type": "DREAMT"},
        {**INTERACTION, "id": ACTS[6], "job_id": JOBS[9], "interaction_type": "VIEWED"},
        {**INTERACTION, "id": ACTS[7], "job_id": JOBS[9], "interaction_type": "SAVED", "job_snapshot": '{"gone": 1}'},
        {**INTERACTION, "id": ACTS[8], "job_id": JOBS[3], "interaction_type": "SAVED"},
        # Spelled otherwise, so nothing kept it from being there twice.
        {
            **INTERACTION,
            "id": ACTS[9],
            "job_id": JOBS[0],
            "interaction_type": "VIEWED",
            "last_interaction": SAVED,
            "interaction_count": 2,
            "interaction_data": '{"seen": true}',
        },
    ],
    "timeline_events": [
        {
            "id": EVENTS[number],
            "user_profile_id": ADA,
            "interaction_id": act,
            "event_type": "NOTE_ADDED",
            "title": "Noted",
            "created_at": FIRST,
        }
        for number, act in enumerate((ACTS[0], ACTS[1], ACTS[2], ACTS[6], "never-was"))
    ],
}


@pytest.fixture(scope="module")
def refactored(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[psycopg.Connection[Any]]:
    path = tmp_path_factory.mktemp("refactored") / "old.db"
    tables = "CREATE TABLE {} (id VARCHAR PRIMARY KEY, {})"
    columns = {
        table: dict.fromkeys(name for row in REFACTORED[table] for name in row if name != "id")
        for table in ("companies", "job_user_interactions")
    }
    write_file(
        path, "refactored", REFACTORED,
        first=[f"DROP TABLE {table}" for table in columns]
        + [tables.format(table, ", ".join(names)) for table, names in columns.items()],
    )  # fmt: skip
    with django_db_blocker.unblock(), crossed(str(path)) as (connection, _):
        yield connection


in_one_process = pytest.mark.xdist_group("jobpilot_refactored")


def read_interaction(connection: psycopg.Connection[Any], key: str) -> dict[str, Any]:
    ((row,),) = fetch(connection, "SELECT to_jsonb(t) FROM job_user_interactions t WHERE id::text = %s", [key])
    return row


@in_one_process
def test_saved_and_applied_rows_keep_their_own_facts(refactored: psycopg.Connection[Any]) -> None:
    saved, applied = (read_interaction(refactored, key) for key in ACTS[:2])
    common = {"first_interaction": AT_FIRST, "last_interaction": AT_LAST, "user_id": ADA, "job_id": JOBS[0]}
    expected = {
        **common,
        "interaction_type": "saved",
        "application_status": "",
        "saved_date": WHEN_SAVED,
        "tags": ["dream"],
        "notes": "Saved.",
        "interaction_count": 4,
        "interaction_data": {"from": "search"},
        "job_snapshot": {"title": "Engineer"},
    }
    assert {name: saved[name] for name in expected} == expected
    expected = {
        **common,
        "interaction_type": "applied",
        "application_status": "interviewing",
        "applied_date": WHEN_SAVED,
        "saved_date": WHEN_SAVED,
        "tags": ["mine"],
        "notes": "Applied.",
        "interaction_count": 2,
        "interaction_data": {},
        "job_snapshot": {},
    }
    assert {name: applied[name] for name in expected} == expected
    told = [line[:3] for line in fetch_lines(refactored, "job_user_interactions") if line[0] == ACTS[1]]
    assert told == [(ACTS[1], "interaction_data", [1]), (ACTS[1], "tags", ["mine", 5])]


@in_one_process
def test_other_kinds_come_in(refactored: psycopg.Connection[Any]) -> None:
    viewed, hidden, refused = (read_interaction(refactored, key) for key in ACTS[2:5])
    assert (viewed["interaction_type"], viewed["interaction_count"]) == ("viewed", 11)
    assert viewed["interaction_data"] == {"seen": True}
    assert (viewed["first_interaction"], viewed["last_interaction"]) == (AT_FIRST, AT_LAST)
    assert (hidden["interaction_type"], hidden["application_status"], hidden["notes"]) == ("hidden", "", "Too far.")
    assert len(hidden["resume_version"]) == 255
    # It has no time at all: its user's first day stands in.
    assert (refused["interaction_type"], refused["first_interaction"]) == ("rejected_by_user", AT_FIRST)
    told = {
        line[1]: (line[2], line[4]) for line in fetch_lines(refactored, "job_user_interactions") if line[0] == ACTS[3]
    }
    assert told == {
        "application_status": ("REJECTED", "quarantined"),
        "resume_version": ("v" * 300, "converted"),
    }
    told = {line[1]: line[4] for line in fetch_lines(refactored, "job_user_interactions") if line[0] == ACTS[4]}
    assert told == {"first_interaction": "derived", "last_interaction": "derived"}


@in_one_process
def test_missing_saved_date_is_marked(refactored: psycopg.Connection[Any]) -> None:
    saved = read_interaction(refactored, ACTS[8])
    assert (saved["saved_date"], saved["interaction_data"]) == (AT_FIRST, {"saved_date_inferred": True})
    assert [line[1:] for line in fetch_lines(refactored, "job_user_interactions") if line[0] == ACTS[8]] == [
        ("saved_date", None, AT_FIRST, "derived")
    ]


@in_one_process
def test_fates_of_interactions(refactored: psycopg.Connection[Any]) -> None:
    fates = fetch(
        refactored,
        "SELECT row_id, outcome, reason, final_table, final_id::text FROM crossing.source_rows"
        " WHERE source_table = 'job_user_interactions' AND stage_table = 'job_user_interactions' ORDER BY row_id",
    )
    assert fates == [
        *((key, "kept", "", "job_user_interactions", key) for key in ACTS[2:5]),
        (ACTS[5], "quarantined", "There is no such kind of interaction.", None, None),
        (ACTS[6], "quarantined", "There is no such listing.", None, None),
        (ACTS[9], "merged", MERGED, "job_user_interactions", ACTS[2]),
    ]
    # The facts of a row that the migrations left out are in the ledger, beside the row.
    ((_, _, before, _, outcome),) = [
        line for line in fetch_lines(refactored, "job_user_interactions") if line[0] == ACTS[7]
    ]
    assert (before["job_snapshot"], outcome) == ({"gone": 1}, "quarantined")
    assert find_lost_rows(refactored) == []


@in_one_process
def test_events_follow_their_interaction(refactored: psycopg.Connection[Any]) -> None:
    assert fetch(refactored, "SELECT id::text, interaction_id::text FROM timeline_events ORDER BY id") == [
        (EVENTS[0], ACTS[0]),
        (EVENTS[1], ACTS[1]),
        (EVENTS[2], ACTS[2]),
        (EVENTS[3], None),
        (EVENTS[4], None),
    ]
    told = fetch_lines(refactored, "timeline_events", "interaction_id")
    assert [(row, before, outcome) for row, _, before, _, outcome in told] == [
        (EVENTS[3], ACTS[6], "quarantined"),
        (EVENTS[4], "never-was", "converted"),
    ]


@in_one_process
def test_listings_stand_with_the_very_company_that_they_named(refactored: psycopg.Connection[Any]) -> None:
    found = dict(
        fetch(refactored, "SELECT l.id::text, c.website FROM job_listings l JOIN companies c ON c.id = l.company_id")
    )
    assert found == {
        JOBS[0]: "https://acme.com",
        JOBS[1]: "https://twin-one.com",
        JOBS[2]: "https://twin-two.com",
        JOBS[3]: "",
        JOBS[4]: "https://acme.com",
    }


@in_one_process
def test_directory_takes_what_it_lacks(refactored: psycopg.Connection[Any]) -> None:
    assert fetch(
        refactored,
        "SELECT headquarters_location, founded_year, logo_url, size_category FROM companies WHERE domain = 'acme.com'",
    ) == [("Berlin", 1999, "https://acme.com/logo.png", "large")]
    assert fetch(refactored, "SELECT founded_year FROM companies WHERE domain IS NULL") == [(2001,)]
    told = [(row, column, before, outcome) for row, column, before, _, outcome in fetch_lines(refactored, "companies")]
    assert [line for line in told if line[0] == FIRMS[1]] == [
        (FIRMS[1], "founded_year", 1700, "quarantined"),
        (FIRMS[1], "headquarters_location", "Paris", "quarantined"),
        (FIRMS[1], "logo_url", "javascript:alert(1)", "quarantined"),
    ]
    assert [line[1] for line in told if line[0] == FIRMS[0] and line[3] == "derived"] == [
        "founded_year",
        "headquarters_location",
        "logo_url",
    ]


# Both worlds in one file ------------------------------------------------------------------------------------------------

INTERMEDIATE = {
    "user_profiles": [{"id": ADA, "email": "ada@example.com"}, {"id": BEN, "email": "ben@example.com"}],
    "companies": [{"id": FIRMS[0], "name": "Acme", "normalized_name": "acme"}],
    "job_listings": [{"id": JOBS[0], "title": "Engineer", "company_id": FIRMS[0], "created_at": FIRST}],
    "applications": [
        {
            "id": ACTS[0],
            "job_id": JOBS[0],
            "user_profile_id": ADA,
            "status": "APPLIED",
            "created_at": FIRST,
            "notes": "Old.",
        }
    ],
    "saved_jobs": [{"id": ACTS[1], "job_id": JOBS[0], "user_profile_id": ADA, "status": "SAVED", "saved_date": FIRST}],
    "job_user_interactions": [
        # Carried over there already, under the key it had; and once more under another.
        {
            **INTERACTION,
            "id": ACTS[0],
            "job_id": JOBS[0],
            "interaction_type": "APPLIED",
            "application_status": "REJECTED",
            "interaction_count": 3,
            "cover_letter": "Dear all,",
        },
        {
            **INTERACTION,
            "id": ACTS[2],
            "job_id": JOBS[0],
            "interaction_type": "SAVED",
            "interaction_count": 5,
            "job_snapshot": '{"title": "Engineer"}',
        },
        # A key that a saved job bears.
        {**INTERACTION, "id": ACTS[1], "user_id": BEN, "job_id": JOBS[0], "interaction_type": "HIDDEN"},
    ],
    "timeline_events": [
        {
            "id": EVENTS[0],
            "user_profile_id": ADA,
            "application_id": ACTS[0],
            "event_type": "NOTE_ADDED",
            "title": "Noted",
        }
    ],
}


@pytest.fixture(scope="module")
def intermediate(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[psycopg.Connection[Any]]:
    path = tmp_path_factory.mktemp("intermediate") / "old.db"
    write_file(path, "intermediate", INTERMEDIATE)
    with django_db_blocker.unblock(), crossed(str(path)) as (connection, _):
        yield connection


@pytest.mark.xdist_group("jobpilot_intermediate")
def test_rows_of_both_worlds_become_one(intermediate: psycopg.Connection[Any]) -> None:
    applied, saved = (read_interaction(intermediate, key) for key in (ACTS[0], ACTS[2]))
    # Once as an application, three times as an interaction.
    assert (applied["interaction_count"], applied["cover_letter"], applied["notes"]) == (4, "Dear all,", "Old.")
    assert (applied["application_status"], applied["last_interaction"]) == ("applied", AT_LAST)
    # The saved job is merged into the interaction, which was updated later.
    assert (saved["interaction_count"], saved["job_snapshot"]) == (6, {"title": "Engineer"})
    assert (saved["first_interaction"], saved["last_interaction"]) == (AT_FIRST, AT_LAST)
    merged = [line for line in fetch_lines(intermediate, "job_user_interactions", "") if line[4] == "merged"]
    assert [(row, before["application_status"]) for row, _, before, _, _ in merged] == [(ACTS[0], "REJECTED")]
    assert fetch(intermediate, "SELECT interaction_id::text FROM timeline_events") == [(ACTS[0],)]
    assert find_lost_rows(intermediate) == []


@pytest.mark.xdist_group("jobpilot_intermediate")
def test_keys_that_both_worlds_gave_stay_apart(intermediate: psycopg.Connection[Any]) -> None:
    found = fetch(
        intermediate,
        "SELECT id::text, interaction_type FROM job_user_interactions WHERE user_id::text = %s",
        [BEN],
    )
    # The saved job went into another row, so its key is free.
    assert found == [(ACTS[1], "hidden")]
    assert fetch(
        intermediate,
        "SELECT row_id, outcome, final_id::text FROM crossing.source_rows"
        " WHERE source_table = 'job_user_interactions' AND outcome IS NOT NULL ORDER BY row_id",
    ) == [(ACTS[0], "merged", ACTS[0]), (ACTS[1], "kept", ACTS[1])]
