"""At which migrations the tables of the two older systems stand in their legacy shape, untransformed."""

LEGACY_STATE: dict[str, list[tuple[str, str]]] = {
    "jobos": [
        ("jobs", "0001_legacy_jobs"),
        ("companies", "0003_legacy_companies"),
        ("skills", "0001_legacy_skill_banks"),
    ],
    "jobpilot": [
        ("companies", "0003_legacy_companies"),
        ("jobs", "0006_legacy_listings"),
        ("interactions", "0002_legacy_applications"),
        ("skills", "0001_legacy_skill_banks"),
        ("resumes", "0001_legacy_resumes"),
    ],
}
