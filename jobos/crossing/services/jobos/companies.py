"""The companies that each person followed: one table there, and one here until the migrations make a directory of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from companies.naming import normalize_company_name
from jobos.crossing.services.jobos import cells
from jobos.crossing.services.jobos.cards import settle_times, times
from jobos.crossing.services.loading import Column, Plan
from jobos.crossing.services.websites import ANOTHER_NAME, Hiding

if TYPE_CHECKING:
    import psycopg

    from jobos.crossing.services.loading import Loader, Row

# The rows that are part of another one of their user, with both names.
FOLDED = """
    SELECT line.id, line.before ->> 'name', COALESCE(told.before ->> 'name', c.name)
    FROM migration_ledger line
    JOIN target_companies t ON t.id = line.target_row_id::uuid
    JOIN companies c ON c.id = t.company_id
    LEFT JOIN migration_ledger told ON told.source = line.source AND told."table" = 'target_companies'
        AND told."column" = 'company' AND told.row_id = line.target_row_id
    WHERE line.source = 'companies.0004_one_directory' AND line."table" = 'legacy_jobos_companies' AND line."column" = ''
      AND line.outcome = 'merged'
    """


def load_companies(loader: Loader) -> None:
    hiding = Hiding()

    def settle(row: Row, stored: dict[str, Any]) -> None:
        settle_times(row, stored)
        stored["website"] = hiding.hide(stored["website"])

    loader.load(
        Plan(
            table="companies",
            into="legacy_jobos_companies",
            columns=(
                Column("id", "id", cells.key(loader, "companies")),
                Column("user_id", "user_id", cells.key(loader, "users")),
                Column("name", "name", cells.needed(cells.text(255), "")),
                Column("lane", "lane", cells.whole()),
                Column("stage", "stage", cells.text(50)),
                Column("sector", "sector", cells.text(100)),
                Column("b2c_validated", "b2c_validated", cells.flag),
                Column("funding", "funding"),
                Column("hq_city", "hq_city", cells.text(100)),
                Column("website", "website", cells.text(500)),
                Column("open_roles_count", "open_roles_count", cells.needed(cells.whole(), 0)),
                Column("last_researched", "last_researched", cells.time),
                Column("deep_dive_done", "deep_dive_done", cells.flag),
                Column("deep_dive_content", "deep_dive_content"),
                Column("investors", "investors", cells.texts),
                Column("notes", "notes"),
                Column("is_excluded", "is_excluded", cells.flag_or_none),
                *times(),
            ),
            row=settle,
        )
    )
    hiding.remember(loader)


def tell_names_apart(staging: psycopg.Connection[Any]) -> None:
    """Say of the rows that only a website made a part of another one that they had a name of their own."""
    folded = staging.execute(FOLDED).fetchall()
    differ = [line for line, *names in folded if all(names) and len(set(map(normalize_company_name, names))) > 1]
    staging.execute("UPDATE migration_ledger SET reason = %s WHERE id = ANY (%s)", [ANOTHER_NAME, differ])
