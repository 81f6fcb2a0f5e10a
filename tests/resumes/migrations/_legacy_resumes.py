"""Rows of JobPilot's resumes and what stood around them: ordinary ones, and every odd one that its tables let in."""

from __future__ import annotations

import json
import uuid
from typing import Any

Row = dict[str, Any]

JOINED = "2024-01-01 00:00:00+00"
CREATED, UPDATED = "2025-03-01 10:00:00.123456+00", "2025-04-01 10:00:00.654321+00"
USERS = ("owner", "stranger")


def key(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"legacy resume {name}")


def twice(document: Any) -> str:
    return json.dumps(json.dumps(document))


def encoded(row: Row) -> Row:
    """Return a row whose lists and documents are JSON; texts stand as they are."""
    return {name: json.dumps(value) if isinstance(value, list | dict) else value for name, value in row.items()}


CONTACT = {
    "full_name": "Sarah Johnson", "email": "sarah@mail.example", "phone": "+1 555", "location": "San Francisco",
    "linkedin_url": "https://linkedin.com/in/sarah", "portfolio": "https://sarah.example",
}  # fmt: skip


def resume(name: str, **more: Any) -> Row:
    return encoded(
        {
            "id": key(name), "user_id": key("owner"), "title": f"Resume {name}", "resume_type": "base", "status": "active",
            "contact_info": CONTACT, "summary": "Writes programs.", "work_experience": [], "education": [],
            "skills": [{"name": "Go", "level": "expert", "category": "Programming"}], "projects": [],
            "certifications": [], "custom_sections": [], "version": 1, "created_at": CREATED, "updated_at": UPDATED,
        }
        | more
    )  # fmt: skip


def template(name: str, **more: Any) -> Row:
    sections = ["contact", "summary"]
    return encoded(
        {
            "id": key(name), "name": name, "description": "Clean.", "sections": sections, "section_order": sections,
            "styling": {"layout": "single_column"}, "is_default": False, "is_system": False, "created_at": CREATED,
            "updated_at": UPDATED,
        }
        | more
    )  # fmt: skip


def generation(name: str, **more: Any) -> Row:
    return encoded(
        {
            "id": key(name), "resume_id": key("plain"), "format": "pdf", "template_name": "modern",
            "file_path": f"/data/{name}.pdf", "file_size": 1234, "generation_params": {}, "status": "completed",
            "error_message": None, "generated_at": UPDATED,
        }
        | more
    )  # fmt: skip


def optimization(name: str, **more: Any) -> Row:
    return encoded(
        {
            "id": key(name), "resume_id": key("plain"), "job_id": key("listing"), "match_score": 72.5,
            "keyword_matches": ["Go"], "missing_keywords": [], "skill_matches": [], "missing_skills": [],
            "recommendations": [], "sections_to_emphasize": [], "content_suggestions": [], "analyzed_at": UPDATED,
            "analysis_version": "v1.0",
        }
        | more
    )  # fmt: skip


# As the older API wrote entries: every key there, null where nothing was given.
FULL_CONTENT: Row = {
    "contact_info": {**CONTACT, "github_url": None, "website_url": "sarah.example/me", "twitter": "@sarah"},
    "work_experience": [
        {
            "company": "Acme", "position": "Developer", "location": None, "start_date": "2019-06-30", "end_date": None,
            "is_current": True, "experience_type": "full_time", "description": None, "achievements": ["Shipped"],
            "skills_used": [],
        },
        {"company": "Beta", "start_date": "June 2018", "end_date": "2019-01-02T00:00:00", "experience_type": "gig",
         "achievements": "one text", "salary": 100},
        "a text",
    ],
    "education": [{"institution": "University", "degree": "BSc", "gpa": 3.66, "honors": None, "start_date": "2015-09-01"}],
    "skills": [
        {"name": "Go", "level": None, "category": "technical", "years_experience": 3, "is_featured": False},
        {"name": "", "level": "expert"},
        "Rust",
        {"name": "Perl", "years_experience": -1},
    ],
    "projects": [{"name": "Shop", "url": "shop", "technologies": ["Go", 1]}],
    "certifications": [{"name": "Cloud", "issue_date": "2025-01-04", "expiry_date": None, "credential_id": 598519}],
    "custom_sections": [
        {"section_type": "languages", "title": "Languages", "content": {"items": ["Dutch"]}, "is_visible": True, "order": 1},
        {"section_type": "hobbies", "title": "", "content": "Chess", "order": None},
    ],
}  # fmt: skip

