"""The staging database takes its present shape in two sessions at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import ProgrammingError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from jobos.crossing.services import staging
from tests.crossing import scratch
from tests.jobs.migrations.conftest import _django_db_marker

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["_django_db_marker"]  # The test database is made, and nothing wraps a test or flushes after it.

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unblocked(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_the_banks_need_people_alone_and_nothing_needs_them() -> None:
    graph = MigrationLoader(None).graph
    needed = {key for leaf in graph.leaf_nodes() if leaf[0] == staging.BANKS for key in graph.forwards_plan(leaf)}
    assert {app for app, _ in needed} == {"accounts", "auth", "contenttypes", "core", staging.BANKS}
    needing = {child.key for key, node in graph.node_map.items() if key[0] == staging.BANKS for child in node.children}
    assert {app for app, _ in needing} == {staging.BANKS}


def test_every_migration_is_applied_and_those_beside_the_banks_are_told() -> None:
    told: list[str] = []
    with staging.open_staging("jobpilot") as made:
        made.migrate(tell=told.append)
        executor = MigrationExecutor(connections[staging.ALIAS])
        assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert told[-1] == staging.BANKS
    assert {"companies.0004_one_directory", "jobs.0007_listings", "resumes.0005_drop_legacy_resumes"} < set(told)
    assert len(told) == len(set(told))


def test_a_migration_of_the_banks_that_fails_fails_the_whole() -> None:
    with staging.open_staging("jobpilot") as made:
        with made.connect() as connection:
            connection.execute("CREATE TABLE skill_banks ()")
        with pytest.raises(ProgrammingError, match='relation "skill_banks" already exists'):
            made.migrate()
        with made.connect() as connection:
            applied = connection.execute("SELECT name FROM django_migrations WHERE app = 'skills'").fetchall()
        assert applied == [("0001_legacy_skill_banks",)]


def test_an_end_in_the_middle_ends_the_banks_as_well() -> None:
    """They wait for a lock here and would wait for ever: nobody but the interrupted one ends them."""
    threads = threading.active_count()
    name = staging.name_staging(str(connections["default"].settings_dict["NAME"]))

    with (
        pytest.raises(KeyboardInterrupt),
        staging.open_staging("jobpilot") as made,
        scratch.connect(name) as other,
        other.transaction(),
    ):
        other.execute("LOCK TABLE legacy_skill_banks IN ACCESS EXCLUSIVE MODE")

        def tell(what: str) -> None:
            if what == "interactions.0005_resume_of_an_application":
                raise KeyboardInterrupt

        try:
            made.migrate(tell=tell)
        finally:
            # The sessions there are over, this one among them.
            with pytest.raises(psycopg.OperationalError):
                other.execute("SELECT 1")
            assert threading.active_count() == threads
    assert not scratch.exists(name)
