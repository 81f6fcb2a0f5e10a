"""What the older systems let stand, no constraint forbids and `validate_data` calls a fault, mended before the merge.

It works on the staging database once every row has its fate. What is certain is corrected, what is not becomes null; the
ledger keeps every original.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True)
class Mend:
    """One column of the rows `t` for which `where` holds gets a value; both are SQL, with what `joins` adds."""

    table: str
    column: str
    value: str
    where: str
    outcome: str
    reason: str
    joins: str = ""


SHOWN = """
    LEFT JOIN (SELECT job_id, count(*) AS number FROM job_source_listings GROUP BY job_id) shown ON shown.job_id = t.id
    LEFT JOIN (
        SELECT canonical_id, sum(source_count) AS number FROM job_listings WHERE canonical_id IS NOT NULL GROUP BY 1
    ) copies ON copies.canonical_id = t.id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN shown.number IS NULL THEN GREATEST(t.source_count, 1 + COALESCE(copies.number, 0))
                    ELSE shown.number + COALESCE(copies.number, 0) END AS number
    ) counted
    """


def _count_sources(which: str) -> Mend:
    return Mend(
        "job_listings",
        "source_count",
        "counted.number",
        f"t.canonical_id IS {which} AND t.source_count <> counted.number",
        "converted",
        "The number of sources that show it, as they are counted here.",
        SHOWN,
    )


# What a copy of a copy leads to at last; where it leads back to itself, the least key of the circle.
ORIGINALS = """
    JOIN (
        WITH RECURSIVE way AS (
            SELECT l.id, l.canonical_id AS at FROM job_listings l JOIN job_listings c ON c.id = l.canonical_id
            WHERE c.canonical_id IS NOT NULL
            UNION
            SELECT way.id, l.canonical_id FROM way JOIN job_listings l ON l.id = way.at WHERE l.canonical_id IS NOT NULL
        )
        SELECT way.id, COALESCE(
                   (array_agg(way.at) FILTER (WHERE l.canonical_id IS NULL))[1],
                   (min(way.at::text) FILTER (WHERE circle.id IS NOT NULL))::uuid) AS original
        FROM way
        JOIN job_listings l ON l.id = way.at
        LEFT JOIN way circle ON circle.id = way.at AND circle.at = way.at
        GROUP BY way.id
    ) led ON led.id = t.id
    """

MENDS = (
    Mend(
        "job_listings",
        "canonical_id",
        "NULLIF(led.original, t.id)",
        "t.canonical_id IS DISTINCT FROM NULLIF(led.original, t.id)",
        "converted",
        "What it was a copy of was a copy itself: of the first of them.",
        ORIGINALS,
    ),
    # Copies first: the sources of a listing include those of its copies.
    _count_sources("NOT NULL"),
    _count_sources("NULL"),
    Mend(
        "jobs",
        "interview_date",
        "latest.at",
        "t.interview_date IS NULL AND latest.at IS NOT NULL",
        "derived",
        "The card has interviews and showed none: its latest.",
        "LEFT JOIN (SELECT job_id, max(interview_date) AS at FROM interviews GROUP BY job_id) latest ON latest.job_id = t.id",
    ),
    # Whoever moves the card to Applied later would go on with the day on which it was made.
    Mend(
        "jobs",
        "applied_date",
        "NULL::date",
        "t.status = 'Tracking' AND t.applied_date = (t.created_at AT TIME ZONE 'UTC')::date",
        "quarantined",
        "Nobody has applied yet: it is the day on which the card was made.",
    ),
    Mend(
        "timeline_events",
        "interaction_id",
        "NULL::uuid",
        "i.user_id <> t.user_id",
        "quarantined",
        "It names the application of somebody else.",
        "JOIN job_user_interactions i ON i.id = t.interaction_id",
    ),
    Mend(
        "timeline_events",
        "job_id",
        "NULL::uuid",
        "j.user_id <> t.user_id",
        "quarantined",
        "It names the card of somebody else.",
        "JOIN jobs j ON j.id = t.job_id",
    ),
    Mend(
        "timeline_events",
        "listing_id",
        "i.job_id",
        "i.job_id <> t.listing_id",
        "converted",
        "Its application is about another listing: that one.",
        "JOIN job_user_interactions i ON i.id = t.interaction_id",
    ),
    Mend(
        "job_user_interactions",
        "applied_date",
        "NULL::timestamptz",
        "t.applied_date > now() + interval '14 hours'",
        "quarantined",
        "Nobody has applied on a day that lies ahead.",
    ),
    Mend(
        "job_user_interactions",
        "response_date",
        "NULL::timestamptz",
        "t.response_date::date < t.applied_date::date",
        "quarantined",
        "No answer comes before the application.",
    ),
    Mend(
        "job_user_interactions",
        "last_interaction",
        "t.first_interaction",
        "t.first_interaction > t.last_interaction",
        "converted",
        "The last is never before the first.",
    ),
)

MEND = """
    WITH found AS MATERIALIZED (
        SELECT t.id, t.created_at AS at, t.{column} AS before, {value} AS after FROM {table} t {joins} WHERE {where}
    ),
    mended AS (
        UPDATE {table} t SET {column} = found.after FROM found WHERE found.id = t.id
    )
    INSERT INTO migration_ledger (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5(concat_ws('|', %(origin)s::text, 'mended', {name}, found.id, {column_name}))::uuid, %(origin)s,
           COALESCE(told.source_table, {name}), COALESCE(told.row_id, found.id::text), {column_name}, to_jsonb(found.before),
           to_jsonb(found.after), %(outcome)s, %(reason)s, found.id::text, found.at
    FROM found
    LEFT JOIN (
        SELECT DISTINCT ON (final_id) final_id, source_table, row_id FROM crossing.source_rows
        WHERE final_table = {name} AND outcome = 'kept' AND final_id IN (SELECT id FROM found) ORDER BY final_id, source_table, row_id
    ) told ON told.final_id = found.id
    ON CONFLICT (id) DO NOTHING
    """

# Of two pairs of the same listings, the one with the lesser key stays.
FOLD_PAIRS = """
    WITH twins AS MATERIALIZED (
        SELECT d.id, o.id AS other, to_jsonb(d) AS row, d.created_at AS at
        FROM job_duplications d
        JOIN job_duplications o ON o.canonical_job_id = d.duplicate_job_id AND o.duplicate_job_id = d.canonical_job_id
        WHERE o.id < d.id
    ),
    gone AS (DELETE FROM job_duplications d USING twins WHERE twins.id = d.id),
    told AS (
        UPDATE crossing.source_rows r
        SET outcome = 'merged', final_id = twins.other,
            reason = CASE WHEN r.outcome = 'kept' THEN %(reason)s ELSE r.reason END
        FROM twins WHERE r.final_table = 'job_duplications' AND r.final_id = twins.id
        RETURNING r.source_table, r.row_id, r.stage_id, twins.id
    )
    INSERT INTO migration_ledger (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT DISTINCT ON (twins.id)
           md5(concat_ws('|', %(origin)s::text, 'mended', 'job_duplications', twins.id))::uuid, %(origin)s,
           COALESCE(told.source_table, 'job_duplications'), COALESCE(told.row_id, twins.id::text), '', twins.row,
           NULL::jsonb, 'merged', %(reason)s, twins.other::text, twins.at
    FROM twins LEFT JOIN told ON told.id = twins.id
    ORDER BY twins.id, told.stage_id = twins.id DESC NULLS LAST, told.row_id
    ON CONFLICT (id) DO NOTHING
    """

# A card shows its interviews to its owner, who would read there what somebody else wrote.
SET_STRANGERS_ASIDE = """
    WITH found AS MATERIALIZED (
        SELECT i.id, to_jsonb(i) AS row, i.created_at AS at FROM interviews i JOIN jobs j ON j.id = i.job_id
        WHERE j.user_id <> i.user_id
    ),
    gone AS (DELETE FROM interviews i USING found WHERE found.id = i.id),
    told AS (
        UPDATE crossing.source_rows r
        SET outcome = 'quarantined', reason = %(reason)s, final_table = NULL, final_id = NULL
        FROM found WHERE r.final_table = 'interviews' AND r.final_id = found.id
        RETURNING r.source_table, r.row_id, found.id
    )
    INSERT INTO migration_ledger (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5(concat_ws('|', %(origin)s::text, 'mended', 'interviews', found.id, told.source_table, told.row_id))::uuid,
           %(origin)s, COALESCE(told.source_table, 'interviews'), COALESCE(told.row_id, found.id::text), '', found.row,
           NULL::jsonb, 'quarantined', %(reason)s, '', found.at
    FROM found LEFT JOIN told ON told.id = found.id
    ON CONFLICT (id) DO NOTHING
    """


def mend(staging: psycopg.Connection[Any], *, origin: str) -> None:
    """Mend what `validate_data` would find in the rows that came over."""
    with staging.transaction():
        staging.execute(
            FOLD_PAIRS.encode(), {"origin": origin, "reason": "The same two listings the other way round: one pair."}
        )
        staging.execute(
            SET_STRANGERS_ASIDE.encode(),
            {"origin": origin, "reason": "It is an interview for the card of somebody else."},
        )
        for each in MENDS:
            staging.execute(
                sql.SQL(MEND).format(
                    table=sql.Identifier(each.table),
                    column=sql.Identifier(each.column),
                    name=sql.Literal(each.table),
                    column_name=sql.Literal(each.column),
                    value=sql.SQL(each.value),
                    where=sql.SQL(each.where),
                    joins=sql.SQL(each.joins),
                ),
                {"origin": origin, "outcome": each.outcome, "reason": each.reason},
            )
