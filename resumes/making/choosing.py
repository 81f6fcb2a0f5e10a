"""Choosing what of a person's material goes into a resume, in which order, and saying why.

Nothing is written here: every text of the outcome is a text of the material, verbatim, and `lines` says which. Equal
fits are decided by the order of the material, so that the same material and posting give the same resume.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from resumes.content import read_schema
from resumes.making.material import LINES, Entry, Item, Line, Material, Source, Telling
from skills.matching import cut_words
from skills.requirements import MUST_WEIGHT, Requirements, rank_title, title_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from skills.matching import Reader

SECTIONS = ("summary", "work_experience", "education", "skills", "projects", "certifications", "custom_sections")
LEADING = 4  # the rung of seniority from which a posting is about leading
TECHNICAL = 3  # how many tools a posting names to be about technique
# What speaks for a telling: each thing asked that it shows (three times for a must), what it was written for, and one
# for each line that answers something.
SHOWN, EMPHASIZED, ROLE, INDUSTRY, FOCUS = 4, 2, 6, 3, 2
_TAKEN = "It fits as well as the one that stands, which comes first."
ROOM = 15  # achievements, for which all positions together have room


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of each kind a resume shows at most."""

    skills: int = 30
    achievements: int = 6
    condensed: int = 2  # achievements of a position that answers nothing of what is asked
    projects: int = 3
    certifications: int = 10


@dataclass(frozen=True, slots=True)
class Made:
    """A resume as it was put together, and the account of it."""

    content: dict[str, Any]
    lines: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    used: list[Source]  # the variations and skills of the bank that it shows
    emphasized: list[str] = field(default_factory=list)


