"""JobOS, the FastAPI application: what of its database goes where, whatever its revision.

Cells come from PostgreSQL in its own spelling (`cells`), and by its columns a database is known (`shapes`). Users come
first (`persons`), then what is theirs: companies, jobs and interviews (`cards`, `notes`), and what has no table of its own here
but a better place than the ledger: profiles, contacts and activities (`events`), uploaded resumes (`files`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobos.crossing.services import people, websites
from jobos.crossing.services.jobos import cards, companies, events, files, persons, shapes
from jobos.crossing.services.jobos.shapes import recognise

if TYPE_CHECKING:
    import psycopg

    from jobos.crossing.services.loading import Loader

__all__ = ["USERS", "complete", "load", "recognise"]

USERS = persons.USERS

# Tables that no plan reads, and why their rows stay in the ledger.
HOMELESS = {
    shapes.VERSION_TABLE: "It only said how old that database was.",
    **dict.fromkeys(
        ("refresh_tokens", "email_verification_tokens", "password_reset_tokens"),
        "Sign-ins of the older system end there.",
    ),
    **dict.fromkeys(("daily_log", "weekly_metrics"), "There are no diaries here."),
    **dict.fromkeys(
        (
            "content_calendar",
            "content_posts",
            "content_topics",
            "user_content_settings",
            "user_stories",
            "story_prompts_shown",
        ),
        "Posts and stories are not written here.",
    ),
    "jd_keywords": "Keywords of postings are counted from the listings here.",
    "resume_variants": "It describes a resume without any content.",
    **dict.fromkeys(
        ("scout_results", "scouted_jobs", "user_scouted_jobs", "user_scout_preferences", "company_career_sources"),
        "What the older system's scout found is not part of this catalogue.",
    ),
    "company_researches": "Research about companies has no place here.",
}
UNKNOWN = "No table here holds this."


def load(loader: Loader, shape: str) -> None:
    """Carry every row over: into the legacy tables, into those that wait for `complete`, or into the ledger."""
    persons.load_users(loader)
    persons.load_profiles(loader)
    companies.load_companies(loader)
    cards.load_jobs(loader)
    cards.load_interviews(loader)
    events.load_events(loader)
    files.load_files(loader)
    people.reassign(
        loader,
        dict.fromkeys(
            (
                "jobs",
                "interviews",
                "legacy_jobos_companies",
                "legacy_skill_banks",
                persons.HELD,
                events.HELD,
                files.HELD,
            ),
            "user_id",
        ),
    )
    persons.settle_profiles(loader)
    for table in loader.source.tables:
        if table not in loader.read:
            loader.keep_whole(table, HOMELESS.get(table, UNKNOWN))
    loader.keep_leftovers()


def complete(staging: psycopg.Connection[Any], *, origin: str, shape: str) -> None:
    """Put the rows that wait where they belong, now that the present tables are there."""
    cards.plan_follow_ups(staging, origin=origin)
    events.insert_events(staging, origin=origin)
    files.insert_resumes(staging, origin=origin)
    websites.reveal(staging)
    companies.tell_names_apart(staging)
