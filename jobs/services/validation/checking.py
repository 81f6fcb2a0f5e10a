"""Looking at the whole database, rule by rule.

Constraints keep a database right only as long as they are there and were never switched off; derived values, the
timeline, versions and the two sides of an application are kept by services. Each check is one set-based statement over
one snapshot; only names of companies and skills are read by Python, in a stream. Nothing is written.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, models, transaction
from psycopg import sql

from companies.domains import find_domain, find_owner_domain
from companies.models import Company, CompanyAlias
from companies.naming import normalize_company_name
from jobos.accounts.roles import PERMISSIONS
from jobos.core.models import LedgerEntry, LedgerOutcome
from jobs.services.validation.bank_rules import BANK_RULES
from jobs.services.validation.crossing_rules import CROSSING_RULES
from jobs.services.validation.resume_rules import RESUME_RULES
from jobs.services.validation.search_rules import SEARCH_RULES
from skills.models import SkillLabel
from skills.naming import skill_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_EXAMPLES = 5
CHUNK = 5_000
OUR_PREFIXES = ("jobos", "companies", "jobs", "interactions", "skills", "resumes")
# The triggers that keep derived columns, by table.
TRIGGERS = {"job_listings": "job_listings_search", "companies": "companies_listing_search"}


@dataclass(frozen=True)
class Fault:
    """One kind of fault in one table: how many rows have it, and some of them."""

    kind: str
    table: str
    what: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass
class Validation:
    """What was checked and found."""

    rows: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    checks: int = 0
    ledger: dict[str, int] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        return {
            "is_sound": self.is_sound,
            "checks": self.checks,
            "rows": self.rows,
            "ledger": self.ledger,
            "faults": [asdict(fault) for fault in self.faults],
        }


def validate_data(*, tell: Callable[[str], None] | None = None) -> Validation:
    """Check the whole database, as it stands at one moment; `tell` is called with the name of each part."""
    found = Validation()
    parts = (
        ("Counting rows", _count_rows),
        ("Constraints, indexes and triggers", _check_catalogue),
        ("Orphans", _check_orphans),
        ("Rules of each table", _check_rules),
        ("Unique values", _check_unique),
        ("Names and domains", _check_names),
        ("Derived values, timeline, applications, skill banks, resumes, imports", _check_statements),
        ("Ledger", _check_ledger),
        ("Roles", _check_roles),
    )
    with _one_moment():
        for name, check in parts:
            if tell is not None:
                tell(name)
            check(found)
    return found


@contextmanager
def _one_moment() -> Iterator[None]:
    """See everything as it is now, whatever is written meanwhile."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _models() -> list[type[models.Model]]:
    """Return every table's model, those of libraries and of many-to-many relations included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
    ]


def _our_models() -> list[type[models.Model]]:
    return [model for model in _models() if model.__module__.split(".")[0] in OUR_PREFIXES]


def _name(*parts: str) -> sql.Identifier:
    return sql.Identifier(*parts)


def _literal(text: str) -> sql.SQL:
    """Return SQL text of this module or of the database's own catalogue."""
    return sql.SQL(text)


def _fetch(query: sql.Composable | str, params: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)  # type: ignore[arg-type]
        rows: list[Any] = cursor.fetchall()
    return rows


def _look_for(found: Validation, kind: str, table: str, what: str, faulty: sql.Composable | str) -> None:
    """Note the rows that a query returns, one text each, as faults."""
    found.checks += 1
    text = _literal(faulty) if isinstance(faulty, str) else faulty
    query = sql.SQL(
        "WITH faulty (example) AS MATERIALIZED ({}) SELECT (SELECT count(*) FROM faulty), "
        "ARRAY(SELECT example::text FROM faulty ORDER BY 1 LIMIT {})"
    ).format(text, MOST_EXAMPLES)
    [(count, examples)] = _fetch(query)
    if count:
        found.faults.append(Fault(kind, table, what, count, tuple(str(example) for example in examples)))


def _count_rows(found: Validation) -> None:
    for model in sorted(_our_models(), key=lambda model: model._meta.db_table):
        table = model._meta.db_table
        [(found.rows[table],)] = _fetch(sql.SQL("SELECT count(*) FROM {}").format(_name(table)))


# What the database promises -------------------------------------------------------------------------------------------


