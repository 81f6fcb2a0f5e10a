"""Resumes in the admin: the list, the page of one, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from csp.constants import SELF
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import path
from django.utils.formats import date_format

from jobos.core.admin import PersonalAdmin, column
from jobs.admin.listing_page import HEAVY_COLUMNS
from resumes.admin.entries import LEVELS
from resumes.admin.fitting import FittingPages
from resumes.admin.forms import STALE, NewResumeForm, ResumeForm
from resumes.admin.making import MakingPages
from resumes.admin.page import describe_resume, name_score_targets, read_score
from resumes.admin.showing import ShowingPages
from resumes.admin.versions import VersionPages
from resumes.models import CONTENT, Resume, ResumeStatus, ResumeType
from resumes.services import documents

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User

TYPE_COLOURS = {
    ResumeType.BASE.label: "info",
    ResumeType.TAILORED.label: "success",
    ResumeType.TEMPLATE.label: "",
}
STATUS_COLOURS = {
    ResumeStatus.DRAFT.label: "warning",
    ResumeStatus.ACTIVE.label: "success",
    ResumeStatus.ARCHIVED.label: "",
}
MOST_DELETED = 200


@admin.register(Resume)
class ResumeAdmin(ShowingPages, VersionPages, FittingPages, MakingPages, PersonalAdmin):
    list_display = ("show_resume", "show_type", "show_status", "show_origin", "show_score", "show_changed")
    list_before_template = "admin/resumes/resume/above_list.html"
    empty_list_template = "admin/resumes/resume/empty_list.html"
    list_filter = ("resume_type", "status")
    search_fields = ("title", "target_job__title", "target_job__company__name")
    search_help_text = "Title, role or company"
    ordering = ("-updated_at", "-pk")
    autocomplete_fields = ("target_job",)
    fieldsets = ((None, {"fields": (("title", "status"), ("template", "target_job"))}),)
    add_fieldsets = ((None, {"fields": (("title", "resume_type"), ("template", "target_job"))}),)
    actions = ("activate_selected", "archive_selected")

    class Media:
        js = ("jobos/resume.js",)

    # Rows -----------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resume]:
        rows: QuerySet[Resume] = super().get_queryset(request)
        if request.resolver_match is None or request.resolver_match.url_name != "resumes_resume_changelist":
            return rows
        heavy = (f"target_job__{name}" for name in HEAVY_COLUMNS)
        parents = (f"parent_resume__{name}" for name in (*CONTENT, "ats_score_data", "tailoring_analysis"))
        return rows.select_related("target_job__company", "parent_resume").defer(
            *CONTENT, "tailoring_analysis", *heavy, *parents
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        chosen = request.GET.get("resume_type__exact", "")
        kinds = [("", "All"), *((kind.value, {"template": "Templates"}.get(kind, kind.label)) for kind in ResumeType)]
        chips = [
            {"title": title, "query": f"?resume_type__exact={kind}" if kind else "?", "is_chosen": kind == chosen}
            for kind, title in kinds
        ]
        return super().changelist_view(request, {"chips": chips, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        targets = name_score_targets(changelist.result_list, cast("User", request.user))
        for resume in changelist.result_list:
            resume.score_target = targets[resume.pk]
        return changelist

    # Writing --------------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = NewResumeForm if obj is None else ResumeForm
        form_class = super().get_form(request, obj, change=change, **kwargs)
        form_class.author = cast("User", request.user)
        return form_class

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Resume:
        return documents.create_resume(
            cast("User", request.user),
            title=fields["title"],
            content=fields["content"],
            resume_type=fields["resume_type"],
            template=fields["template"],
            target=fields["target_job"],
        )

    def change(self, request: HttpRequest, obj: Resume, changes: dict[str, Any]) -> Resume:
        """Write what changed, unless somebody else wrote since the page was read."""
        documents.lock_resumes(obj.user_id)
        present = self.lock(request, obj.pk)
        if present.version != obj.version:
            raise ValidationError(STALE.format(now=present.version, then=obj.version), code="stale")
        content = changes.pop("content", {})
        return documents.change_resume(present, changes | content, by=cast("User", request.user))

    def delete_model(self, request: HttpRequest, obj: Resume) -> None:
        documents.delete_resume(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Resume]) -> None:
        chosen = list(queryset.order_by("pk")[: MOST_DELETED + 1])
        if len(chosen) > MOST_DELETED:
            raise ValidationError(f"Delete at most {MOST_DELETED} resumes at once.", code="too_many")
        for resume in chosen:
            documents.delete_resume(resume)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Name the resumes alone: what was made from them is handed on."""
        return [str(resume) for resume in objs], {self.opts.verbose_name_plural: len(objs)}, set(), []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        resume = self.find(request, object_id)
        about = {
            "children": list(resume.children.order_by("title").values_list("title", flat=True)),
            "heir": resume.parent_resume,
            "version_count": resume.versions.count(),
            "file_count": resume.generations.count(),
        }
        return super().delete_view(request, object_id, about | (extra_context or {}))

    # The page of one ------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        clicks = {
            "preview": self.preview_view,
            "download": self.download_view,
            "compare": self.compare_view,
            "restore": self.restore_view,
            "fit": self.fit_view,
            "score": self.score_view,
        }
        return [
            path("choose/", self.admin_site.admin_view(self.choose_view), name="resumes_resume_choose"),
            path("make/", self.admin_site.admin_view(self.make_view), name="resumes_resume_make"),
            path("import/", self.admin_site.admin_view(self.import_view), name="resumes_resume_import"),
            path(
                "<uuid:object_id>/files/<uuid:file_id>/",
                self.admin_site.admin_view(self.file_view),
                name="resumes_resume_file",
            ),
            *(
                path(f"<uuid:object_id>/{name}/", self.admin_site.admin_view(view), name=f"resumes_resume_{name}")
                for name, view in clicks.items()
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context |= {"levels": LEVELS, "show_save_and_add_another": False, "show_save_and_continue": False}
        resume = kwargs.get("obj")
        if isinstance(resume, Resume):
            # What was typed and refused stays in the form; the rest of the page shows the resume as it is stored.
            stored = self.get_queryset(request).select_related("target_job__company", "parent_resume").get(pk=resume.pk)
            context |= describe_resume(stored, cast("User", request.user))
            context |= {
                "title": stored.title,
                "subtitle": None,
                "type_colour": TYPE_COLOURS[ResumeType(stored.resume_type).label],
                "status_colour": STATUS_COLOURS[ResumeStatus(stored.status).label],
            }
        response = super().render_change_form(request, context, *args, **kwargs)
        response.__dict__["_csp_update"] = {"frame-src": [SELF]}  # The preview; this is where django-csp looks for it.
        return response

    def response_post_save_change(self, request: HttpRequest, obj: Resume) -> HttpResponseBase:
        """Stay on the page: writing a resume takes many saves."""
        return HttpResponseRedirect(self.address_of(obj.pk))

    def response_post_save_add(self, request: HttpRequest, obj: Resume) -> HttpResponseBase:
        return HttpResponseRedirect(self.address_of(obj.pk))

    # Columns --------------------------------------------------------------------------------------------------------

    @column(description="resume", ordering="title", header=True)
    def show_resume(self, resume: Resume) -> list[str]:
        listing = resume.target_job
        return [resume.title, f"for {listing.title} at {listing.company.name}" if listing else ""]

    @column(description="kind", ordering="resume_type", label=TYPE_COLOURS)
    def show_type(self, resume: Resume) -> str:
        return resume.get_resume_type_display()

    @column(description="status", ordering="status", label=STATUS_COLOURS)
    def show_status(self, resume: Resume) -> str:
        return resume.get_status_display()

    @column(description="made from")
    def show_origin(self, resume: Resume) -> str:
        return resume.parent_resume.title if resume.parent_resume else "-"

    @column(description="score", header=True)
    def show_score(self, resume: Any) -> list[str]:
        score = read_score(resume)
        return ["-", ""] if score is None else [f"{score:.0f} of 100", resume.score_target]

    @column(description="changed", ordering="updated_at")
    def show_changed(self, resume: Resume) -> str:
        return f"{date_format(resume.updated_at, 'j M Y')} · version {resume.version}"

    # Bulk actions ---------------------------------------------------------------------------------------------------

    def _set_all(self, request: HttpRequest, queryset: QuerySet[Resume], status: ResumeStatus) -> None:
        chosen = list(queryset.order_by("pk")[:MOST_DELETED])
        for resume in chosen:
            documents.change_resume(resume, {"status": status}, by=cast("User", request.user))
        words = "1 resume is" if len(chosen) == 1 else f"{len(chosen)} resumes are"
        self.message_user(request, f"{words} {status.label.lower()} now.", messages.SUCCESS)

    @admin.action(description="Set active", permissions=["change"])
    def activate_selected(self, request: HttpRequest, queryset: QuerySet[Resume]) -> None:
        self._set_all(request, queryset, ResumeStatus.ACTIVE)

    @admin.action(description="Archive", permissions=["change"])
    def archive_selected(self, request: HttpRequest, queryset: QuerySet[Resume]) -> None:
        self._set_all(request, queryset, ResumeStatus.ARCHIVED)
