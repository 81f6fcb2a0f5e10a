"""Reading the older rows: whose they are, their documents decoded, and every element of those with its place.

Since JobPilot wrote most documents twice encoded, a text that is JSON is decoded until it is none. An element that has become
a row, or a note on one, is known by its number; what is left at the end goes to the ledger.
"""

from __future__ import annotations

from skills.migrations._cells import (
    CATEGORIES,
    KEY,
    RECORDS,
    SKILL,
    SOURCES,
    SUMMARY,
    Cell,
    count,
    read,
    time,
    words_of,
)

ORIGINS = {1: "legacy_skill_banks", 2: "skill_banks_legacy", 3: "legacy_profile_skills"}
# Which skills come first where several have one name, the best described ones; and what a bare word of a column is.
KEYWORDS = {
    "technical_keywords": "technical",
    "soft_skills": "soft",
    "industry_keywords": "industry",
    "experience_keywords": "other",
    "auto_extracted_skills": "technical",
}
SKILL_FIELDS = ("skills", *KEYWORDS)
VARIED = tuple(records for records in RECORDS if records.variations_table)
BY_KEY = ("skills", "skill_confidence", *(records.variations_field for records in VARIED))
FIELDS = {
    1: (
        *SKILL_FIELDS, "skill_confidence", "skill_categories", "summary_variations",
        *(records.field for records in RECORDS), *(records.variations_field for records in VARIED),
    ),
    2: (*SKILL_FIELDS, "skill_confidence"),
    3: ("skills",),
}  # fmt: skip
HEADINGS = {
    "technical": "Technical Skills",
    "soft": "Soft Skills",
    "transferable": "Transferable Skills",
    "industry": "Industry Knowledge",
    "tool": "Tools & Technologies",
    "language": "Languages",
    "framework": "Frameworks",
    "platform": "Platforms",
    "methodology": "Methodologies",
    "domain": "Domain Knowledge",
    "other": "Other Skills",
}
NEW_HEADINGS = "ARRAY['Technical Skills', 'Soft Skills', 'Tools & Platforms']"
BLANKS = r"E' \t\n\r\f\x0b'"


def origin(alias: str) -> str:
    """Return SQL for the name of the table that a row came from."""
    cases = " ".join(f"WHEN {kind} THEN '{table}'" for kind, table in ORIGINS.items())
    return f"CASE {alias}.kind {cases} END"


def made_key(table: str) -> str:
    """Return SQL for the key of a row that has none of its own: it follows from the element's place."""
    return f"md5('{table}|' || el.kind || '|' || el.origin_id || '|' || el.field || '|' || el.bucket || '|' || el.position)::uuid"


def heading(name: str) -> str:
    """Return SQL for the heading that a bucket means: the words of categories are no headings."""
    cases = " ".join(f"WHEN '{category}' THEN '{title}'" for category, title in HEADINGS.items())
    return f"""CASE lower(btrim({name}, {BLANKS})) {cases} WHEN '' THEN 'Other Skills'
        ELSE btrim(left(btrim({name}, {BLANKS}), 100), {BLANKS}) END"""


DECODE = r"""
    CREATE OR REPLACE FUNCTION pg_temp.decode(document jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN
        WHILE jsonb_typeof(document) = 'string' AND document #>> '{}' ~ '^\s*(["[{]|null\s*$)'
              AND pg_input_is_valid(document #>> '{}', 'jsonb') LOOP
            document := (document #>> '{}')::jsonb;
        END LOOP;
        RETURN NULLIF(document, 'null');
    END $$
    """

ALL_ROWS = " UNION ALL ".join(
    f"SELECT {kind} AS kind, id, user_id, created_at, updated_at FROM {table}" for kind, table in ORIGINS.items()
)

