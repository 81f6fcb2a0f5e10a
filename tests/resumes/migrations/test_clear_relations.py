"""The way of JobPilot's resumes and what stood around them into today's tables, back, and forth again."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from resumes.content import find_faults
from resumes.migrations import _clear_relations
from resumes.models import CONTENT
from tests.migrating import digest, execute, insert, migrate, read
from tests.resumes.migrations._legacy_resumes import JOINED, ROWS, UPDATED, USERS, Row, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import _DatabaseBlocker

    from tests.migrating import Table

pytestmark = pytest.mark.django_db

LEGACY = ("resumes", "0001_legacy_resumes")
OLD = tuple(ROWS)
NEW = ("resume_templates", "resumes", "resume_versions", "resume_generations", "resume_optimizations")
LEDGER = "migration_ledger"
SOURCE = "resumes.0004_clear_relations"
NO_FILE = "The file stayed behind in the older system."


@contextmanager
def legacy_tables(rows: dict[str, list[Row]]) -> Iterator[None]:
    """Stand at the older tables with these rows, two users and two listings; afterwards everything is as it was."""
    from companies.models import Company
    from jobs.models import JobListing

    migrate(LEGACY)
    try:
        insert(
            "accounts_user",
            [
                {
                    "id": key(user), "password": "", "is_superuser": False, "email": f"{user}@resume.example", "full_name": "",
                    "is_active": True, "is_staff": False, "date_joined": JOINED,
                }
                for user in USERS
            ],
        )  # fmt: skip
        company = Company.objects.create(name="Clear Relations Ltd", is_confirmed=True)
        JobListing.objects.bulk_create(
            JobListing(id=key(name), company=company, title="Cook") for name in ("listing", "other listing")
        )
        for table, listed in rows.items():
            insert(table, listed)
        yield
    finally:
        migrate(LEGACY)
        for table in (*OLD, LEDGER, "job_user_interactions", "job_listings", "companies"):
            execute(f"DELETE FROM {table}")
        execute("DELETE FROM accounts_user WHERE email LIKE '%%@resume.example'", [])
        migrate()


@dataclass
class Journey:
    """What the tables held at the stations of one way: old, new, back, and new again."""

    old: dict[str, Table]
    new: dict[str, Table]
    back: dict[str, Table]
    again: dict[str, Table]

    def row(self, name: str, table: str = "resumes", station: str = "new") -> dict[str, Any]:
        return getattr(self, station)[table][str(key(name))]

    def lines(self, name: str, table: str = "resumes", station: str = "new") -> list[dict[str, Any]]:
        found = getattr(self, station)[LEDGER].values()
        return [line for line in found if (line["row_id"], line["table"]) == (str(key(name)), table)]

    def versions(self, name: str, station: str = "new") -> list[dict[str, Any]]:
        found = getattr(self, station)["resume_versions"].values()
        return sorted(
            (row for row in found if row["resume_id"] == str(key(name))), key=lambda row: row["version_number"]
        )


def travel(old: dict[str, Table], *edits: str) -> Journey:
    """From today's tables edit, go back, go forward again, and look around everywhere."""
    for edit in edits:
        execute(edit)
    stations = [{table: read(table) for table in (*NEW, LEDGER)}]
    migrate(LEGACY)
    stations.append({table: read(table) for table in (*OLD, LEDGER)})
    migrate()
    stations.append({table: read(table) for table in (*NEW, LEDGER)})
    return Journey(old, *stations)


