"""A listing's life cycle over HTTP: posted, found, saved, applied to, shared, moved, turned down, applied to again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import RestrictedError
from rest_framework.test import APIClient

from jobos.accounts.models import User
from tests.factories import CompanyFactory, JobListingFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_from_posting_to_a_second_application(api: Callable[..., APIClient], ada: User, ben: User, cleo: User) -> None:
    def call(user: User, method: str, path: str, body: Any = None, *, status: int = 200, **headers: str) -> Any:
        response = getattr(clients[user.pk], method)(f"/api/v1/{path}", body, headers=headers)
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    with time_machine.travel(START, tick=False) as clock:
        clients = {user.pk: api(user) for user in (ada, ben, cleo)}

        # Acme looks for an engineer; two people are interested.
        listing = JobListingFactory(
            company=CompanyFactory(name="Acme"),
            title="Engineer",
            description="We build things.",
            job_url="https://acme.example/jobs/7",
            application_deadline=START + timedelta(days=10),
        )
        path = f"listings/{listing.pk}/"
        call(ada, "post", f"{path}view/", status=201)
        call(ben, "post", f"{path}save/", status=201)
        saved = call(ada, "post", f"{path}save/", {"notes": "Ask Grace.", "tags": ["remote"]}, status=201)
        assert saved["job"]["company"]["name"] == "Acme"
        assert [entry["kind"] for entry in call(ada, "get", "timeline/upcoming/")] == ["deadline"]
        card = call(ada, "post", f"{path}track/", status=201)
        assert (card["company_name"], card["role_title"], card["status"]) == ("Acme", "Engineer", "Tracking")
        assert call(ada, "post", f"{path}track/", status=409)["existing_id"] == card["id"]

        # A recruiter sees nobody yet: Ada has not applied, and Ben applies without sharing.
        clock.shift(timedelta(days=1))
        call(ben, "post", f"{path}apply/", status=201)
        assert call(cleo, "get", f"{path}applicants/")["count"] == 0
        call(ada, "get", f"{path}applicants/", status=403)

        # Ada applies; her card follows, and what she shared shows.
        letter = {"cover_letter": "Dear all,", "notes": "By mail.", "shared_with_recruiters": True}
        application = call(ada, "post", f"{path}apply/", letter, status=201)
        assert call(ada, "get", f"jobs/{card['id']}/")["status"] == "Applied"
        assert call(ada, "get", "timeline/upcoming/") == []
        [applicant] = call(cleo, "get", f"{path}applicants/")["results"]
        assert applicant == {
            "id": application["id"],
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "application_status": "applied",
            "applied_date": "2026-11-03T09:00:00Z",
            "response_date": None,
            "resume": None,
        }
        again = call(ada, "post", f"{path}apply/")
        assert (again["cover_letter"], again["interaction_count"]) == ("Dear all,", 2)

        # She is invited and, a week later, turned down.
        clock.shift(timedelta(days=2))
        seat = f"{path}applicants/{application['id']}/"
        call(cleo, "patch", seat, {"application_status": "interviewing"})
        assert call(ada, "get", f"jobs/{card['id']}/")["status"] == "Interview"
        call(ada, "post", f"jobs/{card['id']}/interview/", {"interview_date": "2026-11-10T10:00:00Z"}, status=201)
        clock.shift(timedelta(days=7))
        call(cleo, "patch", seat, {"application_status": "rejected"})
        shown = call(ada, "get", f"jobs/{card['id']}/")
        assert (shown["status"], shown["closed_reason"]) == ("Closed", "Rejected")
        row = call(ada, "get", f"interactions/{application['id']}/")
        assert (row["application_status"], row["response_date"]) == ("rejected", "2026-11-05T09:00:00Z")

        # The posting changes and is filled; days later she applies again, with the letter she had.
        listing.title = "Senior engineer"
        listing.status = "filled"
        listing.save()
        clock.shift(timedelta(days=3))
        anew = call(ada, "post", f"{path}apply/")
        assert (anew["id"], anew["application_status"]) == (application["id"], "applied")
        assert (anew["applied_date"], anew["response_date"]) == ("2026-11-15T09:00:00Z", None)
        assert (anew["cover_letter"], anew["job_snapshot"]["title"]) == ("Dear all,", "Senior engineer")
        shown = call(ada, "get", f"jobs/{card['id']}/")
        assert (shown["status"], shown["closed_reason"], shown["applied_date"]) == ("Applied", None, "2026-11-15")

        # She gives up; the recruiter cannot call her back.
        call(ada, "patch", f"jobs/{card['id']}/", {"status": "Closed", "closed_reason": "Withdrawn"})
        assert call(cleo, "get", seat)["application_status"] == "withdrawn"
        call(cleo, "patch", seat, {"application_status": "interviewing"}, status=400)

        # All of it is in her history, newest first, with who did what; none of it in Ben's.
        history = call(ada, "get", f"timeline/?listing={listing.pk}")["results"]
        assert [(event["event_type"], event["event_data"].get("application", {}).get("to")) for event in history] == [
            ("status_changed", "withdrawn"),
            ("application_submitted", "applied"),
            ("status_changed", "rejected"),
            ("interview_scheduled", None),
            ("status_changed", "interviewing"),
            ("application_submitted", "applied"),
            ("job_saved", None),
            ("job_saved", None),
        ]
        assert [event["event_data"].get("by") for event in history].count("cleo@example.com") == 2
        assert history[1]["event_data"]["application"]["replaced"] == {
            "application_status": "rejected",
            "applied_date": "2026-11-03T09:00:00+00:00",
            "response_date": "2026-11-05T09:00:00+00:00",
            "follow_up_date": None,
            "interview_scheduled": None,
        }
        assert call(ben, "get", "timeline/")["count"] == 2

        # The figures say the same, and the listing stays where people's history is in it.
        figures = call(ada, "get", "interactions/statistics/")
        assert figures["by_type"] == {"viewed": 1, "saved": 1, "applied": 1, "hidden": 0, "rejected_by_user": 0}
        assert figures["applications"]["withdrawn"] == 1
        with pytest.raises(RestrictedError, match="Retire it with a status"):
            listing.delete()
        call(ada, "delete", f"{path}save/", status=204)
        call(ben, "delete", f"{path}save/", status=204)
        assert call(ada, "get", "interactions/saved/")["count"] == 0
