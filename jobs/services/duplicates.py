"""Deciding about listings that look like one posting: accept, keep apart, and take either back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from jobos.core.errors import Conflict
from jobos.core.models import LedgerEntry, LedgerOutcome
from jobs.models import JobDeduplication, JobListing, ListingStatus, MergeStrategy
from jobs.services.listings import refuse_seekers

if TYPE_CHECKING:
    from jobos.accounts.models import User


def _ledger_source(pair: JobDeduplication) -> str:
    return f"duplicates:{pair.pk}"


def _lock(pair: JobDeduplication) -> tuple[JobListing, JobListing]:
    """Return the two listings of a locked pair, original first.

    Locked with what each is a copy of and with their own copies, in the order that every writer takes.
    """
    ids = (pair.canonical_job_id, pair.duplicate_job_id)
    originals = JobListing.objects.filter(pk__in=ids, canonical__isnull=False).order_by()
    known = [*ids, *originals.values_list("canonical", flat=True)]
    concerned = JobListing.objects.filter(Q(pk__in=known) | Q(canonical__in=ids))
    found = {row.pk: row for row in concerned.order_by("pk").select_for_update(no_key=True)}
    return found[ids[0]], found[ids[1]]


def _decide(pair: JobDeduplication, strategy: MergeStrategy) -> None:
    pair.reviewed, pair.merge_strategy = True, strategy
    pair.save(update_fields=["reviewed", "merge_strategy", "updated_at"])


@transaction.atomic
def accept_duplicate(pair: JobDeduplication, *, by: User) -> JobDeduplication:
    """Say that two listings are one posting: the copy points at the original, is retired, and its sources count there.

    Copies of the copy are the original's from then on. Call it with the pair locked. What the copy was is kept in the
    ledger, so that `reopen_duplicate` gives it back.
    """
    refuse_seekers(by)
    _refuse_decided(pair)
    original, copy = _lock(pair)
    if copy.canonical_id is not None:
        raise Conflict("The copy was accepted as a duplicate already.", code="already_duplicate")
    if original.canonical_id is not None:
        raise Conflict(
            "The original is itself a duplicate of another listing.",
            code="original_is_duplicate",
            existing_id=original.canonical_id,
        )
    now = timezone.now()
    retired = ListingStatus.INACTIVE if copy.status == ListingStatus.ACTIVE else copy.status
    followers = list(copy.copies.order_by("pk"))
    own_count = copy.source_count - sum(follower.source_count for follower in followers)
    LedgerEntry.objects.create(
        source=_ledger_source(pair),
        table="job_listings",
        row_id=str(copy.pk),
        before={"status": copy.status, "copies": [str(follower.pk) for follower in followers]},
        after={"status": retired, "canonical": str(original.pk)},
        outcome=LedgerOutcome.MERGED,
        reason=f"Accepted as a duplicate by {by.email}.",
        target_row_id=str(original.pk),
        at=now,
    )
    JobListing.objects.filter(canonical=copy).update(canonical=original, updated_at=now)
    JobListing.objects.filter(pk=copy.pk).update(
        canonical=original, status=retired, source_count=max(own_count, 1), updated_at=now
    )
    JobListing.objects.filter(pk=original.pk).update(source_count=F("source_count") + copy.source_count, updated_at=now)
    _decide(pair, MergeStrategy.KEEP_CANONICAL)
    return pair


@transaction.atomic
def keep_apart(pair: JobDeduplication, *, by: User) -> JobDeduplication:
    """Say that two listings are two postings: both stay, and the pair leaves the queue. Call it with the pair locked."""
    refuse_seekers(by)
    _refuse_decided(pair)
    _decide(pair, MergeStrategy.MERGE_BOTH)
    return pair


@transaction.atomic
def reopen_duplicate(pair: JobDeduplication, *, by: User) -> JobDeduplication:
    """Take a decision back and put the pair into the queue again. Call it with the pair locked.

    A status that somebody changed since is left as it is.
    """
    refuse_seekers(by)
    if not pair.reviewed:
        raise ValidationError("Nobody has decided about this pair yet.", code="not_reviewed")
    entry = LedgerEntry.objects.filter(source=_ledger_source(pair)).first()
    if entry is not None:
        original, copy = _lock(pair)
        _give_back(entry, original, copy)
        entry.delete()
    pair.reviewed, pair.merge_strategy = False, MergeStrategy.MANUAL_REVIEW
    pair.save(update_fields=["reviewed", "merge_strategy", "updated_at"])
    return pair


def _give_back(entry: LedgerEntry, original: JobListing, copy: JobListing) -> None:
    """Undo what an acceptance did, as far as it still holds; the original may be a copy itself by now."""
    now = timezone.now()
    before, after = entry.before or {}, entry.after or {}
    head = copy.canonical_id
    if head is None or head not in (original.pk, original.canonical_id):
        return
    followers = JobListing.objects.filter(pk__in=before["copies"], canonical=head)
    lent = sum(followers.order_by().values_list("source_count", flat=True))
    followers.update(canonical=copy, updated_at=now)
    JobListing.objects.filter(pk=head).update(
        source_count=Greatest(F("source_count") - copy.source_count - lent, 1), updated_at=now
    )
    was_left_alone = copy.status == after["status"]
    JobListing.objects.filter(pk=copy.pk).update(
        canonical=None,
        status=before["status"] if was_left_alone else copy.status,
        source_count=copy.source_count + lent,
        updated_at=now,
    )


def _refuse_decided(pair: JobDeduplication) -> None:
    if pair.reviewed:
        raise Conflict("This pair has been decided. Reopen it first.", code="already_reviewed")
