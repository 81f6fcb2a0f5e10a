"""One open card for a user, company and role. The older system had no such rule: a double click made two cards."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower, Trim

from jobs.migrations import _one_open_card


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_status_overhaul")]

    operations = [
        migrations.RunSQL(_one_open_card.FORWARD, _one_open_card.BACKWARD),
        migrations.AddConstraint(
            "job",
            models.UniqueConstraint(
                "user",
                Lower(Trim("company_name")),
                Lower(Trim("role_title")),
                condition=Q(is_deleted=False) & ~Q(status="Closed"),
                name="jobs_job_one_open_card",
                violation_error_code="duplicate_open_job",
                violation_error_message="You already have an open job with this company and role.",
            ),
        ),
    ]
