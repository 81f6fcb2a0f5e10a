"""The fonts that ship with JobOS, and which characters none of them has."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = Path(__file__).parent / "fonts"
SEGMENTS, RANGES = 4, 12  # The two formats of a font's table of characters that cover Unicode.
# What has no shape of its own: joiners, marks of direction, variation selectors.
_SHAPELESS = frozenset({"Cf", "Zs", "Zl", "Zp", "Cc"})
_SELECTORS = range(0xFE00, 0xFE10)


def find_missing(texts: Iterable[str]) -> list[str]:
    """Return the characters that no font has, in the order of Unicode."""
    wanted = set().union(*texts)
    known = covered()
    return sorted(
        letter
        for letter in wanted
        if ord(letter) not in known and unicodedata.category(letter) not in _SHAPELESS and ord(letter) not in _SELECTORS
    )


def describe(letter: str) -> str:
    """Return a character's number and name: U+1F680 ROCKET."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, 'of no name')}"


@cache
def covered() -> frozenset[int]:
    """Return every code point that some font has a shape for."""
    return frozenset(point for path in sorted(FOLDER.glob("*.[ot]tf")) for point in read_points(path.read_bytes()))


def read_points(font: bytes) -> Iterator[int]:
    """Yield the code points of an OpenType font's table `cmap`."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = (struct.unpack_from(">4sLLL", font, 12 + 16 * number) for number in range(count))
    start = next(offset for name, _, offset, _ in tables if name == b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    for number in range(count):
        (offset,) = struct.unpack_from(">L", font, start + 4 + 8 * number + 4)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if form == SEGMENTS:
            yield from _read_segments(font, start + offset)
        elif form == RANGES:
            yield from _read_ranges(font, start + offset)


def _read_segments(font: bytes, start: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    begins = struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)
    for begin, end in zip(begins, ends, strict=True):
        if begin != 0xFFFF:  # noqa: PLR2004 - The segment that closes the table.
            yield from range(begin, end + 1)


def _read_ranges(font: bytes, start: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">L", font, start + 12)
    for number in range(count):
        begin, end, _ = struct.unpack_from(">3L", font, start + 16 + 12 * number)
        yield from range(begin, end + 1)