@pytest.fixture(scope="module")
def journeys(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> tuple[Journey, Journey]:
    """Two ways, one after the other: with what came over, and with what was edited afterwards."""
    with django_db_blocker.unblock(), legacy_tables(ROWS):
        old = {table: read(table) for table in OLD}
        migrate()
        return travel(old), travel(old, *EDITS)


@pytest.fixture(scope="module")
def journey(journeys: tuple[Journey, Journey]) -> Journey:
    return journeys[0]


@pytest.fixture(scope="module")
def edited(journeys: tuple[Journey, Journey]) -> Journey:
    return journeys[1]


# The whole way --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", OLD)
def test_the_way_back_gives_the_very_same_rows(journey: Journey, table: str) -> None:
    assert journey.back[table] == journey.old[table]
    assert journey.old[table]


def test_the_ledger_is_empty_after_the_way_back(journey: Journey) -> None:
    assert journey.back[LEDGER] == {}


@pytest.mark.parametrize("table", [*NEW, LEDGER])
def test_the_second_way_forward_gives_the_same_rows(journey: Journey, table: str) -> None:
    assert journey.again[table] == journey.new[table]


# Links ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "resume_type", "parent", "target"),
    [
        ("tailored", "tailored", "plain", "listing"),
        ("conflict", "tailored", "plain", "listing"),
        ("own parent", "tailored", "plain", None),
        ("own base", "base", None, None),
        ("no parent", "base", None, "listing"),
        ("ghost links", "base", None, None),
        ("of a stranger's", "base", None, None),
        ("template", "template", None, None),
        ("template by status", "template", None, None),
        ("linked template by status", "base", "plain", None),
        ("circle 1", "tailored", "circle 3", None),
        ("circle 2", "tailored", "circle 1", None),
        ("circle 3", "base", None, None),
        ("tail", "tailored", "circle 2", None),
    ],
)
def test_a_resume_has_one_parent_and_one_target(
    journey: Journey, name: str, resume_type: str, parent: str | None, target: str | None
) -> None:
    row = journey.row(name)
    assert row["resume_type"] == resume_type
    assert row["parent_resume_id"] == (parent and str(key(parent)))
    assert row["target_job_id"] == (target and str(key(target)))


@pytest.mark.parametrize(
    "name", ["conflict", "own parent", "own base", "no parent", "ghost links", "template", "circle 3"]
)
def test_a_link_that_goes_stays_in_the_ledger(journey: Journey, name: str) -> None:
    (line,) = journey.lines(name)
    old = journey.row(name, "legacy_resumes", "old")
    links = ("based_on_resume_id", "job_id", "parent_resume_id", "target_job_id", "resume_type")
    assert {link: line["before"][link] for link in links} == {link: old[link] for link in links}


@pytest.mark.parametrize("name", ["plain", "tailored", "circle 1", "circle 2", "tail", "first"])
def test_a_row_that_the_rule_gives_back_has_no_line(journey: Journey, name: str) -> None:
    # Its layout is no default any more; that is the layout's line.
    assert journey.lines(name) == []


def test_rows_that_a_resume_was_a_newer_version_of_become_its_history(journey: Journey) -> None:
    assert [(row["version_number"], row["content_snapshot"]["summary"]) for row in journey.versions("third")] == [
        (1, "First."), (2, "Second."), (3, "Third."),
    ]  # fmt: skip
    assert [row["content_snapshot"]["summary"] for row in journey.versions("round 2")] == ["Writes programs.", "Round."]
    assert journey.versions("first") == []
    assert [journey.row(name)["version"] for name in ("first", "second", "third")] == [1, 2, 3]


def test_versions_run_without_a_gap_and_the_last_is_the_resume_itself(journey: Journey) -> None:
    versions = journey.versions("full")
    assert [row["version_number"] for row in versions] == [1, 2, 3]
    assert [row["content_snapshot"]["summary"] for row in versions] == ["Before.", "Later.", "Writes programs."]
    assert [row["created_by_id"] for row in versions] == [str(key("owner")), None, str(key("owner"))]
    full = journey.row("full")
    assert versions[-1]["content_snapshot"] == {part: full[part] for part in CONTENT}
    assert full["version"] == 3


# Contents -------------------------------------------------------------------------------------------------------------


def test_every_content_meets_the_schema(journey: Journey) -> None:
    for row in journey.new["resumes"].values():
        assert find_faults({part: row[part] for part in CONTENT}) == [], row["title"]
    for row in journey.new["resume_versions"].values():
        assert find_faults(row["content_snapshot"]) == []


