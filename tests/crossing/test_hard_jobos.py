"""The generator of hard JobOS databases: what it makes is what it says it made."""

from __future__ import annotations

import base64
import hashlib
import io
import os
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import bcrypt
import docx
import psycopg
import pypdf
import pytest
from django.conf import settings

from tests.hard_legacy import jobos_schema as schema
from tests.hard_legacy.jobos import Rates, Sizes, make_jobos
from tests.hard_legacy.jobos_rates import SLOTS, possible
from tests.hard_legacy.jobos_rows import Maker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hard_legacy.jobos import Made

Connection = psycopg.Connection[Any]
Shown = tuple[Connection, "Made"]


# Databases --------------------------------------------------------------------------------------------------------------


def write_url(name: str) -> str:
    """Return the address of this database on the server of the tests."""
    server = settings.DATABASES["default"]
    account = quote(server["USER"]) + (f":{quote(server['PASSWORD'])}" if server.get("PASSWORD") else "")
    port = f"&port={server['PORT']}" if server.get("PORT") else ""
    return f"postgresql://{account}@/{name}?host={quote(server['HOST'], safe='')}{port}"


@pytest.fixture(scope="module")
def make_database() -> Iterator[Callable[[], str]]:
    """Make empty databases; all of them are dropped in the end."""
    names: list[str] = []
    with psycopg.connect(write_url("postgres"), autocommit=True) as server:

        def make() -> str:
            name = f"hard_jobos_{os.getpid()}_{len(names)}"
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
            names.append(name)
            return write_url(name)

        yield make
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


HARD = {"users": 120, "seed": 1, "rates": Rates(resume_six_megabytes=1)}


@pytest.fixture(scope="module")
def hard(make_database: Callable[[], str]) -> Iterator[Callable[[str], Shown]]:
    """Return a connection to a hard database of this revision, made once, and what it was made of; tests change nothing."""
    shown: dict[str, Shown] = {}

    def show(revision: str) -> Shown:
        if revision not in shown:
            url = make_database()
            made = make_jobos(url, revision=revision, **HARD)
            shown[revision] = (psycopg.connect(url, autocommit=True), made)
        return shown[revision]

    yield show
    for connection, _ in shown.values():
        connection.close()


@pytest.fixture(scope="module")
def remake(make_database: Callable[[], str]) -> Iterator[Callable[..., Shown]]:
    """Fill the one database that is emptied each time."""
    url = make_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")

        def fill(**arguments: Any) -> Shown:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
            return connection, make_jobos(url, **arguments)

        yield fill


def read_columns(connection: Connection) -> dict[str, dict[str, str]]:
    """Return the type of each column of each table, with "!" where it is NOT NULL."""
    rows = connection.execute(
        """SELECT c.relname, a.attname, replace(replace(format_type(a.atttypid, a.atttypmod),
            'character varying', 'varchar'), 'timestamp with time zone', 'timestamptz')
            || CASE WHEN a.attnotnull THEN '!' ELSE '' END
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"""
    )
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


def digest(connection: Connection) -> dict[str, str]:
    """Return a digest of the rows of each table, whatever their order."""
    digests = {}
    for table in read_columns(connection):
        digests[table] = connection.execute(
            f"SELECT md5(COALESCE(string_agg(t::text, '|' ORDER BY t::text COLLATE \"C\"), '')) FROM {table} t"
        ).fetchone()[0]
    return digests


def count(connection: Connection, query: str) -> int:
    return connection.execute(query).fetchone()[0]


# Schemas ----------------------------------------------------------------------------------------------------------------

