"""Which person of the source is which person here. An address alone proves nothing that nobody verified.

What stands in for an address that is not known is nobody's, so trusting all addresses does not trust it. And an address
that is the same only because the database folds foreign letters into ours (the sign of the Kelvin into a k) was verified
for somebody else, perhaps; it counts where the operator spells it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.accounts.models import PLACEHOLDER_DOMAIN
from jobos.accounts.roles import JOB_SEEKERS
from jobos.crossing.services.merging import deciding
from jobos.crossing.services.merging.tables import BY_NAME

if TYPE_CHECKING:
    from jobos.crossing.services.merging.session import Session

WAITS = "Somebody here has this email, and the older system had not verified it."
IS_ANOTHER = "Somebody here has this email who came from the same system, which had not verified it for them."
LOOKS_ALIKE = "Somebody here has an email that differs in letters which only look alike."


def decide_people(session: Session) -> None:
    """Let people meet by a verified or trusted address; whose address is somebody's here otherwise, waits."""
    trusted = ", ".join(_fold(session.quote(address)) for address in sorted(session.trust.addresses)) or "NULL"
    is_same = f"{_fold('t.email')} = {_fold('i.email')}"
    is_proven = f"""COALESCE(s.email_is_verified, false)
        OR {session.trust.everybody} AND i.email NOT ILIKE '%@{PLACEHOLDER_DOMAIN}'"""
    # An address that was not verified came here with its person; whoever proved it since is somebody else there.
    is_another = """EXISTS (
        SELECT FROM decided_accounts_user o LEFT JOIN source_users theirs ON theirs.id = o.id
        WHERE o.state = 'known' AND o.new_id = t.id AND NOT COALESCE(theirs.email_is_verified, false))"""
    meets = (
        f"(({is_same} AND ({is_proven}) AND NOT {is_another}) OR COALESCE({_fold('i.email')} IN ({trusted}), false))"
    )
    deciding.begin(session, BY_NAME["accounts_user"], more=", NULL::uuid AS clash_id")
    session.run(f"""
        UPDATE decided_accounts_user d
        SET state = CASE WHEN {meets} THEN 'met' ELSE 'waits' END,
            new_id = CASE WHEN {meets} THEN t.id ELSE d.id END,
            reason = CASE WHEN {meets} THEN '' WHEN {is_same} AND {is_another} THEN {session.quote(IS_ANOTHER)}
                          WHEN {is_same} THEN {session.quote(WAITS)}
                          ELSE {session.quote(LOOKS_ALIKE)} END,
            clash_id = t.id
        FROM incoming_accounts_user i
        JOIN accounts_user t ON lower(t.email) = lower(i.email)
        LEFT JOIN source_users s ON s.id = i.id
        WHERE i.id = d.id AND d.state = 'new'
        """)
    # The same key with another address is somebody else.
    session.run(f"""
        UPDATE decided_accounts_user d SET new_id = {session.fresh_key("accounts_user", "d.id")}
        FROM accounts_user t WHERE t.id = d.id AND d.state = 'new'
        """)
    deciding.finish(session, BY_NAME["accounts_user"])


def _fold(address: str) -> str:
    """Return SQL for an address in small letters, foreign ones left as they are."""
    return f'lower({address} COLLATE "C")'


def enrol(session: Session) -> None:
    """Give everybody who is new, or has met somebody without one, a profile; and who is new the role of a job seeker."""
    role = session.quote(JOB_SEEKERS)
    session.run(f"INSERT INTO auth_group (name) VALUES ({role}) ON CONFLICT (name) DO NOTHING")
    session.run(f"""
        INSERT INTO accounts_user_groups (user_id, group_id)
        SELECT d.new_id, g.id FROM decided_accounts_user d JOIN auth_group g ON g.name = {role} WHERE d.state = 'new'
        ON CONFLICT DO NOTHING
        """)
    table = BY_NAME["user_profiles"]
    filled = {
        "id": session.fresh_key("user_profiles", "d.new_id"),
        "user_id": "d.new_id",
        "created_at": "i.date_joined",
        "updated_at": "i.date_joined",
    }
    for column in table.fields:
        if column.column not in filled and not column.null:
            filled[column.column] = "'{}'" if isinstance(column.get_default(), list) else "''"
    columns = ", ".join(f'"{column}"' for column in filled)
    added = session.run(f"""
        INSERT INTO user_profiles ({columns})
        SELECT {", ".join(filled.values())}
        FROM decided_accounts_user d JOIN incoming_accounts_user i ON i.id = d.id
        WHERE d.state IN ('new', 'met') AND NOT EXISTS (SELECT FROM user_profiles t WHERE t.user_id = d.new_id)
        """)
    session.add("user_profiles", added)
