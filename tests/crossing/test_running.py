"""A run in this process: what a rehearsal leaves, what it reports, and what is refused before anything begins."""

from __future__ import annotations

import io
import json
from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection as target_connection
from django.db import connections
from rich.console import Console

from jobos.crossing.management.commands.import_legacy import _print as print_report
from jobos.crossing.services import account, backup, running
from jobos.crossing.services.sources import SourceError
from jobos.crossing.services.staging import connection_params, name_staging
from tests.crossing import saved_only, scratch
from tests.jobs.migrations.conftest import _django_db_marker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jobos.crossing.services.report import Report

__all__ = ["_django_db_marker"]  # The test database is made, and nothing wraps a test or flushes after it.

pytestmark = pytest.mark.django_db

SYSTEM = "tests.crossing.saved_only"


@pytest.fixture(autouse=True)
def _small_system(monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[None]:
    """Read files of the small system where JobPilot's are named."""
    monkeypatch.setitem(running.SYSTEMS, "jobpilot", SYSTEM)
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved_only.make_file(tmp_path_factory.mktemp("source") / "saved.db")


def target_name() -> str:
    return str(target_connection.settings_dict["NAME"])


def digest() -> dict[str, Any]:
    return scratch.digest_of(target_name())


def rehearse(address: object, tell: Any = lambda *_: None) -> Report:
    return running.run("jobpilot", str(address), tell=tell)


def write_as_another() -> str:
    """Try to write to a table that comes over; return what the server says."""
    with scratch.connect(target_name(), options="-c lock_timeout=50ms") as other:
        try:
            other.execute("INSERT INTO resume_templates SELECT * FROM resume_templates WHERE false")
        except psycopg.errors.LockNotAvailable as exc:
            return str(exc)
    return "Written."


STEPS = ["begin", "recognise", "stage", "load", "migrate", "complete", "account", "merge", "check", "roll back"]


@pytest.fixture(scope="module")
def rehearsal(django_db_setup: None, django_db_blocker: Any, file: Path) -> Iterator[dict[str, Any]]:
    """One rehearsal, and the target before and after it."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(running.SYSTEMS, "jobpilot", SYSTEM)
        steps: list[str] = []
        answers: dict[str, str] = {}

        def tell(step: str, what: str, done: int, total: int) -> None:
            if step not in steps:
                steps.append(step)
                if step in {"account", "check"}:
                    answers[step] = write_as_another()

        before, file_before = digest(), file.read_bytes()
        with rehearse(file, tell) as report:
            yield {
                "report": report,
                "steps": steps,
                "answers": answers,
                "before": before,
                "after": digest(),
                "file_before": file_before,
            }


def test_a_rehearsal_leaves_every_table_and_sequence_and_the_source_as_they_were(rehearsal, file) -> None:
    assert len(rehearsal["before"]) > 40
    assert rehearsal["after"] == rehearsal["before"]
    assert file.read_bytes() == rehearsal["file_before"]
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert not scratch.exists(name_staging(target_name()))
    assert rehearsal["steps"] == STEPS


def test_others_write_until_the_merge_begins_and_wait_for_its_end(rehearsal) -> None:
    assert rehearsal["answers"]["account"] == "Written."
    assert "lock timeout" in rehearsal["answers"]["check"]
    assert write_as_another() == "Written."


def test_a_report_has_every_row_of_the_source_exactly_once(rehearsal) -> None:
    report = rehearsal["report"]
    sums = {table: (one.read, one.kept, one.merged, one.quarantined, one.added) for table, one in report.tables.items()}
    assert sums == {
        "listings": (4, 4, 0, 0, 4),
        "logs": (5, 0, 0, 5, 0),
        "notes": (4, 3, 0, 1, 3),
        "saved": (18, 12, 3, 3, 15),
        "users": (3, 3, 0, 0, 3),
    }
    totals = report.totals
    assert (totals.read, totals.kept, totals.merged, totals.quarantined, totals.added) == (34, 22, 3, 9, 25)
    assert all(check.holds for check in report.checks) and report.holds
    assert {name: (one.before, one.added, one.after) for name, one in report.target.items()}["job_listings"] == (
        0,
        4,
        4,
    )
    assert (report.is_applied, report.backup, report.shape) == (False, "", "only one")


def test_the_lists_of_a_report_name_each_row_and_value(rehearsal) -> None:
    report = rehearsal["report"]
    quarantined = {(row["table"], row["row_id"]): row["reason"] for row in report.quarantined.first(100)}
    assert quarantined == {
        **{("logs", str(n)): "Nothing here keeps logs." for n in range(5)},
        ("notes", saved_only.key(4, 3)): "It is nobody's.",
        **{("saved", saved_only.key(3, 1000 * u + 4)): "There is no such listing." for u in range(3)},
    }
    derived = report.derived.first(100)
    assert len(derived) == report.derived.count == sum(report.derived_counts.values()) == 16
    (listing,) = [row for row in derived if row["row_id"] == saved_only.key(2, 0)]
    assert listing["after"]["status"] == "active" and listing["before"]["status"] is None
    assert listing["by"].endswith(": jobs.0007_listings")


def test_a_report_is_one_document_whose_file_only_its_owner_reads(rehearsal, tmp_path) -> None:
    report = rehearsal["report"]
    path = tmp_path / "report.json"
    report.write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["report.json"]
    document = json.loads(path.read_text())
    assert document == json.loads("".join(report.as_json()))
    assert {name: document[name] for name in report.sums()} == json.loads(json.dumps(report.sums()))
    assert [len(document[name]) for name in ("clashes", "quarantined", "derived")] == [0, 9, 16]


def test_what_is_printed_is_what_the_documents_show(rehearsal, file) -> None:
    out = io.StringIO()
    print_report(Console(file=out, highlight=False, markup=False), rehearsal["report"])
    first, *_, last = out.getvalue().splitlines()
    shown = (scratch.PROJECT / "docs/migrating.md").read_text().splitlines()
    assert first.replace(f"{saved_only.SHAPE}, from {file}", "legacy, from jobpilot.db") in shown
    assert first.endswith(": a rehearsal, nothing was written.")
    assert last in shown
    assert last == "Nothing was written. To do it for good, say the same again with --apply."


def test_what_breaks_after_the_merge_leaves_the_target_as_it_was(file, monkeypatch) -> None:
    before = digest()

    def tell(step: str, what: str, done: int, total: int) -> None:
        if step == "check":
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        running.run("jobpilot", str(file), tell=tell)
    assert digest() == before
    assert not scratch.exists(name_staging(target_name()))


def test_a_table_that_nobody_reads_is_no_exact_account(tmp_path) -> None:
    path = saved_only.make_file(tmp_path / "more.db")
    import sqlite3

    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE diary (day TEXT); INSERT INTO diary VALUES ('Monday'), ('Tuesday')")
    steps = []
    with pytest.raises(account.AccountError, match=r"diary: rows in the source, and rows read: 2 and 0"):
        rehearse(path, lambda step, *_: steps.append(step))
    assert "migrate" not in steps


def test_sources_that_are_none_are_refused_in_words(tmp_path, file) -> None:
    before = digest()
    (tmp_path / "text.db").write_text("Once upon a time.")
    scratch_file = tmp_path / "empty.db"
    import sqlite3

    with closing(sqlite3.connect(scratch_file)) as connection:
        connection.execute("CREATE TABLE users (id TEXT)")
    refused = {
        tmp_path / "nothing.db": "cannot be read: No such file or directory",
        tmp_path / "text.db": "is no SQLite database",
        scratch_file: "is none of these files: it lacks listings, saved",
        "postgresql://nobody:secret@127.0.0.1:1/nothing": "The source cannot be reached",
    }
    for address, words in refused.items():
        with pytest.raises(SourceError, match=words) as caught:
            rehearse(address)
        assert "secret" not in str(caught.value)
    assert digest() == before


@pytest.mark.parametrize("ending", ["", "_crossing"])
def test_the_target_is_no_source(ending) -> None:
    name = target_name() + ending
    if ending:
        scratch.execute("CREATE DATABASE {} TEMPLATE template0", name)
    try:
        with pytest.raises(running.RunError, match=r"The source is the target itself\."):
            rehearse(scratch.url_of(name))
        assert scratch.exists(name)
    finally:
        if ending:
            scratch.execute("DROP DATABASE {}", name)


def test_one_run_at_a_time(file) -> None:
    before = digest()
    with scratch.connect(target_name()) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [running.LOCK])
        with pytest.raises(running.RunError, match="Another import into this database is running"):
            rehearse(file)
    assert digest() == before


# The backup -----------------------------------------------------------------------------------------------------------


def server(version: int) -> Any:
    return SimpleNamespace(info=SimpleNamespace(server_version=version * 10_000 + 3))


def test_a_server_newer_than_every_pg_dump_is_refused_in_words(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(backup.BackupError, match=r"The newest pg_dump here is of PostgreSQL \d+, and .* PostgreSQL 99"):
        backup.find_programs(server(99))


def test_the_pg_dump_of_the_path_serves_a_newer_server(monkeypatch, tmp_path) -> None:
    for name in ("pg_dump", "pg_restore"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 99.1 (Debian 99.1-1)'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert backup.find_programs(server(99)) == tmp_path
    assert backup.find_programs(server(15)) != tmp_path


def test_a_backup_never_takes_the_place_of_a_file(tmp_path, settings) -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    settings.VAR_DIR = tmp_path
    place = backup.choose_place("jobpilot", at, None)
    assert place == tmp_path / "backups" / "before-jobpilot-20260504T030201Z.dump"
    assert place.parent.stat().st_mode & 0o777 == 0o700
    place.write_text("An older one.")
    with pytest.raises(backup.BackupError, match="exists already"):
        backup.choose_place("jobpilot", at, None)
    with pytest.raises(backup.BackupError, match="There is no folder"):
        backup.choose_place("jobpilot", at, tmp_path / "no" / "such.dump")


def test_parts_of_backups_that_were_killed_are_removed(tmp_path, settings) -> None:
    import os
    import subprocess
    from datetime import UTC, datetime

    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    settings.VAR_DIR = tmp_path
    (tmp_path / "backups").mkdir()
    for pid in (gone.pid, os.getpid()):
        (tmp_path / "backups" / f".before-jobos-20260101T000000Z.dump.{pid}.part").touch()
    (tmp_path / "backups" / "before-jobos-20260101T000000Z.dump").touch()
    backup.choose_place("jobpilot", datetime(2026, 5, 4, tzinfo=UTC), None)
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == [
        f".before-jobos-20260101T000000Z.dump.{os.getpid()}.part",
        "before-jobos-20260101T000000Z.dump",
    ]


def test_a_backup_that_fails_leaves_no_file(tmp_path) -> None:
    programs = backup.find_programs(SimpleNamespace(info=SimpleNamespace(server_version=150_000)))  # type: ignore[arg-type]
    with pytest.raises(backup.BackupError, match="could not be saved, so nothing was changed"):
        backup.save(server_named("jobos_no_such_database"), tmp_path / "x.dump", programs=programs)
    assert list(tmp_path.iterdir()) == []


def server_named(name: str) -> Any:
    assert connection_params(name)["dbname"] == name
    return SimpleNamespace(info=SimpleNamespace(dbname=name, server_version=connections["default"].pg_version))


# Servers that fail ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["merge", "check", "roll back"])
def test_a_session_that_is_ended_in_the_middle_leaves_the_target_as_it_was(file, at) -> None:
    before = digest()

    def tell(step: str, what: str, done: int, total: int) -> None:
        if step == at:
            with scratch.connect("postgres") as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = %s AND application_name = 'jobos import_legacy'",
                    [target_name()],
                )

    def run() -> None:
        with running.run("jobpilot", str(file), tell=tell):
            pass

    if at == "roll back":
        run()  # The server has rolled back by itself.
    else:
        with pytest.raises(psycopg.OperationalError):
            run()
    assert digest() == before
    assert not scratch.exists(name_staging(target_name()))


def test_a_commit_of_which_nobody_knows_is_not_called_nothing() -> None:
    from jobos.crossing.management.commands.import_legacy import _explain

    lost = psycopg.OperationalError("server closed the connection unexpectedly\nmore")
    assert str(_explain(lost, [], step="merge")) == "Nothing was changed: server closed the connection unexpectedly"
    assert str(_explain(lost, [], step="commit")).startswith("Nobody knows whether it was written")
    assert str(_explain(lost, [], step="done")).startswith("Everything was written, but: ")
