"""Believable made-up data: people, companies, pipelines, interviews, history. The same seed and day, the same data."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from companies.models import Company, Lane, SizeCategory, TargetCompany
from companies.naming import normalize_company_name
from interactions.models import EventType, TimelineEvent
from jobos.accounts.models import User, UserProfile
from jobos.accounts.roles import JOB_SEEKERS
from jobos.core.bulk import copy_rows
from jobs.models import ApplyType, Interview, InterviewStatus, Job, JobStatus
from jobs.services.cards import make_note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Model

FIRST_NAMES = [
    "Amara",
    "Ben",
    "Chiara",
    "Daniel",
    "Elif",
    "Farid",
    "Grace",
    "Hiroshi",
    "Ines",
    "Jonas",
    "Katarina",
    "Liam",
    "Mei",
    "Noah",
    "Olga",
    "Priya",
    "Quentin",
    "Rosa",
    "Samuel",
    "Thandiwe",
    "Uma",
    "Viktor",
    "Wanjiru",
    "Ximena",
    "Yusuf",
    "Zofia",
]
LAST_NAMES = [
    "Almeida",
    "Brandt",
    "Chen",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Gupta",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Kowalski",
    "Lindqvist",
    "Mensah",
    "Nakamura",
    "Okafor",
    "Petrov",
    "Quispe",
    "Rossi",
    "Silva",
    "Tanaka",
    "Ueda",
    "Vargas",
    "Weber",
    "Yilmaz",
    "Zhang",
]
CITIES = (
    ("Berlin", "Berlin"),
    ("London", "England"),
    ("Austin", "Texas"),
    ("Toronto", "Ontario"),
    ("Nairobi", "Nairobi County"),
    ("Bengaluru", "Karnataka"),
    ("Lisbon", "Lisbon"),
    ("Chicago", "Illinois"),
    ("Melbourne", "Victoria"),
    ("São Paulo", "São Paulo"),
)


@dataclass(frozen=True)
class Industry:
    """One line of business: how its companies are called, and what they hire for."""

    name: str
    nouns: tuple[str, ...]
    roles: tuple[str, ...]
    skills: tuple[str, ...]
    salary: int


INDUSTRIES = (
    Industry(
        "Software",
        ("Systems", "Labs", "Cloud", "Software"),
        ("Backend Engineer", "Frontend Engineer", "Site Reliability Engineer", "Engineering Manager"),
        ("Python", "PostgreSQL", "Kubernetes", "TypeScript", "Django", "AWS"),
        110_000,
    ),
    Industry(
        "Healthcare",
        ("Health", "Care", "Medical"),
        ("Registered Nurse", "Clinical Data Analyst", "Care Coordinator"),
        ("Patient care", "HL7", "Triage", "Electronic health records"),
        78_000,
    ),
    Industry(
        "Finance",
        ("Capital", "Bank", "Finance"),
        ("Risk Analyst", "Financial Controller", "Quantitative Developer"),
        ("Excel", "SQL", "IFRS", "Stress testing", "Python"),
        98_000,
    ),
    Industry(
        "Renewable energy",
        ("Energy", "Solar", "Wind"),
        ("Project Engineer", "Grid Analyst", "Site Manager"),
        ("AutoCAD", "SCADA", "Permitting", "Project planning"),
        85_000,
    ),
    Industry(
        "Education",
        ("Academy", "Learning", "Schools"),
        ("Instructional Designer", "Mathematics Teacher", "Programme Manager"),
        ("Curriculum design", "Moodle", "Assessment", "Facilitation"),
        62_000,
    ),
    Industry(
        "Retail",
        ("Market", "Stores", "Goods"),
        ("Category Manager", "Supply Chain Planner", "E-commerce Manager"),
        ("Forecasting", "SAP", "Negotiation", "Google Analytics"),
        66_000,
    ),
)
PREFIXES = [
    "Alder",
    "Birch",
    "Cobalt",
    "Delta",
    "Ember",
    "Fjord",
    "Granite",
    "Harbor",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Lumen",
    "Meridian",
    "Northwind",
    "Orchard",
    "Pinnacle",
    "Quarry",
    "Ridge",
    "Summit",
    "Tidal",
    "Umber",
    "Vantage",
    "Willow",
    "Yarrow",
    "Zephyr",
]
FORMS = ("Inc.", "GmbH", "Ltd", "LLC", "AB", "S.A.")
SIZES = {
    SizeCategory.STARTUP: "1-50",
    SizeCategory.SMALL: "51-200",
    SizeCategory.MEDIUM: "201-1,000",
    SizeCategory.LARGE: "1,001-5,000",
    SizeCategory.ENTERPRISE: "5,000+",
}
PORTALS = ("Direct", "LinkedIn", "Indeed", "Company site", "Referral", "Wellfound")
CHANNELS = ("Company site", "LinkedIn", "Email", "Referral", "Agency")
ROUNDS = ("Phone Screen", "Technical", "Hiring Manager", "Panel", "Final")
REASONS = ("Rejected", "No Response", "Withdrawn", "Position filled")
NOTES = (
    "Spoke with the recruiter; they decide within two weeks.",
    "The team is six people, fully remote on Fridays.",
    "Salary band was confirmed on the phone.",
    "They asked for a work sample: the migration project fits.",
    "Found the hiring manager through an alumni group.",
    "Read the last annual report: growth is in the north.",
)
STATUS_WEIGHTS = {
    JobStatus.TRACKING: 26,
    JobStatus.APPLIED: 34,
    JobStatus.INTERVIEW: 16,
    JobStatus.OFFER: 4,
    JobStatus.CLOSED: 20,
}


@dataclass
class MockData:
    """Rows that fit together, in the order in which they can be written."""

    users: list[User] = field(default_factory=list)
    profiles: list[UserProfile] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)
    targets: list[TargetCompany] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    interviews: list[Interview] = field(default_factory=list)
    events: list[TimelineEvent] = field(default_factory=list)

    def tables(self) -> list[tuple[type[Model], Sequence[Model]]]:
        return [
            (User, self.users),
            (UserProfile, self.profiles),
            (Company, self.companies),
            (TargetCompany, self.targets),
            (Job, self.jobs),
            (Interview, self.interviews),
            (TimelineEvent, self.events),
        ]


class MockDataMaker:
    """Makes rows from one source of chance; nothing here reads the clock or the database."""

    def __init__(self, seed: int, day: date) -> None:
        self.chance = random.Random(seed)
        self.seed = seed
        self.day = day
        self.data = MockData()

    def make(self, *, users: int, companies: int, jobs: int) -> MockData:
        """Return so many people, companies and pipeline cards, with what belongs to them."""
        for number in range(companies):
            self._add_company(number)
        for number in range(users):
            self._add_person(number)
        for number in range(jobs):
            self.add_card(self.data.users[number % users], number)
        return self.data

    def moment(self, days_ago: float) -> datetime:
        """Return a time on a working hour, so many days before the day of the data."""
        noon = datetime.combine(self.day, time(12), tzinfo=UTC)
        return noon - timedelta(days=days_ago, minutes=self.chance.randrange(-240, 240))

    def key(self, at: datetime) -> uuid.UUID:
        """Return a UUIDv7 of that time, from this source of chance."""
        milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
        bits = (milliseconds << 80) | (7 << 76) | (self.chance.getrandbits(12) << 64) | (2 << 62)
        return uuid.UUID(int=bits | self.chance.getrandbits(62))

    def _dated(self, at: datetime, changed: datetime | None = None) -> dict[str, Any]:
        return {"id": self.key(at), "created_at": at, "updated_at": changed or at}

    def _add_company(self, number: int) -> None:
        industry = INDUSTRIES[number % len(INDUSTRIES)]
        size = self.chance.choice(list(SIZES))
        stem = f"{PREFIXES[number % len(PREFIXES)]} {self.chance.choice(industry.nouns)}"
        if number >= len(PREFIXES):
            stem = f"{stem} {number // len(PREFIXES) + 1}"
        slug = normalize_company_name(stem).replace(" ", "-")
        city, state = self.chance.choice(CITIES)
        self.data.companies.append(
            Company(
                **self._dated(self.moment(self.chance.randrange(200, 700))),
                name=f"{stem} {self.chance.choice(FORMS)}",
                website=f"https://www.{slug}-{self.seed}{number}.com",
                industry=industry.name,
                size=SIZES[size],
                size_category=size,
                location=f"{city}, {state}",
                headquarters_location=f"{city}, {state}",
                founded_year=self.chance.randrange(1890, 2024),
                description=f"{stem} works in {industry.name.lower()} from {city}.",
                is_confirmed=True,
            )
        )

    def _add_person(self, number: int) -> None:
        first, last = self.chance.choice(FIRST_NAMES), self.chance.choice(LAST_NAMES)
        industry = self.chance.choice(INDUSTRIES)
        joined = self.moment(self.chance.randrange(60, 400))
        user = User(
            id=self.key(joined),
            email=f"{first}.{last}.{self.seed}.{number}@example.com".lower(),
            full_name=f"{first} {last}",
            password=make_password(None),
            date_joined=joined,
        )
        self.data.users.append(user)
        self.add_profile(user, industry, joined)
        self.add_targets(user)

    def add_profile(self, user: User, industry: Industry, joined: datetime) -> None:
        """Add a profile of somebody who works in this industry."""
        first, _, last = user.full_name.partition(" ")
        city, state = self.chance.choice(CITIES)
        years = self.chance.randrange(0, 24)
        pay = round(industry.salary * (0.7 + years / 30), -3)
        self.data.profiles.append(
            UserProfile(
                **self._dated(joined),
                user=user,
                first_name=first,
                last_name=last,
                city=city,
                state=state,
                current_title=self.chance.choice(industry.roles),
                experience_years=years,
                linkedin_url=f"https://www.linkedin.com/in/{first}-{last}-{self.chance.randrange(10**6)}".lower(),
                preferred_locations=[city, "Remote"],
                preferred_job_types=["Full-time"],
                preferred_remote_types=["Remote", "Hybrid"],
                desired_salary_min=pay,
                desired_salary_max=round(pay * 1.25, -3),
            )
        )

    def add_targets(self, user: User) -> None:
        """Let a person track three to six companies."""
        for company in self.chance.sample(
            self.data.companies, min(len(self.data.companies), self.chance.randint(3, 6))
        ):
            at = self.moment(self.chance.randrange(5, 60))
            self.data.targets.append(
                TargetCompany(
                    **self._dated(at),
                    user=user,
                    company=company,
                    lane=self.chance.choice(Lane.values),
                    sector=company.industry,
                    hq_city=company.location.split(",")[0],
                    stage=self.chance.choice(("", "Series A", "Series C", "Public")),
                    notes=self.chance.choice(("", "Friendly people at the meet-up.", "Check again in spring.")),
                )
            )

    def add_card(self, user: User, number: int) -> Job:
        """Add one card with its interviews and history, in a stage that its dates fit."""
        company = self.data.companies[number % len(self.data.companies)]
        industry = next(industry for industry in INDUSTRIES if industry.name == company.industry)
        round_trip = number // len(self.data.companies)
        role = industry.roles[(number + round_trip) % len(industry.roles)]
        if round_trip:
            role = f"{self.chance.choice(('Senior', 'Lead', 'Associate', 'Principal'))} {role} {round_trip + 1}"
        status = self.chance.choices(list(STATUS_WEIGHTS), weights=list(STATUS_WEIGHTS.values()))[0]
        is_applied = status != JobStatus.TRACKING
        age = self.chance.randrange(2, 70)
        created = self.moment(age)
        quiet = self.chance.randrange(1, age)  # Nothing happened today yet, whatever the hour.
        changed = max(created, self.moment(quiet))
        matched = self.chance.sample(industry.skills, 3)
        job = Job(
            **self._dated(created, changed),
            user=user,
            company_name=company.name,
            role_title=role,
            jd_text=f"{company.name} is looking for a {role} in {company.location}. You bring "
            f"{', '.join(industry.skills)}. We offer {industry.salary:,} a year and hybrid work.",
            jd_url=f"{company.website}/jobs/{number}",
            source_portal=self.chance.choice(PORTALS),
            fit_score=round(self.chance.uniform(4, 10), 1),
            ats_score=round(self.chance.uniform(45, 98), 1),
            status=status,
            closed_reason=self.chance.choice(REASONS) if status == JobStatus.CLOSED else "",
            apply_type=self.chance.choice(ApplyType.values),
            application_channel=self.chance.choice(CHANNELS) if is_applied else "",
            keywords_matched=matched,
            keywords_missing=[skill for skill in industry.skills if skill not in matched],
            applied_date=(created + timedelta(days=self.chance.randrange(0, max(1, age - quiet)))).date()
            if is_applied
            else None,
        )
        self.data.jobs.append(job)
        self._add_history(job, created, changed)
        return job

    def _add_history(self, job: Job, created: datetime, changed: datetime) -> None:
        add = self._add_event
        add(job, EventType.JOB_SAVED, f"Added {job.company_name}", created, status=JobStatus.TRACKING)
        if job.applied_date:
            applied = max(created, datetime.combine(job.applied_date, time(13), tzinfo=UTC))
            add(job, EventType.APPLICATION_SUBMITTED, f"Applied to {job.company_name}", applied, status="Applied")
        for text in self.chance.sample(NOTES, self.chance.randint(0, 3)):
            at = self._between(created, changed)
            job.notes.append(make_note(text, at=at))
            add(job, EventType.NOTE_ADDED, f"Note on {job.company_name}", at, description=text)
        job.notes.sort(key=lambda note: note["created_at"])
        if job.status in (JobStatus.INTERVIEW, JobStatus.OFFER):
            self._add_interviews(job, changed)
        if job.status in (JobStatus.INTERVIEW, JobStatus.OFFER, JobStatus.CLOSED):
            add(
                job,
                EventType.STATUS_CHANGED,
                f"{job.company_name}: Applied to {job.status}",
                changed,
                is_milestone=job.status == JobStatus.OFFER,
                **{"from": "Applied", "to": job.status},
            )
        if job.applied_date and self.chance.random() < 0.3:  # noqa: PLR2004
            followed = self._between(created, changed)
            job.followup_count, job.last_followup_date = 1, max(followed.date(), job.applied_date)
            add(job, EventType.FOLLOW_UP_SENT, f"Followed up with {job.company_name}", followed, count=1)

    def _between(self, first: datetime, last: datetime) -> datetime:
        return first + (last - first) * self.chance.random()

    def _add_interviews(self, job: Job, changed: datetime) -> None:
        held = self.chance.randint(0, 2)
        for number in range(held):
            at = changed - timedelta(days=3 * (held - number))
            self._add_interview(job, ROUNDS[number], at, InterviewStatus.COMPLETED, rating=self.chance.randint(4, 10))
        ahead = datetime.combine(self.day + timedelta(days=self.chance.randint(1, 16)), time(10), tzinfo=UTC)
        shown = self._add_interview(job, ROUNDS[held], ahead, InterviewStatus.SCHEDULED)
        job.interview_date, job.interview_type = shown.interview_date, shown.round
        job.interviewer_name = shown.interviewer_name

    def _add_interview(self, job: Job, name: str, at: datetime, status: InterviewStatus, **more: Any) -> Interview:
        made = min(at, self.moment(1))
        interview = Interview(
            **self._dated(made),
            user=job.user,
            job=job,
            interview_date=at,
            round=name,
            interviewer_name=f"{self.chance.choice(FIRST_NAMES)} {self.chance.choice(LAST_NAMES)}",
            interviewer_role=self.chance.choice(("Recruiter", "Hiring Manager", "Team Lead")),
            status=status,
            went_well="The examples from the last project." if more else "",
            to_improve="Shorter answers." if more else "",
            **more,
        )
        self.data.interviews.append(interview)
        kind = EventType.INTERVIEW_COMPLETED if more else EventType.INTERVIEW_SCHEDULED
        self._add_event(job, kind, f"{name} with {job.company_name}", made, is_milestone=bool(more))
        return interview

    def _add_event(
        self,
        job: Job,
        kind: EventType,
        title: str,
        at: datetime,
        *,
        description: str = "",
        is_milestone: bool = False,
        **event_data: Any,
    ) -> None:
        self.data.events.append(
            TimelineEvent(
                **self._dated(at),
                user=job.user,
                job=job,
                event_type=kind,
                title=title[:255],
                description=description or job.role_title,
                event_date=at,
                is_milestone=is_milestone or kind == EventType.APPLICATION_SUBMITTED,
                event_data={name: str(value) for name, value in event_data.items()},
            )
        )


@transaction.atomic
def write_mock_data(data: MockData, *, tell: Callable[[str, int], None] | None = None) -> dict[str, int]:
    """Write made-up rows, all or none; return how many went into each table. Rows that are there stay untouched."""
    emails = [user.email for user in data.users]
    if User.objects.filter(email__in=emails).exists():
        raise ValidationError(
            "The data of this seed is there already. Give another --seed, or --reset to start afresh.",
            code="seed_taken",
        )
    counts: dict[str, int] = {}
    for model, rows in data.tables():
        counts[model._meta.db_table] = copy_rows(model, rows)
        if tell is not None:
            tell(model._meta.db_table, counts[model._meta.db_table])
        if model is User:
            seekers, _ = Group.objects.get_or_create(name=JOB_SEEKERS)
            seekers.user_set.add(*data.users)
    return counts


@transaction.atomic
def reset_data() -> None:
    """Delete every person and company, with all that belongs to them, but superusers' own accounts."""
    for model in (TimelineEvent, Interview, Job, TargetCompany, Company, UserProfile):
        model._base_manager.all().delete()
    User.objects.filter(is_superuser=False).delete()
