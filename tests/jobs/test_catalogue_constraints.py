"""Every named constraint of the catalogue: refused by the database under its own name, and said in its own words."""

import json
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from rest_framework.test import APIClient

from jobos.core.errors import violated_constraint
from jobos.core.models import describe_constraint
from jobs.models import JobEmbedding
from tests.answers import assert_problem
from tests.factories import (
    JobDeduplicationFactory,
    JobListingFactory,
    JobSourceFactory,
    JobSourceListingFactory,
)

pytestmark = pytest.mark.django_db
LISTING, SOURCE, PAIR = "job_listings", "job_sources", "job_duplications"
SELF = "00000000-0000-7000-8000-000000000001"
# What makes a copy of a valid row break the rule; an unchanged copy has the same key.
BREAKS: list[tuple[str, str, dict[str, Any]]] = [
    (LISTING, "title_min_length", {"title": "ab"}),
    (LISTING, "title_max_length", {"title": "x" * 201}),
    (LISTING, "salary_min_positive", {"salary_min": -0.01}),
    (LISTING, "salary_range_valid", {"salary_min": 2, "salary_max": 1.99}),
    (LISTING, "salary_range_valid", {"salary_max": -1}),
    (LISTING, "jobs_joblisting_currency_valid", {"salary_currency": "usd"}),
    (LISTING, "jobs_joblisting_currency_valid", {"salary_currency": ""}),
    (LISTING, "job_url_format", {"job_url": "javascript:alert(1)"}),
    (LISTING, "app_url_format", {"application_url": "acme.example"}),
    (LISTING, "jobs_joblisting_job_type_valid", {"job_type": "Full time"}),
    (LISTING, "jobs_joblisting_remote_type_valid", {"remote_type": "remote"}),
    (LISTING, "jobs_joblisting_experience_valid", {"experience_level": "senior"}),
    (LISTING, "jobs_joblisting_seniority_valid", {"seniority_level": "boss"}),
    (LISTING, "jobs_joblisting_status_valid", {"status": ""}),
    (LISTING, "jobs_joblisting_verification_valid", {"verification_status": "maybe"}),
    (LISTING, "jobs_joblisting_not_its_own_copy", {"canonical_id": SELF}),
    (LISTING, "jobs_joblisting_quality_in_range", {"data_quality_score": 1.01}),
    (LISTING, "jobs_joblisting_quality_in_range", {"data_quality_score": "NaN"}),
    (SOURCE, "jobs_jobsource_base_url_format", {"name": "other", "base_url": "ftp://x"}),
    (SOURCE, "jobs_jobsource_name_not_empty", {"name": "  "}),
    (SOURCE, "job_sources_name_key", {}),
    ("job_source_listings", "jobs_jobsourcelisting_one_per_key", {}),
    ("job_embeddings", "jobs_jobembedding_one_per_model", {}),
    (PAIR, "jobs_jobdeduplication_one_per_pair", {}),
    (PAIR, "jobs_jobdeduplication_confidence_in_range", {"confidence_score": 1.5}),
    (PAIR, "jobs_jobdeduplication_strategy_valid", {"merge_strategy": "keep"}),
]


def make_row(table: str) -> Any:
    if table == "job_embeddings":
        return JobEmbedding.objects.create(
            job=JobListingFactory(), embedding_model="m", content_hash="h", vector=[0.5] * 512
        )
    factories = {
        LISTING: JobListingFactory,
        SOURCE: JobSourceFactory,
        PAIR: JobDeduplicationFactory,
        "job_source_listings": JobSourceListingFactory,
    }
    return factories[table]()


def insert_copy(table: str, pk: uuid.UUID, changes: dict[str, Any]) -> str:
    """Insert a changed copy of a row by SQL alone; return the constraint that refuses it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
            WHERE table_name = %s AND is_generated = 'NEVER'""",
            [table],
        )
        (columns,) = cursor.fetchone()
        try:
            with transaction.atomic():
                cursor.execute(
                    f"""INSERT INTO {table} ({columns}) SELECT {columns}
                    FROM (SELECT (jsonb_populate_record(old, %s)).* FROM {table} old WHERE id = %s) new""",
                    [json.dumps({"id": SELF, **changes}), pk],
                )
        except IntegrityError as error:
            return violated_constraint(error)
    return ""


@pytest.mark.parametrize(
    ("table", "name", "changes"), BREAKS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_row_that_breaks_a_rule_is_refused_under_its_name(table: str, name: str, changes: dict[str, Any]) -> None:
    refused_by = insert_copy(table, make_row(table).pk, changes)
    assert refused_by == name or (name.endswith("_key") and refused_by.startswith("job_sources_name_"))


def test_pair_of_a_listing_with_itself_is_refused() -> None:
    pair = JobDeduplicationFactory()
    changes = {"duplicate_job_id": str(pair.canonical_job_id)}
    assert insert_copy(PAIR, pair.pk, changes) == "jobs_jobdeduplication_two_listings"


def test_table_breaks_every_constraint_there_is() -> None:
    tables = {LISTING, SOURCE, PAIR, "job_source_listings", "job_embeddings"}
    named = {
        constraint.name
        for model in apps.get_app_config("jobs").get_models()
        if model._meta.db_table in tables
        for constraint in model._meta.constraints
    }
    assert named == {name for _, name, _ in BREAKS if name != "job_sources_name_key"} | {
        "jobs_jobdeduplication_two_listings"
    }


def test_every_rule_has_words_for_whoever_broke_it() -> None:
    for model in apps.get_app_config("jobs").get_models():
        for constraint in model._meta.constraints:
            rule = describe_constraint(model, constraint.name)
            assert rule is not None
            assert rule.message.endswith(".")
            assert "violated" not in rule.message, rule


def test_words_of_a_constraint_reach_the_api_with_its_fields(as_cleo: APIClient) -> None:
    listing = JobListingFactory(salary_max=5)
    response = as_cleo.patch(f"/api/v1/listings/{listing.pk}/", {"job_url": "mailto.example/1"})
    problem = assert_problem(response, 400, "validation_error", pointers={"#/job_url"})
    assert problem["errors"][0] == {
        "detail": "An address starts with http:// or https://.",
        "code": "job_url_format",
        "pointer": "#/job_url",
    }
    source = JobSourceFactory()
    problem = assert_problem(as_cleo.post("/api/v1/job-sources/", {"name": source.name}), 409)
    assert problem["detail"] == "There is already one like this."
