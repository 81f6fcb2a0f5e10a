"""A running JobOS of its own: the embedded PostgreSQL and gunicorn, which may be hurt, and callers that hurt it.

Sizes: everything runs small by default. LIVE_FULL=1 runs the full number of rounds (several minutes); LIVE_SLACK is how
many seconds a busy machine may take beyond each promised time (1.5).
"""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg.rows import dict_row

from jobos.core.embedded import EmbeddedServer

PROJECT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple"
FULL = os.environ.get("LIVE_FULL") == "1"
SLACK = float(os.environ.get("LIVE_SLACK", "1.5"))
CONNECTIONS_AT_MOST = 90  # Of max_connections = 100.
SIGN_IN_RATE = 30  # Calls a minute from one address.
SIGN_IN_FAILURE_LIMIT = 10  # Wrong passwords for one account, or from one address.

# The static files, without the compression that takes most of the time.
COLLECT_STATIC = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "jobos.settings"
import django
from django.conf import settings
settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("css", "js", "json", "html", "svg", "txt", "map", "md")
django.setup()
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0)
"""

# Clears up after tests that were killed themselves: its input ends when they do, in whatever way.
WATCH = """
import os, shutil, signal, sys, time
from pathlib import Path
sys.stdin.read()
folder = Path(sys.argv[1])
if folder.exists():
    from jobos.core.embedded import EmbeddedServer
    for file in folder.glob("*.pid"):
        process = Path("/proc", file.read_text().strip())
        if process.exists() and b"gunicorn" in (process / "cmdline").read_bytes():
            os.kill(int(process.name), signal.SIGTERM)
            time.sleep(1)
    server = EmbeddedServer.at(folder / "var")
    server.stop()
    for path in (server.socket_dir, server.home, folder):
        shutil.rmtree(path, ignore_errors=True)
"""


def size(usual: int, full: int) -> int:
    """Return how many of something to do: `full` with LIVE_FULL=1."""
    return full if FULL else usual


# Calls ----------------------------------------------------------------------------------------------------------------


class Unanswered(Exception):
    """The connection was refused or cut: whether the request was carried out is not known."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def is_final(self) -> bool:
        """False where the same request should be sent again: the database is away, or the row is busy."""
        return self.status < 500 and not (self.status == 409 and self.json.get("code") == "busy")

    def __str__(self) -> str:
        return f"{self.status} after {self.seconds:.2f} s: {self.body[:300]!r}"


@dataclass(frozen=True)
class Caller:
    """Somebody who calls: with a token or a session's cookies or neither, from an address of the loopback network."""

    port: int
    token: str = ""
    email: str = ""
    source: str = "127.0.0.1"
    cookies: str = ""
    id: str = ""

    def call(self, method: str, path: str, body: Any = None, *, form: str = "", **headers: str) -> Answer:
        """Send one request over a connection of its own; headers are keywords with _ for -."""
        sent = {"Connection": "close"} | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.cookies:
            sent["Cookie"] = self.cookies
        payload: bytes | None = None
        if form:
            payload, sent["Content-Type"] = form.encode(), "application/x-www-form-urlencoded"
        elif body is not None:
            payload, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=45, source_address=(self.source, 0))
        try:
            connection.request(method, path, payload, sent)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read(), time.monotonic() - began)
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call(method, f"/api/v1/{path}", body, **headers)

    def get(self, path: str) -> Any:
        answer = self.api("GET", path)
        assert answer.status == 200, answer
        return answer.json

    def insist(self, method: str, path: str, body: Any, *, key: str, patience: float = 60) -> Answer:
        """Send a request with an Idempotency-Key again and again until it has a final answer."""
        deadline = time.monotonic() + patience
        while True:
            try:
                answer = self.api(method, path, body, Idempotency_Key=key)
            except Unanswered:
                answer = None
            if answer is not None and answer.is_final:
                return answer
            if time.monotonic() > deadline:
                raise AssertionError(f"{method} {path} had no final answer in {patience} s; the last was {answer}.")
            time.sleep(0.05)

    def add_job(self, company: str = "", **fields: Any) -> str:
        answer = self.api("POST", "jobs/", {"company_name": company or name(), "role_title": "Engineer"} | fields)
        assert answer.status == 201, answer
        return str(answer.json["id"])


def name(prefix: str = "Company") -> str:
    """Return a name that nothing else has."""
    return f"{prefix} {uuid.uuid4().hex[:12]}"


def together(actions: Sequence[Callable[[], Any]], clients: int | None = None) -> list[Any]:
    """Run actions at the same moment (or at most `clients` of them at a time); return what each returned."""
    everybody = threading.Barrier(len(actions)) if clients is None else None

    def run(action: Callable[[], Any]) -> Any:
        if everybody is not None:
            everybody.wait(30)
        return action()

    with ThreadPoolExecutor(clients or len(actions)) as pool:
        return list(pool.map(run, actions))


def statuses(answers: Sequence[Answer]) -> list[int]:
    return sorted(answer.status for answer in answers)


