"""`import_legacy` as people start it: in a process of its own, which is stopped, killed and started twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from jobos.crossing.services import backup
from jobos.crossing.services.staging import connection_params, name_staging
from tests.crossing import saved_only, scratch
from tests.jobs.migrations.conftest import _django_db_marker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["_django_db_marker"]  # The test database is made, and nothing wraps a test or flushes after it.

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PASSWORD = "not-for-every-eye"


@pytest.fixture(scope="module")
def template(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database in today's shape, with some people of its own."""
    with django_db_blocker.unblock(), scratch.make_database() as name:
        migrated = scratch.run(name, "manage.py", "migrate", "--verbosity=0")
        assert migrated.returncode == 0, migrated.stderr
        with scratch.connect(name) as connection:
            connection.execute(
                "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
                " SELECT gen_random_uuid(), '', false, 'here' || n || '@example.com', 'Here', true, true, '2024-01-01'"
                " FROM generate_series(1, 3) n"
            )
        yield name


@pytest.fixture
def target(template: str, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), scratch.make_database(template) as name:
        yield name


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved_only.make_file(tmp_path_factory.mktemp("source") / "saved.db")


def count(database: str, table: str) -> int:
    with scratch.connect(database) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()[0]


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_applied_once_it_is_here_and_applied_twice_it_adds_nothing(target, file, tmp_path) -> None:
    before = scratch.digest_of(target)
    report, dump = tmp_path / "report.json", tmp_path / "before.dump"
    done = scratch.import_saved(target, file, "--apply", "--backup", dump, "--report", report)
    assert done.returncode == 0, done.stderr
    assert "saved: 18 read = 12 kept + 3 merged + 3 quarantined; 15 new here" in done.stdout
    assert "all tables: 34 read = 22 kept + 3 merged + 9 quarantined; 25 new here" in done.stdout
    assert f"Before it the target was saved to {dump}." in done.stdout
    assert [line.split(":")[0] for line in done.stderr.splitlines()][-3:] == ["check", "commit", "done"]
    assert report.stat().st_mode & 0o777 == dump.stat().st_mode & 0o777 == 0o600
    document = json.loads(report.read_text())
    assert (document["applied"], document["holds"], document["backup"]) == (True, True, str(dump))
    assert document["derived_counts"] == Counter(line["table"] for line in document["derived"]) != {}
    assert count(target, "accounts_user") == 6
    with scratch.connect(target) as connection:
        ((stored, address, system, trusts),) = connection.execute(
            "SELECT i.report, i.address, s.system, i.trusts_emails FROM legacy_imports i JOIN legacy_sources s ON s.id = i.source_id"
        ).fetchall()
    assert (address, system, trusts) == (str(file), "jobpilot", False)
    assert stored == {name: document[name] for name in stored}
    assert not scratch.exists(name_staging(target))

    # The backup holds exactly what was there.
    with scratch.make_database() as restored, scratch.connect(target) as connection:
        programs = backup.find_programs(connection)
        params = connection_params(restored)
        subprocess.run(
            [programs / "pg_restore", "--no-owner", f"--dbname={scratch.url_of(restored)}", dump],
            check=True,
            env={**os.environ, "PGPASSWORD": str(params.get("password", ""))},
        )
        assert changed(before, scratch.digest_of(restored)) == set()

    once = scratch.digest_of(target)
    again = scratch.import_saved(target, file, "--apply", "--backup", tmp_path / "second.dump", "--json")
    assert again.returncode == 0, again.stderr
    document = json.loads(again.stdout)
    assert document["totals"] == {"read": 34, "kept": 22, "merged": 3, "quarantined": 9, "added": 0}
    assert (document["derived_counts"], document["derived"]) == ({}, [])
    differing = changed(once, scratch.digest_of(target))
    assert {name for name in differing if not name.endswith("_seq")} == {"legacy_imports"}


# Ends that nobody wished for ------------------------------------------------------------------------------------------

