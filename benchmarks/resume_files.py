"""What a file of a resume costs, warm, against the bare compile of the same layout and data.

    python -m benchmarks.resume_files [--times 50] [--json]

Draws one resume of two pages and one of a single page in every layout and format, in this process and without a
database. A PDF of one page is set once, one of more up to five times until its pages are well filled; the bare compile
sets it once, as it was chosen. The goal is at most twice the bare compile for one
page.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from resumes.rendering import LAYOUTS, pdf, render
from resumes.rendering.look import read_look
from resumes.rendering.outline import make_outline

if TYPE_CHECKING:
    from collections.abc import Callable

POINT = "Moved 80% of the disk usage to object stores while the slowest answers stayed below 20 ms, part {}."


def make_content(positions: int) -> dict[str, Any]:
    return {
        "contact_info": {"full_name": "Ada Lovelace", "headline": "Engineer", "email": "ada@example.com"},
        "summary": "Engineer of engines who writes down how they work.",
        "work_experience": [
            {
                "company": f"Company {number}",
                "position": "Engineer",
                "start_date": f"{2020 - number}-01",
                "achievements": [POINT.format(part) for part in range(5)],
            }
            for number in range(positions)
        ],
        "skills": [{"name": name, "category": "Technical"} for name in ("Python", "Go", "PostgreSQL", "Kafka")],
        "education": [{"institution": "University", "degree": "MSc", "end_date": "2006"}],
    }


RESUMES = {"one page": make_content(2), "two pages": make_content(7)}


@dataclass
class Cost:
    """Of one file on average."""

    what: str
    seconds: float
    cpu: float


def measure(what: str, work: Callable[[], Any], times: int) -> Cost:
    work()
    clock, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        work()
    return Cost(what, (time.perf_counter() - clock) / times, (time.process_time() - cpu) / times)


def bare(content: dict[str, Any], layout: str) -> Callable[[], Any]:
    """Return the compile alone, with a new word each time: an unchanged input is answered from memory."""
    look = read_look({"styling": {"layout": layout}})
    data = pdf._resume(make_outline(content, look=look))  # noqa: SLF001
    compiler = pdf._compiler(layout)  # noqa: SLF001
    chosen = json.dumps({"accent": look.accent, "paper": look.paper, "size": look.font_size, "gap": 1.0})

    def work() -> None:
        data["name"]["words"] = f"Ada {time.perf_counter_ns()}"
        compiler.compile(sys_inputs={"resume": json.dumps(data), "look": chosen}, format="pdf", pdf_standards=["ua-1"])

    return work


def drawn(content: dict[str, Any], kind: str, layout: str) -> Callable[[], Any]:
    def work() -> None:
        content["contact_info"]["full_name"] = f"Ada {time.perf_counter_ns()}"
        render(content, format=kind, template={"styling": {"layout": layout}})

    return work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    costs = []
    for size, content in RESUMES.items():
        for layout in LAYOUTS:
            costs.append(measure(f"{size}, {layout}, bare compile", bare(content, layout), given.times))
            costs.append(measure(f"{size}, {layout}, pdf", drawn(content, "pdf", layout), given.times))
        costs += [
            measure(f"{size}, {kind}", drawn(content, kind, "modern"), given.times)
            for kind in ("docx", "html", "markdown", "txt")
        ]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if given.json:
        print(json.dumps({"costs": [asdict(cost) for cost in costs], "memory_mb": memory}))
        return
    for cost in costs:
        print(f"{cost.what:<36} {cost.seconds * 1000:8.1f} ms  {cost.cpu * 1000:8.1f} ms CPU")
    print(f"memory at most {memory} MB")


if __name__ == "__main__":
    main()
