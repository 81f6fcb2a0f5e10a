"""A small older system, with a table for each way that a row can go: for tests of what is done with any of them.

Its files hold users, listings, what they saved, notes (for which the present has a place that the legacy shape lacks), and
logs, for which nothing has a place.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from jobos.crossing.services import people
from jobos.crossing.services.loading import Column, Loader, Plan, Refused, Row
from jobos.crossing.services.sources import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

    from jobos.crossing.services.sources import Source

USERS = "users"
SHAPE = "only one"
SCHEMA = """
    CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT, name TEXT, verified INTEGER, created_at TEXT);
    CREATE TABLE listings (id TEXT PRIMARY KEY, title TEXT, company TEXT, created_at TEXT);
    CREATE TABLE saved (id TEXT PRIMARY KEY, user_id TEXT, listing_id TEXT, notes TEXT, saved_at TEXT);
    CREATE TABLE notes (id TEXT PRIMARY KEY, user_id TEXT, text TEXT, at TEXT);
    CREATE TABLE logs (id INTEGER PRIMARY KEY, line TEXT);
    """
AT = "2025-03-01T08:00:00+00:00"


def key(kind: int, number: int) -> str:
    return f"{kind:08}-0000-4000-8000-{number:012}"


def make_file(
    path: Path,
    *,
    users: int = 3,
    listings: int = 4,
    seed: int = 0,
    more: dict[str, list[tuple[Any, ...]]] | None = None,
) -> Path:
    """Make a file in which everybody saved every listing, the first of them twice, and one that is not there."""
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    rows: dict[str, list[tuple[Any, ...]]] = {
        "users": [
            (
                key(1, seed + n),
                f"user{seed + n}@example.com",
                f"User {n}",
                1 - n % 2,
                AT if n else "2025-02-01T00:00:00+00:00",
            )
            for n in range(users)
        ],
        "listings": [(key(2, seed + n), f"Engineer {n}", f"Company {n % 3}", AT) for n in range(listings)],
        "saved": [
            (
                key(3, seed + 1000 * u + n),
                key(1, seed + u),
                key(2, seed + n % (listings + 1)),
                f"note {n}" if n else None,
                AT,
            )
            for u in range(users)
            for n in range(listings + 2)
        ],
        "notes": [(key(4, seed + n), key(1, seed + n), "Remember.", AT) for n in range(users + 1)],
        "logs": [(n, f"line {n}") for n in range(5)],
    }
    for table, listed in rows.items():
        for row in [*listed, *(more or {}).get(table, [])]:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    connection.commit()
    connection.close()
    return path


def recognise(source: Source) -> str:
    missing = {"users", "listings", "saved"} - set(source.tables)
    if missing:
        raise SourceError(f"{source.address} is none of these files: it lacks {', '.join(sorted(missing))}.")
    return SHAPE


def load(loader: Loader, shape: str) -> None:
    def refer(table: str) -> Any:
        return lambda value: loader.key_of(table, value)

    loader.load(
        Plan(
            "users",
            "crossing.people",
            (
                Column("id", "id", refer("users")),
                Column("email", "email"),
                Column("full_name", "name"),
                Column("is_verified", "verified", bool),
                Column("date_joined", "created_at"),
                Column("row_id", "id"),
            ),
            home="accounts_user",
        )
    )
    people.settle(loader, "users")
    loader.load(
        Plan(
            "listings",
            "job_listings",
            (
                Column("id", "id", refer("listings")),
                Column("title", "title"),
                Column("company", "company"),
                Column("created_at", "created_at"),
            ),
        )
    )
    loader.load(
        Plan(
            "saved",
            "saved_jobs",
            (
                Column("id", "id", refer("saved")),
                Column("user_profile_id", "user_id", refer("users")),
                Column("job_id", "listing_id", refer("listings")),
                Column("notes", "notes"),
                Column("saved_date", "saved_at"),
            ),
        )
    )
    loader.rows.execute("CREATE TABLE crossing.held_notes (id uuid, user_id uuid, text text, at timestamptz)")
    loader.load(
        Plan(
            "notes",
            "crossing.held_notes",
            (
                Column("id", "id", refer("notes")),
                Column("user_id", "user_id", refer("users")),
                Column("text", "text"),
                Column("at", "at"),
            ),
            row=refuse_blank,
        )
    )
    if "logs" in loader.source.tables:
        loader.keep_whole("logs", "Nothing here keeps logs.")
    people.reassign(loader, {"saved_jobs": "user_profile_id", "crossing.held_notes": "user_id"})
    loader.keep_leftovers()


def refuse_blank(row: Row, stored: dict[str, Any]) -> None:
    if not stored["text"]:
        raise Refused("It says nothing.")


def complete(staging: psycopg.Connection[Any], *, origin: str, shape: str) -> None:
    with staging.transaction():
        staging.execute(
            """
            INSERT INTO timeline_events (id, created_at, updated_at, event_type, title, description, event_data, event_date,
                                         is_milestone, user_id)
            SELECT h.id, h.at, h.at, 'note_added', h.text, '', '{}', h.at, false, h.user_id
            FROM crossing.held_notes h JOIN accounts_user u ON u.id = h.user_id
            """
        )
        staging.execute(
            """
            INSERT INTO migration_ledger
                (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
            SELECT md5(concat_ws('|', %(origin)s::text, 'notes', r.row_id, '', 'quarantined'))::uuid, %(origin)s, 'notes', r.row_id, '',
                   to_jsonb(h), NULL, 'quarantined', 'It is nobody''s.', '', h.at
            FROM crossing.held_notes h JOIN crossing.source_rows r ON r.stage_id = h.id AND r.source_table = 'notes'
            WHERE NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = h.user_id)
            """,
            {"origin": origin},
        )
        staging.execute(
            """
            UPDATE crossing.source_rows r
            SET outcome = CASE WHEN e.id IS NULL THEN 'quarantined' ELSE 'kept' END,
                reason = CASE WHEN e.id IS NULL THEN 'It is nobody''s.' ELSE '' END,
                final_table = CASE WHEN e.id IS NOT NULL THEN 'timeline_events' END, final_id = e.id
            FROM crossing.held_notes h LEFT JOIN timeline_events e ON e.id = h.id
            WHERE r.source_table = 'notes' AND r.stage_id = h.id
            """
        )
        staging.execute("DROP TABLE crossing.held_notes")
