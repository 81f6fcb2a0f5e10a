"""The admin's base: what a person sees, and what happens to whatever they send."""

import json
import uuid

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from companies.models import Company
from jobos.core.admin import PersonalSite, StrictJSONField
from jobos.core.models import LedgerEntry
from jobs.models import Interview, Job
from tests.factories import (
    CompanyFactory,
    InteractionFactory,
    InterviewFactory,
    JobFactory,
    TargetCompanyFactory,
    TimelineEventFactory,
)

pytestmark = pytest.mark.django_db

HOSTILE_JSON = {
    "a NUL": '{"a": "\\u0000"}',
    "a NUL in a key": '{"\\u0000": 1}',
    "half a surrogate pair": '{"a": "\\ud800"}',
    "not a number": '{"a": NaN}',
    "infinity": '{"a": Infinity}',
    "a number too large": '{"a": 1e400}',
    "5000 levels": "[" * 5000 + "]" * 5000,
    "5000 digits": '{"a": ' + "1" * 5000 + "}",
    "a key twice": '{"a": 1, "a": 2}',
    "no JSON": "{",
}


@pytest.mark.parametrize("text", HOSTILE_JSON.values(), ids=HOSTILE_JSON)
def test_hostile_json_is_a_form_error_and_is_shown_again(text):
    class JSONForm(forms.Form):
        value = StrictJSONField()

    form = JSONForm({"value": text})
    assert not form.is_valid()
    assert form.has_changed()
    assert form.as_p()


def test_sound_json_is_read():
    assert StrictJSONField().clean('{"a": [1, "b", null]}') == {"a": [1, "b", None]}
    assert StrictJSONField(required=False).clean("") is None


def test_the_site_is_ours():
    assert isinstance(admin.site, PersonalSite)


# Everybody's own rows --------------------------------------------------------------------------------------------------

LISTS = [
    "jobs_job",
    "jobs_interview",
    "companies_targetcompany",
    "companies_company",
    "interactions_timelineevent",
    "interactions_jobuserinteraction",
    "accounts_accesstoken",
]
FOR_SUPERUSERS = [
    "accounts_user",
    "auth_group",
    "axes_accessattempt",
    "core_ledgerentry",
    "core_idempotencykey",
    "core_ratewindow",
]


@pytest.fixture
def secrets(ben):
    """Rows of Ben's that nobody else may learn of."""
    job = JobFactory(user=ben, company_name="Secretco", role_title="Spy", source_portal="Secret portal")
    return {
        "jobs_job": job,
        "jobs_interview": InterviewFactory(job=job, round="Secret round"),
        "companies_targetcompany": TargetCompanyFactory(
            user=ben, company=CompanyFactory(name="Secretco", is_confirmed=False, created_by=ben), notes="Secret notes"
        ),
        "interactions_timelineevent": TimelineEventFactory(user=ben, job=job, title="Secret event"),
        "interactions_jobuserinteraction": InteractionFactory(
            user=ben,
            job__title="Secret listing",
            job__company__is_confirmed=False,
            job__company__created_by=ben,
            notes="Secret",
        ),
        "accounts_userprofile": ben.profile,
    }


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["", "?q=secret", "?_facets=True", "?all="])
def test_no_list_shows_anything_of_a_stranger(client, ada, secrets, name, query):
    client.force_login(ada)
    page = client.get(reverse(f"admin:{name}_changelist") + query)
    assert page.status_code == 200
    assert "Secret" not in page.content.decode()
    assert page.context["cl"].result_count == 0


@pytest.mark.parametrize("view", ["change", "history", "delete"])
def test_every_page_of_a_stranger_is_as_absent_as_one_that_never_was(client, ada, secrets, view):
    client.force_login(ada)
    for name, row in secrets.items():
        answers = []
        for pk in (row.pk, uuid.uuid4()):
            answer = client.get(reverse(f"admin:{name}_{view}", args=[pk]))
            answers.append((answer.status_code, answer.headers.get("Location")))
        assert answers[0] == answers[1]
        assert answers[0][0] in (302, 403, 404)


