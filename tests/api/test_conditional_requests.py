"""ETag, If-Match and If-None-Match on every resource."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from jobos.accounts.models import User
from tests.answers import assert_problem
from tests.world import PREFIX, World, digest_of

pytestmark = pytest.mark.django_db

RESOURCES = {
    "jobs/{job}/": {"role_title": "Lead"},
    "interviews/{interview}/": {"round": "Final"},
    "target-companies/{target}/": {"lane": 5},
    "resumes/{resume}/": {"summary": "Sums it up."},
    "me/": {"full_name": "Countess"},
}
WRITES = [
    ("PATCH", "jobs/{job}/", {"role_title": "Lead"}),
    ("DELETE", "jobs/{job}/", None),
    ("PATCH", "jobs/{job}/followup/", {}),
    ("POST", "jobs/{job}/notes/", {"text": "x"}),
    ("POST", "jobs/{job}/interview/", {"interview_date": "2026-12-24T10:00:00Z"}),
    ("POST", "jobs/{job}/debrief/", {"rating": 5}),
    ("POST", "jobs/{deleted_job}/restore/", None),
    ("PATCH", "interviews/{interview}/", {"round": "Final"}),
    ("POST", "interviews/{interview}/cancel/", None),
    ("PATCH", "target-companies/{target}/", {"lane": 5}),
    ("DELETE", "target-companies/{target}/", None),
    ("PATCH", "resumes/{resume}/", {"summary": "Sums it up."}),
    ("PUT", "resumes/{resume}/", {"title": "Lead"}),
    ("DELETE", "resumes/{resume}/", None),
    ("POST", "resumes/{resume}/versions/{version}/restore/", None),
    ("DELETE", "auth/tokens/{token}/", None),
    ("PATCH", "me/", {"full_name": "Countess"}),
]


@pytest.fixture
def world(ada: User) -> World:
    return World(ada)


def send(client: APIClient, method: str, url: str, body: Any = None, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.generic(
        method, url, "" if body is None else json.dumps(body), content_type="application/json", headers=named
    )


@pytest.mark.parametrize("path", [*RESOURCES, "companies/{company}/", "auth/tokens/{token}/"])
def test_unchanged_resource_is_304_without_a_body(path: str, world: World, as_ada: APIClient) -> None:
    url = PREFIX + path.format(**world.names())
    tag = as_ada.get(url)["ETag"]
    for header in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        response = send(as_ada, "GET", url, If_None_Match=header)
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)
    for header in ('"x"', "x", tag.strip('"')):
        assert send(as_ada, "GET", url, If_None_Match=header).status_code == 200


@pytest.mark.parametrize(("path", "change"), RESOURCES.items())
def test_any_change_gives_a_new_tag_and_the_answer_carries_it(
    path: str, change: dict[str, Any], world: World, as_ada: APIClient
) -> None:
    url = PREFIX + path.format(**world.names())
    old = as_ada.get(url)["ETag"]
    changed = as_ada.patch(url, change)
    assert changed["ETag"] not in (None, old)
    assert as_ada.get(url)["ETag"] == changed["ETag"]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_stale_write_is_refused_and_fresh_one_applied(
    method: str, path: str, body: Any, world: World, as_ada: APIClient
) -> None:
    url = PREFIX + path.format(**world.names())
    read = url.replace("followup/", "").replace("notes/", "").replace("interview/", "").replace("debrief/", "")
    read = read.replace("cancel/", "")
    before = digest_of(world.ada)
    for stale in ('"0123456789abcdef0123456789abcdef"', "nonsense", "", 'W/"x"'):
        assert_problem(send(as_ada, method, url, body, If_Match=stale), 412, "precondition_failed")
    assert digest_of(world.ada) == before
    if "restore" not in path:
        tag = as_ada.get(read)["ETag"]
        weak = send(as_ada, method, url, body, If_Match=f"W/{tag}")
        assert_problem(weak, 412, "precondition_failed")  # A weak tag never matches strongly (RFC 9110, 13.1.1).
        assert send(as_ada, method, url, body, If_Match=f'"x", {tag}').status_code in (200, 201, 204)


def test_tag_differs_between_people_and_answers_are_not_shared(as_ada: APIClient, as_ben: APIClient) -> None:
    own, other = as_ada.get("/api/v1/me/"), as_ben.get("/api/v1/me/")
    assert own["ETag"] != other["ETag"]
    assert own["Cache-Control"] == "private, no-store"
    assert {name.strip().lower() for name in own["Vary"].split(",")} >= {"authorization", "cookie"}


def test_followup_and_note_change_the_tag(world: World, as_ada: APIClient) -> None:
    url = f"{PREFIX}jobs/{world.job.pk}/"
    tags = {as_ada.get(url)["ETag"]}
    as_ada.post(f"{url}notes/", {"text": "x"})
    tags.add(as_ada.get(url)["ETag"])
    as_ada.patch(f"{url}followup/")
    tags.add(as_ada.get(url)["ETag"])
    as_ada.post(f"{url}interview/", {"interview_date": "2026-12-01T10:00:00Z", "round": "Other"})
    tags.add(as_ada.get(url)["ETag"])
    assert len(tags) == 4
