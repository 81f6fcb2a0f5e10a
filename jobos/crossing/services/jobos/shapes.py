"""How old a JobOS database is, by its columns: its statuses and notes are those of before the overhaul, or of after it.

Every revision that changed more than rows, types or indexes added a column or a table, and none took one away. So the
columns decide, and the revision that the database itself names is believed where it agrees with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.sources import SourceError

if TYPE_CHECKING:
    from jobos.crossing.services.sources import Source

BEFORE = "b2c3d4e5f6a7"
OVERHAUL = "c3d4e5f6a7b8"
VERSION_TABLE = "alembic_version"

# Each revision in its order, with what it left behind to know it by: a table, or a table and its column.
REVISIONS: dict[str, tuple[str, ...]] = {
    BEFORE: ("jobs",),
    OVERHAUL: ("jobs", "application_channel"),
    "d4e5f6a7b8c9": ("jobs", "fit_reasoning"),
    "e5f6a7b8c9d0": ("scout_results",),
    "f6a7b8c9d0e1": (),
    "g7b8c9d0e1f2": ("resume_files",),
    "a1b2c3d4e5f7": ("jobs", "company_id"),
    "b2c3d4e5f6a8": ("jobs", "resume_suggestions"),
    "c3d4e5f6a7b9": (),
    "h8c9d0e1f2g3": ("jobs", "followup_date"),
    "i9d0e1f2g3h4": (),
    "j0a1b2c3d4e5": (),
    "k1b2c3d4e5f6": (),
    "l2c3d4e5f6g7": ("content_posts",),
    "m3d4e5f6g7h8": ("scouted_jobs",),
    "n4e5f6g7h8i9": (),
    "o5f6g7h8i9j0": ("profile_dna", "linkedin_url"),
    "p6g7h8i9j0k1": ("company_researches",),
}

ASKED: dict[str, tuple[str, ...]] = {
    "users": ("id", "email", "hashed_password"),
    "jobs": (
        "id",
        "user_id",
        "company_name",
        "role_title",
        "jd_text",
        "jd_url",
        "source_portal",
        "fit_score",
        "ats_score",
        "status",
        "resume_version",
        "apply_type",
        "cover_letter",
        "referral_contact",
        "keywords_matched",
        "keywords_missing",
        "ai_analysis",
        "applied_date",
        "interview_date",
        "interview_type",
        "interviewer_name",
        "interviewer_linkedin",
        "prep_notes",
        "interview_feedback",
        "is_deleted",
        "notes",
        "last_followup_date",
        "followup_count",
        "created_at",
        "updated_at",
    ),
}
# What the overhaul added; both or neither.
OVERHAULED = ("application_channel", "closed_reason")


def recognise(source: Source) -> str:
    """Return the name of the database's shape; raise SourceError for one that is none of JobOS's."""
    for table, asked in ASKED.items():
        if table not in source.tables:
            raise _refuse(f"a table {table}", f"the tables {', '.join(source.tables)}" if source.tables else "no table")
        if missing := [name for name in asked if name not in source.tables[table]]:
            raise _refuse(
                f"{table} with the columns {', '.join(missing)}", f"{table} with {', '.join(source.tables[table])}"
            )
    there = [name for name in OVERHAULED if name in source.tables["jobs"]]
    if there and len(there) < len(OVERHAULED):
        raise _refuse(f"jobs with {' and '.join(OVERHAULED)}, or with neither", f"jobs with {there[0]} alone")
    name = "overhauled" if is_overhauled(source) else "before the overhaul"
    reached = [revision for revision, trace in REVISIONS.items() if trace and _has(source, trace)][-1]
    version = _read_version(source)
    if version in REVISIONS and _last_trace(version) == reached:
        return f"{name} ({version})"
    return f"{name} ({reached} by its columns)"


def is_overhauled(source: Source) -> bool:
    """Tell whether its jobs have five statuses and a list of notes."""
    return OVERHAULED[0] in source.tables["jobs"]


def _has(source: Source, trace: tuple[str, ...]) -> bool:
    table, *columns = trace
    return table in source.tables and all(column in source.tables[table] for column in columns)


def _last_trace(version: str) -> str:
    order = list(REVISIONS)
    return [revision for revision in order[: order.index(version) + 1] if REVISIONS[revision]][-1]


def _read_version(source: Source) -> str:
    if "version_num" not in source.tables.get(VERSION_TABLE, ()):
        return ""
    return next((str(version) for (version,) in source.rows(VERSION_TABLE, ["version_num"])), "")


def _refuse(expected: str, found: str) -> SourceError:
    return SourceError(f"This is no JobOS database that we know. Expected: {expected}. Found: {found}.")
