"""target-companies/: the caller's own list."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from companies.models import Company, TargetCompany
from jobos.accounts.models import User
from jobs.models import Job
from tests.answers import assert_problem
from tests.factories import CompanyFactory, JobFactory, TargetCompanyFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/target-companies/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def url_of(target: TargetCompany) -> str:
    return f"{URL}{target.pk}/"


def moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def payload_of(target: TargetCompany) -> dict[str, Any]:
    company = target.company
    return {
        "id": str(target.pk),
        "company": {
            "id": str(company.pk),
            "name": company.name,
            "website": company.website or None,
            "industry": company.industry or None,
            "size_category": company.size_category or None,
            "is_confirmed": company.is_confirmed,
        },
        "lane": target.lane,
        "stage": target.stage or None,
        "sector": target.sector or None,
        "b2c_validated": target.b2c_validated,
        "funding": target.funding or None,
        "hq_city": target.hq_city or None,
        "last_researched": moment(target.last_researched),
        "deep_dive_content": target.deep_dive_content or None,
        "investors": target.investors,
        "is_excluded": target.is_excluded,
        "notes": target.notes or None,
        "deep_dive_done": bool(target.deep_dive_content),
        "open_roles_count": 0,
        "created_at": moment(target.created_at),
        "updated_at": moment(target.updated_at),
    }


class TestList:
    def test_shows_own_targets_by_lane_and_name(self, as_ada: APIClient, ada: User) -> None:
        second = TargetCompanyFactory(user=ada, lane=2, company=CompanyFactory(name="Alpha"))
        first = TargetCompanyFactory(user=ada, lane=1, company=CompanyFactory(name="Zeta"), deep_dive_content="Deep")
        third = TargetCompanyFactory(user=ada, lane=2, company=CompanyFactory(name="Beta"), is_excluded=True)
        TargetCompanyFactory()
        assert as_ada.get(URL).json() == {
            "count": 3,
            "next": None,
            "previous": None,
            "results": [payload_of(first), payload_of(second), payload_of(third)],
        }

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("lane=1", ["A"]),
            ("is_excluded=true", ["B"]),
            ("is_excluded=false", ["A"]),
            ("is_excluded=0&lane=2", []),
            ("ordering=-company__name", ["B", "A"]),
        ],
    )
    def test_filters_narrow_to_what_they_say(self, query: str, names: list[str], as_ada: APIClient, ada: User) -> None:
        TargetCompanyFactory(user=ada, lane=1, company=CompanyFactory(name="A"))
        TargetCompanyFactory(user=ada, lane=2, company=CompanyFactory(name="B"), is_excluded=True)
        assert [target["company"]["name"] for target in as_ada.get(f"{URL}?{query}").json()["results"]] == names


class TestCreate:
    def test_by_name_makes_the_directory_entry(self, as_ada: APIClient, ada: User) -> None:
        response = as_ada.post(URL, {"name": " Acme, Inc. "})
        assert response.status_code == 201, response.content
        target = TargetCompany.objects.select_related("company").get()
        assert response.json() == payload_of(target)
        assert (target.user, target.lane) == (ada, 2)
        company = target.company
        assert (company.name, company.normalized_name, company.is_confirmed, company.created_by) == (
            "Acme, Inc.",
            "acme",
            False,
            ada,
        )
        assert response["ETag"] == as_ada.get(url_of(target))["ETag"]

    def test_keeps_everything_it_takes(self, as_ada: APIClient) -> None:
        given = {
            "lane": 5,
            "stage": "Series A",
            "sector": "Tools",
            "b2c_validated": True,
            "funding": "10M",
            "hq_city": "Paris",
            "last_researched": "2026-11-01T10:00:00Z",
            "deep_dive_content": "Deep",
            "investors": ["Sequoia", "YC"],
            "is_excluded": True,
            "notes": "Hm.",
        }
        response = as_ada.post(URL, {**given, "name": "Acme", "website": "acme.com"})
        assert response.status_code == 201, response.content
        assert {name: response.json()[name] for name in given} == given
        assert response.json()["company"]["website"] == "https://acme.com"
        assert response.json()["deep_dive_done"] is True

    def test_by_id_of_what_one_may_see(self, as_ada: APIClient) -> None:
        company = CompanyFactory()
        assert as_ada.post(URL, {"company": str(company.pk)}).json()["company"]["id"] == str(company.pk)
        assert Company.objects.count() == 1

    def test_foreign_and_missing_id_get_the_same_answer(self, as_ada: APIClient, ben: User) -> None:
        hidden = CompanyFactory(is_confirmed=False, created_by=ben)
        answers = [
            assert_problem(as_ada.post(URL, {"company": pk}), 400, "validation_error", pointers={"#/company"})
            for pk in (str(hidden.pk), "00000000-0000-0000-0000-000000000000")
        ]
        codes = [[error["code"] for error in answer["errors"]] for answer in answers]
        assert codes[0] == codes[1]
        assert not TargetCompany.objects.exists()

    @pytest.mark.parametrize("name", ["Acme", "ACME", " acme ", "Acme, Inc."])
    def test_tracking_twice_is_a_conflict_that_names_it(self, name: str, as_ada: APIClient, ada: User) -> None:
        target = TargetCompanyFactory(user=ada, company=CompanyFactory(name="Acme"))
        problem = assert_problem(as_ada.post(URL, {"name": name}), 409, "already_tracked", extra={"existing_id"})
        assert problem["existing_id"] == str(target.pk)
        assert TargetCompany.objects.count() == Company.objects.count() == 1

    @pytest.mark.parametrize(
        ("body", "pointers"),
        [
            ({}, {"#/name"}),
            ({"name": ""}, {"#/name"}),
            ({"name": "   "}, {"#/name"}),
            ({"name": "x" * 201}, {"#/name"}),
            ({"name": "Acme", "company": "00000000-0000-0000-0000-000000000000"}, {"#/company"}),
            ({"name": "Acme", "website": "javascript:alert(1)"}, {"#/website"}),
            ({"name": "Acme", "website": "ftp://acme.com"}, {"#/website"}),
            ({"name": "Acme", "lane": 0}, {"#/lane"}),
            ({"name": "Acme", "lane": 6}, {"#/lane"}),
            ({"name": "Acme", "lane": True}, {"#/lane"}),
            ({"name": "Acme", "investors": ["x"] * 101}, {"#/investors"}),
            ({"name": "Acme", "investors": ["x" * 256]}, {"#/investors/0"}),
            ({"name": "Acme", "b2c_validated": None}, {"#/b2c_validated"}),
            ({"name": "Acme", "is_confirmed": True}, {"#/is_confirmed"}),
            ({"name": "Acme", "user": "x"}, {"#/user"}),
            ({"name": "Acme", "domain": "x"}, {"#/domain"}),
            ({"name": "Acme", "normalized_name": "x"}, {"#/normalized_name"}),
        ],
    )
    def test_bad_input_makes_neither_target_nor_company(
        self, body: dict[str, Any], pointers: set[str], as_ada: APIClient
    ) -> None:
        assert_problem(as_ada.post(URL, body), 400, "validation_error", pointers=pointers)
        assert not TargetCompany.objects.exists()
        assert not Company.objects.exists()


class TestChange:
    def test_changes_only_what_was_sent(self, as_ada: APIClient, ada: User) -> None:
        target = TargetCompanyFactory(user=ada, sector="Tools", investors=["YC"])
        before = payload_of(target)
        with time_machine.travel(NOW, tick=False):
            response = as_ada.patch(url_of(target), {"lane": 1, "sector": None, "deep_dive_content": "Deep"})
        assert response.json() == {
            **before,
            "lane": 1,
            "sector": None,
            "deep_dive_content": "Deep",
            "deep_dive_done": True,
            "open_roles_count": 0,
            "updated_at": moment(NOW),
        }

    def test_what_a_get_showed_can_be_sent_back(self, as_ada: APIClient, ada: User) -> None:
        target = TargetCompanyFactory(user=ada)
        shown = as_ada.get(url_of(target))
        assert shown.json() == payload_of(target)
        response = as_ada.patch(url_of(target), shown.json(), headers={"If-Match": shown["ETag"]})
        assert (response.status_code, response.json()) == (200, shown.json())

    @pytest.mark.parametrize(
        "field", ["company", "name", "website", "user", "deep_dive_done", "open_roles_count", "id"]
    )
    def test_what_it_is_about_cannot_be_changed(self, field: str, as_ada: APIClient, ada: User) -> None:
        target = TargetCompanyFactory(user=ada)
        response = as_ada.patch(url_of(target), {field: str(CompanyFactory().pk)})
        assert_problem(response, 400, "validation_error", pointers={f"#/{field}"})
        assert payload_of(TargetCompany.objects.get()) == payload_of(target)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("lane", None), ("lane", 9), ("is_excluded", None), ("stage", "x" * 51), ("notes", "x" * 50_001)],
    )
    def test_value_that_cannot_be_is_refused(self, field: str, value: Any, as_ada: APIClient, ada: User) -> None:
        target = TargetCompanyFactory(user=ada)
        assert_problem(as_ada.patch(url_of(target), {field: value}), 400, "validation_error", pointers={f"#/{field}"})


def test_deleting_never_touches_jobs_or_the_directory(as_ada: APIClient, ada: User) -> None:
    company = CompanyFactory(name="Acme")
    target = TargetCompanyFactory(user=ada, company=company)
    JobFactory(user=ada, company_name="Acme")
    assert as_ada.delete(url_of(target)).status_code == 204
    assert_problem(as_ada.delete(url_of(target)), 404)
    assert (Job.objects.count(), Company.objects.count()) == (1, 1)
    assert as_ada.post(URL, {"company": str(company.pk)}).status_code == 201


def test_age_of_a_target_is_kept(as_ada: APIClient, ada: User) -> None:
    with time_machine.travel(NOW - timedelta(days=9), tick=False):
        target = TargetCompanyFactory(user=ada)
    assert as_ada.patch(url_of(target), {"lane": 1}).json()["created_at"] == moment(NOW - timedelta(days=9))


def test_null_clears_a_list_and_a_text(as_ada: APIClient, ada: User) -> None:
    target = TargetCompanyFactory(user=ada, investors=["Fund One"], notes="Old.")
    response = as_ada.patch(f"/api/v1/target-companies/{target.pk}/", {"investors": None, "notes": None})
    assert response.status_code == 200
    assert (response.json()["investors"], response.json()["notes"]) == ([], None)
    target.refresh_from_db()
    assert (target.investors, target.notes) == ([], "")


def test_a_strangers_claim_about_an_unconfirmed_company_is_theirs_only(
    as_ada: APIClient, as_ben: APIClient, ada: User, ben: User
) -> None:
    claimed = {"name": "Stealth, Inc.", "website": "https://stealth-start.com"}
    hers = as_ada.post(URL, claimed).json()["company"]
    assert hers["website"] == claimed["website"]
    his = as_ben.post(URL, {"name": "STEALTH"}).json()["company"]
    assert (his["id"], his["website"]) == (hers["id"], None)
    entry = as_ben.get(f"/api/v1/companies/{his['id']}/").json()
    assert [entry[name] for name in ("domain", "website", "created_at", "updated_at")] == [None] * 4
    assert as_ada.get(f"/api/v1/companies/{his['id']}/").json()["domain"] == "stealth-start.com"


def test_the_admin_hides_a_strangers_claim_as_the_api_does(
    as_ada: APIClient, as_ben: APIClient, ada: User, ben: User, cleo: User, client: Client
) -> None:
    hers = as_ada.post(URL, {"name": "Stealth, Inc.", "website": "https://stealth-start.com"}).json()["company"]
    as_ben.post(URL, {"name": "STEALTH"})
    page = f"/admin/companies/company/{hers['id']}/change/"
    for user, is_shown in ((ada, True), (ben, False), (cleo, True)):
        client.force_login(user, backend="jobos.accounts.backends.EmailBackend")
        for address in (page, "/admin/companies/company/?q=stealth-start"):
            shown = client.get(address, follow=True).content.decode().replace('value="stealth-start"', "")
            assert ("stealth-start.com" in shown) is is_shown, (user, address)


def test_a_claimed_website_leads_nobody_to_an_entry_of_another_name(as_ada: APIClient, as_ben: APIClient) -> None:
    evil = as_ben.post(URL, {"name": "Evil Corp", "website": "https://google.com"}).json()["company"]
    hers = as_ada.post(URL, {"name": "Google", "website": "https://google.com"}).json()["company"]
    assert (hers["name"], hers["website"]) == ("Google", None)
    assert hers["id"] != evil["id"]
    Company.objects.filter(pk=evil["id"]).update(is_confirmed=True)
    assert as_ada.post(URL, {"name": "Alphabet", "website": "google.com"}).json()["company"]["id"] == evil["id"]


def test_a_website_beside_a_directory_entry_is_refused(as_ada: APIClient) -> None:
    company = CompanyFactory()
    response = as_ada.post(URL, {"company": str(company.pk), "website": "https://acme.com"})
    assert_problem(response, 400, "validation_error", pointers={"#/website"})
