"""The catalogue's pages: what recruiters find and change, what job seekers see and do, and what each click refuses."""

import csv
import gzip
import io
import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from interactions.models import JobUserInteraction
from interactions.services.listings import hide_listing, save_listing
from jobs.admin import listings as pages
from jobs.admin import paging
from jobs.admin.differences import MOST_WORDS, mark_differences
from jobs.admin.listing_page import describe_pay
from jobs.admin.posting import Piece
from jobs.admin.spreadsheet import defuse, write_csv
from jobs.models import Job, JobDeduplication, JobListing, JobSource
from tests.factories import (
    CompanyFactory,
    InteractionFactory,
    JobDeduplicationFactory,
    JobFactory,
    JobListingFactory,
    JobSourceFactory,
    JobSourceListingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/jobs/joblisting/"
PAIRS = "/admin/jobs/jobdeduplication/"
IMPORT = LIST + "import/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def as_cleo(client, cleo):
    client.force_login(cleo)
    return client


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


def page_of(listing, *, tab=""):
    return reverse("admin:jobs_joblisting_change", args=[listing.pk]) + (f"#{tab}" if tab else "")


def click(client, row, name, **form):
    return client.post(reverse(f"admin:jobs_{row._meta.model_name}_{name}", args=[row.pk]), form)


def words_of(response):
    return [str(message) for message in response.context["messages"]]


def run(client, action, *rows, **more):
    sent = {"action": action, "_selected_action": [str(row.pk) for row in rows], **more}
    return client.post(LIST + "?status=all", sent, follow=True)


def titles_of(page):
    return {listing.title for listing in page.context["cl"].result_list}


def find(client, query):
    return titles_of(client.get(LIST + query))


# The list --------------------------------------------------------------------------------------------------------------


def test_the_list_is_found_by_words_of_title_skills_and_company(as_cleo):
    JobListingFactory(title="Senior Engineers", company=CompanyFactory(name="Acme"))
    JobListingFactory(title="Nurse", skills_required=["C++"], company=CompanyFactory(name="Globex"))
    assert find(as_cleo, "?q=engineering") == {"Senior Engineers"}
    assert find(as_cleo, "?q=acme+senior") == {"Senior Engineers"}
    assert find(as_cleo, "?q=C%2B%2B") == {"Nurse"}
    assert find(as_cleo, "?q=%25") == set()
    assert find(as_cleo, "?q=+") == {"Senior Engineers", "Nurse"}


FACETS = {
    "status=filled": {"status": "filled"},
    "status=all": {"status": "expired"},
    "remote_type=Hybrid": {"remote_type": "Hybrid"},
    "job_type=Contract": {"job_type": "Contract"},
    "experience_level=director": {"experience_level": "director"},
    "seniority_level=vp": {"seniority_level": "vp"},
    "verification_status=invalid": {"verification_status": "invalid"},
    "pay_from=90000": {"salary_max": 95_000, "salary_min": 1},
    "pay_to=50000": {"salary_min": 40_000, "salary_max": 90_000},
    "pay_from=90000&pay_to=100000": {"salary_min": 80_000, "salary_max": 120_000},
    "deadline=soon": {"application_deadline": timezone.now() + timedelta(days=13)},
    "deadline=past": {"application_deadline": timezone.now() - timedelta(days=1)},
    "posted=7": {"posted_date": timezone.now() - timedelta(days=6)},
}


@pytest.mark.parametrize("query", FACETS)
def test_a_facet_narrows_the_list(as_cleo, query):
    old = {"posted_date": timezone.now() - timedelta(days=400)}
    JobListingFactory(title="Asked for", **{**old, **FACETS[query]})
    JobListingFactory(title="Not asked for", status="inactive", salary_min=60_000, salary_max=70_000, **old)
    found = find(as_cleo, f"?{query}")
    assert "Asked for" in found
    assert ("Not asked for" in found) == (query == "status=all")


def test_what_is_missing_is_found(as_cleo):
    JobListingFactory(title="No pay", description="Text")
    JobListingFactory(title="No text", salary_min=1)
    assert find(as_cleo, "?missing=pay") == {"No pay"}
    assert find(as_cleo, "?missing=description") == {"No text"}


def test_company_and_source_are_chosen_by_key(as_cleo):
    wanted, other = JobListingFactory(title="Wanted"), JobListingFactory(title="Other")
    found = JobSourceListingFactory(job=wanted)
    JobSourceListingFactory(job=other)
    assert find(as_cleo, f"?company={wanted.company_id}") == {"Wanted"}
    assert find(as_cleo, f"?source={found.source_id}") == {"Wanted"}
    assert find(as_cleo, f"?source={uuid.uuid4()}") == set()


def test_an_empty_choice_of_company_and_source_says_any(as_cleo):
    html = as_cleo.get(LIST).content.decode()
    for name in ("company", "source"):
        assert re.search(rf'<select name="{name}"[^>]* data-placeholder="Any"', html)


def test_the_filter_never_names_a_company_that_somebody_may_not_see(as_ada, ben):
    hidden = CompanyFactory(name="Secretco", is_confirmed=False, created_by=ben)
    JobListingFactory(title="Its job", company=hidden)
    page = as_ada.get(LIST + f"?company={hidden.pk}")
    filters = [spec for spec in page.context["cl"].filter_specs if spec.parameter_name == "company"]
    assert "Secretco" not in str(next(filters[0].choices(page.context["cl"]))["form"])


@pytest.mark.parametrize(
    "query",
    [
        "?status=%00",
        "?status=zz",
        "?company=abc",
        "?company=%00",
        "?source=%00",
        "?remote_type=%00",
        "?remote_type=zz",
        "?pay_from=abc&pay_to=NaN",
        "?pay_from=1e999999",
        "?pay_from=-1",
        "?posted=abc",
        "?posted=99999999999",
        "?deadline=%00",
        "?missing=zz",
        "?q=%00",
        "?q=%ED%A0%80",
        "?q='%22%5C%25_:*!()",
        "?q=" + "x%20" * 500,
        "?p=99999999999999999999",
        "?o=abc",
        "?_facets=True",
        "?title__startswith=a",
        "?company__name__icontains=a",
    ],
)
@pytest.mark.parametrize("who", ["ada", "cleo"])
def test_a_lists_address_is_answered_or_refused(client, request, who, query):
    client.force_login(request.getfixturevalue(who))
    JobListingFactory()
    assert client.get(LIST + query).status_code in (200, 302, 400)


def test_the_count_of_applications_is_of_the_shared_ones(as_cleo):
    listing = JobListingFactory()
    InteractionFactory(job=listing, interaction_type="applied", shared_with_recruiters=True)
    InteractionFactory(job=listing, interaction_type="applied")
    InteractionFactory(job=listing)
    assert as_cleo.get(LIST).context["cl"].result_list[0].shared_applications == 1


def test_a_page_takes_as_many_queries_for_many_rows_as_for_one(as_cleo, ada, client):
    JobListingFactory()
    for person, most in ((None, 12), (ada, 12)):
        if person:
            client.force_login(person)
        client.get(LIST)
        with CaptureQueriesContext(connection) as few:
            client.get(LIST)
        JobListingFactory.create_batch(8)
        with CaptureQueriesContext(connection) as many:
            client.get(LIST)
        assert len(few) == len(many) <= most


def test_a_list_beyond_what_is_leafed_says_so_and_stops_there(as_cleo, monkeypatch):
    monkeypatch.setattr(paging, "MOST_LEAFED", 4)
    monkeypatch.setattr(pages.JobListingAdmin, "list_per_page", 2)
    JobListingFactory.create_batch(7)
    page = as_cleo.get(LIST)
    assert page.context["cl"].paginator.num_pages == 2
    assert "more than 4 job listings" in page.content.decode()
    assert as_cleo.get(LIST + "?p=2").status_code == 200
    beyond, last = (titles_of(as_cleo.get(f"{LIST}?p={number}")) for number in (3, 2))
    assert beyond == last


def explain(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "idx_job_posted_date"),
        ("?status=expired", "idx_job_created_status"),
        ("?status=all", "idx_job_created_status"),
        ("?q=engineer", "idx_job_posted_date"),
        ("?remote_type=Remote&posted=7", "idx_job_"),
    ],
)
def test_a_page_of_the_list_is_found_by_an_index(as_cleo, monkeypatch, query, index):
    monkeypatch.setattr(pages.JobListingAdmin, "list_per_page", 2)
    monkeypatch.setattr(paging, "MOST_LEAFED", 4)
    JobListingFactory.create_batch(5, remote_type="Remote")
    JobListingFactory.create_batch(5, status="expired")
    connection.cursor().execute("ANALYZE job_listings")
    with CaptureQueriesContext(connection) as ran:
        assert as_cleo.get(LIST + query).status_code == 200
    found = [one["sql"] for one in ran if 'FROM "job_listings"' in one["sql"] and "LIMIT 2" in one["sql"]]
    assert len(found) == 1
    assert index in explain(found[0])


