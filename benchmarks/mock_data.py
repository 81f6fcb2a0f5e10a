"""What made-up data cost, against plain COPY of the very same rows.

    python -m benchmarks.mock_data --jobs 100000 [--companies N] [--users N] [--json]

Makes two scratch databases on the configured server, one after the other, and drops them again. The first is filled by
`write_mock_data`, and its tables are dumped to a file; the second is filled by COPY from that file in one transaction,
foreign keys checked, with the same indexes and triggers. The goal is half as many rows for each second by the clock: rows
are made while the database writes others. CPU time of the database's backend and of this process is shown as well.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scratch import Cost, columns_of, measure, prepare, scratch, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobs.services.mock import Plan

BLOCK = 1 << 20
GOAL = 0.5


def dump(folder: Path) -> None:
    """Write each table to a file of its own."""
    from django.db import connection

    from jobs.services.mock.making import TABLES

    for place, model in enumerate(TABLES):
        with (
            connection.cursor() as cursor,
            (folder / str(place)).open("wb") as file,
            cursor.copy(f"COPY {model._meta.db_table} ({columns_of(model)}) TO STDOUT (FORMAT binary)") as copy,
        ):
            for block in copy:
                file.write(block)


def load(folder: Path) -> Callable[[], None]:
    """Return plain COPY of the dumped tables, in one transaction."""
    from django.db import connection, transaction

    from jobs.services.mock.making import TABLES

    def work() -> None:
        with transaction.atomic():
            for place, model in enumerate(TABLES):
                with (
                    connection.cursor() as cursor,
                    (folder / str(place)).open("rb") as file,
                    cursor.copy(
                        f"COPY {model._meta.db_table} ({columns_of(model)}) FROM STDIN (FORMAT binary)"
                    ) as copy,
                ):
                    while block := file.read(BLOCK):
                        copy.write(block)
            connection.check_constraints()

    return work


def run(plan: Plan) -> tuple[dict[str, int], list[Cost]]:
    """Fill one database by the generator and one by COPY; return what went in and what each cost."""
    from jobs.services.mock import write_mock_data

    counts: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="jobos-bench-") as name:
        folder = Path(name)
        with scratch("mock"):
            prepare()
            costs = [measure("generator", lambda: counts.update(write_mock_data(plan)))]
            dump(folder)
        with scratch("floor"):
            prepare()
            costs.append(measure("plain COPY", load(folder)))
    return counts, costs


def main() -> int:
    """Run the benchmark; the status is 0 when the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=100_000, help="listings")
    parser.add_argument("--companies", type=int, help="default: a twentieth of the listings")
    parser.add_argument("--users", type=int, help="default: a fiftieth of the listings")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()

    set_up()
    from jobs.services.mock import Plan

    plan = Plan(
        users=arguments.users or max(1, arguments.jobs // 50),
        companies=arguments.companies or max(1, arguments.jobs // 20),
        listings=arguments.jobs,
        seed=1,
        day=date(2026, 6, 1),
    )
    counts, (ours, floor) = run(plan)
    rows = sum(counts.values())
    ratios = {"cpu": round(floor.total / ours.total, 2), "wall": round(floor.wall / ours.wall, 2)}
    if arguments.json:
        json.dump({"rows": counts, "costs": [asdict(ours), asdict(floor)], "ratios": ratios}, sys.stdout, indent=2)
    else:
        print(f"{plan.listings:,} listings, {plan.companies:,} companies, {plan.users:,} users: {rows:,} rows")
        print(f"{'':<12}{'database':>10}{'client':>10}{'total':>10}{'wall':>10}{'rows/s':>10}{'listings/s':>12}")
        for cost in (ours, floor):
            print(
                f"{cost.step:<12}{cost.database:>10.2f}{cost.client:>10.2f}{cost.total:>10.2f}{cost.wall:>10.2f}"
                f"{rows / cost.wall:>10,.0f}{plan.listings / cost.wall:>12,.0f}"
            )
        print(f"rows for each second against plain COPY: {ratios['cpu']} by CPU time, {ratios['wall']} by the clock")
    return 0 if ratios["wall"] >= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
