"""What people did with listings, and the timeline: read, and added to by hand; never rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.urls import path
from django.utils.formats import date_format
from unfold.contrib.filters.admin import DropdownFilter

from interactions.models import (
    APPLIED_STATES,
    SENT_RESUME,
    ApplicationStatus,
    EventType,
    InteractionType,
    JobUserInteraction,
    TimelineEvent,
)
from interactions.services import record_event
from interactions.services.listings import change_interaction, unhide_listing, unsave_listing
from jobos.core.admin import PersonalAdmin, column
from jobs.admin.forms import read
from jobs.admin.listing_page import HEAVY_COLUMNS
from jobs.admin.paging import CataloguePaginator
from jobs.admin.search import read_words
from jobs.services import applications
from resumes.admin.sent import SentResumePages
from resumes.models import Resume

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User

COLOURS = {
    EventType.APPLICATION_SUBMITTED.label: "primary",
    EventType.INTERVIEW_SCHEDULED.label: "warning",
    EventType.INTERVIEW_COMPLETED.label: "success",
    EventType.STATUS_CHANGED.label: "info",
    EventType.FOLLOW_UP_SENT.label: "info",
    EventType.RESPONSE_RECEIVED.label: "success",
}
KIND_COLOURS = {
    InteractionType.SAVED.label: "info",
    InteractionType.APPLIED.label: "success",
    InteractionType.HIDDEN.label: "",
    InteractionType.REJECTED_BY_USER.label: "",
    InteractionType.VIEWED.label: "",
}
KIND_CHIPS = {
    InteractionType.SAVED.value: "Saved",
    InteractionType.APPLIED.value: "Applications",
    InteractionType.HIDDEN.value: "Hidden",
}
STATUS_COLOURS = {
    ApplicationStatus.APPLIED.label: "info",
    ApplicationStatus.INTERVIEWING.label: "warning",
    ApplicationStatus.ACCEPTED.label: "success",
    ApplicationStatus.REJECTED.label: "danger",
    ApplicationStatus.WITHDRAWN.label: "",
}
# What a person may write into a row of each kind.
FIELDSETS: dict[str, tuple[Any, ...]] = {
    InteractionType.APPLIED.value: (
        (
            "Your application",
            {
                "fields": (
                    "applied_date",
                    "response_date",
                    "interview_scheduled",
                    "follow_up_date",
                    ("resume", "resume_version"),
                    "shared_with_recruiters",
                    "cover_letter",
                )
            },
        ),
        ("For yourself", {"fields": ("notes",)}),
    ),
    InteractionType.SAVED.value: (("For yourself", {"fields": ("notes", "tags")}),),
    "": (("For yourself", {"fields": ("notes",)}),),
}
TAKING_BACK = {InteractionType.SAVED: unsave_listing, InteractionType.HIDDEN: unhide_listing}
SNAPSHOT_TITLES = {
    "location": "Place",
    "remote_type": "Workplace",
    "description": "About the role",
    "responsibilities": "Responsibilities",
    "requirements": "Requirements",
}
MOST_MOVED = 500
MOST_EVENTS = 100


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


class KindFilter(DropdownFilter):  # type: ignore[misc]
    """What somebody did with a listing."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return InteractionType.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kind = self.value()
        if not kind:
            return queryset
        return queryset.filter(interaction_type=kind) if kind in InteractionType.values else queryset.none()