def test_a_value_that_the_schema_has_no_place_for_stands_under_extra(journey: Journey) -> None:
    full = journey.row("full")
    assert full["contact_info"]["extra"] == {"twitter": "@sarah"}
    assert full["contact_info"]["website_url"] == "https://sarah.example/me"
    first, second = full["work_experience"]
    assert "end_date" not in first
    assert second["extra"] == {
        "start_date": "June 2018",
        "experience_type": "gig",
        "achievements": "one text",
        "salary": 100,
    }
    assert (second["company"], second["end_date"]) == ("Beta", "2019-01-02")
    assert full["education"][0]["gpa"] == "3.66"
    assert [skill["name"] for skill in full["skills"]] == ["Go", "Rust", "Perl"]
    languages, hobbies = full["custom_sections"]
    assert languages["content"] == {"extra": {"items": ["Dutch"]}}
    assert (hobbies["section_type"], hobbies["title"], hobbies["content"]) == ("custom", "Section", {"text": "Chess"})
    assert hobbies["extra"] == {"section_type": "hobbies", "title": ""}


def test_a_twice_encoded_content_reads_the_same(journey: Journey) -> None:
    once, twice = ({part: journey.row(name)[part] for part in CONTENT} for name in ("full", "twice"))
    assert once == twice


def test_documents_of_another_kind_become_empty_ones(journey: Journey) -> None:
    row = journey.row("wrong kinds")
    assert (row["title"], row["resume_type"], row["status"]) == ("Untitled resume", "base", "draft")
    assert (row["contact_info"], row["work_experience"], row["skills"]) == ({}, [], [])
    assert (row["ats_score_data"], row["tailoring_analysis"]) == (None, None)
    assert journey.lines("wrong kinds")[0]["before"]["skills"] == "Go, Rust"


# What stands around them ----------------------------------------------------------------------------------------------


def test_one_template_is_the_default_and_those_of_one_name_stand_beside_each_other(journey: Journey) -> None:
    templates = journey.new["resume_templates"].values()
    assert [row["name"] for row in templates if row["is_default"]] == ["Modern Professional"]
    assert sorted(row["name"] for row in templates) == [
        "ATS-Friendly", "Creative Portfolio", "Legacy layout", "Modern Professional", "Modern Professional",
        "Untitled template",
    ]  # fmt: skip
    assert journey.row("plain")["template_id"] == str(key("Legacy layout"))


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("complete", "failed", NO_FILE),
        ("odd", "pending", ""),
        ("failed", "failed", "The older system gave no reason."),
        ("running", "failed", "Out of memory"),
    ],
)
def test_a_generation_whose_file_is_elsewhere_says_so(journey: Journey, name: str, status: str, reason: str) -> None:
    row = journey.row(name, "resume_generations")
    assert (row["status"], row["error_message"], row["file"], row["file_size"]) == (status, reason, None, None)
    assert row["format"] == "pdf"
    (line,) = journey.lines(name, "resume_generations")
    assert line["before"]["file_path"] == journey.row(name, "legacy_resume_generations", "old")["file_path"]


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("resumes", ["ghost"]),
        ("resume_versions", ["v of nothing", "v 9"]),
        ("resume_generations", ["rtf", "of nothing"]),
        ("resume_optimizations", ["too good", "no listing", "no resume"]),
    ],
)
def test_a_row_without_a_place_waits_whole_in_the_ledger(journey: Journey, table: str, names: list[str]) -> None:
    quarantined = {
        line["row_id"]
        for line in journey.new[LEDGER].values()
        if (line["table"], line["outcome"]) == (table, "quarantined")
    }
    assert quarantined == {str(key(name)) for name in names}
    assert not quarantined & journey.new[table].keys()


# Edits ----------------------------------------------------------------------------------------------------------------


