"""Resumes that people had uploaded: each becomes a resume with its text, and the very file to be downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobos.crossing.services.jobos import cells, waiting
from jobos.crossing.services.jobos.cards import settle_times, times
from jobos.crossing.services.loading import Amended, Column, Plan, Refused

if TYPE_CHECKING:
    import psycopg

    from jobos.crossing.services.loading import Loader, Row

HELD = "crossing.held_resumes"
MAKE_HELD = f"""
    CREATE TABLE {HELD} (
        id uuid, user_id uuid, title varchar(255), format varchar(20), file bytea, extracted_text text,
        created_at timestamptz, updated_at timestamptz)
    """
LARGEST_FILE = 5 * 1024 * 1024  # bytes
LONGEST_TITLE = 255
LONGEST_SECTION = 20_000  # characters
LARGEST_TEXT = 480_000  # bytes, so that the whole content stays within 512 kB
FIRST = "As it was first written."
SECTION = "Text of the file"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_EXTENSION = 5

_SECTIONS = f"""
    CASE WHEN h.extracted_text ~ '\\S' THEN (
        SELECT jsonb_agg(jsonb_build_object(
            'section_type', 'custom',
            'title', CASE part WHEN 0 THEN '{SECTION}' ELSE '{SECTION} (' || part + 1 || ')' END,
            'content', jsonb_build_object(
                'text', substr(h.extracted_text, part * {LONGEST_SECTION} + 1, {LONGEST_SECTION}))) ORDER BY part)
        FROM generate_series(0, (length(h.extracted_text) - 1) / {LONGEST_SECTION}) part
    ) ELSE '[]' END"""
# A web address that the schema of resumes takes, too.
_CONTACT = """
    jsonb_strip_nulls(jsonb_build_object(
        'full_name', NULLIF(u.full_name, ''),
        'email', CASE WHEN u.email NOT LIKE '%@placeholder.invalid' THEN u.email END,
        'phone', NULLIF(p.phone, ''),
        'linkedin_url', CASE WHEN p.linkedin_url ~ '^\\S+$' THEN p.linkedin_url END))"""

INSERT_RESUMES = [
    f"""
    INSERT INTO resumes
        (id, created_at, updated_at, user_id, title, resume_type, status, contact_info, summary, work_experience, education,
         skills, projects, certifications, custom_sections, version, last_generated_at)
    SELECT h.id, h.created_at, h.updated_at, h.user_id, h.title, 'base', 'active', {_CONTACT}, '', '[]', '[]', '[]', '[]',
           '[]', {_SECTIONS}, 1, h.created_at
    FROM {HELD} h
    JOIN accounts_user u ON u.id = h.user_id
    LEFT JOIN user_profiles p ON p.user_id = u.id
    """,
    f"""
    INSERT INTO resume_versions (id, resume_id, version_number, changes_summary, content_snapshot, created_by_id, created_at)
    SELECT md5('resume_versions|' || r.id)::uuid, r.id, 1, '{FIRST}', jsonb_build_object(
               'contact_info', r.contact_info, 'summary', r.summary, 'work_experience', r.work_experience,
               'education', r.education, 'skills', r.skills, 'projects', r.projects, 'certifications', r.certifications,
               'custom_sections', r.custom_sections), r.user_id, r.created_at
    FROM resumes r JOIN {HELD} h ON h.id = r.id
    """,
    f"""
    INSERT INTO resume_generations
        (id, resume_id, format, template_name, file, file_size, sha256, generation_params, status, error_message,
         generated_at)
    SELECT md5('resume_generations|' || h.id)::uuid, h.id, h.format, '', h.file, length(h.file),
           encode(sha256(h.file), 'hex'), '{{"is_original": true}}', 'completed', '', h.created_at
    FROM {HELD} h
    """,
]


def load_files(loader: Loader) -> None:
    loader.rows.execute(MAKE_HELD.encode())
    loader.load(
        Plan(
            table="resume_files",
            into=HELD,
            columns=(
                Column("id", "id", cells.key(loader, "resume_files")),
                Column("user_id", "user_id", cells.key(loader, "users")),
                Column("title", "filename", _read_title),
                Column("format", "mime_type"),
                Column("file", "file_content"),
                Column("extracted_text", "extracted_text", _read_text),
                *times(),
            ),
            row=_read_file,
            ignores=frozenset(("file_size", "version", "is_primary")),
        )
    )


def _read_title(cell: str | None) -> str:
    name, dot, extension = (cell or "").strip().rpartition(".")
    title = name if dot and name and len(extension) <= LONGEST_EXTENSION else (cell or "").strip()
    return title[:LONGEST_TITLE].strip() or "Resume"


def _read_text(cell: str | None) -> str:
    """Return the text; the first section of one that is too much for a resume."""
    text = cell or ""
    if len(text) * 6 > LARGEST_TEXT and len(cells.as_json(text).encode()) > LARGEST_TEXT:
        raise Amended(text[:LONGEST_SECTION], "Too long for a resume: cut.")
    return text


def _read_file(row: Row, stored: dict[str, Any]) -> None:
    settle_times(row, stored)
    spelled = row.cells.get("file_content") or "\\x"
    size = len(spelled) // 2 - 1
    kind = find_format(
        bytes.fromhex(spelled[2:4096]), row.cells.get("filename") or "", row.cells.get("mime_type") or ""
    )
    if not kind or size > LARGEST_FILE:
        row.cells["file_content"] = bytes.fromhex(spelled[2:])  # The ledger has it in base64.
        raise Refused("The file is larger than 5 MB." if kind else "The file is neither PDF nor .docx.")
    stored["format"] = kind
    facts = ("filename", "mime_type", "file_size", "version", "is_primary")
    row.note(
        "file",
        {name: row.cells.get(name) for name in facts},
        {"title": stored["title"], "format": stored["format"]},
        "A resume is known by its title here.",
    )


def find_format(beginning: bytes, name: str, media_type: str) -> str:
    """Return what kind of file begins like this, '' for one that is neither PDF nor .docx."""
    if b"%PDF-" in beginning[:1024]:
        return "pdf"
    if beginning.startswith(b"PK\x03\x04") and (media_type == DOCX or name.lower().endswith(".docx")):
        return "docx"
    return ""


def insert_resumes(staging: psycopg.Connection[Any], *, origin: str) -> None:
    """Make resumes of the files that wait, each with its first version and the file itself."""
    waiting.set_aside(
        staging,
        HELD,
        "NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = h.user_id)",
        origin=origin,
        outcome="quarantined",
        reason="Its user_id names a row that does not exist.",
        row="to_jsonb(h) || jsonb_build_object('file', encode(h.file, 'base64'))",
    )
    for statement in INSERT_RESUMES:
        staging.execute(statement.encode())
    waiting.tell_kept(staging, HELD, "resumes")
