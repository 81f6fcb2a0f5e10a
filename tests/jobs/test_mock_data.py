"""Made-up data: believable, the same for the same seed, and never in the way of what is there."""

import io
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test import override_settings

from companies.models import Company, CompanyAlias, CompanyMatchSuggestion
from companies.naming import normalize_company_name
from interactions.models import SENT_RESUME, InteractionType, JobUserInteraction
from jobos.accounts.models import User
from jobos.accounts.roles import JOB_SEEKERS
from jobos.demo import RECRUITER, SEEKER, SIGN_INS, SUPERUSER
from jobs.management.commands.generate_mock_data import Command
from jobs.models import Job, JobDeduplication, JobEmbedding, JobListing, JobSource, JobStatus, ListingStatus
from jobs.services.mock import Plan, write_mock_data
from jobs.services.mock.careers import careers
from jobs.services.mock.companies import likeness
from jobs.services.mock.making import TABLES, make_batches
from jobs.services.mock.trades import world
from jobs.services.mock.vectors import EMBEDDING_MODEL, embed
from jobs.services.validation import validate_data
from resumes.content import find_faults as find_content_faults
from resumes.models import CONTENT, Resume, ResumeGeneration, ResumeType, ResumeVersion
from resumes.services.demo import seed_demo
from resumes.services.documents import content_of
from skills.models import ExperienceVariation, Skill, SkillBank, SkillConcept, SkillLabel
from tests.factories import CompanyFactory, JobFactory, JobListingFactory, JobSourceFactory, JobSourceListingFactory

DAY = date(2026, 6, 1)
SMALL = {"users": 4, "companies": 10, "listings": 60}

