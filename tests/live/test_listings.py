"""Many callers at once on the listings of the real application: each repeat counts, and both sides agree."""

import itertools
import subprocess
import sys
from functools import partial

import pytest

from tests.live.site import PROJECT, Caller, Site, Web, size, statuses, together

ADD_LISTINGS = """
from companies.models import Company
from jobs.models import JobListing
company = Company.objects.create(name="Parallel Works", is_confirmed=True)
for number in range(12):
    print(JobListing.objects.create(company=company, title=f"Engineer {number}").pk)
"""


@pytest.fixture(scope="module")
def listings(site: Site, web: Web) -> list[str]:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ADD_LISTINGS]
    added = subprocess.run(
        command, cwd=PROJECT, env=site.environment, capture_output=True, text=True, check=True, timeout=60
    )
    return added.stdout.split()


@pytest.mark.parametrize("verb", ["save", "apply"])
def test_thirty_two_parallel_repeats_count_thirty_two(
    verb: str, ada: Caller, people: list[Caller], listings: list[str], site: Site
) -> None:
    path = f"listings/{listings[0]}/{verb}/"
    answers = together([partial(ada.api, "POST", path)] * 32)
    assert statuses(answers) == [200] * 31 + [201]
    assert sorted(answer.json["interaction_count"] for answer in answers) == list(range(1, 33))
    kind = answers[0].json["interaction_type"]
    others = together([partial(person.api, "POST", path) for person in people[1:] for _ in range(3)], clients=16)
    assert sorted(answer.json["interaction_count"] for answer in others) == [1] * 9 + [2] * 9 + [3] * 9
    rows = site.sql(
        "SELECT user_id, interaction_count FROM job_user_interactions WHERE job_id = %s AND interaction_type = %s",
        listings[0],
        kind,
    )
    assert sorted(row["interaction_count"] for row in rows) == [3] * 9 + [32]
    assert {str(row["user_id"]) for row in rows if row["interaction_count"] == 32} == {ada.id}


def test_a_listing_tracked_and_applied_to_at_once_is_one_applied_card(
    ada: Caller, listings: list[str], site: Site
) -> None:
    for listing in listings[1:11]:
        track, apply = (partial(ada.api, "POST", f"listings/{listing}/{verb}/") for verb in ("track", "apply"))
        answers = together([track, apply, track, apply])
        assert statuses(answers) == [200, 201, 201, 409]
        assert [row["status"] for row in site.sql("SELECT status FROM jobs WHERE listing_id = %s", listing)] == [
            "Applied"
        ]


def test_both_sides_changed_at_once_agree(ada: Caller, listings: list[str], site: Site) -> None:
    listing = listings[11]
    card = ada.api("POST", f"listings/{listing}/track/").json["id"]
    application = ada.api("POST", f"listings/{listing}/apply/").json["id"]
    pairs = itertools.cycle(
        [
            ({"status": "Interview"}, "rejected"),
            ({"status": "Closed", "closed_reason": "Withdrawn"}, "interviewing"),
            ({"status": "Applied"}, "accepted"),
            ({"status": "Closed", "closed_reason": "Rejected"}, "applied"),
        ]
    )
    agreed = {
        ("Applied", None): {"applied"},
        ("Interview", None): {"interviewing"},
        ("Offer", None): {"accepted", "interviewing"},
        ("Closed", "Rejected"): {"rejected"},
        ("Closed", "Withdrawn"): {"withdrawn"},
    }
    for on_card, on_application in itertools.islice(pairs, size(12, 80)):
        answers = together(
            [
                partial(ada.api, "PATCH", f"jobs/{card}/", on_card),
                partial(ada.api, "PATCH", f"interactions/{application}/", {"application_status": on_application}),
            ]
        )
        assert statuses(answers) == [200, 200], answers
        job, row = ada.get(f"jobs/{card}/"), ada.get(f"interactions/{application}/")
        assert row["application_status"] in agreed[job["status"], job["closed_reason"]]
