"""The order of a merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobos.crossing.services.merging import account, carrying, counting, deciding, directory, fates, people, writing
from jobos.crossing.services.merging.session import Merged, Session, Trust
from jobos.crossing.services.merging.tables import EVERY, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

SETTINGS = [
    # Times in the ledger are UTC; sorts and joins of a million rows stay in memory.
    "SET LOCAL TIME ZONE 'UTC'",
    "SET LOCAL work_mem = '256MB'",
    "SET LOCAL jit = off",
]
# What is written besides the tables that come over.
BESIDES = ("accounts_user_groups", "legacy_rows", "legacy_sources", "migration_ledger")
# All but what the caller reads afterwards.
LEFT_BEHIND = """
    SELECT relname FROM pg_class
    WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r' AND relname NOT IN ('fates', 'derived_earlier')
    """


def lock_tables(target: psycopg.Connection[Any]) -> None:
    """Keep others from writing to what a merge writes, to the end of the transaction."""
    names = sorted((*(table.name for table in EVERY), *BESIDES))
    target.execute(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE".encode())


def merge(
    target: psycopg.Connection[Any], staging: psycopg.Connection[Any], *, trust: Trust, tell: Callable[[str, int], None]
) -> Merged:
    """Merge a finished staging database into ours, in the caller's transaction; raise AccountError if a sum is wrong.

    Others read our tables meanwhile and wait with their writes. A temporary table `fates` stays in the session: what
    became of every row of the source.
    """
    session = Session(target, staging, trust, tell)
    (session.system, session.key) = staging.execute("SELECT system, key FROM crossing.source").fetchone() or ("", "")
    for statement in SETTINGS:
        session.run(statement)
    lock_tables(target)
    before = account.count_rows(session)
    carrying.carry(session)
    _decide(session)
    _write(session)
    fates.settle_fates(session)
    account.check_fates(session)
    fates.remember_fates(session)
    fates.tell_clashes(session)
    directory.tell_other_names(session)
    session.run("SET CONSTRAINTS ALL IMMEDIATE")
    session.tell("check the keys", sum(session.merged.added.values()))
    account.check_account(session, before)
    session.run(f"DROP TABLE {', '.join(f'pg_temp.{name}' for (name,) in session.read(LEFT_BEHIND))}")
    return session.merged


def _decide(session: Session) -> None:
    deciding.read_earlier_runs(session)
    for table in TABLES:
        if table.name == "accounts_user":
            people.decide_people(session)
        elif table.name == "companies":
            directory.decide_companies(session)
        else:
            deciding.decide_table(session, table)
    deciding.leave_unneeded(session)
    directory.decide_afterthoughts(session)


def _write(session: Session) -> None:
    for table in EVERY:
        writing.write_whole_rows(session, table)
    writing.settle_waiting_lines(session)
    directory.take_claimed_sites(session)
    directory.tell_facts(session)
    writing.fill_profiles(session)
    writing.read_copies(session)
    for table in EVERY:
        writing.insert_rows(session, table)
        if table.name == "skill_banks":
            writing.fill_banks(session)
            deciding.place_entries(session)
    writing.show_interviews(session)
    counting.count_sources(session)
    directory.suggest_namesakes(session)
    people.enrol(session)
    writing.carry_ledger(session)
