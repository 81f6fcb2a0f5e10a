"""The filters of the lists in a skill bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django_filters import rest_framework as filters

from jobos.core.filters import SearchTextFilter, TruthFilter
from skills.models import Focus, Skill, SkillCategory, SkillLevel, Variation, WorkExperience
from skills.models.bank import LONGEST_HEADING

if TYPE_CHECKING:
    from django.db.models import QuerySet


class SkillFilter(filters.FilterSet):
    q = SearchTextFilter("name", "icontains", help_text="A part of the name.")
    category = filters.MultipleChoiceFilter(choices=SkillCategory.choices)
    level = filters.MultipleChoiceFilter(choices=SkillLevel.choices)
    bucket = filters.CharFilter(max_length=LONGEST_HEADING, help_text="The heading, exactly.")
    is_featured = TruthFilter()

    class Meta:
        model = Skill
        fields: tuple[str, ...] = ()


class VariationFilter(filters.FilterSet):
    focus = filters.MultipleChoiceFilter(choices=Focus.choices)

    class Meta:
        model = Variation
        fields: tuple[str, ...] = ()


class ExperienceFilter(filters.FilterSet):
    q = SearchTextFilter(method="search", help_text="A part of the company or the position.")
    is_current = TruthFilter()

    class Meta:
        model = WorkExperience
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet[WorkExperience], name: str, value: str) -> QuerySet[WorkExperience]:
        return queryset.filter(Q(company__icontains=value) | Q(position__icontains=value))
