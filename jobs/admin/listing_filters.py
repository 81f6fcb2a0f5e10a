"""The facets of the catalogue's list: each one narrows by an index or by a column that an index holds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter, RangeNumericListFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from jobos.core.admin import KeyedAutocomplete, show_rows
from jobs.models import JobListing, JobSourceListing
from jobs.models.listings import (
    ExperienceLevel,
    JobType,
    ListingStatus,
    RemoteType,
    SeniorityLevel,
    VerificationStatus,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import ForeignKey, QuerySet
    from django.http import HttpRequest

EVERY_STATUS = "all"
SOON = timedelta(days=14)
ANY = ("", "Any")
MOST_PAY = Decimal(10) ** 10


class StatusFilter(DropdownFilter):  # type: ignore[misc]
    """What one can apply to, unless another status is asked for."""

    title = "status"
    parameter_name = "status"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [*ListingStatus.choices, (EVERY_STATUS, "Any status")]

    def value(self) -> str:
        asked: str = super().value() or ""
        return asked if asked in dict(self.lookup_choices) else ListingStatus.ACTIVE.value

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == EVERY_STATUS else queryset.filter(status=self.value())


class ColumnFilter(DropdownFilter):  # type: ignore[misc]
    """One of a column's fixed values; any other is in no row."""

    all_option = ANY
    column = ""
    values: Iterable[tuple[str, str]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return self.values

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        known = value in dict(self.lookup_choices)
        return queryset.filter(**{self.column: value}) if known else queryset.none()


class WorkplaceFilter(ColumnFilter):
    title = "workplace"
    parameter_name = column = "remote_type"
    values = RemoteType.choices


class TypeFilter(ColumnFilter):
    title = "type"
    parameter_name = column = "job_type"
    values = JobType.choices


class LevelFilter(ColumnFilter):
    title = "level"
    parameter_name = column = "experience_level"
    values = ExperienceLevel.choices


class SeniorityFilter(ColumnFilter):
    title = "seniority"
    parameter_name = column = "seniority_level"
    values = SeniorityLevel.choices


class VerificationFilter(ColumnFilter):
    title = "verification"
    parameter_name = column = "verification_status"
    values = VerificationStatus.choices


class PostedFilter(DropdownFilter):  # type: ignore[misc]
    """Listings of the last days."""

    all_option = ANY
    title = "day posted"
    parameter_name = "posted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("1", "Since yesterday"), ("7", "In the last week"), ("30", "In the last month"), ("90", "In 90 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(listed_at__gte=timezone.now() - timedelta(days=int(cast("str", self.value()))))


class DeadlineFilter(DropdownFilter):  # type: ignore[misc]
    """Listings that stop taking applications, or should have stopped."""

    all_option = ANY
    title = "deadline"
    parameter_name = "deadline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("soon", "Within 14 days"), ("past", "Past")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        if self.value() == "soon":
            return queryset.filter(application_deadline__range=(now, now + SOON))
        if self.value() == "past":
            return queryset.filter(application_deadline__lt=now)
        return queryset


class MissingFilter(DropdownFilter):  # type: ignore[misc]
    """Listings that leave something out."""

    all_option = ANY
    title = "what is missing"
    parameter_name = "missing"
    conditions = {"pay": Q(salary_min=None, salary_max=None), "description": Q(description="")}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("pay", "Pay"), ("description", "Description")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        condition = self.conditions.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


class PayFilter(RangeNumericListFilter):  # type: ignore[misc]
    """Listings whose range of pay meets the range asked for; what is no amount is not asked for."""

    title = "pay a year"
    parameter_name = "pay"
    bounds = ("pay_from", "pay_to")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        least, most = (_read_amount(self.used_parameters.get(name)) for name in self.bounds)
        if least is not None:
            queryset = queryset.filter(Q(salary_max__gte=least) | Q(salary_max=None, salary_min__gte=least))
        if most is not None:
            queryset = queryset.filter(Q(salary_min__lte=most) | Q(salary_min=None, salary_max__lte=most))
        return queryset


def _read_amount(text: Any) -> Decimal | None:
    try:
        amount = Decimal(text or "")
    except (InvalidOperation, TypeError):
        return None
    return amount if amount.is_finite() and 0 <= amount < MOST_PAY else None


class KeyFilter(admin.SimpleListFilter):
    """One row of another table, chosen by typing; a row that whoever asks may not see is in no listing."""

    template = "unfold/filters/filters_field.html"
    form_class = AutocompleteDropdownForm  # The list loads what this form needs to suggest.
    field: Any = None

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.request, self.model_admin = request, model_admin
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return ()

    def has_output(self) -> bool:
        return True

    def read_key(self) -> Any:
        """Return the key asked for, None where it is none."""
        try:
            return self.field.target_field.to_python(self.value())
        except ValidationError:
            return None

    def choices(self, changelist: Any) -> Iterator[Any]:
        key, name = self.read_key(), cast("str", self.parameter_name)
        field = cast("ForeignKey[Any, Any]", self.field)
        form = forms.Form({name: key})
        form.fields[name] = forms.ModelChoiceField(
            label=f"By {self.title}",
            required=False,
            queryset=show_rows(field.related_model, self.request),
            widget=KeyedAutocomplete(
                field,
                self.model_admin.admin_site,
                attrs={"class": "unfold-filter-autocomplete", "data-placeholder": ANY[1]},
            ),
        )
        yield {"form": form}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        key = self.read_key()
        return queryset.none() if key is None else self.narrow(queryset, key)

    def narrow(self, queryset: QuerySet[Any], key: Any) -> QuerySet[Any]:
        raise NotImplementedError


class CompanyFilter(KeyFilter):
    title = "company"
    parameter_name = "company"
    field = JobListing._meta.get_field("company")

    def narrow(self, queryset: QuerySet[Any], key: Any) -> QuerySet[Any]:
        return queryset.filter(company_id=key)


class SourceFilter(KeyFilter):
    title = "source"
    parameter_name = "source"
    field = JobSourceListing._meta.get_field("source")

    def narrow(self, queryset: QuerySet[Any], key: Any) -> QuerySet[Any]:
        return queryset.filter(Exists(JobSourceListing.objects.filter(job=OuterRef("pk"), source_id=key)))