# What must never be found in the data that end before the day `%(day)s`.
FAULTS = {
    "a listing is changed before it is made": "job_listings WHERE updated_at < created_at",
    "a listing is seen before it is posted": "job_listings WHERE created_at < posted_date OR scraped_at < posted_date",
    "something has happened on the day or later": """
        (SELECT updated_at FROM job_listings UNION ALL SELECT updated_at FROM jobs
         UNION ALL SELECT updated_at FROM interviews UNION ALL SELECT updated_at FROM companies
         UNION ALL SELECT updated_at FROM job_user_interactions UNION ALL SELECT event_date FROM timeline_events
         UNION ALL SELECT updated_at FROM job_duplications UNION ALL SELECT last_verified FROM job_listings
         UNION ALL SELECT last_updated FROM job_source_listings) moments WHERE updated_at >= %(day)s""",
    "a listing is older than ninety days": "job_listings WHERE posted_date < %(day)s::date - 92",
    "an active listing is past its deadline": "job_listings WHERE status = 'active' AND application_deadline < %(day)s",
    "an expired listing has a deadline ahead": "job_listings WHERE status = 'expired' AND application_deadline >= %(day)s",
    "a filled listing is quite new": "job_listings WHERE status = 'filled' AND posted_date > %(day)s::date - 10",
    "a text is too short or too long": "job_listings WHERE length(description || requirements || responsibilities) NOT BETWEEN 600 AND 1500",
    "a listing asks for no skill": "job_listings WHERE cardinality(skills_required) = 0",
    "a skill is required and preferred": "job_listings WHERE skills_required && skills_preferred",
    "a posting has no address on its company's site or a board": """
        job_listings l JOIN companies c ON c.id = l.company_id JOIN job_sources s ON s.name = l.source
        WHERE NOT (starts_with(l.job_url, c.website) OR (s.base_url <> '' AND starts_with(l.job_url, s.base_url)))""",
    "a currency is not that of the place": """
        job_listings l JOIN companies c ON c.id = l.company_id WHERE l.location LIKE 'Remote, %%'
        AND NOT l.salary_currency = ANY (%(currencies)s::text[])""",
    "a senior is paid less than half of a junior's pay in the same trade and company": """
        job_listings s JOIN job_listings j ON j.company_id = s.company_id AND j.title = 'Junior ' || substr(s.title, 8)
        WHERE s.title LIKE 'Senior %%' AND s.job_type = j.job_type AND s.salary_min < j.salary_min""",
    "an intern's job is no internship": """
        job_listings WHERE (job_type = 'Internship') <> (title ~ ' Intern( \\(.*\\))?$')""",
    "a listing has no source": """
        job_listings l WHERE NOT EXISTS (SELECT FROM job_source_listings s WHERE s.job_id = l.id)""",
    "sources are miscounted": """
        job_listings l WHERE source_count <> (SELECT count(*) FROM job_source_listings s
        LEFT JOIN job_listings copy ON copy.canonical_id = l.id WHERE s.job_id IN (l.id, copy.id))""",
    "a copy is settled without a review": """
        job_listings l WHERE canonical_id IS NOT NULL AND NOT EXISTS (SELECT FROM job_duplications d
        WHERE d.duplicate_job_id = l.id AND d.canonical_job_id = l.canonical_id AND d.reviewed)""",
    "a duplicate is not the same posting": """
        job_duplications d JOIN job_listings a ON a.id = d.canonical_job_id JOIN job_listings b ON b.id = d.duplicate_job_id
        WHERE a.company_id <> b.company_id OR a.requirements <> b.requirements OR a.listed_at > b.listed_at
        OR a.source = b.source OR a.job_url = b.job_url OR similarity(a.description, b.description) < 0.75""",
    "a vector has no length": "job_embeddings WHERE abs(l2_norm(vector) - 1) > 0.01",
    "a look-alike does not look alike": """
        company_match_suggestions m JOIN companies a ON a.id = m.company_id JOIN companies b ON b.id = m.other_id
        WHERE abs(similarity(a.normalized_name, b.normalized_name) - m.score) > 0.001 OR m.score < 0.4
        OR a.industry <> b.industry""",
    "a company has too few facts": """
        companies WHERE '' IN (industry, size, size_category, location, website, description, culture)
        OR founded_year IS NULL OR cardinality("values") = 0 OR cardinality(benefits) = 0 OR domain IS NULL""",
    "somebody did something before the posting was there": """
        job_user_interactions i JOIN job_listings l ON l.id = i.job_id
        WHERE i.first_interaction < l.created_at OR i.saved_date < l.created_at OR i.applied_date < l.created_at""",
    "somebody applied after the deadline": """
        job_user_interactions i JOIN job_listings l ON l.id = i.job_id WHERE i.applied_date > l.application_deadline""",
    "an interaction ends before it begins": "job_user_interactions WHERE last_interaction < first_interaction OR updated_at < created_at",
    "somebody saved or applied without a snapshot or a view": """
        job_user_interactions i WHERE interaction_type IN ('saved', 'applied') AND (
        job_snapshot->>'title' IS NULL OR job_snapshot->>'company_name' IS NULL OR NOT EXISTS (
        SELECT FROM job_user_interactions v WHERE v.user_id = i.user_id AND v.job_id = i.job_id
        AND v.interaction_type = 'viewed' AND v.first_interaction <= i.first_interaction))""",
    "an answer does not fit its status": """
        job_user_interactions WHERE (response_date IS NOT NULL)
        <> (application_status IN ('interviewing', 'rejected', 'accepted')) OR response_date < applied_date""",
    "somebody dismissed what they want": """
        job_user_interactions a JOIN job_user_interactions b USING (user_id, job_id)
        WHERE a.interaction_type IN ('saved', 'applied') AND b.interaction_type IN ('hidden', 'rejected_by_user')""",
    "a card and its application disagree": """
        jobs j JOIN job_user_interactions i ON i.user_id = j.user_id AND i.job_id = j.listing_id
        AND i.interaction_type = 'applied'
        WHERE j.applied_date IS DISTINCT FROM (i.applied_date AT TIME ZONE 'UTC')::date
        OR NOT (i.application_status, j.status, j.closed_reason) IN (('applied', 'Applied', ''),
        ('interviewing', 'Interview', ''), ('interviewing', 'Offer', ''), ('accepted', 'Offer', ''),
        ('rejected', 'Closed', 'Rejected'), ('withdrawn', 'Closed', 'Withdrawn'))""",
    "a card of a listing says something else": """
        jobs j JOIN job_listings l ON l.id = j.listing_id JOIN companies c ON c.id = l.company_id
        WHERE (j.role_title, j.company_name, j.jd_url) <> (l.title, c.name, l.job_url) OR j.created_at < l.created_at""",
    "a card of a listing that nobody applied to is more than tracked": """
        jobs j WHERE listing_id IS NOT NULL AND status <> 'Tracking' AND NOT EXISTS (SELECT FROM job_user_interactions i
        WHERE i.user_id = j.user_id AND i.job_id = j.listing_id AND i.interaction_type = 'applied')""",
    "a card is applied for without a day": "jobs WHERE (applied_date IS NULL) <> (status = 'Tracking')",
    "a card's days are out of order": """
        jobs WHERE updated_at < created_at OR applied_date < (created_at AT TIME ZONE 'UTC')::date
        OR last_followup_date < applied_date OR (followup_count > 0) <> (last_followup_date IS NOT NULL)""",
    "an interview belongs to somebody else": "interviews i JOIN jobs j ON j.id = i.job_id WHERE i.user_id <> j.user_id",
    "an interview is over before it was, or to come after it was": """
        interviews WHERE (status = 'Scheduled') <> (interview_date > %(day)s)""",
    "an interview came before the application": """
        interviews i JOIN jobs j ON j.id = i.job_id WHERE i.interview_date < j.applied_date OR i.created_at < j.applied_date
        OR i.created_at > i.interview_date OR i.updated_at > j.updated_at""",
    "a card does not show its next or latest interview": """
        jobs j WHERE j.interview_date IS DISTINCT FROM
        (SELECT max(interview_date) FROM interviews i WHERE i.job_id = j.id)""",
    "a card in interviews has none to come": """
        jobs j WHERE status = 'Interview' AND NOT EXISTS
        (SELECT FROM interviews i WHERE i.job_id = j.id AND i.status = 'Scheduled')""",
    "an interview of an application is told to one side only": """
        jobs j JOIN job_user_interactions i ON i.user_id = j.user_id AND i.job_id = j.listing_id
        AND i.interaction_type = 'applied'
        WHERE j.status = 'Interview' AND i.interview_scheduled IS DISTINCT FROM j.interview_date""",
    "an event is somebody else's": """
        timeline_events e LEFT JOIN jobs j ON j.id = e.job_id LEFT JOIN job_user_interactions i ON i.id = e.interaction_id
        WHERE e.user_id <> COALESCE(j.user_id, e.user_id) OR e.user_id <> COALESCE(i.user_id, e.user_id)
        OR e.listing_id IS DISTINCT FROM COALESCE(i.job_id, j.listing_id)""",
    "an application is not in the timeline once": """
        job_user_interactions i WHERE interaction_type = 'applied' AND 1 <> (SELECT count(*) FROM timeline_events e
        WHERE e.interaction_id = i.id AND e.event_type = 'application_submitted' AND e.event_date = i.applied_date)""",
    "an answer is not in the timeline once": """
        job_user_interactions i WHERE response_date IS NOT NULL AND 1 <> (SELECT count(*) FROM timeline_events e
        WHERE e.interaction_id = i.id AND e.event_type = 'response_received' AND e.event_date = i.response_date)""",
    "a change of status is not where its card is": """
        jobs j WHERE status NOT IN ('Tracking', 'Applied') AND status IS DISTINCT FROM (SELECT event_data->>'to'
        FROM timeline_events e WHERE e.job_id = j.id AND event_type = 'status_changed'
        ORDER BY event_date DESC LIMIT 1)""",
    "a card moved twice at one moment": """
        timeline_events a JOIN timeline_events b USING (job_id, event_type, event_date)
        WHERE a.event_type = 'status_changed' AND a.id < b.id""",
    "a held interview is not in the timeline": """
        interviews i WHERE status = 'Completed' AND NOT EXISTS (SELECT FROM timeline_events e WHERE e.job_id = i.job_id
        AND e.event_type = 'interview_completed' AND e.event_data->>'interview' = i.id::text)""",
    "a note is not in the timeline": """
        jobs j WHERE jsonb_array_length(notes) <> (SELECT count(*) FROM timeline_events e
        WHERE e.job_id = j.id AND event_type = 'note_added')""",
    "a bank or a resume is older than its person, or an application older than its resume": """
        (SELECT b.created_at < u.date_joined AS wrong FROM skill_banks b JOIN accounts_user u ON u.id = b.user_id
         UNION ALL SELECT r.created_at < u.date_joined FROM resumes r JOIN accounts_user u ON u.id = r.user_id
         UNION ALL SELECT i.applied_date < r.created_at FROM job_user_interactions i JOIN resumes r ON r.id = i.resume_id)
        ages WHERE wrong""",
    "somebody has a skill for longer than they work": """
        skills s JOIN skill_banks b ON b.id = s.bank_id JOIN user_profiles p USING (user_id)
        WHERE s.years_experience > p.experience_years""",
    "a career has overlapping positions, or ends after today": """
        work_experiences a WHERE end_date >= to_char(%(day)s::date, 'YYYY-MM') OR is_current <> (end_date = '')
        OR EXISTS (SELECT FROM work_experiences b WHERE b.bank_id = a.bank_id AND b.display_order < a.display_order
                   AND b.start_date <= a.end_date)""",
    "a career is not as long as the profile says": """
        (SELECT bank_id, substr(min(start_date), 1, 4)::int AS began FROM work_experiences GROUP BY bank_id) careers
        JOIN skill_banks b ON b.id = careers.bank_id JOIN user_profiles p USING (user_id)
        WHERE extract(year FROM %(day)s::date) - began NOT BETWEEN p.experience_years AND p.experience_years + 2""",
    "studies end after the career began": """
        education_entries e WHERE end_date > (SELECT substr(min(start_date), 1, 4) FROM work_experiences w
        WHERE w.bank_id = e.bank_id)""",
    "the newest position is not what the profile says": """
        work_experiences w JOIN skill_banks b ON b.id = w.bank_id JOIN user_profiles p USING (user_id)
        WHERE w.display_order = 0 AND w.position <> p.current_title""",
    "a tailored resume says something that the bank does not hold": """
        resumes r JOIN skill_banks b USING (user_id)
        CROSS JOIN LATERAL (SELECT r.summary AS line WHERE r.summary <> ''
            UNION ALL SELECT skill ->> 'name' FROM jsonb_array_elements(r.skills) skill
            UNION ALL SELECT w ->> 'description' FROM jsonb_array_elements(r.work_experience) w
            UNION ALL SELECT line FROM jsonb_array_elements(r.work_experience) w,
                jsonb_array_elements_text(w -> 'achievements') line) told
        WHERE line NOT IN (
            SELECT b.default_summary UNION ALL SELECT content FROM summary_variations v WHERE v.bank_id = b.id
            UNION ALL SELECT name FROM skills s WHERE s.bank_id = b.id
            UNION ALL SELECT unnest(w.default_description || w.default_achievements) FROM work_experiences w
                WHERE w.bank_id = b.id
            UNION ALL SELECT unnest(v.content || v.achievements) FROM experience_variations v
                JOIN work_experiences w ON w.id = v.entry_id WHERE w.bank_id = b.id)""",
    "a search vector is missing": "job_listings WHERE search_head IS NULL OR search_full IS NULL",
}


