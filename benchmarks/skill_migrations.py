"""What it costs to make rows of skill banks and clear relations of resumes, against the fastest SQL by hand for the same work.

    python -m benchmarks.skill_migrations [--banks 50000] [--resumes 150000] [--rounds 2] [--json]

Databases and costs are those of `benchmarks.scratch`. Half of the banks are encoded twice, as the older system wrote them;
each has about twenty skills in documents and keyword columns together. The hand-written SQL reads and fills by the same
expressions into the same tables; it keeps nothing for the way back, writes no ledger and checks no account.
"""

from __future__ import annotations

import argparse

from benchmarks.scratch import Cost, digest, execute, leave, measure, report, scratch, set_up

OLD_BANKS = ("legacy_skill_banks", "skill_banks_legacy", "legacy_profile_skills")
OLD_RESUMES = ("legacy_resumes", "legacy_resume_templates", "legacy_resume_versions", "legacy_resume_generations", "legacy_resume_optimizations")  # fmt: skip
NEW_BANKS = (
    "skill_banks",
    "skills",
    "work_experiences",
    "education_entries",
    "summary_variations",
    "experience_variations",
)
NEW_RESUMES = ("resume_templates", "resumes", "resume_versions", "resume_generations", "resume_optimizations")


def migrate(app: str, target: str) -> None:
    from django.core.management import call_command

    call_command("migrate", app, target, verbosity=0, interactive=False)


# Rows -----------------------------------------------------------------------------------------------------------------


def _skills(count: int) -> str:
    return f"""(SELECT jsonb_agg(jsonb_build_object(
        'id', md5('skill' || n || '.' || k)::uuid, 'name', 'Skill ' || (n * 7 + k * 13) % 5000, 'level', 'expert',
        'category', 'technical', 'subcategory', NULL, 'years_experience', k, 'proficiency_score', 0.5 + k / 100.0,
        'description', repeat('Used every day. ', 3), 'keywords', '["one", "two"]'::jsonb, 'is_featured', k = 1,
        'display_order', k, 'source', 'manual', 'confidence', 1, 'last_used', NULL, 'usage_count', 0))
        FROM generate_series(1, {count}) k)"""


def _words(seed: str, count: int) -> str:
    return f"(SELECT jsonb_agg('skill ' || (n * 11 + k * 17 + {seed}) % 5000) FROM generate_series(1, {count}) k)"


def load_banks(banks: int) -> None:
    position = """jsonb_build_object('id', md5('position' || n || '.' || k)::uuid, 'company', 'Company ' || n % 999,
        'position', 'Developer', 'location', 'Porto', 'start_date', '2019-0' || k || '-01', 'end_date', NULL, 'is_current', true,
        'experience_type', 'full_time', 'default_description', repeat('Built things. ', 12),
        'default_achievements', '["Halved the build", "Trained four"]'::jsonb, 'skills_used', '["Go"]'::jsonb,
        'technologies', '["Docker"]'::jsonb, 'has_variations', true, 'default_variation_id', NULL)"""
    variation = """jsonb_build_object('id', md5('variation' || n || '.' || k)::uuid, 'title', 'Technical', 'content',
        repeat('Wrote it. ', 12), 'focus', 'technical', 'target_roles', '["Developer"]'::jsonb, 'usage_count', 1, 'source', 'manual')"""
    execute(f"""
        INSERT INTO legacy_skill_banks (id, user_id, skills, skill_categories, default_summary, summary_variations, work_experiences,
            education_entries, experience_content_variations, industry_keywords, technical_keywords, soft_skills,
            auto_extracted_skills, skill_confidence, created_at, updated_at)
        SELECT md5('bank' || n)::uuid, md5('user' || n - (n % 50 = 0)::integer)::uuid,
               CASE WHEN n % 2 = 0 THEN to_jsonb(d.skills::text) ELSE d.skills END,
               '["Technical Skills", "Soft Skills"]', 'Writes programs.', d.summaries,
               CASE WHEN n % 2 = 0 THEN to_jsonb(d.positions::text) ELSE d.positions END, d.studies, d.variations,
               {_words("1", 2)}, {_words("2", 5)}, {_words("3", 2)}, {_words("4", 2)},
               jsonb_build_object('skill ' || (n * 11 + 17 + 2) % 5000, 0.7, 'nothing', 0.5),
               timestamptz '2024-01-01 00:00Z' + n * interval '1 minute', timestamptz '2025-01-01 00:00Z' + n * interval '1 minute'
        FROM generate_series(1, {banks}) n
        CROSS JOIN LATERAL (SELECT
            jsonb_build_object('technical', {_skills(8)}, 'Soft Skills', '[]'::jsonb) AS skills,
            to_jsonb(ARRAY(SELECT {variation} FROM generate_series(1, 1) k)) AS summaries,
            (SELECT jsonb_agg({position}) FROM generate_series(1, 3) k) AS positions,
            (SELECT jsonb_agg(jsonb_build_object('id', md5('studies' || n || '.' || k)::uuid, 'institution', 'University',
                'degree', 'BSc', 'start_date', '2012', 'end_date', '2015', 'gpa', 3.66)) FROM generate_series(1, 1) k) AS studies,
            (SELECT jsonb_object_agg(md5('position' || n || '.' || k)::uuid, jsonb_build_array(
                jsonb_set({variation}, '{{id}}', to_jsonb(md5('told' || n || '.' || k)::uuid))))
             FROM generate_series(1, 2) k) AS variations
        ) d
        """)
    execute(f"""
        INSERT INTO skill_banks_legacy (id, user_id, technical_keywords, skill_confidence)
        SELECT md5('older' || n)::uuid, md5('user' || n)::uuid, {_words("5", 3)}, '{{}}' FROM generate_series(1, {banks}, 10) n
        """)
    execute(f"""
        INSERT INTO legacy_profile_skills (id, user_id, skills)
        SELECT md5('user' || n)::uuid, md5('user' || n)::uuid, {_words("6", 2)} FROM generate_series(1, {banks}, 4) n
        """)


