"""The SQL of 0003 as a whole: the table is made bare, filled, accounted for, and only then constrained and indexed.

The account is exact: every row of a source stands in the new table under its key, or in the ledger as a whole row,
merged into one that is there or quarantined with its reason; never in both, never in neither.
"""

from interactions.migrations import _interactions, _timeline
from interactions.migrations._interactions import KEPT, SAVED_ID, SOURCE
from interactions.migrations._lines import IS_WHOLE

# Half a million rows are hashed in memory; a small server still has this much. Nobody knows yet how many rows the
# conditions of the view let through: on a guess of a few, each of them would be read for each other.
PLANNING = [
    "SET LOCAL work_mem = '128MB'",
    "SET LOCAL maintenance_work_mem = '256MB'",
    "SET LOCAL enable_nestloop = off",
    "SET LOCAL enable_mergejoin = off",
]
_LOCK = [
    "SET CONSTRAINTS ALL IMMEDIATE",
    "LOCK TABLE applications, saved_jobs, legacy_timeline_events, timeline_events IN ACCESS EXCLUSIVE MODE",
    "LOCK TABLE job_listings, accounts_user IN SHARE MODE",
]

MAKE_TABLE = """
    CREATE TABLE job_user_interactions (
        id uuid NOT NULL,
        created_at timestamp with time zone NOT NULL,
        updated_at timestamp with time zone NOT NULL,
        interaction_type varchar(20) NOT NULL,
        application_status varchar(20) NOT NULL,
        applied_date timestamp with time zone,
        response_date timestamp with time zone,
        resume_version varchar(255) NOT NULL,
        cover_letter text NOT NULL,
        follow_up_date timestamp with time zone,
        interview_scheduled timestamp with time zone,
        shared_with_recruiters boolean NOT NULL,
        saved_date timestamp with time zone,
        tags text[] NOT NULL,
        notes text NOT NULL,
        interaction_data jsonb NOT NULL,
        first_interaction timestamp with time zone NOT NULL,
        last_interaction timestamp with time zone NOT NULL,
        interaction_count integer NOT NULL,
        job_snapshot jsonb NOT NULL,
        job_id uuid NOT NULL,
        user_id uuid NOT NULL
    )
    """

CONSTRAIN_TABLE = [
    """
    ALTER TABLE job_user_interactions
        ADD PRIMARY KEY (id),
        ADD CHECK (interaction_count >= 0),
        ADD CONSTRAINT unique_user_job_interaction UNIQUE (user_id, job_id, interaction_type),
        ADD CONSTRAINT interactions_jobuserinteraction_type_valid
            CHECK (interaction_type IN ('viewed', 'saved', 'applied', 'hidden', 'rejected_by_user')),
        ADD CONSTRAINT applied_interactions_need_status CHECK (
            (interaction_type = 'applied'
             AND application_status IN ('applied', 'interviewing', 'rejected', 'accepted', 'withdrawn'))
            OR (NOT (interaction_type = 'applied') AND application_status = '')),
        ADD CONSTRAINT saved_interactions_need_date
            CHECK (NOT (interaction_type = 'saved') OR saved_date IS NOT NULL),
        ADD CONSTRAINT interactions_jobuserinteraction_counted CHECK (interaction_count >= 1),
        ADD CONSTRAINT interactions_jobuserinteraction_only_applied_shared
            CHECK (NOT shared_with_recruiters OR interaction_type = 'applied'),
        ADD CONSTRAINT job_user_interactions_job_id_5d7a3191_fk_job_listings_id
            FOREIGN KEY (job_id) REFERENCES job_listings (id) DEFERRABLE INITIALLY DEFERRED,
        ADD CONSTRAINT job_user_interactions_user_id_9459da53_fk_accounts_user_id
            FOREIGN KEY (user_id) REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED
    """,
    """
    CREATE INDEX idx_user_interaction_type_date
        ON job_user_interactions (user_id, interaction_type, last_interaction DESC)
    """,
    "CREATE INDEX idx_job_interaction_type ON job_user_interactions (job_id, interaction_type)",
]

