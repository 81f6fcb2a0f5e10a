"""What can be odd in a JobPilot database, each oddity by its name: where it is laid, how often, and what it makes of a row.

A trap is laid upon every so many-th row of its table; where another trap holds one of its cells already, upon the next
row. One name may stand for several traps of the same kind in different columns. With 50 users each trap is laid once or
twice, or more where that says so; its rate stays the same with any number of users.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.hard_legacy import words
from tests.hard_legacy.jobpilot_tables import SHAPES, Table, read_column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hard_legacy.jobpilot import Build

    Row = dict[str, Any]
    Lay = Callable[[Build, Row, str], Row | None]

ADDED = "rows that come besides"
"""The key under which a trap returns further rows."""
ROWS = {
    "resume_templates": 6,
    "job_sources": 6,
    "companies": 25,
    "user_profiles": 50,
    "job_listings": 250,
    "job_source_listings": 30,
    "job_embeddings": 15,
    "job_duplications": 15,
    "applications": 150,
    "saved_jobs": 200,
    "job_user_interactions": 400,
    "timeline_events": 300,
    "skill_banks": 50,
    "skill_banks_legacy": 15,
    "resumes": 100,
    "resume_versions": 50,
    "resume_generations": 50,
    "resume_optimizations": 50,
    "raw_job_collections": 5,
    "job_processing_logs": 10,
    "processed_job_data": 20,
    "etl_operation_logs": 10,
    "chat_sessions": 10,
    "search_history": 10,
}
"""Rows of each table where there are 50 users."""
USUAL = 1.6
"""How often a trap is laid among 50 users."""
LOOSE = ("legacy", "intermediate")
"""The shapes without CHECKs."""


@dataclass(frozen=True)
class RawText:
    """A text that is no UTF-8: SQLite keeps any octets as text."""

    octets: bytes

    def __conform__(self, protocol: Any) -> str:
        """Stand for it until the database has the row: sqlite3 asks for this."""
        return ""


@dataclass(frozen=True)
class Trap:
    name: str
    table: str
    columns: tuple[str, ...]
    rate: float
    lay: Lay
    shapes: tuple[str, ...] = SHAPES
    is_only_sqlite: bool = False
    is_out_of_range: bool = False
    is_single: bool = False


TRAPS: list[Trap] = []


def add(name: str, table: str, columns: str, lay: Lay, *, often: float = USUAL, **kind: Any) -> None:
    """Register a trap that changes these columns (which must exist) by a function of its own."""
    TRAPS.append(Trap(name, table, tuple(columns.split()), min(1.0, often / ROWS[table]), lay, **kind))


def put(name: str, table: str, columns: str, *values: Any, often: float = USUAL, **kind: Any) -> None:
    """Register a trap that puts these values in turn; "{m}" in one is what is planted. Several columns take tuples."""
    names = columns.split()

    def lay(build: Build, row: Row, marker: str) -> Row:
        value = values[build.made.traps[name] % len(values)]
        cells = value if len(names) > 1 else (value,)
        return {column: plant(cell, marker) for column, cell in zip(names, cells, strict=True)}

    add(name, table, columns, lay, often=often, **kind)


def plant(cell: Any, marker: str) -> Any:
    if isinstance(cell, str):
        return cell.replace("{m}", marker)
    if isinstance(cell, bytes):
        return cell.replace(b"{m}", marker.encode())
    if isinstance(cell, RawText):
        return RawText(plant(cell.octets, marker))
    return cell


def count(build: Build, name: str) -> int:
    return build.made.traps[name]


def seeded(build: Build, *parts: object) -> random.Random:
    return random.Random(f"{build.seed}/{parts}")


# Keys: first, since others look at the row's key ----------------------------------------------------------------------


def bare(build: Build, row: Row, marker: str) -> Row:
    return {"id": str(row["id"]).replace("-", "")}


def upper(build: Build, row: Row, marker: str) -> Row:
    return {"id": str(row["id"]).upper()}


def twin(build: Build, row: Row, marker: str) -> Row | None:
    """Take the key of the row before, in capitals: another text, the same UUID."""
    before = build.key(row["_table"], build.index - 1) if build.index else ""
    return {"id": before.upper()} if isinstance(before, str) and before != before.upper() else None


def twin_of(table: str) -> Lay:
    return lambda build, row, marker: twin(build, {**row, "_table": table}, marker)


DEMO_USER = "00000000-0000-4000-8000-000000000001"
put("demo_user", "user_profiles", "id email", (DEMO_USER, "demo@jobpilot.com"), often=50, is_single=True)
put("id_fixed", "user_profiles", "id", "test-user-id", often=5, is_single=True)
put("id_fixed", "job_listings", "id", "test-job-1", often=5, is_single=True)
put("id_fixed", "applications", "id", "test-app-1", often=5, is_single=True)
for keyed in (
    "user_profiles",
    "job_listings",
    "applications",
    "saved_jobs",
    "timeline_events",
    "resumes",
    "skill_banks",
):
    put("id_odd_text", keyed, "id", "job/ü 7 {m}", "{m}", " {m} ")
    put("id_long", keyed, "id", "{m}" + "-x" * 143)
    add("id_upper_uuid", keyed, "id", upper)
    add("id_bare_uuid", keyed, "id", bare)
    add("id_twin", keyed, "id", twin_of(keyed))
    put("id_empty", keyed, "id", "", is_single=True, often=3)
    # Bound as an integer; the affinity of VARCHAR makes a text of it, as it does of any number in a text column.
    add("id_number", keyed, "id", lambda build, row, marker: {"id": 1000 + count(build, "id_number")})
    put("id_blob", keyed, "id", b"blob {m}", is_only_sqlite=True)
for keyed in ("job_user_interactions", "companies", "job_sources", "resume_versions", "job_embeddings"):
    put("id_odd_text", keyed, "id", "job/ü 7 {m}", "{m}")
    add("id_upper_uuid", keyed, "id", upper)
for keyed in ("resume_templates", "raw_job_collections", "job_processing_logs", "etl_operation_logs"):
    put("id_odd_text", keyed, "id", "{m}")

# Texts ----------------------------------------------------------------------------------------------------------------

for where in (
    "job_listings description",
    "applications notes",
    "saved_jobs notes",
    "timeline_events description",
    "resumes summary",
    "user_profiles bio",
    "skill_banks default_summary",
    "job_user_interactions notes",
):
    written, in_column = where.split()
    put("text_emoji", written, in_column, words.EMOJI + " {m}")
    put("text_crlf", written, in_column, words.CRLF + "\r\n{m}")
    put("text_nul", written, in_column, words.NUL + " {m}", "\0{m}", "{m}\0", is_only_sqlite=True)
    put("text_rtl", written, in_column, words.RIGHT_TO_LEFT + " {m}")
    put("text_broken_utf8", written, in_column, RawText(b"{m} \xed\xa0\xbd \xff\xc3"), is_only_sqlite=True)
    put("text_blob", written, in_column, b"\x00\xff{m}\x80", b"{m}", is_only_sqlite=True)
    put("text_number", written, in_column, 42, 1.5)
    put("text_blank", written, in_column, "", "  \t ")
for where in ("job_listings description", "timeline_events description"):
    written, in_column = where.split()
    add(
        "text_huge",
        written,
        in_column,
        lambda build, row, marker, name=in_column: {name: words.make_huge(marker)},
        often=1,
    )
put("text_nul", "user_profiles", "first_name", "{m}\0", is_only_sqlite=True)
put("text_nul", "companies", "description", "{m}\0", is_only_sqlite=True)

# Ordinary texts and documents with a planted mark ---------------------------------------------------------------------

NOTE = "I met them at the fair and they remembered {m}."
for where in (
    "applications cover_letter resume_version",
    "saved_jobs notes",
    "job_user_interactions cover_letter notes",
    "timeline_events title description",
    "job_listings requirements responsibilities location education_required",
    "user_profiles bio current_title last_name phone portfolio_url",
    "companies description culture",
    "resumes title summary",
    "skill_banks default_summary",
    "resume_versions changes_summary created_by",
    "resume_generations error_message file_path",
    "resume_templates description",
    "job_sources display_name",
    "job_source_listings source_job_id source_url",
    "job_embeddings content_hash",
    "job_duplications merge_strategy",
    "raw_job_collections api_provider",
    "etl_operation_logs error_message operation_name",
    "processed_job_data duplicate_of",
):
    written, *in_columns = where.split()
    for in_column in in_columns:
        put("plain", written, in_column, NOTE)
for where, value in {
    "job_listings skills_required": ["{m}", "Python"],
    "job_listings tech_stack": ["Python", "{m}"],
    "job_listings benefits_parsed": {"leave": {"days": 30, "note": "{m}"}},
    "saved_jobs tags": ["{m}"],
    "timeline_events event_data": {"notes": "{m}", "old_status": "applied"},
    "user_profiles skills": ["{m}", "SQL"],
    "user_profiles preferred_locations": ["{m}"],
    "companies benefits": ["{m}"],
    "resumes work_experience": [{"company": "{m}", "position": "Baker", "achievements": []}],
    "resumes custom_sections": [
        {"section_type": "custom", "title": "{m}", "content": {}, "is_visible": True, "order": 1}
    ],
    "resumes tailoring_analysis": {"match_score": 55, "missing_skills": ["{m}"]},
    "skill_banks technical_keywords": ["{m}"],
    "skill_banks soft_skills": ["{m}"],
    "skill_banks skill_confidence": {"{m}": 0.7},
    "skill_banks_legacy skills": {"Programming": [{"name": "{m}", "level": "expert"}]},
    "skill_banks_legacy industry_keywords": ["{m}"],
    "resume_versions content_snapshot": {"summary": "{m}", "skills": []},
    "resume_optimizations recommendations": ["{m}"],
    "resume_optimizations keyword_matches": ["{m}"],
    "resume_generations generation_params": {"tone": "{m}"},
    "resume_templates styling": {"font_family": "{m}"},
    "job_sources scraping_rules": {"selector": "{m}"},
    "job_source_listings source_metadata": {"rank": "{m}"},
    "job_duplications matching_fields": ["{m}"],
    "job_user_interactions interaction_data": {"reason": "{m}"},
    "job_user_interactions tags": ["{m}"],
    "job_user_interactions job_snapshot": {"title": "{m}"},
    "raw_job_collections raw_response": {"data": [{"job_title": "{m}"}]},
    "job_processing_logs errors": [{"message": "{m}"}],
    "processed_job_data processed_data": {"title": "{m}"},
    "etl_operation_logs input_data": {"query": "{m}"},
    "skill_banks projects": [{"id": "11111111-1111-4111-8111-111111111111", "name": "{m}", "technologies": []}],
    "skill_banks certifications": [{"id": "not a uuid", "name": "{m}", "issuer": "Nobody"}],
}.items():
    written, in_column = where.split()
    put("plain_json", written, in_column, json.dumps(value))

# Documents ------------------------------------------------------------------------------------------------------------

LIST, OBJECT = '["{m}", "Python"]', '{"note": "{m}"}'
for where, is_list in {
    "job_listings skills_required": True,
    "job_listings benefits": True,
    "saved_jobs tags": True,
    "timeline_events event_data": False,
    "user_profiles preferred_locations": True,
    "user_profiles skills": True,
    "resumes skills": True,
    "resumes contact_info": False,
    "skill_banks work_experiences": True,
    "job_user_interactions interaction_data": False,
    "job_user_interactions tags": True,
    "resume_optimizations missing_skills": True,
    "resume_versions content_snapshot": False,
}.items():
    written, in_column = where.split()
    usual, other = (LIST, OBJECT) if is_list else (OBJECT, LIST)
    put("json_double", written, in_column, json.dumps(usual))
    put("json_triple", written, in_column, json.dumps(json.dumps(usual)))
    put("json_null_text", written, in_column, "null")
    put("json_wrong_type", written, in_column, other, "{}" if is_list else "[]")
    put("json_broken", written, in_column, usual[:-1], "{m} {", "['{m}']", is_only_sqlite=True)
    put("json_scalar", written, in_column, '"{m}"', "17", "true", "1e400")
    put("json_empty_text", written, in_column, "", is_only_sqlite=True)
    put("json_nul_escape", written, in_column, usual.replace("{m}", r"a\u0000b {m}"))
    put("json_surrogate_escape", written, in_column, usual.replace("{m}", r"\ud83d {m} \udc00\ud800"))
    put("json_nan", written, in_column, '[NaN, Infinity, "{m}"]', is_only_sqlite=True)
    put("json_blob", written, in_column, usual.encode(), is_only_sqlite=True)
    if is_list:
        put("comma_text", written, in_column, "Python, {m},, SQL ", is_only_sqlite=True)
        put(
            "json_elements", written, in_column, '[1, null, "", "  ", {"name": "{m}"}, ["x"], true, "Python", "python"]'
        )
put("json_duplicate_keys", "job_listings", "benefits_parsed", '{"a": "{m}", "a": 2}')
put("json_empty_list", "job_listings", "benefits_parsed", "[]")
put("json_empty_list", "skill_banks", "experience_content_variations", "[]", '"[]"')

# Times ----------------------------------------------------------------------------------------------------------------

for where in (
    "job_listings posted_date",
    "job_listings updated_at",
    "applications updated_at",
    "applications applied_date",
    "saved_jobs saved_date",
    "timeline_events event_date",
    "user_profiles created_at",
    "resumes updated_at",
    "job_user_interactions last_interaction",
):
    written, in_column = where.split()
    put("time_no_fraction", written, in_column, "2024-05-06 07:08:09", is_only_sqlite=True)
    put("time_with_t", written, in_column, "2024-05-06T07:08:09.123456", "2024-05-06T07:08", is_only_sqlite=True)
    put("time_offset", written, in_column, "2024-05-06 07:08:09+05:30", "2024-05-06T07:08:09Z", is_only_sqlite=True)
    put(
        "time_broken",
        written,
        in_column,
        "yesterday {m}",
        "2024-02-30 10:00:00",
        "0000-00-00 00:00:00",
        "",
        is_only_sqlite=True,
    )
    put("time_number", written, in_column, 1_700_000_000, 1_700_000_000.25, "20240506", is_only_sqlite=True)
    put("time_blob", written, in_column, b"2024-05-06 07:08:09 {m}", is_only_sqlite=True)
    put("time_null", written, in_column, None)
    put("time_far", written, in_column, "9999-12-31 23:59:59.999999", "0001-01-01 00:00:00.000001")
for written in ("job_listings", "user_profiles", "applications", "skill_banks", "resumes"):
    put("times_all_null", written, "created_at updated_at", (None, None))
put("times_all_null", "saved_jobs", "saved_date updated_at", (None, None))
put("times_all_null", "job_user_interactions", "first_interaction last_interaction", (None, None))

# Enumerations ---------------------------------------------------------------------------------------------------------

for where, values in {
    "job_listings job_type": ("Full-time", "full_time", "UNKNOWN", "", "{m}"),
    "job_listings remote_type": ("Remote", "remote", "UNKNOWN"),
    "job_listings experience_level": ("mid_level", "Wizard"),
    "job_listings status": ("active", "GONE"),
    "job_listings verification_status": ("expired", "MAYBE"),
    "job_listings company_size_category": ("UNKNOWN",),
    "job_listings seniority_level": ("UNKNOWN", "c_level"),
    "applications status": ("PENDING {m}", "OFFERED"),
    "saved_jobs status": ("saved", "STARRED {m}"),
    "timeline_events event_type": ("note_added", "JOB_DREAMT_OF {m}"),
    "companies size_category": ("UNKNOWN", "small"),
    "job_user_interactions application_status": ("interviewing", "OFFERED {m}"),
    "job_user_interactions interaction_type": ("viewed", "BOOKMARKED {m}"),
    "raw_job_collections processing_status": ("DONE",),
    "etl_operation_logs operation_type": ("EXPORT",),
}.items():
    written, in_column = where.split()
    put("enum_out_of_range", written, in_column, *values, is_out_of_range=True)
put("status_lower", "applications", "status", "applied", "interviewing", is_out_of_range=True)
for where in (
    "job_listings status",
    "job_listings job_type",
    "job_listings salary_currency",
    "job_listings source_count",
    "job_listings verification_status",
    "saved_jobs status",
    "saved_jobs tags",
    "timeline_events is_milestone",
    "resumes version",
    "resumes work_experience",
    "skill_banks skills",
    "skill_banks skill_categories",
    "job_duplications merge_strategy",
    "job_sources is_active",
    "job_user_interactions interaction_count",
    "job_user_interactions tags",
):
    written, in_column = where.split()
    put("null_default", written, in_column, None)
put("word_out_of_range", "resumes", "resume_type", "cover", "BASE", shapes=LOOSE)
put("word_out_of_range", "resumes", "status", "ACTIVE", "lost {m}")
put("word_out_of_range", "resume_generations", "format", "PDF", "odt {m}")
put("word_out_of_range", "resume_generations", "status", "COMPLETED", "{m}")
put("word_out_of_range", "job_duplications", "merge_strategy", "toss a coin {m}")

# Listings and companies -----------------------------------------------------------------------------------------------

put(
    "company_spelling",
    "job_listings",
    "company company_size industry company_url",
    ("Google", "5000+ employees", "Software Development", "https://www.google.com"),
    ("Google Inc.", "10k+", "Internet", "https://careers.google.com/jobs"),
    ("GOOGLE LLC", None, "Advertising", None),
    ("  google,  inc ", "", "", "google.com"),
    ("Google", "1-50 employees", "Software Development", "https://www.linkedin.com/company/google"),
    often=20,
)
put(
    "company_row_missing",
    "job_listings",
    "company company_url",
    ("Unlisted {m} GmbH", None),
    ("Unlisted {m}", "https://unlisted.example.net"),
    often=8,
)
put("company_blank", "job_listings", "company", "", "   ", ".", "Inc", "株式会社リクルート", "C" * 300)
put(
    "company_url_odd",
    "job_listings",
    "company_url",
    "javascript:alert(1) {m}",
    "mailto:{m}@example.com",
    "https://10.0.0.1/{m}",
)


def respell(build: Build, row: Row, marker: str) -> Row:
    """Make rows of one company in three spellings."""
    number = count(build, "company_row_spelling")
    name = ("Initech {}", "Initech {} Inc.", "INITECH {} LLC")[number % 3].format(number // 3)
    cells = {"name": name, "website": None if number % 2 else f"https://initech-{number // 3}.org"}
    if build.shape != "legacy":
        cells |= {"normalized_name": name.lower(), "domain": None}
    return cells


add("company_row_spelling", "companies", "name website", respell, often=5)
put(
    "company_website_odd",
    "companies",
    "website",
    "www.example.org/{m}",
    "javascript:{m}",
    "ftp://{m}.example.org",
    shapes=LOOSE,
)
put("company_founded_odd", "companies", "founded_year", 2999)
put("company_founded_odd", "companies", "founded_year", -5, shapes=("intermediate",))
put("company_domain_odd", "companies", "domain", "user:pw@{m}.example.org:8080", "{m}", often=2)

put("title_one_character", "job_listings", "title", "X", shapes=LOOSE)
put("title_empty", "job_listings", "title", "", shapes=LOOSE)
put("title_long", "job_listings", "title", "{m} " + "very " * 56 + "long title", shapes=LOOSE)
put("title_blank", "job_listings", "title", "     ")
put("title_long", "timeline_events", "title", "{m} " + "event " * 60)
put("title_long", "resumes", "title", "{m} " + "resume " * 60)
put("title_empty", "timeline_events", "title", "")
put("title_empty", "resumes", "title", "")
put("salary_reversed", "job_listings", "salary_min salary_max", (150_000.0, 90_000.0), shapes=LOOSE)
put("salary_negative", "job_listings", "salary_min salary_max", (-5.0, None), (-20.0, -10.0), shapes=LOOSE)
put("salary_max_negative", "job_listings", "salary_min salary_max", (None, -1.0))
put("salary_huge", "job_listings", "salary_min salary_max", (1e15, 1e300))
put("salary_infinite", "job_listings", "salary_min salary_max", (0.0, float("inf")), (float("inf"), float("inf")))
put("salary_text", "job_listings", "salary_min salary_max", ("100k {m}", "negotiable"), is_only_sqlite=True)
put("salary_currency_odd", "job_listings", "salary_currency", "usd", "€ {m}", "")
put("url_no_scheme", "job_listings", "job_url", "www.example.com/{m}", shapes=LOOSE)
put("url_javascript", "job_listings", "job_url", "javascript:alert('{m}')", shapes=LOOSE)
put("url_spaces", "job_listings", "job_url", "https://example.com/a b/{m}")
put("url_no_scheme", "job_listings", "application_url", "apply.example.com/{m}", shapes=LOOSE)
put("url_javascript", "job_listings", "application_url", "javascript:alert('{m}')", shapes=LOOSE)
put("url_same", "job_listings", "job_url", "https://jobs.example.com/everything", often=4)
put("number_is_text", "job_listings", "source_count", "many {m}", is_only_sqlite=True)
put("number_is_text", "user_profiles", "experience_years", "five {m}", is_only_sqlite=True)
put("number_is_text", "resumes", "version", "v2 {m}", is_only_sqlite=True)
put("number_is_text", "job_embeddings", "embedding_dimension", "all", is_only_sqlite=True)
put("number_out_of_range", "job_listings", "data_quality_score", 7.5, -1.0)
put("number_out_of_range", "job_listings", "source_count", 0, -3)
put("number_out_of_range", "resume_optimizations", "match_score", 250.0, -1.0, float("inf"))
put("number_out_of_range", "job_duplications", "confidence_score", 3.0)
put("number_out_of_range", "job_user_interactions", "interaction_count", 0, -2)
put("number_out_of_range", "resume_generations", "file_size", -1)
put("number_huge", "resume_generations", "file_size", 2**40, is_only_sqlite=True)
put("number_huge", "job_user_interactions", "interaction_count", 2**50, is_only_sqlite=True)
put("number_fraction", "user_profiles", "experience_years", 2.5, is_only_sqlite=True)
put("bool_is_text", "timeline_events", "is_milestone", "true", "no", is_only_sqlite=True)
put("bool_is_text", "job_sources", "is_active", "true", is_only_sqlite=True)
put("bool_is_text", "user_profiles", "is_active", "t", is_only_sqlite=True)

# References -----------------------------------------------------------------------------------------------------------


def ghost(name: str, table: str, column: str, target: str, **kind: Any) -> None:
    add(name, table, column, lambda build, row, marker: {column: build.ghost(target)}, **kind)


for where, target in {
    "job_listings canonical_id": "job_listings",
    "job_listings company_id": "companies",
    "job_source_listings job_id": "job_listings",
    "job_source_listings source_id": "job_sources",
    "job_embeddings job_id": "job_listings",
    "job_duplications canonical_job_id": "job_listings",
    "job_duplications duplicate_job_id": "job_listings",
    "applications job_id": "job_listings",
    "applications user_profile_id": "user_profiles",
    "saved_jobs job_id": "job_listings",
    "saved_jobs user_profile_id": "user_profiles",
    "job_user_interactions job_id": "job_listings",
    "job_user_interactions user_id": "user_profiles",
    "timeline_events job_id": "job_listings",
    "timeline_events application_id": "applications",
    "timeline_events interaction_id": "job_user_interactions",
    "timeline_events user_profile_id": "user_profiles",
    "skill_banks user_id": "user_profiles",
    "skill_banks_legacy user_id": "user_profiles",
    "resumes user_id": "user_profiles",
    "resumes template_id": "resume_templates",
    "resumes based_on_resume_id": "resumes",
    "resumes parent_version_id": "resumes",
    "resumes parent_resume_id": "resumes",
    "resumes job_id": "job_listings",
    "resumes target_job_id": "job_listings",
    "resume_versions resume_id": "resumes",
    "resume_generations resume_id": "resumes",
    "resume_optimizations resume_id": "resumes",
    "resume_optimizations job_id": "job_listings",
    "job_processing_logs collection_id": "raw_job_collections",
    "processed_job_data processing_id": "job_processing_logs",
}.items():
    referring, in_column = where.split()
    ghost("ghost", referring, in_column, target)
put("reference_empty", "job_listings", "canonical_id", "")
put("reference_empty", "timeline_events", "job_id", "")
put("reference_empty", "resumes", "template_id", "")


def self_canonical(build: Build, row: Row, marker: str) -> Row:
    return {"canonical_id": row["id"]}


def canonical(build: Build, row: Row, marker: str) -> Row | None:
    return {"canonical_id": build.key("job_listings", build.index - 1)} if build.index else None


add("canonical_self", "job_listings", "canonical_id", self_canonical)
add("canonical_chain", "job_listings", "canonical_id", canonical, often=10)


def repeat_ghost(table: str, user: str) -> Lay:
    """Add a second row for the same ghost."""

    def lay(build: Build, row: Row, marker: str) -> Row:
        cells = {"job_id": build.ghost("job_listings")}
        return cells | {ADDED: [{**row, **cells, "id": build.extra_key(table)}]}

    return lay


add("ghost_twice", "applications", "job_id", repeat_ghost("applications", "user_profile_id"))
add("ghost_twice", "saved_jobs", "job_id", repeat_ghost("saved_jobs", "user_profile_id"))
add("ghost_twice", "job_source_listings", "job_id", repeat_ghost("job_source_listings", ""))

# Applications, saved jobs, events -------------------------------------------------------------------------------------

APPLIED = "status applied_date response_date"
put("status_null", "applications", APPLIED, (None, None, None), (None, "2024-05-06 07:08:09.000001", None), often=3)
put("status_not_applied", "applications", APPLIED, ("NOT_APPLIED", None, None), often=6)
put("status_not_applied_dated", "applications", APPLIED, ("NOT_APPLIED", "2024-05-06 07:08:09.000001", None), often=3)
put("applied_without_date", "applications", APPLIED, ("APPLIED", None, None), often=4)


def apply_again(build: Build, row: Row, marker: str) -> Row:
    """Add one or two further rows for the same user and listing, one of them changed last in the same moment."""
    number = count(build, "application_repeated")
    later = {"id": build.extra_key("applications"), "status": ("REJECTED", "NOT_APPLIED")[number % 2], "notes": marker}
    again = [{**row, **later}]
    if number % 2:
        again.append({**row, "id": build.extra_key("applications"), "updated_at": "2025-12-01 00:00:00.000001"})
    return {ADDED: again}


add("application_repeated", "applications", "job_id user_profile_id", apply_again, often=6)


def save_again(build: Build, row: Row, marker: str) -> Row:
    """Archive, then save again: two rows for one user and listing."""
    again = {**row, "id": build.extra_key("saved_jobs"), "status": "SAVED", "saved_date": "2025-11-01 08:00:00.000001"}
    return {"status": "ARCHIVED", ADDED: [again]}


add("saved_again", "saved_jobs", "status job_id user_profile_id saved_date", save_again, often=8)


def share_key(build: Build, row: Row, marker: str) -> Row | None:
    """Give a saved job the key of an application."""
    number = build.index * 5 % build.counts["applications"]
    key = build.key("applications", number)
    shared = build.extra[f"shared {number}"]
    build.extra[f"shared {number}"] += 1
    is_plain = isinstance(key, str) and key not in {"", " "}
    return {"id": key} if is_plain and not shared else None


add("id_shared", "saved_jobs", "id", share_key, often=3)


def stray(build: Build, row: Row, marker: str) -> Row:
    """Point an event at the application of somebody else."""
    target = "application_id" if "application_id" in row else "interaction_id"
    table = "applications" if target == "application_id" else "job_user_interactions"
    others = build.counts[table] if table == "applications" else build.mixed[0]
    return {target: build.key(table, (build.index % others + 1) % others)}


add("event_of_another", "timeline_events", "application_id", stray, often=3)
add("event_of_another", "timeline_events", "interaction_id", stray, often=3)
put("event_without_links", "timeline_events", "job_id", None, often=5)


def leave_status(build: Build, row: Row, marker: str) -> Row | None:
    return {"application_status": None} if row["interaction_type"] == "APPLIED" else None


def leave_saved_date(build: Build, row: Row, marker: str) -> Row | None:
    return {"saved_date": None} if row["interaction_type"] == "SAVED" else None


def not_applied(build: Build, row: Row, marker: str) -> Row | None:
    return {"application_status": "NOT_APPLIED"} if row["interaction_type"] == "APPLIED" else None


add("interaction_without_status", "job_user_interactions", "application_status", leave_status)
add("interaction_not_applied", "job_user_interactions", "application_status", not_applied)
add("interaction_without_date", "job_user_interactions", "saved_date", leave_saved_date)

# People ---------------------------------------------------------------------------------------------------------------


def other_case(build: Build, row: Row, marker: str) -> Row | None:
    """Take the address of the user before, cased otherwise."""
    if not build.index:
        return None
    return {"email": f"User.{build.seed}.{build.index - 1}@People.Example.COM"}


add("email_other_case", "user_profiles", "email", other_case, often=3)
put("email_invalid", "user_profiles", "email", "{m}", "{m}@", "@{m}", shapes=LOOSE, often=3)
put("email_invalid", "user_profiles", "email", "two@@{m}.example", " {m}@spaces.example.com ", often=3)
put("email_null", "user_profiles", "email", None, often=3)
put("linkedin_other_host", "user_profiles", "linkedin_url", "https://evil.example/{m}?next=.linkedin.com", often=2)
put("linkedin_no_scheme", "user_profiles", "linkedin_url", "linkedin.com/in/{m}", shapes=LOOSE)
put("experience_negative", "user_profiles", "experience_years", -3, shapes=LOOSE)
put(
    "wish_reversed",
    "user_profiles",
    "desired_salary_min desired_salary_max",
    (90_000.0, 10_000.0),
    (-1.0, None),
    shapes=LOOSE,
)
put("wish_text", "user_profiles", "desired_salary_min desired_salary_max", (None, "a lot {m}"), is_only_sqlite=True)
put("names_null", "user_profiles", "first_name last_name", (None, None))
put(
    "preference_unknown",
    "user_profiles",
    "preferred_job_types preferred_remote_types",
    ('["FULL_TIME", "{m}"]', '["Moon"]'),
)
put("password_null", "user_profiles", "hashed_password", None, often=3)
put("password_unknown", "user_profiles", "hashed_password", "plain words", "$5$rounds=1000$salt$abc", "", often=3)
put("user_inactive", "user_profiles", "is_active", 0)
put("user_flags_null", "user_profiles", "is_active is_verified", (None, None))

# Skill banks ----------------------------------------------------------------------------------------------------------


def change_bank(name: str, column: str, change: Callable[[Build, Row, str], Any], **kind: Any) -> None:
    """Register a trap that changes one of a bank's documents and encodes it twice, as all of them are."""

    def lay(build: Build, row: Row, marker: str) -> Row:
        from tests.hard_legacy.jobpilot import encode_twice, make_bank_documents

        documents = make_bank_documents(build, build.index, seeded(build, "bank", build.index))
        return {column: encode_twice(change(build, documents, marker))}

    add(name, "skill_banks", column, lay, **kind)


