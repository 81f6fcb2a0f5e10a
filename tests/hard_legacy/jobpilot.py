"""Hard JobPilot databases: every shape, every oddity that one of its files can hold, each at a known rate.

The rows themselves are ordinary; what is odd about them is laid upon them by the traps of `jobpilot_traps`.
The same arguments give the same content, byte for byte in SQLite. Nothing is held but the rows of one batch, the keys
that are odd and the list of what was planted.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import md5
from heapq import heapify, heappop, heappush
from itertools import islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.hard_legacy import jobpilot_traps as traps
from tests.hard_legacy import words
from tests.hard_legacy.jobpilot_tables import (
    SHAPES,
    Table,
    make_enum_ddl,
    make_index_ddl,
    make_postgres_ddl,
    make_sqlite_ddl,
    make_tables,
    quote,
    references,
)
from tests.hard_legacy.made import Made, Planted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.hard_legacy.jobpilot_traps import Trap

    Row = dict[str, Any]

BATCH = 2000
FIRST_DAY = datetime(2023, 1, 1)
DAYS = 1000
BCRYPT = "$2b$12$abcdefghijklmnopqrstuuE3j5FFjC71WyDL2KIK7ShSoj8tPD3m6"
"""What passlib made of PASSWORD, with a cost of 12."""
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Rates:
    """How often each trap is laid: its own rate times `scale`, or what `named` says for its name.

    A rate is a share of the table's rows; a trap that is laid but once (a fixed key) is laid at any rate but 0.
    `half_migrated`, `column_lacking`, `column_unknown`, `table_unknown` and `table_without_key` are names too; the last
    four are facts of the whole file, and 0 leaves its schema as it was declared. `Rates(scale=0)` makes an
    ordinary database; `Rates(scale=0, named={"email_null": 0.1})` one with a single kind of trap.
    """

    scale: float = 1.0
    named: Mapping[str, float] = field(default_factory=dict)

    def find(self, trap: Trap) -> float:
        return min(1.0, self.named.get(trap.name, trap.rate * self.scale))


@dataclass(frozen=True)
class Sizes:
    """How many rows there are for each user."""

    companies: float = 0.5
    job_listings: float = 5
    job_source_listings: float = 0.6
    job_embeddings: float = 0.3
    job_duplications: float = 0.3
    applications: float = 3
    saved_jobs: float = 4
    viewed_jobs: float = 1
    timeline_events: float = 6
    skill_banks: float = 1
    skill_banks_legacy: float = 0.3
    resumes: float = 2
    resume_versions: float = 1
    resume_generations: float = 1
    resume_optimizations: float = 1
    raw_job_collections: float = 0.1
    job_processing_logs: float = 0.2
    processed_job_data: float = 0.4
    etl_operation_logs: float = 0.2


class Build:
    """One database in the making: which rows, with which keys, and which traps are due."""

    def __init__(self, shape: str, users: int, seed: int, rates: Rates, sizes: Sizes, *, is_postgres: bool) -> None:
        if shape not in SHAPES:
            raise ValueError(f"No shape {shape!r}: one of {', '.join(SHAPES)}.")
        self.shape = shape
        self.seed = seed
        self.rates = rates
        self.is_postgres = is_postgres
        self.made = Made()
        self.tables = make_tables(shape, is_postgres=is_postgres)
        self.counts = {table: self.count(table, users, sizes) for table in self.tables}
        self.mixed = (round(users * sizes.applications), round(users * sizes.saved_jobs))
        self.renamed: dict[tuple[str, int], Any] = {}
        self.extra: Counter[str] = Counter()
        self.index = 0
        self.chosen: dict[int, tuple[float, float]] = {}
        self.laid: Counter[int] = Counter()
        self.due: dict[str, list[tuple[int, int]]] = {}
        self.broken: list[tuple[str, Any, bytes]] = []
        traps.change_schema(self)

    def count(self, table: str, users: int, sizes: Sizes) -> int:
        if table in {"user_profiles", "resume_templates", "job_sources"}:
            return {"user_profiles": users, "resume_templates": 6, "job_sources": 6}[table]
        if table == "job_user_interactions":
            if self.shape == "intermediate":
                return 0  # It stands there empty; a half-done migration fills some of it.
            return sum(round(users * share) for share in (sizes.applications, sizes.saved_jobs, sizes.viewed_jobs))
        return max(1, round(users * getattr(sizes, table)))

    def choose_traps(self, table: str) -> list[tuple[int, int]]:
        """Return the traps that this table can hold in this database: when each is due first, and its number."""
        columns = {column.name for column in self.tables[table].columns}
        due = []
        for number, trap in enumerate(traps.TRAPS):
            fits = trap.table == table and columns.issuperset(trap.columns) and self.shape in trap.shapes
            rate = self.rates.find(trap)
            if fits and rate and not (trap.is_only_sqlite and self.is_postgres):
                start = md5(f"{self.seed}/{number}/{trap.name}".encode()).digest()[0] / 256
                self.chosen[number] = rate, start
                first = self.find_due(number)
                due.append((min(first, self.counts[table] - 1) if trap.is_single else first, number))
        heapify(due)
        return due

    def is_on(self, name: str) -> bool:
        return bool(self.rates.named.get(name, self.rates.scale))

    # Keys -------------------------------------------------------------------------------------------------------------

    def make_key(self, *parts: object) -> str:
        digits = md5("/".join(map(str, (self.seed, *parts))).encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def key(self, table: str, index: int) -> Any:
        """Return the key of the row with this number: made up, or what a trap made of it."""
        found = self.renamed.get((table, index))
        return self.make_key(table, index) if found is None else found

    def any_key(self, table: str, source: random.Random) -> Any:
        return self.key(table, source.randrange(self.counts[table]))

    def extra_key(self, table: str) -> str:
        """Return a key for a row that a trap adds."""
        self.extra[table] += 1
        return self.make_key(table, "extra", self.extra[table])

    def ghost(self, table: str) -> str:
        """Return a key that no row of the table has, ever another one."""
        self.extra[f"ghost {table}"] += 1
        return self.make_key(table, "ghost", self.extra[f"ghost {table}"])

    # Rows -------------------------------------------------------------------------------------------------------------

    def rows(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table, with what the traps make of them and add to them."""
        make = MAKERS[table]
        source = random.Random(f"{self.seed}/{table}")
        for self.index in range(self.counts[table]):
            yield from self.lay(table, make(self, self.index, source))
        for row in traps.add_rows(self, table):
            yield from self.keep(table, row, [])

    def lay(self, table: str, row: Row) -> Iterator[Row]:
        due = self.due[table]
        if not due or due[0][0] > self.index:
            yield from self.keep(table, row, [])
            return
        found: list[tuple[str, str, str]] = []
        taken: set[str] = set()
        added: list[tuple[Row, list[tuple[str, str, str]]]] = []
        planted = len(self.made.planted)
        now = []
        while due and due[0][0] <= self.index:
            now.append(heappop(due)[1])
        for number in sorted(now):
            trap = traps.TRAPS[number]
            marker = f"planted-{planted:06}"
            cells = trap.lay(self, row, marker) if taken.isdisjoint(trap.columns) else None
            if cells is None:
                heappush(due, (self.index + 1, number))
                continue
            others = [(other, find_cells(other, marker, trap.name)) for other in cells.pop(traps.ADDED, [])]
            if "id" in cells:
                self.renamed[table, self.index] = cells["id"]
            row.update(cells)
            taken.update(trap.columns)
            self.made.traps[trap.name] += 1
            here = find_cells(cells, marker, trap.name)
            found += here
            added += others
            planted += len(here) or any(there for _, there in others)
            if not trap.is_single:
                self.laid[number] += 1
                heappush(due, (max(self.index + 1, self.find_due(number)), number))
        yield from self.keep(table, row, found)
        for other, there in added:
            yield from self.keep(table, other, there)

    def find_due(self, number: int) -> int:
        """Return the number of the row at which a trap is due next."""
        rate, start = self.chosen[number]
        return ceil((self.laid[number] + 1 - start) / rate) - 1

    def keep(self, table: str, row: Row, found: list[tuple[str, str, str]]) -> Iterator[Row]:
        """Note what was planted, now that the row's key is final; count the row and hand it on."""
        self.made.tables[table] = self.made.tables.get(table, 0) + 1
        if found:
            keys = self.tables[table].primary_key
            row_id = "/".join(spell(row[key]) for key in keys) if keys else str(self.made.tables[table])
            self.made.planted += [Planted(table, row_id, column, marker, trap) for column, marker, trap in found]
            self.broken += [
                (column, row["id"], row[column].octets)
                for column, _, _ in found
                if isinstance(row[column], traps.RawText)
            ]
        yield row


