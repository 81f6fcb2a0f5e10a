"""The filters of a user's target companies."""

from __future__ import annotations

from django_filters import rest_framework as filters

from companies.models import Lane, TargetCompany
from jobos.core.filters import TruthFilter


class TargetCompanyFilter(filters.FilterSet):
    lane = filters.TypedChoiceFilter(
        choices=[(str(lane), label) for lane, label in Lane.choices], coerce=int, help_text="1 to 5."
    )
    is_excluded = TruthFilter()

    class Meta:
        model = TargetCompany
        fields: tuple[str, ...] = ()
