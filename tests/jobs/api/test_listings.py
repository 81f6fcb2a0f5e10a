"""The catalogue over REST: filters, pages by cursor, search, facets, similar listings, and what a recruiter writes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import ANY

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIClient

from companies.models import Company
from interactions.models import InteractionType
from jobos.accounts.models import User
from jobs.api.listing_serializers import ListingListSerializer
from jobs.models import JobListing
from jobs.services import search
from jobs.services.listings import change_status
from tests.answers import assert_problem
from tests.factories import CompanyFactory, InteractionFactory, JobListingFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/listings/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_kept_counts() -> None:
    cache.clear()


def ask(client: APIClient, query: str = "") -> dict[str, Any]:
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def titles(client: APIClient, query: str = "") -> list[str]:
    return [listing["title"] for listing in ask(client, query)["results"]]


def post(title: str, **columns: Any) -> JobListing:
    listing: JobListing = JobListingFactory(title=title, **columns)
    return listing


# What is shown --------------------------------------------------------------------------------------------------------


def test_list_shows_a_listing_without_its_long_texts(as_ada: APIClient) -> None:
    company = CompanyFactory(name="Acme", website="https://acme.example", industry="Rockets")
    with time_machine.travel(NOW, tick=False):
        listing = post(
            "Engineer", company=company, salary_min="100", posted_date=NOW - timedelta(days=1), skills_required=["C++"]
        )
    assert ask(as_ada) == {
        "count": 1,
        "count_is_exact": True,
        "next": None,
        "previous": None,
        "results": [
            {
                "id": str(listing.pk),
                "company_id": str(company.pk),
                "company_name": "Acme",
                "company": {
                    "id": str(company.pk),
                    "name": "Acme",
                    "website": "https://acme.example",
                    "industry": "Rockets",
                    "size_category": None,
                    "is_confirmed": True,
                },
                "title": "Engineer",
                "location": None,
                "job_type": None,
                "remote_type": None,
                "experience_level": None,
                "seniority_level": None,
                "salary_min": "100.00",
                "salary_max": None,
                "salary_currency": "USD",
                "skills_required": ["C++"],
                "skills_preferred": [],
                "tech_stack": [],
                "benefits": [],
                "education_required": None,
                "job_url": None,
                "application_url": None,
                "posted_date": "2026-11-23T12:00:00Z",
                "application_deadline": None,
                "source": None,
                "status": "active",
                "scraped_at": None,
                "last_verified": None,
                "verification_status": "unverified",
                "canonical": None,
                "source_count": 1,
                "data_quality_score": None,
                "listed_at": "2026-11-23T12:00:00Z",
                "created_at": "2026-11-24T12:00:00Z",
                "updated_at": "2026-11-24T12:00:00Z",
            }
        ],
    }


def test_sql_and_serializer_show_the_same(as_ada: APIClient, as_cleo: APIClient, ada: User, ben: User) -> None:
    """The rows of a list come from fixed SQL; the serializer is their contract."""
    odd = '\u2028 "quoted" \\ </script> Zo\u00eb \U0001f680 \t\n'
    original = post(f"Title {odd}", location=odd, benefits=[odd, ""], education_required=odd)
    post(
        "Everything",
        company=CompanyFactory(name=odd, website="https://claimed.example", is_confirmed=False, created_by=ben),
        canonical=original,
        salary_min="0.10",
        salary_max="9999999999.99",
        skills_required=["a, b", "{c}"],
        posted_date=datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC),
        application_deadline=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        scraped_at=datetime(1999, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
        data_quality_score=1 / 3,
        job_url="https://x.example/?a=1&b=%20",
        remote_type="Remote",
    )
    post("Own claim", company=CompanyFactory(is_confirmed=False, website="https://mine.example", created_by=ada))
    for client in (as_ada, as_cleo):
        user = ada if client is as_ada else User.objects.get(email="cleo@example.com")
        rows = JobListing.objects.with_company().order_by("-listed_at", "-pk")
        request = type("Request", (), {"user": user})()
        shown = ListingListSerializer(rows, many=True, context={"request": request}).data
        assert ask(client)["results"] == json.loads(JSONRenderer().render(shown))


def test_strangers_claim_about_a_company_is_hidden_from_a_seeker(
    as_ada: APIClient, as_cleo: APIClient, ben: User
) -> None:
    listing = post("Engineer", company=CompanyFactory(website="https://x.example", is_confirmed=False, created_by=ben))
    for url in (URL, f"{URL}{listing.pk}/", f"{URL}?q=engineer"):
        for client, website in ((as_ada, None), (as_cleo, "https://x.example")):
            answer = client.get(url).json()
            shown = answer["results"][0] if "results" in answer else answer
            assert shown["company"]["website"] == website


def test_detail_has_every_text_and_a_tag(as_ada: APIClient) -> None:
    listing = post("Engineer", description="Long.", requirements="Many.", benefits_parsed={"a": 1})
    response = as_ada.get(f"{URL}{listing.pk}/")
    assert response.json() == ask(as_ada)["results"][0] | {
        "description": "Long.",
        "requirements": "Many.",
        "responsibilities": None,
        "benefits_parsed": {"a": 1},
    }
    assert as_ada.get(f"{URL}{listing.pk}/", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_search_columns_are_never_read(as_ada: APIClient) -> None:
    listing = post("Engineer")
    with CaptureQueriesContext(connection) as captured:
        as_ada.get(f"{URL}{listing.pk}/")
        as_ada.get(URL)
    for query in captured:
        assert '"search_full"' not in query["sql"]
        assert '"search_head"' not in query["sql"]


# Filters --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf() -> None:
    acme, percent = CompanyFactory(name="Acme, Inc."), CompanyFactory(name="100% Initech")
    with time_machine.travel(NOW, tick=False):
        post("A one", company=acme, location="Berlin", remote_type="Remote", job_type="Full-time", salary_min=100,
             salary_max=200, skills_required=["Python", "C++"], source="board", posted_date=NOW - timedelta(days=1))  # fmt: skip
        post("B two", company=percent, location="Greater Berlin_Area", remote_type="Hybrid", job_type="Contract",
             salary_max=300, salary_currency="EUR", tech_stack=["python"], posted_date=NOW - timedelta(days=9))  # fmt: skip
        post("C three", company=percent, experience_level="director", seniority_level="vp",
             posted_date=NOW - timedelta(days=30))  # fmt: skip
        post("D four", company=acme, status="filled")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "ABC"),
        ("status=filled", "D"),
        ("status=expired", ""),
        ("company_name=acme", "A"),
        ("company_name=ACME%2C inc", "A"),
        ("company_name=100%25", "BC"),
        ("company_name=1_0", ""),
        ("location=berlin", "AB"),
        ("location=n_a", "B"),
        ("location=%25", ""),
        ("remote_type=Remote", "A"),
        ("remote_type=Remote&remote_type=Hybrid", "AB"),
        ("job_type=Contract&remote_type=Hybrid", "B"),
        ("job_type=Contract&remote_type=Remote", ""),
        ("experience_level=director", "C"),
        ("seniority_level=vp&seniority_level=manager", "C"),
        ("salary_min=200", "AB"),
        ("salary_min=201", "B"),
        ("salary_max=100", "A"),
        ("salary_max=99", ""),
        ("salary_min=150&salary_max=160", "A"),
        ("salary_min=250&include_undisclosed=true", "BC"),
        ("salary_min=250&include_undisclosed=false", "B"),
        ("include_undisclosed=true", "ABC"),
        ("currency=EUR", "B"),
        ("skills=python", "AB"),
        ("skills=PYTHON,c%2B%2B", "A"),
        ("skills=python&skills=c%2B%2B", "A"),
        ("skills=python,cobol", ""),
        ("source=board", "A"),
        ("source=boar", ""),
    ],
)
def test_filter_finds_exactly_what_it_says(query: str, found: str, shelf: None, as_ada: APIClient) -> None:
    answer = ask(as_ada, query)
    assert "".join(listing["title"][0] for listing in answer["results"]) == found
    assert (answer["count"], answer["count_is_exact"]) == (len(found), True)


def test_window_of_days_is_counted_from_now_on_the_time_of_listing(as_ada: APIClient) -> None:
    now = datetime.now(UTC)
    post("Undated")
    post("Eight days", posted_date=now - timedelta(days=8))
    post("Six days", posted_date=now - timedelta(days=6))
    assert titles(as_ada, "posted_within_days=7") == ["Undated", "Six days"]
    assert titles(as_ada, "posted_within_days=9") == ["Undated", "Six days", "Eight days"]


def test_company_may_be_repeated(as_ada: APIClient) -> None:
    first, second, _ = (post(title).company_id for title in ("One", "Two", "Six"))
    assert titles(as_ada, f"company={first}") == ["One"]
    assert set(titles(as_ada, f"company={first}&company={second}")) == {"One", "Two"}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("remote_type=remote", "remote_type"),
        ("status=active&status=filled", "status"),
        ("currency=eur", "currency"),
        ("salary_min=-1", "salary_min"),
        ("salary_min=NaN", "salary_min"),
        ("salary_min=2&salary_max=1", "salary_max"),
        ("posted_within_days=0", "posted_within_days"),
        ("posted_within_days=3651", "posted_within_days"),
        ("company=x", "company"),
        ("facets=maybe", "facets"),
        ("page_size=101", "page_size"),
        ("page=2", "page"),
        ("ordering=salary", "ordering"),
        ("ordering=relevance", "ordering"),
        ("cursor=x", "cursor"),
    ],
)
def test_bad_value_of_a_filter_is_refused_by_name(query: str, parameter: str, as_ada: APIClient) -> None:
    assert_problem(as_ada.get(f"{URL}?{query}"), 400, parameters={parameter})


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("remote_type=remote", "Give one of: On-site, Remote, Hybrid."),
        ("status=gone", "Give one of: active, inactive, filled, expired."),
        ("facets=maybe", "Give one of: true, 1, false, 0."),
        ("salary_min=1e999", "Ensure this value is less than or equal to 10000000000."),
        ("salary_min=2&salary_max=1", "The highest salary is at least the lowest."),
    ],
)
def test_refusal_of_a_filter_is_one_sentence_that_helps(query: str, words: str, as_ada: APIClient) -> None:
    problem = assert_problem(as_ada.get(f"{URL}?{query}"), 400)
    assert [error["detail"] for error in problem["errors"]] == [words]


@pytest.mark.parametrize("kind", [InteractionType.HIDDEN, InteractionType.REJECTED_BY_USER])
def test_what_the_user_dismissed_is_left_out_for_that_user_alone(
    kind: str, as_ada: APIClient, as_ben: APIClient, ada: User
) -> None:
    kept, gone = post("Kept engineer", skills_required=["Go"]), post("Gone engineer", skills_required=["Go"])
    InteractionFactory(user=ada, job=gone, interaction_type=kind)
    InteractionFactory(user=ada, job=kept, interaction_type=InteractionType.VIEWED)
    for query in ("", "q=engineer", "skills=go"):
        assert titles(as_ada, query) == ["Kept engineer"]
        assert titles(as_ben, query) == ["Gone engineer", "Kept engineer"]
    for query in ("facets=true", "facets=true&q=engineer"):
        assert ask(as_ada, query)["facets"]["skills"] == [{"value": "go", "count": 1}]
    other = post("Other engineer")
    assert [row["title"] for row in as_ada.get(f"{URL}{other.pk}/similar/").json()] == ["Kept engineer"]
    assert as_ada.get(f"{URL}{gone.pk}/").status_code == 200


# Pages ----------------------------------------------------------------------------------------------------------------


def walk(client: APIClient, query: str) -> tuple[list[str], str]:
    """Return all ids by following `next`, and the address of the last page."""
    url, ids = f"{URL}?{query}", []
    while True:
        answer = client.get(url).json()
        ids += [row["id"] for row in answer["results"]]
        if answer["next"] is None:
            return ids, url
        url = answer["next"]


@pytest.mark.parametrize("order", ["-listed_at", "listed_at"])
@pytest.mark.parametrize("words", ["", "&q=engineer"])
def test_cursors_visit_every_row_once_in_both_directions(order: str, words: str, as_ada: APIClient) -> None:
    """Many rows have the same time, so that the key decides."""
    moments = [NOW, NOW, NOW, NOW, NOW - timedelta(days=1), None, None]
    for number in range(14):
        post(f"Engineer {number}", posted_date=moments[number % 7])
    rows = JobListing.objects.order_by(order, order.replace("listed_at", "pk"))
    wanted = [str(pk) for pk in rows.values_list("pk", flat=True)]
    ids, last = walk(as_ada, f"page_size=4&ordering={order}{words}")
    assert ids == wanted
    back, url = [], last
    while url:
        answer = as_ada.get(url).json()
        back = [row["id"] for row in answer["results"]] + back
        url = answer["previous"]
        assert answer["count"] == 14
    assert back == wanted


def test_row_that_arrives_meanwhile_moves_nothing(as_ada: APIClient) -> None:
    for number in range(4):
        post(f"Engineer {number}")
    first = ask(as_ada, "page_size=2")
    post("New engineer")
    second = as_ada.get(first["next"]).json()
    assert [row["title"] for row in first["results"] + second["results"]] == [f"Engineer {n}" for n in (3, 2, 1, 0)]


@pytest.mark.parametrize("spoil", [lambda text: text[:-1], lambda text: "A" + text, lambda text: text.swapcase()])
def test_cursor_that_was_tampered_with_is_refused(spoil: Any, as_ada: APIClient) -> None:
    for number in range(3):
        post(f"Engineer {number}")
    cursor = ask(as_ada, "page_size=1")["next"].partition("cursor=")[2].partition("&")[0]
    response = as_ada.get(f"{URL}?page_size=1&cursor={spoil(cursor)}")
    assert_problem(response, 400, "invalid_parameter", parameters={"cursor"})


def test_cursor_of_another_order_is_refused(as_ada: APIClient) -> None:
    for number in range(3):
        post(f"Engineer {number}")
    other = ask(as_ada, "page_size=1&q=engineer")["next"].partition("cursor=")[2].partition("&")[0]
    assert_problem(as_ada.get(f"{URL}?cursor={other}"), 400, parameters={"cursor"})


def test_count_is_capped_and_says_so(as_ada: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LARGEST_COUNT", 3)
    for number in range(5):
        post(f"Engineer {number}")
    for _ in range(2):  # The second time it is known.
        answer = ask(as_ada, "page_size=2")
        assert (answer["count"], answer["count_is_exact"]) == (3, False)
    following = as_ada.get(answer["next"]).json()
    assert (following["count"], following["count_is_exact"]) == (3, False)
    assert ask(as_ada, "page_size=2&q=engineer")["count"] == 5


def test_list_is_one_statement_filtered_or_not(as_ada: APIClient, as_cleo: APIClient, ben: User) -> None:
    for _ in range(3):
        post("Engineer", remote_type="Remote", company=CompanyFactory(is_confirmed=False, created_by=ben))
    for client in (as_ada, as_cleo):
        for query in ("", "remote_type=Remote&company_name=firm&salary_min=5", "ordering=listed_at"):
            with CaptureQueriesContext(connection) as captured:
                ask(client, query)
            assert len([query for query in captured if "access_tokens" not in query["sql"]]) == 1


# Search ---------------------------------------------------------------------------------------------------------------


def test_title_ranks_before_skills_before_company_before_text(as_ada: APIClient) -> None:
    post("Analyst", description="You will meet Kubernetes.")
    post("Analyst two", company=CompanyFactory(name="Kubernetes Holding"))
    post("Analyst three", skills_required=["Kubernetes"])
    post("Kubernetes engineer")
    assert titles(as_ada, "q=kubernetes") == ["Kubernetes engineer", "Analyst three", "Analyst two", "Analyst"]


def test_equally_good_matches_come_newest_first_or_as_asked(as_ada: APIClient) -> None:
    for days in (3, 1, 2):
        post(f"Nurse {days}", posted_date=NOW - timedelta(days=days))
    assert titles(as_ada, "q=nurse") == ["Nurse 1", "Nurse 2", "Nurse 3"]
    assert titles(as_ada, "q=nurse&ordering=listed_at") == ["Nurse 3", "Nurse 2", "Nurse 1"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("engineer", "AB"),
        ("engineers", "AB"),
        ("ENGINEER data", "A"),
        ('"data engineer"', "A"),
        ('"engineer data"', ""),
        ("engineer -data", "B"),
        ("nurse or data", "AC"),
        ("C++", "B"),
        ("c#", "C"),
        (".net", "A"),
        ("resume", "C"),
        ("r\u00e9sum\u00e9", "C"),
        ("%", ""),
        ("_", ""),
        ("'; DROP TABLE job_listings; --", ""),
        ("& | ! <-> ( : * \\", ""),
        ("the of and", ""),
        ('"', ""),
    ],
)
def test_words_are_understood_as_in_a_search_engine(words: str, found: str, as_ada: APIClient) -> None:
    post("Data engineer", skills_required=[".NET"])
    post("Backend engineer", skills_required=["C++"])
    post("Charge nurse", skills_required=["C#"], description="Send your r\u00e9sum\u00e9.")
    response = as_ada.get(URL, {"q": words})
    assert response.status_code == 200
    letters = {"Data engineer": "A", "Backend engineer": "B", "Charge nurse": "C"}
    assert "".join(sorted(letters[row["title"]] for row in response.json()["results"])) == found


def test_no_words_are_no_search(as_ada: APIClient) -> None:
    post("Engineer")
    assert titles(as_ada, "q=") == titles(as_ada, "q=%20%20") == ["Engineer"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("googel", ["Nurse", "Backend engineer"]),
        ("googel engineer", ["Backend engineer"]),
        ("engineer gogle", ["Backend engineer"]),
        ("big blue", ["Janitor"]),
        ('"googel"', []),
        ("zzzz engineer", []),
        ("-googel plumber", []),
        ("googel -wards", ["Backend engineer"]),
        ("big blue -mops", []),
        ("about googel", ["Nurse", "Backend engineer"]),
        ("the", []),
        ("-the", []),
        ("about", []),
        ("the -plumber", ["Janitor", "Frontend engineer", "Nurse", "Backend engineer", "Clerk"]),
    ],
)
def test_typo_in_a_companys_name_is_forgiven(words: str, found: list[str], as_ada: APIClient) -> None:
    google = CompanyFactory(name="Google LLC")
    post("Clerk", company=CompanyFactory(name="About the House"))
    post("Backend engineer", company=google)
    post("Nurse", company=google, description="On all wards.")
    post("Frontend engineer", company=CompanyFactory(name="Initech"))
    ibm = CompanyFactory(name="International Business Machines")
    ibm.aliases.create(name="Big Blue")
    post("Janitor", company=ibm, requirements="You bring mops.")
    response = as_ada.get(URL, {"q": words})
    assert [row["title"] for row in response.json()["results"]] == found


@pytest.mark.parametrize("walk", [0, 10**9])
@pytest.mark.parametrize(
    ("words", "found", "retired"),
    [
        ("scientist -notebook", "B", "B"),
        ("-notebook scientist", "B", "B"),
        ("-notebook", "BD", "BD"),
        ("-scientist", "D", "D"),
        ("-scientist -notebook", "D", "D"),
        ('scientist -"keep notebooks"', "BC", "B"),
        ('scientist -"notebooks keep"', "ABC", "AB"),
        ("lab -notebook", "B", ""),
        ("D or -lab", "CD", "CD"),
        ("scientist -scientist", "", ""),
    ],
)
def test_excluded_word_is_in_no_text_of_what_is_found(
    words: str, found: str, retired: str, walk: int, as_ada: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COMMON", "COMMON_IN_TEXT", "WALK_IN_TEXT"):
        monkeypatch.setattr(search, name, walk or (8000 if name == "WALK_IN_TEXT" else 0))
    post("A scientist", requirements="A lab.", responsibilities="You keep notebooks.")
    post("B scientist", description="A lab.")
    post("C nurse", description="A notebook, and a scientist.")
    post("D nurse")
    for status, expected in (("active", found), ("filled", retired)):
        JobListing.objects.update(status=status)
        answer = as_ada.get(URL, {"q": words, "facets": "true", "status": status}).json()
        assert "".join(sorted(row["title"][0] for row in answer["results"])) == expected
        assert answer["facets"]["counted"] == answer["count"] == len(expected)


def test_exclusions_among_very_many_walk_the_newest(as_ada: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "WALK", 4)
    monkeypatch.setattr(search, "WALK_IN_TEXT", 2)
    monkeypatch.setattr(search, "_estimate", lambda condition, criteria: 10**6)
    post("Oldest nurse")
    for number in range(4):
        post(f"Nurse {number}", description="" if number % 2 else "An engineer, once.")
    answer = ask(as_ada, "q=-engineer")
    assert [row["title"] for row in answer["results"]] == ["Nurse 3", "Nurse 1"]
    assert answer["count_is_exact"] is False


def test_facets_of_a_search_are_exact_where_its_count_is(as_ada: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW", 2)
    for _ in range(3):
        post("Engineer")
    for words in ("q=engineer&source=none", "q=engineer"):
        answer = ask(as_ada, f"{words}&facets=true")
        assert answer["count_is_exact"] is answer["facets"]["exact"] is (answer["count"] < 2)


def test_renamed_company_is_found_by_its_new_name(as_ada: APIClient) -> None:
    company = post("Engineer").company
    company.name = "Hooli"
    company.save()
    assert titles(as_ada, "q=hooli") == ["Engineer"]


def test_search_keeps_to_the_filters(as_ada: APIClient) -> None:
    post("Engineer", remote_type="Remote")
    post("Engineer two", remote_type="Hybrid")
    post("Engineer three", status="filled")
    assert titles(as_ada, "q=engineer&remote_type=Remote") == ["Engineer"]
    assert titles(as_ada, "q=engineer&status=filled") == ["Engineer three"]


@pytest.mark.parametrize("common", [0, 10**9])
def test_common_and_rare_words_are_found_alike(common: int, as_ada: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to matches, through the index and along the newest, give the same."""
    monkeypatch.setattr(search, "COMMON", common)
    monkeypatch.setattr(search, "COMMON_IN_TEXT", common)
    for number in range(6):
        post(f"Engineer {number}", description="Some experience.")
        post(f"Nurse {number}", description="An engineer, once.")
    assert titles(as_ada, "q=engineer&page_size=8") == [
        *(f"Engineer {number}" for number in (5, 4, 3, 2, 1, 0)), "Nurse 5", "Nurse 4",
    ]  # fmt: skip
    following = as_ada.get(ask(as_ada, "q=engineer&page_size=8")["next"]).json()
    assert [row["title"] for row in following["results"]] == [f"Nurse {number}" for number in (3, 2, 1, 0)]
    assert (following["count"], following["count_is_exact"], following["next"]) == (12, True, None)


