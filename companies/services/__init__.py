"""Everything that finds or changes companies; the API, the admin, commands and imports call nothing else."""

from companies.services.aliases import add_alias, remove_alias
from companies.services.directory import (
    add_company,
    change_company,
    confirm_companies,
    delete_companies,
    explain_use,
    find_or_create_companies,
    find_or_create_company,
    narrow_by_open_roles,
)
from companies.services.identity import Identity, MatchRule, check_mention, complete_website, find_company
from companies.services.lookup import match_company, search_directory
from companies.services.matches import find_look_alikes, keep_apart, refresh_matches
from companies.services.merging import find_successor, merge_companies, undo_merge
from companies.services.targets import (
    change_target,
    rank_by_company_name,
    search_tracked_companies,
    suggest,
    track_company,
    with_open_roles,
)

__all__ = [
    "Identity",
    "MatchRule",
    "add_alias",
    "add_company",
    "change_company",
    "change_target",
    "check_mention",
    "complete_website",
    "confirm_companies",
    "delete_companies",
    "explain_use",
    "find_company",
    "find_look_alikes",
    "find_or_create_companies",
    "find_or_create_company",
    "find_successor",
    "keep_apart",
    "match_company",
    "merge_companies",
    "narrow_by_open_roles",
    "rank_by_company_name",
    "refresh_matches",
    "remove_alias",
    "search_directory",
    "search_tracked_companies",
    "suggest",
    "track_company",
    "undo_merge",
    "with_open_roles",
]
