"""Each index of the catalogue serves the query that it is for."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.postgres.indexes import GinIndex
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.models import Company
from jobos.accounts.models import User
from jobs.api.listing_json import LISTING
from jobs.models import JobDeduplication, JobListing, JobSourceListing
from jobs.services.criteria import make_criteria
from jobs.services.search import BY_RELEVANCE, NEWEST_FIRST, Window, read_page, search_page
from tests.factories import CompanyFactory, JobSourceFactory

pytestmark = pytest.mark.django_db
FIRST_DEADLINE = datetime(2026, 1, 3, tzinfo=UTC)


@pytest.fixture
def crowd(ada: User) -> User:
    """Enough listings that the planner has a choice, counted, and their number known to be large."""
    companies = [CompanyFactory(name=f"Firm {number}") for number in range(40)]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    JobListing.objects.bulk_create(
        JobListing(
            company=companies[number % 40],
            title="Rare welder" if number == 7 else f"Engineer {number}",
            location=f"Place {number % 500}",
            job_type=("Full-time", "Contract")[number % 2],
            remote_type=("Remote", "On-site", "Hybrid", "On-site")[number % 4],
            experience_level=("director", "mid_level", "mid_level", "associate")[number % 4],
            salary_min=number,
            salary_max=number + 10,
            skills_required=["cobol" if number == 9 else "python"],
            posted_date=start + timedelta(minutes=number),
            job_url=f"https://x.example/{number}",
            application_deadline=start + timedelta(days=number % 300),
            status="active" if number % 3 else "expired",
        )
        for number in range(4000)
    )
    with connection.cursor() as cursor:
        for index in JobListing._meta.indexes:
            if isinstance(index, GinIndex):
                cursor.execute("SELECT gin_clean_pending_list(%s)", [index.name])
        cursor.execute("ANALYZE job_listings, companies")
    cache.clear()
    return ada


def plan(statement: str, params: Any = None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def plan_of_page(user: User, values: dict[str, Any]) -> str:
    """Return the plan of the statement that finds a page: the first of a search, the last of a list."""
    criteria = make_criteria(user, values)
    with CaptureQueriesContext(connection) as captured:
        if criteria.words:
            search_page(criteria, Window(LISTING, BY_RELEVANCE, 20, None))
        else:
            read_page(criteria, Window(LISTING, NEWEST_FIRST, 20, None))
    pages = [query["sql"] for query in captured if "row_to_json(shown)" in query["sql"]]
    statement = pages[0 if criteria.words else -1]
    statement = re.sub(r"SET LOCAL statement_timeout (= \d+|TO DEFAULT);?", "", statement).strip().rstrip(";")
    return plan(statement.replace("%", "%%"), [])


FEW = [
    ({"location": "place 499"}, "jobs_listing_place_idx"),
    ({"salary_min": 3990}, "idx_job_salary_range"),
    ({"skills": ["cobol"]}, "jobs_listing_skills_idx"),
    ({"q": "welder"}, "jobs_listing_head_idx"),
    ({"q": "welder", "status": "expired"}, "jobs_listing_any_head_idx"),
]
MANY = [
    ({}, "idx_job_posted_date"),
    ({"remote_type": ["Remote"]}, "idx_job_remote_type"),
    ({"experience_level": ["director"]}, "idx_job_experience_level"),
    ({"company": ["its key"]}, "idx_job_company_status"),
    ({"status": "expired"}, "jobs_listing_retired_idx"),
]


def test_filter_that_few_rows_meet_uses_its_index(crowd: User) -> None:
    with connection.cursor() as cursor:  # A table of a test is small enough to be read whole.
        cursor.execute("SET LOCAL enable_seqscan = off")
    for values, index in FEW:
        shown = plan_of_page(crowd, values)
        assert index in shown, (values, shown)
        assert "Seq Scan on job_listings" not in shown


def test_page_of_many_walks_the_index_of_its_order(crowd: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.services.search.LARGEST_COUNT", 10)
    monkeypatch.setattr("jobs.services.search.FEW_MATCHES", 0)
    company = Company.objects.first()
    for values, index in MANY:
        shown = plan_of_page(crowd, {"company": [company.pk]} if "company" in values else values)
        assert index in shown, (values, shown)
        assert "Seq Scan on job_listings" not in shown


def test_texts_are_searched_through_their_indexes(crowd: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    shown = plan(
        "SELECT id FROM job_listings WHERE status = 'active' AND search_full @@ websearch_to_tsquery('jobos', 'welder')"
    )
    assert "jobs_listing_full_idx" in shown
    Company.objects.bulk_create(Company(name=f"Forge {number} of the {number % 97} smiths") for number in range(4000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('companies_shown_name_idx')")
        cursor.execute("ANALYZE companies")
    assert "companies_shown_name_idx" in plan("SELECT id FROM companies WHERE name ILIKE '%%forge 77 %%'", [])


def test_indexes_serve_lists_and_imports(crowd: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    listings = JobListing.objects.all()
    assert "idx_job_created_status" in listings.order_by("-created_at", "status", "-pk")[:20].explain()
    assert "idx_job_location_type" in listings.active().filter(location="Place 3", job_type="Contract").explain()
    assert "jobs_listing_deadline_idx" in listings.active().filter(application_deadline__lt=FIRST_DEADLINE).explain()
    assert "jobs_listing_url_idx" in listings.filter(job_url="https://x.example/5").exclude(job_url="").explain()
    key = JobSourceListing.objects.filter(source=JobSourceFactory(), source_job_id="1")
    assert "jobs_jobsourcelisting_one_per_key" in key.explain()
    queue = JobDeduplication.objects.waiting().order_by("-confidence_score", "pk")
    assert "jobs_duplicates_queue_idx" in queue.explain()
