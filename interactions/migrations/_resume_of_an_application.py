"""The older form of an application has no resume: on the way back the links wait in the ledger."""

KEPT = "interactions.0005_resume_of_an_application backward"

BACKWARD = [
    f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5('{KEPT}|' || id)::uuid, '{KEPT}', 'job_user_interactions', id::text, 'resume_id', to_jsonb(resume_id), NULL,
           'converted', 'The older form cannot hold this.', resume_id::text, created_at
    FROM job_user_interactions WHERE resume_id IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET before = EXCLUDED.before, target_row_id = EXCLUDED.target_row_id
    """,
    # The constraint of the column that goes now has been looked at.
    "SET CONSTRAINTS ALL IMMEDIATE",
]
FORWARD = [
    f"""
    UPDATE job_user_interactions i SET resume_id = r.id
    FROM migration_ledger line JOIN resumes r ON r.id::text = line.target_row_id
    WHERE line.source = '{KEPT}' AND line.row_id = i.id::text AND i.interaction_type = 'applied' AND r.user_id = i.user_id
    """,
    f"""
    DELETE FROM migration_ledger line USING job_user_interactions i
    WHERE line.source = '{KEPT}' AND line.row_id = i.id::text AND i.resume_id::text = line.target_row_id
    """,
    "SET CONSTRAINTS ALL IMMEDIATE",
]
