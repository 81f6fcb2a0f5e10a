"""Input and output of the pipeline: no queries, no rules."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from companies.api.serializers import CompanySuggestionSerializer
from jobos.core.serializers import (
    BlankableCharField,
    KeyField,
    StrictModelSerializer,
    StrictSerializer,
    WholeNumberField,
)
from jobs.models import Interview, Job, JobListing
from jobs.services.cards import LONGEST_NOTE, MOST_NOTES

MOST_KEYWORDS = 500
LONGEST_KEYWORD = 200

# Everything a PATCH may change besides the notes.
EDITABLE = [
    "status",
    "company_name",
    "role_title",
    "jd_url",
    "source_portal",
    "applied_date",
    "interview_date",
    "interview_type",
    "interviewer_name",
    "interviewer_linkedin",
    "prep_notes",
    "interview_feedback",
    "resume_version",
    "referral_contact",
    "application_channel",
    "closed_reason",
    "cover_letter",
]
CREATE_ONLY = ["listing", "jd_text", "fit_score", "ats_score", "apply_type", "keywords_matched", "keywords_missing"]
SHOWN = [
    "id",
    "listing",
    "company_name",
    "role_title",
    "status",
    "closed_reason",
    "jd_text",
    "jd_url",
    "source_portal",
    "fit_score",
    "ats_score",
    "resume_version",
    "apply_type",
    "application_channel",
    "cover_letter",
    "referral_contact",
    "keywords_matched",
    "keywords_missing",
    "ai_analysis",
    "applied_date",
    "interview_date",
    "interview_type",
    "interviewer_name",
    "interviewer_linkedin",
    "prep_notes",
    "interview_feedback",
    "notes",
    "last_followup_date",
    "followup_count",
    "is_deleted",
    "created_at",
    "updated_at",
]
# What a list leaves out unless it is asked for in full.
LONG_FIELDS = ("jd_text", "cover_letter", "ai_analysis", "prep_notes", "interview_feedback")


class StoredListSerializer(serializers.ListSerializer[Any]):
    """A list that is shown as it is stored: one odd entry of an import must not break a whole list."""

    def to_representation(self, data: Any) -> Any:
        return data


class NoteSerializer(StrictSerializer):
    """One entry of a job's notes as it is shown."""

    text = serializers.CharField()
    created_at = serializers.CharField()
    type = serializers.CharField(required=False)

    class Meta:
        list_serializer_class = StoredListSerializer


class NewNoteSerializer(StrictSerializer):
    text = serializers.CharField(max_length=LONGEST_NOTE)


class KeptNoteSerializer(StrictSerializer):
    """An entry of a whole list: the time tells which present entry it is; a new one has none.

    Its text comes as it is, so that an entry from an older system goes back as it was read.
    """

    text = serializers.CharField(trim_whitespace=False, allow_blank=True)
    created_at = serializers.CharField(max_length=40, required=False)
    type = serializers.CharField(max_length=20, required=False)


class JobSerializer(StrictModelSerializer):
    """A job of the caller's pipeline."""

    notes = NoteSerializer(many=True, read_only=True)

    class Meta:
        model = Job
        fields = SHOWN
        read_only_fields = fields


class JobListSerializer(JobSerializer):
    """A job as a list shows it: without its long texts."""

    class Meta(JobSerializer.Meta):
        fields = [name for name in SHOWN if name not in LONG_FIELDS]
        read_only_fields = fields


_KEYWORDS = {
    name: {"max_length": MOST_KEYWORDS, "child": serializers.CharField(max_length=LONGEST_KEYWORD)}
    for name in ("keywords_matched", "keywords_missing")
}
_LONGEST_TEXT = {name: {"max_length": 50_000} for name in ("cover_letter", "prep_notes", "interview_feedback")}


class JobPatchSerializer(StrictModelSerializer):
    notes = serializers.ListField(child=KeptNoteSerializer(), required=False, max_length=MOST_NOTES)

    class Meta:
        model = Job
        fields = [*EDITABLE, "notes"]
        extra_kwargs = _LONGEST_TEXT
        validators: list[Any] = []