READ_ORIGINS = [
    f"""
    CREATE TEMPORARY TABLE origins ON COMMIT DROP AS
    SELECT t.kind, t.id, t.user_id, row_number() OVER first AS rank,
           first_value(CASE t.kind WHEN 1 THEN t.id ELSE md5('skill_banks|' || t.user_id)::uuid END) OVER first AS bank_id,
           COALESCE(t.created_at, t.updated_at, u.date_joined) AS created_at,
           COALESCE(t.updated_at, t.created_at, u.date_joined) AS updated_at
    FROM ({ALL_ROWS}) t
    JOIN accounts_user u ON u.id = t.user_id
    WHERE NOT EXISTS (SELECT FROM kept_banks k WHERE k.user_id = t.user_id)
    WINDOW first AS (PARTITION BY t.user_id ORDER BY t.kind, t.updated_at DESC NULLS LAST, t.id)
    """,
    "CREATE UNIQUE INDEX ON origins (id, kind)",
    "ANALYZE origins",
]


def _documents(kind: int, table: str) -> str:
    decoded = ", ".join(f"('{field}', pg_temp.decode(t.{field}))" for field in FIELDS[kind])
    if kind == 1:
        decoded += ", ('default_summary', to_jsonb(t.default_summary))"
    return f"""
        SELECT o.kind, o.id AS origin_id, o.bank_id, o.rank, d.field, d.document
        FROM origins o
        JOIN {table} t ON t.id = o.id
        CROSS JOIN LATERAL (VALUES {decoded}) d (field, document)
        WHERE o.kind = {kind} AND d.document NOT IN ('[]', '{{}}', '""')
        """


READ_ELEMENTS = [
    f"""
    CREATE TEMPORARY TABLE documents ON COMMIT DROP AS
    {" UNION ALL ".join(_documents(kind, table) for kind, table in ORIGINS.items())}
    """,
    f"""
    CREATE TEMPORARY TABLE elements ON COMMIT DROP AS
    SELECT row_number() OVER () AS n, d.kind, d.origin_id, d.bank_id, d.rank, d.field, b.bucket, e.position, e.element
    FROM documents d
    CROSS JOIN LATERAL (SELECT d.field IN ({words_of(BY_KEY)}) AND jsonb_typeof(d.document) = 'object' AS is_by_key) k
    CROSS JOIN LATERAL (
        SELECT key AS bucket, value FROM jsonb_each(CASE WHEN k.is_by_key THEN d.document ELSE '{{}}' END)
        UNION ALL
        SELECT '', d.document WHERE NOT k.is_by_key
    ) b
    CROSS JOIN LATERAL (
        SELECT value AS element, ordinality AS position
        FROM jsonb_array_elements(CASE jsonb_typeof(b.value) WHEN 'array' THEN b.value ELSE '[]' END) WITH ORDINALITY
        UNION ALL
        SELECT b.value, 0 WHERE jsonb_typeof(b.value) <> 'array'
    ) e
    """,
    "CREATE INDEX ON elements (field)",
    "ANALYZE elements",
]


# Skills -----------------------------------------------------------------------------------------------------------------

_ORDER = " ".join(f"WHEN '{field}' THEN {place}" for place, field in enumerate(SKILL_FIELDS))
_KIND_OF_WORD = " ".join(f"WHEN '{field}' THEN '{category}'" for field, category in KEYWORDS.items())
_CATEGORY = f"""CASE
    WHEN lower(btrim(el.e ->> 'category')) IN ({words_of(CATEGORIES)}) THEN lower(btrim(el.e ->> 'category'))
    WHEN lower(btrim(el.bucket)) IN ({words_of(CATEGORIES)}) THEN lower(btrim(el.bucket))
    WHEN lower(btrim(el.bucket)) = 'soft skills' THEN 'soft'
    ELSE CASE el.field {_KIND_OF_WORD} ELSE 'technical' END END"""
_SOURCE = f"""CASE
    WHEN lower(btrim(el.e ->> 'source')) IN ({words_of(SOURCES)}) THEN lower(btrim(el.e ->> 'source'))
    WHEN el.kind > 1 THEN 'imported' WHEN el.field = 'skills' THEN 'manual' ELSE 'extracted' END"""

