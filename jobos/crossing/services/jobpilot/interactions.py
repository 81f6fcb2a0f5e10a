"""What people did with listings: two tables in the legacy shape, one in the refactored, all three between them.

Rows of the newer table wait in `crossing.held_interactions`. Those that were saved or applied also go where the legacy shape
has them, so that the migrations carry them over as any other; what only the newer table knows of them is filled in at the end,
and the other kinds, which the legacy shape lacks, come in then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobos.crossing.services.jobpilot import cells
from jobos.crossing.services.jobpilot.plans import keep_ghost_keys, make_plan, refer, same

if TYPE_CHECKING:
    from jobos.crossing.services.loading import Loader, Row

TABLE = "job_user_interactions"
NO_USER, NO_LISTING = "It names no user.", "It names no listing."
KINDS = ("viewed", "saved", "applied", "hidden", "rejected_by_user")
KNOWN_KINDS = {cells.fold(kind): kind for kind in KINDS}

MAKE_HELD = """
    CREATE TABLE crossing.held_interactions (
        id uuid PRIMARY KEY, row_id text, user_id uuid, job_id uuid, kind text, application_status text,
        applied_date timestamptz, response_date timestamptz, resume_version text, cover_letter text, follow_up_date timestamptz,
        interview_scheduled timestamptz, saved_date timestamptz, tags jsonb, notes text, interaction_data jsonb,
        first_interaction timestamptz, last_interaction timestamptz, interaction_count integer, job_snapshot jsonb,
        created_at timestamptz, updated_at timestamptz);
    CREATE TABLE crossing.held_as (id uuid PRIMARY KEY, stage_table text NOT NULL);
    CREATE TABLE crossing.held_links (event_id uuid, interaction_id uuid);
    """
# A row whose key the older table has already, in a file that knew both, stays held.
STAGE_HELD = [
    """
    WITH taken AS (
        INSERT INTO applications
            (id, job_id, user_profile_id, status, applied_date, response_date, resume_version, cover_letter, notes,
             follow_up_date, interview_scheduled, created_at, updated_at)
        SELECT id, job_id, user_id, application_status, applied_date, response_date, resume_version, cover_letter, notes,
               follow_up_date, interview_scheduled, COALESCE(created_at, first_interaction, last_interaction),
               COALESCE(updated_at, last_interaction, first_interaction)
        FROM crossing.held_interactions WHERE kind = 'applied'
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
    INSERT INTO crossing.held_as SELECT id, 'applications' FROM taken
    """,
    """
    WITH taken AS (
        INSERT INTO saved_jobs (id, job_id, user_profile_id, status, notes, tags, saved_date, updated_at)
        SELECT id, job_id, user_id, 'SAVED', notes, tags, COALESCE(saved_date, first_interaction),
               COALESCE(updated_at, last_interaction, first_interaction)
        FROM crossing.held_interactions WHERE kind = 'saved'
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
    INSERT INTO crossing.held_as SELECT id, 'saved_jobs' FROM taken
    """,
    "ANALYZE crossing.held_interactions, crossing.held_as",
    """
    UPDATE crossing.source_rows r SET stage_table = h.stage_table
    FROM crossing.held_as h WHERE r.source_table = 'job_user_interactions' AND r.stage_id = h.id
    """,
    # The legacy shape links events to applications only.
    """
    INSERT INTO crossing.held_links
    SELECT e.id, e.application_id
    FROM legacy_timeline_events e
    JOIN crossing.held_interactions h ON h.id = e.application_id
    WHERE NOT EXISTS (SELECT FROM applications a WHERE a.id = h.id)
    """,
    """
    UPDATE legacy_timeline_events e SET application_id = NULL
    FROM crossing.held_links l WHERE l.event_id = e.id
    """,
]


def load_interactions(loader: Loader) -> None:
    user = refer(loader, "user_profiles", required=NO_USER)
    listing = refer(loader, "job_listings", required=NO_LISTING)
    pair = {"job_id": listing, "user_profile_id": user}
    documents = {
        **same(cells.time, "applied_date response_date follow_up_date interview_scheduled"),
        **same(cells.text, "resume_version cover_letter notes"),
    }
    times = same(cells.time, "created_at updated_at")
    loader.load(make_plan(loader, "applications", "applications", {**pair, "status": cells.text, **documents, **times}))
    loader.load(
        make_plan(
            loader,
            "saved_jobs",
            "saved_jobs",
            {
                **pair,
                **same(cells.text, "status notes"),
                "tags": cells.listed(cells.unwrapped),
                **same(cells.time, "saved_date updated_at"),
            },
            at=("saved_date", "updated_at"),
        )
    )
    loader.rows.execute(MAKE_HELD)
    loader.load(
        make_plan(
            loader,
            TABLE,
            "crossing.held_interactions",
            {
                "row_id": cells.text,
                "user_id": user,
                "job_id": listing,
                "kind": read_kind,
                "application_status": cells.text,
                **documents,
                "saved_date": cells.time,
                "tags": cells.listed(cells.unwrapped),
                **same(cells.unwrapped, "interaction_data job_snapshot"),
                **same(cells.time, "first_interaction last_interaction"),
                "interaction_count": cells.integer,
                **times,
            },
            count_interaction,
            reads={"row_id": "", "kind": "interaction_type"},
            home=TABLE,
            at=("first_interaction", "created_at", "saved_date", "applied_date"),
        )
    )
    load_events(loader, user)
    for table in ("applications", "saved_jobs"):
        keep_ghost_keys(loader, table, "user_profile_id", table, "user_profiles")
        keep_ghost_keys(loader, table, "job_id", table, "job_listings")
    keep_ghost_keys(loader, TABLE, "user_id", "crossing.held_interactions", "user_profiles")
    keep_ghost_keys(loader, TABLE, "job_id", "crossing.held_interactions", "job_listings")
    with loader.rows.transaction():
        for statement in STAGE_HELD:
            loader.rows.execute(statement.encode())


def load_events(loader: Loader, user: cells.Reader) -> None:
    """Load the timeline; its events named an application first, and an interaction later."""
    interaction = refer(loader, TABLE)

    def follow_interaction(row: Row, stored: dict[str, Any]) -> None:
        named = interaction(row.cells.get("interaction_id"))
        if named is None:
            return
        if stored["application_id"] not in {None, named}:
            before, reason = row.cells["application_id"], "Its interaction says more."
            row.note("application_id", before, named, reason, "quarantined")
        stored["application_id"] = named

    loader.load(
        make_plan(
            loader,
            "timeline_events",
            "legacy_timeline_events",
            {
                "job_id": refer(loader, "job_listings"),
                "application_id": refer(loader, "applications"),
                "user_profile_id": user,
                **same(cells.required_text, "event_type title"),
                "description": cells.text,
                "event_data": cells.unwrapped,
                "event_date": cells.time,
                "is_milestone": cells.flag,
                **same(cells.time, "created_at updated_at"),
            },
            follow_interaction,
            at=("created_at", "event_date"),
            ignores=frozenset({"interaction_id"}),
        )
    )
    into = "legacy_timeline_events"
    keep_ghost_keys(loader, "timeline_events", "user_profile_id", into, "user_profiles")
    keep_ghost_keys(loader, "timeline_events", "job_id", into, "job_listings")
    keep_ghost_keys(loader, "timeline_events", "application_id", into, "applications")
    keep_ghost_keys(loader, "timeline_events", "interaction_id", into, TABLE, staged="application_id")


def read_kind(value: Any) -> str | None:
    """Read the kind of an interaction, by the name or the value of the member; any other word as it stands."""
    word = cells.text(value)
    return None if word is None else KNOWN_KINDS.get(cells.fold(word), word)


def count_interaction(row: Row, stored: dict[str, Any]) -> None:
    stored["row_id"] = row.row_id
    counted = stored["interaction_count"]
    if counted is None or counted < 1:
        stored["interaction_count"] = 1
        if counted is not None:
            row.note("interaction_count", counted, 1, "It happened at least once.")
