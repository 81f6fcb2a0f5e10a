"""What becomes of each row that comes: decided for all of them before anything is written.

A table `decided_<name>` has a line for each row, with its foreign keys as they are in the target, and its state:

new       it is inserted, under `new_id`
known     it came over in an earlier run, and stands here as `new_id`
deleted   it came over in an earlier run, and was deleted here since
met       it is `new_id`, which is here, or a part of it
twin      it is a part of another row that comes, `new_id`
folded    it is about one row here where it was about two; `new_id` is that
waits     its user waits for somebody to say that the address means the same person
orphan    what it belongs to was deleted here since, or waits
idle      no row of the source is it; what it was made beside came before, and nothing that is inserted needs it

`key_map` holds what rows elsewhere must know: the keys that changed, and those that lead nowhere (`new_id` is null).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from companies.naming import fold
from jobos.crossing.services.merging import banks
from jobos.crossing.services.merging.tables import BANKED, SHARED, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jobos.crossing.services.merging.session import Session

MAKE_KEY_MAP = """
    CREATE TEMPORARY TABLE key_map (
        table_name text, old_id uuid, new_id uuid, state text, reason text, PRIMARY KEY (table_name, old_id)
    ) ON COMMIT DROP
    """


def read_earlier_runs(session: Session) -> None:
    """Say of each row of the staging database which source rows it is or holds, and whether they came over before."""
    session.run(MAKE_KEY_MAP)
    of_source = f"source_id IN (SELECT id FROM legacy_sources WHERE key = {session.quote(session.key)})"
    session.run(f"""
        CREATE TEMPORARY TABLE earlier ON COMMIT DROP AS
        SELECT "table" AS source_table, row_id, outcome, reason, target_table, target_id FROM legacy_rows WHERE {of_source}
        """)
    session.run("ANALYZE earlier")
    session.is_repeated = session.count("SELECT count(*) FROM earlier") > 0
    session.run(
        """
        CREATE TEMPORARY TABLE sourced ON COMMIT DROP AS
        SELECT r.final_table, r.final_id AS id,
               CASE WHEN bool_or(r.outcome = 'kept') THEN bool_or(r.outcome = 'kept' AND e.row_id IS NOT NULL)
                    ELSE bool_and(e.row_id IS NOT NULL) END AS is_known,
               (array_agg(e.target_id ORDER BY r.outcome, r.row_id)
                   FILTER (WHERE e.target_id IS NOT NULL AND e.target_table = r.final_table))[1] AS known_id,
               bool_or(r.outcome = 'kept' AND e.row_id IS NULL) AS has_newcomers
        FROM source_rows r
        LEFT JOIN earlier e
            ON e.source_table = r.source_table AND e.row_id = r.row_id AND e.outcome IN ('kept', 'merged')
        WHERE r.final_id IS NOT NULL AND r.outcome <> 'quarantined'
        GROUP BY r.final_table, r.final_id
        """
        if session.is_repeated
        else """
        CREATE TEMPORARY TABLE sourced ON COMMIT DROP AS
        SELECT DISTINCT final_table, final_id AS id, false AS is_known, NULL::uuid AS known_id, false AS has_newcomers
        FROM source_rows WHERE final_id IS NOT NULL AND outcome <> 'quarantined'
        """
    )
    session.run("CREATE INDEX ON sourced (final_table)")
    session.run("ANALYZE sourced")


def decide(session: Session, table: Table, *, more: str = "", before_twins: Iterable[str] = ()) -> None:
    """Decide a table's rows; `before_twins` are statements about what only this table meets."""
    begin(session, table, more=more)
    banks.settle(session, table)
    meet_by_key(session, table)
    for statement in before_twins:
        session.run(statement)
    if table.meets:
        meet(session, table, table.meets)
    if table.twins and any(session.moved.get(owner) for owner in table.owners.values()):
        fold_twins(session, table)
    finish(session, table)


