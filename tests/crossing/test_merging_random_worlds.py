"""Random pairs of databases: whatever meets whatever, the account holds, and what was here stays as it was."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from tests.crossing._worlds import LONG_AGO, TABLES, Place, Staging, Worlds

if TYPE_CHECKING:
    from collections.abc import Callable

# What a merge may fill in a row that is here.
FILLED = {
    "job_listings": {"source_count"},
    "jobs": {"interview_date"},
    "companies": {
        "industry",
        "size",
        "size_category",
        "location",
        "website",
        "domain",
        "is_confirmed",
    },
    "user_profiles": {"city", "bio", "experience_years"},
    "skill_banks": {"skill_categories", "default_summary"},
    # A run that trusts settles what waited.
    "migration_ledger": {"outcome", "target_row_id", "before", "reason"},
    "legacy_rows": {"outcome", "reason", "target_table", "target_id"},
}
# Whose a row is: by which column, through which tables.
OWNERS = {
    "user_profiles": "SELECT id, user_id FROM user_profiles",
    "jobs": "SELECT id, user_id FROM jobs",
    "interviews": "SELECT i.id, j.user_id FROM interviews i JOIN jobs j ON j.id = i.job_id",
    "target_companies": "SELECT id, user_id FROM target_companies",
    "job_user_interactions": "SELECT id, user_id FROM job_user_interactions",
    "timeline_events": "SELECT id, user_id FROM timeline_events",
    "skill_banks": "SELECT id, user_id FROM skill_banks",
    "skills": "SELECT s.id, b.user_id FROM skills s JOIN skill_banks b ON b.id = s.bank_id",
    "work_experiences": "SELECT s.id, b.user_id FROM work_experiences s JOIN skill_banks b ON b.id = s.bank_id",
    "resumes": "SELECT id, user_id FROM resumes",
    "resume_versions": "SELECT v.id, r.user_id FROM resume_versions v JOIN resumes r ON r.id = v.resume_id",
}


class Dice:
    """One stream of chance; keys come from a small pool, so that rows of both databases often share them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - nobody's secret.

    def key(self, kind: str, used: set[UUID]) -> UUID:
        while True:
            number = self.random.randrange(12) if self.random.random() < 0.5 else self.random.getrandbits(40)
            key = UUID(int=(sum(map(ord, kind)) << 64) + number)
            if key not in used:
                used.add(key)
                return key

    def some(self, most: int) -> range:
        return range(self.random.randint(0, most))

    def of(self, choices: Any) -> Any:
        return self.random.choice(list(choices))

    def maybe(self, choices: Any) -> Any:
        return self.of(choices) if choices and self.random.random() < 0.6 else None

    def when(self) -> Any:
        return LONG_AGO + timedelta(days=self.random.randint(0, 9))