class ApplicationFilter(DropdownFilter):  # type: ignore[misc]
    """How far applications have got."""

    title = "application"
    parameter_name = "application"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [(status.value, status.label) for status in APPLIED_STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        status = self.value()
        if not status:
            return queryset
        return queryset.filter(application_status=status) if status in APPLIED_STATES else queryset.none()


class MoveForm(forms.Form):
    status = forms.ChoiceField(choices=[(status.value, status.label) for status in APPLIED_STATES])


@admin.register(JobUserInteraction)
class JobUserInteractionAdmin(SentResumePages, PersonalAdmin):
    list_display = ("show_listing", "show_kind", "show_status", "show_since", "show_follow_up", "show_shared")
    list_before_template = "admin/interactions/jobuserinteraction/above_list.html"
    list_filter = (KindFilter, ApplicationFilter)
    list_filter_submit = True
    list_filter_sheet = True
    show_facets = admin.ShowFacets.NEVER
    paginator = CataloguePaginator
    search_fields = ("job__title",)  # Says that there is a search; which one, `get_search_results` says.
    search_help_text = "Title, skill or company"
    ordering = ("-last_interaction", "-pk")
    sortable_by = ("show_since",)
    readonly_fields = ("first_interaction", "last_interaction", "interaction_count")
    actions = (
        "move_to_applied",
        "move_to_interviewing",
        "move_to_accepted",
        "move_to_rejected",
        "move_to_withdrawn",
        "take_back_selected",
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        chosen = request.GET.get("kind", "")
        context = {
            "title": "Saved and applied",
            "chips": [
                {"title": title, "query": f"?kind={kind}" if kind else "?", "is_chosen": kind == chosen}
                for kind, title in (("", "Everything"), *KIND_CHIPS.items())
            ],
        }
        return super().changelist_view(request, context | (extra_context or {}))

    # Rows -----------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobUserInteraction]:
        rows: QuerySet[JobUserInteraction] = super().get_queryset(request)
        if request.resolver_match is None or not str(request.resolver_match.url_name).endswith("_changelist"):
            return rows
        heavy = (f"job__{name}" for name in HEAVY_COLUMNS)
        return rows.select_related("job__company").defer("job_snapshot", "interaction_data", "cover_letter", *heavy)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[JobUserInteraction], search_term: str
    ) -> tuple[QuerySet[JobUserInteraction], bool]:
        """Search the listings of these rows by words."""
        if not search_term.strip():
            return queryset, False
        words = read_words(search_term)
        return (queryset.none() if words is None else queryset.filter(job__search_head=words)), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come of what somebody does on the page of a listing."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was saved or hidden is taken back; the rest is history."""
        return False

    # Writing --------------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what a row of this kind holds."""
        kind = obj.interaction_type if obj is not None else ""
        history = ("History", {"fields": (("first_interaction", "last_interaction", "interaction_count"),)})
        return (*FIELDSETS.get(kind, FIELDSETS[""]), history)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer the resumes of whoever applied alone."""
        form_class = super().get_form(request, obj, change=change, **kwargs)
        field = form_class.base_fields.get("resume")
        if field is not None and obj is not None:
            field.queryset = Resume.objects.filter(user_id=obj.user_id).only("title")
        return form_class

    def change(self, request: HttpRequest, obj: JobUserInteraction, changes: dict[str, Any]) -> JobUserInteraction:
        by = cast("User", request.user)
        if obj.interaction_type == InteractionType.APPLIED:  # It locks the card first, then the row.
            return applications.change_application(obj, by=by, **changes)
        return change_interaction(self.lock(request, obj.pk), by=by, **changes).application

    # Columns --------------------------------------------------------------------------------------------------------

    @column(description="listing", header=True)
    def show_listing(self, row: JobUserInteraction) -> list[str]:
        return [row.job.title, row.job.company.name]

    @column(description="what", label=KIND_COLOURS)
    def show_kind(self, row: JobUserInteraction) -> str:
        return row.get_interaction_type_display()

    @column(description="status", label=STATUS_COLOURS)
    def show_status(self, row: JobUserInteraction) -> str:
        return row.get_application_status_display() if row.application_status else ""

    @column(description="last", ordering="last_interaction")
    def show_since(self, row: JobUserInteraction) -> str:
        return date_format(row.last_interaction, "j M Y")

    @column(description="follow up")
    def show_follow_up(self, row: JobUserInteraction) -> str:
        return date_format(row.follow_up_date, "j M Y") if row.follow_up_date else "-"

    @column(description="seen by recruiters")
    def show_shared(self, row: JobUserInteraction) -> str:
        return "Yes" if row.shared_with_recruiters else "-"

    # Actions --------------------------------------------------------------------------------------------------------

    def _move_all(
        self, request: HttpRequest, queryset: QuerySet[JobUserInteraction], status: ApplicationStatus
    ) -> None:
        found = list(
            queryset.filter(interaction_type=InteractionType.APPLIED).order_by("user_id", "job_id")[:MOST_MOVED]
        )
        for row in found:
            applications.change_application(row, by=cast("User", request.user), application_status=status)
        words = "1 application" if len(found) == 1 else f"{len(found)} applications"
        self.message_user(request, f"{words} moved to {status.label}.", messages.SUCCESS if found else messages.INFO)

    @admin.action(description="Application: applied", permissions=["change"])
    def move_to_applied(self, request: HttpRequest, queryset: QuerySet[JobUserInteraction]) -> None:
        self._move_all(request, queryset, ApplicationStatus.APPLIED)

    @admin.action(description="Application: interviewing", permissions=["change"])
    def move_to_interviewing(self, request: HttpRequest, queryset: QuerySet[JobUserInteraction]) -> None:
        self._move_all(request, queryset, ApplicationStatus.INTERVIEWING)

    @admin.action(description="Application: accepted", permissions=["change"])
    def move_to_accepted(self, request: HttpRequest, queryset: QuerySet[JobUserInteraction]) -> None:
        self._move_all(request, queryset, ApplicationStatus.ACCEPTED)

    @admin.action(description="Application: rejected", permissions=["change"])
    def move_to_rejected(self, request: HttpRequest, queryset: QuerySet[JobUserInteraction]) -> None:
        self._move_all(request, queryset, ApplicationStatus.REJECTED)

    @admin.action(description="Application: withdrawn", permissions=["change"])
    def move_to_withdrawn(self, request: HttpRequest, queryset: QuerySet[JobUserInteraction]) -> None:
        self._move_all(request, queryset, ApplicationStatus.WITHDRAWN)

    @admin.action(description="Take back what was saved or hidden", permissions=["change"])
    def take_back_selected(self, request: HttpRequest, queryset: QuerySet[JobUserInteraction]) -> None:
        own = queryset.filter(user=cast("User", request.user), interaction_type__in=TAKING_BACK)
        found = list(own.select_related("job__company")[:MOST_MOVED])
        for row in found:
            TAKING_BACK[InteractionType(row.interaction_type)](row.job, by=cast("User", request.user))
        words = "1 listing" if len(found) == 1 else f"{len(found)} listings"
        self.message_user(request, f"{words} taken back.", messages.SUCCESS if found else messages.INFO)

    # The page of one row --------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<uuid:object_id>/move/",
                self.admin_site.admin_view(self.move_view),
                name="interactions_jobuserinteraction_move",
            ),
            *self.sent_urls(),
            *super().get_urls(),
        ]

    def move_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Move an application to another status."""

        def work(row: JobUserInteraction) -> str:
            if row.interaction_type != InteractionType.APPLIED:
                raise ValidationError("Only an application has a status.", code="wrong_kind")
            status = ApplicationStatus(read(MoveForm(request.POST))["status"])
            applications.change_application(row, by=cast("User", request.user), application_status=status)
            return f"{row.job.title}: {status.label.lower()}."

        return self.act(request, object_id, work, locks=False)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if isinstance(row, JobUserInteraction):
            stored = self.get_queryset(request).select_related("job__company", "resume").get(pk=row.pk)
            context |= describe_row(stored, cast("User", request.user))
            context["may_change"] = self.has_change_permission(request, stored)
            context |= {"title": stored.job.title, "crumb": stored.job.title, "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)


def describe_row(row: JobUserInteraction, user: User) -> dict[str, Any]:
    """Return what the page of a row shows around its form: the listing then and now, and what has happened."""
    snapshot = row.job_snapshot if isinstance(row.job_snapshot, dict) else {}
    return {
        "row": row,
        "listing": row.job,
        "colour": KIND_COLOURS.get(row.get_interaction_type_display(), ""),
        "moves": [
            {"status": status.value, "title": status.label}
            for status in (APPLIED_STATES if row.interaction_type == InteractionType.APPLIED else ())
            if status != row.application_status
        ],
        "posting": [
            {"title": title, "text": str(snapshot[name])}
            for name, title in SNAPSHOT_TITLES.items()
            if snapshot.get(name)
        ],
        "sent": row.sent_resume if row.user_id == user.pk else None,
        "has_copy": SENT_RESUME in row.interaction_data,
        "events": TimelineEvent.objects.visible_to(user).filter(interaction=row)[:MOST_EVENTS],
    }
