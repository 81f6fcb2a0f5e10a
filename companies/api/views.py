"""Companies over REST: the directory, typing ahead, and the caller's own list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from companies import services
from companies.api import filters, serializers
from companies.api.pagination import BoundedPagePagination
from companies.models import Company, TargetCompany
from jobos.accounts.permissions import RecruitersWrite
from jobos.core.errors import ParameterError
from jobos.core.pagination import PARAMETERS
from jobos.core.viewsets import ResourceViewSet, RetrieveMixin
from jobs.models import JobListing, ListingStatus

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


@extend_schema_view(
    list=extend_schema(
        summary="List or search the directory",
        description="With `q` the best match comes first: the whole name, its beginning, a word's beginning, any part;"
        " where nothing matches, slips of the pen are forgiven. `count` ends at 10,000.",
    ),
    retrieve=extend_schema(summary="Read a company of the directory", responses=serializers.CompanySerializer),
)
class CompanyViewSet(mixins.ListModelMixin, RetrieveMixin, ResourceViewSet):
    """The shared directory, as far as the caller may see it; recruiters write it."""

    queryset = Company.objects.none()
    serializer_class = representation_class = serializers.CompanySerializer
    filterset_class = filters.CompanyFilter
    pagination_class = BoundedPagePagination
    permission_classes = (RecruitersWrite,)
    ordering_fields = ("name", "founded_year")

    @property
    def ordering(self) -> tuple[str, ...]:
        """The best match first where something is looked for, else by name."""
        return ("match_rank",) if self.request.query_params.get("q", "").strip() else ("name",)

    def get_queryset(self) -> QuerySet[Company]:
        return Company.objects.visible_to(self.request.user)

    @extend_schema(
        summary="Put a company into the directory",
        description="409 with `existing_id` where it is there already; one that a job seeker typed is taken over.",
        request=serializers.CompanyInputSerializer,
        responses={201: serializers.CompanySerializer},
        examples=[
            OpenApiExample(
                "Add",
                {"name": "Acme, Inc.", "website": "acme.example", "industry": "Tools", "size": "51-200 employees"},
                request_only=True,
            )
        ],
    )
    def create(self, request: Request) -> Response:
        company = services.add_company(by=self.user, **self.read_input(serializers.CompanyInputSerializer))
        return self.answer(company, status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change a company of the directory",
        request=serializers.CompanyInputSerializer,
        responses={200: serializers.CompanySerializer},
        examples=[OpenApiExample("Confirm", {"is_confirmed": True, "location": "Berlin"}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        company = self.get_object()
        return self.answer(
            services.change_company(company, **self.read_input(serializers.CompanyInputSerializer, company))
        )

    @extend_schema(
        summary="List a company's postings, newest first",
        parameters=[OpenApiParameter("status", str, enum=ListingStatus.values, description="All where left out.")],
        responses=serializers.CompanyListingSerializer(many=True),
    )
    @action(detail=True, query_params=("status", *sorted(PARAMETERS)), filter_backends=())
    def listings(self, request: Request, pk: str) -> Response:
        rows = JobListing.objects.visible_to(self.user).filter(company=self.get_object())
        wanted = request.query_params.get("status")
        if wanted is not None:
            if wanted not in ListingStatus.values:
                raise ParameterError({"status": f"One of: {', '.join(ListingStatus.values)}."}, code="invalid")
            rows = rows.filter(status=wanted)
        page = self.paginate_queryset(rows.order_by("-listed_at", "-pk"))
        return self.get_paginated_response(serializers.CompanyListingSerializer(page, many=True).data)

    @extend_schema(
        summary="Ask which company a name and website mean",
        description="Says what the matcher would do and why, and writes nothing.",
        request=serializers.MentionSerializer,
        responses=serializers.MatchSerializer,
        examples=[OpenApiExample("Ask", {"name": "ACME Ltd.", "website": "acme.example"}, request_only=True)],
    )
    @action(
        detail=False,
        methods=["post"],
        permission_classes=(IsAuthenticated,),
        pagination_class=None,
        filter_backends=(),
    )
    def match(self, request: Request) -> Response:
        match, why, alike = services.match_company(**self.read_input(serializers.MentionSerializer), by=self.user)
        answer = {
            "company": match.company if match else None,
            "rule": match.rule if match else services.MatchRule.NONE,
            "why": why,
            "suggestions": [
                {"company": company, "score": likeness.score, "why": likeness.why} for company, likeness in alike
            ],
        }
        return Response(serializers.MatchSerializer(answer, context=self.get_serializer_context()).data)

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
        return services.with_open_roles(TargetCompany.objects.owned_by(self.request.user).with_company())

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
        return self.answer(self.get_queryset().get(pk=target.pk), status_code=status.HTTP_201_CREATED)

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
