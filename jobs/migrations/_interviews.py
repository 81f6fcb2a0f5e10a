"""The SQL of 0004: interviews without NULL where an empty text says it, always with a status."""

from jobs.migrations._ledger import (
    check_account,
    drop_kept_lines,
    drop_restored_lines,
    read_kept,
    read_restorable,
    read_rows_before,
    restore,
    write_lines,
)

SOURCE = "jobs.0004_interviews"
KEPT = f"{SOURCE} backward"

# Column, type in the new form, type in the old form.
TEXTS = (
    ("interviewer_name", "varchar(255)", "varchar(255)"),
    ("interviewer_role", "varchar(255)", "varchar(255)"),
    ("interviewer_linkedin", "varchar(1000)", "varchar(500)"),
    ("notes", "text", "text"),
    ("questions_asked", "text", "text"),
    ("went_well", "text", "text"),
    ("to_improve", "text", "text"),
    ("next_steps", "text", "text"),
    ("prep_content", "text", "text"),
)

# A CHECK that outlives a change of its column's type is spelled differently afterwards, so both are made anew.
DROP_CHECKS = "DROP CONSTRAINT ck_interviews_status_valid, DROP CONSTRAINT ck_interviews_rating_range"
ADD_CHECKS = """
    ADD CONSTRAINT ck_interviews_status_valid CHECK (status IN ('Scheduled', 'Completed', 'Cancelled', 'No-show')),
    ADD CONSTRAINT ck_interviews_rating_range CHECK (rating IS NULL OR (rating >= 1 AND rating <= 10))
    """

_BLANKS = ", ".join(f"'{name}', CASE WHEN t.{name} = '' THEN '' END" for name, _, _ in TEXTS)

CONVERT = f"""
    ALTER TABLE interviews
        {DROP_CHECKS},
        {"".join(f"ALTER {name} TYPE {new} USING COALESCE({name}, ''), ALTER {name} SET NOT NULL," for name, new, _ in TEXTS)}
        ALTER id DROP DEFAULT,
        ALTER round DROP DEFAULT,
        ALTER status DROP DEFAULT,
        ALTER status TYPE varchar(50) USING COALESCE(status, 'Scheduled'),
        ALTER status SET NOT NULL,
        ALTER rating TYPE smallint,
        ALTER created_at DROP DEFAULT,
        ALTER updated_at DROP DEFAULT,
        {ADD_CHECKS}
    """

CONVERT_BACK = f"""
    ALTER TABLE interviews
        {DROP_CHECKS},
        {
    "".join(
        f"ALTER {name} DROP NOT NULL, ALTER {name} TYPE {old} USING NULLIF({name}, '')::{old},"
        for name, _, old in TEXTS
    )
}
        ALTER id SET DEFAULT gen_random_uuid(),
        ALTER round SET DEFAULT 'Phone Screen',
        ALTER status DROP NOT NULL,
        ALTER status SET DEFAULT 'Scheduled',
        ALTER rating TYPE integer,
        ALTER created_at SET DEFAULT statement_timestamp(),
        ALTER updated_at SET DEFAULT statement_timestamp(),
        {ADD_CHECKS}
    """

FORWARD = [
    *read_rows_before("interviews"),
    read_kept(source=KEPT, table="interviews", guard="line.after ->> 'interviewer_linkedin' = t.interviewer_linkedin"),
    write_lines(
        source=SOURCE,
        table="interviews",
        outcome="converted",
        reason="The new form cannot give this back by rule.",
        before=f"""jsonb_strip_nulls(jsonb_build_object({_BLANKS}))
            || CASE WHEN t.status IS NULL THEN '{{"status": null}}'::jsonb ELSE '{{}}' END""",
        after=f"""jsonb_strip_nulls(jsonb_build_object({_BLANKS}))
            || CASE WHEN t.status IS NULL THEN '{{"status": "Scheduled"}}'::jsonb ELSE '{{}}' END""",
        where=" OR ".join(("t.status IS NULL", *(f"t.{name} = ''" for name, _, _ in TEXTS))),
    ),
    CONVERT,
    """
    UPDATE interviews t SET interviewer_linkedin = k.cells ->> 'interviewer_linkedin'
    FROM interviews_kept k WHERE k.id = t.id
    """,
    *drop_kept_lines("interviews"),
    *check_account(SOURCE, "interviews"),
]

BACKWARD = [
    *read_rows_before("interviews"),
    read_restorable(source=SOURCE, table="interviews", image=f"jsonb_build_object({_BLANKS}, 'status', t.status)"),
    f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5('{KEPT}|interviews|' || t.id || '|' || t.interviewer_linkedin)::uuid, '{KEPT}', 'interviews', t.id::text, '',
           jsonb_build_object('interviewer_linkedin', t.interviewer_linkedin),
           jsonb_build_object('interviewer_linkedin', left(t.interviewer_linkedin, 500)),
           'converted', 'The old form cannot hold this.', '', t.created_at
    FROM interviews t
    WHERE length(t.interviewer_linkedin) > 500
    ON CONFLICT (id) DO NOTHING
    """,
    drop_restored_lines(source=SOURCE, table="interviews"),
    CONVERT_BACK,
    restore("interviews", (name for name, _, _ in TEXTS), {"status": "r.cells ->> 'status'"}),
    "DROP TABLE interviews_restored",
    *check_account(SOURCE, "interviews"),
]
