"""The way of JobPilot's applications, saved jobs and timeline to ours, back, and forth again."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from interactions.migrations import _one_table
from interactions.models import JobUserInteraction, TimelineEvent
from jobos.core.legacy import LEGACY_STATE
from tests.interactions.migrations._legacy_rows import (
    APPLICATIONS,
    CREATED,
    EVENTS,
    JOINED,
    LISTINGS,
    LONG,
    NO_LISTING,
    OWNER,
    SAVED_JOBS,
    STRANGER,
    UPDATED,
    Row,
    applications,
    day,
    events,
    insert,
    key,
    saved_jobs,
    texts,
    with_ids,
)
from tests.migrating import describe, digest, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import _DatabaseBlocker

    from tests.migrating import Table

pytestmark = pytest.mark.django_db

LEGACY = ("interactions", "0002_legacy_applications")
FILLED = ("interactions", "0003_one_table")
SOURCE = "interactions.0003_one_table"
OLD = ("applications", "saved_jobs", "legacy_timeline_events")
NEW = ("job_user_interactions", "timeline_events")
LEDGER = "migration_ledger"


# Running migrations ---------------------------------------------------------------------------------------------------


def migrate(*targets: tuple[str, str]) -> None:
    """Migrate to these nodes; without any, to the present state of every app."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


