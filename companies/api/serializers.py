"""Input and output of companies: no queries, no rules."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from companies.models import Company, Lane, TargetCompany
from jobos.core.serializers import BlankableCharField, StrictModelSerializer, StrictSerializer, WholeNumberField
from jobos.core.web_addresses import check_web_address

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

    class Meta:
        model = TargetCompany
        fields = ["id", "company", *OPINION, "deep_dive_done", "created_at", "updated_at"]
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


class CompanySuggestionSerializer(StrictSerializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    lane = serializers.IntegerField()
    sector = serializers.CharField(allow_null=True)
    hq_city = serializers.CharField(allow_null=True)
