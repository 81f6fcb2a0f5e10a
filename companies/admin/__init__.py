"""The directory for curators (read-only for everybody else), and what a person thinks of the companies in it."""

from companies.admin.directory import CompanyAdmin, CompanyAliasAdmin
from companies.admin.matches import CompanyMatchSuggestionAdmin, CompanyMergeAdmin
from companies.admin.targets import TargetCompanyAdmin

__all__ = [
    "CompanyAdmin",
    "CompanyAliasAdmin",
    "CompanyMatchSuggestionAdmin",
    "CompanyMergeAdmin",
    "TargetCompanyAdmin",
]
