"""Pairs of entries that look like one employer: finding them, and deciding to keep them apart.

A pair is stored once, the older entry first. What a curator has decided is never suggested again, and nothing merges by
itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from companies.likeness import Likeness, compare, find_keys
from companies.models import Company, CompanyMatchSuggestion, SuggestionState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from jobos.accounts.models import User

WINDOW = 500
# A key that more entries share says nothing.
MOST_SHARING_A_KEY = 50
MOST_LOOK_ALIKES = 10
LOCK = 7_201_001  # Of PostgreSQL's advisory locks: one refresh at a time.

Row = tuple[Any, str, str | None]  # Key, normalised name, domain.
KEPT = ("id", "normalized_name", "domain")


@dataclass
class Refreshed:
    """What one refresh did."""

    compared: int = 0
    suggested: int = 0
    withdrawn: int = 0
    is_running_elsewhere: bool = False


def find_look_alikes(
    name: str, domain: str, among: Any, *, most: int = MOST_LOOK_ALIKES
) -> list[tuple[Company, Likeness]]:
    """Return the entries of a query that look like a normalised name with a domain, likeliest first."""
    nearby = (
        among.filter(Q(normalized_name__trigram_similar=name) | Q(normalized_name=name))
        .annotate(letters=TrigramSimilarity("normalized_name", name))
        .order_by("-letters", "pk")[: most * 5]
    )
    found = [
        (company, compare((name, domain or None), (company.normalized_name, company.domain))) for company in nearby
    ]
    alike = [(company, likeness) for company, likeness in found if likeness is not None]
    return sorted(alike, key=lambda pair: (-pair[1].score, pair[0].pk))[:most]


def suggest_namesakes(made: Sequence[Any]) -> None:
    """Suggest each newly made entry together with the others of its name: they stayed apart, and somebody should look."""
    if not made:
        return
    names = Company.objects.filter(pk__in=made).values("normalized_name")
    rows: list[Row] = list(Company.objects.filter(normalized_name__in=names).values_list(*KEPT))
    fresh = set(made)
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row[1], []).append(row)
    pairs = [
        (row, other)
        for namesakes in by_name.values()
        for row in namesakes
        for other in namesakes
        if row[0] in fresh and row[0] != other[0]
    ]
    suggest_pairs(pairs)


def suggest_pairs(pairs: Iterable[tuple[Row, Row]]) -> int:
    """Suggest those pairs of which something speaks for one employer; return how many are new or told anew."""
    found: dict[tuple[Any, Any], Likeness] = {}
    for one, other in pairs:
        likeness = compare(one[1:], other[1:])
        if likeness is not None:
            found[min(one[0], other[0]), max(one[0], other[0])] = likeness
    if not found:
        return 0
    now = timezone.now()
    rows = [
        CompanyMatchSuggestion(company_id=pair[0], other_id=pair[1], score=likeness.score, why=likeness.why)
        for pair, likeness in sorted(found.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO company_match_suggestions AS s
                (id, created_at, updated_at, company_id, other_id, other_name, score, why, state)
            SELECT fresh.id, %(now)s, %(now)s, company.id, other.id, other.name, fresh.score, fresh.why::jsonb, 'open'
            FROM unnest(%(ids)s::uuid[], %(companies)s::uuid[], %(others)s::uuid[], %(scores)s::float[], %(whys)s::text[])
                WITH ORDINALITY AS fresh (id, company_id, other_id, score, why, place)
            JOIN companies company ON company.id = fresh.company_id
            JOIN companies other ON other.id = fresh.other_id
            ORDER BY place
            ON CONFLICT (company_id, other_id) DO UPDATE
                SET score = excluded.score, why = excluded.why, other_name = excluded.other_name,
                    updated_at = excluded.updated_at
                WHERE s.state = 'open' AND (s.score, s.why, s.other_name)
                    IS DISTINCT FROM (excluded.score, excluded.why, excluded.other_name)
            """,
            {
                "now": now,
                "ids": [row.pk for row in rows],
                "companies": [row.company_id for row in rows],
                "others": [row.other_id for row in rows],
                "scores": [row.score for row in rows],
                "whys": [json.dumps(row.why) for row in rows],
            },
        )
        return int(cursor.rowcount)


