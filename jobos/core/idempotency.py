"""Idempotency-Key: the same write sent twice has one effect and one answer.

The key is claimed first, in the transaction of the effect, and the answer is kept beside it. A twin that arrives
meanwhile waits on the unique index and then gets the kept answer; a crash rolls all of it back.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from jobos.core.errors import Problem
from jobos.core.models import IdempotencyKey, make_uuid
from jobos.core.problems import PROBLEM_JSON

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request

KEPT_FOR = timedelta(hours=24)
KEPT_HEADERS = ("ETag", "Location")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

# A key older than a day is free again: the claim takes its row over.
_CLAIM = """
    INSERT INTO idempotency_keys AS kept (id, user_id, key, request_hash, status, headers, body, created_at)
    VALUES (%(id)s, %(user)s, %(key)s, %(hash)s, NULL, '{}', NULL, %(now)s)
    ON CONFLICT (user_id, key) DO UPDATE
        SET request_hash = excluded.request_hash, status = NULL, headers = '{}', body = NULL,
            created_at = excluded.created_at
        WHERE kept.created_at <= %(expired)s
    RETURNING id
"""


def read_key(request: Request) -> str | None:
    """Return the request's Idempotency-Key, None without one; raise a 400 for a malformed one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise ValidationError(
            "Idempotency-Key takes 1 to 255 visible ASCII characters.", code="invalid_idempotency_key"
        )
    return key


def hash_request(request: Request) -> str:
    """Return a fingerprint of method, path and body."""
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{request.method} {request.path.rstrip('/')}\n{body}".encode()).hexdigest()


def answer_once(request: Request, key: str, answer: Callable[[], Response]) -> Response:
    """Return `answer()`, or the answer that this user's key already has. Call it inside a transaction.

    `answer` gives every answer below 500 as a response, refusals without their effects; what it raises undoes the
    claim too.
    """
    fingerprint = hash_request(request)
    claimed = _claim(request, key, fingerprint)
    if claimed is None:
        return _replay(request, key, fingerprint)
    response = answer()
    IdempotencyKey.objects.filter(pk=claimed).update(
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if response.has_header(name)},
        body=b"" if response.data is None else JSONRenderer().render(response.data),
    )
    return response


def _claim(request: Request, key: str, fingerprint: str) -> Any:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "id": make_uuid(),
                "user": request.user.pk,
                "key": key,
                "hash": fingerprint,
                "now": now,
                "expired": now - KEPT_FOR,
            },
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _replay(request: Request, key: str, fingerprint: str) -> Response:
    kept = IdempotencyKey.objects.get(user_id=str(request.user.pk), key=key)
    if kept.request_hash != fingerprint:
        raise Problem(
            "This Idempotency-Key was used for another request.",
            status_code=status.HTTP_422_UNPROCESSABLE_ENTITY,
            code="idempotency_key_reused",
        )
    body = bytes(kept.body or b"")
    response = Response(
        json.loads(body) if body else None,
        status=kept.status,
        headers={**kept.headers, "Idempotent-Replayed": "true"},
    )
    if (kept.status or 0) >= status.HTTP_400_BAD_REQUEST:
        response.content_type = PROBLEM_JSON
    return response


def purge_expired() -> int:
    """Delete the keys that are worth nothing any more; return how many."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()
    return deleted
