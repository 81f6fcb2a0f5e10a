"""The schema of JobOS, the FastAPI application, at each of its revisions: a base, and what each later one changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE = "b2c3d4e5f6a7"
OVERHAUL = "c3d4e5f6a7b8"
LAST = "p6g7h8i9j0k1"

OWNED = "user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE"
# What SQLAlchemy's mixins put at the end of a table; the keys came from the application.
KEYED = "id uuid PRIMARY KEY"
TIMES = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"
KEYED_BY_DATABASE = "id uuid PRIMARY KEY DEFAULT gen_random_uuid()"

REJUVENATED = (
    "users",
    "profile_dna",
    "jobs",
    "contacts",
    "companies",
    "content_calendar",
    "daily_log",
    "weekly_metrics",
    "resume_variants",
    "jd_keywords",
)

BASE: tuple[str, ...] = (
    f"""CREATE TABLE users (
        email varchar(255) NOT NULL UNIQUE, hashed_password varchar(255) NOT NULL, full_name varchar(255),
        is_active boolean NOT NULL, telegram_chat_id bigint UNIQUE, onboarding_completed boolean NOT NULL,
        notification_preference varchar(20) NOT NULL, {KEYED}, {TIMES}, email_verified boolean NOT NULL DEFAULT false)""",
    f"""CREATE TABLE refresh_tokens (
        {OWNED}, token_hash varchar(255) NOT NULL, expires_at timestamptz NOT NULL, {KEYED})""",
    *(
        f"""CREATE TABLE {table} (
        {KEYED_BY_DATABASE}, {OWNED}, token varchar(255) NOT NULL UNIQUE, expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now())"""
        for table in ("email_verification_tokens", "password_reset_tokens")
    ),
    f"""CREATE TABLE profile_dna (
        {OWNED} UNIQUE, full_name varchar(255), positioning_statement text, target_roles varchar[],
        target_locations varchar[], target_salary_range varchar(100), core_skills varchar[], tools_platforms varchar[],
        industries varchar[], achievements jsonb, resume_keywords varchar[], education jsonb, alumni_networks varchar[],
        career_narrative text, raw_resume_text text, experience_level varchar(50), years_of_experience integer,
        job_search_type varchar(50), lane_labels jsonb, {KEYED}, {TIMES})""",
    f"""CREATE TABLE companies (
        {OWNED}, name varchar(255) NOT NULL, lane integer NOT NULL, stage varchar(50), sector varchar(100),
        b2c_validated boolean NOT NULL, funding text, hq_city varchar(100), website varchar(500),
        open_roles_count integer NOT NULL, last_researched timestamptz, deep_dive_done boolean NOT NULL,
        deep_dive_content text, investors varchar[], notes text, {KEYED}, {TIMES}, is_excluded boolean DEFAULT false,
        CONSTRAINT ck_companies_lane_valid CHECK (lane IN (1, 2, 3)))""",
    f"""CREATE TABLE jobs (
        {OWNED}, company_name varchar(255) NOT NULL, role_title varchar(255) NOT NULL, jd_text text, jd_url varchar(1000),
        source_portal varchar(100), fit_score float8, ats_score float8, status varchar(50) NOT NULL,
        resume_version varchar(100), cover_letter text, referral_contact varchar(255), keywords_matched varchar[],
        keywords_missing varchar[], ai_analysis jsonb, applied_date date, interview_date timestamptz,
        interview_type varchar(50), interviewer_name varchar(255), interviewer_linkedin varchar(1000), prep_notes text,
        interview_feedback text, is_deleted boolean NOT NULL, notes text, {KEYED}, {TIMES}, apply_type varchar(10),
        last_followup_date date, followup_count integer DEFAULT 0,
        CONSTRAINT ck_jobs_status_valid CHECK (status IN ('Analyzed', 'Applied', 'Screening', 'Interview Scheduled',
        'Interview Done', 'Offer', 'Rejected', 'Withdrawn', 'Ghosted')))""",
    f"""CREATE TABLE interviews (
        {KEYED_BY_DATABASE}, {OWNED}, job_id uuid NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
        interview_date timestamptz NOT NULL, round varchar(100) NOT NULL DEFAULT 'Phone Screen',
        interviewer_name varchar(255), interviewer_role varchar(255), interviewer_linkedin varchar(500),
        status varchar(50) DEFAULT 'Scheduled', notes text, rating integer, questions_asked text, went_well text,
        to_improve text, next_steps text, prep_content text, prep_generated_at timestamptz, {TIMES},
        CONSTRAINT ck_interviews_status_valid CHECK (status IN ('Scheduled', 'Completed', 'Cancelled', 'No-show')),
        CONSTRAINT ck_interviews_rating_range CHECK (rating BETWEEN 1 AND 10))""",
    f"""CREATE TABLE contacts (
        {OWNED}, name varchar(255) NOT NULL, company varchar(255), their_role varchar(255), connection_type varchar(100),
        linkedin_url varchar(1000), email varchar(255), reached_out_date date, response text, follow_up_date date,
        referral_status varchar(50) NOT NULL, is_deleted boolean NOT NULL, notes text, {KEYED}, {TIMES},
        last_outreach_date date, outreach_notes text,
        CONSTRAINT ck_contacts_referral_status_valid CHECK (referral_status IN ('Identified', 'Reached_Out', 'Intro_Made',
        'Referral_Submitted', 'Outcome')))""",
    f"""CREATE TABLE activity_log (
        {KEYED_BY_DATABASE}, {OWNED}, action_type varchar(50) NOT NULL, description text NOT NULL,
        related_job_id uuid REFERENCES jobs(id), related_contact_id uuid REFERENCES contacts(id),
        created_at timestamptz DEFAULT now())""",
    f"""CREATE TABLE daily_log (
        {OWNED}, log_date date NOT NULL, jobs_applied integer NOT NULL, connections_sent integer NOT NULL,
        comments_made integer NOT NULL, post_published boolean NOT NULL, networking_calls integer NOT NULL,
        referrals_asked integer NOT NULL, naukri_updated boolean NOT NULL, deep_dive_company varchar(255),
        hours_spent float8, self_rating integer, key_win text, tomorrow_priorities text, {KEYED}, {TIMES},
        energy_level integer, mood varchar(50), notes text,
        CONSTRAINT uq_daily_log_user_date UNIQUE (user_id, log_date),
        CONSTRAINT ck_daily_log_self_rating_range CHECK (self_rating BETWEEN 1 AND 10),
        CONSTRAINT ck_daily_log_energy_level_range CHECK (energy_level BETWEEN 1 AND 5))""",
    f"""CREATE TABLE weekly_metrics (
        {OWNED}, week_number integer, week_start date, week_end date, total_applied integer NOT NULL,
        total_connections integer NOT NULL, total_calls integer NOT NULL, total_referrals integer NOT NULL,
        posts_published integer NOT NULL, interviews_scheduled integer NOT NULL, response_rate float8,
        whats_working text, whats_not text, key_adjustment text, ai_analysis text, {KEYED}, {TIMES})""",
    f"""CREATE TABLE content_calendar (
        {OWNED}, scheduled_date date NOT NULL, topic varchar(500), category varchar(50), draft_text text, final_text text,
        status varchar(20) NOT NULL, post_url varchar(1000), likes integer, comments integer, reposts integer, {KEYED},
        {TIMES}, CONSTRAINT ck_content_status_valid CHECK (status IN ('Planned', 'Drafted', 'Reviewed', 'Published')))""",
    f"""CREATE TABLE jd_keywords (
        {OWNED}, keyword varchar(255) NOT NULL, frequency_count integer NOT NULL, category varchar(100),
        in_profile_dna boolean NOT NULL, gap_flagged_date date, addressed_date date, {KEYED}, {TIMES})""",
    f"""CREATE TABLE resume_variants (
        {OWNED}, variant_name varchar(255), target_role_type varchar(255), customizations_made text,
        ats_keywords varchar[], used_count integer NOT NULL, response_rate float8, {KEYED}, {TIMES})""",
    "CREATE INDEX idx_jobs_user_status ON jobs (user_id, status) WHERE NOT is_deleted",
    "CREATE INDEX idx_jobs_user_created ON jobs (user_id, created_at)",
    "CREATE INDEX idx_jobs_user_interview ON jobs (user_id, interview_date) WHERE interview_date IS NOT NULL",
    "CREATE INDEX idx_contacts_user_followup ON contacts (user_id, follow_up_date) WHERE NOT is_deleted",
    "CREATE INDEX idx_daily_log_user_date ON daily_log (user_id, log_date)",
    "CREATE INDEX idx_content_user_date ON content_calendar (user_id, scheduled_date)",
    "CREATE INDEX idx_companies_user_lane ON companies (user_id, lane)",
    "CREATE INDEX idx_users_telegram ON users (telegram_chat_id) WHERE telegram_chat_id IS NOT NULL",
    "CREATE INDEX idx_refresh_tokens_user ON refresh_tokens (user_id)",
    "CREATE INDEX idx_interviews_user_date ON interviews (user_id, interview_date)",
    "CREATE INDEX idx_interviews_job ON interviews (job_id)",
    "CREATE INDEX idx_activity_user_time ON activity_log (user_id, created_at DESC)",
    *(
        statement
        for table in ("email_verification_tokens", "password_reset_tokens")
        for statement in (
            f"CREATE UNIQUE INDEX idx_{table}_token ON {table} (token)",
            f"CREATE INDEX idx_{table}_user_id ON {table} (user_id)",
        )
    ),
    """CREATE FUNCTION update_updated_at() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN NEW.updated_at = now(); RETURN NEW; END'""",
    *(
        f"CREATE TRIGGER update_{table}_updated_at BEFORE UPDATE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION update_updated_at()"
        for table in REJUVENATED
    ),
)

