"""The SQL of 0003 as a whole: the older rows are read, become rows of banks, and are accounted for; and the way back.

Every older row goes into the ledger as it was, with an image of what its bank became; every element of its documents is a row,
or in a line that lists what was merged into which row, did not fit whole, or found no place. The way back gives an older row
its documents again where the bank still looks as they left it. Where it was edited, the edit is told in the documents of the
bank's first row, the line stays, and the bank's rows wait in the ledger whole: they return with the next way forward.
"""

from __future__ import annotations

from skills.migrations._cells import RECORDS, SKILL, SUMMARY, amiss, names, tell
from skills.migrations._reading import (
    ALL_ROWS,
    DECODE,
    ENTRY_TABLES,
    FIELDS,
    INSERT_BANKS,
    INSERT_RECORDS,
    INSERT_SKILLS,
    ORIGINS,
    READ_CONFIDENCE,
    READ_ELEMENTS,
    READ_ORIGINS,
    READ_RECORDS,
    READ_SKILLS,
    READ_SUMMARIES,
    SKILL_FIELDS,
    origin,
    settle_keys,
)
from skills.migrations._rows import LINE, document_of, whole_row

SOURCE = "skills.0003_one_home"
KEPT = f"{SOURCE} backward"
BANK_TABLES = ("skill_banks", "skills", *ENTRY_TABLES)

PREPARE = [
    "SET LOCAL work_mem = '128MB'",
    "SET LOCAL TIME ZONE 'UTC'",
    f"LOCK TABLE {', '.join((*ORIGINS.values(), *BANK_TABLES))} IN ACCESS EXCLUSIVE MODE",
    DECODE,
]

# What belongs together on the way back: the documents that are restored, and the rows whose image says whether.
GROUPS = {
    **dict.fromkeys((*SKILL_FIELDS, "skill_confidence"), "skills"),
    "skill_categories": "skill_categories",
    "default_summary": "default_summary",
    "summary_variations": "summary_variations",
    **{records.field: records.field for records in RECORDS},
    **{records.variations_field: records.field for records in RECORDS if records.variations_table},
}


def _image(rows: str, columns: str, bank: str = "n.bank_id") -> str:
    return f"""(SELECT {bank} AS bank_id, sum(hash_record_extended(ROW({columns}), 0)) AS image
        FROM {rows} GROUP BY {bank})"""


_COMMON = "n.id, n.created_at, n.updated_at, n.display_order"
_PARTS = {
    "skills": [_image("skills n", f"{_COMMON}, n.name, n.category, n.bucket, n.source, {names(SKILL, 'n')}")],
    "summary_variations": [_image("summary_variations n", f"{_COMMON}, {names(SUMMARY, 'n')}")],
    **{
        records.field: [
            _image(
                f"{records.table} n",
                f"{_COMMON}, {names(records.cells, 'n')}{', n.default_variation_id' if records.variations_table else ''}",
            ),
            *(
                [
                    _image(
                        f"{records.variations_table} n JOIN {records.table} e ON e.id = n.entry_id",
                        f"{_COMMON}, n.entry_id, {names(records.variation_cells, 'n')}",
                        "e.bank_id",
                    )
                ]
                if records.variations_table
                else []
            ),
        ]
        for records in RECORDS
    },
}
_ALIASES = [(group, f"{group}_{turn}", part) for group, parts in _PARTS.items() for turn, part in enumerate(parts)]


def _group_image(group: str) -> str:
    return " || '/' || ".join(f"COALESCE({alias}.image, 0)" for one, alias, _ in _ALIASES if one == group)


READ_IMAGES = [
    f"""
    CREATE TEMPORARY TABLE bank_images ON COMMIT DROP AS
    SELECT b.id AS bank_id, b.user_id, jsonb_build_object(
        'default_summary', hashtextextended(b.default_summary, 0), 'skill_categories', hash_array_extended(b.skill_categories, 0),
        {", ".join(f"'{group}', {_group_image(group)}" for group in _PARTS)}) AS image
    FROM skill_banks b
    {" ".join(f"LEFT JOIN {part} {alias} ON {alias}.bank_id = b.id" for _, alias, part in _ALIASES)}
    """,
    "CREATE UNIQUE INDEX ON bank_images (bank_id)",
    "ANALYZE bank_images",
]


