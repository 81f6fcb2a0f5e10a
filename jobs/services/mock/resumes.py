"""Made-up resumes: base ones told from the bank, tailored ones for postings, with versions and how they fit.

Every line of them is held by the bank of their person.
"""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from interactions.models import SENT_RESUME
from interactions.services.listings import copy_resume
from jobs.services.mock.origin import between, dated, make_key
from resumes.content import show
from resumes.models import CONTENT, Resume, ResumeOptimization, ResumeStatus, ResumeType, ResumeVersion

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django.db.models import Model

    from interactions.models import JobUserInteraction
    from jobs.services.mock.banks import FilledBank
    from jobs.services.mock.interactions import Encounter
    from jobs.services.mock.listings import Posting
    from jobs.services.mock.origin import Origin
    from jobs.services.mock.people import Person
    from skills.models import WorkExperience

# A tailored resume keeps so many of these.
MOST_SKILLS, MOST_POSITIONS, MOST_LINES = 10, 3, 3
TAILORED = (1, 3)
# Numbers that films use, since nobody has them.
PHONES = {
    "United States": "+1 202 555 01{:02}",
    "Canada": "+1 613 555 01{:02}",
    "United Kingdom": "+44 20 7946 09{:02}",
}
# How many versions there are of a base resume, and how often.
VERSIONS = {1: 12, 2: 5, 3: 2, 4: 1}
ANALYSIS_VERSION = "mock"
SHORTEST_IN_ANY_CASE = 4  # letters


