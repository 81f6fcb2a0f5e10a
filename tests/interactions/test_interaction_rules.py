"""Interactions: every rule in the database under its own name, who sees them, and what a listing's deletion does."""

from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import RestrictedError
from django.test.utils import CaptureQueriesContext

from interactions.models import InteractionType, JobUserInteraction, TimelineEvent
from jobos.accounts.models import User
from jobos.core.errors import translate
from jobs.models import JobListing
from tests.factories import InteractionFactory, JobListingFactory, TimelineEventFactory

pytestmark = pytest.mark.django_db

VALID = {
    "interaction_type": "viewed",
    "application_status": "",
    "saved_date": None,
    "interaction_count": 1,
    "shared_with_recruiters": False,
    "resume": None,
}
INSERT = """
    INSERT INTO job_user_interactions (id, user_id, job_id, interaction_type, application_status, saved_date,
        interaction_count, shared_with_recruiters, resume_id, resume_version, cover_letter, tags, notes, interaction_data,
        first_interaction, last_interaction, job_snapshot, created_at, updated_at)
    VALUES (gen_random_uuid(), %(user)s, %(listing)s, %(interaction_type)s, %(application_status)s, %(saved_date)s,
        %(interaction_count)s, %(shared_with_recruiters)s, %(resume)s, '', '', '{}', '', '{}', now(), now(), '{}', now(), now())
"""
BREACHES = [
    ("interactions_jobuserinteraction_type_valid", {"interaction_type": "liked"}),
    ("interactions_jobuserinteraction_type_valid", {"interaction_type": "VIEWED"}),
    ("applied_interactions_need_status", {"interaction_type": "applied"}),
    ("applied_interactions_need_status", {"interaction_type": "applied", "application_status": "not_applied"}),
    ("applied_interactions_need_status", {"interaction_type": "applied", "application_status": "APPLIED"}),
    ("applied_interactions_need_status", {"application_status": "applied"}),
    ("saved_interactions_need_date", {"interaction_type": "saved"}),
    ("interactions_jobuserinteraction_counted", {"interaction_count": 0}),
    ("interactions_jobuserinteraction_only_applied_has_resume", {"resume": "00000000-0000-7000-8000-000000000000"}),
    ("interactions_jobuserinteraction_only_applied_shared", {"shared_with_recruiters": True}),
]


def insert(user: User, listing: JobListing, **columns: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {**VALID, "user": user.pk, "listing": listing.pk, **columns})


def refusal_of(user: User, listing: JobListing, **columns: Any) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        insert(user, listing, **columns)
    assert isinstance(caught.value.__cause__, psycopg.Error)
    return caught.value.__cause__.diag.constraint_name or ""


@pytest.mark.parametrize(("name", "columns"), BREACHES)
def test_database_refuses_a_breach_under_the_rules_name(name: str, columns: dict[str, Any], ada: User) -> None:
    listing = JobListingFactory()
    assert refusal_of(ada, listing, **columns) == name
    insert(ada, listing)


def test_database_refuses_a_second_row_of_a_kind(ada: User, ben: User) -> None:
    listing = JobListingFactory()
    insert(ada, listing)
    assert refusal_of(ada, listing) == "unique_user_job_interaction"
    insert(ben, listing)
    insert(ada, listing, interaction_type="hidden")


def test_every_rule_is_broken_above_and_has_words() -> None:
    constraints = {constraint.name: constraint for constraint in JobUserInteraction._meta.constraints}
    assert constraints.keys() == {name for name, _ in BREACHES} | {"unique_user_job_interaction"}
    for constraint in constraints.values():
        assert constraint.violation_error_message.endswith(".")
        assert constraint.violation_error_code == constraint.name


@pytest.mark.parametrize("kind", ["saved", "applied"])
def test_listing_that_somebody_keeps_is_not_deleted(kind: str) -> None:
    row = InteractionFactory(interaction_type=kind)
    InteractionFactory(job=row.job, interaction_type="viewed")
    for delete in (row.job.delete, JobListing.objects.filter(pk=row.job_id).delete):
        with pytest.raises(RestrictedError) as caught:
            delete()
        words = "Somebody saved this listing or applied to it. Retire it with a status instead."
        assert caught.value.args[0] == words
        problem = translate(caught.value)
        assert (problem.status_code, problem.detail.code, str(problem.detail)) == (409, "still_in_use", words)
        assert caught.value.restricted_objects == {row}
    assert JobUserInteraction.objects.filter(job=row.job).count() == 2


def test_listing_takes_passing_glances_along_and_leaves_the_history(ada: User) -> None:
    listing = JobListingFactory()
    rows = [
        InteractionFactory(user=ada, job=listing, interaction_type=kind)
        for kind in ("viewed", "hidden", "rejected_by_user")
    ]
    event = TimelineEventFactory(user=ada, listing=listing, interaction=rows[0])
    kept = InteractionFactory(user=ada)
    listing.delete()
    assert JobUserInteraction.objects.get() == kept
    event.refresh_from_db()
    assert (event.listing, event.interaction) == (None, None)


def test_deleting_a_listing_costs_the_same_however_often_it_was_viewed() -> None:
    costs = []
    for views in (1, 30):
        listing = JobListingFactory()
        for _ in range(views):
            InteractionFactory(job=listing, interaction_type="viewed")
        with CaptureQueriesContext(connection) as statements:
            listing.delete()
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_erasing_a_person_erases_what_they_kept(ada: User) -> None:
    row = InteractionFactory(user=ada)
    ada.delete()
    assert not JobUserInteraction.objects.exists()
    row.job.delete()
    assert not TimelineEvent.objects.exists()


def test_strangers_see_nothing_and_recruiters_what_is_shared(ada: User, ben: User, cleo: User, dora: User) -> None:
    rows = {kind: InteractionFactory(user=ada, interaction_type=kind) for kind in InteractionType.values}
    shared = InteractionFactory(user=ada, interaction_type="applied", shared_with_recruiters=True)
    assert set(JobUserInteraction.objects.visible_to(ada)) == {*rows.values(), shared}
    for person in (ben, cleo):
        assert not JobUserInteraction.objects.visible_to(person).exists()
    assert not JobUserInteraction.objects.shared_with(ada).exists()
    assert not JobUserInteraction.objects.shared_with(ben).exists()
    for person in (cleo, dora):
        assert set(JobUserInteraction.objects.shared_with(person)) == {shared}


def test_indexes_serve_the_queries_they_are_for(ada: User, ben: User) -> None:
    listings = JobListing.objects.bulk_create(
        [JobListing(company=JobListingFactory().company, title=f"Engineer {number}") for number in range(400)]
    )
    JobUserInteraction.objects.bulk_create(
        JobUserInteraction(user=person, job=listing, interaction_type=kind)
        for listing in listings
        for person in (ada, ben)
        for kind in ("viewed", "hidden")
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE job_user_interactions")
    own = JobUserInteraction.objects.owned_by(ada).filter(interaction_type="hidden")
    assert "idx_user_interaction_type_date" in own.order_by("-last_interaction")[:20].explain()
    of_listing = JobUserInteraction.objects.filter(job=listings[7], interaction_type="hidden")
    assert "idx_job_interaction_type" in of_listing.explain()
