"""A template for the databases that merges are tried on, and two copies of it for each test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crossing._worlds import Place, Staging, Worlds


@pytest.fixture(scope="session")
def empty_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    from tests.crossing._worlds import template

    with django_db_blocker.unblock(), template() as name:
        yield name


@pytest.fixture
def worlds(empty_database: str) -> Iterator[Worlds]:
    from tests.crossing._worlds import Place, Staging, Worlds

    with (
        Place.copied(empty_database, f"test_here_{os.getpid()}") as here,
        Staging.copied(empty_database, f"test_there_{os.getpid()}") as there,
    ):
        yield Worlds(here, there)


@pytest.fixture
def here(worlds: Worlds) -> Place:
    return worlds.here


@pytest.fixture
def there(worlds: Worlds) -> Staging:
    return worlds.there
