"""The spellings of the shared taxonomy, kept in the process for reading texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from skills.matching import Lexicon
from skills.models import SkillLabel

if TYPE_CHECKING:
    from collections.abc import Iterable

_kept: dict[str, Any] = {"stamp": None, "lexicon": Lexicon()}


def read_lexicon() -> Lexicon:
    """Return every spelling of the taxonomy; it is read again only when the taxonomy has changed.

    A row that is written gets the number of its transaction (`xmin`), and one that goes is missing in the count.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(xmin::text::bigint) FROM skill_labels")
        stamp = cursor.fetchone()
    if _kept["stamp"] != stamp:
        rows = SkillLabel.objects.values_list("key", "name", "concept_id", "concept__name")
        _kept.update(stamp=stamp, lexicon=build_lexicon(rows.iterator()))
    lexicon: Lexicon = _kept["lexicon"]
    return lexicon


def build_lexicon(labels: Iterable[tuple[str, str, Any, str]]) -> Lexicon:
    """Return the lexicon of labels: key, name, concept and the concept's name.

    Classifications cut names short: "Sales software" to Sales, "Electronic Time Clock ETC" to ETC. What is left may be
    an ordinary word.
    """
    concepts: dict[str, str] = {}
    acronyms, unread = set(), set()
    for key, name, concept, whole in labels:
        concepts[key] = str(concept)
        if whole.casefold() == f"{name} software".casefold() and " " not in name:
            unread.add(key)
        elif whole.endswith(f" {name.upper()}") or f" {name.upper()} " in whole:
            acronyms.add(key)
    return Lexicon(concepts, acronyms=frozenset(acronyms), unread=frozenset(unread))
