"""Pages of a list: by number, read and counted by one statement, or by cursor, where a list is too long to count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.core import signing
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

    parameters: ClassVar[frozenset[str]] = PARAMETERS

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
        return [
            _describe_count("page", "Which page.", LAST_OFFSET, 1),
            _describe_count("page_size", "Rows on a page.", LARGEST_PAGE_SIZE, DEFAULT_PAGE_SIZE),
        ]


def _describe_count(name: str, description: str, most: int, default: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return {"name": name, "required": False, "in": "query", "description": description, "schema": schema}


@dataclass(frozen=True)
class Cursor:
    """A place in an ordered list, from which a page goes on or back, and the count that its first page told.

    `key` holds what the row beside the place is ordered by, as JSON values that end in its key.
    """

    order: str
    key: tuple[Any, ...]
    is_backward: bool
    count: int
    is_exact: bool


class CursorPagination(BasePagination):
    """Pages by signed cursors, for lists that are read by the key of their last row and never by an offset.

    Whoever reads the rows does so from the cursor; this class reads and writes cursors and describes the answer.
    """

    parameters: ClassVar[frozenset[str]] = frozenset({"cursor", "page_size"})
    signer = signing.Signer(salt="jobos.cursor")

    def read_size(self, request: Request) -> int:
        return read_count(request, "page_size", default=DEFAULT_PAGE_SIZE, most=LARGEST_PAGE_SIZE)

    def read_cursor(self, request: Request, order: str) -> Cursor | None:
        """Return the request's cursor, None on a first page; refuse one that is not ours or of another order."""
        text = request.query_params.get("cursor")
        if text is None:
            return None
        refusal = ParameterError({"cursor": "Give a cursor as `next` or `previous` has it."}, code="invalid")
        try:
            kept_order, key, is_backward, count, is_exact = self.signer.unsign_object(text)
        except signing.BadSignature as exc:
            raise refusal from exc
        if kept_order != order:
            raise refusal
        return Cursor(order, tuple(key), is_backward, count, is_exact)

    def link(self, request: Request, cursor: Cursor | None) -> str | None:
        """Return the address of the page at a cursor, None for no page."""
        if cursor is None:
            return None
        text = self.signer.sign_object([cursor.order, cursor.key, cursor.is_backward, cursor.count, cursor.is_exact])
        return replace_query_param(request.build_absolute_uri(), "cursor", text)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "count_is_exact", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "example": 10_000, "description": "How many; capped."},
                "count_is_exact": {"type": "boolean", "example": False, "description": "False: at least that many."},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        words = "Where to go on: from `next` or `previous` of an answer."
        return [
            {"name": "cursor", "required": False, "in": "query", "description": words, "schema": {"type": "string"}},
            _describe_count("page_size", "Rows on a page.", LARGEST_PAGE_SIZE, DEFAULT_PAGE_SIZE),
        ]