def find_faults() -> dict[str, int]:
    values = {"day": DAY, "currencies": sorted({country.currency for country in world().countries})}
    faults: dict[str, int] = {}
    with connection.cursor() as cursor:
        for claim, rows in FAULTS.items():
            cursor.execute(f"SELECT count(*) FROM {rows}", values)
            if count := cursor.fetchone()[0]:
                faults[claim] = count
    return faults


def plan(seed: int = 5, **sizes: Any) -> Plan:
    return Plan(**{**SMALL, **sizes}, seed=seed, day=DAY)


def describe(chosen: Plan) -> list[tuple[str, dict[str, object]]]:
    return [
        (
            model.__name__,
            {
                field.attname: getattr(row, field.attname)
                for field in model._meta.concrete_fields
                if not field.generated
            },
        )
        for batch in make_batches(chosen)
        for model, rows in batch.each()
        for row in rows
    ]


def generate(**options: Any) -> dict[str, int]:
    out = io.StringIO()
    call_command("generate_mock_data", json=True, stdout=out, **options)
    counts: dict[str, int] = json.loads(out.getvalue())
    return counts


def test_same_seed_day_and_sizes_give_the_same_rows() -> None:
    assert describe(plan()) == describe(plan())


def test_another_seed_gives_other_rows() -> None:
    mine, others = describe(plan(5)), describe(plan(6))
    assert not {row["id"] for _, row in mine} & {row["id"] for _, row in others}
    assert not {row["email"] for name, row in mine if name == "User"} & {
        row["email"] for _, row in others if "email" in row
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sizes",
    [
        {"users": 20, "companies": 30, "listings": 150},
        {"users": 12, "companies": 40, "listings": 300, "cards": 200},
        {"users": 1, "companies": 1, "listings": 1},
        {"users": 9, "companies": 7, "listings": 4},
        {"users": 2, "companies": 25, "listings": 16, "cards": 0},
    ],
    ids=["default", "many cards", "one of each", "more users than listings", "no cards"],
)
@pytest.mark.parametrize("seed", [1, 42])
def test_everything_fits_together(sizes: dict[str, int], seed: int) -> None:
    chosen = plan(seed, **sizes)
    counts = write_mock_data(chosen)
    assert find_faults() == {}
    assert (counts["accounts_user"], counts["companies"], counts["job_listings"]) == (
        chosen.users,
        chosen.companies,
        chosen.listings,
    )
    assert counts == {model._meta.db_table: model._base_manager.count() for model in TABLES}
    if chosen.cards is not None:
        assert counts["jobs"] == chosen.cards


