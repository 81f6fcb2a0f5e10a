"""Which listing of the catalogue is the same posting as another one?

Surely: the same address and title. Very likely: the same employer, title and place, and a text that is nearly equal.
Postings without a telling text are never taken for one another: an authority announces the same role every month.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models.functions import Lower

from companies.naming import fold
from jobs.models import JobListing, ListingStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

# A shorter text tells nobody apart.
SHORTEST_TELLING_TEXT = 200
NEARLY_EQUAL = 0.9
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Look:
    """What a posting is recognised by."""

    company_id: UUID
    title: str
    location: str
    description: str
    job_url: str

    @cached_property
    def name(self) -> str:
        """The title as its spellings meet."""
        return fold(self.title)

    @cached_property
    def role(self) -> tuple[UUID, str, str]:
        return self.company_id, self.name, fold(self.location)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.description.casefold()))

    @property
    def is_telling(self) -> bool:
        return len(self.description) >= SHORTEST_TELLING_TEXT

    def likeness(self, other: Look) -> float:
        """Return which share of the words of both texts they have in common."""
        every = len(self.words | other.words)
        return len(self.words & other.words) / every if every else 0.0


@dataclass(frozen=True)
class Twin:
    """The listing that another posting turned out to be, and what showed it."""

    listing_id: UUID
    confidence: float
    matching_fields: tuple[str, ...]


class Lookout:
    """The listings that a batch of postings could be, from the catalogue and from the batch itself."""

    def __init__(self, looks: Iterable[Look]) -> None:
        self._by_address: dict[tuple[str, str], list[UUID]] = defaultdict(list)
        self._by_role: dict[tuple[UUID, str, str], list[tuple[UUID, Look]]] = defaultdict(list)
        looks = list(looks)
        addresses = {look.job_url for look in looks if look.job_url}
        telling = [look for look in looks if look.is_telling]
        if addresses:
            # The second condition is what the partial index on addresses asks for.
            self._load(JobListing.objects.filter(job_url__in=addresses).exclude(job_url=""))
        if telling:
            self._load(
                JobListing.objects.annotate(lower_title=Lower("title")).filter(
                    company__in={look.company_id for look in telling},
                    lower_title__in={look.title.lower() for look in telling},
                    status=ListingStatus.ACTIVE,
                )
            )

    def _load(self, listings: Iterable[JobListing]) -> None:
        rows = listings.values_list(  # type: ignore[attr-defined]
            "pk", "canonical_id", "status", "company_id", "title", "location", "description", "job_url"
        )
        for pk, canonical_id, status, *facts in rows.order_by("pk"):
            self.add(canonical_id or pk, Look(*facts), is_active=status == ListingStatus.ACTIVE)

    def add(self, listing_id: UUID, look: Look, *, is_active: bool = True) -> None:
        """Let later postings of the batch be recognised as this listing."""
        if look.job_url:
            self._by_address[look.job_url, look.name].append(listing_id)
        if look.is_telling and is_active:
            self._by_role[look.role].append((listing_id, look))

    def find(self, look: Look, *, but: UUID | None = None) -> Twin | None:
        """Return the listing that a posting is as well, other than the one it already is."""
        if look.job_url:
            for listing_id in self._by_address[look.job_url, look.name]:
                if listing_id != but:
                    return Twin(listing_id, 1.0, ("job_url", "title"))
        if look.is_telling:
            for listing_id, other in self._by_role[look.role]:
                likeness = look.likeness(other)
                if listing_id != but and likeness >= NEARLY_EQUAL:
                    return Twin(listing_id, round(likeness, 3), ("company", "title", "location", "description"))
        return None
