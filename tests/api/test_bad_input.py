"""Bad input of every kind, for every operation of the OpenAPI document: refused with a reason, and nothing changed."""

import json
import re
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from jobos.accounts.models import User
from tests.answers import assert_problem
from tests.world import OPERATIONS, PREFIX, Operation, World, digest_of

pytestmark = pytest.mark.django_db

LONG = "x" * 100_001
NUL, SURROGATE = "a\x00b", "\ud800"
ANYTHING = [{"a": 1}, [{"a": 1}], [["x"]]]
# What no field of this type takes. Text that cannot be stored is refused as a whole body: see RAW_BODIES.
HOSTILE: dict[str, list[Any]] = {
    "string": [*ANYTHING, [], True, LONG],
    "uuid": [*ANYTHING, [], True, "x", "", 1, -1, 10**19, "00000000-0000-0000-0000-00000000000g"],
    "email": [*ANYTHING, True, "x", "@", "a@", "a b@example.com", "a@b@c.example", f"{'x' * 250}@example.com", ""],
    "date": [*ANYTHING, True, 5, "2026-02-30", "0000-01-01", "10000-01-01", "tomorrow", "2026-11-24T10:00:00Z", ""],
    "date-time": [
        *ANYTHING,
        True,
        5,
        "",
        "now",
        "2026-02-30T10:00:00Z",
        "2026-11-24T25:00:00Z",
        "2026-11-24T10:00:00+99:99",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "10000-01-01T00:00:00Z",
    ],
    "enum": [*ANYTHING, "Nope", "tracking", 5, True, "x" * 1000],
    "integer": [*ANYTHING, [], "x", "1e3", True, False, 1.5, -(10**19), 10**19, ""],
    "number": [*ANYTHING, [], "x", True, False, "NaN", "Infinity", "-inf", 1e300, -1e300],
    "decimal": [*ANYTHING, [], "x", True, "NaN", "sNaN", "Infinity", "1e500000", 1e300, "-1", "0.001"],
    "boolean": [*ANYTHING, [], "x", 2, "", 1.5, None],
    "array": [{"a": 1}, "x", 5, True, [[["x"]]], [{"a": 1}], [None], [True], [LONG], ["x"] * 20_001],
    "object": ["x", 5, True, [], [1], None],
}
RAW_BODIES = {
    "not JSON": "{",
    "empty list": "[]",
    "number": "1",
    "text": '"x"',
    "null": "null",
    "NaN": '{"a": NaN}',
    "infinity": '{"a": -Infinity}',
    "a number that becomes infinity": '{"a": 1e400}',
    "21 digits": '{"a": 123456789012345678901}',
    "5000 digits": '{"a": ' + "1" * 5000 + "}",
    "the same key twice": '{"a": 1, "a": 2}',
    "21 levels": "[" * 21 + "]" * 21,
    "500 levels": '{"a":' * 500 + "1" + "}" * 500,
    "100,000 levels": "[" * 100_000 + "]" * 100_000,
    "20,001 values": '{"a": [' + ",".join("1" * 20_001) + "]}",
    "NUL in a text": '{"a": "\\u0000"}',
    "NUL in a key": '{"\\u0000": 1}',
    "half a surrogate pair": '{"a": "\\ud800"}',
    "half a surrogate pair in a key": '{"\\udfff": 1}',
    "bare NUL": '{"a": "\x00"}',
    "trailing text": "{} {}",
    "no UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
}
BAD_IDS = [
    "x",
    "0",
    "-1",
    "%00",
    "%ff",
    "..%2f",
    "1e3",
    "null",
    "00000000-0000-0000-0000-00000000000g",
    "9" * 40,
    "%20",
]
HOSTILE_PARAMETERS = {
    "number": ["-1", "x", "1e999", "NaN", "Infinity", "", "%00"],
    "integer": ["0", "-1", "x", "1.5", "10000000", "1e3", "", " 1", "+1", "٣", "%00", "9" * 40],
    "boolean": ["x", "2", "maybe", "nul%00l"],
    "uuid": ["x", "1", "%00", "00000000-0000-0000-0000-00000000000g"],
    "date": ["x", "2026-02-30", "0000-01-01", "10000-01-01", "%00"],
    "date-time": ["x", "2026-02-30T10:00:00Z", "2026-11-24T10:00:00%2B99:99", "%00"],
    "enum": ["Nope", "", "%00", "tracking"],
    "string": ["%00", "x" * 201],
    "ordering": [
        "x",
        "-x",
        "user",
        "user__password",
        "company__created_by__password",
        "?",
        "pk,x",
        ",",
        "-",
        "--created_at",
    ],
}


