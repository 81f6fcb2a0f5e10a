"""What one user does with one listing: saving, applying, viewing, hiding, turning down, and taking it back.

Each act inserts its row or counts in the one that is there, in one statement; what is not sent stays as it was.
An application is only this side of it: its card in the pipeline follows in `jobs.services.applications`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format

from interactions.models import (
    ANSWERED_STATES,
    SENT_RESUME,
    ApplicationStatus,
    EventType,
    InteractionType,
    JobUserInteraction,
)
from interactions.services.timeline import record_event
from resumes.content import show
from resumes.models import Resume

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from jobos.accounts.models import User
    from jobs.models import Job, JobListing

# What a posting said, as far as a person would read it.
SNAPSHOT_COLUMNS = (
    "title",
    "location",
    "description",
    "requirements",
    "responsibilities",
    "job_type",
    "remote_type",
    "experience_level",
    "seniority_level",
    "salary_min",
    "salary_max",
    "salary_currency",
    "skills_required",
    "skills_preferred",
    "tech_stack",
    "benefits",
    "education_required",
    "job_url",
    "application_url",
    "posted_date",
    "application_deadline",
    "source",
    "status",
)
# What a person may write into a row besides its notes.
OWN_FIELDS = {
    InteractionType.APPLIED: (
        "application_status",
        "applied_date",
        "response_date",
        "resume",
        "resume_version",
        "cover_letter",
        "follow_up_date",
        "interview_scheduled",
        "shared_with_recruiters",
    ),
    InteractionType.SAVED: ("tags",),
}
# What a new start sets anew, and the timeline keeps of the old one.
DATES = ("applied_date", "response_date", "follow_up_date", "interview_scheduled")
ONLY_APPLICATIONS_HAVE_A_STATUS = "applied_interactions_need_status"
# So far ahead of UTC is it anywhere: what is further ahead is today in no time zone.
EARLIEST_ZONE = timedelta(hours=14)

_ACT = """
    INSERT INTO job_user_interactions AS kept ({columns}) VALUES ({values})
    ON CONFLICT (user_id, job_id, interaction_type) DO UPDATE SET
        interaction_count = kept.interaction_count + 1,
        last_interaction = GREATEST(kept.last_interaction, excluded.last_interaction),
        updated_at = excluded.updated_at
        {changes}
    RETURNING *
"""


def take_snapshot(listing: JobListing, *, at: datetime, company_name: str | None = None) -> dict[str, Any]:
    """Return the posting as it stands, with its company's name, as JSON."""
    columns = {name: getattr(listing, name) for name in SNAPSHOT_COLUMNS}
    shown = {"company_name": company_name or listing.company.name, **columns, "taken_at": at}
    copy: dict[str, Any] = json.loads(json.dumps(shown, cls=DjangoJSONEncoder))
    return copy


def copy_resume(resume: Resume, *, at: datetime) -> dict[str, Any]:
    """Return a resume as it stands and as others may see it: what an application keeps of it."""
    template = resume.template
    look = ("name", "sections", "section_order", "styling")
    return {
        "id": str(resume.pk),
        "title": resume.title,
        "version": resume.version,
        "taken_at": at.isoformat(),
        "content": show(resume.content),
        "template": {name: getattr(template, name) for name in look} if template else None,
    }


def name_listing(listing: JobListing, *, company_name: str | None = None) -> str:
    """Return what the timeline calls a listing."""
    return f"{listing.title} at {company_name or listing.company.name}"


def _act(
    listing: JobListing,
    *,
    owner_id: Any,
    kind: InteractionType,
    at: datetime,
    columns: Mapping[str, Any],
    rewritten: Collection[str] = (),
    changes: str = "",
) -> JobUserInteraction:
    """Insert the row of this kind with `columns`, or count a repeat, which writes only the `rewritten` ones.

    It is one statement, so parallel repeats are all counted. `changes` is SQL for what a repeat makes of a column of its own. The row comes back locked.
    """
    row = JobUserInteraction(
        user_id=owner_id, job=listing, interaction_type=kind, first_interaction=at, last_interaction=at, **columns
    )
    fields = row._meta.concrete_fields
    quote = connection.ops.quote_name
    columns_again = [quote(str(field.column)) for field in fields if field.name in rewritten]
    assignments = "".join(f", {column} = excluded.{column}" for column in columns_again)
    statement = _ACT.format(
        columns=", ".join(quote(str(field.column)) for field in fields),
        values=", ".join(["%s"] * len(fields)),
        changes=assignments + changes,
    )
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    written: JobUserInteraction = JobUserInteraction.objects.raw(statement, values)[0]
    written.job = listing
    return written


