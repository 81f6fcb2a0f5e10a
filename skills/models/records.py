"""The master records of a bank: work, education, projects and certifications, as they are told when nothing else fits.

Dates are partial, as people remember them: "2019", "2019-06" or "2019-06-30"; '' is none.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Least, Left, Length
from django.db.models.lookups import GreaterThanOrEqual

from jobos.core.models import TimestampedModel, UUIDModel
from skills.models.bank import BankedQuerySet, SkillBank

PARTIAL_DATE = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
NOT_A_PARTIAL_DATE = "Give a date as YYYY, YYYY-MM or YYYY-MM-DD."
NO_SUCH_DATE = "There is no such month or day in the calendar."
LIKE_A_DATE = r"[0-9]{4}(-[0-9]{2}){0,2}"
LONGEST_NAME = 255
LONGEST_URL = 1000


class ExperienceType(models.TextChoices):
    FULL_TIME = "full_time", "Full-time"
    PART_TIME = "part_time", "Part-time"
    CONTRACT = "contract", "Contract"
    INTERNSHIP = "internship", "Internship"
    VOLUNTEER = "volunteer", "Volunteer"
    FREELANCE = "freelance", "Freelance"


def check_partial_date(text: str) -> None:
    """Refuse what is no year, month or day of the calendar; the database refuses only what does not look like one."""
    words = NO_SUCH_DATE if re.fullmatch(LIKE_A_DATE, text) else NOT_A_PARTIAL_DATE
    refusal = ValidationError(words, code="partial_date")
    if not re.fullmatch(PARTIAL_DATE, text):
        raise refusal
    try:
        date.fromisoformat(text + "-01-01"[len(text) - len("YYYY") :])
    except ValueError as exc:
        raise refusal from exc


class PartialDateField(models.CharField):  # type: ignore[type-arg]
    """A date as precise as it is known: a year, a month or a day; '' for none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=10, blank=True, default="")
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, check_partial_date]

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def dated(field: str, name: str) -> models.CheckConstraint:
    """Return the rule that a column is a partial date or ''."""
    return models.CheckConstraint(
        condition=Q(**{field: ""}) | Q(**{f"{field}__regex": PARTIAL_DATE}),
        name=name,
        violation_error_message=NOT_A_PARTIAL_DATE,
    )


def in_order(first: str, last: str, name: str, message: str) -> models.CheckConstraint:
    """Return the rule that `last` is not before `first`, as precisely as both are known."""
    shorter = Least(Length(first), Length(last))
    condition = Q(**{first: ""}) | Q(**{last: ""}) | Q(GreaterThanOrEqual(Left(last, shorter), Left(first, shorter)))
    return models.CheckConstraint(condition=condition, name=name, violation_error_message=message)


class Record(UUIDModel, TimestampedModel):
    """One entry of a bank that has a place in its order."""

    display_order = models.IntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["display_order", "pk"]


class WorkExperience(Record):
    """One position that the person held."""

    bank = models.ForeignKey(SkillBank, on_delete=models.CASCADE, related_name="work_experiences")
    company = models.CharField(max_length=LONGEST_NAME)
    position = models.CharField(max_length=LONGEST_NAME)
    location = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    start_date = PartialDateField()
    end_date = PartialDateField()
    is_current = models.BooleanField(default=False)
    experience_type = models.CharField(max_length=20, choices=ExperienceType.choices, default=ExperienceType.FULL_TIME)
    default_description = models.TextField(blank=True, default="")
    default_achievements = ArrayField(models.TextField(), blank=True, default=list)
    skills_used = ArrayField(models.TextField(), blank=True, default=list)
    technologies = ArrayField(models.TextField(), blank=True, default=list)
    default_variation = models.ForeignKey(
        "skills.ExperienceVariation", on_delete=models.SET_NULL, null=True, blank=True, related_name="default_of"
    )

    objects = BankedQuerySet["WorkExperience"].as_manager()

    class Meta(Record.Meta):
        db_table = "work_experiences"
        constraints = [
            dated("start_date", "skills_workexperience_start_is_date"),
            dated("end_date", "skills_workexperience_end_is_date"),
            in_order(
                "start_date",
                "end_date",
                "skills_workexperience_not_backwards",
                "The position ends before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(experience_type__in=ExperienceType.values), name="skills_workexperience_type_valid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}, {self.company}"


class Education(Record):
    """One course of studies."""

    bank = models.ForeignKey(SkillBank, on_delete=models.CASCADE, related_name="education_entries")
    institution = models.CharField(max_length=LONGEST_NAME)
    degree = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    field_of_study = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    location = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    start_date = PartialDateField()
    end_date = PartialDateField()
    gpa = models.CharField(max_length=50, blank=True, default="", help_text="As the school writes it, such as 3.8/4.0.")
    honors = ArrayField(models.TextField(), blank=True, default=list)
    relevant_coursework = ArrayField(models.TextField(), blank=True, default=list)
    default_description = models.TextField(blank=True, default="")
    default_variation = models.ForeignKey(
        "skills.EducationVariation", on_delete=models.SET_NULL, null=True, blank=True, related_name="default_of"
    )

    objects = BankedQuerySet["Education"].as_manager()

    class Meta(Record.Meta):
        db_table = "education_entries"
        verbose_name = "education"
        verbose_name_plural = "education"
        constraints = [
            dated("start_date", "skills_education_start_is_date"),
            dated("end_date", "skills_education_end_is_date"),
            in_order("start_date", "end_date", "skills_education_not_backwards", "The studies end before they begin."),
        ]

    def __str__(self) -> str:
        return f"{self.degree}, {self.institution}" if self.degree else self.institution


class Project(Record):
    """One piece of work with a name of its own."""

    bank = models.ForeignKey(SkillBank, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=LONGEST_NAME)
    url = models.CharField(max_length=LONGEST_URL, blank=True, default="")
    github_url = models.CharField(max_length=LONGEST_URL, blank=True, default="")
    start_date = PartialDateField()
    end_date = PartialDateField()
    default_description = models.TextField(blank=True, default="")
    default_achievements = ArrayField(models.TextField(), blank=True, default=list)
    technologies = ArrayField(models.TextField(), blank=True, default=list)
    default_variation = models.ForeignKey(
        "skills.ProjectVariation", on_delete=models.SET_NULL, null=True, blank=True, related_name="default_of"
    )

    objects = BankedQuerySet["Project"].as_manager()

    class Meta(Record.Meta):
        db_table = "projects"
        constraints = [
            dated("start_date", "skills_project_start_is_date"),
            dated("end_date", "skills_project_end_is_date"),
            in_order("start_date", "end_date", "skills_project_not_backwards", "The project ends before it begins."),
        ]

    def __str__(self) -> str:
        return self.name


class Certification(Record):
    """One certificate or licence."""

    bank = models.ForeignKey(SkillBank, on_delete=models.CASCADE, related_name="certifications")
    name = models.CharField(max_length=LONGEST_NAME)
    issuer = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    issue_date = PartialDateField()
    expiry_date = PartialDateField()
    credential_id = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    url = models.CharField(max_length=LONGEST_URL, blank=True, default="")
    description = models.TextField(blank=True, default="")

    objects = BankedQuerySet["Certification"].as_manager()

    class Meta(Record.Meta):
        db_table = "certifications"
        constraints = [
            dated("issue_date", "skills_certification_issue_is_date"),
            dated("expiry_date", "skills_certification_expiry_is_date"),
            in_order(
                "issue_date",
                "expiry_date",
                "skills_certification_not_backwards",
                "The certificate expires before it was issued.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
