from __future__ import annotations

import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from jobs.services.validation import validate_data

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from jobs.services.validation import Validation


class Command(BaseCommand):
    help = (
        "Check the whole database: orphans, constraints, unique values, derived columns, timeline, both sides of "
        "applications, skill banks, resumes, imports, ledger, roles. Writes nothing; exits 1 on any fault."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--report", metavar="FILE", help="Write the report there as JSON, too.")
        parser.add_argument("--json", action="store_true", help="Print the report as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = validate_data(tell=None if options["json"] else self.stderr.write)
        report = json.dumps(found.as_json(), indent=1)
        if options["report"]:
            try:
                Path(options["report"]).write_text(f"{report}\n", encoding="utf-8")
            except OSError as exc:
                raise CommandError(f"{options['report']} cannot be written: {exc.strerror}.") from exc
        if options["json"]:
            self.stdout.write(report)
        else:
            self._print(found)
        if not found.is_sound:
            raise CommandError(
                f"{len(found.faults)} kinds of faults, in {sum(f.count for f in found.faults):,} places."
            )

    def _print(self, found: Validation) -> None:
        console = Console(file=cast("IO[str]", self.stdout), highlight=False, markup=False)
        table = Table("table", "rows", title="What there is")
        for name, count in found.rows.items():
            table.add_row(name, f"{count:,}")
        console.print(table)
        for fault in found.faults:
            console.print(f"{fault.table}: {fault.kind}: {fault.count:,}: {fault.what}", soft_wrap=True)
            for example in fault.examples:
                console.print(f"    {example}", soft_wrap=True)
        if found.is_sound:
            console.print(f"{found.checks} checks, no fault.")
