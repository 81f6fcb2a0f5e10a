"""The embedded PostgreSQL by hand."""

import dataclasses
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from jobos.core.embedded import EmbeddedDatabaseError, EmbeddedServer
from jobos.core.embedded.backup import back_up, check_backup, restore


class Command(BaseCommand):
    help = "Start, stop, look at, back up or restore the embedded PostgreSQL."
    requires_system_checks = []
    psql_arguments: tuple[str, ...] = ()

    def run_from_argv(self, argv: list[str]) -> None:
        # argparse cannot leave options to another program; whatever follows "psql" is for psql.
        if argv[2:3] == ["psql"]:
            self.psql_arguments = tuple(argv[3:])
            argv = argv[:3]
        super().run_from_argv(argv)

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("start", help="start the server, making the database first where there is none")
        actions.add_parser("stop", help="stop the server and wait until it is down; whoever needs it starts it again")
        status = actions.add_parser("status", help="say whether it runs, where it is and how big it is")
        status.add_argument("--json", action="store_true", help="for programs")
        actions.add_parser("psql", help="open psql on the database; what follows are psql's own arguments")
        backup = actions.add_parser("backup", help="write the database to a file (pg_dump's custom format)")
        backup.add_argument("file", type=Path)
        restoring = actions.add_parser("restore", help="replace the database by a backup, all or nothing")
        restoring.add_argument("file", type=Path)
        restoring.add_argument("--yes", action="store_true", help="do not ask")
        removing = actions.add_parser("remove", help="stop the server and delete everything it holds")
        removing.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        server: EmbeddedServer | None = settings.EMBEDDED_DB
        if server is None:
            raise CommandError(
                "DATABASE_URL is set, so JobOS uses that server and not the embedded one. Unset it, or use the "
                'server\'s own tools: psql "$DATABASE_URL", pg_dump --format=custom, pg_restore.'
            )
        try:
            match action:
                case "start":
                    self.start(server)
                case "stop":
                    self.stop(server)
                case "status":
                    self.show_status(server, as_json=options["json"])
                case "psql":
                    self.open_psql(server)
                case "backup":
                    self.back_up(server, options["file"])
                case "restore":
                    self.restore(server, options["file"], asks=not options["yes"])
                case "remove":
                    self.remove(server, asks=not options["yes"])
        except EmbeddedDatabaseError as error:
            raise CommandError(str(error)) from error

    def ask(self, warning: str) -> None:
        """Go on only where somebody types yes."""
        self.stdout.write(warning)
        try:
            answer = input("Type 'yes' to go on: ")
        except EOFError:
            raise CommandError("Nobody answered; say --yes to go on without being asked.") from None
        if answer.strip() != "yes":
            raise CommandError("Nothing was changed.")

    def remove(self, server: EmbeddedServer, *, asks: bool) -> None:
        if asks:
            self.ask(f"This deletes {server.home} with every row in it.")
        self.stdout.write("Removed." if server.remove() else "There was none.")

    def start(self, server: EmbeddedServer) -> None:
        started = server.start()
        self.stdout.write(f"{'Started' if started else 'Already running'}: {server.url}")

    def stop(self, server: EmbeddedServer) -> None:
        self.stdout.write("Stopped." if server.stop() else "Not running.")

    def show_status(self, server: EmbeddedServer, *, as_json: bool) -> None:
        status = server.status()
        if as_json:
            self.stdout.write(json.dumps(dataclasses.asdict(status) | {"url": server.url}, default=str, indent=2))
            return
        state = "running" if status.ready else "starting" if status.running else "not running"
        self.stdout.write(f"state    {state}" + (f" (process {status.pid})" if status.pid else ""))
        self.stdout.write(f"version  PostgreSQL {status.version}")
        size = "not made yet" if status.size_bytes is None else filesizeformat(status.size_bytes)
        owner = f", owner {status.owner}" if status.owner else ""
        self.stdout.write(f"data     {status.data_dir} ({size}{owner})")
        self.stdout.write(f"socket   {status.socket}")
        self.stdout.write(f"log      {status.log_file}")
        self.stdout.write(f"url      {server.url}")

    def open_psql(self, server: EmbeddedServer) -> None:
        server.ensure_running()
        program = server.program("psql")
        # Ctrl-C is psql's: it cancels the query and not this process.
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            done = subprocess.run([program, f"--dbname={server.url}", *self.psql_arguments], check=False)
        finally:
            signal.signal(signal.SIGINT, previous)
        if done.returncode:
            sys.exit(done.returncode)

    def back_up(self, server: EmbeddedServer, target: Path) -> None:
        size = back_up(server, target)
        self.stdout.write(f"Backed up to {target} ({filesizeformat(size)}), read back and complete.")

    def restore(self, server: EmbeddedServer, source: Path, *, asks: bool) -> None:
        check_backup(server, source)
        if asks:
            self.ask(f"This replaces everything in the database {server.home} by {source}.")
        restore(server, source)
        self.stdout.write(f"Restored {source}. Run `manage.py migrate` if it is from an older version of JobOS.")
