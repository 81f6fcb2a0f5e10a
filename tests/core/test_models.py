"""The ledger and the two tables of the API: their rules in the database, and their indexes at work."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from jobos.accounts.models import User
from jobos.core.models import IdempotencyKey, LedgerEntry, RateWindow
from jobos.core.throttling import count_call

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def violated_by(statement: str, *parameters: object) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name or ""


def ledger_line(number: int = 1) -> LedgerEntry:
    return LedgerEntry(source="jobs.0002", table="jobs", row_id=str(number), outcome="converted", at=NOW)


def test_ledger_knows_four_outcomes() -> None:
    line = ledger_line()
    line.save()
    statement = "UPDATE migration_ledger SET outcome = 'lost' WHERE id = %s"
    assert violated_by(statement, line.pk) == "core_ledgerentry_outcome_valid"
    assert str(line) == "jobs 1: converted"
    line.column = "notes"
    assert str(line) == "jobs.notes 1: converted"


def test_key_is_kept_once_for_each_user(ada: User, ben: User) -> None:
    for user in (ada, ben):
        IdempotencyKey.objects.create(user=user, key="k", request_hash="h", created_at=NOW)
    statement = "UPDATE idempotency_keys SET user_id = %s WHERE user_id = %s"
    assert violated_by(statement, ada.pk, ben.pk) == "core_idempotencykey_one_per_user"


def test_window_is_counted_once_for_each_caller() -> None:
    assert [count_call("a", seconds=60, now=NOW.timestamp() + offset) for offset in (0, 59.9, 60)] == [1, 2, 1]
    assert count_call("b", seconds=60, now=NOW.timestamp()) == 1
    assert RateWindow.objects.count() == 3
    statement = "UPDATE rate_windows SET key = 'a', starts_at = %s"
    assert violated_by(statement, NOW) == "core_ratewindow_one_per_window"
    assert str(RateWindow.objects.filter(key="b").get()) == "b: 1"


def test_indexes_serve_the_queries_they_are_for(ada: User) -> None:
    LedgerEntry.objects.bulk_create(ledger_line(number) for number in range(3000))
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(user=ada, key=str(number), request_hash="h", created_at=NOW + timedelta(minutes=number))
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE migration_ledger, idempotency_keys")
    by_source = LedgerEntry.objects.filter(source="jobs.0002", table="jobs", row_id="7")
    assert "core_ledger_source_idx" in by_source.order_by().explain() or "core_ledger_row_idx" in by_source.explain()
    assert "core_ledger_row_idx" in LedgerEntry.objects.filter(table="jobs", row_id="7").explain()
    assert "core_idempotency_age_idx" in IdempotencyKey.objects.filter(created_at__lte=NOW).explain()
    assert "core_idempotencykey_one_per_user" in IdempotencyKey.objects.filter(user=ada, key="7").explain()
