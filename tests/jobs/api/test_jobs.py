"""jobs/: list, create, read, change, delete, restore."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from interactions.models import TimelineEvent
from jobos.accounts.models import User
from jobs.models import Job
from tests.answers import assert_problem
from tests.factories import InterviewFactory, JobFactory
from tests.jobs.api.payloads import LONG, payload_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/jobs/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def url_of(card: Job, *rest: str) -> str:
    return "/".join([f"{URL}{card.pk}", *rest, ""])


def found(client: APIClient, query: str = "") -> list[str]:
    response = client.get(f"{URL}{query}")
    assert response.status_code == 200, response.content
    return [card["company_name"] for card in response.json()["results"]]


class TestList:
    def test_shows_own_undeleted_cards_newest_first_without_long_texts(self, as_ada: APIClient, ada: User) -> None:
        with time_machine.travel(NOW, tick=False):
            old = JobFactory(user=ada, jd_text="Long", cover_letter="Long", ai_analysis={"a": 1})
        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            new = JobFactory(user=ada, status="Closed", applied_date=date(2026, 11, 1))
        JobFactory()
        JobFactory(user=ada, is_deleted=True)
        expected = {"count": 2, "next": None, "previous": None}
        shown = [payload_of(new, full=False), payload_of(old, full=False)]
        assert as_ada.get(URL).json() == {**expected, "results": shown}
        assert as_ada.get(f"{URL}?full=false").json() == {**expected, "results": shown}
        full = [payload_of(new), payload_of(old)]
        for spelling in ("true", "1", "True"):
            assert as_ada.get(f"{URL}?full={spelling}").json() == {**expected, "results": full}
        assert not set(LONG) & set(shown[0])

    def test_equal_times_are_ordered_by_key(self, as_ada: APIClient, ada: User) -> None:
        with time_machine.travel(NOW, tick=False):
            cards = [JobFactory(user=ada) for _ in range(5)]
        Job.objects.update(created_at=NOW, updated_at=NOW)
        keys = sorted(str(card.pk) for card in cards)
        for ordering, expected in (
            ("-created_at", keys[::-1]),
            ("created_at", keys),
            ("status", keys),
            ("-status", keys[::-1]),
        ):
            response = as_ada.get(f"{URL}?ordering={ordering}")
            assert [card["id"] for card in response.json()["results"]] == expected

    def test_pages_do_not_overlap_and_link_to_each_other(self, as_ada: APIClient, ada: User) -> None:
        for _ in range(5):
            JobFactory(user=ada)
        address = "http://testserver/api/v1/jobs/?"
        first = as_ada.get(f"{URL}?page_size=2&status=Tracking").json()
        assert (first["count"], first["previous"]) == (5, None)
        assert first["next"] == f"{address}page=2&page_size=2&status=Tracking"
        second = as_ada.get(first["next"]).json()
        assert second["previous"] == f"{address}page_size=2&status=Tracking"
        third = as_ada.get(second["next"]).json()
        assert (third["next"], len(third["results"])) == (None, 1)
        seen = [card["id"] for page in (first, second, third) for card in page["results"]]
        assert seen == [str(pk) for pk in Job.objects.values_list("pk", flat=True)]
        assert_problem(as_ada.get(f"{URL}?page=4&page_size=2"), 404, "not_found")

    def test_default_page_has_twenty_and_the_largest_a_hundred(self, as_ada: APIClient, ada: User) -> None:
        Job.objects.bulk_create(Job(user=ada, company_name=f"C{n}", role_title="R") for n in range(101))
        assert len(as_ada.get(URL).json()["results"]) == 20
        assert len(as_ada.get(f"{URL}?page_size=100").json()["results"]) == 100
        assert_problem(as_ada.get(f"{URL}?page_size=101"), 400, "invalid_parameter", parameters={"page_size"})

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Alpha", "Beta", "Gamma"]),
            ("status=Applied", ["Alpha"]),
            ("status=Applied&status=Tracking", ["Alpha", "Beta"]),
            ("status=Offer", []),
            ("company_name=ET", ["Beta"]),
            ("company_name=a", ["Alpha", "Beta", "Gamma"]),
            ("source_portal=LinkedIn", ["Beta"]),
            ("source_portal=linkedin", []),
            ("application_channel=Email", ["Gamma"]),
            ("applied_after=2026-11-10", ["Alpha"]),
            ("applied_before=2026-11-10", ["Alpha", "Gamma"]),
            ("applied_after=2026-11-11", []),
            ("has_followup_due=true", ["Alpha"]),
            ("has_followup_due=false", ["Beta", "Gamma"]),
            ("q=ENGINEER", ["Alpha"]),
            ("q=kubernetes", ["Beta"]),
            ("q=gam", ["Gamma"]),
            ("company_name=a&status=Tracking", ["Beta"]),
        ],
    )
    @time_machine.travel(NOW, tick=False)
    def test_filters_narrow_to_what_they_say(self, query: str, names: list[str], as_ada: APIClient, ada: User) -> None:
        JobFactory(
            user=ada, company_name="Alpha", status="Applied", applied_date=date(2026, 11, 10), role_title="An engineer"
        )
        JobFactory(user=ada, company_name="Beta", source_portal="LinkedIn", jd_text="Kubernetes", role_title="Lead")
        JobFactory(
            user=ada,
            company_name="Gamma",
            status="Closed",
            applied_date=date(2026, 10, 1),
            application_channel="Email",
            role_title="Lead",
        )
        assert found(as_ada, f"?ordering=company_name&{query}") == names

    @pytest.mark.parametrize(
        "text", ["%", "_", "%%", "__", "\\", "a%c", "a_c", "'", '"', "(", "*", ".*", "$1", "{0}", "a\\"]
    )
    def test_search_text_is_literal(self, text: str, as_ada: APIClient, ada: User) -> None:
        JobFactory(user=ada, company_name="Plain abc", role_title="R", jd_text="nothing")
        JobFactory(user=ada, company_name=f"With {text} inside")
        from urllib.parse import quote

        for parameter in ("q", "company_name"):
            assert found(as_ada, f"?{parameter}={quote(text)}") == [f"With {text} inside"]

    @pytest.mark.parametrize(
        "column",
        [
            "created_at",
            "updated_at",
            "applied_date",
            "company_name",
            "role_title",
            "status",
            "fit_score",
            "ats_score",
            "interview_date",
            "last_followup_date",
        ],
    )
    def test_ordering_works_both_ways_with_missing_values(self, column: str, as_ada: APIClient, ada: User) -> None:
        JobFactory(
            user=ada,
            fit_score=3,
            ats_score=3,
            applied_date=date(2026, 1, 1),
            interview_date=NOW,
            last_followup_date=date(2026, 1, 1),
        )
        JobFactory(
            user=ada,
            fit_score=3,
            ats_score=3,
            applied_date=date(2026, 1, 1),
            interview_date=NOW,
            last_followup_date=date(2026, 1, 1),
        )
        JobFactory(user=ada)
        up = [card["id"] for card in as_ada.get(f"{URL}?ordering={column}").json()["results"]]
        down = [card["id"] for card in as_ada.get(f"{URL}?ordering=-{column}").json()["results"]]
        assert up == down[::-1]

    def test_one_odd_row_of_an_import_does_not_break_the_list(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada, notes=["text", {"text": None}, {"x": [1]}, 5, None])
        assert as_ada.get(URL).json()["results"] == [payload_of(card, full=False)]
        assert as_ada.get(url_of(card)).json() == payload_of(card)
        assert as_ada.post(url_of(card, "notes"), {"text": "More"}).json()["notes"][:5] == card.notes
        assert as_ada.get(f"{URL}?full=true").status_code == 200


class TestCreate:
    @time_machine.travel(NOW, tick=False)
    def test_needs_only_company_and_role(self, as_ada: APIClient, ada: User) -> None:
        response = as_ada.post(URL, {"company_name": " Acme ", "role_title": "Engineer"})
        assert response.status_code == 201
        card = Job.objects.get()
        assert card.user == ada
        assert response.json() == {
            **dict.fromkeys(payload_of(card)),
            "id": str(card.pk),
            "company_name": "Acme",
            "role_title": "Engineer",
            "status": "Tracking",
            "source_portal": "Direct",
            "keywords_matched": [],
            "keywords_missing": [],
            "notes": [],
            "followup_count": 0,
            "is_deleted": False,
            "created_at": "2026-11-24T12:00:00Z",
            "updated_at": "2026-11-24T12:00:00Z",
        }
        assert response.json() == as_ada.get(url_of(card)).json()
        assert response["ETag"] == as_ada.get(url_of(card))["ETag"]

    @time_machine.travel(NOW, tick=False)
    def test_keeps_everything_it_takes(self, as_ada: APIClient) -> None:
        given = {
            "company_name": "Acme",
            "role_title": "Engineer",
            "status": "Closed",
            "closed_reason": "Rejected",
            "jd_text": "Posting\nwith lines",
            "jd_url": "https://acme.example/1",
            "source_portal": "LinkedIn",
            "fit_score": 7.5,
            "ats_score": 88.25,
            "resume_version": "v3",
            "apply_type": "deep",
            "application_channel": "Email",
            "cover_letter": "Dear",
            "referral_contact": "Grace",
            "keywords_matched": ["python", "sql"],
            "keywords_missing": ["go"],
            "applied_date": "2026-10-01",
            "interview_date": "2026-12-01T10:00:00Z",
            "interview_type": "Phone",
            "interviewer_name": "Grace",
            "interviewer_linkedin": "https://linkedin.com/in/grace",
            "prep_notes": "Read",
            "interview_feedback": "Good",
        }
        response = as_ada.post(URL, {**given, "notes": [{"text": "One"}, {"text": "Two"}]})
        assert response.status_code == 201, response.content
        shown = response.json()
        assert {name: shown[name] for name in given} == given
        written = "2026-11-24T12:00:00.000000Z"
        assert shown["notes"] == [{"text": "One", "created_at": written}, {"text": "Two", "created_at": written}]
        assert shown == payload_of(Job.objects.get())

    @pytest.mark.parametrize(
        ("given", "applied"),
        [
            ({}, None),
            ({"status": "Tracking"}, None),
            ({"status": "Applied"}, "2026-11-24"),
            ({"status": "Interview"}, "2026-11-24"),
            ({"status": "Offer"}, "2026-11-24"),
            ({"status": "Closed"}, None),
            ({"status": "Applied", "applied_date": "2026-11-01"}, "2026-11-01"),
            ({"status": "Applied", "applied_date": None}, "2026-11-24"),
        ],
    )
    @time_machine.travel(datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC), tick=False)
    def test_applied_date_is_todays_in_utc_unless_given_and_never_for_tracking(
        self, given: dict[str, Any], applied: str | None, as_ada: APIClient
    ) -> None:
        response = as_ada.post(URL, {"company_name": "Acme", "role_title": "Engineer", **given})
        assert response.json()["applied_date"] == applied

    def test_closed_without_reason_gets_no_response(self, as_ada: APIClient) -> None:
        response = as_ada.post(URL, {"company_name": "Acme", "role_title": "Engineer", "status": "Closed"})
        assert response.json()["closed_reason"] == "No Response"

    def test_reason_on_an_open_card_is_refused(self, as_ada: APIClient) -> None:
        response = as_ada.post(URL, {"company_name": "Acme", "role_title": "E", "closed_reason": "Rejected"})
        assert_problem(response, 400, "validation_error", pointers={"#/closed_reason"})
        assert not Job.objects.exists()

    @pytest.mark.parametrize("company_name", ["Acme", "ACME", "  acme  "])
    def test_open_twin_is_a_conflict_that_names_it(self, company_name: str, as_ada: APIClient, ada: User) -> None:
        twin = JobFactory(user=ada, company_name="Acme", role_title="Engineer")
        response = as_ada.post(URL, {"company_name": company_name, "role_title": " engineer "})
        problem = assert_problem(response, 409, "duplicate_open_job", extra={"existing_id"})
        assert problem["existing_id"] == str(twin.pk)
        assert Job.objects.count() == 1
        assert not TimelineEvent.objects.exists()

    def test_twin_of_another_user_is_none(self, as_ada: APIClient, ben: User) -> None:
        JobFactory(user=ben, company_name="Acme", role_title="Engineer")
        assert as_ada.post(URL, {"company_name": "Acme", "role_title": "Engineer"}).status_code == 201

    def test_applying_again_after_a_rejection_is_possible(self, as_ada: APIClient, ada: User) -> None:
        JobFactory(user=ada, company_name="Acme", role_title="Engineer", status="Closed")
        assert as_ada.post(URL, {"company_name": "Acme", "role_title": "Engineer"}).status_code == 201

    @pytest.mark.parametrize(
        "given", [{"text": "x", "created_at": "2020-01-01"}, {"text": "x", "type": "system"}, "x", {}]
    )
    def test_notes_are_dated_by_the_server(self, given: Any, as_ada: APIClient) -> None:
        response = as_ada.post(URL, {"company_name": "Acme", "role_title": "E", "notes": [given]})
        problem = assert_problem(response, 400, "validation_error")
        assert all(error["pointer"].startswith("#/notes/0") for error in problem["errors"])
        assert not Job.objects.exists()

    @pytest.mark.parametrize(
        ("field", "longest"),
        [
            ("company_name", 255),
            ("role_title", 255),
            ("jd_url", 1000),
            ("source_portal", 100),
            ("resume_version", 100),
            ("referral_contact", 255),
            ("application_channel", 50),
            ("closed_reason", 50),
            ("interview_type", 50),
            ("interviewer_name", 255),
            ("interviewer_linkedin", 1000),
        ],
    )
    def test_longest_text_fits_and_one_more_character_does_not(
        self, field: str, longest: int, as_ada: APIClient
    ) -> None:
        valid = {"company_name": "Acme", "role_title": "E", "status": "Closed"}
        fits = as_ada.post(URL, {**valid, field: "\U0001f600" * longest})
        assert fits.status_code == 201, fits.content
        assert fits.json()[field] == "\U0001f600" * longest
        response = as_ada.post(URL, {**valid, field: "x" * (longest + 1)})
        problem = assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})
        assert [error["code"] for error in problem["errors"]] == ["max_length"]

    @pytest.mark.parametrize("field", ["company_name", "role_title"])
    @pytest.mark.parametrize("value", ["", "   ", "\t\n", "\u00a0", "\u3000"])
    def test_blank_name_is_refused(self, field: str, value: str, as_ada: APIClient) -> None:
        response = as_ada.post(URL, {"company_name": "Acme", "role_title": "E", field: value})
        assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})

    @pytest.mark.parametrize(
        ("field", "values"), [("fit_score", [-0.01, 10.01, 11]), ("ats_score", [-1, 100.1]), ("apply_type", ["slow"])]
    )
    def test_out_of_range_is_refused_in_the_words_of_its_rule(
        self, field: str, values: list[Any], as_ada: APIClient
    ) -> None:
        for value in values:
            response = as_ada.post(URL, {"company_name": "Acme", "role_title": "E", field: value})
            assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})
        assert not Job.objects.exists()

    def test_scores_are_refused_with_the_words_of_the_constraint(self, as_ada: APIClient) -> None:
        response = as_ada.post(URL, {"company_name": "Acme", "role_title": "E", "fit_score": 11})
        assert response.json()["errors"] == [
            {
                "detail": "The fit score is a number from 0 to 10.",
                "code": "jobs_job_fit_score_in_range",
                "pointer": "#/fit_score",
            }
        ]


class TestRead:
    def test_shows_the_whole_card(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada, jd_text="x", ai_analysis={"score": 5, "deep": [1, {"a": None}]}, fit_score=0)
        assert as_ada.get(url_of(card)).json() == payload_of(card)

    def test_head_is_a_get_without_a_body(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada)
        response = as_ada.head(url_of(card))
        assert (response.status_code, response.content) == (200, b"")
        assert response["ETag"] == as_ada.get(url_of(card))["ETag"]

    def test_deleted_card_is_gone(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada, is_deleted=True)
        for method in ("get", "patch", "delete"):
            assert_problem(getattr(as_ada, method)(url_of(card)), 404, "not_found")


class TestChange:
    @time_machine.travel(NOW, tick=False)
    def test_changes_only_what_was_sent_and_answers_the_whole_card(self, as_ada: APIClient, ada: User) -> None:
        with time_machine.travel(NOW - timedelta(days=1), tick=False):
            card = JobFactory(user=ada, prep_notes="Read", fit_score=5)
        before = payload_of(card)
        response = as_ada.patch(url_of(card), {"role_title": "Lead"})
        assert response.status_code == 200
        assert response.json() == {**before, "role_title": "Lead", "updated_at": "2026-11-24T12:00:00Z"}
        assert response.json() == payload_of(Job.objects.get())

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("status", "Offer"),
            ("company_name", "Beta"),
            ("role_title", "Lead"),
            ("jd_url", "https://x.example"),
            ("source_portal", "Web"),
            ("applied_date", "2026-01-02"),
            ("interview_date", "2026-12-01T10:00:00Z"),
            ("interview_type", "On site"),
            ("interviewer_name", "Grace"),
            ("interviewer_linkedin", "https://l.example"),
            ("prep_notes", "Read"),
            ("interview_feedback", "Good"),
            ("resume_version", "v2"),
            ("referral_contact", "G"),
            ("application_channel", "Email"),
            ("cover_letter", "Dear"),
        ],
    )
    def test_every_editable_column_can_be_set(self, field: str, value: str, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada)
        assert as_ada.patch(url_of(card), {field: value}).json()[field] == value
        assert payload_of(Job.objects.get())[field] == value

    @pytest.mark.parametrize(
        "field",
        [
            "jd_url",
            "applied_date",
            "interview_date",
            "interview_type",
            "interviewer_name",
            "interviewer_linkedin",
            "prep_notes",
            "interview_feedback",
            "resume_version",
            "referral_contact",
            "application_channel",
            "cover_letter",
            "source_portal",
        ],
    )
    def test_null_clears(self, field: str, as_ada: APIClient, ada: User) -> None:
        value: Any = {"applied_date": date(2026, 1, 1), "interview_date": NOW}.get(field, "something")
        card = JobFactory(user=ada, **{field: value})
        response = as_ada.patch(url_of(card), {field: None})
        assert (response.status_code, response.json()[field]) == (200, None)

    @pytest.mark.parametrize("field", ["status", "company_name", "role_title"])
    def test_null_where_a_value_is_needed_is_refused(self, field: str, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada)
        response = as_ada.patch(url_of(card), {field: None})
        assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("id", "00000000-0000-0000-0000-000000000000"),
            ("followup_count", 7),
            ("last_followup_date", "2026-01-01"),
            ("is_deleted", True),
            ("ai_analysis", {"score": 10}),
            ("created_at", "2020-01-01T00:00:00Z"),
            ("updated_at", "2020-01-01T00:00:00Z"),
            ("jd_text", "other"),
            ("fit_score", 1),
            ("apply_type", "deep"),
        ],
    )
    def test_read_only_field_cannot_be_written_but_may_come_back(
        self, field: str, value: Any, as_ada: APIClient, ada: User
    ) -> None:
        card = JobFactory(user=ada)
        before = payload_of(card)
        response = as_ada.patch(url_of(card), {field: value, "role_title": "Lead"})
        problem = assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})
        assert problem["errors"][0]["code"] == "read_only"
        assert payload_of(Job.objects.get()) == before
        assert as_ada.patch(url_of(card), {field: before[field]}).json() == before

    @pytest.mark.parametrize("field", ["user", "user_id", "pk", "owner", "is_staff", "is_superuser", "nonsense"])
    def test_undeclared_field_is_refused(self, field: str, as_ada: APIClient, ada: User, ben: User) -> None:
        card = JobFactory(user=ada)
        response = as_ada.patch(url_of(card), {field: str(ben.pk)})
        problem = assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})
        assert problem["errors"][0]["code"] == "unknown_field"
        assert Job.objects.get().user == ada

    @pytest.mark.parametrize("status", ["Tracking", "Closed"])
    def test_what_a_get_showed_can_be_sent_back(self, status: str, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(
            user=ada,
            status=status,
            notes=[{"text": "a", "created_at": "2026-01-01T00:00:00.000000Z", "type": "system"}],
        )
        InterviewFactory(job=card)
        shown = as_ada.get(url_of(card))
        response = as_ada.patch(url_of(card), shown.json(), headers={"If-Match": shown["ETag"]})
        assert response.status_code == 200, response.content
        assert response.json() == shown.json()
        assert response["ETag"] == shown["ETag"]
        assert not TimelineEvent.objects.exists()

    @pytest.mark.parametrize(
        ("before", "given", "after"),
        [
            (("Tracking", ""), {"status": "Closed"}, ("Closed", "No Response")),
            (("Tracking", ""), {"status": "Closed", "closed_reason": None}, ("Closed", "No Response")),
            (("Tracking", ""), {"status": "Closed", "closed_reason": "Rejected"}, ("Closed", "Rejected")),
            (("Closed", "Rejected"), {"status": "Closed"}, ("Closed", "Rejected")),
            (("Closed", "Rejected"), {"role_title": "Lead"}, ("Closed", "Rejected")),
            (("Closed", "Rejected"), {"closed_reason": "Withdrawn"}, ("Closed", "Withdrawn")),
            (("Closed", "Rejected"), {"status": "Applied"}, ("Applied", "")),
            (("Closed", "Rejected"), {"status": "Tracking", "closed_reason": None}, ("Tracking", "")),
            (("Applied", ""), {"closed_reason": None}, ("Applied", "")),
        ],
    )
    def test_closed_exactly_when_there_is_a_reason(
        self, before: tuple[str, str], given: dict[str, Any], after: tuple[str, str], as_ada: APIClient, ada: User
    ) -> None:
        card = JobFactory(user=ada, status=before[0], closed_reason=before[1])
        response = as_ada.patch(url_of(card), given)
        assert response.status_code == 200, response.content
        stored = Job.objects.get()
        assert (stored.status, stored.closed_reason) == after

    @pytest.mark.parametrize(
        ("before", "given"),
        [
            (("Tracking", ""), {"closed_reason": "Rejected"}),
            (("Tracking", ""), {"status": "Applied", "closed_reason": "Rejected"}),
            (("Closed", "Rejected"), {"status": "Applied", "closed_reason": "Rejected"}),
            (("Closed", "Rejected"), {"closed_reason": None}),
            (("Closed", "Rejected"), {"closed_reason": ""}),
        ],
    )
    def test_reason_that_contradicts_the_status_is_refused(
        self, before: tuple[str, str], given: dict[str, Any], as_ada: APIClient, ada: User
    ) -> None:
        card = JobFactory(user=ada, status=before[0], closed_reason=before[1])
        response = as_ada.patch(url_of(card), given)
        assert_problem(response, 400, "validation_error", pointers={"#/closed_reason"})
        assert payload_of(Job.objects.get()) == payload_of(card)

    @pytest.mark.parametrize(
        ("before", "given", "applied"),
        [
            (("Tracking", None), {"status": "Applied"}, "2026-11-24"),
            (("Tracking", None), {"status": "Interview"}, "2026-11-24"),
            (("Tracking", None), {"status": "Offer"}, "2026-11-24"),
            (("Closed", None), {"status": "Applied"}, "2026-11-24"),
            (("Tracking", None), {"status": "Closed"}, None),
            (("Tracking", date(2026, 1, 1)), {"status": "Applied"}, "2026-01-01"),
            (("Applied", date(2026, 1, 1)), {"status": "Interview"}, "2026-01-01"),
            (("Applied", None), {"role_title": "Lead"}, None),
            (("Tracking", None), {"status": "Applied", "applied_date": "2026-02-02"}, "2026-02-02"),
        ],
    )
    @time_machine.travel(NOW, tick=False)
    def test_applied_date_is_set_when_first_applied(
        self, before: tuple[str, Any], given: dict[str, Any], applied: str | None, as_ada: APIClient, ada: User
    ) -> None:
        card = JobFactory(user=ada, status=before[0], applied_date=before[1])
        assert as_ada.patch(url_of(card), given).json()["applied_date"] == applied

    @pytest.mark.parametrize("given", [{"company_name": " acme "}, {"status": "Tracking"}])
    def test_renaming_or_reopening_beside_an_open_twin_is_a_conflict(
        self, given: dict[str, str], as_ada: APIClient, ada: User
    ) -> None:
        twin = JobFactory(user=ada, company_name="Acme")
        status = "Closed" if "status" in given else "Tracking"
        card = JobFactory(user=ada, company_name="Acme" if status == "Closed" else "Beta", status=status)
        before = payload_of(card)
        problem = assert_problem(as_ada.patch(url_of(card), given), 409, "duplicate_open_job", extra={"existing_id"})
        assert problem["existing_id"] == str(twin.pk)
        assert payload_of(Job.objects.get(pk=card.pk)) == before
        assert_problem(as_ada.post(url_of(card, "notes"), {"text": ""}), 400)

    def test_unknown_status_is_refused(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada)
        for status in ("Analyzed", "tracking", "", "Rejected"):
            response = as_ada.patch(url_of(card), {"status": status})
            assert_problem(response, 400, "validation_error", pointers={"#/status"})


class TestReplaceNotes:
    OLD = {"text": "Old", "created_at": "2026-01-01T00:00:00.000000Z", "type": "system"}

    def test_needs_if_match(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada, notes=[self.OLD])
        assert_problem(as_ada.patch(url_of(card), {"notes": []}), 428, "precondition_required")
        assert Job.objects.get().notes == [self.OLD]

    @time_machine.travel(NOW, tick=False)
    def test_keeps_times_of_what_was_there_and_dates_what_is_new(self, as_ada: APIClient, ada: User) -> None:
        second = {"text": "Second", "created_at": "2026-01-02T00:00:00.000000Z"}
        card = JobFactory(user=ada, notes=[self.OLD, second])
        tag = as_ada.get(url_of(card))["ETag"]
        wanted = [
            {"text": "New"},
            {"text": "Second, edited", "created_at": second["created_at"]},
            {"text": "Old", "created_at": self.OLD["created_at"]},
        ]
        response = as_ada.patch(url_of(card), {"notes": wanted}, headers={"If-Match": tag})
        now = "2026-11-24T12:00:00.000000Z"
        assert response.status_code == 200, response.content
        assert response.json()["notes"] == [
            {"text": "New", "created_at": now},
            {"text": "Second, edited", "created_at": second["created_at"]},
            self.OLD,
        ]

    @pytest.mark.parametrize(
        "forged",
        [
            {"text": "x", "created_at": "1999-01-01T00:00:00.000000Z"},
            {"text": "x", "type": "system"},
            {"text": "Old", "created_at": "2026-01-01T00:00:00.000000Z", "type": "followup"},
        ],
    )
    def test_time_or_type_that_no_entry_has_is_refused(
        self, forged: dict[str, str], as_ada: APIClient, ada: User
    ) -> None:
        card = JobFactory(user=ada, notes=[self.OLD])
        response = as_ada.patch(url_of(card), {"notes": [self.OLD, forged]}, headers={"If-Match": "*"})
        assert_problem(response, 400, "validation_error", pointers={"#/notes"})
        assert Job.objects.get().notes == [self.OLD]

    def test_stale_state_is_refused(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada)
        tag = as_ada.get(url_of(card))["ETag"]
        as_ada.post(url_of(card, "notes"), {"text": "Meanwhile"})
        response = as_ada.patch(url_of(card), {"notes": []}, headers={"If-Match": tag})
        assert_problem(response, 412, "precondition_failed")
        assert len(Job.objects.get().notes) == 1

    def test_whole_list_can_be_emptied(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada, notes=[self.OLD])
        response = as_ada.patch(url_of(card), {"notes": []}, headers={"If-Match": "*"})
        assert response.json()["notes"] == []

    def test_too_many_or_too_long_notes_are_refused(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada)
        for notes in ([{"text": "x"}] * 5001, [{"text": "x" * 5001}], [{"text": ""}], [{"text": None}], None):
            response = as_ada.patch(url_of(card), {"notes": notes}, headers={"If-Match": "*"})
            assert_problem(response, 400, "validation_error")


class TestDeleteAndRestore:
    def test_deleting_is_soft_and_restoring_brings_it_back_as_it_was(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada, status="Closed", closed_reason="Rejected", prep_notes="Read")
        before = payload_of(card)
        response = as_ada.delete(url_of(card))
        assert (response.status_code, response.content) == (204, b"")
        assert Job.objects.get().is_deleted
        assert_problem(as_ada.delete(url_of(card)), 404)
        restored = as_ada.post(url_of(card, "restore"))
        assert restored.status_code == 200
        assert {**restored.json(), "updated_at": 0} == {**before, "updated_at": 0}

    def test_restoring_what_is_there_changes_nothing(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada)
        assert as_ada.post(url_of(card, "restore")).json() == payload_of(card)
        assert not TimelineEvent.objects.exists()

    def test_restoring_beside_an_open_twin_is_a_conflict(self, as_ada: APIClient, ada: User) -> None:
        card = JobFactory(user=ada, company_name="Acme", is_deleted=True)
        twin = JobFactory(user=ada, company_name="ACME")
        response = as_ada.post(url_of(card, "restore"))
        problem = assert_problem(response, 409, "duplicate_open_job", extra={"existing_id"})
        assert problem["existing_id"] == str(twin.pk)
        assert Job.objects.get(pk=card.pk).is_deleted