# Forward ----------------------------------------------------------------------------------------------------------------

# A person's older rows as a way back left them: as long as nobody touches them, the bank that it kept returns.
OLD_IMAGES = " UNION ALL ".join(
    f"SELECT user_id, hash_record_extended(t, {kind}) AS image FROM {table} t" for kind, table in ORIGINS.items()
)
READ_KEPT = [
    f"""
    CREATE TEMPORARY TABLE kept_banks ON COMMIT DROP AS
    SELECT line.id AS line_id, u.id AS user_id, line.before
    FROM migration_ledger line
    JOIN accounts_user u ON u.id = (line.before -> 'skill_banks' -> 0 ->> 'user_id')::uuid
    JOIN (SELECT user_id, sum(image) AS image FROM ({OLD_IMAGES}) t GROUP BY user_id) old
        ON old.user_id = u.id AND old.image = (line.after ->> 'image')::numeric
    WHERE line.source = '{KEPT}' AND line."table" = 'skill_banks'
    """,
    *(
        f"""
        INSERT INTO {table} SELECT r.* FROM kept_banks k
        CROSS JOIN LATERAL jsonb_populate_recordset(NULL::{table}, k.before -> '{table}') r
        """
        for table in BANK_TABLES
    ),
    "DELETE FROM migration_ledger line USING kept_banks k WHERE line.id = k.line_id",
]


def _entries_aside(table: str, cells_amiss: str) -> str:
    return f"""
        SELECT el.n, 'merged' AS outcome, el.target_id FROM {table}_read el WHERE el.target_id IS NOT NULL
        UNION ALL
        SELECT el.n, 'converted', r.id FROM {table}_read el JOIN {table} r ON r.id = el.id
        WHERE el.target_id IS NULL AND ({cells_amiss} OR COALESCE(el.said, r.id::text) <> r.id::text)
        """


_ASIDE = [
    f"""
    SELECT s.n, 'merged' AS outcome, f.id AS target_id FROM skills_read s JOIN skills_read f ON f.n = s.first_n
    WHERE s.n <> s.first_n
    UNION ALL
    SELECT s.n, 'converted', r.id FROM skills_read s JOIN skills r ON r.id = s.id
    WHERE s.n = s.first_n AND ({amiss(SKILL)} OR r.name <> s.said OR COALESCE(s.e ->> 'id', r.id::text) <> r.id::text
        OR COALESCE(lower(s.e ->> 'category') <> r.category, false) OR COALESCE(lower(s.e ->> 'source') <> r.source, false))
    UNION ALL
    SELECT c.n, 'merged', c.skill_id FROM confidences c
    UNION ALL
    SELECT el.n, 'merged', el.bank_id FROM elements el
    WHERE el.field = 'default_summary' AND NOT EXISTS (SELECT FROM default_summaries s WHERE s.n = el.n)
    """,
    _entries_aside("summary_variations", amiss(SUMMARY)),
]
for _records in RECORDS:
    _by_default = " OR (e ->> 'default_variation_id' <> '' AND r.default_variation_id IS NULL)"
    _ASIDE.append(
        _entries_aside(_records.table, f"({amiss(_records.cells)}{_by_default if _records.variations_table else ''})")
    )
    if _records.variations_table:
        _ASIDE.append(_entries_aside(_records.variations_table, amiss(_records.variation_cells)))