def repeat_skill(build: Build, documents: Row, marker: str) -> Any:
    """Say one skill in three buckets and three cases, each time with words of its own."""
    skills = documents["skills"]
    first = skills["Technical Skills"][0]
    for bucket, name in (("technical", first["name"].upper()), ("framework", first["name"].lower())):
        key = build.make_key("repeated", build.index, bucket)
        skills.setdefault(bucket, []).append({**first, "id": key, "name": name, "description": f"{marker} {bucket}"})
    return skills


def odd_skills(build: Build, documents: Row, marker: str) -> Any:
    """Put into buckets what is no skill, has no name, or breaks every range."""
    key = build.make_key("odd skill", build.index)
    return documents["skills"] | {
        "": ["Plain text", {"level": "expert"}, {"name": ""}, {"name": None}, 7, None],
        "Odd": [
            {"id": key, "name": f"{marker} wizardry", "level": "godlike", "category": "magic", "proficiency_score": 7},
            {"id": key, "name": "Same key", "confidence": -1, "years_experience": -4, "usage_count": "often"},
        ],
        "Text": marker,
    }


def odd_entries(build: Build, documents: Row, marker: str) -> Any:
    """End before the beginning; dates that are none; two entries of one key."""
    entry = documents["work_experiences"][0]
    return [
        {**entry, "company": marker, "start_date": "2022-01-01", "end_date": "2020-01-01"},
        {**entry, "position": "The same key again", "start_date": "someday", "end_date": None, "is_current": True},
        {"company": None, "position": None},
        "Worked at a bakery",
    ]


