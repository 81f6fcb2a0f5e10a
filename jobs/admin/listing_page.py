"""What the page of one listing shows around its form: to a curator, and to somebody who looks for a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils import timezone

from interactions.models import InteractionType, JobUserInteraction
from jobos.core.admin import find_safe_url
from jobs.models import Job, JobDeduplication, JobSourceListing
from jobs.models.listings import SEARCH_COLUMNS, ListingStatus
from jobs.services import applications

if TYPE_CHECKING:
    from decimal import Decimal

    from jobos.accounts.models import User
    from jobs.models import JobListing

STATUS_COLOURS = {
    ListingStatus.ACTIVE.label: "success",
    ListingStatus.INACTIVE.label: "",
    ListingStatus.FILLED.label: "info",
    ListingStatus.EXPIRED.label: "warning",
}
STATUS_CLICKS = {
    ListingStatus.ACTIVE: "Activate",
    ListingStatus.INACTIVE: "Deactivate",
    ListingStatus.FILLED: "Mark as filled",
    ListingStatus.EXPIRED: "Expire",
}
# What a list leaves in the database.
LONG_COLUMNS = ("description", "requirements", "responsibilities", "benefits_parsed", "benefits")
# What a listing beside another one leaves there.
HEAVY_COLUMNS = (*SEARCH_COLUMNS, *LONG_COLUMNS)
MOST_SHOWN = 100


def describe_pay(listing: JobListing) -> str:
    """Return a range of pay as people write it, '' where none is told."""
    least, most = (_describe_amount(amount) for amount in (listing.salary_min, listing.salary_max))
    if least and most:
        return f"{listing.salary_currency} {least}" + (f"-{most}" if least != most else "")
    if least:
        return f"{listing.salary_currency} {least} and more"
    return f"{listing.salary_currency} up to {most}" if most else ""


def _describe_amount(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def describe_listing(listing: JobListing, user: User, *, curates: bool) -> dict[str, Any]:
    """Return what the page of one listing shows around its form."""
    described = {
        "listing": listing,
        "curates": curates,
        "pay": describe_pay(listing),
        "shows_company": curates or listing.company.is_confirmed,
        "posting_url": find_safe_url(listing.job_url),
        "application_url": find_safe_url(listing.application_url),
        "is_past_deadline": listing.is_past_deadline(timezone.now()),
        "colour": STATUS_COLOURS[ListingStatus(listing.status).label],
        "texts": [
            {"title": title, "text": text}
            for title, text in (
                ("About the role", listing.description),
                ("Responsibilities", listing.responsibilities),
                ("Requirements", listing.requirements),
            )
            if text
        ],
        "facts": [
            {"title": title, "text": text}
            for title, text in (
                ("Workplace", listing.remote_type),
                ("Type", listing.job_type),
                ("Level", listing.get_experience_level_display()),
                ("Seniority", listing.get_seniority_level_display()),
                ("Education", listing.education_required),
                ("Pay a year", describe_pay(listing)),
            )
            if text
        ],
        "skills": [
            {"title": title, "names": names}
            for title, names in (
                ("Needed", listing.skills_required),
                ("Welcome", listing.skills_preferred),
                ("They use", listing.tech_stack),
                ("Benefits", listing.benefits),
            )
            if names
        ],
    }
    return described | (_describe_for_curators(listing, user) if curates else _describe_own(listing, user))


def _describe_for_curators(listing: JobListing, user: User) -> dict[str, Any]:
    shared = JobUserInteraction.objects.shared_with(user).filter(job=listing).select_related("user").with_resume_title()
    pairs = JobDeduplication.objects.filter(Q(canonical_job=listing) | Q(duplicate_job=listing))
    applicants = list(
        shared.only(
            "user__email",
            "user__full_name",
            "application_status",
            "applied_date",
            "response_date",
            "job_id",
        ).order_by(F("applied_date").desc(nulls_last=True), "-pk")[: MOST_SHOWN + 1]
    )
    return {
        "moves": [
            {"status": status.value, "title": title}
            for status, title in STATUS_CLICKS.items()
            if status != listing.status
        ],
        "applicants": applicants[:MOST_SHOWN],
        "has_more_applicants": len(applicants) > MOST_SHOWN,
        "application_states": [
            {"value": status.value, "title": status.label} for status in applications.EMPLOYERS_STATES
        ],
        "found_at": [
            {
                "source": str(found.source),
                "key": found.source_job_id,
                "url": find_safe_url(found.source_url),
                "last_updated": found.last_updated,
            }
            for found in JobSourceListing.objects.filter(job=listing).select_related("source")[:MOST_SHOWN]
        ],
        "pairs": [
            {
                "pk": pair.pk,
                "other": pair.duplicate_job if pair.canonical_job_id == listing.pk else pair.canonical_job,
                "is_original": pair.canonical_job_id == listing.pk,
                "reviewed": pair.reviewed,
            }
            for pair in pairs.select_related("canonical_job__company", "duplicate_job__company").defer(
                *(f"{side}__{name}" for side in ("canonical_job", "duplicate_job") for name in HEAVY_COLUMNS)
            )[:MOST_SHOWN]
        ],
    }


def _describe_own(listing: JobListing, user: User) -> dict[str, Any]:
    """Return what a job seeker has done with a listing, and their open card of it."""
    own = {row.interaction_type: row for row in JobUserInteraction.objects.owned_by(user).filter(job=listing)}
    return {
        "saved": own.get(InteractionType.SAVED),
        "applied": own.get(InteractionType.APPLIED),
        "hidden": own.get(InteractionType.HIDDEN),
        "card": Job.objects.owned_by(user).filter(listing=listing, is_deleted=False).order_by("-created_at").first(),
        "may_interact": user.has_perm("interactions.add_jobuserinteraction"),
    }
