"""Finding skills in text: which words of a text name which skill, and when two spellings mean the same.

A text is cut into words that keep the signs by which skills differ (C++, C#, .NET). Runs of words are looked up in one
dictionary, the longest first. "front-end", "front end" and "frontend" meet, and so do singular and plural; words of
ordinary English that are also names (Go, Excel, Spring) count only where their case and neighbours say so.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.naming import skill_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A word with the signs that belong to it: c++, c#, .net; "&" is the word "and".
WORD = re.compile(r"(?<![\w.])\.(?=net\b)[^\W_]+|[^\W_]+(?:\+\+|\+(?!\w)|#)?|&", re.IGNORECASE)
# What may stand between two words of one name.
JOINT = re.compile(r"[ \t\u00a0]{0,9}(?:[-/._\u2010\u2011]|\n)?[ \t\u00a0]{0,9}")
CLOSE = re.compile(r"[-/._\u2010\u2011]?")
# Between two items of a list: "Python, Go and C", "Java/R", one item on a line.
LISTED = re.compile(r"(?![ \t]*\Z)(?:[\s,;/|()&*\u2022\u00b7-]|\band\b|\bor\b)+", re.IGNORECASE)
NEAR = frozenset({" ", "-", "\u00a0"})  # between words that say something of each other
# What denies the name that follows it, with nothing between but words of these: "no prior Java", "do not need to know Go".
DENIAL = re.compile(
    r"(?:\b(?:not|cannot|never|no|nor|neither|without|unlike|rather than|instead of|we(?:['\u2019]ve| have)? left"
    r"|kein(?:e[mnrs]?)?|nicht|ohne|sans|pas de)|n['\u2019]t)"
    r"(?:\s+(?:a|actually|an|and|any|background|be|been|code|coded|comfortable|commercial|deep|developed|done|ever|expect"
    r"|expecting|experience|experienced|familiar|fluent|for|formal|had|hands-on|have|having|in|know|knowing|knowledge|learn"
    r"|learned|learnt|longer|looking|need|needed|needs|of|on|or|previous|prior|professional|professionally|proficient"
    r"|programmed|really|require|required|requires|single|skills?|specific|such|the|to|touched|training|tried|use|used"
    r"|using|want|with|work|worked|working|write|written|yet|you))*\s+$",
    re.IGNORECASE,
)
LONGEST_DENIAL = 80  # characters
DENIED_AFTER = re.compile(
    r"(?:\s+(?:knowledge|experience|skills?))?\s*\(?\s*(?:(?:is|are)\s+not|(?:is|are)n['\u2019]t|not)\s+"
    r"(?:needed|used|expected|wanted|relevant)\b",
    re.IGNORECASE,
)
# Between two names of which the one is denied with the other: "no PHP, Perl or Scala"; not "no PHP, Python is our language".
DENIED_TOGETHER = re.compile(r"[ \t]*(?:,?[ \t]*\b(and|or|nor)\b|[,/&])[ \t]*(?:(?:in|with|of)[ \t]+)?", re.IGNORECASE)
ASSERTED_AFTER = re.compile(r"\s+(?:is|are|must|will|only|instead|preferred)\b(?!\s+not\b)", re.IGNORECASE)
LONGEST_NAME = 8  # words
LONGEST_COMPOUND = 3  # words written close together that may be known as one: "node.js" and nodejs
SHORTEST_PLURAL = 4  # letters
# Names in one word that are also written in two.
COMPOUNDS = {
    "backend": "back end",
    "devops": "dev ops",
    "frontend": "front end",
    "fullstack": "full stack",
    "github": "git hub",
    "javascript": "java script",
    "powerpoint": "power point",
    "typescript": "type script",
}

# Names that are also words of ordinary English, or letters: they count with a capital and in the company of skills.
AMBIGUOUS = _words(
    """
    access acrobat ant assembly bash basic blender box brave c canvas carbon chef cursor d dart drive e echo edge elm
    excel express f flash flask flow forge forms go guru hack harvest haystack heat helm hive impact insight j julia
    keynote kit lambda less lightning linear make maple maze mercury mesh meteor mint mocha monday motion next node note
    notion number oracle outlook page pages path phoenix photo pig prefect publisher puppet pulse q quicken r rails
    rally react relay remedy render ruby rust sage salt scheme scratch sketch slack slate slide smart spark spring
    sprint storm stream swift team teams unity vault wave wing word yarn zoom
    """
)
# Abbreviations that count in capitals only: "bi-annual", "the ts".
ABBREVIATIONS = _words("ap ar bi cna dl ga icu lpn lvn rag rn tf ts wp")
# Words beside an ambiguous name that say what it is.
SUPPORTS = _words(
    """
    programming language languages developer developers development engineer engineers code coding framework software
    microsoft ms microservice microservices backend sdk script scripting scripts studio spreadsheet spreadsheets stack
    compiler library libraries api apis
    """
)
# Words after or before it with which it is something else: "go to market", "C-level", "R&D", "Series C".
NOT_BEFORE = {
    "go": _words("to live ahead above beyond through back for getter the over out into forward further"),
    "c": _words("level suite section corp class"),
    "r": _words("d"),
    "access": _words("to control the a management point our"),
    "word": _words("of"),
    "spring": _words("semester break term"),
    "teams": _words("to that who of and across"),
    "react": _words("to quickly with"),
    "express": _words("written consent your"),
}
NOT_AFTER = {
    "assembly": _words("general national legislative"),
    "c": _words("series vitamin hepatitis class section tier grade"),
    "d": _words("series r vitamin class"),
    "r": _words("series"),
    "go": _words("to ll we you they"),
    "excel": _words("to you will can who"),
    "access": _words("to the have remote"),
    "word": _words("the every"),
    "teams": _words("our the of sales across functional agile"),
    "spring": _words("the this"),
}
# Labels of classifications that are ordinary words of every posting: never taken from running text.
TOO_COMMON = _words(
    """
    ability able act acts advance advice analyse analyze and apply art assist attend build business cam care career challenge change check client
    company computer control create customer customers daily data deal deliver develop development die dig do drive duties economic electronic
    education employee energy ensure environment equipment experience facilities focus form forth goal grow growth health
    help history home hour human idea identify improve include industry information input jet job key knowledge law lead learn
    level life listen live location maintain make manage manager material materials media meet member need network
    new office operate order organisation organization package paper part people perform person plan play policy
    position power practice present process processes product production products professional program project
    projects provide qualification quality record reduce report requirement resource responsibility result review role route routes
    safe science search sector square sell service services set ski skill skills software solution solutions staff standard
    state strategy student study success support system systems task team technologies technology term test think
    time tank tool tools train training travel type understand use user vision volunteer water web word work write
    """
) | {
    # Kinds of skills and ways of working, which a posting never means as one skill.
    "attention to detail",
    "programming language",
    "programming languages",
    "scripting languages",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as it is compared, and where it stands."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A skill named in a text: what it is, and the stretch that names it."""

    identity: str
    start: int
    end: int


