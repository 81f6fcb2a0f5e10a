"""Upkeep of the catalogue: duplicates that are found and look-alikes that are not; postings whose deadline is over."""

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from companies.models import Company
from jobs.models import JobDeduplication, JobListing, JobSource, ListingStatus
from jobs.services import upkeep
from jobs.services.mock import Plan, write_mock_data
from tests.factories import CompanyFactory, JobListingFactory, JobSourceFactory, JobSourceListingFactory

TEXT = (
    "We build planning software for service companies and look for somebody who keeps our interfaces quick and well "
    "described. You work with six colleagues in one office, review each other's code and take part in the rota, one "
    "week in six. We offer thirty days of holiday, a learning budget and a fair salary that we name in the first talk."
)
OTHER_TEXT = (
    "Our laboratory examines water samples for the whole region. You prepare instruments, keep the notebook, report "
    "results to the authorities and train apprentices. Shifts are early, weekends are free, and the canteen is good."
)
MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def acme(db: None) -> Company:
    return CompanyFactory(name="Acme")


@pytest.fixture
def post(acme: Company) -> Callable[..., JobListing]:
    """Post a listing of Acme's; each is a day younger than the one before."""
    days = iter(range(1000))

    def make(title: str = "Senior Python Developer", **columns: Any) -> JobListing:
        facts = {"company": acme, "location": "Berlin, Germany", "description": TEXT}
        return JobListingFactory(title=title, posted_date=MONDAY + timedelta(days=next(days)), **facts | columns)

    return make


def pairs() -> list[tuple[Any, Any]]:
    return list(JobDeduplication.objects.order_by("pk").values_list("canonical_job", "duplicate_job"))


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"title": "Sr. Python Developer"},
        {"title": "Python Developer, Senior (m/f/d)"},
        {"title": "Senior Python Developer (Remote)"},
        {"title": "Senior Python Developer - Berlin"},
        {"title": "SENIOR PYTHON DEVELOPER M/W/D"},
        {"title": "Senior Pyhton Developer"},
        {"location": "Berlin"},
        {"location": "BERLIN (Germany)"},
        {"description": f"Posted by our partner. {TEXT} Please quote this board."},
        {"description": ""},
    ],
    ids=lambda again: " ".join(again.values())[:40] or "the same",
)
def test_the_same_posting_in_other_words_is_found(post: Callable[..., JobListing], again: dict[str, str]) -> None:
    first, second = post(), post(**again)
    report = upkeep.find_duplicates()
    assert (report.found, report.written) == (1, 1)
    assert pairs() == [(first.pk, second.pk)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"location": "Hamburg, Germany"}),
        ({"location": "Springfield, Illinois"}, {"location": "Springfield, Missouri"}),
        ({"location": "York"}, {"location": "New York"}),
        ({"location": ""}, {"location": "Berlin"}),
        ({"title": "Engineer I"}, {"title": "Engineer II"}),
        ({"title": "Engineer 1"}, {"title": "Engineer 2"}),
        ({"title": "Level 10 Engineer"}, {"title": "Level 11 Engineer"}),
        ({"title": "C Developer"}, {"title": "C++ Developer"}),
        ({"title": "C# Developer"}, {"title": "C Developer"}),
        ({"title": "Java Developer"}, {"title": "JavaScript Developer"}),
        ({"title": "Junior Python Developer"}, {}),
        ({"title": "Python Developer"}, {}),
        ({"title": "Lead Python Developer"}, {}),
        ({"title": "Frontend Developer"}, {"title": "Backend Developer"}),
        ({"title": "Nurse, Day Shift"}, {"title": "Nurse, Night Shift"}),
        ({}, {"description": OTHER_TEXT}),
        ({}, {"status": "expired"}),
    ],
    ids=lambda facts: " ".join(facts.values())[:30] or "-",
)
def test_a_look_alike_is_not_found(post: Callable[..., JobListing], one: dict[str, str], other: dict[str, str]) -> None:
    post(**one)
    post(**other)
    assert upkeep.find_duplicates().found == 0
    assert pairs() == []


FACTS = "Occupation: 0201 - Human Resources Management. Appointment: Permanent. " * 4


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({"description": "", "location": ""}, 0),
        ({"description": "", "requirements": FACTS, "location": ""}, 0),
        ({"description": TEXT, "location": ""}, 1),
        ({"description": "", "location": "Berlin"}, 1),
    ],
    ids=["nothing", "facts alone", "a text", "a place"],
)
def test_what_neither_posting_tells_is_no_evidence(
    post: Callable[..., JobListing], facts: dict[str, str], count: int
) -> None:
    post(**facts)
    post(**facts)
    upkeep.find_duplicates()
    found = JobDeduplication.objects.values_list("matching_fields", "merge_strategy")
    told = [name for name in ("location", "description") if facts[name]]
    assert list(found) == [(["company", "title", *told], "manual_review")] * count


