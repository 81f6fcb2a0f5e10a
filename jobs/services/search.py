"""Reading the catalogue: pages, ranked search, facets, similar listings. The cost of each is bounded, whatever is asked.

The statements are fixed text over the tables `l` (listings) and `c` (companies): compiling a query costs as much as
running one. The caller says what is shown of a row (`shown`, a SELECT list over `l` and `c`) and gets it as JSON.

How a search stays bounded (figures: docs/operations.md). Title, skills and company are one short vector, all the text
another, longer one that costs ten times as much to read. First the short one: its newest 500 matches are ranked. A
common word is met by walking the newest listings, a rare one through its index; the planner's estimate tells which it
is, since left to itself it walks a million rows for three matches. Only where that finds less than a page's worth is
the long vector asked, in the same way, and only where that finds next to nothing is a company's name forgiven a typo.

A match in the short vector says nothing about what the texts hold. Where words are excluded, what was ranked is looked
up by its keys in the long vector, and dropped where that does not match. Exclusions alone are in no index: they are met
by walking the newest.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from django.core.cache import cache
from django.db import OperationalError, connection
from rest_framework import status

from companies.naming import normalize_company_name
from jobos.core.errors import RETRY_AFTER_SECONDS, Problem
from jobos.core.pagination import Cursor
from jobs.models import ListingStatus
from jobs.services.criteria import ASKER, NOT_DISMISSED, Criteria, make_criteria

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobos.accounts.models import User
    from jobs.models import JobListing

LARGEST_COUNT = 10_000
COUNT_KEPT_SECONDS = 60
# So many matches, at most, are gathered for each page; more are met soon by walking.
FEW_MATCHES = 2_000
# How many matches are ranked, of the short vector and of the long one.
MOST_RANKED = 500
MOST_RANKED_IN_TEXT = 200
# A word that at least this many listings have is common: walking so many of the newest, at most, meets enough of them.
COMMON, WALK = 7_000, 30_000
COMMON_IN_TEXT, WALK_IN_TEXT = 25_000, 8_000
# Fewer matches than this, and the text is searched as well; fewer than that, and typos are forgiven.
FEW, HARDLY_ANY = 100, 5
MOST_SIMILAR = 10
LONGEST_SEARCH_MS = 1_000
SHORTEST_FORGIVEN_WORD, MOST_FORGIVEN_WORDS = 4, 8
LIKENESS = 0.4
NEWEST_FIRST, OLDEST_FIRST, BY_RELEVANCE = "-listed_at", "listed_at", "relevance"
ORDERS = (NEWEST_FIRST, OLDEST_FIRST, BY_RELEVANCE)

# Title before skills before company before text.
WEIGHTS = "'{0.05, 0.2, 0.4, 1}'"
QUERY = "websearch_to_tsquery('jobos', jobos_search_text(%(q)s))"
# The words beside a misspelt name.
REST = "websearch_to_tsquery('jobos', jobos_search_text(%(rest)s))"


@dataclass(frozen=True)
class Window:
    """Which part of a list is read: how many rows from which place in which order, and what is shown of each."""

    shown: str
    order: str
    size: int
    cursor: Cursor | None

    @property
    def is_backward(self) -> bool:
        """Whether rows are read from the place back."""
        return self.cursor is not None and self.cursor.is_backward

    @property
    def direction(self) -> tuple[str, str]:
        """The direction of reading, and the comparison of what lies beyond the place."""
        return ("DESC", "<") if (self.order != OLDEST_FIRST) != self.is_backward else ("ASC", ">")


@dataclass(frozen=True)
class Page:
    """Rows as JSON texts, how many there are in all, and where the pages beside this one begin."""

    rows: list[str]
    count: int
    is_exact: bool
    following: Cursor | None
    preceding: Cursor | None


def read_page(criteria: Criteria, window: Window) -> Page:
    """Return one page of what matches, without a ranking, at a cost that is flat however far one has paged.

    The keys of the page are found first, in an index alone where it can be, and only then their rows. How many match is
    counted for the first page and travels in the cursors. It also tells how to find the page: few matches are gathered
    and sorted, many are met by walking the newest. The planner's guess is often wrong, and then walks everything.
    """
    cursor = window.cursor
    direction, beyond = window.direction
    params = {**criteria.params, "limit": window.size + 1}
    where = criteria.shown_where
    if cursor is None:
        if not cache.get(_count_key(criteria)):
            rows = _read_rows(_gather(where, direction, f"LIMIT {LARGEST_COUNT + 1}"), window, params)
            count = rows[0][2] if rows else 0
            if count <= LARGEST_COUNT:
                return _cut(_with_keys(rows), window, count=count, is_exact=True)
            cache.set(_count_key(criteria), True, COUNT_KEPT_SECONDS)
        count, is_exact = LARGEST_COUNT, False
    else:
        where += f" AND (l.listed_at, l.id) {beyond} (%(at)s::timestamptz, %(id)s::uuid)"
        params |= {"at": cursor.key[0], "id": cursor.key[1]}
        count, is_exact = cursor.count, cursor.is_exact
    find = _gather if count <= FEW_MATCHES else _walk
    rows = _read_rows(find(where, direction), window, params)
    return _cut(_with_keys(rows), window, count=count, is_exact=is_exact)


def _read_rows(keys: str, window: Window, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return id, time, how many were gathered, and JSON of the rows whose keys a statement finds."""
    direction, _ = window.direction
    return _fetch(
        f"""
        SELECT page.id, page.listed_at, page.gathered, row_to_json(shown)::text
        FROM ({keys}) page
        JOIN job_listings l ON l.id = page.id
        JOIN companies c ON c.id = l.company_id
        CROSS JOIN LATERAL (SELECT {window.shown}) shown
        ORDER BY page.listed_at {direction}, page.id {direction}
        """,
        params,
    )


