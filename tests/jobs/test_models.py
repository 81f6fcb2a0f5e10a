"""The rules of cards and interviews as the database holds them, and their indexes at work."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from jobos.accounts.models import User
from jobs.models import Interview, Job, JobStatus, days_between, suggest_action, today
from tests.factories import InterviewFactory, JobFactory

pytestmark = pytest.mark.django_db


def violated_by(statement: str, parameters: list[Any]) -> str:
    """Return the name of the constraint that raw SQL breaks."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name or ""


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("status = 'Analyzed'", "ck_jobs_status_valid"),
        ("status = 'tracking'", "ck_jobs_status_valid"),
        ("status = 'Closed'", "jobs_job_closed_reason_iff_closed"),
        ("closed_reason = 'Rejected'", "jobs_job_closed_reason_iff_closed"),
        ("notes = '{}'", "jobs_job_notes_is_list"),
        ("notes = 'null'", "jobs_job_notes_is_list"),
        ("notes = '\"text\"'", "jobs_job_notes_is_list"),
        ("fit_score = -0.1", "jobs_job_fit_score_in_range"),
        ("fit_score = 10.01", "jobs_job_fit_score_in_range"),
        ("fit_score = 'NaN'", "jobs_job_fit_score_in_range"),
        ("ats_score = -1", "jobs_job_ats_score_in_range"),
        ("ats_score = 100.5", "jobs_job_ats_score_in_range"),
        ("ats_score = 'Infinity'", "jobs_job_ats_score_in_range"),
        ("apply_type = 'slow'", "jobs_job_apply_type_valid"),
        ("followup_count = -1", "jobs_job_followup_count_positive"),
    ],
)
def test_database_refuses_a_card_that_breaks_a_rule(assignment: str, constraint: str) -> None:
    card = JobFactory()
    assert violated_by(f"UPDATE jobs SET {assignment} WHERE id = %s", [card.pk]) == constraint


@pytest.mark.parametrize(
    "column", ["notes", "status", "closed_reason", "company_name", "role_title", "jd_text", "followup_count", "user_id"]
)
def test_database_refuses_null_where_a_card_needs_a_value(column: str) -> None:
    card = JobFactory()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE jobs SET {column} = NULL WHERE id = %s", [card.pk])


@pytest.mark.parametrize(
    ("column", "values"),
    [("fit_score", (None, 0, 10)), ("ats_score", (None, 0, 100)), ("followup_count", (0, 2**31 - 1))],
)
def test_bounds_of_a_range_are_inside_it(column: str, values: tuple[Any, ...]) -> None:
    card = JobFactory()
    for value in values:
        assert Job.objects.filter(pk=card.pk).update(**{column: value}) == 1


@pytest.mark.parametrize(
    ("company_name", "role_title"),
    [("Acme", "Engineer"), ("ACME", "engineer"), ("  Acme ", " Engineer  "), ("acme", "ENGINEER")],
)
def test_second_open_card_for_company_and_role_is_refused(ada: User, company_name: str, role_title: str) -> None:
    JobFactory(user=ada, company_name="Acme", role_title="Engineer")
    twin = JobFactory(user=ada, company_name="Other", role_title="Engineer")
    statement = "UPDATE jobs SET company_name = %s, role_title = %s WHERE id = %s"
    assert violated_by(statement, [company_name, role_title, twin.pk]) == "jobs_job_one_open_card"


def test_closed_deleted_and_other_peoples_cards_are_no_twins(ada: User, ben: User) -> None:
    for variant in ({"status": "Closed"}, {"status": "Closed"}, {"is_deleted": True}, {"is_deleted": True}, {}):
        JobFactory(user=ada, company_name="Acme", role_title="Engineer", **variant)
    JobFactory(user=ben, company_name="Acme", role_title="Engineer")
    assert Job.objects.for_role(" ACME ", "engineer ").count() == 6
    assert Job.objects.for_role(" ACME ", "engineer ").open().count() == 2


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("status = 'scheduled'", "ck_interviews_status_valid"),
        ("rating = 0", "ck_interviews_rating_range"),
        ("rating = 11", "ck_interviews_rating_range"),
    ],
)
def test_database_refuses_an_interview_that_breaks_a_rule(assignment: str, constraint: str) -> None:
    interview = InterviewFactory()
    assert violated_by(f"UPDATE interviews SET {assignment} WHERE id = %s", [interview.pk]) == constraint


def test_every_constraint_has_its_own_words() -> None:
    for model in (Job, Interview):
        for constraint in model._meta.constraints:
            assert constraint.violation_error_code
            assert constraint.violation_error_message
            assert "Constraint" not in str(constraint.violation_error_message)


