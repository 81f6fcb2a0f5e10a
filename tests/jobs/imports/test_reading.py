"""From files of every kind to postings: what is understood, what is refused, and in which words."""

import gzip
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from jobs.services.listing_import.mapping import load_mapping, make_mapping
from jobs.services.listing_import.page_text import read_items, read_text
from jobs.services.listing_import.pay import Offer, YearlyPay, find_yearly_pay
from jobs.services.listing_import.posting import Draft, Posting, Unfit, read_moment
from jobs.services.listing_import.reading import LONGEST_LINE, Refused, open_feed

SAMPLES = Path(__file__).parent / "samples"


def postings(name: str, **options: Any) -> list[Posting]:
    with (SAMPLES / name).open("rb") as file:
        feed = open_feed(file, kind=options.pop("kind", "auto"), mapping=options.pop("mapping", None))
        return [feed.read(row.record).check() for row in feed.rows]


def feed_of(content: bytes | str, *, kind: str = "auto", mapping: Any = None) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return open_feed(io.BytesIO(raw), kind=kind, mapping=mapping)


def rows_of(content: bytes | str, **options: Any) -> list[tuple[int, dict[str, Any], str]]:
    return [(row.line, row.record, row.fault) for row in feed_of(content, **options).rows]


class TestBoards:
    def test_greenhouse_is_unescaped_twice_and_its_gatherings_of_prospects_withheld(self) -> None:
        first, second, prospects = postings("greenhouse_board_jobs.json")
        assert first.key == "4000000001"
        assert first.columns["description"] == "Build & run a PostgreSQL service.\n\n- Python, Django, PostgreSQL"
        assert (first.columns["job_type"], first.columns["remote_type"]) == ("Full-time", "Remote")
        assert (first.company, first.is_employer_named) == ("examplecorp", False)
        assert {"salary_min", "salary_max", "posted_date"} <= first.untold
        assert second.columns["location"] == "Berlin, Germany"
        assert prospects.withheld.startswith("internal_job_id")
        assert prospects.columns["status"] == "inactive"

    def test_greenhouse_pay_is_in_cents_and_its_own_page_tells_the_website(self) -> None:
        [posting] = postings("greenhouse_job_detail_pay.json")
        columns = posting.columns
        assert (columns["salary_min"], columns["salary_max"], columns["salary_currency"]) == (60000, 85000, "EUR")
        assert (posting.company, posting.website) == ("example.org", "https://example.org")

    def test_greenhouse_pay_beyond_all_measure_is_noted(self) -> None:
        record = json.loads((SAMPLES / "greenhouse_job_detail_pay.json").read_text())
        record["pay_input_ranges"][0]["min_cents"] = 10**400
        posting = feed_of(json.dumps(record)).read(record).check()
        assert posting.columns["salary_min"] is None
        assert "is no amount of pay" in posting.notes[0]

    def test_lever_lists_go_where_their_headings_say(self) -> None:
        first, second = postings("lever_postings.json")
        assert first.columns["requirements"] == "- SQL\n- Airflow"
        assert first.columns["description"] == "Pipelines in Python and SQL."
        assert first.columns["posted_date"] == datetime(2026, 1, 1, tzinfo=UTC)
        assert (first.columns["salary_min"], first.columns["salary_currency"]) == (48000, "EUR")
        assert first.columns["remote_type"] == "Hybrid"
        assert (second.columns["remote_type"], second.columns["job_type"]) == ("Remote", "")
        assert second.columns["posted_date"] is None
        assert second.notes == ()

    def test_ashby_unlisted_postings_are_withheld_and_places_joined(self) -> None:
        first, unlisted = postings("ashby_job_board.json")
        assert first.columns["location"] == "New York, NY; Remote (US)"
        assert (first.columns["salary_min"], first.columns["salary_max"]) == (130000, 160000)
        assert unlisted.withheld.startswith("isListed")
        assert unlisted.columns["job_type"] == "Contract"

    def test_a_job_posting_of_schema_org_tells_everything(self) -> None:
        [posting] = postings("schema_org_jobposting.jsonld")
        assert (posting.key, posting.company, posting.website) == (
            "Example Corp: ENG-101",
            "Example Corp GmbH",
            "https://example.org",
        )
        assert posting.columns == {
            "title": "Backend Engineer (Django)",
            "location": "Berlin, DE",
            "description": "Build and run a PostgreSQL service.",
            "requirements": "",
            "responsibilities": "",
            "job_type": "Full-time",
            "remote_type": "Remote",
            "experience_level": "",
            "seniority_level": "",
            "salary_min": Decimal(60000),
            "salary_max": Decimal(85000),
            "salary_currency": "EUR",
            "skills_required": [],
            "skills_preferred": [],
            "tech_stack": [],
            "benefits": [],
            "education_required": "",
            "job_url": "",
            "application_url": "",
            "posted_date": datetime(2026, 3, 2, tzinfo=UTC),
            "application_deadline": datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC),
            "status": "active",
        }

    def test_job_postings_are_found_in_pages_graphs_and_lists(self) -> None:
        posting = json.loads((SAMPLES / "schema_org_jobposting.jsonld").read_text())
        page = (
            "<!doctype html><html><head><title>Jobs &amp; more</title>"
            '<script type="application/ld+json">{"@type": "WebSite"}</script>'
            f'<script type="application/ld+json">{json.dumps({"@graph": [{"@type": "Thing"}, posting]})}</script>'
            '<script type="application/ld+json">{broken</script></head></html>'
        )
        (_, found, fault), (place, _, broken) = rows_of(page)
        assert (found, fault) == (posting, "")
        assert (place, broken[:40]) == (3, "record: the page's JSON-LD is not JSON: ")
        assert [record for _, record, _ in rows_of(json.dumps([posting, posting]))] == [posting, posting]
        assert [record for _, record, _ in rows_of("\n".join([json.dumps(posting)] * 3))] == [posting] * 3

    @pytest.mark.parametrize(
        "changes",
        [
            {"hiringOrganization": "Example Corp"},
            {"baseSalary": 50000, "jobLocation": "Berlin", "skills": "SQL, Python"},
            {"jobLocation": None, "identifier": None, "employmentType": None, "validThrough": ""},
            {"description": None, "jobLocation": [{"address": None}], "baseSalary": {"value": None}},
        ],
    )
    def test_loose_spellings_of_schema_org_are_read(self, changes: dict[str, Any]) -> None:
        posting = json.loads((SAMPLES / "schema_org_jobposting.jsonld").read_text()) | changes
        feed = feed_of(json.dumps(posting))
        assert [feed.read(row.record).check().title for row in feed.rows] == ["Backend Engineer (Django)"]


