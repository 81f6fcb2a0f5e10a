"""The embedded database for real: each test has a project of its own, and its own processes."""

import fcntl
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command

from jobos.core.embedded import EmbeddedDatabaseError, EmbeddedServer
from jobos.core.embedded.backup import back_up, restore
from jobos.core.embedded.places import LONGEST_SOCKET_PATH
from jobos.core.management.commands.embedded_db import Command

PROJECT = Path(__file__).resolve().parents[2]

ENSURE = """
import sys
from pathlib import Path
from jobos.core.embedded import EmbeddedServer
print(EmbeddedServer.at(Path(sys.argv[1])).ensure_running())
"""

QUERY_THROUGH_DJANGO = """
import sys, time
from pathlib import Path
import django
from django.conf import settings
from jobos.core.embedded import EmbeddedServer
server = EmbeddedServer.at(Path(sys.argv[1]))
settings.configure(
    DATABASES={"default": {"ENGINE": "jobos.core.postgres", **server.django_settings(patience=float(sys.argv[2]))}}
)
django.setup()
from django.db import connection
from django.db.utils import OperationalError
began = time.monotonic()
try:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        print("answered")
except OperationalError as error:
    print("away", error)
print(time.monotonic() - began)
"""


def describe_run(code: str, *arguments: object) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "PYTEST", "COV"))}
    return {
        "args": [sys.executable, "-c", code, *map(str, arguments)],
        "env": environment | {"PYTHONPATH": str(PROJECT), "LANG": "C", "LC_ALL": "C"},
        "text": True,
    }


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(**describe_run(code, *arguments), capture_output=True, timeout=120, check=False)


def remove(server: EmbeddedServer) -> None:
    """Stop the server and remove everything of it, in whatever state a test has left it."""
    try:
        server.stop()
    finally:
        for folder in (server.socket_dir, server.home, server.var_dir):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account may pass through, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="jobos-test-", dir="/tmp"))
    path.chmod(0o777)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def template() -> Iterator[EmbeddedServer]:
    """A stopped server to copy, because making a cluster is slow."""
    path = Path(tempfile.mkdtemp(prefix="jobos-test-", dir="/tmp"))
    path.chmod(0o755)
    template = EmbeddedServer.at(path / "var")
    try:
        template.start()
        template.stop()
        yield template
    finally:
        remove(template)
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def made(server: EmbeddedServer, template: EmbeddedServer) -> EmbeddedServer:
    """A server that was started before and is stopped."""
    server.var_dir.mkdir(parents=True)
    subprocess.run(["cp", "-a", template.home, server.home], check=True)
    return server


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedServer]:
    """A server that was never started."""
    server = EmbeddedServer.at(folder / "a b'c é" / "var")
    yield server
    remove(server)


