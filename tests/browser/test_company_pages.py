"""The directory's pages in a real browser: comparing, merging and taking back, wide and narrow, light and dark."""

import os
from itertools import pairwise
from pathlib import Path

import pytest
from django.urls import reverse

from companies.models import Company, CompanyMatchSuggestion, CompanyMerge
from companies.services import add_alias, merge_companies, refresh_matches
from tests.browser.test_admin_pages import ALLOWED, SERIOUS, browser, find_violations, open_page, pytestmark  # noqa: F401
from tests.factories import CompanyFactory, JobListingFactory

SCREENSHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.fixture
def northrop(cleo):
    company = CompanyFactory(
        name="Northrop Grumman Corporation",
        website="https://www.northropgrumman.com",
        industry="Defence",
        size="10,001+ employees",
        size_category="enterprise",
        location="Falls Church, VA",
        founded_year=1939,
        description="Aircraft, spacecraft and much else. " * 8,
    )
    CompanyFactory(name="Northop Grumman", location="Falls Church, VA", is_confirmed=False)
    CompanyFactory(name="<script>alert(1)</script> Northrop Grumman Systems", website="https://northropgrumman.co.uk")
    for number in range(4):
        JobListingFactory(company=company, title=f"Engineer {number}", location="Palmdale, CA")
    add_alias(company, "NGC", by=cleo)
    merge_companies(company, CompanyFactory(name="Northrop Aircraft"), by=cleo)
    refresh_matches()
    return company


def pages_of(company):
    page = reverse("admin:companies_company_change", args=[company.pk])
    pair = CompanyMatchSuggestion.objects.filter(state="open").first()
    return {
        "list": "/admin/companies/company/",
        "facts": page,
        "listings": f"{page}#listings",
        "spellings": f"{page}#spellings",
        "look-alikes": f"{page}#look-alikes",
        "merges": f"{page}#merges",
        "queue": "/admin/companies/companymatchsuggestion/",
        "pair": reverse("admin:companies_companymatchsuggestion_change", args=[pair.pk]),
        "all merges": "/admin/companies/companymerge/",
        "merge": reverse("admin:companies_companymerge_change", args=[CompanyMerge.objects.get().pk]),
    }


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (390, True)])
def test_pages_fit_and_can_be_used_by_everybody(open_page, live_server, northrop, cleo, width, dark):  # noqa: F811
    page = open_page(cleo, width=width, dark=dark)
    for name, address in pages_of(northrop).items():
        page.goto("about:blank")
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        if SCREENSHOTS:
            page.screenshot(
                path=Path(SCREENSHOTS) / f"{name}-{width}-{'dark' if dark else 'light'}.png".replace(" ", "-"),
                full_page=True,
            )
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (name, wide)
        found = find_violations(page)
        assert not found, (name, found)


@pytest.mark.parametrize("width", [1400, 390])
def test_a_pair_stands_from_top_to_bottom_with_its_buttons_in_sight(open_page, live_server, northrop, cleo, width):  # noqa: F811
    page = open_page(cleo, width=width)
    for name in ("pair", "look-alikes"):
        page.goto("about:blank")
        page.goto(live_server.url + pages_of(northrop)[name])
        pair = page.get_by_role("article").first
        buttons = [pair.get_by_role("button", name=words).first for words in ("Keep apart", "Merge into")]
        parts = [pair.get_by_text("alike", exact=False).first, pair.get_by_role("list"), pair.get_by_role("table")]
        boxes = [part.bounding_box() for part in (*parts, buttons[0])]
        assert all(above["y"] + above["height"] <= below["y"] for above, below in pairwise(boxes)), (name, boxes)
        assert boxes[0]["height"] < 40, boxes[0]
        for button in buttons:
            box = button.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


def test_a_pair_is_merged_and_taken_back_by_clicks(open_page, live_server, northrop, cleo):  # noqa: F811
    page = open_page(cleo)
    before = Company.objects.count()
    page.goto(live_server.url + reverse("admin:companies_company_change", args=[northrop.pk]) + "#look-alikes")
    pair = page.get_by_role("article").filter(has_text="Northop Grumman").first
    pair.get_by_role("button", name="Merge into Northrop Grumman Corporation").click()
    page.get_by_text("Northop Grumman is merged into Northrop Grumman Corporation").wait_for()
    assert Company.objects.count() == before - 1
    page.get_by_label("Parts of this company").get_by_role("link", name="Merges").click()
    page.get_by_role("button", name="Undo the merge of Northop Grumman").click()
    page.get_by_text("Northop Grumman is back").wait_for()
    assert Company.objects.count() == before
