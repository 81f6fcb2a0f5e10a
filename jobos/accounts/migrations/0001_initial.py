"""People, their profiles and tokens."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        error_messages={"unique": "There is already a user with this email."}, max_length=254
                    ),
                ),
                ("full_name", models.CharField(blank=True, default="", max_length=255)),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Clear this instead of deleting: sign-in and tokens stop at once.",
                        verbose_name="active",
                    ),
                ),
                ("is_staff", models.BooleanField(default=True, verbose_name="may open the admin")),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "ordering": ["email", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                ("token_key", models.CharField(db_index=True, max_length=25)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("expiry", models.DateTimeField(blank=True, null=True)),
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=128, unique=True)),
                ("name", models.CharField(help_text="What it is for, in its owner's words.", max_length=100)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="auth_token_set",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "access_tokens",
                "ordering": ["-created", "pk"],
            },
        ),
        migrations.CreateModel(
            name="UserProfile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("first_name", models.CharField(blank=True, default="", max_length=100)),
                ("last_name", models.CharField(blank=True, default="", max_length=100)),
                ("phone", models.CharField(blank=True, default="", max_length=50)),
                ("city", models.CharField(blank=True, default="", max_length=100)),
                ("state", models.CharField(blank=True, default="", max_length=100)),
                ("linkedin_url", models.CharField(blank=True, default="", max_length=1000)),
                ("portfolio_url", models.CharField(blank=True, default="", max_length=1000)),
                ("current_title", models.CharField(blank=True, default="", max_length=255)),
                ("experience_years", models.SmallIntegerField(blank=True, null=True)),
                ("education", models.TextField(blank=True, default="")),
                ("bio", models.TextField(blank=True, default="")),
                (
                    "preferred_locations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                (
                    "preferred_job_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50), blank=True, default=list, size=None
                    ),
                ),
                (
                    "preferred_remote_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50), blank=True, default=list, size=None
                    ),
                ),
                ("desired_salary_min", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                ("desired_salary_max", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="profile",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "user_profiles",
                "ordering": ["user__email", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                name="idx_user_email",
                violation_error_code="email_taken",
                violation_error_message="There is already a user with this email.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$")),
                name="email_format",
                violation_error_code="email_format",
                violation_error_message="Give an email address such as ada@example.com.",
            ),
        ),
        migrations.AddIndex(
            model_name="userprofile",
            index=models.Index(fields=["city", "state"], name="idx_user_location"),
        ),
        migrations.AddIndex(
            model_name="userprofile",
            index=models.Index(fields=["created_at"], name="idx_user_created"),
        ),
        migrations.AddConstraint(
            model_name="userprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("linkedin_url", ""),
                    ("linkedin_url__iregex", "^https?://([a-z0-9-]+\\.)*linkedin\\.com(:[0-9]+)?([/?#].*)?$"),
                    _connector="OR",
                ),
                name="linkedin_url_format",
                violation_error_code="linkedin_url_format",
                violation_error_message="Give an address on linkedin.com, such as https://www.linkedin.com/in/ada.",
            ),
        ),
        migrations.AddConstraint(
            model_name="userprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("portfolio_url", ""), ("portfolio_url__iregex", "^https?://[^[:space:]]+$"), _connector="OR"
                ),
                name="portfolio_url_format",
                violation_error_code="portfolio_url_format",
                violation_error_message="Give an address that starts with http:// or https://.",
            ),
        ),
        migrations.AddConstraint(
            model_name="userprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(("experience_years__isnull", True), ("experience_years__gte", 0), _connector="OR"),
                name="experience_positive",
                violation_error_code="experience_positive",
                violation_error_message="Years of experience cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="userprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("desired_salary_min__isnull", True), ("desired_salary_min__gte", 0), _connector="OR"
                ),
                name="desired_salary_min_positive",
                violation_error_code="desired_salary_min_positive",
                violation_error_message="A salary cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="userprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("desired_salary_max__isnull", True),
                    models.Q(
                        ("desired_salary_max__gte", 0),
                        models.Q(
                            ("desired_salary_min__isnull", True),
                            ("desired_salary_max__gte", models.F("desired_salary_min")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="desired_salary_range_valid",
                violation_error_code="desired_salary_range_valid",
                violation_error_message="The highest salary you look for is below the lowest.",
            ),
        ),
    ]
