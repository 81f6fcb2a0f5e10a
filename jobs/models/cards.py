"""The pipeline: one card for each job a person is after, and the interviews that come of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, Trim
from django.db.models.lookups import Exact
from django.utils import timezone

from jobos.core.models import OwnedQuerySet, TimestampedModel, UUIDModel
from jobs.models.listings import JobListing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jobos.accounts.models import User


class JobStatus(models.TextChoices):
    TRACKING = "Tracking"
    APPLIED = "Applied"
    INTERVIEW = "Interview"
    OFFER = "Offer"
    CLOSED = "Closed"


class ApplyType(models.TextChoices):
    QUICK = "quick", "Quick"
    DEEP = "deep", "Deep"


class InterviewStatus(models.TextChoices):
    SCHEDULED = "Scheduled"
    COMPLETED = "Completed"
    CANCELLED = "Cancelled"
    NO_SHOW = "No-show"


# Stages in which an application waits for an answer: they go stale and want following up.
WAITING_STATUSES = (JobStatus.TRACKING, JobStatus.APPLIED)
# Stages that say an application was sent.
APPLIED_STATUSES = (JobStatus.APPLIED, JobStatus.INTERVIEW, JobStatus.OFFER)
DEFAULT_CLOSED_REASON = "No Response"

STALE_AFTER_DAYS = 14
FINAL_AFTER_DAYS = 21
FOLLOW_UP_PAUSE_DAYS = 7
# (name, first day, last day since applying, what to do)
FOLLOW_UP_TIERS: tuple[tuple[str, int, int | None, str], ...] = (
    ("day_7", 7, 13, "Gentle follow-up email"),
    ("day_14", 14, 20, "Second follow-up with value add"),
    ("day_21", 21, None, "Final follow-up or mark as Closed"),
)


def today() -> date:
    """Return the present date in UTC, the one calendar that ages are counted in."""
    return timezone.now().astimezone(UTC).date()


def days_between(moment: date | datetime, day: date) -> int:
    """Return the whole days from the UTC date of `moment` to `day`."""
    since = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return (day - since).days


def suggest_action(days: int) -> str:
    """Return what to do about a card that nothing has happened to for `days` days."""
    return "Follow up" if days < FINAL_AFTER_DAYS else "Final follow-up or mark as Closed"


def stale_condition(day: date) -> Q:
    """Return the condition for a waiting card that nothing has happened to for two weeks."""
    first_fresh = datetime.combine(day - timedelta(days=STALE_AFTER_DAYS - 1), datetime.min.time(), tzinfo=UTC)
    return Q(status__in=WAITING_STATUSES, updated_at__lt=first_fresh)


class JobQuerySet(OwnedQuerySet["Job"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Narrow to the user's own cards (all of them for a superuser), without the deleted ones."""
        return super().visible_to(user).live()

    def restorable_by(self, user: User | AnonymousUser) -> Self:
        """Narrow to the cards that this user deleted and may bring back."""
        return super().visible_to(user).filter(is_deleted=True)

    def live(self) -> Self:
        """Narrow to cards that are not deleted."""
        return self.filter(is_deleted=False)

    def open(self) -> Self:
        """Narrow to cards that are neither deleted nor closed: the ones that the one-open-card rule is about."""
        return self.filter(is_deleted=False).exclude(status=JobStatus.CLOSED)

    def for_role(self, company_name: str, role_title: str) -> Self:
        """Narrow to cards of this company and role, compared as the one-open-card rule compares them."""
        return self.alias(
            company_key=Lower(Trim("company_name")),
            role_key=Lower(Trim("role_title")),
        ).filter(
            company_key=Lower(Trim(Value(company_name))),
            role_key=Lower(Trim(Value(role_title))),
        )

    def stale_on(self, day: date) -> Self:
        """Narrow to waiting cards that nothing has happened to for two weeks (`Job.is_stale_on` for one row)."""
        return self.filter(stale_condition(day))

    def due_for_follow_up_on(self, day: date) -> Self:
        """Narrow to waiting cards applied for a week or longer ago and not followed up for a week."""
        return self.filter(
            Q(last_followup_date__isnull=True) | Q(last_followup_date__lte=day - timedelta(days=FOLLOW_UP_PAUSE_DAYS)),
            status__in=WAITING_STATUSES,
            applied_date__lte=day - timedelta(days=FOLLOW_UP_TIERS[0][1]),
        )