def test_ranked_results_end(as_ada: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_RANKED", 5)
    monkeypatch.setattr(search, "FEW", 3)
    for number in range(9):
        post(f"Engineer {number}")
    ids, _ = walk(as_ada, "q=engineer&page_size=2")
    assert len(ids) == 5
    assert ask(as_ada, "q=engineer")["count_is_exact"] is False


def test_search_that_takes_too_long_is_503(as_ada: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    monkeypatch.setattr(search, "QUERY", f"(SELECT {search.QUERY} FROM pg_sleep(2))")
    monkeypatch.setattr(search, "LONGEST_SEARCH_MS", 50)
    post("Engineer")
    with transaction.atomic():
        response = as_ada.get(f"{URL}?q=engineer")
        transaction.set_rollback(True)
    assert_problem(response, 503, "search_too_slow")
    assert response["Retry-After"]


def test_search_leaves_no_limit_behind(as_ada: APIClient) -> None:
    ask(as_ada, "q=engineer")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


# Facets ---------------------------------------------------------------------------------------------------------------


def test_facets_count_what_matches(shelf: None, as_ada: APIClient) -> None:
    acme, percent = Company.objects.get(name="Acme, Inc."), Company.objects.get(name="100% Initech")
    assert ask(as_ada, "facets=true")["facets"] == {
        "exact": True,
        "counted": 3,
        "remote_type": [{"value": "Hybrid", "count": 1}, {"value": "Remote", "count": 1}],
        "job_type": [{"value": "Contract", "count": 1}, {"value": "Full-time", "count": 1}],
        "experience_level": [{"value": "director", "count": 1}],
        "seniority_level": [{"value": "vp", "count": 1}],
        "skills": [{"value": "python", "count": 2}, {"value": "c++", "count": 1}],
        "companies": [
            {"id": str(percent.pk), "name": "100% Initech", "count": 2},
            {"id": str(acme.pk), "name": "Acme, Inc.", "count": 1},
        ],
    }
    assert ask(as_ada, "facets=true&remote_type=Hybrid")["facets"]["counted"] == 1
    assert ask(as_ada, "facets=true&q=three")["facets"]["experience_level"] == [{"value": "director", "count": 1}]
    assert "facets" not in ask(as_ada, "facets=false")


def test_facets_of_very_many_are_of_the_newest_and_say_so(as_ada: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobs.services import facets

    monkeypatch.setattr(facets, "SAMPLE", 2)
    for kind in ("Remote", "Hybrid", "Hybrid", "Hybrid"):
        post("Engineer", remote_type=kind)
    found = ask(as_ada, "facets=true")["facets"]
    assert (found["exact"], found["counted"]) == (False, 2)
    assert found["remote_type"] == [{"value": "Hybrid", "count": 2}]


# Similar --------------------------------------------------------------------------------------------------------------


def test_similar_listings_share_title_skills_and_level(as_ada: APIClient) -> None:
    of = post("Senior data engineer", skills_required=["Python", "Spark"], experience_level="senior_level")
    post("Plumber", skills_required=["Pipes"])
    post("Analyst", skills_required=["Spark"])
    post("Data engineer", skills_required=["Python"])
    post("Senior data engineer", skills_required=["Spark"], status="filled")
    post("Senior data engineer", skills_required=["Python"], experience_level="senior_level")
    response = as_ada.get(f"{URL}{of.pk}/similar/")
    assert [row["title"] for row in response.json()] == ["Senior data engineer", "Data engineer", "Analyst"]
    assert_problem(as_ada.get(f"{URL}01a20d38-e2b7-7159-8ff0-000000000000/similar/"), 404)


def test_listing_of_odd_words_has_no_similar_ones(as_ada: APIClient) -> None:
    of = post("'\\ & |", skills_required=["it's \\ a"])
    assert as_ada.get(f"{URL}{of.pk}/similar/").json() == []


# Writing --------------------------------------------------------------------------------------------------------------

BODY = {"company_name": "Acme", "website": "https://acme.example", "title": "Engineer"}


def test_recruiter_adds_a_listing_and_its_company(as_cleo: APIClient, cleo: User) -> None:
    response = as_cleo.post(URL, {**BODY, "description": "x" * 400, "remote_type": "Remote"})
    assert response.status_code == 201, response.content
    company = Company.objects.get()
    assert (company.name, company.website, company.is_confirmed) == ("Acme", "https://acme.example", True)
    shown = response.json()
    assert (shown["company_id"], shown["status"], shown["data_quality_score"]) == (str(company.pk), "active", 0.4)
    assert as_cleo.get(f"{URL}{shown['id']}/").json() == shown
    assert as_cleo.post(URL, {"company": str(company.pk), "title": "Other"}).status_code == 201
    assert Company.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"title": "ab"}, {"#/title"}),
        ({"title": "x" * 201}, {"#/title"}),
        ({"title": None}, {"#/title"}),
        ({"salary_min": "-1"}, {"#/salary_min"}),
        ({"salary_min": "10", "salary_max": "9"}, {"#/salary_max"}),
        ({"salary_min": "1.001"}, {"#/salary_min"}),
        ({"salary_currency": "usd"}, {"#/salary_currency"}),
        ({"job_url": "javascript:alert(1)"}, {"#/job_url"}),
        ({"job_url": "acme.example/1"}, {"#/job_url"}),
        ({"application_url": "ftp://acme.example"}, {"#/application_url"}),
        ({"job_type": "full-time"}, {"#/job_type"}),
        ({"status": "gone"}, {"#/status"}),
        ({"skills_required": ["x" * 201]}, {"#/skills_required/0"}),
        ({"skills_required": "Python"}, {"#/skills_required"}),
        ({"benefits_parsed": []}, {"#/benefits_parsed"}),
        ({"company": "01a20d38-e2b7-7159-8ff0-000000000000"}, {"#/company"}),
        ({"source_count": 5}, {"#/source_count"}),
        ({"data_quality_score": 1}, {"#/data_quality_score"}),
        ({"search_head": "x"}, {"#/search_head"}),
    ],
)
def test_broken_rule_is_refused_by_the_fields_name(
    change: dict[str, Any], pointers: set[str], as_cleo: APIClient
) -> None:
    listing = post("Engineer")
    assert_problem(as_cleo.patch(f"{URL}{listing.pk}/", change), 400, pointers=pointers)
    body = {"company": str(listing.company_id), "title": "Engineer", **change}
    assert_problem(as_cleo.post(URL, body), 400, pointers=pointers)
    assert JobListing.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"job_type": "Fulltime"}, "Give one of: Full-time, Part-time, Contract, Freelance, Internship, Temporary."),
        ({"status": "gone"}, "Give one of: active, inactive, filled, expired."),
        ({"salary_currency": "euro"}, "A currency is three capital letters, such as USD."),
        ({"salary_currency": "eu"}, "A currency is three capital letters, such as USD."),
    ],
)
def test_refusal_of_a_field_is_one_sentence_that_helps(change: dict[str, Any], words: str, as_cleo: APIClient) -> None:
    problem = assert_problem(as_cleo.post(URL, {**BODY, **change}), 400)
    assert [error["detail"] for error in problem["errors"]] == [words]


