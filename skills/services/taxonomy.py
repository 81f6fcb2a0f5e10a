"""The shared taxonomy: what a name of a skill means, typing ahead over it, and loading it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Min, When
from django.db.models.functions import Length

from jobos.core.models import LONGEST_SEARCH
from skills.models import SkillConcept, SkillLabel
from skills.naming import skill_key
from skills.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from skills.vocabulary import Vocabulary

SHORTEST_SEARCH = 2
MOST_FOUND = 20
LOCK = 7_201_002  # Of PostgreSQL's advisory locks: one load at a time.


def find_concepts(keys: Iterable[str]) -> dict[str, UUID]:
    """Return the concept that each key of a spelling (`skill_key`) leads to; what leads nowhere is left out."""
    return dict(SkillLabel.objects.filter(key__in=set(keys)).values_list("key", "concept_id"))


def search_concepts(text: str) -> QuerySet[SkillConcept]:
    """Return at most twenty concepts with a spelling that holds a text, taken literally.

    Spelt just so, then those that begin with it, then the rest; hot ones and short spellings first.
    """
    key = skill_key(text)
    if not SHORTEST_SEARCH <= len(text.strip()) <= LONGEST_SEARCH or len(key) > LONGEST_SEARCH:
        raise ValidationError(
            {"q": ValidationError(f"Give {SHORTEST_SEARCH} to {LONGEST_SEARCH} characters.", code="invalid")}
        )
    if not key:
        return SkillConcept.objects.none()
    place = Case(
        When(labels__key=key, then=0), When(labels__key__startswith=key, then=1), default=2, output_field=IntegerField()
    )
    return (
        SkillConcept.objects.filter(labels__key__contains=key)
        .annotate(place=Min(place), shortest=Min(Length("labels__key")))
        .order_by("place", "-is_hot", "shortest", "name", "pk")[:MOST_FOUND]
    )


# Loading --------------------------------------------------------------------------------------------------------------


@dataclass
class Loaded:
    """What one load changed."""

    concepts: int = 0
    labels: int = 0
    removed: int = 0
    linked: int = 0


@transaction.atomic
def load_taxonomy(*, vocabulary: Vocabulary | None = None, tell: Callable[[str], None] | None = None) -> Loaded:
    """Make the taxonomy what the shipped lists say, and link the skills of all banks to it by their names.

    A second run changes nothing. What the lists no longer have is removed; only one load runs at a time.
    """
    say = tell or _keep_quiet
    words = vocabulary or read_vocabulary()
    say(f"{len(words.concepts):,} concepts with {len(words.labels):,} spellings are in the lists.")
    loaded = Loaded()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        _copy(cursor, words)
        loaded.concepts = _run(cursor, _WRITE_CONCEPTS)
        say(f"{loaded.concepts:,} concepts written.")
        loaded.labels = _run(cursor, _WRITE_LABELS)
        loaded.removed = _run(cursor, _REMOVE_LABELS)
        say(f"{loaded.labels:,} spellings written.")
        loaded.linked = _link_skills(cursor)
        say(f"{loaded.linked:,} skills of banks linked.")
        loaded.removed += _run(cursor, _REMOVE_CONCEPTS)
        say(f"{loaded.removed:,} concepts and spellings removed.")
        cursor.execute("DROP TABLE listed_concepts, listed_labels, named_skills")
        if loaded != Loaded():  # Without fresh statistics a search walks through all pairs of rows.
            cursor.execute("ANALYZE skill_concepts, skill_labels")
    return loaded


def _keep_quiet(line: str) -> None:
    pass


def _run(cursor: Any, statement: str) -> int:
    cursor.execute(statement)
    return int(cursor.rowcount)


def _copy(cursor: Any, words: Vocabulary) -> None:
    """Put the lists into tables of this transaction."""
    cursor.execute(
        """
        CREATE TEMPORARY TABLE listed_concepts
            (id uuid, name text, kind text, source text, external_id text, is_hot boolean) ON COMMIT DROP;
        CREATE TEMPORARY TABLE listed_labels
            (id uuid, source text, external_id text, name text, key text, is_preferred boolean) ON COMMIT DROP
        """
    )
    with cursor.copy("COPY listed_concepts FROM STDIN") as copy:
        for one in words.concepts:
            copy.write_row((one.id, one.name, one.kind, one.source, one.external_id, one.is_hot))
    with cursor.copy("COPY listed_labels FROM STDIN") as copy:
        for label in words.labels.values():
            concept = label.concept
            copy.write_row((label.id, concept.source, concept.external_id, label.name, label.key, label.is_preferred))
    cursor.execute("ANALYZE listed_concepts; ANALYZE listed_labels")


_WRITE_CONCEPTS = """
    INSERT INTO skill_concepts AS kept (id, name, kind, source, external_id, is_hot)
    SELECT id, name, kind, source, external_id, is_hot FROM listed_concepts ORDER BY id
    ON CONFLICT (source, external_id) DO UPDATE
        SET name = excluded.name, kind = excluded.kind, is_hot = excluded.is_hot
        WHERE (kept.name, kept.kind, kept.is_hot) IS DISTINCT FROM (excluded.name, excluded.kind, excluded.is_hot)
"""
_WRITE_LABELS = """
    INSERT INTO skill_labels AS kept (id, concept_id, name, key, is_preferred)
    SELECT listed.id, concept.id, listed.name, listed.key, listed.is_preferred
    FROM listed_labels listed JOIN skill_concepts concept USING (source, external_id)
    ORDER BY listed.id
    ON CONFLICT (key) DO UPDATE
        SET concept_id = excluded.concept_id, name = excluded.name, is_preferred = excluded.is_preferred
        WHERE (kept.concept_id, kept.name, kept.is_preferred)
            IS DISTINCT FROM (excluded.concept_id, excluded.name, excluded.is_preferred)
"""
_REMOVE_LABELS = """
    DELETE FROM skill_labels kept
    WHERE NOT EXISTS (SELECT FROM listed_labels listed WHERE listed.key = kept.key)
"""
# Skills have let go of these by then: no spelling leads to them.
_REMOVE_CONCEPTS = """
    DELETE FROM skill_concepts kept
    WHERE NOT EXISTS (
        SELECT FROM listed_concepts listed
        WHERE (listed.source, listed.external_id) = (kept.source, kept.external_id)
    )
"""


def _link_skills(cursor: Any) -> int:
    """Point every skill of every bank at the concept its name leads to, or at none; return how many that changed.

    Each name is read once, since its key is not known to the database.
    """
    cursor.execute("CREATE TEMPORARY TABLE named_skills (name text, key text) ON COMMIT DROP")
    cursor.execute("SELECT DISTINCT name FROM skills")
    names = [name for (name,) in cursor.fetchall()]
    with cursor.copy("COPY named_skills FROM STDIN") as copy:
        for name in names:
            copy.write_row((name, skill_key(name)))
    cursor.execute("ANALYZE named_skills")
    return _run(
        cursor,
        """
        UPDATE skills SET concept_id = label.concept_id
        FROM named_skills named LEFT JOIN skill_labels label USING (key)
        WHERE skills.name = named.name AND skills.concept_id IS DISTINCT FROM label.concept_id
        """,
    )
