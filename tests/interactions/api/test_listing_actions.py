"""listings/{id}/save, apply, view, hide, reject and track over REST."""

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from interactions.models import JobUserInteraction, TimelineEvent
from jobos.accounts.models import User
from jobs.models import Job, JobListing
from tests.answers import assert_problem
from tests.factories import InteractionFactory, JobFactory, JobListingFactory
from tests.interactions.api.payloads import payload_of
from tests.jobs.api.payloads import payload_of as job_payload_of

pytestmark = pytest.mark.django_db
VERBS = {"save": "saved", "apply": "applied", "view": "viewed", "hide": "hidden", "reject": "rejected_by_user"}


@pytest.fixture
def listing() -> JobListing:
    return JobListingFactory()


def url_of(listing: JobListing, verb: str) -> str:
    return f"/api/v1/listings/{listing.pk}/{verb}/"


def stored() -> JobUserInteraction:
    return JobUserInteraction.objects.select_related("job__company").get()


@pytest.mark.parametrize(("verb", "kind"), VERBS.items())
def test_first_time_is_201_and_a_repeat_200_with_the_whole_row(
    verb: str, kind: str, listing: JobListing, as_ada: APIClient, ada: User
) -> None:
    for status, count in ((201, 1), (200, 2), (200, 3)):
        response = as_ada.post(url_of(listing, verb))
        assert response.status_code == status, response.content
        assert response.json() == payload_of(stored())
        assert (response.json()["interaction_type"], response.json()["interaction_count"]) == (kind, count)
        assert response["ETag"] == as_ada.get(f"/api/v1/interactions/{stored().pk}/")["ETag"]
    assert stored().user == ada


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("save", {"notes": "Ask Grace.", "tags": ["remote", "go"]}),
        (
            "apply",
            {
                "application_status": "interviewing",
                "applied_date": "2026-11-01T10:00:00Z",
                "resume_version": "Two pages",
                "cover_letter": "Dear all,",
                "notes": "By mail.",
                "shared_with_recruiters": True,
            },
        ),
    ],
)
def test_what_is_left_out_stays_and_null_clears(
    verb: str, given: dict[str, Any], listing: JobListing, as_ada: APIClient
) -> None:
    as_ada.post(url_of(listing, verb), given)
    again = as_ada.post(url_of(listing, verb)).json()
    assert {name: again[name] for name in given} == given
    for name, value in given.items():
        if not isinstance(value, bool) and name != "application_status":
            cleared = as_ada.post(url_of(listing, verb), {name: None}).json()
            assert not cleared[name]
            given = {**given, name: cleared[name]}
            assert {field: cleared[field] for field in given} == given


@pytest.mark.parametrize("verb", ["hide", "reject"])
def test_reason_goes_with_the_row(verb: str, listing: JobListing, as_ada: APIClient) -> None:
    reasons = []
    for body in ({"reason": "Too far."}, {}, {"reason": None}):
        reasons.append(as_ada.post(url_of(listing, verb), body).json()["interaction_data"])
    assert reasons == [{"reason": "Too far."}, {"reason": "Too far."}, {}]


@pytest.mark.parametrize(("verb", "kind"), [("save", "saved"), ("hide", "hidden")])
def test_taking_back_is_204_however_often_and_concerns_only_the_caller(
    verb: str, kind: str, listing: JobListing, as_ada: APIClient, as_ben: APIClient, ben: User
) -> None:
    as_ada.post(url_of(listing, verb))
    as_ben.post(url_of(listing, verb))
    as_ada.post(url_of(listing, "view"))
    for _ in range(2):
        response = as_ada.delete(url_of(listing, verb))
        assert (response.status_code, response.content) == (204, b"")
    left = JobUserInteraction.objects.values_list("user__email", "interaction_type")
    assert set(left) == {(ben.email, kind), ("ada@example.com", "viewed")}


def test_what_was_noted_about_a_hidden_listing_stays_in_the_timeline(
    listing: JobListing, as_ada: APIClient, ada: User
) -> None:
    row = as_ada.post(url_of(listing, "hide"), {"reason": "Too far."}).json()
    assert as_ada.patch(f"/api/v1/interactions/{row['id']}/", {"notes": "Moved away."}).status_code == 200
    as_ada.delete(url_of(listing, "hide"))
    [event] = TimelineEvent.objects.filter(user=ada)
    assert (event.listing, event.event_data) == (listing, {"action": "unhidden", "notes": "Moved away."})


@pytest.mark.parametrize("verb", [*VERBS, "track"])
def test_listing_that_does_not_exist_is_404(verb: str, as_ada: APIClient) -> None:
    assert_problem(as_ada.post(f"/api/v1/listings/{uuid.uuid4()}/{verb}/"), 404)


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("save", {"tags": ["x" * 101]}, "tags/0"),
        ("save", {"tags": ["x"] * 51}, "tags"),
        ("save", {"notes": "x" * 50_001}, "notes"),
        ("save", {"reason": "x"}, "reason"),
        ("apply", {"application_status": "not_applied"}, "application_status"),
        ("apply", {"application_status": ""}, "application_status"),
        ("apply", {"resume": str(uuid.uuid4())}, "resume"),
        ("apply", {"response_date": "2026-11-01T10:00:00Z"}, "response_date"),
        ("apply", {"shared_with_recruiters": None}, "shared_with_recruiters"),
        ("hide", {"reason": "x" * 1001}, "reason"),
        ("hide", {"notes": "x"}, "notes"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    verb: str, body: dict[str, Any], field: str, listing: JobListing, as_ada: APIClient
) -> None:
    assert_problem(as_ada.post(url_of(listing, verb), body), 400, "validation_error", pointers={f"#/{field}"})
    assert not JobUserInteraction.objects.exists()


