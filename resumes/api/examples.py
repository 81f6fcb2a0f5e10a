"""What the documentation of resumes shows: what is sent, and what is answered."""

from __future__ import annotations

from typing import Any

from resumes.services.documents import complete_content

POSTING = (
    "Backend engineer\n\nRequirements\n- 5+ years of experience with Python and PostgreSQL\n- Strong SQL\n"
    "Nice to have: Kubernetes, Go"
)
ME, BANK, SKILL, POSITION, VARIATION, BASE, TAILORED = (
    f"01a20d38-e2b7-7159-8ff0-{number:012x}" for number in range(1, 8)
)
WRITTEN = {
    "title": "Backend engineer",
    "contact_info": {"full_name": "Ada Lovelace", "email": "ada@example.com", "location": "London"},
    "summary": "Engineer of engines.",
    "work_experience": [
        {
            "company": "Acme",
            "position": "Engineer",
            "start_date": "2019-06",
            "is_current": True,
            "achievements": ["Halved the time of the nightly run with PostgreSQL."],
        }
    ],
    "skills": [{"name": "PostgreSQL", "level": "expert", "category": "Technical Skills"}],
}
_CONTENT = complete_content({name: value for name, value in WRITTEN.items() if name != "title"})
SHOWN: dict[str, Any] = {
    "id": BASE,
    "title": "Backend engineer",
    "resume_type": "base",
    "status": "draft",
    "template": None,
    "parent_resume": None,
    "target_job": None,
    **_CONTENT,
    "ats_score_data": None,
    "tailoring_analysis": None,
    "version": 1,
    "last_generated_at": None,
    "created_at": "2026-11-02T09:30:00Z",
    "updated_at": "2026-11-02T09:30:00Z",
}


def _line(pointer: str, source: tuple[str, str, str, int | None], why: str, *answers: str) -> dict[str, Any]:
    named = dict(zip(("kind", "id", "field", "index"), source, strict=True))
    return {"pointer": pointer, "source": named, "why": why, "matched_requirements": list(answers)}


_CONTACT = [
    _line(f"/contact_info/{name}", ("user", ME, name, None), "It says whom to reach, and how.")
    for name in ("full_name", "email")
]
_SUMMARY = _line("/summary", ("bank", BANK, "default_summary", None), "There is no other text for it.")
_ACHIEVEMENT = ("experience", POSITION, "default_achievements", 0)
_LEFT_OUT = [
    {
        "source": {"kind": "experience_variation", "id": VARIATION, "field": "", "index": None},
        "why": "It fits as well as the one that stands, which comes first.",
    }
]
FROM_BANK = SHOWN | {
    "contact_info": {"full_name": "Ada Lovelace", "email": "ada@example.com"},
    "tailoring_analysis": {
        "lines": [
            *_CONTACT,
            _SUMMARY,
            _line(
                "/work_experience/0",
                ("experience", POSITION, "", None),
                "It stays, so that nothing is missing between the dates.",
            ),
            _line("/work_experience/0/achievements/0", _ACHIEVEMENT, "It belongs to the text that was chosen."),
            _line("/skills/0", ("skill", SKILL, "name", None), "There is room for it."),
        ],
        "left_out": _LEFT_OUT,
    },
}
TAILORED_TO = FROM_BANK | {
    "id": TAILORED,
    "title": "Backend engineer at Acme",
    "resume_type": "tailored",
    "parent_resume": BASE,
    "tailoring_analysis": {
        "job_id": None,
        "match_score": 75.0,
        "requirements": [
            {
                "kind": "skill",
                "name": name,
                "is_must": is_must,
                "years": years,
                "places": [{"field": "jd_text", "quote": quote}],
            }
            for name, is_must, years, quote in (
                ("PostgreSQL", True, 5.0, "5+ years of experience with Python and PostgreSQL"),
                ("Kubernetes", False, None, "Nice to have: Kubernetes, Go"),
            )
        ],
        "lines": [
            *(
                _line(
                    f"/contact_info/{name}",
                    ("resume", BASE, f"/contact_info/{name}", None),
                    "It says whom to reach, and how.",
                )
                for name in ("full_name", "email")
            ),
            _SUMMARY,
            _line("/work_experience/0", ("experience", POSITION, "", None), "It answers PostgreSQL.", "PostgreSQL"),
            _line("/work_experience/0/achievements/0", _ACHIEVEMENT, "It answers PostgreSQL.", "PostgreSQL"),
            _line("/skills/0", ("skill", SKILL, "name", None), "The posting asks for PostgreSQL.", "PostgreSQL"),
        ],
        "left_out": _LEFT_OUT,
        "missing_skills": [
            {
                "name": "Kubernetes",
                "is_must": False,
                "places": [{"field": "jd_text", "quote": "Nice to have: Kubernetes, Go"}],
            }
        ],
        "skill_match": ["PostgreSQL"],
        "recommended_additions": [],
        "sections_to_emphasize": ["skills", "work_experience"],
    },
}
DOCUMENT = {
    "document": {
        "basics": {"name": "Ada Lovelace", "label": "Engineer", "email": "ada@example.com", "url": "ada.example"},
        "work": [{"name": "Acme", "position": "Engineer", "startDate": "2019-06"}],
    },
    "dry_run": False,
}
_READ = complete_content(
    {
        "contact_info": {
            "full_name": "Ada Lovelace",
            "headline": "Engineer",
            "email": "ada@example.com",
            "website_url": "https://ada.example",
        },
        "work_experience": [
            {"is_current": True, "company": "Acme", "position": "Engineer", "start_date": "2019-06"},
        ],
    }
)
_DROPPED = [{"pointer": "/basics/url", "reason": "It became an address with https://."}]
IMPORTED = {"resume": SHOWN | _READ | {"title": "Resume of Ada Lovelace"}, "dropped": _DROPPED}
LOOKED_AT = {"resume": None, "content": _READ, "dropped": _DROPPED}
COMPARED = {
    "differences": [
        {
            "pointer": "/summary",
            "change": "changed",
            "old": "Engineer of engines.",
            "new": "Engineer of large engines.",
        },
        {"pointer": "/skills/1", "change": "added", "old": None, "new": {"name": "Python"}},
    ]
}
