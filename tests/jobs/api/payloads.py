"""What the API shows of a card and of an interview, written out once, independently of the serializers."""

from datetime import datetime
from typing import Any

from jobs.models import Interview, Job


def moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")


LONG = ("jd_text", "cover_letter", "ai_analysis", "prep_notes", "interview_feedback")


def payload_of(card: Job, *, full: bool = True) -> dict[str, Any]:
    shown = {
        "id": str(card.pk),
        "listing": card.listing_id and str(card.listing_id),
        "company_name": card.company_name,
        "role_title": card.role_title,
        "status": card.status,
        "closed_reason": card.closed_reason or None,
        "jd_text": card.jd_text or None,
        "jd_url": card.jd_url or None,
        "source_portal": card.source_portal or None,
        "fit_score": card.fit_score,
        "ats_score": card.ats_score,
        "resume_version": card.resume_version or None,
        "apply_type": card.apply_type or None,
        "application_channel": card.application_channel or None,
        "cover_letter": card.cover_letter or None,
        "referral_contact": card.referral_contact or None,
        "keywords_matched": card.keywords_matched,
        "keywords_missing": card.keywords_missing,
        "ai_analysis": card.ai_analysis,
        "applied_date": None if card.applied_date is None else str(card.applied_date),
        "interview_date": moment(card.interview_date),
        "interview_type": card.interview_type or None,
        "interviewer_name": card.interviewer_name or None,
        "interviewer_linkedin": card.interviewer_linkedin or None,
        "prep_notes": card.prep_notes or None,
        "interview_feedback": card.interview_feedback or None,
        "notes": card.notes,
        "last_followup_date": None if card.last_followup_date is None else str(card.last_followup_date),
        "followup_count": card.followup_count,
        "is_deleted": card.is_deleted,
        "created_at": moment(card.created_at),
        "updated_at": moment(card.updated_at),
    }
    return shown if full else {name: value for name, value in shown.items() if name not in LONG}


def interview_payload_of(interview: Interview) -> dict[str, Any]:
    card = interview.job
    return {
        "id": str(interview.pk),
        "job": {
            "id": str(card.pk),
            "company_name": card.company_name,
            "role_title": card.role_title,
            "status": card.status,
        },
        "interview_date": moment(interview.interview_date),
        "round": interview.round,
        "interviewer_name": interview.interviewer_name or None,
        "interviewer_role": interview.interviewer_role or None,
        "interviewer_linkedin": interview.interviewer_linkedin or None,
        "status": interview.status,
        "notes": interview.notes or None,
        "rating": interview.rating,
        "questions_asked": interview.questions_asked or None,
        "went_well": interview.went_well or None,
        "to_improve": interview.to_improve or None,
        "next_steps": interview.next_steps or None,
        "prep_content": interview.prep_content or None,
        "prep_generated_at": moment(interview.prep_generated_at),
        "created_at": moment(interview.created_at),
        "updated_at": moment(interview.updated_at),
    }
