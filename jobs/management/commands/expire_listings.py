from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from jobs.services.upkeep import expire_listings

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Retire the active listings whose deadline is over. Run it daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Count them and change nothing.")
        parser.add_argument("--json", action="store_true", help="Print the count as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        is_dry = options["dry_run"]
        count = expire_listings(dry_run=is_dry)
        if options["json"]:
            self.stdout.write(json.dumps({"expired": 0 if is_dry else count, "due": count}))
        else:
            self.stdout.write(f"Listings {'that would expire' if is_dry else 'expired'}: {count:,}.")
