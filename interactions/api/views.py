"""What users do with listings, and their timeline, over REST: each verb calls one service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from interactions.api import filters, serializers
from interactions.models import EventType, InteractionType, JobUserInteraction, TimelineEvent
from interactions.services import listings, record_event
from interactions.services.summary import summarise_interactions
from jobos.accounts.permissions import RecruitersOnly
from jobos.core.pagination import read_count
from jobos.core.preconditions import check_if_match, make_etag
from jobos.core.viewsets import ResourceViewSet, RetrieveMixin
from jobs.api.serializers import JobSerializer
from jobs.models import JobListing
from jobs.services import applications, overview

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

SAVE_EXAMPLE = {"notes": "Ask Grace about the team.", "tags": ["remote", "postgresql"]}
APPLY_EXAMPLE = {
    "applied_date": "2026-11-24T10:00:00Z",
    "resume": "01a20d38-e2b7-7159-8ff0-000000000000",
    "resume_version": "Backend, two pages",
    "cover_letter": "Dear all,",
    "shared_with_recruiters": True,
}
REASON_EXAMPLE = OpenApiExample("Reason", {"reason": "Too far away."}, request_only=True)
ACTED = {200: serializers.InteractionSerializer, 201: serializers.InteractionSerializer}
DAYS = OpenApiParameter(
    "days",
    {"type": "integer", "minimum": 1, "maximum": overview.LONGEST_FORESIGHT, "default": overview.SOON_DAYS},
    description="How far to look ahead.",
)
REPEATS = "201 the first time. A repeat counts in the same row, and keeps what is not sent; null clears."


class ListingActionViewSet(ResourceViewSet):
    """What the caller does with a listing of the catalogue; If-Match names the state of the caller's own row."""

    queryset = JobListing.objects.none()
    serializer_class = representation_class = serializers.InteractionSerializer

    def get_queryset(self) -> QuerySet[JobListing]:
        visible: QuerySet[JobListing] = JobListing.objects.visible_to(self.user)
        return visible.select_related("company")

    def get_listing(self, kind: InteractionType | None = None) -> JobListing:
        """Return the listing, not locked: it is shared. If-Match is compared with the caller's row of this kind."""
        listing: JobListing = self._find(self.get_queryset())
        if "If-Match" in self.request.headers:
            if kind == InteractionType.APPLIED:
                applications.lock_sides(self.user.pk, listing.pk)
            own = JobUserInteraction.objects.owned_by(self.user).filter(job=listing, interaction_type=kind)
            row = own.with_listing().select_for_update(of=("self",), no_key=True).first()
            check_if_match(self.request, make_etag(self.represent(row)) if row else None)
        return listing

    def answer_act(self, row: JobUserInteraction) -> Response:
        return self.answer(row, status_code=status.HTTP_201_CREATED if row.is_first else status.HTTP_200_OK)

    @extend_schema(
        summary="Put a listing into my pipeline",
        description="Where I have applied already, the job starts there. An open job of the listing, or of the company "
        "and role, is a conflict that names it.",
        request=None,
        responses={201: JobSerializer},
    )
    @action(detail=True, methods=["post"], takes_body=False)
    def track(self, request: Request, pk: str) -> Response:
        job = applications.track_listing(self.get_listing(), by=self.user)
        shown = dict(JobSerializer(job, context=self.get_serializer_context()).data)
        return Response(shown, status=status.HTTP_201_CREATED, headers={"ETag": make_etag(shown)})

    @extend_schema(
        summary="Save a listing",
        description=REPEATS,
        request=serializers.SaveSerializer,
        responses=ACTED,
        examples=[OpenApiExample("Save", SAVE_EXAMPLE, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def save(self, request: Request, pk: str) -> Response:
        listing = self.get_listing(InteractionType.SAVED)
        given = self.read_input(serializers.SaveSerializer)
        return self.answer_act(listings.save_listing(listing, by=self.user, **given))

    @extend_schema(
        summary="Forget that I saved a listing",
        description="204 where it was not saved, too. Notes and tags are kept in the timeline.",
        responses={204: None},
    )
    @save.mapping.delete
    def unsave(self, request: Request, pk: str) -> Response:
        listings.unsave_listing(self.get_listing(InteractionType.SAVED), by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Record that I applied to a listing",
        description=f"{REPEATS} After an end (rejected, accepted, withdrawn) the application starts anew. A listing of "
        "any status will do: one may have applied elsewhere. The job of the pipeline follows. A resume is kept as it "
        "stands now; naming it again sends its newest version.",
        request=serializers.ApplySerializer,
        responses=ACTED,
        examples=[OpenApiExample("Apply", APPLY_EXAMPLE, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        listing = self.get_listing(InteractionType.APPLIED)
        given = self.read_input(serializers.ApplySerializer)
        return self.answer_act(applications.apply_to_listing(listing, by=self.user, **given))

    @extend_schema(summary="Record that I looked at a listing", description=REPEATS, request=None, responses=ACTED)
    @action(detail=True, methods=["post"], takes_body=False)
    def view(self, request: Request, pk: str) -> Response:
        return self.answer_act(listings.view_listing(self.get_listing(InteractionType.VIEWED), by=self.user))

    @extend_schema(
        summary="Hide a listing from my results",
        description=REPEATS,
        request=serializers.DismissSerializer,
        responses=ACTED,
        examples=[REASON_EXAMPLE],
    )
    @action(detail=True, methods=["post"])
    def hide(self, request: Request, pk: str) -> Response:
        listing = self.get_listing(InteractionType.HIDDEN)
        given = self.read_input(serializers.DismissSerializer)
        return self.answer_act(listings.hide_listing(listing, by=self.user, **given))

    @extend_schema(
        summary="Show a hidden listing again", description="204 where it was not hidden, too.", responses={204: None}
    )
    @hide.mapping.delete
    def unhide(self, request: Request, pk: str) -> Response:
        listings.unhide_listing(self.get_listing(InteractionType.HIDDEN), by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Turn a listing down",
        description=f"It leaves my results. {REPEATS}",
        request=serializers.DismissSerializer,
        responses=ACTED,
        examples=[REASON_EXAMPLE],
    )
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        listing = self.get_listing(InteractionType.REJECTED_BY_USER)
        given = self.read_input(serializers.DismissSerializer)
        return self.answer_act(listings.reject_listing(listing, by=self.user, **given))


LISTING = OpenApiParameter("listing", OpenApiTypes.UUID, OpenApiParameter.PATH)


@extend_schema_view(
    list=extend_schema(
        summary="List who applied to a listing",
        description="Recruiters only; the applications that their owners share.",
        parameters=[LISTING],
        responses=serializers.ApplicantListSerializer(many=True),
    ),
    retrieve=extend_schema(summary="Read an application to a listing", parameters=[LISTING]),
)
class ApplicantViewSet(mixins.ListModelMixin, RetrieveMixin, ResourceViewSet):
    """The applications to one listing that their owners share, for recruiters."""

    queryset = JobUserInteraction.objects.none()
    serializer_class = representation_class = serializers.ApplicantSerializer
    permission_classes = (RecruitersOnly,)
    filterset_class = filters.ApplicantFilter
    ordering = ("-last_interaction",)
    ordering_fields = ("last_interaction", "applied_date", "response_date", "user__full_name")

    def get_queryset(self) -> QuerySet[JobUserInteraction]:
        listing = get_object_or_404(JobListing.objects.visible_to(self.user), pk=self.kwargs["listing"])
        shared = JobUserInteraction.objects.shared_with(self.user).filter(job=listing).select_related("user")
        return shared.with_resume_title() if self.action == "list" else shared.select_related("resume")

    def get_serializer_class(self) -> Any:
        return serializers.ApplicantListSerializer if self.action == "list" else serializers.ApplicantSerializer

    def get_object(self) -> JobUserInteraction:
        """Return the application; for a write with both sides locked first, in the order every writer takes."""
        if self.request.method not in SAFE_METHODS:
            found = self._find(self.get_queryset())
            applications.lock_sides(found.user_id, found.job_id)
        application: JobUserInteraction = super().get_object()
        return application

    @extend_schema(
        summary="Move an application",
        description="The applicant's job follows, and their timeline says who moved it.",
        parameters=[LISTING],
        request=serializers.ApplicantPatchSerializer,
        responses={200: serializers.ApplicantSerializer},
        examples=[OpenApiExample("Invite", {"application_status": "interviewing"}, request_only=True)],
    )
    def partial_update(self, request: Request, listing: str, pk: str) -> Response:
        application = self.get_object()
        given = self.read_input(serializers.ApplicantPatchSerializer, application)
        if given:
            application = applications.move_applicant(application, by=self.user, **given)
        return self.answer(application)


class OwnInteractions(ResourceViewSet):
    """What the caller did with listings, latest first."""

    queryset = JobUserInteraction.objects.none()
    serializer_class = representation_class = serializers.InteractionSerializer
    ordering = ("-last_interaction",)
    ordering_fields = ("last_interaction", "first_interaction", "applied_date", "saved_date", "created_at")

    def get_queryset(self) -> QuerySet[JobUserInteraction]:
        own = JobUserInteraction.objects.owned_by(self.user).with_listing()
        return own.with_short_data().defer(*serializers.LONG_FIELDS) if self.action == "list" else own

    def get_serializer_class(self) -> Any:
        listed = self.action == "list"
        return serializers.InteractionListSerializer if listed else serializers.InteractionSerializer


@extend_schema_view(
    list=extend_schema(
        summary="List what I did with listings", responses=serializers.InteractionListSerializer(many=True)
    ),
    retrieve=extend_schema(summary="Read what I did with a listing"),
)
class InteractionViewSet(mixins.ListModelMixin, RetrieveMixin, OwnInteractions):
    """What the caller did with listings."""

    filterset_class = filters.InteractionFilter

    def get_object(self) -> JobUserInteraction:
        """Return the row; an application that will be written with both sides locked first."""
        if self.request.method not in SAFE_METHODS:
            found = self._find(JobUserInteraction.objects.owned_by(self.user))
            if found.interaction_type == InteractionType.APPLIED:
                applications.lock_sides(found.user_id, found.job_id)
        row: JobUserInteraction = super().get_object()
        return row

    @extend_schema(
        summary="Change what I noted about a listing",
        description="An application takes everything but tags, a saved listing tags and notes, other rows notes. "
        "The job of the pipeline follows the status and the date of an application.",
        request=serializers.InteractionPatchSerializer,
        responses={200: serializers.InteractionSerializer},
        examples=[OpenApiExample("Invited", {"application_status": "interviewing"}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        given = self.read_input(serializers.InteractionPatchSerializer, row)
        return self.answer(applications.change_application(row, by=self.user, **given))

    @extend_schema(summary="Sum up what I did with listings", responses=serializers.StatisticsSerializer)
    @action(detail=False)
    def statistics(self, request: Request) -> Response:
        return Response(summarise_interactions(self.user))


@extend_schema_view(
    list=extend_schema(summary="List what I saved", responses=serializers.InteractionListSerializer(many=True))
)
class SavedViewSet(mixins.ListModelMixin, OwnInteractions):
    """The listings that the caller saved."""

    def get_queryset(self) -> QuerySet[JobUserInteraction]:
        return super().get_queryset().filter(interaction_type=InteractionType.SAVED)


@extend_schema_view(
    list=extend_schema(summary="List my applications", responses=serializers.InteractionListSerializer(many=True))
)
class ApplicationViewSet(mixins.ListModelMixin, OwnInteractions):
    """The caller's applications to listings."""

    filterset_class = filters.ApplicationFilter

    def get_queryset(self) -> QuerySet[JobUserInteraction]:
        return super().get_queryset().filter(interaction_type=InteractionType.APPLIED)


@extend_schema_view(list=extend_schema(summary="Read my history, newest first"))
class TimelineViewSet(mixins.ListModelMixin, ResourceViewSet):
    """The caller's history: read, and added to; never rewritten."""

    queryset = TimelineEvent.objects.none()
    serializer_class = representation_class = serializers.TimelineEventSerializer
    filterset_class = filters.TimelineFilter
    ordering = ("-event_date",)
    ordering_fields = ("event_date", "created_at")

    def get_queryset(self) -> QuerySet[TimelineEvent]:
        return TimelineEvent.objects.owned_by(self.user)

    @extend_schema(
        summary="Add an event of my own",
        request=serializers.NewEventSerializer,
        responses={201: serializers.TimelineEventSerializer},
        examples=[
            OpenApiExample(
                "Fair", {"title": "Met Grace at a fair", "event_date": "2026-11-20T14:00:00Z"}, request_only=True
            )
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.read_input(serializers.NewEventSerializer)
        listing, at = given.pop("listing", None), given.pop("event_date", None)
        event = record_event(
            EventType.CUSTOM_EVENT,
            given.pop("title"),
            owner_id=self.user.pk,
            by=self.user,
            at=at,
            listing_id=listing and listing.pk,
            **given,
        )
        return self.answer(event, status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="List what lies ahead, next first",
        description="Scheduled interviews, follow-up dates of open applications, deadlines of saved listings that I "
        f"have not applied to, and events dated ahead; at most {overview.MOST_UPCOMING}.",
        parameters=[DAYS],
        responses=serializers.UpcomingSerializer(many=True),
    )
    @action(detail=False, query_params=("days",), pagination_class=None, filter_backends=())
    def upcoming(self, request: Request) -> Response:
        days = read_count(request, "days", default=overview.SOON_DAYS, most=overview.LONGEST_FORESIGHT)
        coming = overview.list_upcoming(self.user, days=days)
        return Response(serializers.UpcomingSerializer(coming, many=True).data)
