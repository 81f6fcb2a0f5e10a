"""resumes/ and resume-templates/ over REST."""

import json
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from jobos.accounts.models import User
from resumes.content import read_schema
from resumes.models import Resume, ResumeTemplate
from resumes.services.documents import create_resume
from tests.answers import assert_problem
from tests.factories import JobListingFactory, ResumeFactory, ResumeTemplateFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/resumes/"
UNKNOWN = "01a20d38-e2b7-7159-8ff0-000000000000"
SAMPLE = Path(__file__).parent.parent / "samples" / "sample.resume.json"
CONTENT = {
    "contact_info": {"full_name": "Ada"},
    "summary": "Engineer of engines.",
    "work_experience": [{"company": "Acme", "position": "Engineer", "start_date": "2019-06", "is_current": True}],
    "education": [{"institution": "MIT"}],
    "skills": [{"name": "SQL"}],
    "projects": [{"name": "Engine"}],
    "certifications": [{"name": "CKA"}],
    "custom_sections": [{"section_type": "custom", "title": "More", "content": {"text": "x"}}],
}


def put(client: APIClient, resume: Any, body: Any, **headers: str) -> Any:
    return client.put(f"{URL}{resume}/", body, headers={name.replace("_", "-"): text for name, text in headers.items()})


def test_created_resume_is_answered_whole_and_read_back(as_ada: APIClient, ada: User) -> None:
    template, listing, parent = ResumeTemplateFactory(), JobListingFactory(), ResumeFactory(user=ada)
    given = {
        "title": "Engineer",
        "resume_type": "tailored",
        "status": "active",
        "template": str(template.pk),
        "parent_resume": str(parent.pk),
        "target_job": str(listing.pk),
        **CONTENT,
    }
    created = as_ada.post(URL, {**given, "changes_summary": "Begun."})
    assert created.status_code == 201
    shown = dict(created.json())
    assert {name: shown.pop(name) for name in given} == given
    assert shown.pop("id")
    assert shown.pop("created_at")
    assert shown.pop("updated_at")
    assert shown == {"ats_score_data": None, "tailoring_analysis": None, "version": 1, "last_generated_at": None}
    read = as_ada.get(f"{URL}{created.json()['id']}/")
    assert (read.json(), read["ETag"]) == (created.json(), created["ETag"])
    versions = as_ada.get(f"{URL}{created.json()['id']}/versions/").json()
    assert [(version["version_number"], version["changes_summary"]) for version in versions["results"]] == [
        (1, "Begun.")
    ]


def test_repeated_create_with_one_key_makes_one_resume(as_ada: APIClient) -> None:
    for path, body in ((URL, {"title": "Engineer"}), (f"{URL}import/", {"document": {}})):
        headers = {"Idempotency-Key": path}
        first, second = (as_ada.post(path, body, headers=headers) for _ in range(2))
        assert (first.status_code, first.content) == (201, second.content)
    assert Resume.objects.count() == 2


def test_list_is_narrowed_and_leaves_content_out(as_ada: APIClient, ada: User, ben: User) -> None:
    listing, base = JobListingFactory(), ResumeFactory(user=ada, title="A 100% base", summary="Long.")
    tailored = ResumeFactory(
        user=ada, title="B", resume_type="tailored", status="active", parent_resume=base, target_job=listing
    )
    ResumeFactory(user=ben)

    def titles(**asked: Any) -> list[str]:
        return [row["title"] for row in as_ada.get(URL, asked).json()["results"]]

    assert titles(ordering="title") == ["A 100% base", "B"]
    assert titles() == ["B", "A 100% base"]
    assert titles(resume_type=["base", "template"]) == titles(status="draft") == titles(q="100%") == ["A 100% base"]
    assert titles(parent_resume=base.pk) == titles(target_job=listing.pk) == ["B"]
    assert titles(q="_") == titles(parent_resume=UNKNOWN) == []
    row = as_ada.get(URL, {"ordering": "title"}).json()["results"][0]
    assert row.keys() & {"summary", "contact_info", "skills", "ats_score_data", "tailoring_analysis"} == set()
    assert as_ada.get(URL, {"full": "true", "ordering": "title"}).json()["results"][0]["summary"] == "Long."
    assert_problem(as_ada.get(URL, {"full": "maybe"}), 400, "invalid_parameter", parameters={"full"})
    assert tailored.user == ada


