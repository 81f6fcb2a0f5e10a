"""The ledger's side of a lossless conversion: what goes in before it, what comes out on the way back.

A line holds the columns of one row that the new form cannot give back: `before` what they were, `after` what the change
left in them. That image is the guard of the way back: a column that still looks like it is restored, any other was
edited since, and the edit wins while its line stays. Lines that were restored whole are deleted, so that the next way
forward writes the very same ones again. `at` is the row's `created_at`: no edit changes it.
"""

from collections.abc import Iterable


def read_rows_before(table: str) -> list[str]:
    """Shut writers out and remember which rows there are, for `check_account`."""
    return [
        "SET CONSTRAINTS ALL IMMEDIATE",
        f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        f"CREATE TEMPORARY TABLE {table}_before AS SELECT id FROM {table}",
    ]


def check_account(source: str, table: str) -> list[str]:
    """Fail unless exactly the rows that were there are there: nothing here merges, splits or drops one."""
    return [
        f"ANALYZE {table}_before",
        f"""
        DO $$
        DECLARE
            lost bigint;
            invented bigint;
        BEGIN
            SELECT count(*) FILTER (WHERE t.id IS NULL), count(*) FILTER (WHERE b.id IS NULL) INTO lost, invented
            FROM {table}_before b FULL JOIN {table} t ON t.id = b.id;
            IF lost > 0 OR invented > 0 THEN
                RAISE EXCEPTION '{source}: account of {table} is not exact, % rows lost, % rows invented', lost, invented;
            END IF;
        END $$
        """,
        f"DROP TABLE {table}_before",
    ]


def write_lines(
    *, source: str, table: str, outcome: str, reason: str, before: str, after: str, where: str, rows: str = ""
) -> str:
    """Write one line for each row `t` of `table` that meets `where`; a line left by a way back takes the columns in."""
    return f"""
        INSERT INTO migration_ledger
            (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
        SELECT md5('{source}|{table}|{outcome}|' || t.id)::uuid, '{source}', '{table}', t.id::text, '',
               {before}, {after}, '{outcome}', '{reason}', '', t.created_at
        FROM {rows or f"{table} t"}
        WHERE {where}
        ON CONFLICT (id) DO UPDATE
        SET before = migration_ledger.before || EXCLUDED.before, after = migration_ledger.after || EXCLUDED.after
        """


def read_restorable(*, source: str, table: str, image: str) -> str:
    """Make `<table>_restored` (id, cells): for each row the columns that still look as the change left them.

    `image` is the present look of row `t`, as jsonb, spelled as the lines spell it in `after`.
    """
    return f"""
        CREATE TEMPORARY TABLE {table}_restored AS
        SELECT t.id, jsonb_object_agg(cell.key, line.before -> cell.key) AS cells
        FROM migration_ledger line
        JOIN {table} t ON t.id = line.row_id::uuid
        CROSS JOIN LATERAL (SELECT {image} AS cells OFFSET 0) image
        JOIN LATERAL jsonb_each(line.after) cell ON cell.value = image.cells -> cell.key
        WHERE line.source = '{source}' AND line."table" = '{table}'
        GROUP BY t.id
        """


def drop_restored_lines(*, source: str, table: str) -> str:
    """Delete the lines all of whose columns are restored; the others tell of edits and stay."""
    return f"""
        DELETE FROM migration_ledger line
        USING {table}_restored r
        WHERE line.source = '{source}' AND line."table" = '{table}' AND line.row_id = r.id::text
          AND line.after - ARRAY(SELECT jsonb_object_keys(r.cells)) = '{{}}'
        """


def restore(table: str, columns: Iterable[str], special: dict[str, str]) -> str:
    """Put the restorable columns back: '' into text `columns`, and what `special` says into the others."""
    blanks = dict.fromkeys(columns, "''")
    sets = ", ".join(
        f"{column} = CASE WHEN r.cells ? '{column}' THEN {value} ELSE t.{column} END"
        for column, value in {**blanks, **special}.items()
    )
    return f"UPDATE {table} t SET {sets} FROM {table}_restored r WHERE r.id = t.id"


def read_kept(*, source: str, table: str, guard: str) -> str:
    """Make `<table>_kept` (id, line_id, cells): what a way back kept of each row because the old form cannot hold it.

    `guard` says whether row `t` still looks as the way back left it (`line.after`).
    """
    return f"""
        CREATE TEMPORARY TABLE {table}_kept AS
        SELECT t.id, line.id AS line_id, line.before AS cells
        FROM migration_ledger line
        JOIN {table} t ON t.id = line.row_id::uuid
        WHERE line.source = '{source}' AND line."table" = '{table}' AND {guard}
        """


def drop_kept_lines(table: str) -> list[str]:
    """Delete the lines whose facts have returned to their rows."""
    return [
        f"DELETE FROM migration_ledger line USING {table}_kept k WHERE line.id = k.line_id",
        f"DROP TABLE {table}_kept",
    ]