class TestMapping:
    def test_both_forms_of_usajobs_are_recognised(self) -> None:
        short = postings("usajobs_short.jsonl")
        assert (
            short[0].company == "Court Services and Offender Supervision Agency for DC"
        )  # The agency is a placeholder.
        assert short[1].company == "Pretrial Services Agency"
        assert short[0].columns["job_url"] == "https://www.usajobs.gov/job/774711000"
        assert short[0].columns["posted_date"] == datetime(2024, 2, 5, tzinfo=UTC)
        assert short[0].columns["application_deadline"] == datetime(2024, 2, 19, 23, 59, 59, tzinfo=UTC)
        assert {posting.columns["job_type"] for posting in short} == {"", "Internship", "Temporary"}
        assert "location" in short[0].untold
        hourly, unpaid, remote, *_, filled = postings("usajobs_full.csv")
        assert hourly.columns["salary_min"] is None
        assert hourly.notes == ("Pay by the hour is not yearly pay.",)
        assert unpaid.columns["salary_max"] is None
        assert remote.columns["remote_type"] == "Remote"
        assert remote.columns["salary_min"] > 50_000
        assert filled.columns["status"] == "filled"
        assert "location" not in filled.untold

    def test_own_columns_need_no_mapping(self) -> None:
        feed = feed_of('Job Title;Company;URL;Skills;Salary_min\nBaker;Acme;https://a.example/1;"Dough;Ovens";30000\n')
        [row] = feed.rows
        posting = feed.read(row.record).check()
        assert (posting.title, posting.company, posting.key) == ("Baker", "Acme", "https://a.example/1")
        assert posting.columns["skills_required"] == ["Dough", "Ovens"]
        assert posting.columns["salary_min"] is None
        assert posting.notes == ("Pay in an unknown currency (none given) is not taken over.",)

    def test_a_mapping_translates_joins_splits_and_dates(self) -> None:
        mapping = load_mapping(
            """
            source = "acme"
            [fields]
            title = "Position"
            company = { from = ["Agency", "Department"], skip = ["Other"] }
            location = { from = "Places", split = "|" }
            job_type = { from = "Kind", values = { FT = "Full-time" } }
            remote_type = { from = "Places", contains = { Anywhere = "Remote" } }
            posted_date = { from = "Opened", dates = ["%d.%m.%Y", "%d.%m.%Y %H:%M"] }
            salary_min = "Pay"
            salary_currency = { value = "CHF" }
            salary_period = { value = "year" }
            requirements = [{ from = "Grade", prefix = "Grade: " }, { from = "Travel", prefix = "Travel: " }]
            """,
            is_toml=True,
        )
        feed = feed_of(
            "Position,Agency,Department,Places,Kind,Opened,Pay,Grade,Travel\n"
            'Clerk,Other,Mint,Bern | Anywhere,FT,24.12.2025,"91,500",7,\n'
            "Clerk,Mint,,Bern,PT,31.12.2025 08:30,x,,often\n",
            mapping=mapping,
        )
        assert feed.source == "acme"
        first, second = (feed.read(row.record).check() for row in feed.rows)
        assert (first.company, first.columns["location"], first.columns["remote_type"]) == (
            "Mint",
            "Bern; Anywhere",
            "Remote",
        )
        assert (first.columns["job_type"], first.columns["requirements"]) == ("Full-time", "Grade: 7")
        assert (first.columns["salary_min"], first.columns["salary_currency"]) == (91500, "CHF")
        assert first.columns["posted_date"] == datetime(2025, 12, 24, tzinfo=UTC)
        assert second.columns["posted_date"] == datetime(2025, 12, 31, 8, 30, tzinfo=UTC)
        assert second.columns["requirements"] == "Travel: often"
        assert second.notes == ("'x' is no amount of pay.", "job type: 'PT' is none of ours.")

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ("nowhere", "There is no mapping 'nowhere'; shipped: usajobs."),
            ({"fields": {"title": "t"}}, "The mapping lacks company."),
            ({"fields": {"title": "t", "company": "c", "colour": "x"}}, "The mapping names unknown fields: colour."),
            ({"columns": {}}, "A mapping has the key fields, a table, and may have source."),
            (
                {"fields": {"title": {"form": "t"}, "company": "c"}},
                "The mapping of title is a column's name or a table",
            ),
            ({"fields": {"title": {"from": "t", "value": "v"}, "company": "c"}}, "The mapping of title is"),
        ],
    )
    def test_a_broken_mapping_is_explained(self, given: Any, words: str) -> None:
        with pytest.raises(ValidationError) as caught:
            make_mapping(given)
        assert caught.value.messages[0].startswith(words)

    @pytest.mark.parametrize("text", ["[fields", "title: x"])
    def test_a_mapping_that_is_no_toml_is_refused(self, text: str) -> None:
        with pytest.raises(ValidationError, match="cannot be read"):
            load_mapping(text, is_toml=True)


