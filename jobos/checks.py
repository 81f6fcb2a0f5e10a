"""System checks that say which setting is unsafe, before anybody is served."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from jobos.demo import SIGN_INS, SUPERUSER

KINDS = ("development", "demo", "test", "production")
SHORTEST_SECRET = 50


@register(Tags.security)
def check_environment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an unknown JOBOS_ENV, and anything in production that only a private machine may have."""
    if settings.JOBOS_ENV not in KINDS:
        return [Error(f"JOBOS_ENV is {settings.JOBOS_ENV!r}.", hint=f"One of {', '.join(KINDS)}.", id="jobos.E001")]
    return _check_production() if settings.PRODUCTION else []


@register(Tags.database)
def check_demo_is_elsewhere(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse, in production, a database that the demo was seeded into: everybody knows its superuser's password."""
    if not settings.PRODUCTION or not databases:
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('accounts_user') IS NOT NULL")
            if not cursor.fetchone()[0]:
                return []
            cursor.execute("SELECT EXISTS (SELECT FROM accounts_user WHERE email = %s AND is_active)", [SUPERUSER])
            is_demo: bool = cursor.fetchone()[0]
    except DatabaseError:
        return []  # That it cannot be reached is another check's to say.
    hint = f"Deactivate {', '.join(SIGN_INS)} before anybody else can reach this site."
    return [Error("The demo's sign-ins are in this database.", hint=hint, id="jobos.E012")] if is_demo else []


def refuse_unsafe_settings() -> None:
    """Raise ImproperlyConfigured, naming all that is wrong, where this process must not serve anybody."""
    found = check_environment(None)
    if found:
        raise ImproperlyConfigured(" ".join(f"{error.msg} {error.hint}" for error in found))


def _check_production() -> list[CheckMessage]:
    found = [
        (settings.DEBUG, "DEBUG is on.", "Unset DEBUG.", "E002"),
        (
            len(settings.SECRET_KEY) < SHORTEST_SECRET,
            "SECRET_KEY is missing or short.",
            f"Set SECRET_KEY to {SHORTEST_SECRET} random characters or more.",
            "E003",
        ),
        (
            not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS,
            "ALLOWED_HOSTS is empty or lets every host in.",
            "Set ALLOWED_HOSTS to the names this site is reached by, separated by commas.",
            "E004",
        ),
        (
            settings.EMBEDDED_DB is not None,
            "The database is the embedded one, which trusts whoever reaches its socket.",
            "Set DATABASE_URL to a PostgreSQL server that asks for a password.",
            "E005",
        ),
        (
            settings.EMBEDDED_DB is None and not settings.DATABASES["default"].get("PASSWORD"),
            "DATABASE_URL has no password.",
            "Give the database role a password and put it into DATABASE_URL.",
            "E006",
        ),
        (
            not settings.SECURE_SSL_REDIRECT or not settings.SECURE_HSTS_SECONDS,
            "Plain HTTP is served.",
            "Unset SECURE_SSL_REDIRECT and SECURE_HSTS_SECONDS: production redirects to HTTPS by itself.",
            "E007",
        ),
        (
            not settings.SESSION_COOKIE_SECURE or not settings.CSRF_COOKIE_SECURE,
            "Cookies would travel over plain HTTP.",
            "Unset SECURE_COOKIES.",
            "E008",
        ),
        (
            not settings.SITE_URL.startswith("https://"),
            "SITE_URL is missing or not HTTPS; mails point at it.",
            "Set SITE_URL, such as https://jobs.example.org.",
            "E009",
        ),
        (
            settings.NUM_PROXIES < 1,
            "NUM_PROXIES is 0: all visitors would count as one address, and one could lock everybody out.",
            "Set NUM_PROXIES to the number of proxies in front.",
            "E011",
        ),
        (
            settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
            "Mail goes to the console.",
            "Unset EMAIL_BACKEND and set EMAIL_HOST.",
            "E010",
        ),
    ]
    return [Error(message, hint=hint, id=f"jobos.{number}") for is_wrong, message, hint, number in found if is_wrong]