class ListingField(KeyField):
    """A listing of the catalogue."""

    def get_queryset(self) -> Any:
        return JobListing.objects.visible_to(self.context["request"].user).with_company()


class JobCreateSerializer(StrictModelSerializer):
    listing = ListingField(required=False, allow_null=True)
    notes = serializers.ListField(child=NewNoteSerializer(), required=False, max_length=MOST_NOTES)

    class Meta:
        model = Job
        fields = [*EDITABLE, *CREATE_ONLY, "notes"]
        extra_kwargs = _LONGEST_TEXT | _KEYWORDS
        validators: list[Any] = []


class FollowUpSerializer(StrictSerializer):
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True, allow_null=True)


class NotesSerializer(StrictSerializer):
    notes = NoteSerializer(many=True)


class JobReferenceSerializer(StrictModelSerializer):
    class Meta:
        model = Job
        fields = ["id", "company_name", "role_title", "status"]
        read_only_fields = fields


class InterviewSerializer(StrictModelSerializer):
    """An interview, with the job it is for."""

    job = JobReferenceSerializer(read_only=True)

    class Meta:
        model = Interview
        fields = [
            "id",
            "job",
            "interview_date",
            "round",
            "interviewer_name",
            "interviewer_role",
            "interviewer_linkedin",
            "status",
            "notes",
            "rating",
            "questions_asked",
            "went_well",
            "to_improve",
            "next_steps",
            "prep_content",
            "prep_generated_at",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["id", "job", "prep_content", "prep_generated_at", "created_at", "updated_at"]
        extra_kwargs = {"rating": {"min_value": 1, "max_value": 10}}


class NewInterviewSerializer(StrictModelSerializer):
    class Meta:
        model = Interview
        fields = ["interview_date", "round", "interviewer_name", "interviewer_role", "interviewer_linkedin", "notes"]


class DebriefSerializer(StrictModelSerializer):
    rating = WholeNumberField(min_value=1, max_value=10)

    class Meta:
        model = Interview
        fields = ["rating", "questions_asked", "went_well", "to_improve", "next_steps"]


class CardSerializer(StrictSerializer):
    id = serializers.UUIDField()
    company = serializers.CharField()
    role = serializers.CharField()
    status = serializers.CharField()
    applied_date = serializers.DateField(allow_null=True)
    days_since_update = serializers.IntegerField()


class StaleCardSerializer(CardSerializer):
    suggested_action = serializers.CharField()


class CountsSerializer(StrictSerializer):
    Tracking = serializers.IntegerField()
    Applied = serializers.IntegerField()
    Interview = serializers.IntegerField()
    Offer = serializers.IntegerField()
    Closed = serializers.IntegerField()


class PipelineSerializer(StrictSerializer):
    pipeline = CountsSerializer()
    total = serializers.IntegerField()
    active = serializers.IntegerField()
    recent = CardSerializer(many=True)
    stale = StaleCardSerializer(many=True)


class StaleSerializer(StrictSerializer):
    stale_jobs = StaleCardSerializer(many=True)
    count = serializers.IntegerField()


class FollowUpEntrySerializer(StrictSerializer):
    id = serializers.UUIDField()
    company = serializers.CharField()
    role = serializers.CharField()
    days = serializers.IntegerField()
    action = serializers.CharField()


class FollowUpsSerializer(StrictSerializer):
    day_7 = FollowUpEntrySerializer(many=True)
    day_14 = FollowUpEntrySerializer(many=True)
    day_21 = FollowUpEntrySerializer(many=True)
    total_needing_action = serializers.IntegerField()


class FoundListingSerializer(StrictSerializer):
    id = serializers.UUIDField()
    title = serializers.CharField()
    company_name = serializers.CharField()
    location = BlankableCharField()
    status = serializers.CharField()
    is_saved = serializers.BooleanField()
    application_status = serializers.CharField(allow_null=True)


class FoundSerializer(StrictSerializer):
    jobs = JobReferenceSerializer(many=True, required=False)
    companies = CompanySuggestionSerializer(many=True, required=False)
    listings = FoundListingSerializer(many=True, required=False)
