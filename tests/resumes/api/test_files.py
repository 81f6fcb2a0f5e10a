"""Files of a resume over HTTP."""

import hashlib
import uuid
from io import BytesIO

import docx
import pypdf
import pytest
from rest_framework.test import APIClient

from jobos.accounts.models import User
from resumes.models import Resume, ResumeTemplate
from tests.answers import assert_problem
from tests.factories import ResumeFactory, ResumeTemplateFactory
from tests.resumes.people import USUAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def resume(ada: User) -> Resume:
    return ResumeFactory(user=ada, title="Lead, Prague", **USUAL)


def url(resume: Resume, rest: str) -> str:
    return f"/api/v1/resumes/{resume.pk}/{rest}"


def test_a_pdf_is_what_is_made_unless_said_otherwise(as_ada: APIClient, resume: Resume) -> None:
    response = as_ada.get(url(resume, "export/"))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Zo%C3%AB%20%C5%A0im%C5%AFnkov%C3%A1%20-%20Lead%2C%20Prague.pdf"
    )
    assert response.headers["ETag"] == f'"{hashlib.sha256(response.content).hexdigest()}"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert pypdf.PdfReader(BytesIO(response.content)).metadata.title == "Zoë Šimůnková – Lead, Prague"
    again = as_ada.get(url(resume, "export/"), headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert resume.generations.count() == 1


@pytest.mark.parametrize(
    ("kind", "content_type", "ending", "beginning"),
    [
        ("html", "text/html; charset=utf-8", "html", b"<!DOCTYPE html>"),
        ("json", "application/json", "json", b"{"),
        ("markdown", "text/markdown; charset=utf-8", "md", "# Zoë".encode()),
        ("txt", "text/plain; charset=utf-8", "txt", "ZOË".encode()),
    ],
)
def test_each_format_has_its_type_and_ending(
    as_ada: APIClient, resume: Resume, kind: str, content_type: str, ending: str, beginning: bytes
) -> None:
    response = as_ada.get(url(resume, f"export/?format={kind}"))
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Content-Disposition"].endswith(f".{ending}")
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.headers["Content-Security-Policy"].endswith("; sandbox")
    assert response.content.startswith(beginning)


def test_a_word_file_can_be_opened(as_ada: APIClient, resume: Resume) -> None:
    response = as_ada.get(url(resume, "export/?format=docx"))
    assert response.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert docx.Document(BytesIO(response.content)).paragraphs[0].text == "Zoë Šimůnková"


def test_the_template_is_an_id_or_a_layout(as_ada: APIClient, resume: Resume) -> None:
    template = ResumeTemplateFactory(sections=["skills"])
    ResumeTemplate.objects.filter(is_system=True, styling__layout="ats").update(is_system=False)
    for wanted, expected in (
        (str(template.pk), template.name),
        ("modern", "Modern Professional"),
        ("creative", "Creative Portfolio"),
        ("ats", "ATS"),
    ):
        response = as_ada.get(url(resume, f"export/?format=txt&template={wanted}"))
        assert resume.generations.first().template_name == expected
        if wanted == "creative":
            assert response.content.index(b"PROJECTS") < response.content.index(b"EXPERIENCE\n")


@pytest.mark.parametrize(
    "query",
    [
        "format=exe",
        "format=",
        "template=none",
        "template=01a20d38-e2b7-7159-8ff0-000000000000",
        "template=",
        "layout=ats",
    ],
)
def test_what_there_is_not_is_refused(as_ada: APIClient, resume: Resume, query: str) -> None:
    problem = assert_problem(as_ada.get(url(resume, f"export/?{query}")), 400)
    assert [error["parameter"] for error in problem["errors"]] == [query.partition("=")[0]]
    assert not resume.generations.exists()


def test_a_file_that_cannot_be_made_says_why(as_ada: APIClient, ada: User) -> None:
    long = ResumeFactory(user=ada, work_experience=[{"description": "x" * 20_000}] * 8)
    problem = assert_problem(as_ada.get(url(long, "export/")), 409, "file_not_made")
    assert "150,000" in problem["detail"]
    listed = as_ada.get(url(long, "generations/")).json()["results"]
    assert [(row["status"], row["error_message"], row["has_file"]) for row in listed] == [
        ("failed", problem["detail"], False)
    ]


def test_what_was_made_is_listed_and_read_again(as_ada: APIClient, resume: Resume) -> None:
    first = as_ada.get(url(resume, "export/?format=txt"))
    as_ada.get(url(resume, "export/?format=html"))
    page = as_ada.get(url(resume, "generations/")).json()
    assert page["count"] == 2
    row = page["results"][1]
    made = resume.generations.get(format="txt")
    assert row == {
        "id": str(made.pk),
        "format": "txt",
        "template_name": "Modern Professional",
        "status": "completed",
        "error_message": None,
        "file_size": len(first.content),
        "sha256": hashlib.sha256(first.content).hexdigest(),
        "has_file": True,
        "generation_params": {"inputs": made.generation_params["inputs"], "layout": "modern"},
        "generated_at": row["generated_at"],
    }
    assert as_ada.get(url(resume, f"generations/{made.pk}/file/")).content == first.content
    resume.generations.filter(pk=made.pk).update(file=None)
    assert_problem(as_ada.get(url(resume, f"generations/{made.pk}/file/")), 409, "file_not_kept")
    for unknown in (uuid.uuid4(), "x"):
        assert_problem(as_ada.get(url(resume, f"generations/{unknown}/file/")), 404)


def test_a_file_of_another_resume_is_not_found_here(as_ada: APIClient, resume: Resume, ada: User) -> None:
    as_ada.get(url(resume, "export/?format=txt"))
    other = ResumeFactory(user=ada)
    assert_problem(as_ada.get(url(other, f"generations/{resume.generations.get().pk}/file/")), 404)
