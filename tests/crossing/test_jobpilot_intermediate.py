"""JobPilot's intermediate shape: both worlds in one file, with rows on either side."""

from __future__ import annotations

import json
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

pytestmark = pytest.mark.xdist_group("jobpilot_intermediate")

OF_ADA = {"user_id": ADA, "first_interaction": FIRST, "last_interaction": LAST}
INTERMEDIATE = {
    "user_profiles": [
        {"id": ADA, "email": "ada@example.com", "skills": "Python, SQL"},
        {"id": BEN, "email": "ben@example.com"},
    ],
    "companies": [{"id": FIRMS[0], "name": "Acme", "normalized_name": "acme"}],
    "job_listings": [
        {"id": key, "title": "Engineer", "company_id": FIRMS[0], "created_at": FIRST} for key in (JOBS[0], JOBS[1])
    ],
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
    "saved_jobs": [
        {"id": ACTS[1], "job_id": JOBS[0], "user_profile_id": ADA, "status": "SAVED", "saved_date": FIRST},
        {
            "id": ACTS[3],
            "job_id": JOBS[1],
            "user_profile_id": ADA,
            "status": "SAVED",
            "saved_date": FIRST,
            "tags": "remote, dream",
        },
    ],
    "job_user_interactions": [
        # Carried over there already, under the key it had; and once more under another.
        {
            **OF_ADA,
            "id": ACTS[0],
            "job_id": JOBS[0],
            "interaction_type": "APPLIED",
            "application_status": "REJECTED",
            "interaction_count": 3,
            "cover_letter": "Dear all,",
        },
        {
            **OF_ADA,
            "id": ACTS[2],
            "job_id": JOBS[0],
            "interaction_type": "SAVED",
            "interaction_count": 5,
            "job_snapshot": '{"title": "Engineer"}',
        },
        # A key that a saved job bears.
        {**OF_ADA, "id": ACTS[1], "user_id": BEN, "job_id": JOBS[0], "interaction_type": "HIDDEN"},
        {**OF_ADA, "id": ACTS[4], "user_id": BEN, "job_id": JOBS[1], "interaction_type": "SAVED", "tags": "far,near"},
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
    write_file(path, "intermediate", INTERMEDIATE, first=["ALTER TABLE user_profiles ADD COLUMN skills"])
    with django_db_blocker.unblock(), crossed(str(path)) as (connection, _):
        yield connection


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


def test_keys_that_both_worlds_gave_stay_apart(intermediate: psycopg.Connection[Any]) -> None:
    found = fetch(
        intermediate,
        "SELECT id::text, interaction_type FROM job_user_interactions WHERE user_id::text = %s ORDER BY id",
        [BEN],
    )
    assert found.pop() == (ACTS[4], "saved")
    # The saved job went into another row, so its key is free.
    assert found == [(ACTS[1], "hidden")]
    assert fetch(
        intermediate,
        "SELECT row_id, outcome, final_id::text FROM crossing.source_rows"
        " WHERE source_table = 'job_user_interactions' AND outcome IS NOT NULL ORDER BY row_id",
    ) == [(ACTS[0], "merged", ACTS[0]), (ACTS[1], "kept", ACTS[1])]


def test_words_with_commas_are_lists(intermediate: psycopg.Connection[Any]) -> None:
    assert [read_interaction(intermediate, key)["tags"] for key in (ACTS[3], ACTS[4])] == [
        ["remote", "dream"],
        ["far", "near"],
    ]
    assert fetch(intermediate, "SELECT name FROM skills ORDER BY name") == [("Python",), ("SQL",)]
    for table, row, column, said in (
        ("saved_jobs", ACTS[3], "tags", "remote, dream"),
        ("job_user_interactions", ACTS[4], "tags", "far,near"),
        ("user_profiles", ADA, "skills", "Python, SQL"),
    ):
        parts = json.dumps([part.strip() for part in said.split(",")])
        assert fetch_lines(intermediate, table, column) == [(row, column, said, parts, "converted")]
    quarantined = """SELECT "table", before FROM migration_ledger WHERE outcome = 'quarantined' AND "column" IN ('tags', 'skills')"""
    assert fetch(intermediate, quarantined) == []
