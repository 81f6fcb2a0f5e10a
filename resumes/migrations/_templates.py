"""The SQL of 0003: three templates whose keys follow from their names."""

SECTIONS = '["contact", "summary", "experience", "skills", "education", "projects", "certifications", "custom"]'
CREATIVE = '["contact", "summary", "projects", "skills", "experience", "education", "certifications", "custom"]'
AT = "timestamptz '2025-01-01 00:00Z'"

# Name, description, order of its sections, styling, whether it is the default.
TEMPLATES = (
    (
        "Modern Professional",
        "One calm column with an accent colour; fits most trades.",
        SECTIONS,
        '{"layout": "modern", "accent": "#1f4e79", "font_size": 10}',
        True,
    ),
    (
        "ATS-Friendly",
        "Plain headings and nothing beside the text, for programs that read resumes.",
        SECTIONS,
        '{"layout": "ats", "accent": "#000000", "font_size": 11}',
        False,
    ),
    (
        "Creative Portfolio",
        "A large name and a rail for places and dates, with projects before positions.",
        CREATIVE,
        '{"layout": "creative", "accent": "#8a3b12", "font_size": 10}',
        False,
    ),
)


def key(name: str) -> str:
    """Return SQL for the key of a template that ships with JobOS."""
    return f"md5('resume_templates|{name}')::uuid"


VALUES = ", ".join(
    f"({key(name)}, '{name}', '{description}', '{order}'::jsonb, '{styling}'::jsonb, {str(is_default).lower()})"
    for name, description, order, styling, is_default in TEMPLATES
)

FORWARD = f"""
    INSERT INTO resume_templates
        (id, created_at, updated_at, name, description, sections, section_order, styling, is_default, is_system)
    SELECT id, {AT}, {AT}, name, description, section_order, section_order, styling, is_default, true
    FROM (VALUES {VALUES}) t (id, name, description, section_order, styling, is_default)
    """
KEYS = ", ".join(key(name) for name, *_ in TEMPLATES)
BACKWARD = f"DELETE FROM resume_templates WHERE id IN ({KEYS})"
