"""One application, two sides: whichever side changes, the other says the same, and the timeline tells it once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction

from interactions.models import JobUserInteraction, TimelineEvent
from jobos.accounts.models import User
from jobos.core.errors import Conflict
from jobs.models import Job, JobListing
from jobs.services import cards, interviews
from jobs.services.applications import apply_to_listing, change_application, move_applicant, track_listing
from tests.factories import CompanyFactory, InteractionFactory, JobFactory, JobListingFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def clock(_noon: Any) -> Any:
    return _noon


@pytest.fixture
def listing() -> JobListing:
    return JobListingFactory(title="Engineer", company=CompanyFactory(name="Acme"))


def application_of(user: User) -> JobUserInteraction:
    return JobUserInteraction.objects.applications().get(user=user)


def change(card: Job, *, by: User, **changes: Any) -> Job:
    return cards.change_job(Job.objects.get(pk=card.pk), by=by, **changes)


def last_event(user: User) -> TimelineEvent:
    return TimelineEvent.objects.owned_by(user).order_by("pk").last()


# From a card to its application ---------------------------------------------------------------------------------------

CARD_MOVES = [
    ({"status": "Applied"}, "applied"),
    ({"status": "Interview"}, "interviewing"),
    ({"status": "Offer"}, "interviewing"),
    ({"status": "Closed", "closed_reason": "Rejected"}, "rejected"),
    ({"status": "Closed", "closed_reason": " rejected"}, "rejected"),
    ({"status": "Closed", "closed_reason": "Withdrawn"}, "withdrawn"),
    ({"status": "Closed"}, "applied"),
    ({"status": "Closed", "closed_reason": "Position filled"}, "applied"),
    ({"status": "Tracking"}, "applied"),
]


@pytest.mark.parametrize(("moved", "expected"), CARD_MOVES)
def test_application_follows_its_card(moved: dict[str, str], expected: str, listing: JobListing, ada: User) -> None:
    card = track_listing(listing, by=ada)
    change(card, by=ada, status="Applied")
    assert application_of(ada).application_status == "applied"
    change(card, by=ada, **moved)
    row = application_of(ada)
    assert (row.application_status, row.interaction_count) == (expected, 1)
    assert (row.response_date is not None) == (expected in ("interviewing", "rejected"))


@pytest.mark.parametrize(
    ("status", "expected"), [("Applied", "applied"), ("Interview", "interviewing"), ("Offer", "interviewing")]
)
def test_card_that_moves_on_makes_the_application_that_is_missing(
    status: str, expected: str, listing: JobListing, ada: User
) -> None:
    card = track_listing(listing, by=ada)
    assert not JobUserInteraction.objects.exists()
    change(card, by=ada, status=status)
    row = application_of(ada)
    assert (row.job, row.application_status, row.applied_date) == (listing, expected, NOW)
    assert row.job_snapshot["company_name"] == "Acme"
    event = last_event(ada)
    assert (event.job, event.listing, event.interaction) == (card, listing, row)
    assert event.event_data == {
        "from": "Tracking",
        "to": status,
        "closed_reason": None,
        "application": {"from": None, "to": expected},
    }
    assert TimelineEvent.objects.owned_by(ada).count() == 2


@pytest.mark.parametrize(
    "moved", [{"status": "Closed", "closed_reason": "Rejected"}, {"status": "Closed"}, {"role_title": "Lead"}]
)
def test_card_that_was_never_applied_for_makes_no_application(
    moved: dict[str, str], listing: JobListing, ada: User
) -> None:
    change(track_listing(listing, by=ada), by=ada, **moved)
    assert not JobUserInteraction.objects.exists()


def test_card_without_a_listing_makes_no_application(ada: User) -> None:
    card = cards.add_job(by=ada, company_name="Acme", role_title="Engineer", status="Applied")
    change(card, by=ada, status="Closed", closed_reason="Rejected")
    assert not JobUserInteraction.objects.exists()


def test_card_that_starts_applied_makes_the_application(listing: JobListing, ada: User) -> None:
    card = cards.add_job(
        by=ada,
        company_name="Acme",
        role_title="Engineer",
        listing=listing,
        status="Offer",
        applied_date=date(2026, 10, 1),
    )
    row = application_of(ada)
    assert (row.application_status, row.applied_date) == ("interviewing", datetime(2026, 10, 1, tzinfo=UTC))
    event = last_event(ada)
    assert (event.event_type, event.job, event.interaction) == ("application_submitted", card, row)


def test_scheduling_an_interview_moves_the_application_too(listing: JobListing, ada: User) -> None:
    card = track_listing(listing, by=ada)
    change(card, by=ada, status="Applied")
    interviews.schedule_interview(Job.objects.get(pk=card.pk), by=ada, interview_date=NOW + timedelta(days=7))
    assert application_of(ada).application_status == "interviewing"


def test_debrief_moves_the_application_too(listing: JobListing, ada: User) -> None:
    card = track_listing(listing, by=ada)
    interviews.schedule_interview(Job.objects.get(pk=card.pk), by=ada, interview_date=NOW - timedelta(days=1))
    change(card, by=ada, status="Applied")
    assert application_of(ada).application_status == "applied"
    interviews.debrief(Job.objects.get(pk=card.pk), by=ada, rating=9)
    assert application_of(ada).application_status == "interviewing"


def test_offer_leaves_an_accepted_application_accepted(listing: JobListing, ada: User) -> None:
    card = track_listing(listing, by=ada)
    row = apply_to_listing(listing, by=ada)
    change_application(row, by=ada, application_status="accepted")
    assert Job.objects.get(pk=card.pk).status == "Offer"
    change(card, by=ada, applied_date=date(2026, 11, 1))
    assert application_of(ada).application_status == "accepted"
    change(card, by=ada, status="Interview")
    assert application_of(ada).application_status == "interviewing"


def test_old_closed_card_says_nothing_beside_a_newer_one(listing: JobListing, ada: User) -> None:
    old = track_listing(listing, by=ada)
    change(old, by=ada, status="Closed")
    new = track_listing(listing, by=ada)
    change(new, by=ada, status="Applied")
    change(old, by=ada, closed_reason="Rejected")
    assert application_of(ada).application_status == "applied"
    change(new, by=ada, status="Closed", closed_reason="Withdrawn")
    change(old, by=ada, closed_reason="Position filled")
    change(old, by=ada, closed_reason="Rejected")
    assert application_of(ada).application_status == "withdrawn"


def test_reopened_card_starts_the_application_anew(listing: JobListing, ada: User, clock: Any) -> None:
    card = track_listing(listing, by=ada)
    change(card, by=ada, status="Applied")
    clock.shift(timedelta(days=5))
    change(card, by=ada, status="Closed", closed_reason="Rejected")
    clock.shift(timedelta(days=5))
    change(card, by=ada, status="Applied", applied_date=date(2026, 12, 4))
    row = application_of(ada)
    assert (row.application_status, row.response_date) == ("applied", None)
    assert row.applied_date == NOW + timedelta(days=10)
    event = last_event(ada)
    assert (event.event_type, event.is_milestone) == ("application_submitted", True)
    assert event.event_data["application"]["replaced"] == {
        "application_status": "rejected",
        "applied_date": "2026-11-24T12:00:00+00:00",
        "response_date": "2026-11-29T12:00:00+00:00",
        "follow_up_date": None,
        "interview_scheduled": None,
    }


# From an application to its card --------------------------------------------------------------------------------------

APPLICATION_MOVES = [
    ("applied", "Applied", ""),
    ("interviewing", "Interview", ""),
    ("accepted", "Offer", ""),
    ("rejected", "Closed", "Rejected"),
    ("withdrawn", "Closed", "Withdrawn"),
]


@pytest.mark.parametrize(("status", "card_status", "reason"), APPLICATION_MOVES)
@pytest.mark.parametrize("before", [status for status, *_ in APPLICATION_MOVES])
def test_card_follows_its_application(
    before: str, status: str, card_status: str, reason: str, listing: JobListing, ada: User
) -> None:
    card = track_listing(listing, by=ada)
    row = apply_to_listing(listing, by=ada, application_status=before)
    count = TimelineEvent.objects.count()
    change_application(row, by=ada, application_status=status)
    card.refresh_from_db()
    if (before, status) != ("accepted", "interviewing"):
        assert (card.status, card.closed_reason) == (card_status, reason)
    else:
        assert card.status == "Offer"  # An offer may still be talked about.
    assert application_of(ada).application_status == status
    assert TimelineEvent.objects.count() == count + (before != status)
    if before != status:
        event = last_event(ada)
        assert (event.job, event.listing, event.interaction) == (card, listing, row)
        assert event.event_data["application"]["from"] == before


@pytest.mark.parametrize(("status", "card_status", "reason"), APPLICATION_MOVES)
def test_applying_moves_a_tracked_card(
    status: str, card_status: str, reason: str, listing: JobListing, ada: User
) -> None:
    card = track_listing(listing, by=ada)
    apply_to_listing(listing, by=ada, application_status=status, applied_date=datetime(2026, 10, 1, 23, tzinfo=UTC))
    card.refresh_from_db()
    assert (card.status, card.closed_reason, card.applied_date) == (card_status, reason, date(2026, 10, 1))


def test_change_of_an_application_makes_no_card(listing: JobListing, ada: User, ben: User) -> None:
    JobFactory(user=ben, listing=listing)
    JobFactory(user=ada, company_name="Acme", role_title="Engineer", is_deleted=True, listing=listing)
    row = apply_to_listing(listing, by=ada)
    change_application(row, by=ada, application_status="accepted")
    assert not Job.objects.live().filter(user=ada).exists()
    assert Job.objects.get(user=ben).status == "Tracking"
    assert last_event(ada).job is None


def test_open_card_is_meant_before_closed_ones_and_the_latest_of_those(listing: JobListing, ada: User) -> None:
    old = JobFactory(user=ada, listing=listing, status="Closed", role_title="A")
    newer = JobFactory(user=ada, listing=listing, status="Closed", role_title="B")
    row = apply_to_listing(listing, by=ada, application_status="interviewing")
    old.refresh_from_db(), newer.refresh_from_db()
    assert (old.status, newer.status) == ("Closed", "Interview")
    cards.close_job(newer, by=ada)
    Job.objects.filter(pk=old.pk).update(status="Tracking", closed_reason="")
    change_application(row, by=ada, application_status="accepted")
    old.refresh_from_db(), newer.refresh_from_db()
    assert (old.status, newer.status) == ("Offer", "Closed")


def test_closed_card_stays_closed_beside_an_open_twin_and_nobody_is_told_of_it(
    listing: JobListing, ada: User, cleo: User
) -> None:
    card = track_listing(listing, by=ada)
    row = apply_to_listing(listing, by=ada, shared_with_recruiters=True, application_status="rejected")
    twin = JobFactory(user=ada, company_name="ACME ", role_title="engineer")
    moved = move_applicant(row, by=cleo, application_status="interviewing")
    assert moved.application_status == application_of(ada).application_status == "interviewing"
    card.refresh_from_db(), twin.refresh_from_db()
    assert (card.status, twin.status) == ("Closed", "Tracking")
    event = last_event(ada)
    assert (event.event_type, event.event_data["by"]) == ("status_changed", "cleo@example.com")
    assert apply_to_listing(listing, by=ada).application_status == "interviewing"


@pytest.mark.parametrize("status", ["interviewing", "rejected", "accepted"])
def test_first_answer_dates_the_response_once(status: str, listing: JobListing, ada: User, clock: Any) -> None:
    row = apply_to_listing(listing, by=ada)
    clock.shift(timedelta(days=2))
    assert change_application(row, by=ada, application_status=status).response_date == NOW + timedelta(days=2)
    clock.shift(timedelta(days=2))
    for later in ("interviewing", "rejected", "accepted", "withdrawn"):
        assert change_application(row, by=ada, application_status=later).response_date == NOW + timedelta(days=2)


def test_response_date_may_be_given_and_cleared(listing: JobListing, ada: User) -> None:
    row = apply_to_listing(listing, by=ada, applied_date=NOW - timedelta(days=2))
    given = change_application(row, by=ada, application_status="rejected", response_date=NOW - timedelta(days=1))
    assert given.response_date == NOW - timedelta(days=1)
    assert change_application(row, by=ada, response_date=None).response_date is None


def test_somebody_elses_correction_is_no_new_start(listing: JobListing, ada: User, cleo: User, clock: Any) -> None:
    row = apply_to_listing(listing, by=ada, shared_with_recruiters=True)
    move_applicant(row, by=cleo, application_status="rejected")
    clock.shift(timedelta(days=1))
    row.refresh_from_db()
    moved = move_applicant(row, by=cleo, application_status="applied")
    assert (moved.application_status, moved.applied_date, moved.response_date) == ("applied", NOW, NOW)


def test_recruiter_moves_nobody_who_withdrew(listing: JobListing, ada: User, cleo: User) -> None:
    row = apply_to_listing(listing, by=ada, shared_with_recruiters=True, application_status="withdrawn")
    with pytest.raises(ValidationError) as caught:
        move_applicant(row, by=cleo, application_status="interviewing")
    assert caught.value.error_dict["application_status"][0].code == "withdrawn"
    assert application_of(ada).application_status == "withdrawn"


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("saved", {"application_status": "applied"}, "applied_interactions_need_status"),
        ("viewed", {"application_status": "rejected"}, "applied_interactions_need_status"),
        ("saved", {"cover_letter": "Dear all,"}, "wrong_kind"),
        ("saved", {"shared_with_recruiters": True}, "wrong_kind"),
        ("hidden", {"tags": ["x"]}, "wrong_kind"),
        ("applied", {"tags": ["x"]}, "wrong_kind"),
    ],
)
def test_column_of_another_kind_of_row_is_refused(kind: str, changes: dict[str, Any], code: str, ada: User) -> None:
    row = InteractionFactory(user=ada, interaction_type=kind)
    with pytest.raises(ValidationError) as caught:
        change_application(row, by=ada, **changes)
    assert {field: errors[0].code for field, errors in caught.value.error_dict.items()} == dict.fromkeys(changes, code)
    change_application(row, by=ada, notes="Kept.")
    row.refresh_from_db()
    assert row.notes == "Kept."


# Dates ----------------------------------------------------------------------------------------------------------------


def test_dates_of_both_sides_agree_whichever_is_set(listing: JobListing, ada: User) -> None:
    card = track_listing(listing, by=ada)
    row = apply_to_listing(listing, by=ada)
    card.refresh_from_db()
    assert card.applied_date == DAY
    change(card, by=ada, applied_date=date(2026, 11, 1))
    assert application_of(ada).applied_date == datetime(2026, 11, 1, tzinfo=UTC)
    change_application(row, by=ada, applied_date=datetime(2026, 11, 5, 22, 30, tzinfo=UTC))
    card.refresh_from_db()
    assert card.applied_date == date(2026, 11, 5)
    change(card, by=ada, applied_date=date(2026, 11, 5), prep_notes="x")
    assert application_of(ada).applied_date == datetime(2026, 11, 5, 22, 30, tzinfo=UTC)
    change(card, by=ada, applied_date=None)
    assert application_of(ada).applied_date == datetime(2026, 11, 5, 22, 30, tzinfo=UTC)
    change_application(row, by=ada, applied_date=None)
    card.refresh_from_db()
    assert (card.applied_date, card.status) == (None, "Applied")


def test_card_that_is_dated_where_its_application_cannot_be_is_refused(listing: JobListing, ada: User) -> None:
    card = track_listing(listing, by=ada)
    for day in (date(2026, 11, 26), date(2030, 1, 1)):
        with pytest.raises(ValidationError) as caught, transaction.atomic():
            change(card, by=ada, status="Applied", applied_date=day)
        assert caught.value.error_dict["applied_date"][0].code == "in_the_future"
    row = apply_to_listing(listing, by=ada, applied_date=NOW - timedelta(days=9))
    change_application(row, by=ada, application_status="rejected", response_date=NOW - timedelta(days=5))
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        change(card, by=ada, applied_date=date(2026, 11, 20))
    assert caught.value.error_dict["applied_date"][0].code == "after_response"
    assert change(card, by=ada, applied_date=date(2026, 11, 19)).applied_date == date(2026, 11, 19)


def test_day_that_stood_ahead_on_a_card_counts_as_today_once_it_is_applied(listing: JobListing, ada: User) -> None:
    card = JobFactory(user=ada, listing=listing, applied_date=date(2026, 12, 24))
    moved = change(card, by=ada, status="Interview")
    application = application_of(ada)
    assert (moved.applied_date, application.applied_date, application.response_date) == (DAY, NOW, NOW)


def test_answer_on_the_day_of_a_later_time_zone_does_not_precede_its_application(
    listing: JobListing, ada: User, cleo: User
) -> None:
    tomorrow = NOW + timedelta(hours=13)
    row = apply_to_listing(listing, by=ada, applied_date=tomorrow, shared_with_recruiters=True)
    assert move_applicant(row, by=cleo, application_status="interviewing").response_date == tomorrow
    other = JobListingFactory()
    made = apply_to_listing(other, by=ada, application_status="rejected", applied_date=tomorrow)
    assert made.response_date == tomorrow


def test_date_alone_does_not_move_a_card_that_is_tracked_again(listing: JobListing, ada: User) -> None:
    card = track_listing(listing, by=ada)
    row = apply_to_listing(listing, by=ada)
    change(card, by=ada, status="Tracking")
    change_application(row, by=ada, applied_date=NOW - timedelta(days=9))
    card.refresh_from_db()
    assert (card.status, card.applied_date) == ("Tracking", DAY)
    apply_to_listing(listing, by=ada)
    card.refresh_from_db()
    assert (card.status, card.applied_date) == ("Applied", date(2026, 11, 15))


def test_date_that_a_card_fills_in_gives_way_to_the_one_the_application_knows(listing: JobListing, ada: User) -> None:
    apply_to_listing(listing, by=ada, applied_date=NOW - timedelta(days=9))
    fields = {"company_name": "Acme", "role_title": "Engineer", "listing": listing}
    card = cards.add_job(by=ada, **fields)
    assert (card.status, card.applied_date) == ("Tracking", None)
    change(card, by=ada, status="Applied")
    assert Job.objects.get().applied_date == date(2026, 11, 15)
    cards.close_job(Job.objects.get(), by=ada)
    again = cards.add_job(by=ada, **fields, status="Applied")
    assert again.applied_date == Job.objects.get(pk=again.pk).applied_date == date(2026, 11, 15)
    assert application_of(ada).applied_date == NOW - timedelta(days=9)


def test_new_card_that_gets_as_far_as_an_interview_starts_an_ended_application_anew(
    listing: JobListing, ada: User, clock: Any
) -> None:
    apply_to_listing(listing, by=ada, application_status="rejected")
    clock.shift(timedelta(days=30))
    card = track_listing(listing, by=ada)
    change(card, by=ada, status="Interview")
    row = application_of(ada)
    later = NOW + timedelta(days=30)
    assert (row.application_status, row.applied_date, row.response_date) == ("interviewing", later, later)
    replaced = last_event(ada).event_data["application"]["replaced"]
    assert (replaced["application_status"], replaced["applied_date"]) == ("rejected", NOW.isoformat())


# Tracking -------------------------------------------------------------------------------------------------------------


def test_tracking_copies_the_posting(ada: User) -> None:
    listing = JobListingFactory(
        title="Engineer",
        company=CompanyFactory(name="Acme"),
        description="We build things.",
        requirements="Python.",
        responsibilities="All of it.",
        job_url="https://acme.example/jobs/7",
        source="usajobs",
    )
    card = track_listing(listing, by=ada)
    card.refresh_from_db()
    assert (card.user, card.listing, card.company_name, card.role_title) == (ada, listing, "Acme", "Engineer")
    assert card.jd_text == "We build things.\n\nRequirements\nPython.\n\nResponsibilities\nAll of it."
    assert (card.jd_url, card.source_portal) == ("https://acme.example/jobs/7", "usajobs")
    assert (card.status, card.applied_date) == ("Tracking", None)
    event = last_event(ada)
    assert (event.event_type, event.job, event.listing, event.interaction) == ("job_saved", card, listing, None)


def test_tracking_a_bare_or_overlong_posting_fits(ada: User) -> None:
    listing = JobListingFactory(job_url="https://acme.example/" + "x" * 1000, application_url="https://acme.example/a")
    card = track_listing(listing, by=ada)
    assert (card.jd_text, card.jd_url, card.source_portal) == ("", "https://acme.example/a", "Direct")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("applied", "Applied"),
        ("interviewing", "Interview"),
        ("accepted", "Offer"),
        ("rejected", "Tracking"),
        ("withdrawn", "Tracking"),
    ],
)
def test_tracking_starts_where_the_application_stands(
    status: str, expected: str, listing: JobListing, ada: User
) -> None:
    given = {"cover_letter": "Dear all,", "resume_version": "v" * 150, "applied_date": NOW - timedelta(days=3)}
    row = apply_to_listing(listing, by=ada, application_status=status, **given)
    card = track_listing(listing, by=ada)
    assert card.status == expected
    stored = application_of(ada)
    for field in JobUserInteraction._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(row, field.attname), field
    if expected != "Tracking":
        assert (card.cover_letter, card.resume_version, card.applied_date) == (
            "Dear all,",
            "v" * 100,
            date(2026, 11, 21),
        )
    milestones = TimelineEvent.objects.owned_by(ada).filter(event_type="application_submitted")
    assert milestones.count() == 1


def test_date_of_an_application_that_nobody_knows_is_not_made_up(listing: JobListing, ada: User) -> None:
    apply_to_listing(listing, by=ada, applied_date=None)
    track_listing(listing, by=ada)
    assert application_of(ada).applied_date is None


def test_second_open_card_of_a_listing_or_its_role_is_a_conflict_that_names_it(
    listing: JobListing, ada: User, ben: User
) -> None:
    card = track_listing(listing, by=ada)
    change(card, by=ada, company_name="Acme Labs", role_title="Other")
    with pytest.raises(Conflict) as caught:
        track_listing(listing, by=ada)
    assert (caught.value.code, caught.value.extra) == ("duplicate_open_job", {"existing_id": str(card.pk)})
    assert "made from this listing" in caught.value.messages[0]
    change(card, by=ada, status="Closed")
    twin = JobFactory(user=ada, company_name="acme", role_title="ENGINEER")
    with pytest.raises(Conflict) as caught:
        track_listing(listing, by=ada)
    assert caught.value.extra == {"existing_id": str(twin.pk)}
    twin.refresh_from_db()
    assert twin.listing is None
    assert track_listing(listing, by=ben).listing == listing


# Deleting and restoring -----------------------------------------------------------------------------------------------


def test_deleting_a_card_leaves_the_application(listing: JobListing, ada: User) -> None:
    card = track_listing(listing, by=ada)
    change(card, by=ada, status="Applied")
    cards.delete_job(card, by=ada)
    assert application_of(ada).application_status == "applied"


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        ("interviewing", ("Interview", "")),
        ("rejected", ("Closed", "Rejected")),
        ("applied", ("Applied", "")),
    ],
)
def test_restored_card_catches_up_with_its_application(
    moved: str, expected: tuple[str, str], listing: JobListing, ada: User
) -> None:
    card = track_listing(listing, by=ada)
    change(card, by=ada, status="Applied")
    cards.delete_job(card, by=ada)
    change_application(application_of(ada), by=ada, application_status=moved)
    restored = cards.restore_job(Job.objects.get(pk=card.pk), by=ada)
    assert (restored.status, restored.closed_reason) == expected
    assert application_of(ada).application_status == moved


@pytest.mark.parametrize("state", [{"status": "Tracking"}, {"status": "Closed"}])
def test_restored_card_that_says_nothing_comes_back_as_it_was(
    state: dict[str, str], listing: JobListing, ada: User
) -> None:
    card = track_listing(listing, by=ada)
    apply_to_listing(listing, by=ada)
    card = change(card, by=ada, **state)
    cards.delete_job(card, by=ada)
    assert cards.restore_job(Job.objects.get(pk=card.pk), by=ada).status == state["status"]
    assert application_of(ada).application_status == "applied"


def test_restored_card_that_was_applied_for_makes_the_application_that_is_missing(
    listing: JobListing, ada: User
) -> None:
    card = JobFactory(user=ada, listing=listing, status="Applied", applied_date=DAY, is_deleted=True)
    cards.restore_job(card, by=ada)
    assert application_of(ada).application_status == "applied"
