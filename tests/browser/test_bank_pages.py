"""The skill bank in a real browser: pleasant and usable by everybody, and put in order by mouse and by keyboard."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from skills.models import (
    Certification,
    Education,
    Project,
    SkillConcept,
    SkillLabel,
    SummaryVariation,
    WorkExperience,
)
from skills.services import bank as banks
from tests.browser.test_admin_pages import ALLOWED, SERIOUS, browser, find_violations, open_page, pytestmark  # noqa: F401

SCREENSHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.fixture
def bank(ada):
    """A bank with some of everything, long words and a script that would run if it could."""
    bank = banks.open_bank(ada)
    for name, level in (("Python", "expert"), ("Django", "advanced"), ("PostgreSQL", ""), ("Rust", "beginner")):
        banks.add_skill(bank, name=name, level=level, years_experience=3, is_featured=name == "Python")
    banks.add_skill(bank, name="<script>alert(1)</script> " + "Donaudampfschiff" * 8, bucket="Soft Skills")
    banks.change_bank(bank, default_summary="Engineer who turns slow systems into fast ones. " * 4)
    position = banks.add_entry(
        bank,
        WorkExperience,
        company="Analytical Engines Ltd",
        position="Senior Software Engineer",
        location="London, UK",
        start_date="2019-06",
        is_current=True,
        default_description="Leads the team that keeps the scheduler running. " * 5,
        default_achievements=["Cut the time of a run by 40 %", "Mentored four people"],
    )
    for title, focus in (
        ("For leading roles", "leadership"),
        ("For technical roles", "technical"),
        ("Short", "concise"),
    ):
        banks.add_variation(position, title=title, focus=focus, content="Led a team of six.", achievements=["One"])
    banks.add_entry(bank, WorkExperience, company="Babbage & Sons", position="Engineer", start_date="2015")
    banks.add_entry(bank, Education, institution="University of London", degree="BSc", field_of_study="Mathematics")
    banks.add_entry(bank, Project, name="Bernoulli numbers", technologies=["Rust"], url="https://example.com")
    banks.add_entry(bank, Certification, name="Administrator", issuer="CNCF", issue_date="2023-02-11")
    banks.add_entry(bank, SummaryVariation, title="For management", focus="leadership", content="Leads. " * 40)
    return bank


def page_of(bank):
    return reverse("admin:skills_skillbank_change", args=[bank.pk])


def pages_of(bank):
    position = bank.work_experiences.first()
    return {
        **{
            tab: f"{page_of(bank)}#{tab}" for tab in ("general", "summary", "experience", "education", "certifications")
        },
        "position": reverse("admin:skills_workexperience_change", args=[position.pk]),
        "new position": reverse("admin:skills_workexperience_add"),
        "skill": reverse("admin:skills_skill_change", args=[bank.skills.first().pk]),
        "summary variation": reverse("admin:skills_summaryvariation_add"),
    }


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (390, True)])
def test_the_bank_fits_and_can_be_used_by_everybody(open_page, live_server, bank, ada, ben, width, dark):  # noqa: F811
    page = open_page(ada, width=width, dark=dark)

    def look(name):
        page.wait_for_load_state("networkidle")
        if SCREENSHOTS:
            shade = "dark" if dark else "light"
            page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{width}-{shade}.png".replace(" ", "-"), full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (name, wide)
        found = find_violations(page)
        assert not found, (name, found)

    for name, address in pages_of(bank).items():
        page.goto("about:blank")
        page.goto(live_server.url + address)
        if name == "position":
            page.locator("strong", has_text="For leading roles").click()
        look(name)
    page.goto(live_server.url + page_of(bank))
    page.get_by_role("link", name="Django").click()
    page.get_by_label("Name", exact=True).fill("python")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("This skill is already in the bank.").wait_for()
    look("refused")
    page = open_page(ben, width=width, dark=dark)
    page.goto(live_server.url + reverse("admin:skills_skillbank_own"))
    look("empty")


def names(bank, heading):
    return list(bank.skills.filter(bucket=heading).order_by("display_order").values_list("name", flat=True))


def test_skills_are_put_in_order_by_mouse_and_by_keyboard(open_page, live_server, bank, ada):  # noqa: F811
    page = open_page(ada)
    page.goto(live_server.url + page_of(bank))

    def handle(name):
        return page.get_by_role("button", name=f"Move {name}: drag, or use the arrow keys")

    with page.expect_response("**/order/") as saved:
        handle("Rust").drag_to(page.get_by_role("link", name="Python", exact=True))
    assert saved.value.status == 204
    assert names(bank, "Technical Skills") == ["Rust", "Python", "Django", "PostgreSQL"]

    handle("Python").focus()
    with page.expect_response("**/order/") as saved:
        page.keyboard.press("ArrowDown")
    assert saved.value.status == 204
    assert names(bank, "Technical Skills") == ["Rust", "Django", "Python", "PostgreSQL"]
    with page.expect_response("**/order/"):
        page.keyboard.press("ArrowDown")
    with page.expect_response("**/order/"):
        page.keyboard.press("ArrowDown")
    assert names(bank, "Technical Skills") == ["Rust", "Django", "PostgreSQL"]
    assert names(bank, "Soft Skills")[0] == "Python"

    handle("the heading Tools & Platforms").focus()
    with page.expect_response("**/order/"):
        page.keyboard.press("ArrowUp")
    bank.refresh_from_db()
    assert bank.skill_categories == ["Technical Skills", "Tools & Platforms", "Soft Skills"]
    page.reload()
    assert page.locator("[data-order=skills] > [data-name]").first.get_attribute("data-name") == "Rust"


def test_an_order_that_is_out_of_date_is_told_and_not_saved(browser, client, live_server, bank, ada):  # noqa: F811
    client.force_login(ada)
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + page_of(bank))
    banks.delete_entry(bank.skills.get(name="Django"))
    page.get_by_role("button", name="Move Python: drag").focus()
    with page.expect_response("**/order/") as saved:
        page.keyboard.press("ArrowDown")
    assert saved.value.status == 400
    page.get_by_text("This list was changed in another window. Load the page again").wait_for()
    assert names(bank, "Technical Skills") == ["Python", "PostgreSQL", "Rust"]
    context.close()


def test_variations_are_put_in_order_by_keyboard_and_by_mouse(open_page, live_server, bank, ada):  # noqa: F811
    position = bank.work_experiences.first()
    address = live_server.url + reverse("admin:skills_workexperience_change", args=[position.pk])
    page = open_page(ada)

    def save():
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url("**/skillbank/**")
        return [variation.title for variation in position.variations.all()]

    page.goto(address)
    page.get_by_role("button", name="Move For leading roles").focus()
    page.keyboard.press("ArrowDown")
    assert save() == ["For technical roles", "For leading roles", "Short"]
    page.goto(address)
    page.get_by_role("button", name="Move Short").drag_to(page.get_by_role("button", name="Move For technical roles"))
    assert save()[0] == "Short"


def test_a_variation_that_is_added_opens_and_stays_when_something_is_refused(open_page, live_server, bank, ada):  # noqa: F811
    page = open_page(ada)
    page.goto(live_server.url + reverse("admin:skills_workexperience_add"))
    page.get_by_label("Position").fill("Engineer")
    page.get_by_label("Company").fill("Acme")
    page.get_by_label("Start date").fill("Spring 2019")
    title = page.locator("#id_variations-0-title")
    page.get_by_text("Add another Variation").click()
    title.fill("My telling")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Give a date as YYYY, YYYY-MM or YYYY-MM-DD.").wait_for()
    title.wait_for()
    assert title.input_value() == "My telling"
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / "position-refused.png", full_page=True)
    assert not find_violations(page)
    page.get_by_label("Start date").fill("2019-06")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/skillbank/**")
    assert bank.work_experiences.get(company="Acme").variations.get().title == "My telling"


def test_a_skill_is_typed_featured_and_edited_without_leaving_the_page(open_page, live_server, bank, ada):  # noqa: F811
    page = open_page(ada)
    page.goto(live_server.url + page_of(bank))
    page.get_by_label("Add skills").fill("Docker, advanced, Tools & Platforms")
    page.keyboard.press("Enter")
    page.get_by_text("Docker is added.").wait_for()
    assert names(bank, "Tools & Platforms") == ["Docker"]
    star = page.get_by_role("button", name="Feature Docker")
    with page.expect_response("**/feature/"):
        star.click()
    page.wait_for_function("document.querySelector('[aria-label=\"Feature Docker\"]').ariaPressed === 'true'")
    assert bank.skills.get(name="Docker").is_featured
    page.get_by_role("link", name="Docker").click()
    page.get_by_label("Level").select_option("Expert")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Docker is saved.").wait_for()
    assert bank.skills.get(name="Docker").level == "expert"


def test_names_of_skills_are_suggested_while_they_are_typed(open_page, live_server, bank, ada):  # noqa: F811
    concept = SkillConcept.objects.create(name="Kubernetes", source="test", external_id="1")
    SkillLabel.objects.create(concept=concept, name="Kubernetes", key="kubernetes", is_preferred=True)
    page = open_page(ada)
    page.goto(live_server.url + page_of(bank))
    page.get_by_label("Add skills").press_sequentially("Go, kube")
    page.get_by_role("group", name="Suggested skills").get_by_role("button", name="Kubernetes").click()
    assert page.get_by_label("Add skills").input_value() == "Go, Kubernetes"
    page.keyboard.press("Enter")
    page.get_by_text("2 skills are added.").wait_for()
    assert bank.skills.get(name="Kubernetes").concept == concept
    page.get_by_role("link", name="Rust", exact=True).click()
    page.get_by_label("Name", exact=True).fill("kube")
    page.locator("#skill-names option[value=Kubernetes]").wait_for(state="attached")


def test_skills_are_put_in_order_by_touch(browser, client, live_server, bank, ada):  # noqa: F811
    client.force_login(ada)
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + page_of(bank))
    page.wait_for_load_state("networkidle")
    finger = context.new_cdp_session(page)

    def touch(kind, x, y):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    first, third = (
        page.get_by_role("button", name=f"Move {name}: drag").bounding_box() for name in ("Python", "PostgreSQL")
    )
    x, top, bottom = first["x"] + 10, first["y"] + 10, third["y"] + third["height"] - 2
    touch("touchStart", x, top)
    for step in range(1, 11):
        touch("touchMove", x, top + (bottom - top) * step / 10)
        page.wait_for_timeout(30)
    with page.expect_response("**/order/") as saved:
        touch("touchEnd", x, bottom)
    assert saved.value.status == 204
    assert names(bank, "Technical Skills") == ["Django", "PostgreSQL", "Python", "Rust"]
    context.close()
