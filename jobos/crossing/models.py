"""What came over from the older systems: which database, when, and what became of each of its rows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jobos.core.models import UUIDModel


class LegacySystem(models.TextChoices):
    JOBOS = "jobos", "JobOS (FastAPI)"
    JOBPILOT = "jobpilot", "JobPilot"


class RowOutcome(models.TextChoices):
    KEPT = "kept", "Kept"
    MERGED = "merged", "Merged"
    QUARANTINED = "quarantined", "Quarantined"


class LegacySource(UUIDModel):
    """One database of an older system that was brought over, known by what never changes in it.

    Its rule: the same database is the same source however often it comes, from whatever file or server.
    """

    system = models.CharField(max_length=20, choices=LegacySystem.choices)
    key = models.CharField(max_length=64, unique=True, help_text="A digest of its first user.")

    class Meta:
        db_table = "legacy_sources"
        ordering = ["system", "key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(system__in=LegacySystem.values), name="crossing_legacysource_system_valid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_system_display()} {self.key[:8]}"


class LegacyImport(UUIDModel):
    """One run of `import_legacy --apply`: written in the transaction that brought its rows over."""

    source = models.ForeignKey(LegacySource, on_delete=models.CASCADE, related_name="imports")
    shape = models.CharField(max_length=50, help_text="How old the source's schema was.")
    address = models.CharField(max_length=1000, help_text="The file or the server, without its password.")
    trusts_emails = models.BooleanField(default=False, help_text="Whether people met by addresses nobody had verified.")
    backup = models.CharField(max_length=1000, help_text="The file that the target was saved to beforehand.")
    report = models.JSONField(help_text="The sums of the run; the rows themselves are in the ledger.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()

    class Meta:
        db_table = "legacy_imports"
        ordering = ["-finished_at", "-pk"]
        verbose_name = "import"

    def __str__(self) -> str:
        return f"{self.source}, {self.finished_at:%Y-%m-%d %H:%M}"


class LegacyRow(UUIDModel):
    """What became of one row of a source. Its rule: each is kept, merged or quarantined, exactly once.

    Its key is md5 of "SOURCE KEY|TABLE|ROW ID", so that a second run meets the first. A row that was brought over is
    not brought again, even if somebody deleted it here since.
    """

    source = models.ForeignKey(LegacySource, on_delete=models.CASCADE, related_name="rows", db_index=False)
    table = models.CharField(max_length=100, help_text="Its table in the source.")
    row_id = models.TextField(help_text="Its key there, in its own spelling.")
    outcome = models.CharField(max_length=20, choices=RowOutcome.choices)
    reason = models.TextField(blank=True, default="")
    target_table = models.CharField(max_length=100, blank=True, default="")
    target_id = models.UUIDField(null=True, blank=True, help_text="The row that it is, or is part of, here.")

    class Meta:
        db_table = "legacy_rows"
        ordering = ["table", "row_id", "pk"]
        verbose_name = "imported row"
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=RowOutcome.values), name="crossing_legacyrow_outcome_valid"),
            models.CheckConstraint(
                condition=~Q(outcome=RowOutcome.KEPT) | Q(target_id__isnull=False),
                name="crossing_legacyrow_kept_is_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=RowOutcome.QUARANTINED) | ~Q(reason=""),
                name="crossing_legacyrow_quarantined_says_why",
            ),
        ]
        indexes = [
            # What became of this row? Asked by people.
            models.Index(fields=["row_id"], name="crossing_legacy_row_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}: {self.outcome}"