def keep_apart(suggestion: CompanyMatchSuggestion, *, by: User) -> CompanyMatchSuggestion:
    """Decide that two entries are two employers: they are never suggested again."""
    now = timezone.now()
    decided = CompanyMatchSuggestion.objects.filter(pk=suggestion.pk, state=SuggestionState.OPEN).update(
        state=SuggestionState.KEPT_APART, decided_by=by, decided_at=now, updated_at=now
    )
    suggestion.refresh_from_db()
    if not decided and suggestion.state != SuggestionState.KEPT_APART:
        raise ValidationError("These two have been merged meanwhile.", code="already_decided")
    return suggestion


# Refreshing -----------------------------------------------------------------------------------------------------------


def refresh_matches(
    *, changed_since: datetime | None = None, tell: Callable[[int, int], None] | None = None
) -> Refreshed:
    """Look through the directory for look-alikes; suggest what is new, withdraw what is no longer alike.

    Works in windows of entries, a transaction each, so that it can be stopped and run again. Only one runs at a time;
    another one says so and leaves. With `changed_since` only entries changed since then are compared, with all others.
    """
    done = Refreshed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            done.is_running_elsewhere = True
            return done
        try:
            _fill_keys(cursor)
            rows = Company.objects.order_by("pk")
            if changed_since is not None:
                rows = rows.filter(updated_at__gte=changed_since)
            keys = list(rows.values_list("pk", flat=True))
            for start in range(0, len(keys), WINDOW):
                window = keys[start : start + WINDOW]
                with transaction.atomic():
                    done.suggested += suggest_pairs(_find_pairs(cursor, window))
                    done.withdrawn += _withdraw(window)
                done.compared += len(window)
                if tell is not None:
                    tell(done.compared, len(keys))
        finally:
            cursor.execute("DROP TABLE IF EXISTS company_keys, all_company_keys")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return done


def _fill_keys(cursor: Any) -> None:
    """Make the table of this run in which look-alikes share a key."""
    cursor.execute("DROP TABLE IF EXISTS company_keys, all_company_keys")
    cursor.execute("CREATE TEMPORARY TABLE company_keys (id uuid NOT NULL, key text NOT NULL)")
    companies = list(Company.objects.values_list(*KEPT))
    with cursor.copy("COPY company_keys FROM STDIN") as copy:
        for pk, name, domain in companies:
            copy.write("".join(f"{pk}\t{_escape(key)}\n" for key in find_keys(name, domain)))
    cursor.execute("ALTER TABLE company_keys RENAME TO all_company_keys")
    cursor.execute(
        """
        CREATE TEMPORARY TABLE company_keys AS
        SELECT id, key FROM all_company_keys JOIN (
            SELECT key FROM all_company_keys GROUP BY key HAVING count(*) BETWEEN 2 AND %s
        ) shared USING (key)
        """,
        [MOST_SHARING_A_KEY],
    )
    cursor.execute("DROP TABLE all_company_keys")
    cursor.execute("CREATE INDEX ON company_keys (key)")
    cursor.execute("CREATE INDEX ON company_keys (id)")
    cursor.execute("ANALYZE company_keys")


def _escape(text: str) -> str:
    """Return a text as COPY reads it: a name without letters or digits keeps its signs, and so any of them."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _find_pairs(cursor: Any, window: list[Any]) -> list[tuple[Row, Row]]:
    """Return the pairs of one window worth comparing: those that share a key."""
    cursor.execute(
        """
        SELECT DISTINCT one.id, one.normalized_name, one.domain, two.id, two.normalized_name, two.domain
        FROM company_keys mine
        JOIN company_keys theirs ON theirs.key = mine.key AND theirs.id <> mine.id
        JOIN companies one ON one.id = mine.id
        JOIN companies two ON two.id = theirs.id
        WHERE mine.id = ANY(%s)
        """,
        [window],
    )
    return [(row[:3], row[3:]) for row in cursor.fetchall()]


def _withdraw(window: list[Any]) -> int:
    """Delete open suggestions of these entries for which nothing speaks any more, such as after a new name."""
    waiting = (
        CompanyMatchSuggestion.objects.filter(state=SuggestionState.OPEN)
        .filter(Q(company__in=window) | Q(other__in=window))
        .values_list(
            "pk",
            "company__normalized_name",
            "company__domain",
            "other__normalized_name",
            "other__domain",
        )
    )
    gone = [
        pk
        for pk, *sides in waiting
        if sides[2] is None or compare(tuple(sides[:2]), tuple(sides[2:])) is None  # type: ignore[arg-type]
    ]
    return CompanyMatchSuggestion.objects.filter(pk__in=gone, state=SuggestionState.OPEN).delete()[0]
