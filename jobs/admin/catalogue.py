"""The catalogue for curators: listings, where they come from, which of them are the same posting."""

from __future__ import annotations

from django.contrib import admin

from jobos.core.admin import PersonalAdmin, ReadOnlyAdmin
from jobs.models import JobDeduplication, JobEmbedding, JobListing, JobSource, JobSourceListing


@admin.register(JobListing)
class JobListingAdmin(PersonalAdmin):
    list_display = ("title", "company", "location", "status", "listed_at")
    list_select_related = ("company",)
    list_filter = ("status",)
    search_fields = ("title",)
    autocomplete_fields = ("company", "canonical")


@admin.register(JobSource)
class JobSourceAdmin(PersonalAdmin):
    list_display = ("name", "display_name", "base_url", "is_active", "last_scraped")
    search_fields = ("name", "display_name")


@admin.register(JobSourceListing)
class JobSourceListingAdmin(ReadOnlyAdmin):
    list_display = ("source_job_id", "source", "job", "last_updated")
    list_select_related = ("source", "job")
    search_fields = ("=source_job_id",)


@admin.register(JobEmbedding)
class JobEmbeddingAdmin(ReadOnlyAdmin):
    list_display = ("job", "embedding_model", "content_type", "created_at")
    list_select_related = ("job",)
    search_fields = ("=embedding_model",)
    exclude = ("vector",)


@admin.register(JobDeduplication)
class JobDeduplicationAdmin(PersonalAdmin):
    list_display = ("canonical_job", "duplicate_job", "confidence_score", "reviewed")
    list_select_related = ("canonical_job", "duplicate_job")
    list_filter = ("reviewed",)
    search_fields = ("canonical_job__title", "duplicate_job__title")
    autocomplete_fields = ("canonical_job", "duplicate_job")
