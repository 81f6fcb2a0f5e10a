"""When do two spellings name one company? Values in, values out: no database, clock, settings or network.

`normalize_company_name` is the one algorithm for every write path. A change to it changes identities, so it comes
with a new `VERSION` and a migration.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

VERSION = 1

# Letters that Unicode does not take apart into a plain letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h"}
)
# Dots inside an abbreviation hold its letters together: L.L.C., S.A., GmbH is none.
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?|\b(?:[^\W\d_]\.)+[^\W\d_]\b")
_SEPARATORS = re.compile(r"[\W_]+")
_COOP = re.compile(r"\bco-(?=ops?\b)")
_MOST_ROUNDS = 5


def fold(text: str) -> str:
    """Return text without case, accents, punctuation and runs of spaces; '' where nothing else was in it."""
    for _ in range(_MOST_ROUNDS):  # Folding case can bring back what normalising had removed, rarely.
        folded = _fold_once(text)
        if folded == text:
            break
        text = folded
    return text


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    text = unicodedata.normalize("NFC", text.translate(_LETTERS))
    text = _COOP.sub("co", text.replace("&", " and "))
    text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    return " ".join(_SEPARATORS.sub(" ", text).split())


@cache
def legal_forms() -> frozenset[tuple[str, ...]]:
    """Return the legal forms of companies worldwide, folded, as tuples of words."""
    lines = files("companies").joinpath("legal_forms.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(tuple(line.split()) for line in lines if line and not line.startswith("#"))


@cache
def _attached_forms() -> tuple[str, ...]:
    """Return the forms of scripts written without spaces, longest first: 株式会社."""
    single = (words[0] for words in legal_forms() if len(words) == 1)
    return tuple(sorted((form for form in single if _is_ideographic(form)), key=len, reverse=True))


def _is_ideographic(text: str) -> bool:
    return all("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" for letter in text)


_LONGEST_FORM = 8


def _strip_one_form(words: list[str]) -> list[str]:
    for length in range(min(_LONGEST_FORM, len(words)), 0, -1):
        if tuple(words[-length:]) in legal_forms():
            rest = words[:-length]
            return rest[:-1] if len(rest) > 1 and rest[-1] == "and" else rest
    if words and _is_ideographic(words[-1]):
        for form in _attached_forms():
            if words[-1].endswith(form):
                stem = words[-1].removesuffix(form)
                return [*words[:-1], stem] if stem else words[:-1]
    return words


def normalize_company_name(name: str) -> str:
    """Return the form in which spellings of one company meet: "Acme Co., Ltd." and "ACME" are both "acme".

    Legal forms go only from the end, repeatedly. A name that is nothing but legal forms keeps itself, one without any
    letter keeps its trimmed text, so the result is never empty; normalising twice changes nothing.
    """
    folded = fold(name)
    if not folded:
        return " ".join(unicodedata.normalize("NFKC", name).casefold().split()) or name
    words = folded.split()
    while True:
        rest = _strip_one_form(words)
        if rest == words:
            return " ".join(words)
        if not rest:
            return folded
        words = rest
