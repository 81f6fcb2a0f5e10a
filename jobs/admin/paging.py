"""Pages of the catalogue: counted to a bound, and fetched by key, so that a far page costs no more than its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import cached_property

from jobos.core.admin import BoundedPaginator

if TYPE_CHECKING:
    from django.core.paginator import Page

# Nobody leafs further; beyond it a list says "more than" and wants to be narrowed.
MOST_LEAFED = 10_000


class CataloguePaginator(BoundedPaginator):
    template_name = "admin/jobs/joblisting/pagination.html"

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return rows.order_by().values("pk")[: MOST_LEAFED + 1].count()

    @property
    def is_capped(self) -> bool:
        """Tell whether there are more rows than were counted."""
        return self.count > MOST_LEAFED

    @cached_property
    def num_pages(self) -> int:
        """Return how many pages can be opened."""
        leafed = min(self.count, MOST_LEAFED)
        return max(1, -(-leafed // self.per_page))

    def page(self, number: Any) -> Page[Any]:
        """Return a page: its keys first, then the rows of those alone."""
        found = super().page(number)
        if isinstance(found.object_list, QuerySet) and isinstance(self.object_list, QuerySet):
            keys = list(found.object_list.values_list("pk", flat=True))
            found.object_list = self.object_list.filter(pk__in=keys)
        return found
