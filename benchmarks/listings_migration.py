"""What it costs to carry JobPilot's listings into the catalogue and the directory, against hand-written SQL.

    python -m benchmarks.listings_migration --listings 1000000 [--rounds 1] [--json] [--profile]

The listings are made by the database, the same ones each time: five spellings or so for each company, namesakes with
other websites, pages on job boards, and two in a hundred with something that breaks a rule. The hand-written SQL makes the
same tables by CREATE TABLE AS with the same expressions, names normalised by the same function; it keeps nothing for the
way back, and has no account. Databases and costs are those of `benchmarks.scratch`.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.migrations import WORDS
from benchmarks.scratch import Cost, digest, execute, fetch, leave, measure, report, scratch, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

LEGACY = (("companies", "0003_legacy_companies"), ("jobs", "0006_legacy_listings"))
BEFORE = (("companies", "0004_one_directory"), ("jobs", "0005_indexes"), ("jobs", "0006_legacy_listings"))
NEWEST = (("jobs", "0007_listings"),)
TABLES = ("job_listings", "companies", "migration_ledger")

# A number from 0 to `top` - 1 that depends on the row and on nothing else.
MAKE_DICE = """
    CREATE FUNCTION pick(row_number bigint, what text, top bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
        SELECT mod(abs(hashtextextended(what, row_number)), top)
    $$
    """
MAKE_WORDS = """
    CREATE FUNCTION words(row_number bigint, what text, least_count bigint, most_count bigint) RETURNS text
    LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE
        list text[] := '{%s}';
        first bigint := pick(row_number, what || 'first', 100000);
    BEGIN
        RETURN (
            SELECT string_agg(list[1 + mod(first * n + n * n * 7, %d)], ' ')
            FROM generate_series(1, least_count + pick(row_number, what, most_count - least_count)) n);
    END $$
    """
FILL = """
    INSERT INTO job_listings
        (id, title, company, location, description, requirements, job_type, remote_type, experience_level, seniority_level,
         salary_min, salary_max, salary_currency, skills_required, tech_stack, benefits, company_size, industry, job_url,
         company_url, application_url, posted_date, source, status, source_count, data_quality_score, scraped_at,
         verification_status, company_size_category, benefits_parsed, created_at, updated_at)
    SELECT md5('listing' || i)::uuid,
           CASE WHEN pick(i, 'odd', 1000) < 2 THEN 'QA' WHEN pick(i, 'odd', 1000) < 3 THEN repeat('Chief ', 40)
                ELSE (ARRAY['Senior ', '', 'Staff ', 'Lead '])[1 + pick(i, 'grade', 4)] || split_part(three.text, ' ', 3)
                     || ' engineer' END,
           CASE pick(i, 'spelling', 7)
               WHEN 0 THEN name WHEN 1 THEN name || ' Inc.' WHEN 2 THEN upper(name) WHEN 3 THEN name || ', LLC'
               WHEN 4 THEN name || ' GmbH' WHEN 5 THEN ' ' || name ELSE lower(name) || ' inc' END,
           (ARRAY['Berlin', 'London', 'Remote', 'New York', NULL])[1 + pick(i, 'place', 5)],
           one.text || ' ' || two.text, CASE WHEN pick(i, 'requirements', 2) = 0 THEN three.text END,
           (ARRAY['FULL_TIME', 'PART_TIME', 'CONTRACT', NULL])[1 + pick(i, 'type', 4)],
           (ARRAY['REMOTE', 'HYBRID', 'ON_SITE', NULL])[1 + pick(i, 'remote', 4)],
           (ARRAY['ENTRY_LEVEL', 'MID_LEVEL', 'SENIOR_LEVEL', NULL])[1 + pick(i, 'level', 4)],
           CASE WHEN pick(i, 'odd', 1000) = 4 THEN 'UNKNOWN' WHEN pick(i, 'seniority', 2) = 0 THEN 'MANAGER' END,
           salary, CASE WHEN pick(i, 'odd', 1000) < 8 THEN salary - 10000 ELSE salary + 20000 END, 'USD',
           CASE WHEN pick(i, 'skills', 4) > 0 THEN to_jsonb((string_to_array(one.text, ' '))[1:1 + pick(i, 'skills', 7)]) END,
           CASE WHEN pick(i, 'tech', 2) = 0 THEN to_jsonb((string_to_array(two.text, ' '))[1:1 + pick(i, 'tech', 4)]) END,
           CASE WHEN pick(i, 'benefits', 100) = 0 THEN '[]'::jsonb END,
           (ARRAY['11-50', '51-200', '201-1000', '5000+', NULL])[1 + pick(company, 'size', 5)],
           CASE WHEN pick(i, 'industry', 10) = 0 THEN 'Other' ELSE 'Industry ' || pick(company, 'industry', 40) END,
           CASE WHEN pick(i, 'odd', 1000) < 10 THEN 'jobs.example/' ELSE 'https://jobs.example/' END || i,
           CASE WHEN pick(i, 'site', 10) < 5 THEN 'https://www.' || site WHEN pick(i, 'site', 10) < 6
                THEN 'https://www.linkedin.com/company/' || company END,
           'https://jobs.example/apply/' || i, timestamptz '2024-01-01Z' + pick(i, 'posted', 50000000) * interval '1 second',
           'indeed', (ARRAY['ACTIVE', 'ACTIVE', 'ACTIVE', 'EXPIRED'])[1 + pick(i, 'status', 4)], 1,
           pick(i, 'quality', 100) / 100.0, NULL, 'UNVERIFIED', NULL, NULL,
           timestamptz '2024-01-02Z' + pick(i, 'posted', 50000000) * interval '1 second',
           CASE WHEN pick(i, 'odd', 1000) > 3
                THEN timestamptz '2024-02-02Z' + pick(i, 'posted', 50000000) * interval '1 second' END
    FROM (
        SELECT i, company, 30000 + 1000 * pick(i, 'salary', 90) AS salary,
               initcap(translate(md5('name' || CASE WHEN pick(company, 'namesake', 50) = 0 THEN company - 1 ELSE company END),
                                 '0123456789', 'aeiouklmns')) AS name,
               'c' || company || '.com' AS site
        FROM (SELECT i, pick(i, 'company', %(companies)s) AS company FROM generate_series(1, %(listings)s) i) drawn
    ) named
    JOIN paragraphs one ON one.number = pick(i, 'one', 5000)
    JOIN paragraphs two ON two.number = pick(i, 'two', 5000)
    JOIN paragraphs three ON three.number = pick(i, 'three', 5000)
    """


def migrate(*targets: tuple[str, str]) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    MigrationExecutor(connection).migrate(list(targets))


def load(listings: int) -> None:
    """Bring this database to the legacy shape and fill it."""
    migrate(*BEFORE)
    execute(MAKE_DICE)
    execute(MAKE_WORDS % (",".join(word.replace(" ", "") for word in WORDS), len(WORDS)))
    execute(
        "CREATE TABLE paragraphs AS SELECT number, words(number, 'text', 20, 70) FROM generate_series(0, 4999) number"
    )
    execute("ALTER TABLE paragraphs RENAME words TO text")
    execute("ANALYZE paragraphs")
    execute(FILL % {"listings": listings, "companies": max(1, listings * 6 // 100)})
    execute("DROP TABLE paragraphs")
    execute("DROP FUNCTION words")
    execute("DROP FUNCTION pick")
    execute("VACUUM ANALYZE job_listings")


# The fastest SQL for the same work ------------------------------------------------------------------------------------


def read_schema() -> tuple[list[str], list[str]]:
    """Return the constraints and the indexes of the listings as migrations made them."""
    constraints = [
        f"ADD CONSTRAINT {name} {definition}"
        for name, definition in fetch(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'job_listings'::regclass AND contype IN ('c', 'f', 'p') ORDER BY contype = 'f', conname"
        )
    ]
    indexes = [
        definition
        for (definition,) in fetch(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'job_listings'::regclass AND NOT indisprimary"
        )
    ]
    return constraints, indexes


FLOOR_MENTIONS = """
    CREATE TEMPORARY TABLE mentions ON COMMIT DROP AS
    SELECT company AS name, company_url AS url, mode() WITHIN GROUP (ORDER BY company_size) AS size,
           mode() WITHIN GROUP (ORDER BY industry) AS industry, min(created_at) AS created_at
    FROM legacy_job_listings GROUP BY company, company_url
    """
# A name without a website belongs to the only domain of its name.
FLOOR_COMPANIES = [
    "ALTER TABLE mention_names ADD COLUMN domain text",
    """
    CREATE TEMPORARY TABLE floor_domains ON COMMIT DROP AS
    SELECT norm, min(mention_sites.domain) AS domain
    FROM mentions JOIN mention_names USING (name) JOIN mention_sites USING (url)
    WHERE mention_sites.domain IS NOT NULL
    GROUP BY norm HAVING count(DISTINCT mention_sites.domain) = 1
    """,
    "UPDATE mention_names m SET domain = d.domain FROM floor_domains d WHERE d.norm = m.norm",
    "ANALYZE mention_names",
    """
    CREATE TEMPORARY TABLE floor_companies ON COMMIT DROP AS
    SELECT md5(norm || '|' || domain)::uuid AS id, mode() WITHIN GROUP (ORDER BY spelling) AS name, norm, domain,
           mode() WITHIN GROUP (ORDER BY size) AS size, mode() WITHIN GROUP (ORDER BY industry) AS industry,
           min(website) AS website, min(created_at) AS at
    FROM (
        SELECT m.norm, m.spelling, COALESCE(s.domain, m.domain, '') AS domain, size, industry, website, created_at
        FROM mentions JOIN mention_names m USING (name) LEFT JOIN mention_sites s USING (url)
    ) named
    GROUP BY norm, domain
    """,
    "ANALYZE floor_companies",
    """
    INSERT INTO companies
        (id, name, normalized_name, domain, industry, size, size_category, location, headquarters_location, website,
         description, logo_url, culture, "values", benefits, is_confirmed, created_at, updated_at)
    SELECT id, name, norm, NULLIF(domain, ''), COALESCE(industry, ''), COALESCE(size, ''), '', '', '',
           COALESCE(website, ''), '', '', '', '{}', '{}', true, at, at
    FROM floor_companies
    """,
]


def floor_forward(constraints: list[str], indexes: list[str]) -> Callable[[], None]:
    """Return the conversion by hand: a map of the companies, one CREATE TABLE AS, then all that stands on it."""
    from django.db import connection, transaction

    from companies.migrations import _directory
    from jobs.migrations import _listing_search, _listings

    columns = ", ".join(f"{column.forward} AS {column.name}" for column in _listings.LISTINGS.columns)
    lists = "skills_required || skills_preferred || tech_stack"
    make_table = f"""
        CREATE TABLE job_listings AS
        SELECT n.*, COALESCE(posted_date, created_at) AS listed_at,
               ARRAY(SELECT DISTINCT lower(btrim(skill)) FROM unnest({lists}) skill WHERE btrim(skill) <> '' ORDER BY 1)
                   AS skill_keys,
               head AS search_head,
               head || setweight(to_tsvector('jobos', jobos_search_text(concat_ws(E'\\n', location, left(description, 100000),
                   left(requirements, 50000), left(responsibilities, 50000)))), 'D') AS search_full
        FROM (
            SELECT t.id, c.id AS company_id, c.name AS company_name, {columns}
            FROM legacy_job_listings t
            JOIN mention_names m ON m.name = t.company
            LEFT JOIN mention_sites s ON s.url = t.company_url
            JOIN floor_companies c ON c.norm = m.norm AND c.domain = COALESCE(s.domain, m.domain, '')
        ) n
        CROSS JOIN LATERAL (
            SELECT setweight(to_tsvector('jobos', jobos_search_text(n.title)), 'A')
                || setweight(to_tsvector('jobos', jobos_search_text(left(array_to_string({lists}, ', '), 20000))), 'B')
                || setweight(to_tsvector('jobos', jobos_search_text(n.company_name)), 'C') AS head OFFSET 0) vectors
        """
    functions = [
        s for s in _listing_search.FORWARD if "TRIGGER" not in s and "ALTER TABLE" not in s and "trigger" not in s
    ]

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in (
                "SET LOCAL work_mem = '256MB'",
                "SET LOCAL maintenance_work_mem = '512MB'",
                "CREATE EXTENSION IF NOT EXISTS unaccent",
                "CREATE EXTENSION IF NOT EXISTS vector",
                *functions,
                *_listings.MAKE_FUNCTIONS,
                "ALTER TABLE job_listings RENAME TO legacy_job_listings",
                "ALTER INDEX job_listings_pkey RENAME TO legacy_job_listings_pkey",
                FLOOR_MENTIONS,
            ):
                cursor.execute(statement)
            _directory.copy_rows(
                cursor,
                "mention_names",
                "name text, spelling text, norm text",
                _directory.read_names(_directory.read_values(cursor, "name")),
            )
            _directory.copy_rows(
                cursor,
                "mention_sites",
                "url text, website text, domain text, domain_norm text",
                _directory.read_sites(_directory.read_values(cursor, "url")),
            )
            for statement in (
                *FLOOR_COMPANIES,
                make_table,
                "ALTER TABLE job_listings DROP COLUMN company_name",
                f"ALTER TABLE job_listings {', '.join(constraints)}",
                "DROP TABLE legacy_job_listings",
                *indexes,
                "ANALYZE companies, job_listings",
            ):
                cursor.execute(statement)

    return work


# The run --------------------------------------------------------------------------------------------------------------


def run_round(template: str, *, is_profiled: bool) -> tuple[list[Cost], dict[str, bool]]:
    """Measure each step once, on fresh copies."""
    with scratch("ours", template):
        old = digest("job_listings")
        if is_profiled:
            profile()
        costs = [tell("forward", lambda: migrate(*NEWEST))]
        constraints, indexes = read_schema()
        new = digest(*TABLES)
        costs.append(tell("backward", lambda: migrate(*BEFORE)))
        back = digest("job_listings")
        costs.append(tell("forward again", lambda: migrate(*NEWEST)))
        again = digest(*TABLES)
    with scratch("floor", template):
        costs.append(tell("floor forward", floor_forward(constraints, indexes)))
        (kept,) = fetch("SELECT count(*) FROM job_listings")[0]
    return costs, {
        "the way back gives the old listings": old == back,
        "the second way forward gives the same tables and ledger": new == again,
        "the hand-written SQL carries as many listings": kept == new["job_listings"][0],
    }


def tell(step: str, work: Callable[[], None]) -> Cost:
    """Measure a step and say at once what it cost: the whole run takes long."""
    cost = measure(step, work)
    print(f"{step}: {cost.total:.1f} CPU seconds, {cost.wall:.1f} waited", file=sys.stderr)
    return cost


def profile() -> None:
    """Print every statement of the migration that takes a quarter of a second or longer."""
    from django.db import connection

    def watch(run: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        start = time.monotonic()
        result = run(sql, parameters, many, context)
        taken = time.monotonic() - start
        if taken > 0.25:
            print(f"{taken:7.2f} s  {' '.join(str(sql).split())[:110]}", file=sys.stderr)
        return result

    connection.execute_wrappers.append(watch)


def main() -> int:
    """Run the benchmark; the status is 0 when the digests agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    parser.add_argument("--profile", action="store_true", help="print the slow statements")
    arguments = parser.parse_args()

    set_up()
    costs: list[Cost] = []
    agreed: dict[str, bool] = {}
    with scratch("legacy") as template:
        load(arguments.listings)
        spellings, mentions = fetch(
            "SELECT count(DISTINCT company), count(DISTINCT (company, company_url, company_size, industry)) FROM job_listings"
        )[0]
        for _ in range(arguments.rounds):
            leave()
            measured, agreed = run_round(template, is_profiled=arguments.profile)
            costs += measured
    floors = dict.fromkeys(("forward", "forward again"), "floor forward")
    title = f"{arguments.listings:,} listings, {spellings:,} spellings, {mentions:,} mentions"
    sizes = {"listings": arguments.listings, "spellings": spellings, "mentions": mentions}
    return report(title, costs, floors, agreed, is_json=arguments.json, **sizes)


if __name__ == "__main__":
    raise SystemExit(main())