# The contract: name and type of each column, "!" for NOT NULL, "v" for varchar.
TIMES = " created_at:timestamptz! updated_at:timestamptz!"
OWNED = "id:uuid! user_id:uuid! "
TOKENS = OWNED + "token:v255! expires_at:timestamptz! created_at:timestamptz!"
BEFORE = {
    "users": "id:uuid! email:v255! hashed_password:v255! full_name:v255 is_active:boolean! telegram_chat_id:bigint"
    " onboarding_completed:boolean! notification_preference:v20! email_verified:boolean!" + TIMES,
    "refresh_tokens": OWNED + "token_hash:v255! expires_at:timestamptz!",
    "email_verification_tokens": TOKENS,
    "password_reset_tokens": TOKENS,
    "profile_dna": OWNED + "full_name:v255 positioning_statement:text target_roles:v[] target_locations:v[]"
    " target_salary_range:v100 core_skills:v[] tools_platforms:v[] industries:v[] achievements:jsonb resume_keywords:v[]"
    " education:jsonb alumni_networks:v[] career_narrative:text raw_resume_text:text experience_level:v50"
    " years_of_experience:integer job_search_type:v50 lane_labels:jsonb" + TIMES,
    "companies": OWNED
    + "name:v255! lane:integer! stage:v50 sector:v100 b2c_validated:boolean! funding:text hq_city:v100"
    " website:v500 open_roles_count:integer! last_researched:timestamptz deep_dive_done:boolean! deep_dive_content:text"
    " investors:v[] notes:text is_excluded:boolean" + TIMES,
    "jobs": OWNED + "company_name:v255! role_title:v255! jd_text:text jd_url:v1000 source_portal:v100"
    " fit_score:double_precision ats_score:double_precision status:v50! resume_version:v100 apply_type:v10"
    " cover_letter:text referral_contact:v255 keywords_matched:v[] keywords_missing:v[] ai_analysis:jsonb"
    " applied_date:date interview_date:timestamptz interview_type:v50 interviewer_name:v255 interviewer_linkedin:v1000"
    " prep_notes:text interview_feedback:text is_deleted:boolean! notes:text last_followup_date:date"
    " followup_count:integer" + TIMES,
    "interviews": OWNED + "job_id:uuid! interview_date:timestamptz! round:v100! interviewer_name:v255"
    " interviewer_role:v255 interviewer_linkedin:v500 status:v50 notes:text rating:integer questions_asked:text"
    " went_well:text to_improve:text next_steps:text prep_content:text prep_generated_at:timestamptz" + TIMES,
    "contacts": OWNED + "name:v255! company:v255 their_role:v255 connection_type:v100 linkedin_url:v1000 email:v255"
    " reached_out_date:date response:text follow_up_date:date referral_status:v50! is_deleted:boolean! notes:text"
    " last_outreach_date:date outreach_notes:text" + TIMES,
    "activity_log": OWNED + "action_type:v50! description:text! related_job_id:uuid related_contact_id:uuid"
    " created_at:timestamptz",
    "daily_log": OWNED + "log_date:date! jobs_applied:integer! connections_sent:integer! comments_made:integer!"
    " networking_calls:integer! referrals_asked:integer! post_published:boolean! naukri_updated:boolean!"
    " deep_dive_company:v255 hours_spent:double_precision self_rating:integer key_win:text tomorrow_priorities:text"
    " energy_level:integer mood:v50 notes:text" + TIMES,
    "weekly_metrics": OWNED + "week_number:integer week_start:date week_end:date total_applied:integer!"
    " total_connections:integer! total_calls:integer! total_referrals:integer! posts_published:integer!"
    " interviews_scheduled:integer! response_rate:double_precision whats_working:text whats_not:text"
    " key_adjustment:text ai_analysis:text" + TIMES,
    "content_calendar": OWNED
    + "scheduled_date:date! topic:v500 category:v50 draft_text:text final_text:text status:v20!"
    " post_url:v1000 likes:integer comments:integer reposts:integer" + TIMES,
    "jd_keywords": OWNED + "keyword:v255! frequency_count:integer! category:v100 in_profile_dna:boolean!"
    " gap_flagged_date:date addressed_date:date" + TIMES,
    "resume_variants": OWNED + "variant_name:v255 target_role_type:v255 customizations_made:text ats_keywords:v[]"
    " used_count:integer! response_rate:double_precision" + TIMES,
}
# What each later revision added or made of a column; of a table that the contract only names, its columns are not judged.
LATER: dict[str, dict[str, str]] = {
    "c3d4e5f6a7b8": {"jobs": "application_channel:v50 closed_reason:v50 notes:jsonb"},
    "d4e5f6a7b8c9": {"jobs": "fit_reasoning:text salary_range:v100"},
    "e5f6a7b8c9d0": {
        "scout_results": OWNED
        + "source:v50! source_url:v2000 title:v500! company_name:v500! location:v500 snippet:text"
        " salary_raw:v200 posted_date_raw:v100 normalized_data:jsonb fit_score:double_precision b2c_validated:boolean"
        " ai_reasoning:text status:v30! promoted_job_id:uuid scout_run_id:v50" + TIMES
    },
    "f6a7b8c9d0e1": {},
    "g7b8c9d0e1f2": {
        "resume_files": OWNED + "filename:v255! file_content:bytea! file_size:integer! mime_type:v100 version:integer"
        " is_primary:boolean extracted_text:text" + TIMES
    },
    "a1b2c3d4e5f7": {"jobs": "company_id:uuid", "companies": "lane:integer"},
    "b2c3d4e5f6a8": {"jobs": "resume_suggestions:jsonb interview_angle:text b2c_check:boolean b2c_reason:v200"},
    "c3d4e5f6a7b9": {},
    "h8c9d0e1f2g3": {"jobs": "followup_date:date"},
    "i9d0e1f2g3h4": {},
    "j0a1b2c3d4e5": {},
    "k1b2c3d4e5f6": {},
    "l2c3d4e5f6g7": dict.fromkeys(
        ("content_posts", "user_stories", "content_topics", "story_prompts_shown", "user_content_settings"), ""
    ),
    "m3d4e5f6g7h8": {
        **dict.fromkeys(("user_scout_preferences", "user_scouted_jobs", "company_career_sources"), ""),
        "scouted_jobs": "source_url:v2000 external_id:v255 apply_url:v2000",
    },
    "n4e5f6g7h8i9": {"scouted_jobs": "source_url:text external_id:text apply_url:text"},
    "o5f6g7h8i9j0": {"profile_dna": "linkedin_url:v1000 phone:v50"},
    "p6g7h8i9j0k1": {"company_researches": ""},
}
NAMED_ONLY = {table for changes in LATER.values() for table, columns in changes.items() if not columns} | {
    "scouted_jobs"
}


