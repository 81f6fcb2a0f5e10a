"""The timeline in the admin: read, added to, never rewritten. What people did with listings: theirs to see and change."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interactions.models import JobUserInteraction, TimelineEvent
from interactions.services.listings import hide_listing, save_listing
from jobs.models import Job
from jobs.services.applications import apply_to_listing
from resumes.models import ResumeGeneration, ResumeTemplate
from resumes.services.documents import change_resume, delete_resume
from tests.factories import InteractionFactory, JobFactory, JobListingFactory, ResumeFactory, TimelineEventFactory

pytestmark = pytest.mark.django_db

TIMELINE = "/admin/interactions/timelineevent/"
OWN = "/admin/interactions/jobuserinteraction/"


@pytest.mark.parametrize("who", ["ada", "dora"])
def test_history_is_never_rewritten(client, request, ada, who):
    event = TimelineEventFactory(user=ada)
    client.force_login(request.getfixturevalue(who))
    url = reverse("admin:interactions_timelineevent_change", args=[event.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"title": "Other"}).status_code == 403
    assert (
        client.post(reverse("admin:interactions_timelineevent_delete", args=[event.pk]), {"post": "yes"}).status_code
        == 403
    )
    client.post(TIMELINE, {"action": "delete_selected", "post": "yes", "_selected_action": [str(event.pk)]})
    assert TimelineEvent.objects.get().title == event.title


def test_an_event_of_ones_own_is_added(client, ada):
    job = JobFactory(user=ada)
    client.force_login(ada)
    form = {
        "title": "Met Grace at a fair",
        "description": "Nice talk",
        "event_date_0": "2026-11-01",
        "event_date_1": "10:00",
        "is_milestone": "on",
        "job": str(job.pk),
    }
    assert client.post(TIMELINE + "add/", form).status_code == 302
    event = TimelineEvent.objects.get()
    assert (event.user, event.event_type, event.job, event.is_milestone) == (ada, "custom_event", job, True)


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 256},
        {"event_date_0": "0000-00-00"},
        {"event_date_0": "10000-01-01"},
        {"job": "zz"},
    ],
)
def test_an_event_that_cannot_be_is_a_form_error(client, ada, change):
    client.force_login(ada)
    form = {"title": "x", "event_date_0": "2026-11-01", "event_date_1": "10:00", **change}
    assert client.post(TIMELINE + "add/", form).status_code == 200
    assert not TimelineEvent.objects.exists()


def test_an_event_about_somebodys_card_belongs_to_them(client, dora, ada):
    job = JobFactory(user=ada)
    client.force_login(dora)
    client.post(
        TIMELINE + "add/",
        {"title": "Helped", "event_date_0": "2026-11-01", "event_date_1": "10:00", "job": str(job.pk)},
    )
    event = TimelineEvent.objects.get()
    assert (event.user, event.event_data) == (ada, {"by": "dora@example.com"})


# What people did with listings -----------------------------------------------------------------------------------------


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


def page_of(row):
    return reverse("admin:interactions_jobuserinteraction_change", args=[row.pk])


def move(client, row, status):
    return client.post(reverse("admin:interactions_jobuserinteraction_move", args=[row.pk]), {"status": status})


def words_of(response):
    return [str(message) for message in response.context["messages"]]


def kinds_of(page):
    return [row.interaction_type for row in page.context["cl"].result_list]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("", ["saved", "hidden", "applied"]),
        ("?kind=saved", ["saved"]),
        ("?kind=applied", ["applied"]),
        ("?kind=hidden", ["hidden"]),
        ("?application=applied", ["applied"]),
        ("?application=rejected", []),
        ("?q=nurse", ["hidden"]),
        ("?kind=zz", []),
        ("?kind=%00", []),
        ("?application=%00", []),
    ],
)
def test_ones_own_rows_are_found_by_kind_status_and_words(as_ada, ada, query, kinds):
    apply_to_listing(JobListingFactory(), by=ada)
    hide_listing(JobListingFactory(title="Nurse"), by=ada)
    save_listing(JobListingFactory(), by=ada)
    InteractionFactory(job__title="Nurse")
    assert kinds_of(as_ada.get(OWN + query)) == kinds


def test_an_application_is_changed_with_its_card(as_ada, ada):
    listing = JobListingFactory()
    application = apply_to_listing(listing, by=ada, notes="Old")
    card = JobFactory(user=ada, listing=listing, status="Applied")
    form = {"applied_date_0": "2026-11-02", "applied_date_1": "10:00", "notes": "New", "shared_with_recruiters": "on"}
    assert as_ada.post(page_of(application), form).status_code == 302
    application.refresh_from_db()
    assert (application.notes, application.shared_with_recruiters) == ("New", True)
    move(as_ada, application, "interviewing")
    application.refresh_from_db()
    assert application.application_status == "interviewing"
    assert application.response_date is not None
    assert Job.objects.get(pk=card.pk).status == "Interview"


@pytest.mark.parametrize("who", ["ada", "dora"])
def test_an_application_names_a_resume_of_whoever_applied(client, request, ada, ben, who):
    client.force_login(request.getfixturevalue(who))
    application = apply_to_listing(JobListingFactory(), by=ada)
    own, other = ResumeFactory(user=ada), ResumeFactory(user=ben)
    choices = client.get(page_of(application)).context["adminform"].form.fields["resume"].queryset
    assert list(choices) == [own]
    form = {"applied_date_0": "2026-11-02", "applied_date_1": "10:00"}
    refused = client.post(page_of(application), form | {"resume": str(other.pk)})
    assert list(refused.context["adminform"].form.errors) == ["resume"]
    assert client.post(page_of(application), form | {"resume": str(own.pk)}).status_code == 302
    application.refresh_from_db()
    assert application.resume == own
    assert client.post(page_of(application), form).status_code == 302
    application.refresh_from_db()
    assert application.resume is None


def test_what_was_saved_has_notes_and_tags(as_ada, ada):
    saved = save_listing(JobListingFactory(), by=ada)
    assert as_ada.post(page_of(saved), {"notes": "Ask Grace", "tags": "berlin\n\nsoon"}).status_code == 302
    saved.refresh_from_db()
    assert (saved.notes, saved.tags) == ("Ask Grace", ["berlin", "soon"])


def test_only_an_application_is_moved(as_ada, ada):
    saved = save_listing(JobListingFactory(), by=ada)
    page = as_ada.get(move(as_ada, saved, "applied")["Location"])
    assert words_of(page) == ["Only an application has a status. Nothing was changed."]
    assert move(as_ada, InteractionFactory(interaction_type="applied"), "rejected").status_code == 404
    assert not JobUserInteraction.objects.filter(application_status="rejected").exists()


@pytest.mark.parametrize("status", ["zz", "not_applied", "", "\x00"])
def test_an_application_is_moved_to_what_there_is(as_ada, ada, status):
    application = apply_to_listing(JobListingFactory(), by=ada)
    move(as_ada, application, status)
    application.refresh_from_db()
    assert application.application_status == "applied"


def test_rows_are_moved_and_taken_back_together(as_ada, ada):
    rows = [
        apply_to_listing(JobListingFactory(), by=ada),
        save_listing(JobListingFactory(), by=ada),
        hide_listing(JobListingFactory(), by=ada),
    ]
    selected = {"_selected_action": [str(row.pk) for row in rows]}
    moved = as_ada.post(OWN, {"action": "move_to_withdrawn", **selected}, follow=True)
    assert words_of(moved) == ["1 application moved to Withdrawn."]
    taken = as_ada.post(OWN, {"action": "take_back_selected", **selected}, follow=True)
    assert words_of(taken) == ["2 listings taken back."]
    [left] = JobUserInteraction.objects.all()
    assert (left.interaction_type, left.application_status) == ("applied", "withdrawn")


def test_history_is_neither_added_nor_deleted_by_hand(as_ada, ada):
    row = apply_to_listing(JobListingFactory(), by=ada)
    assert as_ada.get(OWN + "add/").status_code == 403
    assert as_ada.post(reverse("admin:interactions_jobuserinteraction_delete", args=[row.pk])).status_code == 403
    as_ada.post(OWN, {"action": "delete_selected", "post": "yes", "_selected_action": [str(row.pk)]})
    assert JobUserInteraction.objects.exists()


def test_a_recruiter_opens_no_row_of_an_applicant(client, cleo, ada):
    row = apply_to_listing(JobListingFactory(), by=ada, shared_with_recruiters=True, notes="Secret")
    client.force_login(cleo)
    assert client.get(page_of(row)).status_code == 302
    assert kinds_of(client.get(OWN)) == []
    assert move(client, row, "rejected").status_code == 404


def sent_pages_of(application):
    return [
        reverse(f"admin:interactions_jobuserinteraction_{name}", args=[application.pk])
        for name in ("resume", "resume_preview", "resume_file")
    ]


@pytest.fixture
def sent(ada):
    resume = ResumeFactory(
        user=ada,
        title="Engineer",
        summary="As it was sent.",
        skills=[{"name": "Python"}],
        template=ResumeTemplate.objects.create(name="Brief", sections=["summary"], section_order=["summary"]),
        custom_sections=[
            {"section_type": "custom", "title": "P", "content": {"text": "zyxsecret"}, "is_visible": False}
        ],
    )
    return apply_to_listing(JobListingFactory(), by=ada, resume=resume, shared_with_recruiters=True)


@pytest.mark.parametrize("who", ["ada", "cleo", "dora"])
def test_the_resume_that_was_sent_is_opened_and_downloaded_and_leaves_no_trace(client, request, sent, who):
    change_resume(sent.resume, {"summary": "Edited since."}, by=sent.user)
    delete_resume(sent.resume)
    ResumeTemplate.objects.filter(name="Brief").delete()
    client.force_login(request.getfixturevalue(who))
    page, preview, file = (client.get(url) for url in sent_pages_of(sent))
    assert "Engineer" in page.content.decode()
    assert sent_pages_of(sent)[1] in page.content.decode()
    assert "As it was sent." in preview.content.decode()
    assert "Python" not in preview.content.decode()  # The template of that day shows no skills.
    assert "sandbox" in preview["Content-Security-Policy"]
    assert (file["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")
    assert "attachment" in file["Content-Disposition"]
    for answer in (page, preview):
        assert "zyxsecret" not in answer.content.decode()
    assert not ResumeGeneration.objects.exists()


@pytest.mark.parametrize("who", ["ben", "cleo", "dora"])
def test_a_resume_that_is_not_shared_is_not_there(client, request, sent, who):
    JobUserInteraction.objects.update(shared_with_recruiters=False)
    client.force_login(request.getfixturevalue(who))
    assert [client.get(url).status_code for url in sent_pages_of(sent)] == [404, 404, 404]


def test_a_stranger_opens_no_shared_resume(client, ben, sent):
    client.force_login(ben)
    assert [client.get(url).status_code for url in sent_pages_of(sent)] == [404, 404, 404]


def test_applicants_lead_to_their_resumes_without_a_query_for_each(client, cleo, sent, ben, django_assert_num_queries):
    client.force_login(cleo)
    url = reverse("admin:jobs_joblisting_change", args=[sent.job_id])
    client.get(url)  # What is asked once for each process is known from here.
    with CaptureQueriesContext(connection) as one:
        assert sent_pages_of(sent)[0] in client.get(url).content.decode()
    other = apply_to_listing(sent.job, by=ben, resume=ResumeFactory(user=ben), shared_with_recruiters=True)
    with django_assert_num_queries(len(one)):
        assert sent_pages_of(other)[0] in client.get(url).content.decode()


def test_whoever_applied_sends_the_newest_version(as_ada, sent):
    send = reverse("admin:interactions_jobuserinteraction_send", args=[sent.pk])
    assert send not in as_ada.get(page_of(sent)).content.decode()
    change_resume(sent.resume, {"summary": "Edited since."}, by=sent.user)
    shown = as_ada.get(page_of(sent)).content.decode()
    assert "Engineer, version 1" in shown
    assert send in shown
    assert as_ada.post(send).status_code == 302
    sent.refresh_from_db()
    assert (sent.sent_resume.version, sent.sent_resume.summary) == (2, "Edited since.")


def test_a_resume_that_is_gone_is_not_sent_again(as_ada, sent):
    delete_resume(sent.resume)
    as_ada.post(reverse("admin:interactions_jobuserinteraction_send", args=[sent.pk]))
    sent.refresh_from_db()
    assert (sent.sent_resume.version, sent.sent_resume.summary) == (1, "As it was sent.")
    assert "was deleted" in as_ada.get(page_of(sent)).content.decode()


def test_an_application_that_kept_no_copy_says_so_and_is_read_as_its_resume_is(client, ada, cleo, sent):
    JobUserInteraction.objects.update(interaction_data={})
    change_resume(sent.resume, {"summary": "Edited since."}, by=sent.user)
    client.force_login(cleo)
    page, preview = (client.get(url).content.decode() for url in sent_pages_of(sent)[:2])
    assert "No copy was kept" in page
    assert "Edited since." in preview
    assert "zyxsecret" not in page + preview
    client.force_login(ada)
    assert "no copy was kept" in client.get(page_of(sent)).content.decode()
