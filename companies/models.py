"""Companies: the shared directory, and what one user thinks of one company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, ExtractYear, Length, Now, Upper
from django.db.models.lookups import LessThanOrEqual

from companies.domains import LONGEST_DOMAIN, find_domain
from companies.naming import normalize_company_name
from jobos.accounts.roles import is_recruiter
from jobos.core.models import ModelT, OwnedQuerySet, TimestampedModel, UUIDModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser

    from jobos.accounts.models import User

# What is derived from what; a write that changes the one without the other is refused.
DERIVED_FROM = {"name": "normalized_name", "website": "domain"}
FIRST_YEAR = 1800
LONGEST_NAME = 200


class SizeCategory(models.TextChoices):
    STARTUP = "startup", "Startup (1-50)"
    SMALL = "small", "Small (51-200)"
    MEDIUM = "medium", "Medium (201-1000)"
    LARGE = "large", "Large (1001-5000)"
    ENTERPRISE = "enterprise", "Enterprise (5000+)"


class Lane(models.IntegerChoices):
    DREAM = 1, "Dream"
    GOOD_FIT = 2, "Good fit"
    BACKUP = 3, "Backup"
    EARLY_STAGE = 4, "Early-stage"
    SEED_STAGE = 5, "Early-stage (seed)"


class NormalizedNameField(models.CharField):  # type: ignore[type-arg]
    """The name in the form in which spellings meet; derived on every save and bulk creation, never set by callers."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = normalize_company_name(model_instance.name)[: self.max_length]  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class DomainField(models.CharField):  # type: ignore[type-arg]
    """The registrable domain of the website, null where it tells nobody apart; derived like the normalised name."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        value = find_domain(model_instance.website) or None  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def refuse_stale_derivation(fields: Iterable[str]) -> None:
    """Raise ValueError for a write of a name or website without what is derived from it."""
    written = set(fields)
    for source, derived in DERIVED_FROM.items():
        if source in written and derived not in written:
            raise ValueError(f"Writing companies.{source} needs {derived} as well: save() with both, or the whole row.")


class CuratedQuerySet(models.QuerySet[ModelT]):
    """What only curators of the directory look at."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Narrow to what this user may see: everything for a recruiter, nothing for anybody else."""
        return self if is_recruiter(user) else self.none()


