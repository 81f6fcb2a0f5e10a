"""The shared taxonomy: what a skill is, under all the names that it goes by."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jobos.core.models import CatalogueQuerySet, UUIDModel

LONGEST_LABEL = 200


class ConceptKind(models.TextChoices):
    SKILL = "skill", "Skill"
    TECHNOLOGY = "technology", "Technology"


class SkillConcept(UUIDModel):
    """One skill or technology of a published classification, whatever people call it.

    Its rule: one row for each entry of its source; `load_taxonomy` writes them, people only point at them.
    """

    name = models.CharField(max_length=LONGEST_LABEL)
    kind = models.CharField(max_length=20, choices=ConceptKind.choices, default=ConceptKind.SKILL)
    source = models.CharField(max_length=50, help_text="The classification it is taken from, such as ESCO.")
    external_id = models.CharField(max_length=200, help_text="Its name in that classification.")
    is_hot = models.BooleanField(default=False, help_text="Asked for often in postings, as its source says.")

    objects = CatalogueQuerySet["SkillConcept"].as_manager()

    class Meta:
        db_table = "skill_concepts"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="skills_skillconcept_one_per_source"),
            models.CheckConstraint(condition=Q(kind__in=ConceptKind.values), name="skills_skillconcept_kind_valid"),
        ]

    def __str__(self) -> str:
        return self.name


class SkillLabel(UUIDModel):
    """One spelling of a concept, such as "k8s" of Kubernetes.

    Its rule: a spelling (`key`: the form in which spellings meet) leads to one concept.
    """

    concept = models.ForeignKey(SkillConcept, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=LONGEST_LABEL)
    key = models.CharField(max_length=LONGEST_LABEL)
    is_preferred = models.BooleanField(default=False)

    objects = CatalogueQuerySet["SkillLabel"].as_manager()

    class Meta:
        db_table = "skill_labels"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="skills_skilllabel_one_per_key",
                violation_error_message="This spelling already leads to a concept.",
                violation_error_code="duplicate_label",
            ),
            models.CheckConstraint(condition=~Q(key=""), name="skills_skilllabel_key_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
