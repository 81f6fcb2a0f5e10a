"""Skill banks that grow in the older system between two runs: what is new there comes, once, and nothing returns."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from skills.models import SkillBank
from tests.crossing import scratch
from tests.crossing.jobos_crossings import insert, key, make_schema
from tests.crossing.jobpilot_run import ADA, BEN, write_file
from tests.crossing.targets import Old, Target, assert_account, assert_sound, standing_in
from tests.hard_legacy.jobpilot_tables import quote
from tests.jobs.migrations.conftest import _django_db_marker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["_django_db_marker"]  # The test database is made, and nothing wraps a test or flushes after it.

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("growing_banks")]

FIRST_DAY, LAST_DAY, BETWEEN = (f"2024-0{month}-01 10:00:00.000000" for month in (2, 8, 5))
WORKED, STUDIED, TOLD, SUMMED = (f"{n}aaaaaaa-0000-4000-8000-000000000001" for n in "1234")
# A key that sorts before the bank's, and one that sorts behind it.
BANK, EARLY, LATE = (f"{letter}0000000-0000-4000-8000-000000000001" for letter in "b0f")
RETURNS_NOT = "It came over with an earlier row, and was deleted here since."
JOINED = "This person has a bank here, which its rows join."


@pytest.fixture(scope="module", autouse=True)
def _unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def target(empty_target: str, tmp_path: Path) -> Iterator[Target]:
    with scratch.make_database(empty_target) as name:
        yield Target(name, tmp_path)


# JobPilot -------------------------------------------------------------------------------------------------------------


def add(path: Path, table: str, **row: Any) -> None:
    cells = [json.dumps(cell) if isinstance(cell, (dict, list)) else cell for cell in row.values()]
    with closing(sqlite3.connect(path)) as file, file:
        names, places = ", ".join(map(quote, row)), ", ".join("?" * len(row))
        file.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", cells)


def person(user: str, email: str, **more: Any) -> dict[str, Any]:
    return {"id": user, "email": email, "created_at": FIRST_DAY, "updated_at": FIRST_DAY, **more}


def bank(row_id: str, updated_at: str, user: str = ADA, **documents: Any) -> dict[str, Any]:
    return {"id": row_id, "user_id": user, "created_at": FIRST_DAY, "updated_at": updated_at, **documents}


FIRST_BANK = bank(
    BANK,
    BETWEEN,
    skills={"Data": ["Apache Spark", "SQL"]},
    skill_categories=["Data", "Gone"],
    default_summary="She computes.",
    work_experiences=[
        {"id": WORKED, "company": "Acme", "position": "Engineer"},
        {"company": "Bolt", "position": "Clerk"},
        {"company": "Crate", "position": "Boss"},
    ],
    experience_content_variations={WORKED: [{"id": TOLD, "content": "I built it."}]},
    summary_variations=[{"id": SUMMED, "content": "A maker."}],
)
# What it has in common with the first one, and what it alone tells.
SECOND = {
    "skills": {"Data": ["apache spark", "SQL", "Kafka"], "Arts": ["Painting"]},
    "skill_categories": ["Gone", "Arts", "Tongues"],
    "default_summary": "She paints.",
    "work_experiences": [
        {"id": WORKED, "company": "Acme", "position": "Engineer"},
        {"company": "Bolt", "position": "Clerk"},
        {"company": "Crate", "position": "Boss"},
        {"company": "Dyn", "position": "Painter"},
    ],
    "experience_content_variations": {
        WORKED: [{"id": TOLD, "content": "I built it."}, {"content": "I led it."}],
    },
    "summary_variations": [{"content": "A maker."}, {"content": "A painter."}],
}


@pytest.fixture
def old(tmp_path: Path) -> Old:
    path = tmp_path / "jobpilot.db"
    write_file(path, "legacy", {"user_profiles": [person(ADA, "ada@example.com"), person(BEN, "ben@example.com")]})
    add(path, "skill_banks", **FIRST_BANK)
    return Old("jobpilot", str(path), None)


def entries(target: Target, table: str, columns: str) -> list[Any]:
    rows = target.all(f"SELECT {columns} FROM {table} ORDER BY display_order, {columns}")
    return [row[0] if len(row) == 1 else row for row in rows]


def fate(target: Target, table: str, row_id: str) -> Any:
    return target.one(
        'SELECT outcome, reason, target_table, target_id::text FROM legacy_rows WHERE "table" = %s AND row_id = %s',
        table,
        row_id,
    )


def quarantined(target: Target, table: str, column: str) -> list[Any]:
    return [
        value
        for (value,) in target.all(
            f"""SELECT before ->> '{column}' FROM migration_ledger
                WHERE "table" = %s AND outcome = 'quarantined' AND "column" = '' AND reason = %s ORDER BY 1""",
            table,
            RETURNS_NOT,
        )
    ]


def forget(target: Target) -> None:
    """Delete here some of what came with the first bank."""
    with scratch.connect(target.name) as connection:
        connection.execute("DELETE FROM skills WHERE name = 'Apache Spark'")
        connection.execute("DELETE FROM work_experiences WHERE company IN ('Bolt')")
        connection.execute("DELETE FROM experience_variations")
        connection.execute("DELETE FROM summary_variations")
        connection.execute("UPDATE skill_banks SET skill_categories = ARRAY['Data'], default_summary = ''")


def delete_banks(target: Target) -> None:
    with standing_in(target.name):
        SkillBank.objects.all().delete()


def assert_nothing_more_comes(target: Target, old: Old) -> None:
    once = target.digest()
    report = target.bring(old)
    assert report["totals"]["added"] == 0
    assert target.digest() == once
    assert_sound(target)


@pytest.mark.parametrize("updated_at", [FIRST_DAY, LAST_DAY], ids=["older", "newer"])
@pytest.mark.parametrize("row_id", [EARLY, LATE], ids=["lesser key", "greater key"])
def test_another_bank_joins_the_one_that_came(target, old, row_id, updated_at) -> None:
    target.bring(old)
    forget(target)
    add(old.address, "skill_banks", **bank(row_id, updated_at, **SECOND))
    report = target.bring(old)
    assert_account(target, old, report)
    assert target.all("SELECT id::text, user_id::text, default_summary FROM skill_banks") == [(BANK, ADA, "")]
    assert sorted(entries(target, "skills", "name, bucket")) == [
        ("Kafka", "Data"),
        ("Painting", "Arts"),
        ("SQL", "Data"),
    ]
    assert target.one("SELECT skill_categories FROM skill_banks") == ["Data", "Arts", "Tongues"]
    assert entries(target, "work_experiences", "company") == ["Acme", "Crate", "Dyn"]
    assert target.one("SELECT id::text FROM work_experiences WHERE company = 'Acme'") == WORKED
    assert target.all("SELECT entry_id::text, content FROM experience_variations") == [(WORKED, "I led it.")]
    assert entries(target, "summary_variations", "content") == ["A painter."]
    assert fate(target, "skill_banks", row_id) == ("merged", JOINED, "skill_banks", BANK)
    assert fate(target, "skill_banks", BANK) == ("kept", "", "skill_banks", BANK)
    assert [name.lower() for name in quarantined(target, "skills", "name")] == ["apache spark"]
    assert quarantined(target, "work_experiences", "company") == ["Bolt"]
    assert quarantined(target, "experience_variations", "content") == ["I built it."]
    assert quarantined(target, "summary_variations", "content") == ["A maker."]
    assert_nothing_more_comes(target, old)


def test_the_older_table_joins_the_bank_that_came(target, old) -> None:
    target.bring(old)
    forget(target)
    older = {"skills": {"tools": ["Apache Spark", "Docker"]}, "soft_skills": json.dumps(["SQL", "Tact"])}
    add(old.address, "skill_banks_legacy", **bank(EARLY, LAST_DAY, **older))
    report = target.bring(old)
    assert_account(target, old, report)
    assert report["tables"]["skill_banks_legacy"]["merged"] == 1
    assert sorted(entries(target, "skills", "name")) == ["Docker", "SQL", "Tact"]
    assert fate(target, "skill_banks_legacy", EARLY) == ("merged", JOINED, "skill_banks", BANK)
    assert quarantined(target, "skills", "name") == ["Apache Spark"]
    assert_nothing_more_comes(target, old)


def test_a_bank_that_takes_the_place_of_another_there_joins_it_here(target, old) -> None:
    target.bring(old)
    forget(target)
    with closing(sqlite3.connect(old.address)) as file, file:
        file.execute("DELETE FROM skill_banks")
    add(old.address, "skill_banks", **bank("anew", LAST_DAY, **SECOND))
    target.bring(old)
    assert sorted(entries(target, "skills", "name")) == ["Kafka", "Painting", "SQL"]
    assert fate(target, "skill_banks", "anew") == ("merged", JOINED, "skill_banks", BANK)
    assert_sound(target)


def test_what_changed_in_a_bank_that_came_is_left_alone(target, old) -> None:
    add(old.address, "skill_banks_legacy", **bank(LATE, FIRST_DAY, skills={"tools": ["Docker"]}))
    target.bring(old)
    with closing(sqlite3.connect(old.address)) as file, file:
        file.execute("UPDATE skill_banks SET skills = ?", ['{"Data": ["SQL", "Rust", "Go"]}'])
        file.execute("UPDATE user_profiles SET skills = ?", ['["Chess"]'])
    add(old.address, "skill_banks", **bank(EARLY, LAST_DAY, skills={"Data": ["Go", "Kafka"]}))
    report = target.bring(old)
    assert_account(target, old, report)
    assert entries(target, "skills", "name") == ["Apache Spark", "SQL", "Docker", "Go", "Kafka"]
    lines = target.all(
        """SELECT row_id, outcome, reason, target_row_id FROM migration_ledger
           WHERE "table" = 'legacy_profile_skills' AND "column" = '' ORDER BY 1"""
    )
    left = "Its row came over before this was told there: it is left alone."
    assert lines == [(user, "quarantined", left, "") for user in (ADA, BEN)]
    assert_nothing_more_comes(target, old)


def test_a_bank_that_was_deleted_here_stays_that(target, old) -> None:
    target.bring(old)
    delete_banks(target)
    assert target.bring(old)["totals"]["added"] == 0
    assert target.one("SELECT count(*) FROM skill_banks") == 0
    add(old.address, "skill_banks", **bank(EARLY, LAST_DAY, **SECOND))
    report = target.bring(old)
    assert_account(target, old, report, gone={"skill_banks": {BANK}})
    assert target.one("SELECT count(*) FROM skill_banks") == 0
    assert fate(target, "skill_banks", EARLY)[0] == "quarantined"
    held = target.all(
        """SELECT before ->> 'name', reason FROM migration_ledger
           WHERE "table" = 'skills' AND outcome = 'quarantined' AND before ->> 'name' = 'Kafka'"""
    )
    assert held == [("Kafka", "Its skill bank was deleted here since it came over.")]
    assert_nothing_more_comes(target, old)
    with scratch.connect(target.name) as connection:
        connection.execute(
            "INSERT INTO skill_banks (id, created_at, updated_at, user_id, default_summary, skill_categories)"
            " VALUES (%s, now(), now(), %s, '', '{}')",
            [LATE, ADA],
        )
    target.bring(old)
    assert sorted(entries(target, "skills", "name")) == ["Kafka", "Painting"]
    assert fate(target, "skill_banks", EARLY) == ("merged", JOINED, "skill_banks", LATE)
    assert_nothing_more_comes(target, old)


def test_the_first_bank_of_a_person_who_came_before(target, old) -> None:
    target.bring(old)
    add(old.address, "skill_banks", **bank(LATE, LAST_DAY, BEN, **SECOND))
    report = target.bring(old)
    assert_account(target, old, report)
    assert fate(target, "skill_banks", LATE) == ("kept", "", "skill_banks", LATE)
    assert target.one("SELECT count(*) FROM skills WHERE bank_id = %s", LATE) == 4
    assert_nothing_more_comes(target, old)


def test_whoever_is_claimed_later_brings_all_their_banks(target, old) -> None:
    with scratch.connect(target.name) as connection:
        connection.execute(
            "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
            " VALUES (%s, '', false, 'ada@example.com', 'Ada', true, true, '2024-01-01')",
            [LATE],
        )
    target.bring(old)
    assert target.one("SELECT count(*) FROM skills") == 0
    add(old.address, "skill_banks", **bank(EARLY, LAST_DAY, **SECOND))
    report = target.bring(old, "--trust-email=ada@example.com")
    assert_account(target, old, report)
    assert sorted(name.lower() for name in entries(target, "skills", "name"))[-2:] == ["painting", "sql"]
    assert len(entries(target, "work_experiences", "company")) in (4, 5)
    assert target.one("SELECT count(*) FROM skill_banks WHERE user_id = %s", LATE) == 1
    assert_nothing_more_comes(target, old)


# JobOS ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def jobos(two_databases: tuple[str, str]) -> Iterator[tuple[Old, Callable[..., None]]]:
    """A database of JobOS with two people, and what adds a row to it."""
    with scratch.make_database() as name:
        address = scratch.url_of(name)

        def put(table: str, **cells: Any) -> None:
            with psycopg.connect(address, autocommit=True) as connection:
                insert(connection, table, **cells)

        with psycopg.connect(address, autocommit=True) as connection:
            make_schema(connection, "p6g7h8i9j0k1")
        put("users", id=ADA, email="ada@example.com", email_verified=True, full_name="Ada")
        put("users", id=BEN, email="ben@example.com", email_verified=True, full_name="Ben", updated_at=FIRST_DAY)
        yield Old("jobos", address, None), put


def test_a_profile_that_comes_after_its_user_brings_the_bank(target, jobos) -> None:
    old, put = jobos
    target.bring(old)
    put(
        "profile_dna",
        id=key("profile"),
        user_id=ADA,
        positioning_statement="I compute.",
        core_skills=["Python", "SQL"],
        tools_platforms=["Git"],
        education='[{"school": "Home"}]',
    )
    report = target.bring(old)
    assert_account(target, old, report)
    assert target.all("SELECT id::text, user_id::text, default_summary FROM skill_banks") == [
        (key("profile"), ADA, "I compute.")
    ]
    assert entries(target, "skills", "name") == ["Python", "SQL", "Git"]
    assert entries(target, "education_entries", "institution") == ["Home"]
    assert_nothing_more_comes(target, old)
    delete_banks(target)
    assert_nothing_more_comes(target, old)
    assert target.one("SELECT count(*) FROM skill_banks") == 0


def test_a_profile_of_a_second_account_joins_the_bank_of_the_first(target, jobos) -> None:
    old, put = jobos
    put("profile_dna", id=key("first"), user_id=BEN, core_skills=["Python", "SQL"])
    target.bring(old)
    with scratch.connect(target.name) as connection:
        connection.execute("DELETE FROM skills WHERE name = 'Python'")
    put("users", id=LATE, email="BEN@example.com", email_verified=True, full_name="Ben", updated_at=LAST_DAY)
    put("profile_dna", id=key("second"), user_id=LATE, core_skills=["Python", "Go"], updated_at=LAST_DAY)
    target.bring(old)
    assert target.all("SELECT id::text, user_id::text FROM skill_banks") == [(key("first"), BEN)]
    assert entries(target, "skills", "name") == ["SQL", "Go"]
    assert quarantined(target, "skills", "name") == ["Python"]
    assert_nothing_more_comes(target, old)
