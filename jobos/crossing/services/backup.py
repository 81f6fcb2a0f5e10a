"""Saving the target before anything is merged into it, whichever server it is on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from psycopg.conninfo import make_conninfo

from jobos.core.embedded import EmbeddedDatabaseError
from jobos.core.embedded.backup import write_dump
from jobos.core.embedded.places import find_wheel
from jobos.core.embedded.postmaster import is_alive
from jobos.crossing.services.staging import connection_params

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

PART = re.compile(r"\.before-.*\.(\d+)\.part")


class BackupError(Exception):
    """The target cannot be saved; said for the operator."""


def find_programs(target: psycopg.Connection[Any]) -> Path:
    """Return the folder with a pg_dump that reads the target's server; raise BackupError where every one is too old."""
    wanted = target.info.server_version // 10_000
    places: list[Path] = []
    with suppress(EmbeddedDatabaseError):
        places.append(find_wheel() / "bin")
    if (on_path := shutil.which("pg_dump")) is not None:
        places.append(Path(on_path).parent)
    found = {place: _read_major(place) for place in places}
    for place, major in found.items():
        if major >= wanted:
            return place
    newest = max(found.values(), default=0)
    have = f"The newest pg_dump here is of PostgreSQL {newest}" if newest else "There is no pg_dump here"
    raise BackupError(
        f"{have}, and the target's server is PostgreSQL {wanted}: it cannot be saved first, so nothing was begun. "
        f"Install the client programs of PostgreSQL {wanted} and put them on the PATH."
    )


def _read_major(place: Path) -> int:
    """Return which PostgreSQL the programs of this folder belong to, 0 where they do not run or lack pg_restore."""
    if not (place / "pg_restore").exists():
        return 0
    try:
        shown = subprocess.run([place / "pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\) (\d+)", shown)
    return int(found.group(1)) if found else 0


def choose_place(system: str, at: datetime, wanted: Path | None) -> Path:
    """Return where the backup goes; what is there already is never written over."""
    path = wanted
    if path is None:
        folder = settings.VAR_DIR / "backups"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"before-{system}-{at:%Y%m%dT%H%M%SZ}.dump"
        _remove_unfinished(folder)
    if path.exists():
        raise BackupError(f"{path} exists already; name another file for the backup.")
    if not path.parent.is_dir():
        raise BackupError(f"There is no folder {path.parent} for the backup.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise BackupError(f"The folder {path.parent} cannot be written to.")
    return path.resolve()


def _remove_unfinished(folder: Path) -> None:
    """Remove what runs that were killed in the middle of a backup have left."""
    for path in folder.glob(".before-*.part"):
        found = PART.fullmatch(path.name)
        if found and not is_alive(int(found.group(1))):
            path.unlink(missing_ok=True)


def save(target: psycopg.Connection[Any], path: Path, *, programs: Path) -> None:
    """Write the whole target to a file in pg_dump's custom format and see that pg_restore can list it."""
    params = connection_params(target.info.dbname)
    password = str(params.pop("password", ""))
    try:
        write_dump(path, database=make_conninfo(**params), programs=programs, password=password)
    except EmbeddedDatabaseError as exc:
        raise BackupError(f"The target could not be saved, so nothing was changed. {exc}") from exc
