"""Taking one company into another, and back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from rest_framework.test import APIClient

from companies.models import Company, CompanyAlias, CompanyMatchSuggestion, CompanyMerge, TargetCompany
from companies.services import (
    add_alias,
    find_or_create_companies,
    find_or_create_company,
    keep_apart,
    merge_companies,
    track_company,
    undo_merge,
)
from jobos.accounts.models import User
from jobos.core.errors import Conflict
from jobs.models import JobListing
from tests.factories import CompanyFactory, JobListingFactory, TargetCompanyFactory, UserFactory

pytestmark = pytest.mark.django_db
TABLES = ("companies", "job_listings", "target_companies", "company_aliases", "company_match_suggestions")


def read_rows() -> dict[str, dict[str, Any]]:
    """Every row of the tables that a merge touches, as the database has it."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT id::text, t::text FROM {table} t")
            found[table] = dict(cursor.fetchall())
    return found


@pytest.fixture
def pair() -> tuple[Company, Company]:
    """A winner that lacks some facts, and a loser that has them."""
    winner = CompanyFactory(name="Acme", industry="Tools")
    loser = CompanyFactory(
        name="Acme Tools, Inc.",
        website="https://acme.com",
        industry="Hardware",
        size="51-200",
        size_category="small",
        founded_year=1949,
        values=["Kind"],
    )
    return winner, loser


@pytest.fixture
def world(pair: tuple[Company, Company], ada: User, ben: User, cleo: User) -> dict[str, Any]:
    """Everything that can point at the two: listings, people who track one or both, aliases, suggestions."""
    winner, loser = pair
    third, fourth = CompanyFactory(name="Acmee"), CompanyFactory(name="Acne")
    return {
        "kept_listing": JobListingFactory(company=winner),
        "listings": [JobListingFactory(company=loser, skills_required=["Rust"]) for _ in range(3)],
        "kept": TargetCompanyFactory(user=ada, company=winner, lane=1, sector="Mine", notes="First."),
        "lost": TargetCompanyFactory(
            user=ada, company=loser, lane=3, sector="Other", stage="Public", notes="Second.", investors=["Road Runner"]
        ),
        "moved": TargetCompanyFactory(user=ben, company=loser, notes="Only this one."),
        "alias": add_alias(loser, "Coyote Supplies", by=cleo),
        "between": CompanyMatchSuggestion.objects.create(company=winner, other=loser, other_name=loser.name, score=0.7),
        "third": CompanyMatchSuggestion.objects.create(company=loser, other=third, other_name="Acmee", score=0.8),
        "double": CompanyMatchSuggestion.objects.create(company=loser, other=fourth, other_name="Acne", score=0.4),
        "same": CompanyMatchSuggestion.objects.create(company=winner, other=fourth, other_name="Acne", score=0.5),
    }


def test_everything_moves_to_the_winner(
    pair: tuple[Company, Company], world: dict[str, Any], ada: User, cleo: User
) -> None:
    winner, loser = pair
    merge = merge_companies(winner, loser, by=cleo)
    assert (merge.winner_name, merge.loser_id, merge.loser_name, merge.merged_by) == (
        "Acme",
        loser.pk,
        loser.name,
        cleo,
    )
    assert not Company.objects.filter(pk=loser.pk).exists()
    assert set(JobListing.objects.values_list("company", flat=True)) == {winner.pk}
    kept = TargetCompany.objects.get(user=ada)
    assert (kept.pk, kept.lane, kept.sector, kept.stage) == (world["kept"].pk, 1, "Mine", "Public")
    assert (kept.notes, kept.investors) == ("First.\n\nSecond.", ["Road Runner"])
    world["moved"].refresh_from_db()
    assert (world["moved"].company, world["moved"].notes) == (winner, "Only this one.")
    spellings = {(alias.name, alias.source, alias.company) for alias in CompanyAlias.objects.all()}
    assert spellings == {("Coyote Supplies", "curator", winner), ("Acme Tools, Inc.", "merge", winner)}
    states = {row.other_name: (row.company, row.state, row.decided_by) for row in CompanyMatchSuggestion.objects.all()}
    assert states == {
        loser.name: (winner, "merged", cleo),
        "Acmee": (winner, "open", None),
        "Acne": (winner, "open", None),
    }
    winner.refresh_from_db()
    assert (winner.name, winner.industry, winner.website, winner.domain) == (
        "Acme",
        "Tools",
        "https://acme.com",
        "acme.com",
    )
    assert (winner.size, winner.size_category, winner.founded_year, winner.values) == (
        "51-200",
        "small",
        1949,
        ["Kind"],
    )
    for mention in (("ACME TOOLS", ""), ("Coyote supplies", ""), ("Whoever", "acme.com")):
        assert find_or_create_companies([mention], by=None)[mention] == winner


