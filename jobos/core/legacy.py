"""At which migrations the tables of the two older systems stand in their legacy shape, untransformed."""

LEGACY_STATE: dict[str, list[tuple[str, str]]] = {
    "jobos": [("jobs", "0001_legacy_jobs")],
    "jobpilot": [("interactions", "0002_legacy_applications")],
}
