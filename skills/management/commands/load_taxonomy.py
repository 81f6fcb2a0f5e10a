from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from skills.services.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Load the shared skill taxonomy (ESCO skills, O*NET technologies, our own aliases) from the lists that are "
        "shipped, and link the skills of all banks to it. A second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON, and no progress.")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_taxonomy(tell=None if options["json"] else self.stdout.write)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(loaded)))
