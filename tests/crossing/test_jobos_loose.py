"""A JobOS database that lost its constraints: what no column of ours holds, and rows of nobody."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.crossing.jobos_crossings import MADE, Crossed, cross, insert, key, make_schema, scratch_database
from tests.hard_legacy.jobos_ingredients import make_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

ADA = key("ada")
PDF = make_pdf("Nobody")
NOBODY = key("nobody")
LOOSE = """
    ALTER TABLE interviews DROP CONSTRAINT interviews_job_id_fkey;
    ALTER TABLE activity_log DROP CONSTRAINT activity_log_related_job_id_fkey;
    ALTER TABLE scout_results DROP CONSTRAINT scout_results_promoted_job_id_fkey;
    ALTER TABLE jobs DROP CONSTRAINT jobs_pkey;
    ALTER TABLE profile_dna DROP CONSTRAINT profile_dna_pkey;
    ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE;
    ALTER TABLE users DROP CONSTRAINT users_email_key;
    ALTER TABLE companies DROP CONSTRAINT companies_pkey CASCADE;
    ALTER TABLE contacts DROP CONSTRAINT contacts_pkey CASCADE;
    ALTER TABLE jobs DROP CONSTRAINT ck_jobs_status_valid, ALTER is_deleted DROP NOT NULL, ALTER created_at DROP NOT NULL, ALTER updated_at DROP NOT NULL,
        ALTER role_title TYPE text, ALTER followup_count TYPE text, ALTER fit_score TYPE text;
    ALTER TABLE interviews DROP CONSTRAINT ck_interviews_status_valid, DROP CONSTRAINT ck_interviews_rating_range
    """


def fill_loosely(connection: psycopg.Connection[Any]) -> None:
    make_schema(connection, "h8c9d0e1f2g3", version_table=False)
    for statement in LOOSE.split(";"):
        connection.execute(statement.encode())
    insert(connection, "users", id=ADA, email="ada@example.com")
    for name, cells in {
        "cased": {"status": "closed", "closed_reason": "Dropped"},
        "unknown": {"status": "Dreaming", "role_title": "r" * 300, "followup_count": "many", "fit_score": "high"},
        "timeless": {"status": "Offer", "created_at": None, "updated_at": None, "is_deleted": None},
        "nobody's": {
            "status": "Closed",
            "closed_reason": "Dropped",
            "user_id": NOBODY,
            "notes": '["lost?"]',
            "followup_date": "2030-06-15",
        },
    }.items():
        insert(connection, "jobs", id=key(name), **{"user_id": ADA, "role_title": name, **cells})
    for name, cells in {
        "odd": {"job_id": key("unknown"), "status": "COMPLETED", "rating": 11},
        "of a ghost": {"job_id": key("nobody's")},
    }.items():
        insert(connection, "interviews", id=key(name), user_id=ADA, interview_date=MADE, **cells)
    for name in ("", "  "):
        insert(connection, "companies", id=key(f"company {name}"), user_id=ADA, name=name, lane=3)
    insert(connection, "contacts", id=key("c"), user_id=NOBODY, name="Grace")
    insert(
        connection, "activity_log", id=key("a"), user_id=ADA, action_type="x", description="y", related_job_id=NOBODY
    )
    insert(connection, "users", id=ADA, email="ada.again@example.com")
    for name in ("First", "Second"):
        insert(connection, "companies", id=key("twice"), user_id=ADA, name=name, lane=1)
        for channel in ("one", "two"):
            insert(
                connection,
                "jobs",
                id=key("twice"),
                user_id=ADA,
                role_title=name,
                status="Closed",
                closed_reason=f"{name}, {channel}",
            )
    for table in ("contacts", "activity_log"):
        said = {"name": "Grace"} if table == "contacts" else {"action_type": "met", "description": "Met Grace"}
        insert(connection, table, id=key("both"), user_id=ADA, **said)
    insert(connection, "profile_dna", id=key("p"), user_id=NOBODY, core_skills=["Python"])
    insert(connection, "resume_files", id=key("f"), user_id=NOBODY, filename="cv.pdf", file_content=PDF)


def row_id(loose: Crossed, table: str, name: str) -> str:
    """Return what a row is known by; without a primary key, by a digest."""
    return str(
        loose.one(
            """
            SELECT row_id FROM crossing.source_rows WHERE source_table = %s AND row_id IN (
                SELECT %s UNION ALL
                SELECT row_id FROM migration_ledger WHERE "table" = %s AND "column" = 'id' AND after = to_jsonb(%s::text))
            """,
            *(table, key(name)) * 2,
        )
    )


@pytest.fixture(scope="module")
def loose(django_db_setup: None, django_db_blocker: Any) -> Iterator[Crossed]:
    with django_db_blocker.unblock(), scratch_database("loose") as address:
        with psycopg.connect(address, autocommit=True) as connection:
            fill_loosely(connection)
        with cross(address) as crossed:
            yield crossed


def test_cells_that_no_constraint_had_seen(loose: Crossed) -> None:
    assert loose.job("cased", "status, closed_reason") == ("Closed", "Dropped")
    assert loose.job("unknown", "status, length(role_title), followup_count, fit_score") == ("Tracking", 255, 0, None)
    lines = loose.lines("jobs", row_id(loose, "jobs", "unknown"))
    assert {column: before for (column, _), (before, _, _) in lines.items()} == {
        "id": row_id(loose, "jobs", "unknown"),
        "status": "Dreaming",
        "role_title": "r" * 300,
        "followup_count": "many",
        "fit_score": "high",
    }
    assert loose.job("timeless", "created_at = 'epoch', updated_at = 'epoch', is_deleted") == (True, True, False)
    assert loose.one("SELECT status, rating FROM interviews WHERE id = %s", key("odd")) == ("Completed", None)


@pytest.mark.parametrize(
    ("table", "name", "said"),
    [
        ("jobs", "nobody's", "Dropped"),
        ("interviews", "of a ghost", "Phone Screen"),
        ("contacts", "c", "Grace"),
        ("profile_dna", "p", "Python"),
        ("resume_files", "f", base64.b64encode(PDF).decode()[:60]),
    ],
    ids=["job", "interview", "contact", "profile", "file"],
)
def test_rows_of_nobody_are_whole_in_the_ledger(loose: Crossed, table: str, name: str, said: str) -> None:
    outcome, reason, *_ = loose.fate(table, row_id(loose, table, name))
    assert outcome == "quarantined"
    assert reason.endswith("names a row that does not exist.")
    assert loose.lines(table, row_id(loose, table, name))["", "quarantined"][0]["id"] == key(name)
    kept = loose.all(
        "SELECT concat(before, after) FROM migration_ledger WHERE row_id IN (%s, %s)",
        key(name),
        row_id(loose, table, name),
    )
    assert said in "".join(line for (line,) in kept)


def test_plan_of_a_card_of_nobody_is_in_the_ledger(loose: Crossed) -> None:
    line = loose.lines("jobs", row_id(loose, "jobs", "nobody's"))["followup_date", "quarantined"]
    assert line == ("2030-06-15", None, "Its card did not come over.")


def test_event_of_a_job_that_is_not_there_names_it(loose: Crossed) -> None:
    assert loose.event("a", "job_id, event_data ->> 'related_job_id'") == (None, NOBODY)


def test_companies_without_a_name_are_somewhere(loose: Crossed) -> None:
    rows = loose.all(
        "SELECT stage_id FROM crossing.source_rows WHERE source_table = 'companies' AND stage_id IS NOT NULL"
    )
    kept = loose.all("SELECT id FROM target_companies")
    ledger = loose.all(
        """SELECT row_id::uuid FROM migration_ledger WHERE "table" = 'legacy_jobos_companies' AND after IS NULL"""
    )
    assert sorted(rows) == sorted({*kept, *ledger})
    assert len(rows) == 3


def test_of_several_rows_with_one_key_the_first_goes_on_and_the_others_are_whole(loose: Crossed) -> None:
    fates = dict(
        loose.all(
            """
            SELECT source_table, array_agg(reason ORDER BY reason) FROM crossing.source_rows
            WHERE stage_id = %s OR row_id IN (SELECT row_id FROM migration_ledger WHERE reason = %s) GROUP BY 1
            """,
            key("twice"),
            "Another row has the same key.",
        )
    )
    again = "Another row has the same key."
    assert fates["jobs"] == [again, again, again, None]
    assert fates["companies"] == [again, None]
    assert fates["users"] == [again]
    assert loose.job("twice", "role_title, closed_reason") == ("First", "First, one")
    whole = loose.all(
        "SELECT before ->> 'closed_reason', before ->> 'role_title' FROM migration_ledger WHERE reason = %s"
        """ AND "table" = 'jobs' ORDER BY 1""",
        again,
    )
    assert whole == [("First, two", "First"), ("Second, one", "Second"), ("Second, two", "Second")]
    assert loose.one("SELECT email FROM accounts_user WHERE id = %s", ADA) == "ada@example.com"


def test_a_contact_and_an_action_with_one_key_are_two_events(loose: Crossed) -> None:
    contact = loose.fate("contacts", row_id(loose, "contacts", "both"))
    action = loose.fate("activity_log", key("both"))
    assert contact == ("kept", "", "timeline_events", key("both"))
    assert action[:3] == ("kept", "", "timeline_events")
    assert action[3] != contact[3]
    assert loose.event("both", "title") == "Contact: Grace"
    assert loose.one("SELECT title FROM timeline_events WHERE id = %s", action[3]) == "Met Grace"
    line = loose.lines("activity_log", key("both"))["key", "converted"]
    assert line == (key("both"), action[3], "A contact has the same key.")
