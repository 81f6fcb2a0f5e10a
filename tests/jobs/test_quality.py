"""What a posting's quality is made of."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from jobs.quality import FACTS, FULL_DESCRIPTION, SCORED_COLUMNS, find_missing, score_quality

WHOLE = {
    "description": "x" * FULL_DESCRIPTION,
    "skills_required": ["Python"],
    "salary_min": Decimal(100_000),
    "location": "Berlin",
    "job_url": "https://acme.example/1",
    "requirements": "Five years.",
    "job_type": "Full-time",
    "remote_type": "Hybrid",
    "experience_level": "mid_level",
    "posted_date": datetime(2026, 11, 1, tzinfo=UTC),
}


def test_whole_posting_scores_one_and_lacks_nothing() -> None:
    assert sum(weight for _, weight, _ in FACTS) == 100
    assert (score_quality(WHOLE), find_missing(WHOLE)) == (1.0, [])


def test_empty_posting_scores_nothing_and_lacks_everything() -> None:
    assert (score_quality({}), find_missing({})) == (0.0, [name for name, _, _ in FACTS])


@pytest.mark.parametrize(("name", "weight", "columns"), FACTS)
def test_each_fact_weighs_what_the_table_says(name: str, weight: int, columns: tuple[str, ...]) -> None:
    without = {column: value for column, value in WHOLE.items() if column not in columns}
    assert score_quality(without) == pytest.approx(1 - weight / 100)
    assert find_missing(without) == [name]


def test_blank_text_and_a_salary_of_nothing_tell_nothing() -> None:
    assert find_missing({**WHOLE, "location": "  ", "salary_min": Decimal(0), "job_url": ""}) == [
        "salary",
        "location",
        "address",
    ]


def test_remote_role_needs_no_place() -> None:
    assert score_quality({**WHOLE, "location": "", "remote_type": "Remote"}) == 1.0


def test_short_description_counts_in_proportion() -> None:
    assert score_quality({"description": "x" * (FULL_DESCRIPTION // 2)}) == 0.125


def test_scored_columns_are_columns_of_a_listing() -> None:
    from jobs.models import JobListing

    assert set(SCORED_COLUMNS) <= {field.name for field in JobListing._meta.concrete_fields}
