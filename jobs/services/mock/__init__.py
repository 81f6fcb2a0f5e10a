"""Believable made-up data for every table, by subject. The same seed, day and sizes give the same rows, byte for byte.

`trades` is what the made-up world is like, `careers` what its people tell of themselves, `origin` its one source of
chance and time; `companies`, `listings`, `people`, `interactions`, `pipelines`, `banks` and `resumes` make rows and know
neither the database nor the clock; `writing` puts them into the database.
"""

from jobs.services.mock.plan import MOST_CARDS_OF_ONE, MOST_COMPANIES, Plan, Star
from jobs.services.mock.writing import reset_data, write_checked_mock_data, write_mock_data

__all__ = [
    "MOST_CARDS_OF_ONE",
    "MOST_COMPANIES",
    "Plan",
    "Star",
    "reset_data",
    "write_checked_mock_data",
    "write_mock_data",
]
