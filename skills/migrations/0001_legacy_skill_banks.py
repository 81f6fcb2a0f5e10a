"""The skill banks of JobPilot, the table they replaced there, and the skills of its profiles, so that the rows load unchanged.

A bank is one row of documents there. Nothing is enforced: several banks for one user, banks of nobody, documents that
are JSON inside a JSON string, or lists where objects are asked. `user_id` is the key of a user: a profile came over as the
user of the same key; `legacy_profile_skills` holds what stood in its column `skills`.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="LegacySkillBank",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("skills", models.JSONField(null=True)),
                ("skill_categories", models.JSONField(null=True)),
                ("default_summary", models.TextField(null=True)),
                ("summary_variations", models.JSONField(null=True)),
                ("work_experiences", models.JSONField(null=True)),
                ("education_entries", models.JSONField(null=True)),
                ("projects", models.JSONField(null=True)),
                ("certifications", models.JSONField(null=True)),
                ("experience_content_variations", models.JSONField(null=True)),
                ("education_content_variations", models.JSONField(null=True)),
                ("project_content_variations", models.JSONField(null=True)),
                ("experience_keywords", models.JSONField(null=True)),
                ("industry_keywords", models.JSONField(null=True)),
                ("technical_keywords", models.JSONField(null=True)),
                ("soft_skills", models.JSONField(null=True)),
                ("auto_extracted_skills", models.JSONField(null=True)),
                ("skill_confidence", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "legacy_skill_banks"},
        ),
        migrations.CreateModel(
            name="LegacyOlderSkillBank",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("skills", models.JSONField(null=True)),
                ("experience_keywords", models.JSONField(null=True)),
                ("industry_keywords", models.JSONField(null=True)),
                ("technical_keywords", models.JSONField(null=True)),
                ("soft_skills", models.JSONField(null=True)),
                ("auto_extracted_skills", models.JSONField(null=True)),
                ("skill_confidence", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "skill_banks_legacy"},
        ),
        migrations.CreateModel(
            name="LegacyProfileSkills",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("skills", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "legacy_profile_skills"},
        ),
    ]
