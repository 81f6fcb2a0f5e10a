"""These tests need the test database, but neither a transaction around each of them nor a flush after it."""

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _django_db_marker(django_db_setup: None) -> None:
    """Take the place of pytest-django's fixture: the mark has the database made, and does nothing else here."""
    assert connection.settings_dict["NAME"].startswith("test_")
