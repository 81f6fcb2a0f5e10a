"""Other spellings of a company, as curators keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from companies.models import AliasSource, Company, CompanyAlias
from companies.naming import normalize_company_name
from companies.services.identity import check_mention

if TYPE_CHECKING:
    from jobos.accounts.models import User


@transaction.atomic
def add_alias(
    company: Company, name: str, *, by: User | None, source: AliasSource = AliasSource.CURATOR
) -> CompanyAlias:
    """Let another spelling mean this company. A spelling that means another one, by name or alias, is refused."""
    name = name.strip()
    check_mention(name, "")
    normalized = normalize_company_name(name)[:255]
    if normalized == company.normalized_name:
        raise _refusal("The company is found by this spelling already.", "own_name")
    namesake = Company.objects.filter(normalized_name=normalized).exclude(pk=company.pk).first()
    if namesake is not None:
        raise _refusal(f"{namesake} is in the directory by this name. Merge the two instead.", "name_of_another")
    alias = CompanyAlias.objects.filter(normalized_name=normalized).select_related("company").first()
    if alias is not None:
        raise _refusal(f"This spelling means {alias.company} already.", "alias_of_another")
    return CompanyAlias.objects.create(company=company, name=name, source=source, created_by=by)


def remove_alias(alias: CompanyAlias) -> None:
    """Let a spelling mean nothing again."""
    alias.delete()


def _refusal(words: str, code: str) -> ValidationError:
    return ValidationError({"name": ValidationError(words, code=code)})
