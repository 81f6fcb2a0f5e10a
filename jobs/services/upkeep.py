"""Upkeep of the catalogue: finding postings that are there twice, retiring those that nobody can apply to any more.

Both may be stopped and run again, and run on several machines at once: each batch is a transaction of its own, what
is done stays done, and the database decides who writes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from jobos.core.models import make_uuid
from jobs.models import JobListing, ListingStatus, MergeStrategy
from jobs.services.listing_import.twins import SHORTEST_TELLING_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from jobs.models.listings import JobListingQuerySet

LISTINGS_AT_ONCE = 20_000
EXPIRED_AT_ONCE = 1_000
# A posting is compared with so many that come before it among those of its company and place, by title.
NEIGHBOURS = 10
# How much of their three-letter pieces two texts share, at least, when they are one posting.
LIKE_TEXT = 0.85
# A word that is misspelt is still this like.
LIKE_WORD = 0.26
# What two postings without telling texts are taken for.
UNKNOWN_TEXT = 0.5
# Two postings of one source under two keys are two, unless their texts are this like.
NEARLY_EQUAL_TEXT = 0.95
# An address that more postings give is a page of jobs, not of one job.
MOST_OF_ONE_ADDRESS = 5
# Above this nobody needs to look before the original is kept.
SURE = 0.95
# Words of a title that say where or how one works, not what one does.
INCIDENTAL_WORDS = ("remote", "hybrid", "onsite", "fulltime", "parttime")
# Words that make two titles two jobs, however like they are spelt.
RANKS = [
    "junior",
    "senior",
    "lead",
    "principal",
    "staff",
    "chief",
    "head",
    "intern",
    "trainee",
    "associate",
    "assistant",
    "deputy",
    "director",
    "manager",
    "executive",
    "president",
]

_COMPANIES = """
    SELECT company_id, count(*) FROM job_listings
    WHERE status = 'active' AND canonical_id IS NULL
    GROUP BY company_id HAVING count(*) > 1 ORDER BY company_id
"""

# What is compared of a listing: its title as a set of words without its place and without (m/f/d), Sr. spelt out; its
# place as words, and the first part of it, the town.
_POSTINGS = r"""
    SELECT id, company_id, listed_at, job_url, salary_min, salary_max, salary_currency, words, place, town,
        array_to_string(words, ' ') AS title, btrim(concat_ws(' ', description, requirements, responsibilities)) AS text,
        length(description) >= %(telling)s AS is_telling, cardinality(place) > 0 AS is_placed
    FROM job_listings l
    CROSS JOIN LATERAL (SELECT
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(lower(unaccent(l.title)),
            '\(\s*(on-?site|remote|hybrid|full-?time|part-?time|all genders)\s*\)', ' ', 'g'),
            '\(?\m[a-z](\s*[/|]\s*[a-z*])+\M\)?', ' ', 'g'),
            '\msr\M', 'senior', 'g'), '\mjr\M', 'junior', 'g') AS title,
        regexp_split_to_array(lower(unaccent(l.location)), '\s*[,;(/|]\s*|\s+[-\u2013]\s+') AS parts
    ) plain
    CROSS JOIN LATERAL (SELECT
        ARRAY(SELECT DISTINCT word FROM regexp_split_to_table(array_to_string(parts, ' '), '[^[:alnum:]]+') word
            WHERE word <> '' ORDER BY word) AS place,
        btrim(parts[1]) AS town
    ) located
    CROSS JOIN LATERAL (SELECT
        ARRAY(SELECT DISTINCT word FROM regexp_split_to_table(plain.title, '[^[:alnum:]+#]+') word
            WHERE word <> '' ORDER BY word) AS all_words
    ) split
    CROSS JOIN LATERAL (SELECT
        ARRAY(SELECT word FROM unnest(all_words) word WHERE word <> ALL (place) AND word <> ALL (%(incidental)s::text[])
            ORDER BY word) AS words
    ) titled
    WHERE status = 'active' AND canonical_id IS NULL
