"""What a posting asks for: skills, years, a degree, a level of seniority, each with the words that ask.

Only what stands in the posting counts. Sections about the employer and its benefits ask for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from skills.matching import cut_words

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from skills.matching import Lexicon, Mention

LONGEST_HEADING = 60  # characters
MOST_HEADING_WORDS = 6
BULLETS = ("-", "\u2022", "\u00b7", "\u2013")
LONGEST_QUOTE = 160  # characters
MUST_WEIGHT = 3  # of something that must be there, against one of what is nice to have
MOST_REQUIREMENTS = 60
MOST_YEARS = 40
FEWEST_READ = 2  # requirements, for a posting longer than SHORT_TEXT (characters) to count as read
SHORT_TEXT = 200
MOST_EMPLOYERS = 5  # names by which a text may call its employer

# German, French and Spanish stand behind English: enough for the usual words of a posting, and no more.
MUST = re.compile(
    r"\b(?:must|requir\w+|mandatory|essential|need(?:s|ed)?|minimum|at least|proficien\w+|strong|solid|proven|expert\w*"
    r"|demonstrated|looking for|you (?:have|bring|know)|qualifications?|hands-on"
    r"|mindestens|erforderlich|zwingend|vorausgesetzt|fundierte|sehr gute|exig\u00e9\w*|requis\w*|indispensable|ma\u00eetrise"
    r"|obligatori\w+|imprescindible|m\u00ednim\w+)\b",
    re.IGNORECASE,
)
NICE = re.compile(
    r"\b(?:nice[- ]to[- ]haves?|preferr?(?:ed|able|ably)|bonus|(?:is|are|be|a) (?:big |huge |strong )?(?:plus|asset|advantage)"
    r"|pluses|desir(?:ed|able)|ideally|optional(?:ly)?|advantageous|good to have|would be (?:great|nice|helpful)"
    r"|not (?:required|necessary|essential)|helps? (?:to (?:know|have)|if you)|(?:helpful|welcome|beneficial|appreciated|nice to see)"
    r"|(?:it['\u2019]?s|it is) (?:good|nice) (?:to|if)|von vorteil|w\u00fcnschenswert|idealerweise|gerne auch"
    r"|un (?:plus|atout)|souhait\u00e9\w*|appr\u00e9ci\u00e9\w*|id\u00e9alement|deseable\w*|valorable|se valorar\u00e1\w*)\b",
    re.IGNORECASE,
)
MUST_HEADING = re.compile(
    r"\b(?:requirements?|qualifications?|required|must[- ]haves?|essential|what you(?:['\u2019]ll| will)? (?:need|bring|have)"
    r"|you have|what we (?:ask|look|expect|need|require|want|seek)\w*|(?:ihr|dein|euer) profil|anforderung\w*|qualifikation\w*"
    r"|(?:das|was) (?:sie|du) mitbring\w+|(?:das|was) bring\w+ (?:sie|du) mit|voraussetzung\w*|votre profil|profil (?:recherch\u00e9|requis)"
    r"|comp\u00e9tences|exigences|requisitos|(?:tu|su) perfil|perfil requerido"
    r"|who you are|about you|your profile|skills?|experience|we(?:['\u2019]re| are) looking for|criteria|competenc\w+)\b",
    re.IGNORECASE,
)
# Words that make a heading of a line without a colon only beside others of their kind: "Skills and experience" is one,
# "Experience in finance" asks.
PLAIN_HEADING_WORD = re.compile(
    r"\b(?:skills?|experience|required|essential|competenc\w+|desired|preferr?ed)\b", re.IGNORECASE
)
PLAIN_HEADING = re.compile(
    r"(?:(?:your|the|key|core|other|basic|minimum|essential|required|desired|preferr?ed|relevant|professional|technical|work|job|soft"
    r"|hard|skills?|experience|knowledge|education|abilities|competenc\w+|qualifications?|requirements?|criteria|and|&|/)[\s,]*)+",
    re.IGNORECASE,
)
OTHER_HEADING = re.compile(
    r"\b(?:benefits?|perks|we offer|what you get|about (?:us|the company|our)|who we are|why (?:join|us)|equal opportunit\w+"
    r"|our (?:story|mission|values|culture)|compensation|salary|how to apply|privacy|disclaimer"
    r"|you (?:do not|don['\u2019]t) (?:need|have to)|what we (?:do not|don['\u2019]t) \w+|wir bieten|(?:das|was) bieten wir|\u00fcber uns"
    r"|nous (?:offrons|proposons)|\u00e0 propos de nous|(?:te |le )?ofrecemos|sobre nosotros"
    r"|^(?-i:About (?!You|Your|This|The (?:Job|Role|Position|Work))[A-Z]\w*))\b",
    re.IGNORECASE,
)
TASK_HEADING = re.compile(
    r"\b(?:responsibilit\w+|duties|what you(?:['\u2019]ll| will) do|the role|your role|tasks|about the (?:job|role|position)"
    r"|job description|day[- ]to[- ]day|summary|overview|(?:ihre|deine|eure) aufgaben|aufgabenbereich|(?:vos|tes) missions"
    r"|responsabilidades|funciones)\b",
    re.IGNORECASE,
)
# Headings of postings whose lines were run together.
INLINE_HEADING = re.compile(
    r"(?<=\S) +((?:Job|Minimum|Basic|Preferred|Required)? ?(?:Requirements?|Qualifications?)|How to Apply|Job (?:Description|Summary)|"
    r"Nice to Have|What We Offer|About Us)\b:?(?= +[A-Z])"
)
BLANKS = re.compile(r"[^\S\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")  # within a line
SENTENCE = re.compile(r"[^\n.!?;]+(?:(?:[.!?;](?!\s|$)|(?<=\be\.g)\.|(?<=\bi\.e)\.)[^\n.!?;]*)*[.!?;]?")
# Between two skills of which one will do, and before and behind such a list.
OPTION_JOINT = re.compile(
    r"\s*(?:(?P<either>,?\s*\b(?:and\s?/\s?or|or|oder|ou)\b)|(?P<both>,?\s*(?:\b(?:and|und|et|y)\b|&))|[,/])\s*"
    r"(?:(?:in|with|of|a|an|the)\s+)?",
    re.IGNORECASE,
)
ONE_OF = re.compile(
    r"(?:\b(?:(?:one|any|either) (?:or more )?of|at least one)\b[^.;,()]{0,40}|\b(?:either|such as|for example|e\.g\.?),?)"
    r"[\s:(]*$",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    r",?\s*\bor\s+(?:an?\s+|any\s+)?(?:other|another|similar|equivalent|comparable|related)\b", re.IGNORECASE
)
ASIDE = re.compile(r"\([^()]*\)")
COUNT = r"(?<!\w)(?<!\d[.,])(\d{1,2}(?:\.5)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen)"
YEARS = re.compile(
    COUNT + r"\s*(?:\(\d+\)\s*)?(?:\+|plus|or more)?\s*(?:(?:-|\u2013|to|bis|\u00e0|a)\s*\d{1,2}\s*\+?\s*)?"
    r"(?:years?|yrs?|jahre?n?|ans|ann\u00e9es|a\u00f1os)\b",
    re.IGNORECASE,
)
# Between years and a skill that they are not about: "5 years of experience and knowledge of Python".
APART = re.compile(r",|\band\b", re.IGNORECASE)
EXPERIENCE = re.compile(r"experience|erfahrung|exp\u00e9rience|experiencia", re.IGNORECASE)
NUMBERS = {
    **dict(
        zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(1, 11), strict=True)
    ),
    "twelve": 12,
    "fifteen": 15,
}
# Years that are no experience.
NOT_EXPERIENCE = re.compile(
    r"\b(?:old|ago|of age|founded|in business|history|anniversary|warranty|university|degree"
    r"|combined|collective)\b"
)
# Directly before years that the employer has.
EMPLOYERS = re.compile(r"\b(?:we(?:['\u2019]ve| have| bring) (?:\w+ ){0,3}|our (?:over |more than )?)$", re.IGNORECASE)
HIRING = re.compile(
    r"((?:\b[A-Z][\w&.'\u2019-]{0,30} {1,3}){1,5})(?:is|are) (?:now |currently )?(?:hiring|looking|seeking|searching|recruiting)\b"
)
DEGREES = {
    "doctorate": (5, re.compile(r"\b(?:ph\.?\s?d|doctora(?:te|l)|dr\.)(?!\w)", re.IGNORECASE)),
    "master": (
        4,
        re.compile(
            r"\b(?:bac ?\+ ?5|dipl\u00f4me d['\u2019]ing\u00e9nieur|m[\u00e1a]ster en)\b|\b(?:master(?:['\u2019]?s)?(?= degree| of | in |\b.{0,20}degree|$)|m\.?sc\b|mba\b|m\.eng)|\bM\.?[AS]\b(?=\s*(?:in\b|degree|or\b|[/,(]))",
            re.IGNORECASE,
        ),
    ),
    "bachelor": (
        3,
        re.compile(
            r"\b(?:bachelor(?:['\u2019]?s)?|b\.?sc|undergraduate degree|licen[cs]e degree|first degree|(?:hochschul|fachhochschul)?studium"
            r"|hochschulabschluss|licence|bac ?\+ ?3|licenciatura|grado (?:en|universitario)|t\u00edtulo universitario)\b|\bB\.?A\b|\bBS\b|\bBEng\b",
            re.IGNORECASE,
        ),
    ),
    "associate": (2, re.compile(r"\bassociate(?:['\u2019]?s)? degree\b|\bdiploma\b", re.IGNORECASE)),
    "school": (1, re.compile(r"\bhigh[- ]school\b|\bGED\b|\bA[- ]levels\b", re.IGNORECASE)),
}
# How people shorten the degrees that they hold; in a posting's sentences these would be other words ("MS Office").
HELD_DEGREES = (
    (5, re.compile(r"\b(?:Ed\.?D|J\.?D|M\.?D|Doctor of)\b")),
    (4, re.compile(r"\b(?:M\.?[AS]|M\.?Eng|M\.?Tech|M\.?Phil|M\.?Ed|M\.?F\.?A|M\.?P\.?H|LL\.?M)\b")),
    (3, re.compile(r"\b(?:B\.?[AES]|B\.?Tech|B\.?Ed|B\.?Com|B\.?B\.?A|B\.?F\.?A|B\.?S\.?N|LL\.?B)\b")),
    (2, re.compile(r"\b(?:A\.?[AS]|A\.?A\.?S|Associate of)\b")),
)
ANY_DEGREE = re.compile(r"\b(?:university|college) degree\b|\bdegree in\b|\bdegree\b", re.IGNORECASE)
NO_DEGREE = re.compile(
    r"\b(?:no|without an?) (?:\w+ ){0,3}degree\b|\bdegrees? (?:is |are )?not (?:needed|required|necessary)\b",
    re.IGNORECASE,
)
EQUIVALENT = re.compile(r"\bequivalent\b", re.IGNORECASE)
# The levels that titles name; the first that fits counts, so that a junior manager is a junior.
SENIORITY = (
    (
        1,
        "junior",
        re.compile(r"\b(?:intern(?:ship)?|trainee|apprentice|junior|jr|graduate|entry[- ]level)\b", re.IGNORECASE),
    ),
    (5, "director", re.compile(r"\b(?:director|vp|vice president|chief|head of|c[etfoip]o)\b", re.IGNORECASE)),
    (4, "lead", re.compile(r"\b(?:lead|principal|staff|manager|head|supervisor|team leader)\b", re.IGNORECASE)),
    (3, "senior", re.compile(r"\b(?:senior|sr|expert)\b", re.IGNORECASE)),
)
LEVELS = {
    "entry_level": (1, "junior"),
    "associate": (1, "associate"),
    "senior_level": (3, "senior"),
    "director": (5, "director"),
    "executive": (5, "executive"),
    "team_lead": (4, "lead"),
    "manager": (4, "manager"),
    "vp": (5, "director"),
    "c_level": (5, "executive"),
}


TITLE_FILLERS = frozenset({"and", "of", "the", "for", "in", "to", "at", "with", "remote", "hybrid", "ii", "iii", "iv"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a posting says something: the field, and the words or the entry of a list that say it."""

    field: str
    quote: str


