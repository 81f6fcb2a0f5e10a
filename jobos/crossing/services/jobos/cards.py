"""Jobs and their interviews.

A job of before the overhaul goes into the legacy table as it is. A later one goes there in the older form, and what that
cannot hold (its notes as a list, its channel, a reason of its own) stands in the ledger exactly as the migration's own way
back would have left it, so that its way forward returns it. What neither form has a column for goes to the analysis, to
the timeline or to the ledger.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jobos.crossing.services.jobos import cells, waiting
from jobos.crossing.services.jobos.notes import read_notes, spell_time
from jobos.crossing.services.jobos.shapes import is_overhauled
from jobos.crossing.services.loading import EPOCH, Amended, Column, Plan

if TYPE_CHECKING:
    import psycopg

    from jobos.crossing.services.loading import Loader, Row

# Where the migration looks for what its own way back kept.
KEPT = "jobs.0002_status_overhaul backward"
OLD_STATUSES = (
    "Analyzed",
    "Applied",
    "Screening",
    "Interview Scheduled",
    "Interview Done",
    "Offer",
    "Rejected",
    "Withdrawn",
    "Ghosted",
)
# What the migration makes Tracking, Applied, Interview and Offer of.
OLDER = {"Tracking": "Analyzed", "Applied": "Applied", "Interview": "Interview Scheduled", "Offer": "Offer"}
CLOSED = "Closed"
REASONS = ("Rejected", "Withdrawn", "Ghosted")
NO_REASON = "No Response"
LONGEST_REASON = 50
_read_known_status = cells.choice((*OLDER, CLOSED), "Tracking")
_read_known_interview_status = cells.choice(("Scheduled", "Completed", "Cancelled", "No-show"), "Scheduled")

# Later columns that are told in the analysis, as JSON.
ANALYSED = (
    "fit_reasoning",
    "salary_range",
    "resume_suggestions",
    "interview_angle",
    "b2c_check",
    "b2c_reason",
)
MAKE_HELD = """
    CREATE TABLE crossing.held_jobs (
        id uuid, application_channel varchar(50), closed_reason varchar(50), notes jsonb, followup_date date,
        company_id uuid, updated_at timestamptz, created_at timestamptz)
    """

WRITE_KEPT = f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5('{KEPT}|jobs|' || id || '|' || before::text)::uuid, '{KEPT}', 'jobs', id::text, '', before, after,
           'converted', 'The old form cannot hold this.', '', created_at
    FROM (
        SELECT h.id, t.created_at,
            CASE WHEN h.application_channel <> '' THEN jsonb_build_object('application_channel', h.application_channel)
                 ELSE '{{}}' END
            || CASE WHEN h.closed_reason <> '' THEN jsonb_build_object('closed_reason', h.closed_reason) ELSE '{{}}' END
            || CASE WHEN h.notes <> '[]' THEN jsonb_build_object('notes', h.notes) ELSE '{{}}' END AS before,
            CASE WHEN h.closed_reason <> '' THEN jsonb_build_object('status', t.status) ELSE '{{}}' END
            || CASE WHEN h.notes <> '[]' THEN jsonb_build_object('notes', md5('')) ELSE '{{}}' END AS after
        FROM crossing.held_jobs h JOIN jobs t ON t.id = h.id
    ) facts
    WHERE before <> '{{}}'
    """

WRITE_COMPANIES = """
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5(concat_ws('|', %(origin)s::text, 'jobs', r.row_id, 'company_id', 'quarantined'))::uuid, %(origin)s, 'jobs',
           r.row_id, 'company_id', jsonb_build_object('company_id', h.company_id, 'name', c.name), NULL, 'quarantined',
           'A card names its company in its own words, and this one is called otherwise.', '', t.created_at
    FROM crossing.held_jobs h
    JOIN jobs t ON t.id = h.id
    JOIN crossing.source_rows r ON r.source_table = 'jobs' AND r.stage_id = h.id
    LEFT JOIN legacy_jobos_companies c ON c.id = h.company_id
    WHERE h.company_id IS NOT NULL AND lower(btrim(c.name)) IS DISTINCT FROM lower(btrim(t.company_name))
    """

# Whoever closed or deleted a card has nothing to follow up; there, too, such a day was due no more.
_IS_OPEN = "NOT t.is_deleted AND t.status <> 'Closed'"
PLAN_FOLLOW_UPS = f"""
    INSERT INTO timeline_events
        (id, created_at, updated_at, user_id, event_type, title, description, event_data, event_date, is_milestone, job_id)
    SELECT md5('timeline_events|followup_date|' || t.id)::uuid, h.updated_at, h.updated_at, t.user_id, 'custom_event',
           'Follow-up planned', '', jsonb_build_object('followup_date', h.followup_date),
           h.followup_date::timestamp AT TIME ZONE 'UTC', false, t.id
    FROM crossing.held_jobs h JOIN jobs t ON t.id = h.id
    WHERE h.followup_date IS NOT NULL AND {_IS_OPEN}
    """
