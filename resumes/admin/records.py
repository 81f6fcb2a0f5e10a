"""Templates, and what resumes leave behind: versions, files, analyses."""

from __future__ import annotations

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format

from jobos.core.admin import PersonalAdmin, ReadOnlyAdmin, column
from resumes.models import (
    GenerationStatus,
    ResumeGeneration,
    ResumeOptimization,
    ResumeTemplate,
    ResumeVersion,
)


@admin.register(ResumeTemplate)
class ResumeTemplateAdmin(PersonalAdmin):
    list_display = ("name", "description", "is_default", "is_system")
    search_fields = ("name", "description")
    search_help_text = "Name or description"
    list_filter = ("is_default", "is_system")
    fieldsets = (
        (None, {"fields": ("name", "description", ("is_default", "is_system"))}),
        ("How it looks", {"fields": ("sections", "section_order", "styling")}),
    )


@admin.register(ResumeVersion)
class ResumeVersionAdmin(ReadOnlyAdmin):
    list_display = ("resume", "version_number", "changes_summary", "show_when")
    list_select_related = ("resume",)
    search_fields = ("resume__title", "changes_summary")
    search_help_text = "Resume or summary"
    ordering = ("-created_at", "-pk")
    fields = ("resume", "version_number", "changes_summary", "created_by", "created_at", "content_snapshot")

    @column(description="when", ordering="created_at")
    def show_when(self, version: ResumeVersion) -> str:
        return date_format(version.created_at, "j M Y, H:i")


@admin.register(ResumeGeneration)
class ResumeGenerationAdmin(ReadOnlyAdmin):
    list_display = ("resume", "format", "show_status", "show_size", "show_when")
    list_select_related = ("resume",)
    list_filter = ("format", "status")
    search_fields = ("resume__title", "=sha256")
    search_help_text = "Resume, or a SHA-256"
    ordering = ("-generated_at", "-pk")
    fields = ("resume", "format", "template_name", "status", "error_message", "file_size", "sha256", "generated_at")

    @column(
        description="status",
        ordering="status",
        label={GenerationStatus.COMPLETED.label: "success", GenerationStatus.FAILED.label: "danger"},
    )
    def show_status(self, file: ResumeGeneration) -> str:
        return file.get_status_display()

    @column(description="size", ordering="file_size")
    def show_size(self, file: ResumeGeneration) -> str:
        return "-" if file.file_size is None else filesizeformat(file.file_size)

    @column(description="when", ordering="generated_at")
    def show_when(self, file: ResumeGeneration) -> str:
        return date_format(file.generated_at, "j M Y, H:i")


@admin.register(ResumeOptimization)
class ResumeOptimizationAdmin(ReadOnlyAdmin):
    list_display = ("resume", "job", "show_score", "show_when")
    list_select_related = ("resume", "job")
    search_fields = ("resume__title", "job__title")
    search_help_text = "Resume or listing"
    ordering = ("-analyzed_at", "-pk")

    @column(description="score", ordering="match_score")
    def show_score(self, found: ResumeOptimization) -> str:
        return f"{found.match_score:.0f} of 100"

    @column(description="when", ordering="analyzed_at")
    def show_when(self, found: ResumeOptimization) -> str:
        return date_format(found.analyzed_at, "j M Y, H:i")
