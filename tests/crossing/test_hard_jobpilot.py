"""The generator of hard JobPilot databases lays what it says, where it says, as often as it says."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection

from tests.hard_legacy import jobpilot_traps as traps
from tests.hard_legacy.jobpilot import BCRYPT, PASSWORD, Rates, Sizes, make_jobpilot, make_jobpilot_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hard_legacy.made import Made, Planted

SHAPES = ("legacy", "intermediate", "refactored")
DECLARED = Rates(named=dict.fromkeys(traps.SCHEMA_TRAPS, 0))
KEYWORDS = "experience_keywords industry_keywords technical_keywords soft_skills auto_extracted_skills skill_confidence"
POSTING = (
    "location description requirements responsibilities job_type remote_type experience_level salary_min salary_max"
    " salary_currency skills_required skills_preferred education_required benefits"
)
FACTS = (
    "posted_date application_deadline source status canonical_id source_count data_quality_score scraped_at"
    " last_verified verification_status company_size_category seniority_level tech_stack benefits_parsed created_at"
    " updated_at"
)
WISHES = (
    "education bio preferred_locations preferred_job_types preferred_remote_types desired_salary_min"
    " desired_salary_max created_at updated_at"
)
PLACE = "city state linkedin_url portfolio_url current_title experience_years"
BANK = (
    "id user_id skills skill_categories default_summary summary_variations work_experiences education_entries projects"
    " certifications experience_content_variations education_content_variations project_content_variations"
)
RESUME = (
    "id user_id title resume_type status contact_info summary work_experience education skills projects certifications"
    " custom_sections template_id"
)
INTERACTION = (
    "id user_id job_id interaction_type application_status applied_date response_date resume_version cover_letter"
    " follow_up_date interview_scheduled saved_date tags notes interaction_data first_interaction last_interaction"
    " interaction_count job_snapshot"
)
# As people's files have them: for each shape, and a few of all.
COLUMNS = {
    "legacy": {
        "job_listings": f"id title company {POSTING} company_size industry job_url company_url application_url {FACTS}",
        "user_profiles": f"id first_name last_name email phone {PLACE} skills {WISHES}",
        "companies": "id name industry size location website description culture values benefits created_at updated_at",
        "skill_banks": f"{BANK} {KEYWORDS} created_at updated_at",
        "skill_banks_legacy": f"id user_id skills {KEYWORDS} created_at updated_at",
        "resumes": f"{RESUME} based_on_resume_id job_id ats_score_data tailoring_analysis version parent_version_id"
        " created_at updated_at last_generated_at",
        "applications": "id job_id user_profile_id status applied_date response_date resume_version cover_letter notes"
        " follow_up_date interview_scheduled created_at updated_at",
        "saved_jobs": "id job_id user_profile_id status notes tags saved_date updated_at",
        "timeline_events": "id job_id application_id user_profile_id event_type title description event_data event_date"
        " is_milestone created_at updated_at",
        "processed_job_data": "processing_id job_index processed_data embedding_vector duplicate_of load_status"
        " quality_score validation_errors created_at",
    },
}
COMPANIES = (
    "id name normalized_name domain industry size size_category location headquarters_location founded_year website"
    " description logo_url culture values benefits created_at updated_at"
)
COLUMNS["intermediate"] = COLUMNS["legacy"] | {
    "job_listings": f"id company_id title {POSTING} job_url application_url {FACTS}",
    "user_profiles": f"id first_name last_name email phone {PLACE} {WISHES}",
    "companies": COMPANIES,
    "skill_banks": f"{BANK} created_at updated_at",
    "job_user_interactions": INTERACTION,
}
COLUMNS["refactored"] = {
    "job_listings": COLUMNS["intermediate"]["job_listings"],
    "user_profiles": "id first_name last_name email phone hashed_password is_active is_verified last_login"
    f" {PLACE} {WISHES}",
    "companies": COMPANIES,
    "skill_banks": f"{BANK} created_at updated_at",
    "job_user_interactions": INTERACTION,
    "resumes": f"{RESUME} parent_resume_id target_job_id ats_score_data tailoring_analysis version created_at"
    " updated_at last_generated_at",
    "timeline_events": "id job_id interaction_id user_profile_id event_type title description event_data event_date"
    " is_milestone created_at updated_at",
}
EVERYWHERE = (
    "resume_templates job_sources companies user_profiles job_listings job_source_listings job_embeddings"
    " job_duplications timeline_events skill_banks resumes resume_versions resume_generations resume_optimizations"
)
RETIRED = (
    "applications saved_jobs skill_banks_legacy raw_job_collections job_processing_logs processed_job_data"
    " etl_operation_logs"
)
TABLES = {
    "legacy": f"{EVERYWHERE} {RETIRED}",
    "intermediate": f"{EVERYWHERE} {RETIRED} job_user_interactions",
    "refactored": f"{EVERYWHERE} job_user_interactions",
}


def open_file(path: Path) -> Any:
    database = sqlite3.connect(path)
    database.text_factory = bytes
    return closing(database)


def names_in(path: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')] for table in tables}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in ("first.db", "second.db", "other.db"))
    made = [make_jobpilot(path, seed=seed) for path, seed in ((first, 1), (second, 1), (other, 2))]
    assert first.read_bytes() == second.read_bytes()
    assert made[0] == made[1]
    assert first.read_bytes() != other.read_bytes()
    with open_file(first) as one, open_file(other) as two:
        keys = [{key for (key,) in file.execute("SELECT id FROM job_listings")} for file in (one, two)]
    assert len(keys[0] & keys[1]) <= 3  # Those that are known to be the same in many databases.


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    made = make_jobpilot(here, users=12, shape="intermediate", seed=9)
    command = [
        sys.executable,
        "-m",
        "tests.hard_legacy",
        "jobpilot",
        str(there),
        "--users",
        "12",
        "--shape",
        "intermediate",
        "--seed",
        "9",
    ]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert here.read_bytes() == there.read_bytes()
    assert f"{sum(made.tables.values()):,}  rows" in printed


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "there.db"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        make_jobpilot(path)
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("shape", SHAPES)
def test_the_columns_are_those_of_the_shape(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "declared.db"
    make_jobpilot(path, shape=shape, rates=DECLARED)
    found = names_in(path)
    assert sorted(found) == sorted(TABLES[shape].split())
    assert {table: " ".join(found[table]) for table in COLUMNS[shape]} == COLUMNS[shape]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_schema_itself_has_too_much_and_too_little(shape: str, tmp_path: Path) -> None:
    declared, path = tmp_path / "declared.db", tmp_path / "odd.db"
    make_jobpilot(declared, shape=shape, rates=DECLARED)
    made = make_jobpilot(path, shape=shape)
    before, after = names_in(declared), names_in(path)
    assert set(after) - set(before) == {"chat_sessions", "search_history"}
    lacking = [name for table in before for name in before[table] if name not in after[table]]
    assert len(lacking) == made.traps["column_lacking"] >= 2
    unknown = [name for table in before for name in after[table] if name not in before[table]]
    assert "timezone" in unknown
    with open_file(path) as file:
        rows, different = file.execute(
            "SELECT count(*), count(DISTINCT query || results) FROM search_history"
        ).fetchone()
    assert different < rows == made.tables["search_history"]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_rows_are_as_many_as_it_says(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "counted.db"
    made = make_jobpilot(path, shape=shape)
    with open_file(path) as file:
        counted = {table: file.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in names_in(path)}
    assert made.tables == counted
    assert counted["user_profiles"] == 50


def test_sizes_are_for_each_user(tmp_path: Path) -> None:
    made = make_jobpilot(tmp_path / "sized.db", users=10, rates=Rates(scale=0), sizes=Sizes(job_listings=20, resumes=3))
    assert (made.tables["job_listings"], made.tables["resumes"], made.traps.total()) == (200, 30, 0)


def read_cell(file: sqlite3.Connection, planted: Planted) -> bytes:
    key = {"processed_job_data": "processing_id || '/' || job_index", "search_history": "rowid"}.get(
        planted.table, "id"
    )
    statement = f'SELECT CAST("{planted.column}" AS BLOB) FROM {planted.table} WHERE CAST({key} AS TEXT) = ?'
    ((cell,),) = file.execute(statement, [planted.row_id]).fetchall()
    return cell


@pytest.mark.parametrize("shape", SHAPES)
def test_every_planted_text_stands_in_its_cell(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "planted.db"
    made = make_jobpilot(path, shape=shape)
    with open_file(path) as file:
        missing = [planted for planted in made.planted if planted.value.encode() not in read_cell(file, planted)]
    assert len(made.planted) > 400
    assert missing == []
    assert set(made.tables) - {planted.table for planted in made.planted} <= {"job_user_interactions"}


@pytest.mark.parametrize("shape", SHAPES)
def test_fifty_users_meet_each_trap(shape: str, tmp_path: Path) -> None:
    made = make_jobpilot(tmp_path / "fifty.db", shape=shape, users=50)
    empty = {"job_user_interactions"} if shape == "intermediate" else set()
    expected = {
        trap.name
        for trap in traps.TRAPS
        if shape in trap.shapes and set(trap.columns) <= known_columns(shape, trap) and trap.table not in empty
    }
    assert expected - set(made.traps) == set()


def known_columns(shape: str, trap: traps.Trap) -> set[str]:
    from tests.hard_legacy.jobpilot_tables import make_tables

    table = make_tables(shape).get(trap.table)
    return set(table.names) if table else set()


# Each trap alone, counted by SQL --------------------------------------------------------------------------------------

# What is true of one odd cell, called {c}; of a trap that is laid in several columns, of each of them.
CELLS = {
    "id_odd_text": "{c} LIKE '%planted-%'",
    "id_long": "length({c}) > 290",
    "id_upper_uuid": "{c} GLOB '[0-9A-F]*-[0-9A-F]*-4*' AND {c} <> lower({c})",
    "id_bare_uuid": "length({c}) = 32",
    "id_empty": "{c} = ''",
    "id_number": "{c} GLOB '1[0-9][0-9][0-9]'",
    "id_blob": "typeof({c}) = 'blob'",
    "text_emoji": "{c} LIKE '%👩🏽‍🚀%'",
    "text_crlf": "instr({c}, char(13, 10))",
    "text_nul": "instr(CAST({c} AS BLOB), x'00')",
    "text_rtl": "instr({c}, char(8238))",
    "text_broken_utf8": "typeof({c}) = 'text' AND instr(CAST({c} AS BLOB), x'eda0bd20ff')",
    "text_blob": "typeof({c}) = 'blob'",
    "text_number": "{c} IN ('42', '1.5')",
    "text_blank": "trim({c}, char(9) || ' ') = ''",
    "text_huge": "length({c}) = 100000 AND substr({c}, -20) LIKE '%planted-%'",
    "plain": "{c} LIKE 'I met them at the fair%planted-%'",
    "plain_json": "json_valid({c}) AND {c} LIKE '%planted-%'",
    "json_double": "json_type({c}) = 'text' AND json_type({c} ->> '$') IN ('array', 'object')"
    " AND {c} LIKE '%planted-%'",
    "json_triple": "json_type({c}) = 'text' AND json_type({c} ->> '$') = 'text' AND json_type(({c} ->> '$') ->> '$') <> 'text'",
    "json_null_text": "{c} = 'null'",
    "json_broken": "typeof({c}) = 'text' AND NOT json_valid({c})",
    "json_scalar": "typeof({c}) <> 'text' OR (json_type({c}) IN ('text', 'true') AND length({c}) < 20)",
    "json_empty_text": "{c} = ''",
    "json_nul_escape": "instr({c}, '\\u0000')",
    "json_surrogate_escape": "instr({c}, '\\ud83d')",
    "json_nan": "instr({c}, 'NaN')",
    "json_blob": "typeof({c}) = 'blob'",
    "comma_text": "{c} LIKE 'Python, planted-%,, SQL '",
    "json_elements": "{c} LIKE '[1, null,%'",
    "json_duplicate_keys": '{c} LIKE \'%"a"%"a"%\'',
    "json_empty_list": "trim({c}, '\"') = '[]'",
    "time_no_fraction": "{c} = '2024-05-06 07:08:09'",
    "time_with_t": "{c} LIKE '2024-05-06T07:08%' AND {c} NOT LIKE '%Z'",
    "time_offset": "{c} LIKE '%+05:30' OR {c} LIKE '%Z'",
    "time_broken": "datetime({c}) IS NULL OR {c} LIKE '2024-02-30%'",
    "time_number": "typeof({c}) IN ('integer', 'real')",
    "time_blob": "typeof({c}) = 'blob'",
    "time_null": "{c} IS NULL",
    "time_far": "substr({c}, 1, 4) IN ('9999', '0001')",
    "status_lower": "{c} IN ('applied', 'interviewing')",
    "null_default": "{c} IS NULL",
    "reference_empty": "{c} = ''",
    "event_without_links": "{c} IS NULL",
    "company_blank": "length({c}) < 10 OR length({c}) = 300",
    "company_url_odd": "{c} LIKE '%planted-%'",
    "company_website_odd": "{c} NOT LIKE 'https://%'",
    "company_founded_odd": "{c} = 2999 OR {c} < 0",
    "company_domain_odd": "{c} LIKE '%planted-%'",
    "title_one_character": "length({c}) = 1",
    "title_empty": "{c} = ''",
    "title_long": "length({c}) >= 300",
    "title_blank": "{c} = '     '",
    "salary_currency_odd": "{c} <> 'USD'",
    "url_no_scheme": "{c} NOT LIKE '%:%' AND {c} LIKE '%planted-%'",
    "url_javascript": "{c} LIKE 'javascript:%'",
    "url_spaces": "{c} LIKE 'https://% %'",
    "url_same": "{c} = 'https://jobs.example.com/everything'",
    "number_is_text": "typeof({c}) = 'text'",
    "number_out_of_range": "{c} < 0 OR {c} IN (0, 7.5, 250, 3, 9e999)",
    "number_huge": "{c} >= 1099511627776",
    "number_fraction": "typeof({c}) = 'real'",
    "bool_is_text": "typeof({c}) = 'text'",
    "email_invalid": "{c} LIKE '%planted-%'",
    "email_null": "{c} IS NULL",
    "linkedin_other_host": "{c} LIKE 'https://evil.example/%'",
    "linkedin_no_scheme": "{c} LIKE 'linkedin.com/%'",
    "experience_negative": "{c} < 0",
    "password_null": "{c} IS NULL",
    "password_unknown": "{c} NOT LIKE '$2b$%'",
    "user_inactive": "{c} = 0",
    "bank_thrice": "json_type({c} ->> '$') = 'text'",
    "bank_once": "json_type({c}) = 'object'",
    "bank_emptied": "{c} = '[]'",
    "bank_broken": "NOT json_valid({c})",
    "categories_twice": "json_type({c}) = 'text'",
    "keywords_comma_text": "{c} LIKE 'Banking, %'",
    "confidence_odd": "{c} LIKE '%Nobody has it%'",
    "skills_odd": "{c} LIKE '%godlike%'",
    "skill_repeated": "{c} LIKE '%planted-% framework%'",
    "entries_odd": "{c} LIKE '%someday%'",
    "variations_odd": "{c} LIKE '%Lost%planted-%'",
    "certificates_odd": "{c} LIKE '%planted-%'",
    "resume_long_lists": "json_array_length({c}) = 301",
    "source_name_case": "{c} = 'LinkedIn'",
    "column_unknown": "{c} LIKE 'planted-%'",
    "table_unknown": "{c} LIKE '%planted-%'",
    "table_without_key": "{c} LIKE 'planted-%'",
    "company_row_spelling": None,  # Below: two of its columns are odd by turns.
}
MEMBERS = {
    "job_type": "FULL_TIME PART_TIME CONTRACT",
    "remote_type": "ON_SITE REMOTE HYBRID",
    "experience_level": "ENTRY_LEVEL MID_LEVEL SENIOR_LEVEL",
    "job_listings.status": "ACTIVE FILLED EXPIRED",
    "verification_status": "UNVERIFIED ACTIVE",
    "company_size_category": "STARTUP SMALL LARGE",
    "seniority_level": "INDIVIDUAL_CONTRIBUTOR TEAM_LEAD",
    "applications.status": "APPLIED INTERVIEWING REJECTED ACCEPTED WITHDRAWN",
    "saved_jobs.status": "SAVED ARCHIVED",
    "event_type": "JOB_SAVED APPLICATION_SUBMITTED STATUS_CHANGED NOTE_ADDED",
    "size_category": "STARTUP SMALL MEDIUM",
    "application_status": "APPLIED INTERVIEWING REJECTED",
    "interaction_type": "APPLIED SAVED VIEWED HIDDEN REJECTED_BY_USER",
    "processing_status": "PENDING COMPLETED FAILED",
    "operation_type": "COLLECTION CLEANUP RETRY",
    "resume_type": "base tailored",
    "resumes.status": "draft active archived",
    "format": "pdf docx html",
    "resume_generations.status": "completed pending failed",
    "merge_strategy": "keep_canonical",
}
TARGETS = {
    "job_id": "job_listings",
    "canonical_id": "job_listings",
    "canonical_job_id": "job_listings",
    "duplicate_job_id": "job_listings",
    "target_job_id": "job_listings",
    "company_id": "companies",
    "source_id": "job_sources",
    "user_profile_id": "user_profiles",
    "user_id": "user_profiles",
    "application_id": "applications",
    "interaction_id": "job_user_interactions",
    "template_id": "resume_templates",
    "based_on_resume_id": "resumes",
    "parent_version_id": "resumes",
    "parent_resume_id": "resumes",
    "resume_id": "resumes",
    "collection_id": "raw_job_collections",
    "processing_id": "job_processing_logs",
}


def is_repeated(table: str, columns: str) -> str:
    """Count the rows that another row of the same columns came before."""
    return f"SELECT count(*) - count(DISTINCT {columns.replace(', ', ' || 0 || ')}) FROM {table}"


GHOSTS_TWICE = " UNION ALL ".join(
    f"SELECT count(*) AS number FROM (SELECT job_id FROM {table} WHERE job_id NOT IN (SELECT id FROM job_listings)"
    f" GROUP BY job_id HAVING count(*) = 2)"
    for table in ("applications", "saved_jobs", "job_source_listings")
)
# What several columns or rows say together: the whole statement.
STATEMENTS = {
    "demo_user": "SELECT count(*) FROM user_profiles WHERE email = 'demo@jobpilot.com'"
    " AND id = '00000000-0000-4000-8000-000000000001'",
    "id_fixed": "SELECT (SELECT count(*) FROM user_profiles WHERE id = 'test-user-id')"
    " + (SELECT count(*) FROM job_listings WHERE id = 'test-job-1')"
    " + (SELECT count(*) FROM applications WHERE id = 'test-app-1')",
    "id_shared": "SELECT count(*) FROM saved_jobs JOIN applications USING (id)",
    "times_all_null": "SELECT sum(number) FROM ("
    + " UNION ALL ".join(
        f"SELECT count(*) AS number FROM {table} WHERE updated_at IS NULL AND {first} IS NULL"
        for table, first in {
            "job_listings": "created_at",
            "user_profiles": "created_at",
            "applications": "created_at",
            "skill_banks": "created_at",
            "resumes": "created_at",
            "saved_jobs": "saved_date",
        }.items()
    )
    + ")",
    "company_spelling": "SELECT count(*) FROM job_listings WHERE company LIKE '%google%'",
    "company_row_missing": "SELECT count(*) FROM job_listings WHERE company NOT IN (SELECT name FROM companies)",
    "company_row_spelling": "SELECT count(*) FROM companies WHERE name LIKE 'initech%'",
    "salary_reversed": "SELECT count(*) FROM job_listings WHERE salary_min > salary_max",
    "salary_negative": "SELECT count(*) FROM job_listings WHERE salary_min < 0",
    "salary_max_negative": "SELECT count(*) FROM job_listings WHERE salary_max < 0",
    "salary_huge": "SELECT count(*) FROM job_listings WHERE salary_max >= 1e15",
    "salary_infinite": "SELECT count(*) FROM job_listings WHERE salary_max = 9e999",
    "salary_text": "SELECT count(*) FROM job_listings WHERE typeof(salary_min) = 'text'",
    "wish_reversed": "SELECT count(*) FROM user_profiles WHERE desired_salary_min < 0"
    " OR desired_salary_min > desired_salary_max",
    "wish_text": "SELECT count(*) FROM user_profiles WHERE typeof(desired_salary_max) = 'text'",
    "names_null": "SELECT count(*) FROM user_profiles WHERE first_name IS NULL AND last_name IS NULL",
    "preference_unknown": "SELECT count(*) FROM user_profiles WHERE preferred_remote_types = '[\"Moon\"]'",
    "user_flags_null": "SELECT count(*) FROM user_profiles WHERE is_active IS NULL AND is_verified IS NULL",
    "email_other_case": is_repeated("user_profiles", "lower(email)"),
    "canonical_self": "SELECT count(*) FROM job_listings WHERE canonical_id = id",
    "canonical_chain": "SELECT count(*) FROM job_listings l JOIN job_listings c ON c.id = l.canonical_id AND c.id <> l.id",
    "ghost_twice": f"SELECT sum(number) FROM ({GHOSTS_TWICE})",
    "status_null": "SELECT count(*) FROM applications WHERE status IS NULL",
    "status_not_applied": "SELECT count(*) FROM applications WHERE status = 'NOT_APPLIED' AND applied_date IS NULL",
    "status_not_applied_dated": "SELECT count(*) FROM applications WHERE status = 'NOT_APPLIED' AND applied_date > ''",
    "applied_without_date": "SELECT count(*) FROM applications WHERE status = 'APPLIED' AND applied_date IS NULL",
    "application_repeated": "SELECT count(*) FROM (SELECT 1 FROM applications GROUP BY user_profile_id, job_id"
    " HAVING count(*) > 1)",
    "saved_again": "SELECT count(*) FROM (SELECT 1 FROM saved_jobs GROUP BY user_profile_id, job_id"
    " HAVING count(*) = 2 AND count(DISTINCT status) = 2)",
    "event_of_another": "SELECT count(*) FROM timeline_events e JOIN applications a ON a.id = e.application_id"
    " WHERE a.user_profile_id <> e.user_profile_id OR a.job_id <> e.job_id",
    "interaction_without_status": "SELECT count(*) FROM job_user_interactions WHERE application_status IS NULL"
    " AND interaction_type = 'APPLIED'",
    "interaction_not_applied": "SELECT count(*) FROM job_user_interactions WHERE application_status = 'NOT_APPLIED'"
    " AND interaction_type = 'APPLIED'",
    "interaction_without_date": "SELECT count(*) FROM job_user_interactions WHERE saved_date IS NULL"
    " AND interaction_type = 'SAVED'",
    "bank_repeated": is_repeated("skill_banks", "user_id"),
    "resume_cycle": "WITH RECURSIVE way AS (SELECT id AS first, based_on_resume_id AS at, 1 AS steps FROM resumes"
    " UNION ALL SELECT first, based_on_resume_id, steps + 1 FROM way JOIN resumes ON id = at WHERE steps < 4 AND at <> first)"
    " SELECT (SELECT count(*) FROM way WHERE at = first AND steps = 2) / 2"
    " + (SELECT count(*) FROM way WHERE at = first AND steps = 3) / 3",
    "resume_self_parent": "SELECT count(*) FROM resumes WHERE id IN (based_on_resume_id, parent_version_id)",
    "resume_two_parents": "SELECT count(*) FROM resumes WHERE based_on_resume_id <> parent_version_id",
    "resume_foreign_parent": "SELECT count(*) FROM resumes r JOIN resumes p ON p.id = r.based_on_resume_id"
    " WHERE p.user_id <> r.user_id",
    "tailored_without_base": "SELECT count(*) FROM resumes WHERE resume_type = 'tailored' AND based_on_resume_id IS NULL",
    "template_with_links": "SELECT count(*) FROM resumes WHERE resume_type = 'template' AND job_id IS NOT NULL",
    "template_alone": "SELECT count(*) FROM resumes WHERE resume_type = 'template' AND job_id IS NULL",
    "version_repeated": is_repeated("resume_versions", "resume_id, version_number"),
    "source_listing_repeated": is_repeated("job_source_listings", "source_id, source_job_id"),
    "embedding_repeated": "SELECT count(*) FROM job_embeddings WHERE content_hash = 'x'",
    "embedding_odd": "SELECT count(*) FROM job_embeddings WHERE embedding_dimension IN (384, 1, 0)",
    "pair_repeated": is_repeated("job_duplications", "canonical_job_id, duplicate_job_id"),
    "pair_of_itself": "SELECT count(*) FROM job_duplications WHERE canonical_job_id = duplicate_job_id",
    "pair_reversed": "SELECT count(*) FROM job_duplications a JOIN job_duplications b"
    " ON a.canonical_job_id = b.duplicate_job_id AND a.duplicate_job_id = b.canonical_job_id AND a.id < b.id",
}
# Traps whose candidates are only some of their table's rows.
SELDOM = {
    "interaction_without_status",
    "interaction_not_applied",
    "interaction_without_date",
    "id_shared",
    "resume_two_parents",
    "resume_foreign_parent",
}
RATE = 0.25
NAMES = sorted({trap.name for trap in traps.TRAPS})


def columns_of(name: str, shape: str) -> Iterator[tuple[str, str]]:
    for table, columns in {(t.table, t.columns): None for t in traps.TRAPS if t.name == name and shape in t.shapes}:
        if set(columns) <= known_columns(shape, next(t for t in traps.TRAPS if t.table == table)) or table in {
            "chat_sessions",
            "search_history",
        }:
            for column in columns:
                yield table, column
        elif name == "column_unknown" and (table == "user_profiles" or table in TABLES[shape].split()):
            yield table, columns[0]


def count_cells(file: sqlite3.Connection, name: str, shape: str) -> int:
    total = 0
    for table, column in columns_of(name, shape):
        if name in {"enum_out_of_range", "word_out_of_range"}:
            members = MEMBERS.get(f"{table}.{column}") or MEMBERS[column]
            condition = "{c} NOT IN (" + ", ".join(f"'{member}'" for member in members.split()) + ")"
        elif name == "ghost":
            condition = f"{{c}} NOT IN (SELECT id FROM {TARGETS[column]})"
        elif name == "json_wrong_type":
            is_object = column in {"event_data", "contact_info", "interaction_data", "content_snapshot"}
            condition = f"json_type({{c}}) = '{'array' if is_object else 'object'}'"
        elif name == "id_twin":
            condition = f"lower({{c}}) <> {{c}} AND lower({{c}}) IN (SELECT id FROM {table})"
        else:
            condition = CELLS[name]
        cell = f'"{column}"'
        total += file.execute(f"SELECT count(*) FROM {table} WHERE {condition.format(c=cell)}").fetchone()[0]
    return total


def choose_shape(name: str) -> str:
    """Return the first shape whose rows the trap could be laid upon; the intermediate one has no interactions."""
    return next(
        shape
        for shape in SHAPES
        if any(shape == "refactored" or table != "job_user_interactions" for table, _ in columns_of(name, shape))
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_trap_alone_is_laid_at_its_rate(name: str, tmp_path: Path) -> None:
    path, shape = tmp_path / "alone.db", choose_shape(name)
    made = make_jobpilot(path, shape=shape, users=30, seed=3, rates=Rates(scale=0, named={name: RATE}))
    with open_file(path) as file:
        found = file.execute(STATEMENTS[name]).fetchone()[0] if name in STATEMENTS else count_cells(file, name, shape)
    assert found == made.traps[name] > 0
    assert set(made.traps) == {name}
    check_rate(name, shape, made)


def check_rate(name: str, shape: str, made: Made) -> None:
    ordinary = make_count(shape)
    single = laid = instances = 0
    for trap in traps.TRAPS:
        if trap.name == name and trap.table in made.tables and any(True for _ in columns_of(name, shape)):
            is_there = shape in trap.shapes and (
                set(trap.columns) <= known_columns(shape, trap) or trap.name.startswith(("column_", "table_"))
            )
            single += is_there and trap.is_single
            laid += ordinary.get(trap.table, made.tables[trap.table]) * RATE if is_there and not trap.is_single else 0
            instances += is_there
    assert made.traps[name] <= laid + instances
    if name not in SELDOM:
        assert made.traps[name] >= laid + single - instances


def make_count(shape: str) -> dict[str, int]:
    from tests.hard_legacy.jobpilot import Build

    return Build(shape, 30, 3, Rates(scale=0), Sizes(), is_postgres=False).counts


def test_a_half_done_migration_fills_the_intermediate_shape(tmp_path: Path) -> None:
    path = tmp_path / "half.db"
    made = make_jobpilot(path, shape="intermediate", rates=Rates(scale=0, named={"half_migrated": 0.2}))
    with open_file(path) as file:
        (both,) = file.execute(
            "SELECT count(*) FROM job_user_interactions i JOIN applications a"
            " ON a.user_profile_id = i.user_id AND a.job_id = i.job_id AND a.id <> i.id WHERE interaction_type = 'APPLIED'"
        ).fetchone()
    assert both == made.tables["job_user_interactions"] == made.traps["half_migrated"] == 30


def test_an_ordinary_database_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "ordinary.db"
    made = make_jobpilot(path, rates=Rates(scale=0))
    assert (made.traps.total(), made.planted) == (0, [])
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hard_database_is_a_sound_file_of_broken_references(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "hard.db"
    make_jobpilot(path, shape=shape)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        assert len(file.execute("PRAGMA foreign_key_check").fetchall()) > 20


def test_the_password_is_the_one_it_says() -> None:
    import bcrypt

    assert bcrypt.checkpw(PASSWORD.encode(), BCRYPT.encode())


# PostgreSQL -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def empty_database(django_db_blocker: Any, django_db_setup: None) -> Iterator[str]:
    """Yield the URL of a database of its own beside the tests' one."""
    settings = connection.settings_dict
    parts = {key: settings[key] for key in ("HOST", "PORT", "USER", "PASSWORD") if settings[key]}
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    name = f"{settings['NAME']}_hard_jobpilot"
    server = psycopg.conninfo.make_conninfo(
        "", dbname="postgres", **{names[key]: value for key, value in parts.items()}
    )
    with psycopg.connect(server, autocommit=True) as database:
        database.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        database.execute(f'CREATE DATABASE "{name}"')
    yield psycopg.conninfo.make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as database:
        database.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.parametrize("shape", SHAPES)
