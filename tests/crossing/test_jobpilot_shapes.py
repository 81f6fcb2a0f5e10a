"""JobPilot's shapes, known by their tables and columns; anything else is refused in words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from jobos.crossing.services.jobpilot import recognise
from jobos.crossing.services.sources import SourceError, open_source
from tests.hard_legacy.jobpilot import make_jobpilot

if TYPE_CHECKING:
    from pathlib import Path

PROFILES = "CREATE TABLE user_profiles (id VARCHAR, email VARCHAR);"
LISTINGS = "CREATE TABLE job_listings (id VARCHAR, title VARCHAR, company VARCHAR);"
APPLICATIONS = "CREATE TABLE applications (id VARCHAR, job_id VARCHAR, user_profile_id VARCHAR);"
INTERACTIONS = (
    "CREATE TABLE job_user_interactions (id VARCHAR, user_id VARCHAR, job_id VARCHAR, interaction_type VARCHAR);"
)


def recognise_file(path: Path, script: str) -> str:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
    with open_source(str(path)) as source:
        return recognise(source)


@pytest.mark.parametrize("shape", ["legacy", "intermediate", "refactored"])
def test_whole_databases(tmp_path: Path, shape: str) -> None:
    make_jobpilot(tmp_path / "old.db", shape=shape, users=1)
    assert recognise_file(tmp_path / "old.db", "CREATE TABLE anything (whatever)") == shape


@pytest.mark.parametrize(
    ("script", "shape"),
    [
        (APPLICATIONS, "legacy"),
        (INTERACTIONS, "refactored"),
        (APPLICATIONS + INTERACTIONS, "intermediate"),
    ],
    ids=["legacy", "refactored", "intermediate"],
)
def test_least_that_a_shape_is_known_by(tmp_path: Path, script: str, shape: str) -> None:
    assert recognise_file(tmp_path / "old.db", PROFILES + LISTINGS + script) == shape


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("CREATE TABLE users (id)", "expected a table user_profiles, found users."),
        (PROFILES, "expected a table job_listings, found user_profiles."),
        (
            "CREATE TABLE user_profiles (id, user_id);" + LISTINGS,
            "expected user_profiles with email, found id, user_id.",
        ),
        (
            PROFILES + "CREATE TABLE job_listings (id, title);" + APPLICATIONS,
            "expected job_listings with company or company_id, found id, title.",
        ),
        (
            PROFILES + LISTINGS,
            "expected applications and saved_jobs, or job_user_interactions, found job_listings, user_profiles.",
        ),
        (
            PROFILES + LISTINGS + "CREATE TABLE saved_jobs (id, job_id);",
            "expected saved_jobs with user_profile_id, found id, job_id.",
        ),
        ("CREATE TABLE gone (id); DROP TABLE gone", "expected a table user_profiles, found nothing."),
    ],
    ids=["others", "few", "columns", "employer", "activity", "saved", "empty"],
)
def test_unknown_shapes_are_refused(tmp_path: Path, script: str, words: str) -> None:
    with pytest.raises(SourceError) as refused:
        recognise_file(tmp_path / "old.db", script)
    assert str(refused.value).endswith(f"is none of JobPilot's shapes: {words}")


def test_database_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a database of this system, not one of JobPilot: it has migration_ledger"):
        recognise_file(tmp_path / "old.db", PROFILES + LISTINGS + APPLICATIONS + "CREATE TABLE migration_ledger (id)")