class _Maker:
    """Puts one resume together, keeping the account as it goes."""

    def __init__(self, asked: Requirements, reader: Reader, limits: Limits, focus: str) -> None:
        self.asked = asked
        self.reader = reader
        self.limits = limits
        self.focus = focus
        self.by_identity = {skill.identity: skill for skill in asked.skills}
        self.answered_by: dict[str, set[str]] = {}  # the skill that a text names -> the requirements that it answers
        for skill in asked.skills:
            for option in skill.options:
                self.answered_by.setdefault(option, set()).add(skill.identity)
        self.lines: list[dict[str, Any]] = []
        self.left_out: list[dict[str, Any]] = []
        self.used: list[Source] = []

    # What a text answers.

    def answers(self, text: str) -> frozenset[str]:
        """Return which of the skills asked for a text names; of several that are asked as one, any one answers."""
        return self.answered(self.reader.read(text))

    def answered(self, named: Iterable[str]) -> frozenset[str]:
        return frozenset[str]().union(*(self.answered_by.get(one, ()) for one in named))

    def weigh(self, identities: Iterable[str]) -> int:
        return sum(self.by_identity[identity].weight for identity in identities)

    def names(self, identities: Iterable[str]) -> list[str]:
        """Return the names that the posting uses, in the posting's order."""
        wanted = set(identities)
        return [skill.name for skill in self.asked.skills if skill.identity in wanted]

    # The account.

    def note(self, pointer: str, source: Source, why: str, matched: Iterable[str] = ()) -> None:
        self.lines.append(
            {"pointer": pointer, "source": source.as_dict(), "why": why, "matched_requirements": self.names(matched)}
        )

    def leave(self, source: Source, why: str) -> None:
        self.left_out.append({"source": source.as_dict(), "why": why})

    # Choosing among tellings.

    def fit(self, telling: Telling) -> tuple[int, list[str]]:
        """Return how well a telling fits what is asked, and the reasons in words."""
        shown = frozenset[str]().union(*(self.answers(line.text) for line in telling.lines))
        hinted = frozenset[str]().union(*(self.answers(word) for word in telling.keywords)) - shown
        answering = sum(bool(self.answers(line.text)) for line in telling.lines)
        points = SHOWN * self.weigh(shown) + EMPHASIZED * self.weigh(hinted) + answering
        reasons = [f"names {_enumerate(self.names(shown))} in {_count(answering, 'line')}"] if shown else []
        if hinted:
            reasons.append(f"emphasizes {_enumerate(self.names(hinted))}")
        share, role = self._fit_role(telling.target_roles)
        if role:
            points += int(ROLE * share)
            reasons.append(f"was written for {'the role' if share == 1 else 'a similar role,'} {role}")
        industry = next((one for one in telling.target_industries if _meets(one, self.asked.industry)), "")
        if industry:
            points += INDUSTRY
            reasons.append(f"was written for the industry {industry}")
        is_for_another = bool(telling.target_roles and title_words(self.asked.title) and not role)
        if telling.focus and telling.focus == self.focus and not is_for_another:
            points += FOCUS
            reasons.append(f"has the focus {telling.focus}")
        return points, reasons

    def _fit_role(self, roles: Iterable[str]) -> tuple[float, str]:
        """Return the role that the posting's title says most of, the first among equals, and how much that is."""
        title = title_words(self.asked.title)
        best = (0.0, "")
        for role in roles:
            words = title_words(role)
            share = len(words & title) / len(words) if words else 0.0
            if share > best[0]:
                best = (share, role)
        return best

    def choose(self, tellings: Sequence[Telling], what: str) -> tuple[Telling, str]:
        """Return the telling that fits best, the first among equals, and why it was chosen."""
        fits = [self.fit(telling) for telling in tellings]
        best = max(range(len(tellings)), key=lambda number: (fits[number][0], -number))
        points, reasons = fits[best]
        for number, telling in enumerate(tellings):
            if number != best:
                self.leave(telling.source, f"Another {what} fits better." if fits[number][0] < points else _TAKEN)
        if len(tellings) == 1:
            why = "There is no other text for it" + (f"; it {', '.join(reasons)}." if reasons else ".")
        elif not (self.asked.skills or self.asked.title):
            why = f"It is the first of {len(tellings)}."
        elif not points:
            why = f"No {what} fits what is asked better than another, so the first stands."
        else:
            why = f"Of {len(tellings)} it fits best: it {', '.join(reasons)}."
        self.use(tellings[best].source)
        return tellings[best], why

    def use(self, source: Source) -> None:
        if source.kind.endswith("variation") or source.kind in {"summary", "skill"}:
            self.used.append(source)

    # The sections.

    def put_summary(self, tellings: Sequence[Telling]) -> str:
        told = [telling for telling in _without_repeats(tellings) if telling.description]
        if not told:
            return ""
        chosen, why = self.choose(told, "summary")
        line = chosen.lines[0]
        self.note("/summary", line.source, why, self.answers(line.text))
        return line.text

    def put_skills(self, skills: Sequence[Item], headings: Sequence[str]) -> list[dict[str, Any]]:
        """Return the skills: first what is asked for, in the posting's order; then featured ones; then the rest."""
        order = {skill.identity: (not skill.is_must, number) for number, skill in enumerate(self.asked.skills)}
        seen: set[str] = set()
        ranked: list[tuple[tuple[Any, ...], Item, frozenset[str]]] = []
        for number, skill in enumerate(skills):
            identity = self.reader.lexicon.identify(skill.name)
            if identity in seen:
                self.leave(skill.source, "The same skill stands there under another spelling.")
                continue
            seen.add(identity)
            matched = self.answered({identity}) or self._by_keywords(skill)
            place = min((order[one] for one in matched), default=(True, len(order)))
            heading = str(skill.fields.get("category") or "")
            shelf = headings.index(heading) if heading in headings else len(headings)
            rank = (not matched, *place, shelf, not skill.fields.get("is_featured"), number)
            ranked.append((rank, skill, matched))
        ranked.sort(key=lambda one: one[0])
        for _, skill, _ in ranked[self.limits.skills :]:
            self.leave(skill.source, f"The {self.limits.skills} skills before it are asked for or stand higher.")
        shown = []
        for number, (_, skill, matched) in enumerate(ranked[: self.limits.skills]):
            why = (
                f"The posting asks for {_enumerate(self.names(matched))}."
                if matched
                else "It is one of the featured skills."
                if skill.fields.get("is_featured")
                else "There is room for it."
            )
            self.note(f"/skills/{number}", skill.source, why, matched)
            self.use(skill.source)
            shown.append(dict(skill.fields))
        return shown

    def _by_keywords(self, skill: Item) -> frozenset[str]:
        return frozenset[str]().union(*(self.answers(str(word)) for word in skill.fields.get("keywords") or ()))

    def put_entries(self, section: str, entries: Sequence[Entry]) -> list[dict[str, Any]]:
        """Return the entries of a section; positions and studies all stay, so that no time is hidden."""
        ordered = sorted(entries, key=_latest_first, reverse=True)
        chosen = []
        has_resume = any(entry.in_resume for entry in entries)
        for entry in ordered:
            matched = self._answered_by(entry)
            if has_resume and not entry.in_resume and not matched:
                self.leave(entry.source, "The resume that this is made from leaves it out, and it answers nothing.")
            else:
                chosen.append((entry, matched))
        limit = {"projects": self.limits.projects, "certifications": self.limits.certifications}.get(section)
        if limit is not None:
            ranked = sorted(chosen, key=lambda one: -self.weigh(one[1]))
            for entry, _ in ranked[limit:]:
                self.leave(entry.source, f"The {limit} that stand answer more of what is asked, or are newer.")
            chosen = ranked[:limit]
        is_long = section == "work_experience" and sum(_count_achievements(entry) for entry, _ in chosen) > ROOM
        # With room for all, or where nothing answers, no position is told briefly for the sake of the others.
        is_short_of_room = is_long and any(matched for _, matched in chosen)
        return [
            self._put_entry(section, number, entry, matched, is_condensed=is_short_of_room and not matched)
            for number, (entry, matched) in enumerate(chosen)
        ]

    def _answered_by(self, entry: Entry) -> frozenset[str]:
        texts = [line.text for telling in entry.tellings for line in telling.lines]
        texts += [
            str(value) for name in ("position", "name", "degree", "field_of_study") if (value := entry.fields.get(name))
        ]
        return frozenset[str]().union(*(self.answers(text) for text in texts))

    def _put_entry(
        self, section: str, number: int, entry: Entry, matched: frozenset[str], *, is_condensed: bool
    ) -> dict[str, Any]:
        pointer = f"/{section}/{number}"
        if matched:
            why = f"It answers {_enumerate(self.names(matched))}."
        elif section in {"work_experience", "education"}:
            why = "It stays, so that nothing is missing between the dates."
        else:
            why = "There is room for it."
        self.note(pointer, entry.source, why, matched)
        shown = dict(entry.fields)
        tellings = _without_repeats(entry.tellings)
        if not tellings:
            return shown
        homes = _find_homes(tellings)
        telling, reason = self.choose(tellings, "text")
        if telling.description:
            text = telling.description.text
            shown["description"] = text
            self.note(f"{pointer}/description", homes["description", text], reason, self.answers(text))
        for place, name in enumerate(LINES[section]):
            lines = list(telling.lists.get(name, ()))
            if place == 0:
                lines = self._choose_lines(lines, tellings, name, is_condensed=is_condensed)
            lines = self._keep_room(lines)
            if lines:
                shown[name] = [line.text for line in lines]
            for index, line in enumerate(lines):
                found = self.answers(line.text)
                said = (
                    f"It answers {_enumerate(self.names(found))}."
                    if found
                    else "It belongs to the text that was chosen."
                )
                self.note(f"{pointer}/{name}/{index}", homes[name, line.text], said, found)
        return shown

    def _keep_room(self, lines: list[Line]) -> list[Line]:
        """Return as many lines as a list of a resume holds; where there are more, those that answer something first."""
        most = read_schema()["$defs"]["lines"]["maxItems"]
        if len(lines) <= most:
            return lines
        ranked = sorted(lines, key=lambda line: not self.answers(line.text))
        for line in ranked[most:]:
            self.leave(line.source, f"A list of a resume holds {most} lines.")
        return ranked[:most]

    def _choose_lines(
        self, lines: Sequence[Line], tellings: Sequence[Telling], name: str, *, is_condensed: bool
    ) -> list[Line]:
        """Return the lines that answer most, most telling first; lines of other tellings where only they answer."""
        pool = list(lines)
        answered = frozenset[str]().union(*(self.answers(line.text) for line in pool))
        for line in (line for telling in tellings for line in telling.lists.get(name, ())):
            if self.answers(line.text) - answered and all(line.text != other.text for other in pool):
                pool.append(line)
                answered |= self.answers(line.text)
        limit = self.limits.condensed if is_condensed else self.limits.achievements
        ranked = sorted(pool, key=lambda line: (-self.weigh(self.answers(line.text)), not _has_number(line.text)))
        if not self.asked.skills:
            ranked = pool
        for line in ranked[limit:]:
            self.leave(
                line.source,
                "The position answers nothing that is asked, so it is told briefly."
                if is_condensed
                else f"The {limit} lines before it answer more of what is asked.",
            )
        return ranked[:limit]


