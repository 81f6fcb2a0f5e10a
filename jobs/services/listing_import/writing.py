"""Writing postings into the catalogue, a batch at a time: each batch is one transaction of a few statements.

Which posting is which is told by the source's key. What a source said last is kept as digests beside its record, so
that a run writes only what the source changed since: a curator's edits stand until the source changes that very column.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from companies.services import find_or_create_companies
from jobos.core.bulk import copy_rows
from jobos.core.errors import Conflict, violated_constraint
from jobos.core.models import describe_constraint
from jobs.models import JobDeduplication, JobListing, JobSource, JobSourceListing, ListingStatus, MergeStrategy
from jobs.quality import score_quality
from jobs.services.listing_import.posting import Posting, Unfit
from jobs.services.listing_import.report import Outcome, RowOutcome
from jobs.services.listing_import.twins import Look, Lookout, Twin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from jobos.accounts.models import User
    from jobs.services.listing_import.reading import Feed, Row

LARGEST_RECORD = 65_536
LONGEST_KEPT_TEXT = 1_000
MOST_KNOWN_COMPANIES = 50_000
UNNAMED = "company: the posting does not name its employer; say whose board it is."
# Where a posting that was seen before stands in this file; gone with the connection.
_SEEN_TABLE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS import_seen (
        key text PRIMARY KEY, line bigint NOT NULL, title text NOT NULL, listing uuid, is_new boolean NOT NULL
    )
"""


