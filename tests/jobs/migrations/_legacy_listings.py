"""Listings of JobPilot and what stood around them, as hard as they come, and a strategy for more."""

from __future__ import annotations

import json
import uuid
from typing import Any

from hypothesis import strategies as st

from tests.jobs.migrations._legacy_rows import moments, texts
from tests.migrating import Row

NAMESPACE = uuid.UUID("6f1d2c50-0000-4000-8000-000000000001")
CREATED = "2025-03-01T08:00:00Z"
UPDATED = "2025-03-09T10:11:12.123456+05:30"


def key(name: str) -> uuid.UUID:
    """Return the key of the row with this name."""
    return uuid.uuid5(NAMESPACE, name)


def document(value: Any) -> str:
    return json.dumps(value)


def make_listing(name: str, **columns: Any) -> Row:
    """Return a listing of a company of its own."""
    return {
        "id": key(name),
        "title": "Engineer",
        "company": f"{name} GmbH",
        "salary_currency": "USD",
        "status": "ACTIVE",
        "source_count": 1,
        "verification_status": "UNVERIFIED",
        "created_at": CREATED,
        "updated_at": UPDATED,
        **columns,
    }


LISTINGS: list[Row] = [
    make_listing("plain"),
    make_listing(
        "full",
        title="Staff Engineer",
        company="Full Corp.",
        location="Berlin",
        description="Build, don't break.",
        requirements="Go",
        responsibilities="All",
        job_type="FULL_TIME",
        remote_type="ON_SITE",
        experience_level="SENIOR_LEVEL",
        seniority_level="C_LEVEL",
        salary_min=100000.0,
        salary_max=150000.5,
        salary_currency="EUR",
        skills_required=document(["Python", "C++", "a,b{}\"'", "Ünï", ""]),
        skills_preferred=document(["Go"]),
        tech_stack=document(["PostgreSQL"]),
        benefits=document(["Bike"]),
        education_required="BSc",
        company_size="51-200 employees",
        company_size_category="SMALL",
        industry="Software",
        company_url="https://www.full.example.com/about",
        job_url="https://jobs.example/1",
        application_url="HTTP://jobs.example/apply",
        posted_date="2025-02-01T00:00:00Z",
        application_deadline="2025-04-01T00:00:00Z",
        source="indeed",
        status="FILLED",
        source_count=3,
        data_quality_score=0.75,
        scraped_at="2025-02-02T00:00:00Z",
        last_verified="2025-02-03T00:00:00Z",
        verification_status="INVALID",
        benefits_parsed=document({"pto": 30}),
        canonical_id=key("plain"),
    ),
    {"id": key("bare"), "title": "Cook", "company": "Bare Bistro"},
    make_listing("no created", created_at=None, posted_date="2024-01-01T00:00:00Z"),
    make_listing("no times", created_at=None, updated_at=None, scraped_at="2024-05-05T00:00:00Z"),
    make_listing(
        "blanks",
        location="",
        description="",
        requirements="",
        responsibilities="",
        job_type="",
        remote_type="",
        experience_level="",
        seniority_level="",
        salary_currency="",
        education_required="",
        company_size="",
        industry="",
        job_url="",
        company_url="",
        application_url="",
        source="",
        status="",
        verification_status="",
        company_size_category="",
        skills_required=document([]),
        skills_preferred=document([]),
        tech_stack=document([]),
        benefits=document([]),
        benefits_parsed=document({}),
    ),
    make_listing(
        "json nulls", skills_required="null", tech_stack="null", benefits="null", benefits_parsed="null"
    ),
    make_listing(
        "unknown",
        job_type="UNKNOWN",
        remote_type="SOMEWHERE",
        experience_level="UNKNOWN",
        seniority_level="UNKNOWN",
        company_size_category="UNKNOWN",
        status="UNKNOWN",
        verification_status="UNKNOWN",
        benefits_parsed=document([]),
    ),
    make_listing(
        "values", job_type="Full-time", remote_type="on-site", experience_level="mid_level", seniority_level="vp",
        status="expired", verification_status="removed",
    ),
    make_listing("title empty", title=""),
    make_listing("title blank", title="  ", company=" "),
    make_listing("title short", title="QA", company="Quality"),
    make_listing("title short, long company", title="QA", company="q" * 300),
    make_listing("title long", title="t" * 201),
    make_listing("title three", title="CTO"),
    make_listing("title two hundred", title="t" * 200),
    make_listing("salary reversed", salary_min=90.0, salary_max=50.0),
    make_listing("salary negative", salary_min=-1.0, salary_max=-0.01),
    make_listing("salary negative low", salary_min=-1.0, salary_max=50.0),
    make_listing("salary nan", salary_min="NaN", salary_max="Infinity"),
    make_listing("salary huge", salary_min=1e10, salary_max=1e300),
    make_listing("salary fine", salary_min=12345.678, salary_max=12345.67),
    make_listing("salary zero", salary_min=0.0, salary_max=0.0),
    make_listing("salary alone", salary_max=70000.0),
    make_listing("currency lower", salary_currency=" eur "),
    make_listing("currency sign", salary_currency="€"),
    make_listing("currency none", salary_currency=None),
    make_listing("currency odd", salary_currency="bucks"),
    make_listing("currency unknown", salary_currency="ABC"),
    make_listing("url bare", job_url="www.jobs.example/1", application_url="//jobs.example/apply"),
    make_listing("url port", job_url="jobs.example:8080/x", application_url=" https://jobs.example/ "),
    make_listing("url script", job_url="javascript:alert(1)", application_url="mailto:a@jobs.example"),
    make_listing("url word", job_url="n/a", application_url="see website"),
    make_listing("url long", job_url="https://jobs.example/" + "x" * 2000, application_url="jobs.example/" + "x" * 1990),
    make_listing("lists of text", skills_required=document("Python, Go ,,SQL"), tech_stack=document('["a", "b"]')),
    make_listing(
        "lists of anything",
        skills_required=document(["a", 7, None, {"x": 1}, ["y"], True]),
        skills_preferred=document({"a": 1}),
        tech_stack=document(5),
        benefits=document([["nested"]]),
        benefits_parsed=document("text"),
    ),
    make_listing("texts long", location="l" * 300, education_required="e" * 501, source="s" * 101),
    make_listing("count", source_count=-1, data_quality_score=1.5),
    make_listing("count none", source_count=None, data_quality_score="NaN"),
    make_listing("count zero", source_count=0, data_quality_score=0.0),
    make_listing("ghost", canonical_id=key("nobody")),
    make_listing("own copy", canonical_id=key("own copy")),
    make_listing("copy", canonical_id=key("plain")),
    # Companies: one employer in many spellings, and several of one name.
    make_listing("acme 1", company="Acme Co., Ltd.", company_url="https://acme.com", company_size="11-50"),
    make_listing("acme 2", company="ACME", company_url="http://careers.acme.com:8080/jobs", industry="Anvils"),
    make_listing("acme 3", company="ACME", company_url=None, company_size="11-50", industry="Anvils"),
    make_listing("acme 4", company="Acme Inc", company_url="https://www.linkedin.com/company/acme", industry="Rockets"),
    make_listing("twin com", company="Twin", company_url="https://twin.com"),
    make_listing("twin de", company="TWIN GmbH", company_url="twin.de"),
    make_listing("twin alone", company="Twin"),
    make_listing("twin told", company="Twin Ltd"),
    make_listing("known", company="Known Works Inc.", company_size="2,000", industry="Works"),
    make_listing("known with site", company="Late Site", company_url="https://late.example.org"),
    make_listing("company empty", company=""),
    make_listing("company blank", company="  \t", company_url="https://blank.example.net"),
    make_listing("company legal", company="GmbH"),
    make_listing("company long", company="Long " * 60),
    make_listing("company long too", company="Long " * 50),
    make_listing("company odd", company="???"),
    make_listing("same domain", company="Anvil Works", company_url="https://acme.com/anvils"),
]  # fmt: skip

