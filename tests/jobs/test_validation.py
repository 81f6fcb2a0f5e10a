"""Every kind of fault is found where somebody went behind the database's back; what is sound is called so."""

import io
import json
from datetime import UTC, datetime
from hashlib import md5, sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection

from companies.models import Company, CompanyAlias
from interactions.models import EventType, JobUserInteraction
from jobos.accounts.models import User
from jobos.core.models import LedgerEntry
from jobos.crossing.models import LegacyImport, LegacyRow, LegacySource
from jobs.models import JobDeduplication, JobListing, JobStatus
from jobs.services.applications import apply_to_listing, change_application, track_listing
from jobs.services.cards import change_job
from jobs.services.validation import TRIGGERS, validate_data
from resumes.models import CONTENT, ResumeGeneration, ResumeVersion
from skills.models import ExperienceVariation, SkillConcept, SkillLabel
from tests.factories import (
    CompanyFactory,
    InteractionFactory,
    InterviewFactory,
    JobFactory,
    JobListingFactory,
    JobSourceListingFactory,
    ResumeFactory,
    SkillBankFactory,
    SkillFactory,
    TimelineEventFactory,
    WorkExperienceFactory,
)

MOMENT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def run(*statements: str, **values: Any) -> None:
    """Go behind the database's back: no foreign key, no trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def faults() -> list[tuple[str, str, int]]:
    return [(fault.kind, fault.table, fault.count) for fault in validate_data().faults]


def plant_ledger_line(**columns: Any) -> None:
    LedgerEntry.objects.create(**({"source": "test", "table": "jobs", "row_id": "1", "at": MOMENT} | columns))


def write_papers(ada: User, ben: User, application: JobUserInteraction) -> None:
    """Give Ada a bank and resumes of two versions, one sent with her application, and Ben a bank and a resume."""
    concept = SkillConcept.objects.create(name="SQL", source="test", external_id="1")
    SkillLabel.objects.create(concept=concept, name="Structured Query  Language", key="structured query language")
    SkillLabel.objects.create(concept=concept, name="SQL", key="sql", is_preferred=True)
    bank = SkillBankFactory(user=ada)
    SkillFactory(bank=bank, name="SQL", concept=concept)
    SkillFactory(bank=bank, name="Node.js", bucket="Tools & Platforms")
    SkillFactory(bank=SkillBankFactory(user=ben), name="sql")
    for company in ("Birch", "Cedar"):
        work = WorkExperienceFactory(bank=bank, company=company, start_date="2020-02-29", end_date="2024")
        work.default_variation = ExperienceVariation.objects.create(entry=work, content=f"At {company}.")
        work.save()
    position = {"company": "Birch", "start_date": "2020-02-29", "end_date": "2020"}
    base = ResumeFactory(user=ada, title="Base", work_experience=[position], skills=[{"name": "SQL"}], version=2)
    content = {name: getattr(base, name) for name in CONTENT}
    ResumeVersion.objects.create(resume=base, version_number=1, content_snapshot={})
    ResumeVersion.objects.create(resume=base, version_number=2, content_snapshot=content)
    tailored = ResumeFactory(user=ada, title="Tailored", resume_type="tailored", parent_resume=base)
    file = b"A file."
    ResumeGeneration.objects.create(
        resume=base, format="txt", status="completed", file=file, file_size=len(file), sha256=sha256(file).hexdigest()
    )
    ResumeGeneration.objects.create(resume=base, format="txt", status="completed", file_size=7, sha256="0" * 64)
    ResumeFactory(user=ben, title="Of another")
    JobUserInteraction.objects.filter(pk=application.pk).update(resume=tailored)


@pytest.fixture
def lived_in(ada: User, ben: User, cleo: User) -> JobListing:
    """A database in which people did what people do, all of it through the services."""
    listing = JobListingFactory(
        company=CompanyFactory(name="Acme, Inc.", website="https://acme.example"), skills_required=["SQL "]
    )
    JobSourceListingFactory(job=listing)
    CompanyAlias.objects.create(company=listing.company, name="ACME Holding")
    card = track_listing(listing, by=ada)
    application = apply_to_listing(listing, by=ada)
    change_application(application, by=ada, application_status="interviewing")
    card.refresh_from_db()
    change_job(card, by=ada, status=JobStatus.OFFER)
    JobFactory(user=ben, status="Closed")
    InteractionFactory(user=ben, job=listing)
    write_papers(ada, ben, application)
    plant_ledger_line(outcome="merged", target_row_id=str(listing.pk))
    plant_ledger_line(outcome="quarantined", reason="No home.")
    return listing


@pytest.mark.django_db
@pytest.mark.usefixtures("roles")
class TestValidation:
    def test_a_sound_database_is_called_sound(self, lived_in: JobListing) -> None:
        found = validate_data()
        assert found.faults == []
        assert found.is_sound
        assert (found.rows["job_listings"], found.rows["jobs"], found.ledger["merged"]) == (1, 2, 1)
        assert found.checks > 250

    def test_orphans_are_found_in_every_table_that_names_another(self, lived_in: JobListing) -> None:
        run("DELETE FROM companies", "DELETE FROM job_sources")
        assert [fault for fault in faults() if fault[0] == "orphan"] == [
            ("orphan", "company_aliases", 1),
            ("orphan", "job_listings", 1),
            ("orphan", "job_source_listings", 1),
        ]

    def test_rows_that_break_a_rule_and_a_rule_never_validated_are_found(self, lived_in: JobListing) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'salary_range_valid'")
            (rule,) = cursor.fetchone()
            cursor.execute("ALTER TABLE job_listings DROP CONSTRAINT salary_range_valid")
            cursor.execute("UPDATE job_listings SET salary_min = 9, salary_max = 1")
            cursor.execute(f"ALTER TABLE job_listings ADD CONSTRAINT salary_range_valid {rule} NOT VALID")
        assert faults() == [
            ("constraint not validated", "pg_constraint", 1),
            ("rule broken", "job_listings", 1),
        ]

    def test_an_invalid_unique_index_and_what_slipped_past_it_are_found(self, lived_in: JobListing) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pg_index SET indisvalid = false, indisready = false "
                "WHERE indexrelid = 'companies_companyalias_one_company'::regclass"
            )
        CompanyAlias.objects.create(company=lived_in.company, name="acme holding")
        assert faults() == [("invalid index", "pg_index", 1), ("not unique", "company_aliases", 1)]

    def test_a_missing_constraint_index_and_trigger_are_found(self, lived_in: JobListing) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE job_listings DROP CONSTRAINT title_min_length")
            cursor.execute("DROP INDEX idx_job_posted_date")
            cursor.execute(f"DROP TRIGGER {TRIGGERS['job_listings']} ON job_listings")
            cursor.execute("ALTER TABLE companies DISABLE TRIGGER USER")
        assert faults() == [("trigger switched off", "pg_trigger", 1), ("rule missing", "pg_class", 3)]

    def test_names_and_domains_that_differ_from_the_algorithm_are_found(self, lived_in: JobListing) -> None:
        run(
            "UPDATE companies SET normalized_name = 'acme inc', domain = 'acme.test'",
            "UPDATE company_aliases SET normalized_name = 'acme'",
        )
        found = validate_data().faults
        assert [(fault.kind, fault.table) for fault in found] == [
            ("normalized_name differs", "companies"),
            ("normalized_name differs", "company_aliases"),
            ("domain differs", "companies"),
        ]
        assert found[0].examples == (f"{lived_in.company_id}: 'acme inc', by the algorithm 'acme'",)

    def test_a_domain_that_became_a_shared_host_since_is_no_fault(self, lived_in: JobListing) -> None:
        run("UPDATE companies SET website = 'https://www.ycombinator.com/companies/acme', domain = 'ycombinator.com'")
        assert validate_data().faults == []
        run("UPDATE companies SET domain = 'acme.com'")
        assert [fault.kind for fault in validate_data().faults] == ["domain differs"]

    @pytest.mark.parametrize(
        ("statement", "fault"),
        [
            ("UPDATE job_listings SET source_count = 0", ("source count", "job_listings", 1)),
            ("UPDATE job_listings SET search_full = NULL", ("search columns", "job_listings", 1)),
            ("UPDATE job_listings SET skill_keys = '{python}'", ("search columns", "job_listings", 1)),
            ("UPDATE job_user_interactions SET first_interaction = now() + interval '1 day' WHERE interaction_type = 'saved'", ("dates run backwards", "job_user_interactions", 1)),
            ("UPDATE job_user_interactions SET response_date = applied_date - interval '2 days' WHERE interaction_type = 'applied'", ("dates run backwards", "job_user_interactions", 1)),
            ("UPDATE job_user_interactions SET applied_date = now() + interval '15 hours' WHERE interaction_type = 'applied'", ("dates run backwards", "job_user_interactions", 1)),
            ("DELETE FROM auth_group_permissions WHERE group_id = (SELECT id FROM auth_group WHERE name = 'Recruiters')", None),
            ("UPDATE migration_ledger SET target_row_id = '' WHERE outcome = 'merged'", ("ledger line incomplete", "migration_ledger", 1)),
            ("UPDATE migration_ledger SET target_row_id = '', before = '[]' WHERE outcome = 'merged'", ("ledger line incomplete", "migration_ledger", 1)),
            ("UPDATE migration_ledger SET target_row_id = '', before = '[{\"row\": \"1\"}, {\"row\": null}]' WHERE outcome = 'merged'", ("ledger line incomplete", "migration_ledger", 1)),
            ("UPDATE migration_ledger SET target_row_id = '', before = '[{\"row\": \"1\"}, {\"row\": \"2\"}]' WHERE outcome = 'merged'", ()),
            ("UPDATE migration_ledger SET reason = '' WHERE outcome = 'quarantined'", ("ledger line incomplete", "migration_ledger", 1)),
            ("UPDATE migration_ledger SET target_row_id = gen_random_uuid() WHERE outcome = 'merged'", ("ledger target missing", "migration_ledger", 1)),
        ],
    )  # fmt: skip
    def test_a_planted_fault_is_found_and_no_other(self, statement: str, fault: Any, lived_in: JobListing) -> None:
        run(statement)
        found = faults()
        if fault is None:
            assert [(kind, table) for kind, table, _ in found] == [("permissions differ", "auth_group")]
        else:
            assert found == ([fault] if fault else [])

    @pytest.mark.parametrize(
        ("statement", "fault"),
        [
            ("UPDATE skills SET bucket = 'Others' WHERE name = 'SQL'", ("heading missing", "skills", 1)),
            ("UPDATE skill_banks SET skill_categories = skill_categories || '{soft skills}'", ("heading twice", "skill_banks", 2)),
            ("UPDATE skills SET name = 'S Q L' WHERE name = 'SQL'; UPDATE skills SET name = 's  q l' WHERE name = 'Node.js'", ("skill twice", "skills", 1)),
            ("UPDATE work_experiences SET default_variation_id = (SELECT id FROM experience_variations WHERE content = 'At Birch.')", ("variation of another entry", "work_experiences", 1)),
            ("UPDATE work_experiences SET start_date = '2021-02-29' WHERE company = 'Birch'", ("no such day", "work_experiences", 1)),
            ("UPDATE work_experiences SET start_date = '0000' WHERE company = 'Birch'", ("no such day", "work_experiences", 1)),
            ("INSERT INTO certifications (id, created_at, updated_at, bank_id, name, issuer, issue_date, expiry_date, credential_id, url, description, display_order) SELECT gen_random_uuid(), now(), now(), id, 'Pilot', '', '2024-04-31', '', '', '', '', 0 FROM skill_banks", ("no such day", "certifications", 2)),
            ("UPDATE skill_labels SET is_preferred = true", ("preferred twice", "skill_concepts", 1)),
            ("DELETE FROM skill_labels", ("concept without a label", "skill_concepts", 1)),
            ("UPDATE skill_labels SET key = 'sequel' WHERE key = 'sql'", ("key differs", "skill_labels", 1)),
            ("UPDATE resumes SET parent_resume_id = (SELECT id FROM resumes WHERE title = 'Of another') WHERE title = 'Tailored'", ("parent of a stranger", "resumes", 1)),
            ("UPDATE resumes r SET parent_resume_id = o.id FROM resumes o WHERE r.user_id = o.user_id AND r.id <> o.id", ("circle of parents", "resumes", 2)),
            ("UPDATE resume_versions SET version_number = 3 WHERE version_number = 2", ("versions with a gap", "resumes", 1)),
            ("DELETE FROM resume_versions WHERE version_number = 2", ("versions with a gap", "resumes", 1)),
            ("UPDATE resumes SET summary = 'Another.' WHERE title = 'Base'", ("latest version differs", "resumes", 1)),
            ("UPDATE resume_versions SET content_snapshot = content_snapshot - 'skills' WHERE version_number = 2", ("latest version differs", "resumes", 1)),
            ("UPDATE resumes SET projects = '[\"a\"]' WHERE title = 'Tailored'", ("no list of entries", "resumes", 1)),
            ("UPDATE resumes SET education = '[[{}]]' WHERE title = 'Tailored'", ("no list of entries", "resumes", 1)),
            ("""UPDATE resumes SET education = '[{"end_date": "2023-02-30"}]' WHERE title = 'Tailored'""", ("no such day", "resumes", 1)),
            ("""UPDATE resumes SET projects = '[{"start_date": "2023-05-02", "end_date": "2023-04"}]' WHERE title = 'Tailored'""", ("entry runs backwards", "resumes", 1)),
            ("""UPDATE resumes SET projects = '[{"start_date": "Summer", "end_date": "2023-04"}]' WHERE title = 'Tailored'""", None),
            ("UPDATE job_user_interactions SET resume_id = (SELECT id FROM resumes WHERE title = 'Of another') WHERE interaction_type = 'applied'", ("resume of a stranger", "job_user_interactions", 1)),
            ("UPDATE resume_generations SET file = 'Another' WHERE file IS NOT NULL", ("file differs", "resume_generations", 1)),
            ("UPDATE resume_generations SET file_size = NULL WHERE file IS NULL", ("file unaccounted", "resume_generations", 1)),
            ("UPDATE resume_generations SET status = 'pending'", ("file unaccounted", "resume_generations", 1)),
            ("""INSERT INTO resume_templates (id, created_at, updated_at, name, description, sections, section_order, styling, is_default, is_system) SELECT gen_random_uuid(), now(), now(), 'Odd', '', '["skills"]', '["summary"]', '{}', false, false""", ("order of other sections", "resume_templates", 1)),
        ],
    )  # fmt: skip
    def test_a_fault_in_skill_banks_and_resumes_is_found_and_no_other(
        self, statement: str, fault: tuple[str, str, int] | None, lived_in: JobListing
    ) -> None:
        run(statement)
        assert faults() == ([fault] if fault else [])

    @pytest.mark.parametrize(
        ("statement", "fault"),
        [
            ("UPDATE legacy_rows SET row_id = '1 ' WHERE row_id = '1'", ("key of another row", "legacy_rows", 1)),
            ("UPDATE legacy_rows SET target_table = 'no \"such' WHERE row_id = '1'", ("row of no table", "legacy_rows", 1)),
            ("UPDATE legacy_rows SET outcome = 'merged', target_id = NULL WHERE row_id = '1'", ("row of no table", "legacy_rows", 1)),
            ("UPDATE legacy_rows SET target_id = gen_random_uuid() WHERE row_id = '1'", None),
            ("DELETE FROM legacy_imports", ("source without an import", "legacy_sources", 1)),
            ("""UPDATE legacy_imports SET report = '{"holds": true, "tables": {"users": {"read": 2, "kept": 1, "merged": 0, "quarantined": 0}}}'""", ("import with wrong sums", "legacy_imports", 1)),
            ("UPDATE legacy_imports SET report = '[]'", ("import with wrong sums", "legacy_imports", 1)),
            ("""UPDATE legacy_imports SET report = jsonb_set(report, '{holds}', 'false')""", ("import with wrong sums", "legacy_imports", 1)),
            ("DELETE FROM legacy_rows WHERE row_id = '2'", ("imported rows forgotten", "legacy_imports", 1)),
        ],
    )  # fmt: skip
    def test_a_fault_in_what_is_remembered_of_imports_is_found_and_no_other(
        self, statement: str, fault: tuple[str, str, int] | None, lived_in: JobListing, ada: User
    ) -> None:
        source = LegacySource.objects.create(system="jobpilot", key="0123456789abcdef")
        sums = {"read": 2, "kept": 1, "merged": 0, "quarantined": 1}
        LegacyImport.objects.create(
            source=source, shape="legacy", address="/jobpilot.db", backup="/before.dump", started_at=MOMENT, finished_at=MOMENT,
            report={"holds": True, "tables": {"users": sums}},
        )  # fmt: skip
        for row_id, fate in {
            "1": {"outcome": "kept", "target_table": "accounts_user", "target_id": ada.pk},
            "2": {"outcome": "quarantined", "reason": "No home."},
        }.items():
            key = UUID(md5(f"{source.key}|users|{row_id}".encode(), usedforsecurity=False).hexdigest())
            LegacyRow.objects.create(id=key, source=source, table="users", row_id=row_id, **fate)
        assert faults() == []
        run(statement)
        assert faults() == ([fault] if fault else [])

    @pytest.mark.parametrize(
        ("columns", "is_fault"),
        [
            ({"outcome": "quarantined", "reason": "It waits.", "before": {"id": 1}}, False),
            ({"outcome": "quarantined", "reason": "It waits.", "before": {"id": 1}, "row_id": "another"}, True),
            ({"outcome": "quarantined", "reason": "It waits.", "before": 1, "column": "salary_min"}, True),
            ({"outcome": "quarantined", "reason": "It waits.", "before": None}, True),
            ({"outcome": "converted", "before": {"id": 1}}, True),
        ],
        ids=["it waits whole", "another waits", "a part of it waits", "nothing of it is there", "it is no longer waiting"],
    )  # fmt: skip
    def test_a_line_may_name_what_waits_whole_in_the_ledger(
        self, columns: dict[str, Any], is_fault: bool, lived_in: JobListing
    ) -> None:
        gone = str(uuid4())
        plant_ledger_line(row_id="7", outcome="merged", before={}, target_row_id=gone)
        plant_ledger_line(**{"row_id": gone, **columns})
        assert faults() == ([("ledger target missing", "migration_ledger", 1)] if is_fault else [])

    def test_a_line_may_name_what_came_over_and_was_deleted_since(self, lived_in: JobListing) -> None:
        gone = uuid4()
        plant_ledger_line(row_id="7", outcome="merged", before={}, target_row_id=str(gone))
        assert faults() == [("ledger target missing", "migration_ledger", 1)]
        source = LegacySource.objects.create(system="jobpilot", key="0123456789abcdef")
        LegacyImport.objects.create(
            source=source, shape="legacy", address="/jobpilot.db", backup="/before.dump", started_at=MOMENT, finished_at=MOMENT,
            report={"holds": True, "tables": {"jobs": {"read": 1, "kept": 1, "merged": 0, "quarantined": 0}}},
        )  # fmt: skip
        key = UUID(md5(f"{source.key}|jobs|7".encode(), usedforsecurity=False).hexdigest())
        LegacyRow.objects.create(
            id=key, source=source, table="jobs", row_id="7", outcome="kept", target_table="jobs", target_id=gone
        )
        assert faults() == []

    def test_a_missing_role_is_found(self, lived_in: JobListing) -> None:
        Group.objects.filter(name="Recruiters").delete()
        assert faults() == [("role missing", "auth_group", 1)]

    def test_copies_of_copies_and_pairs_in_both_directions_are_found(self) -> None:
        first = JobListingFactory(source_count=3)
        second = JobListingFactory(canonical=first, source_count=2)
        JobListingFactory(canonical=second)
        JobDeduplication.objects.create(canonical_job=first, duplicate_job=second, confidence_score=1)
        JobDeduplication.objects.create(canonical_job=second, duplicate_job=first, confidence_score=1)
        assert faults() == [("copy of a copy", "job_listings", 1), ("pair twice", "job_duplications", 1)]

    def test_what_an_older_system_counted_without_naming_its_sources_is_no_fault(self) -> None:
        JobListingFactory(source_count=3)
        assert faults() == []

    def test_interviews_of_strangers_and_interviews_no_card_shows_are_found(self, ada: User, ben: User) -> None:
        InterviewFactory(job=JobFactory(user=ada), user=ben)
        assert faults() == [("interview of a stranger", "interviews", 1), ("interview not shown", "jobs", 1)]


@pytest.mark.django_db
@pytest.mark.usefixtures("roles")
class TestContradictions:
    def test_events_about_a_stranger_or_another_listing_are_found(self, ada: User, ben: User) -> None:
        application = InteractionFactory(user=ada, interaction_type="applied")
        TimelineEventFactory(user=ben, job=JobFactory(user=ada))
        TimelineEventFactory(user=ben, interaction=application)
        TimelineEventFactory(user=ada, interaction=application, listing=JobListingFactory())
        assert faults() == [
            ("event of a stranger", "timeline_events", 2),
            ("event of another listing", "timeline_events", 1),
        ]

    def test_a_latest_move_that_ended_elsewhere_is_found(self, lived_in: JobListing) -> None:
        run("UPDATE jobs SET status = 'Interview' WHERE listing_id IS NOT NULL")
        assert faults() == [("timeline against card", "jobs", 1)]
        run("UPDATE job_user_interactions SET application_status = 'applied' WHERE interaction_type = 'applied'")
        assert faults() == [
            ("timeline against card", "jobs", 1),
            ("timeline against application", "job_user_interactions", 1),
            ("card against application", "jobs", 1),
        ]

    def test_states_without_an_event_contradict_nothing(self, ada: User) -> None:
        JobFactory(user=ada, status="Interview")
        InteractionFactory(user=ada, interaction_type="applied", application_status="rejected")
        TimelineEventFactory(user=ada, event_type=EventType.STATUS_CHANGED, event_data={"to": "Screening"})
        assert faults() == []

    @pytest.mark.parametrize(
        ("status", "reason", "application_status", "is_sound"),
        [
            ("Tracking", "", "applied", True),
            ("Applied", "", "applied", True),
            ("Applied", "", "rejected", False),
            ("Interview", "", "interviewing", True),
            ("Interview", "", "applied", False),
            ("Offer", "", "interviewing", True),
            ("Offer", "", "accepted", True),
            ("Offer", "", "withdrawn", False),
            ("Closed", "Rejected", "rejected", True),
            ("Closed", "Rejected", "applied", False),
            ("Closed", "Withdrawn", "withdrawn", True),
            ("Closed", "No Response", "interviewing", True),
        ],
    )
    def test_both_sides_of_an_application_say_the_same(
        self, status: str, reason: str, application_status: str, is_sound: bool, ada: User
    ) -> None:
        row = InteractionFactory(user=ada, interaction_type="applied", application_status=application_status)
        JobFactory(user=ada, listing=row.job, status=status, closed_reason=reason)
        assert faults() == ([] if is_sound else [("card against application", "jobs", 1)])

    def test_an_application_is_about_the_open_card(self, ada: User) -> None:
        row = InteractionFactory(user=ada, interaction_type="applied", application_status="applied")
        JobFactory(user=ada, listing=row.job, status="Closed", closed_reason="Rejected")
        JobFactory(user=ada, listing=row.job, status="Applied")
        JobFactory(user=ada, listing=row.job, status="Interview", is_deleted=True)
        assert faults() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("roles")
class TestCommand:
    def test_it_fails_on_any_fault_and_writes_the_report(self, tmp_path: Path) -> None:
        listing = JobSourceListingFactory().job
        run("UPDATE job_listings SET source_count = 7")
        report = tmp_path / "report.json"
        out = io.StringIO()
        with pytest.raises(CommandError, match="1 kinds of faults, in 1 places"):
            call_command("validate_data", report=str(report), stdout=out, stderr=io.StringIO())
        assert str(listing.pk) in out.getvalue()
        [fault] = json.loads(report.read_text())["faults"]
        assert (fault["kind"], fault["examples"]) == ("source count", [str(listing.pk)])

    def test_it_prints_what_there_is(self) -> None:
        JobListingFactory()
        out = io.StringIO()
        call_command("validate_data", json=True, stdout=out)
        found = json.loads(out.getvalue())
        assert (found["is_sound"], found["rows"]["job_listings"]) == (True, 1)

    def test_a_report_that_cannot_be_written_is_an_error(self) -> None:
        with pytest.raises(CommandError, match="cannot be written"):
            call_command("validate_data", report=f"/nowhere/{uuid4()}", stdout=io.StringIO(), stderr=io.StringIO())
        assert not JobUserInteraction.objects.exists()
        assert not Company.objects.exists()
