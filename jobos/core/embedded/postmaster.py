"""Which process, if any, serves a data folder.

A `postmaster.pid` proves nothing: after a reboot or a container's restart its number may belong to anything. So the
process itself is asked.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from jobos.core.embedded.accounts import Account

STATUS_LINE = 7  # Of postmaster.pid, its eighth and last: "starting", "ready" or "stopping".
HAS_PROC = sys.platform.startswith("linux")


@dataclass(frozen=True)
class Postmaster:
    """A live PostgreSQL server process; `ready` when it takes connections."""

    pid: int
    ready: bool


def find_postmaster(data_dir: Path) -> Postmaster | None:
    """Return the server of this data folder. Cheap: two small reads and a stat."""
    try:
        lines = (data_dir / "postmaster.pid").read_bytes().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not lines or not lines[0].isdigit():
        return None
    pid = int(lines[0])
    if not _serves(pid, data_dir):
        return None
    return Postmaster(pid, ready=[line.strip() for line in lines[STATUS_LINE:]] == [b"ready"])


def is_alive(pid: int) -> bool:
    """Say whether a process runs; a zombie (in a container whose first process reaps nobody) does not."""
    if HAS_PROC:
        # Its arguments would not do: they are empty for a moment while a process turns into another program.
        try:
            state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state not in (b"Z", b"X", b"x")
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_leftovers(data_dir: Path, account: Account) -> None:
    """End what is left of earlier servers of this data folder, which has no server that can be found by its pid file.

    * A killed server's busy sessions go on until their statement is done and keep a new server from starting.
    * A server whose folder was deleted under it notices within a minute and then removes the socket at its path, which
      by then is the new server's.
    * A server whose postmaster.pid was deleted ends itself within a minute; asked for it, it does so cleanly.

    Nothing else is touched: a process must stand in this very folder, or in one that was deleted from here.
    """
    if not HAS_PROC:
        return
    lost, orphans, sessions = [], [], []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        pid = int(entry.name)
        arguments = _read_arguments(pid)
        if _is_postmaster(arguments):
            folder = _read_folder(pid, account)
            if folder == str(data_dir):
                lost.append(pid)
            elif folder == f"{data_dir} (deleted)":
                orphans.append(pid)
        elif arguments[0].startswith(b"postgres: ") and _read_folder(pid, account) == str(data_dir):
            sessions.append(pid)
    if lost:
        _end(lost, signal.SIGINT, patience=10)
    else:
        _end(sessions, signal.SIGQUIT, patience=1)
    _end(orphans, signal.SIGQUIT, patience=5)


def _end(pids: list[int], gently: signal.Signals, patience: float) -> None:
    """Ask processes to end, wait for them, and end those that do not within `patience` seconds."""
    for number in (gently, signal.SIGKILL):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + patience
        while pids and time.monotonic() < deadline:
            time.sleep(0.02)
            pids = [pid for pid in pids if is_alive(pid)]


def _read_folder(pid: int, account: Account) -> str:
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except FileNotFoundError:
        return ""
    except PermissionError:
        # Root in a container may not look into another account's processes, but that account may.
        return "" if os.geteuid() else account.run(["/bin/readlink", f"/proc/{pid}/cwd"]).stdout


def _serves(pid: int, data_dir: Path) -> bool:
    if not HAS_PROC:
        shown = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], stdin=subprocess.DEVNULL, capture_output=True, check=False
        ).stdout.strip()
        return b"postgres -D " + os.fsencode(data_dir) in shown
    arguments = _read_arguments(pid)
    if not _is_postmaster(arguments):
        return False
    # The server stands in its data folder. That holds even when the project was renamed while it ran.
    try:
        return os.path.samestat(os.stat(f"/proc/{pid}/cwd"), data_dir.stat())
    except FileNotFoundError:
        return False
    except PermissionError:
        return _named_folder(arguments) == os.fsencode(data_dir)


def _read_arguments(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return [b""]


def _is_postmaster(arguments: list[bytes]) -> bool:
    # The server's helpers call themselves "postgres: checkpointer" and the like.
    return os.path.basename(arguments[0]) == b"postgres" and b"-D" in arguments


def _named_folder(arguments: list[bytes]) -> bytes:
    return arguments[arguments.index(b"-D") + 1]
