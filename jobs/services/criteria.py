"""What somebody looks for in the catalogue, as conditions in SQL on the table `l` of listings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from interactions.models import DISMISSING_TYPES
from jobs.models import ListingStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobos.accounts.models import User

# The parameters that tell who asks.
ASKER = ("user", "is_superuser")
_DISMISSALS = ", ".join(f"'{kind.value}'" for kind in DISMISSING_TYPES)
# What the user hid or rejected, in one subquery: an exclusion over the relation would drop what others hid.
NOT_DISMISSED = f"""NOT EXISTS (
    SELECT FROM job_user_interactions i
    WHERE i.user_id = %(user)s AND i.job_id = l.id AND i.interaction_type IN ({_DISMISSALS}))"""
# One value keeps the order of an index; several cannot.
_CHOICES = ("job_type", "remote_type", "experience_level", "seniority_level")
_CONDITIONS = {
    "company_name": "l.company_id IN (SELECT id FROM companies WHERE name ILIKE %(company_name)s)",
    "location": "l.location ILIKE %(location)s",
    "currency": "l.salary_currency = %(currency)s",
    "skills": "l.skill_keys @> %(skills)s::text[]",
    "posted_within_days": "l.listed_at >= now() - make_interval(days => %(posted_within_days)s)",
    "source": "l.source = %(source)s",
}
_PARTIAL = ("company_name", "location")


@dataclass(frozen=True)
class Criteria:
    """What somebody looks for in the catalogue: conditions on `l` with their values, and words to search."""

    where: str
    params: dict[str, Any] = field(repr=False)
    words: str = ""
    status: str = ListingStatus.ACTIVE

    @property
    def shown_where(self) -> str:
        """The conditions, and that the user has not dismissed the listing."""
        return f"{self.where} AND {NOT_DISMISSED}"


def make_criteria(user: User, values: Mapping[str, Any]) -> Criteria:
    """Return the criteria for checked values of the catalogue's filters."""
    wanted = ListingStatus(values.get("status", ListingStatus.ACTIVE))
    conditions = [f"l.status = '{wanted.value}'"]
    params: dict[str, Any] = dict(zip(ASKER, (user.pk, user.is_superuser), strict=True))
    for name, condition in _CONDITIONS.items():
        if name in values:
            conditions.append(condition)
            params[name] = f"%{escape_like(values[name])}%" if name in _PARTIAL else values[name]
    for name in (*_CHOICES, "company"):
        if name in values:
            column = "company_id" if name == "company" else name
            chosen = list(values[name])
            conditions.append(f"l.{column} = %({name})s" if len(chosen) == 1 else f"l.{column} = ANY(%({name})s)")
            params[name] = chosen[0] if len(chosen) == 1 else chosen
    if pay := _match_pay(values):
        conditions.append(pay)
        params |= {name: values[name] for name in ("salary_min", "salary_max") if name in values}
    return Criteria(" AND ".join(conditions), params, values.get("q", "").strip(), wanted)


def _match_pay(values: Mapping[str, Any]) -> str:
    """Return the condition that the pay of a listing and the range asked for overlap; one bound told is both."""
    overlaps = []
    if "salary_min" in values:
        overlaps.append("(l.salary_max >= %(salary_min)s OR (l.salary_max IS NULL AND l.salary_min >= %(salary_min)s))")
    if "salary_max" in values:
        overlaps.append("(l.salary_min <= %(salary_max)s OR (l.salary_min IS NULL AND l.salary_max <= %(salary_max)s))")
    if not overlaps:
        return ""
    pay = " AND ".join(overlaps)
    tells_none = "(l.salary_min IS NULL AND l.salary_max IS NULL)"
    return f"(({pay}) OR {tells_none})" if values.get("include_undisclosed") else pay


def escape_like(text: str) -> str:
    r"""Return a text for LIKE in which `%`, `_` and `\` mean themselves."""
    return re.sub(r"([\\%_])", r"\\\1", text)
