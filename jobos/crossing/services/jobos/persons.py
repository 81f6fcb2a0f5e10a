"""Users, and what their profiles told: facts about the person, and the keywords that their skill bank is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jobos.accounts.hashers import adopt_hash
from jobos.accounts.models import LINKEDIN_PATTERN
from jobos.crossing.services import people
from jobos.crossing.services.jobos import cells, waiting
from jobos.crossing.services.jobos.cards import settle_times, times
from jobos.crossing.services.loading import Amended, Column, Plan, Refused

if TYPE_CHECKING:
    from jobos.crossing.services.loading import Loader, Row

USERS = "users"
HELD = "crossing.held_profiles"
MAKE_HELD = f"""
    CREATE TABLE {HELD} (
        id uuid, row_id text, user_id uuid, full_name text, phone varchar(50), linkedin_url varchar(1000),
        experience_years smallint, bio text, education text, preferred_locations varchar(200)[],
        created_at timestamptz, updated_at timestamptz)
    """
LONGEST_PLACE = 200
LONGEST_ADDRESS = 1000
MOST_YEARS = 32_767
_LINKEDIN = re.compile(LINKEDIN_PATTERN.replace("[[:space:]]", r"\s"), re.IGNORECASE)

# Headings of the bank, and what the names that people gave the parts of their studies are called here.
CORE, TOOLS = "Core Skills", "Tools & Platforms"
STUDIES = {
    "institution": ("institution", "school", "university", "college", "institute"),
    "degree": ("degree", "qualification", "course"),
    "field_of_study": ("field_of_study", "field", "major", "specialization", "specialisation"),
    "location": ("location",),
    "start_date": ("start_date", "start_year"),
    "end_date": ("end_date", "end_year", "year", "graduation_year"),
    "gpa": ("gpa", "grade", "cgpa"),
    "honors": ("honors",),
    "relevant_coursework": ("relevant_coursework",),
    "default_description": ("description",),
}

_MERGED = f"""
    (SELECT first.id FROM {HELD} first
     WHERE first.user_id = h.user_id ORDER BY first.updated_at DESC, first.id DESC LIMIT 1)"""

WRITE_NAMES = f"""
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5(concat_ws('|', %(origin)s::text, 'profile_dna', h.row_id, 'full_name', outcome))::uuid, %(origin)s,
           'profile_dna', h.row_id, 'full_name', to_jsonb(h.full_name), to_jsonb(after), outcome, reason, '', h.created_at
    FROM {HELD} h
    JOIN accounts_user u ON u.id = h.user_id
    CROSS JOIN LATERAL (
        SELECT 'converted' AS outcome, h.full_name AS after, 'The name of a user who had given none.' AS reason
        WHERE u.full_name !~ '\\S'
        UNION ALL
        SELECT 'quarantined', NULL, 'The user has a name, and this is another.'
        WHERE u.full_name ~ '\\S' AND u.full_name <> h.full_name
    ) told
    WHERE h.full_name ~ '\\S'
    ON CONFLICT (id) DO NOTHING
    """

INSERT_PROFILES = [
    f"""
    UPDATE accounts_user u SET full_name = h.full_name
    FROM {HELD} h WHERE h.user_id = u.id AND u.full_name !~ '\\S' AND h.full_name ~ '\\S'
    """,
    f"""
    INSERT INTO user_profiles
        (id, created_at, updated_at, user_id, first_name, last_name, phone, city, state, linkedin_url, portfolio_url,
         current_title, experience_years, education, bio, preferred_locations, preferred_job_types, preferred_remote_types)
    SELECT COALESCE(h.id, md5('user_profiles|' || u.id)::uuid), COALESCE(h.created_at, u.date_joined),
           COALESCE(h.updated_at, u.date_joined), u.id, '', '', COALESCE(h.phone, ''), '', '', COALESCE(h.linkedin_url, ''),
           '', '', h.experience_years, COALESCE(h.education, ''), COALESCE(h.bio, ''),
           COALESCE(h.preferred_locations, '{{}}'), '{{}}', '{{}}'
    FROM accounts_user u LEFT JOIN {HELD} h ON h.user_id = u.id
    """,
]


# Users ------------------------------------------------------------------------------------------------------------------


def load_users(loader: Loader) -> None:
    loader.load(
        Plan(
            table=USERS,
            into="crossing.people",
            home="accounts_user",
            at=("date_joined",),
            columns=(
                Column("id", "id", cells.key(loader, USERS)),
                Column("row_id"),
                Column("email", "email"),
                Column("full_name", "full_name"),
                Column("password", "hashed_password", _read_password),
                Column("is_active", "is_active", cells.flag_or_none),
                Column("is_verified", "email_verified", cells.flag_or_none),
                Column("date_joined", "created_at", cells.time),
                Column("updated_at", "updated_at", cells.time),
            ),
            row=_settle_user,
            secrets=frozenset({"hashed_password"}),
            weighs=frozenset({"email_verified", "updated_at"}),
        )
    )
    people.settle(loader, USERS)


def _read_password(cell: str | None) -> str:
    return adopt_hash(cell) or ""


def _settle_user(row: Row, stored: dict[str, Any]) -> None:
    """Say that a password opens nothing any more; never what it was."""
    stored["row_id"] = row.row_id
    if not stored["password"]:
        row.note("hashed_password", None, None, "It cannot be checked here: a new one is needed.", "quarantined")


# Profiles ---------------------------------------------------------------------------------------------------------------


def load_profiles(loader: Loader) -> None:
    """Load what profiles told of the person, and what of it belongs into the bank."""
    loader.rows.execute(MAKE_HELD.encode())
    loader.load(
        Plan(
            table="profile_dna",
            into=HELD,
            home="user_profiles",
            columns=(
                Column("id", "id", cells.key(loader, "profile_dna")),
                Column("row_id"),
                Column("user_id", "user_id", cells.key(loader, USERS)),
                Column("full_name", "full_name", cells.text(255)),
                Column("phone", "phone", cells.text(50)),
                Column("linkedin_url", "linkedin_url", _read_linkedin),
                Column("experience_years", "years_of_experience", cells.whole(0, MOST_YEARS)),
                Column("bio"),
                Column("education", "education", _read_studies_as_lines),
                Column("preferred_locations", "target_locations", _read_places),
                *times(),
            ),
            row=_settle_profile,
            ignores=frozenset(("positioning_statement", "career_narrative")),
        )
    )
    loader.load(
        Plan(
            table="profile_dna",
            into="legacy_skill_banks",
            columns=(
                Column("id", "id", cells.key(loader, "profile_dna")),
                Column("user_id", "user_id", cells.key(loader, USERS)),
                Column("skills"),
                Column("skill_categories"),
                Column("default_summary", "positioning_statement"),
                Column("education_entries", "education", _read_studies),
                Column("industry_keywords", "industries", _list_words),
                Column("experience_keywords", "resume_keywords", _list_words),
                Column("created_at", "created_at", cells.time_or_none),
                Column("updated_at", "updated_at", cells.time_or_none),
            ),
            row=_make_bank,
            registers=False,
            ignores=frozenset(("core_skills", "tools_platforms")),
        )
    )


def settle_profiles(loader: Loader) -> None:
    """Give every user one profile; of several that became one user's, the one changed last."""
    waiting.set_ghosts_aside(loader.rows, HELD, origin=loader.origin, home="user_profiles")
    loader.rows.execute(f"CREATE INDEX ON {HELD} (user_id, updated_at DESC, id DESC)".encode())
    loader.rows.execute(f"ANALYZE {HELD}, crossing.source_rows".encode())
    waiting.set_aside(
        loader.rows,
        HELD,
        f"h.id <> {_MERGED}",
        origin=loader.origin,
        outcome="merged",
        reason="The profile of a user who became another, who has one.",
        home="user_profiles",
        becomes=_MERGED,
    )
    loader.rows.execute(WRITE_NAMES.encode(), {"origin": loader.origin})
    for statement in INSERT_PROFILES:
        loader.rows.execute(statement.encode())


