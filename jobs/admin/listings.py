"""The catalogue's listings: a curator's list and page, and what a job seeker sees of both."""

from __future__ import annotations

import uuid
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from interactions.models import (
    HISTORY_REFUSAL,
    KEEPING_TYPES,
    ApplicationStatus,
    InteractionType,
    JobUserInteraction,
)
from interactions.services import listings as acts
from jobos.core.admin import PersonalAdmin, column
from jobs.admin.forms import read
from jobs.admin.imports import ImportPages
from jobs.admin.listing_filters import (
    EVERY_STATUS,
    CompanyFilter,
    DeadlineFilter,
    LevelFilter,
    MissingFilter,
    PayFilter,
    PostedFilter,
    SeniorityFilter,
    SourceFilter,
    StatusFilter,
    TypeFilter,
    VerificationFilter,
    WorkplaceFilter,
)
from jobs.admin.listing_page import HEAVY_COLUMNS, LONG_COLUMNS, STATUS_COLOURS, describe_listing, describe_pay
from jobs.admin.paging import MOST_LEAFED, CatalogueList, CataloguePaginator
from jobs.admin.search import read_words
from jobs.admin.spreadsheet import write_csv
from jobs.models import JobListing
from jobs.models.listings import ListingStatus
from jobs.services import applications, listings
from jobs.services.cards import LONGEST_NOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User

MOST_EXPORTED = 100_000
EXPORTED_AT_ONCE = 2_000
MOST_DELETED = 500
EXPORTED = (
    "id",
    "title",
    "company",
    "location",
    "remote_type",
    "job_type",
    "experience_level",
    "seniority_level",
    "salary_min",
    "salary_max",
    "salary_currency",
    "status",
    "posted",
    "application_deadline",
    "skills_required",
    "source",
    "job_url",
    "data_quality_score",
)


def count_listings(count: int) -> str:
    """Return a number of listings, in words."""
    return f"{count:,} listing" if count == 1 else f"{count:,} listings"


class ApplyForm(forms.Form):
    """What an applicant may note at once; the rest is on the page of the application."""

    resume_version = forms.CharField(max_length=255, required=False)
    notes = forms.CharField(max_length=LONGEST_NOTE, required=False)
    shared_with_recruiters = forms.BooleanField(required=False)


class HideForm(forms.Form):
    reason = forms.CharField(max_length=500, required=False)


class StatusForm(forms.Form):
    status = forms.ChoiceField(choices=ListingStatus.choices)


class MoveApplicantsForm(forms.Form):
    """Which shared applications get which status."""

    status = forms.ChoiceField(choices=[(status.value, status.label) for status in applications.EMPLOYERS_STATES])


