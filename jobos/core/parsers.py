"""JSON bodies, read strictly: whatever PostgreSQL, Python or another reader could stumble over is refused here."""

from __future__ import annotations

import json
import math
import re
from typing import IO, TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

from jobos.core.errors import UnsupportedCharset, body_too_large

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST = 20
MOST_VALUES = 20_000
MOST_DIGITS = 20
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Tell whether PostgreSQL can hold this text: no NUL character, no half of a surrogate pair."""
    return not _UNSTORABLE.search(text)


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is not a JSON number.")


def _read_integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ParseError(f"A number has more than {MOST_DIGITS} digits.")
    return int(digits)


def _read_float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ParseError("A number is too large.")
    return value


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ParseError("An object has the same key twice.")
    return result


def parse_strictly(text: str, *, most_values: int = MOST_VALUES) -> Any:
    """Return the value of a JSON text; refuse anything ambiguous, unbounded or not storable."""
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_int=_read_integer,
            parse_float=_read_float,
            object_pairs_hook=_read_object,
        )
    except json.JSONDecodeError as exc:
        raise ParseError(f"The body is not JSON: {exc}.") from exc
    except RecursionError as exc:
        raise ParseError(f"The body is nested deeper than {DEEPEST} levels.") from exc
    check_bounds(value, most_values=most_values)
    return value


def check_bounds(value: Any, *, most_values: int = MOST_VALUES) -> None:
    """Raise ParseError where a JSON value is too deep or too large, and name the place of text that cannot be stored."""
    pending: list[tuple[Any, tuple[str, ...]]] = [(value, ())]
    seen = 0
    while pending:
        item, path = pending.pop()
        seen += 1
        if seen > most_values:
            raise ParseError(f"The body has more than {most_values:,} values.")
        if isinstance(item, str) and not is_storable(item):
            _refuse_text(path)
        if isinstance(item, dict | list):
            if len(path) >= DEEPEST:
                raise ParseError(f"The body is nested deeper than {DEEPEST} levels.")
            if isinstance(item, dict):
                if not all(is_storable(key) for key in item):
                    _refuse_text(path)
                pending.extend((child, (*path, key)) for key, child in item.items())
            else:
                pending.extend((child, (*path, str(index))) for index, child in enumerate(item))


def _refuse_text(path: tuple[str, ...]) -> NoReturn:
    place = ".".join(path) or "non_field_errors"
    raise ValidationError({place: "This text holds a NUL character or half of a surrogate pair."}, code="not_storable")


class StrictJSONParser(JSONParser):
    """The API's parser of bodies."""

    most_values = MOST_VALUES

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        charset = _read_charset(media_type or "")
        if charset not in ("", "utf-8", "utf8"):
            raise UnsupportedCharset(media_type or "", "The body must be UTF-8.")
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        request = (parser_context or {}).get("request")
        declared = str(request.META.get("CONTENT_LENGTH") or 0) if request is not None else "0"
        if declared.isdigit() and int(declared) > limit:
            raise body_too_large()
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise body_too_large()
        try:
            text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        except UnicodeDecodeError as exc:
            raise ParseError("The body is not UTF-8.") from exc
        return parse_strictly(text, most_values=self.most_values)


class BulkJSONParser(StrictJSONParser):
    """For calls that take many rows at once."""

    most_values = 100_000


def _read_charset(media_type: str) -> str:
    for part in media_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()
    return ""
