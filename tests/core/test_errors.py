"""What a fault, a refusal and a database that is away look like from outside."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, OperationalError, connection, connections
from django.db.models import ProtectedError
from django.test import Client, override_settings
from rest_framework.test import APIClient

from companies.models import Company
from jobos.accounts.models import User
from jobos.core.errors import Problem, translate, translate_database_error
from jobos.core.models import describe_constraint
from jobs.models import Job
from tests.answers import assert_problem
from tests.api.faulty_urls import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def faulty() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.api.faulty_urls"):
        yield


@pytest.mark.usefixtures("faulty")
class TestFault:
    @pytest.mark.parametrize("debug", [True, False])
    def test_answer_tells_nothing_but_its_id(
        self, debug: bool, api: Callable[..., APIClient], ada: User, settings: Any
    ) -> None:
        settings.DEBUG = debug
        client = api(ada)
        client.raise_request_exception = False
        problem = assert_problem(client.get("/api/v1/fault/"), 500, "error")
        text = json.dumps(problem)
        for secret in (SECRET, "RuntimeError", "Traceback", "/etc", "SELECT", "django"):
            assert secret not in text

    def test_half_done_work_is_undone(self, api: Callable[..., APIClient], ada: User) -> None:
        client = api(ada)
        client.raise_request_exception = False
        assert client.post("/api/v1/fault/").status_code == 500
        assert not Job.objects.exists()

    def test_page_outside_the_api_is_plain(self) -> None:
        client = Client(raise_request_exception=False)
        response = client.get("/fault/")
        assert response.status_code == 500
        assert response.headers["Content-Type"].startswith("text/html")
        assert SECRET not in response.content.decode()
        assert response.headers["X-Request-ID"] in response.content.decode()

    def test_it_is_logged_with_its_id(
        self, api: Callable[..., APIClient], ada: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        client = api(ada)
        client.raise_request_exception = False
        client.get("/api/v1/fault/")
        assert [record for record in caplog.records if record.exc_info and record.exc_info[0] is RuntimeError]


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/", "/api/v2/jobs/"])
def test_unknown_api_address_is_a_problem(path: str) -> None:
    assert_problem(Client().get(path), 404, "not_found")


def test_unknown_page_is_a_page() -> None:
    response = Client().get("/nothing/")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


def test_evil_host_is_400() -> None:
    response = Client().get("/api/v1/me/", headers={"Host": "evil.example"})
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abc-1.2_X", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("a b", False),
        ("\u00e9", False),
        ("a\r\nb", False),
        ("", False),
    ],
)
def test_callers_id_is_taken_over_where_it_is_plain(given: str, kept: bool, anyone: APIClient) -> None:
    response = anyone.get("/api/v1/me/", headers={"X-Request-ID": given})
    assert (response.headers["X-Request-ID"] == given) == kept
    assert response.json()["request_id"] == response.headers["X-Request-ID"]


@pytest.mark.parametrize("path", ["/live", "/live/", "/ready", "/ready/"])
def test_liveness_and_readiness_answer_anybody(path: str) -> None:
    response = Client().get(path)
    assert (response.status_code, response.headers["Cache-Control"].split(",")[0]) == (200, "max-age=0")


def test_front_door_leads_to_the_admin() -> None:
    assert Client().get("/").headers["Location"] == "/admin/"


@pytest.mark.parametrize("path", ["/api/v1/me/", "/api/v1/nothing/", "/admin/login/", "/live/"])
def test_every_answer_carries_its_safety_headers(path: str) -> None:
    headers = Client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"] or path.startswith("/admin/")
    if path.startswith("/api/"):
        assert headers["Cache-Control"] == "private, no-store"


class TestTranslation:
    def database_error(self, statement: str) -> Exception:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SAVEPOINT here")
                cursor.execute(statement)
        except Exception as exc:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK TO here")
            return exc
        raise AssertionError("The statement went through.")

    @pytest.mark.parametrize(
        ("sqlstate", "status", "code"),
        [
            ("55P03", 409, "busy"),
            ("40001", 409, "busy"),
            ("40P01", 409, "busy"),
            ("57014", 503, "unavailable"),
            ("53300", 503, "unavailable"),
            ("57P01", 503, "unavailable"),
            ("22003", 400, "invalid"),
        ],
    )
    def test_refusal_of_the_database_has_its_status(self, sqlstate: str, status: int, code: str) -> None:
        error = self.database_error(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{sqlstate}'; END $$")
        translated: Any = translate(error)
        assert translated.status_code == status
        assert translated.get_codes() in (code, [code])

    def test_bug_of_ours_stays_a_bug(self) -> None:
        error = self.database_error("SELECT nothing_such FROM jobs")
        assert translate_database_error(error) is error

    def test_unknown_constraint_is_told_without_its_name(self) -> None:
        error = self.database_error("INSERT INTO django_session VALUES (NULL, '', now())")
        translated: Any = translate(error)
        assert translated.status_code == 400
        assert "django_session" not in str(translated.detail)

    def test_protected_row_is_a_conflict(self) -> None:
        translated = translate(ProtectedError("It is in use.", set()))
        assert isinstance(translated, Problem)
        assert (translated.status_code, str(translated.detail)) == (409, "It is in use.")

    def test_rule_names_its_fields(self) -> None:
        rule = describe_constraint(Company, "website_url_format")
        assert rule
        assert rule.fields == ("website",)
        assert describe_constraint(Company, "nonsense") is None


def test_database_that_is_away_is_503_with_a_time_to_wait(
    monkeypatch: pytest.MonkeyPatch, api: Callable[..., APIClient]
) -> None:
    """A connection to a server that is not there, in place of the test's own."""
    away = connections.create_connection("default")
    away.settings_dict = {**away.settings_dict, "HOST": "127.0.0.1", "PORT": "1", "EMBEDDED": None}
    there = connections["default"]
    connections["default"] = away
    try:
        client = APIClient(headers={"Authorization": "Bearer " + "0" * 64})
        for path in ("/api/v1/jobs/", "/api/v1/me/"):
            response = client.get(path)
            assert_problem(response, 503, "unavailable")
            assert response["Retry-After"] == "2"
        assert client.post("/api/v1/auth/login/", {"email": "a@b.example", "password": "x"}).status_code == 503
        assert client.get("/ready/").status_code == 503
        assert client.get("/live/").status_code == 200
    finally:
        connections["default"] = there