@cache
def document() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    while True:
        if "$ref" in schema:
            schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        elif len(schema.get("allOf", [])) == 1:
            schema = {**schema["allOf"][0], **{key: value for key, value in schema.items() if key != "allOf"}}
        else:
            return schema


def kind_of(schema: dict[str, Any]) -> str:
    schema = resolve(schema)
    for option in schema.get("oneOf", []) or schema.get("anyOf", []):
        option = resolve(option)
        if "enum" in option and option["enum"] not in ([None], [""]):
            return kind_of(option)
    if "enum" in schema:
        return "enum"
    types = schema.get("type", "object")
    kind = next(name for name in ([types] if isinstance(types, str) else types) if name != "null")
    return schema["format"] if kind == "string" and schema.get("format") in HOSTILE else kind


def find(operation: Operation) -> dict[str, Any]:
    """Return the OpenAPI description of one of our operations."""
    wanted = PREFIX + operation.template.split("?")[0].strip("/")
    for path, methods in document()["paths"].items():
        plain = "/".join("{}" if part.startswith("{") else part for part in path.strip("/").split("/"))
        if f"/{plain}" == wanted and operation.method.lower() in methods:
            found: dict[str, Any] = methods[operation.method.lower()]
            return found
    raise AssertionError(f"{operation} is not in the OpenAPI document.")


DOCUMENTED = [operation for operation in OPERATIONS if operation.path not in ("schema/", "docs/")]
WITH_BODY = [operation for operation in DOCUMENTED if operation.body is not None]


def body_fields(operation: Operation) -> dict[str, dict[str, Any]]:
    content = find(operation)["requestBody"]["content"]
    assert list(content) == ["application/json"]
    properties = resolve(content["application/json"]["schema"])["properties"]
    return {name: schema for name, schema in properties.items() if not resolve(schema).get("readOnly")}


FIELDS = [
    pytest.param(operation, name, schema, id=f"{operation}-{name}")
    for operation in WITH_BODY
    for name, schema in body_fields(operation).items()
]
PARAMETERS = [
    pytest.param(operation, parameter, id=f"{operation}-{parameter['name']}")
    for operation in DOCUMENTED
    for parameter in find(operation).get("parameters", [])
    if parameter["in"] == "query"
]


@pytest.fixture
def world(ada: User) -> World:
    return World(ada)


class Prober:
    """Sends calls that must be refused, each undone, and collects the ones that were not."""

    def __init__(self, client: APIClient, world: World) -> None:
        self.client, self.world = client, world
        self.faults: list[str] = []
        self.before = digest_of(world.ada)

    def send(self, method: str, url: str, data: str | bytes | None = None, **extra: Any) -> Any:
        extra.setdefault("content_type", "application/json")
        if method == "PUT":
            extra.setdefault("headers", {"If-Match": "*"})
        with transaction.atomic():
            response = self.client.generic(method, url, data or b"", **extra)
            response.unchanged = digest_of(self.world.ada) == self.before
            transaction.set_rollback(True)
        return response

    def expect(self, what: Any, response: Any, statuses: set[int], **named: Any) -> None:
        try:
            assert response.status_code in statuses, (response.status_code, response.content[:300])
            assert_problem(response, response.status_code, **named)
            assert response.unchanged, "A refused call changed something."
        except AssertionError as error:
            self.faults.append(f"{str(what)[:80]!r}: {str(error)[:400]}")

    def report(self) -> None:
        assert not self.faults, "\n".join(self.faults)


