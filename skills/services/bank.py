"""The skill bank of a person: opening it, reading it as one document, and every write.

A write locks the bank first and its entries after it, so that all writers of one bank take their turns; it ends by
telling the bank that it changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Value
from django.db.models.functions import Lower, Trim
from django.utils import timezone

from jobos.core.errors import Conflict, violated_constraint
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
    Variation,
    WorkExperience,
)
from skills.models.bank import LONGEST_HEADING
from skills.naming import skill_key
from skills.services.taxonomy import find_concepts
from skills.written import read_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import Model, QuerySet

    from jobos.accounts.models import User

MOST_HEADINGS = 50
LAST_PLACE = 2**31 - 1
ADDRESSES = ("url", "github_url")
# A licence may run longer than anybody plans.
PLANNED = ("start_date", "end_date", "issue_date")
YEARS_AHEAD = 10

# What each kind of entry shows; those that were never given are null.
_RECORD = ("display_order", "created_at", "updated_at")
_VARIATION = (
    "id",
    "title",
    "content",
    "focus",
    "target_industries",
    "target_roles",
    "keywords_emphasized",
    "source",
    "last_used",
    "usage_count",
)
SHOWN: dict[type[Model], tuple[str, ...]] = {
    Skill: (
        "id",
        "name",
        "level",
        "category",
        "bucket",
        "subcategory",
        "years_experience",
        "proficiency_score",
        "description",
        "keywords",
        "is_featured",
        "source",
        "confidence",
        "last_used",
        "usage_count",
        "concept",
        *_RECORD,
    ),
    SummaryVariation: (*_VARIATION, "tone", "length", *_RECORD),
    WorkExperience: (
        "id",
        "company",
        "position",
        "location",
        "start_date",
        "end_date",
        "is_current",
        "experience_type",
        "default_description",
        "default_achievements",
        "skills_used",
        "technologies",
        "default_variation",
        *_RECORD,
    ),
    ExperienceVariation: (*_VARIATION, "achievements", "skills_highlighted", *_RECORD),
    Education: (
        "id",
        "institution",
        "degree",
        "field_of_study",
        "location",
        "start_date",
        "end_date",
        "gpa",
        "honors",
        "relevant_coursework",
        "default_description",
        "default_variation",
        *_RECORD,
    ),
    EducationVariation: (*_VARIATION, "highlights", "relevant_coursework", *_RECORD),
    Project: (
        "id",
        "name",
        "url",
        "github_url",
        "start_date",
        "end_date",
        "default_description",
        "default_achievements",
        "technologies",
        "default_variation",
        *_RECORD,
    ),
    ProjectVariation: (*_VARIATION, "achievements", "technologies_highlighted", *_RECORD),
    Certification: (
        "id",
        "name",
        "issuer",
        "issue_date",
        "expiry_date",
        "credential_id",
        "url",
        "description",
        *_RECORD,
    ),
}
VARIATIONS: dict[type[Model], type[Variation]] = {
    WorkExperience: ExperienceVariation,
    Education: EducationVariation,
    Project: ProjectVariation,
}
EntryT = TypeVar("EntryT", bound="Any")

_OPEN = """
    INSERT INTO skill_banks ({columns}) VALUES ({values})
    ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
    RETURNING *
"""


# Reading --------------------------------------------------------------------------------------------------------------


def open_bank(user: User) -> SkillBank:
    """Return the bank of a user, made empty where there is none: whoever comes second gets the first one's."""
    found = SkillBank.objects.filter(user=user).first()
    if found is not None:
        return found
    new = SkillBank(user=user)
    fields = new._meta.concrete_fields
    statement = _OPEN.format(
        columns=", ".join(str(field.column) for field in fields), values=", ".join(["%s"] * len(fields))
    )
    values = [field.get_db_prep_save(field.pre_save(new, add=True), connection) for field in fields]
    opened: SkillBank = SkillBank.objects.raw(statement, values)[0]
    return opened


def show_entry(entry: Any) -> dict[str, Any]:
    """Return an entry of a bank as JSON shows it, a record with its variations."""
    kind = type(entry)
    shown = {name: _show(getattr(entry, entry._meta.get_field(name).attname)) for name in SHOWN[kind]}
    if kind in VARIATIONS:
        shown["variations"] = [show_entry(variation) for variation in entry.variations.all()]
    return shown


