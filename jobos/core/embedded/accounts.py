"""The operating system account that the server runs as.

PostgreSQL refuses to run as root. An ordinary user runs it as himself; root runs it as an account without rights.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobos.core.embedded.failure import EmbeddedDatabaseError

DEDICATED_ACCOUNT = "jobos-db"
ACCOUNT_VARIABLE = "JOBOS_EMBEDDED_DB_USER"


@dataclass(frozen=True)
class Account:
    """Who the server runs as."""

    name: str
    uid: int
    gid: int

    def run(self, command: Sequence[str | Path], *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command as this account and return it with its whole output in `stdout`.

        The output goes through a file: a pipe would keep us waiting for whatever the command leaves running.
        """
        drops = os.geteuid() != self.uid
        with tempfile.TemporaryFile() as output:
            finished = subprocess.run(
                [os.fspath(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",  # The present folder may be closed to the account.
                env=clean_environment(),
                start_new_session=True,  # Ctrl-C in the terminal is not for the server.
                user=self.uid if drops else None,
                group=self.gid if drops else None,
                extra_groups=[] if drops else None,
                timeout=timeout,
                check=False,
            )
            output.seek(0)
            text = output.read().decode(errors="replace").strip()
        return subprocess.CompletedProcess(finished.args, finished.returncode, text)

    def take(self, path: Path) -> None:
        """Give a file or folder that we have just made to this account."""
        if os.geteuid() != self.uid:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def clean_environment() -> dict[str, str]:
    """Return our environment without the PG... variables, which would point the tools at another server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def name_owner(uid: int) -> str:
    """Return the account's name, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def find_owner(path: Path) -> Account:
    """Return the account that owns a file."""
    owner = path.stat()
    try:
        entry = pwd.getpwuid(owner.st_uid)
    except KeyError:
        return Account(f"uid {owner.st_uid}", owner.st_uid, owner.st_gid)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def choose_account() -> Account:
    """Return the account for a new cluster; as root, an account without rights, made if need be."""
    if os.geteuid() != 0:
        return Account(name_owner(os.geteuid()), os.geteuid(), os.getegid())
    wanted = os.environ.get(ACCOUNT_VARIABLE, "")
    if wanted:
        account = _find_account(wanted)
        if account is None:
            raise EmbeddedDatabaseError(f"{ACCOUNT_VARIABLE} names the account {wanted!r}, which does not exist here.")
        if account.uid == 0:
            raise EmbeddedDatabaseError(f"{ACCOUNT_VARIABLE} names {wanted!r}, but PostgreSQL refuses to run as root.")
        return account
    account = _find_account(DEDICATED_ACCOUNT) or _make_account() or _find_account("nobody")
    if account is None:
        raise EmbeddedDatabaseError(
            "PostgreSQL refuses to run as root, and there is neither useradd nor an account 'nobody'. "
            f"Name an account without rights in {ACCOUNT_VARIABLE}, or set DATABASE_URL."
        )
    return account


def _find_account(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make_account() -> Account | None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    shell = next((path for path in ("/usr/sbin/nologin", "/sbin/nologin") if Path(path).exists()), "/bin/false")
    made = subprocess.run(
        [useradd, "--system", "--no-create-home", "--home-dir", "/", "--shell", shell, DEDICATED_ACCOUNT],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    # Another project may have made it in the same moment, so the account counts and not the exit code.
    account = _find_account(DEDICATED_ACCOUNT)
    if account is not None and made.returncode == 0:
        sys.stderr.write(
            f"JobOS: made the system account {DEDICATED_ACCOUNT}; the embedded PostgreSQL cannot run as root.\n"
        )
    return account
