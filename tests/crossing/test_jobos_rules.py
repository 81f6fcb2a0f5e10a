"""What becomes of one row of a JobOS database, rule by rule."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from resumes.content import find_faults
from tests.crossing.jobos_crossings import CHANGED, MADE, Crossed, cross, insert, key, make_schema, scratch_database
from tests.hard_legacy.jobos_ingredients import make_docx, make_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT_BACK = "jobs.0002_status_overhaul backward"


ADA, BEN, EVE, EVE_TOO = (key(name) for name in ("ada", "ben", "eve", "eve too"))
OTHER_DAY = "2024-05-31T10:00:00.500000+00:00"
PASSWORD = "$pbkdf2-sha256$29000$c2FsdHNhbHRzYWx0c2Fs$Y2hlY2tzdW1jaGVja3N1bWNoZWNrc3VtY2hlY2tzdW0"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONG_TEXT = "Ada's résumé. " * 4_000
HUGE_TEXT = "\u0001é" * 100_000
PDF = make_pdf("Ada Lovelace")
WORD = make_docx("Ada Lovelace")
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504

WHY_MENDED = "a NUL, half of a character, a number too long, or a name that stands twice."
DEEP = "[" * 3_000 + "]" * 3_000
ENDLESS = f"1{'0' * 5_000}"
# The jobs by name; what is not said is common to all.
JOBS: dict[str, dict[str, Any]] = {
    "tracking": {"status": "Tracking", "application_channel": "Referral", "notes": "[]"},
    "applied": {"status": "Applied", "notes": json.dumps([{"text": "a", "created_at": OTHER_DAY, "type": "system"}])},
    "interview": {"status": "Interview", "notes": "null"},
    "offer": {"status": "Offer", "notes": None},
    "rejected": {"status": "Closed", "closed_reason": "Rejected", "application_channel": "LinkedIn"},
    "ghosted": {"status": "Closed", "closed_reason": "Ghosted"},
    "no response": {"status": "Closed", "closed_reason": "No Response"},
    "dropped": {"status": "Closed", "closed_reason": "Dropped", "notes": '["a"]'},
    "no reason": {"status": "Closed", "closed_reason": None},
    "blank reason": {"status": "Closed", "closed_reason": "  "},
    "reopened": {"status": "Tracking", "closed_reason": "Dropped"},
    "deleted": {"status": "Applied", "is_deleted": True, "notes": '[{"text": "gone", "created_at": "yesterday"}]'},
    "analysed": {
        "status": "Tracking",
        "ai_analysis": '{"verdict": 1.10, "fit_reasoning": "Fits.", "b2c_reason": "Shops."}',
        "fit_reasoning": "Fits.",
        "salary_range": "40 to 55",
        "resume_suggestions": '[{"tip": 2.50}]',
        "interview_angle": 'Say "scale".',
        "b2c_check": True,
        "b2c_reason": "Banks.",
    },
    "not analysed": {"status": "Tracking", "salary_range": "40 to 55", "b2c_check": False},
    "empty analysis": {"status": "Tracking", "ai_analysis": "{}", "salary_range": "40 to 55"},
    "listed analysis": {"status": "Tracking", "ai_analysis": "[1]", "salary_range": "40 to 55"},
    "nothing later": {"status": "Tracking", "ai_analysis": '{"a": 1.10}', "resume_suggestions": "null"},
    "endless analysis": {"status": "Tracking", "ai_analysis": '{"x":1e5000, "y": 1}', "salary_range": "40 to 55"},
    "deep analysis": {"status": "Tracking", "ai_analysis": DEEP, "salary_range": "40 to 55"},
    "deep suggestions": {"status": "Tracking", "resume_suggestions": DEEP, "salary_range": "40 to 55"},
    "endless suggestions": {"status": "Tracking", "resume_suggestions": "[1e5000]"},
    "deep notes": {"status": "Tracking", "notes": f'["a", {DEEP}]'},
    "to follow up": {"status": "Applied", "followup_date": "2024-06-15"},
    "to follow up closed": {"status": "Closed", "closed_reason": "Rejected", "followup_date": "2024-06-16"},
    "to follow up deleted": {"status": "Applied", "is_deleted": True, "followup_date": "2024-06-17"},
    "to follow up never": {"status": "Applied", "followup_date": "infinity"},
    "at acme": {"status": "Tracking", "company_id": key("acme"), "company_name": " ACME "},
    "at bolt": {"status": "Tracking", "company_id": key("bolt")},
    "odd": {
        "status": "Tracking",
        "fit_score": "NaN",
        "ats_score": "Infinity",
        "keywords_matched": [["a"], ["b"]],
        "keywords_missing": ["c", None],
        "applied_date": "infinity",
        "followup_count": None,
    },
}
ARRAY = ["Python", None, 'say "go"']


def fill(connection: psycopg.Connection[Any]) -> None:
    make_schema(connection, "p6g7h8i9j0k1")
    connection.execute("CREATE TABLE voice_memos (said text)")
    connection.execute("INSERT INTO voice_memos VALUES ('hello'), ('hello')")
    insert(
        connection,
        "users",
        id=ADA,
        email="ada@example.com",
        hashed_password=PASSWORD,
        full_name="",
        telegram_chat_id=42,
        email_verified=True,
    )
    insert(connection, "users", id=BEN, email="ben@example.com", hashed_password="plain", full_name="Ben Bell")
    insert(connection, "users", id=EVE, email="eve@example.com", email_verified=True, full_name="Eve")
    insert(connection, "users", id=EVE_TOO, email="Eve@Example.com", email_verified=True, updated_at=MADE)
    insert(
        connection,
        "profile_dna",
        id=key("ada's profile"),
        user_id=ADA,
        full_name="Ada Lovelace",
        positioning_statement="Countess of numbers.",
        career_narrative="It began with an engine.",
        target_roles=["CTO"],
        target_locations=["London", None, "x" * 201],
        core_skills=ARRAY,
        tools_platforms=["Engine"],
        industries=["Mathematics"],
        resume_keywords=["PYTHON", "notes"],
        education=json.dumps(
            [{"school": "Home", "degree": "None", "year": 1832, "gpa": None, "mark": True}, "By mail"]
        ),
        raw_resume_text="All of it",
        years_of_experience=9,
        linkedin_url="www.linkedin.com/in/ada",
        phone="+44 1",
    )
    insert(
        connection,
        "profile_dna",
        id=key("ben's profile"),
        user_id=BEN,
        full_name="Benjamin",
        years_of_experience=-1,
        linkedin_url="https://evil.example/?linkedin.com",
        education="null",
    )
    for name, user in (("eve's profile", EVE), ("eve's other profile", EVE_TOO)):
        insert(connection, "profile_dna", id=key(name), user_id=user, core_skills=[name], updated_at=MADE)
    insert(connection, "companies", id=key("acme"), user_id=ADA, name="Acme", lane=None, investors=["A", None])
    insert(connection, "companies", id=key("bolt"), user_id=ADA, name="Bolt", lane=5)
    for name, cells in JOBS.items():
        insert(connection, "jobs", id=key(name), user_id=ADA, role_title=name, **cells)
    insert(connection, "jobs", id=key("eve's"), user_id=EVE_TOO, role_title="eve's", status="Tracking")
    insert(
        connection,
        "interviews",
        id=key("interview of"),
        user_id=ADA,
        job_id=key("interview"),
        interview_date=MADE,
        status=None,
        round="",
    )
    insert(
        connection,
        "contacts",
        id=key("grace"),
        user_id=ADA,
        name="Grace\nHopper",
        their_role="Admiral",
        company="Navy",
        notes="Met at sea",
        response="Aye",
        reached_out_date="2024-02-01",
        follow_up_date="2030-06-15",
    )
    long = {"name": "n" * 255, "company": "c" * 255, "follow_up_date": "infinity"}
    insert(connection, "contacts", id=key("long"), user_id=BEN, **long)
    gone = {"name": "Gone", "notes": "x", "follow_up_date": "2030-06-15", "is_deleted": True}
    insert(connection, "contacts", id=key("deleted contact"), user_id=BEN, **gone)
    for name, cells in {
        "moved": {
            "action_type": "job_status_changed",
            "description": "Applied\nto Acme",
            "related_job_id": key("applied"),
        },
        "talked": {"action_type": "contact_added", "description": "Grace", "related_contact_id": key("grace")},
        "blank": {"action_type": "job_created", "description": " ", "created_at": None, "related_job_id": key("offer")},
        "timeless": {"action_type": "x", "description": "y", "created_at": None},
    }.items():
        insert(connection, "activity_log", id=key(name), user_id=ADA, **cells)
    insert(connection, "activity_log", id=key("merged"), user_id=EVE_TOO, action_type="x", description="y")
    connection.execute("ALTER TABLE resume_files ALTER mime_type DROP DEFAULT")
    for name, cells in {
        "cv": {"filename": "Ada.Lovelace.pdf", "file_content": PDF, "extracted_text": LONG_TEXT, "is_primary": True},
        "word": {"filename": ".docx", "file_content": WORD, "mime_type": DOCX},
        "huge": {"filename": " ", "file_content": PDF, "extracted_text": HUGE_TEXT},
        "page": {"filename": "page.pdf", "file_content": b"<html>", "mime_type": "application/pdf"},
        "doc": {"filename": "cv.doc", "file_content": DOC, "mime_type": "application/msword"},
        "big": {"filename": "big.pdf", "file_content": PDF + b"\0" * 5 * 1024 * 1024},
    }.items():
        insert(connection, "resume_files", id=key(name), user_id=ADA, **cells)
    connection.execute(
        "INSERT INTO refresh_tokens (id, user_id, token_hash, expires_at) VALUES (%s, %s, 'hash', now())", [ADA, ADA]
    )


@pytest.fixture(scope="module")
def crossed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Crossed]:
    with django_db_blocker.unblock(), scratch_database("rules") as address:
        with psycopg.connect(address, autocommit=True) as connection:
            fill(connection)
        with cross(address) as crossed:
            yield crossed


# Jobs -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status", "reason", "channel"),
    [
        ("tracking", "Tracking", "", "Referral"),
        ("applied", "Applied", "", ""),
        ("interview", "Interview", "", ""),
        ("offer", "Offer", "", ""),
        ("rejected", "Closed", "Rejected", "LinkedIn"),
        ("ghosted", "Closed", "Ghosted", ""),
        ("no response", "Closed", "No Response", ""),
        ("dropped", "Closed", "Dropped", ""),
        ("no reason", "Closed", "No Response", ""),
        ("blank reason", "Closed", "No Response", ""),
        ("reopened", "Tracking", "", ""),
    ],
)
def test_status_reason_and_channel(crossed: Crossed, name: str, status: str, reason: str, channel: str) -> None:
    assert crossed.job(name, "status, closed_reason, application_channel") == (status, reason, channel)


def test_reasons_that_change_are_in_the_ledger(crossed: Crossed) -> None:
    assert crossed.lines("jobs", key("dropped")).keys() == {("notes", "converted")}
    assert crossed.lines("jobs", key("no reason"))["closed_reason", "derived"][:2] == (None, "No Response")
    assert crossed.lines("jobs", key("blank reason"))["closed_reason", "derived"][:2] == ("  ", "No Response")
    assert crossed.lines("jobs", key("reopened"))["closed_reason", "quarantined"][:2] == ("Dropped", "")


def test_nothing_is_left_of_what_waited_for_the_migration(crossed: Crossed) -> None:
    assert crossed.one("SELECT count(*) FROM migration_ledger WHERE source = %s", KEPT_BACK) == 0


def test_notes(crossed: Crossed) -> None:
    assert crossed.job("applied", "notes") == [
        {"text": "a", "created_at": "2024-05-31T10:00:00.500000Z", "type": "system"}
    ]
    assert not crossed.lines("jobs", key("applied"))
    assert [crossed.job(name, "notes") for name in ("tracking", "interview", "offer")] == [[], [], []]
    assert crossed.job("dropped", "notes") == [{"text": "a", "created_at": "2024-03-02T10:00:00.500000Z"}]
    assert crossed.lines("jobs", key("dropped"))["notes", "converted"][0] == '["a"]'
    assert crossed.job("deleted", "notes, is_deleted") == (
        [{"text": "gone", "created_at": "2024-03-02T10:00:00.500000Z"}],
        True,
    )


def test_times_survive(crossed: Crossed) -> None:
    assert crossed.job("dropped", f"created_at = '{MADE}', updated_at = '{CHANGED}'") == (True, True)


def test_later_columns_are_told_in_the_analysis(crossed: Crossed) -> None:
    # To the letter: 1.10 is not 1.1.
    assert crossed.job("analysed", "ai_analysis::text") == (
        '{"verdict": 1.10, "b2c_check": true, "b2c_reason": "Shops.", "salary_range": "40 to 55", "fit_reasoning": "Fits.",'
        ' "interview_angle": "Say \\"scale\\".", "resume_suggestions": [{"tip": 2.50}]}'
    )
    lines = crossed.lines("jobs", key("analysed"))
    assert lines.keys() == {("b2c_reason", "quarantined")}
    assert lines["b2c_reason", "quarantined"][0] == "Banks."
    assert crossed.job("not analysed", "ai_analysis") == {"salary_range": "40 to 55", "b2c_check": False}
    assert crossed.job("empty analysis", "ai_analysis") == {"salary_range": "40 to 55"}
    assert crossed.job("listed analysis", "ai_analysis") == [1]
    assert crossed.lines("jobs", key("listed analysis"))["salary_range", "quarantined"][0] == "40 to 55"
    assert crossed.job("nothing later", "ai_analysis::text") == '{"a": 1.10}'
    assert not crossed.lines("jobs", key("nothing later"))


def test_documents_that_nobody_could_read_are_mended_or_in_the_ledger(crossed: Crossed) -> None:
    found = {name: crossed.job(name, "ai_analysis") for name in JOBS if "deep" in name or "endless" in name}
    assert found == {
        "endless analysis": {"x": ENDLESS, "y": 1, "salary_range": "40 to 55"},
        "deep analysis": {"salary_range": "40 to 55"},
        "deep suggestions": {"salary_range": "40 to 55"},
        "endless suggestions": {"resume_suggestions": [ENDLESS]},
        "deep notes": None,
    }
    lines = {name: crossed.lines("jobs", key(name)) for name in found}
    mended, endless = f"Not all of it can be stored: {WHY_MENDED}", "It is no JSON, or none that ends within reason."
    assert {
        name: {which: (before, why) for which, (before, _, why) in told.items()} for name, told in lines.items()
    } == {
        "endless analysis": {("ai_analysis", "converted"): (f'{{"x": {ENDLESS}, "y": 1}}', mended)},
        "deep analysis": {("ai_analysis", "quarantined"): (DEEP, endless)},
        "deep suggestions": {("resume_suggestions", "quarantined"): (DEEP, endless)},
        "endless suggestions": {("resume_suggestions", "converted"): (f"[{ENDLESS}]", mended)},
        "deep notes": {("notes", "converted"): (f'["a", {DEEP}]', "What could not be read stands as it was.")},
    }
    assert [note["text"] for note in crossed.job("deep notes", "notes")] == [f'["a", {DEEP}]']


def test_planned_follow_up_is_an_event_of_that_day(crossed: Crossed) -> None:
    events = crossed.all(
        "SELECT user_id::text, event_type, title, event_data, event_date::text, job_id::text, created_at = %s::timestamptz"
        " FROM timeline_events WHERE title LIKE 'Follow-up planned%%' ORDER BY title",
        CHANGED,
    )
    day, other = "2024-06-15", "2030-06-15"
    assert events == [
        (
            ADA,
            "custom_event",
            "Follow-up planned",
            {"followup_date": day},
            f"{day} 00:00:00+00",
            key("to follow up"),
            True,
        ),
        (
            ADA,
            "custom_event",
            "Follow-up planned with Grace Hopper",
            {"follow_up_date": other, "contact_id": key("grace")},
            f"{other} 00:00:00+00",
            None,
            True,
        ),
    ]
    assert crossed.lines("jobs", key("to follow up never"))["followup_date", "quarantined"][0] == "infinity"
    assert crossed.lines("contacts", key("long"))["follow_up_date", "quarantined"][0] == "infinity"


@pytest.mark.parametrize(
    ("name", "day", "why"),
    [
        ("to follow up closed", "2024-06-16", "Its card is closed: nothing is followed up."),
        ("to follow up deleted", "2024-06-17", "Its card is deleted: nothing is followed up."),
    ],
    ids=["closed", "deleted"],
)
def test_plan_of_an_ended_card_is_in_the_ledger(crossed: Crossed, name: str, day: str, why: str) -> None:
    assert crossed.all("SELECT title FROM timeline_events WHERE job_id = %s", key(name)) == []
    assert crossed.lines("jobs", key(name))["followup_date", "quarantined"] == (day, None, why)


def test_company_of_a_job_is_kept_where_it_is_called_otherwise(crossed: Crossed) -> None:
    assert not crossed.lines("jobs", key("at acme"))
    before, _, _ = crossed.lines("jobs", key("at bolt"))["company_id", "quarantined"]
    assert before == {"company_id": key("bolt"), "name": "Bolt"}


def test_odd_cells_do_not_stop_the_way(crossed: Crossed) -> None:
    assert crossed.job(
        "odd", "fit_score, ats_score, keywords_matched, keywords_missing, applied_date, followup_count"
    ) == (None, None, ["a", "b"], ["c"], None, 0)
    lines = crossed.lines("jobs", key("odd"))
    assert {column: before for (column, _), (before, _, _) in lines.items()} == {
        "keywords_matched": "{{a},{b}}",
        "keywords_missing": "{c,NULL}",
        "applied_date": "infinity",
    }


def test_what_belonged_to_a_merged_user_is_the_winners(crossed: Crossed) -> None:
    assert crossed.job("eve's", "user_id::text") == EVE
    assert crossed.one("SELECT user_id::text FROM timeline_events WHERE id = %s", key("merged")) == EVE
    assert crossed.fate("users", EVE_TOO)[0::2] == ("merged", "accounts_user")
    profiles = sorted((key("eve's profile"), key("eve's other profile")))
    assert crossed.all("SELECT id::text FROM user_profiles WHERE user_id = %s", EVE) == [(profiles[1],)]
    assert crossed.fate("profile_dna", profiles[0])[0::2] == ("merged", "user_profiles")
    assert crossed.fate("profile_dna", profiles[0])[3] == profiles[1]
    assert crossed.lines("profile_dna", profiles[0])["", "merged"][0]["user_id"] == EVE
    names = crossed.all(
        "SELECT s.name FROM skills s JOIN skill_banks b ON b.id = s.bank_id WHERE b.user_id = %s ORDER BY 1", EVE
    )
    assert names == [("eve's other profile",), ("eve's profile",)]


# People -----------------------------------------------------------------------------------------------------------------


def test_users(crossed: Crossed) -> None:
    users = crossed.all(
        "SELECT u.email, u.full_name, u.password, u.is_active, s.email_is_verified FROM accounts_user u"
        " JOIN crossing.users s USING (id) ORDER BY email"
    )
    assert [(email, name, verified) for email, name, _, _, verified in users] == [
        ("ada@example.com", "Ada Lovelace", True),
        ("ben@example.com", "Ben Bell", False),
        ("eve@example.com", "Eve", True),
    ]
    assert users[0][2] == f"passlib_pbkdf2_sha256{PASSWORD.removeprefix('$pbkdf2-sha256')}"
    assert users[1][2].startswith("!")
    before, after, reason = crossed.lines("users", BEN)["hashed_password", "quarantined"]
    assert (before, after, reason) == (None, None, "It cannot be checked here: a new one is needed.")
    assert ("hashed_password", "quarantined") not in crossed.lines("users", ADA)
    left = crossed.lines("users", ADA)["unknown", "quarantined"][0]
    assert left == {
        "telegram_chat_id": "42",
        "onboarding_completed": "f",
        "notification_preference": "telegram",
        "email_verified": "t",
        "updated_at": CHANGED,
    }


def test_profile(crossed: Crossed) -> None:
    assert crossed.one(
        "SELECT id::text, phone, linkedin_url, experience_years, bio, education, preferred_locations FROM user_profiles"
        " WHERE user_id = %s",
        ADA,
    ) == (
        key("ada's profile"),
        "+44 1",
        "https://www.linkedin.com/in/ada",
        9,
        "Countess of numbers.\n\nIt began with an engine.",
        "Home, None, 1832\nBy mail",
        ["London", "x" * 200],
    )
    lines = crossed.lines("profile_dna", key("ada's profile"))
    assert lines["full_name", "converted"][0] == "Ada Lovelace"
    assert lines["linkedin_url", "converted"][0] == "www.linkedin.com/in/ada"
    assert lines["target_locations", "converted"][0] == f"{{London,NULL,{'x' * 201}}}"
    assert json.loads(lines["education", "converted"][0])[1] == "By mail"
    assert lines["unknown", "quarantined"][0] == {"target_roles": "{CTO}", "raw_resume_text": "All of it"}


def test_profile_that_cannot_be_taken_as_it_is(crossed: Crossed) -> None:
    assert crossed.one("SELECT linkedin_url, experience_years, bio FROM user_profiles WHERE user_id = %s", BEN) == (
        "",
        None,
        "",
    )
    lines = crossed.lines("profile_dna", key("ben's profile"))
    assert {column: before for (column, _), (before, _, _) in lines.items()} == {
        "full_name": "Benjamin",
        "linkedin_url": "https://evil.example/?linkedin.com",
        "years_of_experience": "-1",
    }
    assert crossed.all("SELECT 1 FROM skill_banks WHERE user_id = %s", BEN) == []


def test_skill_bank_of_a_profile(crossed: Crossed) -> None:
    bank, summary, headings = crossed.one(
        "SELECT id::text, default_summary, skill_categories FROM skill_banks WHERE user_id = %s", ADA
    )
    assert (bank, summary) == (key("ada's profile"), "Countess of numbers.")
    assert headings[:2] == ["Core Skills", "Tools & Platforms"]
    skills = crossed.all('SELECT name, category, bucket FROM skills WHERE bank_id = %s ORDER BY name COLLATE "C"', bank)
    assert skills == [
        ("Engine", "tool", "Tools & Platforms"),
        ("Mathematics", "industry", "Industry Knowledge"),
        ("Python", "technical", "Core Skills"),
        ("notes", "other", "Other Skills"),
        ('say "go"', "technical", "Core Skills"),
    ]
    studies = crossed.all("SELECT institution, degree, end_date FROM education_entries WHERE bank_id = %s", bank)
    assert studies == [("Home", "None", "1832")]


def test_every_user_has_one_profile(crossed: Crossed) -> None:
    assert crossed.one(
        "SELECT count(*), count(p.id), count(DISTINCT p.user_id) FROM accounts_user u LEFT JOIN user_profiles p"
        " ON p.user_id = u.id"
    ) == (3, 3, 3)


def test_companies(crossed: Crossed) -> None:
    found = crossed.all("SELECT id::text, lane, investors FROM target_companies ORDER BY lane")
    assert found == [(key("acme"), 2, ["A"]), (key("bolt"), 5, [])]
    assert crossed.lines("companies", key("acme"))["investors", "converted"][0] == "{A,NULL}"


# The timeline -----------------------------------------------------------------------------------------------------------


def test_contact_is_an_event(crossed: Crossed) -> None:
    assert crossed.event(
        "grace", "user_id::text, event_type, title, description, event_data, created_at = event_date"
    ) == (
        ADA,
        "custom_event",
        "Contact: Grace Hopper, Admiral at Navy",
        "Met at sea\n\nAye",
        {
            "name": "Grace\nHopper",
            "their_role": "Admiral",
            "company": "Navy",
            "notes": "Met at sea",
            "response": "Aye",
            "reached_out_date": "2024-02-01",
            "follow_up_date": "2030-06-15",
            "referral_status": "Identified",
        },
        True,
    )
    assert crossed.fate("contacts", key("grace")) == ("kept", "", "timeline_events", key("grace"))
    assert crossed.event("long", "length(title), length(event_data ->> 'company')") == (255, 255)


def test_deleted_contact_is_in_the_ledger(crossed: Crossed) -> None:
    assert crossed.fate("contacts", key("deleted contact"))[:2] == ("quarantined", "Its person had deleted it.")
    assert crossed.lines("contacts", key("deleted contact"))["", "quarantined"][0]["name"] == "Gone"
    assert not crossed.all("SELECT 1 FROM timeline_events WHERE id = %s", key("deleted contact"))


@pytest.mark.parametrize(
    ("name", "kind", "title", "description", "more", "card"),
    [
        ("moved", "status_changed", "Applied", "Applied\nto Acme", {"action_type": "job_status_changed"}, "applied"),
        ("talked", "custom_event", "Grace", "", {"action_type": "contact_added", "contact_id": key("grace")}, None),
        ("blank", "job_saved", "Job created", " ", {"action_type": "job_created"}, "offer"),
    ],
)
def test_activity_is_an_event(  # noqa: PLR0917 - a row of the table above.
    crossed: Crossed, name: str, kind: str, title: str, description: str, more: Any, card: str | None
) -> None:
    found = crossed.event(name, "event_type, title, description, event_data, job_id::text")
    assert found == (kind, title, description, more, key(card) if card else None)


def test_activity_without_a_time_takes_another(crossed: Crossed) -> None:
    assert crossed.event("blank", f"event_date = '{MADE}', created_at = '{MADE}'") == (True, True)
    assert crossed.event("timeless", f"event_date = '{MADE}'") is True
    assert crossed.lines("activity_log", key("timeless")).keys() == {("created_at", "derived")}


def test_interview(crossed: Crossed) -> None:
    assert crossed.one("SELECT status, round, job_id::text FROM interviews") == ("Scheduled", "", key("interview"))


# Files ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "title", "kind", "file", "text"),
    [
        ("cv", "Ada.Lovelace", "pdf", PDF, LONG_TEXT),
        ("word", ".docx", "docx", WORD, ""),
        ("huge", "Resume", "pdf", PDF, HUGE_TEXT[:20_000]),
    ],
    ids=["cv", "word", "huge"],
)
def test_file_is_a_resume(crossed: Crossed, name: str, title: str, kind: str, file: bytes, text: str) -> None:  # noqa: PLR0917 - a row of the table above.
    found = crossed.one(
        "SELECT r.title, r.resume_type, r.status, r.version, g.format, g.file, g.status, v.content_snapshot, v.version_number"
        " FROM resumes r JOIN resume_generations g ON g.resume_id = r.id JOIN resume_versions v ON v.resume_id = r.id"
        " WHERE r.id = %s",
        key(name),
    )
    *facts, content, number = found
    assert facts == [title, "base", "active", 1, kind, file, "completed"]
    assert number == 1
    assert not find_faults(content)
    assert "".join(section["content"]["text"] for section in content["custom_sections"]) == text
    assert content["contact_info"] == {
        "full_name": "Ada Lovelace",
        "email": "ada@example.com",
        "phone": "+44 1",
        "linkedin_url": "https://www.linkedin.com/in/ada",
    }
    assert crossed.fate("resume_files", key(name)) == ("kept", "", "resumes", key(name))


def test_facts_of_a_file_are_in_the_ledger(crossed: Crossed) -> None:
    facts = crossed.lines("resume_files", key("cv"))["file", "converted"][0]
    assert (facts["filename"], facts["is_primary"], facts["version"]) == ("Ada.Lovelace.pdf", "t", "1")
    assert crossed.lines("resume_files", key("huge"))["extracted_text", "converted"][0] == HUGE_TEXT


@pytest.mark.parametrize(
    ("name", "file", "reason"),
    [
        ("page", b"<html>", "The file is neither PDF nor .docx."),
        ("doc", DOC, "The file is neither PDF nor .docx."),
        (
            "big",
            PDF + b"\0" * 5 * 1024 * 1024,
            "The file is larger than 5 MB.",
        ),
    ],
    ids=["page", "doc", "big"],
)
def test_file_that_cannot_be_kept_is_in_the_ledger(crossed: Crossed, name: str, file: bytes, reason: str) -> None:
    assert crossed.fate("resume_files", key(name))[:2] == ("quarantined", reason)
    kept = crossed.lines("resume_files", key(name))["", "quarantined"][0]
    assert base64.b64decode(kept["file_content"]["base64"]) == file


# The rest ---------------------------------------------------------------------------------------------------------------


def test_tables_without_a_home_are_kept_whole(crossed: Crossed) -> None:
    assert crossed.fate("refresh_tokens", ADA)[:2] == ("quarantined", "Sign-ins of the older system end there.")
    memos = crossed.all("SELECT outcome, reason FROM crossing.source_rows WHERE source_table = 'voice_memos'")
    assert memos == [("quarantined", "No table here holds this.")] * 2
    assert (
        crossed.one(
            """SELECT count(*) FROM migration_ledger WHERE "table" = 'voice_memos' AND before = '{"said": "hello"}'"""
        )
        == 2
    )
