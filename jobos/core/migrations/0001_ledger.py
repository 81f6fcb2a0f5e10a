"""The ledger: what migrations and imports change is written here first."""

import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="The migration or the import run that wrote this line.", max_length=200
                    ),
                ),
                ("table", models.CharField(max_length=100)),
                ("row_id", models.CharField(help_text="The key in the source, in its own spelling.", max_length=200)),
                (
                    "column",
                    models.CharField(
                        blank=True, default="", help_text="Empty: the line holds the whole row, or the columns that it names.", max_length=100
                    ),
                ),
                ("before", models.JSONField(blank=True, null=True)),
                (
                    "after",
                    models.JSONField(
                        blank=True, help_text="What the change left: the guard of the way back.", null=True
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("converted", "Converted"),
                            ("merged", "Merged"),
                            ("derived", "Derived"),
                            ("quarantined", "Quarantined"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
                ("target_row_id", models.CharField(blank=True, default="", max_length=200)),
                (
                    "at",
                    models.DateTimeField(
                        help_text="A time of the row itself in a migration, so that a second run writes the same."
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger entry",
                "verbose_name_plural": "ledger entries",
                "db_table": "migration_ledger",
                "ordering": ["source", "table", "row_id", "column", "pk"],
                "indexes": [
                    models.Index(fields=["source", "table", "row_id"], name="core_ledger_source_idx"),
                    models.Index(fields=["table", "row_id"], name="core_ledger_row_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["converted", "merged", "derived", "quarantined"])),
                        name="core_ledgerentry_outcome_valid",
                    )
                ],
            },
        ),
    ]
