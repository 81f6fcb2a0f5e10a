"""The one error of the embedded database."""

from pathlib import Path


class EmbeddedDatabaseError(Exception):
    """The embedded database cannot do what was asked; the message says what happened and what to do about it."""


def read_tail(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log for an error message, or why they cannot be had."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 8192))
            text = file.read().decode(errors="replace")
    except OSError as error:
        return f"({path} cannot be read: {error.strerror})"
    return "\n".join(text.splitlines()[-lines:])