# Bulk actions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "status", "words"),
    [
        ("expire_selected", "expired", "2 listings expired."),
        ("fill_selected", "filled", "2 listings marked as filled."),
        ("deactivate_selected", "inactive", "2 listings deactivated."),
    ],
)
def test_listings_are_retired_together(as_cleo, action, status, words):
    rows = JobListingFactory.create_batch(2)
    untouched = JobListingFactory()
    assert words_of(run(as_cleo, action, *rows)) == [words]
    assert {JobListing.objects.get(pk=row.pk).status for row in rows} == {status}
    assert JobListing.objects.get(pk=untouched.pk).status == "active"


def test_listings_that_are_there_already_are_told_apart(as_cleo):
    old, new = JobListingFactory(), JobListingFactory(status="expired")
    assert words_of(run(as_cleo, "activate_selected", old, new)) == [
        "1 listing active again; 1 listing was so already."
    ]


def test_an_action_on_everything_stops_where_nobody_has_looked(as_cleo, monkeypatch):
    monkeypatch.setattr(pages, "MOST_LEAFED", 2)
    rows = JobListingFactory.create_batch(3)
    page = run(as_cleo, "expire_selected", rows[0], select_across="1", index="0")
    assert "Narrow the list first" in words_of(page)[0]
    assert not JobListing.objects.filter(status="expired").exists()