def _read_linkedin(cell: str | None) -> str | None:
    text = (cell or "").strip()
    if not text:
        return None
    for address in (text, f"https://{text.removeprefix('//')}"):
        if len(address) <= LONGEST_ADDRESS and _LINKEDIN.fullmatch(address):
            if address == cell:
                return address
            raise Amended(address, "An address begins with https://.")
    raise Amended(None, "It is no address on linkedin.com.", "quarantined")


def _read_places(cell: str | None) -> Any:
    places = cells.read_array(cell)
    kept = [place[:LONGEST_PLACE] for place in places if place and place.strip()]
    if kept == places:
        return kept
    raise Amended(kept, "Missing elements are gone, and long ones are cut.")


def _settle_profile(row: Row, stored: dict[str, Any]) -> None:
    settle_times(row, stored)
    stored["row_id"] = row.row_id
    told = (row.cells.get("positioning_statement"), row.cells.get("career_narrative"))
    stored["bio"] = "\n\n".join(text for text in told if text and text.strip())


def _read_studies_as_lines(cell: str | None) -> str | None:
    """Return a line for each course of studies; the ledger has them as they stood."""
    lines = [_tell_study(study) for study in read_list(cell)]
    told = "\n".join(filter(None, lines))
    if not told:
        return None
    raise Amended(told, "Studies are lines of text in a profile, and entries in a bank.")


