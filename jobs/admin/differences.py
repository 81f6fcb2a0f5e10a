"""What two texts do not have in common: texts in, pieces of both out, for a template to escape."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from jobs.admin.posting import Piece

# Comparing takes the product of both lengths; what comes after so many words is shown as it is.
MOST_WORDS = 800
DIFFERS = "missing"


def mark_differences(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces, the words that the other text lacks apart."""
    left_words, right_words = (re.findall(r"\S+\s*", text) for text in (left, right))
    matcher = SequenceMatcher(a=_fold(left_words), b=_fold(right_words))
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, left_start, left_end, right_start, right_end in matcher.get_opcodes():
        spans = (left_words[left_start:left_end], right_words[right_start:right_end])
        for side, words in zip(pieces, spans, strict=True):
            if words:
                side.append(Piece("".join(words), "" if kind == "equal" else DIFFERS))
    for side, words in zip(pieces, (left_words, right_words), strict=True):
        if len(words) > MOST_WORDS:
            side.append(Piece("".join(words[MOST_WORDS:])))
    return pieces


def _fold(words: list[str]) -> list[str]:
    return [word.strip().casefold() for word in words[:MOST_WORDS]]