@pytest.mark.parametrize("action", ["expire_selected", "delete_selected", "activate_selected"])
def test_a_job_seeker_retires_nothing(as_ada, action):
    listing = JobListingFactory()
    run(as_ada, action, listing, post="yes")
    assert JobListing.objects.get().status == "active"


# Export ----------------------------------------------------------------------------------------------------------------


def read_export(client, query=""):
    answer = client.get(LIST + f"export/{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_export_is_what_the_list_shows(as_cleo):
    JobListingFactory(title='=HYPERLINK("http://evil")', location="-1+1", remote_type="Remote", salary_min=90_000)
    JobListingFactory(title="Other", remote_type="Hybrid")
    [row] = read_export(as_cleo, "?remote_type=Remote")
    assert row["title"] == '\'=HYPERLINK("http://evil")'
    assert (row["location"], row["salary_min"], row["status"]) == ("'-1+1", "90000.00", "active")


def test_the_export_keeps_the_order_over_its_pieces(as_cleo, monkeypatch):
    monkeypatch.setattr(pages, "EXPORTED_AT_ONCE", 2)
    now = timezone.now()
    made = [JobListingFactory(title=f"Number {n}", posted_date=now - timedelta(days=n)).title for n in range(5)]
    assert [row["title"] for row in read_export(as_cleo)] == made


def test_too_large_an_export_is_refused(as_cleo, monkeypatch):
    monkeypatch.setattr(pages, "MOST_EXPORTED", 1)
    JobListingFactory.create_batch(2)
    assert "Narrow the list" in words_of(as_cleo.get(LIST + "export/", follow=True))[0]


@pytest.mark.parametrize("query", ["?p=999", "?o=abc", "?q=%00", "?status=zz", "?zz=1", "?title__startswith=a"])
def test_an_exports_address_is_answered_or_refused(as_cleo, query):
    assert as_cleo.get(LIST + f"export/{query}").status_code in (200, 302, 400)


def test_the_export_is_for_recruiters(as_ada):
    assert as_ada.get(LIST + "export/").status_code == 403


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    assert defuse(f"{start}1") == f"'{start}1"
    assert list(write_csv([[1, None, 'a "b", c']])) == ['1,,"a ""b"", c"\r\n']


# The page of one listing -----------------------------------------------------------------------------------------------


def form_for(employer, **changes):
    return {
        "company": str(employer.pk),
        "title": "Engineer",
        "salary_currency": "USD",
        "status": "active",
        "verification_status": "unverified",
        "skills_required": "Python\n\n  SQL ",
        **changes,
    }


def test_a_listing_is_added_through_the_service(as_cleo):
    company = CompanyFactory()
    assert as_cleo.post(LIST + "add/", form_for(company, salary_min="90000", salary_max="120000")).status_code == 302
    listing = JobListing.objects.get()
    assert (listing.company, listing.skills_required) == (company, ["Python", "SQL"])
    assert listing.data_quality_score == 0.3
    page = as_cleo.get(f"{LIST}{listing.pk}/change/").content.decode()
    assert "description, location, address, requirements, job type" in page


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": "ab"}, "title", "A title has at least 3 characters."),
        ({"salary_min": "2", "salary_max": "1"}, "__all__", "The highest salary is at least the lowest"),
        ({"salary_min": "-1"}, "salary_min", "A salary cannot be negative."),
        ({"salary_currency": "usd"}, "salary_currency", "three capital letters"),
        ({"job_url": "javascript:alert(1)"}, "job_url", "http"),
        ({"posted_date_0": "10000-01-01", "posted_date_1": "10:00"}, "posted_date", "valid date"),
        ({"company": "abc"}, "company", ""),
    ],
)
def test_what_cannot_be_is_a_form_error(as_cleo, changes, field, words):
    page = as_cleo.post(LIST + "add/", form_for(CompanyFactory(), **changes))
    assert page.status_code == 200
    form = page.context["adminform"].form
    assert words in str(form.errors[field])
    assert not JobListing.objects.exists()


