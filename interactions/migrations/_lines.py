"""Lines of the ledger about rows that move to another table: what goes in before, what comes out on the way back.

Three kinds. A line of values holds the columns of one old row `t` that the new form cannot give back by rule: `before`
what they were, `after` what stands in their place in the new row, under the old names; that image is the guard of the
way back. A line of a whole row holds one that did not move: merged into another, or quarantined. A kept line, written on
the way back, holds what the old form has no place for, and the image that the next way forward must find to return it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INTO_LEDGER = """
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)"""

# Values name some columns; only a whole row names its user.
IS_WHOLE = "line.before ? 'user_profile_id'"


@dataclass(frozen=True)
class Cell:
    """One column of an old row `t` whose value does not come back by rule: when it is so, and why, in SQL and words."""

    name: str
    when: str
    reason: str
    outcome: str = "converted"


def _as_object(cells: Iterable[Cell], values: Mapping[str, str]) -> str:
    whens: dict[str, list[str]] = {}
    for cell in cells:
        whens.setdefault(cell.name, []).append(cell.when)
    return " || ".join(
        f"CASE WHEN {' OR '.join(some)} THEN {as_document({name: values[name]})} ELSE '{{}}' END"
        for name, some in whens.items()
    )


def as_document(values: Mapping[str, str]) -> str:
    """Return SQL for a document of these names and values."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in values.items())
    return f"jsonb_build_object({pairs})"


def _apply(cells: Iterable[Cell]) -> str:
    return " OR ".join(cell.when for cell in cells)


def _as_words(cells: Iterable[Cell]) -> str:
    reasons: dict[str, list[str]] = {}
    for cell in cells:
        reasons.setdefault(cell.reason, []).append(cell.when)
    said = ", ".join(f"CASE WHEN {' OR '.join(whens)} THEN '{reason}' END" for reason, whens in reasons.items())
    return f"concat_ws(' ', {said})"


def read_odd(*, table: str, cells: list[Cell], rows: str, new_id: str) -> list[str]:
    """Make `<table>_odd`: the old rows `t` to which a cell applies, where no cell looks at `n`, and their new key.

    They are few; once counted, they are hashed and not the whole new table.
    """
    return [
        f"CREATE TEMPORARY TABLE {table}_odd AS SELECT t.*, {new_id} AS new_id FROM {rows} WHERE {_apply(cells)}",
        f"ANALYZE {table}_odd",
    ]


def write_values(*, source: str, table: str, cells: list[Cell], rows: str, image: Mapping[str, str]) -> str:
    """Write a line for each old row `t` and outcome to which a cell applies; an older line takes the columns in.

    `rows` joins the old row to its new one `n`; `image` is how that looks, under the old names.
    """
    was = {cell.name: f"t.{cell.name}" for cell in cells}
    outcomes: dict[str, list[Cell]] = {}
    for cell in cells:
        outcomes.setdefault(cell.outcome, []).append(cell)
    lines = " UNION ALL ".join(
        f"SELECT '{outcome}' AS outcome, {_as_object(some, was)} AS before, {_as_object(some, image)} AS after,"
        f" {_as_words(some)} AS reason WHERE {_apply(some)}"
        for outcome, some in outcomes.items()
    )
    return f"""
        {INTO_LEDGER}
        SELECT md5('{source}|{table}|' || line.outcome || '|' || t.id)::uuid, '{source}', '{table}', t.id::text, '',
               line.before, line.after, line.outcome, line.reason, '', n.created_at
        FROM {rows} CROSS JOIN LATERAL ({lines}) line
        WHERE {_apply(cells)}
        ON CONFLICT (id) DO UPDATE
        SET before = migration_ledger.before || EXCLUDED.before, after = migration_ledger.after || EXCLUDED.after
        """


def write_wholes(*, source: str, table: str, at: str, image: str = "NULL") -> str:
    """Write a line for each row that `<table>_aside` (id, target_id, outcome, reason) says does not move."""
    return f"""
        {INTO_LEDGER}
        SELECT md5('{source}|{table}|whole|' || t.id)::uuid, '{source}', '{table}', t.id::text, '',
               to_jsonb(t), {image}, aside.outcome, aside.reason, COALESCE(aside.target_id::text, ''), {at}
        FROM {table}_aside aside JOIN {table} t USING (id)
        ON CONFLICT (id) DO UPDATE
        SET before = EXCLUDED.before, after = EXCLUDED.after, outcome = EXCLUDED.outcome, reason = EXCLUDED.reason,
            target_row_id = EXCLUDED.target_row_id, at = EXCLUDED.at
        """


