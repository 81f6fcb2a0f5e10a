"""The database that people bring: a SQLite file or a PostgreSQL database, read in one snapshot and never written.

Cells come as they are stored: from SQLite as text, numbers, bytes or None, whatever the column says (text that is no UTF-8
as bytes); from PostgreSQL everything as PostgreSQL spells it in text, times in UTC, or None.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Cell = str | int | float | bytes | None
SQLITE_MAGIC = b"SQLite format 3\x00"
READ_AT_ONCE = 2_000  # rows


class SourceError(Exception):
    """The source cannot be read, or is none that we know; said for the operator."""


class Source(Protocol):
    """One database of an older system."""

    address: str  # Without the password.
    tables: dict[str, tuple[str, ...]]  # Every table with its columns, in their order.
    keys: dict[str, tuple[str, ...]]  # The primary keys of those that have one.

    def count(self, table: str) -> int: ...

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Any]]:
        """Yield these columns of every row; memory does not grow with the table."""
        ...


class SQLiteSource:
    """A file of SQLite."""

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        try:
            with path.open("rb") as file:
                magic = file.read(len(SQLITE_MAGIC))
        except OSError as exc:
            raise SourceError(f"{path} cannot be read: {exc.strerror}.") from exc
        if magic != SQLITE_MAGIC:
            raise SourceError(f"{path} is no SQLite database.")
        self.connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, isolation_level=None)
        self.connection.text_factory = _read_text
        try:
            self.connection.execute("BEGIN")
            names = self.connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
            ).fetchall()
            self.tables, self.keys = {}, {}
            for (name,) in names:
                columns = self.connection.execute(f"PRAGMA table_info({_quote(name)})").fetchall()
                self.tables[name] = tuple(column[1] for column in columns)
                if key := [column[1] for column in sorted(columns, key=itemgetter(5)) if column[5]]:
                    self.keys[name] = tuple(key)
        except sqlite3.Error as exc:
            self.connection.close()
            raise SourceError(f"{path} cannot be read: {exc}.") from exc

    def count(self, table: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {_quote(table)}").fetchone()[0])

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Any]]:
        names = ", ".join(map(_quote, columns))
        cursor = self.connection.execute(f"SELECT {names} FROM {_quote(table)}")
        while rows := cursor.fetchmany(READ_AT_ONCE):
            yield from rows

    def close(self) -> None:
        self.connection.close()


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _read_text(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


class PostgresSource:
    """The tables that a connection finds without naming a schema."""

    def __init__(self, url: str) -> None:
        try:
            options = conninfo_to_dict(url)
            self.connection = psycopg.connect(
                url,
                connect_timeout=10,
                application_name="jobos import_legacy",
                options=f"{options.get('options') or ''} -c default_transaction_read_only=on -c timezone=UTC"
                " -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1"
                " -c statement_timeout=0 -c idle_in_transaction_session_timeout=0",
            )
        except psycopg.Error as exc:
            raise SourceError(f"The source cannot be reached: {str(exc).strip()}") from exc
        self.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        found = self.connection.info
        # A folder as the host is where the socket is.
        self.address = f"postgresql://{found.user}@{quote(found.host, safe='.:')}:{found.port}/{found.dbname}"
        self.tables, self.keys = {}, {}
        for table, columns, key in self.connection.execute(
            """
            SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum),
                   array_agg(a.attname::text ORDER BY array_position(k.conkey, a.attnum)) FILTER (WHERE a.attnum = ANY (k.conkey))
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid
            LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace
              AND a.attnum > 0 AND NOT a.attisdropped
            GROUP BY c.relname ORDER BY c.relname COLLATE "C"
            """
        ).fetchall():
            self.tables[table] = tuple(columns)
            if key:
                self.keys[table] = tuple(key)

    def count(self, table: str) -> int:
        found = self.connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        return int(found[0]) if found else 0

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Any]]:
        statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
        )
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            yield from copy.rows()

    def close(self) -> None:
        self.connection.close()


@contextmanager
def open_source(address: str) -> Iterator[SQLiteSource | PostgresSource]:
    """Open a source by its address, a URL of PostgreSQL or the path of a SQLite file; SourceError where it is neither."""
    source = (
        PostgresSource(address)
        if address.startswith(("postgresql://", "postgres://"))
        else SQLiteSource(Path(address).expanduser())
    )
    try:
        yield source
    finally:
        source.close()
