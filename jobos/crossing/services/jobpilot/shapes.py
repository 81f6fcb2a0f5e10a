"""Which of JobPilot's shapes a database has. It never noted its version, so tables and columns have to tell.

legacy: applications and saved jobs, the employer as words on every listing. refactored: interactions in their place, and
companies of their own. intermediate: both; a file that was in use at the time has rows on either side. Later columns may
lack everywhere, since its tables were made once and never altered, and tables that it dropped may still be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jobos.crossing.services.sources import Source

LEGACY, INTERMEDIATE, REFACTORED = "legacy", "intermediate", "refactored"

# What no database of JobPilot is without.
EVERYWHERE = {"user_profiles": {"id", "email"}, "job_listings": {"id", "title"}}
EMPLOYERS = ("company", "company_id")
OLDER = {
    "applications": {"id", "job_id", "user_profile_id"},
    "saved_jobs": {"id", "job_id", "user_profile_id"},
}
NEWER = {"job_user_interactions": {"id", "job_id", "user_id", "interaction_type"}}
OURS = "migration_ledger"


def recognise(source: Source) -> str:
    """Return the name of the source's shape; SourceError says what was expected, and what was found."""
    if OURS in source.tables:
        raise SourceError(f"{source.address} is a database of this system, not one of JobPilot: it has {OURS}.")
    for table, columns in EVERYWHERE.items():
        _require(source, table, columns)
    if not set(EMPLOYERS) & set(source.tables["job_listings"]):
        raise SourceError(
            f"{source.address} is none of JobPilot's shapes: expected job_listings with company or company_id,"
            f" found {_list(source.tables['job_listings'])}."
        )
    older, newer = (any(table in source.tables for table in tables) for tables in (OLDER, NEWER))
    if not older and not newer:
        raise SourceError(
            f"{source.address} is none of JobPilot's shapes: expected applications and saved_jobs, or"
            f" job_user_interactions, found {_list(source.tables)}."
        )
    for table, columns in (OLDER | NEWER).items():
        if table in source.tables:
            _require(source, table, columns)
    if older and newer:
        return INTERMEDIATE
    return REFACTORED if newer else LEGACY


def _require(source: Source, table: str, columns: set[str]) -> None:
    found = source.tables.get(table)
    if found is None:
        raise SourceError(
            f"{source.address} is none of JobPilot's shapes: expected a table {table}, found {_list(source.tables)}."
        )
    if missing := columns - set(found):
        raise SourceError(
            f"{source.address} is none of JobPilot's shapes: expected {table} with {_list(sorted(missing))},"
            f" found {_list(found)}."
        )


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing"
