"""Query parameters: declared ones only, each checked before it reaches a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.validators import ProhibitNullCharactersValidator
from django_filters import rest_framework as filters
from rest_framework.filters import OrderingFilter

from jobos.core.errors import ParameterError
from jobos.core.parsers import is_storable

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict
    from rest_framework.request import Request
    from rest_framework.views import APIView

LONGEST_SEARCH = 200


def check_parameters(given: QueryDict, declared: set[str]) -> None:
    """Raise ParameterError for a parameter that is not declared, or whose text could not be stored."""
    for name, values in given.lists():
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise ParameterError({name: f"Unknown parameter. Known here: {known}."}, code="unknown_parameter")
        if not all(is_storable(value) for value in values):
            raise ParameterError({name: "A text holds a NUL character or half of a surrogate pair."}, code="invalid")


class StrictFilterBackend(filters.DjangoFilterBackend):
    """django-filter whose errors are problem+json about a query parameter."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise ParameterError({name: [str(error) for error in errors] for name, errors in filterset.errors.items()})
        filtered: QuerySet[Any] = filterset.qs
        return filtered


class StrictOrderingFilter(OrderingFilter):
    """`ordering` over the view's allow-list; anything else is refused, and every ordering ends in the key."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> list[str]:
        asked = request.query_params.get(self.ordering_param)
        default: tuple[str, ...] = getattr(view, "ordering", None) or ("-created_at",)
        terms = [term.strip() for term in asked.split(",")] if asked else list(default)
        if asked:
            allowed: tuple[str, ...] = getattr(view, "ordering_fields", ())
            for term in terms:
                if term.removeprefix("-") not in allowed:
                    raise ParameterError({self.ordering_param: f"Order by one of: {', '.join(allowed)}."})
        descending = terms[0].startswith("-")
        return [*terms, "-pk" if descending else "pk"]


class SearchTextFilter(filters.CharFilter):
    """A text to look for, taken literally: `%` and `_` match themselves (Django escapes them in `icontains`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_SEARCH)
        kwargs.setdefault("validators", [ProhibitNullCharactersValidator()])
        super().__init__(*args, **kwargs)
