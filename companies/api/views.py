"""Companies over REST: the directory, typing ahead, and the caller's own list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.response import Response

from companies import services
from companies.api import filters, serializers
from companies.models import Company, TargetCompany
from jobos.core.errors import ParameterError
from jobos.core.viewsets import ResourceViewSet, RetrieveMixin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


@extend_schema_view(
    retrieve=extend_schema(summary="Read a company of the directory", responses=serializers.CompanySerializer)
)
class CompanyViewSet(RetrieveMixin, ResourceViewSet):
    """The shared directory, as far as the caller may see it."""

    queryset = Company.objects.none()
    serializer_class = representation_class = serializers.CompanySerializer

    def get_queryset(self) -> QuerySet[Company]:
        return Company.objects.visible_to(self.request.user)

    @extend_schema(
        summary="Type ahead over the companies I track",
        description="At most five, best match first; excluded ones are left out.",
        parameters=[OpenApiParameter("q", str, required=True, description="At least two characters, literally.")],
        responses=serializers.CompanySuggestionSerializer(many=True),
    )
    @action(detail=False, query_params=("q",), pagination_class=None, filter_backends=())
    def search(self, request: Request) -> Response:
        try:
            found = services.search_tracked_companies(self.user, request.query_params.get("q", ""))
        except ValidationError as exc:
            raise ParameterError(exc.message_dict, code="invalid") from exc
        return Response([services.suggest(target) for target in found])


@extend_schema_view(
    list=extend_schema(summary="List the companies I track"),
    retrieve=extend_schema(summary="Read what I think of a company"),
    destroy=extend_schema(summary="Stop tracking a company (jobs stay)"),
)
class TargetCompanyViewSet(mixins.ListModelMixin, RetrieveMixin, mixins.DestroyModelMixin, ResourceViewSet):
    """The caller's own list of companies."""

    queryset = TargetCompany.objects.none()
    serializer_class = representation_class = serializers.TargetCompanySerializer
    filterset_class = filters.TargetCompanyFilter
    ordering = ("lane", "company__name")
    ordering_fields = ("lane", "created_at", "updated_at", "last_researched", "company__name")

    def get_queryset(self) -> QuerySet[TargetCompany]:
        return TargetCompany.objects.owned_by(self.request.user).with_company()

    @extend_schema(
        summary="Track a company",
        request=serializers.NewTargetCompanySerializer,
        responses={201: serializers.TargetCompanySerializer},
        examples=[
            OpenApiExample("Track", {"name": "Acme, Inc.", "website": "acme.example", "lane": 1}, request_only=True)
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.read_input(serializers.NewTargetCompanySerializer)
        target = services.track_company(by=self.user, **given)
        return self.answer(target, status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change what I think of a company",
        request=serializers.TargetCompanySerializer,
        responses={200: serializers.TargetCompanySerializer},
        examples=[OpenApiExample("Exclude", {"is_excluded": True, "notes": "Hybrid only."}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        target = self.get_object()
        given = self.read_input(serializers.TargetCompanySerializer, target)
        return self.answer(services.change_target(target, **given))
