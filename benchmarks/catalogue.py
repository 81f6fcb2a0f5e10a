"""What the catalogue costs at a million listings, against raw SQL on the same rows in the same run.

    python -m benchmarks.catalogue [--listings 1000000] [--rounds 7] [--keep]

Makes a scratch database on the configured server (which has to run on this machine), fills it by COPY and drops it;
`--keep` leaves it for the next run with the same number. Costs are milliseconds, the least of several rounds: of waiting,
and of CPU time of the database's backend, since waiting on a shared machine says little. The floor of each row is the
plainest SQL for the same rows; what counts is the ratio. Parallel workers are switched off.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.scratch import create, drop, execute, exists, find_backend, leave, read_cpu_seconds, set_up, use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


COMPANIES = 50_000
USERS = 5_000
INTERACTIONS = 40
NOW = datetime(2026, 11, 1, tzinfo=UTC)
OLDEST_DAYS = 900
SHARE_ACTIVE = 0.4
COMMON_WORDS = words("""
the of and to a in for with you we our on is as will be your team work are that this have or from at an it by who
can all people new help build more about join role looking what their while across ability strong using within how
other such great company into make day best us time well also business skills knowledge working support customers
product products environment design development solutions data years including through world opportunity technology
develop drive ensure provide manage lead deliver understand create maintain improve projects technical communication
problems quality services systems process management required preferred degree related equivalent benefits insurance
medical dental vision paid leave flexible office remote hybrid travel equal employer regardless race color religion
gender
""")
SKILLS = words("""
Python SQL JavaScript AWS Java React Docker Kubernetes Linux Git TypeScript C++ C# Go PostgreSQL Excel Salesforce
Terraform Azure Kafka Spark Tableau Figma Jira Redis GraphQL Angular Vue Django Flask Rust Scala Ruby Rails PHP
Swift Kotlin Android iOS .NET Hadoop Snowflake Airflow dbt PyTorch TensorFlow NLP Statistics Accounting Nursing CPR
Welding AutoCAD SolidWorks Negotiation Budgeting Recruiting Payroll Logistics Forklift Spanish German French
Marketing SEO Copywriting Photoshop Illustrator HTML CSS Node.js Ansible Jenkins Prometheus Grafana Elasticsearch
MongoDB MySQL Oracle SAP Selenium Cypress Pytest Bash PowerShell Networking Security Compliance Audit HIPAA Epic
Agile Scrum Kanban COBOL Fortran Erlang Haskell Verilog MATLAB Actuarial
""")
ROLES = words("""
engineer engineer engineer engineer engineer developer developer analyst manager manager nurse accountant designer
architect scientist consultant specialist coordinator technician administrator recruiter planner actuary welder
""")
FIELDS = words("""
software software backend frontend data platform cloud security sales marketing product project finance clinical
mechanical electrical civil network support quality research operations mobile machine-learning database
""")
RANKS = ["", "", "", "senior", "senior", "junior", "lead", "staff", "principal", "head"]
PLACES = words("""
Berlin Hamburg London Paris Madrid Austin Boston Chicago Denver Seattle Toronto Dublin Lisbon Warsaw
""")
BOILERPLATE = [
    "We value experience of every kind and offer a friendly team.",
    "You bring experience in a comparable role.",
    "Years of experience matter less to us than curiosity.",
    "Relevant experience is required for this opportunity.",
]
SYLLABLES = words("""
ba be bo da de di fa fi ga ge ka ke ki la le lo ma mi mo na ne no pa pe ra re ri sa se so ta te ti va ve
""")
COLUMNS = words("""
id company_id title location description requirements responsibilities job_type remote_type experience_level
seniority_level salary_min salary_max salary_currency skills_required skills_preferred tech_stack benefits
education_required benefits_parsed job_url application_url posted_date source status source_count data_quality_score
verification_status created_at updated_at
""")

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


# Measuring ------------------------------------------------------------------------------------------------------------


@dataclass
class Cost:
    """Milliseconds of one call: of the backend's processor, of this process's, and of waiting; and its floor's."""

    what: str
    database: float
    client: float
    wall: float
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        return round(self.database / self.floor, 2) if self.floor else None


