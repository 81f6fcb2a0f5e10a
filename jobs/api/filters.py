"""The filters of the pipeline's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django_filters import rest_framework as filters

from jobos.core.filters import SearchTextFilter, TruthFilter
from jobs.models import Interview, InterviewStatus, Job, JobStatus, today

if TYPE_CHECKING:
    from jobs.models import JobQuerySet


class JobFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=JobStatus.choices, help_text="May be repeated: any of them.")
    company_name = SearchTextFilter(lookup_expr="icontains", help_text="Part of the company's name.")
    source_portal = SearchTextFilter(help_text="Exactly this source.")
    application_channel = SearchTextFilter(help_text="Exactly this channel.")
    applied_after = filters.DateFilter(field_name="applied_date", lookup_expr="gte", help_text="On or after this day.")
    applied_before = filters.DateFilter(
        field_name="applied_date", lookup_expr="lte", help_text="On or before this day."
    )
    has_followup_due = TruthFilter(method="filter_due", help_text="Whether it wants following up today.")
    q = SearchTextFilter(method="filter_text", help_text="Part of the company, the role or the posting.")

    class Meta:
        model = Job
        fields: tuple[str, ...] = ()

    def filter_due(self, queryset: JobQuerySet, name: str, value: bool) -> JobQuerySet:
        due = Job.objects.due_for_follow_up_on(today()).filter(user=self.request.user)
        return queryset.filter(pk__in=due) if value else queryset.exclude(pk__in=due)

    def filter_text(self, queryset: JobQuerySet, name: str, value: str) -> JobQuerySet:
        return queryset.filter(
            Q(company_name__icontains=value) | Q(role_title__icontains=value) | Q(jd_text__icontains=value)
        )


class InterviewFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=InterviewStatus.choices, help_text="May be repeated: any of them.")
    job = filters.UUIDFilter(field_name="job_id", help_text="Interviews of one job.")
    since = filters.IsoDateTimeFilter(
        field_name="interview_date", lookup_expr="gte", help_text="At or after this time."
    )
    until = filters.IsoDateTimeFilter(
        field_name="interview_date", lookup_expr="lte", help_text="At or before this time."
    )

    class Meta:
        model = Interview
        fields: tuple[str, ...] = ()
