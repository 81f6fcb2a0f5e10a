"""Most tests here need the test database, but neither a transaction around each of them nor a flush after it."""

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _django_db_marker(request: pytest.FixtureRequest, django_db_setup: None) -> None:
    """Take the place of pytest-django's fixture: the module's mark has the database made and does nothing else here.

    A test that is marked itself gets its transaction as everywhere.
    """
    assert connection.settings_dict["NAME"].startswith("test_")
    if any(marker.name == "django_db" for marker in request.node.own_markers):
        request.getfixturevalue("_django_db_helper")
