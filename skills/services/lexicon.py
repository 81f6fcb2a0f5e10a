"""The spellings of the shared taxonomy, kept in the process for reading texts."""

from __future__ import annotations

from typing import Any

from django.db import connection

from skills.matching import Lexicon
from skills.models import SkillLabel

_kept: dict[str, Any] = {"stamp": None, "lexicon": Lexicon()}


def read_lexicon() -> Lexicon:
    """Return every spelling of the taxonomy; it is read again only when the taxonomy has changed.

    A row that is written gets the number of its transaction (`xmin`), and one that goes is missing in the count.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(xmin::text::bigint) FROM skill_labels")
        stamp = cursor.fetchone()
    if _kept["stamp"] != stamp:
        labels = {key: str(concept) for key, concept in SkillLabel.objects.values_list("key", "concept_id").iterator()}
        _kept.update(stamp=stamp, lexicon=Lexicon(labels))
    lexicon: Lexicon = _kept["lexicon"]
    return lexicon
