"""Listings that are here, what hangs on them, and what people did with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.crossing._worlds import later

if TYPE_CHECKING:
    from tests.crossing._worlds import Place, Staging, Worlds

URL = "https://acme.com/jobs/1"
VECTOR = str([0.5] * 512)


@pytest.fixture
def ours(here: Place) -> UUID:
    return here.listing(here.company("Acme", "https://acme.com"), "Night Baker", job_url=URL)


@pytest.fixture
def theirs(there: Staging) -> UUID:
    return there.listing(there.company("ACME", "https://acme.com"), "NIGHT  BAKER!", job_url=URL)


def whole(there: Staging, listing: UUID) -> dict[str, Any]:
    row = there.one("job_listings", listing)
    return {key: row[key] for key in row if key not in ("listed_at", "search_head", "search_full", "skill_keys")}


def test_the_same_address_and_title_at_the_same_company_is_the_same_posting(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID
) -> None:
    elsewhere = there.listing(there.company("Other"), "Night Baker", job_url=URL)
    nowhere = there.listing(there.company("Third", "https://third.com"), job_url="")
    here.listing(here.company("Third", "https://third.com"), job_url="")
    before = here.one("job_listings", ours)
    fates = worlds.fates()
    reason = "This posting is here."
    assert fates["job_listings", str(theirs)] == ("merged", reason, "job_listings", ours, True)
    assert {fates["job_listings", str(key)][0] for key in (elsewhere, nowhere)} == {"kept"}
    assert here.one("job_listings", ours) == before
    assert here.lines("job_listings", theirs) == [("", "merged", whole(there, theirs), None, reason, str(ours))]


@pytest.mark.parametrize(
    ("here_is", "there_is", "meets"),
    [
        (("Night Baker", ""), ("Frontend Developer", ""), False),
        (("Night Baker", "Berlin"), ("Night-Baker", "Berlin, Germany"), True),
        (("Night Baker", "Berlin, DE"), ("Night Baker", ""), True),
        (("Night Baker", "Berlin"), ("Night Baker", "Paris"), False),
        (("C++ Developer", ""), ("C# Developer", ""), False),
        (("C++ Developer", ""), ("c++  developer", ""), True),
        (("\U0001f525\U0001f525\U0001f525", ""), ("\U0001f35e\U0001f35e\U0001f35e", ""), False),
        (("Bäcker", ""), ("BACKER", ""), True),
    ],
)
def test_an_address_alone_does_not_tell_which_posting_it_is(
    worlds: Worlds,
    here: Place,
    there: Staging,
    here_is: tuple[str, str],
    there_is: tuple[str, str],
    meets: bool,  # noqa: FBT001 - A column of the table.
) -> None:
    mine = here.user("ada@example.com")
    there.user("ada@example.com", id=mine)
    for number, (first, second) in enumerate(((here_is, there_is), (there_is, here_is))):
        url = f"{URL}?{number}"
        here.listing(here.company(f"Acme {number}"), first[0], location=first[1], job_url=url)
        told = there.listing(there.company(f"ACME {number}"), second[0], location=second[1], job_url=url)
        there.interaction(mine, told, "applied", id=told)
    before = here.read("job_listings")
    merged = worlds.merge()
    after = here.read("job_listings")
    assert {key: after[key] for key in before} == before
    assert len(after) == (2 if meets else 4)
    assert merged.met.get("job_listings", 0) == merged.clash_counts.get("listing", 0) == (2 if meets else 0)
    titles = {after[UUID(row["job_id"])]["title"] for row in here.read("job_user_interactions").values()}
    assert titles == {here_is[0], there_is[0]}
    again = here.digest()
    worlds.merge()
    assert here.digest() == again


def test_the_same_key_at_the_same_source_is_the_same_posting(
    worlds: Worlds, here: Place, there: Staging, ours: UUID
) -> None:
    source = here.put("job_sources", name="greenhouse")
    here.put("job_source_listings", job_id=ours, source_id=source, source_job_id="41")
    theirs = there.listing(there.company("Quite Another"))
    told = there.put("job_sources", name="greenhouse", display_name="Theirs")
    shown = there.put("job_source_listings", job_id=theirs, source_id=told, source_job_id="41")
    second = there.put("job_source_listings", job_id=theirs, source_id=told, source_job_id="42")
    fates = worlds.fates()
    assert fates["job_sources", str(told)][:4] == ("merged", "A source of this name is here.", "job_sources", source)
    assert fates["job_listings", str(theirs)][3] == ours
    assert fates["job_source_listings", str(shown)][0] == "merged"
    assert here.one("job_source_listings", second)["job_id"] == str(ours)
    assert here.one("job_source_listings", second)["source_id"] == str(source)
    assert len(here.read("companies")) == 1


def test_the_same_key_is_the_same_posting_whatever_it_says(
    worlds: Worlds, here: Place, there: Staging, ours: UUID
) -> None:
    there.listing(there.company("Other"), "Changed there", id=ours)
    before = here.read("job_listings")
    fates = worlds.fates()
    assert fates["job_listings", str(ours)][0] == "merged"
    assert here.read("job_listings") == before


def test_an_equal_row_needs_no_line(worlds: Worlds, here: Place, there: Staging, ours: UUID) -> None:
    company = here.fetch("SELECT company_id FROM job_listings")[0][0]
    there.company("Acme", "https://acme.com", id=company)
    there.listing(company, "Night Baker", id=ours, job_url=URL)
    worlds.merge()
    assert here.read("migration_ledger") == {}


def test_what_hangs_on_a_posting_goes_where_it_went(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID
) -> None:
    kept = here.put("job_embeddings", job_id=ours, embedding_model="m", content_hash="here", vector=VECTOR)
    folded = there.put("job_embeddings", job_id=theirs, embedding_model="m", content_hash="there", vector=VECTOR)
    more = there.put("job_embeddings", job_id=theirs, embedding_model="n", content_hash="there", vector=VECTOR)
    copy = there.listing(there.company("Other"), canonical_id=theirs)
    fates = worlds.fates()
    assert fates["job_embeddings", str(folded)][3] == kept
    assert here.one("job_embeddings", more)["job_id"] == str(ours)
    assert here.one("job_listings", copy)["canonical_id"] == str(ours)


def test_a_pair_that_is_one_listing_here_ends(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID
) -> None:
    company = company_of(there, theirs)
    again = there.listing(company, "night baker", job_url=URL, canonical_id=theirs)
    other = there.listing(company, "Other")
    pair = {"confidence_score": 0.9}
    ends = there.put("job_duplications", canonical_job_id=theirs, duplicate_job_id=again, **pair)
    stays = there.put("job_duplications", canonical_job_id=theirs, duplicate_job_id=other, **pair)
    twin = there.put("job_duplications", canonical_job_id=again, duplicate_job_id=other, updated_at=later(-1), **pair)
    fates = worlds.fates()
    assert fates["job_duplications", str(ends)] == ("merged", "Both are one listing here.", "job_listings", ours, True)
    assert fates["job_duplications", str(twin)][3] == stays
    assert [row["canonical_job_id"] for row in here.read("job_duplications").values()] == [str(ours)]
    assert here.lines("job_duplications", ends)[0][1] == "merged"


def company_of(there: Staging, listing: UUID) -> UUID:  # noqa: N802
    return there.fetch("SELECT company_id FROM job_listings WHERE id = %s", [listing])[0][0]


def test_a_pair_that_was_found_here_the_other_way_round_is_met(
    worlds: Worlds, here: Place, there: Staging, ours: UUID
) -> None:
    other = here.listing(here.company("Other"))
    here.put("job_duplications", canonical_job_id=ours, duplicate_job_id=other, confidence_score=0.9)
    company = there.company("Acme", "https://acme.com")
    for listing in (ours, other):
        there.listing(company, id=listing)
    told = there.put("job_duplications", canonical_job_id=other, duplicate_job_id=ours, confidence_score=0.7)
    fates = worlds.fates()
    assert fates["job_duplications", str(told)][:2] == ("merged", "This pair was found here.")
    assert len(here.read("job_duplications")) == 1


def test_pairs_that_became_one_the_other_way_round_are_one(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID
) -> None:
    company = company_of(there, theirs)
    again, other = there.listing(company, "night baker", job_url=URL), there.listing(company, "Other")
    pair = {"confidence_score": 0.9}
    stays = there.put("job_duplications", canonical_job_id=theirs, duplicate_job_id=other, **pair)
    twin = there.put("job_duplications", canonical_job_id=other, duplicate_job_id=again, updated_at=later(-1), **pair)
    fates = worlds.fates()
    assert list(here.read("job_duplications")) == [stays]
    assert fates["job_duplications", str(twin)][::3] == ("merged", stays)


def test_a_copy_of_what_is_a_copy_here_is_one_of_the_first(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID
) -> None:
    first = here.listing(here.company("First"))
    here.execute("UPDATE job_listings SET canonical_id = %s WHERE id = %s", [first, ours])
    copy = there.listing(there.company("Other"), canonical_id=theirs)
    worlds.merge()
    assert here.one("job_listings", copy)["canonical_id"] == str(first)
    why = "What it is a copy of is itself a copy here: of this one."
    assert here.lines("job_listings", copy) == [
        ("canonical_id", "converted", str(ours), str(first), why, str(copy)),
    ]


def test_sources_and_copies_that_come_are_counted(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID
) -> None:
    source = here.put("job_sources", name="greenhouse")
    here.put("job_source_listings", job_id=ours, source_id=source, source_job_id="1")
    untouched = here.listing(here.company("Untouched"), source_count=6)
    told = there.put("job_sources", name="greenhouse")
    lever = there.put("job_sources", name="lever")
    there.put("job_source_listings", job_id=theirs, source_id=told, source_job_id="1")
    there.put("job_source_listings", job_id=theirs, source_id=lever, source_job_id="1")
    copy = there.listing(there.company("Other"), canonical_id=theirs, source_count=2)
    for number in (7, 8):
        there.put("job_source_listings", job_id=copy, source_id=lever, source_job_id=str(number))
    updated = here.one("job_listings", ours)["updated_at"]
    worlds.merge()
    rows = here.read("job_listings")
    assert [rows[key]["source_count"] for key in (ours, copy, untouched)] == [4, 2, 6]
    assert rows[ours]["updated_at"] == updated
    why = "The number of sources that show it, with those that came."
    assert here.lines("job_listings", ours) == [("source_count", "derived", 1, 4, why, "")]
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_what_came_without_a_copy_that_is_another_here_counts_without_it(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID
) -> None:
    source = there.put("job_sources", name="lever")
    first = there.listing(there.company("First"), source_count=2)
    there.put("job_source_listings", job_id=first, source_id=source, source_job_id="1")
    there.execute("UPDATE job_listings SET canonical_id = %s WHERE id = %s", [first, theirs])
    worlds.merge()
    assert here.one("job_listings", first)["source_count"] == 1
    assert here.one("job_listings", ours)["canonical_id"] is None


# What people did ------------------------------------------------------------------------------------------------------


@pytest.fixture
def mine(here: Place, there: Staging) -> UUID:
    mine = here.user("ada@example.com")
    there.user("ada@example.com", id=mine)
    return mine


def test_an_interaction_that_is_here_stays_and_the_other_is_in_the_ledger(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID, mine: UUID
) -> None:
    kept = here.interaction(mine, ours, notes="Mine.")
    saved = there.interaction(mine, theirs, notes="Theirs.")
    applied = there.interaction(mine, theirs, "applied")
    event = there.put(
        "timeline_events", user_id=mine, event_type="job_saved", title="Saved", listing_id=theirs, interaction_id=saved
    )
    before = here.one("job_user_interactions", kept)
    merged = worlds.merge()
    assert here.one("job_user_interactions", kept) == before
    assert here.one("job_user_interactions", applied)["job_id"] == str(ours)
    reason = "This person's row for this listing is here."
    row = there.one("job_user_interactions", saved)
    assert here.lines("job_user_interactions", saved) == [("", "merged", row, None, reason, str(kept))]
    told = here.one("timeline_events", event)
    assert (told["interaction_id"], told["listing_id"]) == (str(kept), str(ours))
    assert [clash.row_id for clash in merged.clashes if clash.kind == "interaction"] == [str(saved)]


def test_interactions_with_two_postings_that_are_one_here_become_one(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID, mine: UUID
) -> None:
    again = there.listing(company_of(there, theirs), "night baker", job_url=URL)
    older, newer = there.interaction(mine, theirs), there.interaction(mine, again, updated_at=later(3))
    fates = worlds.fates()
    assert list(here.read("job_user_interactions")) == [newer]
    assert fates["job_user_interactions", str(older)][::3] == ("merged", newer)
    assert here.lines("job_user_interactions", older)[0][1] == "merged"


def test_a_stranger_with_the_same_posting_keeps_their_own(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID, mine: UUID
) -> None:
    strangers = here.interaction(here.user("ben@example.com"), ours)
    saved = there.interaction(mine, theirs, id=strangers)
    before = here.one("job_user_interactions", strangers)
    fates = worlds.fates()
    key = fates["job_user_interactions", str(saved)][3]
    assert key != strangers
    assert here.one("job_user_interactions", strangers) == before
    assert here.one("job_user_interactions", key)["user_id"] == str(mine)


def test_a_posting_deleted_here_takes_what_was_done_with_it_into_quarantine(
    worlds: Worlds, here: Place, there: Staging, theirs: UUID, mine: UUID
) -> None:
    worlds.merge()
    here.execute("DELETE FROM job_listings")
    saved, card = there.interaction(mine, theirs), there.card(mine, listing_id=theirs)
    event = there.put("timeline_events", user_id=mine, event_type="job_saved", title="Saved", interaction_id=saved)
    fates = worlds.fates()
    reason = "Its listing was deleted here since it came over."
    assert fates["job_user_interactions", str(saved)][:2] == ("quarantined", reason)
    assert here.one("jobs", card)["listing_id"] is None
    words = "What it points at did not come over."
    assert here.lines("jobs", card) == [("listing_id", "converted", str(theirs), None, words, str(card))]
    assert here.one("timeline_events", event)["interaction_id"] is None
    assert here.read("job_listings") == {}


def test_a_company_that_is_tracked_here_is_not_tracked_twice(
    worlds: Worlds, here: Place, there: Staging, mine: UUID
) -> None:
    kept = here.put(
        "target_companies", user_id=mine, company_id=here.company("Acme", "https://acme.com"), notes="Mine."
    )
    told = [there.company("ACME", "https://acme.com"), there.company("Acme Ltd.")]
    targets = [there.put("target_companies", user_id=mine, company_id=company) for company in told]
    before = here.one("target_companies", kept)
    fates = worlds.fates()
    assert here.read("target_companies") == {kept: before}
    assert {fates["target_companies", str(target)][3] for target in targets} == {kept}


def test_nothing_that_comes_is_shared_with_recruiters(
    worlds: Worlds, here: Place, there: Staging, ours: UUID, theirs: UUID, mine: UUID
) -> None:
    applied = there.interaction(mine, theirs, "applied", shared_with_recruiters=True)
    worlds.merge()
    assert here.one("job_user_interactions", applied)["shared_with_recruiters"] is False
    assert [line[:4] for line in here.lines("job_user_interactions", applied)] == [
        ("shared_with_recruiters", "converted", True, False)
    ]