@dataclass(frozen=True)
class Call:
    """One request of a load, as it went."""

    kind: str
    began: float
    seconds: float
    answer: Answer | None

    def __str__(self) -> str:
        return f"{self.kind}: {self.answer or f'no answer after {self.seconds:.2f} s'}"


@dataclass
class Load:
    """Clients that each do one thing again and again while the `with` block runs; every answer is remembered."""

    pause: float = 0.02
    actions: list[tuple[str, Callable[[], Answer]]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _failures: list[BaseException] = field(default_factory=list)

    def add(self, kind: str, action: Callable[[], Answer]) -> None:
        self.actions.append((kind, action))

    def _repeat(self, kind: str, action: Callable[[], Answer]) -> None:
        try:
            while not self._over.is_set():
                began = time.monotonic()
                try:
                    answer = action()
                except Unanswered:
                    answer = None
                self.calls.append(Call(kind, began, time.monotonic() - began, answer))
                time.sleep(self.pause)
        except BaseException as error:
            self._failures.append(error)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._repeat, args=action) for action in self.actions]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        if self._failures and exception[0] is None:
            raise self._failures[0]

    def ended_between(self, start: float, end: float) -> list[Call]:
        return [call for call in self.calls if start <= call.began + call.seconds < end]

    def wait_for_each(self, moment: float) -> list[Call]:
        """Wait until every kind of call has begun after a moment and ended; return the calls begun since."""
        kinds = {kind for kind, _ in self.actions}
        wait_until(lambda: {call.kind for call in self.begun_after(moment)} == kinds, 60, f"{kinds} answered")
        return self.begun_after(moment)

    def begun_after(self, moment: float) -> list[Call]:
        return [call for call in self.calls if call.began >= moment]


class Writers:
    """People who write notes on one card each without a key and without trying again, and know what was acknowledged."""

    def __init__(self, people: Sequence[Caller]) -> None:
        self.cards = {person: person.add_job() for person in people}
        self.sent: dict[str, list[str]] = {card: [] for card in self.cards.values()}
        self.acknowledged: dict[str, list[str]] = {card: [] for card in self.cards.values()}

    def write(self, person: Caller) -> Answer:
        card = self.cards[person]
        text = name("note")
        self.sent[card].append(text)
        answer = person.api("POST", f"jobs/{card}/notes/", {"text": text})
        if answer.status == 200:
            self.acknowledged[card].append(text)
        return answer

    def check(self, site: "Site") -> tuple[int, int]:
        """See that nothing acknowledged is lost and nothing is there by half; return (acknowledged, kept)."""
        kept_in_all = 0
        for card, acknowledged in self.acknowledged.items():
            [row] = site.sql("SELECT notes FROM jobs WHERE id = %s", card)
            kept = [note["text"] for note in row["notes"]]
            told = site.sql(
                "SELECT description FROM timeline_events WHERE job_id = %s AND event_type = 'note_added'", card
            )
            assert set(acknowledged) <= set(kept), "an acknowledged note is lost"
            assert len(set(kept)) == len(kept), "a note is there twice"
            assert set(kept) <= set(self.sent[card])
            assert sorted(event["description"] for event in told) == sorted(kept), (
                "a note without its event, or one without a note"
            )
            kept_in_all += len(kept)
        return sum(map(len, self.acknowledged.values())), kept_in_all


# The site -------------------------------------------------------------------------------------------------------------


def find_children(pid: int) -> list[int]:
    """Return the child processes of a process, of all its threads."""
    children: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            children += map(int, thread.read_text().split())
    return children


def end_process(pid: int, number: signal.Signals = signal.SIGKILL) -> bool:
    """Send a signal to a process; False where it is gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], Any], patience: float, what: str) -> float:
    """Return how many seconds it took until a condition held; fail after `patience`."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patience, f"After {patience} s still not: {what}."
        time.sleep(0.02)
    return time.monotonic() - began


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Web:
    """One gunicorn on a site's database."""

    def __init__(self, site: "Site", *, workers: int) -> None:
        self.port = find_port()
        self.workers = workers
        self.log = site.folder / f"gunicorn-{self.port}.log"
        settings = {"HOST": "127.0.0.1", "PORT": str(self.port), "WEB_CONCURRENCY": str(workers), "WEB_THREADS": "4"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "-c", "python:jobos.gunicorn_conf"),
                    *("--pid", str(self.log.with_suffix(".pid"))),
                ],
                cwd=PROJECT,
                env=site.environment | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests, which then end it.
            )
        self.anyone = Caller(self.port)
        # What a fixture saw of it at its start.
        self.workers_before: list[int] = []
        self.refused: list[Answer] = []
        self.seconds_until_ready = 0.0

    def find_workers(self) -> list[int]:
        return find_children(self.process.pid)

    def answers(self, path: str, status: int = 200) -> bool:
        try:
            return self.anyone.call("GET", path).status == status
        except Unanswered:
            assert self.process.poll() is None, f"gunicorn ended: {self.log.read_text()[-3000:]}"
            return False

    def wait_until_up(self) -> None:
        """Return when every worker has come up; the first request of one reads URLs and views."""
        wait_until(lambda: self.answers("/live"), 60, "/live answers")
        wait_until(lambda: len(self.find_workers()) >= self.workers, 60, "every worker is there")

    def kill_worker(self, turn: int) -> None:
        """SIGKILL one worker, each in its turn; never the last one that lives."""
        workers = self.find_workers()
        if len(workers) > 1:
            end_process(sorted(workers)[turn % len(workers)])

    def stop(self) -> None:
        """End gunicorn, gently if it lets us, and every worker of it."""
        workers = self.find_workers()
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            workers += self.find_workers()
            self.process.kill()
            self.process.wait(15)
            for pid in workers:
                end_process(pid)


