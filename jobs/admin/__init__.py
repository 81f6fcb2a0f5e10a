"""The pipeline in the admin; importing this registers its pages."""

from jobs.admin.cards import JobAdmin
from jobs.admin.meetings import InterviewAdmin

__all__ = ["InterviewAdmin", "JobAdmin"]
