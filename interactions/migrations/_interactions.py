"""The SQL of 0003 for applications and saved jobs: what they become, what the ledger keeps, and how they return.

The rows of one user for one listing and type are a crowd: the latest updated wins, then the greater key, and keeps its
key. Applied and saved are types of their own, so a user who saved and applied has both rows.
"""

from interactions.migrations._lines import (
    INTO_LEDGER,
    Cell,
    drop_restored_lines,
    read_kept,
    read_odd,
    read_restorable,
    return_kept,
    return_wholes,
    write_kept,
    write_values,
    write_wholes,
)
from jobs.migrations._ledger import drop_kept_lines

SOURCE = "interactions.0003_one_table"
KEPT = f"{SOURCE} backward"

APPLICATION_COLUMNS = (
    "id",
    "job_id",
    "user_profile_id",
    "status",
    "applied_date",
    "response_date",
    "resume_version",
    "cover_letter",
    "notes",
    "follow_up_date",
    "interview_scheduled",
    "created_at",
    "updated_at",
)
SAVED_COLUMNS = ("id", "job_id", "user_profile_id", "status", "notes", "tags", "saved_date", "updated_at")
COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "interaction_type",
    "application_status",
    "applied_date",
    "response_date",
    "resume_version",
    "cover_letter",
    "follow_up_date",
    "interview_scheduled",
    "shared_with_recruiters",
    "saved_date",
    "tags",
    "notes",
    "interaction_data",
    "first_interaction",
    "last_interaction",
    "interaction_count",
    "job_snapshot",
    "job_id",
    "user_id",
)
DOCUMENTS = ("interaction_data", "job_snapshot")

# Times that are missing come from the row's others, and from its user's first day where it has none at all.
JOINED = "(SELECT u.date_joined FROM accounts_user u WHERE u.id = t.user_profile_id)"
_DATES = "t.applied_date, t.response_date, t.interview_scheduled, t.follow_up_date"
APPLICATION_MADE = f"COALESCE(t.created_at, t.updated_at, {_DATES}, {JOINED})"
APPLICATION_CHANGED = f"COALESCE(t.updated_at, t.created_at, {_DATES}, {JOINED})"
SAVED_MADE = f"COALESCE(t.saved_date, t.updated_at, {JOINED})"
SAVED_CHANGED = f"COALESCE(t.updated_at, t.saved_date, {JOINED})"

# The member that a status names: by its name, or spelled as its value or label.
STATES = ("APPLIED", "INTERVIEWING", "REJECTED", "ACCEPTED", "WITHDRAWN")
_NAMES = ", ".join(f"'{name}'" for name in STATES)
_SPELLED_NAME = "translate(upper(btrim(t.status)), ' -', '__')"
MEMBER = f"CASE WHEN t.status IN ({_NAMES}, 'NOT_APPLIED') THEN t.status ELSE {_SPELLED_NAME} END"
HAS_DATES = "(t.applied_date IS NOT NULL OR t.response_date IS NOT NULL OR t.interview_scheduled IS NOT NULL)"
SAYS_NOT_APPLIED = f"COALESCE({MEMBER} = 'NOT_APPLIED', false)"
IS_UNAPPLIED = f"({SAYS_NOT_APPLIED} AND NOT {HAS_DATES})"
APPLIED_STATUS = f"CASE WHEN {MEMBER} IN ({_NAMES}) THEN lower({MEMBER}) ELSE 'applied' END"
IS_SPELLED = f"(t.status NOT IN ({_NAMES}, 'NOT_APPLIED') AND {_SPELLED_NAME} IN ({_NAMES}))"
IS_UNKNOWN = f"(t.status NOT IN ({_NAMES}, 'NOT_APPLIED') AND {_SPELLED_NAME} NOT IN ({_NAMES}, 'NOT_APPLIED'))"

