"""Changing the cards of a pipeline: adding, moving, closing, noting, following up, deleting, restoring."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Func, IntegerField, JSONField, Value
from django.db.models.expressions import CombinedExpression
from django.utils import timezone

from interactions.models import EventType
from interactions.services import record_job_event
from interactions.services.listings import record_application_event
from jobos.core.errors import Conflict, violated_constraint
from jobs.models import APPLIED_STATUSES, DEFAULT_CLOSED_REASON, WAITING_STATUSES, Job, JobStatus, today
from jobs.services.two_sides import (
    application_status_for,
    card_changes_for,
    is_about,
    lead_application,
    lock_application,
    lock_pair,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interactions.services.listings import ApplicationChange
    from jobos.accounts.models import User

LONGEST_NOTE = 5000
MOST_NOTES = 5000
ONE_OPEN_CARD = ("jobs_job_one_open_card", "jobs_job_one_open_card_of_listing")


def format_moment(moment: datetime) -> str:
    """Return a time as every note carries it: ISO 8601, UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def make_note(text: str, *, at: datetime, kind: str = "") -> dict[str, str]:
    """Return one entry of a card's notes."""
    entry = {"text": text, "created_at": format_moment(at)}
    return {**entry, "type": kind} if kind else entry


@transaction.atomic
def add_job(*, by: User, notes: Iterable[Mapping[str, str]] = (), **fields: Any) -> Job:
    """Put a card into a user's pipeline. Another open card for the company and role is a conflict."""
    now = timezone.now()
    job = Job(user=by, notes=[make_note(note["text"], at=now) for note in notes])
    status = fields.pop("status", JobStatus.TRACKING)
    for field, value in fields.items():
        setattr(job, field, value)
    _settle(job, status=status, reason=fields.get("closed_reason"))
    if job.listing_id is not None:
        lock_pair(job.user_id, job.listing_id)
    _save(job)
    application = lead_application(job, changed={"status", *fields})
    if job.status in APPLIED_STATUSES and (application is None or application.starts):
        told, title, is_milestone = EventType.APPLICATION_SUBMITTED, f"Applied to {job.company_name}", True
    else:
        told, title, is_milestone = EventType.JOB_SAVED, f"Added {job.company_name}", False
    record_job_event(
        job,
        told,
        title,
        by=by,
        is_milestone=is_milestone,
        **_link(application, {"status": job.status}),
    )
    return job


def _link(application: ApplicationChange | None, event_data: dict[str, Any]) -> dict[str, Any]:
    """Return what ties an event about a card to the application that changed with it."""
    if application is None:
        return {"event_data": event_data}
    return {"interaction": application.application, "event_data": {**event_data, **application.event_data}}


@transaction.atomic
def change_job(
    job: Job,
    *,
    by: User,
    notes: Iterable[Mapping[str, Any]] | None = None,
    application: ApplicationChange | None = None,
    **changes: Any,
) -> Job:
    """Change the given columns of a card. Call it with the row locked; columns left out stay as they are.

    The application of its listing follows; `application` is what that became already where the change came from there.
    """
    refuse_deleted(job)
    before = {field.attname: getattr(job, field.attname) for field in job._meta.concrete_fields}
    if "closed_reason" in changes and not changes["closed_reason"] and _stays_closed(job, changes):
        raise ValidationError(
            {"closed_reason": ValidationError("A closed job keeps a reason. Move it to reopen it.", code="required")}
        )
    status, reason = changes.pop("status", job.status), changes.pop("closed_reason", None)
    for field, value in changes.items():
        setattr(job, field, value)
    if notes is not None:
        job.notes = rewrite_notes(job.notes, notes)
    _settle(job, status=status, reason=reason)
    changed = [name for name, value in before.items() if getattr(job, name) != value]
    if not changed:
        return job
    _save(job, changed)
    application = application or lead_application(job, changed=changed)
    if job.status != before["status"]:
        record_move(job, by=by, moved_from=before["status"], application=application)
    elif application is not None and application.has_moved:
        record_application_event(application, by=by, job=job)
    return job


def _stays_closed(job: Job, changes: Mapping[str, Any]) -> bool:
    return job.status == JobStatus.CLOSED and "status" not in changes


def refuse_deleted(job: Job) -> None:
    """Raise for a change to a deleted card: it has to be restored first."""
    if job.is_deleted:
        raise ValidationError("This job is deleted. Restore it first.", code="deleted")