COMPANIES: list[Row] = [
    {
        "id": key(f"company {name}"),
        "name": name,
        "created_at": CREATED,
        "updated_at": UPDATED,
        **columns,
    }
    for name, columns in {
        "Known Works Inc.": {
            "industry": "Old works",
            "location": "Bern",
            "description": "Works.",
            "culture": "Calm",
            "values": document(["Calm", 3, None]),
            "benefits": document(["Cake"]),
        },
        "KNOWN WORKS": {"location": "Basel", "size": "10,000+", "updated_at": "2025-03-10T00:00:00Z"},
        "Late Site": {},
        "Twin Ltd": {"website": "https://twin.com/uk"},
        "No listing SA": {"website": "nolisting.fr", "values": "null", "created_at": None, "updated_at": None},
        "": {"benefits": document("cake")},
    }.items()
]

SOURCES: list[Row] = [
    {
        "id": key(f"source {name}"),
        "name": name,
        "display_name": name,
        "base_url": f"https://{name}.example",
        "api_available": True,
        "is_active": False,
        "created_at": CREATED,
        "updated_at": UPDATED,
        **columns,
    }
    for name, columns in {
        "indeed": {"scraping_rules": document({"a": 1}), "rate_limit_config": document([1])},
        "bare": {
            "api_available": None,
            "is_active": None,
            "created_at": None,
            "updated_at": None,
            "base_url": "bare.example",
            "display_name": "",
        },
        "odd": {"base_url": "nowhere", "display_name": "d" * 201, "scraping_rules": document({})},
        "": {"base_url": ""},
        " ": {"base_url": "", "updated_at": "2025-01-01T00:00:00Z"},
        "n" * 100 + "a": {"base_url": ""},
        "n" * 100 + "b": {"base_url": "", "updated_at": "2025-01-01T00:00:00Z"},
    }.items()
]

