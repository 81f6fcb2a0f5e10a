"""The admin in a real browser: it looks the same to everybody's eyes and ears, and asks nobody else for anything."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, CompanyFactory, InterviewFactory, JobFactory, TargetCompanyFactory

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
]
# What axe finds in the theme's own widgets, and why it may stay.
ALLOWED = {
    "scrollable-region-focusable",  # A wide table scrolls sideways; its links take the focus there.
}
SERIOUS = {"serious", "critical"}

pytestmark = [
    pytest.mark.browser,
    # Naming the apps lets the tables be emptied in cascade: a table of knox that we do without points at our users.
    pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Needs Debian's chromium."),
]


@pytest.fixture(scope="module")
def browser():
    playwright_api = pytest.importorskip("playwright.sync_api", reason="Needs playwright.")
    # Playwright's loop runs in this thread; the database is asked from it all the same.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser, live_server):
    """Open a page as somebody; afterwards nothing outside was asked for and nothing went wrong on the way."""
    contexts, faults = [], []

    def open_as(user=None, *, width=1400, dark=False):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda line: faults.append(f"console: {line.text}") if line.type == "error" else None)
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live_server.url, "data:", "blob:"))
                else faults.append(f"outside: {request.url}")
            ),
        )
        if user is not None:
            page.goto(live_server.url + "/admin/login/")
            page.get_by_label("Email").fill(user.email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url(live_server.url + "/admin/")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def world(ada):
    """A pipeline with one of everything, and texts that would run if they could."""
    script = "<script>alert(1)</script>"
    job = JobFactory(
        user=ada,
        company_name="Acme " + script,
        status="Applied",
        applied_date=timezone.now().date() - timedelta(days=9),
        jd_text=f"Python and Kubernetes. {script}",
        keywords_matched=["Python"],
        keywords_missing=["Kubernetes"],
        notes=[{"text": script, "created_at": "2026-11-01T10:00:00.000000Z"}],
    )
    interview = InterviewFactory(job=job, interview_date=timezone.now() + timedelta(days=3))
    target = TargetCompanyFactory(user=ada, company=CompanyFactory(name="Globex"))
    return {"job": job, "interview": interview, "target": target}


def pages_of(world):
    job = reverse("admin:jobs_job_change", args=[world["job"].pk])
    return {
        "home": "/admin/",
        "jobs": "/admin/jobs/job/",
        "new job": "/admin/jobs/job/add/",
        "job": job,
        "posting": f"{job}#posting",
        "notes": f"{job}#notes",
        "interviews of a job": f"{job}#interviews",
        "timeline of a job": f"{job}#timeline",
        "debrief": reverse("admin:jobs_job_debrief", args=[world["job"].pk]),
        "delete": reverse("admin:jobs_job_delete", args=[world["job"].pk]),
        "interviews": "/admin/jobs/interview/",
        "interview": reverse("admin:jobs_interview_change", args=[world["interview"].pk]),
        "new interview": "/admin/jobs/interview/add/",
        "timeline": "/admin/interactions/timelineevent/",
        "targets": "/admin/companies/targetcompany/",
        "new target": "/admin/companies/targetcompany/add/",
        "target": reverse("admin:companies_targetcompany_change", args=[world["target"].pk]),
        "directory": "/admin/companies/company/",
        "profile": "/admin/accounts/userprofile/",
        "tokens": "/admin/accounts/accesstoken/",
        "password": "/admin/password_change/",
    }


OUTSIDE = {
    "login": "/admin/login/",
    "sign up": "/admin/sign-up/",
    "signed up": "/admin/sign-up/done/",
    "reset": "/admin/password/reset/",
    "reset sent": "/admin/password/reset/done/",
}


def find_violations(page, *, colours_only=False):
    """Return what shuts somebody out; a page that was looked at in another colour scheme differs in contrast only."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="Needs axe.").Axe()
    options = {"resultTypes": ["violations"], **({"runOnly": ["color-contrast"]} if colours_only else {})}
    found = axe.run(page, options=options).response["violations"]
    return {
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in found
        if violation["impact"] in SERIOUS and violation["id"] not in ALLOWED
    }


def settle(page, address):
    page.goto("about:blank")  # A change of the part after # alone would load nothing.
    page.goto(address)
    page.wait_for_timeout(250)  # The theme fades in.


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_shuts_anybody_out(open_page, live_server, ada, world, dark):
    found = {}
    page = open_page(ada, dark=dark)
    for name, path in pages_of(world).items():
        settle(page, live_server.url + path)
        found[name] = find_violations(page, colours_only=dark)
    anonymous = open_page(dark=dark)
    for name, path in OUTSIDE.items():
        settle(anonymous, live_server.url + path)
        found[name] = find_violations(anonymous, colours_only=dark)
    assert {name: violations for name, violations in found.items() if violations} == {}


def test_every_page_fits_a_phone(open_page, live_server, ada, world):
    page = open_page(ada, width=390)
    for name, path in pages_of(world).items():
        settle(page, live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert page.locator("main").count() == 1, name


def test_a_day_with_the_pipeline(open_page, live_server, ada, world):
    page = open_page(ada)
    page.get_by_role("button", name="Followed up with Acme").click()
    page.get_by_text("Nothing to follow up").wait_for()
    page.get_by_role("link", name="Add a job").first.click()
    page.wait_for_url("**/admin/jobs/job/add/")
    page.get_by_label("Company name").fill("Initech")
    page.get_by_label("Role title").fill("Engineer")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/jobs/job/")
    page.get_by_role("link", name="Initech").first.click()
    page.get_by_role("link", name="Notes").click()
    page.get_by_label("New note").fill("They use PostgreSQL.")
    page.get_by_role("button", name="Add the note").click()
    page.locator(".jos-notes").get_by_text("They use PostgreSQL.").wait_for()
    assert page.url.endswith("#notes")
    page.get_by_role("button", name="Applied", exact=True).click()
    page.locator("summary", has_text="Close").click()
    page.get_by_label("Why is it over?").fill("Rejected")
    page.get_by_role("button", name="Close it").click()
    page.get_by_text("Rejected", exact=True).wait_for()


def test_cards_are_moved_together(open_page, live_server, ada, world):
    page = open_page(ada)
    page.goto(live_server.url + "/admin/jobs/job/")
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("move_to_offer")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("1 job moved to Offer.").wait_for()
    world["job"].refresh_from_db()
    assert world["job"].status == "Offer"


def test_a_newcomer_signs_up_and_signs_in(open_page, live_server, roles):
    page = open_page()
    settle(page, live_server.url + "/admin/login/")
    page.get_by_role("link", name="New here? Sign up").click()
    page.get_by_label("Email address").fill("eve@example.com")
    page.get_by_label("Full name").fill("Eve Example")
    page.get_by_label("Password").fill("12345")
    page.get_by_role("button", name="Sign up").click()
    page.get_by_text("This password is too short").wait_for()
    assert page.get_by_label("Full name").input_value() == "Eve Example"
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("link", name="Sign in").click()
    page.fill("[name=username]", "eve@example.com")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Fill your skill bank").wait_for()
