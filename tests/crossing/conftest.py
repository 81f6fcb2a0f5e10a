"""Two databases that merges are tried on, made once for the whole run."""

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
