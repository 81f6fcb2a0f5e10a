from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from jobs.models import today
from jobs.services.mock_data import MockDataMaker, reset_data, write_mock_data

if TYPE_CHECKING:
    from argparse import ArgumentParser

SMALL = {"users": 3, "companies": 12, "jobs": 36}
LONGEST_PIPELINE = 20_000


class Command(BaseCommand):
    help = "Fill the database with believable made-up data. The same seed and day give the same data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--users", type=int, default=20)
        parser.add_argument("--companies", type=int, default=30)
        parser.add_argument("--jobs", type=int, default=150, help="Pipeline cards, over all users.")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--small", action="store_true", help="A few of everything.")
        parser.add_argument("--as-of", type=date.fromisoformat, help="The day the data ends at (default: today, UTC).")
        parser.add_argument("--reset", action="store_true", help="Delete people and companies first; asks.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        sizes = SMALL if options["small"] else {name: options[name] for name in SMALL}
        for name, size in sizes.items():
            if size < 1:
                raise CommandError(f"--{name} takes a number from 1.")
        if sizes["jobs"] > sizes["users"] * LONGEST_PIPELINE:
            raise CommandError(f"At most {LONGEST_PIPELINE:,} --jobs for each of --users.")
        if options["reset"]:
            self._reset(is_sure=options["yes"])
        maker = MockDataMaker(options["seed"], options["as_of"] or today())
        try:
            counts = write_mock_data(maker.make(**sizes), tell=None if options["json"] else self._tell)
        except ValidationError as exc:
            raise CommandError(exc.messages[0]) from exc
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        table = Table("table", "rows", title=f"Made with seed {options['seed']}")
        for name, count in counts.items():
            table.add_row(name, f"{count:,}")
        Console(highlight=False).print(table)

    def _tell(self, table: str, count: int) -> None:
        self.stderr.write(f"{table}: {count:,} rows")

    def _reset(self, *, is_sure: bool) -> None:
        if not is_sure and input("Delete every person (but superusers) and company? [y/N] ").strip().lower() != "y":
            raise CommandError("Nothing was deleted.")
        reset_data()