RESUMES = [
    resume("plain", template_id=key("Legacy layout"), last_generated_at=UPDATED),
    resume("full", **FULL_CONTENT, version=4),
    resume("twice", **{part: twice(value) for part, value in FULL_CONTENT.items()}),
    resume("bare", contact_info="null", summary=None, **dict.fromkeys(FULL_CONTENT.keys() - {"contact_info"}), version=None,
           created_at=None, updated_at=None),
    resume("wrong kinds", contact_info=[], work_experience={"a": 1}, skills='"Go, Rust"', education="5", ats_score_data=[1],
           tailoring_analysis="null", title="  ", resume_type="Fancy", status="finished"),
    # Links.
    resume("tailored", resume_type="tailored", based_on_resume_id=key("plain"), job_id=key("listing")),
    resume("conflict", resume_type="tailored", parent_resume_id=key("plain"), based_on_resume_id=key("full"),
           target_job_id=key("listing"), job_id=key("other listing")),
    resume("own parent", resume_type="tailored", parent_resume_id=key("own parent"), based_on_resume_id=key("plain")),
    resume("own base", based_on_resume_id=key("own base")),
    resume("no parent", resume_type="tailored", job_id=key("listing")),
    resume("ghost links", based_on_resume_id=key("gone"), job_id=key("gone"), template_id=key("gone")),
    resume("of a stranger's", resume_type="tailored", based_on_resume_id=key("stranger's")),
    resume("stranger's", user_id=key("stranger")),
    resume("template", resume_type="template", based_on_resume_id=key("plain"), job_id=key("listing")),
    resume("template by status", status="template"),
    resume("linked template by status", status="template", based_on_resume_id=key("plain")),
    # A circle of three, the youngest of them tailored, with a tail that hangs on it.
    resume("circle 1", resume_type="tailored", based_on_resume_id=key("circle 3"), created_at="2025-01-01 00:00:00+00"),
    resume("circle 2", resume_type="tailored", based_on_resume_id=key("circle 1"), created_at="2025-01-02 00:00:00+00"),
    resume("circle 3", resume_type="tailored", based_on_resume_id=key("circle 2"), created_at="2025-01-03 00:00:00+00"),
    resume("tail", resume_type="tailored", based_on_resume_id=key("circle 2")),
    # Versions that were rows.
    resume("first", summary="First."),
    resume("second", summary="Second.", parent_version_id=key("first")),
    resume("third", summary="Third.", parent_version_id=key("second")),
    resume("round 1", parent_version_id=key("round 2")),
    resume("round 2", parent_version_id=key("round 1"), summary="Round."),
    resume("ghost", user_id=key("nobody"), created_at=None, updated_at=None),
]  # fmt: skip


def version(name: str, of: str, number: int, snapshot: Any, **more: Any) -> Row:
    return encoded(
        {
            "id": key(name), "resume_id": key(of), "version_number": number, "changes_summary": None,
            "content_snapshot": snapshot, "created_at": CREATED, "created_by": str(key("owner")),
        }
        | more
    )  # fmt: skip


ROWS: dict[str, list[Row]] = {
    "legacy_resume_templates": [
        template("Legacy layout", is_default=True, is_system=True),
        template("Modern Professional", is_default=True),
        template(" ", sections="null", section_order='"text"', styling=None, description=None, is_default=None,
                 is_system=None, created_at=None, updated_at=None),
    ],
    "legacy_resumes": RESUMES,
    "legacy_resume_versions": [
        version("v 3", "full", 3, FULL_CONTENT | {"summary": "Before.", "mood": "good"}),
        version("v 3 too", "full", 3, twice({"summary": "Later."}), created_at="2025-03-02 00:00:00+00", created_by="somebody"),
        version("v 9", "full", 9, "[]", created_at=None),
        version("v of nothing", "gone", 1, {}),
    ],
    "legacy_resume_generations": [
        generation("complete"),
        generation("odd", format=" PDF ", status=None, generation_params="[]", file_path=None, file_size=None, generated_at=None),
        generation("failed", status="failed", error_message=""),
        generation("running", status="processing", error_message="Out of memory"),
        generation("rtf", format="rtf"),
        generation("of nothing", resume_id=key("gone")),
    ],
    "legacy_resume_optimizations": [
        optimization("fit"),
        optimization("bare", missing_keywords="null", recommendations=twice(["Say more"]), skill_matches=None,
                     analyzed_at=None, analysis_version=None),
        optimization("too good", match_score=130),
        optimization("no listing", job_id=key("gone")),
        optimization("no resume", resume_id=key("gone")),
    ],
}  # fmt: skip
