"""The filters of the catalogue and of what recruiters keep beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from jobos.core.errors import ParameterError
from jobos.core.filters import NumberFilter, SearchTextFilter, TruthFilter, read_parameters
from jobos.core.models import LONGEST_SEARCH
from jobs.models import (
    ExperienceLevel,
    JobDeduplication,
    JobListing,
    JobSource,
    JobType,
    ListingStatus,
    RemoteType,
    SeniorityLevel,
)

if TYPE_CHECKING:
    from django.http import QueryDict

    from jobs.models.sources import JobDeduplicationQuerySet

MOST_VALUES = 50
LONGEST_WINDOW_DAYS = 3650


class SeveralField(forms.Field):
    """Several values of one kind, each checked by itself."""

    def __init__(self, *, one: forms.Field, **kwargs: Any) -> None:
        self.one = one
        super().__init__(
            **{key: value for key, value in kwargs.items() if key not in ("choices", "null_label", "null_value")}
        )

    def clean(self, value: Any) -> list[Any]:
        if len(value) > MOST_VALUES:
            raise forms.ValidationError(f"Give at most {MOST_VALUES} values.")
        return [self.one.clean(text) for text in value]


class CompaniesField(SeveralField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(one=forms.UUIDField(), **kwargs)


class SkillsField(SeveralField):
    """Skills as their keys are stored: trimmed, in lower case; several in one value by commas."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(one=forms.CharField(max_length=LONGEST_SEARCH), **kwargs)

    def clean(self, value: Any) -> list[str]:
        texts = super().clean(value)
        keys = [key.strip().lower() for text in texts for key in text.split(",")]
        return super().clean([key for key in keys if key])


@extend_schema_field(OpenApiTypes.UUID)
class CompaniesFilter(filters.MultipleChoiceFilter):
    field_class = CompaniesField


@extend_schema_field(OpenApiTypes.STR)
class SkillsFilter(filters.MultipleChoiceFilter):
    field_class = SkillsField


class DigitsField(forms.RegexField):
    """A whole number in plain digits, from 1 to a most."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(r"\A[0-9]{1,9}\Z", strip=False, **kwargs)

    def clean(self, value: Any) -> int:
        number = int(super().clean(value))
        if not 1 <= number <= self.most:
            raise forms.ValidationError(f"Give a whole number from 1 to {self.most}.")
        return number


@extend_schema_field(OpenApiTypes.INT)
class DaysFilter(filters.CharFilter):
    field_class = DigitsField


class ListingFilter(filters.FilterSet):
    """What the catalogue can be narrowed by; `jobs.services.search` does it."""

    q = SearchTextFilter(
        help_text='Words in title, skills, company and text; "a phrase", -not, or. Ranked, at most 500 results.'
    )
    company = CompaniesFilter(help_text="A company's id; may be repeated: any of them.")
    company_name = SearchTextFilter(help_text="Part of the company's name.")
    location = SearchTextFilter(help_text="Part of the place.")
    job_type = filters.MultipleChoiceFilter(choices=JobType.choices, help_text="May be repeated: any of them.")
    remote_type = filters.MultipleChoiceFilter(choices=RemoteType.choices, help_text="May be repeated: any of them.")
    experience_level = filters.MultipleChoiceFilter(
        choices=ExperienceLevel.choices, help_text="May be repeated: any of them."
    )
    seniority_level = filters.MultipleChoiceFilter(
        choices=SeniorityLevel.choices, help_text="May be repeated: any of them."
    )
    status = filters.ChoiceFilter(choices=ListingStatus.choices, help_text="active where it is left out.")
    salary_min = NumberFilter(
        min_value=0, max_value=10**10, help_text="Pay that reaches this; ranges that overlap match."
    )
    salary_max = NumberFilter(
        min_value=0, max_value=10**10, help_text="Pay that begins below this; ranges that overlap match."
    )
    include_undisclosed = TruthFilter(help_text="With a salary: also listings that tell none.")
    currency = filters.CharFilter(
        validators=[RegexValidator(r"\A[A-Z]{3}\Z", "Three capital letters, such as USD.")],
        help_text="Three capital letters, such as USD.",
    )
    skills = SkillsFilter(help_text="May be repeated, or separated by commas: all of them, in any case.")
    posted_within_days = DaysFilter(most=LONGEST_WINDOW_DAYS, help_text="Listed in the last so many days.")
    source = SearchTextFilter(help_text="Exactly this source.")
    facets = TruthFilter(help_text="Whether to count the values of the facets.")

    class Meta:
        model = JobListing
        fields: tuple[str, ...] = ()


def read_filters(given: QueryDict) -> dict[str, Any]:
    """Return the values of the catalogue's filters that are given; a range of pay that runs backwards is refused."""
    values = read_parameters(ListingFilter, given)
    if "salary_min" in values and "salary_max" in values and values["salary_min"] > values["salary_max"]:
        raise ParameterError({"salary_max": "The highest salary is at least the lowest."}, code="invalid")
    return values


class JobSourceFilter(filters.FilterSet):
    is_active = TruthFilter()

    class Meta:
        model = JobSource
        fields: tuple[str, ...] = ()


class DuplicateFilter(filters.FilterSet):
    reviewed = TruthFilter(
        method="filter_reviewed",
        help_text="true: somebody decided already; false: the queue, without pairs of which neither listing is active.",
    )

    class Meta:
        model = JobDeduplication
        fields: tuple[str, ...] = ()

    def filter_reviewed(self, queryset: JobDeduplicationQuerySet, name: str, value: bool) -> JobDeduplicationQuerySet:
        return queryset.filter(reviewed=True) if value else queryset.waiting()
