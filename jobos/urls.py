"""Every address of JobOS: the admin (the user interface), the REST API, liveness and readiness."""

from typing import Any

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from jobos.core import views

api_v1: list[Any] = [
    re_path(r"^schema/?$", SpectacularAPIView.as_view(), name="schema"),
    re_path(r"^docs/?$", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("", include("jobos.accounts.api.urls")),
    path("", include("jobs.api.urls")),
    path("", include("skills.api.urls")),
    path("", include("resumes.api.urls")),
    path("", include("companies.api.urls")),
    path("", include("interactions.api.urls")),
]

urlpatterns = [
    path("", views.open_front_door, name="front-door"),
    path("admin", views.open_front_door),
    path("favicon.ico", views.show_icon),
    re_path(r"^live/?$", views.live, name="live"),
    re_path(r"^ready/?$", views.ready, name="ready"),
    path("admin/", include("jobos.accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include(api_v1)),
]

handler400 = "jobos.core.views.handler400"
handler403 = "jobos.core.views.handler403"
handler404 = "jobos.core.views.handler404"
handler500 = "jobos.core.views.handler500"
