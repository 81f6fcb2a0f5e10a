"""The rows of a hard JobOS database, user by user, and what is remembered of them."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.hard_legacy import jobos_schema as schema
from tests.hard_legacy.jobos_ingredients import (
    BROKEN_HASHES,
    CITIES,
    CONTENT_STATUSES,
    EXPERIENCE_LEVELS,
    FREE_REASON,
    INTERVIEW_STATUSES,
    NAMES,
    OLD_REASONS,
    OPEN,
    OPEN_BEFORE,
    PASSWORDS,
    PEOPLE,
    PORTALS,
    REASONS,
    REFERRALS,
    ROLES,
    SCOUT_STATUSES,
    SKILLS,
    STATUSES,
    STATUSES_BEFORE,
    TEXTS,
    TOOLS,
    find_domain,
    hash_bcrypt,
    hash_pbkdf2,
    make_docx,
    make_pdf,
    spell,
    to_json,
)
from tests.hard_legacy.jobos_rates import Portions, Rates, Sizes, Slot, possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row = dict[str, Any]

CHUNK = 250  # Users whose rows are in memory together.
SEPARATOR = "\n---\n"
EPOCH = datetime(2024, 1, 1, 6, 30, tzinfo=UTC)
DAYS = 700

KEPT_PASSWORDS = 5  # Accounts of each kind of hash whose password is told.

# The text columns of a row that a marker may stand in where its trap is none of texts.
CARRIERS = {
    "users": ("full_name",),
    "profile_dna": ("career_narrative", "positioning_statement"),
    "companies": ("notes", "deep_dive_content", "funding"),
    "jobs": ("prep_notes", "interview_feedback", "jd_text", "cover_letter"),
    "interviews": ("went_well", "next_steps", "notes"),
    "contacts": ("notes", "outreach_notes", "response"),
    "activity_log": ("description",),
    "daily_log": ("key_win", "notes"),
    "weekly_metrics": ("whats_working", "key_adjustment"),
    "content_calendar": ("draft_text",),
    "jd_keywords": ("category",),
    "resume_variants": ("customizations_made",),
    "scout_results": ("snippet", "ai_reasoning"),
    "resume_files": ("extracted_text", "filename"),
    "content_posts": ("post_text",),
    "user_stories": ("story_text",),
    "content_topics": ("topic_title",),
    "story_prompts_shown": ("prompt_text",),
    "scouted_jobs": ("description", "title"),
    "company_career_sources": ("careers_url",),
    "company_researches": ("custom_questions",),
    schema.UNKNOWN_TABLE: ("title",),
}
PLAIN = "plain"  # The trap of a marker in a row that has none.
NO_FREE_TEXT = frozenset({"id", "user_id", "lane_labels"})
FREE_TEXTS_OF_JOBS = (
    "jd_text",
    "jd_url",
    "source_portal",
    "resume_version",
    "cover_letter",
    "referral_contact",
    "interview_type",
    "interviewer_name",
    "interviewer_linkedin",
    "prep_notes",
    "interview_feedback",
    "application_channel",
    "fit_reasoning",
    "salary_range",
    "interview_angle",
    "b2c_reason",
)


@dataclass(frozen=True)
class Planted:
    """A text that stands in this cell and nowhere else, to be looked for afterwards."""

    table: str
    row_id: str
    column: str
    value: str
    trap: str


@dataclass
class Made:
    """What a database was filled with."""

    revision: str
    tables: dict[str, int] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    traps: Counter[str] = field(default_factory=Counter)
    passwords: dict[str, str] = field(default_factory=dict)


class Maker:
    """Makes the rows, user by user, and remembers what it laid where."""

    def __init__(self, *, revision: str, users: int, seed: int, rates: Rates, sizes: Sizes, planted_each: int) -> None:
        self.reached = schema.reached(revision)
        self.is_overhauled = schema.OVERHAUL in self.reached
        self.users = users
        self.random = random.Random(f"jobos {revision} {users} {seed}")
        self.rates = rates
        self.made = Made(revision)
        self.planted_each = planted_each
        self.planted_of: Counter[str] = Counter()
        self.slots = {slot: Slot(traps, rates, self.random) for slot, traps in possible(revision).items()}
        self.portions = {size: Portions(value) for size, value in asdict(sizes).items()}
        self.turns: Counter[str] = Counter()
        self.told: Counter[str] = Counter()  # Passwords, by the kind of their hash.
        self.number = 0  # Of the user.
        self.first_twin: tuple[Row, str] | None = None  # The account whose email the next one repeats, and how.
        self.rows: dict[str, list[Row]] = {}
        shapes = self.write_entries if self.is_overhauled else self.write_notes
        self.write_job_notes: Callable[[Row, datetime], None] = shapes

    def make_chunks(self) -> Iterator[dict[str, list[Row]]]:
        for start in range(0, self.users, CHUNK):
            self.rows = {table: [] for table in (*schema.TABLES, schema.UNKNOWN_TABLE)}
            for self.number in range(start, min(start + CHUNK, self.users)):
                self.make_user()
            yield self.rows

    # What all rows are made with

    def draw(self, slot: str) -> str | None:
        """Return the trap that is due in this slot. It counts when it is laid."""
        return self.slots[slot].draw() if slot in self.slots else None

    def lay(self, trap: str) -> None:
        self.made.traps[trap] += 1

    def make_key(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def make_time(self) -> datetime:
        return EPOCH + timedelta(
            seconds=int(self.random.random() * DAYS * 86400), microseconds=self.random.getrandbits(19)
        )

    def make_day(self) -> date:
        return EPOCH.date() + timedelta(days=int(self.random.random() * DAYS))

    def make_times(self) -> Row:
        created = self.make_time()
        return {
            "created_at": created,
            "updated_at": created + timedelta(seconds=int(self.random.random() * 40 * 86400)),
        }

    def pick(self, values: tuple[Any, ...] | list[Any]) -> Any:
        return values[int(self.random.random() * len(values))]

    def turn(self, what: str, values: tuple[Any, ...]) -> Any:
        """Return the values one after the other, for each purpose on its own."""
        self.turns[what] += 1
        return values[self.turns[what] % len(values)]

    def add(self, table: str, row: Row) -> Row:
        """Add a row; the first rows of a table have a marker as they are."""
        self.rows[table].append(row)
        if self.planted_of[f"{PLAIN} {table}"] < self.planted_each and table in CARRIERS:
            self.carry(PLAIN, table, row)
        return row

    def mark(self, trap: str, table: str, row: Row, column: str) -> str:
        """Return what to write into this cell: a marker that will be looked for, or any text once there are enough."""
        quota = f"{PLAIN} {table}" if trap == PLAIN else trap
        if self.planted_of[quota] >= self.planted_each:
            return self.pick(TEXTS)
        self.planted_of[quota] += 1
        marker = f"planted-{len(self.made.planted):06}"
        self.made.planted.append(Planted(table, str(row["id"]), column, marker, trap))
        return marker

    def carry(self, trap: str, table: str, row: Row) -> None:
        """Plant a marker in a text of the row that is no trap itself; a row without one goes without."""
        if trap != PLAIN and self.planted_of[trap] >= self.planted_each:
            return
        texts = [column for column in CARRIERS[table] if row.get(column) and len(row[column]) < 200]
        free = [column for column in texts if "planted-" not in row[column]]
        for column in (free or texts)[:1]:
            row[column] = f"{self.mark(trap, table, row, column)} {row[column]}"

    # Users

    def make_user(self) -> None:
        name = self.pick(PEOPLE)
        row: Row = {
            "id": self.make_key(),
            "email": f"person{self.number}@mail{self.number % 7}.example.com",
            "email_verified": True,
            "called": name,
            "full_name": name,
            "is_active": True,
            "telegram_chat_id": None,
            "onboarding_completed": self.random.random() < 0.7,
            "notification_preference": self.pick(("telegram", "email", "none")),
            **self.make_times(),
        }
        laid = self.made.traps.total()
        if self.first_twin is None:
            self.address_user(row)
        else:
            self.repeat_email(row, *self.first_twin)
        if trap := self.draw("user_activity"):
            self.lay(trap)
            row["is_active"] = False
            self.carry(trap, "users", row)
        if self.made.traps.total() == laid and self.first_twin is None:
            self.name_user(row)
        if trap := self.draw("telegram"):
            self.lay(trap)
            row["telegram_chat_id"] = 5_000_000_000 + self.number * 17
            self.carry(trap, "users", row)
        self.give_password(row)
        self.add("users", row)
        self.make_tokens(row)
        self.make_profile(row)
        companies = self.make_companies(row)
        jobs = self.make_jobs(row, companies)
        contacts = self.make_contacts(row)
        self.make_interviews(row, jobs)
        self.make_activities(row, jobs, contacts)
        self.make_logs(row)
        self.make_resumes(row)
        self.make_scouting(row, companies, jobs)
        self.make_studio(row)
        self.make_memos(row)

    def name_user(self, row: Row) -> None:
        trap = self.draw("user_name")
        if trap is None:
            return
        self.lay(trap)
        if trap == "user_name_null":
            row["full_name"] = None
        elif trap == "user_name_empty":
            row["full_name"] = ""
        else:
            row["full_name"] = f"{self.mark(trap, 'users', row, 'full_name')} ".ljust(254, "é") + "!"

    def address_user(self, row: Row) -> None:
        trap = self.draw("email")
        if trap is None:
            return
        local = f"person{self.number}"
        if trap.startswith("email_twins"):
            if self.number == self.users - 1:
                return  # There is nobody left to be the second.
            self.first_twin = (row, trap)
            row["email_verified"] = trap == "email_twins_both_verified" or (
                trap == "email_twins_one_verified" and self.turn(trap, (True, False))
            )
        elif trap == "email_upper_case":
            row["email"] = row["email"].upper()
        elif trap == "email_invalid":
            text = self.mark(trap, "users", row, "email").replace(" ", "-").replace(",", "")
            forms = (
                f"{text}-{local}-no-at-sign",
                f"{text}-{local}@",
                f"@{text}-{local}.example.com",
                f"{text}@@{local}.example.com",
                f"{text}-{local}@localhost",
                f"{text} {local}@example.com",
            )
            row["email"] = self.turn(trap, forms)
        elif trap == "email_spaced":
            row["email"] = self.turn(trap, (f" {row['email']}", f"{row['email']} ", f"\t{row['email']}"))
        elif trap == "email_too_long":
            host = ".".join(("a" * 60, "b" * 60, "c" * 60, "example.com"))
            row["email"] = local.ljust(255 - len(host) - 1, "x") + "@" + host
        elif trap == "email_unverified":
            row["email_verified"] = False
        elif self.made.traps[trap]:
            return  # One account can have the empty email.
        else:
            row["email"] = ""
        if not trap.startswith("email_twins"):
            self.lay(trap)  # Twins count when there are two.
        if trap != "email_invalid":
            self.carry(trap, "users", row)

    def repeat_email(self, row: Row, first: Row, trap: str) -> None:
        """Give the second of two accounts the email of the first, in other case."""
        row["email"] = self.turn("repeated email", (first["email"].upper(), first["email"].title()))
        is_one_verified = trap == "email_twins_one_verified"
        row["email_verified"] = not first["email_verified"] if is_one_verified else first["email_verified"]
        self.first_twin = None
        self.lay(trap)
        self.carry(trap, "users", row)

    def give_password(self, row: Row) -> None:
        trap = self.draw("password")
        password = self.turn("password", PASSWORDS)
        kind = trap or "pbkdf2"
        if trap is None:
            row["hashed_password"] = hash_pbkdf2(password)
        elif trap == "password_bcrypt":
            row["hashed_password"] = hash_bcrypt(password, 4)
        elif trap == "password_bcrypt_strong":
            password = PASSWORDS[2]
            row["hashed_password"] = hash_bcrypt(password, 12)
        else:
            row["hashed_password"] = "" if trap == "password_empty" else self.turn(trap, BROKEN_HASHES)
            password = ""
        if trap:
            self.lay(trap)
            self.carry(trap, "users", row)
        is_plain = row["email"] == row["email"].lower().strip() and row["email"].startswith("person")
        is_wanted = password and is_plain and len(row["email"]) < 100 and row["is_active"] and row["email_verified"]
        if is_wanted and self.first_twin is None and self.told[kind] < KEPT_PASSWORDS:
            self.told[kind] += 1
            self.made.passwords[row["email"]] = password

    def make_tokens(self, user: Row) -> None:
        def expire() -> Row:
            return {"id": self.make_key(), "user_id": user["id"], "expires_at": self.make_time()}

        for _ in range(self.portions["refresh_tokens"].draw()):
            self.add("refresh_tokens", {**expire(), "token_hash": f"{self.random.getrandbits(256):064x}"})
        for _ in range(self.portions["reset_tokens"].draw()):
            row = {**expire(), "token": f"{self.random.getrandbits(256):064x}", "created_at": self.make_time()}
            self.add("password_reset_tokens", row)
        if not user["email_verified"]:
            row = {**expire(), "token": f"{self.random.getrandbits(256):064x}", "created_at": self.make_time()}
            self.add("email_verification_tokens", row)

    # The profile

    def make_profile(self, user: Row) -> None:
        trap = self.draw("profile")
        if trap:
            self.lay(trap)
        if trap == "profile_missing":
            return
        row: Row = {"id": self.make_key(), "user_id": user["id"], **self.make_times()}
        if trap == "profile_nulls":
            self.rows["profile_dna"].append(row)
            return
        city, handle = self.pick(CITIES), f"person-{self.number}"
        skills = [self.pick(SKILLS[:5]), self.pick(SKILLS[5:])]
        row |= {
            "full_name": user["called"],
            "positioning_statement": "Product leader for consumer businesses.",
            "target_roles": [self.pick(ROLES)],
            "target_locations": [city, "Remote"],
            "target_salary_range": self.pick(("40-55 LPA", "EUR 90k", "$150,000+")),
            "core_skills": skills,
            "tools_platforms": [self.pick(TOOLS[:3]), self.pick(TOOLS[3:])],
            "industries": ["Consumer", "Fintech"],
            "resume_keywords": ["roadmap", "P&L"],
            "alumni_networks": ["IIT Bombay", "TU München"],
            "career_narrative": "From analyst to product lead in eight years.",
            "raw_resume_text": f"{user['called']}\r\n{city}\r\nExperience\r\n• Led a team of six.",
            "experience_level": self.pick(EXPERIENCE_LEVELS),
            "years_of_experience": int(self.random.random() * 20),
            "job_search_type": self.pick(("b2c", "b2b", "general")),
            "lane_labels": to_json({"1": "Dream", "2": "Good fit", "3": "Backup"}),
            "linkedin_url": f"https://www.linkedin.com/in/{handle}",
            "phone": f"+91 98{self.number % 100_000_000:08}",
        }
        if trap == "profile_texts_empty":
            row |= {key: "" for key, value in row.items() if isinstance(value, str) and key not in NO_FREE_TEXT}
            row["industries"] = [self.mark(trap, "profile_dna", row, "industries")]
        self.describe(
            row, "education", {"degree": "MBA", "school": "IIM Bangalore", "year": 2016}, "B.Tech., IIT Bombay"
        )
        self.describe(row, "achievements", {"title": "Launch", "metric": "+40 %", "year": "2022"}, "Cut churn by half")
        if trap is None:
            self.bend_arrays(row)
            self.bend_addresses(row)
        if trap := self.draw("profile_years"):
            self.lay(trap)
            row["years_of_experience"] = -3
            self.carry(trap, "profile_dna", row)
        self.add("profile_dna", row)

    def describe(self, row: Row, column: str, entry: Row, text: str) -> None:
        """Write a list of objects as the application did, or what else a jsonb column takes."""
        trap = self.draw(column)
        if trap is None:
            row[column] = to_json([entry])
            return
        self.lay(trap)
        word = "" if trap.endswith("null") else self.mark(trap, "profile_dna", row, column)
        shapes = {"strings": [f"{word} {text}", text], "object": {**entry, "remark": word}, "json_null": None}
        shape = trap.removeprefix(f"{column}_")
        row[column] = to_json(shapes[shape]) if shape in shapes else None
        if not word:
            self.carry(trap, "profile_dna", row)

    def bend_arrays(self, row: Row) -> None:
        trap = self.draw("profile_arrays")
        if trap is None:
            return
        self.lay(trap)
        if trap == "profile_null_elements":
            row["core_skills"] = [None, self.mark(trap, "profile_dna", row, "core_skills"), None, ""]
        elif trap == "profile_long_elements":
            row["core_skills"] = [f"{self.mark(trap, 'profile_dna', row, 'core_skills')} ".ljust(300, "s"), "SQL"]
        else:
            word = self.mark(trap, "profile_dna", row, "industries")
            row["industries"] = [word]
            row["core_skills"] = ["Python", "SQL", "python "]
            row["tools_platforms"] = ["PYTHON", "sql", "Jira"]
            row["resume_keywords"] = ["pYTHON", "jira", "SQL"]

    def bend_addresses(self, row: Row) -> None:
        trap = self.draw("profile_addresses")
        if trap is None:
            return
        self.lay(trap)
        if trap == "profile_linkedin_elsewhere":
            word = self.mark(trap, "profile_dna", row, "linkedin_url").replace(" ", "-")
            row["linkedin_url"] = f"https://evil.example/{word}?linkedin.com"
        else:
            row["phone"] = f"{self.mark(trap, 'profile_dna', row, 'phone')[:14]} ext. ".ljust(50, "9")

    # Companies

    def make_companies(self, user: Row) -> list[Row]:
        made: list[Row] = []
        place = int(len(NAMES) * self.random.random() ** 2)
        for number in range(self.portions["companies"].draw()):
            name = NAMES[(place + number * 7) % len(NAMES)]
            row: Row = {
                "id": self.make_key(),
                "user_id": user["id"],
                "name": name,
                "base": name,
                "lane": 1 + int(self.random.random() * 3),
                "stage": self.pick(("Series B", "Public", "Bootstrapped")),
                "sector": self.pick(("Fintech", "Food", "Media")),
                "b2c_validated": self.random.random() < 0.5,
                "funding": "Raised a Series B of 40 million.",
                "hq_city": self.pick(CITIES),
                "website": f"https://www.{find_domain(name)}" if self.random.random() < 0.7 else None,
                "open_roles_count": int(self.random.random() * 9),
                "last_researched": self.make_time() if self.random.random() < 0.3 else None,
                "deep_dive_done": self.random.random() < 0.3,
                "deep_dive_content": "Overview: grows quickly.\nRisks: margins.",
                "investors": ["Sequoia", "Accel"],
                "notes": self.pick(TEXTS),
                "is_excluded": self.random.random() < 0.1,
                **self.make_times(),
            }
            has_texts = self.bend_company_texts(row)
            self.name_company(row, made)
            self.bend_company(row, has_texts=has_texts)
            made.append(self.add("companies", row))
        return made

    def bend_company_texts(self, row: Row) -> bool:
        trap = self.draw("company_texts")
        if trap is None:
            return True
        self.lay(trap)
        empty = None if trap == "company_texts_null" else ""
        row |= dict.fromkeys(("stage", "sector", "funding", "hq_city", "deep_dive_content", "notes"), empty)
        row["investors"] = [self.mark(trap, "companies", row, "investors")]
        return False

    def name_company(self, row: Row, others: list[Row]) -> None:
        """Spell the company otherwise, or make it the one of the row before it."""
        other = others[-1] if others else None
        if other is None or other["name"] != other["base"] or not (other["website"] or "").startswith("https://www."):
            return
        trap = self.draw("company_identity")
        if trap is None:
            return
        self.lay(trap)
        if trap == "company_spelled_otherwise":
            row["name"] = self.turn("spelling", spell(row["base"]))
        elif trap == "company_twice":
            row |= {"base": other["base"], "name": self.turn("spelling", spell(other["base"])), "website": None}
        else:
            row["website"] = other["website"] = f"https://careers.{find_domain(other['base'])}/jobs"
        self.carry(trap, "companies", row)

    def bend_company(self, row: Row, *, has_texts: bool) -> None:
        if trap := self.draw("company_lane"):
            self.lay(trap)
            row["lane"] = {"company_lane_null": None, "company_lane_4": 4, "company_lane_5": 5}[trap]
            self.carry(trap, "companies", row)
        if trap := self.draw("company_excluded"):
            self.lay(trap)
            row["is_excluded"] = None
            self.carry(trap, "companies", row)
        if has_texts and (trap := self.draw("company_investors")):
            self.lay(trap)
            row["investors"] = [None, self.mark(trap, "companies", row, "investors"), None]
        if not (row["website"] or "").startswith("https://careers.") and (trap := self.draw("company_website")):
            self.lay(trap)
            word = self.mark(trap, "companies", row, "website").replace(" ", "-")
            row["website"] = self.turn(
                trap, (f"no website ({word})", f"{find_domain(row['base'])}/{word}", f"ftp://{word}")
            )

    # Cards

    def make_jobs(self, user: Row, companies: list[Row]) -> list[Row]:
        made: list[Row] = []
        start = int(self.random.random() * len(NAMES))
        for number in range(self.portions["jobs"].draw()):
            company = companies[number] if number < len(companies) else None
            title = ROLES[(start + number) % len(ROLES)]
            repetition = number // len(ROLES)
            created = self.make_time()
            row: Row = {
                "id": self.make_key(),
                "user_id": user["id"],
                "company_name": company["base"] if company else NAMES[(start + number * 3) % len(NAMES)],
                "role_title": f"{title} {repetition + 1}" if repetition else title,
                "jd_text": "We are looking for somebody who ships.\n• Own the roadmap\n• Talk to users",
                "jd_url": f"https://jobs.example.com/{self.random.getrandbits(32):08x}",
                "source_portal": self.pick(PORTALS),
                "fit_score": round(self.random.random() * 10, 1),
                "ats_score": round(self.random.random() * 100, 1),
                "status": self.pick(STATUSES if self.is_overhauled else STATUSES_BEFORE),
                "resume_version": self.pick(("v1", "v2 growth")),
                "apply_type": self.pick(("quick", "deep", None)),
                "cover_letter": "Dear team, I ship.",
                "referral_contact": self.pick(PEOPLE),
                "keywords_matched": ["roadmap", "growth"],
                "keywords_missing": ["payments"],
                "ai_analysis": to_json({"ats_score": 71, "b2c_check": True}) if self.random.random() < 0.5 else None,
                "applied_date": self.make_day() if self.random.random() < 0.6 else None,
                "interview_date": self.make_time() if self.random.random() < 0.2 else None,
                "interview_type": self.pick(("Video", "Phone", "On-site")),
                "interviewer_name": self.pick(PEOPLE),
                "interviewer_linkedin": "https://www.linkedin.com/in/interviewer",
                "prep_notes": "Read the annual report.",
                "interview_feedback": "They liked the case study.",
                "is_deleted": False,
                "last_followup_date": self.make_day() if self.random.random() < 0.3 else None,
                "followup_count": int(self.random.random() * 4),
                "application_channel": self.pick(("Referral", "Portal", "Email")),
                "closed_reason": None,
                "fit_reasoning": "Consumer background fits.",
                "salary_range": "40-55 LPA",
                "company_id": company["id"] if company else None,
                "resume_suggestions": to_json(["Lead with the launch.", "Drop the hobbies."]),
                "interview_angle": "Speak of pricing.",
                "b2c_check": self.random.random() < 0.5,
                "b2c_reason": "Sells to consumers.",
                "followup_date": self.make_day() if self.random.random() < 0.3 else None,
                "created_at": created,
                "updated_at": created + timedelta(seconds=int(self.random.random() * 40 * 86400)),
            }
            has_texts = self.bend_texts(row)
            self.name_job(row, made)
            self.close_job(row)
            self.write_job_notes(row, created)
            self.bend_job(row, has_texts=has_texts)
            self.bend_suggestions(row)
            self.link_job(row, companies)
            made.append(self.add("jobs", row))
        return made

    def bend_texts(self, row: Row) -> bool:
        trap = self.draw("job_texts")
        if trap is None:
            return True
        self.lay(trap)
        if trap == "job_text_odd":
            word = self.mark(trap, "jobs", row, "jd_text")
            row["jd_text"] = f"{word}\r\n🚀 We grow!\r\n\r\nApply — now\u00a0or never 👩🏽\u200d💻\t."
            return True
        row |= dict.fromkeys(FREE_TEXTS_OF_JOBS, None if trap == "job_texts_null" else "")
        row["keywords_matched"] = [self.mark(trap, "jobs", row, "keywords_matched")]
        return False

    def name_job(self, row: Row, others: list[Row]) -> None:
        """Make this card a twin of an open one, call its company otherwise, or delete it."""
        opened = OPEN if self.is_overhauled else OPEN_BEFORE
        models = (other for other in reversed(others) if other["is_model"] and other["status"] in opened)
        other = next(models, None)
        row["is_model"] = False
        if other is not None and (trap := self.draw("twins")):
            self.lay(trap)
            company, role = other["company_name"], other["role_title"]
            if trap == "open_twin_in_other_case":
                company, role = company.swapcase(), role.upper()
            elif trap == "open_twin_with_spaces":
                company, role = f"{company}  ", f" {role}"
            row |= {"company_name": company, "role_title": role, "company_id": None}
            row["is_deleted"] = trap == "deleted_twin"
            if trap == "closed_twin":
                row["status"] = "Closed" if self.is_overhauled else self.pick(("Rejected", "Withdrawn", "Ghosted"))
            else:
                row["status"] = self.pick(opened)
            self.carry(trap, "jobs", row)
            return
        name_trap = self.draw("job_names")
        if name_trap:
            self.lay(name_trap)
            if name_trap == "job_company_spelled_otherwise":
                row["company_name"] = self.turn("spelling of a job", spell(row["company_name"]))
            elif name_trap == "job_role_empty":
                row["role_title"] = ""
            else:
                row |= {"company_name": "" if name_trap == "job_company_empty" else "   ", "company_id": None}
            self.carry(name_trap, "jobs", row)
        if trap := self.draw("job_deleted"):
            self.lay(trap)
            row["is_deleted"] = True
            self.carry(trap, "jobs", row)
        row["is_model"] = not name_trap and not row["is_deleted"]

    def close_job(self, row: Row) -> None:
        if row["status"] == "Closed":
            trap = self.draw("reason_of_closed")
            row["closed_reason"] = self.turn("reason", REASONS)
            if trap == "reason_null":
                row["closed_reason"] = None
            elif trap == "reason_old_word":
                row["closed_reason"] = self.turn(trap, OLD_REASONS)
            elif trap == "reason_free_text":
                row["closed_reason"] = FREE_REASON
            elif trap == "reason_empty":
                row["closed_reason"] = ""
        elif row["status"] == "Tracking":
            trap = self.draw("reason_of_tracked")
            row["closed_reason"] = "Dropped" if trap else None
        else:
            return
        if trap:
            self.lay(trap)
            self.carry(trap, "jobs", row)

    def write_notes(self, row: Row, created: datetime) -> None:
        """Write notes as one text, as they were before the overhaul."""
        trap = self.draw("notes")
        if trap is None:
            row["notes"] = self.pick(TEXTS)
            return
        self.lay(trap)
        if trap in {"notes_null", "notes_empty"}:
            row["notes"] = None if trap == "notes_null" else ""
            self.carry(trap, "jobs", row)
            return
        word, day = self.mark(trap, "jobs", row, "notes"), self.make_day().isoformat()
        row["notes"] = {
            "notes_followup": f"First call.{SEPARATOR}[Follow-up {day}] {word}",
            "notes_followups": f"First call.{SEPARATOR}[Follow-up {day}] {word}{SEPARATOR}[Follow-up {day}] Again."
            f"{SEPARATOR}[Follow-up {self.make_day().isoformat()}] Last time, then\nleave it.",
            "notes_impossible_date": f"First call.{SEPARATOR}[Follow-up 2024-02-31] {word}{SEPARATOR}[Follow-up 2024-13-01] Hm.",
            "notes_begin_with_separator": f"{SEPARATOR}[Follow-up {day}] {word}",
            "notes_crlf": f"First line\r\nsecond line {word}\r\n---\r\n[Follow-up {day}] not quite a separator",
            "notes_emoji": f"🎉 {word} — café ☕ 👨\u200d👩\u200d👧",
        }[trap]

    def write_entries(self, row: Row, created: datetime) -> None:
        """Write notes as a document, as they were after the overhaul."""
        trap = self.draw("entries")
        moment = (created + timedelta(days=1)).replace(microsecond=0)
        time, spaced = moment.isoformat(), f"{moment:%Y-%m-%d %H:%M:%S}+00"
        if trap is None:
            row["notes"] = to_json([{"text": self.pick(TEXTS), "created_at": time}])
            return
        self.lay(trap)
        if trap in {"entries_sql_null", "entries_json_null", "entries_empty"}:
            row["notes"] = {"entries_sql_null": None, "entries_json_null": "null", "entries_empty": "[]"}[trap]
            self.carry(trap, "jobs", row)
            return
        word, day = self.mark(trap, "jobs", row, "notes"), self.make_day().isoformat()
        entry = {"text": word, "created_at": time}
        document: Any = {
            "entries_many": [entry, *({"text": text, "created_at": time} for text in TEXTS)],
            "entries_typed": [
                {"text": f"Auto-ghosted after 14 days. {word}", "created_at": time, "type": "system"},
                {"text": "Status: Applied -> Interview", "created_at": time, "type": "status_change"},
                {"text": "Found by the scout.", "created_at": time, "type": "scout"},
            ],
            "entries_strings": [word, ""],
            "entries_numbers": [7, 1.5, None, True, entry],
            "entries_lists": [[word, time], []],
            "entries_without_text": [{"created_at": time, "note": word}, {}],
            "entries_text_no_string": [
                {"text": {"html": word}, "created_at": time},
                {"text": None, "created_at": time},
            ],
            "entries_extra_keys": [{**entry, "author": "me", "pinned": True, "mood": {"smile": 3}}],
            "entries_spaced_time": [{"text": word, "created_at": spaced}],
            "entries_odd_time": [
                {"text": word, "created_at": "yesterday"},
                {"text": "No time."},
                {"text": "7", "created_at": 7},
            ],
            "entries_object": entry,
            "entries_string": f"{word} in no list",
            "entries_doubly_encoded": to_json([entry]),
            "entries_glued": [
                {
                    "text": f"First call.{SEPARATOR}[Follow-up {day}] {word}{SEPARATOR}[Follow-up 2024-02-31] Hm.",
                    "created_at": time,
                }
            ],
            "entries_crlf": [{"text": f"First line\r\nsecond line {word}", "created_at": time}],
            "entries_emoji": [{"text": f"🎉 {word} — café ☕", "created_at": time}],
        }[trap]
        row["notes"] = to_json(document)

    def bend_job(self, row: Row, *, has_texts: bool) -> None:
        if trap := self.draw("scores"):
            self.lay(trap)
            column, value = {
                "fit_out_of_range": ("fit_score", 11.0),
                "ats_negative": ("ats_score", -1.0),
                "fit_nan": ("fit_score", float("nan")),
                "ats_infinite": ("ats_score", self.pick((float("inf"), float("-inf")))),
            }[trap]
            row[column] = value
            self.carry(trap, "jobs", row)
        if trap := self.draw("followups"):
            self.lay(trap)
            row["followup_count"] = None if trap == "followup_count_null" else -2
            self.carry(trap, "jobs", row)
        if trap := self.draw("apply_type"):
            self.lay(trap)
            row["apply_type"] = "auto"
            self.carry(trap, "jobs", row)
        if has_texts and (trap := self.draw("keywords")):
            self.lay(trap)
            if trap == "keywords_empty":
                row |= {"keywords_matched": [], "keywords_missing": []}
                self.carry(trap, "jobs", row)
            else:
                row["keywords_matched"] = [
                    None,
                    self.mark(trap, "jobs", row, "keywords_matched"),
                    None,
                    "",
                    'a "b", {c}',
                ]
        if trap := self.draw("analysis"):
            self.lay(trap)
            if trap == "analysis_json_null":
                row["ai_analysis"] = "null"
                self.carry(trap, "jobs", row)
            elif trap == "analysis_array":
                row["ai_analysis"] = to_json([self.mark(trap, "jobs", row, "ai_analysis"), 1])
            elif trap == "analysis_doubly_encoded":
                row["ai_analysis"] = to_json(to_json({"fit": self.mark(trap, "jobs", row, "ai_analysis")}))
            else:
                row["ai_analysis"] = "75"
                self.carry(trap, "jobs", row)
        if trap := self.draw("unknown_column"):
            self.lay(trap)
            row[schema.UNKNOWN_COLUMN] = self.mark(trap, "jobs", row, schema.UNKNOWN_COLUMN)

    def bend_suggestions(self, row: Row) -> None:
        trap = self.draw("suggestions")
        if trap is None:
            return
        self.lay(trap)
        if trap == "suggestions_json_null":
            row["resume_suggestions"] = "null"
            self.carry(trap, "jobs", row)
        else:
            word = self.mark(trap, "jobs", row, "resume_suggestions")
            row["resume_suggestions"] = to_json({"summary": word} if trap == "suggestions_object" else word)

    def link_job(self, row: Row, companies: list[Row]) -> None:
        own = next((company for company in companies if company["id"] == row["company_id"]), None)
        other = next((company for company in companies if own and company["base"] != own["base"]), None)
        if other is not None and (trap := self.draw("company_of_job")):
            self.lay(trap)
            row["company_id"] = other["id"]
            self.carry(trap, "jobs", row)

    # What hangs on them

    def make_interviews(self, user: Row, jobs: list[Row]) -> None:
        for _ in range(self.portions["interviews"].draw() if jobs else 0):
            row: Row = {
                "id": self.make_key(),
                "user_id": user["id"],
                "job_id": self.pick(jobs)["id"],
                "interview_date": self.make_time(),
                "round": self.pick(("Phone Screen", "Case Study", "Hiring Manager", "Final")),
                "interviewer_name": self.pick(PEOPLE),
                "interviewer_role": "Director",
                "interviewer_linkedin": "https://www.linkedin.com/in/interviewer",
                "status": self.turn("interview", INTERVIEW_STATUSES),
                "notes": self.pick(TEXTS),
                "rating": 1 + int(self.random.random() * 10),
                "questions_asked": "Why us?\nWhy now?",
                "went_well": "The case.",
                "to_improve": "Numbers.",
                "next_steps": "Send references.",
                "prep_content": "Overview; five stories." if self.random.random() < 0.3 else None,
                "prep_generated_at": self.make_time(),
                **self.make_times(),
            }
            if trap := self.draw("interview_texts"):
                self.lay(trap)
                if trap == "interview_linkedin_long":
                    word = self.mark(trap, "interviews", row, "interviewer_linkedin").replace(" ", "-")
                    row["interviewer_linkedin"] = f"https://www.linkedin.com/in/{word}".ljust(500, "x")
                else:
                    row |= dict.fromkeys(("notes", "questions_asked", "went_well", "to_improve", "next_steps"), "")
                    row["interviewer_role"] = self.mark(trap, "interviews", row, "interviewer_role")
            if trap := self.draw("interview_status"):
                self.lay(trap)
                row["status"] = None
                self.carry(trap, "interviews", row)
            if trap := self.draw("interview_rating"):
                self.lay(trap)
                row["rating"] = None
                self.carry(trap, "interviews", row)
            self.add("interviews", row)

    def make_contacts(self, user: Row) -> list[Row]:
        made = []
        for _ in range(self.portions["contacts"].draw()):
            row: Row = {
                "id": self.make_key(),
                "user_id": user["id"],
                "name": self.pick(PEOPLE),
                "company": self.pick(NAMES),
                "their_role": "Recruiter",
                "connection_type": self.pick(("Alumni", "Former colleague", "Cold")),
                "linkedin_url": "https://www.linkedin.com/in/contact",
                "email": f"contact{self.number}@example.com",
                "reached_out_date": self.make_day(),
                "response": "Happy to help.",
                "follow_up_date": self.make_day() if self.random.random() < 0.5 else None,
                "referral_status": self.turn("referral", REFERRALS),
                "is_deleted": False,
                "notes": self.pick(TEXTS),
                "last_outreach_date": self.make_day(),
                "outreach_notes": "Wrote on LinkedIn.",
                **self.make_times(),
            }
            if trap := self.draw("contact_texts"):
                self.lay(trap)
                empty = None if trap.endswith("null") else ""
                texts = ("company", "their_role", "connection_type", "linkedin_url", "email", "response", "notes")
                row |= dict.fromkeys((*texts, "outreach_notes"), empty)
                row["name"] = self.mark(trap, "contacts", row, "name")
            if trap := self.draw("contact_deleted"):
                self.lay(trap)
                row["is_deleted"] = True
                self.carry(trap, "contacts", row)
            made.append(self.add("contacts", row))
        return made

    def make_activities(self, user: Row, jobs: list[Row], contacts: list[Row]) -> None:
        for number in range(self.portions["activities"].draw()):
            row: Row = {
                "id": self.make_key(),
                "user_id": user["id"],
                "action_type": self.pick(
                    ("job_created", "job_status_changed", "contact_added", "daily_log", "followup")
                ),
                "description": self.pick(TEXTS),
                "related_job_id": self.pick(jobs)["id"] if jobs and number % 2 == 0 else None,
                "related_contact_id": self.pick(contacts)["id"] if contacts and number % 3 == 0 else None,
                "created_at": self.make_time(),
            }
            if trap := self.draw("activity"):
                self.lay(trap)
                row["created_at"] = None
                self.carry(trap, "activity_log", row)
            self.add("activity_log", row)

    # What has no home

    def make_owned(self, table: str, user: Row, **columns: Any) -> Row:
        return self.add(table, {"id": self.make_key(), "user_id": user["id"], **columns, **self.make_times()})

    def make_twice(self, slot: str, table: str, user: Row, **columns: Any) -> None:
        """Make a row, and where the trap is due another that only its key and times tell from the first."""
        self.make_owned(table, user, **columns)
        if trap := self.draw(slot):
            self.lay(trap)
            second = {"id": self.make_key(), "user_id": user["id"], **columns, **self.make_times()}
            self.carry(trap, table, second)
            self.rows[table].append(second)

    def make_logs(self, user: Row) -> None:
        day = self.make_day()
        for number in range(self.portions["daily_logs"].draw()):
            self.make_owned(
                "daily_log",
                user,
                log_date=day + timedelta(days=number),
                jobs_applied=int(self.random.random() * 6),
                connections_sent=3,
                comments_made=1,
                post_published=False,
                networking_calls=1,
                referrals_asked=0,
                naukri_updated=True,
                deep_dive_company=self.pick(NAMES),
                hours_spent=2.5,
                self_rating=self.pick((None, 1, 7, 10)),
                key_win="Two replies.",
                tomorrow_priorities="Call back.",
                energy_level=self.pick((None, 1, 3, 5)),
                mood=self.pick(("calm", "", None)),
                notes=self.pick(TEXTS),
            )
        for number in range(self.portions["weekly_metrics"].draw()):
            start = day - timedelta(days=day.weekday()) + timedelta(weeks=number)
            self.make_twice(
                "week",
                "weekly_metrics",
                user,
                week_number=start.isocalendar().week,
                week_start=start,
                week_end=start + timedelta(days=6),
                total_applied=4,
                total_connections=9,
                total_calls=1,
                total_referrals=0,
                posts_published=1,
                interviews_scheduled=1,
                response_rate=0.25,
                whats_working="Referrals.",
                whats_not="Portals.",
                key_adjustment="Fewer, better.",
                ai_analysis="You apply too late in the week.",
            )
        for number in range(self.portions["content_calendar"].draw()):
            self.make_twice(
                "content",
                "content_calendar",
                user,
                scheduled_date=day + timedelta(days=number),
                topic="What I learned from pricing",
                category=self.pick(("Growth", "Career", None)),
                draft_text="Draft.",
                final_text=None,
                status=self.turn("content", CONTENT_STATUSES),
                post_url=None,
                likes=3,
                comments=None,
                reposts=0,
            )
        for number in range(self.portions["jd_keywords"].draw()):
            self.make_twice(
                "keyword",
                "jd_keywords",
                user,
                keyword=SKILLS[number % len(SKILLS)],
                frequency_count=number + 2,
                category="Skill",
                in_profile_dna=False,
                gap_flagged_date=day,
                addressed_date=None,
            )
        for _ in range(self.portions["resume_variants"].draw()):
            self.make_owned(
                "resume_variants",
                user,
                variant_name="Growth",
                target_role_type="Product",
                customizations_made="Moved the launch up.",
                ats_keywords=["growth", None],
                used_count=2,
                response_rate=0.4,
            )

    def make_resumes(self, user: Row) -> None:
        if "g7b8c9d0e1f2" not in self.reached or not self.portions["resume_owners"].draw():
            return
        trap = self.draw("resume")
        if self.draw("resume_size") and not self.made.traps["resume_six_megabytes"]:
            trap = "resume_six_megabytes"
        if trap:
            self.lay(trap)
        versions = 3 if trap == "resume_several_versions" else 2 if trap == "resume_two_primaries" else 1
        for version in range(1, versions + 1):
            row: Row = {
                "id": self.make_key(),
                "user_id": user["id"],
                "filename": f"resume v{version}.pdf",
                "mime_type": "application/pdf",
                "version": version,
                "is_primary": version == versions or trap == "resume_two_primaries",
                **self.make_times(),
            }
            text = self.mark(trap, "resume_files", row, "extracted_text") if trap else self.pick(TEXTS)
            row["extracted_text"] = f"{text}\nExperience"
            content = make_pdf(text)
            if trap == "resume_empty":
                content = b""
            elif trap == "resume_docx":
                content = make_docx(text)
                row["filename"] = "Lebenslauf – final.docx"
                row["mime_type"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            elif trap == "resume_no_pdf":
                content = b"\x00\xff<html>not a PDF</html>"
            elif trap == "resume_six_megabytes":
                content = make_pdf(text, self.random.randbytes(6_000_000))
            row |= {"file_content": content, "file_size": len(content)}
            self.add("resume_files", row)

    def make_scouting(self, user: Row, companies: list[Row], jobs: list[Row]) -> None:
        if "e5f6a7b8c9d0" in self.reached:
            for _ in range(self.portions["scout_results"].draw()):
                status = self.turn("scout", SCOUT_STATUSES)
                self.make_owned(
                    "scout_results",
                    user,
                    source=self.pick(("jsearch", "adzuna")),
                    source_url=f"https://jobs.example.com/{self.random.getrandbits(32):08x}",
                    title=self.pick(ROLES),
                    company_name=self.pick(NAMES),
                    location=self.pick(CITIES),
                    snippet="Own the roadmap.",
                    salary_raw="40-55 LPA",
                    posted_date_raw="3 days ago",
                    normalized_data=to_json({"title": "pm"}),
                    fit_score=6.5,
                    b2c_validated=True,
                    ai_reasoning="Consumer product.",
                    status=status,
                    promoted_job_id=jobs[0]["id"] if jobs and status == "promoted" else None,
                    scout_run_id="run-1",
                )
        if "m3d4e5f6g7h8" in self.reached:
            self.make_scouted_jobs(user, companies, jobs)
        if schema.LAST in self.reached:
            for _ in range(self.portions["company_researches"].draw()):
                self.make_owned(
                    "company_researches",
                    user,
                    company_name=self.pick(NAMES),
                    custom_questions="Who decides?",
                    research_data=self.pick((None, "null", to_json({"overview": {"founded": 1999}}))),
                    status=self.pick(("pending", "processing", "completed", "failed")),
                )

    def make_scouted_jobs(self, user: Row, companies: list[Row], jobs: list[Row]) -> None:
        for _ in range(self.portions["scouted_jobs"].draw()):
            name, address = self.pick(NAMES), f"https://jobs.example.com/{self.random.getrandbits(32):08x}"
            found = self.add(
                "scouted_jobs",
                {
                    "id": self.make_key(),
                    "external_id": f"ext-{self.number}",
                    "dedup_hash": f"{self.random.getrandbits(256):064x}",
                    "title": self.pick(ROLES),
                    "company_name": name,
                    "company_name_normalized": name.lower(),
                    "location": "Remote",
                    "city": self.pick(CITIES),
                    "description": "Own the roadmap.",
                    "salary_min": 4_000_000,
                    "salary_max": 3_000_000,
                    "salary_is_estimated": True,
                    "source": "greenhouse",
                    "source_url": address,
                    # From the next revision on these columns had room for what had not fitted.
                    "apply_url": address + "?" + "x" * (2500 if "n4e5f6g7h8i9" in self.reached else 500),
                    "posted_date": self.make_day(),
                    "scouted_at": self.make_time(),
                    "last_seen_at": self.make_time(),
                    "is_active": True,
                    "matched_company_id": companies[0]["id"] if companies else None,
                    "raw_json": to_json({"id": self.number}),
                    "search_query": "product manager",
                    **self.make_times(),
                },
            )
            self.make_owned(
                "user_scouted_jobs",
                user,
                scouted_job_id=found["id"],
                relevance_score=55,
                score_breakdown=to_json({"role": 40, "penalty": -15}),
                match_reasons=["role", None],
                status=self.pick(("new", "saved", "dismissed")),
                matched_at=self.make_time(),
                pipeline_job_id=jobs[0]["id"] if jobs and self.random.random() < 0.5 else None,
            )
            if not any(row["user_id"] == user["id"] for row in self.rows["user_scout_preferences"][-1:]):
                self.make_owned(
                    "user_scout_preferences",
                    user,
                    target_roles=[self.pick(ROLES)],
                    role_keywords=["product"],
                    target_locations=[self.pick(CITIES)],
                    location_flexibility="preferred",
                    target_company_ids=[company["id"] for company in companies],
                    excluded_company_ids=[],
                    target_industries=[],
                    excluded_industries=["Gambling"],
                    company_stages=[],
                    salary_flexibility="flexible",
                    min_score=30,
                    learned_boosts="{}",
                    learned_penalties=to_json({"company:x": -15}),
                )
        for _ in range(min(self.portions["career_sources"].draw(), len(companies))):
            self.add(
                "company_career_sources",
                {
                    "id": self.make_key(),
                    "company_id": companies[0]["id"],
                    "source_type": f"greenhouse-{self.make_key()[:8]}",
                    "careers_url": f"https://{find_domain(companies[0]['base'])}/careers",
                    "is_active": True,
                    "scrape_frequency_hours": 24,
                    "scrape_config": to_json({"page": 1}),
                    **self.make_times(),
                },
            )

    def make_studio(self, user: Row) -> None:
        if "l2c3d4e5f6g7" not in self.reached:
            return
        for number in range(self.portions["content_studio"].draw()):
            self.make_owned(
                "content_posts",
                user,
                post_text="Pricing is a product.",
                topic_title="Pricing",
                topic_category="Growth",
                posted_at=self.make_time(),
                day_of_week=2,
                impressions=900,
                had_image=False,
                had_carousel=False,
                generated_by_system=True,
            )
            self.make_owned("user_stories", user, story_text="Once we halved the price.", theme="Growth", used_count=0)
            self.make_owned(
                "content_topics",
                user,
                topic_title="Halving prices",
                category="Growth",
                suggested_creative="text",
                status="available",
            )
            self.make_owned(
                "story_prompts_shown",
                user,
                prompt_text="When did you fail?",
                shown_at=self.make_time(),
                dismissed=False,
                answered=True,
            )
            if number == 0:
                self.make_owned(
                    "user_content_settings",
                    user,
                    categories=to_json(["Growth"]),
                    weekly_post_goal=5,
                    avoid_specific_numbers=True,
                )

    def make_memos(self, user: Row) -> None:
        if trap := self.draw("unknown_table"):
            self.lay(trap)
            row = {"id": self.number + 1, "user_id": user["id"], "seconds": 30, "recorded_at": self.make_time()}
            row["title"] = self.mark(trap, schema.UNKNOWN_TABLE, row, "title")
            self.add(schema.UNKNOWN_TABLE, row)
