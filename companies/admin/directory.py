"""The directory: its list, the page of one company, and the clicks on both."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html

from companies import services
from companies.domains import find_domain
from companies.models import Company, CompanyAlias, CompanyMatchSuggestion, CompanyMerge, SuggestionState
from jobos.accounts.roles import is_recruiter
from jobos.core.admin import LONGEST_SEARCH, PersonalAdmin, column, find_safe_url
from jobos.core.parsers import is_storable
from jobs.models import JobListing

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User

NEWEST_LISTINGS = 20
MOST_SUGGESTIONS = 20
# What two entries are compared by, side by side.
COMPARED = (
    "website",
    "industry",
    "size",
    "size_category",
    "location",
    "headquarters_location",
    "founded_year",
    "description",
)


class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A directory entry; people type acme.com."""

    class Meta:
        model = Company
        exclude = ("created_by",)  # noqa: DJ006 - the page's fieldsets list the fields.

    def clean_website(self) -> str:
        return services.complete_website(self.cleaned_data["website"])


@admin.register(Company)
class CompanyAdmin(PersonalAdmin):
    form = CompanyForm
    list_display = ("name", "show_confirmed", "industry", "size_category", "location", "show_website")
    list_filter = ("is_confirmed", "size_category")
    search_fields = ("name",)
    search_help_text = "Name or website"
    ordering = ("name", "pk")
    readonly_fields = ("normalized_name", "domain", "created_by", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("name", "website", "is_confirmed")}),
        (
            "Facts",
            {
                "fields": (
                    ("industry", "founded_year"),
                    ("size_category", "size"),
                    "location",
                    "headquarters_location",
                    "logo_url",
                )
            },
        ),
        ("About", {"fields": ("description", "culture", "values", "benefits")}),
        ("How it is found", {"fields": ("normalized_name", "domain", "created_by", ("created_at", "updated_at"))}),
    )
    actions = ("confirm_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        """Leave out what hides something: a tracked company whose facts a stranger claimed is in the person's own list."""
        entries: QuerySet[Company] = super().get_queryset(request)
        user = cast("User", request.user)
        return entries if is_recruiter(user) else entries.filter(pk__in=Company.objects.open_to(user).values("pk"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by website or name as the API does, through indexes, best match first."""
        text = search_term.strip()[:LONGEST_SEARCH]
        if not text or not is_storable(text):
            return (queryset.none() if text else queryset), False
        domain = find_domain(text)
        found = list(queryset.filter(domain=domain).values_list("pk", flat=True)) if domain else []
        found = found or services.search_directory(queryset, text)
        return queryset.filter(pk__in=found) if found else queryset.filter(domain__startswith=text.lower()), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave what a curator looks at, and who typed an entry, to curators."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None and self.has_change_permission(request) else fieldsets[:-1]

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Company:
        return services.add_company(by=cast("User", request.user), **fields)

    def change(self, request: HttpRequest, obj: Company, changes: dict[str, Any]) -> Company:
        return services.change_company(self.lock(request, obj.pk), **changes)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_confirmed": True, **super().get_changeform_initial_data(request)}

    @column(description="state", ordering="is_confirmed", label={"Confirmed": "success", "Unconfirmed": "warning"})
    def show_confirmed(self, company: Company) -> str:
        return "Confirmed" if company.is_confirmed else "Unconfirmed"

    @column(description="website", ordering="domain")
    def show_website(self, company: Company) -> str:
        url = find_safe_url(company.website)
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', url, company.domain or url) if url else "-"

    @admin.action(description="Confirm: show them to everybody", permissions=["change"])
    def confirm_selected(self, request: HttpRequest, queryset: QuerySet[Company]) -> None:
        confirmed = services.confirm_companies(Company.objects.filter(pk__in=queryset.values("pk")))
        self.message_user(request, f"{count_companies(confirmed)} confirmed.", messages.SUCCESS)

    # The page of one company ----------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show a company with its postings; to curators also its spellings, look-alikes and merges."""
        company = self.get_object(request, object_id)
        if company is None and (successor := self._lead_on(request, object_id)) is not None:
            return successor
        shown = self._describe(request, company) if company is not None and request.method == "GET" else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def _lead_on(self, request: HttpRequest, object_id: str) -> HttpResponseBase | None:
        """Lead from a company that was merged away to the one that it went into, as far as this person sees that."""
        if not self.has_view_permission(request):
            return None
        try:
            called, successor = services.find_successor(uuid.UUID(object_id)) or ("", None)
        except ValueError:
            return None
        if successor is None or not self.get_queryset(request).filter(pk=successor.pk).exists():
            return None
        what = called if self.has_change_permission(request) else "That entry"
        self.message_user(request, f"{what} was merged into {successor}, which you see here.", messages.INFO)
        return HttpResponseRedirect(self.address_of(successor.pk))

    def _describe(self, request: HttpRequest, company: Company) -> dict[str, Any]:
        user = cast("User", request.user)
        listings = JobListing.objects.visible_to(user).filter(company=company).order_by("-listed_at", "-pk")
        shown: dict[str, Any] = {
            "listings": listings[:NEWEST_LISTINGS],
            "all_listings": f"{reverse('admin:jobs_joblisting_changelist')}?company__id__exact={company.pk}",
        }
        if not self.has_change_permission(request):
            return shown
        suggestions = (
            CompanyMatchSuggestion.objects.visible_to(user)
            .about(company)
            .filter(state=SuggestionState.OPEN, other__isnull=False)
            .select_related("company", "other")
        )
        return {
            **shown,
            "aliases": CompanyAlias.objects.visible_to(user).filter(company=company),
            "look_alikes": [describe_pair(row, first=company) for row in suggestions[:MOST_SUGGESTIONS]],
            "merges": CompanyMerge.objects.visible_to(user).filter(winner_id=company.pk).select_related("merged_by"),
            "is_curator": True,
        }

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Callable[..., Any], name: str) -> URLPattern:
            address: URLPattern = path(
                f"<uuid:object_id>/{route}", self.admin_site.admin_view(view), name=f"companies_company_{name}"
            )
            return address

        return [
            page("confirm/", self.confirm_view, "confirm"),
            page("spellings/", self.add_alias_view, "add-alias"),
            page("spellings/<uuid:alias_id>/remove/", self.remove_alias_view, "remove-alias"),
            page("merge/<uuid:loser_id>/", self.merge_view, "merge"),
            *super().get_urls(),
        ]

    def confirm_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Confirm one company."""

        def work(company: Company) -> str:
            services.confirm_companies(Company.objects.filter(pk=company.pk))
            return f"{company} is confirmed: everybody sees it now."

        return self.act(request, object_id, work)

    def add_alias_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Let another spelling mean this company."""

        def work(company: Company) -> str:
            name = request.POST.get("name", "")
            if not is_storable(name):
                raise ValidationError("This text cannot be stored.")
            alias = services.add_alias(company, name, by=cast("User", request.user))
            return f"\u201c{alias}\u201d means {company} from now on."

        return self.act(request, object_id, work, tab="spellings")

    def remove_alias_view(self, request: HttpRequest, object_id: Any, alias_id: Any) -> HttpResponseBase:
        """Let a spelling mean nothing again."""

        def work(company: Company) -> str:
            alias = company.aliases.filter(pk=alias_id).first()
            if alias is None:
                raise ValidationError("That spelling is gone already.")
            services.remove_alias(alias)
            return f"\u201c{alias}\u201d is forgotten."

        return self.act(request, object_id, work, tab="spellings")

    def merge_view(self, request: HttpRequest, object_id: Any, loser_id: Any) -> HttpResponseBase:
        """Take another company into this one."""

        def work(company: Company) -> str:
            loser = Company.objects.visible_to(request.user).filter(pk=loser_id).first()
            if loser is None:
                raise ValidationError("That company is not in the directory any more.")
            services.merge_companies(company, loser, by=cast("User", request.user))
            return f"{loser} is merged into {company}. This can be undone under Merges."

        with transaction.atomic():
            if request.method == "POST" and self.has_change_permission(request):
                # Both at once and in one order, or two people who merge both ways would wait for each other for ever.
                list(Company.objects.select_for_update().filter(pk__in=(object_id, loser_id)).order_by("pk"))
            return self.act(request, object_id, work, tab="merges")

    # Deleting -------------------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Say what points at a company in a sentence: to list it would load every posting it ever had."""
        in_use = services.explain_use(objs)
        if in_use:
            return [str(company) for company in objs], {}, set(), in_use
        return super().get_deleted_objects(objs, request)

    def delete_model(self, request: HttpRequest, obj: Company) -> None:
        services.delete_companies([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> None:
        services.delete_companies(queryset)


def describe_pair(suggestion: CompanyMatchSuggestion, *, first: Company) -> dict[str, Any]:
    """Return two entries side by side with the evidence: what each says about itself, and how many postings it has."""
    other = suggestion.other if suggestion.company_id == first.pk else suggestion.company
    return {
        "suggestion": suggestion,
        "percent": round(suggestion.score * 100),
        "first": first,
        "other": other,
        "facts": [
            {"label": name.replace("_", " "), "first": values[0], "other": values[1]}
            for name in COMPARED
            if any(values := (_show(first, name), _show(other, name)))
        ],
    }


def _show(company: Company | None, name: str) -> str:
    shown = getattr(company, f"get_{name}_display", None)
    return str((shown() if shown else getattr(company, name, "")) or "")


def count_companies(count: int) -> str:
    return f"{count} company" if count == 1 else f"{count} companies"


@admin.register(CompanyAlias)
class CompanyAliasAdmin(PersonalAdmin):
    list_title = "Spellings"
    list_display = ("name", "company", "source", "created_by", "created_at")
    list_select_related = ("company", "created_by")
    list_filter = ("source",)
    search_fields = ("name", "normalized_name")
    search_help_text = "Spelling"
    autocomplete_fields = ("company",)
    fields = ("company", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("company", "name", "source", "created_by", "created_at") if obj is not None else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_readonly_fields(request, obj) or self.fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A spelling is removed and written anew, never changed."""
        return False

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> CompanyAlias:
        return services.add_alias(fields["company"], fields["name"], by=cast("User", request.user))
