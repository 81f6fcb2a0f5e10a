"""Pages of lists that may be very long: the count stops where nobody leafs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Func, IntegerField, Subquery
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from jobos.core.pagination import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE, LAST_OFFSET, PagePagination, read_count

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.views import APIView

MOST_COUNTED = 10_000


class BoundedPagePagination(PagePagination):
    """Numbered pages whose `count` ends at 10,000, and says so. Rows and count are one statement."""

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        self.request = request
        self.page = read_count(request, "page", default=1, most=LAST_OFFSET)
        self.page_size = read_count(request, "page_size", default=DEFAULT_PAGE_SIZE, most=LARGEST_PAGE_SIZE)
        offset = (self.page - 1) * self.page_size
        if offset > LAST_OFFSET:
            raise NotFound("There is no such page.")
        counted = Subquery(queryset.order_by().values("pk")[: MOST_COUNTED + 1])
        total = Func(counted, template="(SELECT count(*) FROM %(expressions)s counted)", output_field=IntegerField())
        rows = list(queryset.annotate(row_total=total)[offset : offset + self.page_size + 1])
        if not rows and self.page > 1:
            raise NotFound("There is no such page.")
        counted_rows = rows[0].row_total if rows else 0
        self.count = min(counted_rows, MOST_COUNTED)
        self.count_is_exact = counted_rows <= MOST_COUNTED
        self.has_more = len(rows) > self.page_size
        return rows[: self.page_size]

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "count": self.count,
                "count_is_exact": self.count_is_exact,
                "next": self._address(self.page + 1) if self.has_more else None,
                "previous": self._address(self.page - 1) if self.page > 1 else None,
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["required"].append("count_is_exact")
        described["properties"]["count"]["maximum"] = MOST_COUNTED
        described["properties"]["count_is_exact"] = {"type": "boolean"}
        return described
