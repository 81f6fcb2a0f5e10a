"""Signing up and Django's password pages in the admin's dress, over the same services as the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.auth import forms
from django.contrib.auth import views as auth_views
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.forms import CharField, EmailField, Form, PasswordInput
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from jobos.accounts import services
from jobos.accounts.api.serializers import LONGEST_PASSWORD
from jobos.core.admin import REFUSALS, explain
from jobos.core.errors import too_many_requests
from jobos.core.throttling import count_against
from jobos.core.views import answer_error

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest, HttpResponse

    from jobos.accounts.models import User


class PasswordResetForm(forms.PasswordResetForm):
    """Asks for an address; the service decides whether a mail goes out."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        services.request_password_reset(email=self.cleaned_data["email"])


class SetPasswordForm(forms.SetPasswordForm):  # type: ignore[type-arg]
    """Sets a new password through the service, which revokes every token."""

    def save(self, commit: bool = True) -> AbstractBaseUser:
        return services.set_password(cast("User", self.user), self.cleaned_data["new_password1"])


class _AdminDress:
    """Gives a page the site header that admin templates expect."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**admin.site.each_context(self.request), **context}  # type: ignore[attr-defined]


class PasswordResetView(_AdminDress, auth_views.PasswordResetView):
    form_class = PasswordResetForm

    def form_valid(self, form: forms.PasswordResetForm) -> HttpResponse:
        wait = count_against(self.request, "password_reset")
        if wait is not None:
            return answer_error(self.request, too_many_requests(wait))
        return super().form_valid(form)


class PasswordResetDoneView(_AdminDress, auth_views.PasswordResetDoneView):
    pass


class PasswordResetConfirmView(_AdminDress, auth_views.PasswordResetConfirmView):
    form_class = SetPasswordForm


class PasswordResetCompleteView(_AdminDress, auth_views.PasswordResetCompleteView):
    pass


class SignUpForm(Form):
    email = EmailField(label="Email address", max_length=254)
    full_name = CharField(label="Full name (optional)", max_length=255, required=False)
    password = CharField(
        label="Password",
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=PasswordInput,
        help_text=password_validators_help_text_html(),
    )


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignUpView(_AdminDress, FormView):  # type: ignore[type-arg]
    """Signing up; whether an address was free, its owner alone is told, by mail."""

    form_class = SignUpForm
    template_name = "registration/sign_up.html"
    success_url = reverse_lazy("sign_up_done")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = count_against(request, "register")
        if wait is not None:
            return answer_error(request, too_many_requests(wait))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        try:
            services.register(**form.cleaned_data)
        except REFUSALS as exc:
            form.add_error(None, explain(exc))
            return self.form_invalid(form)
        return super().form_valid(form)


class SignUpDoneView(_AdminDress, TemplateView):
    template_name = "registration/sign_up_done.html"
