"""The pipeline's pages: what a click does, and what it refuses."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from interactions.models import TimelineEvent
from jobs.admin.posting import MATCHED, MISSING, Piece, mark_keywords
from jobs.models import Interview, Job
from jobs.services import cards
from tests.factories import (
    CompanyFactory,
    InteractionFactory,
    InterviewFactory,
    JobFactory,
    ResumeFactory,
    SkillBankFactory,
    SkillFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/jobs/job/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


def page_of(job, *, tab=""):
    return reverse("admin:jobs_job_change", args=[job.pk]) + (f"#{tab}" if tab else "")


def click(client, job, name, **form):
    return client.post(reverse(f"admin:jobs_job_{name}", args=[job.pk]), form)


def words_of(response):
    return [str(message) for message in response.context["messages"]]


def form_of(client, url):
    """The form of a page as a browser would send it back unchanged."""
    form = client.get(url).context["adminform"].form
    sent = {}
    for bound in form:
        value = bound.value()
        if hasattr(bound.field, "fields"):
            for number, part in enumerate(bound.field.widget.decompress(value) if value else []):
                sent[f"{bound.html_name}_{number}"] = part
        elif value not in (None, False):
            sent[bound.html_name] = bound.field.prepare_value(value) if value != "" else ""
    return sent


# Adding and changing ---------------------------------------------------------------------------------------------------


def test_adding_goes_through_the_service(as_ada, ada):
    form = {
        "company_name": "Acme",
        "role_title": "Engineer",
        "status": "Applied",
        "source_portal": "Direct",
        "note": "Via Grace.",
    }
    response = as_ada.post(LIST + "add/", form)
    assert response.status_code == 302
    job = Job.objects.get()
    assert (job.user, job.status, job.applied_date) == (ada, "Applied", timezone.now().date())
    assert [note["text"] for note in job.notes] == ["Via Grace."]
    assert TimelineEvent.objects.get().event_type == "application_submitted"
    assert LogEntry.objects.get().object_id == str(job.pk)


def test_a_twin_is_a_form_error_and_nothing_is_written(as_ada, ada):
    JobFactory(user=ada, company_name="Acme", role_title="Engineer")
    form = {"company_name": " ACME", "role_title": "engineer", "status": "Applied", "source_portal": "Direct"}
    page = as_ada.post(LIST + "add/", form)
    assert page.status_code == 200
    assert "You already have an open job with this company and role." in page.content.decode()
    assert Job.objects.count() == 1
    assert not TimelineEvent.objects.exists()
    assert not LogEntry.objects.exists()


def test_changing_writes_only_what_was_changed(as_ada, ada):
    job = JobFactory(user=ada, company_name="Acme", jd_url="https://a.example")
    form = form_of(as_ada, page_of(job))
    Job.objects.filter(pk=job.pk).update(jd_url="https://b.example")  # Somebody else, meanwhile.
    form["role_title"] = "Director"
    assert as_ada.post(page_of(job), {**form, "jd_url": "https://b.example"}).status_code == 302
    job.refresh_from_db()
    assert (job.role_title, job.jd_url) == ("Director", "https://b.example")


def test_a_change_that_makes_a_twin_is_a_form_error(as_ada, ada):
    JobFactory(user=ada, company_name="Acme", role_title="Engineer")
    job = JobFactory(user=ada, company_name="Globex", role_title="Engineer")
    page = as_ada.post(page_of(job), {**form_of(as_ada, page_of(job)), "company_name": "Acme"})
    assert page.status_code == 200
    assert "You already have an open job" in page.content.decode()
    assert Job.objects.get(pk=job.pk).company_name == "Globex"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fit_score", "11"),
        ("fit_score", "nan"),
        ("ats_score", "-1"),
        ("applied_date", "2026-02-30"),
        ("applied_date", "0000-01-01"),
        ("company_name", ""),
        ("company_name", "a\x00b"),
        ("company_name", "x" * 256),
        ("jd_url", "javascript:alert(1)"),
        ("jd_url", "data:text/html,x"),
        ("jd_text", "x" * 100_001),
        ("apply_type", "zz"),
        ("keywords_matched", "a\x00"),
    ],
)
def test_what_cannot_be_is_a_form_error(as_ada, ada, field, value):
    job = JobFactory(user=ada)
    page = as_ada.post(page_of(job), {**form_of(as_ada, page_of(job)), field: value})
    assert page.status_code == 200
    assert field in page.context["adminform"].form.errors


def test_lists_are_one_a_line(as_ada, ada):
    job = JobFactory(user=ada)
    form = {**form_of(as_ada, page_of(job)), "keywords_matched": " Python \r\n\r\nC, C++\r\n"}
    assert as_ada.post(page_of(job), form).status_code == 302
    assert Job.objects.get(pk=job.pk).keywords_matched == ["Python", "C, C++"]
    assert form_of(as_ada, page_of(job))["keywords_matched"] == "Python\nC, C++"


def test_nobody_gives_a_card_away(as_ada, ada, ben):
    job = JobFactory(user=ada)
    form = {
        **form_of(as_ada, page_of(job)),
        "user": str(ben.pk),
        "followup_count": "9",
        "is_deleted": "on",
        "status": "Offer",
    }
    as_ada.post(page_of(job), form)
    job.refresh_from_db()
    assert (job.user, job.followup_count, job.is_deleted, job.status) == (ada, 0, False, "Tracking")


# One click -------------------------------------------------------------------------------------------------------------


def test_a_note_is_appended(as_ada, ada):
    job = JobFactory(user=ada)
    response = click(as_ada, job, "note", text="  They use PostgreSQL. ")
    assert response.headers["Location"] == page_of(job, tab="notes")
    job.refresh_from_db()
    assert [note["text"] for note in job.notes] == ["They use PostgreSQL."]
    assert TimelineEvent.objects.get().event_type == "note_added"


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "x" * 5001])
def test_a_note_of_nothing_is_refused_in_words(as_ada, ada, text):
    job = JobFactory(user=ada)
    response = as_ada.post(reverse("admin:jobs_job_note", args=[job.pk]), {"text": text}, follow=True)
    assert words_of(response)[0].startswith("Text: ")
    assert Job.objects.get(pk=job.pk).notes == []


def test_a_follow_up_is_counted_and_leads_back_where_it_was_clicked(as_ada, ada):
    job = JobFactory(user=ada, status="Applied")
    response = click(as_ada, job, "follow-up", note="Asked Grace.", next="/admin/")
    assert response.headers["Location"] == "/admin/"
    job.refresh_from_db()
    assert (job.followup_count, job.last_followup_date) == (1, timezone.now().date())


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_a_click_leads_nowhere_else(as_ada, ada, evil):
    job = JobFactory(user=ada)
    assert click(as_ada, job, "follow-up", next=evil).headers["Location"] == page_of(job)


@pytest.mark.parametrize("status", ["Tracking", "Applied", "Interview", "Offer"])
def test_a_move_is_one_click(as_ada, ada, status):
    job = JobFactory(user=ada, status="Closed")
    click(as_ada, job, "move", status=status)
    job.refresh_from_db()
    assert (job.status, job.closed_reason) == (status, "")


@pytest.mark.parametrize(("reason", "kept"), [("Rejected", "Rejected"), ("", "No Response")])
def test_closing_takes_a_reason(as_ada, ada, reason, kept):
    job = JobFactory(user=ada)
    click(as_ada, job, "move", status="Closed", reason=reason)
    job.refresh_from_db()
    assert (job.status, job.closed_reason) == ("Closed", kept)


@pytest.mark.parametrize("form", [{}, {"status": "zz"}, {"status": "Closed", "reason": "x" * 51}, {"status": "\x00"}])
def test_a_move_to_nowhere_is_refused(as_ada, ada, form):
    job = JobFactory(user=ada)
    assert click(as_ada, job, "move", **form).status_code == 302
    assert Job.objects.get(pk=job.pk).status == "Tracking"


def test_reopening_beside_a_twin_is_refused_in_words(as_ada, ada):
    JobFactory(user=ada, company_name="Acme")
    job = JobFactory(user=ada, company_name="Acme", status="Closed")
    response = as_ada.post(reverse("admin:jobs_job_move", args=[job.pk]), {"status": "Applied"}, follow=True)
    assert words_of(response) == ["You already have an open job with this company and role. Nothing was changed."]


CLICKS = {
    "note": {"text": "x"},
    "follow-up": {},
    "move": {"status": "Applied"},
    "restore": {},
    "debrief": {"rating": "5"},
}


@pytest.mark.parametrize("name", CLICKS)
def test_a_strangers_card_cannot_be_clicked(as_ada, ben, name):
    job = JobFactory(user=ben)
    InterviewFactory(job=job)
    before = Job.objects.values().get(pk=job.pk)
    assert click(as_ada, job, name, **CLICKS[name]).status_code == 404
    assert Job.objects.values().get(pk=job.pk) == before
    missing = as_ada.post(reverse(f"admin:jobs_job_{name}", args=[uuid.uuid4()]), CLICKS[name])
    assert missing.status_code == 404


@pytest.mark.parametrize("name", sorted(set(CLICKS) - {"debrief"}))
def test_a_click_is_a_post_with_a_token(ada, name):
    job = JobFactory(user=ada)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    url = reverse(f"admin:jobs_job_{name}", args=[job.pk])
    assert client.get(url).status_code == 405
    assert client.post(url, CLICKS[name]).status_code == 403
    assert Job.objects.get(pk=job.pk).status == "Tracking"


@pytest.mark.parametrize("name", CLICKS)
def test_a_click_needs_the_role(client, ada, name):
    job = JobFactory(user=ada)
    ada.groups.clear()
    client.force_login(ada)
    assert click(client, job, name, **CLICKS[name]).status_code == 403


def test_deleting_is_soft_and_can_be_undone(as_ada, ada):
    job = JobFactory(user=ada, company_name="Acme")
    question = as_ada.get(reverse("admin:jobs_job_delete", args=[job.pk]))
    assert "restore" in question.content.decode()
    assert as_ada.post(reverse("admin:jobs_job_delete", args=[job.pk]), {"post": "yes"}).status_code == 302
    assert Job.objects.get(pk=job.pk).is_deleted
    assert "Acme" not in as_ada.get(LIST).content.decode().split("<main", 1)[1]
    assert "Acme" in as_ada.get(LIST + "?deleted=yes").content.decode()
    assert "Restore this job" in as_ada.get(page_of(job)).content.decode()
    assert as_ada.post(page_of(job), {"company_name": "x"}).status_code == 403
    click(as_ada, job, "restore")
    assert not Job.objects.get(pk=job.pk).is_deleted


def test_a_deleted_card_is_neither_noted_nor_moved(as_ada, ada):
    job = JobFactory(user=ada, is_deleted=True)
    assert click(as_ada, job, "note", text="x").status_code == 404
    assert click(as_ada, job, "follow-up").status_code == 404
    assert click(as_ada, job, "move", status="Offer").status_code == 302
    job.refresh_from_db()
    assert (job.status, job.notes) == ("Tracking", [])


# Bulk ------------------------------------------------------------------------------------------------------------------


def act(client, action, *jobs, follow=True, **form):
    sent = {"action": action, "_selected_action": [str(job.pk) for job in jobs], **form}
    if "post" not in form and "reason" not in form:
        sent["index"] = "0"
    return client.post(LIST, sent, follow=follow)


@pytest.mark.parametrize("status", ["Tracking", "Applied", "Interview", "Offer"])
def test_cards_are_moved_together(as_ada, ada, status):
    jobs = [JobFactory(user=ada, status="Closed") for _ in range(3)]
    response = act(as_ada, f"move_to_{status.lower()}", *jobs)
    assert words_of(response) == [f"3 jobs moved to {status}."]
    assert set(Job.objects.values_list("status", flat=True)) == {status}


def test_where_one_refuses_none_is_moved(as_ada, ada):
    first = JobFactory(user=ada, status="Closed")
    JobFactory(user=ada, company_name="Acme")
    twin = JobFactory(user=ada, company_name="Acme", status="Closed")
    response = act(as_ada, "move_to_applied", first, twin)
    assert words_of(response)[0].startswith("Engineer at Acme: You already have an open job")
    assert Job.objects.get(pk=first.pk).status == "Closed"


def test_closing_together_asks_for_the_reason_first(as_ada, ada):
    jobs = [JobFactory(user=ada, company_name=SCRIPT), JobFactory(user=ada)]
    question = act(as_ada, "close_selected", *jobs)
    assert SCRIPT not in question.content.decode()
    assert Job.objects.filter(status="Closed").count() == 0
    response = act(as_ada, "close_selected", *jobs, reason="Rejected")
    assert words_of(response) == ["2 jobs closed (Rejected)."]
    assert set(Job.objects.values_list("closed_reason", flat=True)) == {"Rejected"}


def test_following_up_deleting_and_restoring_together(as_ada, ada):
    jobs = [JobFactory(user=ada) for _ in range(2)]
    act(as_ada, "follow_up_selected", *jobs)
    assert set(Job.objects.values_list("followup_count", flat=True)) == {1}
    act(as_ada, "delete_selected", *jobs, post="yes")
    assert Job.objects.filter(is_deleted=True).count() == 2
    as_ada.post(
        LIST + "?deleted=yes",
        {"action": "restore_selected", "index": "0", "_selected_action": [str(job.pk) for job in jobs]},
    )
    assert Job.objects.filter(is_deleted=True).count() == 0
    assert TimelineEvent.objects.filter(event_type="custom_event").count() == 4


# The list --------------------------------------------------------------------------------------------------------------


def test_the_list_narrows_by_what_wants_doing(as_ada, ada):
    now = timezone.now()
    due = JobFactory(user=ada, company_name="Dueco", status="Applied", applied_date=now.date() - timedelta(days=8))
    stale = JobFactory(user=ada, company_name="Staleco")
    Job.objects.filter(pk=stale.pk).update(updated_at=now - timedelta(days=20))
    JobFactory(user=ada, company_name="Freshco", source_portal="LinkedIn", application_channel="Email")

    def shown(query):
        return {job.company_name for job in as_ada.get(LIST + query).context["cl"].result_list}

    assert shown("") == {"Dueco", "Staleco", "Freshco"}
    assert shown("?attention=followup") == {due.company_name}
    assert shown("?attention=stale") == {"Staleco"}
    assert shown("?status__exact=Applied") == {"Dueco"}
    assert shown("?source_portal=LinkedIn") == {"Freshco"}
    assert shown("?application_channel=Email") == {"Freshco"}
    assert shown("?q=fresh") == {"Freshco"}
    assert shown("?q=engineer") == {"Dueco", "Staleco", "Freshco"}


def test_the_list_shows_the_next_interview(as_ada, ada):
    job = JobFactory(user=ada)
    InterviewFactory(job=job, interview_date=timezone.now() - timedelta(days=1))
    InterviewFactory(job=job, interview_date=timezone.now() + timedelta(days=9), status="Cancelled")
    assert as_ada.get(LIST).context["cl"].result_list[0].next_interview is None
    coming = InterviewFactory(job=job, interview_date=timezone.now() + timedelta(days=10))
    assert as_ada.get(LIST).context["cl"].result_list[0].next_interview == coming.interview_date


# The page --------------------------------------------------------------------------------------------------------------


def test_everything_a_person_typed_is_inert_on_every_page(as_ada, ada):
    texts = ("company_name", "role_title", "jd_text", "cover_letter", "prep_notes", "source_portal", "resume_version")
    job = JobFactory(
        user=ada, jd_url="javascript:alert(1)", **dict.fromkeys(texts, SCRIPT + "'\"><img src=x onerror=alert(1)>")
    )
    Job.objects.filter(pk=job.pk).update(keywords_matched=[SCRIPT], keywords_missing=["img"])
    job.refresh_from_db()
    cards.add_note(job, by=ada, text=SCRIPT)
    interview = InterviewFactory(
        job=job, round=SCRIPT, interviewer_name=SCRIPT, interview_date=timezone.now() + timedelta(days=2)
    )
    pages = [
        "/admin/",
        LIST,
        page_of(job),
        reverse("admin:jobs_job_delete", args=[job.pk]),
        reverse("admin:jobs_job_history", args=[job.pk]),
        reverse("admin:jobs_job_debrief", args=[job.pk]),
        "/admin/jobs/interview/",
        reverse("admin:jobs_interview_change", args=[interview.pk]),
        "/admin/interactions/timelineevent/",
    ]
    for url in pages:
        text = as_ada.get(url).content.decode()
        assert SCRIPT not in text, url
        assert "<img src=x" not in text, url
        assert 'href="javascript:' not in text, url
    followed = as_ada.post(reverse("admin:jobs_job_move", args=[job.pk]), {"status": "Applied"}, follow=True)
    assert SCRIPT not in followed.content.decode()


def test_odd_notes_of_an_import_are_shown(as_ada, ada):
    job = JobFactory(
        user=ada,
        notes=[
            "plain",
            7,
            None,
            {"text": 1},
            {"created_at": "yesterday"},
            {"text": "x", "created_at": "2026-99-99T00:00Z"},
        ],
    )
    page = as_ada.get(page_of(job))
    assert page.status_code == 200
    assert [note["text"] for note in page.context["notes"]] == ["x", "", "1", "None", "7", "plain"]


def test_the_page_asks_as_often_however_much_there_is(as_ada, ada):
    job = JobFactory(user=ada)

    def count():
        as_ada.get(page_of(job))
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(page_of(job))
        return len(asked)

    before = count()
    for number in range(10):
        cards.add_note(job, by=ada, text=str(number))
        InterviewFactory(job=job)
    assert count() == before <= 10


def test_the_home_page_asks_as_often_however_much_there_is(as_ada, ada):
    def count():
        as_ada.get("/admin/")
        with CaptureQueriesContext(connection) as asked:
            as_ada.get("/admin/")
        return len(asked)

    JobFactory(user=ada)
    before = count()
    for number in range(10):
        job = JobFactory(user=ada, status="Applied", applied_date=timezone.now().date() - timedelta(days=number * 3))
        Job.objects.filter(pk=job.pk).update(updated_at=timezone.now() - timedelta(days=number * 3))
        InterviewFactory(job=job, interview_date=timezone.now() + timedelta(days=number))
    assert count() == before <= 10


def test_the_home_page_tells_of_resumes_and_of_what_the_bank_lacks(as_ada, ada, ben):
    JobFactory(user=ada)
    assert "No resume yet" in as_ada.get("/admin/").content.decode()
    SkillFactory(bank=SkillBankFactory(user=ada))
    ResumeFactory(user=ada, title="For anybody")
    ResumeFactory(user=ada, title="Put away", status="archived")
    ResumeFactory(user=ben, title="Of a stranger")
    page = as_ada.get("/admin/")
    assert [resume.title for resume in page.context["papers"]["resumes"]] == ["For anybody"]
    assert "Your skill bank still holds no positions, no education, no summaries." in page.content.decode()


def test_the_home_page_of_somebody_new_says_how_to_begin(as_ada):
    text = as_ada.get("/admin/").content.decode()
    assert "Welcome, Ada" in text
    assert reverse("admin:jobs_job_add") in text


def test_the_home_page_of_a_recruiter_lists_what_waits(client, cleo, ben):
    CompanyFactory(name="Waitingco", is_confirmed=False, created_by=ben)
    client.force_login(cleo)
    assert "Waitingco" in client.get("/admin/").content.decode()


def test_the_home_page_of_a_superuser_counts_everything(client, dora, ben):
    JobFactory(user=ben)
    client.force_login(dora)
    totals = client.get("/admin/").context["totals"]
    assert {total["label"]: total["count"] for total in totals}["Jobs"] == 1


# Interviews ------------------------------------------------------------------------------------------------------------


def test_an_interview_is_scheduled_through_the_service(as_ada, ada):
    job = JobFactory(user=ada)
    form = {"job": str(job.pk), "interview_date_0": "2027-01-15", "interview_date_1": "10:00", "round": "Technical"}
    assert as_ada.post("/admin/jobs/interview/add/", form).status_code == 302
    job.refresh_from_db()
    assert (job.status, job.interview_date) == ("Interview", datetime(2027, 1, 15, 10, tzinfo=UTC))
    assert Interview.objects.get().user == ada


def test_an_interview_is_changed_through_the_service(as_ada, ada):
    interview = InterviewFactory(job__user=ada)
    url = reverse("admin:jobs_interview_change", args=[interview.pk])
    assert as_ada.post(url, {**form_of(as_ada, url), "status": "Completed", "rating": "9"}).status_code == 302
    interview.refresh_from_db()
    assert (interview.status, interview.rating) == ("Completed", 9)
    assert TimelineEvent.objects.filter(event_type="interview_completed").count() == 1
    assert "rating" in as_ada.post(url, {**form_of(as_ada, url), "rating": "11"}).context["adminform"].form.errors


def test_an_interview_is_cancelled_not_deleted(as_ada, ada, ben):
    interview = InterviewFactory(job__user=ada)
    strange = InterviewFactory(job__user=ben)
    assert as_ada.get(reverse("admin:jobs_interview_delete", args=[interview.pk])).status_code == 403
    assert as_ada.post(reverse("admin:jobs_interview_cancel", args=[strange.pk])).status_code == 404
    as_ada.post(reverse("admin:jobs_interview_cancel", args=[interview.pk]))
    interview.refresh_from_db()
    assert interview.status == "Cancelled"
    over = InterviewFactory(job__user=ada, status="Completed")
    response = as_ada.post(
        "/admin/jobs/interview/",
        {"action": "cancel_selected", "index": "0", "_selected_action": [str(over.pk)]},
        follow=True,
    )
    assert words_of(response)[-1] == "This interview is over; it cannot be cancelled. Nothing was changed."


def test_a_debrief_completes_the_interview(as_ada, ada):
    job = JobFactory(user=ada)
    url = reverse("admin:jobs_job_debrief", args=[job.pk])
    page = as_ada.post(url, {"rating": "8"})
    assert "There is no interview to debrief" in page.content.decode()
    interview = InterviewFactory(job=job)
    assert as_ada.post(url, {"rating": "11"}).status_code == 200
    assert as_ada.post(url, {"rating": "8", "went_well": "The talk."}).status_code == 302
    interview.refresh_from_db()
    assert (interview.status, interview.rating, interview.went_well) == ("Completed", 8, "The talk.")


# Keywords --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "matched", "missing", "pieces"),
    [
        ("Go to Django", ["Django"], ["go"], [("Go", MISSING), (" to ", ""), ("Django", MATCHED)]),
        ("Django REST framework", ["Django", "Django REST"], [], [("Django REST", MATCHED), (" framework", "")]),
        ("C++ or C#", ["C++"], ["C#"], [("C++", MATCHED), (" or ", ""), ("C#", MISSING)]),
        ("ergo", ["go"], [], [("ergo", "")]),
        ("İstanbul PYTHON", ["python"], [], [("İstanbul ", ""), ("PYTHON", MATCHED)]),
        ("<b>x</b>", ["<b>"], [""], [("<b>", MATCHED), ("x</b>", "")]),
        ("", ["x"], [], []),
    ],
)
def test_keywords_are_marked_as_whole_words(text, matched, missing, pieces):
    assert mark_keywords(text, matched=matched, missing=missing) == [Piece(*piece) for piece in pieces]


def test_a_hostile_posting_is_marked_in_good_time():
    pieces = mark_keywords("a " * 50_000, matched=["a"] * 500, missing=["b" * 200] * 500)
    assert len(pieces) <= 4001


def test_home_without_a_card_tells_what_else_a_person_has(as_ada, ada):
    """Whoever came from an older system may have saved and applied listings and no pipeline yet."""
    assert b"here already" not in as_ada.get("/admin/").content
    InteractionFactory(user=ada)
    assert b">1 saved and applied listing</a> here already." in as_ada.get("/admin/").content
    InteractionFactory(user=ada, interaction_type="applied")
    InteractionFactory(user=ada, interaction_type="hidden")
    InteractionFactory()
    assert b">2 saved and applied listings</a> here already." in as_ada.get("/admin/").content
    JobFactory(user=ada)
    assert b"here already" not in as_ada.get("/admin/").content
