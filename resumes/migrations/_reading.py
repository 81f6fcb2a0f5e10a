"""What each older row becomes: one table `<table>_made` for each table of today, in its columns, with nothing written yet.

The way forward fills the tables from these. The way back makes them again of the rows that it gives back, and keeps in the
ledger whatever they do not come to. So `_made` is the one place where the rule stands.
"""

from __future__ import annotations

from resumes.migrations._contents import CONTENT, LISTS, fitted, fitted_snapshot
from resumes.migrations._templates import KEYS

EPOCH = "timestamptz '1970-01-01 00:00Z'"
TABLES = ("resume_templates", "resumes", "resume_versions", "resume_generations", "resume_optimizations")
FORMATS = "('pdf', 'docx', 'html', 'json', 'markdown', 'txt')"
NO_FILE = "The file stayed behind in the older system."

OWNED = """
    CREATE TEMPORARY TABLE owned_resumes ON COMMIT DROP AS
    SELECT t.id, t.user_id, COALESCE(t.created_at, t.updated_at, u.date_joined) AS created_at,
           COALESCE(t.updated_at, t.created_at, u.date_joined) AS updated_at
    FROM legacy_resumes t JOIN accounts_user u ON u.id = t.user_id
    """

# Links ------------------------------------------------------------------------------------------------------------------

# The first of the two parents that is another resume of the same user; a template stands alone.
READ_LINKS = [
    f"""
    CREATE TEMPORARY TABLE resume_links ON COMMIT DROP AS
    SELECT t.id, o.created_at, kind.resume_type, kind.status,
           CASE WHEN kind.resume_type <> 'template' THEN COALESCE(first.id, second.id) END AS parent_id,
           CASE WHEN kind.resume_type <> 'template' THEN COALESCE(target.id, job.id) END AS target_id,
           template.id AS template_id
    FROM legacy_resumes t
    JOIN owned_resumes o ON o.id = t.id
    LEFT JOIN owned_resumes first ON first.id = t.parent_resume_id AND first.id <> t.id AND first.user_id = t.user_id
    LEFT JOIN owned_resumes second ON second.id = t.based_on_resume_id AND second.id <> t.id AND second.user_id = t.user_id
    LEFT JOIN job_listings target ON target.id = t.target_job_id
    LEFT JOIN job_listings job ON job.id = t.job_id
    LEFT JOIN (SELECT id FROM legacy_resume_templates UNION SELECT unnest(ARRAY[{KEYS}])) template ON template.id = t.template_id
    CROSS JOIN LATERAL (
        SELECT lower(btrim(t.resume_type)) AS resume_type, lower(btrim(t.status)) AS status,
               COALESCE(first.id, second.id, target.id, job.id) IS NOT NULL AS is_linked
    ) said
    CROSS JOIN LATERAL (
        SELECT CASE WHEN said.resume_type = 'template' THEN 'template' WHEN said.resume_type = 'tailored' THEN 'tailored'
                    WHEN said.status = 'template' AND NOT said.is_linked THEN 'template' ELSE 'base' END AS resume_type,
               CASE WHEN said.status IN ('draft', 'active', 'archived') THEN said.status
                    WHEN said.status = 'template' THEN 'active' ELSE 'draft' END AS status
    ) kind
    """,
    "CREATE UNIQUE INDEX ON resume_links (id)",
    "ANALYZE resume_links",
    # Who is in a circle has a parent and a child in it: the others are taken away, one generation after the other.
    """
    CREATE TEMPORARY TABLE resume_circles ON COMMIT DROP AS
    SELECT id, parent_id, created_at FROM resume_links l
    WHERE parent_id IS NOT NULL AND EXISTS (SELECT FROM resume_links c WHERE c.parent_id = l.id)
    """,
    "CREATE UNIQUE INDEX ON resume_circles (id)",
    "CREATE INDEX ON resume_circles (parent_id)",
    """
    DO $$
    DECLARE
        taken bigint := 1;
    BEGIN
        WHILE taken > 0 LOOP
            DELETE FROM resume_circles c
            WHERE NOT EXISTS (SELECT FROM resume_circles p WHERE p.id = c.parent_id)
               OR NOT EXISTS (SELECT FROM resume_circles p WHERE p.parent_id = c.id);
            GET DIAGNOSTICS taken = ROW_COUNT;
        END LOOP;
    END $$
    """,
    # The youngest of a circle loses its parent.
    """
    UPDATE resume_links l SET parent_id = NULL
    FROM (
        WITH RECURSIVE walk (start, at) AS (
            SELECT id, id FROM resume_circles
            UNION
            SELECT walk.start, c.parent_id FROM walk JOIN resume_circles c ON c.id = walk.at
        )
        SELECT DISTINCT ON (walk.start) c.id
        FROM walk JOIN resume_circles c ON c.id = walk.at
        ORDER BY walk.start, c.created_at DESC, c.id DESC
    ) youngest
    WHERE l.id = youngest.id
    """,
    "UPDATE resume_links SET resume_type = 'base' WHERE resume_type = 'tailored' AND parent_id IS NULL",
]


