"""Resumes as documents: versions without a gap, parents without a circle, and what a deletion leaves behind."""

from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobos.accounts.models import User
from resumes.models import (
    CONTENT,
    Resume,
    ResumeGeneration,
    ResumeOptimization,
    ResumeTemplate,
    ResumeVersion,
)
from resumes.services.documents import (
    change_resume,
    content_of,
    create_resume,
    delete_resume,
    import_resume,
    restore_version,
)
from tests.factories import (
    InteractionFactory,
    JobListingFactory,
    ResumeFactory,
    ResumeTemplateFactory,
    ResumeVersionFactory,
)

pytestmark = pytest.mark.django_db
CONTENTS: dict[str, Any] = {"summary": "First.", "skills": [{"name": "SQL"}]}


def history(resume: Resume) -> list[tuple[int, str]]:
    versions = resume.versions.order_by("version_number")
    return [(version.version_number, version.content_snapshot["summary"]) for version in versions]


def make(user: User, **given: Any) -> Resume:
    return create_resume(user, **{"title": "Engineer", "content": CONTENTS, **given})


def codes(refusal: pytest.ExceptionInfo[ValidationError]) -> dict[str, str | None]:
    return {field: errors[0].code for field, errors in refusal.value.error_dict.items()}


# Versions -------------------------------------------------------------------------------------------------------------


def test_every_change_of_content_leaves_the_content_after_it(ada: User, ben: User) -> None:
    resume = make(ada, summary_of_change="Begun.")
    changed = change_resume(resume, {"summary": "Second.", "title": "Lead"}, by=ada, summary_of_change="Better.")
    change_resume(resume, {"skills": [{"name": "Go"}]}, by=None)
    resume.refresh_from_db()
    assert (changed.version, resume.version, resume.title) == (2, 3, "Lead")
    assert history(resume) == [(1, "First."), (2, "Second."), (3, "Second.")]
    assert [(v.changes_summary, v.created_by) for v in resume.versions.order_by("version_number")] == [
        ("Begun.", ada),
        ("Better.", ada),
        ("", None),
    ]
    latest = resume.versions.first()
    assert latest is not None
    assert latest.content_snapshot == content_of(resume)
    assert latest.content_snapshot.keys() == set(CONTENT)


def test_present_position_has_no_end_and_has_begun_unless_it_stood_there_before(ada: User) -> None:
    position = {"company": "Acme", "position": "Engineer", "is_current": True}
    ended, future = position | {"end_date": "2020"}, position | {"start_date": "2999"}
    resume = make(ada)
    for entry, field in ((ended, "end_date"), (future, "start_date")):
        for write in (
            lambda content: make(ada, content=content),
            lambda content: change_resume(resume, content, by=ada),
        ):
            with pytest.raises(ValidationError) as refusal:
                write({"work_experience": [position, entry]})
            assert codes(refusal) == {f"/work_experience/1/{field}": "invalid_content"}
    Resume.objects.update(work_experience=[ended])
    changed = change_resume(resume, {"work_experience": [position, ended | {"location": "Rome"}]}, by=ada)
    assert changed.work_experience[1]["location"] == "Rome"
    copied = make(ada, content=content_of(changed), parent=changed, resume_type="tailored")
    assert copied.work_experience == changed.work_experience
    document = {"work": [{"name": "Acme", "endDate": "2020", "x-jobos": {"is_current": True}}]}
    imported, dropped = import_resume(ada, document)
    assert (imported.work_experience, len(dropped)) == ([{"company": "Acme", "end_date": "2020"}], 1)


def test_what_changes_no_content_writes_no_version(ada: User) -> None:
    resume = make(ada)
    before = resume.updated_at
    change_resume(resume, {"summary": "First.", "skills": [{"name": "SQL"}], "title": "Engineer"}, by=ada)
    resume.refresh_from_db()
    assert (history(resume), resume.updated_at) == ([(1, "First.")], before)
    change_resume(resume, {"title": "Lead", "status": "active", "template": ResumeTemplateFactory()}, by=ada)
    resume.refresh_from_db()
    assert (history(resume), resume.version, resume.status) == ([(1, "First.")], 1, "active")
    assert resume.updated_at > before