"""

# Pairs of one company, one town and nearly one title, by walking through the titles in order; then place and text.
_LIKE = f"""
    WITH postings AS MATERIALIZED ({_POSTINGS} AND company_id = ANY (%(companies)s::uuid[])),
    walked AS (
        SELECT id, array_agg(id) OVER (PARTITION BY company_id, town ORDER BY title, listed_at, id
            ROWS BETWEEN {NEIGHBOURS} PRECEDING AND 1 PRECEDING) AS neighbours
        FROM postings
    ),
    near AS (
        SELECT a.id AS first_id, b.id AS second_id, a.title = b.title AS is_same_title,
            a.words AS first_words, b.words AS second_words
        FROM walked CROSS JOIN LATERAL unnest(neighbours) neighbour
        JOIN postings a ON a.id = neighbour
        JOIN postings b ON b.id = walked.id
        WHERE (a.place <@ b.place OR b.place <@ a.place) AND (a.title = b.title
            OR (cardinality(a.words) = cardinality(b.words) AND similarity(a.title, b.title) >= 0.5))
    ),
    titled AS (
        SELECT first_id, second_id, is_same_title FROM near CROSS JOIN LATERAL (
            SELECT ARRAY(SELECT unnest(first_words) EXCEPT SELECT unnest(second_words)) AS mine,
                ARRAY(SELECT unnest(second_words) EXCEPT SELECT unnest(first_words)) AS theirs
            WHERE NOT is_same_title OFFSET 0
        ) odd
        WHERE cardinality(mine) = 1 AND cardinality(theirs) = 1 AND cardinality(first_words) > 1
            AND NOT (mine || theirs) && %(ranks)s::text[]
            AND least(length(mine[1]), length(theirs[1])) > 3 AND abs(length(mine[1]) - length(theirs[1])) <= 1
            AND (mine[1] || theirs[1]) !~ '[0-9]' AND similarity(mine[1], theirs[1]) >= %(like_word)s
        UNION ALL
        SELECT first_id, second_id, is_same_title FROM near WHERE is_same_title
    ),
    judged AS (
        SELECT titled.*, CASE WHEN '' NOT IN (a.text, b.text)
            THEN similarity(left(a.text, 4000), left(b.text, 4000)) END AS likeness,
            a.is_telling AND b.is_telling AS is_telling, a.is_placed AND b.is_placed AS is_placed,
            a.job_url = b.job_url AND a.job_url <> '' AS is_same_address
        FROM titled JOIN postings a ON a.id = first_id JOIN postings b ON b.id = second_id
    ),
    pairs AS (
        SELECT CASE WHEN is_older THEN a.id ELSE b.id END AS canonical_id,
            CASE WHEN is_older THEN b.id ELSE a.id END AS duplicate_id,
            least(a.listed_at, b.listed_at) AS since,
            0.5 * CASE WHEN judged.is_telling THEN likeness ELSE %(unknown_text)s::float END
                + CASE WHEN is_same_title THEN 0.3 ELSE 0.25 END
                + CASE WHEN NOT judged.is_placed THEN 0.1 WHEN a.place = b.place THEN 0.2 ELSE 0.15 END AS confidence,
            ARRAY['company', 'title']
                || CASE WHEN judged.is_placed AND a.place = b.place THEN ARRAY['location'] ELSE '{{}}' END
                || CASE WHEN judged.is_telling THEN ARRAY['description'] ELSE '{{}}' END
                || CASE WHEN (a.salary_min, a.salary_max, a.salary_currency) = (b.salary_min, b.salary_max, b.salary_currency)
                    THEN ARRAY['salary'] ELSE '{{}}' END
                || CASE WHEN is_same_address THEN ARRAY['job_url'] ELSE '{{}}' END AS fields
        FROM judged JOIN postings a ON a.id = first_id JOIN postings b ON b.id = second_id
        CROSS JOIN LATERAL (SELECT (a.listed_at, a.id) < (b.listed_at, b.id) AS is_older) ages
        WHERE coalesce(likeness >= %(like_text)s, true) AND (judged.is_telling OR judged.is_placed OR is_same_address)
            AND (is_same_address OR (judged.is_telling AND likeness >= %(nearly_equal)s) OR NOT EXISTS (
                SELECT FROM job_source_listings mine JOIN job_source_listings theirs USING (source_id)
                WHERE mine.job_id = a.id AND theirs.job_id = b.id AND mine.source_job_id <> theirs.source_job_id))
    )
"""  # noqa: S608 - Put together from constants of this module.

# Pairs that give one address, each with the oldest; whoever gives it under another name is asked about.
_SAME_ADDRESS = f"""
    WITH addresses AS MATERIALIZED (
        SELECT job_url FROM job_listings WHERE status = 'active' AND canonical_id IS NULL AND job_url <> ''
        GROUP BY job_url HAVING count(*) BETWEEN 2 AND {MOST_OF_ONE_ADDRESS}
    ),
    postings AS MATERIALIZED ({_POSTINGS} AND job_url IN (SELECT job_url FROM addresses)),
    pairs AS (
        SELECT a.id AS canonical_id, b.id AS duplicate_id, a.listed_at AS since,
            0.5 + CASE WHEN a.company_id = b.company_id THEN 0.25 ELSE 0 END + 0.15 * similarity(a.title, b.title)
                + CASE WHEN a.is_placed AND a.place = b.place THEN 0.1 ELSE 0 END AS confidence,
            ARRAY['job_url'] || CASE WHEN a.company_id = b.company_id THEN ARRAY['company'] ELSE '{{}}' END
                || CASE WHEN a.title = b.title THEN ARRAY['title'] ELSE '{{}}' END
                || CASE WHEN a.is_placed AND a.place = b.place THEN ARRAY['location'] ELSE '{{}}' END AS fields
        FROM postings a JOIN postings b USING (job_url)
        WHERE (a.listed_at, a.id) < (b.listed_at, b.id)
    )
