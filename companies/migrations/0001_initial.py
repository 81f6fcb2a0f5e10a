"""The shared directory and what users think of its companies."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import uuid_utils.compat
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="Company",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=255)),
                ("normalized_name", models.CharField(editable=False, max_length=255)),
                ("domain", models.CharField(editable=False, max_length=253, null=True)),
                ("industry", models.CharField(blank=True, default="", max_length=100)),
                ("size", models.CharField(blank=True, default="", help_text="As published.", max_length=100)),
                (
                    "size_category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("startup", "Startup (1-50)"),
                            ("small", "Small (51-200)"),
                            ("medium", "Medium (201-1000)"),
                            ("large", "Large (1001-5000)"),
                            ("enterprise", "Enterprise (5000+)"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("location", models.CharField(blank=True, default="", max_length=255)),
                ("headquarters_location", models.CharField(blank=True, default="", max_length=255)),
                ("founded_year", models.SmallIntegerField(blank=True, null=True)),
                ("website", models.CharField(blank=True, default="", max_length=1000)),
                ("description", models.TextField(blank=True, default="")),
                ("logo_url", models.CharField(blank=True, default="", max_length=1000)),
                ("culture", models.TextField(blank=True, default="")),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "benefits",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="created_companies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "companies",
                "db_table": "companies",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="TargetCompany",
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
                    "lane",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Dream"),
                            (2, "Good fit"),
                            (3, "Backup"),
                            (4, "Early-stage"),
                            (5, "Early-stage (seed)"),
                        ],
                        default=2,
                    ),
                ),
                ("stage", models.CharField(blank=True, default="", max_length=50)),
                ("sector", models.CharField(blank=True, default="", max_length=100)),
                ("b2c_validated", models.BooleanField(default=False, verbose_name="B2C validated")),
                ("funding", models.TextField(blank=True, default="")),
                (
                    "hq_city",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="headquarters city"),
                ),
                ("last_researched", models.DateTimeField(blank=True, null=True)),
                ("deep_dive_content", models.TextField(blank=True, default="", verbose_name="deep dive")),
                (
                    "investors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("is_excluded", models.BooleanField(default=False, verbose_name="excluded")),
                ("notes", models.TextField(blank=True, default="")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="target_companies",
                        to="companies.company",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="target_companies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "target companies",
                "db_table": "target_companies",
                "ordering": ["lane", "company__name", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(fields=["normalized_name", "domain"], name="idx_company_name_domain"),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(fields=["industry"], name="companies_industry_idx"),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(fields=["size_category"], name="companies_size_idx"),
        ),
        migrations.AddIndex(
            model_name="company",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["normalized_name"], name="companies_name_trgm_idx", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.UniqueConstraint(
                fields=("normalized_name", "domain"),
                name="unique_company_identity",
                nulls_distinct=False,
                violation_error_code="unique_company_identity",
                violation_error_message="The directory already has this company (same name and website).",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.UniqueConstraint(
                condition=models.Q(("domain__isnull", False)),
                fields=("domain",),
                name="companies_company_domain_unique",
                violation_error_code="companies_company_domain_unique",
                violation_error_message="The directory already has a company with this website.",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "[^[:space:]]")),
                name="company_name_not_empty",
                violation_error_code="company_name_not_empty",
                violation_error_message="A company has a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("name"), 200
                ),
                name="company_name_max_length",
                violation_error_code="company_name_max_length",
                violation_error_message="A company's name has at most 200 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("website", ""), ("website__iregex", "^https?://"), _connector="OR"),
                name="website_url_format",
                violation_error_code="website_url_format",
                violation_error_message="A website starts with http:// or https://.",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("founded_year__isnull", True), ("founded_year__gte", 1800), _connector="OR"),
                name="founded_year_reasonable",
                violation_error_code="founded_year_reasonable",
                violation_error_message="A founding year is 1800 or later.",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("founded_year__isnull", True),
                    (
                        "founded_year__lte",
                        django.db.models.functions.datetime.ExtractYear(django.db.models.functions.datetime.Now()),
                    ),
                    _connector="OR",
                ),
                name="founded_year_not_future",
                violation_error_code="founded_year_not_future",
                violation_error_message="A founding year does not lie in the future.",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("size_category__in", ["", "startup", "small", "medium", "large", "enterprise"])),
                name="companies_company_size_category_valid",
                violation_error_code="companies_company_size_category_valid",
                violation_error_message="There is no such size.",
            ),
        ),
        migrations.AddIndex(
            model_name="targetcompany",
            index=models.Index(models.F("user"), models.F("lane"), name="companies_target_lane_idx"),
        ),
        migrations.AddConstraint(
            model_name="targetcompany",
            constraint=models.UniqueConstraint(
                fields=("user", "company"),
                name="companies_targetcompany_one_per_user",
                violation_error_code="already_tracked",
                violation_error_message="You already track this company.",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetcompany",
            constraint=models.CheckConstraint(
                condition=models.Q(("lane__range", (1, 5))),
                name="ck_companies_lane_valid",
                violation_error_code="ck_companies_lane_valid",
                violation_error_message="A lane is a whole number from 1 to 5.",
            ),
        ),
    ]
