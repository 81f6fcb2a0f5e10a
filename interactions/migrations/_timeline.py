"""The SQL of 0003 for the timeline: the older events move into ours and follow their application to its interaction.

Most of them lose nothing and have no line of their own; 256 lines, by the end of the key, list which events came from there.
"""

from interactions.migrations._interactions import JOINED, KEPT, SOURCE, either
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

OLD_COLUMNS = (
    "id",
    "job_id",
    "application_id",
    "user_profile_id",
    "event_type",
    "title",
    "description",
    "event_data",
    "event_date",
    "is_milestone",
    "created_at",
    "updated_at",
)
COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "event_type",
    "title",
    "description",
    "event_data",
    "event_date",
    "is_milestone",
    "job_id",
    "user_id",
    "listing_id",
    "interaction_id",
)
MADE = f"COALESCE(t.created_at, t.event_date, t.updated_at, {JOINED})"
CHANGED = f"COALESCE(t.updated_at, t.created_at, t.event_date, {JOINED})"
HAPPENED = f"COALESCE(t.event_date, t.created_at, t.updated_at, {JOINED})"

TYPES = (
    "JOB_POSTED",
    "JOB_SAVED",
    "APPLICATION_SUBMITTED",
    "INTERVIEW_SCHEDULED",
    "INTERVIEW_COMPLETED",
    "FOLLOW_UP_SENT",
    "RESPONSE_RECEIVED",
    "STATUS_CHANGED",
    "NOTE_ADDED",
    "CUSTOM_EVENT",
)
_NAMES = ", ".join(f"'{name}'" for name in TYPES)
MEMBER = f"CASE WHEN t.event_type IN ({_NAMES}) THEN t.event_type ELSE upper(btrim(t.event_type)) END"
EVENT_TYPE = f"CASE WHEN {MEMBER} IN ({_NAMES}) THEN lower({MEMBER}) ELSE 'custom_event' END"
EVENT_DATA = "CASE WHEN jsonb_typeof(t.event_data) = 'object' THEN t.event_data ELSE '{}' END"
LISTING = "CASE WHEN t.job_id NOT IN (SELECT id FROM ghost_listings) THEN t.job_id END"
INTERACTION = "CASE WHEN moved.id IS NULL THEN t.application_id ELSE moved.target_id END"
WITH_MOVED = "LEFT JOIN moved_applications moved ON moved.id = t.application_id"
ROWS = f"legacy_timeline_events t {WITH_MOVED}"
# A key that an event of ours bears already.
RENAMED = "md5('legacy_timeline_events|' || t.id)::uuid"
NEW_ID = f"CASE WHEN t.id IN (SELECT id FROM shared_events) THEN {RENAMED} ELSE t.id END"

READ = [
    # Applications that are no interaction under their own key, and where they went, if anywhere.
    """
    CREATE TEMPORARY TABLE moved_applications AS
    SELECT DISTINCT e.application_id AS id, aside.target_id, a.id IS NOT NULL AS existed
    FROM legacy_timeline_events e
    LEFT JOIN applications a ON a.id = e.application_id
    LEFT JOIN applications_aside aside ON aside.id = e.application_id
    WHERE e.application_id IS NOT NULL AND (a.id IS NULL OR aside.id IS NOT NULL)
    """,
    "CREATE TEMPORARY TABLE shared_events AS SELECT id FROM legacy_timeline_events JOIN timeline_events USING (id)",
    """
    CREATE TEMPORARY TABLE legacy_timeline_events_aside AS
    SELECT t.id, NULL::uuid AS target_id, 'quarantined' AS outcome, 'There is no such user.' AS reason
    FROM legacy_timeline_events t
    WHERE t.user_profile_id IN (SELECT id FROM ghost_users)
    """,
    "ANALYZE moved_applications, shared_events, legacy_timeline_events_aside",
    f"""
    CREATE TEMPORARY VIEW moved_events AS
    SELECT {NEW_ID} AS id, {MADE} AS created_at, {CHANGED} AS updated_at, {EVENT_TYPE} AS event_type,
           left(t.title, 255) AS title, COALESCE(t.description, '') AS description, {EVENT_DATA} AS event_data,
           {HAPPENED} AS event_date, COALESCE(t.is_milestone, false) AS is_milestone, NULL::uuid AS job_id,
           t.user_profile_id AS user_id, {LISTING} AS listing_id, {INTERACTION} AS interaction_id
    FROM {ROWS}
    WHERE t.user_profile_id NOT IN (SELECT id FROM ghost_users)
    """,
]
DROP_READINGS = [
    "DROP VIEW moved_events",
    "DROP TABLE moved_applications, shared_events, legacy_timeline_events_aside",
]

# The way forward --------------------------------------------------------------------------------------------------

