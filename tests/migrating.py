"""What tests of migrations have in common: running them, and looking at tables as PostgreSQL spells them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, Any]
Table = dict[str, dict[str, Any]]


def migrate(*targets: tuple[str, str]) -> None:
    """Migrate to these nodes; without any, to the present state of every app."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


def execute(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert(table: str, rows: Iterable[Row]) -> None:
    """Insert rows that leave out what the database defaults; documents come as JSON."""
    with connection.cursor() as cursor:
        for row in rows:
            columns = ", ".join(row)
            places = ", ".join(["%s"] * len(row))
            cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values()))


def read(table: str) -> Table:
    """Return all rows by key, as PostgreSQL spells them in JSON."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id::text, to_jsonb(t)::text FROM {table} t")
        return {key: json.loads(row) for key, row in cursor.fetchall()}


def digest(table: str) -> tuple[int, str]:
    """Return the number of rows and one digest of them all, whatever the order of rows and columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), md5(string_agg(md5(row), '' ORDER BY md5(row))) FROM"
            f" (SELECT (SELECT string_agg(key || '=' || COALESCE(value, '-'), '|' ORDER BY key COLLATE \"C\")"
            f" FROM jsonb_each_text(to_jsonb(t))) AS row FROM {table} t) rows"
        )
        count, value = cursor.fetchone()
        return count, value


def describe(schema: str, tables: tuple[str, ...]) -> dict[str, Any]:
    """Return what the catalogue says of these tables: columns, constraints, indexes, triggers."""
    queries = {
        "columns": """
            SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation,
                   pg_get_expr(d.adbin, d.adrelid)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r'""",
        "constraints": """
            SELECT c.relname, k.conname, pg_get_constraintdef(k.oid), k.convalidated, k.condeferrable
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype <> 'n'""",
        "indexes": """
            SELECT c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisunique
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE true""",
        "triggers": """
            SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal""",
    }
    with connection.cursor() as cursor:
        found: dict[str, Any] = {}
        for kind, query in queries.items():
            cursor.execute(
                f"{query} AND c.relnamespace = %s::regnamespace AND c.relname = ANY(%s)", [schema, list(tables)]
            )
            rows = [
                tuple(value.replace(f"{schema}.", "") if isinstance(value, str) else value for value in row)
                for row in cursor.fetchall()
            ]
            found[kind] = sorted(rows, key=repr)
        return found