def make(
    material: Material,
    asked: Requirements,
    reader: Reader,
    *,
    limits: Limits | None = None,
    focus: str = "",
    headings: Sequence[str] = (),
    sections: Sequence[str] = SECTIONS,
) -> Made:
    """Return the resume that tells of the material what fits best."""
    maker = _Maker(asked, reader, limits or Limits(), focus or lean(asked))
    content: dict[str, Any] = {"contact_info": dict(material.contact)}
    for name in material.contact:
        maker.note(f"/contact_info/{name}", material.contact_sources[name], "It says whom to reach, and how.")
    content["summary"] = maker.put_summary(material.summaries) if "summary" in sections else ""
    for section in ("work_experience", "education"):
        content[section] = maker.put_entries(section, material.sections.get(section, ())) if section in sections else []
    content["skills"] = maker.put_skills(material.skills, headings) if "skills" in sections else []
    for section in ("projects", "certifications"):
        content[section] = maker.put_entries(section, material.sections.get(section, ())) if section in sections else []
    content["custom_sections"] = []
    if "custom_sections" in sections:
        for number, item in enumerate(material.verbatim):
            maker.note(f"/custom_sections/{number}", item.source, "It is kept as it stands.")
            content["custom_sections"].append(dict(item.fields))
    for source in material.useless:
        maker.leave(source, "It is no web address.")
    return Made(content, maker.lines, maker.left_out, maker.used, _emphasize(maker.lines))