def test_all_that_is_missing_is_named_at_once(as_cleo: APIClient) -> None:
    assert_problem(as_cleo.post(URL, {}), 400, pointers={"#/title", "#/company"})
    answer = as_cleo.post(f"{URL}bulk/", {"listings": [{}]}).json()
    pointers = [error["pointer"] for error in answer["results"][0]["errors"]]
    assert pointers == ["#/listings/0/title", "#/listings/0/company"]
    listing = post("Engineer")
    assert_problem(as_cleo.patch(f"{URL}{listing.pk}/", {"title": "ab"}), 400, pointers={"#/title"})


@pytest.mark.parametrize(
    "body",
    [{"title": "Engineer"}, {"title": "Engineer", "company": "01a20d38-e2b7-7159-8ff0-000000000000", **BODY}],
)
def test_company_is_given_in_one_way(body: dict[str, Any], as_cleo: APIClient) -> None:
    assert_problem(as_cleo.post(URL, body), 400, pointers={"#/company"})


def test_seeker_writes_nothing_whatever_they_send(as_ada: APIClient) -> None:
    listing = post("Engineer")
    for response in (
        as_ada.post(URL, {}),
        as_ada.patch(f"{URL}{listing.pk}/", {"nonsense": 1}),
        as_ada.delete(f"{URL}{listing.pk}/"),
        as_ada.post(f"{URL}bulk/", {}),
        as_ada.get("/api/v1/job-sources/"),
    ):
        assert_problem(response, 403, "permission_denied")


