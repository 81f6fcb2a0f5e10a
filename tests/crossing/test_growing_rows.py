"""Second runs of a source that grew, row by row: what comes, what is left alone, and that the reasons are true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.crossing._worlds import later

if TYPE_CHECKING:
    from uuid import UUID

    from tests.crossing._worlds import Place, Staging, Worlds


@pytest.fixture
def ada(there: Staging) -> UUID:
    return there.user("ada@example.com")


def plan(there: Staging, user: UUID, card: UUID | None, **more: Any) -> UUID:
    """Put an event that no row of the source is: what a card plans becomes one."""
    event = {"event_type": "custom_event", "title": "Follow-up planned", "event_date": later(9)}
    return there.put("timeline_events", user_id=user, job_id=card, derived=True, **event, **more)


# What was made beside a row -------------------------------------------------------------------------------------------


def test_what_a_new_card_plans_comes_with_it(worlds: Worlds, here: Place, there: Staging, ada: UUID) -> None:
    first = there.card(ada)
    planned = plan(there, ada, first)
    worlds.merge()
    second = there.card(ada, "Other")
    then = plan(there, ada, second)
    worlds.merge()
    assert {key: row["job_id"] for key, row in here.read("timeline_events").items()} == {
        planned: str(first),
        then: str(second),
    }
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_what_a_new_contact_plans_comes_with_it(worlds: Worlds, here: Place, there: Staging, ada: UUID) -> None:
    """A contact is an event itself; the one that it plans names it in its document."""
    planned = set()
    for name in ("Ben", "Cleo"):
        contact = there.put(
            "timeline_events", user_id=ada, event_type="custom_event", title=f"Contact: {name}", event_date=later(0)
        )
        planned |= {contact, plan(there, ada, None, event_data={"contact_id": str(contact)})}
        worlds.merge()
        assert here.read("timeline_events").keys() == planned
    here.execute("DELETE FROM timeline_events WHERE title = 'Follow-up planned'")
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_what_was_made_beside_a_row_and_deleted_here_does_not_return(
    worlds: Worlds, here: Place, there: Staging, ada: UUID
) -> None:
    cards = [there.card(ada), there.card(ada, "Other")]
    for card in cards:
        plan(there, ada, card)
    worlds.merge()
    here.execute("DELETE FROM timeline_events")
    here.execute("DELETE FROM jobs WHERE id = %s", [cards[0]])
    there.card(ada, "Third")
    worlds.merge()
    assert here.read("timeline_events") == {}
    assert cards[0] not in here.read("jobs")


# People ---------------------------------------------------------------------------------------------------------------


def test_whoever_proves_an_address_later_is_not_the_one_who_only_claimed_it(
    worlds: Worlds, here: Place, there: Staging
) -> None:
    """The one who had it first knows the password here, and would read what the other brings."""
    claims = there.user("eve@example.com", is_verified=False)
    worlds.merge()
    there.execute("UPDATE accounts_user SET email = 'imported-1@placeholder.invalid' WHERE id = %s", [claims])
    proves = there.user("Eve@example.com")
    card = there.card(proves)
    reason = "Somebody here has this email who came from the same system, which had not verified it for them."
    for everybody in (False, True):
        fates = worlds.fates(everybody=everybody)
        assert fates["accounts_user", str(proves)][:2] == fates["jobs", str(card)][:2] == ("quarantined", reason)
    assert here.read("jobs") == {}
    worlds.merge(addresses=("eve@example.com",))
    assert here.one("jobs", card)["user_id"] == str(claims)


# Reasons --------------------------------------------------------------------------------------------------------------


def test_what_joins_a_row_that_came_before_is_not_called_deleted(
    worlds: Worlds, here: Place, there: Staging, ada: UUID
) -> None:
    listing = there.listing(there.company("Acme"))
    saved = there.interaction(ada, listing)
    worlds.merge()
    older = "Another row of this user for this listing was updated later."
    there.tell(
        "job_user_interactions", saved, row_id="older", source_table="saved_jobs", outcome="merged", reason=older
    )
    fates = worlds.fates()
    assert fates["saved_jobs", "older"] == ("merged", older, "job_user_interactions", saved, True)


def test_what_joins_a_row_that_was_deleted_here_says_so(worlds: Worlds, here: Place, there: Staging, ada: UUID) -> None:
    listing = there.listing(there.company("Acme"))
    saved = there.interaction(ada, listing)
    worlds.merge()
    here.execute("DELETE FROM job_user_interactions")
    there.tell(
        "job_user_interactions", saved, row_id="older", source_table="saved_jobs", outcome="merged", reason="Older."
    )
    there.ledger("saved_jobs", "older", outcome="merged", target_row_id=str(saved))
    fates = worlds.fates()
    reason = "What it became a part of was deleted here since."
    assert fates["saved_jobs", "older"] == ("quarantined", reason, "", None, True)


# Lines ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["applications", "legacy_applications"])
@pytest.mark.parametrize("outcome", ["kept", "merged"])
def test_a_line_of_what_had_no_place_says_where_it_is_now(
    worlds: Worlds, here: Place, there: Staging, ada: UUID, stage: str, outcome: str
) -> None:
    listing, key = there.listing(there.company("Acme")), uuid4()
    there.execute(
        "INSERT INTO crossing.source_rows VALUES ('applications', '7', %s, %s, 'quarantined', 'No such listing.')",
        [stage, key],
    )
    for row_id in (str(key), "8"):
        there.ledger("applications", row_id, before={"id": row_id}, reason="No such listing.")
    worlds.merge()
    there.execute("DELETE FROM migration_ledger")
    place = there.interaction(
        ada, listing, "applied", id=key if outcome == "kept" else uuid4(), derived=outcome == "kept"
    )
    there.execute(
        """
        UPDATE crossing.source_rows SET outcome = %s, reason = '', final_table = 'job_user_interactions', final_id = %s
        WHERE row_id = '7'
        """,
        [outcome, place],
    )
    fates = worlds.fates()
    assert fates["applications", "7"] == (outcome, "", "job_user_interactions", place, True)
    whole, reason = {"id": str(key)}, "No such listing. It came over later."
    assert here.lines("applications", key) == [("", "converted", whole, None, reason, str(place))]
    assert here.lines("applications", "8") == [("", "quarantined", {"id": "8"}, None, "No such listing.", "")]
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_a_line_that_came_again_is_as_true_as_it_was(worlds: Worlds, here: Place, there: Staging, ada: UUID) -> None:
    """A row may stand whole in the ledger and have a place all the same."""
    listing, key = there.listing(there.company("Acme")), uuid4()
    there.execute(
        "INSERT INTO crossing.source_rows VALUES ('saved_jobs', '7', 'saved_jobs', %s, 'quarantined', 'No.')", [key]
    )
    there.ledger("saved_jobs", str(key), reason="No.")
    worlds.merge()
    there.interaction(ada, listing, id=key, derived=True)
    there.execute(
        "UPDATE crossing.source_rows SET outcome = 'kept', final_table = 'job_user_interactions', final_id = %s"
        " WHERE row_id = '7'",
        [key],
    )
    assert worlds.fates()["saved_jobs", "7"][0] == "kept"
    assert [line[:2] for line in here.lines("saved_jobs", key)] == [("", "quarantined")]


def test_a_line_that_holds_more_than_before_comes_beside_the_other(
    worlds: Worlds, here: Place, there: Staging, ada: UUID
) -> None:
    """One line holds all spellings of a company: those of a listing that is new would be nowhere else."""
    line, told = uuid4(), [{"spellings": ["Acme"]}, {"spellings": ["Acme", "ACME Ltd"]}]
    for before in told:
        there.execute("DELETE FROM migration_ledger")
        there.ledger("job_listings", "1", id=line, column="company", outcome="converted", before=before)
        for _ in range(2):
            worlds.merge()
    assert sorted(line[2]["spellings"] for line in here.lines("job_listings", "1")) == [["Acme"], ["Acme", "ACME Ltd"]]
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_a_company_that_is_met_again_under_another_name_has_another_line(
    worlds: Worlds, here: Place, there: Staging
) -> None:
    here.company("Acme", "https://acme.com")
    company = there.company("ACME", "https://acme.com")
    for name in ("ACME", "Acme Ltd"):
        there.execute("UPDATE companies SET name = %s", [name])
        there.listing(company)
        worlds.merge()
    assert sorted(line[2]["name"] for line in here.lines("companies", company)) == ["ACME", "Acme Ltd"]
    after = here.digest()
    worlds.merge()
    assert here.digest() == after
