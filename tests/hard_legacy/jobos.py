"""Hard databases of JobOS, the FastAPI application: any revision, any size, every trap at its rate.

    made = make_jobos("postgresql://...", revision="c3d4e5f6a7b8", users=50)

The same arguments give the same rows: no clock, no hash(), every key from a seeded generator. Rows are made for a few
hundred users at a time and copied in, so that memory stays bounded.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import psycopg

from tests.hard_legacy import jobos_schema as schema
from tests.hard_legacy.jobos_rates import Rates, Sizes
from tests.hard_legacy.jobos_rows import Made, Maker, Planted

if TYPE_CHECKING:
    from tests.hard_legacy.jobos_rows import Row

__all__ = ["Made", "Planted", "Rates", "Sizes", "make_jobos"]


def make_jobos(
    url: str,
    *,
    revision: str = schema.LAST,
    users: int = 50,
    seed: int = 1,
    rates: Rates = Rates(),
    sizes: Sizes = Sizes(),
    planted_each: int = 10,
    version_table: bool = True,
) -> Made:
    """Fill this empty database; of each trap, this many rows have a marker planted in them."""
    maker = Maker(revision=revision, users=users, seed=seed, rates=rates, sizes=sizes, planted_each=planted_each)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute("SET synchronous_commit = off")
        statements = list(schema.make_statements(revision, version_table=version_table))
        indexes = [
            statement for statement in statements if statement.startswith(("CREATE INDEX", "CREATE UNIQUE INDEX"))
        ]
        with connection.transaction():
            for statement in statements:
                if statement not in indexes:  # Quicker to build once the rows are there.
                    connection.execute(statement)
            if rates.unknown_table > 0:
                connection.execute(schema.CREATE_UNKNOWN_TABLE)
            if rates.unknown_column > 0:
                connection.execute(schema.ADD_UNKNOWN_COLUMN)
        columns = read_columns(connection)
        tables = [table for table in (*schema.TABLES, schema.UNKNOWN_TABLE) if table in columns]
        maker.made.tables = dict.fromkeys(tables, 0)
        for chunk in maker.make_chunks():
            with connection.transaction(), connection.cursor() as cursor:
                for table in tables:
                    copy_rows(cursor, table, columns[table], chunk[table])
                    maker.made.tables[table] += len(chunk[table])
        for statement in indexes:
            connection.execute(statement)
        connection.execute("ANALYZE")
    return maker.made


def read_columns(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    rows = connection.execute(
        "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name <> 'alembic_version' GROUP BY table_name"
    )
    return dict(rows.fetchall())


def copy_rows(cursor: psycopg.Cursor[Any], table: str, columns: list[str], rows: list[Row]) -> None:
    """Copy rows in, of each the columns that the table has at its revision."""
    if not rows:
        return
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row.get(column) for column in columns])


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.hard_legacy jobos")
    parser.add_argument("url", help="of an empty database")
    parser.add_argument("--revision", default=schema.LAST, choices=schema.REVISIONS)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    made = make_jobos(options.url, revision=options.revision, users=options.users, seed=options.seed)
    for table, rows in made.tables.items():
        print(f"{table:28}{rows:>10}")
    print(f"{'together':28}{sum(made.tables.values()):>10}")