def odd_variations(build: Build, documents: Row, marker: str) -> Any:
    """Tell of an entry that is not there."""
    variation = {
        "id": build.make_key("lost variation", build.index),
        "title": "Lost",
        "content": marker,
        "focus": "none",
    }
    return documents["experience_content_variations"] | {build.ghost("experience"): [variation], "text": "no list"}


def odd_certificates(build: Build, documents: Row, marker: str) -> Any:
    return [{"name": marker, "issuer": None, "issue_date": "2024-01-01", "expiry_date": "2020-01-01"}]


change_bank("skill_repeated", "skills", repeat_skill, often=3)
change_bank("skills_odd", "skills", odd_skills, often=3)
change_bank("entries_odd", "work_experiences", odd_entries, often=3)
change_bank("variations_odd", "experience_content_variations", odd_variations, often=3)
change_bank("certificates_odd", "certifications", odd_certificates)


def encode_thrice(build: Build, row: Row, marker: str) -> Row:
    return {"skills": json.dumps(row["skills"])}


def encode_once(build: Build, row: Row, marker: str) -> Row:
    return {"skills": json.loads(row["skills"])}


add("bank_thrice", "skill_banks", "skills", encode_thrice, often=2)
add("bank_once", "skill_banks", "skills", encode_once, often=2)
put("bank_emptied", "skill_banks", "skills", "[]", often=2)
put("bank_broken", "skill_banks", "skills", '"{\\"Technical Skills\\": [{m}', is_only_sqlite=True)
put("categories_twice", "skill_banks", "skill_categories", '"[\\"{m}\\", \\"Soft Skills\\"]"', often=2)
put("keywords_comma_text", "skill_banks", "industry_keywords", "Banking, {m}", is_only_sqlite=True)
put("confidence_odd", "skill_banks", "skill_confidence", '{"{m}": 7, "Nobody has it": "high", "": null}', often=2)