class Job(UUIDModel, TimestampedModel):
    """One card of one user's pipeline: a job they are after, in their own words.

    Its rule of life: private to its user; closed exactly when it has a reason; one open card for a company and role.
    Deleting is soft, and nothing about a company is shared: `company_name` is what the person typed.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs", db_index=False)
    listing = models.ForeignKey(
        JobListing, on_delete=models.SET_NULL, null=True, blank=True, related_name="cards", db_index=False
    )
    company_name = models.CharField(max_length=255)
    role_title = models.CharField(max_length=255)
    jd_text = models.TextField("job description", blank=True, default="")
    jd_url = models.CharField("posting address", max_length=1000, blank=True, default="")
    source_portal = models.CharField(max_length=100, blank=True, default="Direct")
    fit_score = models.FloatField(null=True, blank=True, help_text="0 to 10.")
    ats_score = models.FloatField("ATS score", null=True, blank=True, help_text="0 to 100.")
    status = models.CharField(max_length=50, choices=JobStatus.choices, default=JobStatus.TRACKING)
    closed_reason = models.CharField(max_length=50, blank=True, default="")
    resume_version = models.CharField(max_length=100, blank=True, default="")
    apply_type = models.CharField(max_length=10, choices=ApplyType.choices, blank=True, default="")
    application_channel = models.CharField(max_length=50, blank=True, default="")
    cover_letter = models.TextField(blank=True, default="")
    referral_contact = models.CharField(max_length=255, blank=True, default="")
    keywords_matched = ArrayField(models.TextField(), blank=True, default=list)
    keywords_missing = ArrayField(models.TextField(), blank=True, default=list)
    ai_analysis = models.JSONField(null=True, blank=True)
    applied_date = models.DateField(null=True, blank=True)
    interview_date = models.DateTimeField(null=True, blank=True)
    interview_type = models.CharField(max_length=50, blank=True, default="")
    interviewer_name = models.CharField(max_length=255, blank=True, default="")
    interviewer_linkedin = models.CharField(max_length=1000, blank=True, default="")
    prep_notes = models.TextField(blank=True, default="")
    interview_feedback = models.TextField(blank=True, default="")
    notes = models.JSONField(default=list, blank=True)
    last_followup_date = models.DateField(null=True, blank=True)
    followup_count = models.IntegerField(default=0)
    is_deleted = models.BooleanField(default=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "jobs"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=JobStatus.values),
                name="ck_jobs_status_valid",
                violation_error_code="ck_jobs_status_valid",
                violation_error_message="The status is one of Tracking, Applied, Interview, Offer, Closed.",
            ),
            models.CheckConstraint(
                condition=(Q(status=JobStatus.CLOSED) & ~Q(closed_reason=""))
                | (~Q(status=JobStatus.CLOSED) & Q(closed_reason="")),
                name="jobs_job_closed_reason_iff_closed",
                violation_error_code="jobs_job_closed_reason_iff_closed",
                violation_error_message="A closed job has a reason, and only a closed job has one.",
            ),
            models.CheckConstraint(
                condition=Exact(
                    Func(F("notes"), function="jsonb_typeof", output_field=models.TextField()), Value("array")
                ),
                name="jobs_job_notes_is_list",
                violation_error_code="jobs_job_notes_is_list",
                violation_error_message="Notes are a list.",
            ),
            models.CheckConstraint(
                condition=Q(fit_score__isnull=True) | Q(fit_score__range=(0, 10)),
                name="jobs_job_fit_score_in_range",
                violation_error_code="jobs_job_fit_score_in_range",
                violation_error_message="The fit score is a number from 0 to 10.",
            ),
            models.CheckConstraint(
                condition=Q(ats_score__isnull=True) | Q(ats_score__range=(0, 100)),
                name="jobs_job_ats_score_in_range",
                violation_error_code="jobs_job_ats_score_in_range",
                violation_error_message="The ATS score is a number from 0 to 100.",
            ),
            models.CheckConstraint(
                condition=Q(apply_type__in=["", *ApplyType.values]),
                name="jobs_job_apply_type_valid",
                violation_error_code="jobs_job_apply_type_valid",
                violation_error_message="The apply type is quick or deep.",
            ),
            models.CheckConstraint(
                condition=Q(followup_count__gte=0),
                name="jobs_job_followup_count_positive",
                violation_error_code="jobs_job_followup_count_positive",
                violation_error_message="The number of follow-ups cannot be negative.",
            ),
            models.UniqueConstraint(
                "user",
                Lower(Trim("company_name")),
                Lower(Trim("role_title")),
                condition=Q(is_deleted=False) & ~Q(status="Closed"),
                name="jobs_job_one_open_card",
                violation_error_code="duplicate_open_job",
                violation_error_message="You already have an open job with this company and role.",
            ),
            models.UniqueConstraint(
                fields=["user", "listing"],
                condition=Q(is_deleted=False, listing__isnull=False) & ~Q(status="Closed"),
                name="jobs_job_one_open_card_of_listing",
                violation_error_code="duplicate_open_job",
                violation_error_message="You already have an open job made from this listing.",
            ),
        ]
        indexes = [
            # The list, newest first: GET jobs/.
            models.Index(
                F("user"), F("created_at").desc(), F("id").desc(), condition=Q(is_deleted=False), name="jobs_list_idx"
            ),
            # Counts by status, and the stale and recent ones: GET jobs/pipeline/, jobs/stale/.
            models.Index(
                fields=["user", "status", "updated_at"], condition=Q(is_deleted=False), name="jobs_pipeline_idx"
            ),
            # The card of a listing, when either side of an application changes; the foreign key.
            models.Index(fields=["listing", "user"], condition=Q(listing__isnull=False), name="jobs_card_listing_idx"),
            # What wants following up: GET jobs/followups/.
            models.Index(
                fields=["user", "applied_date"],
                condition=Q(is_deleted=False, status__in=["Tracking", "Applied"]),
                name="jobs_followups_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_title} at {self.company_name}"

    def is_stale_on(self, day: date) -> bool:
        """Tell what `JobQuerySet.stale_on` narrows to, for one row."""
        return self.status in WAITING_STATUSES and days_between(self.updated_at, day) >= STALE_AFTER_DAYS


class InterviewQuerySet(OwnedQuerySet["Interview"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Narrow to the user's own interviews (all for a superuser), without those of deleted cards."""
        return super().visible_to(user).filter(job__is_deleted=False)

    def with_job(self) -> Self:
        """Load the card of each interview in the same query."""
        return self.select_related("job")


