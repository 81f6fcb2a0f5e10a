"""Rows for tests: each factory makes one valid row with the least that it needs."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from companies.models import Company, TargetCompany
from interactions.models import EventType, InteractionType, JobUserInteraction, TimelineEvent
from jobos.accounts.models import User
from jobos.accounts.services import create_person
from jobs.models import Interview, Job, JobDeduplication, JobListing, JobSource, JobSourceListing, JobStatus
from resumes.models import Resume, ResumeGeneration, ResumeTemplate, ResumeVersion
from skills.models import Skill, SkillBank, WorkExperience

PASSWORD = "a long enough passphrase"


class UserFactory(DjangoModelFactory):
    """A person with profile and the role of a job seeker, made as the application makes them."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return create_person(kwargs.pop("email"), **kwargs)


class JobFactory(DjangoModelFactory):
    """A card that is being tracked."""

    class Meta:
        model = Job

    user = factory.SubFactory(UserFactory)
    company_name = factory.Sequence(lambda n: f"Company {n}")
    role_title = "Engineer"
    status = JobStatus.TRACKING
    closed_reason = factory.LazyAttribute(lambda card: "No Response" if card.status == "Closed" else "")


class InterviewFactory(DjangoModelFactory):
    """A scheduled interview of a card; it belongs to the card's owner."""

    class Meta:
        model = Interview

    job = factory.SubFactory(JobFactory)
    user = factory.SelfAttribute("job.user")
    interview_date = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


class CompanyFactory(DjangoModelFactory):
    """A confirmed entry of the directory."""

    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"Firm {n}")
    is_confirmed = True


class TargetCompanyFactory(DjangoModelFactory):
    """A company that a user tracks."""

    class Meta:
        model = TargetCompany

    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)


class TimelineEventFactory(DjangoModelFactory):
    """Something that a user noted down."""

    class Meta:
        model = TimelineEvent

    user = factory.SubFactory(UserFactory)
    event_type = EventType.CUSTOM_EVENT
    title = factory.Sequence(lambda n: f"Event {n}")


class JobListingFactory(DjangoModelFactory):
    """An active posting of a confirmed company."""

    class Meta:
        model = JobListing

    company = factory.SubFactory(CompanyFactory)
    title = factory.Sequence(lambda n: f"Engineer {n}")


class JobSourceFactory(DjangoModelFactory):
    """A place that postings come from."""

    class Meta:
        model = JobSource

    name = factory.Sequence(lambda n: f"board-{n}")


class JobSourceListingFactory(DjangoModelFactory):
    """A posting as its source shows it."""

    class Meta:
        model = JobSourceListing

    job = factory.SubFactory(JobListingFactory)
    source = factory.SubFactory(JobSourceFactory)
    source_job_id = factory.Sequence(lambda n: f"key-{n}")


class JobDeduplicationFactory(DjangoModelFactory):
    """Two listings that look like one posting."""

    class Meta:
        model = JobDeduplication

    canonical_job = factory.SubFactory(JobListingFactory)
    duplicate_job = factory.SubFactory(JobListingFactory)
    confidence_score = 0.9


class InteractionFactory(DjangoModelFactory):
    """A listing that a user saved; other kinds by `interaction_type`."""

    class Meta:
        model = JobUserInteraction

    user = factory.SubFactory(UserFactory)
    job = factory.SubFactory(JobListingFactory)
    interaction_type = InteractionType.SAVED
    application_status = factory.LazyAttribute(lambda row: "applied" if row.interaction_type == "applied" else "")
    applied_date = factory.LazyAttribute(
        lambda row: datetime(2026, 11, 1, 9, tzinfo=UTC) if row.interaction_type == "applied" else None
    )
    saved_date = factory.LazyAttribute(
        lambda row: datetime(2026, 11, 1, 9, tzinfo=UTC) if row.interaction_type == "saved" else None
    )


class SkillBankFactory(DjangoModelFactory):
    """An empty bank with the first headings."""

    class Meta:
        model = SkillBank

    user = factory.SubFactory(UserFactory)


class SkillFactory(DjangoModelFactory):
    """A skill under the first heading."""

    class Meta:
        model = Skill

    bank = factory.SubFactory(SkillBankFactory)
    name = factory.Sequence(lambda n: f"Skill {n}")
    bucket = "Technical Skills"


class WorkExperienceFactory(DjangoModelFactory):
    """A position that is told in one line."""

    class Meta:
        model = WorkExperience

    bank = factory.SubFactory(SkillBankFactory)
    company = factory.Sequence(lambda n: f"Employer {n}")
    position = "Engineer"
    start_date = "2020-01"


class ResumeFactory(DjangoModelFactory):
    """A base resume with a name on it."""

    class Meta:
        model = Resume

    user = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Resume {n}")
    contact_info = factory.LazyAttribute(
        lambda resume: {"full_name": resume.user.full_name, "email": resume.user.email}
    )


class ResumeVersionFactory(DjangoModelFactory):
    """The first version of a resume, as it stands."""

    class Meta:
        model = ResumeVersion

    resume = factory.SubFactory(ResumeFactory)
    version_number = 1
    content_snapshot = factory.LazyAttribute(lambda version: {"contact_info": version.resume.contact_info})


class ResumeGenerationFactory(DjangoModelFactory):
    """A small file that was made."""

    class Meta:
        model = ResumeGeneration

    resume = factory.SubFactory(ResumeFactory)
    format = "txt"
    status = "completed"
    file = b"ADA LOVELACE\n"
    file_size = len(file)
    sha256 = hashlib.sha256(file).hexdigest()


class ResumeTemplateFactory(DjangoModelFactory):
    """A plain layout."""

    class Meta:
        model = ResumeTemplate

    name = factory.Sequence(lambda n: f"Layout {n}")
    sections = ["summary", "work_experience"]
    section_order = ["summary", "work_experience"]
    styling = factory.LazyFunction(lambda: {"layout": "modern"})