def test_only_what_was_changed_is_written(as_cleo, cleo):
    listing = JobListingFactory(title="Engineer", location="Berlin", skills_required=["Python", "SQL"])
    sent = form_for(listing.company, title="Director", location="Berlin")
    JobListing.objects.filter(pk=listing.pk).update(education_required="None")
    assert as_cleo.post(page_of(listing), {**sent, "education_required": ""}).status_code == 302
    listing.refresh_from_db()
    assert (listing.title, listing.location) == ("Director", "Berlin")


@pytest.mark.parametrize("who", ["ada", "ben"])
def test_a_job_seeker_reads_a_listing_and_changes_nothing(client, request, who):
    client.force_login(request.getfixturevalue(who))
    listing = JobListingFactory(title="Engineer", description=SCRIPT)
    page = client.get(page_of(listing))
    assert page.status_code == 200
    assert SCRIPT not in page.content.decode()
    assert client.post(page_of(listing), form_for(listing.company, title="Other")).status_code == 403
    assert client.get(LIST + "add/").status_code == 403
    assert client.get(reverse("admin:jobs_joblisting_history", args=[listing.pk])).status_code == 403
    assert click(client, listing, "status", status="expired").status_code == 403
    assert client.post(reverse("admin:jobs_joblisting_delete", args=[listing.pk]), {"post": "yes"}).status_code == 403
    assert JobListing.objects.get().title == "Engineer"


def test_only_another_status_is_offered(as_cleo):
    listing = JobListingFactory(status="filled")
    moves = as_cleo.get(page_of(listing)).context["moves"]
    assert [move["status"] for move in moves] == ["active", "inactive", "expired"]


def test_one_click_gives_another_status(as_cleo):
    listing = JobListingFactory()
    assert click(as_cleo, listing, "status", status="filled").status_code == 302
    listing.refresh_from_db()
    assert listing.status == "filled"
    click(as_cleo, listing, "status", status="zz")
    listing.refresh_from_db()
    assert listing.status == "filled"


@pytest.mark.parametrize("kind", ["saved", "applied"])
def test_a_listing_with_history_is_not_deleted(as_cleo, kind):
    kept = InteractionFactory(interaction_type=kind).job
    delete = reverse("admin:jobs_joblisting_delete", args=[kept.pk])
    assert "Retire it with a status instead." in as_cleo.get(delete).content.decode()
    as_cleo.post(delete, {"post": "yes"})
    run(as_cleo, "delete_selected", kept, post="yes")
    assert JobListing.objects.filter(pk=kept.pk).exists()


def test_a_listing_without_history_is_deleted(as_cleo):
    listing = JobListingFactory()
    InteractionFactory(job=listing, interaction_type="viewed")
    as_cleo.post(reverse("admin:jobs_joblisting_delete", args=[listing.pk]), {"post": "yes"})
    other = JobListingFactory()
    run(as_cleo, "delete_selected", other, post="yes")
    assert not JobListing.objects.exists()


# Applicants ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def applications(ada, ben):
    """One listing; Ada shares her application to it, Ben keeps his to himself."""
    listing = JobListingFactory()
    private = {"notes": "Secret note", "cover_letter": "Secret letter", "tags": ["Secret tag"]}
    shared, kept = (
        InteractionFactory(
            user=user, job=listing, interaction_type="applied", shared_with_recruiters=is_shared, **private
        )
        for user, is_shared in ((ada, True), (ben, False))
    )
    return listing, shared, kept


@pytest.mark.parametrize("who", ["cleo", "dora"])
def test_applicants_are_those_who_share_and_nothing_private_of_them(client, request, applications, who):
    client.force_login(request.getfixturevalue(who))
    text = client.get(page_of(applications[0])).content.decode()
    assert "ada@example.com" in text
    assert "ben@example.com" not in text
    assert "Secret" not in text


def test_applicants_are_no_business_of_other_job_seekers(client, ben, applications):
    client.force_login(UserFactory())
    text = client.get(page_of(applications[0])).content.decode()
    assert "ada@example.com" not in text
    assert (
        click(client, applications[0], "applicants", application=[applications[1].pk], status="rejected").status_code
        == 403
    )