@pytest.mark.parametrize("verb", VERBS)
def test_if_match_names_the_callers_own_row(
    verb: str, listing: JobListing, as_ada: APIClient, as_ben: APIClient
) -> None:
    url = url_of(listing, verb)
    as_ben.post(url)
    for header in ("*", '"x"'):
        assert_problem(as_ada.post(url, headers={"If-Match": header}), 412, "precondition_failed")
    tag = as_ada.post(url)["ETag"]
    changed = as_ada.post(url, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert_problem(as_ada.post(url, headers={"If-Match": tag}), 412, "precondition_failed")
    if verb in ("save", "hide"):
        assert_problem(as_ada.delete(url, headers={"If-Match": tag}), 412, "precondition_failed")
        assert as_ada.delete(url, headers={"If-Match": changed["ETag"]}).status_code == 204


@pytest.mark.parametrize("verb", [*VERBS, "track"])
def test_same_key_counts_once(verb: str, listing: JobListing, as_ada: APIClient) -> None:
    first, second = (as_ada.post(url_of(listing, verb), headers={"Idempotency-Key": "click"}) for _ in range(2))
    assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert set(JobUserInteraction.objects.values_list("interaction_count", flat=True)) <= {1}


class TestTrack:
    def test_answers_the_card(self, listing: JobListing, as_ada: APIClient, ada: User) -> None:
        response = as_ada.post(url_of(listing, "track"))
        assert response.status_code == 201
        card = Job.objects.get()
        assert response.json() == job_payload_of(card)
        assert response.json()["listing"] == str(listing.pk)
        assert response["ETag"] == as_ada.get(f"/api/v1/jobs/{card.pk}/")["ETag"]

    def test_second_time_names_the_first(self, listing: JobListing, as_ada: APIClient) -> None:
        card = as_ada.post(url_of(listing, "track")).json()
        problem = assert_problem(
            as_ada.post(url_of(listing, "track")), 409, "duplicate_open_job", extra={"existing_id"}
        )
        assert problem["existing_id"] == card["id"]

    def test_strangers_card_is_no_conflict(self, listing: JobListing, as_ada: APIClient, ben: User) -> None:
        JobFactory(user=ben, listing=listing, company_name=listing.company.name, role_title=listing.title)
        assert as_ada.post(url_of(listing, "track")).status_code == 201

    def test_card_of_a_listing_is_added_by_hand_too(
        self, listing: JobListing, as_ada: APIClient, ada: User, ben: User
    ) -> None:
        body = {"company_name": "Acme", "role_title": "Lead", "listing": str(listing.pk), "status": "Applied"}
        card = as_ada.post("/api/v1/jobs/", body)
        assert (card.status_code, card.json()["listing"]) == (201, str(listing.pk))
        assert stored().application_status == "applied"
        body["listing"] = str(uuid.uuid4())
        assert_problem(as_ada.post("/api/v1/jobs/", body), 400, "validation_error", pointers={"#/listing"})
        assert_problem(
            as_ada.patch(f"/api/v1/jobs/{card.json()['id']}/", {"listing": None}),
            400,
            "validation_error",
            pointers={"#/listing"},
        )


def test_applying_and_moving_over_rest_takes_the_card_along(listing: JobListing, as_ada: APIClient) -> None:
    card = as_ada.post(url_of(listing, "track")).json()
    applied = as_ada.post(url_of(listing, "apply"), {"applied_date": "2026-11-01T10:00:00Z"}).json()
    shown = as_ada.get(f"/api/v1/jobs/{card['id']}/").json()
    assert (shown["status"], shown["applied_date"]) == ("Applied", "2026-11-01")
    as_ada.patch(f"/api/v1/jobs/{card['id']}/", {"status": "Closed", "closed_reason": "Withdrawn"})
    shown = as_ada.get(f"/api/v1/interactions/{applied['id']}/").json()
    assert shown["application_status"] == "withdrawn"


def test_applying_ahead_of_time_is_refused_and_writes_nothing(listing: JobListing, as_ada: APIClient) -> None:
    for _ in ("new", "again"):
        answer = as_ada.post(url_of(listing, "apply"), {"applied_date": "2130-01-01T00:00:00Z"})
        assert_problem(answer, 400, "validation_error", pointers={"#/applied_date"})
        assert not JobUserInteraction.objects.filter(interaction_count=2).exists()
        assert as_ada.post(url_of(listing, "apply"), {"applied_date": "2026-11-01T00:00:00Z"}).status_code in (201, 200)
        JobUserInteraction.objects.update(interaction_count=1)


def test_other_rows_of_the_listing_do_not_show(listing: JobListing, as_ada: APIClient, ben: User) -> None:
    InteractionFactory(user=ben, job=listing, notes="Secret")
    assert b"Secret" not in as_ada.post(url_of(listing, "save")).content
