"""The timeline: its one rule in the database, and its indexes at work."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from interactions.models import TimelineEvent
from interactions.services import record_event
from jobos.accounts.models import User
from jobs.models import Job
from tests.factories import JobFactory, TimelineEventFactory

pytestmark = pytest.mark.django_db


def test_database_refuses_an_unknown_type() -> None:
    event = TimelineEventFactory()
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE timeline_events SET event_type = 'nonsense' WHERE id = %s", [event.pk])
    assert isinstance(caught.value.__cause__, psycopg.Error)
    assert caught.value.__cause__.diag.constraint_name == "interactions_timelineevent_type_valid"


def test_every_constraint_has_its_own_words() -> None:
    messages = [constraint.violation_error_message for constraint in TimelineEvent._meta.constraints]
    assert messages == ["There is no such type of event."]


def test_erasing_a_card_leaves_its_history(ada: User) -> None:
    event = TimelineEventFactory(user=ada, job=JobFactory(user=ada))
    Job.objects.all().delete()
    event.refresh_from_db()
    assert event.job is None


def test_long_title_is_cut_to_fit(ada: User) -> None:
    event = record_event("note_added", "x" * 300, owner_id=ada.pk, by=ada)
    event.refresh_from_db()
    assert len(event.title) == 255


def test_strangers_see_nothing(ada: User, ben: User) -> None:
    TimelineEventFactory(user=ada)
    assert TimelineEvent.objects.visible_to(ada).count() == 1
    assert not TimelineEvent.objects.visible_to(ben).exists()


def test_indexes_serve_the_queries_they_are_for(ada: User, ben: User) -> None:
    card = JobFactory(user=ada)
    TimelineEvent.objects.bulk_create(
        TimelineEvent(
            user=ben if number % 40 else ada,
            job=None if number % 40 else card,
            event_type="note_added",
            title="x",
            event_date=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE timeline_events")
    newest = ("-event_date", "-pk")
    history = TimelineEvent.objects.owned_by(ada).order_by(*newest)[:20]
    assert "interactions_timeline_idx" in history.explain()
    assert "interactions_job_events_idx" in TimelineEvent.objects.of_job(card).order_by(*newest)[:20].explain()
