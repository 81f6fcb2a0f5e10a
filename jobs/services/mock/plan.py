"""How much of everything is to be made, from which seed, up to which day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from jobs.services.mock.origin import Origin

if TYPE_CHECKING:
    from datetime import date

MOST_COMPANIES = 250_000  # Their names are made of the words there are.
MOST_CARDS_OF_ONE = 20_000


@dataclass(frozen=True)
class Star:
    """Somebody who is made for a demo: with a name of their own, busy in every part of it."""

    email: str
    full_name: str
    password: str
    trade: str
    years: int
    cards: int


@dataclass(frozen=True)
class Plan:
    """Sizes, seed and day. `cards` are pipeline cards over all users; a few for each where it is left out."""

    users: int
    companies: int
    listings: int
    seed: int
    day: date
    cards: int | None = None
    star: Star | None = None

    def check(self) -> None:
        """Raise ValidationError, with the name of the option, for what cannot be made."""
        for option, size in (("users", self.users), ("companies", self.companies), ("jobs", self.listings)):
            if size < 1:
                raise ValidationError(f"--{option} takes a number from 1.", code="too_few")
        if self.seed < 0:
            raise ValidationError("--seed takes a number from 0.", code="too_few")
        if self.companies > MOST_COMPANIES:
            raise ValidationError(f"--companies takes at most {MOST_COMPANIES:,}.", code="too_many")
        if self.cards is not None and not 0 <= self.cards <= self.users * MOST_CARDS_OF_ONE:
            raise ValidationError(
                f"--cards takes a number from 0 to {MOST_CARDS_OF_ONE:,} for each of --users.", code="too_many"
            )

    @property
    def origin(self) -> Origin:
        return Origin(self.seed, self.day)
