"""The skill bank of a person and the skills in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Trim

from jobos.core.models import ModelT, OwnedQuerySet, TimestampedModel, UUIDModel
from skills.models.taxonomy import SkillConcept

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jobos.accounts.models import User

# The headings of a new bank, in their order; they are its owner's to rename.
HEADINGS = ("Technical Skills", "Soft Skills", "Tools & Platforms")
LONGEST_HEADING = 100
LONGEST_SKILL = 200


class SkillLevel(models.TextChoices):
    BEGINNER = "beginner", "Beginner"
    INTERMEDIATE = "intermediate", "Intermediate"
    ADVANCED = "advanced", "Advanced"
    EXPERT = "expert", "Expert"


class SkillCategory(models.TextChoices):
    TECHNICAL = "technical", "Technical"
    SOFT = "soft", "Soft"
    TRANSFERABLE = "transferable", "Transferable"
    INDUSTRY = "industry", "Industry"
    TOOL = "tool", "Tool"
    LANGUAGE = "language", "Language"
    FRAMEWORK = "framework", "Framework"
    PLATFORM = "platform", "Platform"
    METHODOLOGY = "methodology", "Methodology"
    DOMAIN = "domain", "Domain"
    OTHER = "other", "Other"


class SkillSource(models.TextChoices):
    """Where an entry of the bank came from."""

    MANUAL = "manual", "Typed in"
    EXTRACTED = "extracted", "Extracted from a text"
    GENERATED = "generated", "Generated"
    IMPORTED = "imported", "Imported"


def default_headings() -> list[str]:
    return list(HEADINGS)


class SkillBank(UUIDModel, TimestampedModel):
    """What one person can say of themselves: the one home of their skills and of their history.

    Its rule: one for each person; a new one has headings and nothing in them.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skill_bank")
    default_summary = models.TextField(blank=True, default="")
    skill_categories = ArrayField(
        models.CharField(max_length=LONGEST_HEADING),
        blank=True,
        default=default_headings,
        help_text="The headings that skills are shown under, in their order.",
    )

    objects = OwnedQuerySet["SkillBank"].as_manager()

    class Meta:
        db_table = "skill_banks"
        ordering = ["-updated_at", "-pk"]
        indexes = [
            # Lists of banks, the latest changed first.
            models.Index(fields=["updated_at"], name="idx_skillbank_updated"),
        ]

    def __str__(self) -> str:
        return f"Skill bank of {self.user}"


class BankedQuerySet(OwnedQuerySet[ModelT]):
    """Rows of skill banks: they belong to whom their bank belongs."""

    def owned_by(self, user: User | AnonymousUser) -> Self:
        """Narrow to the rows of this user's bank, superuser or not; nobody's for an anonymous one."""
        return self.filter(bank__user_id=user.pk) if user.is_active and user.is_authenticated else self.none()


class Skill(UUIDModel, TimestampedModel):
    """One thing that a person can do, under their own name for it.

    Its rule: once in a bank, however cased. `concept` says what it is in the shared taxonomy, where that is known.
    """

    bank = models.ForeignKey(SkillBank, on_delete=models.CASCADE, related_name="skills", db_index=False)
    concept = models.ForeignKey(SkillConcept, on_delete=models.SET_NULL, null=True, blank=True, related_name="skills")
    name = models.CharField(max_length=LONGEST_SKILL)
    level = models.CharField(max_length=20, choices=SkillLevel.choices, blank=True, default="")
    category = models.CharField(max_length=20, choices=SkillCategory.choices, default=SkillCategory.TECHNICAL)
    bucket = models.CharField(
        max_length=LONGEST_HEADING, help_text="The heading it is shown under: one of the bank's headings."
    )
    subcategory = models.CharField(max_length=LONGEST_HEADING, blank=True, default="")
    years_experience = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    proficiency_score = models.FloatField(null=True, blank=True, help_text="From 0 to 1.")
    description = models.TextField(blank=True, default="")
    keywords = ArrayField(models.TextField(), blank=True, default=list)
    is_featured = models.BooleanField(default=False)
    display_order = models.IntegerField(default=0)
    source = models.CharField(max_length=20, choices=SkillSource.choices, default=SkillSource.MANUAL)
    confidence = models.FloatField(
        null=True, blank=True, help_text="From 0 to 1: how sure it is that the person has it, where it was not typed."
    )
    last_used = models.DateTimeField(null=True, blank=True)
    usage_count = models.PositiveIntegerField(default=0)

    objects = BankedQuerySet["Skill"].as_manager()

    class Meta:
        db_table = "skills"
        ordering = ["display_order", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                F("bank"),
                Lower(Trim("name")),
                name="skills_skill_one_per_name",
                violation_error_message="This skill is already in the bank.",
                violation_error_code="duplicate_skill",
            ),
            models.CheckConstraint(
                condition=~Q(name__regex=r"^\s*$"),
                name="skills_skill_name_not_empty",
                violation_error_message="Give the skill a name.",
            ),
            models.CheckConstraint(
                condition=~Q(bucket=""),
                name="skills_skill_bucket_not_empty",
                violation_error_message="Give the heading that the skill is shown under.",
            ),
            models.CheckConstraint(condition=Q(level__in=["", *SkillLevel.values]), name="skills_skill_level_valid"),
            models.CheckConstraint(condition=Q(category__in=SkillCategory.values), name="skills_skill_category_valid"),
            models.CheckConstraint(condition=Q(source__in=SkillSource.values), name="skills_skill_source_valid"),
            models.CheckConstraint(
                condition=Q(years_experience__gte=0, years_experience__lte=80),
                name="skills_skill_years_in_range",
                violation_error_message="Years of experience are between 0 and 80.",
            ),
            models.CheckConstraint(
                condition=Q(proficiency_score__gte=0, proficiency_score__lte=1),
                name="skills_skill_proficiency_in_range",
                violation_error_message="The proficiency is between 0 and 1.",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1),
                name="skills_skill_confidence_in_range",
                violation_error_message="The confidence is between 0 and 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
