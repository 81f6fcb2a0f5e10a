"""Scoring a resume as a document alone: its sections, its sentences, its form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from resumes.making.document import STEP, Document, Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The most that each part can give.
SECTIONS, CONTENT, FORMATTING = 10, 15, 10
ENOUGH_WORDS = 150  # before a document has that many, its form can earn only a part
FEW_WORDS, MANY_WORDS = 200, 1000  # one page at least, two at most
SHORT_LINE, LONG_LINE = 5, 40  # words of an achievement
GOOD_SHARE = 0.5  # of the achievements that tell a number
LONGEST_LINE = 400  # characters of one line of a list
LONG_SUMMARY = 30  # characters
SOME_SKILLS = 3

FIRST_PERSON = re.compile(r"\b(?:I|I['\u2019](?:m|ve|d|ll)|my|me|myself|mine)\b")
MEASURED = re.compile(r"\d|\b(?:doubled|tripled|halved|half|twice)\b", re.IGNORECASE)
ODD = re.compile(
    "[\ufffd\ufffc\ue000-\uf8ff\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff\u2b50\u25a0-\u25ff\u27a4]")
TABLE = re.compile(r"\S(?: *[|\t] *| {4,})\S")
# How an achievement begins that says what was done: with a verb, in past or present, and not with a noun or filler.
WEAK_START = re.compile(
    r"^(?:responsible for|duties|worked on|helped|assisted|involved in|participated in|tasked with|in charge of"
    r"|the|a|an|my|i|we|our|this|various|several|experience|knowledge|familiar)\b",
    re.IGNORECASE,
)
VERB = re.compile(
    r"^(?:co-?|re-?)?(?:[a-z]+(?:ed|ing)|built|led|won|ran|grew|cut|wrote|made|drove|took|sold|set|taught|brought|held"
    r"|began|oversaw|rebuilt|rewrote|kept|gave|found|met|spoke|shrank|sped|spent|chose|put|got|saw|knew|went"
    r"|build|lead|manage|design|develop|write|run|maintain|create|drive|own|deliver|coordinate|support|teach|plan"
    r"|analyz?s?e|implement|improve|reduce|increase|launch|mentor|train|organi[sz]e|direct|advise|test|ship)\b",
    re.IGNORECASE,
)


def score_sections(document: Document) -> Part:
    part = Part("sections", SECTIONS * STEP)
    tests = (
        ("name", 1, bool(document.contact.get("full_name")), "/contact_info/full_name"),
        ("email", 2, bool(document.contact.get("email")), "/contact_info/email"),
        ("summary", 1, bool(document.summary), "/summary"),
        ("work experience", 3, bool(document.entries("work_experience")), "/work_experience"),
        ("education", 1, bool(document.entries("education")), "/education"),
        ("skills", 2, bool(document.entries("skills")), "/skills"),
    )
    for name, points, is_there, pointer in tests:
        why = "It is there." if is_there else "It is not there; readers and machines look for it."
        part.give(name, points * STEP * is_there, points * STEP, why, [pointer] if is_there else [])
    return part


def score_content(document: Document) -> Part:
    part = Part("content", CONTENT * STEP)
    bullets = document.bullets()
    total = len(bullets)

    def share(name: str, points: int, good: list[str], goal: float, words: str) -> None:
        most = points * STEP
        earned = min(most, int(most * len(good) / (total * goal))) if total else 0
        why = f"{len(good)} of {total} achievements {words}." if total else "There are no achievements."
        part.give(name, earned, most, why, good)

    active = [pointer for pointer, text in bullets if VERB.match(_bare(text)) and not WEAK_START.match(_bare(text))]
    share("achievements begin with a verb", 3, active, 0.8, "begin with what you did")
    measured = [pointer for pointer, text in bullets if MEASURED.search(text)]
    share("achievements are measured", 4, measured, GOOD_SHARE, "tell a number; half of them is plenty")
    sized = [pointer for pointer, text in bullets if SHORT_LINE <= len(text.split()) <= LONG_LINE]
    share("achievements have a readable length", 2, sized, 0.9, f"have {SHORT_LINE} to {LONG_LINE} words")
    _score_dates(part, document)
    prose = document.prose()
    spoken = [pointer for pointer, text in prose if FIRST_PERSON.search(text)]
    why = (
        "The text says \u201cI\u201d or \u201cmy\u201d; resumes are told without."
        if spoken
        else "It is told without \u201cI\u201d and \u201cmy\u201d."
    )
    part.give(
        "no first person", STEP if prose and not spoken else 0, STEP, why if prose else "There is no text.", spoken
    )
    contact = document.contact
    ways = [
        name
        for name in ("phone", "location", "linkedin_url", "github_url", "website_url", "portfolio")
        if contact.get(name)
    ]
    kinds = {"phone": "phone", "location": "location"}
    reached = {kinds.get(name, "address on the web") for name in ways}
    absent = [name for name in ("phone", "location", "address on the web") if name not in reached]
    part.give(
        "contact details",
        0 if absent else STEP,
        STEP,
        f"There is no {', no '.join(absent)}." if absent else "Phone, location and an address on the web are there.",
        [f"/contact_info/{name}" for name in ways],
    )
    words = document.words()
    most = 2 * STEP
    earned = most if FEW_WORDS <= words <= MANY_WORDS else min(most, most * words // FEW_WORDS)
    if words > MANY_WORDS:
        earned = max(0, most * (2 * MANY_WORDS - words) // MANY_WORDS)
    part.give(
        "one to two pages", earned, most, f"It has {words} words; {FEW_WORDS} to {MANY_WORDS} fill one or two pages."
    )
    return part


def _score_dates(part: Part, document: Document) -> None:
    most = 2 * STEP
    positions = document.entries("work_experience")
    dated = [
        f"/work_experience/{number}"
        for number, entry in enumerate(positions)
        if entry.get("start_date") and (entry.get("end_date") or entry.get("is_current"))
    ]
    earned = most * len(dated) // len(positions) if positions else 0
    why = (
        f"{len(dated)} of {len(positions)} positions say from when until when."
        if positions
        else "There are no positions."
    )
    part.give("positions are dated", earned, most, why, dated)


def _bare(text: str) -> str:
    return text.strip(" -*\u2022\u00b7\u2013\u2014\t")


def score_formatting(document: Document, faults: Sequence[Mapping[str, Any]]) -> Part:
    """Give all points for a form without faults, less what each takes; a short text earns in its proportion."""
    part = Part("formatting", FORMATTING * STEP)
    words = document.words()
    reachable = min(part.most, part.most * words // ENOUGH_WORDS)
    taken = min(reachable, sum(int(fault["points"] * STEP) for fault in faults))
    why = (
        f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} of form."
        if faults
        else "No fault of form was found."
    )
    if reachable < part.most:
        why += f" With {words} words there is little to judge: {ENOUGH_WORDS} earn the whole."
    part.give(
        "form that machines can read", reachable - taken, part.most, why, [str(fault["pointer"]) for fault in faults]
    )
    return part


def find_formatting_faults(document: Document) -> list[dict[str, Any]]:
    """Return what a parser stumbles over, each kind once for each place, with the points that it costs."""
    faults: list[dict[str, Any]] = []

    def note(pointer: str, fault: str, points: float) -> None:
        faults.append({"pointer": pointer, "fault": fault, "points": points})

    for pointer, text in document.prose():
        if ODD.search(text):
            note(pointer, "It holds characters that cannot be seen or read.", 1)
        if EMOJI.search(text):
            note(pointer, "It holds an emoji or a drawn bullet, which parsers drop or garble.", 1)
        if any(TABLE.search(line) for line in text.splitlines()):
            note(pointer, "It holds a tab, a table or columns made of spaces.", 1)
        if "/achievements/" in pointer and len(text) > LONGEST_LINE:
            note(pointer, f"The line is longer than {LONGEST_LINE} characters.", 0.5)
        if len(text) > LONG_SUMMARY and text.isupper():
            note(pointer, "It is written in capitals.", 0.5)
    for section in ("work_experience", "education"):
        lengths = {
            len(str(date))
            for entry in document.entries(section)
            for date in (entry.get("start_date"), entry.get("end_date"))
            if date
        }
        if len(lengths) > 1:
            note(f"/{section}", "Its dates differ in precision: years, months and days are mixed.", 1)
    return faults


def measure_completeness(content: Mapping[str, Any]) -> float:
    """Return how complete a resume is, in percent: one eighth for each of eight things that readers expect."""
    contact = content.get("contact_info") or {}
    entries = [*(content.get("work_experience") or ()), *(content.get("projects") or ())]
    there = (
        bool(contact.get("full_name") and contact.get("email")),
        len(str(content.get("summary") or "").strip()) > LONG_SUMMARY,
        bool(content.get("work_experience")),
        bool(content.get("education")),
        len(content.get("skills") or ()) >= SOME_SKILLS,
        bool(content.get("projects") or content.get("certifications")),
        bool(contact.get("linkedin_url") or contact.get("github_url")),
        any(entry.get("achievements") for entry in entries),
    )
    return 100 * sum(there) / len(there)
