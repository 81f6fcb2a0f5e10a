"""As for the migrations of jobs: the test database is made, and nothing wraps a test or flushes after it."""

from tests.jobs.migrations.conftest import _django_db_marker

__all__ = ["_django_db_marker"]
