"""How often each value occurs among the listings that somebody looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.services.search import fetch_in_time

if TYPE_CHECKING:
    from jobs.services.criteria import Criteria
    from jobs.services.search import Candidates

SAMPLE = 5_000
TOP_COMPANIES, TOP_SKILLS = 10, 20
_FACETS = """
    WITH sample AS MATERIALIZED (
        SELECT l.id, l.company_id, l.remote_type, l.job_type, l.experience_level, l.seniority_level FROM {rows}
    ), parts AS (
        SELECT remote_type, job_type, experience_level, seniority_level, count(*) AS times
        FROM sample GROUP BY 1, 2, 3, 4
    )
    SELECT '' AS facet, '' AS value, '' AS name, count(*) AS times FROM sample
    UNION ALL SELECT 'remote_type', remote_type, '', sum(times) FROM parts GROUP BY remote_type
    UNION ALL SELECT 'job_type', job_type, '', sum(times) FROM parts GROUP BY job_type
    UNION ALL SELECT 'experience_level', experience_level, '', sum(times) FROM parts GROUP BY experience_level
    UNION ALL SELECT 'seniority_level', seniority_level, '', sum(times) FROM parts GROUP BY seniority_level
    UNION ALL (
        SELECT 'companies', c.id::text, c.name, top.times
        FROM (
            SELECT company_id, count(*) AS times FROM sample GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {companies}
        ) top JOIN companies c ON c.id = top.company_id)
    UNION ALL (
        SELECT 'skills', skill, '', count(*) FROM sample
        JOIN job_listings l ON l.id = sample.id CROSS JOIN unnest(l.skill_keys) AS skill
        GROUP BY skill ORDER BY 4 DESC, 2 LIMIT {skills})
"""
FACETS = ("remote_type", "job_type", "experience_level", "seniority_level", "skills")


def count_facets(criteria: Criteria, candidates: Candidates | None = None) -> dict[str, Any]:
    """Return how often each value occurs among what matches, in one statement.

    Exact where fewer than 5,000 match; otherwise over the newest 5,000, and `exact` says so. Of a search, over what it
    ranked.
    """
    if candidates is not None:
        rows, params = f"({candidates.sql}) m JOIN job_listings l ON l.id = m.id", candidates.params
    else:
        newest = f"ORDER BY l.listed_at DESC, l.id DESC LIMIT {SAMPLE}"
        rows, params = f"job_listings l WHERE {criteria.shown_where} {newest}", criteria.params
    statement = _FACETS.format(rows=rows, companies=TOP_COMPANIES, skills=TOP_SKILLS)
    counted = fetch_in_time(statement, params)
    facets: dict[str, Any] = {"exact": True, "counted": 0, **{name: [] for name in FACETS}, "companies": []}
    for facet, value, name, times in sorted(counted, key=lambda row: (-row[3], row[1])):
        if not facet:
            is_exact = times < SAMPLE if candidates is None else candidates.is_whole(times)
            facets |= {"exact": is_exact, "counted": int(times)}
        elif facet == "companies":
            facets["companies"].append({"id": value, "name": name, "count": int(times)})
        elif value:
            facets[facet].append({"value": value, "count": int(times)})
    return facets