class CompanyQuerySet(models.QuerySet["Company"]):
    def open_to(self, user: User | AnonymousUser) -> Self:
        """Narrow to entries that hide nothing from the user (`Company.is_open_to` for one row)."""
        if not user.is_active or not user.is_authenticated:
            return self.none()
        return self if is_recruiter(user) else self.filter(Q(is_confirmed=True) | Q(created_by_id=user.pk))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Narrow to entries that are open to the user and to those they track, of which they see the name."""
        if not user.is_active or not user.is_authenticated or is_recruiter(user):
            return self.open_to(user)
        tracked = TargetCompany.objects.filter(user_id=user.pk).values("company")
        return self.filter(Q(is_confirmed=True) | Q(created_by_id=user.pk) | Q(pk__in=tracked))

    def update(self, **fields: Any) -> int:
        refuse_stale_derivation(fields)
        return super().update(**fields)


class Company(UUIDModel, TimestampedModel):
    """One real employer, shared by everybody.

    Its rule: one row for each identity (normalised name and domain). An entry that a job seeker's typing made is seen
    by whoever typed or tracks it, until a recruiter confirms it.
    """

    name = models.CharField(max_length=255)
    normalized_name = NormalizedNameField(max_length=255, editable=False)
    domain = DomainField(max_length=LONGEST_DOMAIN, null=True, editable=False)
    industry = models.CharField(max_length=100, blank=True, default="")
    size = models.CharField(max_length=100, blank=True, default="", help_text="As published.")
    size_category = models.CharField(max_length=20, choices=SizeCategory.choices, blank=True, default="")
    location = models.CharField(max_length=255, blank=True, default="")
    headquarters_location = models.CharField(max_length=255, blank=True, default="")
    founded_year = models.SmallIntegerField(null=True, blank=True)
    website = models.CharField(max_length=1000, blank=True, default="")
    description = models.TextField(blank=True, default="")
    logo_url = models.CharField(max_length=1000, blank=True, default="")
    culture = models.TextField(blank=True, default="")
    values = ArrayField(models.TextField(), blank=True, default=list)
    benefits = ArrayField(models.TextField(), blank=True, default=list)
    is_confirmed = models.BooleanField("confirmed", default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="created_companies",
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        db_table = "companies"
        ordering = ["name", "pk"]
        verbose_name_plural = "companies"
        constraints = [
            models.UniqueConstraint(
                fields=["normalized_name", "domain"],
                nulls_distinct=False,
                name="unique_company_identity",
                violation_error_code="unique_company_identity",
                violation_error_message="The directory already has this company (same name and website).",
            ),
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(domain__isnull=False),
                name="companies_company_domain_unique",
                violation_error_code="companies_company_domain_unique",
                violation_error_message="The directory already has a company with this website.",
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"[^[:space:]]"),
                name="company_name_not_empty",
                violation_error_code="company_name_not_empty",
                violation_error_message="A company has a name.",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("name"), LONGEST_NAME),
                name="company_name_max_length",
                violation_error_code="company_name_max_length",
                violation_error_message=f"A company's name has at most {LONGEST_NAME} characters.",
            ),
            models.CheckConstraint(
                condition=Q(website="") | Q(website__iregex="^https?://"),
                name="website_url_format",
                violation_error_code="website_url_format",
                violation_error_message="A website starts with http:// or https://.",
            ),
            models.CheckConstraint(
                condition=Q(founded_year__isnull=True) | Q(founded_year__gte=FIRST_YEAR),
                name="founded_year_reasonable",
                violation_error_code="founded_year_reasonable",
                violation_error_message=f"A founding year is {FIRST_YEAR} or later.",
            ),
            models.CheckConstraint(
                condition=Q(founded_year__isnull=True) | Q(founded_year__lte=ExtractYear(Now())),
                name="founded_year_not_future",
                violation_error_code="founded_year_not_future",
                violation_error_message="A founding year does not lie in the future.",
            ),
            models.CheckConstraint(
                condition=Q(size_category__in=["", *SizeCategory.values]),
                name="companies_company_size_category_valid",
                violation_error_code="companies_company_size_category_valid",
                violation_error_message="There is no such size.",
            ),
        ]
        indexes = [
            # Finding by identity: every write path.
            models.Index(fields=["normalized_name", "domain"], name="idx_company_name_domain"),
            # Directory filters.
            models.Index(fields=["industry"], name="companies_industry_idx"),
            models.Index(fields=["size_category"], name="companies_size_idx"),
            # Any part of a name, slips of the pen, look-alikes: GET companies/?q=, POST companies/match/.
            GinIndex(fields=["normalized_name"], opclasses=["gin_trgm_ops"], name="companies_name_trgm_idx"),
            # The beginning of a name, whatever the database's collation: GET companies/?q=
            models.Index(Collate("normalized_name", "C"), F("id"), name="companies_beginning_idx"),
            # A page of the directory by name: GET companies/, the admin's list.
            models.Index(fields=["name", "id"], name="companies_by_name_idx"),
            # GET companies/?location=
            GinIndex(OpClass(Upper("location"), name="gin_trgm_ops"), name="companies_location_trgm_idx"),
            # Part of a name as it is shown: GET listings/?company_name=, companies/?q=C%23
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="companies_shown_name_idx"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save as Django does, but refuse `update_fields` that would leave a derived field behind."""
        if kwargs.get("update_fields") is not None:
            refuse_stale_derivation(kwargs["update_fields"])
        super().save(*args, **kwargs)

    def is_open_to(self, user: User | AnonymousUser) -> bool:
        """Tell what `CompanyQuerySet.open_to` narrows to, for one row.

        What a stranger's typing claims about a company is nobody's to see until a recruiter confirms it.
        """
        if not user.is_active or not user.is_authenticated:
            return False
        return self.is_confirmed or self.created_by_id == user.pk or is_recruiter(user)


class AliasSource(models.TextChoices):
    MERGE = "merge", "Left by a merge"
    CURATOR = "curator", "Written by a curator"
    IMPORT = "import", "Met in an import"


