"""The rules of the directory and of target companies as the database holds them, and their indexes at work."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from companies.models import Company, TargetCompany
from jobos.accounts.models import User
from tests.factories import CompanyFactory, TargetCompanyFactory, UserFactory

pytestmark = pytest.mark.django_db


def violated_by(statement: str, *parameters: object) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name or ""


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("name = ''", "company_name_not_empty"),
        ("name = E' \\n\\t'", "company_name_not_empty"),
        ("name = repeat('x', 201)", "company_name_max_length"),
        ("website = 'acme.com'", "website_url_format"),
        ("website = 'javascript:alert(1)//https://'", "website_url_format"),
        ("website = E'x\\nhttps://acme.com'", "website_url_format"),
        ("founded_year = 1799", "founded_year_reasonable"),
        ("founded_year = extract(year from now())::int + 1", "founded_year_not_future"),
        ("size_category = 'huge'", "companies_company_size_category_valid"),
    ],
)
def test_database_refuses_a_company_that_breaks_a_rule(assignment: str, constraint: str) -> None:
    company = CompanyFactory()
    assert violated_by(f"UPDATE companies SET {assignment} WHERE id = %s", company.pk) == constraint


def test_database_takes_a_company_at_the_edge_of_its_rules() -> None:
    company = CompanyFactory(founded_year=1800)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE companies SET name = repeat('x', 200), founded_year = extract(year from now()) WHERE id = %s",
            [company.pk],
        )
        assert cursor.rowcount == 1


def test_one_identity_is_one_row_also_without_a_domain() -> None:
    CompanyFactory(name="Acme, Inc.")
    other = CompanyFactory(name="Other")
    assert (
        violated_by("UPDATE companies SET normalized_name = 'acme' WHERE id = %s", other.pk)
        == "unique_company_identity"
    )


def test_one_domain_is_one_row_whatever_the_name() -> None:
    CompanyFactory(name="Acme", website="https://acme.com")
    other = CompanyFactory(name="Other", website="https://other.com")
    statement = "UPDATE companies SET domain = 'acme.com' WHERE id = %s"
    assert violated_by(statement, other.pk) == "companies_company_domain_unique"


def test_namesakes_with_different_domains_are_two_companies() -> None:
    for website in ("", "https://delta.com", "https://deltadental.com"):
        CompanyFactory(name="Delta", website=website)
    assert Company.objects.filter(normalized_name="delta").count() == 3


def test_identity_is_derived_by_every_way_of_writing() -> None:
    saved = CompanyFactory(name="Acme, Inc.", website="HTTPS://Jobs.Acme.com/x")
    (bulk,) = Company.objects.bulk_create(
        [Company(name="B\u00fccher GmbH", website="https://b\u00fccher.de", normalized_name="forged", domain="forged")]
    )
    for company in (saved, bulk):
        company.refresh_from_db()
    assert (saved.normalized_name, saved.domain) == ("acme", "acme.com")
    assert (bulk.normalized_name, bulk.domain) == ("bucher", "xn--bcher-kva.de")


def test_write_that_leaves_identity_behind_is_refused() -> None:
    company = CompanyFactory()
    for fields in ({"name": "Other"}, {"website": "https://x.com"}):
        with pytest.raises(ValueError, match="needs"):
            Company.objects.update(**fields)
        with pytest.raises(ValueError, match="needs"):
            company.save(update_fields=list(fields))
    company.name = "Other, Inc."
    company.save(update_fields=["name", "normalized_name"])
    company.refresh_from_db()
    assert company.normalized_name == "other"


@pytest.mark.parametrize("fields", [{"name"}, {"website", "name"}])
def test_bulk_update_that_leaves_identity_behind_is_refused(fields: set[str]) -> None:
    company = CompanyFactory()
    company.name = "Other"
    with pytest.raises(ValueError, match="needs"):
        Company.objects.bulk_update([company], fields)


@pytest.mark.parametrize("lane", [0, 6, -1])
def test_database_refuses_an_unknown_lane(lane: int) -> None:
    target = TargetCompanyFactory()
    assert (
        violated_by("UPDATE target_companies SET lane = %s WHERE id = %s", lane, target.pk) == "ck_companies_lane_valid"
    )


def test_company_is_tracked_once_by_each_user(ada: User, ben: User) -> None:
    company = CompanyFactory()
    TargetCompanyFactory(user=ada, company=company)
    TargetCompanyFactory(user=ben, company=company)
    other = TargetCompanyFactory(user=ada)
    statement = "UPDATE target_companies SET company_id = %s WHERE id = %s"
    assert violated_by(statement, company.pk, other.pk) == "companies_targetcompany_one_per_user"


def test_tracked_company_cannot_be_deleted() -> None:
    target = TargetCompanyFactory()
    with pytest.raises(ProtectedError):
        target.company.delete()
    assert violated_by("DELETE FROM companies WHERE id = %s", target.company.pk).startswith(
        "target_companies_company_id"
    )


def test_erasing_a_user_leaves_the_companies_they_made(ada: User) -> None:
    company = CompanyFactory(created_by=ada, is_confirmed=False)
    TargetCompanyFactory(user=ada, company=company)
    ada.delete()
    company.refresh_from_db()
    assert company.created_by is None
    assert not TargetCompany.objects.exists()


def test_every_constraint_has_its_own_words() -> None:
    for model in (Company, TargetCompany):
        for constraint in model._meta.constraints:
            assert constraint.violation_error_code
            assert "Constraint" not in str(constraint.violation_error_message)


def test_unconfirmed_company_is_seen_by_who_made_or_tracks_it(ada: User, ben: User, cleo: User, dora: User) -> None:
    confirmed = CompanyFactory()
    company = CompanyFactory(is_confirmed=False, created_by=ada)
    everybody = {ada: {confirmed, company}, ben: {confirmed}, cleo: {confirmed, company}, dora: {confirmed, company}}
    for user, seen in everybody.items():
        assert set(Company.objects.visible_to(User.objects.get(pk=user.pk))) == seen
    TargetCompanyFactory(user=ben, company=company)
    assert set(Company.objects.visible_to(ben)) == {confirmed, company}
    ada.is_active = False
    assert not Company.objects.visible_to(ada).exists()


def test_one_row_is_open_to_whom_the_query_says(ada: User, ben: User, cleo: User, dora: User) -> None:
    gone = UserFactory(is_active=False)
    made_by = [CompanyFactory(is_confirmed=False, created_by=user) for user in (None, ada, ben, gone)]
    for company in (CompanyFactory(), *made_by):
        for user in (AnonymousUser(), ada, ben, cleo, dora, gone):
            is_found = Company.objects.open_to(user).filter(pk=company.pk).exists()
            assert company.is_open_to(user) is is_found, (user, company.created_by)


def test_deep_dive_is_done_when_there_is_one() -> None:
    assert not TargetCompany().deep_dive_done
    assert TargetCompany(deep_dive_content="x", last_researched=datetime(2026, 1, 1, tzinfo=UTC)).deep_dive_done


def test_indexes_serve_the_queries_they_are_for(ada: User, ben: User) -> None:
    companies = Company.objects.bulk_create(
        Company(
            name=f"Company number {number}",
            website=f"https://company{number}.com",
            industry=f"Industry {number % 400}",
            size_category="startup" if number % 500 == 0 else "small",
        )
        for number in range(3000)
    )
    TargetCompany.objects.bulk_create(
        TargetCompany(user=ben if number % 2 else ada, company=company, lane=1 if number % 100 else 2)
        for number, company in enumerate(companies)
    )
    CompanyFactory(name="Quixotry Works")
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('companies_name_trgm_idx')")
        cursor.execute("ANALYZE companies, target_companies")
    by_identity = Company.objects.filter(normalized_name="company number 7", domain__isnull=True).explain()
    assert "idx_company_name_domain" in by_identity or "unique_company_identity" in by_identity
    assert "companies_company_domain_unique" in Company.objects.filter(domain="company7.com").explain()
    assert "companies_industry_idx" in Company.objects.filter(industry="Industry 7").explain()
    assert "companies_size_idx" in Company.objects.filter(size_category="startup").explain()
    assert "companies_name_trgm_idx" in Company.objects.filter(normalized_name__contains="quixotry").explain()
    assert "companies_target_lane_idx" in TargetCompany.objects.owned_by(ada).filter(lane=2).order_by().explain()
