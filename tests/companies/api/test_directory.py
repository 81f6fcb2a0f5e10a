"""companies/: list, search, create, change, postings, and asking who is meant."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.db import connection
from rest_framework.test import APIClient

from companies.models import Company
from companies.services import add_alias, search_directory
from jobos.accounts.models import User
from tests.answers import assert_problem
from tests.factories import CompanyFactory, JobListingFactory, TargetCompanyFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/companies/"


def names(client: APIClient, **query: object) -> list[str]:
    response = client.get(f"{URL}?{urlencode(query)}")
    assert response.status_code == 200, response.content
    return [company["name"] for company in response.json()["results"]]


class TestList:
    def test_shows_what_the_caller_may_see_by_name(self, as_ada: APIClient, ada: User, ben: User) -> None:
        for name, owner in (("Mine", ada), ("Theirs", ben), ("Tracked", ben)):
            CompanyFactory(name=name, is_confirmed=False, created_by=owner)
        CompanyFactory(name="Everybody's")
        TargetCompanyFactory(user=ada, company=Company.objects.get(name="Tracked"))
        body = as_ada.get(URL).json()
        assert [company["name"] for company in body["results"]] == ["Everybody's", "Mine", "Tracked"]
        assert {key: body[key] for key in body if key != "results"} == {
            "count": 3,
            "count_is_exact": True,
            "next": None,
            "previous": None,
        }

    def test_pages_lead_to_each_other_and_end(self, as_ada: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(5):
            CompanyFactory(name=f"Firm {number}")
        monkeypatch.setattr("companies.api.pagination.MOST_COUNTED", 3)
        seen, address = [], f"{URL}?page_size=2"
        while address:
            body = as_ada.get(address).json()
            assert (body["count"], body["count_is_exact"]) == (3, False)
            seen += [company["name"] for company in body["results"]]
            address = body["next"]
        assert seen == [f"Firm {number}" for number in range(5)]
        assert as_ada.get(body["previous"]).json()["results"][0]["name"] == "Firm 2"
        assert_problem(as_ada.get(f"{URL}?page=9"), 404, "not_found")

    @pytest.mark.parametrize("text", ["", "  "])
    def test_search_for_nothing_is_no_search(self, text: str, as_ada: APIClient) -> None:
        for name in ("Beta", "Acme"):
            CompanyFactory(name=name)
        assert names(as_ada, q=text) == ["Acme", "Beta"]

    def test_filters_narrow(self, as_ada: APIClient) -> None:
        small = CompanyFactory(
            name="A", industry="Tools", size_category="small", location="Berlin, DE", founded_year=1990
        )
        CompanyFactory(name="B", industry="Food", size_category="large", location="Bern, CH", founded_year=2010)
        CompanyFactory(name="C")
        JobListingFactory(company=small)
        JobListingFactory(company=Company.objects.get(name="C"), status="filled")
        assert names(as_ada, industry="Tools") == ["A"]
        assert names(as_ada, size_category="large") == ["B"]
        assert as_ada.get(f"{URL}?size_category=large&size_category=small").json()["count"] == 2
        assert names(as_ada, location="ber") == ["A", "B"]
        assert names(as_ada, location="%") == []
        assert names(as_ada, founded_after=1990, founded_before=2009) == ["A"]
        assert names(as_ada, has_open_roles="true") == ["A"]
        assert names(as_ada, has_open_roles="false") == ["B", "C"]
        assert names(as_ada, ordering="-name") == ["C", "B", "A"]

    @pytest.mark.parametrize(
        "query",
        ["size_category=huge", "founded_after=x", "founded_before=1.5", "has_open_roles=2", "q=a", "ordering=domain"],
    )
    def test_bad_parameter_is_named(self, query: str, as_ada: APIClient) -> None:
        assert_problem(as_ada.get(f"{URL}?{query}"), 400, parameters={query.partition("=")[0]})


class TestSearch:
    def test_whole_name_beginning_word_and_part_come_in_this_order(self, as_ada: APIClient) -> None:
        for name in ("Cargo Lines", "Big Gomez", "Gomera", "Gom", "Angomy", "Unrelated"):
            CompanyFactory(name=name)
        assert names(as_ada, q="gom") == ["Gom", "Gomera", "Big Gomez", "Angomy"]
        assert names(as_ada, q="go") == ["Gom", "Gomera", "Big Gomez"]
        assert names(as_ada, q="GOM", ordering="-name") == ["Gomera", "Gom", "Big Gomez", "Angomy"]

    def test_text_is_literal_and_slips_are_forgiven_only_where_nothing_matches(self, as_ada: APIClient) -> None:
        for name in ("Microsoft", "C# Corner", "100% Pure", "100 Thieves", "Z\u00fcrich Re", "Acme, Inc."):
            CompanyFactory(name=name)
        assert names(as_ada, q="microsft") == ["Microsoft"]
        assert names(as_ada, q="c#") == ["C# Corner"]
        assert names(as_ada, q="100%") == ["100% Pure"]
        assert names(as_ada, q="zurich") == ["Z\u00fcrich Re"]
        assert names(as_ada, q="Acme, Incorporated") == ["Acme, Inc."]
        assert names(as_ada, q="%%") == names(as_ada, q="__") == names(as_ada, q="zzzz") == []

    def test_filters_and_visibility_hold_for_a_search(self, as_ada: APIClient, ben: User) -> None:
        CompanyFactory(name="Acme One", industry="Tools")
        CompanyFactory(name="Acme Two")
        CompanyFactory(name="Acme Secret", is_confirmed=False, created_by=ben)
        assert names(as_ada, q="acme") == ["Acme One", "Acme Two"]
        assert names(as_ada, q="acme", industry="Tools") == ["Acme One"]
        assert names(as_ada, q="acme secert") == []

    @pytest.mark.parametrize(
        ("text", "index"),
        [("gr", "companies_beginning_idx"), ("gre", "companies_name_trgm_idx"), ("c#", "companies_shown_name_idx")],
    )
    def test_an_index_answers(self, text: str, index: str, django_assert_max_num_queries) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = off" if len(text) > 2 else "SET LOCAL enable_sort = off")
        with django_assert_max_num_queries(4) as captured:
            search_directory(Company.objects.filter(is_confirmed=True), text)
        plans = []
        with connection.cursor() as cursor:
            for query in captured.captured_queries:
                if query["sql"].startswith('SELECT "companies"'):
                    cursor.execute(f"EXPLAIN {query['sql']}".replace("%", "%%"), [])
                    plans.append("\n".join(row[0] for row in cursor.fetchall()))
        assert any(index in plan for plan in plans), plans


class TestWriting:
    def test_recruiter_adds_and_changes(self, as_cleo: APIClient) -> None:
        body = {"name": "Acme, Inc.", "website": "acme.com", "size": "501-1000 employees", "values": ["Kind"]}
        made = as_cleo.post(URL, body, format="json")
        assert made.status_code == 201
        shown = made.json()
        assert (shown["domain"], shown["size_category"], shown["is_confirmed"]) == ("acme.com", "medium", True)
        address = f"{URL}{shown['id']}/"
        changed = as_cleo.patch(
            address, {"size": "10k+", "location": None}, format="json", headers={"If-Match": made["ETag"]}
        )
        assert changed.json() == {
            **shown,
            "size": "10k+",
            "size_category": "enterprise",
            "updated_at": changed.json()["updated_at"],
        }
        assert_problem(as_cleo.patch(address, {"size": "1"}, format="json", headers={"If-Match": made["ETag"]}), 412)

    def test_what_is_there_is_a_conflict_that_names_it(self, as_cleo: APIClient, ada: User) -> None:
        there = CompanyFactory(name="Acme", website="https://acme.com")
        response = as_cleo.post(URL, {"name": "Acme Ltd", "website": ""}, format="json")
        assert_problem(response, 409, "unique_company_identity", extra={"existing_id"})
        assert response.json()["existing_id"] == str(there.pk)
        other = CompanyFactory(name="Globex")
        response = as_cleo.patch(f"{URL}{other.pk}/", {"website": "acme.com"}, format="json")
        assert_problem(response, 409, "companies_company_domain_unique")

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"name": " "}, "#/name"),
            ({"name": "Acme", "website": "ftp://acme.com"}, "#/website"),
            ({"name": "Acme", "founded_year": 1700}, "#/founded_year"),
            ({"name": "Acme", "founded_year": 3000}, "#/founded_year"),
            ({"name": "Acme", "normalized_name": "x"}, "#/normalized_name"),
            ({"name": "Acme", "domain": "x.com"}, "#/domain"),
        ],
    )
    def test_what_cannot_be_is_refused_by_name(self, body: dict[str, object], pointer: str, as_cleo: APIClient) -> None:
        assert_problem(as_cleo.post(URL, body, format="json"), 400, pointers={pointer})
        assert not Company.objects.exists()

    def test_seekers_write_nothing(self, as_ada: APIClient, ada: User) -> None:
        own = CompanyFactory(is_confirmed=False, created_by=ada)
        assert_problem(as_ada.post(URL, {"name": "Acme"}, format="json"), 403, "permission_denied")
        assert_problem(as_ada.patch(f"{URL}{own.pk}/", {"is_confirmed": True}, format="json"), 403, "permission_denied")
        assert as_ada.delete(f"{URL}{own.pk}/").status_code == 405


class TestListings:
    def test_newest_first_and_by_status(self, as_ada: APIClient) -> None:
        company = CompanyFactory()
        for day, status in ((1, "active"), (2, "filled"), (3, "active")):
            JobListingFactory(
                company=company, title=f"Day {day}", status=status, posted_date=datetime(2026, 1, day, tzinfo=UTC)
            )
        JobListingFactory(title="Elsewhere")
        body = as_ada.get(f"{URL}{company.pk}/listings/").json()
        assert [listing["title"] for listing in body["results"]] == ["Day 3", "Day 2", "Day 1"]
        assert body["results"][0].keys() == {
            "id", "title", "location", "remote_type", "job_type", "experience_level", "status",
            "posted_date", "application_deadline", "listed_at",
        }  # fmt: skip
        active = as_ada.get(f"{URL}{company.pk}/listings/?status=active&page_size=1").json()
        assert (active["count"], active["results"][0]["title"]) == (2, "Day 3")
        assert_problem(as_ada.get(f"{URL}{company.pk}/listings/?status=gone"), 400, parameters={"status"})

    def test_of_a_company_that_is_not_shown_there_are_none(self, as_ada: APIClient, ben: User) -> None:
        company = CompanyFactory(is_confirmed=False, created_by=ben)
        assert as_ada.get(f"{URL}{company.pk}/listings/").status_code == 404


class TestMatch:
    def ask(self, client: APIClient, **body: str) -> tuple[str | None, str, list[str]]:
        response = client.post(f"{URL}match/", body, format="json")
        assert response.status_code == 200, response.content
        answer = response.json()
        assert answer["why"].endswith(".")
        company = answer["company"]
        return (
            company and company["name"],
            answer["rule"],
            [alike["company"]["name"] for alike in answer["suggestions"]],
        )

    def test_says_who_is_meant_and_why_and_writes_nothing(self, as_ada: APIClient, cleo: User) -> None:
        acme = CompanyFactory(name="Acme Tools", website="https://acme.com")
        CompanyFactory(name="Acme Toolz")
        add_alias(acme, "Road Runner", by=cleo)
        assert self.ask(as_ada, name="Whoever", website="jobs.acme.com") == ("Acme Tools", "domain", [])
        assert self.ask(as_ada, name="road runner") == ("Acme Tools", "alias", [])
        assert self.ask(as_ada, name="ACME Tools Ltd.") == ("Acme Tools", "name", ["Acme Toolz"])
        assert self.ask(as_ada, name="Acme Toolss") == (None, "none", ["Acme Tools"])
        assert self.ask(as_ada, name="Initech") == (None, "none", [])
        assert Company.objects.count() == 2

    def test_tells_nothing_of_what_others_typed(self, as_ada: APIClient, ada: User, ben: User) -> None:
        hidden = CompanyFactory(
            name="Stealth Rockets", website="https://stealth.com", is_confirmed=False, created_by=ben
        )
        for body in ({"name": "Stealth Rockets"}, {"name": "Stealth Rocket"}, {"name": "X", "website": "stealth.com"}):
            assert self.ask(as_ada, **body) == (None, "none", [])
        TargetCompanyFactory(user=ada, company=hidden)
        response = as_ada.post(
            f"{URL}match/", {"name": "Stealth Rockets", "website": "stealth.com"}, format="json"
        ).json()
        assert (response["rule"], response["company"]["website"]) == ("name", None)
        assert self.ask(as_ada, name="Stealth Rocketz") == (None, "none", [])

    @pytest.mark.parametrize("website", ["", "secret.com", "other.com"])
    def test_answers_as_if_no_stranger_had_typed_anything(
        self, website: str, as_ada: APIClient, ada: User, ben: User
    ) -> None:
        CompanyFactory(name="Acme")
        CompanyFactory(name="Initech", website="https://initech.com", is_confirmed=False, created_by=ada)
        tracked = CompanyFactory(name="Stealth", is_confirmed=False, created_by=ben)
        TargetCompanyFactory(user=ada, company=tracked)
        bodies = [{"name": name, "website": website} for name in ("Acme", "Initech", "Stealth", "Globex")]
        before = [self.ask(as_ada, **body) for body in bodies]
        for name in ("Acme", "Initech", "Globex"):
            CompanyFactory(name=name, website=f"https://secret{name}.com", is_confirmed=False, created_by=ben)
        Company.objects.filter(pk=tracked.pk).update(website="https://secret.com", domain="secret.com")
        assert [self.ask(as_ada, **body) for body in bodies] == before

    def test_needs_a_name(self, as_ada: APIClient) -> None:
        assert_problem(as_ada.post(f"{URL}match/", {"website": "x.com"}, format="json"), 400, pointers={"#/name"})


def test_targets_count_the_open_roles_of_their_company(as_ada: APIClient, ada: User) -> None:
    company = CompanyFactory()
    for status in ("active", "active", "expired"):
        JobListingFactory(company=company, status=status)
    made = as_ada.post("/api/v1/target-companies/", {"company": str(company.pk)}, format="json").json()
    assert made["open_roles_count"] == 2
    TargetCompanyFactory(user=ada)
    listed = as_ada.get("/api/v1/target-companies/").json()["results"]
    assert sorted(target["open_roles_count"] for target in listed) == [0, 2]
    changed = as_ada.patch(f"/api/v1/target-companies/{made['id']}/", {"lane": 1}, format="json").json()
    assert (changed["lane"], changed["open_roles_count"]) == (1, 2)