PLACED = " UNION ALL ".join(
    [
        "SELECT n, id, 'skills' AS \"table\" FROM skills_read WHERE n = first_n",
        "SELECT n, bank_id, 'skill_banks' FROM default_summaries",
        (
            "SELECT n, bank_id, 'skill_banks' FROM elements el WHERE el.field = 'skill_categories' AND el.position > 0"
            " AND jsonb_typeof(el.element) = 'string' AND el.element #>> '{}' ~ '[^ \\t\\n\\r\\f\\v]'"
        ),
        *(f"SELECT n, id, '{table}' FROM {table}_read WHERE target_id IS NULL" for table in ENTRY_TABLES),
    ]
)

READ_ASIDE = [
    f"""
    CREATE TEMPORARY TABLE placed ON COMMIT DROP AS {PLACED}
    """,
    f"""
    CREATE TEMPORARY TABLE aside ON COMMIT DROP AS {" UNION ALL ".join(_ASIDE)}
    """,
    "ANALYZE placed, aside",
    # What is neither a row nor noted on one has no place.
    """
    INSERT INTO aside (n, outcome)
    SELECT el.n, 'quarantined' FROM elements el
    WHERE NOT EXISTS (SELECT FROM placed p WHERE p.n = el.n)
      AND NOT EXISTS (SELECT FROM aside a WHERE a.n = el.n AND a.outcome = 'merged')
    """,
]

_REASONS = {
    "merged": "Said again, or said of a row that is there: it is noted on the row whose key stands beside it.",
    "converted": "The columns of the row cannot hold all of this: a date that is none, a value of another kind, a text too long,"
    " a key that is taken or none.",
    "quarantined": "No row can be made of this: a document or an element of another kind, a skill without a name, a confidence"
    " or a variation of what the bank does not hold.",
}
WRITE_ELEMENTS = f"""
    {LINE}
    SELECT md5('{SOURCE}|' || {origin("o")} || '|' || a.outcome || '|' || o.id)::uuid, '{SOURCE}', {origin("o")}, o.id::text,
           'elements', a.elements, NULL, a.outcome,
           CASE a.outcome {" ".join(f"WHEN '{outcome}' THEN '{reason}'" for outcome, reason in _REASONS.items())} END, '',
           o.updated_at
    FROM (
        SELECT el.kind, el.origin_id, a.outcome, jsonb_agg(
            jsonb_build_object('field', el.field, 'bucket', el.bucket, 'position', el.position, 'value', el.element,
                               'row', a.target_id) ORDER BY el.field, el.bucket, el.position) AS elements
        FROM aside a JOIN elements el ON el.n = a.n
        GROUP BY el.kind, el.origin_id, a.outcome
    ) a
    JOIN origins o ON o.id = a.origin_id AND o.kind = a.kind
    ON CONFLICT (id) DO NOTHING
    """


def _whole(kind: int) -> str:
    return whole_row(field for field in FIELDS[kind] if field != "default_summary")


WRITE_ROWS = [
    f"""
    {LINE}
    SELECT md5('{SOURCE}|{table}|whole|' || t.id)::uuid, '{SOURCE}', '{table}', t.id::text, '', {_whole(kind)},
           jsonb_build_object('bank', b.bank_id, 'is_first', o.rank = 1, 'image', b.image),
           CASE WHEN o.rank = 1 OR b.bank_id IS NULL THEN 'converted' ELSE 'merged' END,
           'Documents have become rows of one bank.', COALESCE(b.bank_id::text, ''), o.updated_at
    FROM {table} t
    JOIN origins o ON o.id = t.id AND o.kind = {kind}
    LEFT JOIN bank_images b ON b.bank_id = o.bank_id
    ON CONFLICT (id) DO NOTHING
    """
    for kind, table in ORIGINS.items()
] + [
    f"""
    {LINE}
    SELECT md5('{SOURCE}|{table}|whole|' || t.id)::uuid, '{SOURCE}', '{table}', t.id::text, '', {_whole(kind)}, NULL,
           'quarantined', 'It belongs to a user who does not exist.', '',
           COALESCE(t.updated_at, t.created_at, timestamptz '1970-01-01 00:00Z')
    FROM {table} t
    WHERE NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = t.user_id)
    ON CONFLICT (id) DO NOTHING
    """
    for kind, table in ORIGINS.items()
]

