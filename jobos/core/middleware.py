"""What happens around every request: its id, its content security policy, and the database being away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import structlog
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils.cache import patch_vary_headers
from rest_framework.status import is_server_error

from jobos.core.errors import translate_database_error
from jobos.core.models import make_uuid
from jobos.core.views import answer_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
log = structlog.get_logger("jobos.request")


class RequestIdMiddleware:
    """Gives each request an id that its log lines, its errors and its answer carry (`X-Request-ID`).

    A caller's own id is taken over where it is short and plain.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else make_uuid().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            if is_server_error(response.status_code):
                log.warning("request failed", method=request.method, path=request.path, status=response.status_code)
        response["X-Request-ID"] = request_id
        if request.path.startswith("/api/"):
            response.setdefault("Cache-Control", "private, no-store")
            patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class DatabaseErrorMiddleware:
    """Answers 503 (or 409) where a page or middleware meets a database that is away or busy.

    The API has its own handler; this covers the admin and everything that runs before a view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DatabaseError | InterfaceError):
            return None
        return answer_error(request, translate_database_error(exception))


class ContentSecurityPolicyMiddleware(CSPMiddleware):  # type: ignore[misc]
    """The strict policy everywhere, with what the admin theme and the API docs need below their own paths."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(settings.RELAXED_CSP_PATHS):
            response.__dict__["_csp_replace"] = settings.RELAXED_CSP  # Where django-csp looks for it.
        answered: HttpResponseBase = super().process_response(request, response)
        return answered
