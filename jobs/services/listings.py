"""Changing the catalogue: adding, changing, retiring and deleting listings, one or very many. Recruiters do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from companies.models import Company
from companies.services import find_or_create_companies, find_or_create_company
from jobos.accounts.roles import is_recruiter
from jobos.core.errors import translate
from jobs.models import JobListing, ListingStatus
from jobs.quality import SCORED_COLUMNS, find_missing, score_quality

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from jobos.accounts.models import User
    from jobs.models import JobListingQuerySet

BATCH = 250
ONE_EMPLOYER = "Give either a company or its name."


def refuse_seekers(by: User) -> None:
    """Raise for whoever may not write the catalogue."""
    if not is_recruiter(by):
        raise PermissionDenied("The catalogue is written by recruiters.")


def rate(listing: JobListing) -> float:
    """Return the quality of a listing as it now is."""
    return score_quality(_scored(listing))


def name_missing(listing: JobListing) -> list[str]:
    """Return what a listing does not tell, the weightiest first."""
    return find_missing(_scored(listing))


def _scored(listing: JobListing) -> dict[str, Any]:
    return {column: getattr(listing, column) for column in SCORED_COLUMNS}


@transaction.atomic
def add_listing(*, by: User, **facts: Any) -> JobListing:
    """Put a listing into the catalogue. Its company is an entry of the directory, its id, or a name with a website."""
    refuse_seekers(by)
    listing = _make(_Employers(by), facts)
    listing.save(force_insert=True)
    return _reread(listing)


def _make(employers: _Employers, facts: Mapping[str, Any]) -> JobListing:
    columns = dict(facts)
    listing = JobListing(company=employers.find(columns), **columns)
    listing.data_quality_score = rate(listing)
    check_pay(listing)
    return listing


class _Employers:
    """Finds the companies of listings, each once."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.by_id: dict[UUID, Company] = {}
        self.by_name: dict[tuple[str, str], Company] = {}

    def load(self, ids: Iterable[UUID]) -> None:
        """Read the companies of these ids, as far as they exist, at once."""
        self.by_id |= {company.pk: company for company in Company.objects.visible_to(self.by).filter(pk__in=set(ids))}

    def load_named(self, mentions: Sequence[tuple[str, str]]) -> None:
        """Find or make the companies of these names and websites at once; one that is refused waits for its `find`."""
        try:
            with transaction.atomic():
                self.by_name |= find_or_create_companies(mentions, by=self.by)
        except ValidationError:
            middle = len(mentions) // 2
            for half in (mentions[:middle], mentions[middle:]) if middle else ():
                self.load_named(half)

    def find(self, facts: dict[str, Any]) -> Company:
        """Take what tells the company out of a listing's facts and return its directory entry."""
        company, name, website = facts.pop("company", None), facts.pop("company_name", ""), facts.pop("website", "")
        if (company is None) == (not name):
            raise ValidationError({"company": ValidationError(ONE_EMPLOYER, code="required")})
        if isinstance(company, Company):
            return company
        if company is not None:
            if website:
                raise ValidationError({"website": ValidationError("A website goes with a name.", code="invalid")})
            if company not in self.by_id:
                self.load([company])
            if company not in self.by_id:
                raise ValidationError({"company": ValidationError("There is no such company.", code="does_not_exist")})
            return self.by_id[company]
        if (name, website) not in self.by_name:
            try:
                self.by_name[name, website] = find_or_create_company(name, website=website, by=self.by)
            except ValidationError as exc:
                raise _rename(exc, {"name": "company_name"}) from exc
        return self.by_name[name, website]


def _rename(exc: ValidationError, names: Mapping[str, str]) -> ValidationError:
    """Return a refusal with its fields under the names that the caller used."""
    if not hasattr(exc, "error_dict"):
        return exc
    return ValidationError({names.get(name, name): errors for name, errors in exc.error_dict.items()})


def check_pay(listing: JobListing) -> None:
    """Explain a range of pay that runs backwards before the database refuses it."""
    low, high = listing.salary_min, listing.salary_max
    if low is not None and high is not None and high < low:
        raise ValidationError(
            {
                "salary_max": ValidationError(
                    "The highest salary is at least the lowest, and neither is negative.", code="salary_range_valid"
                )
            }
        )


def _reread(listing: JobListing) -> JobListing:
    """Return a listing with what the database makes of it."""
    listing.refresh_from_db(fields=["listed_at"])
    return listing


@transaction.atomic
def change_listing(listing: JobListing, *, by: User, **changes: Any) -> JobListing:
    """Change the given columns of a listing. Call it with the row locked; columns left out stay as they are."""
    refuse_seekers(by)
    changed = _apply(listing, _Employers(by), changes)
    if changed:
        listing.save(update_fields=[*changed, "updated_at"], force_update=True)
    return _reread(listing) if "posted_date" in changed else listing


