"""Resumes in the admin."""

from __future__ import annotations

from django.contrib import admin

from jobos.core.admin import PersonalAdmin
from resumes.models import Resume, ResumeGeneration, ResumeOptimization, ResumeTemplate, ResumeVersion

for model in (ResumeTemplate, Resume, ResumeVersion, ResumeGeneration, ResumeOptimization):
    admin.site.register(model, PersonalAdmin)
