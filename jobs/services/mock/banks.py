"""Made-up skill banks: what somebody of a trade, at a rung of it, has to tell, in more ways than one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from jobs.services.mock.careers import careers
from jobs.services.mock.origin import between, dated, some
from jobs.services.mock.trades import world
from skills.models import (
    Certification,
    Education,
    EducationVariation,
    ExperienceType,
    ExperienceVariation,
    Focus,
    Project,
    ProjectVariation,
    Skill,
    SkillBank,
    SkillCategory,
    SkillLevel,
    SkillSource,
    SummaryVariation,
    WorkExperience,
)
from skills.naming import skill_key

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from django.db.models import Model

    from jobs.services.mock.careers import Tongue
    from jobs.services.mock.companies import Employer
    from jobs.services.mock.interactions import Encounter
    from jobs.services.mock.origin import Origin
    from jobs.services.mock.people import Person

MONTHS = 12
# A position lasts this long at least, in months, and never begins on the day that the one before ends.
SHORTEST_POSITION = 5
MOST_TRIES = 6
# From how many years on somebody calls themselves that.
LEVELS = ((7, SkillLevel.EXPERT), (4, SkillLevel.ADVANCED), (2, SkillLevel.INTERMEDIATE), (0, SkillLevel.BEGINNER))
CATEGORIES = {
    SkillCategory.LANGUAGE: {"Python", "TypeScript", "Go", "SQL", "R"},
    SkillCategory.FRAMEWORK: {"Django", "React", "pandas", "scikit-learn"},
    SkillCategory.PLATFORM: {"AWS", "Kubernetes", "Snowflake", "BigQuery", "SAP", "Salesforce", "Moodle"},
    SkillCategory.METHODOLOGY: {"Lean manufacturing", "Experiment design", "Threat modelling", "Code review"},
    SkillCategory.SOFT: {
        *("Communication", "Listening", "Writing", "Facilitation", "Negotiation", "Presentation", "Storytelling"),
        *("Coaching", "Mentoring", "De-escalation", "Stakeholder management", "Languages"),
    },
}
# How some people write what others call by its full name.
SHORT_FORMS = {"PostgreSQL": "Postgres", "Kubernetes": "k8s", "TypeScript": "TS", "REST APIs": "REST", "Airflow": "Apache Airflow"}  # fmt: skip
GRADED = ("United States", "Canada", "India")
HONORS = ("Dean's list", "With distinction", "Scholarship of the faculty", "Best thesis of the year")
# The length of studies in years by how the degree begins.
STUDIES = (
    ("Doctor of Phil", 4),
    ("Doctor", 6),
    ("Juris", 3),
    ("Master of", 2),
    ("Diploma", 3),
    ("Vocational", 3),
    ("", 3),
)


class Size(NamedTuple):
    """How much somebody tells: at most so many positions, lines for each, and the rest from a few to some more."""

    positions: int
    lines: tuple[int, int]
    soft: tuple[int, int]
    variations: tuple[int, int]
    summaries: tuple[int, int]


BRIEF, USUAL, AMPLE = (
    Size(2, (1, 2), (1, 2), (0, 1), (1, 1)),
    Size(3, (2, 4), (2, 3), (0, 2), (1, 3)),
    Size(4, (3, 5), (3, 4), (1, 3), (2, 3)),
)


@dataclass
class FilledBank:
    """One bank with all that is in it."""

    bank: SkillBank
    tongue: Tongue | None = None
    summaries: list[SummaryVariation] = field(default_factory=list)
    skills: list[Skill] = field(default_factory=list)
    experiences: list[WorkExperience] = field(default_factory=list)
    education: list[Education] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    certifications: list[Certification] = field(default_factory=list)
    retold: dict[WorkExperience, list[ExperienceVariation]] = field(default_factory=dict)
    others: list[Model] = field(default_factory=list)

    def rows(self) -> Iterator[Model]:
        yield self.bank
        yield from (*self.summaries, *self.skills, *self.experiences, *self.education, *self.projects)
        yield from self.certifications
        for variations in self.retold.values():
            yield from variations
        yield from self.others


class Banks:
    """Fills the bank of one person."""

    def __init__(self, chance: random.Random, origin: Origin, person: Person, employers: list[Employer]) -> None:
        self.chance = chance
        self.origin = origin
        self.person = person
        self.employers = employers
        self.trade = person.background.trade
        self.career = careers().by_trade[self.trade.name]
        self.title = person.profile.current_title
        self.years = person.profile.experience_years or 0
        self.opened = between(chance, person.user.date_joined, person.user.date_joined + timedelta(days=2))
        self.lines: list[str] = []

    def open(self) -> FilledBank:
        """Return a bank with nothing in it."""
        bank = SkillBank(**dated(self.chance, self.opened), user_id=self.person.user.pk)
        return FilledBank(bank, self.person.tongue)

    def fill(self, size: Size, met: list[Encounter]) -> FilledBank:
        """Return a bank that fits the person and what they apply to."""
        filled = self.open()
        filled.bank.skill_categories = list(self.career.headings)
        began = self._add_experiences(filled, size)
        self._add_skills(filled, size, met)
        self._add_summaries(filled, size)
        self._add_education(filled, began)
        self._add_projects(filled, began)
        self._add_certifications(filled, began)
        filled.bank.updated_at = max(row.updated_at for row in filled.rows())  # type: ignore[attr-defined]
        return filled

    def _entry(self, filled: FilledBank, place: int) -> dict[str, Any]:
        at = between(self.chance, self.opened, self.opened + timedelta(days=5))
        return {**dated(self.chance, at), "bank_id": filled.bank.pk, "display_order": place}

    def _retelling(self, entry: Model, place: int, focus: Focus, title: str, content: str) -> dict[str, Any]:
        at = between(self.chance, self.opened + timedelta(days=5), self.origin.latest)
        return {
            **dated(self.chance, at),
            "bank_id" if isinstance(entry, SkillBank) else "entry_id": entry.pk,
            "display_order": place,
            "focus": focus,
            "title": title,
            "content": content,
            "target_roles": [self.title],
        }

    # Skills -----------------------------------------------------------------------------------------------------------

    def _add_skills(self, filled: FilledBank, size: Size, met: list[Encounter]) -> None:
        chance = self.chance
        asked = [
            skill
            for encounter in met
            if encounter.applied is not None
            for skill in encounter.posting.listing.skills_required
        ]
        learnt = some(chance, list(dict.fromkeys(asked)), 1, 3)
        names = [*self.person.skills, *learnt, *some(chance, careers().soft_skills, *size.soft)]
        is_brief_writer = chance.random() < 0.3  # noqa: PLR2004
        held: set[str] = set()
        for name in names:
            spelt = SHORT_FORMS.get(name, name) if is_brief_writer else name
            if skill_key(spelt) not in held:
                held.add(skill_key(spelt))
                is_new = name in learnt and name not in self.person.skills
                filled.skills.append(self._make_skill(filled, spelt, name, len(filled.skills), is_new=is_new))

    def _make_skill(self, filled: FilledBank, spelt: str, name: str, place: int, *, is_new: bool) -> Skill:
        chance = self.chance
        category = self._categorise(name)
        years = min(self.years, chance.randint(0, 1) if is_new else chance.randint(self.years // 2, self.years))
        half = Decimal("0.5") if years < self.years and chance.random() < 0.3 else 0  # noqa: PLR2004
        source = SkillSource.EXTRACTED if is_new else chance.choice((*[SkillSource.MANUAL] * 5, SkillSource.IMPORTED))
        is_soft, is_tool = category == SkillCategory.SOFT, name in self.trade.tools
        return Skill(
            **self._entry(filled, place),
            name=spelt,
            level=next(level for least, level in LEVELS if years >= least),
            category=category,
            bucket=self.career.headings[1 if is_soft else 2 if is_tool else 0],
            subcategory=self.trade.name.capitalize() if category == SkillCategory.TECHNICAL else "",
            years_experience=None if is_soft else Decimal(years) + half,
            proficiency_score=round(min(0.95, 0.3 + 0.08 * years), 2),
            keywords=[name] if spelt != name else [],
            is_featured=place < 3,  # noqa: PLR2004
            source=source,
            confidence=round(chance.uniform(0.7, 0.95), 2) if source == SkillSource.EXTRACTED else None,
        )

    def _categorise(self, name: str) -> SkillCategory:
        for category, names in CATEGORIES.items():
            if name in names:
                return category
        if name in careers().soft_skills:
            return SkillCategory.SOFT
        return SkillCategory.TOOL if name in self.trade.tools else SkillCategory.TECHNICAL

    # Summaries --------------------------------------------------------------------------------------------------------

    def _add_summaries(self, filled: FilledBank, size: Size) -> None:
        chance, career, tongue = self.chance, self.career, filled.tongue
        first, second, third = chance.sample(career.strengths, 3)
        names = [skill.name for skill in filled.skills]
        since = tell_years(self.years)
        filled.bank.default_summary = f"{self.title} with {since} in the trade. {first}. {second}."
        newest = filled.experiences[0]
        figures = next((line for line in newest.default_achievements if "%" in line), newest.default_achievements[0])
        ways = [
            (Focus.TECHNICAL, f"{self.title}, hands on with {tell_list(names[:5])}. {third}.", "matter-of-fact"),
            (Focus.RESULTS, f"{self.title} with {since} in the trade and results to show: {figures}.", "confident"),
            (Focus.CONCISE, f"{self.title}, {since}. {first}.", "plain"),
        ]
        if self.years >= 5:  # noqa: PLR2004
            line = self._format(chance.choice(careers().leadership))
            ways.append((Focus.LEADERSHIP, f"{self.title} whom others turn to. {line}. {second}.", "warm"))
        chosen = [(focus, focus.label, text, tone) for focus, text, tone in some(chance, ways, *size.summaries)]
        if tongue is not None:
            chosen[-1] = (Focus.GENERAL, "In my own language", tongue.summary, "warm")
        for place, (focus, title, content, tone) in enumerate(chosen):
            length = "short" if focus == Focus.CONCISE else "medium"
            told = self._retelling(filled.bank, place, focus, title, content)
            filled.summaries.append(SummaryVariation(**told, tone=tone, length=length, keywords_emphasized=names[:3]))

    # Work -------------------------------------------------------------------------------------------------------------

    def _add_experiences(self, filled: FilledBank, size: Size) -> int:
        """Tell the career, the newest position first; return the month in which it began, counted from year 0."""
        chance = self.chance
        now = self.origin.day.year * MONTHS + self.origin.day.month - 2
        is_between_jobs = chance.random() < 0.15  # noqa: PLR2004
        end = now - chance.randint(1, 4) if is_between_jobs else now
        span = max(SHORTEST_POSITION + 1, self.years * MONTHS + chance.randrange(MONTHS))
        count = max(1, min(size.positions, span // (2 * MONTHS)))
        began = end - span
        # Where one position ends and the next begins, with at least the shortest one between.
        spare = span - count * (SHORTEST_POSITION + 1)
        cuts = sorted(chance.randint(0, max(0, spare)) for _ in range(count - 1))
        starts = [began, *(began + cut + (place + 1) * (SHORTEST_POSITION + 1) for place, cut in enumerate(cuts))]
        ends = [*(start - chance.randint(1, 2) for start in starts[1:]), end]
        known: set[str] = set()
        for place, (start, stop) in enumerate(zip(reversed(starts), reversed(ends), strict=True)):
            is_first, is_last = place == count - 1, place == 0
            position = self.title if is_last else self._name_position(is_first=is_first)
            experience = self._make_experience(filled, place, position, known, size)
            experience.start_date, experience.end_date = tell_month(start), tell_month(stop)
            if is_last and not is_between_jobs:
                experience.is_current, experience.end_date = True, ""
            if is_first and not is_last and filled.tongue is not None:
                tongue = filled.tongue
                experience.company, experience.position, experience.location = tongue.employer, tongue.position, tongue.location  # fmt: skip
                experience.default_achievements, experience.default_description = list(tongue.achievements), ""
            else:
                self._retell_experience(filled, experience, size)
            filled.experiences.append(experience)
        return began

    def _name_position(self, *, is_first: bool) -> str:
        role = self.chance.choice(self.trade.roles)
        return self.trade.titles.get("entry", "Junior {}").format(role) if is_first else role

    def _make_experience(
        self, filled: FilledBank, place: int, position: str, known: set[str], size: Size
    ) -> WorkExperience:
        chance = self.chance
        company, does, location = self._find_employer(known)
        known.add(company)
        skills = [skill for skill in self.person.skills if skill not in self.trade.tools]
        tools = [skill for skill in self.person.skills if skill in self.trade.tools]
        technologies = some(chance, tools, 1, 3)
        achievements = [self._tell_line() for _ in range(chance.randint(*size.lines) if place == 0 else size.lines[0])]
        if place == 0 and self.years >= 8:  # noqa: PLR2004
            achievements.append(self._format(chance.choice(careers().leadership)))
        kind = ExperienceType.FULL_TIME
        if chance.random() < 0.15:  # noqa: PLR2004
            kind = chance.choice((ExperienceType.PART_TIME, ExperienceType.CONTRACT))
        return WorkExperience(
            **self._entry(filled, place),
            company=company,
            position=position,
            location=location,
            experience_type=kind,
            default_description=f"{company} {does}.",
            default_achievements=list(dict.fromkeys(achievements)),
            skills_used=some(chance, skills, 2, 4),
            technologies=technologies,
        )

    def _find_employer(self, known: set[str]) -> tuple[str, str, str]:
        """Return an employer of the trade that the directory has, or one that it does not: name, business and place."""
        chance = self.chance
        if chance.random() < 0.6:  # noqa: PLR2004
            for _ in range(MOST_TRIES):
                employer = chance.choice(self.employers)
                if self.trade in employer.industry.trades and employer.stem not in known:
                    return employer.stem, employer.does, ", ".join(employer.offices[0])
        industries = [each for each in world().industries if self.trade in each.trades] or list(world().industries)
        city = ", ".join(chance.choice(self.person.background.country.cities))
        while True:
            industry = chance.choice(industries)
            name = f"{' & '.join(chance.sample(world().last_names, 2))} {chance.choice(industry.nouns)}"
            if name not in known:
                return name, chance.choice(industry.does), city

    def _tell_line(self) -> str:
        """Return an achievement, of the trade as long as there are any; each comes once before any comes again."""
        if not self.lines:
            everyday, of_trade = careers().everyday, self.career.achievements
            self.lines = self.chance.sample(everyday, len(everyday)) + self.chance.sample(of_trade, len(of_trade))
        return self._format(self.lines.pop())

    def _format(self, line: str) -> str:
        chance = self.chance
        return line.format(n=chance.randint(2, 12), p=chance.randint(8, 45), k=chance.randint(2, 40) * 10)

    def _retell_experience(self, filled: FilledBank, experience: WorkExperience, size: Size) -> None:
        chance, own = self.chance, experience.default_achievements
        tools = [*experience.technologies, *experience.skills_used][:4]
        ways = [
            (Focus.TECHNICAL, f"Hands on with {tell_list(tools)} day to day.", [*own[1:], own[0], self._tell_line()]),
            (
                Focus.RESULTS,
                "What came of it, in figures.",
                [line for line in own if any(map(str.isdigit, line))] or own,
            ),
            (
                Focus.LEADERSHIP,
                "Took on more than the role asked for.",
                [self._format(line) for line in some(chance, careers().leadership, 1, 2)] + own[:2],
            ),
        ]
        variations = [
            ExperienceVariation(
                **self._retelling(experience, place, focus, f"{focus.label}: {experience.position}"[:255], content),
                achievements=list(dict.fromkeys(achievements)),
                skills_highlighted=tools[:3],
                keywords_emphasized=tools[:2],
            )
            for place, (focus, content, achievements) in enumerate(some(chance, ways, *size.variations))
        ]
        if variations:
            filled.retold[experience] = variations
            if chance.random() < 0.25:  # noqa: PLR2004
                experience.default_variation_id = variations[0].pk

    # Studies, projects, certificates ----------------------------------------------------------------------------------

    def _add_education(self, filled: FilledBank, began: int) -> None:
        chance, career = self.chance, self.career
        degree, subject = chance.choice(career.degrees)
        country = self.person.background.country
        courses = [(degree, subject)]
        if degree.startswith(("Master of", "Doctor of Phil")):
            courses.append(("Bachelor of Science", subject))
        ended = began // MONTHS
        for place, (name, studied) in enumerate(courses):
            started = ended - next(length for start, length in STUDIES if name.startswith(start))
            city, region = chance.choice(country.cities)
            is_graded = country.name in GRADED and not name.startswith(("Vocational", "Master crafts"))
            entry = Education(
                **self._entry(filled, place),
                institution=chance.choice(career.schools).format(city=city),
                degree=name,
                field_of_study=studied,
                location=f"{city}, {region}",
                start_date=str(started),
                end_date=str(ended),
                gpa=f"{chance.randint(29, 40) / 10}/4.0" if is_graded else "",
                honors=[chance.choice(HONORS)] if chance.random() < 0.3 else [],  # noqa: PLR2004
                relevant_coursework=some(chance, career.coursework, 2, 4),
            )
            ended = started
            filled.education.append(entry)
        oldest, tongue = filled.education[-1], filled.tongue
        if tongue is not None:
            oldest.institution, oldest.degree, oldest.location = tongue.institution, tongue.degree, tongue.location
        elif chance.random() < 0.3:  # noqa: PLR2004
            variation = EducationVariation(
                **self._retelling(oldest, 0, Focus.DETAILED, "With its courses", f"Studied {oldest.field_of_study}."),
                highlights=[f"Thesis on {oldest.relevant_coursework[0].lower()}"],
                relevant_coursework=oldest.relevant_coursework,
            )
            filled.others.append(variation)

    def _add_projects(self, filled: FilledBank, began: int) -> None:
        chance = self.chance
        now = self.origin.day.year * MONTHS + self.origin.day.month - 2
        handle = self.person.user.email.partition("@")[0].replace(".", "-")
        for told in some(chance, self.career.projects, 0, 2):
            start = chance.randint(began, now - 3)
            slug = told.name.lower().replace(" ", "-")
            project = Project(
                **self._entry(filled, len(filled.projects)),
                name=told.name,
                url=f"https://{slug}.example",
                github_url=f"https://github.com/{handle}/{slug}" if self.trade.name in ("software", "data") else "",
                start_date=tell_month(start),
                end_date=tell_month(min(now, start + chance.randint(2, 14))),
                default_description=told.description,
                default_achievements=[f"Used by {chance.randint(2, 40) * 10} people"],
                technologies=list(told.technologies),
            )
            filled.projects.append(project)
            if chance.random() < 0.4:  # noqa: PLR2004
                filled.others.append(
                    ProjectVariation(
                        **self._retelling(project, 0, Focus.TECHNICAL, "How it is made", told.description),
                        achievements=project.default_achievements,
                        technologies_highlighted=project.technologies[:2],
                    )
                )

    def _add_certifications(self, filled: FilledBank, began: int) -> None:
        chance, day = self.chance, self.origin.day
        for name, issuer, years in self.career.certificates:
            if chance.random() < 0.35:  # noqa: PLR2004
                continue
            # What runs out was renewed in time.
            earliest = max(began // MONTHS, day.year - years + 1) if years else began // MONTHS
            issued = chance.randint(min(earliest, day.year - 1), day.year - 1)
            month = chance.randint(1, MONTHS)
            filled.certifications.append(
                Certification(
                    **self._entry(filled, len(filled.certifications)),
                    name=name,
                    issuer=issuer,
                    issue_date=f"{issued}-{month:02}",
                    expiry_date=f"{issued + years}-{month:02}" if years else "",
                    credential_id=f"{chance.getrandbits(32):08X}" if chance.random() < 0.6 else "",  # noqa: PLR2004
                )
            )


def tell_years(years: int) -> str:
    """Return how long somebody has been in the trade."""
    return "a first year" if years < 1 else "a year" if years == 1 else f"{years} years"


def tell_month(month: int) -> str:
    """Return a month, counted from year 0, as a partial date."""
    year, place = divmod(month, MONTHS)
    return f"{year:04}-{place + 1:02}"


def tell_list(names: list[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)
