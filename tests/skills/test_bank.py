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
from django.utils import timezone

from jobos.accounts.models import User
from jobos.core.errors import Conflict, violated_constraint
from skills.models import (
    HEADINGS,
    Certification,
    Education,
    Project,
    Skill,
    SkillBank,
    SummaryVariation,
    WorkExperience,
)
from skills.services import bank as banks
from tests.factories import SkillFactory, UserFactory, WorkExperienceFactory

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


# Rules ----------------------------------------------------------------------------------------------------------------


def insert(table: str, **columns: Any) -> str:
    """Insert a row by SQL; return the name of the constraint that refuses it."""
    given = {"id": uuid4(), "created_at": timezone.now(), "updated_at": timezone.now(), "display_order": 0, **columns}
    names, holes = ", ".join(given), ", ".join(["%s"] * len(given))
    with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({holes})", list(given.values()))
    return violated_constraint(refusal.value)


SKILL = {
    "name": "Go",
    "level": "",
    "category": "technical",
    "bucket": FIRST,
    "subcategory": "",
    "description": "",
    "keywords": [],
    "is_featured": False,
    "source": "manual",
    "usage_count": 0,
}
POSITION = {
    "company": "Acme",
    "position": "Engineer",
    "location": "",
    "start_date": "",
    "end_date": "",
    "is_current": False,
    "experience_type": "full_time",
    "default_description": "",
    "default_achievements": [],
    "skills_used": [],
    "technologies": [],
}
CERTIFICATE = {
    "name": "CKA",
    "issuer": "",
    "issue_date": "",
    "expiry_date": "",
    "credential_id": "",
    "url": "",
    "description": "",
}


@pytest.mark.parametrize(
    ("table", "row", "change", "constraint"),
    [
        ("skills", SKILL, {"name": " PYTHON "}, "skills_skill_one_per_name"),
        ("skills", SKILL, {"name": " \t"}, "skills_skill_name_not_empty"),
        ("skills", SKILL, {"bucket": ""}, "skills_skill_bucket_not_empty"),
        ("skills", SKILL, {"level": "guru"}, "skills_skill_level_valid"),
        ("skills", SKILL, {"category": "magic"}, "skills_skill_category_valid"),
        ("skills", SKILL, {"source": "guessed"}, "skills_skill_source_valid"),
        ("skills", SKILL, {"years_experience": -1}, "skills_skill_years_in_range"),
        ("skills", SKILL, {"proficiency_score": 1.1}, "skills_skill_proficiency_in_range"),
        ("skills", SKILL, {"confidence": -0.1}, "skills_skill_confidence_in_range"),
        ("work_experiences", POSITION, {"start_date": "June 2019"}, "skills_workexperience_start_is_date"),
        ("work_experiences", POSITION, {"end_date": "2019-13"}, "skills_workexperience_end_is_date"),
        (
            "work_experiences",
            POSITION,
            {"start_date": "2019-06", "end_date": "2019-05-31"},
            "skills_workexperience_not_backwards",
        ),
        ("work_experiences", POSITION, {"experience_type": "gig"}, "skills_workexperience_type_valid"),
        ("certifications", CERTIFICATE, {"issue_date": "24"}, "skills_certification_issue_is_date"),
        ("certifications", CERTIFICATE, {"expiry_date": "2024-1"}, "skills_certification_expiry_is_date"),
        (
            "certifications",
            CERTIFICATE,
            {"issue_date": "2024", "expiry_date": "2023-12"},
            "skills_certification_not_backwards",
        ),
    ],
)
def test_database_refuses_under_the_rules_own_name(
    table: str, row: dict[str, Any], change: dict[str, Any], constraint: str, bank: SkillBank
) -> None:
    SkillFactory(bank=bank, name="python")
    assert insert(table, bank_id=bank.pk, **{**row, **change}) == constraint


def test_database_holds_one_bank_for_each_person(ada: User, bank: SkillBank) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SkillBank.objects.create(user=ada)


@pytest.mark.parametrize("name", ["python", "  PyThOn ", "PYTHON\t"])
def test_skill_that_differs_only_in_case_or_space_is_a_conflict_that_names_it(name: str, bank: SkillBank) -> None:
    there = banks.add_skill(bank, name="Python", bucket=FIRST)
    with pytest.raises(Conflict) as refusal:
        banks.add_skill(bank, name=name, bucket=SECOND)
    assert (refusal.value.code, refusal.value.extra) == ("duplicate_skill", {"existing_id": str(there.pk)})
    other = banks.add_skill(bank, name="Machine  Learning")
    assert other.name == "Machine Learning"
    with pytest.raises(Conflict):
        banks.change_skill(other, name=name)
    assert banks.add_skill(banks.open_bank(UserFactory()), name=name).name == name.strip()


def test_entries_go_to_the_end_and_are_put_into_an_order_in_one_statement(bank: SkillBank) -> None:
    skills = [banks.add_skill(bank, name=name) for name in "ABCD"]
    assert [skill.display_order for skill in skills] == [0, 1, 2, 3]
    wanted = [skills[2].pk, skills[0].pk, skills[3].pk, skills[1].pk]
    with CaptureQueriesContext(connection) as captured:
        banks.reorder_entries(bank, Skill.objects.filter(bank=bank), wanted)
    assert len([query for query in captured if query["sql"].lstrip().startswith('UPDATE "skills"')]) == 1
    assert list(bank.skills.values_list("pk", flat=True)) == wanted
    stranger = SkillFactory()
    for ids in (wanted[:3], [*wanted, stranger.pk], [*wanted[:3], stranger.pk]):
        with pytest.raises(Conflict) as refusal:
            banks.reorder_entries(bank, Skill.objects.filter(bank=bank), ids)
        assert refusal.value.code == "order_out_of_date"
    assert str(wanted[3]) in refusal.value.messages[0]
    with pytest.raises(ValidationError, match="twice"):
        banks.reorder_entries(bank, Skill.objects.filter(bank=bank), [*wanted, wanted[0]])
    assert list(bank.skills.values_list("pk", flat=True)) == wanted


