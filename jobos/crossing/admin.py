"""The admin of what came over: the runs with their sums, and what became of each row. Only superusers see it."""

from __future__ import annotations

from django.contrib import admin

from jobos.core.admin import ReadOnlyAdmin, site
from jobos.crossing.models import LegacyImport, LegacyRow, LegacySource


@admin.register(LegacySource, site=site)
class LegacySourceAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "system", "key")
    list_filter = ("system",)
    search_fields = ("^key",)
    fields = ("system", "key")


@admin.register(LegacyImport, site=site)
class LegacyImportAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "shape", "address", "trusts_emails", "finished_at")
    list_select_related = ("source",)
    search_fields = ("address", "^source__key")
    fieldsets = (
        (None, {"fields": ("source", "shape", "address", "trusts_emails", "backup", "started_at", "finished_at")}),
        ("Sums", {"fields": ("report",)}),
    )


@admin.register(LegacyRow, site=site)
class LegacyRowAdmin(ReadOnlyAdmin):
    list_display = ("table", "row_id", "outcome", "reason", "target_table", "target_id")
    list_filter = ("outcome",)
    search_fields = ("=row_id",)
    search_help_text = "Row id"
    fields = ("source", "table", "row_id", "outcome", "reason", "target_table", "target_id")
