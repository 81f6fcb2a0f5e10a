"""Idempotency-Key: a write sent twice has one effect and one answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import override_settings
from rest_framework.test import APIClient

from companies.models import TargetCompany
from jobos.accounts.models import AccessToken, User
from jobos.core.idempotency import purge_expired
from jobos.core.models import IdempotencyKey
from jobs.models import Interview, Job
from tests.answers import assert_problem
from tests.factories import JobFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/jobs/"
BODY = {"company_name": "Acme", "role_title": "Engineer"}
KEY = {"Idempotency-Key": "4c1f-key"}


def same(first: Any, second: Any) -> None:
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert first.get("ETag") == second.get("ETag")
    assert first.headers["Content-Type"] == second.headers["Content-Type"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_repeated_create_has_one_effect_and_one_answer(as_ada: APIClient) -> None:
    first, second = (as_ada.post(URL, BODY, headers=KEY) for _ in range(2))
    assert first.status_code == 201
    same(first, second)
    assert Job.objects.count() == 1


def test_slash_and_order_of_keys_do_not_make_another_request(as_ada: APIClient) -> None:
    first = as_ada.post(URL, BODY, headers=KEY)
    second = as_ada.post(URL.rstrip("/"), dict(reversed(BODY.items())), headers=KEY)
    same(first, second)


def test_repeated_note_interview_and_followup_count_once(as_ada: APIClient, ada: User) -> None:
    card = JobFactory(user=ada)
    for number, (method, path, body) in enumerate(
        [
            ("post", "notes", {"text": "x"}),
            ("post", "interview", {"interview_date": "2026-12-01T10:00:00Z"}),
            ("patch", "followup", {}),
        ]
    ):
        headers = {"Idempotency-Key": f"key-{number}"}
        first, second = (getattr(as_ada, method)(f"{URL}{card.pk}/{path}/", body, headers=headers) for _ in range(2))
        assert first.status_code in (200, 201)
        same(first, second)
    stored = Job.objects.get()
    assert (len(stored.notes), stored.followup_count, Interview.objects.count()) == (1, 1, 1)


def test_repeated_delete_answers_the_same_emptiness(as_ada: APIClient, ada: User) -> None:
    card = JobFactory(user=ada)
    first, second = (as_ada.delete(f"{URL}{card.pk}/", headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code, second.content) == (204, 204, b"")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("post", URL, {**BODY, "role_title": "Lead"}), ("post", "/api/v1/target-companies/", {"name": "Acme"})],
)
def test_same_key_for_another_request_is_refused(method: str, path: str, body: Any, as_ada: APIClient) -> None:
    as_ada.post(URL, BODY, headers=KEY)
    assert_problem(getattr(as_ada, method)(path, body, headers=KEY), 422, "idempotency_key_reused")
    assert (Job.objects.count(), TargetCompany.objects.count()) == (1, 0)


def test_keys_of_different_people_are_independent(as_ada: APIClient, as_ben: APIClient) -> None:
    first, other = as_ada.post(URL, BODY, headers=KEY), as_ben.post(URL, BODY, headers=KEY)
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]
    assert Job.objects.count() == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "\u00e9", "a\tb", "a\x00"])
def test_malformed_key_is_refused(key: str, as_ada: APIClient) -> None:
    response = as_ada.post(URL, BODY, headers={"Idempotency-Key": key})
    assert_problem(response, 400, "invalid_idempotency_key")
    assert not Job.objects.exists()


def test_longest_key_is_taken(as_ada: APIClient) -> None:
    assert as_ada.post(URL, BODY, headers={"Idempotency-Key": "~" * 255}).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [({"company_name": "Acme"}, 400), ({**BODY, "company_name": "Twin"}, 409), ({**BODY, "x": 1}, 400)],
)
def test_refusal_is_kept_too(body: dict[str, Any], status: int, as_ada: APIClient, ada: User) -> None:
    JobFactory(user=ada, company_name="Twin")
    first = as_ada.post(URL, body, headers=KEY)
    assert first.status_code == status
    Job.objects.all().delete()
    second = as_ada.post(URL, body, headers=KEY)
    same(first, second)
    assert not Job.objects.exists()


def test_body_that_cannot_be_read_uses_up_no_key(as_ada: APIClient) -> None:
    assert as_ada.generic("POST", URL, "{", content_type="application/json", headers=KEY).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert as_ada.post(URL, BODY, headers=KEY).status_code == 201


def test_key_is_free_again_after_a_day(api: Callable[..., APIClient], ada: User) -> None:
    start = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        client = api(ada)
        first = client.post(URL, BODY, headers=KEY)
        clock.move_to(start + timedelta(hours=23, minutes=59, seconds=59))
        same(first, client.post(URL, BODY, headers=KEY))
        assert purge_expired() == 0
        clock.move_to(start + timedelta(hours=24))
        again = client.post(URL, {**BODY, "role_title": "Lead"}, headers=KEY)
        assert again.status_code == 201
        assert again.headers.get("Idempotent-Replayed") is None
        clock.move_to(start + timedelta(hours=48))
        assert purge_expired() == 1


def test_fault_keeps_nothing(api: Callable[..., APIClient], ada: User) -> None:
    client = api(ada)
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF="tests.api.faulty_urls"):
        assert_problem(client.post("/api/v1/fault/", {"change": True}, headers=KEY), 500, "error")
    assert not IdempotencyKey.objects.exists()
    assert not Job.objects.exists()


def test_answers_with_secrets_are_never_kept(as_ada: APIClient) -> None:
    body = {"name": "Program"}
    first, second = (as_ada.post("/api/v1/auth/tokens/", body, headers=KEY) for _ in range(2))
    assert first.json()["token"] != second.json()["token"]
    assert not IdempotencyKey.objects.exists()
    assert AccessToken.objects.filter(name="Program").count() == 2


def test_reading_takes_no_key(as_ada: APIClient) -> None:
    assert as_ada.get(URL, headers={"Idempotency-Key": "a b"}).status_code == 200
    assert not IdempotencyKey.objects.exists()
