"""Which entry of the directory is meant, what it learns, and what stays a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crossing._worlds import LONG_AGO

if TYPE_CHECKING:
    from uuid import UUID

    from tests.crossing._worlds import Place, Staging, Worlds


def company_of(here: Place, listing: UUID) -> str:
    return str(here.one("job_listings", listing)["company_id"])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(("Acme", "https://acme.com"), ("ACME Worldwide", "https://www.acme.com/jobs"), id="domain"),
        pytest.param(("Acme Inc.", "https://acme.com"), ("ACME", ""), id="a name joins the only website"),
        pytest.param(("Acme Inc.", ""), ("ACME", ""), id="name"),
        pytest.param(("Acme Inc.", ""), ("ACME", "https://acme.com"), id="a website joins the bare name"),
    ],
)
def test_the_same_company_is_met(
    worlds: Worlds, here: Place, there: Staging, ours: tuple[str, str], theirs: tuple[str, str]
) -> None:
    company = here.company(*ours, industry="Rockets")
    told = there.company(*theirs, industry="Anvils", location="Utah")
    listing = there.listing(told)
    before = here.one("companies", company)
    merged = worlds.merge()
    assert company_of(here, listing) == str(company)
    takes = {"website": theirs[1], "domain": "acme.com"} if theirs[1] and not ours[1] else {}
    assert here.one("companies", company) == {**before, "location": "Utah", **takes}
    nothing = {"website": "", "domain": None} if takes else {}
    reason = "Lacking here; told by the older system."
    assert here.lines("companies", company) == [
        ("", "derived", {"location": "", **nothing}, {"location": "Utah", **takes}, reason, "")
    ]
    assert here.lines("companies", told) == [
        ("", "merged", there.one("companies", told), None, "The directory has this company.", str(company))
    ]
    assert (merged.met, merged.added) == ({"companies": 1}, {"job_listings": 1})
    assert [(clash.kind, clash.target_id) for clash in merged.clashes] == [("company", str(company))]
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_an_alias_decides_before_the_name(worlds: Worlds, here: Place, there: Staging) -> None:
    company, namesake = here.company("Alphabet", "https://abc.xyz"), here.company("Google")
    here.put("company_aliases", company_id=company, name="Google")
    listing = there.listing(there.company("Google", "https://google.com"))
    worlds.merge()
    assert company_of(here, listing) == str(company)
    assert here.one("companies", company)["domain"] == "abc.xyz"
    assert here.one("companies", namesake)["domain"] is None


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(["https://a.com", "https://b.com"], "", id="a bare name between two websites"),
        pytest.param(["https://a.com"], "https://b.com", id="another website"),
        pytest.param(["", "https://a.com"], "https://b.com", id="another website beside a bare name"),
    ],
)
def test_namesakes_of_several_websites_stay_apart_and_are_suggested(
    worlds: Worlds, here: Place, there: Staging, ours: list[str], theirs: str
) -> None:
    companies = [here.company("Delta", website) for website in ours]
    told = there.company("Delta", theirs)
    listing = there.listing(told)
    merged = worlds.merge()
    assert company_of(here, listing) == str(told)
    pairs = here.fetch("SELECT company_id, other_id FROM company_match_suggestions")
    assert {frozenset(pair) for pair in pairs} == {frozenset((company, told)) for company in companies}
    assert merged.added == {"companies": 1, "job_listings": 1, "company_match_suggestions": len(ours)}


def test_two_websites_of_the_source_do_not_both_join_one_name(worlds: Worlds, here: Place, there: Staging) -> None:
    bare = here.company("Delta")
    told = [there.company("Delta", website) for website in ("https://a.com", "https://b.com")]
    listings = [there.listing(company) for company in told]
    worlds.merge()
    assert [company_of(here, listing) for listing in listings] == [str(company) for company in told]
    assert here.one("companies", bare)["domain"] is None


def test_entries_that_nothing_needs_do_not_come(worlds: Worlds, here: Place, there: Staging) -> None:
    there.company("Idle", "https://idle.com")
    alias_of = there.company("Lazy", "https://lazy.com")
    there.put("company_aliases", company_id=alias_of, name="Lazy Bones")
    told = there.company("Busy", "https://busy.com")
    there.tell("companies", told, source_table="legacy_companies", row_id="7", outcome="merged")
    fates = worlds.fates()
    assert [row["name"] for row in here.read("companies").values()] == ["Busy"]
    assert here.read("company_aliases") == {}
    assert fates == {("legacy_companies", "7"): ("merged", "", "companies", told, True)}


def test_spellings_and_look_alikes_come_with_their_company(worlds: Worlds, here: Place, there: Staging) -> None:
    ours = here.company("Acme", "https://acme.com")
    here.put("company_aliases", company_id=ours, name="Taken")
    theirs = [
        there.company("ACME", "https://acme.com"),
        there.company("Bolt", "https://bolt.com"),
        there.company("Nut"),
    ]
    for company in theirs:
        there.listing(company)
    spelled = there.put("company_aliases", company_id=theirs[0], name="Acme Rockets")
    there.put("company_aliases", company_id=theirs[1], name="Taken")
    pair = there.put("company_match_suggestions", company_id=theirs[1], other_id=theirs[2], other_name="Nut", score=0.9)
    there.put("company_match_suggestions", company_id=theirs[1], other_id=theirs[0], other_name="ACME", score=0.8)
    here.put("company_match_suggestions", company_id=ours, other_id=None, other_name="Gone", score=0.8)
    worlds.merge()
    assert here.one("company_aliases", spelled)["company_id"] == str(ours)
    assert len(here.read("company_aliases")) == 2
    suggested = here.read("company_match_suggestions")
    assert suggested[pair]["company_id"] == str(theirs[1])
    assert len(suggested) == 3
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


# Claims ---------------------------------------------------------------------------------------------------------------


def test_a_fact_takes_a_website_from_a_claim_of_another_name(worlds: Worlds, here: Place, there: Staging) -> None:
    ben = here.user("ben@example.com")
    claim = here.company("Bens Den", "https://acme.com", is_confirmed=False, created_by_id=ben)
    told = there.company("Acme", "https://acme.com")
    listing = there.listing(told)
    before = here.one("companies", claim)
    worlds.merge()
    assert company_of(here, listing) == str(told)
    assert here.one("companies", told)["domain"] == "acme.com"
    assert here.one("companies", claim) == {**before, "website": "", "domain": None}
    (line,) = here.lines("companies", claim)
    assert line[1:4] == (
        "converted",
        {"website": "https://acme.com", "domain": "acme.com"},
        {"website": "", "domain": None},
    )


def test_a_claim_keeps_its_website_where_its_bare_name_is_taken(worlds: Worlds, here: Place, there: Staging) -> None:
    ben = here.user("ben@example.com")
    here.company("Bens Den", "https://other.com")
    here.company("Bens Den")
    claim = here.company("Bens Den", "https://acme.com", is_confirmed=False, created_by_id=ben)
    told = there.company("Acme", "https://acme.com")
    there.listing(told)
    before = here.read("companies")
    worlds.merge()
    after = here.read("companies")
    assert {key: after[key] for key in before} == before
    assert (after[told]["website"], after[told]["domain"], after[claim]["domain"]) == ("", None, "acme.com")
    assert [(line[0], line[2], line[3]) for line in here.lines("companies", told)] == [
        ("domain", "acme.com", None),
        ("website", "https://acme.com", ""),
    ]


def test_what_a_person_typed_says_nothing_of_what_others_typed(worlds: Worlds, here: Place, there: Staging) -> None:
    ben = here.user("ben@example.com")
    claims = [
        here.company("Bens Den", "https://den.com", is_confirmed=False, created_by_id=ben),
        here.company("Acme", "", is_confirmed=False, created_by_id=ben),
    ]
    before = here.read("companies")
    ada = there.user("ada@example.com")
    typed = [
        there.company("Adas Den", "https://den.com", is_confirmed=False, created_by_id=ada, industry="Secret"),
        there.company("Acme", "https://acme.com", is_confirmed=False, created_by_id=ada, industry="Secret"),
    ]
    targets = [there.put("target_companies", user_id=ada, company_id=company) for company in typed]
    worlds.merge()
    after = here.read("companies")
    assert {key: after[key] for key in before} == before
    assert [here.one("target_companies", target)["company_id"] for target in targets] == [str(typed[0]), str(claims[1])]
    assert (after[typed[0]]["website"], after[typed[0]]["is_confirmed"]) == ("", False)
    assert after[typed[0]]["created_by_id"] == str(ada)


def test_a_fact_confirms_what_somebody_typed_without_publishing_the_rest(
    worlds: Worlds, here: Place, there: Staging
) -> None:
    ben = here.user("ben@example.com")
    typed = {"is_confirmed": False, "created_by_id": ben}
    same = here.company("Same", "https://same.com", **typed)
    bare = here.company("Bare", "https://linkedin.com/company/secret", **typed)
    claimed = here.company("Claimed", "https://claimed.com", **typed)
    told = [there.company("Same", "https://same.com"), there.company("Bare"), there.company("Claimed")]
    listings = [there.listing(company) for company in told]
    before = here.read("companies")
    worlds.merge()
    after = here.read("companies")
    assert after[same] == {**before[same], "is_confirmed": True}
    assert after[bare] == {**before[bare], "is_confirmed": True, "website": ""}
    assert after[claimed] == before[claimed]
    assert [company_of(here, listing) for listing in listings] == [str(same), str(bare), str(told[2])]


def test_a_person_goes_on_with_what_they_typed_here(worlds: Worlds, here: Place, there: Staging) -> None:
    mine = here.user("ada@example.com")
    here.user("ben@example.com")
    own = here.company("Mine", "https://mine.com", is_confirmed=False, created_by_id=mine)
    ada = there.user("ada@example.com")
    typed = there.company("My Other Name", "https://mine.com", is_confirmed=False, created_by_id=ada, industry="Anvils")
    target = there.put("target_companies", user_id=ada, company_id=typed)
    worlds.merge()
    assert here.one("target_companies", target)["company_id"] == str(own)
    assert here.one("companies", own)["industry"] == "Anvils"
    assert here.one("companies", own)["is_confirmed"] is False


def test_typed_entries_that_lose_one_website_become_one(worlds: Worlds, here: Place, there: Staging) -> None:
    ben, ada = here.user("ben@example.com"), there.user("ada@example.com")
    here.company("Den", "https://den.com", is_confirmed=False, created_by_id=ben)
    typed = {"is_confirmed": False, "created_by_id": ada}
    bare, with_site = there.company("Cave", **typed), there.company("Cave", "https://den.com", **typed)
    targets = [there.put("target_companies", user_id=ada, company_id=company) for company in (bare, with_site)]
    fates = worlds.fates()
    assert {row["company_id"] for row in here.read("target_companies").values()} == {str(bare)}
    assert sorted(fates["target_companies", str(target)][0] for target in targets) == ["kept", "merged"]


def test_an_entry_that_was_merged_away_here_is_where_it_went(worlds: Worlds, here: Place, there: Staging) -> None:
    winner, middle = here.company("Winner", "https://winner.com"), here.company("Middle")
    told = there.company("Loser", "https://loser.com")
    listing = there.listing(told)
    for loser, into in ((told, middle), (middle, winner)):
        here.put(
            "company_merges",
            winner_id=into,
            winner_name="x",
            loser_id=loser,
            loser_name="y",
            inverse={},
            undone_at=None,
        )
    here.execute("DELETE FROM companies WHERE id = %s", [middle])
    worlds.merge()
    assert company_of(here, listing) == str(winner)
    assert len(here.read("companies")) == 1


def test_a_key_whose_entry_was_typed_by_a_stranger_is_another_company(
    worlds: Worlds, here: Place, there: Staging
) -> None:
    ben = here.user("ben@example.com")
    told = there.company("Acme", "https://acme.com")
    here.company("Renamed", "https://renamed.com", id=told, is_confirmed=False, created_by_id=ben)
    listing = there.listing(told)
    worlds.merge()
    assert company_of(here, listing) != str(told)
    assert len(here.read("companies")) == 2
    assert here.one("companies", told)["name"] == "Renamed"


def test_a_listing_whose_company_goes_by_another_name_is_found_by_that(
    worlds: Worlds, here: Place, there: Staging
) -> None:
    here.company("Umbrella", "https://umbrella.com")
    met = there.listing(there.company("Parasol", "https://umbrella.com"), "Chemist", created_at=LONG_AGO)
    kept = there.listing(there.company("Canopy"), "Botanist", canonical_id=met)
    worlds.merge()

    def found(word: str) -> list[UUID]:
        query = "SELECT id FROM job_listings WHERE search_head @@ to_tsquery('jobos', %s)"
        return [key for (key,) in here.fetch(query, [word])]

    assert (found("umbrella"), found("parasol"), found("canopy")) == ([met], [], [kept])
    assert here.fetch("SELECT tgenabled FROM pg_trigger WHERE tgname = 'job_listings_search'") == [("O",)]


def test_what_becomes_a_part_of_a_company_that_was_deleted_here_is_in_quarantine(
    worlds: Worlds, here: Place, there: Staging
) -> None:
    company = there.company("Acme", "https://acme.com", derived=False)
    worlds.merge()
    here.execute("DELETE FROM companies")
    there.tell("companies", company, row_id="ACME", outcome="merged", reason="The same domain.")
    there.ledger("companies", "ACME", outcome="merged", target_row_id=str(company))
    fates = worlds.fates()
    reason = "What it became a part of was deleted here since."
    assert fates["companies", "ACME"] == ("quarantined", reason, "", None, True)
    assert here.read("companies") == {}
