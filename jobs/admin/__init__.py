"""The pipeline and the catalogue in the admin; importing this registers their pages."""

from jobs.admin.cards import JobAdmin
from jobs.admin.catalogue import (
    JobDeduplicationAdmin,
    JobEmbeddingAdmin,
    JobListingAdmin,
    JobSourceAdmin,
    JobSourceListingAdmin,
)
from jobs.admin.meetings import InterviewAdmin

__all__ = [
    "InterviewAdmin",
    "JobAdmin",
    "JobDeduplicationAdmin",
    "JobEmbeddingAdmin",
    "JobListingAdmin",
    "JobSourceAdmin",
    "JobSourceListingAdmin",
]
