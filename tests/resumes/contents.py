"""Random contents of resumes and JSON Resume documents, drawn from the two schemas."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from resumes.content import PERIODS, read_schema, runs_backwards

SAMPLES = Path(__file__).parent / "samples"
OFFICIAL = json.loads((SAMPLES / "schema.json").read_text(encoding="utf-8"))
WORDS = st.sampled_from(
    ["", "Ada", "Engineer", "name", "  ", "Ünïcödé", "مهندس", "a\nb", "x-jobos", "Lisbon, Portugal"]
)
TEXTS = WORDS | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
DATES = st.sampled_from(["2019", "2019-06", "2019-06-30", "2020-02-29", "1999-12", "2024"])
URLS = st.sampled_from(["", "https://ada.example", "http://ada.example/a?b=c#d", "HTTPS://x.example/ü"])
EXTRAS = st.dictionaries(
    st.sampled_from(
        ["name", "summary", "startDate", "work", "meta", "x-jobos", "awards", "colour", "profiles", "city"]
    ),
    st.sampled_from([None, True, 1, 1.5, "", "red", [], {}, [1, {"a": None}], {"b": []}]),
    max_size=3,
)


def drawn_from(schema: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return values that fit a part of our schema."""
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    if name:
        simple = {"date": DATES | st.just(""), "url": URLS, "extra": EXTRAS, "line": TEXTS, "text": TEXTS}
        return simple[name] if name in simple else drawn_from(root["$defs"][name], root)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "object":
            parts = {key: drawn_from(part, root) for key, part in schema["properties"].items()}
            required = {key: parts.pop(key) for key in schema.get("required", [])}
            return st.fixed_dictionaries(required, optional=parts)
        case "array":
            return st.lists(drawn_from(schema["items"], root), max_size=2)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-5, 5)
        case "string":
            return TEXTS.filter(str.strip) if schema.get("minLength") else TEXTS
        case _:
            return st.none() | st.integers(0, 80) | st.sampled_from([0.5, 7.25])


def put_right(value: Any, called: str = "") -> Any:
    """Empty the ends that come before their starts."""
    if isinstance(value, list):
        return [put_right(item, called) for item in value]
    if isinstance(value, dict):
        value = {key: item if key.endswith("extra") else put_right(item, key) for key, item in value.items()}
        if called in PERIODS and runs_backwards(*(value.get(name, "") for name in PERIODS[called])):
            value[PERIODS[called][1]] = ""
    return value


def contents() -> st.SearchStrategy[dict[str, Any]]:
    schema = read_schema()
    whole = {name: drawn_from(part, schema) for name, part in schema["properties"].items()}
    return st.fixed_dictionaries(whole).map(put_right)


def official_value(name: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return DATES
    if schema.get("format") == "uri" or name in ("url", "image"):
        return URLS
    match schema["type"]:
        case "object":
            return official_object(schema)
        case "array":
            return st.lists(official_value(name, schema["items"]), max_size=2)
        case _:
            return TEXTS


def official_object(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    known = {name: official_value(name, part) for name, part in schema["properties"].items() if name != "$schema"}
    unknown = st.dictionaries(st.sampled_from(["colour", "istQualified", "x-other", "extra"]), EXTRAS, max_size=1)
    required = {"name": TEXTS.filter(str.strip)} if {"name", "level", "keywords"} == set(known) else {}
    known = {name: part for name, part in known.items() if name not in required}
    return st.builds(lambda a, b: a | b, st.fixed_dictionaries(required, optional=known), unknown).map(_forwards)


def _forwards(item: dict[str, Any]) -> dict[str, Any]:
    if runs_backwards(item.get("startDate", ""), item.get("endDate", "")) and "startDate" in item:
        item.pop("endDate")
    return item


def documents() -> st.SearchStrategy[dict[str, Any]]:
    return official_object(OFFICIAL)
