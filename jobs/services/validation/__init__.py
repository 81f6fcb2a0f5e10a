"""Does what is stored hold together? Every rule of the whole database, checked again from the outside.

`checking` looks at what holds of every table and asks the rules: `search_rules` of listings and of the search for a job,
`bank_rules` of skill banks and the taxonomy, `resume_rules` of resumes, `crossing_rules` of what came over from older systems.
"""

from jobs.services.validation.checking import TRIGGERS, Fault, Validation, validate_data

__all__ = ["TRIGGERS", "Fault", "Validation", "validate_data"]
