"""The review queue of duplicates, and the sources of listings, for recruiters."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from jobs.models import JobDeduplication, JobListing, JobSource
from jobs.services.validation import validate_data
from tests.answers import assert_problem
from tests.factories import JobDeduplicationFactory, JobListingFactory, JobSourceFactory, JobSourceListingFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/listings/duplicates/"
SOURCES = "/api/v1/job-sources/"


@pytest.fixture
def pair() -> JobDeduplication:
    return JobDeduplicationFactory(canonical_job__source_count=2, duplicate_job__source_count=3)


def act(client: APIClient, pair: JobDeduplication, verb: str) -> Any:
    response = client.post(f"{URL}{pair.pk}/{verb}/")
    pair.refresh_from_db()
    return response


def state(pair: JobDeduplication) -> tuple[Any, ...]:
    original = JobListing.objects.get(pk=pair.canonical_job_id)
    copy = JobListing.objects.get(pk=pair.duplicate_job_id)
    return copy.canonical_id, copy.status, original.status, original.source_count, pair.reviewed


def test_queue_shows_what_is_open_surest_first(as_cleo: APIClient) -> None:
    for score in (0.5, 0.9, 0.7):
        JobDeduplicationFactory(confidence_score=score, reviewed=score == 0.7)
    answer = as_cleo.get(f"{URL}?reviewed=false").json()
    assert [row["confidence_score"] for row in answer["results"]] == [0.9, 0.5]
    row = answer["results"][0]
    assert set(row["canonical"]) == {
        "id", "title", "company_name", "location", "status", "source", "job_url", "listed_at",
    }  # fmt: skip
    assert as_cleo.get(f"{URL}{row['id']}/").json() == row


def test_queue_leaves_out_what_nobody_can_apply_to_any_more(as_cleo: APIClient) -> None:
    both, one = JobDeduplicationFactory(), JobDeduplicationFactory(canonical_job__status="expired")
    over = JobDeduplicationFactory(canonical_job__status="expired", duplicate_job__status="filled")
    assert {row["id"] for row in as_cleo.get(f"{URL}?reviewed=false").json()["results"]} == {str(both.pk), str(one.pk)}
    assert as_cleo.get(f"{URL}?reviewed=true").json()["results"] == []
    assert as_cleo.get(f"{URL}{over.pk}/").status_code == 200


def test_accepting_retires_the_copy_and_counts_its_sources(as_cleo: APIClient, pair: JobDeduplication) -> None:
    response = act(as_cleo, pair, "accept")
    assert response.status_code == 200
    assert (response.json()["reviewed"], response.json()["duplicate"]["status"]) == (True, "inactive")
    assert state(pair) == (pair.canonical_job_id, "inactive", "active", 5, True)
    assert_problem(act(as_cleo, pair, "accept"), 409, "already_reviewed")
    assert_problem(act(as_cleo, pair, "keep-apart"), 409, "already_reviewed")
    assert state(pair)[3] == 5


def test_keeping_apart_changes_neither_listing(as_cleo: APIClient, pair: JobDeduplication) -> None:
    assert act(as_cleo, pair, "keep-apart").json()["merge_strategy"] == "merge_both"
    assert state(pair) == (None, "active", "active", 2, True)


@pytest.mark.parametrize("verb", ["accept", "keep-apart"])
def test_decision_is_taken_back_whole(verb: str, as_cleo: APIClient, pair: JobDeduplication) -> None:
    before = state(pair)
    act(as_cleo, pair, verb)
    assert act(as_cleo, pair, "reopen").status_code == 200
    assert state(pair) == before
    assert_problem(act(as_cleo, pair, "reopen"), 400, "not_reviewed")
    assert act(as_cleo, pair, "accept").status_code == 200


def test_status_that_was_changed_since_is_left(as_cleo: APIClient, pair: JobDeduplication) -> None:
    act(as_cleo, pair, "accept")
    JobListing.objects.filter(pk=pair.duplicate_job_id).update(status="filled")
    act(as_cleo, pair, "reopen")
    assert state(pair)[:2] == (None, "filled")


def test_expired_copy_stays_expired(as_cleo: APIClient) -> None:
    pair = JobDeduplicationFactory(duplicate_job__status="expired")
    act(as_cleo, pair, "accept")
    assert state(pair)[1] == "expired"
    act(as_cleo, pair, "reopen")
    assert state(pair)[1] == "expired"


def test_copy_of_a_copy_is_not_made(as_cleo: APIClient, pair: JobDeduplication) -> None:
    act(as_cleo, pair, "accept")
    again = JobDeduplicationFactory(canonical_job=JobListingFactory(), duplicate_job=pair.duplicate_job)
    assert_problem(act(as_cleo, again, "accept"), 409, "already_duplicate")
    onto = JobDeduplicationFactory(canonical_job=pair.duplicate_job)
    problem = assert_problem(act(as_cleo, onto, "accept"), 409, "original_is_duplicate", extra={"existing_id"})
    assert problem["existing_id"] == str(pair.canonical_job_id)


def test_source_is_added_changed_and_deleted(as_cleo: APIClient) -> None:
    response = as_cleo.post(SOURCES, {"name": "usajobs", "rate_limit_config": {"per_minute": 60}})
    assert response.status_code == 201
    shown = response.json()
    assert (shown["name"], shown["is_active"], shown["rate_limit_config"]) == ("usajobs", True, {"per_minute": 60})
    url = f"{SOURCES}{shown['id']}/"
    assert as_cleo.patch(url, {"is_active": False}).json()["is_active"] is False
    assert [row["name"] for row in as_cleo.get(f"{SOURCES}?is_active=false").json()["results"]] == ["usajobs"]
    listing = JobSourceListingFactory(source=JobSource.objects.get()).job
    assert as_cleo.delete(url).status_code == 204
    assert JobListing.objects.filter(pk=listing.pk).exists()
    assert_problem(as_cleo.get(url), 404)


@pytest.mark.parametrize("body", [{"name": " "}, {"name": "x" * 101}, {}])
def test_source_without_a_proper_name_is_refused(body: dict[str, Any], as_cleo: APIClient) -> None:
    assert_problem(as_cleo.post(SOURCES, body), 400, pointers={"#/name"})
    source = JobSourceFactory()
    assert_problem(as_cleo.patch(f"{SOURCES}{source.pk}/", {"base_url": "board.example"}), 400, pointers={"#/base_url"})


def counts(*listings: JobListing) -> list[tuple[Any, int]]:
    found = JobListing.objects.in_bulk([listing.pk for listing in listings])
    return [(found[listing.pk].canonical_id, found[listing.pk].source_count) for listing in listings]


def test_copies_of_a_copy_go_to_its_original_and_come_back_in_any_order(as_cleo: APIClient) -> None:
    first, second, third = JobListingFactory.create_batch(3)
    lower = JobDeduplicationFactory(canonical_job=second, duplicate_job=third)
    upper = JobDeduplicationFactory(canonical_job=first, duplicate_job=second)
    apart, joined = [(None, 1)] * 3, [(None, 3), (first.pk, 1), (first.pk, 1)]
    for verb, pair, expected in (
        ("accept", lower, [(None, 1), (None, 2), (second.pk, 1)]),
        ("accept", upper, joined),
        ("reopen", upper, [(None, 1), (None, 2), (second.pk, 1)]),
        ("accept", upper, joined),
        ("reopen", lower, [(None, 2), (first.pk, 1), (None, 1)]),
        ("reopen", upper, apart),
    ):
        assert act(as_cleo, pair, verb).status_code == 200
        assert counts(first, second, third) == expected
        assert validate_data().faults == []


def test_deleting_a_copy_or_a_source_leaves_the_counts_right(as_cleo: APIClient) -> None:
    original, copy, other = JobListingFactory.create_batch(3)
    shown = [JobSourceListingFactory(job=job) for job in (original, original, copy, copy, other)]
    JobListing.objects.filter(pk__in=[original.pk, copy.pk]).update(source_count=2)
    act(as_cleo, JobDeduplicationFactory(canonical_job=original, duplicate_job=copy), "accept")
    assert counts(original, copy, other) == [(None, 4), (original.pk, 2), (None, 1)]
    for source, left in ((shown[0].source, 3), (shown[2].source, 2), (shown[4].source, 2)):
        assert as_cleo.delete(f"{SOURCES}{source.pk}/").status_code == 204
        assert (counts(original)[0][1], validate_data().faults) == (left, [])
    assert as_cleo.delete(f"/api/v1/listings/{copy.pk}/").status_code == 204
    assert (counts(original), validate_data().faults) == ([(None, 1)], [])
