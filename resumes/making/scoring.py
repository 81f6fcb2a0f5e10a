"""Scoring a resume, every point with its reason: against a posting, or as a document alone.

Points come in quarters, so that they add up exactly. A part that a posting gives no ground for is not scored at all:
`max` says what could be reached. What a part can give depends on the posting alone, never on the resume, and adding
a skill only ever adds points.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from resumes.making.document import STEP, Document, Part
from resumes.making.form import (
    find_formatting_faults,
    measure_completeness,
    score_content,
    score_formatting,
    score_sections,
)
from resumes.making.tailoring import describe, match_share, warn
from skills.matching import Reader
from skills.requirements import rank_degree, rank_title, title_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from skills.matching import Lexicon
    from skills.requirements import Asked, Requirements, SkillAsked

# The most that each part can give; `form.py` has those of the document itself.
KEYWORDS, EXPERIENCE, EDUCATION = 45, 15, 5
# A skill that is listed but that no work shows gives this share.
LISTED_ONLY = 0.75
MOST_SUGGESTIONS = 10


def score(
    content: Mapping[str, Any], lexicon: Lexicon, *, asked: Requirements | None = None, as_of: str
) -> dict[str, Any]:
    """Return the score of a resume with the reason for every point; without `asked` of the document alone."""
    document, reader = Document(content, as_of), Reader(lexicon)
    parts: list[Part] = []
    notes: list[str] = []
    warning = warn(asked) if asked else ""
    is_fit = asked is not None and not warning
    if asked is None:
        notes.append(
            "No posting was given, so only the document is judged: keywords, experience and education are not."
        )
    elif warning:
        notes.append(f"{warning} Only the document is judged.")
    else:
        parts, notes = _score_fit(document, asked, reader)
    faults = find_formatting_faults(document)
    parts += [score_sections(document), score_content(document), score_formatting(document, faults)]
    earned, most = sum(part.earned for part in parts), sum(part.most for part in parts)
    shown = _identities(document, reader)
    return {
        "score": earned / STEP,
        "max": most / STEP,
        "judged": "fit" if is_fit else "document",
        "warning": warning,
        # Where the posting could not be read, the points of the document must not pass for the fit.
        "percent": None if warning else round(100 * earned / most, 1),
        "as_of": as_of,
        "completeness": measure_completeness(content),
        "match_score": match_share(asked, frozenset(shown)) if asked else None,
        "parts": [part.as_dict() for part in parts],
        "formatting_faults": faults,
        "suggestions": [*notes, *_suggest(parts, faults)],
        "requirements": describe(asked, frozenset(shown)) if asked else [],
    }


# The fit to a posting.


def _score_fit(document: Document, asked: Requirements, reader: Reader) -> tuple[list[Part], list[str]]:
    parts, notes = [], []
    if asked.skills:
        parts.append(_score_keywords(document, asked, reader))
    else:
        notes.append("The posting names no skill that is known, so no keywords are scored.")
    experience = _score_experience(document, asked, reader)
    if experience.most:
        parts.append(experience)
    if asked.degree:
        parts.append(_score_education(document, asked.degree))
    return parts, notes


def _identities(document: Document, reader: Reader) -> dict[str, dict[str, list[str]]]:
    """Return where each skill stands: `listed` among the skills, `shown` in what tells of work."""
    found: dict[str, dict[str, list[str]]] = {}

    def note(identity: str, kind: str, pointer: str) -> None:
        places = found.setdefault(identity, {"listed": [], "shown": []})[kind]
        if pointer not in places:
            places.append(pointer)

    for number, skill in enumerate(document.entries("skills")):
        names = {"name": str(skill.get("name") or "")}
        names |= {f"keywords/{index}": str(word) for index, word in enumerate(skill.get("keywords") or ())}
        for place, name in names.items():
            for identity in reader.read(name):
                note(identity, "listed", f"/skills/{number}/{place}")
    for pointer, text in document.prose():
        for identity in reader.read(text):
            note(identity, "shown", pointer)
    return found


def _score_keywords(document: Document, asked: Requirements, reader: Reader) -> Part:
    part = Part("keywords", KEYWORDS * STEP)
    found = _identities(document, reader)
    shares = allot(part.most, [skill.weight for skill in asked.skills])
    for skill, most in zip(asked.skills, shares, strict=True):
        # Of several that are asked as one, the one that stands best counts, the first among equals.
        held = [(one, name) for one, name in skill.options.items() if one in found]
        best, name = next((one for one in held if found[one[0]]["shown"]), held[0] if held else ("", ""))
        places = found.get(best, {"listed": [], "shown": []})
        kind = "a must" if skill.is_must else "nice to have"
        it = name if len(skill.options) > 1 else "it"
        if places["shown"]:
            earned, why = most, f"It is {kind}, and your texts show {it}."
        elif places["listed"]:
            earned = int(most * LISTED_ONLY)
            why = f"It is {kind}. Your skills list {it}, but no position, project or study shows it."
        elif len(skill.options) > 1:
            earned, why = 0, f"One of them is {kind}, and none stands in the resume."
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
    return [after - before for before, after in pairwise(cuts)]


def _score_experience(document: Document, asked: Requirements, reader: Reader) -> Part:
    """Score the title, the years (of all work and of single skills) and the seniority that a posting asks for."""
    dated = [skill for skill in asked.skills if skill.years]
    wanted = title_words(asked.title)
    tests = [1] * (bool(wanted) + bool(asked.years) + bool(asked.seniority) + len(dated))
    part = Part("experience", EXPERIENCE * STEP if tests else 0)
    shares = iter(allot(part.most, tests) if tests else ())
    if wanted:
        _score_title(part, document, asked.title, wanted, next(shares))
    if asked.years:
        fitting = _fitting_positions(document, asked, reader, wanted)
        held = count_months(document, fitting)
        where = "" if fitting is None else " in positions that fit the posting"
        _score_years(part, asked.years.name, asked.years.amount, held, next(shares), where=where)
    if asked.seniority:
        _score_seniority(part, document, asked.seniority, next(shares))
    for skill in dated:
        held = _months_of_skill(document, skill, reader)
        _score_years(part, f"{skill.years:g} years of {skill.name}", skill.years or 0, held, next(shares))
    return part


def _titles(document: Document) -> list[tuple[str, str]]:
    titles = [("/contact_info/headline", str(document.contact.get("headline") or ""))]
    titles += [
        (f"/work_experience/{number}/position", str(entry.get("position") or ""))
        for number, entry in enumerate(document.entries("work_experience"))
    ]
    return [(pointer, title) for pointer, title in titles if title.strip()]


def _score_title(part: Part, document: Document, title: str, wanted: frozenset[str], most: int) -> None:
    best = max(
        (
            (len(title_words(held) & wanted) / len(wanted), -number, pointer, held)
            for number, (pointer, held) in enumerate(_titles(document))
        ),
        default=(0.0, 0, "", ""),
    )
    earned = int(most * best[0])
    told = f"\u201c{best[3]}\u201d"
    if not earned:
        part.give(title, 0, most, "No position that you held has a title like the posting's.")
    else:
        why = (
            f"Your title {told} has all its words."
            if earned == most
            else f"Your nearest title {told} has only some of its words. If the work was the same, let the headline say so."
        )
        part.give(title, earned, most, why, [best[2]])


def _score_years(
    part: Part, name: str, years: float, held: tuple[int, list[str]], most: int, *, where: str = ""
) -> None:
    months, places = held
    earned = min(most, int(most * months / (years * 12))) if years else most
    told = f"{months / 12:.1f} years" if months else "none"
    part.give(name, earned, most, f"Your resume shows {told}{where}.", places)


def _score_seniority(part: Part, document: Document, asked: Asked, most: int) -> None:
    held = [(rank_title(title), pointer, title) for pointer, title in _titles(document)]
    best = max(held, key=lambda one: one[0], default=None)
    if best is None:
        part.give(asked.name, 0, most, "No title says at what level you worked.")
    elif best[0] >= asked.amount:
        part.give(asked.name, most, most, f"Your title \u201c{best[2]}\u201d is at that level or above.", [best[1]])
    else:
        earned = int(most * best[0] / asked.amount / 2)
        part.give(asked.name, earned, most, f"Your highest title \u201c{best[2]}\u201d is below that level.", [best[1]])


def _score_education(document: Document, asked: Asked) -> Part:
    part = Part("education", EDUCATION * STEP)
    held = [
        (rank_degree(f"{entry.get('degree') or ''}"), f"/education/{number}/degree")
        for number, entry in enumerate(document.entries("education"))
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
    for number, entry in enumerate(document.entries("work_experience")):
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


def _fitting_positions(
    document: Document, asked: Requirements, reader: Reader, wanted: frozenset[str]
) -> frozenset[str] | None:
    """Return the positions that share a word of the posting's title or show a skill of it; None where it has neither."""
    if not (wanted or asked.skills):
        return None
    options = {option for skill in asked.skills for option in skill.options}
    fitting = {
        _position(pointer)
        for pointer, text in document.prose()
        if pointer.startswith("/work_experience/") and not options.isdisjoint(reader.read(text))
    }
    fitting |= {_position(pointer) for pointer, title in _titles(document) if title_words(title) & wanted}
    return frozenset(fitting)