def test_applicants_are_moved_together_with_their_cards(as_cleo, ada, applications):
    listing, shared, _ = applications
    card = JobFactory(user=ada, listing=listing, status="Applied")
    answer = click(as_cleo, listing, "applicants", application=[shared.pk], status="interviewing")
    assert answer["Location"] == page_of(listing, tab="applicants")
    shared.refresh_from_db()
    assert shared.application_status == "interviewing"
    assert shared.response_date is not None
    assert Job.objects.get(pk=card.pk).status == "Interview"


@pytest.mark.parametrize(
    "chosen", [["kept"], ["shared", "kept"], ["abc"], [], ["00000000-0000-0000-0000-000000000000"]]
)
def test_a_selection_with_anything_foreign_moves_nobody(as_cleo, applications, chosen):
    listing, shared, kept = applications
    keys = [{"shared": str(shared.pk), "kept": str(kept.pk)}.get(key, key) for key in chosen]
    page = as_cleo.get(click(as_cleo, listing, "applicants", application=keys, status="rejected")["Location"])
    assert "Nothing was changed." in words_of(page)[0]
    assert set(JobUserInteraction.objects.values_list("application_status", flat=True)) == {"applied"}


@pytest.mark.parametrize("status", ["withdrawn", "not_applied", "zz", ""])
def test_an_employer_decides_only_what_is_theirs(as_cleo, applications, status):
    click(as_cleo, applications[0], "applicants", application=[applications[1].pk], status=status)
    applications[1].refresh_from_db()
    assert applications[1].application_status == "applied"


# Job seekers -----------------------------------------------------------------------------------------------------------


def test_job_seekers_find_what_is_open_and_not_hidden(as_ada, ada, ben):
    for title, status in (
        ("Open", "active"),
        ("Expired", "expired"),
        ("Hidden", "active"),
        ("Hidden by Ben", "active"),
    ):
        JobListingFactory(title=title, status=status)
    hide_listing(JobListing.objects.get(title="Hidden"), by=ada)
    hide_listing(JobListing.objects.get(title="Hidden by Ben"), by=ben)
    assert find(as_ada, "") == {"Open", "Hidden by Ben"}
    assert as_ada.get(LIST + "?status=all").status_code == 400


def test_a_job_seekers_list_marks_what_is_theirs(as_ada, ada, ben):
    saved, applied = JobListingFactory(), JobListingFactory()
    save_listing(saved, by=ada)
    InteractionFactory(user=ada, job=applied, interaction_type="applied")
    InteractionFactory(user=ben, job=saved, interaction_type="applied")
    own = {row.pk: row.own_interactions for row in as_ada.get(LIST).context["cl"].result_list}
    assert own == {saved.pk: ["saved"], applied.pk: ["applied"]}


def test_the_clicks_of_a_job_seeker(as_ada, ada):
    listing = JobListingFactory(title="Engineer")

    def kinds():
        return sorted(JobUserInteraction.objects.filter(user=ada).values_list("interaction_type", flat=True))

    click(as_ada, listing, "save")
    click(as_ada, listing, "hide", reason="Too far")
    assert kinds() == ["hidden", "saved"]
    click(as_ada, listing, "unsave")
    click(as_ada, listing, "unhide")
    assert kinds() == []
    click(as_ada, listing, "apply", notes="Via Grace", shared_with_recruiters="on")
    applied = JobUserInteraction.objects.get(user=ada)
    assert (applied.interaction_type, applied.notes, applied.shared_with_recruiters) == ("applied", "Via Grace", True)
    click(as_ada, listing, "track")
    card = Job.objects.get(user=ada)
    assert (card.listing, card.status, card.role_title) == (listing, "Applied", "Engineer")
    page = as_ada.get(click(as_ada, listing, "track")["Location"])
    assert "Nothing was changed." in words_of(page)[-1]
    assert Job.objects.count() == 1


def places_of(page):
    """Return where each form or button of a page leads back to, by what it does."""
    html = page.content.decode()
    found = re.findall(
        r'action="[^"]+/(\w+)/"(?:(?!</form>|<form|action=).)*?name="next" value="([^"]*)"', html, re.DOTALL
    )
    return {name: unescape(value) for name, value in found}