# Events come in by the hundred thousand: what is checked and sorted row by row otherwise is done once, afterwards.
BARE_TIMELINE = [
    """
    ALTER TABLE timeline_events
        DROP CONSTRAINT timeline_events_pkey,
        DROP CONSTRAINT timeline_events_job_id_c49e3df6_fk_jobs_id,
        DROP CONSTRAINT timeline_events_user_id_ec44fac3_fk_accounts_user_id
    """,
    "DROP INDEX interactions_timeline_idx, interactions_job_events_idx",
]
ADD_LINKS = "ALTER TABLE timeline_events ADD COLUMN listing_id uuid, ADD COLUMN interaction_id uuid"
_CONSTRAIN_BOTH_WAYS = """
    ALTER TABLE timeline_events
        ADD PRIMARY KEY (id),
        ADD CONSTRAINT timeline_events_job_id_c49e3df6_fk_jobs_id
            FOREIGN KEY (job_id) REFERENCES jobs (id) DEFERRABLE INITIALLY DEFERRED,
        ADD CONSTRAINT timeline_events_user_id_ec44fac3_fk_accounts_user_id
            FOREIGN KEY (user_id) REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED"""
CONSTRAIN_TIMELINE = [
    f"""
    {_CONSTRAIN_BOTH_WAYS},
        ADD CONSTRAINT timeline_events_listing_id_d595e09a_fk_job_listings_id
            FOREIGN KEY (listing_id) REFERENCES job_listings (id) DEFERRABLE INITIALLY DEFERRED,
        ADD CONSTRAINT timeline_events_interaction_id_e5ca130f_fk_job_user_
            FOREIGN KEY (interaction_id) REFERENCES job_user_interactions (id) DEFERRABLE INITIALLY DEFERRED
    """,
    "CREATE INDEX interactions_timeline_idx ON timeline_events (user_id, event_date DESC, id DESC)",
    """
    CREATE INDEX interactions_job_events_idx ON timeline_events (job_id, event_date DESC, id DESC)
        WHERE job_id IS NOT NULL
    """,
    """
    CREATE INDEX interactions_listing_event_idx ON timeline_events (listing_id, user_id)
        WHERE listing_id IS NOT NULL
    """,
    """
    CREATE INDEX interactions_origin_event_idx ON timeline_events (interaction_id)
        WHERE interaction_id IS NOT NULL
    """,
]


def check_account(new_rows: str, **new_ids: str) -> str:
    """Fail unless each row of the sources is in one place: under its key in the new table, or whole in the ledger."""
    old_rows = " UNION ALL ".join(
        f"SELECT '{table}' AS origin, t.id, {new_id} AS new_id FROM {table} t" for table, new_id in new_ids.items()
    )
    return f"""
        DO $$
        DECLARE
            account record;
        BEGIN
            FOR account IN
                SELECT t.origin, count(*) - count(n.id) AS lost, count(n.id) AS doubled
                FROM ({old_rows}) t
                LEFT JOIN {new_rows} n ON n.id = t.new_id
                LEFT JOIN (
                    SELECT line."table" AS origin, line.row_id::uuid AS id FROM migration_ledger line
                    WHERE line.source = '{SOURCE}' AND line."table" IN ({", ".join(f"'{table}'" for table in new_ids)})
                      AND line."column" = '' AND {IS_WHOLE}
                ) line ON line.origin = t.origin AND line.id = t.id
                WHERE (n.id IS NULL) = (line.id IS NULL)
                GROUP BY t.origin
                ORDER BY t.origin
            LOOP
                RAISE EXCEPTION '{SOURCE}: account of % is not exact, % rows lost, % rows doubled', account.origin,
                    account.lost, account.doubled;
            END LOOP;
        END $$
        """


