"""The indexes of jobs and interviews, built once over the finished rows."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_interviews")]

    operations = [
        migrations.AddIndex(
            "job",
            models.Index(
                F("user"), F("created_at").desc(), F("id").desc(), condition=Q(is_deleted=False), name="jobs_list_idx"
            ),
        ),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["user", "status", "updated_at"], condition=Q(is_deleted=False), name="jobs_pipeline_idx"
            ),
        ),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["user", "applied_date"],
                condition=Q(is_deleted=False, status__in=["Tracking", "Applied"]),
                name="jobs_followups_idx",
            ),
        ),
        migrations.AddIndex("interview", models.Index(fields=["user", "interview_date"], name="jobs_interview_date_idx")),
        migrations.AddIndex("interview", models.Index(fields=["job", "interview_date"], name="jobs_interview_job_idx")),
        # The rewrites threw the planner's statistics away, and an index over expressions brings new ones.
        migrations.RunSQL("ANALYZE jobs, interviews", migrations.RunSQL.noop),
    ]
