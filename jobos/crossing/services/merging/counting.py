"""How many sources show the listings that gained or lost some by a merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.merging.session import LEDGER_COLUMNS

if TYPE_CHECKING:
    from jobos.crossing.services.merging.session import Session

# Listings that are here and gained a source or a copy; and those that came without one of theirs, which another has.
TOUCHED = """
    CREATE TEMPORARY TABLE touched_listings ON COMMIT DROP AS
    WITH touched AS (
        SELECT shown.job_id AS id FROM decided_job_source_listings shown
        LEFT JOIN decided_job_listings l ON l.state = 'new' AND l.new_id = shown.job_id
        WHERE shown.state = 'new' AND l.id IS NULL
        UNION
        SELECT shown.job_id FROM decided_job_source_listings shown
        JOIN decided_job_listings l ON l.state = 'new' AND l.new_id = shown.job_id
        WHERE shown.state <> 'new'
        UNION
        SELECT t.canonical_id FROM decided_job_listings l JOIN job_listings t ON t.id = l.new_id
        WHERE l.state = 'new' AND t.canonical_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM decided_job_listings o WHERE o.state = 'new' AND o.new_id = t.canonical_id)
        UNION
        SELECT o.new_id FROM decided_job_listings l
        JOIN incoming_job_listings i ON i.id = l.id
        JOIN decided_job_listings o ON o.id = i.canonical_id AND o.state = 'new'
        WHERE l.state <> 'new'
    )
    SELECT id FROM touched
    UNION
    SELECT t.canonical_id FROM touched JOIN job_listings t USING (id) WHERE t.canonical_id IS NOT NULL
    """
WHY = "The number of sources that show it, with those that came."


def count_sources(session: Session) -> None:
    """Count anew where sources came to a listing, or not all of its own with it: first copies, then what has copies."""
    session.run(TOUCHED)
    session.run("ANALYZE touched_listings")
    for which in ("NOT NULL", "NULL"):
        session.run(f"""
            CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
            SELECT * FROM (
                SELECT t.id, t.created_at, t.source_count AS before,
                       CASE WHEN shown.number = 0 THEN GREATEST(t.source_count, 1 + copies.number)
                            ELSE shown.number + copies.number END AS after
                FROM touched_listings
                JOIN job_listings t USING (id)
                CROSS JOIN LATERAL (
                    SELECT count(*) AS number FROM job_source_listings s WHERE s.job_id = t.id) shown
                CROSS JOIN LATERAL (
                    SELECT COALESCE(sum(c.source_count), 0) AS number FROM job_listings c WHERE c.canonical_id = t.id) copies
                WHERE t.canonical_id IS {which}
            ) told
            WHERE before <> after
            """)
        session.run(f"""
            INSERT INTO migration_ledger ({LEDGER_COLUMNS})
            SELECT {session.line_id("job_listings", "id || '|' || before || '|' || after", "source_count", "derived")},
                   {session.quote(session.source)}, 'job_listings', id::text, 'source_count', to_jsonb(before),
                   to_jsonb(after), 'derived', {session.quote(WHY)}, '', created_at
            FROM counted
            ON CONFLICT (id) DO NOTHING
            """)
        session.run("UPDATE job_listings t SET source_count = c.after FROM counted c WHERE c.id = t.id")
        session.run("DROP TABLE counted")
    session.tell("count sources", session.count("SELECT count(*) FROM touched_listings"))