def test_change_changes_what_was_sent_and_rates_anew(as_cleo: APIClient) -> None:
    listing = JobListing.objects.get(pk=as_cleo.post(URL, BODY).json()["id"])
    url = f"{URL}{listing.pk}/"
    shown = as_cleo.patch(url, {"salary_min": "5", "posted_date": "2026-01-01T00:00:00Z", "location": None}).json()
    assert (shown["data_quality_score"], shown["listed_at"]) == (0.2, "2026-01-01T00:00:00Z")
    assert shown["title"] == "Engineer"
    assert as_cleo.get(url).json() == shown
    same = as_cleo.patch(url, {"title": "Engineer"}).json()
    assert same["updated_at"] == shown["updated_at"]


def test_stale_change_is_refused(as_cleo: APIClient) -> None:
    listing = post("Engineer")
    url = f"{URL}{listing.pk}/"
    tag = as_cleo.get(url)["ETag"]
    assert as_cleo.patch(url, {"title": "Lead"}, headers={"If-Match": tag}).status_code == 200
    assert_problem(as_cleo.patch(url, {"title": "Head"}, headers={"If-Match": tag}), 412)


@pytest.mark.parametrize("kind", [InteractionType.SAVED, InteractionType.APPLIED])
def test_listing_that_somebody_kept_is_not_deleted(kind: str, as_cleo: APIClient) -> None:
    listing = InteractionFactory(interaction_type=kind).job
    problem = assert_problem(as_cleo.delete(f"{URL}{listing.pk}/"), 409, "still_in_use")
    assert problem["detail"] == "Somebody saved this listing or applied to it. Retire it with a status instead."
    assert as_cleo.patch(f"{URL}{listing.pk}/", {"status": "expired"}).status_code == 200


