"""One table carried over into another, column by column, with nothing lost: the statements of both ways.

`t` is a row of the old table and `n` a row of the new one. Each column says in SQL what its new value is and what old
value the rule gives back. Where the rule does not give back what was there, the ledger gets a cell: `before` the old
value, `after` the new one as the guard of the way back. A cell whose image is still there is restored; an edit wins, and
the line stays beside it. What the old form cannot hold waits in lines of the source "... backward".

A row without a place in the new table goes whole into the ledger (`after` is null): merged into another row, or
quarantined. Such a line stays on the way back, which returns the row from it, and decides again on the next way forward.

Lists and documents stand in a line as their text in PostgreSQL's spelling, so that NULL, null and "null" differ.
"""

from __future__ import annotations

from dataclasses import dataclass

PLAIN_TYPES = ("boolean", "integer", "smallint", "double precision", "uuid", "timestamptz", "text", "numeric")


@dataclass(frozen=True)
class Column:
    """One column of the new table; `old` is its name in the older one, where that differs.

    `forward` is SQL over `t`, `backward` over `n`. `suspects`, over `t`, holds of every row whose value the rule may not
    give back; `edits`, over `n`, of every row whose value may not survive the way back and forth. Both only save work.
    """

    name: str
    forward: str
    backward: str
    old_type: str = "text"
    new_type: str = "text"
    old: str = ""
    suspects: str = "true"
    edits: str = "false"

    @property
    def old_name(self) -> str:
        return self.old or self.name


@dataclass(frozen=True)
class Conversion:
    """All columns of one table; `at` is SQL over `t` for the time of a line."""

    source: str
    table: str
    columns: tuple[Column, ...]
    at: str
    old_table: str = ""
    together: tuple[tuple[str, ...], ...] = ()  # Columns that are restored all or none.

    @property
    def legacy(self) -> str:
        return self.old_table or f"legacy_{self.table}"

    @property
    def kept_source(self) -> str:
        return f"{self.source} backward"


def cell(alias: str, name: str, kind: str) -> str:
    """Return SQL for a value as a line of the ledger spells it."""
    return f"to_jsonb({alias}.{name})" if kind in PLAIN_TYPES else f"to_jsonb({alias}.{name}::text)"


def whole_row(alias: str, columns: dict[str, str]) -> str:
    """Return SQL for a whole row as a line of the ledger spells it."""
    documents = [f"'{name}', {alias}.{name}::text" for name, kind in columns.items() if kind not in PLAIN_TYPES]
    return f"to_jsonb({alias})" + (f" || jsonb_build_object({', '.join(documents)})" if documents else "")


def read_whole_row(line: str, columns: dict[str, str]) -> str:
    """Return SQL for the columns of a row that a line holds whole."""
    return ", ".join(f"({line}.before ->> '{name}')::{kind}" for name, kind in columns.items())


def is_whole(line: str, source: str, table: str) -> str:
    """Return the condition for lines that hold a row of `table` whole."""
    return f"""({line}.source = '{source}' AND {line}."table" = '{table}' AND {line}.after IS NULL
                AND {line}.outcome IN ('merged', 'quarantined'))"""


def write_whole_rows(
    *,
    source: str,
    table: str,
    rows: str,
    columns: dict[str, str],
    outcome: str,
    reason: str,
    at: str,
    target: str = "''",
) -> str:
    """Write a line for each row `t` that `rows` (FROM and WHERE) finds; a decision of an earlier way forward stands."""
    return f"""
        INSERT INTO migration_ledger
            (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
        SELECT md5('{source}|{table}|whole|' || t.id)::uuid, '{source}', '{table}', t.id::text, '',
               {whole_row("t", columns)}, NULL, '{outcome}', '{reason}', {target}, {at}
        {rows}
        ON CONFLICT (id) DO NOTHING
        """


def return_whole_rows(*, source: str, table: str, into: str, columns: dict[str, str]) -> str:
    """Put the rows that are whole in the ledger back into the older table."""
    return f"""
        INSERT INTO {into} ({", ".join(columns)})
        SELECT {read_whole_row("line", columns)}
        FROM migration_ledger line
        WHERE {is_whole("line", source, table)}
        ON CONFLICT (id) DO NOTHING
        """