class Resumes:
    """Makes the resumes of one person, all of them told from one bank."""

    def __init__(self, chance: random.Random, origin: Origin, person: Person, filled: FilledBank) -> None:
        self.chance = chance
        self.origin = origin
        self.person = person
        self.filled = filled
        self.told = self._tell_bank()
        self.resumes: list[Resume] = []
        self.versions: list[ResumeVersion] = []
        self.optimizations: list[ResumeOptimization] = []

    def rows(self) -> Iterator[Model]:
        yield from (*self.resumes, *self.versions, *self.optimizations)

    def add(self, met: list[Encounter], *, is_busy: bool) -> None:
        """Add a base resume, what was made of it for postings, and name it in the applications it went out with."""
        chance, filled = self.chance, self.filled
        begun = filled.bank.created_at + timedelta(days=5)
        base = self._add_resume(
            begun, title=f"{self.person.profile.current_title}, {self.person.user.full_name}", content=self.told
        )
        (count,) = chance.choices(list(VERSIONS), list(VERSIONS.values()))
        self._add_versions(base, max(VERSIONS) if is_busy else count)
        if chance.random() < 0.25:  # noqa: PLR2004
            short = self._add_resume(begun + timedelta(days=1), title="One page", content=self._tell_briefly())
            self._add_versions(short, 1)
        if chance.random() < 0.2:  # noqa: PLR2004
            content = {**self.told, "summary": "", "work_experience": [], "projects": []}
            frame = self._add_resume(
                begun, title="Frame for new ones", content=content, resume_type=ResumeType.TEMPLATE
            )
            self._add_versions(frame, 1)
        wanted = [encounter for encounter in met if encounter.applied or encounter.saved]
        wanted.sort(key=lambda encounter: encounter.applied is None)
        tailored = {
            encounter.posting.listing.pk: self._tailor(base, encounter)
            for encounter in wanted[: TAILORED[1] if is_busy else chance.randint(*TAILORED)]
        }
        for encounter in met:
            if encounter.applied is not None:
                resume = tailored.get(encounter.posting.listing.pk)
                if resume is not None or is_busy or chance.random() < 0.6:  # noqa: PLR2004
                    self._send(resume or base, encounter.applied)

    def _send(self, resume: Resume, application: JobUserInteraction) -> None:
        """Name a resume in an application, which keeps a copy of the version of that day."""
        at = application.first_interaction
        versions = [version for version in self.versions if version.resume_id == resume.pk]  # The newest first.
        sent = next((version for version in versions if version.created_at <= at), versions[-1])
        application.resume = resume
        copy = copy_resume(resume, at=at)
        copy |= {"version": sent.version_number, "content": show(sent.content_snapshot)}
        application.interaction_data = {SENT_RESUME: copy}

    def _add_resume(self, at: datetime, *, title: str, content: dict[str, Any], **columns: Any) -> Resume:
        resume = Resume(
            **dated(self.chance, at),
            user_id=self.person.user.pk,
            title=title[:255],
            **{"status": ResumeStatus.ACTIVE, **columns},
            **content,
        )
        self.resumes.append(resume)
        return resume

    # Contents ---------------------------------------------------------------------------------------------------------

    def _tell_contact(self) -> dict[str, Any]:
        user, profile, country = self.person.user, self.person.profile, self.person.background.country
        contact = {
            "full_name": user.full_name,
            "headline": profile.current_title,
            "email": user.email,
            "location": f"{profile.city}, {profile.state}",
            "linkedin_url": profile.linkedin_url,
        }
        if country.name in PHONES:
            contact["phone"] = PHONES[country.name].format(self.chance.randrange(100))
        return contact

    def _tell_bank(self) -> dict[str, Any]:
        """Return the content of a resume that tells all that the bank holds, in the default way."""
        filled = self.filled
        return {
            "contact_info": self._tell_contact(),
            "summary": filled.bank.default_summary,
            "work_experience": [
                tell_position(entry, entry.default_description, entry.default_achievements)
                for entry in filled.experiences
            ],
            "education": [
                {
                    "institution": entry.institution,
                    "degree": entry.degree,
                    "field_of_study": entry.field_of_study,
                    "location": entry.location,
                    "start_date": entry.start_date,
                    "end_date": entry.end_date,
                    "gpa": entry.gpa,
                    "honors": entry.honors,
                    "relevant_coursework": entry.relevant_coursework,
                }
                for entry in filled.education
            ],
            "skills": [
                {
                    "name": skill.name,
                    "level": skill.level,
                    "category": skill.bucket,
                    "years_experience": None if skill.years_experience is None else float(skill.years_experience),
                    "is_featured": skill.is_featured,
                }
                for skill in filled.skills
            ],
            "projects": [
                {
                    "name": entry.name,
                    "description": entry.default_description,
                    "start_date": entry.start_date,
                    "end_date": entry.end_date,
                    "url": entry.url,
                    "github_url": entry.github_url,
                    "technologies": entry.technologies,
                    "achievements": entry.default_achievements,
                }
                for entry in filled.projects
            ],
            "certifications": [
                {
                    "name": entry.name,
                    "issuer": entry.issuer,
                    "issue_date": entry.issue_date,
                    "expiry_date": entry.expiry_date,
                    "credential_id": entry.credential_id,
                }
                for entry in filled.certifications
            ],
        }

    def _tell_briefly(self) -> dict[str, Any]:
        """Return what fits on one page: the shortest summary, the newest positions in a line or two."""
        return {
            **self.told,
            "summary": min((each.content for each in self.filled.summaries), key=len),
            "work_experience": [
                {**position, "achievements": position["achievements"][:2]}
                for position in self.told["work_experience"][:2]
            ],
            "skills": self.told["skills"][:6],
            "projects": [],
        }

    def _add_versions(self, resume: Resume, count: int) -> None:
        """Add the version that stands now and those before it, each with a little less in it."""
        content = {name: getattr(resume, name) for name in CONTENT}
        moments = sorted(
            between(self.chance, resume.created_at, resume.created_at + timedelta(days=20)) for _ in range(count - 1)
        )
        resume.version, resume.updated_at = count, moments[-1] if moments else resume.created_at
        for number, at in zip(range(count, 0, -1), reversed([resume.created_at, *moments]), strict=True):
            before, change = self._undo(content, number) if number > 1 else ({}, "")
            self.versions.append(
                ResumeVersion(
                    id=make_key(self.chance, at),
                    resume_id=resume.pk,
                    version_number=number,
                    changes_summary=change,
                    content_snapshot=content,
                    created_by_id=self.person.user.pk,
                    created_at=at,
                )
            )
            content = before

    def _undo(self, content: dict[str, Any], number: int) -> tuple[dict[str, Any], str]:
        """Return the content as it stood before its latest change, and what that change was."""
        before = deepcopy(content)
        if number % 2 == 0 and len(before["skills"]) > 1:
            gone = before["skills"].pop()
            return before, f"Added {gone['name']}."
        told = [each.content for each in self.filled.summaries if each.content != content["summary"]]
        before["summary"] = self.chance.choice(told) if told else ""
        return before, "Told the summary anew."

    # Tailoring --------------------------------------------------------------------------------------------------------

    def _tailor(self, base: Resume, encounter: Encounter) -> Resume:
        """Return a resume for one posting: what it asks for comes first, in the variation that speaks of it most."""
        posting = encounter.posting
        done = encounter.applied or encounter.saved or encounter.viewed
        at = between(self.chance, max(base.created_at, encounter.viewed.first_interaction), done.first_interaction)
        account = Account(posting)
        content = {
            **self.told,
            "summary": self._choose_summary(account, at),
            "skills": self._choose_skills(account),
            "work_experience": [
                self._choose_telling(account, place, entry, at)
                for place, entry in enumerate(self.filled.experiences[:MOST_POSITIONS])
            ],
        }
        for entry in self.filled.experiences[MOST_POSITIONS:]:
            account.leave(tell_source("experience", entry), f"The {MOST_POSITIONS} positions that stand are newer.")
        resume = self._add_resume(
            at,
            title=f"{posting.listing.title}, {posting.employer.name}",
            content=content,
            resume_type=ResumeType.TAILORED,
            parent_resume_id=base.pk,
            target_job_id=posting.listing.pk,
            status=ResumeStatus.ACTIVE if encounter.applied else ResumeStatus.DRAFT,
            tailoring_analysis=account.close(),
        )
        self._add_versions(resume, 1)
        self._add_optimization(resume, account)
        return resume

    def _choose_skills(self, account: Account) -> list[dict[str, Any]]:
        ranked = sorted(
            zip(self.filled.skills, self.told["skills"], strict=True),
            key=lambda pair: not account.find([pair[0].name, *pair[0].keywords]),
        )
        for place, (skill, _) in enumerate(ranked[:MOST_SKILLS]):
            matched = account.find([skill.name, *skill.keywords])
            why = f"The posting asks for {', '.join(matched)}." if matched else "There is room for it."
            account.note(f"/skills/{place}", tell_source("skill", skill, "name"), why, matched)
        for skill, _ in ranked[MOST_SKILLS:]:
            why = f"The {MOST_SKILLS} skills before it are asked for or stand higher."
            account.leave(tell_source("skill", skill, "name"), why)
        return [told for _, told in ranked[:MOST_SKILLS]]

    def _choose_summary(self, account: Account, at: datetime) -> str:
        bank = self.filled.bank
        text, source = bank.default_summary, tell_source("bank", bank, "default_summary")
        best = max(self.filled.summaries, key=lambda each: len(account.find([each.content])))
        if len(account.find([best.content])) > len(account.find([text])):
            text, source = best.content, tell_source("summary", best, "content")
            use(best, at)
        account.note("/summary", source, account.explain([text]), account.find([text]))
        return text

    def _choose_telling(self, account: Account, place: int, entry: WorkExperience, at: datetime) -> dict[str, Any]:
        """Return a position told as it speaks most of what is asked for."""
        text, lines = entry.default_description, entry.default_achievements
        kind, fields = "experience", ("default_description", "default_achievements")
        chosen = None
        for variation in self.filled.retold.get(entry, ()):
            told = [variation.content, *variation.achievements]
            if len(account.find(told)) > len(account.find([text, *lines])):
                chosen, text, lines = variation, variation.content, variation.achievements
        if chosen is not None:
            kind, fields = "experience_variation", ("content", "achievements")
            use(chosen, at)
        home: Model = chosen or entry
        pointer = f"/work_experience/{place}"
        why = "It stays, so that nothing is missing between the dates."
        account.note(pointer, tell_source("experience", entry), why, account.find([text, *lines]))
        if text:
            account.note(
                f"{pointer}/description",
                tell_source(kind, home, fields[0]),
                account.explain([text]),
                account.find([text]),
            )
        ranked = sorted(enumerate(lines), key=lambda pair: -len(account.find([pair[1]])))
        for new, (index, line) in enumerate(ranked[:MOST_LINES]):
            source = tell_source(kind, home, fields[1], index)
            account.note(f"{pointer}/achievements/{new}", source, account.explain([line]), account.find([line]))
        for index, _ in ranked[MOST_LINES:]:
            why = f"The {MOST_LINES} lines before it answer more of what is asked."
            account.leave(tell_source(kind, home, fields[1], index), why)
        return tell_position(entry, text, [line for _, line in ranked[:MOST_LINES]])

    def _add_optimization(self, resume: Resume, account: Account) -> None:
        at = between(self.chance, resume.created_at, min(resume.created_at + timedelta(hours=2), self.origin.latest))
        self.optimizations.append(
            ResumeOptimization(
                id=make_key(self.chance, at),
                resume_id=resume.pk,
                job_id=account.listing.pk,
                match_score=account.score,
                keyword_matches=account.matched,
                missing_keywords=account.missing,
                skill_matches=account.matched,
                missing_skills=account.missing,
                recommendations=account.recommendations,
                sections_to_emphasize=account.sections,
                analyzed_at=at,
                analysis_version=ANALYSIS_VERSION,
            )
        )


