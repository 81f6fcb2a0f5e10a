"""The way of JobPilot's skill banks, keyword columns and profile skills into rows of one bank for each person, and back."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from skills.migrations import _one_home
from tests.migrating import digest, execute, insert, migrate, read
from tests.skills.migrations._legacy_banks import JOINED, ROWS, TABLES, USERS, Row, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import _DatabaseBlocker

    from tests.migrating import Table

pytestmark = pytest.mark.django_db

LEGACY = ("skills", "0001_legacy_skill_banks")
NEWEST = ("skills", "0004_drop_legacy_banks")
BANK_TABLES = (
    "skill_banks", "skills", "work_experiences", "education_entries", "projects", "certifications", "summary_variations",
    "experience_variations", "education_variations", "project_variations",
)  # fmt: skip
LEDGER = "migration_ledger"


@contextmanager
def legacy_tables(rows: dict[str, list[Row]]) -> Iterator[None]:
    """Stand at the older tables with these rows and their users; afterwards everything is as it was."""
    migrate(LEGACY)
    try:
        for user in USERS:
            insert(
                "accounts_user",
                [
                    {
                        "id": key(user), "password": "", "is_superuser": False, "email": f"{user}@bank.example",
                        "full_name": "", "is_active": True, "is_staff": False, "date_joined": JOINED,
                    }
                ],
            )  # fmt: skip
        for table, listed in rows.items():
            insert(table, listed)
        yield
    finally:
        migrate(LEGACY)
        for table in (*TABLES, LEDGER):
            execute(f"DELETE FROM {table}")
        execute("DELETE FROM accounts_user WHERE email LIKE '%%@bank.example'", [])
        migrate()


@dataclass
class Journey:
    """What the tables held at the stations of one way: old, new, back, and new again."""

    old: dict[str, Table]
    new: dict[str, Table]
    back: dict[str, Table]
    again: dict[str, Table]

    def bank(self, user: str, station: str = "new") -> dict[str, Any]:
        (found,) = (row for row in getattr(self, station)["skill_banks"].values() if row["user_id"] == str(key(user)))
        return found

    def rows(self, table: str, user: str, station: str = "new") -> list[dict[str, Any]]:
        bank = self.bank(user, station)["id"]
        found = [row for row in getattr(self, station)[table].values() if row["bank_id"] == bank]
        return sorted(found, key=lambda row: row["display_order"])

    def skills(self, user: str, station: str = "new") -> dict[str, dict[str, Any]]:
        return {row["name"]: row for row in self.rows("skills", user, station)}

    def elements(self, name: str, outcome: str, table: str = "legacy_skill_banks", station: str = "new") -> list[Row]:
        return [
            element
            for line in getattr(self, station)[LEDGER].values()
            if (line["row_id"], line["table"], line["outcome"], line["column"])
            == (str(key(name)), table, outcome, "elements")
            for element in line["before"]
        ]


def travel(old: dict[str, Table], *edits: str) -> Journey:
    """From today's tables edit, go back, go forward again, and look around everywhere."""
    for edit in edits:
        execute(edit)
    stations = [{table: read(table) for table in (*BANK_TABLES, LEDGER)}]
    migrate(LEGACY)
    stations.append({table: read(table) for table in (*TABLES, LEDGER)})
    migrate(NEWEST)
    stations.append({table: read(table) for table in (*BANK_TABLES, LEDGER)})
    return Journey(old, *stations)