@dataclass(frozen=True, slots=True)
class SkillAsked:
    """One skill that a posting asks for, or several of which any one will do.

    `options` names each under the posting's own spelling, by its identity.
    """

    options: Mapping[str, str]
    is_must: bool
    places: tuple[Place, ...]
    years: float | None = None

    @property
    def identity(self) -> str:
        return "|".join(sorted(self.options))

    @property
    def name(self) -> str:
        *others, last = self.options.values()
        return f"{', '.join(others)} or {last}" if others else last

    @property
    def weight(self) -> int:
        return MUST_WEIGHT if self.is_must else 1

    def met_by(self, found: Container[str]) -> list[str]:
        """Return the names of those that are among the identities found; one is enough."""
        return [name for identity, name in self.options.items() if identity in found]

    def with_words_of(self, other: SkillAsked) -> SkillAsked:
        """Return this requirement as it is when another place asks for it as well: the stronger word counts."""
        return replace(
            self,
            is_must=self.is_must or other.is_must,
            places=tuple(dict.fromkeys((*self.places, *other.places))),
            years=max(filter(None, (self.years, other.years)), default=None),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Something else that a posting asks for, on a scale (years; rungs of degrees or seniority)."""

    name: str
    amount: float
    place: Place
    is_must: bool = True


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting as it is read: text by field, and the skills that it lists apart."""

    title: str = ""
    company: str = ""
    industry: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    skills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    education: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirements:
    """All that a posting asks for."""

    title: str = ""
    company: str = ""
    industry: str = ""
    skills: tuple[SkillAsked, ...] = ()
    years: Asked | None = None
    degree: Asked | None = None
    seniority: Asked | None = None
    text: str = ""

    @property
    def count(self) -> int:
        """How much of a posting was read that a resume can be held against; a title alone says too little."""
        return len(self.skills) + bool(self.years) + bool(self.degree)

    @property
    def is_readable(self) -> bool:
        """Whether that is enough for a text of its length to say how well a resume fits."""
        return self.count >= FEWEST_READ or (self.count > 0 and len(self.text) <= SHORT_TEXT)


# The lists of a posting that are skills already, and whether they are musts.
LISTS = {"skills_required": True, "skills_preferred": False, "tech_stack": False}


def read_requirements(posting: Posting, lexicon: Lexicon) -> Requirements:
    """Return what a posting asks for: listed skills first, then those its text names, musts before the rest."""
    skills: dict[str, SkillAsked] = {}
    for name, is_must in LISTS.items():
        for written in posting.skills.get(name, ()):
            if identity := lexicon.identify(written):
                options = {identity: written.strip()}
                _note(skills, SkillAsked(options, is_must, (Place(name, written.strip()),)))
    # What a posting lists apart as no must, its text makes none; its tools only where it lists its musts as well.
    extras = {one.identity for one in skills.values() if not one.is_must}
    if not any(map(lexicon.identify, posting.skills.get("skills_required", ()))):
        extras &= set(map(lexicon.identify, posting.skills.get("skills_preferred", ())))
    employers = _name_employers(posting)
    years: list[Asked] = []
    degrees: list[Asked] = []
    for where, text in posting.texts.items():
        for sentence, is_must in _sentences(text, lexicon, is_must=where == "requirements"):
            named = _degrees(sentence, where)
            mentions = _without_employers(sentence, lexicon.find(sentence), employers)
            about = _what_years_are_about(sentence, [mention.start for mention in mentions])
            # What stands beside a degree is its subject, and no skill that must be shown.
            for asked in _read_skills(sentence, where, mentions, about, is_must=is_must and not named):
                _note(skills, replace(asked, is_must=asked.is_must and not extras.issuperset(asked.options)))
            years += [] if about else _years(sentence, where, is_must=is_must)
            degrees += named
    if posting.education:
        degrees = _degrees(posting.education, "education_required", is_field=True) or degrees
    ordered = sorted(_settle(skills), key=lambda skill: not skill.is_must)[:MOST_REQUIREMENTS]
    return Requirements(
        title=posting.title,
        company=posting.company,
        industry=posting.industry,
        skills=tuple(ordered),
        years=max(years, key=lambda asked: asked.amount, default=None),
        degree=min(degrees, key=lambda asked: asked.amount, default=None),
        seniority=_seniority(posting),
        text="\n".join([posting.title, *posting.texts.values()]),
    )


def _note(skills: dict[str, SkillAsked], asked: SkillAsked) -> None:
    known = skills.get(asked.identity)
    skills[asked.identity] = known.with_words_of(asked) if known else asked


def _settle(skills: Mapping[str, SkillAsked]) -> list[SkillAsked]:
    """Return each skill once: one that is a must by itself answers its group; else the group asks for its members."""
    settled = dict(skills)
    for identity, group in skills.items():
        alone = [settled[option] for option in group.options if option in settled and option != identity]
        must = next((one for one in alone if one.is_must), None)
        if must is not None:
            settled[must.identity] = must.with_words_of(settled.pop(identity))
            continue
        for one in alone:
            settled[identity] = settled[identity].with_words_of(settled.pop(one.identity))
    return list(settled.values())


def _sentences(text: str, lexicon: Lexicon, *, is_must: bool) -> Iterator[tuple[str, bool]]:
    """Yield each sentence that may ask for something, and whether its own words or its heading make it a must."""
    default: bool | None = is_must  # None in a section that asks for nothing
    for line in INLINE_HEADING.sub(r"\n\1:\n", BLANKS.sub(" ", text)).splitlines():
        heading, rest = _split_heading(line, lexicon)
        if heading:
            default = _read_heading(heading)
        if default is None:
            continue
        for match in SENTENCE.finditer(rest):
            sentence = match[0].strip()
            if sentence:
                yield sentence, not NICE.search(sentence) and (default or bool(MUST.search(sentence)))


def _split_heading(line: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return the heading that a line is or begins with, and the rest; a line that names a skill is no heading."""
    head, colon, rest = line.partition(":")
    bare = head.strip(" #*_\t")
    is_short = 0 < len(bare) <= LONGEST_HEADING and len(bare.split()) <= MOST_HEADING_WORDS
    if not is_short or not _names_a_section(bare):
        return "", line
    if not colon and (bare.endswith((".", "!", ",", ";")) or bare.startswith(BULLETS) or lexicon.find(bare)):
        return "", line
    if not colon and not PLAIN_HEADING.fullmatch(bare) and not _names_a_section(PLAIN_HEADING_WORD.sub(" ", bare)):
        return "", line
    return bare, rest.strip(" *_")


def _names_a_section(text: str) -> bool:
    return any(kind.search(text) for kind in (OTHER_HEADING, NICE, TASK_HEADING, MUST_HEADING))


def _read_heading(heading: str) -> bool | None:
    """Return whether what stands under a heading is a must; None where nothing is asked."""
    if OTHER_HEADING.search(heading):
        return None
    return not (NICE.search(heading) or TASK_HEADING.search(heading))


def _name_employers(posting: Posting) -> re.Pattern[str] | None:
    """Return where a text names its employer, who is known or says to be hiring; None where nobody is."""
    hiring = (match[1].strip() for text in posting.texts.values() for match in HIRING.finditer(text))
    names = list(dict.fromkeys(filter(None, (posting.company.strip(), *hiring))))[:MOST_EMPLOYERS]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)") if names else None


def _without_employers(sentence: str, mentions: list[Mention], employers: re.Pattern[str] | None) -> list[Mention]:
    """Return the skills that are more than a word of the employer's name: not the Robotics of Acme Robotics."""
    named = [one.span() for one in employers.finditer(sentence)] if employers and mentions else []
    within = {at: span for span in named for at in range(*span)}
    return [one for one in mentions if one.start not in within or within[one.start] == (one.start, one.end)]


def _read_skills(
    sentence: str, where: str, mentions: list[Mention], about: Mapping[int, float], *, is_must: bool
) -> Iterator[SkillAsked]:
    """Yield what a sentence asks for, with the years of it."""
    inside = _details(sentence, mentions)
    for group in _group(sentence, mentions, inside):
        options: dict[str, str] = {}
        for number in group:
            options.setdefault(mentions[number].identity, sentence[mentions[number].start : mentions[number].end])
        place = Place(where, _quote(sentence, mentions[group[0]].start))
        years = max((about[number] for number in group if number in about), default=None)
        yield SkillAsked(options, is_must and inside.isdisjoint(group), (place,), years)


def _group(sentence: str, mentions: list[Mention], inside: set[int]) -> list[list[int]]:
    """Return the skills of a sentence (their numbers) by requirement: those of which any one will do are together."""
    groups: list[list[int]] = []
    chain: list[int] = []
    is_either = is_led = False

    def close() -> None:
        last = mentions[chain[-1]].end if chain else 0
        if is_either or is_led or OTHERWISE.match(sentence, last):
            groups.append(chain)
        else:
            groups.extend([number] for number in chain)

    for number, mention in enumerate(mentions):
        if number in inside:
            groups.append([number])
            continue
        gap = ASIDE.sub("", sentence[mentions[chain[-1]].end : mention.start]) if chain else ""
        joint = OPTION_JOINT.fullmatch(gap) if chain else None
        if joint is None or (joint["both"] and not is_led):
            close()
            chain, is_either = [], False
            is_led = bool(ONE_OF.search(sentence[max(mention.start - LONGEST_HEADING, 0) : mention.start]))
        else:
            is_either = is_either or bool(joint["either"])
        chain.append(number)
    close()
    return sorted(filter(None, groups))


def _details(sentence: str, mentions: list[Mention]) -> set[int]:
    """Return the skills that brackets behind another one tell more of: AWS (EC2, S3)."""
    ends = {mention.end for mention in mentions}
    asides = [aside for aside in ASIDE.finditer(sentence) if len(sentence[: aside.start()].rstrip()) in ends]
    within = {at for aside in asides for at in range(*aside.span())}
    return {number for number, mention in enumerate(mentions) if mention.start in within}


def _years(sentence: str, where: str, *, is_must: bool) -> list[Asked]:
    """Return the years of experience that a sentence asks for as a whole."""
    if not EXPERIENCE.search(sentence):
        return []
    return [
        Asked(f"{match[0].strip()} of experience", amount, Place(where, _quote(sentence, match.start())), is_must)
        for match in _counted(sentence)
        if (amount := _count(match[1])) <= MOST_YEARS
    ]


def _counted(sentence: str) -> list[re.Match[str]]:
    """Return where a sentence counts years that may be experience."""
    return [match for match in YEARS.finditer(sentence) if _may_be_asked(sentence, match)]


def _may_be_asked(sentence: str, years: re.Match[str]) -> bool:
    before = sentence[max(years.start() - LONGEST_HEADING, 0) : years.start()]
    return not EMPLOYERS.search(before) and not NOT_EXPERIENCE.search(_after(sentence, years.end()))


def _what_years_are_about(sentence: str, starts: list[int]) -> dict[int, float]:
    """Return for each skill (its number) the years asked of it: "5+ years of Python and Django"."""
    about: dict[int, float] = {}
    counts = _counted(sentence)
    for at, match in enumerate(counts):
        until = counts[at + 1].start() if at + 1 < len(counts) else len(sentence)
        first = next((start for start in starts if start >= match.end()), until)
        if APART.search(sentence, match.end(), first):
            continue
        for number, start in enumerate(starts):
            if match.end() <= start < until and start - match.end() <= LONGEST_HEADING:
                about[number] = _count(match[1])
    return about


def _after(sentence: str, at: int) -> str:
    return sentence[at : at + 20].lower()


def _count(written: str) -> float:
    return float(NUMBERS.get(written.lower(), 0) or written)


def _degrees(sentence: str, where: str, *, is_field: bool = False) -> list[Asked]:
    """Return the lowest degree that a sentence names: whoever lists several takes the lowest."""
    if NO_DEGREE.search(sentence):
        return []
    named = [
        Asked(name, rank, Place(where, _quote(sentence, match.start())))
        for name, (rank, pattern) in DEGREES.items()
        if (match := pattern.search(sentence))
    ]
    match = ANY_DEGREE.search(sentence)
    if not named and match and (is_field or "degree in" in sentence.lower()):
        named = [Asked("bachelor", DEGREES["bachelor"][0], Place(where, _quote(sentence, match.start())))]
    if not named:
        return []
    lowest = min(named, key=lambda asked: asked.amount)
    return [replace(lowest, is_must=not (EQUIVALENT.search(sentence) or NICE.search(sentence)))]


def rank_degree(text: str) -> int:
    """Return the rung of the highest degree that the name of a degree tells; 0 for none."""
    known = (*DEGREES.values(), *HELD_DEGREES)
    return max((rank for rank, pattern in known if pattern.search(text)), default=0)


def rank_title(title: str) -> int:
    """Return the rung of seniority that a title names; 2 where it names none."""
    return next((rank for rank, _, pattern in SENIORITY if pattern.search(title)), 2)


def title_words(title: str) -> frozenset[str]:
    """Return the words of a title that say what the work is, without its level."""
    bare = title
    for _, _, pattern in SENIORITY:
        bare = pattern.sub(" ", bare)
    return frozenset(word.form for word in cut_words(bare) if len(word.form) > 1) - TITLE_FILLERS


def _seniority(posting: Posting) -> Asked | None:
    for rank, name, pattern in SENIORITY:
        if pattern.search(posting.title):
            return Asked(name, rank, Place("title", posting.title))
    for level in posting.levels:
        if level in LEVELS:
            rank, name = LEVELS[level]
            return Asked(name, rank, Place("experience_level", level))
    return None


def _quote(sentence: str, at: int = 0) -> str:
    """Return the words around a place of a sentence, at most LONGEST_QUOTE characters."""
    begin = max(at - LONGEST_QUOTE // 2, 0) if len(sentence) > LONGEST_QUOTE else 0
    cut = sentence[begin : begin + LONGEST_QUOTE]
    if begin:
        cut = "\u2026" + cut.partition(" ")[2]
    if begin + LONGEST_QUOTE < len(sentence):
        cut = cut.rpartition(" ")[0] + "\u2026"
    return " ".join(cut.strip(" -*\u2022\u00b7\t").split())