def execute(statement: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@contextmanager
def legacy_tables(listings: list[uuid.UUID]) -> Iterator[None]:
    """Stand at the older tables, with two users and these listings; afterwards everything is as it was."""
    migrate(LEGACY)
    try:
        with connection.cursor() as cursor:
            for user, name in ((OWNER, "owner"), (STRANGER, "stranger")):
                cursor.execute(
                    "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
                    " VALUES (%s, '', false, %s, '', true, true, %s)",
                    [user, f"{name}@one-table.example", JOINED],
                )
            add_listings(listings)
        yield
    finally:
        migrate()
        empty_tables(*reversed(NEW), LEDGER, "job_listings", "companies")
        execute("DELETE FROM accounts_user WHERE id IN (%s, %s)", [OWNER, STRANGER])


def add_listings(keys: list[uuid.UUID]) -> None:
    from companies.models import Company
    from jobs.models import JobListing

    company = Company.objects.create(name="One Table Ltd", is_confirmed=True)
    JobListing.objects.bulk_create(JobListing(id=one, company=company, title="Cook") for one in keys)


def empty_tables(*tables: str) -> None:
    for table in tables:
        execute(f"DELETE FROM {table}")  # noqa: S608


def load(**tables: list[Row]) -> None:
    with connection.cursor() as cursor:
        for table, rows in tables.items():
            insert(cursor, table, rows)


@dataclass
class Journey:
    """What the tables held at the stations of one way: old, new, back, and new again."""

    old: dict[str, Table]
    new: dict[str, Table]
    back: dict[str, Table]
    again: dict[str, Table]
    digests: list[dict[str, tuple[int, str]]]
    catalogue: list[dict[str, Any]]

    def row(self, station: str, table: str, name: str) -> dict[str, Any]:
        tables: dict[str, Table] = getattr(self, station)
        return tables[table][str(key(name))]

    @property
    def ledgers(self) -> tuple[Table, Table]:
        return self.new[LEDGER], self.again[LEDGER]

    def interaction(self, name: str, station: str = "new") -> dict[str, Any]:
        return self.row(station, "job_user_interactions", name)

    def event(self, name: str, station: str = "new") -> dict[str, Any]:
        return self.row(station, "timeline_events", name)

    def lines(self, table: str, name: str, station: str = "new", source: str = SOURCE) -> list[dict[str, Any]]:
        tables: dict[str, Table] = getattr(self, station)
        return [
            line
            for line in tables[LEDGER].values()
            if (line["table"], line["row_id"], line["source"]) == (table, str(key(name)), source)
        ]


def travel(edits: tuple[str, ...] = ()) -> Journey:
    """Go forward, edit, go back, go forward again, and look around everywhere."""
    stations: list[dict[str, Table]] = []
    digests = []
    catalogue = []

    def look(*tables: str) -> None:
        stations.append({table: read(table) for table in tables})
        digests.append({table: digest(table) for table in tables})
        catalogue.append(describe("public", tables))

    look(*OLD, "timeline_events", LEDGER)
    migrate()
    for edit in edits:
        execute(edit)
    look(*NEW, LEDGER)
    migrate(LEGACY)
    look(*OLD, "timeline_events", LEDGER)
    migrate()
    look(*NEW, LEDGER)
    return Journey(*stations, digests=digests, catalogue=catalogue)


ALL_LISTINGS = sorted({row["job_id"] for row in [*APPLICATIONS, *SAVED_JOBS]} - {NO_LISTING})
OUR_EVENT = f"""
    INSERT INTO timeline_events (id, user_id, event_type, title, description, event_data, event_date, is_milestone,
                                 created_at, updated_at)
    VALUES ('{{}}', '{OWNER}', 'note_added', 'Ours', '', '{{{{}}}}', now(), false, now(), now())
    """


def load_all() -> None:
    load(applications=APPLICATIONS, saved_jobs=SAVED_JOBS, legacy_timeline_events=EVENTS)
    execute(OUR_EVENT.format(key("event with a taken key")))


@pytest.fixture(scope="module")
def journey(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    with django_db_blocker.unblock(), legacy_tables(ALL_LISTINGS):
        load_all()
        return travel()


# The whole way --------------------------------------------------------------------------------------------------------


def test_the_way_back_gives_the_old_tables_byte_for_byte(journey: Journey) -> None:
    old, _, back, _ = journey.digests
    assert journey.back == journey.old
    assert back == old
    assert back[LEDGER][0] == 0


def test_the_second_way_forward_gives_the_same_tables_and_the_same_ledger(journey: Journey) -> None:
    _, new, _, again = journey.digests
    assert journey.again == journey.new
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
            editor.create_model(JobUserInteraction)
            editor.create_model(TimelineEvent)
        made = describe("fresh", NEW)
        cursor.execute("SET LOCAL search_path = public")
    migrated = describe("public", NEW)
    for kind, found in made.items():
        assert migrated[kind] == found, kind


def test_the_older_tables_are_gone(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> None:
    with django_db_blocker.unblock():
        assert not set(OLD) & set(connection.introspection.table_names())


def test_the_migrations_end_where_the_models_stand() -> None:
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(
        loader.project_state(), ProjectState.from_apps(apps), NonInteractiveMigrationQuestioner()
    ).changes(graph=loader.graph, trim_to_apps={"interactions"})
    assert changes.get("interactions", []) == []


def test_the_legacy_shape_stands_on_the_accounts_alone() -> None:
    loader = MigrationLoader(None)
    before = {app for app, _ in loader.graph.forwards_plan(LEGACY)} - {"interactions"}
    assert before <= {"accounts", "auth", "contenttypes"}
    assert LEGACY in LEGACY_STATE["jobpilot"]


# What rows become -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *(
            (status, {"interaction_type": "applied", "application_status": status.lower(), "interaction_count": 1})
            for status in ("APPLIED", "INTERVIEWING", "REJECTED", "ACCEPTED", "WITHDRAWN")
        ),
        (
            "full",
            {
                "user_id": str(OWNER),
                "job_id": str(key("listing full")),
                "applied_date": day(1),
                "response_date": day(2),
                "resume_version": "v3",
                "cover_letter": "Dear",
                "notes": "n",
                "follow_up_date": day(3),
                "interview_scheduled": day(4),
                "first_interaction": CREATED,
                "last_interaction": UPDATED,
                "saved_date": None,
                "tags": [],
                "interaction_data": {},
                "job_snapshot": {},
                "shared_with_recruiters": False,
                "created_at": CREATED,
                "updated_at": UPDATED,
            },
        ),
        ("no status", {"interaction_type": "applied", "application_status": "applied"}),
        ("spelled", {"application_status": "interviewing"}),
        ("unknown status", {"interaction_type": "applied", "application_status": "applied"}),
        (
            "not applied",
            {
                "interaction_type": "saved",
                "application_status": "",
                "saved_date": CREATED,
                "interaction_data": {"saved_date_inferred": True},
                "follow_up_date": day(9),
                "resume_version": "v1",
                "cover_letter": "Draft",
            },
        ),
        (
            "not applied, dated",
            {
                "interaction_type": "applied",
                "application_status": "applied",
                "first_interaction": "2025-02-01T00:00:00+00:00",
            },
        ),
        ("not applied, invited", {"interaction_type": "applied", "application_status": "applied"}),
        ("not applied and applied a", {"interaction_type": "saved", "interaction_count": 1}),
        (
            "not applied and applied b",
            {
                "interaction_type": "applied",
                "saved_date": CREATED,
                "interaction_data": {"saved_date_inferred": True},
            },
        ),
        ("blanks", {"notes": "", "cover_letter": "", "resume_version": ""}),
        ("long", {"resume_version": LONG[:255]}),
        ("no created", {"created_at": UPDATED, "updated_at": UPDATED, "first_interaction": UPDATED}),
        ("no updated", {"created_at": CREATED, "updated_at": CREATED, "last_interaction": CREATED}),
        ("only applied", {"created_at": day(3), "updated_at": day(3)}),
        ("timeless", {"created_at": JOINED, "updated_at": JOINED}),
        ("backwards", {"first_interaction": day(1), "last_interaction": day(9)}),
        (
            "saved",
            {"interaction_type": "saved", "application_status": "", "notes": "look again", "created_at": CREATED},
        ),
        ("archived", {"interaction_type": "saved", "interaction_data": {"archived": True}}),
        ("no saved status", {"interaction_type": "saved", "interaction_data": {}}),
        ("spelled saved", {"interaction_data": {"archived": True}}),
        ("unknown saved status", {"interaction_type": "saved", "interaction_data": {}}),
        ("tags", {"tags": ["remote", "", "b,c{}\"'", "Ünï", "remote"]}),
        ("tags empty", {"tags": []}),
        ("tags null", {"tags": []}),
        ("tags odd", {"tags": ["a", "d"]}),
        ("tags no list", {"tags": []}),
        ("tags object", {"tags": []}),
        ("no date", {"saved_date": UPDATED, "interaction_data": {"saved_date_inferred": True}}),
        ("saved timeless", {"saved_date": JOINED, "created_at": JOINED, "updated_at": JOINED}),
    ],
)
def test_a_row_becomes_an_interaction_under_its_own_key(journey: Journey, name: str, expected: dict[str, Any]) -> None:
    found = journey.interaction(name)
    assert {column: found[column] for column in expected} == expected


