"""Resumes in a real browser: pages that shut nobody out, and a resume that is written, looked at, fitted and restored."""

import pytest
from django.urls import reverse

from jobs.services.applications import apply_to_listing
from resumes.models import Resume
from resumes.services import documents
from resumes.services.making import score_resume, tailor_resume
from tests.browser.test_admin_pages import browser, find_violations, open_page, pytestmark, settle
from tests.factories import InteractionFactory, JobListingFactory

__all__ = ["browser", "open_page", "pytestmark"]  # The fixtures and marks that these tests share with the others.

# While a preview loads, the one before it stands beside it.
SHOWN_PREVIEW = ".jos-beside iframe:not(.jos-preview-waiting)"
SCRIPT = "<script>alert(1)</script>"
CONTENT = {
    "contact_info": {"full_name": "Ada Lovelace", "email": "ada@example.com", "profiles": [{"network": "Mastodon"}]},
    "summary": f"I write programs. {SCRIPT}",
    "work_experience": [
        {"company": f"Analytical {SCRIPT}", "position": "Engineer", "start_date": "1842", "achievements": ["Note G."]},
        {"company": "Difference", "position": "Clerk", "start_date": "1840"},
    ],
    "skills": [{"name": "Python"}, {"name": f"Poetry {SCRIPT}"}],
    "custom_sections": [
        {"section_type": "languages", "title": "Languages", "content": {"entries": [{"title": "French"}]}}
    ],
}


@pytest.fixture
def resumes(ada):
    """One of everything that the pages show, with texts that would run if they could."""
    listing = JobListingFactory(title="Analyst", skills_required=["Python", "COBOL"])
    InteractionFactory(user=ada, job=listing, interaction_type="saved")
    resume = documents.create_resume(ada, title="Programmer " + SCRIPT, content=CONTENT)
    resume = documents.change_resume(resume, {"summary": "I write programs."}, by=ada)
    score_resume(resume, listing=listing)
    return {"resume": resume, "tailored": tailor_resume(resume, listing=listing), "listing": listing}