@pytest.mark.parametrize(
    ("facts", "is_found"),
    [
        ({"description": ""}, False),
        ({"description": f"{TEXT} {OTHER_TEXT[:40]}"}, False),
        ({"description": TEXT}, True),
        ({"description": "", "job_url": "https://acme.example/jobs/7"}, True),
    ],
    ids=["no text", "a text that differs somewhat", "the same text", "the same address"],
)
def test_two_keys_of_one_source_are_two_postings_unless_they_say_the_same(
    post: Callable[..., JobListing], facts: dict[str, str], is_found: bool
) -> None:
    url = facts.get("job_url", "")
    first, second = post(job_url=url), post(**facts)
    source = JobSourceFactory()
    for listing in (first, second):
        JobSourceListingFactory(job=listing, source=source)
    assert upkeep.find_duplicates().written == is_found
    JobDeduplication.objects.all().delete()
    JobSource.objects.all().delete()
    assert upkeep.find_duplicates().written == 1  # Nothing but the keys spoke against it.


def test_the_same_posting_of_another_company_is_not_found(post: Callable[..., JobListing]) -> None:
    post()
    post(company=CompanyFactory())
    assert upkeep.find_duplicates().found == 0


def test_what_speaks_for_a_pair_is_written_down(post: Callable[..., JobListing]) -> None:
    pay = {"salary_min": 80_000, "salary_max": 90_000, "salary_currency": "EUR"}
    first, second = post(**pay), post(**pay)
    upkeep.find_duplicates()
    pair = JobDeduplication.objects.get()
    assert (pair.canonical_job_id, pair.duplicate_job_id, pair.reviewed) == (first.pk, second.pk, False)
    assert pair.matching_fields == ["company", "title", "location", "description", "salary"]
    assert (pair.confidence_score, pair.merge_strategy) == (1.0, "keep_canonical")


def test_a_doubtful_pair_is_left_to_a_person(post: Callable[..., JobListing]) -> None:
    post()
    post(description="")
    upkeep.find_duplicates()
    pair = JobDeduplication.objects.get()
    assert pair.merge_strategy == "manual_review"
    assert pair.confidence_score < upkeep.SURE
    assert pair.matching_fields == ["company", "title", "location"]


def test_one_address_under_two_companies_is_found_and_doubted(post: Callable[..., JobListing]) -> None:
    url = "https://acme.example/jobs/7"
    first, second = post(job_url=url), post("Water Analyst", company=CompanyFactory(), location="", job_url=url)
    upkeep.find_duplicates()
    pair = JobDeduplication.objects.get()
    assert (pair.canonical_job_id, pair.duplicate_job_id) == (first.pk, second.pk)
    assert (pair.matching_fields, pair.merge_strategy) == (["job_url"], "manual_review")


def test_a_page_of_jobs_is_not_the_address_of_one(post: Callable[..., JobListing]) -> None:
    for number in range(upkeep.MOST_OF_ONE_ADDRESS + 1):
        post(("Chef", "Nurse", "Welder", "Lawyer", "Actor", "Smith")[number], job_url="https://acme.example/careers")
    assert upkeep.find_duplicates().found == 0


def test_every_copy_is_paired_with_the_oldest(post: Callable[..., JobListing]) -> None:
    first, second, third = post(), post(), post()
    assert upkeep.find_duplicates().written == 2
    assert set(pairs()) == {(first.pk, second.pk), (first.pk, third.pk)}


def test_a_second_run_writes_nothing(post: Callable[..., JobListing]) -> None:
    post()
    post("Sr. Python Developer")
    assert upkeep.find_duplicates().written == 1
    before = JobDeduplication.objects.values().get()
    assert upkeep.find_duplicates().written == 0
    assert JobDeduplication.objects.values().get() == before


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_pair_that_somebody_judged_is_left_alone(post: Callable[..., JobListing], is_turned: bool) -> None:
    first, second = post(), post()
    one, other = (second, first) if is_turned else (first, second)
    JobDeduplication.objects.create(canonical_job=one, duplicate_job=other, confidence_score=0.5, reviewed=True)
    assert upkeep.find_duplicates().written == 0
    assert JobDeduplication.objects.count() == 1


def test_a_pair_written_the_other_way_round_is_known(post: Callable[..., JobListing]) -> None:
    first, second = post(), post()
    JobDeduplication.objects.create(canonical_job=second, duplicate_job=first, confidence_score=0.5)
    assert upkeep.find_duplicates().written == 0


def test_a_settled_copy_is_not_compared_again(post: Callable[..., JobListing]) -> None:
    first = post()
    post(canonical=first)
    assert upkeep.find_duplicates().found == 0


