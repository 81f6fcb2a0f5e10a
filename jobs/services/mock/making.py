"""Rows of every table in batches that fit in memory, however many there are, in the order in which they can be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from companies.models import Company, CompanyAlias, CompanyMatchSuggestion, TargetCompany
from interactions.models import JobUserInteraction, TimelineEvent
from jobos.accounts.models import User, UserProfile
from jobs.models import (
    Interview,
    Job,
    JobDeduplication,
    JobEmbedding,
    JobListing,
    JobSource,
    JobSourceListing,
)
from jobs.services.mock.banks import AMPLE, BRIEF, USUAL, Banks
from jobs.services.mock.companies import Employers
from jobs.services.mock.history import History
from jobs.services.mock.interactions import Encounters, choose_postings
from jobs.services.mock.listings import Catalogue
from jobs.services.mock.origin import Subject
from jobs.services.mock.people import choose_background, find_tongue, make_person, name_person
from jobs.services.mock.pipelines import Pipeline
from jobs.services.mock.resumes import Resumes
from jobs.services.mock.trades import world
from resumes.models import Resume, ResumeOptimization, ResumeVersion
from skills.models import (
    Certification,
    Education,
    EducationVariation,
    ExperienceVariation,
    Project,
    ProjectVariation,
    Skill,
    SkillBank,
    SummaryVariation,
    WorkExperience,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model

    from jobs.services.mock.companies import Employer
    from jobs.services.mock.interactions import Encounter
    from jobs.services.mock.people import Person
    from jobs.services.mock.plan import Plan, Star

LISTINGS_AT_ONCE, COMPANIES_AT_ONCE, PEOPLE_AT_ONCE = 2_000, 2_000, 200
# Of so many people the last one has no bank, a bank with nothing in it, or no resume yet.
BANKLESS_EVERY, EMPTY_EVERY, NO_RESUME_EVERY = 16, 13, 9


@dataclass
class Batch:
    """Rows that are written together: some more of one subject, with all that belongs to them.

    Listings are made while they are written, since the database works long on each; what belongs to them is there
    when they are.
    """

    subject: str
    done: int
    total: int
    tables: dict[type[Model], list[Model]] = field(default_factory=dict)
    listings: Iterable[JobListing] | None = None

    def each(self) -> Iterator[tuple[type[Model], Iterable[Model]]]:
        """Return tables with rows, parents first."""
        for model in TABLES:
            if model is JobListing and self.listings is not None:
                yield model, self.listings
            elif rows := self.tables.get(model):
                yield model, rows

    def add(self, *rows: Model | None) -> None:
        for row in rows:
            if row is not None:
                self.tables.setdefault(type(row), []).append(row)


# What a batch of each subject may hold, parents first.
TABLES: tuple[type[Model], ...] = (
    Company,
    CompanyAlias,
    CompanyMatchSuggestion,
    JobSource,
    JobListing,
    JobSourceListing,
    JobEmbedding,
    JobDeduplication,
    User,
    UserProfile,
    TargetCompany,
    SkillBank,
    Skill,
    SummaryVariation,
    WorkExperience,
    ExperienceVariation,
    Education,
    EducationVariation,
    Project,
    ProjectVariation,
    Certification,
    Resume,
    ResumeVersion,
    ResumeOptimization,
    JobUserInteraction,
    Job,
    Interview,
    TimelineEvent,
)


def make_batches(plan: Plan) -> Iterator[Batch]:
    """Make the rows of a plan: companies, then listings, then people with all that they do."""
    plan.check()
    employers = Employers(plan.origin, plan.companies)
    for start, stop in _cut(plan.companies, COMPANIES_AT_ONCE):
        batch = Batch("companies", stop, plan.companies)
        for number in range(start, stop):
            batch.add(*employers.rows(number))
        yield batch
    catalogue = Catalogue(plan.origin, employers.all, plan.listings)
    for start, stop in _cut(plan.listings, LISTINGS_AT_ONCE):
        yield _make_listings(catalogue, start, stop)
    people = plan.users + (plan.star is not None)
    for start, stop in _cut(people, PEOPLE_AT_ONCE):
        batch = Batch("people", stop, people)
        for number in range(start, stop):
            _add_life(batch, plan, catalogue, number, star=plan.star if number == plan.users else None)
        yield batch


def _cut(total: int, step: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + step, total)) for start in range(0, total, step))


def _make_listings(catalogue: Catalogue, start: int, stop: int) -> Batch:
    batch = Batch("listings", stop, catalogue.count)
    if start == 0:
        batch.add(*catalogue.sources.values())

    def make() -> Iterator[JobListing]:
        for number in range(start, stop):
            posting = catalogue.make(number)
            catalogue.file(number, posting)
            batch.add(*posting.sources, posting.duplication, catalogue.embed(number, posting.listing))
            yield posting.listing

    batch.listings = make()
    return batch


def _add_life(batch: Batch, plan: Plan, catalogue: Catalogue, number: int, *, star: Star | None) -> None:
    """Add one person with everything that they did."""
    origin = plan.origin
    chance = origin.chance(Subject.PERSON, number)
    full_name, email = name_person(chance, origin, number)
    if star is not None:
        full_name, email = star.full_name, star.email
    near = catalogue.make(catalogue.choose(chance))
    trade = world().trade(star.trade) if star is not None else near.trade
    background = choose_background(chance, trade=trade, employer=near.employer)
    person = make_person(
        chance,
        origin,
        full_name=full_name,
        email=email,
        background=background,
        employers=catalogue.employers,
        star=star,
        tongue=None if star is not None else find_tongue(number),
    )
    history = History(chance, person.user)
    encounters = Encounters(chance, origin, person, history)
    choice = choose_postings(chance, catalogue, background)
    met = [encounters.make(catalogue.make(listing), listing, choice) for listing in choice.all]
    pipeline = Pipeline(chance, origin, person, history)
    pipeline.add_cards(met, catalogue.employers, quota=_quota(plan, number, star), turn=number * 2)
    batch.add(person.user, person.profile, *person.targets)
    _add_papers(batch, plan, person, number=number, met=met, employers=catalogue.employers)
    batch.add(*(row for encounter in met for row in encounter.rows()))
    batch.add(*pipeline.cards, *pipeline.interviews, *history.events)


def _add_papers(
    batch: Batch, plan: Plan, person: Person, *, number: int, met: list[Encounter], employers: list[Employer]
) -> None:
    """Add what somebody has to tell: a skill bank and the resumes made of it; not everybody is that far."""
    is_star = number == plan.users
    if not is_star and number % BANKLESS_EVERY == BANKLESS_EVERY - 1:
        return
    chance = plan.origin.chance(Subject.BANK, number)
    banks = Banks(chance, plan.origin, person, employers)
    if not is_star and number % EMPTY_EVERY == EMPTY_EVERY - 1:
        batch.add(*banks.open().rows())
        return
    (size,) = chance.choices((BRIEF, USUAL, AMPLE), (2, 5, 2))
    filled = banks.fill(AMPLE if is_star else size, met)
    if is_star or number % NO_RESUME_EVERY != NO_RESUME_EVERY - 1:
        resumes = Resumes(chance, plan.origin, person, filled)
        resumes.add(met, is_busy=is_star)
        batch.add(*resumes.rows())
    batch.add(*filled.rows())


def _quota(plan: Plan, number: int, star: Star | None) -> int | None:
    """Return how many cards a person gets, None for a few."""
    if star is not None:
        return star.cards
    if plan.cards is None:
        return None
    return plan.cards // plan.users + (number < plan.cards % plan.users)
