"""The embedded server: one object that knows where it is and can start and stop it."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from jobos.core.embedded import cluster, places
from jobos.core.embedded.accounts import Account, choose_account, find_owner, name_owner
from jobos.core.embedded.failure import EmbeddedDatabaseError, read_tail
from jobos.core.embedded.postmaster import Postmaster, end_leftovers, find_postmaster, is_alive

LONG_ENOUGH = 60.0  # Seconds: what a command waits for another process that makes the cluster on a loaded machine.
FIRST_START = 10.0
POLL = 0.02


@dataclass(frozen=True)
class ServerStatus:
    """What `EmbeddedServer.status()` found."""

    running: bool
    ready: bool
    pid: int | None
    version: str
    data_dir: Path
    socket: Path
    log_file: Path
    owner: str | None
    size_bytes: int | None


@dataclass(frozen=True)
class EmbeddedServer:
    """The PostgreSQL of one project folder. Making this object touches nothing; `ensure_running` does the work."""

    var_dir: Path
    home: Path

    @classmethod
    def at(cls, var_dir: Path) -> Self:
        """Return the server that belongs to this `var` folder, started or not."""
        var_dir = var_dir.resolve()
        return cls(var_dir, places.find_home(var_dir))

    @property
    def database(self) -> str:
        return cluster.DATABASE

    @property
    def user(self) -> str:
        return cluster.USER

    @property
    def port(self) -> int:
        return places.PORT

    @property
    def data_dir(self) -> Path:
        return self.home / "data"

    @property
    def socket_dir(self) -> Path:
        return places.find_socket_dir(self.home)

    @property
    def log_file(self) -> Path:
        """The log that the server writes now, or the one of its last start."""
        try:
            named = (self.data_dir / "current_logfiles").read_text().split(maxsplit=1)[1].strip()
        except (OSError, IndexError):
            return self._start_log
        return self.home / "log" / Path(named).name

    @property
    def url(self) -> str:
        """The connection URL of the application's database, for psql and every other client."""
        return self.url_of(self.database)

    def url_of(self, database: str) -> str:
        """Return the connection URL of another database of this server."""
        return (
            f"postgresql://{self.user}@/{quote(database)}"
            f"?host={quote(os.fsencode(self.socket_dir), safe='/')}&port={self.port}"
        )

    def django_settings(self, *, patience: float = LONG_ENOUGH) -> dict[str, Any]:
        """Return what `DATABASES` needs beside its engine, `jobos.core.postgres`.

        `patience` is how many seconds a new connection waits for a server that is being started: a web process says
        2, so that a request is answered 503 and does not hang.
        """
        return {
            "HOST": str(self.socket_dir),
            "PORT": str(self.port),
            "NAME": self.database,
            "USER": self.user,
            "PASSWORD": "",
            "EMBEDDED": self,
            "EMBEDDED_PATIENCE": patience,
        }

    def program(self, name: str) -> Path:
        """Return the path of one of PostgreSQL's own programs, such as psql or pg_dump."""
        return places.find_wheel() / "bin" / name

    def is_running(self) -> bool:
        """Say whether the server's process is there (it may still be recovering from a crash)."""
        return self._find_postmaster() is not None

    def ensure_running(self, timeout: float = LONG_ENOUGH) -> bool:
        """Return once the server takes connections; True when this call started it.

        Any number of processes may call it at once: one starts the server and the others wait, `timeout` seconds at
        most. Costs microseconds when it runs already.
        """
        running = self._find_postmaster()
        if running is not None and running.ready:
            return False
        deadline = time.monotonic() + timeout
        with self._locked(deadline):
            running = self._find_postmaster()
            if running is not None and self._wait_until_ready(running.pid, deadline):
                return False
            self._start(deadline)
            return True

    def start(self) -> bool:
        """Start the server for good; True when it was not running."""
        return self.ensure_running()

    def stop(self) -> bool:
        """Stop the server cleanly and return once it is down; False when it was not running."""
        if not self.is_running():
            return False
        with self._locked(time.monotonic() + LONG_ENOUGH):
            if not self.is_running():
                return False
            account = find_owner(self.home)
            stopper = places.prepare_installation() / "bin" / "pg_ctl"
            done = account.run(
                [stopper, "stop", "-D", self.data_dir, "-m", "fast", "-w", "-t", "60"], timeout=LONG_ENOUGH + 10
            )
            if done.returncode != 0 or self.is_running():
                raise EmbeddedDatabaseError(
                    f"The embedded database in {self.home} did not stop: {done.stdout}\n{read_tail(self.log_file)}"
                )
        return True

    def remove(self) -> bool:
        """Stop the server and delete its cluster with everything in it; False where there is none."""
        self.stop()
        if not os.path.exists(self.home):
            return False
        with self._locked(time.monotonic() + LONG_ENOUGH):
            shutil.rmtree(self.home)
            (self.var_dir / places.NOTE_NAME).unlink(missing_ok=True)
        return True

    def status(self) -> ServerStatus:
        """Look at the server without starting it."""
        running = self._find_postmaster()
        made = os.path.exists(self.data_dir)
        return ServerStatus(
            running=running is not None,
            ready=running is not None and running.ready,
            pid=None if running is None else running.pid,
            version=cluster.read_version(places.find_wheel()),
            data_dir=self.data_dir,
            socket=self.socket_dir / f".s.PGSQL.{self.port}",
            log_file=self.log_file,
            owner=name_owner(self.home.stat().st_uid) if made else None,
            size_bytes=_measure(self.data_dir) if made else None,
        )

    @property
    def _start_log(self) -> Path:
        return self.home / "log" / "start.log"

    def _find_postmaster(self) -> Postmaster | None:
        try:
            return find_postmaster(self.data_dir)
        except PermissionError as error:
            raise self._refuse_stranger() from error

    def _refuse_stranger(self) -> EmbeddedDatabaseError:
        try:
            owner = name_owner(self.home.stat().st_uid)
        except PermissionError:
            owner = "another account"
        return EmbeddedDatabaseError(
            f"The embedded database in {self.home} belongs to {owner}, and you are {name_owner(os.geteuid())}. "
            f"Run this as {owner} or root, or set JOBOS_VAR to a folder of your own to have a database of your own."
        )

    @contextmanager
    def _locked(self, deadline: float) -> Iterator[None]:
        """Hold the start lock, which the kernel drops with its process, and explain what the system refuses."""
        try:
            places.prepare_var(self.var_dir, self.home)
            descriptor = os.open(self.var_dir / "postgres.lock", os.O_RDONLY | os.O_CREAT, 0o644)
            try:
                self._wait_for_lock(descriptor, deadline)
                yield
            finally:
                os.close(descriptor)
        except OSError as error:
            raise EmbeddedDatabaseError(
                f"The embedded database in {self.home} cannot be started or stopped: {error}. See that {self.var_dir} "
                "can be written and its disk has room, or set JOBOS_VAR to another folder or DATABASE_URL to another "
                "server."
            ) from error
        except subprocess.TimeoutExpired as error:
            raise EmbeddedDatabaseError(f"The embedded database in {self.home} takes too long: {error}") from error

    def _wait_for_lock(self, descriptor: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise EmbeddedDatabaseError(
                        f"Another process is starting or stopping the embedded database in {self.home} and is not done "
                        "yet. Try again in a moment."
                    ) from None
                time.sleep(POLL)
            else:
                return

    def _start(self, deadline: float) -> None:
        account = find_owner(self.home) if os.path.lexists(self.home) else choose_account()
        if account.uid == 0:  # Only just made by root, which was then killed.
            account = choose_account()
        if os.geteuid() not in (0, account.uid):
            raise self._refuse_stranger()
        installation = places.prepare_installation()
        places.prepare_private_folder(self.home, account)
        for folder in (self.home / "log", self.socket_dir):
            places.prepare_private_folder(folder, account)
        cluster.remove_unfinished(self.home)
        if self.data_dir.exists() and any(self.data_dir.iterdir()):
            cluster.refuse_other_version(self.data_dir, installation)
        else:
            cluster.make_cluster(self.home, installation, account)
            deadline = max(deadline, time.monotonic() + FIRST_START)  # Slow as it was, it is not the start that failed.
        end_leftovers(self.data_dir, account)
        while True:
            self._remove_stale_locks()
            pid = self._launch(installation, account)
            if self._wait_until_ready(pid, deadline):
                return
            said = read_tail(self._start_log)
            # Parts of a server that was killed may hold its shared memory for another moment.
            if "is still in use" not in said or time.monotonic() >= deadline:
                break
            time.sleep(0.2)
        if self.log_file != self._start_log:
            said = f"{said}\n{read_tail(self.log_file)}"
        raise EmbeddedDatabaseError(
            f"The embedded database in {self.home} did not start. Mend what its log says, and try again. The end of "
            f"{self.log_file}:\n{said}"
        )

    def _remove_stale_locks(self) -> None:
        # No server runs here (that was verified), but what a crash left may carry the number of a process that lives,
        # and PostgreSQL would believe it. Should a part of an old server still live, PostgreSQL sees its shared memory.
        (self.data_dir / "postmaster.pid").unlink(missing_ok=True)
        socket = self.socket_dir / f".s.PGSQL.{self.port}"
        socket.unlink(missing_ok=True)
        socket.with_name(f"{socket.name}.lock").unlink(missing_ok=True)

    def _launch(self, installation: Path, account: Account) -> int:
        """Start the server in a session of its own and return its process id, ready or not."""
        # A shell in between makes it nobody's child: no starter has to reap it or takes it along when it dies.
        script = 'log="$1"; shift; "$@" </dev/null >"$log" 2>&1 & echo $!'
        server: list[str | Path] = [
            installation / "bin" / "postgres",
            "-D",
            self.data_dir,
            "-k",
            f'"{self.socket_dir}"',
        ]
        launched = account.run(["/bin/sh", "-c", script, "sh", self._start_log, *server])
        if launched.returncode != 0 or not launched.stdout.isdigit():
            raise EmbeddedDatabaseError(f"The embedded database cannot be started: {launched.stdout}")
        return int(launched.stdout)

    def _wait_until_ready(self, pid: int, deadline: float) -> bool:
        """Return True once the server takes connections, False when its process has ended."""
        while True:
            found = self._find_postmaster()
            if found is not None and found.ready:
                return True
            if not is_alive(pid):
                return False
            if time.monotonic() >= deadline:
                raise EmbeddedDatabaseError(
                    f"The embedded database in {self.home} is still starting (after a crash it reads its journal). "
                    f"Try again in a moment; its log is {self.log_file}."
                )
            time.sleep(POLL)


def _measure(folder: Path) -> int | None:
    """Return the size of a folder's files in bytes; files that vanish meanwhile do not count."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.lstat(os.path.join(parent, name)).st_size
            except FileNotFoundError:
                continue
    return size
