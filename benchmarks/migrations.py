"""What the jobs overhaul costs, against the fastest SQL that a hand would write for the same work.

    python -m benchmarks.migrations --jobs 200000 [--rounds 2] [--json]

Databases and costs are those of `benchmarks.scratch`. The hand-written SQL is one ALTER TABLE with the same expressions,
the constraints and the indexes; it keeps nothing for the way back.
"""

from __future__ import annotations

import argparse
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.scratch import Cost, digest, execute, leave, measure, report, scratch, set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEGACY = "0001"
NEWEST = "0005"
TABLES = ("jobs", "interviews", "migration_ledger")
WORDS = [
    "the",
    "team",
    "asked",
    "about",
    "distributed",
    "systems",
    "and",
    "wanted",
    "to",
    "hear",
    "how",
    "we",
    "cut",
    "latency",
    "salary",
    "band",
    "remote",
    "first",
    "hiring",
    "manager",
    "said",
    "they",
    "will",
    "call",
    "back",
    "next",
    "week",
    "recruiter",
    "friendly",
    "great",
    "product",
    "unclear",
    "roadmap",
    "Kubernetes",
    "Python",
    "Go",
    "PostgreSQL",
    "on-call",
    "rotation",
    "equity",
    "Straße",
    "naïve",
    "résumé",
    "two",
    "rounds",
    "then",
    "a",
    "take-home",
    "🚀",
    "benefits",
    "visa",
    "relocation",
]
STATUSES = {
    "Analyzed": 22,
    "Applied": 28,
    "Screening": 8,
    "Interview Scheduled": 6,
    "Interview Done": 6,
    "Offer": 2,
    "Rejected": 14,
    "Withdrawn": 4,
    "Ghosted": 10,
}
COLUMNS = [
    "id",
    "user_id",
    "company_name",
    "role_title",
    "jd_text",
    "jd_url",
    "source_portal",
    "fit_score",
    "ats_score",
    "status",
    "resume_version",
    "apply_type",
    "cover_letter",
    "keywords_matched",
    "keywords_missing",
    "is_deleted",
    "notes",
    "followup_count",
    "applied_date",
    "created_at",
    "updated_at",
]


# Rows -----------------------------------------------------------------------------------------------------------------


def make_paragraphs(source: random.Random) -> list[str]:
    """Return texts of 40 to 900 characters to put notes and descriptions together from."""
    return [" ".join(source.choices(WORDS, k=source.randint(8, 140))) for _ in range(5000)]


def make_notes(source: random.Random, paragraphs: list[str]) -> str | None:
    """Return a note as people left them: none, empty, short, with follow-ups, very long, odd."""
    kind = source.random()
    if kind < 0.25:
        return None
    if kind < 0.30:
        return ""
    if kind < 0.80:
        return source.choice(paragraphs)[: source.randint(20, 400)]
    if kind < 0.95:
        parts = [source.choice(paragraphs)[:200]] if source.random() < 0.9 else []
        day = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=source.randint(0, 300))
        parts += [
            f"[Follow-up {day + timedelta(days=7 * place):%Y-%m-%d}] {source.choice(paragraphs)[:120]}"
            for place in range(source.randint(1, 4))
        ]
        return "\n---\n".join(parts)
    if kind < 0.99:
        return "\r\n".join(source.choices(paragraphs, k=source.randint(5, 40)))
    return source.choice(
        [
            "   ",
            "null",
            '{"a": 1}',
            "\n---\n",
            "\n---\n[Follow-up 2025-02-03] x",
            "a\n---\n[Follow-up 2025-02-30] x",
            "🚀",
        ]
    )


def make_rows(number: int, users: list[uuid.UUID]) -> Iterator[tuple[Any, ...]]:
    """Yield legacy jobs, the same ones each time."""
    source = random.Random(20_260_101)
    paragraphs = make_paragraphs(source)
    statuses = source.choices(list(STATUSES), weights=list(STATUSES.values()), k=number)
    for place in range(number):
        blank = "" if source.random() < 0.02 else None
        created = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=source.randint(0, 40_000_000))
        yield (
            uuid.UUID(int=source.getrandbits(128), version=4),
            source.choice(users),
            f"Company {source.randint(1, 400)}",
            f"{source.choice(('Senior ', '', 'Staff ', ' '))}{source.choice(WORDS)} engineer",
            blank if source.random() < 0.2 else "\n".join(source.choices(paragraphs, k=source.randint(1, 3))),
            blank if source.random() < 0.5 else f"https://jobs.example/{place}",
            source.choice(("LinkedIn", "Direct", "Naukri", None)),
            source.choice((None, 7.5, 8.0, 3.25)) if source.random() > 0.005 else 11.5,
            source.choice((None, 71.0, 88.5, 100.0)) if source.random() > 0.005 else float("nan"),
            statuses[place],
            blank if source.random() < 0.6 else "v3",
            source.choice((None, "quick", "deep")),
            None if source.random() < 0.8 else source.choice(paragraphs),
            source.choices(WORDS, k=6) if source.random() < 0.6 else None,
            source.choices(WORDS, k=3) if source.random() < 0.6 else None,
            source.random() < 0.05,
            make_notes(source, paragraphs),
            source.randint(0, 3) if source.random() > 0.01 else None,
            None if statuses[place] == "Analyzed" else created.date(),
            created,
            created + timedelta(seconds=source.randint(0, 5_000_000)),
        )


