"""The directory and everybody's own list of companies, in the admin."""

import pytest
from django.urls import reverse

from companies.models import Company, TargetCompany
from tests.factories import CompanyFactory, TargetCompanyFactory

pytestmark = pytest.mark.django_db

DIRECTORY = "/admin/companies/company/"
TARGETS = "/admin/companies/targetcompany/"


def words_of(response):
    return [str(message) for message in response.context["messages"]]


def test_a_seeker_reads_the_directory_and_changes_nothing(client, ada):
    company = CompanyFactory(name="Acme")
    client.force_login(ada)
    page = client.get(reverse("admin:companies_company_change", args=[company.pk]))
    assert page.status_code == 200
    assert "normalized_name" not in page.content.decode()
    assert (
        client.post(reverse("admin:companies_company_change", args=[company.pk]), {"name": "Mine"}).status_code == 403
    )
    assert client.post(reverse("admin:companies_company_delete", args=[company.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:companies_company_confirm", args=[company.pk])).status_code == 403
    assert client.get(DIRECTORY + "add/").status_code == 403
    client.post(DIRECTORY, {"action": "confirm_selected", "index": "0", "_selected_action": [str(company.pk)]})
    assert Company.objects.get().name == "Acme"


def test_what_others_typed_is_not_in_the_directory_before_it_is_confirmed(client, ada, ben):
    CompanyFactory(name="Typedco", is_confirmed=False, created_by=ben)
    client.force_login(ada)
    assert "Typedco" not in client.get(DIRECTORY).content.decode()
    client.force_login(ben)
    assert "Typedco" in client.get(DIRECTORY).content.decode()


def test_a_recruiter_confirms_one_and_many(client, cleo, ben):
    companies = [CompanyFactory(is_confirmed=False, created_by=ben) for _ in range(3)]
    client.force_login(cleo)
    client.post(reverse("admin:companies_company_confirm", args=[companies[0].pk]))
    response = client.post(
        DIRECTORY,
        {"action": "confirm_selected", "index": "0", "_selected_action": [str(row.pk) for row in companies]},
        follow=True,
    )
    assert words_of(response)[-1] == "2 companies confirmed."
    assert Company.objects.filter(is_confirmed=False).count() == 0


def test_a_recruiter_adds_and_changes_an_entry(client, cleo):
    client.force_login(cleo)
    form = {"name": "Acme, Inc.", "website": "acme.com", "is_confirmed": "on", "values": "Kind\nQuick"}
    assert client.post(DIRECTORY + "add/", form).status_code == 302
    company = Company.objects.get()
    assert (company.normalized_name, company.domain, company.created_by, company.is_confirmed) == (
        "acme",
        "acme.com",
        cleo,
        True,
    )
    assert company.values == ["Kind", "Quick"]
    url = reverse("admin:companies_company_change", args=[company.pk])
    assert client.post(url, {**form, "name": "Globex", "website": "https://globex.com"}).status_code == 302
    company.refresh_from_db()
    assert (company.name, company.normalized_name, company.domain) == ("Globex", "globex", "globex.com")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 201),
        ("website", "ftp://acme.com"),
        ("website", "javascript:alert(1)"),
        ("founded_year", "1700"),
        ("founded_year", "3000"),
        ("founded_year", "99999999"),
        ("size_category", "zz"),
    ],
)
def test_an_entry_that_cannot_be_is_a_form_error(client, cleo, field, value):
    client.force_login(cleo)
    page = client.post(DIRECTORY + "add/", {"name": "Acme", field: value})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors
    assert not Company.objects.exists()


def test_changing_into_another_entry_is_a_form_error(client, cleo):
    CompanyFactory(name="Acme", website="https://acme.com")
    other = CompanyFactory(name="Other")
    client.force_login(cleo)
    url = reverse("admin:companies_company_change", args=[other.pk])
    page = client.post(url, {"name": "Other", "website": "https://acme.com"})
    assert "already has a company with this website" in page.content.decode()
    assert Company.objects.get(pk=other.pk).website == ""


