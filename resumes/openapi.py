"""The parts of a resume's content in the OpenAPI document: each object of the published schema is a component."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.plumbing import ResolvedComponent

from resumes.content import read_schema

ASKED = "asked"  # What a refusal says; no keyword of JSON Schema.


class ContentFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A part of the content by its definition."""

    target_class = "resumes.api.serializers.ContentField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return _describe(read_schema()["properties"][self.target.part], auto_schema.registry)


def _describe(schema: dict[str, Any], registry: Any) -> dict[str, Any]:
    """Return a part of the published schema with its objects as components and everything else in place."""
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    if not name:
        return {key: _describe_value(key, value, registry) for key, value in schema.items() if key != ASKED}
    definition = read_schema()["$defs"][name]
    if "properties" not in definition:
        return _describe(definition | {key: value for key, value in schema.items() if key != "$ref"}, registry)
    component = ResolvedComponent(name=f"Resume{name.title()}", type=ResolvedComponent.SCHEMA, object=name)
    if component not in registry:
        registry.register(component)
        component.schema = _describe(definition, registry)
    return dict(component.ref)


def _describe_value(key: str, value: Any, registry: Any) -> Any:
    if key == "properties":
        return {name: _describe(part, registry) for name, part in value.items()}
    return _describe(value, registry) if key == "items" else value