def spell_out(columns: str) -> dict[str, str]:
    found = {}
    for column in columns.split():
        name, kind = column.split(":")
        if kind.startswith("v"):
            size = kind.strip("v!")
            kind = f"varchar({size})" if size.isdigit() else f"varchar{size}"
            kind += "!" if column.endswith("!") else ""
        found[name] = kind.replace("_", " ")
    return found


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_each_revision_has_the_columns_of_the_contract(remake, revision) -> None:
    connection, _ = remake(revision=revision, users=2, rates=Rates.none())
    expected = {table: spell_out(columns) for table, columns in BEFORE.items()}
    for passed in schema.REVISIONS[1 : schema.REVISIONS.index(revision) + 1]:
        for table, columns in LATER[passed].items():
            expected.setdefault(table, {}).update(spell_out(columns))

    found = read_columns(connection)
    assert found.pop("alembic_version") == {"version_num": "varchar(32)!"}
    assert count(connection, "SELECT count(*) FROM alembic_version") == 1
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
    assert found.keys() == expected.keys()
    for table, columns in expected.items():
        if table in NAMED_ONLY:
            assert columns.items() <= found[table].items()
        else:
            assert found[table] == columns


def test_the_last_revision_has_28_tables(remake) -> None:
    connection, made = remake(users=2, rates=Rates.none())
    assert len(read_columns(connection)) == 28
    assert len(made.tables) == 27  # Of rows: without alembic_version.


def test_the_version_table_can_be_left_out(remake) -> None:
    connection, _ = remake(users=1, version_table=False)
    assert "alembic_version" not in read_columns(connection)


