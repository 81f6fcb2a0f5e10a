"""People: who signs in, what they tell about themselves, and the tokens of their programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from knox.models import AbstractAuthToken, AuthTokenManager

from jobos.core.models import OwnedQuerySet, TimestampedModel, UUIDModel, make_uuid

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser as AnyUser

EMAIL_PATTERN = r"^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$"
# Anchored at the host: https://evil.example/?linkedin.com is none.
LINKEDIN_PATTERN = r"^https?://([a-z0-9-]+\.)*linkedin\.com(:[0-9]+)?([/?#].*)?$"

# Where the addresses end of people who came from an older system without one. No mail ever goes there (RFC 2606).
PLACEHOLDER_DOMAIN = "placeholder.invalid"


def is_placeholder(email: str) -> bool:
    """Whether an address only holds the place of one that is not known yet."""
    return email.strip().lower().endswith(f"@{PLACEHOLDER_DOMAIN}")


class UserQuerySet(models.QuerySet["User"]):
    def reachable(self) -> Self:
        """Narrow to people whose address is one: they can sign in, and get mail."""
        return self.alias(email_lower=Lower("email")).exclude(email_lower__endswith=f"@{PLACEHOLDER_DOMAIN}")

    def with_email(self, email: str) -> Self:
        """Narrow to the one person with this address, however its letters are cased."""
        return self.alias(email_lower=Lower("email")).filter(email_lower=Lower(Value(email)))

    def visible_to(self, user: AnyUser | AnonymousUser) -> Self:
        """Narrow to the user themself; everybody for a superuser."""
        if user.is_active and getattr(user, "is_superuser", False):
            return self
        return self.filter(pk=user.pk) if user.is_active else self.none()


class UserManager(BaseUserManager["User"]):
    """Makes users. `create_user` here makes the bare row; `accounts.services` makes a person with role and profile."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def with_email(self, email: str) -> UserQuerySet:
        return self.get_queryset().with_email(email)

    def reachable(self) -> UserQuerySet:
        return self.get_queryset().reachable()

    def visible_to(self, user: AnyUser | AnonymousUser) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.with_email(username or "").get()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(UUIDModel, AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A person who signs in by email. Its rule: one address, however cased, is one person."""

    email = models.EmailField(max_length=254, error_messages={"unique": "There is already a user with this email."})
    full_name = models.CharField(max_length=255, blank=True, default="")
    is_active = models.BooleanField(
        "active", default=True, help_text="Clear this instead of deleting: sign-in and tokens stop at once."
    )
    is_staff = models.BooleanField("may open the admin", default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="idx_user_email",
                violation_error_code="email_taken",
                violation_error_message="There is already a user with this email.",
            ),
            models.CheckConstraint(
                condition=Q(email__regex=EMAIL_PATTERN),
                name="email_format",
                violation_error_code="email_format",
                violation_error_message="Give an email address such as ada@example.com.",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_reachable(self) -> bool:
        """Whether their address is one: they can sign in, and get mail."""
        return not is_placeholder(self.email)

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return (self.full_name or self.email).split(" ", maxsplit=1)[0]


class UserProfileQuerySet(OwnedQuerySet["UserProfile"]):
    pass


class UserProfile(UUIDModel, TimestampedModel):
    """What a person tells about themselves. Their skills are not here: those live in the skill bank."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    first_name = models.CharField(max_length=100, blank=True, default="")
    last_name = models.CharField(max_length=100, blank=True, default="")
    phone = models.CharField(max_length=50, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=100, blank=True, default="")
    linkedin_url = models.CharField(max_length=1000, blank=True, default="")
    portfolio_url = models.CharField(max_length=1000, blank=True, default="")
    current_title = models.CharField(max_length=255, blank=True, default="")
    experience_years = models.SmallIntegerField(null=True, blank=True)
    education = models.TextField(blank=True, default="")
    bio = models.TextField(blank=True, default="")
    preferred_locations = ArrayField(models.CharField(max_length=200), blank=True, default=list)
    preferred_job_types = ArrayField(models.CharField(max_length=50), blank=True, default=list)
    preferred_remote_types = ArrayField(models.CharField(max_length=50), blank=True, default=list)
    desired_salary_min = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    desired_salary_max = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    objects = UserProfileQuerySet.as_manager()

    class Meta:
        db_table = "user_profiles"
        ordering = ["user__email", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(linkedin_url="") | Q(linkedin_url__iregex=LINKEDIN_PATTERN),
                name="linkedin_url_format",
                violation_error_code="linkedin_url_format",
                violation_error_message="Give an address on linkedin.com, such as https://www.linkedin.com/in/ada.",
            ),
            models.CheckConstraint(
                condition=Q(portfolio_url="") | Q(portfolio_url__iregex=r"^https?://[^[:space:]]+$"),
                name="portfolio_url_format",
                violation_error_code="portfolio_url_format",
                violation_error_message="Give an address that starts with http:// or https://.",
            ),
            models.CheckConstraint(
                condition=Q(experience_years__isnull=True) | Q(experience_years__gte=0),
                name="experience_positive",
                violation_error_code="experience_positive",
                violation_error_message="Years of experience cannot be negative.",
            ),
            models.CheckConstraint(
                condition=Q(desired_salary_min__isnull=True) | Q(desired_salary_min__gte=0),
                name="desired_salary_min_positive",
                violation_error_code="desired_salary_min_positive",
                violation_error_message="A salary cannot be negative.",
            ),
            models.CheckConstraint(
                condition=Q(desired_salary_max__isnull=True)
                | (
                    Q(desired_salary_max__gte=0)
                    & (Q(desired_salary_min__isnull=True) | Q(desired_salary_max__gte=F("desired_salary_min")))
                ),
                name="desired_salary_range_valid",
                violation_error_code="desired_salary_range_valid",
                violation_error_message="The highest salary you look for is below the lowest.",
            ),
        ]
        indexes = [
            # People of one place, for recruiters' statistics.
            models.Index(fields=["city", "state"], name="idx_user_location"),
            # Newest sign-ups first, in the admin.
            models.Index(fields=["created_at"], name="idx_user_created"),
        ]

    def __str__(self) -> str:
        return f"Profile of {self.user}"


class AccessTokenQuerySet(OwnedQuerySet["AccessToken"]):
    pass


class AccessTokenManager(AuthTokenManager.from_queryset(AccessTokenQuerySet)):  # type: ignore[misc]
    """Knox's manager (`create` returns the token and its clear text) with our adjectives."""


class AccessToken(AbstractAuthToken):  # type: ignore[misc]
    """A token that opens the API as its user: kept as a digest, expiring, revocable, shown in clear once."""

    id = models.UUIDField(primary_key=True, default=make_uuid, editable=False)
    digest = models.CharField(max_length=128, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="auth_token_set")
    name = models.CharField(max_length=100, help_text="What it is for, in its owner's words.")

    objects = AccessTokenManager()

    class Meta:
        db_table = "access_tokens"
        ordering = ["-created", "pk"]

    def __str__(self) -> str:
        return self.name