def read_restorable(*, source: str, table: str, new_rows: str, image: Mapping[str, str]) -> str:
    """Make `<table>_restored` (id, cells): for each old row the columns whose image still stands in its new row.

    `new_rows` joins the new row `n` to `line`; `image` is how that looks, under the old names.
    """
    return f"""
        CREATE TEMPORARY TABLE {table}_restored AS
        SELECT line.row_id::uuid AS id, jsonb_object_agg(cell.key, line.before -> cell.key) AS cells
        FROM migration_ledger line
        {new_rows}
        CROSS JOIN LATERAL (SELECT {as_document(image)} AS cells OFFSET 0) image
        JOIN LATERAL jsonb_each(line.after) cell ON cell.value = image.cells -> cell.key
        WHERE line.source = '{source}' AND line."table" = '{table}' AND line."column" = '' AND NOT ({IS_WHOLE})
        GROUP BY line.row_id
        """


def drop_restored_lines(*, source: str, table: str) -> str:
    """Delete the lines of values that all return; the others tell of edits and stay."""
    return f"""
        DELETE FROM migration_ledger line
        USING {table}_restored r
        WHERE line.source = '{source}' AND line."table" = '{table}' AND line."column" = '' AND NOT ({IS_WHOLE})
          AND line.row_id = r.id::text AND line.after - ARRAY(SELECT jsonb_object_keys(r.cells)) = '{{}}'
        """


def return_wholes(*, source: str, table: str, columns: Iterable[str], special: dict[str, str]) -> list[str]:
    """Put the rows back that did not move, but for those whose winner is gone, and delete their lines."""
    values = ", ".join(special.get(column, f"r.{column}") for column in columns)
    return [
        f"""
        CREATE TEMPORARY TABLE {table}_returning AS
        SELECT line.id AS line_id, line.before, line.after
        FROM migration_ledger line
        WHERE line.source = '{source}' AND line."table" = '{table}' AND line."column" = '' AND {IS_WHOLE}
          AND (line.target_row_id = ''
               OR EXISTS (SELECT FROM job_user_interactions t WHERE t.id = line.target_row_id::uuid))
          AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = line.row_id::uuid)
        """,
        f"""
        INSERT INTO {table} ({", ".join(columns)})
        SELECT {values}
        FROM {table}_returning line CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, line.before) r
        """,
        f"DELETE FROM migration_ledger line USING {table}_returning r WHERE line.id = r.line_id",
        f"DROP TABLE {table}_returning",
    ]


def write_kept(*, source: str, table: str, rows: str, again: str, columns: Iterable[str]) -> str:
    """Keep what the next way forward would not make of the old rows: it makes `again`, while there are `rows`.

    A row that it would not make at all is kept whole, without an image.
    """
    names = list(columns)
    now, then = (f"ROW({', '.join(f'{row}.{name}' for name in names)})" for row in "tg")
    return f"""
        {INTO_LEDGER}
        SELECT md5('{source}|{table}|' || id || '|' || before::text)::uuid, '{source}', '{table}', id::text, '',
               before, after, 'converted', 'The old form cannot hold this.', '', created_at
        FROM (
            SELECT t.id, t.created_at,
                CASE WHEN g.id IS NULL THEN to_jsonb(t) ELSE (
                    SELECT jsonb_object_agg(cell.key, cell.value)
                    FROM jsonb_each(to_jsonb(t)) cell WHERE cell.value IS DISTINCT FROM to_jsonb(g) -> cell.key
                ) END AS before,
                CASE WHEN g.id IS NOT NULL THEN jsonb_build_object('image', md5(to_jsonb(g)::text)) END AS after
            FROM {rows} t LEFT JOIN {again} g ON g.id = t.id
            WHERE g.id IS NULL OR {now} IS DISTINCT FROM {then}
        ) facts
        ON CONFLICT (id) DO UPDATE SET after = EXCLUDED.after
        """


def read_kept(*, source: str, table: str) -> str:
    """Make `<table>_kept` (id, line_id, cells): the kept columns of the rows that were just made as the line foresees."""
    return f"""
        CREATE TEMPORARY TABLE {table}_kept AS
        SELECT t.id, line.id AS line_id, line.before AS cells
        FROM migration_ledger line JOIN {table} t ON t.id = line.row_id::uuid
        WHERE line.source = '{source}' AND line."table" = '{table}'
          AND line.after ->> 'image' = md5(to_jsonb(t)::text)
        """


def return_kept(*, table: str, columns: Iterable[str], documents: tuple[str, ...]) -> str:
    """Put the kept columns back into their rows; a document may be null as JSON, which a record cannot say."""
    names = [column for column in columns if column != "id"]
    values = ", ".join(f"COALESCE(r.{name}, 'null')" if name in documents else f"r.{name}" for name in names)
    return f"""
        UPDATE {table} t
        SET ({", ".join(names)}) = (SELECT {values} FROM jsonb_populate_record(t, k.cells) r)
        FROM {table}_kept k
        WHERE k.id = t.id
        """