class Meter:
    """Runs things over one connection and tells what they cost."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        self.backend = find_backend()
        self.costs: list[Cost] = []

    def run(self, work: Callable[[], Any], *, calls: int = 5) -> tuple[float, float, float]:
        """Return the least cost of a call among the rounds: database, client, wall."""
        seen = []
        for _ in range(self.rounds):
            database, client, wall = read_cpu_seconds(self.backend), time.process_time(), time.perf_counter()
            for _ in range(calls):
                work()
            seen.append(
                (
                    (read_cpu_seconds(self.backend) - database) * 1000 / calls,
                    (time.process_time() - client) * 1000 / calls,
                    (time.perf_counter() - wall) * 1000 / calls,
                )
            )
        database, client, wall = (min(values) for values in zip(*seen, strict=True))
        return database, client, wall

    def compare(
        self, what: str, work: Callable[[], Any], floor: Callable[[], Any] | None = None, **options: Any
    ) -> None:
        """Measure something, and its floor right beside it."""
        work()
        least = None
        if floor is not None:
            floor()
            least = self.run(floor, **options)[0]
        self.costs.append(Cost(what, *self.run(work, **options), floor=least))
        print(show(self.costs[-1]), flush=True)


def show(cost: Cost) -> str:
    ratio = f"{cost.floor:9.2f} {cost.ratio:6.2f}" if cost.floor else " " * 16
    return f"{cost.what:52} {cost.database:9.2f} {ratio} {cost.client:8.2f} {cost.wall:9.2f}"


HEAD = f"{'milliseconds of one call':52} {'database':>9} {'floor':>9} {'ratio':>6} {'client':>8} {'wall':>9}"
# The floor of a page: the same JSON of the same rows, without what the user dismissed, by the plainest SQL.
PAGE_FLOOR = """
    SELECT row_to_json(shown)::text FROM job_listings l JOIN companies c ON c.id = l.company_id
    CROSS JOIN LATERAL (SELECT {shown}) shown
    WHERE l.status = 'active' AND {where} AND {seen} ORDER BY l.listed_at DESC, l.id DESC LIMIT 21
"""
IDS_FLOOR = """
    WITH found AS MATERIALIZED (SELECT l.id, l.listed_at FROM job_listings l WHERE l.status = 'active' AND {where} AND {seen})
    SELECT row_to_json(shown)::text
    FROM (SELECT id FROM found ORDER BY listed_at DESC, id DESC LIMIT 21) page
    JOIN job_listings l ON l.id = page.id JOIN companies c ON c.id = l.company_id
    CROSS JOIN LATERAL (SELECT {shown}) shown ORDER BY l.listed_at DESC, l.id DESC