CHECK_FORWARD = f"""
    DO $$
    DECLARE
        account record;
    BEGIN
        FOR account IN
            SELECT el.field, count(*) FILTER (WHERE p.places IS NULL) AS lost, count(*) FILTER (WHERE p.places > 1) AS doubled
            FROM elements el
            LEFT JOIN (
                SELECT n, count(*) AS places FROM (
                    SELECT n FROM placed UNION ALL SELECT n FROM aside WHERE outcome IN ('merged', 'quarantined')
                ) p GROUP BY n
            ) p ON p.n = el.n
            WHERE p.places IS DISTINCT FROM 1
            GROUP BY el.field ORDER BY el.field
        LOOP
            RAISE EXCEPTION '{SOURCE}: account of % is not exact, % elements lost, % elements doubled', account.field,
                account.lost, account.doubled;
        END LOOP;
        FOR account IN
            SELECT p."table", count(*) AS lost FROM placed p
            LEFT JOIN (
                {" UNION ALL ".join(f"SELECT '{table}' AS made, id FROM {table}" for table in BANK_TABLES)}
            ) t ON t.made = p."table" AND t.id = p.id
            WHERE t.id IS NULL GROUP BY p."table" ORDER BY p."table"
        LOOP
            RAISE EXCEPTION '{SOURCE}: account of % is not exact, % rows lost', account."table", account.lost;
        END LOOP;
        FOR account IN
            SELECT {origin("t")} AS "table", count(*) AS lost FROM ({ALL_ROWS}) t
            WHERE NOT EXISTS (SELECT FROM kept_banks k WHERE k.user_id = t.user_id)
              AND NOT EXISTS (
                SELECT FROM migration_ledger line
                WHERE line.id = md5('{SOURCE}|' || {origin("t")} || '|whole|' || t.id)::uuid)
            GROUP BY 1 ORDER BY 1
        LOOP
            RAISE EXCEPTION '{SOURCE}: account of % is not exact, % rows lost', account."table", account.lost;
        END LOOP;
    END $$
    """

CONVERT = [
    *READ_ORIGINS,
    *READ_ELEMENTS,
    *READ_SKILLS,
    settle_keys("skills", "skills_read", "n = first_n"),
    *READ_CONFIDENCE,
    READ_SUMMARIES,
    *READ_RECORDS,
    INSERT_BANKS,
    INSERT_SKILLS,
    *INSERT_RECORDS,
]

FORWARD = [
    *PREPARE,
    *READ_KEPT,
    *CONVERT,
    f"ANALYZE {', '.join(BANK_TABLES)}",
    *READ_ASIDE,
    *READ_IMAGES,
    *WRITE_ROWS,
    WRITE_ELEMENTS,
    CHECK_FORWARD,
]


# Backward ---------------------------------------------------------------------------------------------------------------

READ_LINES = [
    f"""
    CREATE TEMPORARY TABLE lines ON COMMIT DROP AS
    SELECT line.id AS line_id, line."table", line.row_id, line.before, i.bank_id,
           COALESCE((line.after ->> 'is_first')::boolean, false) AS is_first,
           line.after IS NULL OR i.bank_id IS NULL OR line.after -> 'image' = i.image AS is_same,
           CASE WHEN i.bank_id IS NULL THEN NULL ELSE ARRAY(
               SELECT cell.key FROM jsonb_each(line.after -> 'image') cell WHERE cell.value = i.image -> cell.key) END AS same
    FROM migration_ledger line
    LEFT JOIN bank_images i ON i.bank_id = (line.after ->> 'bank')::uuid
    WHERE line.source = '{SOURCE}' AND line."column" = ''
      AND (line.after IS NULL OR EXISTS (SELECT FROM accounts_user u WHERE u.id = (line.before ->> 'user_id')::uuid))
      -- A bank that was deleted since does not return.
      AND (line.after ->> 'bank' IS NULL OR i.bank_id IS NOT NULL)
    """,
    "ANALYZE lines",
    """
    CREATE TEMPORARY TABLE edited_banks ON COMMIT DROP AS
    SELECT i.bank_id, i.user_id FROM bank_images i
    WHERE NOT EXISTS (SELECT FROM lines WHERE lines.bank_id = i.bank_id AND lines.is_first AND lines.is_same)
    """,
    "CREATE UNIQUE INDEX ON edited_banks (bank_id)",
    "ANALYZE edited_banks",
]

