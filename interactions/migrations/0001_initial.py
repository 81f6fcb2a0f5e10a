"""The activity log."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jobs", "0001_legacy_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TimelineEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "event_type",
                    models.CharField(
                        choices=[
                            ("job_posted", "Job posted"),
                            ("job_saved", "Job saved"),
                            ("application_submitted", "Application submitted"),
                            ("interview_scheduled", "Interview scheduled"),
                            ("interview_completed", "Interview completed"),
                            ("follow_up_sent", "Follow-up sent"),
                            ("response_received", "Response received"),
                            ("status_changed", "Status changed"),
                            ("note_added", "Note added"),
                            ("custom_event", "Custom event"),
                        ],
                        max_length=50,
                    ),
                ),
                ("title", models.CharField(max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                ("event_data", models.JSONField(blank=True, default=dict)),
                ("event_date", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_milestone", models.BooleanField(default=False)),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="timeline_events",
                        to="jobs.job",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="timeline_events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "timeline_events",
                "ordering": ["-event_date", "-pk"],
                "indexes": [
                    models.Index(
                        models.F("user"),
                        models.OrderBy(models.F("event_date"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="interactions_timeline_idx",
                    ),
                    models.Index(
                        models.F("job"),
                        models.OrderBy(models.F("event_date"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("job__isnull", False)),
                        name="interactions_job_events_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "event_type__in",
                                [
                                    "job_posted",
                                    "job_saved",
                                    "application_submitted",
                                    "interview_scheduled",
                                    "interview_completed",
                                    "follow_up_sent",
                                    "response_received",
                                    "status_changed",
                                    "note_added",
                                    "custom_event",
                                ],
                            )
                        ),
                        name="interactions_timelineevent_type_valid",
                        violation_error_code="event_type_valid",
                        violation_error_message="There is no such type of event.",
                    )
                ],
            },
        ),
    ]
