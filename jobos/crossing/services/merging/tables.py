"""The tables that come over, in the order in which they are decided, and by what their rows meet those that are here.

What needs no saying is read from the models: a foreign key that must be there names the owner (the first of them is
whom the row belongs to), one that may be null is a link and is cleared where its row did not come over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField

if TYPE_CHECKING:
    from django.db import models

# In the SQL below `d` is a row as decided (its foreign keys are those of the target), `i` as it came, `t` one here.
SKILL_KEY = r"lower(btrim(regexp_replace({}.name, '\s+', ' ', 'g')))"
ITS_PLACE_MOVED = "It stands behind what was here."


@dataclass(frozen=True)
class Cell:
    """A column that is written otherwise than it came, and why; without a reason it is nobody's to know."""

    value: str
    reason: str = ""


@dataclass(frozen=True)
class Table:
    """One table that comes over."""

    name: str
    noun: str
    is_private: bool = True  # A key alone does not make it the row that is here: its owner must be the same.
    meets: str = ""  # When the row is one that is here, whatever their keys.
    twins: str = ""  # What no two rows may share, where it takes a key of another table that may have changed.
    joins: str = ""  # What `cells` reads besides.
    cells: dict[str, Cell] = field(default_factory=dict)
    beside: str = ""  # Which row of the same table one that is none of the source's was made beside, as text.
    clash: str = ""
    reason: str = "It is here already."
    secrets: tuple[str, ...] = ()  # Columns that the ledger never shows.

    @cached_property
    def model(self) -> type[models.Model]:
        return next(model for model in apps.get_models() if model._meta.db_table == self.name)

    @cached_property
    def fields(self) -> tuple[Any, ...]:
        return tuple(
            column
            for column in self.model._meta.concrete_fields
            if not column.generated and column.name not in self.by_trigger
        )

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that somebody has to write: not those which the database makes itself."""
        return tuple(column.column for column in self.fields)

    @cached_property
    def by_trigger(self) -> tuple[str, ...]:
        """The columns that a trigger fills: they come along, for rows of which it would make the same again."""
        return tuple(getattr(self.model, "FILLED_BY_TRIGGER", ()))

    @cached_property
    def owners(self) -> dict[str, str]:
        """Whom each foreign key names that must be there."""
        return {
            column.column: column.related_model._meta.db_table
            for column in self.fields
            if column.is_relation and not column.null
        }

    @cached_property
    def links(self) -> dict[str, str]:
        """Whom each foreign key names that may be empty."""
        return {
            column.column: column.related_model._meta.db_table
            for column in self.fields
            if column.is_relation and column.null
        }

    @property
    def owner(self) -> str:
        """The column that says whom a row belongs to; empty for tables that belong to nobody."""
        return next(iter(self.owners), "")

    @cached_property
    def at(self) -> str:
        """SQL for a time of the row itself."""
        names = ("created_at", "date_joined", "analyzed_at", "generated_at", "scraped_at")
        return next(f'i."{name}"' for name in names if name in self.columns)

    @cached_property
    def whole(self) -> str:
        """SQL for the row as it came, without its secrets."""
        hidden = "".join(f" - '{column}'" for column in (*self.secrets, *self.by_trigger))
        return f"(to_jsonb(i){hidden})"

    @property
    def quoted(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)

    def is_empty(self, column: str, value: str) -> str:
        """Return SQL that tells whether a value of a column says nothing."""
        field_of = next(each for each in self.fields if each.column == column)
        if field_of.null:
            return f"{value} IS NULL"
        return f"{value} = '{{}}'" if isinstance(field_of, ArrayField) else f"{value} = ''"


def _banked(name: str, noun: str, **more: Any) -> Table:
    """Return a table of entries of a bank: in one that is joined they stand behind what is there."""
    joins = f"LEFT JOIN places_{name} place ON place.id = d.id"
    place = Cell("COALESCE(place.display_order, i.display_order)", ITS_PLACE_MOVED)
    return Table(name, noun, joins=joins, cells={"display_order": place, **more.pop("cells", {})}, **more)


TABLES: tuple[Table, ...] = (
    Table(
        "accounts_user",
        "user",
        cells={"is_superuser": Cell("false"), "is_staff": Cell("true")},
        clash="email",
        reason="The same person: the same address.",
        secrets=("password",),
    ),
    Table(
        "user_profiles",
        "profile",
        meets="t.user_id = d.user_id",
        twins="d.user_id",
        clash="profile",
        reason="This person has a profile here, of which only empty fields are filled.",
    ),
    Table(
        "companies",
        "company",
        is_private=False,
        cells={
            "website": Cell("CASE WHEN d.loses_site THEN '' ELSE i.website END", "Somebody here claims this website."),
            "domain": Cell("d.domain", "Somebody here claims this website."),
        },
        clash="company",
        reason="The directory has this company.",
    ),
    Table(
        "target_companies",
        "target company",
        meets="t.user_id = d.user_id AND t.company_id = d.company_id",
        twins="d.user_id, d.company_id",
        clash="target_company",
        reason="This person tracks this company here.",
    ),
    Table("job_sources", "source", is_private=False, meets="t.name = i.name", reason="A source of this name is here."),
    Table(
        "job_listings",
        "listing",
        is_private=False,
        cells={
            "canonical_id": Cell(
                "COALESCE((SELECT here.canonical_id FROM copies_here here WHERE here.id = {canonical_id}), {canonical_id})",
                "What it is a copy of is itself a copy here: of this one.",
            )
        },
        clash="listing",
        reason="This posting is here.",
    ),
    Table(
        "job_source_listings",
        "source listing",
        is_private=False,
        meets="t.source_id = d.source_id AND t.source_job_id = i.source_job_id",
        twins="d.source_id, i.source_job_id",
        reason="The source's key is here.",
    ),
    Table(
        "job_embeddings",
        "vector",
        is_private=False,
        meets="t.job_id = d.job_id AND t.embedding_model = i.embedding_model AND t.content_type = i.content_type",
        twins="d.job_id, i.embedding_model, i.content_type",
        reason="The posting has a vector of this model here.",
    ),
    Table(
        "job_duplications",
        "pair",
        is_private=False,
        meets="""LEAST(t.canonical_job_id, t.duplicate_job_id) = LEAST(d.canonical_job_id, d.duplicate_job_id)
             AND GREATEST(t.canonical_job_id, t.duplicate_job_id) = GREATEST(d.canonical_job_id, d.duplicate_job_id)""",
        twins="LEAST(d.canonical_job_id, d.duplicate_job_id), GREATEST(d.canonical_job_id, d.duplicate_job_id)",
        reason="This pair was found here.",
    ),
    Table(
        "jobs",
        "card",
        joins="LEFT JOIN card_changes change ON change.id = d.id",
        cells={
            "role_title": Cell(
                "COALESCE(change.role_title, i.role_title)",
                "Another open card of this user has the same company and role.",
            ),
            "listing_id": Cell(
                "CASE WHEN change.loses_listing THEN NULL ELSE {listing_id} END",
                "Another open card of this user was made from the same listing.",
            ),
        },
        clash="card",
    ),
    Table("interviews", "interview"),
    Table(
        "skill_banks",
        "skill bank",
        meets="t.user_id = d.user_id",
        twins="d.user_id",
        clash="skill_bank",
        reason="This person has a bank here, which its rows join.",
    ),
    _banked(
        "skills",
        "skill",
        meets=f"t.bank_id = d.bank_id AND {SKILL_KEY.format('t')} = {SKILL_KEY.format('i')}",
        twins=f"d.bank_id, {SKILL_KEY.format('i')}",
        cells={"bucket": Cell("COALESCE(place.heading, i.bucket)", "The heading as it is spelled here.")},
        clash="skill",
        reason="The bank here has a skill of this name.",
    ),
    _banked("work_experiences", "position"),
    _banked("education_entries", "education"),
    _banked("projects", "project"),
    _banked("certifications", "certification"),
    _banked("summary_variations", "summary"),
    Table("experience_variations", "variation"),
    Table("education_variations", "variation"),
    Table("project_variations", "variation"),
    Table(
        "resume_templates",
        "template",
        is_private=False,
        cells={
            "is_default": Cell(
                "i.is_default AND NOT EXISTS (SELECT FROM resume_templates t WHERE t.is_default)",
                "Another template is the default here.",
            )
        },
    ),
    Table(
        "resumes",
        "resume",
        cells={
            "resume_type": Cell(
                "CASE WHEN i.resume_type = 'tailored' AND {parent_resume_id} IS NULL THEN 'base' ELSE i.resume_type END",
                "The resume that it was made from is not here.",
            )
        },
    ),
    Table(
        "resume_versions",
        "version",
        meets="t.resume_id = d.resume_id AND t.version_number = i.version_number",
        twins="d.resume_id, i.version_number",
        reason="The resume has a version of this number here.",
    ),
    Table("resume_generations", "file"),
    Table("resume_optimizations", "analysis"),
    Table(
        "job_user_interactions",
        "interaction",
        meets="t.user_id = d.user_id AND t.job_id = d.job_id AND t.interaction_type = i.interaction_type",
        twins="d.user_id, d.job_id, i.interaction_type",
        cells={
            "shared_with_recruiters": Cell("false", "Whom an application is shared with is said here, by its owner.")
        },
        clash="interaction",
        reason="This person's row for this listing is here.",
    ),
    Table("timeline_events", "event", beside="i.event_data ->> 'contact_id'"),
)
# What was made of companies alone: it comes where its company is needed, so it is decided when all else is.
AFTERTHOUGHTS: tuple[Table, ...] = (
    Table(
        "company_aliases",
        "alias",
        is_private=False,
        meets="t.normalized_name = i.normalized_name",
        twins="i.normalized_name",
        reason="This spelling means a company here.",
    ),
    Table(
        "company_match_suggestions",
        "suggestion",
        is_private=False,
        twins="LEAST(d.company_id, d.other), GREATEST(d.company_id, d.other)",
        meets="""LEAST(t.company_id, t.other_id) = LEAST(d.company_id, d.other)
             AND GREATEST(t.company_id, t.other_id) = GREATEST(d.company_id, d.other)""",
        reason="This pair was suggested here.",
    ),
)
EVERY: tuple[Table, ...] = (*TABLES, *AFTERTHOUGHTS)
BY_NAME: dict[str, Table] = {table.name: table for table in EVERY}
# Tables that belong to nobody: a row without a line of its own in the source comes only where something needs it.
SHARED = {
    "companies": {"job_listings": "company_id", "target_companies": "company_id"},
    "job_sources": {"job_source_listings": "source_id"},
    "resume_templates": {"resumes": "template_id"},
}
BANKED = ("skills", "work_experiences", "education_entries", "projects", "certifications", "summary_variations")
