"""What the jobs overhaul costs, against the fastest SQL that a hand would write for the same work.

    python -m benchmarks.migrations --jobs 200000 [--rounds 2] [--json]

Makes scratch databases on the configured server and drops them again. Cost is CPU time of the database's backend and of
this process, since wall time on a shared machine says little; parallel workers are switched off, or theirs would be
missed. The server has to run on this machine. The hand-written SQL is one ALTER TABLE with the same expressions, the
constraints and the indexes; it keeps nothing for the way back.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
import uuid
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEGACY = "0001"
NEWEST = "0005"
TABLES = ("jobs", "interviews", "migration_ledger")
WORDS = [
    "the",
    "team",
    "asked",
    "about",
    "distributed",
    "systems",
    "and",
    "wanted",
    "to",
    "hear",
    "how",
    "we",
    "cut",
    "latency",
    "salary",
    "band",
    "remote",
    "first",
    "hiring",
    "manager",
    "said",
    "they",
    "will",
    "call",
    "back",
    "next",
    "week",
    "recruiter",
    "friendly",
    "great",
    "product",
    "unclear",
    "roadmap",
    "Kubernetes",
    "Python",
    "Go",
    "PostgreSQL",
    "on-call",
    "rotation",
    "equity",
    "Straße",
    "naïve",
    "résumé",
    "two",
    "rounds",
    "then",
    "a",
    "take-home",
    "🚀",
    "benefits",
    "visa",
    "relocation",
]
STATUSES = {
    "Analyzed": 22,
    "Applied": 28,
    "Screening": 8,
    "Interview Scheduled": 6,
    "Interview Done": 6,
    "Offer": 2,
    "Rejected": 14,
    "Withdrawn": 4,
    "Ghosted": 10,
}
COLUMNS = [
    "id",
    "user_id",
    "company_name",
    "role_title",
    "jd_text",
    "jd_url",
    "source_portal",
    "fit_score",
    "ats_score",
    "status",
    "resume_version",
    "apply_type",
    "cover_letter",
    "keywords_matched",
    "keywords_missing",
    "is_deleted",
    "notes",
    "followup_count",
    "applied_date",
    "created_at",
    "updated_at",
]


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


# Rows -----------------------------------------------------------------------------------------------------------------


def make_paragraphs(source: random.Random) -> list[str]:
    """Return texts of 40 to 900 characters to put notes and descriptions together from."""
    return [" ".join(source.choices(WORDS, k=source.randint(8, 140))) for _ in range(5000)]


def make_notes(source: random.Random, paragraphs: list[str]) -> str | None:
    """Return a note as people left them: none, empty, short, with follow-ups, very long, odd."""
    kind = source.random()
    if kind < 0.25:
        return None
    if kind < 0.30:
        return ""
    if kind < 0.80:
        return source.choice(paragraphs)[: source.randint(20, 400)]
    if kind < 0.95:
        parts = [source.choice(paragraphs)[:200]] if source.random() < 0.9 else []
        day = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=source.randint(0, 300))
        parts += [
            f"[Follow-up {day + timedelta(days=7 * place):%Y-%m-%d}] {source.choice(paragraphs)[:120]}"
            for place in range(source.randint(1, 4))
        ]
        return "\n---\n".join(parts)
    if kind < 0.99:
        return "\r\n".join(source.choices(paragraphs, k=source.randint(5, 40)))
    return source.choice(
        [
            "   ",
            "null",
            '{"a": 1}',
            "\n---\n",
            "\n---\n[Follow-up 2025-02-03] x",
            "a\n---\n[Follow-up 2025-02-30] x",
            "🚀",
        ]
    )


def make_rows(number: int, users: list[uuid.UUID]) -> Iterator[tuple[Any, ...]]:
    """Yield legacy jobs, the same ones each time."""
    source = random.Random(20_260_101)
    paragraphs = make_paragraphs(source)
    statuses = source.choices(list(STATUSES), weights=list(STATUSES.values()), k=number)
    for place in range(number):
        blank = "" if source.random() < 0.02 else None
        created = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=source.randint(0, 40_000_000))
        yield (
            uuid.UUID(int=source.getrandbits(128), version=4),
            source.choice(users),
            f"Company {source.randint(1, 400)}",
            f"{source.choice(('Senior ', '', 'Staff ', ' '))}{source.choice(WORDS)} engineer",
            blank if source.random() < 0.2 else "\n".join(source.choices(paragraphs, k=source.randint(1, 3))),
            blank if source.random() < 0.5 else f"https://jobs.example/{place}",
            source.choice(("LinkedIn", "Direct", "Naukri", None)),
            source.choice((None, 7.5, 8.0, 3.25)) if source.random() > 0.005 else 11.5,
            source.choice((None, 71.0, 88.5, 100.0)) if source.random() > 0.005 else float("nan"),
            statuses[place],
            blank if source.random() < 0.6 else "v3",
            source.choice((None, "quick", "deep")),
            None if source.random() < 0.8 else source.choice(paragraphs),
            source.choices(WORDS, k=6) if source.random() < 0.6 else None,
            source.choices(WORDS, k=3) if source.random() < 0.6 else None,
            source.random() < 0.05,
            make_notes(source, paragraphs),
            source.randint(0, 3) if source.random() > 0.01 else None,
            None if statuses[place] == "Analyzed" else created.date(),
            created,
            created + timedelta(seconds=source.randint(0, 5_000_000)),
        )


# Databases ------------------------------------------------------------------------------------------------------------


def scratch_name(kind: str) -> str:
    """Return the name of one of this process's databases."""
    return f"benchmark_{os.getpid()}_{kind}"


