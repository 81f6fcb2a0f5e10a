"""Rows of JobPilot's skill banks: ordinary ones, and every odd one that its tables let in."""

from __future__ import annotations

import json
import uuid
from typing import Any

Row = dict[str, Any]

JOINED = "2024-01-01 00:00:00+00"
CREATED, UPDATED = "2025-03-01 10:00:00.123456+00", "2025-04-01 10:00:00.654321+00"
TABLES = ("legacy_skill_banks", "skill_banks_legacy", "legacy_profile_skills")
USERS = ("plain", "several", "odd", "words", "profile", "empty", "blank")


def key(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"legacy bank {name}")


def twice(document: Any) -> str:
    """Return what the older repository wrote: JSON inside a JSON string."""
    return json.dumps(json.dumps(document))


def bank(name: str, user: str, **documents: Any) -> Row:
    """A row with these documents; texts are JSON as they stand, anything else is encoded once."""
    return {
        "id": key(name),
        "user_id": key(user),
        "created_at": documents.pop("created_at", CREATED),
        "updated_at": documents.pop("updated_at", UPDATED),
    } | {
        column: value if isinstance(value, str) or value is None else json.dumps(value)
        for column, value in documents.items()
    }


def skill(name: Any, **more: Any) -> Row:
    return {
        "id": str(key(f"skill {name}")), "name": name, "level": "expert", "category": "technical",
        "subcategory": "Programming Languages", "years_experience": 3, "proficiency_score": 0.6652092357750762,
        "description": "Daily work.", "keywords": ["ES6", "DOM"], "is_featured": True, "display_order": 0,
        "source": "manual", "confidence": 1.0, "last_used": None, "usage_count": 2,
    } | more  # fmt: skip


def position(name: str, **more: Any) -> Row:
    return {
        "id": str(key(f"position {name}")), "company": "Acme", "position": name, "location": "Porto",
        "start_date": "2019-06-30", "end_date": None, "is_current": True, "experience_type": "full_time",
        "default_description": "Built things.", "default_achievements": ["Halved the build"], "skills_used": ["Go"],
        "technologies": ["Docker"], "has_variations": True, "default_variation_id": str(key(f"variation {name}")),
    } | more  # fmt: skip


def variation(name: str, **more: Any) -> Row:
    return {
        "id": str(key(f"variation {name}")), "title": "Technical", "content": "Wrote the compiler.",
        "target_industries": ["Software"], "target_roles": ["Developer"], "keywords_emphasized": [],
        "created_at": "2024-11-22T03:24:49.618608", "last_used": None, "usage_count": 5, "source": "manual",
        "focus": "technical",
    } | more  # fmt: skip


PLAIN = bank(
    "plain",
    "plain",
    skills=twice(
        {
            "Technical Skills": [],
            "technical": [skill("JavaScript"), skill("Python", display_order=1)],
            "Soft Skills": [skill("Listening", category="soft", level="advanced")],
        }
    ),
    skill_categories=["Technical Skills", "Soft Skills", "Languages"],
    default_summary="Writes programs.",
    summary_variations=twice([variation("summary", tone="professional", length="standard")]),
    work_experiences=twice([position("Developer"), position("Intern", has_variations=False, default_variation_id=None)]),
    experience_content_variations=twice(
        {
            str(key("position Developer")): [
                variation("Developer", experience_id=str(key("position Developer")), achievements=["a"], skills_highlighted=["b"])
            ]
        }
    ),
    education_entries=twice(
        [
            {
                "id": str(key("studies")), "institution": "University", "degree": "BSc", "field_of_study": "Computing",
                "location": "WA", "start_date": "2015-09-01", "end_date": "2019-06-15", "gpa": 3.66, "honors": [],
                "relevant_coursework": ["Databases"], "default_description": "", "has_variations": False,
                "default_variation_id": None,
            }
        ]
    ),
    education_content_variations={},
    projects=twice([{"id": str(key("project")), "name": "Shop", "url": "https://shop.example", "technologies": ["Go"]}]),
    project_content_variations={str(key("project")): [variation("project", achievements=["Shipped"])]},
    certifications=twice([{"id": str(key("certificate")), "name": "Cloud", "issuer": "G", "issue_date": "2025-01-04"}]),
    experience_keywords=[],
    industry_keywords=["Fintech"],
    technical_keywords=["python", "Rust"],
    soft_skills=["Patience", "listening"],
    auto_extracted_skills=["Kubernetes", {"name": "Terraform", "confidence": 0.4}],
    skill_confidence={"Rust": 0.7, "KUBERNETES": 0.9, "Nobody": 0.5},
)  # fmt: skip

