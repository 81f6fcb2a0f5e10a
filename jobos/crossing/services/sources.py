"""The database that people bring: a SQLite file or a PostgreSQL database, read in one snapshot and never written.

Cells come as they are stored: from SQLite as text, numbers, bytes or None, whatever the column says (text that is no UTF-8
as bytes); from PostgreSQL everything as PostgreSQL spells it in text, times in UTC, or None.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, closing, contextmanager
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import TextLoader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg.abc import Buffer

Cell = str | int | float | bytes | None
SQLITE_MAGIC = b"SQLite format 3\x00"
LONGEST_HEADER, WRITE_VERSION, WAL = 100, 18, 2
READ_AT_ONCE = 2_000  # rows
LONGEST_WAIT = 10.0  # seconds, for whoever is writing.


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
    """A file of SQLite.

    SQLite leaves two files beside one in WAL mode that it only reads, and needs a folder that it may write to. So while
    no program has such a file open, it is read without them, or, where its log holds anything, from a copy.
    """

    def __init__(self, path: Path) -> None:
        self.address, self.path = str(path), path.resolve()
        self._stack = ExitStack()
        try:
            with path.open("rb") as file:
                header = file.read(LONGEST_HEADER)
            if not header.startswith(SQLITE_MAGIC):
                raise SourceError(f"{path} is no SQLite database.")
            self._state = _read_state(self.path)
            if header[WRITE_VERSION] != WAL or _beside(self.path, "-shm").exists():
                place, self._is_alone = f"{quote(str(self.path))}?mode=ro", False
            elif self._state[1:] == ((0, 0),):
                place, self._is_alone = f"{quote(str(self.path))}?immutable=1", True
            else:
                folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="jobos-")))
                for ending in ("", "-wal"):
                    shutil.copyfile(_beside(self.path, ending), folder / f"source{ending}")
                place, self._is_alone = f"{quote(str(folder / 'source'))}", True
        except OSError as exc:
            self._stack.close()
            raise SourceError(f"{path} cannot be read: {exc.strerror}.") from exc
        try:
            with self._told():
                self.connection = self._stack.enter_context(
                    closing(sqlite3.connect(f"file:{place}", LONGEST_WAIT, uri=True, isolation_level=None))
                )
                self._look()
        except BaseException:
            self._stack.close()
            raise

    def _look(self) -> None:
        self.connection.text_factory = _read_text
        self.connection.execute("PRAGMA query_only = on")
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

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say for the operator what fails."""
        try:
            yield
        except sqlite3.Error as exc:
            is_torn = getattr(exc, "sqlite_errorname", "") == "SQLITE_READONLY_ROLLBACK"
            why = "a program was stopped while it wrote, and has to open it once more" if is_torn else exc
            raise SourceError(f"{self.address} cannot be read: {why}.") from exc

    def count(self, table: str) -> int:
        """Count the rows; every count finds out whether a file that nobody had open has been written since."""
        if self._is_alone and _read_state(self.path) != self._state:
            raise SourceError(f"Somebody has written to {self.address} meanwhile; run it again when nobody does.")
        with self._told():
            return int(self.connection.execute(f"SELECT count(*) FROM {_quote(table)}").fetchone()[0])

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Any]]:
        names = ", ".join(map(_quote, columns))
        with self._told():
            cursor = self.connection.execute(f"SELECT {names} FROM {_quote(table)}")
        while True:
            with self._told():
                rows = cursor.fetchmany(READ_AT_ONCE)
            if not rows:
                return
            yield from rows

    def close(self) -> None:
        self._stack.close()


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _read_state(path: Path) -> tuple[tuple[int, int], ...]:
    """Return sizes and times of a file and of its log, by which a change shows."""
    found = []
    for each in (path, _beside(path, "-wal")):
        try:
            there = each.stat()
        except FileNotFoundError:
            found.append((0, 0))
        else:
            found.append((there.st_size, there.st_mtime_ns) if there.st_size else (0, 0))
    return tuple(found)


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _read_text(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


# Every reading of a table gives its rows in the same order, and a policy that hides some is an error.
POSTGRES_OPTIONS = (
    "-c default_transaction_read_only=on -c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex"
    " -c extra_float_digits=1 -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c row_security=off"
    " -c synchronize_seqscans=off -c max_parallel_workers_per_gather=0"
)
TEXTS = ("text", "varchar", "name")
UNTYPED = 0  # As the cells of a COPY come.
UNREADABLE = (
    "The address of the source cannot be read. It is postgresql://USER:PASSWORD@HOST:PORT/NAME, and what is special in user "
    "and password is written in hexadecimal: @ is %40, / is %2F, % is %25."
)


class _PlainText(TextLoader):
    r"""Texts of a database that does not know its encoding, too: a byte that is no UTF-8 is spelled \xNN."""

    def load(self, value: Buffer) -> str:
        return bytes(value).decode(errors="backslashreplace")


class PostgresSource:
    """The tables that a connection finds without naming a schema."""

    def __init__(self, url: str) -> None:
        try:
            options = conninfo_to_dict(url)
        except psycopg.Error:
            raise SourceError(UNREADABLE) from None  # The error repeats a part of the address.
        ports = str(options.get("port") or "")
        # Of a password with a bare / or @ in it, the rest would stand here, and in the error.
        if not re.fullmatch(r"[0-9,]*", ports) or "@" in f"{options.get('host')}{options.get('dbname')}":
            raise SourceError(UNREADABLE)
        try:
            self.connection = psycopg.connect(
                url,
                connect_timeout=10,
                application_name="jobos import_legacy",
                client_encoding="UTF8",
                options=f"{options.get('options') or ''} {POSTGRES_OPTIONS}",
            )
        except psycopg.Error as exc:
            raise SourceError(f"The source cannot be reached: {str(exc).strip()}") from exc
        self.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        if self.connection.info.parameter_status("server_encoding") == "SQL_ASCII":
            self.connection.execute("SET client_encoding = 'SQL_ASCII'")
            for kind in (*TEXTS, UNTYPED):
                self.connection.adapters.register_loader(kind, _PlainText)
        found = self.connection.info
        where = f"{found.host}:{found.port}/{found.dbname}"
        if found.host.startswith("/"):  # The folder of a socket.
            where = f"/{found.dbname}?host={found.host}&port={found.port}"
        self.address = f"postgresql://{found.user}@{where}"
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
    source = _find(address)
    try:
        yield source
    finally:
        source.close()


def _find(address: str) -> SQLiteSource | PostgresSource:
    scheme, is_url, rest = address.partition("://")
    kind, _, _driver = scheme.lower().partition(
        "+"
    )  # As the older systems' own settings have it: postgresql+asyncpg://.
    if is_url and kind in {"postgresql", "postgres"}:
        return PostgresSource(f"postgresql://{rest}")
    if is_url and kind == "sqlite":
        return SQLiteSource(Path(rest.removeprefix("/")).expanduser())
    if (is_url and re.fullmatch(r"[a-z0-9]+", kind)) or re.search(r"\bpassword\s*=", address, re.IGNORECASE):
        raise SourceError("The source is neither a file of SQLite nor an address that begins with postgresql://.")
    return SQLiteSource(Path(address).expanduser())
