"""One run from the first look at the source to the report, for good or to see what it would do.

Whatever fails or is interrupted, the target is as it was: nothing is written there but by one transaction at the end,
which a rehearsal rolls back. The sequences that the merge draws from are restarted inside it, so that even they return.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, cast

import psycopg
from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from jobos.core.interrupts import hold_interrupts
from jobos.crossing.models import LegacyImport
from jobos.crossing.services import account, mending, merging
from jobos.crossing.services.backup import choose_place, find_programs, save
from jobos.crossing.services.loading import Loader, find_source_key, is_unique, spell_row_id
from jobos.crossing.services.report import Check, Report, TableSums, TargetSums
from jobos.crossing.services.sources import PostgresSource, SourceError, open_source
from jobos.crossing.services.staging import connection_params, name_staging, open_staging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jobos.crossing.services.merging import Merged, Trust
    from jobos.crossing.services.sources import Source
    from jobos.crossing.services.staging import Staging

    # Hears a step of the run, what of it is worked on, how much is done and how much there is (0: nobody knows).
    Tell = Callable[[str, str, int, int], None]

SYSTEMS = {
    "jobos": "jobos.crossing.services.jobos",
    "jobpilot": "jobos.crossing.services.jobpilot",
}
LOCK = "jobos import_legacy"
# What the merge draws from; sign-ups wait for it meanwhile.
SEQUENCES = ("accounts_user_groups_id_seq", "auth_group_id_seq")
ROWS_AT_ONCE = 2_000
# What a run itself writes beside the rows that come over; and the role of who is new, where somebody deleted it.
BOOKS = frozenset({"migration_ledger", "legacy_sources", "legacy_imports", "legacy_rows", "auth_group"})


class RunError(Exception):
    """The run cannot begin, or not go on; said for the operator."""


class System(Protocol):
    """What a package for one of the older systems offers."""

    USERS: str

    def recognise(self, source: Source) -> str: ...

    def load(self, loader: Loader, shape: str) -> None: ...

    def complete(self, staging: psycopg.Connection[Any], *, origin: str, shape: str) -> None: ...


def run(
    system: str,
    address: str,
    *,
    apply: bool = False,
    trust: Trust | None = None,
    backup: Path | None = None,
    tell: Tell = lambda *_: None,
) -> Report:
    """Bring a whole database over, or see what that would do; the caller closes the report.

    Raises RunError, SourceError, AccountError (of the account or of the merge) or BackupError, whose words are for the
    operator, and psycopg.Error where a server fails.
    """
    trust = trust or merging.Trust()
    started_at = timezone.now()
    tell("begin", "", 0, 0)
    with _locked_target() as target:
        _check_target(target)
        programs = find_programs(target) if apply else None
        place = choose_place(system, started_at, backup) if apply else None
        with open_source(address) as source:
            _refuse_itself(source, target)
            package = cast("System", import_module(SYSTEMS[system]))
            tell("recognise", source.address, 0, 0)
            shape = package.recognise(source)
            key = _find_key(target, source, system, package.USERS)
            report = Report(system, shape, source.address, key, started_at)
            report.trusts_everybody, report.trusted_addresses = trust.everybody, sorted(trust.addresses)
            try:
                tell("stage", "", 0, 0)
                with open_staging(system) as staging:
                    read = _stage(package, source, staging, report, tell)
                    if place is not None and programs is not None:
                        tell("backup", str(place), 0, 0)
                        save(target, place, programs=programs)
                        report.backup = str(place)
                    _merge(target, staging, report, read, apply=apply, trust=trust, tell=tell)
            except BaseException:
                report.close()
                raise
    return report


# Before anything begins -----------------------------------------------------------------------------------------------


@contextmanager
def _locked_target() -> Iterator[psycopg.Connection[Any]]:
    """Open the session that merges; it holds the target's lock for the whole run."""
    connections["default"].ensure_connection()  # Starts the embedded server where that is the target.
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(**connection_params(name), autocommit=True) as target:
        target.execute(
            "SELECT set_config('idle_session_timeout', '0', false), set_config('lock_timeout', '60s', false)"
        )
        if target.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK]).fetchone() != (True,):
            raise RunError("Another import into this database is running; start this one after it.")
        try:
            yield target
        finally:
            with suppress(
                psycopg.Error
            ):  # The server ends a session a moment later; the next run need not wait for it.
                target.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def _check_target(target: psycopg.Connection[Any]) -> None:
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        missing = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in plan[:3])
        more = f" and {len(plan) - 3} more" if len(plan) > 3 else ""  # noqa: PLR2004 - As many as are named.
        raise RunError(f"The target is not up to date: run manage.py migrate first. It lacks {missing}{more}.")
    role, may_create, is_superuser = target.execute(
        "SELECT rolname, rolcreatedb OR rolsuper, rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchall()[0]
    if not may_create:
        raise RunError(
            f"The role {role} may not create databases, and the import works in one of its own beside the target: "
            f'ALTER ROLE "{role}" CREATEDB, for the time of the import.'
        )
    untrusted = [
        name
        for (name,) in target.execute(
            """
            SELECT e.extname FROM pg_extension e
            JOIN pg_available_extension_versions v ON v.name = e.extname AND v.version = e.extversion
            WHERE v.superuser AND NOT v.trusted AND e.extname <> 'plpgsql' ORDER BY 1
            """
        ).fetchall()
    ]
    if untrusted and not is_superuser:
        raise RunError(
            f"The role {role} may not create the extension {untrusted[0]}, which the import needs in a database of its own "
            f'beside the target: ALTER ROLE "{role}" SUPERUSER, for the time of the import.'
        )


def _refuse_itself(source: Source, target: psycopg.Connection[Any]) -> None:
    if not isinstance(source, PostgresSource):
        return
    query = "SELECT pg_postmaster_start_time()::text, current_database()"
    ((their_server, theirs),) = source.connection.execute(query).fetchall()
    ((our_server, ours),) = target.execute(query).fetchall()
    if their_server == our_server and theirs in {ours, name_staging(ours)}:
        raise RunError("The source is the target itself.")


def _find_key(target: psycopg.Connection[Any], source: Source, system: str, users: str) -> str:
    """Return the key of the source that this is; of one that came before where one of its users did.

    The oldest user may be gone since, or have another time; a UUID of somebody names that person alone. Where the users
    of several sources are here, it is the one that has most of them.
    """
    key = find_source_key(source, system, users)
    known = [
        name for (name,) in target.execute("SELECT key FROM legacy_sources WHERE system = %s", [system]).fetchall()
    ]
    if not known or key in known or "id" not in source.tables[users]:
        return key
    found: Counter[str] = Counter()
    spelled = (spell_row_id(row) for row in source.rows(users, ["id"]))
    people = filter(is_unique, spelled)
    while some := list(islice(people, ROWS_AT_ONCE)):
        query = """
            SELECT s.key, count(*) FROM legacy_rows r JOIN legacy_sources s ON s.id = r.source_id
            WHERE s.system = %s AND r."table" = %s AND r.row_id = ANY (%s) GROUP BY s.key
            """
        found.update(dict(target.execute(query, [system, users, some]).fetchall()))
    return min(found, key=lambda name: (-found[name], name), default=key)


# Beside the target ----------------------------------------------------------------------------------------------------


def _stage(package: System, source: Source, staging: Staging, report: Report, tell: Tell) -> dict[str, int]:
    """Bring the source into our present shape in the staging database, each row accounted for; return rows read."""

    def tell_of_table(table: str, done: int, total: int) -> None:
        tell("load", table, done, total)

    def tell_of_migration(name: str) -> None:
        tell("migrate", name, 0, 0)

    with Loader(source, staging, system=report.system, key=report.source_key, tell=tell_of_table) as loader:
        package.load(loader, report.shape)
        tell("load", "foreign keys", 0, 0)
        loader.finish()
        read, origin = dict(loader.read), loader.origin
    for table in source.tables:
        what = f"{table}: rows in the source, and rows read"
        report.checks.append(Check(what, source.count(table), read.get(table, 0)))
    _refuse_broken(report, "The source was not read whole")
    staging.migrate(tell=tell_of_migration)
    with staging.connect() as session:
        session.execute(
            "INSERT INTO crossing.source (system, key, shape, address) VALUES (%s, %s, %s, %s)",
            [report.system, report.source_key, report.shape, report.address],
        )
        tell("complete", "", 0, 0)
        package.complete(session, origin=origin, shape=report.shape)
        tell("account", "", 0, 0)
        account.fill(session)
        mending.mend(session, origin=origin)
        staged = account.count(session)
        report.unknown_addresses = [
            address
            for (address,) in session.execute(
                """
                SELECT address FROM unnest(%s::text[]) AS address
                WHERE NOT EXISTS (SELECT FROM accounts_user WHERE lower(email) = lower(address)) ORDER BY 1
                """,
                [report.trusted_addresses],
            ).fetchall()
        ]
    for table in source.tables:
        accounted = staged[table].read if table in staged else 0
        report.checks.append(Check(f"{table}: rows read, and rows accounted for", read.get(table, 0), accounted))
    _refuse_broken(report, "The account of the source is not exact")
    return read


def _refuse_broken(report: Report, words: str) -> None:
    broken = [check for check in report.checks if not check.holds]
    if broken:
        listed = "; ".join(f"{check.what}: {check.expected:,} and {check.found:,}" for check in broken)
        raise account.AccountError(f"{words}: {listed}.")


# Into the target ------------------------------------------------------------------------------------------------------


def _merge(
    target: psycopg.Connection[Any],
    staging: Staging,
    report: Report,
    read: dict[str, int],
    *,
    apply: bool,
    trust: Trust,
    tell: Tell,
) -> None:
    def tell_of_merge(what: str, rows: int) -> None:
        tell("merge", what, rows, 0)

    # One snapshot from the first count to the last.
    target.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with ExitStack() as ending, staging.connect() as session:
        try:
            with target.transaction(force_rollback=not apply):
                tell("merge", "", 0, 0)
                # Before the snapshot is taken: whoever writes to these tables has come to an end, or waits for ours.
                merging.lock_tables(target)
                _restart_sequences(target)
                before = _count_tables(target)
                _remember_derived(target, report)
                merged = merging.merge(target, session, trust=trust, tell=tell_of_merge)
                # What the end of the transaction would find is found now, in a rehearsal, too.
                target.execute("SET CONSTRAINTS ALL IMMEDIATE")
                tell("check", "", 0, 0)
                _sum_up(target, report, merged, before, read)
                _refuse_broken(report, "The account of the merge is not exact, so nothing was changed")
                report.finished_at = timezone.now()
                report.is_applied = apply
                if apply:
                    _remember(target, report)
                tell("commit" if apply else "roll back", "", 0, 0)
                ending.enter_context(hold_interrupts())  # A commit is whole or not at all.
        except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected) as exc:
            raise RunError(
                "Somebody wrote to the same rows meanwhile, so nothing was changed. Run it again, best while nobody works "
                "there."
            ) from exc
        except psycopg.errors.LockNotAvailable as exc:
            raise RunError(
                "Somebody has been writing to the same tables for a minute, so nothing was changed. Run it again, best "
                "while nobody works there."
            ) from exc
        if apply:  # Before an interrupt that waited is heard.
            tell("done", "", 0, 0)


