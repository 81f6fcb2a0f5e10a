"""The admin of what came over: the runs with their sums, and what became of each row. Only superusers see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from jobos.core.admin import ReadOnlyAdmin, column, site
from jobos.crossing.models import LegacyImport, LegacyRow, LegacySource, RowOutcome

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(LegacySource, site=site)
class LegacySourceAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "system", "key")
    list_filter = ("system",)
    search_fields = ("^key",)
    fields = ("system", "key")


@admin.register(LegacyImport, site=site)
class LegacyImportAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "shape", "address", "show_read", "show_added", "show_quarantined", "finished_at")
    list_select_related = ("source",)
    search_fields = ("address", "^source__key")
    fields = ("source", "shape", "address", "trusts_emails", "backup", "started_at", "finished_at")

    @column(description="rows read")
    def show_read(self, run: LegacyImport) -> str:
        return _spell(run.report.get("totals", {}), "read")

    @column(description="new by this run")
    def show_added(self, run: LegacyImport) -> str:
        return _spell(run.report.get("totals", {}), "added")

    @column(description="quarantined")
    def show_quarantined(self, run: LegacyImport) -> str:
        return _spell(run.report.get("totals", {}), "quarantined")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show the sums of a run as tables."""
        run = self.get_object(request, object_id)
        shown = _describe(run.report) if run is not None and self.has_view_permission(request, run) else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})


def _spell(sums: dict[str, Any], name: str) -> str:
    return f"{sums.get(name, 0):,}"


def _describe(report: dict[str, Any]) -> dict[str, Any]:
    """Return what the page of a run shows of its report."""
    totals, met = report.get("totals", {}), report.get("met", {})
    checks = report.get("checks", [])
    columns = ("read", "kept", "merged", "quarantined", "added")
    return {
        "read": _spell(totals, "read"),
        "has_quarantined": bool(totals.get("quarantined")),
        "outcomes": [
            {"name": RowOutcome(name).label, "count": _spell(totals, name), "colour": colour}
            for name, colour in (("kept", "success"), ("merged", "info"), ("quarantined", "warning"))
        ],
        "checks": f"{len(checks):,}",
        "failed": [check for check in checks if not check["holds"]],
        "tables": [
            {"name": table, **{name: _spell(sums, name) for name in columns}}
            for table, sums in sorted(report.get("tables", {}).items())
        ],
        "changes": [
            {
                "name": table,
                "met": _spell(met, table),
                **{name: _spell(sums, name) for name in ("before", "added", "after")},
            }
            for table, sums in sorted(report.get("target", {}).items())
            if sums["added"] or met.get(table)
        ],
        "clashes": [(kind.replace("_", " "), f"{count:,}") for kind, count in report.get("clash_counts", {}).items()],
        "derived": [(table, f"{count:,}") for table, count in sorted(report.get("derived_counts", {}).items())],
    }


@admin.register(LegacyRow, site=site)
class LegacyRowAdmin(ReadOnlyAdmin):
    list_display = ("table", "row_id", "outcome", "reason", "target_table", "target_id")
    list_filter = ("outcome",)
    search_fields = ("=row_id",)
    search_help_text = "Row id"
    fields = ("source", "table", "row_id", "outcome", "reason", "target_table", "target_id")