STEPS = ("begin", "recognise", "stage", "load", "migrate", "complete", "account", "backup", "merge", "check", "commit")
# LIVE_FULL=1 kills at each of them.
KILLED_AT = STEPS if os.environ.get("LIVE_FULL") == "1" else ("stage", "migrate", "backup", "merge", "commit")


def start(target: str, *arguments: object) -> subprocess.Popen[str]:
    described = scratch.describe_run(target, "-m", "tests.crossing.run_saved_only", "jobpilot", *arguments)
    return subprocess.Popen(**described, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stop_at(process: subprocess.Popen[str], step: str, number: int) -> tuple[int, str]:
    """Send a signal as soon as the process says that it has come to a step; return how it ended and what it said."""
    said = []
    for line in process.stderr:
        said.append(line)
        if line.startswith(f"{step}:"):
            process.send_signal(number)
            break
    output, rest = process.communicate(timeout=120)
    return process.returncode, "".join(said) + rest + output


def wait_until_alone(database: str) -> None:
    """Wait until the server has noticed that the killed process is gone: a commit that was under way is then over."""
    deadline = time.monotonic() + 60
    with scratch.connect("postgres") as connection:
        while connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [database]).fetchone() != (
            0,
        ):
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_killed_at_any_step_the_target_is_as_it_was_and_the_next_run_succeeds(target, file, tmp_path) -> None:
    before = scratch.digest_of(target)
    for step in KILLED_AT:
        dump = tmp_path / f"{step}.dump"
        code, said = stop_at(start(target, file, "--apply", "--backup", dump), step, signal.SIGKILL)
        assert code == -signal.SIGKILL, said
        wait_until_alone(target)
        after = scratch.digest_of(target)
        if step == "commit" and after != before:
            # It was killed while the server wrote: then all of it is there.
            assert count(target, "legacy_imports") == 1
            assert changed(before, after) >= {"accounts_user", "legacy_rows", "job_listings"}
        else:
            assert after == before, step
        assert not dump.exists() or step not in STEPS[:8]
    done = scratch.import_saved(target, file, "--apply", "--backup", tmp_path / "last.dump")
    assert done.returncode == 0, done.stderr
    assert count(target, "accounts_user") == 6
    assert not scratch.exists(name_staging(target))


@pytest.mark.parametrize(
    ("step", "number"),
    [("load", signal.SIGINT), ("backup", signal.SIGTERM), ("check", signal.SIGINT)],
    ids=["load", "backup", "check"],
)
def test_interrupted_it_clears_up_and_says_so(target, file, tmp_path, step, number) -> None:
    before = scratch.digest_of(target)
    dump = tmp_path / "before.dump"
    code, said = stop_at(start(target, file, "--apply", "--backup", dump), step, number)
    assert code == 128 + number, said
    assert "Interrupted: nothing was changed." in said
    assert "Traceback" not in said
    assert not scratch.exists(name_staging(target))
    assert scratch.digest_of(target) == before
    assert [path.name for path in tmp_path.iterdir()] == (["before.dump"] if step == "check" else [])


def test_a_second_run_is_refused_while_the_first_works_and_the_first_succeeds(target, file) -> None:
    before = scratch.digest_of(target)
    first = start(target, file, "--json")
    assert any(line.startswith("load:") for line in first.stderr)
    second = scratch.import_saved(target, file)
    assert second.returncode == 1
    assert "Another import into this database is running" in second.stderr
    output, _ = first.communicate(timeout=120)
    assert first.returncode == 0
    document = json.loads(output)
    assert (document["applied"], document["backup"], document["totals"]["read"]) == (False, "", 34)
    assert scratch.digest_of(target) == before


# Refusals -------------------------------------------------------------------------------------------------------------


def test_a_target_that_is_not_migrated_is_refused(file, django_db_blocker) -> None:
    with django_db_blocker.unblock(), scratch.make_database() as empty:
        done = scratch.import_saved(empty, file)
        assert (done.returncode, done.stdout) == (1, "")
        assert "The target is not up to date: run manage.py migrate first. It lacks " in done.stderr
        assert scratch.digest_of(empty) == {}


