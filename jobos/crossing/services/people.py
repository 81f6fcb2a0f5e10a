"""The people of a source become users: who is who by their address, and how they sign in.

A source may hold one address several times in different letters, none at all, or words that are no address. Here one
address, however its letters are cased, is one person, so of several users the one whose address was verified has it, else
the one changed last. Another whose address was verified, too, is the same person, and becomes that user; any other stays
apart under a placeholder, since anybody could have written that address there; so does one whose address is the same only
because foreign letters fold into ours (the sign of the Kelvin into a k).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from jobos.accounts.models import EMAIL_PATTERN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobos.crossing.services.loading import Loader

LONGEST_EMAIL = 254
LONGEST_NAME = 255
PLACEHOLDER = "'imported-' || p.id || '@placeholder.invalid'"
# What opens no door; never the same for two people, and always the same for one.
UNUSABLE = "'!' || md5(p.id || '|unusable') || left(md5(p.id || '|for good'), 8)"
JOINED = "COALESCE(p.date_joined, p.updated_at, p.last_login, timestamptz '1970-01-01 00:00Z')"

DECIDE = f"""
    CREATE TEMPORARY TABLE decided AS
    WITH read AS (
        SELECT p.id, p.is_verified, p.date_joined, p.updated_at, btrim(p.email, E' \\t\\r\\n') AS address FROM crossing.people p
    ),
    valid AS (
        SELECT *, lower(address) AS folded FROM read
        WHERE address ~ %(pattern)s AND length(address) <= {LONGEST_EMAIL}
          AND lower(address) NOT LIKE '%%@placeholder.invalid'
    ),
    ranked AS (
        SELECT id, address, COALESCE(is_verified, false) AS is_verified,
               row_number() OVER same AS place, first_value(id) OVER same AS winner,
               first_value(lower(address COLLATE "C")) OVER same = lower(address COLLATE "C") AS is_same
        FROM valid
        WINDOW same AS (
            PARTITION BY folded
            ORDER BY COALESCE(is_verified, false) DESC, updated_at DESC NULLS LAST, date_joined DESC NULLS LAST, id DESC)
    )
    SELECT p.id, ranked.address, ranked.winner, COALESCE(ranked.place = 1, false) AS has_address,
           COALESCE(ranked.place > 1 AND ranked.is_verified AND ranked.is_same, false) AS is_merged,
           COALESCE(ranked.is_verified AND NOT ranked.is_same, false) AS only_looks_alike,
           COALESCE(ranked.place = 1 AND ranked.is_verified, false) AS is_verified,
           ranked.place > 1 AS is_twin
    FROM crossing.people p LEFT JOIN ranked USING (id)
    """

LINE = """
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)"""


def _line(  # noqa: PLR0917 - a line of the ledger in its own order.
    column: str, before: str, after: str, outcome: str, reason: str, where: str, target: str = "''"
) -> str:
    return f"""
        {LINE}
        SELECT md5(concat_ws('|', %(origin)s::text, %(table)s::text, p.row_id, '{column}', '{outcome}'))::uuid, %(origin)s, %(table)s,
               p.row_id, '{column}', {before}, {after}, '{outcome}', '{reason}', {target}, {JOINED}
        FROM crossing.people p JOIN decided d USING (id)
        WHERE {where}
        ON CONFLICT (id) DO NOTHING
        """


_EMAIL = ("to_jsonb(p.email)", f"to_jsonb({PLACEHOLDER})")
_IS_BLANK = "COALESCE(btrim(p.email, E' \\t\\r\\n'), '') = ''"
LINES = [
    _line("email", *_EMAIL, "derived", "There is none: a placeholder stands in for it.", _IS_BLANK),
    _line(
        "email",
        *_EMAIL,
        "quarantined",
        "It is no email address: a placeholder stands in for it.",
        f"NOT {_IS_BLANK} AND d.address IS NULL",
    ),
    _line(
        "email",
        *_EMAIL,
        "quarantined",
        "Another user of that system has this email, and nobody had verified this one: a placeholder stands in for it.",
        "d.is_twin AND NOT d.is_merged AND NOT d.only_looks_alike",
        "d.winner::text",
    ),
    _line(
        "email",
        *_EMAIL,
        "quarantined",
        "The email of another user differs in letters that only look alike: a placeholder stands in for this one.",
        "d.only_looks_alike",
        "d.winner::text",
    ),
    _line(
        "email",
        "to_jsonb(p.email)",
        "to_jsonb(d.address)",
        "converted",
        "Blanks around it are gone.",
        "d.has_address AND p.email <> d.address",
    ),
    _line(
        "",
        "to_jsonb(p) - 'password'",
        "NULL",
        "merged",
        "The same verified email in other letters: the same person.",
        "d.is_merged",
        "d.winner::text",
    ),
    _line(
        "full_name",
        "to_jsonb(p.full_name)",
        f"to_jsonb(left(p.full_name, {LONGEST_NAME}))",
        "converted",
        "Too long: cut.",
        f"length(p.full_name) > {LONGEST_NAME} AND NOT d.is_merged",
    ),
    _line(
        "date_joined",
        "NULL",
        f"to_jsonb({JOINED})",
        "derived",
        "A missing time is taken from the others of the row.",
        "p.date_joined IS NULL AND NOT d.is_merged",
    ),
]
SETTLE = [
    f"""
    INSERT INTO accounts_user
        (id, password, last_login, is_superuser, email, full_name, is_active, is_staff, date_joined)
    SELECT p.id, COALESCE(NULLIF(p.password, ''), {UNUSABLE}), p.last_login, false,
           CASE WHEN d.has_address THEN d.address ELSE {PLACEHOLDER} END,
           left(COALESCE(p.full_name, ''), {LONGEST_NAME}), COALESCE(p.is_active, true), true, {JOINED}
    FROM crossing.people p JOIN decided d USING (id)
    WHERE NOT d.is_merged
    """,
    "INSERT INTO crossing.users SELECT id, is_verified FROM decided WHERE NOT is_merged",
    "INSERT INTO crossing.user_map SELECT id, winner FROM decided WHERE is_merged",
    """
    UPDATE crossing.source_rows r
    SET outcome = 'merged', reason = 'The same verified email in other letters: the same person.',
        final_table = 'accounts_user', final_id = m.new_id
    FROM crossing.user_map m WHERE r.stage_table = 'accounts_user' AND r.stage_id = m.old_id
    """,
]


def settle(loader: Loader, table: str) -> None:
    """Make users of `crossing.people`, whose rows came from `table`; `crossing.user_map` says who became whom."""
    with loader.rows.transaction():
        loader.rows.execute(DECIDE, {"pattern": EMAIL_PATTERN})
        loader.rows.execute("ANALYZE decided")
        for statement in LINES:
            loader.rows.execute(statement.encode(), {"origin": loader.origin, "table": table})
        for statement in SETTLE:
            loader.rows.execute(statement.encode())
        loader.rows.execute("DROP TABLE decided")
        loader.rows.execute("ANALYZE accounts_user, crossing.users, crossing.user_map")


def reassign(loader: Loader, columns: Mapping[str, str]) -> None:
    """Give what belongs to merged users to whom they became: in each table the column that names its user."""
    for table, column in columns.items():
        loader.rows.execute(
            sql.SQL(
                "UPDATE {table} t SET {column} = m.new_id FROM crossing.user_map m WHERE m.old_id = t.{column}"
            ).format(table=sql.Identifier(*table.split(".")), column=sql.Identifier(column))
        )
