"""Where everything made up comes from: a seed for chance, a day for time. Nothing here reads the clock."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

HALF_A_WORKING_DAY = 240  # Minutes around noon, UTC.
EPOCH_BITS = (1 << 48) - 1


class Subject(IntEnum):
    """What a source of chance is for."""

    COMPANY = 1
    LISTING = 2
    COPY = 3
    PERSON = 4
    SOURCE = 5
    EMBEDDING = 6
    BANK = 7


@dataclass(frozen=True)
class Origin:
    """One seed and the day that the data end before: nothing has happened yet on that day, whatever the hour."""

    seed: int
    day: date

    def chance(self, subject: Subject, number: int) -> random.Random:
        """Return the source of chance of one thing, whichever things are made before it."""
        return random.Random((self.seed << 72) | (subject << 64) | number)

    @property
    def today(self) -> datetime:
        return datetime.combine(self.day, time(), tzinfo=UTC)

    @property
    def latest(self) -> datetime:
        """The last moment at which anything has happened."""
        return self.today - timedelta(hours=1)

    def moment(self, chance: random.Random, days_ago: float) -> datetime:
        """Return a time in working hours, so many days ago; at least one."""
        noon = datetime.combine(self.day - timedelta(days=max(1, int(days_ago))), time(12), tzinfo=UTC)
        return noon + timedelta(minutes=chance.randrange(-HALF_A_WORKING_DAY, HALF_A_WORKING_DAY))


def make_key(chance: random.Random, at: datetime) -> uuid.UUID:
    """Return a UUIDv7 of that time."""
    milliseconds = int(at.timestamp() * 1000) & EPOCH_BITS
    bits = (milliseconds << 80) | (7 << 76) | (chance.getrandbits(12) << 64) | (2 << 62)
    return uuid.UUID(int=bits | chance.getrandbits(62))


def dated(chance: random.Random, at: datetime, changed: datetime | None = None) -> dict[str, Any]:
    """Return key and times of a row made at that time."""
    return {"id": make_key(chance, at), "created_at": at, "updated_at": changed or at}


def between(chance: random.Random, first: datetime, last: datetime) -> datetime:
    """Return a time, to the second, from the first to the last of two."""
    seconds = int((last - first).total_seconds())
    return first + timedelta(seconds=chance.randint(0, seconds)) if seconds > 0 else first


def some(chance: random.Random, choices: Sequence[Any], fewest: int, most: int) -> list[Any]:
    """Return a few different ones of these, as many as there are at most."""
    return chance.sample(choices, min(len(choices), chance.randint(fewest, most)))
