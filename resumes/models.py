"""Resumes: documents with versions, the files made of them, and how they fit a listing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils import timezone

from jobos.core.models import CatalogueQuerySet, ModelT, OwnedQuerySet, TimestampedModel, UUIDModel
from jobs.models import JobListing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jobos.accounts.models import User

LONGEST_TITLE = 255
LARGEST_FILE = 5 * 1024 * 1024  # bytes
# The parts of a resume that are lists; `resumes/schemas/resume.json` says of what.
LISTS = ("work_experience", "education", "skills", "projects", "certifications", "custom_sections")
# What a version keeps and a change of which makes one.
CONTENT = ("contact_info", "summary", *LISTS)


class ResumeType(models.TextChoices):
    BASE = "base", "Base"
    TAILORED = "tailored", "Tailored"
    TEMPLATE = "template", "Template"


class ResumeStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    ARCHIVED = "archived", "Archived"


class ResumeFormat(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    HTML = "html", "HTML"
    JSON = "json", "JSON Resume"
    MARKDOWN = "markdown", "Markdown"
    TXT = "txt", "Plain text"


class GenerationStatus(models.TextChoices):
    PENDING = "pending", "Pending"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


def of_kind(field: str, kind: str, name: str, *, nullable: bool = False) -> models.CheckConstraint:
    """Return the rule that a jsonb column holds a value of one kind."""
    right = Q(Exact(Func(F(field), function="jsonb_typeof", output_field=models.TextField()), Value(kind)))
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | right if nullable else right,
        name=name,
        violation_error_message=f"Give {'a list' if kind == 'array' else 'an object'}.",
    )


class ResumeTemplate(UUIDModel, TimestampedModel):
    """A way of laying a resume out: which sections in which order, and how they look.

    Its rule: exactly one at most is the default. System layouts ship with JobOS.
    """

    name = models.CharField(max_length=LONGEST_TITLE)
    description = models.TextField(blank=True, default="")
    sections = models.JSONField(default=list, help_text="The names of the sections it shows.")
    section_order = models.JSONField(default=list, help_text="The same names in the order they are shown in.")
    styling = models.JSONField(default=dict, blank=True, help_text="`layout`, `accent` (#rrggbb), `font_size` (pt).")
    is_default = models.BooleanField(default=False)
    is_system = models.BooleanField(default=False)

    objects = CatalogueQuerySet["ResumeTemplate"].as_manager()

    class Meta:
        db_table = "resume_templates"
        ordering = ["-is_default", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="resumes_resumetemplate_one_default",
                violation_error_message="Another template is the default.",
            ),
            of_kind("sections", "array", "resumes_resumetemplate_sections_is_list"),
            of_kind("section_order", "array", "resumes_resumetemplate_order_is_list"),
            of_kind("styling", "object", "resumes_resumetemplate_styling_is_object"),
        ]

    def __str__(self) -> str:
        return self.name


class Resume(UUIDModel, TimestampedModel):
    """One document about one person. Private to its user.

    Its rule: a tailored one has a parent, a template stands alone, nobody is their own ancestor, and parents belong to
    the same user. Content keeps to `resumes/schemas/resume.json`; every change of it leaves a version.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="resumes", db_index=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    resume_type = models.CharField(max_length=20, choices=ResumeType.choices, default=ResumeType.BASE)
    status = models.CharField(max_length=20, choices=ResumeStatus.choices, default=ResumeStatus.DRAFT)
    contact_info = models.JSONField(default=dict, blank=True)
    summary = models.TextField(blank=True, default="")
    work_experience = models.JSONField(default=list, blank=True)
    education = models.JSONField(default=list, blank=True)
    skills = models.JSONField(default=list, blank=True)
    projects = models.JSONField(default=list, blank=True)
    certifications = models.JSONField(default=list, blank=True)
    custom_sections = models.JSONField(default=list, blank=True)
    template = models.ForeignKey(
        ResumeTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="resumes"
    )
    # The service hands children on before a resume goes; SET_NULL would break the rule of tailored ones.
    parent_resume = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="children", db_index=False
    )
    target_job = models.ForeignKey(
        JobListing, on_delete=models.SET_NULL, null=True, blank=True, related_name="resumes", db_index=False
    )
    ats_score_data = models.JSONField(null=True, blank=True)
    tailoring_analysis = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    last_generated_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet["Resume"].as_manager()

    class Meta:
        db_table = "resumes"
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent_resume__isnull=True) | ~Q(parent_resume=F("id")),
                name="no_self_parent",
                violation_error_message="A resume cannot be its own parent.",
                violation_error_code="no_self_parent",
            ),
            models.CheckConstraint(
                condition=~Q(resume_type=ResumeType.TAILORED) | Q(parent_resume__isnull=False),
                name="tailored_resumes_need_parent",
                violation_error_message="A tailored resume needs the resume that it was made from.",
                violation_error_code="tailored_resumes_need_parent",
            ),
            models.CheckConstraint(
                condition=~Q(resume_type=ResumeType.TEMPLATE) | Q(parent_resume__isnull=True, target_job__isnull=True),
                name="templates_are_standalone",
                violation_error_message="A template has neither a parent nor a listing that it is for.",
                violation_error_code="templates_are_standalone",
            ),
            models.CheckConstraint(condition=Q(resume_type__in=ResumeType.values), name="resumes_resume_type_valid"),
            models.CheckConstraint(condition=Q(status__in=ResumeStatus.values), name="resumes_resume_status_valid"),
            models.CheckConstraint(
                condition=~Q(title__regex=r"^\s*$"),
                name="resumes_resume_title_not_empty",
                violation_error_message="Give the resume a title.",
            ),
            of_kind("contact_info", "object", "resumes_resume_contact_is_object"),
            *(of_kind(field, "array", f"resumes_resume_{field}_is_list") for field in LISTS),
            of_kind("ats_score_data", "object", "resumes_resume_score_is_object", nullable=True),
            of_kind("tailoring_analysis", "object", "resumes_resume_analysis_is_object", nullable=True),
        ]
        indexes = [
            # A person's resumes, by kind.
            models.Index(fields=["user", "resume_type", "status"], name="idx_user_resume_type_status"),
            # Who was made from it: handing children on.
            models.Index(fields=["parent_resume"], name="idx_parent_resume", condition=Q(parent_resume__isnull=False)),
            # Clearing the link when a listing goes.
            models.Index(fields=["target_job"], name="idx_target_job", condition=Q(target_job__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def content(self) -> dict[str, Any]:
        """The content as one document."""
        return {name: getattr(self, name) for name in CONTENT}


class OfResumeQuerySet(OwnedQuerySet[ModelT]):
    """Rows of a resume: they belong to whom the resume belongs."""

    def owned_by(self, user: User | AnonymousUser) -> Self:
        """Narrow to the rows of this user's resumes, superuser or not; nobody's for an anonymous one."""
        return self.filter(resume__user_id=user.pk) if user.is_active and user.is_authenticated else self.none()


class ResumeVersion(UUIDModel):
    """The content of a resume as it once was.

    Its rule: written by every change of content, never rewritten; numbers run without a gap.
    """

    resume = models.ForeignKey(Resume, on_delete=models.CASCADE, related_name="versions", db_index=False)
    version_number = models.PositiveIntegerField()
    changes_summary = models.TextField(blank=True, default="")
    content_snapshot = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="resume_versions"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = OfResumeQuerySet["ResumeVersion"].as_manager()

    class Meta:
        db_table = "resume_versions"
        ordering = ["resume", "-version_number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["resume", "version_number"], name="resumes_resumeversion_one_per_number"),
            models.CheckConstraint(condition=Q(version_number__gte=1), name="resumes_resumeversion_number_positive"),
            of_kind("content_snapshot", "object", "resumes_resumeversion_snapshot_is_object"),
        ]

    def __str__(self) -> str:
        return f"Version {self.version_number}"


class GenerationQuerySet(OfResumeQuerySet[ModelT]):
    """Files that were made."""

    def without_file(self) -> Self:
        """Leave the bytes in the database, and say whether they are there (`has_file`)."""
        return self.defer("file").annotate(has_file=Q(file__isnull=False))


class ResumeGeneration(UUIDModel):
    """One file made of a resume, or the attempt that failed with its reason.

    Its rule: a completed one holds its bytes, their number and their SHA-256, at most 5 MB.
    """

    resume = models.ForeignKey(Resume, on_delete=models.CASCADE, related_name="generations", db_index=False)
    format = models.CharField(max_length=20, choices=ResumeFormat.choices)
    template_name = models.CharField(max_length=LONGEST_TITLE, blank=True, default="")
    file = models.BinaryField(null=True, blank=True)
    file_size = models.PositiveIntegerField(null=True, blank=True, help_text="In bytes.")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    generation_params = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=20, choices=GenerationStatus.choices, default=GenerationStatus.PENDING)
    error_message = models.TextField(blank=True, default="")
    generated_at = models.DateTimeField(default=timezone.now)

    objects = GenerationQuerySet["ResumeGeneration"].as_manager()

    class Meta:
        db_table = "resume_generations"
        ordering = ["-generated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(format__in=ResumeFormat.values), name="resumes_resumegeneration_format_valid"
            ),
            models.CheckConstraint(
                condition=Q(status__in=GenerationStatus.values), name="resumes_resumegeneration_status_valid"
            ),
            models.CheckConstraint(
                condition=~Q(status=GenerationStatus.FAILED) | ~Q(error_message=""),
                name="resumes_resumegeneration_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True)
                | Q(
                    Exact(Length("file"), F("file_size")),
                    file_size__isnull=False,
                    file_size__lte=LARGEST_FILE,
                    sha256__regex="^[0-9a-f]{64}$",
                ),
                name="resumes_resumegeneration_file_accounted",
                violation_error_message="A file has its size, at most 5 MB, and its SHA-256.",
            ),
            of_kind("generation_params", "object", "resumes_resumegeneration_params_is_object"),
        ]
        indexes = [
            # The files of a resume, newest first.
            models.Index(fields=["resume", "-generated_at"], name="resumes_generation_newest_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.get_format_display()} {self.get_status_display().lower()}"


class ResumeOptimization(UUIDModel):
    """How a resume fitted a listing when that was last asked."""

    resume = models.ForeignKey(Resume, on_delete=models.CASCADE, related_name="optimizations", db_index=False)
    job = models.ForeignKey(JobListing, on_delete=models.CASCADE, related_name="optimizations")
    match_score = models.FloatField(help_text="From 0 to 100.")
    keyword_matches = models.JSONField(default=list, blank=True)
    missing_keywords = models.JSONField(default=list, blank=True)
    skill_matches = models.JSONField(default=list, blank=True)
    missing_skills = models.JSONField(default=list, blank=True)
    recommendations = models.JSONField(default=list, blank=True)
    sections_to_emphasize = models.JSONField(default=list, blank=True)
    content_suggestions = models.JSONField(default=list, blank=True)
    analyzed_at = models.DateTimeField(default=timezone.now)
    analysis_version = models.CharField(max_length=20, default="1")

    objects = OfResumeQuerySet["ResumeOptimization"].as_manager()

    class Meta:
        db_table = "resume_optimizations"
        ordering = ["-analyzed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(match_score__gte=0, match_score__lte=100), name="resumes_resumeoptimization_score_in_range"
            ),
        ]
        indexes = [
            # The analyses of a resume, newest first.
            models.Index(fields=["resume", "-analyzed_at"], name="resumes_optimizing_newest_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.resume}: {self.match_score:.0f}"
