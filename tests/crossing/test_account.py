"""Every row that the migrations carry over has exactly one fate, and the account says which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from jobos.crossing.services import account
from jobos.crossing.services.staging import ALIAS, open_staging
from tests.companies.migrations.test_one_directory import COMPANIES as JOBOS_COMPANIES
from tests.companies.migrations.test_one_directory import key as company_key
from tests.interactions.migrations import _legacy_rows as interactions
from tests.jobs.migrations import _legacy_listings as listings
from tests.jobs.migrations import _legacy_rows as cards
from tests.jobs.migrations.conftest import _django_db_marker
from tests.resumes.migrations import _legacy_resumes as resumes
from tests.skills.migrations import _legacy_banks as banks

__all__ = ["_django_db_marker"]  # The test database is made, and nothing wraps a test or flushes after it.

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobos.crossing.services.staging import Staging

pytestmark = pytest.mark.django_db

Fates = dict[tuple[str, str], dict[str, Any]]


def add_users(connection: psycopg.Connection[Any], *keys: Any) -> None:
    for key in dict.fromkeys(keys):
        connection.execute(
            "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
            " VALUES (%s, '', false, %s, '', true, true, '2024-01-01')",
            [key, f"{key}@account.example"],
        )
        register(connection, "users", "accounts_user", key)


def register(connection: psycopg.Connection[Any], source_table: str, stage_table: str, key: Any) -> None:
    connection.execute(
        "INSERT INTO crossing.source_rows (source_table, row_id, stage_table, stage_id) VALUES (%s, %s, %s, %s)",
        [source_table, str(key), stage_table, key],
    )


def load(connection: psycopg.Connection[Any], table: str, rows: list[dict[str, Any]], *, register_as: str = "") -> None:
    for row in rows:
        columns, places = ", ".join(row), ", ".join(["%s"] * len(row))
        connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})".encode(), list(row.values()))
        register(connection, register_as or table.removeprefix("legacy_"), table, row["id"])


def load_jobpilot(connection: psycopg.Connection[Any]) -> None:
    add_users(
        connection,
        interactions.OWNER,
        interactions.STRANGER,
        *map(banks.key, banks.USERS),
        *map(resumes.key, resumes.USERS),
    )
    for table, rows in listings.TABLES.items():
        load(connection, table, rows)
    wanted = {row["job_id"] for row in (*interactions.APPLICATIONS, *interactions.SAVED_JOBS)} - {
        interactions.NO_LISTING
    }
    more = [
        listings.make_listing("x") | {"id": key}
        for key in sorted(wanted | {resumes.key("listing"), resumes.key("other listing")})
    ]
    load(connection, "job_listings", more)
    load(connection, "applications", interactions.APPLICATIONS)
    load(connection, "saved_jobs", interactions.SAVED_JOBS)
    load(connection, "legacy_timeline_events", interactions.EVENTS)
    # An event of ours under the key of one of theirs.
    connection.execute(
        "INSERT INTO timeline_events (id, created_at, updated_at, event_type, title, description, event_data, event_date,"
        " is_milestone, user_id) SELECT %s, now(), now(), 'note_added', 'Ours', '', '{}', now(), false, %s",
        [interactions.key("event with a taken key"), interactions.OWNER],
    )
    for table, rows in {**banks.ROWS, **resumes.ROWS}.items():
        load(connection, table, rows, register_as=table)


def load_jobos(connection: psycopg.Connection[Any]) -> None:
    add_users(connection, cards.OWNER, cards.STRANGER, *(row["user_id"] for row in JOBOS_COMPANIES))
    load(connection, "jobs", cards.CARDS)
    load(connection, "interviews", cards.INTERVIEWS)
    load(connection, "legacy_jobos_companies", JOBOS_COMPANIES)


LOAD = {"jobpilot": load_jobpilot, "jobos": load_jobos}


@pytest.fixture(scope="module", params=sorted(LOAD))
def staging(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Staging]:
    """A database of this system's hardest rows, carried to the present and not yet accounted for."""
    with django_db_blocker.unblock(), open_staging(request.param) as staging:
        if request.param == "jobpilot":  # So that an event of theirs can bear the key of one of ours.
            MigrationExecutor(connections[ALIAS]).migrate([("interactions", "0001_initial")])
        with staging.connect() as connection:
            LOAD[request.param](connection)
        staging.migrate()
        yield staging


