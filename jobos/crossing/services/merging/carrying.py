"""Bringing the staging database's rows into temporary tables of the target session, whole tables at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.merging.session import LEDGER_COLUMNS
from jobos.crossing.services.merging.tables import EVERY

if TYPE_CHECKING:
    from jobos.crossing.services.merging.session import Session

BLOCK = 256 * 1024  # bytes

SOURCE_ROWS = "source_table, row_id, stage_table, stage_id, outcome, reason, final_table, final_id"
MAKE_SOURCE_ROWS = """
    CREATE TEMPORARY TABLE source_rows (
        source_table text, row_id text, stage_table text, stage_id uuid, outcome text, reason text, final_table text,
        final_id uuid
    ) ON COMMIT DROP
    """


def carry(session: Session) -> None:
    """Carry everything over that the merge reads; the staging database is only read."""
    session.run(MAKE_SOURCE_ROWS)
    _pour(session, f"SELECT {SOURCE_ROWS} FROM crossing.source_rows", "source_rows")
    session.run("CREATE TEMPORARY TABLE source_users (id uuid, email_is_verified boolean) ON COMMIT DROP")
    _pour(session, "SELECT id, email_is_verified FROM crossing.users", "source_users")
    for table in EVERY:
        columns = ", ".join((table.quoted, *table.by_trigger))
        _make_like(session, f"incoming_{table.name}", table.name, columns)
        _pour(session, f"SELECT {columns} FROM {table.name}", f"incoming_{table.name}")
    _make_like(session, "incoming_ledger", "migration_ledger", LEDGER_COLUMNS)
    prefix, key = session.quote(session.prefix), session.quote(f"{session.key}|")
    _pour(
        session,
        f"""
        SELECT md5({key} || id)::uuid, left({prefix} || source, 200)::varchar(200), "table", row_id, "column", before,
               after, outcome, reason, target_row_id, at
        FROM migration_ledger
        """,
        "incoming_ledger",
    )


def _make_like(session: Session, name: str, table: str, columns: str) -> None:
    session.run(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA")


def _pour(session: Session, query: str, into: str) -> None:
    """Copy the rows of a query of the staging database into a table of the target, a block at a time."""
    with (
        session.staging.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as source,  # type: ignore[arg-type]
        session.target.cursor().copy(f"COPY {into} FROM STDIN (FORMAT binary)") as sink,  # type: ignore[arg-type]
    ):
        block = bytearray()
        for part in source:
            block += part
            if len(block) >= BLOCK:
                sink.write(bytes(block))
                block.clear()
        sink.write(bytes(block))
    session.run(f"ANALYZE {into}")
    session.tell(f"carry {into.removeprefix('incoming_')}", session.count(f"SELECT count(*) FROM {into}"))
