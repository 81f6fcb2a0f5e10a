"""What services guarantee that no single request shows: one transaction, one actor, one history."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions.models import TimelineEvent
from jobos.accounts.models import User
from jobos.core.errors import Conflict
from jobs.models import Interview, Job, JobStatus
from jobs.services import cards, interviews, overview
from tests.factories import InterviewFactory, JobFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def history_of(card: Job) -> list[tuple[Any, ...]]:
    events = TimelineEvent.objects.filter(job=card).order_by("pk")
    return list(events.values_list("event_type", "title", "event_data", "is_milestone"))


@time_machine.travel(NOW, tick=False)
def test_life_of_a_card_is_written_into_the_timeline(ada: User) -> None:
    card = cards.add_job(by=ada, company_name="Acme", role_title="Engineer")
    card = cards.change_job(card, by=ada, status="Applied")
    card = cards.add_note(card, by=ada, text="They answered.")
    card = cards.follow_up(card, by=ada, text="Again.")
    interview = interviews.schedule_interview(card, by=ada, interview_date=NOW, round="Technical")
    interviews.debrief(card, by=ada, rating=7)
    card = cards.change_job(card, by=ada, status="Offer")
    card = cards.close_job(card, by=ada, reason="Declined")
    cards.delete_job(card, by=ada)
    assert history_of(card) == [
        ("job_saved", "Added Acme", {"status": "Tracking"}, False),
        (
            "application_submitted",
            "Acme: Tracking to Applied",
            {"from": "Tracking", "to": "Applied", "closed_reason": None},
            True,
        ),
        ("note_added", "Note on Acme", {}, False),
        ("follow_up_sent", "Followed up with Acme", {"count": 1}, False),
        (
            "status_changed",
            "Acme: Applied to Interview",
            {"from": "Applied", "to": "Interview", "closed_reason": None},
            False,
        ),
        (
            "interview_scheduled",
            "Technical with Acme",
            {"interview": str(interview.pk), "interview_date": NOW.isoformat()},
            False,
        ),
        (
            "interview_completed",
            "Technical with Acme: Completed",
            {"interview": str(interview.pk), "status": "Completed"},
            True,
        ),
        (
            "status_changed",
            "Acme: Interview to Offer",
            {"from": "Interview", "to": "Offer", "closed_reason": None},
            True,
        ),
        (
            "status_changed",
            "Acme: Offer to Closed (Declined)",
            {"from": "Offer", "to": "Closed", "closed_reason": "Declined"},
            False,
        ),
        ("custom_event", "Removed Acme", {"action": "deleted"}, False),
    ]


def test_event_names_whoever_acted_for_the_owner(ada: User, dora: User) -> None:
    card = JobFactory(user=ada)
    cards.close_job(card, by=dora)
    event = TimelineEvent.objects.get(job=card)
    assert (event.user, event.event_data["by"]) == (ada, "dora@example.com")


def test_change_that_changes_nothing_writes_nothing(ada: User, django_assert_num_queries: Any) -> None:
    card = JobFactory(user=ada, company_name="Acme")
    with django_assert_num_queries(2):  # The savepoint of the service.
        cards.change_job(card, by=ada, company_name="Acme", status="Tracking")
    assert Job.objects.get(pk=card.pk).updated_at == card.updated_at
    assert history_of(card) == []


def test_change_writes_only_its_columns(ada: User) -> None:
    """A stale copy of a row does not put back what somebody else changed meanwhile."""
    stale = JobFactory(user=ada, company_name="Acme")
    Job.objects.filter(pk=stale.pk).update(prep_notes="Written meanwhile", followup_count=3)
    cards.change_job(stale, by=ada, role_title="Lead")
    stored = Job.objects.get(pk=stale.pk)
    assert (stored.role_title, stored.prep_notes, stored.followup_count) == ("Lead", "Written meanwhile", 3)


def test_notes_and_follow_ups_append_to_what_is_stored_not_to_what_was_loaded(ada: User) -> None:
    first = JobFactory(user=ada)
    second = Job.objects.get(pk=first.pk)
    cards.add_note(first, by=ada, text="one")
    cards.add_note(second, by=ada, text="two")
    cards.follow_up(first, by=ada, text="three")
    cards.follow_up(second, by=ada, text="")
    stored = Job.objects.get(pk=first.pk)
    assert [note["text"].rsplit("] ")[-1] for note in stored.notes] == ["one", "two", "three"]
    assert stored.followup_count == 2


def test_deleted_card_takes_no_note_and_no_follow_up(ada: User) -> None:
    card = JobFactory(user=ada)
    cards.delete_job(card, by=ada)
    before = Job.objects.values().get(pk=card.pk)
    for act in (cards.add_note, cards.follow_up):
        with pytest.raises(Job.DoesNotExist):
            act(card, by=ada, text="late")
    cards.delete_job(card, by=ada)
    assert Job.objects.values().get(pk=card.pk) == before
    assert TimelineEvent.objects.filter(job=card).count() == 1


def test_full_card_takes_no_further_note(ada: User) -> None:
    card = JobFactory(user=ada, notes=[{"text": "x", "created_at": "y"}] * cards.MOST_NOTES)
    with pytest.raises(ValidationError, match="at most 5,000 notes"):
        cards.add_note(card, by=ada, text="one too many")
    assert Job.objects.get(pk=card.pk).notes == card.notes


def test_refused_move_leaves_neither_row_nor_history(ada: User) -> None:
    JobFactory(user=ada, company_name="Acme")
    card = JobFactory(user=ada, company_name="Acme", status="Closed")
    with pytest.raises(Conflict):
        cards.change_job(card, by=ada, status="Tracking")
    assert Job.objects.get(pk=card.pk).status == "Closed"
    assert history_of(card) == []


def test_closing_keeps_an_earlier_reason_and_defaults_only_where_there_is_none(ada: User) -> None:
    card = JobFactory(user=ada)
    assert cards.close_job(card, by=ada).closed_reason == "No Response"
    assert cards.close_job(card, by=ada, reason="Rejected").closed_reason == "Rejected"
    assert cards.close_job(card, by=ada).closed_reason == "Rejected"


def test_interview_shown_by_a_card_is_the_next_scheduled_else_the_latest(ada: User) -> None:
    card = JobFactory(user=ada)
    with time_machine.travel(NOW, tick=False):
        late = interviews.schedule_interview(card, by=ada, interview_date=NOW.replace(day=28), round="Late" * 25)
        assert card.interview_type == ("Late" * 25)[:50]
        soon = interviews.schedule_interview(card, by=ada, interview_date=NOW.replace(day=25), round="Soon")
        past = interviews.schedule_interview(card, by=ada, interview_date=NOW.replace(day=1), round="Past")
        assert Job.objects.get(pk=card.pk).interview_type == "Soon"
        soon.job = late.job = past.job = card
        interviews.cancel_interview(soon, by=ada)
        assert Job.objects.get(pk=card.pk).interview_date == late.interview_date
        interviews.change_interview(late, by=ada, status="Completed")
        assert Job.objects.get(pk=card.pk).interview_date == late.interview_date
        assert Interview.objects.filter(status="Scheduled").get() == past


@pytest.mark.parametrize(
    ("interviews_there", "chosen"),
    [
        ({"past": (-2, "Scheduled"), "soon": (2, "Scheduled")}, "past"),
        ({"older": (-9, "Scheduled"), "past": (-2, "Completed"), "soon": (2, "Scheduled")}, "past"),
        ({"cancelled": (-1, "Cancelled"), "no-show": (-2, "No-show"), "past": (-3, "Scheduled")}, "past"),
        ({"later": (9, "Scheduled"), "soon": (2, "Scheduled")}, "soon"),
        ({"cancelled": (-1, "Cancelled"), "soon": (2, "Scheduled")}, "soon"),
        ({"now": (0, "Scheduled"), "past": (-1, "Scheduled")}, "now"),
    ],
)
def test_debrief_is_about_the_latest_interview_that_has_begun_else_the_next(
    ada: User, interviews_there: dict[str, tuple[int, str]], chosen: str
) -> None:
    from datetime import timedelta

    card = JobFactory(user=ada)
    for name, (days, status) in interviews_there.items():
        InterviewFactory(job=card, round=name, interview_date=NOW + timedelta(days=days), status=status)
    with time_machine.travel(NOW, tick=False):
        debriefed = interviews.debrief(card, by=ada, rating=9)
    assert (debriefed.round, debriefed.status, debriefed.rating) == (chosen, "Completed", 9)
    assert Interview.objects.filter(rating=9).count() == 1


@pytest.mark.parametrize("status", ["Cancelled", "No-show"])
def test_debrief_needs_an_interview_that_took_place(ada: User, status: str) -> None:
    card = JobFactory(user=ada)
    InterviewFactory(job=card, status=status)
    with pytest.raises(Interview.DoesNotExist):
        interviews.debrief(card, by=ada, rating=9)
    assert Job.objects.get(pk=card.pk).status == "Tracking"


def test_deleted_and_foreign_cards_are_in_no_summary(ada: User, ben: User) -> None:
    for owner, deleted in ((ben, False), (ada, True)):
        JobFactory(user=owner, company_name="Acme", is_deleted=deleted, status="Applied", applied_date="2026-01-01")
    Job.objects.update(updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    summary = overview.summarise_pipeline(ada)
    assert (summary["total"], summary["recent"], summary["stale"]) == (0, [], [])
    assert overview.list_stale(ada) == []
    assert overview.list_follow_ups(ada)["total_needing_action"] == 0
    assert overview.search_pipeline(ada, "acme") == {"jobs": [], "companies": [], "listings": []}


class TestWhateverIsAskedFor:
    """Every sequence of moves leaves cards that obey the rules, or is refused and changes nothing."""

    moves = st.lists(
        st.tuples(
            st.sampled_from([None, *JobStatus.values]),
            st.sampled_from([None, "", "Rejected", "Withdrawn"]),
            st.sampled_from(["keep", None, "2026-05-01"]),
        ),
        max_size=6,
    )

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(moves=moves)
    def test_closed_means_reason_and_applied_means_date(self, ada: User, moves: list[tuple[Any, ...]]) -> None:
        from datetime import date

        Job.objects.all().delete()
        card = cards.add_job(by=ada, company_name="Acme", role_title="Engineer")
        for status, reason, applied in moves:
            changes: dict[str, Any] = {}
            if status is not None:
                changes["status"] = status
            if reason is not None:
                changes["closed_reason"] = reason
            if applied != "keep":
                changes["applied_date"] = applied and date.fromisoformat(applied)
            before = Job.objects.values().get(pk=card.pk)
            card = Job.objects.get(pk=card.pk)
            try:
                cards.change_job(card, by=ada, **changes)
            except ValidationError:
                assert Job.objects.values().get(pk=card.pk) == before
            stored = Job.objects.get(pk=card.pk)
            assert (stored.status == "Closed") == bool(stored.closed_reason)
            if status in ("Applied", "Interview", "Offer") and before["status"] not in (
                "Applied",
                "Interview",
                "Offer",
            ):
                assert stored.status != status or stored.applied_date is not None
