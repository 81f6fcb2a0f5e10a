"""Writing what was decided: the ledger's lines, the rows that come in, and what they add to those that are here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.merging.session import LEDGER_COLUMNS
from jobos.crossing.services.merging.tables import BY_NAME, EVERY, SHARED, Table

if TYPE_CHECKING:
    from jobos.crossing.services.merging.session import Session

NOT_HERE = "What it points at did not come over."
LACKING = "Lacking here; told by the older system."
PROFILE_FACTS = (
    "first_name",
    "last_name",
    "phone",
    "city",
    "state",
    "linkedin_url",
    "portfolio_url",
    "current_title",
    "experience_years",
    "education",
    "bio",
    "preferred_locations",
    "preferred_job_types",
    "preferred_remote_types",
)


# The ledger -----------------------------------------------------------------------------------------------------------


def write_whole_rows(session: Session, table: Table) -> None:
    """Keep whole in the ledger what does not come in: what waits, and what went into a row that says other things."""
    name, source = table.name, session.quote(session.source)
    if session.has(name, "waits", "orphan", "deleted"):
        session.run(f"""
            INSERT INTO migration_ledger AS line ({LEDGER_COLUMNS})
            SELECT {session.line_id(name, "d.id", "", "quarantined")}, {source}, '{name}', d.id::text, '', {table.whole},
                   NULL, 'quarantined', d.reason, '', {table.at}
            FROM decided_{name} d JOIN incoming_{name} i ON i.id = d.id
            WHERE d.state IN ('waits', 'orphan') OR d.state = 'deleted' AND d.has_newcomers
            ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before, reason = EXCLUDED.reason
            WHERE line.outcome = 'quarantined'
              AND (line.before IS DISTINCT FROM EXCLUDED.before OR line.reason <> EXCLUDED.reason)
            """)
    if session.has(name, "met", "folded"):
        derived = [field.column for field in table.model._meta.concrete_fields if field.column not in table.columns]
        line = session.line_id(name, "d.id", "", "merged")
        if session.is_repeated and name in SHARED:  # What belongs to nobody may be met again, and say other things.
            line = f"""COALESCE((
                SELECT md5(concat_ws('|', told.id, {table.whole}))::uuid FROM migration_ledger told
                WHERE told.id = {line} AND told.before IS DISTINCT FROM {table.whole}), {line})"""
        there = "to_jsonb(t)" + "".join(f" - '{column}'" for column in (*derived, *table.secrets))
        session.run(f"""
            INSERT INTO migration_ledger ({LEDGER_COLUMNS})
            SELECT {line}, {source}, '{name}', d.id::text, '', {table.whole}, NULL,
                   'merged', COALESCE(NULLIF(d.reason, ''), {session.quote(table.reason)}), d.new_id::text, {table.at}
            FROM decided_{name} d JOIN incoming_{name} i ON i.id = d.id
            LEFT JOIN {name} t ON t.id = d.new_id
            WHERE d.state IN ('met', 'folded') AND {table.whole} IS DISTINCT FROM {there}
            ON CONFLICT (id) DO NOTHING
            """)
    if session.has(name, "twin"):
        session.run(f"""
            INSERT INTO migration_ledger ({LEDGER_COLUMNS})
            SELECT {session.line_id(name, "d.id", "", "merged")}, {source}, '{name}', d.id::text, '', {table.whole}, NULL,
                   'merged', 'Another row that came over is the same here, and was updated later.', d.new_id::text,
                   {table.at}
            FROM decided_{name} d JOIN incoming_{name} i ON i.id = d.id
            WHERE d.state = 'twin'
            ON CONFLICT (id) DO NOTHING
            """)


def settle_waiting_lines(session: Session) -> None:
    """Say of what waited in an earlier run, and came now, where it is."""
    waiting = session.count(f"""
        SELECT count(*) FROM migration_ledger
        WHERE source = {session.quote(session.source)} AND outcome = 'quarantined' AND "column" = ''
        """)
    if not waiting:
        return
    for table in EVERY:
        session.run(f"""
            UPDATE migration_ledger line SET outcome = 'converted', target_row_id = d.new_id::text
            FROM decided_{table.name} d
            WHERE line.source = {session.quote(session.source)} AND line."table" = '{table.name}' AND line.row_id = d.id::text
              AND line.id = {session.line_id(table.name, "d.id", "", "quarantined")}
              AND line.outcome = 'quarantined' AND d.state IN ('new', 'met', 'twin', 'folded')
            """)


def carry_ledger(session: Session) -> None:
    """Bring the lines that the source's own way here wrote; a key in them is the one that the row has here.

    What nothing that is here needs has not come: the lines that name it name nothing until it comes. A line that an
    earlier run wrote stays as it is; where it holds another value now, of a source that grew, that one comes beside it.
    """
    nowhere = " UNION ALL ".join(
        f"""SELECT d.id::text AS id FROM decided_{name} d
            WHERE d.state = 'idle' AND NOT EXISTS (SELECT FROM {name} t WHERE t.id = d.new_id)"""
        for name in SHARED
    )
    session.run(f"CREATE TEMPORARY TABLE nowhere ON COMMIT DROP AS {nowhere}")
    session.run("""
        CREATE TEMPORARY TABLE moved_keys ON COMMIT DROP AS
        SELECT old_id::text AS old_id, min(new_id::text) AS new_id FROM key_map WHERE new_id IS NOT NULL GROUP BY old_id
        """)
    session.run("ANALYZE nowhere, moved_keys")
    if session.is_repeated:
        session.run("""
            UPDATE incoming_ledger i SET id = md5(concat_ws('|', i.id, i.before))::uuid
            FROM migration_ledger there WHERE there.id = i.id AND i.before IS NOT NULL AND i.before IS DISTINCT FROM there.before
            """)
    added = session.run(f"""
        INSERT INTO migration_ledger AS line ({LEDGER_COLUMNS})
        SELECT i.id, i.source, i."table", i.row_id, i."column", i.before, i.after, i.outcome, i.reason,
               CASE WHEN n.id IS NOT NULL AND i.outcome <> 'merged' THEN '' ELSE COALESCE(k.new_id, i.target_row_id) END, i.at
        FROM incoming_ledger i
        LEFT JOIN moved_keys k ON k.old_id = i.target_row_id
        LEFT JOIN nowhere n ON n.id = i.target_row_id
        ON CONFLICT (id) DO NOTHING  -- To look for each in a table that grows meanwhile could read all of it each time.
        """)
    session.run("""
        UPDATE migration_ledger line SET target_row_id = COALESCE(k.new_id, i.target_row_id)
        FROM incoming_ledger i LEFT JOIN moved_keys k ON k.old_id = i.target_row_id
        WHERE line.id = i.id AND line.target_row_id IN ('', i.target_row_id)
          AND line.target_row_id <> COALESCE(k.new_id, i.target_row_id)
          AND NOT EXISTS (SELECT FROM nowhere n WHERE n.id = i.target_row_id)
        """)
    session.tell("write migration_ledger", added)


# Rows that come in ----------------------------------------------------------------------------------------------------


def read_copies(session: Session) -> None:
    """Make `copies_here`: what the listings that are here are copies of.

    The table itself grows while listings are written to it, and without statistics it would be read through for each.
    """
    session.run("""
        CREATE TEMPORARY TABLE copies_here ON COMMIT DROP AS
        SELECT id, canonical_id FROM job_listings WHERE canonical_id IS NOT NULL
        """)
    session.run("CREATE UNIQUE INDEX ON copies_here (id)")
    session.run("ANALYZE copies_here")


def insert_rows(session: Session, table: Table) -> None:
    """Insert what is new of a table, through the keys that changed, with a line for every value that had to change."""
    name = table.name
    if not session.has(name, "new"):
        session.tell(f"write {name}", 0)
        return
    joins, links = _resolve_links(session, table)
    values = {
        "id": "d.new_id",
        **{column: f"d.{column}" for column in table.owners},
        **links,
    }
    _write_lost_links(session, table, joins, links)
    for column, cell in table.cells.items():
        plain = values.get(column, f'i."{column}"')
        value = f"({cell.value})"
        for link, resolved in links.items():
            value = value.replace(f"{{{link}}}", resolved)
        values[column] = value
        if cell.reason:
            session.run(f"""
                INSERT INTO migration_ledger ({LEDGER_COLUMNS})
                SELECT {session.line_id(name, "d.id", column, "converted")}, {session.quote(session.source)}, '{name}',
                       d.id::text, '{column}', to_jsonb({plain}), to_jsonb({value}), 'converted',
                       {session.quote(cell.reason)}, d.new_id::text, {table.at}
                FROM decided_{name} d JOIN incoming_{name} i ON i.id = d.id {joins} {table.joins}
                WHERE d.state = 'new' AND {plain} IS DISTINCT FROM {value}
                ON CONFLICT (id) DO NOTHING
                """)
    chosen = ", ".join(values.get(column, f'i."{column}"') for column in table.columns)
    columns = table.quoted
    can_rest = bool(table.by_trigger) and _rest_trigger(session, table)
    if can_rest:
        columns = ", ".join((columns, *table.by_trigger))
        chosen = ", ".join((chosen, *(f"i.{column}" for column in table.by_trigger)))
    added = session.run(f"""
        INSERT INTO {name} ({columns})
        SELECT {chosen} FROM decided_{name} d JOIN incoming_{name} i ON i.id = d.id {joins} {table.joins}
        WHERE d.state = 'new'
        """)
    if can_rest:
        _wake_trigger(session)
    session.add(name, added)
    session.tell(f"write {name}", added)


# Making what is searched of a listing is most of the work of writing it. It came along, and is the same here unless the
# company goes by another name.


def _rest_trigger(session: Session, table: Table) -> bool:
    """Let what a trigger makes of listings be written as it came; only the owner of the table may."""
    if not session.count(
        "SELECT pg_has_role(relowner, 'USAGE')::int FROM pg_class WHERE oid = 'job_listings'::regclass"
    ):
        return False
    session.settle_constraints()  # A table with checks that wait cannot be altered.
    session.run(f"ALTER TABLE {table.name} DISABLE TRIGGER job_listings_search")
    return True


def _wake_trigger(session: Session) -> None:
    session.settle_constraints()
    session.run("ALTER TABLE job_listings ENABLE TRIGGER job_listings_search")
    session.run("""
        UPDATE job_listings t SET company_id = t.company_id
        FROM decided_job_listings d
        JOIN incoming_job_listings i ON i.id = d.id
        JOIN incoming_companies there ON there.id = i.company_id
        JOIN companies here ON here.id = d.company_id
        WHERE d.state = 'new' AND t.id = d.new_id AND here.name <> there.name
        """)


def _resolve_links(session: Session, table: Table) -> tuple[str, dict[str, str]]:
    """Return the joins, and the SQL of each link as it is here: empty where its row did not come over."""
    joins, links = [], {}
    for column, linked in table.links.items():
        value = f"i.{column}"
        if linked not in BY_NAME:
            value = f"(SELECT there.id FROM {linked} there WHERE there.id = i.{column})"
        elif session.moved.get(linked):
            key = f"link_{column}"
            joins.append(f"LEFT JOIN key_map {key} ON {key}.table_name = '{linked}' AND {key}.old_id = i.{column}")
            value = f"(CASE WHEN {key}.old_id IS NULL THEN i.{column} ELSE {key}.new_id END)"
            if linked == table.name:
                value = f"NULLIF({value}, d.new_id)"
        links[column] = value
    return " ".join(joins), links


def _write_lost_links(session: Session, table: Table, joins: str, links: dict[str, str]) -> None:
    for column, value in links.items():
        if value == f"i.{column}":
            continue
        session.run(f"""
            INSERT INTO migration_ledger ({LEDGER_COLUMNS})
            SELECT {session.line_id(table.name, "d.id", f"{column}|link", "converted")}, {session.quote(session.source)},
                   '{table.name}', d.id::text, '{column}', to_jsonb(i.{column}), NULL, 'converted',
                   {session.quote(NOT_HERE)}, d.new_id::text, {table.at}
            FROM decided_{table.name} d JOIN incoming_{table.name} i ON i.id = d.id {joins}
            WHERE d.state = 'new' AND i.{column} IS NOT NULL AND {value} IS NULL
            ON CONFLICT (id) DO NOTHING
            """)


# What rows that are here take on --------------------------------------------------------------------------------------


def fill_profiles(session: Session) -> None:
    """Give a profile that is here what it lacks; what its person wrote stays."""
    table = BY_NAME["user_profiles"]
    has_no_salary = "t.desired_salary_min IS NULL AND t.desired_salary_max IS NULL"
    lacking = {
        fact: f"{table.is_empty(fact, f't.{fact}')} AND NOT ({table.is_empty(fact, f'i.{fact}')})"
        for fact in PROFILE_FACTS
    } | {
        salary: f"{has_no_salary} AND i.{salary} IS NOT NULL" for salary in ("desired_salary_min", "desired_salary_max")
    }
    _fill(session, table, lacking)


def fill_banks(session: Session) -> None:
    """Give a bank that is here the summary it lacks, and the headings of what joins it."""
    table = BY_NAME["skill_banks"]
    _fill(session, table, {"default_summary": "t.default_summary = '' AND i.default_summary <> ''"})
    if not session.has("skill_banks", "met", "twin"):
        return
    session.run("""
        CREATE TEMPORARY TABLE more_headings ON COMMIT DROP AS
        SELECT t.id, t.created_at, t.skill_categories AS old, array_agg(heading ORDER BY bank, place) AS headings
        FROM (
            SELECT DISTINCT ON (d.new_id, lower(btrim(heading))) d.new_id, d.id AS bank, heading, place
            FROM decided_skill_banks d
            JOIN incoming_skill_banks i ON i.id = d.id
            CROSS JOIN unnest(i.skill_categories) WITH ORDINALITY h (heading, place)
            WHERE d.state IN ('met', 'twin') AND btrim(heading) <> ''
            ORDER BY d.new_id, lower(btrim(heading)), d.id, place
        ) told
        JOIN skill_banks t ON t.id = told.new_id
        WHERE lower(btrim(heading)) NOT IN (SELECT lower(btrim(there)) FROM unnest(t.skill_categories) there)
        GROUP BY t.id
        """)
    session.run(f"""
        INSERT INTO migration_ledger ({LEDGER_COLUMNS})
        SELECT {session.line_id("skill_banks", "id || '|' || array_to_string(headings, '|')", "skill_categories", "derived")},
               {session.quote(session.source)}, 'skill_banks', id::text, 'skill_categories', to_jsonb(old),
               to_jsonb(old || headings), 'derived', 'The headings of a bank that joined it.', '', created_at
        FROM more_headings
        ON CONFLICT (id) DO NOTHING
        """)
    session.run("""
        UPDATE skill_banks t SET skill_categories = more.old || more.headings FROM more_headings more WHERE more.id = t.id
        """)


def show_interviews(session: Session) -> None:
    """Let a card that is here and showed no interview show the latest of those that came to it."""
    if not session.has("interviews", "new"):
        return
    session.run("""
        CREATE TEMPORARY TABLE shown_interviews ON COMMIT DROP AS
        SELECT t.id, t.created_at, max(i.interview_date) AS latest
        FROM decided_interviews d
        JOIN incoming_interviews i ON i.id = d.id
        JOIN jobs t ON t.id = d.job_id
        LEFT JOIN decided_jobs came ON came.new_id = t.id AND came.state = 'new'
        WHERE d.state = 'new' AND t.interview_date IS NULL AND came.id IS NULL
        GROUP BY t.id
        """)
    session.run(f"""
        INSERT INTO migration_ledger ({LEDGER_COLUMNS})
        SELECT {session.line_id("jobs", "id || '|' || extract(epoch FROM latest)", "interview_date", "derived")},
               {session.quote(session.source)}, 'jobs', id::text, 'interview_date', NULL, to_jsonb(latest), 'derived',
               'The card showed none: the latest of the interviews that came.', '', created_at
        FROM shown_interviews
        ON CONFLICT (id) DO NOTHING
        """)
    session.run("UPDATE jobs t SET interview_date = shown.latest FROM shown_interviews shown WHERE shown.id = t.id")


def _fill(session: Session, table: Table, lacking: dict[str, str]) -> None:
    """Give the rows that were met what they lack: `lacking` says when, by column. One row tells, the one updated last."""
    if not session.has(table.name, "met"):
        return
    cells = ", ".join(
        f"('{column}', to_jsonb(t.{column}), to_jsonb(i.{column}), {when})" for column, when in lacking.items()
    )
    session.run(f"""
        CREATE TEMPORARY TABLE filled ON COMMIT DROP AS
        SELECT DISTINCT ON (t.id) t.id, d.id AS teller, t.created_at, before, after
        FROM decided_{table.name} d
        JOIN incoming_{table.name} i ON i.id = d.id
        JOIN {table.name} t ON t.id = d.new_id
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(name, old) AS before, jsonb_object_agg(name, new) AS after
            FROM (VALUES {cells}) cell (name, old, new, is_lacking) WHERE is_lacking
        ) cells
        WHERE d.state = 'met' AND before IS NOT NULL
        ORDER BY t.id, i.updated_at DESC, d.id
        """)
    session.run(f"""
        INSERT INTO migration_ledger ({LEDGER_COLUMNS})
        SELECT {session.line_id(table.name, "id || '|' || teller", "", "derived")}, {session.quote(session.source)},
               '{table.name}', id::text, '', before, after, 'derived', {session.quote(LACKING)}, '', created_at
        FROM filled
        ON CONFLICT (id) DO NOTHING
        """)
    changes = ", ".join(
        f"{column} = CASE WHEN f.after ? '{column}' THEN i.{column} ELSE t.{column} END" for column in lacking
    )
    session.run(f"""
        UPDATE {table.name} t SET {changes}
        FROM filled f JOIN incoming_{table.name} i ON i.id = f.teller
        WHERE f.id = t.id
        """)
    session.run("DROP TABLE filled")