def find_cells(row: Row, marker: str, trap: str) -> list[tuple[str, str, str]]:
    return [(column, marker, trap) for column, cell in row.items() if holds(cell, marker)]


def holds(cell: Any, marker: str) -> bool:
    if isinstance(cell, traps.RawText):
        cell = cell.octets
    return marker.encode() in cell if isinstance(cell, bytes) else isinstance(cell, str) and marker in cell


def spell(key: Any) -> str:
    return key.decode() if isinstance(key, bytes) else str(key)


# What ordinary rows hold ----------------------------------------------------------------------------------------------


def make_time(source: random.Random, day: int | None = None) -> tuple[int, str]:
    """Return a day's number and a time on it as SQLAlchemy writes it: naive, with six digits of a fraction."""
    day = source.randrange(DAYS) if day is None else day
    moment = FIRST_DAY + timedelta(day, source.randrange(86_400), source.randrange(1, 1_000_000))
    return day, moment.isoformat(sep=" ")


def make_times(source: random.Random) -> dict[str, str]:
    day, created = make_time(source)
    return {"created_at": created, "updated_at": make_time(source, day + 1 + source.randrange(60))[1]}


def some(source: random.Random, values: tuple[str, ...], most: int = 4) -> str:
    """Return a few of the values as a JSON list."""
    return json.dumps(source.sample(values, source.randint(1, min(most, len(values)))))


