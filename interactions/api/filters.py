"""The filters of a user's interactions, their timeline, and the applicants of a listing."""

from __future__ import annotations

from django_filters import rest_framework as filters

from interactions.models import (
    APPLIED_STATES,
    EventType,
    InteractionType,
    JobUserInteraction,
    TimelineEvent,
)
from jobos.core.filters import TruthFilter

STATUS_CHOICES = [(status.value, status.label) for status in APPLIED_STATES]


class InteractionFilter(filters.FilterSet):
    type = filters.MultipleChoiceFilter(
        field_name="interaction_type", choices=InteractionType.choices, help_text="May be repeated: any of them."
    )
    application_status = filters.MultipleChoiceFilter(choices=STATUS_CHOICES, help_text="May be repeated: any of them.")
    job = filters.UUIDFilter(field_name="job_id", help_text="What I did with one listing.")

    class Meta:
        model = JobUserInteraction
        fields: tuple[str, ...] = ()


class ApplicationFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(
        field_name="application_status", choices=STATUS_CHOICES, help_text="May be repeated: any of them."
    )

    class Meta:
        model = JobUserInteraction
        fields: tuple[str, ...] = ()


class ApplicantFilter(filters.FilterSet):
    application_status = filters.MultipleChoiceFilter(choices=STATUS_CHOICES, help_text="May be repeated: any of them.")

    class Meta:
        model = JobUserInteraction
        fields: tuple[str, ...] = ()


class TimelineFilter(filters.FilterSet):
    event_type = filters.MultipleChoiceFilter(choices=EventType.choices, help_text="May be repeated: any of them.")
    job = filters.UUIDFilter(field_name="job_id", help_text="The history of one job of my pipeline.")
    listing = filters.UUIDFilter(field_name="listing_id", help_text="The history of one listing.")
    since = filters.IsoDateTimeFilter(field_name="event_date", lookup_expr="gte", help_text="At or after this time.")
    until = filters.IsoDateTimeFilter(field_name="event_date", lookup_expr="lte", help_text="At or before this time.")
    milestones = TruthFilter(field_name="is_milestone", help_text="Milestones only, or everything else.")

    class Meta:
        model = TimelineEvent
        fields: tuple[str, ...] = ()
