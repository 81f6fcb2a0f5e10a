"""The pipeline's cards: the list, the page of one application, and the clicks on both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

from interactions.models import TimelineEvent
from jobos.core.admin import REFUSALS, PersonalAdmin, add_refusal, column, explain, find_safe_url
from jobs.admin.filters import AttentionFilter, ChannelFilter, DeletedFilter, SourceFilter
from jobs.admin.forms import COMMON_REASONS, CloseForm, DebriefForm, FollowUpForm, MoveForm, NewJobForm, NoteForm, read
from jobs.admin.posting import mark_keywords
from jobs.models import Interview, InterviewStatus, Job, JobStatus, days_between, suggest_action, today
from jobs.services import cards, interviews, overview

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User

STATUS_COLOURS = {
    JobStatus.TRACKING.label: "",
    JobStatus.APPLIED.label: "info",
    JobStatus.INTERVIEW.label: "warning",
    JobStatus.OFFER.label: "success",
    JobStatus.CLOSED.label: "danger",
}
# What a list leaves in the database.
LONG_COLUMNS = ("jd_text", "cover_letter", "ai_analysis", "prep_notes", "interview_feedback", "notes")
MOST_EVENTS = 100


@admin.register(Job)
class JobAdmin(PersonalAdmin):
    list_display = ("show_job", "show_status", "show_applied", "show_days", "show_next_interview", "source_portal")
    list_before_template = "admin/jobs/job/status_chips.html"
    list_filter = ("status", AttentionFilter, SourceFilter, ChannelFilter, DeletedFilter)
    search_fields = ("company_name", "role_title")
    search_help_text = "Company or role"
    ordering = ("-created_at", "-pk")
    readonly_fields = ("created_at", "updated_at")
    fieldsets = (
        (
            "The job",
            {"fields": (("company_name", "role_title"), "jd_url", ("source_portal", "application_channel"), "jd_text")},
        ),
        (
            "Your application",
            {
                "fields": (
                    ("applied_date", "apply_type"),
                    ("resume_version", "referral_contact"),
                    ("fit_score", "ats_score"),
                    ("keywords_matched", "keywords_missing"),
                    "cover_letter",
                )
            },
        ),
        ("Preparing", {"fields": ("prep_notes", "interview_feedback")}),
    )
    add_fieldsets = (
        (None, {"fields": (("company_name", "role_title"), ("status", "jd_url"))}),
        ("More, if you like", {"fields": (("source_portal", "application_channel"), "jd_text", "note")}),
    )
    actions = (
        "move_to_applied",
        "move_to_interview",
        "move_to_offer",
        "move_to_tracking",
        "close_selected",
        "follow_up_selected",
        "restore_selected",
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        chosen = request.GET.get("status__exact", "")
        chips = [{"title": "All", "query": "", "is_chosen": not chosen}] + [
            {"title": status.label, "query": f"?status__exact={status.value}", "is_chosen": chosen == status.value}
            for status in JobStatus
        ]
        return super().changelist_view(request, {"chips": chips, **(extra_context or {})})

    # Rows -----------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        """Return the cards of whoever looks, the deleted ones too: they can be opened and restored."""
        user = cast("User", request.user)
        rows = Job.objects.visible_to(user) | Job.objects.restorable_by(user)
        rows = rows.order_by(*self.ordering)
        if request.resolver_match is not None and request.resolver_match.url_name == "jobs_job_changelist":
            return overview.with_next_interview(rows.defer(*LONG_COLUMNS))
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Job], search_term: str
    ) -> tuple[QuerySet[Job], bool]:
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if request.resolver_match is not None and request.resolver_match.url_name == "autocomplete":
            found = found.filter(is_deleted=False)
        return found, has_duplicates

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave a deleted card as it is until it is restored."""
        may: bool = super().has_change_permission(request, obj)
        return may and not (isinstance(obj, Job) and obj.is_deleted)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_delete_permission(request, obj)
        return may and not (isinstance(obj, Job) and obj.is_deleted)

    # Writing --------------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewJobForm
        return super().get_form(request, obj, change=change, **kwargs)

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Job:
        note = fields.pop("note", "")
        notes = [{"text": note}] if note else []
        return cards.add_job(by=cast("User", request.user), notes=notes, **fields)

    def change(self, request: HttpRequest, obj: Job, changes: dict[str, Any]) -> Job:
        return cards.change_job(self.lock(request, obj.pk), by=cast("User", request.user), **changes)

    def delete_model(self, request: HttpRequest, obj: Job) -> None:
        cards.delete_job(obj, by=cast("User", request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in self._lock_all(queryset):
            cards.delete_job(job, by=cast("User", request.user))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Name the cards alone: deleting takes nothing along, and can be undone."""
        return [str(job) for job in objs], {self.opts.verbose_name_plural: len(objs)}, set(), []

    # Columns --------------------------------------------------------------------------------------------------------

    @column(description="job", ordering="company_name", header=True)
    def show_job(self, job: Job) -> list[str]:
        return [job.company_name, job.role_title]

    @column(description="status", ordering="status", label=STATUS_COLOURS)
    def show_status(self, job: Job) -> str:
        return job.status

    @column(description="applied", ordering="applied_date")
    def show_applied(self, job: Job) -> str:
        return date_format(job.applied_date, "j M Y") if job.applied_date else "-"

    @column(description="last change", ordering="updated_at")
    def show_days(self, job: Job) -> str:
        return describe_days(days_between(job.updated_at, today()))

    @column(description="next interview", ordering="next_interview")
    def show_next_interview(self, job: Job) -> str:
        coming: datetime | None = getattr(job, "next_interview", None)
        return date_format(coming, "j M, H:i") if coming else "-"

    # Bulk actions ---------------------------------------------------------------------------------------------------

    def _lock_all(self, queryset: QuerySet[Job]) -> list[Job]:
        chosen = list(queryset.values_list("pk", flat=True))
        return list(Job.objects.select_for_update(no_key=True).filter(pk__in=chosen).order_by("pk"))

    def _change_all(
        self, request: HttpRequest, queryset: QuerySet[Job], work: Callable[[Job], object], done: str
    ) -> None:
        """Do the same to every card; where one refuses, none is changed, and the words say which one it was."""
        jobs = self._lock_all(queryset)
        for job in jobs:
            try:
                work(job)
            except ValidationError as exc:
                raise ValidationError([f"{job}: {words}" for words in exc.messages]) from exc
        self.message_user(request, f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'} {done}.", messages.SUCCESS)

    def _move_all(self, request: HttpRequest, queryset: QuerySet[Job], status: JobStatus) -> None:
        by = cast("User", request.user)
        self._change_all(
            request,
            _live(queryset),
            lambda job: cards.change_job(job, by=by, status=status),
            f"moved to {status.label}",
        )

    @admin.action(description="Move to Tracking", permissions=["change"])
    def move_to_tracking(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        self._move_all(request, queryset, JobStatus.TRACKING)

    @admin.action(description="Move to Applied", permissions=["change"])
    def move_to_applied(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        self._move_all(request, queryset, JobStatus.APPLIED)

    @admin.action(description="Move to Interview", permissions=["change"])
    def move_to_interview(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        self._move_all(request, queryset, JobStatus.INTERVIEW)

    @admin.action(description="Move to Offer", permissions=["change"])
    def move_to_offer(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        self._move_all(request, queryset, JobStatus.OFFER)

    @admin.action(description="Mark as followed up today", permissions=["change"])
    def follow_up_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        by = cast("User", request.user)
        self._change_all(request, _live(queryset), lambda job: cards.follow_up(job, by=by), "followed up")

    @admin.action(description="Restore deleted jobs", permissions=["change"])
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        by = cast("User", request.user)
        self._change_all(
            request, queryset.filter(is_deleted=True), lambda job: cards.restore_job(job, by=by), "restored"
        )

    @admin.action(description="Close, with a reason …", permissions=["change"])
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> TemplateResponse | None:
        """Ask for the reason, then close."""
        form = CloseForm(request.POST if "reason" in request.POST else None)
        if form.is_valid():
            by, reason = cast("User", request.user), form.cleaned_data["reason"]
            self._change_all(
                request, _live(queryset), lambda job: cards.close_job(job, by=by, reason=reason), f"closed ({reason})"
            )
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Close jobs",
            "form": form,
            "opts": self.opts,
            "intro": [str(job) for job in _live(queryset)],
            "hidden": [
                ("action", "close_selected"),
                ("select_across", request.POST.get("select_across", "0")),
                *((helpers.ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)),
            ],
            "reasons": COMMON_REASONS,
            "submit_label": "Close them",
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/one_form.html", context)

    # The page of one application ------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        views = {
            "note": self.note_view,
            "follow-up": self.follow_up_view,
            "move": self.move_view,
            "restore": self.restore_view,
            "debrief": self.debrief_view,
        }
        return [
            *(
                path(f"<uuid:object_id>/{name}/", self.admin_site.admin_view(view), name=f"jobs_job_{name}")
                for name, view in views.items()
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        job = kwargs.get("obj")
        if isinstance(job, Job):
            # What was typed and refused stays in the form; the rest of the page shows the card as it is stored.
            stored = self.get_queryset(request).get(pk=job.pk) if request.method == "POST" else job
            context |= describe_card(stored, cast("User", request.user), day=today())
            context["may_change"] = self.has_change_permission(request, stored)
            context["may_restore"] = stored.is_deleted and self.has_change_permission(request)
            context["title"] = str(stored)
            context["subtitle"] = None
        return super().render_change_form(request, context, *args, **kwargs)

    def note_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Append a note."""

        def work(job: Job) -> str:
            cards.add_note(job, by=cast("User", request.user), text=read(NoteForm(request.POST))["text"])
            return "Note added."

        return self.act(request, object_id, work, tab="notes")

    def follow_up_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Count a follow-up made today."""

        def work(job: Job) -> str:
            text = read(FollowUpForm(request.POST))["note"]
            cards.follow_up(job, by=cast("User", request.user), text=text)
            return f"Followed up with {job.company_name}: {describe_times(job.followup_count)} so far."

        return self.act(request, object_id, work)

    def move_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Move a card to another status; closing takes a reason."""

        def work(job: Job) -> str:
            if job.is_deleted:
                raise ValidationError("This job is deleted. Restore it first.", code="deleted")
            given, by = read(MoveForm(request.POST)), cast("User", request.user)
            if given["status"] == JobStatus.CLOSED:
                cards.close_job(job, by=by, reason=given["reason"])
                return f"{job} is closed ({job.closed_reason})."
            cards.change_job(job, by=by, status=given["status"])
            return f"{job} is in {job.status} now."

        return self.act(request, object_id, work)

    def restore_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Bring a deleted card back."""

        def work(job: Job) -> str:
            cards.restore_job(job, by=cast("User", request.user))
            return f"{job} is back in the pipeline."

        return self.act(request, object_id, work)

    def debrief_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Ask how the last interview went, and complete it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = DebriefForm(request.POST if request.method == "POST" else None)
        with transaction.atomic():
            job: Job = self.lock(request, object_id)
            back = self.address_of(job.pk) + "#interviews"
            if form.is_valid():
                try:
                    with transaction.atomic():
                        interview = interviews.debrief(job, by=cast("User", request.user), **form.cleaned_data)
                except Interview.DoesNotExist:
                    form.add_error(None, "There is no interview to debrief. Add one first.")
                except REFUSALS as exc:
                    add_refusal(form, explain(exc))
                else:
                    self.message_user(request, f"{interview.round} is debriefed.", messages.SUCCESS)
                    return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": "How did it go?",
            "subtitle": str(job),
            "form": form,
            "opts": self.opts,
            "submit_label": "Save the debrief",
            "back": back,
        }
        return TemplateResponse(request, "admin/one_form.html", context)


def _live(queryset: QuerySet[Job]) -> QuerySet[Job]:
    return queryset.filter(is_deleted=False)


def describe_days(days: int) -> str:
    """Return how long ago something was, in words."""
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days} days ago"


def describe_times(count: int) -> str:
    """Return a number of times, in words."""
    return "once" if count == 1 else f"{count} times"


def describe_card(job: Job, user: User, *, day: date) -> dict[str, Any]:
    """Return what the page of one application shows around its form; four statements in all."""
    met = list(Interview.objects.filter(job=job).order_by("-interview_date", "-pk"))
    days = days_between(job.updated_at, day)
    return {
        "job": job,
        "moves": [{"status": status.value} for status in JobStatus if status not in (JobStatus.CLOSED, job.status)],
        "is_closed": job.status == JobStatus.CLOSED,
        "colour": STATUS_COLOURS[JobStatus(job.status).label],
        "reasons": COMMON_REASONS,
        "posting": mark_keywords(job.jd_text, matched=job.keywords_matched, missing=job.keywords_missing),
        "posting_url": find_safe_url(job.jd_url),
        "notes": [_describe_note(entry) for entry in reversed(job.notes)],
        "met": met,
        "may_debrief": any(met_once.status == InterviewStatus.SCHEDULED for met_once in met),
        "events": TimelineEvent.objects.visible_to(user).of_job(job)[:MOST_EVENTS],
        "last_change": describe_days(days),
        "advice": suggest_action(days) if job.is_stale_on(day) else "",
        "followed_up": describe_times(job.followup_count) if job.followup_count else "",
    }


def _describe_note(entry: Any) -> dict[str, Any]:
    """Return one note for the page; an import may have left an odd one."""
    if not isinstance(entry, dict):
        return {"text": str(entry), "at": None, "kind": ""}
    try:
        at = parse_datetime(str(entry.get("created_at", "")))
    except ValueError:
        at = None
    return {"text": str(entry.get("text", "")), "at": at, "kind": str(entry.get("type", "")).replace("_", " ")}
