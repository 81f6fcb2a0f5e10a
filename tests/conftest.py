"""The run (environment, database server, network) and the cast that every test knows.

`ada` owns, `ben` is a stranger, `cleo` recruits, `dora` is superuser; all of them sign in with `PASSWORD`.
"""

import os

os.environ["JOBOS_ENV"] = "test"  # Before anything reads the settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "jobos.settings"

import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

if TYPE_CHECKING:
    from jobos.accounts.models import User
    from tests.stage import Stage

STARTED_DATABASE = pytest.StashKey[bool]()
# Folders whose tests talk to a server of their own over the loopback device.
NETWORKED = ("tests/live/", "tests/browser/")


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded database once for the whole run: in the controller, or in the only process."""
    settings.STATIC_ROOT = settings.VAR_DIR / "nothing"  # Every client would read what `make run` collected.
    server = settings.EMBEDDED_DB
    is_worker = hasattr(config, "workerinput")
    if server is None or is_worker or config.option.collectonly or config.option.help:
        return
    config.stash[STARTED_DATABASE] = server.ensure_running()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the embedded database if this run started it."""
    if config.stash.get(STARTED_DATABASE, False):
        settings.EMBEDDED_DB.stop()


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections from Python code; the database's driver opens its own, in C."""
    if request.node.get_closest_marker("browser") or request.node.nodeid.startswith(NETWORKED):
        return

    def refuse(self: socket.socket, address: Any) -> None:
        raise AssertionError(f"A test opened a socket to {address!r}.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


# The cast -------------------------------------------------------------------------------------------------------------


def see_to_migrated_rows() -> None:
    """See that the rows that migrations write are there: a test that empties every table takes them along."""
    from django.contrib.auth.models import Group
    from django.db import connection

    from jobos.accounts.roles import JOB_SEEKERS, RECRUITERS, grant_permissions
    from resumes.migrations import _templates
    from resumes.models import ResumeTemplate

    missing = {JOB_SEEKERS, RECRUITERS} - set(Group.objects.values_list("name", flat=True))
    if missing:
        Group.objects.bulk_create([Group(name=name) for name in sorted(missing)])
        grant_permissions(using="default")
    if not ResumeTemplate.objects.filter(is_system=True).exists():
        with connection.cursor() as cursor:
            cursor.execute(_templates.FORWARD)


@pytest.fixture
def roles(db: None) -> None:
    see_to_migrated_rows()


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> "Iterator[Stage]":
    """The cast and all that Ada has, made once for the tests of a module; each of them undoes what it does."""
    from django.db import transaction

    from tests.stage import Stage

    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
        see_to_migrated_rows()
        made = Stage()
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def ada(roles: None) -> "User":
    """The owner."""
    from tests.factories import UserFactory

    return UserFactory(email="ada@example.com", full_name="Ada Lovelace")


@pytest.fixture
def ben(roles: None) -> "User":
    """A stranger to everything of Ada's."""
    from tests.factories import UserFactory

    return UserFactory(email="ben@example.com", full_name="Ben Stranger")


@pytest.fixture
def cleo(roles: None, dora: "User") -> "User":
    """A recruiter."""
    from jobos.accounts.services import appoint_recruiter
    from tests.factories import UserFactory

    return appoint_recruiter(UserFactory(email="cleo@example.com", full_name="Cleo Recruiter"), by=dora)


@pytest.fixture
def dora(roles: None) -> "User":
    """A superuser."""
    from tests.factories import UserFactory

    return UserFactory(email="dora@example.com", full_name="Dora Root", is_superuser=True)


@pytest.fixture
def api() -> Callable[..., APIClient]:
    """Make an API client: of a user by a bearer token, by a browser session, or of nobody."""

    def make(user: "User | None" = None, *, session: bool = False, csrf: bool = False) -> APIClient:
        from jobos.accounts.services import issue_token

        client = APIClient(enforce_csrf_checks=csrf, raise_request_exception=True)
        if user is not None and session:
            client.force_login(user, backend="jobos.accounts.backends.EmailBackend")
        elif user is not None:
            _, clear = issue_token(user, name="Test")
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {clear}")
        return client

    return make


@pytest.fixture
def as_ada(api: Callable[..., APIClient], ada: "User") -> APIClient:
    return api(ada)


@pytest.fixture
def as_ben(api: Callable[..., APIClient], ben: "User") -> APIClient:
    return api(ben)


@pytest.fixture
def as_cleo(api: Callable[..., APIClient], cleo: "User") -> APIClient:
    return api(cleo)


@pytest.fixture
def anyone(api: Callable[..., APIClient], roles: None) -> APIClient:
    """A client that has not signed in."""
    return api()


@pytest.fixture
def run_on_commit(django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    """Run what waits for the commit, which a test's own transaction never reaches."""
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        yield callbacks
