"""Which size a published text says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.models import SizeCategory
from companies.sizes import LARGEST, find_size_category


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("1-10", "startup"),
        ("11\u201350 employees", "startup"),
        ("51-200 employees, founded 2015", "small"),
        ("50-200", "small"),
        ("Size: 200", "small"),
        ("201 to 500", "medium"),
        ("501-1000 employees", "medium"),
        ("about 300 people", "medium"),
        ("1000+", "large"),
        ("5,000", "large"),
        ("1,001-5,000", "large"),
        ("1.5k", "large"),
        ("10k+", "enterprise"),
        ("10,001+ employees", "enterprise"),
        ("over 5,000", "enterprise"),
        ("Enterprise", "enterprise"),
        ("up to 50", "startup"),
    ],
)
def test_certain_text_says_its_category(text: str, category: str) -> None:
    assert find_size_category(text) == category


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-5",
        "Fortune 500",
        "100-500",
        "<200",
        "5000-1000",
        "20 offices",
        "big",
        "3 staff and 90 people",
        "1-5k",
    ],
)
def test_uncertain_text_says_nothing(text: str) -> None:
    assert find_size_category(text) == ""


@given(st.text(max_size=40))
def test_any_text_has_an_answer(text: str) -> None:
    assert find_size_category(text) in {"", *SizeCategory.values}


@given(st.integers(1, 10**7))
def test_every_number_of_people_has_one_category(people: int) -> None:
    category = find_size_category(f"{people:,} employees")
    smaller = [most for name, most in LARGEST.items() if most < LARGEST[category]]
    assert max([0, *smaller]) < people <= LARGEST[category]


def test_categories_are_those_of_the_model() -> None:
    assert list(LARGEST) == SizeCategory.values