@pytest.fixture(scope="module")
def journeys(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> tuple[Journey, Journey]:
    """Two ways, one after the other: with what came over, and with what was edited afterwards."""
    with django_db_blocker.unblock(), legacy_tables(ROWS):
        old = {table: read(table) for table in TABLES}
        migrate(NEWEST)
        return travel(old), travel(old, *EDITS)


@pytest.fixture(scope="module")
def journey(journeys: tuple[Journey, Journey]) -> Journey:
    return journeys[0]


@pytest.fixture(scope="module")
def edited(journeys: tuple[Journey, Journey]) -> Journey:
    return journeys[1]


# The whole way --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_the_way_back_gives_the_very_same_rows(journey: Journey, table: str) -> None:
    assert journey.back[table] == journey.old[table]
    assert journey.old[table]


def test_the_ledger_is_empty_after_the_way_back(journey: Journey) -> None:
    assert journey.back[LEDGER] == {}


@pytest.mark.parametrize("table", [*BANK_TABLES, LEDGER])
def test_the_second_way_forward_gives_the_same_rows(journey: Journey, table: str) -> None:
    assert journey.again[table] == journey.new[table]


# What becomes of an element -------------------------------------------------------------------------------------------


def test_a_twice_encoded_bank_becomes_rows_under_their_keys(journey: Journey) -> None:
    skills = journey.skills("plain")
    assert list(skills) == [
        "JavaScript", "Python", "Rust", "Kubernetes", "Terraform", "Listening", "Patience", "Fintech", "Zig",
    ]  # fmt: skip
    javascript = skills["JavaScript"]
    assert javascript == javascript | {
        "id": str(key("skill JavaScript")), "level": "expert", "category": "technical", "bucket": "Technical Skills",
        "subcategory": "Programming Languages", "years_experience": 3.0, "proficiency_score": 0.6652092357750762,
        "keywords": ["ES6", "DOM"], "is_featured": True, "source": "manual", "confidence": 1, "usage_count": 2,
        "concept_id": None,
    }  # fmt: skip
    developer, intern = journey.rows("work_experiences", "plain")
    assert (developer["id"], developer["position"], developer["end_date"]) == (
        str(key("position Developer")),
        "Developer",
        "",
    )
    assert developer["default_variation_id"] == str(key("variation Developer"))
    assert intern["default_variation_id"] is None
    told = journey.new["experience_variations"][str(key("variation Developer"))]
    assert (told["entry_id"], told["achievements"]) == (developer["id"], ["a"])
    assert told["created_at"] == "2024-11-22T03:24:49.618608+00:00"
    (studies,) = journey.rows("education_entries", "plain")
    assert studies["gpa"] == "3.66"
    assert journey.new["project_variations"][str(key("variation project"))]["entry_id"] == str(key("project"))


@pytest.mark.parametrize(
    ("name", "category", "source", "confidence", "bucket"),
    [
        ("Rust", "technical", "extracted", 0.7, "Technical Skills"),
        ("Patience", "soft", "extracted", None, "Soft Skills"),
        ("Fintech", "industry", "extracted", None, "Industry Knowledge"),
        ("Kubernetes", "technical", "extracted", 0.9, "Technical Skills"),
        ("Terraform", "technical", "extracted", 0.4, "Technical Skills"),
        ("Zig", "technical", "imported", None, "Technical Skills"),
    ],
)
def test_a_keyword_becomes_a_skill(
    journey: Journey, name: str, category: str, source: str, confidence: float | None, bucket: str
) -> None:
    row = journey.skills("plain")[name]
    assert (row["category"], row["source"], row["confidence"], row["bucket"]) == (category, source, confidence, bucket)


def test_headings_keep_their_order_and_category_words_become_headings(journey: Journey) -> None:
    plain = journey.bank("plain")["skill_categories"]
    assert plain == ["Technical Skills", "Soft Skills", "Languages", "Industry Knowledge"]
    assert journey.bank("odd")["skill_categories"] == [
        "Languages", "Frameworks", "Nothing", "y" * 100, "Industry Knowledge",
    ]  # fmt: skip
    assert journey.bank("empty")["skill_categories"] == ["Technical Skills", "Soft Skills", "Tools & Platforms"]


def test_a_skill_said_again_is_noted_on_its_row(journey: Journey) -> None:
    skills = journey.skills("plain")
    noted = {
        (element["field"], str(element["value"])): element["row"] for element in journey.elements("plain", "merged")
    }
    assert noted[("technical_keywords", "python")] == skills["Python"]["id"]
    assert noted[("soft_skills", "listening")] == skills["Listening"]["id"]
    assert noted[("skill_confidence", "0.7")] == skills["Rust"]["id"]
    assert journey.elements("plain", "merged", "skill_banks_legacy")[0]["row"] == skills["Rust"]["id"]


def test_several_banks_of_one_person_fold_into_the_one_changed_last(journey: Journey) -> None:
    bank = journey.bank("several")
    assert (bank["id"], bank["default_summary"]) == (str(key("newer")), "Cooks.")
    assert [(name, row["bucket"]) for name, row in journey.skills("several").items()] == [
        ("Cooking", "Mine"), ("Baking", "Yours"), ("Frying", "Technical Skills"),
    ]  # fmt: skip
    cook, baker = journey.rows("work_experiences", "several")
    assert (cook["id"], cook["position"], baker["position"]) == (str(key("cook")), "Cook", "Baker")
    assert baker["id"] != str(key("cook"))
    # A way of telling the entry that was said twice tells the row that stands for both.
    assert journey.new["experience_variations"][str(key("variation cook"))]["entry_id"] == cook["id"]
    assert {element["field"] for element in journey.elements("older", "merged")} == {
        "skills", "default_summary", "skill_confidence", "work_experiences",
    }  # fmt: skip


def test_a_person_without_a_bank_gets_one_for_the_skills_of_the_profile(journey: Journey) -> None:
    assert list(journey.skills("profile")) == ["Excel"]
    assert list(journey.skills("words")) == ["Tact", "sql", "Excel"]
    assert journey.skills("words")["sql"]["confidence"] == 0.6


def test_whoever_said_nothing_has_no_bank_and_nothing_is_merged_into_none(journey: Journey) -> None:
    assert str(key("blank")) not in {row["user_id"] for row in journey.new["skill_banks"].values()}
    lines = [
        line for line in journey.new[LEDGER].values() if line["row_id"] in {str(key("blank")), str(key("blank beside"))}
    ]
    assert [(line["outcome"], line["target_row_id"]) for line in lines] == [("converted", "")] * 2
    merged = [line for line in journey.new[LEDGER].values() if line["outcome"] == "merged"]
    assert all(line["target_row_id"] or all(element["row"] for element in line["before"]) for line in merged)


def test_a_bank_of_nobody_waits_whole_in_the_ledger(journey: Journey) -> None:
    (line,) = (line for line in journey.new[LEDGER].values() if line["row_id"] == str(key("ghost")))
    assert (line["outcome"], line["after"]) == ("quarantined", None)
    assert line["before"]["skills"] == journey.old["legacy_skill_banks"][str(key("ghost"))]["skills"]


def test_values_that_do_not_fit_become_blank_and_stay_in_the_ledger(journey: Journey) -> None:
    skills = journey.skills("odd")
    assert list(skills) == ["Go", "Shared key", "x" * 200, "Ruby", "Bare word", "Long heading", "Ada"]
    go, cut, ruby = skills["Go"], skills["x" * 200], skills["Ruby"]
    assert (go["level"], go["category"], go["years_experience"], go["proficiency_score"]) == (
        "",
        "technical",
        2.8,
        None,
    )
    assert (cut["keywords"], cut["usage_count"], cut["confidence"]) == (["a"], 0, None)
    assert (ruby["last_used"], ruby["source"], ruby["years_experience"]) == (
        "2024-05-06T07:08:09+00:00",
        "manual",
        None,
    )
    backwards, dates, objects = journey.rows("work_experiences", "odd")
    assert (backwards["start_date"], backwards["end_date"], backwards["experience_type"]) == (
        "2020-05-05",
        "",
        "full_time",
    )
    assert (dates["start_date"], dates["end_date"], dates["company"]) == ("", "2020-05-05", "c" * 255)
    assert (objects["company"], objects["skills_used"]) == ("", [])
    converted = {(element["field"], element["row"]) for element in journey.elements("odd", "converted")}
    assert converted >= {("skills", row["id"]) for row in (go, cut, ruby)}
    assert converted >= {("work_experiences", row["id"]) for row in (backwards, dates, objects)}


def test_what_can_be_no_row_is_quarantined_with_its_place(journey: Journey) -> None:
    found = {
        (element["field"], element["bucket"], element["position"]) for element in journey.elements("odd", "quarantined")
    }
    assert found == {
        ("auto_extracted_skills", "", 1),
        ("experience_content_variations", str(key("position Backwards")), 0),
        ("experience_content_variations", str(key("position Dates")), 2),
        ("experience_content_variations", "unknown", 1),
        ("industry_keywords", "", 2),
        ("industry_keywords", "", 3),
        ("projects", "", 0),
        ("skill_categories", "", 3),
        ("skill_categories", "", 4),
        ("skill_confidence", "Ada", 0),
        ("skill_confidence", "Ruby", 0),
        *(("skills", "Languages", position) for position in (6, 7, 8, 9)),
        ("skills", "Nothing", 0),
        ("skills", "framework", 0),
        ("soft_skills", "", 0),
        ("summary_variations", "", 0),
        ("technical_keywords", "", 0),
        ("work_experiences", "", 4),
        ("work_experiences", "", 5),
    }


# Edits ----------------------------------------------------------------------------------------------------------------


# Plain's Python is renamed and a skill added; the odd bank is deleted; the profile's owner writes a summary.
_LATER = "updated_at = '2025-09-01'"
EDITS = (
    f"UPDATE skills SET name = 'CPython', {_LATER} WHERE id = '{key('skill JavaScript')}'",
    (
        "INSERT INTO skills (id, created_at, updated_at, bank_id, name, level, category, bucket, subcategory,"
        " description, keywords, is_featured, display_order, source, usage_count)"
        f" VALUES ('{key('added')}', now(), now(), '{key('plain')}', 'Added', '', 'soft', 'Soft Skills', '', '',"
        " '{}', false, 99, 'manual', 0)"
    ),
    f"UPDATE work_experiences SET default_variation_id = NULL WHERE bank_id = '{key('odd')}'",
    f"DELETE FROM experience_variations WHERE entry_id IN (SELECT id FROM work_experiences WHERE bank_id = '{key('odd')}')",
    *(
        f"DELETE FROM {table} WHERE bank_id = '{key('odd')}'"
        for table in ("skills", "work_experiences", "certifications")
    ),
    f"DELETE FROM skill_banks WHERE id = '{key('odd')}'",
    f"UPDATE skill_banks SET default_summary = 'Counts.', {_LATER} WHERE user_id = '{key('profile')}'",
)


@pytest.mark.parametrize("table", BANK_TABLES)
def test_edits_return_with_the_next_way_forward(edited: Journey, table: str) -> None:
    assert edited.again[table] == edited.new[table]


def test_the_lines_of_edited_banks_stay(edited: Journey) -> None:
    assert edited.again[LEDGER] == edited.new[LEDGER]


def test_an_edit_wins_and_the_other_documents_of_its_bank_return(edited: Journey) -> None:
    old, back = (getattr(edited, station)["legacy_skill_banks"][str(key("plain"))] for station in ("old", "back"))
    names = {skill["name"] for bucket in back["skills"].values() for skill in bucket}
    assert names == {
        "CPython",
        "Python",
        "Added",
        "Rust",
        "Kubernetes",
        "Terraform",
        "Listening",
        "Patience",
        "Fintech",
        "Zig",
    }
    same = old.keys() - {
        "skills",
        *(field for field in old if "keywords" in field),
        "soft_skills",
        "auto_extracted_skills",
        "skill_confidence",
    }
    assert {column: back[column] for column in same} == {column: old[column] for column in same}


def test_a_bank_that_was_deleted_does_not_return_but_its_line_stays(edited: Journey) -> None:
    assert str(key("odd")) not in edited.back["legacy_skill_banks"]
    assert any(line["row_id"] == str(key("odd")) for line in edited.back[LEDGER].values())


def test_banks_that_nobody_touched_return_as_they_were(edited: Journey) -> None:
    for name in ("newer", "older", "empty", "ghost"):
        assert edited.back["legacy_skill_banks"][str(key(name))] == edited.old["legacy_skill_banks"][str(key(name))]


def test_a_bank_that_only_a_profile_made_is_told_as_one_once_it_is_edited(edited: Journey) -> None:
    told = next(row for row in edited.back["legacy_skill_banks"].values() if row["user_id"] == str(key("profile")))
    assert told["default_summary"] == "Counts."
    assert edited.back["legacy_profile_skills"][str(key("profile"))]["skills"] == ["Excel"]


# The account ----------------------------------------------------------------------------------------------------------


@contextmanager
def between() -> Iterator[None]:
    """Stand where the older tables and today's both are, and nothing is converted."""
    with legacy_tables({}):
        migrate(("skills", "0002_skill_bank"))
        yield


def run(statements: list[str]) -> None:
    with transaction.atomic():
        for statement in statements:
            execute(statement)


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        (
            "DELETE FROM aside WHERE outcome = 'quarantined'",
            "account of auto_extracted_skills is not exact, 1 elements lost",
        ),
        (
            "INSERT INTO placed SELECT * FROM placed",
            "account of auto_extracted_skills is not exact, 0 elements lost, 2 elements doubled",
        ),
        ("DELETE FROM skills WHERE name = 'Rust'", "account of skills is not exact, 1 rows lost"),
        (
            f"DELETE FROM migration_ledger WHERE row_id = '{key('ghost')}'",
            "account of legacy_skill_banks is not exact, 1 rows lost",
        ),
    ],
)
def test_an_account_that_is_not_exact_stops_the_way(
    loss: str, reason: str, django_db_blocker: _DatabaseBlocker, stood: None
) -> None:
    with django_db_blocker.unblock():
        refill(ROWS)
        place = _one_home.FORWARD.index(_one_home.CHECK_FORWARD)
        with pytest.raises(DatabaseError, match=reason):
            run([*_one_home.FORWARD[:place], loss, _one_home.CHECK_FORWARD])
        assert digest("skill_banks")[0] == 0


