"""Making plans: what most tables have in common, and keys that name no row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from jobos.crossing.services.jobpilot import cells
from jobos.crossing.services.loading import Column, Plan, Row, make_key, spell_row_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jobos.crossing.services.jobpilot.cells import Reader
    from jobos.crossing.services.loading import Loader

    RowHook = Callable[[Row, dict[str, Any]], None]

NO_KEY = "It has no key."


def refer(loader: Loader, table: str, *, required: str = "") -> Reader:
    """Make a reader of keys of this table; `required` says what a row without one lacks."""
    return cells.key(partial(loader.key_of, table), required=required)


def same(reader: Reader, names: str) -> dict[str, Reader]:
    """Return columns that are all read alike and have the name that they had."""
    return dict.fromkeys(names.split(), reader)


def make_plan(
    loader: Loader,
    table: str,
    into: str,
    columns: Mapping[str, Reader],
    row: RowHook | None = None,
    *,
    reads: Mapping[str, str] | None = None,
    **more: Any,
) -> Plan:
    """Make the plan of a table: `columns` are those of the table it goes to, with their readers, behind the key.

    They have the names that they had, but for those that `reads` tells.
    """
    others = reads or {}
    return Plan(
        table,
        into,
        (
            Column("id", "id", refer(loader, table, required=NO_KEY)),
            *(Column(name, others.get(name, name), reader) for name, reader in columns.items()),
        ),
        row,
        **more,
    )


def keep_ghost_keys(loader: Loader, table: str, column: str, into: str, refers_to: str, *, staged: str = "") -> None:
    """Keep the spelling of keys that are no UUIDs and name no row, so that no row of their table says what they were.

    `column` is the source's, `staged` the name it has in `into`.
    """
    if column not in loader.source.tables.get(table, ()):
        return
    found = loader.rows.execute(
        f"""
        SELECT {staged or column}::text FROM {into} WHERE substr({staged or column}::text, 15, 1) = '5'
        EXCEPT
        SELECT stage_id::text FROM crossing.source_rows WHERE source_table = %s
        """.encode(),
        [refers_to],
    ).fetchall()
    ghosts = {key for (key,) in found}
    if not ghosts:
        return
    key_columns = loader.source.keys.get(table, ())
    for said, *key in loader.source.rows(table, [column, *key_columns]):
        made = None if said is None or said == "" else str(make_key(loader.key, refers_to, spell_row_id((said,))))
        if made in ghosts and made != said:
            reason = "It names a row that does not exist; a key is a UUID here."
            loader.write_line(table, spell_row_id(key), column, said, made, "converted", reason)
    loader.flush()
