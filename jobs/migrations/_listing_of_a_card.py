"""The SQL of 0008: which listing a card was made from waits in the ledger while the older form cannot hold it."""

KEPT = "jobs.0008_listing_of_a_card backward"

FORWARD = [
    f"""
    UPDATE jobs t SET listing_id = listing.id
    FROM migration_ledger line
    JOIN job_listings listing ON listing.id = (line.before ->> 'listing_id')::uuid
    WHERE line.source = '{KEPT}' AND line."table" = 'jobs' AND t.id = line.row_id::uuid AND t.listing_id IS NULL
    """,
    f"""
    DELETE FROM migration_ledger line USING jobs t
    WHERE line.source = '{KEPT}' AND line."table" = 'jobs' AND t.id = line.row_id::uuid AND t.listing_id IS NOT NULL
    """,
    "SET CONSTRAINTS ALL IMMEDIATE",
]

BACKWARD = [
    f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5('{KEPT}|jobs|' || id)::uuid, '{KEPT}', 'jobs', id::text, '',
           jsonb_build_object('listing_id', listing_id), NULL, 'converted', 'The old form cannot hold this.', '', created_at
    FROM jobs
    WHERE listing_id IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before
    """,
]