def test_the_home_page_shows_nothing_of_a_stranger(client, ada, secrets):
    client.force_login(ada)
    assert "Secret" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("source", "field"),
    [("jobs.interview", "job"), ("interactions.timelineevent", "job"), ("companies.targetcompany", "company")],
)
def test_no_suggestion_comes_from_a_stranger(client, ada, secrets, source, field):
    client.force_login(ada)
    app, model = source.split(".")
    query = {"app_label": app, "model_name": model, "field_name": field, "term": "secret"}
    assert client.get("/admin/autocomplete/", query).json()["results"] == []


def test_deleted_cards_are_not_suggested(client, ada):
    JobFactory(user=ada, company_name="Gone", is_deleted=True)
    client.force_login(ada)
    query = {"app_label": "jobs", "model_name": "interview", "field_name": "job", "term": "Gone"}
    assert client.get("/admin/autocomplete/", query).json()["results"] == []


def test_a_strangers_row_is_no_choice(client, ada, secrets):
    client.force_login(ada)
    form = {
        "job": str(secrets["jobs_job"].pk),
        "interview_date_0": "2027-01-01",
        "interview_date_1": "10:00",
        "round": "x",
    }
    page = client.post(reverse("admin:jobs_interview_add"), form)
    assert page.status_code == 200
    assert "job" in page.context["adminform"].form.errors
    assert Interview.objects.count() == 1


@pytest.mark.parametrize("name", FOR_SUPERUSERS)
@pytest.mark.parametrize("who", ["ada", "cleo"])
def test_administration_is_for_superusers(client, request, name, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403
    assert reverse(f"admin:{name}_changelist") not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("name", [*LISTS, *FOR_SUPERUSERS, "accounts_userprofile"])
def test_superusers_open_everything(client, dora, secrets, name):
    client.force_login(dora)
    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    if name in secrets:
        assert client.get(reverse(f"admin:{name}_change", args=[secrets[name].pk])).status_code == 200


def test_every_list_is_called_by_its_plural(client, dora):
    client.force_login(dora)
    for model in admin.site._registry:
        page = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), follow=True)
        title = page.context["title"]
        assert not title.startswith("Select "), model
        if model is Company:
            assert title == "Companies"