def _restart_sequences(target: psycopg.Connection[Any]) -> None:
    """Have the merge draw from sequences that a rollback takes back: a restart is part of its transaction."""
    for name in SEQUENCES:
        ((following,),) = target.execute(
            sql.SQL("SELECT last_value + is_called::integer FROM {}").format(sql.Identifier(name))
        ).fetchall()
        target.execute(
            sql.SQL("ALTER SEQUENCE {} RESTART WITH {}").format(sql.Identifier(name), sql.Literal(following))
        )


def _count_tables(target: psycopg.Connection[Any]) -> dict[str, int]:
    """Return the number of rows of each of our tables."""
    names = sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    )
    counts = sql.SQL(", ").join(sql.SQL("(SELECT count(*) FROM {})").format(sql.Identifier(name)) for name in names)
    (numbers,) = target.execute(sql.SQL("SELECT {}").format(counts)).fetchall()
    return dict(zip(names, numbers, strict=True))


def _sum_up(
    target: psycopg.Connection[Any],
    report: Report,
    merged: Merged,
    before: dict[str, int],
    read: dict[str, int],
) -> None:
    """Count what is here now, by itself, and compare it with what was read and with what the merge says it did."""
    # `fates` is what the merge says of each row of this run; `legacy_rows` is what will be known of it.
    target.execute(
        """
        CREATE TEMPORARY TABLE remembered ON COMMIT DROP AS
        SELECT l."table", l.row_id, l.outcome, l.reason, l.target_table, l.target_id, f.is_new
        FROM fates f JOIN legacy_rows l ON l.id = md5(concat_ws('|', %s::text, f.source_table, f.row_id))::uuid
        """,
        [report.source_key],
    )
    target.execute("ANALYZE remembered")
    rows = target.execute(
        """
        SELECT "table", count(*), count(*) FILTER (WHERE outcome = 'kept'), count(*) FILTER (WHERE outcome = 'merged'),
               count(*) FILTER (WHERE outcome = 'quarantined'), count(*) FILTER (WHERE outcome <> 'quarantined' AND is_new)
        FROM remembered GROUP BY 1 ORDER BY "table" COLLATE "C"
        """
    ).fetchall()
    found = {table: TableSums(*numbers) for table, *numbers in rows}
    for table in sorted({*read, *found}):
        report.tables[table] = sums = found.get(table, TableSums(0, 0, 0, 0, 0))
        report.checks += [
            Check(f"{table}: rows read, and rows remembered in legacy_rows", read.get(table, 0), sums.read),
            Check(
                f"{table}: rows read, and rows kept, merged or quarantined",
                read.get(table, 0),
                sums.kept + sums.merged + sums.quarantined,
            ),
        ]
    after = _count_tables(target)
    # Everybody who is new has the role of a job seeker.
    expected = {**merged.added, "accounts_user_groups": merged.added.get("accounts_user", 0)}
    for table, rows_before in before.items():
        added = after[table] - rows_before
        if table in expected or (added and table not in BOOKS):
            what = f"{table}: rows that the merge added, and rows more than before"
            report.checks.append(Check(what, expected.get(table, 0), added))
        if (rows_before or added) and table != "legacy_imports":  # The line of this run is not there yet.
            report.target[table] = TargetSums(rows_before, added, after[table])
    report.checks += _check_places(target)
    report.met, report.clash_counts = dict(merged.met), dict(merged.clash_counts)
    emails = dict(
        target.execute(
            "SELECT id::text, email FROM accounts_user WHERE id = ANY (%s::uuid[])",
            [[clash.target_id for clash in merged.clashes if clash.kind == "email"]],
        ).fetchall()
    )
    report.clashes.extend(
        {
            "kind": clash.kind,
            "table": clash.source_table,
            "row_id": clash.row_id,
            "target_id": clash.target_id,
            "reason": clash.reason,
            **({"email": emails[clash.target_id]} if clash.kind == "email" else {}),
        }
        for clash in merged.clashes
    )
    _list_placeholders(target, report)
    report.quarantined.extend(
        _stream(
            target,
            sql.SQL(
                """
            SELECT "table", row_id, reason FROM remembered
            WHERE outcome = 'quarantined' ORDER BY "table" COLLATE "C", row_id COLLATE "C"
                """
            ),
            ("table", "row_id", "reason"),
        )
    )
    report.reasons = [
        {"table": table, "reason": reason, "count": number}
        for table, reason, number in target.execute(
            """
            SELECT "table", reason, count(*) FROM remembered WHERE outcome = 'quarantined' GROUP BY 1, 2
            ORDER BY "table" COLLATE "C", 3 DESC, reason COLLATE "C"
            """
        ).fetchall()
    ]
    quarantined = sum(sums.quarantined for sums in report.tables.values())
    report.checks.append(
        Check("rows quarantined, and rows listed with their reason", quarantined, report.quarantined.count)
    )
    _list_derived(target, report)