def test_undoing_at_once_gives_the_same_bytes_back(
    pair: tuple[Company, Company], world: dict[str, Any], cleo: User
) -> None:
    before = read_rows()
    merge = merge_companies(*pair, by=cleo)
    assert read_rows() != before
    undone = undo_merge(merge, by=cleo)
    assert read_rows() == before
    assert undone.undone_by == cleo
    with pytest.raises(Conflict) as caught:
        undo_merge(merge, by=cleo)
    assert caught.value.code == "already_undone"


def test_later_edits_stay_and_what_is_gone_or_elsewhere_stays_so(
    pair: tuple[Company, Company], world: dict[str, Any], ada: User, ben: User, cleo: User
) -> None:
    winner, loser = pair
    elsewhere = CompanyFactory(name="Globex")
    merge = merge_companies(winner, loser, by=cleo)
    edited, moved_on, deleted = world["listings"]
    JobListing.objects.filter(pk=edited.pk).update(title="Edited since")
    JobListing.objects.filter(pk=moved_on.pk).update(company=elsewhere)
    deleted.delete()
    new = JobListingFactory(company=winner)
    TargetCompany.objects.filter(user=ada).update(stage="Seed", lane=5)
    TargetCompany.objects.filter(user=ben).update(notes="Changed.")
    Company.objects.filter(pk=winner.pk).update(founded_year=1950)
    CompanyAlias.objects.filter(name="Coyote Supplies").delete()
    keep_apart(CompanyMatchSuggestion.objects.get(other_name="Acmee"), by=cleo)
    undo_merge(merge, by=cleo)
    where = dict(JobListing.objects.values_list("pk", "company"))
    assert where == {
        world["kept_listing"].pk: winner.pk,
        edited.pk: loser.pk,
        moved_on.pk: elsewhere.pk,
        new.pk: winner.pk,
    }
    assert JobListing.objects.get(pk=edited.pk).title == "Edited since"
    hers = {row.company: (row.stage, row.lane, row.sector, row.notes) for row in TargetCompany.objects.filter(user=ada)}
    assert hers == {winner: ("Seed", 5, "Mine", "First."), loser: ("Public", 3, "Other", "Second.")}
    his = TargetCompany.objects.get(user=ben)
    assert (his.company, his.notes) == (loser, "Changed.")
    winner.refresh_from_db()
    assert (winner.founded_year, winner.size, winner.website, winner.domain) == (1950, "", "", None)
    assert not CompanyAlias.objects.exists()
    apart = CompanyMatchSuggestion.objects.get(other_name="Acmee")
    assert (apart.company, apart.state, apart.decided_by) == (loser, "kept_apart", cleo)


def test_whoever_stopped_tracking_the_merged_company_does_not_track_the_loser_again(
    pair: tuple[Company, Company], world: dict[str, Any], ada: User, ben: User, cleo: User
) -> None:
    merge = merge_companies(*pair, by=cleo)
    TargetCompany.objects.filter(user=ada).delete()
    ben.delete()
    cleo.delete()
    undo_merge(merge, by=None)
    assert not TargetCompany.objects.exists()
    assert Company.objects.get(pk=pair[1].pk).name == "Acme Tools, Inc."


