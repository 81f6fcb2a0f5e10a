from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.text import Truncator
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from jobs.services.listing_import import FORMATS, SHIPPED, Outcome, load_mapping, plan_import, run_import

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Iterator

    from jobs.services.listing_import import ImportReport

MOST_SHOWN = 20
LONGEST_TITLE_SHOWN = 60
SECONDS_BETWEEN_LINES = 2


class Command(BaseCommand):
    help = (
        "Bring postings of other systems into the catalogue: created, updated where the source changed, unchanged, "
        "duplicate or rejected, one outcome for each row. Interrupted, run it again. Rejected rows are reported and "
        "are no failure unless --strict; an unreadable file and sums that do not add up are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="A file, gzip or not; - reads standard input.")
        parser.add_argument("--format", choices=FORMATS, default="auto", help="What the file holds (default: look).")
        parser.add_argument("--source", default="", help="The source's name (default: the format's or mapping's).")
        parser.add_argument(
            "--map",
            metavar="FILE",
            help=f"For CSV and JSON lines: a mapping in TOML or JSON, or a shipped one by name ({', '.join(SHIPPED)}).",
        )
        parser.add_argument("--company", default="", help="Whose board it is, where the postings do not name it.")
        parser.add_argument("--website", default="", help="The website of --company.")
        parser.add_argument("--dry-run", action="store_true", help="Say what each row would do; write nothing.")
        parser.add_argument("--strict", action="store_true", help="Exit 1 when any row is rejected.")
        parser.add_argument("--json", action="store_true", help="Print the report as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        act = plan_import if options["dry_run"] else run_import
        with _open(options["file"]) as file, self._progress(is_quiet=options["json"]) as tell:
            try:
                report = act(
                    file,
                    format=options["format"],
                    source=options["source"],
                    mapping=_read_mapping(options["map"]),
                    company=options["company"],
                    website=options["website"],
                    tell=tell,
                )
            except ValidationError as exc:
                hint = " Use --source NAME." if getattr(exc, "code", "") == "no_source" else ""
                raise CommandError(" ".join(exc.messages) + hint) from exc
            except KeyboardInterrupt as exc:
                raise CommandError("Interrupted. What was written stands; run it again.", returncode=130) from exc
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), indent=1))
        else:
            self._print(report)
        if report.refusal:
            raise CommandError(f"The rest of the file was not read: {report.refusal}")
        if not report.is_balanced:
            raise CommandError("The sums do not add up: a row has no outcome, or two.")
        if options["strict"] and report.counts[Outcome.REJECTED]:
            raise CommandError(f"{report.counts[Outcome.REJECTED]:,} rows were rejected.")

    @contextmanager
    def _progress(self, *, is_quiet: bool) -> Iterator[Callable[[ImportReport], None]]:
        began = told = monotonic()
        console = Console(stderr=True, highlight=False)
        if console.is_terminal and not is_quiet:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            with Progress(*columns, console=console, transient=True) as progress:
                task = progress.add_task("Reading")
                yield lambda report: progress.update(task, description=_describe(report, monotonic() - began))
            return

        def tell(report: ImportReport) -> None:
            nonlocal told
            if not is_quiet and monotonic() - told >= SECONDS_BETWEEN_LINES:
                told = monotonic()
                self.stderr.write(_describe(report, told - began))

        yield tell

    def _print(self, report: ImportReport) -> None:
        console = Console(file=cast("IO[str]", self.stdout), highlight=False, markup=False)
        would = "would be " if report.is_dry_run else ""
        for outcome in (Outcome.REJECTED, Outcome.DUPLICATE, Outcome.UPDATED):
            rows = [row for row in report.outcomes if row.outcome == outcome]
            for row in rows[:MOST_SHOWN]:
                what = row.reason or ", ".join(row.changed)
                console.print(
                    f"{report.unit} {row.line}: {would}{outcome}: {_cut(row.title) or '(no title)'}: {what}",
                    soft_wrap=True,
                )
            if report.counts[outcome] > MOST_SHOWN:
                console.print(f"... and {report.counts[outcome] - MOST_SHOWN:,} more {outcome}")
        noted = [row for row in report.outcomes if row.notes and row.outcome != Outcome.UNCHANGED]
        for row in noted[:MOST_SHOWN]:
            console.print(f"{report.unit} {row.line}: note: {' '.join(row.notes)}", soft_wrap=True)
        if len(noted) > MOST_SHOWN:
            console.print(f"... and notes on {len(noted) - MOST_SHOWN:,} more rows")
        table = Table(
            "outcome", "rows", title=f"{report.source} ({report.format}){', nothing written' * report.is_dry_run}"
        )
        for outcome, count in report.counts.items():
            table.add_row(str(outcome), f"{count:,}")
        table.add_row("read", f"{report.read:,}")
        console.print(table)
        if report.past_deadline:
            console.print(
                f"Active although their deadline is over: {report.past_deadline:,}. "
                "To retire them, run manage.py expire_listings.",
                soft_wrap=True,
            )


def _cut(title: str) -> str:
    return Truncator(title).chars(LONGEST_TITLE_SHOWN)


def _describe(report: ImportReport, seconds: float) -> str:
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in report.counts.items() if count)
    return f"{report.read:,} rows read ({report.read / max(seconds, 0.001):,.0f} a second): {counts}"


@contextmanager
def _open(name: str) -> Iterator[Any]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - Only opening is guarded.
    except OSError as exc:
        raise CommandError(f"{name} cannot be read: {exc.strerror}.") from exc
    with file:
        yield file


def _read_mapping(name: str | None) -> dict[str, Any] | str | None:
    if name is None or name in SHIPPED:
        return name
    path = Path(name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise CommandError(f"The mapping {name} cannot be read: {exc}.") from exc
    try:
        return load_mapping(text, is_toml=path.suffix.lower() != ".json")
    except ValidationError as exc:
        raise CommandError(exc.messages[0]) from exc
