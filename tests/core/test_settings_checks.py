"""Which settings a public site may not have, and that the web process does not start on them."""

import os
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from jobos.accounts.models import User
from jobos.checks import check_demo_is_elsewhere
from jobos.demo import SIGN_INS
from resumes.services.demo import seed_demo

SAFE = {
    "JOBOS_ENV": "production",
    "DATABASE_URL": "postgresql://jobos:secret@127.0.0.1/jobos",
    "ALLOWED_HOSTS": "jobs.example.org",
    "SITE_URL": "https://jobs.example.org",
    "NUM_PROXIES": "1",
    "SECRET_KEY": "k" * 25 + "0123456789" * 3,
}


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in {**os.environ, **SAFE, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", "import jobos.wsgi"], env=environment, capture_output=True, text=True, check=False
    )


def test_a_safe_production_configuration_starts() -> None:
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"JOBOS_ENV": "prod"}, "JOBOS_ENV"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": None}, "embedded"),
        ({"DATABASE_URL": "postgresql://jobos@127.0.0.1/jobos"}, "password"),
        ({"SECURE_SSL_REDIRECT": "false"}, "Plain HTTP"),
        ({"SECURE_COOKIES": "false"}, "Cookies"),
        ({"NUM_PROXIES": "0"}, "NUM_PROXIES"),
        ({"SITE_URL": "http://jobs.example.org"}, "SITE_URL"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "Mail"),
    ],
)
def test_an_unsafe_production_configuration_does_not_start(change: dict[str, str | None], word: str) -> None:
    started = start(**change)
    assert started.returncode != 0
    assert word in started.stderr


def test_production_without_a_secret_does_not_start() -> None:
    started = start(SECRET_KEY=None)
    assert started.returncode != 0
    assert "SECRET_KEY" in started.stderr


@pytest.mark.django_db
def test_the_demo_in_a_production_database_is_refused(settings: Any) -> None:
    settings.PRODUCTION = True
    assert check_demo_is_elsewhere(None, databases=["default"]) == []
    seed_demo(date(2026, 6, 1))
    (error,) = check_demo_is_elsewhere(None, databases=["default"])
    assert error.id == "jobos.E012"
    User.objects.filter(email__in=SIGN_INS).update(is_active=False)
    assert check_demo_is_elsewhere(None, databases=["default"]) == []