@pytest.mark.django_db
def test_every_kind_of_thing_is_there() -> None:
    write_mock_data(plan(1, users=20, companies=30, listings=150))
    assert set(Job.objects.values_list("status", flat=True)) == set(JobStatus.values)
    assert set(JobUserInteraction.objects.values_list("interaction_type", flat=True)) == set(InteractionType.values)
    statuses = Counter(JobListing.objects.values_list("status", flat=True))
    assert set(statuses) == set(ListingStatus.values)
    assert statuses["active"] > 150 / 2
    assert Company.objects.values("industry").distinct().count() >= 12
    assert Company.objects.values("size_category").distinct().count() == 5
    assert set(JobDeduplication.objects.values_list("reviewed", flat=True)) == {True, False}
    assert CompanyMatchSuggestion.objects.filter(state="open").exists()
    assert set(JobEmbedding.objects.values_list("embedding_model", flat=True)) == {EMBEDDING_MODEL}
    assert {user.groups.get().name for user in User.objects.all()} == {"Job seekers"}
    assert JobUserInteraction.objects.filter(shared_with_recruiters=True).exists()
    assert Job.objects.filter(listing=None).exists()
    assert Job.objects.exclude(listing=None).exists()
    assert set(Resume.objects.values_list("resume_type", flat=True)) == set(ResumeType.values)
    assert set(ExperienceVariation.objects.values_list("focus", flat=True)) == {"technical", "results", "leadership"}
    assert JobUserInteraction.objects.filter(resume__resume_type=ResumeType.TAILORED).exists()
    assert ResumeVersion.objects.filter(version_number__gt=2).exists()
    assert Resume.objects.filter(contact_info__full_name="Λυδία Παπαδάκη").exists()
    banks = SkillBank.objects.annotate(size=Count("skills"))
    assert User.objects.count() > banks.count() > banks.filter(size__gt=8).count()
    assert User.objects.filter(skill_bank__skills__isnull=False, resumes=None).exists()


