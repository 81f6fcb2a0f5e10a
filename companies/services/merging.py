"""Taking one company into another, and taking that back.

What moves is written down in the merge's `inverse`, so that the way back moves exactly that and nothing else: a row that
was edited since keeps its edits, one that was deleted or has moved on since stays as it is. Nothing of a moved row but
its company changes, its times neither.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from companies.models import (
    AliasSource,
    Company,
    CompanyAlias,
    CompanyMatchSuggestion,
    CompanyMerge,
    SuggestionState,
)
from jobos.accounts.models import User
from jobos.core.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

# What the winner takes from the loser where it has nothing itself; the columns of a group only together.
FACTS = (
    ("industry",),
    ("size", "size_category"),
    ("location",),
    ("headquarters_location",),
    ("founded_year",),
    ("description",),
    ("logo_url",),
    ("culture",),
    ("values",),
    ("benefits",),
)
# A company may have a hundred thousand listings, each of which the search indexes anew.
LONGEST_STATEMENT = "10min"

# The opinions of people who track both: what is empty is filled from the loser's.
FILLED_TEXTS = ("stage", "sector", "funding", "hq_city", "deep_dive_content")
OPINION = (*FILLED_TEXTS, "last_researched", "investors", "b2c_validated", "notes")
MERGE_TARGETS = f"""
    WITH pairs AS (
        SELECT kept.id AS kept_id, lost.id AS lost_id, to_jsonb(kept) AS before, to_jsonb(lost) AS lost
        FROM target_companies kept
        JOIN target_companies lost ON lost.user_id = kept.user_id
        WHERE kept.company_id = %(winner)s AND lost.company_id = %(loser)s
        ORDER BY kept.id
        FOR UPDATE OF kept, lost
    ), filled AS (
        UPDATE target_companies kept SET
            {", ".join(f"{name} = CASE kept.{name} WHEN '' THEN lost.{name} ELSE kept.{name} END" for name in FILLED_TEXTS)},
            last_researched = COALESCE(kept.last_researched, lost.last_researched),
            investors = CASE kept.investors WHEN '{{}}' THEN lost.investors ELSE kept.investors END,
            b2c_validated = kept.b2c_validated OR lost.b2c_validated,
            notes = CASE
                WHEN lost.notes IN ('', kept.notes) THEN kept.notes
                WHEN kept.notes = '' THEN lost.notes
                ELSE kept.notes || E'\\n\\n' || lost.notes
            END,
            updated_at = %(at)s
        FROM pairs, target_companies lost
        WHERE kept.id = pairs.kept_id AND lost.id = pairs.lost_id
        RETURNING kept.id, to_jsonb(kept) AS after
    )
    SELECT COALESCE(jsonb_agg(jsonb_build_object('lost', lost, 'before', before, 'after', after) ORDER BY id), '[]')
    FROM pairs JOIN filled ON filled.id = pairs.kept_id
"""  # noqa: S608 - made of our own column names.
SPLIT_TARGETS = f"""
    UPDATE target_companies kept SET
        {", ".join(f"{name} = CASE WHEN kept.{name} IS NOT DISTINCT FROM after.{name} THEN before.{name} ELSE kept.{name} END" for name in OPINION)},
        updated_at = CASE kept.updated_at WHEN after.updated_at THEN before.updated_at ELSE %(at)s END
    FROM jsonb_array_elements(%(pairs)s::jsonb) pair,
        jsonb_populate_record(NULL::target_companies, pair -> 'before') before,
        jsonb_populate_record(NULL::target_companies, pair -> 'after') after
    WHERE kept.id = after.id AND kept.company_id = %(winner)s
"""  # noqa: S608
RESTORE_TARGETS = """
    INSERT INTO target_companies
    SELECT lost.*
    FROM jsonb_array_elements(%(pairs)s::jsonb) pair,
        jsonb_populate_record(NULL::target_companies, pair -> 'lost') lost
    WHERE EXISTS (
        SELECT FROM target_companies kept
        WHERE kept.id = (pair -> 'before' ->> 'id')::uuid AND kept.company_id = %(winner)s
    )
