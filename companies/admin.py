"""The directory for curators (read-only for everybody else), and what a person thinks of the companies in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.urls import path
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminTextInputWidget

from companies import services
from companies.models import (
    LONGEST_NAME,
    Company,
    CompanyAlias,
    CompanyMatchSuggestion,
    CompanyMerge,
    Lane,
    TargetCompany,
)
from jobos.core.admin import PersonalAdmin, ReadOnlyAdmin, column, find_safe_url

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User

LANE_COLOURS = {
    Lane.DREAM.label: "success",
    Lane.GOOD_FIT.label: "info",
    Lane.BACKUP.label: "warning",
    Lane.EARLY_STAGE.label: "primary",
    Lane.SEED_STAGE.label: "primary",
}


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
    search_fields = ("name", "normalized_name", "domain", "industry")
    search_help_text = "Name, domain or industry"
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
        return entries.filter(pk__in=Company.objects.open_to(cast("User", request.user)).values("pk"))

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
        self.message_user(request, f"{_count_companies(confirmed)} confirmed.", messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<uuid:object_id>/confirm/",
                self.admin_site.admin_view(self.confirm_view),
                name="companies_company_confirm",
            ),
            *super().get_urls(),
        ]

    def confirm_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Confirm one company."""

        def work(company: Company) -> str:
            services.confirm_companies(Company.objects.filter(pk=company.pk))
            return f"{company} is confirmed: everybody sees it now."

        return self.act(request, object_id, work)


def _count_companies(count: int) -> str:
    return f"{count} company" if count == 1 else f"{count} companies"


class NewTargetForm(forms.ModelForm):  # type: ignore[type-arg]
    """A company to track, from the directory or by its name, and the first opinion."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Where the directory does not have it: type its name.",
    )
    website = forms.CharField(max_length=1000, required=False, widget=UnfoldAdminTextInputWidget())

    class Meta:
        model = TargetCompany
        fields = ("company", "lane", "stage", "sector", "notes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(cleaned.get("company")) == bool(cleaned.get("name")):
            self.add_error("name", ValidationError("Choose a company above, or type its name here.", code="required"))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the company to the service: it may not exist yet."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | {"company"}


@admin.register(TargetCompany)
class TargetCompanyAdmin(PersonalAdmin):
    list_display = (
        "company",
        "show_lane",
        "stage",
        "sector",
        "hq_city",
        "show_deep_dive",
        "show_excluded",
        "last_researched",
    )
    list_filter = ("lane", "is_excluded", "b2c_validated")
    list_select_related = ("company",)
    search_fields = ("company__name", "company__normalized_name", "sector", "hq_city")
    search_help_text = "Company, sector or city"
    ordering = ("lane", "company__name", "pk")
    autocomplete_fields = ("company",)
    readonly_fields = ("company", "created_at", "updated_at")
    fieldsets = (
        ("Your view", {"fields": ("company", "lane", "is_excluded", "notes")}),
        (
            "Research",
            {"fields": (("stage", "sector"), "hq_city", "b2c_validated", "funding", "investors", "last_researched")},
        ),
        ("Deep dive", {"fields": ("deep_dive_content",)}),
        ("Dates", {"fields": (("created_at", "updated_at"),)}),
    )
    add_fieldsets = ((None, {"fields": ("company", "name", "website", "lane", "stage", "sector", "notes")}),)
    actions = ("exclude_selected", "include_selected")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewTargetForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj is not None else ()

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> TargetCompany:
        return services.track_company(by=cast("User", request.user), **fields)

    def change(self, request: HttpRequest, obj: TargetCompany, changes: dict[str, Any]) -> TargetCompany:
        return services.change_target(self.lock(request, obj.pk), **changes)

    @column(description="lane", ordering="lane", label=LANE_COLOURS)
    def show_lane(self, target: TargetCompany) -> str:
        return target.get_lane_display()

    @column(description="deep dive", boolean=True)
    def show_deep_dive(self, target: TargetCompany) -> bool:
        return target.deep_dive_done

    @column(description="excluded", ordering="is_excluded", label={"Excluded": "danger"})
    def show_excluded(self, target: TargetCompany) -> str:
        return "Excluded" if target.is_excluded else ""

    @admin.action(description="Exclude", permissions=["change"])
    def exclude_selected(self, request: HttpRequest, queryset: QuerySet[TargetCompany]) -> None:
        self._change_all(request, queryset, is_excluded=True)

    @admin.action(description="Take back in", permissions=["change"])
    def include_selected(self, request: HttpRequest, queryset: QuerySet[TargetCompany]) -> None:
        self._change_all(request, queryset, is_excluded=False)

    def _change_all(self, request: HttpRequest, queryset: QuerySet[TargetCompany], **changes: Any) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        rows = TargetCompany.objects.select_for_update(of=("self",)).filter(pk__in=chosen).order_by("pk")
        changed = [services.change_target(target, **changes) for target in rows]
        self.message_user(request, f"{_count_companies(len(changed))} changed.", messages.SUCCESS)


@admin.register(CompanyAlias)
class CompanyAliasAdmin(PersonalAdmin):
    list_display = ("name", "company", "source", "created_at")
    list_select_related = ("company",)
    search_fields = ("name", "normalized_name")
    autocomplete_fields = ("company",)


@admin.register(CompanyMatchSuggestion)
class CompanyMatchSuggestionAdmin(PersonalAdmin):
    list_display = ("company", "other_name", "score", "state")
    list_select_related = ("company", "other")
    list_filter = ("state",)
    search_fields = ("company__name", "other_name")
    autocomplete_fields = ("company", "other")


@admin.register(CompanyMerge)
class CompanyMergeAdmin(ReadOnlyAdmin):
    list_display = ("loser_name", "winner_name", "merged_by", "created_at", "undone_at")
    list_select_related = ("merged_by",)
    search_fields = ("loser_name", "winner_name")
