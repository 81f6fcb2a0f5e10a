"""The way of the older system's cards and interviews to ours, back, and forth again."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jobs.models import Interview, Job
from tests.jobs.migrations._legacy_rows import (
    CARDS,
    INTERVIEWS,
    LONG,
    NOTES,
    OWNER,
    SEPARATOR,
    STRANGER,
    UPDATED_UTC,
    Row,
    card_id,
    cards,
    insert,
    texts,
    with_ids,
)
from tests.migrating import describe, digest, migrate, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import _DatabaseBlocker

    from tests.migrating import Table

pytestmark = pytest.mark.django_db

LEGACY = ("jobs", "0001_legacy_jobs")
NEWEST = ("jobs", "0005_indexes")
TABLES = ("jobs", "interviews", "migration_ledger")


@contextmanager
def legacy_tables(*, jobs: list[Row], interviews: list[Row]) -> Iterator[None]:
    """Fill the older tables; afterwards the database is empty and up to date again, whatever happened."""
    migrate(LEGACY)
    try:
        with connection.cursor() as cursor:
            for user, name in ((OWNER, "owner"), (STRANGER, "stranger")):
                cursor.execute(
                    "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
                    " VALUES (%s, '', false, %s, '', true, true, now())",
                    [user, f"{name}@overhaul.example"],
                )
            insert(cursor, "jobs", jobs)
            insert(cursor, "interviews", interviews)
        yield
    finally:
        empty_tables()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_user WHERE id IN (%s, %s)", [OWNER, STRANGER])
        migrate()


def empty_tables() -> None:
    with connection.cursor() as cursor:
        for table in ("timeline_events", "interviews", "jobs", "migration_ledger"):
            cursor.execute(f"DELETE FROM {table}")


@dataclass
class Journey:
    """What the tables held at the stations of one way: old, new, back, and new again."""

    old: dict[str, Table]
    new: dict[str, Table]
    back: dict[str, Table]
    again: dict[str, Table]
    digests: list[dict[str, tuple[int, str]]]
    catalogue: list[dict[str, Any]]

    def card(self, station: str, name: str) -> dict[str, Any]:
        table: Table = getattr(self, station)["jobs"]
        return table[str(card_id(name))]

    def lines(self, name: str, source: str = "jobs.", station: str = "new") -> list[dict[str, Any]]:
        table: Table = getattr(self, station)["migration_ledger"]
        lines = [line for line in table.values() if line["row_id"] == str(card_id(name))]
        return sorted((line for line in lines if line["source"].startswith(source)), key=lambda line: line["outcome"])


def travel(edits: tuple[str, ...] = ()) -> Journey:
    """Go forward, edit, go back, go forward again, and look around everywhere."""
    stations: list[dict[str, Table]] = []
    digests = []
    catalogue = []

    def look() -> None:
        stations.append({table: read(table) for table in TABLES})
        digests.append({table: digest(table) for table in TABLES})
        catalogue.append(describe("public", TABLES[:2]))

    look()
    migrate(NEWEST)
    with connection.cursor() as cursor:
        for edit in edits:
            cursor.execute(edit)
    look()
    migrate(LEGACY)
    look()
    migrate(NEWEST)
    look()
    return Journey(*stations, digests=digests, catalogue=catalogue)


@pytest.fixture(scope="module")
def journey(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    with django_db_blocker.unblock(), legacy_tables(jobs=CARDS, interviews=INTERVIEWS):
        return travel()


EDITS = {
    "Screening": "status = 'Offer'",
    "Interview Done": "status = 'Interview'",
    "Applied": "status = 'Closed', closed_reason = 'No Response'",
    "Offer": "status = 'Closed', closed_reason = 'Not my thing'",
    "Analyzed": "application_channel = 'Referral'",
    "Ghosted": "status = 'Tracking', closed_reason = ''",
    "no notes": """notes = '[{"text": "a", "created_at": "x"}, {"text": "b", "created_at": "y"}]'""",
    "empty notes": """notes = '[{"text": "new", "created_at": "2026-01-01T00:00:00Z", "type": "system"}]'""",
    "notes follow-ups": """notes = notes || '[{"text": "new", "created_at": "2026-01-01T00:00:00Z"}]'""",
    "notes lead": """notes = '[{"text": "rewritten", "created_at": "2026-01-01T00:00:00Z"}]'""",
    "notes lead twice": """notes = notes || '[{"text": "more", "created_at": "2026-01-01T00:00:00Z"}]'""",
    "notes lead only": "notes = '[]'",
    "notes json": """notes = '["bare", 7, null, {"text": null}, {"text": 5}, {"note": "x"}, [1]]'""",
    "notes null": """notes = '[{"text": ""}, {"text": "[Follow-up 2025-01-02] x"}]'""",
    "notes emoji": "cover_letter = 'edited', updated_at = '2026-01-02T03:04:05Z'",
    "notes no date": """notes = '[{"text": ""}]'""",
    "blanks": "cover_letter = 'written', keywords_missing = '{Go}', jd_text = '', updated_at = '2026-01-02T03:04:05Z'",
    "score 11": "fit_score = 8, updated_at = '2026-01-02T03:04:05Z'",
    "slow apply": "followup_count = 1, apply_type = 'quick'",
    "nulls": "followup_count = 2",
    "twin 8": "role_title = 'Chief', updated_at = '2026-01-02T03:04:05Z'",
    "twin 9": "status = 'Closed', closed_reason = 'Withdrawn', updated_at = '2026-01-02T03:04:05Z'",
    "tie a": 'updated_at = \'2026-01-02T03:04:05Z\', notes = \'[{"text": "now newest", "created_at": "x"}]\'',
    "long old": "is_deleted = true",
}


@pytest.fixture(scope="module")
def edited(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    """Return a journey on which people edited their cards between the ways forward and back."""
    statements = [f"UPDATE jobs SET {what} WHERE id = '{card_id(name)}'" for name, what in EDITS.items()]  # noqa: S608
    statements += [
        f"DELETE FROM jobs WHERE id = '{card_id('notes blank')}'",  # noqa: S608
        f"""INSERT INTO jobs SELECT (jsonb_populate_record(j, jsonb_build_object(
            'id', '{card_id("made later")}', 'company_name', 'Later', 'application_channel', 'Fair', 'notes', '[]'::jsonb,
            'status', 'Closed', 'closed_reason', 'Salary'))).* FROM jobs j WHERE j.id = '{card_id("full")}'""",  # noqa: S608
        f"""UPDATE interviews SET interviewer_linkedin = repeat('l', 900), status = 'Completed'
            WHERE id = '{card_id("interview blank")}'""",  # noqa: S608
    ]
    with django_db_blocker.unblock(), legacy_tables(jobs=CARDS, interviews=INTERVIEWS):
        return travel(tuple(statements))


# The whole way --------------------------------------------------------------------------------------------------------


def test_the_way_back_gives_the_old_tables_byte_for_byte(journey: Journey) -> None:
    old, _, back, _ = journey.digests
    assert {table: back[table] for table in ("jobs", "interviews")} == {
        table: old[table] for table in ("jobs", "interviews")
    }
    assert journey.back["jobs"] == journey.old["jobs"]
    assert journey.back["interviews"] == journey.old["interviews"]


def test_the_second_way_forward_gives_the_same_tables_and_the_same_ledger(journey: Journey) -> None:
    _, new, _, again = journey.digests
    assert again == new
    assert journey.again == journey.new


def test_edits_return_with_the_next_way_forward_and_leave_the_ledger_as_it_was(edited: Journey) -> None:
    _, new, _, again = edited.digests
    assert edited.again == edited.new
    assert again == new


def test_the_old_schema_returns(journey: Journey) -> None:
    old, _, back, _ = journey.catalogue
    assert back == old


def test_the_new_schema_is_the_same_the_second_time(journey: Journey) -> None:
    _, new, _, again = journey.catalogue
    assert again == new


@pytest.mark.django_db
def test_the_migrated_schema_is_what_the_models_make() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA fresh")
        cursor.execute("SET LOCAL search_path = fresh, public")
        with connection.schema_editor() as editor:
            editor.create_model(Job)
            editor.create_model(Interview)
        made = describe("fresh", TABLES[:2])
        cursor.execute("SET LOCAL search_path = public")
    migrated = describe("public", TABLES[:2])
    for kind, found in made.items():
        assert migrated[kind] == found, kind


def test_the_migrations_end_where_the_models_stand() -> None:
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(
        loader.project_state(), ProjectState.from_apps(apps), NonInteractiveMigrationQuestioner()
    ).changes(graph=loader.graph, trim_to_apps={"jobs"})
    assert changes.get("jobs", []) == []


# Statuses -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "status", "reason"),
    [
        ("Analyzed", "Tracking", ""),
        ("Applied", "Applied", ""),
        ("Screening", "Applied", ""),
        ("Interview Scheduled", "Interview", ""),
        ("Interview Done", "Interview", ""),
        ("Offer", "Offer", ""),
        ("Rejected", "Closed", "Rejected"),
        ("Withdrawn", "Closed", "Withdrawn"),
        ("Ghosted", "Closed", "Ghosted"),
    ],
)
def test_every_old_status_has_one_new_status_and_returns(journey: Journey, old: str, status: str, reason: str) -> None:
    card = journey.card("new", old)
    assert (card["status"], card["closed_reason"], card["application_channel"]) == (status, reason, "")
    assert journey.card("back", old)["status"] == old


def test_a_screening_job_returns_as_screening(journey: Journey) -> None:
    (line,) = journey.lines("Screening")
    assert (line["before"], line["after"], line["outcome"]) == (
        {"status": "Screening"},
        {"status": "Applied"},
        "converted",
    )
    assert line["at"] == "2025-03-01T08:00:00+00:00"
    assert journey.card("back", "Screening")["status"] == "Screening"


@pytest.mark.parametrize("name", ["Analyzed", "Applied", "Rejected", "no notes", "notes follow-ups", "full"])
def test_what_returns_by_rule_needs_no_line(journey: Journey, name: str) -> None:
    assert journey.lines(name) == []


def test_times_survive(journey: Journey) -> None:
    for station in ("new", "back", "again"):
        table: Table = getattr(journey, station)["jobs"]
        for key, old in journey.old["jobs"].items():
            assert (table[key]["created_at"], table[key]["updated_at"]) == (old["created_at"], old["updated_at"])


def test_a_status_edited_since_wins_over_the_old_one(edited: Journey) -> None:
    assert edited.card("back", "Screening")["status"] == "Offer"
    (line,) = edited.lines("Screening", station="back")
    assert line["before"] == {"status": "Screening"}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Interview Done", "Interview Done"),
        ("Applied", "Ghosted"),
        ("Offer", "Rejected"),
        ("Ghosted", "Analyzed"),
        ("made later", "Rejected"),
    ],
)
def test_a_new_status_has_an_old_one(edited: Journey, name: str, status: str) -> None:
    assert edited.card("back", name)["status"] == status


def test_a_reason_and_a_channel_that_the_old_form_lacks_wait_in_the_ledger(edited: Journey) -> None:
    (line,) = edited.lines("made later", "jobs.0002_status_overhaul backward", "back")
    assert line["before"] == {"application_channel": "Fair", "closed_reason": "Salary"}
    card = edited.card("again", "made later")
    assert (card["status"], card["closed_reason"], card["application_channel"]) == ("Closed", "Salary", "Fair")
    assert edited.lines("made later", station="again") == []


# Notes ----------------------------------------------------------------------------------------------------------------


def entry(text: str, created_at: str = UPDATED_UTC) -> dict[str, str]:
    return {"text": text, "created_at": created_at}


def follow_up(text: str, day: str) -> dict[str, str]:
    return {"text": f"[Follow-up {day}] {text}", "created_at": f"{day}T00:00:00.000000Z", "type": "followup"}


@pytest.mark.parametrize(
    ("name", "entries"),
    [
        ("no notes", []),
        ("empty notes", []),
        ("blank notes", [entry("  \t\n ")]),
        ("notes null", [entry("null")]),
        ("notes json", [entry('[{"text": "mine", "created_at": "x"}]')]),
        ("notes crlf", [entry("one\r\n---\r\n[Follow-up 2025-01-02] two\r\n")]),
        ("notes emoji", [entry(NOTES["notes emoji"] or "")]),
        ("notes one follow-up", [follow_up("called", "2025-01-02")]),
        (
            "notes follow-ups",
            [entry("first"), follow_up("called", "2025-01-02"), follow_up("wrote\n---\nand waited", "2025-01-09")],
        ),
        ("notes lead", [follow_up("called", "2025-01-02")]),
        ("notes lead twice", [follow_up("called", "2025-01-02"), follow_up("called", "2025-01-02")]),
        ("notes lead only", [follow_up("", "2025-01-02")]),
        ("notes trail", [entry("first"), follow_up("\n---\n", "2025-01-02")]),
        ("notes bad date", [entry("first\n---\n[Follow-up 2025-02-30] called"), follow_up("wrote", "2024-02-29")]),
        ("notes bad first date", [entry("[Follow-up 2025-13-01] called")]),
        ("notes no date", [entry("first\n---\n[Follow-up soon] called")]),
        ("notes year zero", [entry("first\n---\n[Follow-up 0000-01-01] called")]),
        ("notes not leap", [entry("first\n---\n[Follow-up 1900-02-29] a"), follow_up("b", "2000-02-29")]),
        ("notes separator only", [entry("\n---\n")]),
        ("notes long", [entry("x y z " * 20_000)]),
    ],
)
def test_a_text_becomes_its_entries_and_returns(journey: Journey, name: str, entries: list[dict[str, str]]) -> None:
    assert journey.card("new", name)["notes"] == entries
    assert journey.card("back", name)["notes"] == NOTES[name]


def test_every_odd_note_has_its_expectation() -> None:
    (marker,) = [mark for mark in test_a_text_becomes_its_entries_and_returns.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    assert {name for name, _ in marker.args[1]} == set(NOTES)


def test_an_empty_text_is_told_from_none(journey: Journey) -> None:
    (line,) = journey.lines("empty notes")
    assert (line["before"], line["after"]) == ({"notes": ""}, {"notes": []})
    assert journey.lines("no notes") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("no notes", "a\n---\nb"),
        ("empty notes", "new"),
        ("notes follow-ups", f"{NOTES['notes follow-ups']}\n---\nnew"),
        ("notes lead", "rewritten\n---\n[Follow-up 2025-01-02] called"),
        ("notes lead twice", "[Follow-up 2025-01-02] called\n---\n[Follow-up 2025-01-02] called\n---\nmore"),
        ("notes lead only", "\n---\n[Follow-up 2025-01-02] "),
        ("notes json", 'bare\n---\n7\n---\nnull\n---\n{"text": null}\n---\n{"text": 5}\n---\n{"note": "x"}\n---\n[1]'),
        ("notes null", "\n---\n[Follow-up 2025-01-02] x"),
        ("notes no date", None),
    ],
)
def test_edited_notes_return_as_one_text_with_nothing_dropped(edited: Journey, name: str, text: str | None) -> None:
    assert edited.card("back", name)["notes"] == text


def test_times_and_kinds_of_edited_notes_wait_in_the_ledger(edited: Journey) -> None:
    (line,) = edited.lines("empty notes", "jobs.0002_status_overhaul backward", "back")
    assert line["before"] == {"notes": [{"text": "new", "created_at": "2026-01-01T00:00:00Z", "type": "system"}]}


@pytest.mark.parametrize(
    ("value", "text"),
    [("null", None), ('"bare"', "bare"), ("7", "7"), ('{"text": "t"}', "t"), ('{"a": 1}', '{"a": 1}')],
)
def test_notes_that_are_no_list_do_not_stop_the_way_back(
    django_db_setup: None, django_db_blocker: _DatabaseBlocker, value: str, text: str | None
) -> None:
    from jobs.migrations import _status_overhaul

    with django_db_blocker.unblock(), connection.cursor() as cursor, transaction.atomic():
        for statement in _status_overhaul.MAKE_FUNCTIONS:
            cursor.execute(statement)
        cursor.execute(
            f"SELECT {_status_overhaul.to_text('notes')} FROM (SELECT %s::jsonb AS notes) t".replace(
                "%s", "$$" + value + "$$"
            )
        )
        assert cursor.fetchone() == (text,)
        transaction.set_rollback(True)


# Missing and impossible values ----------------------------------------------------------------------------------------

TEXTS = ("jd_text jd_url source_portal resume_version apply_type cover_letter referral_contact interview_type "
         "interviewer_name interviewer_linkedin prep_notes interview_feedback").split()  # fmt: skip


def test_missing_texts_and_lists_become_empty_and_return_as_missing(journey: Journey) -> None:
    new, back = journey.card("new", "nulls"), journey.card("back", "nulls")
    assert {new[name] for name in TEXTS} == {""}
    assert (new["keywords_matched"], new["keywords_missing"], new["followup_count"]) == ([], [], 0)
    assert {back[name] for name in (*TEXTS, "keywords_matched", "keywords_missing", "followup_count")} == {None}
    (line,) = journey.lines("nulls")
    assert (line["before"], line["after"]) == ({"followup_count": None}, {"followup_count": 0})


def test_empty_texts_and_lists_return_as_empty(journey: Journey) -> None:
    back = journey.card("back", "blanks")
    assert {back[name] for name in (*TEXTS, "notes")} == {""}
    assert (back["keywords_matched"], back["keywords_missing"], back["status"]) == ([], [], "Screening")
    (line,) = journey.lines("blanks")
    assert set(line["before"]) == {*TEXTS, "notes", "status", "keywords_matched", "keywords_missing"}


def test_a_column_edited_since_wins_and_the_others_of_its_row_return(edited: Journey) -> None:
    back = edited.card("back", "blanks")
    assert (back["cover_letter"], back["keywords_missing"]) == ("written", ["Go"])
    assert (back["jd_text"], back["keywords_matched"], back["notes"], back["status"]) == ("", [], "", "Screening")


def test_what_was_well_stays_as_it_was(journey: Journey) -> None:
    changed = {"notes"}
    new, old = journey.card("new", "full"), journey.card("old", "full")
    assert {name: new[name] for name in old if name not in changed} == {
        name: old[name] for name in old if name not in changed
    }


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("score 11", {"fit_score": 11, "ats_score": -0.1}, {"fit_score": None, "ats_score": None}),
        ("score nan", {"fit_score": "NaN", "ats_score": "Infinity"}, {"fit_score": None, "ats_score": None}),
        ("score tiny", {"fit_score": -5e-324, "ats_score": 100.5}, {"fit_score": None, "ats_score": None}),
        ("slow apply", {"apply_type": "slow", "followup_count": -4}, {"apply_type": "", "followup_count": 0}),
    ],
)
def test_an_impossible_value_is_quarantined_and_returns(
    journey: Journey, name: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    line = journey.lines(name)[-1]
    assert (line["outcome"], line["before"], line["after"]) == ("quarantined", before, after)
    assert {column: journey.card("new", name)[column] for column in after} == after
    assert {column: journey.card("back", name)[column] for column in before} == before


def test_scores_at_the_bounds_stay(journey: Journey) -> None:
    assert (journey.card("new", "score 10")["fit_score"], journey.card("new", "score 10")["ats_score"]) == (10, 0)


def test_a_score_given_since_wins(edited: Journey) -> None:
    assert (edited.card("back", "score 11")["fit_score"], edited.card("back", "score 11")["ats_score"]) == (8, -0.1)


def test_interviews_keep_what_they_said(journey: Journey) -> None:
    new, back = (getattr(journey, station)["interviews"] for station in ("new", "back"))
    names = ("defaults", "no status", "blank", "full")
    keys = {name: str(card_id(f"interview {name}")) for name in names}
    assert [new[keys[name]]["status"] for name in names] == ["Scheduled", "Scheduled", "Scheduled", "No-show"]
    assert [back[keys[name]]["status"] for name in names] == ["Scheduled", None, None, "No-show"]
    assert (new[keys["defaults"]]["notes"], back[keys["defaults"]]["notes"], back[keys["blank"]]["notes"]) == (
        "",
        None,
        "",
    )
    assert new[keys["defaults"]]["round"] == "Phone Screen"


def test_an_address_too_long_for_the_old_form_is_cut_and_returns_whole(edited: Journey) -> None:
    key = str(card_id("interview blank"))
    assert edited.back["interviews"][key]["interviewer_linkedin"] == "l" * 500
    assert edited.again["interviews"][key]["interviewer_linkedin"] == "l" * 900
    assert edited.back["interviews"][key]["status"] == "Completed"


# Twins ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("twin 9", "Engineer"),
        ("twin 8", "ENGINEER (2)"),
        ("twin 7", "Engineer (4)"),
        ("twin 6", "Engineer (5)"),
        ("twin taken", "engineer (3)"),
        ("twin deleted", "Engineer"),
        ("twin closed", "Engineer"),
        ("twin of stranger", "Engineer"),
        ("long new", LONG[:255]),
        ("long old", LONG[:251] + " (3)"),
        ("long cut", LONG[:251] + " (2)"),
        ("long other", LONG[:251] + "zzzz"),
        ("long other old", LONG[:251] + " (4)"),
        ("numbered new", "Cook (2)"),
        ("numbered old", "Cook (2) (2)"),
        ("plain new", "Cook"),
        ("plain old", "Cook (3)"),
    ],
)
def test_open_twins_all_stay_visible_under_titles_of_their_own(journey: Journey, name: str, title: str) -> None:
    assert journey.card("new", name)["role_title"] == title
    assert journey.card("back", name)["role_title"] == journey.card("old", name)["role_title"]


def test_twins_of_the_same_moment_are_told_apart_by_key(journey: Journey) -> None:
    titles = {name: journey.card("new", name)["role_title"] for name in ("tie a", "tie b")}
    keeper = max(titles, key=lambda name: card_id(name).bytes)
    assert titles == {name: "Engineer" if name == keeper else "Engineer (2)" for name in titles}


def test_a_renamed_twin_has_its_line(journey: Journey) -> None:
    (line,) = journey.lines("twin 8")
    assert (line["column"], line["before"], line["after"]) == ("role_title", " ENGINEER ", "ENGINEER (2)")


def test_a_title_given_since_wins(edited: Journey) -> None:
    assert edited.card("back", "twin 8")["role_title"] == "Chief"
    assert edited.card("back", "twin 7")["role_title"] == "Engineer"


@pytest.mark.django_db
def test_the_rule_holds_afterwards() -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="jobs_job_one_open_card"),
        transaction.atomic(),
    ):
        cursor.execute(
            "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
            " VALUES (%s, '', false, 'x@overhaul.example', '', true, true, now())",
            [OWNER],
        )
        for title in ("Cook", " cook "):
            Job.objects.create(user_id=OWNER, company_name="Acme", role_title=title)


# The account ----------------------------------------------------------------------------------------------------------


def test_every_row_is_kept_under_its_key(journey: Journey) -> None:
    for station in ("new", "back", "again"):
        for table in ("jobs", "interviews"):
            assert getattr(journey, station)[table].keys() == journey.old[table].keys()


def test_every_line_tells_of_a_row_as_it_was_and_as_it_is(journey: Journey) -> None:
    for line in journey.new["migration_ledger"].values():
        old, new = (getattr(journey, station)[line["table"]][line["row_id"]] for station in ("old", "new"))
        if line["column"]:
            assert (line["before"], line["after"]) == (old[line["column"]], new[line["column"]])
        else:
            assert line["before"] == {column: old[column] for column in line["before"]}
            assert line["after"] == {column: new[column] for column in line["after"]}
            assert line["before"] != {}


def test_a_lost_row_stops_the_migration_by_name(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> None:
    from jobs.migrations import _ledger

    with django_db_blocker.unblock(), connection.cursor() as cursor, transaction.atomic():
        for statement in _ledger.read_rows_before("jobs"):
            cursor.execute(statement)
        cursor.execute("INSERT INTO jobs_before VALUES (gen_random_uuid())")
        analyze, check, _ = _ledger.check_account("jobs.0002", "jobs")
        with (
            pytest.raises(Exception, match="jobs.0002: account of jobs is not exact, 1 rows lost, 0 rows invented"),
            transaction.atomic(),
        ):
            cursor.execute(check)
        transaction.set_rollback(True)
    assert analyze == "ANALYZE jobs_before"


def test_the_history_of_a_card_stays_on_the_way_there_and_back(
    django_db_setup: None, django_db_blocker: _DatabaseBlocker
) -> None:
    with django_db_blocker.unblock(), legacy_tables(jobs=CARDS[:1], interviews=[]):
        migrate(NEWEST)
        # The columns of that time: today's model knows more.
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO timeline_events (id, user_id, job_id, event_type, title, description, event_data, event_date,"
                " is_milestone, created_at, updated_at)"
                " SELECT gen_random_uuid(), user_id, id, 'note_added', 'Kept', '', '{}', now(), false, now(), now() FROM jobs"
            )
        before = read("timeline_events")
        assert [event["title"] for event in before.values()] == ["Kept"]
        migrate(LEGACY)
        assert read("timeline_events") == before
        migrate(NEWEST)
        assert read("timeline_events") == before


# Any rows at all ------------------------------------------------------------------------------------------------------

# The nine, each with its new status and reason.
STATUS_OF = {
    "Analyzed": ("Tracking", ""),
    "Applied": ("Applied", ""),
    "Screening": ("Applied", ""),
    "Interview Scheduled": ("Interview", ""),
    "Interview Done": ("Interview", ""),
    "Offer": ("Offer", ""),
    "Rejected": ("Closed", "Rejected"),
    "Withdrawn": ("Closed", "Withdrawn"),
    "Ghosted": ("Closed", "Ghosted"),
}


def is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def expected_notes(text: str | None, updated_at: str) -> list[dict[str, str]]:
    """Return the entries of a text, worked out in another language than the migration's."""
    moment = datetime.fromisoformat(updated_at).astimezone(UTC).replace(tzinfo=None)
    written_at = f"{moment.isoformat(timespec='microseconds')}Z"
    parts: list[str] = []
    for place, part in enumerate((text or "").split(SEPARATOR)):
        mark = re.match(r"\[Follow-up ([0-9]{4}-[0-9]{2}-[0-9]{2})\]", part)
        if place == 0 or (mark and is_date(mark[1])):
            parts.append(part)
        else:
            parts[-1] += SEPARATOR + part
    entries = []
    for part in filter(None, parts):
        mark = re.match(r"\[Follow-up ([0-9]{4}-[0-9]{2}-[0-9]{2})\]", part)
        if mark and is_date(mark[1]):
            entries.append({"text": part, "created_at": f"{mark[1]}T00:00:00.000000Z", "type": "followup"})
        else:
            entries.append({"text": part, "created_at": written_at})
    return entries