def test_patch_changes_what_is_sent_and_null_empties(as_ada: APIClient, ada: User) -> None:
    resume = create_resume(ada, title="Engineer", content=CONTENT)
    changed = as_ada.patch(f"{URL}{resume.pk}/", {"title": "Lead", "skills": None, "contact_info": None}).json()
    assert (changed["title"], changed["skills"], changed["contact_info"]) == ("Lead", [], {})
    assert (changed["version"], changed["education"]) == (2, CONTENT["education"])
    assert as_ada.patch(f"{URL}{resume.pk}/", {"status": "active"}).json()["version"] == 2


def test_content_that_is_not_allowed_is_refused_with_a_pointer_to_each_place(as_ada: APIClient, ada: User) -> None:
    resume = ResumeFactory(user=ada)
    bad = {"work_experience": [{"start_date": "soon"}, {"hobby": 1}], "skills": [{}]}
    for response in (
        as_ada.post(URL, {"title": "Engineer", **bad}),
        as_ada.patch(f"{URL}{resume.pk}/", bad),
        put(as_ada, resume.pk, {"title": "Engineer", **bad}, If_Match="*"),
    ):
        problem = assert_problem(
            response,
            400,
            "validation_error",
            pointers={"#/work_experience/0/start_date", "#/work_experience/1/hobby", "#/skills/0/name"},
        )
        assert {error["code"] for error in problem["errors"]} == {"invalid_content"}
    assert Resume.objects.count() == 1


def test_whole_document_is_replaced_only_in_a_known_state(as_ada: APIClient, ada: User) -> None:
    resume = create_resume(ada, title="Engineer", content=CONTENT, status="active")
    url = f"{URL}{resume.pk}/"
    read = as_ada.get(url)
    assert_problem(put(as_ada, resume.pk, {"title": "Lead"}), 428, "precondition_required")
    assert_problem(put(as_ada, resume.pk, {"title": "Lead"}, If_Match='"x"'), 412, "precondition_failed")
    same = put(as_ada, resume.pk, read.json(), If_Match=read["ETag"])
    assert (same.status_code, same.json()) == (200, read.json())
    missing = put(as_ada, resume.pk, {"summary": "x"}, If_Match="*")
    assert_problem(missing, 400, "validation_error", pointers={"#/title"})
    replaced = put(as_ada, resume.pk, {"title": "Lead", "skills": [{"name": "Go"}]}, If_Match=read["ETag"])
    shown = replaced.json()
    assert (shown["title"], shown["status"], shown["version"]) == ("Lead", "draft", 2)
    assert {name: shown[name] for name in CONTENT} == {
        "contact_info": {},
        "summary": None,
        **{name: [] for name in CONTENT if name not in ("contact_info", "summary")},
        "skills": [{"name": "Go"}],
    }
    assert_problem(put(as_ada, resume.pk, {"title": "x"}, If_Match=read["ETag"]), 412, "precondition_failed")


def test_foreign_parent_is_answered_like_one_that_does_not_exist(as_ada: APIClient, ada: User, ben: User) -> None:
    mine, foreign = ResumeFactory(user=ada), ResumeFactory(user=ben)
    answers = []
    for pk in (str(foreign.pk), UNKNOWN):
        response = as_ada.patch(f"{URL}{mine.pk}/", {"parent_resume": pk}, headers={"X-Request-ID": "same"})
        assert_problem(response, 400, "validation_error", pointers={"#/parent_resume"})
        answers.append(response.content.decode().replace(pk, "ID"))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"parent_resume": "self"}, "parent_resume", "no_self_parent"),
        ({"resume_type": "tailored"}, "parent_resume", "tailored_resumes_need_parent"),
        ({"resume_type": "template", "parent_resume": "other"}, "resume_type", "templates_are_standalone"),
        ({"parent_resume": "child"}, "parent_resume", "parent_cycle"),
    ],
)
def test_broken_rule_is_answered_under_its_name(
    change: dict[str, str], field: str, code: str, as_ada: APIClient, ada: User
) -> None:
    resume, other = ResumeFactory(user=ada), ResumeFactory(user=ada)
    child = ResumeFactory(user=ada, resume_type="tailored", parent_resume=resume)
    people = {"self": str(resume.pk), "other": str(other.pk), "child": str(child.pk)}
    body = {name: people.get(value, value) for name, value in change.items()}
    problem = assert_problem(as_ada.patch(f"{URL}{resume.pk}/", body), 400, "validation_error", pointers={f"#/{field}"})
    assert problem["errors"][0]["code"] == code


