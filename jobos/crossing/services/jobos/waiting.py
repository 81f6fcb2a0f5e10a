"""Rows that wait in tables of their own (`crossing.held_...`) until the present shape is there: what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    import psycopg


def exists(staging: psycopg.Connection[Any], held: str) -> bool:
    found = staging.execute("SELECT to_regclass(%s)", [held]).fetchone()
    return found is not None and found[0] is not None


def set_aside(
    staging: psycopg.Connection[Any],
    held: str,
    where: str,
    *,
    origin: str,
    outcome: str,
    reason: str,
    home: str = "",
    becomes: str = "NULL::uuid",
    row: str = "to_jsonb(h)",
) -> None:
    """Keep the rows `h` of `held` that meet `where` in the ledger, whole, and take them away.

    `home` is the table that their account names, and `becomes`, SQL over `h`, the row that they are merged into.
    """
    staging.execute(
        sql.SQL(
            f"""
            WITH gone AS (DELETE FROM {{held}} h WHERE {where} RETURNING h.id, {row} AS document, {becomes} AS becomes),
            told AS (
                UPDATE crossing.source_rows r
                SET outcome = %(outcome)s, reason = %(reason)s, final_id = gone.becomes,
                    final_table = CASE WHEN gone.becomes IS NOT NULL THEN %(home)s END
                FROM gone WHERE r.stage_table = %(home)s AND r.stage_id = gone.id
                RETURNING r.source_table, r.row_id, gone.document, gone.becomes
            )
            INSERT INTO migration_ledger
                (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
            SELECT md5(concat_ws('|', %(origin)s::text, source_table, row_id, '', %(outcome)s::text))::uuid, %(origin)s,
                   source_table, row_id, '', document, NULL, %(outcome)s, %(reason)s, COALESCE(becomes::text, ''),
                   timestamptz '1970-01-01 00:00Z'
            FROM told
            """
        ).format(held=sql.Identifier(*held.split("."))),
        {"origin": origin, "outcome": outcome, "reason": reason, "home": home or held},
    )


def set_ghosts_aside(staging: psycopg.Connection[Any], held: str, *, origin: str, home: str = "") -> None:
    """Keep the rows of nobody in the ledger."""
    set_aside(
        staging,
        held,
        "NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = h.user_id)",
        origin=origin,
        outcome="quarantined",
        reason="Its user_id names a row that does not exist.",
        home=home,
    )


def tell_kept(staging: psycopg.Connection[Any], held: str, table: str) -> None:
    """Account for the rows that stand in their table, each under its key."""
    staging.execute(
        sql.SQL(
            """
            UPDATE crossing.source_rows r SET outcome = 'kept', reason = '', final_table = %(table)s, final_id = t.id
            FROM {table} t WHERE r.stage_table = %(held)s AND r.stage_id = t.id
            """
        ).format(table=sql.Identifier(table)),
        {"held": held, "table": table},
    )
