"""The skill bank over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from jobos.accounts.models import User
from skills.models import Project, Skill, SkillBank, WorkExperience
from tests.answers import assert_problem
from tests.factories import SkillFactory, WorkExperienceFactory
from tests.world import fill_bank

pytestmark = pytest.mark.django_db
URL = "/api/v1/skill-bank/"


def test_first_look_opens_the_callers_bank_and_nobody_elses(as_ada: APIClient, ada: User, ben: User) -> None:
    bank = as_ada.get(URL)
    assert bank.status_code == 200
    assert bank.json()["skills"] == {"Technical Skills": [], "Soft Skills": [], "Tools & Platforms": []}
    assert SkillBank.objects.get().user == ada
    assert as_ada.get(URL)["ETag"] == bank["ETag"]
    assert as_ada.get(URL, headers={"If-None-Match": bank["ETag"]}).status_code == 304


def test_document_shows_each_entry_as_its_own_address_does(as_ada: APIClient, ada: User) -> None:
    names = fill_bank(ada)
    document = as_ada.get(URL).json()
    (skill,) = document["skills"]["Technical Skills"]
    shown = {"skills": skill, **{kind: document[kind][0] for kind in ("summaries", "certifications")}}
    for kind, name in (("skills", "skill"), ("summaries", "summary"), ("certifications", "certification")):
        assert as_ada.get(f"{URL}{kind}/{names[f'bank_{name}']}/").json() == shown[kind]
        assert as_ada.get(f"{URL}{kind}/").json()["results"] == [shown[kind]]
    for kind, name in (("experiences", "experience"), ("education", "education"), ("projects", "project")):
        url = f"{URL}{kind}/{names[f'bank_{name}']}/"
        record = as_ada.get(url).json()
        assert record == document[kind][0]
        assert as_ada.get(f"{url}variations/").json()["results"] == record["variations"]
        assert [variation["id"] for variation in record["variations"]] == [names[f"bank_{name}_variation"]]


def test_skill_is_written_and_shown_whole(as_ada: APIClient) -> None:
    given = {
        "name": "PostgreSQL",
        "level": "expert",
        "category": "platform",
        "bucket": "Tools & Platforms",
        "subcategory": "Databases",
        "years_experience": "8.5",
        "proficiency_score": 0.9,
        "description": "Queries, plans, upkeep.",
        "keywords": ["SQL", "plans"],
        "is_featured": True,
        "source": "extracted",
        "confidence": 0.8,
    }
    made = as_ada.post(f"{URL}skills/", given)
    assert made.status_code == 201, made.content
    shown = made.json()
    kept = {"id", "concept", "display_order", "last_used", "usage_count", "created_at", "updated_at"}
    assert {name: shown[name] for name in given} == given
    assert shown.keys() == given.keys() | kept
    url = f"{URL}skills/{shown['id']}/"
    read = as_ada.get(url)
    assert (read.json(), read["ETag"]) == (shown, made["ETag"])
    cleared = as_ada.patch(url, {"level": None, "years_experience": None, "keywords": None, "subcategory": ""}).json()
    expected = shown | {"level": None, "years_experience": None, "keywords": [], "subcategory": None}
    assert cleared == expected | {"updated_at": cleared["updated_at"]}
    assert as_ada.patch(url, cleared).json() == cleared
    assert_problem(as_ada.patch(url, {"usage_count": 5}), 400, pointers={"#/usage_count"})
    assert_problem(as_ada.patch(url, {"colour": "red"}), 400, pointers={"#/colour"})


def test_duplicate_skill_in_another_case_is_409_with_its_id(as_ada: APIClient) -> None:
    there = as_ada.post(f"{URL}skills/", {"name": "Python"}).json()
    again = as_ada.post(f"{URL}skills/", {"name": " PYTHON ", "bucket": "Soft Skills"})
    problem = assert_problem(again, 409, "duplicate_skill", extra={"existing_id"})
    assert problem["existing_id"] == there["id"]
    assert Skill.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("skills", {"name": "Go", "bucket": "Nowhere"}, "bucket"),
        ("skills", {"name": "Go", "years_experience": "-1"}, "years_experience"),
        ("skills", {"name": "Go", "proficiency_score": 1.5}, "proficiency_score"),
        ("experiences", {"company": "A", "position": "B", "start_date": "2019-02-30"}, "start_date"),
        ("experiences", {"company": "A", "position": "B", "end_date": "June 2019"}, "end_date"),
        ("education", {"institution": "A", "end_date": "2019-13"}, "end_date"),
        ("projects", {"name": "A", "start_date": "0000"}, "start_date"),
        ("projects", {"name": "A", "url": "javascript:alert(1)"}, "url"),
        ("projects", {"name": "A", "github_url": "ftp://a.example"}, "github_url"),
        ("projects", {"name": "A", "github_url": "paperboat"}, "github_url"),
        ("projects", {"name": "A", "url": "a.example/" + "x" * 990}, "url"),
        ("projects", {"name": "A", "end_date": "2099"}, "end_date"),
        ("experiences", {"company": "A", "position": "B", "end_date": "2020", "is_current": True}, "end_date"),
        ("experiences", {"company": "A", "position": "B", "start_date": "2035", "is_current": True}, "start_date"),
        ("certifications", {"name": "A", "issue_date": "2019-6"}, "issue_date"),
        ("certifications", {"name": "A", "url": "data:text/html,x"}, "url"),
        ("summaries", {"content": "A", "focus": "vague"}, "focus"),
    ],
)
def test_bad_value_is_refused_by_name(kind: str, body: dict[str, Any], field: str, as_ada: APIClient) -> None:
    assert_problem(as_ada.post(f"{URL}{kind}/", body), 400, pointers={f"#/{field}"})


@pytest.mark.parametrize(
    ("kind", "body", "rule"),
    [
        (
            "experiences",
            {"company": "A", "position": "B", "start_date": "2020-01", "end_date": "2019"},
            "skills_workexperience_not_backwards",
        ),
        (
            "education",
            {"institution": "A", "start_date": "2020", "end_date": "2019-12-31"},
            "skills_education_not_backwards",
        ),
        ("projects", {"name": "A", "start_date": "2020-02", "end_date": "2020-01"}, "skills_project_not_backwards"),
        (
            "certifications",
            {"name": "A", "issue_date": "2020-02-02", "expiry_date": "2020-02-01"},
            "skills_certification_not_backwards",
        ),
    ],
)
def test_end_before_start_is_refused_under_the_rules_name(
    kind: str, body: dict[str, Any], rule: str, as_ada: APIClient
) -> None:
    problem = assert_problem(as_ada.post(f"{URL}{kind}/", body), 400)
    assert {error["code"] for error in problem["errors"]} == {rule}
    first, last = [name for name in body if name.endswith("_date")]
    assert as_ada.post(f"{URL}{kind}/", {**body, first: body[last]}).status_code == 201


def test_address_without_a_scheme_gets_one_and_older_rows_stay_until_they_are_changed(as_ada: APIClient) -> None:
    url = f"{URL}projects/"
    made = as_ada.post(url, {"name": "A", "url": "a.example:8080/b", "github_url": "github.com/nina/paperboat"}).json()
    assert (made["url"], made["github_url"]) == ("https://a.example:8080/b", "https://github.com/nina/paperboat")
    Project.objects.update(github_url="see my page")
    url = f"{url}{made['id']}/"
    assert as_ada.patch(url, {"name": "B"}).json()["github_url"] == "see my page"
    assert as_ada.patch(url, {"github_url": "github.com/ada"}).json()["github_url"] == "https://github.com/ada"
    position = as_ada.post(f"{URL}experiences/", {"company": "A", "position": "B", "is_current": True}).json()
    WorkExperience.objects.update(end_date="2020")
    url = f"{URL}experiences/{position['id']}/"
    assert as_ada.patch(url, {"location": "Rome"}).status_code == 200
    assert_problem(as_ada.patch(url, {"end_date": "2021"}), 400, pointers={"#/end_date"})
    assert as_ada.patch(url, {"is_current": False}).status_code == 200


def test_headings_are_renamed_and_kept_over_rest(as_ada: APIClient) -> None:
    as_ada.post(f"{URL}skills/", {"name": "Tact", "bucket": "Soft Skills"})
    renamed = as_ada.patch(URL, {"rename_categories": {"Soft Skills": "People"}})
    assert renamed.status_code == 200
    assert list(renamed.json()["skills"]) == ["Technical Skills", "People", "Tools & Platforms"]
    assert [skill["name"] for skill in renamed.json()["skills"]["People"]] == ["Tact"]
    assert_problem(as_ada.patch(URL, {"skill_categories": ["Technical Skills"]}), 409, "heading_in_use")
    assert_problem(as_ada.patch(URL, {"skill_categories": ["A", "a", "People"]}), 400, pointers={"#/skill_categories"})
    assert_problem(as_ada.patch(URL, {"rename_categories": {"Gone": "X"}}), 400, pointers={"#/rename_categories"})
    kept = as_ada.patch(URL, {"skill_categories": ["People"], "default_summary": "Engineer."}).json()
    assert (kept["skill_categories"], kept["default_summary"]) == (["People"], "Engineer.")
    assert as_ada.patch(URL, kept).json() == kept


def test_stale_write_is_refused_for_the_bank_and_for_an_entry(as_ada: APIClient, ada: User) -> None:
    names = fill_bank(ada)
    for url, change in (
        (URL, {"default_summary": "Engineer."}),
        (f"{URL}skills/{names['bank_skill']}/", {"level": "expert"}),
        (
            f"{URL}experiences/{names['bank_experience']}/variations/{names['bank_experience_variation']}/",
            {"title": "Lead"},
        ),
    ):
        tag = as_ada.get(url)["ETag"]
        assert as_ada.patch(url, change, headers={"If-Match": tag}).status_code == 200
        assert_problem(as_ada.patch(url, change, headers={"If-Match": tag}), 412, "precondition_failed")


def test_document_has_a_new_tag_after_any_change_inside(as_ada: APIClient, ada: User) -> None:
    names = fill_bank(ada)
    variation = f"{URL}projects/{names['bank_project']}/variations/{names['bank_project_variation']}/"
    tag = as_ada.get(URL)["ETag"]
    as_ada.patch(variation, {"content": "Told better."})
    assert as_ada.get(URL)["ETag"] != tag


def test_entries_are_reordered_over_rest(as_ada: APIClient, ada: User) -> None:
    ids = [as_ada.post(f"{URL}summaries/", {"content": text}).json()["id"] for text in "ABC"]
    wanted = [ids[2], ids[0], ids[1]]
    answer = as_ada.post(f"{URL}summaries/reorder/", {"ids": wanted})
    assert (answer.status_code, answer.json()) == (200, {"ids": wanted})
    assert [summary["content"] for summary in as_ada.get(URL).json()["summaries"]] == ["C", "A", "B"]
    problem = assert_problem(as_ada.post(f"{URL}summaries/reorder/", {"ids": wanted[:2]}), 409, "order_out_of_date")
    assert wanted[2] in problem["detail"]
    twice = as_ada.post(f"{URL}summaries/reorder/", {"ids": [*wanted, wanted[0]]})
    assert_problem(twice, 400, pointers={"#/ids"})


def test_default_variation_of_another_entry_is_as_unknown_as_a_missing_one(as_ada: APIClient, ada: User) -> None:
    names = fill_bank(ada)
    url = f"{URL}experiences/{names['bank_experience']}/"
    own = names["bank_experience_variation"]
    assert as_ada.patch(url, {"default_variation": own}).json()["default_variation"] == own
    other = WorkExperienceFactory(bank=ada.skill_bank).variations.create(content="Foreign.")
    for pk in (str(other.pk), "01a20d38-e2b7-7159-8ff0-000000000000"):
        assert_problem(as_ada.patch(url, {"default_variation": pk}), 400, pointers={"#/default_variation"})
    assert as_ada.delete(f"{url}variations/{own}/").status_code == 204
    assert as_ada.get(url).json()["default_variation"] is None


def test_skills_are_filtered_and_ordered(as_ada: APIClient, ada: User) -> None:
    bank = SkillFactory(bank__user=ada, name="C_1", level="expert", category="language", is_featured=True).bank
    SkillFactory(bank=bank, name="CX1", bucket="Soft Skills", level="beginner", display_order=1)
    SkillFactory(name="C_1 of a stranger")

    def names(query: str) -> list[str]:
        return [skill["name"] for skill in as_ada.get(f"{URL}skills/?{query}").json()["results"]]

    assert names("") == ["C_1", "CX1"]
    assert names("q=c_") == ["C_1"]
    assert names("level=beginner") == ["CX1"]
    assert names("level=beginner&level=expert") == ["C_1", "CX1"]
    assert names("category=language") == names("is_featured=true") == ["C_1"]
    assert names("bucket=Soft%20Skills") == ["CX1"]
    assert names("ordering=-display_order") == ["CX1", "C_1"]
    assert_problem(as_ada.get(f"{URL}skills/?tag=x"), 400, parameters={"tag"})


def test_repeated_create_with_one_key_makes_one_skill(as_ada: APIClient) -> None:
    first, second = (as_ada.post(f"{URL}skills/", {"name": "Go"}, headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, first.json())
    assert Skill.objects.count() == 1
