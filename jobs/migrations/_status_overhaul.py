"""The SQL of 0002: nine statuses to five, notes from one text to a list, no NULL where an empty text says it.

What the way back by rule gives is: Tracking from Analyzed, Interview from Interview Scheduled, the three reasons from the
statuses of the same names, NULL for an empty text, list or array. Rows that were something else have a line in the ledger.

Notes. The older application appended a follow-up to the one text as "\\n---\\n[Follow-up 2024-05-31] ...". The text is
cut before each such mark whose date exists; the mark "[Follow-up DATE] " stays in its entry, as the application writes it
today, so that joining the entries' texts with "\\n---\\n" gives the old text back, letter by letter. A mark with a date
that does not exist cuts nothing. Only a text that begins with the separator cannot come back by rule.
"""

from jobs.migrations._ledger import (
    check_account,
    drop_kept_lines,
    drop_restored_lines,
    read_kept,
    read_restorable,
    read_rows_before,
    restore,
    write_lines,
)

SOURCE = "jobs.0002_status_overhaul"
KEPT = f"{SOURCE} backward"

TEXTS = (
    "jd_text",
    "jd_url",
    "source_portal",
    "resume_version",
    "cover_letter",
    "referral_contact",
    "interview_type",
    "interviewer_name",
    "interviewer_linkedin",
    "prep_notes",
    "interview_feedback",
)
TYPES = {
    "jd_text": "text",
    "jd_url": "varchar(1000)",
    "source_portal": "varchar(100)",
    "resume_version": "varchar(100)",
    "cover_letter": "text",
    "referral_contact": "varchar(255)",
    "interview_type": "varchar(50)",
    "interviewer_name": "varchar(255)",
    "interviewer_linkedin": "varchar(1000)",
    "prep_notes": "text",
    "interview_feedback": "text",
}
ARRAYS = ("keywords_matched", "keywords_missing")

