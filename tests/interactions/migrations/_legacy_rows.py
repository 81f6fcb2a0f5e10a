"""Rows of JobPilot, as hard as they come: a fixed set with a name for each oddity, and strategies for more."""

from __future__ import annotations

import json
import uuid
from typing import Any

from hypothesis import strategies as st

from tests.jobs.migrations._legacy_rows import Row, insert, texts

__all__ = ["Row", "insert", "texts"]

NAMESPACE = uuid.UUID("7a2e1f60-0000-4000-8000-000000000000")
CREATED = "2025-03-01T08:00:00+00:00"
UPDATED = "2025-03-09T04:41:12.123456+00:00"
JOINED = "2024-12-24T18:00:00+00:00"
LONG = "Tailored for the role. " * 20  # 460 characters: cut at 255.


def key(name: str) -> uuid.UUID:
    """Return the key of the row, listing or user with this name."""
    return uuid.uuid5(NAMESPACE, name)


OWNER, STRANGER, NOBODY = key("owner"), key("stranger"), key("nobody")
NO_LISTING = key("no listing")


def day(number: int) -> str:
    """Return a time in May."""
    return f"2025-05-{number:02}T00:00:00+00:00"


def application(name: str, listing: str = "", **columns: Any) -> Row:
    """Return an application of the owner, to a listing of its own unless said otherwise."""
    return {
        "id": key(name),
        "job_id": key(f"listing {listing or name}"),
        "user_profile_id": OWNER,
        "status": "APPLIED",
        "created_at": CREATED,
        "updated_at": UPDATED,
        **columns,
    }


def saved_job(name: str, listing: str = "", **columns: Any) -> Row:
    """Return a saved job of the owner, with a listing of its own unless said otherwise."""
    return {
        "id": key(name),
        "job_id": key(f"listing {listing or name}"),
        "user_profile_id": OWNER,
        "status": "SAVED",
        "saved_date": CREATED,
        "updated_at": UPDATED,
        **columns,
    }


def event(name: str, **columns: Any) -> Row:
    """Return an event of the owner."""
    return {
        "id": key(name),
        "user_profile_id": OWNER,
        "event_type": "JOB_SAVED",
        "title": "Saved job: Cook",
        "event_data": json.dumps({"job_title": "Cook"}),
        "event_date": day(1),
        "is_milestone": False,
        "created_at": CREATED,
        "updated_at": UPDATED,
        **columns,
    }


TAGS = {
    "tags": ["remote", "", "b,c{}\"'", "Ünï", "remote"],
    "tags empty": [],
    "tags odd": ["a", 7, None, ["b"], {"c": 1}, "d"],
    "tags no list": "a, b",
    "tags object": {"a": 1},
}

APPLICATIONS: list[Row] = [
    *(
        application(status, status=status)
        for status in ("APPLIED", "INTERVIEWING", "REJECTED", "ACCEPTED", "WITHDRAWN")
    ),
    application(
        "full",
        status="INTERVIEWING",
        applied_date=day(1),
        response_date=day(2),
        resume_version="v3",
        cover_letter="Dear",
        notes="n",
        follow_up_date=day(3),
        interview_scheduled=day(4),
    ),
    application("no status", status=None),
    application("spelled", status=" Interviewing "),
    application("unknown status", status="OFFERED", notes="mine"),
    application("not applied", status="NOT_APPLIED", follow_up_date=day(9), resume_version="v1", cover_letter="Draft"),
    application("not applied, dated", status="NOT_APPLIED", applied_date="2025-02-01T00:00:00+00:00"),
    application("not applied, invited", status="not_applied", interview_scheduled=day(4)),
    application("not applied, saved too", status="NOT_APPLIED", updated_at=day(1), notes="old"),
    application("not applied wins", status="NOT_APPLIED", updated_at=day(9)),
    application("not applied and applied a", "twice", status="NOT_APPLIED"),
    application("not applied and applied b", "twice", updated_at=day(1)),
    application("blanks", notes="", cover_letter="", resume_version=""),
    application("long", resume_version=LONG),
    application("no created", created_at=None),
    application("no updated", updated_at=None),
    application("only applied", created_at=None, updated_at=None, applied_date=day(3)),
    application("timeless", created_at=None, updated_at=None),
    application("backwards", created_at=day(9), updated_at=day(1)),
    # One listing, three applications.
    application("winner", "crowd", updated_at=day(5), status="REJECTED", notes="latest"),
    application("loser", "crowd", updated_at=day(4), created_at="2025-01-01T00:00:00+00:00", notes="older"),
    application("loser without time", "crowd", updated_at=None, created_at=None),
    application("of the stranger", "crowd", user_profile_id=STRANGER, status="ACCEPTED"),
    application("tie a", "tie"),
    application("tie b", "tie"),
    # Saved and applied.
    application("both", notes="of the application"),
    application("both without notes", notes=None),
    application("both with empty notes", notes=""),
    application("both archived", status="WITHDRAWN"),
    application("both, saved date missing"),
    application("same key"),
    application("ghost listing", job_id=NO_LISTING, notes=""),
    application("ghost user", user_profile_id=NOBODY),
    application("ghost both", job_id=NO_LISTING, user_profile_id=NOBODY, created_at=None, updated_at=None),
]

