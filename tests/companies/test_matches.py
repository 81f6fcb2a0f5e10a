"""Look-alikes: what is suggested, and what is never suggested again."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from companies.models import Company, CompanyMatchSuggestion
from companies.services import keep_apart, merge_companies, refresh_matches
from companies.services.matches import LOCK
from jobos.accounts.models import User
from tests.factories import CompanyFactory

pytestmark = pytest.mark.django_db


def suggested() -> set[frozenset[str]]:
    rows = CompanyMatchSuggestion.objects.filter(state="open").select_related("company", "other")
    return {frozenset((f"{row.company}", f"{row.other}")) for row in rows}


@pytest.fixture
def directory() -> dict[str, Company]:
    names = ["Northrop Grumman", "Northop Grumman", "JP Morgan", "JPMorgan", "Cisco", "Cisco Systems, Inc."]
    names += [
        "Bank of America",
        "Bank of Armenia",
        "General Motors",
        "General Mills",
        "City of New York",
        "City of Newark",
    ]
    found = {name: CompanyFactory(name=name) for name in names}
    found["Apex"] = CompanyFactory(name="Apex Holding", website="https://roadrunner.com")
    found["Road Runner"] = CompanyFactory(name="Road Runner")
    for host in ("acme.io", "acme.com"):
        found[host] = CompanyFactory(name="Acme", website=f"https://{host}")
    return found


ALIKE = {
    frozenset(("Northrop Grumman", "Northop Grumman")),
    frozenset(("JP Morgan", "JPMorgan")),
    frozenset(("Cisco", "Cisco Systems, Inc.")),
    frozenset(("Apex Holding", "Road Runner")),
    frozenset(("Acme",)),
}


def test_look_alikes_are_suggested_once_with_score_and_reasons(directory: dict[str, Company]) -> None:
    told = []
    done = refresh_matches(tell=lambda *numbers: told.append(numbers))
    assert (done.compared, done.suggested, done.withdrawn) == (16, 5, 0)
    assert told == [(16, 16)]
    assert suggested() == ALIKE
    for row in CompanyMatchSuggestion.objects.all():
        assert row.company_id < row.other_id
        assert 0 < row.score <= 1
        assert row.why
    assert Company.objects.count() == 16
    again = refresh_matches()
    assert (again.suggested, again.withdrawn) == (0, 0)


def test_decided_pairs_are_not_suggested_again(directory: dict[str, Company], cleo: User) -> None:
    refresh_matches()
    apart = CompanyMatchSuggestion.objects.get(other_name="JPMorgan")
    assert keep_apart(apart, by=cleo).decided_by == cleo
    assert keep_apart(apart, by=cleo).state == "kept_apart"
    merged = CompanyMatchSuggestion.objects.get(other_name="Northop Grumman")
    merge_companies(merged.company, merged.other, by=cleo)
    with pytest.raises(ValidationError, match="merged meanwhile"):
        keep_apart(merged, by=cleo)
    refresh_matches()
    assert suggested() == ALIKE - {
        frozenset(("JP Morgan", "JPMorgan")),
        frozenset(("Northrop Grumman", "Northop Grumman")),
    }


def test_what_is_no_longer_alike_is_withdrawn(directory: dict[str, Company]) -> None:
    refresh_matches()
    company = directory["Cisco"]
    company.name = "Sysco"
    company.save()
    assert refresh_matches().withdrawn == 1
    assert suggested() == ALIKE - {frozenset(("Cisco", "Cisco Systems, Inc."))}


def test_only_what_changed_is_compared_with_everything(directory: dict[str, Company]) -> None:
    Company.objects.update(updated_at=timezone.now() - timedelta(days=9))
    Company.objects.filter(name="JPMorgan").update(updated_at=timezone.now())
    assert refresh_matches(changed_since=timezone.now() - timedelta(days=1)).compared == 1
    assert suggested() == {frozenset(("JP Morgan", "JPMorgan"))}


def test_command_says_what_it_did(directory: dict[str, Company], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("refresh_company_matches")
    assert "16 companies compared: 5 pairs suggested or told anew, 0 withdrawn." in capsys.readouterr().out
    call_command("refresh_company_matches", "--json", "--days", "1")
    assert json.loads(capsys.readouterr().out)["suggested"] == 0
    with pytest.raises(CommandError):
        call_command("refresh_company_matches", "--days", "0")


@pytest.mark.django_db(transaction=True)
def test_second_refresh_at_the_same_time_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            call_command("refresh_company_matches")
        assert "Another refresh is running" in capsys.readouterr().out
    finally:
        other.close()
