"""What every app stands on: keys, times, the policy of private rows, the ledger, and two tables of the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from uuid_utils.compat import uuid7

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jobos.accounts.models import User

# Keys made one after the other lie beside each other in the index.
make_uuid = uuid7

# Oversized columns are refused by the API with the field's name; these are its limits, in characters.
LONG_TEXT_LIMIT = 100_000
LONGEST_SEARCH = 200

ModelT = TypeVar("ModelT", bound=models.Model)


class UUIDModel(models.Model):
    """A row with a UUIDv7 key made in Python, so that inserts stay local in the index; an imported row keeps its own."""

    id = models.UUIDField(primary_key=True, default=make_uuid, editable=False)

    class Meta:
        abstract = True


class TimestampedModel(models.Model):
    """A row that knows when it was made and when it last changed (UTC)."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


def lock_one(rows: models.QuerySet[ModelT], pk: Any) -> ModelT:
    """Return the row of a query that has this key, locked; raise DoesNotExist where there is none.

    After waiting PostgreSQL looks again at the locked row only: one whose foreign key has moved no longer meets the
    neighbours that were read before, and seems to be gone. A second look finds it beside its new ones.
    """
    locked = rows.select_for_update(of=("self",), no_key=True)
    return locked.filter(pk=pk).first() or locked.get(pk=pk)


def check_references() -> None:
    """Compare what this transaction wrote with the rows that it points at, and keep those from being deleted.

    Otherwise the commit notices that one of them is gone, after everything that happens on success.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


class OwnedQuerySet(models.QuerySet[ModelT]):
    """Rows that belong to one user each, in their column `user`."""

    def owned_by(self, user: User | AnonymousUser) -> Self:
        """Narrow to the rows of this user, superuser or not; nobody's for an anonymous one."""
        return self.filter(user_id=user.pk) if user.is_active and user.is_authenticated else self.none()

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Narrow to the rows this user may see: their own; every row for a superuser."""
        return self if user.is_active and user.is_superuser else self.owned_by(user)


class CatalogueQuerySet(models.QuerySet[ModelT]):
    """Rows of the shared catalogue."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Narrow to what this user may see: everything for whoever is signed in."""
        return self if user.is_active and user.is_authenticated else self.none()


class LedgerOutcome(models.TextChoices):
    CONVERTED = "converted", "Converted"
    MERGED = "merged", "Merged"
    DERIVED = "derived", "Derived"
    QUARANTINED = "quarantined", "Quarantined"


class LedgerEntry(models.Model):
    """One value, or one whole row, that a migration or an import changed, merged, split or could not place.

    Its rule: written before the change it tells of, so that the way back restores exactly what was there. A way back
    restores only what still looks as the change left it (`after`); a later edit wins.
    """

    id = models.UUIDField(primary_key=True, default=make_uuid, editable=False)
    source = models.CharField(max_length=200, help_text="The migration or the import run that wrote this line.")
    table = models.CharField(max_length=100)
    row_id = models.CharField(max_length=200, help_text="The key in the source, in its own spelling.")
    column = models.CharField(
        max_length=100,
        blank=True,
        default="",
        help_text="Empty: the line holds the whole row, or the columns that it names.",
    )
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True, help_text="What the change left: the guard of the way back.")
    outcome = models.CharField(max_length=20, choices=LedgerOutcome.choices)
    reason = models.TextField(blank=True, default="")
    target_row_id = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(
        help_text="A time of the row itself in a migration, so that a second run writes the same."
    )

    class Meta:
        db_table = "migration_ledger"
        ordering = ["source", "table", "row_id", "column", "pk"]
        verbose_name = "ledger entry"
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=LedgerOutcome.values), name="core_ledgerentry_outcome_valid"
            ),
        ]
        indexes = [
            # A way back reads what one migration wrote about one table, by row.
            models.Index(fields=["source", "table", "row_id"], name="core_ledger_source_idx"),
            # What became of this row? Asked by people.
            models.Index(fields=["table", "row_id"], name="core_ledger_row_idx"),
        ]

    def __str__(self) -> str:
        place = f"{self.table}.{self.column}" if self.column else self.table
        return f"{place} {self.row_id}: {self.outcome}"


class IdempotencyKey(models.Model):
    """The answer already given to one write of one user, so that a retry gets it again instead of a second effect.

    Its rule: written in the transaction of the effect it answers for; worth nothing after 24 hours.
    """

    id = models.UUIDField(primary_key=True, default=make_uuid, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "idempotency_keys"
        ordering = ["-created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="core_idempotencykey_one_per_user")]
        indexes = [
            # The purge of what is older than a day.
            models.Index(fields=["created_at"], name="core_idempotency_age_idx"),
        ]

    def __str__(self) -> str:
        return self.key


class RateWindow(models.Model):
    """How often one caller met one limit in one window of time; counted by the database, so exact over processes."""

    id = models.UUIDField(primary_key=True, default=make_uuid, editable=False)
    key = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    calls = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "rate_windows"
        ordering = ["-starts_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["key", "starts_at"], name="core_ratewindow_one_per_window")]

    def __str__(self) -> str:
        return f"{self.key}: {self.calls}"


@dataclass(frozen=True)
class Rule:
    """A named constraint in the words for the person who broke it, with the fields it is about."""

    code: str
    message: str
    fields: tuple[str, ...]


def describe_constraint(model: type[models.Model], name: str) -> Rule | None:
    """Return the rule of `model` that a named constraint holds, or None where it has no such constraint."""
    for constraint in model._meta.constraints:
        if constraint.name == name:
            condition: Any = getattr(constraint, "condition", None)
            is_check = isinstance(constraint, models.CheckConstraint)
            fields = sorted(Q(condition).referenced_base_fields) if is_check else []
            return Rule(
                code=constraint.violation_error_code or name,
                message=str(constraint.violation_error_message),
                fields=tuple(fields),
            )
    return None