def test_true_and_one_are_two_contents(ada: User) -> None:
    resume = make(ada, content={"contact_info": {"extra": {"a": True}}})
    change_resume(resume, {"contact_info": {"extra": {"a": 1}}}, by=ada)
    assert resume.versions.count() == 2


def test_resume_without_a_history_keeps_what_it_said(ada: User) -> None:
    resume = ResumeFactory(user=ada, summary="Old.", version=7)
    changed = change_resume(resume, {"summary": "New."}, by=ada)
    assert (changed.version, history(resume)) == (2, [(1, "Old."), (2, "New.")])


def test_any_version_is_restored_as_a_new_one(ada: User) -> None:
    resume = make(ada)
    change_resume(resume, {"summary": "Second.", "skills": [], "education": [{"institution": "MIT"}]}, by=ada)
    restored = restore_version(resume, 1, by=ada)
    assert (restored.summary, restored.skills, restored.education) == ("First.", [{"name": "SQL"}], [])
    assert history(resume) == [(1, "First."), (2, "Second."), (3, "First.")]
    assert restore_version(resume, 1, by=ada).version == 3  # It says that already.
    with pytest.raises(ResumeVersion.DoesNotExist):
        restore_version(resume, 4, by=ada)


def test_restoring_does_not_ask_an_old_content_for_new_rules(ada: User) -> None:
    resume = make(ada)
    ResumeVersionFactory(resume=resume, version_number=2, content_snapshot={"skills": [{"label": "SQL"}]})
    assert restore_version(resume, 2, by=ada).skills == [{"label": "SQL"}]
    with pytest.raises(ValidationError) as refusal:
        change_resume(resume, {"skills": [{"label": "Go"}]}, by=ada)
    assert codes(refusal) == {"/skills/0/name": "invalid_content", "/skills/0/label": "invalid_content"}
    assert change_resume(resume, {"summary": "Second."}, by=ada).summary == "Second."


def test_whole_content_is_bounded_over_several_changes(ada: User) -> None:
    resume = make(ada, content={"projects": [{"description": "x" * 20_000}] * 20})
    with pytest.raises(ValidationError, match="at most 512 kB"):
        change_resume(resume, {"work_experience": [{"description": "x" * 20_000}] * 20}, by=ada)
    assert history(resume) == [(1, "")]


# Parents and kinds ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 2, 3, 6])
def test_circle_of_parents_is_refused_at_any_length(length: int, ada: User) -> None:
    first = last = make(ada)
    for _ in range(length - 1):
        last = make(ada, resume_type="tailored", parent=last)
    with pytest.raises(ValidationError) as refusal:
        change_resume(first, {"parent_resume": last}, by=ada)
    assert codes(refusal) == {"parent_resume": "no_self_parent" if length == 1 else "parent_cycle"}
    first.refresh_from_db()
    assert first.parent_resume is None


def test_anothers_resume_is_no_parent(ada: User, ben: User) -> None:
    foreign, mine = make(ben), make(ada)
    for call in (
        lambda: make(ada, parent=foreign),
        lambda: change_resume(mine, {"parent_resume": foreign}, by=ada),
    ):
        with pytest.raises(ValidationError) as refusal:
            call()
        assert codes(refusal) == {"parent_resume": "does_not_exist"}
    assert ada.resumes.count() == 1


def test_kinds_keep_to_their_rules(ada: User) -> None:
    base, listing = make(ada), JobListingFactory()
    refused = [
        ({"resume_type": "tailored"}, {"parent_resume": "tailored_resumes_need_parent"}),
        ({"resume_type": "template", "parent": base}, {"resume_type": "templates_are_standalone"}),
        ({"resume_type": "template", "target": listing}, {"resume_type": "templates_are_standalone"}),
    ]
    for given, expected in refused:
        with pytest.raises(ValidationError) as refusal:
            make(ada, **given)
        assert codes(refusal) == expected
    template = make(ada, resume_type="template")
    tailored = make(ada, resume_type="tailored", parent=template, target=listing)
    assert change_resume(tailored, {"resume_type": "base"}, by=ada).parent_resume == template
    freed = {"resume_type": "template", "parent_resume": None, "target_job": None}
    assert change_resume(tailored, freed, by=ada).resume_type == "template"


# Deleting -------------------------------------------------------------------------------------------------------------


