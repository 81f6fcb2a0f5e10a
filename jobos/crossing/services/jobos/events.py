"""Contacts and the activity log become events of their person's timeline, the one history that there is here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jobos.crossing.services.jobos import cells, waiting
from jobos.crossing.services.jobos.cards import settle_times
from jobos.crossing.services.loading import Column, Plan, Refused

if TYPE_CHECKING:
    import psycopg

    from jobos.crossing.services.loading import Loader, Row

LONGEST_TITLE = 255
HELD = "crossing.held_events"
MAKE_HELD = f"""
    CREATE TABLE {HELD} (
        id uuid, source_table text, user_id uuid, event_type varchar(50), title varchar(255), description text, event_data jsonb,
        event_date timestamptz, job_id uuid, planned_for date, planned_with text, created_at timestamptz,
        updated_at timestamptz)
    """
# What a contact's event says of it, besides its user and times.
TOLD_OF_CONTACT = (
    "name",
    "company",
    "their_role",
    "connection_type",
    "linkedin_url",
    "email",
    "reached_out_date",
    "response",
    "follow_up_date",
    "referral_status",
    "notes",
    "last_outreach_date",
    "outreach_notes",
)
DESCRIBING = ("notes", "response", "outreach_notes")
# An action is of the first of these kinds whose words are all in its name; any other is an event of its own kind.
KINDS = (
    (("job", "status"), "status_changed"),
    (("follow_up",), "follow_up_sent"),
    (("followup",), "follow_up_sent"),
    (("debrief",), "interview_completed"),
    (("interview", "completed"), "interview_completed"),
    (("interview", "prep"), "custom_event"),
    (("interview",), "interview_scheduled"),
    (("job", "note"), "note_added"),
    (("job_created",), "job_saved"),
    (("job_added",), "job_saved"),
    (("job_saved",), "job_saved"),
    (("job_applied",), "application_submitted"),
)

INSERT_EVENTS = f"""
    INSERT INTO timeline_events
        (id, created_at, updated_at, user_id, event_type, title, description, event_data, event_date, is_milestone, job_id)
    SELECT h.id, COALESCE(h.created_at, j.created_at, u.date_joined), COALESCE(h.updated_at, j.created_at, u.date_joined),
           h.user_id, h.event_type, h.title, h.description,
           h.event_data || CASE WHEN h.job_id IS NOT NULL AND j.id IS NULL
                                THEN jsonb_build_object('related_job_id', h.job_id) ELSE '{{}}' END,
           COALESCE(h.event_date, j.created_at, u.date_joined), false, j.id
    FROM {HELD} h
    JOIN accounts_user u ON u.id = h.user_id
    LEFT JOIN jobs j ON j.id = h.job_id AND j.user_id = h.user_id
    """

PLAN_FOLLOW_UPS = f"""
    INSERT INTO timeline_events
        (id, created_at, updated_at, user_id, event_type, title, description, event_data, event_date, is_milestone)
    SELECT md5('timeline_events|follow_up_date|' || e.id)::uuid, e.updated_at, e.updated_at, e.user_id, 'custom_event',
           left('Follow-up planned with ' || h.planned_with, {LONGEST_TITLE}), '',
           jsonb_build_object('follow_up_date', h.planned_for, 'contact_id', e.id),
           h.planned_for::timestamp AT TIME ZONE 'UTC', false
    FROM {HELD} h JOIN timeline_events e ON e.id = h.id
    WHERE h.planned_for IS NOT NULL
    """

WRITE_DERIVED_TIMES = f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5(concat_ws('|', %(origin)s::text, r.source_table, r.row_id, 'created_at', 'derived'))::uuid, %(origin)s,
           r.source_table, r.row_id, 'created_at', NULL, to_jsonb(e.event_date), 'derived',
           'Missing; when its job was made, or when its person joined.', '', e.event_date
    FROM {HELD} h
    JOIN timeline_events e ON e.id = h.id
    JOIN crossing.source_rows r ON r.stage_table = '{HELD}' AND r.stage_id = h.id
    WHERE h.event_date IS NULL
    ON CONFLICT (id) DO NOTHING
    """


