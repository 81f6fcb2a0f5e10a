"""Whole crossings of hard databases, from the outside: into an empty database, and into one that has people already.

LIVE_FULL=1 crosses with every shape and two seeds both ways; otherwise each shape crosses once, in turn.
"""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

from companies.naming import normalize_company_name
from tests.crossing import scratch, targets
from tests.crossing.targets import Old, Target, standing_in
from tests.hard_legacy.jobos import make_jobos
from tests.hard_legacy.jobpilot import make_jobpilot, make_jobpilot_postgres
from tests.jobs.migrations.conftest import _django_db_marker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["_django_db_marker"]  # The test database is made, and nothing wraps a test or flushes after it.

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("crossing")]

USERS = 50
SHAPES = (
    "jobpilot legacy",
    "jobpilot intermediate",
    "jobpilot refactored",
    "jobpilot legacy in PostgreSQL",
    "jobos b2c3d4e5f6a7",
    "jobos c3d4e5f6a7b8",
    "jobos b2c3d4e5f6a8",
    "jobos p6g7h8i9j0k1",
)
IS_FULL = os.environ.get("LIVE_FULL") == "1"
PLAIN_EMAIL = re.compile(r"[a-z0-9.+-]+@[a-z0-9-]+(\.[a-z]+)+")
PLAIN_NAME = re.compile(r"[A-Z][a-z]+( [A-Z][a-z]+)*")


@pytest.fixture(scope="module", autouse=True)
def _unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def empty(two_databases: tuple[str, str]) -> Iterator[str]:
    """The name of a database of the present shape that holds what `migrate` writes; to be copied."""
    with scratch.make_database(two_databases[1]) as name:
        with standing_in(name):
            call_command("migrate", verbosity=0)  # Nothing is left to migrate; roles get their permissions.
        yield name


@pytest.fixture(scope="module")
def make_target(empty: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Target]]:
    with ExitStack() as stack:

        def make(template: str = empty) -> Target:
            name = stack.enter_context(scratch.make_database(template))
            return Target(name, tmp_path_factory.mktemp("target"))

        yield make


@pytest.fixture(scope="module")
def make_old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Old]]:
    """Make a hard database of a shape and a seed; each of them once."""
    made: dict[tuple[str, int, int], Old] = {}
    with ExitStack() as stack:

        def make(shape: str, seed: int, users: int = USERS) -> Old:
            if (shape, seed, users) not in made:
                system, kind, *more = shape.split(" ", 2)
                if system == "jobpilot" and not more:
                    path: Path = tmp_path_factory.mktemp("source") / "jobpilot.db"
                    old = Old(system, str(path), make_jobpilot(path, shape=kind, users=users, seed=seed))
                else:
                    address = scratch.url_of(stack.enter_context(scratch.make_database()))
                    if system == "jobpilot":
                        old = Old(system, address, make_jobpilot_postgres(address, shape=kind, users=users, seed=seed))
                    else:
                        old = Old(system, address, make_jobos(address, revision=kind, users=users, seed=seed))
                made[shape, seed, users] = old
            return made[shape, seed, users]

        yield make


def turns(own: int) -> list[Any]:
    """Return the shapes and seeds of one kind of target."""
    return [
        pytest.param(shape, seed, id=f"{shape.replace(' ', '-')}-{seed}")
        for place, shape in enumerate(SHAPES)
        for seed in (1, 2)
        if IS_FULL or (place % 2 == own and seed == own + 1)
    ]


# Into an empty database -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "seed"), turns(0))
def test_into_an_empty_database(shape: str, seed: int, make_old: Any, make_target: Any) -> None:
    old, target = make_old(shape, seed), make_target()
    report = target.bring(old)
    targets.assert_account(target, old, report)
    targets.assert_nothing_is_lost(target, old)
    targets.assert_everybody_has_their_own(target, old, report)
    targets.assert_sound(target)
    assert report["clash_counts"].keys() <= {"placeholder"}
    before = target.digest()
    again = target.bring(old)
    assert again["totals"] == {**report["totals"], "added": 0}
    assert target.digest() == before


# Beside people who are here -------------------------------------------------------------------------------------------


@dataclass
class Neighbours:
    """Who and what is here already, and in the source, too."""

    verified: list[str]
    unverified: list[str]
    companies: int
    listings: int


