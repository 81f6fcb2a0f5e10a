"""What a user does with a listing: counted, kept, taken back, and told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from interactions.models import JobUserInteraction, TimelineEvent
from interactions.services.listings import (
    hide_listing,
    reject_listing,
    save_listing,
    unhide_listing,
    unsave_listing,
    view_listing,
)
from jobos.accounts.models import User
from jobs.models import JobListing
from jobs.services.applications import apply_to_listing, change_application
from tests.factories import CompanyFactory, JobListingFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ACTS = [save_listing, apply_to_listing, view_listing, hide_listing, reject_listing]


@pytest.fixture
def listing() -> JobListing:
    return JobListingFactory(
        title="Engineer",
        company=CompanyFactory(name="Acme"),
        description="We build things.",
        salary_min="90000.50",
        posted_date=datetime(2026, 11, 1, 8, tzinfo=UTC),
        skills_required=["Python"],
    )


def told(user: User) -> list[tuple[str, str, bool]]:
    events = TimelineEvent.objects.owned_by(user).order_by("event_date", "pk")
    return [(event.event_type, event.title, event.is_milestone) for event in events]


@pytest.mark.parametrize("act", ACTS)
def test_repeat_counts_in_the_same_row_and_keeps_the_first_time(act: Any, listing: JobListing, ada: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        first = act(listing, by=ada)
        clock.shift(timedelta(hours=1))
        again = act(listing, by=ada)
    assert (first.pk, first.interaction_count, first.is_first) == (again.pk, 1, True)
    stored = JobUserInteraction.objects.get()
    assert (stored.interaction_count, stored.first_interaction) == (2, NOW)
    assert stored.last_interaction == stored.updated_at == NOW + timedelta(hours=1)
    assert stored.created_at == NOW
    for field in JobUserInteraction._meta.concrete_fields:
        assert getattr(again, field.attname) == getattr(stored, field.attname), field


@pytest.mark.parametrize("act", ACTS)
def test_a_clock_that_ran_ahead_is_not_turned_back(act: Any, listing: JobListing, ada: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        act(listing, by=ada)
        clock.shift(timedelta(hours=-1))
        assert act(listing, by=ada).last_interaction == NOW


def test_kinds_and_people_have_rows_of_their_own(listing: JobListing, ada: User, ben: User) -> None:
    for act in ACTS:
        for person in (ada, ben):
            assert act(listing, by=person).interaction_count == 1
    assert JobUserInteraction.objects.count() == 10


class TestSaving:
    def test_bare_repeat_keeps_notes_and_tags(self, listing: JobListing, ada: User) -> None:
        save_listing(listing, by=ada, notes="Ask Grace.", tags=["remote", "go"])
        saved = save_listing(listing, by=ada)
        assert (saved.notes, saved.tags) == ("Ask Grace.", ["remote", "go"])
        saved = save_listing(listing, by=ada, tags=["go"])
        assert (saved.notes, saved.tags) == ("Ask Grace.", ["go"])
        saved = save_listing(listing, by=ada, notes="", tags=[])
        assert (saved.notes, saved.tags, saved.interaction_count) == ("", [], 4)

    def test_date_is_the_first_and_the_snapshot_the_last(self, listing: JobListing, ada: User) -> None:
        with time_machine.travel(NOW, tick=False) as clock:
            first = save_listing(listing, by=ada)
            clock.shift(timedelta(days=1))
            listing.title = "Senior engineer"
            second = save_listing(listing, by=ada)
        assert first.saved_date == second.saved_date == NOW
        assert first.job_snapshot == {
            "company_name": "Acme",
            "title": "Engineer",
            "location": "",
            "description": "We build things.",
            "requirements": "",
            "responsibilities": "",
            "job_type": "",
            "remote_type": "",
            "experience_level": "",
            "seniority_level": "",
            "salary_min": "90000.50",
            "salary_max": None,
            "salary_currency": "USD",
            "skills_required": ["Python"],
            "skills_preferred": [],
            "tech_stack": [],
            "benefits": [],
            "education_required": "",
            "job_url": "",
            "application_url": "",
            "posted_date": "2026-11-01T08:00:00Z",
            "application_deadline": None,
            "source": "",
            "status": "active",
            "taken_at": "2026-11-24T12:00:00Z",
        }
        assert second.job_snapshot == {
            **first.job_snapshot,
            "title": "Senior engineer",
            "taken_at": "2026-11-25T12:00:00Z",
        }

    def test_is_told_once(self, listing: JobListing, ada: User) -> None:
        row = save_listing(listing, by=ada)
        save_listing(listing, by=ada)
        assert told(ada) == [("job_saved", "Saved Engineer at Acme", False)]
        event = TimelineEvent.objects.get()
        assert (event.listing, event.interaction, event.job) == (listing, row, None)

    def test_taking_it_back_leaves_its_notes_in_the_history(self, listing: JobListing, ada: User, ben: User) -> None:
        others = save_listing(listing, by=ben)
        with time_machine.travel(NOW, tick=False):
            save_listing(listing, by=ada, notes="Ask Grace.", tags=["go"])
        unsave_listing(listing, by=ada)
        unsave_listing(listing, by=ada)
        assert JobUserInteraction.objects.get() == others
        assert told(ada) == [
            ("job_saved", "Saved Engineer at Acme", False),
            ("custom_event", "No longer saved: Engineer at Acme", False),
        ]
        assert TimelineEvent.objects.get(event_type="custom_event").event_data == {
            "action": "unsaved",
            "notes": "Ask Grace.",
            "tags": ["go"],
            "saved_date": "2026-11-24T12:00:00+00:00",
        }
        assert save_listing(listing, by=ada).interaction_count == 1


class TestDismissing:
    @pytest.mark.parametrize("act", [hide_listing, reject_listing])
    def test_reason_is_kept_until_it_is_changed_or_cleared(self, act: Any, listing: JobListing, ada: User) -> None:
        assert act(listing, by=ada).interaction_data == {}
        assert act(listing, by=ada, reason="Too far.").interaction_data == {"reason": "Too far."}
        JobUserInteraction.objects.update(interaction_data={"reason": "Too far.", "screen": "list"})
        kept = {"screen": "list"}
        assert act(listing, by=ada).interaction_data == {"reason": "Too far.", **kept}
        assert act(listing, by=ada, reason="Too small.").interaction_data == {"reason": "Too small.", **kept}
        assert act(listing, by=ada, reason="").interaction_data == kept
        assert act(listing, by=ada).interaction_count == 6

    def test_is_nothing_for_the_history(self, listing: JobListing, ada: User) -> None:
        for act in (view_listing, hide_listing, reject_listing):
            act(listing, by=ada)
        assert told(ada) == []

    def test_showing_again_forgets_only_that_it_was_hidden(self, listing: JobListing, ada: User, ben: User) -> None:
        hide_listing(listing, by=ada)
        kept = {
            reject_listing(listing, by=ada),
            hide_listing(listing, by=ben),
            hide_listing(JobListingFactory(), by=ada),
        }
        unhide_listing(listing, by=ada)
        unhide_listing(listing, by=ada)
        assert set(JobUserInteraction.objects.all()) == kept


class TestApplying:
    def test_first_time(self, listing: JobListing, ada: User) -> None:
        with time_machine.travel(NOW, tick=False):
            row = apply_to_listing(listing, by=ada, cover_letter="Dear all,")
        assert (row.application_status, row.applied_date, row.response_date) == ("applied", NOW, None)
        assert (row.cover_letter, row.shared_with_recruiters) == ("Dear all,", False)
        assert row.job_snapshot["title"] == "Engineer"
        assert told(ada) == [("application_submitted", "Applied to Engineer at Acme", True)]
        event = TimelineEvent.objects.get()
        assert (event.listing, event.interaction, event.job) == (listing, row, None)
        assert event.event_data == {"application": {"from": None, "to": "applied"}}

    @pytest.mark.parametrize("status", ["inactive", "filled", "expired"])
    def test_elsewhere_to_a_listing_of_any_status(self, status: str, ada: User) -> None:
        assert apply_to_listing(JobListingFactory(status=status), by=ada).application_status == "applied"

    def test_bare_repeat_keeps_everything(self, listing: JobListing, ada: User) -> None:
        given = {
            "application_status": "interviewing",
            "applied_date": NOW - timedelta(days=30),
            "resume_version": "Two pages",
            "cover_letter": "Dear all,",
            "notes": "By mail.",
            "shared_with_recruiters": True,
        }
        first = apply_to_listing(listing, by=ada, **given)
        assert first.response_date is not None
        listing.title = "Changed since"
        again = apply_to_listing(listing, by=ada)
        for name in (*given, "response_date", "job_snapshot"):
            assert getattr(again, name) == getattr(first, name), name
        assert (again.interaction_count, len(told(ada))) == (2, 1)
        cleared = apply_to_listing(listing, by=ada, cover_letter="", notes="", applied_date=None)
        assert (cleared.cover_letter, cleared.notes, cleared.applied_date) == ("", "", None)
        assert cleared.resume_version == "Two pages"

    @pytest.mark.parametrize("end", ["rejected", "accepted", "withdrawn"])
    def test_after_an_end_starts_anew_and_tells_what_was(self, end: str, listing: JobListing, ada: User) -> None:
        with time_machine.travel(NOW, tick=False) as clock:
            row = apply_to_listing(listing, by=ada, cover_letter="Dear all,")
            clock.shift(timedelta(days=3))
            dates = {"follow_up_date": NOW + timedelta(days=30), "interview_scheduled": NOW + timedelta(days=31)}
            change_application(row, by=ada, application_status=end, **dates)
            clock.shift(timedelta(days=30))
            listing.title = "Senior engineer"
            again = apply_to_listing(listing, by=ada)
        assert (again.pk, again.application_status, again.response_date) == (row.pk, "applied", None)
        assert (again.follow_up_date, again.interview_scheduled) == (None, None)
        assert (again.applied_date, again.cover_letter) == (NOW + timedelta(days=33), "Dear all,")
        assert again.job_snapshot["title"] == "Senior engineer"
        event = TimelineEvent.objects.latest("event_date")
        assert (event.event_type, event.title) == ("application_submitted", "Applied again to Senior engineer at Acme")
        responded = None if end == "withdrawn" else "2026-11-27T12:00:00+00:00"
        assert event.event_data == {
            "application": {
                "from": end,
                "to": "applied",
                "replaced": {
                    "application_status": end,
                    "applied_date": "2026-11-24T12:00:00+00:00",
                    "response_date": responded,
                    "follow_up_date": "2026-12-24T12:00:00+00:00",
                    "interview_scheduled": "2026-12-25T12:00:00+00:00",
                },
            }
        }

    def test_again_with_a_date_of_its_own(self, listing: JobListing, ada: User) -> None:
        row = apply_to_listing(listing, by=ada)
        change_application(row, by=ada, application_status="rejected")
        again = apply_to_listing(listing, by=ada, applied_date=NOW)
        assert (again.applied_date, again.application_status) == (NOW, "applied")

    def test_snapshot_that_an_import_left_out_is_taken_at_the_next_act(self, listing: JobListing, ada: User) -> None:
        apply_to_listing(listing, by=ada)
        JobUserInteraction.objects.update(job_snapshot={})
        assert apply_to_listing(listing, by=ada).job_snapshot["title"] == "Engineer"
