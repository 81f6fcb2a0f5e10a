"""Pages outside every app: liveness, readiness, the front door, and the answers to requests that reach no view."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from rest_framework import exceptions, status

from jobos.core.errors import Problem, body_too_large, translate_database_error, unavailable
from jobos.core.problems import answer_problem

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = {
    status.HTTP_400_BAD_REQUEST: ("bad_request", "The request cannot be understood."),
    status.HTTP_403_FORBIDDEN: ("permission_denied", "You may not do this."),
    status.HTTP_404_NOT_FOUND: ("not_found", "There is nothing at this address."),
    status.HTTP_500_INTERNAL_SERVER_ERROR: ("error", "Something went wrong on our side. It has been noted."),
}


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Answer that this process runs; touches nothing else."""
    return JsonResponse({"status": "live"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether this process can serve: 503 while the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        problem = unavailable()
        return answer_problem(request, status_code=problem.status_code, code="unavailable", detail=str(problem.detail))
    return JsonResponse({"status": "ready"})


def open_front_door(request: HttpRequest) -> HttpResponseRedirect:
    """Send a person to the admin, which is the user interface."""
    return HttpResponseRedirect(reverse("admin:index"))


def show_icon(request: HttpRequest) -> HttpResponseRedirect:
    """Send a browser that asks for the site's icon to it."""
    return HttpResponseRedirect(static("jobos/icon.svg"))


def answer_error(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Return the answer to an exception outside DRF: problem+json below /api/, a plain page elsewhere."""
    code, detail = WORDS[status.HTTP_500_INTERNAL_SERVER_ERROR]
    status_code: int = status.HTTP_500_INTERNAL_SERVER_ERROR
    wait: float | None = None
    if isinstance(problem, exceptions.APIException):
        status_code, wait = problem.status_code, getattr(problem, "wait", None)
        code, detail = _describe(problem)
    response = _answer(request, status_code, code, detail)
    if wait:
        response["Retry-After"] = str(int(wait))
    return response


def _describe(problem: exceptions.APIException) -> tuple[str, str]:
    details: Any = problem.detail
    while isinstance(details, list | dict):
        details = next(iter(details.values() if isinstance(details, dict) else details))
    return str(details.code), str(details)


def _answer(request: HttpRequest, status_code: int, code: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return answer_problem(request, status_code=status_code, code=code, detail=detail)
    page = render_to_string(
        "error.html",
        {"status": status_code, "detail": detail, "request_id": getattr(request, "request_id", "")},
    )
    return HttpResponse(page, status=status_code)


def _make_handler(status_code: int) -> Callable[..., HttpResponse]:
    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return _answer(request, status_code, *WORDS[status_code])

    return handler


def handler400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django itself refused: 413 where it was too large, 400 otherwise."""
    if isinstance(exception, RequestDataTooBig):
        return answer_error(request, body_too_large())
    detail = WORDS[400][1] if isinstance(exception, SuspiciousOperation | None) else str(exception)
    return _answer(request, status.HTTP_400_BAD_REQUEST, "bad_request", detail)


handler403 = _make_handler(status.HTTP_403_FORBIDDEN)
handler404 = _make_handler(status.HTTP_404_NOT_FOUND)


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer what nobody caught: 503 where the database was away (also inside middleware), 500 otherwise."""
    exception = sys.exc_info()[1]
    if isinstance(exception, DatabaseError | InterfaceError):
        translated = translate_database_error(exception)
        if isinstance(translated, Problem):
            return answer_error(request, translated)
    return _answer(request, status.HTTP_500_INTERNAL_SERVER_ERROR, *WORDS[500])
