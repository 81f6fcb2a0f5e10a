"""Targets of whole crossings: what stands in them before and after, told without a word from the code that imports."""

from __future__ import annotations

import base64
import io
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connections

from jobos.accounts.models import User
from jobos.crossing.services.loading import spell_row_id
from tests.crossing import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKER = re.compile(r"planted-\d{6}")
BYTES = re.compile(r'"base64": "([^"]+)"')
IN_HEX = re.compile(b"planted-".hex() + r"(?:3\d){6}")  # How the key of a row is spelled that is no text.
OWNER_COLUMNS = ("user_id", "user_profile_id")
USERS = {"jobos": "users", "jobpilot": "user_profiles"}
# What a run writes of itself.
BOOKS = frozenset({"legacy_imports"})


@contextmanager
def standing_in(database: str) -> Iterator[None]:
    """Let this process's own application stand in another database."""
    ours = connections["default"]
    ours.close()
    before = ours.settings_dict["NAME"]
    ours.settings_dict["NAME"] = database
    try:
        yield
    finally:
        ours.close()
        ours.settings_dict["NAME"] = before


# Sources --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Old:
    """A database of an older system, and what its maker says of it."""

    system: str
    address: str
    made: Any

    @property
    def users(self) -> str:
        return USERS[self.system]

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """Give a function that runs a query there and returns its rows as dictionaries."""
        if self.address.startswith("postgresql:"):
            with psycopg.connect(self.address, autocommit=True, row_factory=psycopg.rows.dict_row) as database:
                yield lambda query: database.execute(query).fetchall()
            return
        with closing(sqlite3.connect(f"file:{self.address}?mode=ro", uri=True)) as file:
            file.text_factory = lambda octets: octets.decode("utf-8", "backslashreplace")
            file.row_factory = lambda cursor, row: dict(
                zip([name for name, *_ in cursor.description], row, strict=True)
            )
            yield lambda query: file.execute(query).fetchall()

    def count(self) -> dict[str, int]:
        """Count the rows of every table, as the database itself tells."""
        listed = (
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
            if self.address.startswith("postgresql:")
            else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        with self.reading() as read:
            names = [row["name"] for row in read(listed)]
            return {name: read(f'SELECT count(*) AS rows FROM "{name}"')[0]["rows"] for name in names}

    def owners(self) -> dict[tuple[str, str], str]:
        """Return whom each row that names a user belongs to, by table and key, in the spelling of the account."""
        found = {}
        with self.reading() as read:
            for table in self.count():
                for row in read(f'SELECT * FROM "{table}"'):
                    column = next((name for name in OWNER_COLUMNS if name in row), None)
                    if column and row.get("id") is not None and row[column] is not None:
                        found[table, spell_row_id((row["id"],))] = spell_row_id((row[column],))
        return found


# Targets --------------------------------------------------------------------------------------------------------------


@dataclass
class Target:
    """A database that things are imported into, and looked at from the outside."""

    name: str
    folder: Path
    runs: int = 0
    reports: list[dict[str, Any]] = field(default_factory=list)

    def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with scratch.connect(self.name) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        (row,) = self.all(query, *values)
        return row[0] if len(row) == 1 else row

    def bring(self, old: Old, *options: str, address: str = "") -> dict[str, Any]:
        """Run the import for good; return its report."""
        self.runs += 1
        out = io.StringIO()
        with standing_in(self.name):
            call_command(
                "import_legacy",
                old.system,
                address or old.address,
                "--apply",
                "--json",
                *options,
                f"--backup={self.folder / f'{self.name}-{self.runs}.dump'}",
                stdout=out,
                stderr=io.StringIO(),
            )
        report: dict[str, Any] = json.loads(out.getvalue())
        self.reports.append(report)
        return report

    def call(self, command: str, *arguments: str) -> str:
        out = io.StringIO()
        with standing_in(self.name):
            call_command(command, *arguments, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    def digest(self) -> dict[str, Any]:
        found = scratch.digest_of(self.name)
        return {name: digest for name, digest in found.items() if name not in BOOKS and not name.endswith("_seq")}

    def rows(self) -> dict[str, dict[str, str]]:
        """Return the digest of every row of every table of ours, by table and key."""
        return {
            table: dict(self.all(f"SELECT id::text, md5(t::text) FROM {table} t"))
            for table in tables()
            if table not in BOOKS
        }

    def fates(self, key: str) -> list[tuple[str, str, str, str, str | None]]:
        """Return what is remembered of the rows of one source: table, key, outcome, target's table and key."""
        return self.all(
            """
            SELECT r."table", r.row_id, r.outcome, r.target_table, r.target_id::text
            FROM legacy_rows r JOIN legacy_sources s ON s.id = r.source_id WHERE s.key = %s
            """,
            key,
        )

    def owners(self) -> dict[str, dict[str, str]]:
        """Return whom each row belongs to, of each table whose rows belong to people."""
        found = {}
        with standing_in(self.name):
            for model in apps.get_models():
                path = find_owner(model)
                if path:
                    rows = model._base_manager.values_list("pk", path)
                    found[model._meta.db_table] = {str(key): str(owner) for key, owner in rows}
        return found

    def find_markers(self) -> dict[str, set[tuple[str, str]]]:
        """Return where each planted text stands: table and key."""
        found: dict[str, set[tuple[str, str]]] = {}
        for table in tables():
            query = f"SELECT id::text, to_jsonb(t)::text FROM {table} t WHERE to_jsonb(t)::text ~* 'planted-|base64|706c616e7465642d'"
            for key, text in self.all(query):
                octets = [base64.b64decode(each).decode("utf-8", "replace") for each in BYTES.findall(text)]
                keys = [bytes.fromhex(each).decode() for each in IN_HEX.findall(text)]
                for marker in MARKER.findall("\n".join((text, *octets, *keys)).lower()):
                    found.setdefault(marker, set()).add((table, key))
        return found


def tables() -> list[str]:
    """Return our tables whose rows have a key of their own, by name."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and model._meta.pk.column == "id"
    )


def find_owner(model: Any) -> str:
    """Return the way from a row to the person it belongs to; empty for what belongs to nobody."""
    if model is User:
        return "pk"
    needed = [each for each in model._meta.concrete_fields if each.is_relation and not each.null]
    for each in needed:
        if each.related_model is User:
            return str(each.name)
    for each in needed:
        way = find_owner(each.related_model)
        if way:
            return f"{each.name}__{way}"
    return ""


# What must hold -------------------------------------------------------------------------------------------------------


def assert_account(
    target: Target, old: Old, report: dict[str, Any], *, gone: dict[str, set[str]] | None = None
) -> None:
    """See that every row that the source counts has one fate, that it is true, and that the report says the same.

    `gone` are rows that were deleted here since, by their table.
    """
    counted = old.count()
    fates = target.fates(report["source_key"])
    assert Counter(table for table, *_ in fates) == Counter({table: rows for table, rows in counted.items() if rows})
    assert len({(table, row_id) for table, row_id, *_ in fates}) == len(fates)
    outcomes: dict[str, Counter[str]] = {table: Counter() for table in counted}
    for table, _, outcome, *_ in fates:
        outcomes[table][outcome] += 1
    assert {
        table: (sums["read"], sums["kept"], sums["merged"], sums["quarantined"])
        for table, sums in report["tables"].items()
    } == {
        table: (rows, outcomes[table]["kept"], outcomes[table]["merged"], outcomes[table]["quarantined"])
        for table, rows in counted.items()
    }
    assert report["holds"] and report["checks"] and all(check["holds"] for check in report["checks"])
    assert report["totals"]["read"] == sum(counted.values())
    assert len(report["quarantined"]) == report["totals"]["quarantined"]
    quarantined = {(table, row_id) for table, row_id, outcome, *_ in fates if outcome == "quarantined"}
    assert {(row["table"], row["row_id"]) for row in report["quarantined"]} == quarantined
    assert all(row["reason"] for row in report["quarantined"])
    for table, sums in report["target"].items():
        assert target.one(f"SELECT count(*) FROM {table}") == sums["after"] == sums["before"] + sums["added"], table
    places: dict[str, set[str]] = {}
    for _, _, outcome, table, key in fates:
        assert (key is not None) == (outcome != "quarantined")
        if key is not None:
            places.setdefault(table, set()).add(key)
    for table, keys in places.items():
        there = {key for (key,) in target.all(f"SELECT id::text FROM {table}")}
        assert keys - there == (keys & gone.get(table, set()) if gone else set()), table
    kept = Counter((table, key) for _, _, outcome, table, key in fates if outcome == "kept")
    assert set(kept.values()) <= {1}


def assert_nothing_is_lost(target: Target, old: Old) -> None:
    found = target.find_markers()
    assert len(old.made.planted) > 100
    lost = [planted for planted in old.made.planted if planted.value.lower() not in found]
    assert not lost, lost


def assert_everybody_has_their_own(target: Target, old: Old, report: dict[str, Any], *, by_texts: bool = True) -> None:
    """See that what was somebody's there is that person's here, by the row and by the texts that were planted.

    Sources share their texts, so that these tell nothing where several came.
    """
    fates = target.fates(report["source_key"])
    became = {row_id: key for table, row_id, _, where, key in fates if table == old.users and where == "accounts_user"}
    users = {(old.users, row_id) for row_id in became}
    there, here = old.owners(), target.owners()
    wrong, looked = [], 0
    for table, row_id, outcome, where, key in fates:
        if outcome == "kept" and where in here and table != old.users:
            owner = there.get((table, row_id))
            if owner is not None:
                looked += 1
                if here[where][str(key)] != became.get(owner):
                    wrong.append((table, row_id, where, key))
    assert not wrong, wrong
    assert looked > 100
    if not by_texts:
        return
    found, followed = target.find_markers(), 0
    for planted in old.made.planted:
        owner = None
        for spelled in (spell_row_id((planted.row_id,)), spell_row_id((planted.row_id.encode(),))):
            owner = owner or (spelled if (planted.table, spelled) in users else there.get((planted.table, spelled)))
        for where, key in found[planted.value.lower()]:
            if owner is not None and where in here:
                followed += 1
                if here[where][key] != became.get(owner):
                    wrong.append((planted.table, planted.row_id, where, key))
    assert not wrong, wrong
    assert followed > 50


def assert_untouched(target: Target, before: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    """See that every row that was there is as it was, but for what the ledger says was filled; return those."""
    after = target.rows()
    declared = {
        (table, row_id): set(columns)
        for table, row_id, columns in target.all(
            """
            SELECT "table", row_id, array_agg("column") FROM migration_ledger WHERE source ~ ': import_legacy '
            AND outcome = 'derived' GROUP BY 1, 2
            """
        )
    }
    gone = [(table, key) for table, rows in before.items() for key in rows if key not in after[table]]
    changed = {
        (table, key)
        for table, rows in before.items()
        for key, digest in rows.items()
        if after[table].get(key) != digest
    }
    assert not gone, gone
    assert changed <= set(declared), changed - set(declared)
    return changed


def assert_sound(target: Target) -> None:
    from jobs.services.validation import validate_data

    with standing_in(target.name):
        faults = [(fault.table, fault.kind, fault.count, fault.examples) for fault in validate_data().faults]
    lines = [key for table, _, _, keys in faults if table == "migration_ledger" for key in keys]
    told = target.all("SELECT * FROM migration_ledger WHERE id::text = ANY(%s)", lines)
    assert not faults, (faults, told)
    target.call("check")
