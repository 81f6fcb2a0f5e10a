"""What a resume once said: two versions side by side, a tailored one beside the one it was made from, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import Http404
from django.template.response import TemplateResponse

from jobs.admin.forms import read
from resumes.admin.comparing import tell_differences
from resumes.models import Resume, ResumeVersion
from resumes.services import documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from jobos.accounts.models import User

MOST_VERSIONS = 500
NOW = "now"
PARENT = "parent"


class NumberForm(forms.Form):
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class VersionPages:
    """The pages of a resume's versions, for the admin of resumes."""

    admin_site: Any
    opts: Any
    find: Callable[..., Any]
    act: Callable[..., Any]
    address_of: Callable[[Any], str]
    has_change_permission: Callable[..., bool]

    def compare_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Show what differs between two states of a resume, or between it and the one it was made from."""
        resume: Resume = self.find(request, object_id)
        sides = [request.GET.get("old", ""), request.GET.get("new", "") or NOW]
        versions = list(
            ResumeVersion.objects.filter(resume=resume)
            .only("version_number", "changes_summary", "created_at", "resume_id")
            .order_by("-version_number")[:MOST_VERSIONS]
        )
        if not sides[0]:
            before = [version.version_number for version in versions if version.version_number < resume.version]
            sides[0] = str(before[0]) if before else NOW
        (old_title, old), (new_title, new) = (self._read_side(request, resume, side) for side in sides)
        restorable = int(sides[0]) if sides[0].isdecimal() and sides[1] == NOW else None
        context = {
            **self.admin_site.each_context(request),
            "title": f"Compare: {resume.title}",
            "crumb": f"{resume.title}: compare",
            "opts": self.opts,
            "resume": resume,
            "choices": self._list_choices(resume, versions),
            "old": sides[0],
            "new": sides[1],
            "old_title": old_title,
            "new_title": new_title,
            "sections": tell_differences(old, new),
            "restorable": restorable if self.has_change_permission(request, resume) else None,
            "back": self.address_of(resume.pk),
        }
        return TemplateResponse(request, "admin/resumes/resume/compare.html", context)

    def _list_choices(self, resume: Resume, versions: list[ResumeVersion]) -> list[tuple[str, str]]:
        choices = [(NOW, f"As it is now (version {resume.version})")]
        choices += [
            (str(version.version_number), f"Version {version.version_number}, {version.created_at:%-d %b %Y, %H:%M}")
            for version in versions
        ]
        if resume.parent_resume is not None:
            choices.append((PARENT, f"Made from: {resume.parent_resume}"))
        return choices

    def _read_side(self, request: HttpRequest, resume: Resume, side: str) -> tuple[str, dict[str, Any]]:
        """Return what one side is called and what it says; 404 where there is no such state."""
        if side == NOW:
            return f"As it is now (version {resume.version})", documents.content_of(resume)
        if side == PARENT and resume.parent_resume_id is not None:
            parent: Resume = self.find(request, resume.parent_resume_id)
            return f"{parent.title} (version {parent.version})", documents.content_of(parent)
        try:
            number = read(NumberForm({"version": side}))["version"]
            version = resume.versions.get(version_number=number)
        except (forms.ValidationError, ResumeVersion.DoesNotExist) as exc:
            raise Http404 from exc
        return f"Version {number}", version.content_snapshot

    def restore_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Give a resume the content of one of its versions back."""

        def work(resume: Resume) -> str:
            number = read(NumberForm(request.POST))["version"]
            before = resume.version
            restored = documents.restore_version(resume, number, by=cast("User", request.user))
            if restored.version == before:
                return f"Version {number} says the same as the current one: nothing to restore."
            return f"Version {number} is restored, as version {restored.version}."

        return cast("HttpResponseBase", self.act(request, object_id, work, locks=False))
