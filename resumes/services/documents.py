"""Making, changing, restoring and deleting resumes.

All writes of one person's resumes follow each other (`lock_resumes`), so that what holds between them (no circle of
parents, versions without a gap) holds when requests race.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection, transaction
from django.db.models import Case, F, Max, Model, Value, When
from django.utils import timezone

from jobos.core.models import describe_constraint, lock_one
from resumes.content import LARGEST_CONTENT, find_faults, measure, point
from resumes.differences import compare_contents, is_same
from resumes.json_resume import NotAResumeError, from_json_resume
from resumes.models import CONTENT, LISTS, LONGEST_TITLE, Resume, ResumeStatus, ResumeType, ResumeVersion
from skills.services.bank import contradict_present

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from jobos.accounts.models import User
    from jobs.models import JobListing
    from resumes.json_resume import Dropped
    from resumes.models import ResumeTemplate

__all__ = [
    "change_resume",
    "check_content",
    "compare_contents",
    "complete_content",
    "content_of",
    "create_resume",
    "delete_resume",
    "import_resume",
    "lock_resumes",
    "read_json_resume",
    "restore_version",
]

# What may be changed besides the content.
ATTRIBUTES = (
    "title",
    "resume_type",
    "status",
    "template",
    "parent_resume",
    "target_job",
    "ats_score_data",
    "tailoring_analysis",
)
RELATIONS = {"resume_type", "parent_resume", "target_job"}
FIRST = "As it was first written."
FOUND = "As it was before its first recorded change."


def lock_resumes(user_id: Any) -> None:
    """Let one transaction at a time write a user's resumes; taken before any of their rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"resumes {user_id}"])


def content_of(resume: Resume) -> dict[str, Any]:
    """Return the content of a resume as one document."""
    return resume.content


def check_content(content: Any) -> None:
    """Refuse a content, or a part of one, that the schema does not allow, with a JSON pointer to each fault."""
    if faults := find_faults(content):
        raise ValidationError(
            {place or NON_FIELD_ERRORS: ValidationError(words, code="invalid_content") for place, words in faults}
        )


