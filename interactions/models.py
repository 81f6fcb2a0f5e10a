"""What people do with listings, and what happened: the one activity log of the system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.deletion import RestrictedError
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from jobos.accounts.roles import is_recruiter
from jobos.core.models import OwnedQuerySet, TimestampedModel, UUIDModel
from jobs.models import Job, JobListing
from jobs.models.listings import SEARCH_COLUMNS
from resumes.models import CONTENT, Resume, ResumeTemplate

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models.deletion import Collector

    from jobos.accounts.models import User


class InteractionType(models.TextChoices):
    VIEWED = "viewed", "Viewed"
    SAVED = "saved", "Saved"
    APPLIED = "applied", "Applied"
    HIDDEN = "hidden", "Hidden"
    REJECTED_BY_USER = "rejected_by_user", "Not for me"


class ApplicationStatus(models.TextChoices):
    NOT_APPLIED = "not_applied", "Not applied"
    APPLIED = "applied", "Applied"
    INTERVIEWING = "interviewing", "Interviewing"
    REJECTED = "rejected", "Rejected"
    ACCEPTED = "accepted", "Accepted"
    WITHDRAWN = "withdrawn", "Withdrawn"


# What keeps a listing from being deleted: somebody's history is in it.
KEEPING_TYPES = (InteractionType.SAVED, InteractionType.APPLIED)
HISTORY_REFUSAL = "Somebody saved this listing or applied to it. Retire it with a status instead."
# How many of them a refusal names.
MOST_NAMED = 20
# What a row that names a listing does without.
LONG_TEXTS = ("description", "requirements", "responsibilities")
# Where an application keeps its resume as it was sent, in `interaction_data`; and what a list leaves out of it.
SENT_RESUME = "sent_resume"
SENT_PARTS = ("content", "template")
# What takes a listing out of its user's results.
DISMISSING_TYPES = (InteractionType.HIDDEN, InteractionType.REJECTED_BY_USER)
# An applied row has one of these; the first status of the list above is for whoever has not applied.
APPLIED_STATES: tuple[ApplicationStatus, ...] = tuple(
    status for status in ApplicationStatus if status != ApplicationStatus.NOT_APPLIED
)
# The employer has answered.
ANSWERED_STATES = (ApplicationStatus.INTERVIEWING, ApplicationStatus.REJECTED, ApplicationStatus.ACCEPTED)
# The application is over; applying again starts anew.
ENDED_STATES = (ApplicationStatus.REJECTED, ApplicationStatus.ACCEPTED, ApplicationStatus.WITHDRAWN)


def keep_history(collector: Collector, field: Any, sub_objs: Any, using: str) -> None:
    """Refuse the deletion of a listing that somebody saved or applied to; take anything else along.

    It is a RestrictedError because Django replaces the words of a ProtectedError by its own.
    """
    if kept := set(sub_objs.filter(interaction_type__in=KEEPING_TYPES)[:MOST_NAMED]):
        raise RestrictedError(HISTORY_REFUSAL, kept)
    models.CASCADE(collector, field, sub_objs, using)


class ListingKey(models.ForeignKey):  # type: ignore[type-arg]
    """The listing of an interaction; to a migration it is a plain foreign key."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, {**kwargs, "on_delete": models.CASCADE}


class JobUserInteractionQuerySet(OwnedQuerySet["JobUserInteraction"]):
    def shared_with(self, user: User | AnonymousUser) -> Self:
        """Narrow to applications that their owners share with recruiters, for whoever is one."""
        shared = self.applications().filter(shared_with_recruiters=True)
        return shared if is_recruiter(user) else self.none()

    def applications(self) -> Self:
        """Narrow to applications."""
        return self.filter(interaction_type=InteractionType.APPLIED)

    def dismissals(self) -> Self:
        """Narrow to what takes a listing out of its user's results."""
        return self.filter(interaction_type__in=DISMISSING_TYPES)

    def with_listing(self) -> Self:
        """Load the listing and its employer with each row, in the same query; not what only its own page shows."""
        return self.select_related("job__company").defer(*(f"job__{name}" for name in (*SEARCH_COLUMNS, *LONG_TEXTS)))

    def with_short_data(self) -> Self:
        """Say as `short_data` what is noted of each row, of a resume that was sent only which one."""
        short: Any = F("interaction_data")
        for part in SENT_PARTS:
            short = Func(
                short, template=f"(%(expressions)s #- '{{{SENT_RESUME},{part}}}')", output_field=models.JSONField()
            )
        return self.defer("interaction_data").annotate(short_data=short)

    def with_resume_title(self) -> Self:
        """Say as `resume_title` what the resume of each application is called, as it was sent."""
        sent = Coalesce(
            KT(f"interaction_data__{SENT_RESUME}__title"), F("resume__title"), output_field=models.TextField()
        )
        return self.defer("interaction_data").annotate(resume_title=sent)


