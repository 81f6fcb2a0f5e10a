"""Made-up employers: the directory's entries, their aliases, and pairs that look alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from companies.models import AliasSource, Company, CompanyAlias, CompanyMatchSuggestion, SizeCategory, SuggestionState
from companies.naming import fold, normalize_company_name
from jobs.services.mock.origin import Subject, between, dated, some
from jobs.services.mock.trades import world

if TYPE_CHECKING:
    import random
    from uuid import UUID

    from jobs.services.mock.origin import Origin
    from jobs.services.mock.trades import Country, Industry

# Of every six companies the last one looks like one of the five before it.
LOOK_ALIKE_EVERY = 6
ALIAS_EVERY = 3
# Of every four look-alikes somebody has decided one already.
DECIDED_EVERY = 4
FIRST_FOUNDED, LAST_FOUNDED = 1890, 2023


@dataclass(frozen=True)
class Size:
    """How large an employer is: as published, in words, how often it hires, how well it pays."""

    category: SizeCategory
    published: str
    words: str
    hiring: int
    pay: float


SIZES = (
    Size(SizeCategory.STARTUP, "11-50 employees", "a young company of about 30 people", 1, 0.92),
    Size(SizeCategory.SMALL, "51-200 employees", "a company of about 120 people", 2, 0.96),
    Size(SizeCategory.MEDIUM, "201-1,000 employees", "a company of some 600 people", 4, 1.0),
    Size(SizeCategory.LARGE, "1,001-5,000 employees", "an employer of about 3,000 people", 7, 1.05),
    Size(SizeCategory.ENTERPRISE, "5,000+ employees", "an employer of more than 9,000 people", 12, 1.1),
)


@dataclass(frozen=True, slots=True)
class Employer:
    """What the rest of the made-up data need to know of a company."""

    number: int
    key: UUID
    stem: str
    name: str
    website: str
    industry: Industry
    country: Country
    offices: tuple[tuple[str, str], ...]
    size: Size
    does: str

    @property
    def slug(self) -> str:
        return self.website.removeprefix("https://www.").rpartition(".")[0]


class Employers:
    """The employers of one seed, in order; each is made from its number alone."""

    def __init__(self, origin: Origin, count: int) -> None:
        self.origin = origin
        self.all = [self._make(number)[0] for number in range(count)]

    def rows(self, number: int) -> tuple[Company, CompanyAlias | None, CompanyMatchSuggestion | None]:
        """Return an employer's entry in the directory, with an alias or a look-alike where it has one."""
        employer, chance, entry = self._make(number)
        company = Company(
            **entry,
            name=employer.name,
            website=employer.website,
            industry=employer.industry.name,
            size=employer.size.published,
            size_category=employer.size.category,
            location=", ".join(employer.offices[0]),
            headquarters_location=", ".join(employer.offices[0]),
            founded_year=chance.randint(FIRST_FOUNDED, LAST_FOUNDED),
            description=f"{employer.stem} {employer.does}. It is {employer.size.words}, at home in "
            f"{employer.offices[0][0]} and active in {employer.country.in_words}.",
            culture=" ".join(some(chance, world().culture, 2, 3)),
            values=some(chance, world().values, 3, 4),
            benefits=some(chance, world().benefits, 3, 5) + list(employer.country.benefits),
            is_confirmed=True,
        )
        original = self._original_of(number)
        return (
            company,
            self._make_alias(chance, employer, company) if number % ALIAS_EVERY == 0 else None,
            self._make_suggestion(chance, original, company) if original is not None else None,
        )

    def _original_of(self, number: int) -> int | None:
        if number % LOOK_ALIKE_EVERY != LOOK_ALIKE_EVERY - 1:
            return None
        chance = self.origin.chance(Subject.COPY, number)
        return number - chance.randrange(1, LOOK_ALIKE_EVERY)

    def _make(self, number: int) -> tuple[Employer, random.Random, dict[str, Any]]:
        """Return an employer, its source of chance as it stands then, and key and times of its row."""
        chance = self.origin.chance(Subject.COMPANY, number)
        entry = dated(chance, self.origin.moment(chance, chance.randrange(200, 700)))
        original = self._original_of(number)
        if original is None:
            stem, industry, ending = *self._name(number), "com"
            country = chance.choice(world().countries)
            offices = tuple(some(chance, country.cities, 1, 3))
            size, does = chance.choice(SIZES), chance.choice(industry.does)
        else:
            like = self._make(original)[0]
            industry, country, offices, size, does = like.industry, like.country, like.offices, like.size, like.does
            stem, ending = self._respell(chance, like), chance.choice(("com", "net"))
        form = "" if industry.is_public else f" {chance.choice(country.forms)}"
        slug = normalize_company_name(stem).replace(" ", "-")
        employer = Employer(
            number=number,
            key=entry["id"],
            stem=stem,
            name=f"{stem}{form}",
            website=f"https://www.{slug}-{self.origin.seed}.{ending}",
            industry=industry,
            country=country,
            offices=offices,
            size=size,
            does=does,
        )
        return employer, chance, entry

    def _name(self, number: int) -> tuple[str, Industry]:
        """Return a name that no other number of this seed has, and its industry.

        Word and industry walk through all their pairs, since their numbers have no common divisor; then comes another
        noun, and when the nouns are used up a second word.
        """
        words, industries = world().words, world().industries
        industry = industries[number % len(industries)]
        rounds, place = divmod(number, len(words) * len(industries))
        word = (number * 31 + self.origin.seed * 7) % len(words)
        noun = industry.nouns[(rounds + place) % len(industry.nouns)]
        second = rounds // len(industry.nouns)
        parts = [words[word], *([words[(word + second) % len(words)]] if second else []), noun]
        return " ".join(parts), industry

    @staticmethod
    def _respell(chance: random.Random, like: Employer) -> str:
        """Return the kind of name by which one employer comes into a directory twice."""
        word, _, rest = like.stem.partition(" ")
        return chance.choice(
            (f"{like.stem} {like.offices[0][0]}", f"{like.stem} Services", f"{word[:-1]} {rest}", f"The {like.stem}")
        )

    @staticmethod
    def _make_alias(chance: random.Random, employer: Employer, company: Company) -> CompanyAlias:
        return CompanyAlias(
            **dated(chance, company.created_at),
            company=company,
            name=employer.stem.replace(" ", ""),
            source=chance.choice((AliasSource.CURATOR, AliasSource.IMPORT)),
        )

    def _make_suggestion(self, chance: random.Random, original: int, company: Company) -> CompanyMatchSuggestion:
        like = self.all[original]
        at = self.origin.moment(chance, chance.randrange(1, 30))
        is_decided = original // LOOK_ALIKE_EVERY % DECIDED_EVERY == DECIDED_EVERY - 1
        decided = between(chance, at, self.origin.latest) if is_decided else None
        return CompanyMatchSuggestion(
            **dated(chance, at, decided),
            company_id=like.key,
            other=company,
            other_name=company.name,
            score=round(likeness(normalize_company_name(like.name), normalize_company_name(company.name)), 3),
            why=[
                f'The names "{like.name}" and "{company.name}" are nearly the same.',
                f"Both are in {company.location}, in the same industry.",
            ],
            state=SuggestionState.KEPT_APART if is_decided else SuggestionState.OPEN,
            decided_at=decided,
        )


def likeness(one: str, other: str) -> float:
    """Return the share of three-letter pieces that two texts have in common, 0 to 1, as pg_trgm counts them."""
    mine, theirs = _pieces(one), _pieces(other)
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def _pieces(text: str) -> set[str]:
    return {
        padded[place : place + 3]
        for word in fold(text).split()
        for padded in (f"  {word} ",)
        for place in range(len(padded) - 2)
    }
