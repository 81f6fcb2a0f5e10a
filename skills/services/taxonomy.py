"""The shared taxonomy: what a name of a skill means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.models import SkillLabel

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def find_concepts(keys: Iterable[str]) -> dict[str, UUID]:
    """Return the concept that each key of a spelling (`skill_key`) leads to; what leads nowhere is left out."""
    return dict(SkillLabel.objects.filter(key__in=set(keys)).values_list("key", "concept_id"))
