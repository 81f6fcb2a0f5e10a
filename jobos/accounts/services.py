"""What happens to people: signing up, signing in, tokens, passwords, roles."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate, user_logged_in
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from jobos.accounts.models import AccessToken, User, UserProfile, is_placeholder
from jobos.accounts.roles import JOB_SEEKERS, RECRUITERS
from jobos.core.errors import violated_constraint

if TYPE_CHECKING:
    from django.http import HttpRequest

log = structlog.get_logger(__name__)
LONGEST_TOKEN_LIFE = timedelta(days=365)
SIGN_IN_LIFE = timedelta(days=14)


@transaction.atomic
def create_person(email: str, *, password: str | None, full_name: str = "", **fields: Any) -> User:
    """Create a user with an empty profile and the role every new user has: job seeker."""
    _check_email(email)
    user = User.objects.create_user(email, password, full_name=full_name, **fields)
    return enrol(user)


def enrol(user: User) -> User:
    """Give a user the role of a job seeker and a profile, whichever of them is missing."""
    group, _ = Group.objects.get_or_create(name=JOB_SEEKERS)
    user.groups.add(group)
    UserProfile.objects.get_or_create(user=user)
    return user


def appoint_recruiter(user: User, *, by: User) -> User:
    """Make a user a recruiter as well; only a superuser may."""
    if not by.is_superuser:
        raise ValidationError("Only a superuser appoints recruiters.", code="superuser_only")
    group, _ = Group.objects.get_or_create(name=RECRUITERS)
    user.groups.add(group)
    return user


def dismiss_recruiter(user: User, *, by: User) -> User:
    """Take the role of a recruiter from a user; only a superuser may."""
    if not by.is_superuser:
        raise ValidationError("Only a superuser dismisses recruiters.", code="superuser_only")
    user.groups.remove(*Group.objects.filter(name=RECRUITERS))
    return user


def change_account(user: User, *, by: User, **changes: Any) -> User:
    """Change the given columns of a user; nobody takes their own way in away."""
    for flag in ("is_active", "is_staff", "is_superuser"):
        if user.pk == by.pk and changes.get(flag) is False:
            raise ValidationError({flag: ValidationError("You would lock yourself out.", code="own_account")})
    if "email" in changes:
        _check_email(changes["email"])
    for field, value in changes.items():
        setattr(user, field, value)
    if changes:
        user.save(update_fields=list(changes), force_update=True)
    return user


def register(*, email: str, password: str, full_name: str = "") -> None:
    """Sign a new person up. Where the address is taken nothing changes and its owner is told by mail.

    Both ways take one password hash and one mail, so that the answer does not tell which it was.
    """
    _check_email(email)
    _check_password(password, User(email=email, full_name=full_name))
    owner = User.objects.with_email(email).first()
    if owner is not None:
        make_password(password)
        _mail_after_commit("You already have an account", "mail/address_taken.txt", owner.email)
        return
    try:
        with transaction.atomic():
            create_person(email, password=password, full_name=full_name)
    except IntegrityError as exc:
        if violated_constraint(exc) != "idx_user_email":
            raise
        _mail_after_commit("You already have an account", "mail/address_taken.txt", email)
    else:
        _mail_after_commit("Welcome to JobOS", "mail/welcome.txt", email)


def _mail_after_commit(subject: str, template: str, to: str, context: dict[str, Any] | None = None) -> None:
    transaction.on_commit(lambda: _send(subject, template, to, context or {}))


def sign_in(request: HttpRequest, *, email: str, password: str) -> User | None:
    """Return the person whose password this is, None for a wrong one; attempts are counted and limited."""
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        return None
    user_logged_in.send(sender=User, request=request, user=user)
    return user


def issue_token(user: User, *, name: str, expires_in: timedelta | None = None) -> tuple[AccessToken, str]:
    """Create a token for a user; return it with the clear text that is shown this once."""
    life = expires_in or SIGN_IN_LIFE
    if not timedelta(0) < life <= LONGEST_TOKEN_LIFE:
        raise ValidationError({"expires_in_days": f"Between 1 and {LONGEST_TOKEN_LIFE.days} days."})
    token, clear = AccessToken.objects.create(user, expiry=life, name=name)
    return token, clear


def revoke_all_tokens(user: User) -> int:
    """Revoke every token of a user; return how many there were."""
    return int(AccessToken.objects.filter(user=user).delete()[0])


def purge_expired_tokens() -> int:
    """Delete tokens that open nothing any more; return how many."""
    return int(AccessToken.objects.filter(expiry__lte=timezone.now()).delete()[0])


def purge_expired_sessions() -> int:
    """Delete the admin's sessions that have ended; return how many."""
    return int(Session.objects.filter(expire_date__lt=timezone.now()).delete()[0])


def purge_past_attempts() -> int:
    """Delete failed sign-ins that no longer count; return how many."""
    past = timezone.now() - settings.AXES_COOLOFF_TIME
    return int(AccessAttempt.objects.filter(attempt_time__lt=past).delete()[0])


def request_password_reset(*, email: str) -> None:
    """Mail a link to choose a new password to the active person with this address; nothing for anybody else."""
    user = User.objects.with_email(email).reachable().filter(is_active=True).first()
    if user is None:
        return
    context = {
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        "user": user,
    }
    _mail_after_commit("Choose a new password", "mail/password_reset.txt", user.email, context)


@transaction.atomic
def confirm_password_reset(*, uid: str, token: str, password: str) -> User:
    """Set a new password by a mailed link and revoke every token; the link works once."""
    refusal = ValidationError("This link is invalid or has expired. Ask for a new one.", code="invalid_link")
    try:
        pk = force_str(urlsafe_base64_decode(uid))
        user = User.objects.select_for_update().filter(is_active=True).get(pk=pk)
    except (ValueError, OverflowError, ValidationError, User.DoesNotExist) as exc:
        raise refusal from exc
    if not default_token_generator.check_token(user, token):
        raise refusal
    return set_password(user, password)


@transaction.atomic
def set_password(user: User, password: str) -> User:
    """Give a user a new password; every token stops working, and every session but the one that set it."""
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    revoke_all_tokens(user)
    return user


def _check_email(email: str) -> None:
    """Raise ValidationError about an address that stands for people without one."""
    if is_placeholder(email):
        raise ValidationError({"email": ValidationError("No mail reaches this address.", code="email_placeholder")})


def _check_password(password: str, user: User) -> None:
    """Raise ValidationError about the password where it is too easy to guess for this person."""
    try:
        validate_password(password, user)
    except ValidationError as exc:
        raise ValidationError({"password": exc.error_list}) from exc


def _send(subject: str, template: str, to: str, context: dict[str, Any]) -> None:
    """Send a mail. A mail server that is away costs the mail, not the request, and does not tell who has an account."""
    body = render_to_string(template, {**context, "site_url": settings.SITE_URL.rstrip("/")})
    try:
        send_mail(subject, body, None, [to])
    except OSError as exc:  # Refused, timed out, or any smtplib.SMTPException.
        log.warning("a mail could not be sent", template=template, error=type(exc).__name__)


@transaction.atomic
def change_profile(user: User, *, full_name: str | None = None, profile: dict[str, Any]) -> User:
    """Change a person's name and the given fields of their profile."""
    if full_name is not None:
        user.full_name = full_name
        user.save(update_fields=["full_name"])
    if profile:
        row, _ = UserProfile.objects.get_or_create(user=user)
        for field, value in profile.items():
            setattr(row, field, value)
        row.save(update_fields=[*profile, "updated_at"])
        user.profile = row
    return user
