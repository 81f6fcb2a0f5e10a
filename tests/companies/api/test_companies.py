"""companies/{id}/ and companies/search/."""

from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from companies.models import TargetCompany
from jobos.accounts.models import User
from tests.answers import assert_problem
from tests.factories import CompanyFactory, TargetCompanyFactory

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/companies/search/"


def track(user: User, name: str, **fields: object) -> TargetCompany:
    target: TargetCompany = TargetCompanyFactory(user=user, company=CompanyFactory(name=name), **fields)
    return target


def found(client: APIClient, text: str) -> list[str]:
    response = client.get(f"{SEARCH}?q={quote(text)}")
    assert response.status_code == 200, response.content
    return [company["name"] for company in response.json()]


def test_shows_the_whole_entry(as_ada: APIClient) -> None:
    company = CompanyFactory(
        name="Acme", website="https://acme.com", founded_year=1999, values=["Care"], size_category="small"
    )
    assert as_ada.get(f"/api/v1/companies/{company.pk}/").json() == {
        "id": str(company.pk),
        "name": "Acme",
        "domain": "acme.com",
        "website": "https://acme.com",
        "industry": None,
        "size": None,
        "size_category": "small",
        "location": None,
        "headquarters_location": None,
        "founded_year": 1999,
        "description": None,
        "logo_url": None,
        "culture": None,
        "values": ["Care"],
        "benefits": [],
        "is_confirmed": True,
        "created_at": company.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": company.updated_at.isoformat().replace("+00:00", "Z"),
    }


class TestSearch:
    def test_answers_what_typing_ahead_needs(self, as_ada: APIClient, ada: User) -> None:
        target = track(ada, "Acme, Inc.", lane=1, sector="Tools")
        body = as_ada.get(f"{SEARCH}?q=ac").json()
        assert body == [
            {"id": str(target.company_id), "name": "Acme, Inc.", "lane": 1, "sector": "Tools", "hq_city": None}
        ]
        assert as_ada.get(f"/api/v1/companies/{body[0]['id']}/").json()["name"] == "Acme, Inc."

    def test_best_match_comes_first_and_at_most_five(self, as_ada: APIClient, ada: User) -> None:
        for name in ("Big GoMechanic", "NotGo Ltd", "Go", "Gopher", "Zingo", "Gozilla", "Lingo"):
            track(ada, name)
        assert found(as_ada, "go") == ["Go", "Gopher", "Gozilla", "Big GoMechanic", "Lingo"]

    def test_only_companies_the_caller_tracks_and_has_not_excluded(
        self, as_ada: APIClient, ada: User, ben: User
    ) -> None:
        track(ada, "Acme One")
        track(ada, "Acme Excluded", is_excluded=True)
        track(ben, "Acme Foreign")
        CompanyFactory(name="Acme Untracked")
        assert found(as_ada, "acme") == ["Acme One"]

    @pytest.mark.parametrize("text", ["%%", "__", "%a", "a_m", "\\\\", "a%e"])
    def test_wildcards_match_themselves(self, text: str, as_ada: APIClient, ada: User) -> None:
        track(ada, "Acme")
        response = as_ada.get(f"{SEARCH}?q={quote(text)}")
        assert response.status_code == 400 or response.json() == []

    @pytest.mark.parametrize(
        ("text", "name"), [("ACM", "Acme"), ("zurich", "Z\u00fcrich AG"), ("at&t", "AT&T"), ("mcdonald", "McDonald's")]
    )
    def test_case_accents_and_signs_do_not_matter(self, text: str, name: str, as_ada: APIClient, ada: User) -> None:
        track(ada, name)
        assert found(as_ada, text) == [name]

    def test_typo_is_forgiven_only_where_nothing_matches(self, as_ada: APIClient, ada: User) -> None:
        track(ada, "Microsoft")
        assert found(as_ada, "microsft") == ["Microsoft"]
        track(ada, "Microsft Clone")
        assert found(as_ada, "microsft") == ["Microsft Clone"]
        assert found(as_ada, "zzzz") == []

    @pytest.mark.parametrize("text", ["", "a", " a ", "  ", "x" * 201])
    def test_needs_two_characters_and_at_most_two_hundred(self, text: str, as_ada: APIClient) -> None:
        response = as_ada.get(f"{SEARCH}?q={quote(text)}")
        assert_problem(response, 400, "invalid_parameter", parameters={"q"})

    def test_text_is_literal(self, as_ada: APIClient, ada: User) -> None:
        for name in ("C# Corner", "100 Thieves", "100% Pure", "Under_Score"):
            track(ada, name)
        assert found(as_ada, "c#") == ["C# Corner"]
        assert found(as_ada, "100%") == ["100% Pure"]
        assert found(as_ada, "r_s") == ["Under_Score"]
        for text in ("%%", "__", "--", "a%"):
            assert found(as_ada, text) == []

    def test_without_q_is_400_and_search_is_no_id(self, as_ada: APIClient) -> None:
        for address in (SEARCH, SEARCH.rstrip("/")):
            assert_problem(as_ada.get(address), 400, "invalid_parameter", parameters={"q"})