class Site:
    """A folder with a database of its own, and the gunicorns that serve it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jobos-live-", dir="/tmp"))
        self.folder.chmod(0o755)  # The database's account has to get in.
        self.var = self.folder / "var"
        self.server = EmbeddedServer.at(self.var)
        ours = ("PG", "DJANGO", "PYTEST", "COV", "JOBOS", "GUNICORN", "WEB_CONCURRENCY")
        others = {"DATABASE_URL", "DEBUG", "SECRET_KEY", "CONN_MAX_AGE", "NUM_PROXIES"}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(ours) and key not in others}
        self.environment = kept | {
            "JOBOS_ENV": "demo",
            "JOBOS_VAR": str(self.var),
            "PYTHONPATH": str(PROJECT),
            "SIGN_IN_RATE": str(SIGN_IN_RATE),
            "SIGN_IN_FAILURE_LIMIT": str(SIGN_IN_FAILURE_LIMIT),
        }
        self.webs: list[Web] = []
        self.watch = subprocess.Popen(
            [sys.executable, "-c", WATCH, str(self.folder)],
            cwd=PROJECT,
            env=self.environment,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    # Life ---------------------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the database and the static files."""
        commands = [["manage.py", "migrate", "--no-input", "--verbosity", "0"], ["-c", COLLECT_STATIC]]
        processes = [
            subprocess.Popen(
                [sys.executable, *command],
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for command in commands
        ]
        said = [process.communicate(timeout=180)[0] for process in processes]
        assert [process.returncode for process in processes] == [0, 0], "\n".join(said)

    def serve(self, *, workers: int = 4) -> Web:
        web = Web(self, workers=workers)
        self.webs.append(web)
        return web

    def remove(self) -> None:
        """End every process and remove every file, in whatever state the tests have left them."""
        try:
            for web in self.webs:
                web.stop()
        finally:
            try:
                self.server.stop()
            finally:
                self.kill_database()
                for folder in (self.server.socket_dir, self.server.home, self.folder):
                    shutil.rmtree(folder, ignore_errors=True)
                self.watch.communicate(timeout=30)

    # The database -------------------------------------------------------------------------------------------------

    def sql(self, statement: str, *parameters: Any) -> list[dict[str, Any]]:
        """Run a statement of ours and return its rows."""
        with psycopg.connect(self.server.url, autocommit=True, row_factory=dict_row) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def session(self) -> Iterator[psycopg.Connection]:
        """A session that is not the application's, in a transaction that is rolled back."""
        with psycopg.connect(self.server.url) as connection:
            yield connection
            connection.rollback()

    def count_connections(self) -> int:
        return int(self.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")[0]["count"])

    def kill_database(self) -> None:
        """SIGKILL the server of this site and all its sessions at once."""
        pid = self.server.status().pid if self.server.data_dir.exists() else None
        if pid is not None:
            for victim in (pid, *find_children(pid)):
                end_process(victim)
            wait_until(lambda: not self.server.is_running(), 10, "the database is gone")

    @contextlib.contextmanager
    def start_lock(self) -> Iterator[None]:
        """Hold the lock under which the server is started: as if another process was at it and did not get on."""
        with (self.var / "postgres.lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def broken_cluster(self) -> Iterator[None]:
        """Hide a file without which the server does not start."""
        needed = self.server.data_dir / "global" / "pg_control"
        hidden = needed.with_name("pg_control.hidden")
        needed.rename(hidden)
        try:
            yield
        finally:
            hidden.rename(needed)

    # People -------------------------------------------------------------------------------------------------------

    def sign_up(self, web: Web, first_name: str, *, source: str = "127.0.0.1") -> Caller:
        """Let somebody sign up and in over the API."""
        email = f"{first_name.lower()}-{uuid.uuid4().hex[:8]}@example.com"
        anyone = Caller(web.port, source=source)
        body = {"email": email, "password": PASSWORD, "full_name": first_name.title()}
        registered = anyone.api("POST", "auth/register", body)
        assert registered.status == 201, registered
        signed_in = anyone.api("POST", "auth/login", {"email": email, "password": PASSWORD})
        assert signed_in.status == 200, signed_in
        return Caller(web.port, signed_in.json["token"], email, source, id=signed_in.json["user"]["id"])
