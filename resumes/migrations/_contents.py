"""The content of an older resume in the shape that today's schema asks, as functions that live as long as the session.

A value that the schema has a place for stays; a number where a text is asked becomes one; null is left out. Anything else goes
under `extra` of its entry, so that the resume can be saved again with nothing lost. An entry that is no document cannot be
told; the ledger has the row as it was.
"""

from __future__ import annotations

import json

from skills.migrations._cells import EXPERIENCE_TYPES, words_of
from skills.migrations._reading import DECODE

# A day of the calendar in years that a resume may tell of.
_DATE = "^[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
_DATES = {"start_date": "date", "end_date": "date"}
KINDS: dict[str, dict[str, str]] = {
    "contact_info": dict.fromkeys(("full_name", "headline", "email", "phone", "location"), "line")
    | dict.fromkeys(("linkedin_url", "github_url", "website_url", "portfolio", "image_url"), "url"),
    "work_experience": {
        "company": "line", "position": "line", "location": "line", **_DATES, "is_current": "flag",
        "experience_type": "experience_type", "description": "text", "company_description": "text",
        "achievements": "lines", "skills_used": "lines", "url": "url",
    },
    "education": {
        "institution": "line", "degree": "line", "field_of_study": "line", "location": "line", **_DATES, "gpa": "line",
        "description": "text", "honors": "lines", "relevant_coursework": "lines", "url": "url",
    },
    "skills": {
        "name": "name", "level": "line", "category": "line", "years_experience": "years", "is_featured": "flag",
        "keywords": "lines",
    },
    "projects": {
        "name": "line", "description": "text", **_DATES, "url": "url", "github_url": "url", "technologies": "lines",
        "achievements": "lines", "roles": "lines", "entity": "line", "project_type": "line",
    },
    "certifications": {
        "name": "line", "issuer": "line", "issue_date": "date", "expiry_date": "date", "credential_id": "line",
        "url": "url", "description": "text",
    },
    "custom_sections": {
        "section_type": "section_type", "title": "title", "content": "content", "is_visible": "flag", "order": "whole",
    },
}  # fmt: skip
LISTS = ("work_experience", "education", "skills", "projects", "certifications", "custom_sections")
LONGEST_LIST = {"skills": 500, "custom_sections": 50}
CONTENT = ("contact_info", "summary", *LISTS)
SECTION_TYPES = (
    "summary", "experience", "education", "skills", "projects", "certifications", "publications", "volunteer", "awards",
    "languages", "interests", "references", "custom",
)  # fmt: skip


def kind(part: str) -> str:
    return f"'{json.dumps(KINDS[part])}'::jsonb"


