"""auth/password/reset and .../confirm, by the link in the mail."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import TestCase
from django.utils import timezone
from rest_framework.test import APIClient

from jobos.accounts.models import User
from tests.answers import assert_problem
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
RESET, CONFIRM = "/api/v1/auth/password/reset/", "/api/v1/auth/password/reset/confirm/"
LOGIN = "/api/v1/auth/login/"
NEW = "my new long passphrase"


def ask(anyone: APIClient, email: str = "ada@example.com") -> dict[str, str]:
    """Ask for a link and return what it holds."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert anyone.post(RESET, {"email": email}).status_code == 200
    link = re.search(r"/admin/password/reset/([^/\s]+)/([^/\s]+)/", mail.outbox[-1].body)
    assert link, mail.outbox[-1].body
    return {"uid": link[1], "token": link[2]}


def test_link_sets_the_password_once_and_revokes_every_token(
    anyone: APIClient, as_ada: APIClient, ada: User, ben: User
) -> None:
    link = ask(anyone, "ADA@Example.com")
    assert mail.outbox[0].to == ["ada@example.com"]
    response = anyone.post(CONFIRM, {**link, "password": NEW})
    assert response.status_code == 200
    assert response.json().keys() == {"detail"}
    assert as_ada.get("/api/v1/me/").status_code == 401
    assert anyone.post(LOGIN, {"email": "ada@example.com", "password": PASSWORD}).status_code == 401
    assert anyone.post(LOGIN, {"email": "ada@example.com", "password": NEW}).status_code == 200
    assert_problem(anyone.post(CONFIRM, {**link, "password": "yet another passphrase"}), 400, "invalid_link")


def test_browser_session_ends_too(anyone: APIClient, api: Callable[..., APIClient], ada: User) -> None:
    browser = api(ada, session=True)
    anyone.post(CONFIRM, {**ask(anyone), "password": NEW})
    assert browser.get("/api/v1/me/").status_code == 401


def test_answers_the_same_for_known_unknown_and_deactivated(anyone: APIClient, ada: User, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    with TestCase.captureOnCommitCallbacks(execute=True):
        answers = {
            anyone.post(RESET, {"email": email}).content
            for email in ("ada@example.com", "nobody@example.com", "ben@example.com")
        }
    assert len(answers) == 1
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]


def test_link_expires_after_three_hours(anyone: APIClient, ada: User) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        link = ask(anyone)
        clock.move_to(start + timedelta(hours=3, seconds=2))
        assert_problem(anyone.post(CONFIRM, {**link, "password": NEW}), 400, "invalid_link")
        clock.move_to(start + timedelta(hours=2, minutes=59))
        assert anyone.post(CONFIRM, {**link, "password": NEW}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"uid": "x"},
        {"uid": "AAAA"},
        {"uid": "\u00e9"},
        {"uid": "../.."},
        {"uid": "0"},
        {"token": "x"},
        {"token": "a-b"},
        {"token": "cz1-" + "0" * 32},
        {"uid": "MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw"},
    ],
)
def test_altered_link_is_refused(change: dict[str, str], anyone: APIClient, ada: User) -> None:
    before = ada.password
    response = anyone.post(CONFIRM, {**ask(anyone), "password": NEW, **change})
    assert_problem(response, 400, "invalid_link")
    ada.refresh_from_db()
    assert ada.password == before


def test_link_of_one_person_does_not_open_another(anyone: APIClient, ada: User, ben: User) -> None:
    link, other = ask(anyone), ask(anyone, "ben@example.com")
    assert_problem(
        anyone.post(CONFIRM, {"uid": other["uid"], "token": link["token"], "password": NEW}), 400, "invalid_link"
    )


def test_deactivated_person_cannot_use_a_link(anyone: APIClient, ada: User) -> None:
    link = ask(anyone)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert_problem(anyone.post(CONFIRM, {**link, "password": NEW}), 400, "invalid_link")


@pytest.mark.parametrize("password", ["short", "password123", "1234567890123", "ada@example.com"])
def test_weak_password_leaves_the_link_usable(password: str, anyone: APIClient, ada: User) -> None:
    link = ask(anyone)
    response = anyone.post(CONFIRM, {**link, "password": password})
    assert_problem(response, 400, "validation_error", pointers={"#/password"})
    assert anyone.post(CONFIRM, {**link, "password": NEW}).status_code == 200


def test_page_behind_the_link_works_too(client: Any, anyone: APIClient, ada: User) -> None:
    ask(anyone)
    link = re.search(r"https?://[^/]+(/admin/password/reset/\S+)", mail.outbox[-1].body)
    assert link
    page = client.get(link[1], follow=True)
    assert page.status_code == 200
    done = client.post(page.redirect_chain[-1][0], {"new_password1": NEW, "new_password2": NEW})
    assert done.status_code == 302
    assert anyone.post(LOGIN, {"email": "ada@example.com", "password": NEW}).status_code == 200