def begin(session: Session, table: Table, *, more: str = "") -> None:
    """Make a table's decisions as far as its owners and earlier runs tell."""
    name = table.name
    joins, columns, states, reasons = [], [], [], []
    for column, owner in table.owners.items():
        if session.moved.get(owner):
            joins.append(
                f"LEFT JOIN key_map {column} ON {column}.table_name = '{owner}' AND {column}.old_id = i.{column}"
            )
            columns.append(f"CASE WHEN {column}.old_id IS NULL THEN i.{column} ELSE {column}.new_id END AS {column}")
            states.append(column)
            reasons.append(f"CASE WHEN {column}.new_id IS NULL THEN {column}.reason END")
        else:
            columns.append(f"i.{column}")
    is_known, known_id = "false", "NULL::uuid"
    if session.is_repeated:
        is_known, known_id = "COALESCE(s.is_known, false)", "known.id"
        joins.append(f"LEFT JOIN {name} known ON known.id = s.known_id")
    waits = " OR ".join(f"{column}.state = 'waits'" for column in states) or "false"
    orphaned = " OR ".join(f"({column}.old_id IS NOT NULL AND {column}.new_id IS NULL)" for column in states) or "false"
    session.run(f"""
        CREATE TEMPORARY TABLE decided_{name} ON COMMIT DROP AS
        SELECT i.id, CASE WHEN {is_known} THEN COALESCE({known_id}, i.id) ELSE i.id END AS new_id,
               CASE WHEN {is_known} AND {known_id} IS NOT NULL THEN 'known'
                    WHEN {is_known} THEN 'deleted'
                    WHEN {waits} THEN 'waits'
                    WHEN {orphaned} THEN 'orphan'
                    ELSE 'new' END AS state,
               CASE WHEN {is_known} AND {known_id} IS NOT NULL THEN ''
                    WHEN {is_known} THEN {session.quote(f"Its {table.noun} was deleted here since it came over.")}
                    ELSE COALESCE({", ".join([*reasons, "''"])}) END AS reason,
               s.id IS NOT NULL AS is_sourced, COALESCE(s.has_newcomers, false) AS has_newcomers
               {"".join(f", {column}" for column in columns)}
               {more}
        FROM incoming_{name} i
        LEFT JOIN sourced s ON s.final_table = '{name}' AND s.id = i.id
        {" ".join(joins)}
        """)
    if table.owner:
        _leave_idle(session, table)
    session.run(f"ANALYZE decided_{name}")


def _leave_idle(session: Session, table: Table) -> None:
    """Leave what no source row is where its owner came over before: it came with it, or was deleted here since.

    What was made beside a row that comes now (the follow-up that a card or a contact plans) names it, and comes with it.
    """
    owner = table.owners[table.owner]
    if not session.has(owner, "known", "deleted", "idle"):
        return
    comes = "".join(
        f"""
              AND NOT EXISTS (
                  SELECT FROM decided_{other} n
                  WHERE n.id = i.{column} AND n.state IN ('new', 'met', 'twin', 'folded')
                    {"AND n.is_sourced" if other in SHARED else ""})"""
        for column, other in {**table.owners, **table.links}.items()
        if column != table.owner and session.has(other, "new", "met", "twin", "folded")
    )
    if table.beside:
        comes += f"""
              AND NOT EXISTS (
                  SELECT FROM decided_{table.name} n WHERE n.is_sourced AND n.state = 'new' AND n.id::text = {table.beside})"""
    session.run(f"""
        UPDATE decided_{table.name} d SET state = 'idle'
        FROM incoming_{table.name} i JOIN decided_{owner} o ON o.id = i.{table.owner}
        WHERE i.id = d.id AND NOT d.is_sourced AND d.state IN ('new', 'orphan')
          AND o.state IN ('known', 'deleted', 'idle'){comes}
        """)


