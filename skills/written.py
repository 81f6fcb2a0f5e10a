"""Dates and web addresses as people write them, read as they are kept: pure computation."""

from __future__ import annotations

import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_LOOSE_DATE = re.compile(r"([12]\d{3})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ][\d:.]+(?:Z|[+-][\d:]+)?)?", re.ASCII)
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.]([12]\d{3})", re.ASCII)
_MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})\.?,? ([12]\d{3})", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_HOST = re.compile(r"(?://)?((?:[\w-]+\.)+[^\W\d_]{2,}(?:[:/?#]\S*)?)")


def read_date(text: str) -> str | None:
    """Return the partial date (YYYY, YYYY-MM or YYYY-MM-DD) that a text surely means, None where that is not sure."""
    text = text.strip()
    if _DATE.fullmatch(text):
        return text
    if found := _LOOSE_DATE.fullmatch(text):
        year, month, day = found[1], int(found[2]), found[3]
        read = f"{year}-{month:02}" + (f"-{int(day):02}" if day else "")
    elif found := _MONTH_FIRST.fullmatch(text):
        read = f"{found[2]}-{int(found[1]):02}"
    elif (found := _MONTH_NAMED.fullmatch(text)) and found[1][:3].casefold() in MONTHS:
        read = f"{found[2]}-{MONTHS.index(found[1][:3].casefold()) + 1:02}"
    else:
        return None
    return read if _DATE.fullmatch(read) else None


def read_address(text: str) -> str | None:
    """Return the http(s) address that a text is; https:// is put before a host alone. None where it is no address."""
    text = text.strip()
    if _ADDRESS.fullmatch(text):
        return text
    host = _HOST.fullmatch(text)
    return f"https://{host[1]}" if host else None
