"""The pipeline and the catalogue in the admin; importing this registers their pages."""

from jobs.admin.cards import JobAdmin
from jobs.admin.duplicates import JobDeduplicationAdmin
from jobs.admin.listings import JobListingAdmin
from jobs.admin.meetings import InterviewAdmin
from jobs.admin.sources import JobEmbeddingAdmin, JobSourceAdmin, JobSourceListingAdmin

__all__ = [
    "InterviewAdmin",
    "JobAdmin",
    "JobDeduplicationAdmin",
    "JobEmbeddingAdmin",
    "JobListingAdmin",
    "JobSourceAdmin",
    "JobSourceListingAdmin",
]
