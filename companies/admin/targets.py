"""What a person thinks of companies: their own list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextInputWidget

from companies import services
from companies.admin.directory import count_companies
from companies.models import LONGEST_NAME, Lane, TargetCompany
from jobos.core.admin import PersonalAdmin, column

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from jobos.accounts.models import User

LANE_COLOURS = {
    Lane.DREAM.label: "success",
    Lane.GOOD_FIT.label: "info",
    Lane.BACKUP.label: "warning",
    Lane.EARLY_STAGE.label: "primary",
    Lane.SEED_STAGE.label: "primary",
}


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
        self.message_user(request, f"{count_companies(len(changed))} changed.", messages.SUCCESS)
