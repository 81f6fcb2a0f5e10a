"""Make a hard legacy database in an empty one: `python -m tests.hard_legacy jobos postgresql://... --users 1000`."""

from __future__ import annotations

import argparse

from tests.hard_legacy import jobos_schema
from tests.hard_legacy.jobos import make_jobos


def run_jobos(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.hard_legacy jobos")
    parser.add_argument("url")
    parser.add_argument("--revision", default=jobos_schema.LAST, choices=jobos_schema.REVISIONS)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    made = make_jobos(options.url, revision=options.revision, users=options.users, seed=options.seed)
    for table, rows in made.tables.items():
        print(f"{table:28}{rows:>10}")
    print(f"{'together':28}{sum(made.tables.values()):>10}")


SYSTEMS = {"jobos": run_jobos}


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.hard_legacy")
    parser.add_argument("system", choices=SYSTEMS)
    system, rest = parser.parse_known_args()
    SYSTEMS[system.system](rest)


if __name__ == "__main__":
    main()