READ_SKILLS = [
    f"""
    CREATE TEMPORARY TABLE skill_candidates ON COMMIT DROP AS
    SELECT el.*, {_CATEGORY} AS category, {_SOURCE} AS source,
           CASE WHEN el.e ->> 'id' ~ '{KEY}' THEN (el.e ->> 'id')::uuid END AS claimed
    FROM (
        SELECT el.*, CASE el.field {_ORDER} END AS place,
               CASE jsonb_typeof(el.element) WHEN 'object' THEN el.element ELSE '{{}}' END AS e,
               CASE jsonb_typeof(el.element) WHEN 'object' THEN el.element ->> 'name' ELSE el.element #>> '{{}}' END AS said,
               btrim(left(btrim(CASE
                   WHEN jsonb_typeof(el.element) = 'string' THEN el.element #>> '{{}}'
                   WHEN jsonb_typeof(el.element -> 'name') = 'string' THEN el.element ->> 'name'
               END, {BLANKS}), 200), {BLANKS}) AS name
        FROM elements el
        WHERE el.field IN ({words_of(SKILL_FIELDS)}) AND el.position > 0
    ) el
    WHERE el.name ~ '\\S'
    """,
    "ANALYZE skill_candidates",
    # The bank's own headings in their order, its other buckets, and those that skills of the keyword columns need.
    f"""
    CREATE TEMPORARY TABLE headings ON COMMIT DROP AS
    SELECT bank_id, key, name, row_number() OVER (PARTITION BY bank_id ORDER BY place, rank, position, name, key) AS turn
    FROM (
        SELECT DISTINCT ON (bank_id, lower(name)) bank_id, lower(name) AS key, name, place, rank, position
        FROM (
            SELECT bank_id, btrim(left(btrim(element #>> '{{}}', {BLANKS}), 100), {BLANKS}) AS name, 1 AS place, rank, position
            FROM elements WHERE field = 'skill_categories' AND position > 0 AND jsonb_typeof(element) = 'string'
            UNION ALL
            SELECT d.bank_id, {heading("bucket")}, 2, rank, 0
            FROM documents d
            CROSS JOIN LATERAL jsonb_object_keys(
                CASE jsonb_typeof(d.document) WHEN 'object' THEN d.document ELSE '{{}}' END) bucket
            WHERE d.field = 'skills'
            UNION ALL
            SELECT DISTINCT bank_id, {heading("category")}, 3, 0, 0 FROM skill_candidates WHERE bucket = ''
        ) named
        WHERE name <> ''
        ORDER BY bank_id, lower(name), place, rank, position, name
    ) one
    """,
    "CREATE UNIQUE INDEX ON headings (bank_id, key)",
    "ANALYZE headings",
    f"""
    CREATE TEMPORARY TABLE skills_read ON COMMIT DROP AS
    SELECT el.n, el.kind, el.origin_id, el.bank_id, el.rank, el.field, el.bucket, el.position, el.e, el.said, el.name,
           el.category, el.source, el.claimed, el.key, h.name AS heading, h.turn AS heading_turn, el.place,
           COALESCE(el.claimed, {made_key("skills")}) AS id, {made_key("skills")} AS made,
           first_value(el.n) OVER first AS first_n
    FROM (
        SELECT c.*, lower(name) AS key,
               lower(CASE bucket WHEN '' THEN {heading("category")} ELSE {heading("bucket")} END) AS heading_key
        FROM skill_candidates c
    ) el
    JOIN headings h ON h.bank_id = el.bank_id AND h.key = el.heading_key
    WINDOW first AS (PARTITION BY el.bank_id, el.key ORDER BY el.rank, el.place, h.turn, el.bucket, el.position)
    """,
    "CREATE INDEX ON skills_read (claimed) WHERE claimed IS NOT NULL AND n = first_n",
    "ANALYZE skills_read",
]


