"""Finding companies by name among very many: an index answers, never a walk through the directory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Collate, Lower, StrIndex

from companies.models import Company
from companies.naming import fold, normalize_company_name
from companies.services.identity import Identity, Known, Match, MatchRule, Mention
from companies.services.matches import find_look_alikes
from companies.services.targets import SHORTEST_FUZZY_SEARCH, is_words

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from companies.likeness import Likeness
    from jobos.accounts.models import User

# Nobody leafs further through what a name finds.
MOST_FOUND = 500
MOST_MISSPELT = 20
# Two letters are the beginning of a word; inside of words they are everywhere, and no index knows where.
SHORTEST_INSIDE = 3
LIKENESS_OF_WORDS = 0.5
MOST_SUGGESTED = 5


def search_directory(rows: QuerySet[Company], text: str) -> list[Any]:
    """Return the keys of at most 500 of these companies whose name holds a text, best first.

    The whole name, then its beginning, the beginning of a word, any part. Words are compared without case and accents;
    a text with any other character is meant literally. Only where nothing matches are slips of the pen forgiven.
    """
    text = text.strip()
    if not is_words(text):
        return _find_literally(rows, text) or _find_by_words(rows, normalize_company_name(text))
    words = fold(text)
    found = _find_by_words(rows, words)
    if found or len(words) < SHORTEST_FUZZY_SEARCH:
        return found
    return _find_misspelt(rows, words)


def _find_by_words(rows: QuerySet[Company], words: str) -> list[Any]:
    """Return keys by the whole name and its beginning, then by the beginning of a word, then by any part."""
    rows = rows.annotate(spelling=Collate("normalized_name", "C"))
    found: dict[Any, None] = {}
    steps = [{"spelling__startswith": words}, {"normalized_name__contains": f" {words}"}]
    if len(words) >= SHORTEST_INSIDE:
        steps.append({"normalized_name__contains": words})
    for condition in steps:
        if len(found) < MOST_FOUND:
            hits = rows.filter(**condition).order_by("spelling", "pk").values_list("pk", flat=True)
            found |= dict.fromkeys(hits[:MOST_FOUND])
    return list(found)[:MOST_FOUND]


def _find_literally(rows: QuerySet[Company], text: str) -> list[Any]:
    place = StrIndex(Lower("name"), Lower(Value(text)))
    hits = rows.filter(name__iregex=re.escape(text)).annotate(place=place).order_by("place", "name", "pk")
    return list(hits.values_list("pk", flat=True)[:MOST_FOUND])


def _find_misspelt(rows: QuerySet[Company], words: str) -> list[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS_OF_WORDS)])
        hits = (
            rows.filter(normalized_name__trigram_word_similar=words)
            .annotate(
                word_likeness=TrigramWordSimilarity(words, "normalized_name"),
                likeness=TrigramSimilarity("normalized_name", words),
            )
            .order_by(F("word_likeness").desc(), F("likeness").desc(), "pk")
        )
        return list(hits.values_list("pk", flat=True)[:MOST_MISSPELT])


def match_company(
    name: str, website: str = "", *, by: User
) -> tuple[Match | None, str, list[tuple[Company, Likeness]]]:
    """Return the entry that a name and website mean for `by`, why, and look-alikes; writes nothing.

    What `by` may not see is as good as not there, a website that a stranger claims for an entry they track, too.
    """
    mention = Mention.read(name, website)
    match = Known.read([mention.identity], seen_by=by).match(mention.identity, by=by)
    among = Company.objects.open_to(by)
    if match is not None:
        among = among.exclude(pk=match.company.pk)
    alike = find_look_alikes(mention.identity.normalized_name, mention.identity.domain, among, most=MOST_SUGGESTED)
    return match, _explain(match, mention.identity), alike


def _explain(match: Match | None, identity: Identity) -> str:
    if match is None:
        return f"No company is called \u201c{identity.normalized_name}\u201d: this would be a new one."
    company = match.company
    return {
        MatchRule.DOMAIN: f"{company.name} has the website {identity.domain}.",
        MatchRule.ALIAS: f"\u201c{identity.normalized_name}\u201d is another spelling of {company.name}.",
        MatchRule.NAME: f"{company.name} has the same name when case, accents and legal forms are left out.",
    }[match.rule]
