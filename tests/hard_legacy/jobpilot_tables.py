"""The tables of JobPilot in its three shapes, as SQLAlchemy declared them: SQLite's DDL, and PostgreSQL's.

A column is written "name KIND[!][>table][/RULE]": "!" is NOT NULL, ">" a reference, "/" what happens when that row goes.
Kinds: V VARCHAR, T TEXT, J JSON, D DATETIME, I INTEGER, F FLOAT, B BOOLEAN, or the name of an enumeration.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

SHAPES = ("legacy", "intermediate", "refactored")

ENUMS = {
    "JobType": "FULL_TIME PART_TIME CONTRACT FREELANCE INTERNSHIP TEMPORARY",
    "RemoteType": "ON_SITE REMOTE HYBRID",
    "ExperienceLevel": "ENTRY_LEVEL ASSOCIATE MID_LEVEL SENIOR_LEVEL DIRECTOR EXECUTIVE",
    "JobStatus": "ACTIVE INACTIVE FILLED EXPIRED",
    "ApplicationStatus": "NOT_APPLIED APPLIED INTERVIEWING REJECTED ACCEPTED WITHDRAWN",
    "SavedJobStatus": "SAVED ARCHIVED",
    "TimelineEventType": "JOB_POSTED JOB_SAVED APPLICATION_SUBMITTED INTERVIEW_SCHEDULED INTERVIEW_COMPLETED FOLLOW_UP_SENT"
    " RESPONSE_RECEIVED STATUS_CHANGED NOTE_ADDED CUSTOM_EVENT",
    "VerificationStatus": "UNVERIFIED ACTIVE EXPIRED INVALID REMOVED",
    "CompanySizeCategory": "STARTUP SMALL MEDIUM LARGE ENTERPRISE",
    "SeniorityLevel": "INDIVIDUAL_CONTRIBUTOR TEAM_LEAD MANAGER DIRECTOR VP C_LEVEL",
    "ETLProcessingStatus": "PENDING PROCESSING COMPLETED FAILED PARTIAL SKIPPED",
    "ETLOperationType": "COLLECTION PROCESSING LOADING RETRY CLEANUP",
    "InteractionType": "VIEWED SAVED APPLIED HIDDEN REJECTED_BY_USER",
}
SQLITE_TYPES = {"V": "VARCHAR", "T": "TEXT", "J": "JSON", "D": "DATETIME", "I": "INTEGER", "F": "FLOAT", "B": "BOOLEAN"}
POSTGRES_TYPES = SQLITE_TYPES | {"D": "TIMESTAMP WITHOUT TIME ZONE", "F": "DOUBLE PRECISION", "V80": "VARCHAR(128)"}

TIMES = "created_at D, updated_at D"
POSTING = (
    "location V, description T, requirements T, responsibilities T, job_type JobType, remote_type RemoteType,"
    " experience_level ExperienceLevel, salary_min F, salary_max F, salary_currency V, skills_required J,"
    " skills_preferred J, education_required V, benefits J"
)
POSTING_FACTS = (
    "posted_date D, application_deadline D, source V, status JobStatus, canonical_id V>job_listings, source_count I,"
    " data_quality_score F, scraped_at D, last_verified D, verification_status VerificationStatus,"
    f" company_size_category CompanySizeCategory, seniority_level SeniorityLevel, tech_stack J, benefits_parsed J, {TIMES}"
)
PERSON = "id V!, first_name V, last_name V, email V, phone V"
PLACE = "city V, state V, linkedin_url V, portfolio_url V, current_title V, experience_years I"
WISHES = (
    "education V, bio T, preferred_locations J, preferred_job_types J, preferred_remote_types J, desired_salary_min F,"
    f" desired_salary_max F, {TIMES}"
)
KEYWORDS = (
    "experience_keywords J, industry_keywords J, technical_keywords J, soft_skills J, auto_extracted_skills J,"
    " skill_confidence J"
)
BANK = (
    "id V!, user_id V!>user_profiles, skills J, skill_categories J, default_summary T, summary_variations J,"
    " work_experiences J, education_entries J, projects J, certifications J, experience_content_variations J,"
    " education_content_variations J, project_content_variations J"
)
RESUME = (
    "title V!, resume_type V!, status V!, contact_info J!, summary T, work_experience J, education J, skills J,"
    " projects J, certifications J, custom_sections J"
)
EVENT = (
    "user_profile_id V!>user_profiles, event_type TimelineEventType!, title V!, description T, event_data J,"
    f" event_date D, is_milestone B, {TIMES}"
)

LEGACY = {
    "resume_templates": "id V!, name V!, description T, sections J!, section_order J!, styling J, is_default B,"
    f" is_system B, {TIMES}",
    "job_sources": "id V!, name V!, display_name V!, base_url V!, api_available B, scraping_rules J,"
    f" rate_limit_config J, last_scraped D, is_active B, {TIMES}",
    "job_listings": f"id V!, title V!, company V!, {POSTING}, company_size V, industry V, job_url V, company_url V,"
    f" application_url V, {POSTING_FACTS}",
    "user_profiles": f"{PERSON}, {PLACE}, skills J, {WISHES}",
    "companies": "id V!, name V!, industry V, size V, location V, website V, description T, culture T, values J,"
    f" benefits J, {TIMES}",
    "raw_job_collections": "id V!, timestamp D!, api_provider V!, query_params J!, raw_response J!, response_metadata J,"
    " processing_status ETLProcessingStatus, error_info J, created_at D",
    "etl_operation_logs": "id V!, operation_type ETLOperationType!, operation_name V!, status ETLProcessingStatus!,"
    " started_at D!, completed_at D, duration_ms I, input_data J, output_data J, error_message T, error_details J,"
    " operation_metadata J, created_at D",
    "resumes": f"id V!, user_id V!>user_profiles, {RESUME}, template_id V>resume_templates,"
    " based_on_resume_id V>resumes, job_id V>job_listings, ats_score_data J, tailoring_analysis J, version I,"
    f" parent_version_id V>resumes, {TIMES}, last_generated_at D",
    "skill_banks_legacy": f"id V!, user_id V!>user_profiles, skills J, {KEYWORDS}, {TIMES}",
    "skill_banks": f"{BANK}, {KEYWORDS}, {TIMES}",
    "job_source_listings": "id V!, job_id V!>job_listings, source_id V!>job_sources, source_job_id V!, source_url V!,"
    " source_metadata J, scraped_at D, last_updated D",
    "job_embeddings": "id V!, job_id V!>job_listings, embedding_model V!, content_hash V!, embedding_vector J!,"
    " embedding_dimension I!, content_type V, created_at D",
    "job_duplications": "id V!, canonical_job_id V!>job_listings, duplicate_job_id V!>job_listings,"
    " confidence_score F!, matching_fields J!, merge_strategy V, reviewed B, created_at D",
    "applications": "id V!, job_id V!>job_listings, user_profile_id V!>user_profiles, status ApplicationStatus,"
    " applied_date D, response_date D, resume_version V, cover_letter T, notes T, follow_up_date D,"
    f" interview_scheduled D, {TIMES}",
    "saved_jobs": "id V!, job_id V!>job_listings, user_profile_id V!>user_profiles, status SavedJobStatus, notes T,"
    " tags J, saved_date D, updated_at D",
    "job_processing_logs": "id V!, collection_id V!>raw_job_collections, operation_type ETLOperationType!,"
    " started_at D!, completed_at D, status ETLProcessingStatus!, jobs_processed I, jobs_failed I, errors J, metrics J,"
    " created_at D",
    "resume_versions": "id V!, resume_id V!>resumes, version_number I!, changes_summary T, content_snapshot J!,"
    " created_at D, created_by V",
    "resume_generations": "id V!, resume_id V!>resumes, format V!, template_name V!, file_path V, file_size I,"
    " generation_params J, status V, error_message T, generated_at D",
    "resume_optimizations": "id V!, resume_id V!>resumes, job_id V!>job_listings, match_score F!, keyword_matches J,"
    " missing_keywords J, skill_matches J, missing_skills J, recommendations J, sections_to_emphasize J,"
    " content_suggestions J, analyzed_at D, analysis_version V",
    "timeline_events": f"id V!, job_id V>job_listings, application_id V>applications, {EVENT}",
    "processed_job_data": "processing_id V!>job_processing_logs, job_index I!, processed_data J!, embedding_vector J,"
    " duplicate_of V, load_status ETLProcessingStatus, quality_score F, validation_errors J, created_at D",
}
DIRECTORY = (
    "id V!, name V!, normalized_name V!, domain V, industry V, size V, size_category CompanySizeCategory, location V,"
    f" headquarters_location V, founded_year I, website V, description T, logo_url V, culture T, values J, benefits J, {TIMES}"
)
INTERACTION = (
    "interaction_type InteractionType!, application_status ApplicationStatus, applied_date D, response_date D,"
    " resume_version V, cover_letter T, follow_up_date D, interview_scheduled D, saved_date D, tags J, notes T,"
    " interaction_data J, first_interaction D, last_interaction D, interaction_count I, job_snapshot J"
)
LISTING_OF_COMPANY = (
    f"id V!, company_id V!>companies, title V!, {POSTING}, job_url V, application_url V, {POSTING_FACTS}"
)
INTERMEDIATE = LEGACY | {
    "job_listings": LISTING_OF_COMPANY,
    "user_profiles": f"{PERSON}, {PLACE}, {WISHES}",
    "companies": DIRECTORY,
    "skill_banks": f"{BANK}, {TIMES}",
    "job_user_interactions": f"id V!, user_id V!>user_profiles, job_id V!>job_listings, {INTERACTION}",
}
DROPPED = {
    "applications",
    "saved_jobs",
    "skill_banks_legacy",
    "raw_job_collections",
    "job_processing_logs",
    "processed_job_data",
    "etl_operation_logs",
}
REFACTORED = {table: text for table, text in INTERMEDIATE.items() if table not in DROPPED} | {
    "user_profiles": f"{PERSON}, hashed_password V80, is_active B, is_verified B, last_login D, {PLACE}, {WISHES}",
    "resumes": f"id V!, user_id V!>user_profiles/CASCADE, {RESUME}, template_id V>resume_templates/SET NULL,"
    " parent_resume_id V>resumes/SET NULL, target_job_id V>job_listings/SET NULL, ats_score_data J,"
    f" tailoring_analysis J, version I, {TIMES}, last_generated_at D",
    "job_source_listings": LEGACY["job_source_listings"]
    .replace(">job_listings", ">job_listings/CASCADE")
    .replace(">job_sources", ">job_sources/CASCADE"),
    "job_embeddings": LEGACY["job_embeddings"].replace(">job_listings", ">job_listings/CASCADE"),
    "job_user_interactions": f"id V!, user_id V!>user_profiles/CASCADE, job_id V!>job_listings/CASCADE, {INTERACTION}",
    "timeline_events": f"id V!, job_id V>job_listings, interaction_id V>job_user_interactions, {EVENT}",
}

UNIQUE = {
    "job_sources": ["UNIQUE (name)"],
    "user_profiles": ["UNIQUE (email)"],
    "companies": ["UNIQUE (name)"],
}
UNIQUE_SINCE = UNIQUE | {
    "companies": ["CONSTRAINT unique_company_identity UNIQUE (normalized_name, domain)"],
    "job_user_interactions": ["CONSTRAINT unique_user_job_interaction UNIQUE (user_id, job_id, interaction_type)"],
}
CHECKS = {
    "companies": {
        "company_name_not_empty": "LENGTH(name) >= 1",
        "company_name_max_length": "LENGTH(name) <= 200",
        "website_url_format": "website LIKE 'http%://%' OR website IS NULL",
        "founded_year_reasonable": "founded_year >= 1800 OR founded_year IS NULL",
    },
    "job_listings": {
        "salary_min_positive": "salary_min >= 0",
        "salary_range_valid": "salary_max >= salary_min",
        "job_url_format": "job_url LIKE 'http%://%' OR job_url IS NULL",
        "app_url_format": "application_url LIKE 'http%://%' OR application_url IS NULL",
        "title_min_length": "LENGTH(title) >= 3",
        "title_max_length": "LENGTH(title) <= 200",
    },
    "user_profiles": {
        "email_format": "email LIKE '%@%.%' OR email IS NULL",
        "linkedin_url_format": "linkedin_url LIKE 'http%://linkedin.com%' OR linkedin_url LIKE"
        " 'http%://%.linkedin.com%' OR linkedin_url IS NULL",
        "experience_positive": "experience_years >= 0 OR experience_years IS NULL",
        "desired_salary_min_positive": "desired_salary_min >= 0 OR desired_salary_min IS NULL",
        "desired_salary_range_valid": "desired_salary_max >= desired_salary_min OR desired_salary_max IS NULL OR"
        " desired_salary_min IS NULL",
    },
    "job_user_interactions": {
        "applied_interactions_need_status": "interaction_type != 'applied' OR application_status IS NOT NULL",
        "saved_interactions_need_date": "interaction_type != 'saved' OR saved_date IS NOT NULL",
        "applied_interactions_cannot_be_not_applied": "interaction_type != 'applied' OR application_status !="
        " 'not_applied'",
    },
    "resumes": {
        "no_self_parent": "parent_resume_id != id",
        "tailored_resumes_need_parent": "resume_type = 'base' OR parent_resume_id IS NOT NULL",
        "templates_are_standalone": "resume_type != 'template' OR (parent_resume_id IS NULL AND target_job_id IS NULL)",
    },
}
"""Of the refactored shape. Those of interactions compare with values where names are stored, so they forbid nothing."""
INDEXES = {
    "ix_companies_name": "companies (name)",
    "ix_companies_normalized_name": "companies (normalized_name)",
    "ix_companies_industry": "companies (industry)",
    "ix_companies_size_category": "companies (size_category)",
    "idx_company_name_domain": "companies (name, domain)",
    "ix_job_listings_company_id": "job_listings (company_id)",
    "ix_job_user_interactions_user_id": "job_user_interactions (user_id)",
    "ix_job_user_interactions_job_id": "job_user_interactions (job_id)",
    "ix_job_user_interactions_interaction_type": "job_user_interactions (interaction_type)",
    "idx_user_interaction_type_date": "job_user_interactions (user_id, interaction_type, last_interaction)",
    "idx_job_interaction_type": "job_user_interactions (job_id, interaction_type)",
}
"""Of the intermediate shape, and of the refactored one, which has a few more."""
LATER_INDEXES = {
    "idx_job_company_status": "job_listings (company_id, status)",
    "idx_job_location_type": "job_listings (location, job_type)",
    "idx_job_posted_date": "job_listings (posted_date)",
    "idx_job_salary_range": "job_listings (salary_min, salary_max)",
    "idx_job_experience_level": "job_listings (experience_level)",
    "idx_job_remote_type": "job_listings (remote_type)",
    "idx_job_created_status": "job_listings (created_at, status)",
    "idx_user_email": "user_profiles (email)",
    "idx_user_location": "user_profiles (city, state)",
    "idx_user_created": "user_profiles (created_at)",
    "idx_user_resume_type_status": "resumes (user_id, resume_type, status)",
    "idx_parent_resume": "resumes (parent_resume_id)",
    "idx_target_job": "resumes (target_job_id)",
}
TEXTS = {"legacy": LEGACY, "intermediate": INTERMEDIATE, "refactored": REFACTORED}

ORDER = (
    "resume_templates job_sources companies user_profiles job_listings job_source_listings job_embeddings"
    " job_duplications applications saved_jobs job_user_interactions timeline_events skill_banks skill_banks_legacy resumes"
    " resume_versions resume_generations resume_optimizations raw_job_collections job_processing_logs processed_job_data"
    " etl_operation_logs"
).split()
"""A table comes after those that it refers to."""


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    is_required: bool
    refers_to: str = ""
    on_delete: str = ""

    @property
    def members(self) -> list[str]:
        return ENUMS[self.kind].split() if self.kind in ENUMS else []


@dataclass
class Table:
    name: str
    columns: list[Column]
    rules: list[str] = field(default_factory=list)
    primary_key: tuple[str, ...] = ("id",)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def read_column(text: str) -> Column:
    name, kind = text.strip().split(" ", 1)
    kind, _, reference = kind.partition(">")
    refers_to, _, on_delete = reference.partition("/")
    return Column(name, kind.removesuffix("!"), kind.endswith("!"), refers_to, on_delete)


@cache
def names_of(shape: str) -> tuple[str, ...]:
    return tuple(table for table in ORDER if table in TEXTS[shape])


def make_tables(shape: str, *, is_postgres: bool = False) -> dict[str, Table]:
    """Return the tables of a shape, in an order in which each stands after those that it refers to."""
    unique = UNIQUE if shape == "legacy" else UNIQUE_SINCE
    tables = {}
    for name in names_of(shape):
        rules = list(unique.get(name, []))
        # PostgreSQL refuses a comparison of a native enumeration with a text that is none of its names.
        if shape == "refactored" and not (is_postgres and name == "job_user_interactions"):
            rules += [f"CONSTRAINT {rule} CHECK ({text})" for rule, text in CHECKS.get(name, {}).items()]
        table = Table(name, [read_column(text) for text in TEXTS[shape][name].split(", ")], rules)
        if name == "processed_job_data":
            table.primary_key = ("processing_id", "job_index")
        tables[name] = table
    return tables


def quote(name: str) -> str:
    return f'"{name}"' if name == "values" else name


def make_sqlite_ddl(table: Table) -> str:
    """Spell a table as SQLAlchemy does."""
    lines = []
    for column in table.columns:
        width = f"VARCHAR({max(map(len, column.members))})" if column.members else "VARCHAR(128)"
        kind = SQLITE_TYPES.get(column.kind, width)
        lines.append(f"{quote(column.name)} {kind}{' NOT NULL' if column.is_required else ''}")
    if table.primary_key:
        lines.append(f"PRIMARY KEY ({', '.join(table.primary_key)})")
    lines += table.rules
    lines += [f"{reference}" for _, reference in references(table)]
    body = ", \n\t".join(lines)
    return f"CREATE TABLE {table.name} (\n\t{body}\n)"


def references(table: Table) -> list[tuple[str, str]]:
    """Return each referring column and the rule that says so."""
    return [
        (
            column.name,
            f"FOREIGN KEY({column.name}) REFERENCES {column.refers_to} (id)"
            + (f" ON DELETE {column.on_delete}" if column.on_delete else ""),
        )
        for column in table.columns
        if column.refers_to
    ]


def make_postgres_ddl(table: Table, loose: set[tuple[str, str]]) -> str:
    """Spell a table without its foreign keys; enumerations are native unless (table, column) is among the loose."""
    lines = []
    for column in table.columns:
        is_native = column.members and (table.name, column.name) not in loose
        kind = column.kind.lower() if is_native else POSTGRES_TYPES.get(column.kind, "VARCHAR")
        lines.append(f"{quote(column.name)} {kind}{' NOT NULL' if column.is_required else ''}")
    if table.primary_key:
        lines.append(f"PRIMARY KEY ({', '.join(table.primary_key)})")
    return f"CREATE TABLE {table.name} ({', '.join(lines + table.rules)})"


def make_enum_ddl() -> list[str]:
    return [
        f"CREATE TYPE {name.lower()} AS ENUM ({', '.join(repr(member) for member in members.split())})"
        for name, members in ENUMS.items()
    ]


def make_index_ddl(shape: str) -> list[str]:
    """Return the statements for a shape's indexes; the legacy shape has none but those of its keys."""
    if shape == "legacy":
        return []
    found = INDEXES | (LATER_INDEXES if shape == "refactored" else {})
    return [
        "CREATE UNIQUE INDEX ix_companies_domain ON companies (domain)",
        *(f"CREATE INDEX {name} ON {where}" for name, where in found.items()),
    ]
