"""Databases that merges and whole imports are tried on, made once for the whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crossing._worlds import Place, Staging, Worlds


@pytest.fixture(scope="session")
def two_databases(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, str]]:
    from tests.crossing._worlds import empty_databases

    with django_db_blocker.unblock(), empty_databases() as names:
        yield names


@pytest.fixture(scope="session")
def empty_target(two_databases: tuple[str, str], django_db_blocker: Any) -> Iterator[str]:
    """The name of a database of the present shape that holds what `migrate` writes; to be copied."""
    from django.core.management import call_command

    from tests.crossing import scratch
    from tests.crossing.targets import standing_in

    with django_db_blocker.unblock(), scratch.make_database(two_databases[1]) as name:
        with standing_in(name):
            call_command("migrate", verbosity=0)  # Nothing is left to migrate; roles get their permissions.
        yield name


@pytest.fixture
def worlds(two_databases: tuple[str, str]) -> Iterator[Worlds]:
    from tests.crossing._worlds import Place, Staging, Worlds

    with Place.open(two_databases[0]) as here, Staging.open(two_databases[1]) as there:
        yield Worlds(here, there)


@pytest.fixture
def here(worlds: Worlds) -> Place:
    return worlds.here


@pytest.fixture
def there(worlds: Worlds) -> Staging:
    return worlds.there