def _check_catalogue(found: Validation) -> None:
    _look_for(
        found,
        "constraint not validated",
        "pg_constraint",
        "Old rows may break it: ALTER TABLE ... VALIDATE CONSTRAINT.",
        """
        SELECT conrelid::regclass || '.' || conname FROM pg_constraint
        WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
        """,
    )
    _look_for(
        found,
        "invalid index",
        "pg_index",
        "It answers or guards nothing: REINDEX INDEX CONCURRENTLY.",
        """
        SELECT indexrelid::regclass FROM pg_index JOIN pg_class c ON c.oid = indexrelid
        WHERE NOT (indisvalid AND indisready) AND c.relnamespace = current_schema()::regnamespace
        """,
    )
    _look_for(
        found,
        "trigger switched off",
        "pg_trigger",
        "What it keeps is not kept: ALTER TABLE ... ENABLE TRIGGER ALL.",
        """
        SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE tgenabled IN ('D', 'R') AND c.relnamespace = current_schema()::regnamespace
        """,
    )
    present = {
        (table, name)
        for table, name in _fetch(
            """
            SELECT conrelid::regclass::text, conname FROM pg_constraint
            UNION SELECT indrelid::regclass::text, c.relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid
            UNION SELECT tgrelid::regclass::text, tgname FROM pg_trigger
            """
        )
    }
    wanted = {
        (model._meta.db_table, rule.name)
        for model in _our_models()
        for rule in [*model._meta.constraints, *model._meta.indexes]
    } | set(TRIGGERS.items())
    found.checks += 1
    missing = sorted(f"{table}.{name}" for table, name in wanted - present)
    if missing:
        found.faults.append(
            Fault(
                "rule missing",
                "pg_class",
                "A model names it; run migrate.",
                len(missing),
                tuple(missing[:MOST_EXAMPLES]),
            )
        )


def _check_orphans(found: Validation) -> None:
    for model in _models():
        for key in model._meta.local_fields:
            if not isinstance(key, models.ForeignKey) or not getattr(key, "db_constraint", True):
                continue
            parent = key.remote_field.model
            _look_for(
                found,
                "orphan",
                model._meta.db_table,
                f"{key.column} names no row of {parent._meta.db_table}.",
                sql.SQL(
                    "SELECT child.{id} FROM {child} child WHERE child.{key} IS NOT NULL AND NOT EXISTS "
                    "(SELECT FROM {parent} parent WHERE parent.{target} = child.{key})"
                ).format(
                    id=_name(str(model._meta.pk.column)),
                    child=_name(model._meta.db_table),
                    key=_name(str(key.column)),
                    parent=_name(parent._meta.db_table),
                    target=_name(str(key.target_field.column)),
                ),
            )


def _check_rules(found: Validation) -> None:
    """Look at every row once for each table, with all its CHECKs as the database has them; then at what was found."""
    for model in _our_models():
        table = model._meta.db_table
        rules = _fetch(
            "SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint "
            "WHERE contype = 'c' AND conrelid = to_regclass(%s) ORDER BY conname",
            [f'"{table}"'],
        )
        if not rules:
            continue
        counts = sql.SQL(", ").join(
            sql.SQL("count(*) FILTER (WHERE NOT ({}))").format(_literal(condition)) for _, condition in rules
        )
        [numbers] = _fetch(sql.SQL("SELECT {} FROM {}").format(counts, _name(table)))
        for (name, condition), number in zip(rules, numbers, strict=True):
            if not number:
                found.checks += 1
            else:
                faulty = sql.SQL("SELECT {} FROM {} WHERE NOT ({})").format(
                    _name(str(model._meta.pk.column)), _name(table), _literal(condition)
                )
                _look_for(found, "rule broken", table, f"{name}.", faulty)


def _check_unique(found: Validation) -> None:
    """Group by what each unique index holds; a sound one answers by itself, so an unsound one is what this finds."""
    for model in _our_models():
        table = model._meta.db_table
        indexes = _fetch(
            """
            SELECT c.relname, i.indnullsnotdistinct, pg_get_expr(i.indpred, i.indrelid),
                   ARRAY(SELECT pg_get_indexdef(i.indexrelid, place, true) FROM generate_series(1, i.indnkeyatts) place)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indisunique AND i.indrelid = to_regclass(%s) ORDER BY c.relname
            """,
            [f'"{table}"'],
        )
        for name, is_null_a_value, condition, keys in indexes:
            grouped = sql.SQL(", ").join(sql.SQL("({})").format(_literal(key)) for key in keys)
            conditions: list[sql.Composable] = [_literal(condition)] if condition else []
            if not is_null_a_value:
                conditions += [sql.SQL("({}) IS NOT NULL").format(_literal(key)) for key in keys]
            faulty = sql.SQL("SELECT min({id}::text) FROM {table} WHERE {where} GROUP BY {keys} HAVING count(*) > 1")
            _look_for(
                found,
                "not unique",
                table,
                f"{name}: several rows have one value.",
                faulty.format(
                    id=_name(str(model._meta.pk.column)),
                    table=_name(table),
                    where=sql.SQL(" AND ").join([sql.SQL("true"), *conditions]),
                    keys=grouped,
                ),
            )


# Derived values -------------------------------------------------------------------------------------------------------