def check_whole_account(*, source: str, table: str, old: str, new: str) -> str:
    """Fail unless every old row is a new row under its key or whole in the ledger, never both; and no row is invented."""
    lines = f"""
        SELECT row_id::uuid AS id, outcome, target_row_id FROM migration_ledger line WHERE {is_whole("line", source, table)}
        """
    return f"""
        DO $$
        DECLARE
            lost bigint;
            invented bigint;
            doubled bigint;
        BEGIN
            SELECT count(*) FILTER (WHERE n.id IS NULL), count(*) FILTER (WHERE t.id IS NULL) INTO lost, invented
            FROM (SELECT id FROM {old} t WHERE NOT EXISTS (SELECT FROM ({lines}) w WHERE w.id = t.id)) t
            FULL JOIN {new} n ON n.id = t.id;
            SELECT count(*) INTO doubled FROM ({lines}) w JOIN {new} n ON n.id = w.id;
            IF lost > 0 OR invented > doubled OR doubled > 0 THEN
                RAISE EXCEPTION
                    '{source}: account of {table} is not exact, % rows lost, % rows invented, % rows both kept and in the ledger',
                    lost, invented - doubled, doubled;
            END IF;
        END $$
        """


def _values(conversion: Conversion, same: str) -> str:
    rows = []
    for column in conversion.columns:
        old, new = cell("t", column.old_name, column.old_type), cell("n", column.name, column.new_type)
        is_same = (
            f"({column.backward}) IS NOT DISTINCT FROM t.{column.old_name}"
            if same == "backward"
            else f"({column.forward}) IS NOT DISTINCT FROM n.{column.name}"
        )
        blank = "('', '{}', '[]', 'null')"
        outcome = f"""CASE
            WHEN t.{column.old_name} IS NULL THEN 'derived'
            WHEN COALESCE(n.{column.name}::text, '') IN {blank} AND t.{column.old_name}::text NOT IN {blank}
                THEN 'quarantined'
            ELSE 'converted' END"""
        rows.append(f"('{column.name}', {is_same}, {old}, {new}, {outcome})")
    return ",\n".join(rows)


REASONS = """CASE outcome
    WHEN 'derived' THEN 'Missing; derived from the row itself, or the default of the older system.'
    WHEN 'quarantined' THEN 'The new form has no place for this value.'
    ELSE 'The new form cannot give this back by rule.' END"""


def write_cells(conversion: Conversion) -> str:
    """Write a line for each row and outcome with the values that the rule does not give back; both tables stand."""
    c = conversion
    return f"""
        INSERT INTO migration_ledger
            (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
        SELECT md5('{c.source}|{c.table}|' || outcome || '|' || id)::uuid, '{c.source}', '{c.table}', id::text, '',
               before, after, outcome, {REASONS}, '', at
        FROM (
            SELECT t.id, {c.at} AS at, cell.outcome,
                   jsonb_object_agg(cell.name, cell.old) AS before, jsonb_object_agg(cell.name, cell.new) AS after
            FROM {c.legacy} t
            JOIN {c.table} n ON n.id = t.id
            CROSS JOIN LATERAL (VALUES {_values(c, "backward")}) cell (name, is_same, old, new, outcome)
            WHERE ({" OR ".join(column.suspects for column in c.columns)}) AND NOT cell.is_same
            GROUP BY t.id, {c.at}, cell.outcome
        ) cells
        ON CONFLICT (id) DO UPDATE
        SET before = migration_ledger.before || EXCLUDED.before, after = migration_ledger.after || EXCLUDED.after
        """


def read_restorable_cells(conversion: Conversion) -> list[str]:
    """Make `<table>_restored` (id, cells): the old values whose new ones still look as the way forward left them."""
    c = conversion
    image = ", ".join(f"'{column.name}', {cell('n', column.name, column.new_type)}" for column in c.columns)
    # A hundred arguments is what a function takes; a row has half as many columns.
    apart = " ".join(
        f"""AND (cell.key NOT IN ({", ".join(f"'{name}'" for name in names)}) OR ({
            " AND ".join(
                f"(NOT line.after ? '{name}' OR line.after -> '{name}' = image.cells -> '{name}')" for name in names
            )
        }))"""
        for names in c.together
    )
    return [
        f"""
        CREATE TEMPORARY TABLE {c.table}_restored ON COMMIT DROP AS
        SELECT n.id, jsonb_object_agg(cell.key, line.before -> cell.key) AS cells
        FROM migration_ledger line
        JOIN {c.table} n ON n.id = line.row_id::uuid
        CROSS JOIN LATERAL (SELECT jsonb_build_object({image}) AS cells OFFSET 0) image
        JOIN LATERAL jsonb_each(line.after) cell ON cell.value = image.cells -> cell.key {apart}
        WHERE line.source = '{c.source}' AND line."table" = '{c.table}' AND line.after IS NOT NULL AND line."column" = ''
        GROUP BY n.id
        """,
        f"CREATE UNIQUE INDEX ON {c.table}_restored (id)",
        f"ANALYZE {c.table}_restored",
    ]


