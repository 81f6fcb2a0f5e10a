"""What differs between two contents of resumes: pure computation.

Entries of a list are matched by what they are about (an employer and a position, a name), so that an inserted entry is
one addition and not a change of all that follow.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from resumes.content import point

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[str | int, ...]
# What tells the entries of a list apart, the most exact first.
IDENTITIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "work_experience": (("company", "position", "start_date"), ("company", "position"), ("company",)),
    "education": (("institution", "degree", "start_date"), ("institution", "degree"), ("institution",)),
    "skills": (("name",),),
    "projects": (("name", "start_date"), ("name",)),
    "certifications": (("name", "issuer"), ("name",)),
    "custom_sections": (("section_type", "title"), ("section_type",)),
    "entries": (("title", "subtitle", "date"), ("title", "subtitle"), ("title",)),
    "profiles": (("network", "username"), ("network",)),
}


class Difference(TypedDict):
    """One difference. The pointer is one into the new content, of what was removed one into the old."""

    pointer: str
    change: Literal["added", "removed", "changed", "reordered"]
    old: Any
    new: Any


def compare_contents(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """Return what differs between two contents, in the order of the new one."""
    return list(_compare(old, new, ()))


def is_same(old: Any, new: Any) -> bool:
    """Tell whether two JSON values are the same; to Python true is 1."""
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def _compare(old: Any, new: Any, place: Place) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*new, *(name for name in old if name not in new)]:
            if name not in old:
                yield _tell("added", (*place, name), None, new[name])
            elif name not in new:
                yield _tell("removed", (*place, name), old[name], None)
            else:
                yield from _compare(old[name], new[name], (*place, name))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _compare_lists(old, new, place)
    elif not is_same(old, new):
        yield _tell("changed", place, old, new)


def _compare_lists(old: list[Any], new: list[Any], place: Place) -> Iterator[Difference]:
    pairs = _match(old, new, str(place[-1]) if place else "")
    before = {after: former for former, after in pairs.items()}
    for index, item in enumerate(new):
        if index in before:
            yield from _compare(old[before[index]], item, (*place, index))
        else:
            yield _tell("added", (*place, index), None, item)
    for index, item in enumerate(old):
        if index not in pairs:
            yield _tell("removed", (*place, index), item, None)
    kept = [pairs[index] for index in sorted(pairs)]
    if kept != sorted(kept):
        order = sorted(pairs)
        yield _tell(
            "reordered",
            place,
            [_name(old[index]) for index in order],
            [_name(new[index]) for index in sorted(kept)],
        )


def _match(old: list[Any], new: list[Any], called: str) -> dict[int, int]:
    """Return which item of the old list is which of the new one, by index."""
    pairs: dict[int, int] = {}

    def pair_by(identify: Any) -> None:
        taken = set(pairs.values())
        waiting: dict[str, list[int]] = {}
        for index, item in enumerate(new):
            if index not in taken and (key := identify(item)):
                waiting.setdefault(key, []).append(index)
        for index, item in enumerate(old):
            if index not in pairs and waiting.get(key := identify(item)):
                pairs[index] = waiting[key].pop(0)

    pair_by(lambda item: json.dumps(item, sort_keys=True))
    for fields in IDENTITIES.get(called, ()):
        pair_by(lambda item, fields=fields: _identify(item, fields))
    if called not in IDENTITIES:  # A reworded line in its old place.
        taken = set(pairs.values())
        pairs |= {index: index for index in range(min(len(old), len(new))) if index not in pairs and index not in taken}
    return pairs


def _identify(item: Any, fields: tuple[str, ...]) -> str:
    if not isinstance(item, dict):
        return ""
    values = [str(item.get(field) or "").strip().casefold() for field in fields]
    return json.dumps(values) if values[0] else ""


def _name(item: Any) -> Any:
    """Return what an item is called where only the order changed."""
    if not isinstance(item, dict):
        return item
    names = ("company", "institution", "name", "title", "network", "position")
    return next((item[name] for name in names if item.get(name)), "")


def _tell(change: Literal["added", "removed", "changed", "reordered"], place: Place, old: Any, new: Any) -> Difference:
    return {"pointer": point(*place), "change": change, "old": old, "new": new}