def _tell_study(study: Any) -> str:
    if isinstance(study, dict):
        return ", ".join(filter(None, (_tell_value(study[name]) for name in sorted(study, key=_place))))
    return _tell_value(study)


def _place(name: str) -> int:
    """Return where a part of a study is told: the known ones first, in the order of their names."""
    return next((place for place, others in enumerate(STUDIES.values()) if name in others), len(STUDIES))


def _tell_value(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    return " ".join((value if isinstance(value, str) else cells.as_json(value)).split())


def _read_studies(cell: str | None) -> str | None:
    """Return the studies that are told in parts, under the names that the bank's migration reads."""
    entries = [
        {
            name: next((value for other in others if _is_told(value := study.get(other))), None)
            for name, others in STUDIES.items()
            if any(_is_told(study.get(other)) for other in others)
        }
        for study in read_list(cell)
        if isinstance(study, dict)
    ]
    entries = [entry for entry in entries if entry]
    return cells.as_json(entries) if entries else None


def _is_told(value: Any) -> bool:
    return value not in (None, "", [], {})


def read_list(cell: str | None) -> list[Any]:
    """Return what a document lists; anything else but nothing as the only element."""
    found: Any = None
    if cell:
        try:
            found, _ = cells.decode(cell)
        except (ValueError, RecursionError):
            found = cell
    return found if isinstance(found, list) else [found] if _is_told(found) else []


def _list_words(cell: str | None) -> str | None:
    words = cells.read_array(cell)
    return cells.as_json(words) if words else None


def _make_bank(row: Row, stored: dict[str, Any]) -> None:
    core, tools = cells.read_array(row.cells.get("core_skills")), cells.read_array(row.cells.get("tools_platforms"))
    skills: dict[str, list[Any]] = {}
    if core:
        skills[CORE] = core
    if tools:
        skills[TOOLS] = [{"name": tool, "category": "tool"} if tool is not None else None for tool in tools]
    if not skills and not any(stored[name] for name in BANKED):
        raise Refused("There is nothing for a bank in it.")
    stored["skills"] = cells.as_json(skills) if skills else None
    stored["skill_categories"] = cells.as_json(list(skills)) if skills else None


BANKED = ("default_summary", "education_entries", "industry_keywords", "experience_keywords")