@transaction.atomic
def save_listing(listing: JobListing, *, by: User, **given: Any) -> JobUserInteraction:
    """Save a listing for later, with `notes` and `tags` where given; the snapshot is the posting as last saved."""
    now = timezone.now()
    row = _act(
        listing,
        owner_id=by.pk,
        kind=InteractionType.SAVED,
        at=now,
        columns={"saved_date": now, "job_snapshot": take_snapshot(listing, at=now), **given},
        rewritten=[*given, "job_snapshot"],
    )
    if row.is_first:
        record_event(
            EventType.JOB_SAVED,
            f"Saved {name_listing(listing)}",
            owner_id=by.pk,
            by=by,
            at=now,
            listing_id=listing.pk,
            interaction=row,
        )
    return row


@transaction.atomic
def unsave_listing(listing: JobListing, *, by: User) -> None:
    """Forget that a listing was saved; its notes and tags go into the timeline. Nothing saved, nothing done."""
    row = _lock(listing, by=by, kind=InteractionType.SAVED)
    if row is None:
        return
    kept = {"notes": row.notes, "tags": row.tags, "saved_date": row.saved_date and row.saved_date.isoformat()}
    row.delete()
    _record_end(listing, by=by, title="No longer saved", event_data={"action": "unsaved", **kept})


def _lock(listing: JobListing, *, by: User, kind: InteractionType) -> JobUserInteraction | None:
    rows = JobUserInteraction.objects.owned_by(by).filter(job=listing, interaction_type=kind)
    return rows.select_for_update(no_key=True).first()


def _record_end(listing: JobListing, *, by: User, title: str, event_data: dict[str, Any]) -> None:
    record_event(
        EventType.CUSTOM_EVENT,
        f"{title}: {name_listing(listing)}",
        owner_id=by.pk,
        by=by,
        listing_id=listing.pk,
        event_data=event_data,
    )


def view_listing(listing: JobListing, *, by: User) -> JobUserInteraction:
    """Count that a user looked at a listing; no timeline is filled with that."""
    return _act(listing, owner_id=by.pk, kind=InteractionType.VIEWED, at=timezone.now(), columns={})


def hide_listing(listing: JobListing, *, by: User, reason: str | None = None) -> JobUserInteraction:
    """Take a listing out of a user's results; '' clears an earlier reason, None leaves it."""
    return _dismiss(listing, by=by, kind=InteractionType.HIDDEN, reason=reason)


def reject_listing(listing: JobListing, *, by: User, reason: str | None = None) -> JobUserInteraction:
    """Note that a listing is nothing for a user, which takes it out of their results as well."""
    return _dismiss(listing, by=by, kind=InteractionType.REJECTED_BY_USER, reason=reason)


def _dismiss(listing: JobListing, *, by: User, kind: InteractionType, reason: str | None) -> JobUserInteraction:
    merged = ", interaction_data = kept.interaction_data || excluded.interaction_data"
    cleared = ", interaction_data = kept.interaction_data - 'reason'"
    return _act(
        listing,
        owner_id=by.pk,
        kind=kind,
        at=timezone.now(),
        columns={"interaction_data": {"reason": reason} if reason else {}},
        changes=cleared if reason == "" else merged,
    )


@transaction.atomic
def unhide_listing(listing: JobListing, *, by: User) -> None:
    """Let a hidden listing back into a user's results; what they noted about it goes into the timeline."""
    row = _lock(listing, by=by, kind=InteractionType.HIDDEN)
    if row is None:
        return
    row.delete()
    if row.notes:
        _record_end(listing, by=by, title="No longer hidden", event_data={"action": "unhidden", "notes": row.notes})


