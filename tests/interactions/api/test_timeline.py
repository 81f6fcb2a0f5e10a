"""timeline/ over REST: read and filtered, added to, never rewritten; and what lies ahead."""

import itertools
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from interactions.models import TimelineEvent
from jobos.accounts.models import User
from tests.answers import assert_problem
from tests.factories import (
    CompanyFactory,
    InteractionFactory,
    InterviewFactory,
    JobFactory,
    JobListingFactory,
    TimelineEventFactory,
)
from tests.interactions.api.payloads import event_payload_of, moment

pytestmark = pytest.mark.django_db
URL = "/api/v1/timeline/"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def newest_first(events: Any) -> list[dict[str, Any]]:
    return [
        event_payload_of(event)
        for event in sorted(events, key=lambda event: (event.event_date, event.pk), reverse=True)
    ]


@pytest.fixture
def events(ada: User, ben: User) -> list[TimelineEvent]:
    card, listing = JobFactory(user=ada), JobListingFactory()
    made = []
    for number, (kind, about, is_milestone) in enumerate(
        itertools.product(
            ["note_added", "custom_event", "job_saved"], [{}, {"job": card}, {"listing": listing}], [0, 1]
        )
    ):
        at = NOW - timedelta(hours=number // 2)
        made.append(
            TimelineEventFactory(user=ada, event_type=kind, is_milestone=bool(is_milestone), event_date=at, **about)
        )
        TimelineEventFactory(user=ben, event_type=kind, event_date=at, listing=listing)
    return made


@pytest.mark.parametrize("kinds", [[], ["note_added"], ["custom_event", "job_saved"]])
@pytest.mark.parametrize("about", ["", "job", "listing"])
@pytest.mark.parametrize("milestones", [None, "true", "false"])
@pytest.mark.parametrize("between", [False, True])
def test_filters_give_what_a_plain_reading_gives(
    kinds: list[str],
    about: str,
    milestones: str | None,
    between: bool,
    as_ada: APIClient,
    events: list[TimelineEvent],
) -> None:
    asked: dict[str, Any] = {"event_type": kinds, "page_size": 100}
    expected = [event for event in events if not kinds or event.event_type in kinds]
    if about:
        key = next(getattr(event, f"{about}_id") for event in events if getattr(event, f"{about}_id"))
        asked[about] = str(key)
        expected = [event for event in expected if getattr(event, f"{about}_id") == key]
    if milestones:
        asked["milestones"] = milestones
        expected = [event for event in expected if event.is_milestone == (milestones == "true")]
    if between:
        since, until = NOW - timedelta(hours=5), NOW - timedelta(hours=2)
        asked |= {"since": moment(since), "until": moment(until)}
        expected = [event for event in expected if since <= event.event_date <= until]
    response = as_ada.get(URL, asked)
    assert response.json()["results"] == newest_first(expected)
    assert response.json()["count"] == len(expected)


def test_foreign_ids_in_filters_are_as_empty_as_ones_that_do_not_exist(
    as_ada: APIClient, ben: User, events: list[TimelineEvent]
) -> None:
    foreign = TimelineEventFactory(user=ben, job=JobFactory(user=ben), listing=JobListingFactory())
    for name, key in (("job", foreign.job_id), ("listing", foreign.listing_id)):
        for pk in (key, uuid.uuid4()):
            assert as_ada.get(URL, {name: str(pk)}).json()["results"] == []


class TestAdding:
    def test_event_of_ones_own(self, as_ada: APIClient, ada: User) -> None:
        card, listing = JobFactory(user=ada), JobListingFactory()
        body = {
            "title": "Met Grace at a fair",
            "description": "Nice talk.",
            "event_date": "2026-11-20T14:00:00Z",
            "is_milestone": True,
            "job": str(card.pk),
            "listing": str(listing.pk),
        }
        response = as_ada.post(URL, body)
        assert response.status_code == 201
        event = TimelineEvent.objects.get()
        assert response.json() == event_payload_of(event)
        assert (event.user, event.event_type) == (ada, "custom_event")
        assert {name: response.json()[name] for name in body} == body

    def test_needs_only_a_title_and_happens_now(self, as_ada: APIClient) -> None:
        with time_machine.travel(NOW, tick=False):
            shown = as_ada.post(URL, {"title": "Thought it over"}).json()
        assert (shown["event_date"], shown["is_milestone"], shown["job"]) == (moment(NOW), False, None)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "title"),
            ({"title": ""}, "title"),
            ({"title": "x" * 256}, "title"),
            ({"title": "x", "event_type": "job_saved"}, "event_type"),
            ({"title": "x", "event_data": {}}, "event_data"),
            ({"title": "x", "interaction": None}, "interaction"),
            ({"title": "x", "description": "x" * 10_001}, "description"),
        ],
    )
    def test_refuses_the_rest_by_name(self, body: dict[str, Any], field: str, as_ada: APIClient) -> None:
        assert_problem(as_ada.post(URL, body), 400, "validation_error", pointers={f"#/{field}"})

    def test_foreign_job_is_answered_like_one_that_does_not_exist(
        self, as_ada: APIClient, ada: User, ben: User
    ) -> None:
        answers = []
        gone = JobFactory(user=ada, is_deleted=True)
        for pk in (JobFactory(user=ben).pk, gone.pk, uuid.uuid4()):
            response = as_ada.post(URL, {"title": "x", "job": str(pk)}, headers={"X-Request-ID": "same"})
            problem = assert_problem(response, 400, "validation_error", pointers={"#/job"})
            answers.append(json.dumps(problem).replace(str(pk), "ID"))
        assert len(set(answers)) == 1
        assert not TimelineEvent.objects.exists()

    def test_history_is_never_rewritten(self, as_ada: APIClient, ada: User) -> None:
        event = TimelineEventFactory(user=ada)
        for method in ("patch", "delete", "put"):
            assert getattr(as_ada, method)(f"{URL}{event.pk}/").status_code == 404


