"""Which entry of the directory here does an entry of the source mean, and what it may say about it.

The rule is the one of `companies.services.identity`: the same domain; else an alias; else the same name with at most
one domain. What somebody typed here and nobody confirmed is a claim: its website decides nothing for anybody else, and a
fact of the source takes that website from it. What the source's people typed says nothing of entries of others here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.merging import deciding
from jobos.crossing.services.merging.session import LEDGER_COLUMNS, MOST_LISTED, Clash
from jobos.crossing.services.merging.tables import BY_NAME
from jobos.crossing.services.websites import ANOTHER_NAME

if TYPE_CHECKING:
    from jobos.crossing.services.merging.session import Session

IS_OWN = "COALESCE(t.created_by_id = d.creator, false)"
IS_CLAIM = f"NOT t.is_confirmed AND NOT {IS_OWN} AND t.normalized_name <> d.norm"

# An entry that came over or was met before, and that curators have merged away since, is the one it went into.
FOLLOW_MERGES = """
    CREATE TEMPORARY TABLE merged_away ON COMMIT DROP AS
    WITH RECURSIVE away AS (
        SELECT loser_id, winner_id, 1 AS depth FROM company_merges WHERE undone_at IS NULL
        UNION
        SELECT away.loser_id, next.winner_id, away.depth + 1
        FROM away JOIN company_merges next ON next.loser_id = away.winner_id AND next.undone_at IS NULL
        WHERE away.depth < 100
    )
    SELECT DISTINCT ON (away.loser_id) away.loser_id, away.winner_id
    FROM away JOIN companies t ON t.id = away.winner_id
    WHERE NOT EXISTS (SELECT FROM companies loser WHERE loser.id = away.loser_id)
    ORDER BY away.loser_id, away.depth DESC, away.winner_id
    """

MEET_KNOWN = """
    UPDATE decided_companies d SET state = 'known', new_id = COALESCE(t.id, away.winner_id)
    FROM sourced s
    LEFT JOIN companies t ON t.id = s.known_id
    LEFT JOIN merged_away away ON away.loser_id = s.known_id
    WHERE s.final_table = 'companies' AND s.id = d.id AND s.is_known AND COALESCE(t.id, away.winner_id) IS NOT NULL
    """

MEET_BY_DOMAIN = f"""
    UPDATE decided_companies d SET state = 'met', new_id = t.id, rule = 'domain'
    FROM companies t
    WHERE d.state = 'new' AND t.domain = d.domain AND NOT ({IS_CLAIM})
    """

MEET_BY_ALIAS = """
    UPDATE decided_companies d SET state = 'met', new_id = t.company_id, rule = 'alias'
    FROM company_aliases t
    WHERE d.state = 'new' AND t.normalized_name = d.norm
    """

# A website that somebody here claims for another name: a fact takes it from them, as long as the name that they
# are left with is free; what was typed comes without it.
LOSE_CLAIMED_SITES = """
    UPDATE decided_companies d SET loses_site = true, domain = NULL
    FROM (
        SELECT t.*, row_number() OVER (PARTITION BY t.normalized_name ORDER BY t.id) AS place
        FROM companies t
        WHERE t.domain IN (SELECT domain FROM decided_companies WHERE state = 'new')
    ) t
    WHERE d.state = 'new' AND t.domain = d.domain
      AND (NOT d.is_confirmed OR t.place > 1
           OR EXISTS (SELECT FROM companies bare WHERE bare.normalized_name = t.normalized_name AND bare.domain IS NULL)
           OR EXISTS (SELECT FROM decided_companies bare WHERE bare.norm = t.normalized_name AND bare.domain IS NULL))
    """

# A name with a domain joins the bare name here, where both are the only ones.
MEET_BARE = """
    UPDATE decided_companies d SET state = 'met', new_id = t.id, rule = 'name'
    FROM companies t
    WHERE d.state = 'new' AND d.domain IS NOT NULL AND t.normalized_name = d.norm AND t.domain IS NULL
      AND NOT EXISTS (SELECT FROM companies other WHERE other.normalized_name = d.norm AND other.domain IS NOT NULL)
      AND NOT EXISTS (
          SELECT FROM decided_companies other
          WHERE other.norm = d.norm AND other.domain IS NOT NULL AND other.id <> d.id AND other.state = 'new')
    """

# A bare name joins the only one here that has it. What nobody confirmed counts where nothing is confirmed, what others
# typed where the same person typed nothing, and what has a website that is only claimed does not count for facts.
MEET_NAMESAKE = f"""
    UPDATE decided_companies d SET state = 'met', new_id = chosen.new_id, rule = 'name'
    FROM (
        SELECT d.id, CASE
                 WHEN confirmed > 0 THEN CASE WHEN is_bare_confirmed THEN bare WHEN confirmed = 1 AND NOT has_rivals
                     THEN one_confirmed ELSE bare END
                 WHEN own > 0 THEN CASE WHEN is_bare_own THEN bare WHEN own = 1 AND NOT has_rivals THEN one_own ELSE bare END
                 WHEN bare IS NOT NULL THEN bare
                 WHEN every = 1 AND NOT has_rivals AND NOT d.is_confirmed THEN one
               END AS new_id
        FROM decided_companies d
        JOIN (
            SELECT d.id, count(*) AS every, count(*) FILTER (WHERE t.is_confirmed) AS confirmed,
                   count(*) FILTER (WHERE {IS_OWN}) AS own,
                   (array_agg(t.id))[1] AS one, (array_agg(t.id) FILTER (WHERE t.is_confirmed))[1] AS one_confirmed,
                   (array_agg(t.id) FILTER (WHERE {IS_OWN}))[1] AS one_own,
                   (array_agg(t.id) FILTER (WHERE t.domain IS NULL))[1] AS bare,
                   bool_or(t.domain IS NULL AND t.is_confirmed) AS is_bare_confirmed,
                   bool_or(t.domain IS NULL AND {IS_OWN}) AS is_bare_own
            FROM decided_companies d JOIN companies t ON t.normalized_name = d.norm
            WHERE d.state = 'new' AND d.domain IS NULL
            GROUP BY d.id
        ) namesakes ON namesakes.id = d.id
        CROSS JOIN LATERAL (SELECT EXISTS (
            SELECT FROM decided_companies other
            WHERE other.norm = d.norm AND other.domain IS NOT NULL AND other.state = 'new') AS has_rivals) rivals
    ) chosen
    WHERE chosen.id = d.id AND chosen.new_id IS NOT NULL
    """

# Who came without their website meet who bore the bare name all the time.
FOLD_BARE = """
    UPDATE decided_companies d SET state = 'twin', new_id = twin.new_id
    FROM (
        SELECT id, first_value(id) OVER shared AS first_id, first_value(new_id) OVER shared AS new_id
        FROM decided_companies WHERE state = 'new' AND domain IS NULL
        WINDOW shared AS (PARTITION BY norm ORDER BY loses_site, is_confirmed DESC, id)
    ) twin
    WHERE twin.id = d.id AND twin.first_id <> d.id
    """

MEET_BY_KEY = f"""
    UPDATE decided_companies d
    SET state = 'met', rule = 'key', new_id = t.id
    FROM companies t
    WHERE t.id = d.id AND d.state = 'new' AND (t.is_confirmed OR {IS_OWN})
    """

MEET_MERGED = """
    UPDATE decided_companies d SET state = 'met', rule = 'merge', new_id = away.winner_id
    FROM merged_away away WHERE away.loser_id = d.id AND d.state = 'new'
    """


def decide_companies(session: Session) -> None:
    """Say of every entry of the source which one here it is; whether anything needs it is seen later."""
    creator = "i.created_by_id"
    join = ""
    if session.moved.get("accounts_user"):
        creator = "CASE WHEN k.old_id IS NULL THEN i.created_by_id ELSE k.new_id END"
        join = "LEFT JOIN key_map k ON k.table_name = 'accounts_user' AND k.old_id = i.created_by_id"
    session.run(FOLLOW_MERGES)
    session.run(f"""
        CREATE TEMPORARY TABLE decided_companies ON COMMIT DROP AS
        SELECT i.id, i.id AS new_id, 'new' AS state, '' AS reason, s.id IS NOT NULL AS is_sourced,
               COALESCE(s.has_newcomers, false) AS has_newcomers, s.id IS NOT NULL AND NOT s.is_known AS is_needed,
               i.normalized_name AS norm, i.domain, i.is_confirmed,
               CASE WHEN i.is_confirmed THEN NULL ELSE {creator} END AS creator, false AS loses_site, NULL AS rule
        FROM incoming_companies i
        LEFT JOIN sourced s ON s.final_table = 'companies' AND s.id = i.id
        {join}
        """)
    session.run("CREATE INDEX ON decided_companies (norm)")
    session.run("ANALYZE decided_companies")
    for statement in (
        *([MEET_KNOWN] if session.is_repeated else []),
        MEET_BY_DOMAIN,
        MEET_BY_ALIAS,
        LOSE_CLAIMED_SITES,
        MEET_BARE,
        MEET_NAMESAKE,
        MEET_BY_KEY,
        MEET_MERGED,
        FOLD_BARE,
        f"""
        UPDATE decided_companies d SET new_id = {session.fresh_key("companies", "d.id")}
        FROM companies t WHERE t.id = d.id AND d.state = 'new'
        """,
        "ANALYZE decided_companies",
    ):
        session.run(statement)
    session.run("""
        UPDATE decided_companies d SET new_id = first.new_id FROM decided_companies first
        WHERE d.state = 'twin' AND d.new_id = first.id AND first.state = 'new' AND first.new_id <> first.id
        """)
    deciding.finish(session, BY_NAME["companies"])


def decide_afterthoughts(session: Session) -> None:
    """Decide about other spellings of companies and about look-alikes, now that it is known which companies come."""
    aliases, suggestions = BY_NAME["company_aliases"], BY_NAME["company_match_suggestions"]
    deciding.begin(session, aliases)
    deciding.meet_by_key(session, aliases)
    deciding.meet(session, aliases, aliases.meets)
    session.run("""
        UPDATE decided_company_aliases d SET state = 'idle'
        FROM incoming_company_aliases i
        WHERE i.id = d.id AND d.state = 'new' AND (
            EXISTS (SELECT FROM companies t WHERE t.normalized_name = i.normalized_name)
            OR EXISTS (SELECT FROM companies t WHERE t.id = d.company_id AND NOT t.is_confirmed)
            OR EXISTS (SELECT FROM decided_companies c WHERE c.norm = i.normalized_name AND c.state = 'new'))
        """)
    deciding.finish(session, aliases)
    other, join = "i.other_id", ""
    if session.moved.get("companies"):
        other = "CASE WHEN o.old_id IS NULL THEN i.other_id ELSE o.new_id END"
        join = "LEFT JOIN key_map o ON o.table_name = 'companies' AND o.old_id = i.other_id"
    deciding.begin(session, suggestions, more=", NULL::uuid AS other")
    session.run(f"""
        UPDATE decided_company_match_suggestions d
        SET other = {other},
            state = CASE WHEN {other} IS NULL OR {other} = d.company_id OR o_state.state = 'idle' THEN 'idle' ELSE d.state END
        FROM incoming_company_match_suggestions i
        LEFT JOIN decided_companies o_state ON o_state.id = i.other_id
        {join}
        WHERE i.id = d.id AND d.state = 'new'
        """)
    deciding.meet_by_key(session, suggestions)
    deciding.meet(session, suggestions, suggestions.meets)
    deciding.fold_twins(session, suggestions)
    deciding.finish(session, suggestions)


TAKE_CLAIMED_SITES = """
    CREATE TEMPORARY TABLE taken_sites ON COMMIT DROP AS
    SELECT t.id, t.website, t.domain, t.created_at, min(d.new_id::text) AS taker
    FROM companies t JOIN decided_companies d ON d.domain = t.domain
    WHERE d.state = 'new' AND NOT t.is_confirmed
    GROUP BY t.id
    """


def take_claimed_sites(session: Session) -> None:
    """Take from entries that somebody typed here the websites that a fact of the source names for another company."""
    session.run(TAKE_CLAIMED_SITES)
    session.run(f"""
        INSERT INTO migration_ledger ({LEDGER_COLUMNS})
        SELECT {session.line_id("companies", "id || '|' || taker", "website", "converted")}, {session.quote(session.source)},
               'companies', id::text, '', jsonb_build_object('website', website, 'domain', domain),
               jsonb_build_object('website', '', 'domain', NULL), 'converted',
               'Somebody claimed this website; the older system knew whose it is.', taker, created_at
        FROM taken_sites
        ON CONFLICT (id) DO NOTHING
        """)
    session.run("UPDATE companies t SET website = '', domain = NULL FROM taken_sites taken WHERE taken.id = t.id")


# What an entry that is here may take on from one that met it, and whether that confirms it.
READ_TELLERS = """
    CREATE TEMPORARY TABLE tellers ON COMMIT DROP AS
    SELECT told.*, row_number() OVER (PARTITION BY target_id ORDER BY is_confirmed DESC, updated_at DESC, id DESC) AS place
    FROM (
        SELECT d.id, t.id AS target_id, d.is_confirmed, i.updated_at,
               d.is_confirmed AND NOT t.is_confirmed AND d.rule IN ('domain', 'alias', 'name') AS confirms,
               d.is_confirmed AND NOT t.is_confirmed AND d.rule = 'name' AND t.website <> '' AND t.website <> i.website
                   AS replaces_site
        FROM decided_companies d
        JOIN incoming_companies i ON i.id = d.id
        JOIN companies t ON t.id = d.new_id
        WHERE d.state = 'met'
          AND (d.is_confirmed AND (t.is_confirmed OR d.rule IN ('domain', 'alias', 'name'))
               OR NOT t.is_confirmed AND COALESCE(t.created_by_id = d.creator, false))
    ) told
    """
FACTS = (
    "industry",
    "size",
    "size_category",
    "location",
    "headquarters_location",
    "founded_year",
    "description",
    "logo_url",
    "culture",
    "values",
    "benefits",
)


def _quoted(column: str) -> str:
    return f'"{column}"'


def _lacking_cell(fact: str) -> str:
    """Return a row of (name, value here, value told, whether it is lacking here)."""
    column, table = _quoted(fact), BY_NAME["companies"]
    is_lacking = f"{table.is_empty(fact, f't.{column}')} AND NOT ({table.is_empty(fact, f'i.{column}')})"
    return f"('{fact}', to_jsonb(t.{column}), to_jsonb(i.{column}), {is_lacking})"


def tell_facts(session: Session) -> None:
    """Give the entries that were met what they lack, the surest first, and confirm those that the source had confirmed."""
    session.run(READ_TELLERS)
    most = session.count("SELECT COALESCE(max(place), 0) FROM tellers")
    for place in range(1, most + 1):
        lacks = "(t.website = '' OR told.replaces_site) AND t.domain IS NULL"
        is_free = "NOT EXISTS (SELECT FROM companies other WHERE other.domain = i.domain)"
        cells = [_lacking_cell(fact) for fact in FACTS]
        takes_site = f"({lacks} AND t.website <> i.website AND (i.domain IS NULL OR {is_free}))"
        session.run(f"""
            CREATE TEMPORARY TABLE filled ON COMMIT DROP AS
            SELECT t.id, told.id AS teller, t.created_at, before, after, {takes_site} AS takes_site, told.confirms
            FROM tellers told
            JOIN incoming_companies i ON i.id = told.id
            JOIN companies t ON t.id = told.target_id
            CROSS JOIN LATERAL (
                SELECT jsonb_object_agg(name, old) AS before, jsonb_object_agg(name, new) AS after
                FROM (VALUES
                    {", ".join(cells)},
                    ('website', to_jsonb(t.website), to_jsonb(i.website), {takes_site}),
                    ('domain', 'null'::jsonb, to_jsonb(i.domain), {takes_site} AND i.domain IS NOT NULL),
                    ('is_confirmed', 'false'::jsonb, 'true'::jsonb, told.confirms AND NOT t.is_confirmed)
                ) cell (name, old, new, is_lacking)
                WHERE is_lacking
            ) cells
            WHERE told.place = {place} AND before IS NOT NULL
            """)
        session.run(f"""
            INSERT INTO migration_ledger ({LEDGER_COLUMNS})
            SELECT {session.line_id("companies", "id || '|' || teller", "", "derived")}, {session.quote(session.source)},
                   'companies', id::text, '', before, after, 'derived', 'Lacking here; told by the older system.', '',
                   created_at
            FROM filled
            ON CONFLICT (id) DO NOTHING
            """)
        changes = ", ".join(
            f"{_quoted(fact)} = CASE WHEN f.after ? '{fact}' THEN i.{_quoted(fact)} ELSE t.{_quoted(fact)} END"
            for fact in FACTS
        )
        session.run(f"""
            UPDATE companies t
            SET {changes}, website = CASE WHEN f.takes_site THEN i.website ELSE t.website END,
                domain = CASE WHEN f.takes_site THEN i.domain ELSE t.domain END,
                is_confirmed = t.is_confirmed OR f.confirms
            FROM filled f JOIN incoming_companies i ON i.id = f.teller
            WHERE f.id = t.id
            """)
        session.run("DROP TABLE filled")
    session.tell("tell facts of companies", most)


def suggest_namesakes(session: Session) -> None:
    """Ask curators about the entries that came and share their name with others that are here."""
    added = session.run("""
        INSERT INTO company_match_suggestions
            (id, company_id, other_id, other_name, score, why, state, created_at, updated_at)
        SELECT md5('suggestion|' || first_id || '|' || second_id)::uuid, first_id, second_id, other.name, 0.9,
               '["The same name; several websites go by it."]', 'open', at, at
        FROM (
            SELECT CASE WHEN t.domain IS NULL THEN t.id ELSE d.new_id END AS first_id,
                   CASE WHEN t.domain IS NULL THEN d.new_id ELSE t.id END AS second_id, i.created_at AS at
            FROM decided_companies d
            JOIN incoming_companies i ON i.id = d.id
            JOIN companies t ON t.normalized_name = d.norm AND t.id <> d.new_id
            WHERE d.state = 'new'
              AND NOT EXISTS (SELECT FROM decided_companies sibling WHERE sibling.state = 'new' AND sibling.new_id = t.id)
        ) pair
        JOIN companies other ON other.id = pair.second_id
        WHERE NOT EXISTS (
            SELECT FROM company_match_suggestions s
            WHERE (s.company_id, s.other_id) IN ((pair.first_id, pair.second_id), (pair.second_id, pair.first_id)))
        ON CONFLICT DO NOTHING
        """)
    session.add("company_match_suggestions", added)


def tell_other_names(session: Session) -> None:
    """Name what came as a part of another row of its person that has another name: somebody should look at these."""
    kind, merged = str(BY_NAME["target_companies"].clash), session.merged
    found = session.read(f"""
        SELECT f.source_table, f.row_id, f.final_id::text
        FROM fates f JOIN source_rows r USING (source_table, row_id)
        WHERE r.final_table = 'target_companies' AND r.reason = {session.quote(ANOTHER_NAME)}
          AND f.outcome = 'merged' AND f.is_new
        ORDER BY 1, 2
        """)
    if found:
        room = MOST_LISTED - sum(clash.kind == kind for clash in merged.clashes)
        merged.clash_counts[kind] = merged.clash_counts.get(kind, 0) + len(found)
        merged.clashes.extend(
            Clash(kind, table, row_id, target_id, ANOTHER_NAME) for table, row_id, target_id in found[: max(room, 0)]
        )