def test_listing_that_was_only_viewed_is_deleted(as_cleo: APIClient) -> None:
    listing = InteractionFactory(interaction_type=InteractionType.VIEWED).job
    assert as_cleo.delete(f"{URL}{listing.pk}/").status_code == 204
    assert not JobListing.objects.exists()


def test_status_of_many_changes_in_one_statement(cleo: User) -> None:
    for number in range(3):
        post(f"Engineer {number}", status="expired" if number else "active")
    change_status(JobListing.objects.none(), status="expired", by=cleo)  # Asks for the role, once.
    with CaptureQueriesContext(connection) as captured:
        assert change_status(JobListing.objects.all(), status="expired", by=cleo) == 1
    assert len(captured) == 1
    assert set(JobListing.objects.values_list("status", flat=True)) == {"expired"}


# Bulk -----------------------------------------------------------------------------------------------------------------


def test_bulk_writes_each_item_and_reports_each(as_cleo: APIClient) -> None:
    old, same = post("Old title"), post("Same title")
    answer = as_cleo.post(
        f"{URL}bulk/",
        {
            "listings": [
                BODY,
                {"id": str(old.pk), "title": "New title"},
                {"id": str(same.pk), "title": "Same title"},
                {**BODY, "title": "ab", "salary_min": "x"},
                {"title": "No company"},
                {**BODY, "title": "Backwards", "salary_min": "2", "salary_max": "1"},
                {"id": "01a20d38-e2b7-7159-8ff0-000000000000", "title": "Nowhere"},
                {**BODY, "title": "Last", "job_url": "no address"},
                {**BODY, "title": "Really last"},
            ]
        },
    )
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert {name: body[name] for name in ("created", "updated", "unchanged", "refused")} == {
        "created": 2, "updated": 1, "unchanged": 1, "refused": 5,
    }  # fmt: skip
    results = body["results"]
    assert [(row["index"], row["status"], row["outcome"]) for row in results] == [
        (0, 201, "created"),
        (1, 200, "updated"),
        (2, 200, "unchanged"),
        *((index, 400, "refused") for index in (3, 4, 5, 6, 7)),
        (8, 201, "created"),
    ]
    assert [[error["pointer"] for error in row["errors"]] for row in results[3:8]] == [
        ["#/listings/3/title", "#/listings/3/salary_min"],
        ["#/listings/4/company"],
        ["#/listings/5/salary_max"],
        ["#/listings/6/id"],
        ["#/listings/7/job_url"],
    ]
    assert JobListing.objects.get(pk=results[0]["id"]).data_quality_score == 0.0
    assert set(JobListing.objects.values_list("title", flat=True)) == {
        "Engineer", "New title", "Same title", "Really last",
    }  # fmt: skip
    assert Company.objects.filter(name="Acme").count() == 1