"""


# There ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def merge_companies(winner: Company, loser: Company, *, by: User | None) -> CompanyMerge:
    """Take the loser into the winner: listings, people's lists, aliases, suggestions, and facts the winner lacks.

    Whoever tracks both keeps the winner's row, filled from the loser's. The loser's spelling stays as an alias, unless
    a third company has that name. The website of a loser that nobody confirmed is a claim, and is not taken on.
    """
    if winner.pk == loser.pk:
        raise ValidationError("A company is not merged into itself.", code="companies_companymerge_two_companies")
    named = {winner.pk: winner.name, loser.pk: loser.name}
    locked = {row.pk: row for row in Company.objects.select_for_update().filter(pk__in=named).order_by("pk")}
    for pk, name in named.items():
        if pk not in locked:
            raise Conflict(f"{name} is not in the directory any more.", code="company_gone")
    winner, loser = locked[winner.pk], locked[loser.pk]
    names: dict[str, Any] = {"winner": winner.pk, "loser": loser.pk, "at": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [LONGEST_STATEMENT])
        cursor.execute("SELECT to_jsonb(c) FROM companies c WHERE id = %(loser)s", names)
        inverse: dict[str, Any] = {"loser": _read_json(cursor)}
        cursor.execute(MERGE_TARGETS, names)
        inverse["targets_merged"] = _read_json(cursor)
        cursor.execute(
            "DELETE FROM target_companies WHERE id = ANY(%s::uuid[])",
            [[pair["lost"]["id"] for pair in inverse["targets_merged"]]],
        )
        for kind, table in (
            ("targets", "target_companies"),
            ("listings", "job_listings"),
            ("aliases", "company_aliases"),
        ):
            cursor.execute(
                f"WITH moved AS (UPDATE {table} SET company_id = %(winner)s WHERE company_id = %(loser)s RETURNING id)"  # noqa: S608 - the table is ours.
                " SELECT COALESCE(jsonb_agg(id ORDER BY id), '[]') FROM moved",
                names,
            )
            inverse[kind] = _read_json(cursor)
        inverse["suggestions"] = _move_suggestions(winner, loser, by=by, at=names["at"])
        cursor.execute("DELETE FROM companies WHERE id = %(loser)s", names)
    inverse["alias"] = _keep_spelling(winner, loser, by=by)
    inverse["filled"] = _fill(winner, loser)
    return CompanyMerge.objects.create(
        winner=winner,
        winner_name=winner.name,
        loser_id=loser.pk,
        loser_name=loser.name,
        inverse=inverse,
        merged_by=by,
    )


def _read_json(cursor: Any) -> Any:
    """Return the one JSON value of a statement, whether or not the connection has parsed it."""
    (value,) = cursor.fetchone()
    return json.loads(value) if isinstance(value, str) else value


def _move_suggestions(winner: Company, loser: Company, *, by: User | None, at: datetime) -> list[dict[str, Any]]:
    """Turn each suggestion about the loser into one about the winner; return them as they were, and what became of each."""
    rows = list(
        CompanyMatchSuggestion.objects.select_for_update().filter(Q(company=loser) | Q(other=loser)).order_by("pk")
    )
    before = _read_rows(rows)
    moved = []
    for row in rows:
        other = row.other_id if row.company_id == loser.pk else row.company_id
        became = "moved"
        if other == winner.pk:
            became = "merged"
            row.company, row.other, row.other_name = winner, None, loser.name
            row.state, row.decided_by, row.decided_at = SuggestionState.MERGED, by, at
        else:
            _set_pair(row, winner.pk, other)
        if row.other_id is not None and _has_pair(row):
            became = "dropped"
            CompanyMatchSuggestion.objects.filter(pk=row.pk).delete()
        else:
            row.save()
        moved.append({"row": before[str(row.pk)], "became": became, "at": row.updated_at.isoformat()})
    return moved


def _read_rows(rows: list[CompanyMatchSuggestion]) -> dict[str, Any]:
    """Return suggestions as the database has them, by key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(jsonb_object_agg(s.id, to_jsonb(s)), '{}') FROM company_match_suggestions s"
            " WHERE id = ANY(%s)",
            [[row.pk for row in rows]],
        )
        found: dict[str, Any] = _read_json(cursor)
        return found


def _set_pair(row: CompanyMatchSuggestion, one: Any, other: Any | None) -> None:
    """Point a suggestion at two companies, the older one first."""
    pair = sorted(key for key in (one, other) if key is not None)
    row.company_id, row.other_id = pair[0], (pair[1] if len(pair) > 1 else None)
    if row.other_id is not None:
        row.other_name = Company.objects.values_list("name", flat=True).get(pk=row.other_id)


def _has_pair(row: CompanyMatchSuggestion) -> bool:
    same = CompanyMatchSuggestion.objects.filter(company_id=row.company_id, other_id=row.other_id)
    return same.exclude(pk=row.pk).exists()


