"""Whether the account is exact: every row of the source is somewhere, and here nothing came or went unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.merging.tables import EVERY

if TYPE_CHECKING:
    from jobos.crossing.services.merging.session import Session


class AccountError(Exception):
    """The sums of a merge are not those of its source: nothing of it may stay."""


def count_rows(session: Session) -> dict[str, int]:
    return {table.name: session.count(f"SELECT count(*) FROM {table.name}") for table in EVERY}


def check_fates(session: Session) -> None:
    """Raise AccountError where a row of the source has not exactly one fate."""
    _refuse(
        session,
        """
        SELECT count(*)
        FROM (SELECT source_table, row_id, count(*) AS fates FROM fates GROUP BY source_table, row_id) f
        FULL JOIN source_rows r USING (source_table, row_id)
        WHERE f.fates IS DISTINCT FROM 1 OR r.outcome IS NULL
        """,
        "{} rows of the source have no fate, or more than one",
    )
    _refuse(
        session,
        "SELECT count(*) FROM fates WHERE outcome IS NULL OR outcome NOT IN ('kept', 'merged', 'quarantined')",
        "{} rows of the source are neither kept nor merged nor quarantined",
    )
    _refuse(
        session,
        "SELECT count(*) FROM fates WHERE is_new AND outcome = 'kept' AND final_id IS NULL",
        "{} rows of the source are said to be kept, and nothing says where",
    )


def check_account(session: Session, before: dict[str, int]) -> None:
    """Raise AccountError where a row of the source is not where its fate says, or a table here has other rows than were added."""
    known = {table.name for table in EVERY}
    for (table,) in session.read("SELECT DISTINCT final_table FROM fates WHERE is_new AND final_id IS NOT NULL"):
        if table not in known:
            raise AccountError(f"Rows of the source are said to be in {table}, which is no table that comes over.")
        _refuse(
            session,
            f"""
            SELECT count(*) FROM fates f
            WHERE f.is_new AND f.final_table = '{table}' AND f.final_id IS NOT NULL
              AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = f.final_id)
            """,
            f"{{}} rows of the source are said to be in {table} and are not",
        )
    _check_quarantine(session)
    for name, count in count_rows(session).items():
        added = session.merged.added.get(name, 0)
        if count - before[name] != added:
            raise AccountError(f"{added} rows were added to {name}, which has {count - before[name]} more.")
    session.tell("check the account", session.count("SELECT count(*) FROM fates"))


def _check_quarantine(session: Session) -> None:
    """Refuse a row that is in quarantine without standing whole in the ledger, under its own key or a later one.

    A migration tells of a legacy table under its name with or without the prefix that sets it apart from ours.
    """
    session.run(f"""
        CREATE TEMPORARY TABLE held ON COMMIT DROP AS
        SELECT DISTINCT "table" AS table_name, row_id FROM migration_ledger
        WHERE starts_with(source, {session.quote(session.prefix)}) AND "column" = '' AND before IS NOT NULL
          AND outcome <> 'derived'
        """)
    session.run("ANALYZE held")
    _refuse(
        session,
        """
        SELECT count(*)
        FROM fates f JOIN source_rows r USING (source_table, row_id)
        WHERE f.outcome = 'quarantined'
          AND NOT EXISTS (SELECT FROM held WHERE (table_name, held.row_id) = (r.source_table, r.row_id))
          AND NOT EXISTS (SELECT FROM held WHERE (table_name, held.row_id) = (r.stage_table, r.stage_id::text))
          AND NOT EXISTS (
              SELECT FROM held
              WHERE (table_name, held.row_id) = (regexp_replace(r.stage_table, '^legacy_', ''), r.stage_id::text))
          AND NOT EXISTS (SELECT FROM held WHERE (table_name, held.row_id) = (r.final_table, r.final_id::text))
        """,
        "{} rows of the source are in quarantine and not whole in the ledger",
    )


def _refuse(session: Session, query: str, words: str) -> None:
    count = session.count(query)
    if count:
        raise AccountError(f"The account is not exact: {words.format(count)}.")
