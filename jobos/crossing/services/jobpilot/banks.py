"""JobPilot's skill banks and resumes: documents that the migrations decode, however often they are encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobos.crossing.services.jobpilot import cells
from jobos.crossing.services.jobpilot.plans import keep_ghost_keys, make_plan, refer, same

if TYPE_CHECKING:
    from jobos.crossing.services.loading import Loader

TIMES = same(cells.time, "created_at updated_at")
KEYWORDS = "experience_keywords industry_keywords technical_keywords soft_skills auto_extracted_skills skill_confidence"
DOCUMENTS = (
    "skills skill_categories summary_variations work_experiences education_entries projects certifications"
    f" experience_content_variations education_content_variations project_content_variations {KEYWORDS}"
)
NO_USER = "It belongs to nobody."


def load_banks(loader: Loader) -> None:
    """Load the banks of skills, and the table that came before them."""
    owner = {"user_id": refer(loader, "user_profiles", required=NO_USER)}
    documents = same(cells.document, DOCUMENTS)
    loader.load(
        make_plan(
            loader, "skill_banks", "legacy_skill_banks", {**owner, **documents, "default_summary": cells.text, **TIMES}
        )
    )
    loader.load(
        make_plan(
            loader,
            "skill_banks_legacy",
            "skill_banks_legacy",
            {**owner, **same(cells.document, f"skills {KEYWORDS}"), **TIMES},
        )
    )
    keep_ghost_keys(loader, "skill_banks", "user_id", "legacy_skill_banks", "user_profiles")
    keep_ghost_keys(loader, "skill_banks_legacy", "user_id", "skill_banks_legacy", "user_profiles")


def load_resumes(loader: Loader) -> None:
    """Load resumes with their templates, versions, files and analyses."""
    resume = refer(loader, "resumes", required="It names no resume.")
    links = {
        "template_id": "resume_templates",
        "based_on_resume_id": "resumes",
        "parent_resume_id": "resumes",
        "parent_version_id": "resumes",
        "job_id": "job_listings",
        "target_job_id": "job_listings",
    }
    loader.load(
        make_plan(
            loader,
            "resume_templates",
            "legacy_resume_templates",
            {
                "name": cells.required_text,
                "description": cells.text,
                **same(cells.required_document, "sections section_order"),
                "styling": cells.document,
                **same(cells.flag, "is_default is_system"),
                **TIMES,
            },
        )
    )
    loader.load(
        make_plan(
            loader,
            "resumes",
            "legacy_resumes",
            {
                "user_id": refer(loader, "user_profiles", required=NO_USER),
                **same(cells.required_text, "title resume_type status"),
                "contact_info": cells.required_document,
                "summary": cells.text,
                **same(cells.document, "work_experience education skills projects certifications custom_sections"),
                **same(cells.document, "ats_score_data tailoring_analysis"),
                **{column: refer(loader, table) for column, table in links.items()},
                "version": cells.integer,
                **TIMES,
                "last_generated_at": cells.time,
            },
        )
    )
    loader.load(
        make_plan(
            loader,
            "resume_versions",
            "legacy_resume_versions",
            {
                "resume_id": resume,
                "version_number": cells.required_integer,
                "changes_summary": cells.text,
                "content_snapshot": cells.required_document,
                "created_at": cells.time,
                "created_by": cells.text,
            },
        )
    )
    loader.load(
        make_plan(
            loader,
            "resume_generations",
            "legacy_resume_generations",
            {
                "resume_id": resume,
                **same(cells.required_text, "format template_name"),
                "file_path": cells.text,
                "file_size": cells.integer,
                "generation_params": cells.document,
                **same(cells.text, "status error_message"),
                "generated_at": cells.time,
            },
            at=("generated_at",),
        )
    )
    loader.load(
        make_plan(
            loader,
            "resume_optimizations",
            "legacy_resume_optimizations",
            {
                "resume_id": resume,
                "job_id": refer(loader, "job_listings", required="It names no listing."),
                "match_score": cells.required_number,
                **same(
                    cells.document,
                    "keyword_matches missing_keywords skill_matches missing_skills recommendations"
                    " sections_to_emphasize content_suggestions",
                ),
                "analyzed_at": cells.time,
                "analysis_version": cells.text,
            },
            at=("analyzed_at",),
        )
    )
    loader.rows.execute(FOLLOW_AUTHORS)
    keep_ghost_keys(loader, "resumes", "user_id", "legacy_resumes", "user_profiles")
    for column, table in links.items():
        keep_ghost_keys(loader, "resumes", column, "legacy_resumes", table)
    for table in ("resume_versions", "resume_generations", "resume_optimizations"):
        keep_ghost_keys(loader, table, "resume_id", f"legacy_{table}", "resumes")
    keep_ghost_keys(loader, "resume_optimizations", "job_id", "legacy_resume_optimizations", "job_listings")


# Who made a version stands there in the source's own spelling.
FOLLOW_AUTHORS = """
    UPDATE legacy_resume_versions v SET created_by = COALESCE(m.new_id, p.id)::text
    FROM crossing.people p LEFT JOIN crossing.user_map m ON m.old_id = p.id
    WHERE p.row_id = btrim(v.created_by) AND v.created_by <> COALESCE(m.new_id, p.id)::text
    """
