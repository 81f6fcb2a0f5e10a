"""The rows of the catalogue's lists as SQL, made of what their serializers declare: what one shows, the other shows."""

from __future__ import annotations

from companies.api.serializers import CLAIMED, CompanyReferenceSerializer
from companies.models import Company
from jobos.accounts.roles import RECRUITERS
from jobos.core.json_rows import select_list, spell_column, spell_columns
from jobs.api.listing_serializers import ListingListSerializer
from jobs.models import JobListing

# What `Company.is_open_to` tells of one row, in SQL; the role is asked for only where it matters.
IS_OPEN = f"""(c.is_confirmed OR c.created_by_id = %(user)s OR %(is_superuser)s OR (
    SELECT EXISTS (SELECT FROM accounts_user_groups member JOIN auth_group role ON role.id = member.group_id
        WHERE member.user_id = %(user)s AND role.name = '{RECRUITERS}')))"""


def spell_listing() -> str:
    """Return the SELECT list, over `l` and `c`, of a listing as `ListingListSerializer` shows it."""
    company = spell_columns(Company, CompanyReferenceSerializer.Meta.fields, "c")
    company |= {name: f"CASE WHEN {IS_OPEN} THEN {company[name]} END" for name in CLAIMED if name in company}
    special = {
        "company_id": "l.company_id",
        "company_name": "c.name",
        "company": f"(SELECT row_to_json(company) FROM (SELECT {select_list(company)}) company)",
        "canonical": "l.canonical_id",
    }
    names = ListingListSerializer.Meta.fields
    return select_list({name: special.get(name) or spell_column(JobListing, name, "l") for name in names})


LISTING = spell_listing()
