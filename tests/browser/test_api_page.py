"""The page of the API's documentation in a real browser: an operation is found by a word and by its address."""

from tests.browser.test_admin_pages import browser, pytestmark

__all__ = ["browser", "pytestmark"]
PATHS = "els => els.map(el => el.getAttribute('data-path'))"


def test_an_operation_is_found_by_a_word_and_by_its_address(browser, live_server):
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(live_server.url + "/api/v1/docs/")
    found = page.locator(".opblock-summary-path")
    page.get_by_placeholder("Filter by tag").fill("Tailor")
    page.wait_for_function("document.querySelectorAll('.opblock-summary-path').length === 1")
    assert found.evaluate_all(PATHS) == ["/api/v1/resumes/{id}/tailor/"]
    found.click()
    page.wait_for_function("location.hash.length > 1")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.locator(".opblock.is-open").wait_for()
    page.wait_for_function("document.querySelector('.opblock.is-open').getBoundingClientRect().top < innerHeight")
    context.close()