SAVED_NAMES = "'SAVED', 'ARCHIVED'"
_SPELLED_SAVED = "upper(btrim(t.status))"
IS_ARCHIVED = f"COALESCE(t.status = 'ARCHIVED' OR (t.status <> 'SAVED' AND {_SPELLED_SAVED} = 'ARCHIVED'), false)"
IS_SPELLED_SAVED = f"(t.status NOT IN ({SAVED_NAMES}) AND {_SPELLED_SAVED} IN ({SAVED_NAMES}))"
IS_UNKNOWN_SAVED = f"(t.status NOT IN ({SAVED_NAMES}) AND {_SPELLED_SAVED} NOT IN ({SAVED_NAMES}))"

IS_LIST = "jsonb_typeof(t.tags) = 'array'"
TAGS = f"""
    CASE WHEN {IS_LIST} THEN ARRAY(
        SELECT tag #>> '{{}}' FROM jsonb_array_elements(t.tags) AS tags (tag) WHERE jsonb_typeof(tag) = 'string'
    ) ELSE '{{}}' END"""
IS_ODD_LIST = f"""
    CASE WHEN {IS_LIST} THEN t.tags @? 'strict $[*] ? (@.type() != "string")' ELSE t.tags <> 'null' END"""

IS_GHOST = """(t.user_profile_id IN (SELECT id FROM ghost_users) OR t.job_id IN (SELECT id FROM ghost_listings))"""
# An application's key that a saved job bears too goes to the application.
RENAMED = "md5('saved_jobs|' || t.id)::uuid"
SAVED_ID = f"CASE WHEN t.id IN (SELECT id FROM shared_keys) THEN {RENAMED} ELSE t.id END"

_OLD_TABLES = ("applications", "saved_jobs", "legacy_timeline_events")


def _read_ghosts(name: str, column: str, table: str) -> str:
    keys = " UNION ALL ".join(f"SELECT {column} AS id FROM {old}" for old in _OLD_TABLES)
    return f"""
        CREATE TEMPORARY TABLE {name} AS
        SELECT DISTINCT id FROM ({keys}) keys
        WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = keys.id)
        """


READ_GHOSTS = [
    _read_ghosts("ghost_users", "user_profile_id", "accounts_user"),
    _read_ghosts("ghost_listings", "job_id", "job_listings"),
    "CREATE TEMPORARY TABLE shared_keys AS SELECT id FROM saved_jobs JOIN applications USING (id)",
    "ANALYZE ghost_users, ghost_listings, shared_keys",
]

# Every row of the two tables, but for ghosts, as it would stand alone in the new form.
MAKE_VIEW = f"""
    CREATE TEMPORARY VIEW moved_rows AS
    SELECT 'applications' AS origin, t.id AS row_id, t.id,
           {APPLICATION_MADE} AS created_at, {APPLICATION_CHANGED} AS updated_at,
           CASE WHEN {IS_UNAPPLIED} THEN 'saved' ELSE 'applied' END AS interaction_type,
           CASE WHEN {IS_UNAPPLIED} THEN '' ELSE {APPLIED_STATUS} END AS application_status,
           t.applied_date, t.response_date, left(COALESCE(t.resume_version, ''), 255) AS resume_version,
           COALESCE(t.cover_letter, '') AS cover_letter, t.follow_up_date, t.interview_scheduled,
           false AS shared_with_recruiters,
           CASE WHEN {IS_UNAPPLIED} THEN {APPLICATION_MADE} END AS saved_date,
           '{{}}'::text[] AS tags, COALESCE(t.notes, '') AS notes,
           CASE WHEN {IS_UNAPPLIED} THEN '{{"saved_date_inferred": true}}'::jsonb ELSE '{{}}' END AS interaction_data,
           LEAST({APPLICATION_MADE}, {APPLICATION_CHANGED}, t.applied_date) AS first_interaction,
           GREATEST({APPLICATION_MADE}, {APPLICATION_CHANGED}) AS last_interaction,
           1 AS interaction_count, '{{}}'::jsonb AS job_snapshot, t.job_id, t.user_profile_id AS user_id
    FROM applications t
    WHERE NOT {IS_GHOST}
    UNION ALL
    SELECT 'saved_jobs', t.id, {SAVED_ID},
           {SAVED_MADE}, {SAVED_CHANGED}, 'saved', '', NULL, NULL, '', '', NULL, NULL, false,
           {SAVED_MADE}, {TAGS}, COALESCE(t.notes, ''),
           CASE WHEN {IS_ARCHIVED} THEN '{{"archived": true}}'::jsonb ELSE '{{}}' END
               || CASE WHEN t.saved_date IS NULL THEN '{{"saved_date_inferred": true}}'::jsonb ELSE '{{}}' END,
           LEAST({SAVED_MADE}, {SAVED_CHANGED}), GREATEST({SAVED_MADE}, {SAVED_CHANGED}), 1, '{{}}', t.job_id,
           t.user_profile_id
    FROM saved_jobs t
    WHERE NOT {IS_GHOST}
    """

