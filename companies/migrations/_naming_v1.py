"""Names and websites of companies as version 1 of `companies.naming` and `companies.domains` reads them, kept for migrations.

A migration gives the same result for ever, so it has its own copy. Values in, values out.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import tldextract

# Sites on which very many employers have a page: their domain says nothing about who that employer is.
_HOSTS = """
    about.me academia.edu adp.com airtable.com amazonaws.com angel.co angellist.com applytojob.com appspot.com
    ashbyhq.com avature.net azurewebsites.net bamboohr.com bit.ly blogger.com blogspot.com breezy.hr bullhorn.com
    careerbuilder.com carrd.co cloudfront.net comeet.com crunchbase.com dice.com dover.com eightfold.ai
    eventbrite.com facebook.com fb.com freshteam.com fountain.com g2.com github.com github.io gitlab.com gitlab.io
    glassdoor.com goo.gl greenhouse.io gumroad.com handshake.com hatenablog.com herokuapp.com hired.com homerun.co
    icims.com indeed.com instagram.com isolvedhire.com jazz.co jazzhr.com jobs.cz jobvite.com join.com lever.co
    linkedin.com linktr.ee lnkd.in manatal.com medium.com monster.com myshopify.com myworkdayjobs.com
    myworkdaysite.com naukri.com netlify.app notion.site notion.so onrender.com oraclecloud.com pages.dev
    paycomonline.net paylocity.com personio.com personio.de pinpointhq.com pinterest.com polymer.co quora.com
    recruitee.com reddit.com remoteok.com rippling-ats.com seek.com.au shopify.com simplyhired.com
    sites.google.com slack.com smartrecruiters.com softgarden.io sourceforge.net squarespace.com stackoverflow.com
    stepstone.de substack.com successfactors.com successfactors.eu surge.sh t.co t.me taleo.net teamtailor.com
    telegram.me threads.net tiktok.com tinyurl.com traffit.com trello.com tumblr.com twitter.com typeform.com
    ultipro.com usajobs.gov vercel.app vimeo.com weebly.com wellfound.com wikipedia.org wixsite.com wordpress.com
    workable.com workday.com workers.dev wpengine.com x.com xing.com yelp.com youtube.com zhaopin.com
    ziprecruiter.com zohorecruit.com
"""
SHARED_HOSTS = frozenset(_HOSTS.split())
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_WEB = re.compile(r"^https?://", re.IGNORECASE)
LONGEST_DOMAIN = 253


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def find_domain(website: str) -> str:
    """Return the registrable domain of a website in lower case and punycode; '' where it tells nobody apart.

    '' is the answer for shared hosts, addresses that are no website (mailto:, javascript:), IP addresses, localhost.
    """
    host = _find_host(website.strip())
    if not host:
        return ""
    parts = _suffixes()(host)
    private = _suffixes()(host, include_psl_private_domains=True)
    domain = parts.top_domain_under_public_suffix
    if not domain or len(domain) > LONGEST_DOMAIN:
        return ""
    labels = host.split(".")
    is_shared = any(".".join(labels[start:]) in SHARED_HOSTS for start in range(len(labels)))
    return "" if is_shared or private.suffix != parts.suffix else domain  # github.io and its like: by the list itself.


def _find_host(website: str) -> str:
    if not _WEB.match(website):
        if _SCHEME.match(website) and not re.match(r"^[^/:]+:\d+(?:/|$)", website):
            return ""
        website = f"http://{website.removeprefix('//')}"
    try:
        host = urlsplit(website).hostname or ""
        ascii_host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return ""
    try:
        ipaddress.ip_address(ascii_host.strip("[]"))
    except ValueError:
        return ascii_host if "." in ascii_host else ""
    return ""


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
    lines = Path(__file__).with_name("_legal_forms_v1.txt").read_text(encoding="utf-8").splitlines()
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


# What stands in for a name that is missing.
UNKNOWN = "Unnamed employer"
LONGEST_NAME = 200
LONGEST_WEBSITE = 1000
_NUMBER = re.compile(r"\d[\d,.]*")
_CATEGORIES = ("startup", "small", "medium", "large", "enterprise")
_LARGEST = (50, 200, 1000, 5000)


def spell_name(name: str) -> str:
    """Return a name as the directory spells it: without blanks around it, at most 200 characters; '' where it is blank."""
    return name.strip()[:LONGEST_NAME].strip()


def complete_website(url: str) -> str:
    """Return an address as a website with its scheme; '' where it is none."""
    url = url.strip()
    domain = find_domain(url)
    if not _WEB.match(url):
        url = f"https://{url.removeprefix('//')}" if domain else ""
    if len(url) > LONGEST_WEBSITE:
        return f"https://{domain}" if domain else ""
    return url


def size_category(size: str) -> str:
    """Return the category of a size as published ("51-200 employees", "10,001+", "Startup"); '' where it says none."""
    word = size.strip().lower()
    if word in _CATEGORIES:
        return word
    numbers = [int(re.sub(r"\D", "", text)[:9]) for text in _NUMBER.findall(size)]
    if not numbers:
        return ""
    most = max(numbers) + ("+" in size)
    return _CATEGORIES[sum(most > largest for largest in _LARGEST)]
