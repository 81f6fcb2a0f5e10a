"""How many rows a hard JobOS database has, and how often each trap is laid in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tests.hard_legacy import jobos_schema as schema

if TYPE_CHECKING:
    import random


@dataclass(frozen=True)
class Sizes:
    """Rows for each user; a fraction is spread evenly over the users."""

    companies: float = 3
    jobs: float = 6
    interviews: float = 1
    contacts: float = 2
    activities: float = 4
    daily_logs: float = 1
    resume_owners: float = 1 / 3
    refresh_tokens: float = 0.2
    reset_tokens: float = 0.05
    weekly_metrics: float = 0.1
    content_calendar: float = 0.1
    jd_keywords: float = 0.1
    resume_variants: float = 0.1
    scout_results: float = 0.1
    content_studio: float = 0.1
    scouted_jobs: float = 0.1
    career_sources: float = 0.1
    company_researches: float = 0.1


@dataclass(frozen=True)
class Rates:
    """The share of those rows that get a trap among those that can have it; 0 leaves it out.

    With 50 users and these rates, each is laid at least once, except the resume of six megabytes.
    """

    # An account's email. The twins are pairs of accounts; the second of a pair is not counted.
    email_twins_one_verified: float = 0.03
    email_twins_both_verified: float = 0.03
    email_twins_unverified: float = 0.03
    email_upper_case: float = 0.03
    email_invalid: float = 0.05
    email_spaced: float = 0.03
    email_too_long: float = 0.03  # 255 characters.
    email_unverified: float = 0.1
    email_empty: float = 0.03  # At most one, since emails are unique.
    # Its password, where it is not passlib's pbkdf2-sha256.
    password_bcrypt: float = 0.25  # Of cost 4.
    password_bcrypt_strong: float = 0.03  # Of cost 12.
    password_broken: float = 0.05
    password_empty: float = 0.03
    # The rest of it.
    user_name_null: float = 0.05  # Of active accounts whose email is in order.
    user_name_empty: float = 0.05
    user_name_long: float = 0.05  # 255 characters.
    user_inactive: float = 0.04
    user_on_telegram: float = 0.3
    # The profile.
    profile_missing: float = 0.04
    profile_nulls: float = 0.04
    profile_texts_empty: float = 0.04
    education_strings: float = 0.04
    education_object: float = 0.04
    education_json_null: float = 0.04
    education_sql_null: float = 0.04
    achievements_strings: float = 0.04
    achievements_object: float = 0.04
    achievements_json_null: float = 0.04
    achievements_sql_null: float = 0.04
    profile_null_elements: float = 0.04
    profile_long_elements: float = 0.04  # 300 characters.
    profile_skills_repeated: float = 0.08  # In another case, in three columns.
    profile_linkedin_elsewhere: float = 0.04
    profile_phone_long: float = 0.04  # 50 characters.
    profile_years_negative: float = 0.04
    # Companies.
    company_spelled_otherwise: float = 0.15
    company_twice: float = 0.04  # A second row of one user, spelled otherwise.
    company_twice_by_website: float = 0.03
    company_lane_null: float = 0.04
    company_lane_4: float = 0.04
    company_lane_5: float = 0.04
    company_excluded_null: float = 0.04
    company_texts_null: float = 0.04
    company_texts_empty: float = 0.04
    company_website_odd: float = 0.04
    company_investors_null_elements: float = 0.03
    # Cards of a user that another card has the company and role of.
    open_twin: float = 0.015
    open_twin_in_other_case: float = 0.015
    open_twin_with_spaces: float = 0.015
    deleted_twin: float = 0.015
    closed_twin: float = 0.015
    # Other cards.
    job_company_spelled_otherwise: float = 0.1
    job_company_empty: float = 0.008
    job_company_blank: float = 0.008
    job_role_empty: float = 0.008
    job_deleted: float = 0.05
    reason_null: float = 0.1  # Of closed cards.
    reason_old_word: float = 0.1
    reason_free_text: float = 0.05  # 50 characters.
    reason_empty: float = 0.05
    reason_of_reopened: float = 0.1  # Of cards that are being tracked.
    notes_null: float = 0.1
    notes_empty: float = 0.05
    notes_followup: float = 0.1
    notes_followups: float = 0.05
    notes_impossible_date: float = 0.02
    notes_begin_with_separator: float = 0.02
    notes_crlf: float = 0.02
    notes_emoji: float = 0.02
    entries_sql_null: float = 0.02
    entries_json_null: float = 0.02
    entries_empty: float = 0.25
    entries_many: float = 0.1
    entries_typed: float = 0.1
    entries_strings: float = 0.01
    entries_numbers: float = 0.01
    entries_lists: float = 0.01
    entries_without_text: float = 0.01
    entries_text_no_string: float = 0.01
    entries_extra_keys: float = 0.01
    entries_spaced_time: float = 0.05
    entries_odd_time: float = 0.01
    entries_object: float = 0.01
    entries_string: float = 0.01
    entries_doubly_encoded: float = 0.01
    entries_glued: float = 0.02
    entries_crlf: float = 0.01
    entries_emoji: float = 0.01
    fit_out_of_range: float = 0.01
    ats_negative: float = 0.01
    fit_nan: float = 0.01
    ats_infinite: float = 0.01
    followup_count_null: float = 0.02
    followup_count_negative: float = 0.01
    apply_type_auto: float = 0.02
    job_texts_null: float = 0.02
    job_texts_empty: float = 0.02
    job_text_odd: float = 0.02  # CRLF and emoji.
    keywords_null_elements: float = 0.02
    keywords_empty: float = 0.02
    analysis_scalar: float = 0.01
    analysis_json_null: float = 0.01
    analysis_array: float = 0.01
    analysis_doubly_encoded: float = 0.01
    suggestions_object: float = 0.01
    suggestions_json_null: float = 0.01
    suggestions_string: float = 0.01
    job_of_another_company: float = 0.02  # Its company_id names a company that is called otherwise.
    unknown_column: float = 0.02
    # What hangs on cards and users.
    interview_status_null: float = 0.05
    interview_rating_null: float = 0.3
    interview_linkedin_long: float = 0.05  # 500 characters.
    interview_texts_empty: float = 0.05
    contact_deleted: float = 0.05
    contact_texts_null: float = 0.05
    contact_texts_empty: float = 0.05
    activity_without_time: float = 0.02
    week_twice: float = 0.3
    content_twice_a_day: float = 0.3
    keyword_twice: float = 0.3
    resume_empty: float = 0.1
    resume_docx: float = 0.1
    resume_no_pdf: float = 0.1  # Called a PDF, but it is not.
    resume_several_versions: float = 0.2
    resume_two_primaries: float = 0.1
    resume_six_megabytes: float = 0  # Just one, if more than 0.
    unknown_table: float = 0.05

    @classmethod
    def none(cls, **rates: float) -> Rates:
        """Return rates that lay only the traps that are given."""
        return cls(**(dict.fromkeys(cls.__dataclass_fields__, 0.0) | rates))


# Traps that exclude each other: a row gets at most one of a slot.
SLOTS: dict[str, tuple[str, ...]] = {
    "email": (
        "email_twins_one_verified",
        "email_twins_both_verified",
        "email_twins_unverified",
        "email_upper_case",
        "email_invalid",
        "email_spaced",
        "email_too_long",
        "email_unverified",
        "email_empty",
    ),
    "password": ("password_bcrypt", "password_bcrypt_strong", "password_broken", "password_empty"),
    "user_name": ("user_name_null", "user_name_empty", "user_name_long"),
    "user_activity": ("user_inactive",),
    "telegram": ("user_on_telegram",),
    "profile": ("profile_missing", "profile_nulls", "profile_texts_empty"),
    "education": ("education_strings", "education_object", "education_json_null", "education_sql_null"),
    "achievements": (
        "achievements_strings",
        "achievements_object",
        "achievements_json_null",
        "achievements_sql_null",
    ),
    "profile_arrays": ("profile_null_elements", "profile_long_elements", "profile_skills_repeated"),
    "profile_addresses": ("profile_linkedin_elsewhere", "profile_phone_long"),
    "profile_years": ("profile_years_negative",),
    "company_identity": ("company_spelled_otherwise", "company_twice", "company_twice_by_website"),
    "company_lane": ("company_lane_null", "company_lane_4", "company_lane_5"),
    "company_excluded": ("company_excluded_null",),
    "company_texts": ("company_texts_null", "company_texts_empty"),
    "company_website": ("company_website_odd",),
    "company_investors": ("company_investors_null_elements",),
    "twins": ("open_twin", "open_twin_in_other_case", "open_twin_with_spaces", "deleted_twin", "closed_twin"),
    "job_names": ("job_company_spelled_otherwise", "job_company_empty", "job_company_blank", "job_role_empty"),
    "job_deleted": ("job_deleted",),
    "reason_of_closed": ("reason_null", "reason_old_word", "reason_free_text", "reason_empty"),
    "reason_of_tracked": ("reason_of_reopened",),
    "notes": (
        "notes_null",
        "notes_empty",
        "notes_followup",
        "notes_followups",
        "notes_impossible_date",
        "notes_begin_with_separator",
        "notes_crlf",
        "notes_emoji",
    ),
    "entries": (
        "entries_sql_null",
        "entries_json_null",
        "entries_empty",
        "entries_many",
        "entries_typed",
        "entries_strings",
        "entries_numbers",
        "entries_lists",
        "entries_without_text",
        "entries_text_no_string",
        "entries_extra_keys",
        "entries_spaced_time",
        "entries_odd_time",
        "entries_object",
        "entries_string",
        "entries_doubly_encoded",
        "entries_glued",
        "entries_crlf",
        "entries_emoji",
    ),
    "scores": ("fit_out_of_range", "ats_negative", "fit_nan", "ats_infinite"),
    "followups": ("followup_count_null", "followup_count_negative"),
    "apply_type": ("apply_type_auto",),
    "job_texts": ("job_texts_null", "job_texts_empty", "job_text_odd"),
    "keywords": ("keywords_null_elements", "keywords_empty"),
    "analysis": ("analysis_scalar", "analysis_json_null", "analysis_array", "analysis_doubly_encoded"),
    "suggestions": ("suggestions_object", "suggestions_json_null", "suggestions_string"),
    "company_of_job": ("job_of_another_company",),
    "unknown_column": ("unknown_column",),
    "interview_status": ("interview_status_null",),
    "interview_rating": ("interview_rating_null",),
    "interview_texts": ("interview_linkedin_long", "interview_texts_empty"),
    "contact_deleted": ("contact_deleted",),
    "contact_texts": ("contact_texts_null", "contact_texts_empty"),
    "activity": ("activity_without_time",),
    "week": ("week_twice",),
    "content": ("content_twice_a_day",),
    "keyword": ("keyword_twice",),
    "resume": (
        "resume_empty",
        "resume_docx",
        "resume_no_pdf",
        "resume_several_versions",
        "resume_two_primaries",
    ),
    "resume_size": ("resume_six_megabytes",),
    "unknown_table": ("unknown_table",),
}

# From which revision on a slot's traps can be laid; before it, none. Notes as one text end with the overhaul.
SINCE: dict[str, str] = {
    "reason_of_closed": schema.OVERHAUL,
    "reason_of_tracked": schema.OVERHAUL,
    "entries": schema.OVERHAUL,
    "resume": "g7b8c9d0e1f2",
    "resume_size": "g7b8c9d0e1f2",
    "company_of_job": "a1b2c3d4e5f7",
    "company_lane_null": "a1b2c3d4e5f7",
    "suggestions": "b2c3d4e5f6a8",
    "company_lane_4": "j0a1b2c3d4e5",
    "company_lane_5": "j0a1b2c3d4e5",
    "profile_addresses": "o5f6g7h8i9j0",
}


def possible(revision: str) -> dict[str, tuple[str, ...]]:
    """Return the slots with the traps that a database of this revision can hold."""
    reached = schema.reached(revision)
    slots = {}
    for slot, traps in SLOTS.items():
        if SINCE.get(slot, schema.BEFORE) in reached and not (slot == "notes" and schema.OVERHAUL in reached):
            slots[slot] = tuple(trap for trap in traps if SINCE.get(trap, schema.BEFORE) in reached)
    return slots


class Slot:
    """Which trap of a slot the next row gets, if any: each at its rate, once somewhere in each of its periods.

    Of n rows, a trap gets n times its rate, give or take one or two where several fall due at once. Where in a period is
    random, so that traps of different slots meet in all combinations.
    """

    def __init__(self, traps: tuple[str, ...], rates: Rates, source: random.Random) -> None:
        wanted = {trap: rate for trap, rate in asdict(rates).items() if trap in traps and rate > 0}
        if sum(wanted.values()) > 1:
            raise ValueError(f"A row gets at most one of {sorted(wanted)}: together their rates exceed 1.")
        self.traps = list(wanted)
        self.rates = list(wanted.values())
        self.source = source
        self.passed = 0
        self.laid = [0] * len(wanted)
        self.due = [source.random() for _ in wanted]  # At how many times its rate a trap is laid next.

    def draw(self) -> str | None:
        self.passed += 1
        best, most = -1, 0.0
        for place, rate in enumerate(self.rates):
            overdue = self.passed * rate - self.due[place]
            if overdue >= most:
                best, most = place, overdue
        if best < 0:
            return None
        self.laid[best] += 1
        self.due[best] = self.laid[best] + self.source.random()
        return self.traps[best]


class Portions:
    """How many rows the next user gets of a size that may be a fraction."""

    def __init__(self, size: float) -> None:
        self.size = size
        self.due = 0.5

    def draw(self) -> int:
        self.due += self.size
        number = int(self.due)
        self.due -= number
        return number