def another_bank(build: Build, row: Row, marker: str) -> Row:
    """Add one more bank of the same user, changed before or after the other."""
    number = count(build, "bank_repeated")
    changed = "2026-06-01 00:00:00.000001" if number % 2 else "2022-06-01 00:00:00.000001"
    return {ADDED: [{**row, "id": build.extra_key("skill_banks"), "updated_at": changed}]}


add("bank_repeated", "skill_banks", "user_id", another_bank, often=4)

# Resumes --------------------------------------------------------------------------------------------------------------

PARENTS = {"legacy": "based_on_resume_id", "intermediate": "based_on_resume_id", "refactored": "parent_resume_id"}


def make_cycle(column: str, length: int) -> Lay:
    """Make this resume's parent a row that comes besides, whose parent, or whose parent's parent, this one is."""

    def lay(build: Build, row: Row, marker: str) -> Row:
        keys = [build.extra_key("resumes") for _ in range(length - 1)]
        ring = [row["id"], *keys, row["id"]]
        kind = {"resume_type": "tailored"}
        others = [{**row, **kind, "id": ring[at], column: ring[at + 1]} for at in range(1, length)]
        return {"resume_type": "tailored", column: keys[0], ADDED: others}

    return lay


for shapes, parent in ((LOOSE, "based_on_resume_id"), (("refactored",), "parent_resume_id")):
    add("resume_cycle", "resumes", f"resume_type {parent}", make_cycle(parent, 2), often=2, shapes=shapes)
    add("resume_cycle", "resumes", f"resume_type {parent}", make_cycle(parent, 3), often=2, shapes=shapes)


