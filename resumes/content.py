"""The content of a resume and the schema that it keeps to, shared by everything that reads or writes resumes."""

from __future__ import annotations

import json
import math
import re
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.exceptions import ValidationError

SCHEMA_FILE = Path(__file__).parent / "schemas" / "resume.json"
LARGEST_CONTENT = 512 * 1024  # bytes, as JSON in UTF-8
DEEPEST = 20
MOST_FAULTS = 50
# Which two dates of an entry follow each other, by the list that it stands in.
PERIODS = {
    "work_experience": ("start_date", "end_date"),
    "education": ("start_date", "end_date"),
    "projects": ("start_date", "end_date"),
    "entries": ("start_date", "end_date"),
    "certifications": ("issue_date", "expiry_date"),
}
KINDS = {
    "string": "a text",
    "array": "a list",
    "object": "an object",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "null",
}
NOT_A_DAY = "There is no such day in the calendar."
NOT_A_DATE = "There is no such month or day in the calendar."
UNSTORABLE = "A text holds a NUL character or half of a surrogate pair."
LARGEST_NUMBER = 10**20
_LIKE_A_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Fault = tuple[str, str]


@cache
def read_schema() -> dict[str, Any]:
    """Return the published JSON Schema of a resume's content."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(read_schema())


def point(*parts: str | int) -> str:
    """Return the JSON pointer (RFC 6901) to a place."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def find_faults(content: Any) -> list[Fault]:
    """Return what is wrong with a content: a JSON pointer to each place and what is asked there, in reading order.

    It may be a part of one, such as what a change brings. At most `MOST_FAULTS` are told.
    """
    unstorable = find_unstorable(content)
    if unstorable:
        return unstorable
    faults = list(islice(_describe_all(_validator().iter_errors(content)), MOST_FAULTS))
    if not faults:
        faults = list(islice(_find_false_dates(content, ()), MOST_FAULTS))
    if not faults and measure(content) > LARGEST_CONTENT:
        faults = [("", f"A resume has at most {LARGEST_CONTENT // 1024} kB of content.")]
    return faults


def find_value_faults(value: Any, schema: dict[str, Any]) -> list[Fault]:
    """Return what is wrong with one value by a part of the schema; the pointers start at the value."""
    faults = list(islice(_describe_all(_validator().evolve(schema=schema).iter_errors(value)), MOST_FAULTS))
    return faults or list(islice(_find_false_dates(value, ()), MOST_FAULTS))


def show(content: Any) -> Any:
    """Return a content as others may see it: without hidden sections, and without what an import only keeps."""
    if isinstance(content, list):
        return [show(item) for item in content if not (isinstance(item, dict) and item.get("is_visible") is False)]
    if isinstance(content, dict):
        return {name: show(item) for name, item in content.items() if name not in ("extra", "document_extra")}
    return content


def measure(content: Any) -> int:
    """Return the size of a content in bytes."""
    return len(json.dumps(content, ensure_ascii=False).encode())


def find_unstorable(value: Any) -> list[Fault]:
    """Return a place of a value that JSON or the database could not hold; nothing else may look at it before."""
    pending: list[tuple[Any, tuple[str | int, ...]]] = [(value, ())]
    while pending:
        item, place = pending.pop()
        if isinstance(item, dict | list):
            if len(place) >= DEEPEST:
                return [(point(*place), f"Nest at most {DEEPEST} levels.")]
            if isinstance(item, dict) and not all(isinstance(key, str) and is_storable(key) for key in item):
                return [(point(*place), UNSTORABLE)]
            members = item.items() if isinstance(item, dict) else enumerate(item)
            pending.extend((child, (*place, key)) for key, child in members)
        elif words := _refuse_scalar(item):
            return [(point(*place), words)]
    return []


def is_storable(text: str) -> bool:
    return not _UNSTORABLE.search(text)


def _refuse_scalar(value: Any) -> str:
    """Return why JSON or the database cannot hold a value, '' where they can."""
    match value:
        case str():
            return "" if is_storable(value) else UNSTORABLE
        case int():  # Or true or false.
            return "" if abs(value) < LARGEST_NUMBER else "Give a smaller number."
        case float():
            return "" if math.isfinite(value) else "Give a finite number."
        case None:
            return ""
    return "Give JSON."


def _describe_all(errors: Iterator[ValidationError]) -> Iterator[Fault]:
    for error in errors:
        place = list(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema["properties"]
            for name in error.instance:
                if name not in known:
                    yield point(*place, name), f"There is no such field. Known here: {', '.join(known)}."
        elif error.validator == "required":
            # One error names one member; the words begin with its name in quotes.
            missing = [name for name in error.validator_value if name not in error.instance]
            yield from ((point(*place, name), "This is needed.") for name in missing if f"'{name}' " in error.message)
        else:
            yield point(*place), _ask(error)


def _ask(error: ValidationError) -> str:
    """Return what is asked at the place of an error; never what was given, which may be long."""
    asked = error.validator_value
    match error.validator:
        case "type":
            kinds = [asked] if isinstance(asked, str) else asked
            return f"Give {' or '.join(KINDS[kind] for kind in kinds)}."
        case "maxLength":
            return f"Give at most {asked:,} characters."
        case "minLength":
            return "Give a text that is not empty."
        case "maxItems":
            return f"Give at most {asked:,} entries."
        case "enum":
            return f"Give one of: {', '.join(asked)}."
        case "minimum":
            return f"Give {asked:,} or more."
        case "maximum":
            return f"Give {asked:,} or less."
        case "pattern":
            if _LIKE_A_DATE.fullmatch(error.instance) and error.schema["asked"].startswith("a date"):
                return NOT_A_DATE
            return f"Give {error.schema['asked']}."
    return "This is not allowed."


def _find_false_dates(value: Any, place: tuple[str | int, ...]) -> Iterator[Fault]:
    """Yield the days that no calendar has and the periods that run backwards, in a value that fits the schema."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _find_false_dates(item, (*place, index))
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "extra":
                continue
            if name.endswith("date") and isinstance(item, str) and not is_calendar_date(item):
                yield point(*place, name), NOT_A_DAY
            yield from _find_false_dates(item, (*place, name))
        if len(place) > 1 and (period := PERIODS.get(str(place[-2]))):
            start, end = (value.get(name, "") for name in period)
            if runs_backwards(start, end):
                yield point(*place, period[1]), f"This is before the {period[0].replace('_', ' ')}."


def is_calendar_date(text: str) -> bool:
    """Tell whether a partial date that fits the schema exists: 2019-02-29 does not."""
    if len(text) < len("2019-02-29"):
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def runs_backwards(start: str, end: str) -> bool:
    """Tell whether a period ends before it starts, as far as both partial dates tell: 2019 may follow 2019-06."""
    known = min(len(start), len(end))
    return end[:known] < start[:known]
