"""Interviews: scheduling, changing, cancelling, debriefing; and what a card shows of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from interactions.models import EventType
from interactions.services import record_job_event
from jobs.models import Interview, InterviewStatus, Job
from jobs.services.cards import advance_to_interview, change_job, refuse_deleted

if TYPE_CHECKING:
    from jobos.accounts.models import User


def lock_card(job_id: Any) -> Job:
    """Return the card of an interview, locked first: every writer of interviews takes the card before the interview."""
    return Job.objects.select_for_update(no_key=True).get(pk=job_id)


@transaction.atomic
def schedule_interview(job: Job, *, by: User, **fields: Any) -> Interview:
    """Add an interview to a locked card; a waiting card becomes Interview."""
    refuse_deleted(job)
    interview = Interview.objects.create(user_id=job.user_id, job=job, **fields)
    advance_to_interview(job, by=by)
    show_next_interview(job, by=by)
    record_job_event(
        job,
        EventType.INTERVIEW_SCHEDULED,
        f"{interview.round} with {job.company_name}",
        by=by,
        event_data={"interview": str(interview.pk), "interview_date": interview.interview_date.isoformat()},
    )
    return interview


@transaction.atomic
def change_interview(interview: Interview, *, by: User, **changes: Any) -> Interview:
    """Change the given columns of an interview whose card is locked."""
    changed = [field for field, value in changes.items() if getattr(interview, field) != value]
    if not changed:
        return interview
    was = interview.status
    for field in changed:
        setattr(interview, field, changes[field])
    interview.save(update_fields=[*changed, "updated_at"], force_update=True)
    job = interview.job
    show_next_interview(job, by=by)
    if interview.status != was:
        _record_outcome(interview, job, by=by)
    return interview


def cancel_interview(interview: Interview, *, by: User) -> Interview:
    """Cancel an interview that has not taken place; cancelling twice changes nothing."""
    if interview.status in (InterviewStatus.COMPLETED, InterviewStatus.NO_SHOW):
        raise ValidationError("This interview is over; it cannot be cancelled.", code="interview_over")
    return change_interview(interview, by=by, status=InterviewStatus.CANCELLED)


@transaction.atomic
def debrief(job: Job, *, by: User, **impressions: Any) -> Interview:
    """Complete the interview that a debrief is about: the latest that has begun, else the next one.

    Call it with the card locked. A waiting card becomes Interview. Raises Interview.DoesNotExist without one.
    """
    refuse_deleted(job)
    candidates = Interview.objects.filter(
        job=job, status__in=(InterviewStatus.SCHEDULED, InterviewStatus.COMPLETED)
    ).select_for_update(no_key=True)
    now = timezone.now()
    interview = (
        candidates.filter(interview_date__lte=now).order_by("-interview_date", "-pk").first()
        or candidates.filter(interview_date__gt=now).order_by("interview_date", "pk").first()
    )
    if interview is None:
        raise Interview.DoesNotExist
    interview.job = job
    interview = change_interview(interview, by=by, status=InterviewStatus.COMPLETED, **impressions)
    advance_to_interview(job, by=by)
    return interview


def show_next_interview(job: Job, *, by: User) -> Job:
    """Let a card show its next scheduled interview, else its latest one."""
    interviews = Interview.objects.filter(job=job)
    shown = (
        interviews.filter(status=InterviewStatus.SCHEDULED, interview_date__gte=timezone.now())
        .order_by("interview_date", "pk")
        .first()
        or interviews.order_by("-interview_date", "-pk").first()
    )
    if shown is None:
        return job
    longest = Job._meta.get_field("interview_type").max_length
    return change_job(
        job,
        by=by,
        interview_date=shown.interview_date,
        interview_type=shown.round[:longest],
        interviewer_name=shown.interviewer_name,
        interviewer_linkedin=shown.interviewer_linkedin,
    )


def _record_outcome(interview: Interview, job: Job, *, by: User) -> None:
    is_completed = interview.status == InterviewStatus.COMPLETED
    record_job_event(
        job,
        EventType.INTERVIEW_COMPLETED if is_completed else EventType.CUSTOM_EVENT,
        f"{interview.round} with {job.company_name}: {interview.status}",
        by=by,
        is_milestone=is_completed,
        event_data={"interview": str(interview.pk), "status": interview.status},
    )