def test_a_role_that_may_not_make_databases_is_refused(target, file) -> None:
    role = f"poor_{target}"
    scratch.execute(f"CREATE ROLE {{}} LOGIN PASSWORD '{PASSWORD}'", role)
    try:
        with scratch.connect(target) as connection:
            connection.execute(psycopg.sql.SQL("GRANT pg_read_all_data TO {}").format(psycopg.sql.Identifier(role)))
        done = scratch.run(target, "-m", "tests.crossing.run_saved_only", "jobpilot", file, user=role)
        assert done.returncode == 1
        assert f"The role {role} may not create databases" in done.stderr
    finally:
        scratch.execute("DROP ROLE {}", role)


def test_a_source_is_refused_in_words_and_exit_1(target, tmp_path) -> None:
    (tmp_path / "text.db").write_text("Once upon a time.")
    done = scratch.import_saved(target, tmp_path / "text.db", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].endswith("text.db is no SQLite database.")
    assert "Traceback" not in done.stderr


def test_the_address_may_come_from_the_environment_and_its_password_is_never_shown(target, template) -> None:
    address = scratch.url_of(template).replace("@", f":{PASSWORD}@", 1)
    done = scratch.import_saved(target, "-", JOBOS_SOURCE_URL=address)
    assert done.returncode == 1
    assert "is none of these files: it lacks listings, saved, users" in done.stderr
    assert template in done.stderr and PASSWORD not in done.stderr + done.stdout
    nothing = scratch.import_saved(target, "-")
    assert (nothing.returncode, "JOBOS_SOURCE_URL is empty" in nothing.stderr) == (1, True)


def test_options_that_mean_nothing_are_refused_before_anything_begins(target, file, tmp_path) -> None:
    done = scratch.import_saved(target, file, "--backup", tmp_path / "x.dump")
    assert (done.returncode, "--backup goes with --apply" in done.stderr) == (1, True)
    done = scratch.import_saved(target, file, "--report", tmp_path / "no" / "such.json")
    assert (done.returncode, "No report can be written to" in done.stderr) == (1, True)
    (tmp_path / "there.dump").touch()
    done = scratch.import_saved(target, file, "--apply", "--backup", tmp_path / "there.dump")
    assert (done.returncode, "exists already; name another file" in done.stderr) == (1, True)


def test_trust_in_one_address_reaches_the_merge(target, tmp_path) -> None:
    """Nobody had verified these addresses, and people here have them: only who is trusted is the same person."""
    path = saved_only.make_file(
        tmp_path / "clash.db",
        users=1,
        more={
            "users": [
                (saved_only.key(1, 8), "HERE1@example.com", "One", 0, saved_only.AT),
                (saved_only.key(1, 9), "here2@example.com", "Two", 0, saved_only.AT),
            ]
        },
    )
    done = scratch.import_saved(target, path, "--json", "--trust-email", "here1@example.com")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["trusted_addresses"] == ["here1@example.com"]
    assert {name: document["tables"]["users"][name] for name in ("kept", "merged", "quarantined")} == {
        "kept": 1,
        "merged": 1,
        "quarantined": 1,
    }
    assert sum(document["clash_counts"].values()) >= 1
    assert saved_only.key(1, 9) in {clash["row_id"] for clash in document["clashes"]}
    assert [clash["email"] for clash in document["clashes"] if clash["kind"] == "email"] == ["here2@example.com"]
    assert sum(one["count"] for one in document["reasons"] if one["table"] == "users") == 1

    told = scratch.import_saved(
        target, path, "--trust-email", "here1@example.com", "--trust-email", "nobody@example.com"
    )
    assert told.returncode == 0, told.stderr
    assert (
        f"clash: email: 1\n  users {saved_only.key(1, 9)} (here2@example.com): Somebody here has this email"
        in told.stdout
    )
    assert "quarantined: users: 1: Somebody here has this email" in told.stdout
    assert "run it again with --trust-email ADDRESS" in told.stdout
    assert "nobody in the source has the address nobody@example.com." in told.stdout
    assert "has the address here1@example.com" not in told.stdout
