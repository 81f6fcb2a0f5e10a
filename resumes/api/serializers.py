"""Input and output of resumes: no queries, no rules. What content is allowed, `resumes.content` says."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from jobos.core.serializers import KeyField, ObjectField, StrictModelSerializer, StrictSerializer
from jobs.api.serializers import ListingField
from resumes.content import show
from resumes.models import CONTENT, LISTS, LONGEST_TITLE, Resume, ResumeTemplate, ResumeVersion

LONGEST_REMARK = 1000
ATTRIBUTES = ["title", "resume_type", "status", "template", "parent_resume", "target_job"]
SHOWN = [
    "id",
    *ATTRIBUTES,
    *CONTENT,
    "ats_score_data",
    "tailoring_analysis",
    "version",
    "last_generated_at",
    "created_at",
    "updated_at",
]
# What a list leaves out unless it is asked for in full.
LONG_FIELDS = (*CONTENT, "ats_score_data", "tailoring_analysis")


class ContentField(serializers.JSONField):
    """A part of a resume's content, checked as a whole by the service; null empties it."""

    def __init__(self, part: str, **kwargs: Any) -> None:
        self.part = part
        super().__init__(**(kwargs if kwargs.get("read_only") else {"required": False, "allow_null": True, **kwargs}))

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if data is None and not self.read_only:
            return True, [] if self.part in LISTS else {}
        return super().validate_empty_values(data)


class OwnResumeField(KeyField):
    """A resume of the caller's; a foreign id is answered like a missing one."""

    def get_queryset(self) -> Any:
        return Resume.objects.owned_by(self.context["request"].user)


class TemplateField(KeyField):
    """A way of laying resumes out."""

    def get_queryset(self) -> Any:
        return ResumeTemplate.objects.visible_to(self.context["request"].user)


class ResumeSerializer(StrictModelSerializer):
    """A resume of the caller's."""

    contact_info = ContentField("contact_info", read_only=True)
    work_experience = ContentField("work_experience", read_only=True)
    education = ContentField("education", read_only=True)
    skills = ContentField("skills", read_only=True)
    projects = ContentField("projects", read_only=True)
    certifications = ContentField("certifications", read_only=True)
    custom_sections = ContentField("custom_sections", read_only=True)
    ats_score_data = serializers.DictField(read_only=True, allow_null=True, help_text="How it last fitted a listing.")
    tailoring_analysis = serializers.DictField(
        read_only=True, allow_null=True, help_text="Where each line of a tailored resume came from, and why."
    )

    class Meta:
        model = Resume
        fields = SHOWN
        read_only_fields = fields


class ResumeListSerializer(StrictModelSerializer):
    """A resume as a list shows it: without its content."""

    class Meta:
        model = Resume
        fields = [name for name in SHOWN if name not in LONG_FIELDS]
        read_only_fields = fields


class ResumeTitleSerializer(StrictModelSerializer):
    class Meta:
        model = Resume
        fields = ["title"]
        read_only_fields = fields


class SharedResumeSerializer(ResumeSerializer):
    """The resume of an application, for whom its owner shares it with; hidden sections stay hidden."""

    class Meta:
        model = Resume
        fields = ["title", *CONTENT]
        read_only_fields = fields

    def to_representation(self, instance: Resume) -> Any:
        return show(super().to_representation(instance))


class ResumePatchSerializer(StrictModelSerializer):
    template = TemplateField(required=False, allow_null=True)
    parent_resume = OwnResumeField(required=False, allow_null=True, help_text="The resume that it was made from.")
    target_job = ListingField(required=False, allow_null=True, help_text="The listing that it is for.")
    contact_info = ContentField("contact_info")
    work_experience = ContentField("work_experience")
    education = ContentField("education")
    skills = ContentField("skills")
    projects = ContentField("projects")
    certifications = ContentField("certifications")
    custom_sections = ContentField("custom_sections")
    changes_summary = serializers.CharField(
        max_length=LONGEST_REMARK, required=False, allow_blank=True, help_text="What the new version is remembered by."
    )

    class Meta:
        model = Resume
        fields = [*ATTRIBUTES, *CONTENT, "changes_summary"]
        extra_kwargs = {"summary": {"max_length": 20_000}}
        validators: list[Any] = []


class ResumeWriteSerializer(ResumePatchSerializer):
    """A whole resume: what is left out is empty."""


class TemplateSerializer(StrictModelSerializer):
    """A way of laying a resume out."""

    sections = serializers.ListField(child=serializers.CharField(), read_only=True)
    section_order = serializers.ListField(child=serializers.CharField(), read_only=True)
    styling = serializers.DictField(read_only=True, help_text="`layout`, `accent` (#rrggbb), `font_size` (pt).")

    class Meta:
        model = ResumeTemplate
        fields = ["id", "name", "description", "sections", "section_order", "styling", "is_default", "is_system"]
        read_only_fields = fields


class VersionListSerializer(StrictModelSerializer):
    """A version as a list shows it: without its content."""

    class Meta:
        model = ResumeVersion
        fields = ["id", "version_number", "changes_summary", "created_by", "created_at"]
        read_only_fields = fields


class VersionSerializer(VersionListSerializer):
    """The content of a resume as it once was."""

    content_snapshot = serializers.DictField(read_only=True)

    class Meta(VersionListSerializer.Meta):
        fields = [*VersionListSerializer.Meta.fields, "content_snapshot"]
        read_only_fields = fields


class DifferenceSerializer(StrictSerializer):
    pointer = serializers.CharField(help_text="A JSON pointer into the new content; of what was removed into the old.")
    change = serializers.ChoiceField(choices=["added", "removed", "changed", "reordered"])
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class ComparisonSerializer(StrictSerializer):
    differences = DifferenceSerializer(many=True)


class ImportSerializer(StrictSerializer):
    document = ObjectField(help_text="A JSON Resume document.")
    title = serializers.CharField(max_length=LONGEST_TITLE, required=False)
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Only look what would come of it.")


class DroppedSerializer(StrictSerializer):
    pointer = serializers.CharField(help_text="A JSON pointer into the given document.")
    reason = serializers.CharField()


class ImportedSerializer(StrictSerializer):
    resume = ResumeSerializer(allow_null=True, help_text="Null where it was only looked at.")
    content = serializers.DictField(required=False, help_text="Where it was only looked at: what it would hold.")
    dropped = DroppedSerializer(many=True)