def test_the_latest_updated_wins_and_counts_the_others(journey: Journey) -> None:
    found = journey.interaction("winner")
    assert (found["application_status"], found["notes"], found["interaction_count"]) == ("rejected", "latest", 3)
    assert (found["first_interaction"], found["last_interaction"]) == (JOINED, day(5))
    assert found["created_at"] == CREATED
    for loser in ("loser", "loser without time"):
        (line,) = journey.lines("applications", loser)
        assert line["before"] == journey.row("old", "applications", loser)
        assert (line["outcome"], line["target_row_id"]) == ("merged", str(key("winner")))
        assert str(key(loser)) not in journey.new["job_user_interactions"]


def test_another_users_row_is_no_company(journey: Journey) -> None:
    assert journey.interaction("of the stranger")["interaction_count"] == 1


def test_rows_of_the_same_moment_are_told_apart_by_key(journey: Journey) -> None:
    winner = max(("tie a", "tie b"), key=lambda name: key(name).bytes)
    assert journey.interaction(winner)["interaction_count"] == 2


@pytest.mark.parametrize(
    ("winner", "table", "loser"),
    [
        ("saved beside not applied", "applications", "not applied, saved too"),
        ("not applied wins", "saved_jobs", "loses to not applied"),
        ("saved again", "saved_jobs", "saved before"),
    ],
)
def test_saved_and_not_applied_meet_under_the_same_rule(journey: Journey, winner: str, table: str, loser: str) -> None:
    found = journey.interaction(winner)
    assert (found["interaction_type"], found["interaction_count"]) == ("saved", 2)
    (line,) = journey.lines(table, loser)
    assert (line["outcome"], line["target_row_id"], line["before"]) == (
        "merged",
        str(key(winner)),
        journey.row("old", table, loser),
    )


@pytest.mark.parametrize(
    ("applied", "saved", "notes"),
    [
        ("both", "saved and applied", "of the application"),
        ("both without notes", "saved and applied 2", "lent"),
        ("both with empty notes", "saved and applied 3", "lent too"),
        ("both archived", "saved and applied 4", ""),
        ("both, saved date missing", "saved and applied 5", ""),
    ],
)
def test_who_saved_and_applied_has_both_rows(journey: Journey, applied: str, saved: str, notes: str) -> None:
    found, beside = journey.interaction(applied), journey.interaction(saved)
    assert (found["interaction_type"], beside["interaction_type"]) == ("applied", "saved")
    assert (found["saved_date"], found["tags"]) == (beside["saved_date"], beside["tags"])
    assert found["notes"] == notes
    inferred = "saved_date_inferred" in beside["interaction_data"]
    assert found["interaction_data"] == ({"saved_date_inferred": True} if inferred else {})


def test_a_key_of_both_tables_goes_to_the_application(journey: Journey) -> None:
    assert journey.interaction("same key")["interaction_type"] == "applied"
    (line,) = (line for line in journey.lines("saved_jobs", "same key") if line["column"] == "id")
    saved = journey.new["job_user_interactions"][line["target_row_id"]]
    assert (saved["interaction_type"], saved["tags"]) == ("saved", ["t"])
    assert saved["job_id"] == str(key("listing same key elsewhere"))