def _show(value: Any) -> Any:
    match value:
        case "":
            return None
        case UUID() | Decimal():
            return str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
    return value


def with_variations(rows: QuerySet[EntryT]) -> QuerySet[EntryT]:
    """Read the variations of all these records with one more statement, where their kind has any."""
    return rows.prefetch_related("variations") if rows.model in VARIATIONS else rows


def read_document(bank: SkillBank) -> dict[str, Any]:
    """Return the whole bank as one document; the number of statements does not depend on what is in it."""

    def entries(rows: QuerySet[Any]) -> list[dict[str, Any]]:
        return [show_entry(entry) for entry in with_variations(rows.order_by("display_order", "pk"))]

    skills: dict[str, list[dict[str, Any]]] = {heading: [] for heading in bank.skill_categories}
    for skill in entries(bank.skills.all()):
        skills.setdefault(skill["bucket"], []).append(skill)
    return {
        "id": str(bank.pk),
        "default_summary": _show(bank.default_summary),
        "skill_categories": bank.skill_categories,
        "skills": skills,
        "summaries": entries(bank.summaries.all()),
        "experiences": entries(bank.work_experiences.all()),
        "education": entries(bank.education_entries.all()),
        "projects": entries(bank.projects.all()),
        "certifications": entries(bank.certifications.all()),
        "created_at": _show(bank.created_at),
        "updated_at": _show(bank.updated_at),
    }


# Writing --------------------------------------------------------------------------------------------------------------


def lock_bank(bank_id: Any) -> SkillBank:
    """Return the bank, locked against every other write of it until the transaction ends."""
    return SkillBank.objects.select_for_update(no_key=True).get(pk=bank_id)


def _touch(bank_id: Any) -> None:
    SkillBank.objects.filter(pk=bank_id).update(updated_at=timezone.now())


def _bank_id_of(entry: Any) -> Any:
    return entry.entry.bank_id if hasattr(entry, "entry_id") else entry.bank_id


def _siblings(entry: Any) -> QuerySet[Any]:
    """Return the entries among which this one has its place."""
    parent = "entry_id" if hasattr(entry, "entry_id") else "bank_id"
    rows: QuerySet[Any] = type(entry).objects.filter(**{parent: getattr(entry, parent)})
    return rows