# Applications ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ApplicationChange:
    """What became of an application: its row, the status it had ('' for a new one), and what a new start replaced."""

    application: JobUserInteraction
    status_before: str
    replaced: dict[str, Any] | None = None

    @property
    def has_moved(self) -> bool:
        return self.application.application_status != self.status_before

    @property
    def is_new(self) -> bool:
        return not self.status_before

    @property
    def starts(self) -> bool:
        """Whether an application begins with it: for the first time, or anew after an end."""
        return self.is_new or self.replaced is not None

    @property
    def event_data(self) -> dict[str, Any]:
        """What the timeline keeps of it."""
        if not self.has_moved:
            return {}
        moved = {"from": self.status_before or None, "to": self.application.application_status}
        return {"application": {**moved, **({"replaced": self.replaced} if self.replaced else {})}}


@transaction.atomic
def record_application(listing: JobListing, *, owner_id: Any, **given: Any) -> ApplicationChange:
    """Record that a user applied, or applied again.

    A repeat keeps what is not given, and the snapshot of the day the application began. After an end (rejected,
    accepted, withdrawn) the application starts anew. A resume that is given is kept as it stands now.
    """
    now = timezone.now()
    sent = _read_sent(given["resume"], owner_id=owner_id, at=now) if "resume" in given else {}
    forgotten = f"kept.interaction_data - '{SENT_RESUME}'"
    status = given.pop("application_status", None)
    dates = {"applied_date": given.pop("applied_date")} if "applied_date" in given else {}
    first = status or ApplicationStatus.APPLIED
    row = _act(
        listing,
        owner_id=owner_id,
        kind=InteractionType.APPLIED,
        at=now,
        columns={
            "application_status": first,
            "applied_date": now,
            "response_date": _date_answer(now, dates.get("applied_date")) if first in ANSWERED_STATES else None,
            "job_snapshot": take_snapshot(listing, at=now),
            "interaction_data": sent,
            **dates,
            **given,
        },
        rewritten=list(given),
        changes=f", interaction_data = ({forgotten}) || excluded.interaction_data" if "resume" in given else "",
    )
    if row.is_first:
        _check_dates(row, changed=dates, at=now)
        return ApplicationChange(row, status_before="")
    wanted = status or (ApplicationStatus.APPLIED if row.has_ended else row.application_status)
    changes: dict[str, Any] = {"application_status": wanted, **dates}
    if not row.job_snapshot:
        changes["job_snapshot"] = take_snapshot(listing, at=now)
    return write_application(row, starts_anew=row.has_ended and wanted == ApplicationStatus.APPLIED, **changes)


def _read_sent(resume: Resume | None, *, owner_id: Any, at: datetime) -> dict[str, Any]:
    """Return what an application notes of its resume; refuse another person's, in the words for one that is not there."""
    if resume is None:
        return {}
    present = Resume.objects.filter(pk=resume.pk, user_id=owner_id).select_related("template").first()
    if present is None:
        words = f'Invalid pk "{resume.pk}" - object does not exist.'
        raise ValidationError({"resume": ValidationError(words, code="does_not_exist")})
    return {SENT_RESUME: copy_resume(present, at=at)}


def _note_resume(row: JobUserInteraction, resume: Resume | None, *, at: datetime) -> dict[str, Any]:
    """Return the data of an application with its resume as it stands; what was sent already keeps its date."""
    noted = {name: value for name, value in row.interaction_data.items() if name != SENT_RESUME}
    sent, kept = _read_sent(resume, owner_id=row.user_id, at=at), row.interaction_data.get(SENT_RESUME)
    if sent and isinstance(kept, dict) and kept | {"taken_at": ""} == sent[SENT_RESUME] | {"taken_at": ""}:
        sent = {SENT_RESUME: kept}
    return noted | sent