def _check_places(target: psycopg.Connection[Any]) -> list[Check]:
    """Compare, for each of our tables, the rows that this run kept there with those of them that are there."""
    checks = []
    kept = "FROM remembered r WHERE outcome = 'kept' AND is_new"
    for table, number in target.execute(
        f"SELECT target_table, count(*) {kept} GROUP BY 1 ORDER BY 1".encode()
    ).fetchall():
        ((there,),) = target.execute(
            sql.SQL(
                "SELECT count(*) {} AND target_table = %s AND EXISTS (SELECT FROM {} t WHERE t.id = r.target_id)"
            ).format(sql.SQL(kept), sql.Identifier(table)),
            [table],
        ).fetchall()
        checks.append(Check(f"{table}: rows kept there by this run, and those of them that are there", number, there))
    return checks


def _list_placeholders(target: psycopg.Connection[Any], report: Report) -> None:
    """Name the people who came without an address of their own, and have none yet: somebody must decide about them."""
    rows = target.execute(
        """
        SELECT DISTINCT ON (r."table", r.row_id) r."table", r.row_id, r.target_id::text,
               COALESCE(line.reason, 'It has no email address.')
        FROM remembered r
        JOIN accounts_user u ON u.id = r.target_id AND u.email LIKE '%%@placeholder.invalid'
        LEFT JOIN migration_ledger line ON line.source = %s AND line."table" = r."table" AND line.row_id = r.row_id
            AND line."column" = 'email' AND line.after = to_jsonb(u.email)
        WHERE r.target_table = 'accounts_user' AND r.outcome = 'kept'
        ORDER BY r."table", r.row_id, line.id
        """,
        [f"{_name_lines(report)}import_legacy {report.system}"],
    ).fetchall()
    if rows:
        report.clash_counts["placeholder"] = len(rows)
        report.clashes.extend(
            {"kind": "placeholder", "table": table, "row_id": row_id, "target_id": target_id, "reason": reason}
            for table, row_id, target_id, reason in rows
        )


