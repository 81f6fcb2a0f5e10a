"""Rights of whole roles over REST; which rows somebody sees is `visible_to`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import IsAuthenticated

from jobos.accounts.roles import is_recruiter

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


WRITES = ("POST", "PATCH", "DELETE")


class RecruitersWrite(IsAuthenticated):
    """Everybody who is signed in reads, recruiters write."""

    message = "Only recruiters write this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        is_write = request.method in WRITES and request.method in view.allowed_methods  # Else it is a 405.
        return super().has_permission(request, view) and (not is_write or is_recruiter(request.user))


class RecruitersOnly(IsAuthenticated):
    """For recruiters."""

    message = "This is for recruiters."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and is_recruiter(request.user)
