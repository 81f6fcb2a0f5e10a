"""Readable lines from the HTML of a posting. Values in, values out."""

from __future__ import annotations

import html
import re

import nh3

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "br",
        "td",
        "th",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "img",
        "mark",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    ]
)
# A text counts as HTML by a tag that people write; a type such as vector<int> is none.
_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(_BLOCKS | _INLINE, key=len, reverse=True))})(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_ESCAPED_TAG = re.compile(r"&(?:amp;)*lt;/?[a-z][a-z0-9]*", re.IGNORECASE)
# What stands between two blocks, after cleaning: tags without attributes, text without bare angle brackets.
_CLEAN_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_SPACES = re.compile(r"[^\S\n]+")
_MANY_BREAKS = re.compile(r"\n{3,}")
_MOST_ESCAPES = 3
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "hr", "pre", "section"})


def is_html(text: str) -> bool:
    """Tell whether a text is written in HTML, escaped or not."""
    return bool(_TAG.search(text) or _ESCAPED_TAG.search(text))


def read_text(text: str) -> str:
    """Return plain text from plain text or HTML: blocks are lines, list items begin with a dash, entities are letters.

    HTML that was escaped on its way, once or twice, is unescaped first. Scripts and styles vanish with what they hold.
    """
    if "<" not in text and "&" not in text:
        return tidy(text)
    for _ in range(_MOST_ESCAPES):
        if _TAG.search(text) or not _ESCAPED_TAG.search(text):
            break
        text = html.unescape(text)
    if _TAG.search(text):
        clean = nh3.clean(text.replace("\n", " "), tags=set(_BLOCKS), attributes={}, link_rel=None)
        text = _CLEAN_TAG.sub(_break, clean)
    return tidy(html.unescape(text))


def _break(tag: re.Match[str]) -> str:
    closes, name = tag[1], tag[2]
    if name == "li":
        return "" if closes else "\n- "
    if name in ("td", "th"):
        return "\t" if closes else ""
    return "\n\n" if name in _APART else "\n"


def tidy(text: str) -> str:
    """Return text with single spaces inside its lines, at most one empty line between them, and none around."""
    if "\n" not in text and "\r" not in text:
        return " ".join(text.split())
    lines = (_SPACES.sub(" ", line).strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    joined = "\n".join("" if line == "-" else line for line in lines)
    return _MANY_BREAKS.sub("\n\n", joined).strip()


def read_items(text: str) -> list[str]:
    """Return the items of a list in HTML or lines, without their bullets."""
    return [item for line in read_text(text).split("\n") if (item := line.lstrip("-*•· ").strip())]
