"""What the catalogue costs at a million listings, against raw SQL on the same rows in the same run.

    python -m benchmarks.catalogue [--listings 1000000] [--keep] [--rounds 7] [--json]

Makes a scratch database on the configured server (which has to run on this machine), fills it by COPY and drops it;
`--keep` leaves it for the next run with the same number. Costs are milliseconds, the least of several rounds: of waiting,
and of CPU time of the database's backend, since waiting on a shared machine says little. The floor of each row is the
plainest SQL for the same rows; what counts is the ratio. Parallel workers are switched off.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import random
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import django

from benchmarks.migrations import administer, execute, use

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPANIES = 50_000
USERS = 5_000
INTERACTIONS = 40
NOW = datetime(2026, 11, 1, tzinfo=UTC)
OLDEST_DAYS = 900
SHARE_ACTIVE = 0.4
COMMON_WORDS = [
    "the",
    "of",
    "and",
    "to",
    "a",
    "in",
    "for",
    "with",
    "you",
    "we",
    "our",
    "on",
    "is",
    "as",
    "will",
    "be",
    "your",
    "team",
    "work",
    "are",
    "that",
    "this",
    "have",
    "or",
    "from",
    "at",
    "an",
    "it",
    "by",
    "who",
    "can",
    "all",
    "people",
    "new",
    "help",
    "build",
    "more",
    "about",
    "join",
    "role",
    "looking",
    "what",
    "their",
    "while",
    "across",
    "ability",
    "strong",
    "using",
    "within",
    "how",
    "other",
    "such",
    "great",
    "company",
    "into",
    "make",
    "day",
    "best",
    "us",
    "time",
    "well",
    "also",
    "business",
    "skills",
    "knowledge",
    "working",
    "support",
    "customers",
    "product",
    "products",
    "environment",
    "design",
    "development",
    "solutions",
    "data",
    "years",
    "including",
    "through",
    "world",
    "opportunity",
    "technology",
    "develop",
    "drive",
    "ensure",
    "provide",
    "manage",
    "lead",
    "deliver",
    "understand",
    "create",
    "maintain",
    "improve",
    "projects",
    "technical",
    "communication",
    "problems",
    "quality",
    "services",
    "systems",
    "process",
    "management",
    "required",
    "preferred",
    "degree",
    "related",
    "equivalent",
    "benefits",
    "insurance",
    "medical",
    "dental",
    "vision",
    "paid",
    "leave",
    "flexible",
    "office",
    "remote",
    "hybrid",
    "travel",
    "equal",
    "employer",
    "regardless",
    "race",
    "color",
    "religion",
    "gender",
]
SKILLS = [
    "Python",
    "SQL",
    "JavaScript",
    "AWS",
    "Java",
    "React",
    "Docker",
    "Kubernetes",
    "Linux",
    "Git",
    "TypeScript",
    "C++",
    "C#",
    "Go",
    "PostgreSQL",
    "Excel",
    "Salesforce",
    "Terraform",
    "Azure",
    "Kafka",
    "Spark",
    "Tableau",
    "Figma",
    "Jira",
    "Redis",
    "GraphQL",
    "Angular",
    "Vue",
    "Django",
    "Flask",
    "Rust",
    "Scala",
    "Ruby",
    "Rails",
    "PHP",
    "Swift",
    "Kotlin",
    "Android",
    "iOS",
    ".NET",
    "Hadoop",
    "Snowflake",
    "Airflow",
    "dbt",
    "PyTorch",
    "TensorFlow",
    "NLP",
    "Statistics",
    "Accounting",
    "Nursing",
    "CPR",
    "Welding",
    "AutoCAD",
    "SolidWorks",
    "Negotiation",
    "Budgeting",
    "Recruiting",
    "Payroll",
    "Logistics",
    "Forklift",
    "Spanish",
    "German",
    "French",
    "Marketing",
    "SEO",
    "Copywriting",
    "Photoshop",
    "Illustrator",
    "HTML",
    "CSS",
    "Node.js",
    "Ansible",
    "Jenkins",
    "Prometheus",
    "Grafana",
    "Elasticsearch",
    "MongoDB",
    "MySQL",
    "Oracle",
    "SAP",
    "Selenium",
    "Cypress",
    "Pytest",
    "Bash",
    "PowerShell",
    "Networking",
    "Security",
    "Compliance",
    "Audit",
    "HIPAA",
    "Epic",
    "Agile",
    "Scrum",
    "Kanban",
    "COBOL",
    "Fortran",
    "Erlang",
    "Haskell",
    "Verilog",
    "MATLAB",
    "Actuarial",
]
ROLES = [
    "engineer",
    "engineer",
    "engineer",
    "engineer",
    "engineer",
    "developer",
    "developer",
    "analyst",
    "manager",
    "manager",
    "nurse",
    "accountant",
    "designer",
    "architect",
    "scientist",
    "consultant",
    "specialist",
    "coordinator",
    "technician",
    "administrator",
    "recruiter",
    "planner",
    "actuary",
    "welder",
]
FIELDS = [
    "software",
    "software",
    "backend",
    "frontend",
    "data",
    "platform",
    "cloud",
    "security",
    "sales",
    "marketing",
    "product",
    "project",
    "finance",
    "clinical",
    "mechanical",
    "electrical",
    "civil",
    "network",
    "support",
    "quality",
    "research",
    "operations",
    "mobile",
    "machine-learning",
    "database",
]
RANKS = ["", "", "", "senior", "senior", "junior", "lead", "staff", "principal", "head"]
PLACES = [
    "Berlin",
    "Hamburg",
    "London",
    "Paris",
    "Madrid",
    "Austin",
    "Boston",
    "Chicago",
    "Denver",
    "Seattle",
    "Toronto",
    "Dublin",
    "Lisbon",
    "Warsaw",
]
BOILERPLATE = [
    "We value experience of every kind and offer a friendly team.",
    "You bring experience in a comparable role.",
    "Years of experience matter less to us than curiosity.",
    "Relevant experience is required for this opportunity.",
]
SYLLABLES = [
    "ba",
    "be",
    "bo",
    "da",
    "de",
    "di",
    "fa",
    "fi",
    "ga",
    "ge",
    "ka",
    "ke",
    "ki",
    "la",
    "le",
    "lo",
    "ma",
    "mi",
    "mo",
    "na",
    "ne",
    "no",
    "pa",
    "pe",
    "ra",
    "re",
    "ri",
    "sa",
    "se",
    "so",
    "ta",
    "te",
    "ti",
    "va",
    "ve",
]
COLUMNS = [
    "id",
    "company_id",
    "title",
    "location",
    "description",
    "requirements",
    "responsibilities",
    "job_type",
    "remote_type",
    "experience_level",
    "seniority_level",
    "salary_min",
    "salary_max",
    "salary_currency",
    "skills_required",
    "skills_preferred",
    "tech_stack",
    "benefits",
    "education_required",
    "benefits_parsed",
    "job_url",
    "application_url",
    "posted_date",
    "source",
    "status",
    "source_count",
    "data_quality_score",
    "verification_status",
    "created_at",
    "updated_at",
]

# Rows -----------------------------------------------------------------------------------------------------------------


def make_word(number: int) -> str:
    """Return the made-up word of a number: the same for the same, another for another."""
    letters = ""
    while True:
        number, place = divmod(number, len(SYLLABLES))
        letters += SYLLABLES[place]
        if not number and len(letters) > 5:
            return letters


def weigh(words: list[str]) -> list[float]:
    """Return how often words are used, by their rank, as in life."""
    return [1 / (place + 1) for place in range(len(words))]


def make_sentences(source: random.Random) -> list[str]:
    """Return sentences whose words are as common and as rare as in life."""
    words = COMMON_WORDS + [make_word(number) for number in range(4000)]
    weights = weigh(words)
    return [
        (" ".join(source.choices(words, weights=weights, k=source.randint(9, 24))) + ".").capitalize()
        for _ in range(12_000)
    ]


def company_id(number: int) -> uuid.UUID:
    return uuid.UUID(int=0x0191_0000_0000_7000_8000_0000_0000_0000 + number)


def listing_id(number: int) -> uuid.UUID:
    """Return a key that grows with time, as those of life do."""
    return uuid.UUID(int=((0x0192_0000_0000 + number) << 80) + 0x7000_8000_0000_0000_0000 + number)


def user_id(number: int) -> uuid.UUID:
    return uuid.UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + number)


def posted_at(number: int, total: int) -> datetime:
    """Return when the posting of this number was listed: the more recent, the more there are."""
    age = min(300 * math.log(total / (number + 1)), OLDEST_DAYS) if number + 1 < total else 0.0
    return NOW - timedelta(days=age) + timedelta(microseconds=number)


def make_listings(total: int, worker: int, workers: int) -> Iterator[tuple[Any, ...]]:
    """Yield every `workers`-th listing in the order of time."""
    sentences = make_sentences(random.Random(1))
    source = random.Random(1000 + worker)
    skill_weights = [(place + 2) ** -1.6 for place in range(len(SKILLS))]
    for number in range(worker, total, workers):
        at = posted_at(number, total)
        skills = list(dict.fromkeys(source.choices(SKILLS, weights=skill_weights, k=source.randint(4, 10))))
        title = f"{source.choice(RANKS)} {source.choice(FIELDS)} {source.choice(ROLES)}".strip().capitalize()
        text = [
            source.choice(BOILERPLATE),
            *source.choices(sentences, k=source.randint(8, 14)),
            f"You know {', '.join(skills[:3])}.",
        ]
        if source.random() < 0.3:
            text.append(f"Ask for {make_word(4000 + source.randrange(300_000))}.")
        low = source.randrange(30, 230) * 1000 if source.random() < 0.7 else None
        yield (
            listing_id(number),
            company_id(
                min(int(source.paretovariate(0.6)) - 1, COMPANIES - 1)
                if source.random() < 0.7
                else source.randrange(COMPANIES)
            ),
            title,
            f"{source.choice(PLACES)}, {source.randrange(40)}",
            " ".join(text),
            "",
            "",
            source.choices(
                ("Full-time", "Part-time", "Contract", "Internship", "Temporary", ""), (70, 10, 10, 3, 3, 4)
            )[0],
            source.choices(("On-site", "Remote", "Hybrid", ""), (50, 20, 25, 5))[0],
            source.choices(
                ("entry_level", "associate", "mid_level", "senior_level", "director", "executive", ""),
                (20, 15, 30, 20, 4, 1, 10),
            )[0],
            source.choices(
                ("individual_contributor", "team_lead", "manager", "director", "vp", ""), (60, 8, 10, 4, 1, 17)
            )[0],
            low,
            low and low + source.randrange(0, 60) * 1000,
            source.choices(("USD", "EUR", "GBP"), (80, 15, 5))[0],
            skills[:6],
            skills[6:],
            [],
            ["Medical insurance", "Paid leave"],
            "",
            "{}",
            f"https://jobs.example/{number}",
            "",
            at if number % 5 else None,
            f"board-{number % 7}",
            "active" if source.random() < SHARE_ACTIVE else source.choice(("inactive", "filled", "expired")),
            1,
            0.8,
            "unverified",
            at,
            at,
        )


def copy_slice(total: int, worker: int, workers: int) -> None:
    """Copy one worker's listings over a connection of its own."""
    from django.db import connection

    execute("SET synchronous_commit = off")
    with connection.cursor() as cursor, cursor.copy(f"COPY job_listings ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in make_listings(total, worker, workers):
            copy.write_row(row)
    connection.close()


def load_people_and_companies() -> None:
    from django.db import connection

    from companies.naming import normalize_company_name

    source = random.Random(2)
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined) FROM STDIN"
        ) as copy:
            for number in range(USERS):
                copy.write_row((user_id(number), "", False, f"p{number}@bench.example", "", True, True, NOW))
        with cursor.copy(
            "COPY companies (id, name, normalized_name, domain, industry, size, size_category, location,"
            ' headquarters_location, website, description, logo_url, culture, "values", benefits, is_confirmed,'
            " created_at, updated_at) FROM STDIN"
        ) as copy:
            for number in range(COMPANIES):
                name = f"{make_word(50_000 + number * 7).capitalize()} {source.choice(FIELDS).capitalize()} Inc."
                copy.write_row(
                    (
                        company_id(number),
                        name,
                        normalize_company_name(name),
                        f"c{number}.example",
                        "Software",
                        "",
                        "medium",
                        "",
                        "",
                        f"https://c{number}.example",
                        "",
                        "",
                        "",
                        [],
                        [],
                        number % 20 != 0,
                        NOW,
                        NOW,
                    )
                )


