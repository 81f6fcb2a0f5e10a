"""Who may do what: one table over every route, for everybody, with the rows themselves as witnesses."""

from collections.abc import Callable

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from jobos.accounts.models import User
from tests.world import OPERATIONS, Operation, World, digest_of, walk_routes

pytestmark = pytest.mark.django_db

PEOPLE = ("anon", "ada", "ben", "cleo", "dora")
CASES = [
    pytest.param(person, operation, getattr(operation, person), id=f"{person}-{operation}")
    for operation in OPERATIONS
    for person in PEOPLE
]
REQUEST_ID = "the-same-for-both"


@pytest.fixture
def world(ada: User) -> World:
    return World(ada)


@pytest.fixture
def people(api: Callable[..., APIClient], ada: User, ben: User, cleo: User, dora: User) -> dict[str, APIClient]:
    return {"anon": api(), "ada": api(ada), "ben": api(ben), "cleo": api(cleo), "dora": api(dora)}


def call(client: APIClient, operation: Operation, url: str, world: World):
    return client.generic(
        operation.method,
        url,
        **_content(world.body(operation)),
        headers={"X-Request-ID": REQUEST_ID, **operation.headers},
    )


def _content(body: object) -> dict[str, str]:
    import json

    return {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}


def test_table_names_every_route_and_method() -> None:
    assert get_resolver() is not None
    declared = {(operation.method, operation.template.split("?")[0].strip("/")) for operation in OPERATIONS}
    assert declared == walk_routes()


@pytest.mark.parametrize(("person", "operation", "status"), CASES)
def test_everybody_gets_the_status_of_the_table(
    person: str, operation: Operation, status: int, world: World, people: dict[str, APIClient]
) -> None:
    before = digest_of(world.ada)
    response = call(people[person], operation, world.url(operation), world)
    assert response.status_code == status, response.content
    if person != "ada" and not operation.is_open and not operation.moves_shared:
        assert digest_of(world.ada) == before
    if status in (401, 404):
        assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if op.ben == 404], ids=str)
@pytest.mark.parametrize("person", ["anon", "ben"])
def test_what_is_anothers_is_answered_like_what_does_not_exist(
    person: str, operation: Operation, world: World, people: dict[str, APIClient]
) -> None:
    foreign = call(people[person], operation, world.url(operation), world)
    missing = call(people[person], operation, world.missing_url(operation), world)
    assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
    assert dict(foreign.headers) == dict(missing.headers)


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if not op.is_open], ids=str)
def test_deactivated_user_is_refused_at_once(
    operation: Operation, world: World, api: Callable[..., APIClient], ada: User
) -> None:
    by_token, by_session = api(ada), api(ada, session=True)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    before = digest_of(ada)
    assert call(by_token, operation, world.url(operation), world).status_code == 401
    assert call(by_session, operation, world.url(operation), world).status_code == 401
    assert digest_of(ada) == before


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if not op.is_open], ids=str)
def test_path_works_with_and_without_its_slash(
    operation: Operation, world: World, people: dict[str, APIClient]
) -> None:
    url = world.url(operation)
    path, _, query = url.partition("?")
    bare = path.rstrip("/") + (f"?{query}" if query else "")
    assert call(people[operation.caller], operation, bare, world).status_code == operation.success


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if not op.is_open and op.method != "GET"], ids=str)
def test_session_without_csrf_token_writes_nothing(
    operation: Operation, world: World, api: Callable[..., APIClient], ada: User
) -> None:
    browser = api(ada, session=True, csrf=True)
    before = digest_of(ada)
    response = call(browser, operation, world.url(operation), world)
    assert response.status_code == 403, response.content
    assert response.json()["code"] == "permission_denied"
    assert digest_of(ada) == before


def test_seeker_cannot_reach_anothers_rows_through_a_superusers_api(
    as_ada: APIClient, dora: User, world: World, api
) -> None:
    """The API shows a superuser their own pipeline; other people's rows are for the admin."""
    assert api(dora).get("/api/v1/jobs/").json()["count"] == 0


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x y", "Token abc", "Basic YTpi", "Bearer " + "0" * 64, "Bearer \u00e9"]
)
def test_malformed_or_unknown_token_is_401(header: str, anyone: APIClient) -> None:
    response = anyone.get("/api/v1/me/", headers={"Authorization": header.encode("latin-1").decode("latin-1")})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["code"] in {"not_authenticated", "authentication_failed"}