def test_a_tracked_company_is_not_deleted_and_nobody_is_named(client, cleo, ada):
    company = CompanyFactory(name="Acme")
    target = TargetCompanyFactory(user=ada, company=company, notes="Secret notes")
    client.force_login(cleo)
    url = reverse("admin:companies_company_delete", args=[company.pk])
    text = client.get(url).content.decode()
    assert "cannot be deleted: 0 listings and 1 list of people who track it point at it." in text
    assert str(target.pk) not in text
    client.post(url, {"post": "yes"})
    client.post(DIRECTORY, {"action": "delete_selected", "post": "yes", "_selected_action": [str(company.pk)]})
    assert Company.objects.filter(pk=company.pk).exists()


def test_a_company_is_tracked_by_name_or_entry(client, ada):
    company = CompanyFactory(name="Acme")
    client.force_login(ada)
    assert client.post(TARGETS + "add/", {"company": str(company.pk), "lane": "1"}).status_code == 302
    assert client.post(TARGETS + "add/", {"name": "Globex", "website": "globex.com", "lane": "2"}).status_code == 302
    assert list(TargetCompany.objects.order_by("lane").values_list("company__name", "user")) == [
        ("Acme", ada.pk),
        ("Globex", ada.pk),
    ]
    assert not Company.objects.get(name="Globex").is_confirmed


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"lane": "2"}, "Choose a company above"),
        ({"lane": "9", "name": "Globex"}, "not one of the available choices"),
        ({"lane": "2", "name": "Acme"}, "You already track this company."),
        ({"lane": "2", "name": "a\x00b"}, "Null characters"),
        ({"lane": "2", "name": "Globex", "website": "javascript:alert(1)"}, "A website starts with"),
        ({"lane": "2", "company": "abc"}, "is not a valid UUID"),
    ],
)
def test_tracking_what_cannot_be_is_a_form_error(client, ada, form, words):
    TargetCompanyFactory(user=ada, company=CompanyFactory(name="Acme"))
    client.force_login(ada)
    page = client.post(TARGETS + "add/", form)
    assert page.status_code == 200
    assert words in str(page.context["adminform"].form.errors)
    assert TargetCompany.objects.count() == 1
    assert Company.objects.count() == 1


def test_a_strangers_unconfirmed_company_cannot_be_tracked_by_its_id(client, ada, ben):
    company = CompanyFactory(name="Secretco", is_confirmed=False, created_by=ben)
    client.force_login(ada)
    page = client.post(TARGETS + "add/", {"company": str(company.pk), "lane": "1"})
    assert "company" in page.context["adminform"].form.errors
    assert "Secretco" not in page.content.decode()


def test_an_opinion_is_changed_and_excluded_together(client, ada):
    target = TargetCompanyFactory(user=ada)
    client.force_login(ada)
    url = reverse("admin:companies_targetcompany_change", args=[target.pk])
    assert (
        client.post(url, {"lane": "1", "notes": "Nice", "deep_dive_content": "# All", "investors": "A\nB"}).status_code
        == 302
    )
    target.refresh_from_db()
    assert (target.lane, target.notes, target.deep_dive_done, target.investors) == (1, "Nice", True, ["A", "B"])
    for action, excluded in (("exclude_selected", True), ("include_selected", False)):
        client.post(TARGETS, {"action": action, "index": "0", "_selected_action": [str(target.pk)]})
        assert TargetCompany.objects.get(pk=target.pk).is_excluded is excluded


def test_a_recruiter_sees_nobodys_list(client, cleo, ada):
    target = TargetCompanyFactory(user=ada, company=CompanyFactory(name="Acme"), notes="Secret notes")
    client.force_login(cleo)
    assert client.get(TARGETS).context["cl"].result_count == 0
    assert client.get(reverse("admin:companies_targetcompany_change", args=[target.pk])).status_code == 302
