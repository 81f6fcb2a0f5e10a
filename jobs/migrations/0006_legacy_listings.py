"""The listings of JobPilot and what stood around them, so that its rows load unchanged.

Enumerations hold the names of their members, lists are JSON, the employer is a text on every listing, almost everything
may be NULL. References are plain keys: the source kept ghosts.
"""

import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


def make_key():
    return models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, serialize=False)


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="LegacyListing",
            fields=[
                ("id", make_key()),
                ("title", models.TextField()),
                ("company", models.TextField()),
                ("location", models.TextField(null=True)),
                ("description", models.TextField(null=True)),
                ("requirements", models.TextField(null=True)),
                ("responsibilities", models.TextField(null=True)),
                ("job_type", models.TextField(null=True)),
                ("remote_type", models.TextField(null=True)),
                ("experience_level", models.TextField(null=True)),
                ("salary_min", models.FloatField(null=True)),
                ("salary_max", models.FloatField(null=True)),
                ("salary_currency", models.TextField(null=True)),
                ("skills_required", models.JSONField(null=True)),
                ("skills_preferred", models.JSONField(null=True)),
                ("education_required", models.TextField(null=True)),
                ("benefits", models.JSONField(null=True)),
                ("company_size", models.TextField(null=True)),
                ("industry", models.TextField(null=True)),
                ("job_url", models.TextField(null=True)),
                ("company_url", models.TextField(null=True)),
                ("application_url", models.TextField(null=True)),
                ("posted_date", models.DateTimeField(null=True)),
                ("application_deadline", models.DateTimeField(null=True)),
                ("source", models.TextField(null=True)),
                ("status", models.TextField(null=True)),
                ("canonical_id", models.UUIDField(null=True)),
                ("source_count", models.IntegerField(null=True)),
                ("data_quality_score", models.FloatField(null=True)),
                ("scraped_at", models.DateTimeField(null=True)),
                ("last_verified", models.DateTimeField(null=True)),
                ("verification_status", models.TextField(null=True)),
                ("company_size_category", models.TextField(null=True)),
                ("seniority_level", models.TextField(null=True)),
                ("tech_stack", models.JSONField(null=True)),
                ("benefits_parsed", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "job_listings"},
        ),
        migrations.CreateModel(
            name="LegacySource",
            fields=[
                ("id", make_key()),
                ("name", models.TextField()),
                ("display_name", models.TextField()),
                ("base_url", models.TextField()),
                ("api_available", models.BooleanField(null=True)),
                ("scraping_rules", models.JSONField(null=True)),
                ("rate_limit_config", models.JSONField(null=True)),
                ("last_scraped", models.DateTimeField(null=True)),
                ("is_active", models.BooleanField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "job_sources"},
        ),
        migrations.CreateModel(
            name="LegacySourceListing",
            fields=[
                ("id", make_key()),
                ("job_id", models.UUIDField()),
                ("source_id", models.UUIDField()),
                ("source_job_id", models.TextField()),
                ("source_url", models.TextField()),
                ("source_metadata", models.JSONField(null=True)),
                ("scraped_at", models.DateTimeField(null=True)),
                ("last_updated", models.DateTimeField(null=True)),
            ],
            options={"db_table": "job_source_listings"},
        ),
        migrations.CreateModel(
            name="LegacyEmbedding",
            fields=[
                ("id", make_key()),
                ("job_id", models.UUIDField()),
                ("embedding_model", models.TextField()),
                ("content_hash", models.TextField()),
                ("embedding_vector", models.JSONField()),
                ("embedding_dimension", models.IntegerField()),
                ("content_type", models.TextField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "job_embeddings"},
        ),
        migrations.CreateModel(
            name="LegacyDuplication",
            fields=[
                ("id", make_key()),
                ("canonical_job_id", models.UUIDField()),
                ("duplicate_job_id", models.UUIDField()),
                ("confidence_score", models.FloatField()),
                ("matching_fields", models.JSONField()),
                ("merge_strategy", models.TextField(null=True)),
                ("reviewed", models.BooleanField(null=True)),
                ("created_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "job_duplications"},
        ),
    ]
