"""Interviews: empty texts become '', a status is never missing."""

import uuid_utils.compat
from django.db import migrations, models
from django.db.models import Q


from jobs.migrations import _interviews
from jobs.migrations._operations import RewriteTable

STATUSES = ["Scheduled", "Completed", "Cancelled", "No-show"]

FIELDS = {
    "id": models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False, serialize=False),
    "round": models.CharField(max_length=100, default="Phone Screen"),
    "interviewer_name": models.CharField(max_length=255, blank=True, default=""),
    "interviewer_role": models.CharField(max_length=255, blank=True, default=""),
    "interviewer_linkedin": models.CharField(max_length=1000, blank=True, default=""),
    "status": models.CharField(
        max_length=50,
        choices=[("Scheduled", "Scheduled"), ("Completed", "Completed"), ("Cancelled", "Cancelled"), ("No-show", "No Show")],
        default="Scheduled",
    ),
    "notes": models.TextField(blank=True, default=""),
    "rating": models.SmallIntegerField(null=True, blank=True, help_text="1 to 10."),
    "questions_asked": models.TextField(blank=True, default=""),
    "went_well": models.TextField(blank=True, default=""),
    "to_improve": models.TextField(blank=True, default=""),
    "next_steps": models.TextField(blank=True, default=""),
    "prep_content": models.TextField(blank=True, default=""),
    "prep_generated_at": models.DateTimeField(null=True, blank=True),
    "created_at": models.DateTimeField(auto_now_add=True),
    "updated_at": models.DateTimeField(auto_now=True),
}

CONSTRAINTS = [
    models.CheckConstraint(
        condition=Q(status__in=STATUSES),
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


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_one_open_card")]

    operations = [
        RewriteTable(
            database_operations=[migrations.RunSQL(_interviews.FORWARD, _interviews.BACKWARD)],
            state_operations=[
                migrations.AlterModelOptions("interview", {"ordering": ["-interview_date", "-pk"]}),
                *(migrations.AlterField("interview", name, field) for name, field in FIELDS.items()),
                *(migrations.AlterConstraint("interview", constraint.name, constraint) for constraint in CONSTRAINTS),
            ],
        ),
    ]
