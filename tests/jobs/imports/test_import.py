"""Importing into the catalogue: one outcome for each row, and nothing written that the source did not change."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from companies.models import Company
from jobos.accounts.models import User
from jobs.models import JobDeduplication, JobListing, JobSource, JobSourceListing
from jobs.services.listing_import import ImportReport, Outcome, plan_import, run_import
from jobs.services.listing_import.writing import LARGEST_RECORD
from tests.factories import CompanyFactory, JobListingFactory, JobSourceListingFactory

SAMPLES = Path(__file__).parent / "samples"
TABLES = ("job_listings", "job_source_listings", "companies", "job_sources", "job_duplications")
LONG_TEXT = " ".join(f"word{number} about ovens, dough and early mornings" for number in range(30))


def digest() -> list[Any]:
    """Return what every table holds, to the last column."""
    with connection.cursor() as cursor:
        found = []
        for table in TABLES:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t")
            found.append(cursor.fetchone())
    return found


def lines(*records: dict[str, Any]) -> io.BytesIO:
    return io.BytesIO("\n".join(map(json.dumps, records)).encode())


def a_posting(**changes: Any) -> dict[str, Any]:
    return {
        "source_job_id": "B-1",
        "title": "Baker",
        "company": "Acme Bakery",
        "location": "Lisbon",
        "description": LONG_TEXT,
        "job_url": "https://acme.example/jobs/1",
        "posted_date": "2026-05-01",
    } | changes


def bring(*records: dict[str, Any], source: str = "acme", **options: Any) -> ImportReport:
    report = run_import(lines(*records), source=source, **options)
    assert report.is_balanced
    return report


def outcomes(report: ImportReport) -> list[str]:
    return [str(row.outcome) for row in report.outcomes]


@pytest.mark.django_db
class TestOutcomes:
    @pytest.mark.parametrize(
        ("name", "counts"),
        [
            ("usajobs_short.jsonl", {"created": 11}),
            ("usajobs_full.csv", {"created": 5, "duplicate": 1}),
            ("greenhouse_board_jobs.json", {"created": 2, "rejected": 1}),
            ("greenhouse_job_detail_pay.json", {"created": 1}),
            ("lever_postings.json", {"created": 2}),
            ("ashby_job_board.json", {"created": 1, "rejected": 1}),
            ("schema_org_jobposting.jsonld", {"created": 1}),
        ],
    )
    def test_a_second_run_over_the_same_file_writes_nothing(self, name: str, counts: dict[str, int]) -> None:
        with (SAMPLES / name).open("rb") as file:
            first = run_import(file)
        assert {str(outcome): count for outcome, count in first.counts.items() if count} == counts
        before = digest()
        with (SAMPLES / name).open("rb") as file:
            second = run_import(file)
        assert digest() == before
        assert second.counts[Outcome.UNCHANGED] == counts["created"]
        assert first.is_balanced
        assert second.is_balanced

    def test_a_new_posting_is_stored_whole(self) -> None:
        report = bring(
            a_posting(salary_min=40000, salary_currency="EUR", salary_period="year", team="Night", skills="Dough")
        )
        listing = JobListing.objects.select_related("company").get()
        [row] = report.outcomes
        assert (row.line, row.outcome, row.listing_id) == (1, "created", listing.pk)
        assert (listing.company.name, listing.company.is_confirmed, listing.company.created_by) == (
            "Acme Bakery",
            True,
            None,
        )
        assert (listing.salary_min, listing.salary_currency, listing.skills_required) == (40000, "EUR", ["Dough"])
        assert listing.posted_date == datetime(2026, 5, 1, tzinfo=UTC)
        assert (listing.source, listing.source_count, listing.status) == ("acme", 1, "active")
        assert listing.data_quality_score is not None
        assert JobListing.objects.filter(search_head__isnull=False, skill_keys=["dough"]).exists()
        kept = JobSourceListing.objects.get()
        assert (kept.source.name, kept.source_job_id, kept.job_id) == ("acme", "B-1", listing.pk)
        assert kept.source_metadata["record"]["team"] == "Night"
        assert "description" not in kept.source_metadata["record"]  # It is in its column.

    def test_a_recruiters_import_finds_the_company_that_is_there(self, cleo: User) -> None:
        there = CompanyFactory(name="ACME Bakery, Inc.")
        bring(a_posting(), a_posting(source_job_id="B-2", title="Cook", company="New Firm", job_url=""), by=cleo)
        assert JobListing.objects.get(title="Baker").company == there
        made = Company.objects.get(name="New Firm")
        assert (made.is_confirmed, made.created_by) == (True, cleo)

    def test_only_what_the_source_changed_is_written(self) -> None:
        bring(a_posting())
        before = JobListing.objects.get()
        report = bring(a_posting(location="Porto", salary_min=50000, salary_currency="EUR", salary_period="year"))
        listing = JobListing.objects.get()
        [row] = report.outcomes
        assert (row.outcome, row.changed, row.listing_id) == (
            "updated",
            ("location", "salary_min", "salary_currency"),
            before.pk,
        )
        assert (listing.location, listing.salary_min) == ("Porto", 50000)
        assert listing.updated_at > before.updated_at
        assert listing.data_quality_score > before.data_quality_score
        after = digest()
        assert outcomes(
            bring(a_posting(location="Porto", salary_min=50000, salary_currency="EUR", salary_period="year"))
        ) == ["unchanged"]
        assert digest() == after

    def test_a_curators_edit_stands_until_the_source_changes_that_column(self) -> None:
        bring(a_posting())
        JobListing.objects.update(title="Head Baker", location="Lisboa")
        assert outcomes(bring(a_posting())) == ["unchanged"]
        assert bring(a_posting(location="Porto")).outcomes[0].changed == ("location",)
        assert JobListing.objects.values_list("title", "location").get() == ("Head Baker", "Porto")

    def test_what_a_record_does_not_speak_of_stays(self) -> None:
        bring(a_posting(salary_min=50000, salary_currency="EUR", salary_period="year"))
        record = a_posting()
        del record["location"], record["posted_date"]
        report = bring(record)
        assert report.outcomes[0].changed == ("source_metadata",)
        listing = JobListing.objects.get()
        assert (listing.location, listing.salary_min, listing.salary_currency) == ("Lisbon", 50000, "EUR")
        assert listing.posted_date is not None
        assert bring(a_posting(location="Porto")).outcomes[0].changed == ("location",)

    def test_news_that_are_in_no_column_touch_the_source_listing_only(self) -> None:
        bring(a_posting(team="Day"))
        before = JobListing.objects.get().updated_at
        assert bring(a_posting(team="Night")).outcomes[0].changed == ("source_metadata",)
        assert JobListing.objects.get().updated_at == before
        assert JobSourceListing.objects.get().source_metadata["record"]["team"] == "Night"

    def test_two_files_of_one_source_do_not_undo_each_other(self) -> None:
        """Each changes only what it says otherwise than it said itself, and silences nothing that only the other tells."""

        def table(title: str, place: str) -> ImportReport:
            text = f"source_job_id,title,company,location,job_type\nB-1,{title},Acme Bakery,{place},Part-time\n"
            return run_import(io.BytesIO(text.encode()), source="acme")

        bring(a_posting(job_type="Full-time"))
        assert table("Master Baker", "").outcomes[0].changed == ("title", "job_type")
        before = digest()
        assert outcomes(bring(a_posting(job_type="Full-time"))) == ["unchanged"]
        assert outcomes(table("Master Baker", "")) == ["unchanged"]
        assert digest() == before
        assert bring(a_posting(job_type="Full-time", location="Porto")).outcomes[0].changed == ("location",)
        assert outcomes(table("Master Baker", "")) == ["unchanged"]
        assert table("Head Baker", "").outcomes[0].changed == ("title",)
        assert table("Head Baker", "Faro").outcomes[0].changed == ("location",)
        assert JobListing.objects.values_list("title", "location", "job_type").get() == (
            "Head Baker",
            "Faro",
            "Part-time",
        )

    def test_a_retired_listing_comes_back_only_with_news(self) -> None:
        bring(a_posting())
        JobListing.objects.update(status="expired")
        assert outcomes(bring(a_posting())) == ["unchanged"]
        assert JobListing.objects.get().status == "expired"
        assert bring(a_posting(location="Porto")).outcomes[0].changed == ("location", "status")
        assert JobListing.objects.get().status == "active"

    def test_news_do_not_bring_an_accepted_copy_back(self) -> None:
        copy = JobListing.objects.get(pk=bring(a_posting()).outcomes[0].listing_id)
        original = JobListingFactory(source_count=2)
        JobListing.objects.filter(pk=copy.pk).update(canonical=original, status="inactive")
        assert outcomes(bring(a_posting(location="Porto"))) == ["updated"]
        copy.refresh_from_db()
        assert (copy.location, copy.status) == ("Porto", "inactive")

    def test_news_do_not_bring_back_what_is_past_its_deadline(self) -> None:
        bring(a_posting(application_deadline="2020-01-01"))
        JobListing.objects.update(status="expired")
        assert bring(a_posting(application_deadline="2020-01-01", location="Porto")).outcomes[0].changed == (
            "location",
        )
        assert JobListing.objects.get().status == "expired"

    def test_a_posting_that_its_employer_takes_down_retires(self) -> None:
        board = json.loads((SAMPLES / "ashby_job_board.json").read_text())
        run_import(io.BytesIO(json.dumps(board).encode()))
        board["jobs"][0]["isListed"] = False
        report = run_import(io.BytesIO(json.dumps(board).encode()))
        assert report.outcomes[0].changed == ("status",)
        assert JobListing.objects.get().status == "inactive"

    def test_another_employer_moves_the_listing(self) -> None:
        bring(a_posting())
        assert bring(a_posting(company="Other Bakery")).outcomes[0].changed == ("company",)
        assert JobListing.objects.select_related("company").get().company.name == "Other Bakery"

    def test_a_hint_of_the_employer_never_moves_a_listing(self) -> None:
        with (SAMPLES / "greenhouse_board_jobs.json").open("rb") as file:
            run_import(file, company="Example Corp", website="https://example.com")
        with (SAMPLES / "greenhouse_job_detail_pay.json").open("rb") as file:
            report = run_import(file)
        assert report.outcomes[0].changed == ("description", "salary_min", "salary_max", "salary_currency", "job_url")
        assert list(Company.objects.values_list("name", "domain")) == [("Example Corp", "example.com")]

    def test_a_broken_row_is_rejected_alone_with_its_line_and_field(self) -> None:
        report = bring(
            a_posting(),
            a_posting(source_job_id="B-2", title="x"),
            a_posting(source_job_id="B-3", job_url="javascript:alert(1)"),
            a_posting(source_job_id="B-4", company=""),
            a_posting(source_job_id="B-5", title="Cook", job_url="https://acme.example/jobs/5"),
        )
        assert [(row.line, str(row.outcome), row.reason) for row in report.outcomes] == [
            (1, "created", ""),
            (2, "rejected", "title: has 1 characters, not 3 to 200."),
            (3, "rejected", "job_url: 'javascript:alert(1)' is no web address that starts with http:// or https://."),
            (4, "rejected", "company: the posting does not name its employer; say whose board it is."),
            (5, "created", ""),
        ]

    def test_what_only_the_database_refuses_takes_no_other_row_along(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE job_listings ADD CONSTRAINT no_cooks CHECK (title <> 'Cook')")
        report = bring(
            *(a_posting(source_job_id=f"B-{n}", title="Cook" if n == 5 else f"Baker {n}", job_url="") for n in range(9))
        )
        assert outcomes(report).count("created") == 8
        [refused] = [row for row in report.outcomes if row.outcome == Outcome.REJECTED]
        assert (refused.line, "no_cooks" in refused.reason) == (6, True)

    def test_a_large_record_is_cut_but_never_lost_whole(self) -> None:
        bring(a_posting(notes="n" * LARGEST_RECORD, small="kept"))
        record = JobSourceListing.objects.get().source_metadata["record"]
        assert record["small"] == "kept"
        assert len(record["notes"]) == 1000
        bring(a_posting(source_job_id="B-2", job_url="", title="Cook", tags=["t" * 100] * 1000))
        record = JobSourceListing.objects.get(source_job_id="B-2").source_metadata["record"]
        assert list(record) == ["left_out"]


@pytest.mark.django_db
class TestDuplicates:
    def test_the_same_address_and_title_of_another_source_is_a_duplicate(self) -> None:
        bring(a_posting())
        listing = JobListing.objects.get()
        report = bring(a_posting(source_job_id="other-7", company="Acme", description=""), source="board")
        [row] = report.outcomes
        assert (row.outcome, row.listing_id) == ("duplicate", listing.pk)
        assert row.reason == f"The same address and title as listing {listing.pk}."
        listing.refresh_from_db()
        assert listing.source_count == 2
        before = digest()
        assert outcomes(bring(a_posting(source_job_id="other-7", company="Acme", description=""), source="board")) == [
            "unchanged"
        ]
        assert digest() == before

    def test_a_nearly_equal_text_of_the_same_role_and_place_is_a_duplicate(self) -> None:
        report = bring(
            a_posting(),
            a_posting(source_job_id="B-2", job_url="", title="BAKER", description=f"{LONG_TEXT} Apply soon"),
            a_posting(source_job_id="B-3", job_url="", location="Porto"),
            a_posting(source_job_id="B-4", job_url="", description="Another text. " * 40),
            a_posting(source_job_id="B-5", job_url="", company="Other"),
        )
        assert outcomes(report) == ["created", "duplicate", "created", "created", "created"]
        assert (
            report.outcomes[1].reason
            == f"The same company, title, location and description as listing {report.outcomes[0].listing_id}."
        )
        assert JobListing.objects.get(pk=report.outcomes[0].listing_id).source_count == 2

    def test_postings_without_a_telling_text_are_not_taken_for_one_another(self) -> None:
        """An authority announces the same role every month."""
        report = bring(*(a_posting(source_job_id=str(n), job_url="", description="") for n in range(3)))
        assert outcomes(report) == ["created"] * 3

    def test_a_retired_posting_does_not_swallow_a_new_one(self) -> None:
        bring(a_posting())
        JobListing.objects.update(status="expired")
        assert outcomes(bring(a_posting(source_job_id="B-2", job_url=""))) == ["created"]

    def test_a_key_met_twice_in_one_file_counts_once(self) -> None:
        report = bring(a_posting(), a_posting(location="Porto"))
        assert outcomes(report) == ["created", "duplicate"]
        listing = JobListing.objects.get()
        assert (report.outcomes[1].reason, report.outcomes[1].listing_id) == ("Line 1 has the same key.", listing.pk)
        assert listing.location == "Lisbon"
        rejected = bring(a_posting(source_job_id="B-2", company=""), a_posting(source_job_id="B-2"))
        assert [row.reason[:44] for row in rejected.outcomes] == [
            "company: the posting does not name its emplo",
            "Line 1 has the same key and was rejected.",
        ]

    def test_rows_without_a_key_are_told_apart_by_address_else_by_what_they_say(self) -> None:
        report = bring(
            a_posting(source_job_id=""),
            a_posting(source_job_id="", job_url="", title="Cook"),
            a_posting(source_job_id="", job_url="", title="cook"),
            a_posting(source_job_id="", title="Clerk"),
        )
        assert outcomes(report) == ["created", "created", "duplicate", "rejected"]
        assert report.outcomes[3].reason == "job_url: line 1 has this address and another title."
        assert set(JobSourceListing.objects.values_list("source_job_id", flat=True)) == {
            "https://acme.example/jobs/1",
            "acme bakery|cook|lisbon",
        }

    def test_a_duplicates_news_leave_the_listing_to_its_own_source(self) -> None:
        bring(a_posting())
        bring(a_posting(source_job_id="other-7"), source="board")
        report = bring(a_posting(source_job_id="other-7", location="Porto"), source="board")
        assert report.outcomes[0].changed == ("source_metadata",)
        assert JobListing.objects.get().location == "Lisbon"
        assert bring(a_posting(location="Faro")).outcomes[0].changed == ("location",)

    def test_a_listing_that_becomes_equal_to_another_is_put_before_a_curator(self) -> None:
        first, second = bring(
            a_posting(), a_posting(source_job_id="B-2", job_url="https://acme.example/jobs/2", location="Porto")
        ).outcomes
        report = bring(a_posting(source_job_id="B-2", location="Porto"))
        assert outcomes(report) == ["updated"]
        pair = JobDeduplication.objects.get()
        assert (pair.canonical_job_id, pair.duplicate_job_id) == (first.listing_id, second.listing_id)
        assert (pair.confidence_score, pair.matching_fields, pair.merge_strategy) == (
            1.0,
            ["job_url", "title"],
            "manual_review",
        )

    def test_a_copy_of_a_copy_is_counted_with_the_original(self) -> None:
        original = JobListingFactory(title="Baker")
        JobSourceListingFactory(job=original)
        JobListingFactory(title="Baker", job_url="https://acme.example/jobs/1", canonical=original)
        assert bring(a_posting()).outcomes[0].listing_id == original.pk
        original.refresh_from_db()
        assert original.source_count == 3  # Two of its own, and the copy.


@pytest.mark.django_db
class TestPlan:
    def test_a_plan_tells_every_outcome_and_writes_nothing(self) -> None:
        bring(a_posting())
        before = digest()
        records = [
            a_posting(location="Porto"),
            a_posting(source_job_id="B-2", title="Cook", job_url="https://acme.example/jobs/2"),
            a_posting(source_job_id="B-3", title="Cook", job_url="https://acme.example/jobs/2"),
            a_posting(source_job_id="B-4", title="x"),
        ]
        plan = plan_import(lines(*records), source="acme")
        assert digest() == before
        assert plan.is_dry_run
        assert outcomes(plan) == ["updated", "created", "duplicate", "rejected"]
        assert plan.outcomes[0].changed == ("location",)
        assert plan.outcomes[1].listing_id is None
        assert plan.outcomes[2].reason == "The same address and title as line 2."
        assert plan.outcomes[2].listing_id is None
        done = bring(*records)
        assert outcomes(done) == outcomes(plan)
        assert [row.changed for row in done.outcomes] == [row.changed for row in plan.outcomes]

    def test_a_file_without_a_name_for_its_source_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="Name the source"):
            plan_import(lines(a_posting()))
        assert not JobSource.objects.exists()


class TestCommand:
    @pytest.mark.django_db
    def test_postings_past_their_deadline_are_counted_with_what_to_do(self, tmp_path: Path) -> None:
        path = tmp_path / "postings.jsonl"
        days = {"B-1": "2020-01-01", "B-2": "2020-01-02", "B-3": "2999-01-01"}
        records = [
            a_posting(
                source_job_id=key, title=f"Baker {key}", job_url="", application_deadline=day, description="", status=""
            )
            for key, day in days.items()
        ]
        path.write_bytes(lines(*records, records[0] | {"source_job_id": "B-4", "status": "filled"}).getvalue())
        JobListingFactory(application_deadline=datetime(2020, 1, 1, tzinfo=UTC))
        for is_dry in (True, False):
            out = io.StringIO()
            call_command("import_listings", str(path), source="acme", dry_run=is_dry, stdout=out)
            hint = "Active although their deadline is over: 2. To retire them, run manage.py expire_listings."
            assert hint in out.getvalue()
        out = io.StringIO()
        call_command("import_listings", str(path), source="acme", json=True, stdout=out)
        assert json.loads(out.getvalue())["past_deadline"] == 2

    @pytest.mark.django_db
    def test_entries_of_a_document_are_no_lines_and_long_titles_are_cut(self, tmp_path: Path) -> None:
        path = tmp_path / "postings.json"
        path.write_text(json.dumps([a_posting(), a_posting(title="B" * 61), a_posting(source_job_id="2", title="x")]))
        out = io.StringIO()
        call_command("import_listings", str(path), source="acme", stdout=out)
        assert f"entry 2: duplicate: {'B' * 59}…: Entry 1 has the same key." in out.getvalue()
        assert "entry 3: rejected: x: title: has" in out.getvalue()

    @pytest.mark.django_db
    def test_a_table_without_a_source_is_told_the_option(self, tmp_path: Path) -> None:
        path = tmp_path / "postings.csv"
        path.write_text("title,company\nBaker,Acme\n")
        with pytest.raises(CommandError, match=r"Name the source .* Use --source NAME\."):
            call_command("import_listings", str(path))

    @pytest.mark.django_db
    def test_the_report_is_printed_and_rejected_rows_fail_only_when_strict(self, tmp_path: Path) -> None:
        path = tmp_path / "postings.jsonl"
        path.write_bytes(lines(a_posting(), a_posting(source_job_id="B-2", title="x")).getvalue())
        out = io.StringIO()
        call_command("import_listings", str(path), source="acme", dry_run=True, stdout=out)
        assert "line 2: would be rejected: x: title: has 1 characters" in out.getvalue()
        assert not JobListing.objects.exists()
        out = io.StringIO()
        with pytest.raises(CommandError, match="1 rows were rejected"):
            call_command("import_listings", str(path), source="acme", strict=True, json=True, stdout=out)
        report = json.loads(out.getvalue())
        assert (report["read"], report["created"], report["rejected"], report["is_balanced"]) == (2, 1, 1, True)

    @pytest.mark.django_db
    def test_a_mapping_file_is_taken_in_toml_and_json(self, tmp_path: Path) -> None:
        table = tmp_path / "postings.csv"
        table.write_text("Position,Firm\nBaker,Acme\n")
        mapping = tmp_path / "map.json"
        mapping.write_text(json.dumps({"source": "acme", "fields": {"title": "Position", "company": "Firm"}}))
        call_command("import_listings", str(table), map=str(mapping), stdout=io.StringIO())
        assert JobListing.objects.get().title == "Baker"

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"file": "missing.csv"}, "missing.csv cannot be read"),
            ({"map": "missing.toml"}, "The mapping missing.toml cannot be read"),
            ({"format": "csv"}, "The file holds no postings."),
            ({"source": "s" * 101}, "at most 100 characters"),
        ],
    )
    def test_what_cannot_be_run_is_explained(self, options: dict[str, str], words: str, tmp_path: Path) -> None:
        path = tmp_path / "postings.jsonl"
        path.write_bytes(lines(a_posting()).getvalue())
        with pytest.raises(CommandError, match=words):
            call_command("import_listings", options.pop("file", str(path)), **({"source": "acme"} | options))

    @pytest.mark.django_db
    def test_what_came_before_an_unreadable_place_stands(self, tmp_path: Path) -> None:
        path = tmp_path / "postings.csv"
        path.write_text('title,company\nBaker,Acme\n"Cook,Acme\n')
        with pytest.raises(CommandError, match="The rest of the file was not read: Line 3 is not CSV"):
            call_command("import_listings", str(path), source="acme", stdout=io.StringIO())
        assert JobListing.objects.get().title == "Baker"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestInterruption:
    @pytest.fixture
    def start(self) -> Iterator[Callable[[Path], "subprocess.Popen[str]"]]:
        started: list[subprocess.Popen[str]] = []
        yield lambda path: started.append(self.start_process(path)) or started[-1]
        for process in started:
            process.kill()
            process.wait()
            process.stdout.close()

    def start_process(self, path: Path) -> "subprocess.Popen[str]":
        """Import a file in a process of its own, into this test's database."""
        name = connection.settings_dict["NAME"]
        program = (
            "import django, sys; django.setup()\n"
            "from django.db import connection; from django.core.management import call_command\n"
            f"connection.settings_dict['NAME'] = {name!r}\n"
            "from jobs.services.listing_import import running; running.BATCH_ROWS = 100\n"
            "call_command('import_listings', sys.argv[1], source='acme')\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            cwd=settings.BASE_DIR,
            env={**os.environ, "JOBOS_ENV": "test", "DJANGO_SETTINGS_MODULE": "jobos.settings"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def make_file(self, path: Path, count: int) -> list[dict[str, Any]]:
        records = [
            a_posting(
                source_job_id=f"B-{n}", title=f"Baker {n}", company=f"Firm {n % 40}", job_url=f"https://a.example/{n}"
            )
            for n in range(count)
        ]
        path.write_bytes(lines(*records).getvalue())
        return records

    def wait_for_rows(self, count: int) -> None:
        limit = time.monotonic() + 120
        while JobListing.objects.count() < count:
            assert time.monotonic() < limit, "Nothing was imported."
            time.sleep(0.02)

    def test_a_killed_run_is_completed_by_the_next_and_doubles_nothing(self, tmp_path: Path, start: Any) -> None:
        path = tmp_path / "postings.jsonl"
        records = self.make_file(path, 1_200)
        process = start(path)
        self.wait_for_rows(200)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        written = JobListing.objects.count()
        assert 200 <= written < 1_200
        assert JobSourceListing.objects.count() == written
        limit = time.monotonic() + 30
        while True:  # The server notices that its client is gone with its next answer.
            try:
                report = bring(*records)
                break
            except ValidationError:
                assert time.monotonic() < limit
                time.sleep(0.1)
        assert report.counts[Outcome.CREATED] + report.counts[Outcome.UNCHANGED] == 1_200
        assert report.counts[Outcome.UNCHANGED] >= written
        assert JobListing.objects.count() == JobSourceListing.objects.count() == 1_200
        assert Company.objects.count() == 40

    def test_a_second_run_of_the_same_source_is_refused_meanwhile(self, tmp_path: Path, start: Any) -> None:
        path = tmp_path / "postings.jsonl"
        records = self.make_file(path, 800)
        process = start(path)
        self.wait_for_rows(100)
        with pytest.raises(ValidationError, match="Another import from this source is running"):
            bring(*records)
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0, out
        assert JobListing.objects.count() == 800
        assert outcomes(bring(*records[:3])) == ["unchanged"] * 3
