"""The review of duplicates: two listings side by side, and one click that says what they are to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.db.models import Q
from django.urls import path, reverse
from django.utils.formats import date_format
from unfold.contrib.filters.admin import DropdownFilter

from jobos.core.admin import PersonalAdmin, column, find_safe_url
from jobs.admin.differences import mark_differences
from jobs.admin.listing_page import HEAVY_COLUMNS, describe_pay
from jobs.admin.paging import CatalogueList, CataloguePaginator
from jobs.admin.search import read_words
from jobs.models import JobDeduplication, JobListing
from jobs.services import duplicates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User
    from jobs.models.sources import JobDeduplicationQuerySet

MOST_DECIDED = 500
LONGEST_COMPARED = 20_000
WAITING, REVIEWED, EVERY = "waiting", "reviewed", "all"
REVIEW_STATES = {WAITING: "Waiting", REVIEWED: "Reviewed", EVERY: "Any"}


class ReviewFilter(DropdownFilter):  # type: ignore[misc]
    """Pairs that wait for somebody's word, unless the decided ones are asked for."""

    title = "state"
    parameter_name = "state"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return REVIEW_STATES.items()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == EVERY:
            return queryset
        pairs = cast("JobDeduplicationQuerySet", queryset)
        return pairs.filter(reviewed=True) if self.value() == REVIEWED else pairs.waiting()


