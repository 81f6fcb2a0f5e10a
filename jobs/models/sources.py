"""Where listings come from, what a machine made of them, and which of them are the same posting."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from pgvector.django import HalfVectorField

from jobos.core.models import CatalogueQuerySet, TimestampedModel, UUIDModel
from jobs.models.listings import SEARCH_COLUMNS, JobListing, ListingStatus

EMBEDDING_DIMENSIONS = 512


class MergeStrategy(models.TextChoices):
    KEEP_CANONICAL = "keep_canonical", "Keep the original"
    MERGE_BOTH = "merge_both", "Keep both"
    MANUAL_REVIEW = "manual_review", "Decide by hand"


class JobSource(UUIDModel, TimestampedModel):
    """One place that postings come from: a board, an ATS, a file. Its rule: one row for each name."""

    name = models.CharField(max_length=100, unique=True)
    display_name = models.CharField(max_length=200, blank=True, default="")
    base_url = models.CharField("address", max_length=1000, blank=True, default="")
    api_available = models.BooleanField("has an API", default=False)
    scraping_rules = models.JSONField(default=dict, blank=True)
    rate_limit_config = models.JSONField(default=dict, blank=True)
    last_scraped = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField("active", default=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        db_table = "job_sources"
        ordering = ["name", "pk"]
        verbose_name = "source"
        constraints = [
            models.CheckConstraint(
                condition=Q(base_url="") | Q(base_url__iregex="^https?://"),
                name="jobs_jobsource_base_url_format",
                violation_error_code="jobs_jobsource_base_url_format",
                violation_error_message="An address starts with http:// or https://.",
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"[^[:space:]]"),
                name="jobs_jobsource_name_not_empty",
                violation_error_code="jobs_jobsource_name_not_empty",
                violation_error_message="A source has a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.name


class JobSourceListing(UUIDModel):
    """One posting as one source shows it. Its rule: a source's own key names one posting."""

    job = models.ForeignKey(JobListing, on_delete=models.CASCADE, related_name="source_listings")
    source = models.ForeignKey(JobSource, on_delete=models.CASCADE, related_name="source_listings", db_index=False)
    source_job_id = models.CharField("key at the source", max_length=500)
    source_url = models.CharField("address at the source", max_length=2000, blank=True, default="")
    source_metadata = models.JSONField(default=dict, blank=True)
    scraped_at = models.DateTimeField(auto_now_add=True)
    last_updated = models.DateTimeField(auto_now=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        db_table = "job_source_listings"
        ordering = ["source", "source_job_id", "pk"]
        verbose_name = "source listing"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_job_id"],
                name="jobs_jobsourcelisting_one_per_key",
                violation_error_code="jobs_jobsourcelisting_one_per_key",
                violation_error_message="This source has a listing with this key already.",
            ),
        ]

    def __str__(self) -> str:
        return self.source_job_id


class JobEmbedding(UUIDModel):
    """The meaning of one posting as a vector of one model. Its rule: one vector for each posting, model and content."""

    job = models.ForeignKey(JobListing, on_delete=models.CASCADE, related_name="embeddings", db_index=False)
    embedding_model = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=128)
    vector = HalfVectorField(dimensions=EMBEDDING_DIMENSIONS)
    content_type = models.CharField(max_length=50, default="job_description")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        db_table = "job_embeddings"
        ordering = ["job", "embedding_model", "content_type", "pk"]
        verbose_name = "embedding"
        constraints = [
            models.UniqueConstraint(
                fields=["job", "embedding_model", "content_type"],
                name="jobs_jobembedding_one_per_model",
                violation_error_code="jobs_jobembedding_one_per_model",
                violation_error_message="There is a vector of this model for this listing already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.embedding_model} of {self.job_id}"


class JobDeduplicationQuerySet(CatalogueQuerySet["JobDeduplication"]):
    def waiting(self) -> Self:
        """Narrow to pairs to decide: nobody has yet, and somebody can still apply to one of the two."""
        either = Q(canonical_job__status=ListingStatus.ACTIVE) | Q(duplicate_job__status=ListingStatus.ACTIVE)
        return self.filter(either, reviewed=False)

    def with_listings(self) -> Self:
        """Load both listings and their employers with each pair, in the same query."""
        both = ("canonical_job", "duplicate_job")
        unread = [f"{listing}__{name}" for listing in both for name in SEARCH_COLUMNS]
        return self.select_related(*(f"{listing}__company" for listing in both)).defer(*unread)


class JobDeduplication(UUIDModel, TimestampedModel):
    """Two listings that look like one posting. Its rule: one row for each pair, and never a listing with itself."""

    canonical_job = models.ForeignKey(
        JobListing, on_delete=models.CASCADE, related_name="duplicates_found", db_index=False
    )
    duplicate_job = models.ForeignKey(JobListing, on_delete=models.CASCADE, related_name="duplicate_of")
    confidence_score = models.FloatField(help_text="0 to 1.")
    matching_fields = models.JSONField(default=list, blank=True)
    merge_strategy = models.CharField(
        max_length=20, choices=MergeStrategy.choices, default=MergeStrategy.KEEP_CANONICAL
    )
    reviewed = models.BooleanField(default=False)

    objects = JobDeduplicationQuerySet.as_manager()

    class Meta:
        db_table = "job_duplications"
        ordering = ["-confidence_score", "pk"]
        verbose_name = "duplicate"
        constraints = [
            models.UniqueConstraint(
                fields=["canonical_job", "duplicate_job"],
                name="jobs_jobdeduplication_one_per_pair",
                violation_error_code="jobs_jobdeduplication_one_per_pair",
                violation_error_message="This pair has been found already.",
            ),
            models.CheckConstraint(
                condition=~Q(canonical_job=F("duplicate_job")),
                name="jobs_jobdeduplication_two_listings",
                violation_error_code="jobs_jobdeduplication_two_listings",
                violation_error_message="A listing is never its own duplicate.",
            ),
            models.CheckConstraint(
                condition=Q(confidence_score__range=(0, 1)),
                name="jobs_jobdeduplication_confidence_in_range",
                violation_error_code="jobs_jobdeduplication_confidence_in_range",
                violation_error_message="The confidence is a number from 0 to 1.",
            ),
            models.CheckConstraint(
                condition=Q(merge_strategy__in=MergeStrategy.values),
                name="jobs_jobdeduplication_strategy_valid",
                violation_error_code="jobs_jobdeduplication_strategy_valid",
                violation_error_message="There is no such way to merge.",
            ),
        ]
        indexes = [
            # The review queue, surest first: GET listings/duplicates/.
            models.Index(
                F("confidence_score").desc(), F("id"), condition=Q(reviewed=False), name="jobs_duplicates_queue_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate_job_id} duplicates {self.canonical_job_id}"
