"""How a resume looks: the preview of what is being typed, and the files made of what is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.text import slugify

from jobs.admin.forms import read
from resumes.admin.forms import ContentForm
from resumes.models import GenerationStatus, Resume, ResumeFormat, ResumeGeneration, ResumeTemplate
from resumes.rendering import preview_html
from resumes.services.documents import content_of
from resumes.services.files import generate_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

UNFINISHED = """<!DOCTYPE html><html lang="en"><title>Preview</title>
<p style="font: 1.1rem sans-serif; margin: 3rem; text-align: center">Something typed needs another look. Save to see what.</p>"""
# A preview runs nothing, loads nothing and leads nowhere; only our own pages may frame it.
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox"
)
MEDIA_TYPES = {
    ResumeFormat.PDF: "application/pdf",
    ResumeFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ResumeFormat.HTML: "text/html; charset=utf-8",
    ResumeFormat.JSON: "application/json",
    ResumeFormat.MARKDOWN: "text/markdown; charset=utf-8",
    ResumeFormat.TXT: "text/plain; charset=utf-8",
}
ENDINGS = {ResumeFormat.MARKDOWN: "md"}


class FormatForm(forms.Form):
    format = forms.ChoiceField(choices=ResumeFormat.choices)


class ShowingPages:
    """The preview and the files of a resume, for the admin of resumes."""

    find: Callable[..., Any]
    address_of: Callable[[Any], str]
    report_refusal: Callable[..., None]

    def preview_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Show a resume as it would look: as it is saved, or with what was typed into its form."""
        resume: Resume = self.find(request, object_id)
        content = content_of(resume)
        given = request.POST if request.method == "POST" else request.GET
        template = find_template(request, given.get("layout", "")) or resume.template
        if request.method == "POST":
            form = ContentForm(content, request.POST)
            if not form.is_valid():
                return answer_preview(UNFINISHED)
            content = form.compose()
        return answer_preview(preview_html(content, template=template))

    def download_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Make a file of a saved resume and send it; a failure is recorded and told."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        resume: Resume = self.find(request, object_id)
        try:
            wanted = read(FormatForm(request.POST))["format"]
            made = generate_file(resume, wanted, template=find_template(request, request.POST.get("template", "")))
            if made.status != GenerationStatus.COMPLETED:
                raise ValidationError(f"The file could not be made: {made.error_message}", code="failed")
        except ValidationError as exc:
            self.report_refusal(request, exc)
            return HttpResponseRedirect(self.address_of(resume.pk) + "#preview")
        return send_file(made, resume)

    def file_view(self, request: HttpRequest, object_id: Any, file_id: Any) -> HttpResponseBase:
        """Send a file that was made before, as it was made."""
        resume: Resume = self.find(request, object_id)
        made = ResumeGeneration.objects.filter(resume=resume, pk=file_id, file__isnull=False).first()
        if made is None:
            raise Http404
        return send_file(made, resume)


def find_template(request: HttpRequest, key: str) -> ResumeTemplate | None:
    """Return the template with this key, None where none was asked for; 404 for one that is not there."""
    if not key:
        return None
    try:
        return ResumeTemplate.objects.visible_to(request.user).get(pk=key)
    except (ResumeTemplate.DoesNotExist, ValidationError) as exc:
        raise Http404 from exc


def answer_preview(html: str) -> HttpResponse:
    """Return a page that our own pages may show in a frame and that can do nothing there."""
    response = HttpResponse(html, headers={"Content-Security-Policy": PREVIEW_POLICY, "Cache-Control": "no-store"})
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def send_file(made: ResumeGeneration, resume: Resume) -> HttpResponse:
    """Return a file as a download under the name of its resume."""
    kind = ResumeFormat(made.format)
    name = f"{slugify(resume.title)[:80] or 'resume'}.{ENDINGS.get(kind, kind.value)}"
    return HttpResponse(
        bytes(made.file or b""),
        content_type=MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"},
    )