_LISTED = "jsonb_agg({} ORDER BY n.display_order, n.id)"
_SKILL = tell(SKILL, "'id', n.id", "'name', n.name", "'category', n.category", "'source', n.source",
              "'display_order', n.display_order")  # fmt: skip


def _told_entries(table: str, document: str) -> str:
    return f"""(SELECT {_LISTED.format(document)} FROM {table} n WHERE n.bank_id = b.id)"""


_TOLD = {
    "skills": f"""(SELECT jsonb_object_agg(bucket, skills) FROM (
        SELECT n.bucket, {_LISTED.format(_SKILL)} AS skills FROM skills n WHERE n.bank_id = b.id GROUP BY n.bucket) s)""",
    "skill_categories": "to_jsonb(b.skill_categories)",
    "default_summary": "b.default_summary",
    "summary_variations": _told_entries(
        "summary_variations", tell(SUMMARY, "'id', n.id", "'created_at', n.created_at")
    ),
}
for _records in RECORDS:
    _varied = ["'default_variation_id', n.default_variation_id"] if _records.variations_table else []
    _TOLD[_records.field] = _told_entries(_records.table, tell(_records.cells, "'id', n.id", *_varied))
    if _records.variations_table:
        _document = tell(
            _records.variation_cells, "'id', n.id", f"'{_records.entry_key}', n.entry_id", "'created_at', n.created_at"
        )
        _TOLD[_records.variations_field] = f"""(SELECT jsonb_object_agg(entry_id, variations) FROM (
            SELECT n.entry_id, {_LISTED.format(_document)} AS variations
            FROM {_records.variations_table} n JOIN {_records.table} r ON r.id = n.entry_id
            WHERE r.bank_id = b.id GROUP BY n.entry_id) v)"""

READ_TOLD = [
    f"""
    CREATE TEMPORARY TABLE told_banks ON COMMIT DROP AS
    SELECT b.id, b.user_id, {", ".join(f"{document} AS {field}" for field, document in _TOLD.items())},
           b.created_at, b.updated_at
    FROM edited_banks JOIN skill_banks b ON b.id = edited_banks.bank_id
    """,
    "CREATE UNIQUE INDEX ON told_banks (id)",
]


def _restored(field: str) -> str:
    return "lines.before ->> 'default_summary'" if field == "default_summary" else document_of("lines.before", field)


def _rebuild(kind: int, table: str) -> str:
    fields = [*FIELDS[kind], *(["default_summary"] if kind == 1 else [])]
    columns = []
    for field in fields:
        told = f"WHEN lines.is_first THEN told.{field}" if kind == 1 and field in _TOLD else ""
        columns.append(
            f"CASE WHEN lines.same IS NULL OR '{GROUPS[field]}' = ANY (lines.same) THEN {_restored(field)} {told} END"
        )
    return f"""
        INSERT INTO {table} (id, user_id, {", ".join(fields)}, created_at, updated_at)
        SELECT lines.row_id::uuid, (lines.before ->> 'user_id')::uuid, {", ".join(columns)},
               (lines.before ->> 'created_at')::timestamptz, (lines.before ->> 'updated_at')::timestamptz
        FROM lines LEFT JOIN told_banks told ON told.id = lines.bank_id
        WHERE lines."table" = '{table}'
        """