def test_a_click_in_the_list_leads_back_to_its_search_filters_and_page(as_ada, monkeypatch):
    monkeypatch.setattr(pages.JobListingAdmin, "list_per_page", 1)
    for _ in range(2):
        JobListingFactory(title="Baker", remote_type="Remote")
    there = f"{LIST}?q=baker&remote_type=Remote&p=2"
    page = as_ada.get(there)
    assert places_of(page) == {"save": there, "hide": there}
    [listing] = page.context["cl"].result_list
    after = click(as_ada, listing, "hide", next=places_of(page)["hide"])
    assert after["Location"] == there
    again = as_ada.get(there)
    assert len(titles_of(again)) == 1
    assert again.context["cl"].page_num == 1


def test_a_click_on_the_page_keeps_the_way_back_to_the_list(as_ada, as_cleo, ada, cleo):
    listing = JobListingFactory()
    InteractionFactory(user=ada, job=listing, interaction_type="applied", shared_with_recruiters=True)
    filters = "_changelist_filters=q%3Dbaker%26p%3D2"
    there = f"{page_of(listing)}?{filters}"
    as_ada.force_login(ada)
    other = JobListingFactory()
    others = f"{page_of(other)}?{filters}"
    places = places_of(as_ada.get(others))
    assert places == {"apply": others, "save": others, "track": others, "hide": f"{LIST}?q=baker&p=2"}
    assert click(as_ada, other, "save", next=places["save"])["Location"] == others
    as_cleo.force_login(cleo)
    assert places_of(as_cleo.get(there)) == {"status": there, "applicants": f"{there}#applicants"}


