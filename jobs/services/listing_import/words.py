"""What the sources' words mean in ours. Values in, values out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jobs.models import ExperienceLevel, JobType, RemoteType, SeniorityLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

JOB_TYPES: Mapping[str, JobType] = {
    "fulltime": JobType.FULL_TIME,
    "parttime": JobType.PART_TIME,
    "contract": JobType.CONTRACT,
    "contractor": JobType.CONTRACT,
    "fixedterm": JobType.CONTRACT,
    "freelance": JobType.FREELANCE,
    "freelancer": JobType.FREELANCE,
    "selfemployed": JobType.FREELANCE,
    "intern": JobType.INTERNSHIP,
    "interns": JobType.INTERNSHIP,
    "internship": JobType.INTERNSHIP,
    "internships": JobType.INTERNSHIP,
    "workingstudent": JobType.INTERNSHIP,
    "temporary": JobType.TEMPORARY,
    "temp": JobType.TEMPORARY,
    "seasonal": JobType.TEMPORARY,
    "summer": JobType.TEMPORARY,
    "perdiem": JobType.TEMPORARY,
}
WORKPLACES: Mapping[str, RemoteType] = {
    "onsite": RemoteType.ON_SITE,
    "inoffice": RemoteType.ON_SITE,
    "office": RemoteType.ON_SITE,
    "remote": RemoteType.REMOTE,
    "fullyremote": RemoteType.REMOTE,
    "telecommute": RemoteType.REMOTE,
    "hybrid": RemoteType.HYBRID,
}
EXPERIENCE: Mapping[str, ExperienceLevel] = {
    "entry": ExperienceLevel.ENTRY_LEVEL,
    "entrylevel": ExperienceLevel.ENTRY_LEVEL,
    "junior": ExperienceLevel.ENTRY_LEVEL,
    "graduate": ExperienceLevel.ENTRY_LEVEL,
    "internship": ExperienceLevel.ENTRY_LEVEL,
    "associate": ExperienceLevel.ASSOCIATE,
    "mid": ExperienceLevel.MID_LEVEL,
    "midlevel": ExperienceLevel.MID_LEVEL,
    "intermediate": ExperienceLevel.MID_LEVEL,
    "midsenior": ExperienceLevel.MID_LEVEL,
    "midseniorlevel": ExperienceLevel.MID_LEVEL,
    "senior": ExperienceLevel.SENIOR_LEVEL,
    "seniorlevel": ExperienceLevel.SENIOR_LEVEL,
    "director": ExperienceLevel.DIRECTOR,
    "executive": ExperienceLevel.EXECUTIVE,
}
SENIORITY: Mapping[str, SeniorityLevel] = {
    "individualcontributor": SeniorityLevel.INDIVIDUAL_CONTRIBUTOR,
    "ic": SeniorityLevel.INDIVIDUAL_CONTRIBUTOR,
    "teamlead": SeniorityLevel.TEAM_LEAD,
    "lead": SeniorityLevel.TEAM_LEAD,
    "manager": SeniorityLevel.MANAGER,
    "director": SeniorityLevel.DIRECTOR,
    "vp": SeniorityLevel.VP,
    "vicepresident": SeniorityLevel.VP,
    "clevel": SeniorityLevel.C_LEVEL,
    "executive": SeniorityLevel.C_LEVEL,
}
# What sources write where they say nothing.
NOTHING = frozenset({"", "none", "null", "na", "other", "unspecified", "notapplicable"})
_NO_LETTERS = re.compile(r"[\W_]+")
_REMOTE_PLACE = re.compile(r"\bremote\b", re.IGNORECASE)
_HYBRID_PLACE = re.compile(r"\bhybrid\b", re.IGNORECASE)
# Headings of the lists that a source keeps apart.
_HEADINGS = (
    ("benefits", re.compile(r"benefit|perk|we offer|what you.ll get|compensation", re.IGNORECASE)),
    (
        "responsibilities",
        re.compile(r"responsib|dut(?:y|ies)|you.ll do|you will do|day.to.day|your role", re.IGNORECASE),
    ),
    (
        "requirements",
        re.compile(r"requir|qualif|you have|you bring|looking for|must.have|skills|about you", re.IGNORECASE),
    ),
)


def read_word(words: Iterable[str], meanings: Mapping[str, str], *, name: str, notes: list[str]) -> str:
    """Return the first meaning that is known, '' where there is none, with a note on words that say something else."""
    unknown = []
    for word in words:
        letters = _NO_LETTERS.sub("", word).casefold()
        if letters in meanings:
            return meanings[letters]
        if letters not in NOTHING:
            unknown.append(word)
    if unknown:
        notes.append(f"{name}: {', '.join(unknown)[:100]!r} is none of ours.")
    return ""


def read_workplace_of_places(places: Iterable[str]) -> str:
    """Return Hybrid or Remote where the names of the places say so."""
    text = " ".join(places)
    if _HYBRID_PLACE.search(text):
        return RemoteType.HYBRID
    return RemoteType.REMOTE if _REMOTE_PLACE.search(text) else ""


def read_heading(heading: str) -> str:
    """Return the column that a list with this heading belongs to; '' for any other."""
    return next((column for column, pattern in _HEADINGS if pattern.search(heading)), "")