# Timeline -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "event",
            {
                "user_id": str(OWNER),
                "listing_id": str(key("listing saved")),
                "interaction_id": None,
                "job_id": None,
                "event_type": "job_saved",
                "title": "Saved job: Cook",
                "description": "",
                "event_data": {"job_title": "Cook"},
                "event_date": day(1),
                "is_milestone": False,
                "created_at": CREATED,
                "updated_at": UPDATED,
            },
        ),
        ("applied event", {"event_type": "application_submitted", "interaction_id": str(key("full"))}),
        ("event of a loser", {"interaction_id": str(key("winner")), "listing_id": str(key("listing crowd"))}),
        ("event of a not applied", {"interaction_id": str(key("not applied"))}),
        ("event of a merged not applied", {"interaction_id": str(key("saved beside not applied"))}),
        ("event of a ghost", {"interaction_id": None}),
        ("event of a saved job", {"interaction_id": None}),
        ("event of a quarantined", {"interaction_id": None, "listing_id": None}),
        ("event type spelled", {"event_type": "job_saved"}),
        ("event type unknown", {"event_type": "custom_event"}),
        ("event long", {"title": "T" * 255, "description": ""}),
        ("event nulls", {"event_data": {}, "is_milestone": False, "event_date": CREATED, "description": ""}),
        ("event data null", {"event_data": {}}),
        ("event data list", {"event_data": {}}),
        ("event timeless", {"created_at": JOINED, "updated_at": JOINED, "event_date": JOINED}),
        ("event no created", {"created_at": day(1), "updated_at": UPDATED}),
        ("event milestone", {"is_milestone": True, "description": "d", "user_id": str(STRANGER)}),
        ("event of both", {"interaction_id": str(key("same key"))}),
        ("event with a taken key", {"title": "Ours", "event_type": "note_added"}),
    ],
)
def test_an_event_follows_into_the_timeline(journey: Journey, name: str, expected: dict[str, Any]) -> None:
    found = journey.event(name)
    assert {column: found[column] for column in expected} == expected


def test_an_event_whose_key_is_taken_gets_another(journey: Journey) -> None:
    (line,) = journey.lines("legacy_timeline_events", "event with a taken key")
    found = journey.new["timeline_events"][line["target_row_id"]]
    assert (line["column"], found["title"]) == ("id", "Saved job: Cook")


def test_the_timeline_that_was_ours_stays_on_the_way_back(journey: Journey) -> None:
    ours = str(key("event with a taken key"))
    assert journey.back["timeline_events"].keys() == {ours}
    assert journey.back["timeline_events"][ours] == journey.old["timeline_events"][ours]


# The ledger -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "name", "outcome", "before", "after"),
    [
        ("applications", "no status", "converted", {"status": None}, {"status": "applied"}),
        ("applications", "spelled", "converted", {"status": " Interviewing "}, {"status": "interviewing"}),
        ("applications", "unknown status", "quarantined", {"status": "OFFERED"}, {"status": "applied"}),
        ("applications", "not applied", "converted", {"status": "NOT_APPLIED"}, {"status": "saved"}),
        ("applications", "not applied, dated", "converted", {"status": "NOT_APPLIED"}, {"status": "applied"}),
        ("applications", "not applied, invited", "converted", {"status": "not_applied"}, {"status": "applied"}),
        (
            "applications",
            "blanks",
            "converted",
            {"notes": "", "cover_letter": "", "resume_version": ""},
            {"notes": "", "cover_letter": "", "resume_version": ""},
        ),
        ("applications", "long", "converted", {"resume_version": LONG}, {"resume_version": LONG[:255]}),
        ("applications", "no created", "derived", {"created_at": None}, {"created_at": UPDATED}),
        (
            "applications",
            "timeless",
            "derived",
            {"created_at": None, "updated_at": None},
            {"created_at": JOINED, "updated_at": JOINED},
        ),
        ("applications", "both without notes", "converted", {"notes": None}, {"notes": "lent"}),
        ("applications", "both with empty notes", "converted", {"notes": ""}, {"notes": "lent too"}),
        ("saved_jobs", "no saved status", "converted", {"status": None}, {"status": "saved"}),
        ("saved_jobs", "spelled saved", "converted", {"status": "archived"}, {"status": "archived"}),
        ("saved_jobs", "unknown saved status", "quarantined", {"status": "STARRED"}, {"status": "saved"}),
        ("saved_jobs", "tags empty", "converted", {"tags": []}, {"tags": []}),
        ("saved_jobs", "tags null", "converted", {"tags": None}, {"tags": []}),
        ("saved_jobs", "tags odd", "quarantined", {"tags": ["a", 7, None, ["b"], {"c": 1}, "d"]}, {"tags": ["a", "d"]}),
        ("saved_jobs", "tags no list", "quarantined", {"tags": "a, b"}, {"tags": []}),
        ("saved_jobs", "tags object", "quarantined", {"tags": {"a": 1}}, {"tags": []}),
        ("saved_jobs", "no date", "derived", {"saved_date": None}, {"saved_date": UPDATED}),
        (
            "legacy_timeline_events",
            "event of a loser",
            "converted",
            {"application_id": str(key("loser"))},
            {"application_id": str(key("winner"))},
        ),
        (
            "legacy_timeline_events",
            "event of a ghost",
            "quarantined",
            {"application_id": str(key("no such application"))},
            {"application_id": None},
        ),
        (
            "legacy_timeline_events",
            "event of a quarantined",
            "quarantined",
            {"application_id": str(key("ghost listing")), "job_id": str(NO_LISTING)},
            {"application_id": None, "job_id": None},
        ),
        (
            "legacy_timeline_events",
            "event type unknown",
            "quarantined",
            {"event_type": "OFFER_MADE"},
            {"event_type": "custom_event"},
        ),
        (
            "legacy_timeline_events",
            "event long",
            "converted",
            {"title": "T" * 300, "description": ""},
            {"title": "T" * 255, "description": ""},
        ),
        ("legacy_timeline_events", "event data null", "converted", {"event_data": None}, {"event_data": {}}),
        ("legacy_timeline_events", "event data list", "quarantined", {"event_data": ["x"]}, {"event_data": {}}),
    ],
)
def test_what_the_new_form_cannot_give_back_has_its_line(
    journey: Journey, table: str, name: str, outcome: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    (line,) = journey.lines(table, name)
    assert (line["outcome"], line["before"], line["after"]) == (outcome, before, after)
    assert line["reason"].endswith(".")


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("applications", "full"),
        ("applications", "APPLIED"),
        ("applications", "winner"),
        ("applications", "both"),
        ("saved_jobs", "archived"),
        ("saved_jobs", "tags"),
        ("saved_jobs", "tags missing"),
        ("legacy_timeline_events", "event"),
        ("legacy_timeline_events", "applied event"),
    ],
)
def test_a_row_that_keeps_its_key_and_loses_nothing_has_no_line(journey: Journey, table: str, name: str) -> None:
    assert journey.lines(table, name) == []


