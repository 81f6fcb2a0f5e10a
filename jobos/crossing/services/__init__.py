"""Bringing whole databases of the older systems over.

A source is read and never written (`sources`, `shapes`). Its rows are loaded into a fresh database beside ours, whose
tables stand in the legacy shape (`staging`, `loading`, `jobpilot`, `jobos`); the project's own migrations carry that
database forward; every row is accounted for (`account`); and what came of it is merged into ours in one transaction
(`merging`). `running` does all of it in order, `report` says what happened.
"""