SOURCE_LISTINGS: list[Row] = [
    {
        "id": key(f"at source {name}"),
        "job_id": key("plain"),
        "source_id": key("source indeed"),
        "source_job_id": name,
        "source_url": "https://indeed.example/1",
        "scraped_at": CREATED,
        "last_updated": UPDATED,
        **columns,
    }
    for name, columns in {
        "plain": {"source_metadata": document({"a": 1})},
        "no times": {"scraped_at": None, "last_updated": None, "source_metadata": "null", "source_url": ""},
        "twice": {"source_job_id": "same"},
        "twice, later": {"source_job_id": "same", "last_updated": "2025-06-01T00:00:00Z", "job_id": key("full")},
        "twice, no time": {"source_job_id": "same", "last_updated": None},
        "of a ghost": {"job_id": key("nobody")},
        "at a ghost": {"source_id": key("nowhere")},
        "of a cut source": {"source_id": key("source " + "n" * 100 + "b")},
        "of its winner": {"source_id": key("source " + "n" * 100 + "a"), "source_job_id": "of a cut source"},
        "long": {"source_job_id": "k" * 600, "source_url": "https://x.example/" + "u" * 2000},
    }.items()
]

DUPLICATIONS: list[Row] = [
    {
        "id": key(f"pair {name}"),
        "canonical_job_id": key("plain"),
        "duplicate_job_id": key("copy"),
        "confidence_score": 0.5,
        "matching_fields": document(["title"]),
        "merge_strategy": "merge_both",
        "reviewed": True,
        "created_at": CREATED,
        **columns,
    }
    for name, columns in {
        "plain": {},
        "again": {"created_at": "2025-05-01T00:00:00Z", "reviewed": False},
        "again, no time": {"created_at": None},
        "other way": {"canonical_job_id": key("copy"), "duplicate_job_id": key("plain"), "confidence_score": 7.0},
        "itself": {"duplicate_job_id": key("plain")},
        "ghost": {"duplicate_job_id": key("nobody")},
        "nan": {
            "duplicate_job_id": key("full"),
            "confidence_score": "NaN",
            "merge_strategy": "guess",
            "matching_fields": "null",
        },
        "bare": {
            "duplicate_job_id": key("bare"),
            "confidence_score": -1.0,
            "merge_strategy": None,
            "reviewed": None,
            "created_at": None,
        },
    }.items()
]

