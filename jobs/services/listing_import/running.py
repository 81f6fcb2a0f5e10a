"""One run over one file: planned, which writes nothing, or for good."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from jobos.core.errors import Conflict
from jobs.models import JobSource
from jobs.services.listing_import.reading import Feed, Readable, Refused, open_feed
from jobs.services.listing_import.report import ImportReport, RowOutcome
from jobs.services.listing_import.writing import CatalogueWriter, Item, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jobos.accounts.models import User

    Tell = Callable[[ImportReport], None]

BATCH_ROWS = 1_000
BATCH_SIZE = 16_000_000  # Characters of records: rows may be large.
LONGEST_SOURCE = 100


def plan_import(
    file: Readable,
    *,
    format: str = "auto",  # noqa: A002 - What everybody calls it.
    source: str = "",
    mapping: Mapping[str, Any] | str | None = None,
    company: str = "",
    website: str = "",
    by: User | None = None,
    tell: Tell | None = None,
) -> ImportReport:
    """Return what importing a file would do to each row: the very same run, taken back at its end."""
    feed = open_feed(file, kind=format, mapping=mapping)
    with _only_run(feed, source) as name, transaction.atomic():
        report = _run(feed, name, company=company, website=website, by=by, is_dry_run=True, tell=tell)
        transaction.set_rollback(True)
    return report


def run_import(
    file: Readable,
    *,
    format: str = "auto",  # noqa: A002 - What everybody calls it.
    source: str = "",
    mapping: Mapping[str, Any] | str | None = None,
    company: str = "",
    website: str = "",
    by: User | None = None,
    tell: Tell | None = None,
) -> ImportReport:
    """Import a file in batches that stand by themselves: after an interruption, run it again."""
    feed = open_feed(file, kind=format, mapping=mapping)
    with _only_run(feed, source) as name:
        return _run(feed, name, company=company, website=website, by=by, is_dry_run=False, tell=tell)


@contextmanager
def _only_run(feed: Feed, source: str) -> Iterator[str]:
    """Hold what makes this the only run of its source, and give the source's name."""
    name = source.strip() or feed.source
    if not name:
        raise ValidationError("Name the source that these postings come from.", code="no_source")
    if len(name) > LONGEST_SOURCE:
        raise ValidationError(f"A source's name has at most {LONGEST_SOURCE} characters.", code="source")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"jobos import {name}"])
        (is_held,) = cursor.fetchone()
    if not is_held:
        raise Conflict("Another import from this source is running; start this one after it.", code="busy")
    try:
        yield name
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"jobos import {name}"])


def _run(
    feed: Feed, name: str, *, company: str, website: str, by: User | None, is_dry_run: bool, tell: Tell | None
) -> ImportReport:
    report = ImportReport(name, feed.format, is_dry_run, feed.unit)
    source, _ = JobSource.objects.get_or_create(name=name)
    writer = CatalogueWriter(source, by=by, is_dry_run=is_dry_run, unit=feed.unit)
    for rejected, items in _batches(feed, report, company=company.strip(), website=website.strip()):
        report.add(sorted([*rejected, *writer.write(items)], key=lambda row: row.line))
        if tell is not None:
            tell(report)
    report.past_deadline = writer.count_past_deadline()
    return report


def _batches(
    feed: Feed, report: ImportReport, *, company: str, website: str
) -> Iterator[tuple[list[RowOutcome], list[Item]]]:
    """Cut the rows of a feed into batches of bounded size; where the file cannot be read on, the report says why."""
    rejected: list[RowOutcome] = []
    items: list[Item] = []
    size = 0
    try:
        for row in feed.rows:
            report.read += 1
            ready = prepare(row, feed, company=company, website=website)
            if isinstance(ready, Item):
                items.append(ready)
                size += ready.size
            else:
                rejected.append(ready)
            if len(items) + len(rejected) >= BATCH_ROWS or size >= BATCH_SIZE:
                yield rejected, items
                rejected, items, size = [], [], 0
    except Refused as exc:
        report.refusal = str(exc)
    if rejected or items:
        yield rejected, items
