"""The skill bank in the admin."""

from __future__ import annotations

from django.contrib import admin

from jobos.core.admin import PersonalAdmin
from skills import models

for model in (
    models.SkillConcept,
    models.SkillLabel,
    models.SkillBank,
    models.Skill,
    models.WorkExperience,
    models.Education,
    models.Project,
    models.Certification,
    models.SummaryVariation,
    models.ExperienceVariation,
    models.EducationVariation,
    models.ProjectVariation,
):
    admin.site.register(model, PersonalAdmin)