@pytest.mark.parametrize("trade", [trade.name for trade in world().trades])
def test_every_trade_has_a_career_to_tell_of(trade: str) -> None:
    career = careers().by_trade[trade]
    assert len(set(career.achievements)) >= 7
    assert len(career.strengths) >= 3
    assert career.degrees and career.certificates and career.schools and len(career.headings) == 3  # noqa: PT018


def test_every_resume_keeps_to_the_schema() -> None:
    contents = [
        {name: row[name] for name in CONTENT}
        for seed in (1, 42)
        for model, row in describe(plan(seed, users=60, listings=120))
        if model == "Resume"
    ]
    assert len(contents) > 200
    assert [find_content_faults(content) for content in contents if find_content_faults(content)] == []


@pytest.mark.django_db
def test_skills_meet_in_the_taxonomy_where_it_is_loaded() -> None:
    concept = SkillConcept.objects.create(name="Patient care", source="test", external_id="1")
    SkillLabel.objects.create(concept=concept, name="patient care", key="patient care")
    write_mock_data(plan(1, users=20, companies=30, listings=150))
    assert set(Skill.objects.filter(concept=concept).values_list("name", flat=True)) == {"Patient care"}
    assert Skill.objects.filter(concept=None).exists()


@pytest.mark.django_db
def test_everybody_saves_three_to_eight_and_applies_to_one_to_four_listings() -> None:
    write_mock_data(plan(3, users=20, companies=30, listings=150))
    kinds = Counter(JobUserInteraction.objects.values_list("user", "interaction_type"))
    for user in User.objects.all():
        assert 3 <= kinds[user.pk, "saved"] <= 8
        assert 1 <= kinds[user.pk, "applied"] <= 4
        assert kinds[user.pk, "viewed"] > kinds[user.pk, "saved"]
    both = (
        JobUserInteraction.objects.filter(interaction_type="saved")
        .values_list("user", "job")
        .intersection(JobUserInteraction.objects.filter(interaction_type="applied").values_list("user", "job"))
    )
    assert both.count() > 0


