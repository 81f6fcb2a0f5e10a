"""jobs/pipeline/, jobs/stale/, jobs/followups/, jobs/search/: what a pipeline looks like as a whole."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from jobos.accounts.models import User
from jobs.models import Job
from tests.answers import assert_problem
from tests.factories import CompanyFactory, JobFactory, TargetCompanyFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


@pytest.fixture
def at_now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def card_of(user: User, *, updated: datetime = NOW, **fields: Any) -> Job:
    card: Job = JobFactory(user=user, **fields)
    Job.objects.filter(pk=card.pk).update(updated_at=updated)
    return card


def entry(card: Job, days: int, action: str | None = None) -> dict[str, Any]:
    shown = {
        "id": str(card.pk),
        "company": card.company_name,
        "role": card.role_title,
        "status": card.status,
        "applied_date": None if card.applied_date is None else str(card.applied_date),
        "days_since_update": days,
    }
    return {**shown, "suggested_action": action} if action else shown


@pytest.mark.usefixtures("at_now")
class TestPipeline:
    def test_of_nobody_is_zero_for_all_five(self, as_ada: APIClient) -> None:
        assert as_ada.get("/api/v1/jobs/pipeline/").json() == {
            "pipeline": {"Tracking": 0, "Applied": 0, "Interview": 0, "Offer": 0, "Closed": 0},
            "total": 0,
            "active": 0,
            "recent": [],
            "stale": [],
        }

    def test_counts_shows_the_five_latest_and_the_stale(self, as_ada: APIClient, ada: User) -> None:
        old = card_of(ada, updated=NOW - timedelta(days=30), status="Applied", applied_date=date(2026, 10, 1))
        older = card_of(ada, updated=NOW - timedelta(days=40), status="Tracking")
        card_of(ada, updated=NOW - timedelta(days=50), status="Closed")
        latest = [
            card_of(ada, updated=NOW - timedelta(hours=hours), status=status)
            for hours, status in enumerate(["Tracking", "Interview", "Offer", "Closed", "Interview"])
        ]
        for stranger in (1, 2):
            JobFactory(company_name=f"Foreign {stranger}")
        JobFactory(user=ada, is_deleted=True)
        assert as_ada.get("/api/v1/jobs/pipeline/").json() == {
            "pipeline": {"Tracking": 2, "Applied": 1, "Interview": 2, "Offer": 1, "Closed": 2},
            "total": 8,
            "active": 6,
            "recent": [entry(card, 0 if hours == 0 else 1) for hours, card in enumerate(latest)],
            "stale": [
                entry(older, 40, "Final follow-up or mark as Closed"),
                entry(old, 30, "Final follow-up or mark as Closed"),
            ],
        }

    def test_stale_among_the_recent_is_in_both(self, as_ada: APIClient, ada: User) -> None:
        card = card_of(ada, updated=NOW - timedelta(days=14))
        body = as_ada.get("/api/v1/jobs/pipeline/").json()
        assert body["recent"] == [entry(card, 14)]
        assert body["stale"] == [entry(card, 14, "Follow up")]


class TestStale:
    @pytest.mark.parametrize("now", [NOW, NOW.replace(hour=23, minute=59, second=59)])
    @pytest.mark.parametrize(
        ("updated", "days", "action"),
        [
            (datetime(2026, 11, 11, 0, 0, tzinfo=UTC), 13, None),
            (datetime(2026, 11, 10, 23, 59, 59, 999_999, tzinfo=UTC), 14, "Follow up"),
            (datetime(2026, 11, 10, 0, 0, tzinfo=UTC), 14, "Follow up"),
            (datetime(2026, 11, 4, 0, 0, tzinfo=UTC), 20, "Follow up"),
            (datetime(2026, 11, 3, 23, 59, 59, tzinfo=UTC), 21, "Final follow-up or mark as Closed"),
        ],
    )
    def test_begins_at_fourteen_utc_dates(
        self, now: datetime, updated: datetime, days: int, action: str | None, as_ada: APIClient, ada: User
    ) -> None:
        card = card_of(ada, updated=updated)
        with time_machine.travel(now, tick=False):
            stale = as_ada.get("/api/v1/jobs/stale/").json()
            assert as_ada.get("/api/v1/jobs/pipeline/").json()["stale"] == stale["stale_jobs"]
        expected = [entry(card, days, action)] if action else []
        assert stale == {"stale_jobs": expected, "count": len(expected)}

    @time_machine.travel(NOW, tick=False)
    def test_is_for_waiting_cards_oldest_first(self, as_ada: APIClient, ada: User) -> None:
        for status in ("Interview", "Offer", "Closed"):
            card_of(ada, updated=NOW - timedelta(days=60), status=status)
        young = card_of(ada, updated=NOW - timedelta(days=15))
        old = card_of(ada, updated=NOW - timedelta(days=25), status="Applied", applied_date=date(2026, 1, 1))
        assert as_ada.get("/api/v1/jobs/stale/").json() == {
            "stale_jobs": [entry(old, 25, "Final follow-up or mark as Closed"), entry(young, 15, "Follow up")],
            "count": 2,
        }


class TestFollowUps:
    @pytest.mark.parametrize(
        ("days", "tier", "action"),
        [
            (6, None, None),
            (7, "day_7", "Gentle follow-up email"),
            (13, "day_7", "Gentle follow-up email"),
            (14, "day_14", "Second follow-up with value add"),
            (20, "day_14", "Second follow-up with value add"),
            (21, "day_21", "Final follow-up or mark as Closed"),
            (400, "day_21", "Final follow-up or mark as Closed"),
            (-1, None, None),
        ],
    )
    @pytest.mark.parametrize("status", ["Tracking", "Applied"])
    @time_machine.travel(NOW, tick=False)
    def test_fall_into_tiers_by_days_since_applying(
        self, days: int, tier: str | None, action: str | None, status: str, as_ada: APIClient, ada: User
    ) -> None:
        card = JobFactory(user=ada, status=status, applied_date=NOW.date() - timedelta(days=days))
        expected: dict[str, Any] = {
            "day_7": [],
            "day_14": [],
            "day_21": [],
            "total_needing_action": int(tier is not None),
        }
        if tier:
            expected[tier] = [
                {"id": str(card.pk), "company": card.company_name, "role": "Engineer", "days": days, "action": action}
            ]
        assert as_ada.get("/api/v1/jobs/followups/").json() == expected
        assert as_ada.get("/api/v1/jobs/?has_followup_due=true").json()["count"] == expected["total_needing_action"]

    @pytest.mark.parametrize(("since", "is_due"), [(0, False), (6, False), (7, True), (None, True)])
    @time_machine.travel(NOW, tick=False)
    def test_rest_for_seven_days_after_one(self, since: int | None, is_due: bool, as_ada: APIClient, ada: User) -> None:
        last = None if since is None else NOW.date() - timedelta(days=since)
        JobFactory(user=ada, status="Applied", applied_date=date(2026, 1, 1), last_followup_date=last)
        assert as_ada.get("/api/v1/jobs/followups/").json()["total_needing_action"] == int(is_due)
        assert as_ada.get("/api/v1/jobs/?has_followup_due=false").json()["count"] == int(not is_due)

    @time_machine.travel(NOW, tick=False)
    def test_leave_out_what_does_not_wait(self, as_ada: APIClient, ada: User) -> None:
        for status in ("Interview", "Offer", "Closed"):
            JobFactory(user=ada, status=status, applied_date=date(2026, 1, 1))
        JobFactory(user=ada, status="Tracking")
        JobFactory(applied_date=date(2026, 1, 1))
        JobFactory(user=ada, applied_date=date(2026, 1, 1), is_deleted=True)
        assert as_ada.get("/api/v1/jobs/followups/").json()["total_needing_action"] == 0


class TestSearch:
    URL = "/api/v1/jobs/search/"

    def test_finds_cards_and_tracked_companies_best_first(self, as_ada: APIClient, ada: User, ben: User) -> None:
        posting = JobFactory(user=ada, company_name="Zeta", role_title="Lead", jd_text="We love acme things")
        inside = JobFactory(user=ada, company_name="The Acme", role_title="Lead")
        beginning = JobFactory(user=ada, company_name="Acme Labs", role_title="Lead")
        exact = JobFactory(user=ada, company_name="acme", role_title="Lead")
        JobFactory(user=ada, company_name="Acme", role_title="Gone", is_deleted=True)
        JobFactory(user=ben, company_name="Acme", role_title="Foreign")
        company = CompanyFactory(name="Acme, Inc.")
        TargetCompanyFactory(user=ada, company=company, lane=1, sector="Tools", hq_city="Paris")
        TargetCompanyFactory(user=ben, company=CompanyFactory(name="Acme Foreign"))
        jobs = [
            {"id": str(card.pk), "company_name": card.company_name, "role_title": "Lead", "status": "Tracking"}
            for card in (exact, beginning, inside, posting)
        ]
        companies = [{"id": str(company.pk), "name": "Acme, Inc.", "lane": 1, "sector": "Tools", "hq_city": "Paris"}]
        assert as_ada.get(f"{self.URL}?q=Acme").json() == {"jobs": jobs, "companies": companies, "listings": []}
        assert as_ada.get(f"{self.URL}?q= acme &types=jobs").json() == {"jobs": jobs}
        assert as_ada.get(f"{self.URL}?q=ACME&types=companies").json() == {"companies": companies}

    @pytest.mark.parametrize("text", ["%25", "_", "%25%25", "\\", "'"])
    def test_text_is_literal(self, text: str, as_ada: APIClient, ada: User) -> None:
        JobFactory(user=ada, company_name="Plain", role_title="R", jd_text="text")
        TargetCompanyFactory(user=ada, company=CompanyFactory(name="Plain"))
        assert as_ada.get(f"{self.URL}?q={text}").json() == {"jobs": [], "companies": [], "listings": []}

    def test_at_most_twenty_of_each(self, as_ada: APIClient, ada: User) -> None:
        for number in range(21):
            JobFactory(user=ada, company_name=f"Acme {number}")
            TargetCompanyFactory(user=ada, company=CompanyFactory(name=f"Acme {number}"))
        body = as_ada.get(f"{self.URL}?q=acme").json()
        assert (len(body["jobs"]), len(body["companies"])) == (20, 20)

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("", "q"),
            ("q=", "q"),
            ("q=%20%20", "q"),
            ("q=" + "x" * 201, "q"),
            ("q=a&types=resumes", "types"),
            ("q=a&types=", "types"),
            ("q=a&types=jobs,", "types"),
        ],
    )
    def test_refuses_nothing_and_nonsense(self, query: str, parameter: str, as_ada: APIClient) -> None:
        assert_problem(as_ada.get(f"{self.URL}?{query}"), 400, "invalid_parameter", parameters={parameter})
