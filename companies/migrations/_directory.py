"""How mentions of companies in older rows find their one entry of the directory, in one go for all of them.

The caller makes `mentions`: who was named how, how often, in which rows. `settle` leaves `mention_companies` behind: the
directory entry of each mention. Distinct names, addresses and sizes are read once each, in Python, and everything else is set-based.

Identity, as everywhere: the same domain; else an alias; else the same normalised name with at most one domain. A name
without a domain that several domains share stays apart, and curators are asked about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from companies.migrations import _naming_v1 as naming

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.utils import CursorWrapper

LONGEST_NORMALIZED = 255

MAKE_MENTIONS = """
    CREATE TEMPORARY TABLE mentions (
        mention bigint,
        kind text NOT NULL,
        rows uuid[] NOT NULL,
        name text NOT NULL,
        url text,
        size text,
        category text,
        industry text,
        weight bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        is_confirmed boolean NOT NULL,
        created_by uuid,
        hint uuid
    ) ON COMMIT DROP
    """


def copy_rows(cursor: CursorWrapper, table: str, columns: str, rows: Iterable[tuple[str | None, ...]]) -> None:
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"ANALYZE {table}")


def read_values(cursor: CursorWrapper, column: str) -> list[str]:
    cursor.execute(f"SELECT DISTINCT {column} FROM mentions WHERE {column} IS NOT NULL")
    return [value for (value,) in cursor.fetchall()]


def read_names(names: list[str]) -> Iterable[tuple[str | None, ...]]:
    for name in names:
        spelling = naming.spell_name(name)
        yield name, spelling, naming.normalize_company_name(spelling)[:LONGEST_NORMALIZED] if spelling else ""


def read_sites(urls: list[str]) -> Iterable[tuple[str | None, ...]]:
    for url in urls:
        domain = naming.find_domain(url)
        yield (
            url,
            naming.complete_website(url),
            domain or None,
            naming.normalize_company_name(domain) if domain else None,
        )


def _majority(value: str, where: str) -> str:
    """Return a query of the most frequent value for each company; ties go to the first in the order of bytes."""
    return f"""
        SELECT DISTINCT ON (company_id) company_id, value FROM (
            SELECT company_id, {value} AS value, sum(weight) AS weight
            FROM mention_companies
            WHERE {where}
            GROUP BY company_id, {value}
        ) counted
        WHERE value <> ''
        ORDER BY company_id, weight DESC, value COLLATE "C"
        """


# A blank name is nobody's spelling: the domain stands in for it, or a word that says so.
IDENTIFY = f"""
    CREATE TEMPORARY TABLE identified ON COMMIT DROP AS
    SELECT m.mention, CASE n.spelling WHEN '' THEN 0 ELSE m.weight END AS weight, m.created_at, m.updated_at,
           m.is_confirmed, m.created_by, m.hint,
           COALESCE(NULLIF(n.spelling, ''), s.domain, '{naming.UNKNOWN}') AS spelling,
           COALESCE(NULLIF(n.norm, ''), s.domain_norm, '{naming.normalize_company_name(naming.UNKNOWN)}') AS norm,
           s.domain, COALESCE(s.website, '') AS website,
           COALESCE(left(btrim(m.size), 100), '') AS size, COALESCE(left(btrim(m.industry), 100), '') AS industry,
           COALESCE(z.category, '') AS size_category, COALESCE(lower(m.category), '') AS category
    FROM mentions m
    JOIN mention_names n ON n.name = m.name
    LEFT JOIN mention_sites s ON s.url = m.url
    LEFT JOIN mention_sizes z ON z.size = m.size
    """

# One row for each domain: the entry that has it, or takes it on, or is made under its most frequent name.
FIND_BY_DOMAIN = """
    CREATE TEMPORARY TABLE domain_companies ON COMMIT DROP AS
    WITH named AS (
        SELECT DISTINCT ON (domain) domain, spelling, norm FROM (
            SELECT domain, spelling, norm, sum(weight) AS weight
            FROM identified WHERE domain IS NOT NULL GROUP BY domain, spelling, norm
        ) counted
        ORDER BY domain, weight DESC, spelling COLLATE "C"
    ),
    found AS (
        SELECT named.*, COALESCE(c.id, a.company_id) AS company_id
        FROM named
        LEFT JOIN companies c ON c.domain = named.domain
        LEFT JOIN company_aliases a ON a.normalized_name = named.norm
    ),
    promoted AS (
        SELECT min(f.domain) AS domain, bare.id AS company_id
        FROM found f
        JOIN companies bare ON bare.normalized_name = f.norm AND bare.domain IS NULL
        WHERE f.company_id IS NULL
          AND NOT EXISTS (SELECT FROM companies c WHERE c.normalized_name = f.norm AND c.domain IS NOT NULL)
        GROUP BY bare.id HAVING count(*) = 1
    )
    SELECT found.domain, found.spelling, found.norm, COALESCE(found.company_id, promoted.company_id) AS company_id,
           promoted.company_id IS NOT NULL AS is_promoted, false AS is_new
    FROM found LEFT JOIN promoted USING (domain)
    """


def _new_id(norm: str, domain: str) -> str:
    """Return SQL for the key of a new company: made of its identity, and of a number where an edited entry has that key."""
    key = f"md5({norm} || '|' || {domain})::uuid"
    return f"""CASE WHEN NOT EXISTS (SELECT FROM companies c WHERE c.id = {key}) THEN {key} ELSE (
        SELECT key FROM generate_series(1, 99) number
        CROSS JOIN LATERAL (SELECT md5({norm} || '|' || {domain} || '|' || number)::uuid AS key) made
        WHERE NOT EXISTS (SELECT FROM companies c WHERE c.id = key)
        ORDER BY number LIMIT 1) END"""


FIND_BY_NAME = f"""
    CREATE TEMPORARY TABLE name_companies ON COMMIT DROP AS
    WITH norms AS (SELECT DISTINCT norm FROM identified WHERE domain IS NULL),
    namesakes AS (
        SELECT i.norm, d.company_id FROM norms JOIN identified i USING (norm) JOIN domain_companies d USING (domain)
        UNION
        SELECT norm, c.id FROM norms JOIN companies c ON c.normalized_name = norm
        WHERE c.domain IS NOT NULL
    ),
    counted AS (SELECT norm, count(*) AS size, min(company_id::text)::uuid AS company_id FROM namesakes GROUP BY norm),
    found AS (
        SELECT norm, COALESCE(a.company_id, bare.id, CASE counted.size WHEN 1 THEN counted.company_id END) AS company_id,
               COALESCE(counted.size, 0) > 1 AND a.company_id IS NULL AS is_ambiguous
        FROM norms
        LEFT JOIN company_aliases a ON a.normalized_name = norm
        LEFT JOIN companies bare ON bare.normalized_name = norm AND bare.domain IS NULL
        LEFT JOIN counted USING (norm)
    )
    SELECT norm, COALESCE(company_id, {_new_id("norm", "''")}) AS company_id, company_id IS NULL AS is_new, is_ambiguous
    FROM found
    """

SETTLE_MENTIONS = """
    CREATE TEMPORARY TABLE mention_companies ON COMMIT DROP AS
    SELECT i.*,
           CASE WHEN i.domain IS NULL THEN COALESCE(hinted.id, n.company_id) ELSE d.company_id END AS company_id
    FROM identified i
    LEFT JOIN domain_companies d ON d.domain = i.domain
    LEFT JOIN name_companies n ON i.domain IS NULL AND n.norm = i.norm
    LEFT JOIN companies hinted ON hinted.id = i.hint
    """

# What the mentions of each company say, the majority of them.
READ_FACTS = f"""
    CREATE TEMPORARY TABLE company_facts ON COMMIT DROP AS
    WITH spellings AS ({_majority("spelling", "domain IS NULL")}),
    sizes AS ({_majority("size", "size <> ''")}),
    categories AS ({_majority("size_category", "size_category <> ''")}),
    named_categories AS ({_majority("category", "category IN ('startup', 'small', 'medium', 'large', 'enterprise')")}),
    industries AS ({_majority("industry", "industry <> ''")}),
    sites AS ({_majority("website", "website <> '' AND domain IS NOT NULL")}),
    pages AS ({_majority("website", "website <> '' AND domain IS NULL")})
    SELECT company_id, COALESCE(spellings.value, '') AS spelling, COALESCE(sizes.value, '') AS size,
           COALESCE(z.category, categories.value, named_categories.value, '') AS size_category,
           COALESCE(industries.value, '') AS industry, COALESCE(sites.value, '') AS site, COALESCE(pages.value, '') AS page,
           m.created_at, m.updated_at, m.is_confirmed, m.created_by
    FROM (
        SELECT company_id, min(created_at) AS created_at, max(updated_at) AS updated_at, bool_or(is_confirmed) AS is_confirmed,
               (array_agg(created_by ORDER BY created_at, mention))[1] AS created_by
        FROM mention_companies
        GROUP BY company_id
    ) m
    LEFT JOIN spellings USING (company_id)
    LEFT JOIN sizes USING (company_id)
    LEFT JOIN categories USING (company_id)
    LEFT JOIN named_categories USING (company_id)
    LEFT JOIN industries USING (company_id)
    LEFT JOIN sites USING (company_id)
    LEFT JOIN pages USING (company_id)
    LEFT JOIN (SELECT left(btrim(size), 100) AS size, min(NULLIF(category, '')) AS category FROM mention_sizes GROUP BY 1) z
        ON z.size = sizes.value
    """

CREATE_COMPANIES = f"""
    INSERT INTO companies
        (id, name, normalized_name, domain, industry, size, size_category, location, headquarters_location, website,
         description, logo_url, culture, "values", benefits, is_confirmed, created_by_id, created_at, updated_at)
    SELECT company_id, made.name, norm, domain, industry, size, size_category, '', '',
           CASE WHEN domain IS NULL THEN page ELSE COALESCE(NULLIF(site, ''), 'https://' || domain) END,
           '', '', '', '{{}}', '{{}}', is_confirmed, CASE WHEN is_confirmed THEN NULL ELSE created_by END,
           created_at, updated_at
    FROM (
        SELECT company_id, spelling AS name, norm, domain FROM domain_companies WHERE is_new
        UNION ALL
        SELECT company_id, NULL, norm, NULL FROM name_companies WHERE is_new
    ) entry
    JOIN company_facts USING (company_id)
    CROSS JOIN LATERAL (SELECT COALESCE(entry.name, NULLIF(company_facts.spelling, ''), '{naming.UNKNOWN}') AS name) made
    """


def _fill(source: str) -> list[str]:
    """Return the statements that give entries that were there what they lack, each with a line of the ledger."""
    cells = {
        "size": "f.size",
        "size_category": "f.size_category",
        "industry": "f.industry",
        "website": "CASE WHEN d.domain IS NOT NULL THEN f.site WHEN c.domain IS NULL THEN f.page ELSE '' END",
    }
    return [
        f"""
        CREATE TEMPORARY TABLE filled ON COMMIT DROP AS
        SELECT c.id, c.created_at, before, after
        FROM company_facts f
        JOIN companies c ON c.id = f.company_id
        LEFT JOIN domain_companies d ON d.company_id = c.id AND d.is_promoted
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(name, old) AS before, jsonb_object_agg(name, new) AS after
            FROM (VALUES
                {
            ", ".join(
                f"('{name}', to_jsonb(c.{name}), to_jsonb(({value})::text), c.{name} = '' AND ({value}) <> '')"
                if name != "website"
                else f"('{name}', to_jsonb(c.{name}), to_jsonb(({value})::text), "
                f"(c.website = '' OR d.domain IS NOT NULL) AND ({value}) <> '')"
                for name, value in cells.items()
            )
        },
                ('domain', 'null'::jsonb, to_jsonb(d.domain), d.domain IS NOT NULL)
            ) cell (name, old, new, is_lacking)
            WHERE is_lacking
        ) cells
        WHERE before IS NOT NULL AND (f.is_confirmed OR NOT c.is_confirmed)
          AND NOT EXISTS (SELECT FROM domain_companies n WHERE n.is_new AND n.company_id = c.id)
          AND NOT EXISTS (SELECT FROM name_companies n WHERE n.is_new AND n.company_id = c.id)
        """,
        f"""
        INSERT INTO migration_ledger
            (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
        SELECT md5('{source}|companies|' || id)::uuid, '{source}', 'companies', id::text, '', before, after, 'derived',
               'Lacking in the directory; told by older rows.', '', created_at
        FROM filled
        ON CONFLICT (id) DO UPDATE
        SET before = migration_ledger.before || EXCLUDED.before, after = migration_ledger.after || EXCLUDED.after
        """,
        """
        UPDATE companies c
        SET size = COALESCE(f.after ->> 'size', c.size),
            size_category = COALESCE(f.after ->> 'size_category', c.size_category),
            industry = COALESCE(f.after ->> 'industry', c.industry),
            website = COALESCE(f.after ->> 'website', c.website),
            domain = COALESCE(f.after ->> 'domain', c.domain)
        FROM filled f WHERE f.id = c.id
        """,
        "DROP TABLE filled",
    ]


# Who has this name: a curator decides.
SUGGEST = """
    INSERT INTO company_match_suggestions
        (id, company_id, other_id, other_name, score, why, state, created_at, updated_at)
    SELECT md5('suggestion|' || bare.id || '|' || other.id)::uuid, bare.id, other.id, other.name, 0.9,
           '["The same name; several websites go by it."]', 'open', bare.created_at, bare.updated_at
    FROM name_companies n
    JOIN companies bare ON bare.id = n.company_id
    JOIN companies other ON other.normalized_name = n.norm AND other.id <> bare.id
    WHERE n.is_ambiguous
    ON CONFLICT DO NOTHING
    """

# A spelling that only a website joined to its company goes on meaning it. What job seekers typed proves nothing.
ADD_ALIASES = """
    INSERT INTO company_aliases (id, company_id, name, normalized_name, source, created_at, updated_at)
    SELECT md5('alias|' || spelled.norm)::uuid, spelled.company_id, spelled.name, spelled.norm, 'import',
           spelled.created_at, spelled.updated_at
    FROM (
        SELECT norm, min(company_id::text)::uuid AS company_id, min(created_at) AS created_at, max(updated_at) AS updated_at,
               (array_agg(spelling ORDER BY weight DESC, spelling COLLATE "C"))[1] AS name
        FROM mention_companies
        WHERE weight > 0
        GROUP BY norm
        HAVING count(DISTINCT company_id) = 1 AND bool_and(is_confirmed)
    ) spelled
    JOIN companies c ON c.id = spelled.company_id AND c.normalized_name <> spelled.norm
    WHERE NOT EXISTS (SELECT FROM companies other WHERE other.normalized_name = spelled.norm)
    ON CONFLICT DO NOTHING
    """

CHECK = """
    DO $$
    DECLARE
        homeless bigint := (SELECT count(*) FROM mention_companies m LEFT JOIN companies c ON c.id = m.company_id WHERE c.id IS NULL)
            + (SELECT count(*) FROM mentions) - (SELECT count(*) FROM mention_companies);
    BEGIN
        IF homeless <> 0 THEN
            RAISE EXCEPTION '{source}: account of companies is not exact, % mentions without an entry', homeless;
        END IF;
    END $$
    """


def settle(cursor: CursorWrapper, source: str) -> None:
    """Give every mention its entry of the directory, making those that are lacking."""
    cursor.execute("ANALYZE mentions")
    copy_rows(cursor, "mention_names", "name text, spelling text, norm text", read_names(read_values(cursor, "name")))
    copy_rows(
        cursor,
        "mention_sites",
        "url text, website text, domain text, domain_norm text",
        read_sites(read_values(cursor, "url")),
    )
    copy_rows(
        cursor,
        "mention_sizes",
        "size text, category text",
        ((size, naming.size_category(size)) for size in read_values(cursor, "size")),
    )
    for statement in (
        IDENTIFY,
        "ANALYZE identified",
        FIND_BY_DOMAIN,
        f"UPDATE domain_companies SET company_id = {_new_id('norm', 'domain')}, is_new = true WHERE company_id IS NULL",
        "ANALYZE domain_companies",
        FIND_BY_NAME,
        "ANALYZE name_companies",
        SETTLE_MENTIONS,
        "ANALYZE mention_companies",
        READ_FACTS,
        "ANALYZE company_facts",
        CREATE_COMPANIES,
        "ANALYZE companies",
        *_fill(source),
        SUGGEST,
        ADD_ALIASES,
        CHECK.format(source=source),
        "DROP TABLE mention_names, mention_sites, mention_sizes, identified, domain_companies, name_companies, company_facts",
    ):
        cursor.execute(statement)
