"""Which size does a published text say? Values in, values out.

`find_size_category` answers only where the text is certain: a number or a range of people that lies in one category,
and nothing else that could be meant. "Fortune 500" says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from math import inf

# The most people in each category, smallest first; the last one has no end.
LARGEST = {"startup": 50, "small": 200, "medium": 1000, "large": 5000, "enterprise": inf}

_NUMBER = r"(\d{1,3}(?:[,.' ]\d{3})+|\d+(?:\.\d+)?)\s?(k|m|thousand|million)?(?![\w])"
_PEOPLE = (
    r"(?:(?:full[ -]?time|global|worldwide|total)\s)?"
    r"(?:employees?|people|persons?|staff|workers|team\smembers|members\sof\sstaff|headcount|ftes?)"
    r"(?:\s(?:worldwide|globally|in\stotal))?"
)
_AMOUNT = (
    r"(?P<before>about|around|approximately|approx\.?|circa|ca\.|~|over|more\sthan|at\sleast|>=?|under|up\sto"
    r"|less\sthan|fewer\sthan|at\smost|<=?)?\s?"
    rf"{_NUMBER}(?P<plus>\s?\+)?(?:\s?(?:-|to|and)\s?{_NUMBER})?"
)
_WHOLE = re.compile(rf"(?:(?:company\s)?size:?\s)?{_AMOUNT}(?:\s{_PEOPLE})?\.?")
_COUNTED = re.compile(rf"(?<![\w.,-]){_AMOUNT}\s{_PEOPLE}\b")
_MULTIPLES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "": 1}
_MORE = ("over", "more than", "at least", ">", ">=")
_LESS = ("under", "up to", "less than", "fewer than", "at most", "<", "<=")


def find_size_category(text: str) -> str:
    """Return the category that a published size certainly lies in, '' where it is not certain.

    The number of people decides: "501-1000 employees" is medium, "5,000" large, "10k+" enterprise. A range may begin
    with the last number of the category below ("1000-5000"), and an open one ("1000+") begins just above its number.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    plain = re.sub(r"\s*[\u2010-\u2015\u2212]\s*", "-", plain)
    plain = re.sub(r"\s+", " ", plain)
    if plain in LARGEST:
        return plain
    whole = _WHOLE.fullmatch(plain)
    counted = [whole] if whole else list(_COUNTED.finditer(plain))
    return _find_category(*_read_bounds(counted[0])) if len(counted) == 1 else ""


def _read_bounds(found: re.Match[str]) -> tuple[float, float]:
    before, plus = found["before"] or "", found["plus"]
    first, first_unit, last, last_unit = found.group(2, 3, 5, 6)
    if last is not None:
        if plus or before in (*_MORE, *_LESS):
            return 0, 0
        low = _read_number(first, first_unit)
        return (low + 1 if low in LARGEST.values() else low), _read_number(last, last_unit)
    number = _read_number(first, first_unit)
    if plus or before in _MORE:
        return number + 1, number + 1
    return (1, number) if before in _LESS else (number, number)


def _read_number(digits: str, unit: str | None) -> float:
    multiple = _MULTIPLES[unit or ""]
    grouped = re.fullmatch(r"\d{1,3}(?:[,.' ]\d{3})+", digits)
    return float(re.sub(r"[,.' ]", "", digits) if grouped else digits) * multiple


def _find_category(low: float, high: float) -> str:
    if not 1 <= low <= high:
        return ""
    category = next(name for name, most in LARGEST.items() if low <= most)
    return category if high <= LARGEST[category] else ""
