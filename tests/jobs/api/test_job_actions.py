"""jobs/{id}/followup/, notes/, interview/, debrief/, timeline/."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from interactions.models import TimelineEvent
from jobos.accounts.models import User
from jobs.models import Interview, Job
from tests.answers import assert_problem
from tests.factories import InterviewFactory, JobFactory, TimelineEventFactory
from tests.jobs.api.payloads import interview_payload_of, moment, payload_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WRITTEN = "2026-11-24T12:00:00.000000Z"


@pytest.fixture
def at_now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def card(ada: User) -> Job:
    with time_machine.travel(NOW - timedelta(days=20), tick=False):
        made: Job = JobFactory(user=ada, company_name="Acme", status="Applied", applied_date=date(2026, 11, 1))
    return made


def url_of(card: Job, action: str) -> str:
    return f"/api/v1/jobs/{card.pk}/{action}/"


@pytest.mark.usefixtures("at_now")
class TestFollowUp:
    def test_counts_dates_and_notes(self, as_ada: APIClient, card: Job) -> None:
        response = as_ada.patch(url_of(card, "followup"), {"note": "Asked."})
        assert response.status_code == 200
        assert response.json() == {
            **payload_of(card),
            "followup_count": 1,
            "last_followup_date": "2026-11-24",
            "notes": [{"text": "[Follow-up 2026-11-24] Asked.", "created_at": WRITTEN, "type": "followup"}],
            "updated_at": "2026-11-24T12:00:00Z",
        }
        assert response.json() == payload_of(Job.objects.get())
        assert response["ETag"] == as_ada.get(f"/api/v1/jobs/{card.pk}/")["ETag"]

    @pytest.mark.parametrize("body", [{}, None, {"note": None}, {"note": ""}, {"note": "   "}])
    def test_without_a_note_only_counts(self, body: Any, as_ada: APIClient, card: Job) -> None:
        shown = as_ada.patch(url_of(card, "followup"), body).json()
        assert (shown["followup_count"], shown["notes"]) == (1, [])

    def test_longest_note_fits_and_one_more_character_does_not(self, as_ada: APIClient, card: Job) -> None:
        assert as_ada.patch(url_of(card, "followup"), {"note": "x" * 5000}).status_code == 200
        response = as_ada.patch(url_of(card, "followup"), {"note": "x" * 5001})
        assert_problem(response, 400, "validation_error", pointers={"#/note"})

    def test_day_is_the_one_in_utc(self, as_ada: APIClient, card: Job) -> None:
        with time_machine.travel(datetime.fromisoformat("2026-11-24T23:30:00-02:00"), tick=False):
            assert as_ada.patch(url_of(card, "followup")).json()["last_followup_date"] == "2026-11-25"


@pytest.mark.usefixtures("at_now")
class TestNotes:
    def test_appends_and_answers_the_whole_list(self, as_ada: APIClient, card: Job) -> None:
        first = {"text": "One\nline", "created_at": WRITTEN}
        assert as_ada.post(url_of(card, "notes"), {"text": "One\nline"}).json() == {"notes": [first]}
        response = as_ada.post(url_of(card, "notes"), {"text": " Two "})
        assert response.status_code == 200
        assert response.json() == {"notes": [first, {"text": "Two", "created_at": WRITTEN}]}

    @pytest.mark.parametrize("text", ["x" * 5001, "", "   ", None])
    def test_refuses_no_text_and_too_much(self, text: Any, as_ada: APIClient, card: Job) -> None:
        response = as_ada.post(url_of(card, "notes"), {"text": text})
        assert_problem(response, 400, "validation_error", pointers={"#/text"})
        assert as_ada.post(url_of(card, "notes"), {"text": "x" * 5000}).status_code == 200

    @pytest.mark.parametrize("field", ["created_at", "type", "job", "user"])
    def test_time_and_type_are_the_servers(self, field: str, as_ada: APIClient, card: Job) -> None:
        response = as_ada.post(url_of(card, "notes"), {"text": "x", field: "2020-01-01"})
        assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})


@pytest.mark.usefixtures("at_now")
class TestInterview:
    BODY = {
        "interview_date": "2026-12-01T10:00:00+02:00",
        "round": "Technical",
        "interviewer_name": "Grace",
        "interviewer_role": "CTO",
        "interviewer_linkedin": "https://linkedin.com/in/grace",
        "notes": "Bring code.",
    }

    def test_is_made_and_shown_by_the_card(self, as_ada: APIClient, card: Job) -> None:
        response = as_ada.post(url_of(card, "interview"), self.BODY)
        assert response.status_code == 201
        interview = Interview.objects.select_related("job").get()
        assert response.json() == interview_payload_of(interview)
        shown = {name: response.json()[name] for name in self.BODY}
        assert shown == {**self.BODY, "interview_date": "2026-12-01T08:00:00Z"}
        assert response.json()["status"] == "Scheduled"
        assert as_ada.get(f"/api/v1/jobs/{card.pk}/").json() == {
            **payload_of(card),
            "status": "Interview",
            "interview_date": "2026-12-01T08:00:00Z",
            "interview_type": "Technical",
            "interviewer_name": "Grace",
            "interviewer_linkedin": "https://linkedin.com/in/grace",
            "updated_at": "2026-11-24T12:00:00Z",
        }

    def test_needs_only_a_date(self, as_ada: APIClient, card: Job) -> None:
        response = as_ada.post(url_of(card, "interview"), {"interview_date": "2026-12-01T10:00:00Z"})
        assert response.json()["round"] == "Phone Screen"
        missing = as_ada.post(url_of(card, "interview"), {"round": "x"})
        assert_problem(missing, 400, "validation_error", pointers={"#/interview_date"})

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("Tracking", "Interview"),
            ("Applied", "Interview"),
            ("Interview", "Interview"),
            ("Offer", "Offer"),
            ("Closed", "Closed"),
        ],
    )
    def test_moves_only_waiting_cards(self, before: str, after: str, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada, status=before)
        assert as_ada.post(url_of(card, "interview"), self.BODY).status_code == 201
        stored = Job.objects.get()
        assert stored.status == after
        assert stored.closed_reason == card.closed_reason
        assert stored.interview_type == "Technical"
        assert (stored.applied_date is not None) == (before == "Tracking")

    @pytest.mark.parametrize("field", ["rating", "status", "user", "job", "prep_content"])
    def test_what_belongs_to_later_is_refused(self, field: str, as_ada: APIClient, card: Job) -> None:
        response = as_ada.post(url_of(card, "interview"), {**self.BODY, field: "x"})
        assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})


@pytest.mark.usefixtures("at_now")
class TestDebrief:
    BODY = {"rating": 8, "questions_asked": "Why?", "went_well": "All", "to_improve": "None", "next_steps": "Wait"}

    def test_completes_the_interview_and_answers_it(self, as_ada: APIClient, card: Job) -> None:
        interview = InterviewFactory(job=card, interview_date=NOW - timedelta(hours=2), notes="Kept")
        response = as_ada.post(url_of(card, "debrief"), self.BODY)
        assert response.status_code == 200
        interview = Interview.objects.select_related("job").get()
        assert response.json() == interview_payload_of(interview)
        assert {name: response.json()[name] for name in self.BODY} == self.BODY
        assert (interview.status, interview.notes, interview.job.status) == ("Completed", "Kept", "Interview")

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("Tracking", "Interview"),
            ("Applied", "Interview"),
            ("Interview", "Interview"),
            ("Offer", "Offer"),
            ("Closed", "Closed"),
        ],
    )
    def test_moves_only_waiting_cards(self, before: str, after: str, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada, status=before)
        InterviewFactory(job=card, interview_date=NOW - timedelta(hours=2))
        assert as_ada.post(url_of(card, "debrief"), {"rating": 1}).status_code == 200
        assert Job.objects.get().status == after

    def test_again_corrects_the_same_interview(self, as_ada: APIClient, card: Job) -> None:
        InterviewFactory(job=card, interview_date=NOW - timedelta(hours=2))
        InterviewFactory(job=card, interview_date=NOW + timedelta(hours=2))
        first = as_ada.post(url_of(card, "debrief"), {"rating": 3, "went_well": "Kept"}).json()
        second = as_ada.post(url_of(card, "debrief"), {"rating": 4}).json()
        assert (second["id"], second["rating"], second["went_well"]) == (first["id"], 4, "Kept")

    def test_without_an_interview_is_404(self, as_ada: APIClient, card: Job) -> None:
        assert_problem(as_ada.post(url_of(card, "debrief"), self.BODY), 404, "no_interview")
        InterviewFactory(job=card, status="Cancelled")
        assert_problem(as_ada.post(url_of(card, "debrief"), self.BODY), 404, "no_interview")

    @pytest.mark.parametrize("rating", [0, 11, 1.5, True, "x", None])
    def test_rating_is_a_whole_number_from_1_to_10(self, rating: Any, as_ada: APIClient, card: Job) -> None:
        InterviewFactory(job=card)
        response = as_ada.post(url_of(card, "debrief"), {"rating": rating})
        assert_problem(response, 400, "validation_error", pointers={"#/rating"})


class TestTimeline:
    def test_shows_the_cards_history_newest_first(self, as_ada: APIClient, ada: User, card: Job) -> None:
        events = [
            TimelineEventFactory(user=ada, job=card, event_date=NOW + timedelta(hours=hours), event_data={"n": hours})
            for hours in (1, 3, 2)
        ]
        TimelineEventFactory(user=ada, job=JobFactory(user=ada))
        TimelineEventFactory(user=ada)
        TimelineEventFactory(job=card)
        response = as_ada.get(url_of(card, "timeline"))
        assert response.json() == {
            "count": 3,
            "next": None,
            "previous": None,
            "results": [
                {
                    "id": str(event.pk),
                    "event_type": "custom_event",
                    "title": event.title,
                    "description": None,
                    "event_data": event.event_data,
                    "event_date": moment(event.event_date),
                    "is_milestone": False,
                    "job": str(card.pk),
                    "listing": None,
                    "interaction": None,
                }
                for event in (events[1], events[2], events[0])
            ],
        }

    def test_has_pages(self, as_ada: APIClient, card: Job) -> None:
        for number in range(3):
            as_ada.post(url_of(card, "notes"), {"text": str(number)})
        page = as_ada.get(url_of(card, "timeline") + "?page=2&page_size=2").json()
        assert (page["count"], len(page["results"]), page["results"][0]["description"]) == (3, 1, "0")

    def test_tells_what_requests_did(self, as_ada: APIClient, ada: User) -> None:
        made = as_ada.post("/api/v1/jobs/", {"company_name": "Acme", "role_title": "Engineer"}).json()
        address = f"/api/v1/jobs/{made['id']}/"
        as_ada.patch(address, {"status": "Applied"})
        as_ada.patch(address, {"prep_notes": "Not worth telling"})
        as_ada.delete(address)
        as_ada.post(f"{address}restore/")
        told = as_ada.get(f"{address}timeline/").json()["results"]
        assert [event["title"] for event in told] == [
            "Restored Acme",
            "Removed Acme",
            "Acme: Tracking to Applied",
            "Added Acme",
        ]
        assert TimelineEvent.objects.filter(user=ada).count() == 4
