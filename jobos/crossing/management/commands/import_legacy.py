from __future__ import annotations

import json
import os
import signal
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Never, cast

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import connections
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from jobos.core.embedded import EmbeddedDatabaseError
from jobos.core.interrupts import INTERRUPTS
from jobos.crossing.services import account, merging, running
from jobos.crossing.services.backup import BackupError
from jobos.crossing.services.sources import SourceError

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Iterator

    from jobos.crossing.services.report import Report
    from jobos.crossing.services.running import Tell

SOURCE_VARIABLE = "JOBOS_SOURCE_URL"
SECONDS_BETWEEN_LINES = 2
MOST_SHOWN = 3
MOST_PEOPLE_SHOWN = 20
LONGEST_SHOWN = 100
WORDS = {
    "begin": "Looking at the target",
    "recognise": "Recognising",
    "stage": "Making the staging database",
    "load": "Loading",
    "migrate": "Migrating",
    "complete": "Completing",
    "account": "Accounting for every row",
    "backup": "Saving the target to",
    "merge": "Merging",
    "check": "Checking the sums",
    "commit": "Committing",
    "roll back": "Rolling back: this is a rehearsal",
    "done": "Done",
}
REFUSALS = (
    running.RunError,
    SourceError,
    BackupError,
    account.AccountError,
    merging.AccountError,
    EmbeddedDatabaseError,
)


