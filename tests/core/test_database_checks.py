"""The system checks of the database server, against real databases that are wrong."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from jobos.checks_database import check_database_server, judge


@pytest.fixture
def alias(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database alias that a test may point wherever it likes."""
    name = f"checked_{uuid.uuid4().hex[:8]}"
    connections.settings[name] = {**connection.settings_dict, "TEST": {}}
    with django_db_blocker.unblock():
        yield name
        connections[name].close()
    del connections[name]
    del connections.settings[name]


def check(alias: str) -> list[str]:
    return [str(message.id) for message in check_database_server(databases=[alias])]


@pytest.mark.django_db
def test_our_own_database_passes() -> None:
    assert check_database_server(databases=["default"]) == []


def test_nothing_is_asked_unless_databases_are_checked() -> None:
    assert check_database_server(databases=None) == []


def test_server_that_is_away_is_one_error(alias: str) -> None:
    connections.settings[alias] |= {"HOST": "127.0.0.1", "PORT": "1", "EMBEDDED": None}
    assert check(alias) == ["jobos.E101"]


@pytest.mark.parametrize(("encoding", "error"), [("UTF8", "jobos.E104"), ("SQL_ASCII", "jobos.E103")])
def test_database_that_folds_or_holds_only_ascii_is_refused(alias: str, encoding: str, error: str) -> None:
    parameters = connection.get_connection_params()
    server = {name: parameters[name] for name in ("host", "port", "user", "password") if parameters.get(name)}
    name = sql.Identifier(alias)
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE_PROVIDER libc LOCALE 'C'").format(
                name, sql.Literal(encoding)
            )
        )
        try:
            connections.settings[alias]["NAME"] = alias
            assert check(alias) == [error]
        finally:
            connections[alias].close()
            admin.execute(sql.SQL("DROP DATABASE {}").format(name))


def test_each_fault_has_its_error_and_its_way_out() -> None:
    messages = judge("default", version=14, encoding="LATIN1", folds_case=True, missing_extensions=["vector"])
    assert [message.id for message in messages] == ["jobos.E102", "jobos.E103", "jobos.E105"]
    assert all(message.hint for message in messages)
    assert judge("default", version=15, encoding="UTF8", folds_case=True, missing_extensions=[]) == []