@pytest.mark.django_db
def test_names_and_domains_are_those_of_the_algorithm() -> None:
    write_mock_data(plan(1, companies=200, listings=1, users=1))
    for company in Company.objects.all():
        assert company.normalized_name == normalize_company_name(company.name)
        assert company.domain in company.website


def test_many_companies_have_names_and_sites_of_their_own() -> None:
    companies = [row for name, row in describe(plan(1, companies=5_000, listings=1, users=1)) if name == "Company"]
    assert len({row["website"] for row in companies}) == len({row["id"] for row in companies}) == 5_000


@pytest.mark.django_db
def test_every_row_is_written_as_it_was_made() -> None:
    write_mock_data(plan())
    for model, made in describe(plan()):
        if model in {
            "Job",
            "JobListing",
            "JobUserInteraction",
            "CompanyAlias",
            "JobSource",
            "JobSourceListing",
            "Skill",
            "Resume",
            "WorkExperience",
        }:
            table = next(each for each in TABLES if each.__name__ == model)
            kept = {
                name: value
                for name, value in made.items()
                if name not in (*getattr(table, "FILLED_BY_TRIGGER", ()), "normalized_name")
            }
            assert table._base_manager.values(*kept).get(pk=made["id"]) == kept


@pytest.mark.django_db
def test_vectors_of_like_texts_lie_close() -> None:
    def closeness(one: str, other: str) -> float:
        return sum(a * b for a, b in zip(embed(one), embed(other), strict=True))

    assert closeness("senior python engineer", "python engineer") > closeness("senior python engineer", "ward nurse")
    assert closeness("", "") == pytest.approx(1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"), [("alder health", "alder health berlin"), ("birch works", "birc works"), ("", "")]
)
def test_likeness_is_that_of_the_database(one: str, other: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT similarity(%s, %s)", [one, other])
        assert likeness(one, other) == pytest.approx(cursor.fetchone()[0], abs=1e-6)


@pytest.mark.django_db
def test_a_seed_that_is_there_already_is_refused_and_nothing_changes() -> None:
    generate(small=True, seed=9)
    before = JobListing.objects.count()
    with pytest.raises(CommandError, match="another --seed"):
        generate(small=True, seed=9)
    assert JobListing.objects.count() == before


@pytest.mark.django_db
def test_rows_that_are_there_stay_untouched_beside_another_seed() -> None:
    source = JobSourceFactory(name="lever", display_name="Ours")
    listing, card = JobListingFactory(), JobFactory()
    alias = CompanyAlias.objects.create(company=listing.company, name="Birch Systems, spelt once")
    generate(small=True, seed=1)
    generate(small=True, seed=2)
    for row in (source, listing, listing.company, card, alias):
        kept = type(row)._base_manager.get(pk=row.pk)
        assert kept.updated_at == row.updated_at
    assert JobSource.objects.get(name="lever").display_name == "Ours"
    assert JobListing.objects.filter(source_listings__source=source).exists()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_are_refused_and_not_mixed() -> None:
    Group.objects.get_or_create(name=JOB_SEEKERS)

    def refuse(*_: object) -> bool:
        with ThreadPoolExecutor(1) as other:
            return other.submit(is_refused).result()

    def is_refused() -> bool:
        try:
            with pytest.raises(ValidationError, match="Somebody else"):
                write_mock_data(plan(6))
        finally:
            connection.close()
        return True

    assert write_mock_data(plan(5), tell=refuse)["companies"] == Company.objects.count()


@pytest.mark.django_db
def test_a_failure_half_way_leaves_nothing() -> None:
    class StoppedError(Exception):
        pass

    def stop(subject: str, done: int, total: int) -> None:
        if subject == "people":
            raise StoppedError

    with pytest.raises(StoppedError):
        write_mock_data(plan(), tell=stop)
    assert not JobListing.objects.exists()
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_reset_without_a_yes_deletes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    generate(small=True, seed=9)
    monkeypatch.setattr("builtins.input", lambda _: "n")
    with pytest.raises(CommandError, match="Nothing was deleted"):
        generate(small=True, seed=9, reset=True)
    assert JobListing.objects.count() == 36


@pytest.mark.django_db
def test_reset_starts_afresh_and_keeps_superusers(dora: User) -> None:
    first = generate(small=True, seed=9)
    JobListingFactory()
    assert generate(small=True, seed=9, reset=True, yes=True) == first
    assert first["job_listings"] == JobListing.objects.count() == 36
    assert User.objects.filter(pk=dora.pk).exists()
    assert find_faults_of_today() == {}


def find_faults_of_today() -> dict[str, int]:
    """What is made for the present day holds as well; only the faults that name no day are asked for."""
    with connection.cursor() as cursor:
        found = {}
        for claim, rows in FAULTS.items():
            if "%(" not in rows:
                cursor.execute(f"SELECT count(*) FROM {rows.replace('%%', '%')}")
                found[claim] = cursor.fetchone()[0]
    return {claim: count for claim, count in found.items() if count}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("users", 0),
        ("companies", 0),
        ("jobs", 0),
        ("jobs", -3),
        ("companies", 250_001),
        ("cards", -1),
        ("cards", 400_001),
        ("seed", -1),
    ],
)
def test_a_size_that_cannot_be_made_is_refused_by_name(option: str, value: int) -> None:
    with pytest.raises(CommandError, match=f"--{option}"):
        generate(**{option: value})
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_a_refused_size_is_refused_even_where_it_would_not_count() -> None:
    with pytest.raises(CommandError, match="--users"):
        call_command("generate_mock_data", users=0, small=True)


