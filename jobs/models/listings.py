"""The catalogue: postings that recruiters curate and everybody who is signed in may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from companies.models import Company
from jobos.core.models import CatalogueQuerySet, TimestampedModel, UUIDModel

if TYPE_CHECKING:
    from datetime import datetime

SHORTEST_TITLE = 3
LONGEST_TITLE = 200
# What the search trigger keeps (jobs/migrations/_listing_search.py); nobody else writes or reads them as values.
SEARCH_COLUMNS = ("search_head", "search_full", "skill_keys")


class JobType(models.TextChoices):
    FULL_TIME = "Full-time", "Full-time"
    PART_TIME = "Part-time", "Part-time"
    CONTRACT = "Contract", "Contract"
    FREELANCE = "Freelance", "Freelance"
    INTERNSHIP = "Internship", "Internship"
    TEMPORARY = "Temporary", "Temporary"


class RemoteType(models.TextChoices):
    ON_SITE = "On-site", "On-site"
    REMOTE = "Remote", "Remote"
    HYBRID = "Hybrid", "Hybrid"


class ExperienceLevel(models.TextChoices):
    ENTRY_LEVEL = "entry_level", "Entry level"
    ASSOCIATE = "associate", "Associate"
    MID_LEVEL = "mid_level", "Mid level"
    SENIOR_LEVEL = "senior_level", "Senior level"
    DIRECTOR = "director", "Director"
    EXECUTIVE = "executive", "Executive"


class SeniorityLevel(models.TextChoices):
    INDIVIDUAL_CONTRIBUTOR = "individual_contributor", "Individual contributor"
    TEAM_LEAD = "team_lead", "Team lead"
    MANAGER = "manager", "Manager"
    DIRECTOR = "director", "Director"
    VP = "vp", "Vice president"
    C_LEVEL = "c_level", "C-level"


class ListingStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"
    FILLED = "filled", "Filled"
    EXPIRED = "expired", "Expired"


class VerificationStatus(models.TextChoices):
    UNVERIFIED = "unverified", "Unverified"
    ACTIVE = "active", "Active"
    EXPIRED = "expired", "Expired"
    INVALID = "invalid", "Invalid"
    REMOVED = "removed", "Removed"


IS_ACTIVE = Q(status="active")


class JobListingQuerySet(CatalogueQuerySet["JobListing"]):
    def active(self) -> Self:
        """Narrow to postings that one can apply to."""
        return self.filter(IS_ACTIVE)

    def past_deadline(self, moment: datetime) -> Self:
        """Narrow to active postings that nobody can apply to any more (`JobListing.is_past_deadline` for one row)."""
        return self.active().filter(application_deadline__lt=moment)

    def with_company(self) -> Self:
        """Load the employer of each posting in the same query."""
        return self.select_related("company")

    def without_search_columns(self) -> Self:
        """Leave what only the search reads in the database: it is larger than all the rest of a row."""
        return self.defer(*SEARCH_COLUMNS)


class ListingManager(models.Manager.from_queryset(JobListingQuerySet)):  # type: ignore[misc]
    """Loads postings without their search columns."""

    def get_queryset(self) -> JobListingQuerySet:
        rows: JobListingQuerySet = super().get_queryset()
        return rows.without_search_columns()


class JobListing(UUIDModel, TimestampedModel):
    """One posting of the shared catalogue: a role that one company offers.

    Its rule: it names its company by key and repeats nothing of it. What somebody saved or applied to is retired by
    its status, never deleted.
    """

    FILLED_BY_TRIGGER = SEARCH_COLUMNS

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="listings", db_index=False)
    title = models.CharField(max_length=255)
    location = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")
    requirements = models.TextField(blank=True, default="")
    responsibilities = models.TextField(blank=True, default="")
    job_type = models.CharField(max_length=20, choices=JobType.choices, blank=True, default="")
    remote_type = models.CharField(max_length=20, choices=RemoteType.choices, blank=True, default="")
    experience_level = models.CharField(max_length=20, choices=ExperienceLevel.choices, blank=True, default="")
    seniority_level = models.CharField(max_length=30, choices=SeniorityLevel.choices, blank=True, default="")
    salary_min = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="A year, before tax."
    )
    salary_max = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="A year, before tax."
    )
    salary_currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217, such as USD or EUR.")
    skills_required = ArrayField(models.TextField(), blank=True, default=list)
    skills_preferred = ArrayField(models.TextField(), blank=True, default=list)
    tech_stack = ArrayField(models.TextField(), blank=True, default=list)
    benefits = ArrayField(models.TextField(), blank=True, default=list)
    education_required = models.CharField(max_length=500, blank=True, default="")
    benefits_parsed = models.JSONField(default=dict, blank=True)
    job_url = models.CharField("posting address", max_length=2000, blank=True, default="")
    application_url = models.CharField("application address", max_length=2000, blank=True, default="")
    posted_date = models.DateTimeField(null=True, blank=True)
    application_deadline = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=100, blank=True, default="")
    status = models.CharField(max_length=20, choices=ListingStatus.choices, default=ListingStatus.ACTIVE)
    canonical = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies", help_text="What it duplicates."
    )
    source_count = models.PositiveIntegerField(default=1)
    data_quality_score = models.FloatField(null=True, blank=True, help_text="0 to 1.")
    scraped_at = models.DateTimeField(null=True, blank=True)
    last_verified = models.DateTimeField(null=True, blank=True)
    verification_status = models.CharField(
        max_length=20, choices=VerificationStatus.choices, default=VerificationStatus.UNVERIFIED
    )
    # The one time that the catalogue is ordered and cut by; made by the database.
    listed_at = models.GeneratedField(
        expression=Coalesce("posted_date", "created_at"), output_field=models.DateTimeField(), db_persist=True
    )
    search_head = SearchVectorField(null=True, editable=False)
    search_full = SearchVectorField(null=True, editable=False)
    skill_keys = ArrayField(models.TextField(), default=list, editable=False)

    objects = ListingManager()

    class Meta:
        db_table = "job_listings"
        ordering = ["-listed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("title"), SHORTEST_TITLE),
                name="title_min_length",
                violation_error_code="title_min_length",
                violation_error_message=f"A title has at least {SHORTEST_TITLE} characters.",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("title"), LONGEST_TITLE),
                name="title_max_length",
                violation_error_code="title_max_length",
                violation_error_message=f"A title has at most {LONGEST_TITLE} characters.",
            ),
            models.CheckConstraint(
                condition=Q(salary_min__isnull=True) | Q(salary_min__gte=0),
                name="salary_min_positive",
                violation_error_code="salary_min_positive",
                violation_error_message="A salary cannot be negative.",
            ),
            models.CheckConstraint(
                condition=Q(salary_max__isnull=True)
                | (Q(salary_max__gte=0) & (Q(salary_min__isnull=True) | Q(salary_max__gte=F("salary_min")))),
                name="salary_range_valid",
                violation_error_code="salary_range_valid",
                violation_error_message="The highest salary is at least the lowest, and neither is negative.",
            ),
            models.CheckConstraint(
                condition=Q(salary_currency__regex=r"^[A-Z]{3}$"),
                name="jobs_joblisting_currency_valid",
                violation_error_code="jobs_joblisting_currency_valid",
                violation_error_message="A currency is three capital letters, such as USD.",
            ),
            models.CheckConstraint(
                condition=Q(job_url="") | Q(job_url__iregex="^https?://"),
                name="job_url_format",
                violation_error_code="job_url_format",
                violation_error_message="An address starts with http:// or https://.",
            ),
            models.CheckConstraint(
                condition=Q(application_url="") | Q(application_url__iregex="^https?://"),
                name="app_url_format",
                violation_error_code="app_url_format",
                violation_error_message="An address starts with http:// or https://.",
            ),
            models.CheckConstraint(
                condition=Q(job_type__in=["", *JobType.values]),
                name="jobs_joblisting_job_type_valid",
                violation_error_code="jobs_joblisting_job_type_valid",
                violation_error_message="There is no such type of job.",
            ),
            models.CheckConstraint(
                condition=Q(remote_type__in=["", *RemoteType.values]),
                name="jobs_joblisting_remote_type_valid",
                violation_error_code="jobs_joblisting_remote_type_valid",
                violation_error_message="The workplace is one of On-site, Remote, Hybrid.",
            ),
            models.CheckConstraint(
                condition=Q(experience_level__in=["", *ExperienceLevel.values]),
                name="jobs_joblisting_experience_valid",
                violation_error_code="jobs_joblisting_experience_valid",
                violation_error_message="There is no such level of experience.",
            ),
            models.CheckConstraint(
                condition=Q(seniority_level__in=["", *SeniorityLevel.values]),
                name="jobs_joblisting_seniority_valid",
                violation_error_code="jobs_joblisting_seniority_valid",
                violation_error_message="There is no such seniority.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ListingStatus.values),
                name="jobs_joblisting_status_valid",
                violation_error_code="jobs_joblisting_status_valid",
                violation_error_message="The status is one of active, inactive, filled, expired.",
            ),
            models.CheckConstraint(
                condition=Q(verification_status__in=VerificationStatus.values),
                name="jobs_joblisting_verification_valid",
                violation_error_code="jobs_joblisting_verification_valid",
                violation_error_message="There is no such state of verification.",
            ),
            models.CheckConstraint(
                condition=Q(canonical__isnull=True) | ~Q(canonical=F("id")),
                name="jobs_joblisting_not_its_own_copy",
                violation_error_code="jobs_joblisting_not_its_own_copy",
                violation_error_message="A listing is not its own duplicate.",
            ),
            models.CheckConstraint(
                condition=Q(data_quality_score__isnull=True) | Q(data_quality_score__range=(0, 1)),
                name="jobs_joblisting_quality_in_range",
                violation_error_code="jobs_joblisting_quality_in_range",
                violation_error_message="The quality of data is a number from 0 to 1.",
            ),
        ]
        indexes = [
            # One company's postings, newest first: GET listings/?company=, companies/{id}/listings/; the foreign key.
            models.Index(
                F("company"), F("status"), F("listed_at").desc(), F("id").desc(), name="idx_job_company_status"
            ),
            # The newest page and every walk of a filter over it: GET listings/.
            models.Index(
                F("listed_at").desc(),
                F("id").desc(),
                condition=IS_ACTIVE,
                include=[
                    "company",
                    "remote_type",
                    "job_type",
                    "experience_level",
                    "seniority_level",
                    "salary_min",
                    "salary_max",
                    "salary_currency",
                ],
                name="idx_job_posted_date",
            ),
            # GET listings/?remote_type=
            models.Index(
                F("remote_type"), F("listed_at").desc(), F("id").desc(), condition=IS_ACTIVE, name="idx_job_remote_type"
            ),
            # GET listings/?experience_level=
            models.Index(
                F("experience_level"),
                F("listed_at").desc(),
                F("id").desc(),
                condition=IS_ACTIVE,
                name="idx_job_experience_level",
            ),
            # GET listings/?location=&job_type=
            models.Index(fields=["location", "job_type"], condition=IS_ACTIVE, name="idx_job_location_type"),
            # Part of a place: GET listings/?location=
            GinIndex(
                fields=["location"],
                opclasses=["gin_trgm_ops"],
                condition=IS_ACTIVE,
                name="jobs_listing_place_idx",
            ),
            # Few postings pay this much: GET listings/?salary_min=
            models.Index(fields=["salary_max", "salary_min"], condition=IS_ACTIVE, name="idx_job_salary_range"),
            # What is retired, newest first: GET listings/?status=
            models.Index(
                F("status"),
                F("listed_at").desc(),
                F("id").desc(),
                condition=~IS_ACTIVE,
                name="jobs_listing_retired_idx",
            ),
            # The newest additions of each status: the admin's list.
            models.Index(F("created_at").desc(), F("status"), F("id").desc(), name="idx_job_created_status"),
            # What expires next: expire_listings, a recruiter's home page.
            models.Index(
                fields=["application_deadline"],
                condition=IS_ACTIVE & Q(application_deadline__isnull=False),
                name="jobs_listing_deadline_idx",
            ),
            # Finding a posting that is there already: import_listings.
            models.Index(fields=["job_url"], condition=~Q(job_url=""), name="jobs_listing_url_idx"),
            # GET listings/?q=: title, skills and company. Of active ones alone, or the planner would read all keys of
            # another partial index to tell which they are.
            GinIndex(fields=["search_head"], condition=IS_ACTIVE, name="jobs_listing_head_idx"),
            # The same among retired ones: GET listings/?q=&status=, the admin's search.
            GinIndex(fields=["search_head"], name="jobs_listing_any_head_idx"),
            # GET listings/?q=: everything.
            GinIndex(fields=["search_full"], condition=IS_ACTIVE, name="jobs_listing_full_idx"),
            # GET listings/?skills=
            GinIndex(fields=["skill_keys"], name="jobs_listing_skills_idx"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_past_deadline(self, moment: datetime) -> bool:
        """Tell whether nobody can apply any more at `moment`."""
        return self.application_deadline is not None and self.application_deadline < moment