def test_listings_are_found_by_the_name_they_now_have(
    pair: tuple[Company, Company], world: dict[str, Any], cleo: User
) -> None:
    def count(word: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM job_listings WHERE search_head @@ plainto_tsquery('jobos', %s)", [word]
            )
            return cursor.fetchone()[0]

    assert count("tools") == 3
    merge = merge_companies(*pair, by=cleo)
    assert (count("tools"), count("acme")) == (0, 4)
    undo_merge(merge, by=cleo)
    assert count("tools") == 3


class TestRefusals:
    def test_into_itself(self, pair: tuple[Company, Company], cleo: User) -> None:
        with pytest.raises(ValidationError, match="not merged into itself"):
            merge_companies(pair[0], pair[0], by=cleo)

    def test_twice(self, pair: tuple[Company, Company], cleo: User) -> None:
        merge_companies(*pair, by=cleo)
        with pytest.raises(Conflict, match="Acme Tools, Inc. is not in the directory any more"):
            merge_companies(*pair, by=cleo)

    def test_undo_while_the_winner_is_merged_away_names_that_merge(
        self, pair: tuple[Company, Company], cleo: User
    ) -> None:
        first = merge_companies(*pair, by=cleo)
        second = merge_companies(CompanyFactory(name="Globex"), pair[0], by=cleo)
        with pytest.raises(Conflict, match="Undo the merge of Acme into Globex first") as caught:
            undo_merge(first, by=cleo)
        assert caught.value.extra == {"blocking_merge": str(second.pk)}
        before = read_rows()
        undo_merge(second, by=cleo)
        undo_merge(first, by=cleo)
        assert set(Company.objects.values_list("name", flat=True)) == {"Acme", "Acme Tools, Inc.", "Globex"}
        assert read_rows() != before

    def test_undo_while_a_later_merge_holds_the_same_rows_names_it(
        self, pair: tuple[Company, Company], ada: User, cleo: User
    ) -> None:
        winner, loser = pair
        other = CompanyFactory(name="Initech")
        for company in (winner, loser, other):
            TargetCompanyFactory(user=ada, company=company, notes=f"On {company}.")
        before = read_rows()
        first, second = merge_companies(winner, loser, by=cleo), merge_companies(winner, other, by=cleo)
        with pytest.raises(Conflict, match="Undo the merge of Initech into Acme first"):
            undo_merge(first, by=cleo)
        undo_merge(second, by=cleo)
        undo_merge(first, by=cleo)
        assert read_rows() == before

    def test_merges_of_one_winner_that_share_no_rows_are_undone_in_any_order(
        self, pair: tuple[Company, Company], cleo: User
    ) -> None:
        other = CompanyFactory(name="Initech", location="Austin")
        before = read_rows()
        first, second = merge_companies(*pair, by=cleo), merge_companies(pair[0], other, by=cleo)
        undo_merge(first, by=cleo)
        undo_merge(second, by=cleo)
        after = read_rows()
        assert after["companies"].keys() == before["companies"].keys()
        assert (Company.objects.get(pk=other.pk).location, Company.objects.get(pk=pair[0].pk).location) == (
            "Austin",
            "",
        )

    @pytest.mark.parametrize("taken", ["website", "name", "alias"])
    def test_undo_while_another_entry_has_the_losers_identity_names_it(
        self, taken: str, pair: tuple[Company, Company], cleo: User
    ) -> None:
        winner, loser = pair
        Company.objects.filter(pk=winner.pk).update(website="https://a.com", domain="a.com")
        if taken != "website":
            Company.objects.filter(pk=loser.pk).update(website="", domain=None)
        merge = merge_companies(winner, loser, by=cleo)
        CompanyAlias.objects.all().delete()
        if taken == "alias":
            add_alias(CompanyFactory(name="Thief"), "Acme Tools", by=cleo)
        else:
            name, website = ("Thief", "acme.com") if taken == "website" else ("ACME TOOLS", "")
            find_or_create_company(name, website=website, by=cleo)
        with pytest.raises(Conflict, match="has the name or website of Acme Tools, Inc. by now") as caught:
            undo_merge(merge, by=cleo)
        assert caught.value.code == "identity_taken"
        assert not Company.objects.filter(pk=loser.pk).exists()
        merge.refresh_from_db()
        assert merge.undone_at is None

    def test_undo_where_the_winner_was_deleted(self, pair: tuple[Company, Company], cleo: User) -> None:
        merge = merge_companies(*pair, by=cleo)
        pair[0].delete()
        with pytest.raises(Conflict, match="Acme is not in the directory any more"):
            undo_merge(merge, by=cleo)


