"""Writing very many rows at once."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


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
        readers = [_make_reader(field) for field in fields]
        for row in rows:
            copy.write_row([read(row) for read in readers])
            count += 1
    return count


# Their values go to the driver as they are.
_PLAIN = {
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.DateTimeField,
    models.DecimalField,
    models.EmailField,
    models.FloatField,
    models.IntegerField,
    models.PositiveIntegerField,
    models.SmallIntegerField,
    models.TextField,
    models.UUIDField,
}

_TEXTS = {models.CharField, models.TextField}


def _make_reader(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    """Return what reads the value of a column from a row, prepared for the database."""
    kind = type(field.target_field) if isinstance(field, models.ForeignKey) else type(field)
    if kind in _PLAIN:
        return attrgetter(field.attname)
    if isinstance(field, ArrayField) and type(field.base_field) in _TEXTS:
        return lambda row: _write_array(getattr(row, field.attname))
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)


def _write_array(texts: Iterable[str] | None) -> str | None:
    """Return texts as PostgreSQL writes an array of them: the driver would look at each one's type first."""
    if texts is None:
        return None
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
