"""Databases of a test's own beside the test database, what stands in them, and commands that run in them."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
from django.db import connections
from psycopg import sql

from jobos.crossing.services.staging import connection_params

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[2]


def connect(database: str, **more: Any) -> psycopg.Connection[Any]:
    return psycopg.connect(**(connection_params(database) | more), autocommit=True)


def url_of(database: str, *, user: str = "") -> str:
    """Return the address of a database of the test's server, as DATABASE_URL has it."""
    ours = connections["default"].settings_dict
    name, password = user or ours["USER"], "" if user else ours.get("PASSWORD", "")
    who = quote(name) + (f":{quote(password)}" if password else "")
    return f"postgresql://{who}@{quote(str(ours['HOST']), safe='')}:{ours['PORT']}/{database}"


def execute(statement: str, *names: str) -> None:
    """Run a statement that makes or drops databases and roles."""
    with connect("postgres") as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def make_database(template: str = "template0") -> Iterator[str]:
    """Make a database; afterwards it is gone, and so is what an import left beside it."""
    name = f"jobos_scratch_{uuid.uuid4().hex[:12]}"
    execute("CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield name
    finally:
        for each in (f"{name}_crossing", name):
            execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", each)


def describe_run(database: str, *arguments: object, user: str = "", **environment: str) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "PYTEST", "COV", "JOBOS"))}
    kept |= {"JOBOS_ENV": "test", "DATABASE_URL": url_of(database, user=user), **environment}
    return {"args": [sys.executable, *map(str, arguments)], "cwd": PROJECT, "env": kept, "text": True}


def run(database: str, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(**describe_run(database, *arguments, **more), capture_output=True, timeout=300, check=False)


def import_saved(database: str, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the import of the small system in a process of its own."""
    return run(database, "-m", "tests.crossing.run_saved_only", "jobpilot", *arguments, **more)


def digest(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """Return the digest of every table and the state of every sequence of a database."""
    found: dict[str, Any] = {}
    relations = connection.execute(
        """
        SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S')
        ORDER BY relname
        """
    ).fetchall()
    for name, kind in relations:
        query = (
            "SELECT last_value, is_called FROM {}"
            if kind == "S"
            else "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text COLLATE \"C\")) FROM {} t"
        )
        (found[name],) = connection.execute(sql.SQL(query).format(sql.Identifier(name))).fetchall()
    return found


def digest_of(database: str) -> dict[str, Any]:
    with connect(database) as connection:
        return digest(connection)


def exists(database: str) -> bool:
    with connect("postgres") as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None
