"""The two tables `companies` of the older systems, so that their rows load unchanged.

JobOS: one user's companies each. JobPilot: one row for each name, with no link from its listings but that name. Both stand
beside the directory under names of their own; the next migration carries them into it and drops them. Facts that a
source may lack are nullable, and nothing is checked: rows load as they are.
"""

import uuid_utils.compat
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="LegacyJobOSCompany",
            fields=[
                ("id", models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, serialize=False)),
                ("user", models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")),
                ("name", models.CharField(max_length=255)),
                ("lane", models.IntegerField(null=True)),
                ("stage", models.CharField(max_length=50, null=True)),
                ("sector", models.CharField(max_length=100, null=True)),
                ("b2c_validated", models.BooleanField(default=False)),
                ("funding", models.TextField(null=True)),
                ("hq_city", models.CharField(max_length=100, null=True)),
                ("website", models.CharField(max_length=500, null=True)),
                ("open_roles_count", models.IntegerField(default=0)),
                ("last_researched", models.DateTimeField(null=True)),
                ("deep_dive_done", models.BooleanField(default=False)),
                ("deep_dive_content", models.TextField(null=True)),
                ("investors", ArrayField(models.CharField(), null=True)),
                ("notes", models.TextField(null=True)),
                ("is_excluded", models.BooleanField(null=True, db_default=False)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("updated_at", models.DateTimeField(db_default=Now())),
            ],
            options={"db_table": "legacy_jobos_companies"},
        ),
        migrations.CreateModel(
            name="LegacyJobPilotCompany",
            fields=[
                ("id", models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, serialize=False)),
                ("name", models.TextField()),
                ("industry", models.TextField(null=True)),
                ("size", models.TextField(null=True)),
                ("location", models.TextField(null=True)),
                ("website", models.TextField(null=True)),
                ("description", models.TextField(null=True)),
                ("culture", models.TextField(null=True)),
                ("values", models.JSONField(null=True)),
                ("benefits", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "legacy_jobpilot_companies"},
        ),
    ]
