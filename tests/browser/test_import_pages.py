"""What came over from an older system, in a real browser."""

import pytest

from jobos.crossing.models import LegacyRow
from tests.browser.test_admin_pages import browser, find_violations, open_page, pytestmark, settle
from tests.crossing.test_admin import page_of, run

__all__ = [
    "browser",
    "open_page",
    "pytestmark",
    "run",
]  # The fixtures and marks that these tests share with the others.


@pytest.fixture
def pages(run):
    row = LegacyRow.objects.create(
        source=run.source, table="etl_operation_logs", row_id="7", outcome="quarantined", reason="No home <here>."
    )
    return {
        "list": "/admin/crossing/legacyimport/",
        "run": page_of(run),
        "rows": "/admin/crossing/legacyrow/?outcome__exact=quarantined",
        "row": f"/admin/crossing/legacyrow/{row.pk}/change/",
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_of_an_import_shuts_anybody_out(open_page, live_server, dora, pages, dark):
    page = open_page(dora, dark=dark)
    found = {}
    for name, path in pages.items():
        settle(page, live_server.url + path)
        found[name] = find_violations(page, colours_only=dark)
    assert {name: violations for name, violations in found.items() if violations} == {}


def test_every_page_of_an_import_fits_a_phone(open_page, live_server, dora, pages):
    page = open_page(dora, width=390)
    for name, path in pages.items():
        settle(page, live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_the_way_from_a_run_to_what_is_quarantined(open_page, live_server, dora, pages):
    page = open_page(dora)
    settle(page, live_server.url + pages["run"])
    page.get_by_role("link", name="Show what is quarantined, with its reasons").click()
    page.get_by_text("No home <here>.").first.wait_for()