def settle_keys(table: str, rows: str, first: str) -> str:
    """Give the key that several rows claim to the first of them; it may be taken already, too."""
    return f"""
        UPDATE {rows} r SET id = made
        FROM (
            SELECT n, row_number() OVER (
                PARTITION BY claimed ORDER BY origin_id, field, bucket, position) AS turn, claimed
            FROM {rows} WHERE {first} AND claimed IN (
                SELECT claimed FROM {rows} WHERE {first} AND claimed IS NOT NULL GROUP BY claimed HAVING count(*) > 1
                UNION SELECT id FROM {table})
        ) c
        WHERE c.n = r.n AND (c.turn > 1 OR EXISTS (SELECT FROM {table} t WHERE t.id = c.claimed))
        """


READ_CONFIDENCE = [
    """
    CREATE TEMPORARY TABLE confidences ON COMMIT DROP AS
    SELECT el.n, el.bank_id, s.id AS skill_id, el.rank, el.bucket, round(el.element::numeric, 30)::double precision AS share
    FROM elements el
    JOIN skills_read s ON s.bank_id = el.bank_id AND s.n = s.first_n AND s.key = lower(btrim(el.bucket, E' \\t\\n\\r\\f\\x0b'))
    WHERE el.field = 'skill_confidence' AND el.position = 0
      AND CASE jsonb_typeof(el.element) WHEN 'number' THEN el.element::numeric BETWEEN 0 AND 1 ELSE false END
    """,
    "CREATE INDEX ON confidences (skill_id)",
    "ANALYZE confidences",
]

_VALUES = {cell.name: cell.value for cell in SKILL}
_VALUES[
    "confidence"
] = f"""CASE WHEN s.source = 'manual' THEN {_VALUES["confidence"]} ELSE COALESCE({_VALUES["confidence"]}, (
    SELECT c.share FROM confidences c WHERE c.skill_id = s.id ORDER BY c.rank, c.bucket LIMIT 1)) END"""

INSERT_SKILLS = f"""
    INSERT INTO skills (id, created_at, updated_at, bank_id, name, category, bucket, source, display_order, {", ".join(_VALUES)})
    SELECT s.id, o.created_at, o.updated_at, s.bank_id, s.name, s.category, s.heading, s.source,
           row_number() OVER (
               PARTITION BY s.bank_id
               ORDER BY s.rank, s.heading_turn, s.place, {count("display_order").value}, s.bucket, s.position) - 1,
           {", ".join(_VALUES.values())}
    FROM skills_read s
    JOIN origins o ON o.id = s.origin_id AND o.kind = s.kind
    WHERE s.n = s.first_n
    """


# Records and variations -------------------------------------------------------------------------------------------------


def read_entries(table: str, field: str, owner: str = "el.bank_id", join: str = "") -> list[str]:
    """Make `<table>_read`: the elements of a field that are documents, with the row that each becomes or is merged into.

    `owner` is what they belong to. Where several banks of one person say the very same, the first one's row stands for all.
    """
    return [
        f"""
        CREATE TEMPORARY TABLE {table}_read ON COMMIT DROP AS
        SELECT el.n, el.kind, el.origin_id, el.bank_id, el.rank, el.field, el.bucket, el.position, el.element AS e,
               el.element ->> 'id' AS said, {owner} AS owner_id, c.claimed,
               COALESCE(c.claimed, {made_key(table)}) AS id, {made_key(table)} AS made, NULL::uuid AS target_id
        FROM elements el
        {join}
        CROSS JOIN LATERAL (
            SELECT CASE WHEN el.element ->> 'id' ~ '{KEY}' THEN (el.element ->> 'id')::uuid END AS claimed) c
        WHERE el.field = '{field}' AND el.position > 0 AND jsonb_typeof(el.element) = 'object' AND el.element <> '{{}}'
        """,
        f"CREATE INDEX ON {table}_read (owner_id)",
        f"CREATE INDEX ON {table}_read (origin_id)",
        f"ANALYZE {table}_read",
        f"""
        UPDATE {table}_read r SET target_id = twin.made, id = r.made
        FROM (
            SELECT DISTINCT ON (l.n) l.n, f.made
            FROM {table}_read l JOIN {table}_read f
                ON f.owner_id = l.owner_id AND f.rank < l.rank AND f.e - 'id' = l.e - 'id'
            WHERE l.rank > 1
            ORDER BY l.n, f.rank, f.position
        ) twin
        WHERE twin.n = r.n
        """,
        settle_keys(table, f"{table}_read", "target_id IS NULL"),
        # The keys are settled only now.
        f"UPDATE {table}_read r SET target_id = f.id FROM {table}_read f WHERE r.target_id = f.made",
    ]