def self_parent(build: Build, row: Row, marker: str) -> Row:
    return {"based_on_resume_id": row["id"]}


def version_self_parent(build: Build, row: Row, marker: str) -> Row:
    return {"parent_version_id": row["id"]}


def other_parent(build: Build, row: Row, marker: str) -> Row | None:
    """Name another resume as parent version than the one it is based on."""
    users = build.counts["user_profiles"]
    if build.index < users:
        return None
    return {"based_on_resume_id": build.key("resumes", 0), "parent_version_id": build.key("resumes", build.index - 1)}


def foreign_parent(parent: str) -> Lay:
    """Take a parent of another user."""

    def lay(build: Build, row: Row, marker: str) -> Row | None:
        users = build.counts["user_profiles"]
        return {parent: build.key("resumes", (build.index + 1) % users)} if build.index >= users > 1 else None

    return lay


add("resume_self_parent", "resumes", "based_on_resume_id", self_parent, often=2, shapes=LOOSE)
add("resume_self_parent", "resumes", "parent_version_id", version_self_parent, often=2)
add("resume_two_parents", "resumes", "based_on_resume_id parent_version_id", other_parent, often=2)
add("resume_foreign_parent", "resumes", "based_on_resume_id", foreign_parent("based_on_resume_id"), often=2)
add("resume_foreign_parent", "resumes", "parent_resume_id", foreign_parent("parent_resume_id"), often=2)
LINKS = "resume_type based_on_resume_id parent_version_id job_id"
put("tailored_without_base", "resumes", LINKS, ("tailored", None, None, None), often=2, shapes=LOOSE)