FILL = f"INSERT INTO timeline_events ({', '.join(COLUMNS)}) SELECT {', '.join(COLUMNS)} FROM moved_events"

CELLS = [
    Cell(
        "event_type",
        f"(t.event_type NOT IN ({_NAMES}) AND upper(btrim(t.event_type)) IN ({_NAMES}))",
        "The type was spelled otherwise.",
    ),
    Cell(
        "event_type",
        f"(t.event_type NOT IN ({_NAMES}) AND upper(btrim(t.event_type)) NOT IN ({_NAMES}))",
        "There is no such type of event.",
        "quarantined",
    ),
    Cell("title", "length(t.title) > 255", "Too long: cut."),
    Cell("description", "t.description = ''", "An empty text and a missing one are the same here."),
    Cell("event_data", "t.event_data IN ('{}', 'null')", "An empty document and a missing one are the same here."),
    Cell(
        "event_data",
        "jsonb_typeof(t.event_data) NOT IN ('object', 'null')",
        "The data of an event is an object.",
        "quarantined",
    ),
    Cell("is_milestone", "t.is_milestone IS NULL", "Nobody called it a milestone."),
    Cell("job_id", "t.job_id IN (SELECT id FROM ghost_listings)", "There is no such listing.", "quarantined"),
    Cell(
        "application_id",
        "moved.target_id IS NOT NULL",
        "The application was merged into another of its user for the same listing.",
    ),
    Cell(
        "application_id",
        "(moved.id IS NOT NULL AND NOT moved.existed)",
        "There is no such application.",
        "quarantined",
    ),
    Cell(
        "application_id",
        "(moved.existed AND moved.target_id IS NULL)",
        "The application is quarantined.",
        "quarantined",
    ),
    *(
        Cell(name, f"t.{name} IS NULL", "A missing time is taken from the others of the row.", "derived")
        for name in ("created_at", "updated_at", "event_date")
    ),
]
# How a new event `n` looks under the old names.
IMAGE = {"job_id": "n.listing_id", "application_id": "n.interaction_id"} | {
    name: f"n.{name}" for name in OLD_COLUMNS if name not in {"id", "job_id", "application_id", "user_profile_id"}
}

WRITE_WHOLES = write_wholes(
    source=SOURCE,
    table="legacy_timeline_events",
    at="COALESCE(t.created_at, t.event_date, t.updated_at, 'epoch')",
    # A record cannot tell a document that is null as JSON from one that is missing.
    image="CASE WHEN t.event_data = 'null' THEN '{\"event_data\": null}'::jsonb END",
)
WRITE_VALUES = [
    *read_odd(table="legacy_timeline_events", cells=CELLS, rows=ROWS, new_id=NEW_ID),
    write_values(
        source=SOURCE,
        table="legacy_timeline_events",
        cells=CELLS,
        rows=f"legacy_timeline_events_odd t {WITH_MOVED} JOIN timeline_events n ON n.id = t.new_id",
        image=IMAGE,
    ),
    "DROP TABLE legacy_timeline_events_odd",
    f"""
    {INTO_LEDGER}
    SELECT md5('{SOURCE}|legacy_timeline_events|id|' || t.id)::uuid, '{SOURCE}', 'legacy_timeline_events', t.id::text,
           'id', to_jsonb(t.id), to_jsonb(n.id), 'converted', 'Another event has the same key.', n.id::text,
           n.created_at
    FROM legacy_timeline_events t JOIN timeline_events n ON n.id = {RENAMED}
    WHERE t.id IN (SELECT id FROM shared_events)
    ON CONFLICT (id) DO NOTHING
    """,
    f"""
    {INTO_LEDGER}
    SELECT md5('{SOURCE}|timeline_events|origin|' || ending)::uuid, '{SOURCE}', 'timeline_events', ending, 'id', NULL,
           to_jsonb(ids), 'converted',
           'The events that came from the older system, by the end of their key.', '', 'epoch'
    FROM (
        SELECT array_agg(id ORDER BY id) AS ids, lpad(to_hex(byte), 2, '0') AS ending
        FROM (SELECT id, get_byte(uuid_send(id), 15) AS byte FROM moved_events OFFSET 0) moved
        GROUP BY byte
    ) listed
    ON CONFLICT (id) DO UPDATE SET after = EXCLUDED.after
    """,
]