@pytest.fixture
def prober(world: World, api: Any, ada: User, cleo: User, request: pytest.FixtureRequest) -> Prober:
    operation = request.node.callspec.params["operation"]
    return Prober(api({"ada": ada, "cleo": cleo}[operation.caller]), world)


def as_json(body: dict[str, Any]) -> str:
    return json.dumps(body)


@pytest.mark.parametrize(("operation", "field", "schema"), FIELDS)
def test_hostile_value_of_a_body_field_is_refused_by_name(
    operation: Operation, field: str, schema: dict[str, Any], prober: Prober
) -> None:
    kind = kind_of(schema)
    kind = "decimal" if resolve(schema).get("format") == "decimal" else kind
    values = list(HOSTILE[kind])
    types = resolve(schema).get("type")
    is_nullable = isinstance(types, list) or "oneOf" in resolve(schema) or resolve(schema).get("nullable")
    if is_nullable:
        values = [value for value in values if value is not None]
    elif kind != "boolean":
        values.append(None)
    valid = prober.world.body(operation) or {}
    if operation.path == "target-companies/" and field == "company":
        valid = {}
    if operation.path == "listings/" and field in ("company_name", "website"):
        valid = {"title": "Engineer"} | ({} if field == "company_name" else {"company_name": "Initech"})
    if operation.path == "listings/bulk/":
        values = [value for value in values if not isinstance(value, list)]  # Each item has an answer of its own.
    for value in values:
        response = prober.send(operation.method, prober.world.url(operation), as_json({**valid, field: value}))
        prober.expect(value, response, {400})
        if response.status_code == 400:
            pointers = {error.get("pointer", "") for error in response.json().get("errors", [])}
            if pointers and not all(pointer.startswith(f"#/{field}") for pointer in pointers):
                prober.faults.append(f"{str(value)[:60]!r} is refused at {pointers}")
            elif not pointers and response.json()["code"] != "parse_error":
                prober.faults.append(f"{str(value)[:60]!r}: {response.json()}")
    prober.report()


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_body_that_is_no_strict_json_object_is_refused(operation: Operation, prober: Prober) -> None:
    for name, raw in RAW_BODIES.items():
        response = prober.send(operation.method, prober.world.url(operation), raw)
        prober.expect(name, response, {400})
    prober.report()


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_missing_and_unknown_fields_are_refused_by_name(operation: Operation, prober: Prober) -> None:
    valid, url = prober.world.body(operation) or {}, prober.world.url(operation)
    response = prober.send(operation.method, url, as_json({**valid, "no_such_field": 1}))
    prober.expect("unknown", response, {400}, pointers={"#/no_such_field"})
    response = prober.send(operation.method, url, as_json({**valid, "a/b~c": 1}))
    prober.expect("unknown with separators", response, {400}, pointers={"#/a~1b~0c"})
    content = find(operation)["requestBody"]["content"]["application/json"]["schema"]
    for field in resolve(content).get("required", []):
        body = {name: value for name, value in valid.items() if name != field}
        response = prober.send(operation.method, url, as_json(body))
        prober.expect(f"without {field}", response, {400}, pointers={f"#/{field}"})
    prober.report()


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_other_media_types_and_oversized_bodies_are_refused(operation: Operation, prober: Prober) -> None:
    url, body = prober.world.url(operation), as_json(prober.world.body(operation) or {})
    for media_type in (
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "application/json; charset=unicode_escape",
        "nonsense",
    ):
        prober.expect(media_type, prober.send(operation.method, url, body, content_type=media_type), {415})
    response = prober.send(operation.method, url, "[" + " " * 2_500_001 + "]")
    prober.expect("too large", response, {413}, code="request_too_large")
    prober.report()