def test_spelling_of_a_third_company_becomes_no_alias(cleo: User) -> None:
    winner, loser, third = (
        CompanyFactory(name=name, website=website)
        for name, website in (
            ("Acme", "https://acme.com"),
            ("Delta", "https://delta.com"),
            ("Delta", "https://delta.org"),
        )
    )
    merge_companies(winner, loser, by=cleo)
    assert not CompanyAlias.objects.exists()
    assert find_or_create_companies([("Delta", "")], by=None)["Delta", ""] == third


def test_claimed_website_of_an_unconfirmed_loser_is_not_taken_on(ada: User, cleo: User) -> None:
    winner = CompanyFactory(name="Acme", is_confirmed=False, created_by=ada)
    loser = CompanyFactory(name="Acmee", website="https://evil.com", is_confirmed=False, created_by=ada)
    before = read_rows()
    merge = merge_companies(winner, loser, by=cleo)
    winner.refresh_from_db()
    assert (winner.website, winner.is_confirmed) == ("", True)
    undo_merge(merge, by=cleo)
    assert read_rows() == before


def test_page_on_a_shared_host_is_filled_in_and_emptied_again(cleo: User) -> None:
    winner, loser = CompanyFactory(name="Acme"), CompanyFactory(name="Acme Works", website="https://acme.github.io")
    before = read_rows()
    merge = merge_companies(winner, loser, by=cleo)
    winner.refresh_from_db()
    assert (winner.website, winner.domain) == ("https://acme.github.io", None)
    undo_merge(merge, by=cleo)
    assert read_rows() == before


def test_every_table_that_points_at_companies_is_known_to_a_merge() -> None:
    pointing = {relation.related_model._meta.db_table for relation in Company._meta.related_objects}
    assert pointing == {*TABLES[1:], "company_merges"}


def test_size_of_a_merge_does_not_change_its_statements(django_assert_max_num_queries, cleo: User) -> None:
    winner, loser = CompanyFactory(), CompanyFactory()
    for _ in range(30):
        JobListingFactory(company=loser)
        user = UserFactory()
        TargetCompanyFactory(user=user, company=winner)
        TargetCompanyFactory(user=user, company=loser)
    with django_assert_max_num_queries(20):
        merge = merge_companies(winner, loser, by=cleo)
    with django_assert_max_num_queries(22):
        undo_merge(merge, by=cleo)
    assert loser.listings.count() == 30


