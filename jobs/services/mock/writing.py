"""Putting made-up rows into the database, all or none, and taking people and catalogue out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from companies.models import Company, CompanyAlias, CompanyMatchSuggestion, CompanyMerge, TargetCompany
from interactions.models import JobUserInteraction, TimelineEvent
from jobos.accounts.models import User, UserProfile
from jobos.accounts.roles import JOB_SEEKERS
from jobos.core.bulk import copy_rows
from jobs.models import (
    Interview,
    Job,
    JobDeduplication,
    JobEmbedding,
    JobListing,
    JobSource,
    JobSourceListing,
)
from jobs.services.mock.making import TABLES, make_batches
from jobs.services.mock.origin import Subject
from jobs.services.mock.people import name_person
from jobs.services.validation import validate_data
from resumes.models import Resume, ResumeGeneration, ResumeOptimization, ResumeVersion
from skills.models import (
    Certification,
    Education,
    EducationVariation,
    ExperienceVariation,
    Project,
    ProjectVariation,
    Skill,
    SkillBank,
    SummaryVariation,
    WorkExperience,
)
from skills.naming import skill_key
from skills.services.taxonomy import find_concepts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import Model

    from jobs.services.mock.making import Batch
    from jobs.services.mock.plan import Plan

    Tell = Callable[[str, int, int], None]

# Any constant will do: whoever holds this lock makes data.
MAKING_LOCK = 8_200_427
# Everything that belongs to people and to the catalogue, children first.
RESET = (
    TimelineEvent,
    Interview,
    Job,
    JobUserInteraction,
    ResumeOptimization,
    ResumeGeneration,
    ResumeVersion,
    Resume,
    SummaryVariation,
    ExperienceVariation,
    EducationVariation,
    ProjectVariation,
    WorkExperience,
    Education,
    Project,
    Certification,
    Skill,
    SkillBank,
    JobDeduplication,
    JobEmbedding,
    JobSourceListing,
    JobListing,
    JobSource,
    TargetCompany,
    CompanyMatchSuggestion,
    CompanyAlias,
    CompanyMerge,
    Company,
    UserProfile,
)


@transaction.atomic
def write_mock_data(plan: Plan, *, starts_afresh: bool = False, tell: Tell | None = None) -> dict[str, int]:
    """Write the rows of a plan; return how many went into each table.

    Rows that are there stay untouched, unless it starts afresh: then people and catalogue go first. `tell` hears of
    each batch: what it is about, how many of how many are done.
    """
    plan.check()
    _refuse_to_run_twice()
    if starts_afresh:
        reset_data()
    _, first_email = name_person(plan.origin.chance(Subject.PERSON, 0), plan.origin, 0)
    if User.objects.with_email(first_email).exists():
        raise ValidationError(
            "The data of this seed is there already. Give another --seed, or --reset to start afresh.",
            code="seed_taken",
        )
    writer = _Writer()
    for batch in make_batches(plan):
        writer.write(batch)
        if tell is not None:
            tell(batch.subject, batch.done, batch.total)
    # Foreign keys are checked here and not at the commit, so that a fault is told as one.
    connection.check_constraints()
    return writer.counts


@transaction.atomic
def write_checked_mock_data(plan: Plan, *, starts_afresh: bool = False, tell: Tell | None = None) -> dict[str, int]:
    """Write the rows of a plan as `write_mock_data` does, and keep them only if they bring no fault into the database."""
    plan.check()
    _refuse_to_run_twice()
    if starts_afresh:
        reset_data()
    before = _count_faults()
    counts = write_mock_data(plan, tell=tell)
    if tell is not None:
        tell("checks", 0, 1)
    with connection.cursor() as cursor:
        # Nobody else has seen these rows yet, so that no statistics tell how many there are.
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in TABLES)}")
    grown = {fault: count for fault, count in _count_faults().items() if count > before.get(fault, 0)}
    if grown:
        faults = "; ".join(f"{table}: {kind}: {count:,}" for (table, kind, _), count in grown.items())
        raise ValidationError(f"Nothing was written, since the rows do not hold together: {faults}.", code="unsound")
    if tell is not None:
        tell("checks", 1, 1)
    return counts


def _count_faults() -> dict[tuple[str, str, str], int]:
    """Return what is wrong with the tables that are written, and in how many places."""
    tables = {model._meta.db_table for model in TABLES}
    found = validate_data().faults
    return {(fault.table, fault.kind, fault.what): fault.count for fault in found if fault.table in tables}


def _refuse_to_run_twice() -> None:
    """Let one transaction at a time make data: two would both make what they share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MAKING_LOCK])
        if not cursor.fetchone()[0]:
            raise ValidationError("Somebody else is making data at the moment. Try again later.", code="busy")


def link_skills(skills: Iterable[Skill]) -> None:
    """Point skills at what the taxonomy knows them as, as far as it is loaded."""
    keys = {skill: skill_key(skill.name) for skill in skills}
    concepts = find_concepts(keys.values())
    for skill, key in keys.items():
        skill.concept_id = concepts.get(key)


class _Writer:
    """Writes batches, and counts. A source that is there already is used as it is."""

    def __init__(self) -> None:
        self.counts = {model._meta.db_table: 0 for model in TABLES}
        self.sources: dict[Any, Any] = {}
        self.seekers = Group.objects.get_or_create(name=JOB_SEEKERS)[0]

    def write(self, batch: Batch) -> None:
        for model, rows in batch.each():
            self.counts[model._meta.db_table] += self._write_table(model, rows)

    def _write_table(self, model: type[Model], rows: Iterable[Any]) -> int:
        if model is JobSource:
            return self._share_sources(rows)
        if model is JobSourceListing:
            for row in rows:
                row.source_id = self.sources[row.source_id]
        if model is Skill:
            link_skills(rows)
        count = copy_rows(model, rows)
        if model is User:
            members = User.groups.through
            members.objects.bulk_create(members(user=user, group=self.seekers) for user in rows)
        return count

    def _share_sources(self, rows: Iterable[JobSource]) -> int:
        known = dict(JobSource.objects.filter(name__in=[row.name for row in rows]).values_list("name", "pk"))
        self.sources = {row.pk: known.get(row.name, row.pk) for row in rows}
        return copy_rows(JobSource, [row for row in rows if row.name not in known])


@transaction.atomic
def reset_data() -> None:
    """Delete every person and the whole catalogue, with all that belongs to them, but superusers' own accounts."""
    for model in RESET:
        # Straight in the database: a million rows are not loaded to be deleted.
        model._base_manager.all()._raw_delete(using=connection.alias)  # type: ignore[attr-defined]  # noqa: SLF001
    User.objects.filter(is_superuser=False).delete()