@pytest.mark.parametrize("operation", [op for op in DOCUMENTED if op.method != "GET" and op.body is None], ids=str)
def test_call_without_a_body_refuses_one_that_says_something(operation: Operation, prober: Prober) -> None:
    response = prober.send(operation.method, prober.world.url(operation), as_json({"no_such_field": 1}))
    prober.expect("unknown", response, {400}, pointers={"#/no_such_field"})
    prober.expect("not JSON", prober.send(operation.method, prober.world.url(operation), "{"), {400})
    prober.report()


@pytest.mark.parametrize("operation", [op for op in DOCUMENTED if "{" in op.path], ids=str)
def test_malformed_id_in_the_path_is_404(operation: Operation, prober: Prober) -> None:
    body = as_json(prober.world.body(operation) or {}) if operation.body else None
    for bad in BAD_IDS:
        for placeholder in re.findall(r"{(\w+)}", operation.path):
            url = PREFIX + operation.path.format(**{**prober.world.names(), placeholder: bad})
            prober.expect(bad, prober.send(operation.method, url, body), {404})
    prober.report()


@pytest.mark.parametrize(("operation", "parameter"), PARAMETERS)
def test_hostile_query_parameter_is_refused_by_name(
    operation: Operation, parameter: dict[str, Any], prober: Prober
) -> None:
    name, schema = parameter["name"], parameter["schema"]
    kind = "ordering" if name == "ordering" else kind_of(schema["items"] if "items" in schema else schema)
    path, _, query = prober.world.url(operation).partition("?")
    others = "&".join(part for part in query.split("&") if part and not part.startswith(f"{name}="))
    for value in HOSTILE_PARAMETERS[kind]:
        response = prober.send(operation.method, f"{path}?{others}&{name}={value}")
        statuses = {400}
        if name == "page" and value == "10000000":
            statuses = {404}
        prober.expect(value, response, statuses, **({"parameters": {name}} if statuses == {400} else {}))
    prober.report()


@pytest.mark.parametrize("operation", DOCUMENTED, ids=str)
def test_unknown_query_parameter_is_refused_by_name(operation: Operation, prober: Prober) -> None:
    url = prober.world.url(operation)
    body = as_json(prober.world.body(operation) or {}) if operation.body is not None else None
    for name in ("statuss", "user", "owner", "format", "user__email", "limit", "%00"):
        response = prober.send(operation.method, f"{url}{'&' if '?' in url else '?'}{name}=2", body)
        expected = {"\x00"} if name == "%00" else {name}
        prober.expect(name, response, {400}, parameters=expected)
    prober.report()


@pytest.mark.parametrize("operation", DOCUMENTED, ids=str)
def test_wrong_methods_and_media_types_of_the_answer_are_refused(operation: Operation, prober: Prober) -> None:
    url = prober.world.url(operation)
    replaced = {other.template for other in OPERATIONS if other.method == "PUT"}
    for method in ("TRACE", "FOO", "OPTIONS", *([] if operation.template in replaced else ["PUT"])):
        prober.expect(method, prober.send(method, url), {405}, code="method_not_allowed")
    response = prober.send(operation.method, url, headers={"Accept": "application/xml"})
    prober.expect("accept", response, {406}, code="not_acceptable")
    prober.report()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "nothing/"), ("POST", "jobs/x/y/z/"), ("GET", "%00"), ("GET", "jobs//")]
)
def test_unknown_address_is_404_as_a_problem(method: str, path: str, as_ada: APIClient) -> None:
    response = as_ada.generic(method, PREFIX + path)
    assert_problem(response, 404)


def test_surrogate_in_headers_and_cookies_does_no_harm(anyone: APIClient) -> None:
    anyone.cookies["sessionid"] = "a\x7f\u00e9"
    response = anyone.get("/api/v1/me/", headers={"X-Request-ID": "\u00e9\x01", "If-None-Match": "\u00ff"})
    assert_problem(response, 401)
