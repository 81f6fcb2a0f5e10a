"""What the API's serializers have in common: unknown fields are refused, '' and null are one, numbers are finite."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from jobos.core.errors import name_choices
from jobos.core.models import LONG_TEXT_LIMIT
from jobos.core.web_addresses import ADDRESS_COLUMNS, check_web_address

if TYPE_CHECKING:
    from rest_framework.utils.serializer_helpers import ReturnDict


class _Blankable:
    """Optional text is NOT NULL DEFAULT '' in the database and null in the API: null clears, '' reads as null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs, "allow_null": True, "allow_blank": True})

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if data is None and not self.read_only:  # type: ignore[attr-defined]
            return (True, "")
        checked: tuple[bool, Any] = super().validate_empty_values(data)  # type: ignore[misc]
        return checked

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) if value else None  # type: ignore[misc]


class BlankableCharField(_Blankable, serializers.CharField):
    """Optional text."""


class ChoiceField(serializers.ChoiceField):
    """One of a few values, which the refusal of any other lists."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        self.error_messages["invalid_choice"] = name_choices(self.choices)


class BlankableChoiceField(_Blankable, ChoiceField):
    """Optional choice."""


class ClearableListField(serializers.ListField):
    """A list of texts; null clears it, and reads never show null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs, "allow_null": True})

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return (True, []) if data is None and not self.read_only else super().validate_empty_values(data)


class KeyField(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a row that the caller may see (`get_queryset` of a subclass); null clears, '' is no id."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data == "":
            self.fail("incorrect_type", data_type="str")
        return super().run_validation(data)


class ObjectField(serializers.JSONField):
    """A JSON object of any members."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError("Give a JSON object.", code="not_a_dict")
        return super().to_internal_value(data)


class FiniteFloatField(serializers.FloatField):
    """A float that is a number: not a boolean, not a text that spells NaN or infinity."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool):
            self.fail("invalid")
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


class WholeNumberField(serializers.IntegerField):
    """A whole number; a boolean is none."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictFieldsMixin(serializers.Serializer[Any]):
    """Refuses fields that nobody declared and read-only ones that differ from what a GET shows."""

    default_error_messages = {
        "unknown_field": "There is no such field.",
        "read_only": "This field cannot be written here.",
    }

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            self._refuse_undeclared(data)
        return super().to_internal_value(data)

    def _refuse_undeclared(self, data: dict[str, Any]) -> None:
        errors: dict[str, list[ErrorDetail]] = {}
        shown = self._shown_fields(data)
        for name, value in data.items():
            field = self.fields.get(name)
            writable = field is not None and not field.read_only
            if writable or (name in shown and shown[name] == value):
                continue
            code = "read_only" if field is not None or name in shown else "unknown_field"
            errors[name] = [ErrorDetail(str(self.error_messages[code]), code=code)]
        if errors:
            raise serializers.ValidationError(errors)

    def _shown_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return what a GET of this row shows, where the input holds something that cannot be written."""
        if self.instance is None or all(name in self.fields and not self.fields[name].read_only for name in data):
            return {}
        shown: dict[str, Any] = self.context["view"].represent(self.instance)
        return shown


class StrictSerializer(StrictFieldsMixin):
    """A serializer of an action's input or output."""


class StrictModelSerializer(StrictFieldsMixin, serializers.ModelSerializer[Any]):
    """A serializer of a model: optional text reads and takes null, every text has a limit, no rule of its own."""

    serializer_choice_field = ChoiceField
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.FloatField: FiniteFloatField,
        models.IntegerField: WholeNumberField,
        models.SmallIntegerField: WholeNumberField,
    }

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[Any, dict[str, Any]]:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if field_class is serializers.ListField:
            return ClearableListField, kwargs
        if not isinstance(model_field, models.CharField | models.TextField):
            return field_class, kwargs
        if model_field.choices:
            return (BlankableChoiceField if model_field.blank else field_class), kwargs
        kwargs.setdefault("max_length", model_field.max_length or LONG_TEXT_LIMIT)
        if field_name.endswith(ADDRESS_COLUMNS):
            kwargs["validators"] = [*kwargs.get("validators", []), check_web_address]
        return (BlankableCharField if model_field.blank else field_class), kwargs


def plain(data: ReturnDict[str, Any] | dict[str, Any]) -> dict[str, Any]:
    """Return a serializer's output as a plain dict."""
    return dict(data)