# Rows -------------------------------------------------------------------------------------------------------------------

# One template is the default: one that is there, else the one updated last.
MAKE_TEMPLATES = """
    CREATE TEMPORARY TABLE resume_templates_made ON COMMIT DROP AS
    SELECT t.id, COALESCE(t.created_at, t.updated_at, {epoch}) AS created_at,
           COALESCE(t.updated_at, t.created_at, {epoch}) AS updated_at,
           CASE WHEN t.name ~ '\\S' THEN left(t.name, 255) ELSE 'Untitled template' END AS name,
           COALESCE(t.description, '') AS description,
           CASE jsonb_typeof(d.sections) WHEN 'array' THEN d.sections ELSE '[]' END AS sections,
           CASE jsonb_typeof(d.section_order) WHEN 'array' THEN d.section_order ELSE '[]' END AS section_order,
           CASE jsonb_typeof(d.styling) WHEN 'object' THEN d.styling ELSE '{{}}' END AS styling,
           COALESCE(t.is_default, false) AND NOT EXISTS (SELECT FROM {standing} s WHERE s.is_default)
               AND row_number() OVER (PARTITION BY t.is_default ORDER BY t.updated_at DESC NULLS LAST, t.id) = 1 AS is_default,
           COALESCE(t.is_system, false) AS is_system
    FROM legacy_resume_templates t
    CROSS JOIN LATERAL (
        SELECT pg_temp.decode(t.sections) AS sections, pg_temp.decode(t.section_order) AS section_order,
               pg_temp.decode(t.styling) AS styling
    ) d
    """


def make_templates(standing: str) -> str:
    """`standing` are the templates that are there before the older ones come."""
    return MAKE_TEMPLATES.format(epoch=EPOCH, standing=standing)


_PARTS = ", ".join(f"{fitted(part, f't.{part}')} AS {part}" for part in LISTS)


def _object_or_null(name: str) -> str:
    return f"""CASE jsonb_typeof(pg_temp.decode(t.{name})) WHEN 'object' THEN pg_temp.decode(t.{name}) END AS {name}"""


MAKE_RESUMES = [
    f"""
    CREATE TEMPORARY TABLE resumes_made ON COMMIT DROP AS
    SELECT t.id, o.created_at, o.updated_at, CASE WHEN t.title ~ '\\S' THEN left(t.title, 255) ELSE 'Untitled resume' END AS title,
           l.resume_type, l.status, {fitted("contact_info", "t.contact_info")} AS contact_info,
           COALESCE(left(t.summary, 20000), '') AS summary, {_PARTS}, {_object_or_null("ats_score_data")},
           {_object_or_null("tailoring_analysis")}, 1 AS version, t.last_generated_at, l.parent_id AS parent_resume_id,
           l.target_id AS target_job_id, t.user_id, l.template_id
    FROM legacy_resumes t
    JOIN owned_resumes o ON o.id = t.id
    JOIN resume_links l ON l.id = t.id
    """,
    "CREATE UNIQUE INDEX ON resumes_made (id)",
    "ANALYZE resumes_made",
]

_CONTENT = ", ".join(f"'{part}', r.{part}" for part in CONTENT)

