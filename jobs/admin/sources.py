"""Where listings come from, and what a machine made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from jobos.core.admin import PersonalAdmin, ReadOnlyAdmin, column, find_safe_url
from jobs.admin.listings import HEAVY_COLUMNS
from jobs.admin.paging import CatalogueList, CataloguePaginator
from jobs.models import JobEmbedding, JobSource, JobSourceListing

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(JobSource)
class JobSourceAdmin(PersonalAdmin):
    list_display = ("show_source", "show_address", "show_state", "show_api", "last_scraped", "show_listings")
    list_filter = ("is_active", "api_available")
    search_fields = ("name", "display_name")
    search_help_text = "Name"
    readonly_fields = ("last_scraped", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": (("name", "display_name"), "base_url", ("is_active", "api_available"))}),
        ("For programs", {"fields": ("scraping_rules", "rate_limit_config"), "classes": ("collapse",)}),
        ("Dates", {"fields": ("last_scraped", ("created_at", "updated_at"))}),
    )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Refuse to take what a source showed along with it: pause the source instead."""
        used = [source for source in objs if JobSourceListing.objects.filter(source=source).exists()]
        protected = [f"{source} has listings. Pause it instead: take the tick from “active”." for source in used]
        return [str(source) for source in objs], {"sources": len(objs)}, set(), protected

    @column(description="source", ordering="name", header=True)
    def show_source(self, source: JobSource) -> list[str]:
        return [str(source), source.name if source.display_name else ""]

    @column(description="address")
    def show_address(self, source: JobSource) -> str:
        url = find_safe_url(source.base_url)
        return format_html('<a class="jos-link" href="{}" rel="noopener noreferrer">{}</a>', url, url) if url else "-"

    @column(description="state", ordering="is_active", label={"Active": "success", "Paused": "warning"})
    def show_state(self, source: JobSource) -> str:
        return "Active" if source.is_active else "Paused"

    @column(description="API", ordering="api_available")
    def show_api(self, source: JobSource) -> str:
        return "Yes" if source.api_available else "-"

    @column(description="listings")
    def show_listings(self, source: JobSource) -> str:
        address = reverse("admin:jobs_joblisting_changelist")
        return format_html('<a class="jos-link" href="{}?source={}&amp;status=all">Show them</a>', address, source.pk)


@admin.register(JobSourceListing)
class JobSourceListingAdmin(ReadOnlyAdmin):
    list_display = ("source_job_id", "source", "job", "show_address", "last_updated")
    list_select_related = ("source", "job")
    paginator = CataloguePaginator
    ordering = ("source_id", "source_job_id", "pk")  # By keys, as the index has it: by names it would sort everything.
    sortable_by = ()
    search_fields = ("=source_job_id",)
    search_help_text = "The key at the source, whole"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CatalogueList]:
        return CatalogueList

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobSourceListing]:
        rows: QuerySet[JobSourceListing] = super().get_queryset(request)
        return rows.defer("source_metadata", *(f"job__{name}" for name in HEAVY_COLUMNS))

    @column(description="address")
    def show_address(self, found: JobSourceListing) -> str:
        url = find_safe_url(found.source_url)
        return format_html('<a class="jos-link" href="{}" rel="noopener noreferrer">Open</a>', url) if url else "-"


@admin.register(JobEmbedding)
class JobEmbeddingAdmin(ReadOnlyAdmin):
    list_display = ("job", "embedding_model", "content_type", "created_at")
    list_select_related = ("job",)
    paginator = CataloguePaginator
    ordering = ("job_id", "embedding_model", "content_type", "pk")
    sortable_by = ()
    search_fields = ("=embedding_model",)
    search_help_text = "Name of the model, whole"
    exclude = ("vector",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CatalogueList]:
        return CatalogueList

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobEmbedding]:
        rows: QuerySet[JobEmbedding] = super().get_queryset(request)
        return rows.defer("vector", *(f"job__{name}" for name in HEAVY_COLUMNS))
