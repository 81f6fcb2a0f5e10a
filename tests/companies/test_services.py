"""Finding and making directory entries."""

import pytest
from django.core.exceptions import ValidationError

from companies.models import Company, CompanyAlias, CompanyMatchSuggestion
from companies.services import (
    add_alias,
    add_company,
    change_company,
    delete_companies,
    find_or_create_companies,
    find_or_create_company,
    remove_alias,
    track_company,
)
from jobos.accounts.models import User
from jobos.core.errors import Conflict
from tests.factories import CompanyFactory, JobListingFactory, TargetCompanyFactory

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


# What a curator's mention does to what a seeker typed -------------------------------------------------------------


def test_curators_mention_confirms_what_a_seeker_typed_and_its_facts_win(ada: User, cleo: User) -> None:
    typed = find_or_create_company("acme inc", website="acme.com", by=ada)
    found = find_or_create_company(
        "Acme, Inc.", website="https://www.acme.com", by=cleo, industry="Tools", size="11-50"
    )
    assert found == typed
    assert (found.is_confirmed, found.name, found.website) == (True, "Acme, Inc.", "https://www.acme.com")
    assert (found.industry, found.size_category, found.created_by) == ("Tools", "startup", ada)
    assert Company.objects.get() == found


def test_claimed_website_is_not_published_by_a_curator_who_does_not_name_it(ada: User, cleo: User) -> None:
    find_or_create_company("Acme", website="evil.example.com", by=ada)
    company = find_or_create_company("Acme", by=cleo)
    assert (company.is_confirmed, company.website, company.domain) == (True, "", None)


def test_claim_gives_way_to_the_company_that_a_curator_knows_by_that_website(ada: User, ben: User, cleo: User) -> None:
    claim = track_company(by=ada, name="Globex", website="acme.com").company
    assert track_company(by=ben, name="Globex").company == claim
    acme = find_or_create_companies([("Acme", "acme.com")], by=cleo)["Acme", "acme.com"]
    claim.refresh_from_db()
    assert acme != claim
    assert (acme.name, acme.domain, acme.is_confirmed) == ("Acme", "acme.com", True)
    assert (claim.name, claim.website, claim.domain, claim.is_confirmed) == ("Globex", "", None, False)


def test_claim_that_cannot_give_way_becomes_the_curators_company(ada: User, cleo: User) -> None:
    claim = CompanyFactory(name="Globex", website="https://acme.com", is_confirmed=False, created_by=ada)
    CompanyFactory(name="Globex", is_confirmed=False, created_by=ada)
    acme = find_or_create_company("Acme", website="acme.com", by=cleo)
    assert (acme.pk, acme.name, acme.normalized_name, acme.is_confirmed) == (claim.pk, "Acme", "acme", True)


def test_only_confirmed_namesake_is_meant_whatever_strangers_claim(ada: User, ben: User) -> None:
    delta = CompanyFactory(name="Delta", website="https://delta.com")
    CompanyFactory(name="Delta", website="https://evil.example.com", is_confirmed=False, created_by=ben)
    assert find_or_create_company("Delta", by=ada) == delta


# Many at once ---------------------------------------------------------------------------------------------------------


def test_many_mentions_are_answered_like_one_after_the_other(cleo: User) -> None:
    there = CompanyFactory(name="Globex", website="https://globex.com")
    bare = CompanyFactory(name="Initech")
    mentions = [
        ("Acme", ""),
        ("ACME, Inc.", "acme.com"),
        ("Acme Holdings", "https://careers.acme.com/jobs"),
        ("Globex GmbH", ""),
        ("Initech", "initech.com"),
        ("Initech", "initech.org"),
        ("Umbrella", "https://www.linkedin.com/company/umbrella"),
        ("umbrella", ""),
        ("Acme", ""),
    ]
    found = find_or_create_companies(mentions, by=None)
    assert set(found) == set(mentions)
    assert (
        found["Acme", ""] == found["ACME, Inc.", "acme.com"] == found["Acme Holdings", "https://careers.acme.com/jobs"]
    )
    assert found["Globex GmbH", ""] == there
    assert found["Initech", "initech.com"] == bare
    assert found["Initech", "initech.org"] not in (bare, there)
    assert found["Umbrella", "https://www.linkedin.com/company/umbrella"] == found["umbrella", ""]
    assert Company.objects.count() == 5
    assert not Company.objects.filter(is_confirmed=False).exists()
    assert {row.domain for row in Company.objects.all()} == {
        "acme.com",
        "globex.com",
        "initech.com",
        "initech.org",
        None,
    }
    assert find_or_create_companies(mentions, by=None) == found


def test_thousands_of_mentions_cost_as_many_statements_as_a_few(django_assert_max_num_queries, cleo: User) -> None:
    mentions = [(f"Firm {number}", f"firm{number}.com" if number % 2 else "") for number in range(1500)]
    with django_assert_max_num_queries(25):
        find_or_create_companies(mentions, by=cleo)
    with django_assert_max_num_queries(8):
        find_or_create_companies(mentions, by=cleo)
    assert Company.objects.count() == 1500


def test_mention_that_no_company_can_be_called_is_refused_whole(cleo: User) -> None:
    with pytest.raises(ValidationError) as caught:
        find_or_create_companies([("Acme", ""), ("x" * 201, "ftp://x")], by=cleo)
    assert set(caught.value.message_dict) == {"name", "website"}
    assert not Company.objects.exists()