def template_with_links(build: Build, row: Row, marker: str) -> Row:
    source = seeded(build, "template", build.index)
    return {
        "resume_type": "template",
        "based_on_resume_id": build.key("resumes", 0),
        "parent_version_id": None,
        "job_id": build.any_key("job_listings", source),
    }


add("template_with_links", "resumes", LINKS, template_with_links, often=2, shapes=LOOSE)
put("template_alone", "resumes", LINKS, ("template", None, None, None), shapes=LOOSE)
put(
    "resume_long_lists",
    "resumes",
    "skills",
    json.dumps([{"name": f"Skill {n}"} for n in range(300)] + [{"name": "{m}"}]),
)


def repeat_row(table: str, **changes: Any) -> Lay:
    """Add a second row that says the same of the same."""
    return lambda build, row, marker: {ADDED: [{**row, "id": build.extra_key(table), **changes}]}


add("version_repeated", "resume_versions", "resume_id version_number", repeat_row("resume_versions"), often=2)
add(
    "source_listing_repeated",
    "job_source_listings",
    "source_id source_job_id",
    repeat_row("job_source_listings"),
    often=2,
)
add(
    "embedding_repeated",
    "job_embeddings",
    "job_id embedding_model",
    repeat_row("job_embeddings", content_hash="x"),
    often=2,
)
put(
    "embedding_odd",
    "job_embeddings",
    "embedding_vector embedding_dimension",
    ("[]", 384),
    ('"[0.5]"', 1),
    ("null", 0),
    often=2,
)
add("pair_repeated", "job_duplications", "canonical_job_id duplicate_job_id", repeat_row("job_duplications"), often=2)


