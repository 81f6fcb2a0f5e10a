"""What reading a posting, tailoring and scoring cost, computed alone: no database, no HTTP.

    python -m benchmarks.tailoring [--rounds 50] [--json]

The bank has 60 skills and 8 positions with 3 variations and 6 achievements each; the posting has 5,000 characters and
asks for 30 skills; the taxonomy has 25,000 spellings. Times are milliseconds of CPU, medians and the slowest.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from typing import TYPE_CHECKING, Any

from resumes.content import find_faults
from resumes.making.document import Document
from resumes.making.form import find_formatting_faults
from resumes.making.material import Entry, Item, Line, Material, Source, Telling
from resumes.making.scoring import score
from resumes.making.tailoring import tailor
from skills.matching import Lexicon
from skills.requirements import Posting, read_requirements

if TYPE_CHECKING:
    from collections.abc import Callable

SKILLS, POSITIONS, ACHIEVEMENTS, VARIATIONS = 60, 8, 6, 3
LABELS, POSTING, LONGEST, ASKED = 25_000, 5_000, 15_000, 30
SYLLABLES = ["ba", "co", "di", "fu", "ga", "ho", "ki", "lu", "ma", "no", "pe", "qui", "ra", "so", "ti", "vu"]
# Texts that once took time out of proportion, each as long as a posting may be.
ODD_TEXTS = {
    "blanks after a number": f"experience 1{' ' * 14_000}x",
    "blanks after a word": f"data{' ' * 14_000}! b",
    "many years": "we have " * 900 + "5 years experience " * 400,
    "initials": "A." * 7500,
    "brackets": "Python () " * 1500,
    "alternatives": "Python or " * 1500,
    "employers": "Ab Cd is hiring Python " * 650,
    "leads": "one of " * 2000 + "Python, Go",
    "denials": "not " * 3500 + "Python",
    "denied lists": "never used " + "Python, " * 1800,
}
BLANKS = {"summary": f"a{' ' * 19_000}\nb"}
ADDRESS = f"http://{'a' * 400_000} b"
FILLERS = ["built", "the", "team", "with", "for", "customers", "and", "improved", "results", "by", "40", "percent"]


def make_name(words: random.Random) -> str:
    return " ".join("".join(words.choices(SYLLABLES, k=3)) for _ in range(words.choice([1, 1, 2, 2, 3])))


def make_sentence(words: random.Random, names: list[str], length: int = 14) -> str:
    told = words.choices(FILLERS, k=length)
    told[words.randrange(length)] = words.choice(names)
    return " ".join(told).capitalize() + "."


def make_bank(words: random.Random, names: list[str]) -> Material:
    def tell(kind: str, key: str) -> Telling:
        source = Source(kind, key)
        lines = tuple(
            Line(make_sentence(words, names), Source(kind, key, "achievements", index)) for index in range(ACHIEVEMENTS)
        )
        return Telling(source, Line(make_sentence(words, names, 30), source), {"achievements": lines})

    positions = tuple(
        Entry(
            Source("experience", str(number)),
            {"company": f"Employer {number}", "position": "Engineer", "start_date": str(2004 + 2 * number)},
            tuple(tell("experience_variation", f"{number}-{at}") for at in range(1 + VARIATIONS)),
        )
        for number in range(POSITIONS)
    )
    skills = tuple(Item(Source("skill", name, "name"), {"name": name}) for name in names)
    return Material(
        summaries=(tell("summary", "0"), tell("summary", "1")), skills=skills, sections={"work_experience": positions}
    )


def measure(call: Callable[[], Any], rounds: int) -> dict[str, float]:
    """Return the milliseconds of CPU that a call takes: the median and the slowest of some rounds."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        call()
        times.append((time.process_time() - started) * 1000)
    return {"median_ms": round(sorted(times)[rounds // 2], 2), "slowest_ms": round(max(times), 2)}


def read_odd(text: str, lexicon: Lexicon) -> None:
    lexicon.find(text)
    read_requirements(Posting(texts={"jd_text": text}), lexicon)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    words = random.Random(4)
    labels = sorted({make_name(words) for _ in range(LABELS + 2000)})[:LABELS]
    held = words.sample(labels, SKILLS)
    asked_for = [*held[: ASKED // 2], *words.sample(labels, ASKED - ASKED // 2)]
    text = "Requirements\n"
    while len(text) < LONGEST:
        text += f"- {make_sentence(words, asked_for)}\n"
    taxonomy = dict(zip(labels, labels, strict=True))
    lexicon = Lexicon(taxonomy)
    posting = Posting(title="Engineer", texts={"jd_text": text[:POSTING]})
    bank = make_bank(words, held)
    asked = read_requirements(posting, lexicon)
    made, _ = tailor(bank, Material(), asked, lexicon)
    rounds = options.rounds
    measured = {
        "build the lexicon, once a process": measure(lambda: Lexicon(taxonomy), max(3, rounds // 10)),
        "add the bank's names to it": measure(lambda: lexicon.including(held), rounds),
        "find skills in 15,000 characters": measure(lambda: lexicon.find(text[:LONGEST]), rounds),
        "read a posting of 5,000": measure(lambda: read_requirements(posting, lexicon), rounds),
        "tailor": measure(lambda: tailor(bank, Material(), asked, lexicon), rounds),
        **{f"odd: {name}": measure(lambda odd=odd: read_odd(odd, lexicon), 3) for name, odd in ODD_TEXTS.items()},
        "odd: 19,000 blanks in a resume": measure(lambda: find_formatting_faults(Document(BLANKS, "2026-01")), 3),
        "odd: an address of 400 kB": measure(lambda: find_faults({"contact_info": {"website_url": ADDRESS}}), 3),
        "score": measure(lambda: score(made.content, lexicon, asked=asked, as_of="2026-01"), rounds),
    }
    if options.json:
        json.dump(measured, sys.stdout, indent=2)
        return
    for name, times in measured.items():
        sys.stdout.write(f"{name:36}{times['median_ms']:>9.2f}{times['slowest_ms']:>9.2f}\n")


if __name__ == "__main__":
    main()
