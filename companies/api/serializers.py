"""Input and output of companies: no queries, no rules."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from companies.models import LONGEST_NAME, Company, Lane, TargetCompany
from jobos.core.serializers import BlankableCharField, StrictModelSerializer, StrictSerializer, WholeNumberField
from jobos.core.web_addresses import check_web_address
from jobs.models import JobListing

OPINION = [
    "lane",
    "stage",
    "sector",
    "b2c_validated",
    "funding",
    "hq_city",
    "last_researched",
    "deep_dive_content",
    "investors",
    "is_excluded",
    "notes",
]
MOST_INVESTORS = 100
MOST_LINES = 100


# What somebody's typing claims about a company, until a recruiter confirms it.
CLAIMED = ("domain", "website", "created_at", "updated_at")


class DirectorySerializer(StrictModelSerializer):
    """A directory entry; what another seeker claimed about an unconfirmed one is theirs to see only."""

    def to_representation(self, instance: Company) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not instance.is_open_to(self.context["request"].user):
            shown |= {name: None for name in CLAIMED if name in shown}
        return shown


class CompanySerializer(DirectorySerializer):
    """A company of the shared directory."""

    class Meta:
        model = Company
        fields = [
            "id",
            "name",
            "domain",
            "website",
            "industry",
            "size",
            "size_category",
            "location",
            "headquarters_location",
            "founded_year",
            "description",
            "logo_url",
            "culture",
            "values",
            "benefits",
            "is_confirmed",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class CompanyInputSerializer(StrictModelSerializer):
    """A directory entry as a curator writes it; what is not sent stays as it is."""

    name = serializers.CharField(max_length=LONGEST_NAME)

    class Meta:
        model = Company
        fields = CompanySerializer.Meta.fields
        read_only_fields = ["id", "domain", "created_at", "updated_at"]
        extra_kwargs: dict[str, dict[str, Any]] = {
            "values": {"max_length": MOST_LINES, "child": serializers.CharField(max_length=1000)},
            "benefits": {"max_length": MOST_LINES, "child": serializers.CharField(max_length=1000)},
        }
        validators: list[Any] = []


class CompanyReferenceSerializer(DirectorySerializer):
    class Meta:
        model = Company
        fields = ["id", "name", "website", "industry", "size_category", "is_confirmed"]
        read_only_fields = fields


class CompanyField(serializers.PrimaryKeyRelatedField[Company]):
    """A directory entry that the caller may see; a foreign id is answered like a missing one."""

    def get_queryset(self) -> Any:
        return Company.objects.visible_to(self.context["request"].user)


_EXTRA: dict[str, dict[str, Any]] = {
    "investors": {"max_length": MOST_INVESTORS, "child": serializers.CharField(max_length=255)},
    "funding": {"max_length": 10_000},
    "notes": {"max_length": 50_000},
}


class TargetCompanySerializer(StrictModelSerializer):
    """What the caller thinks of a company."""

    company = CompanyReferenceSerializer(read_only=True)
    lane = WholeNumberField(min_value=Lane.DREAM.value, max_value=Lane.SEED_STAGE.value, required=False)
    deep_dive_done = serializers.BooleanField(read_only=True)
    open_roles_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = TargetCompany
        fields = ["id", "company", *OPINION, "deep_dive_done", "open_roles_count", "created_at", "updated_at"]
        read_only_fields = ["id", "company", "created_at", "updated_at"]
        extra_kwargs = _EXTRA
        validators: list[Any] = []


class NewTargetCompanySerializer(StrictModelSerializer):
    """A company to track: by its name (found or made in the directory) or by its id there."""

    name = serializers.CharField(max_length=200, required=False)
    website = BlankableCharField(max_length=1000, default="", validators=[check_web_address])
    company = CompanyField(required=False)
    lane = WholeNumberField(min_value=Lane.DREAM.value, max_value=Lane.SEED_STAGE.value, required=False)

    class Meta:
        model = TargetCompany
        fields = ["name", "website", "company", *OPINION]
        extra_kwargs = _EXTRA
        validators: list[Any] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("name" in attrs) == ("company" in attrs):
            raise serializers.ValidationError({"name": "Give either a name or a company."}, code="required")
        if "company" in attrs and attrs["website"]:
            raise serializers.ValidationError({"website": "A website goes with a name."}, code="invalid")
        return attrs


class CompanyListingSerializer(StrictModelSerializer):
    """A posting, as far as its company's page shows it."""

    class Meta:
        model = JobListing
        fields = [
            "id",
            "title",
            "location",
            "remote_type",
            "job_type",
            "experience_level",
            "status",
            "posted_date",
            "application_deadline",
            "listed_at",
        ]
        read_only_fields = fields


class MentionSerializer(StrictSerializer):
    """A company as somebody writes it."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    website = BlankableCharField(max_length=1000, default="", validators=[check_web_address])


class LookAlikeSerializer(StrictSerializer):
    company = CompanyReferenceSerializer()
    score = serializers.FloatField(help_text="0 to 1.")
    why = serializers.ListField(child=serializers.CharField(), help_text="What speaks for it, a sentence each.")


class MatchSerializer(StrictSerializer):
    """What the matcher would do."""

    company = CompanyReferenceSerializer(allow_null=True, help_text="Null: it would make a new entry.")
    rule = serializers.ChoiceField(choices=["domain", "alias", "name", "none"])
    why = serializers.CharField()
    suggestions = LookAlikeSerializer(many=True, help_text="Look-alikes, which nothing merges by itself.")


class CompanySuggestionSerializer(StrictSerializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    lane = serializers.IntegerField()
    sector = serializers.CharField(allow_null=True)
    hq_city = serializers.CharField(allow_null=True)