def test_item_of_a_bulk_that_is_no_object_stops_none_of_the_others(as_cleo: APIClient) -> None:
    odd = ["a text", "id", 7, True, None, [BODY], ["id"]]
    answer = as_cleo.post(f"{URL}bulk/", {"listings": [*odd, BODY]})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["created"], body["refused"]) == (1, len(odd))
    for index, row in enumerate(body["results"][:-1]):
        assert (row["index"], row["status"], row["outcome"]) == (index, 400, "refused")
        assert [error["pointer"] for error in row["errors"]] == [f"#/listings/{index}"]
    for shape in ("a text", {"a": 1}, None):
        assert_problem(as_cleo.post(f"{URL}bulk/", {"listings": shape}), 400, pointers={"#/listings"})


def test_bulk_costs_statements_by_batch_not_by_item(as_cleo: APIClient) -> None:
    company = str(CompanyFactory().pk)
    existing = [str(post(f"Old {number}").pk) for number in range(60)]

    def cost(items: list[dict[str, Any]]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_cleo.post(f"{URL}bulk/", {"listings": items}).json()["refused"] == 0
        return len(captured)

    def items(many: int) -> list[dict[str, Any]]:
        return [
            *({"company": company, "title": f"New {number}"} for number in range(many)),
            *({"company_name": f"Firm {number} of {many}", "title": f"New {number}"} for number in range(many)),
            *({"id": pk, "title": f"Changed {many}"} for pk in existing[:many]),
        ]

    assert cost(items(5)) == cost(items(60))


def test_what_only_the_database_refuses_stops_no_other_item(as_cleo: APIClient, cleo: User) -> None:
    from jobs.services.listings import write_listings

    company = CompanyFactory()
    facts = [{"company": company.pk, "title": f"Engineer {number}"} for number in range(20)]
    facts[7]["title"] = "x" * 201
    facts[13]["status"] = "gone"
    outcomes = write_listings(list(enumerate(facts)), by=cleo)
    assert [outcome.index for outcome in outcomes if outcome.outcome == "refused"] == [7, 13]
    assert JobListing.objects.count() == 18


def test_a_company_that_is_refused_stops_no_other_item(cleo: User) -> None:
    from jobs.services.listings import write_listings

    facts = [{"company_name": f"Firm {number}", "title": "Engineer"} for number in range(20)]
    facts[13]["company_name"] = "x" * 300
    written = write_listings(list(enumerate(facts)), by=cleo)
    assert [outcome.index for outcome in written if outcome.error] == [13]
    assert JobListing.objects.values("company").distinct().count() == 19


def test_bulk_takes_a_thousand_and_no_more(as_cleo: APIClient) -> None:
    company = str(CompanyFactory().pk)
    item = {"company": company, "title": "Engineer", "skills_required": [f"skill {n}" for n in range(20)]}
    assert as_cleo.post(f"{URL}bulk/", {"listings": [item] * 1000}).json()["created"] == 1000
    assert_problem(as_cleo.post(f"{URL}bulk/", {"listings": [item] * 1001}), 400, pointers={"#/listings"})
    assert_problem(as_cleo.post(f"{URL}bulk/", {"listings": []}), 400, pointers={"#/listings"})


def test_bulk_with_a_key_has_one_effect(as_cleo: APIClient) -> None:
    bodies = [as_cleo.post(f"{URL}bulk/", {"listings": [BODY]}, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert bodies[0].content == bodies[1].content
    assert bodies[1].headers["Idempotent-Replayed"] == "true"
    assert JobListing.objects.count() == 1


def test_same_listing_twice_in_a_bulk_is_refused_the_second_time(as_cleo: APIClient) -> None:
    pk = str(post("Engineer").pk)
    answer = as_cleo.post(f"{URL}bulk/", {"listings": [{"id": pk, "title": "One"}, {"id": pk, "title": "Two"}]}).json()
    assert [row["outcome"] for row in answer["results"]] == ["updated", "refused"]
    assert answer["results"][1] == {"index": 1, "status": 400, "id": None, "outcome": "refused", "errors": ANY}
