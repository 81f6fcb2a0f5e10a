"""Files of a resume: made, recorded with size and SHA-256, and not made twice from the same."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from resumes import rendering
from resumes.models import LARGEST_FILE, GenerationStatus, Resume, ResumeFormat, ResumeGeneration, ResumeTemplate
from resumes.rendering import RenderingError
from resumes.services.documents import content_of

if TYPE_CHECKING:
    from jobos.accounts.models import User

# Of each resume and format: how many files are kept, and how many records of what was made.
KEPT_FILES = 10
KEPT_RECORDS = 100
STANDARD_LAYOUTS = {name: name.upper() if name == "ats" else name.title() for name in rendering.LAYOUTS}


def generate_file(
    resume: Resume,
    format: str,  # noqa: A002 - What the column is called.
    *,
    template: ResumeTemplate | None = None,
) -> ResumeGeneration:
    """Make the file, or find the one made of the same; return its record, completed or failed with the reason.

    Without a template it is laid out by the resume's own, else by the default one, else by the modern layout. The
    file is made outside the transaction; Resume.DoesNotExist is raised where the resume went away meanwhile.
    """
    template = template or resume.template or _default_template()
    content, look = content_of(resume), _read(template)
    inputs = _digest(format, resume.title, content, look)
    last = resume.generations.filter(format=format, generation_params__inputs=inputs).first()
    if last is not None and (last.status == GenerationStatus.FAILED or last.file is not None):
        return last
    made = ResumeGeneration(resume=resume, format=format, template_name=template.name)
    try:
        drawn = _draw(content, format=format, template=look, title=resume.title)
    except RenderingError as exc:
        made.status, made.error_message = GenerationStatus.FAILED, str(exc)
        made.generation_params = {"inputs": inputs}
    else:
        made.status, made.file, made.file_size = GenerationStatus.COMPLETED, drawn.file, len(drawn.file)
        made.sha256 = hashlib.sha256(drawn.file).hexdigest()
        made.generation_params = {"inputs": inputs, **drawn.notes}
    _record(made)
    resume.last_generated_at = made.generated_at if made.file else resume.last_generated_at
    return made


def _draw(content: dict[str, Any], **how: Any) -> rendering.Drawn:
    """Return the file; raise RenderingError for one that is too large to be kept."""
    drawn = rendering.draw(content, **how)
    if len(drawn.file) > LARGEST_FILE:
        raise RenderingError(f"The file has {len(drawn.file):,} bytes; at most {LARGEST_FILE:,} can be kept.")
    return drawn


@transaction.atomic
def _record(made: ResumeGeneration) -> None:
    """Keep what was made, and of the older ones only so many; this is no change of the resume.

    A file that nobody can make again (`is_original`: it came from an older system) is always kept.
    """
    made.generated_at = timezone.now()
    resume = Resume.objects.select_for_update(no_key=True).only("pk").get(pk=made.resume_id)
    if made.file:
        Resume.objects.filter(pk=resume.pk).update(last_generated_at=made.generated_at)
    made.save(force_insert=True)
    made_here = ResumeGeneration.objects.exclude(generation_params__has_key="is_original")
    kept = made_here.filter(resume=resume, format=made.format).order_by("-generated_at", "-pk")
    with_file = kept.filter(file__isnull=False).values("pk")[:KEPT_FILES]
    kept.filter(file__isnull=False).exclude(pk__in=with_file).update(file=None)
    ResumeGeneration.objects.filter(pk__in=kept.values("pk")[KEPT_RECORDS : 2 * KEPT_RECORDS]).delete()


def find_template(name: str, *, user: User) -> ResumeTemplate:
    """Return the template with this id, or the one of this layout; raise ValidationError where there is none."""
    if name in STANDARD_LAYOUTS:
        shipped = ResumeTemplate.objects.filter(is_system=True, styling__layout=name).first()
        return shipped or ResumeTemplate(name=STANDARD_LAYOUTS[name], styling={"layout": name})
    try:
        found = ResumeTemplate.objects.visible_to(user).filter(pk=name).first()
    except ValidationError:
        found = None
    if found is None:
        raise ValidationError(
            f"Give the id of a template, or one of: {', '.join(STANDARD_LAYOUTS)}.", code="does_not_exist"
        )
    return found


def file_name(resume: Resume, format: str) -> str:  # noqa: A002
    """Return the name to save a file under: the person's and the resume's."""
    said = " - ".join(filter(None, [str(resume.contact_info.get("full_name") or ""), resume.title]))
    safe = "".join(" " if letter in '\\/:*?"<>|' or not letter.isprintable() else letter for letter in said)
    return f"{' '.join(safe.split())[:100].strip(' .') or 'Resume'}.{EXTENSIONS[ResumeFormat(format)]}"


MEDIA_TYPES = {
    ResumeFormat.PDF: "application/pdf",
    ResumeFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ResumeFormat.HTML: "text/html; charset=utf-8",
    ResumeFormat.JSON: "application/json",
    ResumeFormat.MARKDOWN: "text/markdown; charset=utf-8",
    ResumeFormat.TXT: "text/plain; charset=utf-8",
}
EXTENSIONS = {
    ResumeFormat.PDF: "pdf",
    ResumeFormat.DOCX: "docx",
    ResumeFormat.HTML: "html",
    ResumeFormat.JSON: "json",
    ResumeFormat.MARKDOWN: "md",
    ResumeFormat.TXT: "txt",
}


def _default_template() -> ResumeTemplate:
    return ResumeTemplate.objects.filter(is_default=True).first() or ResumeTemplate(name=STANDARD_LAYOUTS["modern"])


def _read(template: ResumeTemplate) -> dict[str, Any]:
    return {
        "sections": template.sections,
        "section_order": template.section_order,
        "styling": template.styling,
    }


def _digest(*inputs: Any) -> str:
    """Return the digest of all that a file depends on, the way of drawing it too."""
    text = json.dumps([*inputs, _drawing()], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _drawing() -> str:
    """Return the digest of the code and layouts that draw files, and of the libraries that they draw with."""
    folder = Path(rendering.__file__).parent
    files = sorted(path for suffix in ("py", "typ", "css") for path in folder.rglob(f"*.{suffix}"))
    digest = hashlib.sha256(f"{version('typst')} {version('python-docx')}".encode())
    for path in [*files, folder.parent / "json_resume.py"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def find_unprintable(resume: Resume) -> list[str]:
    """Return the characters, by number and name, that a PDF of a resume would show as empty boxes."""
    template = resume.template or _default_template()
    return rendering.find_unprintable(content_of(resume), template=_read(template), title=resume.title)


def preview_content(resume: Resume, content: dict[str, Any], *, template: ResumeTemplate | None = None) -> str:
    """Return the page that shows how a resume would look with this content, laid out as a file of it would be."""
    template = template or resume.template or _default_template()
    return rendering.preview_html(content, template=_read(template), title=resume.title)


def draw_content(resume: Resume, content: dict[str, Any], format: str) -> bytes:  # noqa: A002
    """Return a file of a resume with this content that nobody records; raise RenderingError where it cannot be made."""
    template = resume.template or _default_template()
    return _draw(content, format=format, template=_read(template), title=resume.title).file
