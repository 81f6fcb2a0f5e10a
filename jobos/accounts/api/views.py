"""Accounts over REST: sign-up, sign-in, tokens, password reset, and the caller themself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib.auth import logout
from django.db import IntegrityError
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.exceptions import AuthenticationFailed, ValidationError
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response

from jobos.accounts import services
from jobos.accounts.api import serializers
from jobos.accounts.models import AccessToken, User, UserProfile
from jobos.core.errors import translate
from jobos.core.throttling import AddressThrottle
from jobos.core.viewsets import ResourceViewSet, RetrieveMixin, StrictView

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer

RESET_REQUESTED = "If there is an account with this address, a mail with a link is on its way."


class AccountView(StrictView):
    """A view whose answers may hold secrets, so that no Idempotency-Key keeps them."""

    keeps_answers = False
    serializer_class: ClassVar[type[BaseSerializer[Any]]]

    def read(self, request: Request) -> dict[str, Any]:
        serializer = self.serializer_class(data=request.data, context={"view": self, "request": request})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class AnonymousView(AccountView):
    """A view for callers who have not signed in, limited by address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (AddressThrottle,)


class RegisterView(AnonymousView):
    """Signing up."""

    throttle_scope = "register"
    serializer_class = serializers.RegistrationSerializer

    @extend_schema(
        summary="Sign up",
        description="Answers the same whether or not the address is taken; then its owner gets a mail and nothing changes.",
        request=serializers.RegistrationSerializer,
        responses={201: serializers.RegisteredSerializer},
        examples=[
            OpenApiExample(
                "Sign up",
                {"email": "ada@example.com", "password": "correct horse battery", "full_name": "Ada Lovelace"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        given = self.read(request)
        services.register(**given)
        detail = "Welcome. If the address was free, you can sign in now; if not, its owner has been told by mail."
        return Response({"email": given["email"], "detail": detail}, status=status.HTTP_201_CREATED)


class SignInView(AnonymousView):
    """Signing in: a token for a password. Ten wrong ones in 15 minutes lock the account and the address."""

    throttle_scope = "sign_in"
    is_atomic = False  # A wrong password is counted although it is refused.
    serializer_class = serializers.CredentialsSerializer

    @extend_schema(
        summary="Sign in",
        request=serializers.CredentialsSerializer,
        responses={200: serializers.SignedInSerializer},
        examples=[
            OpenApiExample(
                "Sign in", {"email": "ada@example.com", "password": "correct horse battery"}, request_only=True
            )
        ],
    )
    def post(self, request: Request) -> Response:
        given = self.read(request)
        user = services.sign_in(request._request, **given)
        if user is None:
            raise AuthenticationFailed("This email and password do not belong together.", code="invalid_credentials")
        token, clear = services.issue_token(user, name="Sign-in")
        return Response(
            {
                "token": clear,
                "expiry": token.expiry,
                "user": serializers.UserReferenceSerializer(user).data,
            }
        )

    def get_authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a wrong password is 401 although the view authenticates nobody."""
        return "Bearer"


class SignOutView(AccountView):
    """Ending the token or the session of this call."""

    takes_body = False

    @extend_schema(
        summary="Sign out: revoke the token of this call, or end the session", request=None, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, AccessToken):
            request.auth.delete()
        else:
            logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SignOutEverywhereView(AccountView):
    """Ending every token of the caller; sessions of a browser stay."""

    takes_body = False

    @extend_schema(summary="Revoke every token of the caller", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        services.revoke_all_tokens(cast("User", request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordResetView(AnonymousView):
    """Asking for a link to choose a new password; the answer is the same whether or not the address is known."""

    throttle_scope = "password_reset"
    serializer_class = serializers.PasswordResetSerializer

    @extend_schema(
        summary="Ask for a link to choose a new password",
        request=serializers.PasswordResetSerializer,
        responses={200: serializers.DetailSerializer},
        examples=[OpenApiExample("Reset", {"email": "ada@example.com"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        services.request_password_reset(**self.read(request))
        return Response({"detail": RESET_REQUESTED})


class PasswordResetConfirmView(AnonymousView):
    """Choosing a new password by a mailed link, which works once; every token is revoked."""

    throttle_scope = "password_reset"
    serializer_class = serializers.PasswordResetConfirmSerializer

    @extend_schema(
        summary="Choose a new password by a mailed link",
        request=serializers.PasswordResetConfirmSerializer,
        responses={200: serializers.DetailSerializer},
        examples=[
            OpenApiExample(
                "New password",
                {"uid": "MDE5...", "token": "cz1-...", "password": "a new long password"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        services.confirm_password_reset(**self.read(request))
        return Response({"detail": "The password is changed. Every token has been revoked: sign in again."})


@extend_schema_view(
    list=extend_schema(summary="List my tokens"),
    retrieve=extend_schema(summary="Read one of my tokens (never its clear text)"),
    destroy=extend_schema(summary="Revoke a token"),
)
class TokenViewSet(mixins.ListModelMixin, RetrieveMixin, mixins.DestroyModelMixin, ResourceViewSet):
    """Tokens for the caller's programs."""

    queryset = AccessToken.objects.none()
    serializer_class = representation_class = serializers.TokenSerializer
    ordering = ("-created",)
    ordering_fields = ("created", "expiry", "name")
    keeps_answers = False

    def get_queryset(self) -> QuerySet[AccessToken]:
        tokens: QuerySet[AccessToken] = AccessToken.objects.owned_by(self.request.user)
        return tokens

    @extend_schema(
        summary="Make a token",
        request=serializers.TokenInputSerializer,
        responses={201: serializers.NewTokenSerializer},
        examples=[OpenApiExample("Make", {"name": "Nightly export", "expires_in_days": 90}, request_only=True)],
    )
    def create(self, request: Request) -> Response:
        given = self.read_input(serializers.TokenInputSerializer)
        token, clear = services.issue_token(
            cast("User", request.user), name=given["name"], expires_in=timedelta(days=given["expires_in_days"])
        )
        return Response({**self.represent(token), "token": clear}, status=status.HTTP_201_CREATED)


class MeViewSet(RetrieveMixin, ResourceViewSet):
    """The caller: user and profile."""

    queryset = User.objects.none()
    serializer_class = representation_class = serializers.MeSerializer
    permission_classes = (IsAuthenticated,)

    def get_object(self) -> User:
        is_write = self.request.method == "PATCH"
        people = User.objects.select_for_update(no_key=True) if is_write else User.objects.select_related("profile")
        user: User = people.get(pk=cast("User", self.request.user).pk)
        if not hasattr(user, "profile"):
            user.profile = UserProfile(user=user)
        if is_write:
            self.check_preconditions(user)
        return user

    @extend_schema(summary="Read my account and profile", responses={200: serializers.MeSerializer})
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change my name or profile",
        request=serializers.MeSerializer,
        responses={200: serializers.MeSerializer},
        examples=[
            OpenApiExample("Move", {"profile": {"city": "London", "current_title": "Analyst"}}, request_only=True)
        ],
    )
    def partial_update(self, request: Request) -> Response:
        user = self.get_object()
        given = self.read_input(serializers.MeSerializer, user)
        try:
            user = services.change_profile(user, full_name=given.get("full_name"), profile=given.get("profile", {}))
        except IntegrityError as exc:
            refusal = translate(exc)
            if isinstance(refusal, ValidationError):  # Only the profile has rules to break; name the place in the body.
                raise ValidationError({"profile": refusal.detail}) from exc
            raise
        return self.answer(user)
