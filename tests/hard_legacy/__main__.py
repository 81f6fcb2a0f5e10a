"""Make one hard database by hand: `python -m tests.hard_legacy SYSTEM WHERE ...`."""

from __future__ import annotations

import sys
from importlib import import_module

SYSTEMS = {
    "jobos": "tests.hard_legacy.jobos",
    "jobpilot": "tests.hard_legacy.jobpilot",
}


def main(arguments: list[str]) -> None:
    if not arguments or arguments[0] not in SYSTEMS:
        sys.exit(f"usage: python -m tests.hard_legacy {{{','.join(SYSTEMS)}}} ...")
    import_module(SYSTEMS[arguments[0]]).main(arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
