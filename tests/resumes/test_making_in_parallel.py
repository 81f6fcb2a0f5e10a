"""Tailoring at once: one resume for a listing, and every use counted."""

from collections.abc import Callable
from functools import partial

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from jobos.accounts.models import User
from resumes.models import Resume
from skills.models import Skill, SkillBank
from tests.factories import JobListingFactory, ResumeFactory, SkillFactory
from tests.interactions.test_parallel import statuses, together

pytestmark = [
    pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS),
    pytest.mark.slow,
]


def test_tailoring_twice_at_once_makes_one_resume(api: Callable[..., APIClient], ada: User) -> None:
    client, resume = api(ada), ResumeFactory(user=ada)
    SkillFactory(bank=SkillBank.objects.create(user=ada))
    url, listing = f"/api/v1/resumes/{resume.pk}/tailor/", JobListingFactory()
    answers = together([partial(client.post, url, {"listing": str(listing.pk)}) for _ in range(6)])
    assert statuses(answers) == [201, *[409] * 5]
    (made,) = Resume.objects.filter(target_job=listing)
    refused = [answer.json()["existing_id"] for answer in answers if answer.status_code == 409]
    assert refused == [str(made.pk)] * 5
    assert Skill.objects.get().usage_count == 1