class TestBadInput:
    def test_each_broken_line_is_named_and_the_others_are_read(self) -> None:
        lines = [
            b'{"title": "Baker", "company": "Acme"}',
            b'{"title": "Baker", ',
            b"[1, 2]",
            b'{"title": "B\xff"}',
            b'{"title": NaN}',
            b'{"title": "nul \\u0000"}',
            b'{"title": "half \\ud800"}',
            b'{"a": ' * 30 + b"1" + b"}" * 30,
            b"",
            b'{"title": "Cook", "company": "Acme"}',
        ]
        rows = rows_of(b"\n".join(lines))
        assert [(line, fault.split(":")[1].strip() if fault else "") for line, _, fault in rows] == [
            (1, ""),
            (2, "is not JSON"),
            (3, "is no JSON object."),
            (4, "is not UTF-8. Save the file as UTF-8."),
            (5, "is not JSON"),
            (6, "title"),
            (7, "title"),
            (8, "It is nested deeper than 20 levels."),
            (10, ""),
        ]

    def test_csv_rows_are_named_by_the_line_they_begin_on(self) -> None:
        table = b'\xef\xbb\xbftitle,company\n"Ba\nker",Acme\nCook\n\nB\xfccker,Acme\n\'=1+1 clerk,Acme\n'
        rows = rows_of(table)
        assert [(line, fault) for line, _, fault in rows][:2] == [
            (2, ""),
            (4, "record: has 1 cells for 2 columns."),
        ]
        assert rows[2] == (6, {}, "record: is not UTF-8. Save the file as UTF-8.")
        assert rows[3][:2] == (7, {"title": "=1+1 clerk", "company": "Acme"})

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "The file is empty."),
            (b"[]", "The file holds no postings."),
            (b'{"title": ', "The document is not JSON"),
            (b'{"title":\n"B\xfccker"}', "Line 2 is not UTF-8. Save the file as UTF-8."),
            (b"title,company\nB\xfccker,Acme\n", "Nothing can be read: line 2: record: is not UTF-8."),
            (b"Stra\xdfe,title\nx,y\n", "Line 1 is not UTF-8."),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "Line 1 is not UTF-8."),
            (b"PK\x03\x04\x14\x00\x06", "The file is no text."),
            (b"title,company\rBaker,Acme\r", "Line 1 is not CSV: a carriage return in it ends no line."),
            (b'{"hello": "world"}', "The keys of the first record say neither title nor company"),
            (b'["x"]', "Nothing can be read: entry 1: record: is no JSON object."),
            (b"[" * 100_000, "The document is not JSON: it is nested too deeply."),
            (b"a,b\n1,2\n", "The columns say neither title nor company"),
            (b"title,title\nx,y\n", "Line 1 names a column twice."),
            (b"\x1f\x8bnonsense", "The gzip file is damaged"),
            (gzip.compress(b'{"title": "x"}', mtime=0)[:-6], "The gzip file is damaged"),
            (b"<html></html>", "The file holds no postings."),
        ],
    )
    def test_a_file_that_cannot_be_understood_is_refused(self, content: bytes, words: str) -> None:
        with pytest.raises(ValidationError) as caught:
            feed_of(content)
        assert caught.value.messages[0].startswith(words)

    def test_a_line_without_end_is_refused_where_it_stands(self) -> None:
        rows = feed_of(b'{"title": "Baker", "company": "Acme"}\n' + b"x" * (LONGEST_LINE + 1)).rows
        assert next(rows).line == 1
        with pytest.raises(Refused, match="Line 2 is longer than"):
            next(rows)

    def test_an_open_quote_does_not_swallow_the_rest_of_a_file(self) -> None:
        rows = feed_of('title,company\nBaker,Acme\n"Cook,Acme\n' + "Clerk,Acme\n" * 20_000).rows
        assert next(rows).line == 2
        with pytest.raises(Refused, match="Line 3 is not CSV"):
            list(rows)

    @pytest.mark.parametrize(
        ("head", "filler", "size", "words"),
        [
            (b"[", b" ", 60_000_000, "The gzip file unpacks to more than 100 times its size."),
            (b'{"title": "x"}\n{"title": "', b"x", 60_000_000, "Line 2 is longer than 2,000,000 bytes."),
            (b'{"title": "Baker"}\n' * 2, b"\n", 20_000_000, "Line 10003 ends 10,001 lines"),
        ],
        ids=["document", "line", "blank lines"],
    )
    def test_a_gzip_bomb_is_refused_before_it_has_grown(
        self, head: bytes, filler: bytes, size: int, words: str
    ) -> None:
        packed = gzip.compress(head + filler * size, compresslevel=6)
        assert len(packed) < 100_000
        with pytest.raises((Refused, ValidationError)) as caught:
            list(feed_of(packed, mapping={"fields": {"title": "title", "company": "company"}}).rows)
        assert words in str(caught.value)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"title": ""}, "title: has 0 characters"),
            ({"title": "x" * 201}, "title: has 201 characters"),
            ({"title": {"en": "Baker"}}, "title: is no text."),
            ({"company": "c" * 201}, "company: has more than 200"),
            ({"job_url": "javascript:alert(1)"}, "job_url: 'javascript:alert(1)' is no web address"),
            ({"job_url": "https://ada:secret@a.example"}, "job_url: 'https://ada:secret@a.example' is no safe"),
            ({"application_url": "mailto:a@b.example"}, "application_url: "),
            ({"posted": "yesterday"}, "posted_date: 'yesterday' is no date."),
            ({"posted": "2026-02-30"}, "posted_date: '2026-02-30' is no date."),
            ({"posted": 1e30}, "posted_date: "),
            ({"description": "d" * 100_001}, "description: has more than 100,000"),
        ],
    )
    def test_what_breaks_a_rule_is_named_by_its_field(self, changes: dict[str, Any], words: str) -> None:
        with pytest.raises(Unfit) as caught:
            Draft(**({"title": "Baker", "company": "Acme"} | changes)).check()
        assert str(caught.value).startswith(words)

    def test_many_places_fit_the_column(self) -> None:
        places = [f"Place number {number}" for number in range(100)]
        location = Draft(title="Baker", company="Acme", locations=places).check().columns["location"]
        assert len(location) <= 255
        assert location.startswith("Place number 0; Place number 1; ")
        assert location.endswith(" more")

    def test_a_pipe_that_gives_little_at_a_time_is_understood_all_the_same(self) -> None:
        class Pipe(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                return super().read(min(size or 0, 7))

        content = b'{"title": "Baker", "company": "Acme"}\n' * 3
        for raw in (content, gzip.compress(content)):
            assert len(list(open_feed(Pipe(raw), kind="auto", mapping=None).rows)) == 3


class TestPay:
    @pytest.mark.parametrize(
        ("offers", "pay", "notes"),
        [
            ([Offer(50000, 60000, "EUR", "YEAR")], (50000, 60000, "EUR"), []),
            ([Offer("$50,000.50", "60K", "usd", "per year")], (Decimal("50000.50"), 60000, "USD"), []),
            ([Offer(60000, 50000, "EUR", "1 YEAR")], (50000, 60000, "EUR"), ["The pay range ran backwards and was turned round."]),
            ([Offer(0, 50000, "EUR", "YEAR")], (None, 50000, "EUR"), ["Pay of zero is not taken over."]),
            ([Offer(-5, None, "EUR", "YEAR")], None, ["Pay below zero is not taken over."]),
            ([Offer(25, 30, "USD", "per-hour-wage")], None, ["Pay by the hour is not yearly pay."]),
            ([Offer(4000, 5000, "EUR", "per-month-salary")], None, ["Pay by the month is not yearly pay."]),
            ([Offer(25, 30, "USD")], None, ["Pay without a known period: 25 to 30 USD (none given)."]),
            ([Offer(60000, 85000, "EUR")], (60000, 85000, "EUR"), []),
            ([Offer(300000, 400000, "JPY")], None, ["Pay without a known period: 300000 to 400000 JPY (none given)."]),
            ([Offer(60000, 85000, "XXX", "YEAR")], None, ["Pay in an unknown currency (XXX) is not taken over."]),
            ([Offer("competitive", None, "EUR", "YEAR")], None, ["'competitive' is no amount of pay."]),
            ([Offer(float("nan"), 10**12, "EUR", "YEAR")], None, ["'nan' is no amount of pay.", "'1000000000000' is no amount of pay."]),
            ([Offer(True, None, "EUR", "YEAR")], None, ["'True' is no amount of pay."]),
            ([Offer(50000, 60000, "EUR", "YEAR"), Offer(55000, 70000, "EUR", "YEAR")], (50000, 70000, "EUR"), ["Pay spans 2 ranges."]),
            ([Offer(50000, 60000, "EUR", "YEAR"), Offer(55000, 70000, "USD", "YEAR")], None, ["Pay in several currencies is not taken over."]),
            ([], None, []),
        ],
    )  # fmt: skip
    def test_only_certain_yearly_pay_counts(self, offers: list[Offer], pay: Any, notes: list[str]) -> None:
        found, said = find_yearly_pay(offers)
        assert found == (YearlyPay(*pay) if pay else None)
        assert said == notes


class TestText:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("<p>Build &amp; run</p><ul><li>SQL</li><li>Go</li></ul>", "Build & run\n\n- SQL\n- Go"),
            ("&lt;p&gt;R&amp;amp;D&lt;/p&gt;", "R&D"),
            ("&amp;lt;p&amp;gt;twice&amp;lt;/p&amp;gt;", "twice"),
            ("a <script>alert(1)</script><b>b</b><br>c", "a b\nc"),
            ("plain  text\r\n\r\n\r\n\r\nwith a < b and vector<int>", "plain text\n\nwith a < b and vector<int>"),
            ("<table><tr><td>Pay</td><td>1</td></tr></table>", "Pay 1"),
            ("<li></li><li>one</li>", "- one"),
            ("<p onclick=x>caf&eacute;&nbsp;&#128640;</p>", "café 🚀"),
            ("", ""),
        ],
    )
    def test_html_becomes_readable_lines(self, given: str, expected: str) -> None:
        assert read_text(given) == expected

    def test_items_lose_their_bullets(self) -> None:
        assert read_items("<ul><li>Dental</li><li>• Lunch</li></ul>") == ["Dental", "Lunch"]

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("2026-03-02", datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)),
            ("2026-03-02T09:15:00-05:00", datetime(2026, 3, 2, 14, 15, tzinfo=UTC)),
            ("2026-03-02T09:15:00", datetime(2026, 3, 2, 9, 15, tzinfo=UTC)),
            (1767225600000, datetime(2026, 1, 1, tzinfo=UTC)),
            (1767225600, datetime(2026, 1, 1, tzinfo=UTC)),
            (None, None),
        ],
    )
    def test_a_moment_is_read_in_utc(self, given: Any, expected: Any) -> None:
        assert read_moment("deadline", given, is_end=True) == expected


@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_a_board_on_one_long_line_is_a_document(ending: bytes) -> None:
    jobs = [
        {"id": number, "title": "Baker", "absolute_url": f"https://acme.example/{number}", "content": "x" * 1000}
        for number in range(LONGEST_LINE // 1000)
    ]
    for some in (jobs[:100], jobs):
        feed = feed_of(json.dumps({"jobs": some}).encode() + ending)
        assert (feed.format, len(list(feed.rows))) == ("greenhouse", len(some))


def test_json_lines_may_begin_with_a_long_one() -> None:
    line = json.dumps({"title": "Baker", "company": "Acme", "description": "x" * 200_000}).encode()
    assert [row.line for row in feed_of(line + b"\n" + line).rows] == [1, 2]