def self_pair(build: Build, row: Row, marker: str) -> Row:
    return {"duplicate_job_id": row["canonical_job_id"]}


def reversed_pair(build: Build, row: Row, marker: str) -> Row:
    pair = {"canonical_job_id": row["duplicate_job_id"], "duplicate_job_id": row["canonical_job_id"]}
    return {ADDED: [{**row, "id": build.extra_key("job_duplications"), **pair}]}


add("pair_of_itself", "job_duplications", "canonical_job_id duplicate_job_id", self_pair, often=2)
add("pair_reversed", "job_duplications", "canonical_job_id duplicate_job_id", reversed_pair, often=2)
put("source_name_case", "job_sources", "name", "LinkedIn", is_single=True, often=6)

# What the schema itself has too much or too little of -------------------------------------------------------------------

EXTRA_COLUMNS = {"applications": "priority V", "user_profiles": "timezone V", "job_user_interactions": "priority V"}
UNKNOWN_TABLES = {
    "chat_sessions": "id V!, user_profile_id V!>user_profiles, messages J, created_at D",
    "search_history": "query T, results I, at D",
}
LACKING = (
    "resume_optimizations.analysis_version",
    "job_sources.rate_limit_config",
    "etl_operation_logs.operation_metadata",
)
"""Columns that came later: a file that was made before lacks them."""
HALF_MIGRATED = Trap("half_migrated", "", (), 0.03, lambda build, row, marker: None)
SCHEMA_TRAPS = ("column_lacking", "column_unknown", "table_unknown", "table_without_key")

