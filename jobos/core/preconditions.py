"""ETag and If-Match: a write that was prepared on an older state of a resource is refused (412), not applied."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rest_framework import status
from rest_framework.renderers import JSONRenderer

from jobos.core.errors import Problem

if TYPE_CHECKING:
    from rest_framework.request import Request


def make_etag(representation: dict[str, Any]) -> str:
    """Return the strong entity tag of a representation: a hash of its JSON."""
    return f'"{hashlib.sha256(JSONRenderer().render(representation)).hexdigest()[:32]}"'


def is_listed(header: str, etag: str) -> bool:
    """Tell whether an If-Match or If-None-Match header names this tag ('*' names every one)."""
    names = [name.strip() for name in header.split(",")]
    return "*" in names or etag in names


def check_if_match(request: Request, etag: str | None, *, required: bool = False) -> None:
    """Raise 412 where If-Match names another state than `etag`; 428 where it is required and missing.

    What does not exist (None) has no state at all.

    Call it with the row locked, or the comparison says nothing about the moment of the write.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if required:
            raise Problem(
                "This replaces a whole document: say with If-Match which state of it you saw (its ETag).",
                status_code=status.HTTP_428_PRECONDITION_REQUIRED,
                code="precondition_required",
            )
        return
    if etag is None or not is_listed(header, etag):
        raise Problem(
            "It has changed since you read it. Read it again and repeat what you want to change.",
            status_code=status.HTTP_412_PRECONDITION_FAILED,
            code="precondition_failed",
        )