class Interview(UUIDModel, TimestampedModel):
    """One conversation about one job. Its rule: it belongs to the user of its card."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="interviews", db_index=False
    )
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="interviews", db_index=False)
    interview_date = models.DateTimeField()
    round = models.CharField(max_length=100, default="Phone Screen")
    interviewer_name = models.CharField(max_length=255, blank=True, default="")
    interviewer_role = models.CharField(max_length=255, blank=True, default="")
    interviewer_linkedin = models.CharField(max_length=1000, blank=True, default="")
    status = models.CharField(max_length=50, choices=InterviewStatus.choices, default=InterviewStatus.SCHEDULED)
    notes = models.TextField(blank=True, default="")
    rating = models.SmallIntegerField(null=True, blank=True, help_text="1 to 10.")
    questions_asked = models.TextField(blank=True, default="")
    went_well = models.TextField(blank=True, default="")
    to_improve = models.TextField(blank=True, default="")
    next_steps = models.TextField(blank=True, default="")
    prep_content = models.TextField(blank=True, default="")
    prep_generated_at = models.DateTimeField(null=True, blank=True)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        db_table = "interviews"
        ordering = ["-interview_date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=InterviewStatus.values),
                name="ck_interviews_status_valid",
                violation_error_code="ck_interviews_status_valid",
                violation_error_message="The status is one of Scheduled, Completed, Cancelled, No-show.",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 10)),
                name="ck_interviews_rating_range",
                violation_error_code="ck_interviews_rating_range",
                violation_error_message="The rating is a whole number from 1 to 10.",
            ),
        ]
        indexes = [
            # A person's interviews by date: GET interviews/, the home page.
            models.Index(fields=["user", "interview_date"], name="jobs_interview_date_idx"),
            # The interviews of one card: its page, its debrief, its next date.
            models.Index(fields=["job", "interview_date"], name="jobs_interview_job_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.round}, {self.interview_date:%d %b %Y}"
