"""Limits on how often a caller may do something, counted by the database and therefore exact over all processes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils import timezone
from rest_framework.throttling import BaseThrottle

from jobos.core.models import RateWindow, make_uuid

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request
    from rest_framework.views import APIView

_COUNT = """
    INSERT INTO rate_windows (id, key, starts_at, calls) VALUES (%s, %s, %s, 1)
    ON CONFLICT (key, starts_at) DO UPDATE SET calls = rate_windows.calls + 1
    RETURNING calls
"""


def client_address(request: HttpRequest | Request) -> str:
    """Return the caller's address: the peer's, or what the configured number of trusted proxies in front reports."""
    peer = str(request.META.get("REMOTE_ADDR") or "")
    if not settings.NUM_PROXIES:
        return peer
    hops = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    return hops[-min(settings.NUM_PROXIES, len(hops))] if hops else peer


def count_call(key: str, *, seconds: int, now: float) -> int:
    """Count one call in the window of `seconds` around `now` (a Unix time); return how many it has seen with this one."""
    starts_at = datetime.fromtimestamp(now - now % seconds, tz=UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [make_uuid(), key[:200], starts_at])
        row: tuple[int] = cursor.fetchone()
    return row[0]


def purge_past_windows() -> int:
    """Delete the windows that no limit looks at any more; return how many."""
    longest = max(seconds for _, seconds in settings.THROTTLE_RATES.values())
    past = timezone.now() - timedelta(seconds=2 * longest)
    return int(RateWindow.objects.filter(starts_at__lt=past).delete()[0])


def count_against(request: HttpRequest | Request, scope: str) -> float | None:
    """Count one call of the caller's address; return the seconds to wait where that is too many, None otherwise."""
    calls, seconds = settings.THROTTLE_RATES[scope]
    now = time.time()
    counted = count_call(f"{scope}:{client_address(request)}", seconds=seconds, now=now)
    return None if counted <= calls else seconds - now % seconds


class AddressThrottle(BaseThrottle):
    """Limits one address on a view that names its scope in `throttle_scope` (rates: settings.THROTTLE_RATES)."""

    wait_seconds: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.wait_seconds = count_against(request, view.throttle_scope)  # type: ignore[attr-defined]
        return self.wait_seconds is None

    def wait(self) -> float | None:
        return self.wait_seconds