class JobUserInteraction(UUIDModel, TimestampedModel):
    """Everything one user did with one listing, one row for each kind of doing.

    Its rule: a repeat counts in the same row and never erases what was not sent. Private to its user, but for an
    application that its owner shares with recruiters.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="listing_interactions", db_index=False
    )
    job = ListingKey(JobListing, on_delete=keep_history, related_name="interactions", db_index=False)
    resume = models.ForeignKey(
        Resume,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="applications",
        db_index=False,
        help_text="The resume that the application was made with; whoever it is shared with reads it.",
    )
    interaction_type = models.CharField(max_length=20, choices=InteractionType.choices)
    application_status = models.CharField(max_length=20, choices=ApplicationStatus.choices, blank=True, default="")
    applied_date = models.DateTimeField(null=True, blank=True)
    response_date = models.DateTimeField(null=True, blank=True)
    resume_version = models.CharField(max_length=255, blank=True, default="")
    cover_letter = models.TextField(blank=True, default="")
    follow_up_date = models.DateTimeField(null=True, blank=True)
    interview_scheduled = models.DateTimeField(null=True, blank=True)
    shared_with_recruiters = models.BooleanField(default=False)
    saved_date = models.DateTimeField(null=True, blank=True)
    tags = ArrayField(models.TextField(), blank=True, default=list)
    notes = models.TextField(blank=True, default="")
    interaction_data = models.JSONField(default=dict, blank=True)
    first_interaction = models.DateTimeField(default=timezone.now)
    last_interaction = models.DateTimeField(default=timezone.now)
    interaction_count = models.PositiveIntegerField(default=1)
    job_snapshot = models.JSONField(default=dict, blank=True, help_text="The posting as it stood.")

    objects = JobUserInteractionQuerySet.as_manager()

    class Meta:
        db_table = "job_user_interactions"
        ordering = ["-last_interaction", "-pk"]
        verbose_name = "interaction"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "job", "interaction_type"],
                name="unique_user_job_interaction",
                violation_error_code="unique_user_job_interaction",
                violation_error_message="There is one row for each listing and kind of interaction.",
            ),
            models.CheckConstraint(
                condition=Q(interaction_type__in=InteractionType.values),
                name="interactions_jobuserinteraction_type_valid",
                violation_error_code="interactions_jobuserinteraction_type_valid",
                violation_error_message="There is no such kind of interaction.",
            ),
            models.CheckConstraint(
                condition=(Q(interaction_type="applied") & Q(application_status__in=[str(s) for s in APPLIED_STATES]))
                | (~Q(interaction_type="applied") & Q(application_status="")),
                name="applied_interactions_need_status",
                violation_error_code="applied_interactions_need_status",
                violation_error_message="An application has a status, and only an application has one.",
            ),
            models.CheckConstraint(
                condition=~Q(interaction_type="saved") | Q(saved_date__isnull=False),
                name="saved_interactions_need_date",
                violation_error_code="saved_interactions_need_date",
                violation_error_message="A saved listing has the date it was saved.",
            ),
            models.CheckConstraint(
                condition=Q(interaction_count__gte=1),
                name="interactions_jobuserinteraction_counted",
                violation_error_code="interactions_jobuserinteraction_counted",
                violation_error_message="An interaction has happened at least once.",
            ),
            models.CheckConstraint(
                condition=Q(resume__isnull=True) | Q(interaction_type="applied"),
                name="interactions_jobuserinteraction_only_applied_has_resume",
                violation_error_code="interactions_jobuserinteraction_only_applied_has_resume",
                violation_error_message="Only an application is made with a resume.",
            ),
            models.CheckConstraint(
                condition=Q(shared_with_recruiters=False) | Q(interaction_type="applied"),
                name="interactions_jobuserinteraction_only_applied_shared",
                violation_error_code="interactions_jobuserinteraction_only_applied_shared",
                violation_error_message="Only an application can be shared with recruiters.",
            ),
        ]
        indexes = [
            # A user's saved listings, applications and so on, latest first: GET interactions/.
            models.Index(
                F("user"), F("interaction_type"), F("last_interaction").desc(), name="idx_user_interaction_type_date"
            ),
            # Who applied to a listing: GET listings/{id}/applicants/; whether it may be deleted; the foreign key.
            models.Index(fields=["job", "interaction_type"], name="idx_job_interaction_type"),
            # Which applications a resume was sent with; clearing the link when it goes.
            models.Index(fields=["resume"], name="interactions_resume_idx", condition=Q(resume__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_interaction_type_display()}: {self.job_id}"

    @property
    def is_first(self) -> bool:
        """Whether it has happened once only."""
        return self.interaction_count == 1

    @property
    def has_ended(self) -> bool:
        """Whether this application is over; applying again starts anew."""
        return self.application_status in ENDED_STATES

    @property
    def sent_resume(self) -> Resume | None:
        """The resume as it was sent, whatever became of it since; of an application that kept no copy, as it is."""
        kept = self.interaction_data.get(SENT_RESUME)
        if not isinstance(kept, dict):
            return self.resume
        content = {name: part for name, part in kept["content"].items() if name in CONTENT}
        template = ResumeTemplate(**kept["template"]) if kept["template"] else None
        return Resume(
            pk=kept["id"],
            user_id=self.user_id,
            title=kept["title"],
            version=kept["version"],
            template=template,
            **content,
        )


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
    listing = models.ForeignKey(
        JobListing, on_delete=models.SET_NULL, null=True, blank=True, related_name="timeline_events", db_index=False
    )
    interaction = models.ForeignKey(
        JobUserInteraction,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="timeline_events",
        db_index=False,
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
            # The history of one listing or one interaction; the foreign keys.
            models.Index(
                fields=["listing", "user"],
                condition=Q(listing__isnull=False),
                name="interactions_listing_event_idx",
            ),
            models.Index(
                fields=["interaction"],
                condition=Q(interaction__isnull=False),
                name="interactions_origin_event_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.title
