"""How many SQL statements each page costs: recorded in query_counts.json, and the same for one row as for forty.

Statements of signing in (the token's look-up) are not counted. After a change that is meant, write the new numbers
with `RECORD_QUERY_COUNTS=1 pytest tests/test_query_counts.py -p no:xdist` and read the difference.
"""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from jobos.accounts.models import User
from jobs.models import Job
from tests.conftest import see_to_migrated_rows
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
    SkillFactory,
    TargetCompanyFactory,
    TimelineEventFactory,
    WorkExperienceFactory,
)
from tests.stage import Stage
from tests.world import OPERATIONS, PREFIX, fill_bank

# The rows are made once, by one process.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("query counts")]
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
    "skill-bank/skills/?q=skill&category=technical&level=expert&bucket=Soft%20Skills&is_featured=false",
    "resumes/?full=true&q=resume&ordering=title",
    "listings/?remote_type=Remote&salary_min=1&company_name=acme&skills=python&location=berlin",
]
SOON = timezone.now() + timedelta(days=5)


def count(client: APIClient, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
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
    names |= fill_bank(ada)
    for number in range(rows):
        SkillFactory(bank=ada.skill_bank)
        WorkExperienceFactory(bank=ada.skill_bank).variations.create(content=f"Told otherwise {number}.")
        InteractionFactory(user=ada, job=JobListingFactory(title="Acme lead", application_deadline=SOON))
        InteractionFactory(user=ada, job=JobListingFactory(), **applied)
        InteractionFactory(job=kept, **applied)
        TimelineEventFactory(user=ada, event_date=SOON)
        TimelineEventFactory(user=ada, job_id=names["job"])
        InterviewFactory(job_id=names["job"], user=ada)
    Job.objects.update(updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    return {name: str(pk) for name, pk in names.items()}


@pytest.fixture(scope="module")
def costs(django_db_setup: None, django_db_blocker: Any) -> dict[str, list[int]]:
    """What each page costs with one row and with forty: all of them on the same rows, each call undone."""
    costs: dict[str, list[int]] = {path: [] for path in [*PAGES, *VARIANTS]}
    for rows in (1, 40):
        with django_db_blocker.unblock(), transaction.atomic():
            see_to_migrated_rows()
            stage = Stage()
            names = fill(stage.person("ada"), rows)
            clients = {name: stage.client(name) for name in ("ada", "cleo")}
            for path, counts in costs.items():
                cache.clear()
                with transaction.atomic():
                    client = clients["cleo" if path in FOR_RECRUITERS else "ada"]
                    counts.append(count(client, PREFIX + path.format(**names)))
                    transaction.set_rollback(True)
            transaction.set_rollback(True)
    if os.environ.get("RECORD_QUERY_COUNTS"):
        recorded = {path: counts[-1] for path, counts in costs.items()}
        RECORD.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n")
    return costs


@pytest.mark.parametrize("path", [*PAGES, *VARIANTS])
def test_page_costs_what_is_recorded_with_one_row_and_with_forty(path: str, costs: dict[str, list[int]]) -> None:
    with_one, with_forty = costs[path]
    assert with_one == with_forty == json.loads(RECORD.read_text())[path]


def test_record_names_exactly_these_pages() -> None:
    assert json.loads(RECORD.read_text()).keys() == {*PAGES, *VARIANTS}
