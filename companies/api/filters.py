"""The filters of the directory and of a user's target companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Func, Value
from django_filters import rest_framework as filters

from companies import services
from companies.models import FIRST_YEAR, Company, Lane, SizeCategory, TargetCompany
from jobos.core.filters import NumberFilter, SearchTextFilter, TruthFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet

LATEST_YEAR = 9999
SHORTEST_SEARCH = 2


class CompanyFilter(filters.FilterSet):
    industry = filters.CharFilter(max_length=100, help_text="Exactly.")
    size_category = filters.MultipleChoiceFilter(choices=SizeCategory.choices)
    location = SearchTextFilter(lookup_expr="icontains", help_text="A part of it.")
    founded_after = NumberFilter(
        "founded_year",
        "gte",
        min_value=FIRST_YEAR,
        max_value=LATEST_YEAR,
        decimal_places=0,
        help_text="This year or later.",
    )
    founded_before = NumberFilter(
        "founded_year",
        "lte",
        min_value=FIRST_YEAR,
        max_value=LATEST_YEAR,
        decimal_places=0,
        help_text="This year or earlier.",
    )
    has_open_roles = TruthFilter(method="narrow_by_open_roles")
    # Last, since it looks among what the others left.
    q = SearchTextFilter(
        method="search",
        validators=[MinLengthValidator(SHORTEST_SEARCH)],
        help_text="A name or a part of it, best match first; at most 500 are found.",
    )

    class Meta:
        model = Company
        fields: tuple[str, ...] = ()

    def narrow_by_open_roles(self, queryset: QuerySet[Company], name: str, value: bool) -> QuerySet[Company]:
        return services.narrow_by_open_roles(queryset, has_open_roles=value)

    def search(self, queryset: QuerySet[Company], name: str, value: str) -> QuerySet[Company]:
        found = services.search_directory(queryset, value)
        places = Value(found, output_field=ArrayField(models.UUIDField()))
        place = Func(places, F("pk"), function="array_position", output_field=models.IntegerField())
        return queryset.filter(pk__in=found).annotate(match_rank=place)


class TargetCompanyFilter(filters.FilterSet):
    lane = filters.TypedChoiceFilter(
        choices=[(str(lane), label) for lane, label in Lane.choices], coerce=int, help_text="1 to 5."
    )
    is_excluded = TruthFilter()

    class Meta:
        model = TargetCompany
        fields: tuple[str, ...] = ()