def insert_entries(table: str, owner: str, cells: tuple[Cell, ...], more: dict[str, str] | None = None) -> str:
    others = more or {}
    told = "".join(f", {name}" for name in others)
    values = "".join(f", {value}" for value in others.values())
    made = "o.created_at"
    if owner == "entry_id" or table == "summary_variations":
        made = f"COALESCE({time('created_at').value}, o.created_at)"
    return f"""
        INSERT INTO {table} (id, created_at, updated_at, {owner}, display_order, {", ".join(cell.name for cell in cells)}{told})
        SELECT r.id, {made}, o.updated_at, r.owner_id,
               row_number() OVER (PARTITION BY r.owner_id ORDER BY r.rank, r.bucket, r.position) - 1,
               {read(cells)}{values}
        FROM {table}_read r
        JOIN origins o ON o.id = r.origin_id AND o.kind = r.kind
        WHERE r.target_id IS NULL
        """


def default_variation(table: str) -> str:
    """Return SQL for the variation that an entry is told by, if it is one of its own."""
    return f"""CASE WHEN e ->> 'default_variation_id' <> '' THEN (
        SELECT COALESCE(v.target_id, v.id) FROM {table}_read v
        WHERE v.owner_id = r.id AND v.said = r.e ->> 'default_variation_id' ORDER BY v.rank, v.position LIMIT 1) END"""


READ_RECORDS = [
    statement
    for records in RECORDS
    for statement in (
        *read_entries(records.table, records.field),
        *(
            read_entries(
                records.variations_table,
                records.variations_field,
                "entry.id",
                f"""CROSS JOIN LATERAL (
                    SELECT COALESCE(r.target_id, r.id) AS id FROM {records.table}_read r
                    WHERE r.origin_id = el.origin_id AND r.said = el.bucket ORDER BY r.position LIMIT 1) entry""",
            )
            if records.variations_table
            else []
        ),
    )
] + read_entries("summary_variations", "summary_variations")

INSERT_RECORDS = [
    statement
    for records in RECORDS
    for statement in (
        insert_entries(
            records.table,
            "bank_id",
            records.cells,
            {"default_variation_id": default_variation(records.variations_table)} if records.variations_table else None,
        ),
        *(
            [insert_entries(records.variations_table, "entry_id", records.variation_cells)]
            if records.variations_table
            else []
        ),
    )
] + [insert_entries("summary_variations", "bank_id", SUMMARY)]
ENTRY_TABLES = (
    "summary_variations",
    *(table for records in RECORDS for table in (records.table, records.variations_table) if table),
)

# Of several summaries the first one stands; banks come before everything in them.
READ_SUMMARIES = """
    CREATE TEMPORARY TABLE default_summaries ON COMMIT DROP AS
    SELECT DISTINCT ON (bank_id) n, bank_id, element #>> '{}' AS default_summary
    FROM elements WHERE field = 'default_summary' ORDER BY bank_id, rank
    """
INSERT_BANKS = f"""
    INSERT INTO skill_banks (id, created_at, updated_at, user_id, default_summary, skill_categories)
    SELECT o.bank_id, o.created_at, o.updated_at, o.user_id, COALESCE(s.default_summary, ''),
           COALESCE(h.names, {NEW_HEADINGS})
    FROM origins o
    LEFT JOIN default_summaries s ON s.bank_id = o.bank_id
    LEFT JOIN (SELECT bank_id, array_agg(name ORDER BY turn) AS names FROM headings GROUP BY bank_id) h
        ON h.bank_id = o.bank_id
    WHERE o.rank = 1 AND (o.kind = 1 OR EXISTS (SELECT FROM elements e WHERE e.bank_id = o.bank_id))
    """