# Each interaction counts the rows that it came from, so their sum is the number of all that were not quarantined.
CHECK_TARGETS = f"""
    DO $$
    DECLARE
        dangling bigint := (
            SELECT count(*) FROM (SELECT * FROM applications_aside UNION ALL SELECT * FROM saved_jobs_aside) aside
            WHERE outcome = 'merged' AND NOT EXISTS (SELECT FROM job_user_interactions i WHERE i.id = aside.target_id)
        );
        counted bigint := (SELECT COALESCE(sum(interaction_count), 0) FROM job_user_interactions);
        taken bigint := (SELECT count(*) FROM applications) + (SELECT count(*) FROM saved_jobs)
            - (SELECT count(*) FROM applications_aside WHERE outcome = 'quarantined')
            - (SELECT count(*) FROM saved_jobs_aside WHERE outcome = 'quarantined');
    BEGIN
        IF dangling > 0 OR counted <> taken THEN
            RAISE EXCEPTION '{SOURCE}: account of job_user_interactions is not exact, % rows merged into none, '
                '% counted of % taken', dangling, counted, taken;
        END IF;
    END $$
    """

CHECK_FORWARD = [
    check_account("job_user_interactions", applications="t.id", saved_jobs=SAVED_ID),
    check_account("timeline_events", legacy_timeline_events=_timeline.NEW_ID),
    CHECK_TARGETS,
]

FORWARD = [
    *_LOCK,
    *PLANNING,
    MAKE_TABLE,
    *BARE_TIMELINE,
    ADD_LINKS,
    *_interactions.READ_GHOSTS,
    _interactions.MAKE_VIEW,
    *_interactions.READ_CROWDS,
    *_interactions.fill("job_user_interactions"),
    *_interactions.WRITE_WHOLES,
    *_timeline.READ,
    _timeline.FILL,
    # Before the ledger is written, so that the joins there are planned by what the new tables hold.
    "ANALYZE job_user_interactions, timeline_events",
    _timeline.WRITE_WHOLES,
    *CHECK_FORWARD,
    *_interactions.RETURN_KEPT,
    *_timeline.RETURN_KEPT,
    *_interactions.WRITE_VALUES,
    *_timeline.WRITE_VALUES,
    *_timeline.DROP_READINGS,
    *_interactions.DROP_READINGS,
    *CONSTRAIN_TABLE,
    *CONSTRAIN_TIMELINE,
]

# Every interaction is an old row under its key again, or kept whole; every event is in one of the two timelines.
CHECK_BACKWARD = f"""
    DO $$
    DECLARE
        lost bigint := (
            SELECT count(*)
            FROM job_user_interactions t
            LEFT JOIN applications a ON a.id = t.id
            LEFT JOIN saved_jobs s ON s.id = t.id
            LEFT JOIN migration_ledger line
                ON line.source = '{KEPT}' AND line."table" = 'job_user_interactions' AND line.after IS NULL
                AND line.row_id = t.id::text
            WHERE a.id IS NULL AND s.id IS NULL AND line.id IS NULL
              AND NOT EXISTS (SELECT FROM saved_jobs s WHERE t.id = md5('saved_jobs|' || s.id)::uuid)
        );
        lost_events bigint := (
            SELECT (SELECT count(*) FROM events_before) - (SELECT count(*) FROM timeline_events)
                - (SELECT count(*) FROM returning_events JOIN moved_events USING (id))
        );
    BEGIN
        IF lost > 0 OR lost_events <> 0 THEN
            RAISE EXCEPTION '{SOURCE}: account of the way back is not exact, % interactions lost, % events lost', lost,
                lost_events;
        END IF;
    END $$
    """

BACKWARD = [
    *_LOCK,
    "LOCK TABLE job_user_interactions IN ACCESS EXCLUSIVE MODE",
    *PLANNING,
    "TRUNCATE applications, saved_jobs, legacy_timeline_events",
    "CREATE TEMPORARY TABLE events_before AS SELECT id FROM timeline_events",
    *_interactions.READ_RESTORABLE,
    *_timeline.READ_RESTORABLE,
    *_interactions.REBUILD,
    *_timeline.REBUILD,
    *_interactions.READ_GHOSTS,
    _interactions.MAKE_VIEW,
    *_interactions.READ_CROWDS,
    *_timeline.READ,
    *_interactions.WRITE_KEPT,
    *_timeline.WRITE_KEPT,
    CHECK_BACKWARD,
    *_timeline.DROP_READINGS,
    *_interactions.DROP_READINGS,
    "DROP TABLE interactions_again, returning_events, events_before",
    "ALTER TABLE timeline_events DROP COLUMN listing_id, DROP COLUMN interaction_id",
    "DROP TABLE job_user_interactions",
]
