"""Who meets whom: people by their addresses, and what hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.merging import Clash

if TYPE_CHECKING:
    from tests.crossing._worlds import Place, Staging, Worlds

WAITS = "Somebody here has this email, and the older system had not verified it."


def test_somebody_new_comes_with_all_that_is_theirs(worlds: Worlds, here: Place, there: Staging) -> None:
    ada = there.user("ada@example.com", password="a hash", is_superuser=True, is_staff=False, full_name="Ada")
    card = there.card(ada)
    interview = there.put("interviews", user_id=ada, job_id=card, interview_date="2024-05-01T10:00:00Z")
    merged = worlds.merge()
    row = here.one("accounts_user", ada)
    assert (row["password"], row["is_superuser"], row["is_staff"], row["full_name"]) == ("a hash", False, True, "Ada")
    assert here.one("jobs", card) == there.one("jobs", card)
    assert here.one("interviews", interview) == there.one("interviews", interview)
    assert here.fetch(
        "SELECT u.user_id, g.name FROM accounts_user_groups u JOIN auth_group g ON g.id = u.group_id"
    ) == [(ada, "Job seekers")]
    assert [profile["user_id"] for profile in here.read("user_profiles").values()] == [str(ada)]
    assert merged.added == {"accounts_user": 1, "user_profiles": 1, "jobs": 1, "interviews": 1}
    assert (merged.met, merged.clashes) == ({}, [])


def test_an_unverified_address_of_somebody_here_waits_with_all_rows(
    worlds: Worlds, here: Place, there: Staging
) -> None:
    here.user("Ada@Example.com")
    ada = there.user("ada@example.com", is_verified=False, password="a hash")
    profile = there.put("user_profiles", user_id=ada, first_name="Ada")
    card = there.card(ada)
    interview = there.put("interviews", user_id=ada, job_id=card, interview_date="2024-05-01T10:00:00Z")
    bank = there.put("skill_banks", user_id=ada)
    skill = there.put("skills", bank_id=bank, name="Python", bucket="Technical Skills", derived=True)
    before = here.digest()
    merged = worlds.merge()
    fates = here.fetch("SELECT DISTINCT outcome, reason, final_table, final_id, is_new FROM fates")
    assert fates == [("quarantined", WAITS, "", None, True)]
    after = here.digest()
    assert {table for table in after if after[table] != before[table]} == {
        "migration_ledger",
        "legacy_rows",
        "legacy_sources",
    }
    whole = there.one("accounts_user", ada)
    del whole["password"]
    assert here.lines("accounts_user", ada) == [("", "quarantined", whole, None, WAITS, "")]
    for table, row in (
        ("user_profiles", profile),
        ("jobs", card),
        ("interviews", interview),
        ("skill_banks", bank),
        ("skills", skill),
    ):
        assert here.lines(table, row) == [("", "quarantined", there.one(table, row), None, WAITS, "")]
    (there_user,) = list(here.read("accounts_user"))
    assert merged.clashes == [Clash("email", "accounts_user", str(ada), str(there_user), WAITS)]
    assert merged.clash_counts == {"email": 1}


def test_a_later_run_that_trusts_brings_what_waited(worlds: Worlds, here: Place, there: Staging) -> None:
    mine = here.user("ada@example.com", password="mine")
    ada = there.user("ada@example.com", is_verified=False)
    card = there.card(ada)
    bank = there.put("skill_banks", user_id=ada)
    skill = there.put("skills", bank_id=bank, name="Python", bucket="Technical Skills", derived=True)
    worlds.merge()
    fates = worlds.fates(everybody=True)
    assert fates == {
        ("accounts_user", str(ada)): ("merged", "The same person: the same address.", "accounts_user", mine, True),
        ("jobs", str(card)): ("kept", "", "jobs", card, True),
        ("skill_banks", str(bank)): ("kept", "", "skill_banks", bank, True),
    }
    assert here.one("jobs", card)["user_id"] == str(mine)
    assert here.one("skills", skill) == there.one("skills", skill)
    assert here.one("accounts_user", mine)["password"] == "mine"
    whole = there.one("accounts_user", ada)
    del whole["password"]
    assert here.lines("accounts_user", ada) == [
        ("", "converted", whole, None, WAITS, str(mine)),
        ("", "merged", whole, None, "The same person: the same address.", str(mine)),
    ]
    assert here.lines("jobs", card) == [("", "converted", there.one("jobs", card), None, WAITS, str(card))]
    assert here.lines("skills", skill) == [("", "converted", there.one("skills", skill), None, WAITS, str(skill))]
    assert here.fetch("SELECT count(*) FROM legacy_rows WHERE outcome = 'quarantined'") == [(0,)]
    after = here.digest()
    worlds.merge(everybody=True)
    worlds.merge()
    assert here.digest() == after


def test_a_single_address_may_be_trusted(worlds: Worlds, here: Place, there: Staging) -> None:
    mine, bens = here.user("ada@example.com"), here.user("ben@example.com")
    ada, ben = there.user("Ada@example.com", is_verified=False), there.user("ben@example.com", is_verified=False)
    cards = [there.card(ada), there.card(ben)]
    merged = worlds.merge(addresses=("ADA@example.com",))
    assert {card["user_id"] for card in here.read("jobs").values()} == {str(mine)}
    assert list(here.read("jobs")) == cards[:1]
    assert [(clash.row_id, clash.target_id) for clash in merged.clashes] == [(str(ben), str(bens))]


def test_a_verified_address_meets_and_overwrites_nothing(worlds: Worlds, here: Place, there: Staging) -> None:
    mine = here.user("ADA@example.com", password="mine", full_name="Ada here")
    profile = here.put("user_profiles", user_id=mine, city="London", desired_salary_max=50_000)
    ada = there.user("ada@example.com", password="theirs", full_name="Ada there", is_superuser=True)
    told = there.put(
        "user_profiles",
        user_id=ada,
        city="Paris",
        bio="Engines.",
        experience_years=7,
        desired_salary_min=60_000,
        preferred_locations=["Turin"],
    )
    user_before, profile_before = here.one("accounts_user", mine), here.one("user_profiles", profile)
    merged = worlds.merge()
    assert here.one("accounts_user", mine) == user_before
    assert here.one("user_profiles", profile) == {
        **profile_before,
        "bio": "Engines.",
        "experience_years": 7,
        "preferred_locations": ["Turin"],
    }
    assert here.lines("user_profiles", profile) == [
        (
            "",
            "derived",
            {"bio": "", "experience_years": None, "preferred_locations": []},
            {"bio": "Engines.", "experience_years": 7, "preferred_locations": ["Turin"]},
            "Lacking here; told by the older system.",
            "",
        )
    ]
    assert here.lines("user_profiles", told) == [
        (
            "",
            "merged",
            there.one("user_profiles", told),
            None,
            "This person has a profile here, of which only empty fields are filled.",
            str(profile),
        )
    ]
    assert merged.met == {"accounts_user": 1, "user_profiles": 1}
    assert merged.added == {}
    assert here.fetch("SELECT count(*) FROM accounts_user_groups") == [(0,)]


def test_a_second_run_adds_nothing(worlds: Worlds, here: Place, there: Staging) -> None:
    here.user("ben@example.com")
    ada, ben = there.user("ada@example.com"), there.user("ben@example.com", is_verified=False)
    company = there.company("Acme", "https://acme.com")
    listing = there.listing(company)
    for user in (ada, ben):
        there.card(user, listing_id=listing)
        there.interaction(user, listing)
        there.put("skill_banks", user_id=user)
    worlds.merge()
    after = here.digest()
    fates = worlds.fates()
    assert here.digest() == after
    assert {fate[-1] for fate in fates.values()} == {False}
    assert {outcome for outcome, *_ in fates.values()} == {"kept", "quarantined"}


def test_an_edited_row_stays_and_a_deleted_one_does_not_return(worlds: Worlds, here: Place, there: Staging) -> None:
    ada = there.user("ada@example.com")
    edited, deleted = there.card(ada, role="Engineer"), there.card(ada, role="Analyst")
    interview = there.put("interviews", user_id=ada, job_id=deleted, interview_date="2024-05-01T10:00:00Z")
    worlds.merge()
    here.execute("UPDATE jobs SET role_title = 'Architect' WHERE id = %s", [edited])
    here.execute("UPDATE accounts_user SET email = 'countess@example.com' WHERE id = %s", [ada])
    here.execute("DELETE FROM interviews WHERE id = %s", [interview])
    here.execute("DELETE FROM jobs WHERE id = %s", [deleted])
    new = there.card(ada, role="Poet")
    late = there.put("interviews", user_id=ada, job_id=deleted, interview_date="2024-06-01T10:00:00Z")
    fates = worlds.fates()
    assert here.one("jobs", edited)["role_title"] == "Architect"
    assert set(here.read("jobs")) == {edited, new}
    reason = "Its card was deleted here since it came over."
    assert fates["interviews", str(late)] == ("quarantined", reason, "", None, True)
    assert fates["interviews", str(interview)] == ("kept", "", "interviews", interview, False)
    assert here.lines("interviews", late) == [("", "quarantined", there.one("interviews", late), None, reason, "")]
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_a_person_deleted_here_does_not_return_and_new_rows_wait(worlds: Worlds, here: Place, there: Staging) -> None:
    ada = there.user("ada@example.com")
    worlds.merge()
    here.execute("DELETE FROM user_profiles")
    here.execute("DELETE FROM accounts_user_groups")
    here.execute("DELETE FROM accounts_user")
    card = there.card(ada)
    fates = worlds.fates()
    assert here.read("accounts_user") == {}
    assert fates["jobs", str(card)][:2] == ("quarantined", "Its user was deleted here since it came over.")


def test_the_same_key_under_another_address_is_somebody_else(worlds: Worlds, here: Place, there: Staging) -> None:
    stranger = here.user("ben@example.com")
    card = here.card(stranger, "Acme", "Private")
    interview = here.put("interviews", user_id=stranger, job_id=card, interview_date="2024-05-01T10:00:00Z")
    before = here.read("jobs") | here.read("interviews") | here.read("accounts_user")
    ada = there.user("ada@example.com", id=stranger)
    there.card(ada, "Acme", "Hers", id=card)
    there.put("interviews", id=interview, user_id=ada, job_id=card, interview_date="2024-06-01T10:00:00Z")
    fates = worlds.fates()
    after = here.read("jobs") | here.read("interviews") | here.read("accounts_user")
    assert {key: after[key] for key in before} == before
    keys = {table: fates[table, str(key)][3] for table, key in (("accounts_user", ada), ("jobs", card))}
    assert after[keys["accounts_user"]]["email"] == "ada@example.com"
    assert after[keys["jobs"]]["user_id"] == str(keys["accounts_user"])
    (hers,) = [row for key, row in here.read("interviews").items() if key != interview]
    assert (hers["job_id"], hers["user_id"]) == (str(keys["jobs"]), str(keys["accounts_user"]))
    digest = here.digest()
    worlds.merge()
    assert here.digest() == digest


def test_two_people_of_the_source_who_are_one_here_share_what_they_have(
    worlds: Worlds, here: Place, there: Staging
) -> None:
    """The first came over, then changed the address here to the one of the second."""
    first = there.user("ada@example.com")
    there.put("user_profiles", user_id=first)
    worlds.merge()
    here.execute("UPDATE accounts_user SET email = 'lovelace@example.com' WHERE id = %s", [first])
    second = there.user("lovelace@example.com")
    company = there.company("Acme", "https://acme.com")
    listing = there.listing(company)
    cards = [there.card(user, "Acme", "Engineer", listing_id=listing) for user in (first, second)]
    saved = [there.interaction(user, listing) for user in (first, second)]
    banks = [there.put("skill_banks", user_id=user) for user in (first, second)]
    for bank in banks:
        there.put("skills", bank_id=bank, name="Python", bucket="Technical Skills", derived=True)
    there.put("target_companies", user_id=first, company_id=company)
    there.put("target_companies", user_id=second, company_id=company)
    fates = worlds.fates()
    assert {row["user_id"] for row in here.read("jobs").values()} == {str(first)}
    assert sorted(row["role_title"] for row in here.read("jobs").values()) == ["Engineer", "Engineer (2)"]
    assert sorted(row["listing_id"] is None for row in here.read("jobs").values()) == [False, True]
    assert set(here.read("jobs")) == set(cards)
    for table, count in (("job_user_interactions", 1), ("skill_banks", 1), ("skills", 1), ("target_companies", 1)):
        assert len(here.read(table)) == count
    assert sorted(fates["job_user_interactions", str(key)][0] for key in saved) == ["kept", "merged"]
    assert sorted(fates["skill_banks", str(key)][0] for key in banks) == ["kept", "merged"]


KELVIN = "\N{KELVIN SIGN}ate@example.com"  # The database folds its first letter into a k.


def test_a_letter_that_only_looks_alike_proves_nothing(worlds: Worlds, here: Place, there: Staging) -> None:
    kate = here.user("kate@example.com")
    spoof = there.user(KELVIN)
    there.card(spoof)
    merged = worlds.merge(everybody=True, addresses=("kate@example.com",))
    assert here.read("jobs") == {}
    reason = "Somebody here has an email that differs in letters which only look alike."
    assert merged.clashes == [Clash("email", "accounts_user", str(spoof), str(kate), reason)]
    worlds.merge(addresses=(KELVIN,))
    assert [row["user_id"] for row in here.read("jobs").values()] == [str(kate)]


def test_trusting_everybody_does_not_trust_a_placeholder(worlds: Worlds, here: Place, there: Staging) -> None:
    address = "imported-1@placeholder.invalid"
    stranger = here.user(address.upper())
    nobody = there.user(address, is_verified=False)
    there.card(nobody)
    merged = worlds.merge(everybody=True)
    assert here.read("jobs") == {}
    assert merged.clashes == [Clash("email", "accounts_user", str(nobody), str(stranger), WAITS)]
    worlds.merge(addresses=(address,))
    assert [row["user_id"] for row in here.read("jobs").values()] == [str(stranger)]


def test_nobody_becomes_staff_of_more_than_their_own(worlds: Worlds, here: Place, there: Staging) -> None:
    """Rights of the older system, whatever they were, stay there."""
    ada = there.user("ada@example.com", is_superuser=True)
    mine = here.user("ben@example.com")
    there.user("ben@example.com", is_superuser=True)
    for name in ("Recruiters", "Curators"):
        there.execute("INSERT INTO auth_group (name) VALUES (%s) ON CONFLICT DO NOTHING", [name])
    there.execute("INSERT INTO accounts_user_groups (user_id, group_id) SELECT %s, id FROM auth_group", [ada])
    worlds.merge()
    assert [row["is_superuser"] for row in here.read("accounts_user").values()] == [False, False]
    roles = here.fetch("SELECT user_id, g.name FROM accounts_user_groups m JOIN auth_group g ON g.id = m.group_id")
    assert roles == [(ada, "Job seekers")]
    assert here.fetch("SELECT count(*) FROM accounts_user_user_permissions") == [(0,)]
    assert {row["user_id"] for row in here.read("user_profiles").values()} == {str(ada), str(mine)}