def _apply(listing: JobListing, employers: _Employers, changes: Mapping[str, Any]) -> list[str]:
    """Set the given columns, and what follows from them; return the names of those that differ now."""
    columns = dict(changes)
    if {"company", "company_name", "website"} & columns.keys():
        columns["company"] = employers.find(columns)
    changed = [name for name, value in columns.items() if getattr(listing, name) != value]
    for name in changed:
        setattr(listing, name, columns[name])
    check_pay(listing)
    if set(changed) & set(SCORED_COLUMNS):
        score = rate(listing)
        if score != listing.data_quality_score:
            listing.data_quality_score = score
            changed.append("data_quality_score")
    return changed


def change_status(listings: JobListingQuerySet, *, status: str, by: User) -> int:
    """Retire listings, or bring them back; return how many had another status. One statement, however many."""
    refuse_seekers(by)
    return listings.exclude(status=status).update(status=ListingStatus(status), updated_at=timezone.now())


@transaction.atomic
def delete_listing(listing: JobListing, *, by: User) -> None:
    """Delete a listing that nobody saved or applied to; one that somebody did is refused (`RestrictedError`)."""
    refuse_seekers(by)
    listing.delete()
    if listing.canonical_id is not None:
        JobListing.objects.filter(pk=listing.canonical_id).update(
            source_count=Greatest(F("source_count") - listing.source_count, 1), updated_at=timezone.now()
        )


# Very many at once ----------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What became of one item of a bulk."""

    index: int
    outcome: Literal["created", "updated", "unchanged", "refused"] = "refused"
    listing_id: UUID | None = None
    error: Exception | None = None


@dataclass
class _Draft:
    """A listing that is going to be written for one item, and which columns of it."""

    outcome: Outcome
    listing: JobListing
    changed: list[str] = field(default_factory=list)


@transaction.atomic
def write_listings(items: Sequence[tuple[int, Mapping[str, Any]]], *, by: User) -> list[Outcome]:
    """Add listings, or change those that an item names by its id; return one outcome for each numbered item.

    Written in batches. An item that is refused stops none of the others: a batch that the database refuses is halved
    until the one is found.
    """
    refuse_seekers(by)
    employers = _Employers(by)
    employers.load(facts["company"] for _, facts in items if facts.get("company") is not None)
    named = {(facts["company_name"], facts.get("website", "")) for _, facts in items if facts.get("company_name")}
    employers.load_named(sorted(named))
    wanted = {facts["id"] for _, facts in items if "id" in facts}
    locked = JobListing.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True) if wanted else ()
    present = {listing.pk: listing for listing in locked}
    outcomes, added, changed = [], [], []
    for index, facts in items:
        outcome = Outcome(index)
        outcomes.append(outcome)
        try:
            draft = _draft(outcome, facts, employers, present)
        except ValidationError as exc:
            outcome.error = exc
            continue
        if "id" not in facts:
            added.append(draft)
        elif draft.changed:
            changed.append(draft)
        else:
            outcome.outcome, outcome.listing_id = "unchanged", draft.listing.pk
    _write(added, "created", _insert)
    by_columns: dict[tuple[str, ...], list[_Draft]] = {}
    for draft in changed:
        by_columns.setdefault(tuple(sorted(draft.changed)), []).append(draft)
    for drafts in by_columns.values():
        _write(drafts, "updated", _update)
    return outcomes


def _draft(
    outcome: Outcome, facts: Mapping[str, Any], employers: _Employers, present: dict[UUID, JobListing]
) -> _Draft:
    if "id" not in facts:
        return _Draft(outcome, _make(employers, facts))
    columns = {name: value for name, value in facts.items() if name != "id"}
    listing = present.pop(facts["id"], None)
    if listing is None:
        raise ValidationError(
            {"id": ValidationError("There is no such listing, or an item before names it.", code="does_not_exist")}
        )
    return _Draft(outcome, listing, _apply(listing, employers, columns))


def _insert(drafts: list[_Draft]) -> None:
    now = timezone.now()
    for draft in drafts:
        draft.listing.created_at = draft.listing.updated_at = now
    JobListing.objects.bulk_create([draft.listing for draft in drafts])


def _update(drafts: list[_Draft]) -> None:
    now = timezone.now()
    for draft in drafts:
        draft.listing.updated_at = now
    JobListing.objects.bulk_update([draft.listing for draft in drafts], [*drafts[0].changed, "updated_at"])


def _write(drafts: list[_Draft], word: Literal["created", "updated"], write: Any) -> None:
    """Write drafts in batches, and note what became of each."""
    pending = [drafts[start : start + BATCH] for start in range(0, len(drafts), BATCH)]
    while pending:
        batch = pending.pop()
        try:
            with transaction.atomic():
                write(batch)
        except (IntegrityError, DataError) as exc:
            if len(batch) > 1:
                middle = len(batch) // 2
                pending += [batch[:middle], batch[middle:]]
                continue
            batch[0].outcome.error = translate(exc)
            continue
        for draft in batch:
            draft.outcome.outcome, draft.outcome.listing_id = word, draft.listing.pk
