"""What no constraint can say of resumes, their versions and files, and the applications that they were sent with."""

from __future__ import annotations

from jobs.services.validation.bank_rules import IS_NO_DAY
from resumes.models import LISTS
from skills.models.records import PARTIAL_DATE

# What a resume says now, against what its latest version kept; a part that the version left out was empty.
_DIFFERS = " OR ".join(
    [
        "COALESCE(v.content_snapshot -> 'contact_info', '{}') <> r.contact_info",
        "COALESCE(v.content_snapshot ->> 'summary', '') <> r.summary",
        *(f"COALESCE(v.content_snapshot -> '{name}', '[]') <> r.{name}" for name in LISTS),
    ]
)
_HOLDS_OTHERS = " OR ".join(f"""{name} @? 'strict $[*] ? (@.type() != "object")'""" for name in LISTS)
# Every entry of a resume with a first and a last day, '' where there is none or it is told in words.
_DATED_ENTRIES = f"""
    SELECT r.id, CASE WHEN first ~ '{PARTIAL_DATE}' THEN first ELSE '' END AS first,
           CASE WHEN last ~ '{PARTIAL_DATE}' THEN last ELSE '' END AS last
    FROM resumes r CROSS JOIN LATERAL (
        SELECT COALESCE(e ->> 'start_date', e ->> 'issue_date', '') AS first,
               COALESCE(e ->> 'end_date', e ->> 'expiry_date', '') AS last
        FROM jsonb_path_query(
            jsonb_build_array(work_experience, education, projects, certifications), '$[*][*] ? (@.type() == "object")'
        ) e
    ) entries
"""  # noqa: S608 - Words of our own.

# Kind, table, what it means, and the rows that have it.
RESUME_RULES: tuple[tuple[str, str, str, str], ...] = (
    (
        "parent of a stranger",
        "resumes",
        "It was made from another user's resume.",
        "SELECT r.id FROM resumes r JOIN resumes p ON p.id = r.parent_resume_id WHERE p.user_id <> r.user_id",
    ),
    (
        "circle of parents",
        "resumes",
        "It is its own ancestor.",
        """
        WITH RECURSIVE line (id, ancestor) AS (
            SELECT id, parent_resume_id FROM resumes WHERE parent_resume_id IS NOT NULL
            UNION SELECT line.id, r.parent_resume_id FROM line JOIN resumes r ON r.id = line.ancestor
            WHERE r.parent_resume_id IS NOT NULL
        ) SELECT id FROM line WHERE id = ancestor
        """,
    ),
    (
        "versions with a gap",
        "resumes",
        "The numbers of its versions do not run from 1 to its own version.",
        """
        SELECT r.id FROM resumes r JOIN (
            SELECT resume_id, count(*) AS count, min(version_number) AS first, max(version_number) AS last
            FROM resume_versions GROUP BY resume_id
        ) v ON v.resume_id = r.id WHERE (v.first, v.last, v.count) <> (1, r.version, r.version)
        """,
    ),
    (
        "latest version differs",
        "resumes",
        "Its latest version kept another content than it has.",
        f"""
        SELECT r.id FROM resumes r JOIN resume_versions v ON v.resume_id = r.id AND v.version_number = r.version
        WHERE {_DIFFERS}
        """,  # noqa: S608 - Words of our own.
    ),
    (
        "no list of entries",
        "resumes",
        "One of its lists holds something that is no entry.",
        f"SELECT id FROM resumes WHERE {_HOLDS_OTHERS}",  # noqa: S608 - Words of our own.
    ),
    (
        "no such day",
        "resumes",
        "A date in its content is in no calendar.",
        f"""
        SELECT DISTINCT id FROM ({_DATED_ENTRIES}) dated
        WHERE ({IS_NO_DAY.format("first")}) OR ({IS_NO_DAY.format("last")})
        """,  # noqa: S608 - Words of our own.
    ),
    (
        "entry runs backwards",
        "resumes",
        "Something in its content ends before it begins.",
        f"""
        SELECT DISTINCT id FROM ({_DATED_ENTRIES}) dated WHERE first <> '' AND last <> ''
        AND left(last, least(length(first), length(last))) < left(first, least(length(first), length(last)))
        """,  # noqa: S608 - Words of our own.
    ),
    (
        "resume of a stranger",
        "job_user_interactions",
        "The application was made with another user's resume.",
        """
        SELECT i.id FROM job_user_interactions i JOIN resumes r ON r.id = i.resume_id WHERE r.user_id <> i.user_id
        """,
    ),
    (
        "file differs",
        "resume_generations",
        "Its bytes are not those that were counted and signed.",
        """
        SELECT id FROM resume_generations
        WHERE length(file) <> file_size OR encode(sha256(file), 'hex') <> sha256
        """,
    ),
    (
        "file unaccounted",
        "resume_generations",
        "A file was signed and not counted, or it is there although making it was never completed.",
        """
        SELECT id FROM resume_generations
        WHERE (sha256 <> '' AND file_size IS NULL) OR (status <> 'completed' AND file IS NOT NULL)
        """,
    ),
    (
        "order of other sections",
        "resume_templates",
        "The order names other sections than it shows.",
        "SELECT id FROM resume_templates WHERE NOT (sections @> section_order AND section_order @> sections)",
    ),
)