def test_strangers_see_nothing(ada: User, ben: User) -> None:
    card = JobFactory(user=ada)
    deleted = JobFactory(user=ada, is_deleted=True)
    interview = InterviewFactory(job=card)
    InterviewFactory(job=deleted)
    assert list(Job.objects.visible_to(ada)) == [card]
    assert list(Job.objects.restorable_by(ada)) == [deleted]
    assert list(Interview.objects.visible_to(ada)) == [interview]
    for adjective in ("visible_to", "restorable_by", "owned_by"):
        assert not getattr(Job.objects, adjective)(ben).exists()
    assert not Interview.objects.visible_to(ben).exists()


def test_superuser_sees_everybodys_cards_but_only_while_active(ada: User, dora: User) -> None:
    card = JobFactory(user=ada)
    assert list(Job.objects.visible_to(dora)) == [card]
    dora.is_active = False
    assert not Job.objects.visible_to(dora).exists()
    assert not Job.objects.owned_by(dora).exists()


def test_erasing_a_user_takes_their_rows_along_but_raw_sql_may_not(ada: User) -> None:
    InterviewFactory(job=JobFactory(user=ada))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [ada.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    ada.delete()
    assert not Job.objects.exists()
    assert not Interview.objects.exists()


# Days -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_the_day_in_utc_whatever_the_zone(zone: str, settings: Any) -> None:
    from django.utils import timezone

    for moment, day in (("2026-11-23T23:59:59.999999+00:00", 23), ("2026-11-24T00:00:00+00:00", 24)):
        with time_machine.travel(datetime.fromisoformat(moment), tick=False), timezone.override(zone):
            assert today() == date(2026, 11, day)


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), 0),
        (datetime(2026, 11, 23, 23, 59, 59, 999_999, tzinfo=UTC), 1),
        (datetime.fromisoformat("2026-11-24T01:00:00+02:00"), 1),
        (datetime.fromisoformat("2026-11-23T23:00:00-02:00"), 0),
        (date(2026, 11, 10), 14),
    ],
)
def test_days_are_counted_between_utc_dates(moment: Any, days: int) -> None:
    assert days_between(moment, date(2026, 11, 24)) == days


@pytest.mark.parametrize(
    ("days", "action"), [(14, "Follow up"), (20, "Follow up"), (21, "Final follow-up or mark as Closed")]
)
def test_advice_changes_at_three_weeks(days: int, action: str) -> None:
    assert suggest_action(days) == action


@pytest.mark.parametrize("status", JobStatus.values)
@pytest.mark.parametrize(
    "age",
    [timedelta(days=13, hours=23), timedelta(days=13, hours=1), timedelta(days=14), timedelta(days=40), timedelta(0)],
)
def test_queryset_and_row_agree_about_staleness(status: str, age: timedelta) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC) - age, tick=False):
        card = JobFactory(status=status)
    day = date(2026, 11, 24)
    assert Job.objects.stale_on(day).exists() == card.is_stale_on(day)


# Indexes --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(ada: User, ben: User) -> User:
    """Two people with enough cards that the planner has a choice, counted."""
    statuses = ["Tracking", "Applied", "Interview", "Offer", "Closed"]
    Job.objects.bulk_create(
        Job(
            user=ben if number % 50 else ada,
            company_name=f"Company {number}",
            role_title="Engineer",
            status=statuses[number % 5],
            closed_reason="Rejected" if statuses[number % 5] == "Closed" else "",
            applied_date=date(2026, 1, 1) + timedelta(days=number % 300),
        )
        for number in range(3000)
    )
    Interview.objects.bulk_create(
        Interview(
            user_id=card.user_id, job=card, interview_date=datetime(2026, 12, 1, tzinfo=UTC) + timedelta(hours=place)
        )
        for place, card in enumerate(Job.objects.order_by("pk"))
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs, interviews")
    return ada


def plan_of(queryset: Any) -> str:
    return str(queryset.explain())


def test_indexes_serve_the_queries_they_are_for(crowd: User) -> None:
    own = Job.objects.visible_to(crowd)
    assert "jobs_list_idx" in plan_of(own.order_by("-created_at", "-pk")[:20])
    assert "jobs_pipeline_idx" in plan_of(own.stale_on(today()).order_by("updated_at"))
    assert "jobs_followups_idx" in plan_of(own.due_for_follow_up_on(date(2026, 2, 1)))
    assert "jobs_job_one_open_card" in plan_of(Job.objects.filter(user=crowd).open().for_role("company 50", "ENGINEER"))
    assert "jobs_interview_date_idx" in plan_of(Interview.objects.owned_by(crowd).order_by("-interview_date")[:20])
    card = own.first()
    assert "jobs_interview_job_idx" in plan_of(Interview.objects.filter(job=card).order_by("-interview_date"))