# New content with its versions, a moved parent, another default, a file, a deleted resume, an application's resume.
_LATER = "updated_at = '2025-09-01'"
_COLUMNS = "created_at, updated_at, interaction_type, application_status, resume_version, cover_letter"
EDITS = (
    f"UPDATE resumes SET summary = 'Edited.', version = 4, {_LATER} WHERE id = '{key('full')}'",
    (
        "INSERT INTO resume_versions (id, version_number, changes_summary, content_snapshot, created_at, resume_id)"
        f" VALUES ('{key('new version')}', 4, 'Mine.', '{{\"summary\": \"Edited.\"}}', '2025-09-01', '{key('full')}')"
    ),
    f"UPDATE resumes SET parent_resume_id = '{key('full')}', {_LATER} WHERE id = '{key('tailored')}'",
    "UPDATE resume_templates SET is_default = false WHERE is_default",
    f"UPDATE resume_templates SET is_default = true WHERE id = '{key('Legacy layout')}'",
    (
        f"UPDATE resumes SET template_id = md5('resume_templates|Creative Portfolio')::uuid, {_LATER}"
        f" WHERE id = '{key('second')}'"
    ),
    (
        "UPDATE resume_generations SET file = 'abc', file_size = 3, sha256 = encode(sha256('abc'), 'hex'),"
        f" status = 'completed', error_message = '' WHERE id = '{key('complete')}'"
    ),
    f"DELETE FROM resumes WHERE id = '{key('tail')}'",
    (
        "INSERT INTO job_user_interactions (id, user_id, job_id, resume_id, shared_with_recruiters, tags, notes,"
        f" interaction_data, first_interaction, last_interaction, interaction_count, job_snapshot, {_COLUMNS})"
        f" VALUES ('{key('applied')}', '{key('owner')}', '{key('listing')}', '{key('tailored')}', false, '{{}}', '', '{{}}',"
        f" '{UPDATED}', '{UPDATED}', 1, '{{}}', '{UPDATED}', '{UPDATED}', 'applied', 'applied', '', '')"
    ),
)


@pytest.mark.parametrize("table", NEW)
def test_edits_return_with_the_next_way_forward(edited: Journey, table: str) -> None:
    assert edited.again[table] == edited.new[table]


def test_an_edit_wins_and_its_line_stays(edited: Journey) -> None:
    back = edited.row("full", "legacy_resumes", "back")
    assert (back["summary"], back["version"]) == ("Edited.", 4)
    (line,) = [line for line in edited.lines("full", station="back") if line["source"] == SOURCE]
    assert line["before"]["summary"] == "Writes programs."
    assert edited.row("tailored", "legacy_resumes", "back")["based_on_resume_id"] == str(key("full"))
    assert str(key("tail")) not in edited.back["legacy_resumes"]


def test_rows_that_nobody_touched_return_as_they_were(edited: Journey) -> None:
    for name in ("twice", "bare", "wrong kinds", "conflict", "circle 3", "third", "ghost"):
        assert edited.row(name, "legacy_resumes", "back") == edited.row(name, "legacy_resumes", "old")


def test_an_application_finds_its_resume_again(django_db_blocker: _DatabaseBlocker, edited: Journey) -> None:
    kept = [line for line in edited.back[LEDGER].values() if line["table"] == "job_user_interactions"]
    assert [(line["row_id"], line["target_row_id"]) for line in kept] == [(str(key("applied")), str(key("tailored")))]


# The account, and any rows --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stood(journeys: tuple[Journey, Journey], django_db_blocker: _DatabaseBlocker) -> Iterator[None]:
    """Stand where the older tables and today's both are, and nothing is converted; the journeys are over by then."""
    with django_db_blocker.unblock(), legacy_tables({}):
        migrate(("resumes", "0003_system_templates"))
        yield


def refill(rows: dict[str, list[Row]]) -> None:
    """Have these older rows and nothing else, but for the templates that ship with JobOS."""
    for table in (*OLD, LEDGER):
        execute(f"DELETE FROM {table}")
    execute(f"TRUNCATE {', '.join(NEW[1:])}")
    for table, listed in rows.items():
        insert(table, listed)


def run(statements: list[str]) -> None:
    with transaction.atomic():
        for statement in statements:
            execute(statement)


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        (
            "DELETE FROM resume_versions WHERE changes_summary = ''",
            "account of resume_versions is not exact, 2 rows lost",
        ),
        (
            f"DELETE FROM migration_ledger WHERE row_id = '{key('ghost')}'",
            "account of resumes is not exact, 1 rows lost",
        ),
        (
            "UPDATE migration_ledger SET outcome = 'quarantined'",
            "account of resume_templates is not exact, 0 rows lost, 3 rows doubled",
        ),
    ],
)
def test_an_account_that_is_not_exact_stops_the_way(
    loss: str, reason: str, django_db_blocker: _DatabaseBlocker, stood: None
) -> None:
    checks = [statement for statement in _clear_relations.FORWARD if "account of" in statement]
    place = _clear_relations.FORWARD.index(checks[0])
    with django_db_blocker.unblock():
        refill(ROWS)
        with pytest.raises(DatabaseError, match=reason):
            run([*_clear_relations.FORWARD[:place], loss, *checks])
        assert digest("resumes")[0] == 0


