"""Documents of the older systems: JSON that jsonb stores and that every reader behind it can follow.

What their databases let stand may be more than Python, or jsonb, can hold: a number of a thousand digits, three thousand
levels, half of a character. `read` tells what is fit, and gives the nearest document for what is not.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from jobos.crossing.services.loading import Amended, is_storable

LONGEST_NUMBER = 300  # Digits; no double has more before its point.
MOST_DEEP = 200  # Levels of a document; nobody nests a resume deeper, and every reader behind this one can follow.
# What jsonb refuses, if it means what it looks like: a NUL, half of a surrogate pair.
SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
MENDED = "Not all of it can be stored: a NUL, half of a character, a number too long, or a name that stands twice."
ENDLESS = "It is no JSON, or none that ends within reason."


class _Unstorable(Exception):
    """A document that is JSON, but holds what jsonb refuses, or what a number here cannot be."""


def _read_float(spelled: str) -> float:
    value = float(spelled)
    # A million digits can spell a modest number, and a tiny one is zero here and an overflow there.
    if len(spelled) > LONGEST_NUMBER or not math.isfinite(value) or (value == 0 and "e" in spelled.lower()):
        raise _Unstorable
    return value


def _read_integer(spelled: str) -> int:
    if len(spelled) > LONGEST_NUMBER:
        raise _Unstorable
    return int(spelled)


def _refuse_constant(spelled: str) -> NoReturn:
    raise _Unstorable


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise _Unstorable  # A name twice, of which one value would stand.
    return read


def _keep_odd_float(spelled: str) -> float | str:
    try:
        return _read_float(spelled)
    except _Unstorable:
        return spelled


def _keep_odd_integer(spelled: str) -> int | str:
    try:
        return _read_integer(spelled)
    except _Unstorable:
        return spelled


STRICT = json.JSONDecoder(
    object_pairs_hook=_read_object,
    parse_float=_read_float,
    parse_int=_read_integer,
    parse_constant=_refuse_constant,
)
# NaN and the infinities are no JSON, though Python writes them: they stay as words.
LENIENT = json.JSONDecoder(parse_float=_keep_odd_float, parse_int=_keep_odd_integer, parse_constant=str)
BEGINS_JSON = re.compile(r"\s*(?:[\[{\"]|null\s*$)")


def read(spelled: str) -> str | None:
    """Return a document as it is stored: as it stands where it is fit, None for blanks; raise Amended for any other."""
    if is_fit(spelled):
        return spelled
    return mend(spelled) if spelled.strip() else None


def decode(document: str) -> Any:
    """Return what a storable document holds, however often it was encoded."""
    value = STRICT.decode(document)
    while type(value) is str and BEGINS_JSON.match(value):
        try:
            value = STRICT.decode(value)
        except (ValueError, RecursionError, _Unstorable):
            break
    return value


def is_fit(spelled: str) -> bool:
    """Tell whether this is JSON that jsonb stores, and so is every text inside that is JSON, as far as it is decoded."""
    while True:
        if not spelled.isascii() and not is_encodable(spelled):
            return False
        try:
            value = STRICT.decode(spelled)
        except (ValueError, RecursionError, _Unstorable):
            return False
        if "\\u" in spelled and SUSPECT.search(spelled) and not _is_storable(value):
            return False
        if is_too_deep(spelled, value):
            return False
        if type(value) is not str or not BEGINS_JSON.match(value):
            return True
        try:
            STRICT.decode(value)
        except ValueError:
            return True  # Words that only begin like JSON.
        except (RecursionError, _Unstorable):
            return False
        spelled = value


def is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_too_deep(spelled: str, value: Any) -> bool:
    """Tell whether a document, `spelled` so, has more levels than are followed."""
    return spelled.count("[") + spelled.count("{") > MOST_DEEP and _depth(value) > MOST_DEEP


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level := [inner for outer in level if isinstance(outer, list | dict) for inner in _inner(outer)]:
        depth += 1
    return depth


def _inner(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, list):
        return all(map(_is_storable, value))
    if isinstance(value, dict):
        return all(map(is_storable, value)) and all(map(_is_storable, value.values()))
    return True


def mend(spelled: str) -> str | None:
    """Return a text that is no JSON as a JSON string; raise Amended for what has to be changed, or stays in the ledger."""
    settled = settle(spelled)
    if settled is not None and json.loads(settled) == spelled:
        return settled  # Words where a list belongs, which the migrations read as such.
    if settled is None:
        raise Amended(None, ENDLESS, "quarantined")
    raise Amended(settled, MENDED)


def settle(spelled: str) -> str | None:
    """Return the nearest document that can be stored: what is broken becomes words, and only broken JSON nothing."""
    try:
        value = _clean(LENIENT.decode(spelled))
    except (ValueError, RecursionError):
        if not spelled.strip() or re.match(r"\s*[\[{]", spelled):
            return None
        value = UNSTORABLE.sub("", spelled)
    settled = json.dumps(value)
    return settled if is_fit(settled) else None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        if BEGINS_JSON.match(value):
            try:
                inner = LENIENT.decode(value)
            except (ValueError, RecursionError):
                pass
            else:
                cleaned = _clean(inner)
                return value if cleaned == inner and is_storable(value) and is_fit(value) else json.dumps(cleaned)
        return UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {UNSTORABLE.sub("", name): _clean(item) for name, item in value.items()}
    return value