def _with_keys(rows: list[tuple[Any, ...]]) -> list[tuple[tuple[Any, ...], str]]:
    return [((at.isoformat(), str(pk)), text) for pk, at, _, text in rows]


def _walk(where: str, direction: str) -> str:
    """Return the keys of a page by walking an index in the order of the list until there are enough."""
    return f"""
        SELECT l.id, l.listed_at, 0 AS gathered FROM job_listings l
        WHERE {where} ORDER BY l.listed_at {direction}, l.id {direction} LIMIT %(limit)s"""


def _gather(where: str, direction: str, most: str = "") -> str:
    """Return the keys of a page by gathering and counting all that match, or that many, and sorting them."""
    return f"""
        WITH matched AS MATERIALIZED (SELECT l.id, l.listed_at FROM job_listings l WHERE {where} {most})
        SELECT l.id, l.listed_at, (SELECT count(*) FROM matched) AS gathered FROM matched l
        ORDER BY l.listed_at {direction}, l.id {direction} LIMIT %(limit)s"""


def _count_key(criteria: Criteria) -> str:
    """Return the name of the fact that these criteria match more than is counted, whoever asks."""
    asked = [criteria.where, *(f"{name}={value}" for name, value in criteria.params.items() if name not in ASKER)]
    return f"catalogue-is-large:{hashlib.sha256(repr(asked).encode()).hexdigest()}"


def _cut(rows: list[tuple[tuple[Any, ...], str]], window: Window, *, count: int, is_exact: bool) -> Page:
    """Return the page of rows that were read with one too many, in the direction of the cursor."""
    has_more, rows = len(rows) > window.size, rows[: window.size]
    if window.is_backward:
        rows.reverse()

    def beside(place: int, *, backward: bool) -> Cursor:
        return Cursor(window.order, rows[place][0], backward, count, is_exact)

    has_following = bool(rows) and (has_more or window.is_backward)
    has_preceding = bool(rows) and (has_more if window.is_backward else window.cursor is not None)
    return Page(
        rows=[text for _, text in rows],
        count=count,
        is_exact=is_exact,
        following=beside(-1, backward=False) if has_following else None,
        preceding=beside(0, backward=True) if has_preceding else None,
    )


