"""Companies at hosts that became shared after the migrations had taken their list: they stay apart, with their websites."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.domains import SHARED_HOSTS, find_domain
from companies.migrations import _naming_v1
from jobos.crossing.services import running
from jobos.crossing.services.websites import ANOTHER_NAME, HIDDEN_DOT, Hiding
from tests.crossing import scratch
from tests.crossing.jobos_crossings import MADE, insert, key, make_schema, scratch_database
from tests.crossing.jobpilot_run import ADA, FIRMS, FIRST, JOBS, LAST, write_file
from tests.crossing.targets import standing_in
from tests.hard_legacy import jobos_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jobos.crossing.services.report import Report

YC = "https://www.ycombinator.com/companies"
DAYS = {name: f"2024-05-{day:02} 10:00:00+00" for day, name in enumerate(("first", "second", "third"), 1)}


# What is hidden -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "website",
    [
        f"{YC}/alpha",
        "ycombinator.com/companies/alpha?a=b.c",
        "HTTPS://U.V@WWW.YCombinator.COM:443",
        " //wellfound.example.keka.com/x ",
        "https://apps.apple.com/app/1.2",
        "https://www.glassdoor.co.in/Overview/a.b.htm",
    ],
)
def test_a_website_at_a_newly_shared_host_is_hidden_and_keeps_its_length(website: str) -> None:
    hiding = Hiding()
    hidden = hiding.hide(website)
    assert hiding.is_used
    assert (len(hidden), hidden.replace(HIDDEN_DOT, ".")) == (len(website), website)
    assert (_naming_v1.find_domain(website) != "", _naming_v1.find_domain(hidden)) == (True, "")


@pytest.mark.parametrize(
    "website",
    [None, "", "https://acme.com", "https://linkedin.com/company/a", "https://apple.com", "acme", "mailto:a@keka.com"],
)
def test_any_other_website_is_left_alone(website: str | None) -> None:
    hiding = Hiding()
    assert hiding.hide(website) == website
    assert not hiding.is_used


@given(
    host=st.sampled_from(sorted(SHARED_HOSTS)),
    before=st.sampled_from(["", "https://", "http://", "//", "https://www.", "HTTP://a.b:c.d@", "\thttps://"]),
    after=st.sampled_from(["", "/", ":80/x.y", "?q=a.b", "#z.z", "/a.b/c", "."]),
)
def test_the_migrations_find_no_domain_where_there_is_none_today(host: str, before: str, after: str) -> None:
    website = f"{before}{host}{after}"
    hidden = Hiding().hide(website)
    assert (_naming_v1.find_domain(hidden), find_domain(website)) == ("", "")
    assert hidden.replace(HIDDEN_DOT, ".") == website


# Whole runs -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def target(empty_target: str, django_db_blocker: Any) -> Iterator[str]:
    """A database of a test's own, in which this process stands."""
    with django_db_blocker.unblock(), scratch.make_database(empty_target) as name, standing_in(name):
        yield name


