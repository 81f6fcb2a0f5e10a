"""Nine statuses become five with a reason for closing, notes become a list, empty texts become ''."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact

from jobs.migrations import _status_overhaul
from jobs.migrations._operations import RewriteTable

STATUSES = ["Tracking", "Applied", "Interview", "Offer", "Closed"]

FIELDS = {
    "jd_text": models.TextField("job description", blank=True, default=""),
    "jd_url": models.CharField("posting address", max_length=1000, blank=True, default=""),
    "source_portal": models.CharField(max_length=100, blank=True, default="Direct"),
    "fit_score": models.FloatField(null=True, blank=True, help_text="0 to 10."),
    "ats_score": models.FloatField("ATS score", null=True, blank=True, help_text="0 to 100."),
    "status": models.CharField(max_length=50, choices=[(name, name) for name in STATUSES], default="Tracking"),
    "resume_version": models.CharField(max_length=100, blank=True, default=""),
    "apply_type": models.CharField(
        max_length=10, choices=[("quick", "Quick"), ("deep", "Deep")], blank=True, default=""
    ),
    "cover_letter": models.TextField(blank=True, default=""),
    "referral_contact": models.CharField(max_length=255, blank=True, default=""),
    "keywords_matched": ArrayField(models.TextField(), blank=True, default=list),
    "keywords_missing": ArrayField(models.TextField(), blank=True, default=list),
    "ai_analysis": models.JSONField(null=True, blank=True),
    "applied_date": models.DateField(null=True, blank=True),
    "interview_date": models.DateTimeField(null=True, blank=True),
    "interview_type": models.CharField(max_length=50, blank=True, default=""),
    "interviewer_name": models.CharField(max_length=255, blank=True, default=""),
    "interviewer_linkedin": models.CharField(max_length=1000, blank=True, default=""),
    "prep_notes": models.TextField(blank=True, default=""),
    "interview_feedback": models.TextField(blank=True, default=""),
    "notes": models.JSONField(default=list, blank=True),
    "last_followup_date": models.DateField(null=True, blank=True),
    "followup_count": models.IntegerField(default=0),
    "created_at": models.DateTimeField(auto_now_add=True),
    "updated_at": models.DateTimeField(auto_now=True),
}

CONSTRAINTS = [
    models.CheckConstraint(
        condition=Q(status__in=STATUSES),
        name="ck_jobs_status_valid",
        violation_error_code="ck_jobs_status_valid",
        violation_error_message="The status is one of Tracking, Applied, Interview, Offer, Closed.",
    ),
    models.CheckConstraint(
        condition=(Q(status="Closed") & ~Q(closed_reason="")) | (~Q(status="Closed") & Q(closed_reason="")),
        name="jobs_job_closed_reason_iff_closed",
        violation_error_code="jobs_job_closed_reason_iff_closed",
        violation_error_message="A closed job has a reason, and only a closed job has one.",
    ),
    models.CheckConstraint(
        condition=Exact(Func(F("notes"), function="jsonb_typeof", output_field=models.TextField()), Value("array")),
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
        condition=Q(apply_type__in=["", "quick", "deep"]),
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
]


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_legacy_jobs"), ("core", "0001_ledger")]

    operations = [
        RewriteTable(
            database_operations=[migrations.RunSQL(_status_overhaul.FORWARD, _status_overhaul.BACKWARD)],
            state_operations=[
                migrations.AlterModelOptions("job", {"ordering": ["-created_at", "-pk"]}),
                migrations.RemoveConstraint("job", "ck_jobs_status_valid"),
                migrations.AddField(
                    "job", "application_channel", models.CharField(max_length=50, blank=True, default="")
                ),
                migrations.AddField("job", "closed_reason", models.CharField(max_length=50, blank=True, default="")),
                *(migrations.AlterField("job", name, field) for name, field in FIELDS.items()),
                *(migrations.AddConstraint("job", constraint) for constraint in CONSTRAINTS),
            ],
        ),
    ]
