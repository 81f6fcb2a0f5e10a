"""The shared taxonomy as it is shipped: three lists, put together into concepts and the spellings that lead to them.

`data/technologies.csv.gz` and `data/skills.txt.gz` are adapted from O*NET and ESCO by `skills.adapting` (see NOTICE),
`data/aliases.csv` is our own: the names people use, with the entry of those lists that each means.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from skills.naming import skill_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = Path(__file__).parent / "data"
ALIASES, TECHNOLOGIES, SKILLS = "aliases.csv", "technologies.csv.gz", "skills.txt.gz"
ONET, ESCO, OWN = "O*NET", "ESCO", "JobOS"
TECHNOLOGY, SKILL = "technology", "skill"
# Keys are made from this and the natural key, so that they are the same in every database.
NAMESPACE = UUID("6f0b7a5e-2c11-4d0f-9a53-3b1f6d8f1c42")
# What classifications add to names and people leave out.
LANGUAGE, SOFTWARE = " (computer programming)", " software"
SHORTEST_ACRONYM = 3


@dataclass(frozen=True)
class Technology:
    """One technology of O*NET, with the number of occupations that use it."""

    name: str
    is_hot: bool
    occupations: int


@dataclass(frozen=True)
class Alias:
    """A name that people use, the entry it means ('' for a concept of our own), and its other spellings."""

    name: str
    kind: str
    entry: str
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class Concept:
    """One skill or technology, named by its source's own name for it (`external_id`)."""

    name: str
    kind: str
    source: str
    external_id: str
    is_hot: bool = False

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE, f"{self.source}:{self.external_id}")


@dataclass(frozen=True)
class Label:
    """One spelling of a concept."""

    concept: Concept
    name: str
    key: str
    is_preferred: bool

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE, f"label:{self.key}")


@dataclass
class Vocabulary:
    """Concepts, and the one that each spelling leads to.

    Its rule: a spelling stays with whom it came to first, and a name that is taken makes no second concept. So the
    order in which the lists are read decides every conflict.
    """

    concepts: list[Concept] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)

    def add_concept(self, concept: Concept) -> Concept:
        """Add a concept under its name; where the name is taken, give the concept that has it."""
        key = skill_key(concept.name)
        if key in self.labels:
            return self.labels[key].concept
        self.concepts.append(concept)
        self.labels[key] = Label(concept, concept.name, key, is_preferred=True)
        return concept

    def add_spelling(self, concept: Concept, name: str) -> None:
        key = skill_key(name)
        if key and key not in self.labels:
            self.labels[key] = Label(concept, name, key, is_preferred=False)


def read_vocabulary() -> Vocabulary:
    """Return the whole taxonomy as it is shipped."""
    return arrange(read_aliases(), read_technologies(), read_skills())


def arrange(aliases: Iterable[Alias], technologies: Iterable[Technology], skills: Iterable[str]) -> Vocabulary:
    """Put the three lists together; what comes first in this order keeps a spelling that several want.

    1. What we wrote ourselves: every name, then every other spelling.
    2. Technologies of O*NET: hot ones, then by how many occupations use them, then by name.
    3. Skills of ESCO, by name: a technology beats a skill.
    4. What follows from those names: without their usual endings, and acronyms, in the same order.
    """
    aliases = list(aliases)
    technologies = sorted(technologies, key=lambda entry: (not entry.is_hot, -entry.occupations, entry.name))
    hot = {entry.name: entry.is_hot for entry in technologies}
    skills = sorted(skills)
    esco = set(skills)
    vocabulary = Vocabulary()
    known: dict[str, Concept] = {}  # By the name in a source.
    named = []
    for alias in aliases:
        source = ONET if alias.entry in hot else ESCO if alias.entry in esco else OWN
        if alias.entry and source == OWN:
            raise ValueError(f"No list has the entry {alias.entry!r} of {alias.name!r}.")
        external_id = alias.entry or alias.name
        concept = Concept(alias.name, alias.kind, source, external_id, is_hot=hot.get(alias.entry, False))
        known[external_id] = vocabulary.add_concept(concept)
        named.append((known[external_id], alias.spellings))
    for concept, spellings in named:
        for spelling in spellings:
            vocabulary.add_spelling(concept, spelling)
    entries = [
        *(Concept(entry.name, TECHNOLOGY, ONET, entry.name, is_hot=entry.is_hot) for entry in technologies),
        *(Concept(name.removesuffix(LANGUAGE), SKILL, ESCO, name) for name in skills),
    ]
    for concept in entries:
        if concept.external_id not in known:
            known[concept.external_id] = vocabulary.add_concept(concept)
        vocabulary.add_spelling(known[concept.external_id], concept.external_id)
    for name, concept in known.items():
        for spelling in derive_spellings(name):
            vocabulary.add_spelling(concept, spelling)
    return vocabulary


def derive_spellings(name: str) -> Iterator[str]:
    """Give the other spellings that a name of a classification holds: without its ending, and its acronym.

    "Border Gateway Protocol BGP" is "Border Gateway Protocol" and "BGP" as well.
    """
    if name.endswith(SOFTWARE):
        name = name.removesuffix(SOFTWARE)
        yield name
    *words, last = name.split()
    initials = "".join(word[0] for word in words if word[0].isalnum()).upper()
    if len(last) >= SHORTEST_ACRONYM and last.isupper() and last.isalpha() and initials.endswith(last):
        yield " ".join(words)
        yield last


# Files ----------------------------------------------------------------------------------------------------------------


def read_aliases() -> list[Alias]:
    with (FOLDER / ALIASES).open(encoding="utf-8", newline="") as file:
        return [
            Alias(row["name"], row["kind"], row["entry"], tuple(filter(None, row["spellings"].split(" | "))))
            for row in csv.DictReader(file)
        ]


def read_technologies() -> list[Technology]:
    with gzip.open(FOLDER / TECHNOLOGIES, "rt", encoding="utf-8", newline="") as file:
        return [Technology(name, is_hot == "1", int(occupations)) for name, is_hot, occupations in csv.reader(file)]


def read_skills() -> list[str]:
    with gzip.open(FOLDER / SKILLS, "rt", encoding="utf-8") as file:
        return file.read().splitlines()
