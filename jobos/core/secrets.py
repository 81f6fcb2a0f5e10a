"""A signing secret that is made once and kept in a private file."""

import os
import secrets
from pathlib import Path


def read_or_make_secret(path: Path) -> str:
    """Return the secret kept at `path`, making it (mode 0600) on the first call, whichever process is first."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        os.link(fresh, path)  # Fails where another process was first; a rename would replace what it already uses.
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()