@admin.register(JobListing)
class JobListingAdmin(ImportPages, PersonalAdmin):
    list_before_template = "admin/jobs/joblisting/above_list.html"
    list_filter = (
        StatusFilter,
        CompanyFilter,
        SourceFilter,
        WorkplaceFilter,
        TypeFilter,
        LevelFilter,
        SeniorityFilter,
        PayFilter,
        PostedFilter,
        DeadlineFilter,
        MissingFilter,
        VerificationFilter,
    )
    list_filter_submit = True
    list_filter_sheet = True
    list_per_page = 30
    show_facets = admin.ShowFacets.NEVER  # Counting every facet of a million listings takes seconds.
    list_select_related = ("company",)
    paginator = CataloguePaginator
    search_fields = ("title",)  # Says that there is a search; which one, `get_search_results` says.
    search_help_text = "Title, skill or company"
    autocomplete_fields = ("company",)
    readonly_fields = (
        "show_original",
        "show_quality",
        "show_missing",
        "source_count",
        "scraped_at",
        "last_verified",
        "created_at",
        "updated_at",
    )
    fieldsets = (
        (
            "The role",
            {
                "fields": (
                    ("company", "title"),
                    ("location", "remote_type"),
                    ("job_type", "education_required"),
                    ("experience_level", "seniority_level"),
                )
            },
        ),
        ("Pay", {"fields": (("salary_min", "salary_max"), "salary_currency")}),
        ("The text", {"fields": ("description", "requirements", "responsibilities")}),
        ("Skills and benefits", {"fields": (("skills_required", "skills_preferred"), ("tech_stack", "benefits"))}),
        (
            "Where and when",
            {
                "fields": (
                    ("job_url", "application_url"),
                    "posted_date",
                    "application_deadline",
                    ("status", "verification_status"),
                    "source",
                )
            },
        ),
        (
            "What is known of it",
            {
                "fields": (
                    ("show_quality", "show_missing"),
                    "source_count",
                    "show_original",
                    ("scraped_at", "last_verified"),
                    ("created_at", "updated_at"),
                )
            },
        ),
    )
    actions = ("expire_selected", "fill_selected", "deactivate_selected", "activate_selected")

    # Rows -----------------------------------------------------------------------------------------------------------

    def curates(self, request: HttpRequest) -> bool:
        """Tell whether this person keeps the catalogue, rather than looking for something in it."""
        may: bool = self.has_change_permission(request)
        return may

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobListing]:
        """Return the listings; in a job seeker's list those one can apply to and has not hidden."""
        rows: QuerySet[JobListing] = super().get_queryset(request)
        if request.resolver_match is None or request.resolver_match.url_name != "jobs_joblisting_changelist":
            return rows
        user = cast("User", request.user)
        own = JobUserInteraction.objects.owned_by(user).filter(job=OuterRef("pk")).order_by()
        rows = rows.defer(*LONG_COLUMNS)
        if self.curates(request):
            shared = JobUserInteraction.objects.shared_with(user).filter(job=OuterRef("pk"))
            counted = shared.order_by().values("job").annotate(count=Count("pk")).values("count")
            return rows.annotate(shared_applications=Coalesce(Subquery(counted), 0))
        return rows.filter(~Exists(own.dismissals()), status=ListingStatus.ACTIVE).annotate(
            own_interactions=ArraySubquery(own.values("interaction_type"))
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CatalogueList]:
        return CatalogueList

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Order as an index does: what one can apply to by the day it was posted, anything else as it came."""
        status = request.GET.get("status", "")
        is_old = status in (EVERY_STATUS, *ListingStatus.values) and status != ListingStatus.ACTIVE
        return ("-created_at", "-pk") if is_old and self.curates(request) else ("-listed_at", "-pk")

    def get_sortable_by(self, request: HttpRequest) -> tuple[str, ...]:
        """Leave any order to the filters that no index gives."""
        return ("show_posted",) if self.get_ordering(request)[0] == "-listed_at" else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[JobListing], search_term: str
    ) -> tuple[QuerySet[JobListing], bool]:
        """Search title, skills and company by words, as the API does."""
        if not search_term.strip():
            return queryset, False
        words = read_words(search_term)
        return (queryset.none() if words is None else queryset.filter(search_head=words)), False

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        shown = ("show_listing", "show_place", "show_workplace", "show_pay")
        if self.curates(request):
            return (*shown, "show_status", "show_quality", "show_posted", "show_applications")
        return (*shown, "show_posted", "show_own", self._make_clicks(request.get_full_path()))

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """Leave what is about keeping the catalogue to those who keep it."""
        if self.curates(request):
            return self.list_filter
        for_curators = (StatusFilter, SourceFilter, MissingFilter, VerificationFilter)
        return tuple(facet for facet in self.list_filter if facet not in for_curators)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup in PayFilter.bounds or super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        chosen = request.GET.get("status") or ListingStatus.ACTIVE.value
        statuses = [*ListingStatus.choices, (EVERY_STATUS, "Any status")]
        context = {
            "curates": self.curates(request),
            "chips": [
                {
                    "title": title,
                    "query": _replace_query(request, status=value),
                    "is_chosen": value == chosen,
                }
                for value, title in statuses
            ],
            "title": "Listings" if self.curates(request) else "Find jobs",
            "query_string": request.GET.urlencode(),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    # Writing --------------------------------------------------------------------------------------------------------

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> JobListing:
        return listings.add_listing(by=cast("User", request.user), **fields)

    def change(self, request: HttpRequest, obj: JobListing, changes: dict[str, Any]) -> JobListing:
        return listings.change_listing(self.lock(request, obj.pk), by=cast("User", request.user), **changes)

    def delete_model(self, request: HttpRequest, obj: JobListing) -> None:
        listings.delete_listing(obj, by=cast("User", request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[JobListing]) -> None:
        for listing in queryset.order_by("pk"):
            listings.delete_listing(listing, by=cast("User", request.user))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Name the listings alone, and those that cannot go: somebody's history is in them."""
        found = list(objs[: MOST_DELETED + 1])
        if len(found) > MOST_DELETED:
            raise ValidationError(f"At most {MOST_DELETED} listings are deleted at once.", code="too_many")
        keeping = JobUserInteraction.objects.filter(job__in=found, interaction_type__in=KEEPING_TYPES)
        kept = set(keeping.order_by().values_list("job", flat=True).distinct())
        protected = [f"{listing.title}: {HISTORY_REFUSAL}" for listing in found if listing.pk in kept]
        return [listing.title for listing in found], {"listings": len(found)}, set(), protected

    # Columns --------------------------------------------------------------------------------------------------------

    @column(description="listing", header=True)
    def show_listing(self, listing: JobListing) -> list[str]:
        return [listing.title, listing.company.name]

    @column(description="place")
    def show_place(self, listing: JobListing) -> str:
        return listing.location or "-"

    @column(description="workplace")
    def show_workplace(self, listing: JobListing) -> str:
        return listing.remote_type or "-"

    @column(description="pay a year")
    def show_pay(self, listing: JobListing) -> str:
        return describe_pay(listing) or "-"

    @column(description="status", label=STATUS_COLOURS)
    def show_status(self, listing: JobListing) -> str:
        return listing.get_status_display()

    @column(description="quality")
    def show_quality(self, listing: JobListing) -> str:
        return "-" if listing.data_quality_score is None else f"{listing.data_quality_score:.0%}"

    @column(description="what is missing")
    def show_missing(self, listing: JobListing) -> str:
        return ", ".join(listings.name_missing(listing)).replace("_", " ") or "Nothing"

    @column(description="posted", ordering="listed_at")
    def show_posted(self, listing: JobListing) -> str:
        return date_format(listing.listed_at, "j M Y")

    @column(description="applications")
    def show_applications(self, listing: JobListing) -> str:
        count: int = getattr(listing, "shared_applications", 0)
        if not count:
            return "-"
        return format_html(
            '<a class="jos-badge jos-badge-info" href="{}#applicants">{}</a>', self.address_of(listing.pk), count
        )

    @column(description="yours", label={"Saved": "info", "Applied": "success"})
    def show_own(self, listing: JobListing) -> str:
        own = getattr(listing, "own_interactions", ())
        if InteractionType.APPLIED in own:
            return "Applied"
        return "Saved" if InteractionType.SAVED in own else ""

    def _make_clicks(self, back: str) -> Callable[[JobListing], str]:
        """Return a column of buttons that send the list's own form, and so its token, to a click's address.

        They lead back to where the list stands: its search, filters and page.
        """
        click = (
            '<button class="jos-button jos-button-small" type="submit" formaction="{}" name="next" value="{}"'
            ' aria-label="{}">{}</button>'
        )

        @column(description="for you")
        def show_clicks(listing: JobListing) -> str:
            own = getattr(listing, "own_interactions", ())
            clicks = [("hide", "Hide")]
            if InteractionType.SAVED not in own and InteractionType.APPLIED not in own:
                clicks.insert(0, ("save", "Save"))
            buttons = (
                (reverse(f"admin:jobs_joblisting_{name}", args=(listing.pk,)), back, f"{title} {listing}", title)
                for name, title in clicks
            )
            return format_html('<div class="jos-pair">{}</div>', format_html_join("", click, buttons))

        return show_clicks

    @column(description="original")
    def show_original(self, listing: JobListing) -> str:
        if listing.canonical_id is None:
            return "This is the original."
        return format_html('<a href="{}">{}</a>', self.address_of(listing.canonical_id), listing.canonical)

    # Bulk actions ---------------------------------------------------------------------------------------------------

    def _set_all(self, request: HttpRequest, queryset: QuerySet[JobListing], status: ListingStatus, done: str) -> None:
        keys = list(queryset.order_by().values_list("pk", flat=True)[: MOST_LEAFED + 1])
        if len(keys) > MOST_LEAFED:
            raise ValidationError(f"More than {MOST_LEAFED:,} listings match. Narrow the list first.", code="too_many")
        chosen = JobListing.objects.filter(pk__in=keys)
        changed = listings.change_status(chosen, status=status, by=cast("User", request.user))
        same = len(keys) - changed
        were = f"; {count_listings(same)} {'was' if same == 1 else 'were'} so already" if same else ""
        words = f"{count_listings(changed)} {done}{were}."
        self.message_user(request, words, messages.SUCCESS if changed else messages.INFO)

    @admin.action(description="Expire", permissions=["change"])
    def expire_selected(self, request: HttpRequest, queryset: QuerySet[JobListing]) -> None:
        self._set_all(request, queryset, ListingStatus.EXPIRED, "expired")

    @admin.action(description="Mark as filled", permissions=["change"])
    def fill_selected(self, request: HttpRequest, queryset: QuerySet[JobListing]) -> None:
        self._set_all(request, queryset, ListingStatus.FILLED, "marked as filled")

    @admin.action(description="Deactivate", permissions=["change"])
    def deactivate_selected(self, request: HttpRequest, queryset: QuerySet[JobListing]) -> None:
        self._set_all(request, queryset, ListingStatus.INACTIVE, "deactivated")

    @admin.action(description="Activate again", permissions=["change"])
    def activate_selected(self, request: HttpRequest, queryset: QuerySet[JobListing]) -> None:
        self._set_all(request, queryset, ListingStatus.ACTIVE, "active again")

    @property
    def list_address(self) -> str:
        """The address of the list."""
        return reverse("admin:jobs_joblisting_changelist")

    # Export ---------------------------------------------------------------------------------------------------------

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Send what the list shows as CSV."""
        if not self.curates(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request).queryset.values_list("pk", flat=True)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self.list_address}?{ERROR_FLAG}=1")
        keys = list(found[: MOST_EXPORTED + 1])
        if len(keys) > MOST_EXPORTED:
            words = f"More than {MOST_EXPORTED:,} listings match. Narrow the list before you export it."
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(f"{self.list_address}?{request.GET.urlencode()}")
        name = f"listings-{timezone.now():%Y-%m-%d}.csv"
        return StreamingHttpResponse(
            write_csv(chain([EXPORTED], _export_rows(keys))),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    # The page of one listing ----------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        clicks = {
            "status": self.status_view,
            "applicants": self.applicants_view,
            "save": self.save_view,
            "unsave": self.unsave_view,
            "apply": self.apply_view,
            "hide": self.hide_view,
            "unhide": self.unhide_view,
            "track": self.track_view,
        }
        return [
            path("import/", self.admin_site.admin_view(self.import_view), name="jobs_joblisting_import"),
            path("import/run/", self.admin_site.admin_view(self.run_import_view), name="jobs_joblisting_import-run"),
            path("export/", self.admin_site.admin_view(self.export_view), name="jobs_joblisting_export"),
            *(
                path(f"<uuid:object_id>/{name}/", self.admin_site.admin_view(view), name=f"jobs_joblisting_{name}")
                for name, view in clicks.items()
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        listing = kwargs.get("obj")
        if isinstance(listing, JobListing):
            stored = self.get_queryset(request).select_related("company", "canonical").get(pk=listing.pk)
            context |= describe_listing(stored, cast("User", request.user), curates=self.curates(request))
            context |= {"title": stored.title, "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Leave who changed what to those who keep the catalogue."""
        if not self.curates(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def status_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Give one listing another status."""

        def work(listing: JobListing) -> str:
            status = ListingStatus(read(StatusForm(request.POST))["status"])
            chosen = JobListing.objects.filter(pk=listing.pk)
            changed = listings.change_status(chosen, status=status, by=cast("User", request.user))
            return f"{listing.title} is {'now' if changed else 'already'} {status.label.lower()}."

        return self.act(request, object_id, work)

    def applicants_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Move applications that their owners share to another status; all that were chosen, or none."""

        def work(listing: JobListing) -> str:
            by = cast("User", request.user)
            status = read(MoveApplicantsForm(request.POST))["status"]
            chosen = _read_keys(request.POST.getlist("application"))
            rows = JobUserInteraction.objects.shared_with(by).filter(job=listing, pk__in=chosen)
            shared = list(rows.order_by("user_id"))
            if len(shared) != len(chosen):
                raise ValidationError("Something in the selection is not there.", code="not_there")
            for application in shared:
                applications.move_applicant(application, by=by, application_status=status)
            words = "1 application" if len(shared) == 1 else f"{len(shared)} applications"
            return f"{words} moved to {ApplicationStatus(status).label}."

        return self.act(request, object_id, work, tab="applicants")

    # What a job seeker does with a listing --------------------------------------------------------------------------

    def has_interact_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person has saved listings and applications of their own."""
        return request.user.has_perm("interactions.add_jobuserinteraction")

    def _interact(self, request: HttpRequest, object_id: Any, work: Callable[[JobListing], str]) -> HttpResponseBase:
        return self.act(request, object_id, work, needs="interact", locks=False)

    def save_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Save a listing for later."""

        def work(listing: JobListing) -> str:
            acts.save_listing(listing, by=cast("User", request.user))
            return f"{listing.title} is saved."

        return self._interact(request, object_id, work)

    def unsave_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Take a listing out of the saved ones."""

        def work(listing: JobListing) -> str:
            acts.unsave_listing(listing, by=cast("User", request.user))
            return f"{listing.title} is no longer saved."

        return self._interact(request, object_id, work)

    def apply_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Record that somebody applied."""

        def work(listing: JobListing) -> str:
            given = {name: value for name, value in read(ApplyForm(request.POST)).items() if value}
            applications.apply_to_listing(listing, by=cast("User", request.user), **given)
            return f"You applied to {listing.title}. Good luck!"

        return self._interact(request, object_id, work)

    def hide_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Take a listing out of somebody's results."""

        def work(listing: JobListing) -> str:
            reason = read(HideForm(request.POST))["reason"]
            acts.hide_listing(listing, by=cast("User", request.user), reason=reason or None)
            return f"{listing.title} is hidden. Find it under “Hidden” to take it back."

        return self._interact(request, object_id, work)

    def unhide_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Let a hidden listing back into somebody's results."""

        def work(listing: JobListing) -> str:
            acts.unhide_listing(listing, by=cast("User", request.user))
            return f"{listing.title} is back among the listings."

        return self._interact(request, object_id, work)

    def track_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Make a card of a listing in somebody's pipeline."""

        def work(listing: JobListing) -> str:
            card = applications.track_listing(listing, by=cast("User", request.user))
            return f"{card} is in your pipeline now."

        return self._interact(request, object_id, work)


def _read_keys(texts: list[str]) -> set[uuid.UUID]:
    """Return the keys that were ticked; at least one, and none that is no key."""
    try:
        keys = {uuid.UUID(text) for text in texts}
    except ValueError as exc:
        raise ValidationError("Something in the selection is not there.", code="not_there") from exc
    if not keys:
        raise ValidationError("Tick at least one application first.", code="required")
    return keys


def _replace_query(request: HttpRequest, **values: str) -> str:
    """Return the address of a list with other values of its filters, from its first page on."""
    query = request.GET.copy()
    for name in (PAGE_VAR, ERROR_FLAG):
        query.pop(name, None)
    for name, value in values.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _export_rows(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), EXPORTED_AT_ONCE):
        wanted = keys[start : start + EXPORTED_AT_ONCE]
        rows = JobListing.objects.with_company().defer(*HEAVY_COLUMNS).in_bulk(wanted)
        for listing in (rows[key] for key in wanted if key in rows):
            yield [
                listing.pk,
                listing.title,
                listing.company.name,
                listing.location,
                listing.remote_type,
                listing.job_type,
                listing.experience_level,
                listing.seniority_level,
                listing.salary_min,
                listing.salary_max,
                listing.salary_currency,
                listing.status,
                listing.listed_at.isoformat(),
                listing.application_deadline.isoformat() if listing.application_deadline else "",
                "; ".join(listing.skills_required),
                listing.source,
                listing.job_url,
                listing.data_quality_score,
            ]
