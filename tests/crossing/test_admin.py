"""The pages of what came over: a run with its sums."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from jobos.crossing.models import LegacyImport, LegacySource

if TYPE_CHECKING:
    from jobos.accounts.models import User

pytestmark = pytest.mark.django_db

SUMS = {"read": 12_034, "kept": 12_000, "merged": 30, "quarantined": 4, "added": 11_999}
REPORT: dict[str, Any] = {
    "totals": SUMS,
    "tables": {"user_profiles": SUMS, "etl_<script>": dict.fromkeys(SUMS, 0)},
    "target": {
        "accounts_user": {"before": 3, "added": 11_999, "after": 12_002},
        "companies": {"before": 7, "added": 0, "after": 7},
        "jobs": {"before": 5, "added": 0, "after": 5},
    },
    "met": {"companies": 7},
    "clash_counts": {"skill_bank": 2},
    "derived_counts": {"job_listings": 1_500},
    "checks": [{"what": "rows", "expected": 1, "found": 1, "holds": True}],
    "holds": True,
}


@pytest.fixture
def run() -> LegacyImport:
    at = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    source = LegacySource.objects.create(system="jobpilot", key="0123456789abcdef")
    return LegacyImport.objects.create(
        source=source,
        shape="legacy",
        address="/data/jobpilot.db",
        backup="/var/before.dump",
        report=REPORT,
        started_at=at,
        finished_at=at,
    )


def open_as(user: User, path: str) -> Any:
    client = Client()
    client.force_login(user, backend="jobos.accounts.backends.EmailBackend")
    return client.get(path)


def page_of(run: LegacyImport) -> str:
    return reverse("admin:crossing_legacyimport_change", args=[run.pk])


def test_a_run_shows_its_sums_as_tables(dora, run) -> None:
    page = open_as(dora, page_of(run)).content.decode()
    cells = "<td>12,034</td><td>12,000</td><td>30</td><td>4</td><td>11,999</td>"
    assert f'<th scope="row">user_profiles</th>{cells}' in page
    assert '<th scope="row">etl_&lt;script&gt;</th>' in page
    assert '<th scope="row">accounts_user</th><td>3</td><td>11,999</td><td>12,002</td><td>0</td>' in page
    assert '<th scope="row">companies</th><td>7</td><td>0</td><td>7</td><td>7</td>' in page
    assert '<th scope="row">jobs</th>' not in page
    assert "Clashes: skill bank 2." in page
    assert "Values made up from their own rows: job_listings 1,500." in page
    assert "All checks of these sums, between the source and the tables here, hold (1)." in page


def test_a_check_that_does_not_hold_is_the_first_thing_seen(dora, run) -> None:
    run.report = REPORT | {"checks": [{"what": "users: rows", "expected": 1, "found": 2, "holds": False}]}
    run.save()
    page = open_as(dora, page_of(run)).content.decode()
    assert "A check does not hold" in page
    assert "users: rows: 1 and 2." in page


def test_a_report_without_sums_has_a_page_too(dora, run) -> None:
    run.report = {}
    run.save()
    assert "This run added nothing." in open_as(dora, page_of(run)).content.decode()


def test_the_list_of_runs_shows_their_totals(dora, run) -> None:
    page = open_as(dora, reverse("admin:crossing_legacyimport_changelist")).content.decode()
    for number in ("12,034", "11,999", ">4<"):
        assert number in page.replace("\n", "").replace(" ", "")


def test_nobody_but_superusers_sees_a_run(ada, cleo, run) -> None:
    for user in (ada, cleo):
        answer = open_as(user, page_of(run))
        assert answer.status_code in {302, 403, 404}
        assert b"12,034" not in answer.content
