"""Websites at hosts that became shared ones after the migrations had taken their list of them.

The migrations would take all companies with a page at such a host for one. So the dots of its name are hidden from them,
as with any host that they cannot read: they tell companies by their names, and the website goes where every website at a
shared host goes, into the directory and the ledger. There `reveal` shows it again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from companies.domains import find_domain
from companies.migrations import _naming_v1

if TYPE_CHECKING:
    import psycopg

    from jobos.crossing.services.loading import Loader

# What two rows of one person say that are one target company although their names are not the same.
ANOTHER_NAME = (
    "Another row of this user has another name; by its website it means the same company, and it was updated later."
)
# No text has this character: Unicode keeps it for programs. It takes the room of the dot, so that nothing grows too long.
HIDDEN_DOT = "\ufdd0"
_AUTHORITY = re.compile(r"\s*(?:https?:)?(?://)?[^/?#]*", re.IGNORECASE)
TABLES = ("companies", "job_listings", "legacy_jobos_companies", "legacy_jobpilot_companies", "target_companies")


class Hiding:
    """Hides websites of one table, and has `reveal` know of it."""

    def __init__(self) -> None:
        self.is_used = False

    def hide(self, website: str | None) -> str | None:
        """Return a website as the migrations may see it."""
        authority = _AUTHORITY.match(website)[0] if website else ""  # type: ignore[index]
        if not website or not _is_newly_shared(authority):
            return website
        self.is_used = True
        return authority.replace(".", HIDDEN_DOT) + website[len(authority) :]

    def remember(self, loader: Loader) -> None:
        if self.is_used:
            loader.rows.execute("CREATE TABLE IF NOT EXISTS crossing.hidden_websites ()")


@lru_cache(maxsize=100_000)
def _is_newly_shared(authority: str) -> bool:
    return not find_domain(authority) and bool(_naming_v1.find_domain(authority))


def reveal(staging: psycopg.Connection[Any]) -> None:
    """Show the websites that were hidden, now that the migrations are through."""
    if staging.execute("SELECT to_regclass('crossing.hidden_websites')").fetchone() == (None,):
        return
    values = {"dot": HIDDEN_DOT, "some": f"%{HIDDEN_DOT}%", "tables": list(TABLES)}
    with staging.transaction():
        staging.execute(
            "UPDATE companies SET website = replace(website, %(dot)s, '.') WHERE website LIKE %(some)s", values
        )
        staging.execute(
            """
            UPDATE migration_ledger
            SET before = replace(before::text, %(dot)s, '.')::jsonb, after = replace(after::text, %(dot)s, '.')::jsonb
            WHERE "table" = ANY (%(tables)s) AND (before::text LIKE %(some)s OR after::text LIKE %(some)s)
            """,
            values,
        )
