"""Who meets whom: people by their addresses, and what hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.merging import Clash, Trust

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
    assert here.fetch("SELECT u.user_id, g.name FROM accounts_user_groups u JOIN auth_group g ON g.id = u.group_id") == [
        (ada, "Job seekers")
    ]
    assert [profile["user_id"] for profile in here.read("user_profiles").values()] == [str(ada)]
    assert merged.added == {"accounts_user": 1, "user_profiles": 1, "jobs": 1, "interviews": 1}
    assert (merged.met, merged.clashes) == ({}, [])


def test_an_unverified_address_of_somebody_here_waits_with_all_rows(worlds: Worlds, here: Place, there: Staging) -> None:
    here.user("Ada@Example.com")
    ada = there.user("ada@example.com", is_verified=False, password="a hash")
    profile = there.put("user_profiles", user_id=ada, first_name="Ada")
    card = there.card(ada)
    interview = there.put("interviews", user_id=ada, job_id=card, interview_date="2024-05-01T10:00:00Z")
    bank = there.put("skill_banks", user_id=ada)
    skill = there.put("skills", bank_id=bank, name="Python", bucket="Technical Skills", derived=True)
    before = here.digest()
    with worlds.merging() as (target, merged):
        fates = target.execute("SELECT DISTINCT outcome, reason, final_table, final_id, is_new FROM fates").fetchall()
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
    (there_user,) = [user for user in here.read("accounts_user")]
    assert merged.clashes == [Clash("email", "accounts_user", str(ada), str(there_user), WAITS)]
    assert merged.clash_counts == {"email": 1}
