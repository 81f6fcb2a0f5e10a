"""What importing postings costs, against plain COPY of the very rows that it writes.

    python -m benchmarks.import_listings --rows 100000 [--companies 5000] [--json]
    python -m benchmarks.import_listings --file postings.jsonl.gz

Makes scratch databases on the configured server and drops them again. The floor is COPY of the finished rows of the
three tables into an equal, empty database: the same triggers, indexes and foreign keys, without reading a file, finding
companies or duplicates, or keeping digests. Reported: rows a second by the clock and by CPU time of the backend and
this process (the clock alone says little on a busy machine), for a first run and for a second over the same file.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.migrations import make_paragraphs
from benchmarks.scratch import Cost, columns_of, leave, measure, prepare, scratch, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

TABLES = ("job_sources", "companies", "job_listings", "job_source_listings")
TITLES = ("Baker", "Data Engineer", "Nurse", "Backend Engineer (Django)", "Controller", "Site Manager", "Recruiter")
CITIES = ("Lisbon", "Berlin", "Austin, TX", "Remote", "Nairobi", "Toronto", "Melbourne")


def make_file(path: Path, rows: int, companies: int) -> None:
    """Write made-up postings as JSON lines: texts of 1 to 4 kB in HTML, pay, skills, some without a key or address."""
    source = random.Random(1)
    paragraphs = make_paragraphs(source)
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            low = source.randrange(40_000, 120_000, 1000)
            record = {
                "source_job_id": f"K-{number}",
                "title": f"{source.choice(TITLES)} {number % 977}",
                "company": f"Company {source.randrange(companies)} Inc.",
                "location": source.choice(CITIES),
                "description": "".join(f"<p>{text}</p>" for text in source.choices(paragraphs, k=source.randint(2, 8))),
                "job_type": source.choice(["FULL_TIME", "Part-time", "contractor"]),
                "salary_min": low,
                "salary_max": low + 20_000,
                "salary_currency": "EUR",
                "salary_period": "year",
                "skills_required": "Python; PostgreSQL; Patience",
                "job_url": f"https://jobs.example/{number}",
                "posted_date": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
            }
            file.write(f"{json.dumps(record)}\n")


def find_model(table: str) -> Any:
    from django.apps import apps

    return next(model for model in apps.get_models() if model._meta.db_table == table)


def take_out() -> dict[str, bytes]:
    """Return the rows of each table as COPY writes them."""
    from django.db import connection

    taken = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            content = io.BytesIO()
            with cursor.copy(
                f"COPY (SELECT {columns_of(find_model(table))} FROM {table} ORDER BY id) TO STDOUT"
            ) as copy:
                for chunk in copy:
                    content.write(chunk)
            taken[table] = content.getvalue()
    return taken


def put_in(taken: dict[str, bytes]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            with cursor.copy(f"COPY {table} ({columns_of(find_model(table))}) FROM STDIN") as copy:
                copy.write(taken[table])


def run(path: Path) -> tuple[list[Cost], dict[str, Any]]:
    from jobs.services.listing_import import run_import

    reports = []

    def bring() -> Any:
        with path.open("rb") as file:
            reports.append(run_import(file, source="" if path.suffix == ".gz" else "benchmark"))

    steps: list[Cost] = []

    def timed(step: str, work: Callable[[], Any]) -> None:
        steps.append(measure(step, work))

    with scratch("template") as template:
        prepare()
        leave()
        with scratch("import", template):
            timed("import", bring)
            timed("again", bring)
            taken = take_out()
        with scratch("copy", template):
            timed("copy", lambda: put_in(taken))
    first, second = reports
    return steps, {
        "read": first.read,
        "first": {str(outcome): count for outcome, count in first.counts.items()},
        "second": {str(outcome): count for outcome, count in second.counts.items()},
        "is_balanced": first.is_balanced and second.is_balanced,
    }


def main() -> int:
    """Run the benchmark; the status is 0 when the sums add up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--companies", type=int, default=5_000)
    parser.add_argument("--file", type=Path, help="real postings instead of made-up ones")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    set_up()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.file or Path(folder, "postings.jsonl")
        if arguments.file is None:
            make_file(path, arguments.rows, arguments.companies)
        steps, found = run(path)
    [floor] = [step for step in steps if step.step == "copy"]
    rates = {
        step.step: {
            "rows_per_second": round(found["read"] / step.wall),
            "rows_per_cpu_second": round(found["read"] / step.total),
            "of_copy_by_clock": round(floor.wall / step.wall, 2),
            "of_copy_by_cpu": round(floor.total / step.total, 2),
        }
        for step in steps
    }
    if arguments.json:
        json.dump(found | {"rates": rates}, sys.stdout, indent=2)
    else:
        print(f"{found['read']:,} postings; first run {found['first']}; second run {found['second']}")
        print(f"{'step':<8}{'rows/s':>10}{'rows/CPU s':>12}{'of COPY, clock':>16}{'of COPY, CPU':>14}")
        for step, rate in rates.items():
            print(f"{step:<8}{rate['rows_per_second']:>10,}{rate['rows_per_cpu_second']:>12,}"
                  f"{rate['of_copy_by_clock']:>16}{rate['of_copy_by_cpu']:>14}")  # fmt: skip
    return 0 if found["is_balanced"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