def _remember_derived(target: psycopg.Connection[Any], report: Report) -> None:
    """Note which values earlier runs of this source made up."""
    target.execute(
        """
        CREATE TEMPORARY TABLE derived_earlier ON COMMIT DROP AS
        SELECT id FROM migration_ledger WHERE outcome = 'derived' AND starts_with(source, %s)
        """,
        [_name_lines(report)],
    )
    target.execute("ANALYZE derived_earlier")


def _name_lines(report: Report) -> str:
    """Return what the ledger's lines of this source begin with."""
    return f"{report.system} {report.source_key[:8]}: "


def _list_derived(target: psycopg.Connection[Any], report: Report) -> None:
    """List the values that this run made up from rows of the source, whoever did it: loading, migrations, the merge."""
    where = sql.SQL(
        """
        FROM migration_ledger line WHERE outcome = 'derived' AND starts_with(source, {})
        AND NOT EXISTS (SELECT FROM derived_earlier earlier WHERE earlier.id = line.id)
        """
    ).format(sql.Literal(_name_lines(report)))
    report.derived_counts = dict(
        target.execute(sql.SQL('SELECT "table", count(*) {} GROUP BY 1 ORDER BY 1').format(where)).fetchall()
    )
    listed = sql.SQL(
        """
        SELECT "table", row_id, "column", before, after, reason, source {}
        ORDER BY "table" COLLATE "C", row_id COLLATE "C", "column" COLLATE "C", source COLLATE "C", id
        """
    ).format(where)
    report.derived.extend(_stream(target, listed, ("table", "row_id", "column", "before", "after", "reason", "by")))


def _stream(
    connection: psycopg.Connection[Any], query: sql.SQL | sql.Composed, names: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a query, some at a time; inside of a transaction."""
    with connection.cursor("report") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        for row in cursor.execute(query):
            yield dict(zip(names, row, strict=True))


def _remember(target: psycopg.Connection[Any], report: Report) -> None:
    """Write the line of this run, whose report holds the sums."""
    longest = LegacyImport._meta.get_field("address").max_length
    target.execute(
        """
        INSERT INTO legacy_imports (id, source_id, shape, address, trusts_emails, backup, report, started_at, finished_at)
        SELECT %s, s.id, left(%s, 50), left(%s, %s), %s, left(%s, 1000), %s, %s, %s FROM legacy_sources s WHERE s.key = %s
        """,
        [
            uuid7(),
            report.shape,
            report.address,
            longest,
            report.trusts_everybody or bool(report.trusted_addresses),
            report.backup,
            Jsonb(report.sums()),
            report.started_at,
            report.finished_at,
            report.source_key,
        ],
    )


__all__ = ["SYSTEMS", "RunError", "SourceError", "System", "run"]
