"""Made-up postings: texts, pay and dates that fit, sources, vectors, and duplicates that are the same posting."""

from __future__ import annotations

from array import array
from bisect import bisect
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from companies.naming import fold
from jobs.models import (
    JobDeduplication,
    JobEmbedding,
    JobListing,
    JobSource,
    JobSourceListing,
    JobType,
    ListingStatus,
    MergeStrategy,
    RemoteType,
    VerificationStatus,
)
from jobs.services.listings import rate
from jobs.services.mock.origin import Subject, between, dated, make_key, some
from jobs.services.mock.trades import world
from jobs.services.mock.vectors import EMBEDDING_MODEL, embed, hash_content

if TYPE_CHECKING:
    import random

    from jobs.services.mock.companies import Employer
    from jobs.services.mock.origin import Origin
    from jobs.services.mock.trades import Level, Trade

OLDEST_DAYS = 90
# Of every fifteen listings the last one is one of the others again, through another source.
COPY_EVERY = 15
# The share of listings that have a vector.
EMBEDDED_EVERY = 5
# Without a deadline a posting is taken down after this long, more often than not.
LONGEST_OPEN_DAYS = 60
SETTLED_AFTER_DAYS = 14
JOB_TYPES = {
    JobType.FULL_TIME: 82,
    JobType.PART_TIME: 8,
    JobType.CONTRACT: 6,
    JobType.TEMPORARY: 2,
    JobType.FREELANCE: 2,
}
KINDS, KIND_WEIGHTS = list(JOB_TYPES), list(accumulate(JOB_TYPES.values()))


@dataclass(frozen=True)
class Board:
    """One place that postings come from, and how it writes its keys and addresses."""

    name: str
    display_name: str
    base_url: str
    has_api: bool
    weight: int
    preface: str = ""


BOARDS = (
    Board("greenhouse", "Greenhouse", "https://boards.greenhouse.io", has_api=True, weight=32),
    Board("lever", "Lever", "https://jobs.lever.co", has_api=True, weight=22),
    Board("company-site", "Company site", "", has_api=False, weight=34),
    Board(
        "public-jobs",
        "Public Jobs Board",
        "https://www.public-jobs.example",
        has_api=True,
        weight=12,
        preface="Open to the public. ",
    ),
)
BOARD_WEIGHTS = list(accumulate(board.weight for board in BOARDS))
PUBLIC_BOARD = BOARDS[-1]


@dataclass
class Posting:
    """One listing with what the rest of the made-up data need to know of it."""

    listing: JobListing
    employer: Employer
    trade: Trade
    level: Level
    posted: datetime
    until: datetime  # The last moment at which somebody could still apply.
    sources: list[JobSourceListing] = field(default_factory=list)
    duplication: JobDeduplication | None = None


