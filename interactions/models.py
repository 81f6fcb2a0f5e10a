"""What happened: the one activity log of the system."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jobos.core.models import OwnedQuerySet, TimestampedModel, UUIDModel
from jobs.models import Job


class EventType(models.TextChoices):
    JOB_POSTED = "job_posted", "Job posted"
    JOB_SAVED = "job_saved", "Job saved"
    APPLICATION_SUBMITTED = "application_submitted", "Application submitted"
    INTERVIEW_SCHEDULED = "interview_scheduled", "Interview scheduled"
    INTERVIEW_COMPLETED = "interview_completed", "Interview completed"
    FOLLOW_UP_SENT = "follow_up_sent", "Follow-up sent"
    RESPONSE_RECEIVED = "response_received", "Response received"
    STATUS_CHANGED = "status_changed", "Status changed"
    NOTE_ADDED = "note_added", "Note added"
    CUSTOM_EVENT = "custom_event", "Custom event"


class TimelineEventQuerySet(OwnedQuerySet["TimelineEvent"]):
    def of_job(self, job: Job) -> Self:
        """Narrow to the history of one card."""
        return self.filter(job=job)


class TimelineEvent(UUIDModel, TimestampedModel):
    """One thing that happened in one person's search.

    Its rule: written in the transaction of what it reports, appended, never rewritten.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="timeline_events", db_index=False
    )
    event_type = models.CharField(max_length=50, choices=EventType.choices)
    title = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    event_data = models.JSONField(default=dict, blank=True)
    event_date = models.DateTimeField(default=timezone.now)
    is_milestone = models.BooleanField(default=False)
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="timeline_events", db_index=False
    )

    objects = TimelineEventQuerySet.as_manager()

    class Meta:
        db_table = "timeline_events"
        ordering = ["-event_date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event_type__in=EventType.values),
                name="interactions_timelineevent_type_valid",
                violation_error_code="event_type_valid",
                violation_error_message="There is no such type of event.",
            ),
        ]
        indexes = [
            # A person's history, newest first.
            models.Index(F("user"), F("event_date").desc(), F("id").desc(), name="interactions_timeline_idx"),
            # The history of one card, newest first: GET jobs/{id}/timeline/.
            models.Index(
                F("job"),
                F("event_date").desc(),
                F("id").desc(),
                condition=Q(job__isnull=False),
                name="interactions_job_events_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.title
