"""Files of a resume over REST: made on request, and what was made before."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound

from jobos.core.errors import ParameterError, Problem, name_choices
from jobos.core.preconditions import is_listed
from jobos.core.serializers import BlankableCharField, StrictModelSerializer
from jobos.core.viewsets import ResourceViewSet
from resumes.models import GenerationStatus, Resume, ResumeFormat, ResumeGeneration
from resumes.rendering import POLICY
from resumes.services import files

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

    from resumes.models import ResumeTemplate

FILES = {
    (200, media_type.partition(";")[0]): OpenApiTypes.OBJECT if kind == ResumeFormat.JSON else OpenApiTypes.BINARY
    for kind, media_type in files.MEDIA_TYPES.items()
}
NO_FILE = {
    (409, "application/problem+json"): OpenApiResponse(
        {"$ref": "#/components/schemas/Problem"},
        description="The file could not be made, or is no longer kept; `detail` says why.",
    )
}


class GenerationSerializer(StrictModelSerializer):
    """What was made, without the file itself."""

    template_name = BlankableCharField(read_only=True)
    error_message = BlankableCharField(read_only=True)
    sha256 = BlankableCharField(read_only=True)
    has_file = serializers.BooleanField(read_only=True, help_text="Whether the file is still kept.")
    generation_params = serializers.DictField(
        read_only=True,
        help_text="How it was made: `inputs` (a digest), and for a PDF `pages` and, where there are some, "
        "`missing_glyphs` (characters that no font has) and `left_out` (sections that the template does not show).",
    )

    class Meta:
        model = ResumeGeneration
        fields = [
            "id",
            "format",
            "template_name",
            "status",
            "error_message",
            "file_size",
            "sha256",
            "has_file",
            "generation_params",
            "generated_at",
        ]
        read_only_fields = fields


class ResumeFileViewSet(ResourceViewSet):
    """The files of the caller's resumes."""

    queryset = Resume.objects.none()
    serializer_class = representation_class = GenerationSerializer

    def get_queryset(self) -> QuerySet[Resume]:
        return Resume.objects.owned_by(self.user).select_related("template")

    @extend_schema(
        summary="Make a file of a resume",
        description="The same content, template and format give the same file. It is recorded among the resume's "
        "generations; where one was made of the same before, that one is answered.",
        parameters=[
            OpenApiParameter("format", str, enum=ResumeFormat.values, description="pdf where left out."),
            OpenApiParameter(
                "template",
                str,
                description="The id of a template, or modern, ats or creative for the shipped one of that layout; the resume's own "
                "where left out.",
            ),
        ],
        responses={**FILES, **NO_FILE},
        examples=[OpenApiExample("A file", "%PDF-1.7 ...", response_only=True, media_type="application/pdf")],
    )
    @action(detail=True, query_params=("format", "template"))
    def export(self, request: Request, pk: str) -> HttpResponse:
        wanted = self._read_format()
        template = self._read_template()
        resume = self.get_object()
        return self._send(files.generate_file(resume, wanted, template=template), resume)

    @extend_schema(
        summary="List what was made of a resume, newest first",
        description=f"Of each format the {files.KEPT_FILES} newest keep their file, the others its size and SHA-256.",
        responses=GenerationSerializer(many=True),
    )
    @action(
        detail=True,
        pagination_class=ResourceViewSet.pagination_class,
        query_params=("page", "page_size"),
        filter_backends=(),
    )
    def generations(self, request: Request, pk: str) -> Response:
        page = self.paginate_queryset(self.get_object().generations.without_file())
        return self.get_paginated_response(GenerationSerializer(page, many=True).data)

    @extend_schema(
        summary="Read a file that was made of a resume",
        description="The very bytes that were recorded; 409 where only their size and SHA-256 are kept.",
        parameters=[OpenApiParameter("generation", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={**FILES, **NO_FILE},
        examples=[OpenApiExample("A file", "%PDF-1.7 ...", response_only=True, media_type="application/pdf")],
    )
    @action(detail=True, url_path="generations/(?P<generation>[^/]+)/file", url_name="generation-file")
    def generation_file(self, request: Request, pk: str, generation: str) -> HttpResponse:
        resume = self.get_object()
        try:
            found = resume.generations.filter(pk=UUID(generation)).first()
        except ValueError:
            found = None
        if found is None:
            raise NotFound("The resume has no such file.")
        return self._send(found, resume)

    def _read_format(self) -> ResumeFormat:
        wanted = self.request.query_params.get("format", ResumeFormat.PDF)
        if wanted not in ResumeFormat.values:
            raise ParameterError({"format": name_choices(ResumeFormat.values)}, code="invalid")
        return ResumeFormat(wanted)

    def _read_template(self) -> ResumeTemplate | None:
        wanted = self.request.query_params.get("template")
        if wanted is None:
            return None
        try:
            return files.find_template(wanted, user=self.user)
        except ValidationError as exc:
            raise ParameterError({"template": exc.messages}, code="invalid") from exc

    def _send(self, made: ResumeGeneration, resume: Resume) -> HttpResponse:
        """Answer with the file; what it holds can do nothing, also where a browser opens it."""
        if made.file is None:
            detail = made.error_message or "The file is no longer kept. Make it again."
            code = "file_not_made" if made.status == GenerationStatus.FAILED else "file_not_kept"
            raise Problem(detail, status_code=status.HTTP_409_CONFLICT, code=code)
        etag = f'"{made.sha256}"'
        given = self.request.headers.get("If-None-Match")
        if given and is_listed(given.replace("W/", ""), etag):
            return HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        kind = ResumeFormat(made.format)
        name = files.file_name(resume, kind)
        return HttpResponse(
            bytes(made.file),
            content_type=files.MEDIA_TYPES[kind],
            headers={
                "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
                "Content-Security-Policy": f"{POLICY}; sandbox",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-cache",
                "ETag": etag,
            },
        )
