"""Input and output of the skill bank: no queries, no rules. What an entry shows is said by `skills.services.bank`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from jobos.core.serializers import (
    BlankableCharField,
    ClearableListField,
    KeyField,
    StrictModelSerializer,
    StrictSerializer,
)
from jobos.core.web_addresses import check_web_address
from skills.models import (
    Certification,
    ConceptKind,
    Education,
    EducationVariation,
    ExperienceVariation,
    Project,
    ProjectVariation,
    Skill,
    SkillBank,
    SummaryVariation,
    WorkExperience,
)
from skills.models.bank import LONGEST_HEADING
from skills.services.bank import MOST_HEADINGS, SHOWN, VARIATIONS, show_entry

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_ORDERED = 5000
# What the bank itself keeps of an entry.
KEPT = ["id", "concept", "display_order", "last_used", "usage_count", "created_at", "updated_at"]


def _lines(*, most: int, longest: int) -> dict[str, Any]:
    return {"max_length": most, "child": serializers.CharField(max_length=longest)}


_WORDS = (
    "keywords",
    "target_industries",
    "target_roles",
    "keywords_emphasized",
    "skills_used",
    "skills_highlighted",
    "technologies",
    "technologies_highlighted",
    "relevant_coursework",
    "honors",
)
_SENTENCES = ("achievements", "default_achievements", "highlights")
_EXTRA: dict[str, dict[str, Any]] = {
    **{name: _lines(most=100, longest=200) for name in _WORDS},
    **{name: _lines(most=50, longest=2000) for name in _SENTENCES},
    "url": {"validators": [check_web_address]},
}


class EntrySerializer(StrictModelSerializer):
    """An entry of a bank, shown as the bank's document shows it."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return show_entry(instance)


class DefaultVariationField(KeyField):
    """One of the variations of the entry that is written."""

    def get_queryset(self) -> QuerySet[Any]:
        serializer: Any = self.parent
        kind: Any = VARIATIONS[serializer.Meta.model]
        rows: QuerySet[Any] = kind.objects.owned_by(self.context["request"].user).filter(entry=serializer.instance)
        return rows


class _Meta:
    read_only_fields = KEPT
    extra_kwargs = _EXTRA
    validators: list[Any] = []


class SkillSerializer(EntrySerializer):
    """A skill of the caller's."""

    class Meta(_Meta):
        model = Skill
        fields = list(SHOWN[Skill])
        extra_kwargs = {**_EXTRA, "bucket": {"required": False}}


class SummarySerializer(EntrySerializer):
    """A way of summing the caller up."""

    class Meta(_Meta):
        model = SummaryVariation
        fields = list(SHOWN[SummaryVariation])


class ExperienceVariationSerializer(EntrySerializer):
    """A position, told with another focus."""

    class Meta(_Meta):
        model = ExperienceVariation
        fields = list(SHOWN[ExperienceVariation])


class ExperienceSerializer(EntrySerializer):
    """A position that the caller held."""

    default_variation = DefaultVariationField(required=False, allow_null=True)
    variations = ExperienceVariationSerializer(many=True, read_only=True)

    class Meta(_Meta):
        model = WorkExperience
        fields = [*SHOWN[WorkExperience], "variations"]


class EducationVariationSerializer(EntrySerializer):
    """Studies, told with another focus."""

    class Meta(_Meta):
        model = EducationVariation
        fields = list(SHOWN[EducationVariation])


class EducationSerializer(EntrySerializer):
    """A course of studies."""

    default_variation = DefaultVariationField(required=False, allow_null=True)
    variations = EducationVariationSerializer(many=True, read_only=True)

    class Meta(_Meta):
        model = Education
        fields = [*SHOWN[Education], "variations"]


class ProjectVariationSerializer(EntrySerializer):
    """A project, told with another focus."""

    class Meta(_Meta):
        model = ProjectVariation
        fields = list(SHOWN[ProjectVariation])


class ProjectSerializer(EntrySerializer):
    """A project of the caller's."""

    default_variation = DefaultVariationField(required=False, allow_null=True)
    variations = ProjectVariationSerializer(many=True, read_only=True)

    class Meta(_Meta):
        model = Project
        fields = [*SHOWN[Project], "variations"]


class CertificationSerializer(EntrySerializer):
    """A certificate or licence."""

    class Meta(_Meta):
        model = Certification
        fields = list(SHOWN[Certification])


class BankSerializer(StrictSerializer):
    """A whole skill bank."""

    id = serializers.UUIDField()
    default_summary = BlankableCharField()
    skill_categories = serializers.ListField(child=serializers.CharField())
    skills = serializers.DictField(
        child=serializers.ListField(child=SkillSerializer()), help_text="The skills under each heading."
    )
    summaries = SummarySerializer(many=True)
    experiences = ExperienceSerializer(many=True)
    education = EducationSerializer(many=True)
    projects = ProjectSerializer(many=True)
    certifications = CertificationSerializer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class BankPatchSerializer(StrictModelSerializer):
    """What may be changed of a bank itself; renaming comes before the new list of headings."""

    skill_categories = ClearableListField(
        child=serializers.CharField(max_length=LONGEST_HEADING), max_length=MOST_HEADINGS
    )
    rename_categories = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_HEADING),
        required=False,
        write_only=True,
        help_text="New names by old ones; the skills go along.",
    )

    class Meta:
        model = SkillBank
        fields = ["default_summary", "skill_categories", "rename_categories"]
        validators: list[Any] = []


class IdField(serializers.UUIDField):
    """An id as text; a number is none."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class OrderSerializer(StrictSerializer):
    """The ids of all entries that share an order, each once."""

    ids = serializers.ListField(child=IdField(), max_length=MOST_ORDERED)


class ConceptSerializer(StrictSerializer):
    """What a skill is called in the shared taxonomy."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(ConceptKind.choices)
    is_hot = serializers.BooleanField(help_text="Asked for often in postings.")
