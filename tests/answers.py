"""What every refusal of the API has in common, as one assertion."""

import http
from typing import Any

MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}


def assert_problem(
    response: Any,
    status: int,
    code: str | None = None,
    *,
    pointers: set[str] | None = None,
    parameters: set[str] | None = None,
    extra: set[str] = frozenset(),
) -> dict[str, Any]:
    """Check that an answer is a whole problem+json document that names what is wrong; return it."""
    assert response.status_code == status, (response.status_code, response.content[:500])
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem.keys() - {"errors"} == MEMBERS | extra, problem
    assert problem["status"] == status
    assert problem["title"] == http.HTTPStatus(status).phrase
    assert problem["type"] == f"urn:jobos:problem:{problem['code']}"
    assert problem["request_id"] == response.headers["X-Request-ID"]
    assert problem["detail"]
    if code is not None:
        assert problem["code"] == code, problem
    for error in problem.get("errors", []):
        assert error.keys() in ({"detail", "code", "pointer"}, {"detail", "code", "parameter"}), error
        assert error["detail"]
        assert error["code"]
    if pointers is not None:
        assert {error.get("pointer") for error in problem["errors"]} == pointers, problem
    if parameters is not None:
        assert {error.get("parameter") for error in problem["errors"]} == parameters, problem
    return problem