RESUME_FILES = f"""CREATE TABLE IF NOT EXISTS resume_files (
    {KEYED_BY_DATABASE}, {OWNED}, filename varchar(255) NOT NULL, file_content bytea NOT NULL, file_size integer NOT NULL,
    mime_type varchar(100) DEFAULT 'application/pdf', version integer DEFAULT 1, is_primary boolean DEFAULT false,
    extracted_text text, {TIMES})"""

# What each revision did to the one before it, on tables that are still empty. A data migration changes nothing here.
CHANGES: dict[str, tuple[str, ...]] = {
    BEFORE: BASE,
    OVERHAUL: (
        "ALTER TABLE jobs ADD application_channel varchar(50), ADD closed_reason varchar(50)",
        "ALTER TABLE jobs DROP CONSTRAINT ck_jobs_status_valid",
        """ALTER TABLE jobs ADD CONSTRAINT ck_jobs_status_valid
            CHECK (status IN ('Tracking', 'Applied', 'Interview', 'Offer', 'Closed'))""",
        "ALTER TABLE jobs ALTER notes TYPE jsonb USING '[]'::jsonb, ALTER notes SET DEFAULT '[]'::jsonb",
    ),
    "d4e5f6a7b8c9": (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "ALTER TABLE jobs ADD fit_reasoning text, ADD salary_range varchar(100)",
        "CREATE INDEX ix_companies_name_trgm ON companies USING gin (name gin_trgm_ops)",
    ),
    "e5f6a7b8c9d0": (
        f"""CREATE TABLE scout_results (
            {KEYED_BY_DATABASE}, {OWNED}, source varchar(50) NOT NULL, source_url varchar(2000),
            title varchar(500) NOT NULL, company_name varchar(500) NOT NULL, location varchar(500), snippet text,
            salary_raw varchar(200), posted_date_raw varchar(100), normalized_data jsonb, fit_score float8,
            b2c_validated boolean, ai_reasoning text, status varchar(30) NOT NULL DEFAULT 'new',
            promoted_job_id uuid REFERENCES jobs(id) ON DELETE SET NULL, scout_run_id varchar(50), {TIMES},
            CONSTRAINT ck_scout_results_status_valid CHECK (status IN ('new', 'reviewed', 'promoted', 'dismissed')))""",
        "CREATE INDEX ix_scout_results_user_status ON scout_results (user_id, status)",
        "CREATE INDEX ix_scout_results_source_url ON scout_results (source_url)",
    ),
    "f6a7b8c9d0e1": (),
    "g7b8c9d0e1f2": (RESUME_FILES,),
    "a1b2c3d4e5f7": (
        "ALTER TABLE jobs ADD company_id uuid REFERENCES companies(id) ON DELETE SET NULL",
        "CREATE INDEX idx_jobs_company_id ON jobs (company_id)",
        "ALTER TABLE companies ALTER lane DROP NOT NULL",
    ),
    "b2c3d4e5f6a8": (
        """ALTER TABLE jobs ADD resume_suggestions jsonb, ADD interview_angle text, ADD b2c_check boolean,
            ADD b2c_reason varchar(200)""",
    ),
    "c3d4e5f6a7b9": (),
    "h8c9d0e1f2g3": ("ALTER TABLE jobs ADD followup_date date",),
    "i9d0e1f2g3h4": (RESUME_FILES,),
    "j0a1b2c3d4e5": (
        "ALTER TABLE companies DROP CONSTRAINT ck_companies_lane_valid",
        "ALTER TABLE companies ADD CONSTRAINT ck_companies_lane_valid CHECK (lane IN (1, 2, 3, 4, 5))",
    ),
    "k1b2c3d4e5f6": (
        "CREATE INDEX ix_activity_log_user_created ON activity_log (user_id, created_at)",
        "CREATE INDEX ix_jobs_user_status ON jobs (user_id, status)",
        "CREATE INDEX ix_jobs_followup_date ON jobs (followup_date)",
        "CREATE INDEX ix_jobs_user_applied ON jobs (user_id, applied_date)",
        "CREATE INDEX ix_companies_user_id ON companies (user_id)",
    ),
    "l2c3d4e5f6g7": (
        f"""CREATE TABLE content_posts (
            {KEYED}, {OWNED}, post_text text NOT NULL, topic_title text, topic_category varchar(50), posted_at timestamptz,
            day_of_week integer, time_of_day varchar(20), impressions integer, reactions integer, comments integer,
            engagement_recorded_at timestamptz, had_image boolean NOT NULL DEFAULT false,
            had_carousel boolean NOT NULL DEFAULT false, generated_by_system boolean NOT NULL DEFAULT true, {TIMES})""",
        "CREATE INDEX ix_content_posts_user_id ON content_posts (user_id)",
        "CREATE INDEX ix_content_posts_posted_at ON content_posts (posted_at)",
        f"""CREATE TABLE user_stories (
            {KEYED}, {OWNED}, prompt_question text, story_text text NOT NULL, company_context varchar(100),
            theme varchar(50), used_count integer NOT NULL DEFAULT 0, last_used_at timestamptz,
            created_at timestamptz NOT NULL DEFAULT now())""",
        "CREATE INDEX ix_user_stories_user_id ON user_stories (user_id)",
        f"""CREATE TABLE content_topics (
            {KEYED}, {OWNED}, topic_title text NOT NULL, category varchar(50) NOT NULL, angle varchar(50),
            suggested_creative varchar(20) NOT NULL DEFAULT 'text', status varchar(20) NOT NULL DEFAULT 'available',
            created_at timestamptz NOT NULL DEFAULT now())""",
        "CREATE INDEX ix_content_topics_user_id_status ON content_topics (user_id, status)",
        f"""CREATE TABLE story_prompts_shown (
            {KEYED}, {OWNED}, prompt_text text NOT NULL, shown_at timestamptz NOT NULL DEFAULT now(),
            dismissed boolean NOT NULL DEFAULT false, answered boolean NOT NULL DEFAULT false)""",
        "CREATE INDEX ix_story_prompts_user_id ON story_prompts_shown (user_id)",
        f"""CREATE TABLE user_content_settings (
            {KEYED}, {OWNED} UNIQUE, categories jsonb NOT NULL DEFAULT '["Growth", "Career", "Leadership", "GenAI"]',
            weekly_post_goal integer NOT NULL DEFAULT 5, avoid_specific_numbers boolean NOT NULL DEFAULT true, {TIMES})""",
    ),
    "m3d4e5f6g7h8": (
        f"""CREATE TABLE scouted_jobs (
            {KEYED_BY_DATABASE}, external_id varchar(255), dedup_hash varchar(64), title varchar(500) NOT NULL,
            company_name varchar(255) NOT NULL, company_name_normalized varchar(255), location varchar(255),
            city varchar(100), description text, salary_min integer, salary_max integer,
            salary_is_estimated boolean NOT NULL DEFAULT false, source varchar(50) NOT NULL, source_url varchar(2000),
            apply_url varchar(2000), posted_date date, scouted_at timestamptz NOT NULL DEFAULT now(),
            last_seen_at timestamptz NOT NULL DEFAULT now(), last_verified_at timestamptz,
            is_active boolean NOT NULL DEFAULT true, inactive_reason varchar(50),
            matched_company_id uuid REFERENCES companies(id) ON DELETE SET NULL, raw_json jsonb,
            search_query varchar(255), {TIMES}, CONSTRAINT uq_scouted_jobs_dedup_hash UNIQUE (dedup_hash))""",
        "CREATE INDEX idx_scouted_jobs_dedup ON scouted_jobs (dedup_hash)",
        "CREATE INDEX idx_scouted_jobs_active ON scouted_jobs (is_active, posted_date DESC)",
        "CREATE INDEX idx_scouted_jobs_company ON scouted_jobs (company_name_normalized)",
        "CREATE INDEX idx_scouted_jobs_source ON scouted_jobs (source, scouted_at DESC)",
        f"""CREATE TABLE user_scout_preferences (
            {KEYED_BY_DATABASE}, {OWNED}, target_roles text[] NOT NULL DEFAULT '{{}}',
            role_keywords text[] NOT NULL DEFAULT '{{}}', target_locations text[] NOT NULL DEFAULT '{{}}',
            location_flexibility varchar(20) NOT NULL DEFAULT 'preferred',
            target_company_ids uuid[] NOT NULL DEFAULT '{{}}', excluded_company_ids uuid[] NOT NULL DEFAULT '{{}}',
            target_industries text[] NOT NULL DEFAULT '{{}}', excluded_industries text[] NOT NULL DEFAULT '{{}}',
            company_stages text[] NOT NULL DEFAULT '{{}}', min_salary integer,
            salary_flexibility varchar(20) NOT NULL DEFAULT 'flexible', min_score integer NOT NULL DEFAULT 30,
            learned_boosts jsonb NOT NULL DEFAULT '{{}}', learned_penalties jsonb NOT NULL DEFAULT '{{}}',
            synced_from_profile_at timestamptz, {TIMES},
            CONSTRAINT uq_user_scout_preferences_user_id UNIQUE (user_id))""",
        f"""CREATE TABLE user_scouted_jobs (
            {KEYED_BY_DATABASE}, {OWNED}, scouted_job_id uuid NOT NULL REFERENCES scouted_jobs(id) ON DELETE CASCADE,
            relevance_score integer NOT NULL, score_breakdown jsonb, match_reasons text[],
            status varchar(20) NOT NULL DEFAULT 'new', matched_at timestamptz NOT NULL DEFAULT now(),
            viewed_at timestamptz, saved_at timestamptz, dismissed_at timestamptz, dismiss_reason varchar(50),
            pipeline_job_id uuid REFERENCES jobs(id) ON DELETE SET NULL, added_to_pipeline_at timestamptz, {TIMES},
            CONSTRAINT uq_user_scouted_jobs_user_scouted_job UNIQUE (user_id, scouted_job_id))""",
        "CREATE INDEX idx_user_scouted_user_status ON user_scouted_jobs (user_id, status, matched_at DESC)",
        "CREATE INDEX idx_user_scouted_score ON user_scouted_jobs (user_id, relevance_score DESC) WHERE status = 'new'",
        "CREATE INDEX idx_user_scouted_job ON user_scouted_jobs (scouted_job_id)",
        f"""CREATE TABLE company_career_sources (
            {KEYED_BY_DATABASE}, company_id uuid NOT NULL REFERENCES companies(id) ON DELETE CASCADE,
            source_type varchar(50) NOT NULL, careers_url varchar(2000) NOT NULL, api_endpoint varchar(2000),
            is_active boolean NOT NULL DEFAULT true, last_scraped_at timestamptz,
            scrape_frequency_hours integer NOT NULL DEFAULT 24, scrape_config jsonb, {TIMES},
            CONSTRAINT uq_company_career_sources_company_source UNIQUE (company_id, source_type))""",
    ),
    "n4e5f6g7h8i9": (
        "ALTER TABLE scouted_jobs ALTER source_url TYPE text, ALTER external_id TYPE text, ALTER apply_url TYPE text",
    ),
    "o5f6g7h8i9j0": ("ALTER TABLE profile_dna ADD linkedin_url varchar(1000), ADD phone varchar(50)",),
    LAST: (
        f"""CREATE TABLE company_researches (
            {KEYED}, {OWNED}, company_name varchar(255) NOT NULL, custom_questions text, research_data jsonb,
            status varchar(50) NOT NULL DEFAULT 'pending', {TIMES})""",
        "CREATE INDEX ix_company_researches_user_id ON company_researches (user_id)",
        "CREATE INDEX ix_company_researches_created_at ON company_researches (created_at)",
    ),
}

