"""The resume of an application as it was sent: for whoever applied, and for recruiters where it is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from csp.constants import SELF
from django.core.exceptions import ValidationError
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import escape

from interactions.models import SENT_RESUME, JobUserInteraction
from jobs.services import applications
from resumes.admin.showing import NOTICE, answer_file, answer_preview
from resumes.content import show
from resumes.models import ResumeFormat
from resumes.rendering import RenderingError
from resumes.services.files import draw_content, file_name, preview_content

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User
    from resumes.models import Resume


class SentResumePages:
    """The pages of a resume that was sent, for the admin of applications."""

    admin_site: Any
    opts: Any
    act: Callable[..., HttpResponseBase]
    address_of: Callable[[Any], str]

    def sent_urls(self) -> list[URLPattern]:
        pages = {
            "resume": ("resume/", self.sent_view),
            "resume_preview": ("resume/preview/", self.sent_preview_view),
            "resume_file": ("resume/file/", self.sent_file_view),
            "send": ("resume/send/", self.send_view),
        }
        return [
            path(
                f"<uuid:object_id>/{place}",
                self.admin_site.admin_view(view),
                name=f"interactions_jobuserinteraction_{name}",
            )
            for name, (place, view) in pages.items()
        ]

    def sent_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Show what was sent, in a frame that is shut off."""
        application, resume = find_sent(request, object_id)
        is_own = application.user_id == request.user.pk
        listing = application.job
        listing_page = reverse("admin:jobs_joblisting_change", args=[listing.pk])
        context = {
            **self.admin_site.each_context(request),
            "title": f"Resume of {application.user.get_full_name()}",
            "crumb": resume.title,
            "opts": self.opts,
            "application": application,
            "resume": resume,
            "kept": application.interaction_data.get(SENT_RESUME),
            "is_own": is_own,
            "back": self.address_of(application.pk) if is_own else f"{listing_page}#applicants",
        }
        response = TemplateResponse(request, "admin/interactions/jobuserinteraction/resume.html", context)
        response.__dict__["_csp_update"] = {"frame-src": [SELF]}  # This is where django-csp looks for it.
        return response

    def sent_preview_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        _, resume = find_sent(request, object_id)
        try:
            return answer_preview(preview_content(resume, show(resume.content)))
        except RenderingError as exc:
            return answer_preview(NOTICE.format(escape(exc)))

    def sent_file_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Make a PDF of what was sent; it is not recorded among the files of its owner."""
        _, resume = find_sent(request, object_id)
        try:
            file = draw_content(resume, show(resume.content), ResumeFormat.PDF)
        except RenderingError as exc:
            return answer_preview(NOTICE.format(escape(f"The file could not be made: {exc}")))
        return answer_file(file, ResumeFormat.PDF, name=file_name(resume, ResumeFormat.PDF))

    def send_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Let an application hold the newest version of its resume."""

        def work(application: JobUserInteraction) -> str:
            if application.resume is None:
                raise ValidationError("The resume is not there any more.", code="not_there")
            sent = applications.change_application(
                application, by=cast("User", request.user), resume=application.resume
            ).sent_resume
            return f"The application holds version {sent.version} of {sent.title} now." if sent else ""

        return self.act(request, object_id, work, locks=False)


def find_sent(request: HttpRequest, object_id: Any) -> tuple[JobUserInteraction, Resume]:
    """Return an application of this person's, or one that is shared with them, and its resume as it was sent."""
    user = cast("User", request.user)
    rows = JobUserInteraction.objects.applications()
    seen = rows.owned_by(user) | rows.shared_with(user)
    application = seen.with_listing().select_related("user", "resume__template").filter(pk=object_id).first()
    if application is None or application.sent_resume is None:
        raise Http404
    return application, application.sent_resume