def _refuse(field: str, message: str, *, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


@transaction.atomic
def change_bank(
    bank: SkillBank,
    *,
    default_summary: str | None = None,
    skill_categories: Sequence[str] | None = None,
    rename_categories: Mapping[str, str] | None = None,
) -> SkillBank:
    """Change the summary and the headings of a bank; what is None stays as it is.

    Renaming comes first and takes the skills along; `skill_categories` is then the whole new list. A heading that
    holds skills cannot be left out of it.
    """
    bank = lock_bank(bank.pk)
    before = (bank.default_summary, bank.skill_categories)
    if default_summary is not None:
        bank.default_summary = default_summary
    if rename_categories:
        bank.skill_categories = _rename_headings(bank, rename_categories)
    if skill_categories is not None:
        bank.skill_categories = _tidy_headings(skill_categories, "skill_categories")
        _check_headings_hold(bank)
    if before != (bank.default_summary, bank.skill_categories):
        bank.save(update_fields=["default_summary", "skill_categories", "updated_at"])
    return bank


def _tidy_headings(names: Iterable[str], field: str) -> list[str]:
    """Return the headings without stray spaces; refuse empty, overlong and equal ones, and a bank without any."""
    headings = [" ".join(name.split()) for name in names]
    if not headings:
        raise _refuse(field, "Keep at least one heading.", code="empty")
    if len(headings) > MOST_HEADINGS:
        raise _refuse(field, f"A bank has at most {MOST_HEADINGS} headings.", code="max_length")
    if not all(headings):
        raise _refuse(field, "A heading needs a name.", code="blank")
    if any(len(heading) > LONGEST_HEADING for heading in headings):
        raise _refuse(field, f"A heading has at most {LONGEST_HEADING} characters.", code="max_length")
    if len({heading.casefold() for heading in headings}) < len(headings):
        raise _refuse(field, "Two headings have the same name.", code="duplicate_heading")
    return headings


def _rename_headings(bank: SkillBank, names: Mapping[str, str]) -> list[str]:
    unknown = [old for old in names if old not in bank.skill_categories]
    if unknown:
        raise _refuse("rename_categories", f"There is no heading \u201c{unknown[0]}\u201d.", code="unknown_heading")
    renamed = _tidy_headings([names.get(heading, heading) for heading in bank.skill_categories], "rename_categories")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE skills SET bucket = renamed.new, updated_at = %(now)s
            FROM unnest(%(old)s::text[], %(new)s::text[]) AS renamed (old, new)
            WHERE skills.bank_id = %(bank)s AND skills.bucket = renamed.old AND renamed.old <> renamed.new
            """,
            {"now": timezone.now(), "bank": bank.pk, "old": bank.skill_categories, "new": renamed},
        )
    return renamed


def _check_headings_hold(bank: SkillBank) -> None:
    """Raise Conflict where a skill of the bank stands under none of its headings any more."""
    homeless = bank.skills.exclude(bucket__in=bank.skill_categories).order_by("bucket").first()
    if homeless is not None:
        raise Conflict(
            f"\u201c{homeless.bucket}\u201d still holds skills: move them or rename the heading.", code="heading_in_use"
        )


@transaction.atomic
def add_skill(bank: SkillBank, *, name: str, bucket: str = "", **given: Any) -> Skill:
    """Add a skill at the end, under the first heading where none is given; one that is there already is a conflict."""
    bank = lock_bank(bank.pk)
    skill = Skill(bank=bank, name=name, bucket=bucket or next(iter(bank.skill_categories), ""), **given)
    _check_heading(skill, bank)
    _name_skill(skill)
    skill.display_order = given.get("display_order", _next_place(skill))
    return _write_skill(skill, ())


@transaction.atomic
def change_skill(skill: Skill, **changes: Any) -> Skill:
    """Change the given columns of a skill; a name that another skill of the bank has is a conflict."""
    bank = lock_bank(skill.bank_id)
    changed = _assign(skill, changes)
    if not changed:
        return skill
    if "bucket" in changed:
        _check_heading(skill, bank)
    _name_skill(skill)
    return _write_skill(skill, (*changed, "concept"))


def _check_heading(skill: Skill, bank: SkillBank) -> None:
    if skill.bucket not in bank.skill_categories:
        raise _refuse("bucket", f"Give one of: {', '.join(bank.skill_categories)}.", code="unknown_heading")


def _name_skill(skill: Skill) -> None:
    """Take stray spaces out of a skill's name, and point it at the concept that the name leads to."""
    skill.name = " ".join(skill.name.split())
    key = skill_key(skill.name)
    skill.concept_id = find_concepts([key]).get(key)


def _write_skill(skill: Skill, changed: Sequence[str]) -> Skill:
    try:
        return _write(skill, changed)
    except IntegrityError as exc:
        if violated_constraint(exc) != "skills_skill_one_per_name":
            raise
        named = Skill.objects.filter(bank_id=skill.bank_id).annotate(spelling=Lower(Trim("name")))
        existing = named.get(spelling=Lower(Trim(Value(skill.name))))
        raise Conflict("This skill is already in the bank.", code="duplicate_skill", existing_id=existing.pk) from exc


@transaction.atomic
def add_entry(bank: SkillBank, kind: type[EntryT], **given: Any) -> EntryT:
    """Add a summary, a record or a certificate to a bank, at the end."""
    lock_bank(bank.pk)
    entry: EntryT = kind(bank=bank, **given)
    return _append(entry, given)


@transaction.atomic
def add_variation(entry: WorkExperience | Education | Project, **given: Any) -> Any:
    """Add another way of telling a record, at the end."""
    lock_bank(entry.bank_id)
    kind: Any = VARIATIONS[type(entry)]
    return _append(kind(entry=entry, **given), given)


def _append(entry: EntryT, given: Mapping[str, Any]) -> EntryT:
    entry.display_order = given.get("display_order", _next_place(entry))
    return _write(entry, ())


def _next_place(entry: Any) -> int:
    last = _siblings(entry).aggregate(last=Max("display_order"))["last"]
    return 0 if last is None else min(last + 1, LAST_PLACE)


@transaction.atomic
def change_entry(entry: EntryT, **changes: Any) -> EntryT:
    """Change the given columns of a summary, a record, a certificate or a variation; skills have `change_skill`."""
    lock_bank(_bank_id_of(entry))
    variation = changes.get("default_variation")
    if variation is not None and variation.entry_id != entry.pk:
        raise _refuse("default_variation", "This is no variation of this entry.", code="does_not_exist")
    changed = _assign(entry, changes)
    return _write(entry, changed) if changed else entry


def _assign(entry: Any, changes: Mapping[str, Any]) -> list[str]:
    """Set the given columns; return those that differ from what they were."""
    changed = [field for field, value in changes.items() if getattr(entry, field) != value]
    for field in changed:
        setattr(entry, field, changes[field])
    return changed


def _write(entry: EntryT, changed: Sequence[str]) -> EntryT:
    """Store a new entry, or these columns of one that is there, and read it as it is stored."""
    columns = set(changed or (field.name for field in entry._meta.fields))
    _complete_addresses(entry, columns)
    _check_dates(entry, columns)
    with transaction.atomic():
        if changed:
            entry.save(update_fields=[*changed, "updated_at"], force_update=True)
        else:
            entry.save(force_insert=True)
    _touch(_bank_id_of(entry))
    entry.refresh_from_db()
    return entry


def _complete_addresses(entry: Any, columns: set[str]) -> None:
    """Put https:// before an address that was typed without it; refuse what is no address."""
    for name in columns.intersection(ADDRESSES):
        if not getattr(entry, name):
            continue
        address = read_address(getattr(entry, name))
        if address is None:
            raise _refuse(name, "Give a web address, such as https://acme.example/engine.", code="web_address")
        longest = entry._meta.get_field(name).max_length
        if len(address) > longest:
            raise _refuse(name, f"A web address has at most {longest:,} characters.", code="max_length")
        setattr(entry, name, address)


def _check_dates(entry: Any, columns: set[str]) -> None:
    """Refuse dates that cannot be meant; what was stored before stays until it is changed itself."""
    for name in columns.intersection(PLANNED):
        if getattr(entry, name)[:4] > str(timezone.now().year + YEARS_AHEAD):
            raise _refuse(name, f"This is more than {YEARS_AHEAD} years ahead.", code="far_ahead")
    if isinstance(entry, WorkExperience) and entry.is_current and columns & {"is_current", "start_date", "end_date"}:
        for name, words in contradict_present(entry.start_date, entry.end_date).items():
            raise _refuse(name, words, code="not_current")


def contradict_present(start: str, end: str) -> dict[str, str]:
    """Return what speaks against a position being held now, in words by the field that says it."""
    if end:
        return {"end_date": "A position that you hold now has no end."}
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()  # It has begun already where the sun rises.
    return {"start_date": "A position that you hold now has begun."} if start > tomorrow[: len(start)] else {}


@transaction.atomic
def delete_entry(entry: Any) -> None:
    """Delete a skill or any other entry of a bank; a record takes its variations along."""
    bank_id = _bank_id_of(entry)
    lock_bank(bank_id)
    entry.delete()
    _touch(bank_id)


@transaction.atomic
def reorder_entries(bank: SkillBank, rows: QuerySet[Any], ids: Sequence[UUID]) -> list[UUID]:
    """Put entries of a bank into this order, in one statement.

    `rows` are all the entries that share an order: the skills of the bank, or the variations of one record. The list
    must name each of them once; another one is a conflict that says which are missing.
    """
    lock_bank(bank.pk)
    if len(set(ids)) < len(ids):
        raise _refuse("ids", "An entry is named twice.", code="duplicate_id")
    there = set(rows.values_list("pk", flat=True))
    if there != set(ids):
        missing = ", ".join(sorted(str(pk) for pk in there - set(ids))) or "none"
        unknown = ", ".join(sorted(str(pk) for pk in set(ids) - there)) or "none"
        raise Conflict(
            f"Name exactly the entries there are. Missing: {missing}. Unknown: {unknown}.", code="order_out_of_date"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {connection.ops.quote_name(rows.model._meta.db_table)} AS entry
            SET display_order = placed.place - 1, updated_at = %s
            FROM unnest(%s::uuid[]) WITH ORDINALITY AS placed (id, place)
            WHERE entry.id = placed.id AND entry.display_order <> placed.place - 1
            """,  # noqa: S608 - the name of a table of ours.
            [timezone.now(), list(ids)],
        )
        if cursor.rowcount:
            _touch(bank.pk)
    return list(ids)