REBUILD = [
    *(_rebuild(kind, table) for kind, table in ORIGINS.items()),
    f"""
    INSERT INTO legacy_skill_banks (id, user_id, {", ".join(_TOLD)}, created_at, updated_at)
    SELECT id, user_id, {", ".join(_TOLD)}, created_at, updated_at FROM told_banks told
    WHERE NOT EXISTS (SELECT FROM lines WHERE lines."table" = 'legacy_skill_banks' AND lines.row_id = told.id::text)
    """,
]

_KEPT_ROWS = {
    "skill_banks": "SELECT to_jsonb(n) AS row, n.id AS key FROM skill_banks n WHERE n.id = b.bank_id",
    # The taxonomy does not go back; its command links the skill again.
    "skills": "SELECT to_jsonb(n) - 'concept_id' AS row, n.id AS key FROM skills n WHERE n.bank_id = b.bank_id",
    "summary_variations": "SELECT to_jsonb(n) AS row, n.id AS key FROM summary_variations n WHERE n.bank_id = b.bank_id",
}
for _records in RECORDS:
    _KEPT_ROWS[_records.table] = (
        f"SELECT to_jsonb(n) AS row, n.id AS key FROM {_records.table} n WHERE n.bank_id = b.bank_id"
    )
    if _records.variations_table:
        _KEPT_ROWS[
            _records.variations_table
        ] = f"""SELECT to_jsonb(n) AS row, n.id AS key FROM {_records.variations_table} n
            JOIN {_records.table} e ON e.id = n.entry_id WHERE e.bank_id = b.bank_id"""

_kept_documents = ", ".join(
    f"'{table}', (SELECT COALESCE(jsonb_agg(r.row ORDER BY r.key), '[]') FROM ({rows}) r)"
    for table, rows in _KEPT_ROWS.items()
)
WRITE_KEPT = f"""
    {LINE}
    SELECT md5('{KEPT}|skill_banks|' || b.bank_id)::uuid, '{KEPT}', 'skill_banks', b.bank_id::text, '',
           jsonb_build_object({_kept_documents}), jsonb_build_object('image', old.image), 'converted',
           'The older documents cannot hold these rows as they are.', '', told.updated_at
    FROM edited_banks b
    JOIN told_banks told ON told.id = b.bank_id
    JOIN (SELECT user_id, sum(image) AS image FROM ({OLD_IMAGES}) t GROUP BY user_id) old ON old.user_id = b.user_id
    ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before, after = EXCLUDED.after
    """

DROP_LINES = f"""
    DELETE FROM migration_ledger line
    USING lines
    WHERE line.source = '{SOURCE}' AND line."table" = lines."table" AND line.row_id = lines.row_id AND lines.is_same
    """

CHECK_BACKWARD = f"""
    DO $$
    DECLARE
        rows_lost bigint := (
            SELECT count(*) FROM lines LEFT JOIN ({ALL_ROWS}) t ON t.id = lines.row_id::uuid AND {origin("t")} = lines."table"
            WHERE t.id IS NULL);
        banks_lost bigint := (
            SELECT count(*) FROM bank_images i
            WHERE NOT EXISTS (SELECT FROM lines WHERE lines.bank_id = i.bank_id AND lines.is_first AND lines.is_same)
              AND NOT EXISTS (SELECT FROM migration_ledger line WHERE line.id = md5('{KEPT}|skill_banks|' || i.bank_id)::uuid));
    BEGIN
        IF rows_lost > 0 OR banks_lost > 0 THEN
            RAISE EXCEPTION '{SOURCE}: account of the way back is not exact, % rows lost, % banks lost', rows_lost, banks_lost;
        END IF;
    END $$
    """

BACKWARD = [
    *PREPARE,
    f"TRUNCATE {', '.join(ORIGINS.values())}",
    *READ_IMAGES,
    *READ_LINES,
    *READ_TOLD,
    *REBUILD,
    WRITE_KEPT,
    CHECK_BACKWARD,
    DROP_LINES,
    f"TRUNCATE {', '.join(BANK_TABLES)}",
]
