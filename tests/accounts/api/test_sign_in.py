"""auth/register, auth/login, auth/logout, auth/logout-all, and what brakes guessing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from rest_framework.test import APIClient

from jobos.accounts.models import AccessToken, User, UserProfile
from tests.answers import assert_problem
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
REGISTER, LOGIN = "/api/v1/auth/register/", "/api/v1/auth/login/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WRONG = {"email": "ada@example.com", "password": "not this one"}
RIGHT = {"email": "ada@example.com", "password": PASSWORD}


class BrokenMail(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError("no mail server")


class TestRegister:
    BODY = {"email": "New@Example.com", "password": PASSWORD, "full_name": "New Person"}

    def test_makes_a_seeker_with_a_profile_who_can_sign_in(self, anyone: APIClient, run_on_commit: Any) -> None:
        response = anyone.post(REGISTER, self.BODY)
        assert response.status_code == 201
        assert response.json().keys() == {"email", "detail"}
        assert response.json()["email"] == "New@Example.com"
        user = User.objects.get()
        assert (user.full_name, user.is_staff, user.is_superuser, user.is_active) == ("New Person", True, False, True)
        assert [group.name for group in user.groups.all()] == ["Job seekers"]
        assert UserProfile.objects.get().user == user
        assert anyone.post(LOGIN, {"email": "new@example.COM", "password": PASSWORD}).status_code == 200

    @pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.COM", " ada@example.com "])
    def test_answers_the_same_for_a_taken_address_and_tells_its_owner(
        self, email: str, anyone: APIClient, ada: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        free = anyone.post(REGISTER, self.BODY).json()
        before = User.objects.values().get(pk=ada.pk)
        with django_capture_on_commit_callbacks(execute=True):
            taken = anyone.post(REGISTER, {**self.BODY, "email": email, "password": "an entirely different one"})
        assert taken.status_code == 201
        assert taken.json() == {**free, "email": email.strip()}
        assert User.objects.values().get(pk=ada.pk) == before
        assert User.objects.count() == 2
        assert [message.to for message in mail.outbox] == [["ada@example.com"]]
        assert "different one" not in mail.outbox[0].body

    def test_free_address_gets_a_mail_as_well(self, anyone: APIClient, django_capture_on_commit_callbacks: Any) -> None:
        """So that the time an answer takes does not tell whether the address was taken."""
        with django_capture_on_commit_callbacks(execute=True):
            anyone.post(REGISTER, self.BODY)
        assert [message.to for message in mail.outbox] == [["New@Example.com"]]
        assert PASSWORD not in mail.outbox[0].body

    @pytest.mark.parametrize("email", ["new@example.com", "ada@example.com"])
    @pytest.mark.parametrize("password", ["short", "password123", "1234567890123", "ada@example.com", "x" * 1025])
    def test_weak_password_is_refused_alike_for_free_and_taken(
        self, email: str, password: str, anyone: APIClient, ada: User
    ) -> None:
        response = anyone.post(REGISTER, {"email": email, "password": password if "@" not in password else email})
        assert_problem(response, 400, "validation_error", pointers={"#/password"})
        assert User.objects.count() == 1

    @pytest.mark.parametrize("email", ["ada@localhost", '"a b"@example.com', "ada@example", "a@b.c\n", "@example.com"])
    def test_address_that_the_database_refuses_is_400(self, email: str, anyone: APIClient) -> None:
        response = anyone.post(REGISTER, {"email": email, "password": PASSWORD})
        if response.status_code != 201:
            assert_problem(response, 400, "validation_error", pointers={"#/email"})
        assert User.objects.count() == (response.status_code == 201)

    @pytest.mark.parametrize("field", ["id", "is_staff", "is_superuser", "is_active", "groups", "date_joined", "roles"])
    def test_rights_cannot_be_taken(self, field: str, anyone: APIClient) -> None:
        response = anyone.post(REGISTER, {**self.BODY, field: True})
        assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})
        assert not User.objects.exists()

    def test_mail_server_that_is_away_changes_no_answer(
        self, anyone: APIClient, ada: User, settings: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        settings.EMAIL_BACKEND = f"{__name__}.BrokenMail"
        with django_capture_on_commit_callbacks(execute=True):
            assert anyone.post(REGISTER, {**self.BODY, "email": "ada@example.com"}).status_code == 201
        for email in ("ada@example.com", "nobody@example.com"):
            assert anyone.post("/api/v1/auth/password/reset/", {"email": email}).status_code == 200

    def test_calls_an_hour_from_one_address_are_limited(self, anyone: APIClient, settings: Any) -> None:
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "register": (5, 3600)}
        with time_machine.travel(NOW, tick=False) as clock:
            for _ in range(5):
                assert anyone.post(REGISTER, {}).status_code == 400
            response = anyone.post(REGISTER, self.BODY)
            assert_problem(response, 429, "throttled")
            assert int(response["Retry-After"]) == 3600
            forged = anyone.post(REGISTER, self.BODY, headers={"X-Forwarded-For": "203.0.113.9"})
            assert_problem(forged, 429)
            assert anyone.post(REGISTER, self.BODY, REMOTE_ADDR="203.0.113.9").status_code == 201
            clock.move_to(NOW + timedelta(hours=1))
            assert anyone.post(REGISTER, {**self.BODY, "email": "z@example.com"}).status_code == 201


class TestSignIn:
    @pytest.mark.parametrize("email", ["ada@example.com", "ADA@EXAMPLE.COM", " ada@example.com "])
    @time_machine.travel(NOW, tick=False)
    def test_gives_a_token_that_opens_the_api(self, email: str, anyone: APIClient, ada: User) -> None:
        response = anyone.post(LOGIN, {**RIGHT, "email": email})
        assert response.status_code == 200
        token = response.json()["token"]
        assert response.json() == {
            "token": token,
            "expiry": "2026-12-08T12:00:00Z",
            "user": {"id": str(ada.pk), "email": "ada@example.com", "full_name": "Ada Lovelace"},
        }
        assert "sessionid" not in response.cookies
        stored = AccessToken.objects.get()
        assert token not in str(vars(stored))
        assert anyone.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"}).json()["id"] == str(ada.pk)
        assert anyone.get("/api/v1/me/", headers={"Authorization": f"bearer {token}"}).status_code == 200

    def test_wrong_unknown_and_deactivated_get_the_same_answer(self, anyone: APIClient, ada: User, ben: User) -> None:
        User.objects.filter(pk=ben.pk).update(is_active=False)
        answers = [
            anyone.post(LOGIN, {"email": email, "password": password}, headers={"X-Request-ID": "same"})
            for email, password in (
                ("ada@example.com", "wrong"),
                ("nobody@example.com", PASSWORD),
                ("ben@example.com", PASSWORD),
                ("ben@example.com", "wrong"),
                ("not an address", PASSWORD),
            )
        ]
        for answer in answers:
            assert_problem(answer, 401, "invalid_credentials")
        assert len({answer.content for answer in answers}) == 1
        assert not AccessToken.objects.exists()

    def test_unusable_password_matches_nothing(self, anyone: APIClient, ada: User) -> None:
        ada.set_unusable_password()
        ada.save(update_fields=["password"])
        for password in (ada.password, "!", PASSWORD):
            assert_problem(anyone.post(LOGIN, {"email": ada.email, "password": password}), 401)

    def test_ten_wrong_passwords_lock_the_account_from_everywhere(
        self, anyone: APIClient, ada: User, ben: User
    ) -> None:
        with time_machine.travel(NOW, tick=False) as clock:
            for number in range(9):
                response = anyone.post(LOGIN, {**WRONG, "email": "ADA@example.com"}, REMOTE_ADDR=f"203.0.113.{number}")
                assert_problem(response, 401, "invalid_credentials")
            anyone.post(LOGIN, WRONG, REMOTE_ADDR="203.0.113.10")
            for address in ("203.0.113.1", "203.0.113.99"):
                response = anyone.post(LOGIN, RIGHT, REMOTE_ADDR=address)
                assert_problem(response, 429, "sign_in_locked")
                assert response["Retry-After"] == "900"
            other = anyone.post(LOGIN, {**RIGHT, "email": "ben@example.com"}, REMOTE_ADDR="203.0.113.98")
            assert other.status_code == 200
            clock.move_to(NOW + timedelta(minutes=15, seconds=1))
            assert anyone.post(LOGIN, RIGHT, REMOTE_ADDR="203.0.113.99").status_code == 200

    def test_ten_wrong_passwords_lock_the_address_for_every_account(self, anyone: APIClient, ada: User) -> None:
        for number in range(10):
            anyone.post(LOGIN, {"email": f"victim{number}@example.com", "password": "wrong"}, REMOTE_ADDR="203.0.113.7")
        assert_problem(anyone.post(LOGIN, RIGHT, REMOTE_ADDR="203.0.113.7"), 429, "sign_in_locked")
        assert anyone.post(LOGIN, RIGHT, REMOTE_ADDR="203.0.113.8").status_code == 200

    @pytest.mark.parametrize("way", ["api", "admin"])
    def test_own_sign_in_does_not_forgive_guesses_at_others(
        self, way: str, anyone: APIClient, ada: User, ben: User
    ) -> None:
        for _ in range(9):
            anyone.post(LOGIN, WRONG)
        if way == "api":
            assert anyone.post(LOGIN, {**RIGHT, "email": "ben@example.com"}).status_code == 200
        else:
            signed_in = Client().post("/admin/login/", {"username": "ben@example.com", "password": PASSWORD})
            assert signed_in.status_code == 302
        anyone.post(LOGIN, WRONG)
        assert_problem(anyone.post(LOGIN, RIGHT, REMOTE_ADDR="203.0.113.5"), 429, "sign_in_locked")

    def test_calls_a_minute_from_one_address_are_limited(self, anyone: APIClient, settings: Any) -> None:
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "sign_in": (5, 60)}
        with time_machine.travel(NOW, tick=False):
            for _ in range(5):
                assert anyone.post(LOGIN, {}).status_code == 400
            response = anyone.post(LOGIN, {})
        assert_problem(response, 429, "throttled")
        assert int(response["Retry-After"]) == 60

    def test_password_that_cannot_be_text_is_400(self, anyone: APIClient, ada: User) -> None:
        response = anyone.post(LOGIN, {**RIGHT, "password": "a\x00b"})
        assert_problem(response, 400, "validation_error", pointers={"#/password"})

    def test_is_remembered_as_the_last_one(self, anyone: APIClient, ada: User) -> None:
        with time_machine.travel(NOW, tick=False):
            anyone.post(LOGIN, RIGHT)
        ada.refresh_from_db()
        assert ada.last_login == NOW

    def test_success_forgives_ones_own_failures(self, anyone: APIClient, ada: User) -> None:
        for _ in range(3):
            for _ in range(5):
                assert_problem(anyone.post(LOGIN, WRONG), 401)
            assert anyone.post(LOGIN, RIGHT).status_code == 200


class TestSignOut:
    def test_revokes_the_token_of_the_call_only(self, api: Callable[..., APIClient], ada: User) -> None:
        first, second = api(ada), api(ada)
        assert first.post("/api/v1/auth/logout/").status_code == 204
        assert_problem(first.get("/api/v1/me/"), 401, "authentication_failed")
        assert second.get("/api/v1/me/").status_code == 200

    def test_everywhere_revokes_all_of_ones_own(self, api: Callable[..., APIClient], ada: User, ben: User) -> None:
        mine, other = [api(ada), api(ada)], api(ben)
        assert mine[0].post("/api/v1/auth/logout-all/").status_code == 204
        assert [client.get("/api/v1/me/").status_code for client in mine] == [401, 401]
        assert other.get("/api/v1/me/").status_code == 200

    def test_ends_a_browser_session(self, api: Callable[..., APIClient], ada: User) -> None:
        browser = api(ada, session=True)
        assert browser.get("/api/v1/me/").status_code == 200
        cookie = browser.cookies["sessionid"].value
        assert browser.post("/api/v1/auth/logout/").status_code == 204
        browser.cookies["sessionid"] = cookie
        assert browser.get("/api/v1/me/").status_code == 401
