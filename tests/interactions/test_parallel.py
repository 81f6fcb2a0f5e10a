"""Many calls at once on one listing: every repeat counts, one card is made, and both sides of an application agree."""

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from interactions.models import JobUserInteraction, TimelineEvent
from jobos.accounts.models import User
from jobs.models import Job, JobListing
from jobs.services.applications import apply_to_listing, change_application
from jobs.services.two_sides import application_status_for
from tests.factories import JobListingFactory

pytestmark = [
    pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS),
    pytest.mark.slow,
]
REPEATS = 32
ROUNDS = 6


@pytest.fixture
def listing(transactional_db: None) -> JobListing:
    return JobListingFactory(title="Engineer", company__name="Acme")


def together(calls: Sequence[Callable[[], Any]], clients: int = 8) -> list[Any]:
    """Make the calls from threads that start at once; return their answers in order."""
    threads = min(clients, len(calls))
    barrier = Barrier(threads)

    def work(share: Sequence[Callable[[], Any]]) -> list[Any]:
        try:
            barrier.wait(10)
            return [call() for call in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        shares = list(pool.map(work, [calls[start::threads] for start in range(threads)]))
    answers = itertools.chain.from_iterable(itertools.zip_longest(*shares))
    return [answer for answer in answers if answer is not None]


def statuses(answers: Sequence[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def test_parallel_repeats_are_all_counted(listing: JobListing, api: Callable[..., APIClient], ada: User) -> None:
    client = api(ada)
    for verb in ("save", "apply", "hide"):
        answers = together([partial(client.post, f"/api/v1/listings/{listing.pk}/{verb}/")] * REPEATS)
        assert statuses(answers) == [200] * (REPEATS - 1) + [201]
        assert sorted(answer.json()["interaction_count"] for answer in answers) == list(range(1, REPEATS + 1))
    counts = JobUserInteraction.objects.values_list("interaction_type", "interaction_count")
    assert sorted(counts) == [("applied", REPEATS), ("hidden", REPEATS), ("saved", REPEATS)]
    told = TimelineEvent.objects.values_list("event_type", flat=True)
    assert sorted(told) == ["application_submitted", "job_saved"]


def test_parallel_tracking_makes_one_card(listing: JobListing, api: Callable[..., APIClient], ada: User) -> None:
    client = api(ada)
    answers = together([partial(client.post, f"/api/v1/listings/{listing.pk}/track/")] * 8)
    assert statuses(answers) == [201] + [409] * 7
    assert Job.objects.count() == 1


def test_tracking_and_applying_at_once_agree(api: Callable[..., APIClient], ada: User) -> None:
    client = api(ada)
    for number in range(ROUNDS):
        listing = JobListingFactory(title=f"Engineer {number}")
        url = f"/api/v1/listings/{listing.pk}"
        answers = together([partial(client.post, f"{url}/track/"), partial(client.post, f"{url}/apply/")])
        assert statuses(answers) == [201, 201]
        assert Job.objects.get(listing=listing).status == "Applied"


def test_both_sides_changed_at_once_agree_and_neither_call_fails(
    listing: JobListing, api: Callable[..., APIClient], ada: User, cleo: User
) -> None:
    client, recruiter = api(ada), api(cleo)
    card = client.post(f"/api/v1/listings/{listing.pk}/track/").json()
    application = client.post(f"/api/v1/listings/{listing.pk}/apply/", {"shared_with_recruiters": True}).json()
    moves = itertools.cycle(
        [
            ({"status": "Interview"}, "rejected", "accepted"),
            ({"status": "Closed", "closed_reason": "Withdrawn"}, "interviewing", "applied"),
            ({"status": "Applied"}, "accepted", "rejected"),
            ({"status": "Closed", "closed_reason": "Rejected"}, "applied", "interviewing"),
        ]
    )
    for on_card, on_application, by_recruiter in itertools.islice(moves, 2 * ROUNDS):
        answers = together(
            [
                partial(client.patch, f"/api/v1/jobs/{card['id']}/", on_card),
                partial(
                    client.patch,
                    f"/api/v1/interactions/{application['id']}/",
                    {"application_status": on_application},
                ),
                partial(
                    recruiter.patch,
                    f"/api/v1/listings/{listing.pk}/applicants/{application['id']}/",
                    {"application_status": by_recruiter},
                ),
                partial(client.post, f"/api/v1/listings/{listing.pk}/apply/"),
            ]
        )
        assert {answer.status_code for answer in [*answers[:2], answers[3]]} == {200}, [a.content for a in answers]
        assert answers[2].status_code in (200, 400), answers[2].content  # 400 where the applicant had withdrawn.
        job, row = Job.objects.get(), JobUserInteraction.objects.get()
        assert application_status_for(job, row.application_status) == row.application_status
        assert job.applied_date == (row.applied_date and row.applied_date.date())
    history = TimelineEvent.objects.filter(job=card["id"], event_data__has_key="application").order_by("pk")
    told = [event.event_data["application"] for event in history]
    assert all(before["to"] == after["from"] for before, after in itertools.pairwise(told))


def test_a_withdrawal_that_comes_first_is_not_overruled_in_the_admin(
    listing: JobListing, ada: User, cleo: User
) -> None:
    application = apply_to_listing(listing, by=ada, shared_with_recruiters=True)
    address = f"/admin/jobs/joblisting/{listing.pk}/applicants/"
    recruiter = Client()
    recruiter.force_login(cleo)

    def move() -> int:
        try:
            chosen = {"application": [str(application.pk)], "status": "interviewing"}
            return recruiter.post(address, chosen).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            change_application(application, by=ada, application_status="withdrawn")
            moved = pool.submit(move)
            with pytest.raises(TimeoutError):
                moved.result(timeout=1)  # It waits for the applicant.
        assert moved.result(timeout=10) == 302
    application.refresh_from_db()
    assert application.application_status == "withdrawn"
