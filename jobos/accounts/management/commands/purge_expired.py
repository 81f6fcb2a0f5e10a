from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from jobos.accounts.services import purge_expired_sessions, purge_expired_tokens, purge_past_attempts
from jobos.core import idempotency, throttling

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Delete what is worth nothing any more: expired tokens, sessions, keys, counts. Run it daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = {
            "tokens": purge_expired_tokens(),
            "idempotency keys": idempotency.purge_expired(),
            "rate windows": throttling.purge_past_windows(),
            "failed sign-ins": purge_past_attempts(),
            "sessions": purge_expired_sessions(),
        }
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{count:,} {name}" for name, count in counts.items()) + " deleted.")
