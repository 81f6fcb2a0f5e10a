"""Resumes over REST: each verb calls one service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from jobos.core.errors import ParameterError
from jobos.core.viewsets import FullListMixin, ResourceViewSet, RetrieveMixin
from resumes.api import examples, filters, serializers
from resumes.content import read_schema
from resumes.models import CONTENT, Resume, ResumeStatus, ResumeTemplate, ResumeType, ResumeVersion
from resumes.services import documents

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

SHOWN = OpenApiExample("Shown", examples.SHOWN, response_only=True)
# What a whole document that leaves something out has instead.
EMPTY: dict[str, Any] = {
    "resume_type": ResumeType.BASE,
    "status": ResumeStatus.DRAFT,
    "template": None,
    "parent_resume": None,
    "target_job": None,
    **documents.complete_content({}),
}
DOCUMENT = "/document"  # Where it is in the body.
NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH, description="The version's number.")
LARGEST_NUMBER = 2**31 - 1


@extend_schema_view(
    list=extend_schema(
        summary="List my resumes",
        parameters=[OpenApiParameter("full", bool, description="With the content as well.")],
        responses=serializers.ResumeListSerializer(many=True),
    ),
    retrieve=extend_schema(summary="Read a resume", responses=serializers.ResumeSerializer, examples=[SHOWN]),
)
class ResumeViewSet(mixins.ListModelMixin, RetrieveMixin, FullListMixin, ResourceViewSet):
    """The caller's resumes."""

    http_method_names = [*ResourceViewSet.http_method_names, "put"]
    queryset = Resume.objects.none()
    serializer_class = representation_class = serializers.ResumeSerializer
    filterset_class = filters.ResumeFilter
    ordering = ("-updated_at",)
    ordering_fields = ("updated_at", "created_at", "title", "resume_type", "status", "version", "last_generated_at")

    def get_queryset(self) -> QuerySet[Resume]:
        own = Resume.objects.owned_by(self.user)
        return own.defer(*serializers.LONG_FIELDS) if self.leaves_out else own

    def get_serializer_class(self) -> Any:
        if self.leaves_out:
            return serializers.ResumeListSerializer
        return serializers.ResumeSerializer

    def get_object(self) -> Resume:
        """Return the resume; for a write after the lock that every writer of the caller's resumes takes first."""
        if self.request.method not in SAFE_METHODS:
            documents.lock_resumes(self.user.pk)
        resume: Resume = super().get_object()
        return resume

    @extend_schema(
        summary="Add a resume",
        description="Content that the schema does not allow is refused with a pointer to each place.",
        request=serializers.ResumeWriteSerializer,
        responses={201: serializers.ResumeSerializer},
        examples=[OpenApiExample("Add", examples.WRITTEN, request_only=True), SHOWN],
    )
    def create(self, request: Request) -> Response:
        given = self.read_input(serializers.ResumeWriteSerializer)
        whole = EMPTY | given
        resume = documents.create_resume(
            self.user,
            title=whole["title"],
            content={name: whole[name] for name in CONTENT},
            resume_type=whole["resume_type"],
            status=whole["status"],
            parent=whole["parent_resume"],
            target=whole["target_job"],
            template=whole["template"],
            summary_of_change=whole.get("changes_summary", ""),
        )
        return self.answer(resume, status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change a resume",
        description="Changes what is sent; each part of the content as a whole. A change of content writes a version.",
        request=serializers.ResumePatchSerializer,
        responses={200: serializers.ResumeSerializer},
        examples=[OpenApiExample("Sum up", {"summary": "Engineer of engines."}, request_only=True), SHOWN],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        resume = self.get_object()
        given = self.read_input(serializers.ResumePatchSerializer, resume)
        return self._change(resume, given)

    @extend_schema(
        summary="Replace a resume",
        description="What is left out is emptied. It needs If-Match with the ETag of the state you saw.",
        request=serializers.ResumeWriteSerializer,
        responses={200: serializers.ResumeSerializer},
        examples=[OpenApiExample("Replace", examples.WRITTEN, request_only=True), SHOWN],
    )
    def update(self, request: Request, pk: str) -> Response:
        resume = self.get_object()
        self.check_preconditions(resume, required=True)
        serializer = serializers.ResumeWriteSerializer(resume, data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return self._change(resume, EMPTY | serializer.validated_data)

    def _change(self, resume: Resume, given: dict[str, Any]) -> Response:
        summary = given.pop("changes_summary", "")
        return self.answer(documents.change_resume(resume, given, by=self.user, summary_of_change=summary))

    @extend_schema(
        summary="Delete a resume",
        description="Its versions and files go with it. What was made from it goes to its own parent; where there is "
        "none it becomes a base resume.",
        responses={204: None},
    )
    def destroy(self, request: Request, pk: str) -> Response:
        documents.delete_resume(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Read the schema that a resume's content keeps to", responses=OpenApiTypes.OBJECT)
    @action(detail=False, url_path="schema")
    def content_schema(self, request: Request) -> Response:
        return Response(read_schema())

    @extend_schema(
        summary="Import a JSON Resume document",
        description="Makes a base resume and tells what was left out or changed, and why. With dry_run nothing is "
        "written: 200, with the content that it would have.",
        request=serializers.ImportSerializer,
        responses={200: serializers.ImportedSerializer, 201: serializers.ImportedSerializer},
        examples=[
            OpenApiExample("Import", examples.DOCUMENT, request_only=True),
            OpenApiExample("Imported", examples.IMPORTED, response_only=True, status_codes=["201"]),
            OpenApiExample("Looked at", examples.LOOKED_AT, response_only=True, status_codes=["200"]),
        ],
    )
    @action(detail=False, methods=["post"], url_path="import")
    def import_document(self, request: Request) -> Response:
        given = self.read_input(serializers.ImportSerializer)
        if given["dry_run"]:
            content, dropped = documents.read_json_resume(given["document"], at=DOCUMENT)
            return Response({"resume": None, "content": content, "dropped": dropped})
        resume, dropped = documents.import_resume(
            self.user, given["document"], title=given.get("title", ""), at=DOCUMENT
        )
        answer = self.answer(resume, status_code=status.HTTP_201_CREATED)
        answer.data = {"resume": answer.data, "dropped": dropped}
        return answer

    # Versions

    @extend_schema(
        summary="List the versions of a resume, newest first", responses=serializers.VersionListSerializer(many=True)
    )
    @action(
        detail=True,
        pagination_class=ResourceViewSet.pagination_class,
        query_params=("page", "page_size"),
        filter_backends=(),
        filterset_class=None,
    )
    def versions(self, request: Request, pk: str) -> Response:
        page = self.paginate_queryset(self.get_object().versions.defer("content_snapshot").order_by("-version_number"))
        return self.get_paginated_response(serializers.VersionListSerializer(page, many=True).data)

    @extend_schema(summary="Read a version of a resume", parameters=[NUMBER], responses=serializers.VersionSerializer)
    @action(detail=True, url_path="versions/(?P<number>[^/]+)")
    def version(self, request: Request, pk: str, number: str) -> Response:
        return Response(serializers.VersionSerializer(self._find_version(self.get_object(), number)).data)

    @extend_schema(
        summary="Restore a version of a resume",
        description="Its content becomes a new version; nothing is lost.",
        parameters=[NUMBER],
        request=None,
        responses={200: serializers.ResumeSerializer},
        examples=[SHOWN],
    )
    @action(detail=True, methods=["post"], takes_body=False, url_path="versions/(?P<number>[^/]+)/restore")
    def restore(self, request: Request, pk: str, number: str) -> Response:
        resume = self.get_object()
        version = self._find_version(resume, number)
        return self.answer(documents.restore_version(resume, version.version_number, by=self.user))

    def _find_version(self, resume: Resume, number: str) -> ResumeVersion:
        if number.isascii() and number.isdigit() and len(number) < len(str(LARGEST_NUMBER)):
            version = resume.versions.filter(version_number=int(number)).first()
            if version is not None:
                return version
        raise NotFound("The resume has no such version.")

    @extend_schema(
        summary="Compare two versions of a resume, or two resumes",
        description="Entries are matched by what they are about, so that an inserted one is one addition.",
        parameters=[
            OpenApiParameter("old", int, description="A version's number; the present content where left out."),
            OpenApiParameter("new", int, description="A version's number; the present content where left out."),
            OpenApiParameter(
                "resume", OpenApiTypes.UUID, description="Another resume of mine, whose content is the new one."
            ),
        ],
        responses=serializers.ComparisonSerializer,
        examples=[OpenApiExample("Compared", examples.COMPARED, response_only=True)],
    )
    @action(detail=True, query_params=("old", "new", "resume"))
    def compare(self, request: Request, pk: str) -> Response:
        resume = self.get_object()
        other = self._read_other(request.query_params.get("resume")) or resume
        old = self._read_content(resume, "old")
        new = self._read_content(other, "new")
        return Response({"differences": documents.compare_contents(old, new)})

    def _read_other(self, text: str | None) -> Resume | None:
        if text is None:
            return None
        try:
            found = Resume.objects.owned_by(self.user).filter(pk=UUID(text)).first()
        except ValueError as exc:
            raise ParameterError({"resume": "Give an id."}, code="invalid") from exc
        if found is None:
            raise ParameterError({"resume": "There is no such resume."}, code="does_not_exist")
        return found

    def _read_content(self, resume: Resume, parameter: str) -> dict[str, Any]:
        text = self.request.query_params.get(parameter)
        if text is None:
            return documents.content_of(resume)
        try:
            version = self._find_version(resume, text)
        except NotFound as exc:
            raise ParameterError({parameter: "The resume has no such version."}, code="does_not_exist") from exc
        return documents.complete_content(version.content_snapshot)


@extend_schema_view(
    list=extend_schema(summary="List the ways of laying a resume out"),
    retrieve=extend_schema(summary="Read a way of laying a resume out"),
)
class TemplateViewSet(mixins.ListModelMixin, RetrieveMixin, ResourceViewSet):
    """The templates, which everybody shares."""

    queryset = ResumeTemplate.objects.none()
    serializer_class = representation_class = serializers.TemplateSerializer
    ordering = ("-is_default", "name")
    ordering_fields = ("name",)

    def get_queryset(self) -> QuerySet[ResumeTemplate]:
        return ResumeTemplate.objects.visible_to(self.user)