@admin.register(JobDeduplication)
class JobDeduplicationAdmin(PersonalAdmin):
    list_display = ("show_pair", "show_other", "show_confidence", "show_fields", "show_state")
    list_select_related = ("canonical_job__company", "duplicate_job__company")
    list_before_template = "admin/chips.html"
    list_filter = (ReviewFilter,)
    list_filter_submit = True
    list_filter_sheet = True
    show_facets = admin.ShowFacets.NEVER
    paginator = CataloguePaginator
    search_fields = ("canonical_job__title",)  # Says that there is a search; which one, `get_search_results` says.
    search_help_text = "Title, skill or company"
    ordering = ("-confidence_score", "pk")
    sortable_by = ()
    readonly_fields = (
        "canonical_job",
        "duplicate_job",
        "confidence_score",
        "matching_fields",
        "merge_strategy",
        "reviewed",
        "created_at",
        "updated_at",
    )
    actions = ("accept_selected", "keep_selected_apart")

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobDeduplication]:
        rows: QuerySet[JobDeduplication] = super().get_queryset(request)
        return rows.defer(*(f"{side}__{name}" for side in ("canonical_job", "duplicate_job") for name in HEAVY_COLUMNS))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[JobDeduplication], search_term: str
    ) -> tuple[QuerySet[JobDeduplication], bool]:
        """Search both listings of each pair by words."""
        if not search_term.strip():
            return queryset, False
        words = read_words(search_term)
        if words is None:
            return queryset.none(), False
        return queryset.filter(Q(canonical_job__search_head=words) | Q(duplicate_job__search_head=words)), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CatalogueList]:
        return CatalogueList

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Pairs are found by a program."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        chosen = request.GET.get("state") or WAITING
        chips = [
            {"title": title, "query": f"?state={state}", "is_chosen": state == chosen}
            for state, title in REVIEW_STATES.items()
        ]
        return super().changelist_view(request, {"chips": chips, **(extra_context or {})})

    # Columns --------------------------------------------------------------------------------------------------------

    @column(description="original", header=True)
    def show_pair(self, pair: JobDeduplication) -> list[str]:
        return [pair.canonical_job.title, pair.canonical_job.company.name]

    @column(description="looks like its duplicate", header=True)
    def show_other(self, pair: JobDeduplication) -> list[str]:
        return [pair.duplicate_job.title, pair.duplicate_job.company.name]

    @column(description="confidence")
    def show_confidence(self, pair: JobDeduplication) -> str:
        return f"{pair.confidence_score:.0%}"

    @column(description="alike in")
    def show_fields(self, pair: JobDeduplication) -> str:
        return describe_fields(pair.matching_fields)

    @column(description="state", label={"Waiting": "warning", "Reviewed": "success"})
    def show_state(self, pair: JobDeduplication) -> str:
        return "Reviewed" if pair.reviewed else "Waiting"

    # Deciding -------------------------------------------------------------------------------------------------------

    def _decide_all(
        self, request: HttpRequest, queryset: QuerySet[JobDeduplication], decide: Callable[..., Any], done: str
    ) -> None:
        chosen = list(queryset.order_by().values_list("pk", flat=True)[:MOST_DECIDED])
        rows = JobDeduplication.objects.select_for_update(no_key=True).filter(pk__in=chosen, reviewed=False)
        pairs = list(rows.order_by("pk"))
        for pair in pairs:
            decide(pair, by=cast("User", request.user))
        words = f"{len(pairs)} {'pair' if len(pairs) == 1 else 'pairs'} {done}."
        self.message_user(request, words, messages.SUCCESS if pairs else messages.INFO)

    @admin.action(description="They are one posting: keep the original", permissions=["change"])
    def accept_selected(self, request: HttpRequest, queryset: QuerySet[JobDeduplication]) -> None:
        self._decide_all(request, queryset, duplicates.accept_duplicate, "merged")

    @admin.action(description="They are two postings: keep them apart", permissions=["change"])
    def keep_selected_apart(self, request: HttpRequest, queryset: QuerySet[JobDeduplication]) -> None:
        self._decide_all(request, queryset, duplicates.keep_apart, "kept apart")

    def get_urls(self) -> list[URLPattern]:
        clicks = {"accept": self.accept_view, "keep-apart": self.keep_apart_view, "reopen": self.reopen_view}
        return [
            *(
                path(
                    f"<uuid:object_id>/{name}/", self.admin_site.admin_view(view), name=f"jobs_jobdeduplication_{name}"
                )
                for name, view in clicks.items()
            ),
            *super().get_urls(),
        ]

    def accept_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Take the pair for one posting."""

        def work(pair: JobDeduplication) -> str:
            duplicates.accept_duplicate(pair, by=cast("User", request.user))
            return f"{pair.duplicate_job.title}: one posting from now on."

        return self.act(request, object_id, work)

    def keep_apart_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Take the pair for two postings."""

        def work(pair: JobDeduplication) -> str:
            duplicates.keep_apart(pair, by=cast("User", request.user))
            return f"{pair.duplicate_job.title}: two postings, and not asked about again."

        return self.act(request, object_id, work)

    def reopen_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Take a decision back."""

        def work(pair: JobDeduplication) -> str:
            duplicates.reopen_duplicate(pair, by=cast("User", request.user))
            return f"{pair.duplicate_job.title}: waiting again, and as it was before."

        return self.act(request, object_id, work)

    # The page of one pair -------------------------------------------------------------------------------------------

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        pair = kwargs.get("obj")
        if isinstance(pair, JobDeduplication):
            stored = JobDeduplication.objects.select_related(*self.list_select_related).get(pk=pair.pk)
            context |= describe_pair(stored)
            context["may_decide"] = self.has_change_permission(request)
            context["next"] = self._find_next(stored)
            context |= {"title": "One posting or two?", "crumb": stored.canonical_job.title, "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def _find_next(self, pair: JobDeduplication) -> str:
        """Return the address of the next pair that waits, of the queue where there is none."""
        waiting = JobDeduplication.objects.waiting().exclude(pk=pair.pk).order_by(*self.ordering)
        following = waiting.values_list("pk", flat=True).first()
        return self.address_of(following) if following else reverse("admin:jobs_jobdeduplication_changelist")


def describe_fields(fields: Any) -> str:
    """Return in words what two listings have in common; an import may have left an odd value."""
    names = fields if isinstance(fields, list) else list(fields) if isinstance(fields, dict) else []
    return ", ".join(str(name).replace("_", " ") for name in names) or "-"


def describe_pair(pair: JobDeduplication) -> dict[str, Any]:
    """Return two listings fact by fact, with what differs marked."""
    sides = (pair.canonical_job, pair.duplicate_job)
    rows = []
    for title, read in COMPARED.items():
        left, right = (read(side)[:LONGEST_COMPARED] for side in sides)
        if left or right:
            pieces = mark_differences(left, right)
            rows.append({"title": title, "sides": pieces, "differs": left != right})
    return {
        "pair": pair,
        "sides": [{"listing": side, "url": find_safe_url(side.job_url)} for side in sides],
        "rows": rows,
        "alike_share": f"{pair.confidence_score:.0%}",
        "alike": describe_fields(pair.matching_fields),
        "different_count": sum(row["differs"] for row in rows),
    }


def _describe_day(day: Any) -> str:
    return date_format(day, "j M Y") if day else ""


COMPARED: dict[str, Callable[[JobListing], str]] = {
    "Title": lambda listing: listing.title,
    "Company": lambda listing: listing.company.name,
    "Place": lambda listing: listing.location,
    "Workplace": lambda listing: listing.remote_type,
    "Type": lambda listing: listing.job_type,
    "Level": lambda listing: listing.get_experience_level_display(),
    "Pay a year": describe_pay,
    "Status": lambda listing: listing.get_status_display(),
    "Posted": lambda listing: _describe_day(listing.listed_at),
    "Deadline": lambda listing: _describe_day(listing.application_deadline),
    "Address": lambda listing: listing.job_url,
    "Source": lambda listing: listing.source,
    # In one order on both sides: which skills are asked for differs, not how they are put.
    "Skills": lambda listing: " · ".join(
        sorted(set(listing.skills_required), key=lambda name: (name.casefold(), name))
    ),
    "Description": lambda listing: listing.description,
    "Requirements": lambda listing: listing.requirements,
}
