"""The project's addresses with views that fail, to see what a fault looks like from outside."""

from typing import Any

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from jobos.core.viewsets import StrictView
from jobos.urls import handler400, handler403, handler404, handler500
from jobos.urls import urlpatterns as project_urls
from jobs.models import Job

SECRET = "a secret: /etc/passwd SELECT password FROM users"

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class FaultyView(StrictView):
    """Changes something and then fails, as a bug of ours would."""

    def get(self, request: Request) -> Response:
        raise RuntimeError(SECRET)

    def post(self, request: Request) -> Response:
        Job.objects.create(user=request.user, company_name="Half", role_title="Done")
        raise RuntimeError(SECRET)


def fail(request: Any) -> None:
    raise RuntimeError(SECRET)


urlpatterns = [path("api/v1/fault/", FaultyView.as_view()), path("fault/", fail), *project_urls]
