"""What finding a company costs in a large directory, against the fastest SQL for the same answer.

    python -m benchmarks.companies [--companies 100000] [--rounds 200] [--json]

Makes a scratch database on the configured server, loads made-up companies by COPY, and drops it again. Each path is
called many times in turn with different texts; the floor is one statement through psycopg that finds the same entries
by the same index. Times are milliseconds, medians and the slowest of a hundred; the ratio is that of the medians.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.scratch import prepare, scratch, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

BEGINNINGS = [
    "br",
    "c",
    "d",
    "f",
    "g",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "qu",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
    "cl",
    "gr",
    "sh",
]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "io", "oo"]
ENDINGS = ["n", "r", "l", "s", "x", "nd", "rt", "ck", "m", "th", "", ""]
TRADES = [
    "Solutions",
    "Systems",
    "Technologies",
    "Health",
    "Foods",
    "Logistics",
    "Energy",
    "Partners",
    "Capital",
    "Media",
    "Labs",
    "Software",
    "Consulting",
    "Group",
    "Bank",
    "Insurance",
    "Motors",
    "Airlines",
    "Robotics",
    "Analytics",
    "Security",
    "Networks",
    "Pharma",
    "Construction",
    "Engineering",
    "Design",
]
MANNERS = [
    "Global",
    "National",
    "American",
    "United",
    "First",
    "Pacific",
    "Atlantic",
    "Northern",
    "Blue",
    "Green",
    "Advanced",
    "Applied",
    "Smart",
]
FORMS = ["Inc.", "LLC", "Ltd", "GmbH", "Corp.", "S.A.", "AG", "", "", ""]
MISSPELT = 0.01  # How many are another one with a letter left out.


def make_names(number: int, source: random.Random) -> list[str]:
    """Return names of which no two are one company, the same ones each time."""
    from companies.naming import normalize_company_name

    names: dict[str, str] = {}
    while len(names) < number:
        if names and source.random() < MISSPELT:
            name = source.choice(list(names.values())[-1000:])
            place = source.randrange(1, len(name))
            name = name[:place] + name[place + 1 :]
        else:
            parts = [source.choice(MANNERS)] if source.random() < 0.25 else []
            parts += [make_word(source) for _ in range(source.choice((1, 1, 1, 1, 2)))]
            parts += source.sample(TRADES, source.choice((0, 1, 1, 1, 2)))
            name = " ".join(filter(None, [*parts, source.choice(FORMS)]))
        names.setdefault(normalize_company_name(name), name)
    return list(names.values())


def make_word(source: random.Random) -> str:
    syllables = source.choice((1, 2, 2, 2, 3))
    return "".join(
        source.choice(BEGINNINGS) + source.choice(VOWELS) + source.choice(ENDINGS) for _ in range(syllables)
    ).capitalize()


def load(names: list[str], source: random.Random) -> None:
    from django.db import connection
    from django.utils import timezone

    from companies.models import Company
    from companies.naming import normalize_company_name
    from jobos.core.bulk import copy_rows

    now = timezone.now()
    copy_rows(
        Company,
        (
            Company(
                name=name,
                website=f"https://{normalize_company_name(name).replace(' ', '-')[:60].strip('-')}-{place}.com"
                if source.random() < 0.6
                else "",
                industry=source.choice(TRADES),
                location=source.choice(("Berlin", "Austin, TX", "Lyon", "Pune", "Leeds")),
                is_confirmed=True,
                created_at=now,
                updated_at=now,
            )
            for place, name in enumerate(names)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE companies")


def measure(work: Callable[[str], Any], texts: list[str]) -> list[float]:
    """Return how many milliseconds each text took, sorted."""
    work(texts[0])
    times = []
    for text in texts:
        began = time.perf_counter()
        work(text)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def ask(statement: str) -> Callable[[str], Any]:
    """Return the floor of a path: one statement with the text in it."""
    from django.db import connection

    def work(text: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"text": text, "start": f"{text}%", "word": f"% {text}%", "part": f"%{text}%"})
            return cursor.fetchall()

    return work


def get(client: Any, **query: str) -> None:
    """Ask for a page of the directory."""
    response = client.get("/api/v1/companies/", query, headers={"Host": "localhost"})
    assert response.status_code == 200, response.content


FIND = "SELECT * FROM companies WHERE normalized_name = %(text)s"
SEARCH = """
    SELECT id FROM (
        (SELECT id FROM companies WHERE normalized_name COLLATE "C" LIKE %(start)s ORDER BY normalized_name COLLATE "C", id LIMIT 500)
        UNION ALL
        (SELECT id FROM companies WHERE normalized_name LIKE %(word)s ORDER BY normalized_name COLLATE "C", id LIMIT 500)
        UNION ALL
        (SELECT id FROM companies WHERE normalized_name LIKE %(part)s ORDER BY normalized_name COLLATE "C", id LIMIT 500)
    ) found LIMIT 500
