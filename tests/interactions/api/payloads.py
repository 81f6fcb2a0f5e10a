"""What the API shows of an interaction and of an event, written out once, independently of the serializers."""

from datetime import datetime
from typing import Any

from interactions.models import JobUserInteraction, TimelineEvent


def moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def payload_of(row: JobUserInteraction, *, full: bool = True) -> dict[str, Any]:
    company = row.job.company
    shown = {
        "id": str(row.pk),
        "job": {
            "id": str(row.job.pk),
            "title": row.job.title,
            "company": {
                "id": str(company.pk),
                "name": company.name,
                "website": company.website or None,
                "industry": company.industry or None,
                "size_category": company.size_category or None,
                "is_confirmed": company.is_confirmed,
            },
            "location": row.job.location or None,
            "status": row.job.status,
            "application_deadline": moment(row.job.application_deadline),
        },
        "interaction_type": row.interaction_type,
        "application_status": row.application_status or None,
        "applied_date": moment(row.applied_date),
        "response_date": moment(row.response_date),
        "resume": row.resume_id and str(row.resume_id),
        "resume_version": row.resume_version or None,
        "cover_letter": row.cover_letter or None,
        "follow_up_date": moment(row.follow_up_date),
        "interview_scheduled": moment(row.interview_scheduled),
        "shared_with_recruiters": row.shared_with_recruiters,
        "saved_date": moment(row.saved_date),
        "tags": row.tags,
        "notes": row.notes or None,
        "interaction_data": row.interaction_data,
        "first_interaction": moment(row.first_interaction),
        "last_interaction": moment(row.last_interaction),
        "interaction_count": row.interaction_count,
        "job_snapshot": row.job_snapshot,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }
    return shown if full else {name: value for name, value in shown.items() if name != "job_snapshot"}


def event_payload_of(event: TimelineEvent) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "event_type": event.event_type,
        "title": event.title,
        "description": event.description or None,
        "event_data": event.event_data,
        "event_date": moment(event.event_date),
        "is_milestone": event.is_milestone,
        "job": event.job_id and str(event.job_id),
        "listing": event.listing_id and str(event.listing_id),
        "interaction": event.interaction_id and str(event.interaction_id),
    }
