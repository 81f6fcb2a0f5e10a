"""Sources of listings: how many show one, and taking a source away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from jobs.services.listings import refuse_seekers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from jobos.accounts.models import User
    from jobs.models import JobSource

# What no source shows was made by hand, and counts as one; what is accepted as a copy counts for its original too.
_COUNT = """
    UPDATE job_listings l SET source_count = GREATEST(1, (
        SELECT count(*) FROM job_source_listings s WHERE s.job_id = l.id
    )) + COALESCE((SELECT sum(copy.source_count) FROM job_listings copy WHERE copy.canonical_id = l.id), 0), updated_at = %s
    WHERE l.id = ANY(%s)
"""


def count_sources(listing_ids: Iterable[UUID]) -> None:
    """Make `source_count` of listings the number of sources that show them or copies of them."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [timezone.now(), list(set(listing_ids))])


@transaction.atomic
def delete_source(source: JobSource, *, by: User) -> None:
    """Delete a source; its listings stay, and are counted anew where others show them as well."""
    refuse_seekers(by)
    shown = (
        source.source_listings.filter(job__source_count__gt=1).order_by("job_id").values_list("job", "job__canonical")
    )
    listings, originals = [], []
    for listing, original in shown:
        listings.append(listing)
        originals += [original] if original else []
    source.delete()
    count_sources(listings)
    count_sources(originals)
