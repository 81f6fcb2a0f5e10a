"""auth/tokens/: named tokens for programs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from jobos.accounts.models import AccessToken, User
from jobos.accounts.services import issue_token, purge_expired_tokens
from tests.answers import assert_problem

pytestmark = pytest.mark.django_db
URL = "/api/v1/auth/tokens/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_is_shown_in_clear_once_and_opens_the_api(api: Callable[..., APIClient], ada: User) -> None:
    with time_machine.travel(NOW, tick=False):
        client = api(ada)
        made = client.post(URL, {"name": "Export", "expires_in_days": 1})
        assert made.status_code == 201
        row = AccessToken.objects.get(name="Export")
        shown = {
            "id": str(row.pk),
            "name": "Export",
            "created": "2026-11-24T12:00:00Z",
            "expiry": "2026-11-25T12:00:00Z",
        }
        clear = made.json()["token"]
        assert made.json() == {**shown, "token": clear}
        assert client.get(f"{URL}{row.pk}/").json() == shown
        assert shown in client.get(URL).json()["results"]
        assert clear not in client.get(URL).content.decode()
        assert api().get("/api/v1/me/", headers={"Authorization": f"Bearer {clear}"}).status_code == 200


def test_expires_to_the_second(api: Callable[..., APIClient], ada: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        _, clear = issue_token(ada, name="Short", expires_in=timedelta(days=1))
        headers = {"Authorization": f"Bearer {clear}"}
        clock.move_to(NOW + timedelta(days=1) - timedelta(seconds=1))
        assert api().get("/api/v1/me/", headers=headers).status_code == 200
        assert purge_expired_tokens() == 0
        clock.move_to(NOW + timedelta(days=1))
        assert_problem(api().get("/api/v1/me/", headers=headers), 401, "authentication_failed")
        assert purge_expired_tokens() == 1


def test_reading_does_not_prolong_it(api: Callable[..., APIClient], ada: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = api(ada)
        before = AccessToken.objects.get().expiry
        clock.move_to(NOW + timedelta(days=13))
        assert client.get("/api/v1/me/").status_code == 200
        assert AccessToken.objects.get().expiry == before


def test_revoked_token_is_refused_at_once(as_ada: APIClient, ada: User, api: Callable[..., APIClient]) -> None:
    token, clear = issue_token(ada, name="Program")
    assert as_ada.delete(f"{URL}{token.pk}/").status_code == 204
    assert api().get("/api/v1/me/", headers={"Authorization": f"Bearer {clear}"}).status_code == 401


def test_lives_ninety_days_unless_said_otherwise(as_ada: APIClient) -> None:
    with time_machine.travel(NOW, tick=False):
        assert as_ada.post(URL, {"name": "x"}).json()["expiry"] == "2027-02-22T12:00:00Z"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/name"),
        ({"name": ""}, "#/name"),
        ({"name": "x" * 101}, "#/name"),
        ({"name": "x", "expires_in_days": 0}, "#/expires_in_days"),
        ({"name": "x", "expires_in_days": 366}, "#/expires_in_days"),
        ({"name": "x", "expires_in_days": True}, "#/expires_in_days"),
        ({"name": "x", "expires_in_days": None}, "#/expires_in_days"),
        ({"name": "x", "user": "y"}, "#/user"),
        ({"name": "x", "digest": "y"}, "#/digest"),
        ({"name": "x", "expiry": None}, "#/expiry"),
    ],
)
def test_bad_input_makes_none(body: dict[str, Any], pointer: str, as_ada: APIClient) -> None:
    before = AccessToken.objects.count()
    assert_problem(as_ada.post(URL, body), 400, "validation_error", pointers={pointer})
    assert AccessToken.objects.count() == before