class TestUpcoming:
    URL = f"{URL}upcoming/"

    @pytest.fixture(autouse=True)
    def _noon(self) -> Any:
        with time_machine.travel(NOW, tick=False):
            yield

    def test_shows_what_lies_ahead_next_first(self, as_ada: APIClient, ada: User, ben: User) -> None:
        def ahead(days: float) -> datetime:
            return NOW + timedelta(days=days)

        expected = []

        def expect(kind: str, days: float, title: str, row: Any, *, job: Any = None, listing: Any = None) -> None:
            expected.append(
                {
                    "kind": kind,
                    "at": moment(ahead(days)),
                    "title": title,
                    "id": str(row.pk),
                    "job": job and str(job.pk),
                    "listing": listing and str(listing.pk),
                }
            )

        card = JobFactory(user=ada, company_name="Acme", role_title="Backend engineer")
        acme = CompanyFactory(name="Acme")
        event = TimelineEventFactory(user=ada, event_date=ahead(1), job=card, title="Fair")
        expect("event", 1, "Fair", event, job=card)
        interview = InterviewFactory(job=card, interview_date=ahead(2), round="Technical")
        expect("interview", 2, "Technical with Acme: Backend engineer", interview, job=card)
        saved = InteractionFactory(
            user=ada, job=JobListingFactory(company=acme, title="Saved one", application_deadline=ahead(3))
        )
        expect("deadline", 3, "Apply to Acme: Saved one", saved, listing=saved.job)
        applied = InteractionFactory(
            user=ada,
            job=JobListingFactory(company=acme, title="Applied one", application_deadline=ahead(3)),
            interaction_type="applied",
            follow_up_date=ahead(4),
            interview_scheduled=ahead(13.9),
        )
        expect("follow_up", 4, "Follow up with Acme: Applied one", applied, listing=applied.job)
        expect("interview", 13.9, "Interview with Acme: Applied one", applied, listing=applied.job)

        # None of these lies ahead of her.
        InterviewFactory(job=card, interview_date=ahead(2), status="Cancelled")
        InterviewFactory(job=card, interview_date=ahead(-1))
        InterviewFactory(job=JobFactory(user=ada, is_deleted=True), interview_date=ahead(2))
        InteractionFactory(user=ada, job=applied.job)
        InteractionFactory(user=ada, job=JobListingFactory(status="filled", application_deadline=ahead(3)))
        InteractionFactory(user=ada, interaction_type="viewed", job=JobListingFactory(application_deadline=ahead(3)))
        InteractionFactory(
            user=ada, interaction_type="applied", application_status="withdrawn", follow_up_date=ahead(4)
        )
        TimelineEventFactory(user=ada, event_date=NOW)
        TimelineEventFactory(user=ada, event_date=ahead(15))
        TimelineEventFactory(user=ben, event_date=ahead(1))
        InteractionFactory(user=ben, job=JobListingFactory(application_deadline=ahead(3)))
        InterviewFactory(job=JobFactory(user=ben), interview_date=ahead(2))

        assert as_ada.get(self.URL).json() == expected
        assert len(as_ada.get(f"{self.URL}?days=90").json()) == len(expected) + 1
        assert as_ada.get(f"{self.URL}?days=2").json() == expected[:2]

    def test_at_most_fifty(self, as_ada: APIClient, ada: User) -> None:
        for number in range(52):
            TimelineEventFactory(user=ada, event_date=NOW + timedelta(hours=number + 1))
        assert len(as_ada.get(self.URL).json()) == 50

    @pytest.mark.parametrize("days", ["0", "91", "-1", "x", "1.5", ""])
    def test_refuses_days_that_cannot_be(self, days: str, as_ada: APIClient) -> None:
        assert_problem(as_ada.get(f"{self.URL}?days={days}"), 400, "invalid_parameter", parameters={"days"})
