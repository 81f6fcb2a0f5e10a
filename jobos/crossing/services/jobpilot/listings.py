"""JobPilot's companies, its listings and what stands around them.

In the legacy shape a listing names its employer in words, with size, industry and address beside them. Later it names a
row of companies instead: such listings wait in `crossing.held_listings` and take these words from there, as the migrations
expect them. What companies say that no word of a listing can waits in `crossing.held_companies`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from companies.naming import normalize_company_name
from jobos.crossing.services.jobpilot import cells
from jobos.crossing.services.jobpilot.plans import keep_ghost_keys, make_plan, refer, same
from jobos.crossing.services.websites import Hiding

if TYPE_CHECKING:
    from jobos.crossing.services.jobpilot.plans import RowHook
    from jobos.crossing.services.loading import Loader, Row

UNKNOWN = "Unnamed employer"
FACTS = "size_category headquarters_location founded_year logo_url"
MAKE_COMPANIES = """
    CREATE TABLE crossing.held_companies (
        id uuid PRIMARY KEY, size_category text, headquarters_location text, founded_year integer, logo_url text,
        updated_at timestamptz)
    """
MAKE_LISTINGS = """
    CREATE TABLE crossing.held_listings (LIKE job_listings);
    ALTER TABLE crossing.held_listings ADD COLUMN company_id uuid, ALTER COLUMN company DROP NOT NULL;
    CREATE TABLE crossing.listing_companies (id uuid, company_id uuid);
    """
NO_LISTING = "It names no listing."

COMPANY = {
    "name": cells.required_text,
    **same(cells.text, "industry size location website description culture"),
    **same(cells.unwrapped, "values benefits"),
    **same(cells.time, "created_at updated_at"),
}
LISTING = {
    "title": cells.required_text,
    "company": cells.required_text,
    **same(cells.text, "location description requirements responsibilities job_type remote_type experience_level"),
    **same(cells.number, "salary_min salary_max"),
    "salary_currency": cells.text,
    **same(cells.skills, "skills_required skills_preferred tech_stack"),
    "benefits": cells.document,
    "benefits_parsed": cells.unwrapped,
    **same(cells.text, "education_required company_size industry job_url company_url application_url source status"),
    **same(cells.time, "posted_date application_deadline scraped_at last_verified created_at updated_at"),
    "source_count": cells.integer,
    "data_quality_score": cells.number,
    **same(cells.text, "verification_status company_size_category seniority_level"),
}
SOURCE = {
    **same(cells.required_text, "name display_name base_url"),
    **same(cells.flag, "api_available is_active"),
    **same(cells.unwrapped, "scraping_rules rate_limit_config"),
    **same(cells.time, "last_scraped created_at updated_at"),
}


def load_companies(loader: Loader) -> None:
    columns = loader.source.tables.get("companies", ())
    hiding = Hiding()

    def read(row: Row, stored: dict[str, Any]) -> None:
        read_identity(row, stored)
        stored["website"] = hiding.hide(stored["website"])

    loader.load(
        make_plan(
            loader,
            "companies",
            "legacy_jobpilot_companies",
            COMPANY,
            read,
            ignores=frozenset({"domain", "normalized_name"}),
        )
    )
    hiding.remember(loader)
    if set(FACTS.split()) & set(columns):
        loader.rows.execute(MAKE_COMPANIES)
        loader.load(
            make_plan(
                loader,
                "companies",
                "crossing.held_companies",
                {
                    **same(cells.text, "size_category headquarters_location logo_url"),
                    "founded_year": cells.integer,
                    "updated_at": cells.time,
                },
                registers=False,
                at=("updated_at",),
            )
        )


def read_identity(row: Row, stored: dict[str, Any]) -> None:
    """Keep of normalised name and domain what the name and the website do not say themselves."""
    domain, _ = cells.plain(row.cells.get("domain"))
    website = stored["website"]
    if domain and not website:
        stored["website"] = f"https://{domain}"
        row.note("website", website, stored["website"], "There was none: it follows from the domain.", "derived")
    elif domain and domain.lower() not in website.lower():
        row.note("domain", domain, website, "The domain is the website's.", "quarantined")
    normalized = row.cells.get("normalized_name")
    if normalized and normalized != normalize_company_name(stored["name"]):
        row.note("normalized_name", normalized, None, "It is made of the name, in another way here.")


def load_listings(loader: Loader) -> None:
    hiding = Hiding()

    def hide(row: Row, stored: dict[str, Any]) -> None:
        stored["company_url"] = hiding.hide(stored["company_url"])

    if "company_id" in loader.source.tables["job_listings"]:
        load_listings_of_companies(loader, hide)
    else:
        readers = {**LISTING, "canonical_id": refer(loader, "job_listings")}
        loader.load(make_plan(loader, "job_listings", "job_listings", readers, hide))
    hiding.remember(loader)
    keep_ghost_keys(loader, "job_listings", "canonical_id", "job_listings", "job_listings")


def load_listings_of_companies(loader: Loader, hide: RowHook) -> None:
    """Load listings that name a row of companies, and write out what stands there."""
    loader.rows.execute(MAKE_LISTINGS)
    has_words = "company" in loader.source.tables["job_listings"]
    readers = {
        **LISTING,
        "company": cells.text,
        "canonical_id": refer(loader, "job_listings"),
        "company_id": refer(loader, "companies"),
    }
    loader.load(make_plan(loader, "job_listings", "crossing.held_listings", readers, hide, home="job_listings"))
    has_facts = loader.rows.execute("SELECT to_regclass('crossing.held_companies')").fetchone() != (None,)
    told = {
        "company": f"COALESCE(NULLIF(t.company, ''), c.name, '{UNKNOWN}')",
        "company_url": "COALESCE(NULLIF(t.company_url, ''), c.website)",
        "company_size": "COALESCE(NULLIF(t.company_size, ''), c.size)",
        "industry": "COALESCE(NULLIF(t.industry, ''), c.industry)",
    }
    if has_facts:
        told["company_size_category"] = "COALESCE(NULLIF(t.company_size_category, ''), f.size_category)"
    names = ["id", *(name for name in readers if name != "company_id")]
    values = (told.get(name, f"t.{name}") for name in names)
    with loader.rows.transaction():
        loader.rows.execute(
            f"""
            INSERT INTO job_listings ({", ".join(names)})
            SELECT {", ".join(values)}
            FROM crossing.held_listings t
            LEFT JOIN legacy_jobpilot_companies c ON c.id = t.company_id
            {"LEFT JOIN crossing.held_companies f ON f.id = t.company_id" if has_facts else ""}
            """.encode()
        )
        loader.rows.execute(
            """
            INSERT INTO crossing.listing_companies
            SELECT t.id, t.company_id FROM crossing.held_listings t JOIN legacy_jobpilot_companies c ON c.id = t.company_id
            """
        )
        loader.rows.execute(KEEP_GHOST_COMPANIES, {"origin": loader.origin, "name": UNKNOWN})
    if not has_words:
        keep_ghost_keys(loader, "job_listings", "company_id", "crossing.held_listings", "companies")
    loader.rows.execute("DROP TABLE crossing.held_listings")


KEEP_GHOST_COMPANIES = """
    INSERT INTO migration_ledger
        (id, source, "table", row_id, "column", before, after, outcome, reason, target_row_id, at)
    SELECT md5(concat_ws('|', %(origin)s::text, 'job_listings', r.row_id, 'company_id', 'quarantined'))::uuid, %(origin)s,
           'job_listings', r.row_id, 'company_id', to_jsonb(t.company_id), to_jsonb(l.company), 'quarantined',
           'There is no such company.', '', COALESCE(t.created_at, t.updated_at, 'epoch')
    FROM crossing.held_listings t
    JOIN job_listings l ON l.id = t.id
    JOIN crossing.source_rows r ON r.source_table = 'job_listings' AND r.stage_id = t.id
    LEFT JOIN legacy_jobpilot_companies c ON c.id = t.company_id
    WHERE c.id IS NULL AND (t.company_id IS NOT NULL OR COALESCE(t.company, '') = '')
    ON CONFLICT (id) DO NOTHING
    """


def load_surroundings(loader: Loader) -> None:
    """Load sources, listings at sources, vectors and pairs of duplicates."""
    loader.load(make_plan(loader, "job_sources", "job_sources", SOURCE))
    listing = refer(loader, "job_listings", required=NO_LISTING)
    plans = {
        "job_source_listings": {
            "job_id": listing,
            "source_id": refer(loader, "job_sources", required="It names no source."),
            "source_job_id": cells.text,
            "source_url": cells.required_text,
            "source_metadata": cells.unwrapped,
            **same(cells.time, "scraped_at last_updated"),
        },
        "job_embeddings": {
            "job_id": listing,
            **same(cells.required_text, "embedding_model content_hash"),
            "embedding_vector": cells.required_document,
            "embedding_dimension": cells.required_integer,
            "content_type": cells.text,
            "created_at": cells.time,
        },
        "job_duplications": {
            **same(listing, "canonical_job_id duplicate_job_id"),
            "confidence_score": cells.share,
            "matching_fields": cells.required_document,
            "merge_strategy": cells.text,
            "reviewed": cells.flag,
            "created_at": cells.time,
        },
    }
    for table, columns in plans.items():
        row = name_posting if table == "job_source_listings" else None
        loader.load(make_plan(loader, table, table, columns, row, at=("created_at", "scraped_at")))
    for table, column, refers_to in (
        ("job_source_listings", "job_id", "job_listings"),
        ("job_source_listings", "source_id", "job_sources"),
        ("job_embeddings", "job_id", "job_listings"),
        ("job_duplications", "canonical_job_id", "job_listings"),
        ("job_duplications", "duplicate_job_id", "job_listings"),
    ):
        keep_ghost_keys(loader, table, column, table, refers_to)


def name_posting(row: Row, stored: dict[str, Any]) -> None:
    """Give a posting without a key at its source one of its own: otherwise all of them would be one."""
    if stored["source_job_id"] is None:
        stored["source_job_id"] = row.row_id
        row.note("source_job_id", None, row.row_id, "There was none: its own key stands in.", "derived")
