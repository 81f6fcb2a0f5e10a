"""The form in which the spellings of one skill meet."""

from __future__ import annotations

import re
import unicodedata

SPACES = re.compile(r"[\s_]+")
# Letters, digits and the signs that tell skills apart: C++, C#, .NET, Node.js, CI/CD.
SIGNS = re.compile(r"[^\w+#./&-]+")
EDGES = " -/&."


def skill_key(name: str) -> str:
    """Return the key of a skill's name: compatibility forms, case, spaces and stray punctuation do not count.

    "PostgreSQL", " postgresql " and "POSTGRESQL" share one; "C", "C++" and "C#" do not. Normalising twice changes
    nothing; the key of a name without a letter or digit is ''.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    spaced = SPACES.sub(" ", SIGNS.sub(" ", folded)).strip()
    trimmed = spaced.lstrip(" -/&").rstrip(EDGES)
    return trimmed if any(character.isalnum() for character in trimmed) else ""