def load_resumes(resumes: int, users: int) -> None:
    entry = """jsonb_build_object('company', 'Company ' || n % 999, 'position', 'Developer', 'start_date', '2019-06-30',
        'end_date', NULL, 'is_current', true, 'experience_type', 'full_time', 'description', repeat('Built things. ', 12),
        'achievements', '["Halved the build", "Trained four"]'::jsonb, 'skills_used', '["Go"]'::jsonb)"""
    execute("INSERT INTO legacy_resume_templates (id, name, sections, section_order, is_default)"
            " VALUES (md5('template')::uuid, 'Modern Professional', '[\"contact\"]', '[\"contact\"]', true)")  # fmt: skip
    execute(f"""
        INSERT INTO legacy_resumes (id, user_id, title, resume_type, status, contact_info, summary, work_experience, education, skills,
            projects, certifications, custom_sections, template_id, based_on_resume_id, job_id, parent_version_id, version,
            created_at, updated_at)
        SELECT md5('resume' || n)::uuid, md5('user' || n % {users} + 1)::uuid, 'Resume ' || n,
               CASE WHEN n % 3 = 0 THEN 'tailored' WHEN n % 100 = 1 THEN 'template' ELSE 'base' END, 'active',
               jsonb_build_object('full_name', 'Sarah', 'email', n || '@bench.example', 'portfolio', 'https://sarah.example'),
               'Writes programs.', CASE WHEN n % 2 = 0 THEN to_jsonb(ARRAY(SELECT {entry} FROM generate_series(1, 3))) ELSE
               to_jsonb(ARRAY(SELECT jsonb_strip_nulls({entry}) FROM generate_series(1, 3))) END, '[]',
               '[{{"name": "Go", "level": "expert", "category": "Programming"}}, {{"name": "SQL", "level": "expert"}}]',
               '[]', '[]', '[]', CASE WHEN n % 2 = 0 THEN md5('template')::uuid END,
               CASE WHEN n % 3 = 0 THEN md5('resume' || n + {users} * (1 - 2 * (n > {users})::integer))::uuid
                    WHEN n % 97 = 0 THEN md5('resume' || n)::uuid END, NULL,
               CASE WHEN n % 10 = 1 AND n > {users} THEN md5('resume' || n - {users})::uuid END, 1,
               timestamptz '2024-01-01 00:00Z' + n * interval '1 minute', timestamptz '2025-01-01 00:00Z' + n * interval '1 minute'
        FROM generate_series(1, {resumes}) n
        """)
    execute(f"""
        INSERT INTO legacy_resume_generations (id, resume_id, format, template_name, file_path, file_size, generation_params, status)
        SELECT md5('file' || n)::uuid, md5('resume' || n)::uuid, 'pdf', 'modern', '/data/' || n, 9999, '{{}}', 'completed'
        FROM generate_series(1, {resumes}, 5) n
        """)


