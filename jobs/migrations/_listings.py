"""The statements of 0007: listings and their satellites into new tables, and back.

Companies. A listing named its company in a text, with size, industry and address beside it. Every distinct set of these
is a mention, settled once in the directory. One line of the ledger for each entry (`target_row_id`) holds its mentions, each
with the listings that had it (`row_id` is the first of them all). These lines stay on the way back and are believed on the
next way forward. A listing that somebody moved to another company since goes back with what
that entry says, and its link waits in the ledger.

What becomes of values that break a rule of the new form: an address without a scheme gets https://, one that is none
becomes ''; a reversed range of salaries is swapped; negative, infinite or too large salaries become null; a long text is
cut to what its column holds; a title under three characters gets " at COMPANY"; a currency that is none becomes USD.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from companies.migrations import _directory
from jobs.migrations import _conversion
from jobs.migrations._conversion import Column, Conversion

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SOURCE = "jobs.0007_listings"
KEPT = f"{SOURCE} backward"
LINE_COLUMNS = 'id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at'
EPOCH = "'1970-01-01T00:00:00Z'::timestamptz"

# Columns --------------------------------------------------------------------------------------------------------------


def _same(name: str, kind: str, *, suspects: str = "false") -> Column:
    return Column(name, f"t.{name}", f"n.{name}", old_type=kind, new_type=kind, suspects=suspects)


def _text(name: str, longest: int | None = None) -> Column:
    value = f"COALESCE(t.{name}, '')"
    if longest is None:
        return Column(name, value, f"NULLIF(n.{name}, '')", suspects=f"t.{name} = ''")
    return Column(
        name,
        f"left({value}, {longest})",
        f"NULLIF(n.{name}, '')",
        suspects=f"t.{name} = '' OR length(t.{name}) > {longest}",
    )


def _choice(name: str, values: dict[str, str], *, missing: str = "", unknown: str = "") -> Column:
    """Return the column of an enumeration; a value written where its member's name should stand is understood as well."""
    members = " ".join(f"WHEN '{member}' THEN '{value}'" for member, value in values.items())
    names = " ".join(f"WHEN '{value}' THEN '{member}'" for member, value in values.items())
    spelled = f"upper(translate(btrim(t.{name}), '- ', '__'))"
    known = ", ".join(f"'{member}'" for member in values)
    suspects = f"t.{name} NOT IN ({known})" + (f" OR t.{name} IS NULL" if missing else "")
    return Column(
        name,
        f"CASE WHEN COALESCE({spelled}, '') = '' THEN '{missing}' ELSE CASE {spelled} {members} ELSE '{unknown}' END END",
        f"CASE n.{name} {names} END",
        suspects=suspects,
    )


def _list(name: str) -> Column:
    """Return the column of a list: an array of texts, or else what the function makes of it."""
    is_plain = f"jsonb_typeof(t.{name}) = 'array' AND NOT jsonb_path_exists(t.{name}, 'strict $[*] ? (@.type() != \"string\")', '{{}}', true)"
    return Column(
        name,
        f"""CASE WHEN t.{name} IS NULL THEN '{{}}'
            WHEN {is_plain} THEN ARRAY(SELECT jsonb_array_elements_text(t.{name}))
            ELSE pg_temp.read_list(t.{name}) END""",
        f"CASE WHEN n.{name} <> '{{}}' THEN to_jsonb(n.{name}) END",
        old_type="jsonb",
        new_type="text[]",
        suspects=f"(t.{name} IS NOT NULL AND (t.{name} = '[]' OR NOT ({is_plain})))",
    )


def _document(name: str, *, objects_only: bool = False) -> Column:
    """Return the column of a document: {} for none."""
    is_fit = f"jsonb_typeof(t.{name}) = 'object'" if objects_only else f"t.{name} <> 'null'"
    return Column(
        name,
        f"CASE WHEN {is_fit} THEN t.{name} ELSE '{{}}' END",
        f"NULLIF(n.{name}, '{{}}')",
        old_type="jsonb",
        new_type="jsonb",
        suspects=f"(t.{name} = '{{}}' OR NOT ({is_fit}))",
        edits=f"jsonb_typeof(n.{name}) <> 'object'",
    )


