"""What waits for a curator's decision, and the decisions that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import path
from django.utils import timezone

from companies import services
from companies.admin.directory import describe_pair
from companies.models import CompanyMatchSuggestion, CompanyMerge, SuggestionState
from jobos.core.admin import PersonalAdmin, ReadOnlyAdmin, column

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User

STATE_COLOURS = {
    SuggestionState.OPEN.label: "warning",
    SuggestionState.MERGED.label: "success",
    SuggestionState.KEPT_APART.label: "info",
}


@admin.register(CompanyMatchSuggestion)
class CompanyMatchSuggestionAdmin(PersonalAdmin):
    """The queue of pairs, likeliest first; a pair's page shows both side by side."""

    list_title = "Look-alikes"
    list_display = ("show_pair", "show_score", "show_why", "show_state", "decided_by", "decided_at")
    list_select_related = ("company", "other", "decided_by")
    list_filter = ("state",)
    search_fields = ("company__name", "other_name")
    search_help_text = "Name of either company"
    ordering = ("-score", "pk")
    fields = readonly_fields = ("show_pair", "show_score", "show_why", "show_state", "decided_by", "decided_at")
    actions = ("keep_apart_selected",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what is to be decided first, unless something else is asked for."""
        if request.method == "GET" and not request.GET and self.has_view_permission(request):
            return HttpResponseRedirect(f"{request.path}?state__exact={SuggestionState.OPEN.value}")
        return super().changelist_view(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        suggestion = self.get_object(request, object_id)
        shown = {}
        if suggestion is not None and suggestion.other is not None:
            shown = {"pair": describe_pair(suggestion, first=suggestion.company), "is_curator": True}
        buttons = {"show_save": False, "show_save_and_continue": False}
        return super().change_view(request, object_id, form_url, {**shown, **buttons, **(extra_context or {})})

    @column(description="companies")
    def show_pair(self, suggestion: CompanyMatchSuggestion) -> str:
        return f"{suggestion.company} and {suggestion.other_name}"

    @column(description="likeness", ordering="score")
    def show_score(self, suggestion: CompanyMatchSuggestion) -> str:
        return f"{suggestion.score:.0%}"

    @column(description="evidence")
    def show_why(self, suggestion: CompanyMatchSuggestion) -> str:
        return " ".join(suggestion.why)

    @column(description="state", ordering="state", label=STATE_COLOURS)
    def show_state(self, suggestion: CompanyMatchSuggestion) -> str:
        return suggestion.get_state_display()

    @admin.action(description="Keep apart: these are different companies", permissions=["change"])
    def keep_apart_selected(self, request: HttpRequest, queryset: QuerySet[CompanyMatchSuggestion]) -> None:
        rows = list(queryset.filter(state=SuggestionState.OPEN))
        for row in rows:
            services.keep_apart(row, by=cast("User", request.user))
        self.message_user(request, f"{len(rows)} kept apart.")

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<uuid:object_id>/keep-apart/",
                self.admin_site.admin_view(self.keep_apart_view),
                name="companies_companymatchsuggestion_keep-apart",
            ),
            *super().get_urls(),
        ]

    def keep_apart_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Decide that a pair are two companies."""

        def work(suggestion: CompanyMatchSuggestion) -> str:
            services.keep_apart(suggestion, by=cast("User", request.user))
            return f"{suggestion} are kept apart."

        return self.act(request, object_id, work)


@admin.register(CompanyMerge)
class CompanyMergeAdmin(ReadOnlyAdmin):
    """Past merges. What they keep for the way back holds people's private notes, and is shown to nobody."""

    list_display = ("show_merge", "merged_by", "created_at", "show_undone", "undone_by")
    list_select_related = ("merged_by", "undone_by")
    list_filter = (("undone_at", admin.EmptyFieldListFilter),)
    search_fields = ("loser_name", "winner_name")
    search_help_text = "Name of either company"
    ordering = ("-created_at", "-pk")
    fields = ("loser_name", "winner_name", "merged_by", "created_at", "undone_by", "undone_at", "show_moved")

    @column(description="merge", ordering="loser_name")
    def show_merge(self, merge: CompanyMerge) -> str:
        return str(merge)

    @column(description="undone", ordering="undone_at", label={"Undone": "warning"})
    def show_undone(self, merge: CompanyMerge) -> str:
        return "Undone" if merge.undone_at else ""

    @column(description="what moved")
    def show_moved(self, merge: CompanyMerge) -> str:
        moved = merge.inverse
        people = len(moved["targets"]) + len(moved["targets_merged"])
        filled = ", ".join(moved["filled"].get("new", {})) or "nothing"
        return (
            f"Listings: {len(moved['listings']):,}. People who track it: {people:,}."
            f" Spellings: {len(moved['aliases']) + bool(moved['alias']):,}. Filled in: {filled}."
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CompanyMerge]:
        """Leave what a merge keeps in the database until a page asks for it: it may be large."""
        rows: QuerySet[CompanyMerge] = super().get_queryset(request).defer("inverse")
        return rows

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<uuid:object_id>/undo/",
                self.admin_site.admin_view(self.undo_view),
                name="companies_companymerge_undo",
            ),
            *super().get_urls(),
        ]

    def undo_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Take a merge back."""

        def work(merge: CompanyMerge) -> str:
            services.undo_merge(merge, by=cast("User", request.user))
            return f"{merge.loser_name} is back, with what it had on {timezone.localdate(merge.created_at)}."

        return self.act(request, object_id, work, needs="undo")

    def has_undo_permission(self, request: HttpRequest) -> bool:
        """Whoever may merge may take a merge back."""
        return bool(self.has_view_permission(request)) and request.user.has_perm("companies.change_company")  # type: ignore[union-attr]