def test_a_day_that_is_none_is_refused_in_our_words() -> None:
    with pytest.raises(CommandError, match=r"argument --as-of: 'tomorrow' is no day; write it like 2026-05-04"):
        call_command("generate_mock_data", "--as-of", "tomorrow")


@pytest.mark.django_db
def test_where_nobody_can_be_asked_nothing_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    there = CompanyFactory()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match=r"nobody is there to be asked\. Use --yes\."):
        call_command("generate_mock_data", small=True, reset=True)
    assert Company.objects.get() == there


def test_every_option_has_a_word_and_its_default() -> None:
    parser = Command().create_parser("manage.py", "generate_mock_data")
    ours = [
        action
        for action in parser._actions
        if action.option_strings[0] in ("--users", "--companies", "--jobs", "--seed")
    ]
    assert len(ours) == 4
    assert all(action.help and f"(default: {action.default})" in action.help for action in ours)


@pytest.mark.django_db
def test_progress_is_told_in_lines_where_nobody_watches() -> None:
    out, err = io.StringIO(), io.StringIO()
    call_command("generate_mock_data", small=True, seed=9, stdout=out, stderr=err)
    assert err.getvalue().splitlines() == [
        "companies: 12 of 12", "listings: 36 of 36", "people: 3 of 3", "checks: 0 of 1", "checks: 1 of 1",
    ]  # fmt: skip
    assert "job_listings" in out.getvalue()