LOAD_INTERACTIONS = f"""
    INSERT INTO job_user_interactions (id, created_at, updated_at, user_id, job_id, interaction_type,
        application_status, applied_date, saved_date, resume_version, cover_letter, shared_with_recruiters, tags, notes,
        interaction_data, first_interaction, last_interaction, interaction_count, job_snapshot)
    SELECT gen_random_uuid(), now(), now(), users.id, listings.id, kind,
        CASE kind WHEN 'applied' THEN 'applied' ELSE '' END, now(), now(), '', '', false, '{{}}', '', '{{}}', now(), now(),
        1, '{{}}'
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM accounts_user) users
    CROSS JOIN generate_series(1, {INTERACTIONS}) turn
    JOIN (SELECT id, row_number() OVER (ORDER BY id DESC) AS place FROM job_listings) listings
        ON listings.place = 1 + (users.place * 7919 + turn * turn * 104729) %% LEAST(100000, (SELECT count(*) FROM job_listings))
    CROSS JOIN LATERAL (SELECT (ARRAY['viewed', 'viewed', 'viewed', 'saved', 'applied', 'hidden', 'rejected_by_user',
        'hidden'])[1 + turn %% 8]) types(kind)
    ON CONFLICT DO NOTHING
"""


def load(total: int, workers: int) -> None:
    """Fill this database: people, companies, listings without their indexes, the indexes, interactions."""
    from django.core.management import call_command
    from django.db import connection

    from jobs.models import JobListing

    started = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - started:7.0f} s  {what}", file=sys.stderr, flush=True)

    call_command("migrate", verbosity=0, interactive=False)
    load_people_and_companies()
    indexes = JobListing._meta.indexes
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(JobListing, index)
    connection.close()
    tell("loading the listings")
    slices = [multiprocessing.Process(target=copy_slice, args=(total, worker, workers)) for worker in range(workers)]
    for process in slices:
        process.start()
    for process in slices:
        process.join()
    if any(process.exitcode for process in slices):
        raise SystemExit("A loader failed.")
    tell("building the indexes")
    execute("SET maintenance_work_mem = '1GB'")
    for index in indexes:
        with connection.schema_editor() as editor:
            editor.add_index(JobListing, index)
        tell(index.name)
    connection.cursor().execute(LOAD_INTERACTIONS, [])
    tell("interactions")
    execute("VACUUM ANALYZE")
    tell("analysed")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listings", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2, help="connections that load")
    parser.add_argument("--keep", action="store_true", help="leave the database for the next run")
    arguments = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobos.settings")
    django.setup()
    from django.db import connection

    original = connection.settings_dict["NAME"]
    name = f"benchmark_catalogue_{arguments.listings}"
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_new = cursor.fetchone() is None
    if is_new:
        administer(f"CREATE DATABASE {name} TEMPLATE template0")
        administer(f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0")
        use(name)
        load(arguments.listings, arguments.workers)
    use(name)
    if not arguments.keep:
        use(original)
        administer(f"DROP DATABASE {name} WITH (FORCE)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
