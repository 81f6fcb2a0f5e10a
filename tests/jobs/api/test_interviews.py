"""interviews/: list, read, change, cancel."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from interactions.models import TimelineEvent
from jobos.accounts.models import User
from jobs.models import Interview, Job
from tests.answers import assert_problem
from tests.factories import InterviewFactory, JobFactory
from tests.jobs.api.payloads import interview_payload_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/interviews/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def url_of(interview: Interview, *rest: str) -> str:
    return "/".join([f"{URL}{interview.pk}", *rest, ""])


class TestList:
    def test_shows_own_interviews_of_undeleted_cards_latest_first(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada)
        early, late = (InterviewFactory(job=card, interview_date=NOW + timedelta(days=days)) for days in (1, 2))
        InterviewFactory()
        InterviewFactory(job=JobFactory(user=ada, is_deleted=True))
        assert as_ada.get(URL).json() == {
            "count": 2,
            "next": None,
            "previous": None,
            "results": [interview_payload_of(late), interview_payload_of(early)],
        }

    @pytest.mark.parametrize(
        ("query", "rounds"),
        [
            ("status=Scheduled", ["a"]),
            ("status=Scheduled&status=No-show", ["a", "b"]),
            ("since=2026-11-25T12:00:00Z", ["b"]),
            ("until=2026-11-25T11:59:59Z", ["a"]),
            ("since=2026-11-25T13:00:00%2B01:00&until=2026-11-25T12:00:00Z", ["b"]),
            ("status=Cancelled", []),
        ],
    )
    def test_filters_narrow_to_what_they_say(self, query: str, rounds: list[str], as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada)
        InterviewFactory(job=card, round="a", interview_date=NOW)
        InterviewFactory(job=card, round="b", interview_date=NOW + timedelta(days=1), status="No-show")
        found = as_ada.get(f"{URL}?ordering=interview_date&{query}").json()["results"]
        assert [interview["round"] for interview in found] == rounds

    def test_filter_by_job_answers_a_foreign_id_like_a_missing_one(self, as_ada: APIClient, ada: User) -> None:
        own, foreign = InterviewFactory(job=JobFactory(user=ada)), InterviewFactory()
        assert as_ada.get(f"{URL}?job={own.job_id}").json()["count"] == 1
        empty = {"count": 0, "next": None, "previous": None, "results": []}
        assert as_ada.get(f"{URL}?job={foreign.job_id}").json() == empty
        assert as_ada.get(f"{URL}?job=00000000-0000-0000-0000-000000000000").json() == empty


class TestChange:
    def test_changes_what_was_sent_and_what_the_card_shows(self, as_ada: APIClient, ada: User) -> None:
        interview = InterviewFactory(job=JobFactory(user=ada), notes="Kept")
        given = {"interview_date": "2027-01-02T09:00:00Z", "round": "Final", "interviewer_name": "Grace"}
        with time_machine.travel(NOW, tick=False):
            response = as_ada.patch(url_of(interview), given)
        stored = Interview.objects.select_related("job").get()
        assert response.json() == interview_payload_of(stored)
        assert response.json() == {**interview_payload_of(interview), **given, "updated_at": "2026-11-24T12:00:00Z"}
        assert (stored.job.interview_type, stored.job.interviewer_name) == ("Final", "Grace")

    def test_what_a_get_showed_can_be_sent_back(self, as_ada: APIClient, ada: User) -> None:
        interview = InterviewFactory(job=JobFactory(user=ada), rating=None)
        shown = as_ada.get(url_of(interview))
        assert shown.json() == interview_payload_of(interview)
        response = as_ada.patch(url_of(interview), shown.json(), headers={"If-Match": shown["ETag"]})
        assert (response.status_code, response.json()) == (200, shown.json())

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("status", "Done"),
            ("status", None),
            ("rating", 0),
            ("rating", 11),
            ("interview_date", None),
            ("round", ""),
            ("round", None),
            ("round", "x" * 101),
        ],
    )
    def test_value_that_cannot_be_is_refused(self, field: str, value: Any, as_ada: APIClient, ada: User) -> None:
        interview = InterviewFactory(job=JobFactory(user=ada))
        response = as_ada.patch(url_of(interview), {field: value})
        assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})
        assert interview_payload_of(Interview.objects.get()) == interview_payload_of(interview)

    @pytest.mark.parametrize("field", ["id", "job", "user", "prep_content", "prep_generated_at", "created_at"])
    def test_interview_cannot_be_moved_to_another_card_or_owner(
        self, field: str, as_ada: APIClient, ada: User, ben: User
    ) -> None:
        interview = InterviewFactory(job=JobFactory(user=ada))
        other = JobFactory(user=ben)
        response = as_ada.patch(url_of(interview), {field: str(other.pk)})
        assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})
        stored = Interview.objects.get()
        assert (stored.job_id, stored.user) == (interview.job_id, ada)

    def test_card_does_not_move_by_a_change_of_its_interview(self, as_ada: APIClient, ada: User) -> None:
        interview = InterviewFactory(job=JobFactory(user=ada, status="Offer"))
        as_ada.patch(url_of(interview), {"status": "Completed", "rating": 10})
        assert Job.objects.get().status == "Offer"


class TestCancel:
    def test_once_or_twice_is_the_same(self, as_ada: APIClient, ada: User) -> None:
        interview = InterviewFactory(job=JobFactory(user=ada))
        first = as_ada.post(url_of(interview, "cancel"))
        assert (first.status_code, first.json()["status"]) == (200, "Cancelled")
        assert as_ada.post(url_of(interview, "cancel")).json() == first.json()
        assert TimelineEvent.objects.count() == 1

    @pytest.mark.parametrize("status", ["Completed", "No-show"])
    def test_what_is_over_cannot_be_cancelled(self, status: str, as_ada: APIClient, ada: User) -> None:
        interview = InterviewFactory(job=JobFactory(user=ada), status=status)
        assert_problem(as_ada.post(url_of(interview, "cancel")), 400, "interview_over")
        assert Interview.objects.get().status == status
