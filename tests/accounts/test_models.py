"""The rules of users, profiles and tokens as the database holds them, and their indexes at work."""

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from jobos.accounts.models import AccessToken, User, UserProfile
from jobos.accounts.services import issue_token
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def violated_by(statement: str, *parameters: object) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name or ""


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "@example.com", "a b@example.com", "a@b", "a@b@c.example", "", "a@b.c\n"]
)
def test_database_refuses_what_is_no_address(email: str, ada: User) -> None:
    assert violated_by("UPDATE accounts_user SET email = %s WHERE id = %s", email, ada.pk) == "email_format"


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@EXAMPLE.COM", "Ada@Example.com"])
def test_database_refuses_an_address_twice_however_cased(email: str, ada: User, ben: User) -> None:
    assert violated_by("UPDATE accounts_user SET email = %s WHERE id = %s", email, ben.pk) == "idx_user_email"


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("linkedin_url = 'https://evil.example/?linkedin.com'", "linkedin_url_format"),
        ("linkedin_url = 'https://linkedin.com.evil.example'", "linkedin_url_format"),
        ("linkedin_url = 'https://evillinkedin.com/in/x'", "linkedin_url_format"),
        ("linkedin_url = 'linkedin.com/in/x'", "linkedin_url_format"),
        ("linkedin_url = E'https://evil.example\\nhttps://linkedin.com/'", "linkedin_url_format"),
        ("portfolio_url = 'javascript:alert(1)'", "portfolio_url_format"),
        ("portfolio_url = 'ftp://x.example'", "portfolio_url_format"),
        ("experience_years = -1", "experience_positive"),
        ("desired_salary_min = -0.01", "desired_salary_min_positive"),
        ("desired_salary_max = -1", "desired_salary_range_valid"),
        ("desired_salary_min = 2, desired_salary_max = 1", "desired_salary_range_valid"),
    ],
)
def test_database_refuses_a_profile_that_breaks_a_rule(assignment: str, constraint: str, ada: User) -> None:
    assert violated_by(f"UPDATE user_profiles SET {assignment} WHERE user_id = %s", ada.pk) == constraint


@pytest.mark.parametrize(
    "assignment",
    [
        "linkedin_url = ''",
        "linkedin_url = 'https://linkedin.com'",
        "linkedin_url = 'HTTPS://WWW.LinkedIn.com/in/ada?x=1'",
        "linkedin_url = 'http://uk.linkedin.com/in/ada'",
        "desired_salary_min = 0, desired_salary_max = 0",
        "desired_salary_min = 5, desired_salary_max = NULL",
        "desired_salary_min = NULL, desired_salary_max = 5",
        "experience_years = 0",
    ],
)
def test_database_takes_a_profile_at_the_edge_of_its_rules(assignment: str, ada: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE user_profiles SET {assignment} WHERE user_id = %s", [ada.pk])
        assert cursor.rowcount == 1


def test_every_constraint_has_its_own_words() -> None:
    for model in (User, UserProfile):
        for constraint in model._meta.constraints:
            assert constraint.violation_error_code
            assert "Constraint" not in str(constraint.violation_error_message)


def test_user_is_found_by_address_however_cased(ada: User) -> None:
    assert User.objects.get_by_natural_key("ADA@example.com") == ada
    assert list(User.objects.with_email("Ada@Example.COM")) == [ada]


def test_user_sees_themself_and_a_superuser_everybody(ada: User, ben: User, dora: User) -> None:
    assert list(User.objects.visible_to(ada)) == [ada]
    assert set(User.objects.visible_to(dora)) == {ada, ben, dora}
    assert not User.objects.visible_to(AnonymousUser()).exists()
    ada.is_active = False
    assert not User.objects.visible_to(ada).exists()


def test_names_are_kind_to_missing_ones() -> None:
    user = UserFactory(email="x@example.com", full_name="")
    assert (str(user), user.get_full_name(), user.get_short_name()) == ("x@example.com",) * 3
    assert str(user.profile) == "Profile of x@example.com"


def test_token_is_kept_as_a_digest(ada: User) -> None:
    token, clear = issue_token(ada, name="Export")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM access_tokens t")
        assert clear not in cursor.fetchone()[0]
    assert (str(token), len(clear)) == ("Export", 64)


def test_indexes_serve_the_queries_they_are_for() -> None:
    User.objects.bulk_create(User(email=f"user{number}@example.com") for number in range(2000))
    people = list(User.objects.order_by("pk"))
    UserProfile.objects.bulk_create(UserProfile(user=user, city=f"City {user.email}") for user in people)
    AccessToken.objects.bulk_create(
        AccessToken(user=user, digest=f"{number:0128d}", name="x") for number, user in enumerate(people)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_user, user_profiles, access_tokens")
    assert "idx_user_email" in User.objects.with_email("USER77@example.com").explain()
    assert "idx_user_location" in UserProfile.objects.filter(city="City x", state="y").explain()
    assert "idx_user_created" in UserProfile.objects.order_by("-created_at")[:20].explain()
    assert "digest" in AccessToken.objects.filter(digest="0" * 128).explain()
