"""Which domain tells a company by its website? Values in, values out; the public suffix list is the packaged one."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from urllib.parse import urlsplit

import tldextract

# Sites on which very many employers have a page: their domain says nothing about who that employer is.
SHARED_HOSTS = frozenset(
    [
        "about.me",
        "academia.edu",
        "adp.com",
        "airtable.com",
        "amazonaws.com",
        "angel.co",
        "angellist.com",
        "applytojob.com",
        "appspot.com",
        "ashbyhq.com",
        "avature.net",
        "azurewebsites.net",
        "bamboohr.com",
        "bit.ly",
        "blogger.com",
        "blogspot.com",
        "breezy.hr",
        "bullhorn.com",
        "careerbuilder.com",
        "carrd.co",
        "cloudfront.net",
        "comeet.com",
        "crunchbase.com",
        "dice.com",
        "dover.com",
        "eightfold.ai",
        "eventbrite.com",
        "facebook.com",
        "fb.com",
        "freshteam.com",
        "fountain.com",
        "g2.com",
        "github.com",
        "github.io",
        "gitlab.com",
        "gitlab.io",
        "glassdoor.com",
        "goo.gl",
        "greenhouse.io",
        "gumroad.com",
        "handshake.com",
        "hatenablog.com",
        "herokuapp.com",
        "hired.com",
        "homerun.co",
        "icims.com",
        "indeed.com",
        "instagram.com",
        "isolvedhire.com",
        "jazz.co",
        "jazzhr.com",
        "jobs.cz",
        "jobvite.com",
        "join.com",
        "lever.co",
        "linkedin.com",
        "linktr.ee",
        "lnkd.in",
        "manatal.com",
        "medium.com",
        "monster.com",
        "myshopify.com",
        "myworkdayjobs.com",
        "myworkdaysite.com",
        "naukri.com",
        "netlify.app",
        "notion.site",
        "notion.so",
        "onrender.com",
        "oraclecloud.com",
        "pages.dev",
        "paycomonline.net",
        "paylocity.com",
        "personio.com",
        "personio.de",
        "pinpointhq.com",
        "pinterest.com",
        "polymer.co",
        "quora.com",
        "recruitee.com",
        "reddit.com",
        "remoteok.com",
        "rippling-ats.com",
        "seek.com.au",
        "shopify.com",
        "simplyhired.com",
        "sites.google.com",
        "slack.com",
        "smartrecruiters.com",
        "softgarden.io",
        "sourceforge.net",
        "squarespace.com",
        "stackoverflow.com",
        "stepstone.de",
        "substack.com",
        "successfactors.com",
        "successfactors.eu",
        "surge.sh",
        "t.co",
        "t.me",
        "taleo.net",
        "teamtailor.com",
        "telegram.me",
        "threads.net",
        "tiktok.com",
        "tinyurl.com",
        "traffit.com",
        "trello.com",
        "tumblr.com",
        "twitter.com",
        "typeform.com",
        "ultipro.com",
        "usajobs.gov",
        "vercel.app",
        "vimeo.com",
        "weebly.com",
        "wellfound.com",
        "wikipedia.org",
        "wixsite.com",
        "wordpress.com",
        "workable.com",
        "workday.com",
        "workers.dev",
        "wpengine.com",
        "x.com",
        "xing.com",
        "yelp.com",
        "youtube.com",
        "zhaopin.com",
        "ziprecruiter.com",
        "zohorecruit.com",
    ]
)
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
