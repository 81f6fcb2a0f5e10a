"""JobPilot's refactored shape: what only it holds of interactions, listings and companies is here in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.crossing.jobpilot_run import (
    ACTS,
    ADA,
    AT_FIRST,
    AT_LAST,
    BEN,
    EVENTS,
    FIRMS,
    FIRST,
    JOBS,
    LAST,
    SAVED,
    WHEN_SAVED,
    crossed,
    fetch,
    fetch_lines,
    find_lost_rows,
    read_interaction,
    write_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

pytestmark = pytest.mark.xdist_group("jobpilot_refactored")

MERGED = "Another row of this user for this listing was there, or updated later."
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


def test_missing_saved_date_is_marked(refactored: psycopg.Connection[Any]) -> None:
    saved = read_interaction(refactored, ACTS[8])
    assert (saved["saved_date"], saved["interaction_data"]) == (AT_FIRST, {"saved_date_inferred": True})
    assert [line[1:] for line in fetch_lines(refactored, "job_user_interactions") if line[0] == ACTS[8]] == [
        ("saved_date", None, AT_FIRST, "derived")
    ]


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