@dataclass(frozen=True)
class Item:
    """A posting that is ready to be written, with what is kept of its record."""

    line: int
    posting: Posting
    digest: str
    imported: Mapping[str, str]
    layout: str
    """Which kind of record it is: two files of one source may know different things of one posting."""
    record: Mapping[str, Any]
    size: int

    @property
    def mention(self) -> tuple[str, str]:
        return self.posting.company, self.posting.website

    def metadata(
        self, *, is_duplicate: bool, kept: Mapping[str, str] | None = None, before: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return what is stored beside the listing; `kept` are digests of columns that the record does not speak of.

        `before` is what a record of another layout said last.
        """
        return {
            "digest": self.digest,
            "imported": {**(kept or {}), **self.imported},
            "layout": self.layout,
            "record": self.record,
            **({"before": before} if before else {}),
            **({"notes": list(self.posting.notes)} if self.posting.notes else {}),
            **({"duplicate": True} if is_duplicate else {}),
        }

    def tell(self, outcome: Outcome, **more: Any) -> RowOutcome:
        posting = self.posting
        return RowOutcome(self.line, outcome, posting.title, posting.company, notes=posting.notes, **more)


def prepare(row: Row, feed: Feed, *, company: str, website: str) -> Item | RowOutcome:
    """Return the posting of a row ready to be written, or its rejection."""
    title: Any = row.record.get("title")
    try:
        if row.fault:
            raise Unfit(row.fault)  # noqa: TRY301 - One place words a rejection.
        draft = feed.read(row.record)
        title = draft.title
        if company and not (draft.company and draft.is_employer_named):
            draft.company, draft.website, draft.is_employer_named = company, website, True
        posting = draft.check()
        whole = _dump(row.record)
    except Unfit as exc:
        return RowOutcome(row.line, Outcome.REJECTED, _show(title), reason=str(exc))
    rest = {key: value for key, value in row.record.items() if key not in draft.kept_texts}
    imported = {column: _digest(value) for column, value in posting.columns.items() if value not in ("", None, [])}
    if posting.is_employer_named:
        imported["company"] = _digest([posting.company, posting.website])
    return Item(
        line=row.line,
        posting=posting,
        digest=_digest([whole, imported], size=8),
        imported={column: digest for column, digest in imported.items() if column not in posting.untold},
        layout=f"csv {_digest(sorted(row.record))}" if feed.format == "csv" else feed.format,
        record=_bound(rest),
        size=len(whole),
    )


def _dump(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False, default=str)
    except ValueError as exc:
        raise Unfit("record: holds a number that is none.") from exc


def _digest(value: Any, *, size: int = 4) -> str:
    text = value if isinstance(value, str) else _dump(value)
    return blake2b(text.encode(), digest_size=size).hexdigest()


def _bound(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record that is not too large to be kept: its long texts are cut, and where that is no help it is left out."""
    if len(_dump(record)) <= LARGEST_RECORD:
        return record
    cut = {key: value[:LONGEST_KEPT_TEXT] if isinstance(value, str) else value for key, value in record.items()}
    size = len(_dump(cut))
    return cut if size <= LARGEST_RECORD else {"left_out": f"The record has {size:,} characters."}


def _show(title: Any) -> str:
    """Return what a report can say of a title that may hold anything."""
    return " ".join(title.encode(errors="replace").decode().split())[:200] if isinstance(title, str) else ""


@dataclass(frozen=True)
class _Known:
    pk: UUID
    listing_id: UUID
    digests: tuple[str | None, ...]
    """Of the record that was read last, and of the last one of another layout."""


@dataclass
class _Changes:
    """What one batch writes."""

    listings: list[JobListing] = field(default_factory=list)
    source_listings: list[JobSourceListing] = field(default_factory=list)
    updated_listings: dict[UUID, JobListing] = field(default_factory=dict)
    updated_columns: set[str] = field(default_factory=set)
    updated_source_listings: list[JobSourceListing] = field(default_factory=list)
    pairs: list[JobDeduplication] = field(default_factory=list)
    counted: set[UUID] = field(default_factory=set)
    """Listings that got another source."""

    @property
    def is_empty(self) -> bool:
        return not (self.source_listings or self.updated_source_listings)


class CatalogueWriter:
    """Writes the batches of one run of one source."""

    def __init__(self, source: JobSource, *, by: User | None, is_dry_run: bool, unit: str) -> None:
        self.source = source
        self.unit = unit
        self.by = by
        self.is_dry_run = is_dry_run
        self._companies: dict[tuple[str, str], UUID] = {}
        with connection.cursor() as cursor:
            cursor.execute(_SEEN_TABLE)
            cursor.execute("TRUNCATE import_seen")

    def write(self, items: Sequence[Item]) -> list[RowOutcome]:
        """Write a batch and tell the outcome of each of its rows; a row that the database refuses takes no other along."""
        if not items:
            return []
        try:
            with transaction.atomic():
                batch = _Batch(self, items)
                outcomes = batch.write()
        except Conflict:  # Others hold what this batch needs: no fault of a row.
            raise
        except (DataError, IntegrityError, ValidationError) as exc:
            self._companies.clear()  # One of them may have been merged away meanwhile.
            if len(items) == 1:
                return [items[0].tell(Outcome.REJECTED, reason=_explain(exc))]
            middle = len(items) // 2
            return self.write(items[:middle]) + self.write(items[middle:])
        if len(self._companies) > MOST_KNOWN_COMPANIES:
            self._companies.clear()
        self._companies |= batch.companies
        return outcomes

    def count_past_deadline(self) -> int:
        """Return how many listings that were met are active although their deadline is over."""
        met = RawSQL("SELECT listing FROM import_seen", [])
        count: int = JobListing.objects.past_deadline(timezone.now()).filter(pk__in=met).count()
        return count

    def resolve(self, mentions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """Return the directory entry of each mention (name, website), made where it is missing."""
        every = set(mentions)
        wanted = sorted(every - self._companies.keys())  # In one order: two runs never wait for each other crosswise.
        made = find_or_create_companies(wanted, by=self.by)
        known = {mention: self._companies[mention] for mention in every & self._companies.keys()}
        return known | {mention: company.pk for mention, company in made.items()}


def _explain(exc: DataError | IntegrityError | ValidationError) -> str:
    if isinstance(exc, ValidationError):
        return f"company: {' '.join(exc.messages)}"
    name = violated_constraint(exc) if isinstance(exc, IntegrityError) else None
    rule = describe_constraint(JobListing, name) if name else None
    return f"{', '.join(rule.fields)}: {rule.message}" if rule else str(exc).split("\n", 1)[0]


def _recall(metadata: Mapping[str, Any], item: Item) -> tuple[Mapping[str, str], Mapping[str, Any] | None]:
    """Return what a record of this layout said last of each column, and what one of another layout did.

    Where none of this layout has been read, the other one counts, and what this one leaves empty is no news.
    """
    last, before = (
        {name: kept[name] for name in ("layout", "digest", "imported") if name in kept}
        if isinstance(kept, dict)
        else {}
        for kept in (metadata, metadata.get("before"))
    )
    if last.get("layout", item.layout) == item.layout:
        return last.get("imported", {}), before or None
    if before.get("layout") == item.layout:
        return before.get("imported", {}), last
    told = item.imported.keys() | item.posting.untold
    return {column: digest for column, digest in last.get("imported", {}).items() if column in told}, last


class _Batch:
    """One batch on its way into the tables."""

    def __init__(self, writer: CatalogueWriter, items: Sequence[Item]) -> None:
        self.writer = writer
        self.items = items
        self.now = timezone.now()
        self.outcomes: dict[int, RowOutcome] = {}
        self.companies: dict[tuple[str, str], UUID] = {}
        self.changes = _Changes()
        self.listing_of: dict[int, UUID] = {}
        self.repeats: list[tuple[Item, int, UUID | None]] = []

    def write(self) -> list[RowOutcome]:
        fresh = self._set_repeats_aside()
        known = self._find_known(fresh)
        new, changed = [], []
        for item in fresh:
            seen = known.get(item.posting.key)
            if seen is None:
                new.append(item)
            elif item.digest in seen.digests:
                self._settle(item, Outcome.UNCHANGED, seen.listing_id)
            else:
                changed.append((item, seen))
        new = [item for item in new if self._is_importable(item)]
        moved = [item for item, _ in changed if item.posting.is_employer_named and item.posting.company]
        self.companies = self.writer.resolve(item.mention for item in (*new, *moved))
        lookout = Lookout(self._look(item, self.companies[item.mention]) for item in new)
        for item in new:
            self._add(item, lookout)
        self._update(changed)
        self._settle_repeats()
        self._apply()
        self._remember()
        if self.writer.is_dry_run:
            self._name_lines()
        return [self.outcomes[item.line] for item in self.items]

    # Telling rows apart ----------------------------------------------------------------------------------------------

    def _set_repeats_aside(self) -> list[Item]:
        """Return the first row of each key; a later row with the same key is a duplicate of it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, line, title, listing FROM import_seen WHERE key = ANY(%s)",
                [[item.posting.key for item in self.items]],
            )
            first: dict[str, tuple[int, str, UUID | None]] = {key: tuple(rest) for key, *rest in cursor.fetchall()}
        fresh = []
        for item in self.items:
            posting = item.posting
            if not posting.key:
                self._reject(item, UNNAMED)
            elif posting.key not in first:
                first[posting.key] = (item.line, posting.title, None)
                fresh.append(item)
            elif posting.key == posting.columns["job_url"] and first[posting.key][1] != posting.title:
                self._reject(
                    item, f"job_url: {self.writer.unit} {first[posting.key][0]} has this address and another title."
                )
            else:
                line, _, listing_id = first[posting.key]
                self.repeats.append((item, line, listing_id))
        return fresh

    def _settle_repeats(self) -> None:
        for item, line, listing_id in self.repeats:
            place = f"{self.writer.unit.capitalize()} {line}"
            first = self.outcomes.get(line)
            if first is not None and first.outcome == Outcome.REJECTED:
                self._reject(item, f"{place} has the same key and was rejected.")
            else:
                self.outcomes[item.line] = item.tell(
                    Outcome.DUPLICATE,
                    reason=f"{place} has the same key.",
                    listing_id=listing_id or self.listing_of.get(line),
                )

    def _find_known(self, items: Sequence[Item]) -> dict[str, _Known]:
        rows = JobSourceListing.objects.filter(
            source=self.writer.source, source_job_id__in=[item.posting.key for item in items]
        ).values_list(
            "source_job_id", "pk", "job_id", KT("source_metadata__digest"), KT("source_metadata__before__digest")
        )
        return {key: _Known(pk, listing_id, tuple(digests)) for key, pk, listing_id, *digests in rows}

    def _is_importable(self, item: Item) -> bool:
        if item.posting.withheld:
            self._reject(item, item.posting.withheld)
        elif not item.posting.company:
            self._reject(item, UNNAMED)
        else:
            return True
        return False

    def _reject(self, item: Item, reason: str) -> None:
        self.outcomes[item.line] = item.tell(Outcome.REJECTED, reason=reason)

    def _settle(self, item: Item, outcome: Outcome, listing_id: UUID, **more: Any) -> None:
        self.listing_of[item.line] = listing_id
        self.outcomes[item.line] = item.tell(outcome, listing_id=listing_id, **more)

    # New postings ----------------------------------------------------------------------------------------------------

    def _look(self, item: Item, company_id: UUID) -> Look:
        columns = item.posting.columns
        return Look(company_id, columns["title"], columns["location"], columns["description"], columns["job_url"])

    def _add(self, item: Item, lookout: Lookout) -> None:
        company_id = self.companies[item.mention]
        look = self._look(item, company_id)
        twin = lookout.find(look)
        if twin is None:
            listing = JobListing(
                **item.posting.columns,
                company_id=company_id,
                source=self.writer.source.name,
                scraped_at=self.now,
                data_quality_score=score_quality(item.posting.columns),
                created_at=self.now,
                updated_at=self.now,
            )
            self.changes.listings.append(listing)
            lookout.add(listing.pk, look)
            self._settle(item, Outcome.CREATED, listing.pk)
        else:
            self.changes.counted.add(twin.listing_id)
            reason = f"{_tell(twin)} as listing {twin.listing_id}."
            self._settle(item, Outcome.DUPLICATE, twin.listing_id, reason=reason)
        self.changes.source_listings.append(
            JobSourceListing(
                job_id=self.listing_of[item.line],
                source=self.writer.source,
                source_job_id=item.posting.key,
                source_url=item.posting.columns["job_url"],
                source_metadata=item.metadata(is_duplicate=twin is not None),
                scraped_at=self.now,
                last_updated=self.now,
            )
        )

    # Known postings that the source changed --------------------------------------------------------------------------

    def _update(self, changed: Sequence[tuple[Item, _Known]]) -> None:
        if not changed:
            return
        listings = {
            listing.pk: listing
            for listing in JobListing.objects.filter(pk__in={seen.listing_id for _, seen in changed})
            .order_by("pk")
            .select_for_update(no_key=True)
        }
        kept = JobSourceListing.objects.in_bulk([seen.pk for _, seen in changed])
        moved = []
        for item, seen in changed:
            source_listing, listing = kept[seen.pk], listings[seen.listing_id]
            metadata = source_listing.source_metadata if isinstance(source_listing.source_metadata, dict) else {}
            said, before = _recall(metadata, item)
            is_duplicate = bool(metadata.get("duplicate"))
            columns = [] if is_duplicate else self._change(listing, item, said)
            untold = {column: digest for column, digest in said.items() if column in item.posting.untold}
            source_listing.source_metadata = item.metadata(is_duplicate=is_duplicate, kept=untold, before=before)
            source_listing.source_url = item.posting.columns["job_url"]
            source_listing.last_updated = self.now
            self.changes.updated_source_listings.append(source_listing)
            if columns:
                self.changes.updated_listings[listing.pk] = listing
                self.changes.updated_columns.update(columns)
                moved.append(listing)
            named = tuple("company" if column == "company_id" else column for column in columns)
            self._settle(item, Outcome.UPDATED, listing.pk, changed=named or ("source_metadata",))
        self._pair(moved)

    def _change(self, listing: JobListing, item: Item, said: Mapping[str, str]) -> list[str]:
        """Set what the source changed since it was read last, and return the columns that differ by it."""
        posting = item.posting
        wanted = {
            column: value
            for column, value in posting.columns.items()
            if column not in posting.untold and said.get(column) != item.imported.get(column)
        }
        if posting.is_employer_named and posting.company and said.get("company") != item.imported.get("company"):
            wanted["company_id"] = self.companies[item.mention]
        if wanted and not ("status" in posting.untold and "status" in said):
            # News of a posting bring a retired one back, unless its time is over.
            wanted["status"] = posting.columns["status"]
            deadline = wanted.get("application_deadline", listing.application_deadline)
            if wanted["status"] == ListingStatus.ACTIVE and deadline is not None and deadline < self.now:
                wanted["status"] = listing.status
        changed = [column for column, value in wanted.items() if getattr(listing, column) != value]
        for column in changed:
            setattr(listing, column, wanted[column])
        return changed

    def _pair(self, listings: Sequence[JobListing]) -> None:
        """Record what a changed posting turned out to be as well; both listings stay until a curator decides."""
        looks = {
            listing.pk: Look(listing.company_id, listing.title, listing.location, listing.description, listing.job_url)
            for listing in listings
        }
        if not looks:
            return
        lookout = Lookout(looks.values())
        for pk, look in looks.items():
            twin = lookout.find(look, but=pk)
            if twin is not None:
                first, second = sorted([twin.listing_id, pk])
                self.changes.pairs.append(
                    JobDeduplication(
                        canonical_job_id=first,
                        duplicate_job_id=second,
                        confidence_score=twin.confidence,
                        matching_fields=list(twin.matching_fields),
                        merge_strategy=MergeStrategy.MANUAL_REVIEW,
                    )
                )

    # Writing ---------------------------------------------------------------------------------------------------------

    def _apply(self) -> None:
        changes = self.changes
        if changes.is_empty:
            return
        copy_rows(JobListing, changes.listings)
        copy_rows(JobSourceListing, changes.source_listings)
        if changes.updated_listings:
            for listing in changes.updated_listings.values():
                listing.updated_at = listing.scraped_at = self.now
                listing.data_quality_score = score_quality(vars(listing))
            JobListing.objects.bulk_update(
                list(changes.updated_listings.values()),
                [*sorted(changes.updated_columns), "data_quality_score", "scraped_at", "updated_at"],
                batch_size=250,
            )
        JobSourceListing.objects.bulk_update(
            changes.updated_source_listings, ["source_metadata", "source_url", "last_updated"], batch_size=250
        )
        JobDeduplication.objects.bulk_create(changes.pairs, ignore_conflicts=True)
        if changes.counted:
            count_sources(changes.counted)
        JobSource.objects.filter(pk=self.writer.source.pk).update(last_scraped=self.now, updated_at=self.now)

    def _remember(self) -> None:
        """Note which keys of the file have been met, and which listings they are."""
        met = [item for item in self.items if item.line in self.listing_of]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO import_seen "
                "SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::uuid[], %s::boolean[])",
                [
                    [item.posting.key for item in met],
                    [item.line for item in met],
                    [item.posting.title for item in met],
                    [self.listing_of[item.line] for item in met],
                    [self.outcomes[item.line].outcome == Outcome.CREATED for item in met],
                ],
            )

    def _name_lines(self) -> None:
        """Name listings that a plan made up by the line that would make them: nobody finds them by their id."""
        told = {row.listing_id for row in self.outcomes.values() if row.listing_id}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT listing, line FROM import_seen WHERE is_new AND listing = ANY(%s::uuid[])", [list(told)]
            )
            made = dict(cursor.fetchall())
        for line, row in self.outcomes.items():
            if row.listing_id in made:
                reason = row.reason.replace(f"listing {row.listing_id}", f"{self.writer.unit} {made[row.listing_id]}")
                self.outcomes[line] = replace(row, listing_id=None, reason=reason)


def _tell(twin: Twin) -> str:
    *others, last = (name.replace("job_url", "address") for name in twin.matching_fields)
    return f"The same {', '.join(others)} and {last}"


def count_sources(listing_ids: Iterable[UUID]) -> None:
    """Make `source_count` of listings the number of sources that show them."""
    counted = (
        JobSourceListing.objects.filter(job=OuterRef("pk"))
        .order_by()
        .values("job")
        .annotate(number=Count("pk"))
        .values("number")
    )
    JobListing.objects.filter(pk__in=set(listing_ids)).update(
        source_count=Coalesce(Subquery(counted), 1), updated_at=timezone.now()
    )
