"""Interviews: the list, the page of one, cancelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.http import Http404
from django.urls import path
from django.utils.formats import date_format

from jobos.core.admin import PersonalAdmin, column
from jobs.admin.filters import WhenFilter
from jobs.admin.forms import NewInterviewForm
from jobs.models import Interview, InterviewStatus, Job
from jobs.services import interviews

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User

STATUS_COLOURS = {
    InterviewStatus.SCHEDULED.label: "warning",
    InterviewStatus.COMPLETED.label: "success",
    InterviewStatus.CANCELLED.label: "",
    InterviewStatus.NO_SHOW.label: "danger",
}


@admin.register(Interview)
class InterviewAdmin(PersonalAdmin):
    list_display = ("show_job", "show_when", "round", "show_status", "interviewer_name", "rating")
    list_filter = ("status", WhenFilter)
    list_select_related = ("job",)
    search_fields = ("job__company_name", "job__role_title", "interviewer_name", "round")
    search_help_text = "Company, role, interviewer or round"
    ordering = ("-interview_date", "-pk")
    autocomplete_fields = ("job",)
    fieldsets = (
        (
            "When and with whom",
            {
                "fields": (
                    "job",
                    "interview_date",
                    ("round", "status"),
                    ("interviewer_name", "interviewer_role"),
                    "interviewer_linkedin",
                    "notes",
                )
            },
        ),
        ("How it went", {"fields": ("rating", "questions_asked", "went_well", "to_improve", "next_steps")}),
        ("Preparation", {"fields": ("prep_content",), "classes": ("collapse",)}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "job",
                    "interview_date",
                    "round",
                    ("interviewer_name", "interviewer_role"),
                    "interviewer_linkedin",
                    "notes",
                )
            },
        ),
    )
    actions = ("cancel_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interview]:
        return super().get_queryset(request).select_related("job")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Cancelling replaces deleting: what a card shows and its history stay true."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("job", "prep_content") if obj is not None else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewInterviewForm
        return super().get_form(request, obj, change=change, **kwargs)

    def lock(self, request: HttpRequest, object_id: Any) -> Interview:
        """Return an interview locked after its card, in the order every writer takes."""
        visible = self.get_queryset(request)
        job_id = visible.filter(pk=object_id).values_list("job_id", flat=True).first()
        if job_id is None:
            raise Http404
        interviews.lock_card(job_id)
        interview: Interview = super().lock(request, object_id)
        return interview

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Interview:
        job: Job = fields.pop("job")
        return interviews.schedule_interview(interviews.lock_card(job.pk), by=cast("User", request.user), **fields)

    def change(self, request: HttpRequest, obj: Interview, changes: dict[str, Any]) -> Interview:
        return interviews.change_interview(self.lock(request, obj.pk), by=cast("User", request.user), **changes)

    @column(description="job", ordering="job__company_name", header=True)
    def show_job(self, interview: Interview) -> list[str]:
        return [interview.job.company_name, interview.job.role_title]

    @column(description="when (UTC)", ordering="interview_date")
    def show_when(self, interview: Interview) -> str:
        return date_format(interview.interview_date, "D j M Y, H:i")

    @column(description="status", ordering="status", label=STATUS_COLOURS)
    def show_status(self, interview: Interview) -> str:
        return interview.status

    @admin.action(description="Cancel", permissions=["change"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Interview]) -> None:
        chosen = list(queryset.order_by("job_id", "pk").values_list("pk", flat=True))
        for pk in chosen:
            interviews.cancel_interview(self.lock(request, pk), by=cast("User", request.user))
        self.message_user(request, f"{len(chosen)} cancelled.", messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<uuid:object_id>/cancel/", self.admin_site.admin_view(self.cancel_view), name="jobs_interview_cancel"
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        interview = kwargs.get("obj")
        if isinstance(interview, Interview):
            context["interview"] = interview
            context["may_cancel"] = interview.status == InterviewStatus.SCHEDULED and self.has_change_permission(
                request, interview
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def cancel_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Cancel an interview."""

        def work(interview: Interview) -> str:
            interviews.cancel_interview(interview, by=cast("User", request.user))
            return f"{interview} is cancelled."

        return self.act(request, object_id, work)