"""
MANY, FEW = False, True
FILTERS: list[tuple[str, dict[str, Any], str, bool]] = [
    ("newest page", {}, "true", MANY),
    ("remote", {"remote_type": ["Remote"]}, "l.remote_type = 'Remote'", MANY),
    (
        "remote, pays 150,000 (27,000 at a million)",
        {"remote_type": ["Remote"], "salary_min": 150_000},
        "l.remote_type = 'Remote' AND l.salary_max >= 150000",
        MANY,
    ),
    (
        "remote, pays 285,000 (few)",
        {"remote_type": ["Remote"], "salary_min": 285_000},
        "l.remote_type = 'Remote' AND l.salary_max >= 285000",
        FEW,
    ),
    ("skills python and aws", {"skills": ["python", "aws"]}, "l.skill_keys @> '{python,aws}'::text[]", MANY),
    (
        "skills cobol and fortran (few)",
        {"skills": ["cobol", "fortran"]},
        "l.skill_keys @> '{cobol,fortran}'::text[]",
        FEW,
    ),
    ("one company", {"company": [company_id(1)]}, f"l.company_id = '{company_id(1)}'", MANY),
    (
        "intern, executive, remote (few)",
        {"job_type": ["Internship"], "experience_level": ["executive"], "remote_type": ["Remote"]},
        "l.job_type = 'Internship' AND l.experience_level = 'executive' AND l.remote_type = 'Remote'",
        FEW,
    ),
    ("part of a place", {"location": "berlin, 7"}, "l.location ILIKE '%%berlin, 7%%'", FEW),
    (
        "part of a company's name",
        {"company_name": "sasedibe"},
        "l.company_id IN (SELECT id FROM companies WHERE name ILIKE '%%sasedibe%%')",
        MANY,
    ),
]
WORDS = [
    "experience",
    "engineer",
    "senior engineer",
    "python",
    "python kubernetes aws",
    "actuary",
    "cobol",
    "welder -senior",
    '"data engineer"',
    "nurse or actuary",
    "team opportunity",
    make_word(4000 + 77),
]


def ask_raw(statement: str, params: Any = ()) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def measure_pages(meter: Meter, user: Any) -> None:
    from django.core.cache import cache

    from jobs.api.listing_json import LISTING
    from jobs.services.criteria import NOT_DISMISSED, make_criteria
    from jobs.services.search import NEWEST_FIRST, Window, read_page

    first = Window(LISTING, NEWEST_FIRST, 20, None)
    for what, values, where, is_few in FILTERS:
        criteria = make_criteria(user, values)
        statement = (IDS_FLOOR if is_few else PAGE_FLOOR).format(shown=LISTING, where=where, seen=NOT_DISMISSED)
        meter.compare(
            what, lambda c=criteria: read_page(c, first), lambda s=statement, c=criteria: ask_raw(s, c.params)
        )
    criteria = make_criteria(user, {})

    def count() -> None:
        cache.clear()
        read_page(criteria, first)

    meter.compare("newest page, with its count unknown", count)
    page, numbered = read_page(criteria, first), first
    for _ in range(499):
        if page.following is None:
            break
        numbered = Window(LISTING, NEWEST_FIRST, 20, page.following)
        page = read_page(criteria, numbered)
    meter.compare(
        "500th page by cursor (floor: the first)",
        lambda: read_page(criteria, numbered),
        lambda: read_page(criteria, first),
    )


def measure_search(meter: Meter, user: Any) -> None:
    from jobs.api.listing_json import LISTING
    from jobs.services.criteria import make_criteria
    from jobs.services.facets import count_facets
    from jobs.services.search import BY_RELEVANCE, Window, find_similar, search_page

    window = Window(LISTING, BY_RELEVANCE, 20, None)
    for words in WORDS:
        criteria = make_criteria(user, {"q": words})
        meter.compare(f"search: {words}", lambda c=criteria: search_page(c, window))
    meter.compare("facets of everything", lambda: count_facets(make_criteria(user, {})))
    meter.compare("facets of few", lambda: count_facets(make_criteria(user, FILTERS[3][1])))
    criteria = make_criteria(user, {"q": "engineer"})
    meter.compare("facets of a search: engineer", lambda: count_facets(criteria, search_page(criteria, window)[1]))
    from jobs.models import JobListing

    listing = JobListing.objects.active().first()
    meter.compare("similar listings", lambda: find_similar(listing, user=user, shown=LISTING))
    source = random.Random(7)
    vocabulary = [*COMMON_WORDS, *SKILLS, *ROLES, *FIELDS, *(make_word(n) for n in range(0, 4000, 40))]
    walls, costs = [], []
    for _ in range(400):
        words = " ".join(source.sample(vocabulary, source.randint(1, 3)))
        criteria = make_criteria(user, {"q": words})
        before, started = read_cpu_seconds(meter.backend), time.perf_counter()
        search_page(criteria, window)
        walls.append((time.perf_counter() - started) * 1000)
        costs.append((read_cpu_seconds(meter.backend) - before) * 1000)
    for name, values in (("database", sorted(costs)), ("wall", sorted(walls))):
        print(
            f"400 searches of 1 to 3 random words, {name}: p50 {values[200]:.1f}, p99 {values[396]:.1f}, most {values[-1]:.1f}"
        )
    for words in ("cobol", "engineer"):
        statement = """SELECT id FROM job_listings WHERE status = 'active' AND search_full @@ websearch_to_tsquery('jobos', %s)
            ORDER BY ts_rank(search_full, websearch_to_tsquery('jobos', %s)) DESC LIMIT 20"""
        started = time.perf_counter()
        ask_raw(statement, [words, words])
        print(f"ranking every match of {words}, once: {(time.perf_counter() - started) * 1000:.0f} ms")


def measure_typing_ahead(meter: Meter, user: Any) -> None:
    from companies.models import Company, TargetCompany
    from companies.services import search_tracked_companies
    from jobs.services.search import _find_alike

    if not TargetCompany.objects.filter(user=user).exists():
        TargetCompany.objects.bulk_create(
            TargetCompany(user=user, company=company) for company in Company.objects.all()[:40]
        )
    meter.compare("typing ahead over 40 tracked companies", lambda: list(search_tracked_companies(user, "sa")))
    name = Company.objects.order_by("pk")[20_000].normalized_name
    misspelt = name[:3] + name[4:]
    meter.compare("a misspelt name among 50,000 companies", lambda: _find_alike(misspelt))


def measure_http(meter: Meter, user: Any) -> None:
    """Compare whole requests: the catalogue's views, and a bare view of raw SQL and json behind the same sign-in."""
    from django.http import HttpResponse
    from django.test import Client, override_settings
    from django.urls import path

    from jobos.accounts.services import issue_token
    from jobos.core.authentication import BearerAuthentication
    from jobos.urls import urlpatterns
    from jobs.api.listing_serializers import ListingListSerializer
    from jobs.models import JobListing

    plain = [
        name
        for name in ListingListSerializer.Meta.fields
        if name not in ("company_id", "company_name", "company", "canonical")
    ]
    columns = ", ".join(f'l."{name}"' for name in plain)
    statement = f"""
        SELECT {columns}, l.company_id, l.canonical_id, c.id, c.name, c.website, c.industry, c.size_category, c.is_confirmed
        FROM job_listings l JOIN companies c ON c.id = l.company_id
        WHERE l.status = 'active' ORDER BY l.listed_at DESC, l.id DESC LIMIT 20"""
    query = "websearch_to_tsquery('jobos', 'engineer')"
    search = f"""
        SELECT {columns}, l.company_id, l.canonical_id, c.id, c.name, c.website, c.industry, c.size_category, c.is_confirmed
        FROM (
            SELECT id, listed_at, ts_rank(search_head, {query}) AS rank FROM (
                SELECT id, listed_at, search_head FROM job_listings
                WHERE status = 'active' AND search_head @@ {query} ORDER BY listed_at DESC, id DESC LIMIT 500
            ) newest ORDER BY rank DESC, listed_at DESC LIMIT 20
        ) page JOIN job_listings l ON l.id = page.id JOIN companies c ON c.id = l.company_id
        ORDER BY page.rank DESC, page.listed_at DESC"""

    def raw(request: Any, sql: str = statement) -> HttpResponse:
        if BearerAuthentication().authenticate(request) is None:
            raise PermissionError
        names = [
            *plain,
            "company_id",
            "canonical",
            "company__id",
            "company__name",
            "company__website",
            "company__industry",
            "company__size_category",
            "company__is_confirmed",
        ]
        rows = [dict(zip(names, row, strict=True)) for row in ask_raw(sql)]
        return HttpResponse(json.dumps({"results": rows}, default=str), content_type="application/json")

    urls = type(
        "urls", (), {"urlpatterns": [path("raw/", raw), path("raw-search/", raw, {"sql": search}), *urlpatterns]}
    )
    _, token = issue_token(user, name="Benchmark")
    client = Client(headers={"Authorization": f"Bearer {token}"})
    listing = JobListing.objects.active().first()
    with override_settings(ROOT_URLCONF=urls, ALLOWED_HOSTS=["testserver"]):

        def get(url: str) -> None:
            response = client.get(url)
            if response.status_code != 200:
                raise SystemExit(response.content)

        for what, url in (
            ("GET raw SQL and json", "/raw/"),
            ("GET listings/", "/api/v1/listings/"),
            ("GET listings/?remote_type&salary_min", "/api/v1/listings/?remote_type=Remote&salary_min=150000"),
            ("GET raw SQL and json, a search", "/raw-search/"),
            ("GET listings/?q=engineer", "/api/v1/listings/?q=engineer"),
            ("GET listings/{id}/", f"/api/v1/listings/{listing.pk}/"),
        ):
            meter.compare(what, lambda u=url: get(u), calls=20)
    requests = {cost.what: cost.database + cost.client for cost in meter.costs if cost.what.startswith("GET")}
    for what, cost in requests.items():
        floor = requests["GET raw SQL and json" + (", a search" if "q=" in what else "")]
        print(f"{what:52} {1000 / cost:7.0f} a second of one core, {floor / cost:.2f} of raw SQL and json")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listings", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2, help="connections that load")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--keep", action="store_true", help="leave the database for the next run")
    arguments = parser.parse_args()

    set_up()
    name = f"benchmark_catalogue_{arguments.listings}"
    if exists(name):
        use(name)
    else:
        create(name)
        load(arguments.listings, arguments.workers)
    try:
        measure(arguments.rounds)
    finally:
        leave() if arguments.keep else drop(name)
    return 0


def measure(rounds: int) -> None:
    from jobos.accounts.models import User

    user = User.objects.order_by("pk").first()
    meter = Meter(rounds)
    print(HEAD)
    measure_pages(meter, user)
    measure_search(meter, user)
    measure_typing_ahead(meter, user)
    measure_http(meter, user)


if __name__ == "__main__":
    sys.exit(main())
