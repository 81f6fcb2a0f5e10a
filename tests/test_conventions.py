"""What every model, migration, view and file of ours keeps to."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
OUR_APPS = [
    config for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT) and ".venv" not in config.path
]
MODELS = [model for config in OUR_APPS for model in config.get_models()]
# Names of the contract (docs/database_schema.md); any other follows the pattern.
CONTRACT_NAMES = {
    "idx_user_email",
    "email_format",
    "linkedin_url_format",
    "experience_positive",
    "desired_salary_min_positive",
    "desired_salary_range_valid",
    "idx_user_location",
    "idx_user_created",
    "unique_company_identity",
    "company_name_not_empty",
    "company_name_max_length",
    "website_url_format",
    "founded_year_reasonable",
    "founded_year_not_future",
    "idx_company_name_domain",
    "ck_companies_lane_valid",
    "ck_jobs_status_valid",
    "ck_interviews_status_valid",
    "ck_interviews_rating_range",
    "portfolio_url_format",
    "title_min_length",
    "title_max_length",
    "salary_min_positive",
    "salary_range_valid",
    "job_url_format",
    "app_url_format",
    "idx_job_company_status",
    "idx_job_location_type",
    "idx_job_posted_date",
    "idx_job_salary_range",
    "idx_job_experience_level",
    "idx_job_remote_type",
    "idx_job_created_status",
    "unique_user_job_interaction",
    "applied_interactions_need_status",
    "saved_interactions_need_date",
    "idx_user_interaction_type_date",
    "idx_job_interaction_type",
    "no_self_parent",
    "tailored_resumes_need_parent",
    "templates_are_standalone",
    "idx_user_resume_type_status",
    "idx_parent_resume",
    "idx_target_job",
    "idx_skillbank_updated",
}
# Models that only the machinery writes.
WITHOUT_ADMIN = {"core.RateWindow", "core.IdempotencyKey"}
FOLDERS = {"accounts", "core", "companies", "interactions", "jobs", "resumes", "skills"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
class TestModel:
    def test_says_what_it_is(self, model: type[models.Model]) -> None:
        assert model.__doc__
        assert not model.__doc__.startswith(f"{model.__name__}(")  # The docstring Django makes up.
        assert model.__doc__.strip().endswith(".")
        assert model.__str__ is not models.Model.__str__

    def test_is_in_the_admin(self, model: type[models.Model]) -> None:
        assert admin.site.is_registered(model) or model._meta.label in WITHOUT_ADMIN

    def test_has_a_uuid_for_a_key_and_a_total_order(self, model: type[models.Model]) -> None:
        assert isinstance(model._meta.pk, models.UUIDField)
        assert model._meta.ordering, "A default ordering is missing."
        assert model._meta.ordering[-1] in ("pk", "-pk")

    def test_names_the_way_back_of_every_foreign_key(self, model: type[models.Model]) -> None:
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.model is model and not field.remote_field.parent_link:
                assert field.remote_field.related_name, field
                assert field.remote_field.on_delete is not None

    def test_names_its_constraints_and_indexes(self, model: type[models.Model]) -> None:
        app, name = model._meta.app_label, model._meta.model_name
        for constraint in model._meta.constraints:
            assert (
                constraint.name in CONTRACT_NAMES
                or constraint.name.startswith(f"{app}_{name}_")
                or constraint.name.startswith(f"{app}_")
            ), constraint.name
        for index in model._meta.indexes:
            assert len(index.name) <= 30
            assert index.name in CONTRACT_NAMES or re.fullmatch(rf"{app}_\w+_idx", index.name), index.name

    def test_optional_text_is_never_null(self, model: type[models.Model]) -> None:
        for field in model._meta.fields:
            if isinstance(field, models.CharField | models.TextField) and field.null:
                assert (model._meta.label, field.name) == ("companies.Company", "domain"), field

    def test_times_are_aware_and_money_is_decimal(self, model: type[models.Model]) -> None:
        for field in model._meta.fields:
            assert not ("salary" in field.name and isinstance(field, models.FloatField))


@pytest.mark.parametrize("config", OUR_APPS, ids=lambda config: config.label)
def test_migrations_are_numbered_without_gaps(config: Any) -> None:
    numbers = sorted(int(path.name[:4]) for path in Path(config.path, "migrations").glob("[0-9]*.py"))
    assert numbers == list(range(1, len(numbers) + 1))


def product_files() -> list[Path]:
    folders = [ROOT / name for name in ("jobos", "companies", "skills", "jobs", "resumes", "interactions")]
    return [path for folder in folders for path in folder.rglob("*.py") if "migrations" not in path.parts]


def test_no_view_starts_a_query_from_all_rows() -> None:
    """Every query of a view begins with what the caller may see."""
    allowed = {"visible_to", "owned_by", "restorable_by", "shared_with", "none"}
    wrong = []
    for path in product_files():
        if not path.name.endswith(("views.py", "serializers.py")) or "api" not in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            is_objects = (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr == "objects"
            )
            if is_objects and node.attr not in allowed:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: objects.{node.attr}")
    # The caller's own row, by the key that signed them in.
    assert [line for line in wrong if "accounts/api/views.py" not in line] == []


def test_view_that_forgets_its_queryset_shows_nothing() -> None:
    from django.urls import get_resolver

    from jobos.core.viewsets import ResourceViewSet

    def views(patterns: list[Any]) -> Any:
        for pattern in patterns:
            yield from views(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern.callback]

    seen = {view.cls for view in views(get_resolver().url_patterns) if hasattr(view, "cls")}
    resources = [view for view in seen if issubclass(view, ResourceViewSet)]
    assert len(resources) >= 5
    for view in resources:
        assert view.queryset.query.is_empty(), view


def test_names_that_say_nothing_are_not_used() -> None:
    banned = {"utils.py", "helpers.py", "selectors.py", "common.py", "misc.py", "signals.py", "managers.py"}
    assert [path for path in product_files() if path.name in banned] == []
    assert not list(ROOT.glob("*/common"))


def test_nothing_imports_everything() -> None:
    for path in product_files():
        assert not re.search(r"^from .* import \*", path.read_text(), re.MULTILINE), path


def test_every_module_of_the_product_says_what_it_is_for() -> None:
    for path in product_files():
        tree = ast.parse(path.read_text())
        if tree.body and path.name not in ("urls.py", "apps.py", "__init__.py") and "management" not in path.parts:
            assert ast.get_docstring(tree), path


def test_serializers_name_their_fields() -> None:
    for path in product_files():
        assert '"__all__"' not in path.read_text().replace('== "__all__"', ""), path


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_document_of_the_schema_names_every_column_and_rule(model: type[models.Model]) -> None:
    """docs/database_schema.md is written by hand; this tells what it lacks."""
    text = (ROOT / "docs" / "database_schema.md").read_text()
    sections = {part.partition("(`")[2].partition("`)")[0]: part for part in text.split("\n### ")[1:]}
    section = sections[model._meta.db_table]
    named = [field.column for field in model._meta.concrete_fields]
    assert [column for column in named if f"\n| {column} |" not in section] == []
    rules = [rule.name for rule in (*model._meta.constraints, *model._meta.indexes)]
    assert [rule for rule in rules if f"`{rule}`" not in section] == []