def meet_by_key(session: Session, table: Table) -> None:
    """Let rows meet those of the same key. What belongs to somebody else here is another row: ours gets a new key."""
    is_same = f"t.{table.owner} = d.{table.owner}" if table.is_private and table.owner else "true"
    session.run(f"""
        UPDATE decided_{table.name} d
        SET state = CASE WHEN {is_same} THEN 'met' ELSE d.state END,
            new_id = CASE WHEN {is_same} THEN d.id ELSE {session.fresh_key(table.name, "d.id")} END
        FROM {table.name} t
        WHERE t.id = d.id AND d.state = 'new'
        """)


def meet(session: Session, table: Table, condition: str) -> None:
    """Let the rows that are still new meet those here of which a condition holds; the oldest key where several do."""
    session.run(f"""
        UPDATE decided_{table.name} d SET state = 'met', new_id = met.new_id
        FROM (
            SELECT d.id, min(t.id::text)::uuid AS new_id
            FROM decided_{table.name} d
            JOIN incoming_{table.name} i ON i.id = d.id
            JOIN {table.name} t ON {condition}
            WHERE d.state = 'new'
            GROUP BY d.id
        ) met
        WHERE met.id = d.id
        """)


def fold_twins(session: Session, table: Table) -> None:
    """Fold rows that became one through their owners into the one updated last."""
    latest = "i.updated_at DESC, " if "updated_at" in table.columns else ""
    session.run(f"""
        UPDATE decided_{table.name} d SET state = 'twin', new_id = twin.new_id
        FROM (
            SELECT d.id, first_value(d.id) OVER shared AS first_id, first_value(d.new_id) OVER shared AS new_id
            FROM decided_{table.name} d JOIN incoming_{table.name} i ON i.id = d.id
            WHERE d.state = 'new'
            WINDOW shared AS (PARTITION BY {table.twins} ORDER BY {latest}d.id DESC)
        ) twin
        WHERE twin.id = d.id AND twin.first_id <> d.id
        """)


def finish(session: Session, table: Table) -> None:
    """Write what a table's decisions mean for the keys that others name."""
    name = table.name
    is_same = f"AND t.{table.owner} = d.{table.owner}" if table.is_private and table.owner else ""
    session.moved[name] = session.run(f"""
        INSERT INTO key_map
        SELECT '{name}', d.id, CASE WHEN d.state IN ('waits', 'orphan', 'deleted', 'idle') THEN NULL ELSE d.new_id END,
               d.state, CASE d.state WHEN 'idle' THEN {session.quote(f"Its {table.noun} is not here.")} ELSE d.reason END
        FROM decided_{name} d
        WHERE d.state IN ('waits', 'orphan', 'deleted') OR d.new_id <> d.id
           OR (d.state = 'idle' AND NOT EXISTS (SELECT FROM {name} t WHERE t.id = d.id {is_same}))
        """)
    session.run("ANALYZE key_map")
    session.count_states(name)
    session.tell(f"decide {name}", sum(session.states[name].values()))


# Listings and pairs of them -------------------------------------------------------------------------------------------


def _fold_texts(session: Session) -> None:
    """Make `folded_texts`: how titles and places of the listings that share an address here and there are compared.

    Titles are folded as imports of postings fold them, but C++ is not C#.
    """
    found = session.read("""
        WITH addresses AS MATERIALIZED (
            SELECT DISTINCT job_url FROM job_listings t
            WHERE job_url <> ''
              AND EXISTS (SELECT FROM incoming_job_listings i WHERE i.job_url = t.job_url AND i.id <> t.id)
        ),
        postings AS (
            SELECT title, location FROM job_listings JOIN addresses USING (job_url)
            UNION ALL
            SELECT title, location FROM incoming_job_listings JOIN addresses USING (job_url)
        )
        SELECT title FROM postings UNION SELECT location FROM postings
        """)
    session.run("CREATE TEMPORARY TABLE folded_texts (text text, folded text, words text[]) ON COMMIT DROP")
    with session.target.cursor().copy("COPY folded_texts FROM STDIN") as copy:
        for (text,) in found:
            folded = fold(text)
            signs = "".join(sign for sign in text if sign in "+#") if folded else text.strip()
            copy.write_row((text, f"{folded}|{signs}", folded.split()))
    session.run("ANALYZE folded_texts")


