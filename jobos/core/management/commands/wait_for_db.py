"""For start scripts: go on once the database answers."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.utils import OperationalError

PAUSE = 0.5  # Seconds between attempts.


class Command(BaseCommand):
    help = "Wait until the database answers; starts the embedded one."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=float, default=30, help="seconds to wait at most (default: 30)")

    def handle(self, *args: Any, timeout: float, **options: Any) -> None:
        began = time.monotonic()
        while True:
            try:
                connection.close()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
            except OperationalError as error:
                if time.monotonic() - began + PAUSE >= timeout:
                    raise CommandError(f"The database did not answer within {timeout:g} s: {error}") from error
                time.sleep(PAUSE)
            else:
                self.stdout.write(f"The database answers after {time.monotonic() - began:.1f} s.")
                return