def _keep_spelling(winner: Company, loser: Company, *, by: User | None) -> str | None:
    """Let the loser's name mean the winner from now on; return the new alias, None where there is none."""
    name = loser.normalized_name
    is_anothers = Company.objects.filter(normalized_name=name).exists()
    if is_anothers or CompanyAlias.objects.filter(normalized_name=name).exists():
        return None
    alias = CompanyAlias.objects.create(company=winner, name=loser.name, source=AliasSource.MERGE, created_by=by)
    return str(alias.pk)


def _fill(winner: Company, loser: Company) -> dict[str, Any]:
    """Give the winner what it lacks and the loser has; return the old and new values, and the times of the row."""
    new: dict[str, Any] = {}
    for group in FACTS:
        if not any(getattr(winner, name) for name in group):
            new |= {name: getattr(loser, name) for name in group if getattr(loser, name)}
    if not winner.website and loser.website and loser.is_confirmed:
        new["website"] = loser.website
    if not winner.is_confirmed:
        new["is_confirmed"] = True
    if not new:
        return {}
    old = {name: getattr(winner, name) for name in new}
    before = winner.updated_at
    for name, value in new.items():
        setattr(winner, name, value)
    winner.save(update_fields=[*new, *(["domain"] if "website" in new else []), "updated_at"])
    times = {"updated_before": before.isoformat(), "updated_after": winner.updated_at.isoformat()}
    return {"old": old, "new": new, **times}


# And back -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def undo_merge(merge: CompanyMerge, *, by: User | None) -> CompanyMerge:
    """Bring the loser back under its key, with everything that moved and still is with the winner.

    Refused, with the name of what stands in the way, while the winner itself is merged away, while a later merge holds
    the same rows, or while another entry has the loser's identity. A merge is undone once.
    """
    merge = CompanyMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise Conflict(f"The merge of {merge} has been undone already.", code="already_undone")
    winner = Company.objects.select_for_update().filter(pk=merge.winner_id).first()
    blocking = _find_blocking(merge, is_winner_gone=winner is None)
    if blocking is not None:
        words = f"Undo the merge of {blocking} first: it came later and holds the same rows."
        raise Conflict(words, code="merge_blocked", blocking_merge=blocking.pk)
    if winner is None:
        raise Conflict(f"{merge.winner_name} is not in the directory any more.", code="company_gone")
    inverse = merge.inverse
    _unfill(winner, inverse["filled"])
    if inverse["alias"]:
        CompanyAlias.objects.filter(pk=inverse["alias"], company=winner).delete()
    _refuse_taken_identity(inverse["loser"])
    names: dict[str, Any] = {
        "winner": winner.pk,
        "loser": merge.loser_id,
        "at": timezone.now(),
        "row": json.dumps(_without_gone_people(inverse["loser"], "created_by_id")),
        "pairs": json.dumps(inverse["targets_merged"]),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [LONGEST_STATEMENT])
        cursor.execute(
            "INSERT INTO companies SELECT * FROM jsonb_populate_record(NULL::companies, %(row)s::jsonb)", names
        )
        cursor.execute(RESTORE_TARGETS, names)
        cursor.execute(SPLIT_TARGETS, names)
        for kind, table in (
            ("targets", "target_companies"),
            ("listings", "job_listings"),
            ("aliases", "company_aliases"),
        ):
            cursor.execute(
                f"UPDATE {table} SET company_id = %(loser)s WHERE company_id = %(winner)s AND id = ANY(%(ids)s::uuid[])",  # noqa: S608
                {**names, "ids": inverse[kind]},
            )
    _restore_suggestions(merge)
    merge.undone_at, merge.undone_by = names["at"], by
    merge.save(update_fields=["undone_at", "undone_by", "updated_at"])
    return merge


def find_successor(company_id: Any) -> tuple[str, Company] | None:
    """Return what a company that was merged away was called, and the one it has become part of; None for any other."""
    standing = CompanyMerge.objects.filter(undone_at__isnull=True).order_by("-created_at", "-pk")
    called, key = "", company_id
    while step := standing.filter(loser_id=key).values_list("loser_name", "winner_id").first():
        called, key = called or step[0], step[1]
    successor = Company.objects.filter(pk=key).first() if called else None
    return (called, successor) if successor else None