def _fetch(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


# Ranked search --------------------------------------------------------------------------------------------------------


def search_page(criteria: Criteria, window: Window) -> tuple[Page, Candidates]:
    """Return one page of what the words match, best first, and all that was ranked.

    At most 500 of the newest matches are ranked, so that results end there.
    """
    candidates = Candidates(criteria)
    reading = candidates.reading
    head = _match_head(criteria, QUERY, reading)
    candidates.add(_without_excluded(head, QUERY) if reading.excludes else head)
    page = candidates.read(window)
    if candidates.walks and page.count < MOST_RANKED and not reading.excludes:
        candidates.replace(_match_head(criteria, QUERY, reading, may_walk=False))
        page = candidates.read(window)
    if page.count < FEW and criteria.status == ListingStatus.ACTIVE:
        candidates.add(_match_text(criteria, reading))
        page = candidates.read(window)
    if page.count < HARDLY_ANY and candidates.forgive():
        page = candidates.read(window)
    return page, candidates


@dataclass(frozen=True)
class _Reading:
    """What the words of a search come to: whether they exclude any, an index finds the rest, and they name anything."""

    excludes: bool = False
    is_indexed: bool = True
    names_any: bool = True


def _read_words(criteria: Criteria) -> _Reading:
    """Return how PostgreSQL reads the words: `querytree` is what an index can look for, T where that is everything."""
    statement = f"SELECT querytree(query), query::text FROM (SELECT {QUERY} AS query) words"
    ((indexed, every),) = _fetch(statement, {"q": criteria.words})
    return _Reading(excludes=indexed != every, is_indexed=indexed != "T", names_any=indexed not in ("", "T"))


@dataclass(frozen=True)
class _Source:
    """One way to matches: SQL that gives (id, listed_at, rank)."""

    sql: str
    walks: bool = False


class Candidates:
    """All that is ranked for one search."""

    def __init__(self, criteria: Criteria) -> None:
        self.criteria = criteria
        self.params = {**criteria.params, "q": criteria.words}
        self.reading = _read_words(criteria)
        self.sources: list[_Source] = []

    def add(self, source: _Source) -> None:
        self.sources.append(source)

    def replace(self, source: _Source) -> None:
        self.sources[-1] = source

    @property
    def walks(self) -> bool:
        return self.sources[-1].walks

    @property
    def sql(self) -> str:
        """Every candidate once, with its best rank."""
        every = " UNION ALL ".join(f"({source.sql})" for source in self.sources)
        if len(self.sources) == 1:
            return every
        return f"SELECT DISTINCT ON (id) id, listed_at, rank FROM ({every}) every ORDER BY id, rank DESC"

    def forgive(self) -> bool:
        """Add the listings of companies whose names the words may mean; say whether there are any."""
        if not self.reading.names_any:
            return False
        for name, rest in _part_words(self.criteria.words):
            companies = _find_alike(name)
            if companies:
                self.params |= {"alike": companies, "rest": rest}
                alike = _of_alike(self.criteria)
                self.add(_without_excluded(alike, REST) if self.reading.excludes else alike)
                return True
        return False

    def read(self, window: Window) -> Page:
        """Return the page of a window on everything that is ranked."""
        cursor = window.cursor
        direction, beyond = window.direction
        is_ranked = window.order == BY_RELEVANCE
        names = ("rank", "listed_at", "id") if is_ranked else ("listed_at", "id")
        casts = {"rank": "float8", "listed_at": "timestamptz", "id": "uuid"}
        params = {**self.params, "limit": window.size + 1}
        place = ""
        if cursor is not None:
            params |= {f"at_{name}": value for name, value in zip(names, cursor.key, strict=True)}
            values = ", ".join(f"%(at_{name})s::{casts[name]}" for name in names)
            place = f"WHERE ({', '.join(names)}) {beyond} ({values})"
        by = ", ".join(f"page.{name} {direction}" for name in names)
        rows = fetch_in_time(
            f"""
            WITH candidates AS MATERIALIZED ({self.sql}),
            page AS (SELECT * FROM candidates page {place} ORDER BY {by} LIMIT %(limit)s)
            SELECT page.id, page.listed_at, page.rank, total.times, row_to_json(shown)::text
            FROM (SELECT count(*) AS times FROM candidates) total
            LEFT JOIN (
                page
                JOIN job_listings l ON l.id = page.id
                JOIN companies c ON c.id = l.company_id
                CROSS JOIN LATERAL (SELECT {window.shown}) shown
            ) ON true
            ORDER BY {by}
            """,
            params,
        )
        count = rows[0][3]
        keyed = [
            (((rank,) if is_ranked else ()) + (at.isoformat(), str(pk)), text) for pk, at, rank, _, text in rows if pk
        ]
        return _cut(keyed, window, count=min(count, MOST_RANKED), is_exact=self.is_whole(count))

    def is_whole(self, count: int) -> bool:
        """Tell whether so many candidates are all that match: nothing was cut off, and all texts were searched."""
        if self.reading.excludes and self.walks:
            return False
        if self.criteria.status != ListingStatus.ACTIVE:
            return count < MOST_RANKED and not self.reading.excludes
        return len(self.sources) > 1 and count < MOST_RANKED_IN_TEXT


def _without_excluded(source: _Source, query: str) -> _Source:
    """Return those of at most 500 matches in the short vector that match in all they say, too."""
    return _Source(
        f"""
        SELECT ranked.* FROM ({source.sql}) ranked
        JOIN job_listings l ON l.id = ranked.id WHERE numnode({query}) = 0 OR l.search_full @@ {query}""",
        source.walks,
    )


def _match_head(criteria: Criteria, query: str, reading: _Reading = _Reading(), *, may_walk: bool = True) -> _Source:
    """Return the newest listings whose title, skills or company match, ranked above any that match by text alone."""
    walks = may_walk and _is_met_soon(f"l.search_head @@ {query}", criteria, reading, COMMON)
    rank = f"1 + ts_rank({WEIGHTS}, m.search_head, {query})"
    if walks:
        matched = f"""
            SELECT l.id, l.listed_at, l.search_head FROM (
                SELECT l.id, l.listed_at, l.search_head FROM job_listings l
                WHERE {criteria.where} ORDER BY l.listed_at DESC, l.id DESC LIMIT {WALK}
            ) l
            WHERE l.search_head @@ {query} AND {NOT_DISMISSED}
            ORDER BY l.listed_at DESC, l.id DESC LIMIT {MOST_RANKED}"""
    else:
        matched = f"""
            SELECT l.id, l.listed_at, l.search_head FROM job_listings l
            WHERE {criteria.shown_where} AND l.search_head @@ {query}"""
    return _Source(
        f"""
        WITH matched AS MATERIALIZED ({matched})
        SELECT m.id, m.listed_at, {rank} AS rank
        FROM (SELECT * FROM matched ORDER BY listed_at DESC, id DESC LIMIT {MOST_RANKED}) m""",
        walks,
    )


def _match_text(criteria: Criteria, reading: _Reading) -> _Source:
    """Return the newest listings that match in all they say."""
    walks = _is_met_soon(f"l.search_full @@ {QUERY}", criteria, reading, COMMON_IN_TEXT)
    if walks:
        matched = f"""
            SELECT l.id, l.listed_at FROM (
                SELECT l.id, l.listed_at, l.search_full FROM job_listings l
                WHERE {criteria.where} ORDER BY l.listed_at DESC, l.id DESC LIMIT {WALK_IN_TEXT}
            ) l
            WHERE l.search_full @@ {QUERY} AND {NOT_DISMISSED}
            ORDER BY l.listed_at DESC, l.id DESC LIMIT {MOST_RANKED_IN_TEXT}"""
    else:
        matched = f"""
            SELECT l.id, l.listed_at FROM job_listings l
            WHERE {criteria.shown_where} AND l.search_full @@ {QUERY}"""
    return _Source(
        f"""
        WITH matched AS MATERIALIZED ({matched})
        SELECT m.id, m.listed_at, ts_rank({WEIGHTS}, l.search_full, {QUERY})::float8 AS rank
        FROM (SELECT * FROM matched ORDER BY listed_at DESC, id DESC LIMIT {MOST_RANKED_IN_TEXT}) m
        JOIN job_listings l ON l.id = m.id""",
        walks,
    )


def _of_alike(criteria: Criteria) -> _Source:
    """Return the listings of companies whose names look alike, below everything that matches as it is spelt."""
    return _Source(
        f"""
        SELECT l.id, l.listed_at, ts_rank({WEIGHTS}, l.search_head, rest.query) - 1::float8 AS rank
        FROM job_listings l, {REST} AS rest(query)
        WHERE {criteria.shown_where} AND l.company_id = ANY(%(alike)s)
            AND (numnode(rest.query) = 0 OR l.search_head @@ rest.query)
        ORDER BY l.listed_at DESC, l.id DESC LIMIT {MOST_RANKED_IN_TEXT}"""
    )


def _part_words(text: str) -> list[tuple[str, str]]:
    """Return what may be a company's misspelt name, each with the words beside it, likeliest first.

    That is the words that no title, skill or company has; then all of them. Quoted and excluded words are meant as
    they are, and words that say nothing (`about`) are no name.
    """
    every = text.split()
    words = [word for word in every if not word.startswith("-") and word.lower() != "or"]
    if '"' in text or not words:
        return []
    rows = fetch_in_time(
        """
        SELECT word FROM unnest(%(words)s::text[]) AS word, plainto_tsquery('jobos', jobos_search_text(word)) AS query
        WHERE numnode(query) > 0 AND NOT EXISTS (SELECT FROM job_listings l WHERE l.search_head @@ query)
        """,
        {"words": [word for word in words if len(word) >= SHORTEST_FORGIVEN_WORD][:MOST_FORGIVEN_WORDS]},
    )
    unknown = {word for (word,) in rows}
    parts = [(" ".join(words), " ".join(word for word in every if word.startswith("-")))]
    if unknown:
        parts.insert(
            0,
            (
                " ".join(word for word in words if word in unknown),
                " ".join(word for word in every if word not in unknown),
            ),
        )
    return [(name, rest) for part, rest in parts if (name := normalize_company_name(part))]


def _find_alike(name: str) -> list[Any]:
    """Return the companies whose normalised names or aliases are most like a name, at most five."""
    rows = fetch_in_time(
        f"""
        SELECT id FROM (
            SELECT id, GREATEST(similarity(normalized_name, %(name)s), word_similarity(%(name)s, normalized_name)) AS likeness
            FROM companies WHERE normalized_name %% %(name)s OR %(name)s <%% normalized_name
            UNION ALL
            SELECT company_id, 1 FROM company_aliases WHERE normalized_name = %(name)s
        ) alike
        WHERE likeness >= {LIKENESS} ORDER BY likeness DESC, id LIMIT 5
        """,
        {"name": name},
    )
    return [pk for (pk,) in rows]


def _is_met_soon(match: str, criteria: Criteria, reading: _Reading, common: int) -> bool:
    """Tell whether to walk the newest listings to meet a match; what no index finds, wherever there are many at all."""
    if not reading.is_indexed:
        return _estimate("true", criteria) >= WALK_IN_TEXT
    return _estimate(match, criteria) >= common


def _estimate(condition: str, criteria: Criteria) -> int:
    """Return how many listings of this status the planner thinks meet a condition on their vectors; it runs nothing."""
    statement = f"EXPLAIN (FORMAT JSON) SELECT FROM job_listings l WHERE l.status = '{criteria.status}' AND {condition}"
    ((plan,),) = _fetch(statement, {**criteria.params, "q": criteria.words})
    if isinstance(plan, str):
        plan = json.loads(plan)
    return int(plan[0]["Plan"]["Plan Rows"])


def fetch_in_time(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement of a search, with an end: a search that takes this long is answered 503, not waited for.

    The limit and the statement go as one message, so that it costs no round trip and nothing is left behind.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL statement_timeout = {LONGEST_SEARCH_MS}; {statement};"
                " SET LOCAL statement_timeout TO DEFAULT",
                params,
            )
            cursor.nextset()
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
    except OperationalError as exc:
        if not isinstance(exc.__cause__, psycopg.errors.QueryCanceled):
            raise
        raise Problem(
            "This search takes too long. Give a rarer word, or fewer.",
            status_code=status.HTTP_503_SERVICE_UNAVAILABLE,
            code="search_too_slow",
            wait=RETRY_AFTER_SECONDS,
        ) from exc


# Similar listings -----------------------------------------------------------------------------------------------------


def find_similar(listing: JobListing, *, user: User, shown: str) -> list[str]:
    """Return the listings most like one: the words of its title, its skills, its level; newest among equals.

    Looked for among the newest that have all words of its title and the newest that share any word or skill.
    """
    ((title, skills, level),) = _fetch(
        """
        SELECT tsvector_to_array(ts_filter(search_head, '{a}')), tsvector_to_array(ts_filter(search_head, '{a,b}')),
            experience_level
        FROM job_listings WHERE id = %(id)s
        """,
        {"id": listing.pk},
    )
    criteria = make_criteria(user, {})
    criteria.params.update(
        {"self": listing.pk, "level": level, "all": _join(title, "&"), "any": _join(skills, "|"), "limit": MOST_SIMILAR}
    )
    sources = [_match_head(criteria, f"%({which})s::tsquery") for which in ("all", "any")]
    found = " UNION ".join(f"SELECT id FROM ({source.sql}) found" for source in sources)
    rows = fetch_in_time(
        f"""
        SELECT row_to_json(shown)::text
        FROM (
            SELECT l.id, l.listed_at,
                ts_rank({WEIGHTS}, l.search_head, %(any)s::tsquery)
                + CASE WHEN l.experience_level = %(level)s AND l.experience_level <> '' THEN 0.1 ELSE 0 END AS likeness
            FROM ({found}) found JOIN job_listings l ON l.id = found.id
            WHERE l.id <> %(self)s ORDER BY likeness DESC, l.listed_at DESC, l.id DESC LIMIT %(limit)s
        ) page
        JOIN job_listings l ON l.id = page.id
        JOIN companies c ON c.id = l.company_id
        CROSS JOIN LATERAL (SELECT {shown}) shown
        ORDER BY page.likeness DESC, page.listed_at DESC, page.id DESC
        """,
        criteria.params,
    )
    return [text for (text,) in rows]


def _join(lexemes: list[str], operator: str) -> str:
    """Return lexemes as the text of a tsquery."""
    quoted = ("'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for lexeme in lexemes)
    return f" {operator} ".join(quoted)