def write_application(row: JobUserInteraction, *, starts_anew: bool = False, **changes: Any) -> ApplicationChange:
    """Change a locked application.

    An answer of the employer sets the date of response once, and never before the application. A new start sets the
    dates anew and keeps the old ones for the timeline. A resume that is chosen, be it again, is kept as it stands now.
    """
    now = timezone.now()
    before, status = row.application_status, changes.get("application_status", row.application_status)
    replaced, responded = None, row.response_date
    if starts_anew:
        responded = None
        dates = {name: getattr(row, name) for name in DATES}
        replaced = {"application_status": before, **{name: at and at.isoformat() for name, at in dates.items()}}
        fresh = {**dict.fromkeys(DATES), "applied_date": now, "job_snapshot": take_snapshot(row.job, at=now)}
        changes = {**fresh, **({"resume": row.resume} if row.resume_id else {}), **changes}
    if "resume" in changes:
        changes["interaction_data"] = _note_resume(row, changes["resume"], at=now)
    if status != before:
        changes["last_interaction"] = max(now, row.last_interaction)
        if status in ANSWERED_STATES and responded is None and changes.get("response_date") is None:
            changes["response_date"] = _date_answer(now, changes.get("applied_date", row.applied_date))
    _write(row, changes)
    return ApplicationChange(row, status_before=before, replaced=replaced)


def _date_answer(now: datetime, applied: datetime | None) -> datetime:
    """Return when an answer that comes now counts: an application may be dated today where it is later already."""
    return max(now, applied or now)


def _check_dates(row: JobUserInteraction, *, changed: Collection[str], at: datetime) -> None:
    """Refuse a change that dates an application ahead or, by days, its response before it; the words name the field."""
    applied, responded = row.applied_date, row.response_date
    refused = None
    if applied and "applied_date" in changed and applied > at + EARLIEST_ZONE:
        refused = "applied_date", "An application is not dated ahead.", "in_the_future"
    elif applied and responded and day_of(responded) < day_of(applied):
        if "response_date" in changed:
            words = f"The response cannot come before the application of {date_format(applied, 'j M Y')}."
            refused = "response_date", words, "before_application"
        elif "applied_date" in changed:
            words = f"The application cannot come after its response of {date_format(responded, 'j M Y')}."
            refused = "applied_date", words, "after_response"
    if refused:
        field, words, code = refused
        raise ValidationError({field: ValidationError(words, code=code)})


def day_of(moment: datetime) -> date:
    """Return the day of a moment in UTC, which every day here is counted in."""
    return moment.astimezone(UTC).date()


def _write(row: JobUserInteraction, changes: Mapping[str, Any]) -> None:
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    if changed:
        _check_dates(row, changed=changed, at=timezone.now())
        row.save(update_fields=[*changed, "updated_at"], force_update=True)


@transaction.atomic
def change_interaction(row: JobUserInteraction, *, by: User, **changes: Any) -> ApplicationChange:
    """Change what a person may write into a locked row of theirs; a value for another kind of row is refused.

    The owner's move from an end back to applied is a new start; anybody else's corrects a status.
    """
    allowed = ("notes", *OWN_FIELDS.get(InteractionType(row.interaction_type), ()))
    refused = [name for name, value in changes.items() if name not in allowed and getattr(row, name) != value]
    if refused:
        code = ONLY_APPLICATIONS_HAVE_A_STATUS if "application_status" in refused else "wrong_kind"
        words = f"There is no such thing in a row of the kind {row.interaction_type}."
        raise ValidationError({name: ValidationError(words, code=code) for name in refused})
    if row.interaction_type != InteractionType.APPLIED:
        _write(row, changes)
        return ApplicationChange(row, status_before="")
    status = changes.get("application_status", row.application_status)
    if not status:
        refusal = ValidationError("An application has a status.", code=ONLY_APPLICATIONS_HAVE_A_STATUS)
        raise ValidationError({"application_status": refusal})
    starts_anew = status == ApplicationStatus.APPLIED and row.has_ended and by.pk == row.user_id
    return write_application(row, starts_anew=starts_anew, **changes)


def record_application_event(change: ApplicationChange, *, by: User, job: Job | None = None) -> None:
    """Write into the owner's timeline what became of an application, and which card it concerns."""
    row = change.application
    called = name_listing(row.job)
    if change.starts:
        title = f"Applied to {called}" if change.is_new else f"Applied again to {called}"
    else:
        title = f"{called}: {change.status_before} to {row.application_status}"
    record_event(
        EventType.APPLICATION_SUBMITTED if change.starts else EventType.STATUS_CHANGED,
        title,
        owner_id=row.user_id,
        by=by,
        job=job,
        listing_id=row.job_id,
        interaction=row,
        is_milestone=change.starts or row.application_status in ANSWERED_STATES,
        event_data=change.event_data,
    )
