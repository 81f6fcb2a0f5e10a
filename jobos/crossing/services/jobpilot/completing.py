"""What the legacy shape could not hold and the present can, filled in once the migrations have run.

Interactions: facts of those that came over as saved jobs and applications, and the other kinds whole. Listings: exactly
the company whose row they named. Companies: where they sit, since when, their mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobos.crossing.services import websites
from jobos.crossing.services.jobpilot.interactions import KINDS

if TYPE_CHECKING:
    import psycopg

INTO_LEDGER = """
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)"""
ONCE = "ON CONFLICT (id) DO NOTHING"
LARGEST = 2**31 - 1
MIGRATION = "interactions.0003_one_table"
DIRECTORY = "companies.0004_one_directory"
IS_WHOLE = "line.before ? 'user_profile_id'"


def _line_id(table: str, row: str, column: str, outcome: str) -> str:
    return f"md5(concat_ws('|', %(origin)s::text, '{table}', {row}, '{column}', '{outcome}'))::uuid, %(origin)s, '{table}', {row}, '{column}'"


def _interaction_line(  # noqa: PLR0917 - a line of the ledger in its own order.
    column: str, before: str, after: str, outcome: str, reason: str, rows: str, target: str = "''"
) -> str:
    """Return SQL for lines about held interactions `h`."""
    return f"""
        {INTO_LEDGER}
        SELECT {_line_id("job_user_interactions", "h.row_id", column, outcome)}, {before}, {after}, '{outcome}', {reason},
               {target}, COALESCE(h.first_interaction, h.created_at, h.saved_date, h.applied_date, 'epoch')
        FROM {rows}
        {ONCE}
        """


# Interactions ---------------------------------------------------------------------------------------------------------

OBJECT = "CASE jsonb_typeof({0}) WHEN 'object' THEN {0} ELSE '{{}}' END"
TAGS = """CASE jsonb_typeof({0}) WHEN 'array' THEN ARRAY(
    SELECT tag #>> '{{}}' FROM jsonb_array_elements({0}) WITH ORDINALITY AS tags (tag, place)
    WHERE jsonb_typeof(tag) = 'string' ORDER BY place) ELSE '{{}}' END"""
DATA, SNAPSHOT, TEXTS = OBJECT.format("h.interaction_data"), OBJECT.format("h.job_snapshot"), TAGS.format("h.tags")
STATES = "'APPLIED', 'INTERVIEWING', 'REJECTED', 'ACCEPTED', 'WITHDRAWN'"
STATE = "translate(upper(btrim(h.application_status)), ' -', '__')"
MADE = """COALESCE(h.created_at, h.first_interaction, h.saved_date, h.applied_date, h.last_interaction, h.updated_at,
    u.date_joined)"""

# Where each held row went that the migrations carried over; nowhere where they found no user or listing.
FIND_STAGED = f"""
    CREATE TEMPORARY TABLE fates AS
    SELECT h.id, COALESCE(renamed.target_row_id::uuid, whole.target_id, n.id) AS final_id, true AS is_staged,
           whole.target_id IS NOT NULL AS is_merged, NULL::text AS reason
    FROM crossing.held_as h
    LEFT JOIN migration_ledger renamed ON renamed.source = '{MIGRATION}' AND renamed."table" = h.stage_table
        AND renamed."column" = 'id' AND renamed.row_id = h.id::text
    LEFT JOIN LATERAL (
        SELECT NULLIF(line.target_row_id, '')::uuid AS target_id, true AS is_whole FROM migration_ledger line
        WHERE line.source = '{MIGRATION}' AND line."table" = h.stage_table AND line."column" = '' AND line.row_id = h.id::text
          AND {IS_WHOLE} AND line.outcome IN ('merged', 'quarantined')
    ) whole ON true
    LEFT JOIN job_user_interactions n ON n.id = h.id AND whole.is_whole IS NULL
    """

# The others: the latest of one user, listing and kind is the row, unless there is one.
FIND_HELD = f"""
    INSERT INTO fates
    WITH held AS (
        SELECT h.*, u.id IS NULL AS is_nobodys, l.id IS NULL AS is_for_none, n.id AS there,
               first_value(h.id) OVER (
                   PARTITION BY h.user_id, h.job_id, h.kind
                   ORDER BY h.updated_at DESC NULLS LAST, h.last_interaction DESC NULLS LAST, h.id DESC) AS winner
        FROM crossing.held_interactions h
        LEFT JOIN accounts_user u ON u.id = h.user_id
        LEFT JOIN job_listings l ON l.id = h.job_id
        LEFT JOIN job_user_interactions n ON n.user_id = h.user_id AND n.job_id = h.job_id AND n.interaction_type = h.kind
        WHERE NOT EXISTS (SELECT FROM crossing.held_as a WHERE a.id = h.id)
    ),
    told AS (
        SELECT *, CASE WHEN is_nobodys THEN 'There is no such user.' WHEN is_for_none THEN 'There is no such listing.'
                       WHEN kind IS NULL OR kind NOT IN ({", ".join(f"'{kind}'" for kind in KINDS)})
                       THEN 'There is no such kind of interaction.' END AS reason,
               CASE WHEN EXISTS (SELECT FROM job_user_interactions n WHERE n.id = held.winner)
                    THEN md5('job_user_interactions|' || winner)::uuid ELSE winner END AS new_id
        FROM held
    )
    SELECT id, CASE WHEN reason IS NULL THEN COALESCE(there, new_id) END, false,
           reason IS NULL AND (there IS NOT NULL OR winner <> id), reason
    FROM told
    """

INSERT_HELD = f"""
    INSERT INTO job_user_interactions
        (id, created_at, updated_at, interaction_type, application_status, applied_date, response_date, resume_version,
         cover_letter, follow_up_date, interview_scheduled, shared_with_recruiters, saved_date, tags, notes, interaction_data,
         first_interaction, last_interaction, interaction_count, job_snapshot, job_id, user_id)
    SELECT f.final_id, made.at, COALESCE(h.updated_at, h.last_interaction, made.at), h.kind,
           CASE WHEN h.kind <> 'applied' THEN '' WHEN {STATE} IN ({STATES}) THEN lower({STATE}) ELSE 'applied' END,
           h.applied_date, h.response_date, left(COALESCE(h.resume_version, ''), 255), COALESCE(h.cover_letter, ''),
           h.follow_up_date, h.interview_scheduled, false,
           CASE WHEN h.kind = 'saved' THEN COALESCE(h.saved_date, made.at) ELSE h.saved_date END, {TEXTS},
           COALESCE(h.notes, ''),
           {DATA} || CASE WHEN h.kind = 'saved' AND h.saved_date IS NULL
               THEN '{{"saved_date_inferred": true}}'::jsonb ELSE '{{}}' END, COALESCE(h.first_interaction, made.at),
           COALESCE(h.last_interaction, h.updated_at, made.at), h.interaction_count, {SNAPSHOT}, h.job_id, h.user_id
    FROM fates f
    JOIN crossing.held_interactions h USING (id)
    JOIN accounts_user u ON u.id = h.user_id
    CROSS JOIN LATERAL (SELECT {MADE} AS at) made
    WHERE NOT f.is_staged AND NOT f.is_merged AND f.final_id IS NOT NULL
    """

# Facts of all the held rows that one row here stands for; the latest speaks last. A row that no older one has a part in
# has exactly their times.
GATHER = f"""
    CREATE TEMPORARY TABLE gathered AS
    SELECT f.final_id, count(*) FILTER (WHERE f.is_staged) AS staged, sum(h.interaction_count) AS counted, min(h.first_interaction) AS first_interaction,
           bool_and(h.kind = 'saved' AND h.saved_date IS NULL) AS is_inferred, max(h.last_interaction) AS last_interaction,
           (array_agg(h.applied_date ORDER BY h.last_interaction DESC NULLS LAST, h.id DESC)
               FILTER (WHERE h.applied_date IS NOT NULL))[1] AS applied_date,
           (array_agg(h.response_date ORDER BY h.last_interaction DESC NULLS LAST, h.id DESC)
               FILTER (WHERE h.response_date IS NOT NULL))[1] AS response_date,
           (array_agg(h.follow_up_date ORDER BY h.last_interaction DESC NULLS LAST, h.id DESC)
               FILTER (WHERE h.follow_up_date IS NOT NULL))[1] AS follow_up_date,
           (array_agg(h.interview_scheduled ORDER BY h.last_interaction DESC NULLS LAST, h.id DESC)
               FILTER (WHERE h.interview_scheduled IS NOT NULL))[1] AS interview_scheduled,
           (array_agg(h.saved_date ORDER BY h.last_interaction DESC NULLS LAST, h.id DESC)
               FILTER (WHERE h.saved_date IS NOT NULL))[1] AS saved_date,
           (array_agg(left(h.resume_version, 255) ORDER BY h.last_interaction DESC NULLS LAST, h.id DESC)
               FILTER (WHERE h.resume_version <> ''))[1] AS resume_version,
           (array_agg(h.cover_letter ORDER BY h.last_interaction DESC NULLS LAST, h.id DESC)
               FILTER (WHERE h.cover_letter <> ''))[1] AS cover_letter,
           (array_agg(to_jsonb({TEXTS}) ORDER BY h.last_interaction DESC NULLS LAST, h.id DESC)
               FILTER (WHERE {TEXTS} <> '{{}}'))[1] AS tags,
           (array_agg({SNAPSHOT} ORDER BY h.last_interaction DESC NULLS LAST, h.id DESC)
               FILTER (WHERE {SNAPSHOT} <> '{{}}'))[1] AS job_snapshot,
           (SELECT jsonb_object_agg(entry.key, entry.value ORDER BY e.place)
            FROM unnest(array_agg({DATA} ORDER BY h.last_interaction NULLS FIRST, h.id)) WITH ORDINALITY AS e (cells, place)
            CROSS JOIN LATERAL jsonb_each(e.cells) entry) AS interaction_data
    FROM fates f JOIN crossing.held_interactions h USING (id)
    WHERE f.final_id IS NOT NULL AND (f.is_staged OR f.is_merged)
    GROUP BY f.final_id
    """
# Whether no older row has a part in it.
IS_ALONE = "n.interaction_count = g.staged"
# What was staged is counted already, once for each row.
COMPLETE = f"""
    UPDATE job_user_interactions n
    SET interaction_count = LEAST({LARGEST}, n.interaction_count - g.staged + g.counted),
        first_interaction = CASE WHEN {IS_ALONE} THEN COALESCE(g.first_interaction, n.first_interaction)
                                 ELSE LEAST(g.first_interaction, n.first_interaction) END,
        last_interaction = CASE WHEN {IS_ALONE} THEN COALESCE(g.last_interaction, n.last_interaction)
                                ELSE GREATEST(g.last_interaction, n.last_interaction) END,
        applied_date = COALESCE(n.applied_date, g.applied_date),
        response_date = COALESCE(n.response_date, g.response_date),
        follow_up_date = COALESCE(n.follow_up_date, g.follow_up_date),
        interview_scheduled = COALESCE(n.interview_scheduled, g.interview_scheduled),
        saved_date = COALESCE(CASE WHEN {IS_ALONE} THEN g.saved_date END, n.saved_date, g.saved_date),
        resume_version = COALESCE(NULLIF(n.resume_version, ''), g.resume_version, ''),
        cover_letter = COALESCE(NULLIF(n.cover_letter, ''), g.cover_letter, ''),
        tags = CASE WHEN g.tags IS NOT NULL AND ({IS_ALONE} OR n.tags = '{{}}')
                    THEN ARRAY(SELECT jsonb_array_elements_text(g.tags)) ELSE n.tags END,
        job_snapshot = CASE WHEN n.job_snapshot = '{{}}' THEN COALESCE(g.job_snapshot, '{{}}') ELSE n.job_snapshot END,
        interaction_data = COALESCE(g.interaction_data, '{{}}') || n.interaction_data
            || CASE WHEN g.is_inferred THEN '{{"saved_date_inferred": true}}'::jsonb ELSE '{{}}' END
    FROM gathered g
    WHERE n.id = g.final_id
    """

TELL_HELD = """
    UPDATE crossing.source_rows r
    SET outcome = CASE WHEN f.final_id IS NULL THEN 'quarantined' WHEN f.is_merged THEN 'merged' ELSE 'kept' END,
        reason = CASE WHEN f.final_id IS NULL THEN f.reason
                      WHEN f.is_merged THEN 'Another row of this user for this listing was there, or updated later.' ELSE '' END,
        final_table = CASE WHEN f.final_id IS NOT NULL THEN 'job_user_interactions' END, final_id = f.final_id
    FROM fates f JOIN crossing.held_interactions h USING (id)
    WHERE NOT f.is_staged AND r.source_table = 'job_user_interactions' AND r.row_id = h.row_id
    """
HELD = "fates f JOIN crossing.held_interactions h USING (id)"
LINES = [
    _interaction_line(
        "",
        "to_jsonb(h) - 'row_id'",
        "NULL",
        "quarantined",
        "f.reason",
        f"{HELD} WHERE NOT f.is_staged AND f.final_id IS NULL",
    ),
    _interaction_line(
        "",
        "to_jsonb(h) - 'row_id'",
        "NULL",
        "merged",
        "'Another row of this user for this listing was there, or updated later.'",
        f"{HELD} WHERE NOT f.is_staged AND f.is_merged",
        "f.final_id::text",
    ),
    _interaction_line(
        "id",
        "to_jsonb(h.id)",
        "to_jsonb(f.final_id)",
        "converted",
        "'Another interaction has the same key.'",
        f"{HELD} WHERE NOT f.is_staged AND NOT f.is_merged AND f.final_id <> h.id AND h.row_id = h.id::text",
        "f.final_id::text",
    ),
    # Facts of a row that others joined; each of them keeps its own whole.
    _interaction_line(
        "facts",
        "to_jsonb(h) - 'row_id'",
        "NULL",
        "merged",
        "'It is one of several rows that became one; the facts of all are joined there.'",
        f"{HELD} WHERE f.is_staged AND f.is_merged",
        "f.final_id::text",
    ),
    _interaction_line(
        "facts",
        "to_jsonb(h) - 'row_id'",
        "NULL",
        "quarantined",
        "'Its user or its listing does not exist.'",
        f"{HELD} WHERE f.is_staged AND f.final_id IS NULL",
    ),
    *(
        _interaction_line(
            column,
            f"h.{column}",
            "NULL",
            "quarantined",
            "'Only a document with names has a place here.'",
            f"{HELD} WHERE jsonb_typeof(h.{column}) NOT IN ('object', 'null')",
        )
        for column in ("interaction_data", "job_snapshot")
    ),
    _interaction_line(
        "application_status",
        "to_jsonb(h.application_status)",
        "NULL",
        "quarantined",
        "'Only an application has a status.'",
        f"{HELD} WHERE h.kind <> 'applied' AND COALESCE({STATE}, 'NOT_APPLIED') <> 'NOT_APPLIED'",
    ),
    _interaction_line(
        "application_status",
        "to_jsonb(h.application_status)",
        "'\"applied\"'::jsonb",
        "converted",
        "'An application that says no status of one counts as applied.'",
        f"{HELD} WHERE h.kind = 'applied' AND NOT f.is_staged AND NOT COALESCE({STATE} IN ({STATES}), false)",
    ),
    _interaction_line(
        "resume_version",
        "to_jsonb(h.resume_version)",
        "to_jsonb(left(h.resume_version, 255))",
        "converted",
        "'Too long: cut.'",
        f"{HELD} WHERE length(h.resume_version) > 255 AND NOT (f.is_staged AND h.kind = 'applied')",
    ),
    _interaction_line(
        "tags",
        "h.tags",
        f"to_jsonb({TEXTS})",
        "quarantined",
        "'Tags are a list of texts; only those of them are taken.'",
        f"""{HELD} WHERE NOT (f.is_staged AND h.kind = 'saved') AND jsonb_typeof(h.tags) <> 'null'
            AND (jsonb_typeof(h.tags) <> 'array' OR h.tags @? 'strict $[*] ? (@.type() != "string")')""",
    ),
    *(
        _interaction_line(
            column,
            "NULL",
            f"to_jsonb(n.{column})",
            "derived",
            "'A missing time is taken from the others of the row.'",
            f"{HELD} JOIN job_user_interactions n ON n.id = f.final_id WHERE h.{column} IS NULL AND NOT f.is_merged",
        )
        for column in ("first_interaction", "last_interaction")
    ),
    _interaction_line(
        "saved_date",
        "NULL",
        "to_jsonb(n.saved_date)",
        "derived",
        "'A missing time is taken from the others of the row.'",
        f"""{HELD} JOIN job_user_interactions n ON n.id = f.final_id
            WHERE h.saved_date IS NULL AND h.kind = 'saved' AND NOT f.is_merged""",
    ),
]

# Events that named an interaction of another kind than an application.
LINK_EVENTS = [
    """
    UPDATE timeline_events e SET interaction_id = f.final_id
    FROM crossing.held_links l JOIN fates f ON f.id = l.interaction_id
    WHERE e.id = l.event_id AND f.final_id IS NOT NULL
    """,
    f"""
    {INTO_LEDGER}
    SELECT {_line_id("timeline_events", "r.row_id", "interaction_id", "quarantined")}, to_jsonb(l.interaction_id), NULL,
           'quarantined', 'The interaction is quarantined.', '', 'epoch'
    FROM crossing.held_links l
    JOIN fates f ON f.id = l.interaction_id AND f.final_id IS NULL
    JOIN crossing.source_rows r ON r.source_table = 'timeline_events' AND r.stage_id = l.event_id
    {ONCE}
    """,
]

# Companies ------------------------------------------------------------------------------------------------------------

READ_ENTRIES = f"""
    CREATE TEMPORARY TABLE entries AS
    SELECT row_id::uuid AS id, target_row_id::uuid AS company_id FROM migration_ledger
    WHERE source = '{DIRECTORY}' AND "table" = 'legacy_jobpilot_companies' AND "column" = '' AND outcome = 'merged'
    """
# By words alone a listing may have gone to a namesake of its company.
FOLLOW_COMPANIES = [
    """
    CREATE TEMPORARY TABLE strays AS
    SELECT l.id, l.company_id AS before, e.company_id AS after, l.created_at
    FROM crossing.listing_companies t
    JOIN job_listings l ON l.id = t.id
    JOIN entries e ON e.id = t.company_id
    WHERE l.company_id <> e.company_id
    """,
    f"""
    {INTO_LEDGER}
    SELECT {_line_id("job_listings", "r.row_id", "company_id", "converted")}, to_jsonb(s.before), to_jsonb(s.after),
           'converted', 'Its row named this company; a namesake went by its words.', s.after::text, s.created_at
    FROM strays s JOIN crossing.source_rows r ON r.source_table = 'job_listings' AND r.stage_id = s.id
    {ONCE}
    """,
    "UPDATE job_listings l SET company_id = s.after FROM strays s WHERE s.id = l.id",
]

# How each fact stands in the directory, whether what a row says can stand there, and where the entry lacks it.
FACTS = {
    "size_category": (
        "lower(btrim(h.size_category))",
        "lower(btrim(h.size_category)) IN ('startup', 'small', 'medium', 'large', 'enterprise')",
        "c.size_category = ''",
    ),
    "headquarters_location": (
        "btrim(h.headquarters_location)",
        "length(btrim(h.headquarters_location)) BETWEEN 1 AND 255",
        "c.headquarters_location = ''",
    ),
    "founded_year": (
        "h.founded_year",
        "h.founded_year BETWEEN 1800 AND extract(year FROM now())",
        "c.founded_year IS NULL",
    ),
    "logo_url": (
        "btrim(h.logo_url)",
        "btrim(h.logo_url) ~* '^https?://[^[:space:]]+$' AND length(btrim(h.logo_url)) <= 1000",
        "c.logo_url = ''",
    ),
}


def _fill_fact(column: str) -> list[str]:
    value, fits, is_lacking = FACTS[column]
    return [
        f"""
        CREATE TEMPORARY TABLE told AS
        SELECT DISTINCT ON (c.id) c.id, h.id AS row_id, to_jsonb(c.{column}) AS before, {value} AS said, c.created_at
        FROM crossing.held_companies h
        JOIN entries e USING (id)
        JOIN companies c ON c.id = e.company_id
        WHERE {is_lacking} AND {fits}
        ORDER BY c.id, h.updated_at DESC NULLS LAST, h.id DESC
        """,
        f"UPDATE companies c SET {column} = told.said FROM told WHERE told.id = c.id",
        f"""
        {INTO_LEDGER}
        SELECT {_line_id("companies", "r.row_id", column, "derived")}, told.before, to_jsonb(told.said), 'derived',
               'Lacking in the directory; told by this row.', told.id::text, told.created_at
        FROM told JOIN crossing.source_rows r ON r.source_table = 'companies' AND r.stage_id = told.row_id
        {ONCE}
        """,
        "DROP TABLE told",
        f"""
        {INTO_LEDGER}
        SELECT {_line_id("companies", "r.row_id", column, "quarantined")}, to_jsonb(h.{column}), to_jsonb(c.{column}),
               'quarantined', 'Its entry of the directory says otherwise, or this does not fit there.', c.id::text, c.created_at
        FROM crossing.held_companies h
        JOIN entries e USING (id)
        JOIN companies c ON c.id = e.company_id
        JOIN crossing.source_rows r ON r.source_table = 'companies' AND r.stage_id = h.id
        WHERE btrim(h.{column}::text) <> '' AND ({fits} AND {value} = c.{column}) IS NOT TRUE
        {ONCE}
        """,
    ]


def complete(staging: psycopg.Connection[Any], *, origin: str, shape: str) -> None:
    """Fill in what waits in `crossing.held_*`, and say what became of each of these rows."""
    websites.reveal(staging)
    statements = [
        "ANALYZE migration_ledger",
        FIND_STAGED,
        FIND_HELD,
        "CREATE INDEX ON fates (final_id)",
        "ANALYZE fates",
        INSERT_HELD,
        GATHER,
        "ANALYZE gathered",
        COMPLETE,
        *LINES,
        TELL_HELD,
        *LINK_EVENTS,
        "DROP TABLE fates, gathered",
        READ_ENTRIES,
        "CREATE UNIQUE INDEX ON entries (id)",
        "ANALYZE entries",
    ]
    if _exists(staging, "crossing.listing_companies"):
        statements += [*FOLLOW_COMPANIES, "DROP TABLE strays"]
    if _exists(staging, "crossing.held_companies"):
        statements += [statement for column in FACTS for statement in _fill_fact(column)]
    with staging.transaction():
        for statement in (*statements, "DROP TABLE entries"):
            named = {"origin": origin} if "%(origin)s" in statement else None
            staging.execute(statement.encode(), named)


def _exists(staging: psycopg.Connection[Any], table: str) -> bool:
    return staging.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,)
