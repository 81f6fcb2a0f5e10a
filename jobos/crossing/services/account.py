"""What became of every row of a source, told from the staging database once it stands in our shape.

Every migration says where a row of its legacy table went: it stands in the final table under its key, or under a new one
that a line of the ledger names, or a line of the ledger holds it whole, merged into another row or quarantined. `RULES`
says that for each legacy table; any other table that the loader fills is ours, and its rows stand there under their keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    import psycopg

OUTCOMES = ("kept", "merged", "quarantined")
# Which lines hold a whole row, by how the migration writes them.
WITHOUT_AFTER = "after IS NULL AND outcome IN ('merged', 'quarantined')"
NAMES_ITS_USER = "before ? 'user_profile_id' AND outcome IN ('merged', 'quarantined')"
IS_QUARANTINED = "outcome = 'quarantined'"


class AccountError(Exception):
    """A row of the source has no fate, or more than one."""


@dataclass(frozen=True)
class Rule:
    """Where the rows of one legacy table are.

    `whole` tells the lines of the ledger that hold a row which does not stand in the final table; `told_as` is the
    table's name there. `renames`: a line for the column 'id' says that a row has another key now.
    """

    table: str
    final: str
    source: str
    told_as: str
    whole: str
    renames: bool = False


def _listings(table: str) -> Rule:
    return Rule(table, table, "jobs.0007_listings", table, WITHOUT_AFTER)


def _interactions(table: str) -> Rule:
    return Rule(table, "job_user_interactions", "interactions.0003_one_table", table, NAMES_ITS_USER, renames=True)


def _resumes(table: str) -> Rule:
    return Rule(f"legacy_{table}", table, "resumes.0004_clear_relations", table, IS_QUARANTINED)


DIRECTORY = "companies.0004_one_directory"
RULES = (
    Rule("legacy_jobos_companies", "target_companies", DIRECTORY, "legacy_jobos_companies", WITHOUT_AFTER),
    Rule("legacy_jobpilot_companies", "companies", DIRECTORY, "legacy_jobpilot_companies", WITHOUT_AFTER),
    _listings("job_sources"),
    _listings("job_source_listings"),
    _listings("job_embeddings"),
    _listings("job_duplications"),
    _interactions("applications"),
    _interactions("saved_jobs"),
    Rule(
        "legacy_timeline_events",
        "timeline_events",
        "interactions.0003_one_table",
        "legacy_timeline_events",
        NAMES_ITS_USER,
        renames=True,
    ),
    _resumes("resume_templates"),
    _resumes("resumes"),
    _resumes("resume_versions"),
    _resumes("resume_generations"),
    _resumes("resume_optimizations"),
)
# Every row of these is whole in the ledger, whatever became of it: the first of a user is the bank.
BANK_TABLES = ("legacy_skill_banks", "skill_banks_legacy", "legacy_profile_skills")

# Reads crossing.source_rows `s` of one table; gives each row's place there and its fate, and nothing for a row without one.
TELL_BY_RULE = """
    WITH lines AS MATERIALIZED (
        SELECT row_id::uuid AS id, outcome, reason, NULLIF(target_row_id, '')::uuid AS target_id FROM migration_ledger
        WHERE source = %(source)s AND "table" = %(told_as)s AND "column" = '' AND {whole}
    ),
    renamed AS MATERIALIZED (
        SELECT row_id::uuid AS id, NULLIF(target_row_id, '')::uuid AS new_id FROM migration_ledger
        WHERE %(renames)s AND source = %(source)s AND "table" = %(told_as)s AND "column" = 'id'
    )
    SELECT s.ctid, COALESCE(line.outcome, 'kept') AS outcome, COALESCE(line.reason, '') AS reason,
           CASE WHEN line.outcome = 'quarantined' THEN NULL ELSE f.id END AS final_id
    FROM crossing.source_rows s
    LEFT JOIN lines line ON line.id = s.stage_id
    LEFT JOIN renamed ON renamed.id = s.stage_id
    LEFT JOIN {final} f ON f.id = CASE WHEN line.id IS NULL THEN COALESCE(renamed.new_id, s.stage_id) ELSE line.target_id END
    WHERE s.stage_table = %(table)s AND s.outcome IS NULL AND (f.id IS NOT NULL OR line.outcome = 'quarantined')
    """

TELL_BANKS = """
    SELECT s.ctid,
           CASE WHEN b.id IS NULL THEN 'quarantined' WHEN (line.after ->> 'is_first')::boolean THEN 'kept' ELSE 'merged'
           END AS outcome,
           CASE WHEN line.after IS NULL THEN line.reason WHEN b.id IS NULL THEN 'It names no skill, so it makes no bank.'
                WHEN (line.after ->> 'is_first')::boolean THEN '' ELSE 'Another bank of this user: one bank holds both.'
           END AS reason,
           b.id AS final_id
    FROM crossing.source_rows s
    JOIN migration_ledger line ON line.source = 'skills.0003_one_home' AND line."table" = s.stage_table
        AND line."column" = '' AND line.row_id = s.stage_id::text
    LEFT JOIN {final} b ON b.id = (line.after ->> 'bank')::uuid
    WHERE s.stage_table = %(table)s AND s.outcome IS NULL AND (b.id IS NOT NULL OR line.after ->> 'bank' IS NULL)
    """

TELL_OURS = """
    SELECT s.ctid, 'kept' AS outcome, '' AS reason, f.id AS final_id
    FROM crossing.source_rows s JOIN {final} f ON f.id = s.stage_id
    WHERE s.stage_table = %(table)s AND s.outcome IS NULL
    """

WRITE = """
    UPDATE crossing.source_rows r
    SET outcome = fate.outcome, reason = fate.reason, final_id = fate.final_id,
        final_table = CASE WHEN fate.final_id IS NOT NULL THEN %(final)s END
    FROM ({fates}) fate
    WHERE r.ctid = fate.ctid
    """

# What must hold of every line; each query gives a table and how many of its rows break it.
FAULTS = {
    "have no fate": "SELECT source_table, count(*) FROM crossing.source_rows WHERE outcome IS NULL GROUP BY 1",
    "have a fate that is none": """
        SELECT source_table, count(*) FROM crossing.source_rows
        WHERE outcome NOT IN ('kept', 'merged', 'quarantined') GROUP BY 1""",
    "are quarantined without a reason": """
        SELECT source_table, count(*) FROM crossing.source_rows
        WHERE outcome = 'quarantined' AND COALESCE(reason, '') = '' GROUP BY 1""",
    "are quarantined and somewhere": """
        SELECT source_table, count(*) FROM crossing.source_rows
        WHERE outcome = 'quarantined' AND final_id IS NOT NULL GROUP BY 1""",
    "are kept or merged, but nowhere": """
        SELECT source_table, count(*) FROM crossing.source_rows
        WHERE outcome IN ('kept', 'merged') AND (final_table IS NULL OR final_id IS NULL) GROUP BY 1""",
    "are kept as one and the same row": """
        SELECT source_table, sum(rows) FROM (
            SELECT min(source_table) AS source_table, count(*) AS rows FROM crossing.source_rows
            WHERE outcome = 'kept' GROUP BY final_table, final_id HAVING count(*) > 1
        ) same GROUP BY 1""",
}


@dataclass(frozen=True)
class Sums:
    """How many rows of one table there are, and what became of them."""

    read: int
    kept: int
    merged: int
    quarantined: int

    @property
    def is_exact(self) -> bool:
        return self.read == self.kept + self.merged + self.quarantined


def fill(staging: psycopg.Connection[Any]) -> None:
    """Write the fate of every row that has none yet; raise AccountError unless each then has exactly one."""
    # The migrations have just made what is compared here; to look at long documents, too, would take seconds.
    staging.execute('ANALYZE migration_ledger (source, "table", "column", row_id, outcome), crossing.source_rows')
    with staging.transaction():
        waiting = [
            table
            for (table,) in staging.execute(
                """
                SELECT DISTINCT stage_table FROM crossing.source_rows
                WHERE outcome IS NULL AND stage_table IS NOT NULL ORDER BY 1
                """
            ).fetchall()
        ]
        for table in waiting:
            _write(staging, table)
        staging.execute("CREATE INDEX ON crossing.source_rows (final_id)")
        staging.execute("ANALYZE crossing.source_rows")
        _check(staging)


def _write(staging: psycopg.Connection[Any], table: str) -> None:
    rule = next((rule for rule in RULES if rule.table == table), None)
    if rule is not None:
        final = rule.final
        fates = sql.SQL(TELL_BY_RULE).format(final=sql.Identifier(final), whole=sql.SQL(rule.whole))
        values = {"source": rule.source, "told_as": rule.told_as, "renames": rule.renames}
    else:
        final = "skill_banks" if table in BANK_TABLES else table
        if "." in final or staging.execute("SELECT to_regclass(%s)", [f"public.{final}"]).fetchone() == (None,):
            return  # Whoever held these rows has forgotten them: the check says so.
        tell = TELL_BANKS if table in BANK_TABLES else TELL_OURS
        fates, values = sql.SQL(tell).format(final=sql.Identifier(final)), {}
    staging.execute(sql.SQL("ANALYZE {} (id)").format(sql.Identifier(final)))
    staging.execute(sql.SQL(WRITE).format(fates=fates), {"table": table, "final": final, **values})


def _check(staging: psycopg.Connection[Any]) -> None:
    faults = [
        f"{count:,} rows of {table} {what}"
        for what, query in FAULTS.items()
        for table, count in staging.execute(f"{query} ORDER BY 1".encode()).fetchall()
    ]
    finals = staging.execute(
        "SELECT DISTINCT final_table FROM crossing.source_rows WHERE final_table IS NOT NULL ORDER BY 1"
    ).fetchall()
    for (final,) in finals:
        query = sql.SQL(
            """
            SELECT source_table, count(*) FROM crossing.source_rows r
            WHERE final_table = %s AND NOT EXISTS (SELECT FROM {} f WHERE f.id = r.final_id) GROUP BY 1 ORDER BY 1
            """
        ).format(sql.Identifier(final))
        faults += [
            f"{count:,} rows of {table} are said to be in {final}, which has no such rows"
            for table, count in staging.execute(query, [final]).fetchall()
        ]
    if faults:
        totals = count(staging)
        listed = "; ".join(faults)
        read = ", ".join(f"{table} {sums.read:,}" for table, sums in totals.items())
        raise AccountError(f"The account of the source is not exact: {listed}. Rows read: {read}.")


def count(staging: psycopg.Connection[Any]) -> dict[str, Sums]:
    """Return the sums of each table of the source, by its name."""
    rows = staging.execute(
        """
        SELECT source_table, count(*), count(*) FILTER (WHERE outcome = 'kept'),
               count(*) FILTER (WHERE outcome = 'merged'), count(*) FILTER (WHERE outcome = 'quarantined')
        FROM crossing.source_rows GROUP BY 1 ORDER BY source_table COLLATE "C"
        """
    ).fetchall()
    return {table: Sums(*numbers) for table, *numbers in rows}
