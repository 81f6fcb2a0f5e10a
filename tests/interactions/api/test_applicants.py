"""listings/{id}/applicants/ over REST: what recruiters see of those who share, and may do."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from interactions.models import JobUserInteraction, TimelineEvent
from jobos.accounts.models import User
from jobs.models import JobListing
from jobs.services.applications import apply_to_listing, track_listing
from tests.answers import assert_problem
from tests.factories import InteractionFactory, JobListingFactory
from tests.interactions.api.payloads import moment

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def listing() -> JobListing:
    return JobListingFactory()


def url_of(listing: JobListing, application: JobUserInteraction | None = None) -> str:
    return f"/api/v1/listings/{listing.pk}/applicants/" + (f"{application.pk}/" if application else "")


def share(user: User, listing: JobListing, **fields: Any) -> JobUserInteraction:
    secrets = {"notes": "zyxsecret", "cover_letter": "zyxsecret", "resume_version": "zyxsecret"}
    return InteractionFactory(
        user=user, job=listing, interaction_type="applied", shared_with_recruiters=True, **secrets, **fields
    )


def shown(row: JobUserInteraction) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.user.full_name,
        "email": row.user.email,
        "application_status": row.application_status,
        "applied_date": moment(row.applied_date),
        "response_date": moment(row.response_date),
        "resume": None,
    }


def test_shows_name_address_status_and_dates_of_those_who_share(
    listing: JobListing, as_cleo: APIClient, ada: User, ben: User
) -> None:
    later = share(ada, listing, last_interaction=NOW)
    earlier = share(ben, listing, last_interaction=NOW - timedelta(days=1), application_status="rejected")
    InteractionFactory(job=listing, interaction_type="applied")
    InteractionFactory(user=ada, job=listing, notes="zyxsecret")
    share(ada, JobListingFactory())
    response = as_cleo.get(url_of(listing))
    assert response.json()["results"] == [shown(later), shown(earlier)]
    assert b"zyxsecret" not in response.content
    assert as_cleo.get(url_of(listing), {"application_status": "rejected"}).json()["results"] == [shown(earlier)]
    assert as_cleo.get(url_of(listing, later)).json() == shown(later)


@pytest.mark.parametrize("exists", [True, False])
def test_seekers_get_403_whatever_is_there(exists: bool, listing: JobListing, as_ada: APIClient, ada: User) -> None:
    application = share(ada, listing)
    if not exists:
        listing.pk, application.pk = uuid.uuid4(), uuid.uuid4()
    for response in (
        as_ada.get(url_of(listing)),
        as_ada.get(url_of(listing, application)),
        as_ada.patch(url_of(listing, application), {"application_status": "accepted"}),
    ):
        assert_problem(response, 403, "permission_denied")


def test_what_is_not_shared_or_of_another_listing_is_404(listing: JobListing, as_cleo: APIClient, ada: User) -> None:
    private = InteractionFactory(user=ada, job=listing, interaction_type="applied")
    saved = InteractionFactory(user=ada, job=listing)
    elsewhere = share(ada, JobListingFactory())
    for row in (private, saved, elsewhere):
        assert_problem(as_cleo.get(url_of(listing, row)), 404)
        assert_problem(as_cleo.patch(url_of(listing, row), {"application_status": "accepted"}), 404)
    listing.pk = uuid.uuid4()
    assert_problem(as_cleo.get(url_of(listing)), 404)


def test_moving_takes_the_card_along_and_tells_the_applicant_who_did_it(
    listing: JobListing, as_cleo: APIClient, ada: User
) -> None:
    card = track_listing(listing, by=ada)
    row = apply_to_listing(listing, by=ada, shared_with_recruiters=True, notes="Kept.")
    response = as_cleo.patch(url_of(listing, row), {"application_status": "interviewing"})
    row.refresh_from_db()
    card.refresh_from_db()
    assert (response.status_code, response.json()) == (200, shown(row))
    assert row.response_date is not None
    assert (row.application_status, row.notes, card.status) == ("interviewing", "Kept.", "Interview")
    event = TimelineEvent.objects.owned_by(ada).order_by("pk").last()
    assert (event.event_type, event.job, event.listing, event.interaction) == ("status_changed", card, listing, row)
    assert event.event_data["by"] == "cleo@example.com"
    assert event.event_data["application"] == {"from": "applied", "to": "interviewing"}
    tag = response["ETag"]
    moved = as_cleo.patch(url_of(listing, row), {"application_status": "rejected"}, headers={"If-Match": tag})
    assert moved.status_code == 200
    stale = as_cleo.patch(url_of(listing, row), {"application_status": "accepted"}, headers={"If-Match": tag})
    assert_problem(stale, 412, "precondition_failed")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"application_status": None}, "application_status", "null"),
        ({"application_status": "withdrawn"}, "application_status", "invalid_choice"),
        ({"application_status": "not_applied"}, "application_status", "invalid_choice"),
        ({"application_status": "accepted", "notes": "x"}, "notes", "unknown_field"),
        ({"application_status": "accepted", "cover_letter": None}, "cover_letter", "unknown_field"),
    ],
)
def test_recruiter_changes_nothing_but_the_status(
    body: dict[str, Any], field: str, code: str, listing: JobListing, as_cleo: APIClient, ada: User
) -> None:
    row = share(ada, listing)
    problem = assert_problem(
        as_cleo.patch(url_of(listing, row), body), 400, "validation_error", pointers={f"#/{field}"}
    )
    assert problem["errors"][0]["code"] == code
    assert as_cleo.patch(url_of(listing, row), {}).json() == shown(row)


def test_recruiter_cannot_tell_that_an_applicant_wrote_something(
    listing: JobListing, as_ada: APIClient, as_cleo: APIClient, ada: User
) -> None:
    row = share(ada, listing)
    before = as_cleo.get(url_of(listing, row))
    assert as_ada.patch(f"/api/v1/interactions/{row.pk}/", {"notes": "They pay late."}).status_code == 200
    after = as_cleo.get(url_of(listing, row))
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])


def test_who_withdrew_stays_withdrawn(listing: JobListing, as_cleo: APIClient, ada: User) -> None:
    row = share(ada, listing, application_status="withdrawn")
    response = as_cleo.patch(url_of(listing, row), {"application_status": "interviewing"})
    problem = assert_problem(response, 400, "validation_error", pointers={"#/application_status"})
    assert problem["errors"][0]["code"] == "withdrawn"


def test_sharing_ends_when_its_owner_says_so(
    listing: JobListing, as_ada: APIClient, as_cleo: APIClient, ada: User
) -> None:
    row = share(ada, listing)
    assert as_cleo.get(url_of(listing)).json()["count"] == 1
    as_ada.patch(f"/api/v1/interactions/{row.pk}/", {"shared_with_recruiters": False})
    assert as_cleo.get(url_of(listing)).json()["count"] == 0


def test_recruiters_own_lists_show_nothing_of_an_applicant(
    listing: JobListing, as_cleo: APIClient, as_ben: APIClient, ada: User
) -> None:
    row = share(ada, listing)
    for client in (as_cleo, as_ben):
        assert client.get("/api/v1/interactions/").json()["count"] == 0
        assert_problem(client.get(f"/api/v1/interactions/{row.pk}/"), 404)
        assert client.get("/api/v1/interactions/statistics/").json()["total"] == 0
