"""Who is calling: a bearer token (programs) or the admin's session (browsers)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import get_token_model
from rest_framework import authentication, exceptions

if TYPE_CHECKING:
    from jobos.accounts.models import AccessToken, User

_TOKEN = re.compile(rb"[0-9a-f]{64}")


class BearerAuthentication(TokenAuthentication):  # type: ignore[misc]
    """`Authorization: Bearer <token>`, looked up by its digest in one query.

    Knox's own look-up reads all tokens of the user and deletes the expired ones in passing; a read should not write.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[User, AccessToken]:
        refusal = exceptions.AuthenticationFailed("The token is invalid or has expired.")
        if not _TOKEN.fullmatch(token):
            raise refusal
        found: Any = (
            get_token_model().objects.select_related("user").filter(digest=hash_token(token.decode("ascii"))).first()
        )
        if found is None or not found.user.is_active or (found.expiry and found.expiry <= timezone.now()):
            raise refusal
        return found.user, found


class SessionAuthentication(authentication.SessionAuthentication):
    """The admin's session, with its CSRF check; named here so that the schema and settings have one place."""