def listing_meetings(session: Session) -> list[str]:
    """Return the statements by which listings meet: the key at a source; else the same posting at the same address.

    Employers with one address for all their postings have others there: the company and the title must be the same, and
    of two places one may only be told more exactly than the other.
    """
    source = "il.source_id"
    join = ""
    if session.moved.get("job_sources"):
        source = "CASE WHEN k.old_id IS NULL THEN il.source_id ELSE k.new_id END"
        join = "LEFT JOIN key_map k ON k.table_name = 'job_sources' AND k.old_id = il.source_id"
    _fold_texts(session)
    return [
        f"""
        UPDATE decided_job_listings d SET state = 'met', new_id = met.job_id
        FROM (
            SELECT DISTINCT ON (il.job_id) il.job_id AS id, t.job_id
            FROM incoming_job_source_listings il {join}
            JOIN job_source_listings t ON t.source_id = {source} AND t.source_job_id = il.source_job_id
            ORDER BY il.job_id, t.scraped_at, t.job_id
        ) met
        WHERE met.id = d.id AND d.state = 'new'
        """,
        """
        UPDATE decided_job_listings d SET state = 'met', new_id = met.new_id
        FROM (
            SELECT DISTINCT ON (d.id) d.id, t.id AS new_id
            FROM decided_job_listings d
            JOIN incoming_job_listings i ON i.id = d.id
            JOIN folded_texts i_title ON i_title.text = i.title
            JOIN folded_texts i_place ON i_place.text = i.location
            JOIN (
                SELECT t.id, t.job_url, t.company_id, t.created_at, title.folded AS title, place.words AS place
                FROM job_listings t
                JOIN folded_texts title ON title.text = t.title
                JOIN folded_texts place ON place.text = t.location
                WHERE t.job_url <> ''
            ) t ON t.job_url = i.job_url AND t.company_id = d.company_id AND t.title = i_title.folded
            WHERE d.state = 'new' AND (t.place <@ i_place.words OR i_place.words <@ t.place)
            ORDER BY d.id, t.created_at, t.id
        ) met
        WHERE met.id = d.id
        """,
    ]


# Pairs end whose two listings are one here.
FOLD_PAIRS = """
    UPDATE decided_job_duplications d
    SET state = 'folded', new_id = d.canonical_job_id, reason = 'Both are one listing here.'
    WHERE d.state = 'new' AND d.canonical_job_id = d.duplicate_job_id
    """

# Versions -------------------------------------------------------------------------------------------------------------

# A resume that is here counts its versions itself: one that was made there since is no version of what stands here.
LEAVE_LATE_VERSIONS = """
    UPDATE decided_resume_versions d
    SET state = 'orphan', reason = 'Its resume was here already, and has versions of its own.'
    FROM resumes t
    WHERE t.id = d.resume_id AND d.state = 'new'
      AND NOT EXISTS (
          SELECT FROM resume_versions v JOIN incoming_resume_versions i ON i.version_number = v.version_number
          WHERE i.id = d.id AND v.resume_id = d.resume_id)
    """


# Cards ----------------------------------------------------------------------------------------------------------------