def test_default_variation_is_one_of_the_entrys_own(bank: SkillBank) -> None:
    one, other = (banks.add_entry(bank, Project, name=name) for name in ("One", "Other"))
    own, foreign = banks.add_variation(one, content="Own."), banks.add_variation(other, content="Foreign.")
    assert banks.change_entry(one, default_variation=own).default_variation == own
    with pytest.raises(ValidationError) as refusal:
        banks.change_entry(one, default_variation=foreign)
    assert refusal.value.message_dict.keys() == {"default_variation"}
    banks.delete_entry(own)
    one.refresh_from_db()
    assert one.default_variation is None


def test_every_write_of_an_entry_tells_the_bank(bank: SkillBank) -> None:
    def changed() -> bool:
        nonlocal stamp
        before, stamp = stamp, SkillBank.objects.get(pk=bank.pk).updated_at
        return stamp > before

    stamp = bank.updated_at
    skill = banks.add_skill(bank, name="Go")
    assert changed()
    banks.change_skill(skill, level="expert")
    assert changed()
    banks.change_skill(skill, level="expert")
    assert not changed()
    record = banks.add_entry(bank, WorkExperience, company="Acme", position="Engineer")
    assert changed()
    variation = banks.add_variation(record, content="Told otherwise.")
    assert changed()
    banks.change_entry(variation, content="Told again.")
    assert changed()
    second = banks.add_variation(record, content="Another.")
    assert changed()
    banks.reorder_entries(bank, record.variations.all(), [second.pk, variation.pk])
    assert changed()
    banks.delete_entry(variation)
    assert changed()
    banks.delete_entry(skill)
    assert changed()
    banks.change_bank(bank, default_summary="Engineer.")
    assert changed()


# Headings -------------------------------------------------------------------------------------------------------------


def test_heading_that_holds_skills_cannot_be_left_out_and_an_empty_one_can(bank: SkillBank) -> None:
    banks.add_skill(bank, name="Go", bucket=FIRST)
    with pytest.raises(Conflict, match="Technical Skills") as refusal:
        banks.change_bank(bank, skill_categories=[SECOND])
    assert refusal.value.code == "heading_in_use"
    assert banks.change_bank(bank, skill_categories=["New", FIRST]).skill_categories == ["New", FIRST]
    with pytest.raises(ValidationError) as unknown:
        banks.add_skill(bank, name="Rust", bucket=SECOND)
    assert unknown.value.message_dict == {"bucket": ["Give one of: New, Technical Skills."]}


def test_renaming_moves_the_skills_even_where_two_headings_swap_names(bank: SkillBank) -> None:
    banks.add_skill(bank, name="Go", bucket=FIRST)
    banks.add_skill(bank, name="Tact", bucket=SECOND)
    renamed = banks.change_bank(
        bank,
        rename_categories={FIRST: SECOND, SECOND: FIRST, THIRD: "Tools"},
        skill_categories=["Tools", FIRST, SECOND],
    )
    assert renamed.skill_categories == ["Tools", FIRST, SECOND]
    assert dict(bank.skills.values_list("name", "bucket")) == {"Go": SECOND, "Tact": FIRST}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("skill_categories", []),
        ("skill_categories", ["A", " a "]),
        ("skill_categories", ["A", " "]),
        ("skill_categories", ["x" * 101]),
        ("skill_categories", [str(number) for number in range(51)]),
        ("rename_categories", {"Nothing": "Something"}),
        ("rename_categories", {FIRST: SECOND.upper()}),
        ("rename_categories", {FIRST: ""}),
    ],
)
def test_impossible_headings_are_refused_by_name(field: str, value: Any, bank: SkillBank) -> None:
    with pytest.raises(ValidationError) as refusal:
        banks.change_bank(bank, **{field: value})
    assert refusal.value.message_dict.keys() == {field}
    assert banks.open_bank(bank.user).skill_categories == list(HEADINGS)


@pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)
def test_heading_goes_or_its_skill_comes_but_never_both(ada: User) -> None:
    bank = banks.open_bank(ada)
    for number in range(6):
        heading = f"Heading {number}"
        banks.change_bank(bank, skill_categories=[FIRST, heading])
        answers = together(
            lambda number=number, heading=heading: banks.add_skill(bank, name=f"Skill {number}", bucket=heading),
            lambda: banks.change_bank(bank, skill_categories=[FIRST]),
        )
        assert sum(isinstance(answer, ValidationError) for answer in answers) == 1
        bank.refresh_from_db()
        assert set(bank.skills.values_list("bucket", flat=True)) <= {*bank.skill_categories}
        Skill.objects.all().delete()


@pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)
def test_skill_added_eight_times_at_once_is_there_once(ada: User) -> None:
    bank = banks.open_bank(ada)
    answers = together(*[lambda name=name: banks.add_skill(bank, name=name) for name in ("Go", "GO", "go ", "gO") * 2])
    (there,) = [answer for answer in answers if isinstance(answer, Skill)]
    refusals = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [refusal.extra for refusal in refusals] == [{"existing_id": str(there.pk)}] * 7


def test_bank_goes_with_its_owner(ada: User, bank: SkillBank) -> None:
    fill(bank, [0])
    kept = WorkExperienceFactory().bank
    ada.delete()
    assert list(SkillBank.objects.all()) == [kept]
    assert (Skill.objects.count(), WorkExperience.objects.count(), SummaryVariation.objects.count()) == (0, 1, 0)
