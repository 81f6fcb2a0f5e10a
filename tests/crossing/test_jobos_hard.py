"""Hard databases of JobOS, of four revisions: every row is in its final table or whole in the ledger, every text somewhere."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from jobos.crossing.services.staging import ALIAS
from jobs.api.serializers import JobSerializer
from jobs.models import Job
from resumes.content import find_faults
from tests.crossing.jobos_crossings import Crossed, cross, scratch_database
from tests.hard_legacy.jobos import make_jobos
from tests.hard_legacy.jobos_rows import Made

if TYPE_CHECKING:
    from collections.abc import Iterator

REVISIONS = ("b2c3d4e5f6a7", "c3d4e5f6a7b8", "b2c3d4e5f6a8", "p6g7h8i9j0k1")


@pytest.fixture(scope="module", params=REVISIONS)
def hard(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[Crossed, Made]]:
    with django_db_blocker.unblock(), scratch_database("hard") as address:
        made = make_jobos(address, revision=request.param, users=50, seed=1)
        with cross(address) as crossed:
            yield crossed, made


def test_shape_names_the_revision(hard: tuple[Crossed, Made]) -> None:
    crossed, made = hard
    assert crossed.shape.endswith(f"({made.revision})")


FINAL = {"legacy_jobos_companies": "target_companies"}


def test_every_row_is_in_its_final_table_or_whole_in_the_ledger(hard: tuple[Crossed, Made]) -> None:
    crossed, made = hard
    registered = dict(crossed.all("SELECT source_table, count(*) FROM crossing.source_rows GROUP BY 1"))
    assert registered == {**made.tables, "alembic_version": 1}
    left = crossed.all("SELECT DISTINCT stage_table FROM crossing.source_rows WHERE outcome IS NULL ORDER BY 1")
    assert [table for (table,) in left] == [
        "accounts_user",
        "interviews",
        "jobs",
        "legacy_jobos_companies",
        "user_profiles",
    ]
    for (table,) in left:
        lost = crossed.all(
            f"""
            SELECT r.row_id FROM crossing.source_rows r
            WHERE r.outcome IS NULL AND r.stage_table = %s
              AND NOT EXISTS (SELECT FROM {FINAL.get(table, table)} t WHERE t.id = r.stage_id)
              AND NOT EXISTS (
                SELECT FROM migration_ledger l
                WHERE l."table" = r.stage_table AND l.row_id = r.stage_id::text AND l.after IS NULL AND l."column" = '')
            """,
            table,
        )
        assert not lost
    for table, key in crossed.all(
        "SELECT DISTINCT final_table, final_table FROM crossing.source_rows WHERE outcome = 'kept'"
    ):
        lost = crossed.all(
            f"""
            SELECT row_id FROM crossing.source_rows r
            WHERE outcome = 'kept' AND final_table = %s AND NOT EXISTS (SELECT FROM {key} t WHERE t.id = r.final_id)
            """,
            table,
        )
        assert not lost
    unkept = crossed.all(
        """
        SELECT source_table, row_id FROM crossing.source_rows r
        WHERE outcome IN ('quarantined', 'merged') AND (reason IS NULL OR reason = '' OR NOT EXISTS (
            SELECT FROM migration_ledger l
            WHERE l."table" = r.source_table AND l.row_id = r.row_id AND l.outcome = r.outcome AND l."column" = ''))
        """
    )
    assert not unkept


def test_every_planted_text_is_found(hard: tuple[Crossed, Made]) -> None:
    crossed, made = hard
    tables = [
        table
        for (table,) in crossed.all(
            "SELECT c.oid::regclass::text FROM pg_class c"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
        )
    ]
    said = "\n".join(row for table in tables for (row,) in crossed.all(f"SELECT to_jsonb(t)::text FROM {table} t"))
    lost = [planted for planted in made.planted if planted.value not in said]
    assert not lost
    assert len(made.planted) > 400


def test_no_password_is_in_the_ledger(hard: tuple[Crossed, Made]) -> None:
    crossed, _ = hard
    hashes = [row[0] for row in crossed.source.execute("SELECT hashed_password FROM users WHERE hashed_password <> ''")]
    ledger = "\n".join(row for (row,) in crossed.all("SELECT concat(before, after) FROM migration_ledger"))
    assert hashes
    assert not [one for one in hashes if one in ledger]


# Column by column -------------------------------------------------------------------------------------------------------

SAME = {
    "jobs": (
        "user_id",
        "company_name",
        "role_title",
        "jd_text",
        "jd_url",
        "source_portal",
        "fit_score",
        "ats_score",
        "resume_version",
        "apply_type",
        "cover_letter",
        "referral_contact",
        "keywords_matched",
        "keywords_missing",
        "applied_date",
        "interview_date",
        "interview_type",
        "interviewer_name",
        "interviewer_linkedin",
        "prep_notes",
        "interview_feedback",
        "is_deleted",
        "last_followup_date",
        "followup_count",
        "created_at",
        "updated_at",
        "application_channel",
    ),
    "interviews": (
        "user_id",
        "job_id",
        "interview_date",
        "round",
        "interviewer_name",
        "interviewer_role",
        "interviewer_linkedin",
        "status",
        "notes",
        "rating",
        "questions_asked",
        "went_well",
        "to_improve",
        "next_steps",
        "prep_content",
        "prep_generated_at",
        "created_at",
        "updated_at",
    ),
}


def read_table(connection: Any, table: str) -> dict[str, dict[str, Any]]:
    return {
        str(key): row for key, row in connection.execute(f"SELECT id, to_jsonb(t) FROM {table} t".encode()).fetchall()
    }


def read_said(crossed: Crossed, table: str) -> set[tuple[str, str]]:
    """Return which columns of which rows of a table the ledger has lines of."""
    return set(
        crossed.all(
            """
            SELECT row_id, name FROM migration_ledger l
            CROSS JOIN LATERAL (
                SELECT l."column" UNION ALL
                SELECT jsonb_object_keys(CASE jsonb_typeof(before) WHEN 'object' THEN before ELSE '{}' END)) told (name)
            WHERE "table" = %s
            """,
            table,
        )
    )


@pytest.mark.parametrize("table", SAME)
def test_cells_stand_as_they_were_or_in_the_ledger(hard: tuple[Crossed, Made], table: str) -> None:
    crossed, _ = hard
    winners = {str(old): str(new) for old, new in crossed.all("SELECT old_id, new_id FROM crossing.user_map")}
    before, after, said = (
        read_table(crossed.source, table),
        read_table(crossed.staging, table),
        read_said(crossed, table),
    )
    assert before.keys() == after.keys()
    changed = []
    for key, row in before.items():
        row["user_id"] = winners.get(row["user_id"], row["user_id"])
        for column in SAME[table]:
            # What was left empty in one way or another is empty here.
            if (row.get(column) or None) != (after[key][column] or None) and (key, column) not in said:
                changed.append((key, column, row[column], after[key][column]))
    assert not changed


def test_statuses_reasons_and_notes(hard: tuple[Crossed, Made]) -> None:
    crossed, made = hard
    before, after, said = (
        read_table(crossed.source, "jobs"),
        read_table(crossed.staging, "jobs"),
        read_said(crossed, "jobs"),
    )
    if made.revision == "b2c3d4e5f6a7":
        assert {after[key]["closed_reason"] for key, row in before.items() if row["status"] == "Ghosted"} == {"Ghosted"}
        return
    assert {key: row["status"] for key, row in before.items()} == {key: row["status"] for key, row in after.items()}
    for key, row in before.items():
        reason, now = row["closed_reason"] or "", after[key]["closed_reason"]
        assert now == reason or (key, "closed_reason") in said
        assert now or row["status"] != "Closed"
        if (key, "notes") not in said:
            assert [read_note(note) for note in row["notes"] or []] == [read_note(note) for note in after[key]["notes"]]


def read_note(note: dict[str, str]) -> dict[str, Any]:
    """Return a note with its time; one with the mark of a follow-up is of that type, whether it says so or not."""
    kind = {"type": "followup"} if note["text"].startswith("[Follow-up 2") else {}
    return {**kind, **note, "created_at": datetime.fromisoformat(note["created_at"])}


def test_api_shows_every_job(hard: tuple[Crossed, Made]) -> None:
    crossed, made = hard
    shown = JobSerializer(Job.objects.using(ALIAS).all(), many=True).data
    assert len(shown) == made.tables["jobs"]
    assert all(
        {"text", "created_at"} <= note.keys() <= {"text", "created_at", "type"}
        for job in shown
        for note in job["notes"]
    )


def test_resumes_are_valid_and_their_files_are_the_same(hard: tuple[Crossed, Made]) -> None:
    crossed, made = hard
    rows = crossed.all(
        "SELECT r.id::text, r.contact_info, r.custom_sections, v.content_snapshot, g.file, g.sha256 FROM resumes r"
        " JOIN resume_versions v ON v.resume_id = r.id JOIN resume_generations g ON g.resume_id = r.id"
    )
    files = (
        dict(crossed.source.execute("SELECT id::text, file_content FROM resume_files").fetchall())
        if "resume_files" in made.tables
        else {}
    )
    quarantined = dict(
        crossed.all(
            """SELECT row_id, before FROM migration_ledger WHERE "table" = 'resume_files' AND outcome = 'quarantined'"""
        )
    )
    assert {row[0] for row in rows} | quarantined.keys() == files.keys()
    for key, contact, sections, snapshot, file, digest in rows:
        assert not find_faults(snapshot)
        assert (snapshot["contact_info"], snapshot["custom_sections"]) == (contact, sections)
        assert file == files[key]
        assert digest == hashlib.sha256(file).hexdigest()
    for key, before in quarantined.items():
        assert base64.b64decode(before["file_content"]["base64"]) == files[key]


def test_contacts_and_activities_are_events_with_all_they_said(hard: tuple[Crossed, Made]) -> None:
    crossed, made = hard
    events = read_table(crossed.staging, "timeline_events")
    contacts = {key: row for key, row in read_table(crossed.source, "contacts").items() if not row["is_deleted"]}
    for key, row in contacts.items():
        said = {name: cell for name, cell in row.items() if cell is not None and name not in APART}
        assert events[key]["event_data"] == said
        assert (events[key]["created_at"], events[key]["updated_at"]) == (row["created_at"], row["updated_at"])
    activities = read_table(crossed.source, "activity_log")
    for key, row in activities.items():
        event = events[key]
        assert row["description"] in (event["title"], event["description"])
        assert event["event_data"]["action_type"] == row["action_type"]
        assert event["event_data"].get("contact_id") == row["related_contact_id"]
        assert event["job_id"] == row["related_job_id"]
        assert row["created_at"] in (None, event["event_date"])
    cards = [row for row in read_table(crossed.source, "jobs").values() if row.get("followup_date")]
    planned = [row for row in cards if row["status"] != "Closed" and not row["is_deleted"]]
    planned += [row for row in contacts.values() if row["follow_up_date"]]
    assert len(events) == len(contacts) + len(activities) + len(planned)
    ended = {key for key, column in read_said(crossed, "jobs") if column == "followup_date"}
    assert len(ended) == len(cards) + len([row for row in contacts.values() if row["follow_up_date"]]) - len(planned)
    assert len(contacts) < made.tables["contacts"]


APART = ("id", "user_id", "is_deleted", "created_at", "updated_at")


def test_words_of_profiles_are_skills_or_in_the_ledger(hard: tuple[Crossed, Made]) -> None:
    crossed, _ = hard
    skills: dict[str, set[str]] = {}
    for user, name in crossed.all(
        "SELECT b.user_id::text, lower(s.name) FROM skills s JOIN skill_banks b ON b.id = s.bank_id"
    ):
        skills.setdefault(user, set()).add(name)
    winners = {str(old): str(new) for old, new in crossed.all("SELECT old_id, new_id FROM crossing.user_map")}
    told = 0
    for row in read_table(crossed.source, "profile_dna").values():
        bank = skills.get(winners.get(row["user_id"], row["user_id"]), set())
        for column in ("core_skills", "tools_platforms", "industries", "resume_keywords"):
            words = [word for word in row[column] or [] if word and word.strip()]
            assert {word.strip()[:200].strip().lower() for word in words} <= bank
            told += len(words)
    assert told > 100
