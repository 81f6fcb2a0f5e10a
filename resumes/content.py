"""The content of a resume and the schema that it keeps to, shared by everything that reads or writes resumes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA_FILE = Path(__file__).parent / "schemas" / "resume.json"


@cache
def read_schema() -> dict[str, Any]:
    """Return the published JSON Schema of a resume's content."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(read_schema())


def find_faults(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is wrong with the content: a JSON pointer to each place and what is asked there, in reading order."""
    errors = sorted(_validator().iter_errors(content), key=lambda error: [str(part) for part in error.absolute_path])
    return [("/" + "/".join(str(part) for part in error.absolute_path), error.message) for error in errors]
