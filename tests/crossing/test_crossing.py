"""Whole crossings of hard databases, from the outside: into an empty database, and into one that has people already.

LIVE_FULL=1 crosses with every shape and two seeds both ways; otherwise each shape crosses once.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import uuid
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from companies.naming import normalize_company_name
from jobos.accounts.models import User
from jobos.crossing.services.websites import ANOTHER_NAME
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
PLAIN_NAME = re.compile(r"[A-Z][a-z]+([ -][A-Z0-9][a-z0-9]*)*")


@pytest.fixture(scope="module", autouse=True)
def _unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def make_target(empty_target: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Target]]:
    with ExitStack() as stack:

        def make(template: str = empty_target) -> Target:
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


INTO_EMPTY = (
    ("jobpilot intermediate", 1),
    ("jobpilot refactored", 2),
    ("jobos b2c3d4e5f6a7", 1),
    ("jobos b2c3d4e5f6a8", 2),
)
BESIDE_PEOPLE = (("jobpilot legacy in PostgreSQL", 2), ("jobos c3d4e5f6a7b8", 1))


def turns(chosen: tuple[tuple[str, int], ...]) -> list[Any]:
    """Return shapes and seeds: the chosen ones, or all of them."""
    every = tuple((shape, seed) for shape in SHAPES for seed in (1, 2))
    return [
        pytest.param(shape, seed, id=f"{shape.replace(' ', '-')}-{seed}")
        for shape, seed in (every if IS_FULL else chosen)
    ]


# Into an empty database -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "seed"), turns(INTO_EMPTY))
def test_into_an_empty_database(shape: str, seed: int, make_old: Any, make_target: Any) -> None:
    old, target = make_old(shape, seed), make_target()
    report = target.bring(old)
    targets.assert_account(target, old, report)
    targets.assert_nothing_is_lost(target, old)
    targets.assert_everybody_has_their_own(target, old, report)
    targets.assert_sound(target)
    # Nobody is here to meet, but companies of one person that a website makes one.
    assert report["clash_counts"].keys() <= {"placeholder", "target_company"}
    assert {clash["reason"] for clash in report["clashes"] if clash["kind"] == "target_company"} <= {ANOTHER_NAME}
    unreachable = target.one("SELECT count(*) FROM accounts_user WHERE email LIKE '%%@placeholder.invalid'")
    named = [row for row in report["clashes"] if row["kind"] == "placeholder"]
    assert len(named) == report["clash_counts"]["placeholder"] == unreachable > 0
    assert {row["table"] for row in named} == {old.users} and all(row["reason"] for row in named)
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
            JobListingFactory(company=companies[name], job_url=url, title="It was here")
            for name, url in {url: (name, url) for name, url in urls}.values()
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


@pytest.mark.parametrize(("shape", "seed"), turns(BESIDE_PEOPLE))
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
    waiting = {
        row_id
        for table, row_id, outcome, *_ in target.fates(report["source_key"])
        if table == old.users and outcome == "quarantined"
    }
    assert clashing <= waiting

    # Somebody says who is who.
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


# Both systems, one after the other ------------------------------------------------------------------------------------

API = "/api/v1"
NEW_PASSWORD = "a new and long enough passphrase"


@pytest.fixture(scope="module")
def both(make_old: Any, make_target: Any) -> tuple[Target, Old, Old]:
    """A target into which a database of each system came."""
    pilot, jobos = make_old("jobpilot legacy", 1), make_old("jobos p6g7h8i9j0k1", 1)
    target = make_target()
    target.bring(pilot)
    target.bring(jobos)
    return target, pilot, jobos


@pytest.fixture
def inside(both: tuple[Target, Old, Old], tmp_path: Path) -> Iterator[Target]:
    """Let the application stand in a copy of that target."""
    with scratch.make_database(both[0].name) as name, standing_in(name):
        yield Target(name, tmp_path)


def test_both_systems_come_into_one_database(both: tuple[Target, Old, Old]) -> None:
    target, pilot, jobos = both
    first, second = target.reports[:2]
    targets.assert_account(target, jobos, second)
    targets.assert_everybody_has_their_own(target, jobos, second, by_texts=False)
    targets.assert_everybody_has_their_own(target, pilot, first, by_texts=False)
    assert len(target.fates(first["source_key"])) == sum(pilot.count().values())
    targets.assert_nothing_is_lost(target, pilot)
    targets.assert_sound(target)
    assert target.one("SELECT count(*) FROM legacy_imports") == 2


def sign_in(email: str, password: str) -> APIClient:
    client = APIClient()
    answer = client.post(f"{API}/auth/login/", {"email": email, "password": password})
    assert answer.status_code == 200, answer.content
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['token']}")
    return client


def ask_for_a_link(email: str) -> dict[str, str] | None:
    """Ask for a new password; return what the link in the mail holds, or nothing where no mail came."""
    mail.outbox.clear()
    assert APIClient().post(f"{API}/auth/password/reset/", {"email": email}).status_code == 200
    if not mail.outbox:
        return None
    link = re.search(r"/admin/password/reset/([^/\s]+)/([^/\s]+)/", str(mail.outbox[-1].body))
    assert link and mail.outbox[-1].to == [email]
    return {"uid": link[1], "token": link[2]}


def count_all(client: APIClient, path: str) -> int:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return int(answer.json()["count"])


@pytest.mark.parametrize("kind", ["passlib_pbkdf2_sha256", "passlib_bcrypt"])
def test_an_old_password_opens_the_door_once_more_and_is_replaced(
    kind: str, inside: Target, both: tuple[Target, Old, Old]
) -> None:
    passwords = both[2].made.passwords
    stored = dict(inside.all("SELECT email, password FROM accounts_user WHERE email = ANY(%s)", list(passwords)))
    email = next(email for email, password in sorted(stored.items()) if password.startswith(f"{kind}$"))
    wrong = APIClient().post(f"{API}/auth/login/", {"email": email, "password": "not this one"})
    assert wrong.status_code == 401
    client = sign_in(email.upper(), passwords[email])
    assert client.get(f"{API}/me/").json()["email"] == email
    cards = inside.one(
        "SELECT count(*) FROM jobs j JOIN accounts_user u ON u.id = j.user_id WHERE u.email = %s AND NOT j.is_deleted",
        email,
    )
    assert count_all(client, "jobs/") == cards > 0
    replaced = inside.one("SELECT password FROM accounts_user WHERE email = %s", email)
    assert not replaced.startswith("passlib_")
    sign_in(email, passwords[email])


def test_a_person_of_jobpilot_asks_for_a_password_and_finds_everything(
    inside: Target, both: tuple[Target, Old, Old]
) -> None:
    email, saved, applied, resumes = inside.all(
        """
        SELECT u.email, s.rows, a.rows, r.rows FROM accounts_user u
        JOIN (SELECT user_id, count(*) AS rows FROM job_user_interactions WHERE interaction_type = 'saved' GROUP BY 1) s
            ON s.user_id = u.id
        JOIN (SELECT user_id, count(*) AS rows FROM job_user_interactions WHERE interaction_type = 'applied' GROUP BY 1) a
            ON a.user_id = u.id
        JOIN (SELECT user_id, count(*) AS rows FROM resumes GROUP BY 1) r ON r.user_id = u.id
        WHERE u.is_active AND u.email NOT LIKE '%%@placeholder.invalid' AND u.email = lower(u.email) AND length(u.email) < 100
        ORDER BY s.rows DESC, u.id LIMIT 1
        """
    )[0]
    refused = APIClient().post(f"{API}/auth/login/", {"email": email, "password": NEW_PASSWORD})
    assert refused.status_code == 401
    link = ask_for_a_link(email)
    assert link is not None
    confirmed = APIClient().post(f"{API}/auth/password/reset/confirm/", {**link, "password": NEW_PASSWORD})
    assert confirmed.status_code == 200, confirmed.content
    client = sign_in(email, NEW_PASSWORD)
    assert (count_all(client, "interactions/saved/"), count_all(client, "interactions/applications/")) == (
        saved,
        applied,
    )
    listed = client.get(f"{API}/resumes/").json()
    assert listed["count"] == resumes
    for resume in listed["results"]:
        answer = client.get(f"{API}/resumes/{resume['id']}/export/?format=pdf")
        assert answer.status_code == 200, answer.content
        assert answer.content.startswith(b"%PDF-")


def test_a_placeholder_opens_no_door(inside: Target) -> None:
    addresses = [
        email for (email,) in inside.all("SELECT email FROM accounts_user WHERE email LIKE '%%@placeholder.invalid'")
    ]
    assert addresses
    for email in addresses[:2]:
        assert ask_for_a_link(email) is None
        for password in ("", "!", NEW_PASSWORD):
            answer = APIClient().post(f"{API}/auth/login/", {"email": email, "password": password})
            assert answer.status_code in {400, 401}


def test_a_grown_source_from_another_path_brings_what_is_new_and_nothing_that_was_deleted_here(
    both: tuple[Target, Old, Old], make_target: Any, tmp_path: Path
) -> None:
    (crossed, pilot, _), path = both, tmp_path / "moved.db"
    target = make_target(crossed.name)  # A copy.
    shutil.copy(pilot.address, path)
    key = crossed.reports[0]["source_key"]
    # Somebody with saved jobs goes, here.
    gone = target.all(
        """
        SELECT u.id::text FROM accounts_user u JOIN legacy_rows r ON r.target_id = u.id AND r."table" = 'user_profiles'
        JOIN job_user_interactions i ON i.user_id = u.id JOIN resumes s ON s.user_id = u.id
        WHERE r.outcome = 'kept' ORDER BY u.id DESC LIMIT 1
        """
    )[0][0]
    whole = target.rows()
    with standing_in(target.name):
        assert User.objects.get(pk=gone).delete()[0] > 3
    # Somebody comes, there, and a person who is here already saves another job.
    new, row, another = (str(uuid.uuid5(uuid.NAMESPACE_URL, name)) for name in ("person", "saved", "another"))
    stays = target.one(
        """
        SELECT r.row_id FROM legacy_rows r JOIN accounts_user u ON u.id = r.target_id JOIN legacy_sources s ON s.id = r.source_id
        WHERE r."table" = 'user_profiles' AND r.outcome = 'kept' AND s.key = %s AND r.row_id = u.id::text ORDER BY 1 LIMIT 1
        """,
        key,
    )
    listing = target.one(
        """SELECT row_id FROM legacy_rows WHERE "table" = 'job_listings' AND outcome = 'kept' AND row_id = target_id::text
           AND NOT EXISTS (SELECT FROM job_user_interactions i WHERE i.user_id = %s AND i.job_id = target_id)
           ORDER BY 1 LIMIT 1""",
        stays,
    )
    with closing(sqlite3.connect(path)) as file, file:
        at = "2026-01-05 10:00:00.000000"
        file.execute(
            "INSERT INTO user_profiles (id, first_name, last_name, email, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
            (new, "New", "Comer", "new.comer@example.com", at, at),
        )
        for each, person in ((row, new), (another, stays)):
            file.execute(
                "INSERT INTO saved_jobs (id, job_id, user_profile_id, status, notes, saved_date, updated_at)"
                " VALUES (?, ?, ?, 'SAVED', 'Looks good.', ?, ?)",
                (each, listing, person, at, at),
            )
    before = target.rows()
    went = {table: set(whole[table]) - set(before[table]) for table in whole}
    assert went["resumes"] and went["job_user_interactions"]
    grown = Old("jobpilot", str(path), pilot.made)
    report = target.bring(grown)
    assert report["source_key"] == key
    targets.assert_account(target, grown, report, gone=went)
    assert report["totals"]["added"] == 3
    after = target.rows()
    own = set(after) - {"legacy_rows", "migration_ledger", "legacy_sources"}
    assert {
        table: set(after[table]) - set(before[table]) for table in own if set(after[table]) - set(before[table])
    }.keys() == {
        "accounts_user",
        "user_profiles",
        "job_user_interactions",
    }
    assert all(before[table] == {key: after[table][key] for key in before[table]} for table in own)
    assert set(after["accounts_user"]) - set(before["accounts_user"]) == {new}
    assert set(after["job_user_interactions"]) - set(before["job_user_interactions"]) == {row, another}
    assert gone not in after["accounts_user"]
    targets.assert_sound(target)
