"""Stand-ins for embeddings: a hashed bag of words. Texts that share words lie close; nothing is understood.

The rows name it as their model, so that nobody takes them for the vectors of a language model.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from math import sqrt
from zlib import crc32

from jobs.models import EMBEDDING_DIMENSIONS

EMBEDDING_MODEL = f"hashed-words-{EMBEDDING_DIMENSIONS}"
_WORD = re.compile(r"[^\W_]+")


def embed(text: str) -> list[float]:
    """Return the text's vector, of length one; a text without a word is the first axis."""
    weights: dict[int, float] = {}
    for word in _WORD.findall(text.lower()):
        place, sign = _slot(word)
        weights[place] = weights.get(place, 0.0) + sign
    length = sqrt(sum(weight * weight for weight in weights.values()))
    if not length:
        weights, length = {0: 1.0}, 1.0
    vector = [0.0] * EMBEDDING_DIMENSIONS
    for place, weight in weights.items():
        vector[place] = weight / length
    return vector


def hash_content(text: str) -> str:
    """Return what tells whether a vector is still of its text."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=50_000)
def _slot(word: str) -> tuple[int, float]:
    bits = crc32(word.encode())
    return bits % EMBEDDING_DIMENSIONS, 1.0 if bits & (1 << 20) else -1.0
