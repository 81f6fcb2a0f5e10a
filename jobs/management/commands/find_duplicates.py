from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from jobs.services.upkeep import find_duplicates

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Write down which active listings are the same posting as an older one, for review. Run it after imports."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        report = find_duplicates()
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict()))
        else:
            self.stdout.write(
                f"Listings compared: {report.listings:,}. Pairs that are the same posting: {report.found:,}, "
                f"of which new: {report.written:,}."
            )
