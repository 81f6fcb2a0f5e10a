"""The tables `applications`, `saved_jobs` and `timeline_events` as JobPilot had them, so that its rows load unchanged.

Keys are UUIDs and times aware; enumerations hold the names of their members (NOT_APPLIED, JOB_SAVED) or whatever else
was written. Nothing is enforced, as there: rows may point at listings, applications and users that do not exist.
`user_profile_id` is the key of a user: a profile came over as the user of the same key. Its timeline has a table of its
own, since ours bears the same name.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="LegacyApplication",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("job_id", models.UUIDField()),
                ("user_profile_id", models.UUIDField()),
                ("status", models.TextField(null=True)),
                ("applied_date", models.DateTimeField(null=True)),
                ("response_date", models.DateTimeField(null=True)),
                ("resume_version", models.TextField(null=True)),
                ("cover_letter", models.TextField(null=True)),
                ("notes", models.TextField(null=True)),
                ("follow_up_date", models.DateTimeField(null=True)),
                ("interview_scheduled", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "applications"},
        ),
        migrations.CreateModel(
            name="LegacySavedJob",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("job_id", models.UUIDField()),
                ("user_profile_id", models.UUIDField()),
                ("status", models.TextField(null=True)),
                ("notes", models.TextField(null=True)),
                ("tags", models.JSONField(null=True)),
                ("saved_date", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "saved_jobs"},
        ),
        migrations.CreateModel(
            name="LegacyTimelineEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("job_id", models.UUIDField(null=True)),
                ("application_id", models.UUIDField(null=True)),
                ("user_profile_id", models.UUIDField()),
                ("event_type", models.TextField()),
                ("title", models.TextField()),
                ("description", models.TextField(null=True)),
                ("event_data", models.JSONField(null=True)),
                ("event_date", models.DateTimeField(null=True)),
                ("is_milestone", models.BooleanField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "legacy_timeline_events"},
        ),
    ]
