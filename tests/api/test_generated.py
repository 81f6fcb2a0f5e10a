"""Generated requests against every operation: no server error, and answers as the OpenAPI document says."""

import warnings

import pytest
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, reset_queries
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

from jobos.accounts.models import User
from jobos.accounts.services import issue_token
from tests.world import World

EXAMPLES = 6
schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
OPERATIONS = [result.ok() for result in schema.get_all_operations()]


def name_of(path: str) -> str:
    """Return which thing of Ada's the id in a path stands for."""
    if path.startswith("/api/v1/jobs/") and path.endswith("/restore/"):
        return "deleted_job"
    if "/duplicates/" in path:
        return "decided_pair" if path.endswith("/reopen/") else "pair"
    kinds = {
        "jobs": "job",
        "interviews": "interview",
        "companies": "company",
        "target-companies": "target",
        "auth": "token",
        "listings": "application" if "/applicants/" in path else "listing",
        "interactions": "application",
        "job-sources": "source",
        "resumes": "resume",
        "resume-templates": "template",
    }
    return kinds[path.split("/")[3]]


@pytest.fixture
def headers(ada: User):
    """Ada's bearer token; requests stay in the test's own connection and transaction."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    signals.request_started.disconnect(reset_queries)
    _, clear = issue_token(ada, name="Generated")
    yield {"Authorization": f"Bearer {clear}"}
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)
    signals.request_started.connect(reset_queries)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_generated_requests_are_answered_as_documented(operation, headers, settings, ada: User) -> None:
    from django.db import transaction

    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, (10**6, 3600))
    app = get_wsgi_application()
    names = World(ada).names()

    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def probe(case) -> None:
        with transaction.atomic():
            if case.path_parameters and "id" in case.path_parameters:
                case.path_parameters["id"] = names[name_of(case.path)]  # A random one would only ever be 404.
            if case.path_parameters and "listing" in case.path_parameters:
                case.path_parameters["listing"] = names["kept_listing"]
            if case.path_parameters and "generation" in case.path_parameters:
                case.path_parameters["generation"] = names["generation"]
            if case.path_parameters and "number" in case.path_parameters:
                case.path_parameters["number"] = names["version"]
            response = case.call(headers=headers, base_url="http://localhost", app=app)
            transaction.set_rollback(True)
        case.validate_response(
            response,
            checks=[not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance],
        )

    probe()
    assert connection.is_usable()