# Few rows have company, so only those are ranked.
READ_CROWDS = [
    """
    CREATE TEMPORARY TABLE crowds AS
    SELECT user_id, job_id, interaction_type, count(*)::integer AS size,
           min(first_interaction) AS first_interaction, max(last_interaction) AS last_interaction
    FROM moved_rows
    GROUP BY user_id, job_id, interaction_type
    HAVING count(*) > 1
    """,
    "ANALYZE crowds",
    """
    CREATE TEMPORARY TABLE crowd_members AS
    SELECT r.origin, r.row_id, crowds.size, crowds.first_interaction, crowds.last_interaction,
           row_number() OVER places AS place, first_value(r.id) OVER places AS winner_id
    FROM moved_rows r JOIN crowds USING (user_id, job_id, interaction_type)
    WINDOW places AS (
        PARTITION BY user_id, job_id, interaction_type ORDER BY r.updated_at DESC, r.row_id DESC, r.origin)
    """,
    "ANALYZE crowd_members",
    *(
        f"""
        CREATE TEMPORARY TABLE {table}_aside AS
        SELECT row_id AS id, winner_id AS target_id, 'merged' AS outcome,
               'Another row of this user for this listing was updated later.' AS reason
        FROM crowd_members WHERE origin = '{table}' AND place > 1
        UNION ALL
        SELECT t.id, NULL, 'quarantined',
               CASE WHEN t.user_profile_id IN (SELECT id FROM ghost_users) THEN 'There is no such user.'
                    ELSE 'There is no such listing.' END
        FROM {table} t
        WHERE {IS_GHOST}
        """
        for table in ("applications", "saved_jobs")
    ),
    "ANALYZE applications_aside, saved_jobs_aside",
]


def fill(target: str) -> list[str]:
    """Move the rows into this table: saved ones first, since an application borrows from the saved row beside it."""
    counted = {
        "first_interaction": "COALESCE(c.first_interaction, r.first_interaction)",
        "last_interaction": "COALESCE(c.last_interaction, r.last_interaction)",
        "interaction_count": "COALESCE(c.size, 1)",
    }
    borrowed = {
        "saved_date": "s.saved_date",
        "tags": "COALESCE(s.tags, '{}')",
        "notes": "CASE WHEN r.notes = '' THEN COALESCE(s.notes, '') ELSE r.notes END",
        "interaction_data": """CASE WHEN s.interaction_data ? 'saved_date_inferred'
                                    THEN '{"saved_date_inferred": true}' ELSE r.interaction_data END""",
    }

    def select(special: dict[str, str]) -> str:
        return f"""
            INSERT INTO {target} ({", ".join(COLUMNS)})
            SELECT {", ".join(special.get(name, f"r.{name}") for name in COLUMNS)}
            FROM moved_rows r LEFT JOIN crowd_members c ON c.origin = r.origin AND c.row_id = r.row_id
            """

    return [
        f"{select(counted)} WHERE r.interaction_type = 'saved' AND COALESCE(c.place, 1) = 1",
        f"""
        {select({**counted, **borrowed})}
        LEFT JOIN {target} s ON s.user_id = r.user_id AND s.job_id = r.job_id AND s.interaction_type = 'saved'
        WHERE r.interaction_type = 'applied' AND COALESCE(c.place, 1) = 1
        """,
    ]


