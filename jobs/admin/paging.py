"""Pages of the catalogue, over a million rows as over ten.

What matches is looked for once: its keys, up to a bound. They say how many there are, and where they are few the page
is made of them. Where they are many, a page's keys come first and its rows by those alone, so that a far page costs no
more than its keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from unfold.views import ChangeList

from jobos.core.admin import BoundedPaginator

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.http import HttpRequest

# Nobody leafs further; beyond it a list says "more than" and wants to be narrowed.
MOST_LEAFED = 3_000


class CataloguePaginator(BoundedPaginator):
    template_name = "admin/jobs/joblisting/pagination.html"

    @cached_property
    def found(self) -> list[Any]:
        """The keys of what matches, in no order; one more than can be leafed where there are more."""
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return list(rows)
        return list(rows.order_by().values_list("pk", flat=True)[: MOST_LEAFED + 1])

    @property
    def is_capped(self) -> bool:
        """Tell whether there are more rows than can be leafed."""
        return len(self.found) > MOST_LEAFED

    @cached_property
    def count(self) -> int:
        """Return how many rows can be leafed."""
        return min(len(self.found), MOST_LEAFED)

    def page(self, number: Any) -> Page[Any]:
        """Return a page whose rows are fetched by their keys; the last one where the list has become shorter."""
        found = super().page(min(number, self.num_pages))
        if isinstance(self.object_list, QuerySet) and isinstance(found.object_list, QuerySet):
            start = self.per_page * (found.number - 1)
            keys = list(self._find_keys(start, min(start + self.per_page, self.count)))
            found.object_list = self.object_list.filter(pk__in=keys)
        return found

    def _find_keys(self, start: int, end: int) -> Any:
        rows: Any = self.object_list
        if self.is_capped:
            return rows.values_list("pk", flat=True)[start:end]
        matching = rows.model._default_manager.filter(pk__in=self.found)  # noqa: SLF001 - Django's own admin asks it.
        return matching.order_by(*rows.query.order_by).values_list("pk", flat=True)[start:end]


class CatalogueList(ChangeList):  # type: ignore[misc]
    """A list whose only page is made by the paginator too."""

    page_num: int

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.page_num = min(self.page_num, self.paginator.num_pages)
        if not self.multi_page:
            self.result_list = self.paginator.page(1).object_list