def test_small_batches_find_the_same(post: Callable[..., JobListing], monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        company = CompanyFactory()
        post(company=company)
        post(company=company)
    monkeypatch.setattr(upkeep, "LISTINGS_AT_ONCE", 1)
    report = upkeep.find_duplicates()
    assert (report.companies, report.listings, report.written) == (3, 6, 3)


@pytest.mark.django_db
def test_planted_duplicates_of_made_up_listings_are_found_again() -> None:
    write_mock_data(Plan(users=1, companies=20, listings=600, seed=3, day=timezone.now().date()))
    planted = set(
        JobDeduplication.objects.filter(
            canonical_job__status="active", duplicate_job__status="active", reviewed=False
        ).values_list("canonical_job", "duplicate_job")
    )
    JobDeduplication.objects.filter(reviewed=False).delete()
    upkeep.find_duplicates()
    found = set(JobDeduplication.objects.filter(reviewed=False).values_list("canonical_job", "duplicate_job"))
    assert planted <= found
    assert planted
    assert len(found) <= len(planted) * 1.2


def test_command_tells_what_it_found(post: Callable[..., JobListing]) -> None:
    post()
    post()
    out = io.StringIO()
    call_command("find_duplicates", json=True, stdout=out)
    assert json.loads(out.getvalue()) == {"companies": 1, "listings": 2, "found": 1, "written": 1}
    out = io.StringIO()
    call_command("find_duplicates", stdout=out)
    assert out.getvalue() == "Listings compared: 2. Pairs that are the same posting: 1, of which new: 0.\n"


def on_machines(work: Callable[[], int], number: int = 4) -> list[int]:
    """Run the same work at the same time over connections of their own."""
    barrier = Barrier(number)

    def run(_: int) -> int:
        try:
            barrier.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


@pytest.mark.django_db(transaction=True)
def test_several_machines_find_each_pair_and_expire_each_listing_once() -> None:
    yesterday = timezone.now() - timedelta(days=1)
    for company in CompanyFactory.create_batch(10):
        facts = {"company": company, "title": "Cook", "location": "Berlin", "description": TEXT}
        JobListingFactory(**facts, posted_date=MONDAY)
        JobListingFactory(**facts, posted_date=MONDAY + timedelta(days=1), application_deadline=yesterday)
    assert sum(on_machines(lambda: upkeep.find_duplicates().written)) == JobDeduplication.objects.count() == 10
    assert sum(on_machines(upkeep.expire_listings)) == JobListing.objects.filter(status="expired").count() == 10


# Deadlines ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def past(db: None) -> JobListing:
    """A listing whose deadline was yesterday, verified as active."""
    return JobListingFactory(application_deadline=timezone.now() - timedelta(days=1), verification_status="active")


def test_an_active_listing_past_its_deadline_expires(past: JobListing) -> None:
    changed = past.updated_at
    assert upkeep.expire_listings() == 1
    past.refresh_from_db()
    assert past.status == ListingStatus.EXPIRED
    assert past.updated_at > changed
    assert past.verification_status == "active"
    assert upkeep.expire_listings() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        {"application_deadline": None},
        {"application_deadline": timezone.now() + timedelta(days=1)},
        {"application_deadline": timezone.now() - timedelta(days=1), "status": "filled"},
    ],
    ids=["no deadline", "to come", "filled"],
)
def test_any_other_listing_stays_as_it_is(columns: dict[str, Any]) -> None:
    listing = JobListingFactory(**columns)
    assert upkeep.expire_listings() == 0
    assert JobListing.objects.get(pk=listing.pk).updated_at == listing.updated_at


def test_the_query_and_the_row_agree_on_what_is_past(past: JobListing) -> None:
    moment = past.application_deadline
    assert moment is not None
    for at in (moment, moment + timedelta(microseconds=1)):
        assert JobListing.objects.past_deadline(at).exists() == past.is_past_deadline(at)


def test_a_dry_run_only_counts(past: JobListing) -> None:
    out = io.StringIO()
    call_command("expire_listings", dry_run=True, stdout=out)
    assert out.getvalue() == "Listings that would expire: 1.\n"
    past.refresh_from_db()
    assert past.status == ListingStatus.ACTIVE


def test_batches_go_on_until_all_is_done(past: JobListing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "EXPIRED_AT_ONCE", 2)
    JobListingFactory.create_batch(4, application_deadline=past.application_deadline)
    out = io.StringIO()
    call_command("expire_listings", json=True, stdout=out)
    assert json.loads(out.getvalue()) == {"expired": 5, "due": 5}


@pytest.mark.django_db
def test_what_is_due_is_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = JobListing.objects.past_deadline(timezone.now()).order_by("application_deadline").explain()
    assert "jobs_listing_deadline_idx" in plan