def load(banks: int, resumes: int) -> None:
    """Bring this database to the legacy shape and fill it."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    migrate("skills", "0001")
    migrate("resumes", "0001")
    execute(
        "INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_active, is_staff, date_joined)"
        " SELECT md5('user' || n)::uuid, '', false, n || '@bench.example', '', true, true, '2024-01-01'"
        f" FROM generate_series(1, {banks}) n"
    )
    load_banks(banks)
    load_resumes(resumes, banks)
    for table in (*OLD_BANKS, *OLD_RESUMES, "accounts_user"):
        execute(f"VACUUM ANALYZE {table}")


# The fastest SQL for the same work ------------------------------------------------------------------------------------


def floor_banks() -> None:
    """Read the documents by hand and fill the tables; nothing is kept."""
    from django.db import transaction

    from skills.migrations import _one_home

    migrate("skills", "0002")
    with transaction.atomic():
        for statement in (
            *_one_home.PREPARE,
            "CREATE TEMPORARY TABLE kept_banks (user_id uuid) ON COMMIT DROP",
            *_one_home.CONVERT,
            f"ANALYZE {', '.join(_one_home.BANK_TABLES)}",
        ):
            execute(statement)
    execute(f"DROP TABLE {', '.join(OLD_BANKS)}")


def floor_resumes() -> None:
    """Make the rows by hand and fill the tables; nothing is kept."""
    from django.db import transaction

    from resumes.migrations import _clear_relations, _reading

    migrate("resumes", "0003")
    with transaction.atomic():
        for statement in (
            *_clear_relations.PREPARE,
            *_reading.make_rows("resume_templates"),
            *(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_made"
                for table, columns in _clear_relations.NEW.items()
            ),
            f"ANALYZE {', '.join(NEW_RESUMES)}",
        ):
            execute(statement)
    execute(f"DROP TABLE {', '.join(OLD_RESUMES)}")


# The run --------------------------------------------------------------------------------------------------------------


def run_round(template: str, app: str, old_tables: tuple[str, ...], new_tables: tuple[str, ...], floor) -> tuple[list[Cost], dict[str, bool]]:  # fmt: skip
    """Measure each step once, on fresh copies."""
    newest = {"skills": "0004", "resumes": "0005"}[app]
    with scratch("ours", template):
        old = digest(*old_tables)
        costs = [measure(f"{app} forward", lambda: migrate(app, newest))]
        new = digest(*new_tables, "migration_ledger")
        costs.append(measure(f"{app} backward", lambda: migrate(app, "0001")))
        back = digest(*old_tables)
        costs.append(measure(f"{app} again", lambda: migrate(app, newest)))
        again = digest(*new_tables, "migration_ledger")
    with scratch("floor", template):
        costs.append(measure(f"{app} floor", floor))
        by_hand = digest(*new_tables)
    return costs, {
        f"{app}: the way back gives the old tables": old == back,
        f"{app}: the second way forward gives the same tables and ledger": new == again,
        f"{app}: the hand-written SQL makes the same rows": all(new[table] == by_hand[table] for table in by_hand),
        f"{app}: {', '.join(f'{new[table][0]:,} {table}' for table in new)}": True,
    }


def main() -> int:
    """Run the benchmark; the status is 0 when the digests agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--banks", type=int, default=50_000)
    parser.add_argument("--resumes", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()

    set_up()
    costs: list[Cost] = []
    agreed: dict[str, bool] = {}
    with scratch("legacy") as template:
        load(arguments.banks, arguments.resumes)
        for _ in range(arguments.rounds):
            leave()
            for app, old, new, floor in (
                ("skills", OLD_BANKS, NEW_BANKS, floor_banks),
                ("resumes", OLD_RESUMES, NEW_RESUMES, floor_resumes),
            ):
                measured, holds = run_round(template, app, old, new, floor)
                costs += measured
                agreed |= holds
    floors = {
        f"{app} {way}": f"{app} floor" for app in ("skills", "resumes") for way in ("forward", "backward", "again")
    }
    title = f"{arguments.banks:,} banks, {arguments.resumes:,} resumes, best of {arguments.rounds}"
    sizes = {"banks": arguments.banks, "resumes": arguments.resumes}
    return report(title, costs, floors, agreed, is_json=arguments.json, **sizes)


if __name__ == "__main__":
    raise SystemExit(main())