def _check_names(found: Validation) -> None:
    """Compare names and domains with what the algorithm makes of them.

    A domain that became a shared host since its website was written stays: it is nobody's fault, and tells nobody apart.
    """
    longest = Company._meta.get_field("normalized_name").max_length

    def normalize(name: str) -> str:
        return normalize_company_name(name)[:longest]

    def tell_domain(website: str) -> str | None:
        return find_domain(website) or None

    def was_domain(website: str, stored: str | None) -> bool:
        return not find_domain(website) and stored is not None and stored == find_owner_domain(website)

    _compare(found, Company, columns=("name", "normalized_name"), derive=normalize)
    _compare(found, CompanyAlias, columns=("name", "normalized_name"), derive=normalize)
    _compare(found, Company, columns=("website", "domain"), derive=tell_domain, admits=was_domain)
    _compare(found, SkillLabel, columns=("name", "key"), derive=skill_key)


def _compare(
    found: Validation,
    model: type[models.Model],
    *,
    columns: tuple[str, str],
    derive: Callable[[str], str | None],
    admits: Callable[[str, str | None], bool] = lambda *_: False,
) -> None:
    """Note the rows whose second column is not what is derived from the first, nor admitted beside it."""
    found.checks += 1
    count = 0
    examples: list[str] = []
    for pk, given, stored in model._base_manager.values_list("pk", *columns).iterator(chunk_size=CHUNK):
        expected = derive(given)
        if stored != expected and not admits(given, stored):
            count += 1
            if len(examples) < MOST_EXAMPLES:
                examples.append(f"{pk}: {stored!r}, by the algorithm {expected!r}")
    if count:
        source, derived = columns
        what = f"{derived} is not what the algorithm makes of {source}."
        found.faults.append(Fault(f"{derived} differs", model._meta.db_table, what, count, tuple(examples)))


def _check_statements(found: Validation) -> None:
    for kind, table, what, faulty in (*SEARCH_RULES, *BANK_RULES, *RESUME_RULES, *CROSSING_RULES):
        _look_for(found, kind, table, what, faulty)


# The ledger, the roles ------------------------------------------------------------------------------------------------


def _check_ledger(found: Validation) -> None:
    """Every line that names a target names one that there is; what was merged names one; what waits says why."""
    table = LedgerEntry._meta.db_table
    counts = _fetch("SELECT outcome, count(*) FROM migration_ledger GROUP BY outcome ORDER BY outcome")
    found.ledger = dict.fromkeys(LedgerOutcome.values, 0) | dict(counts)
    if sum(found.ledger.values()) != found.rows[table]:
        found.faults.append(Fault("ledger sum", table, "The outcomes do not add up to the lines.", 1))
    found.checks += 1
    keys = [
        sql.SQL("SELECT {}::text AS id FROM {}").format(_name(str(model._meta.pk.column)), _name(model._meta.db_table))
        for model in _our_models()
        if model is not LedgerEntry
    ]
    merged_away = sql.SQL("SELECT loser_id::text FROM company_merges")
    # A row that waits is whole in a line of its own; one that came over may have been deleted here since.
    waiting = sql.SQL(
        """SELECT row_id FROM migration_ledger WHERE outcome = 'quarantined' AND "column" = '' AND before IS NOT NULL"""
    )
    imported = sql.SQL("SELECT target_id::text FROM legacy_rows WHERE target_id IS NOT NULL")
    _look_for(
        found,
        "ledger target missing",
        table,
        "No table has the row that the line names as its target, and none waits in the ledger.",
        sql.SQL(
            "SELECT id FROM migration_ledger line WHERE target_row_id <> '' AND NOT EXISTS "
            "(SELECT FROM ({}) present WHERE present.id = line.target_row_id)"
        ).format(sql.SQL(" UNION ALL ").join([*keys, merged_away, waiting, imported])),
    )
    _look_for(
        found,
        "ledger line incomplete",
        table,
        "A merged line names no target, or a quarantined one no reason; lists of elements name the target of each.",
        """
        SELECT id FROM migration_ledger
        WHERE (outcome = 'quarantined' AND reason = '') OR (
            outcome = 'merged' AND target_row_id = '' AND (
                jsonb_typeof(before) IS DISTINCT FROM 'array' OR NOT before @? '$[*]'
                OR before @? '$[*] ? (!exists(@.row ? (@.type() == "string")))'
            )
        )
        """,
    )


def _check_roles(found: Validation) -> None:
    for role, models_of_role in PERMISSIONS.items():
        found.checks += 1
        group = Group.objects.filter(name=role).first()
        if group is None:
            found.faults.append(Fault("role missing", "auth_group", f"There is no group {role}; run migrate.", 1))
            continue
        wanted = {
            f"{label.split('.')[0]}.{action}_{label.split('.')[1]}"
            for label, actions in models_of_role.items()
            for action in actions
        }
        held = {
            f"{label}.{name}" for label, name in group.permissions.values_list("content_type__app_label", "codename")
        }
        differing = sorted(wanted ^ held)
        if differing:
            found.faults.append(
                Fault(
                    "permissions differ",
                    "auth_group",
                    f"{role} may do more or less than its role says; run migrate.",
                    len(differing),
                    tuple(differing[:MOST_EXAMPLES]),
                )
            )
