"""The same content told with another focus: of the summary, of a position, of studies, of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jobos.core.models import ModelT, OwnedQuerySet, TimestampedModel, UUIDModel
from skills.models.bank import BankedQuerySet, SkillBank, SkillSource
from skills.models.records import LONGEST_NAME, Education, Project, WorkExperience

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jobos.accounts.models import User


class Focus(models.TextChoices):
    TECHNICAL = "technical", "Technical"
    LEADERSHIP = "leadership", "Leadership"
    RESULTS = "results", "Results"
    GENERAL = "general", "General"
    CREATIVE = "creative", "Creative"
    CONCISE = "concise", "Concise"
    DETAILED = "detailed", "Detailed"


def rules(model: str) -> list[Any]:
    """Return what holds for every kind of variation, named for one of them."""
    return [
        models.CheckConstraint(condition=Q(focus__in=Focus.values), name=f"skills_{model}_focus_valid"),
        models.CheckConstraint(condition=Q(source__in=SkillSource.values), name=f"skills_{model}_source_valid"),
    ]


class Variation(UUIDModel, TimestampedModel):
    """One way of telling an entry of the bank."""

    title = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    content = models.TextField(blank=True, default="")
    focus = models.CharField(max_length=20, choices=Focus.choices, default=Focus.GENERAL)
    target_industries = ArrayField(models.TextField(), blank=True, default=list)
    target_roles = ArrayField(models.TextField(), blank=True, default=list)
    keywords_emphasized = ArrayField(models.TextField(), blank=True, default=list)
    last_used = models.DateTimeField(null=True, blank=True)
    usage_count = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=20, choices=SkillSource.choices, default=SkillSource.MANUAL)
    display_order = models.IntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["display_order", "pk"]

    def __str__(self) -> str:
        return self.title or self.get_focus_display()


class SummaryVariation(Variation):
    """The summary of the person, told with another focus."""

    bank = models.ForeignKey(SkillBank, on_delete=models.CASCADE, related_name="summaries")
    tone = models.CharField(max_length=50, blank=True, default="")
    length = models.CharField(max_length=50, blank=True, default="")

    objects = BankedQuerySet["SummaryVariation"].as_manager()

    class Meta(Variation.Meta):
        db_table = "summary_variations"
        constraints = rules("summaryvariation")


class EntryVariationQuerySet(OwnedQuerySet[ModelT]):
    """Variations of an entry: they belong to whom the entry's bank belongs."""

    def owned_by(self, user: User | AnonymousUser) -> Self:
        """Narrow to the variations in this user's bank, superuser or not; nobody's for an anonymous one."""
        return self.filter(entry__bank__user_id=user.pk) if user.is_active and user.is_authenticated else self.none()


class ExperienceVariation(Variation):
    """A position, told with another focus."""

    entry = models.ForeignKey(WorkExperience, on_delete=models.CASCADE, related_name="variations")
    achievements = ArrayField(models.TextField(), blank=True, default=list)
    skills_highlighted = ArrayField(models.TextField(), blank=True, default=list)

    objects = EntryVariationQuerySet["ExperienceVariation"].as_manager()

    class Meta(Variation.Meta):
        db_table = "experience_variations"
        constraints = rules("experiencevariation")


class EducationVariation(Variation):
    """A course of studies, told with another focus."""

    entry = models.ForeignKey(Education, on_delete=models.CASCADE, related_name="variations")
    highlights = ArrayField(models.TextField(), blank=True, default=list)
    relevant_coursework = ArrayField(models.TextField(), blank=True, default=list)

    objects = EntryVariationQuerySet["EducationVariation"].as_manager()

    class Meta(Variation.Meta):
        db_table = "education_variations"
        constraints = rules("educationvariation")


class ProjectVariation(Variation):
    """A project, told with another focus."""

    entry = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="variations")
    achievements = ArrayField(models.TextField(), blank=True, default=list)
    technologies_highlighted = ArrayField(models.TextField(), blank=True, default=list)

    objects = EntryVariationQuerySet["ProjectVariation"].as_manager()

    class Meta(Variation.Meta):
        db_table = "project_variations"
        constraints = rules("projectvariation")
