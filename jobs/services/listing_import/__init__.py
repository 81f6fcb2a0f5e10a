"""Importing postings of other systems into the catalogue.

    with path.open("rb") as file:
        plan = plan_import(file, mapping="usajobs")     # what each row would do; nothing is written
    for row in plan.outcomes:
        print(row.line, row.outcome, row.title, row.company, row.reason, row.changed, row.listing_id)
    with path.open("rb") as file:
        report = run_import(file, mapping="usajobs")    # the same outcomes, written
    assert report.is_balanced                           # read = created + updated + unchanged + duplicate + rejected

`file` is anything with a binary `read(size)`: an open file, standard input, an upload; gzip is recognised. Both take
`format` (one of FORMATS; "auto" looks at the content), `source` (the name of a JobSource, made where missing), `mapping`
(a shipped mapping's name, or a mapping as a dictionary, for CSV and JSON lines), `company` and `website` (whose board it
is, where the postings do not say it), `by` (the recruiter; None for the operator) and `tell` (called with the report so
far after every batch). What cannot be imported at all (unknown format, no source, a broken mapping, another run of the
same source) raises ValidationError before anything is written.
"""

from jobs.services.listing_import.mapping import SHIPPED, load_mapping
from jobs.services.listing_import.reading import FORMATS
from jobs.services.listing_import.report import ImportReport, Outcome, RowOutcome
from jobs.services.listing_import.running import plan_import, run_import

__all__ = [
    "FORMATS",
    "SHIPPED",
    "ImportReport",
    "Outcome",
    "RowOutcome",
    "load_mapping",
    "plan_import",
    "run_import",
]
