"""How every error looks: problem+json (RFC 9457), from DRF's views and from outside them."""

from __future__ import annotations

import http
from typing import TYPE_CHECKING, Any

import structlog
from django.http import HttpRequest, JsonResponse
from drf_standardized_errors.formatter import ExceptionFormatter, flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions, status

from jobos.core.errors import RETRY_AFTER_SECONDS, ParameterError, translate

if TYPE_CHECKING:
    from drf_standardized_errors.types import ErrorResponse
    from rest_framework.response import Response

PROBLEM_JSON = "application/problem+json"
log = structlog.get_logger(__name__)


class ProblemHandler(ExceptionHandler):
    """DRF's exception handler: translates first, then answers in problem+json."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        return translate(exc)

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        response = super().get_response(exc, data)
        response.content_type = PROBLEM_JSON
        return response

    def report_exception(self, exc: exceptions.APIException, response: Response) -> None:
        if exc.status_code == status.HTTP_503_SERVICE_UNAVAILABLE:
            log.warning("database unavailable", error=str(self.exc)[:200])
            return
        super().report_exception(exc, response)


class ProblemFormatter(ExceptionFormatter):
    """The body of an error: type, title, status, detail, code, request_id and, for bad input, `errors`."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        request = self.context.get("request")
        errors = error_response.errors
        code, detail = errors[0].code if errors else "error", errors[0].detail if errors else ""
        body_errors: list[dict[str, Any]] = []
        if isinstance(self.exc, exceptions.ValidationError):
            place = "parameter" if isinstance(self.exc, ParameterError) else "pointer"
            body_errors = describe_errors(self.exc)
            if any(error.attr and error.attr != "non_field_errors" for error in errors):
                names = ", ".join(sorted({(error.attr or "").split(".")[0] for error in errors}))
                detail = f"Invalid input: {names}." if len(errors) > 1 else f"{names}: {detail}"
                code = "invalid_parameter" if place == "parameter" else "validation_error"
        return describe_problem(
            status_code=self.exc.status_code,
            code=code,
            detail=detail,
            request_id=getattr(request, "request_id", ""),
            errors=body_errors,
            **getattr(self.exc, "extra", {}),
        )


def describe_errors(exc: exceptions.ValidationError) -> list[dict[str, Any]]:
    """Return the `errors` of bad input: what is wrong, and where."""
    place = "parameter" if isinstance(exc, ParameterError) else "pointer"
    return [
        {"detail": error.detail, "code": error.code, place: _point(error.attr, place)}
        for error in flatten_errors(exc.detail)
    ]


def _point(attr: str | None, place: str) -> str:
    """Return where an error sits: a parameter's name, or a JSON pointer into the body ('#' is the whole of it)."""
    if place == "parameter":
        return attr or ""
    if not attr or attr == "non_field_errors":
        return "#"
    if attr.startswith("/"):  # Services that check whole documents name the place by its pointer.
        return f"#{attr}"
    parts = [part for part in attr.split(".") if part != "non_field_errors"]
    return "#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def describe_problem(
    *,
    status_code: int,
    code: str,
    detail: str,
    request_id: str,
    errors: list[dict[str, Any]] | None = None,
    **extra: Any,
) -> dict[str, Any]:
    """Return the members of one problem+json document."""
    problem: dict[str, Any] = {
        "type": f"urn:jobos:problem:{code}",
        "title": http.HTTPStatus(status_code).phrase,
        "status": status_code,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    if errors:
        problem["errors"] = errors
    return problem | extra


def answer_problem(request: HttpRequest, *, status_code: int, code: str, detail: str) -> JsonResponse:
    """Return a problem+json response from outside DRF: middleware, error handlers, sign-in lock-out."""
    response = JsonResponse(
        describe_problem(
            status_code=status_code, code=code, detail=detail, request_id=getattr(request, "request_id", "")
        ),
        status=status_code,
        content_type=PROBLEM_JSON,
    )
    if status_code == status.HTTP_503_SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
