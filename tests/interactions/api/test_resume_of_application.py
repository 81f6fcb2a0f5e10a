"""The resume that an application is made with: named by its owner, read by whom the application is shared with."""

import pytest
from rest_framework.test import APIClient

from interactions.models import JobUserInteraction
from interactions.services.listings import record_application
from jobos.accounts.models import User
from jobs.models import JobListing
from resumes.models import Resume
from resumes.services.documents import change_resume
from tests.answers import assert_problem
from tests.factories import JobListingFactory, ResumeFactory

pytestmark = pytest.mark.django_db
SECTIONS = [
    {"section_type": "awards", "title": "Awards", "content": {"entries": [{"title": "Prize", "extra": {"a": 1}}]}},
    {"section_type": "custom", "title": "Private", "content": {"text": "zyxsecret"}, "is_visible": False},
]


@pytest.fixture
def listing() -> JobListing:
    return JobListingFactory()


@pytest.fixture
def resume(ada: User) -> Resume:
    return ResumeFactory(
        user=ada,
        title="Engineer",
        contact_info={"full_name": "Ada", "document_extra": {"meta": "zyxsecret"}, "extra": {"note": "zyxsecret"}},
        custom_sections=SECTIONS,
        tailoring_analysis={"why": "zyxsecret"},
    )


def test_applying_names_a_resume_and_a_repeat_keeps_it(listing: JobListing, resume: Resume, as_ada: APIClient) -> None:
    url = f"/api/v1/listings/{listing.pk}/apply/"
    first = as_ada.post(url, {"resume": str(resume.pk)})
    assert (first.status_code, first.json()["resume"]) == (201, str(resume.pk))
    again = as_ada.post(url, {"notes": "Sent again."})
    assert (again.status_code, again.json()["resume"]) == (200, str(resume.pk))
    other = ResumeFactory(user=resume.user)
    assert as_ada.post(url, {"resume": str(other.pk)}).json()["resume"] == str(other.pk)
    assert as_ada.post(url, {"resume": None}).json()["resume"] is None


def test_patch_names_and_clears_it_and_only_of_an_application(
    listing: JobListing, resume: Resume, as_ada: APIClient
) -> None:
    applied = as_ada.post(f"/api/v1/listings/{listing.pk}/apply/", {}).json()["id"]
    url = f"/api/v1/interactions/{applied}/"
    assert as_ada.patch(url, {"resume": str(resume.pk)}).json()["resume"] == str(resume.pk)
    assert as_ada.patch(url, {"notes": "x"}).json()["resume"] == str(resume.pk)
    assert as_ada.patch(url, {"resume": None}).json()["resume"] is None
    saved = as_ada.post(f"/api/v1/listings/{listing.pk}/save/", {}).json()["id"]
    refused = as_ada.patch(f"/api/v1/interactions/{saved}/", {"resume": str(resume.pk)})
    assert_problem(refused, 400, "validation_error", pointers={"#/resume"})


def test_anothers_resume_is_answered_like_one_that_does_not_exist(
    listing: JobListing, as_ada: APIClient, ada: User, ben: User
) -> None:
    foreign = ResumeFactory(user=ben)
    unknown = "01a20d38-e2b7-7159-8ff0-000000000000"
    answers = []
    for pk in (str(foreign.pk), unknown):
        response = as_ada.post(
            f"/api/v1/listings/{listing.pk}/apply/", {"resume": pk}, headers={"X-Request-ID": "same"}
        )
        assert_problem(response, 400, "validation_error", pointers={"#/resume"})
        answers.append(response.content.decode().replace(pk, "ID"))
    assert answers[0] == answers[1]
    with pytest.raises(Exception, match="object does not exist"):
        record_application(listing, owner_id=ada.pk, resume=foreign)
    assert not JobUserInteraction.objects.exists()