def test_anonymous_people_are_sent_to_the_login(client, secrets):
    for name, row in secrets.items():
        for url in (reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_change", args=[row.pk])):
            answer = client.get(url)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")


# Whatever they send ----------------------------------------------------------------------------------------------------

MALFORMED = ["abc", "%00", "%ED%A0%80", "1", "..%2F..", "00000000-0000-0000-0000-000000000000", "a" * 3000, "é"]


@pytest.mark.parametrize("key", MALFORMED)
def test_a_malformed_key_in_a_path_is_no_error_of_ours(client, dora, key):
    client.force_login(dora)
    for name in ("jobs/job", "jobs/interview", "companies/company", "accounts/user", "core/ledgerentry"):
        for view in ("change/", "history/", "delete/", ""):
            assert client.get(f"/admin/{name}/{key}/{view}").status_code in (302, 403, 404)
    for path in (f"/admin/r/{key}/{key}/", f"/admin/r/5/{key}/", f"/admin/jobs/job/{key}/note/", f"/admin/{key}/"):
        assert client.get(path).status_code in (301, 302, 404, 405)


LISTING_QUERIES = [
    "?q=%00",
    "?q=%ED%A0%80",
    "?q=" + "x%20" * 500,
    "?q='%22%5C%25_",
    "?p=abc",
    "?p=-1",
    "?p=999999999999999999999",
    "?o=abc",
    "?o=99.-99",
    "?e=1",
    "?zz=1",
    "?all=zz",
    "?status__exact=%00",
    "?status__exact=zz",
    "?status__regex=(",
    "?user__password__startswith=a",
    "?user__email__icontains=ben",
    "?jd_text__icontains=secret",
    "?id__exact=abc",
    "?attention=zz",
    "?source_portal=%00",
    "?source_portal=" + "x" * 3000,
    "?deleted=zz",
    "?is_confirmed__exact=zz",
    "?lane__exact=zz",
    "?lane__exact=99999999999999999999",
    "?is_confirmed__exact=%00",
    "?groups__id__exact=zz",
    "?outcome__exact=%00",
    "?_to_field=password",
    "?_to_field=user",
    "?_popup=1",
]


@pytest.mark.parametrize("query", LISTING_QUERIES)
@pytest.mark.parametrize(
    "name", ["jobs_job", "companies_company", "companies_targetcompany", "accounts_user", "core_ledgerentry"]
)
def test_a_lists_address_is_answered_or_refused(client, dora, name, query):
    client.force_login(dora)
    assert client.get(reverse(f"admin:{name}_changelist") + query).status_code in (200, 302, 400)


@pytest.mark.parametrize("query", ["?user__password__startswith=a", "?jd_text__icontains=a", "?status__regex=("])
def test_columns_that_are_no_filter_cannot_be_asked_about(client, ada, query):
    client.force_login(ada)
    assert client.get(reverse("admin:jobs_job_changelist") + query).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["s=%00", "s=x&page=abc", "s=x&page=99", "s=jobs&page=0", "s=%ED%A0%80", "s=jobs&extended=1", "s=" + "x" * 3000],
)
def test_the_site_search_is_answered_or_refused(client, ada, query):
    client.force_login(ada)
    assert client.get(f"/admin/search/?{query}").status_code in (200, 404)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"term": "\x00"}, 200),
        ({"term": "a", "page": "abc"}, 404),
        ({"term": "a", "page": "99"}, 404),
        ({"term": "x" * 3000}, 200),
        ({"term": "a", "field_name": "user"}, 403),
        ({"term": "a", "field_name": "zz"}, 403),
        ({"term": "a", "field_name": "\x00"}, 403),
        ({"term": "a", "model_name": "zz"}, 403),
        ({"term": "a", "app_label": "\x00"}, 403),
    ],
)
def test_suggestions_are_answered_or_refused(client, ada, query, status):
    client.force_login(ada)
    answer = client.get(
        "/admin/autocomplete/", {"app_label": "jobs", "model_name": "interview", "field_name": "job", **query}
    )
    assert answer.status_code == status


@pytest.mark.parametrize(
    "query",
    [
        "applied_date=zz",
        "status=zz",
        "fit_score=nan",
        "company_name=%00",
        "job=zz",
        "job=%00",
        "interview_date=zz",
        "interview_date=2027-02-30T25:00",
        "interview_date=2027-01-01T10:00",
        "founded_year=99999999999999",
        "lane=zz",
        "company=abc",
        "event_date=zz",
        "is_milestone=zz",
        "values=%00",
    ],
)
def test_an_address_prefills_only_what_its_fields_accept(client, dora, query):
    client.force_login(dora)
    for name in (
        "jobs_job",
        "jobs_interview",
        "companies_company",
        "companies_targetcompany",
        "interactions_timelineevent",
    ):
        assert client.get(reverse(f"admin:{name}_add") + f"?{query}").status_code == 200


def test_an_address_does_prefill(client, ada):
    job = JobFactory(user=ada)
    client.force_login(ada)
    page = client.get(reverse("admin:jobs_interview_add") + f"?job={job.pk}&round=Onsite&job__user=1")
    assert page.context["adminform"].form.initial == {"job": str(job.pk), "round": "Onsite"}


def test_a_strangers_card_prefills_nothing(client, ada, secrets):
    client.force_login(ada)
    page = client.get(reverse("admin:jobs_interview_add") + f"?job={secrets['jobs_job'].pk}")
    assert page.context["adminform"].form.initial == {}
    assert "Secret" not in page.content.decode()