def is_anybody_waiting() -> bool:
    """Tell whether another connection waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)
class TestRaces:
    def run(self, *calls: Callable[[], Any]) -> list[str]:
        """Run calls at once, each on a connection of its own; return what became of each."""

        def attempt(call: Callable[[], Any]) -> str:
            try:
                call()
            except (ValidationError, IntegrityError, Company.DoesNotExist) as exc:
                return type(exc).__name__
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(len(calls)) as pool:
            return sorted(pool.map(attempt, calls))

    def test_ten_creations_of_one_company_make_one_row(self, roles: None) -> None:
        people = [UserFactory() for _ in range(10)]
        outcomes = self.run(
            *(lambda by=by: find_or_create_company("Acme, Inc.", website="acme.com", by=by) for by in people)
        )
        assert outcomes == ["done"] * 10
        assert Company.objects.count() == 1

    def test_imports_of_the_same_companies_at_once_make_each_once(self, roles: None) -> None:
        mentions = [(f"Firm {n % 60}", f"firm{n % 60}.com" if n % 3 else "") for n in range(200)]
        calls = [lambda step=step: find_or_create_companies(mentions[::step], by=None) for step in (1, -1, 1, -1)]
        assert self.run(*calls) == ["done"] * 4
        assert Company.objects.count() == 60

    def test_merging_both_ways_at_once_leaves_one_company(self, roles: None) -> None:
        for _ in range(3):
            one, other = CompanyFactory(name="One"), CompanyFactory(name="Other")
            JobListingFactory(company=one)
            outcomes = self.run(
                lambda: merge_companies(one, other, by=None), lambda: merge_companies(other, one, by=None)
            )
            assert outcomes == ["Conflict", "done"]
            assert Company.objects.count() == 1
            JobListing.objects.all().delete()
            Company.objects.all().delete()
            CompanyMerge.objects.all().delete()

    def test_undoing_twice_at_once_undoes_once(self, roles: None) -> None:
        winner, loser = CompanyFactory(), CompanyFactory()
        merge = merge_companies(winner, loser, by=None)
        assert self.run(*(lambda: undo_merge(merge, by=None) for _ in range(4))) == ["Conflict"] * 3 + ["done"]
        assert Company.objects.count() == 2

    def test_undoing_while_the_winner_is_merged_away_leaves_one_legal_outcome(self, roles: None) -> None:
        winner, loser, third = CompanyFactory(), CompanyFactory(), CompanyFactory()
        JobListingFactory(company=loser)
        merge = merge_companies(winner, loser, by=None)
        self.run(lambda: undo_merge(merge, by=None), lambda: merge_companies(third, winner, by=None))
        merge.refresh_from_db()
        assert Company.objects.filter(pk=loser.pk).exists() is (merge.undone_at is not None)
        assert not Company.objects.filter(pk=winner.pk).exists()
        assert JobListing.objects.get().company_id == (loser.pk if merge.undone_at else third.pk)

    @pytest.mark.parametrize("kind", ["target", "listing"])
    def test_row_that_moves_while_somebody_waits_to_change_it_is_changed(
        self, kind: str, api: Callable[..., APIClient], ada: User, cleo: User
    ) -> None:
        winner, loser = CompanyFactory(), CompanyFactory()
        target, listing = TargetCompanyFactory(user=ada, company=loser), JobListingFactory(company=loser)
        client, url, body = {
            "target": (api(ada), f"/api/v1/target-companies/{target.pk}/", {"notes": "Hers."}),
            "listing": (api(cleo), f"/api/v1/listings/{listing.pk}/", {"location": "Berlin"}),
        }[kind]

        def change() -> Any:
            try:
                return client.patch(url, body)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                merge_companies(winner, loser, by=None)
                waiting = pool.submit(change)
                while not is_anybody_waiting():
                    assert not waiting.done()
            answer = waiting.result()
        assert (answer.status_code, answer.json()["company"]["id"]) == (200, str(winner.pk))

    def test_company_that_somebody_just_tracked_is_merged_with_them(self, ada: User) -> None:
        winner, loser = CompanyFactory(), CompanyFactory()

        def merge() -> None:
            try:
                merge_companies(winner, loser, by=None)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                target = track_company(by=ada, company=loser)
                waiting = pool.submit(merge)
                while not is_anybody_waiting():
                    assert not waiting.done()
                assert str(target) == loser.name
            waiting.result()
        target.refresh_from_db()
        assert target.company == winner

    def test_company_that_was_merged_meanwhile_is_not_tracked(self, ada: User) -> None:
        winner, loser = CompanyFactory(), CompanyFactory()
        merge_companies(winner, loser, by=None)
        with transaction.atomic(), pytest.raises(IntegrityError):
            track_company(by=ada, company=loser)
