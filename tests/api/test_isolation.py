"""Nothing of one person's shows, counts or can be named in what another sees."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from rest_framework.test import APIClient

from companies.models import Company
from jobos.accounts.models import User
from jobs.models import Job, JobListing
from tests.answers import assert_problem
from tests.factories import (
    CompanyFactory,
    InteractionFactory,
    InterviewFactory,
    JobFactory,
    JobListingFactory,
    ResumeFactory,
    TargetCompanyFactory,
    TimelineEventFactory,
)
from tests.world import OPERATIONS, PREFIX, World, digest_of

pytestmark = pytest.mark.django_db
SECRET = "zyxsecret"
SOON = timezone.now() + timedelta(days=3)
PROBES = [
    "jobs/",
    "jobs/?full=true",
    f"jobs/?q={SECRET}",
    f"jobs/?company_name={SECRET}",
    f"jobs/?source_portal={SECRET}",
    f"jobs/?application_channel={SECRET}",
    "jobs/?status=Applied",
    "jobs/?applied_after=2020-01-01",
    "jobs/?applied_before=2030-01-01",
    "jobs/?has_followup_due=true",
    "jobs/?has_followup_due=false",
    "jobs/?ordering=company_name",
    "jobs/pipeline/",
    "jobs/stale/",
    "jobs/followups/",
    f"jobs/search/?q={SECRET}",
    f"jobs/search/?q={SECRET}&types=companies",
    "interviews/",
    "interviews/?status=Scheduled",
    "interviews/?since=2020-01-01T00:00:00Z",
    "interviews/?until=2030-01-01T00:00:00Z",
    f"companies/search/?q={SECRET}",
    "companies/search/?q=zyxsecrt",
    "companies/",
    *(
        f"companies/?{condition}"
        for condition in (
            f"q={SECRET}",
            f"industry={SECRET}",
            f"location={SECRET}",
            "size_category=large",
            "founded_after=1900",
            "founded_before=1901",
            "has_open_roles=true",
        )
    ),
    "target-companies/",
    "target-companies/?lane=1",
    "target-companies/?is_excluded=false",
    "jobs/search/?q=shared&types=listings",
    "interactions/",
    "interactions/?type=saved&type=applied",
    "interactions/?application_status=interviewing",
    "interactions/saved/",
    "interactions/applications/",
    "interactions/applications/?status=interviewing",
    "interactions/statistics/",
    "timeline/",
    "timeline/?event_type=custom_event&event_type=job_saved",
    "timeline/?since=2020-01-01T00:00:00Z",
    "timeline/?until=2030-01-01T00:00:00Z",
    "timeline/?milestones=true",
    "timeline/upcoming/",
    "timeline/upcoming/?days=90",
    "listings/",
    f"listings/?q={SECRET}",
    "listings/?q=zyxsecrt",
    *(
        f"listings/?{condition}"
        for condition in (
            "company=01a20d38-e2b7-7159-8ff0-000000000000",
            f"company_name={SECRET}",
            f"location={SECRET}",
            "job_type=Contract",
            "remote_type=Remote",
            "experience_level=associate",
            "seniority_level=manager",
            "status=filled",
            "salary_min=1",
            "salary_max=1",
            "include_undisclosed=true",
            "currency=USD",
            f"skills={SECRET}",
            "posted_within_days=5",
            f"source={SECRET}",
            "facets=true",
        )
    ),
    "resume-templates/",
    "resumes/",
    "resumes/?full=true",
    f"resumes/?q={SECRET}",
    "resumes/?resume_type=base&status=draft",
    "resumes/?target_job=01a20d38-e2b7-7159-8ff0-000000000000",
    "resumes/?parent_resume=01a20d38-e2b7-7159-8ff0-000000000000",
    "resumes/schema/",
]


def post() -> None:
    """Add two postings to the catalogue, which everybody sees."""
    for _ in range(2):
        JobListingFactory(title="Shared posting", application_deadline=SOON)


def plant(user: User) -> None:
    """Give a user a secret in every text that a filter or search looks at."""
    card = JobFactory(
        user=user,
        company_name=SECRET,
        role_title=SECRET,
        jd_text=SECRET,
        source_portal=SECRET,
        application_channel=SECRET,
        status="Applied",
        applied_date="2026-01-01",
        prep_notes=SECRET,
    )
    Job.objects.filter(pk=card.pk).update(updated_at="2026-01-01T00:00:00Z")
    InterviewFactory(job=card, round=SECRET)
    company = CompanyFactory(name=SECRET, is_confirmed=False, created_by=user)
    TargetCompanyFactory(user=user, company=company, lane=1, notes=SECRET)
    TimelineEventFactory(user=user, job=card, title=SECRET)
    listing, other = JobListing.objects.filter(title="Shared posting").order_by("pk")
    InteractionFactory(user=user, job=listing, notes=SECRET, tags=[SECRET])
    InteractionFactory(
        user=user,
        job=other,
        interaction_type="applied",
        application_status="interviewing",
        cover_letter=SECRET,
        follow_up_date=SOON,
    )
    ResumeFactory(user=user, title=SECRET, summary=SECRET, target_job=listing)
    TimelineEventFactory(user=user, listing=listing, title=SECRET, is_milestone=True, event_date=SOON)


@pytest.mark.parametrize("path", PROBES)
def test_answers_are_the_same_with_and_without_anothers_secret(
    path: str, as_ada: APIClient, ada: User, ben: User
) -> None:
    JobFactory(user=ada, status="Applied", applied_date="2026-01-01")
    TargetCompanyFactory(user=ada, lane=1)
    post()
    before = as_ada.get(PREFIX + path)
    plant(ben)
    after = as_ada.get(PREFIX + path)
    assert before.status_code == 200, before.content
    assert (after.status_code, after.content) == (before.status_code, before.content)
    assert as_ada.get(f"{PREFIX}jobs/").json()["count"] == 1


def test_probes_cover_every_documented_filter() -> None:
    from tests.api.test_bad_input import find

    asked = {
        (path.partition("?")[0], part.partition("=")[0])
        for path in PROBES
        for part in path.partition("?")[2].split("&")
    }
    for operation in OPERATIONS:
        path = operation.path.partition("?")[0]
        if operation.method != "GET" or operation.is_open or "{" in path or operation.caller != "ada":
            continue
        for parameter in find(operation).get("parameters", []):
            if (
                parameter["name"] not in ("page", "page_size", "cursor", "ordering", "job", "listing", "full")
                and path != "auth/tokens/"
            ):
                assert (path, parameter["name"]) in asked


def test_secret_of_another_shows_in_no_answer_at_all(ada: User, ben: User, api: Callable[..., APIClient]) -> None:
    world = World(ada)
    post()
    plant(ben)
    client = api(ada)
    for operation in OPERATIONS:
        if operation.method == "GET":
            assert SECRET not in client.get(world.url(operation)).content.decode(), str(operation)


COLUMNS = sorted(
    {
        field.attname
        for model in (
            "jobs.Job",
            "jobs.Interview",
            "companies.TargetCompany",
            "companies.Company",
            "interactions.JobUserInteraction",
            "interactions.TimelineEvent",
            "resumes.Resume",
            "accounts.User",
            "accounts.AccessToken",
        )
        for field in apps.get_model(model)._meta.concrete_fields
    }
    | {
        "pk",
        "owner",
        "user",
        "user_id",
        "is_staff",
        "is_superuser",
        "groups",
        "permissions",
        "_state",
        "__class__",
        "objects",
        "save",
    }
)


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if op.body is not None], ids=str)
def test_no_column_can_be_written_that_is_not_declared(
    operation: Any, ada: User, ben: User, cleo: User, api: Callable[..., APIClient]
) -> None:
    from django.db import transaction

    from tests.api.test_bad_input import body_fields

    world = World(ada)
    client = api({"ada": ada, "cleo": cleo}[operation.caller])
    declared = set(body_fields(operation))
    before = digest_of(ada)
    for column in COLUMNS:
        if column in declared:
            continue
        body = json.dumps({**(world.body(operation) or {}), column: str(ben.pk)})
        with transaction.atomic():
            response = client.generic(
                operation.method,
                world.url(operation),
                body,
                content_type="application/json",
                headers=operation.headers,
            )
            assert_problem(response, 400, "validation_error", pointers={f"#/{column}"})
            assert digest_of(ada) == before
            transaction.set_rollback(True)


def test_id_in_a_body_that_is_anothers_is_answered_like_one_that_does_not_exist(as_ada: APIClient, ben: User) -> None:
    hidden = CompanyFactory(name="Hidden", is_confirmed=False, created_by=ben)
    bodies = []
    for pk in (hidden.pk, "01a20d38-e2b7-7159-8ff0-000000000000"):
        response = as_ada.post(f"{PREFIX}target-companies/", {"company": str(pk)}, headers={"X-Request-ID": "same"})
        problem = assert_problem(response, 400, "validation_error", pointers={"#/company"})
        bodies.append(json.dumps(problem).replace(str(pk), "ID"))
    assert bodies[0] == bodies[1]
    assert Company.objects.count() == 1


def test_conflict_names_only_ones_own_row(as_ada: APIClient, ada: User, ben: User) -> None:
    JobFactory(user=ben, company_name="Acme", role_title="Engineer")
    mine = JobFactory(user=ada, company_name="Acme", role_title="Engineer")
    response = as_ada.post(f"{PREFIX}jobs/", {"company_name": "Acme", "role_title": "Engineer"})
    assert response.json()["existing_id"] == str(mine.pk)