def test_children_go_to_the_own_parent(ada: User) -> None:
    grandparent = make(ada)
    parent = make(ada, resume_type="tailored", parent=grandparent)
    children = [make(ada, resume_type=kind, parent=parent) for kind in ("tailored", "base")]
    delete_resume(parent)
    for child, kind in zip(children, ("tailored", "base"), strict=True):
        child.refresh_from_db()
        assert (child.parent_resume, child.resume_type) == (grandparent, kind)


def test_children_of_a_base_resume_become_base_and_its_belongings_go(ada: User) -> None:
    base, listing = make(ada), JobListingFactory()
    children = [make(ada, resume_type=kind, parent=base) for kind in ("tailored", "base")]
    grandchild = make(ada, resume_type="tailored", parent=children[0])
    ResumeGeneration.objects.create(resume=base, format="pdf")
    ResumeOptimization.objects.create(resume=base, job=listing, match_score=50)
    application = InteractionFactory(user=ada, job=listing, interaction_type="applied", resume=base)
    delete_resume(base)
    for row in (*children, grandchild, application):
        row.refresh_from_db()
    assert [(child.parent_resume, child.resume_type) for child in children] == [(None, "base"), (None, "base")]
    assert (grandchild.parent_resume, application.resume) == (children[0], None)
    assert not ResumeGeneration.objects.exists()
    assert not ResumeOptimization.objects.exists()
    assert not ResumeVersion.objects.filter(resume_id=base.pk).exists()


def test_deleting_costs_the_same_whatever_hangs_on_it(ada: User) -> None:
    costs = []
    for number in (1, 30):
        base = make(ada)
        for index in range(number):
            ResumeFactory(user=ada, resume_type="tailored", parent_resume=base)
            ResumeVersionFactory(resume=base, version_number=index + 2)
        with CaptureQueriesContext(connection) as statements:
            delete_resume(base)
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_erasing_a_person_takes_every_resume_along(ada: User, ben: User) -> None:
    base = make(ada)
    tailored = make(ada, resume_type="tailored", parent=base)
    ResumeGeneration.objects.create(resume=tailored, format="pdf")
    InteractionFactory(user=ada, interaction_type="applied", resume=tailored)
    kept = make(ben)
    ResumeVersionFactory(resume=kept, version_number=2, created_by=ada)
    ada.delete()
    assert list(Resume.objects.all()) == [kept]
    assert {version.resume for version in ResumeVersion.objects.all()} == {kept}
    assert not ResumeGeneration.objects.exists()
    assert set(kept.versions.values_list("created_by", flat=True)) == {ben.pk, None}


def test_import_is_called_after_the_person(ada: User) -> None:
    document = {"basics": {"name": "Ada Lovelace"}, "work": [{"startDate": "soon"}]}
    resume, dropped = import_resume(ada, document)
    assert (resume.title, resume.work_experience) == ("Resume of Ada Lovelace", [{}])
    assert [line["pointer"] for line in dropped] == ["/work/0/startDate"]
    assert import_resume(ada, document, title="Mine")[0].title == "Mine"
    assert import_resume(ada, {})[0].title == "Imported resume"


# The database ---------------------------------------------------------------------------------------------------------

