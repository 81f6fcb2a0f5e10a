"""What the API remembers: answers to idempotent writes, and how often callers met a limit."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_ledger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RateWindow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("starts_at", models.DateTimeField()),
                ("calls", models.PositiveIntegerField(default=1)),
            ],
            options={
                "db_table": "rate_windows",
                "ordering": ["-starts_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "starts_at"), name="core_ratewindow_one_per_window")
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=255)),
                ("request_hash", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="idempotency_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "idempotency_keys",
                "ordering": ["-created_at", "pk"],
                "indexes": [models.Index(fields=["created_at"], name="core_idempotency_age_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="core_idempotencykey_one_per_user")
                ],
            },
        ),
    ]