@pytest.fixture(scope="module")
def stood(journeys: tuple[Journey, Journey], django_db_blocker: _DatabaseBlocker) -> Iterator[None]:
    """Stand there for several tests, in any order; the journeys begin elsewhere and are over by then."""
    with django_db_blocker.unblock(), between():
        yield


def refill(rows: dict[str, list[Row]]) -> None:
    """Have these older rows and nothing else."""
    for table in (*TABLES, LEDGER):
        execute(f"DELETE FROM {table}")
    execute(f"TRUNCATE {', '.join(BANK_TABLES)}")
    for table, listed in rows.items():
        insert(table, listed)


# Any rows -------------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["Go", "go", " GO ", "Straße", "", " ", "x" * 300, "C++", "C#", "null", "[1]", '"a"', "2019-13", "2019-02"]
)
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-3, 10**12), st.floats(-1, 2, allow_nan=False))
VALUES = st.recursive(
    SCALARS, lambda one: st.lists(one, max_size=3) | st.dictionaries(WORDS, one, max_size=3), max_leaves=5
)
KEYS = st.sampled_from([str(key(f"any {number}")) for number in range(3)] + ["no key"])
FIELDS = [
    "name", "level", "category", "years_experience", "keywords", "source", "confidence", "company", "start_date", "end_date",
    "default_variation_id", "content", "focus", "gpa", "issue_date", "expiry_date", "usage_count", "last_used",
]  # fmt: skip
ENTRIES = st.builds(
    lambda one, values: {"id": one, **values}, KEYS, st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)
)
LISTED = st.lists(ENTRIES | VALUES, max_size=4)
DOCUMENTS = st.one_of(LISTED, st.dictionaries(WORDS | KEYS, LISTED | VALUES, max_size=4), VALUES)
ENCODED = st.builds(
    lambda value, depth: json.dumps(value if depth == 0 else json.dumps(value)), DOCUMENTS, st.integers(0, 1)
)
COLUMNS = [
    "skills", "skill_categories", "summary_variations", "work_experiences", "education_entries", "projects",
    "certifications", "experience_content_variations", "education_content_variations", "project_content_variations",
    "experience_keywords", "technical_keywords", "soft_skills", "auto_extracted_skills", "skill_confidence",
]  # fmt: skip
BANKS = st.builds(
    lambda user, columns: {"user_id": key(user), **columns},
    st.sampled_from(["plain", "several", "nobody"]),
    st.dictionaries(st.sampled_from(COLUMNS), ENCODED | st.none(), max_size=6),
)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # Some texts are as long as a column.
@settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(banks=st.lists(BANKS, min_size=1, max_size=8), other=st.lists(ENCODED, max_size=2))
def test_any_documents_go_there_and_back(
    banks: list[Row], other: list[str], django_db_blocker: _DatabaseBlocker, stood: None
) -> None:
    with django_db_blocker.unblock():
        refill(
            {
                "legacy_skill_banks": [bank | {"id": key(f"any bank {place}")} for place, bank in enumerate(banks)],
                "legacy_profile_skills": [
                    {"id": key(f"any {place}"), "user_id": key("plain"), "skills": one}
                    for place, one in enumerate(other)
                ],
            }
        )
        old = [digest(table) for table in TABLES]
        run(_one_home.FORWARD)
        new = [digest(table) for table in (*BANK_TABLES, LEDGER)]
        run(_one_home.BACKWARD)
        assert [digest(table) for table in TABLES] == old
        assert digest(LEDGER)[0] == 0
        run(_one_home.FORWARD)
        assert [digest(table) for table in (*BANK_TABLES, LEDGER)] == new
        # Whatever is edited returns, too.
        execute("UPDATE skills SET name = name || '!', updated_at = '2025-12-01' WHERE display_order = 0")
        execute("DELETE FROM certifications")
        edited = [read(table) for table in BANK_TABLES]
        run(_one_home.BACKWARD)
        run(_one_home.FORWARD)
        assert [read(table) for table in BANK_TABLES] == edited
        run(_one_home.BACKWARD)
