"""People in the admin: users and roles for superusers; for everybody their own profile and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from axes.models import AccessAttempt
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.forms import AdminOwnPasswordChangeForm
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from jobos.accounts import services
from jobos.accounts.models import AccessToken, User, UserProfile
from jobos.accounts.roles import RECRUITERS
from jobos.core.admin import PersonalAdmin, ReadOnlyAdmin, add_refusal, column, site

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

NO_EMAIL = "no email yet"
NO_EMAIL_HELP = "No email yet: this holds its place. With an address of theirs they can ask for a password and sign in."
NEW_PASSWORD = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """The old password and a new one, set by the service."""

    def save(self, commit: bool = True) -> User:
        return services.set_password(cast("User", self.user), self.cleaned_data["new_password1"])


site.password_form = OwnPasswordForm


class PasswordForm(forms.Form):
    """A new password for somebody else."""

    password = forms.CharField(
        label="New password",
        strip=False,
        widget=NEW_PASSWORD,
        help_text="All their tokens stop working, and they are signed out everywhere.",
    )


class NewPersonForm(forms.ModelForm):  # type: ignore[type-arg]
    new_password = forms.CharField(
        label="Password", strip=False, widget=NEW_PASSWORD, help_text=password_validators_help_text_html()
    )

    class Meta:
        model = User
        fields = ("email", "full_name")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("new_password"):
            candidate = User(email=cleaned.get("email", ""), full_name=cleaned.get("full_name", ""))
            try:
                validate_password(cleaned["new_password"], candidate)
            except ValidationError as exc:
                self.add_error("new_password", exc)
        return cleaned


@admin.register(User)
class UserAdmin(PersonalAdmin):
    list_display = ("show_person", "show_roles", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("is_active", "is_superuser", ("groups", admin.RelatedOnlyFieldListFilter))
    search_fields = ("email", "full_name")
    search_help_text = "Email or name"
    ordering = ("email", "pk")
    readonly_fields = ("show_role_names", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "full_name")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser", "show_role_names")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "full_name", "new_password")}),)
    actions = ("make_recruiter", "dismiss_recruiter")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deactivating replaces deleting: sign-in and tokens stop at once, and nothing of anybody's is lost."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewPersonForm
        elif not obj.is_reachable:
            kwargs["help_texts"] = {"email": NO_EMAIL_HELP}
        return super().get_form(request, obj, change=change, **kwargs)

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> User:
        return services.create_person(fields["email"], password=fields["new_password"], full_name=fields["full_name"])

    def change(self, request: HttpRequest, obj: User, changes: dict[str, Any]) -> User:
        return services.change_account(self.lock(request, obj.pk), by=cast("User", request.user), **changes)

    @column(description="person", ordering="email", header=True)
    def show_person(self, user: User) -> list[str]:
        return [user.email, user.full_name] if user.is_reachable else [user.get_full_name(), NO_EMAIL]

    @column(description="roles", label=True)
    def show_roles(self, user: User) -> list[str]:
        return [*(["Superuser"] if user.is_superuser else []), *(group.name for group in user.groups.all())]

    @column(description="roles")
    def show_role_names(self, user: User) -> str:
        return ", ".join(self.show_roles(user)) or "None"

    @admin.action(description="Make recruiters", permissions=["change"])
    def make_recruiter(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            services.appoint_recruiter(user, by=cast("User", request.user))
        self.message_user(request, f"Recruiters now: {_name_all(queryset)}.", messages.SUCCESS)

    @admin.action(description="Take the recruiter role away", permissions=["change"])
    def dismiss_recruiter(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            services.dismiss_recruiter(user, by=cast("User", request.user))
        self.message_user(request, f"No recruiters any more: {_name_all(queryset)}.", messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<uuid:object_id>/password/",
                self.admin_site.admin_view(self.password_view),
                name="accounts_user_password",
            ),
            path(
                "<uuid:object_id>/recruiter/",
                self.admin_site.admin_view(self.recruiter_view),
                name="accounts_user_recruiter",
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        user = kwargs.get("obj")
        if isinstance(user, User):
            context["is_recruiter"] = any(group.name == RECRUITERS for group in user.groups.all())
        return super().render_change_form(request, context, *args, **kwargs)

    def recruiter_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Make somebody a recruiter, or take the role away."""

        def work(user: User) -> str:
            if request.POST.get("recruiter") == "no":
                services.dismiss_recruiter(user, by=cast("User", request.user))
                return f"{user} is no recruiter any more."
            services.appoint_recruiter(user, by=cast("User", request.user))
            return f"{user} is a recruiter now."

        return self.act(request, object_id, work)

    def password_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Ask for somebody's new password, and set it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = PasswordForm(request.POST or None)
        with transaction.atomic():
            user: User = self.lock(request, object_id)
            if form.is_valid():
                try:
                    services.set_password(user, form.cleaned_data["password"])
                except ValidationError as exc:
                    add_refusal(form, exc)
                else:
                    if user.pk == request.user.pk:
                        update_session_auth_hash(request, user)
                    self.message_user(request, f"{user} has a new password.", messages.SUCCESS)
                    return HttpResponseRedirect(self.address_of(user.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": "New password",
            "subtitle": str(user),
            "form": form,
            "opts": self.opts,
            "submit_label": "Set password",
            "back": self.address_of(user.pk),
        }
        return TemplateResponse(request, "admin/one_form.html", context)


def _name_all(users: QuerySet[User]) -> str:
    return ", ".join(str(user) for user in users)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """A profile with the name its person goes by."""

    full_name = forms.CharField(max_length=255, required=False, widget=UnfoldAdminTextInputWidget())

    class Meta:
        model = UserProfile
        exclude = ("user",)  # noqa: DJ006 - the page's fieldsets list the fields.

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("full_name", self.instance.user.full_name if self.instance.user_id else "")


@admin.register(UserProfile)
class UserProfileAdmin(PersonalAdmin):
    form = ProfileForm
    list_display = ("user", "current_title", "city", "state", "updated_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__full_name", "current_title", "city")
    search_help_text = "Person, title or city"
    fieldsets = (
        (
            "You",
            {
                "fields": (
                    "full_name",
                    ("first_name", "last_name"),
                    "phone",
                    ("city", "state"),
                    "linkedin_url",
                    "portfolio_url",
                )
            },
        ),
        ("Your work", {"fields": ("current_title", "experience_years", "education", "bio")}),
        (
            "What you look for",
            {
                "fields": (
                    "preferred_locations",
                    "preferred_job_types",
                    "preferred_remote_types",
                    ("desired_salary_min", "desired_salary_max"),
                )
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show superusers the list; everybody else has one profile, and is taken there."""
        user = cast("User", request.user)
        if user.is_superuser or not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        if not UserProfile.objects.owned_by(user).exists():
            services.enrol(user)
        return HttpResponseRedirect(self.address_of(UserProfile.objects.owned_by(user).get().pk))

    def get_queryset(self, request: HttpRequest) -> QuerySet[UserProfile]:
        return super().get_queryset(request).select_related("user")

    def change(self, request: HttpRequest, obj: UserProfile, changes: dict[str, Any]) -> UserProfile:
        name = changes.pop("full_name", None)
        return services.change_profile(self.lock(request, obj.pk).user, full_name=name, profile=changes).profile

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> Any:
        """Stay on the page: for most people there is no list to go back to."""
        return HttpResponseRedirect(self.address_of(obj.pk))


@admin.register(AccessToken)
class AccessTokenAdmin(PersonalAdmin):
    list_display = ("name", "created", "show_state", "expiry", "user")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    search_help_text = "Name"
    fields = ("name", "user", "created", "expiry")
    readonly_fields = ("created",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if request.user.is_superuser else shown[:-1]  # type: ignore[union-attr]

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        if "delete_selected" in actions:
            function, name, _ = actions["delete_selected"]
            actions["delete_selected"] = (function, name, "Revoke selected tokens")
        return actions

    @column(description="state", label={"Works": "success", "Expired": "danger"})
    def show_state(self, token: AccessToken) -> str:
        is_over = token.expiry is not None and token.expiry <= timezone.now()
        return "Expired" if is_over else "Works"


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    """The two roles. What each may do stands in the code and is granted anew after every migrate."""

    list_display = ("name",)
    fields = ("name", "show_permissions")
    readonly_fields = ("show_permissions",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        granted = Prefetch("permissions", Permission.objects.select_related("content_type"))
        return super().get_queryset(request).prefetch_related(granted)

    @column(description="may")
    def show_permissions(self, group: Group) -> str:
        return ", ".join(sorted(permission.name.removeprefix("Can ") for permission in group.permissions.all()))


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ReadOnlyAdmin):
    """Wrong passwords that are being counted; deleting a line lets that person try again."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time", "path_info")
    search_fields = ("username", "ip_address")
    search_help_text = "Email or address"
    fields = ("username", "ip_address", "failures_since_start", "attempt_time", "path_info", "user_agent")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)  # type: ignore[union-attr]