@pytest.mark.parametrize(
    ("table", "name", "reason"),
    [
        ("applications", "ghost listing", "There is no such listing."),
        ("applications", "ghost user", "There is no such user."),
        ("applications", "ghost both", "There is no such user."),
        ("saved_jobs", "saved ghost listing", "There is no such listing."),
        ("saved_jobs", "saved ghost user", "There is no such user."),
        ("legacy_timeline_events", "event of nobody", "There is no such user."),
    ],
)
def test_a_ghost_is_quarantined_whole(journey: Journey, table: str, name: str, reason: str) -> None:
    (line,) = journey.lines(table, name)
    assert (line["outcome"], line["reason"], line["before"]) == ("quarantined", reason, journey.row("old", table, name))
    for new in NEW:
        assert str(key(name)) not in journey.new[new]


def test_every_row_is_kept_or_merged_or_quarantined(journey: Journey) -> None:
    renamed = {line["row_id"]: line["target_row_id"] for line in journey.new[LEDGER].values() if line["column"] == "id"}
    for table, new in zip(OLD, (NEW[0], NEW[0], NEW[1]), strict=True):
        whole = {
            line["row_id"]
            for line in journey.new[LEDGER].values()
            if line["table"] == table and "user_profile_id" in (line["before"] or {})
        }
        other = {"saved_jobs": renamed, "legacy_timeline_events": renamed}.get(table, {})
        kept = {row for row in journey.old[table] if row not in whole}
        assert whole <= journey.old[table].keys()
        assert {other.get(row, row) for row in kept} <= journey.new[new].keys()
    counted = sum(row["interaction_count"] for row in journey.new[NEW[0]].values())
    quarantined = 5
    assert counted == len(APPLICATIONS) + len(SAVED_JOBS) - quarantined


# Edits ----------------------------------------------------------------------------------------------------------------

VIEWED = f"""
    INSERT INTO job_user_interactions
    SELECT (jsonb_populate_record(i, jsonb_build_object(
        'id', '{{id}}', 'interaction_type', '{{kind}}', 'application_status', '', 'job_snapshot', '{{{{"title": "Cook"}}}}'::jsonb,
        'shared_with_recruiters', false))).*
    FROM job_user_interactions i WHERE id = '{key("full")}'
    """  # noqa: S608
EDITS = {
    "full": "application_status = 'accepted', shared_with_recruiters = true, interaction_count = 7, notes = 'edited',"
    """ job_snapshot = '{"title": "Cook"}', updated_at = '2026-01-02T03:04:05Z'""",
    "APPLIED": "tags = '{mine}', saved_date = '2026-01-01', interaction_data = '{\"x\": null}'",
    "no status": "application_status = 'rejected', updated_at = '2026-01-02T03:04:05Z'",
    "not applied": "notes = 'soon', tags = '{soon}', saved_date = '2026-01-01'",
    "blanks": "cover_letter = 'written', updated_at = '2026-01-02T03:04:05Z'",
    "long": "resume_version = 'short'",
    "timeless": "updated_at = '2026-01-02T03:04:05Z', last_interaction = '2026-01-02T03:04:05Z'",
    "winner": "application_status = 'interviewing', interaction_count = 4, updated_at = '2026-01-02T03:04:05Z'",
    "both without notes": "notes = 'my own'",
    "archived": "interaction_data = '{}'",
    "tags odd": "tags = '{a,new}'",
    "tags null": "interaction_data = 'null', job_snapshot = 'null'",
    "no date": "saved_date = '2026-01-01', interaction_data = '{}'",
    "unknown saved status": 'interaction_data = \'{"archived": true, "why": "old"}\'',
}
EVENT_EDITS = {
    "event": f"job_id = NULL, interaction_id = '{key('viewed later')}'",
    "event of a loser": f"interaction_id = '{key('full')}'",
    "event nulls": "title = 'Edited', event_data = '{\"a\": 1}'",
    "event type unknown": "event_type = 'note_added'",
    "event with a taken key": f"listing_id = '{key('listing full')}', interaction_id = '{key('full')}'",
}


