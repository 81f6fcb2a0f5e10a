"""Pages of a list: `{"count", "next", "previous", "results"}`, read and counted by one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet, Window
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from jobos.core.errors import ParameterError

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

DEFAULT_PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 100
LAST_OFFSET = 2**31 - 1
PARAMETERS = frozenset({"page", "page_size"})


def read_count(request: Request, name: str, *, default: int, most: int) -> int:
    """Return a whole-number query parameter from 1 to `most`; raise ParameterError for anything else."""
    text = request.query_params.get(name)
    if text is None:
        return default
    refusal = ParameterError({name: f"Give a whole number from 1 to {most}."}, code="invalid")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        raise refusal
    if not 1 <= int(text) <= most:
        raise refusal
    return int(text)


class PagePagination(BasePagination):
    """Numbered pages. The count comes with the rows (a window function), so a list is one statement."""

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        self.request = request
        self.page = read_count(request, "page", default=1, most=LAST_OFFSET)
        self.page_size = read_count(request, "page_size", default=DEFAULT_PAGE_SIZE, most=LARGEST_PAGE_SIZE)
        offset = (self.page - 1) * self.page_size
        if offset > LAST_OFFSET:
            raise NotFound("There is no such page.")
        rows = list(queryset.annotate(row_total=Window(Count("*")))[offset : offset + self.page_size])
        if not rows and self.page > 1:
            raise NotFound("There is no such page.")
        self.count: int = rows[0].row_total if rows else 0
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "count": self.count,
                "next": self._link(self.page + 1),
                "previous": self._link(self.page - 1),
                "results": data,
            }
        )

    def _link(self, page: int) -> str | None:
        if page < 1 or (page - 1) * self.page_size >= self.count:
            return None
        return self._address(page)

    def _address(self, page: int) -> str:
        url = self.request.build_absolute_uri()
        return remove_query_param(url, "page") if page == 1 else replace_query_param(url, "page", page)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "example": 123},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        def parameter(name: str, description: str, most: int, default: int) -> dict[str, Any]:
            schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
            return {"name": name, "required": False, "in": "query", "description": description, "schema": schema}

        return [
            parameter("page", "Which page.", LAST_OFFSET, 1),
            parameter("page_size", "Rows on a page.", LARGEST_PAGE_SIZE, DEFAULT_PAGE_SIZE),
        ]