class Command(BaseCommand):
    help = (
        "Bring a whole database of an older system over: a file of JobPilot's SQLite, or a PostgreSQL database of either. "
        "The source is only read. Without --apply this is a rehearsal, which does everything and takes it back. Running "
        "it again adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("system", choices=sorted(running.SYSTEMS), help="Which older system it is of.")
        parser.add_argument(
            "source",
            metavar="SOURCE",
            help=f"The file, or postgresql://user@host/name; - reads the address from {SOURCE_VARIABLE}, so that no list "
            "of processes shows its password.",
        )
        parser.add_argument("--apply", action="store_true", help="Do it for good, after saving the target.")
        parser.add_argument(
            "--backup",
            metavar="FILE",
            type=Path,
            help="Where to save the target (default: var/backups/before-...dump).",
        )
        parser.add_argument("--report", metavar="FILE", type=Path, help="Write the whole report there, as JSON.")
        parser.add_argument("--json", action="store_true", help="Print the whole report as JSON, and nothing else.")
        parser.add_argument(
            "--trust-emails",
            action="store_true",
            help="Let people here and there with one email be the same, although the source had not verified it.",
        )
        parser.add_argument(
            "--trust-email",
            metavar="ADDRESS",
            action="append",
            default=[],
            help="The same for this address alone; may be said several times.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        address = self._read_address(options["source"])
        if options["backup"] and not options["apply"]:
            raise CommandError("--backup goes with --apply: a rehearsal changes nothing.")
        report_to: Path | None = options["report"]
        if report_to is not None and (report_to.is_dir() or not os.access(report_to.parent, os.W_OK | os.X_OK)):
            why = "it is a folder" if report_to.is_dir() else f"no folder {report_to.parent} is there to be written to"
            raise CommandError(f"No report can be written to {report_to}: {why}.")
        trust = merging.Trust(options["trust_emails"], frozenset(options["trust_email"]))
        step_now = ""

        def note(step: str) -> None:
            nonlocal step_now
            step_now = step

        signals: list[int] = []
        try:
            with _interruptible(signals):
                with self._progress(note) as tell:
                    report = running.run(
                        options["system"],
                        address,
                        apply=options["apply"],
                        trust=trust,
                        backup=options["backup"],
                        tell=tell,
                    )
                with report:
                    self._tell(report, report_to, as_json=options["json"])
        except (KeyboardInterrupt, psycopg.Error, DatabaseError, OSError, *REFUSALS) as exc:
            raise _explain(exc, signals, step=step_now) from exc
        finally:
            connections["default"].close()

    @staticmethod
    def _read_address(given: str) -> str:
        if given != "-":
            return given
        address = os.environ.get(SOURCE_VARIABLE, "")
        if not address:
            raise CommandError(f"{SOURCE_VARIABLE} is empty; put the address of the source there.")
        return address

    # Progress -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _progress(self, note: Callable[[str], None]) -> Iterator[Tell]:
        console = Console(stderr=True, highlight=False, markup=False)
        if console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
            with Progress(*columns, console=console, transient=True) as progress:
                yield self._make_line_that_changes(progress, note)
            return
        yield self._make_lines(note)

    def _make_lines(self, note: Callable[[str], None]) -> Tell:
        """Return what prints a line for each step, and at most one every other second within it."""
        told, step_told = 0.0, ""

        def tell(step: str, what: str, done: int, total: int) -> None:
            nonlocal told, step_told
            note(step)
            if step == step_told and monotonic() - told < SECONDS_BETWEEN_LINES:
                return
            told, step_told = monotonic(), step
            self.stderr.write(f"{step}: {_say(step, what, done, total)}")
            self.stderr.flush()

        return tell

    @staticmethod
    def _make_line_that_changes(progress: Progress, note: Callable[[str], None]) -> Tell:
        line = progress.add_task("", total=None)

        def tell(step: str, what: str, done: int, total: int) -> None:
            note(step)
            progress.update(line, description=_say(step, what, done, total))

        return tell

    # The report -----------------------------------------------------------------------------------------------------

    def _tell(self, report: Report, report_to: Path | None, *, as_json: bool) -> None:
        if report_to is not None:
            try:
                report.write(report_to)
            except OSError as exc:
                done = "It was applied, but the" if report.is_applied else "The"
                raise CommandError(f"{done} report cannot be written to {report_to}: {exc.strerror}.") from exc
        if as_json:
            for part in report.as_json():
                self.stdout.write(part, ending="")
            return
        console = Console(file=cast("IO[str]", self.stdout), highlight=False, markup=False)
        _print(console, report)
        if report_to is not None:
            console.print(f"The whole report is in {report_to}.", soft_wrap=True)


def _say(step: str, what: str, done: int, total: int) -> str:
    numbers = f" {done:,} of {total:,}" if total else f" {done:,}" if done else ""
    return f"{WORDS[step]}{f' {what}' if what else ''}{numbers}"


def _explain(error: BaseException, signals: list[int], *, step: str) -> CommandError:
    """Return what to say of a run that did not end well. After a signal, whatever failed did so because of it."""
    committed = step == "done"
    if signals or isinstance(error, KeyboardInterrupt):
        what = "Interrupted after everything was written: see Imports in the admin."
        words = what if committed else "Interrupted: nothing was changed."
        return CommandError(words, returncode=128 + (signals[0] if signals else signal.SIGINT))
    if isinstance(error, REFUSALS):
        return CommandError(str(error))
    if step == "commit":
        # The server may have written everything and not come to say so.
        return CommandError(
            f"Nobody knows whether it was written, for the connection was lost meanwhile: {_first_line(error)} See Imports in "
            "the admin, or run it again: nothing is added twice."
        )
    said = _first_line(error)
    return CommandError(f"Everything was written, but: {said}" if committed else f"Nothing was changed: {said}")


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


@contextmanager
def _interruptible(received: list[int]) -> Iterator[None]:
    """Have both signals that ask for an end raise once; the cleaning up that follows is not disturbed by another."""

    def interrupt(number: int, _frame: object) -> Never:
        for each in INTERRUPTS:
            signal.signal(each, signal.SIG_IGN)
        received.append(number)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in INTERRUPTS}
    try:
        yield
    finally:
        for each, previous in before.items():
            signal.signal(each, previous)


def _print(console: Console, report: Report) -> None:
    what = "applied." if report.is_applied else "a rehearsal, nothing was written."
    console.print(f"{report.system}, {report.shape}, from {report.address}: {what}", soft_wrap=True)
    _print_tables(console, report)
    _print_clashes(console, report)
    _print_reasons(console, report)
    for name, number in report.derived_counts.items():
        console.print(f"derived values in {name}: {number:,}", soft_wrap=True)
    failed = [check for check in report.checks if not check.holds]
    for check in failed:
        console.print(f"DOES NOT HOLD: {check.what}: {check.expected:,} and {check.found:,}", soft_wrap=True)
    console.print(f"{len(report.checks) - len(failed)} of {len(report.checks)} checks hold.", soft_wrap=True)
    if report.backup:
        console.print(f"Before it the target was saved to {report.backup}.", soft_wrap=True)
    for address in report.unknown_addresses:
        console.print(f"--trust-email: nobody in the source has the address {address}.", soft_wrap=True)
    if report.clash_counts.get("email"):
        console.print(
            "Who clashes by email waits in the ledger with all rows. Where it is the same person here and there, run it again "
            "with --trust-email ADDRESS.",
            soft_wrap=True,
        )
    if not report.is_applied:
        console.print("Nothing was written. To do it for good, say the same again with --apply.", soft_wrap=True)


def _print_tables(console: Console, report: Report) -> None:
    """Print the sums: as tables for people, elsewhere as lines that stand for themselves."""
    tables = (*report.tables.items(), ("all tables", report.totals))
    changes = [(name, change) for name, change in report.target.items() if change.added or report.met.get(name)]
    if not console.is_terminal:
        for name, sums in tables:
            console.print(
                f"{name}: {sums.read:,} read = {sums.kept:,} kept + {sums.merged:,} merged + {sums.quarantined:,} "
                f"quarantined; {sums.added:,} new here",
                soft_wrap=True,
            )
        for name, change in changes:
            met = f"; {report.met[name]:,} met" if report.met.get(name) else ""
            console.print(
                f"{name} here: {change.before:,} before + {change.added:,} added = {change.after:,} after{met}",
                soft_wrap=True,
            )
        return
    table = Table("table of the source", title="Every row of the source")
    for name in ("read", "kept", "merged", "quarantined", "new here"):
        table.add_column(name, justify="right")
    for name, sums in tables:
        numbers = (sums.read, sums.kept, sums.merged, sums.quarantined, sums.added)
        table.add_row(name, *(f"{number:,}" for number in numbers))
    console.print(table)
    if not changes:
        console.print("Nothing of it is new here.")
        return
    table = Table("our table", title="Rows here")
    for name in ("before", "added", "after", "met"):
        table.add_column(name, justify="right")
    for name, change in changes:
        moved = (change.before, change.added, change.after, report.met.get(name, 0))
        table.add_row(name, *(f"{number:,}" for number in moved))
    console.print(table)


def _print_clashes(console: Console, report: Report) -> None:
    """Print the first clashes of each kind: people by their address here, for it is what the operator asks about."""
    kinds: dict[str, list[dict[str, Any]]] = {kind: [] for kind in report.clash_counts}
    for text in report.clashes.texts():
        row = json.loads(text)
        if len(rows := kinds[row["kind"]]) < (MOST_PEOPLE_SHOWN if row["kind"] == "email" else MOST_SHOWN):
            rows.append(row)
    for kind, rows in kinds.items():
        console.print(f"clash: {kind}: {report.clash_counts[kind]:,}", soft_wrap=True)
        for row in rows:
            email = f" ({row['email']})" if "email" in row else ""
            said = f"{row['table']} {row['row_id']}"[:LONGEST_SHOWN]
            console.print(f"  {said}{email}: {row['reason']}", soft_wrap=True)
        if more := report.clash_counts[kind] - len(rows):
            console.print(f"  ... and {more:,} more; --report FILE lists them.", soft_wrap=True)


def _print_reasons(console: Console, report: Report) -> None:
    """Print why rows were quarantined, and how many; which ones is in the whole report."""
    for one in report.reasons:
        console.print(f"quarantined: {one['table']}: {one['count']:,}: {one['reason']}", soft_wrap=True)
    if report.reasons:
        console.print("Which rows these are: --report FILE, or Imported rows in the admin afterwards.", soft_wrap=True)