new_entries = st.one_of(
    st.fixed_dictionaries({"text": texts, "created_at": st.just("2026-01-01T00:00:00.000000Z")}),
    st.fixed_dictionaries({"text": texts, "created_at": texts, "type": st.sampled_from(["system", "followup"])}),
    texts,
    st.none(),
    st.integers(),
)
new_values = st.one_of(
    st.fixed_dictionaries(
        {"status": st.sampled_from(["Tracking", "Applied", "Interview", "Offer"]), "closed_reason": st.just("")}
    ),
    st.fixed_dictionaries(
        {
            "status": st.just("Closed"),
            "closed_reason": st.sampled_from(["Rejected", "Ghosted", "No Response", "Salary"]),
        }
    ),
    st.fixed_dictionaries({"notes": st.lists(new_entries, max_size=3).map(json.dumps)}),
    st.fixed_dictionaries({"application_channel": texts, "updated_at": st.just("2026-02-02T00:00:00Z")}),
    st.fixed_dictionaries({"jd_text": texts, "source_portal": texts, "apply_type": st.sampled_from(["", "quick"])}),
    st.fixed_dictionaries({"fit_score": st.none() | st.floats(0, 10), "followup_count": st.integers(0, 5)}),
    st.fixed_dictionaries({"is_deleted": st.booleans()}),
    st.fixed_dictionaries({"role_title": texts}),
)
edits = st.lists(st.tuples(st.integers(0, 119), new_values), min_size=20, max_size=60)


