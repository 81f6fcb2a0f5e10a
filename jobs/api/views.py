"""The pipeline over REST: each verb calls one service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from interactions.api.serializers import TimelineEventSerializer
from interactions.models import TimelineEvent
from jobos.core.errors import ParameterError
from jobos.core.preconditions import make_etag
from jobos.core.viewsets import FullListMixin, ResourceViewSet, RetrieveMixin
from jobs.api import filters, serializers
from jobs.models import Interview, Job
from jobs.services import cards, interviews, overview

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


JOB_EXAMPLE = {
    "company_name": "Acme",
    "role_title": "Backend engineer",
    "jd_url": "https://acme.example/jobs/7",
    "notes": [{"text": "Referred by Grace."}],
}


@extend_schema_view(
    list=extend_schema(
        summary="List my jobs",
        parameters=[OpenApiParameter("full", bool, description="With the long texts as well.")],
        responses=serializers.JobListSerializer(many=True),
    ),
    retrieve=extend_schema(summary="Read a job", responses=serializers.JobSerializer),
)
class JobViewSet(mixins.ListModelMixin, RetrieveMixin, FullListMixin, ResourceViewSet):
    """The caller's pipeline."""

    queryset = Job.objects.none()
    serializer_class = representation_class = serializers.JobSerializer
    filterset_class = filters.JobFilter
    ordering = ("-created_at",)
    ordering_fields = (
        "created_at",
        "updated_at",
        "applied_date",
        "company_name",
        "role_title",
        "status",
        "fit_score",
        "ats_score",
        "interview_date",
        "last_followup_date",
    )

    def get_queryset(self) -> QuerySet[Job]:
        own = Job.objects.owned_by(self.user)
        if self.action == "restore":
            return own
        visible = own.visible_to(self.user)
        return visible.defer(*serializers.LONG_FIELDS) if self.leaves_out else visible

    def get_serializer_class(self) -> Any:
        if self.leaves_out:
            return serializers.JobListSerializer
        return serializers.JobSerializer

    @extend_schema(
        summary="Add a job",
        request=serializers.JobCreateSerializer,
        responses={201: serializers.JobSerializer},
        examples=[OpenApiExample("Add", JOB_EXAMPLE, request_only=True)],
    )
    def create(self, request: Request) -> Response:
        job = cards.add_job(by=self.user, **self.read_input(serializers.JobCreateSerializer))
        return self.answer(job, status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change a job",
        description="Changes what is sent. Replacing the notes needs If-Match with the ETag of the state you saw.",
        request=serializers.JobPatchSerializer,
        responses={200: serializers.JobSerializer},
        examples=[OpenApiExample("Close", {"status": "Closed", "closed_reason": "Rejected"}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        job = self.get_object()
        given = self.read_input(serializers.JobPatchSerializer, job)
        if "notes" in given:
            self.check_preconditions(job, required=True)
        return self.answer(cards.change_job(job, by=self.user, **given))

    @extend_schema(summary="Delete a job (it can be restored)", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        cards.delete_job(self.get_object(), by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Restore a deleted job", request=None, responses={200: serializers.JobSerializer})
    @action(detail=True, methods=["post"], takes_body=False)
    def restore(self, request: Request, pk: str) -> Response:
        return self.answer(cards.restore_job(self.get_object(), by=self.user))

    @extend_schema(summary="Sum my pipeline up", responses=serializers.PipelineSerializer)
    @action(detail=False)
    def pipeline(self, request: Request) -> Response:
        return Response(overview.summarise_pipeline(self.user))

    @extend_schema(
        summary="List jobs that nothing has happened to for two weeks", responses=serializers.StaleSerializer
    )
    @action(detail=False)
    def stale(self, request: Request) -> Response:
        stale = overview.list_stale(self.user)
        return Response({"stale_jobs": stale, "count": len(stale)})

    @extend_schema(summary="List jobs that want following up", responses=serializers.FollowUpsSerializer)
    @action(detail=False)
    def followups(self, request: Request) -> Response:
        return Response(overview.list_follow_ups(self.user))

    @extend_schema(
        summary="Search my jobs, companies and listings",
        parameters=[
            OpenApiParameter("q", str, required=True, description="What to look for, literally."),
            OpenApiParameter("types", str, description="Some of jobs,companies,listings; all where left out."),
        ],
        responses=serializers.FoundSerializer,
    )
    @action(detail=False, query_params=("q", "types"))
    def search(self, request: Request) -> Response:
        kinds = [kind.strip() for kind in request.query_params.get("types", ",".join(overview.SEARCHABLE)).split(",")]
        try:
            found = overview.search_pipeline(self.user, request.query_params.get("q", ""), kinds)
        except ValidationError as exc:
            raise ParameterError(exc.message_dict, code="invalid") from exc
        return Response(found)

    @extend_schema(
        summary="Note that I followed up today",
        request=serializers.FollowUpSerializer,
        responses={200: serializers.JobSerializer},
        examples=[OpenApiExample("Follow up", {"note": "Asked Grace for news."}, request_only=True)],
    )
    @action(detail=True, methods=["patch"])
    def followup(self, request: Request, pk: str) -> Response:
        job = self.get_object()
        given = self.read_input(serializers.FollowUpSerializer)
        return self.answer(cards.follow_up(job, by=self.user, text=given.get("note") or ""))

    @extend_schema(
        summary="Add a note",
        request=serializers.NewNoteSerializer,
        responses={200: serializers.NotesSerializer},
        examples=[OpenApiExample("Note", {"text": "They use PostgreSQL 18."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def notes(self, request: Request, pk: str) -> Response:
        job = self.get_object()
        given = self.read_input(serializers.NewNoteSerializer)
        noted = cards.add_note(job, by=self.user, text=given["text"])
        return Response({"notes": noted.notes}, headers={"ETag": make_etag(self.represent(noted))})

    @extend_schema(
        summary="Add an interview",
        request=serializers.NewInterviewSerializer,
        responses={201: serializers.InterviewSerializer},
        examples=[
            OpenApiExample(
                "Schedule",
                {"interview_date": "2027-01-15T10:00:00Z", "round": "Technical", "interviewer_name": "Grace Hopper"},
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"])
    def interview(self, request: Request, pk: str) -> Response:
        job = self.get_object()
        interview = interviews.schedule_interview(
            job, by=self.user, **self.read_input(serializers.NewInterviewSerializer)
        )
        return self._answer_interview(interview, status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Debrief the last interview",
        request=serializers.DebriefSerializer,
        responses={200: serializers.InterviewSerializer},
        examples=[OpenApiExample("Debrief", {"rating": 8, "went_well": "The design talk."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def debrief(self, request: Request, pk: str) -> Response:
        job = self.get_object()
        given = self.read_input(serializers.DebriefSerializer)
        try:
            interview = interviews.debrief(job, by=self.user, **given)
        except Interview.DoesNotExist as exc:
            raise NotFound("This job has no interview to debrief.", code="no_interview") from exc
        return self._answer_interview(interview)

    def _answer_interview(self, interview: Interview, *, status_code: int = status.HTTP_200_OK) -> Response:
        shown = dict(serializers.InterviewSerializer(interview, context=self.get_serializer_context()).data)
        return Response(shown, status=status_code, headers={"ETag": make_etag(shown)})

    @extend_schema(summary="Read a job's history, newest first", responses=TimelineEventSerializer(many=True))
    @action(
        detail=True,
        pagination_class=ResourceViewSet.pagination_class,
        query_params=("page", "page_size"),
        filter_backends=(),
        filterset_class=None,
    )
    def timeline(self, request: Request, pk: str) -> Response:
        history = TimelineEvent.objects.owned_by(self.user).of_job(self.get_object())
        page = self.paginate_queryset(history)
        return self.get_paginated_response(TimelineEventSerializer(page, many=True).data)


@extend_schema_view(
    list=extend_schema(summary="List my interviews"),
    retrieve=extend_schema(summary="Read an interview"),
)
class InterviewViewSet(mixins.ListModelMixin, RetrieveMixin, ResourceViewSet):
    """The caller's interviews; they are made at `jobs/{id}/interview/`."""

    queryset = Interview.objects.none()
    serializer_class = representation_class = serializers.InterviewSerializer
    filterset_class = filters.InterviewFilter
    ordering = ("-interview_date",)
    ordering_fields = ("interview_date", "created_at", "updated_at", "status", "rating")

    def get_queryset(self) -> QuerySet[Interview]:
        return Interview.objects.owned_by(self.user).visible_to(self.user).with_job()

    def get_object(self) -> Interview:
        """Return the interview; for a write with its card locked first, in the order every writer takes."""
        if self.request.method not in ("GET", "HEAD"):
            own = Interview.objects.owned_by(self.user).visible_to(self.user)
            interviews.lock_card(self._find(own).job_id)
        interview: Interview = super().get_object()
        return interview

    @extend_schema(
        summary="Change an interview",
        request=serializers.InterviewSerializer,
        responses={200: serializers.InterviewSerializer},
        examples=[OpenApiExample("Move", {"interview_date": "2027-01-16T10:00:00Z"}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        interview = self.get_object()
        given = self.read_input(serializers.InterviewSerializer, interview)
        return self.answer(interviews.change_interview(interview, by=self.user, **given))

    @extend_schema(summary="Cancel an interview", request=None, responses={200: serializers.InterviewSerializer})
    @action(detail=True, methods=["post"], takes_body=False)
    def cancel(self, request: Request, pk: str) -> Response:
        return self.answer(interviews.cancel_interview(self.get_object(), by=self.user))
