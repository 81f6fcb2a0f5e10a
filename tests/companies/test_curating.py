"""Spellings, look-alikes and merges in the admin: for curators, and for nobody else."""

import re

import pytest
from django.urls import reverse

from companies.models import Company, CompanyAlias, CompanyMatchSuggestion, CompanyMerge
from companies.services import add_alias, merge_companies, refresh_matches, undo_merge
from tests.factories import CompanyFactory, JobListingFactory, TargetCompanyFactory

pytestmark = pytest.mark.django_db

SECRET = "Her very private notes"


@pytest.fixture
def curated(cleo, ada):
    """A company with a spelling, a look-alike, and a merge that took two opinions together."""
    acme, old = CompanyFactory(name="Acme Tools"), CompanyFactory(name="Wile Supplies")
    for company in (acme, old):
        TargetCompanyFactory(user=ada, company=company, notes=f"{SECRET} on {company}.")
    alias = add_alias(acme, "Road Runner Goods", by=cleo)
    merge = merge_companies(acme, old, by=cleo)
    other = CompanyFactory(name="Acme Toolz")
    refresh_matches()
    JobListingFactory(company=acme, title="Rocket Tester")
    return {"acme": acme, "other": other, "alias": alias, "merge": merge, "pair": CompanyMatchSuggestion.objects.get()}


def page_of(kind, row):
    return reverse(f"admin:companies_{kind}_change", args=[row.pk])


