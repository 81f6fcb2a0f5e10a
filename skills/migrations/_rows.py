"""A whole older row in a line of the ledger, and out of it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LINE = 'INSERT INTO migration_ledger (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)'


def whole_row(documents: Iterable[str]) -> str:
    """Return SQL for the whole row `t`: documents as they are, and the names of those that are null without being NULL."""
    listed = list(documents)
    nulls = " || ".join(f"CASE WHEN t.{field} = 'null' THEN ARRAY['{field}'] ELSE '{{}}' END" for field in listed)
    is_any = " OR ".join(f"t.{field} = 'null'" for field in listed)
    return f"to_jsonb(t) || CASE WHEN {is_any} THEN jsonb_build_object('json_nulls', {nulls}) ELSE '{{}}' END"


def document_of(before: str, field: str) -> str:
    """Return SQL for a document in a whole row."""
    return f"CASE WHEN {before} -> 'json_nulls' ? '{field}' THEN 'null' ELSE NULLIF({before} -> '{field}', 'null') END"
