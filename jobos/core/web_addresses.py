"""Which texts may stand where a web address belongs. Values in, values out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

# Columns that hold web addresses, by how their names end.
ADDRESS_COLUMNS = ("_url", "linkedin", "website")
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# acme.com:8080/jobs has no scheme; javascript:1/alert(1) has one, so a host without a dot counts only as localhost.
_HOST_AND_PORT = re.compile(r"^(?:localhost|[^/?#:\\]+\.[^/?#:\\]+):\d+(?:[/?#]|$)", re.IGNORECASE)
# Browsers take a backslash for a slash, and some readers break lines at U+2028 and U+2029.
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\\u2028\u2029]")


def check_web_address(text: str) -> None:
    """Refuse what a browser would run or misread: other schemes than http and https, credentials, control characters.

    A missing scheme is fine: people type acme.com/jobs.
    """
    refusal = ValidationError("Give a web address, such as https://acme.example/jobs.", code="web_address")
    scheme = None if _HOST_AND_PORT.match(text) else _SCHEME.match(text)
    if _UNSAFE.search(text) or (scheme and scheme[1].lower() not in ("http", "https")):
        raise refusal
    try:
        place = urlsplit(text if scheme else f"//{text.removeprefix('//')}")
    except ValueError as exc:
        raise refusal from exc
    if "@" in place.netloc:
        raise refusal
