"""The statements of 0004: two tables of companies into the directory and what users think of its entries.

JobOS: a row was one user's company, with its name and website beside the user's opinion. It becomes that user's target
under its own key; where two rows of one user mean one company, the one updated last stays and the other goes whole into
the ledger, merged into it. Whether a deep dive was done and how many roles are open is derived today; what was stored
stands in the ledger where it differs. An entry that is new to the directory is unconfirmed, and its first user's.

JobPilot: a row was one name. It goes whole into the ledger, merged into its entry, which takes what it knows. Its entry
is confirmed. Going back leaves the directory as it is: the older rows return from the ledger, edits stay in their entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from companies.migrations import _directory
from jobs.migrations import _conversion
from jobs.migrations._conversion import Column, Conversion

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SOURCE = "companies.0004_one_directory"


def _text(name: str) -> Column:
    return Column(name, f"COALESCE(t.{name}, '')", f"NULLIF(n.{name}, '')", old_type="text", suspects=f"t.{name} = ''")


# Beside the columns of the target: the name and the website of its entry, which stand in the directory.
TARGETS = Conversion(
    SOURCE,
    "target_companies",
    (
        Column(
            "lane",
            "CASE WHEN t.lane BETWEEN 1 AND 5 THEN t.lane ELSE 2 END",
            "n.lane",
            old_type="integer",
            new_type="smallint",
        ),
        _text("stage"),
        _text("sector"),
        Column("b2c_validated", "t.b2c_validated", "n.b2c_validated", old_type="boolean", new_type="boolean"),
        _text("funding"),
        _text("hq_city"),
        Column(
            "last_researched", "t.last_researched", "n.last_researched", old_type="timestamptz", new_type="timestamptz"
        ),
        _text("deep_dive_content"),
        Column(
            "investors",
            "COALESCE(t.investors, '{}')::text[]",
            "NULLIF(n.investors, '{}')::varchar[]",
            old_type="varchar[]",
            new_type="text[]",
        ),
        Column(
            "is_excluded", "COALESCE(t.is_excluded, false)", "n.is_excluded", old_type="boolean", new_type="boolean"
        ),
        _text("notes"),
        Column("created_at", "t.created_at", "n.created_at", old_type="timestamptz", new_type="timestamptz"),
        Column("updated_at", "t.updated_at", "n.updated_at", old_type="timestamptz", new_type="timestamptz"),
    ),
    at="t.created_at",
    old_table="legacy_jobos_companies",
)

JOBOS_COLUMNS = {
    "id": "uuid",
    "user_id": "uuid",
    "name": "text",
    "lane": "integer",
    "stage": "text",
    "sector": "text",
    "b2c_validated": "boolean",
    "funding": "text",
    "hq_city": "text",
    "website": "text",
    "open_roles_count": "integer",
    "last_researched": "timestamptz",
    "deep_dive_done": "boolean",
    "deep_dive_content": "text",
    "investors": "varchar[]",
    "notes": "text",
    "is_excluded": "boolean",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
}
JOBPILOT_COLUMNS = {
    "id": "uuid",
    "name": "text",
    "industry": "text",
    "size": "text",
    "location": "text",
    "website": "text",
    "description": "text",
    "culture": "text",
    "values": "jsonb",
    "benefits": "jsonb",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
}

EPOCH = "'1970-01-01T00:00:00Z'::timestamptz"
JOBPILOT_AT = f"COALESCE(t.created_at, t.updated_at, {EPOCH})"
LINE_COLUMNS = 'id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at'


def _is_undecided(table: str) -> str:
    return f"""NOT EXISTS (
        SELECT FROM migration_ledger line WHERE {_conversion.is_whole("line", SOURCE, table)} AND line.row_id = t.id::text)"""


# The way forward ------------------------------------------------------------------------------------------------------

BEGIN = [
    "SET CONSTRAINTS ALL IMMEDIATE",
    "LOCK TABLE legacy_jobos_companies, legacy_jobpilot_companies IN ACCESS EXCLUSIVE MODE",
    "LOCK TABLE companies, target_companies IN EXCLUSIVE MODE",
    "CREATE TEMPORARY TABLE entries_before ON COMMIT DROP AS SELECT id FROM companies",
    "CREATE TEMPORARY TABLE targets_before ON COMMIT DROP AS SELECT id FROM target_companies",
    # Where a way back came from.
    f"""
    CREATE TEMPORARY TABLE target_links ON COMMIT DROP AS
    SELECT t.id, c.id AS company_id
    FROM migration_ledger line
    JOIN legacy_jobos_companies t ON t.id = line.row_id::uuid
    JOIN companies c ON c.id = (line.before ->> 'company_id')::uuid
    WHERE line.source = '{TARGETS.kept_source}' AND line."table" = 'target_companies' AND line."column" = 'company_id'
    """,
    _directory.MAKE_MENTIONS,
    f"""
    INSERT INTO mentions
    SELECT row_number() OVER (ORDER BY t.id), 'jobos', ARRAY[t.id], t.name, t.website, NULL, NULL, NULL, 1,
           t.created_at, t.updated_at, false, t.user_id, NULL
    FROM legacy_jobos_companies t
    WHERE NOT EXISTS (SELECT FROM target_links link WHERE link.id = t.id) AND {_is_undecided("legacy_jobos_companies")}
    """,
    f"""
    INSERT INTO mentions
    SELECT -row_number() OVER (ORDER BY t.id), 'jobpilot', ARRAY[t.id], t.name, t.website, t.size, NULL, t.industry, 1,
           {JOBPILOT_AT}, COALESCE(t.updated_at, {JOBPILOT_AT}), true, NULL, NULL
    FROM legacy_jobpilot_companies t
    WHERE {_is_undecided("legacy_jobpilot_companies")}
    """,
]

MAKE_TEXTS = """
    CREATE FUNCTION pg_temp.read_texts(value jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
        SELECT ARRAY(
            SELECT entry #>> '{}'
            FROM jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value WHEN 'string' THEN jsonb_build_array(value)
                                      ELSE '[]' END) WITH ORDINALITY AS list (entry, place)
            WHERE jsonb_typeof(entry) IN ('string', 'number', 'boolean') AND btrim(entry #>> '{}') <> ''
            ORDER BY place)
    $$
    """

# What a JobPilot row knows and its entry lacks; the row updated last speaks first.
FILL_ENTRIES = [
    """
    CREATE TEMPORARY TABLE told ON COMMIT DROP AS
    SELECT c.id, c.created_at, before, after
    FROM (
        SELECT m.company_id,
               (array_agg(left(btrim(t.location), 255) ORDER BY t.updated_at DESC NULLS LAST, t.id DESC)
                   FILTER (WHERE btrim(t.location) <> ''))[1] AS location,
               (array_agg(t.description ORDER BY t.updated_at DESC NULLS LAST, t.id DESC)
                   FILTER (WHERE btrim(t.description) <> ''))[1] AS description,
               (array_agg(t.culture ORDER BY t.updated_at DESC NULLS LAST, t.id DESC)
                   FILTER (WHERE btrim(t.culture) <> ''))[1] AS culture,
               (array_agg(to_jsonb(pg_temp.read_texts(t."values")) ORDER BY t.updated_at DESC NULLS LAST, t.id DESC)
                   FILTER (WHERE pg_temp.read_texts(t."values") <> '{}'))[1] AS "values",
               (array_agg(to_jsonb(pg_temp.read_texts(t.benefits)) ORDER BY t.updated_at DESC NULLS LAST, t.id DESC)
                   FILTER (WHERE pg_temp.read_texts(t.benefits) <> '{}'))[1] AS benefits
        FROM mention_companies m
        JOIN mentions USING (mention)
        JOIN legacy_jobpilot_companies t ON t.id = mentions.rows[1]
        WHERE kind = 'jobpilot'
        GROUP BY m.company_id
    ) f
    JOIN companies c ON c.id = f.company_id
    CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(name, old) AS before, jsonb_object_agg(name, new) AS after
        FROM (VALUES
            ('location', to_jsonb(c.location), to_jsonb(f.location), c.location = ''),
            ('description', to_jsonb(c.description), to_jsonb(f.description), c.description = ''),
            ('culture', to_jsonb(c.culture), to_jsonb(f.culture), c.culture = ''),
            ('values', to_jsonb(c."values"), f."values", c."values" = '{}'),
            ('benefits', to_jsonb(c.benefits), f.benefits, c.benefits = '{}')
        ) cell (name, old, new, is_lacking)
        WHERE is_lacking AND new IS NOT NULL
    ) cells
    WHERE before IS NOT NULL
    """,
    f"""
    INSERT INTO migration_ledger ({LINE_COLUMNS})
    SELECT md5('{SOURCE}|companies|told|' || id)::uuid, '{SOURCE}', 'companies', id::text, '', before, after, 'derived',
           'Lacking in the directory; told by older rows.', '', created_at
    FROM told WHERE id IN (SELECT id FROM entries_before)
    ON CONFLICT (id) DO UPDATE
    SET before = migration_ledger.before || EXCLUDED.before, after = migration_ledger.after || EXCLUDED.after
    """,
    """
    UPDATE companies c
    SET location = COALESCE(told.after ->> 'location', c.location),
        description = COALESCE(told.after ->> 'description', c.description),
        culture = COALESCE(told.after ->> 'culture', c.culture),
        "values" = CASE WHEN told.after ? 'values' THEN pg_temp.read_texts(told.after -> 'values') ELSE c."values" END,
        benefits = CASE WHEN told.after ? 'benefits' THEN pg_temp.read_texts(told.after -> 'benefits') ELSE c.benefits END
    FROM told WHERE told.id = c.id
    """,
    "DROP TABLE told",
    "DROP FUNCTION pg_temp.read_texts",
]

# What the row said of its company, against what its entry says.
DERIVED = "COALESCE(t.deep_dive_content, '') <> ''"
WRITE_COMPANY_FACTS = f"""
    INSERT INTO migration_ledger ({LINE_COLUMNS})
    SELECT md5('{SOURCE}|target_companies|company|' || t.id)::uuid, '{SOURCE}', 'target_companies', t.id::text, 'company',
           jsonb_build_object('name', t.name, 'website', t.website, 'open_roles_count', t.open_roles_count,
                              'deep_dive_done', t.deep_dive_done),
           jsonb_build_object('company_id', n.company_id, 'deep_dive_done', {DERIVED}), 'converted',
           'The name and the website stand in the directory; the open roles and the deep dive are derived.',
           n.company_id::text, t.created_at
    FROM legacy_jobos_companies t
    JOIN target_companies n ON n.id = t.id
    JOIN companies c ON c.id = n.company_id
    WHERE t.name <> c.name OR t.website IS DISTINCT FROM NULLIF(c.website, '') OR t.open_roles_count <> 0
       OR t.deep_dive_done <> ({DERIVED})
    ON CONFLICT (id) DO NOTHING
    """

FINISH = [
    MAKE_TEXTS,
    *FILL_ENTRIES,
    _conversion.write_whole_rows(
        source=SOURCE,
        table="legacy_jobpilot_companies",
        rows="""FROM legacy_jobpilot_companies t
                JOIN mentions ON mentions.kind = 'jobpilot' AND mentions.rows[1] = t.id
                JOIN mention_companies m USING (mention)""",
        columns=JOBPILOT_COLUMNS,
        outcome="merged",
        reason="Its entry of the directory says what it said.",
        at=JOBPILOT_AT,
        target="m.company_id::text",
    ),
    """
    INSERT INTO target_links
    SELECT rows[1], company_id FROM mentions JOIN mention_companies USING (mention) WHERE kind = 'jobos'
    """,
    """
    CREATE TEMPORARY TABLE target_places ON COMMIT DROP AS
    SELECT t.id, link.company_id,
           COALESCE(there.id, first_value(t.id) OVER (
               PARTITION BY t.user_id, link.company_id ORDER BY t.updated_at DESC, t.id DESC)) AS winner
    FROM legacy_jobos_companies t
    JOIN target_links link ON link.id = t.id
    LEFT JOIN target_companies there ON there.user_id = t.user_id AND there.company_id = link.company_id
    """,
    _conversion.write_whole_rows(
        source=SOURCE,
        table="legacy_jobos_companies",
        rows="FROM legacy_jobos_companies t JOIN target_places place ON place.id = t.id WHERE place.winner <> t.id",
        columns=JOBOS_COLUMNS,
        outcome="merged",
        reason="Another row of this user means the same company and was updated later.",
        at="t.created_at",
        target="place.winner::text",
    ),
    _conversion.insert_new_rows(
        TARGETS,
        others={"user_id": "t.user_id", "company_id": "place.company_id"},
        joins="JOIN target_places place ON place.id = t.id AND place.winner = t.id",
    ),
    *_conversion.return_kept_cells(TARGETS),
    _conversion.write_cells(TARGETS),
    WRITE_COMPANY_FACTS,
    f"""
    DELETE FROM migration_ledger line USING target_companies n
    WHERE line.source = '{TARGETS.kept_source}' AND line."table" = 'target_companies' AND line."column" = 'company_id'
      AND line.row_id = n.id::text
    """,
    _conversion.check_whole_account(
        source=SOURCE,
        table="legacy_jobos_companies",
        old="legacy_jobos_companies",
        new="(SELECT id FROM target_companies EXCEPT SELECT id FROM targets_before)",
    ),
    _conversion.check_whole_account(
        source=SOURCE,
        table="legacy_jobpilot_companies",
        old="legacy_jobpilot_companies",
        new="(SELECT id FROM companies WHERE false)",
    ),
    "DROP TABLE mentions, mention_companies, entries_before, targets_before, target_links, target_places",
    "ANALYZE companies, target_companies",
]


def convert(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        for statement in BEGIN:
            cursor.execute(statement)
        _directory.settle(cursor, SOURCE)
        for statement in FINISH:
            cursor.execute(statement)


# The way back ---------------------------------------------------------------------------------------------------------

# Every target returns to the older table, which can hold all of it but its link.
BACKWARD = [
    "SET CONSTRAINTS ALL IMMEDIATE",
    "LOCK TABLE target_companies IN ACCESS EXCLUSIVE MODE",
    *_conversion.read_restorable_cells(TARGETS),
    f"""
    CREATE TEMPORARY TABLE target_facts ON COMMIT DROP AS
    SELECT n.id, line.id AS line_id, line.before, line.after,
           n.company_id = (line.after ->> 'company_id')::uuid AS is_same_company,
           (n.deep_dive_content <> '') = (line.after ->> 'deep_dive_done')::boolean AS is_same_dive
    FROM migration_ledger line
    JOIN target_companies n ON n.id = line.row_id::uuid
    WHERE line.source = '{SOURCE}' AND line."table" = 'target_companies' AND line."column" = 'company'
    """,
    _conversion.insert_old_rows(
        TARGETS,
        others={
            "user_id": "n.user_id",
            "name": "CASE WHEN facts.is_same_company THEN facts.before ->> 'name' ELSE c.name END",
            "website": """CASE WHEN facts.is_same_company THEN facts.before ->> 'website'
                          ELSE NULLIF(left(c.website, 500), '') END""",
            "open_roles_count": "COALESCE((facts.before ->> 'open_roles_count')::integer, 0)",
            "deep_dive_done": """CASE WHEN facts.is_same_dive THEN (facts.before ->> 'deep_dive_done')::boolean
                                 ELSE n.deep_dive_content <> '' END""",
        },
        joins="JOIN companies c ON c.id = n.company_id LEFT JOIN target_facts facts ON facts.id = n.id",
    ),
    _conversion.keep_cells(TARGETS),
    f"""
    INSERT INTO migration_ledger ({LINE_COLUMNS})
    SELECT md5('{TARGETS.kept_source}|target_companies|company|' || id)::uuid, '{TARGETS.kept_source}', 'target_companies',
           id::text, 'company_id', jsonb_build_object('company_id', company_id), NULL, 'converted',
           'The old form cannot hold this.', '', created_at
    FROM target_companies
    ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before
    """,
    *_conversion.drop_restored_cells(TARGETS),
    """
    DELETE FROM migration_ledger line USING target_facts f
    WHERE line.id = f.line_id AND f.is_same_company AND f.is_same_dive
    """,
    _conversion.return_whole_rows(
        source=SOURCE, table="legacy_jobos_companies", into="legacy_jobos_companies", columns=JOBOS_COLUMNS
    ),
    _conversion.return_whole_rows(
        source=SOURCE, table="legacy_jobpilot_companies", into="legacy_jobpilot_companies", columns=JOBPILOT_COLUMNS
    ),
    _conversion.check_whole_account(
        source=SOURCE, table="legacy_jobos_companies", old="legacy_jobos_companies", new="target_companies"
    ),
    "DELETE FROM target_companies",
    "DROP TABLE target_facts",
]


def convert_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        for statement in BACKWARD:
            cursor.execute(statement)
