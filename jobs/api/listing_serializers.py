"""Input and output of the catalogue: no queries, no rules."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from companies.api.serializers import CompanyReferenceSerializer
from jobos.core.serializers import BlankableCharField, ObjectField, StrictModelSerializer, StrictSerializer
from jobos.core.web_addresses import check_web_address
from jobs.models import (
    LONGEST_TITLE,
    SHORTEST_TITLE,
    JobDeduplication,
    JobListing,
    JobSource,
)
from jobs.services.listings import ONE_EMPLOYER

MOST_AT_ONCE = 1000
MOST_ENTRIES = 200
LONGEST_ENTRY = 200
LISTS = ("skills_required", "skills_preferred", "tech_stack", "benefits")
# What a list leaves out.
LONG_FIELDS = ("description", "requirements", "responsibilities", "benefits_parsed")
EDITABLE = [
    "title",
    "location",
    "description",
    "requirements",
    "responsibilities",
    "job_type",
    "remote_type",
    "experience_level",
    "seniority_level",
    "salary_min",
    "salary_max",
    "salary_currency",
    "skills_required",
    "skills_preferred",
    "tech_stack",
    "benefits",
    "education_required",
    "benefits_parsed",
    "job_url",
    "application_url",
    "posted_date",
    "application_deadline",
    "source",
    "status",
    "scraped_at",
    "last_verified",
    "verification_status",
]
KEPT_BY_US = ["canonical", "source_count", "data_quality_score", "listed_at", "created_at", "updated_at"]
SHOWN = ["id", "company_id", "company_name", "company", *EDITABLE, *KEPT_BY_US]

_currency = RegexValidator(r"\A[A-Z]{3}\Z", "A currency is three capital letters, such as USD.")


class ListingSerializer(StrictModelSerializer):
    """A listing of the catalogue."""

    company_id = serializers.UUIDField(read_only=True)
    company_name = serializers.CharField(source="company.name", read_only=True)
    company = CompanyReferenceSerializer(read_only=True)
    canonical = serializers.UUIDField(source="canonical_id", read_only=True, allow_null=True)
    listed_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = JobListing
        fields = SHOWN
        read_only_fields = fields


class ListingListSerializer(ListingSerializer):
    """A listing as a list shows it: without its long texts. `listing_json` says the same in SQL."""

    class Meta(ListingSerializer.Meta):
        fields = [name for name in SHOWN if name not in LONG_FIELDS]
        read_only_fields = fields


class ListingReferenceSerializer(StrictModelSerializer):
    """A listing as the review of duplicates names it: what tells two of them apart, flat."""

    company_name = serializers.CharField(source="company.name", read_only=True)

    class Meta:
        model = JobListing
        fields = ["id", "title", "company_name", "location", "status", "source", "job_url", "listed_at"]
        read_only_fields = fields


class ListingWithCompanySerializer(StrictModelSerializer):
    """A listing as a person's own rows name it: what it is, whose, and whether it still takes applications."""

    company = CompanyReferenceSerializer(read_only=True)

    class Meta:
        model = JobListing
        fields = ["id", "title", "company", "location", "status", "application_deadline"]
        read_only_fields = fields


_WRITABLE: dict[str, dict[str, Any]] = {
    "title": {"min_length": SHORTEST_TITLE, "max_length": LONGEST_TITLE},
    "salary_min": {"min_value": 0},
    "salary_max": {"min_value": 0},
    # The pattern says how long it is, too.
    "salary_currency": {"validators": [_currency], "max_length": None, "required": False},
    **{name: {"max_length": MOST_ENTRIES, "child": serializers.CharField(max_length=LONGEST_ENTRY)} for name in LISTS},
}


class ListingPatchSerializer(StrictModelSerializer):
    """What a PATCH may change; the company by its id."""

    company = serializers.UUIDField(required=False)
    benefits_parsed = ObjectField(required=False)

    class Meta:
        model = JobListing
        fields = ["company", *EDITABLE]
        extra_kwargs = _WRITABLE
        validators: list[Any] = []


class NewListingSerializer(ListingPatchSerializer):
    """A listing to add: its company by id, or by name and website (found or made in the directory)."""

    company_name = serializers.CharField(max_length=200, required=False)
    website = BlankableCharField(max_length=1000, validators=[check_web_address])

    class Meta(ListingPatchSerializer.Meta):
        fields = ["company", "company_name", "website", *EDITABLE]

    def to_internal_value(self, data: Any) -> Any:
        """Check the fields; a refusal names a missing company, too, which the service would only come to later."""
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as exc:
            is_missing = isinstance(data, dict) and not data.keys() & {"company", "company_name"}
            if is_missing and not self.partial:
                missing = {"company": [ErrorDetail(ONE_EMPLOYER, code="required")]}
                detail: Any = exc.detail
                raise serializers.ValidationError(detail | missing) from exc
            raise


class BulkItemSerializer(NewListingSerializer):
    """One item of a bulk: with an id it changes that listing, without one it adds one."""

    id = serializers.UUIDField(required=False)

    class Meta(NewListingSerializer.Meta):
        fields = ["id", *NewListingSerializer.Meta.fields]


@extend_schema_field({"type": "object", "additionalProperties": {}})
class UncheckedField(serializers.Field[Any, Any, Any, Any]):
    """A value as it came, whatever it is."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return data


class BulkSerializer(StrictSerializer):
    """Listings to write at once. Each is checked by itself, so that one cannot stop the others."""

    listings = serializers.ListField(child=UncheckedField(), min_length=1, max_length=MOST_AT_ONCE)


class BulkErrorSerializer(StrictSerializer):
    detail = serializers.CharField()
    code = serializers.CharField()
    pointer = serializers.CharField(required=False)


class BulkResultSerializer(StrictSerializer):
    """What became of one item: its status as if it had come alone."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    id = serializers.UUIDField(allow_null=True)
    outcome = serializers.ChoiceField(choices=["created", "updated", "unchanged", "refused"])
    errors = BulkErrorSerializer(many=True, required=False)  # type: ignore[assignment]


class BulkAnswerSerializer(StrictSerializer):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkResultSerializer(many=True)


class JobSourceSerializer(StrictModelSerializer):
    """A place that postings come from."""

    scraping_rules = ObjectField(required=False)
    rate_limit_config = ObjectField(required=False)

    class Meta:
        model = JobSource
        fields = [
            "id",
            "name",
            "display_name",
            "base_url",
            "api_available",
            "scraping_rules",
            "rate_limit_config",
            "last_scraped",
            "is_active",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["id", "created_at", "updated_at"]
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "name": {"validators": []}
        }  # Whether it is unique is the database's to say.


class DuplicateSerializer(StrictModelSerializer):
    """Two listings that look like one posting."""

    canonical = ListingReferenceSerializer(source="canonical_job", read_only=True)
    duplicate = ListingReferenceSerializer(source="duplicate_job", read_only=True)

    class Meta:
        model = JobDeduplication
        fields = [
            "id",
            "canonical",
            "duplicate",
            "confidence_score",
            "matching_fields",
            "merge_strategy",
            "reviewed",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields
