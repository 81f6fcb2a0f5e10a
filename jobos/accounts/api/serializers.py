"""Input and output of accounts: no queries, no rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from jobos.accounts.models import AccessToken, User, UserProfile
from jobos.accounts.services import LONGEST_TOKEN_LIFE
from jobos.core.serializers import BlankableCharField, StrictModelSerializer, StrictSerializer, WholeNumberField

if TYPE_CHECKING:
    from django.contrib.auth.models import Group

LONGEST_PASSWORD = 1024


class PasswordField(serializers.CharField):
    """A password: spaces count, it is never shown, and its length is bounded because it will be hashed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(write_only=True, trim_whitespace=False, max_length=LONGEST_PASSWORD, **kwargs)


class RegistrationSerializer(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    password = PasswordField()
    full_name = BlankableCharField(max_length=255, default="")


class RegisteredSerializer(StrictSerializer):
    email = serializers.EmailField()
    detail = serializers.CharField()


class CredentialsSerializer(StrictSerializer):
    email = serializers.CharField(max_length=254)
    password = PasswordField()


class UserReferenceSerializer(StrictModelSerializer):
    class Meta:
        model = User
        fields = ["id", "email", "full_name"]


class SignedInSerializer(StrictSerializer):
    token = serializers.CharField()
    expiry = serializers.DateTimeField()
    user = UserReferenceSerializer()


class DetailSerializer(StrictSerializer):
    detail = serializers.CharField()


class PasswordResetSerializer(StrictSerializer):
    email = serializers.EmailField(max_length=254)


class PasswordResetConfirmSerializer(StrictSerializer):
    uid = serializers.CharField(max_length=200)
    token = serializers.CharField(max_length=200)
    password = PasswordField()


class TokenInputSerializer(StrictSerializer):
    name = serializers.CharField(max_length=100)
    expires_in_days = WholeNumberField(min_value=1, max_value=LONGEST_TOKEN_LIFE.days, default=90)


class TokenSerializer(StrictModelSerializer):
    class Meta:
        model = AccessToken
        fields = ["id", "name", "created", "expiry"]
        read_only_fields = fields


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(help_text="The token in clear; shown this once.")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class ProfileSerializer(StrictModelSerializer):
    class Meta:
        model = UserProfile
        fields = [
            "first_name",
            "last_name",
            "phone",
            "city",
            "state",
            "linkedin_url",
            "portfolio_url",
            "current_title",
            "experience_years",
            "education",
            "bio",
            "preferred_locations",
            "preferred_job_types",
            "preferred_remote_types",
            "desired_salary_min",
            "desired_salary_max",
        ]
        extra_kwargs = {
            "experience_years": {"max_value": 100},
            **{
                name: {"max_length": 50}
                for name in ("preferred_locations", "preferred_job_types", "preferred_remote_types")
            },
        }


class MeSerializer(StrictModelSerializer):
    """The caller: user and profile."""

    roles = serializers.SerializerMethodField(help_text="The caller's roles.")
    profile = ProfileSerializer(required=False)

    class Meta:
        model = User
        fields = ["id", "email", "full_name", "date_joined", "roles", "profile"]
        read_only_fields = ["id", "email", "date_joined"]

    def get_roles(self, user: User) -> list[str]:
        groups: list[Group] = list(user.groups.all())
        return sorted(group.name for group in groups)
