from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from companies.services import refresh_matches

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Suggest companies of the directory that look like one employer; merges nothing. Can be stopped and run again; "
        "where one runs already, on whatever machine, a second one leaves."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, help="Compare only companies changed in so many days, with all others (default: all)."
        )
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, days: int | None, **options: Any) -> None:
        if days is not None and not 1 <= days <= 36_500:  # noqa: PLR2004 - a century.
            raise CommandError("--days takes a number from 1 to 36500.")
        since = None if days is None else timezone.now() - timedelta(days=days)
        done = refresh_matches(changed_since=since, tell=None if options["json"] else self._tell)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
        elif done.is_running_elsewhere:
            self.stdout.write("Another refresh is running; nothing was done here.")
        else:
            self.stdout.write(
                f"{done.compared:,} companies compared: {done.suggested:,} pairs suggested or told anew,"
                f" {done.withdrawn:,} withdrawn."
            )

    def _tell(self, done: int, total: int) -> None:
        if done == total or done % 5000 == 0:
            self.stderr.write(f"{done:,} of {total:,} companies")