def test_postgresql_holds_the_same_tables(shape: str, empty_database: str, tmp_path: Path) -> None:
    path = tmp_path / "same.db"
    in_sqlite = make_jobpilot(path, shape=shape)
    made = make_jobpilot_postgres(empty_database, shape=shape)
    columns = names_in(path)
    with psycopg.connect(empty_database) as database:
        for table, names in columns.items():
            cursor = database.execute(f'SELECT * FROM "{table}" LIMIT 0')
            assert [column.name for column in cursor.description or ()] == names
            (rows,) = database.execute(f'SELECT count(*) FROM "{table}"').fetchone() or ()
            assert rows == made.tables[table]
        missing = [planted for planted in made.planted if planted.value not in read_postgres(database, planted)]
        assert missing == []
        (ghosts,) = (
            database.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated").fetchone()
            or ()
        )
        assert ghosts >= 20
    assert set(made.traps) < set(in_sqlite.traps)
    assert made.tables.keys() == in_sqlite.tables.keys()


def read_postgres(database: psycopg.Connection, planted: Planted) -> str:
    key = {"processed_job_data": "processing_id || '/' || job_index"}.get(planted.table, "id")
    if planted.table == "search_history":
        key = f"split_part('{planted.row_id}/' || query, '/', 1)"
    statement = f'SELECT string_agg("{planted.column}"::text, chr(10)) FROM {planted.table} WHERE {key} = %s'
    (cell,) = database.execute(statement, [planted.row_id]).fetchone() or ("",)
    return cell or ""


def test_postgresql_has_native_enumerations_where_the_texts_allow(empty_database: str) -> None:
    native = {"enum_out_of_range": 0.0, "status_lower": 0.0}
    make_jobpilot_postgres(empty_database, shape="refactored", rates=Rates(named=native))
    with psycopg.connect(empty_database) as database:
        found = database.execute(
            "SELECT udt_name FROM information_schema.columns WHERE table_name = 'job_user_interactions'"
            " AND column_name IN ('interaction_type', 'application_status') ORDER BY 1"
        ).fetchall()
    assert found == [("applicationstatus",), ("interactiontype",)]