RESUME_BREACHES = [
    ("no_self_parent", "parent_resume_id = id"),
    ("tailored_resumes_need_parent", "resume_type = 'tailored'"),
    ("templates_are_standalone", "resume_type = 'template', parent_resume_id = %(other)s"),
    ("templates_are_standalone", "resume_type = 'template', target_job_id = %(listing)s"),
    ("resumes_resume_type_valid", "resume_type = 'Base'"),
    ("resumes_resume_status_valid", "status = 'done'"),
    ("resumes_resume_title_not_empty", "title = ' \t'"),
    ("resumes_resume_contact_is_object", "contact_info = '[]'"),
    *(
        (f"resumes_resume_{part}_is_list", f"{part} = '{{}}'")
        for part in ("work_experience", "education", "skills", "projects", "certifications", "custom_sections")
    ),
    ("resumes_resume_score_is_object", "ats_score_data = '[]'"),
    ("resumes_resume_analysis_is_object", "tailoring_analysis = '1'"),
]
TEMPLATE_BREACHES = [
    ("resumes_resumetemplate_sections_is_list", "sections = '{}'"),
    ("resumes_resumetemplate_order_is_list", "section_order = 'null'"),
    ("resumes_resumetemplate_styling_is_object", "styling = '[]'"),
]
VERSION_BREACHES = [
    ("resumes_resumeversion_number_positive", "version_number = 0"),
    ("resumes_resumeversion_snapshot_is_object", "content_snapshot = '[]'"),
    ("resumes_resumeversion_one_per_number", "version_number = 2"),
]
FILE = "file = 'abc', file_size = 3"
GENERATION_BREACHES = [
    ("resumes_resumegeneration_format_valid", "format = 'PDF'"),
    ("resumes_resumegeneration_status_valid", "status = 'done'"),
    ("resumes_resumegeneration_failed_says_why", "status = 'failed'"),
    ("resumes_resumegeneration_file_accounted", FILE),
    ("resumes_resumegeneration_file_accounted", "file = 'abc', file_size = 4, sha256 = repeat('0', 64)"),
    ("resumes_resumegeneration_file_accounted", "file = 'abc', sha256 = repeat('0', 64)"),
    (
        "resumes_resumegeneration_file_accounted",
        "file = convert_to(repeat('x', 5242881), 'UTF8'), file_size = 5242881, sha256 = repeat('0', 64)",
    ),
    ("resumes_resumegeneration_params_is_object", "generation_params = '[]'"),
]
OPTIMIZATION_BREACHES = [
    ("resumes_resumeoptimization_score_in_range", "match_score = 100.5"),
    ("resumes_resumeoptimization_score_in_range", "match_score = 'NaN'"),
]
TABLES = {
    Resume: RESUME_BREACHES,
    ResumeTemplate: TEMPLATE_BREACHES,
    ResumeVersion: VERSION_BREACHES,
    ResumeGeneration: GENERATION_BREACHES,
    ResumeOptimization: OPTIMIZATION_BREACHES,
}


@pytest.mark.parametrize(
    ("model", "name", "breach"),
    [(model, name, breach) for model, breaches in TABLES.items() for name, breach in breaches],
)
def test_database_refuses_a_breach_under_the_rules_name(model: Any, name: str, breach: str, ada: User) -> None:
    resume, other, listing = make(ada), make(ada), JobListingFactory()
    ResumeVersionFactory(resume=resume, version_number=2)
    row = {
        Resume: resume,
        ResumeTemplate: ResumeTemplateFactory(),
        ResumeVersion: resume.versions.get(version_number=1),
        ResumeGeneration: ResumeGeneration.objects.create(resume=resume, format="pdf"),
        ResumeOptimization: ResumeOptimization.objects.create(resume=resume, job=listing, match_score=1),
    }[model]
    names = {"pk": row.pk, "other": other.pk, "listing": listing.pk}
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {breach} WHERE id = %(pk)s", names)
    assert isinstance(caught.value.__cause__, psycopg.Error)
    assert caught.value.__cause__.diag.constraint_name == name


def test_there_is_one_default_template() -> None:
    ResumeTemplate.objects.update(is_default=False)
    ResumeTemplateFactory(is_default=True)
    with pytest.raises(IntegrityError, match="resumes_resumetemplate_one_default"), transaction.atomic():
        ResumeTemplateFactory(is_default=True)


@pytest.mark.parametrize("model", TABLES)
def test_every_rule_is_broken_above(model: Any) -> None:
    names = {constraint.name for constraint in model._meta.constraints} - {"resumes_resumetemplate_one_default"}
    assert names == {name for name, _ in TABLES[model]}


def test_file_with_its_size_and_digest_is_kept(ada: User) -> None:
    kept = ResumeGeneration.objects.create(
        resume=make(ada), format="pdf", file=b"abc", file_size=3, sha256="0" * 64, generated_at=timezone.now()
    )
    kept.refresh_from_db()
    assert bytes(kept.file or b"") == b"abc"


def test_raw_deletion_of_a_parent_is_refused(ada: User) -> None:
    base = make(ada)
    make(ada, resume_type="tailored", parent=base)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM resume_versions WHERE resume_id = %s", [base.pk])
        cursor.execute("DELETE FROM resumes WHERE id = %s", [base.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
