"""JobPilot's profiles: each was a person, so it becomes a user and that user's profile under the same key.

Its oldest databases know no passwords. What a profile says of skills goes where the skills of banks go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobos.accounts.hashers import adopt_hash
from jobos.crossing.services import people
from jobos.crossing.services.jobpilot import cells
from jobos.crossing.services.jobpilot.plans import make_plan, same
from jobos.crossing.services.loading import Refused, Row

if TYPE_CHECKING:
    from jobos.crossing.services.loading import Loader

TABLE = "user_profiles"
PASSWORD = "hashed_password"  # noqa: S105 - the name of a column.
JOB_TYPES = ("Full-time", "Part-time", "Contract", "Freelance", "Internship", "Temporary")
REMOTE_TYPES = ("On-site", "Remote", "Hybrid")
# Whoever belongs to a person here, by the column that names them.
BELONGINGS = {
    "applications": "user_profile_id",
    "saved_jobs": "user_profile_id",
    "legacy_timeline_events": "user_profile_id",
    "legacy_skill_banks": "user_id",
    "skill_banks_legacy": "user_id",
    "legacy_profile_skills": "user_id",
    "legacy_resumes": "user_id",
    "crossing.held_interactions": "user_id",
}

MAKE_PROFILES = """
    CREATE TABLE crossing.held_profiles (
        id uuid PRIMARY KEY, first_name text, last_name text, phone text, city text, state text, linkedin_url text,
        portfolio_url text, current_title text, experience_years smallint, education text, bio text,
        preferred_locations text[], preferred_job_types text[], preferred_remote_types text[], desired_salary_min numeric,
        desired_salary_max numeric, created_at timestamptz, updated_at timestamptz)
    """
PROFILE = (
    "first_name, last_name, phone, city, state, linkedin_url, portfolio_url, current_title, experience_years, education,"
    " bio, preferred_locations, preferred_job_types, preferred_remote_types, desired_salary_min, desired_salary_max"
)
FILL_PROFILES = f"""
    INSERT INTO user_profiles (id, user_id, {PROFILE}, created_at, updated_at)
    SELECT h.id, h.id, {PROFILE}, COALESCE(h.created_at, h.updated_at, u.date_joined),
           COALESCE(h.updated_at, h.created_at, u.date_joined)
    FROM crossing.held_profiles h JOIN accounts_user u USING (id)
    """
# Who became another user has that one's profile.
KEEP_PROFILES = """
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5(concat_ws('|', %(origin)s::text, 'user_profiles', r.row_id, 'profile', 'merged'))::uuid, %(origin)s,
           'user_profiles', r.row_id, 'profile', to_jsonb(h), NULL, 'merged', 'The profile of the same person stands.',
           m.new_id::text, COALESCE(h.created_at, h.updated_at, 'epoch')
    FROM crossing.held_profiles h
    JOIN crossing.user_map m ON m.old_id = h.id
    JOIN crossing.source_rows r ON r.source_table = 'user_profiles' AND r.stage_id = h.id
    ON CONFLICT (id) DO NOTHING
    """


def load_users(loader: Loader) -> None:
    """Load the people, decide who is who, and give each their profile and what it said of skills."""
    loader.load(
        make_plan(
            loader,
            TABLE,
            "crossing.people",
            {
                "row_id": cells.text,
                "full_name": cells.text,
                "password": cells.text,
                "email": cells.text,
                **same(cells.flag, "is_active is_verified"),
                **same(cells.time, "date_joined last_login updated_at"),
            },
            read_person,
            reads={"row_id": "", "full_name": "", "password": "", "date_joined": "created_at"},
            home="accounts_user",
            at=("date_joined", "updated_at"),
            secrets=frozenset({PASSWORD}),
            weighs=frozenset({"is_verified"}),
        )
    )
    people.settle(loader, TABLE)
    loader.rows.execute(MAKE_PROFILES)
    loader.load(
        make_plan(
            loader,
            TABLE,
            "crossing.held_profiles",
            {
                **same(cells.cut(100), "first_name last_name city state"),
                "phone": cells.cut(50),
                "linkedin_url": cells.linkedin_address,
                "portfolio_url": cells.web_address,
                "current_title": cells.cut(255),
                "experience_years": cells.years,
                **same(cells.long_text, "education bio"),
                "preferred_locations": cells.texts(200),
                "preferred_job_types": cells.texts(50, _members(JOB_TYPES)),
                "preferred_remote_types": cells.texts(50, _members(REMOTE_TYPES)),
                **same(cells.salary, "desired_salary_min desired_salary_max"),
                **same(cells.time, "created_at updated_at"),
            },
            order_salaries,
            registers=False,
        )
    )
    loader.rows.execute(FILL_PROFILES)
    loader.rows.execute(KEEP_PROFILES, {"origin": loader.origin})
    if "skills" in loader.source.tables[TABLE]:
        loader.load(
            make_plan(
                loader,
                TABLE,
                "legacy_profile_skills",
                {
                    "user_id": cells.text,
                    "skills": cells.listed(cells.document),
                    **same(cells.time, "created_at updated_at"),
                },
                name_owner_of_skills,
                reads={"user_id": ""},
                registers=False,
            )
        )


def _members(values: tuple[str, ...]) -> dict[str, str]:
    return {cells.fold(value): value for value in values}


def read_person(row: Row, stored: dict[str, Any]) -> None:
    """Fill what is not one cell: the name of two, and the password, of which the ledger says nothing but that it is lost."""
    stored["row_id"] = row.row_id
    names = (cells.plain(row.cells.get(name))[0].strip() for name in ("first_name", "last_name"))
    stored["full_name"] = " ".join(filter(None, names))
    given = row.cells.get(PASSWORD)
    adopted = adopt_hash(given if isinstance(given, str) else None)
    stored["password"] = adopted or ""
    if given and adopted is None:
        row.note(PASSWORD, None, None, "No sign-in can check it: it has to be set anew.", "quarantined")


def order_salaries(row: Row, stored: dict[str, Any]) -> None:
    low, high = stored["desired_salary_min"], stored["desired_salary_max"]
    if low is not None and high is not None and low > high:
        stored["desired_salary_min"], stored["desired_salary_max"] = high, low
        before, after = {"min": low, "max": high}, {"min": high, "max": low}
        row.note("desired_salary", before, after, "The highest was below the lowest: swapped.")


def name_owner_of_skills(row: Row, stored: dict[str, Any]) -> None:
    if stored["skills"] in {None, "[]", '""'} and not row.lines:
        raise Refused("It says nothing of skills.")
    stored["user_id"] = stored["id"]
