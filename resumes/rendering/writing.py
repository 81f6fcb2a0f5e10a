"""The writing systems of a text: which language to set it as, and in which direction it runs."""

from __future__ import annotations

import re
import unicodedata

# Ranges of code points and the language that a text of them is set as (hyphenation, shapes of Han characters).
SCRIPTS = (
    (0x0370, 0x03FF, "el"),
    (0x1F00, 0x1FFF, "el"),
    (0x0400, 0x052F, "ru"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, "ar"),
    (0x0750, 0x077F, "ar"),
    (0x08A0, 0x08FF, "ar"),
    (0x0900, 0x097F, "hi"),
    (0x0980, 0x09FF, "bn"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0E00, 0x0E7F, "th"),
    (0x10A0, 0x10FF, "ka"),
    (0x1C90, 0x1CBF, "ka"),
    (0x3040, 0x30FF, "ja"),
    (0x31F0, 0x31FF, "ja"),
    (0xAC00, 0xD7A3, "ko"),
    (0x3400, 0x4DBF, "zh"),
    (0x4E00, 0x9FFF, "zh"),
    (0xF900, 0xFB1C, "zh"),
    (0xFB1D, 0xFB4F, "he"),
    (0xFB50, 0xFDFF, "ar"),
    (0xFE70, 0xFEFC, "ar"),
)
RIGHT_TO_LEFT = frozenset({"ar", "he"})
# Controls, and the marks that would turn the direction of whatever follows; the joiners stay, words need them.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+")


def tidy(text: str) -> str:
    """Return a text as one line: without control characters, every run of white space one space."""
    return " ".join(_UNWANTED.sub(" ", text).split())


def language_of(text: str, *, otherwise: str) -> str:
    """Return the language to set a text as, by its first letter; Japanese where Han characters come with kana."""
    first = next((found for found in map(_script_of, text) if found), None)
    if first == "zh" and any(_script_of(letter) == "ja" for letter in text):
        return "ja"
    if first is None and direction_of(otherwise) == "rtl" and any(letter.isdigit() for letter in text):
        return "en"  # Numbers with signs, such as a telephone's, run from the left in every language.
    return first or otherwise


def main_language(texts: list[str]) -> str:
    """Return the language of most letters in all the texts together; English for Latin letters and for none."""
    counts: dict[str, int] = {}
    for letter in "".join(texts):
        found = _script_of(letter)
        if found:
            counts[found] = counts.get(found, 0) + 1
    if not counts:
        return "en"
    if counts.get("ja") and counts.get("zh", 0) < 10 * counts["ja"]:  # Japanese is full of Han characters.
        counts["ja"] += counts.pop("zh", 0)
    return max(sorted(counts), key=counts.__getitem__)


def direction_of(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _script_of(letter: str) -> str | None:
    point = ord(letter)
    if point < SCRIPTS[0][0]:
        return "en" if letter.isalpha() else None
    for low, high, language in SCRIPTS:
        if low <= point <= high:
            return language if unicodedata.category(letter)[0] in "LM" else None
    return None