def cut_words(text: str) -> list[Word]:
    """Return the words of a text in order, folded in case and number."""
    return [Word(_fold(match[0]), match.start(), match.end()) for match in WORD.finditer(text)]


def _fold(word: str) -> str:
    """Return a word without case and plural: "APIs" and "api", "libraries" and "library" are one."""
    if word == "&":
        return "and"
    folded = word.casefold()
    if len(folded) < SHORTEST_PLURAL or not folded.endswith("s") or folded.endswith(("ss", "us", "js", "os")):
        return folded
    if folded.endswith("is") and len(folded) > SHORTEST_PLURAL:  # "analysis", but not "APIs"
        return folded
    return folded[:-3] + "y" if folded.endswith("ies") and len(folded) > SHORTEST_PLURAL else folded[:-1]


def spell(name: str) -> str:
    """Return the form in which the spellings of a name meet: "Front-End", "front end" and "FrontEnd" share one."""
    return "".join(word.form for word in cut_words(skill_key(name)))


class Lexicon:
    """All the names under which skills can be met, each leading to what it is.

    `labels` maps keys of names (`skills.naming.skill_key`) to concepts. Names of no concept are added with `including`
    and stand for themselves. Of the keys, `acronyms` count in a text only where it writes them in capitals, and
    `unread` never: they say too little outside a list of skills.
    """

    def __init__(
        self,
        labels: Mapping[str, str] | None = None,
        *,
        acronyms: frozenset[str] = frozenset(),
        unread: frozenset[str] = frozenset(),
    ) -> None:
        self._acronyms = frozenset("".join(word.form for word in cut_words(key)) for key in acronyms)
        self._unread = TOO_COMMON | unread
        self._identities: dict[str, str] = {}  # a spelling with all words run together -> what it is
        self._phrases: dict[str, str] = {}  # words of a text separated by spaces, or one compound -> what it is
        self._longest: dict[str, int] = {}  # the first word -> how many words a name that starts so can have
        for key, concept in sorted((labels or {}).items()):
            self._learn(key, concept)

    def including(self, names: Iterable[str]) -> Lexicon:
        """Return a lexicon that knows these names as well; this one stays as it is."""
        known = Lexicon()
        known._acronyms = self._acronyms
        known._identities = self._identities.copy()
        known._phrases = self._phrases.copy()
        known._longest = self._longest.copy()
        for name in names:
            key = skill_key(name)
            if key:
                known._learn(key, known.identify(name), is_chosen=True)
        return known

    def _learn(self, key: str, identity: str, *, is_chosen: bool = False) -> None:
        words = cut_words(key)
        if not words or len(words) > LONGEST_NAME:
            return
        forms = [word.form for word in words]
        self._identities.setdefault("".join(forms), identity)
        if not is_chosen and (key in self._unread or (len(forms) == 1 and forms[0] in TOO_COMMON)):
            return
        self._phrases.setdefault(" ".join(forms), identity)
        if len(words) > 1 and all(CLOSE.fullmatch(gap) for gap in _gaps(key, words)):
            self._phrases.setdefault("".join(forms), identity)
            self._longest.setdefault("".join(forms), 1)
        if key in COMPOUNDS:
            self._phrases.setdefault(COMPOUNDS[key], identity)
        self._longest[forms[0]] = max(self._longest.get(forms[0], 0), len(forms))

    def identify(self, name: str) -> str:
        """Return what a name stands for: its concept, else its own spelling; '' for a name without a word."""
        spelling = spell(name)
        return self._identities.get(spelling, spelling)

    def find(self, text: str) -> list[Mention]:
        """Return the skills that a text names and does not deny, in reading order; of names that overlap the longest counts."""
        words = cut_words(text)
        found: list[Mention] = []
        unsure: set[int] = set()
        at = 0
        while at < len(words):
            length, identity = self._longest_at(text, words, at)
            if length:
                if length == 1 and not self._is_written_right(text, words[at]):
                    at += 1
                    continue
                if length == 1 and _is_ambiguous(text, words[at]):
                    if not _may_be_name(text, words, at):
                        at += 1
                        continue
                    if not _is_supported(text, words, at):
                        unsure.add(len(found))
                found.append(Mention(identity, words[at].start, words[at + length - 1].end))
            at += max(length, 1)
        unsure -= _listed_with_others(text, found, unsure)
        named = [mention for number, mention in enumerate(found) if number not in unsure]
        denied = _denied(text, named)
        return [mention for number, mention in enumerate(named) if number not in denied]

    def _is_written_right(self, text: str, word: Word) -> bool:
        """Return whether an acronym is written in capitals: "BASIC" is a language, "Basic" is a word."""
        is_acronym = word.form in self._acronyms or word.form in ABBREVIATIONS
        return not is_acronym or text[word.start : word.end].rstrip("s").isupper()

    def _longest_at(self, text: str, words: list[Word], at: int) -> tuple[int, str]:
        """Return how many words from `at` on make the longest name, and what it is; none is 0."""
        best = (0, "")
        spaced = run_together = ""
        is_close = True
        reach = max(self._longest.get(words[at].form, 0), LONGEST_COMPOUND)
        for count in range(1, min(reach, len(words) - at) + 1):
            word = words[at + count - 1]
            if count > 1:
                gap = text[words[at + count - 2].end : word.start]
                if not JOINT.fullmatch(gap):
                    break
                is_close = is_close and bool(CLOSE.fullmatch(gap))
            spaced = f"{spaced} {word.form}" if spaced else word.form
            run_together += word.form
            identity = self._phrases.get(spaced) or (self._phrases.get(run_together) if is_close else None)
            if identity:
                best = (count, identity)
        return best


