"""What no constraint can say of listings, cards, applications and the timeline.

What counts as a contradiction between the timeline and the state: an event of one person about another's card or
application; an event about an application of another listing than it says; the latest move of a card or application
that ended elsewhere than the card or application stands. A state without an event is none: imported rows come without.
"""

from __future__ import annotations

from interactions.models import ApplicationStatus
from jobs.models import JobStatus
from jobs.services.two_sides import APPLICATION_STATES


def _application_states() -> str:
    """Return the mapping of a card's state to its application's, as rows of SQL."""
    rows = [f"('{card}', '{reason}', '{state}')" for (card, reason), state in APPLICATION_STATES.items()]
    return ", ".join([*rows, f"('{JobStatus.OFFER}', '', '{ApplicationStatus.ACCEPTED}')"])


# Kind, table, what it means, and the rows that have it.
SEARCH_RULES: tuple[tuple[str, str, str, str], ...] = (
    (
        "source count",
        "job_listings",
        "source_count is not the number of sources that show it (at least 1 for one that none shows) or its copies.",
        """
        SELECT l.id FROM job_listings l
        LEFT JOIN (SELECT job_id, count(*) AS shown FROM job_source_listings GROUP BY job_id) s ON s.job_id = l.id
        LEFT JOIN (SELECT canonical_id, sum(source_count) AS shown FROM job_listings WHERE canonical_id IS NOT NULL
            GROUP BY canonical_id) copies ON copies.canonical_id = l.id
        WHERE l.source_count < COALESCE(s.shown, 1) + COALESCE(copies.shown, 0)
           OR (s.shown IS NOT NULL AND l.source_count > s.shown + COALESCE(copies.shown, 0))
        """,
    ),
    (
        "search columns",
        "job_listings",
        "The search does not find it, or not by its skills: UPDATE ... SET title = title.",
        """
        SELECT id FROM job_listings
        WHERE search_head IS NULL OR search_full IS NULL OR skill_keys IS DISTINCT FROM ARRAY(
            SELECT DISTINCT lower(btrim(skill)) FROM unnest(skills_required || skills_preferred || tech_stack) skill
            WHERE btrim(skill) <> '' ORDER BY 1)
        """,
    ),
    (
        "copy of a copy",
        "job_listings",
        "What it duplicates is itself a duplicate.",
        """
        SELECT l.id FROM job_listings l JOIN job_listings c ON c.id = l.canonical_id WHERE c.canonical_id IS NOT NULL
        """,
    ),
    (
        "pair twice",
        "job_duplications",
        "The pair is there the other way round as well.",
        """
        SELECT d.id FROM job_duplications d JOIN job_duplications o
        ON o.canonical_job_id = d.duplicate_job_id AND o.duplicate_job_id = d.canonical_job_id AND o.id < d.id
        """,
    ),
    (
        "interview of a stranger",
        "interviews",
        "It belongs to another user than its card.",
        "SELECT i.id FROM interviews i JOIN jobs j ON j.id = i.job_id WHERE i.user_id <> j.user_id",
    ),
    (
        "interview not shown",
        "jobs",
        "The card has interviews and shows none.",
        """
        SELECT id FROM jobs j WHERE interview_date IS NULL AND NOT is_deleted
        AND EXISTS (SELECT FROM interviews i WHERE i.job_id = j.id)
        """,
    ),
    (
        "event of a stranger",
        "timeline_events",
        "It tells one user of another's card or application.",
        """
        SELECT e.id FROM timeline_events e
        LEFT JOIN jobs j ON j.id = e.job_id LEFT JOIN job_user_interactions i ON i.id = e.interaction_id
        WHERE e.user_id <> j.user_id OR e.user_id <> i.user_id
        """,
    ),
    (
        "event of another listing",
        "timeline_events",
        "Its application is about another listing than it names.",
        """
        SELECT e.id FROM timeline_events e JOIN job_user_interactions i ON i.id = e.interaction_id
        WHERE e.listing_id <> i.job_id
        """,
    ),
    (
        "timeline against card",
        "jobs",
        "Its latest move ended in another status.",
        f"""
        SELECT j.id FROM jobs j JOIN (
            SELECT DISTINCT ON (job_id) job_id, event_data ->> 'to' AS status FROM timeline_events
            WHERE job_id IS NOT NULL AND event_type IN ('status_changed', 'application_submitted')
            AND event_data ? 'from' AND event_data ->> 'to' IN ({", ".join(f"'{status}'" for status in JobStatus.values)})
            ORDER BY job_id, event_date DESC, id DESC
        ) latest ON latest.job_id = j.id WHERE latest.status <> j.status
        """,  # noqa: S608 - Words of our own.
    ),
    (
        "timeline against application",
        "job_user_interactions",
        "Its latest move ended in another status.",
        """
        SELECT i.id FROM job_user_interactions i JOIN (
            SELECT DISTINCT ON (interaction_id) interaction_id, event_data #>> '{application,to}' AS status
            FROM timeline_events WHERE interaction_id IS NOT NULL AND event_data #>> '{application,to}' IS NOT NULL
            ORDER BY interaction_id, event_date DESC, id DESC
        ) latest ON latest.interaction_id = i.id WHERE latest.status <> i.application_status
        """,
    ),
    (
        "card against application",
        "jobs",
        "The card and the application it is about say different things.",
        f"""
        WITH card AS (
            SELECT DISTINCT ON (user_id, listing_id) id, user_id, listing_id, status, lower(btrim(closed_reason)) AS reason
            FROM jobs WHERE listing_id IS NOT NULL AND NOT is_deleted
            ORDER BY user_id, listing_id, status <> '{JobStatus.CLOSED}' DESC, created_at DESC, id DESC
        ), says (card_status, reason, application_status) AS (VALUES {_application_states()})
        SELECT card.id FROM card JOIN job_user_interactions i
        ON i.user_id = card.user_id AND i.job_id = card.listing_id AND i.interaction_type = 'applied'
        WHERE EXISTS (SELECT FROM says WHERE card_status = card.status AND reason = card.reason)
        AND NOT EXISTS (SELECT FROM says WHERE card_status = card.status AND reason = card.reason
                        AND application_status = i.application_status)
        """,  # noqa: S608 - Words of our own.
    ),
    (
        "dates run backwards",
        "job_user_interactions",
        "The first interaction is later than the last, the answer is earlier than the application, or that lies ahead.",
        """
        SELECT id FROM job_user_interactions
        WHERE first_interaction > last_interaction OR response_date::date < applied_date::date
        OR applied_date > now() + interval '14 hours'
        """,
    ),
)  # fmt: skip