"""  # noqa: S608 - Put together from constants of this module.

# For each listing the oldest that it duplicates, unless somebody has judged the pair or it is written down the other way.
_CHOOSE = """
    SELECT DISTINCT ON (duplicate_id) canonical_id, duplicate_id, round(least(confidence, 1)::numeric, 3)::float, fields
    FROM pairs
    WHERE NOT EXISTS (
        SELECT FROM job_duplications known
        WHERE (known.canonical_job_id, known.duplicate_job_id) = (pairs.canonical_id, pairs.duplicate_id) AND known.reviewed
        OR (known.canonical_job_id, known.duplicate_job_id) = (pairs.duplicate_id, pairs.canonical_id))
    ORDER BY duplicate_id, since, canonical_id
"""

_WRITE = """
    INSERT INTO job_duplications
        (id, canonical_job_id, duplicate_job_id, confidence_score, matching_fields, merge_strategy, reviewed, created_at,
        updated_at)
    SELECT id, canonical_id, duplicate_id, confidence, to_jsonb(string_to_array(fields, ',')), strategy, false, %s, %s
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::float[], %s::text[], %s::text[])
        AS found (id, canonical_id, duplicate_id, confidence, fields, strategy)
    ON CONFLICT DO NOTHING
"""


@dataclass
class DuplicateReport:
    """What a search for duplicates came to."""

    companies: int = 0
    listings: int = 0
    found: int = 0
    written: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def find_duplicates() -> DuplicateReport:
    """Write down which active listings are the same posting as an older one; return how many.

    The same posting: it gives the same address; or it is of the same company and place, its title is the same but for
    wording, and its text nearly so. What neither tells is no evidence; two keys of one source are evidence against.
    Nothing is merged: a person reviews it. A pair that is known is left as it is.
    """
    report = DuplicateReport()
    _record(report, _find(_SAME_ADDRESS))
    for companies, listings in _cut_companies():
        _record(report, _find(_LIKE, companies=companies))
        report.companies += len(companies)
        report.listings += listings
    return report


def _cut_companies() -> Iterator[tuple[list[UUID], int]]:
    """Return companies of more than one listing, together with others until there is enough to do."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPANIES)
        rows = cursor.fetchall()
    companies: list[UUID] = []
    listings = 0
    for company, count in rows:
        companies.append(company)
        listings += count
        if listings >= LISTINGS_AT_ONCE:
            yield companies, listings
            companies, listings = [], 0
    if companies:
        yield companies, listings


def _find(pairs: str, **values: Any) -> list[tuple[UUID, UUID, float, list[str]]]:
    values |= {
        "incidental": list(INCIDENTAL_WORDS),
        "ranks": RANKS,
        "like_word": LIKE_WORD,
        "like_text": LIKE_TEXT,
        "unknown_text": UNKNOWN_TEXT,
        "nearly_equal": NEARLY_EQUAL_TEXT,
        "telling": SHORTEST_TELLING_TEXT,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner cannot know how many pairs come out of the walk; taken for a few, they are joined row by row.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(pairs + _CHOOSE, values)
        found: list[tuple[UUID, UUID, float, list[str]]] = cursor.fetchall()
    return found


def _record(report: DuplicateReport, found: list[tuple[UUID, UUID, float, list[str]]]) -> None:
    """Write pairs that nobody else has written meanwhile, always in the same order, and count them."""
    if not found:
        return
    canonical, duplicate, confidence, fields = zip(*sorted(found), strict=True)
    strategies = [MergeStrategy.KEEP_CANONICAL if sure >= SURE else MergeStrategy.MANUAL_REVIEW for sure in confidence]
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                now,
                now,
                [make_uuid() for _ in found],
                list(canonical),
                list(duplicate),
                list(confidence),
                [",".join(names) for names in fields],
                [str(strategy) for strategy in strategies],
            ],
        )
        report.written += cursor.rowcount
    report.found += len(found)


def expire_listings(*, at: datetime | None = None, dry_run: bool = False) -> int:
    """Retire active listings whose deadline is over; return how many. What was verified about them stays.

    A listing that somebody else is changing is left for the next run.
    """
    moment = at or timezone.now()
    due: JobListingQuerySet = JobListing.objects.past_deadline(moment)
    if dry_run:
        return due.count()
    total = 0
    while count := _expire(due, moment):
        total += count
    return total


@transaction.atomic
def _expire(due: JobListingQuerySet, moment: datetime) -> int:
    rows = due.order_by("application_deadline").select_for_update(skip_locked=True, no_key=True)
    chosen = list(rows.values_list("pk", flat=True)[:EXPIRED_AT_ONCE])
    count: int = JobListing.objects.filter(pk__in=chosen).update(status=ListingStatus.EXPIRED, updated_at=moment)
    return count