def populate(place: Place, dice: Dice) -> None:
    """Fill a database at random with what its rules allow."""
    used: dict[str, set[UUID]] = {}

    def put(table: str, **row: Any) -> UUID | None:
        key = dice.key(table, used.setdefault(table, set()))
        stamped = {"created_at": dice.when(), "updated_at": dice.when(), **row}
        try:
            with place.connection.transaction():
                return place.put(table, id=key, **stamped)
        except (psycopg.errors.UniqueViolation, psycopg.errors.CheckViolation):
            return None

    def many(most: int, make: Callable[[], UUID | None]) -> list[UUID]:
        return [key for _ in dice.some(most) if (key := make())]

    people: list[UUID] = []
    for name in ("ada", "ben", "cleo", "dora", "eve"):
        if dice.random.random() < 0.6:
            key = dice.key("accounts_user", used.setdefault("accounts_user", set()))
            email = f"{dice.of((name, name.upper()))}@example.com"
            if isinstance(place, Staging):
                place.user(email, id=key, is_verified=dice.random.random() < 0.5)
            else:
                place.user(email, id=key)
            people.append(key)
    for person in people:
        if dice.random.random() < 0.7:
            put("user_profiles", user_id=person, city=dice.of(("", "Rome")), bio=dice.of(("", "I am.")))
    sites = ("", "https://a.com", "https://b.com", "https://c.com", "https://www.linkedin.com/company/x")
    companies = many(
        7,
        lambda: put(
            "companies",
            name=dice.of(("Acme", "ACME Inc.", "Bolt", "Cogs", "Delta")),
            website=dice.of(sites),
            industry=dice.of(("", "Rockets")),
            is_confirmed=dice.random.random() < 0.6,
            created_by_id=dice.maybe(people),
        ),
    )
    if companies:
        many(
            2, lambda: put("company_aliases", company_id=dice.of(companies), name=dice.of(("Acme", "Dynamo", "Bolts")))
        )
        many(
            2,
            lambda: put(
                "company_match_suggestions",
                company_id=dice.of(companies),
                other_id=dice.of(companies),
                other_name="x",
                score=0.5,
            ),
        )
    sources = many(3, lambda: put("job_sources", name=dice.of(("lever", "greenhouse", "file"))))
    listings: list[UUID] = []
    for _ in dice.some(8) if companies else ():
        made = put(
            "job_listings",
            company_id=dice.of(companies),
            title="Engineer",
            job_url=dice.of(("", "https://a.com/1", "https://a.com/2")),
            canonical_id=dice.maybe(listings),
        )
        listings += [made] if made else []
    if listings:
        job = lambda: dice.of(listings)  # noqa: E731
        if sources:
            many(
                6,
                lambda: put(
                    "job_source_listings",
                    job_id=job(),
                    source_id=dice.of(sources),
                    source_job_id=dice.of("123"),
                    created_at=None,
                ),
            )
        many(4, lambda: put("job_duplications", canonical_job_id=job(), duplicate_job_id=job(), confidence_score=0.5))
    for person in people:
        cards = many(
            4,
            lambda: put(
                "jobs",
                user_id=person,
                company_name=dice.of(("Acme", "acme ")),
                role_title=dice.of(("Engineer", "Engineer (2)", "engineer")),
                listing_id=dice.maybe(listings),
                **dice.of(({"status": "Applied"}, {"status": "Closed", "closed_reason": "No Response"})),
            ),
        )
        if cards:
            many(
                2,
                lambda: put("interviews", user_id=person, job_id=dice.of(cards), interview_date="2024-05-01T10:00:00Z"),
            )
        if companies:
            many(3, lambda: put("target_companies", user_id=person, company_id=dice.of(companies)))
        resumes: list[UUID] = []
        for _ in dice.some(3):
            parent = dice.maybe(resumes)
            made = put(
                "resumes",
                user_id=person,
                title="Resume",
                parent_resume_id=parent,
                resume_type=dice.of(("base", "tailored")) if parent else "base",
                target_job_id=dice.maybe(listings),
            )
            resumes += [made] if made else []
        if resumes:
            many(
                4,
                lambda: put(
                    "resume_versions",
                    resume_id=dice.of(resumes),
                    version_number=dice.of((1, 2, 3)),
                    content_snapshot={},
                    created_by_id=dice.maybe(people),
                ),
            )
        done: list[UUID] = []
        if listings:
            done = many(
                4,
                lambda: put(
                    "job_user_interactions",
                    user_id=person,
                    job_id=dice.of(listings),
                    **dice.of(
                        (
                            {"interaction_type": "saved", "saved_date": LONG_AGO},
                            {
                                "interaction_type": "applied",
                                "application_status": "applied",
                                "resume_id": dice.maybe(resumes),
                            },
                        )
                    ),
                ),
            )
        many(
            3,
            lambda: put(
                "timeline_events",
                user_id=person,
                event_type="note_added",
                title="x",
                job_id=dice.maybe(cards),
                listing_id=dice.maybe(listings),
                interaction_id=dice.maybe(done),
            ),
        )
        bank = put("skill_banks", user_id=person) if dice.random.random() < 0.7 else None
        if bank:
            derived = {"derived": True} if isinstance(place, Staging) else {}
            many(
                4,
                lambda: put(
                    "skills",
                    bank_id=bank,
                    name=dice.of(("Python", "python ", "SQL", "Tact")),
                    bucket="Technical Skills",
                    **derived,
                ),
            )
            many(2, lambda: put("work_experiences", bank_id=bank, company="A", position="B", **derived))


def snapshot(place: Place) -> dict[str, dict[Any, dict[str, Any]]]:
    return {table: place.read(table) for table in TABLES}


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {column for column in before if before[column] != after[column]}


def owners(place: Place) -> dict[tuple[str, UUID], UUID]:
    return {(table, key): owner for table, query in OWNERS.items() for key, owner in place.fetch(query)}


def check_untouched(before: dict[str, dict[Any, Any]], after: dict[str, dict[Any, Any]]) -> None:
    for table, rows in before.items():
        for key, row in rows.items():
            assert key in after[table], f"{table} {key} is gone"
            assert changed(row, after[table][key]) <= FILLED.get(table, set()), f"{table} {key} was changed"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_meets_the_account_holds_and_nothing_here_is_lost(
    worlds: Worlds, here: Place, there: Staging, seed: int
) -> None:
    dice = Dice(seed)
    populate(here, dice)
    populate(there, dice)
    for name, key in there.fetch("SELECT 'companies', id FROM companies ORDER BY id"):
        if dice.random.random() < 0.4:
            there.tell(name, key, source_table="legacy_companies", outcome="merged")
    before, owned = snapshot(here), owners(here)
    worlds.merge()
    first = snapshot(here)
    check_untouched(before, first)
    digest = here.digest()
    worlds.merge()
    assert here.digest() == digest
    worlds.merge(everybody=True)
    trusted = snapshot(here)
    check_untouched(first, trusted)
    waiting = here.fetch("SELECT DISTINCT source_table, reason FROM fates WHERE outcome = 'quarantined'")
    assert set(waiting) <= {("resume_versions", "Its resume was here already, and has versions of its own.")}
    digest = here.digest()
    worlds.merge()
    assert here.digest() == digest
    after = owners(here)
    assert {key: after[key] for key in owned} == owned
    check_people(here, there)


def check_people(here: Place, there: Staging) -> None:
    """Whatever came is with the person whose address its owner had; each has one fate that says where."""
    addresses = {key: row["email"].lower() for key, row in here.read("accounts_user").items()}
    theirs = {key: row["email"].lower() for key, row in there.read("accounts_user").items()}
    there_owned, here_owned = owners(there), owners(here)
    fates = here.fetch("SELECT source_table, row_id, final_table, final_id FROM fates WHERE outcome <> 'quarantined'")
    for table, row_id, final_table, final_id in fates:
        if table in OWNERS:
            owner = there_owned[table, UUID(row_id)]
            assert addresses[here_owned[final_table, final_id]] == theirs[owner]
