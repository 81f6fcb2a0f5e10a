"""What the made-up world is like: trades with titles, skills and pay, industries, countries. `trades.toml` holds it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from jobs.models import ExperienceLevel, SeniorityLevel

if TYPE_CHECKING:
    import random


@dataclass(frozen=True)
class Level:
    """One rung of a career: how titles say it, what it asks for and pays (as a share of the trade's pay).

    Levels of one band suit the same people.
    """

    name: str
    pattern: str
    experience: ExperienceLevel
    seniority: SeniorityLevel
    pay: float
    years: int
    weight: int
    band: int


# The patterns name a role of the trade, or the title that the trade has for this rung.
LEVELS = (
    Level("intern", "{role} Intern", ExperienceLevel.ENTRY_LEVEL, SeniorityLevel.INDIVIDUAL_CONTRIBUTOR, 0.42, 0, 4, 0),
    Level("entry", "Junior {role}", ExperienceLevel.ENTRY_LEVEL, SeniorityLevel.INDIVIDUAL_CONTRIBUTOR, 0.7, 0, 12, 0),
    Level("associate", "{role}", ExperienceLevel.ASSOCIATE, SeniorityLevel.INDIVIDUAL_CONTRIBUTOR, 0.84, 2, 16, 0),
    Level("mid", "{role}", ExperienceLevel.MID_LEVEL, SeniorityLevel.INDIVIDUAL_CONTRIBUTOR, 1.0, 4, 26, 1),
    Level(
        "senior", "Senior {role}", ExperienceLevel.SENIOR_LEVEL, SeniorityLevel.INDIVIDUAL_CONTRIBUTOR, 1.28, 6, 22, 1
    ),
    Level("lead", "Lead {role}", ExperienceLevel.SENIOR_LEVEL, SeniorityLevel.TEAM_LEAD, 1.42, 7, 8, 1),
    Level("manager", "{manager}", ExperienceLevel.SENIOR_LEVEL, SeniorityLevel.MANAGER, 1.5, 8, 7, 2),
    Level("director", "{director}", ExperienceLevel.DIRECTOR, SeniorityLevel.DIRECTOR, 1.95, 10, 3, 2),
    Level("vp", "{vp}", ExperienceLevel.EXECUTIVE, SeniorityLevel.VP, 2.5, 12, 1, 2),
    Level("chief", "{chief}", ExperienceLevel.EXECUTIVE, SeniorityLevel.C_LEVEL, 3.1, 15, 1, 2),
)
LEVEL_WEIGHTS = list(accumulate(level.weight for level in LEVELS))


@dataclass(frozen=True)
class Trade:
    """One kind of work: its roles and titles, what it takes, what it pays, what one does all day."""

    name: str
    pay: int
    remote: float
    degree: str
    roles: tuple[str, ...]
    titles: dict[str, str]
    skills: tuple[str, ...]
    tools: tuple[str, ...]
    tasks: tuple[str, ...]
    team: str

    def affinity(self, other: Trade) -> int:
        """Return how much of one trade helps in another: what both know, or more where they are the same."""
        if self.name == other.name:
            return len(self.skills) + len(self.tools) + 1
        return len({*self.skills, *self.tools} & {*other.skills, *other.tools})

    def pick_title(self, chance: random.Random) -> tuple[str, Level]:
        """Return a title with its level; a rung that the trade does not have is its middle one."""
        (level,) = chance.choices(LEVELS, cum_weights=LEVEL_WEIGHTS)
        if level.name in ("manager", "director", "vp", "chief") and level.name not in self.titles:
            level = LEVELS[3]
        role = chance.choice(self.roles)
        pattern = self.titles["entry"] if level.name == "entry" and "entry" in self.titles else level.pattern
        return pattern.format(role, role=role, **self.titles), level


@dataclass(frozen=True)
class Country:
    """Where work is paid in one currency: `pay` is the share of American pay, `rate` the units for one dollar."""

    name: str
    currency: str
    rate: float
    pay: float
    forms: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    benefits: tuple[str, ...]

    @property
    def in_words(self) -> str:
        return f"the {self.name}" if self.name.startswith(("United ", "Netherlands")) else self.name


@dataclass(frozen=True)
class Industry:
    """One line of business: how its companies are called, what they do, whom they hire (twice: twice as often)."""

    name: str
    nouns: tuple[str, ...]
    does: tuple[str, ...]
    trades: tuple[Trade, ...]
    is_public: bool


@dataclass(frozen=True)
class World:
    """Everything that made-up rows are chosen from."""

    words: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    values: tuple[str, ...]
    culture: tuple[str, ...]
    benefits: tuple[str, ...]
    countries: tuple[Country, ...]
    trades: tuple[Trade, ...]
    industries: tuple[Industry, ...]

    def trade(self, name: str) -> Trade:
        return next(trade for trade in self.trades if trade.name == name)


@cache
def world() -> World:
    """Return the made-up world, read once."""
    told: dict[str, Any] = tomllib.loads(files("jobs.services.mock").joinpath("trades.toml").read_text("utf-8"))
    trades = {trade["name"]: _read_trade(trade) for trade in told["trade"]}
    return World(
        words=tuple(told["words"]),
        first_names=tuple(told["first_names"]),
        last_names=tuple(told["last_names"]),
        values=tuple(told["values"]),
        culture=tuple(told["culture"]),
        benefits=tuple(told["benefits"]),
        countries=tuple(
            Country(
                name=country["name"],
                currency=country["currency"],
                rate=country["rate"],
                pay=country["pay"],
                forms=tuple(country["form"]),
                cities=tuple((city, region) for city, region in country["cities"]),
                benefits=tuple(country["benefits"]),
            )
            for country in told["country"]
        ),
        trades=tuple(trades.values()),
        industries=tuple(
            Industry(
                name=industry["name"],
                nouns=tuple(industry["nouns"]),
                does=tuple(industry["does"]),
                trades=tuple(trades[name] for name in industry["trades"]),
                is_public=industry.get("is_public", False),
            )
            for industry in told["industry"]
        ),
    )


def _read_trade(told: dict[str, Any]) -> Trade:
    return Trade(
        name=told["name"],
        pay=told["pay"],
        remote=told["remote"],
        degree=told["degree"],
        roles=tuple(told["roles"]),
        titles={name: told[name] for name in ("entry", "manager", "director", "vp", "chief") if name in told},
        skills=tuple(told["skills"]),
        tools=tuple(told["tools"]),
        tasks=tuple(told["tasks"]),
        team=told["team"],
    )
