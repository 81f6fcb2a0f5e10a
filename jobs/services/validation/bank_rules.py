"""What no constraint can say of skill banks and of the taxonomy that skills point at."""

from __future__ import annotations

# A partial date, made whole by its first month and day; what PostgreSQL does not take is in no calendar.
IS_NO_DAY = "{0} <> '' AND NOT pg_input_is_valid({0} || substr('0001-01-01', length({0}) + 1), 'date')"

_DATED = {
    "work_experiences": ("start_date", "end_date"),
    "education_entries": ("start_date", "end_date"),
    "projects": ("start_date", "end_date"),
    "certifications": ("issue_date", "expiry_date"),
}
_RETOLD = {
    "work_experiences": "experience_variations",
    "education_entries": "education_variations",
    "projects": "project_variations",
}

# Kind, table, what it means, and the rows that have it.
BANK_RULES: tuple[tuple[str, str, str, str], ...] = (
    (
        "heading missing",
        "skills",
        "It stands under a heading that its bank does not have.",
        "SELECT s.id FROM skills s JOIN skill_banks b ON b.id = s.bank_id WHERE s.bucket <> ALL (b.skill_categories)",
    ),
    (
        "heading twice",
        "skill_banks",
        "Two of its headings have the same name, or one has none.",
        """
        SELECT id FROM skill_banks WHERE cardinality(skill_categories) <> (
            SELECT count(DISTINCT lower(btrim(heading))) FROM unnest(skill_categories) heading WHERE btrim(heading) <> '')
        """,
    ),
    (
        "skill twice",
        "skills",
        "Another skill of the bank has the same name but for spaces and case.",
        r"""
        SELECT min(id::text) FROM skills
        GROUP BY bank_id, lower(btrim(regexp_replace(name, '\s+', ' ', 'g')))
        HAVING count(*) > 1
        """,
    ),
    *(
        (
            "variation of another entry",
            table,
            "The variation that is its default is one of another entry.",
            f"SELECT e.id FROM {table} e JOIN {variations} v ON v.id = e.default_variation_id WHERE v.entry_id <> e.id",  # noqa: S608
        )
        for table, variations in _RETOLD.items()
    ),
    *(
        (
            "no such day",
            table,
            f"{first} or {last} is in no calendar.",
            f"SELECT id FROM {table} WHERE ({IS_NO_DAY.format(first)}) OR ({IS_NO_DAY.format(last)})",  # noqa: S608
        )
        for table, (first, last) in _DATED.items()
    ),
    (
        "concept without a label",
        "skill_concepts",
        "No spelling leads to it.",
        "SELECT id FROM skill_concepts c WHERE NOT EXISTS (SELECT FROM skill_labels l WHERE l.concept_id = c.id)",
    ),
    (
        "preferred twice",
        "skill_concepts",
        "Several of its labels are the preferred one.",
        "SELECT concept_id FROM skill_labels WHERE is_preferred GROUP BY concept_id HAVING count(*) > 1",
    ),
)