def _find_blocking(merge: CompanyMerge, *, is_winner_gone: bool) -> CompanyMerge | None:
    """Return the merge that has to be undone before this one, None where nothing is in the way."""
    standing = CompanyMerge.objects.filter(undone_at__isnull=True).exclude(pk=merge.pk)
    if is_winner_gone:
        return standing.filter(loser_id=merge.winner_id).order_by("created_at", "pk").last()
    mine = set(merge.inverse["targets"]) | _keys_of(merge)
    later = standing.filter(winner_id=merge.winner_id, created_at__gte=merge.created_at, pk__gt=merge.pk)
    return next((other for other in later.order_by("-created_at", "-pk") if mine & _keys_of(other)), None)


def _keys_of(merge: CompanyMerge) -> set[str]:
    """Return the keys of the opinions and suggestions that a merge wrote more into than their company."""
    merged = {pair["before"]["id"] for pair in merge.inverse["targets_merged"]}
    return merged | {entry["row"]["id"] for entry in merge.inverse["suggestions"]}


def _unfill(winner: Company, filled: dict[str, Any]) -> None:
    """Empty again what the merge filled and what still holds that value."""
    if not filled:
        return
    changes = {name: filled["old"][name] for name, value in filled["new"].items() if getattr(winner, name) == value}
    if not changes:
        return
    untouched = winner.updated_at == parse_datetime(filled["updated_after"])
    changes["updated_at"] = parse_datetime(filled["updated_before"]) if untouched else timezone.now()
    if "website" in changes:
        changes["domain"] = None
        namesakes = Company.objects.filter(normalized_name=winner.normalized_name, domain__isnull=True)
        bare = namesakes.exclude(pk=winner.pk).first()
        if bare is not None:
            words = f"There is another {bare} without a website meanwhile. Merge or rename it first."
            raise Conflict(words, code="identity_taken", existing_id=bare.pk)
    Company.objects.filter(pk=winner.pk).update(**changes)


def _refuse_taken_identity(loser: dict[str, Any]) -> None:
    """Raise if another entry, or an alias of one, has the loser's name or website by now."""
    name, domain = loser["normalized_name"], loser["domain"]
    same = Q(normalized_name=name, domain=domain) if domain else Q(normalized_name=name, domain__isnull=True)
    holder = Company.objects.filter(same | Q(domain=domain) if domain else same).first()
    if holder is None:
        alias = CompanyAlias.objects.filter(normalized_name=name).select_related("company").first()
        holder = alias.company if alias is not None else None
    if holder is not None:
        words = f"{holder} ({holder.domain or 'no website'}) has the name or website of {loser['name']} by now."
        raise Conflict(f"{words} Merge or change that entry first.", code="identity_taken", existing_id=holder.pk)


def _without_gone_people(row: dict[str, Any], column: str) -> dict[str, Any]:
    """Return a stored row without the person it names, if that person is gone."""
    is_there = row[column] is not None and User.objects.filter(pk=row[column]).exists()
    return row if is_there else {**row, column: None}


def _restore_suggestions(merge: CompanyMerge) -> None:
    """Turn suggestions that moved into ones about the loser again."""
    entries = merge.inverse["suggestions"]
    present = CompanyMatchSuggestion.objects.select_for_update().in_bulk([entry["row"]["id"] for entry in entries])
    by_key = {str(key): row for key, row in present.items()}
    for entry in entries:
        row, before = by_key.get(entry["row"]["id"]), _without_gone_people(entry["row"], "decided_by_id")
        if row is None:
            if entry["became"] == "dropped":
                _write_whole(before)
            continue
        sides = {row.company_id, row.other_id}
        if merge.winner_id not in sides:
            continue
        if row.updated_at == parse_datetime(entry["at"]):
            CompanyMatchSuggestion.objects.filter(pk=row.pk).delete()
            _write_whole(before)
        elif entry["became"] == "moved":
            other = next(iter(sides - {merge.winner_id}), None)
            _set_pair(row, merge.loser_id, other)
            row.save()


def _write_whole(row: dict[str, Any]) -> None:
    """Put a suggestion back as it was, if both of its companies are there and nobody has suggested them since."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO company_match_suggestions
            SELECT s.* FROM jsonb_populate_record(NULL::company_match_suggestions, %s::jsonb) s
            WHERE EXISTS (SELECT FROM companies WHERE id = s.company_id)
                AND (s.other_id IS NULL OR EXISTS (SELECT FROM companies WHERE id = s.other_id))
            ON CONFLICT DO NOTHING
            """,
            [json.dumps(row)],
        )