# A date of the calendar, 29 February only in leap years; the year 0000 does not exist.
DATE = (
    r"(?!0000)(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
    r"|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
MARK = rf"\[Follow-up {DATE}\]"
SEPARATOR = r"E'\n---\n'"
SEPARATED_MARK = r"E'\n---\n[Follow-up '"


def written_at(row: str) -> str:
    """Return SQL for the time of the row's last change as the entries of notes spell times."""
    return rf"""to_char({row}.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def to_entries(text: str, at: str) -> str:
    """Return SQL that makes the list of notes of one text."""
    return f"""
        CASE
            WHEN {text} IS NULL OR {text} = '' THEN '[]'::jsonb
            WHEN starts_with({text}, '[Follow-up ') OR strpos({text}, {SEPARATED_MARK}) > 0
                THEN pg_temp.cut_notes({text}, {at})
            ELSE jsonb_build_array(jsonb_build_object('text', {text}, 'created_at', {at}))
        END"""


def to_text(notes: str) -> str:
    """Return SQL that makes one text of a list of notes, and of anything else that the column may hold."""
    return f"""
        CASE
            WHEN {notes} = '[]' THEN NULL
            WHEN jsonb_typeof({notes}) = 'array' AND {notes} -> 1 IS NULL AND jsonb_typeof({notes} #> '{{0,text}}') = 'string'
                THEN NULLIF({notes} #>> '{{0,text}}', '')
            ELSE pg_temp.join_notes({notes})
        END"""


MAKE_FUNCTIONS = [
    rf"""
    CREATE FUNCTION pg_temp.cut_notes(note text, written_at text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
        SELECT jsonb_agg(
            CASE
                WHEN text ~ '^{MARK}' THEN jsonb_build_object(
                    'text', text, 'created_at', substr(text, 12, 10) || 'T00:00:00.000000Z', 'type', 'followup')
                ELSE jsonb_build_object('text', text, 'created_at', written_at)
            END ORDER BY position)
        FROM regexp_split_to_table(note, '\n---\n(?={MARK})') WITH ORDINALITY AS part (text, position)
        WHERE text <> ''
    $$
    """,
    rf"""
    CREATE FUNCTION pg_temp.join_notes(notes jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT NULLIF(string_agg(
            CASE
                WHEN jsonb_typeof(entry) = 'string' THEN entry #>> '{{}}'
                WHEN jsonb_typeof(entry -> 'text') = 'string' THEN entry ->> 'text'
                ELSE entry::text
            END, {SEPARATOR} ORDER BY position), '')
        FROM jsonb_array_elements(
            CASE jsonb_typeof(notes) WHEN 'array' THEN notes WHEN 'null' THEN '[]' ELSE jsonb_build_array(notes) END
        ) WITH ORDINALITY AS part (entry, position)
    $$
    """,
]
DROP_FUNCTIONS = ["DROP FUNCTION pg_temp.cut_notes", "DROP FUNCTION pg_temp.join_notes"]

# The way forward --------------------------------------------------------------------------------------------------

FIT_SCORE_VALID = "(t.fit_score IS NULL OR t.fit_score BETWEEN 0 AND 10)"
ATS_SCORE_VALID = "(t.ats_score IS NULL OR t.ats_score BETWEEN 0 AND 100)"
APPLY_TYPE_VALID = "(t.apply_type IS NULL OR t.apply_type IN ('', 'quick', 'deep'))"
FOLLOWUP_COUNT_VALID = "(t.followup_count IS NULL OR t.followup_count >= 0)"

# Notes that a way back kept as they were return as they were: what their text alone would become is of no account.
BEGINS_WITH_SEPARATOR = rf"""(
    starts_with(t.notes, {SEPARATED_MARK}) AND t.notes ~ '^\n---\n{MARK}'
    AND NOT EXISTS (SELECT FROM jobs_kept k WHERE k.id = t.id AND k.cells ? 'notes'))"""


def _cells(columns: dict[str, str]) -> str:
    pairs = ", ".join(f"'{name}', {value}" for name, value in columns.items())
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"


_BLANKS = {
    **{name: f"CASE WHEN t.{name} = '' THEN '' END" for name in (*TEXTS, "apply_type")},
    **{name: f"CASE WHEN t.{name} = '{{}}' THEN '[]'::jsonb END" for name in ARRAYS},
}

WRITE_LINES = [
    write_lines(
        source=SOURCE,
        table="jobs",
        outcome="converted",
        reason="The new form cannot give this back by rule.",
        before=_cells(
            {
                **_BLANKS,
                "status": "CASE WHEN t.status IN ('Screening', 'Interview Done') THEN t.status END",
                "notes": f"CASE WHEN t.notes = '' OR {BEGINS_WITH_SEPARATOR} THEN t.notes END",
            }
        )
        + """ || CASE WHEN t.followup_count IS NULL THEN '{"followup_count": null}'::jsonb ELSE '{}' END""",
        after=_cells(
            {
                **_BLANKS,
                "status": "CASE t.status WHEN 'Screening' THEN 'Applied' WHEN 'Interview Done' THEN 'Interview' END",
                "notes": f"CASE WHEN t.notes = '' OR {BEGINS_WITH_SEPARATOR} THEN {to_entries('t.notes', written_at('t'))} END",
            }
        )
        + """ || CASE WHEN t.followup_count IS NULL THEN '{"followup_count": 0}'::jsonb ELSE '{}' END""",
        where=" OR ".join(
            (
                "t.status IN ('Screening', 'Interview Done')",
                "t.followup_count IS NULL",
                "t.notes = ''",
                *(f"t.{name} = ''" for name in (*TEXTS, "apply_type")),
                *(f"t.{name} = '{{}}'" for name in ARRAYS),
                BEGINS_WITH_SEPARATOR,
            )
        ),
    ),
    write_lines(
        source=SOURCE,
        table="jobs",
        outcome="quarantined",
        reason="Outside what the column may hold.",
        before=_cells(
            {
                "fit_score": f"CASE WHEN NOT {FIT_SCORE_VALID} THEN t.fit_score END",
                "ats_score": f"CASE WHEN NOT {ATS_SCORE_VALID} THEN t.ats_score END",
                "apply_type": f"CASE WHEN NOT {APPLY_TYPE_VALID} THEN t.apply_type END",
                "followup_count": f"CASE WHEN NOT {FOLLOWUP_COUNT_VALID} THEN t.followup_count END",
            }
        ),
        after=" || ".join(
            f"CASE WHEN NOT {valid} THEN '{{\"{name}\": {image}}}'::jsonb ELSE '{{}}' END"
            for name, valid, image in (
                ("fit_score", FIT_SCORE_VALID, "null"),
                ("ats_score", ATS_SCORE_VALID, "null"),
                ("apply_type", APPLY_TYPE_VALID, '""'),
                ("followup_count", FOLLOWUP_COUNT_VALID, "0"),
            )
        ),
        where=f"NOT ({FIT_SCORE_VALID} AND {ATS_SCORE_VALID} AND {APPLY_TYPE_VALID} AND {FOLLOWUP_COUNT_VALID})",
    ),
]

ADD_COLUMNS = """
    ALTER TABLE jobs
        DROP CONSTRAINT ck_jobs_status_valid,
        ADD COLUMN application_channel varchar(50) NOT NULL DEFAULT '',
        ADD COLUMN closed_reason varchar(50) NOT NULL DEFAULT ''
    """

# One rewrite of the table: every expression sees the old row.
CONVERT = f"""
    ALTER TABLE jobs
        ALTER status TYPE varchar(50) USING
            CASE
                WHEN status IN ('Rejected', 'Withdrawn', 'Ghosted') THEN 'Closed'
                WHEN status = 'Analyzed' THEN 'Tracking'
                WHEN status = 'Screening' THEN 'Applied'
                WHEN status IN ('Interview Scheduled', 'Interview Done') THEN 'Interview'
                ELSE status
            END,
        ALTER closed_reason TYPE varchar(50) USING
            CASE WHEN status IN ('Rejected', 'Withdrawn', 'Ghosted') THEN status ELSE '' END,
        ALTER closed_reason DROP DEFAULT,
        ALTER application_channel DROP DEFAULT,
        ALTER notes TYPE jsonb USING {to_entries("notes", written_at("jobs"))},
        ALTER notes SET NOT NULL,
        {"".join(f"ALTER {name} TYPE {TYPES[name]} USING COALESCE({name}, ''), ALTER {name} SET NOT NULL," for name in TEXTS)}
        {"".join(f"ALTER {name} TYPE text[] USING COALESCE({name}, '{{}}'), ALTER {name} SET NOT NULL," for name in ARRAYS)}
        ALTER fit_score TYPE double precision USING CASE WHEN fit_score BETWEEN 0 AND 10 THEN fit_score END,
        ALTER ats_score TYPE double precision USING CASE WHEN ats_score BETWEEN 0 AND 100 THEN ats_score END,
        ALTER apply_type TYPE varchar(10) USING CASE WHEN apply_type IN ('quick', 'deep') THEN apply_type ELSE '' END,
        ALTER apply_type SET NOT NULL,
        ALTER followup_count DROP DEFAULT,
        ALTER followup_count TYPE integer USING GREATEST(followup_count, 0),
        ALTER followup_count SET NOT NULL,
        ALTER created_at DROP DEFAULT,
        ALTER updated_at DROP DEFAULT,
        ADD CONSTRAINT ck_jobs_status_valid CHECK (status IN ('Tracking', 'Applied', 'Interview', 'Offer', 'Closed')),
        ADD CONSTRAINT jobs_job_closed_reason_iff_closed CHECK (
            (status = 'Closed' AND NOT (closed_reason = '')) OR (NOT (status = 'Closed') AND closed_reason = '')),
        ADD CONSTRAINT jobs_job_notes_is_list CHECK (jsonb_typeof(notes) = 'array'),
        ADD CONSTRAINT jobs_job_fit_score_in_range CHECK (fit_score IS NULL OR (fit_score >= 0.0 AND fit_score <= 10.0)),
        ADD CONSTRAINT jobs_job_ats_score_in_range CHECK (ats_score IS NULL OR (ats_score >= 0.0 AND ats_score <= 100.0)),
        ADD CONSTRAINT jobs_job_apply_type_valid CHECK (apply_type IN ('', 'quick', 'deep')),
        ADD CONSTRAINT jobs_job_followup_count_positive CHECK (followup_count >= 0)
    """

RETURN_KEPT = """
    UPDATE jobs t
    SET application_channel = COALESCE(k.cells ->> 'application_channel', t.application_channel),
        closed_reason = COALESCE(k.cells ->> 'closed_reason', t.closed_reason),
        notes = COALESCE(k.cells -> 'notes', t.notes)
    FROM jobs_kept k
    WHERE k.id = t.id
    """

FORWARD = [
    *read_rows_before("jobs"),
    *MAKE_FUNCTIONS,
    read_kept(
        source=KEPT,
        table="jobs",
        guard="""(NOT line.after ? 'status' OR line.after ->> 'status' = t.status)
                 AND (NOT line.after ? 'notes' OR line.after ->> 'notes' = md5(COALESCE(t.notes, '')))""",
    ),
    *WRITE_LINES,
    ADD_COLUMNS,
    CONVERT,
    RETURN_KEPT,
    *drop_kept_lines("jobs"),
    *DROP_FUNCTIONS,
    *check_account(SOURCE, "jobs"),
]

# The way back -----------------------------------------------------------------------------------------------------

IMAGE = f"""jsonb_build_object(
    {", ".join(f"'{name}', CASE WHEN t.{name} = '' THEN '' END" for name in (*TEXTS, "apply_type"))},
    {", ".join(f"'{name}', CASE WHEN t.{name} = '{{}}' THEN '[]'::jsonb END" for name in ARRAYS)},
    'status', t.status, 'notes', CASE WHEN line.after ? 'notes' THEN t.notes END,
    'fit_score', t.fit_score, 'ats_score', t.ats_score, 'followup_count', t.followup_count)"""

# An old text whose notes were edited since is added behind the edit, unless the edit still holds it.
READ_APPENDED = f"""
    CREATE TEMPORARY TABLE jobs_appended AS
    SELECT t.id, concat(joined.text, line.before ->> 'notes') AS text
    FROM migration_ledger line
    JOIN jobs t ON t.id = line.row_id::uuid
    CROSS JOIN LATERAL (SELECT {to_text("t.notes")} AS text OFFSET 0) joined
    WHERE line.source = '{SOURCE}' AND line."table" = 'jobs' AND line.before ->> 'notes' <> ''
      AND line.after -> 'notes' <> t.notes
      AND strpos(COALESCE(joined.text, ''), substr(line.before ->> 'notes', 6)) = 0
    """

TO_OLD_STATUS = """
    CASE
        WHEN {status} = 'Tracking' THEN 'Analyzed'
        WHEN {status} = 'Interview' THEN 'Interview Scheduled'
        WHEN {status} = 'Closed' AND {reason} IN ('Rejected', 'Withdrawn', 'Ghosted') THEN {reason}
        WHEN {status} = 'Closed' AND {reason} = 'No Response' THEN 'Ghosted'
        WHEN {status} = 'Closed' THEN 'Rejected'
        ELSE {status}
    END"""

# What the next way forward would not make of the old row by itself.
WRITE_KEPT = f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5('{KEPT}|jobs|' || id || '|' || before::text)::uuid, '{KEPT}', 'jobs', id::text, '', before, after,
           'converted', 'The old form cannot hold this.', '', created_at
    FROM (
        SELECT t.id, t.created_at,
            CASE WHEN t.application_channel <> '' THEN jsonb_build_object('application_channel', t.application_channel)
                 ELSE '{{}}' END
            || CASE WHEN reason_kept THEN jsonb_build_object('closed_reason', t.closed_reason) ELSE '{{}}' END
            || CASE WHEN notes_kept THEN jsonb_build_object('notes', t.notes) ELSE '{{}}' END AS before,
            CASE WHEN reason_kept
                 THEN jsonb_build_object('status', {TO_OLD_STATUS.format(status="t.status", reason="t.closed_reason")})
                 ELSE '{{}}' END
            || CASE WHEN notes_kept THEN jsonb_build_object('notes', md5(COALESCE(a.text, old.text, ''))) ELSE '{{}}' END AS after
        FROM jobs t
        LEFT JOIN jobs_appended a ON a.id = t.id
        LEFT JOIN jobs_restored r ON r.id = t.id
        CROSS JOIN LATERAL (SELECT {to_text("t.notes")} AS text, {written_at("t")} AS at OFFSET 0) old
        CROSS JOIN LATERAL (
            SELECT t.closed_reason NOT IN ('', 'Rejected', 'Withdrawn', 'Ghosted') AS reason_kept,
                a.id IS NOT NULL
                OR (t.notes <> '[]' AND NOT COALESCE(r.cells ? 'notes', false)
                    AND {to_entries("old.text", "old.at")} <> t.notes) AS notes_kept
            OFFSET 0
        ) kept
        WHERE t.application_channel <> '' OR reason_kept OR notes_kept
    ) facts
    ON CONFLICT (id) DO NOTHING
    """

CONVERT_BACK = f"""
    ALTER TABLE jobs
        DROP CONSTRAINT ck_jobs_status_valid,
        DROP CONSTRAINT jobs_job_closed_reason_iff_closed,
        DROP CONSTRAINT jobs_job_notes_is_list,
        DROP CONSTRAINT jobs_job_fit_score_in_range,
        DROP CONSTRAINT jobs_job_ats_score_in_range,
        DROP CONSTRAINT jobs_job_apply_type_valid,
        DROP CONSTRAINT jobs_job_followup_count_positive,
        ALTER status TYPE varchar(50) USING {TO_OLD_STATUS.format(status="status", reason="closed_reason")},
        ALTER notes DROP NOT NULL,
        ALTER notes TYPE text USING {to_text("notes")},
        {"".join(f"ALTER {name} DROP NOT NULL, ALTER {name} TYPE {TYPES[name]} USING NULLIF({name}, '')," for name in TEXTS)}
        {"".join(f"ALTER {name} DROP NOT NULL, ALTER {name} TYPE varchar[] USING NULLIF({name}, '{{}}')," for name in ARRAYS)}
        ALTER apply_type DROP NOT NULL,
        ALTER apply_type TYPE varchar(10) USING NULLIF(apply_type, ''),
        ALTER followup_count DROP NOT NULL,
        ALTER followup_count SET DEFAULT 0,
        ALTER created_at SET DEFAULT statement_timestamp(),
        ALTER updated_at SET DEFAULT statement_timestamp(),
        DROP COLUMN application_channel,
        DROP COLUMN closed_reason
    """

RETURN_APPENDED = "UPDATE jobs t SET notes = a.text FROM jobs_appended a WHERE a.id = t.id"

ADD_OLD_CHECK = """
    ALTER TABLE jobs ADD CONSTRAINT ck_jobs_status_valid CHECK (status IN (
        'Analyzed', 'Applied', 'Screening', 'Interview Scheduled', 'Interview Done', 'Offer', 'Rejected', 'Withdrawn',
        'Ghosted'))
    """

BACKWARD = [
    *read_rows_before("jobs"),
    *MAKE_FUNCTIONS,
    read_restorable(source=SOURCE, table="jobs", image=IMAGE),
    "CREATE UNIQUE INDEX ON jobs_restored (id)",
    "ANALYZE jobs_restored",
    READ_APPENDED,
    WRITE_KEPT,
    drop_restored_lines(source=SOURCE, table="jobs"),
    CONVERT_BACK,
    restore(
        "jobs",
        TEXTS,
        {
            **dict.fromkeys(ARRAYS, "'{}'::varchar[]"),
            "apply_type": "r.cells ->> 'apply_type'",
            "status": "r.cells ->> 'status'",
            "notes": "r.cells ->> 'notes'",
            "fit_score": "(r.cells ->> 'fit_score')::double precision",
            "ats_score": "(r.cells ->> 'ats_score')::double precision",
            "followup_count": "(r.cells ->> 'followup_count')::integer",
        },
    ),
    RETURN_APPENDED,
    ADD_OLD_CHECK,
    "DROP TABLE jobs_restored, jobs_appended",
    *DROP_FUNCTIONS,
    *check_account(SOURCE, "jobs"),
]
