"""The catalogue over REST: lists and searches by fixed SQL, each write by one service; and what recruiters review."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response

from jobos.accounts.permissions import RecruitersOnly, RecruitersWrite
from jobos.core.errors import ParameterError, translate
from jobos.core.pagination import CursorPagination
from jobos.core.parsers import BulkJSONParser
from jobos.core.problems import describe_errors
from jobos.core.viewsets import ResourceViewSet, RetrieveMixin
from jobs.api import listing_filters as filters
from jobs.api import listing_serializers as serializers
from jobs.api.listing_json import LISTING
from jobs.models import JobDeduplication, JobListing, JobSource
from jobs.services import duplicates, facets, listings, search, sources
from jobs.services.criteria import make_criteria

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

LISTING_EXAMPLE = {
    "company_name": "Acme",
    "website": "https://acme.example",
    "title": "Backend engineer",
    "location": "Berlin",
    "remote_type": "Hybrid",
    "salary_min": "70000.00",
    "salary_max": "90000.00",
    "salary_currency": "EUR",
    "skills_required": ["Python", "PostgreSQL"],
    "job_url": "https://acme.example/jobs/7",
    "description": "You build the API of our catalogue.",
}


def _describe_counts(*names: str) -> dict[str, Any]:
    """Return the schema of a list of values with how often each occurs."""
    texts = {name: {"type": "string"} for name in names}
    properties = {**texts, "count": {"type": "integer"}}
    return {"type": "array", "items": {"type": "object", "required": list(properties), "properties": properties}}


FACETS_SCHEMA = {
    "type": "object",
    "description": "With facets=true: how often each value occurs among what matches, or among the newest of it.",
    "required": ["exact", "counted", *facets.FACETS, "companies"],
    "properties": {
        "exact": {"type": "boolean"},
        "counted": {"type": "integer"},
        **{name: _describe_counts("value") for name in facets.FACETS},
        "companies": _describe_counts("id", "name"),
    },
}


class CataloguePagination(CursorPagination):
    """Pages of the catalogue, with facets where they are asked for."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["properties"]["facets"] = FACETS_SCHEMA
        return described


ORDERING = OpenApiParameter(
    "ordering", str, enum=search.ORDERS, description="-listed_at; with q relevance, best and then newest first."
)