ODD = bank(
    "odd",
    "odd",
    skills={
        "Languages": [
            skill(" Go ", id="not a key", level="guru", category="wizardry", years_experience=2.75, proficiency_score=7),
            skill("Shared key", id=str(key("skill Python"))),
            skill("x" * 300, id=None, keywords=["a", 1, None], usage_count=-1, confidence="high"),
            skill("Ruby", last_used="2024-05-06T07:08:09", source="guessed", years_experience=-3),
            "Bare word",
            {"level": "expert"},
            7,
            None,
            "  ",
        ],
        "languages": [skill("GO", id=str(key("second go")))],
        "framework": {"name": "Not in a list"},
        "Nothing": None,
        "y" * 150: [skill("Long heading")],
    },
    skill_categories=["Languages", "languages", 5, ""],
    default_summary=None,
    summary_variations={"an": "object"},
    work_experiences=[
        position("Backwards", start_date="2020-05-05", end_date="2019-01", default_variation_id="gone", experience_type="gig"),
        position("Dates", start_date="May 2019", end_date="2020-05-05T00:00:00", company="c" * 300, is_current="yes"),
        position("Dates", company={"name": "Acme"}, skills_used="Go, Rust"),
        {},
        "a text",
    ],
    experience_content_variations={
        str(key("position Dates")): [variation("Dates", focus="poetic", created_at="yesterday"), "text"],
        "unknown": [variation("lost")],
        str(key("position Backwards")): "no list",
    },
    education_entries="null",
    projects='"not JSON at all"',
    certifications=[{"name": "Expired", "issue_date": "2025-01-04", "expiry_date": "2024-01-04"}],
    technical_keywords='"Python, SQL"',
    soft_skills={"an": "object"},
    industry_keywords=["Ada", None, ["nested"], "ada", " ADA "],
    auto_extracted_skills=[{"skill": "no name"}],
    skill_confidence={"Ada": 1.5, "Go": 0.5, "Ruby": "0.5"},
    created_at=None,
)  # fmt: skip

ROWS: dict[str, list[Row]] = {
    "legacy_skill_banks": [
        PLAIN,
        ODD,
        bank(
            "newer", "several", skills={"Mine": [skill("Cooking", id=str(key("cooking")))]}, default_summary="Cooks.",
            work_experiences=[position("Cook", id=str(key("cook")))], updated_at="2025-06-01 00:00:00+00",
        ),
        bank(
            "older", "several",
            skills={"Yours": [skill("cooking", id=str(key("cooking"))), skill("Baking", id=str(key("baking")))]},
            default_summary="Bakes.",
            work_experiences=[position("Cook", id=str(key("cook"))), position("Baker", id=str(key("cook")))],
            experience_content_variations={str(key("cook")): [variation("cook")]},
            skill_confidence={"baking": 0.2},
        ),
        bank("empty", "empty", skills="[]", skill_categories="null", work_experiences="[]", updated_at=None),
        bank("ghost", "nobody", skills={"Technical Skills": [skill("Haunting")]}, created_at=None, updated_at=None),
    ],
    "skill_banks_legacy": [
        bank(
            "older table", "words", skills={"soft": [{"name": "Tact", "level": "expert"}]}, technical_keywords=["sql"],
            skill_confidence={"sql": 0.6}, soft_skills="null",
        ),
        bank("older beside", "several", technical_keywords=["COOKING", "Frying"]),
        bank("blank", "blank", technical_keywords=[]),
        # The key of a row of another table.
        bank("plain", "plain", technical_keywords=["Rust", "Zig"]),
    ],
    "legacy_profile_skills": [
        bank("words", "words", skills=["SQL", "Excel", 5]),
        bank("blank beside", "blank", skills=[]),
        bank("profile", "profile", skills=["Excel"]),
        bank("idle", "empty", skills="[]", created_at=None, updated_at=None),
    ],
}  # fmt: skip