@pytest.fixture(scope="module")
def edited(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> Journey:
    """Return a journey on which people went on using the new form between the ways forward and back."""
    statements = (
        *(f"UPDATE job_user_interactions SET {what} WHERE id = '{key(name)}'" for name, what in EDITS.items()),  # noqa: S608
        VIEWED.format(id=key("viewed later"), kind="viewed"),
        VIEWED.format(id=key("hidden later"), kind="hidden"),
        VIEWED.format(id=key("not for me"), kind="rejected_by_user"),
        VIEWED.format(id=key("saved later"), kind="saved").replace("'shared", "'saved_date', now(), 'shared"),
        f"DELETE FROM job_user_interactions WHERE id IN ('{key('saved')}', '{key('saved again')}')",  # noqa: S608
        *(f"UPDATE timeline_events SET {what} WHERE id = '{key(name)}'" for name, what in EVENT_EDITS.items()),  # noqa: S608
        f"DELETE FROM timeline_events WHERE id = '{key('event empty')}'",  # noqa: S608
        OUR_EVENT.format(key("noted later")),
        f"UPDATE timeline_events SET listing_id = '{key('listing full')}' WHERE id = '{key('noted later')}'",  # noqa: S608
    )
    with django_db_blocker.unblock(), legacy_tables(ALL_LISTINGS):
        load_all()
        return travel(statements)


def test_edits_return_with_the_next_way_forward(edited: Journey) -> None:
    for table in NEW:
        assert edited.again[table] == edited.new[table], table
        assert edited.digests[3][table] == edited.digests[1][table]


def test_edits_leave_the_ledger_as_it_was(edited: Journey) -> None:
    new, again = ({one: line for one, line in table.items() if line["table"] != NEW[1]} for table in edited.ledgers)
    assert again == new


def test_an_event_that_is_gone_is_listed_no_longer(edited: Journey) -> None:
    new, again = (
        {one for line in table.values() if line["table"] == NEW[1] for one in line["after"]} for table in edited.ledgers
    )
    assert new - again == {str(key("event empty"))}
    assert again < new


@pytest.mark.parametrize(
    ("table", "name", "expected"),
    [
        ("applications", "full", {"status": "ACCEPTED", "notes": "edited", "updated_at": "2026-01-02T03:04:05+00:00"}),
        ("applications", "no status", {"status": "REJECTED"}),
        ("applications", "not applied", {"status": "NOT_APPLIED", "notes": "soon"}),
        ("applications", "blanks", {"cover_letter": "written", "notes": "", "resume_version": ""}),
        ("applications", "long", {"resume_version": "short"}),
        ("applications", "timeless", {"created_at": None, "updated_at": "2026-01-02T03:04:05+00:00"}),
        ("applications", "winner", {"status": "INTERVIEWING"}),
        ("applications", "loser", {"status": "APPLIED", "notes": "older"}),
        ("applications", "both without notes", {"notes": "my own"}),
        ("applications", "both with empty notes", {"notes": ""}),
        ("saved_jobs", "archived", {"status": "SAVED"}),
        ("saved_jobs", "tags odd", {"tags": ["a", "new"]}),
        ("saved_jobs", "no date", {"saved_date": "2026-01-01T00:00:00+00:00"}),
        ("saved_jobs", "unknown saved status", {"status": "ARCHIVED"}),
        ("saved_jobs", "saved later", {"status": "SAVED", "notes": "edited"}),
        ("legacy_timeline_events", "event of a loser", {"application_id": str(key("full"))}),
        ("legacy_timeline_events", "event nulls", {"title": "Edited", "event_date": None, "event_data": {"a": 1}}),
        ("legacy_timeline_events", "event type unknown", {"event_type": "NOTE_ADDED"}),
    ],
)
def test_an_edit_wins_and_the_other_columns_of_its_row_return(
    edited: Journey, table: str, name: str, expected: dict[str, Any]
) -> None:
    found = edited.row("back", table, name)
    assert {column: found[column] for column in expected} == expected


@pytest.mark.parametrize(
    ("table", "name", "before"),
    [
        ("applications", "no status", {"status": None}),
        ("applications", "long", {"resume_version": LONG}),
        ("applications", "both without notes", {"notes": None}),
        ("saved_jobs", "tags odd", {"tags": ["a", 7, None, ["b"], {"c": 1}, "d"]}),
        ("saved_jobs", "unknown saved status", {"status": "STARRED"}),
        ("legacy_timeline_events", "event of a loser", {"application_id": str(key("loser"))}),
        ("legacy_timeline_events", "event type unknown", {"event_type": "OFFER_MADE"}),
    ],
)
def test_the_value_before_an_edit_stays_in_the_ledger(
    edited: Journey, table: str, name: str, before: dict[str, Any]
) -> None:
    (line,) = edited.lines(table, name, "back")
    assert line["before"] == before


@pytest.mark.parametrize("name", ["viewed later", "hidden later", "not for me"])
def test_what_the_old_form_has_no_kind_for_waits_whole_in_the_ledger(edited: Journey, name: str) -> None:
    for table in OLD:
        assert str(key(name)) not in edited.back[table]
    (line,) = edited.lines(NEW[0], name, "back", f"{SOURCE} backward")
    row = edited.interaction(name)
    assert row.pop("resume_id") is None  # A column of a later change.
    assert line["before"] == row
    assert edited.lines(NEW[0], name, "again", f"{SOURCE} backward") == []


def test_what_the_old_form_has_no_column_for_waits_in_the_ledger(edited: Journey) -> None:
    (line,) = edited.lines(NEW[0], "full", "back", f"{SOURCE} backward")
    assert line["before"] == {
        "shared_with_recruiters": True,
        "interaction_count": 7,
        "job_snapshot": {"title": "Cook"},
        "last_interaction": UPDATED,
        "saved_date": edited.interaction("full")["saved_date"],
    }


def test_a_new_event_stays_in_its_table_and_its_links_in_the_ledger(edited: Journey) -> None:
    assert edited.row("back", "timeline_events", "noted later")["title"] == "Ours"
    (line,) = edited.lines("timeline_events", "noted later", "back", f"{SOURCE} backward")
    assert line["before"] == {"listing_id": str(key("listing full")), "interaction_id": None}


def test_a_row_deleted_since_does_not_return_and_those_merged_into_it_stay_in_the_ledger(edited: Journey) -> None:
    for name in ("saved", "saved again", "saved before"):
        assert str(key(name)) not in edited.back["saved_jobs"]
    (line,) = edited.lines("saved_jobs", "saved before", "back")
    assert line["outcome"] == "merged"


# The account ----------------------------------------------------------------------------------------------------------


CLONE = """
    INSERT INTO job_user_interactions
    SELECT (jsonb_populate_record(i, jsonb_build_object('id', '{clone}'))).* FROM job_user_interactions i WHERE id = '{id}'
    """  # noqa: S608
DAMAGES = {
    f"DELETE FROM job_user_interactions WHERE id = '{key('full')}'": (
        "account of applications is not exact, 1 rows lost, 0 rows doubled"
    ),
    f"DELETE FROM migration_ledger WHERE row_id = '{key('saved before')}'": (
        "account of saved_jobs is not exact, 1 rows lost, 0 rows doubled"
    ),
    f"DELETE FROM timeline_events WHERE id = '{key('event')}'": (
        "account of legacy_timeline_events is not exact, 1 rows lost, 0 rows doubled"
    ),
    CLONE.format(clone=key("loser"), id=key("full")): (
        "account of applications is not exact, 0 rows lost, 1 rows doubled"
    ),
    CLONE.format(clone=key("invented"), id=key("full")): (
        "account of job_user_interactions is not exact, 0 rows merged into none, 62 counted of 61 taken"
    ),
    f"UPDATE applications_aside SET target_id = '{key('nowhere')}' WHERE outcome = 'merged'": (
        "account of job_user_interactions is not exact, [0-9]+ rows merged into none, 61 counted of 61 taken"
    ),
}  # fmt: skip


def test_an_account_that_is_not_exact_stops_the_migration_by_name(
    django_db_setup: None, django_db_blocker: _DatabaseBlocker
) -> None:
    with django_db_blocker.unblock(), legacy_tables(ALL_LISTINGS):
        load_all()
        with transaction.atomic():
            until_the_account = _one_table.FORWARD[: _one_table.FORWARD.index(_one_table.CHECK_FORWARD[0])]
            for statement in [*until_the_account, *_one_table.CHECK_FORWARD]:
                execute(statement)
            for damage, message in DAMAGES.items():
                damaged = transaction.savepoint()
                execute(damage)
                with pytest.raises(DatabaseError, match=f"{SOURCE}: {message}"), transaction.atomic():
                    for check in _one_table.CHECK_FORWARD:
                        execute(check)
                transaction.savepoint_rollback(damaged)
            transaction.set_rollback(True)


def test_the_way_back_checks_its_account_too(django_db_setup: None, django_db_blocker: _DatabaseBlocker) -> None:
    with django_db_blocker.unblock(), legacy_tables(ALL_LISTINGS):
        load_all()
        migrate(FILLED)
        with transaction.atomic():
            for statement in _one_table.BACKWARD[: _one_table.BACKWARD.index(_one_table.CHECK_BACKWARD) + 1]:
                execute(statement)
            for table, message in (
                ("applications", "1 interactions lost, 0 events"),
                ("timeline_events", "0 .*, 1 events"),
            ):
                damaged = transaction.savepoint()
                name = "full" if table == "applications" else "event with a taken key"
                execute(f"DELETE FROM {table} WHERE id = '{key(name)}'")  # noqa: S608
                with pytest.raises(DatabaseError, match=f"account of the way back is not exact, {message} lost"):
                    execute(_one_table.CHECK_BACKWARD)
                transaction.savepoint_rollback(damaged)
            transaction.set_rollback(True)


def test_the_way_back_may_begin_before_the_older_tables_are_dropped(
    django_db_setup: None, django_db_blocker: _DatabaseBlocker
) -> None:
    with django_db_blocker.unblock(), legacy_tables(ALL_LISTINGS):
        load_all()
        old = [digest(table) for table in OLD]
        migrate(FILLED)
        assert [digest(table) for table in OLD] == old
        migrate(LEGACY)
        assert [digest(table) for table in OLD] == old


# Any rows at all ------------------------------------------------------------------------------------------------------

new_values = st.one_of(
    st.fixed_dictionaries(
        {"notes": texts, "updated_at": st.just("2026-02-02T00:00:00Z"), "last_interaction": st.just("2026-02-02")}
    ),
    st.fixed_dictionaries({"interaction_count": st.integers(1, 9), "job_snapshot": st.just('{"title": "Cook"}')}),
    st.fixed_dictionaries({"tags": st.lists(texts, max_size=3), "interaction_data": st.sampled_from(["{}", "3"])}),
    st.fixed_dictionaries({"saved_date": st.just(day(9)), "cover_letter": texts, "resume_version": texts}),
)
edits = st.lists(st.tuples(st.integers(0, 119), new_values), min_size=10, max_size=30)


def edit_interactions(changes: list[tuple[int, Row]]) -> None:
    """Change interactions as the application would."""
    found = sorted(read(NEW[0]))
    with connection.cursor() as cursor:
        for place, values in changes:
            sets = ", ".join(f"{column} = %s" for column in values)
            cursor.execute(
                f"UPDATE job_user_interactions SET {sets} WHERE id = %s",  # noqa: S608
                [*values.values(), found[place % len(found)]],
            )


def expected_groups(rows: list[Row]) -> dict[tuple[str, str, str], int]:
    """Return how many rows meet in each interaction, worked out in another language than the migration's."""
    groups: dict[tuple[str, str, str], int] = {}
    for row in rows:
        if row["user_profile_id"] not in (OWNER, STRANGER) or row["job_id"] == NO_LISTING:
            continue
        dated = any(row.get(name) for name in ("applied_date", "response_date", "interview_scheduled"))
        unapplied = (row["status"] or "").upper().replace(" ", "_") == "NOT_APPLIED" and not dated
        kind = "saved" if "tags" in row or unapplied else "applied"
        group = (str(row["user_profile_id"]), str(row["job_id"]), kind)
        groups[group] = groups.get(group, 0) + 1
    return groups


def check_any_rows(old: dict[str, list[Row]], changes: list[tuple[int, Row]]) -> None:
    """See that rows go there and back, and that edits survive; begins and ends with empty older tables."""
    try:
        load(**old)
        before = [digest(table) for table in OLD]
        migrate()
        found = {
            (row["user_id"], row["job_id"], row["interaction_type"]): row["interaction_count"]
            for row in read(NEW[0]).values()
        }
        assert found == expected_groups([*old["applications"], *old["saved_jobs"]])
        new = [digest(table) for table in (*NEW, LEDGER)]

        migrate(LEGACY)
        assert [digest(table) for table in OLD] == before
        migrate()
        assert [digest(table) for table in (*NEW, LEDGER)] == new

        edit_interactions(changes)
        changed = [read(table) for table in (*NEW, LEDGER)]
        migrate(LEGACY)
        migrate()
        assert [read(table) for table in (*NEW, LEDGER)] == changed
    finally:
        migrate(LEGACY)
        empty_tables(*OLD, "timeline_events", LEDGER)


old_rows = st.fixed_dictionaries(
    {
        "applications": st.lists(applications, min_size=20, max_size=40).map(with_ids),
        # Some keys are an application's as well.
        "saved_jobs": st.lists(saved_jobs, min_size=20, max_size=40).map(lambda rows: with_ids(rows, first=15)),
        "legacy_timeline_events": st.lists(events, min_size=10, max_size=40).map(lambda rows: with_ids(rows, "event ")),
    }
)


def test_any_rows_go_there_and_back_and_edits_survive(
    django_db_setup: None, django_db_blocker: _DatabaseBlocker
) -> None:
    # An example is six runs of the migrations: few of them, of many rows, and no search for a smaller failure.
    check = settings(
        max_examples=4,
        phases=[Phase.generate],
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )(given(old=old_rows, changes=edits)(check_any_rows))
    with django_db_blocker.unblock(), legacy_tables([listing for listing in LISTINGS if listing != NO_LISTING]):
        check()
