from django.urls import re_path

from jobos.accounts.api import views
from jobos.core.viewsets import LenientRouter

router = LenientRouter()
router.register("auth/tokens", views.TokenViewSet, basename="token")

urlpatterns = [
    re_path(r"^auth/register/?$", views.RegisterView.as_view(), name="register"),
    re_path(r"^auth/login/?$", views.SignInView.as_view(), name="login"),
    re_path(r"^auth/logout/?$", views.SignOutView.as_view(), name="logout"),
    re_path(r"^auth/logout-all/?$", views.SignOutEverywhereView.as_view(), name="logout-all"),
    re_path(r"^auth/password/reset/?$", views.PasswordResetView.as_view(), name="password-reset"),
    re_path(
        r"^auth/password/reset/confirm/?$", views.PasswordResetConfirmView.as_view(), name="password-reset-confirm"
    ),
    re_path(r"^me/?$", views.MeViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="me"),
    *router.urls,
]