def test_name_that_several_share_stays_apart_and_is_suggested() -> None:
    shared = [CompanyFactory(name="Delta", website=f"https://{host}.com") for host in ("delta", "deltadental")]
    made = find_or_create_companies([("DELTA", "")], by=None)["DELTA", ""]
    assert made not in shared
    pairs = {(row.company, row.other) for row in CompanyMatchSuggestion.objects.all()}
    assert pairs == {(company, made) for company in shared}


# Shared hosts ---------------------------------------------------------------------------------------------------------


def test_a_page_at_a_shared_host_is_a_website_with_its_scheme_and_tells_nobody_apart(ada: User) -> None:
    alpha = find_or_create_company("Alpha AI", website="ycombinator.com/companies/alpha", by=ada)
    beta = find_or_create_company("Beta Robotics", website="www.ycombinator.com/companies/beta", by=ada)
    assert (alpha.website, alpha.domain) == ("https://ycombinator.com/companies/alpha", None)
    assert alpha != beta


def test_a_domain_that_became_shared_stays_until_its_website_is_written(ada: User, cleo: User) -> None:
    page = "https://www.ycombinator.com/companies/alpha"
    alpha = CompanyFactory(name="Alpha AI", website=page, is_confirmed=False, created_by=ada)
    Company.objects.filter(pk=alpha.pk).update(website=page, domain="ycombinator.com")
    add_alias(alpha, "Alpha Artificial", by=cleo)
    assert find_or_create_company("Beta Robotics", website=page, by=ada) != alpha
    assert find_or_create_company("ALPHA AI", website=page, by=ada) == alpha
    assert find_or_create_company("Alpha Artificial", by=cleo) == alpha
    alpha.refresh_from_db()
    assert (alpha.domain, alpha.is_confirmed) == ("ycombinator.com", True)
    change_company(alpha, industry="Robots")
    alpha.refresh_from_db()
    assert alpha.domain == "ycombinator.com"
    change_company(alpha, website=f"{page}-2")
    alpha.refresh_from_db()
    assert (alpha.website, alpha.domain) == (f"{page}-2", None)


# Aliases --------------------------------------------------------------------------------------------------------------


def test_alias_means_its_company_on_every_path(ada: User, cleo: User) -> None:
    acme = CompanyFactory(name="Acme", website="https://acme.com")
    alias = add_alias(acme, "Road Runner Supplies, Inc.", by=cleo)
    assert (alias.normalized_name, alias.created_by) == ("road runner supplies", cleo)
    assert find_or_create_company("ROAD RUNNER SUPPLIES", by=ada) == acme
    assert (
        find_or_create_companies([("Road Runner Supplies", "rrs.com")], by=None)["Road Runner Supplies", "rrs.com"]
        == acme
    )
    acme.refresh_from_db()
    assert acme.domain == "acme.com"
    remove_alias(alias)
    assert find_or_create_company("Road Runner Supplies", by=ada) != acme


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("ACME Inc", "own_name"),
        ("Globex, Inc.", "name_of_another"),
        ("Hooli XYZ", "alias_of_another"),
        ("  ", "company_name_not_empty"),
        ("x" * 201, "company_name_max_length"),
    ],
)
def test_ambiguous_or_impossible_alias_is_refused(spelling: str, code: str, cleo: User) -> None:
    acme, globex = CompanyFactory(name="Acme"), CompanyFactory(name="Globex")
    add_alias(globex, "Hooli XYZ", by=cleo)
    with pytest.raises(ValidationError) as caught:
        add_alias(acme, spelling, by=cleo)
    assert [error.code for error in caught.value.error_dict["name"]] == [code]
    assert CompanyAlias.objects.count() == 1


def test_company_is_not_renamed_into_anothers_alias(cleo: User) -> None:
    acme, globex = CompanyFactory(name="Acme"), CompanyFactory(name="Globex")
    add_alias(globex, "Hooli", by=cleo)
    with pytest.raises(ValidationError, match="This is a spelling of Globex"):
        change_company(acme, name="Hooli, Inc.")


# Curating -------------------------------------------------------------------------------------------------------------


def test_adding_what_is_there_is_a_conflict_and_what_a_seeker_typed_is_taken_over(ada: User, cleo: User) -> None:
    typed = find_or_create_company("Acme", website="acme.com", by=ada)
    added = add_company(by=cleo, name="Acme", website="acme.com", industry="Tools")
    assert (added.pk, added.is_confirmed, added.industry) == (typed.pk, True, "Tools")
    with pytest.raises(Conflict) as caught:
        add_company(by=cleo, name="ACME Ltd.", website="")
    assert caught.value.extra == {"existing_id": str(typed.pk)}


def test_size_category_follows_the_published_size_where_it_is_certain(cleo: User) -> None:
    company = add_company(by=cleo, name="Acme", size="501-1000 employees")
    assert company.size_category == "medium"
    assert change_company(company, size="10k+").size_category == "enterprise"
    assert change_company(company, size="Fortune 500").size_category == ""
    assert change_company(company, size_category="large").size_category == "large"
    assert change_company(company, size="many").size_category == "large"
    assert change_company(company, size="51-200", size_category="medium").size_category == "medium"


def test_company_in_use_is_not_deleted(cleo: User) -> None:
    used, free = CompanyFactory(name="Acme"), CompanyFactory(name="Globex")
    JobListingFactory(company=used)
    TargetCompanyFactory(company=used)
    with pytest.raises(ValidationError, match="1 listing and 1 list of people who track it point at it"):
        delete_companies([used, free])
    assert Company.objects.count() == 2
    assert delete_companies([free]) == 1