def edit_cards(rows: list[Row], changes: list[tuple[int, Row]]) -> None:
    """Change cards as the application would; it refuses an edit that breaks a rule."""
    for place, values in changes:
        sets = ", ".join(f"{column} = %s" for column in values)
        with connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute(
                        f"UPDATE jobs SET {sets} WHERE id = %s",  # noqa: S608
                        [*values.values(), rows[place % len(rows)]["id"]],
                    )
            except IntegrityError as error:
                assert "jobs_job_one_open_card" in str(error)  # noqa: PT017


def check_any_cards(rows: list[Row], changes: list[tuple[int, Row]]) -> None:
    """See that cards go there and back, and that edits survive; begins and ends with empty older tables."""
    try:
        with connection.cursor() as cursor:
            insert(cursor, "jobs", rows)
        old = digest("jobs")
        migrate(NEWEST)
        found = read("jobs")
        for row in rows:
            card = found[str(row["id"])]
            assert (card["status"], card["closed_reason"]) == STATUS_OF[row["status"]]
            assert card["notes"] == expected_notes(row["notes"], row["updated_at"])
        new = [digest(table) for table in TABLES]

        migrate(LEGACY)
        assert digest("jobs") == old
        migrate(NEWEST)
        assert [digest(table) for table in TABLES] == new

        edit_cards(rows, changes)
        changed = [read(table) for table in TABLES]
        migrate(LEGACY)
        migrate(NEWEST)
        assert [read(table) for table in TABLES] == changed
    finally:
        empty_tables()
        migrate(LEGACY)


def test_any_cards_go_there_and_back_and_edits_survive(
    django_db_setup: None, django_db_blocker: _DatabaseBlocker
) -> None:
    # An example is six runs of the migrations: few of them, of many rows, and no search for a smaller failure.
    check = settings(
        max_examples=6,
        phases=[Phase.generate],
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )(given(rows=st.lists(cards, min_size=40, max_size=120).map(with_ids), changes=edits)(check_any_cards))
    with django_db_blocker.unblock(), legacy_tables(jobs=[], interviews=[]):
        check()