DROP_READINGS = [
    "DROP VIEW moved_rows",
    "DROP TABLE ghost_users, ghost_listings, shared_keys, crowds, crowd_members, applications_aside, saved_jobs_aside",
]

# The way forward --------------------------------------------------------------------------------------------------

_BLANK = "An empty text and a missing one are the same here."
_LATER = "A missing time is taken from the others of the row."
_SPELLED = "The status was spelled otherwise."
_UNKNOWN = "There is no such status."

# How a new row `n` looks under the old names. Its status in capitals is what comes back by rule.
APPLIED_STATUS_IMAGE = "CASE n.interaction_type WHEN 'applied' THEN n.application_status ELSE 'saved' END"
SAVED_STATUS_IMAGE = "CASE WHEN n.interaction_data @> '{\"archived\": true}' THEN 'archived' ELSE 'saved' END"
APPLICATION_IMAGE = {
    "status": APPLIED_STATUS_IMAGE,
    "notes": "n.notes",
    "cover_letter": "n.cover_letter",
    "resume_version": "n.resume_version",
    "created_at": "n.created_at",
    "updated_at": "n.updated_at",
}
SAVED_IMAGE = {
    "status": SAVED_STATUS_IMAGE,
    "notes": "n.notes",
    "tags": "n.tags",
    "saved_date": "n.saved_date",
    "updated_at": "n.updated_at",
}

BORROWS = "(COALESCE(t.notes, '') = '' AND n.notes <> '')"
APPLICATION_CELLS = [
    Cell("status", IS_UNAPPLIED, "Not applied for yet: kept as a saved listing, saved when the row was made."),
    Cell(
        "status",
        f"({SAYS_NOT_APPLIED} AND {HAS_DATES})",
        "Said to be not applied for, but its dates say otherwise.",
    ),
    Cell("status", "t.status IS NULL", "An application without a status counts as applied."),
    Cell("status", IS_SPELLED, _SPELLED),
    Cell("status", IS_UNKNOWN, _UNKNOWN, "quarantined"),
    Cell("resume_version", "length(t.resume_version) > 255", "Too long: cut."),
    Cell("notes", BORROWS, "The notes of the saved row stand in for missing ones."),
    Cell("notes", f"(t.notes = '' AND NOT {BORROWS})", _BLANK),
    Cell("cover_letter", "t.cover_letter = ''", _BLANK),
    Cell("resume_version", "t.resume_version = ''", _BLANK),
    Cell("created_at", "t.created_at IS NULL", _LATER, "derived"),
    Cell("updated_at", "t.updated_at IS NULL", _LATER, "derived"),
]
SAVED_CELLS = [
    Cell("status", "t.status IS NULL", "A saved job without a status counts as saved."),
    Cell("status", IS_SPELLED_SAVED, _SPELLED),
    Cell("status", IS_UNKNOWN_SAVED, _UNKNOWN, "quarantined"),
    Cell("notes", "t.notes = ''", _BLANK),
    Cell("tags", "t.tags IN ('[]', 'null')", "An empty list and a missing one are the same here."),
    Cell("tags", IS_ODD_LIST, "Tags are a list of texts; only those of them are taken.", "quarantined"),
    Cell("saved_date", "t.saved_date IS NULL", _LATER, "derived"),
    Cell("updated_at", "t.updated_at IS NULL", _LATER, "derived"),
]

