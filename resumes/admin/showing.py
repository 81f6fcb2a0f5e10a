"""How a resume looks: the preview of what is being typed, and the files made of what is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.html import escape
from django.utils.http import content_disposition_header

from jobs.admin.forms import read
from resumes.admin.forms import ContentForm
from resumes.models import GenerationStatus, Resume, ResumeFormat, ResumeGeneration, ResumeTemplate
from resumes.rendering import RenderingError
from resumes.services.documents import content_of
from resumes.services.files import MEDIA_TYPES, file_name, find_template, generate_file, preview_content

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from jobos.accounts.models import User

NOTICE = """<!DOCTYPE html><html lang="en"><title>Preview</title>
<p style="font: 1.1rem sans-serif; margin: 3rem; text-align: center">{}</p>"""
# A preview runs nothing, loads nothing and leads nowhere; only our own pages may frame it.
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox"
)


class FormatForm(forms.Form):
    format = forms.ChoiceField(choices=ResumeFormat.choices)


class ShowingPages:
    """The preview and the files of a resume, for the admin of resumes."""

    find: Callable[..., Any]
    address_of: Callable[[Any], str]
    message_user: Callable[..., None]
    report_refusal: Callable[..., None]

    def preview_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Show a resume as it would look: as it is saved, or with what was typed into its form."""
        resume: Resume = self.find(request, object_id)
        content = content_of(resume)
        given = request.POST if request.method == "POST" else request.GET
        try:
            template = _find_template(request, given.get("layout", ""))
        except ValidationError as exc:
            raise Http404 from exc
        if request.method == "POST":
            content = ContentForm(content, request.POST).compose_sound()
        try:
            return answer_preview(preview_content(resume, content, template=template))
        except RenderingError as exc:
            return answer_preview(NOTICE.format(escape(exc)))

    def download_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Make a file of a saved resume and send it; a failure is recorded and told."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        resume: Resume = self.find(request, object_id)
        try:
            wanted = read(FormatForm(request.POST))["format"]
            made = generate_file(resume, wanted, template=_find_template(request, request.POST.get("template", "")))
        except ValidationError as exc:
            self.report_refusal(request, exc)
        else:
            if made.status == GenerationStatus.COMPLETED:
                return send_file(made, resume)
            self.message_user(request, f"The file could not be made: {made.error_message}", messages.ERROR)
        return HttpResponseRedirect(self.address_of(resume.pk) + "#preview")

    def file_view(self, request: HttpRequest, object_id: Any, file_id: Any) -> HttpResponseBase:
        """Send a file that was made before, as it was made."""
        resume: Resume = self.find(request, object_id)
        made = ResumeGeneration.objects.filter(resume=resume, pk=file_id, file__isnull=False).first()
        if made is None:
            raise Http404
        return send_file(made, resume)


def _find_template(request: HttpRequest, name: str) -> ResumeTemplate | None:
    return find_template(name, user=cast("User", request.user)) if name else None


def answer_preview(html: str) -> HttpResponse:
    """Return a page that our own pages may show in a frame and that can do nothing there."""
    response = HttpResponse(html, headers={"Content-Security-Policy": PREVIEW_POLICY, "Cache-Control": "no-store"})
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def send_file(made: ResumeGeneration, resume: Resume) -> HttpResponse:
    """Return a file as a download under the name of its resume."""
    return answer_file(bytes(made.file or b""), ResumeFormat(made.format), name=file_name(resume, made.format))


def answer_file(file: bytes, kind: ResumeFormat, *, name: str) -> HttpResponse:
    """Return a file as a download."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        file,
        content_type=MEDIA_TYPES[kind],
        headers={"Content-Disposition": disposition or "attachment", "Content-Security-Policy": "sandbox"},
    )
