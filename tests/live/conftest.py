"""The one running site that the live tests share, and the people on it."""

import re
import sys
from collections.abc import Iterator

import pytest

from tests.live.site import Caller, Site, Web, together


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests in one process of a parallel run, so that there is one site."""
    for item in items:
        if "tests/live/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("live"))


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    if not sys.platform.startswith("linux"):
        pytest.skip("The live tests read /proc and use the whole loopback network.")
    site = Site()
    try:
        site.build()
        yield site
    finally:
        site.remove()


@pytest.fixture(scope="session")
def web(site: Site) -> Web:
    """The site's gunicorn: 4 workers of 4 threads."""
    web = site.serve()
    web.wait_until_up()
    return web


@pytest.fixture(scope="session")
def people(site: Site, web: Web) -> list[Caller]:
    """Ten people, each at an address of their own."""
    return together(
        [lambda number=number: site.sign_up(web, "person", source=f"127.0.1.{number}") for number in range(1, 11)],
        clients=4,
    )


@pytest.fixture(scope="session")
def ada(people: list[Caller]) -> Caller:
    return people[0]


@pytest.fixture(scope="session")
def ben(people: list[Caller]) -> Caller:
    return people[1]


@pytest.fixture(autouse=True)
def _no_internal_error(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test may make the site answer 500, whatever it looks at itself."""
    web: Web = request.getfixturevalue("web")
    before = web.log.stat().st_size
    yield
    with web.log.open("rb") as log:
        log.seek(before)
        said = log.read().decode(errors="replace")
    assert not re.search(r"status=500\b|Internal Server Error", said), said[-4000:]