def _check_present(content: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Refuse a present position with an end or in the future, unless it stood there before."""
    known = [_tell_period(entry) for entry in before.get("work_experience", [])]
    faults = {
        point("work_experience", index, name): ValidationError(words, code="invalid_content")
        for index, entry in enumerate(content.get("work_experience", []))
        if entry.get("is_current") and _tell_period(entry) not in known
        for name, words in contradict_present(entry.get("start_date", ""), entry.get("end_date", "")).items()
    }
    if faults:
        raise ValidationError(faults)


def _tell_period(entry: Mapping[str, Any]) -> list[Any]:
    return [entry.get(name) for name in ("company", "position", "start_date", "end_date", "is_current")]


def complete_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a content with every part that a resume has, in their order."""
    empty: dict[str, Any] = {"contact_info": {}, "summary": "", **{name: [] for name in LISTS}}
    return {name: content.get(name, value) for name, value in empty.items()}


@transaction.atomic
def create_resume(
    user: User,
    *,
    title: str,
    content: Mapping[str, Any],
    resume_type: str = ResumeType.BASE,
    parent: Resume | None = None,
    target: JobListing | None = None,
    template: ResumeTemplate | None = None,
    status: str = ResumeStatus.DRAFT,
    summary_of_change: str = "",
    analysis: dict[str, Any] | None = None,
) -> Resume:
    """Make a resume of a user's, with its first version."""
    check_content(content)
    _check_present(content, content_of(parent) if parent else {})
    lock_resumes(user.pk)
    resume = Resume(
        user=user,
        title=title,
        resume_type=resume_type,
        status=status,
        parent_resume=parent,
        target_job=target,
        template=template,
        tailoring_analysis=analysis,
        **complete_content(content),
    )
    _check_relations(resume)
    resume.save(force_insert=True)
    _read_back(resume, CONTENT)
    _write_version(resume, 1, by=user, summary=summary_of_change or FIRST)
    return resume


@transaction.atomic
def change_resume(
    resume: Resume, changes: Mapping[str, Any], *, by: User | None, summary_of_change: str = ""
) -> Resume:
    """Change parts of a resume's content, or what it is called and belongs to.

    Only a change of the content writes a version. What an older rule let in stays until it is changed itself.
    """
    present = _lock(resume)
    content = content_of(present)
    changed = {name: value for name, value in changes.items() if name in CONTENT and not is_same(value, content[name])}
    check_content(changed)
    _check_present(changed, content)
    if changed and measure(content | changed) > LARGEST_CONTENT:
        raise ValidationError(f"A resume has at most {LARGEST_CONTENT // 1024} kB of content.", code="invalid_content")
    attributes = {name: value for name, value in changes.items() if name not in CONTENT}
    return _write(present, changed, attributes=attributes, by=by, summary=summary_of_change)


@transaction.atomic
def restore_version(resume: Resume, number: int, *, by: User | None) -> Resume:
    """Give a resume the content of one of its versions back, as a new version; DoesNotExist where there is none."""
    present = _lock(resume)
    version = present.versions.get(version_number=number)
    content = content_of(present)
    restored = complete_content(version.content_snapshot)
    changed = {name: value for name, value in restored.items() if not is_same(value, content[name])}
    return _write(present, changed, attributes={}, by=by, summary=f"Version {number} restored.")


def _lock(resume: Resume) -> Resume:
    lock_resumes(resume.user_id)
    return lock_one(Resume.objects.all(), resume.pk)


def _write(
    present: Resume, changed: Mapping[str, Any], *, attributes: Mapping[str, Any], by: User | None, summary: str
) -> Resume:
    """Write what is new in a locked resume, and a version where that is content."""
    unknown = set(attributes) - set(ATTRIBUTES)
    if unknown:
        raise ValueError(f"A resume has no such thing to change: {sorted(unknown)}.")
    moved = {name: value for name, value in attributes.items() if _is_new(present, name, value)}
    if changed:
        last = present.versions.aggregate(last=Max("version_number"))["last"]
        if last is None:  # It came without a history, and what it says now must not be lost.
            _write_version(present, 1, by=None, summary=FOUND)
            last = 1
        present.version = last + 1
    for name, value in {**changed, **moved}.items():
        setattr(present, name, value)
    if not changed and not moved:
        return present
    if RELATIONS & moved.keys():
        _check_relations(present)
    present.save(update_fields=[*changed, *moved, *(["version"] if changed else []), "updated_at"], force_update=True)
    if changed:
        _read_back(present, changed)
        _write_version(present, present.version, by=by, summary=summary)
    return present


def _is_new(present: Resume, name: str, value: Any) -> bool:
    """Tell whether a column has another value; of a row that it points at the key says so."""
    column: Any = Resume._meta.get_field(name)
    return bool(getattr(present, column.attname) != (value.pk if isinstance(value, Model) else value))


def _read_back(resume: Resume, parts: Iterable[str]) -> None:
    """See the content as the database keeps it: it orders the members of an object, and so an ETag, in its own way."""
    resume.refresh_from_db(fields=list(parts))


def _write_version(resume: Resume, number: int, *, by: User | None, summary: str) -> None:
    ResumeVersion.objects.create(
        resume=resume,
        version_number=number,
        changes_summary=summary,
        content_snapshot=content_of(resume),
        created_by=by,
    )


def _check_relations(resume: Resume) -> None:
    """Refuse what the constraints of a resume refuse, with the field; and what no constraint can see."""
    parent = resume.parent_resume_id
    if parent == resume.pk:
        raise _refusal("parent_resume", "no_self_parent")
    if resume.resume_type == ResumeType.TAILORED and parent is None:
        raise _refusal("parent_resume", "tailored_resumes_need_parent")
    if resume.resume_type == ResumeType.TEMPLATE and (parent is not None or resume.target_job_id is not None):
        raise _refusal("resume_type", "templates_are_standalone")
    if parent is None:
        return
    parents: dict[UUID, UUID | None] = dict(
        Resume.objects.filter(user_id=resume.user_id).values_list("pk", "parent_resume_id")
    )
    if parent not in parents:
        words = f'Invalid pk "{parent}" - object does not exist.'
        raise ValidationError({"parent_resume": ValidationError(words, code="does_not_exist")})
    parents[resume.pk] = None  # Whoever gets here from the new parent is a descendant.
    ancestor: UUID | None = parent
    while ancestor is not None:
        if ancestor == resume.pk:
            words = "This resume was made from the one that is to be changed."
            raise ValidationError({"parent_resume": ValidationError(words, code="parent_cycle")})
        ancestor = parents.pop(ancestor, None)


def _refusal(field: str, constraint: str) -> ValidationError:
    rule = describe_constraint(Resume, constraint)
    return ValidationError({field: ValidationError(rule.message if rule else "", code=constraint)})


@transaction.atomic
def delete_resume(resume: Resume) -> None:
    """Delete a resume with its versions and files. What was made from it goes to its own parent, or stands alone."""
    present = _lock(resume)
    resume_type: Any = F("resume_type")
    if present.parent_resume_id is None:
        resume_type = Case(When(resume_type=ResumeType.TAILORED, then=Value(ResumeType.BASE)), default=F("resume_type"))
    present.children.update(parent_resume=present.parent_resume_id, resume_type=resume_type, updated_at=timezone.now())
    present.delete()


# JSON Resume ----------------------------------------------------------------------------------------------------------


def read_json_resume(document: Any, *, at: str = "") -> tuple[dict[str, Any], list[Dropped]]:
    """Return the content that a JSON Resume document holds, and what of it was left out or changed.

    `at` points at the document in what the caller was given, for the pointers of a refusal.
    """
    try:
        content, dropped = from_json_resume(document)
    except NotAResumeError as exc:
        place = f"{at}{exc.pointer}" or NON_FIELD_ERRORS
        raise ValidationError({place: ValidationError(exc.reason, code="invalid")}) from exc
    check_content(content)
    for index, entry in enumerate(content["work_experience"]):
        if entry.get("is_current") and contradict_present(entry.get("start_date", ""), entry.get("end_date", "")):
            del entry["is_current"]
            reason = "By its dates it is not the present position, and it is no longer marked as such."
            dropped.append({"pointer": point("work", index), "reason": reason})
    return content, dropped


def import_resume(user: User, document: Any, *, title: str = "", at: str = "") -> tuple[Resume, list[Dropped]]:
    """Make a base resume of a JSON Resume document; without a title it is called after the person."""
    content, dropped = read_json_resume(document, at=at)
    name = content["contact_info"].get("full_name", "").strip()
    called = title or (f"Resume of {name}"[:LONGEST_TITLE] if name else "Imported resume")
    resume = create_resume(user, title=called, content=content, summary_of_change="Imported from JSON Resume.")
    return resume, dropped
