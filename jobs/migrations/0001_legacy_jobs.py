"""The tables `jobs` and `interviews` as JobOS had them before its status overhaul, so that its rows load unchanged.

Nine statuses, notes as one text, almost everything nullable, times and counters defaulted by the database. Its
indexes and its triggers are left out: they hold no data, and a trigger that rejuvenates `updated_at` would falsify it.
"""

import uuid_utils.compat
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now



STATUSES = (
    "Analyzed",
    "Applied",
    "Screening",
    "Interview Scheduled",
    "Interview Done",
    "Offer",
    "Rejected",
    "Withdrawn",
    "Ghosted",
)
INTERVIEW_STATUSES = ("Scheduled", "Completed", "Cancelled", "No-show")


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False, serialize=False)),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs", db_index=False
                    ),
                ),
                ("company_name", models.CharField(max_length=255)),
                ("role_title", models.CharField(max_length=255)),
                ("jd_text", models.TextField(null=True)),
                ("jd_url", models.CharField(max_length=1000, null=True)),
                ("source_portal", models.CharField(max_length=100, null=True)),
                ("fit_score", models.FloatField(null=True)),
                ("ats_score", models.FloatField(null=True)),
                ("status", models.CharField(max_length=50, default="Applied")),
                ("resume_version", models.CharField(max_length=100, null=True)),
                ("apply_type", models.CharField(max_length=10, null=True)),
                ("cover_letter", models.TextField(null=True)),
                ("referral_contact", models.CharField(max_length=255, null=True)),
                ("keywords_matched", ArrayField(models.CharField(), null=True)),
                ("keywords_missing", ArrayField(models.CharField(), null=True)),
                ("ai_analysis", models.JSONField(null=True)),
                ("applied_date", models.DateField(null=True)),
                ("interview_date", models.DateTimeField(null=True)),
                ("interview_type", models.CharField(max_length=50, null=True)),
                ("interviewer_name", models.CharField(max_length=255, null=True)),
                ("interviewer_linkedin", models.CharField(max_length=1000, null=True)),
                ("prep_notes", models.TextField(null=True)),
                ("interview_feedback", models.TextField(null=True)),
                ("is_deleted", models.BooleanField(default=False)),
                ("notes", models.TextField(null=True)),
                ("last_followup_date", models.DateField(null=True)),
                ("followup_count", models.IntegerField(null=True, db_default=0)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("updated_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "db_table": "jobs",
                "constraints": [models.CheckConstraint(condition=Q(status__in=STATUSES), name="ck_jobs_status_valid")],
            },
        ),
        migrations.CreateModel(
            name="Interview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True,
                        default=uuid_utils.compat.uuid7,
                        db_default=RandomUUID(),
                        editable=False,
                        serialize=False,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="interviews", db_index=False
                    ),
                ),
                ("job", models.ForeignKey("jobs.job", models.CASCADE, related_name="interviews", db_index=False)),
                ("interview_date", models.DateTimeField()),
                ("round", models.CharField(max_length=100, db_default="Phone Screen")),
                ("interviewer_name", models.CharField(max_length=255, null=True)),
                ("interviewer_role", models.CharField(max_length=255, null=True)),
                ("interviewer_linkedin", models.CharField(max_length=500, null=True)),
                ("status", models.CharField(max_length=50, null=True, db_default="Scheduled")),
                ("notes", models.TextField(null=True)),
                ("rating", models.IntegerField(null=True)),
                ("questions_asked", models.TextField(null=True)),
                ("went_well", models.TextField(null=True)),
                ("to_improve", models.TextField(null=True)),
                ("next_steps", models.TextField(null=True)),
                ("prep_content", models.TextField(null=True)),
                ("prep_generated_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("updated_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "db_table": "interviews",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(status__in=INTERVIEW_STATUSES), name="ck_interviews_status_valid"
                    ),
                    models.CheckConstraint(
                        condition=Q(rating__isnull=True) | Q(rating__range=(1, 10)), name="ck_interviews_rating_range"
                    ),
                ],
            },
        ),
    ]