WRITE_WHOLES = [
    write_wholes(
        source=SOURCE,
        table="applications",
        at=f"COALESCE(t.created_at, t.updated_at, {_DATES}, 'epoch')",
    ),
    write_wholes(
        source=SOURCE,
        table="saved_jobs",
        at="COALESCE(t.saved_date, t.updated_at, 'epoch')",
        # A record cannot tell a list that is null as JSON from one that is missing.
        image="CASE WHEN t.tags = 'null' THEN '{\"tags\": null}'::jsonb END",
    ),
]
WRITE_VALUES = [
    write_values(
        source=SOURCE,
        table="applications",
        cells=APPLICATION_CELLS,
        rows="applications t JOIN job_user_interactions n USING (id)",
        image=APPLICATION_IMAGE,
    ),
    *read_odd(table="saved_jobs", cells=SAVED_CELLS, rows="saved_jobs t", new_id=SAVED_ID),
    write_values(
        source=SOURCE,
        table="saved_jobs",
        cells=SAVED_CELLS,
        rows="saved_jobs_odd t JOIN job_user_interactions n ON n.id = t.new_id",
        image=SAVED_IMAGE,
    ),
    "DROP TABLE saved_jobs_odd",
    f"""
    {INTO_LEDGER}
    SELECT md5('{SOURCE}|saved_jobs|id|' || t.id)::uuid, '{SOURCE}', 'saved_jobs', t.id::text, 'id', to_jsonb(t.id),
           to_jsonb(n.id), 'converted', 'An application has the same key.', n.id::text, n.created_at
    FROM saved_jobs t JOIN job_user_interactions n ON n.id = {RENAMED}
    WHERE t.id IN (SELECT id FROM shared_keys)
    ON CONFLICT (id) DO NOTHING
    """,
]

# Kept rows without an image are whole: kinds that the old form lacks.
RETURN_KEPT = [
    f"""
    CREATE TEMPORARY TABLE job_user_interactions_returning AS
    SELECT line.id AS line_id, r.*
    FROM migration_ledger line
    CROSS JOIN LATERAL jsonb_populate_record(NULL::job_user_interactions, line.before) r
    WHERE line.source = '{KEPT}' AND line."table" = 'job_user_interactions' AND line.after IS NULL
      AND EXISTS (SELECT FROM accounts_user u WHERE u.id = r.user_id)
      AND EXISTS (SELECT FROM job_listings l WHERE l.id = r.job_id)
      AND NOT EXISTS (
          SELECT FROM job_user_interactions i
          WHERE i.user_id = r.user_id AND i.job_id = r.job_id AND i.interaction_type = r.interaction_type)
      AND NOT EXISTS (SELECT FROM job_user_interactions i WHERE i.id = r.id)
    """,
    read_kept(source=KEPT, table="job_user_interactions"),
    f"""
    INSERT INTO job_user_interactions ({", ".join(COLUMNS)})
    SELECT {", ".join(f"COALESCE({name}, 'null')" if name in DOCUMENTS else name for name in COLUMNS)}
    FROM job_user_interactions_returning
    """,
    "DELETE FROM migration_ledger line USING job_user_interactions_returning r WHERE line.id = r.line_id",
    "DROP TABLE job_user_interactions_returning",
    return_kept(table="job_user_interactions", columns=COLUMNS, documents=DOCUMENTS),
    *drop_kept_lines("job_user_interactions"),
]

# The way back -----------------------------------------------------------------------------------------------------

READ_RESTORABLE = [
    f"""
    CREATE TEMPORARY TABLE renamed_keys AS
    SELECT row_id::uuid AS old_id, target_row_id::uuid AS id, id AS line_id FROM migration_ledger
    WHERE source = '{SOURCE}' AND "table" = 'saved_jobs' AND "column" = 'id'
    """,
    f"""
    CREATE TEMPORARY TABLE unapplied AS
    SELECT row_id::uuid AS id FROM migration_ledger
    WHERE source = '{SOURCE}' AND "table" = 'applications' AND after ->> 'status' = 'saved'
    """,
    read_restorable(
        source=SOURCE,
        table="applications",
        new_rows="JOIN job_user_interactions n ON n.id = line.row_id::uuid",
        image=APPLICATION_IMAGE,
    ),
    read_restorable(
        source=SOURCE,
        table="saved_jobs",
        new_rows="""LEFT JOIN renamed_keys renamed ON renamed.old_id = line.row_id::uuid
                    JOIN job_user_interactions n ON n.id = COALESCE(renamed.id, line.row_id::uuid)""",
        image=SAVED_IMAGE,
    ),
    "ANALYZE renamed_keys, unapplied, applications_restored, saved_jobs_restored",
]