WRITE_ENDED_PLANS = f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5(concat_ws('|', %(origin)s::text, 'jobs', r.row_id, 'followup_date', 'quarantined'))::uuid, %(origin)s, 'jobs',
           r.row_id, 'followup_date', to_jsonb(h.followup_date), NULL, 'quarantined',
           CASE WHEN t.id IS NULL THEN 'Its card did not come over.'
                WHEN t.is_deleted THEN 'Its card is deleted: nothing is followed up.'
                ELSE 'Its card is closed: nothing is followed up.' END, '', h.created_at
    FROM crossing.held_jobs h
    JOIN crossing.source_rows r ON r.source_table = 'jobs' AND r.stage_id = h.id
    LEFT JOIN jobs t ON t.id = h.id
    WHERE h.followup_date IS NOT NULL AND ({_IS_OPEN}) IS NOT TRUE
    """


def load_jobs(loader: Loader) -> None:
    """Load the jobs; companies stand there already."""
    overhauled = is_overhauled(loader.source)
    loader.load(
        Plan(
            table="jobs",
            into="jobs",
            columns=(
                Column("id", "id", cells.key(loader, "jobs")),
                Column("user_id", "user_id", cells.key(loader, "users")),
                Column("company_name", "company_name", cells.needed(cells.text(255), "")),
                Column("role_title", "role_title", cells.needed(cells.text(255), "")),
                Column("jd_text", "jd_text"),
                Column("jd_url", "jd_url", cells.text(1000)),
                Column("source_portal", "source_portal", cells.text(100)),
                Column("fit_score", "fit_score", cells.number),
                Column("ats_score", "ats_score", cells.number),
                Column("status", "status", _read_status if overhauled else cells.choice(OLD_STATUSES, "Analyzed")),
                Column("resume_version", "resume_version", cells.text(100)),
                Column("apply_type", "apply_type", cells.text(10)),
                Column("cover_letter", "cover_letter"),
                Column("referral_contact", "referral_contact", cells.text(255)),
                Column("keywords_matched", "keywords_matched", cells.texts),
                Column("keywords_missing", "keywords_missing", cells.texts),
                Column("ai_analysis", "ai_analysis", cells.document),
                Column("applied_date", "applied_date", cells.time),
                Column("interview_date", "interview_date", cells.time),
                Column("interview_type", "interview_type", cells.text(50)),
                Column("interviewer_name", "interviewer_name", cells.text(255)),
                Column("interviewer_linkedin", "interviewer_linkedin", cells.text(1000)),
                Column("prep_notes", "prep_notes"),
                Column("interview_feedback", "interview_feedback"),
                Column("is_deleted", "is_deleted", cells.flag),
                # The list returns from the ledger.
                Column("notes") if overhauled else Column("notes", "notes"),
                Column("last_followup_date", "last_followup_date", cells.time),
                Column("followup_count", "followup_count", cells.whole()),
                *times(),
            ),
            row=_read_later_columns if overhauled else settle_times,
            ignores=frozenset((*ANALYSED, "closed_reason")) if overhauled else frozenset(),
        )
    )
    if overhauled:
        _hold_what_is_later(loader)


def times() -> tuple[Column, Column]:
    return Column("created_at", "created_at", cells.time), Column("updated_at", "updated_at", cells.time)


def settle_times(row: Row, stored: dict[str, Any]) -> None:
    """Give a row the times that it must have and lacks, from each other."""
    for name, other in (("created_at", "updated_at"), ("updated_at", "created_at")):
        if stored[name] is None:
            stored[name] = stored[other] or EPOCH
            row.note(
                name, row.cells.get(name), stored[name], "A missing time is taken from the row's other.", "derived"
            )


def _read_status(cell: str | None) -> Any:
    """Return the older status; of a closed job the row says which."""
    try:
        word = _read_known_status(cell)
    except Amended as amended:
        raise Amended(OLDER.get(amended.value, amended.value), amended.reason) from None
    return OLDER.get(word, word)


def _read_later_columns(row: Row, stored: dict[str, Any]) -> None:
    """Say in the older form what it can say, and in the analysis what has no column."""
    settle_times(row, stored)
    reason = row.cells["closed_reason"]
    if stored["status"] == CLOSED:
        stored["status"] = to_old_status(_settle_reason(reason))
        if not (reason or "").strip():
            row.note("closed_reason", reason, NO_REASON, "A closed job has a reason.", "derived")
        elif reason != _settle_reason(reason):
            row.note("closed_reason", reason, _settle_reason(reason), "Too long: cut.")
    elif reason:
        row.note("closed_reason", reason, "", "Only a closed job has a reason.", "quarantined")
    later = {name: cell for name in ANALYSED if (cell := row.cells.get(name)) is not None and cell != "null"}
    if later:
        _tell_in_analysis(row, stored, later)


def _settle_reason(reason: str | None) -> str:
    return reason[:LONGEST_REASON] if reason is not None and reason.strip() else NO_REASON


def to_old_status(reason: str) -> str:
    """Return the older status that comes closest to being closed for this reason."""
    if reason in REASONS:
        return reason
    return "Ghosted" if reason == NO_REASON else "Rejected"


def _tell_in_analysis(row: Row, stored: dict[str, Any], later: dict[str, str]) -> None:
    """Add what the analysis does not say yet; the rest of it stays to the letter."""
    analysis = stored["ai_analysis"]
    said = {} if analysis is None else json.loads(analysis)
    said = {} if said is None else said
    added: list[str] = []
    for name, cell in later.items():
        told = _spell(row, name, cell)
        if told is None:
            continue
        if not isinstance(said, dict):
            row.note(name, cell, None, "The analysis that it belongs to is no object.", "quarantined")
        elif name not in said:
            added.append(f"{json.dumps(name)}: {told}")
        elif said[name] != json.loads(told):
            row.note(name, cell, None, "The analysis says otherwise.", "quarantined")
    if added:
        body = (analysis or "").strip()
        members = body[1:-1].strip() if said else ""
        stored["ai_analysis"] = f"{{{', '.join(filter(None, (members, *added)))}}}"


def _spell(row: Row, name: str, cell: str) -> str | None:
    """Return a cell as JSON that can be stored and read again, None where it is nothing of that kind."""
    if name == "b2c_check" and cell in ("t", "f"):
        return "true" if cell == "t" else "false"
    if name != "resume_suggestions":
        return json.dumps(cell)
    try:
        return cells.document(cell)
    except Amended as amended:
        row.note(name, cell, amended.value, amended.reason, amended.outcome)
        return amended.value if isinstance(amended.value, str) else None


def _hold_what_is_later(loader: Loader) -> None:
    loader.rows.execute(MAKE_HELD)
    loader.load(
        Plan(
            table="jobs",
            into="crossing.held_jobs",
            columns=(
                Column("id", "id", cells.key(loader, "jobs")),
                Column("application_channel", "application_channel", cells.text(50)),
                Column("closed_reason", "closed_reason"),
                Column("notes", "notes"),
                Column("followup_date", "followup_date", cells.time),
                Column("company_id", "company_id", cells.reference(loader, "companies")),
                Column("updated_at", "updated_at", cells.time_or_none),
                Column("created_at", "created_at", cells.time_or_none),
            ),
            row=_read_held,
            registers=False,
            ignores=frozenset(("status",)),
        )
    )
    loader.rows.execute("ANALYZE crossing.held_jobs, crossing.source_rows")
    loader.rows.execute(WRITE_KEPT.encode())
    loader.rows.execute(WRITE_COMPANIES.encode(), {"origin": loader.origin})


def _read_held(row: Row, stored: dict[str, Any]) -> None:
    at = stored["updated_at"] = stored["updated_at"] or stored["created_at"] or EPOCH
    stored["created_at"] = stored["created_at"] or at
    is_closed = _is_closed(row.cells["status"])
    reason = _settle_reason(stored["closed_reason"]) if is_closed else ""
    stored["closed_reason"] = "" if reason in REASONS else reason
    notes = read_notes(row.cells["notes"], spell_time(at))
    stored["notes"] = cells.as_json(notes.entries)
    if notes.changes:
        row.note("notes", row.cells["notes"], None, " ".join(notes.changes))


def _is_closed(cell: str | None) -> bool:
    return (cell or "").strip().lower() == CLOSED.lower()


def load_interviews(loader: Loader) -> None:
    loader.load(
        Plan(
            table="interviews",
            into="interviews",
            columns=(
                Column("id", "id", cells.key(loader, "interviews")),
                Column("user_id", "user_id", cells.key(loader, "users")),
                Column("job_id", "job_id", cells.key(loader, "jobs")),
                Column("interview_date", "interview_date", cells.time),
                Column("round", "round", cells.needed(cells.text(100), "Phone Screen")),
                Column("interviewer_name", "interviewer_name", cells.text(255)),
                Column("interviewer_role", "interviewer_role", cells.text(255)),
                Column("interviewer_linkedin", "interviewer_linkedin", cells.text(500)),
                Column("status", "status", _read_interview_status),
                Column("notes", "notes"),
                Column("rating", "rating", cells.whole(1, 10)),
                Column("questions_asked", "questions_asked"),
                Column("went_well", "went_well"),
                Column("to_improve", "to_improve"),
                Column("next_steps", "next_steps"),
                Column("prep_content", "prep_content"),
                Column("prep_generated_at", "prep_generated_at", cells.time),
                *times(),
            ),
            row=_settle_interview,
        )
    )


def _read_interview_status(cell: str | None) -> str | None:
    return None if cell is None else _read_known_interview_status(cell)


def _settle_interview(row: Row, stored: dict[str, Any]) -> None:
    settle_times(row, stored)
    if stored["interview_date"] is None:
        stored["interview_date"] = stored["created_at"]
        row.note("interview_date", row.cells.get("interview_date"), stored["created_at"], "There is none.", "derived")


def plan_follow_ups(staging: psycopg.Connection[Any], *, origin: str) -> None:
    """Put the days on which people wanted to follow up into their timelines; those of ended cards into the ledger."""
    if waiting.exists(staging, "crossing.held_jobs"):
        staging.execute(PLAN_FOLLOW_UPS.encode())
        staging.execute(WRITE_ENDED_PLANS.encode(), {"origin": origin})
