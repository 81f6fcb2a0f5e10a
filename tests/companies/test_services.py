"""Finding and making directory entries."""

import pytest
from django.core.exceptions import ValidationError

from companies.models import Company
from companies.services import find_or_create_company, track_company
from jobos.accounts.models import User
from jobos.core.errors import Conflict
from tests.factories import CompanyFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("there", "asked", "is_same"),
    [
        (("Acme", ""), ("ACME, Inc.", ""), True),
        (("Acme", "https://acme.com"), ("Acme", ""), True),
        (("Acme", ""), ("Acme", "acme.com"), True),
        (("Acme", "https://acme.com"), ("Something Else", "https://jobs.acme.com/x"), True),
        (("Acme", "https://acme.com"), ("Acme", "https://acme.org"), False),
        (("Acme", ""), ("Acme Labs", ""), False),
        (("Acme", "https://acme.github.io"), ("Acme", "https://www.linkedin.com/company/acme"), True),
    ],
)
def test_same_domain_or_name_is_the_same_company(
    there: tuple[str, str], asked: tuple[str, str], is_same: bool, ada: User
) -> None:
    company = CompanyFactory(name=there[0], website=there[1])
    found = find_or_create_company(asked[0], website=asked[1], by=ada)
    assert (found == company) == is_same
    assert Company.objects.count() == (1 if is_same else 2)


def test_name_without_a_domain_stays_apart_where_several_share_it(ada: User) -> None:
    for website in ("https://delta.com", "https://deltadental.com"):
        CompanyFactory(name="Delta", website=website)
    made = find_or_create_company("Delta", by=ada)
    assert made.domain is None
    assert find_or_create_company("DELTA Inc.", by=ada) == made


def test_entry_of_a_seeker_is_unconfirmed_and_of_a_recruiter_confirmed(ada: User, cleo: User) -> None:
    mine, theirs = find_or_create_company("Mine", by=ada), find_or_create_company("Theirs", by=cleo)
    assert (mine.is_confirmed, mine.created_by) == (False, ada)
    assert (theirs.is_confirmed, theirs.created_by) == (True, cleo)


def test_seeker_cannot_put_a_website_on_what_others_see(ada: User, cleo: User) -> None:
    CompanyFactory(name="Acme", is_confirmed=True)
    assert find_or_create_company("Acme", website="https://evil.example.com", by=ada).website == ""
    assert find_or_create_company("Acme", website="acme.com", by=cleo).website == "https://acme.com"


def test_own_unconfirmed_entry_takes_its_website_on(ada: User) -> None:
    find_or_create_company("Acme", by=ada)
    assert find_or_create_company("Acme", website="acme.com", by=ada).domain == "acme.com"
    assert Company.objects.count() == 1


@pytest.mark.parametrize("website", ["javascript:alert(1)", "mailto:x@acme.com", "ftp://acme.com", "not a site"])
def test_website_that_is_none_makes_nothing(website: str, ada: User) -> None:
    with pytest.raises(ValidationError):
        find_or_create_company("Acme", website=website, by=ada)
    assert not Company.objects.exists()


def test_refused_tracking_leaves_no_company_behind(ada: User) -> None:
    target = track_company(by=ada, name="Acme")
    with pytest.raises(Conflict) as caught:
        track_company(by=ada, name="ACME, Inc.")
    assert caught.value.extra == {"existing_id": str(target.pk)}
    assert Company.objects.count() == 1