SAVED_JOBS: list[Row] = [
    saved_job("saved", notes="look again"),
    saved_job("archived", status="ARCHIVED"),
    saved_job("no saved status", status=None),
    saved_job("spelled saved", status="archived"),
    saved_job("unknown saved status", status="STARRED"),
    saved_job("saved blanks", notes=""),
    *(saved_job(name, tags=json.dumps(tags)) for name, tags in TAGS.items()),
    saved_job("tags null", tags="null"),
    saved_job("tags missing", tags=None),
    saved_job("no date", saved_date=None),
    saved_job("no saved updated", updated_at=None),
    saved_job("saved timeless", saved_date=None, updated_at=None),
    saved_job("saved beside not applied", "not applied, saved too", updated_at=day(2), notes="newer"),
    saved_job("loses to not applied", "not applied wins", updated_at=day(8), tags='["kept"]'),
    saved_job("saved again", "saved twice", updated_at=day(3), tags='["new"]'),
    saved_job("saved before", "saved twice", updated_at=day(2), status="ARCHIVED", tags="null", notes=""),
    saved_job("saved and applied", "both", tags='["x"]', notes="of the saved", saved_date=day(1)),
    saved_job("saved and applied 2", "both without notes", tags='["y"]', notes="lent"),
    saved_job("saved and applied 3", "both with empty notes", notes="lent too"),
    saved_job("saved and applied 4", "both archived", status="ARCHIVED"),
    saved_job("saved and applied 5", "both, saved date missing", saved_date=None),
    saved_job("same key", "same key elsewhere", notes="", tags='["t"]'),
    saved_job("saved ghost listing", job_id=NO_LISTING, tags="null"),
    saved_job("saved ghost user", user_profile_id=NOBODY, tags="[]", saved_date=None, updated_at=None),
]

EVENTS: list[Row] = [
    event("event", job_id=key("listing saved")),
    event("applied event", event_type="APPLICATION_SUBMITTED", application_id=key("full"), job_id=key("listing full")),
    event("event of a loser", application_id=key("loser"), job_id=key("listing crowd")),
    event("event of a not applied", application_id=key("not applied")),
    event("event of a merged not applied", application_id=key("not applied, saved too")),
    event("event of a ghost", application_id=key("no such application")),
    event("event of a saved job", application_id=key("saved")),
    event("event of a quarantined", application_id=key("ghost listing"), job_id=NO_LISTING),
    event("event of nobody", user_profile_id=NOBODY, event_data="null"),
    event("event type spelled", event_type="job_saved"),
    event("event type unknown", event_type="OFFER_MADE"),
    event("event long", title="T" * 300, description=""),
    event("event nulls", event_data=None, is_milestone=None, event_date=None, description=None),
    event("event empty", event_data="{}", description=""),
    event("event data null", event_data="null"),
    event("event data list", event_data='["x"]'),
    event("event timeless", created_at=None, updated_at=None, event_date=None),
    event("event no created", created_at=None),
    event("event milestone", is_milestone=True, description="d", event_type="STATUS_CHANGED", user_profile_id=STRANGER),
    event("event of both", application_id=key("same key")),
    event("event with a taken key"),
]


# More rows, of few listings and users, so that company is common ------------------------------------------------------

USERS = [OWNER, STRANGER, NOBODY]
LISTINGS = [*(key(f"listing {place}") for place in range(12)), NO_LISTING]
moments = st.none() | st.sampled_from([CREATED, UPDATED, day(1), day(2), day(3)])
short_texts = st.none() | st.just("") | texts
documents = st.none() | st.sampled_from(["null", "{}", "[]", '["a"]', '{"a": [1, null]}', '"x"', "3", '["a", null, 5]'])

applications = st.fixed_dictionaries(
    {
        "job_id": st.sampled_from(LISTINGS),
        "user_profile_id": st.sampled_from(USERS),
        "status": st.sampled_from([None, "", "NOT_APPLIED", "not applied", "APPLIED", "REJECTED", "accepted", "ODD"]),
        "applied_date": moments,
        "response_date": st.none() | moments,
        "interview_scheduled": st.none() | moments,
        "follow_up_date": moments,
        "resume_version": short_texts | st.just(LONG),
        "cover_letter": short_texts,
        "notes": short_texts,
        "created_at": moments,
        "updated_at": moments,
    }
)
saved_jobs = st.fixed_dictionaries(
    {
        "job_id": st.sampled_from(LISTINGS),
        "user_profile_id": st.sampled_from(USERS),
        "status": st.sampled_from([None, "SAVED", "ARCHIVED", "Saved", "ODD"]),
        "notes": short_texts,
        "tags": documents,
        "saved_date": moments,
        "updated_at": moments,
    }
)
events = st.fixed_dictionaries(
    {
        "job_id": st.none() | st.sampled_from(LISTINGS),
        # The first applications and saved jobs have the keys 0, 1, 2 ...
        "application_id": st.none() | st.integers(0, 60).map(lambda place: key(str(place))),
        "user_profile_id": st.sampled_from(USERS),
        "event_type": st.sampled_from(["JOB_SAVED", "NOTE_ADDED", "job_saved", "ODD"]),
        "title": texts | st.just("T" * 300),
        "description": short_texts,
        "event_data": documents,
        "event_date": moments,
        "is_milestone": st.none() | st.booleans(),
        "created_at": moments,
        "updated_at": moments,
    }
)


def with_ids(rows: list[Row], prefix: str = "", first: int = 0) -> list[Row]:
    """Give generated rows keys of their own."""
    return [{"id": key(f"{prefix}{first + place}"), **row} for place, row in enumerate(rows)]
