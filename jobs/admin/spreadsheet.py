"""Writing rows as CSV, piece by piece, so that no program that opens it takes a text for a formula."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from jobs.services.listing_import.reading import FORMULA_STARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _Echo:
    """A file that returns what is written to it."""

    def write(self, text: str) -> str:
        return text


def write_csv(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Return the lines of a CSV file."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([defuse(value) for value in row])


def defuse(value: Any) -> str:
    """Return a value as a cell that is a text or a number and nothing else.

    What makes a spreadsheet calculate gets an apostrophe in front, which spreadsheets do not show.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
