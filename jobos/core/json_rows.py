"""Rows as the JSON text that a serializer would make of them, said in SQL.

PostgreSQL spells every value as the API does: optional text is null where it is empty, money is a decimal string, a time
is ISO 8601 in UTC with a Z, with microseconds only where there are any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLE_SECOND = """'YYYY-MM-DD"T"HH24:MI:SS"Z"'"""
_MICROSECOND = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""


def spell_column(model: type[models.Model], name: str, alias: str) -> str:
    """Return the SQL expression of one column as the API shows it; `alias` is the table's in the statement."""
    field: Any = model._meta.get_field(name)
    column = f'{alias}."{field.column}"'
    if isinstance(field, models.GeneratedField):
        field = field.output_field
    match field:
        case models.DateTimeField():
            moment = f"({column} AT TIME ZONE 'UTC')"
            is_whole = f"date_trunc('second', {moment}) = {moment}"
            return f"to_char({moment}, CASE WHEN {is_whole} THEN {_WHOLE_SECOND} ELSE {_MICROSECOND} END)"
        case models.DecimalField():
            return f"{column}::text"
        case models.CharField() | models.TextField() if field.blank:
            return f"NULLIF({column}, '')"
    return column


def spell_columns(model: type[models.Model], names: Iterable[str], alias: str) -> dict[str, str]:
    """Return the SQL expressions of columns by the names that the API gives them."""
    return {name: spell_column(model, name, alias) for name in names}


def select_list(expressions: dict[str, str]) -> str:
    """Return expressions by name as a SELECT list."""
    return ", ".join(f'{expression} AS "{name}"' for name, expression in expressions.items())
