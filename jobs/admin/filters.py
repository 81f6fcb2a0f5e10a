"""The filters of the pipeline's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils import timezone

from jobs.models import today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest

MOST_VALUES = 30
LONGEST_VALUE = 255


class DeletedFilter(admin.SimpleListFilter):
    """Cards in the pipeline, unless the deleted ones are asked for."""

    title = "deleted"
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("yes", "Deleted")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": "In the pipeline"}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_deleted=self.value() == "yes")


class AttentionFilter(admin.SimpleListFilter):
    """What wants something done."""

    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("followup", "Follow-up due"), ("stale", "Stale")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = queryset
        if self.value() == "followup":
            narrowed = queryset.due_for_follow_up_on(today())  # type: ignore[attr-defined]
        elif self.value() == "stale":
            narrowed = queryset.stale_on(today())  # type: ignore[attr-defined]
        return narrowed


class OwnValuesFilter(admin.SimpleListFilter):
    """The values that a column has in the rows this person may see."""

    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        rows = model_admin.get_queryset(request).exclude(**{self.column: ""})
        values = rows.order_by(self.column).values_list(self.column, flat=True).distinct()[:MOST_VALUES]
        return [(value, value) for value in values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        known = "\x00" not in value and len(value) <= LONGEST_VALUE
        return queryset.filter(**{self.column: value}) if known else queryset.none()


class SourceFilter(OwnValuesFilter):
    title = "source"
    parameter_name = column = "source_portal"


class ChannelFilter(OwnValuesFilter):
    title = "channel"
    parameter_name = column = "application_channel"


class WhenFilter(admin.SimpleListFilter):
    """Interviews ahead and behind."""

    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("ahead", "Ahead"), ("past", "Past")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "ahead":
            return queryset.filter(interview_date__gte=timezone.now())
        if self.value() == "past":
            return queryset.filter(interview_date__lt=timezone.now())
        return queryset