def pages_of(resumes):
    def page(name, of="resume"):
        return reverse(f"admin:resumes_resume_{name}", args=[resumes[of].pk])

    return {
        "list": "/admin/resumes/resume/",
        "new": "/admin/resumes/resume/add/",
        "import": reverse("admin:resumes_resume_import"),
        "make": reverse("admin:resumes_resume_make"),
        "edit": page("change"),
        "preview": page("change") + "#preview",
        "versions": page("change") + "#versions",
        "compare": page("compare"),
        "fit": page("fit"),
        "score": page("score"),
        "delete": page("delete"),
        "origins": page("change", "tailored") + "#origins",
        "with its parent": page("compare", "tailored") + "?old=parent",
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_of_a_resume_shuts_anybody_out(open_page, live_server, ada, resumes, dark):
    page = open_page(ada, dark=dark)
    found = {}
    for name, path in pages_of(resumes).items():
        settle(page, live_server.url + path)
        found[name] = find_violations(page, colours_only=dark)
    assert {name: violations for name, violations in found.items() if violations} == {}


def test_every_page_of_a_resume_fits_a_phone(open_page, live_server, ada, resumes):
    page = open_page(ada, width=390)
    for name, path in pages_of(resumes).items():
        settle(page, live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert page.locator("main").count() == 1, name


def test_a_resume_is_written_looked_at_and_restored(open_page, live_server, ada, resumes):
    page = open_page(ada)
    settle(page, live_server.url + pages_of(resumes)["edit"])
    positions = page.locator("[data-entries=work_experience]")
    positions.get_by_role("button", name="Move down").first.click()
    page.get_by_text("Moved to place 2 of 2.").wait_for(state="attached")
    positions.get_by_role("button", name="Add a position").click()
    page.keyboard.type("Countess")
    newest = positions.locator(":scope > ol > li").last
    newest.get_by_label("Employer", exact=True).fill("Ockham")
    assert newest.locator("summary strong").inner_text() == "Countess · Ockham"
    skills = page.locator("[data-entries=skills]")
    skills.get_by_role("button", name="Remove").nth(0).click()
    skills.get_by_role("button", name="Remove").nth(0).click()
    skills.get_by_role("button", name="Undo").nth(1).click()
    page.frame_locator(SHOWN_PREVIEW).get_by_text("Countess").wait_for()
    languages = page.locator("[data-entries=custom_sections] > ol > li").first
    languages.locator("summary").first.click()
    languages.get_by_role("button", name="Add a line").click()
    languages.get_by_label("Title", exact=True).last.fill("Latin")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    written = Resume.objects.get(pk=resumes["resume"].pk)
    assert [entry["position"] for entry in written.work_experience] == ["Clerk", "Engineer", "Countess"]
    assert [skill["name"] for skill in written.skills] == ["Poetry " + SCRIPT]
    assert [line["title"] for line in written.custom_sections[0]["content"]["entries"]] == ["French", "Latin"]
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("link", name="Compare version 2").click()
    page.get_by_role("button", name="Restore version 2").click()
    page.get_by_text("Version 2 is restored, as version 4.").wait_for()
    written.refresh_from_db()
    assert [entry["position"] for entry in written.work_experience] == ["Engineer", "Clerk"]


def test_entries_are_dragged_into_order(open_page, live_server, ada, resumes):
    page = open_page(ada)
    settle(page, live_server.url + pages_of(resumes)["edit"])
    grips = page.locator("[data-entries=work_experience] > ol > li > fieldset > div > .jos-grip")
    grips.nth(1).scroll_into_view_if_needed()
    start, end = grips.nth(1).bounding_box(), grips.nth(0).bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + 4, steps=8)
    page.mouse.move(end["x"] + 8, end["y"] - 6, steps=4)
    page.mouse.up()
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    written = Resume.objects.get(pk=resumes["resume"].pk)
    assert [entry["position"] for entry in written.work_experience] == ["Clerk", "Engineer"]


def test_what_is_wrong_is_unfolded_and_focused(open_page, live_server, ada, resumes):
    page = open_page(ada)
    settle(page, live_server.url + pages_of(resumes)["edit"])
    entry = page.locator("[data-entries=work_experience] > ol > li").nth(1)
    entry.locator("summary").first.click()
    entry.get_by_label("From").fill("yesterday")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("it is marked").wait_for()
    assert page.evaluate("document.activeElement.name") == "work_experience-1-start_date"
    assert page.locator("[name='work_experience-1-start_date']").input_value() == "yesterday"


@pytest.mark.parametrize("width", [390, 1400])
def test_a_recruiter_opens_the_resume_that_was_sent(open_page, live_server, ada, cleo, resumes, width):
    application = apply_to_listing(resumes["listing"], by=ada, resume=resumes["resume"], shared_with_recruiters=True)
    documents.change_resume(resumes["resume"], {"summary": "Edited since."}, by=ada)
    page = open_page(cleo, width=width)
    settle(page, live_server.url + reverse("admin:jobs_joblisting_change", args=[application.job_id]) + "#applicants")
    page.get_by_role("link", name="Programmer").click()
    page.frame_locator(".jos-preview iframe").get_by_text("I write programs.").wait_for()
    assert find_violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_role("link", name="Back to the applicants").click()
    page.get_by_role("heading", name="Applicants who share their application").wait_for()
    own = open_page(ada, width=width)
    settle(own, live_server.url + reverse("admin:interactions_jobuserinteraction_change", args=[application.pk]))
    assert own.evaluate("document.documentElement.scrollWidth") <= width
    own.get_by_role("button", name="Send the newest version").click()
    own.get_by_text("holds version 3").wait_for()


def test_a_pasted_list_becomes_skills_and_a_refused_save_is_still_previewed(open_page, live_server, ada, resumes):
    page = open_page(ada)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    settle(page, live_server.url + pages_of(resumes)["edit"])
    page.evaluate("navigator.clipboard.writeText('AWS (EC2, S3), Ansible; Git')")
    skills = page.locator("[data-entries=skills]")
    skills.get_by_role("button", name="Add a skill").click()
    page.keyboard.press("Control+V")
    typed = skills.locator(":scope > ol [name$='-name']").evaluate_all("fields => fields.map((field) => field.value)")
    assert typed[2:] == ["AWS (EC2, S3)", "Ansible", "Git"]
    positions = page.locator("[data-entries=work_experience]")
    positions.locator("summary").first.click()
    positions.get_by_label("From").first.fill("some spring")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Something in the content needs another look").first.wait_for()
    page.locator(f"{SHOWN_PREVIEW}[name^=preview]").wait_for()
    page.frame_locator(SHOWN_PREVIEW).get_by_text("AWS (EC2, S3), Ansible, Git").wait_for()
