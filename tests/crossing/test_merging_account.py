"""The ledger that comes along, and an account that is refused unless it is exact."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from jobos.crossing.services.merging import AccountError
from tests.crossing._worlds import KEY, TABLES

if TYPE_CHECKING:
    from tests.crossing._worlds import Place, Staging, Worlds


def test_lines_of_the_source_get_keys_and_names_of_their_own(worlds: Worlds, here: Place, there: Staging) -> None:
    ours = here.company("Acme", "https://acme.com")
    theirs = there.company("ACME", "https://acme.com")
    there.listing(theirs)
    line, ghost = uuid4(), uuid4()
    there.ledger("job_listings", "7", id=line, column="company", outcome="converted", target_row_id=str(theirs))
    there.ledger("daily_logs", "8", id=ghost, source="import_legacy jobpilot", target_row_id="no key at all")
    there.tell("daily_logs", None, row_id="8", outcome="quarantined", reason="No home here.")
    fates = worlds.fates()
    assert fates["daily_logs", "8"] == ("quarantined", "No home here.", "", None, True)
    lines = here.read("migration_ledger")

    def told(key: object) -> tuple[str, str]:
        row = next(row for name, row in lines.items() if name.hex == hashlib.md5(f"{KEY}|{key}".encode()).hexdigest())
        return row["source"], row["target_row_id"]

    assert told(line) == (f"jobpilot {KEY[:8]}: jobs.0007_listings", str(ours))
    assert told(ghost) == (f"jobpilot {KEY[:8]}: import_legacy jobpilot", "no key at all")
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_the_source_and_its_rows_are_remembered(worlds: Worlds, here: Place, there: Staging) -> None:
    ada = there.user("ada@example.com")
    there.tell("accounts_user", ada, source_table="users", row_id="1", outcome="merged", reason="The same person.")
    worlds.merge()
    assert here.fetch("SELECT system, key FROM legacy_sources") == [("jobpilot", KEY)]
    rows = here.fetch(
        'SELECT "table", row_id, outcome, reason, target_table, target_id, id = md5(%s || "table" || %s || row_id)::uuid'
        ' FROM legacy_rows ORDER BY "table"',
        [f"{KEY}|", "|"],
    )
    assert rows == [
        ("accounts_user", str(ada), "kept", "", "accounts_user", ada, True),
        ("users", "1", "merged", "The same person.", "accounts_user", ada, True),
    ]


def test_two_sources_do_not_collide(worlds: Worlds, here: Place, there: Staging) -> None:
    """The same rows from a database that is another source: met by their keys, each with its own lines."""
    ada = there.user("ada@example.com")
    there.ledger("daily_logs", "8")
    there.card(ada)
    worlds.merge()
    there.execute("UPDATE crossing.source SET key = %s", ["f" * 64])
    here.execute("UPDATE jobs SET role_title = 'Edited'")
    worlds.merge()
    assert here.fetch("SELECT count(*) FROM legacy_rows") == [(4,)]
    assert [row["role_title"] for row in here.read("jobs").values()] == ["Edited"]
    assert sorted(row["source"] for row in here.read("migration_ledger").values() if row["table"] == "daily_logs") == [
        f"jobpilot {KEY[:8]}: jobs.0007_listings",
        "jobpilot ffffffff: jobs.0007_listings",
    ]


def test_every_step_is_told(worlds: Worlds, there: Staging) -> None:
    there.card(there.user("ada@example.com"))
    worlds.merge()
    told = dict(worlds.steps)
    assert (told["carry jobs"], told["decide jobs"], told["write jobs"], told["check the account"]) == (1, 1, 1, 2)


def test_a_session_keeps_nothing_but_the_fates(worlds: Worlds, here: Place, there: Staging) -> None:
    there.user("ada@example.com")
    worlds.merge()
    left = here.fetch("SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'")
    assert left == [("fates",)]


def refuse(worlds: Worlds, here: Place, words: str) -> None:
    before = here.digest()
    with pytest.raises(AccountError, match=words), here.connection.transaction():
        worlds.merge()
    assert here.digest() == before


def test_a_row_that_is_kept_nowhere_is_refused(worlds: Worlds, here: Place, there: Staging) -> None:
    there.tell("jobs", uuid4())
    refuse(worlds, here, "1 rows of the source are said to be in jobs and are not")


def test_a_row_in_quarantine_that_is_not_in_the_ledger_is_refused(worlds: Worlds, here: Place, there: Staging) -> None:
    there.tell("daily_logs", None, row_id="8", outcome="quarantined", reason="No home here.")
    there.ledger("daily_logs", "8", column="mood")
    refuse(worlds, here, "1 rows of the source are in quarantine and not whole in the ledger")


def test_a_row_of_another_table_in_the_ledger_does_not_hold_it(worlds: Worlds, here: Place, there: Staging) -> None:
    there.tell("daily_logs", None, row_id="8", outcome="quarantined", reason="No home here.")
    there.ledger("weekly_logs", "8")
    refuse(worlds, here, "1 rows of the source are in quarantine and not whole in the ledger")


def test_a_row_without_an_outcome_is_refused(worlds: Worlds, here: Place, there: Staging) -> None:
    there.tell("jobs", None, row_id="8", outcome="lost")
    refuse(worlds, here, "1 rows of the source are neither kept nor merged nor quarantined")


def test_a_row_in_no_table_that_comes_over_is_refused(worlds: Worlds, here: Place, there: Staging) -> None:
    there.tell("daily_logs", uuid4())
    refuse(worlds, here, "said to be in daily_logs, which is no table that comes over")


def test_a_row_that_appears_unsaid_is_refused(worlds: Worlds, here: Place, there: Staging) -> None:
    here.execute("""
        CREATE FUNCTION copy_card() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.id := gen_random_uuid(); NEW.role_title := 'Copy';
            INSERT INTO jobs SELECT NEW.*;
            RETURN NULL;
        END $$;
        CREATE TRIGGER copy_card AFTER INSERT ON jobs FOR EACH ROW WHEN (NEW.role_title <> 'Copy')
            EXECUTE FUNCTION copy_card()""")
    there.card(there.user("ada@example.com"))
    refuse(worlds, here, "1 rows were added to jobs, which has 2 more")


def test_a_dangling_key_is_refused_by_name(worlds: Worlds, here: Place, there: Staging) -> None:
    (name,) = there.fetch("""
        SELECT conname FROM pg_constraint
        WHERE conrelid = 'jobs'::regclass AND confrelid = 'accounts_user'::regclass AND contype = 'f'""")[0]
    there.execute(f"ALTER TABLE jobs DROP CONSTRAINT {name}")
    there.card(uuid4())
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match=name), here.connection.transaction():
        worlds.merge()


def test_what_may_be_written_is_what_the_digests_look_at(worlds: Worlds, here: Place) -> None:
    from jobos.crossing.services.merging.tables import EVERY

    assert {table.name for table in EVERY} <= set(TABLES)
