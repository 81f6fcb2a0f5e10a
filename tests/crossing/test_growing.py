"""Sources that grew between two runs: what comes in two parts is what comes at once.

A first state lacks some of a hard source's rows: whole people, parents with all that names them, and single rows, whose
children then name a ghost. It comes, and then the whole source comes.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

from tests.crossing import scratch, targets
from tests.crossing.targets import OWNER_COLUMNS, Old, Target, standing_in
from tests.hard_legacy.jobos import make_jobos
from tests.hard_legacy.jobpilot import make_jobpilot
from tests.jobs.migrations.conftest import _django_db_marker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["_django_db_marker"]  # The test database is made, and nothing wraps a test or flushes after it.

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("growing")]

USERS = 20
SHAPES = ("jobpilot legacy", "jobpilot refactored", "jobos b2c3d4e5f6a7", "jobos p6g7h8i9j0k1")
# Whose rows others name, and in which columns.
PARENTS = {
    "jobs": ("job_id", "related_job_id"),
    "contacts": ("related_contact_id",),
    "companies": ("company_id",),
    "job_listings": ("job_id", "canonical_id", "canonical_job_id", "duplicate_job_id", "target_job_id"),
    "resumes": ("resume_id", "parent_resume_id", "based_on_resume_id", "parent_version_id"),
    "applications": ("application_id",),
    "job_user_interactions": ("interaction_id",),
}
# How a bank that came before takes on what comes later is told in another test.
BANKS = frozenset({"skill_banks", "skill_banks_legacy", "profile_dna"})
# Of several rows that are one here, the first to come gives it its key: these are known by what they say.
PERSON = "(SELECT lower(u.email) FROM accounts_user u WHERE u.id = t.user_id)"
COMPANY = "(SELECT concat_ws('|', c.normalized_name, c.domain) FROM companies c WHERE c.id = t.company_id)"
IDENTITIES = {
    "accounts_user": "lower(t.email)",
    "user_profiles": PERSON,
    "companies": "concat_ws('|', t.normalized_name, t.domain)",
    "company_aliases": "t.normalized_name",
    "target_companies": f"concat_ws('|', {PERSON}, {COMPANY})",
    "job_duplications": "concat_ws('|', LEAST(canonical_job_id, duplicate_job_id), GREATEST(canonical_job_id, duplicate_job_id))",
    "job_user_interactions": f"concat_ws('|', {PERSON}, t.job_id, t.interaction_type)",
    "skill_banks": PERSON,
    "skills": """concat_ws('|', (
        SELECT lower(u.email) FROM accounts_user u JOIN skill_banks b ON b.user_id = u.id WHERE b.id = t.bank_id), lower(t.name))""",
}
PEOPLE, TREES, SINGLES = 0.2, 0.15, 0.15


@pytest.fixture(scope="module", autouse=True)
def _unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


# Sources --------------------------------------------------------------------------------------------------------------


class Writer:
    """A database of an older system, opened to take rows away."""

    def __init__(self, address: str, stack: ExitStack) -> None:
        self.is_file = not address.startswith("postgresql:")
        if self.is_file:
            self.connection: Any = stack.enter_context(closing(sqlite3.connect(address, isolation_level=None)))
            self.connection.text_factory = bytes
            return
        self.connection = stack.enter_context(scratch.connect(address.rpartition("/")[2]))
        for table, name in self.all("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'"):
            self.connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'.encode())

    def all(self, query: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return rows

    def columns(self) -> dict[str, list[str]]:
        if not self.is_file:
            return dict(
                self.all(
                    "SELECT table_name::text, array_agg(column_name::text) FROM information_schema.columns"
                    " WHERE table_schema = 'public' AND table_name <> 'alembic_version' GROUP BY 1"
                )
            )
        names = [
            name.decode()
            for (name,) in self.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        ]
        return {name: [row[1].decode() for row in self.all(f'PRAGMA table_info("{name}")')] for name in names}

    def take(self, table: str, where: str, *values: Any) -> int:
        mark = "?" if self.is_file else "%s"
        query = f'DELETE FROM "{table}" WHERE {where.replace("?", mark)}'
        return int(self.connection.execute(query if self.is_file else query.encode(), values).rowcount)


def prune(address: str, users: str, seed: int) -> dict[str, int]:
    """Take away from a source what is to come later; return how many rows of each table."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        source = Writer(address, stack)
        columns = source.columns()
        before = {table: source.all(f'SELECT count(*) FROM "{table}"')[0][0] for table in columns}
        place = "rowid" if source.is_file else "ctid"

        def list_keys(table: str) -> list[Any]:
            return [key for (key,) in source.all(f'SELECT DISTINCT id FROM "{table}" WHERE id IS NOT NULL ORDER BY 1')]

        def take_tree(table: str, key: Any, named: tuple[str, ...]) -> None:
            source.take(table, "id = ?", key)
            for other, names in columns.items():
                for name in set(named) & set(names):
                    source.take(other, f'"{name}" = ?', key)

        for key in list_keys(users):
            if chance.random() < PEOPLE:
                take_tree(users, key, OWNER_COLUMNS)
        for table, named in PARENTS.items():
            for key in list_keys(table) if table in columns else ():
                if chance.random() < TREES:
                    take_tree(table, key, named)
        for table in sorted(set(columns) - BANKS - {users}):
            for (row,) in source.all(f'SELECT {place} FROM "{table}" ORDER BY 1'):
                if chance.random() < SINGLES:
                    source.take(table, f"{place} = ?", row)
        return {table: before[table] - source.all(f'SELECT count(*) FROM "{table}"')[0][0] for table in columns}