# What a resume was a newer version of, oldest first; the versions that were written down; and, behind either, as it is.
MAKE_VERSIONS = [
    """
    CREATE TEMPORARY TABLE resume_ancestors ON COMMIT DROP AS
    WITH RECURSIVE walk (id, user_id, ancestor, path) AS (
        SELECT t.id, t.user_id, a.id, ARRAY[t.id, a.id]
        FROM legacy_resumes t JOIN owned_resumes a ON a.id = t.parent_version_id AND a.user_id = t.user_id
        WHERE a.id <> t.id
        UNION ALL
        SELECT w.id, w.user_id, a.id, w.path || a.id
        FROM walk w
        JOIN legacy_resumes t ON t.id = w.ancestor
        JOIN owned_resumes a ON a.id = t.parent_version_id AND a.user_id = w.user_id
        WHERE a.id <> ALL (w.path)
    )
    SELECT id, ancestor, cardinality(path) AS distance FROM walk WHERE id IN (SELECT id FROM owned_resumes)
    """,
    f"""
    CREATE TEMPORARY TABLE resume_versions_made ON COMMIT DROP AS
    SELECT v.id, row_number() OVER (
               PARTITION BY v.resume_id ORDER BY v.place, v.distance DESC, v.version_number, v.created_at, v.id) AS version_number,
           v.changes_summary, v.content_snapshot, v.created_at, v.created_by_id, v.resume_id, v.place
    FROM (
        SELECT md5('resume_versions|' || a.id || '|' || a.ancestor)::uuid AS id, a.id AS resume_id, 1 AS place, a.distance,
               0 AS version_number, 'As a resume of its own in the older system.' AS changes_summary,
               jsonb_build_object({_CONTENT}) AS content_snapshot, r.updated_at AS created_at, r.user_id AS created_by_id
        FROM resume_ancestors a JOIN resumes_made r ON r.id = a.ancestor
        WHERE NOT EXISTS (
            SELECT FROM legacy_resume_versions t WHERE t.id = md5('resume_versions|' || a.id || '|' || a.ancestor)::uuid)
        UNION ALL
        SELECT t.id, t.resume_id, 2, 0, t.version_number, COALESCE(t.changes_summary, ''), {fitted_snapshot("d.snapshot")},
               COALESCE(t.created_at, r.updated_at), u.id
        FROM legacy_resume_versions t
        JOIN resumes_made r ON r.id = t.resume_id
        CROSS JOIN LATERAL (SELECT pg_temp.decode(t.content_snapshot) AS snapshot OFFSET 0) d
        LEFT JOIN accounts_user u ON u.id::text = lower(btrim(t.created_by))
        WHERE jsonb_typeof(d.snapshot) = 'object'
    ) v
    """,
    f"""
    INSERT INTO resume_versions_made
    SELECT md5('resume_versions|' || r.id || '|present')::uuid, last.version_number + 1, 'As it came over.',
           jsonb_build_object({_CONTENT}), r.updated_at, r.user_id, r.id, 3
    FROM (
        SELECT DISTINCT ON (resume_id) resume_id, version_number, content_snapshot
        FROM resume_versions_made ORDER BY resume_id, version_number DESC
    ) last
    JOIN resumes_made r ON r.id = last.resume_id
    WHERE last.content_snapshot <> jsonb_build_object({_CONTENT})
      AND NOT EXISTS (SELECT FROM legacy_resume_versions t WHERE t.id = md5('resume_versions|' || r.id || '|present')::uuid)
    """,
    """
    UPDATE resumes_made r SET version = v.version
    FROM (SELECT resume_id, max(version_number) AS version FROM resume_versions_made GROUP BY resume_id) v
    WHERE v.resume_id = r.id AND v.version > 1
    """,
]

# A file can only be had again by making it: what was complete there is no file here.
MAKE_GENERATIONS = f"""
    CREATE TEMPORARY TABLE resume_generations_made ON COMMIT DROP AS
    SELECT t.id, lower(btrim(t.format)) AS format, left(t.template_name, 255) AS template_name, NULL::bytea AS file,
           NULL::integer AS file_size, '' AS sha256,
           CASE jsonb_typeof(d.params) WHEN 'object' THEN d.params ELSE '{{}}' END AS generation_params, s.status,
           CASE WHEN s.status <> 'failed' OR t.error_message ~ '\\S' THEN COALESCE(t.error_message, '')
                WHEN s.said = 'completed' THEN '{NO_FILE}' ELSE 'The older system gave no reason.' END AS error_message,
           COALESCE(t.generated_at, r.updated_at) AS generated_at, t.resume_id
    FROM legacy_resume_generations t
    JOIN owned_resumes r ON r.id = t.resume_id
    CROSS JOIN LATERAL (SELECT lower(btrim(COALESCE(t.status, 'pending'))) AS said) given
    CROSS JOIN LATERAL (
        SELECT given.said, CASE given.said WHEN 'pending' THEN 'pending' ELSE 'failed' END AS status
    ) s
    CROSS JOIN LATERAL (SELECT pg_temp.decode(t.generation_params) AS params) d
    WHERE lower(btrim(t.format)) IN {FORMATS}
    """
ANALYSES = (
    "keyword_matches",
    "missing_keywords",
    "skill_matches",
    "missing_skills",
    "recommendations",
    "sections_to_emphasize",
    "content_suggestions",
)
_ANALYSES = ", ".join(
    f"CASE jsonb_typeof(pg_temp.decode(t.{name})) WHEN 'array' THEN pg_temp.decode(t.{name}) ELSE '[]' END AS {name}"
    for name in ANALYSES
)
MAKE_OPTIMIZATIONS = f"""
    CREATE TEMPORARY TABLE resume_optimizations_made ON COMMIT DROP AS
    SELECT t.id, t.match_score, {_ANALYSES}, COALESCE(t.analyzed_at, r.updated_at) AS analyzed_at,
           COALESCE(left(t.analysis_version, 20), '1') AS analysis_version, t.job_id, t.resume_id
    FROM legacy_resume_optimizations t
    JOIN owned_resumes r ON r.id = t.resume_id
    JOIN job_listings j ON j.id = t.job_id
    WHERE t.match_score BETWEEN 0 AND 100
    """


def make_rows(standing_templates: str) -> list[str]:
    return [
        OWNED,
        "CREATE UNIQUE INDEX ON owned_resumes (id)",
        "ANALYZE owned_resumes",
        *READ_LINKS,
        make_templates(standing_templates),
        *MAKE_RESUMES,
        *MAKE_VERSIONS,
        MAKE_GENERATIONS,
        MAKE_OPTIMIZATIONS,
    ]
