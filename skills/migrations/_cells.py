"""How one value of an older document becomes one column, and how the column is told as a document again.

`e` is the document of one entry. Each column says in SQL what it takes from there, and when that is not all that was there:
a value of another kind, a date that is none, a text that is too long. Nobody's value stops the way: what does not fit becomes
the column's blank, and the whole entry goes to the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 2147483647
PARTIAL_DATE = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
KEY = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
LEVELS = ("beginner", "intermediate", "advanced", "expert")
CATEGORIES = (
    "technical", "soft", "transferable", "industry", "tool", "language", "framework", "platform", "methodology", "domain",
    "other",
)  # fmt: skip
SOURCES = ("manual", "extracted", "generated", "imported")
FOCUSES = ("technical", "leadership", "results", "general", "creative", "concise", "detailed")
EXPERIENCE_TYPES = ("full_time", "part_time", "contract", "internship", "volunteer", "freelance")


def words_of(values: tuple[str, ...]) -> str:
    """Return a list of SQL texts."""
    return ", ".join(f"'{value}'" for value in values)


@dataclass(frozen=True)
class Cell:
    """One column: `value` is SQL over `e`; `amiss`, over `e` and the row `r` read from it, is SQL for "not all of it"."""

    name: str
    value: str
    amiss: str
    told: str = ""  # SQL over the row `n`, where the column is not told as it is.

    @property
    def telling(self) -> str:
        return self.told or f"n.{self.name}"


def text(name: str, longest: int = LONGEST) -> Cell:
    said = f"CASE WHEN jsonb_typeof(e -> '{name}') IN ('string', 'number') THEN e ->> '{name}' END"
    value = f"COALESCE({said if longest == LONGEST else f'left({said}, {longest})'}, '')"
    return Cell(name, value, f"r.{name} <> COALESCE(e ->> '{name}', '')")


def date(name: str) -> Cell:
    """A year, a month or a day of the calendar."""
    said = f"left(e ->> '{name}', 10)"
    value = f"""CASE WHEN {said} ~ '{PARTIAL_DATE}'
        AND pg_input_is_valid({said} || right('-01-01', 10 - length({said})), 'date') THEN {said} ELSE '' END"""
    return Cell(name, value, f"r.{name} <> COALESCE(e ->> '{name}', '')", f"NULLIF(n.{name}, '')")


def last_date(name: str, first: str) -> Cell:
    """A date that is blank where it lies before another one."""
    last, begun = date(name).value, date(first).value
    shorter = f"LEAST(length({last}), length({begun}))"
    value = f"CASE WHEN left({last}, {shorter}) < left({begun}, {shorter}) THEN '' ELSE {last} END"
    return Cell(name, value, date(name).amiss, f"NULLIF(n.{name}, '')")


def flag(name: str) -> Cell:
    return Cell(
        name,
        f"COALESCE(e ->> '{name}' IN ('true', '1'), false)",
        f"COALESCE(e ->> '{name}' NOT IN ('true', 'false', '1', '0'), false)",
    )


def words(name: str) -> Cell:
    """A list of texts; of any other list those elements that are texts."""
    value = f"""CASE
        WHEN jsonb_typeof(e -> '{name}') <> 'array' OR e -> '{name}' IS NULL THEN '{{}}'
        WHEN jsonb_path_exists(e -> '{name}', 'strict $[*] ? (@.type() != "string")') THEN ARRAY(
            SELECT word.value #>> '{{}}'
            FROM jsonb_array_elements(e -> '{name}') WITH ORDINALITY word
            WHERE jsonb_typeof(word.value) = 'string' ORDER BY word.ordinality)
        ELSE ARRAY(SELECT jsonb_array_elements_text(e -> '{name}')) END"""
    amiss = f"""CASE WHEN jsonb_typeof(e -> '{name}') = 'array'
        THEN jsonb_array_length(e -> '{name}') <> cardinality(r.{name}) ELSE e ->> '{name}' IS NOT NULL END"""
    return Cell(name, value, amiss, f"to_jsonb(n.{name})")


def choice(name: str, values: tuple[str, ...], otherwise: str, *, nothing_is_none: bool = False) -> Cell:
    """One of these words; `otherwise` is SQL for the rest."""
    said = f"lower(btrim(e ->> '{name}'))"
    return Cell(
        name,
        f"CASE WHEN {said} IN ({words_of(values)}) THEN {said} ELSE {otherwise} END",
        f"COALESCE(r.{name} <> NULLIF(e ->> '{name}', ''), false)",
        f"NULLIF(n.{name}, '')" if nothing_is_none else "",
    )


def number(name: str, least: str, most: str, kind: str, digits: int) -> Cell:
    """A number within bounds, with so many digits behind the point; nothing for any other."""
    said = f"(e -> '{name}')::numeric"
    value = f"""CASE WHEN jsonb_typeof(e -> '{name}') = 'number' THEN
        CASE WHEN {said} BETWEEN {least} AND {most} THEN round({said}, {digits})::{kind} END END"""
    given = f"NULLIF(e -> '{name}', 'null')"
    return Cell(name, value, f"({given} IS NOT NULL AND {given} IS DISTINCT FROM to_jsonb(r.{name}))")


def share(name: str) -> Cell:
    return number(name, "0", "1", "double precision", 30)


def count(name: str) -> Cell:
    whole = number(name, "0", str(LONGEST), "integer", 0)
    return Cell(
        name, f"COALESCE({whole.value}, 0)", f"COALESCE(NULLIF(e -> '{name}', 'null') <> to_jsonb(r.{name}), false)"
    )


def time(name: str, otherwise: str = "NULL::timestamptz") -> Cell:
    """A time; without a zone it is UTC, as the older system wrote them."""
    value = f"""CASE WHEN e ->> '{name}' ~ '{TIME}' AND pg_input_is_valid(e ->> '{name}', 'timestamptz')
        THEN (e ->> '{name}')::timestamptz ELSE {otherwise} END"""
    return Cell(name, value, f"NOT COALESCE(e ->> '{name}' ~ '{TIME}', true)")


# The entries of a bank --------------------------------------------------------------------------------------------------

SKILL = (
    choice("level", LEVELS, "''", nothing_is_none=True),
    text("subcategory", 100),
    number("years_experience", "0", "80", "numeric(4, 1)", 1),
    share("proficiency_score"),
    text("description"),
    words("keywords"),
    flag("is_featured"),
    share("confidence"),
    time("last_used"),
    count("usage_count"),
)
VARIATION = (
    text("title", 255),
    text("content"),
    choice("focus", FOCUSES, "'general'"),
    words("target_industries"),
    words("target_roles"),
    words("keywords_emphasized"),
    time("last_used"),
    count("usage_count"),
    choice("source", SOURCES, "'manual'"),
)
SUMMARY = (*VARIATION, text("tone", 50), text("length", 50))


@dataclass(frozen=True)
class Records:
    """One list of master records in a bank, with the ways of telling each of them."""

    table: str
    field: str
    cells: tuple[Cell, ...]
    variations_table: str = ""
    variations_field: str = ""
    variation_cells: tuple[Cell, ...] = ()
    entry_key: str = ""


RECORDS = (
    Records(
        "work_experiences",
        "work_experiences",
        (
            text("company", 255),
            text("position", 255),
            text("location", 255),
            date("start_date"),
            last_date("end_date", "start_date"),
            flag("is_current"),
            choice("experience_type", EXPERIENCE_TYPES, "'full_time'"),
            text("default_description"),
            words("default_achievements"),
            words("skills_used"),
            words("technologies"),
        ),
        "experience_variations",
        "experience_content_variations",
        (*VARIATION, words("achievements"), words("skills_highlighted")),
        "experience_id",
    ),
    Records(
        "education_entries",
        "education_entries",
        (
            text("institution", 255),
            text("degree", 255),
            text("field_of_study", 255),
            text("location", 255),
            date("start_date"),
            last_date("end_date", "start_date"),
            text("gpa", 50),
            words("honors"),
            words("relevant_coursework"),
            text("default_description"),
        ),
        "education_variations",
        "education_content_variations",
        (*VARIATION, words("highlights"), words("relevant_coursework")),
        "education_id",
    ),
    Records(
        "projects",
        "projects",
        (
            text("name", 255),
            text("url", 1000),
            text("github_url", 1000),
            date("start_date"),
            last_date("end_date", "start_date"),
            text("default_description"),
            words("default_achievements"),
            words("technologies"),
        ),
        "project_variations",
        "project_content_variations",
        (*VARIATION, words("achievements"), words("technologies_highlighted")),
        "project_id",
    ),
    Records(
        "certifications",
        "certifications",
        (
            text("name", 255),
            text("issuer", 255),
            date("issue_date"),
            last_date("expiry_date", "issue_date"),
            text("credential_id", 255),
            text("url", 1000),
            text("description"),
        ),
    ),
)


def names(cells: tuple[Cell, ...], alias: str = "") -> str:
    return ", ".join(f"{alias}.{cell.name}" if alias else cell.name for cell in cells)


def read(cells: tuple[Cell, ...]) -> str:
    """Return SQL over `e` for these columns."""
    return ", ".join(f"{cell.value} AS {cell.name}" for cell in cells)


def amiss(cells: tuple[Cell, ...]) -> str:
    """Return SQL over `e` and `r` for "the columns do not hold all that was there"."""
    return "(" + " OR ".join(cell.amiss for cell in cells) + ")"


def tell(cells: tuple[Cell, ...], *others: str) -> str:
    """Return SQL over the row `n` for its document."""
    return "jsonb_build_object(" + ", ".join([*others, *(f"'{cell.name}', {cell.telling}" for cell in cells)]) + ")"