def _address(name: str, longest: int, *, old_is_required: bool = False) -> Column:
    """Return the column of a web address."""
    given = f"btrim(t.{name}, E' \\t\\r\\n')"
    complete = f"""CASE
        WHEN t.{name} ~* '^https?://' THEN t.{name}
        WHEN {given} ~* '^https?://' THEN {given}
        WHEN {given} ~ '^//[[:alnum:]]' THEN 'https:' || {given}
        WHEN {given} ~* '^[[:alnum:]-]+(\\.[[:alnum:]-]+)+(:\\d+)?([/?#]|$)' THEN 'https://' || {given}
        ELSE '' END"""
    fit = f"t.{name} ~* '^https?://' AND length(t.{name}) <= {longest}"
    return Column(
        name,
        f"""CASE WHEN t.{name} IS NULL THEN '' WHEN {fit} THEN t.{name}
            WHEN length({complete}) <= {longest} THEN {complete} ELSE '' END""",
        f"n.{name}" if old_is_required else f"NULLIF(n.{name}, '')",
        suspects=f"NOT ({fit})",
    )


CURRENCIES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
    IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR
    MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD
    XOF XPF YER ZAR ZMW ZWG
    """
IS_CURRENCY = f"IN ({', '.join(repr(code) for code in CURRENCIES.split())})"


def _amount(column: str) -> str:
    """Return SQL for a salary in two decimals, null where it cannot be one."""
    return f"""CASE WHEN t.{column} >= 0 AND t.{column} < 9999999999.99
               THEN round(t.{column}::numeric, 2) END"""


def _salary(name: str, other: str, pick: str) -> Column:
    value, against = _amount(name), _amount(other)
    is_odd = f"""(NOT (t.{name} >= 0 AND t.{name} < 9999999999.99)
        OR round(t.{name}::numeric, 2)::double precision <> t.{name} OR t.salary_min > t.salary_max)"""
    return Column(
        name,
        f"""CASE WHEN t.{name} IS NULL OR t.{other} IS NULL THEN {value}
            ELSE CASE WHEN {against} IS NULL OR {value} IS NULL THEN {value} ELSE {pick}({value}, {against}) END END""",
        f"n.{name}::double precision",
        old_type="double precision",
        new_type="numeric",
        suspects=is_odd,
    )


TITLE = """CASE
    WHEN length(t.title) BETWEEN 3 AND 200 THEN t.title
    WHEN length(t.title) > 200 THEN left(t.title, 200)
    ELSE left(COALESCE(NULLIF(btrim(t.title), ''), 'Untitled') || COALESCE(' at ' || NULLIF(btrim(t.company), ''), ' position'), 200)
    END"""
CREATED = f"COALESCE(t.created_at, t.updated_at, t.scraped_at, t.posted_date, {EPOCH})"
IS_THERE = "EXISTS (SELECT FROM legacy_job_listings there WHERE there.id = t.canonical_id)"

LISTINGS = Conversion(
    SOURCE,
    "job_listings",
    (
        Column("title", TITLE, "n.title", suspects="length(t.title) NOT BETWEEN 3 AND 200"),
        _text("location", 255),
        _text("description"),
        _text("requirements"),
        _text("responsibilities"),
        _choice(
            "job_type",
            {
                "FULL_TIME": "Full-time",
                "PART_TIME": "Part-time",
                "CONTRACT": "Contract",
                "FREELANCE": "Freelance",
                "INTERNSHIP": "Internship",
                "TEMPORARY": "Temporary",
            },
        ),
        _choice("remote_type", {"ON_SITE": "On-site", "REMOTE": "Remote", "HYBRID": "Hybrid"}),
        _choice(
            "experience_level",
            {
                name: name.lower()
                for name in ("ENTRY_LEVEL", "ASSOCIATE", "MID_LEVEL", "SENIOR_LEVEL", "DIRECTOR", "EXECUTIVE")
            },
        ),
        _choice(
            "seniority_level",
            {
                name: name.lower()
                for name in ("INDIVIDUAL_CONTRIBUTOR", "TEAM_LEAD", "MANAGER", "DIRECTOR", "VP", "C_LEVEL")
            },
        ),
        _salary("salary_min", "salary_max", "LEAST"),
        _salary("salary_max", "salary_min", "GREATEST"),
        Column(
            "salary_currency",
            f"""CASE WHEN t.salary_currency {IS_CURRENCY} THEN t.salary_currency
                WHEN upper(btrim(t.salary_currency)) {IS_CURRENCY} THEN upper(btrim(t.salary_currency))
                WHEN btrim(t.salary_currency) = '€' THEN 'EUR' WHEN btrim(t.salary_currency) = '£' THEN 'GBP'
                WHEN btrim(t.salary_currency) = '₹' THEN 'INR' ELSE 'USD' END""",
            "n.salary_currency",
            suspects=f"t.salary_currency IS NULL OR NOT (t.salary_currency {IS_CURRENCY})",
            edits=f"NOT (n.salary_currency {IS_CURRENCY})",
        ),
        _list("skills_required"),
        _list("skills_preferred"),
        _list("tech_stack"),
        _list("benefits"),
        _text("education_required", 500),
        _document("benefits_parsed", objects_only=True),
        _address("job_url", 2000),
        _address("application_url", 2000),
        _same("posted_date", "timestamptz"),
        _same("application_deadline", "timestamptz"),
        _text("source", 100),
        _choice(
            "status",
            {name: name.lower() for name in ("ACTIVE", "INACTIVE", "FILLED", "EXPIRED")},
            missing="active",
            unknown="inactive",
        ),
        Column(
            "canonical_id",
            f"CASE WHEN t.canonical_id <> t.id AND {IS_THERE} THEN t.canonical_id END",
            "n.canonical_id",
            old_type="uuid",
            new_type="uuid",
            suspects=f"(t.canonical_id IS NOT NULL AND (t.canonical_id = t.id OR NOT {IS_THERE}))",
        ),
        Column(
            "source_count",
            "CASE WHEN t.source_count >= 0 THEN t.source_count ELSE 1 END",
            "n.source_count",
            old_type="integer",
            new_type="integer",
            suspects="t.source_count IS NULL OR t.source_count < 0",
        ),
        Column(
            "data_quality_score",
            "CASE WHEN t.data_quality_score BETWEEN 0 AND 1 THEN t.data_quality_score END",
            "n.data_quality_score",
            old_type="double precision",
            new_type="double precision",
            suspects="NOT (t.data_quality_score BETWEEN 0 AND 1)",
        ),
        _same("scraped_at", "timestamptz"),
        _same("last_verified", "timestamptz"),
        _choice(
            "verification_status",
            {name: name.lower() for name in ("UNVERIFIED", "ACTIVE", "EXPIRED", "INVALID", "REMOVED")},
            missing="unverified",
            unknown="unverified",
        ),
        Column(
            "created_at", CREATED, "n.created_at", old_type="timestamptz", new_type="timestamptz",
            suspects="t.created_at IS NULL",
        ),
        Column(
            "updated_at", f"COALESCE(t.updated_at, {CREATED})", "n.updated_at", old_type="timestamptz",
            new_type="timestamptz", suspects="t.updated_at IS NULL",
        ),
    ),
    at=CREATED,
    together=(("salary_min", "salary_max"),),
)  # fmt: skip


def _time(name: str, *others: str) -> Column:
    value = f"COALESCE({', '.join((*(f't.{column}' for column in (name, *others)), EPOCH))})"
    return Column(name, value, f"n.{name}", old_type="timestamptz", new_type="timestamptz")


def _flag(name: str, *, default: str) -> Column:
    return Column(name, f"COALESCE(t.{name}, {default})", f"n.{name}", old_type="boolean", new_type="boolean")


# Two names that are one once they are cut: the source that was updated last keeps it.
SOURCES = Conversion(
    SOURCE,
    "job_sources",
    (
        Column("name", "CASE WHEN t.name ~ '[^[:space:]]' THEN left(t.name, 100) ELSE 'unnamed' END", "n.name"),
        Column("display_name", "left(t.display_name, 200)", "n.display_name"),
        _address("base_url", 1000, old_is_required=True),
        _flag("api_available", default="false"),
        _document("scraping_rules"),
        _document("rate_limit_config"),
        _same("last_scraped", "timestamptz"),
        _flag("is_active", default="true"),
        _time("created_at", "updated_at", "last_scraped"),
        _time("updated_at", "created_at", "last_scraped"),
    ),
    at=f"COALESCE(t.created_at, t.updated_at, t.last_scraped, {EPOCH})",
)
SOURCE_LISTINGS = Conversion(
    SOURCE,
    "job_source_listings",
    (
        _same("job_id", "uuid"),
        Column(
            "source_id",
            "COALESCE((SELECT m.winner FROM merged_sources m WHERE m.id = t.source_id), t.source_id)",
            "n.source_id",
            old_type="uuid",
            new_type="uuid",
        ),
        Column(
            "source_job_id",
            "CASE WHEN length(t.source_job_id) <= 500 THEN t.source_job_id"
            " ELSE left(t.source_job_id, 467) || ' ' || md5(t.source_job_id) END",
            "n.source_job_id",
        ),
        Column("source_url", "CASE WHEN length(t.source_url) <= 2000 THEN t.source_url ELSE '' END", "n.source_url"),
        _document("source_metadata"),
        _time("scraped_at", "last_updated"),
        _time("last_updated", "scraped_at"),
    ),
    at=f"COALESCE(t.scraped_at, t.last_updated, {EPOCH})",
)
DUPLICATIONS = Conversion(
    SOURCE,
    "job_duplications",
    (
        _same("canonical_job_id", "uuid"),
        _same("duplicate_job_id", "uuid"),
        Column(
            "confidence_score",
            "CASE WHEN t.confidence_score = 'NaN' THEN 0 ELSE LEAST(GREATEST(t.confidence_score, 0), 1) END",
            "n.confidence_score",
            old_type="double precision",
            new_type="double precision",
        ),
        Column(
            "matching_fields",
            "CASE WHEN t.matching_fields = 'null' THEN '[]' ELSE t.matching_fields END",
            "n.matching_fields",
            old_type="jsonb",
            new_type="jsonb",
            edits="n.matching_fields = 'null'",
        ),
        Column(
            "merge_strategy",
            """CASE WHEN t.merge_strategy IS NULL THEN 'keep_canonical'
               WHEN lower(btrim(t.merge_strategy)) IN ('keep_canonical', 'merge_both', 'manual_review')
               THEN lower(btrim(t.merge_strategy)) ELSE 'manual_review' END""",
            "n.merge_strategy",
        ),
        _flag("reviewed", default="false"),
        _time("created_at"),
    ),
    at=f"COALESCE(t.created_at, {EPOCH})",
)

SATELLITE_COLUMNS = {
    "job_sources": {
        "id": "uuid",
        "name": "text",
        "display_name": "text",
        "base_url": "text",
        "api_available": "boolean",
        "scraping_rules": "jsonb",
        "rate_limit_config": "jsonb",
        "last_scraped": "timestamptz",
        "is_active": "boolean",
        "created_at": "timestamptz",
        "updated_at": "timestamptz",
    },
    "job_source_listings": {
        "id": "uuid",
        "job_id": "uuid",
        "source_id": "uuid",
        "source_job_id": "text",
        "source_url": "text",
        "source_metadata": "jsonb",
        "scraped_at": "timestamptz",
        "last_updated": "timestamptz",
    },
    "job_embeddings": {
        "id": "uuid",
        "job_id": "uuid",
        "embedding_model": "text",
        "content_hash": "text",
        "embedding_vector": "jsonb",
        "embedding_dimension": "integer",
        "content_type": "text",
        "created_at": "timestamptz",
    },
    "job_duplications": {
        "id": "uuid",
        "canonical_job_id": "uuid",
        "duplicate_job_id": "uuid",
        "confidence_score": "double precision",
        "matching_fields": "jsonb",
        "merge_strategy": "text",
        "reviewed": "boolean",
        "created_at": "timestamptz",
    },
}
EMBEDDING_COLUMNS = {
    "id": "uuid",
    "job_id": "uuid",
    "embedding_model": "text",
    "content_hash": "text",
    "vector": "halfvec",
    "content_type": "text",
    "created_at": "timestamptz",
}

# The way forward ------------------------------------------------------------------------------------------------------

# In steps: a planner that computes ahead would read as JSON what is none.
MAKE_FUNCTIONS = [
    r"""
    CREATE FUNCTION pg_temp.read_list(value jsonb) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE
        list jsonb := value;
        inside text := value #>> '{}';
    BEGIN
        IF jsonb_typeof(list) = 'string' AND strpos(inside, '\u0000') = 0 THEN
            IF inside IS JSON ARRAY THEN
                list := inside::jsonb;
            END IF;
        END IF;
        IF jsonb_typeof(list) = 'array' THEN
            RETURN ARRAY(
                SELECT entry #>> '{}' FROM jsonb_array_elements(list) WITH ORDINALITY AS part (entry, place)
                WHERE jsonb_typeof(entry) IN ('string', 'number', 'boolean') ORDER BY place);
        ELSIF jsonb_typeof(list) = 'string' THEN
            RETURN ARRAY(
                SELECT btrim(part) FROM string_to_table(inside, ',') WITH ORDINALITY AS part (part, place)
                WHERE btrim(part) <> '' ORDER BY place);
        END IF;
        RETURN '{}';
    END $$
    """,
]
DROP_FUNCTIONS = ["DROP FUNCTION pg_temp.read_list"]

MENTION = "t.company, t.company_url, t.company_size, t.industry, t.company_size_category"

READ_MENTIONS = [
    # What an earlier way forward found, and what people changed since, stands.
    f"""
    CREATE TEMPORARY TABLE listing_companies ON COMMIT DROP AS
    SELECT line.row_id::uuid AS id, c.id AS company_id
    FROM migration_ledger line
    JOIN companies c ON c.id = (line.before ->> 'company_id')::uuid
    WHERE line.source = '{KEPT}' AND line."table" = 'job_listings' AND line."column" = 'company_id'
    """,
    f"""
    INSERT INTO listing_companies
    SELECT listing::uuid, c.id
    FROM migration_ledger line
    JOIN companies c ON c.id = line.target_row_id::uuid
    CROSS JOIN LATERAL jsonb_array_elements(line.before -> 'mentions') mention
    CROSS JOIN LATERAL jsonb_array_elements_text(mention -> 'listings') listing
    WHERE line.source = '{SOURCE}' AND line."table" = 'job_listings' AND line."column" = 'company'
      AND NOT EXISTS (SELECT FROM listing_companies known WHERE known.id = listing::uuid)
    """,
    "ANALYZE listing_companies",
    _directory.MAKE_MENTIONS,
    # A text of the same spelling that JobPilot's own table of companies had means that company.
    f"""
    INSERT INTO mentions
    SELECT row_number() OVER (), 'listing', rows, company, company_url, company_size,
           company_size_category, industry, cardinality(rows), created_at, updated_at, true, NULL,
           hint.target_row_id::uuid
    FROM (
        SELECT {MENTION}, array_agg(t.id) AS rows, min({CREATED}) AS created_at,
               max(COALESCE(t.updated_at, {CREATED})) AS updated_at
        FROM legacy_job_listings t
        WHERE NOT EXISTS (SELECT FROM listing_companies known WHERE known.id = t.id)
        GROUP BY {MENTION}
    ) t
    LEFT JOIN (
        SELECT DISTINCT ON (before ->> 'name') before ->> 'name' AS name, target_row_id
        FROM migration_ledger
        WHERE source = 'companies.0004_one_directory' AND "table" = 'legacy_jobpilot_companies'
        ORDER BY before ->> 'name', row_id
    ) hint ON hint.name = t.company
    """,
]

WRITE_MENTIONS = [
    """
    CREATE TEMPORARY TABLE mention_lines ON COMMIT DROP AS
    SELECT m.mention, mc.company_id, CASE cardinality(m.rows) WHEN 1 THEN m.rows
           ELSE ARRAY(SELECT id FROM unnest(m.rows) id ORDER BY id) END AS rows
    FROM mentions m
    JOIN mention_companies mc USING (mention)
    """,
    f"""
    INSERT INTO migration_ledger ({LINE_COLUMNS})
    SELECT md5('{SOURCE}|job_listings|company|' || first)::uuid, '{SOURCE}', 'job_listings', first, 'company',
           jsonb_build_object('mentions', mentions), NULL, 'converted',
           'The spellings of one company with what stood beside them, and the listings that had each.',
           company_id::text, at
    FROM (
        SELECT line.company_id, min(line.rows[1]::text) AS first, min(m.created_at) AS at,
               jsonb_agg(
                   jsonb_build_object('company', m.name, 'company_url', m.url, 'company_size', m.size,
                                      'industry', m.industry, 'company_size_category', m.category, 'listings', line.rows)
                   ORDER BY line.rows[1]) AS mentions
        FROM mention_lines line
        JOIN mentions m USING (mention)
        GROUP BY line.company_id
    ) lines
    """,
    """
    INSERT INTO listing_companies SELECT id, company_id FROM mention_lines CROSS JOIN LATERAL unnest(rows) id
    """,
    "DROP TABLE mention_lines, mentions, mention_companies",
    "ANALYZE listing_companies",
]

CONVERT_LISTINGS = [
    _conversion.insert_new_rows(
        LISTINGS,
        others={"company_id": "place.company_id"},
        joins="JOIN listing_companies place ON place.id = t.id",
        all_rows=True,
    ),
    f"""DELETE FROM migration_ledger WHERE source = '{KEPT}' AND "table" = 'job_listings' AND "column" = 'company_id'""",
    *_conversion.return_kept_cells(LISTINGS),
    _conversion.write_cells(LISTINGS),
    """
    DO $$
    DECLARE
        lost bigint;
        invented bigint;
    BEGIN
        SELECT count(*) FILTER (WHERE n.id IS NULL), count(*) FILTER (WHERE t.id IS NULL) INTO lost, invented
        FROM legacy_job_listings t FULL JOIN job_listings n ON n.id = t.id;
        IF lost > 0 OR invented > 0 THEN
            RAISE EXCEPTION 'jobs.0007_listings: account of job_listings is not exact, % rows lost, % rows invented',
                lost, invented;
        END IF;
    END $$
    """,
    "DROP TABLE listing_companies",
]


def _whole(table: str, *, outcome: str, reason: str, where: str, at: str, joins: str = "", target: str = "''") -> str:
    return _conversion.write_whole_rows(
        source=SOURCE,
        table=table,
        rows=f"FROM legacy_{table} t {joins} WHERE {where}",
        columns=SATELLITE_COLUMNS[table],
        outcome=outcome,
        reason=reason,
        at=at,
        target=target,
    )


def _undecided(table: str) -> str:
    return f"""NOT EXISTS (
        SELECT FROM migration_ledger line WHERE {_conversion.is_whole("line", SOURCE, table)} AND line.row_id = t.id::text)"""


def _merge(conversion: Conversion, *, key: str, order: str, reason: str, joins: str = "") -> list[str]:
    """Return the statements that leave one row for each `key`, first in `order`, the others whole in the ledger."""
    table = conversion.table
    return [
        f"""
        CREATE TEMPORARY TABLE losers ON COMMIT DROP AS
        SELECT id, winner FROM (
            SELECT t.id, first_value(t.id) OVER (PARTITION BY {key} ORDER BY {order}, t.id DESC) AS winner
            FROM legacy_{table} t {joins}
            WHERE {_undecided(table)}
        ) ranked
        WHERE winner <> id
        """,
        _whole(
            table,
            outcome="merged",
            reason=reason,
            joins="JOIN losers ON losers.id = t.id",
            where="true",
            at=conversion.at,
            target="losers.winner::text",
        ),
        "DROP TABLE losers",
    ]


def _account(table: str) -> str:
    return _conversion.check_whole_account(source=SOURCE, table=table, old=f"legacy_{table}", new=table)


CONVERT_SATELLITES = [
    # Sources.
    *_merge(
        SOURCES,
        key=SOURCES.columns[0].forward,
        order="t.updated_at DESC NULLS LAST",
        reason="Another source has the same name once it is cut.",
    ),
    _conversion.insert_new_rows(SOURCES),
    *_conversion.return_kept_cells(SOURCES),
    _conversion.write_cells(SOURCES),
    _account("job_sources"),
    f"""
    CREATE TEMPORARY TABLE merged_sources ON COMMIT DROP AS
    SELECT row_id::uuid AS id, target_row_id::uuid AS winner FROM migration_ledger line
    WHERE {_conversion.is_whole("line", SOURCE, "job_sources")}
    """,
    # Listings at sources.
    _whole(
        "job_source_listings",
        outcome="quarantined",
        reason="Its listing or its source does not exist.",
        where=f"""NOT EXISTS (SELECT FROM job_listings l WHERE l.id = t.job_id)
                  OR NOT EXISTS (SELECT FROM job_sources s WHERE s.id = {SOURCE_LISTINGS.columns[1].forward})""",
        at=SOURCE_LISTINGS.at,
    ),
    *_merge(
        SOURCE_LISTINGS,
        key=f"{SOURCE_LISTINGS.columns[1].forward}, {SOURCE_LISTINGS.columns[2].forward}",
        order="t.last_updated DESC NULLS LAST, t.scraped_at DESC NULLS LAST",
        reason="The source has another row with this key, updated later.",
    ),
    _conversion.insert_new_rows(SOURCE_LISTINGS),
    *_conversion.return_kept_cells(SOURCE_LISTINGS),
    _conversion.write_cells(SOURCE_LISTINGS),
    _account("job_source_listings"),
    # Duplicates.
    _whole(
        "job_duplications",
        outcome="quarantined",
        reason="A listing is never its own duplicate.",
        where="t.canonical_job_id = t.duplicate_job_id",
        at=DUPLICATIONS.at,
    ),
    _whole(
        "job_duplications",
        outcome="quarantined",
        reason="One of its listings does not exist.",
        where="""NOT EXISTS (SELECT FROM job_listings l WHERE l.id = t.canonical_job_id)
                 OR NOT EXISTS (SELECT FROM job_listings l WHERE l.id = t.duplicate_job_id)""",
        at=DUPLICATIONS.at,
    ),
    *_merge(
        DUPLICATIONS,
        key="t.canonical_job_id, t.duplicate_job_id",
        order="t.created_at DESC NULLS LAST",
        reason="The pair was found again later.",
    ),
    _conversion.insert_new_rows(DUPLICATIONS, others={"updated_at": DUPLICATIONS.at}),
    *_conversion.return_kept_cells(DUPLICATIONS),
    f"""
    UPDATE job_duplications n SET updated_at = (line.before ->> 'updated_at')::timestamptz
    FROM migration_ledger line
    WHERE line.source = '{KEPT}' AND line."table" = 'job_duplications' AND line."column" = 'updated_at'
      AND line.row_id = n.id::text
    """,
    f"""DELETE FROM migration_ledger line USING job_duplications n
        WHERE line.source = '{KEPT}' AND line."table" = 'job_duplications' AND line."column" = 'updated_at'
          AND line.row_id = n.id::text""",
    _conversion.write_cells(DUPLICATIONS),
    _account("job_duplications"),
    # Vectors: the older system's are of other models, and made of random numbers at that.
    _whole(
        "job_embeddings",
        outcome="quarantined",
        reason="A vector of another model tells ours nothing.",
        where="true",
        at=f"COALESCE(t.created_at, {EPOCH})",
    ),
    _account("job_embeddings"),
    f"""
    INSERT INTO job_embeddings ({", ".join(EMBEDDING_COLUMNS)})
    SELECT {_conversion.read_whole_row("line", EMBEDDING_COLUMNS)}
    FROM migration_ledger line
    JOIN job_listings l ON l.id = (line.before ->> 'job_id')::uuid
    WHERE line.source = '{KEPT}' AND line."table" = 'job_embeddings'
    """,
    f"""DELETE FROM migration_ledger line USING job_embeddings n
        WHERE line.source = '{KEPT}' AND line."table" = 'job_embeddings' AND line.row_id = n.id::text""",
    "DROP TABLE merged_sources",
]

BEGIN = [
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SET LOCAL work_mem = '256MB'",
    "SET LOCAL maintenance_work_mem = '512MB'",
    *(f"LOCK TABLE legacy_{table} IN ACCESS EXCLUSIVE MODE" for table in ("job_listings", *SATELLITE_COLUMNS)),
    "LOCK TABLE companies IN EXCLUSIVE MODE",
]
ANALYZE = "ANALYZE companies, job_listings, job_sources, job_source_listings, job_duplications, job_embeddings"


def convert(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        for statement in (*BEGIN, *READ_MENTIONS):
            cursor.execute(statement)
        _directory.settle(cursor, SOURCE)
        for statement in (
            *WRITE_MENTIONS,
            *MAKE_FUNCTIONS,
            *CONVERT_LISTINGS,
            *DROP_FUNCTIONS,
            *CONVERT_SATELLITES,
            ANALYZE,
        ):
            cursor.execute(statement)


# The way back ---------------------------------------------------------------------------------------------------------


def _back(conversion: Conversion, *, others: dict[str, str] | None = None, joins: str = "") -> list[str]:
    return [
        *_conversion.read_restorable_cells(conversion),
        _conversion.insert_old_rows(conversion, others=others, joins=joins),
        _conversion.keep_cells(conversion),
        *_conversion.drop_restored_cells(conversion),
    ]


def _return_whole(table: str) -> str:
    return _conversion.return_whole_rows(
        source=SOURCE, table=table, into=f"legacy_{table}", columns=SATELLITE_COLUMNS[table]
    )


IS_SAME = "mentioned.company_id = n.company_id"

BACKWARD = [
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SET LOCAL work_mem = '256MB'",
    *(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE" for table in ("job_listings", *SATELLITE_COLUMNS)),
    *MAKE_FUNCTIONS,
    f"""
    CREATE TEMPORARY TABLE listing_mentions ON COMMIT DROP AS
    SELECT listing::uuid AS id, line.target_row_id::uuid AS company_id, mention.company, mention.company_url,
           mention.company_size, mention.industry, mention.company_size_category
    FROM migration_ledger line
    CROSS JOIN LATERAL jsonb_to_recordset(line.before -> 'mentions') AS mention (
        company text, company_url text, company_size text, industry text, company_size_category text, listings jsonb)
    CROSS JOIN LATERAL jsonb_array_elements_text(mention.listings) listing
    WHERE line.source = '{SOURCE}' AND line."table" = 'job_listings' AND line."column" = 'company'
    """,
    "ANALYZE listing_mentions",
    *_back(
        LISTINGS,
        others={
            "company": f"CASE WHEN {IS_SAME} THEN mentioned.company ELSE c.name END",
            "company_url": f"CASE WHEN {IS_SAME} THEN mentioned.company_url ELSE NULLIF(c.website, '') END",
            "company_size": f"CASE WHEN {IS_SAME} THEN mentioned.company_size ELSE NULLIF(c.size, '') END",
            "industry": f"CASE WHEN {IS_SAME} THEN mentioned.industry ELSE NULLIF(c.industry, '') END",
            "company_size_category": f"""CASE WHEN {IS_SAME} THEN mentioned.company_size_category
                                         ELSE upper(NULLIF(c.size_category, '')) END""",
        },
        joins="JOIN companies c ON c.id = n.company_id LEFT JOIN listing_mentions mentioned ON mentioned.id = n.id",
    ),
    f"""
    INSERT INTO migration_ledger ({LINE_COLUMNS})
    SELECT md5('{KEPT}|job_listings|company|' || n.id)::uuid, '{KEPT}', 'job_listings', n.id::text, 'company_id',
           jsonb_build_object('company_id', n.company_id), NULL, 'converted', 'The old form cannot hold this.', '',
           n.created_at
    FROM job_listings n
    LEFT JOIN listing_mentions mentioned ON mentioned.id = n.id
    WHERE {IS_SAME} IS NOT TRUE
    ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before
    """,
    "DROP TABLE listing_mentions",
    *_back(SOURCES),
    _return_whole("job_sources"),
    f"""
    CREATE TEMPORARY TABLE merged_sources ON COMMIT DROP AS
    SELECT row_id::uuid AS id, target_row_id::uuid AS winner FROM migration_ledger line
    WHERE {_conversion.is_whole("line", SOURCE, "job_sources")}
    """,
    *_back(SOURCE_LISTINGS),
    _return_whole("job_source_listings"),
    *_back(DUPLICATIONS),
    f"""
    INSERT INTO migration_ledger ({LINE_COLUMNS})
    SELECT md5('{KEPT}|job_duplications|updated_at|' || n.id)::uuid, '{KEPT}', 'job_duplications', n.id::text, 'updated_at',
           jsonb_build_object('updated_at', n.updated_at), NULL, 'converted', 'The old form cannot hold this.', '', n.created_at
    FROM job_duplications n
    WHERE n.updated_at <> n.created_at
    ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before
    """,
    _return_whole("job_duplications"),
    f"""
    INSERT INTO migration_ledger ({LINE_COLUMNS})
    SELECT md5('{KEPT}|job_embeddings|' || t.id)::uuid, '{KEPT}', 'job_embeddings', t.id::text, '',
           {_conversion.whole_row("t", EMBEDDING_COLUMNS)}, NULL, 'converted', 'The old form cannot hold this.', '',
           t.created_at
    FROM job_embeddings t
    ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before
    """,
    _return_whole("job_embeddings"),
    "DROP TABLE merged_sources",
    *DROP_FUNCTIONS,
]


def convert_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        for statement in BACKWARD:
            cursor.execute(statement)
