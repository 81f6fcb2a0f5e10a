"""interactions/ over REST: lists, filters against a plain reading of them, changes, figures."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from interactions.models import InteractionType, JobUserInteraction
from jobos.accounts.models import User
from jobs.models import JobListing
from tests.answers import assert_problem
from tests.factories import InteractionFactory, JobFactory, JobListingFactory
from tests.interactions.api.payloads import moment, payload_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/interactions/"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # A Wednesday.
STATES = ["applied", "interviewing", "rejected", "accepted", "withdrawn"]


def keys(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def newest_first(rows: Any) -> list[str]:
    return [str(row.pk) for row in sorted(rows, key=lambda row: (row.last_interaction, row.pk), reverse=True)]


@pytest.fixture
def rows(ada: User, ben: User) -> list[JobUserInteraction]:
    """Rows of every kind and state, on three listings, a time apart and some at the same time."""
    listings = [JobListingFactory() for _ in range(3)]
    kinds = [(kind, "") for kind in InteractionType.values if kind != "applied"]
    made = []
    for number, ((kind, state), listing) in enumerate(itertools.product(kinds, listings)):
        made.append((kind, state, listing, number))
    for number, state in enumerate(STATES):
        made.append(("applied", state, JobListingFactory() if number > 2 else listings[number], number))
    result = []
    for kind, state, listing, number in made:
        times = {"last_interaction": NOW - timedelta(hours=number // 2)}
        result.append(
            InteractionFactory(user=ada, job=listing, interaction_type=kind, application_status=state, **times)
        )
        InteractionFactory(user=ben, job=listing, interaction_type=kind, application_status=state, **times)
    return result


def test_list_shows_own_rows_newest_first_without_snapshots(as_ada: APIClient, rows: list[JobUserInteraction]) -> None:
    response = as_ada.get(URL, {"page_size": 100})
    assert keys(response) == newest_first(rows)
    by_key = {str(row.pk): row for row in JobUserInteraction.objects.select_related("job__company")}
    assert response.json()["results"] == [payload_of(by_key[key], full=False) for key in keys(response)]


@pytest.mark.parametrize("kinds", [[], ["saved"], ["hidden", "applied"], [*InteractionType.values]])
@pytest.mark.parametrize("states", [[], ["applied"], ["rejected", "accepted"]])
@pytest.mark.parametrize("of_listing", [False, True])
def test_filters_give_what_a_plain_reading_gives(
    kinds: list[str], states: list[str], of_listing: bool, as_ada: APIClient, rows: list[JobUserInteraction]
) -> None:
    listing = rows[0].job
    asked: dict[str, Any] = {"type": kinds, "application_status": states, "page_size": 100}
    if of_listing:
        asked["job"] = str(listing.pk)
    expected = [
        row
        for row in rows
        if (not kinds or row.interaction_type in kinds)
        and (not states or row.application_status in states)
        and (not of_listing or row.job == listing)
    ]
    assert keys(as_ada.get(URL, asked)) == newest_first(expected)


@pytest.mark.parametrize("states", [[], ["applied"], ["rejected", "accepted"], STATES])
def test_applications_and_saved_are_lists_of_their_own(
    states: list[str], as_ada: APIClient, rows: list[JobUserInteraction]
) -> None:
    applied = [row for row in rows if row.interaction_type == "applied"]
    wanted = [row for row in applied if not states or row.application_status in states]
    assert keys(as_ada.get(f"{URL}applications/", {"status": states})) == newest_first(wanted)
    saved = [row for row in rows if row.interaction_type == "saved"]
    assert keys(as_ada.get(f"{URL}saved/")) == newest_first(saved)


def test_foreign_listing_in_a_filter_is_as_empty_as_one_that_does_not_exist(
    as_ada: APIClient, ben: User, rows: list[JobUserInteraction]
) -> None:
    foreign = InteractionFactory(user=ben).job_id
    for pk in (foreign, uuid.uuid4()):
        assert keys(as_ada.get(URL, {"job": str(pk)})) == []


def test_other_orderings(as_ada: APIClient, rows: list[JobUserInteraction]) -> None:
    response = as_ada.get(URL, {"ordering": "first_interaction", "page_size": 100})
    expected = sorted(rows, key=lambda row: (row.first_interaction, row.pk))
    assert keys(response) == [str(row.pk) for row in expected]


def test_read_shows_the_whole_row(as_ada: APIClient, ada: User) -> None:
    row = InteractionFactory(user=ada, job_snapshot={"title": "Engineer"}, tags=["go"], notes="x")
    assert as_ada.get(f"{URL}{row.pk}/").json() == payload_of(row)


class TestChange:
    def test_changes_only_what_is_sent(self, as_ada: APIClient, ada: User) -> None:
        row = InteractionFactory(user=ada, interaction_type="applied", notes="Kept.", cover_letter="Dear all,")
        with time_machine.travel(NOW, tick=False):
            response = as_ada.patch(f"{URL}{row.pk}/", {"application_status": "interviewing", "cover_letter": None})
        expected = {
            "application_status": "interviewing",
            "cover_letter": None,
            "response_date": moment(NOW),
            "updated_at": moment(NOW),
            "last_interaction": moment(max(NOW, row.last_interaction)),
        }
        assert response.json() == {**payload_of(row), **expected}
        assert response["ETag"] == as_ada.get(f"{URL}{row.pk}/")["ETag"]

    def test_takes_every_field_of_an_application(self, as_ada: APIClient, ada: User) -> None:
        row = InteractionFactory(user=ada, interaction_type="applied")
        body = {
            "application_status": "accepted",
            "applied_date": "2026-11-01T10:00:00Z",
            "response_date": "2026-11-02T10:00:00Z",
            "resume_version": "Two pages",
            "cover_letter": "Dear all,",
            "follow_up_date": "2026-12-01T10:00:00Z",
            "interview_scheduled": "2026-12-02T10:00:00Z",
            "shared_with_recruiters": True,
            "notes": "By mail.",
        }
        shown = as_ada.patch(f"{URL}{row.pk}/", body).json()
        assert {name: shown[name] for name in body} == body

    @pytest.mark.parametrize("body", [{"tags": ["a"], "notes": "b"}, {"tags": None, "notes": None}])
    def test_takes_tags_and_notes_of_a_saved_listing(self, body: dict[str, Any], as_ada: APIClient, ada: User) -> None:
        row = InteractionFactory(user=ada, tags=["x"], notes="y")
        shown = as_ada.patch(f"{URL}{row.pk}/", body).json()
        assert (shown["tags"], shown["notes"]) == (body["tags"] or [], body["notes"])

    @pytest.mark.parametrize(
        ("kind", "body", "code"),
        [
            ("saved", {"application_status": "applied"}, "applied_interactions_need_status"),
            ("saved", {"cover_letter": "x"}, "wrong_kind"),
            ("applied", {"tags": ["x"]}, "wrong_kind"),
            ("applied", {"application_status": "not_applied"}, "invalid_choice"),
            ("applied", {"application_status": None}, "applied_interactions_need_status"),
            ("applied", {"interaction_type": "saved"}, "read_only"),
            ("applied", {"interaction_count": 7}, "read_only"),
            ("applied", {"user": "x"}, "unknown_field"),
        ],
    )
    def test_refuses_the_rest_by_name(
        self, kind: str, body: dict[str, Any], code: str, as_ada: APIClient, ada: User
    ) -> None:
        row = InteractionFactory(user=ada, interaction_type=kind)
        [field] = body
        problem = assert_problem(
            as_ada.patch(f"{URL}{row.pk}/", body), 400, "validation_error", pointers={f"#/{field}"}
        )
        assert problem["errors"][0]["code"] == code

    @pytest.mark.parametrize(
        ("body", "field", "code"),
        [
            ({"response_date": "2026-10-31T23:59:00Z"}, "response_date", "before_application"),
            ({"applied_date": "2026-11-06T00:00:00Z"}, "applied_date", "after_response"),
            ({"applied_date": "2026-11-26T02:00:01Z", "response_date": None}, "applied_date", "in_the_future"),
            ({"applied_date": "2026-11-02T10:00:00Z", "response_date": "2026-11-01T10:00:00Z"}, "response_date", "before_application"),
        ],
    )  # fmt: skip
    def test_dates_that_run_backwards_are_refused(
        self, body: dict[str, Any], field: str, code: str, as_ada: APIClient, ada: User
    ) -> None:
        applied, answered = datetime(2026, 11, 1, 10, tzinfo=UTC), datetime(2026, 11, 5, 9, tzinfo=UTC)
        row = InteractionFactory(
            user=ada, interaction_type="applied", applied_date=applied, response_date=answered, notes="x"
        )
        with time_machine.travel(NOW, tick=False):
            problem = assert_problem(
                as_ada.patch(f"{URL}{row.pk}/", body), 400, "validation_error", pointers={f"#/{field}"}
            )
        assert problem["errors"][0]["code"] == code
        row.refresh_from_db()
        assert (row.applied_date, row.response_date) == (applied, answered)

    def test_dates_of_one_day_may_come_in_any_order_and_today_is_today_anywhere(
        self, as_ada: APIClient, ada: User
    ) -> None:
        row = InteractionFactory(user=ada, interaction_type="applied")
        with time_machine.travel(NOW, tick=False):
            for body in (
                {"applied_date": "2026-11-24T10:00:00Z", "response_date": "2026-11-24T09:00:00Z"},
                {"applied_date": "2026-11-26T02:00:00Z", "response_date": None},
            ):
                assert as_ada.patch(f"{URL}{row.pk}/", body).status_code == 200

    def test_what_stood_contradictory_may_be_noted_and_moved(self, as_ada: APIClient, ada: User) -> None:
        row = InteractionFactory(
            user=ada,
            interaction_type="applied",
            applied_date=datetime(2030, 1, 1, tzinfo=UTC),
            response_date=datetime(2026, 1, 1, tzinfo=UTC),
        )
        body = {"notes": "x", "application_status": "rejected", "applied_date": "2030-01-01T00:00:00Z"}
        assert as_ada.patch(f"{URL}{row.pk}/", body).status_code == 200

    @pytest.mark.parametrize("kind", InteractionType.values)
    def test_what_a_read_showed_may_come_back(self, kind: str, as_ada: APIClient, ada: User) -> None:
        row = InteractionFactory(user=ada, interaction_type=kind)
        shown = as_ada.get(f"{URL}{row.pk}/").json()
        response = as_ada.patch(f"{URL}{row.pk}/", {**shown, "notes": "x"})
        assert response.status_code == 200, response.content
        assert response.json() == {**shown, "notes": "x", "updated_at": response.json()["updated_at"]}

    def test_answer_is_dated_where_a_whole_row_comes_back_with_another_status(
        self, as_ada: APIClient, ada: User
    ) -> None:
        row = InteractionFactory(user=ada, interaction_type="applied")
        shown = as_ada.get(f"{URL}{row.pk}/").json()
        with time_machine.travel(NOW, tick=False):
            answer = as_ada.patch(f"{URL}{row.pk}/", {**shown, "application_status": "interviewing"}).json()
        assert answer["response_date"] == moment(NOW)

    def test_stale_write_is_refused(self, as_ada: APIClient, ada: User) -> None:
        row = InteractionFactory(user=ada, interaction_type="applied")
        card = JobFactory(user=ada, listing=row.job)
        tag = as_ada.get(f"{URL}{row.pk}/")["ETag"]
        assert as_ada.patch(f"/api/v1/jobs/{card.pk}/", {"status": "Interview"}).status_code == 200
        body = {"application_status": "rejected"}
        assert_problem(as_ada.patch(f"{URL}{row.pk}/", body, headers={"If-Match": tag}), 412, "precondition_failed")
        fresh = as_ada.get(f"{URL}{row.pk}/")["ETag"]
        assert as_ada.patch(f"{URL}{row.pk}/", body, headers={"If-Match": fresh}).status_code == 200
        card.refresh_from_db()
        assert (card.status, card.closed_reason) == ("Closed", "Rejected")


def test_statistics_sum_up_what_is_there(as_ada: APIClient, ada: User, ben: User) -> None:
    def applied(state: str, days_ago: float, answered_after: float | None) -> None:
        at = NOW - timedelta(days=days_ago)
        InteractionFactory(
            user=ada,
            interaction_type="applied",
            application_status=state,
            applied_date=at,
            response_date=None if answered_after is None else at + timedelta(days=answered_after),
        )

    with time_machine.travel(NOW, tick=False):
        applied("applied", 1, None)
        applied("interviewing", 3, 1)
        applied("rejected", 10, 2)
        applied("accepted", 40, 6)
        applied("rejected", 50, -3)  # A date that cannot be says nothing about waiting.
        applied("withdrawn", 60, None)
        for days_ago in (0, 2.6, 20, 30):
            InteractionFactory(user=ada, saved_date=NOW - timedelta(days=days_ago))
        for kind in ("viewed", "hidden", "rejected_by_user"):
            InteractionFactory(user=ada, interaction_type=kind)
        InteractionFactory(user=ben, interaction_type="applied", application_status="accepted", response_date=NOW)
        assert as_ada.get(f"{URL}statistics/").json() == {
            "total": 13,
            "by_type": {"viewed": 1, "saved": 4, "applied": 6, "hidden": 1, "rejected_by_user": 1},
            "applications": {"applied": 1, "interviewing": 1, "rejected": 2, "accepted": 1, "withdrawn": 1},
            "response_rate": 0.6667,
            "median_days_to_response": 2.0,
            "this_week": {"saved": 1, "applied": 1},
            "this_month": {"saved": 3, "applied": 3},
        }


def test_statistics_of_nothing(as_ada: APIClient) -> None:
    shown = as_ada.get(f"{URL}statistics/").json()
    assert (shown["total"], shown["response_rate"], shown["median_days_to_response"]) == (0, None, None)


class TestSearch:
    """jobs/search/?types=listings."""

    URL = "/api/v1/jobs/search/"

    def test_finds_what_was_saved_or_applied_to_best_first(self, as_ada: APIClient, ada: User, ben: User) -> None:
        def keep(title: str, *kinds: str, **fields: Any) -> JobListing:
            listing = JobListingFactory(title=title, **fields)
            for kind in kinds:
                InteractionFactory(user=ada, job=listing, interaction_type=kind)
            return listing

        in_text = keep("Designer", "saved", requirements="Knows Python")
        inside = keep("Senior python engineer", "applied", company__name="Initech")
        beginning = keep("Python engineer", "saved", "applied", "hidden")
        exact = keep("PYTHON", "saved", status="expired")
        keep("Python viewer", "viewed", "hidden")
        InteractionFactory(user=ben, job=keep("Python of Ben"))
        body = as_ada.get(f"{self.URL}?q=python&types=listings").json()
        assert body == {
            "listings": [
                {
                    "id": str(listing.pk),
                    "title": listing.title,
                    "company_name": listing.company.name,
                    "location": None,
                    "status": listing.status,
                    "is_saved": is_saved,
                    "application_status": state,
                }
                for listing, is_saved, state in (
                    (exact, True, None),
                    (beginning, True, "applied"),
                    (inside, False, "applied"),
                    (in_text, True, None),
                )
            ]
        }
        found = as_ada.get(f"{self.URL}?q=initech").json()
        assert [entry["id"] for entry in found["listings"]] == [str(inside.pk)]

    @pytest.mark.parametrize("text", ["%25", "_", "%5C"])
    def test_text_is_literal(self, text: str, as_ada: APIClient, ada: User) -> None:
        InteractionFactory(user=ada, job=JobListingFactory(description="plain", company__name="Plain"))
        assert as_ada.get(f"{self.URL}?q={text}&types=listings").json() == {"listings": []}

    def test_at_most_twenty(self, as_ada: APIClient, ada: User) -> None:
        for _ in range(21):
            InteractionFactory(user=ada, job=JobListingFactory(title="Python engineer"))
        assert len(as_ada.get(f"{self.URL}?q=python").json()["listings"]) == 20
