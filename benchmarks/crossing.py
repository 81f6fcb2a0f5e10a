"""What bringing a whole older database over costs, against a bare copy of its rows.

    python -m benchmarks.crossing --users 25000 [--system jobpilot|jobos] [--shape legacy] [--thin] [--json]

Makes a hard database of the older system (traps at their usual rates), brings it over with everything that
`import_legacy --apply` does but the backup of an empty target, dry first and then in earnest, and once more, when nothing may change. The floor
reads the same source and copies every row as text into tables without a key: the least that any move of it costs. Shown
are the clock, CPU time of this process, and the most memory that it and the database's processes took (the server's
shared buffers counted once).
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
from psycopg import sql

from benchmarks.scratch import digest, fetch, prepare, scratch, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobos.crossing.services.sources import Source

LEAST_ROWS_A_MINUTE = 250_000
MEGABYTE = 1 << 20


@dataclass
class Step:
    """What one step took: seconds, and the private memory of the database's processes in MB."""

    name: str
    wall: float
    client: float
    memory: float
    server_memory: float


def watch(name: str, work: Callable[[], Any]) -> Step:
    """Run `work` and look at the memory of the server's processes ten times a second meanwhile."""
    done = threading.Event()
    most = [0.0]
    parent = psutil.Process(fetch("SELECT pg_backend_pid()")[0][0]).parent()

    def look() -> None:
        while not done.wait(0.1):
            total = 0
            for process in parent.children() if parent else ():
                try:
                    found = process.memory_full_info()
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
                total += found.uss
            most[0] = max(most[0], total / MEGABYTE)

    watcher = threading.Thread(target=look)
    watcher.start()
    wall, client = time.monotonic(), time.process_time()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Step(name, time.monotonic() - wall, time.process_time() - client, memory, most[0])


def copy_barely(source: Source) -> None:
    """Copy every row of a source as text into tables of the database in use."""
    from django.db import connection

    for table, columns in source.tables.items():
        names = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in columns)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(f"bare_{table}"), names))
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(f"bare_{table}"))) as copy:
                for row in source.rows(table, columns):
                    copy.write_row([spell(cell) for cell in row])


def spell(cell: Any) -> str | None:
    if cell is None:
        return None
    return cell.hex() if isinstance(cell, bytes) else str(cell).replace("\0", "").encode(errors="replace").decode()


# Ten rows for each user, so that 100,000 users have a million.
THIN = {
    "jobpilot": {
        "companies": 0.1,
        "job_listings": 2,
        "job_source_listings": 0.3,
        "job_embeddings": 0.1,
        "job_duplications": 0.05,
        "applications": 1.3,
        "saved_jobs": 1.8,
        "timeline_events": 2,
        "skill_banks": 0.5,
        "skill_banks_legacy": 0.05,
        "resumes": 0.5,
        "resume_versions": 0.2,
        "resume_generations": 0.2,
        "resume_optimizations": 0.2,
        "raw_job_collections": 0.02,
        "job_processing_logs": 0.05,
        "processed_job_data": 0.1,
        "etl_operation_logs": 0.05,
    },
    "jobos": {
        "companies": 1,
        "jobs": 3,
        "interviews": 0.5,
        "contacts": 0.7,
        "activities": 1.5,
        "daily_logs": 0.3,
        "resume_owners": 0.02,
    },
}


def make_source(system: str, shape: str, users: int, folder: Path, stack: ExitStack, *, thin: bool = False) -> str:
    """Make the older database; return its address."""
    from tests.hard_legacy import jobos, jobpilot

    sizes: dict[str, Any] = THIN[system] if thin else {}
    if system == "jobpilot":
        path = folder / "jobpilot.db"
        jobpilot.make_jobpilot(path, shape=shape or "legacy", users=users, seed=1, sizes=jobpilot.Sizes(**sizes))
        return str(path)
    from django.db import connection

    name = stack.enter_context(scratch("older"))
    params = connection.get_connection_params()
    url = psycopg.conninfo.make_conninfo(
        **{key: params[key] for key in ("host", "port", "user", "password") if params.get(key)}, dbname=name
    )
    address = to_url(url)
    revision = {"revision": shape} if shape else {}
    jobos.make_jobos(address, **revision, users=users, seed=1, sizes=jobos.Sizes(**sizes))
    return address


def to_url(conninfo: str) -> str:
    from urllib.parse import quote

    found = psycopg.conninfo.conninfo_to_dict(conninfo)
    secret = f":{quote(str(found['password']), safe='')}" if found.get("password") else ""
    return (
        f"postgresql://{quote(str(found['user']), safe='')}{secret}@/{found['dbname']}"
        f"?host={quote(str(found['host']), safe='')}&port={found.get('port', 5432)}"
    )


def main() -> int:
    """Run the benchmark; the status is 0 when the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--system", choices=("jobpilot", "jobos"), default="jobpilot")
    parser.add_argument(
        "--shape", default="", help="of JobPilot: legacy, intermediate, refactored; of JobOS: a revision"
    )
    parser.add_argument("--users", type=int, default=25_000)
    parser.add_argument(
        "--thin", action="store_true", help="ten rows for each user, with everything in smaller numbers"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()

    set_up()
    from jobos.crossing.services.running import run
    from jobos.crossing.services.sources import open_source

    steps: list[Step] = []
    agreed: dict[str, bool] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jobos-bench-")))
        address = make_source(arguments.system, arguments.shape, arguments.users, folder, stack, thin=arguments.thin)
        with open_source(address) as source:
            rows = sum(source.count(table) for table in source.tables)
            with scratch("floor"):
                steps.append(watch("bare copy", lambda: copy_barely(source)))
        with scratch("target"):
            prepare()
            # What the import and the catalogue of a test look like to each other is of no interest here.
            tables = [name for (name,) in fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            empty = digest(*tables)

            def bring(name: str, *, apply: bool) -> Any:
                made: list[Any] = []
                steps.append(
                    watch(
                        name,
                        lambda: made.append(
                            run(
                                arguments.system,
                                address,
                                apply=apply,
                                backup=folder / f"{name}.dump" if apply else None,
                            )
                        ),
                    )
                )
                return made[0]

            bring("dry run", apply=False)
            agreed["a dry run leaves the target byte-identical"] = digest(*tables) == empty
            report = bring("import", apply=True)
            agreed["every check of the report holds"] = report.holds
            full = digest(*(name for name in tables if name != "legacy_imports"))
            bring("again", apply=True)
            agreed["a second run changes nothing"] = digest(*full) == full
    brought = next(step for step in steps if step.name == "import")
    pace = rows / brought.wall * 60
    agreed[f"at least {LEAST_ROWS_A_MINUTE:,} rows a minute"] = pace >= LEAST_ROWS_A_MINUTE
    if arguments.json:
        json.dump({"rows": rows, "steps": [asdict(step) for step in steps], "agreed": agreed}, sys.stdout, indent=2)
    else:
        print(f"{arguments.system}: {arguments.users:,} users, {rows:,} rows")
        print(f"{'step':<12}{'clock, s':>10}{'client, s':>11}{'MB':>8}{'server MB':>11}{'ratio':>8}")
        for step in steps:
            print(
                f"{step.name:<12}{step.wall:>10.1f}{step.client:>11.1f}{step.memory:>8.0f}{step.server_memory:>11.0f}"
                f"{step.wall / steps[0].wall:>8.1f}"
            )
        print(f"{pace:,.0f} rows a minute")
        for claim, holds in agreed.items():
            print(f"{'yes' if holds else 'NO':<4}{claim}")
    return 0 if all(agreed.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
