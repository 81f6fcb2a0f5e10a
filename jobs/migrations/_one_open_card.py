"""The SQL of 0003: open cards of one user for the same company and role get different titles.

The line of a renamed card stays in the ledger on the way back: the next way forward gives the card the same title again,
whichever of the twins was edited meanwhile.
"""

SOURCE = "jobs.0003_one_open_card"

IS_OPEN = "NOT t.is_deleted AND t.status <> 'Closed'"

# Titles given by an earlier way forward return first.
RENAME_AGAIN = f"""
    UPDATE jobs t
    SET role_title = line.after #>> '{{}}'
    FROM migration_ledger line
    WHERE line.source = '{SOURCE}' AND line."table" = 'jobs' AND t.id = line.row_id::uuid
      AND t.role_title = line.before #>> '{{}}'
    """

# The cards that must change, latest updated first, and the numbers that are free for them: the n-th card takes the n-th
# free number. Titles that have to be shortened compete for numbers with all that begin alike, since a cut can make them
# the same.
READ_TWINS = f"""
    CREATE TEMPORARY TABLE jobs_twins AS
    WITH keyed AS (
        SELECT t.id, t.user_id, t.role_title, t.updated_at, t.created_at,
               lower(btrim(t.company_name)) AS company, lower(btrim(t.role_title)) AS title
        FROM jobs t
        WHERE {IS_OPEN}
    ),
    crowded AS (
        SELECT user_id, company, title FROM keyed GROUP BY user_id, company, title HAVING count(*) > 1
    ),
    ranked AS (
        SELECT keyed.*,
               row_number() OVER (
                   PARTITION BY user_id, company, title ORDER BY keyed.updated_at DESC, keyed.id DESC) AS place
        FROM keyed JOIN crowded USING (user_id, company, title)
    )
    SELECT id, user_id, company, created_at, role_title, btrim(role_title) AS stem,
           CASE WHEN length(btrim(role_title)) > 240 THEN lower(left(btrim(role_title), 240)) ELSE title END AS family,
           row_number() OVER (
               PARTITION BY user_id, company,
                   CASE WHEN length(btrim(role_title)) > 240 THEN lower(left(btrim(role_title), 240)) ELSE title END
               ORDER BY place, updated_at DESC, id DESC) AS place
    FROM ranked
    WHERE place > 1
    """

WRITE_LINES = f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    WITH families AS (
        SELECT user_id, company, family, count(*) AS size FROM jobs_twins GROUP BY user_id, company, family
    ),
    companies AS (SELECT DISTINCT user_id, company FROM jobs_twins),
    taken AS MATERIALIZED (
        SELECT t.user_id, companies.company, lower(btrim(t.role_title)) AS title
        FROM jobs t
        JOIN companies ON companies.user_id = t.user_id AND companies.company = lower(btrim(t.company_name))
        WHERE {IS_OPEN}
    ),
    crowds AS (SELECT user_id, company, count(*) AS size FROM taken GROUP BY user_id, company),
    numbers AS (
        SELECT f.user_id, f.company, f.family, number,
               row_number() OVER (PARTITION BY f.user_id, f.company, f.family ORDER BY number) AS place
        FROM families f
        JOIN crowds USING (user_id, company)
        CROSS JOIN LATERAL generate_series(2, 1 + f.size + crowds.size) AS number
        WHERE NOT EXISTS (
            SELECT FROM jobs_twins w
            JOIN taken ON taken.user_id = w.user_id AND taken.company = w.company
              AND taken.title = lower(btrim(left(w.stem, 252 - length(number::text)) || ' (' || number || ')'))
            WHERE w.user_id = f.user_id AND w.company = f.company AND w.family = f.family
        )
    )
    SELECT md5('{SOURCE}|jobs|role_title|' || w.id)::uuid, '{SOURCE}', 'jobs', w.id::text, 'role_title',
           to_jsonb(w.role_title), to_jsonb(left(w.stem, 252 - length(number::text)) || ' (' || number || ')'),
           'converted', 'Another open card of this user has the same company and role.', '', w.created_at
    FROM jobs_twins w JOIN numbers USING (user_id, company, family, place)
    ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before, after = EXCLUDED.after
    """

RENAME = f"""
    UPDATE jobs t
    SET role_title = line.after #>> '{{}}'
    FROM migration_ledger line
    JOIN jobs_twins w ON line.row_id = w.id::text
    WHERE line.source = '{SOURCE}' AND line."table" = 'jobs' AND t.id = w.id
    """

# That no twins are left is what the constraint says that follows.
CHECK_ACCOUNT = f"""
    DO $$
    DECLARE
        unnamed bigint := (
            SELECT count(*) FROM jobs_twins w
            WHERE NOT EXISTS (
                SELECT FROM jobs t JOIN migration_ledger line ON line.row_id = t.id::text
                WHERE t.id = w.id AND line.source = '{SOURCE}' AND line."table" = 'jobs'
                  AND line.before #>> '{{}}' = w.role_title AND line.after #>> '{{}}' = t.role_title)
        );
    BEGIN
        IF unnamed > 0 THEN
            RAISE EXCEPTION '{SOURCE}: account of jobs is not exact, % renamed cards without a line', unnamed;
        END IF;
    END $$
    """

FORWARD = [
    "SET CONSTRAINTS ALL IMMEDIATE",
    "LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE",
    RENAME_AGAIN,
    READ_TWINS,
    "ANALYZE jobs_twins",
    WRITE_LINES,
    RENAME,
    CHECK_ACCOUNT,
    "DROP TABLE jobs_twins",
]

BACKWARD = [
    f"""
    UPDATE jobs t
    SET role_title = line.before #>> '{{}}'
    FROM migration_ledger line
    WHERE line.source = '{SOURCE}' AND line."table" = 'jobs' AND t.id = line.row_id::uuid
      AND t.role_title = line.after #>> '{{}}'
    """
]
