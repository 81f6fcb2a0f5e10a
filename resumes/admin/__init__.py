"""Resumes in the admin; importing this registers their pages."""

from resumes.admin.documents import ResumeAdmin
from resumes.admin.records import (
    ResumeGenerationAdmin,
    ResumeOptimizationAdmin,
    ResumeTemplateAdmin,
    ResumeVersionAdmin,
)

__all__ = [
    "ResumeAdmin",
    "ResumeGenerationAdmin",
    "ResumeOptimizationAdmin",
    "ResumeTemplateAdmin",
    "ResumeVersionAdmin",
]
