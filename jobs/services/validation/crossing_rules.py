"""What no constraint can say of what came over from the older systems.

A row that was kept may have been deleted here since: that its key names nothing is no fault.
"""

from __future__ import annotations

# Kind, table, what it means, and the rows that have it.
CROSSING_RULES: tuple[tuple[str, str, str, str], ...] = (
    (
        "key of another row",
        "legacy_rows",
        "Its key is not that of its source, table and row, so the next import would bring the row again.",
        """
        SELECT r.id FROM legacy_rows r JOIN legacy_sources s ON s.id = r.source_id
        WHERE r.id <> md5(concat_ws('|', s.key, r."table", r.row_id))::uuid
        """,
    ),
    (
        "row of no table",
        "legacy_rows",
        "It came into a table that there is not, or names no row of one.",
        """
        SELECT r.id FROM legacy_rows r WHERE r.outcome <> 'quarantined'
        AND (r.target_id IS NULL OR r.target_table = '' OR to_regclass(quote_ident(r.target_table)) IS NULL)
        """,
    ),
    (
        "source without an import",
        "legacy_sources",
        "Nothing says when it came.",
        "SELECT s.id FROM legacy_sources s WHERE NOT EXISTS (SELECT FROM legacy_imports i WHERE i.source_id = s.id)",
    ),
    (
        "import with wrong sums",
        "legacy_imports",
        "Of a table other rows were kept, merged and quarantined than were read, or a check did not hold.",
        """
        SELECT i.id FROM legacy_imports i WHERE jsonb_typeof(i.report -> 'tables') IS DISTINCT FROM 'object'
        OR (i.report -> 'holds') IS DISTINCT FROM 'true'
        OR EXISTS (
            SELECT FROM jsonb_each(i.report -> 'tables') t (name, sums)
            WHERE ((sums ->> 'kept')::bigint + (sums ->> 'merged')::bigint + (sums ->> 'quarantined')::bigint)
                IS DISTINCT FROM (sums ->> 'read')::bigint)
        """,
    ),
    (
        "imported rows forgotten",
        "legacy_imports",
        "It read more rows of a table than are remembered of its source.",
        """
        SELECT i.id FROM legacy_imports i
        CROSS JOIN LATERAL jsonb_each(
            CASE jsonb_typeof(i.report -> 'tables') WHEN 'object' THEN i.report -> 'tables' ELSE '{}' END) t (name, sums)
        LEFT JOIN (
            SELECT source_id, "table", count(*) AS rows FROM legacy_rows GROUP BY source_id, "table"
        ) r ON r.source_id = i.source_id AND r."table" = t.name
        WHERE (t.sums ->> 'read')::bigint > COALESCE(r.rows, 0) GROUP BY i.id
        """,
    ),
)
