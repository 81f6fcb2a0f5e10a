"""Made-up data: believable, the same for the same seed, and never in the way of what is there."""

import io
import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import override_settings

from companies.models import Company, TargetCompany
from companies.naming import normalize_company_name
from interactions.models import TimelineEvent
from jobos.accounts.models import User
from jobos.demo import RECRUITER, SEEKER, SIGN_INS, SUPERUSER
from jobs.models import Interview, InterviewStatus, Job, JobStatus
from jobs.services.demo import seed_demo
from jobs.services.mock_data import MockDataMaker, write_mock_data

DAY = date(2026, 6, 1)
SIZES = {"users": 4, "companies": 10, "jobs": 60}


def describe(seed: int) -> list[list[dict[str, object]]]:
    data = MockDataMaker(seed, DAY).make(**SIZES)
    return [
        [{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} for row in rows]
        for _, rows in data.tables()
    ]


def test_same_seed_and_day_give_the_same_rows() -> None:
    first, second = describe(5), describe(5)
    for mine, theirs in zip(first, second, strict=True):
        for row, twin in zip(mine, theirs, strict=True):
            row.pop("password", None)
            twin.pop("password", None)
            assert row == twin


def test_another_seed_gives_other_rows() -> None:
    assert describe(5)[2] != describe(6)[2]


@pytest.mark.django_db
def test_every_row_is_written_as_it_was_made() -> None:
    data = MockDataMaker(5, DAY).make(**SIZES)
    counts = write_mock_data(data)
    assert counts == {
        "accounts_user": 4,
        "user_profiles": 4,
        "companies": 10,
        "target_companies": TargetCompany.objects.count(),
        "jobs": 60,
        "interviews": Interview.objects.count(),
        "timeline_events": TimelineEvent.objects.count(),
    }
    made = {job.pk: job for job in data.jobs}
    for job in Job.objects.all():
        assert (job.updated_at, job.notes, job.status) == (
            made[job.pk].updated_at,
            made[job.pk].notes,
            made[job.pk].status,
        )
    assert {user.groups.get().name for user in User.objects.all()} == {"Job seekers"}


@pytest.mark.django_db
def test_dates_and_stages_fit_together() -> None:
    write_mock_data(MockDataMaker(7, DAY).make(users=5, companies=15, jobs=300))
    assert set(Job.objects.values_list("status", flat=True)) == set(JobStatus.values)
    for job in Job.objects.all():
        assert (job.applied_date is None) == (job.status == JobStatus.TRACKING)
        assert job.created_at <= job.updated_at
        assert job.applied_date is None or job.applied_date <= DAY
        assert job.last_followup_date is None or job.last_followup_date >= job.applied_date
    for interview in Interview.objects.select_related("job"):
        assert interview.user_id == interview.job.user_id
        assert (interview.status == InterviewStatus.SCHEDULED) == (interview.interview_date.date() > DAY)
    for company in Company.objects.all():
        assert company.normalized_name == normalize_company_name(company.name)
        assert company.domain


@pytest.mark.django_db
def test_a_seed_that_is_there_already_is_refused_and_nothing_changes() -> None:
    call_command("generate_mock_data", small=True, seed=9, stdout=io.StringIO(), stderr=io.StringIO())
    before = Job.objects.count()
    with pytest.raises(CommandError, match="another --seed"):
        call_command("generate_mock_data", small=True, seed=9, stdout=io.StringIO(), stderr=io.StringIO())
    assert Job.objects.count() == before


@pytest.mark.django_db
def test_reset_without_a_yes_deletes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("generate_mock_data", small=True, seed=9, stdout=io.StringIO(), stderr=io.StringIO())
    monkeypatch.setattr("builtins.input", lambda _: "n")
    with pytest.raises(CommandError, match="Nothing was deleted"):
        call_command("generate_mock_data", small=True, seed=9, reset=True)
    assert Job.objects.exists()


@pytest.mark.django_db
def test_reset_starts_afresh_and_keeps_superusers(dora: User) -> None:
    call_command("generate_mock_data", small=True, seed=9, stdout=io.StringIO(), stderr=io.StringIO())
    out = io.StringIO()
    call_command("generate_mock_data", small=True, seed=9, reset=True, yes=True, json=True, stdout=out)
    assert json.loads(out.getvalue())["jobs"] == Job.objects.count() == 36
    assert User.objects.filter(pk=dora.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("size", ["users", "companies", "jobs"])
def test_a_size_below_one_is_refused_by_name(size: str) -> None:
    with pytest.raises(CommandError, match=f"--{size}"):
        call_command("generate_mock_data", **{size: 0})


@pytest.mark.django_db
def test_demo_is_seeded_once_with_a_person_for_each_role() -> None:
    assert seed_demo(DAY) is True
    assert seed_demo(DAY) is False
    people = {user.email: user for user in User.objects.filter(email__in=SIGN_INS)}
    assert people[SUPERUSER].is_superuser
    assert people[RECRUITER].groups.filter(name="Recruiters").exists()
    assert Job.objects.owned_by(people[SEEKER]).count() == 18


@pytest.mark.django_db
def test_demo_is_refused_in_production() -> None:
    with override_settings(JOBOS_ENV="production"), pytest.raises(ValidationError, match="production"):
        seed_demo(DAY)
    assert not User.objects.exists()