def insert_old_rows(conversion: Conversion, *, others: dict[str, str] | None = None, joins: str = "") -> str:
    """Fill the older table from the new one: the restored cell, or else what the rule gives; `others` are SQL over `n`."""
    c = conversion
    values = {
        column.old_name: f"""CASE WHEN r.cells ? '{column.name}' THEN (r.cells ->> '{column.name}')::{column.old_type}
                             ELSE {column.backward} END"""
        for column in c.columns
    } | (others or {})
    return f"""
        INSERT INTO {c.legacy} (id, {", ".join(values)})
        SELECT n.id, {", ".join(values.values())}
        FROM {c.table} n
        LEFT JOIN {c.table}_restored r ON r.id = n.id
        {joins}
        """


def keep_cells(conversion: Conversion) -> str:
    """Write the values of the new rows that the next way forward would not make of the old ones by itself."""
    c = conversion
    edits = " OR ".join(column.edits for column in c.columns if column.edits != "false") or "false"
    return f"""
        INSERT INTO migration_ledger
            (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
        SELECT md5('{c.kept_source}|{c.table}|' || id)::uuid, '{c.kept_source}', '{c.table}', id::text, '',
               before, after, 'converted', 'The old form cannot hold this.', '', at
        FROM (
            SELECT t.id, {c.at} AS at,
                   jsonb_object_agg(cell.name, cell.new) AS before, jsonb_object_agg(cell.name, cell.old) AS after
            FROM {c.table} n
            LEFT JOIN {c.table}_restored r ON r.id = n.id
            JOIN {c.legacy} t ON t.id = n.id
            CROSS JOIN LATERAL (VALUES {_values(c, "forward")}) cell (name, is_same, old, new, outcome)
            WHERE (r.id IS NOT NULL OR {edits}) AND NOT cell.is_same
            GROUP BY t.id, {c.at}
        ) cells
        ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before, after = EXCLUDED.after
        """


def drop_restored_cells(conversion: Conversion) -> list[str]:
    """Delete the lines all of whose cells are restored; the others tell of edits and stay."""
    c = conversion
    return [
        f"""
        DELETE FROM migration_ledger line
        USING {c.table}_restored r
        WHERE line.source = '{c.source}' AND line."table" = '{c.table}' AND line.row_id = r.id::text
          AND line.after IS NOT NULL AND line."column" = ''
          AND line.after - ARRAY(SELECT jsonb_object_keys(r.cells)) = '{{}}'
        """,
        f"DROP TABLE {c.table}_restored",
    ]


def return_kept_cells(conversion: Conversion) -> list[str]:
    """Put what a way back kept into the new rows whose old ones still look as it left them, and drop those lines."""
    c = conversion
    image = ", ".join(f"'{column.name}', {cell('t', column.old_name, column.old_type)}" for column in c.columns)
    sets = ", ".join(
        f"{column.name} = CASE WHEN k.cells ? '{column.name}' THEN (k.cells ->> '{column.name}')::{column.new_type}"
        f" ELSE n.{column.name} END"
        for column in c.columns
    )
    return [
        f"""
        CREATE TEMPORARY TABLE {c.table}_kept ON COMMIT DROP AS
        SELECT t.id, line.id AS line_id, line.before AS cells
        FROM migration_ledger line
        JOIN {c.legacy} t ON t.id = line.row_id::uuid
        WHERE line.source = '{c.kept_source}' AND line."table" = '{c.table}'
          AND jsonb_build_object({image}) @> line.after
        """,
        f"UPDATE {c.table} n SET {sets} FROM {c.table}_kept k WHERE k.id = n.id",
        f"DELETE FROM migration_ledger line USING {c.table}_kept k WHERE line.id = k.line_id",
        f"DROP TABLE {c.table}_kept",
    ]


def insert_new_rows(
    conversion: Conversion, *, others: dict[str, str] | None = None, joins: str = "", all_rows: bool = False
) -> str:
    """Fill the new table from the older one by rule; rows that are whole in the ledger stay out."""
    c = conversion
    values = {column.name: column.forward for column in c.columns} | (others or {})
    where = f"""
        WHERE NOT EXISTS (
            SELECT FROM migration_ledger line WHERE {is_whole("line", c.source, c.table)} AND line.row_id = t.id::text)
        """
    return f"""
        INSERT INTO {c.table} (id, {", ".join(values)})
        SELECT t.id, {", ".join(values.values())}
        FROM {c.legacy} t
        {joins}
        {"" if all_rows else where}
        """
