"""How many SQL statements each page costs: recorded in query_counts.json, and the same for one row as for forty.

Statements of signing in (the token's look-up) are not counted. After a change that is meant, write the new numbers
with `RECORD_QUERY_COUNTS=1 pytest tests/test_query_counts.py -p no:xdist` and read the difference.
"""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from interactions.models import JobUserInteraction
from jobos.accounts.models import User
from jobs.models import Job, JobListing
from tests.factories import (
    CompanyFactory,
    InteractionFactory,
    InterviewFactory,
    JobDeduplicationFactory,
    JobFactory,
    JobListingFactory,
    JobSourceFactory,
    ResumeFactory,
    ResumeGenerationFactory,
    ResumeTemplateFactory,
    ResumeVersionFactory,
    TargetCompanyFactory,
    TimelineEventFactory,
)
from tests.world import OPERATIONS, PREFIX

pytestmark = pytest.mark.django_db
RECORD = Path(__file__).with_name("query_counts.json")
GETS = [operation for operation in OPERATIONS if operation.method == "GET" and operation.anon == 401]
PAGES = [operation.path for operation in GETS]
FOR_RECRUITERS = {operation.path for operation in GETS if operation.caller == "cleo"}
VARIANTS = [
    "companies/?q=acme",
    "jobs/?full=true&page_size=100",
    "jobs/?has_followup_due=true&q=acme&ordering=status",
    "interviews/?status=Scheduled",
    "interactions/?type=applied&application_status=applied",
    "timeline/?event_type=custom_event&milestones=false",
    "listings/?facets=true&page_size=100",
    "resumes/?full=true&q=resume&ordering=title",
    "listings/?remote_type=Remote&salary_min=1&company_name=acme&skills=python&location=berlin",
]
SOON = timezone.now() + timedelta(days=5)


def count(client: APIClient, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url)
    assert response.status_code == 200, response.content
    sign_in = [query for query in captured if '"access_tokens"."digest" =' in query["sql"]]
    assert len(sign_in) == 1
    return len(captured) - 1


def fill(ada: User, rows: int) -> dict[str, str]:
    names = {}
    for number in range(rows):
        card = JobFactory(user=ada, company_name=f"Acme {number}", status="Applied", applied_date=date(2026, 1, 1))
        company = CompanyFactory(name=f"Acme {number}")
        names = {
            "job": card.pk,
            "interview": InterviewFactory(job=card).pk,
            "company": company.pk,
            "unconfirmed_company": CompanyFactory(is_confirmed=False, created_by=ada).pk,
            "target": TargetCompanyFactory(user=ada, company=company).pk,
            "token": ada.auth_token_set.first().pk,
            "listing": (listing := JobListingFactory(company=company, remote_type="Remote")).pk,
            "source": JobSourceFactory().pk,
            "template": ResumeTemplateFactory().pk,
            "resume": (resume := ResumeFactory(user=ada, target_job=listing)).pk,
            "version": ResumeVersionFactory(resume=resume).version_number,
            "generation": ResumeGenerationFactory(resume=resume).pk,
            "pair": JobDeduplicationFactory(canonical_job=listing).pk,
        }
    kept = JobListingFactory(title="Acme engineer", company_id=names["company"])
    applied = {"interaction_type": "applied", "shared_with_recruiters": True, "follow_up_date": SOON}
    names |= {"kept_listing": kept.pk, "application": InteractionFactory(user=ada, job=kept, **applied).pk}
    for _ in range(rows):
        InteractionFactory(user=ada, job=JobListingFactory(title="Acme lead", application_deadline=SOON))
        InteractionFactory(user=ada, job=JobListingFactory(), **applied)
        InteractionFactory(job=kept, **applied)
        TimelineEventFactory(user=ada, event_date=SOON)
        TimelineEventFactory(user=ada, job_id=names["job"])
        InterviewFactory(job_id=names["job"], user=ada)
    Job.objects.update(updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    return {name: str(pk) for name, pk in names.items()}


@pytest.mark.parametrize("path", [*PAGES, *VARIANTS])
def test_page_costs_what_is_recorded_with_one_row_and_with_forty(
    path: str, as_ada: APIClient, as_cleo: APIClient, ada: User
) -> None:
    client = as_cleo if path in FOR_RECRUITERS else as_ada
    with_one = count(client, PREFIX + path.format(**fill(ada, 1)))
    Job.objects.update(company_name="Moved")
    Job.objects.all().delete()
    JobUserInteraction.objects.all().delete()
    ada.target_companies.all().delete()
    JobListing.objects.all().delete()
    CompanyFactory._meta.model.objects.all().delete()
    with_forty = count(client, PREFIX + path.format(**fill(ada, 40)))
    assert with_one == with_forty
    recorded = json.loads(RECORD.read_text())
    if os.environ.get("RECORD_QUERY_COUNTS"):
        RECORD.write_text(json.dumps({**recorded, path: with_forty}, indent=2, sort_keys=True) + "\n")
        return
    assert with_forty == recorded[path]


def test_record_names_exactly_these_pages() -> None:
    if not os.environ.get("RECORD_QUERY_COUNTS"):
        assert json.loads(RECORD.read_text()).keys() == {*PAGES, *VARIANTS}
