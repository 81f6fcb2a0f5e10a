"""What a later run brings to a bank that an earlier one brought.

A person has one bank, and every row of the source that tells of it is folded into that one while it takes our shape. So
when rows join a bank that came before, what they alone tell has to be found again: by the ledger, where each of the older
rows stands whole, as it was when it came. Entries of the new rows come in; those that an earlier row had are what became
of them here: they are met, or were deleted and stay that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.merging.tables import BANKED, SKILL_KEY
from skills.migrations._cells import KEY, RECORDS, words_of
from skills.migrations._one_home import SOURCE
from skills.migrations._reading import BLANKS, BY_KEY, DECODE, FIELDS, ORIGINS, SKILL_FIELDS, made_key

if TYPE_CHECKING:
    from jobos.crossing.services.merging.session import Session
    from jobos.crossing.services.merging.tables import Table

# Which rows of a source tell of a bank, by the table that held them while they were read.
TELLERS = (
    ("legacy_skill_banks", "skill_banks"),
    ("legacy_skill_banks", "profile_dna"),
    ("skill_banks_legacy", "skill_banks_legacy"),
    ("legacy_profile_skills", "user_profiles"),
)
ENTRIES = {
    **dict.fromkeys(SKILL_FIELDS, "skills"),
    "summary_variations": "summary_variations",
    **{records.field: records.table for records in RECORDS},
    **{records.variations_field: records.variations_table for records in RECORDS if records.variations_table},
}
VARIATIONS = {records.variations_table: records.table for records in RECORDS if records.variations_table}
NO_BANK = "Its skill bank was deleted here since it came over."
GONE = "It came over with an earlier row, and was deleted here since."
LEFT = "Its row came over before this was told there: it is left alone."

_TELLERS = ", ".join(f"('{staged}', '{told}')" for staged, told in TELLERS)
_FIELDS = " ".join(f"WHEN {kind} THEN ARRAY[{words_of(fields)}]" for kind, fields in FIELDS.items())
_TABLES = " ".join(f"WHEN '{field}' THEN '{table}'" for field, table in ENTRIES.items())
_KINDS = " ".join(f"WHEN '{table}' THEN {kind}" for kind, table in ORIGINS.items())
_KEYS = " ".join(f"WHEN '{table}' THEN {made_key(table)}" for table in dict.fromkeys(ENTRIES.values()))
_HAD = """
    SELECT n.table_name, n.key, n.origin_id, n.said, o.key AS old_key, o.origin_id AS old_origin_id, o.said AS old_said
    FROM told_entries n JOIN told_entries o ON o.user_id = n.user_id AND o.table_name = n.table_name
    WHERE n.is_new AND NOT o.is_new"""
_NAME = rf"lower(btrim(regexp_replace(left(btrim(said, {BLANKS}), 200), '\s+', ' ', 'g')))"


def _source(session: Session) -> str:
    return session.quote(f"{session.prefix}{SOURCE}"[:200])


def read_rows(session: Session) -> int:
    """Make `bank_rows`: the rows that tell of each bank that comes; return how many of them are new."""
    session.run(f"""
        CREATE TEMPORARY TABLE bank_rows ON COMMIT DROP AS
        SELECT d.id AS bank_id, d.user_id, line.id AS line_id, line."table", line.row_id, known.row_id IS NOT NULL AS is_known
        FROM incoming_ledger line
        JOIN decided_skill_banks d ON d.id = (line.after ->> 'bank')::uuid
        LEFT JOIN (
            SELECT DISTINCT teller.staged, r.stage_id::text AS row_id
            FROM source_rows r
            JOIN earlier e USING (source_table, row_id)
            JOIN (VALUES {_TELLERS}) teller (staged, told) ON teller.told = r.source_table
            WHERE e.outcome <> 'quarantined'
        ) known ON known.staged = line."table" AND known.row_id = line.row_id
        WHERE line.source = {_source(session)} AND line."column" = ''
        """)
    session.run("ANALYZE bank_rows")
    return session.count("SELECT count(*) FROM bank_rows WHERE NOT is_known")


def find_grown(session: Session) -> None:
    """Make `earlier_bank_rows`, those that people with new ones have here, and `grown_banks`, to which both belong.

    A row whose key is no UUID has a line of the ledger that says which one it got.
    """
    session.run("""
        CREATE TEMPORARY TABLE growing_people ON COMMIT DROP AS
        SELECT DISTINCT r.stage_id::text AS staged_user, p.new_id AS user_id
        FROM source_rows r JOIN decided_accounts_user p ON p.id = r.final_id
        WHERE r.final_table = 'accounts_user' AND p.new_id IN (SELECT user_id FROM bank_rows WHERE NOT is_known)
        """)
    session.run(f"""
        CREATE TEMPORARY TABLE earlier_tellers ON COMMIT DROP AS
        SELECT teller.staged, COALESCE(named.after #>> '{{}}', e.row_id) AS row_id
        FROM earlier e
        JOIN (VALUES {_TELLERS}) teller (staged, told) ON teller.told = e.source_table
        LEFT JOIN migration_ledger named
            ON named.source = {session.quote(session.source)} AND named."table" = e.source_table
            AND named.row_id = e.row_id AND named."column" = 'id'
        WHERE e.outcome <> 'quarantined'
        """)
    session.run("ANALYZE growing_people, earlier_tellers")
    session.run(f"""
        CREATE TEMPORARY TABLE earlier_bank_rows ON COMMIT DROP AS
        SELECT DISTINCT p.user_id, line.id AS line_id
        FROM migration_ledger line
        JOIN growing_people p ON p.staged_user = line.before ->> 'user_id'
        JOIN earlier_tellers t ON (t.staged, t.row_id) = (line."table", line.row_id)
        WHERE line.source = {_source(session)} AND line."column" = '' AND line.after ->> 'bank' IS NOT NULL
        """)
    session.run("ANALYZE earlier_bank_rows")
    session.run("""
        CREATE TEMPORARY TABLE grown_banks ON COMMIT DROP AS
        SELECT bank_id AS id FROM bank_rows GROUP BY bank_id, user_id
        HAVING bool_or(NOT is_known) AND (bool_or(is_known) OR user_id IN (SELECT user_id FROM earlier_bank_rows))
        """)
    session.has_grown_banks = session.count("SELECT count(*) FROM grown_banks") > 0


def settle_banks(session: Session) -> None:
    """Decide a bank by its rows: it comes with the first of them, and any other joins the bank that its person has."""
    has_new = read_rows(session)
    leave_old_lines(session)
    # A row that came before is no reason for a bank to come, and one that is new is, though no line of its own says so.
    session.run("""
        UPDATE decided_skill_banks d
        SET state = CASE WHEN NOT told.has_new THEN 'idle' WHEN d.user_id IS NULL THEN 'orphan' ELSE 'new' END
        FROM (SELECT bank_id, bool_or(NOT is_known) AS has_new FROM bank_rows GROUP BY bank_id) told
        WHERE told.bank_id = d.id AND NOT d.is_sourced AND d.state IN ('new', 'idle')
        """)
    if not has_new:
        return
    find_grown(session)
    session.run(f"""
        UPDATE decided_skill_banks d
        SET state = CASE WHEN t.id IS NULL THEN 'deleted' ELSE 'met' END, new_id = COALESCE(t.id, d.new_id),
            reason = CASE WHEN t.id IS NULL THEN {session.quote(NO_BANK)} ELSE '' END, has_newcomers = true
        FROM decided_skill_banks own LEFT JOIN skill_banks t ON t.user_id = own.user_id
        WHERE d.id = own.id AND d.id IN (SELECT id FROM grown_banks) AND d.state IN ('new', 'known', 'deleted')
        """)
    # Where a bank does not come, the lines of its rows name none.
    session.run("""
        UPDATE incoming_ledger line SET target_row_id = ''
        FROM bank_rows b JOIN decided_skill_banks d ON d.id = b.bank_id
        WHERE b.line_id = line.id AND NOT b.is_known AND d.state IN ('deleted', 'orphan')
        """)
    if session.has_grown_banks:
        session.run(DECODE)
        read_entries(session)


def leave_old_lines(session: Session) -> None:
    """Tell nothing more of rows that came before: they are left alone, so what they tell now has not come."""
    session.run(f"""
        DELETE FROM incoming_ledger line USING bank_rows b
        WHERE line.source = {_source(session)} AND (line."table", line.row_id) = (b."table", b.row_id) AND b.is_known
          AND (line."column" = 'elements' OR EXISTS (SELECT FROM migration_ledger there WHERE there.id = line.id))
        """)
    session.run(f"""
        UPDATE incoming_ledger line
        SET outcome = 'quarantined', reason = {session.quote(LEFT)}, after = NULL, target_row_id = ''
        FROM bank_rows b WHERE b.line_id = line.id AND b.is_known
        """)


def read_entries(session: Session) -> None:
    """Make `newly_told`: the entries of grown banks that a new row tells, and by which keys an earlier one had them."""
    source = _source(session)
    session.run(f"""
        CREATE TEMPORARY TABLE told_entries ON COMMIT DROP AS
        WITH lines AS (
            SELECT b.user_id, true AS is_new, line."table", line.row_id, line.before
            FROM bank_rows b JOIN incoming_ledger line ON line.id = b.line_id
            WHERE NOT b.is_known AND b.bank_id IN (SELECT id FROM grown_banks)
            UNION ALL
            SELECT b.user_id, false, line."table", line.row_id, line.before
            FROM earlier_bank_rows b JOIN migration_ledger line ON line.id = b.line_id
        ),
        elements AS (
            SELECT l.user_id, l.is_new, l."table" AS told_in, CASE l."table" {_KINDS} END AS kind, l.row_id::uuid AS origin_id,
                   field, b.bucket, e.position, e.element
            FROM lines l
            CROSS JOIN LATERAL unnest(CASE CASE l."table" {_KINDS} END {_FIELDS} END) field
            CROSS JOIN LATERAL (SELECT pg_temp.decode(l.before -> field) AS document) d
            CROSS JOIN LATERAL (SELECT field IN ({words_of(BY_KEY)}) AND jsonb_typeof(d.document) = 'object' AS is_by_key) k
            CROSS JOIN LATERAL (
                SELECT key AS bucket, value FROM jsonb_each(CASE WHEN k.is_by_key THEN d.document ELSE '{{}}' END)
                UNION ALL
                SELECT '', d.document WHERE NOT k.is_by_key
            ) b
            CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(b.value) WHEN 'array' THEN b.value ELSE '[]' END)
                WITH ORDINALITY e (element, position)
        ),
        asides AS (
            SELECT line."table" AS told_in, line.row_id::uuid AS origin_id, line.outcome, aside.*
            FROM (
                SELECT "table", row_id, outcome, before FROM incoming_ledger
                WHERE source = {source} AND "column" = 'elements' AND row_id IN (SELECT row_id FROM lines WHERE is_new)
                UNION ALL
                SELECT "table", row_id, outcome, before FROM migration_ledger
                WHERE source = {source} AND "column" = 'elements' AND row_id IN (SELECT row_id FROM lines WHERE NOT is_new)
            ) line
            CROSS JOIN LATERAL jsonb_to_recordset(line.before)
                aside (field text, bucket text, position bigint, "row" uuid)
        )
        SELECT el.user_id, el.is_new, el.origin_id, el.field, el.bucket, CASE el.field {_TABLES} END AS table_name,
               CASE WHEN el.field IN ({words_of(SKILL_FIELDS)}) THEN {_NAME} END AS name, el.said, el.claimed, el.content,
               COALESCE(asides."row", el.claimed, CASE CASE el.field {_TABLES} END {_KEYS} END) AS key
        FROM (
            SELECT *, CASE WHEN element ->> 'id' ~ '{KEY}' THEN (element ->> 'id')::uuid END AS claimed,
                   CASE jsonb_typeof(element) WHEN 'object' THEN element - 'id' ELSE element END AS content,
                   CASE WHEN field NOT IN ({words_of(SKILL_FIELDS)}) THEN element ->> 'id'
                        WHEN jsonb_typeof(element) = 'object' THEN element ->> 'name' ELSE element #>> '{{}}' END AS said
            FROM elements
        ) el
        LEFT JOIN asides USING (told_in, origin_id, field, bucket, position)
        WHERE COALESCE(asides.outcome, '') <> 'quarantined'
        """)
    session.run("ANALYZE told_entries")
    session.run(f"""
        CREATE TEMPORARY TABLE told_headings ON COMMIT DROP AS
        SELECT user_id, is_new, lower(btrim(left(btrim(content #>> '{{}}', {BLANKS}), 100), {BLANKS})) AS heading
        FROM told_entries WHERE field = 'skill_categories'
        """)
    session.run(f"""
        CREATE TEMPORARY TABLE had_entries ON COMMIT DROP AS
        {_HAD}
          AND CASE n.table_name WHEN 'skills' THEN o.name = n.name ELSE o.claimed = n.claimed OR o.content = n.content END
          AND n.table_name NOT IN ({words_of(tuple(VARIATIONS))})
        """)
    session.run("CREATE INDEX ON had_entries (origin_id)")
    session.run("ANALYZE had_entries")
    # The same words may stand under several entries: there they are several variations.
    for table, entries in VARIATIONS.items():
        session.run(f"""
            INSERT INTO had_entries
            {_HAD} AND n.table_name = '{table}'
              AND (o.claimed = n.claimed OR o.content = n.content AND EXISTS (
                  SELECT FROM had_entries h
                  WHERE (h.table_name, h.origin_id, h.said, h.old_origin_id, h.old_said)
                      = ('{entries}', n.origin_id, n.bucket, o.origin_id, o.bucket)))
            """)
    session.run(f"""
        CREATE TEMPORARY TABLE newly_told ON COMMIT DROP AS
        SELECT n.table_name, n.key, bool_or(h.old_key IS NOT NULL) AS is_old,
               array_agg(h.old_key) || array_agg(md5({session.quote(f"{session.key}|")} || n.table_name || '|' || h.old_key)::uuid)
                   || n.key AS keys
        FROM told_entries n LEFT JOIN had_entries h USING (table_name, key)
        WHERE n.is_new AND n.table_name IS NOT NULL
        GROUP BY n.table_name, n.key
        """)
    session.run("ANALYZE newly_told")


def settle_entries(session: Session, table: Table) -> None:
    """Let in what new rows tell of a grown bank; what an earlier row had is what is here of it, or deleted."""
    name, owner = table.name, table.owner
    owners = "SELECT id FROM grown_banks"
    if name in VARIATIONS:
        owners = f"SELECT id FROM incoming_{VARIATIONS[name]} WHERE bank_id IN ({owners})"
    is_same = "t.id = ANY (n.keys)"
    if name == "skills":
        is_same += f" OR {SKILL_KEY.format('t')} = {SKILL_KEY.format('i')}"
    session.run(f"""
        UPDATE decided_{name} d
        SET state = CASE WHEN n.key IS NULL THEN 'idle' WHEN d.{owner} IS NULL THEN 'orphan' WHEN NOT n.is_old THEN 'new'
                         WHEN here.id IS NULL THEN 'deleted' ELSE 'met' END,
            new_id = CASE WHEN n.is_old THEN COALESCE(here.id, d.new_id) ELSE d.new_id END,
            reason = CASE WHEN n.is_old AND d.{owner} IS NOT NULL AND here.id IS NULL THEN {session.quote(GONE)}
                          ELSE d.reason END,
            has_newcomers = n.key IS NOT NULL
        FROM incoming_{name} i
        LEFT JOIN newly_told n ON n.table_name = '{name}' AND n.key = i.id
        JOIN decided_{name} own ON own.id = i.id
        LEFT JOIN LATERAL (
            SELECT t.id FROM {name} t WHERE n.is_old AND t.{owner} = own.{owner} AND ({is_same})
            ORDER BY t.id = ANY (n.keys) DESC, t.id LIMIT 1) here ON true
        WHERE i.id = d.id AND NOT d.is_sourced AND d.state IN ('new', 'orphan', 'idle')
          AND i.{owner} IN ({owners})
        """)


def trim_banks(session: Session) -> None:
    """Leave of a grown bank that comes what its new rows tell: headings and a summary that no earlier row had."""
    if not session.has_grown_banks:
        return
    summary = """(SELECT FROM {rows} b JOIN {ledger} line ON line.id = b.line_id
        WHERE b.user_id = d.user_id AND {which})"""
    told = summary.format(
        rows="bank_rows",
        ledger="incoming_ledger",
        which="NOT b.is_known AND line.before ->> 'default_summary' = i.default_summary",
    )
    had = summary.format(
        rows="earlier_bank_rows", ledger="migration_ledger", which="line.before ->> 'default_summary' <> ''"
    )
    session.run(f"""
        UPDATE incoming_skill_banks i
        SET default_summary = CASE WHEN EXISTS {told} AND NOT EXISTS {had} THEN i.default_summary ELSE '' END,
            skill_categories = ARRAY(
                SELECT heading FROM unnest(i.skill_categories) WITH ORDINALITY h (heading, place)
                WHERE lower(heading) IN (
                        SELECT lower(s.bucket) FROM decided_skills came JOIN incoming_skills s USING (id)
                        WHERE came.state = 'new' AND s.bank_id = i.id)
                    OR lower(heading) IN (
                        SELECT heading FROM told_headings WHERE user_id = d.user_id
                        GROUP BY heading HAVING bool_and(is_new))
                ORDER BY place)
        FROM decided_skill_banks d
        WHERE d.id = i.id AND d.state = 'met' AND i.id IN (SELECT id FROM grown_banks)
        """)


def settle(session: Session, table: Table) -> None:
    """Settle what a later run brings of banks and their entries; of any other table nothing."""
    if table.name == "skill_banks" and session.is_repeated:
        settle_banks(session)
    elif session.has_grown_banks and (table.name in BANKED or table.name in VARIATIONS):
        settle_entries(session, table)
