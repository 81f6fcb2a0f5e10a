"""The catalogue in a real browser: a recruiter's pages and a day with them, and a job seeker's way to an application."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from interactions.models import JobUserInteraction
from jobs.models import Job, JobDeduplication, JobListing
from tests.browser.test_admin_pages import browser, find_violations, open_page, pytestmark, settle
from tests.factories import (
    CompanyFactory,
    InteractionFactory,
    JobListingFactory,
    JobSourceListingFactory,
)

__all__ = ["browser", "open_page", "pytestmark"]  # The fixtures and marks that these tests share with the others.

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def catalogue(ada, ben):
    """One of everything that a recruiter's pages show, with texts that would run if they could."""
    company = CompanyFactory(name="Acme " + SCRIPT)
    listing = JobListingFactory(
        company=company,
        title="Engineer " + SCRIPT,
        location="Berlin " + SCRIPT,
        description=f"We build. {SCRIPT}",
        skills_required=["Python", SCRIPT],
        salary_min=90_000,
        salary_max=120_000,
        application_deadline=timezone.now() + timedelta(days=3),
    )
    JobSourceListingFactory(job=listing, source__name="board " + SCRIPT)
    twin = JobListingFactory(company=company, title="Engineer, again", description="We build houses.")
    pair = JobDeduplication.objects.create(
        canonical_job=listing, duplicate_job=twin, confidence_score=0.9, matching_fields=["company", SCRIPT]
    )
    applied = InteractionFactory(user=ben, job=listing, interaction_type="applied", shared_with_recruiters=True)
    own = InteractionFactory(user=ada, job=twin, notes=SCRIPT, job_snapshot={"description": SCRIPT})
    return {"listing": listing, "twin": twin, "pair": pair, "applied": applied, "own": own}


def pages_of(catalogue):
    listing = reverse("admin:jobs_joblisting_change", args=[catalogue["listing"].pk])
    return {
        "cleo": {
            "home": "/admin/",
            "listings": "/admin/jobs/joblisting/",
            "new listing": "/admin/jobs/joblisting/add/",
            "listing": listing,
            "applicants": f"{listing}#applicants",
            "sources of a listing": f"{listing}#sources",
            "duplicates of a listing": f"{listing}#duplicates",
            "delete": reverse("admin:jobs_joblisting_delete", args=[catalogue["listing"].pk]),
            "import": "/admin/jobs/joblisting/import/",
            "duplicates": "/admin/jobs/jobdeduplication/",
            "pair": reverse("admin:jobs_jobdeduplication_change", args=[catalogue["pair"].pk]),
            "sources": "/admin/jobs/jobsource/",
        },
        "ada": {
            "listings": "/admin/jobs/joblisting/",
            "listing": listing,
            "own": "/admin/interactions/jobuserinteraction/",
            "saved": reverse("admin:interactions_jobuserinteraction_change", args=[catalogue["own"].pk]),
        },
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_of_the_catalogue_shuts_anybody_out(open_page, live_server, request, cleo, catalogue, dark):
    found = {}
    for who, pages in pages_of(catalogue).items():
        page = open_page(request.getfixturevalue(who), dark=dark)
        for name, path in pages.items():
            settle(page, live_server.url + path)
            found[who, name] = find_violations(page, colours_only=dark)
    assert {name: violations for name, violations in found.items() if violations} == {}


def test_every_page_of_the_catalogue_fits_a_phone(open_page, live_server, request, cleo, catalogue):
    for who, pages in pages_of(catalogue).items():
        page = open_page(request.getfixturevalue(who), width=390)
        for name, path in pages.items():
            settle(page, live_server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, (who, name)
            assert page.locator("main").count() == 1, (who, name)


def test_a_table_that_is_cut_off_shows_it_at_its_edge(open_page, live_server, cleo, catalogue):
    page = open_page(cleo, width=390)
    for name in ("applicants", "pair"):
        settle(page, live_server.url + pages_of(catalogue)["cleo"][name])
        table = page.locator(".jos-scroll:visible")
        assert table.evaluate("box => box.scrollWidth > box.clientWidth"), name
        shades = table.evaluate("box => getComputedStyle(box).backgroundAttachment")
        assert shades.startswith("local, local, scroll, scroll"), (name, shades)


def test_a_day_of_a_recruiter(open_page, live_server, cleo, catalogue):
    page = open_page(cleo)
    page.get_by_role("link", name="Ben Stranger").click()
    page.wait_for_url("**/#applicants")
    page.get_by_label("Tick every applicant").check()
    page.get_by_label("Move the ticked ones to").select_option("interviewing")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_text("1 application moved to Interviewing.").wait_for()
    page.get_by_role("link", name="Duplicates 1").click()
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("button", name="One posting: accept").click()
    page.get_by_text("one posting from now on").wait_for()
    page.goto(live_server.url + "/admin/jobs/joblisting/import/")
    file = {"name": "jobs.csv", "mimeType": "text/csv", "buffer": b"title,company\nNurse,Globex\nab,Globex\n"}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Source").fill("board")
    page.get_by_role("button", name="Show what it would do").click()
    page.get_by_text("nothing written yet").wait_for()
    page.get_by_role("button", name="Import it").click()
    page.get_by_role("link", name="Nurse").wait_for()
    page.goto(live_server.url + "/admin/jobs/joblisting/?q=nurse")
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("expire_selected")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("1 listing expired.").wait_for()
    assert JobListing.objects.get(title="Nurse").status == "expired"
    assert JobUserInteraction.objects.get(pk=catalogue["applied"].pk).application_status == "interviewing"


def test_a_job_seekers_way_to_an_application(open_page, live_server, ada, catalogue):
    page = open_page(ada)
    page.goto(live_server.url + "/admin/jobs/joblisting/")
    page.get_by_role("button", name="Save Engineer <script>").click()
    page.get_by_text("is saved.").wait_for()
    page.get_by_role("link", name="Engineer <script>").first.click()
    page.locator("summary", has_text="I applied").click()
    page.get_by_label("Notes for yourself").fill("Via Grace.")
    page.get_by_role("button", name="Record it").click()
    page.get_by_text("Good luck!").wait_for()
    page.get_by_role("button", name="Track in my pipeline").click()
    page.get_by_text("In your pipeline: Applied").wait_for()
    page.get_by_role("link", name="Your application").click()
    page.get_by_role("button", name="Interviewing", exact=True).click()
    page.get_by_text("interviewing.").wait_for()
    assert Job.objects.get(user=ada).status == "Interview"
