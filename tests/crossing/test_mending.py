"""What the older systems let stand is mended in the staging database, and the ledger keeps what stood there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from jobos.crossing.services import mending
from tests.crossing._worlds import LONG_AGO, later

if TYPE_CHECKING:
    from tests.crossing._worlds import Staging, Worlds

ORIGIN = "import_legacy jobpilot"
COUNTED = "The number of sources that show it, as they are counted here."
AHEAD = datetime(2999, 1, 1, tzinfo=UTC)


def key(number: int) -> UUID:
    return UUID(int=number)


def mend(there: Staging) -> None:
    mending.mend(there.connection, origin=ORIGIN)


def lines(there: Staging, table: str, row: Any) -> list[tuple[str, str, Any, Any, str]]:
    return [line[:5] for line in there.lines(table, row)]  # type: ignore[misc]


@pytest.fixture
def ada(there: Staging) -> UUID:
    return there.user("ada@example.com")


@pytest.fixture
def ben(there: Staging) -> UUID:
    return there.user("ben@example.com")


@pytest.fixture
def listing(there: Staging) -> UUID:
    return there.listing(there.company("Acme"), id=key(1))


def test_what_is_right_stays_as_it_is(there: Staging, ada: UUID, listing: UUID) -> None:
    card = there.card(ada, listing_id=listing, interview_date=later(2))
    there.put("interviews", user_id=ada, job_id=card, interview_date=later(5))
    applied = there.interaction(ada, listing, "applied", applied_date=later(1), response_date=later(1))
    there.put("timeline_events", user_id=ada, event_type="note_added", title="-", job_id=card, interaction_id=applied)
    before = there.digest()
    mend(there)
    assert there.digest() == before


# Listings -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "shown", "counted"),
    [(7, 2, 2), (1, 2, 2), (0, 0, 1), (3, 0, 3)],
    ids=["too many", "too few", "nothing shows it", "no source is known"],
)
def test_sources_are_counted(there: Staging, told: int, shown: int, counted: int) -> None:
    listing = there.listing(there.company("Acme"), source_count=told)
    source = there.put("job_sources", name="greenhouse")
    for number in range(shown):
        there.put("job_source_listings", job_id=listing, source_id=source, source_job_id=str(number))
    mend(there)
    assert there.one("job_listings", listing)["source_count"] == counted
    assert lines(there, "job_listings", listing) == (
        [] if told == counted else [("source_count", "converted", told, counted, COUNTED)]
    )


def test_sources_of_copies_count_for_what_they_are_copies_of(there: Staging, listing: UUID) -> None:
    company = there.company("Other")
    source = there.put("job_sources", name="greenhouse")
    copies = [there.listing(company, canonical_id=listing, source_count=9) for _ in range(2)]
    for place, shown in enumerate((listing, copies[0], copies[0], copies[1])):
        there.put("job_source_listings", job_id=shown, source_id=source, source_job_id=str(place))
    mend(there)
    counts = {key: row["source_count"] for key, row in there.read("job_listings").items()}
    assert counts == {listing: 4, copies[0]: 2, copies[1]: 1}


def test_a_copy_of_a_copy_is_one_of_the_first(there: Staging, listing: UUID) -> None:
    company = there.company("Other")
    second = there.listing(company, canonical_id=listing, id=key(2))
    third = there.listing(company, canonical_id=second, id=key(3))
    fourth = there.listing(company, canonical_id=third, id=key(4))
    mend(there)
    rows = there.read("job_listings")
    assert {rows[copy]["canonical_id"] for copy in (second, third, fourth)} == {str(listing)}
    assert rows[listing]["source_count"] == 4
    why = "What it was a copy of was a copy itself: of the first of them."
    assert lines(there, "job_listings", second) == []
    assert lines(there, "job_listings", fourth) == [("canonical_id", "converted", str(third), str(listing), why)]


def test_copies_in_a_circle_are_those_of_the_least_key(there: Staging) -> None:
    company = there.company("Acme")
    for number in (1, 2, 3, 4):
        there.listing(company, id=key(number))
    for number, of in ((1, 2), (2, 3), (3, 1), (4, 3)):
        there.execute("UPDATE job_listings SET canonical_id = %s WHERE id = %s", [key(of), key(number)])
    mend(there)
    found = {row_id: row["canonical_id"] for row_id, row in there.read("job_listings").items()}
    assert found == {key(1): None, key(2): str(key(1)), key(3): str(key(1)), key(4): str(key(1))}
    assert [line[2:4] for line in lines(there, "job_listings", key(1)) if line[0] == "canonical_id"] == [
        (str(key(2)), None)
    ]


def test_a_pair_the_other_way_round_is_folded_into_the_lesser_key(there: Staging, listing: UUID) -> None:
    other = there.listing(there.company("Other"))
    first = there.put(
        "job_duplications", id=key(11), canonical_job_id=listing, duplicate_job_id=other, confidence_score=0.9
    )
    second = there.put(
        "job_duplications", id=key(12), canonical_job_id=other, duplicate_job_id=listing, confidence_score=0.8
    )
    whole = there.one("job_duplications", second)
    there.tell("job_duplications", second, row_id="a third", outcome="merged", reason="Found twice.")
    mend(there)
    assert list(there.read("job_duplications")) == [first]
    why = "The same two listings the other way round: one pair."
    assert there.fetch(
        "SELECT row_id, outcome, reason, final_id FROM crossing.source_rows WHERE stage_id = %s", [second]
    ) == [
        (str(second), "merged", why, first),
        ("a third", "merged", "Found twice.", first),
    ]
    told = [line for line in there.read("migration_ledger").values() if line["table"] == "job_duplications"]
    assert [(line["outcome"], line["before"], line["target_row_id"]) for line in told] == [
        ("merged", whole, str(first))
    ]


# What is somebody else's ----------------------------------------------------------------------------------------------


def test_an_interview_for_the_card_of_somebody_else_is_set_aside(
    worlds: Worlds, there: Staging, ada: UUID, ben: UUID
) -> None:
    card = there.card(ada)
    interview = there.put("interviews", user_id=ben, job_id=card, interview_date=LONG_AGO, notes="Ben's own.")
    whole = there.one("interviews", interview)
    mend(there)
    assert there.read("interviews") == {}
    assert there.one("jobs", card)["interview_date"] is None
    why = "It is an interview for the card of somebody else."
    assert lines(there, "interviews", interview) == [("", "quarantined", whole, None, why)]
    assert worlds.fates()["interviews", str(interview)] == ("quarantined", why, "", None, True)


def test_an_event_about_what_is_somebody_elses_names_it_no_more(
    there: Staging, ada: UUID, ben: UUID, listing: UUID
) -> None:
    card, applied = there.card(ben), there.interaction(ben, listing, "applied")
    event = there.put(
        "timeline_events", user_id=ada, event_type="note_added", title="-", job_id=card, interaction_id=applied
    )
    mend(there)
    row = there.one("timeline_events", event)
    assert (row["job_id"], row["interaction_id"], row["user_id"]) == (None, None, str(ada))
    assert lines(there, "timeline_events", event) == [
        ("interaction_id", "quarantined", str(applied), None, "It names the application of somebody else."),
        ("job_id", "quarantined", str(card), None, "It names the card of somebody else."),
    ]


def test_an_event_names_the_listing_of_its_application(there: Staging, ada: UUID, listing: UUID) -> None:
    other, applied = there.listing(there.company("Other")), there.interaction(ada, listing, "applied")
    event = there.put(
        "timeline_events", user_id=ada, event_type="note_added", title="-", listing_id=other, interaction_id=applied
    )
    mend(there)
    assert there.one("timeline_events", event)["listing_id"] == str(listing)
    assert lines(there, "timeline_events", event) == [
        (
            "listing_id",
            "converted",
            str(other),
            str(listing),
            "Its application is about another listing: that one.",
        )
    ]


# Dates ----------------------------------------------------------------------------------------------------------------


def test_a_card_shows_the_latest_of_its_interviews(there: Staging, ada: UUID) -> None:
    card = there.card(ada)
    for day in (3, 9, 5):
        there.put("interviews", user_id=ada, job_id=card, interview_date=later(day))
    mend(there)
    shown = there.one("jobs", card)["interview_date"]
    assert datetime.fromisoformat(shown) == later(9)
    (line,) = lines(there, "jobs", card)
    assert (line[:3], datetime.fromisoformat(line[3])) == (("interview_date", "derived", None), later(9))


LATE = datetime(2024, 3, 1, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("more", [{}, {"is_deleted": True}, {"created_at": LATE}], ids=["open", "deleted", "made late"])
def test_a_card_that_nobody_has_applied_for_has_no_such_day(
    worlds: Worlds, there: Staging, ada: UUID, more: dict[str, Any]
) -> None:
    card = there.card(ada, status="Tracking", applied_date="2024-03-01", **more)
    before = there.one("jobs", card)
    mend(there)
    row = there.one("jobs", card)
    assert row == {**before, "applied_date": None}
    why = "Nobody has applied yet: it is the day on which the card was made."
    assert lines(there, "jobs", card) == [("applied_date", "quarantined", "2024-03-01", None, why)]
    worlds.merge()
    assert worlds.here.one("jobs", card) == row


@pytest.mark.parametrize(
    "given",
    [
        {"status": "Tracking", "applied_date": "2024-03-02"},
        {"status": "Tracking", "applied_date": "2024-02-29"},
        *({"status": status, "applied_date": "2024-03-01"} for status in ("Applied", "Interview", "Offer")),
        {"status": "Closed", "closed_reason": "Rejected", "applied_date": "2024-03-01"},
    ],
    ids=["a later day", "an earlier day", "applied", "interview", "offer", "closed"],
)
def test_a_day_of_applying_that_somebody_told_stays(there: Staging, ada: UUID, given: dict[str, Any]) -> None:
    there.card(ada, **given)
    before = there.digest()
    mend(there)
    assert there.digest() == before


def test_a_card_that_was_here_keeps_its_day(worlds: Worlds, there: Staging, ada: UUID) -> None:
    ours = worlds.here.card(worlds.here.user("cleo@example.com"), status="Tracking", applied_date="2024-03-01")
    there.card(ada, status="Tracking", applied_date="2024-03-01")
    mend(there)
    worlds.merge()
    assert worlds.here.one("jobs", ours)["applied_date"] == "2024-03-01"


@pytest.mark.parametrize(
    ("given", "column", "after", "outcome"),
    [
        ({"applied_date": AHEAD}, "applied_date", None, "quarantined"),
        ({"applied_date": later(5), "response_date": later(2)}, "response_date", None, "quarantined"),
        ({"first_interaction": later(5), "last_interaction": later(2)}, "last_interaction", later(5), "converted"),
    ],
    ids=["applied in the future", "answered before", "ended before it began"],
)
def test_dates_of_applications_run_forwards(
    there: Staging, ada: UUID, listing: UUID, given: dict[str, datetime], column: str, after: Any, outcome: str
) -> None:
    applied = there.interaction(ada, listing, "applied", **given)
    before = there.one("job_user_interactions", applied)
    mend(there)
    row = there.one("job_user_interactions", applied)
    assert (row[column] and datetime.fromisoformat(row[column])) == after
    assert {name for name in row if row[name] != before[name]} == {column}
    assert [line[:3] for line in lines(there, "job_user_interactions", applied)] == [(column, outcome, before[column])]


def test_an_answer_to_an_application_that_lies_ahead_stays(there: Staging, ada: UUID, listing: UUID) -> None:
    applied = there.interaction(ada, listing, "applied", applied_date=AHEAD, response_date=later(2))
    mend(there)
    row = there.one("job_user_interactions", applied)
    assert row["applied_date"] is None
    assert datetime.fromisoformat(row["response_date"]) == later(2)


# The ledger -----------------------------------------------------------------------------------------------------------


def test_a_line_names_the_row_as_the_source_spells_it_and_where_it_is(there: Staging, listing: UUID) -> None:
    there.execute(
        "UPDATE crossing.source_rows SET source_table = 'postings', row_id = '7' WHERE final_id = %s", [listing]
    )
    there.execute("UPDATE job_listings SET source_count = 5, canonical_id = NULL WHERE id = %s", [listing])
    source = there.put("job_sources", name="greenhouse")
    there.put("job_source_listings", job_id=listing, source_id=source, source_job_id="1")
    mend(there)
    assert there.lines("postings", "7") == [("source_count", "converted", 5, 1, COUNTED, str(listing))]
    assert there.fetch("SELECT source, at FROM migration_ledger") == [(ORIGIN, LONG_AGO)]


def test_a_row_that_the_source_does_not_have_is_named_by_its_key(there: Staging) -> None:
    listing = there.listing(there.company("Acme"), source_count=0, derived=True)
    mend(there)
    assert there.lines("job_listings", listing) == [("source_count", "converted", 0, 1, COUNTED, str(listing))]


def test_mending_twice_changes_nothing_more(there: Staging, ada: UUID, listing: UUID) -> None:
    there.execute("UPDATE job_listings SET source_count = 0")
    there.put("interviews", user_id=ada, job_id=there.card(ada), interview_date=later(3))
    mend(there)
    after = there.digest()
    mend(there)
    assert there.digest() == after