# All open cards of the people who get some: those here, and those that come. Whoever updated last keeps the title.
OPEN_CARDS = """
    CREATE TEMPORARY TABLE open_cards ON COMMIT DROP AS
    SELECT t.id, true AS is_here, t.user_id, t.listing_id, lower(btrim(t.company_name)) AS company,
           lower(btrim(t.role_title)) AS title, btrim(t.role_title) AS stem, t.updated_at
    FROM jobs t
    WHERE NOT t.is_deleted AND t.status <> 'Closed'
      AND t.user_id IN (SELECT DISTINCT user_id FROM decided_jobs WHERE state = 'new')
    UNION ALL
    SELECT d.id, false, d.user_id, {listing}, lower(btrim(i.company_name)), lower(btrim(i.role_title)),
           btrim(i.role_title), i.updated_at
    FROM decided_jobs d JOIN incoming_jobs i ON i.id = d.id {join}
    WHERE d.state = 'new' AND NOT i.is_deleted AND i.status <> 'Closed'
    """
CARD_CHANGES = [
    "ANALYZE open_cards",
    # Titles that have to be shortened compete for numbers with all that begin alike, since a cut can make them the same.
    """
    CREATE TEMPORARY TABLE twin_cards ON COMMIT DROP AS
    SELECT id, user_id, company, stem, family,
           row_number() OVER (PARTITION BY user_id, company, family ORDER BY updated_at DESC, id DESC) AS place
    FROM (
        SELECT *, CASE WHEN length(stem) > 240 THEN lower(left(stem, 240)) ELSE title END AS family,
               row_number() OVER (PARTITION BY user_id, company, title ORDER BY is_here DESC, updated_at DESC, id DESC)
                   AS rank
        FROM open_cards
    ) ranked
    WHERE rank > 1 AND NOT is_here
    """,
    "ANALYZE twin_cards",
    # Enough numbers for each family, those that cards have included, and what its titles would be with them.
    """
    CREATE TEMPORARY TABLE numbered_titles ON COMMIT DROP AS
    SELECT user_id, company, family, number,
           lower(btrim(left(stem, 252 - length(number::text)) || ' (' || number || ')')) AS title
    FROM (SELECT user_id, company, family, count(*) AS size FROM twin_cards GROUP BY 1, 2, 3) families
    JOIN (SELECT DISTINCT user_id, company, family, stem FROM twin_cards) stems USING (user_id, company, family)
    LEFT JOIN (
        SELECT user_id, company, family, count(*) AS size
        FROM open_cards
        CROSS JOIN LATERAL (
            SELECT regexp_replace(title, ' [(][0-9]+[)]$', '') UNION SELECT lower(left(stem, 240))
        ) rivals (family)
        GROUP BY 1, 2, 3
    ) rivals USING (user_id, company, family)
    CROSS JOIN LATERAL generate_series(2, 1 + families.size + COALESCE(rivals.size, 0)) AS number
    """,
    "ANALYZE numbered_titles",
    """
    CREATE TEMPORARY TABLE card_changes ON COMMIT DROP AS
    WITH numbers AS (
        SELECT user_id, company, family, number,
               row_number() OVER (PARTITION BY user_id, company, family ORDER BY number) AS place
        FROM (
            SELECT user_id, company, family, number FROM numbered_titles
            EXCEPT
            SELECT n.user_id, n.company, n.family, n.number
            FROM numbered_titles n JOIN open_cards USING (user_id, company, title)
        ) free
    ),
    renamed AS (
        SELECT w.id, left(w.stem, 252 - length(number::text)) || ' (' || number || ')' AS role_title
        FROM twin_cards w JOIN numbers USING (user_id, company, family, place)
    ),
    unlinked AS (
        SELECT id FROM (
            SELECT id, is_here,
                   row_number() OVER (PARTITION BY user_id, listing_id ORDER BY is_here DESC, updated_at DESC, id DESC)
                       AS rank
            FROM open_cards WHERE listing_id IS NOT NULL
        ) ranked
        WHERE rank > 1 AND NOT is_here
    )
    SELECT id, renamed.role_title, unlinked.id IS NOT NULL AS loses_listing
    FROM renamed FULL JOIN unlinked USING (id)
    """,
    "ANALYZE card_changes",
]