def restored(name: str, kind: str = "") -> str:
    """Return SQL for the restored value of a column; JSON stays JSON, anything else is read as `kind`."""
    return f"r.cells -> '{name}'" if kind == "jsonb" else f"(r.cells ->> '{name}'){kind and '::' + kind}"


def either(name: str, by_rule: str, kind: str = "") -> str:
    """Return SQL for a column on the way back: restored where it may be, else by rule."""
    return f"CASE WHEN r.cells ? '{name}' THEN {restored(name, kind)} ELSE {by_rule} END"


REBUILD = [
    f"""
    INSERT INTO applications ({", ".join(APPLICATION_COLUMNS)})
    SELECT n.id, n.job_id, n.user_id,
           {either("status", f"upper({APPLIED_STATUS_IMAGE})")},
           n.applied_date, n.response_date, {either("resume_version", "NULLIF(n.resume_version, '')")},
           {either("cover_letter", "NULLIF(n.cover_letter, '')")}, {either("notes", "NULLIF(n.notes, '')")},
           n.follow_up_date, n.interview_scheduled, {either("created_at", "n.created_at", "timestamptz")},
           {either("updated_at", "n.updated_at", "timestamptz")}
    FROM job_user_interactions n LEFT JOIN applications_restored r USING (id)
    WHERE n.interaction_type = 'applied' OR (n.interaction_type = 'saved' AND n.id IN (SELECT id FROM unapplied))
    """,
    f"""
    INSERT INTO saved_jobs ({", ".join(SAVED_COLUMNS)})
    SELECT COALESCE(renamed.old_id, n.id), n.job_id, n.user_id,
           {either("status", f"upper({SAVED_STATUS_IMAGE})")},
           {either("notes", "NULLIF(n.notes, '')")},
           {either("tags", "CASE WHEN n.tags <> '{}' THEN to_jsonb(n.tags) END", "jsonb")},
           {either("saved_date", "n.saved_date", "timestamptz")}, {either("updated_at", "n.updated_at", "timestamptz")}
    FROM job_user_interactions n
    LEFT JOIN renamed_keys renamed USING (id)
    LEFT JOIN saved_jobs_restored r ON r.id = COALESCE(renamed.old_id, n.id)
    WHERE n.interaction_type = 'saved' AND n.id NOT IN (SELECT id FROM unapplied)
    """,
    *(drop_restored_lines(source=SOURCE, table=table) for table in ("applications", "saved_jobs")),
    """
    DELETE FROM migration_ledger line USING renamed_keys renamed
    WHERE line.id = renamed.line_id AND EXISTS (SELECT FROM saved_jobs s WHERE s.id = renamed.old_id)
    """,
    *return_wholes(source=SOURCE, table="applications", columns=APPLICATION_COLUMNS, special={}),
    *return_wholes(
        source=SOURCE,
        table="saved_jobs",
        columns=SAVED_COLUMNS,
        special={"tags": "CASE WHEN line.after ? 'tags' THEN 'null'::jsonb ELSE r.tags END"},
    ),
    "DROP TABLE renamed_keys, unapplied, applications_restored, saved_jobs_restored",
    "ANALYZE applications, saved_jobs",
]

WRITE_KEPT = [
    "CREATE TEMPORARY TABLE interactions_again (LIKE job_user_interactions)",
    *fill("interactions_again"),
    write_kept(
        source=KEPT,
        table="job_user_interactions",
        rows="job_user_interactions",
        again="interactions_again",
        columns=COLUMNS,
    ),
]