class Account:
    """What a posting asks for, and where a resume answers it."""

    def __init__(self, posting: Posting) -> None:
        listing = posting.listing
        self.listing = listing
        self.asked: dict[str, tuple[str, str]] = {}
        for field in ("skills_required", "skills_preferred", "tech_stack"):
            for name in getattr(listing, field):
                self.asked.setdefault(name.lower(), (name, field))
        self.lines: list[dict[str, Any]] = []
        self.left_out: list[dict[str, Any]] = []

    def find(self, texts: Iterable[str]) -> list[str]:
        """Return what is asked for and named in any of the texts."""
        text = "\n".join(texts)
        return [name for name, _ in self.asked.values() if spot(name).search(text)]

    def explain(self, texts: Iterable[str]) -> str:
        named = self.find(texts)
        return f"It names {', '.join(named)}." if named else "Nothing else in the bank answers more of what is asked."

    def note(self, pointer: str, source: dict[str, Any], why: str, matched: list[str]) -> None:
        self.lines.append({"pointer": pointer, "source": source, "why": why, "matched_requirements": matched})

    def leave(self, source: dict[str, Any], why: str) -> None:
        self.left_out.append({"source": source, "why": why})

    @property
    def matched(self) -> list[str]:
        shown = {name for line in self.lines for name in line["matched_requirements"]}
        return [name for name, _ in self.asked.values() if name in shown]

    @property
    def missing(self) -> list[str]:
        shown = set(self.matched)
        return [name for name, _ in self.asked.values() if name not in shown]

    @property
    def score(self) -> float:
        return round(100 * len(self.matched) / len(self.asked), 1) if self.asked else 0.0

    @property
    def recommendations(self) -> list[str]:
        return [f"If you have {name}, add it to your skill bank with where you used it." for name in self.missing[:3]]

    @property
    def sections(self) -> list[str]:
        """Return the sections that answer anything, in the order of a resume."""
        return list(dict.fromkeys(line["pointer"].split("/")[1] for line in self.lines if line["matched_requirements"]))

    def close(self) -> dict[str, Any]:
        """Return the whole account, in the shape in which tailoring keeps it."""
        asked = {
            name: {
                "name": name,
                "is_must": field == "skills_required",
                "alternatives": [],
                "places": [{"field": field, "quote": name}],
            }
            for name, field in self.asked.values()
        }
        met_by: dict[str, list[str]] = {name: [name] for name in self.matched}
        return {
            "job_id": str(self.listing.pk),
            "match_score": self.score,
            "warning": "",
            "requirements": [
                {"kind": "skill", "years": None, "met_by": met_by.get(name, []), **told} for name, told in asked.items()
            ],
            "lines": self.lines,
            "left_out": self.left_out,
            "missing_skills": [asked[name] for name in self.missing],
            "skill_match": self.matched,
            "recommended_additions": self.recommendations,
            "sections_to_emphasize": self.sections,
        }


@cache
def spot(name: str) -> re.Pattern[str]:
    """Return what finds a name among words: R is not in every word, and to go is not Go."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", 0 if len(name) < SHORTEST_IN_ANY_CASE else re.IGNORECASE)


def tell_source(kind: str, row: Model, field: str = "", index: int | None = None) -> dict[str, Any]:
    """Return the home of a text in the bank."""
    return {"kind": kind, "id": str(row.pk), "field": field, "index": index}


def tell_position(entry: WorkExperience, description: str, achievements: list[str]) -> dict[str, Any]:
    """Return a position of the bank as a resume has it."""
    return {
        "company": entry.company,
        "position": entry.position,
        "location": entry.location,
        "start_date": entry.start_date,
        "end_date": entry.end_date,
        "is_current": entry.is_current,
        "experience_type": str(entry.experience_type),
        "description": description,
        "achievements": achievements,
        "skills_used": [*entry.skills_used, *entry.technologies],
    }


def use(variation: Any, at: datetime) -> None:
    """Note that a variation went into a resume."""
    variation.usage_count += 1
    variation.last_used = at if variation.last_used is None else max(at, variation.last_used)
    variation.created_at = min(variation.created_at, at)
    variation.updated_at = max(variation.updated_at, at)
