"""Calls at once on one person's resumes: no circle of parents, no gap between versions, no child without its parent."""

from collections.abc import Callable
from functools import partial

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from jobos.accounts.models import User
from resumes.models import Resume
from resumes.services.documents import create_resume
from tests.factories import ResumeFactory
from tests.interactions.test_parallel import statuses, together

pytestmark = [
    pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS),
    pytest.mark.slow,
]
ROUNDS = 6
URL = "/api/v1/resumes/"


def test_two_that_make_each_other_their_parent_at_once(api: Callable[..., APIClient], ada: User) -> None:
    client = api(ada)
    for _ in range(ROUNDS):
        one, other = ResumeFactory(user=ada), ResumeFactory(user=ada)
        answers = together(
            [
                partial(client.patch, f"{URL}{one.pk}/", {"parent_resume": str(other.pk)}),
                partial(client.patch, f"{URL}{other.pk}/", {"parent_resume": str(one.pk)}),
            ]
        )
        assert statuses(answers) == [200, 400]
        refused = next(answer for answer in answers if answer.status_code == 400)
        assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
            ("#/parent_resume", "parent_cycle")
        ]
        kept = Resume.objects.filter(pk__in=[one.pk, other.pk], parent_resume__isnull=False)
        assert kept.count() == 1


def test_circle_of_three_at_once_is_left_open(api: Callable[..., APIClient], ada: User) -> None:
    client = api(ada)
    three = [ResumeFactory(user=ada) for _ in range(3)]
    answers = together(
        [
            partial(client.patch, f"{URL}{child.pk}/", {"parent_resume": str(parent.pk)})
            for child, parent in zip(three, [*three[1:], three[0]], strict=True)
        ]
    )
    assert statuses(answers) == [200, 200, 400]


def test_versions_of_parallel_changes_have_no_gap(api: Callable[..., APIClient], ada: User) -> None:
    client, resume = api(ada), create_resume(ada, title="Engineer", content={})
    answers = together([partial(client.patch, f"{URL}{resume.pk}/", {"summary": f"No. {n}"}) for n in range(16)])
    assert statuses(answers) == [200] * 16
    assert list(resume.versions.values_list("version_number", flat=True)) == list(range(17, 0, -1))
    resume.refresh_from_db()
    latest = resume.versions.get(version_number=17)
    assert (resume.version, resume.summary) == (17, latest.content_snapshot["summary"])


def test_parent_deleted_while_children_are_made(api: Callable[..., APIClient], ada: User) -> None:
    client = api(ada)
    for _ in range(ROUNDS):
        parent = ResumeFactory(user=ada)
        body = {"title": "Tailored", "resume_type": "tailored", "parent_resume": str(parent.pk)}
        answers = together([partial(client.post, URL, body), partial(client.delete, f"{URL}{parent.pk}/")])
        assert statuses(answers) in ([201, 204], [204, 400], [204, 409])
        assert not Resume.objects.filter(resume_type="tailored").exists()
        Resume.objects.all().delete()
