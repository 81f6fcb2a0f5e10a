"""What people do with listings, and the timeline that tells of it."""

from interactions.services.timeline import record_event, record_job_event

__all__ = ["record_event", "record_job_event"]
