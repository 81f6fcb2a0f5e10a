"""The shared taxonomy: to be looked up, written by its command alone."""

from __future__ import annotations

from django.contrib import admin

from jobos.core.admin import ReadOnlyAdmin, column
from skills.models import SkillConcept, SkillLabel


@admin.register(SkillConcept)
class SkillConceptAdmin(ReadOnlyAdmin):
    list_title = "Skill taxonomy"
    list_display = ("name", "kind", "show_hot", "source")
    list_filter = ("kind", "source", "is_hot")
    search_fields = ("name", "^labels__key")
    search_help_text = "Name, or the beginning of another spelling"
    ordering = ("name", "pk")
    fields = ("name", "kind", "is_hot", "source", "external_id")

    @column(description="demand", ordering="is_hot", label={"In demand": "success"})
    def show_hot(self, concept: SkillConcept) -> str:
        return "In demand" if concept.is_hot else ""


@admin.register(SkillLabel)
class SkillLabelAdmin(ReadOnlyAdmin):
    list_title = "Spellings of skills"
    list_display = ("name", "concept", "is_preferred")
    list_select_related = ("concept",)
    list_filter = ("is_preferred",)
    search_fields = ("name", "^key")
    search_help_text = "Spelling"
    ordering = ("name", "pk")
    fields = ("name", "key", "concept", "is_preferred")
