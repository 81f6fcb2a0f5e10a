"""The companies that each person followed: one table there, and one here until the migrations make a directory of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.jobos import cells
from jobos.crossing.services.jobos.cards import settle_times, times
from jobos.crossing.services.loading import Column, Plan

if TYPE_CHECKING:
    from jobos.crossing.services.loading import Loader


def load_companies(loader: Loader) -> None:
    loader.load(
        Plan(
            table="companies",
            into="legacy_jobos_companies",
            columns=(
                Column("id", "id", cells.key(loader, "companies")),
                Column("user_id", "user_id", cells.key(loader, "users")),
                Column("name", "name", cells.needed(cells.text(255), "")),
                Column("lane", "lane", cells.whole()),
                Column("stage", "stage", cells.text(50)),
                Column("sector", "sector", cells.text(100)),
                Column("b2c_validated", "b2c_validated", cells.flag),
                Column("funding", "funding"),
                Column("hq_city", "hq_city", cells.text(100)),
                Column("website", "website", cells.text(500)),
                Column("open_roles_count", "open_roles_count", cells.needed(cells.whole(), 0)),
                Column("last_researched", "last_researched", cells.time),
                Column("deep_dive_done", "deep_dive_done", cells.flag),
                Column("deep_dive_content", "deep_dive_content"),
                Column("investors", "investors", cells.texts),
                Column("notes", "notes"),
                Column("is_excluded", "is_excluded", cells.flag_or_none),
                *times(),
            ),
            row=settle_times,
        )
    )