class CompanyAlias(UUIDModel, TimestampedModel):
    """Another spelling that means a company of the directory. Its rule: a spelling means one company."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField("spelling", max_length=255)
    normalized_name = NormalizedNameField(max_length=255, editable=False)
    source = models.CharField(max_length=20, choices=AliasSource.choices, default=AliasSource.CURATOR)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="created_aliases",
    )

    objects = CuratedQuerySet.as_manager()

    class Meta:
        db_table = "company_aliases"
        ordering = ["normalized_name", "pk"]
        verbose_name = "alias"
        verbose_name_plural = "aliases"
        constraints = [
            models.UniqueConstraint(
                fields=["normalized_name"],
                name="companies_companyalias_one_company",
                violation_error_code="companies_companyalias_one_company",
                violation_error_message="This spelling already means a company.",
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"[^[:space:]]"),
                name="companies_companyalias_name_not_empty",
                violation_error_code="companies_companyalias_name_not_empty",
                violation_error_message="An alias has a spelling.",
            ),
            models.CheckConstraint(
                condition=Q(source__in=AliasSource.values),
                name="companies_companyalias_source_valid",
                violation_error_code="companies_companyalias_source_valid",
                violation_error_message="There is no such origin of an alias.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SuggestionState(models.TextChoices):
    OPEN = "open", "To decide"
    MERGED = "merged", "Merged"
    KEPT_APART = "kept_apart", "Kept apart"


class CompanyMatchSuggestionQuerySet(CuratedQuerySet["CompanyMatchSuggestion"]):
    def about(self, company: Company) -> Self:
        """Narrow to the pairs that one company is a half of."""
        return self.filter(Q(company=company) | Q(other=company))


class CompanyMatchSuggestion(UUIDModel, TimestampedModel):
    """Two entries that look like one employer. Its rule: likeness only suggests; a person decides.

    `other` is empty once it has been merged away; its name stays.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="suggestions", db_index=False)
    other = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="suggestions_as_other"
    )
    other_name = models.CharField(max_length=255)
    score = models.FloatField(help_text="0 to 1.")
    why = models.JSONField(default=list, blank=True, help_text="What speaks for it, a sentence each.")
    state = models.CharField(max_length=20, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="decided_suggestions",
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CompanyMatchSuggestionQuerySet.as_manager()

    class Meta:
        db_table = "company_match_suggestions"
        ordering = ["-score", "pk"]
        verbose_name = "match suggestion"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "other"],
                name="companies_suggestion_one_per_pair",
                violation_error_code="companies_suggestion_one_per_pair",
                violation_error_message="This pair has been suggested already.",
            ),
            models.CheckConstraint(
                condition=Q(other__isnull=True) | ~Q(company=F("other")),
                name="companies_suggestion_two_companies",
                violation_error_code="companies_suggestion_two_companies",
                violation_error_message="A company does not match itself.",
            ),
            models.CheckConstraint(
                condition=Q(score__range=(0, 1)),
                name="companies_suggestion_score_in_range",
                violation_error_code="companies_suggestion_score_in_range",
                violation_error_message="The score is a number from 0 to 1.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SuggestionState.values),
                name="companies_suggestion_state_valid",
                violation_error_code="companies_suggestion_state_valid",
                violation_error_message="The state is one of open, merged, kept_apart.",
            ),
        ]
        indexes = [
            # What waits for a curator, likeliest first.
            models.Index(F("score").desc(), F("id"), condition=Q(state="open"), name="companies_suggestions_open_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.company} and {self.other_name}"


class CompanyMerge(UUIDModel, TimestampedModel):
    """One company taken into another, with all that it takes to undo it.

    Its rule: the loser is kept whole in `inverse`, with every row that moved; a merge is undone once. The winner may
    itself have been merged away later: then that merge is undone first.
    """

    winner = models.ForeignKey(
        Company, on_delete=models.DO_NOTHING, db_constraint=False, related_name="merges", help_text="Who stayed."
    )
    winner_name = models.CharField(max_length=255)
    loser_id = models.UUIDField(db_index=True)
    loser_name = models.CharField(max_length=255)
    inverse = models.JSONField(default=dict, blank=True, help_text="The loser and what moved, for the way back.")
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="company_merges",
    )
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="undone_company_merges",
    )

    objects = CuratedQuerySet.as_manager()

    class Meta:
        db_table = "company_merges"
        ordering = ["-created_at", "-pk"]
        verbose_name = "merge"
        constraints = [
            models.CheckConstraint(
                condition=~Q(winner=F("loser_id")),
                name="companies_companymerge_two_companies",
                violation_error_code="companies_companymerge_two_companies",
                violation_error_message="A company is not merged into itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loser_name} into {self.winner_name}"


class TargetCompanyQuerySet(OwnedQuerySet["TargetCompany"]):
    def with_company(self) -> Self:
        """Load the directory entry of each target in the same query."""
        return self.select_related("company")


class TargetCompany(UUIDModel, TimestampedModel):
    """What one user thinks of one company; private to that user. Its rule: one opinion for each company."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="target_companies", db_index=False
    )
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="target_companies")
    lane = models.SmallIntegerField(choices=Lane.choices, default=Lane.GOOD_FIT)
    stage = models.CharField(max_length=50, blank=True, default="")
    sector = models.CharField(max_length=100, blank=True, default="")
    b2c_validated = models.BooleanField("B2C validated", default=False)
    funding = models.TextField(blank=True, default="")
    hq_city = models.CharField("headquarters city", max_length=100, blank=True, default="")
    last_researched = models.DateTimeField(null=True, blank=True)
    deep_dive_content = models.TextField("deep dive", blank=True, default="")
    investors = ArrayField(models.TextField(), blank=True, default=list)
    is_excluded = models.BooleanField("excluded", default=False)
    notes = models.TextField(blank=True, default="")

    objects = TargetCompanyQuerySet.as_manager()

    class Meta:
        db_table = "target_companies"
        ordering = ["lane", "company__name", "pk"]
        verbose_name_plural = "target companies"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "company"],
                name="companies_targetcompany_one_per_user",
                violation_error_code="already_tracked",
                violation_error_message="You already track this company.",
            ),
            models.CheckConstraint(
                condition=Q(lane__range=(Lane.DREAM, Lane.SEED_STAGE)),
                name="ck_companies_lane_valid",
                violation_error_code="ck_companies_lane_valid",
                violation_error_message="A lane is a whole number from 1 to 5.",
            ),
        ]
        indexes = [
            # A user's list by lane: GET target-companies/.
            models.Index(F("user"), F("lane"), name="companies_target_lane_idx"),
        ]

    def __str__(self) -> str:
        return str(self.company)

    @property
    def deep_dive_done(self) -> bool:
        """Whether there is a deep dive; derived, never stored."""
        return bool(self.deep_dive_content)