def tell_cards_apart(session: Session) -> None:
    """Find the open cards that would be twins: they get the next free number, and one card alone keeps its listing."""
    listing, join = "i.listing_id", ""
    if session.moved.get("job_listings"):
        listing = "CASE WHEN k.old_id IS NULL THEN i.listing_id ELSE k.new_id END"
        join = "LEFT JOIN key_map k ON k.table_name = 'job_listings' AND k.old_id = i.listing_id"
    session.run(OPEN_CARDS.format(listing=listing, join=join))
    for statement in CARD_CHANGES:
        session.run(statement)


# Banks ----------------------------------------------------------------------------------------------------------------


def place_entries(session: Session) -> None:
    """Find where the entries of a bank that joins another stand in it, and under which of its headings."""
    for name in BANKED:
        heading = "NULL::text"
        if name == "skills":
            heading = """(
                SELECT heading FROM skill_banks t CROSS JOIN unnest(t.skill_categories) WITH ORDINALITY h (heading, place)
                WHERE t.id = d.bank_id AND lower(btrim(heading)) = lower(btrim(i.bucket)) ORDER BY heading <> i.bucket, place LIMIT 1)"""
        session.run(f"""
            CREATE TEMPORARY TABLE places_{name} ON COMMIT DROP AS
            SELECT d.id, {heading} AS heading,
                   COALESCE(here.last + 1, 0)
                   + row_number() OVER (PARTITION BY d.bank_id ORDER BY i.bank_id, i.display_order, d.id) - 1 AS display_order
            FROM decided_{name} d
            JOIN incoming_{name} i ON i.id = d.id
            JOIN decided_skill_banks b ON b.id = i.bank_id AND b.state IN ('met', 'twin')
            LEFT JOIN LATERAL (SELECT max(t.display_order) AS last FROM {name} t WHERE t.bank_id = d.bank_id) here ON true
            WHERE d.state = 'new'
            """)


# What belongs to nobody -----------------------------------------------------------------------------------------------


def leave_unneeded(session: Session) -> None:
    """Leave the shared rows that no source row is and nothing that is inserted needs."""
    for name, users in SHARED.items():
        needed = " UNION ".join(
            f"SELECT i.{column} FROM decided_{user} d JOIN incoming_{user} i ON i.id = d.id WHERE d.state = 'new'"
            for user, column in users.items()
        )
        session.run(f"""
            UPDATE decided_{name} d SET is_needed = true
            FROM ({needed}) needed (id) WHERE needed.id = d.id AND NOT d.is_needed
            """)
        # Whoever another one is a part of comes with it.
        if session.has(name, "twin"):
            session.run(f"""
                UPDATE decided_{name} d SET is_needed = true FROM decided_{name} twin
                WHERE d.state = 'new' AND twin.state = 'twin' AND twin.is_needed AND twin.new_id = d.new_id
                """)
        session.run(f"""
            UPDATE decided_{name} d SET state = 'idle' WHERE NOT d.is_needed AND d.state IN ('new', 'met', 'twin')
            """)
        session.count_states(name)


IS_NEEDED = ", s.id IS NOT NULL AND NOT s.is_known AS is_needed"


def decide_table(session: Session, table: Table) -> None:
    """Decide one of the tables that have no way of their own (people and the directory have)."""
    meetings: Iterable[str] = ()
    if table.name == "job_listings":
        meetings = listing_meetings(session)
    elif table.name == "job_duplications":
        meetings = [FOLD_PAIRS]
    elif table.name == "resume_versions":
        meetings = [LEAVE_LATE_VERSIONS]
    decide(session, table, more=IS_NEEDED if table.name in SHARED else "", before_twins=meetings)
    if table.name == "jobs":
        tell_cards_apart(session)
    elif table.name == "skills":
        banks.trim_banks(session)
