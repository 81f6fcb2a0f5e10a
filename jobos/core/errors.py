"""What can go wrong, and which status each of it is.

Services raise Django's `ValidationError` (400) or `Conflict` (409); the database's own refusals are translated by
their SQLSTATE, a named constraint with its own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import structlog
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404
from rest_framework import exceptions, status

from jobos.core.models import describe_constraint

if TYPE_CHECKING:
    from collections.abc import Iterable

RETRY_AFTER_SECONDS = 2
log = structlog.get_logger(__name__)


def name_choices(values: Iterable[Any]) -> str:
    """Return the words that refuse a value which is none of these."""
    return f"Give one of: {', '.join(str(value) for value in values if value not in ('', None))}."


class Conflict(DjangoValidationError):
    """What was asked for meets something that is already there: 409, with `extra` beside the usual members."""

    def __init__(self, message: str, *, code: str, **extra: Any) -> None:
        super().__init__(message, code=code)
        self.extra = {name: str(value) for name, value in extra.items()}


class Problem(exceptions.APIException):
    """An answer with a status of its own and, where useful, members beyond those every problem has."""

    def __init__(
        self, detail: str, *, status_code: int, code: str, wait: int | None = None, extra: dict[str, str] | None = None
    ) -> None:
        self.status_code = status_code
        super().__init__(detail, code)
        self.extra = extra or {}
        if wait is not None:
            self.wait = wait


class ParameterError(exceptions.ValidationError):
    """A query parameter that is unknown or has a value that cannot be; `detail` is keyed by the parameter."""


class UnsupportedCharset(exceptions.UnsupportedMediaType):
    """A body in anything but UTF-8."""


def body_too_large() -> Problem:
    """Return the refusal of a body over the configured size."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return Problem(
        f"The request is larger than {limit:,} bytes.",
        status_code=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        code="request_too_large",
    )


def translate(exc: Exception) -> Exception:
    """Return the API exception that tells a client about `exc`; `exc` itself where it is a bug of ours."""
    match exc:
        case Conflict():
            return Problem(
                exc.messages[0], status_code=status.HTTP_409_CONFLICT, code=exc.code or "conflict", extra=exc.extra
            )
        case DjangoValidationError():
            return _translate_validation(exc)
        case Http404() | ObjectDoesNotExist():
            return exceptions.NotFound()  # What a locked write looked for went away meanwhile.
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case ProtectedError() | RestrictedError():
            return Problem(str(exc.args[0]), status_code=status.HTTP_409_CONFLICT, code="still_in_use")
        case RequestDataTooBig():
            return body_too_large()
        case TooManyFieldsSent():
            return exceptions.ParseError("The request has too many fields.")
        case DatabaseError() | InterfaceError():
            return translate_database_error(exc)
    return exc


def _translate_validation(exc: DjangoValidationError) -> exceptions.ValidationError:
    def entry(error: DjangoValidationError) -> exceptions.ErrorDetail:
        return exceptions.ErrorDetail(error.messages[0], code=error.code or "invalid")

    if hasattr(exc, "error_dict"):
        return exceptions.ValidationError(
            {
                ("non_field_errors" if field == "__all__" else field): [entry(error) for error in errors]
                for field, errors in exc.error_dict.items()
            }
        )
    return exceptions.ValidationError({"non_field_errors": [entry(error) for error in exc.error_list]})


def translate_database_error(exc: DatabaseError | InterfaceError) -> Exception:
    """Return the API exception for what PostgreSQL refused or could not do, told apart by SQLSTATE."""
    cause = exc.__cause__
    state = (getattr(cause, "sqlstate", None) or "") if isinstance(cause, psycopg.Error) else ""
    if isinstance(exc, IntegrityError):
        return _translate_integrity(cause, state)
    if state in ("55P03", "40001", "40P01"):
        return Problem(
            "Somebody else is changing this at the moment. Try again.",
            status_code=status.HTTP_409_CONFLICT,
            code="busy",
            wait=1,
        )
    if isinstance(exc, DataError):
        log.warning("a value reached the database that a validator should have refused", sqlstate=state)
        return exceptions.ValidationError("A value cannot be stored.", code="invalid")
    is_cut = state in ("25P03", "25P04")  # The transaction took too long; psycopg calls it an internal error.
    if isinstance(exc, (OperationalError, InterfaceError)) or state[:2] in ("08", "53", "57") or is_cut:
        return unavailable()
    return exc


def too_many_requests(seconds: float) -> Problem:
    """Return the answer to a caller who has to wait."""
    return Problem(
        "Too many requests. Try again later.",
        status_code=status.HTTP_429_TOO_MANY_REQUESTS,
        code="throttled",
        wait=int(seconds) + 1,
    )


def unavailable() -> Problem:
    """Return the answer while the database is away or overloaded."""
    return Problem(
        "The database cannot be reached at the moment. Try again shortly.",
        status_code=status.HTTP_503_SERVICE_UNAVAILABLE,
        code="unavailable",
        wait=RETRY_AFTER_SECONDS,
    )


def violated_constraint(exc: IntegrityError) -> str:
    """Return the name of the constraint that PostgreSQL refused with, '' where it gave none."""
    cause = exc.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""


def _translate_integrity(cause: BaseException | None, state: str) -> Exception:
    name = (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""
    rule = next((found for model in apps.get_models() if name and (found := describe_constraint(model, name))), None)
    code, message = (rule.code, rule.message) if rule else (name or "conflict", "")
    if state in ("23505", "23P01", "23503"):
        missing = "Something this points at, or that points at this, has changed meanwhile."
        words = message or (missing if state == "23503" else "There is already one like this.")
        return Problem(words, status_code=status.HTTP_409_CONFLICT, code=code)
    words = message or "A value breaks a rule of the data."
    fields = rule.fields if rule else ()
    return exceptions.ValidationError(dict.fromkeys(fields, words) or words, code=code)
