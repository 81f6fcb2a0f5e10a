"""Applications and saved jobs become one table of interactions; the timeline takes the older events in, with its links."""

import uuid_utils.compat
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone

from interactions.migrations import _one_table
from jobs.migrations._operations import RewriteTable

TYPES = [
    ("viewed", "Viewed"),
    ("saved", "Saved"),
    ("applied", "Applied"),
    ("hidden", "Hidden"),
    ("rejected_by_user", "Not for me"),
]
STATUSES = [
    ("not_applied", "Not applied"),
    ("applied", "Applied"),
    ("interviewing", "Interviewing"),
    ("rejected", "Rejected"),
    ("accepted", "Accepted"),
    ("withdrawn", "Withdrawn"),
]

INTERACTION = migrations.CreateModel(
    name="JobUserInteraction",
    fields=[
        ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
        ("created_at", models.DateTimeField(auto_now_add=True)),
        ("updated_at", models.DateTimeField(auto_now=True)),
        ("interaction_type", models.CharField(choices=TYPES, max_length=20)),
        ("application_status", models.CharField(blank=True, choices=STATUSES, default="", max_length=20)),
        ("applied_date", models.DateTimeField(blank=True, null=True)),
        ("response_date", models.DateTimeField(blank=True, null=True)),
        ("resume_version", models.CharField(blank=True, default="", max_length=255)),
        ("cover_letter", models.TextField(blank=True, default="")),
        ("follow_up_date", models.DateTimeField(blank=True, null=True)),
        ("interview_scheduled", models.DateTimeField(blank=True, null=True)),
        ("shared_with_recruiters", models.BooleanField(default=False)),
        ("saved_date", models.DateTimeField(blank=True, null=True)),
        ("tags", ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
        ("notes", models.TextField(blank=True, default="")),
        ("interaction_data", models.JSONField(blank=True, default=dict)),
        ("first_interaction", models.DateTimeField(default=timezone.now)),
        ("last_interaction", models.DateTimeField(default=timezone.now)),
        ("interaction_count", models.PositiveIntegerField(default=1)),
        ("job_snapshot", models.JSONField(blank=True, default=dict, help_text="The posting as it stood.")),
        (
            "job",
            models.ForeignKey(
                "jobs.joblisting", models.CASCADE, db_index=False, related_name="interactions"
            ),
        ),
        (
            "user",
            models.ForeignKey(
                settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="listing_interactions"
            ),
        ),
    ],
    options={
        "verbose_name": "interaction",
        "db_table": "job_user_interactions",
        "ordering": ["-last_interaction", "-pk"],
        "indexes": [
            models.Index(
                F("user"), F("interaction_type"), F("last_interaction").desc(), name="idx_user_interaction_type_date"
            ),
            models.Index(fields=["job", "interaction_type"], name="idx_job_interaction_type"),
        ],
        "constraints": [
            models.UniqueConstraint(
                fields=["user", "job", "interaction_type"],
                name="unique_user_job_interaction",
                violation_error_code="unique_user_job_interaction",
                violation_error_message="There is one row for each listing and kind of interaction.",
            ),
            models.CheckConstraint(
                condition=Q(interaction_type__in=["viewed", "saved", "applied", "hidden", "rejected_by_user"]),
                name="interactions_jobuserinteraction_type_valid",
                violation_error_code="interactions_jobuserinteraction_type_valid",
                violation_error_message="There is no such kind of interaction.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(interaction_type="applied")
                    & Q(application_status__in=["applied", "interviewing", "rejected", "accepted", "withdrawn"])
                )
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
                condition=Q(shared_with_recruiters=False) | Q(interaction_type="applied"),
                name="interactions_jobuserinteraction_only_applied_shared",
                violation_error_code="interactions_jobuserinteraction_only_applied_shared",
                violation_error_message="Only an application can be shared with recruiters.",
            ),
        ],
    },
)

# The migration after which listings stand in their final table, under the keys they had.
LISTINGS = ("jobs", "0008_listing_of_a_card")


class Migration(migrations.Migration):
    dependencies = [
        ("interactions", "0001_initial"),
        ("interactions", "0002_legacy_applications"),
        ("core", "0001_ledger"),
        LISTINGS,
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        RewriteTable(
            database_operations=[migrations.RunSQL(_one_table.FORWARD, _one_table.BACKWARD)],
            state_operations=[
                INTERACTION,
                migrations.AddField(
                    "timelineevent",
                    "listing",
                    models.ForeignKey(
                        "jobs.joblisting",
                        models.SET_NULL,
                        blank=True,
                        db_index=False,
                        null=True,
                        related_name="timeline_events",
                    ),
                ),
                migrations.AddField(
                    "timelineevent",
                    "interaction",
                    models.ForeignKey(
                        "interactions.jobuserinteraction",
                        models.SET_NULL,
                        blank=True,
                        db_index=False,
                        null=True,
                        related_name="timeline_events",
                    ),
                ),
                migrations.AddIndex(
                    "timelineevent",
                    models.Index(
                        fields=["listing", "user"],
                        condition=Q(listing__isnull=False),
                        name="interactions_listing_event_idx",
                    ),
                ),
                migrations.AddIndex(
                    "timelineevent",
                    models.Index(
                        fields=["interaction"],
                        condition=Q(interaction__isnull=False),
                        name="interactions_origin_event_idx",
                    ),
                ),
            ],
        ),
    ]
