"""What every benchmark stands on: databases to throw away, the cost of a step, and what is printed of it.

Databases are made on the configured server and dropped again. Cost is CPU time of the database's backend and of this
process, since wall time on a shared machine says little; parallel workers are switched off, or theirs would be missed.
The server has to run on this machine.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model

_original: list[str] = []


@dataclass
class Cost:
    """CPU seconds of one step, and how long one had to wait for it."""

    step: str
    database: float
    client: float
    wall: float

    @property
    def total(self) -> float:
        return self.database + self.client


def set_up() -> None:
    """Start Django and remember which database it is configured for."""
    from django.db import connection

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobos.settings")
    django.setup()
    _original[:] = [connection.settings_dict["NAME"]]


# Databases ------------------------------------------------------------------------------------------------------------


def execute(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def fetch(query: str, params: Any = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def use(name: str) -> None:
    """Point Django at this database."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def leave() -> None:
    """Point Django at the configured database again."""
    use(_original[0])


def administer(*statements: str) -> None:
    """Run statements from no database in particular."""
    from django.db import connection

    connection.close()
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 - as Django's own test runner does.
        for statement in statements:
            cursor.execute(statement)


def create(name: str, template: str = "template0") -> None:
    """Make a database in which one process does all the work of a statement, and use it."""
    administer(
        f"CREATE DATABASE {name} TEMPLATE {template}",
        f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0",
        f"ALTER DATABASE {name} SET max_parallel_maintenance_workers = 0",
        "CHECKPOINT",
    )
    use(name)


def exists(name: str) -> bool:
    return bool(fetch("SELECT FROM pg_database WHERE datname = %s", [name]))


def drop(name: str) -> None:
    leave()
    administer(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def scratch(kind: str, template: str = "template0") -> Iterator[str]:
    """Make a database of this process, use it, drop it; one that is copied from must not be in use: `leave` it first."""
    name = f"benchmark_{os.getpid()}_{kind}"
    create(name, template)
    try:
        yield name
    finally:
        drop(name)


def prepare() -> None:
    """Bring a scratch database to the present shape."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def columns_of(model: type[Model]) -> str:
    """Return the columns of a table that somebody has to write: not those which the database makes itself."""
    by_trigger = getattr(model, "FILLED_BY_TRIGGER", ())
    return ", ".join(
        f'"{field.column}"'
        for field in model._meta.concrete_fields
        if not field.generated and field.name not in by_trigger
    )


def digest(*tables: str) -> dict[str, tuple[Any, ...]]:
    """Return the number of rows and one digest of each table, whatever the order of rows and columns."""
    return {
        table: fetch(f"SELECT count(*), sum(hashtextextended(to_jsonb(t)::text, 7))::text FROM {table} t")[0]
        for table in tables
    }


# Costs ----------------------------------------------------------------------------------------------------------------


def find_backend() -> int:
    """Return the process that serves our connection."""
    return fetch("SELECT pg_backend_pid()")[0][0]


def read_cpu_seconds(pid: int) -> float:
    """Return the time that a process has spent on a processor."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def measure(step: str, work: Callable[[], Any]) -> Cost:
    """Run `work` over one connection and return what it cost."""
    execute("CHECKPOINT")
    pid = find_backend()
    database, client, wall = read_cpu_seconds(pid), time.process_time(), time.monotonic()
    work()
    return Cost(step, read_cpu_seconds(pid) - database, time.process_time() - client, time.monotonic() - wall)


def report(
    title: str, costs: list[Cost], floors: dict[str, str], agreed: dict[str, bool], *, is_json: bool, **more: Any
) -> int:
    """Print the cheapest run of each step beside that of its floor, and what held; return the exit status."""
    steps = {
        step: min((cost for cost in costs if cost.step == step), key=lambda cost: cost.total)
        for step in dict.fromkeys(cost.step for cost in costs)
    }
    ratios = {step: round(steps[step].total / steps[floor].total, 2) for step, floor in floors.items()}
    if is_json:
        shown = {**more, "costs": [asdict(cost) for cost in steps.values()], "ratios": ratios, "agreed": agreed}
        json.dump(shown, sys.stdout, indent=2)
    else:
        print(f"{title}; CPU seconds")
        print(f"{'step':<16}{'database':>10}{'client':>10}{'total':>10}{'wall':>10}{'ratio':>8}")
        for step, cost in steps.items():
            print(
                f"{step:<16}{cost.database:>10.2f}{cost.client:>10.2f}{cost.total:>10.2f}{cost.wall:>10.2f}"
                f"{ratios.get(step, 1.0):>8.2f}"
            )
        for claim, holds in agreed.items():
            print(f"{'yes' if holds else 'NO':<4}{claim}")
    return 0 if all(agreed.values()) else 1
