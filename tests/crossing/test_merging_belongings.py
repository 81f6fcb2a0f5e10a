"""What people bring along: cards, banks, resumes; beside what they have here."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.crossing._worlds import later

if TYPE_CHECKING:
    from uuid import UUID

    from tests.crossing._worlds import Place, Staging, Worlds


@pytest.fixture
def mine(here: Place) -> UUID:
    return here.user("ada@example.com")


@pytest.fixture
def ada(mine: UUID, there: Staging) -> UUID:
    return there.user("Ada@Example.com")


# Cards ----------------------------------------------------------------------------------------------------------------


def test_an_open_card_that_would_be_a_twin_gets_the_next_free_number(
    worlds: Worlds, here: Place, there: Staging, mine: UUID, ada: UUID
) -> None:
    kept = here.card(mine, "Acme", "Engineer")
    here.card(mine, "Acme", "Engineer (2)")
    twin = there.card(ada, " ACME ", "engineer")
    closed = there.card(ada, "Acme", "Engineer", status="Closed", closed_reason="No Response")
    deleted = there.card(ada, "Acme", "Engineer", is_deleted=True)
    taken = there.card(ada, "Acme", "Engineer (3)")
    merged = worlds.merge()
    titles = {key: row["role_title"] for key, row in here.read("jobs").items()}
    assert [titles[key] for key in (kept, twin, closed, deleted, taken)] == [
        "Engineer",
        "engineer (4)",
        "Engineer",
        "Engineer",
        "Engineer (3)",
    ]
    reason = "Another open card of this user has the same company and role."
    assert here.lines("jobs", twin) == [("role_title", "converted", "engineer", "engineer (4)", reason, str(twin))]
    assert merged.clash_counts["card"] == 1
    assert (merged.clashes[-1].row_id, merged.clashes[-1].reason) == (str(twin), reason)


def test_long_titles_of_twins_are_shortened_to_fit(
    worlds: Worlds, here: Place, there: Staging, mine: UUID, ada: UUID
) -> None:
    titles = ["x" * 255, "x" * 254 + "y"]
    for title in titles:
        here.card(mine, "Acme", title)
    for title in titles:
        there.card(ada, "Acme", title)
    worlds.merge()
    assert sorted(row["role_title"] for row in here.read("jobs").values()) == sorted(
        [*titles, "x" * 251 + " (2)", "x" * 251 + " (3)"]
    )


def test_one_open_card_alone_is_made_from_a_listing(
    worlds: Worlds, here: Place, there: Staging, mine: UUID, ada: UUID
) -> None:
    company = here.company("Acme", "https://acme.com")
    url = {"job_url": "https://acme.com/1"}
    kept = here.card(mine, "Acme", "Ours", listing_id=here.listing(company, **url))
    theirs = there.listing(there.company("ACME", "https://acme.com"), **url)
    card = there.card(ada, "Acme", "Theirs", listing_id=theirs)
    closed = there.card(ada, "Acme", "Past", listing_id=theirs, status="Closed", closed_reason="No Response")
    worlds.merge()
    cards = here.read("jobs")
    assert cards[card]["listing_id"] is None
    assert cards[closed]["listing_id"] == cards[kept]["listing_id"]
    (line,) = here.lines("jobs", card)
    assert line[0] == "listing_id"
    assert line[4] == "Another open card of this user was made from the same listing."


@pytest.mark.parametrize("here_first", [True, False], ids=["they are here", "they come together"])
def test_many_cards_of_one_title_are_numbered_through(
    worlds: Worlds, here: Place, there: Staging, mine: UUID, ada: UUID, here_first: bool
) -> None:
    if here_first:
        here.card(mine, "Acme", "Engineer")
        here.card(mine, "Acme", "Engineer (4)")
    else:
        there.card(ada, "Acme", "Engineer (4)", listing_id=None)
        here.card(mine, "Acme", "ENGINEER")
    for place, title in enumerate(["Engineer", "engineer"]):
        there.execute("DROP INDEX IF EXISTS jobs_job_one_open_card")
        there.card(ada, "Acme", title, updated_at=later(place))
        there.card(ada, "acme", title, updated_at=later(-place))
    worlds.merge()
    titles = sorted(row["role_title"].lower() for row in here.read("jobs").values())
    assert titles == sorted(["engineer", *(f"engineer ({number})" for number in (2, 3, 4, 5, 6))])


def test_a_card_that_came_before_shows_the_interviews_that_come_later(
    worlds: Worlds, here: Place, there: Staging, mine: UUID, ada: UUID
) -> None:
    card, dated = there.card(ada), there.card(ada, "Other", interview_date=later(1))
    worlds.merge()
    for each in (card, dated):
        for day in (4, 9):
            there.put("interviews", user_id=ada, job_id=each, interview_date=later(day))
    worlds.merge()
    shown = {key: datetime.fromisoformat(row["interview_date"]) for key, row in here.read("jobs").items()}
    assert shown == {card: later(9), dated: later(1)}
    assert [line[:3] for line in here.lines("jobs", card)] == [("interview_date", "derived", None)]
    assert here.lines("jobs", dated) == []
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


# Banks ----------------------------------------------------------------------------------------------------------------


def test_a_bank_joins_the_one_that_is_here(worlds: Worlds, here: Place, there: Staging, mine: UUID, ada: UUID) -> None:
    bank = here.put("skill_banks", user_id=mine, skill_categories=["Technical Skills", "Soft Skills"])
    python = here.put("skills", bank_id=bank, name="Python", bucket="Technical Skills", display_order=0)
    here.put("skills", bank_id=bank, name="Tact", bucket="Soft Skills", display_order=7)
    position = here.put("work_experiences", bank_id=bank, company="Here", position="Dev", display_order=3)
    joins = there.put(
        "skill_banks", user_id=ada, skill_categories=["technical skills", "Cooking"], default_summary="I cook."
    )
    twin = there.put("skills", bank_id=joins, name=" PYTHON", bucket="technical skills", derived=True)
    sql = there.put("skills", bank_id=joins, name="SQL", bucket="technical skills", display_order=2, derived=True)
    cake = there.put("skills", bank_id=joins, name="Cake", bucket="Cooking", display_order=3, derived=True)
    worked = there.put("work_experiences", bank_id=joins, company="There", position="Cook", derived=True)
    told = there.put("experience_variations", entry_id=worked, content="I cooked.", derived=True)
    there.execute("UPDATE work_experiences SET default_variation_id = %s WHERE id = %s", [told, worked])
    before = here.one("skill_banks", bank)
    python_before, position_before = here.one("skills", python), here.one("work_experiences", position)
    fates = worlds.fates()
    assert fates["skill_banks", str(joins)][::3] == ("merged", bank)
    assert here.one("skill_banks", bank) == {
        **before,
        "skill_categories": ["Technical Skills", "Soft Skills", "Cooking"],
        "default_summary": "I cook.",
    }
    skills = here.read("skills")
    assert skills[python] == python_before
    assert set(skills) >= {sql, cake}
    assert twin not in skills
    assert [(skills[key]["display_order"], skills[key]["bucket"]) for key in (sql, cake)] == [
        (8, "Technical Skills"),
        (9, "Cooking"),
    ]
    assert here.one("work_experiences", position) == position_before
    assert here.one("work_experiences", worked)["display_order"] == 4
    assert here.one("work_experiences", worked)["default_variation_id"] == str(told)
    assert here.lines("skills", twin) == [
        ("", "merged", there.one("skills", twin), None, "The bank here has a skill of this name.", str(python))
    ]
    assert {line[0] for line in here.lines("skill_banks", bank)} == {"", "skill_categories"}
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_a_bank_comes_as_it_is_where_there_is_none(
    worlds: Worlds, here: Place, there: Staging, mine: UUID, ada: UUID
) -> None:
    bank = there.put("skill_banks", user_id=ada)
    tables = {
        "skills": {"name": "Python", "bucket": "Technical Skills"},
        "education_entries": {"institution": "Here"},
        "projects": {"name": "Engine"},
        "certifications": {"name": "Certified"},
        "summary_variations": {"content": "I can."},
    }
    keys = {
        table: there.put(table, bank_id=bank, derived=True, display_order=5, **row) for table, row in tables.items()
    }
    keys["education_variations"] = there.put("education_variations", entry_id=keys["education_entries"], derived=True)
    keys["project_variations"] = there.put("project_variations", entry_id=keys["projects"], derived=True)
    worlds.merge()
    for table, key in keys.items():
        assert here.read(table) == {key: there.one(table, key)}
    assert here.one("skill_banks", bank)["user_id"] == str(mine)


def test_what_a_bank_lost_here_does_not_return(worlds: Worlds, here: Place, there: Staging, ada: UUID) -> None:
    bank = there.put("skill_banks", user_id=ada)
    there.put("skills", bank_id=bank, name="Python", bucket="Technical Skills", derived=True)
    worlds.merge()
    here.execute("DELETE FROM skills")
    after = here.digest()
    worlds.merge()
    assert here.digest() == after


def test_a_concept_that_is_unknown_here_is_cleared(worlds: Worlds, here: Place, there: Staging, ada: UUID) -> None:
    known = here.put("skill_concepts", name="Python", source="ESCO", external_id="1")
    there.put("skill_concepts", name="Python", source="ESCO", external_id="1", id=known, derived=True)
    other = there.put("skill_concepts", name="SQL", source="ESCO", external_id="2", derived=True)
    bank = there.put("skill_banks", user_id=ada)
    skills = [
        there.put("skills", bank_id=bank, name=str(concept), bucket="Technical Skills", concept_id=concept)
        for concept in (known, other)
    ]
    worlds.merge()
    assert [here.one("skills", skill)["concept_id"] for skill in skills] == [str(known), None]


def test_a_skill_is_here_whatever_blanks_are_in_its_name(
    worlds: Worlds, here: Place, there: Staging, mine: UUID, ada: UUID
) -> None:
    bank = here.put("skill_banks", user_id=mine)
    skill = here.put("skills", bank_id=bank, name="Machine Learning", bucket="Technical Skills")
    joins = there.put("skill_banks", user_id=ada)
    there.put("skills", bank_id=joins, name="machine   learning", bucket="Technical Skills", derived=True)
    worlds.merge()
    assert list(here.read("skills")) == [skill]


def test_banks_of_two_people_who_are_one_here_become_one_with_all_headings(
    worlds: Worlds, here: Place, there: Staging
) -> None:
    first = there.user("ada@example.com")
    worlds.merge()
    here.execute("UPDATE accounts_user SET email = 'lovelace@example.com'")
    second = there.user("lovelace@example.com")
    newer = there.put("skill_banks", user_id=first, skill_categories=["Engines"], updated_at=later(2))
    older = there.put("skill_banks", user_id=second, skill_categories=["engines", "Poetry"])
    there.put("skills", bank_id=newer, name="Steam", bucket="Engines")
    steam = there.put("skills", bank_id=older, name="Cogs", bucket="engines")
    there.put("skills", bank_id=older, name="Verse", bucket="Poetry")
    worlds.merge()
    assert here.one("skill_banks", newer)["skill_categories"] == ["Engines", "Poetry"]
    assert sorted(row["bucket"] for row in here.read("skills").values()) == ["Engines", "Engines", "Poetry"]
    assert here.one("skills", steam)["bank_id"] == str(newer)


# Resumes --------------------------------------------------------------------------------------------------------------


def test_resumes_come_with_versions_files_and_analyses(
    worlds: Worlds, here: Place, there: Staging, mine: UUID, ada: UUID
) -> None:
    listing = there.listing(there.company("Acme"))
    system = here.fetch("SELECT id FROM resume_templates WHERE is_system ORDER BY id LIMIT 1")[0][0]
    base = there.resume(ada, template_id=system)
    tailored = there.resume(ada, resume_type="tailored", parent_resume_id=base, target_job_id=listing)
    versions = [
        there.put("resume_versions", resume_id=base, version_number=1, content_snapshot={}, created_by_id=ada),
        there.put("resume_versions", resume_id=tailored, version_number=1, content_snapshot={}, derived=True),
    ]
    file = b"%PDF" * 300_000
    made = there.put(
        "resume_generations",
        resume_id=base,
        format="pdf",
        file=file,
        file_size=len(file),
        sha256=hashlib.sha256(file).hexdigest(),
        status="completed",
    )
    fit = there.put("resume_optimizations", resume_id=base, job_id=listing, match_score=50)
    applied = there.interaction(ada, listing, "applied", resume_id=tailored)
    templates = here.read("resume_templates")
    worlds.merge()
    assert here.read("resume_templates") == templates
    assert here.one("resumes", base) == {**there.one("resumes", base), "user_id": str(mine)}
    assert here.one("resumes", tailored)["parent_resume_id"] == str(base)
    assert here.one("resume_versions", versions[0])["created_by_id"] == str(mine)
    assert here.one("resume_versions", versions[1]) == there.one("resume_versions", versions[1])
    assert here.fetch("SELECT file = %s FROM resume_generations WHERE id = %s", [file, made]) == [(True,)]
    assert here.one("resume_optimizations", fit) == there.one("resume_optimizations", fit)
    assert here.one("job_user_interactions", applied)["resume_id"] == str(tailored)


def test_a_tailored_resume_whose_parent_was_deleted_here_stands_alone(
    worlds: Worlds, here: Place, there: Staging, ada: UUID
) -> None:
    base = there.resume(ada)
    worlds.merge()
    here.execute("DELETE FROM resumes")
    tailored = there.resume(ada, resume_type="tailored", parent_resume_id=base)
    worlds.merge()
    row = here.one("resumes", tailored)
    assert (row["resume_type"], row["parent_resume_id"]) == ("base", None)
    assert [line[:4] for line in here.lines("resumes", tailored)] == [
        ("parent_resume_id", "converted", str(base), None),
        ("resume_type", "converted", "tailored", "base"),
    ]


def test_a_version_of_a_number_that_is_here_is_kept_in_the_ledger(
    worlds: Worlds, here: Place, there: Staging, ada: UUID
) -> None:
    resume = there.resume(ada)
    there.put("resume_versions", resume_id=resume, version_number=1, content_snapshot={})
    worlds.merge()
    edited = here.put("resume_versions", resume_id=resume, version_number=2, content_snapshot={"summary": "here"})
    told = there.put("resume_versions", resume_id=resume, version_number=2, content_snapshot={"summary": "there"})
    fates = worlds.fates()
    assert fates["resume_versions", str(told)][::3] == ("merged", edited)
    assert here.lines("resume_versions", told)[0][2]["content_snapshot"] == {"summary": "there"}


def test_a_version_made_there_since_is_none_of_the_resume_here(
    worlds: Worlds, here: Place, there: Staging, ada: UUID
) -> None:
    resume = there.resume(ada)
    there.put("resume_versions", resume_id=resume, version_number=1, content_snapshot={})
    worlds.merge()
    late = there.put("resume_versions", resume_id=resume, version_number=2, content_snapshot={"summary": "there"})
    fates = worlds.fates()
    reason = "Its resume was here already, and has versions of its own."
    assert fates["resume_versions", str(late)] == ("quarantined", reason, "", None, True)
    assert here.lines("resume_versions", late) == [
        ("", "quarantined", there.one("resume_versions", late), None, reason, "")
    ]
    assert [row["version_number"] for row in here.read("resume_versions").values()] == [1]


def test_one_template_stays_the_default(worlds: Worlds, here: Place, there: Staging, ada: UUID) -> None:
    there.execute("UPDATE resume_templates SET is_default = false")
    own = there.put("resume_templates", name="Mine", is_default=True, updated_at=later(1))
    resume = there.resume(ada, template_id=own)
    default = here.fetch("SELECT id FROM resume_templates WHERE is_default")
    worlds.merge()
    assert here.fetch("SELECT id FROM resume_templates WHERE is_default") == default
    assert here.one("resume_templates", own)["is_default"] is False
    assert here.one("resumes", resume)["template_id"] == str(own)
    assert [line[:4] for line in here.lines("resume_templates", own)] == [("is_default", "converted", True, False)]
