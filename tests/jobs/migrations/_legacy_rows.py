"""Rows of the older system, as hard as they come: a fixed set with a name for each oddity, and a strategy for more."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

Row = dict[str, Any]

NAMESPACE = uuid.UUID("6f1d2c50-0000-4000-8000-000000000000")
OWNER = uuid.uuid5(NAMESPACE, "owner")
STRANGER = uuid.uuid5(NAMESPACE, "stranger")
STATUSES = (
    "Analyzed",
    "Applied",
    "Screening",
    "Interview Scheduled",
    "Interview Done",
    "Offer",
    "Rejected",
    "Withdrawn",
    "Ghosted",
)
SEPARATOR = "\n---\n"
CREATED = "2025-03-01T08:00:00Z"
UPDATED = "2025-03-09T10:11:12.123456+05:30"
UPDATED_UTC = "2025-03-09T04:41:12.123456Z"
LONG = "Principal engineer " * 14  # 266 characters: cut where it is used.


def card_id(name: str) -> uuid.UUID:
    """Return the key of the card with this name."""
    return uuid.uuid5(NAMESPACE, name)


def make_card(name: str, **columns: Any) -> Row:
    """Return a card of the owner with a company of its own."""
    return {
        "id": card_id(name),
        "user_id": OWNER,
        "company_name": f"{name} GmbH",
        "role_title": "Engineer",
        "status": "Applied",
        "is_deleted": False,
        "created_at": CREATED,
        "updated_at": UPDATED,
        **columns,
    }


def make_twin(name: str, day: int, **columns: Any) -> Row:
    """Return a card of the same company as the other twins, updated on that day of May."""
    return make_card(
        name,
        **{"company_name": "Twins", "role_title": "Engineer", "updated_at": f"2025-05-{day:02}T00:00:00Z", **columns},
    )


NOTES: dict[str, str | None] = {
    "no notes": None,
    "empty notes": "",
    "blank notes": "  \t\n ",
    "notes null": "null",
    "notes json": '[{"text": "mine", "created_at": "x"}]',
    "notes crlf": "one\r\n---\r\n[Follow-up 2025-01-02] two\r\n",
    "notes emoji": "Caf\u0065\u0301 🚀 \U0001f468\u200d\U0001f469\u200d\U0001f467 — “quoted” \\ \\n \u2028",
    "notes one follow-up": "[Follow-up 2025-01-02] called",
    "notes follow-ups": "first\n---\n[Follow-up 2025-01-02] called\n---\n[Follow-up 2025-01-09] wrote\n---\nand waited",
    "notes lead": "\n---\n[Follow-up 2025-01-02] called",
    "notes lead twice": "\n---\n[Follow-up 2025-01-02] called\n---\n[Follow-up 2025-01-02] called",
    "notes lead only": "\n---\n[Follow-up 2025-01-02] ",
    "notes trail": "first\n---\n[Follow-up 2025-01-02] \n---\n",
    "notes bad date": "first\n---\n[Follow-up 2025-02-30] called\n---\n[Follow-up 2024-02-29] wrote",
    "notes bad first date": "[Follow-up 2025-13-01] called",
    "notes no date": "first\n---\n[Follow-up soon] called",
    "notes year zero": "first\n---\n[Follow-up 0000-01-01] called",
    "notes not leap": "first\n---\n[Follow-up 1900-02-29] a\n---\n[Follow-up 2000-02-29] b",
    "notes separator only": "\n---\n",
    "notes long": "x y z " * 20_000,
}

CARDS: list[Row] = [
    *(make_card(status, status=status) for status in STATUSES),
    *(make_card(name, notes=notes) for name, notes in NOTES.items()),
    make_card(
        "full",
        jd_text="JD",
        jd_url="https://x.example",
        source_portal="LinkedIn",
        fit_score=7.25,
        ats_score=100,
        resume_version="v1",
        apply_type="deep",
        cover_letter="Dear",
        referral_contact="Bo",
        keywords_matched=["Python", "", "a,b{}\"'", "Ünï"],
        keywords_missing=["Go"],
        ai_analysis=json.dumps({"b": 1}),
        applied_date="2025-01-01",
        interview_date="2025-02-01T10:00:00Z",
        interview_type="Onsite",
        interviewer_name="Cy",
        interviewer_linkedin="https://linkedin.com/in/cy",
        prep_notes="p",
        interview_feedback="f",
        last_followup_date="2025-01-08",
        followup_count=3,
        notes="n",
    ),
    make_card("nulls", followup_count=None),
    make_card(
        "blanks",
        jd_text="",
        jd_url="",
        source_portal="",
        resume_version="",
        apply_type="",
        cover_letter="",
        referral_contact="",
        interview_type="",
        interviewer_name="",
        interviewer_linkedin="",
        prep_notes="",
        interview_feedback="",
        keywords_matched=[],
        keywords_missing=[],
        notes="",
        status="Screening",
    ),
    make_card("json null", ai_analysis="null"),
    make_card("score 10", fit_score=10, ats_score=0),
    make_card("score 11", fit_score=11, ats_score=-0.1),
    make_card("score nan", fit_score="NaN", ats_score="Infinity"),
    make_card("score tiny", fit_score="-5e-324", ats_score=100.5),
    make_card("slow apply", apply_type="slow", followup_count=-4, status="Interview Done"),
    # Twins: the latest updated keeps its title; keys are compared trimmed and without case.
    make_twin("twin 9", 9),
    make_twin("twin 8", 8, role_title=" ENGINEER ", company_name="twins  "),
    make_twin("twin 7", 7, status="Screening"),
    make_twin("twin 6", 6, status="Interview Scheduled"),
    make_twin("twin taken", 1, role_title="engineer (3)"),
    make_twin("twin deleted", 20, is_deleted=True),
    make_twin("twin closed", 21, status="Rejected"),
    make_twin("twin of stranger", 22, user_id=STRANGER),
    make_twin("tie a", 5, company_name="Ties"),
    make_twin("tie b", 5, company_name="Ties"),
    make_twin("long new", 9, company_name="Long", role_title=LONG[:255]),
    make_twin("long old", 8, company_name="Long", role_title=LONG[:255]),
    make_twin("long cut", 7, company_name="Long", role_title=LONG[:251] + " (2)"),
    make_twin("long other", 9, company_name="Long", role_title=LONG[:251] + "zzzz"),
    make_twin("long other old", 6, company_name="Long", role_title=LONG[:251] + "zzzz"),
    make_twin("numbered new", 9, company_name="Numbered", role_title="Cook (2)"),
    make_twin("numbered old", 8, company_name="Numbered", role_title="Cook (2)"),
    make_twin("plain new", 9, company_name="Numbered", role_title="Cook"),
    make_twin("plain old", 8, company_name="Numbered", role_title="Cook"),
]

INTERVIEWS: list[Row] = [
    {
        "id": card_id(f"interview {name}"),
        "user_id": OWNER,
        "job_id": card_id("full"),
        "interview_date": "2025-04-01T09:00:00Z",
        "created_at": CREATED,
        "updated_at": UPDATED,
        **columns,
    }
    for name, columns in {
        "defaults": {},
        "no status": {"status": None},
        "blank": {"notes": "", "interviewer_name": "", "interviewer_linkedin": "", "prep_content": "", "status": None},
        "full": {"status": "No-show", "rating": 10, "round": "Onsite", "notes": "n", "questions_asked": "q",
                 "went_well": "w", "to_improve": "t", "next_steps": "s", "prep_content": "p", "interviewer_role": "CTO",
                 "prep_generated_at": "2025-03-31T00:00:00Z"},
    }.items()
]  # fmt: skip


def insert(cursor: CursorWrapper, table: str, rows: list[Row]) -> None:
    """Insert rows that leave out what the database defaults."""
    for row in rows:
        columns = ", ".join(row)
        places = ", ".join(["%s"] * len(row))
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values()))  # noqa: S608


# What PostgreSQL stores as text: no NUL, no half of a surrogate pair.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
dates = st.one_of(
    st.dates().map(str),
    st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
    st.sampled_from(["2023-02-29", "2024-02-29", "0000-01-01", "soon", ""]),
)
marks = st.builds("[Follow-up {}]{}".format, dates, st.sampled_from([" ", "", " called"]))
old_notes = st.none() | st.lists(st.one_of(texts, marks, st.just(SEPARATOR), st.just("\n")), max_size=8).map("".join)
moments = st.datetimes(allow_imaginary=False).map(lambda moment: f"{moment.isoformat()}Z")
short_texts = st.none() | st.just("") | texts
scores = st.none() | st.floats(-20, 120) | st.sampled_from(["NaN", "Infinity", "-Infinity"])
keyword_lists = st.none() | st.lists(texts, max_size=3)
# Few companies and titles, so that twins are common.
titles = st.one_of(
    st.sampled_from(
        ["Cook", "cook ", " COOK", "Cook (2)", "cook (3)", LONG[:255], LONG[:251] + "zzzz", LONG[:251] + " (2)"]
    ),
    texts,
)

cards = st.fixed_dictionaries(
    {
        "user_id": st.sampled_from([OWNER, STRANGER]),
        "company_name": st.sampled_from(["Acme", " ACME", "Ünï", "ünï "]),
        "role_title": titles,
        "status": st.sampled_from(STATUSES),
        "is_deleted": st.booleans(),
        "created_at": moments,
        "updated_at": st.sampled_from([CREATED, UPDATED]) | moments,
        "notes": old_notes,
        "jd_text": short_texts,
        "source_portal": short_texts,
        "apply_type": st.sampled_from([None, "", "quick", "deep", "slow"]),
        "fit_score": scores,
        "ats_score": scores,
        "keywords_matched": keyword_lists,
        "followup_count": st.none() | st.integers(-5, 5),
    }
)


def with_ids(rows: list[Row]) -> list[Row]:
    """Give generated rows keys of their own."""
    return [{"id": uuid.uuid5(NAMESPACE, str(place)), **row} for place, row in enumerate(rows)]
