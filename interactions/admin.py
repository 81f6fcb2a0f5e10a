"""The timeline: read, and added to by hand; never rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.utils.formats import date_format

from interactions.models import EventType, JobUserInteraction, TimelineEvent
from interactions.services import record_event
from jobos.core.admin import PersonalAdmin, column

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jobos.accounts.models import User

COLOURS = {
    EventType.APPLICATION_SUBMITTED.label: "primary",
    EventType.INTERVIEW_SCHEDULED.label: "warning",
    EventType.INTERVIEW_COMPLETED.label: "success",
    EventType.STATUS_CHANGED.label: "info",
    EventType.FOLLOW_UP_SENT.label: "info",
    EventType.RESPONSE_RECEIVED.label: "success",
}


@admin.register(TimelineEvent)
class TimelineEventAdmin(PersonalAdmin):
    list_display = ("title", "show_type", "description_start", "job", "show_milestone", "show_when")
    list_display_links = ("title",)
    list_filter = ("event_type", "is_milestone")
    list_select_related = ("job",)
    search_fields = ("title", "description")
    search_help_text = "Title or description"
    ordering = ("-event_date", "-pk")
    autocomplete_fields = ("job",)
    fieldsets = (
        (None, {"fields": ("title", "event_type", "event_date", "is_milestone", "job", "description")}),
        ("For programs", {"fields": ("event_data",), "classes": ("collapse",)}),
    )
    add_fieldsets = ((None, {"fields": ("title", "description", "event_date", "is_milestone", "job")}),)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> TimelineEvent:
        """Append what a person tells; about somebody's card it belongs into that person's history."""
        by, job = cast("User", request.user), fields["job"]
        return record_event(
            EventType.CUSTOM_EVENT,
            fields["title"],
            owner_id=job.user_id if job else by.pk,
            by=by,
            job=job,
            at=fields["event_date"],
            description=fields["description"],
            is_milestone=fields["is_milestone"],
        )

    @column(description="what", ordering="event_type", label=COLOURS)
    def show_type(self, event: TimelineEvent) -> str:
        return event.get_event_type_display()

    @column(description="description")
    def description_start(self, event: TimelineEvent) -> str:
        return event.description if len(event.description) <= 80 else f"{event.description[:79]}…"  # noqa: PLR2004

    @column(description="when (UTC)", ordering="event_date")
    def show_when(self, event: TimelineEvent) -> str:
        return date_format(event.event_date, "j M Y, H:i")

    @column(description="milestone", ordering="is_milestone", label={"Milestone": "success"})
    def show_milestone(self, event: TimelineEvent) -> str:
        return "Milestone" if event.is_milestone else ""


@admin.register(JobUserInteraction)
class JobUserInteractionAdmin(PersonalAdmin):
    list_display = ("job", "interaction_type", "application_status", "last_interaction")
    list_filter = ("interaction_type", "application_status")
    list_select_related = ("job",)
    search_fields = ("job__title",)
    autocomplete_fields = ("job",)