def execute(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def use(name: str) -> None:
    """Point Django at this database."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def administer(*statements: str) -> None:
    """Run statements from no database in particular."""
    from django.db import connection

    connection.close()
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 - as Django's own test runner does.
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def scratch(kind: str, template: str = "template0") -> Iterator[str]:
    """Make a database, use it, drop it."""
    name = scratch_name(kind)
    administer(
        f"CREATE DATABASE {name} TEMPLATE {template}",
        f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0",
        f"ALTER DATABASE {name} SET max_parallel_maintenance_workers = 0",
        "CHECKPOINT",
    )
    use(name)
    try:
        yield name
    finally:
        use(ORIGINAL["name"])
        administer(f"DROP DATABASE {name} WITH (FORCE)")


ORIGINAL: dict[str, str] = {}


def migrate(target: str) -> None:
    from django.core.management import call_command

    call_command("migrate", "jobs", target, verbosity=0, interactive=False)


def load(number: int) -> None:
    """Bring this database to the legacy shape and fill it."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", "core", verbosity=0, interactive=False)
    migrate(LEGACY)
    users = [uuid.uuid5(uuid.NAMESPACE_DNS, str(place)) for place in range(max(1, number // 100))]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
            " VALUES (%s, '', false, %s, '', true, true, now())",
            [(user, f"{user}@bench.example") for user in users],
        )
        with cursor.copy(f"COPY jobs ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in make_rows(number, users):
                copy.write_row(row)
    execute("VACUUM ANALYZE jobs")


def digest() -> dict[str, tuple[int, str]]:
    """Return the number of rows and one digest of each table, whatever the order of rows and columns."""
    from django.db import connection

    digests = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT count(*), md5(string_agg(row, '' ORDER BY row))"
                f" FROM (SELECT md5(to_jsonb(t)::text) AS row FROM {table} t) rows"
            )
            digests[table] = cursor.fetchone()
    return digests


# Measuring ------------------------------------------------------------------------------------------------------------


def read_cpu_seconds(pid: int) -> float:
    """Return the time that a process has spent on a processor."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def measure(step: str, work: Callable[[], None]) -> Cost:
    """Run `work` over one connection and return what it cost."""
    from django.db import connection

    execute("CHECKPOINT")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    database, client, wall = read_cpu_seconds(pid), time.process_time(), time.monotonic()
    work()
    return Cost(step, read_cpu_seconds(pid) - database, time.process_time() - client, time.monotonic() - wall)


# The fastest SQL for the same work ------------------------------------------------------------------------------------


def floor_forward(indexes: list[str]) -> Callable[[], None]:
    """Return the overhaul by hand: one rewrite for each table, twins numbered, indexes; nothing is kept."""
    from django.db import transaction

    from jobs.migrations import _interviews, _status_overhaul

    number_twins = """
        UPDATE jobs t SET role_title = left(btrim(t.role_title), 250) || ' (' || place || ')'
        FROM (
            SELECT id, row_number() OVER (
                PARTITION BY user_id, lower(btrim(company_name)), lower(btrim(role_title))
                ORDER BY updated_at DESC, id DESC) AS place
            FROM jobs WHERE NOT is_deleted AND status NOT IN ('Rejected', 'Withdrawn', 'Ghosted')
        ) ranked
        WHERE ranked.id = t.id AND place > 1
        """

    def work() -> None:
        with transaction.atomic():
            for statement in (
                *_status_overhaul.MAKE_FUNCTIONS,
                number_twins,
                _status_overhaul.ADD_COLUMNS,
                _status_overhaul.CONVERT,
                _interviews.CONVERT,
                *indexes,
                "ANALYZE jobs, interviews",
            ):
                execute(statement)

    return work


def floor_backward(indexes: list[str]) -> Callable[[], None]:
    """Return the way back by hand: whatever the rule gives."""
    from django.db import transaction

    from jobs.migrations import _interviews, _status_overhaul

    def work() -> None:
        with transaction.atomic():
            for index in indexes:
                execute(f"DROP INDEX {index}")
            for statement in (
                *_status_overhaul.DROP_FUNCTIONS,
                *_status_overhaul.MAKE_FUNCTIONS,
                _status_overhaul.CONVERT_BACK,
                _status_overhaul.ADD_OLD_CHECK,
                _interviews.CONVERT_BACK,
            ):
                execute(statement)

    return work


def read_indexes() -> tuple[list[str], list[str]]:
    """Return names and definitions of the indexes that the migrations made."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('jobs', 'interviews')"
            " AND indexname NOT LIKE '%%pkey'",
            [],
        )
        rows = cursor.fetchall()
    return [name for name, _ in rows], [definition for _, definition in rows]


# The run --------------------------------------------------------------------------------------------------------------


def run_round(template: str) -> tuple[list[Cost], dict[str, bool]]:
    """Measure each step once, on fresh copies."""
    with scratch("ours", template):
        old = digest()
        costs = [measure("forward", lambda: migrate(NEWEST))]
        names, indexes = read_indexes()
        new = digest()
        costs.append(measure("backward", lambda: migrate(LEGACY)))
        back = digest()
        costs.append(measure("forward again", lambda: migrate(NEWEST)))
        again = digest()
    with scratch("floor", template):
        costs.append(measure("floor forward", floor_forward(indexes)))
        costs.append(measure("floor backward", floor_backward(names)))
    return costs, {
        "the way back gives the old tables": all(old[table] == back[table] for table in ("jobs", "interviews")),
        "the second way forward gives the same tables and ledger": new == again,
    }


def best(costs: list[Cost]) -> dict[str, Cost]:
    """Return the cheapest run of each step."""
    return {
        step: min((cost for cost in costs if cost.step == step), key=lambda cost: cost.total)
        for step in dict.fromkeys(cost.step for cost in costs)
    }


def main() -> int:
    """Run the benchmark; the status is 0 when the digests agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobos.settings")
    django.setup()
    from django.db import connection

    ORIGINAL["name"] = connection.settings_dict["NAME"]
    costs: list[Cost] = []
    agreed: dict[str, bool] = {}
    with scratch("legacy") as template:
        load(arguments.jobs)
        for _ in range(arguments.rounds):
            use(ORIGINAL["name"])
            measured, agreed = run_round(template)
            costs += measured
    steps = best(costs)
    ratios = {
        step: round(steps[step].total / steps[floor].total, 2)
        for step, floor in (
            ("forward", "floor forward"),
            ("backward", "floor backward"),
            ("forward again", "floor forward"),
        )
    }
    if arguments.json:
        json.dump(
            {
                "jobs": arguments.jobs,
                "costs": [asdict(cost) for cost in steps.values()],
                "ratios": ratios,
                "agreed": agreed,
            },
            sys.stdout,
            indent=2,
        )
    else:
        print(f"{arguments.jobs:,} jobs, best of {arguments.rounds}, CPU seconds")
        print(f"{'step':<16}{'database':>10}{'client':>10}{'total':>10}{'wall':>10}{'ratio':>8}")
        for step, cost in steps.items():
            print(
                f"{step:<16}{cost.database:>10.2f}{cost.client:>10.2f}{cost.total:>10.2f}{cost.wall:>10.2f}"
                f"{ratios.get(step, 1.0):>8.2f}"
            )
        for claim, holds in agreed.items():
            print(f"{'yes' if holds else 'NO':<4}{claim}")
    return 0 if all(agreed.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