def lean(asked: Requirements) -> str:
    """Return the focus that a posting calls for; '' where it does not say."""
    if asked.title and rank_title(asked.title) >= LEADING:
        return "leadership"
    return "technical" if sum(skill.weight >= MUST_WEIGHT for skill in asked.skills) >= TECHNICAL else ""


def _emphasize(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the sections by how many different requirements they answer, the strongest first."""
    answered: dict[str, set[str]] = {}
    for line in lines:
        answered.setdefault(str(line["pointer"]).split("/")[1], set()).update(line["matched_requirements"])
    return sorted((section for section in answered if answered[section]), key=lambda one: (-len(answered[one]), one))


def _without_repeats(tellings: Sequence[Telling]) -> list[Telling]:
    """Return the tellings without those that say what another says; of two alike the bank's stands, it is the home."""
    kept: dict[tuple[str, ...], Telling] = {}
    for telling in tellings:
        if not telling.lines:
            continue
        said = tuple(line.text for line in telling.lines)
        known = kept.get(said)
        if known is None or (known.source.kind == "resume" and telling.source.kind != "resume"):
            kept[said] = telling
    return list(kept.values())


def _find_homes(tellings: Sequence[Telling]) -> dict[tuple[str, str], Source]:
    """Return the home of each text by the field that it stands in: the bank where the bank holds it."""
    homes: dict[tuple[str, str], Source] = {}
    for telling in sorted(tellings, key=lambda one: one.source.kind == "resume"):
        named = [("description", telling.description)] if telling.description else []
        named += [(name, line) for name, lines in telling.lists.items() for line in lines]
        for name, line in named:
            homes.setdefault((name, line.text), line.source)
    return homes


def _count_achievements(entry: Entry) -> int:
    return max((len(telling.lists.get("achievements", ())) for telling in entry.tellings), default=0)


def _latest_first(entry: Entry) -> tuple[bool, str, str]:
    start, end = (str(entry.fields.get(name) or "") for name in ("start_date", "end_date"))
    end = end or str(entry.fields.get("issue_date") or "")
    return bool(entry.fields.get("is_current") or (start and not end)), end or start, start


def _has_number(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _meets(one: str, other: str) -> bool:
    """Tell whether one of two names of an industry has all the words of the other."""
    first, second = ({word.form for word in cut_words(name)} for name in (one, other))
    return bool(first and second) and (first <= second or second <= first)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _enumerate(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