@pytest.mark.django_db
def test_rows_that_do_not_hold_together_are_not_kept() -> None:
    JobSourceListingFactory(job__source_count=7)  # A fault that was there before is not theirs.
    generate(small=True)
    listings = JobListing.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("""
            CREATE FUNCTION miscount() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.source_count := 9; RETURN NEW; END $$""")
        cursor.execute("""
            CREATE TRIGGER miscount BEFORE INSERT ON job_listings FOR EACH ROW EXECUTE FUNCTION miscount()""")
    with pytest.raises(CommandError, match="job_listings: source count: 37"):
        generate(small=True, seed=2)
    assert JobListing.objects.count() == listings


# The demo -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("day", [DAY, date(2026, 11, 25), date(2027, 2, 28)])
def test_demo_shows_every_part_of_the_catalogue(day: date) -> None:
    assert seed_demo(day) is True
    people = {user.email: user for user in User.objects.filter(email__in=SIGN_INS)}
    ada = people[SEEKER]
    mine = JobUserInteraction.objects.owned_by(ada)
    assert set(mine.values_list("interaction_type", flat=True)) >= {"viewed", "saved", "applied", "hidden"}
    assert mine.get(shared_with_recruiters=True).application_status in {"applied", "interviewing"}
    assert Job.objects.owned_by(ada).count() == 18
    assert Job.objects.owned_by(ada).exclude(listing=None).exists()
    assert JobUserInteraction.objects.shared_with(people[RECRUITER]).filter(application_status="applied").exists()
    assert JobDeduplication.objects.filter(reviewed=False).exists()
    assert CompanyMatchSuggestion.objects.filter(state="open").exists()
    soon = date.fromordinal(day.toordinal() + 10)
    assert JobListing.objects.active().filter(application_deadline__date__range=(day, soon)).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("roles")
def test_demo_has_a_bank_and_resumes_to_look_at_and_nothing_wrong() -> None:
    seed_demo(DAY)
    ada, cleo = (User.objects.get(email=email) for email in (SEEKER, RECRUITER))
    assert ada.skill_bank.work_experiences.exclude(variations=None).exists()
    assert ada.skill_bank.summaries.count() >= 2
    assert ada.skill_bank.skills.filter(concept__name__iexact="Python").exists()
    tailored = Resume.objects.owned_by(ada).filter(resume_type=ResumeType.TAILORED)
    assert tailored.count() >= 3
    assert all(resume.ats_score_data and resume.tailoring_analysis["lines"] for resume in tailored)
    assert ResumeGeneration.objects.owned_by(ada).get(format="pdf").status == "completed"
    sent = JobUserInteraction.objects.exclude(resume=None)
    assert sent.shared_with(cleo).filter(user=ada).exists()
    assert not sent.exclude(interaction_data__has_key=SENT_RESUME).exists()
    assert [find_content_faults(content_of(resume)) for resume in Resume.objects.all()] == [[]] * Resume.objects.count()
    assert validate_data().faults == []


@pytest.mark.django_db
def test_demo_is_seeded_once_with_a_person_for_each_role() -> None:
    assert seed_demo(DAY) is True
    assert seed_demo(DAY) is False
    people = {user.email: user for user in User.objects.filter(email__in=SIGN_INS)}
    assert people[SUPERUSER].is_superuser
    assert people[RECRUITER].groups.filter(name="Recruiters").exists()
    assert people[SEEKER].check_password("jobos-demo-2026")
    assert (Company.objects.count(), JobListing.objects.count()) == (12, 60)


@pytest.mark.django_db
def test_demo_can_be_seeded_again_after_everything_was_deleted() -> None:
    seed_demo(DAY)
    generate(small=True, seed=9, reset=True, yes=True)
    assert not User.objects.with_email(SEEKER).exists()
    assert seed_demo(DAY) is True
    assert set(User.objects.filter(email__in=SIGN_INS).values_list("email", flat=True)) == set(SIGN_INS)


@pytest.mark.django_db
def test_demo_is_refused_in_production() -> None:
    with override_settings(JOBOS_ENV="production"), pytest.raises(ValidationError, match="production"):
        seed_demo(DAY)
    assert not User.objects.exists()
