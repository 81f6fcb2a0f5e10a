"""The timeline in the admin: read, added to, never rewritten."""

import pytest
from django.urls import reverse

from interactions.models import TimelineEvent
from tests.factories import JobFactory, TimelineEventFactory

pytestmark = pytest.mark.django_db

TIMELINE = "/admin/interactions/timelineevent/"


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