@pytest.mark.parametrize(
    ("revision", "statement", "name"),
    [
        ("b2c3d4e5f6a7", "UPDATE jobs SET status = 'Tracking'", "ck_jobs_status_valid"),
        ("c3d4e5f6a7b8", "UPDATE jobs SET status = 'Analyzed'", "ck_jobs_status_valid"),
        ("i9d0e1f2g3h4", "UPDATE companies SET lane = 4", "ck_companies_lane_valid"),
        ("p6g7h8i9j0k1", "UPDATE companies SET lane = 6", "ck_companies_lane_valid"),
        ("p6g7h8i9j0k1", "UPDATE interviews SET status = 'Held'", "ck_interviews_status_valid"),
        ("p6g7h8i9j0k1", "UPDATE interviews SET rating = 11", "ck_interviews_rating_range"),
        ("p6g7h8i9j0k1", "UPDATE contacts SET referral_status = ''", "ck_contacts_referral_status_valid"),
        ("p6g7h8i9j0k1", "UPDATE scout_results SET status = ''", "ck_scout_results_status_valid"),
        ("p6g7h8i9j0k1", "UPDATE daily_log SET energy_level = 6", "ck_daily_log_energy_level_range"),
        ("p6g7h8i9j0k1", "UPDATE users SET email = 'one'", "users_email_key"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else None,
)
def test_its_constraints_are_those_of_the_revision(remake, revision, statement, name) -> None:
    connection, _ = remake(revision=revision, users=10, rates=Rates.none(company_lane_4=0.1))
    with pytest.raises(psycopg.errors.IntegrityError) as raised:
        connection.execute(statement)
    assert raised.value.diag.constraint_name == name


def test_changing_a_row_rejuvenates_it_in_ten_tables(hard) -> None:
    connection, made = hard(schema.LAST)
    rejuvenated = set()
    for table in made.tables:
        columns = read_columns(connection)[table]
        if "updated_at" in columns:
            before = connection.execute(f"SELECT max(updated_at) FROM {table}").fetchone()[0]
            with connection.transaction(force_rollback=True):
                connection.execute(f"UPDATE {table} SET id = id")
                if connection.execute(f"SELECT min(updated_at) FROM {table}").fetchone()[0] > before:
                    rejuvenated.add(table)
    assert rejuvenated == set(schema.REJUVENATED)
    assert len(rejuvenated) == 10


def test_the_indexes_come_with_their_revisions(remake) -> None:
    query = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'public' AND indexname = '{}'"
    for name, since in {
        "idx_interviews_job": "b2c3d4e5f6a7",
        "ix_companies_name_trgm": "d4e5f6a7b8c9",
        "idx_jobs_company_id": "a1b2c3d4e5f7",
        "ix_jobs_followup_date": "k1b2c3d4e5f6",
        "ix_company_researches_created_at": "p6g7h8i9j0k1",
    }.items():
        place = schema.REVISIONS.index(since)
        connection, _ = remake(revision=since, users=2, rates=Rates.none())
        assert count(connection, query.format(name)) == 1
        if place:
            connection, _ = remake(revision=schema.REVISIONS[place - 1], users=2, rates=Rates.none())
            assert count(connection, query.format(name)) == 0


# Rows -------------------------------------------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_rows(remake) -> None:
    arguments = {"users": 60, "seed": 7}
    connection, made = remake(**arguments)
    rows = digest(connection)
    connection, made_again = remake(**arguments)
    assert digest(connection) == rows
    assert made_again == made
    connection, _ = remake(users=60, seed=8)
    assert {table for table, value in digest(connection).items() if rows[table] != value} == set(made.tables)


@pytest.mark.parametrize("users", [1, 249, 251], ids=str)
def test_the_tables_hold_what_was_counted(remake, users) -> None:
    connection, made = remake(users=users, seed=2)
    found = {table: count(connection, f"SELECT count(*) FROM {table}") for table in made.tables}
    assert found == made.tables
    assert found["users"] == users
    assert found["jobs"] == 6 * users


def test_sizes_are_kept_on_average(remake) -> None:
    _, made = remake(users=90, rates=Rates.none(), sizes=Sizes(jobs=2.5, companies=0, resume_owners=1 / 3))
    assert made.tables["jobs"] == 225
    assert made.tables["companies"] == made.tables["company_career_sources"] == 0
    assert made.tables["resume_files"] == 30


def test_without_rates_there_are_no_traps(remake) -> None:
    connection, made = remake(users=2, rates=Rates.none())
    assert not made.traps
    assert {planted.trap for planted in made.planted} == {"plain"}
    assert schema.UNKNOWN_TABLE not in made.tables
    assert schema.UNKNOWN_COLUMN not in read_columns(connection)["jobs"]


def test_all_old_statuses_are_there_before_the_overhaul_and_the_new_ones_after(hard) -> None:
    query = "SELECT DISTINCT status FROM jobs"
    connection, _ = hard(schema.BEFORE)
    assert {status for (status,) in connection.execute(query)} == {
        "Analyzed",
        "Applied",
        "Screening",
        "Interview Scheduled",
        "Interview Done",
        "Offer",
        "Rejected",
        "Withdrawn",
        "Ghosted",
    }
    connection, _ = hard(schema.OVERHAUL)
    assert {status for (status,) in connection.execute(query)} == {
        "Tracking",
        "Applied",
        "Interview",
        "Offer",
        "Closed",
    }
    reasons = connection.execute("SELECT DISTINCT closed_reason FROM jobs WHERE closed_reason <> ''")
    words = {reason for (reason,) in reasons}
    assert words > {"Rejected", "Dropped", "Ghosted", "Not Interested", "No Response", "Withdrawn"}
    assert [len(reason) for reason in words if reason.startswith("They")] == [50]


# Traps ------------------------------------------------------------------------------------------------------------------

BARE = r"lower(regexp_replace({}, '(, Inc\.| LLC| GmbH| Private Limited)$', ''))"
SPELLED = r"({0} ~ '(, Inc\.| LLC| GmbH| Private Limited)$' OR {0} IN (lower({0}), upper({0}))) AND btrim({0}) <> ''"
OPENED = "NOT is_deleted AND status NOT IN ('Closed', 'Rejected', 'Withdrawn', 'Ghosted')"
PAIRS = (
    "(SELECT count(*) FILTER (WHERE email_verified) AS verified FROM users GROUP BY lower(email) HAVING count(*) = 2) p"
)
ALONE = "(SELECT count(*) FROM users o WHERE lower(o.email) = lower(u.email)) = 1"
SEPARATORS = r"(length(notes) - length(replace(notes, E'\n---\n', ''))) / 5"


def count_repeated(table: str, key: str, where: str = "true") -> str:
    return (
        f"SELECT COALESCE(sum(n - 1), 0)::int FROM (SELECT count(*) AS n FROM {table} WHERE {where} GROUP BY {key}) g"
    )


def count_beside_open(where: str) -> str:
    return (
        f"SELECT count(*) FROM jobs j WHERE {where} AND EXISTS (SELECT FROM jobs o WHERE o.user_id = j.user_id AND"
        f" o.company_name = j.company_name AND o.role_title = j.role_title AND o.id <> j.id AND {OPENED.replace('is_', 'o.is_').replace('status', 'o.status')})"
    )


def having(table: str, condition: str) -> str:
    return f"SELECT count(*) FROM {table} WHERE {condition}"


# How SQL finds the rows of a trap, or of several together.
FOUND: dict[str | tuple[str, ...], str] = {
    "email_twins_one_verified": f"SELECT count(*) FROM {PAIRS} WHERE verified = 1",
    "email_twins_both_verified": f"SELECT count(*) FROM {PAIRS} WHERE verified = 2",
    "email_twins_unverified": f"SELECT count(*) FROM {PAIRS} WHERE verified = 0",
    "email_upper_case": having("users u", f"email = upper(email) AND email ~ '@' AND {ALONE}"),
    "email_invalid": having(
        "users", r"email !~ '^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$' AND email <> '' AND email !~ '^\s|\s$'"
    ),
    "email_spaced": having("users", r"email ~ '^\s|\s$'"),
    "email_too_long": having("users", "length(email) = 255"),
    "email_unverified": having("users u", f"NOT email_verified AND {ALONE}"),
    "email_empty": having("users", "email = ''"),
    "password_bcrypt": having("users", r"hashed_password ~ '^\$2b\$04\$[./A-Za-z0-9]{53}$'"),
    "password_bcrypt_strong": having("users", r"hashed_password ~ '^\$2b\$12\$[./A-Za-z0-9]{53}$'"),
    "password_broken": having(
        "users",
        r"hashed_password <> '' AND hashed_password !~ '^\$2b\$\d\d\$[./A-Za-z0-9]{53}$' AND hashed_password"
        r" !~ '^\$pbkdf2-sha256\$29000\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{43}$'",
    ),
    "password_empty": having("users", "hashed_password = ''"),
    "user_name_null": having("users", "full_name IS NULL"),
    "user_name_empty": having("users", "full_name = ''"),
    "user_name_long": having("users", "length(full_name) = 255"),
    "user_inactive": having("users", "NOT is_active"),
    "user_on_telegram": having("users", "telegram_chat_id IS NOT NULL"),
    "profile_missing": having("users u", "NOT EXISTS (SELECT FROM profile_dna p WHERE p.user_id = u.id)"),
    "profile_nulls": having("profile_dna", "num_nonnulls(full_name, core_skills, education, lane_labels) = 0"),
    "profile_texts_empty": having("profile_dna", "career_narrative = '' AND full_name = '' AND raw_resume_text = ''"),
    **{
        f"{column}_{trap}": having("profile_dna", condition.format(column))
        for column in ("education", "achievements")
        for trap, condition in {
            "strings": "{0} @? '$[0] ? (@.type() == \"string\")' AND jsonb_typeof({0}) = 'array'",
            "object": "jsonb_typeof({0}) = 'object'",
            "json_null": "jsonb_typeof({0}) = 'null'",
            "sql_null": "{0} IS NULL AND lane_labels IS NOT NULL",
        }.items()
    },
    "profile_null_elements": having("profile_dna", "array_position(core_skills, NULL) IS NOT NULL"),
    "profile_long_elements": having("profile_dna", "length(core_skills[1]) = 300"),
    "profile_skills_repeated": having(
        "profile_dna",
        "'Python' = ANY(core_skills) AND 'PYTHON' = ANY(tools_platforms) AND 'pYTHON' = ANY(resume_keywords)",
    ),
    "profile_linkedin_elsewhere": having("profile_dna", "linkedin_url LIKE 'https://evil.example/%?linkedin.com'"),
    "profile_phone_long": having("profile_dna", "length(phone) = 50"),
    "profile_years_negative": having("profile_dna", "years_of_experience < 0"),
    ("company_spelled_otherwise", "company_twice"): having("companies", SPELLED.format("name")),
    "company_twice": count_repeated("companies", f"user_id, {BARE.format('name')}"),
    "company_twice_by_website": count_repeated("companies", "user_id, website", "website LIKE 'https://careers.%'"),
    "company_lane_null": having("companies", "lane IS NULL"),
    "company_lane_4": having("companies", "lane = 4"),
    "company_lane_5": having("companies", "lane = 5"),
    "company_excluded_null": having("companies", "is_excluded IS NULL"),
    "company_texts_null": having("companies", "num_nonnulls(stage, sector, funding, hq_city, notes) = 0"),
    "company_texts_empty": having("companies", "'' = ALL(ARRAY[stage, sector, funding, hq_city, notes])"),
    "company_website_odd": having("companies", "website !~ '^https?://'"),
    "company_investors_null_elements": having("companies", "array_position(investors, NULL) IS NOT NULL"),
    "open_twin": count_repeated("jobs", "user_id, company_name, role_title", OPENED),
    ("open_twin", "open_twin_in_other_case"): count_repeated(
        "jobs", "user_id, lower(company_name), lower(role_title)", OPENED
    ),
    ("open_twin", "open_twin_in_other_case", "open_twin_with_spaces"): count_repeated(
        "jobs", "user_id, lower(btrim(company_name)), lower(btrim(role_title))", OPENED
    ),
    "deleted_twin": count_beside_open("j.is_deleted"),
    "closed_twin": count_beside_open("NOT j.is_deleted AND j.status IN ('Closed', 'Rejected', 'Withdrawn', 'Ghosted')"),
    "job_company_spelled_otherwise": having("jobs", SPELLED.format("company_name")),
    "job_company_empty": having("jobs", "company_name = ''"),
    "job_company_blank": having("jobs", "company_name = '   '"),
    "job_role_empty": having("jobs", "role_title = ''"),
    ("job_deleted", "deleted_twin"): having("jobs", "is_deleted"),
    "reason_null": having("jobs", "status = 'Closed' AND closed_reason IS NULL"),
    "reason_old_word": having("jobs", "closed_reason IN ('No Response', 'Withdrawn')"),
    "reason_free_text": having("jobs", "length(closed_reason) = 50"),
    "reason_empty": having("jobs", "closed_reason = ''"),
    "reason_of_reopened": having("jobs", "status = 'Tracking' AND closed_reason = 'Dropped'"),
    "notes_null": having("jobs", "notes IS NULL"),
    "notes_empty": having("jobs", "notes = ''"),
    "notes_followup": having("jobs", f"{SEPARATORS} = 1 AND notes LIKE 'First call.%'"),
    "notes_followups": having("jobs", f"{SEPARATORS} = 3"),
    "notes_impossible_date": having("jobs", "notes LIKE '%[Follow-up 2024-02-31]%'"),
    "notes_begin_with_separator": having("jobs", r"starts_with(notes, E'\n---\n[Follow-up ')"),
    "notes_crlf": having("jobs", r"strpos(notes, E'\r\n') > 0"),
    "notes_emoji": having("jobs", "notes LIKE '🎉%'"),
    "entries_sql_null": having("jobs", "notes IS NULL"),
    "entries_json_null": having("jobs", "notes = 'null'"),
    "entries_empty": having("jobs", "notes = '[]'"),
    "entries_many": having("jobs", "notes @? 'strict $ ? (@.size() == 5)' AND jsonb_typeof(notes #> '{0}') = 'object'"),
    "entries_typed": having(
        "jobs", """notes @> '[{"type": "system"}, {"type": "status_change"}, {"type": "scout"}]'"""
    ),
    "entries_strings": having("jobs", "jsonb_typeof(notes #> '{0}') = 'string'"),
    "entries_numbers": having("jobs", "jsonb_typeof(notes #> '{0}') = 'number'"),
    "entries_lists": having("jobs", "jsonb_typeof(notes #> '{0}') = 'array'"),
    "entries_without_text": having("jobs", "notes #> '{0,note}' IS NOT NULL AND notes #> '{0,text}' IS NULL"),
    "entries_text_no_string": having("jobs", "jsonb_typeof(notes #> '{0,text}') = 'object'"),
    "entries_extra_keys": having("jobs", "notes #> '{0,mood,smile}' IS NOT NULL"),
    "entries_spaced_time": having("jobs", r"notes #>> '{0,created_at}' ~ '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00$'"),
    "entries_odd_time": having("jobs", "notes #>> '{0,created_at}' = 'yesterday'"),
    "entries_object": having("jobs", "jsonb_typeof(notes) = 'object'"),
    "entries_string": having("jobs", "jsonb_typeof(notes) = 'string' AND notes #>> '{}' NOT LIKE '[%'"),
    "entries_doubly_encoded": having(
        "jobs", "jsonb_typeof(notes) = 'string' AND notes #>> '{}' LIKE '[%' AND (notes #>> '{}') IS JSON ARRAY"
    ),
    "entries_glued": having("jobs", r"strpos(notes #>> '{0,text}', E'\n---\n[Follow-up ') > 0"),
    "entries_crlf": having("jobs", r"strpos(notes #>> '{0,text}', E'\r\n') > 0"),
    "entries_emoji": having("jobs", "notes #>> '{0,text}' LIKE '🎉%'"),
    "fit_out_of_range": having("jobs", "fit_score = 11"),
    "ats_negative": having("jobs", "ats_score = -1"),
    "fit_nan": having("jobs", "fit_score = 'NaN'"),
    "ats_infinite": having("jobs", "ats_score IN ('Infinity', '-Infinity')"),
    "followup_count_null": having("jobs", "followup_count IS NULL"),
    "followup_count_negative": having("jobs", "followup_count < 0"),
    "apply_type_auto": having("jobs", "apply_type = 'auto'"),
    "job_texts_null": having("jobs", "num_nonnulls(jd_text, jd_url, source_portal, cover_letter, prep_notes) = 0"),
    "job_texts_empty": having("jobs", "'' = ALL(ARRAY[jd_text, jd_url, source_portal, cover_letter, prep_notes])"),
    "job_text_odd": having("jobs", r"strpos(jd_text, E'\r\n🚀') > 0"),
    "keywords_null_elements": having("jobs", "array_position(keywords_matched, NULL) IS NOT NULL"),
    "keywords_empty": having("jobs", "keywords_matched = '{}'"),
    "analysis_scalar": having("jobs", "jsonb_typeof(ai_analysis) = 'number'"),
    "analysis_json_null": having("jobs", "jsonb_typeof(ai_analysis) = 'null'"),
    "analysis_array": having("jobs", "jsonb_typeof(ai_analysis) = 'array'"),
    "analysis_doubly_encoded": having("jobs", "jsonb_typeof(ai_analysis) = 'string'"),
    "suggestions_object": having("jobs", "jsonb_typeof(resume_suggestions) = 'object'"),
    "suggestions_json_null": having("jobs", "jsonb_typeof(resume_suggestions) = 'null'"),
    "suggestions_string": having("jobs", "jsonb_typeof(resume_suggestions) = 'string'"),
    "job_of_another_company": having(
        "jobs j JOIN companies c ON c.id = j.company_id", f"{BARE.format('company_name')} <> {BARE.format('c.name')}"
    ),
    "unknown_column": having("jobs", f"{schema.UNKNOWN_COLUMN} IS NOT NULL"),
    "interview_status_null": having("interviews", "status IS NULL"),
    "interview_rating_null": having("interviews", "rating IS NULL"),
    "interview_linkedin_long": having("interviews", "length(interviewer_linkedin) = 500"),
    "interview_texts_empty": having("interviews", "went_well = '' AND to_improve = ''"),
    "contact_deleted": having("contacts", "is_deleted"),
    "contact_texts_null": having("contacts", "num_nonnulls(company, email, notes, response) = 0"),
    "contact_texts_empty": having("contacts", "'' = ALL(ARRAY[company, email, notes, response])"),
    "activity_without_time": having("activity_log", "created_at IS NULL"),
    "week_twice": count_repeated("weekly_metrics", "user_id, week_start"),
    "content_twice_a_day": count_repeated("content_calendar", "user_id, scheduled_date"),
    "keyword_twice": count_repeated("jd_keywords", "user_id, keyword"),
    "resume_empty": having("resume_files", "file_content = ''"),
    "resume_docx": having("resume_files", "mime_type LIKE '%wordprocessingml%' AND filename LIKE '%.docx'"),
    "resume_no_pdf": having("resume_files", r"file_content <> '' AND left(encode(file_content, 'hex'), 4) = '00ff'"),
    "resume_several_versions": "SELECT count(*) FROM (SELECT FROM resume_files GROUP BY user_id HAVING count(*) = 3) u",
    "resume_two_primaries": "SELECT count(*) FROM (SELECT FROM resume_files WHERE is_primary GROUP BY user_id"
    " HAVING count(*) = 2) u",
    "resume_six_megabytes": having("resume_files", "file_size > 6000000 AND length(file_content) = file_size"),
    "unknown_table": f"SELECT count(*) FROM {schema.UNKNOWN_TABLE}",
}


def test_every_trap_is_looked_for() -> None:
    singly = {trap for trap in FOUND if isinstance(trap, str)}
    together = {trap for traps in FOUND if isinstance(traps, tuple) for trap in traps}
    traps = set(Rates.__dataclass_fields__)
    assert singly | together == traps
    assert Counter(trap for slot in SLOTS.values() for trap in slot) == Counter(traps)


@pytest.mark.parametrize("revision", [schema.BEFORE, schema.OVERHAUL, "j0a1b2c3d4e5", schema.LAST])
def test_sql_finds_each_trap_as_often_as_it_was_laid(hard, revision) -> None:
    connection, made = hard(revision)
    here = {trap for traps in possible(revision).values() for trap in traps}
    queries = {
        traps: query for traps, query in FOUND.items() if here.issuperset((traps,) if isinstance(traps, str) else traps)
    }
    found = {traps: count(connection, query) for traps, query in queries.items()}
    laid = {
        traps: sum(made.traps[trap] for trap in ((traps,) if isinstance(traps, str) else traps)) for traps in queries
    }
    assert found == laid
    assert made.traps.keys() == here
    assert made.traps["email_empty"] == 1
    assert made.traps["resume_six_megabytes"] == ("resume_size" in possible(revision))


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_fifty_users_meet_each_trap(revision) -> None:
    for seed in range(2):
        maker = Maker(revision=revision, users=50, seed=seed, rates=Rates(), sizes=Sizes(), planted_each=0)
        for _ in maker.make_chunks():
            pass
        missing = {trap for traps in possible(revision).values() for trap in traps} - maker.made.traps.keys()
        assert missing == {"resume_six_megabytes"} & {trap for traps in possible(revision).values() for trap in traps}


@pytest.mark.parametrize("revision", [schema.BEFORE, schema.LAST])
def test_traps_are_laid_at_their_rates(revision) -> None:
    maker = Maker(revision=revision, users=500, seed=3, rates=Rates(), sizes=Sizes(), planted_each=0)
    for _ in maker.make_chunks():
        pass
    # Slots that every row of a table draws from.
    rows = {
        "password": 500,
        "user_activity": 500,
        "telegram": 500,
        "profile": 500,
        "company_lane": 1500,
        "company_excluded": 1500,
        "company_texts": 1500,
        "notes": 3000,
        "entries": 3000,
        "scores": 3000,
        "followups": 3000,
        "apply_type": 3000,
        "job_texts": 3000,
        "analysis": 3000,
        "suggestions": 3000,
        "interview_texts": 500,
        "contact_texts": 1000,
        "contact_deleted": 1000,
        "activity": 2000,
        "unknown_column": 3000,
        "unknown_table": 500,
    }
    for slot, traps in possible(revision).items():
        for trap in traps:
            if slot in rows:
                assert abs(maker.made.traps[trap] - getattr(Rates(), trap) * rows[slot]) <= 2, trap


def test_a_rate_of_nothing_leaves_a_trap_out_and_another_rate_is_kept(remake) -> None:
    rates = Rates.none(fit_nan=0.5, email_empty=0.5)
    _, made = remake(users=40, rates=rates)
    assert made.traps == {"fit_nan": 120, "email_empty": 1}


def test_rates_of_one_slot_that_exceed_its_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="fit_nan"):
        Maker(revision=schema.LAST, users=1, seed=1, rates=Rates(fit_nan=0.995), sizes=Sizes(), planted_each=0)


# Markers, passwords, files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("revision", [schema.BEFORE, schema.OVERHAUL, schema.LAST])
def test_each_marker_stands_in_its_cell_and_nowhere_else(hard, revision) -> None:
    connection, made = hard(revision)
    assert len({planted.value for planted in made.planted}) == len(made.planted)
    cells: dict[str, list[tuple[str, str, str]]] = {}
    for table in made.tables:
        rows = connection.execute(
            f"SELECT t.id::text, e.key, m[1] FROM {table} t, jsonb_each_text(to_jsonb(t)) e,"
            r" regexp_matches(e.value, 'planted-\d{6}', 'g') m"
        )
        for row_id, column, marker in rows:
            if column != "file_content":
                cells.setdefault(marker, []).append((table, row_id, column))
    assert cells == {planted.value: [(planted.table, planted.row_id, planted.column)] for planted in made.planted}


@pytest.mark.parametrize("revision", [schema.BEFORE, schema.OVERHAUL, schema.LAST])
def test_nearly_every_trap_has_a_marker(hard, revision) -> None:
    _, made = hard(revision)
    # An absent name or profile has no text to stand in.
    without = {"user_name_null", "user_name_empty", "profile_missing", "profile_nulls"}
    assert made.traps.keys() - {planted.trap for planted in made.planted} == without
    per_trap = Counter(planted.trap for planted in made.planted if planted.trap != "plain")
    assert max(per_trap.values()) == 10
    tables = {planted.table for planted in made.planted if planted.trap == "plain"}
    unmarked = {"refresh_tokens", "email_verification_tokens", "password_reset_tokens"}
    unmarked |= {"user_content_settings", "user_scout_preferences", "user_scouted_jobs"}
    assert made.tables.keys() - tables <= unmarked | {schema.UNKNOWN_TABLE, "resume_files"}


def opens(hashed: str, password: str) -> bool:
    """Tell whether the password opens a hash of passlib's, worked out anew."""
    if hashed.startswith("$2b$"):
        return bcrypt.checkpw(password.encode(), hashed.encode())
    _, name, rounds, salt, checksum = hashed.split("$")
    assert name == "pbkdf2-sha256"
    raw = [base64.b64decode(text.replace(".", "+") + "=" * (-len(text) % 4)) for text in (salt, checksum)]
    return hashlib.pbkdf2_hmac("sha256", password.encode(), raw[0], int(rounds)) == raw[1]


def test_hashes_open_with_their_passwords(hard) -> None:
    connection, made = hard(schema.LAST)
    hashes = dict(connection.execute("SELECT email, hashed_password FROM users WHERE email_verified AND is_active"))
    kinds = Counter(hashes[email][:7] for email in made.passwords)
    assert kinds.keys() == {"$pbkdf2", "$2b$04$", "$2b$12$"}
    assert kinds["$pbkdf2"] == kinds["$2b$04$"] == 5
    for email, password in made.passwords.items():
        assert opens(hashes[email], password)
        assert not opens(hashes[email], password + "!")


def test_files_are_what_they_are_called(hard) -> None:
    connection, made = hard(schema.LAST)
    markers = {planted.row_id: planted for planted in made.planted if planted.table == "resume_files"}
    rows = connection.execute(
        "SELECT id::text, mime_type, file_content, extracted_text FROM resume_files"
        " WHERE file_content <> '' AND left(encode(file_content, 'hex'), 4) <> '00ff' ORDER BY id"
    ).fetchall()
    written = Counter()
    for row_id, mime_type, content, text in rows:
        if mime_type == "application/pdf":
            found = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
        else:
            found = docx.Document(io.BytesIO(content)).paragraphs[0].text
        written[mime_type] += 1
        assert found.split(";")[0].strip() in text
        if row_id in markers and markers[row_id].trap != "plain":
            assert markers[row_id].value == found
    assert len(written) == 2