# A contact and an action may bear one key, for they stood in two tables: the action gets another.
PART_TWINS = [
    f"""
    CREATE TEMPORARY TABLE twins AS
    SELECT a.row_id, a.stage_id AS old_id, md5('activity_log|' || a.stage_id)::uuid AS new_id
    FROM crossing.source_rows a
    JOIN crossing.source_rows c ON c.source_table = 'contacts' AND c.stage_table = '{HELD}' AND c.stage_id = a.stage_id
    WHERE a.source_table = 'activity_log' AND a.stage_table = '{HELD}'
    """,
    f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5(concat_ws('|', %(origin)s::text, 'activity_log', t.row_id, 'key', 'converted'))::uuid, %(origin)s,
           'activity_log', t.row_id, 'key', to_jsonb(t.old_id), to_jsonb(t.new_id), 'converted',
           'A contact has the same key.', '', COALESCE(h.created_at, 'epoch')
    FROM twins t JOIN {HELD} h ON h.id = t.old_id AND h.source_table = 'activity_log'
    """,
    f"""
    UPDATE {HELD} h SET id = t.new_id FROM twins t WHERE h.id = t.old_id AND h.source_table = 'activity_log'
    """,
    """
    UPDATE crossing.source_rows r SET stage_id = t.new_id
    FROM twins t WHERE r.source_table = 'activity_log' AND r.row_id = t.row_id
    """,
    "DROP TABLE twins",
]


def load_events(loader: Loader) -> None:
    loader.rows.execute(MAKE_HELD.encode())
    shaped = (
        Column("source_table"),
        Column("event_type"),
        Column("title"),
        Column("description"),
        Column("event_data"),
        Column("event_date"),
    )
    loader.load(
        Plan(
            table="contacts",
            into=HELD,
            columns=(
                Column("id", "id", cells.key(loader, "contacts")),
                Column("user_id", "user_id", cells.key(loader, "users")),
                *shaped,
                Column("planned_for", "follow_up_date", cells.time),
                Column("planned_with"),
                Column("created_at", "created_at", cells.time),
                Column("updated_at", "updated_at", cells.time),
            ),
            row=_tell_contact,
            ignores=frozenset((*TOLD_OF_CONTACT, "is_deleted")),
        )
    )
    loader.load(
        Plan(
            table="activity_log",
            into=HELD,
            columns=(
                Column("id", "id", cells.key(loader, "activity_log")),
                Column("user_id", "user_id", cells.key(loader, "users")),
                *shaped,
                Column("job_id", "related_job_id", cells.reference(loader, "jobs")),
                Column("created_at", "created_at", cells.time),
                Column("updated_at"),
            ),
            row=_tell_activity,
            ignores=frozenset(("action_type", "description", "related_contact_id")),
        )
    )
    loader.rows.execute(f"ANALYZE {HELD}, crossing.source_rows".encode())
    with loader.rows.transaction():
        for statement in PART_TWINS:
            named = {"origin": loader.origin} if "%(origin)s" in statement else None
            loader.rows.execute(statement.encode(), named)


def _tell_contact(row: Row, stored: dict[str, Any]) -> None:
    if row.cells.get("is_deleted") == "t":
        raise Refused("Its person had deleted it.")
    settle_times(row, stored)
    told = {name: cell for name in TOLD_OF_CONTACT if (cell := row.cells.get(name)) is not None}
    name = _on_one_line(told.get("name")) or "somebody"
    title = f"Contact: {name}"
    if role := _on_one_line(told.get("their_role")):
        title += f", {role}"
    if company := _on_one_line(told.get("company")):
        title += f" at {company}"
    stored.update(
        source_table="contacts",
        event_type="custom_event",
        title=title[:LONGEST_TITLE],
        description="\n\n".join(filter(None, map(told.get, DESCRIBING))),
        event_data=cells.as_json(told),
        event_date=stored["created_at"],
        planned_with=name,
    )


def _tell_activity(row: Row, stored: dict[str, Any]) -> None:
    action, description = row.cells.get("action_type") or "", row.cells.get("description") or ""
    contact = row.cells.get("related_contact_id")
    title = _on_one_line(description.strip().partition("\n")[0]) or _on_one_line(action.replace("_", " ")).capitalize()
    title = title[:LONGEST_TITLE] or "Activity"
    stored.update(
        source_table="activity_log",
        event_type=find_kind(action),
        title=title,
        description="" if description == title else description,
        event_data=json.dumps({"action_type": action, **({"contact_id": contact} if contact else {})}),
        event_date=stored["created_at"],
        updated_at=stored["created_at"],
    )


def find_kind(action: str) -> str:
    """Return the type of the event that an action of the older log is."""
    name = action.lower().replace("-", "_").replace(" ", "_")
    return next((kind for words, kind in KINDS if all(word in name for word in words)), "custom_event")


def _on_one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def insert_events(staging: psycopg.Connection[Any], *, origin: str) -> None:
    """Put the events that wait into the timeline; where a job did not come over, its key stays beside the event."""
    waiting.set_ghosts_aside(staging, HELD, origin=origin)
    staging.execute(f"ANALYZE {HELD}".encode())
    staging.execute(INSERT_EVENTS.encode())
    staging.execute(PLAN_FOLLOW_UPS.encode())
    waiting.tell_kept(staging, HELD, "timeline_events")
    staging.execute(WRITE_DERIVED_TIMES.encode(), {"origin": origin})
