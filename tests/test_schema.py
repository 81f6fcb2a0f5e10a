"""The OpenAPI document: made without a warning, checked in, and telling the truth about every operation."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import resolve as resolve_url
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from tests.api.test_bad_input import DOCUMENTED, document, find, resolve
from tests.world import PREFIX, Operation, walk_routes

CHECKED_IN = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("schema") / "openapi.json"
    call_command(
        "spectacular",
        "--validate",
        "--fail-on-warn",
        "--format",
        "openapi-json",
        "--file",
        str(path),
        stdout=StringIO(),
    )
    made: dict[str, Any] = json.loads(path.read_text())
    return made


def test_document_is_made_without_a_warning_and_equals_the_one_checked_in(generated: dict[str, Any]) -> None:
    """`make schema` shows the difference; docs/openapi.json is written by `manage.py spectacular`."""
    assert generated == json.loads(CHECKED_IN.read_text())


def test_every_example_is_what_its_schema_allows(generated: dict[str, Any]) -> None:
    for path, operations in generated["paths"].items():
        for method, described in operations.items():
            for place in [described.get("requestBody", {}), *described["responses"].values()]:
                for content in place.get("content", {}).values():
                    schema = content["schema"] | {"components": generated["components"]}
                    for name, example in content.get("examples", {}).items():
                        faults = [error.message for error in Draft202012Validator(schema).iter_errors(example["value"])]
                        assert faults == [], (method, path, name)


def test_document_names_every_route_and_nothing_else(generated: dict[str, Any]) -> None:
    documented = {
        (
            method.upper(),
            "/".join(
                "{}" if part.startswith("{") else part for part in path.removeprefix(PREFIX).strip("/").split("/")
            ),
        )
        for path, operations in generated["paths"].items()
        for method in operations
    }
    assert documented == walk_routes() - {("GET", "schema"), ("GET", "docs")}


@pytest.mark.parametrize("operation", DOCUMENTED, ids=str)
def test_every_operation_says_what_it_does_takes_and_answers(operation: Operation) -> None:
    described = find(operation)
    assert described["summary"]
    assert described["operationId"]
    successes = [code for code in described["responses"] if code.startswith("2")]
    expected = str(operation.success if operation.success < 300 else 200)
    assert successes in ([expected], ["200", "201"])  # The first time 201, a repeat 200.
    if successes != ["204"]:
        assert "schema" in described["responses"][successes[0]]["content"]["application/json"]
    problem = {"$ref": "#/components/schemas/Problem"}
    for code, response in described["responses"].items():
        if not code.startswith("2"):
            assert response["content"]["application/problem+json"]["schema"] == problem
    assert {"400", "503"} <= set(described["responses"])
    assert ("401" in described["responses"]) == (not operation.is_open or "login" in operation.path)
    has_pages = any(parameter["name"] == "page" for parameter in described.get("parameters", []))
    assert ("404" in described["responses"]) == ("{" in operation.path or has_pages)


@pytest.mark.parametrize("operation", [op for op in DOCUMENTED if op.body is not None], ids=str)
def test_every_body_is_typed_and_has_an_example_of_its_own_fields(operation: Operation) -> None:
    content = find(operation)["requestBody"]["content"]["application/json"]
    properties = resolve(content["schema"])["properties"]
    examples = [example["value"] for example in content["examples"].values()]
    assert examples
    for example in examples:
        assert set(example) <= set(properties)


@pytest.mark.django_db
@pytest.mark.parametrize("operation", [op for op in DOCUMENTED if op.method == "GET"], ids=str)
def test_documented_parameters_are_the_ones_that_are_taken(operation: Operation, as_ada: APIClient) -> None:
    documented = {
        parameter["name"] for parameter in find(operation).get("parameters", []) if parameter["in"] == "query"
    }
    path = PREFIX + re.sub(r"{\w+}", "x", operation.path.partition("?")[0])
    match = resolve_url(path)
    view = match.func.cls(**match.func.initkwargs)
    view.request = RequestFactory().get(path)
    view.request.query_params = {}
    view.action = getattr(match.func, "actions", {}).get("get")
    assert documented == view.declared_parameters()


def test_no_operation_names_a_field_of_rights() -> None:
    text = json.dumps(document())
    for name in ("is_superuser", "is_staff", "user_permissions", '"password_hash"', '"digest"'):
        assert name not in text


@pytest.mark.django_db
def test_documentation_page_needs_no_other_site(anyone: APIClient) -> None:
    page = anyone.get("/api/v1/docs/").content.decode()
    assert "cdn" not in page
    assert "https://" not in page
    served = anyone.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert served.status_code == 200