def rewrite_notes(present: list[Any], wanted: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the notes that `wanted` describes: an entry that names a present one's time keeps it, a new one gets now.

    Each present entry is kept at most once; one that comes back unchanged is recognised before an edited one is.
    """
    entries = list(wanted)
    left = [old for old in present if isinstance(old, dict)]
    kept: dict[int, dict[str, str]] = {}
    for is_same in (_is_unchanged, _is_same_moment):
        for place, entry in enumerate(entries):
            if place not in kept and (found := next((old for old in left if is_same(entry, old)), None)) is not None:
                kept[place] = found
                left.remove(found)
    now = timezone.now()
    return [_rewrite_note(entry, kept.get(place), now=now) for place, entry in enumerate(entries)]


def _is_same_moment(entry: Mapping[str, Any], old: dict[str, str]) -> bool:
    has_time = "created_at" in entry and entry["created_at"] == old.get("created_at")
    return has_time and entry.get("type", old.get("type")) == old.get("type")


def _is_unchanged(entry: Mapping[str, Any], old: dict[str, str]) -> bool:
    return _is_same_moment(entry, old) and entry["text"] == old.get("text")


def _rewrite_note(entry: Mapping[str, Any], kept: dict[str, str] | None, *, now: datetime) -> dict[str, str]:
    if kept is not None and kept["text"] == entry["text"]:
        return kept
    text = str(entry["text"]).strip()
    if not 1 <= len(text) <= LONGEST_NOTE:
        raise ValidationError(
            {"notes": ValidationError(f"A note has 1 to {LONGEST_NOTE:,} characters.", code="max_length")}
        )
    if kept is not None:
        return {**kept, "text": text}
    if "created_at" in entry or "type" in entry:
        raise ValidationError(
            {"notes": ValidationError("An entry with a time or type must be one that is there.", code="unknown_note")}
        )
    return make_note(text, at=now)


def advance_to_interview(job: Job, *, by: User) -> Job:
    """Move a waiting card to Interview; an offer and a closed card stay what they are."""
    return change_job(job, by=by, status=JobStatus.INTERVIEW) if job.status in WAITING_STATUSES else job


def close_job(job: Job, *, by: User, reason: str = "") -> Job:
    """Close a card; without a reason an earlier one stays, else it is "No Response"."""
    changes: dict[str, Any] = {"closed_reason": reason} if reason else {}
    return change_job(job, by=by, status=JobStatus.CLOSED, **changes)


def _settle(job: Job, *, status: str, reason: str | None) -> None:
    """Bring status, reason and applied date into the one consistent form that `status` and `reason` ask for."""
    if status == JobStatus.CLOSED:
        job.closed_reason = reason or job.closed_reason or DEFAULT_CLOSED_REASON
    elif reason:
        raise ValidationError(
            {
                "closed_reason": ValidationError(
                    "Only a closed job has a reason.", code="jobs_job_closed_reason_iff_closed"
                )
            }
        )
    else:
        job.closed_reason = ""
    starts_applied = status in APPLIED_STATUSES and (job._state.adding or job.status not in APPLIED_STATUSES)
    if starts_applied and job.applied_date is None:
        job.applied_date = today()
    job.status = status


def _save(job: Job, changed: Iterable[str] | None = None) -> None:
    """Write a card, all of it or the changed columns; an open twin is told with its id."""
    try:
        with transaction.atomic():
            if changed is None:
                job.save(force_insert=True)
            else:
                job.save(update_fields=[*changed, "updated_at"], force_update=True)
    except IntegrityError as exc:
        if violated_constraint(exc) not in ONE_OPEN_CARD:
            raise
        raise twin_conflict(job) from exc


def twin_conflict(job: Job) -> Conflict:
    """Return the conflict of a card with the open one that its user has for the company and role, or the listing."""
    others = Job.objects.filter(user_id=job.user_id).open().exclude(pk=job.pk)
    of_role = others.for_role(job.company_name, job.role_title).values_list("pk", flat=True)
    words, twin = "with this company and role", of_role.first()
    if twin is None and job.listing_id is not None:
        of_listing = others.filter(listing_id=job.listing_id).values_list("pk", flat=True)
        words, twin = "made from this listing", of_listing.first()
    return Conflict(
        f"You already have an open job {words}.",
        code="duplicate_open_job",
        **({"existing_id": twin} if twin else {}),
    )


def record_move(job: Job, *, by: User, moved_from: str, application: ApplicationChange | None = None) -> None:
    """Write a change of status into the timeline, with what became of the application."""
    begins = moved_from == JobStatus.TRACKING or (application is not None and application.starts)
    applies = job.status in APPLIED_STATUSES and begins
    reason = f" ({job.closed_reason})" if job.closed_reason else ""
    record_job_event(
        job,
        EventType.APPLICATION_SUBMITTED if applies and job.status == JobStatus.APPLIED else EventType.STATUS_CHANGED,
        f"{job.company_name}: {moved_from} to {job.status}{reason}",
        by=by,
        is_milestone=applies or job.status == JobStatus.OFFER,
        **_link(application, {"from": moved_from, "to": job.status, "closed_reason": job.closed_reason or None}),
    )


def _appended(entry: dict[str, str]) -> CombinedExpression:
    """Return the expression that appends an entry where the notes stand, in the database, so that none is lost."""
    return CombinedExpression(F("notes"), "||", Value([entry], output_field=JSONField()))


@transaction.atomic
def add_note(job: Job, *, by: User, text: str) -> Job:
    """Append a note in one statement; parallel notes all survive."""
    now = timezone.now()
    _append(job, make_note(text, at=now), at=now)
    record_job_event(
        job,
        EventType.NOTE_ADDED,
        f"Note on {job.company_name}",
        by=by,
        at=now,
        description=text,
    )
    return job


@transaction.atomic
def follow_up(job: Job, *, by: User, text: str = "") -> Job:
    """Count a follow-up made today, with a note where one is given."""
    now = timezone.now()
    day = today()
    counted = {"last_followup_date": day, "followup_count": F("followup_count") + 1}
    entry = make_note(f"[Follow-up {day.isoformat()}] {text}", at=now, kind="followup") if text else None
    _append(job, entry, at=now, **counted)
    record_job_event(
        job,
        EventType.FOLLOW_UP_SENT,
        f"Followed up with {job.company_name}",
        by=by,
        at=now,
        description=text,
        event_data={"count": job.followup_count},
    )
    return job


def _append(job: Job, entry: dict[str, str] | None, *, at: datetime, **columns: Any) -> None:
    """Append an entry and set columns of an undeleted card in one statement; raise where it is gone or full."""
    cards = Job.objects.filter(pk=job.pk, is_deleted=False)
    if entry is not None:
        cards = cards.alias(
            notes_held=Func(F("notes"), function="jsonb_array_length", output_field=IntegerField())
        ).filter(notes_held__lt=MOST_NOTES)
        columns["notes"] = _appended(entry)
    if not cards.update(**columns, updated_at=at):
        if not Job.objects.filter(pk=job.pk, is_deleted=False).exists():
            raise Job.DoesNotExist
        raise ValidationError(f"A job holds at most {MOST_NOTES:,} notes.", code="too_many_notes")
    job.refresh_from_db()


@transaction.atomic
def delete_job(job: Job, *, by: User) -> None:
    """Take a card out of the pipeline; it can be restored."""
    if Job.objects.filter(pk=job.pk, is_deleted=False).update(is_deleted=True, updated_at=timezone.now()):
        record_job_event(
            job,
            EventType.CUSTOM_EVENT,
            f"Removed {job.company_name}",
            by=by,
            event_data={"action": "deleted"},
        )


@transaction.atomic
def restore_job(job: Job, *, by: User) -> Job:
    """Bring a deleted card back as it was; beside an open twin that is a conflict.

    Where its application went on meanwhile, the card catches up with it.
    """
    if job.is_deleted:
        job.is_deleted = False
        _save(job, ["is_deleted"])
        record_job_event(
            job,
            EventType.CUSTOM_EVENT,
            f"Restored {job.company_name}",
            by=by,
            event_data={"action": "restored"},
        )
        _catch_up(job, by=by)
    return job


def _catch_up(job: Job, *, by: User) -> None:
    application = lock_application(job.user_id, job.listing_id) if is_about(job) else None
    if application is None:
        lead_application(job, changed=("status",))
    elif application_status_for(job, application.application_status) not in ("", application.application_status):
        try:
            change_job(job, by=by, **card_changes_for(application, job))
        except Conflict:  # Beside an open twin a closed card stays closed.
            job.refresh_from_db()
