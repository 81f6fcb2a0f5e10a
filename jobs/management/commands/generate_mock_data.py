from __future__ import annotations

import json
from argparse import ArgumentTypeError
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from jobs.models import today
from jobs.services.mock import Plan, write_checked_mock_data

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable

    from rich.progress import TaskID

SMALL = {"users": 3, "companies": 12, "jobs": 36}
TENTHS = 10


def read_day(text: str) -> date:
    """Return the day of an option; raise the parser's own error, in our words."""
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise ArgumentTypeError(f"{text[:40]!r} is no day; write it like 2026-05-04") from exc


def _describe(sizes: dict[str, int]) -> str:
    return ", ".join(f"{size} {name}" for name, size in sizes.items())


class Command(BaseCommand):
    help = (
        "Fill the database with believable made-up data, and check the whole database with it: a fault, and nothing is "
        "written. The same seed, day and sizes give the same data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--users", type=int, default=20, help="People who look for a job (default: 20).")
        parser.add_argument("--companies", type=int, default=30, help="Employers (default: 30).")
        parser.add_argument("--jobs", type=int, default=150, help="Listings of the catalogue (default: 150).")
        parser.add_argument("--cards", type=int, help="Pipeline cards, over all users (default: a few for each).")
        parser.add_argument("--seed", type=int, default=1, help="Another number makes other data (default: 1).")
        parser.add_argument(
            "--small", action="store_true", help=f"A few of everything, instead of those sizes: {_describe(SMALL)}."
        )
        parser.add_argument("--as-of", type=read_day, help="The day the data end before (default: today, UTC).")
        parser.add_argument("--reset", action="store_true", help="Delete people, companies and listings first; asks.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan(
            users=options["users"],
            companies=options["companies"],
            listings=options["jobs"],
            cards=options["cards"],
            seed=options["seed"],
            day=options["as_of"] or today(),
        )
        try:
            plan.check()
            if options["small"]:
                plan = replace(plan, users=SMALL["users"], companies=SMALL["companies"], listings=SMALL["jobs"])
                plan.check()
            if options["reset"] and not options["yes"]:
                self._ask()
            counts = self._write(plan, starts_afresh=options["reset"], is_quiet=options["json"])
        except ValidationError as exc:
            raise CommandError(exc.messages[0]) from exc
        except KeyboardInterrupt:
            raise CommandError("Interrupted: nothing was written.")
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        table = Table("table", "rows", title=f"Made with seed {plan.seed}")
        for name, count in counts.items():
            table.add_row(name, f"{count:,}")
        console = Console(highlight=False)
        with console.capture() as text:
            console.print(table)
        self.stdout.write(text.get())

    def _write(self, plan: Plan, *, starts_afresh: bool, is_quiet: bool) -> dict[str, int]:
        if is_quiet:
            return write_checked_mock_data(plan, starts_afresh=starts_afresh)
        console = Console(stderr=True)
        if not console.is_terminal:
            return write_checked_mock_data(plan, starts_afresh=starts_afresh, tell=self._make_lines())
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as progress:
            return write_checked_mock_data(plan, starts_afresh=starts_afresh, tell=self._make_bars(progress))

    def _make_lines(self) -> Callable[[str, int, int], None]:
        """Return what prints a line for each tenth of a subject."""
        told: dict[str, int] = {}

        def tell(subject: str, done: int, total: int) -> None:
            tenth = done * TENTHS // total
            if told.get(subject) != tenth:
                told[subject] = tenth
                self.stderr.write(f"{subject}: {done:,} of {total:,}")

        return tell

    @staticmethod
    def _make_bars(progress: Progress) -> Callable[[str, int, int], None]:
        """Return what moves one bar for each subject."""
        bars: dict[str, TaskID] = {}

        def tell(subject: str, done: int, total: int) -> None:
            if subject not in bars:
                bars[subject] = progress.add_task(subject, total=total)
            progress.update(bars[subject], completed=done)

        return tell

    @staticmethod
    def _ask() -> None:
        question = "Delete every person (but superusers), company and listing? [y/N] "
        try:
            answer = input(question)
        except EOFError as exc:
            raise CommandError("Nothing was deleted: nobody is there to be asked. Use --yes.") from exc
        if answer.strip().lower() != "y":
            raise CommandError("Nothing was deleted.")
