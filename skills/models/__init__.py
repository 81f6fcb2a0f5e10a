"""What a person can say of themselves, kept as rows: skills, records, and the ways of telling them."""

from skills.models.bank import (
    HEADINGS,
    BankedQuerySet,
    Skill,
    SkillBank,
    SkillCategory,
    SkillLevel,
    SkillSource,
)
from skills.models.records import Certification, Education, ExperienceType, Project, Record, WorkExperience
from skills.models.taxonomy import ConceptKind, SkillConcept, SkillLabel
from skills.models.variations import (
    EducationVariation,
    ExperienceVariation,
    Focus,
    ProjectVariation,
    SummaryVariation,
    Variation,
)

__all__ = [
    "HEADINGS",
    "BankedQuerySet",
    "Certification",
    "ConceptKind",
    "Education",
    "EducationVariation",
    "ExperienceType",
    "ExperienceVariation",
    "Focus",
    "Project",
    "ProjectVariation",
    "Record",
    "Skill",
    "SkillBank",
    "SkillCategory",
    "SkillConcept",
    "SkillLabel",
    "SkillLevel",
    "SkillSource",
    "SummaryVariation",
    "Variation",
    "WorkExperience",
]
