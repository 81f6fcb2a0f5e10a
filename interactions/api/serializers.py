"""Input and output of interactions and the timeline: no queries, no rules."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from interactions.models import APPLIED_STATES, JobUserInteraction, TimelineEvent
from jobos.core.serializers import (
    BlankableCharField,
    BlankableChoiceField,
    ChoiceField,
    ClearableListField,
    KeyField,
    StrictModelSerializer,
    StrictSerializer,
)
from jobs.api.listing_serializers import ListingWithCompanySerializer
from jobs.api.serializers import ListingField
from jobs.models import Job
from jobs.services.applications import EMPLOYERS_STATES
from resumes.api.serializers import OwnResumeField, ResumeTitleSerializer, SharedResumeSerializer

MOST_TAGS = 50
LONGEST_TAG = 100
LONGEST_REASON = 1000
OWN = [
    "application_status",
    "applied_date",
    "response_date",
    "resume",
    "resume_version",
    "cover_letter",
    "follow_up_date",
    "interview_scheduled",
    "shared_with_recruiters",
    "tags",
    "notes",
]
SHOWN = [
    "id",
    "job",
    "interaction_type",
    "application_status",
    "applied_date",
    "response_date",
    "resume",
    "resume_version",
    "cover_letter",
    "follow_up_date",
    "interview_scheduled",
    "shared_with_recruiters",
    "saved_date",
    "tags",
    "notes",
    "interaction_data",
    "first_interaction",
    "last_interaction",
    "interaction_count",
    "job_snapshot",
    "created_at",
    "updated_at",
]
# What a list leaves out.
LONG_FIELDS = ("job_snapshot",)
STATUS_CHOICES = [(status.value, status.label) for status in APPLIED_STATES]
EMPLOYERS_CHOICES = [(status.value, status.label) for status in EMPLOYERS_STATES]
_LIMITS: dict[str, dict[str, Any]] = {"notes": {"max_length": 50_000}, "cover_letter": {"max_length": 50_000}}


class TagsField(ClearableListField):
    def __init__(self, **kwargs: Any) -> None:
        child = serializers.CharField(max_length=LONGEST_TAG)
        super().__init__(**{"child": child, "max_length": MOST_TAGS, **kwargs})


class InteractionSerializer(StrictModelSerializer):
    """What the caller did with a listing."""

    job = ListingWithCompanySerializer(read_only=True)
    application_status = BlankableChoiceField(choices=STATUS_CHOICES, read_only=True)
    interaction_data = serializers.DictField(read_only=True)
    job_snapshot = serializers.DictField(read_only=True, help_text="The posting as it stood.")

    class Meta:
        model = JobUserInteraction
        fields = SHOWN
        read_only_fields = fields


class InteractionListSerializer(InteractionSerializer):
    """What the caller did with a listing, as a list shows it: without the snapshot and the text of a resume sent."""

    interaction_data = serializers.DictField(source="short_data", read_only=True)

    class Meta(InteractionSerializer.Meta):
        fields = [name for name in SHOWN if name not in LONG_FIELDS]
        read_only_fields = fields


class InteractionPatchSerializer(StrictModelSerializer):
    application_status = BlankableChoiceField(choices=STATUS_CHOICES, help_text="Null where the row is no application.")
    tags = TagsField()
    resume = OwnResumeField(required=False, allow_null=True)

    class Meta:
        model = JobUserInteraction
        fields = OWN
        extra_kwargs = _LIMITS
        validators: list[Any] = []


class SaveSerializer(StrictModelSerializer):
    tags = TagsField()

    class Meta:
        model = JobUserInteraction
        fields = ["notes", "tags"]
        extra_kwargs = _LIMITS


class ApplySerializer(StrictModelSerializer):
    application_status = ChoiceField(choices=STATUS_CHOICES, required=False)
    resume = OwnResumeField(required=False, allow_null=True)

    class Meta:
        model = JobUserInteraction
        fields = [
            "application_status",
            "applied_date",
            "resume",
            "resume_version",
            "cover_letter",
            "notes",
            "shared_with_recruiters",
        ]
        extra_kwargs = _LIMITS
        validators: list[Any] = []


class DismissSerializer(StrictSerializer):
    reason = BlankableCharField(max_length=LONGEST_REASON)


class ApplicantListSerializer(StrictModelSerializer):
    """An application that its owner shares, as a recruiter's list shows it."""

    name = serializers.CharField(source="user.full_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    application_status = serializers.ChoiceField(choices=STATUS_CHOICES, read_only=True)
    resume: serializers.Field[Any, Any, Any, Any] = serializers.SerializerMethodField()

    class Meta:
        model = JobUserInteraction
        fields = ["id", "name", "email", "application_status", "applied_date", "response_date", "resume"]
        read_only_fields = fields

    @extend_schema_field(ResumeTitleSerializer(allow_null=True))
    def get_resume(self, application: Any) -> dict[str, str] | None:
        return {"title": application.resume_title} if application.resume_title else None


class ApplicantSerializer(ApplicantListSerializer):
    """An application that its owner shares, as recruiters see it, with its resume as it was sent."""

    resume = SharedResumeSerializer(source="sent_resume", read_only=True, allow_null=True)


class ApplicantPatchSerializer(StrictSerializer):
    application_status = ChoiceField(choices=EMPLOYERS_CHOICES)


class PeriodSerializer(StrictSerializer):
    saved = serializers.IntegerField()
    applied = serializers.IntegerField()


class KindCountsSerializer(StrictSerializer):
    viewed = serializers.IntegerField()
    saved = serializers.IntegerField()
    applied = serializers.IntegerField()
    hidden = serializers.IntegerField()
    rejected_by_user = serializers.IntegerField()


class StatusCountsSerializer(StrictSerializer):
    applied = serializers.IntegerField()
    interviewing = serializers.IntegerField()
    rejected = serializers.IntegerField()
    accepted = serializers.IntegerField()
    withdrawn = serializers.IntegerField()


class StatisticsSerializer(StrictSerializer):
    total = serializers.IntegerField()
    by_type = KindCountsSerializer()
    applications = StatusCountsSerializer()
    response_rate = serializers.FloatField(allow_null=True, help_text="0 to 1; null without applications.")
    median_days_to_response = serializers.FloatField(allow_null=True)
    this_week = PeriodSerializer()
    this_month = PeriodSerializer()


class TimelineEventSerializer(StrictModelSerializer):
    """Something that happened in the caller's search."""

    class Meta:
        model = TimelineEvent
        fields = [
            "id",
            "event_type",
            "title",
            "description",
            "event_data",
            "event_date",
            "is_milestone",
            "job",
            "listing",
            "interaction",
        ]
        read_only_fields = fields


class OwnJobField(KeyField):
    """A card of the caller's; a foreign id is answered like a missing one."""

    def get_queryset(self) -> Any:
        user = self.context["request"].user
        return Job.objects.owned_by(user).visible_to(user)


class NewEventSerializer(StrictModelSerializer):
    job = OwnJobField(required=False, allow_null=True)
    listing = ListingField(required=False, allow_null=True)

    class Meta:
        model = TimelineEvent
        fields = ["title", "description", "event_date", "is_milestone", "job", "listing"]
        extra_kwargs = {"description": {"max_length": 10_000}}


class UpcomingSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=["interview", "follow_up", "deadline", "event"])
    at = serializers.DateTimeField()
    title = serializers.CharField(source="called")
    id = serializers.UUIDField(help_text="Of the interview, the interaction or the event.")
    job = serializers.UUIDField(source="card", allow_null=True)
    listing = serializers.UUIDField(source="posting", allow_null=True)
