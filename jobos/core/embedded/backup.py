"""Backup and restore of the embedded database, each all or nothing."""

import os
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
from psycopg import sql

from jobos.core.embedded.accounts import clean_environment
from jobos.core.embedded.failure import EmbeddedDatabaseError
from jobos.core.embedded.server import EmbeddedServer
from jobos.core.interrupts import hold_interrupts

SWAP_ATTEMPTS = 5


def back_up(server: EmbeddedServer, target: Path) -> int:
    """Write the database to a file in pg_dump's custom format and return the file's size in bytes.

    The file appears under its name only when it is complete and `pg_restore` can read it.
    """
    server.ensure_running()
    return write_dump(target, database=server.url, programs=server.program("pg_dump").parent)


def write_dump(target: Path, *, database: str, programs: Path, password: str = "") -> int:
    """Write any server's database, named by a connection string, as `back_up` does; `programs` has the client's tools."""
    if not target.parent.is_dir():
        raise EmbeddedDatabaseError(f"There is no folder {target.parent} for the backup.")
    if target.is_dir():
        raise EmbeddedDatabaseError(f"{target} is a folder; name a file for the backup.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        # People's data: readable by nobody else from its first byte.
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        dump = (programs / "pg_dump", "--format=custom", f"--file={part}", f"--dbname={database}")
        _execute(*dump, password=password)
        _execute(programs / "pg_restore", "--list", part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        size = part.stat().st_size
        part.replace(target)
    except OSError as error:
        raise EmbeddedDatabaseError(f"The backup cannot be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return size


def check_backup(server: EmbeddedServer, source: Path) -> None:
    """Raise unless the file is a backup that `pg_restore` can read."""
    if not source.is_file():
        raise EmbeddedDatabaseError(f"There is no backup file {source}.")
    _run(server, "pg_restore", "--list", source)


def restore(server: EmbeddedServer, source: Path) -> None:
    """Replace the database by the one in a backup.

    It is restored into a fresh database first and takes the old one's name in one transaction, so that whatever fails
    leaves the old one as it was.
    """
    check_backup(server, source)
    server.ensure_running()
    stamp = time.strftime("%Y%m%d_%H%M%S", time.gmtime()) + f"_{os.getpid()}"
    fresh, old = f"{server.database}_restoring_{stamp}", f"{server.database}_before_{stamp}"
    try:
        with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(fresh)))
            try:
                _run(
                    server,
                    "pg_restore",
                    *("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"),
                    f"--dbname={server.url_of(fresh)}",
                    source,
                )
                with psycopg.connect(server.url_of(fresh), autocommit=True) as restored:
                    restored.execute("ANALYZE")
                _swap(connection, server.database, fresh, old)
            finally:
                # After the swap there is no database of this name any more.
                connection.execute(_drop(fresh))
            connection.execute(_drop(old))
    except psycopg.Error as error:
        raise EmbeddedDatabaseError(f"The backup was not restored: {error}") from error


def _swap(connection: psycopg.Connection, name: str, fresh: str, old: str) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    for attempt in range(1, SWAP_ATTEMPTS + 1):
        # A rename waits five seconds for other sessions to leave; a session that comes just in between costs a round.
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            with connection.transaction():
                exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
                if exists:
                    connection.execute(rename.format(sql.Identifier(name), sql.Identifier(old)))
                connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(name)))
        except psycopg.errors.ObjectInUse:
            if attempt == SWAP_ATTEMPTS:
                raise
        else:
            return


def _drop(name: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))


def _run(server: EmbeddedServer, program: str, *arguments: str | Path) -> None:
    _execute(server.program(program), *arguments)


def _execute(program: Path, *arguments: str | Path, password: str = "") -> None:
    with ExitStack() as ending:
        with hold_interrupts():  # One that came while it starts would leave it running, with nobody to stop it.
            process = ending.enter_context(
                subprocess.Popen(
                    [program, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    # No list of processes shows the password.
                    env=clean_environment() | ({"PGPASSWORD": password} if password else {}),
                )
            )
            ending.callback(process.kill)  # Nothing happens to one that has ended.
        _, said = process.communicate()
    if process.returncode != 0:
        raise EmbeddedDatabaseError(f"{program.name} failed: {said.decode(errors='replace').strip()[-2000:]}")