# Databases ------------------------------------------------------------------------------------------------------------


def migrate(target: str) -> None:
    from django.core.management import call_command

    call_command("migrate", "jobs", target, verbosity=0, interactive=False)


def load(number: int) -> None:
    """Bring this database to the legacy shape and fill it."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", "core", verbosity=0, interactive=False)
    migrate(LEGACY)
    users = [uuid.uuid5(uuid.NAMESPACE_DNS, str(place)) for place in range(max(1, number // 100))]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
            " VALUES (%s, '', false, %s, '', true, true, now())",
            [(user, f"{user}@bench.example") for user in users],
        )
        with cursor.copy(f"COPY jobs ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in make_rows(number, users):
                copy.write_row(row)
    execute("VACUUM ANALYZE jobs")


# The fastest SQL for the same work ------------------------------------------------------------------------------------


def floor_forward(indexes: list[str]) -> Callable[[], None]:
    """Return the overhaul by hand: one rewrite for each table, twins numbered, indexes; nothing is kept."""
    from django.db import transaction

    from jobs.migrations import _interviews, _status_overhaul

    number_twins = """
        UPDATE jobs t SET role_title = left(btrim(t.role_title), 250) || ' (' || place || ')'
        FROM (
            SELECT id, row_number() OVER (
                PARTITION BY user_id, lower(btrim(company_name)), lower(btrim(role_title))
                ORDER BY updated_at DESC, id DESC) AS place
            FROM jobs WHERE NOT is_deleted AND status NOT IN ('Rejected', 'Withdrawn', 'Ghosted')
        ) ranked
        WHERE ranked.id = t.id AND place > 1
        """

    def work() -> None:
        with transaction.atomic():
            for statement in (
                *_status_overhaul.MAKE_FUNCTIONS,
                number_twins,
                _status_overhaul.ADD_COLUMNS,
                _status_overhaul.CONVERT,
                _interviews.CONVERT,
                *indexes,
                "ANALYZE jobs, interviews",
            ):
                execute(statement)

    return work


def floor_backward(indexes: list[str]) -> Callable[[], None]:
    """Return the way back by hand: whatever the rule gives."""
    from django.db import transaction

    from jobs.migrations import _interviews, _status_overhaul

    def work() -> None:
        with transaction.atomic():
            for index in indexes:
                execute(f"DROP INDEX {index}")
            for statement in (
                *_status_overhaul.DROP_FUNCTIONS,
                *_status_overhaul.MAKE_FUNCTIONS,
                _status_overhaul.CONVERT_BACK,
                _status_overhaul.ADD_OLD_CHECK,
                _interviews.CONVERT_BACK,
            ):
                execute(statement)

    return work


def read_indexes() -> tuple[list[str], list[str]]:
    """Return names and definitions of the indexes that the migrations made."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('jobs', 'interviews')"
            " AND indexname NOT LIKE '%%pkey'",
            [],
        )
        rows = cursor.fetchall()
    return [name for name, _ in rows], [definition for _, definition in rows]


# The run --------------------------------------------------------------------------------------------------------------


def run_round(template: str) -> tuple[list[Cost], dict[str, bool]]:
    """Measure each step once, on fresh copies."""
    with scratch("ours", template):
        old = digest(*TABLES)
        costs = [measure("forward", lambda: migrate(NEWEST))]
        names, indexes = read_indexes()
        new = digest(*TABLES)
        costs.append(measure("backward", lambda: migrate(LEGACY)))
        back = digest(*TABLES)
        costs.append(measure("forward again", lambda: migrate(NEWEST)))
        again = digest(*TABLES)
    with scratch("floor", template):
        costs.append(measure("floor forward", floor_forward(indexes)))
        costs.append(measure("floor backward", floor_backward(names)))
    return costs, {
        "the way back gives the old tables": all(old[table] == back[table] for table in ("jobs", "interviews")),
        "the second way forward gives the same tables and ledger": new == again,
    }


def main() -> int:
    """Run the benchmark; the status is 0 when the digests agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()

    set_up()
    costs: list[Cost] = []
    agreed: dict[str, bool] = {}
    with scratch("legacy") as template:
        load(arguments.jobs)
        for _ in range(arguments.rounds):
            leave()
            measured, agreed = run_round(template)
            costs += measured
    floors = {"forward": "floor forward", "backward": "floor backward", "forward again": "floor forward"}
    title = f"{arguments.jobs:,} jobs, best of {arguments.rounds}"
    return report(title, costs, floors, agreed, is_json=arguments.json, jobs=arguments.jobs)


if __name__ == "__main__":
    raise SystemExit(main())