@dataclass
class Grown:
    """One source in two states, and what two targets made of it: in two parts, and at once."""

    old: Old
    young: Old
    taken: dict[str, int]
    parts: Target
    once: Target
    resumes: set[str]  # Those that came first.


@pytest.fixture(scope="module")
def make_target(
    two_databases: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Target]]:
    with ExitStack() as stack:
        empty = stack.enter_context(scratch.make_database(two_databases[1]))
        with standing_in(empty):
            call_command("migrate", verbosity=0)

        def make() -> Target:
            name = stack.enter_context(scratch.make_database(empty))
            return Target(name, tmp_path_factory.mktemp("target"))

        yield make


@pytest.fixture(scope="module", params=SHAPES, ids=lambda shape: shape.replace(" ", "-"))
def grown(
    request: pytest.FixtureRequest, make_target: Callable[[], Target], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grown]:
    system, kind = request.param.split()
    with ExitStack() as stack:
        if system == "jobpilot":
            folder: Path = tmp_path_factory.mktemp("source")
            addresses = [str(folder / name) for name in ("whole.db", "young.db")]
            made: Any = make_jobpilot(folder / "whole.db", shape=kind, users=USERS)
            shutil.copy(*addresses)
        else:
            whole = stack.enter_context(scratch.make_database())
            made = make_jobos(scratch.url_of(whole), revision=kind, users=USERS)
            addresses = [scratch.url_of(name) for name in (whole, stack.enter_context(scratch.make_database(whole)))]
        old, young = (Old(system, address, made) for address in addresses)
        taken, parts, once = prune(young.address, young.users, seed=1), make_target(), make_target()
        parts.bring(young)
        resumes = {key for (key,) in parts.all("SELECT id::text FROM resumes")}
        parts.bring(old)
        once.bring(old)
        yield Grown(old, young, taken, parts, once, resumes)


def test_every_row_has_one_fate(grown: Grown) -> None:
    assert sum(count > 0 for count in grown.taken.values()) > 10
    targets.assert_account(grown.parts, grown.old, grown.parts.reports[1])
    assert grown.parts.reports[1]["totals"]["added"] > 50


def test_nothing_is_lost(grown: Grown) -> None:
    targets.assert_nothing_is_lost(grown.parts, grown.old)


def test_nothing_is_called_deleted(grown: Grown) -> None:
    said = grown.parts.all(
        """
        SELECT "table", row_id, reason FROM legacy_rows WHERE reason LIKE '%%deleted here%%'
        UNION SELECT "table", row_id, reason FROM migration_ledger WHERE reason LIKE '%%deleted here%%'
        """
    )
    assert not said, said


def test_everything_is_sound_and_has_its_owner(grown: Grown) -> None:
    targets.assert_everybody_has_their_own(grown.parts, grown.old, grown.parts.reports[1])
    targets.assert_sound(grown.parts)


def test_the_same_rows_are_there_as_if_all_had_come_at_once(grown: Grown) -> None:
    """But for versions of a resume that came before: it counts its own here, and later ones stay in the ledger."""
    differences = {}
    for table in sorted(set(grown.once.rows()) - {"migration_ledger", "legacy_rows", "legacy_sources"}):
        query = f"SELECT {IDENTITIES.get(table, 't.id::text')} FROM {table} t"
        parts, once = (Counter(name for (name,) in target.all(query)) for target in (grown.parts, grown.once))
        if table == "resume_versions":
            late = grown.once.all(
                "SELECT id::text FROM resume_versions WHERE resume_id::text = ANY (%s)", list(grown.resumes)
            )
            once -= Counter(key for (key,) in late) - parts
        if parts != once:
            differences[table] = (parts - once, once - parts)
    assert not differences


def test_a_third_run_adds_nothing(grown: Grown) -> None:
    before = grown.parts.digest()
    assert grown.parts.bring(grown.old)["totals"]["added"] == 0
    assert grown.parts.digest() == before
