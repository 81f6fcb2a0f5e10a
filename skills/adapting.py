"""Make the shipped lists from the published ones; run only when those have new editions.

    python -m skills.adapting ESCO_SKILLS_CSV ONET_TECHNOLOGIES_CSV

The first has one preferred label a line below a heading; the second names each technology with whether it is hot and
how many occupations use it.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from pathlib import Path

from skills.vocabulary import FOLDER, SKILLS, TECHNOLOGIES


def read(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def adapt_technologies(rows: list[dict[str, str]]) -> str:
    """Return the technologies as CSV: name, 1 where it is hot, number of occupations."""
    text = io.StringIO()
    lines = {(row["technology"].strip(), int(row["hot_technology"] != "N"), int(row["occupations"])) for row in rows}
    csv.writer(text, lineterminator="\n").writerows(sorted(lines))
    return text.getvalue()


def adapt_skills(rows: list[dict[str, str]]) -> str:
    """Return the skills, one a line."""
    return "".join(f"{name}\n" for name in sorted({row["skills"].strip() for row in rows}))


def compress(text: str) -> bytes:
    """Return a file that is the same, byte for byte, whenever it is made."""
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


if __name__ == "__main__":
    if len(sys.argv) != 3:  # noqa: PLR2004 - the two files.
        sys.exit(__doc__)
    (FOLDER / SKILLS).write_bytes(compress(adapt_skills(read(sys.argv[1]))))
    (FOLDER / TECHNOLOGIES).write_bytes(compress(adapt_technologies(read(sys.argv[2]))))
