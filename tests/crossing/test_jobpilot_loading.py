"""JobPilot's rows into the legacy tables: each is there, or in the ledger, whatever the source let stand."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from jobos.crossing.services.loading import NAMESPACE
from jobos.crossing.services.staging import Staging, open_staging
from tests.crossing.jobpilot_run import fetch, fetch_lines, load, write_file
from tests.hard_legacy.jobpilot import BCRYPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import psycopg

    from tests.crossing.jobpilot_run import Rows

pytestmark = pytest.mark.xdist_group("jobpilot_loading")

ADA, BEN = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
JOB, OTHER_JOB = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"
ACME = "55555555-5555-4555-8555-555555555555"
KEYS = [f"66666666-6666-4666-8666-66666666666{number}" for number in range(10)]
DEMO = "00000000-0000-4000-8000-000000000001"
DAY = "2024-05-01 10:00:00.000000"
USERS = [{"id": ADA, "email": "ada@example.com", "created_at": DAY, "updated_at": DAY}]
LISTING = {"id": JOB, "title": "Engineer", "company": "Acme", "created_at": DAY}


@pytest.fixture(scope="module")
def staging(django_db_setup: None, django_db_blocker: Any) -> Iterator[Staging]:
    with django_db_blocker.unblock(), open_staging("jobpilot") as staging:
        yield staging


@pytest.fixture
def carry(staging: Staging, tmp_path: Path) -> Iterator[Callable[..., psycopg.Connection[Any]]]:
    """Write a file, load it into an empty database and return a session."""
    opened: list[psycopg.Connection[Any]] = []

    def start(shape: str, rows: Rows, *more: str, first: Sequence[str] = ()) -> psycopg.Connection[Any]:
        path = tmp_path / f"old{len(opened)}.db"
        write_file(path, shape, rows, *more, first=first)
        connection = staging.connect()
        opened.append(connection)
        empty(connection)
        load(staging, str(path))
        return connection

    yield start
    for connection in opened:
        connection.close()


def empty(connection: psycopg.Connection[Any]) -> None:
    tables = fetch(
        connection,
        """
        SELECT c.oid::regclass::text, c.relname ~ '^(held_|listing_companies)'
        FROM pg_class c
        WHERE relkind = 'r' AND relname <> 'django_migrations'
          AND relnamespace IN ('public'::regnamespace, 'crossing'::regnamespace)
        """,
    )
    for table, _ in (found for found in tables if found[1]):
        connection.execute(f"DROP TABLE {table}".encode())
    connection.execute(f"TRUNCATE {', '.join(table for table, is_held in tables if not is_held)} CASCADE".encode())


def made(staging: psycopg.Connection[Any], table: str, row_id: str) -> str:
    """Return the key that a row of the source got."""
    ((key,),) = fetch(
        staging,
        "SELECT stage_id::text FROM crossing.source_rows WHERE source_table = %s AND row_id = %s",
        [table, row_id],
    )
    return key


def test_empty_databases_are_fine(carry: Any) -> None:
    for shape in ("legacy", "intermediate", "refactored"):
        connection = carry(shape, {})
        assert fetch(connection, "SELECT * FROM crossing.source_rows") == []


# Users ----------------------------------------------------------------------------------------------------------------


def test_profile_becomes_a_user_with_a_profile(carry: Any) -> None:
    full = {
        "id": ADA,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "Ada@Example.com",
        "phone": "1" * 60,
        "linkedin_url": "linkedin.com/in/ada",
        "portfolio_url": "nowhere",
        "experience_years": -3,
        "preferred_locations": '["Berlin", 5]',
        "preferred_job_types": '["FULL_TIME", "Gig"]',
        "preferred_remote_types": '"[\\"Remote\\"]"',
        "desired_salary_min": 90_000.0,
        "desired_salary_max": 80_000.0,
        "created_at": DAY,
    }
    connection = carry("legacy", {"user_profiles": [full]})
    assert fetch(
        connection,
        "SELECT id::text, email, full_name, password LIKE '!%%', is_active, to_jsonb(date_joined) FROM accounts_user",
        [],
    ) == [(ADA, "Ada@Example.com", "Ada Lovelace", True, True, "2024-05-01T10:00:00+00:00")]
    ((profile,),) = fetch(connection, "SELECT to_jsonb(p) FROM user_profiles p")
    stored = {name: profile[name] for name in full if name not in {"email", "created_at"}}
    assert stored == {
        "id": ADA,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "phone": "1" * 50,
        "linkedin_url": "https://linkedin.com/in/ada",
        "portfolio_url": "",
        "experience_years": None,
        "preferred_locations": ["Berlin", "5"],
        "preferred_job_types": ["Full-time"],
        "preferred_remote_types": ["Remote"],
        "desired_salary_min": 80_000.0,
        "desired_salary_max": 90_000.0,
    }
    assert (profile["user_id"], profile["bio"], profile["updated_at"]) == (ADA, "", profile["created_at"])
    told = {column: before for _, column, before, _, _ in fetch_lines(connection, "user_profiles")}
    assert told == {
        "phone": "1" * 60,
        "linkedin_url": "linkedin.com/in/ada",
        "portfolio_url": "nowhere",
        "experience_years": -3,
        "preferred_locations": '["Berlin", 5]',
        "preferred_job_types": '["FULL_TIME", "Gig"]',
        "desired_salary": {"min": 90_000.0, "max": 80_000.0},
    }


def test_passwords_come_along_or_are_told_without_their_hash(carry: Any) -> None:
    connection = carry(
        "refactored",
        {
            "user_profiles": [
                {"id": ADA, "email": "ada@example.com", "hashed_password": BCRYPT, "is_active": 0, "is_verified": 1},
                {"id": BEN, "email": "ben@example.com", "hashed_password": "plain-secret", "last_login": DAY},
                {"id": "", "email": "no@example.com", "hashed_password": "other-secret"},
            ]
        },
    )
    assert fetch(
        connection,
        "SELECT left(password, 20), is_active, to_jsonb(last_login), email_is_verified FROM accounts_user"
        " JOIN crossing.users USING (id) ORDER BY email",
    ) == [
        ("passlib_bcrypt$$2b$1", False, None, True),
        (fetch(connection, "SELECT left(password, 20) FROM accounts_user WHERE email LIKE 'ben%'")[0][0], True,
         "2024-05-01T10:00:00+00:00", False),
    ]  # fmt: skip
    assert fetch_lines(connection, "user_profiles", "hashed_password") == [
        (BEN, "hashed_password", None, None, "quarantined")
    ]
    everything = fetch(connection, "SELECT string_agg(to_jsonb(l)::text, '') FROM migration_ledger l")[0][0]
    assert "secret" not in everything
    assert "no@example.com" in everything


def test_verified_twins_become_one_and_lose_nothing(carry: Any) -> None:
    connection = carry(
        "refactored",
        {
            "user_profiles": [
                {"id": ADA, "email": "ada@example.com", "is_verified": 1, "updated_at": DAY},
                {"id": BEN, "email": "ADA@example.com", "is_verified": 1, "bio": "Her other self."},
            ],
            "companies": [{"id": ACME, "name": "Acme", "normalized_name": "acme"}],
            "job_listings": [{"id": JOB, "title": "Engineer", "company_id": ACME}],
            "job_user_interactions": [{"id": KEYS[0], "user_id": BEN, "job_id": JOB, "interaction_type": "SAVED"}],
            "skill_banks": [{"id": KEYS[1], "user_id": BEN}],
            "timeline_events": [{"id": KEYS[2], "user_profile_id": BEN, "event_type": "JOB_SAVED", "title": "Saved"}],
        },
    )
    assert fetch(connection, "SELECT user_profile_id::text FROM saved_jobs") == [(ADA,)]
    assert fetch(connection, "SELECT user_id::text FROM legacy_skill_banks") == [(ADA,)]
    assert fetch(connection, "SELECT user_profile_id::text FROM legacy_timeline_events") == [(ADA,)]
    assert fetch(connection, "SELECT user_id::text FROM crossing.held_interactions") == [(ADA,)]
    ((_, _, before, _, outcome),) = fetch_lines(connection, "user_profiles", "profile")
    assert (before["bio"], outcome) == ("Her other self.", "merged")


def test_skills_of_a_profile_go_where_banks_go(carry: Any) -> None:
    rows = [
        {"id": ADA, "email": "ada@example.com", "skills": '["Python"]', "created_at": DAY},
        {"id": BEN, "email": "ben@example.com", "skills": "[]"},
        {"id": KEYS[0], "email": "cleo@example.com", "skills": '["SQL"'},
    ]
    connection = carry("legacy", {"user_profiles": rows})
    assert fetch(connection, "SELECT user_id::text, skills FROM legacy_profile_skills ORDER BY id") == [
        (ADA, ["Python"]),
        (KEYS[0], None),
    ]
    assert fetch_lines(connection, "user_profiles", "skills") == [(KEYS[0], "skills", '["SQL"', None, "quarantined")]


# Keys -----------------------------------------------------------------------------------------------------------------


def test_keys_that_are_no_uuids_still_meet(carry: Any, staging: Staging) -> None:
    connection = carry(
        "legacy",
        {
            "user_profiles": [
                {"id": "test-user-id", "email": "ada@example.com"},
                {"id": DEMO, "email": "demo@jobpilot.com"},
            ],
            "job_listings": [
                {**LISTING, "id": "test-job-1"},
                {**LISTING, "id": JOB, "canonical_id": "gone-job"},
            ],
            "applications": [
                {"id": "test-app-1", "job_id": "test-job-1", "user_profile_id": "test-user-id"},
                {"id": KEYS[0], "job_id": "gone-job", "user_profile_id": DEMO},
            ],
            "timeline_events": [
                {
                    "id": KEYS[1],
                    "application_id": "test-app-1",
                    "job_id": "test-job-1",
                    "user_profile_id": "test-user-id",
                    "event_type": "NOTE_ADDED",
                    "title": "A note",
                }
            ],
        },
    )
    user, job, application = (
        made(connection, table, row)
        for table, row in (
            ("user_profiles", "test-user-id"),
            ("job_listings", "test-job-1"),
            ("applications", "test-app-1"),
        )
    )
    assert uuid.UUID(user).version == 5
    assert fetch(connection, "SELECT count(*) FROM accounts_user WHERE id::text IN (%s, %s)", [user, DEMO]) == [(1,)]
    assert fetch(
        connection, "SELECT job_id::text, user_profile_id::text FROM applications WHERE id::text = %s", [application]
    ) == [(job, user)]
    assert fetch(
        connection, "SELECT application_id::text, job_id::text, user_profile_id::text FROM legacy_timeline_events"
    ) == [(application, job, user)]
    assert fetch_lines(connection, "user_profiles", "id") == [
        (DEMO, "id", DEMO, made(connection, "user_profiles", DEMO), "converted"),
        ("test-user-id", "id", "test-user-id", user, "converted"),
    ]
    # Of a row that is not there no line says what its key was; so the rows that name it do.
    ((_, _, before, after, _),) = fetch_lines(connection, "applications", "job_id")
    assert before == "gone-job"
    assert fetch(connection, "SELECT job_id::text FROM applications WHERE id::text = %s", [KEYS[0]]) == [(after,)]
    assert fetch_lines(connection, "job_listings", "canonical_id") == [
        (JOB, "canonical_id", "gone-job", after, "converted")
    ]
    assert str(NAMESPACE) not in {user, job, application}


def test_table_without_a_primary_key_loses_no_row(carry: Any) -> None:
    connection = carry(
        "legacy",
        {"user_profiles": USERS, "job_listings": [LISTING]},
        "DROP TABLE saved_jobs",
        "CREATE TABLE saved_jobs (id VARCHAR, job_id VARCHAR, user_profile_id VARCHAR, notes TEXT, mood TEXT)",
        *(
            f"INSERT INTO saved_jobs VALUES ({key}, '{JOB}', '{ADA}', '{note}', '{note} mood')"
            for key, note in (
                (f"'{KEYS[0]}'", "first"),
                (f"'{KEYS[0]}'", "second"),
                ("NULL", "third"),
                ("''", "fourth"),
            )
        ),
    )
    assert fetch(connection, "SELECT notes FROM saved_jobs") == [("first",)]
    assert fetch(
        connection,
        "SELECT outcome, reason, count(*) FROM crossing.source_rows WHERE source_table = 'saved_jobs' GROUP BY 1, 2 ORDER BY 2",
    ) == [("quarantined", "Another row has the same key.", 1), ("quarantined", "It has no key.", 2), (None, None, 1)]
    lines = fetch_lines(connection, "saved_jobs")
    assert sorted(before["notes"] for _, column, before, _, _ in lines if column == "") == ["fourth", "second", "third"]
    assert sorted(before["mood"] for _, column, before, _, _ in lines if column == "unknown") == [
        f"{note} mood" for note in ("first", "fourth", "second", "third")
    ]


def test_several_rows_may_lack_their_key(carry: Any) -> None:
    connection = carry(
        "legacy",
        {"user_profiles": USERS, "job_listings": [LISTING]},
        "DROP TABLE saved_jobs",
        "CREATE TABLE saved_jobs (id VARCHAR PRIMARY KEY, job_id VARCHAR, user_profile_id VARCHAR, notes TEXT)",
        *(f"INSERT INTO saved_jobs VALUES (NULL, '{JOB}', '{ADA}', '{note}')" for note in ("one", "two")),
    )
    lines = fetch_lines(connection, "saved_jobs", "")
    assert [(row_id, before["notes"]) for row_id, _, before, _, _ in lines] == [
        ("(empty)", "one"),
        ("(empty) 2", "two"),
    ]


# Listings -------------------------------------------------------------------------------------------------------------


def test_listing_of_the_legacy_shape(carry: Any) -> None:
    odd = {
        **LISTING,
        "title": None,
        "company": None,
        "skills_required": "Python, SQL",
        "skills_preferred": '"[\\"Go\\"]"',
        "tech_stack": '["a\\u0000"]',
        "benefits": '["broken"',
        "benefits_parsed": '"{\\"a\\": 1}"',
        "salary_min": "lots",
        "salary_max": float("inf"),
        "source_count": 2.5,
        "posted_date": "2024-02-30 00:00:00.000000",
        "job_type": "Full-time",
        "description": b"M\xfcller",
        "location": "a\0b",
    }
    columns = ", ".join(name for name in odd if name != "id")
    connection = carry(
        "legacy",
        {"job_listings": [odd]},
        first=["DROP TABLE job_listings", f"CREATE TABLE job_listings (id VARCHAR PRIMARY KEY, {columns})"],
    )
    ((listing,),) = fetch(connection, "SELECT to_jsonb(t) FROM job_listings t")
    assert {name: listing[name] for name in odd} == {
        "id": JOB,
        "title": "",
        "company": "",
        "skills_required": "Python, SQL",
        "skills_preferred": '["Go"]',
        "tech_stack": ["a"],
        "benefits": None,
        "benefits_parsed": {"a": 1},
        "salary_min": None,
        "salary_max": None,
        "source_count": None,
        "posted_date": None,
        "job_type": "Full-time",
        "description": "Müller",
        "location": "ab",
        "created_at": "2024-05-01T10:00:00+00:00",
    }
    told = {column: (before, outcome) for _, column, before, _, outcome in fetch_lines(connection, "job_listings")}
    assert told == {
        "title": (None, "derived"),
        "company": (None, "derived"),
        "tech_stack": ('["a\\u0000"]', "converted"),
        "benefits": ('["broken"', "quarantined"),
        "benefits_parsed": ('"{\\"a\\": 1}"', "converted"),
        "salary_min": ("lots", "quarantined"),
        "salary_max": ("inf", "quarantined"),
        "source_count": (2.5, "quarantined"),
        "posted_date": ("2024-02-30 00:00:00.000000", "quarantined"),
        "description": ({"base64": "TfxsbGVy"}, "converted"),
        "location": ({"escaped": "a\\x00b"}, "converted"),
    }


def test_listing_takes_the_words_of_its_company(carry: Any) -> None:
    connection = carry(
        "refactored",
        {
            "user_profiles": USERS,
            "companies": [
                {
                    "id": ACME,
                    "name": "Acme Inc.",
                    "normalized_name": "acme",
                    "domain": "acme.com",
                    "size": "11-50",
                    "industry": "Tools",
                    "size_category": "STARTUP",
                }
            ],
            "job_listings": [
                {"id": JOB, "title": "Engineer", "company_id": ACME},
                {"id": OTHER_JOB, "title": "Cook", "company_id": KEYS[0], "company_size_category": "LARGE"},
                {"id": KEYS[1], "title": "Baker", "company_id": "gone"},
            ],
        },
    )
    assert fetch(
        connection,
        "SELECT title, company, company_url, company_size, industry, company_size_category FROM job_listings ORDER BY title",
    ) == [
        ("Baker", "Unnamed employer", None, None, None, None),
        ("Cook", "Unnamed employer", None, None, None, "LARGE"),
        ("Engineer", "Acme Inc.", "https://acme.com", "11-50", "Tools", "STARTUP"),
    ]
    assert fetch(
        connection,
        "SELECT DISTINCT stage_table, count(*) FROM crossing.source_rows WHERE source_table = 'job_listings' GROUP BY 1",
    ) == [("job_listings", 3)]
    lines = fetch_lines(connection, "job_listings", "company_id")
    assert [(row, before, outcome) for row, _, before, _, outcome in lines][0] == (OTHER_JOB, KEYS[0], "quarantined")
    assert [(row, before, outcome) for row, _, before, _, outcome in lines if outcome == "converted"] == [
        (KEYS[1], "gone", "converted")
    ]
    assert fetch_lines(connection, "companies", "website") == [(ACME, "website", None, "https://acme.com", "derived")]


def test_what_a_company_says_twice_is_told_where_it_differs(carry: Any) -> None:
    acme = {"id": ACME, "name": "Acme Co., Ltd.", "website": "https://www.acme.com"}
    connection = carry(
        "refactored",
        {
            "user_profiles": USERS,
            "companies": [
                {**acme, "normalized_name": "acme co", "domain": "acme.org"},
                {**acme, "id": KEYS[0], "normalized_name": "acme", "domain": "acme.com"},
            ],
        },
    )
    assert [line[:3] for line in fetch_lines(connection, "companies")] == [
        (ACME, "domain", "acme.org"),
        (ACME, "normalized_name", "acme co"),
    ]


def test_postings_without_a_key_at_their_source_stay_apart(carry: Any) -> None:
    posting = {"job_id": JOB, "source_id": KEYS[0], "source_url": "https://a.example", "source_job_id": None}
    connection = carry(
        "legacy",
        {"job_source_listings": [{"id": key, **posting} for key in KEYS[1:3]]},
        first=[
            "DROP TABLE job_source_listings",
            f"CREATE TABLE job_source_listings (id VARCHAR PRIMARY KEY, {', '.join(posting)})",
        ],
    )
    assert fetch(connection, "SELECT source_job_id FROM job_source_listings ORDER BY id") == [(KEYS[1],), (KEYS[2],)]
    assert [line[4] for line in fetch_lines(connection, "job_source_listings", "source_job_id")] == ["derived"] * 2


# Interactions, documents, tables without a home -----------------------------------------------------------------------


def test_rows_that_name_nobody_or_nothing_stand_whole_in_the_ledger(carry: Any) -> None:
    connection = carry(
        "legacy",
        {
            "user_profiles": USERS,
            "job_listings": [LISTING],
            "applications": [
                {"id": KEYS[0], "job_id": "", "user_profile_id": ADA, "notes": "for none"},
                {"id": KEYS[1], "job_id": JOB, "user_profile_id": "", "notes": "nobody's"},
            ],
            "resume_optimizations": [{"id": KEYS[2], "resume_id": KEYS[3], "job_id": JOB, "match_score": "high"}],
        },
    )
    assert fetch(
        connection, "SELECT row_id, outcome, reason FROM crossing.source_rows WHERE stage_table IS NULL ORDER BY 1"
    ) == [
        (KEYS[0], "quarantined", "It names no listing."),
        (KEYS[1], "quarantined", "It names no user."),
        (KEYS[2], "quarantined", "Its number is missing, or none."),
    ]
    assert [before["notes"] for _, _, before, _, _ in fetch_lines(connection, "applications", "")] == [
        "for none",
        "nobody's",
    ]


def test_interactions_go_where_the_legacy_shape_has_them(carry: Any) -> None:
    of_ada = {"user_id": ADA, "first_interaction": DAY, "last_interaction": "2024-05-02 10:00:00"}
    connection = carry(
        "refactored",
        {
            "user_profiles": USERS,
            "companies": [{"id": ACME, "name": "Acme", "normalized_name": "acme"}],
            "job_listings": [{"id": key, "title": "Engineer", "company_id": ACME} for key in (JOB, OTHER_JOB)],
            "job_user_interactions": [
                {**of_ada, "id": KEYS[0], "job_id": JOB, "interaction_type": "SAVED", "tags": '["a"]', "notes": "n"},
                {
                    **of_ada,
                    "id": KEYS[1],
                    "job_id": JOB,
                    "interaction_type": "applied",
                    "application_status": "REJECTED",
                },
                {**of_ada, "id": KEYS[2], "job_id": JOB, "interaction_type": "viewed"},
                {**of_ada, "id": KEYS[3], "job_id": OTHER_JOB, "interaction_type": "REJECTED_BY_USER"},
                {**of_ada, "id": KEYS[4], "job_id": OTHER_JOB, "interaction_type": "DREAMT", "interaction_count": 0},
            ],
            "timeline_events": [
                {
                    "id": KEYS[5 + number],
                    "user_profile_id": ADA,
                    "event_type": "NOTE_ADDED",
                    "title": "t",
                    "interaction_id": KEYS[number],
                }
                for number in range(3)
            ],
        },
    )
    assert fetch(
        connection,
        "SELECT id::text, status, notes, tags, to_jsonb(saved_date)::text, to_jsonb(updated_at)::text FROM saved_jobs",
    ) == [(KEYS[0], "SAVED", "n", ["a"], '"2024-05-01T10:00:00+00:00"', '"2024-05-02T10:00:00+00:00"')]
    assert fetch(connection, "SELECT id::text, status FROM applications") == [(KEYS[1], "REJECTED")]
    assert fetch(
        connection, "SELECT id::text, kind, interaction_count FROM crossing.held_interactions ORDER BY id"
    ) == [
        (KEYS[0], "saved", 1),
        (KEYS[1], "applied", 1),
        (KEYS[2], "viewed", 1),
        (KEYS[3], "rejected_by_user", 1),
        (KEYS[4], "DREAMT", 1),
    ]
    assert fetch(
        connection,
        "SELECT stage_table, count(*) FROM crossing.source_rows WHERE source_table = 'job_user_interactions' GROUP BY 1 ORDER BY 1",
    ) == [("applications", 1), ("job_user_interactions", 3), ("saved_jobs", 1)]
    assert fetch(connection, "SELECT id::text, application_id::text FROM legacy_timeline_events ORDER BY id") == [
        (KEYS[5], None),
        (KEYS[6], KEYS[1]),
        (KEYS[7], None),
    ]
    assert fetch(connection, "SELECT event_id::text, interaction_id::text FROM crossing.held_links ORDER BY 1") == [
        (KEYS[5], KEYS[0]),
        (KEYS[7], KEYS[2]),
    ]


def test_doubly_encoded_banks_stay_as_they_are(carry: Any) -> None:
    skills = {"Technical Skills": [{"name": "Python"}], "soft": []}
    twice = json.dumps(json.dumps(skills))
    connection = carry(
        "legacy",
        {
            "user_profiles": USERS,
            "skill_banks": [{"id": KEYS[0], "user_id": ADA, "skills": twice, "soft_skills": "null", "projects": None}],
            "skill_banks_legacy": [{"id": KEYS[1], "user_id": ADA, "technical_keywords": '["sql"]'}],
        },
    )
    assert fetch(connection, "SELECT skills, soft_skills, projects FROM legacy_skill_banks") == [
        (json.dumps(skills), None, None)
    ]
    assert fetch(connection, "SELECT technical_keywords FROM skill_banks_legacy") == [(["sql"],)]
    assert fetch_lines(connection, "skill_banks") == []


def test_author_of_a_version_follows_their_key(carry: Any) -> None:
    connection = carry(
        "legacy",
        {
            "user_profiles": [{"id": "test-user-id", "email": "ada@example.com"}],
            "resumes": [
                {
                    "id": KEYS[0],
                    "user_id": "test-user-id",
                    "title": "CV",
                    "resume_type": "base",
                    "status": "draft",
                    "contact_info": "{}",
                }
            ],
            "resume_versions": [
                {
                    "id": KEYS[1],
                    "resume_id": KEYS[0],
                    "version_number": 1,
                    "content_snapshot": "{}",
                    "created_by": "test-user-id",
                }
            ],
        },
    )
    assert fetch(connection, "SELECT created_by FROM legacy_resume_versions") == [
        (made(connection, "user_profiles", "test-user-id"),)
    ]


def test_tables_and_columns_without_a_home_are_kept(carry: Any) -> None:
    connection = carry(
        "legacy",
        {
            "user_profiles": USERS,
            "raw_job_collections": [
                {"id": "raw", "timestamp": DAY, "api_provider": "x", "query_params": "{}", "raw_response": "[1]"}
            ],
        },
        "CREATE TABLE notes_of_mine (word)",
        "INSERT INTO notes_of_mine VALUES ('one'), ('one'), (NULL)",
        "ALTER TABLE user_profiles ADD COLUMN mood VARCHAR",
        "UPDATE user_profiles SET mood = 'good'",
    )
    assert fetch(
        connection,
        "SELECT source_table, outcome, count(*) FROM crossing.source_rows WHERE stage_table IS NULL GROUP BY 1, 2 ORDER BY 1",
    ) == [("notes_of_mine", "quarantined", 3), ("raw_job_collections", "quarantined", 1)]
    assert [before["word"] for _, _, before, _, _ in fetch_lines(connection, "notes_of_mine")].count("one") == 2
    assert fetch_lines(connection, "raw_job_collections")[0][2]["raw_response"] == "[1]"
    assert fetch_lines(connection, "user_profiles", "unknown")[0][2] == {"mood": "good"}