NAMES = [f"any {number}" for number in range(6)]
LINKS = st.sampled_from([None, *(key(name) for name in NAMES), key("listing"), key("gone")])
WORDS = st.sampled_from(
    ["name", "company", "start_date", "2019-13", "2019-02", "", "url", "http://a", "x" * 1001, "content"]
)
VALUES = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers(-2, 10**7), st.floats(-1, 90, allow_nan=False)),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(WORDS, one, max_size=4),
    max_leaves=6,
)
ENCODED = st.builds(
    lambda value, depth: json.dumps(value if depth == 0 else json.dumps(value)),
    VALUES
    | st.lists(
        st.dictionaries(WORDS | st.sampled_from(["title", "section_type", "extra", "text"]), VALUES, max_size=5)
    ),
    st.integers(0, 1),
)
PARTS = ("work_experience", "education", "skills", "projects", "certifications", "custom_sections")
ANY_RESUMES = st.builds(
    lambda row, links, parts: row | links | parts,
    st.fixed_dictionaries(
        {
            "user_id": st.sampled_from([key("owner"), key("owner"), key("stranger"), key("nobody")]),
            "title": WORDS,
            "resume_type": st.sampled_from(["base", "tailored", "tailored", "template", "TAILORED", ""]),
            "status": st.sampled_from(["draft", "active", "template", "?"]),
            "contact_info": ENCODED,
            "summary": st.none() | WORDS,
            "version": st.none() | st.integers(-1, 5),
        }
    ),
    st.fixed_dictionaries(
        dict.fromkeys(("based_on_resume_id", "parent_resume_id", "parent_version_id", "job_id", "template_id"), LINKS)
    ),
    st.fixed_dictionaries({part: st.none() | ENCODED for part in PARTS}),
)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # Some texts are as long as a column.
@settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(resumes=st.lists(ANY_RESUMES, min_size=1, max_size=len(NAMES)), snapshots=st.lists(ENCODED, max_size=3))
def test_any_resumes_go_there_and_back(
    resumes: list[Row], snapshots: list[str], django_db_blocker: _DatabaseBlocker, stood: None
) -> None:
    with django_db_blocker.unblock():
        versions = [
            {
                "id": key(f"any version {place}"),
                "resume_id": key(NAMES[0]),
                "version_number": place % 2,
                "content_snapshot": one,
            }
            for place, one in enumerate(snapshots)
        ]
        listed = [row | {"id": key(name)} for name, row in zip(NAMES, resumes, strict=False)]
        refill({"legacy_resumes": listed, "legacy_resume_versions": versions})
        old = [digest(table) for table in OLD]
        run(_clear_relations.FORWARD)
        new = [digest(table) for table in (*NEW, LEDGER)]
        for row in read("resumes").values():
            assert find_faults({part: row[part] for part in CONTENT}) == []
        run(_clear_relations.BACKWARD)
        assert [digest(table) for table in OLD] == old
        assert digest(LEDGER)[0] == 0
        run(_clear_relations.FORWARD)
        assert [digest(table) for table in (*NEW, LEDGER)] == new
        # Whatever is edited returns, too.
        execute("UPDATE resumes SET summary = summary || '!', skills = '[]', version = version + 1 WHERE title <> ''")
        execute("UPDATE resume_versions SET changes_summary = 'Edited.' WHERE version_number = 1")
        edited = [read(table) for table in NEW]
        run(_clear_relations.BACKWARD)
        run(_clear_relations.FORWARD)
        assert [read(table) for table in NEW] == edited
        run(_clear_relations.BACKWARD)
