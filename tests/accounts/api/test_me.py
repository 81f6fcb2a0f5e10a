"""me/: the caller's account and profile."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from jobos.accounts.models import User, UserProfile
from tests.answers import assert_problem

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/"
TEXTS = {
    "first_name": 100,
    "last_name": 100,
    "phone": 50,
    "city": 100,
    "state": 100,
    "current_title": 255,
}
EMPTY = {
    **dict.fromkeys(TEXTS),
    "linkedin_url": None,
    "portfolio_url": None,
    "experience_years": None,
    "education": None,
    "bio": None,
    "preferred_locations": [],
    "preferred_job_types": [],
    "preferred_remote_types": [],
    "desired_salary_min": None,
    "desired_salary_max": None,
}


def test_shows_user_roles_and_profile(as_ada: APIClient, ada: User) -> None:
    assert as_ada.get(URL).json() == {
        "id": str(ada.pk),
        "email": "ada@example.com",
        "full_name": "Ada Lovelace",
        "date_joined": ada.date_joined.isoformat().replace("+00:00", "Z"),
        "roles": ["Job seekers"],
        "profile": EMPTY,
    }


def test_shows_both_roles_of_a_recruiter(as_cleo: APIClient) -> None:
    assert as_cleo.get(URL).json()["roles"] == ["Job seekers", "Recruiters"]


def test_person_without_a_profile_is_shown_an_empty_one_and_gets_it_with_the_first_change(as_ada: APIClient) -> None:
    UserProfile.objects.all().delete()
    assert as_ada.get(URL).json()["profile"] == EMPTY
    assert as_ada.patch(URL, {"profile": {"city": "London"}}).json()["profile"] == {**EMPTY, "city": "London"}
    assert UserProfile.objects.get().city == "London"


def test_changes_only_what_was_sent(as_ada: APIClient) -> None:
    profile = {
        "first_name": "Ada",
        "city": "London",
        "linkedin_url": "https://www.linkedin.com/in/ada",
        "experience_years": 12,
        "portfolio_url": "https://ada.example",
        "preferred_locations": ["London", "Remote"],
        "preferred_job_types": ["Full-time"],
        "desired_salary_min": "90000.50",
        "desired_salary_max": "120000.00",
    }
    before = as_ada.get(URL).json()
    changed = as_ada.patch(URL, {"profile": profile})
    assert changed.status_code == 200, changed.content
    assert changed.json() == {**before, "profile": {**EMPTY, **profile}}
    again = as_ada.patch(URL, {"full_name": "Countess", "profile": {"city": None, "experience_years": None}}).json()
    assert again == {
        **before,
        "full_name": "Countess",
        "profile": {**EMPTY, **profile, "city": None, "experience_years": None},
    }
    assert as_ada.get(URL).json() == again


def test_what_a_get_showed_can_be_sent_back(as_ada: APIClient) -> None:
    shown = as_ada.get(URL)
    response = as_ada.patch(URL, shown.json(), headers={"If-Match": shown["ETag"]})
    assert (response.status_code, response.json(), response["ETag"]) == (200, shown.json(), shown["ETag"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "other@example.com"), ("id", "x"), ("roles", ["Recruiters"]), ("date_joined", "2020-01-01T00:00:00Z")],
)
def test_what_is_not_ones_own_to_change_is_refused(field: str, value: Any, as_ada: APIClient, ada: User) -> None:
    problem = assert_problem(as_ada.patch(URL, {field: value}), 400, "validation_error", pointers={f"#/{field}"})
    assert problem["errors"][0]["code"] == "read_only"


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "is_active", "groups", "password", "user_permissions"])
def test_rights_cannot_be_taken(field: str, as_ada: APIClient, ada: User) -> None:
    before = User.objects.values().get(pk=ada.pk)
    assert_problem(as_ada.patch(URL, {field: True}), 400, "validation_error", pointers={f"#/{field}"})
    assert User.objects.values().get(pk=ada.pk) == before


@pytest.mark.parametrize(
    ("profile", "pointers"),
    [
        ({"linkedin_url": "https://evil.example/?linkedin.com"}, {"#/profile/linkedin_url"}),
        ({"linkedin_url": "https://linkedin.com.evil.example/in/ada"}, {"#/profile/linkedin_url"}),
        ({"linkedin_url": "https://notlinkedin.com/in/ada"}, {"#/profile/linkedin_url"}),
        ({"linkedin_url": "https://user@evil.example\\@linkedin.com"}, {"#/profile/linkedin_url"}),
        ({"linkedin_url": "javascript:alert(1)//linkedin.com"}, {"#/profile/linkedin_url"}),
        ({"portfolio_url": "javascript:alert(1)"}, {"#/profile/portfolio_url"}),
        ({"portfolio_url": "https://a b"}, {"#/profile/portfolio_url"}),
        ({"experience_years": -1}, {"#/profile/experience_years"}),
        ({"experience_years": 101}, {"#/profile/experience_years"}),
        ({"experience_years": 40_000}, {"#/profile/experience_years"}),
        ({"desired_salary_min": "-1"}, {"#/profile/desired_salary_min"}),
        ({"desired_salary_max": "-1"}, {"#/profile/desired_salary_min", "#/profile/desired_salary_max"}),
        ({"desired_salary_max": "99999999999"}, {"#/profile/desired_salary_max"}),
        ({"preferred_locations": "London"}, {"#/profile/preferred_locations"}),
        ({"preferred_locations": ["x" * 201]}, {"#/profile/preferred_locations/0"}),
        ({"preferred_locations": ["x"] * 51}, {"#/profile/preferred_locations"}),
        ({"preferred_locations": [None]}, {"#/profile/preferred_locations/0"}),
        ({"skills": ["python"]}, {"#/profile/skills"}),
        ({"user": "x"}, {"#/profile/user"}),
        (None, {"#/profile"}),
        ([], {"#/profile"}),
    ],
)
def test_bad_profile_is_refused_where_it_is_wrong(profile: Any, pointers: set[str], as_ada: APIClient) -> None:
    before = as_ada.get(URL).json()
    assert_problem(
        as_ada.patch(URL, {"full_name": "Changed", "profile": profile}), 400, "validation_error", pointers=pointers
    )
    assert as_ada.get(URL).json() == before


def test_reversed_salary_range_is_refused_however_it_comes_about(as_ada: APIClient) -> None:
    assert as_ada.patch(URL, {"profile": {"desired_salary_min": "100"}}).status_code == 200
    response = as_ada.patch(URL, {"profile": {"desired_salary_max": "99.99"}})
    problem = assert_problem(response, 400, "validation_error")
    assert {error["code"] for error in problem["errors"]} == {"desired_salary_range_valid"}
    assert {error["detail"] for error in problem["errors"]} == {"The highest salary you look for is below the lowest."}
    assert {error["pointer"] for error in problem["errors"]} == {
        "#/profile/desired_salary_min",
        "#/profile/desired_salary_max",
    }
    assert as_ada.patch(URL, {"profile": {"desired_salary_max": "100"}}).status_code == 200


@pytest.mark.parametrize(("field", "longest"), TEXTS.items())
def test_longest_text_fits_and_one_more_character_does_not(field: str, longest: int, as_ada: APIClient) -> None:
    assert as_ada.patch(URL, {"profile": {field: "\u00e9" * longest}}).json()["profile"][field] == "\u00e9" * longest
    response = as_ada.patch(URL, {"profile": {field: "x" * (longest + 1)}})
    assert_problem(response, 400, "validation_error", pointers={f"#/profile/{field}"})
