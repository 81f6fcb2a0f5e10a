"""Scoring a resume, every point with its reason: against a posting, or as a document alone.

Points come in quarters, so that they add up exactly. A part that a posting gives no ground for is not scored at all:
`max` says what could be reached. What a part can give depends on the posting alone, never on the resume, and adding
a skill only ever adds points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from resumes.making.tailoring import describe, match_share
from skills.requirements import rank_degree, rank_title, title_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from skills.matching import Vocabulary
    from skills.requirements import Asked, Requirements, SkillAsked

# The most that each part can give. The first three need a posting.
KEYWORDS, EXPERIENCE, EDUCATION, SECTIONS, CONTENT, FORMATTING = 45, 15, 5, 10, 15, 10
STEP = 4  # points are counted in quarters
# A skill that is listed but that no work shows gives this share.
LISTED_ONLY = 0.75
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
TABLE = re.compile(r"\S *(?:\||\t| {4,}) *\S")
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


@dataclass
class _Part:
    """One part of the score while it is counted, in quarters of a point."""

    name: str
    most: int
    evidence: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    earned: int = 0

    def give(self, requirement: str, earned: int, most: int, why: str, found_at: Sequence[str] = ()) -> None:
        self.earned += earned
        if earned < most:
            self.missing.append(requirement)
        self.evidence.append(
            {
                "requirement": requirement,
                "found_at": list(found_at),
                "points": earned / STEP,
                "max": most / STEP,
                "why": why,
            }
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "points": self.earned / STEP,
            "max": self.most / STEP,
            "evidence": self.evidence,
            "missing": self.missing,
        }


@dataclass(frozen=True, slots=True)
class Document:
    """A resume as it is read for scoring: each text with its pointer, and when it is read (YYYY-MM)."""

    content: Mapping[str, Any]
    as_of: str

    def list(self, name: str) -> list[dict[str, Any]]:
        return list(self.content.get(name) or ())

    @property
    def summary(self) -> str:
        return str(self.content.get("summary") or "").strip()

    @property
    def contact(self) -> dict[str, Any]:
        return dict(self.content.get("contact_info") or {})

    def bullets(self) -> list[tuple[str, str]]:
        """Return each achievement with its pointer."""
        return [
            (f"/{section}/{number}/achievements/{index}", text)
            for section in ("work_experience", "projects")
            for number, entry in enumerate(self.list(section))
            for index, text in enumerate(entry.get("achievements") or ())
            if text.strip()
        ]

    def prose(self) -> list[tuple[str, str]]:
        """Return each text that tells of work or studies with its pointer: what a skill can be shown in."""
        texts = [("/summary", self.summary)] if self.summary else []
        for section in ("work_experience", "projects", "education", "certifications"):
            for number, entry in enumerate(self.list(section)):
                for name in ("position", "name", "degree", "field_of_study", "description"):
                    if entry.get(name):
                        texts.append((f"/{section}/{number}/{name}", str(entry[name])))
                for name in ("achievements", "skills_used", "technologies", "honors", "relevant_coursework"):
                    texts += [
                        (f"/{section}/{number}/{name}/{index}", str(text))
                        for index, text in enumerate(entry.get(name) or ())
                    ]
        for number, section in enumerate(self.list("custom_sections")):
            texts += _section_texts(section.get("content"), f"/custom_sections/{number}/content")
        return [(pointer, text) for pointer, text in texts if text.strip()]

    def words(self) -> int:
        """Return how many words its prose has; the list of skills does not count."""
        return sum(len(text.split()) for _, text in self.prose())


def _section_texts(value: Any, pointer: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(pointer, value)]
    if isinstance(value, list):
        children = [(str(index), item) for index, item in enumerate(value)]
    elif isinstance(value, dict):
        children = [(name, item) for name, item in value.items() if name != "extra"]
    else:
        return []
    return [found for name, item in children for found in _section_texts(item, f"{pointer}/{name}")]


def score(
    content: Mapping[str, Any], vocabulary: Vocabulary, *, asked: Requirements | None = None, as_of: str
) -> dict[str, Any]:
    """Return the score of a resume with the reason for every point; without `asked` of the document alone."""
    document = Document(content, as_of)
    parts: list[_Part] = []
    notes: list[str] = []
    if asked is None:
        notes.append(
            "No posting was given, so only the document is judged: keywords, experience and education are not."
        )
    else:
        parts, notes = _score_fit(document, asked, vocabulary)
    faults = find_formatting_faults(document)
    parts += [_score_sections(document), _score_content(document), _score_formatting(document, faults)]
    earned, most = sum(part.earned for part in parts), sum(part.most for part in parts)
    shown = _identities(document, vocabulary)
    return {
        "score": earned / STEP,
        "max": most / STEP,
        "percent": round(100 * earned / most, 1),
        "as_of": as_of,
        "completeness": measure_completeness(content),
        "match_score": match_share(asked, frozenset(shown)) if asked else None,
        "parts": [part.as_dict() for part in parts],
        "formatting_faults": faults,
        "suggestions": [*notes, *_suggest(parts, faults)],
        "requirements": describe(asked) if asked else [],
    }


# The fit to a posting.


def _score_fit(document: Document, asked: Requirements, vocabulary: Vocabulary) -> tuple[list[_Part], list[str]]:
    parts, notes = [], []
    if asked.skills:
        parts.append(_score_keywords(document, asked, vocabulary))
    else:
        notes.append("The posting names no skill that is known, so no keywords are scored.")
    experience = _score_experience(document, asked, vocabulary)
    if experience.most:
        parts.append(experience)
    if asked.degree:
        parts.append(_score_education(document, asked.degree))
    if not parts:
        notes = ["The posting states no requirement that can be read, so only the document is judged."]
    return parts, notes


def _identities(document: Document, vocabulary: Vocabulary) -> dict[str, dict[str, list[str]]]:
    """Return where each skill stands: `listed` among the skills, `shown` in what tells of work."""
    found: dict[str, dict[str, list[str]]] = {}

    def note(identity: str, kind: str, pointer: str) -> None:
        places = found.setdefault(identity, {"listed": [], "shown": []})[kind]
        if pointer not in places:
            places.append(pointer)

    for number, skill in enumerate(document.list("skills")):
        names = {"name": str(skill.get("name") or "")}
        names |= {f"keywords/{index}": str(word) for index, word in enumerate(skill.get("keywords") or ())}
        for place, name in names.items():
            for identity in _named(name, vocabulary):
                note(identity, "listed", f"/skills/{number}/{place}")
    for pointer, text in document.prose():
        for identity in _named(text, vocabulary):
            note(identity, "shown", pointer)
    return found


def _named(text: str, vocabulary: Vocabulary) -> list[str]:
    return [vocabulary.identify(text), *(mention.identity for mention in vocabulary.find(text))]


def _score_keywords(document: Document, asked: Requirements, vocabulary: Vocabulary) -> _Part:
    part = _Part("keywords", KEYWORDS * STEP)
    found = _identities(document, vocabulary)
    shares = allot(part.most, [skill.weight for skill in asked.skills])
    for skill, most in zip(asked.skills, shares, strict=True):
        places = found.get(skill.identity, {"listed": [], "shown": []})
        kind = "a must" if skill.is_must else "nice to have"
        if places["shown"]:
            earned, why = most, f"It is {kind}, and your work shows it."
        elif places["listed"]:
            earned = int(most * LISTED_ONLY)
            why = f"It is {kind}. It is listed among your skills, but no position, project or study shows it."
        else:
            earned, why = 0, f"It is {kind}, and it stands nowhere in the resume."
        part.give(skill.name, earned, most, why, places["listed"] + places["shown"])
    return part


def allot(total: int, weights: Sequence[int]) -> list[int]:
    """Return whole shares of a total in the proportion of the weights; they add up to it exactly."""
    whole = sum(weights)
    bounds = [0]
    for weight in weights:
        bounds.append(bounds[-1] + weight)
    cuts = [total * bound // whole for bound in bounds]
    return [after - before for before, after in zip(cuts, cuts[1:], strict=False)]


def _score_experience(document: Document, asked: Requirements, vocabulary: Vocabulary) -> _Part:
    """Score the title, the years (of all work and of single skills) and the seniority that a posting asks for."""
    dated = [skill for skill in asked.skills if skill.years]
    wanted = title_words(asked.title)
    tests = [1] * (bool(wanted) + bool(asked.years) + bool(asked.seniority) + len(dated))
    part = _Part("experience", EXPERIENCE * STEP if tests else 0)
    shares = iter(allot(part.most, tests) if tests else ())
    if wanted:
        _score_title(part, document, asked.title, wanted, next(shares))
    if asked.years:
        months, places = count_months(document)
        _score_years(part, asked.years.name, asked.years.amount, months, places, next(shares))
    if asked.seniority:
        _score_seniority(part, document, asked.seniority, next(shares))
    for skill in dated:
        months, places = _months_of_skill(document, skill, vocabulary)
        _score_years(part, f"{skill.years:g} years of {skill.name}", skill.years or 0, months, places, next(shares))
    return part


def _titles(document: Document) -> list[tuple[str, str]]:
    titles = [("/contact_info/headline", str(document.contact.get("headline") or ""))]
    titles += [
        (f"/work_experience/{number}/position", str(entry.get("position") or ""))
        for number, entry in enumerate(document.list("work_experience"))
    ]
    return [(pointer, title) for pointer, title in titles if title.strip()]


def _score_title(part: _Part, document: Document, title: str, wanted: frozenset[str], most: int) -> None:
    best = max(
        (
            (len(title_words(held) & wanted) / len(wanted), -number, pointer, held)
            for number, (pointer, held) in enumerate(_titles(document))
        ),
        default=(0.0, 0, "", ""),
    )
    earned = int(most * best[0])
    if not earned:
        part.give(title, 0, most, "No position that you held has a title like the posting's.")
    else:
        part.give(title, earned, most, f"Your title \u201c{best[3]}\u201d shares its words.", [best[2]])


def _score_years(part: _Part, name: str, years: float, months: int, places: list[str], most: int) -> None:
    earned = min(most, int(most * months / (years * 12))) if years else most
    held = f"{months // 12} years and {months % 12} months" if months else "none"
    part.give(name, earned, most, f"The dates of your positions show {held}.", places)


def _score_seniority(part: _Part, document: Document, asked: Asked, most: int) -> None:
    held = [(rank_title(title), pointer, title) for pointer, title in _titles(document)]
    best = max(held, key=lambda one: one[0], default=None)
    if best is None:
        part.give(asked.name, 0, most, "No title says at what level you worked.")
    elif best[0] >= asked.amount:
        part.give(asked.name, most, most, f"Your title \u201c{best[2]}\u201d is at that level or above.", [best[1]])
    else:
        earned = int(most * best[0] / asked.amount / 2)
        part.give(asked.name, earned, most, f"Your highest title \u201c{best[2]}\u201d is below that level.", [best[1]])


def _score_education(document: Document, asked: Asked) -> _Part:
    part = _Part("education", EDUCATION * STEP)
    held = [
        (rank_degree(f"{entry.get('degree') or ''}"), f"/education/{number}/degree")
        for number, entry in enumerate(document.list("education"))
    ]
    best = max(held, key=lambda one: one[0], default=(0, ""))
    if best[0] >= asked.amount:
        part.give(asked.name, part.most, part.most, "You hold that degree or a higher one.", [best[1]])
    elif held:
        part.give(asked.name, part.most // 4, part.most, "You name studies, but not such a degree.", [held[0][1]])
    else:
        part.give(asked.name, 0, part.most, "The resume names no studies.")
    return part


def _month(date: str, *, is_end: bool) -> int | None:
    """Return a partial date as a number of months; a year alone counts whole."""
    if not re.match(r"^\d{4}", date):
        return None
    month = int(date[5:7]) if len(date) >= len("2019-06") else 12 if is_end else 1
    return int(date[:4]) * 12 + month - 1


def _spans(document: Document) -> Iterator[tuple[int, int, str]]:
    """Yield the months from and until which each position was held, and its pointer."""
    today = _month(document.as_of, is_end=True)
    for number, entry in enumerate(document.list("work_experience")):
        start = _month(str(entry.get("start_date") or ""), is_end=False)
        end = _month(str(entry.get("end_date") or ""), is_end=True)
        if end is None and (entry.get("is_current") or not entry.get("end_date")):
            end = today
        if start is not None and end is not None and end >= start:
            yield start, end + 1, f"/work_experience/{number}"


def count_months(document: Document, only: frozenset[str] | None = None) -> tuple[int, list[str]]:
    """Return the months in which any position was held (at the same time counts once), and the positions."""
    spans = sorted(span for span in _spans(document) if only is None or span[2] in only)
    months, reached = 0, 0
    for start, end, _ in spans:
        months += max(0, end - max(start, reached))
        reached = max(reached, end)
    return months, [pointer for _, _, pointer in spans]


def _months_of_skill(document: Document, skill: SkillAsked, vocabulary: Vocabulary) -> tuple[int, list[str]]:
    """Return the months that a skill was used: by its own figure, or by the positions that show it."""
    showing = frozenset(
        "/".join(pointer.split("/")[:3])
        for pointer, text in document.prose()
        if pointer.startswith("/work_experience/") and skill.identity in _named(text, vocabulary)
    )
    months, places = count_months(document, showing)
    for number, held in enumerate(document.list("skills")):
        told = held.get("years_experience")
        if told and vocabulary.identify(str(held.get("name") or "")) == skill.identity and told * 12 > months:
            months, places = int(told * 12), [f"/skills/{number}/years_experience"]
    return months, places


# The document itself.


def _score_sections(document: Document) -> _Part:
    part = _Part("sections", SECTIONS * STEP)
    tests = (
        ("name", 1, bool(document.contact.get("full_name")), "/contact_info/full_name"),
        ("email", 2, bool(document.contact.get("email")), "/contact_info/email"),
        ("summary", 1, bool(document.summary), "/summary"),
        ("work experience", 3, bool(document.list("work_experience")), "/work_experience"),
        ("education", 1, bool(document.list("education")), "/education"),
        ("skills", 2, bool(document.list("skills")), "/skills"),
    )
    for name, points, is_there, pointer in tests:
        why = "It is there." if is_there else "It is not there; readers and machines look for it."
        part.give(name, points * STEP * is_there, points * STEP, why, [pointer] if is_there else [])
    return part


def _score_content(document: Document) -> _Part:
    part = _Part("content", CONTENT * STEP)
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
    why = "It is told in the first person." if spoken else "It is told without \u201cI\u201d and \u201cmy\u201d."
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
    part.give(
        "contact is complete",
        STEP if len(reached) == 3 else 0,  # noqa: PLR2004 - phone, location and one address
        STEP,
        f"Of phone, location and an address on the web there is: {', '.join(sorted(reached)) or 'none'}.",
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


def _score_dates(part: _Part, document: Document) -> None:
    most = 2 * STEP
    positions = document.list("work_experience")
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


def _score_formatting(document: Document, faults: Sequence[Mapping[str, Any]]) -> _Part:
    """Give all points for a form without faults, less what each takes; a short text earns in its proportion."""
    part = _Part("formatting", FORMATTING * STEP)
    words = document.words()
    reachable = min(part.most, part.most * words // ENOUGH_WORDS)
    taken = min(reachable, sum(int(fault["points"] * STEP) for fault in faults))
    why = f"{len(faults)} faults of form." if faults else "No fault of form was found."
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
            for entry in document.list(section)
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


def _suggest(parts: Sequence[_Part], faults: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what would add most points, the most first."""
    open_points = [
        (one["max"] - one["points"], f"{part.name}: {one['requirement']}. {one['why']}")
        for part in parts
        if part.name != "formatting"
        for one in part.evidence
        if one["points"] < one["max"]
    ]
    open_points += [(fault["points"], f"formatting: {fault['pointer']}. {fault['fault']}") for fault in faults]
    ranked = sorted(open_points, key=lambda one: -one[0])
    return [f"{words} Up to {points:g} points." for points, words in ranked[:MOST_SUGGESTIONS]]


MOST_SUGGESTIONS = 10
