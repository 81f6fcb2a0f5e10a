"""Made-up resumes: base ones told from the bank, tailored ones for postings, with versions and how they fit.

Every line of them is held by the bank of their person.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jobs.services.mock.origin import between, dated, make_key, some
from resumes.models import CONTENT, Resume, ResumeOptimization, ResumeStatus, ResumeType, ResumeVersion
from skills.models import SkillCategory

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django.db.models import Model

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
        self._add_versions(base, chance.choices(list(VERSIONS), list(VERSIONS.values()))[0])
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
                if resume is not None or chance.random() < 0.6:  # noqa: PLR2004
                    encounter.applied.resume = resume or base

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
        posting, filled = encounter.posting, self.filled
        done = encounter.applied or encounter.saved or encounter.viewed
        at = between(self.chance, max(base.created_at, encounter.viewed.first_interaction), done.first_interaction)
        asked = find_asked(posting)
        told = self.told
        skills = sorted(told["skills"], key=lambda skill: skill["name"].lower() not in asked)[:MOST_SKILLS]
        held = [skill["name"] for skill in skills if skill["name"].lower() in asked]
        lines = [
            {
                "pointer": f"/skills/{place}",
                "source": "skills",
                "why": "The posting asks for it." if skill["name"] in held else "Among the first in the bank.",
            }
            for place, skill in enumerate(skills)
        ]
        summary, source = filled.bank.default_summary, "default_summary"
        best = max(filled.summaries, key=lambda each: count_mentions(each.content, asked))
        if count_mentions(best.content, asked) > count_mentions(summary, asked):
            summary, source = best.content, f"summary_variations/{best.pk}"
            use(best, at)
        lines.append({"pointer": "/summary", "source": source, "why": self._explain(summary, asked)})
        positions = []
        for place, entry in enumerate(filled.experiences[:MOST_POSITIONS]):
            position, source = self._choose_telling(entry, asked, at)
            positions.append(position)
            text = " ".join([position["description"], *position["achievements"]])
            lines.append({"pointer": f"/work_experience/{place}", "source": source, "why": self._explain(text, asked)})
        missing = [
            name for key, name in asked.items() if key not in {skill["name"].lower() for skill in told["skills"]}
        ]
        resume = self._add_resume(
            at,
            title=f"{posting.listing.title}, {posting.employer.name}",
            content={**told, "summary": summary, "skills": skills, "work_experience": positions},
            resume_type=ResumeType.TAILORED,
            parent_resume_id=base.pk,
            target_job_id=posting.listing.pk,
            status=ResumeStatus.ACTIVE if encounter.applied else ResumeStatus.DRAFT,
            tailoring_analysis={"matched_skills": held, "missing_skills": missing, "lines": lines},
        )
        self._add_versions(resume, 1)
        self._add_optimization(resume, posting, held, missing)
        return resume

    def _choose_telling(self, entry: WorkExperience, asked: dict[str, str], at: datetime) -> tuple[dict[str, Any], str]:
        """Return a position told as it speaks most of what is asked for, and where that stands in the bank."""
        source = f"work_experiences/{entry.pk}"
        text, lines = entry.default_description, entry.default_achievements
        most = count_mentions(" ".join([text, *lines]), asked)
        chosen = None
        for variation in self.filled.retold.get(entry, ()):
            mentions = count_mentions(" ".join([variation.content, *variation.achievements]), asked)
            if mentions > most:
                most, chosen = mentions, variation
        if chosen is not None:
            text, lines, source = chosen.content, chosen.achievements, f"experience_variations/{chosen.pk}"
            use(chosen, at)
        ranked = sorted(lines, key=lambda line: -count_mentions(line, asked))[:MOST_LINES]
        return tell_position(entry, text, ranked), source

    @staticmethod
    def _explain(text: str, asked: dict[str, str]) -> str:
        named = [name for key, name in asked.items() if key in text.lower()]
        return f"Speaks of {', '.join(named)}." if named else "Nothing in the bank says more of what is asked for."

    def _add_optimization(self, resume: Resume, posting: Posting, held: list[str], missing: list[str]) -> None:
        at = between(self.chance, resume.created_at, min(resume.created_at + timedelta(hours=2), self.origin.latest))
        technical = {skill.name for skill in self.filled.skills if skill.category != SkillCategory.SOFT}
        self.optimizations.append(
            ResumeOptimization(
                id=make_key(self.chance, at),
                resume_id=resume.pk,
                job_id=posting.listing.pk,
                match_score=round(100 * len(held) / max(1, len(held) + len(missing)), 1),
                keyword_matches=[name for name in held if name in technical],
                missing_keywords=missing[:10],
                skill_matches=held,
                missing_skills=missing,
                recommendations=[f"Add {name} to the skill bank if you have it." for name in missing[:3]],
                sections_to_emphasize=some(self.chance, ("skills", "work_experience", "projects"), 1, 2),
                content_suggestions=[],
                analyzed_at=at,
                analysis_version=ANALYSIS_VERSION,
            )
        )


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


def find_asked(posting: Posting) -> dict[str, str]:
    """Return what a posting asks for, most wanted first, by its name in small letters."""
    listing = posting.listing
    return {name.lower(): name for name in (*listing.skills_required, *listing.skills_preferred, *listing.tech_stack)}


def count_mentions(text: str, asked: Iterable[str]) -> int:
    small = text.lower()
    return sum(key in small for key in asked)


def use(variation: Any, at: datetime) -> None:
    """Note that a variation went into a resume."""
    variation.usage_count += 1
    variation.last_used = at if variation.last_used is None else max(at, variation.last_used)
    variation.created_at = min(variation.created_at, at)
    variation.updated_at = max(variation.updated_at, at)
