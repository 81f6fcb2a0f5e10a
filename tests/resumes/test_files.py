"""Files as they are kept: recorded, made once of the same, bounded, and failures with their reason."""

import hashlib
from typing import Any

import pytest

from jobos.accounts.models import User
from resumes.models import LARGEST_FILE, Resume, ResumeFormat, ResumeTemplate
from resumes.services import files
from tests.factories import ResumeFactory, ResumeTemplateFactory
from tests.resumes.people import USUAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def resume(ada: User) -> Resume:
    return ResumeFactory(user=ada, title="Storage", **USUAL)


@pytest.mark.parametrize("kind", ResumeFormat.values)
def test_a_file_is_recorded_with_its_size_and_digest(resume: Resume, kind: str) -> None:
    before = Resume.objects.get(pk=resume.pk)
    made = files.generate_file(resume, kind)
    made.refresh_from_db()
    assert (made.status, made.error_message, made.format, made.template_name) == (
        "completed",
        "",
        kind,
        "Modern Professional",
    )
    assert made.file_size == len(made.file)
    assert made.sha256 == hashlib.sha256(made.file).hexdigest()
    after = Resume.objects.get(pk=resume.pk)
    assert after.last_generated_at == made.generated_at == resume.last_generated_at
    assert (after.updated_at, after.version) == (before.updated_at, before.version)


def test_the_same_is_not_made_twice(resume: Resume, django_assert_num_queries: Any) -> None:
    first = files.generate_file(resume, "html")
    assert files.generate_file(Resume.objects.get(pk=resume.pk), "html") == first
    assert files.generate_file(resume, "txt") != first
    other = ResumeTemplateFactory(styling={"layout": "ats"})
    assert files.generate_file(resume, "html", template=other) != first
    resume.summary = "Written anew."
    resume.save()
    second = files.generate_file(resume, "html")
    assert second != first
    assert b"Written anew." in second.file
    assert resume.generations.count() == 4


def test_the_template_is_the_one_given_else_the_resumes_else_the_default(resume: Resume) -> None:
    ResumeTemplate.objects.filter(is_default=True).update(is_default=False)
    ResumeTemplateFactory(name="Usual", is_default=True, styling={"layout": "creative"})
    assert files.generate_file(resume, "pdf").template_name == "Usual"
    resume.template = ResumeTemplateFactory(name="Own", styling={"layout": "ats"})
    resume.save()
    made = files.generate_file(resume, "pdf")
    assert (made.template_name, made.generation_params["layout"]) == ("Own", "ats")
    given = ResumeTemplateFactory(name="Given", sections=["skills"])
    made = files.generate_file(resume, "pdf", template=given)
    assert made.template_name == "Given"
    assert "work_experience" in made.generation_params["left_out"]


def test_older_files_keep_their_size_and_digest_only(resume: Resume, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "KEPT_FILES", 2)
    monkeypatch.setattr(files, "KEPT_RECORDS", 4)
    other = files.generate_file(resume, "markdown")
    made = []
    for number in range(6):
        resume.summary = f"Summary {number}"
        made.append(files.generate_file(resume, "txt"))
    kept = list(resume.generations.filter(format="txt"))
    assert kept == made[:1:-1]
    assert [bool(record.file) for record in kept] == [True, True, False, False]
    assert all(record.sha256 and record.file_size for record in kept)
    assert resume.generations.get(format="markdown") == other
    resume.summary = "Summary 2"
    again = files.generate_file(resume, "txt")
    assert again not in made
    assert again.sha256 == made[2].sha256


def test_a_file_that_came_from_an_older_system_is_always_kept(resume: Resume, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "KEPT_FILES", 1)
    monkeypatch.setattr(files, "KEPT_RECORDS", 1)
    original = files.generate_file(resume, "txt")
    original.generation_params = {"is_original": True}
    original.save()
    for number in range(3):
        resume.summary = f"Summary {number}"
        made = files.generate_file(resume, "txt")
    assert [(record, bool(record.file)) for record in resume.generations.all()] == [(made, True), (original, True)]


def test_a_failure_is_recorded_once_with_its_reason(resume: Resume) -> None:
    resume.work_experience = [{"description": "x" * 20_000}] * 8
    made = files.generate_file(resume, "pdf")
    made.refresh_from_db()
    assert (made.status, made.file, made.sha256) == ("failed", None, "")
    assert "150,000" in made.error_message
    assert Resume.objects.get(pk=resume.pk).last_generated_at is None
    assert files.generate_file(resume, "pdf") == made


def test_a_file_that_is_too_large_is_a_failure(resume: Resume, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 100)
    made = files.generate_file(resume, "txt")
    assert made.status == "failed"
    assert "at most 100" in made.error_message
    assert LARGEST_FILE == 5 * 1024 * 1024


def test_a_resume_that_went_away_has_no_file(resume: Resume) -> None:
    Resume.objects.filter(pk=resume.pk).delete()
    with pytest.raises(Resume.DoesNotExist):
        files.generate_file(resume, "txt")


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("Ada Lovelace", "Lead", "Ada Lovelace - Lead.pdf"),
        ("../../etc", 'a/b:c*?"<>|\r\nx', ".. .. etc - a b c x.pdf"),
        ("", "…", "….pdf"),
        ("ليلى", "x" * 200, f"ليلى - {'x' * 93}.pdf"),
    ],
)
def test_a_file_is_named_after_its_person(name: str, title: str, expected: str) -> None:
    assert files.file_name(Resume(title=title, contact_info={"full_name": name}), "pdf") == expected.lstrip(" .")