class Catalogue:
    """The postings of one seed; each is made from its number alone, so that none has to be kept."""

    def __init__(self, origin: Origin, employers: list[Employer], count: int) -> None:
        self.origin = origin
        self.employers = employers
        self.count = count
        self.sources = {board: self._make_source(board) for board in BOARDS}
        self._hiring = list(accumulate(employer.size.hiring for employer in employers))
        self._filed: dict[tuple[str, int], array[int]] = {}

    def number_of_original(self, number: int) -> int | None:
        """Return the number of the listing that this one is again, None where it is itself."""
        if number % COPY_EVERY != COPY_EVERY - 1:
            return None
        return number - self.origin.chance(Subject.COPY, number).randrange(1, COPY_EVERY)

    def file(self, number: int, posting: Posting) -> None:
        """Remember whom a posting suits: four bytes each."""
        if posting.duplication is None:
            self._filed.setdefault((posting.trade.name, posting.level.band), array("L")).append(number)

    def choose(self, chance: random.Random) -> int:
        """Return any of the filed postings."""
        place = chance.randrange(sum(len(numbers) for numbers in self._filed.values()))
        for _, numbers in sorted(self._filed.items()):
            if place < len(numbers):
                break
            place -= len(numbers)
        return numbers[place]

    def choose_for(self, chance: random.Random, trade: Trade, level: Level, *, most: int) -> list[int]:
        """Return so many of the filed postings as there are, those that suit somebody of this trade and level first."""

        def strangeness(key: tuple[str, int]) -> tuple[int, int, tuple[str, int]]:
            name, band = key
            return -trade.affinity(world().trade(name)), abs(band - level.band), key

        found: list[int] = []
        for key in sorted(self._filed, key=strangeness):
            found += chance.sample(self._filed[key], min(most - len(found), len(self._filed[key])))
        return found

    def make(self, number: int) -> Posting:
        """Return the posting of a number, with where it was seen and what it duplicates."""
        original = self.number_of_original(number)
        return self._make_original(number) if original is None else self._make_copy(number, original)

    def embed(self, number: int, listing: JobListing) -> JobEmbedding | None:
        """Return the vector of a listing, for some of them."""
        if number % EMBEDDED_EVERY:
            return None
        content = " ".join((listing.title, *listing.skills_required, *listing.skills_preferred, listing.description))
        return JobEmbedding(
            id=make_key(self.origin.chance(Subject.EMBEDDING, number), listing.created_at),
            job_id=listing.pk,
            embedding_model=EMBEDDING_MODEL,
            content_hash=hash_content(content),
            vector=embed(content),
            created_at=listing.created_at,
        )

    def _make_source(self, board: Board) -> JobSource:
        chance = self.origin.chance(Subject.SOURCE, BOARDS.index(board))
        made = self.origin.moment(chance, 400)
        return JobSource(
            **dated(chance, made, self.origin.latest),
            name=board.name,
            display_name=board.display_name,
            base_url=board.base_url,
            api_available=board.has_api,
            rate_limit_config={"requests_per_minute": 60} if board.has_api else {},
            last_scraped=self.origin.latest,
        )

    # One posting ------------------------------------------------------------------------------------------------------

    def _choose_employer(self, chance: random.Random, number: int) -> Employer:
        """Return everybody once, then the large ones more often."""
        if number < len(self.employers):
            return self.employers[number]
        return self.employers[bisect(self._hiring, chance.randrange(self._hiring[-1]))]

    def _age(self, number: int) -> float:
        """Return how many days ago a posting appeared: the later its number, the younger, and the new ones are more."""
        return float(OLDEST_DAYS * (1 - (number + 0.5) / self.count) ** 1.3)

    def _make_original(self, number: int) -> Posting:
        chance = self.origin.chance(Subject.LISTING, number)
        employer = self._choose_employer(chance, number)
        trade = chance.choice(employer.industry.trades)
        title, level = trade.pick_title(chance)
        posted = self.origin.moment(chance, self._age(number))
        created = min(posted + timedelta(minutes=chance.randrange(5, 1200)), self.origin.latest)
        workplace = self._choose_workplace(chance, trade)
        office = chance.choice(employer.offices)
        board = PUBLIC_BOARD if employer.industry.is_public else chance.choices(BOARDS, cum_weights=BOARD_WEIGHTS)[0]
        required = some(chance, trade.skills, 3, 5)
        tools = some(chance, trade.tools, 2, 4)
        listing = JobListing(
            **dated(chance, created),
            company_id=employer.key,
            title=title,
            location=f"Remote, {employer.country.name}" if workplace == RemoteType.REMOTE else ", ".join(office),
            job_type=JobType.INTERNSHIP
            if level.name == "intern"
            else chance.choices(KINDS, cum_weights=KIND_WEIGHTS)[0],
            remote_type=workplace,
            experience_level=level.experience,
            seniority_level=level.seniority,
            salary_currency=employer.country.currency,
            skills_required=required,
            skills_preferred=[skill for skill in some(chance, trade.skills, 4, 6) if skill not in required][:3],
            tech_stack=tools,
            benefits=[*some(chance, world().benefits, 2, 4), *some(chance, employer.country.benefits, 1, 3)],
            education_required=trade.degree if chance.random() < 0.8 else "",  # noqa: PLR2004
            posted_date=posted,
            source=board.name,
            scraped_at=created,
        )
        if chance.random() < 0.78:  # noqa: PLR2004 - Some employers never say what they pay.
            listing.salary_min, listing.salary_max = self._choose_pay(chance, employer, trade, level)
        self._write_texts(chance, listing, employer, trade, level)
        slug = f"{_slug(title)}-{listing.pk.hex[-8:]}"
        listing.job_url = f"{employer.website}/careers/{slug}"
        listing.application_url = f"{listing.job_url}/apply"
        posting = Posting(listing, employer, trade, level, posted, self.origin.latest)
        self._settle(chance, posting)
        listing.data_quality_score = rate(listing)
        self._add_sources(chance, posting, board)
        listing.source_count = len(posting.sources) + self._has_settled_copy(number)
        return posting

    @staticmethod
    def _choose_workplace(chance: random.Random, trade: Trade) -> RemoteType:
        roll = chance.random()
        if roll < trade.remote / 2:
            return RemoteType.REMOTE
        return RemoteType.HYBRID if roll < trade.remote else RemoteType.ON_SITE

    @staticmethod
    def _choose_pay(chance: random.Random, employer: Employer, trade: Trade, level: Level) -> tuple[Decimal, Decimal]:
        """Return a year's pay, from and to, in the currency of the country, in round figures."""
        country = employer.country
        middle = trade.pay * level.pay * employer.size.pay * country.pay * country.rate * chance.uniform(0.9, 1.1)
        step = 10 ** max(2, len(str(int(middle))) - 3) * 5
        low = round(middle * 0.92 / step) * step
        high = round(middle * chance.uniform(1.04, 1.2) / step) * step
        return Decimal(low), Decimal(max(low, high))

    @staticmethod
    def _write_texts(
        chance: random.Random, listing: JobListing, employer: Employer, trade: Trade, level: Level
    ) -> None:
        place = listing.location.split(",")[0]
        where = {
            RemoteType.REMOTE: f"You work from anywhere in {employer.country.in_words}.",
            RemoteType.HYBRID: f"You are in our office in {place} two or three days a week.",
            RemoteType.ON_SITE: f"The place of work is {place}.",
        }[RemoteType(listing.remote_type)]
        culture = some(chance, world().culture, 1, 2)
        article = "an" if listing.title[0] in "AEIO" else "a"
        listing.description = (
            f"{employer.stem} {employer.does}. We are {employer.size.words} and look for {article} {listing.title}. "
            f"{trade.team} {where}\n\n{' '.join(culture)}\n\nOn offer: {', '.join(listing.benefits)}."
        )
        years = {0: "You are at the beginning of your working life"}.get(
            level.years, f"At least {level.years} years in a similar role"
        )
        needs = [years, f"Sound command of {_enumerate(listing.skills_required)}"]
        if listing.education_required:
            needs.append(listing.education_required)
        needs.append(f"Working knowledge of {_enumerate(listing.tech_stack)}")
        if listing.skills_preferred:
            needs.append(f"It helps to know {_enumerate(listing.skills_preferred)}")
        listing.requirements = "\n".join(f"- {need}" for need in needs)
        listing.responsibilities = "\n".join(f"- {task}" for task in some(chance, trade.tasks, 3, 5))

    def _settle(self, chance: random.Random, posting: Posting) -> None:
        """Give a posting its deadline and the status that its dates fit."""
        listing, origin = posting.listing, self.origin
        age = (origin.today - posting.posted).days
        if chance.random() < 0.6:  # noqa: PLR2004
            last_day = posting.posted.date() + timedelta(days=chance.randint(14, 75))
            last_day += timedelta(days=last_day == origin.day)
            listing.application_deadline = datetime.combine(last_day, time(22), tzinfo=origin.today.tzinfo)
        roll, closed = chance.random(), None
        if listing.application_deadline and listing.application_deadline < origin.today:
            listing.status, closed = ListingStatus.EXPIRED, listing.application_deadline
        elif listing.application_deadline is None and age > LONGEST_OPEN_DAYS and roll < 0.6:  # noqa: PLR2004
            listing.status = ListingStatus.EXPIRED
            closed = posting.posted + timedelta(days=LONGEST_OPEN_DAYS)
        elif age > SETTLED_AFTER_DAYS and roll < 0.1:  # noqa: PLR2004
            listing.status = ListingStatus.FILLED if roll < 0.06 else ListingStatus.INACTIVE  # noqa: PLR2004
            closed = between(chance, listing.created_at + timedelta(days=10), origin.latest)
        if closed is not None:
            posting.until = closed = max(min(closed, origin.latest), listing.created_at)
            listing.verification_status = (
                VerificationStatus.EXPIRED if listing.status == ListingStatus.EXPIRED else VerificationStatus.REMOVED
            )
            listing.last_verified = listing.updated_at = closed
        elif chance.random() < 0.7:  # noqa: PLR2004
            listing.verification_status = VerificationStatus.ACTIVE
            listing.last_verified = listing.updated_at = between(chance, listing.created_at, origin.latest)

    def _add_sources(self, chance: random.Random, posting: Posting, board: Board) -> None:
        """Say where a posting was seen."""
        posting.sources.append(self._make_source_listing(chance, posting, board))
        if chance.random() < 0.12:  # noqa: PLR2004
            other = BOARDS[(BOARDS.index(board) + 1) % len(BOARDS)]
            posting.sources.append(self._make_source_listing(chance, posting, other))

    def _make_source_listing(self, chance: random.Random, posting: Posting, board: Board) -> JobSourceListing:
        listing, key = posting.listing, make_key(chance, posting.listing.created_at)
        number = str(key.int & ((1 << 62) - 1))
        source_job_id = str(key) if board.name == "lever" else number
        site = board.base_url or posting.employer.website
        return JobSourceListing(
            id=key,
            job_id=listing.pk,
            source_id=self.sources[board].pk,
            source_job_id=source_job_id,
            source_url=listing.job_url
            if not board.base_url
            else f"{site}/{posting.employer.slug}/jobs/{source_job_id}",
            source_metadata={"title": listing.title, "board": board.display_name},
            scraped_at=listing.created_at,
            last_updated=listing.last_verified or listing.created_at,
        )

    # One posting again ------------------------------------------------------------------------------------------------

    def is_settled_copy(self, number: int) -> bool:
        """Tell whether somebody has decided about a copy already; every other one waits for it."""
        return number // COPY_EVERY % 2 == 1

    def _has_settled_copy(self, number: int) -> bool:
        """Tell whether the copy among the numbers around this one is of it, and accepted: its source counts here too."""
        copy = number - number % COPY_EVERY + COPY_EVERY - 1
        return copy < self.count and self.is_settled_copy(copy) and self.number_of_original(copy) == number

    def _make_copy(self, number: int, original: int) -> Posting:
        """Return the posting that another one is, as another source shows it."""
        chance = self.origin.chance(Subject.LISTING, number)
        posting = self._make_original(original)
        first, employer = posting.listing, posting.employer
        boards = [board for board in BOARDS if board.base_url and board.name != first.source]
        board = chance.choice(boards)
        created = min(first.created_at + timedelta(hours=chance.randrange(2, 60)), self.origin.latest)
        values = {column.attname: getattr(first, column.attname) for column in _COPIED}
        listing = JobListing(**{**values, **dated(chance, created, max(created, first.updated_at))})
        listing.title = self._retitle(chance, first)
        city, _, region = first.location.partition(", ")
        listing.location = city if region and city != "Remote" and chance.random() < 0.5 else first.location  # noqa: PLR2004
        listing.description = f"{board.preface}{first.description} Please quote where you saw this posting."
        listing.skills_required = first.skills_required[::-1]
        posted = listing.posted_date = min(posting.posted + timedelta(hours=chance.randrange(1, 30)), created)
        listing.scraped_at = created
        if listing.last_verified:
            listing.last_verified = listing.updated_at
        listing.source, listing.source_count = board.name, 1
        copy = Posting(listing, employer, posting.trade, posting.level, posted, posting.until)
        source_listing = self._make_source_listing(chance, copy, board)
        listing.job_url = source_listing.source_url
        listing.application_url = f"{listing.job_url}/apply"
        listing.data_quality_score = rate(listing)
        copy.sources.append(source_listing)
        self._relate(chance, copy, first, number)
        return copy

    @staticmethod
    def _retitle(chance: random.Random, first: JobListing) -> str:
        """Return the title as another board writes it."""
        if "Senior " in first.title and chance.random() < 0.6:  # noqa: PLR2004
            return first.title.replace("Senior ", "Sr. ")
        return chance.choice((first.title, f"{first.title} ({first.remote_type})", f"{first.title} (m/f/d)"))

    def _relate(self, chance: random.Random, copy: Posting, first: JobListing, number: int) -> None:
        """Write down what a copy duplicates; a settled one is retired and names its original."""
        listing, is_settled = copy.listing, self.is_settled_copy(number)
        found = between(chance, listing.created_at, self.origin.latest)
        same = ["title", "company", "description"]
        same += ["location"] if listing.location == first.location else []
        same += ["salary"] if first.salary_min else []
        copy.duplication = JobDeduplication(
            **dated(chance, found),
            canonical_job_id=first.pk,
            duplicate_job_id=listing.pk,
            confidence_score=round(0.8 + 0.03 * len(same) + chance.random() * 0.03, 3),
            matching_fields=same,
            merge_strategy=MergeStrategy.KEEP_CANONICAL if is_settled else MergeStrategy.MANUAL_REVIEW,
            reviewed=is_settled,
        )
        if is_settled:
            decided = between(chance, found, self.origin.latest)
            copy.duplication.updated_at = decided
            listing.canonical_id = first.pk
            if listing.status == ListingStatus.ACTIVE:
                listing.status = ListingStatus.INACTIVE
                listing.updated_at = max(decided, listing.updated_at)


_COPIED = [
    column
    for column in JobListing._meta.concrete_fields
    if not column.generated
    and column.name not in (*JobListing.FILLED_BY_TRIGGER, "id", "created_at", "updated_at", "canonical")
]


@cache
def _slug(title: str) -> str:
    return fold(title).replace(" ", "-")


def _enumerate(items: list[str]) -> str:
    return " and ".join(part for part in (", ".join(items[:-1]), items[-1]) if part)