EMBEDDINGS: list[Row] = [
    {
        "id": key(f"vector {name}"),
        "job_id": key(name),
        "embedding_model": "mini",
        "content_hash": "h",
        "embedding_vector": document([0.1, 0.2]),
        "embedding_dimension": 2,
        "created_at": CREATED,
    }
    for name in ("plain", "nobody")
]

TABLES: dict[str, list[Row]] = {
    "job_listings": LISTINGS,
    "job_sources": SOURCES,
    "job_source_listings": SOURCE_LISTINGS,
    "job_duplications": DUPLICATIONS,
    "job_embeddings": EMBEDDINGS,
    "legacy_jobpilot_companies": COMPANIES,
}

# Any rows -------------------------------------------------------------------------------------------------------------

short = st.none() | st.just("") | texts
names = st.sampled_from(
    ["Acme", "ACME Inc.", " acme ", "Acme Labs", "Twin", "Twin Ltd", "", " ", "GmbH", "Ünï AG", "L" * 300]
)
urls = st.none() | st.sampled_from(
    ["https://acme.com", "acme.com", "http://twin.de/x", "https://twin.com", "https://linkedin.com/company/acme", "", "n/a",
     "mailto:x@acme.com", "https://acme.com/" + "p" * 1000, "javascript:1", "//acme.com"]
)  # fmt: skip
numbers = st.none() | st.sampled_from(
    [0.0, 1.0, 50000.0, 49999.99, 0.005, 1.005, -1.0, 1e10, 9999999999.99, "NaN", "Infinity", "-Infinity", 123456.789]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | texts, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
lists = st.none() | st.one_of(
    st.lists(texts, max_size=3).map(document), values.map(document), st.just("null"), st.just(document("a, b"))
)
listing_rows = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["QA", "", "Cook", "t" * 250, "  "]) | texts,
        "company": names | texts,
        "location": short | st.just("l" * 300),
        "description": short,
        "job_type": st.sampled_from([None, "", "FULL_TIME", "Full-time", "full_time", "CONTRACT", "UNKNOWN"]),
        "remote_type": st.sampled_from([None, "", "ON_SITE", "REMOTE", "hybrid", "?"]),
        "experience_level": st.sampled_from([None, "ENTRY_LEVEL", "entry_level", "UNKNOWN"]),
        "seniority_level": st.sampled_from([None, "VP", "c-level", "UNKNOWN"]),
        "salary_min": numbers,
        "salary_max": numbers,
        "salary_currency": st.sampled_from([None, "", "USD", "eur", "€", "XXX", "dollars"]),
        "skills_required": lists,
        "benefits": lists,
        "benefits_parsed": st.none() | values.map(document) | st.just(document({"a": [1]})),
        "company_size": st.sampled_from([None, "", "1-10", "51-200", "10,001+", "big"]),
        "company_size_category": st.sampled_from([None, "UNKNOWN", "SMALL"]),
        "industry": short,
        "company_url": urls,
        "job_url": urls | texts,
        "posted_date": st.none() | moments,
        "status": st.sampled_from([None, "ACTIVE", "EXPIRED", "expired", "UNKNOWN"]),
        "verification_status": st.sampled_from([None, "ACTIVE", "UNKNOWN"]),
        "source_count": st.none() | st.integers(-2, 5),
        "data_quality_score": st.none() | st.floats(-0.5, 1.5) | st.just("NaN"),
        "canonical": st.integers(0, 300),
        "created_at": st.none() | moments,
        "updated_at": st.none() | st.sampled_from([CREATED, UPDATED]) | moments,
    }
)


def with_keys(rows: list[Row]) -> list[Row]:
    """Give generated listings keys of their own and let some be copies of others, of ghosts, of themselves."""
    return [
        {
            "id": key(str(place)),
            **{name: value for name, value in row.items() if name != "canonical"},
            "canonical_id": key(str(row["canonical"])) if row["canonical"] < 150 else None,
        }
        for place, row in enumerate(rows)
    ]
