"""What it costs to make one table of applications and saved jobs, against the fastest SQL by hand for the same work.

    python -m benchmarks.interaction_migrations [--applications 300000] [--listings 1000000] [--rounds 2] [--json]

As many saved jobs and timeline events as applications; a million listings stand there as bare rows. Databases and costs are
those of `benchmarks.scratch`. The hand-written SQL converts by the same
expressions, follows the same winners and builds the same constraints and indexes; it keeps nothing for the way back,
writes no ledger and checks no account.
"""

from __future__ import annotations

import argparse

from benchmarks.scratch import Cost, digest, execute, leave, measure, report, scratch, set_up

LEGACY = "0002"
NEWEST = "0004"
OLD = ("applications", "saved_jobs", "legacy_timeline_events")
NEW = ("job_user_interactions", "timeline_events", "migration_ledger")


# Rows -----------------------------------------------------------------------------------------------------------------


def chance(seed: str, row: str = "n") -> str:
    """Return SQL for a number from 0 to 999,999 that depends on the row and the seed alone."""
    return f"abs(hashint8extended({row}, {abs(hash_text(seed))}) % 1000000)"


def hash_text(text: str) -> int:
    """Return a number for a text, the same one each time."""
    return int.from_bytes(text.encode()[:6].ljust(6), "big")


def pick(seed: str, *shares: tuple[int, str]) -> str:
    """Return SQL that picks by shares of a thousand; nothing for the rest."""
    cases, bound = [], 0
    for share, value in shares:
        bound += share * 1000
        cases.append(f"WHEN {chance(seed)} < {bound} THEN {value}")
    return f"CASE {' '.join(cases)} END"


def moment(seed: str, missing: int = 0) -> str:
    """Return SQL for a time within a year, missing in so many of a thousand rows."""
    at = f"timestamptz '2025-01-01 00:00Z' + {chance(seed)} * interval '31.536 s'"
    return pick(f"{seed}?", (1000 - missing, at))


def words(seed: str, times: str) -> str:
    """Return SQL for a text."""
    return f"repeat(md5({chance(seed)}::text) || ' and so on. ', ({times})::integer)"


def make_pairs(users: int, listings: int) -> tuple[str, str]:
    """Return SQL for user and listing of a row: 2 in 100 rows repeat the pair before, 2 in 1000 point at nothing."""
    row = "n - (n % 50 = 0)::integer"
    user = f"md5('user' || {chance('user', row)} % {users} + (n % 1003 = 0)::integer * {users})::uuid"
    listing = f"md5('listing' || {chance('listing', row)} % {listings} + (n % 1009 = 0)::integer * {listings})::uuid"
    return user, listing


