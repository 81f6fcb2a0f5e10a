"""Query parameters: declared ones only, each checked before it reaches a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django_filters import rest_framework as filters
from rest_framework.exceptions import ParseError
from rest_framework.filters import OrderingFilter

from jobos.core.errors import ParameterError, name_choices
from jobos.core.models import LONGEST_SEARCH
from jobos.core.parsers import is_storable

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet
    from django.http import QueryDict
    from rest_framework.request import Request
    from rest_framework.views import APIView

EMPTY_PARAMETER = "Give a value, or leave the parameter out."


def check_encoding(query: str) -> None:
    """Raise ParseError for a query string that is not UTF-8; Django would replace what it cannot read."""
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError as exc:
        raise ParseError("The query is not UTF-8.") from exc


def check_parameters(given: QueryDict, declared: set[str], *, repeatable: Collection[str] = ()) -> None:
    """Raise ParameterError for a parameter that is not declared, is given twice, or could not be stored."""
    for name, values in given.lists():
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise ParameterError({name: f"Unknown parameter. Known here: {known}."}, code="unknown_parameter")
        if len(values) > 1 and name not in repeatable:
            raise ParameterError({name: "Give this parameter once."}, code="repeated_parameter")
        if not all(is_storable(value) for value in values):
            raise ParameterError({name: "A text holds a NUL character or half of a surrogate pair."}, code="invalid")


def explain(field: forms.Field, errors: list[ValidationError]) -> list[str]:
    """Return the words for what is wrong with a parameter; those for a wrong choice list the right ones."""
    return [
        name_choices(value for value, _ in field.choices) if error.code == "invalid_choice" else error.messages[0]  # type: ignore[attr-defined]
        for error in errors
    ]


class StrictFilterBackend(filters.DjangoFilterBackend):
    """django-filter whose errors are problem+json about a query parameter."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        empty = [
            name
            for name, declared in filterset.filters.items()
            if "" in request.query_params.getlist(name) and not isinstance(declared, SearchTextFilter)
        ]
        if empty:  # A program whose variable is empty must not get everything.
            raise ParameterError(dict.fromkeys(empty, EMPTY_PARAMETER), code="invalid")
        if not filterset.is_valid():
            errors = filterset.form.errors.as_data()
            raise ParameterError({name: explain(filterset.form.fields[name], found) for name, found in errors.items()})
        filtered: QuerySet[Any] = filterset.qs
        return filtered


def read_parameters(declared: type[filters.FilterSet], given: QueryDict) -> dict[str, Any]:
    """Return the values of the parameters that are given, each checked by its filter; the others cost nothing.

    For lists that are read by SQL of their own: the filter set declares and checks, and filters nothing itself.
    """
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, texts in given.lists():
        parameter = declared.base_filters.get(name)
        if parameter is None:
            continue
        is_list = isinstance(parameter, filters.MultipleChoiceFilter)
        if "" in texts:
            if not isinstance(parameter, SearchTextFilter):
                errors[name] = [EMPTY_PARAMETER]
            continue
        try:
            values[name] = parameter.field.clean(texts if is_list else texts[-1])
        except ValidationError as exc:
            errors[name] = explain(parameter.field, exc.error_list)
    if errors:
        raise ParameterError(errors, code="invalid")
    return values


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


class TruthField(forms.TypedChoiceField):
    """true, false, 1 or 0 in any case; anything else is refused, not ignored."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("null_value", None)
        values = {"true": True, "1": True, "false": False, "0": False}
        choices = [(text, text) for text in values]
        super().__init__(choices=choices, coerce=values.__getitem__, empty_value=None, **kwargs)

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value)
        return text.lower()


class TruthFilter(filters.BooleanFilter):
    """A yes-or-no parameter that says so when it is given something else."""

    field_class = TruthField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"widget": forms.TextInput, **kwargs})


class NumberFilter(filters.NumberFilter):
    """A number whose bounds are those that it declares: a far too large one is refused in one sentence, not in two."""

    def get_max_validator(self) -> None:
        return None


class SearchTextFilter(filters.CharFilter):
    """A text to look for, taken literally: `%` and `_` match themselves (Django escapes them in `icontains`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_SEARCH)
        kwargs.setdefault("validators", [ProhibitNullCharactersValidator()])
        super().__init__(*args, **kwargs)