def make_text(source: random.Random, most: int = 6) -> str:
    return " ".join(source.choices(words.SENTENCES, k=source.randint(1, most)))


def make_template(build: Build, index: int, source: random.Random) -> Row:
    sections = json.dumps(["contact", "summary", "experience", "skills", "education"])
    return {
        "id": build.key("resume_templates", index),
        "name": ("Modern Professional", "ATS-Friendly", "Creative Portfolio")[index % 3] + " II" * (index // 3),
        "description": make_text(source, 2),
        "sections": sections,
        "section_order": sections,
        "styling": '{"font_family": "Inter"}',
        "is_default": int(index == 0),
        "is_system": int(index < 3),
        **make_times(source),
    }


def make_source(build: Build, index: int, source: random.Random) -> Row:
    name = ("linkedin", "indeed", "glassdoor")[index % 3] + ("" if index < 3 else f"_{index}")
    return {
        "id": build.key("job_sources", index),
        "name": name,
        "display_name": name.title(),
        "base_url": f"https://www.{name}.example/jobs",
        "api_available": index % 2,
        "rate_limit_config": '{"per_minute": 60}',
        "is_active": 1,
        **make_times(source),
    }


def name_company(index: int) -> tuple[str, str]:
    """Return a company's name and its domain."""
    return (
        f"{words.LAST_NAMES[index % 13]} {words.INDUSTRIES[index % 6].split()[0]} {index}",
        f"company-{index}.com",
    )


def make_company(build: Build, index: int, source: random.Random) -> Row:
    name, domain = name_company(index)
    row = {
        "id": build.key("companies", index),
        "name": name,
        "industry": source.choice(words.INDUSTRIES),
        "size": source.choice(words.COMPANY_SIZES),
        "location": source.choice(words.CITIES),
        "website": f"https://{domain}",
        "description": make_text(source, 3),
        "values": '["Patience", "Care"]',
        "benefits": some(source, words.BENEFITS),
        **make_times(source),
    }
    if build.shape != "legacy":
        row |= {
            "normalized_name": name.lower(),
            "domain": domain,
            "size_category": source.choice(("STARTUP", "SMALL", "MEDIUM")),
            "headquarters_location": source.choice(words.CITIES),
            "founded_year": source.randrange(1900, 2020),
        }
    return row


def make_listing(build: Build, index: int, source: random.Random) -> Row:
    company = source.randrange(build.counts["companies"])
    low = source.randrange(30, 150) * 1000.0
    row = {
        "id": build.key("job_listings", index),
        "title": source.choice(words.TITLES),
        "location": source.choice(words.CITIES),
        "description": make_text(source, 10),
        "requirements": make_text(source),
        "responsibilities": make_text(source),
        "job_type": source.choice(("FULL_TIME", "PART_TIME", "CONTRACT")),
        "remote_type": source.choice(("ON_SITE", "REMOTE", "HYBRID")),
        "experience_level": source.choice(("ENTRY_LEVEL", "MID_LEVEL", "SENIOR_LEVEL")),
        "salary_min": low,
        "salary_max": low + source.randrange(5, 40) * 1000.0,
        "salary_currency": "USD",
        "skills_required": some(source, words.SKILLS, 6),
        "skills_preferred": some(source, words.SKILLS),
        "benefits": some(source, words.BENEFITS),
        "job_url": f"https://jobs.example.com/{build.seed}/{index}",
        "application_url": f"https://jobs.example.com/{build.seed}/{index}/apply",
        "posted_date": make_time(source)[1],
        "source": source.choice(("linkedin", "indeed", "mock_data")),
        "status": source.choice(("ACTIVE", "ACTIVE", "FILLED", "EXPIRED")),
        "source_count": 1,
        "data_quality_score": round(source.random(), 6),
        "verification_status": source.choice(("UNVERIFIED", "ACTIVE")),
        "company_size_category": source.choice(("STARTUP", "SMALL", "LARGE")),
        "seniority_level": source.choice(("INDIVIDUAL_CONTRIBUTOR", "TEAM_LEAD")),
        "tech_stack": some(source, words.SKILLS),
        **make_times(source),
    }
    if build.shape == "legacy":
        name, domain = name_company(company)
        return row | {
            "company": name,
            "company_size": words.COMPANY_SIZES[company % 5],
            "industry": words.INDUSTRIES[company % 6],
            "company_url": f"https://{domain}",
        }
    return row | {"company_id": build.key("companies", company)}


def make_user(build: Build, index: int, source: random.Random) -> Row:
    first, last = source.choice(words.FIRST_NAMES), source.choice(words.LAST_NAMES)
    low = source.randrange(40, 90) * 1000.0
    row = {
        "id": build.key("user_profiles", index),
        "first_name": first,
        "last_name": last,
        "email": f"user.{build.seed}.{index}@people.example.com",
        "phone": f"+1 555 {index % 10000:04}",
        "city": source.choice(words.CITIES),
        "state": source.choice(words.STATES),
        "linkedin_url": f"https://www.linkedin.com/in/user-{index}",
        "portfolio_url": f"https://user-{index}.example.org",
        "current_title": source.choice(words.TITLES),
        "experience_years": source.randrange(30),
        "skills": some(source, words.SKILLS) if index % 2 else "[]",
        "bio": make_text(source, 3),
        "preferred_locations": some(source, words.CITIES),
        "preferred_job_types": '["Full-time", "Contract"]',
        "preferred_remote_types": '["Remote"]',
        "desired_salary_min": low,
        "desired_salary_max": low + 30_000,
        **make_times(source),
    }
    if build.shape == "refactored":
        row |= {"hashed_password": BCRYPT, "is_active": 1, "is_verified": int(index % 3 > 0)}
    return row


def make_source_listing(build: Build, index: int, source: random.Random) -> Row:
    day, scraped = make_time(source)
    return {
        "id": build.key("job_source_listings", index),
        "job_id": build.key("job_listings", index % build.counts["job_listings"]),
        "source_id": build.key("job_sources", index % 3),
        "source_job_id": f"S-{index}",
        "source_url": f"https://www.linkedin.example/jobs/{index}",
        "source_metadata": '{"rank": 3}',
        "scraped_at": scraped,
        "last_updated": make_time(source, day + 1)[1],
    }


def make_embedding(build: Build, index: int, source: random.Random) -> Row:
    vector = [round(source.uniform(-1, 1), 4) for _ in range(16)]
    return {
        "id": build.key("job_embeddings", index),
        "job_id": build.key("job_listings", index % build.counts["job_listings"]),
        "embedding_model": "all-MiniLM-L6-v2",
        "content_hash": md5(str(index).encode()).hexdigest(),
        "embedding_vector": json.dumps(vector),
        "embedding_dimension": len(vector),
        "content_type": "job_description",
        "created_at": make_time(source)[1],
    }


def make_duplication(build: Build, index: int, source: random.Random) -> Row:
    listings = build.counts["job_listings"]
    return {
        "id": build.key("job_duplications", index),
        "canonical_job_id": build.key("job_listings", index % listings),
        "duplicate_job_id": build.key("job_listings", (index + 1 + source.randrange(max(1, listings - 1))) % listings),
        "confidence_score": round(source.random(), 4),
        "matching_fields": '["title", "company"]',
        "merge_strategy": "keep_canonical",
        "reviewed": index % 2,
        "created_at": make_time(source)[1],
    }


def find_pair(build: Build, index: int) -> tuple[Any, Any]:
    """Return user and listing of an interaction: those of one user differ, and many a user saved what she applied for."""
    users, listings = build.counts["user_profiles"], build.counts["job_listings"]
    user, number = index % users, index // users
    first = int(md5(f"{build.seed}/{user}".encode()).hexdigest()[:8], 16)
    return build.key("user_profiles", user), build.key("job_listings", (first + number) % listings)


def make_application(build: Build, index: int, source: random.Random) -> Row:
    user, listing = find_pair(build, index)
    times = make_times(source)
    return {
        "id": build.key("applications", index),
        "job_id": listing,
        "user_profile_id": user,
        "status": source.choice(("APPLIED", "APPLIED", "INTERVIEWING", "REJECTED", "ACCEPTED", "WITHDRAWN")),
        "applied_date": times["created_at"],
        "response_date": times["updated_at"] if index % 3 == 0 else None,
        "resume_version": "v1" if index % 2 else None,
        "cover_letter": make_text(source) if index % 4 == 0 else None,
        "notes": make_text(source, 2) if index % 2 else None,
        **times,
    }


def make_saved_job(build: Build, index: int, source: random.Random) -> Row:
    user, listing = find_pair(build, index)
    day, saved = make_time(source)
    return {
        "id": build.key("saved_jobs", index),
        "job_id": listing,
        "user_profile_id": user,
        "status": "ARCHIVED" if source.random() < 0.1 else "SAVED",
        "notes": make_text(source, 2) if index % 2 else None,
        "tags": some(source, ("remote", "dream", "nearby", "later")),
        "saved_date": saved,
        "updated_at": make_time(source, day + 3)[1],
    }


def make_interaction(build: Build, index: int, source: random.Random) -> Row:
    applied, saved = build.mixed
    day, first = make_time(source)
    row = {
        "id": build.key("job_user_interactions", index),
        "interaction_data": "{}",
        "tags": "[]",
        "first_interaction": first,
        "last_interaction": make_time(source, day + 5)[1],
        "interaction_count": source.randint(1, 9),
        "notes": make_text(source, 2) if index % 2 else None,
    }
    if index < applied:
        pair, kind = find_pair(build, index), "APPLIED"
        status = source.choice(("APPLIED", "INTERVIEWING", "REJECTED"))
        row |= {"application_status": status, "applied_date": first, "cover_letter": make_text(source)}
        row["job_snapshot"] = '{"title": "Baker", "company": "Castro Health 2"}'
    elif index < applied + saved:
        pair, kind = find_pair(build, index - applied), "SAVED"
        row |= {"saved_date": first, "tags": some(source, ("remote", "dream", "nearby"))}
    else:
        number = index - applied - saved
        pair, kind = find_pair(build, number), ("VIEWED", "HIDDEN", "REJECTED_BY_USER")[number % 3]
    return row | {"user_id": pair[0], "job_id": pair[1], "interaction_type": kind}


def make_event(build: Build, index: int, source: random.Random) -> Row:
    """Make an event; two in three are of an application, of its user and its listing."""
    day, when = make_time(source)
    target = "applications" if "applications" in build.tables else "job_user_interactions"
    number = index % build.counts[target]
    applied = build.mixed[0]
    if target == "job_user_interactions":
        number = index % applied
    user, listing = find_pair(build, number)
    link = "application_id" if target == "applications" else "interaction_id"
    return {
        "id": build.key("timeline_events", index),
        "job_id": listing,
        link: build.key(target, number) if index % 3 else None,
        "user_profile_id": user,
        "event_type": source.choice(("JOB_SAVED", "APPLICATION_SUBMITTED", "STATUS_CHANGED", "NOTE_ADDED")),
        "title": f"Applied to {source.choice(words.TITLES)}",
        "description": make_text(source, 2) if index % 2 else None,
        "event_data": '{"application_method": "JobPilot", "tags": []}',
        "event_date": when,
        "is_milestone": index % 2,
        "created_at": when,
        "updated_at": make_time(source, day + 1)[1],
    }


def make_skill(build: Build, bank: int, number: int, name: str, category: str) -> Row:
    return {
        "id": build.make_key("skill", bank, number),
        "name": name,
        "level": ("beginner", "intermediate", "advanced", "expert")[(bank + number) % 4],
        "category": category,
        "subcategory": None,
        "years_experience": number,
        "proficiency_score": 0.5,
        "description": None,
        "keywords": [],
        "is_featured": number == 0,
        "display_order": number,
        "source": "manual",
        "confidence": 1.0,
        "last_used": None,
        "usage_count": 0,
    }


def encode_twice(value: Any) -> str:
    """Return JSON in a JSON string, as the older system writes the documents of its banks."""
    return json.dumps(json.dumps(value))


def make_bank_documents(build: Build, index: int, source: random.Random) -> Row:
    """Return the documents of a bank as values, for a bank and for traps that change one of them."""
    names = source.sample(words.SKILLS, 5)
    skills: dict[str, list[Row]] = {
        "Technical Skills": [
            make_skill(build, index, number, name, "technical") for number, name in enumerate(names[:3])
        ],
        "Soft Skills": [make_skill(build, index, 3, source.choice(words.SOFT_SKILLS), "soft")],
        "tool": [make_skill(build, index, 4 + number, name, "tool") for number, name in enumerate(names[3:])],
        "Tools & Technologies": [],
    }
    experience = build.make_key("experience", index)
    variation = {"title": "Short", "content": make_text(source, 2), "focus": "concise", "usage_count": 0}
    return {
        "skills": skills,
        "summary_variations": [variation | {"id": build.make_key("summary", index), "tone": "professional"}],
        "work_experiences": [
            {
                "id": experience,
                "company": name_company(index % 50)[0],
                "position": source.choice(words.TITLES),
                "start_date": f"20{10 + index % 10}-03-01",
                "end_date": f"20{20 + index % 4}-08-31",
                "is_current": False,
                "experience_type": "full_time",
                "default_description": make_text(source, 2),
                "default_achievements": ["Shipped it."],
                "skills_used": names[:2],
                "has_variations": True,
            }
        ],
        "education_entries": [
            {
                "id": build.make_key("education", index),
                "institution": "University of Leeds",
                "degree": "Bachelor of Science",
                "start_date": "2005-09-01",
                "end_date": "2008-06-30",
                "gpa": 3.5,
            }
        ],
        "projects": [{"id": build.make_key("project", index), "name": "Allotment planner", "technologies": names[:1]}],
        "certifications": [
            {
                "id": build.make_key("certification", index),
                "name": "First Aid",
                "issuer": "Red Cross",
                "issue_date": "2021-05-01",
                "expiry_date": "2024-05-01",
            }
        ],
        "experience_content_variations": {
            experience: [variation | {"id": build.make_key("variation", index), "experience_id": experience}]
        },
    }


def make_bank(build: Build, index: int, source: random.Random) -> Row:
    row = {
        "id": build.key("skill_banks", index),
        "user_id": build.key("user_profiles", index % build.counts["user_profiles"]),
        "skill_categories": '["Technical Skills", "Soft Skills", "Tools & Technologies"]',
        "default_summary": make_text(source, 2),
        "education_content_variations": "{}",
        "project_content_variations": "{}",
        **{column: encode_twice(value) for column, value in make_bank_documents(build, index, source).items()},
        **make_times(source),
    }
    return row | (make_keywords(source) if build.shape == "legacy" else {})


def make_keywords(source: random.Random) -> Row:
    names = source.sample(words.SKILLS, 3)
    return {
        "experience_keywords": "[]",
        "industry_keywords": json.dumps([source.choice(words.INDUSTRIES)]),
        "technical_keywords": json.dumps([name.lower() for name in names[:2]]),
        "soft_skills": json.dumps([source.choice(words.SOFT_SKILLS)]),
        "auto_extracted_skills": json.dumps(names[2:]),
        "skill_confidence": json.dumps({names[2]: 0.6}),
    }


def make_older_bank(build: Build, index: int, source: random.Random) -> Row:
    name = source.choice(words.SKILLS)
    return {
        "id": build.key("skill_banks_legacy", index),
        "user_id": build.key("user_profiles", (index * 3) % build.counts["user_profiles"]),
        "skills": json.dumps({"Programming": [{"name": name, "level": "advanced"}]}),
        **make_keywords(source),
        **make_times(source),
    }


def make_resume(build: Build, index: int, source: random.Random) -> Row:
    """Make a resume: the first of each user a base, her others tailored from it."""
    users = build.counts["user_profiles"]
    user, number = index % users, index // users
    skills = source.sample(words.SKILLS, 3)
    row = {
        "id": build.key("resumes", index),
        "user_id": build.key("user_profiles", user),
        "title": f"{source.choice(words.TITLES)} Resume",
        "resume_type": "tailored" if number else "base",
        "status": source.choice(("draft", "active", "archived")),
        "contact_info": json.dumps(
            {"full_name": source.choice(words.FIRST_NAMES), "email": f"user.{user}@example.com"}
        ),
        "summary": make_text(source, 3),
        "work_experience": json.dumps(
            [
                {
                    "company": name_company(index % 50)[0],
                    "position": source.choice(words.TITLES),
                    "start_date": "2019-01-01",
                    "is_current": True,
                    "achievements": ["Cut the queue by half."],
                    "skills_used": skills,
                }
            ]
        ),
        "education": '[{"institution": "University of Leeds", "degree": "BSc"}]',
        "skills": json.dumps([{"name": name, "level": "advanced", "category": "Programming"} for name in skills]),
        "projects": "[]",
        "certifications": "[]",
        "custom_sections": "[]",
        "template_id": build.key("resume_templates", index % 3),
        "version": 1 + index % 3,
        **make_times(source),
    }
    if number:
        parent, listing = build.key("resumes", user), build.any_key("job_listings", source)
        row["ats_score_data"] = '{"overall_score": 70.0, "suggestions": []}'
        names = (
            ("parent_resume_id", "target_job_id") if build.shape == "refactored" else ("based_on_resume_id", "job_id")
        )
        row |= dict(zip(names, (parent, listing), strict=True))
    return row


def make_version(build: Build, index: int, source: random.Random) -> Row:
    resumes = build.counts["resumes"]
    return {
        "id": build.key("resume_versions", index),
        "resume_id": build.key("resumes", index % resumes),
        "version_number": 1 + index // resumes,
        "changes_summary": make_text(source, 1),
        "content_snapshot": json.dumps({"summary": make_text(source, 1), "skills": []}),
        "created_at": make_time(source)[1],
        "created_by": "user",
    }


def make_generation(build: Build, index: int, source: random.Random) -> Row:
    kind = source.choice(("pdf", "docx", "html"))
    return {
        "id": build.key("resume_generations", index),
        "resume_id": build.any_key("resumes", source),
        "format": kind,
        "template_name": "Modern Professional",
        "file_path": f"generated/{index}.{kind}",
        "file_size": source.randrange(1000, 90_000),
        "generation_params": "{}",
        "status": source.choice(("completed", "pending", "failed")),
        "generated_at": make_time(source)[1],
    }


def make_optimization(build: Build, index: int, source: random.Random) -> Row:
    return {
        "id": build.key("resume_optimizations", index),
        "resume_id": build.any_key("resumes", source),
        "job_id": build.any_key("job_listings", source),
        "match_score": round(source.uniform(0, 100), 2),
        "keyword_matches": some(source, words.SKILLS),
        "missing_keywords": some(source, words.SKILLS),
        "skill_matches": "[]",
        "missing_skills": "[]",
        "recommendations": '["Add measurable achievements."]',
        "sections_to_emphasize": '["skills", "experience"]',
        "content_suggestions": "[]",
        "analyzed_at": make_time(source)[1],
        "analysis_version": "v1.0",
    }


def make_collection(build: Build, index: int, source: random.Random) -> Row:
    when = make_time(source)[1]
    return {
        "id": build.key("raw_job_collections", index),
        "timestamp": when,
        "api_provider": "jsearch",
        "query_params": '{"query": "baker"}',
        "raw_response": json.dumps({"status": "OK", "data": [{"job_title": source.choice(words.TITLES)}]}),
        "processing_status": source.choice(("PENDING", "COMPLETED", "FAILED")),
        "created_at": when,
    }


def make_processing_log(build: Build, index: int, source: random.Random) -> Row:
    day, started = make_time(source)
    return {
        "id": build.key("job_processing_logs", index),
        "collection_id": build.key("raw_job_collections", index % build.counts["raw_job_collections"]),
        "operation_type": source.choice(("COLLECTION", "PROCESSING", "LOADING")),
        "started_at": started,
        "completed_at": make_time(source, day + 1)[1],
        "status": source.choice(("COMPLETED", "PARTIAL")),
        "jobs_processed": source.randrange(50),
        "jobs_failed": 0,
        "errors": "[]",
        "created_at": started,
    }


def make_processed_job(build: Build, index: int, source: random.Random) -> Row:
    logs = build.counts["job_processing_logs"]
    return {
        "processing_id": build.key("job_processing_logs", index % logs),
        "job_index": index // logs,
        "processed_data": json.dumps({"title": source.choice(words.TITLES)}),
        "load_status": source.choice(("PENDING", "COMPLETED", "SKIPPED")),
        "quality_score": round(source.random(), 3),
        "validation_errors": "[]",
        "created_at": make_time(source)[1],
    }


def make_etl_log(build: Build, index: int, source: random.Random) -> Row:
    when = make_time(source)[1]
    return {
        "id": build.key("etl_operation_logs", index),
        "operation_type": source.choice(("COLLECTION", "CLEANUP", "RETRY")),
        "operation_name": "jsearch_collection",
        "status": "COMPLETED",
        "started_at": when,
        "duration_ms": source.randrange(9000),
        "input_data": '{"pages": 2}',
        "created_at": when,
    }


MAKERS: dict[str, Callable[[Build, int, random.Random], Row]] = {
    "resume_templates": make_template,
    "job_sources": make_source,
    "companies": make_company,
    "job_listings": make_listing,
    "user_profiles": make_user,
    "job_source_listings": make_source_listing,
    "job_embeddings": make_embedding,
    "job_duplications": make_duplication,
    "applications": make_application,
    "saved_jobs": make_saved_job,
    "job_user_interactions": make_interaction,
    "timeline_events": make_event,
    "skill_banks": make_bank,
    "skill_banks_legacy": make_older_bank,
    "resumes": make_resume,
    "resume_versions": make_version,
    "resume_generations": make_generation,
    "resume_optimizations": make_optimization,
    "raw_job_collections": make_collection,
    "job_processing_logs": make_processing_log,
    "processed_job_data": make_processed_job,
    "etl_operation_logs": make_etl_log,
    **traps.UNKNOWN_MAKERS,
}


# Writing --------------------------------------------------------------------------------------------------------------


def make_jobpilot(
    path: Path,
    *,
    shape: str = "legacy",
    users: int = 50,
    seed: int = 1,
    rates: Rates = Rates(),
    sizes: Sizes = Sizes(),
) -> Made:
    """Write a new SQLite file and say what is in it."""
    if path.exists():
        raise FileExistsError(path)
    build = Build(shape, users, seed, rates, sizes, is_postgres=False)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        for table in build.tables.values():
            database.execute(make_sqlite_ddl(table))
            fill_sqlite(database, build, table)
        for statement in make_index_ddl(shape):
            database.execute(statement)
        database.execute("COMMIT")
    return build.made


def fill_sqlite(database: sqlite3.Connection, build: Build, table: Table) -> None:
    places = ", ".join("?" * len(table.columns))
    names = table.names
    statement = f"INSERT INTO {table.name} VALUES ({places})"
    rows = build.rows(table.name)
    build.made.tables[table.name] = 0
    while batch := list(islice(rows, BATCH)):
        database.executemany(statement, [[row.get(name) for name in names] for row in batch])
        for column, key, octets in build.broken:
            # Python refuses to write what is no UTF-8; the database does not look.
            database.execute(f"UPDATE {table.name} SET {quote(column)} = CAST(? AS TEXT) WHERE id = ?", (octets, key))
        build.broken.clear()


def make_jobpilot_postgres(
    connection_url: str,
    *,
    shape: str = "legacy",
    users: int = 50,
    seed: int = 1,
    rates: Rates = Rates(),
    sizes: Sizes = Sizes(),
) -> Made:
    """Fill an empty PostgreSQL database with the same tables and rows, as far as it can hold them.

    Keys are VARCHAR, times naive, documents of type json. Enumerations are native types, except for columns in which
    `rates` asks for texts that are no members (by default most of them): those are VARCHAR, since no native column can
    hold such a text; `Rates(named={"enum_out_of_range": 0, "status_lower": 0})` makes them all native. Foreign keys are
    NOT VALID, so that ghosts may stand. Traps that only SQLite can hold (broken JSON and times, BLOBs, numbers as
    texts, NUL characters) are not laid, and the refactored checks of interactions, which PostgreSQL refuses, are absent.
    """
    import psycopg
    from psycopg import sql

    build = Build(shape, users, seed, rates, sizes, is_postgres=True)
    loose = {
        (trap.table, column)
        for trap in map(traps.TRAPS.__getitem__, build.chosen)
        if trap.is_out_of_range
        for column in trap.columns
    }
    with psycopg.connect(connection_url) as database, database.cursor() as cursor:
        for statement in make_enum_ddl():
            cursor.execute(statement)
        for table in build.tables.values():
            cursor.execute(make_postgres_ddl(table, loose))
            build.made.tables[table.name] = 0
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table.name))) as copy:
                names = table.names
                for row in build.rows(table.name):
                    copy.write_row([row.get(name) for name in names])
        for table in build.tables.values():
            for _, rule in references(table):
                cursor.execute(f"ALTER TABLE {table.name} ADD {rule} NOT VALID")
        for statement in make_index_ddl(shape):
            cursor.execute(statement)
    return build.made


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hard_legacy jobpilot", description=make_jobpilot.__doc__)
    parser.add_argument("where", help="a new SQLite file, or the URL of an empty PostgreSQL database")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--shape", choices=SHAPES, default="legacy")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    chosen: dict[str, Any] = {"shape": options.shape, "users": options.users, "seed": options.seed}
    if options.where.startswith(("postgresql://", "postgres://")):
        made = make_jobpilot_postgres(options.where, **chosen)
    else:
        made = make_jobpilot(Path(options.where), **chosen)
    for table, count in made.tables.items():
        print(f"{count:>10,}  {table}")
    print(f"{sum(made.tables.values()):>10,}  rows, {made.traps.total():,} traps, {len(made.planted):,} planted texts")