def test_versions_are_listed_read_restored_and_compared(as_ada: APIClient, ada: User) -> None:
    resume = create_resume(ada, title="Engineer", content={"summary": "First.", "skills": [{"name": "SQL"}]})
    url = f"{URL}{resume.pk}/"
    as_ada.patch(url, {"summary": "Second.", "skills": [{"name": "Go"}, {"name": "SQL"}]})
    listed = as_ada.get(f"{url}versions/").json()
    assert [row["version_number"] for row in listed["results"]] == [2, 1]
    assert "content_snapshot" not in listed["results"][0]
    assert as_ada.get(f"{url}versions/1/").json()["content_snapshot"]["summary"] == "First."
    for number in ("3", "0", "x", "-1", "1.0", "9" * 40, "\u0661"):
        assert_problem(as_ada.get(f"{url}versions/{number}/"), 404, "not_found")
        assert_problem(as_ada.post(f"{url}versions/{number}/restore/"), 404, "not_found")
    expected = [
        {"pointer": "/summary", "change": "changed", "old": "First.", "new": "Second."},
        {"pointer": "/skills/0", "change": "added", "old": None, "new": {"name": "Go"}},
    ]
    for asked in ({"old": 1}, {"old": 1, "new": 2}):
        assert as_ada.get(f"{url}compare/", asked).json() == {"differences": expected}
    restored = as_ada.post(f"{url}versions/1/restore/")
    assert (restored.json()["summary"], restored.json()["version"]) == ("First.", 3)
    assert as_ada.get(f"{url}compare/", {"old": 1}).json() == {"differences": []}
    assert_problem(as_ada.get(f"{url}compare/", {"old": 9}), 400, "invalid_parameter", parameters={"old"})


def test_two_resumes_are_compared_where_both_are_mine(as_ada: APIClient, ada: User, ben: User) -> None:
    one, other = (create_resume(ada, title="x", content={"summary": text}) for text in ("One.", "Other."))
    foreign = ResumeFactory(user=ben)
    url = f"{URL}{one.pk}/compare/"
    assert as_ada.get(url, {"resume": str(other.pk)}).json() == {
        "differences": [{"pointer": "/summary", "change": "changed", "old": "One.", "new": "Other."}]
    }
    answers = [as_ada.get(url, {"resume": pk}, headers={"X-Request-ID": "x"}) for pk in (str(foreign.pk), UNKNOWN)]
    assert_problem(answers[0], 400, "invalid_parameter", parameters={"resume"})
    assert answers[0].content == answers[1].content
    assert_problem(as_ada.get(url, {"resume": "x"}), 400, "invalid_parameter", parameters={"resume"})


def test_document_is_imported_or_only_looked_at(as_ada: APIClient) -> None:
    document = json.loads(SAMPLE.read_text(encoding="utf-8"))
    document["work"][0]["startDate"] = "last summer"
    dropped = [{"pointer": "/work/0/startDate", "reason": "It is no date (YYYY, YYYY-MM or YYYY-MM-DD)."}]
    looked = as_ada.post(f"{URL}import/", {"document": document, "dry_run": True})
    assert (looked.status_code, looked.json()["resume"], looked.json()["dropped"]) == (200, None, dropped)
    assert not Resume.objects.exists()
    made = as_ada.post(f"{URL}import/", {"document": document, "title": "Mine"})
    assert (made.status_code, made.json()["dropped"]) == (201, dropped)
    shown = made.json()["resume"]
    assert (shown["title"], shown["resume_type"], shown["contact_info"]["full_name"]) == (
        "Mine",
        "base",
        "Richard Hendriks",
    )
    content = looked.json()["content"]
    assert {name: shown[name] for name in content} == content
    assert as_ada.get(f"{URL}{shown['id']}/")["ETag"] == made["ETag"]


@pytest.mark.parametrize(
    ("document", "pointer"),
    [([], "#/document"), ("x", "#/document"), ({"meta": {"a": "x" * 600_000}}, "#/document")],
)
def test_what_is_no_document_is_refused(document: Any, pointer: str, as_ada: APIClient) -> None:
    response = as_ada.post(f"{URL}import/", {"document": document})
    assert_problem(response, 400, "validation_error", pointers={pointer})


def test_schema_is_published(as_ada: APIClient) -> None:
    assert as_ada.get(f"{URL}schema/").json() == read_schema()


def test_templates_are_read_by_everybody_the_default_first(as_ben: APIClient) -> None:
    ResumeTemplate.objects.all().delete()
    ResumeTemplateFactory(name="Plain")
    template = ResumeTemplateFactory(name="Zebra", is_default=True)
    listed = as_ben.get("/api/v1/resume-templates/").json()["results"]
    assert [row["name"] for row in listed] == ["Zebra", "Plain"]
    assert listed[0] == {
        "id": str(template.pk),
        "name": "Zebra",
        "description": None,
        "sections": ["summary", "work_experience"],
        "section_order": ["summary", "work_experience"],
        "styling": {"layout": "modern"},
        "is_default": True,
        "is_system": False,
    }