MAKE_FUNCTIONS = [
    DECODE,
    # NULL where the value does not fit.
    f"""
    CREATE OR REPLACE FUNCTION pg_temp.fit_value(value jsonb, kind text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE
        is_text CONSTANT boolean := jsonb_typeof(value) = 'string';
        said text := CASE WHEN jsonb_typeof(value) IN ('string', 'number') THEN value #>> '{{}}' END;
    BEGIN
        CASE kind
            WHEN 'line' THEN
                IF length(said) > 1000 THEN RETURN NULL; END IF;
                RETURN CASE WHEN is_text THEN value ELSE to_jsonb(said) END;
            WHEN 'text' THEN
                IF length(said) > 20000 THEN RETURN NULL; END IF;
                RETURN CASE WHEN is_text THEN value ELSE to_jsonb(said) END;
            WHEN 'name' THEN
                IF length(said) > 1000 OR said !~ '\\S' THEN RETURN NULL; END IF;
                RETURN CASE WHEN is_text THEN value ELSE to_jsonb(said) END;
            WHEN 'title' THEN
                IF length(said) > 255 OR said !~ '\\S' THEN RETURN NULL; END IF;
                RETURN CASE WHEN is_text THEN value ELSE to_jsonb(said) END;
            WHEN 'date' THEN
                IF said ~ '^[0-9-]{{10}}[T ]00:00(:00([.]0+)?)?$' THEN said := left(said, 10); END IF;
                IF said = '' OR (said ~ '{_DATE}' AND (length(said) < 10 OR pg_input_is_valid(said, 'date'))) THEN
                    RETURN to_jsonb(said);
                END IF;
                RETURN NULL;
            WHEN 'url' THEN
                IF NOT is_text OR length(said) > 1000 THEN RETURN NULL; END IF;
                IF said = '' OR said ~ '^[Hh][Tt][Tt][Pp][Ss]?://[^[:space:]/]+[^[:space:]]*$' THEN RETURN value; END IF;
                IF said ~ '^[[:alnum:]-]+([.][[:alnum:]-]+)+(/[^[:space:]]*)?$' AND length(said) < 990 THEN
                    RETURN to_jsonb('https://' || said);
                END IF;
                RETURN NULL;
            WHEN 'flag' THEN
                IF jsonb_typeof(value) = 'boolean' THEN RETURN value; END IF;
                RETURN CASE value WHEN '1' THEN 'true'::jsonb WHEN '0' THEN 'false'::jsonb END;
            WHEN 'lines' THEN
                IF jsonb_typeof(value) <> 'array' OR jsonb_array_length(value) > 100
                   OR jsonb_path_exists(value, 'strict $[*] ? (@.type() != "string")')
                   OR EXISTS (SELECT FROM jsonb_array_elements_text(value) one WHERE length(one) > 2000) THEN
                    RETURN NULL;
                END IF;
                RETURN value;
            WHEN 'years' THEN
                IF jsonb_typeof(value) <> 'number' THEN RETURN NULL; END IF;
                RETURN CASE WHEN value::numeric BETWEEN 0 AND 80 THEN value END;
            WHEN 'whole' THEN
                IF jsonb_typeof(value) <> 'number' THEN RETURN NULL; END IF;
                RETURN CASE WHEN value::numeric = trunc(value::numeric) AND abs(value::numeric) < 1e9 THEN value END;
            WHEN 'experience_type' THEN
                RETURN CASE WHEN said IN ({words_of(EXPERIENCE_TYPES)}) THEN value END;
            WHEN 'section_type' THEN
                RETURN CASE WHEN said IN ({words_of(SECTION_TYPES)}) THEN value END;
            WHEN 'content' THEN
                IF is_text AND length(said) <= 20000 THEN RETURN jsonb_build_object('text', value); END IF;
                IF jsonb_typeof(value) <> 'object' THEN RETURN NULL; END IF;
                IF value = '{{}}' THEN RETURN value; END IF;
                IF jsonb_typeof(value -> 'text') = 'string' AND length(value ->> 'text') <= 20000 THEN
                    RETURN jsonb_build_object('text', value -> 'text')
                        || CASE WHEN value - 'text' = '{{}}' THEN '{{}}'
                                ELSE jsonb_build_object('extra', value - 'text') END;
                END IF;
                RETURN jsonb_build_object('extra', value);
        END CASE;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION pg_temp.fit_entry(entry jsonb, kinds jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE
        fitting jsonb;
        extra jsonb;
        begun CONSTANT text := CASE WHEN kinds ? 'issue_date' THEN 'issue_date' ELSE 'start_date' END;
        ended CONSTANT text := CASE WHEN kinds ? 'issue_date' THEN 'expiry_date' ELSE 'end_date' END;
        shorter integer;
    BEGIN
        SELECT COALESCE(jsonb_object_agg(key, fit) FILTER (WHERE fit IS NOT NULL), '{}'),
               jsonb_object_agg(key, value) FILTER (WHERE fit IS NULL AND value <> 'null')
        INTO fitting, extra
        FROM (
            SELECT key, value, CASE WHEN kinds ? key THEN pg_temp.fit_value(value, kinds ->> key) END AS fit
            FROM jsonb_each(entry - 'extra') one
        ) one;
        -- What ends before it begins.
        shorter := LEAST(length(fitting ->> begun), length(fitting ->> ended));
        IF left(fitting ->> ended, shorter) < left(fitting ->> begun, shorter) THEN
            extra := COALESCE(extra, '{}') || jsonb_build_object(ended, fitting -> ended);
            fitting := fitting - ended;
        END IF;
        IF jsonb_typeof(entry -> 'extra') = 'object' THEN
            extra := entry -> 'extra' || COALESCE(extra, '{}');
        ELSIF entry -> 'extra' <> 'null' THEN
            extra := jsonb_build_object('extra', entry -> 'extra') || COALESCE(extra, '{}');
        END IF;
        RETURN CASE WHEN extra IS NULL THEN fitting ELSE fitting || jsonb_build_object('extra', extra) END;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION pg_temp.fit_list(document jsonb, part text, kinds jsonb, longest integer) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN
        IF document IS NULL OR document = '[]' OR jsonb_typeof(document) <> 'array' THEN RETURN '[]'; END IF;
        RETURN (
            SELECT COALESCE(jsonb_agg(made.entry ORDER BY ordinality), '[]')
            FROM jsonb_array_elements(document) WITH ORDINALITY
            CROSS JOIN LATERAL (
                SELECT CASE WHEN part = 'skills' AND jsonb_typeof(value) = 'string' THEN jsonb_build_object('name', value)
                            WHEN jsonb_typeof(value) = 'object' THEN value END AS entry
            ) said
            CROSS JOIN LATERAL (
                SELECT CASE part
                    WHEN 'custom_sections' THEN '{"section_type": "custom", "title": "Section"}' ELSE '{}'
                    END::jsonb || pg_temp.fit_entry(said.entry, kinds) AS entry
            ) made
            WHERE ordinality <= longest AND said.entry IS NOT NULL AND (part <> 'skills' OR made.entry ? 'name')
        );
    END $$
    """,
]


def fitted(part: str, value: str) -> str:
    """Return SQL for one part of a content; `value` is SQL for its document, however often it is encoded."""
    if part == "contact_info":
        decoded = f"pg_temp.decode({value})"
        return f"""CASE jsonb_typeof({decoded}) WHEN 'object' THEN pg_temp.fit_entry({decoded}, {kind(part)})
            ELSE '{{}}' END"""
    return f"pg_temp.fit_list(pg_temp.decode({value}), '{part}', {kind(part)}, {LONGEST_LIST.get(part, 100)})"


def fitted_snapshot(value: str) -> str:
    """Return SQL for a whole content that a version kept; `value` is its decoded document."""
    parts = ", ".join(
        f"'{part}', {fitted(part, f'{value} -> {chr(39)}{part}{chr(39)}')}" for part in CONTENT if part != "summary"
    )
    return f"""CASE jsonb_typeof({value}) WHEN 'object' THEN jsonb_build_object(
        'summary', COALESCE(left({value} ->> 'summary', 20000), ''), {parts}) ELSE '{{}}' END"""
