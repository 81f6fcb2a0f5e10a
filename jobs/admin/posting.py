"""Marking keywords in a posting: text in, pieces of text out, for a template to escape."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MATCHED = "matched"
MISSING = "missing"
# Beyond this many marks a posting is one colour and no help.
MOST_MARKS = 2000


@dataclass(frozen=True)
class Piece:
    """A stretch of a posting; `kind` is '' for plain text."""

    text: str
    kind: str = ""


def mark_keywords(text: str, *, matched: Iterable[str], missing: Iterable[str]) -> list[Piece]:
    """Return the posting in pieces, with whole-word keywords apart, longest first, however they are cased."""
    folded = _fold(text)
    found = (
        (start, start + len(word), kind)
        for kind, words in ((MATCHED, matched), (MISSING, missing))
        for word in map(str.strip, words)
        for start in _find_all(folded, _fold(word))
    )
    spans = list(islice(found, MOST_MARKS))
    pieces: list[Piece] = []
    at = 0
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < at:
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], kind))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces


def _fold(text: str) -> str:
    """Return the text in lower case with every character where it was."""
    return "".join(lower if len(lower := character.lower()) == 1 else character for character in text)


def _find_all(text: str, word: str) -> Iterator[int]:
    if not word:
        return
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        begins = start == 0 or not (text[start - 1].isalnum() and word[0].isalnum())
        ends = end == len(text) or not (text[end].isalnum() and word[-1].isalnum())
        if begins and ends:
            yield start
        start = text.find(word, end)
