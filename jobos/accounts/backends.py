"""Signing in by email, and the answer to too many wrong passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from rest_framework import status

from jobos.core.errors import Problem
from jobos.core.parsers import is_storable
from jobos.core.views import answer_error

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jobos.accounts.models import User


class EmailBackend(ModelBackend):
    """Django's model backend; the look-up by email is the manager's. Text that cannot be stored matches nobody.

    Who has no email yet cannot sign in, whatever their password.
    """

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        email = (username or kwargs.get("email") or "").strip()
        if not is_storable(email) or not is_storable(password or ""):
            return None
        user: User | None = super().authenticate(request, username=email, password=password)
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and user.is_reachable


class SignInAttempts(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts failed sign-ins; a success forgives those at that account only.

    Axes' own would forgive all from the address, so that signing in to one's own account between guesses at somebody
    else's would keep the guesses below the limit for ever.
    """

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        name = normalise_sign_in_name(request, credentials)
        return int(AccessAttempt.objects.filter(username=name).delete()[0])


def normalise_sign_in_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Return the name that failed attempts are counted under: the email, folded, so that case opens no second door."""
    given = (credentials or {}).get("username") or (request.POST.get("username", "") if request is not None else "")
    folded = str(given).strip().lower()
    return folded[:254] if is_storable(folded) else ""


def answer_locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Return 429 with the time to wait, as problem+json or as a page."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    return answer_error(
        request,
        Problem(
            f"Too many wrong passwords. Try again in {seconds // 60} minutes.",
            status_code=status.HTTP_429_TOO_MANY_REQUESTS,
            code="sign_in_locked",
            wait=seconds,
        ),
    )
