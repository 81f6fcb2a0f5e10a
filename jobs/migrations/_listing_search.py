"""What keeps the search columns of listings: a text search configuration, two functions and two triggers.

A generated column cannot read another table, and the company's name is part of what is searched. So one trigger makes
the two vectors and the skill keys whenever a listing's text or company is written, and a second one touches the
listings of a company whose name changes. `jobos` folds accents and stems English; words that its parser would take
apart (C++, C#, .NET) are spelled out first, in texts and in queries alike, by `jobos_search_text`.
"""

TEXT_COLUMNS = (
    "company_id",
    "title",
    "location",
    "description",
    "requirements",
    "responsibilities",
    "skills_required",
    "skills_preferred",
    "tech_stack",
)

FORWARD = [
    "CREATE TEXT SEARCH CONFIGURATION jobos (COPY = english)",
    """
    ALTER TEXT SEARCH CONFIGURATION jobos
        ALTER MAPPING FOR hword, hword_part, word, asciihword, hword_asciipart, asciiword WITH unaccent, english_stem
    """,
    r"""
    CREATE FUNCTION jobos_search_text(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE
            WHEN value ~* '[+#]|\.net' THEN
                regexp_replace(regexp_replace(regexp_replace(regexp_replace(value,
                    '\mC\+\+', ' cplusplus ', 'gi'), '\mC#', ' csharp ', 'gi'), '\mF#', ' fsharp ', 'gi'),
                    '(^|[^[:alnum:]])\.NET\M', '\1 dotnet ', 'gi')
            ELSE value
        END
    $$
    """,
    """
    CREATE FUNCTION jobos_fill_listing_search() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        skills text[] := NEW.skills_required || NEW.skills_preferred || NEW.tech_stack;
    BEGIN
        NEW.skill_keys := ARRAY(
            SELECT DISTINCT lower(btrim(skill)) FROM unnest(skills) skill WHERE btrim(skill) <> '' ORDER BY 1);
        NEW.search_head :=
            setweight(to_tsvector('jobos', jobos_search_text(NEW.title)), 'A')
            || setweight(to_tsvector('jobos', jobos_search_text(left(array_to_string(skills, ', '), 20000))), 'B')
            || setweight(to_tsvector('jobos', COALESCE(
                (SELECT jobos_search_text(name) FROM companies WHERE id = NEW.company_id), '')), 'C');
        NEW.search_full := NEW.search_head || setweight(to_tsvector('jobos', jobos_search_text(
            concat_ws(E'\\n', NEW.location, left(NEW.description, 100000), left(NEW.requirements, 50000),
                      left(NEW.responsibilities, 50000)))), 'D');
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE TRIGGER job_listings_search BEFORE INSERT OR UPDATE OF {", ".join(TEXT_COLUMNS)}
        ON job_listings FOR EACH ROW EXECUTE FUNCTION jobos_fill_listing_search()
    """,
    """
    CREATE FUNCTION jobos_refresh_listing_search() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE job_listings SET company_id = company_id WHERE company_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER companies_listing_search AFTER UPDATE OF name ON companies
        FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION jobos_refresh_listing_search()
    """,
    # Neither gets smaller by compression, and trying costs more than all the rest of a write.
    "ALTER TABLE job_listings ALTER search_full SET STORAGE EXTERNAL, ALTER description SET STORAGE EXTERNAL",
    # Keep descriptions out of the rows that lists and searches walk; titles, skills and the short vector stay in.
    "ALTER TABLE job_listings SET (toast_tuple_target = 1024)",
]

BACKWARD = [
    "DROP TRIGGER companies_listing_search ON companies",
    "DROP FUNCTION jobos_refresh_listing_search()",
    "DROP TRIGGER job_listings_search ON job_listings",
    "DROP FUNCTION jobos_fill_listing_search()",
    "DROP FUNCTION jobos_search_text(text)",
    "DROP TEXT SEARCH CONFIGURATION jobos",
    "ALTER TABLE job_listings RESET (toast_tuple_target)",
    "ALTER TABLE job_listings ALTER search_full SET STORAGE EXTENDED, ALTER description SET STORAGE EXTENDED",
]