def ask(server: EmbeddedServer, statement: str, database: str = "jobos") -> Any:
    with psycopg.connect(server.url_of(database), autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


def read_pid(server: EmbeddedServer) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


def test_making_the_object_touches_nothing(server: EmbeddedServer) -> None:
    assert server.django_settings()["NAME"] == "jobos"
    assert not server.is_running()
    assert not server.status().running
    assert not server.stop()
    assert not server.var_dir.exists()


def test_first_start_makes_a_cluster_that_folds_case_whatever_the_locale(server: EmbeddedServer) -> None:
    first = run(ENSURE, server.var_dir)  # With LANG=C.
    assert first.stdout == "True\n", first.stderr
    assert server.ensure_running() is False
    assert ask(server, "SELECT lower('ÉCOLE')") == "école"
    assert ask(server, "SHOW data_checksums") == "on"
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SHOW listen_addresses") == ""
    assert [ask(server, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["on"] * 3
    for extension in ("vector", "pg_trgm", "btree_gin"):
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f"CREATE EXTENSION {extension}")
    assert server.socket_dir.stat().st_mode & 0o777 == 0o700
    assert server.data_dir.stat().st_mode & 0o777 == 0o700
    assert server.status().running
    assert server.stop() is True
    assert server.is_running() is False
    assert server.start() is True


def test_eight_processes_at_once_make_one_cluster(server: EmbeddedServer) -> None:
    processes = [
        subprocess.Popen(**describe_run(ENSURE, server.var_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(8)
    ]
    answers = [process.communicate(timeout=120) for process in processes]
    assert sorted(answer[0] for answer in answers) == ["False\n"] * 7 + ["True\n"], [answer[1] for answer in answers]
    assert sorted(path.name for path in server.home.iterdir()) == ["data", "log", "socket"]


def test_killed_server_is_started_again_by_the_next_connection(made: EmbeddedServer) -> None:
    made.start()
    os.kill(read_pid(made), signal.SIGKILL)
    answer = run(QUERY_THROUGH_DJANGO, made.var_dir, 30).stdout
    assert answer.startswith("answered")


def test_web_request_is_not_kept_waiting_for_a_start(made: EmbeddedServer) -> None:
    with (made.var_dir / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # As a process does that is just starting it.
        answer = run(QUERY_THROUGH_DJANGO, made.var_dir, 1).stdout
    assert answer.startswith("away Another process is starting or stopping the embedded database")
    assert 1 <= float(answer.splitlines()[-1]) < 3


def test_start_that_was_killed_while_making_the_cluster_is_forgotten(server: EmbeddedServer) -> None:
    starter = subprocess.Popen(**describe_run(ENSURE, server.var_dir))
    while not list(server.home.glob("data.new-*/PG_VERSION")):
        assert starter.poll() is None
        time.sleep(0.005)
    starter.kill()
    starter.wait()
    assert server.ensure_running() is True
    assert not list(server.home.glob("data.new-*"))


def test_server_outlives_its_starter_and_holds_nothing_of_it(made: EmbeddedServer) -> None:
    # run() reads the starter's pipes to their end: it would hang if the server held them.
    assert run(ENSURE, made.var_dir).returncode == 0
    if sys.platform.startswith("linux"):
        held = {path.readlink() for path in Path(f"/proc/{read_pid(made)}/fd").iterdir() if path.exists()}
        assert made.var_dir / "postgres.lock" not in held
        assert os.getsid(read_pid(made)) != os.getsid(0)


@pytest.mark.parametrize("content", ["", "garbage\n", "999999999\n/tmp\n", "{pid}\n/tmp\n"])
def test_stale_pid_file_is_not_believed(made: EmbeddedServer, content: str) -> None:
    owner = made.home.stat()
    drops = os.geteuid() == 0
    stranger = subprocess.Popen(["sleep", "60"], user=owner.st_uid if drops else None)
    try:
        text = content.format(pid=stranger.pid)
        (made.data_dir / "postmaster.pid").write_text(text)
        (made.socket_dir / ".s.PGSQL.5432.lock").write_text(text)
        assert not made.is_running()
        assert made.ensure_running() is True
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_two_projects_have_two_servers(made: EmbeddedServer, folder: Path) -> None:
    other = EmbeddedServer.at(folder / "clone" / "var")
    try:
        assert made.start()
        assert other.start()
        # A copy of a running project's pid file is about the other's server.
        other.stop()
        shutil.copy(made.data_dir / "postmaster.pid", other.data_dir / "postmaster.pid")
        assert not other.is_running()
        assert other.start()
        assert other.stop()
        assert made.is_running()
    finally:
        remove(other)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_deleted_project_can_be_made_again_at_once(made: EmbeddedServer) -> None:
    made.start()
    old = read_pid(made)
    shutil.rmtree(made.home)
    assert made.ensure_running() is True
    assert read_pid(made) != old
    assert not Path(f"/proc/{old}/cwd").exists()
    assert ask(made, "SELECT 1") == 1


def test_long_path_gets_a_short_socket(folder: Path) -> None:
    server = EmbeddedServer.at(folder / ("x" * 120) / "var")
    try:
        assert len(os.fsencode(server.socket_dir)) < LONGEST_SOCKET_PATH - 20
        server.start()
        assert ask(server, "SELECT 1") == 1
        server.stop()
        shutil.rmtree(server.socket_dir)
        server.socket_dir.symlink_to("/tmp")
        with pytest.raises(EmbeddedDatabaseError, match="must be a folder of mode 0700"):
            server.start()
        server.socket_dir.unlink()
    finally:
        remove(server)


def test_data_of_another_major_version_are_refused_untouched(made: EmbeddedServer) -> None:
    (made.data_dir / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedDatabaseError, match=r"made by PostgreSQL 12, .* Nothing was touched"):
        made.start()
    (made.data_dir / "PG_VERSION").write_text("18\n")
    assert made.start()


def test_failed_start_shows_the_log(made: EmbeddedServer) -> None:
    with (made.data_dir / "jobos.conf").open("a") as file:
        file.write("nonsense = 3\n")
    with pytest.raises(EmbeddedDatabaseError, match='unrecognized configuration parameter "nonsense"'):
        made.start()


def test_var_that_cannot_be_made_is_named(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(EmbeddedDatabaseError, match=rf"cannot be started or stopped: .*{folder}/file.* set JOBOS_VAR"):
        EmbeddedServer.at(folder / "file" / "var").start()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_root_opens_no_private_folder(folder: Path) -> None:
    private = folder / "home"
    private.mkdir(mode=0o700)
    server = EmbeddedServer.at(private / "project" / "var")
    try:
        started = run(ENSURE, server.var_dir)
        assert started.stdout == "True\n"
        assert f"the embedded database is in {server.home}" in started.stderr
        assert not server.home.is_relative_to(folder)
        assert str(server.home) in (server.var_dir / "postgres-is-elsewhere.txt").read_text()
        assert private.stat().st_mode & 0o777 == 0o700
        assert run(ENSURE, server.var_dir).stderr == ""
        private.rename(folder / "moved")
        moved = EmbeddedServer.at(folder / "moved" / "project" / "var")
        with pytest.raises(EmbeddedDatabaseError, match="the project was moved or copied"):
            moved.start()
    finally:
        remove(server)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_root_runs_the_server_of_an_ordinary_users_project_as_that_user(folder: Path) -> None:
    server = EmbeddedServer.at(folder / "var")
    try:
        server.var_dir.mkdir()
        server.home.mkdir(mode=0o700)
        os.chown(server.home, 65534, 65534)
        server.start()
        assert server.status().owner == server.home.owner()
        assert Path(f"/proc/{read_pid(server)}").stat().st_uid == 65534
    finally:
        remove(server)


def test_restore_brings_back_what_was_backed_up(made: EmbeddedServer, folder: Path) -> None:
    made.start()
    with psycopg.connect(made.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE thing AS SELECT generate_series(1, 1000) AS number")
    assert back_up(made, folder / "good.dump") == (folder / "good.dump").stat().st_size
    assert (folder / "good.dump").stat().st_mode & 0o777 == 0o600
    with psycopg.connect(made.url, autocommit=True) as connection:  # A session that is in the way.
        connection.execute("DELETE FROM thing")
        restore(made, folder / "good.dump")
    assert ask(made, "SELECT count(*) FROM thing") == 1000
    databases = "SELECT array_agg(datname::text ORDER BY datname) FROM pg_database"
    assert ask(made, databases) == ["jobos", "postgres", "template0", "template1"]

    (folder / "cut.dump").write_bytes((folder / "good.dump").read_bytes()[:-200])
    with pytest.raises(EmbeddedDatabaseError, match="pg_restore failed"):
        restore(made, folder / "cut.dump")
    assert ask(made, "SELECT count(*) FROM thing") == 1000
    assert ask(made, databases) == ["jobos", "postgres", "template0", "template1"]
    with pytest.raises(EmbeddedDatabaseError, match="There is no folder"):
        back_up(made, folder / "missing" / "x.dump")
    assert not list(folder.glob(".*.part"))


def test_command_line(made: EmbeddedServer, folder: Path, settings: Any, capfd: pytest.CaptureFixture[str]) -> None:
    settings.EMBEDDED_DB = made

    def embedded_db(*arguments: object) -> str:
        Command().run_from_argv(["manage.py", "embedded_db", *map(str, arguments)])
        return capfd.readouterr().out

    def fail(*arguments: object) -> str:
        with pytest.raises(SystemExit) as stopped:
            embedded_db(*arguments)
        assert stopped.value.code == 1
        return capfd.readouterr().err

    assert "state    not running" in embedded_db("status")
    assert embedded_db("start") == f"Started: {made.url}\n"
    assert embedded_db("start") == f"Already running: {made.url}\n"
    status = json.loads(embedded_db("status", "--json"))
    assert status["running"] is True
    assert status["data_dir"] == str(made.data_dir)
    assert embedded_db("psql", "-Atc", "SELECT 6 * 7") == "42\n"
    assert "syntax error" in fail("psql", "-c", "nonsense")
    assert "read back and complete" in embedded_db("backup", folder / "x.dump")
    assert "Restored" in embedded_db("restore", folder / "x.dump", "--yes")
    assert "There is no backup file" in fail("restore", folder / "none.dump", "--yes")
    assert embedded_db("stop") == "Stopped.\n"
    assert embedded_db("stop") == "Not running.\n"
    made.start()
    assert embedded_db("remove", "--yes") == "Removed.\n"
    assert not made.home.exists()
    assert embedded_db("remove", "--yes") == "There was none.\n"


@pytest.mark.parametrize("answer", ["no\n", ""])
def test_restore_asks_first(
    made: EmbeddedServer, folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    settings.EMBEDDED_DB = made
    back_up(made, folder / "x.dump")
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    with pytest.raises(CommandError, match=r"Nothing was changed\.|Nobody answered"):
        call_command(Command(), "restore", str(folder / "x.dump"))


@pytest.mark.parametrize("answer", ["no\n", ""])
def test_remove_asks_first(made: EmbeddedServer, settings: Any, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    settings.EMBEDDED_DB = made
    made.start()
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    with pytest.raises(CommandError, match=r"Nothing was changed\.|Nobody answered"):
        call_command(Command(), "remove")
    assert made.is_running()


def test_command_refuses_when_a_url_names_the_server(settings: Any) -> None:
    settings.EMBEDDED_DB = None
    with pytest.raises(CommandError, match="DATABASE_URL is set"):
        call_command(Command(), "status")