class Reader:
    """Reads texts with a lexicon and remembers what each names, while one resume is worked on."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._read: dict[str, frozenset[str]] = {}

    def read(self, text: str) -> frozenset[str]:
        """Return what a text names. One that is nothing but a name needs no context: the "Go" of a list of skills."""
        if text not in self._read:
            named = {mention.identity for mention in self.lexicon.find(text)}
            self._read[text] = frozenset(named | {self.lexicon.identify(text)})
        return self._read[text]


def _gaps(text: str, words: list[Word]) -> list[str]:
    return [text[before.end : after.start] for before, after in itertools.pairwise(words)]


def _is_ambiguous(text: str, word: Word) -> bool:
    return word.form in AMBIGUOUS or text[word.start : word.end].casefold() in AMBIGUOUS


def _may_be_name(text: str, words: list[Word], at: int) -> bool:
    """Return whether nothing speaks against an ambiguous word being a name: its case, signs and words around it."""
    word = words[at]
    written = text[word.start : word.end]
    around = text[max(word.start - 1, 0) : word.start] + text[word.end : word.end + 1]
    if not written[0].isupper() or (len(written) == 1 and set(around) & set("&-'\u2019@")):
        return False
    before, after = _neighbours(text, words, at)
    name = written.casefold()
    return after not in NOT_BEFORE.get(name, ()) and before not in NOT_AFTER.get(name, ())


def _is_supported(text: str, words: list[Word], at: int) -> bool:
    """Return whether the words beside an ambiguous name, or a capital within a sentence, say that it is one."""
    before, after = _neighbours(text, words, at)
    if before in SUPPORTS or after in SUPPORTS or len(words) == 1:  # The item of a list that is nothing but a name.
        return True
    written = text[words[at].start : words[at].end]
    # Inside a sentence a capital says it of a word; of a single letter, or where all is in capitals, it says nothing.
    return len(written) > 1 and bool(before) and not written.isupper()


def _neighbours(text: str, words: list[Word], at: int) -> tuple[str, str]:
    """Return the words directly before and after in the same sentence, without case; '' for none."""
    before = after = ""
    if at and text[words[at - 1].end : words[at].start] in NEAR:
        before = text[words[at - 1].start : words[at - 1].end]
    if at + 1 < len(words) and text[words[at].end : words[at + 1].start] in NEAR:
        after = text[words[at + 1].start : words[at + 1].end]
    return before.casefold(), after.casefold()


def _listed_with_others(text: str, found: list[Mention], unsure: set[int]) -> set[int]:
    """Return the unsure names that stand in a list beside another name: "C and C++", "Word, Excel"."""
    listed: set[int] = set()
    for number in unsure:
        for other in (number - 1, number + 1):
            if 0 <= other < len(found):
                first, second = sorted((found[number], found[other]), key=lambda mention: mention.start)
                if LISTED.fullmatch(text[first.end : second.start]):
                    listed.add(number)
    return listed


def _denied(text: str, named: list[Mention]) -> set[int]:
    """Return the names that a text denies: "no PHP", "never used Kafka or Rust", "Scala is not used"."""
    denied: set[int] = set()
    for number, mention in enumerate(named):
        if DENIAL.search(text[max(mention.start - LONGEST_DENIAL, 0) : mention.start]):
            denied.add(number)
        elif number - 1 in denied:
            joint = DENIED_TOGETHER.fullmatch(text[named[number - 1].end : mention.start])
            is_sure = joint is not None and (joint[1] or "").casefold() in {"or", "nor"}
            if joint is not None and (is_sure or not ASSERTED_AFTER.match(text, mention.end)):
                denied.add(number)
    is_over = False  # A denial that follows the names from here on back.
    for number in range(len(named) - 1, -1, -1):
        end = named[number].end
        after = DENIED_AFTER.match(text, end)
        if after or (is_over and DENIED_TOGETHER.fullmatch(text[end : named[number + 1].start])):
            denied.add(number)
            is_over = not after or "(" not in after[0]
        else:
            is_over = False
    return denied
