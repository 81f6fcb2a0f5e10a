"""The filters of the list of resumes."""

from __future__ import annotations

from django_filters import rest_framework as filters

from jobos.core.filters import SearchTextFilter
from resumes.models import Resume, ResumeStatus, ResumeType


class ResumeFilter(filters.FilterSet):
    resume_type = filters.MultipleChoiceFilter(choices=ResumeType.choices, help_text="May be repeated: any of them.")
    status = filters.MultipleChoiceFilter(choices=ResumeStatus.choices, help_text="May be repeated: any of them.")
    target_job = filters.UUIDFilter(field_name="target_job_id", help_text="Made for this listing.")
    parent_resume = filters.UUIDFilter(field_name="parent_resume_id", help_text="Made from this resume.")
    q = SearchTextFilter(field_name="title", lookup_expr="icontains", help_text="Part of the title.")

    class Meta:
        model = Resume
        fields: tuple[str, ...] = ()