for written in EXTRA_COLUMNS:
    put("column_unknown", written, EXTRA_COLUMNS[written].split()[0], "{m}", often=5)
put("table_unknown", "chat_sessions", "messages", '["hello", "{m}"]', often=5)
put("table_without_key", "search_history", "query", "{m}", often=5)


def change_schema(build: Build) -> None:
    """Add and take columns and tables, as the rates say; a rate of 0 leaves the schema as it is declared."""
    if build.is_on("column_lacking"):
        for name in LACKING:
            table, _, lacking = name.partition(".")
            if table in build.tables:
                build.tables[table].columns = [c for c in build.tables[table].columns if c.name != lacking]
                build.made.traps["column_lacking"] += 1
    if build.is_on("column_unknown"):
        for table, text in EXTRA_COLUMNS.items():
            if table in build.tables:
                build.tables[table].columns.append(read_column(text))
    for trap, name, key in (("table_unknown", "chat_sessions", ("id",)), ("table_without_key", "search_history", ())):
        if build.is_on(trap):
            columns = [read_column(text) for text in UNKNOWN_TABLES[name].split(", ")]
            build.tables[name] = Table(name, columns, primary_key=key)
            build.counts[name] = max(2, build.counts["user_profiles"] // 5)
    for table in build.tables:
        build.due[table] = build.choose_traps(table)


def make_chat(build: Build, index: int, source: random.Random) -> Row:
    return {
        "id": build.make_key("chat", index),
        "user_profile_id": build.key("user_profiles", index),
        "messages": '["hello"]',
        "created_at": "2025-01-01 10:00:00.000001",
    }


def make_search(build: Build, index: int, source: random.Random) -> Row:
    """Make a row that others equal wholly."""
    return {"query": "baker", "results": index % 2, "at": "2025-01-01 10:00:00.000001"}


UNKNOWN_MAKERS = {"chat_sessions": make_chat, "search_history": make_search}


def add_rows(build: Build, table: str) -> Iterator[Row]:
    """Yield what a migration that stopped in the middle left: an interaction for some applications, with keys of its own."""
    rate = build.rates.find(HALF_MIGRATED)
    if table != "job_user_interactions" or build.shape != "intermediate" or not rate:
        return
    from tests.hard_legacy.jobpilot import find_pair, make_time

    source = seeded(build, "half migrated")
    step = max(1, round(1 / rate))
    for number in range(build.seed % step, build.counts["applications"], step):
        user, listing = find_pair(build, number)
        when = make_time(source)[1]
        build.made.traps["half_migrated"] += 1
        yield {
            "id": build.extra_key("job_user_interactions"),
            "user_id": user,
            "job_id": listing,
            "interaction_type": "APPLIED",
            "application_status": "APPLIED",
            "applied_date": when,
            "tags": "[]",
            "interaction_data": "{}",
            "first_interaction": when,
            "last_interaction": when,
            "interaction_count": 1,
        }