"""
SLIP = """
    SELECT id FROM companies WHERE %(text)s <%% normalized_name
    ORDER BY word_similarity(%(text)s, normalized_name) DESC, id LIMIT 20
"""
PAGE = "SELECT * FROM companies ORDER BY name, id LIMIT 20"


def run(number: int, rounds: int) -> dict[str, Any]:
    from rest_framework.test import APIClient

    from companies.models import Company
    from companies.services import (
        Identity,
        find_company,
        find_or_create_companies,
        match_company,
        refresh_matches,
        search_directory,
    )
    from jobos.accounts.services import create_person

    source = random.Random(20_261_125)
    names = make_names(number, source)
    began = time.perf_counter()
    load(names, source)
    results: dict[str, Any] = {"companies": number, "load_seconds": round(time.perf_counter() - began, 1)}
    chosen = [Company(name=name) for name in source.sample(names, rounds)]
    normalized = [Identity.of(company.name, "").normalized_name for company in chosen]
    person = create_person("bench@bench.example", password="a passphrase of the benchmark", full_name="Bench")
    client = APIClient()
    client.force_authenticate(person)
    everything = Company.objects.all()
    typed = [name[: source.choice((2, 3, 4, 5))].strip() for name in normalized]
    slips = [name[:3] + name[4:] for name in normalized]
    paths: dict[str, tuple[Callable[[str], Any], Callable[[str], Any], list[str]]] = {
        "find one by name": (lambda text: find_company(Identity.of(text, "")), ask(FIND), normalized),
        "search, two to five letters": (lambda text: search_directory(everything, text), ask(SEARCH), typed),
        "search, whole name": (lambda text: search_directory(everything, text), ask(SEARCH), normalized),
        "search, a slip in it": (lambda text: search_directory(everything, text), ask(SLIP), slips),
        "match with look-alikes": (lambda text: match_company(text, by=person), ask(FIND), normalized),
        "GET companies/": (lambda _: get(client), ask(PAGE), normalized),
        "GET companies/?q=": (lambda text: get(client, q=text), ask(SEARCH), typed),
    }
    results["paths"] = {}
    for title, (work, floor, given) in paths.items():
        texts = [text for text in given if len(text) > 1]
        ours, theirs = measure(work, texts), measure(floor, texts)
        middle, slow = len(ours) // 2, int(len(ours) * 0.99)
        results["paths"][title] = {
            "median": round(ours[middle], 2),
            "slowest of 100": round(ours[slow], 2),
            "floor": round(theirs[middle], 2),
            "ratio": round(ours[middle] / theirs[middle], 2),
        }
    mentions = [(f"{name} Holdings" if place % 10 == 0 else name, "") for place, name in enumerate(names[:10_000])]
    began = time.perf_counter()
    find_or_create_companies(mentions, by=None)
    results["10,000 mentions, a tenth of them new, seconds"] = round(time.perf_counter() - began, 1)
    began = time.perf_counter()
    done = refresh_matches(tell=lambda done, total: print(f"\r{done:,} of {total:,}", end="", file=sys.stderr))
    results["refresh_company_matches, seconds"] = round(time.perf_counter() - began, 1)
    results["pairs suggested"] = done.suggested
    return results


def main() -> int:
    """Run the benchmark and print what it saw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()
    os.environ.setdefault("JOBOS_ENV", "test")  # Without DEBUG, which remembers every statement.
    set_up()
    with scratch("companies"):
        prepare()
        results = run(arguments.companies, arguments.rounds)
    if arguments.json:
        json.dump(results, sys.stdout, indent=2)
        return 0
    print(f"\n{results['companies']:,} companies, loaded in {results['load_seconds']} s; milliseconds")
    print(f"{'path':<30}{'median':>10}{'slowest of 100':>16}{'floor':>10}{'ratio':>8}")
    for title, cost in results["paths"].items():
        print(f"{title:<30}{cost['median']:>10}{cost['slowest of 100']:>16}{cost['floor']:>10}{cost['ratio']:>8}")
    for title in list(results)[3:]:
        print(f"{title}: {results[title]:,}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