@pytest.mark.parametrize("name", ["save", "unsave", "apply", "hide", "unhide", "track", "status", "applicants"])
def test_a_click_is_a_post_on_a_listing_that_is_there(as_cleo, name):
    listing = JobListingFactory()
    assert as_cleo.get(reverse(f"admin:jobs_joblisting_{name}", args=[listing.pk])).status_code == 405
    assert as_cleo.post(reverse(f"admin:jobs_joblisting_{name}", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("form", [{"notes": "x" * 5001}, {"resume_version": "x" * 256}, {"notes": "\x00"}])
def test_an_application_that_cannot_be_is_refused(as_ada, form):
    click(as_ada, JobListingFactory(), "apply", **form)
    assert not JobUserInteraction.objects.exists()


# Sources and duplicates ------------------------------------------------------------------------------------------------


def test_a_source_with_listings_is_paused_and_not_deleted(as_cleo):
    used, unused = JobSourceListingFactory().source, JobSourceFactory()
    delete = "admin:jobs_jobsource_delete"
    assert "Pause it instead" in as_cleo.get(reverse(delete, args=[used.pk])).content.decode()
    for source in (used, unused):
        as_cleo.post(reverse(delete, args=[source.pk]), {"post": "yes"})
    assert list(JobSource.objects.all()) == [used]


@pytest.fixture
def pair():
    company = CompanyFactory(name="Acme")
    original = JobListingFactory(company=company, title="Senior Engineer", location="Berlin", description=SCRIPT)
    twin = JobListingFactory(company=company, title="Sr. Engineer", location="Berlin", description="Other")
    return JobDeduplication.objects.create(
        canonical_job=original, duplicate_job=twin, confidence_score=0.9, matching_fields=["company", "title"]
    )


def test_a_pair_of_retired_listings_waits_for_nobody(as_cleo, pair):
    over = JobDeduplicationFactory(canonical_job__status="expired", duplicate_job__status="filled")
    assert list(as_cleo.get(PAIRS).context["cl"].result_list) == [pair]
    assert set(as_cleo.get(PAIRS + "?state=all").context["cl"].result_list) == {pair, over}
    assert (
        next(
            queue["count"] for queue in as_cleo.get("/admin/").context["catalogue"]["queues"] if "Dup" in queue["label"]
        )
        == 1
    )


def test_a_pair_is_shown_side_by_side_with_its_differences(as_cleo, pair):
    page = as_cleo.get(reverse("admin:jobs_jobdeduplication_change", args=[pair.pk]))
    assert SCRIPT not in page.content.decode()
    differs = {row["title"]: row["differs"] for row in page.context["rows"]}
    assert (differs["Title"], differs["Place"], differs["Company"], differs["Description"]) == (
        True,
        False,
        False,
        True,
    )
    assert page.context["rows"][0]["sides"] == (
        [Piece("Senior ", "missing"), Piece("Engineer")],
        [Piece("Sr. ", "missing"), Piece("Engineer")],
    )


def test_skills_differ_by_which_they_are_and_not_by_their_order(as_cleo, pair):
    def skills():
        page = as_cleo.get(reverse("admin:jobs_jobdeduplication_change", args=[pair.pk]))
        return next(row for row in page.context["rows"] if row["title"] == "Skills")

    left = JobListing.objects.filter(pk=pair.canonical_job_id)
    left.update(skills_required=["Python", "data science"])
    JobListing.objects.filter(pk=pair.duplicate_job_id).update(skills_required=["data science", "Python"])
    assert not skills()["differs"]
    left.update(skills_required=["Python", "data science", "SQL"])
    assert skills()["differs"]
    marked = [[piece.text for piece in side if piece.kind] for side in skills()["sides"]]
    assert marked == [["· SQL"], []]


def test_accepting_a_pair_makes_one_posting_of_it(as_cleo, pair):
    click(as_cleo, pair, "accept")
    pair.refresh_from_db()
    assert pair.reviewed
    assert JobListing.objects.get(pk=pair.duplicate_job_id).canonical_id == pair.canonical_job_id


def test_a_decision_is_taken_back(as_cleo, pair):
    click(as_cleo, pair, "accept")
    click(as_cleo, pair, "reopen")
    pair.refresh_from_db()
    assert not pair.reviewed
    twin = JobListing.objects.get(pk=pair.duplicate_job_id)
    assert (twin.canonical_id, twin.status) == (None, "active")


def test_keeping_a_pair_apart_asks_no_more(as_cleo, pair):
    click(as_cleo, pair, "keep-apart")
    pair.refresh_from_db()
    assert pair.reviewed
    assert JobListing.objects.get(pk=pair.duplicate_job_id).canonical_id is None
    assert as_cleo.get(PAIRS).context["cl"].result_count == 0
    assert as_cleo.get(PAIRS + "?state=reviewed").context["cl"].result_count == 1


def test_pairs_are_decided_together(as_cleo, pair):
    sent = {"action": "keep_selected_apart", "_selected_action": [str(pair.pk)]}
    assert words_of(as_cleo.post(PAIRS, sent, follow=True)) == ["1 pair kept apart."]


def test_duplicates_and_sources_are_for_recruiters(as_ada, pair):
    for url in (PAIRS, "/admin/jobs/jobsource/", "/admin/jobs/jobsourcelisting/", "/admin/jobs/jobembedding/"):
        assert as_ada.get(url).status_code == 403
    assert click(as_ada, pair, "accept").status_code == 403


@pytest.mark.parametrize("name", ["jobsource", "jobsourcelisting", "jobembedding", "jobdeduplication"])
@pytest.mark.parametrize("query", ["", "?q=%00", "?q=x", "?state=zz", "?p=abc", "?is_active__exact=%00"])
def test_every_other_list_opens(as_cleo, pair, name, query):
    JobSourceListingFactory()
    assert as_cleo.get(f"/admin/jobs/{name}/{query}").status_code in (200, 302, 400)


# Import ----------------------------------------------------------------------------------------------------------------

CSV = "title,company,location\nSenior Engineer,Acme,Berlin\nNurse,Globex,Paris\nab,Acme,Rome\n"


def upload(client, text=CSV, *, name="jobs.csv", **form):
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post(IMPORT, {"file": file, "format": "auto", "source": "board", **form})


def test_a_packed_file_is_not_unpacked_while_a_page_waits(as_cleo):
    assert "Unpack the file first." in upload(as_cleo, gzip.compress(CSV.encode())).content.decode()
    assert not JobListing.objects.exists()


def test_an_import_shows_first_and_writes_when_told_to(as_cleo):
    preview = upload(as_cleo)
    counts = {entry["outcome"]: entry["count"] for entry in preview.context["counts"]}
    assert (counts["created"], counts["rejected"]) == (2, 1)
    assert preview.context["rows"][0]["outcome"] == "rejected"
    assert not JobListing.objects.exists()
    done = as_cleo.post(IMPORT + "run/")
    assert {entry["outcome"]: entry["count"] for entry in done.context["counts"]} == counts
    assert set(JobListing.objects.values_list("title", flat=True)) == {"Senior Engineer", "Nurse"}
    again = as_cleo.post(IMPORT + "run/", follow=True)
    assert words_of(again) == ["There is no file waiting any more. Choose it again."]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (CSV, {"name": "jobs.exe"}),
        ("", {}),
        (b"\xff\xfe\x00", {}),
        ("a,b\n1,2\n", {}),
        ("{" * 3000, {"name": "jobs.json"}),
        (CSV, {"source": ""}),
        (CSV, {"source": "\x00"}),
        (CSV, {"mapping": "zz"}),
        (CSV, {"format": "zz"}),
        ("x" * 5_000_001, {}),
    ],
)
def test_a_file_that_cannot_be_imported_is_a_form_error(as_cleo, text, change):
    page = upload(as_cleo, text, **change)
    assert page.status_code == 200
    if "form" in page.context:
        assert page.context["form"].errors
    else:  # It was read, and nothing in it can be imported.
        assert not page.context["changes_something"]
    assert not JobListing.objects.exists()


