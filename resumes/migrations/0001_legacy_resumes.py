"""The resumes of JobPilot and what stood around them, so that the rows load unchanged.

A resume has its links twice over there: `based_on_resume_id` and `job_id`, and in files of its middle years
`parent_resume_id` and `target_job_id` beside them; `parent_version_id` points at the row it is a newer version of.
Documents may be NULL, of another kind, or JSON inside a JSON string. References are plain keys: the source kept ghosts.
`user_id` is the key of a user: a profile came over as the user of the same key. Files stayed on that system's disk.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="LegacyResumeTemplate",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("description", models.TextField(null=True)),
                ("sections", models.JSONField()),
                ("section_order", models.JSONField()),
                ("styling", models.JSONField(null=True)),
                ("is_default", models.BooleanField(null=True)),
                ("is_system", models.BooleanField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "legacy_resume_templates"},
        ),
        migrations.CreateModel(
            name="LegacyResume",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("title", models.TextField()),
                ("resume_type", models.TextField()),
                ("status", models.TextField()),
                ("contact_info", models.JSONField()),
                ("summary", models.TextField(null=True)),
                ("work_experience", models.JSONField(null=True)),
                ("education", models.JSONField(null=True)),
                ("skills", models.JSONField(null=True)),
                ("projects", models.JSONField(null=True)),
                ("certifications", models.JSONField(null=True)),
                ("custom_sections", models.JSONField(null=True)),
                ("template_id", models.UUIDField(null=True)),
                ("based_on_resume_id", models.UUIDField(null=True)),
                ("job_id", models.UUIDField(null=True)),
                ("parent_resume_id", models.UUIDField(null=True)),
                ("target_job_id", models.UUIDField(null=True)),
                ("ats_score_data", models.JSONField(null=True)),
                ("tailoring_analysis", models.JSONField(null=True)),
                ("version", models.IntegerField(null=True)),
                ("parent_version_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
                ("last_generated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "legacy_resumes"},
        ),
        migrations.CreateModel(
            name="LegacyResumeVersion",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("resume_id", models.UUIDField()),
                ("version_number", models.IntegerField()),
                ("changes_summary", models.TextField(null=True)),
                ("content_snapshot", models.JSONField()),
                ("created_at", models.DateTimeField(null=True)),
                ("created_by", models.TextField(null=True)),
            ],
            options={"db_table": "legacy_resume_versions"},
        ),
        migrations.CreateModel(
            name="LegacyResumeGeneration",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("resume_id", models.UUIDField()),
                ("format", models.TextField()),
                ("template_name", models.TextField()),
                ("file_path", models.TextField(null=True)),
                ("file_size", models.IntegerField(null=True)),
                ("generation_params", models.JSONField(null=True)),
                ("status", models.TextField(null=True)),
                ("error_message", models.TextField(null=True)),
                ("generated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "legacy_resume_generations"},
        ),
        migrations.CreateModel(
            name="LegacyResumeOptimization",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("resume_id", models.UUIDField()),
                ("job_id", models.UUIDField()),
                ("match_score", models.FloatField()),
                ("keyword_matches", models.JSONField(null=True)),
                ("missing_keywords", models.JSONField(null=True)),
                ("skill_matches", models.JSONField(null=True)),
                ("missing_skills", models.JSONField(null=True)),
                ("recommendations", models.JSONField(null=True)),
                ("sections_to_emphasize", models.JSONField(null=True)),
                ("content_suggestions", models.JSONField(null=True)),
                ("analyzed_at", models.DateTimeField(null=True)),
                ("analysis_version", models.TextField(null=True)),
            ],
            options={"db_table": "legacy_resume_optimizations"},
        ),
    ]