@pytest.fixture(scope="module")
def system(staging: Staging, request: pytest.FixtureRequest) -> str:
    with staging.connect() as connection:
        ((is_jobos,),) = connection.execute(
            "SELECT EXISTS (SELECT FROM crossing.source_rows WHERE stage_table = 'jobs')"
        ).fetchall()
    return "jobos" if is_jobos else "jobpilot"


@pytest.fixture
def connection(staging: Staging) -> Iterator[psycopg.Connection[Any]]:
    """A session whose work is undone."""
    with staging.connect() as connection, connection.transaction(force_rollback=True):
        yield connection


def read_fates(connection: psycopg.Connection[Any]) -> Fates:
    rows = connection.execute(
        "SELECT source_table, row_id, to_jsonb(r) - '{source_table,row_id}'::text[] FROM crossing.source_rows r"
    ).fetchall()
    return {(table, row_id): fate for table, row_id, fate in rows}


# Rows read, kept, merged, quarantined.
SUMS = {
    "jobos": {
        "interviews": (4, 4, 0, 0),
        "jobos_companies": (13, 11, 2, 0),
        "jobs": (57, 57, 0, 0),
        "users": (4, 4, 0, 0),
    },
    "jobpilot": {
        "applications": (38, 31, 4, 3),
        "job_duplications": (8, 4, 2, 2),
        "job_embeddings": (2, 0, 0, 2),
        "job_listings": (112, 112, 0, 0),
        "job_source_listings": (10, 5, 3, 2),
        "job_sources": (7, 5, 2, 0),
        "jobpilot_companies": (6, 0, 6, 0),
        "legacy_profile_skills": (4, 1, 2, 1),
        "legacy_resume_generations": (6, 4, 0, 2),
        "legacy_resume_optimizations": (5, 2, 0, 3),
        "legacy_resume_templates": (3, 3, 0, 0),
        "legacy_resume_versions": (4, 2, 0, 2),
        "legacy_resumes": (26, 25, 0, 1),
        "legacy_skill_banks": (6, 4, 1, 1),
        "saved_jobs": (28, 24, 2, 2),
        "skill_banks_legacy": (4, 1, 2, 1),
        "timeline_events": (21, 20, 0, 1),
        "users": (11, 11, 0, 0),
    },
}


def test_every_row_has_a_fate_and_the_sums_are_those_of_the_tables(connection, system) -> None:
    account.fill(connection)
    sums = account.count(connection)
    assert all(one.is_exact for one in sums.values())
    assert {table: (one.read, one.kept, one.merged, one.quarantined) for table, one in sums.items()} == SUMS[system]


def test_filling_again_changes_nothing(connection, system) -> None:
    account.fill(connection)
    before = read_fates(connection)
    account.fill(connection)
    assert read_fates(connection) == before


def fate(outcome: str, final: str | None, key: Any, reason: str = "") -> dict[str, Any]:
    return {"outcome": outcome, "final_table": final, "final_id": str(key) if key else None, "reason": reason}


def ask(connection: psycopg.Connection[Any], statement: str, *values: Any) -> Any:
    ((found,),) = connection.execute(statement.encode(), values).fetchall()
    return found


@pytest.fixture
def fates(connection) -> Fates:
    account.fill(connection)
    return {
        place: {name: cell for name, cell in one.items() if not name.startswith("stage")}
        for place, one in read_fates(connection).items()
    }


def test_fates_of_applications_and_saved_jobs(connection, system, fates) -> None:
    if system != "jobpilot":
        assert ("applications", str(interactions.key("loser"))) not in fates
        return
    key, table = interactions.key, "job_user_interactions"
    later = "Another row of this user for this listing was updated later."
    assert fates["applications", str(key("same key"))] == fate("kept", table, key("same key"))
    renamed = ask(connection, "SELECT md5('saved_jobs|' || %s::text)::uuid", str(key("same key")))
    assert fates["saved_jobs", str(key("same key"))] == fate("kept", table, renamed)
    assert fates["applications", str(key("loser"))] == fate("merged", table, key("winner"), later)
    assert fates["applications", str(key("not applied, saved too"))] == fate(
        "merged", table, key("saved beside not applied"), later
    )
    assert fates["saved_jobs", str(key("saved ghost listing"))] == fate(
        "quarantined", None, None, "There is no such listing."
    )
    renamed = ask(
        connection, "SELECT md5('legacy_timeline_events|' || %s::text)::uuid", str(key("event with a taken key"))
    )
    assert fates["timeline_events", str(key("event with a taken key"))] == fate("kept", "timeline_events", renamed)


