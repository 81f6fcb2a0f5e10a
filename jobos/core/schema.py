"""What the schema generator adds to the OpenAPI document: how errors look, and fields of our own."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.plumbing import build_basic_type
from drf_spectacular.types import OpenApiTypes

PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "example": "urn:jobos:problem:validation_error"},
        "title": {"type": "string", "example": "Bad Request"},
        "status": {"type": "integer", "example": 400},
        "detail": {"type": "string", "example": "company_name: This field is required."},
        "code": {"type": "string", "example": "validation_error"},
        "request_id": {"type": "string"},
        "existing_id": {"type": "string", "description": "With 409: what is there already."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail", "code"],
                "properties": {
                    "detail": {"type": "string", "example": "This field is required."},
                    "code": {"type": "string", "example": "required"},
                    "pointer": {"type": "string", "example": "#/company_name"},
                    "parameter": {"type": "string", "example": "page"},
                },
            },
        },
    },
}
WORDS = {
    "400": "The request is invalid; `errors` names each field.",
    "401": "Not signed in, or the token is invalid.",
    "403": "Your role lacks this right.",
    "404": "There is no such thing, or it is somebody else's.",
    "409": "It conflicts with what is there.",
    "412": "It has changed since the state that If-Match names.",
    "413": "The request is too large.",
    "415": "The body must be JSON in UTF-8.",
    "422": "The Idempotency-Key was used for another request.",
    "428": "This write needs If-Match.",
    "429": "Too many requests; see Retry-After.",
    "503": "The database is away; see Retry-After.",
}
OPEN_PATHS = ("/api/v1/auth/register", "/api/v1/auth/login", "/api/v1/auth/password")


def _problem_codes(path: str, method: str) -> list[str]:
    codes = ["400", "503"]
    if not path.startswith(OPEN_PATHS):
        codes += ["401", "403"]
    elif path.startswith("/api/v1/auth/login"):
        codes += ["401"]  # A wrong password.
    if "{" in path:
        codes += ["404"]
    if method in ("post", "put", "patch", "delete"):
        codes += ["409", "413", "415"]
        if not path.startswith("/api/v1/auth/"):
            codes += ["412", "422"]
    if method in ("put", "patch"):
        codes += ["428"]
    if path.startswith("/api/v1/auth/"):
        codes += ["429"]
    return sorted(codes)


IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request has one effect and one answer, for 24 hours.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the state you saw: the write is refused (412) if it has changed since.",
    "schema": {"type": "string"},
}


def document_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add problem+json responses and the headers every write understands to each operation."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for schema in schemas.values():
        for described in schema.get("properties", {}).values():
            if {} in described.get("oneOf", []):  # "Anything, or null" of a JSON column: null is anything, too.
                del described["oneOf"]
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in result.get("paths", {}).items():
        for method, operation in operations.items():
            if path.startswith(("/api/v1/schema", "/api/v1/docs")):
                continue
            responses = operation.setdefault("responses", {})
            has_pages = any(parameter["name"] == "page" for parameter in operation.get("parameters", []))
            for code in sorted({*_problem_codes(path, method), *(["404"] if has_pages else [])}):
                responses.setdefault(code, {"description": WORDS[code], "content": content})
            if method in ("post", "put", "patch", "delete") and not path.startswith("/api/v1/auth/"):
                parameters = operation.setdefault("parameters", [])
                parameters.append(IDEMPOTENCY_KEY)
                if "{" in path or path.startswith("/api/v1/me"):
                    parameters.append(IF_MATCH)
    return result


class BlankableFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Optional text is null where it is empty."""

    target_class = "jobos.core.serializers.BlankableCharField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        schema: dict[str, Any] = dict(build_basic_type(OpenApiTypes.STR) or {})  # The generator adds the null.
        if direction == "request" and self.target.max_length:
            schema["maxLength"] = self.target.max_length
        return schema
