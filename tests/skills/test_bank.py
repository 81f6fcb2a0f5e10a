"""The skill bank: opening, reading as one document, and the rules of every write."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jobos.accounts.models import User
from jobos.core.errors import Conflict, violated_constraint
from skills.models import (
    HEADINGS,
    Certification,
    Education,
    Project,
    Skill,
    SkillBank,
    SkillConcept,
    SkillLabel,
    SummaryVariation,
    WorkExperience,
)
from skills.services import bank as banks
from tests.factories import SkillBankFactory, SkillFactory, UserFactory, WorkExperienceFactory

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = HEADINGS


@pytest.fixture
def bank(ada: User) -> SkillBank:
    return banks.open_bank(ada)


def together(*calls: Any) -> list[Any]:
    """Make the calls from threads that start at once; return their answers, or what they raised."""
    barrier = Barrier(len(calls))

    def make(call: Any) -> Any:
        try:
            barrier.wait(10)
            return call()
        except (ValidationError, IntegrityError) as exc:
            return exc
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(make, calls))


# Opening and reading --------------------------------------------------------------------------------------------------


def test_new_bank_has_three_headings_and_nothing_in_them(ada: User) -> None:
    bank = banks.open_bank(ada)
    document = banks.read_document(bank)
    assert document == {
        "id": str(bank.pk),
        "default_summary": None,
        "skill_categories": ["Technical Skills", "Soft Skills", "Tools & Platforms"],
        "skills": {"Technical Skills": [], "Soft Skills": [], "Tools & Platforms": []},
        "summaries": [],
        "experiences": [],
        "education": [],
        "projects": [],
        "certifications": [],
        "created_at": document["created_at"],
        "updated_at": document["updated_at"],
    }


def test_bank_is_opened_once(ada: User, bank: SkillBank) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert banks.open_bank(ada) == bank
    assert len(captured) == 1


@pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)
def test_eight_that_open_it_at_once_get_one_bank(ada: User) -> None:
    opened = together(*[lambda: banks.open_bank(ada)] * 8)
    assert {one.pk for one in opened} == {SkillBank.objects.get().pk}


def fill(bank: SkillBank, numbers: Iterable[int]) -> None:
    for number in numbers:
        banks.add_skill(bank, name=f"Skill {number}", bucket=THIRD)
        banks.add_entry(bank, SummaryVariation, content="Says who I am.")
        for kind, named in ((WorkExperience, "position"), (Education, "institution"), (Project, "name")):
            given = {"company": "Acme"} if kind is WorkExperience else {}
            record = banks.add_entry(bank, kind, **{named: f"Entry {number}"}, **given)
            banks.add_variation(record, content="Told otherwise.")
        banks.add_entry(bank, Certification, name=f"Certificate {number}")


def test_document_holds_everything_in_order_with_a_fixed_number_of_statements(bank: SkillBank) -> None:
    fill(bank, [0])
    with CaptureQueriesContext(connection) as with_one:
        banks.read_document(bank)
    fill(bank, [1, 2, 3])
    with CaptureQueriesContext(connection) as with_more:
        document = banks.read_document(bank)
    assert len(with_one) == len(with_more) == 9
    assert {heading: [skill["name"] for skill in skills] for heading, skills in document["skills"].items()} == {
        FIRST: [],
        SECOND: [],
        THIRD: [f"Skill {number}" for number in range(4)],
    }
    assert [project["name"] for project in document["projects"]] == [f"Entry {number}" for number in range(4)]
    for kind in ("experiences", "education", "projects"):
        assert [variation["content"] for variation in document[kind][0]["variations"]] == ["Told otherwise."]
    assert document["summaries"][0]["content"] == "Says who I am."
    assert document["certifications"][0]["name"] == "Certificate 0"
