"""The whole way of a job seeker over HTTP: from signing up to an offer, and what is left when it is over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
API = "/api/v1/"


@pytest.mark.usefixtures("roles")
def test_from_signing_up_to_an_offer() -> None:
    client = APIClient()

    def call(method: str, path: str, body: Any = None, *, status: int = 200, **headers: str) -> Any:
        response = getattr(client, method)(API + path, body, headers=headers)
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    with time_machine.travel(START, tick=False) as clock:

        def wait(days: float) -> None:
            clock.shift(timedelta(days=days))

        def sign_in() -> None:
            client.credentials()
            token = call("post", "auth/login/", {"email": "Grace@Example.com", "password": PASSWORD})["token"]
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

        # She signs up, signs in and says who she is.
        call(
            "post",
            "auth/register/",
            {"email": "grace@example.com", "password": PASSWORD, "full_name": "Grace"},
            status=201,
        )
        sign_in()
        me = call("patch", "me/", {"profile": {"city": "London", "desired_salary_min": "90000"}})
        assert (me["roles"], me["profile"]["city"], me["profile"]["desired_salary_min"]) == (
            ["Job seekers"],
            "London",
            "90000.00",
        )

        # She tracks companies and adds cards; a double click makes one.
        call("post", "target-companies/", {"name": "Acme, Inc.", "website": "acme.com", "lane": 1}, status=201)
        call("post", "target-companies/", {"name": "ACME"}, status=409)
        assert [company["name"] for company in call("get", "companies/search/?q=acm")] == ["Acme, Inc."]
        card = {"company_name": "Acme", "role_title": "Engineer", "notes": [{"text": "Referred by Ada."}]}
        job = call("post", "jobs/", card, status=201, **{"Idempotency-Key": "click"})
        assert call("post", "jobs/", card, status=201, **{"Idempotency-Key": "click"}) == job
        call("post", "jobs/", card, status=409)
        path = f"jobs/{job['id']}/"
        other = call(
            "post", "jobs/", {"company_name": "Initech", "role_title": "Lead", "status": "Applied"}, status=201
        )

        # She applies, waits, and is told to follow up.
        applied = call("patch", path, {"status": "Applied", "application_channel": "Referral"})
        assert applied["applied_date"] == "2026-11-02"
        assert call("get", "jobs/followups/")["total_needing_action"] == 0
        wait(7)
        due = call("get", "jobs/followups/")
        assert {entry["company"] for entry in due["day_7"]} == {"Acme", "Initech"}
        followed = call("patch", f"{path}followup/", {"note": "Asked for news."})
        assert (followed["followup_count"], followed["last_followup_date"]) == (1, "2026-11-09")
        assert [entry["company"] for entry in call("get", "jobs/followups/")["day_7"]] == ["Initech"]

        # An interview comes up, takes place, and is thought over.
        interview = call(
            "post", f"{path}interview/", {"interview_date": "2026-11-12T10:00:00Z", "round": "Technical"}, status=201
        )
        assert call("get", path)["status"] == "Interview"
        wait(4)
        debriefed = call("post", f"{path}debrief/", {"rating": 9, "went_well": "The design talk."})
        assert (debriefed["id"], debriefed["status"]) == (interview["id"], "Completed")

        # Two weeks after signing in her token is worth nothing; she signs in again.
        wait(10)
        call("get", "me/", status=401)
        sign_in()

        # The other card grows stale and is closed; the first becomes an offer.
        stale = call("get", "jobs/stale/")
        assert [
            (entry["company"], entry["days_since_update"], entry["suggested_action"]) for entry in stale["stale_jobs"]
        ] == [("Initech", 21, "Final follow-up or mark as Closed")]
        closed = call("patch", f"jobs/{other['id']}/", {"status": "Closed"})
        assert closed["closed_reason"] == "No Response"
        wait(0.5)
        call("patch", path, {"status": "Offer"})
        summary = call("get", "jobs/pipeline/")
        assert summary["pipeline"] == {"Tracking": 0, "Applied": 0, "Interview": 0, "Offer": 1, "Closed": 1}
        assert (summary["total"], summary["active"], summary["stale"]) == (2, 1, [])
        assert [entry["company"] for entry in summary["recent"]] == ["Acme", "Initech"]

        # All of it is in the history, newest first.
        told = [event["event_type"] for event in call("get", f"{path}timeline/")["results"]]
        assert told == [
            "status_changed",
            "interview_completed",
            "interview_scheduled",
            "status_changed",
            "follow_up_sent",
            "application_submitted",
            "job_saved",
        ]

        # She tidies up, changes her mind, and signs out everywhere.
        call("delete", f"jobs/{other['id']}/", status=204)
        assert call("get", "jobs/")["count"] == 1
        call("post", f"jobs/{other['id']}/restore/")
        again = call("post", "jobs/", {"company_name": "Initech", "role_title": "Lead"}, status=201)
        assert again["status"] == "Tracking"
        call("post", "auth/logout-all/", status=204)
        call("get", "me/", status=401)