def test_nobody_sees_nothing() -> None:
    assert not Job.objects.visible_to(AnonymousUser()).exists()
    assert not Company.objects.visible_to(AnonymousUser()).exists()


def test_operational_error_is_told_as_unavailable() -> None:
    translated: Any = translate(OperationalError("gone"))
    assert translated.status_code == 503
    assert "gone" not in str(translated.detail)


def test_constraint_of_no_model_is_a_conflict() -> None:
    error = IntegrityError("x")
    error.__cause__ = psycopg.errors.UniqueViolation("x")
    translated: Any = translate(error)
    assert (translated.status_code, str(translated.detail)) == (409, "There is already one like this.")


@pytest.mark.django_db
def test_a_parameter_given_twice_is_refused_unless_it_may_be(as_ada: APIClient) -> None:
    twice = as_ada.get("/api/v1/jobs/?page=1&page=2")
    assert_problem(twice, 400, "invalid_parameter", parameters={"page"})
    assert as_ada.get("/api/v1/jobs/?status=Applied&status=Offer").status_code == 200


def test_the_front_door_and_the_icon_lead_somewhere(client: Client) -> None:
    for address in ("/", "/admin"):
        assert client.get(address).headers["Location"] == "/admin/"
    assert client.get("/favicon.ico").headers["Location"].endswith(".svg")
