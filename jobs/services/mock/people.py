"""Made-up people: who they are, what they can do, which companies they follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from companies.models import Lane, TargetCompany
from jobos.accounts.models import User, UserProfile
from jobs.models import JobType, RemoteType
from jobs.services.mock.careers import careers
from jobs.services.mock.origin import between, dated, make_key, some
from jobs.services.mock.trades import LEVELS, world

if TYPE_CHECKING:
    import random

    from jobs.services.mock.careers import Tongue
    from jobs.services.mock.companies import Employer
    from jobs.services.mock.origin import Origin
    from jobs.services.mock.plan import Star
    from jobs.services.mock.trades import Country, Level, Trade

# Everybody joined before the oldest posting appeared.
NEWEST_MEMBER_DAYS, OLDEST_MEMBER_DAYS = 95, 400
# Of every six people the last one writes their name in another script.
TONGUE_EVERY = 6
STAGES = ("", "Series A", "Series C", "Public")


@dataclass(frozen=True)
class Background:
    """What somebody does, at which rung, and where."""

    trade: Trade
    level: Level
    country: Country


@dataclass
class Person:
    """Somebody who looks for work, with what their search is shaped by."""

    user: User
    profile: UserProfile
    targets: list[TargetCompany]
    background: Background
    skills: list[str]
    tongue: Tongue | None = None


def find_tongue(number: int) -> Tongue | None:
    """Return the language that somebody grew up with and writes some of it in; None for most people."""
    tongues = careers().tongues
    turn, place = divmod(number, TONGUE_EVERY)
    return tongues[turn % len(tongues)] if place == TONGUE_EVERY - 1 else None


def name_person(chance: random.Random, origin: Origin, number: int) -> tuple[str, str]:
    """Return a full name and an address that no other number or seed gives."""
    first, last = chance.choice(world().first_names), chance.choice(world().last_names)
    tongue = find_tongue(number)
    name, latin = (tongue.name, tongue.latin) if tongue is not None else (f"{first} {last}", f"{first} {last}")
    return name, f"{latin.replace(' ', '.')}.{origin.seed}.{number}@example.com".lower()


def make_person(
    chance: random.Random,
    origin: Origin,
    *,
    full_name: str,
    email: str,
    background: Background,
    employers: list[Employer],
    star: Star | None,
    tongue: Tongue | None = None,
) -> Person:
    """Return a person of a trade, with profile and a few companies that they follow."""
    joined = origin.moment(chance, chance.randrange(NEWEST_MEMBER_DAYS, OLDEST_MEMBER_DAYS))
    key = make_key(chance, joined)
    user = User(
        id=key,
        email=email,
        full_name=full_name,
        # Nobody signs in as a made-up person; the same letters each time, unlike `make_password(None)`.
        password=star.password if star else f"{UNUSABLE_PASSWORD_PREFIX}{key.hex}",
        date_joined=joined,
    )
    trade = background.trade
    skills = [*some(chance, trade.skills, 4, 6), *some(chance, trade.tools, 2, 4)]
    profile = _make_profile(chance, user, background, skills, star)
    followed = [
        TargetCompany(
            **dated(chance, between(chance, joined, origin.latest)),
            user_id=user.pk,
            company_id=employer.key,
            lane=chance.choice(Lane.values),
            sector=employer.industry.name,
            hq_city=employer.offices[0][0],
            stage=chance.choice(STAGES),
            notes=chance.choice(("", "Friendly people at the meet-up.", "Check again in spring.")),
        )
        for employer in some(chance, employers, 3, 6)
    ]
    return Person(user, profile, followed, background, skills, tongue)


def _make_profile(
    chance: random.Random, user: User, background: Background, skills: list[str], star: Star | None
) -> UserProfile:
    first, _, last = user.full_name.partition(" ")
    trade, level, country = background.trade, background.level, background.country
    city, region = chance.choice(country.cities)
    handle = "-".join(user.email.partition("@")[0].split(".")[:2])
    role = chance.choice(trade.roles)
    years = level.years + chance.randrange(0, 4)
    if star is not None:
        years = star.years
    step = 10 ** max(2, len(str(int(trade.pay * country.pay * country.rate))) - 3) * 5
    pay = max(step, round(trade.pay * level.pay * country.pay * country.rate / step) * step)
    return UserProfile(
        **dated(chance, user.date_joined),
        user_id=user.pk,
        first_name=first,
        last_name=last,
        city=city,
        state=region,
        current_title=role,
        experience_years=years,
        education=trade.degree,
        bio=f"{role}, {years} years in the trade. Works with {', '.join(skills[:4])}.",
        linkedin_url=f"https://www.linkedin.com/in/{handle}-{user.pk.hex[-8:]}",
        preferred_locations=[city, "Remote"] if trade.remote > 0.3 else [city],  # noqa: PLR2004
        preferred_job_types=[JobType.FULL_TIME],
        preferred_remote_types=[RemoteType.REMOTE, RemoteType.HYBRID] if trade.remote > 0.3 else [RemoteType.ON_SITE],  # noqa: PLR2004
        desired_salary_min=pay,
        desired_salary_max=round(pay * 1.25),
    )


def choose_background(chance: random.Random, *, trade: Trade, employer: Employer) -> Background:
    """Return what somebody of this trade does near this employer."""
    level = chance.choice(LEVELS[1:6])
    return Background(trade, level, employer.country)