def test_recruiter_reads_the_shared_resume_and_nothing_else(
    listing: JobListing, resume: Resume, as_ada: APIClient, as_cleo: APIClient
) -> None:
    given = {"resume": str(resume.pk), "shared_with_recruiters": True}
    applied = as_ada.post(f"/api/v1/listings/{listing.pk}/apply/", given).json()["id"]
    url = f"/api/v1/listings/{listing.pk}/applicants/"
    assert as_cleo.get(url).json()["results"][0]["resume"] == {"title": "Engineer"}
    read = as_cleo.get(f"{url}{applied}/")
    assert read.json()["resume"] == {
        "title": "Engineer",
        "contact_info": {"full_name": "Ada"},
        "summary": None,
        "work_experience": [],
        "education": [],
        "skills": [],
        "projects": [],
        "certifications": [],
        "custom_sections": [
            {"section_type": "awards", "title": "Awards", "content": {"entries": [{"title": "Prize"}]}}
        ],
    }
    moved = as_cleo.patch(f"{url}{applied}/", {"application_status": "interviewing"})
    assert moved.json()["resume"] == read.json()["resume"]
    assert b"zyxsecret" not in read.content + moved.content
    assert as_cleo.get(f"/api/v1/resumes/{resume.pk}/").status_code == 404
    as_ada.patch(f"/api/v1/interactions/{applied}/", {"shared_with_recruiters": False})
    assert as_cleo.get(f"{url}{applied}/").status_code == 404


def test_recruiter_reads_the_resume_as_it_was_sent_after_its_owner_changed_or_deleted_it(
    listing: JobListing, resume: Resume, as_ada: APIClient, as_cleo: APIClient
) -> None:
    given = {"resume": str(resume.pk), "shared_with_recruiters": True}
    applied = as_ada.post(f"/api/v1/listings/{listing.pk}/apply/", given).json()["id"]
    applicants = f"/api/v1/listings/{listing.pk}/applicants/"
    sent = as_cleo.get(f"{applicants}{applied}/").json()["resume"]
    changed = {"title": "Other", "summary": "Edited after applying."}
    assert as_ada.patch(f"/api/v1/resumes/{resume.pk}/", changed).status_code == 200
    for _ in range(2):
        assert as_cleo.get(f"{applicants}{applied}/").json()["resume"] == sent
        assert as_cleo.get(applicants).json()["results"][0]["resume"] == {"title": "Engineer"}
        as_ada.delete(f"/api/v1/resumes/{resume.pk}/")
    own = as_ada.get(f"/api/v1/interactions/{applied}/").json()
    assert (own["resume"], own["interaction_data"]["sent_resume"]["version"]) == (None, 1)
    as_ada.patch(f"/api/v1/interactions/{applied}/", {"resume": None})
    assert as_cleo.get(f"{applicants}{applied}/").json()["resume"] is None
    assert as_cleo.get(applicants).json()["results"][0]["resume"] is None


def test_choosing_the_resume_again_sends_the_newest_and_nothing_else_does(
    listing: JobListing, resume: Resume, as_ada: APIClient
) -> None:
    apply = f"/api/v1/listings/{listing.pk}/apply/"
    applied = as_ada.post(apply, {"resume": str(resume.pk)}).json()
    url, sent = f"/api/v1/interactions/{applied['id']}/", applied["interaction_data"]["sent_resume"]
    same = as_ada.patch(url, {"resume": str(resume.pk)}).json()
    assert same["interaction_data"]["sent_resume"] == sent
    change_resume(resume, {"summary": "New."}, by=resume.user)
    for answer in (as_ada.patch(url, {"notes": "x"}), as_ada.post(apply, {})):
        assert answer.json()["interaction_data"]["sent_resume"] == sent
    newest = as_ada.patch(url, {"resume": str(resume.pk)}).json()["interaction_data"]["sent_resume"]
    assert (newest["version"], newest["content"]["summary"]) == (2, "New.")
    change_resume(resume, {"summary": "Newer."}, by=resume.user)
    again = as_ada.post(apply, {"resume": str(resume.pk)}).json()["interaction_data"]["sent_resume"]
    assert (again["version"], again["content"]["summary"]) == (3, "Newer.")
    change_resume(resume, {"summary": "Newest."}, by=resume.user)
    as_ada.patch(url, {"application_status": "withdrawn"})
    anew = as_ada.post(apply, {}).json()["interaction_data"]["sent_resume"]
    assert (anew["version"], anew["content"]["summary"]) == (4, "Newest.")


def test_list_of_interactions_names_the_resume_sent_without_its_text(
    listing: JobListing, resume: Resume, as_ada: APIClient
) -> None:
    as_ada.post(f"/api/v1/listings/{listing.pk}/apply/", {"resume": str(resume.pk)})
    (row,) = as_ada.get("/api/v1/interactions/").json()["results"]
    sent = row["interaction_data"]["sent_resume"]
    assert set(sent) == {"id", "title", "version", "taken_at"}
    assert (sent["id"], sent["title"], sent["version"]) == (str(resume.pk), "Engineer", 1)