@extend_schema_view(retrieve=extend_schema(summary="Read a listing", responses=serializers.ListingSerializer))
class ListingViewSet(RetrieveMixin, ResourceViewSet):
    """The shared catalogue: everybody reads, recruiters write."""

    queryset = JobListing.objects.none()
    serializer_class = representation_class = serializers.ListingSerializer
    filterset_class = filters.ListingFilter
    pagination_class = CataloguePagination
    permission_classes = (RecruitersWrite,)

    def get_queryset(self) -> QuerySet[JobListing]:
        catalogue: QuerySet[JobListing] = JobListing.objects.visible_to(self.request.user).with_company()
        return catalogue

    def declared_parameters(self) -> set[str]:
        return super().declared_parameters() | ({"ordering"} if self.action == "list" else set())

    @extend_schema(
        summary="List and search the catalogue",
        description="What the caller hid or rejected is left out. With q the newest 500 matches are ranked.",
        parameters=[ORDERING],
        responses=serializers.ListingListSerializer(many=True),
    )
    def list(self, request: Request) -> HttpResponse:
        values = filters.read_filters(request.query_params)
        wants_facets = values.pop("facets", False)
        criteria = make_criteria(self.user, values)
        paging = CataloguePagination()
        order = self._read_order(has_words=bool(criteria.words))
        window = search.Window(LISTING, order, paging.read_size(request), paging.read_cursor(request, order))
        candidates = None
        if criteria.words:
            page, candidates = search.search_page(criteria, window)
        else:
            page = search.read_page(criteria, window)
        head: dict[str, Any] = {
            "count": page.count,
            "count_is_exact": page.is_exact,
            "next": paging.link(request, page.following),
            "previous": paging.link(request, page.preceding),
        }
        if wants_facets:
            head["facets"] = facets.count_facets(criteria, candidates)
        # The rows are JSON already: PostgreSQL wrote them.
        text = f'{json.dumps(head, ensure_ascii=False)[:-1]}, "results": [{",".join(page.rows)}]}}'
        return HttpResponse(text, content_type="application/json")

    def _read_order(self, *, has_words: bool) -> str:
        default = search.BY_RELEVANCE if has_words else search.NEWEST_FIRST
        order = self.request.query_params.get("ordering", default)
        allowed = search.ORDERS if has_words else (search.NEWEST_FIRST, search.OLDEST_FIRST)
        if order not in allowed:
            raise ParameterError({"ordering": f"Order by one of: {', '.join(allowed)}."}, code="invalid")
        return order

    @extend_schema(
        summary="List listings like this one",
        description="By the words of its title, its skills and its level; at most ten, most alike first.",
        responses=serializers.ListingListSerializer(many=True),
    )
    @action(detail=True, pagination_class=None, filter_backends=(), filterset_class=None)
    def similar(self, request: Request, pk: str) -> HttpResponse:
        listing = self.get_object()
        rows = search.find_similar(listing, user=self.user, shown=LISTING)
        return HttpResponse(f"[{','.join(rows)}]", content_type="application/json")

    @extend_schema(
        summary="Add a listing",
        request=serializers.NewListingSerializer,
        responses={201: serializers.ListingSerializer},
        examples=[OpenApiExample("Add", LISTING_EXAMPLE, request_only=True)],
    )
    def create(self, request: Request) -> Response:
        listing = listings.add_listing(by=self.user, **self.read_input(serializers.NewListingSerializer))
        return self.answer(listing, status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change a listing",
        request=serializers.ListingPatchSerializer,
        responses={200: serializers.ListingSerializer},
        examples=[OpenApiExample("Retire", {"status": "filled"}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        listing = self.get_object()
        given = self.read_input(serializers.ListingPatchSerializer, listing)
        return self.answer(listings.change_listing(listing, by=self.user, **given))

    @extend_schema(
        summary="Delete a listing",
        description="Refused (409) where somebody saved it or applied to it: retire it with a status.",
        responses={204: None},
    )
    def destroy(self, request: Request, pk: str) -> Response:
        listings.delete_listing(self.get_object(), by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Add and change many listings",
        description="Up to 1,000 items. With an id an item changes that listing, without one it adds one. An item that is "
        "refused stops none of the others; each has a result with its status and, where refused, its errors.",
        request=serializers.BulkSerializer,
        responses={200: serializers.BulkAnswerSerializer},
        examples=[OpenApiExample("Two", {"listings": [LISTING_EXAMPLE]}, request_only=True)],
    )
    @action(
        detail=False,
        methods=["post"],
        parser_classes=(BulkJSONParser,),
        pagination_class=None,
        filter_backends=(),
        filterset_class=None,
    )
    def bulk(self, request: Request) -> Response:
        items = self.read_input(serializers.BulkSerializer)["listings"]
        context = self.get_serializer_context()
        readers = {
            partial: serializers.BulkItemSerializer(partial=partial, context=context) for partial in (True, False)
        }
        valid, results = [], {}
        for index, item in enumerate(items):
            try:
                valid.append((index, readers[isinstance(item, dict) and "id" in item].run_validation(item)))
            except ValidationError as exc:
                results[index] = _refuse(index, exc)
        for outcome in listings.write_listings(valid, by=self.user):
            results[outcome.index] = _report(outcome)
        ordered = [results[index] for index in range(len(items))]
        outcomes = [result["outcome"] for result in ordered]
        counts = {word: outcomes.count(word) for word in ("created", "updated", "unchanged", "refused")}
        return Response({**counts, "results": ordered})


def _report(outcome: listings.Outcome) -> dict[str, Any]:
    if outcome.error is not None:
        return _refuse(outcome.index, outcome.error)
    code = status.HTTP_201_CREATED if outcome.outcome == "created" else status.HTTP_200_OK
    return {"index": outcome.index, "status": code, "id": outcome.listing_id, "outcome": outcome.outcome}


def _refuse(index: int, error: Exception) -> dict[str, Any]:
    """Return the result of a refused item: its errors as problem+json has them, pointing into the whole body."""
    refusal = translate(error)
    if not isinstance(refusal, APIException):
        raise error
    detail = refusal.detail
    nested: Any = detail if isinstance(detail, dict) else {"non_field_errors": detail}
    return {
        "index": index,
        "status": refusal.status_code,
        "id": None,
        "outcome": "refused",
        "errors": describe_errors(ValidationError({"listings": {str(index): nested}})),
    }


@extend_schema_view(
    list=extend_schema(summary="List the sources of listings"),
    retrieve=extend_schema(summary="Read a source"),
)
class JobSourceViewSet(mixins.ListModelMixin, RetrieveMixin, ResourceViewSet):
    """The places that listings come from; for recruiters."""

    queryset = JobSource.objects.none()
    serializer_class = representation_class = serializers.JobSourceSerializer
    filterset_class = filters.JobSourceFilter
    permission_classes = (RecruitersOnly,)
    ordering = ("name",)
    ordering_fields = ("name", "last_scraped", "created_at")

    def get_queryset(self) -> QuerySet[JobSource]:
        return JobSource.objects.visible_to(self.request.user)

    @extend_schema(
        summary="Add a source",
        request=serializers.JobSourceSerializer,
        responses={201: serializers.JobSourceSerializer},
        examples=[OpenApiExample("Add", {"name": "usajobs", "base_url": "https://usajobs.gov"}, request_only=True)],
    )
    def create(self, request: Request) -> Response:
        source = JobSource(**self.read_input(serializers.JobSourceSerializer))
        source.save(force_insert=True)
        return self.answer(source, status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change a source",
        request=serializers.JobSourceSerializer,
        responses={200: serializers.JobSourceSerializer},
        examples=[OpenApiExample("Switch off", {"is_active": False}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        source = self.get_object()
        given = self.read_input(serializers.JobSourceSerializer, source)
        for name, value in given.items():
            setattr(source, name, value)
        source.save(update_fields=[*given, "updated_at"])
        return self.answer(source)

    @extend_schema(summary="Delete a source (its listings stay)", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        sources.delete_source(self.get_object(), by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    list=extend_schema(summary="List listings that look like one posting, surest first"),
    retrieve=extend_schema(summary="Read a pair"),
)
class DuplicateViewSet(mixins.ListModelMixin, RetrieveMixin, ResourceViewSet):
    """The review queue of duplicates; for recruiters."""

    queryset = JobDeduplication.objects.none()
    serializer_class = representation_class = serializers.DuplicateSerializer
    filterset_class = filters.DuplicateFilter
    permission_classes = (RecruitersOnly,)
    ordering = ("-confidence_score",)
    ordering_fields = ("confidence_score", "created_at", "updated_at")

    def get_queryset(self) -> QuerySet[JobDeduplication]:
        return JobDeduplication.objects.visible_to(self.request.user).with_listings()

    @extend_schema(
        summary="Accept: both are one posting",
        description="The copy points at the original and is retired; its sources count for the original.",
        request=None,
        responses={200: serializers.DuplicateSerializer},
    )
    @action(detail=True, methods=["post"], takes_body=False)
    def accept(self, request: Request, pk: str) -> Response:
        return self._answer(duplicates.accept_duplicate(self.get_object(), by=self.user))

    @extend_schema(
        summary="Keep apart: they are two postings", request=None, responses={200: serializers.DuplicateSerializer}
    )
    @action(detail=True, methods=["post"], takes_body=False, url_path="keep-apart")
    def keep_apart(self, request: Request, pk: str) -> Response:
        return self._answer(duplicates.keep_apart(self.get_object(), by=self.user))

    @extend_schema(
        summary="Take the decision about a pair back",
        request=None,
        responses={200: serializers.DuplicateSerializer},
    )
    @action(detail=True, methods=["post"], takes_body=False)
    def reopen(self, request: Request, pk: str) -> Response:
        return self._answer(duplicates.reopen_duplicate(self.get_object(), by=self.user))

    def _answer(self, pair: JobDeduplication) -> Response:
        return self.answer(self.get_queryset().get(pk=pair.pk))