# Links of events that were ours all the time are kept without an image.
RETURN_KEPT = [
    read_kept(source=KEPT, table="timeline_events"),
    f"""
    INSERT INTO timeline_events_kept (id, line_id, cells)
    SELECT t.id, line.id, line.before
    FROM migration_ledger line JOIN timeline_events t ON t.id = line.row_id::uuid
    WHERE line.source = '{KEPT}' AND line."table" = 'timeline_events' AND line.after IS NULL
    """,
    """
    DELETE FROM timeline_events_kept k
    WHERE NOT EXISTS (SELECT FROM job_listings l WHERE l.id = (k.cells ->> 'listing_id')::uuid)
          AND k.cells ->> 'listing_id' IS NOT NULL
       OR NOT EXISTS (SELECT FROM job_user_interactions i WHERE i.id = (k.cells ->> 'interaction_id')::uuid)
          AND k.cells ->> 'interaction_id' IS NOT NULL
       OR NOT EXISTS (SELECT FROM jobs j WHERE j.id = (k.cells ->> 'job_id')::uuid) AND k.cells ->> 'job_id' IS NOT NULL
    """,
    return_kept(table="timeline_events", columns=COLUMNS, documents=("event_data",)),
    *drop_kept_lines("timeline_events"),
]

# The way back -----------------------------------------------------------------------------------------------------

READ_RESTORABLE = [
    f"""
    CREATE TEMPORARY TABLE renamed_events AS
    SELECT row_id::uuid AS old_id, target_row_id::uuid AS id, id AS line_id FROM migration_ledger
    WHERE source = '{SOURCE}' AND "table" = 'legacy_timeline_events' AND "column" = 'id'
    """,
    f"""
    CREATE TEMPORARY TABLE returning_events AS
    WITH listed AS (
        SELECT jsonb_array_elements_text(after)::uuid AS id FROM migration_ledger
        WHERE source = '{SOURCE}' AND "table" = 'timeline_events' AND "column" = 'id'
    )
    SELECT t.* FROM timeline_events t JOIN listed USING (id)
    """,
    read_restorable(
        source=SOURCE,
        table="legacy_timeline_events",
        new_rows="""LEFT JOIN renamed_events renamed ON renamed.old_id = line.row_id::uuid
                    JOIN returning_events n ON n.id = COALESCE(renamed.id, line.row_id::uuid)""",
        image=IMAGE,
    ),
    "ANALYZE renamed_events, returning_events, legacy_timeline_events_restored",
]

REBUILD = [
    f"""
    INSERT INTO legacy_timeline_events ({", ".join(OLD_COLUMNS)})
    SELECT COALESCE(renamed.old_id, t.id), {either("job_id", "t.listing_id", "uuid")},
           {either("application_id", "a.id", "uuid")}, t.user_id, {either("event_type", "upper(t.event_type)")},
           {either("title", "t.title")}, {either("description", "NULLIF(t.description, '')")},
           {either("event_data", "NULLIF(t.event_data, '{}')", "jsonb")},
           {either("event_date", "t.event_date", "timestamptz")}, {either("is_milestone", "t.is_milestone", "boolean")},
           {either("created_at", "t.created_at", "timestamptz")}, {either("updated_at", "t.updated_at", "timestamptz")}
    FROM returning_events t
    LEFT JOIN renamed_events renamed USING (id)
    LEFT JOIN legacy_timeline_events_restored r ON r.id = COALESCE(renamed.old_id, t.id)
    LEFT JOIN applications a ON a.id = t.interaction_id
    """,
    drop_restored_lines(source=SOURCE, table="legacy_timeline_events"),
    """
    DELETE FROM migration_ledger line USING renamed_events renamed
    WHERE line.id = renamed.line_id AND EXISTS (SELECT FROM legacy_timeline_events e WHERE e.id = renamed.old_id)
    """,
    f"""
    DELETE FROM migration_ledger
    WHERE source = '{SOURCE}' AND "table" = 'timeline_events' AND "column" = 'id'
    """,
    *return_wholes(
        source=SOURCE,
        table="legacy_timeline_events",
        columns=OLD_COLUMNS,
        special={"event_data": "CASE WHEN line.after ? 'event_data' THEN 'null'::jsonb ELSE r.event_data END"},
    ),
    "DELETE FROM timeline_events t USING returning_events r WHERE t.id = r.id",
    "DROP TABLE renamed_events, legacy_timeline_events_restored",
    "ANALYZE legacy_timeline_events",
]

WRITE_KEPT = [
    write_kept(source=KEPT, table="timeline_events", rows="returning_events", again="moved_events", columns=COLUMNS),
    f"""
    {INTO_LEDGER}
    SELECT md5('{KEPT}|timeline_events|' || t.id || '|' || links.before::text)::uuid, '{KEPT}', 'timeline_events',
           t.id::text, '', links.before, NULL, 'converted', 'The old form cannot hold this.', '', t.created_at
    FROM timeline_events t
    CROSS JOIN LATERAL (
        SELECT jsonb_build_object('listing_id', t.listing_id, 'interaction_id', t.interaction_id) AS before
    ) links
    WHERE t.listing_id IS NOT NULL OR t.interaction_id IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET after = EXCLUDED.after
    """,
]