def click(client, view, *keys, **fields):
    response = client.post(reverse(f"admin:companies_{view}", args=keys), fields, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_company_page_shows_a_curator_everything(client, cleo, curated):
    client.force_login(cleo)
    text = client.get(page_of("company", curated["acme"])).content.decode()
    for words in ("Rocket Tester", "Road Runner Goods", "Acme Toolz", "differ by one letter", "Wile Supplies"):
        assert words in text
    assert SECRET not in text


def test_whoever_is_no_recruiter_sees_and_changes_nothing_of_it(client, ada, curated):
    client.force_login(ada)
    text = client.get(page_of("company", curated["acme"])).content.decode()
    assert "Rocket Tester" in text
    for words in ("Road Runner Goods", "Acme Toolz", "Wile Supplies", "Spellings"):
        assert words not in text
    for kind, row in (
        ("companyalias", curated["alias"]),
        ("companymatchsuggestion", curated["pair"]),
        ("companymerge", curated["merge"]),
    ):
        assert client.get(reverse(f"admin:companies_{kind}_changelist")).status_code == 403
        assert client.get(page_of(kind, row)).status_code in (302, 403)
    acme, other = curated["acme"].pk, curated["other"].pk
    for name, keys in (
        ("company_merge", (acme, other)),
        ("company_add-alias", (acme,)),
        ("company_remove-alias", (acme, curated["alias"].pk)),
        ("companymatchsuggestion_keep-apart", (curated["pair"].pk,)),
        ("companymerge_undo", (curated["merge"].pk,)),
    ):
        address = reverse(f"admin:companies_{name}", args=keys)
        assert client.post(address, {"name": "Mine"}).status_code == 403
        assert client.get(address).status_code == 405
    assert Company.objects.count() == 2
    assert CompanyAlias.objects.count() == 2
    assert CompanyMatchSuggestion.objects.get().state == "open"


def test_merge_shows_what_moved_and_never_what_it_keeps(client, cleo, dora, curated):
    for user in (cleo, dora):
        client.force_login(user)
        text = client.get(page_of("companymerge", curated["merge"])).content.decode()
        assert "People who track it: 1." in text
        assert SECRET not in text


def test_clicks_merge_keep_apart_and_take_back(client, cleo, curated):
    client.force_login(cleo)
    acme, other = curated["acme"], curated["other"]
    [words] = click(client, "company_merge", acme.pk, other.pk)
    assert words == "Acme Toolz is merged into Acme Tools. This can be undone under Merges."
    assert click(client, "company_merge", acme.pk, other.pk) == [
        "That company is not in the directory any more. Nothing was changed."
    ]
    [words] = click(client, "companymerge_undo", CompanyMerge.objects.get(loser_id=other.pk).pk)
    assert words.startswith("Acme Toolz is back")
    [words] = click(client, "companymatchsuggestion_keep-apart", curated["pair"].pk)
    assert words == "Acme Tools and Acme Toolz are kept apart."
    assert CompanyMatchSuggestion.objects.get().decided_by == cleo
    [words] = click(client, "companymerge_undo", curated["merge"].pk)
    assert words.startswith("Wile Supplies is back")
    assert "has been undone already. Nothing was changed." in click(client, "companymerge_undo", curated["merge"].pk)[0]
    assert Company.objects.count() == 3


def test_spellings_are_added_and_removed_with_the_reason_of_a_refusal(client, cleo, curated):
    client.force_login(cleo)
    acme = curated["acme"]
    assert click(client, "company_add-alias", acme.pk, name="ACME Rockets") == [
        "\u201cACME Rockets\u201d means Acme Tools from now on."
    ]
    assert (
        "Merge the two instead. Nothing was changed."
        in click(client, "company_add-alias", acme.pk, name="Acme Toolz")[0]
    )
    assert "cannot be stored" in click(client, "company_add-alias", acme.pk, name="a\x00b")[0]
    assert click(client, "company_remove-alias", acme.pk, curated["alias"].pk) == [
        "\u201cRoad Runner Goods\u201d is forgotten."
    ]
    assert "gone already" in click(client, "company_remove-alias", acme.pk, curated["alias"].pk)[0]
    client.post("/admin/companies/companyalias/add/", {"company": acme.pk, "name": "Coyote"})
    assert CompanyAlias.objects.get(name="Coyote").created_by == cleo
    page = client.post("/admin/companies/companyalias/add/", {"company": acme.pk, "name": "Acme Tools, Inc."})
    assert "found by this spelling already" in page.content.decode()


def test_address_of_a_merged_company_leads_to_where_it_went(client, cleo, ada, curated):
    last = CompanyFactory(name="Acme Holding")
    merge_companies(last, curated["acme"], by=cleo)
    gone = reverse("admin:companies_company_change", args=[curated["merge"].loser_id])
    for who, words in ((cleo, "Wile Supplies was merged into Acme Holding"), (ada, "That entry was merged into Acme")):
        client.force_login(who)
        page = client.get(gone, follow=True)
        assert page.redirect_chain == [(page_of("company", last), 302)]
        assert [str(message)[: len(words)] for message in page.context["messages"]] == [words]
        assert client.get(f"/api/v1/companies/{curated['merge'].loser_id}/").status_code in (401, 404)
    Company.objects.filter(pk=last.pk).update(is_confirmed=False)
    assert client.get(gone)["Location"] == "/admin/"
    client.force_login(cleo)
    undo_merge(CompanyMerge.objects.get(loser_id=curated["acme"].pk), by=cleo)
    assert client.get(gone)["Location"] == page_of("company", curated["acme"])


def test_sidebar_leads_a_curator_to_what_waits(client, cleo, ada, curated):
    def entries():
        html = client.get("/admin/").content.decode()
        return {
            title: badge
            for title, badge in re.findall(r"<span>([\w-]+)</span>\s+(?:<span [^>]*>(\d+)</span>)?", html)
            if title in {"Look-alikes", "Spellings", "Merges"}
        }

    client.force_login(cleo)
    assert entries() == {"Look-alikes": "1", "Spellings": "", "Merges": ""}
    CompanyMatchSuggestion.objects.update(state="kept_apart")
    assert entries() == {"Look-alikes": "", "Spellings": "", "Merges": ""}
    client.force_login(ada)
    assert entries() == {}


def test_queue_shows_what_is_to_be_decided_first(client, cleo, curated):
    client.force_login(cleo)
    queue = "/admin/companies/companymatchsuggestion/"
    assert client.get(queue, follow=True).context["cl"].result_count == 1
    assert "One employer or two?" in client.get(page_of("companymatchsuggestion", curated["pair"])).content.decode()
    client.post(queue, {"action": "keep_apart_selected", "index": "0", "_selected_action": [str(curated["pair"].pk)]})
    assert client.get(queue, follow=True).context["cl"].result_count == 0
    assert client.get(f"{queue}?state__exact=kept_apart").context["cl"].result_count == 1


def test_company_in_use_is_not_deleted_and_the_page_says_why(client, cleo, curated):
    client.force_login(cleo)
    address = reverse("admin:companies_company_delete", args=[curated["acme"].pk])
    assert "1 listing and 1 list of people who track it" in client.get(address).content.decode()
    client.post(address, {"post": "yes"})
    assert Company.objects.filter(pk=curated["acme"].pk).exists()
    client.post(reverse("admin:companies_company_delete", args=[curated["other"].pk]), {"post": "yes"})
    assert not Company.objects.filter(pk=curated["other"].pk).exists()
    assert not CompanyMatchSuggestion.objects.exists()


def test_directory_is_searched_by_name_slip_and_website(client, cleo):
    company = CompanyFactory(name="Northrop Grumman", website="https://northropgrumman.com")
    CompanyFactory(name="Globex")
    client.force_login(cleo)
    for text in ("grumman", "nortrop gruman", "https://www.northropgrumman.com/careers", "NORTHROP"):
        shown = client.get("/admin/companies/company/", {"q": text}).context["cl"].queryset
        assert list(shown) == [company], text


def test_adding_what_the_directory_has_is_a_form_error_that_names_it(client, cleo):
    CompanyFactory(name="Acme", website="https://acme.com")
    client.force_login(cleo)
    page = client.post("/admin/companies/company/add/", {"name": "Other", "website": "https://www.acme.com"})
    assert "The directory already has this company: Acme." in page.content.decode()
    assert Company.objects.count() == 1