def test_a_file_waits_for_whoever_uploaded_it_and_nobody_else(as_cleo, cleo, dora):
    upload(as_cleo)
    key = as_cleo.session["parked_import"]
    as_cleo.force_login(dora)
    session = as_cleo.session
    session["parked_import"] = key
    session.save()
    assert words_of(as_cleo.post(IMPORT + "run/", follow=True)) == [
        "There is no file waiting any more. Choose it again."
    ]
    assert not JobListing.objects.exists()


def test_a_second_file_takes_the_place_of_the_first(as_cleo):
    upload(as_cleo)
    first = as_cleo.session["parked_import"]
    upload(as_cleo)
    assert not Session.objects.filter(pk=first).exists()


@pytest.mark.parametrize("who", ["ada", "ben"])
def test_importing_is_for_recruiters(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(IMPORT).status_code == 403
    assert upload(client).status_code == 403
    assert client.post(IMPORT + "run/").status_code == 403


# Home ------------------------------------------------------------------------------------------------------------------


def test_a_recruiters_home_shows_what_waits(as_cleo, applications, pair):
    JobListingFactory(title="Ends soon", application_deadline=timezone.now() + timedelta(days=3))
    JobListingFactory(title="Ends later", application_deadline=timezone.now() + timedelta(days=30))
    catalogue = as_cleo.get("/admin/").context["catalogue"]
    assert [application.user.email for application in catalogue["applications"]] == ["ada@example.com"]
    assert [queue["count"] for queue in catalogue["queues"]] == [1, 0]
    assert [listing.title for listing in catalogue["expiring"]] == ["Ends soon"]
    assert [share["share"] for share in catalogue["quality"]["shares"]] == [100, 60, 100]


def test_new_applications_are_those_that_wait_latest_first_and_say_when(as_cleo):
    for status, name, day in (
        ("applied", "Old", datetime(2025, 11, 3, tzinfo=UTC)),
        ("applied", "New", datetime(2026, 11, 3, tzinfo=UTC)),
        ("withdrawn", "Gone", datetime(2026, 11, 4, tzinfo=UTC)),
        ("rejected", "Refused", datetime(2026, 11, 5, tzinfo=UTC)),
    ):
        InteractionFactory(
            user=UserFactory(full_name=name),
            interaction_type="applied",
            application_status=status,
            applied_date=day,
            shared_with_recruiters=True,
        )
    with time_machine.travel(datetime(2026, 11, 25, tzinfo=UTC), tick=False):
        page = as_cleo.get("/admin/")
    assert [row.user.full_name for row in page.context["catalogue"]["applications"]] == ["New", "Old"]
    html = page.content.decode()
    assert "applied 3 Nov<" in html
    assert "applied 3 Nov 2025<" in html


def test_a_job_seekers_home_shows_nothing_of_the_catalogues_keeping(as_ada, applications):
    page = as_ada.get("/admin/")
    assert "catalogue" not in page.context
    assert "Import listings" not in page.content.decode()


# Words and differences -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (90_000, 120_000, "USD 90,000-120,000"),
        (90_000, 90_000, "USD 90,000"),
        (90_000, None, "USD 90,000 and more"),
        (None, 120_000, "USD up to 120,000"),
        ("15.50", None, "USD 15.50 and more"),
        (None, None, ""),
        (0, 0, "USD 0"),
    ],
)
def test_pay_in_words(least, most, words):
    listing = JobListingFactory(salary_min=least, salary_max=most)
    listing.refresh_from_db()
    assert describe_pay(listing) == words


def test_words_that_both_texts_have_are_not_marked():
    left, right = mark_differences("We build Software.", "We break software.\n\nOften.")
    assert left == [Piece("We "), Piece("build ", "missing"), Piece("Software.")]
    assert "".join(piece.text for piece in right) == "We break software.\n\nOften."
    assert mark_differences("", "a") == ([], [Piece("a", "missing")])


def test_a_long_text_is_compared_as_far_as_it_takes_no_time():
    text = "word other " * MOST_WORDS
    left, right = mark_differences(text, text[6:])
    assert "".join(piece.text for piece in left) == text
    assert "".join(piece.text for piece in right) == text[6:]


def test_json_lines_are_read_as_well(as_cleo):
    preview = upload(as_cleo, json.dumps({"title": "Engineer", "company": "Acme"}) + "\n", name="jobs.jsonl")
    assert preview.context["read"] == 1