def load(number: int, listings: int) -> None:
    """Bring this database to the legacy shape and fill it."""
    from django.core.management import call_command
    from django.db import connection

    from companies.models import Company
    from jobs.models import JobListing

    call_command("migrate", verbosity=0, interactive=False)
    migrate(LEGACY)
    users = max(1, number // 6)
    execute(
        "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
        " SELECT md5('user' || n)::uuid, '', false, n || '@bench.example', '', true, true, '2024-01-01'"
        f" FROM generate_series(0, {users - 1}) n"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'job_listings' AND indexname <> 'job_listings_pkey'"
        )
        indexes = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
    execute(f"DROP INDEX {indexes}")
    JobListing.objects.create(company=Company.objects.create(name="Bench Ltd", is_confirmed=True), title="Cook")
    columns = ", ".join(
        field.column for field in JobListing._meta.concrete_fields if not field.generated and field.name != "id"
    )
    execute("ALTER TABLE job_listings DISABLE TRIGGER ALL")
    execute(
        f"INSERT INTO job_listings (id, {columns}) SELECT md5('listing' || n)::uuid, {columns}"
        f" FROM job_listings, generate_series(0, {listings - 1}) n"
    )
    execute("ALTER TABLE job_listings ENABLE TRIGGER ALL")

    user, listing = make_pairs(users, listings)
    dated = "(status IS DISTINCT FROM 'NOT_APPLIED')"
    status = pick(
        "status",
        *((560, "'APPLIED'"), (150, "'INTERVIEWING'"), (120, "'REJECTED'"), (30, "'ACCEPTED'"), (50, "'WITHDRAWN'")),
        *((80, "'NOT_APPLIED'"), (5, "'Offered'")),
    )
    execute(f"""
        INSERT INTO applications (id, job_id, user_profile_id, status, applied_date, response_date, resume_version,
            cover_letter, notes, follow_up_date, created_at, updated_at)
        SELECT md5('application' || n)::uuid, {listing}, {user}, status,
               CASE WHEN {dated} THEN {moment("applied", 30)} END, CASE WHEN {dated} THEN {moment("answer", 700)} END,
               {pick("resume", (300, "'v3'"), (5, "''"))},
               {pick("letter", (200, words("letter text", "2 + n % 40")))},
               {pick("notes", (400, words("notes text", "1 + n % 4")), (5, "''"))},
               {moment("follow", 900)}, {moment("made", 3)}, {moment("changed", 3)} + interval '366 days'
        FROM generate_series(1, {number}) n CROSS JOIN LATERAL (SELECT {status} AS status) s
        """)
    # One in four is saved by whoever applied to it.
    saved_user, saved_listing = (
        part.replace("(n - ", f"((n + (n % 4 <> 0)::integer * {number}) - ") for part in (user, listing)
    )
    tags = pick(
        "tags",
        (250, "'[\"remote\"]'::jsonb"),
        (450, "jsonb_build_array('remote', 'tag ' || n % 300, 'Straße')"),
        (5, "'[]'"),
        (5, "'[\"a\", 1]'"),
    )
    execute(f"""
        INSERT INTO saved_jobs (id, job_id, user_profile_id, status, notes, tags, saved_date, updated_at)
        SELECT md5('saved' || n)::uuid, {saved_listing}, {saved_user},
               {pick("saved status", (895, "'SAVED'"), (100, "'ARCHIVED'"))},
               {pick("saved notes", (400, words("saved text", "1 + n % 4")), (5, "''"))}, {tags},
               {moment("saved", 17)}, {moment("saved changed", 3)} + interval '366 days'
        FROM generate_series(1, {number}) n
        """)
    execute(f"""
        INSERT INTO legacy_timeline_events (id, job_id, application_id, user_profile_id, event_type, title, description,
            event_data, event_date, is_milestone, created_at, updated_at)
        SELECT md5('event' || n)::uuid, {listing},
               CASE WHEN n % 2 = 0 THEN md5('application' || n + (n % 500 = 0)::integer * {number})::uuid END, {user},
               {pick("event", (500, "'APPLICATION_SUBMITTED'"), (490, "'STATUS_CHANGED'"), (10, "'OFFER_MADE'"))},
               'Applied to Cook ' || n, {pick("described", (500, words("description", "1 + n % 3")), (5, "''"))},
               {pick("data", (900, "jsonb_build_object('job_title', 'Cook ' || n, 'company_name', 'Bench Ltd')"))},
               {moment("event date", 2)}, n % 2 = 0, {moment("event made")}, {moment("event changed")}
        FROM generate_series(1, {number}) n
        """)
    for table in (*OLD, "job_listings", "accounts_user"):
        execute(f"VACUUM ANALYZE {table}")


def migrate(target: str) -> None:
    from django.core.management import call_command

    call_command("migrate", "interactions", target, verbosity=0, interactive=False)


# The fastest SQL for the same work ------------------------------------------------------------------------------------


def floor_forward() -> None:
    """Make the table by hand: the winners, what they count, the events that follow; nothing is kept."""
    from django.db import transaction

    from interactions.migrations import _interactions, _one_table, _timeline

    with transaction.atomic():
        for statement in (
            *_one_table.PLANNING,
            _one_table.MAKE_TABLE,
            *_one_table.BARE_TIMELINE,
            _one_table.ADD_LINKS,
            *_interactions.READ_GHOSTS,
            _interactions.MAKE_VIEW,
            *_interactions.READ_CROWDS,
            *_interactions.fill("job_user_interactions"),
            *_timeline.READ,
            _timeline.FILL,
            *_timeline.DROP_READINGS,
            *_interactions.DROP_READINGS,
            *_one_table.CONSTRAIN_TABLE,
            *_one_table.CONSTRAIN_TIMELINE,
            "DROP TABLE applications, saved_jobs, legacy_timeline_events",
            "ANALYZE job_user_interactions, timeline_events",
        ):
            execute(statement)


# The run --------------------------------------------------------------------------------------------------------------


def run_round(template: str) -> tuple[list[Cost], dict[str, bool]]:
    """Measure each step once, on fresh copies."""
    with scratch("ours", template):
        old = digest(*OLD)
        costs = [measure("forward", lambda: migrate(NEWEST))]
        new = digest(*NEW)
        costs.append(measure("backward", lambda: migrate(LEGACY)))
        back = digest(*OLD)
        costs.append(measure("forward again", lambda: migrate(NEWEST)))
        again = digest(*NEW)
    with scratch("floor", template):
        costs.append(measure("floor forward", floor_forward))
        by_hand = digest(*NEW[:2])
    return costs, {
        "the way back gives the old tables": old == back,
        "the second way forward gives the same tables and ledger": new == again,
        "the hand-written SQL makes as many rows": all(new[table][0] == by_hand[table][0] for table in by_hand),
        f"{new['job_user_interactions'][0]:,} interactions, {new['migration_ledger'][0]:,} lines in the ledger": True,
    }


def main() -> int:
    """Run the benchmark; the status is 0 when the digests agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, default=300_000)
    parser.add_argument("--listings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()

    set_up()
    costs: list[Cost] = []
    agreed: dict[str, bool] = {}
    with scratch("legacy") as template:
        load(arguments.applications, arguments.listings)
        for _ in range(arguments.rounds):
            leave()
            measured, agreed = run_round(template)
            costs += measured
    floors = dict.fromkeys(("forward", "backward", "forward again"), "floor forward")
    title = f"{arguments.applications:,} applications, best of {arguments.rounds}"
    sizes = {"applications": arguments.applications, "listings": arguments.listings}
    return report(title, costs, floors, agreed, is_json=arguments.json, **sizes)


if __name__ == "__main__":
    raise SystemExit(main())