REVISIONS = tuple(CHANGES)

# In an order in which each row finds the rows that it names.
TABLES = (
    "users",
    "refresh_tokens",
    "email_verification_tokens",
    "password_reset_tokens",
    "profile_dna",
    "companies",
    "jobs",
    "contacts",
    "interviews",
    "activity_log",
    "daily_log",
    "weekly_metrics",
    "content_calendar",
    "jd_keywords",
    "resume_variants",
    "scout_results",
    "resume_files",
    "content_posts",
    "user_stories",
    "content_topics",
    "story_prompts_shown",
    "user_content_settings",
    "scouted_jobs",
    "user_scout_preferences",
    "user_scouted_jobs",
    "company_career_sources",
    "company_researches",
)

# What no revision had: somebody's own table with keys of its own kind, and somebody's own column.
UNKNOWN_TABLE = "voice_memos"
UNKNOWN_COLUMN = "recruiter_hint"
CREATE_UNKNOWN_TABLE = f"""CREATE TABLE {UNKNOWN_TABLE} (
    id bigint PRIMARY KEY, user_id uuid REFERENCES users(id) ON DELETE CASCADE, title text, seconds integer,
    recorded_at timestamptz)"""
ADD_UNKNOWN_COLUMN = f"ALTER TABLE jobs ADD {UNKNOWN_COLUMN} text"


def reached(revision: str) -> frozenset[str]:
    """Return this revision and all before it."""
    return frozenset(REVISIONS[: REVISIONS.index(revision) + 1])


def make_statements(revision: str, *, version_table: bool = True) -> Iterator[str]:
    """Yield what makes the schema of this revision in an empty database."""
    if version_table:
        yield "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)"
        yield f"INSERT INTO alembic_version VALUES ('{revision}')"
    for passed in REVISIONS[: REVISIONS.index(revision) + 1]:
        yield from CHANGES[passed]