def fetch(database: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with scratch.connect(database) as connection:
        return connection.execute(query.encode(), values).fetchall()


def bring(system: str, address: str, folder: Path) -> tuple[Report, list[dict[str, Any]]]:
    number = len(list(folder.iterdir()))
    with running.run(system, address, apply=True, backup=folder / f"{number}.dump") as report:
        return report, list(map(json.loads, report.clashes.texts()))


def find_faults() -> list[tuple[str, str]]:
    from jobs.services.validation import validate_data

    return [(fault.kind, fault.table) for fault in validate_data().faults]


def assert_revealed(database: str) -> None:
    for (table,) in fetch(
        database, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    ):
        assert fetch(database, f"SELECT 1 FROM {table} t WHERE to_jsonb(t)::text LIKE %s", f"%{HIDDEN_DOT}%") == []


def read_directory(database: str) -> dict[str, tuple[Any, ...]]:
    return {name: rest for name, *rest in fetch(database, "SELECT name, website, domain FROM companies")}


@pytest.fixture
def old_jobos(target: str) -> Iterator[tuple[str, psycopg.Connection[Any]]]:
    with scratch_database("websites") as address, psycopg.connect(address, autocommit=True) as connection:
        make_schema(connection, jobos_schema.LAST)
        for user in ("ada", "ben"):
            insert(connection, "users", id=key(user), email=f"{user}@example.com", full_name=user, email_verified=True)
        yield address, connection


def put(
    connection: psycopg.Connection[Any],
    name: str,
    website: str | None,
    user: str = "ada",
    day: str = "first",
    **more: Any,
) -> str:
    row = {
        "id": key(f"{user} {name}"),
        "user_id": key(user),
        "name": name,
        "website": website,
        "notes": f"Notes of {name}.",
    }
    insert(connection, "companies", **{**row, "created_at": MADE, "updated_at": DAYS[day], **more})
    return row["id"]


def test_two_companies_at_one_shared_host_stay_two_for_their_user(
    target: str, old_jobos: tuple[str, psycopg.Connection[Any]], tmp_path: Path
) -> None:
    address, connection = old_jobos
    put(connection, "Alpha AI", f"{YC}/alpha")
    put(connection, "Beta Robotics", f"{YC}/beta", day="second")
    put(connection, "alpha ai", f"{YC}/alpha-too", user="ben", day="third")
    put(connection, "Bare Ltd", "ycombinator.com/companies/bare")
    report, clashes = bring("jobos", address, tmp_path)
    found = fetch(
        target,
        """
        SELECT u.email, c.name, t.notes FROM target_companies t
        JOIN companies c ON c.id = t.company_id JOIN accounts_user u ON u.id = t.user_id ORDER BY 1, 2
        """,
    )
    assert found == [
        ("ada@example.com", "Alpha AI", "Notes of Alpha AI."),
        ("ada@example.com", "Bare Ltd", "Notes of Bare Ltd."),
        ("ada@example.com", "Beta Robotics", "Notes of Beta Robotics."),
        ("ben@example.com", "Alpha AI", "Notes of alpha ai."),
    ]
    assert read_directory(target) == {
        "Alpha AI": [f"{YC}/alpha", None],
        "Beta Robotics": [f"{YC}/beta", None],
        "Bare Ltd": ["", None],
    }
    lines = fetch(
        target,
        """SELECT row_id, before ->> 'name', before ->> 'website' FROM migration_ledger WHERE "column" = 'company'""",
    )
    # What did not become the name and the website of the entry is whole.
    assert sorted(lines) == sorted(
        [
            (key("ben alpha ai"), "alpha ai", f"{YC}/alpha-too"),
            (key("ada Bare Ltd"), "Bare Ltd", "ycombinator.com/companies/bare"),
        ]
    )
    assert (clashes, report.tables["companies"].kept) == ([], 4)
    assert_revealed(target)
    assert find_faults() == []
    before = scratch.digest_of(target)
    again, clashes = bring("jobos", address, tmp_path)
    after = scratch.digest_of(target)
    assert (again.totals.added, clashes) == (0, [])
    changed = {name for name in before if before[name] != after[name] and not name.endswith("_seq")}
    assert changed == {"legacy_imports"}


def test_names_that_one_website_made_one_are_told_to_the_operator(
    target: str, old_jobos: tuple[str, psycopg.Connection[Any]], tmp_path: Path
) -> None:
    address, connection = old_jobos
    lost = put(connection, "Meta", "https://facebook-owned.example.com")
    kept = put(connection, "WhatsApp Team", "https://facebook-owned.example.com/x", day="second")
    put(connection, "Acme Inc.", "https://acme.com")
    same = put(connection, "ACME", "https://www.acme.com/jobs", day="second")
    put(connection, "Acme", "https://acme.com", user="ben")
    with running.run("jobos", address) as rehearsal:
        assert rehearsal.clash_counts == {"target_company": 1}
    report, clashes = bring("jobos", address, tmp_path)
    assert report.clash_counts == {"target_company": 1}
    assert clashes == [
        {"kind": "target_company", "table": "companies", "row_id": lost, "target_id": kept, "reason": ANOTHER_NAME}
    ]
    ((before, outcome, reason, into),) = fetch(
        target,
        """
        SELECT before, outcome, reason, target_row_id FROM migration_ledger
        WHERE "table" = 'legacy_jobos_companies' AND row_id = %s AND "column" = ''
        """,
        lost,
    )
    assert (before["name"], before["notes"]) == ("Meta", "Notes of Meta.")
    assert (outcome, reason, into) == ("merged", ANOTHER_NAME, kept)
    # The two spellings of one company at its own website are one, as ever.
    assert fetch(target, "SELECT reason FROM legacy_rows WHERE row_id = %s", key("ada Acme Inc.")) == [
        ("Another row of this user means the same company and was updated later.",)
    ]
    assert fetch(target, "SELECT count(*) FROM target_companies WHERE id::text = ANY (%s)", [kept, same]) == [(2,)]
    assert fetch(target, "SELECT count(*) FROM companies") == [(2,)]
    _, clashes = bring("jobos", address, tmp_path)
    assert clashes == []


@pytest.mark.parametrize("shape", ["legacy", "refactored"])
def test_companies_of_jobpilot_at_one_shared_host_stay_apart(shape: str, target: str, tmp_path: Path) -> None:
    file, backups = tmp_path / "old.db", tmp_path / "backups"
    backups.mkdir()
    times = {"created_at": FIRST, "updated_at": LAST}
    firms = [
        {"id": FIRMS[0], "name": "Alpha AI", "website": f"{YC}/alpha"},
        {"id": FIRMS[1], "name": "Beta Robotics", "website": f"{YC}/beta"},
        {"id": FIRMS[2], "name": "Own", "website": "https://own.com"},
        {"id": FIRMS[3], "name": "Own Group", "website": "https://jobs.own.com"},
    ]
    listings: list[dict[str, Any]] = [
        {"id": JOBS[0], "title": "Engineer", "company": "Gamma", "company_url": f"{YC}/gamma"},
        {"id": JOBS[1], "title": "Cook", "company": "Delta", "company_url": "https://acme.keka.com"},
        {"id": JOBS[2], "title": "Baker", "company": "Alpha AI", "company_url": f"{YC}/alpha"},
        {"id": JOBS[3], "title": "Driver", "company": "Delta", "company_url": "https://delta.keka.com"},
    ]
    if shape == "refactored":
        for firm in firms:
            firm["normalized_name"] = firm["name"].lower()
        firms[1] |= {"website": None, "domain": "ycombinator.com"}
        firms += [
            {"id": FIRMS[4 + place], "name": row.pop("company"), "website": row.pop("company_url")}
            for place, row in enumerate(listings[:2])
        ]
        firms[4] |= {"normalized_name": "gamma"}
        firms[5] |= {"normalized_name": "delta"}
        for row, firm in zip(listings, (4, 5, 0, 5), strict=True):
            row.pop("company", None), row.pop("company_url", None)
            row["company_id"] = FIRMS[firm]
    rows = {
        "user_profiles": [{"id": ADA, "email": "ada@example.com", **times}],
        "companies": [{**firm, **times} for firm in firms],
        "job_listings": [{**listing, **times} for listing in listings],
    }
    write_file(file, shape, rows)
    _, clashes = bring("jobpilot", str(file), backups)
    beta = "https://ycombinator.com" if shape == "refactored" else f"{YC}/beta"
    found = read_directory(target)
    assert found["Delta"][0] in {"https://acme.keka.com", "https://delta.keka.com"}
    assert found == {
        "Alpha AI": [f"{YC}/alpha", None],
        "Beta Robotics": [beta, None],
        "Gamma": [f"{YC}/gamma", None],
        "Delta": [found["Delta"][0], None],
        "Own": ["https://jobs.own.com", "own.com"],
    }
    assert dict(
        fetch(target, "SELECT l.title, c.name FROM job_listings l JOIN companies c ON c.id = l.company_id")
    ) == {
        "Engineer": "Gamma",
        "Cook": "Delta",
        "Baker": "Alpha AI",
        "Driver": "Delta",
    }
    whole = fetch(
        target,
        """SELECT before ->> 'website' FROM migration_ledger WHERE "table" = 'legacy_jobpilot_companies' AND row_id = %s""",
        FIRMS[0],
    )
    assert whole == [(f"{YC}/alpha",)]
    if shape == "legacy":
        texts = fetch(
            target,
            """SELECT before::text FROM migration_ledger WHERE "table" = 'job_listings' AND "column" = 'company'""",
        )
        assert all(
            any(site in text for (text,) in texts)
            for site in (f"{YC}/gamma", "https://delta.keka.com", "https://acme.keka.com")
        )
    assert clashes == []
    assert_revealed(target)
    assert find_faults() == []
