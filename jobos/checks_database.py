"""System checks of the database server; importing the module registers them.

They run with `manage.py check --database default` and before every `migrate`.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.utils import DatabaseError

OLDEST_VERSION = 15
REQUIRED_EXTENSIONS = ["pg_trgm", "unaccent", "vector"]

# One query for all. lower() uses the collation of the database, which is what the unique indexes on lower(name) use.
QUESTION = """
SELECT current_setting('server_version_num')::int / 10000,
       getdatabaseencoding(),
       lower('É') = 'é',
       ARRAY(SELECT wanted FROM unnest(%s::text[]) AS wanted
             WHERE NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = wanted)
             ORDER BY wanted)
"""


@register(Tags.database)
def check_database_server(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a server on which JobOS would fail later, or worse, go wrong silently."""
    return [message for alias in databases or [] for message in _check(alias)]


def _check(alias: str) -> list[CheckMessage]:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(QUESTION, [REQUIRED_EXTENSIONS])
            version, encoding, folds_case, missing = cursor.fetchone()
    except DatabaseError as error:
        return [
            Error(
                f"The database cannot be asked: {str(error).strip()}",
                hint="See that the server runs and DATABASE_URL is right; without DATABASE_URL, see "
                "`manage.py embedded_db status`.",
                obj=alias,
                id="jobos.E101",
            )
        ]
    return judge(alias, version=version, encoding=encoding, folds_case=folds_case, missing_extensions=missing)


def judge(
    alias: str, *, version: int, encoding: str, folds_case: bool, missing_extensions: Sequence[str]
) -> list[CheckMessage]:
    """Return what is wrong with a server of which these facts are known."""
    messages: list[CheckMessage] = []
    if version < OLDEST_VERSION:
        messages.append(
            Error(
                f"The server is PostgreSQL {version}; JobOS needs {OLDEST_VERSION} or newer.",
                hint="Upgrade the server, or unset DATABASE_URL to use the embedded one.",
                obj=alias,
                id="jobos.E102",
            )
        )
    if encoding != "UTF8":
        messages.append(
            Error(
                f"The database's encoding is {encoding}, not UTF8, so it cannot hold every name.",
                hint="Make the database anew: CREATE DATABASE jobos TEMPLATE template0 ENCODING 'UTF8'.",
                obj=alias,
                id="jobos.E103",
            )
        )
    elif not folds_case:
        messages.append(
            Error(
                "The database's lower('É') is not 'é': its locale knows only ASCII, so that names that differ only in "
                "case would count as different.",
                hint="Make the database anew with a UTF-8 locale, such as: CREATE DATABASE jobos TEMPLATE template0 "
                "ENCODING 'UTF8' LOCALE 'C.UTF-8'.",
                obj=alias,
                id="jobos.E104",
            )
        )
    if missing_extensions:
        messages.append(
            Error(
                f"The server does not offer the extension {' and '.join(missing_extensions)}.",
                hint="Install the server's packages for them (on Debian: postgresql-contrib, postgresql-NN-pgvector).",
                obj=alias,
                id="jobos.E105",
            )
        )
    return messages