@pytest.mark.parametrize("selected", [["abc"], ["\x00"], [""], [str(uuid.uuid4())], ["own", "foreign"], ["own", "abc"]])
@pytest.mark.parametrize(
    "action", ["delete_selected", "move_to_applied", "follow_up_selected", "restore_selected", "zz", ""]
)
def test_an_action_on_anything_foreign_or_malformed_does_nothing(client, ada, secrets, selected, action):
    own, foreign = JobFactory(user=ada), secrets["jobs_job"]
    before = list(Job.objects.order_by("pk").values())
    client.force_login(ada)
    keys = [{"own": str(own.pk), "foreign": str(foreign.pk)}.get(key, key) for key in selected]
    for extra in ({"index": "0"}, {"index": "zz"}, {"post": "yes"}, {"index": "0", "select_across": "1"}):
        answer = client.post(
            reverse("admin:jobs_job_changelist"), {"action": action, "_selected_action": keys, **extra}
        )
        assert answer.status_code == 302
    assert list(Job.objects.order_by("pk").values()) == before


def test_a_whole_list_action_reaches_only_ones_own(client, ada, secrets):
    own = JobFactory(user=ada)
    client.force_login(ada)
    form = {"action": "move_to_applied", "_selected_action": [str(own.pk)], "index": "0", "select_across": "1"}
    client.post(reverse("admin:jobs_job_changelist"), form)
    assert Job.objects.get(pk=own.pk).status == "Applied"
    assert Job.objects.get(pk=secrets["jobs_job"].pk).status == "Tracking"


def test_a_constraint_that_only_the_database_sees_comes_back_in_words(client, cleo):
    CompanyFactory(name="Acme", website="https://acme.com")
    other = CompanyFactory(name="Other")
    client.force_login(cleo)
    address = reverse("admin:companies_company_change", args=[other.pk])
    page = client.post(address, {"name": "Other", "website": "https://www.acme.com", "is_confirmed": "on"})
    assert page.status_code == 200
    assert "already has a company with this website" in page.content.decode()
    assert Company.objects.get(pk=other.pk).website == ""
    assert not LogEntry.objects.exists()


def test_the_ledger_is_only_read(client, dora):
    entry = LedgerEntry.objects.create(
        source="import",
        table="jobs",
        row_id="7",
        outcome="quarantined",
        before={"a": "<script>"},
        at="2026-01-01T00:00Z",
    )
    client.force_login(dora)
    page = client.get(reverse("admin:core_ledgerentry_change", args=[entry.pk]))
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().split("<main", 1)[1].split("</main", 1)[0].replace("<script id=", "")
    assert client.post(reverse("admin:core_ledgerentry_change", args=[entry.pk]), {}).status_code == 403
    assert client.post(reverse("admin:core_ledgerentry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:core_ledgerentry_add")).status_code == 403


# Pages -----------------------------------------------------------------------------------------------------------------


def test_every_page_has_a_main_landmark_and_a_policy_without_strangers(client, ada):
    client.force_login(ada)
    for url in ("/admin/", reverse("admin:jobs_job_changelist"), reverse("admin:jobs_job_add")):
        page = client.get(url)
        assert page.content.decode().count("<main") == 1
        assert "http" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name", ["jobs_job", "jobs_interview", "companies_targetcompany", "companies_company", "interactions_timelineevent"]
)
def test_a_list_asks_as_often_however_long_it_is(client, ada, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(ada)

    def grow(count):
        for _ in range(count):
            job = JobFactory(user=ada)
            InterviewFactory(job=job)
            TargetCompanyFactory(user=ada)
            TimelineEventFactory(user=ada, job=job)

    counts = []
    for more in (2, 20):
        grow(more)
        client.get(reverse(f"admin:{name}_changelist"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(f"admin:{name}_changelist"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14


def test_json_shapes_survive_the_ledger_page(client, dora):
    for value in ("text", 1, None, [1], {"a": None}):
        entry = LedgerEntry.objects.create(
            source="s",
            table="t",
            row_id="1",
            outcome="converted",
            before=json.loads(json.dumps(value)),
            at="2026-01-01T00:00Z",
        )
        client.force_login(dora)
        assert client.get(reverse("admin:core_ledgerentry_change", args=[entry.pk])).status_code == 200
