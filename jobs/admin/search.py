"""Searching listings in the admin: the words a person typed, as the catalogue's own text search reads them."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery
from django.db.models import Func, TextField, Value

from jobos.core.admin import LONGEST_SEARCH, MOST_SEARCH_WORDS
from jobos.core.parsers import is_storable


def read_words(text: str) -> SearchQuery | None:
    """Return what to match a search column with, None where the database can hold no such text."""
    if not is_storable(text):
        return None
    words = " ".join(text[:LONGEST_SEARCH].split()[:MOST_SEARCH_WORDS])
    spelled = Func(Value(words), function="jobos_search_text", output_field=TextField())
    return SearchQuery(spelled, config="jobos", search_type="websearch")
