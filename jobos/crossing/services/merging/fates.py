"""What became of every row of the source, and remembering it for the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.merging.session import MOST_LISTED, Clash
from jobos.crossing.services.merging.tables import EVERY

if TYPE_CHECKING:
    from jobos.crossing.services.merging.session import Session

GONE = "What it became a part of was deleted here since."
CAME_LATER = "It came over later."
FOLDED_INTO = {"job_duplications": "job_listings"}


def settle_fates(session: Session) -> None:
    """Make `fates`: a line for every row of the source, as it stands after this run."""
    session.run("""
        CREATE TEMPORARY TABLE settled (
            table_name text, id uuid, state text, reason text, final_table text, final_id uuid
        ) ON COMMIT DROP
        """)
    for table in EVERY:
        final_table = FOLDED_INTO.get(table.name, table.name)
        reason = session.quote(table.reason)
        session.run(f"""
            INSERT INTO settled
            SELECT '{table.name}', id,
                   CASE WHEN state = 'idle' AND NOT EXISTS (SELECT FROM {table.name} t WHERE t.id = decided.new_id)
                       THEN 'deleted' ELSE state END,
                   CASE WHEN reason <> '' THEN reason WHEN state IN ('met', 'twin') THEN {reason} ELSE '' END,
                   CASE state WHEN 'folded' THEN '{final_table}' ELSE '{table.name}' END, new_id
            FROM decided_{table.name} decided WHERE is_sourced AND (state <> 'new' OR new_id <> id)
            """)
    session.run("ANALYZE settled")
    session.run("DROP TABLE IF EXISTS pg_temp.fates")
    is_new = "e.row_id IS NULL OR e.outcome = 'quarantined' AND {outcome} <> 'quarantined'"
    outcome = """CASE
        WHEN r.outcome = 'quarantined' OR s.state IN ('waits', 'orphan', 'deleted') THEN 'quarantined'
        WHEN s.state IN ('met', 'twin', 'folded', 'known') THEN 'merged'
        ELSE r.outcome END"""
    session.run(f"""
        CREATE TEMPORARY TABLE fates ON COMMIT PRESERVE ROWS AS
        SELECT source_table, row_id, outcome, reason,
               CASE WHEN outcome = 'quarantined' THEN '' ELSE final_table END AS final_table,
               CASE WHEN outcome <> 'quarantined' THEN final_id END AS final_id, is_new
        FROM (
            SELECT r.source_table, r.row_id, {outcome} AS outcome,
                   CASE WHEN s.state = 'deleted' THEN {session.quote(GONE)}
                        ELSE COALESCE(NULLIF(s.reason, ''), r.reason, '') END AS reason,
                   COALESCE(s.final_table, r.final_table, '') AS final_table, COALESCE(s.final_id, r.final_id) AS final_id,
                   {is_new.format(outcome=outcome)} AS is_new
            FROM source_rows r
            LEFT JOIN settled s ON s.table_name = r.final_table AND s.id = r.final_id
            LEFT JOIN earlier e ON e.source_table = r.source_table AND e.row_id = r.row_id
            WHERE e.row_id IS NULL OR e.outcome = 'quarantined'
            UNION ALL
            SELECT e.source_table, e.row_id, e.outcome, e.reason, e.target_table, e.target_id, false
            FROM source_rows r JOIN earlier e USING (source_table, row_id)
            WHERE e.outcome <> 'quarantined'
        ) told
        """)
    session.run("ANALYZE fates")
    if session.is_repeated:
        _settle_staged_lines(session)
    session.tell("settle fates", session.count("SELECT count(*) FROM fates"))


def _settle_staged_lines(session: Session) -> None:
    """Say of what had no place in an earlier run, and has one now, where it is.

    A line that came along again is as true as it was; what named the row that waited names the one that it became.
    """
    came = """
        FROM fates f
        JOIN earlier e USING (source_table, row_id)
        JOIN source_rows r USING (source_table, row_id)
        {more}
        WHERE e.outcome = 'quarantined' AND f.outcome <> 'quarantined'"""
    names = """CROSS JOIN LATERAL (VALUES
            (r.source_table, r.row_id), (r.stage_table, r.stage_id::text),
            (regexp_replace(r.stage_table, '^legacy_', ''), r.stage_id::text)) name (table_name, row_id)"""
    session.run(f"""
        UPDATE migration_ledger line
        SET outcome = 'converted', reason = line.reason || ' {CAME_LATER}', target_row_id = came.final_id::text
        FROM (SELECT DISTINCT name.table_name, name.row_id, f.final_id {came.format(more=names)}) came
        WHERE starts_with(line.source, {session.quote(session.prefix)}) AND line.outcome = 'quarantined'
          AND line."column" = '' AND (line."table", line.row_id) = (came.table_name, came.row_id)
          AND NOT EXISTS (SELECT FROM incoming_ledger i WHERE i.id = line.id)
        """)
    session.run(f"""
        UPDATE migration_ledger line SET target_row_id = came.final_id::text
        FROM (
            SELECT DISTINCT ON (r.stage_id) r.stage_id, f.final_id {came.format(more="")}
              AND f.final_id <> r.stage_id
            ORDER BY r.stage_id, f.final_id
        ) came
        WHERE starts_with(line.source, {session.quote(session.prefix)}) AND line.target_row_id = came.stage_id::text
        """)


def remember_fates(session: Session) -> None:
    """Write the fates where the next run reads them. What was kept or merged once never changes."""
    key, system = session.quote(session.key), session.quote(session.system)
    session.run(f"""
        INSERT INTO legacy_sources (id, system, key) VALUES (md5({key})::uuid, {system}, {key})
        ON CONFLICT (key) DO NOTHING
        """)
    of_source = f"(SELECT id FROM legacy_sources WHERE key = {key})"
    written = session.run(f"""
        INSERT INTO legacy_rows AS there (id, source_id, "table", row_id, outcome, reason, target_table, target_id)
        SELECT md5({session.quote(f"{session.key}|")} || source_table || '|' || row_id)::uuid, {of_source}, source_table,
               row_id, outcome, reason, final_table, final_id
        FROM fates
        WHERE is_new OR outcome = 'quarantined'
        ORDER BY 1  -- Of a million keys in any order each would be written to a page of its own.
        ON CONFLICT (id) DO UPDATE
        SET outcome = EXCLUDED.outcome, reason = EXCLUDED.reason, target_table = EXCLUDED.target_table,
            target_id = EXCLUDED.target_id
        WHERE there.outcome = 'quarantined'
          AND (there.outcome, there.reason, there.target_table) IS DISTINCT FROM
              (EXCLUDED.outcome, EXCLUDED.reason, EXCLUDED.target_table)
        """)
    session.tell("write legacy_rows", written)


def tell_clashes(session: Session) -> None:
    """Count what met something here, and list the first of each kind."""
    for table in EVERY:
        name = table.name
        met = session.has(name, "met", "twin", "folded")
        if met:
            session.merged.met[name] = met
        if not table.clash:
            continue
        clashing, target, reason = "d.state IN ('met', 'twin')", "d.new_id", session.quote(table.reason)
        joins = ""
        if name == "accounts_user":
            clashing, target, reason = "d.state = 'waits'", "d.clash_id", "d.reason"
        elif name == "jobs":
            joins = "JOIN card_changes change ON change.id = d.id"
            clashing = "d.state = 'new'"
            reason = """CASE WHEN change.role_title IS NOT NULL
                THEN 'Another open card of this user has the same company and role.'
                ELSE 'Another open card of this user was made from the same listing.' END"""
        rows = f"FROM decided_{name} d {joins} WHERE {clashing}"
        count = session.count(f"SELECT count(*) {rows}")
        if not count:
            continue
        if not session.merged.clash_counts:
            session.run("CREATE INDEX ON source_rows (final_id)")
        session.merged.clash_counts[table.clash] = count
        for source_table, row_id, target_id, why in session.read(f"""
            SELECT DISTINCT ON (clash.id) COALESCE(r.source_table, '{name}'), COALESCE(r.row_id, clash.id::text),
                   clash.target::text, clash.why
            FROM (SELECT d.id, {target} AS target, {reason} AS why {rows} ORDER BY d.id LIMIT {MOST_LISTED}) clash
            LEFT JOIN source_rows r ON r.final_table = '{name}' AND r.final_id = clash.id
            ORDER BY clash.id, r.source_table, r.row_id
            """):
            session.merged.clashes.append(Clash(table.clash, source_table, row_id, target_id, why))