def settle_in(target: Target, old: Old) -> Neighbours:
    """Fill a target with people of its own, with some of the source's people, companies and listings among them."""
    from jobs.services.mock import Plan, write_mock_data
    from tests.factories import (
        CompanyFactory,
        InteractionFactory,
        JobFactory,
        JobListingFactory,
        ResumeFactory,
        SkillBankFactory,
        SkillFactory,
        UserFactory,
    )

    with old.reading() as read:
        counted = old.count()
        people = read(f"SELECT * FROM {old.users}")
        flag = "email_verified" if old.system == "jobos" else "is_verified"
        emails = [str(row["email"]).lower() for row in people if row["email"]]
        met: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
        for row in people:
            email = str(row["email"] or "")
            if PLAIN_EMAIL.fullmatch(email) and emails.count(email) == 1 and len(met[bool(row.get(flag))]) < 3:
                met[bool(row.get(flag))].append(row)
        named = ("jobs", "company_name") if old.system == "jobos" else ("job_listings", "company")
        if old.system == "jobpilot" and "company" not in read("SELECT * FROM job_listings LIMIT 1")[0]:
            named = ("companies", "name")
        names = sorted({str(row["name"]) for row in read(f"SELECT {named[1]} AS name FROM {named[0]}")})
        names = [name for name in names if PLAIN_NAME.fullmatch(name)][:6]
        urls = []
        if "job_listings" in counted and named[0] == "job_listings":
            urls = [
                (row["company"], row["job_url"])
                for row in read("SELECT company, job_url FROM job_listings ORDER BY id")
                if row["company"] in names and str(row["job_url"]).startswith("https://")
            ][:6]
        cards = read("SELECT * FROM jobs ORDER BY id") if old.system == "jobos" else []
    with standing_in(target.name):
        write_mock_data(Plan(users=3, companies=12, listings=36, seed=7, day=date(2026, 1, 1)))
        companies = {}
        for name in names:
            key = normalize_company_name(name)
            companies[name] = companies.get(key) or CompanyFactory(name=name)
        listings = [
            JobListingFactory(company=companies[name], job_url=url, title="It was here") for name, url in dict(
                (url, (name, url)) for name, url in urls
            ).values()
        ]
        for place, row in enumerate([*met[True], *met[False]]):
            user = UserFactory(email=str(row["email"]).title() if place % 2 else row["email"], full_name="Here Before")
            for listing in listings:
                InteractionFactory(user=user, job=listing, notes="My own note.")
            bank = SkillBankFactory(user=user)
            SkillFactory(bank=bank, name="python")
            ResumeFactory(user=user, title="My own resume")
            own = [card for card in cards if str(card["user_id"]) == str(row["id"]) and card["role_title"]]
            for card in own[:1]:
                JobFactory(user=user, company_name=card["company_name"], role_title=str(card["role_title"])[:200])
    return Neighbours(
        [str(row["email"]) for row in met[True]], [str(row["email"]) for row in met[False]], len(names), len(listings)
    )


@pytest.mark.parametrize(("shape", "seed"), turns(1))
def test_beside_people_who_are_here(shape: str, seed: int, make_old: Any, make_target: Any) -> None:
    old, target = make_old(shape, seed), make_target()
    here = settle_in(target, old)
    assert len(here.unverified) == 3
    assert here.companies
    targets.assert_sound(target)
    before = target.rows()

    report = target.bring(old)
    targets.assert_account(target, old, report)
    targets.assert_nothing_is_lost(target, old)
    targets.assert_everybody_has_their_own(target, old, report)
    targets.assert_untouched(target, before)
    targets.assert_sound(target)
    assert report["clash_counts"]["email"] == len(here.unverified)
    assert report["met"].get("accounts_user", 0) == len(here.verified)
    assert report["met"]["companies"] > 0
    clashing = {row["row_id"] for row in report["clashes"] if row["kind"] == "email"}
    waiting = {row_id for table, row_id, outcome, *_ in target.fates(report["source_key"]) if table == old.users and outcome == "quarantined"}
    assert clashing <= waiting

    # Nothing more comes by itself; then somebody says who is who.
    digest = target.digest()
    assert target.bring(old)["totals"]["added"] == 0
    assert target.digest() == digest
    claimed = target.bring(old, f"--trust-email={here.unverified[0]}")
    assert claimed["clash_counts"]["email"] == 2
    trusted = target.bring(old, "--trust-emails")
    assert "email" not in trusted["clash_counts"]
    targets.assert_account(target, old, trusted)
    targets.assert_nothing_is_lost(target, old)
    targets.assert_everybody_has_their_own(target, old, trusted)
    targets.assert_untouched(target, before)
    targets.assert_sound(target)
    digest = target.digest()
    assert target.bring(old, "--trust-emails")["totals"]["added"] == 0
    assert target.digest() == digest
