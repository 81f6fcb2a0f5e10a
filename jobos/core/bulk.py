"""Writing very many rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, models

if TYPE_CHECKING:
    from collections.abc import Iterable


def copy_rows(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Insert rows through COPY with every column as the instance has it, times included; return how many.

    Columns that the database makes itself (generated ones, and those a trigger fills: `FILLED_BY_TRIGGER` of the model)
    are left to it. Derived columns are derived as `save()` does it. `created_at` and `updated_at` must be set: this is how made-up or
    imported rows keep their own times.
    """
    by_trigger = getattr(model, "FILLED_BY_TRIGGER", ())
    fields = [field for field in model._meta.concrete_fields if not field.generated and field.name not in by_trigger]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    count = 0
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([_prepare(field, row) for field in fields])
            count += 1
    return count


def _prepare(field: models.Field[Any, Any], row: models.Model) -> Any:
    keeps_own_time = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    value = getattr(row, field.attname) if keeps_own_time else field.pre_save(row, add=True)
    return field.get_db_prep_save(value, connection)