def _position(pointer: str) -> str:
    return "/".join(pointer.split("/")[:3])


def _months_of_skill(document: Document, skill: SkillAsked, reader: Reader) -> tuple[int, list[str]]:
    """Return the months that a skill was used: by its own figure, or by the positions that show it."""
    showing = frozenset(
        _position(pointer)
        for pointer, text in document.prose()
        if pointer.startswith("/work_experience/") and skill.met_by(reader.read(text))
    )
    months, places = count_months(document, showing)
    for number, held in enumerate(document.entries("skills")):
        told = held.get("years_experience")
        if told and reader.lexicon.identify(str(held.get("name") or "")) in skill.options and told * 12 > months:
            months, places = int(told * 12), [f"/skills/{number}/years_experience"]
    return months, places


def _suggest(parts: Sequence[Part], faults: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what would add most points, the most first."""
    open_points = [
        (one["max"] - one["points"], _advise(one["requirement"], one["why"], is_name=part.name == "keywords"))
        for part in parts
        if part.name != "formatting"
        for one in part.evidence
        if one["points"] < one["max"]
    ]
    open_points += [(fault["points"], _advise(_name_place(fault["pointer"]), fault["fault"])) for fault in faults]
    ranked = sorted(open_points, key=lambda one: -one[0])
    return [
        f"{words} Up to {points:g} {'point' if points == 1 else 'points'}."
        for points, words in ranked[:MOST_SUGGESTIONS]
    ]


def _advise(about: str, why: str, *, is_name: bool = False) -> str:
    """Return a sentence of advice; a name stays as it is written: jQuery."""
    begun = about if is_name else about[:1].upper() + about[1:]
    return f"{begun}: {why[:1].lower()}{why[1:]}"


def _name_place(pointer: str) -> str:
    """Return the words for a pointer: "work experience 1, achievements 3"."""
    numbered = re.sub(r"/(\d+)", lambda match: f" {int(match[1]) + 1}", pointer)
    return numbered.strip("/").replace("/", ", ").replace("_", " ")