def test_fates_of_banks_companies_and_resumes(connection, system, fates) -> None:
    if system == "jobos":
        acme = fates["jobos_companies", str(company_key("twin old"))]
        reason = "Another row of this user means the same company and was updated later."
        assert acme == fate("merged", "target_companies", company_key("twin new"), reason)
        assert fates["jobs", str(cards.card_id("full"))] == fate("kept", "jobs", cards.card_id("full"))
        return
    key, other = banks.key, "Another bank of this user: one bank holds both."
    assert fates["legacy_skill_banks", str(key("newer"))] == fate("kept", "skill_banks", key("newer"))
    assert fates["legacy_skill_banks", str(key("older"))] == fate("merged", "skill_banks", key("newer"), other)
    made = ask(connection, "SELECT id FROM skill_banks WHERE user_id = %s", key("words"))
    assert made not in {key("older table"), key("words")}
    assert fates["skill_banks_legacy", str(key("older table"))] == fate("kept", "skill_banks", made)
    assert fates["legacy_profile_skills", str(key("words"))] == fate("merged", "skill_banks", made, other)
    nothing = "It names no skill, so it makes no bank."
    assert fates["skill_banks_legacy", str(key("blank"))] == fate("quarantined", None, None, nothing)
    nobody = "It belongs to a user who does not exist."
    assert fates["legacy_skill_banks", str(key("ghost"))] == fate("quarantined", None, None, nobody)
    assert fates["legacy_resumes", str(resumes.key("ghost"))] == fate("quarantined", None, None, nobody)
    company = str(listings.COMPANIES[0]["id"])
    entry = fates["jobpilot_companies", company]
    assert entry["outcome"] == "merged" and entry["final_table"] == "companies"
    assert ask(connection, "SELECT count(*) FROM companies WHERE id = %s", entry["final_id"]) == 1


BREAKS = {
    "a row that is nowhere": (
        (
            "INSERT INTO crossing.source_rows (source_table, row_id, stage_table, stage_id)"
            " VALUES ('users', 'x', 'accounts_user', gen_random_uuid())"
        ),
        "1 rows of users have no fate",
    ),
    "a row of a table that is gone": (
        (
            "INSERT INTO crossing.source_rows (source_table, row_id, stage_table, stage_id)"
            " VALUES ('odd', 'x', 'crossing.held_odd', gen_random_uuid()), ('odd', 'y', 'no_such_table', gen_random_uuid())"
        ),
        "2 rows of odd have no fate",
    ),
    "a fate of no kind": (
        "INSERT INTO crossing.source_rows (source_table, row_id, outcome, reason) VALUES ('odd', 'x', 'lost', 'Why not.')",
        "1 rows of odd have a fate that is none",
    ),
    "a quarantine without a reason": (
        "INSERT INTO crossing.source_rows (source_table, row_id, outcome, reason) VALUES ('odd', 'x', 'quarantined', '')",
        "1 rows of odd are quarantined without a reason",
    ),
    "kept and nowhere": (
        "INSERT INTO crossing.source_rows (source_table, row_id, outcome) VALUES ('odd', 'x', 'kept')",
        "1 rows of odd are kept or merged, but nowhere",
    ),
    "merged into nothing": (
        (
            "INSERT INTO crossing.source_rows (source_table, row_id, outcome, final_table, final_id)"
            " VALUES ('odd', 'x', 'merged', 'accounts_user', gen_random_uuid())"
        ),
        "1 rows of odd are said to be in accounts_user, which has no such rows",
    ),
    "two rows kept as one": (
        (
            "INSERT INTO crossing.source_rows (source_table, row_id, stage_table, stage_id)"
            " SELECT 'users', 'again', 'accounts_user', id FROM accounts_user ORDER BY id LIMIT 1"
        ),
        "2 rows of users are kept as one and the same row",
    ),
}


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_an_account_that_is_not_exact_is_refused_with_table_and_numbers(connection, system, name) -> None:
    statement, words = BREAKS[name]
    connection.execute(statement.encode())
    with pytest.raises(account.AccountError, match="The account of the source is not exact: ") as caught:
        account.fill(connection)
    assert words in str(caught.value)
    assert f"users {SUMS[system]['users'][0]}" in str(caught.value) or "users" in words
