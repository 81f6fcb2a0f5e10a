"""JobPilot's databases: what they look like, where their rows go, and what is filled in afterwards.

`load` brings all rows into the staging database's legacy tables, `complete` follows the migrations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services import people
from jobos.crossing.services.jobpilot.banks import load_banks, load_resumes
from jobos.crossing.services.jobpilot.completing import complete
from jobos.crossing.services.jobpilot.interactions import load_interactions
from jobos.crossing.services.jobpilot.listings import load_companies, load_listings, load_surroundings
from jobos.crossing.services.jobpilot.shapes import recognise
from jobos.crossing.services.jobpilot.users import BELONGINGS, load_users

if TYPE_CHECKING:
    from jobos.crossing.services.loading import Loader

__all__ = ["USERS", "complete", "load", "recognise"]

USERS = "user_profiles"
# Tables of JobPilot that have no home here.
HOMELESS = {
    "raw_job_collections": "Answers of job boards as they came: what they made of them are the listings.",
    "job_processing_logs": "A log of how listings were made.",
    "processed_job_data": "A step on the way to listings.",
    "etl_operation_logs": "A log of how listings were made.",
}
UNKNOWN = "No table here holds such rows."


def load(loader: Loader, shape: str) -> None:
    """Load everything that a database of this shape holds; what has no home goes whole into the ledger."""
    load_users(loader)
    load_companies(loader)
    load_listings(loader)
    load_surroundings(loader)
    load_interactions(loader)
    load_banks(loader)
    load_resumes(loader)
    people.reassign(loader, BELONGINGS)
    for table in loader.source.tables:
        if table not in loader.read:
            loader.keep_whole(table, HOMELESS.get(table, UNKNOWN))
    loader.keep_leftovers()
