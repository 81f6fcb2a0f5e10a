"""Which JobOS database it is: by its columns, and by the revision that it names where that agrees with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from jobos.crossing.services import jobos
from jobos.crossing.services.sources import SourceError, open_source
from tests.crossing.jobos_crossings import make_schema, scratch_database
from tests.hard_legacy.jobos_schema import REVISIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    Connection = psycopg.Connection[Any]


@pytest.fixture
def empty(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, Connection]]:
    with (
        django_db_blocker.unblock(),
        scratch_database("shapes") as address,
        psycopg.connect(address, autocommit=True) as connection,
    ):
        yield address, connection


def recognise(address: str) -> str:
    with open_source(address) as source:
        return jobos.recognise(source)


def test_every_revision_is_known_by_the_name_it_gives_itself(empty: tuple[str, Connection]) -> None:
    address, connection = empty
    for revision in REVISIONS:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        make_schema(connection, revision)
        era = "before the overhaul" if revision == "b2c3d4e5f6a7" else "overhauled"
        assert recognise(address) == f"{era} ({revision})"


@pytest.mark.parametrize(
    ("revision", "named", "shape"),
    [
        ("b2c3d4e5f6a7", None, "before the overhaul (b2c3d4e5f6a7 by its columns)"),
        ("k1b2c3d4e5f6", None, "overhauled (h8c9d0e1f2g3 by its columns)"),
        ("k1b2c3d4e5f6", "of_a_fork", "overhauled (h8c9d0e1f2g3 by its columns)"),
        ("c3d4e5f6a7b8", "b2c3d4e5f6a7", "overhauled (c3d4e5f6a7b8 by its columns)"),
        ("b2c3d4e5f6a7", "p6g7h8i9j0k1", "before the overhaul (b2c3d4e5f6a7 by its columns)"),
    ],
)
def test_columns_decide(empty: tuple[str, Connection], revision: str, named: str | None, shape: str) -> None:
    address, connection = empty
    make_schema(connection, revision, version_table=named is not None)
    if named:
        connection.execute("UPDATE alembic_version SET version_num = %s", [named])
    assert recognise(address) == shape


@pytest.mark.parametrize(
    ("change", "expected", "found"),
    [
        ("DROP TABLE jobs CASCADE", "a table jobs", "the tables activity_log"),
        ("DROP SCHEMA public CASCADE; CREATE SCHEMA public", "a table users", "no table"),
        ("ALTER TABLE users DROP email", "users with the columns email", "hashed_password"),
        ("ALTER TABLE jobs DROP ats_score, DROP notes", "jobs with the columns ats_score, notes", "fit_score"),
        ("ALTER TABLE jobs DROP closed_reason", "with neither", "jobs with application_channel alone"),
    ],
)
def test_anything_else_is_refused(empty: tuple[str, Connection], change: str, expected: str, found: str) -> None:
    address, connection = empty
    make_schema(connection, "p6g7h8i9j0k1")
    connection.execute(change.encode())
    with pytest.raises(SourceError) as refusal:
        recognise(address)
    _, wanted, there = str(refusal.value).replace("Found:", "Expected:").split("Expected:")
    assert expected in wanted
    assert found in there
