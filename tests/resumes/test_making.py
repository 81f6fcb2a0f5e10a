"""Choosing what a resume shows: nothing that the person does not hold, each line with its home, always the same."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resumes.making.choosing import Limits, make
from resumes.making.material import LINES, Entry, Item, Line, Material, Source, Telling, merge, read_resume
from resumes.making.tailoring import find_skills, material_texts, tailor
from skills.matching import Lexicon, Reader
from skills.requirements import Posting, Requirements, read_requirements

SKILLS = ["Python", "Go", "C++", "SQL", "Kubernetes", "Docker", "Machine learning", "React", "Excel", "Leadership"]
LEXICON = Lexicon({"kubernetes": "K", "k8s": "K"}).including(SKILLS)
WORDS = [*SKILLS, "k8s", "built", "a service", "with", "for 40 people", "and", "go", "excel at", "éclair", "学"]

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
names = st.sampled_from([*SKILLS, "python", "K8s", "Cooking", "Chess"])
dates = st.sampled_from(["", "2015", "2018-03", "2019-06-30", "2022"])


@st.composite
def tellings(draw: st.DrawFn, kind: str, lists: tuple[str, ...], number: int) -> Telling:
    key = f"{kind}-{number}-{draw(st.integers(0, 10**6))}"
    described = draw(st.none() | texts)
    return Telling(
        Source(kind, key),
        Line(described, Source(kind, key, "content")) if described else None,
        {
            name: tuple(
                Line(text, Source(kind, key, name, index))
                for index, text in enumerate(draw(st.lists(texts, max_size=4, unique=True)))
            )
            for name in lists
        },
        focus=draw(st.sampled_from(["technical", "leadership", "general"])),
        target_roles=tuple(draw(st.lists(st.sampled_from(["Engineer", "Manager"]), max_size=1))),
        keywords=tuple(draw(st.lists(names, max_size=2))),
    )


@st.composite
def banks(draw: st.DrawFn) -> Material:
    sections: dict[str, tuple[Entry, ...]] = {}
    for section, lists in LINES.items():
        entries = []
        for number in range(draw(st.integers(0, 3))):
            fields: dict[str, Any] = {"start_date": draw(dates), "end_date": draw(dates)}
            for name in ("company", "position", "institution", "degree", "name"):
                fields[name] = draw(texts)
            told = [draw(tellings(section, lists, 10 * number + at)) for at in range(draw(st.integers(0, 2)))]
            entries.append(Entry(Source(section, str(number)), fields, tuple(told)))
        sections[section] = tuple(entries)
    held = draw(st.lists(names, max_size=8, unique=True))
    return Material(
        contact={"full_name": "Ada"},
        contact_sources={"full_name": Source("user", "1", "full_name")},
        summaries=tuple(draw(tellings("summary", (), number)) for number in range(draw(st.integers(0, 3)))),
        skills=tuple(
            Item(Source("skill", str(number), "name"), {"name": name, "is_featured": draw(st.booleans())})
            for number, name in enumerate(held)
        ),
        sections=sections,
    )


postings = st.builds(
    lambda title, lines, required, preferred: Posting(
        title=title,
        texts={"requirements": "\n".join(lines)},
        skills={"skills_required": tuple(required), "skills_preferred": tuple(preferred)},
    ),
    st.sampled_from(["Senior Engineer", "Manager", "Cook", ""]),
    st.lists(texts, max_size=4),
    st.lists(names, max_size=4),
    st.lists(names, max_size=4),
)
limits = st.builds(
    Limits,
    skills=st.integers(1, 5),
    achievements=st.integers(1, 4),
    condensed=st.integers(1, 2),
    projects=st.integers(0, 2),
)


def homes_of(*materials: Material) -> dict[Source, Any]:
    """What stands at every home that a line may name: a text, or the fields of an entry or item."""
    homes: dict[Source, Any] = {}
    for material in materials:
        homes |= {material.contact_sources[name]: value for name, value in material.contact.items()}
        told = list(material.summaries)
        for item in (*material.skills, *material.verbatim):
            homes[item.source] = item.fields
        for entries in material.sections.values():
            for entry in entries:
                homes[entry.source] = entry.fields
                told += entry.tellings
        homes |= {line.source: line.text for telling in told for line in telling.lines}
    return homes


def leaves(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for name, item in value.items() for leaf in leaves(item, f"{pointer}/{name}")]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, f"{pointer}/{index}")]
    return [(pointer, value)]


def assert_every_text_is_at_home(
    content: dict[str, Any], lines: list[dict[str, Any]], homes: dict[Source, Any]
) -> None:
    told = {line["pointer"]: Source(**line["source"]) for line in lines}
    assert len(told) == len(lines), "a place is explained twice"
    for pointer, value in leaves(content):
        if value == "":
            continue
        if pointer in told:
            assert homes[told[pointer]] == value, pointer
        else:
            parent, _, name = pointer.rpartition("/")
            assert homes[told[parent]][name] == value, pointer


@given(banks(), banks(), postings, limits)
@settings(max_examples=60, deadline=None)
def test_tailoring_adds_nothing_and_explains_everything(
    bank: Material, other: Material, posting: Posting, limit: Limits
) -> None:
    parent = make(other, Requirements(), Reader(LEXICON)).content
    resume = read_resume(parent, "parent")
    asked = read_requirements(posting, LEXICON)
    made, analysis = tailor(bank, resume, asked, LEXICON, limits=limit)
    assert_every_text_is_at_home(made.content, analysis["lines"], homes_of(bank, resume))
    held = find_skills(material_texts(merge(bank, resume)), Reader(LEXICON))
    assert not held & {LEXICON.identify(skill["name"]) for skill in analysis["missing_skills"]}
    shown = {LEXICON.identify(name) for name in analysis["skill_match"]}
    assert shown <= held
    positions = {(entry["company"], entry["position"], entry["start_date"]) for entry in parent["work_experience"]}
    kept = {(entry["company"], entry["position"], entry["start_date"]) for entry in made.content["work_experience"]}
    assert positions <= kept, "a position went missing"
    again = tailor(bank, resume, asked, LEXICON, limits=limit)
    assert json.dumps([again[0].content, again[1]]) == json.dumps([made.content, analysis])


@given(banks(), st.sampled_from(["", "technical", "leadership"]), limits)
@settings(max_examples=30, deadline=None)
def test_a_resume_of_the_bank_holds_what_the_bank_holds(bank: Material, focus: str, limit: Limits) -> None:
    made = make(bank, Requirements(title="Engineer"), Reader(LEXICON), focus=focus, limits=limit)
    assert_every_text_is_at_home(made.content, made.lines, homes_of(bank))
    assert len(made.content["work_experience"]) == len(bank.sections["work_experience"])


def telling(kind: str, text: str, *achievements: str, **meant: Any) -> Telling:
    return Telling(
        Source(kind, text),
        Line(text, Source(kind, text, "content")),
        {
            "achievements": tuple(
                Line(one, Source(kind, text, "achievements", at)) for at, one in enumerate(achievements)
            )
        },
        **meant,
    )


def position(company: str, *told: Telling, start: str = "2020", end: str = "") -> Entry:
    fields = {"company": company, "position": "Engineer", "start_date": start, "end_date": end}
    return Entry(Source("experience", company), fields, told)


def ask(*skills: str, title: str = "Engineer", industry: str = "") -> Requirements:
    posting = Posting(title=title, industry=industry, skills={"skills_required": skills})
    return read_requirements(posting, LEXICON)


def test_the_variation_that_answers_most_is_chosen_and_says_why() -> None:
    acme = position(
        "Acme",
        telling("experience", "Plain", "Cooked"),
        telling("experience_variation", "Led with Leadership", "Grew a team"),
        telling("experience_variation", "Wrote Python", "Ran SQL"),
    )
    made, analysis = tailor(Material(sections={"work_experience": (acme,)}), Material(), ask("Python", "SQL"), LEXICON)
    assert made.content["work_experience"][0]["description"] == "Wrote Python"
    (line,) = [line for line in analysis["lines"] if line["pointer"] == "/work_experience/0/description"]
    assert line["matched_requirements"] == ["Python"]
    assert line["why"] == "Of 3 it fits best: it names Python and SQL in 2 lines."
    assert analysis["match_score"] == 100.0


@pytest.mark.parametrize(
    ("meant", "asked"),
    [
        ({"target_roles": ("Data engineer",)}, ask("Go", title="Senior Data Engineer")),
        ({"target_industries": ("Banking",)}, ask("Go", industry="banking")),
        ({"focus": "leadership"}, ask("Go", title="Engineering manager")),
        ({"keywords": ("Go",)}, ask("Go")),
    ],
)
def test_what_a_summary_was_written_for_decides_among_equals(meant: dict[str, Any], asked: Requirements) -> None:
    bank = Material(summaries=(telling("summary", "First"), telling("summary", "Second", **meant)))
    made, _ = tailor(bank, Material(), asked, LEXICON)
    assert made.content["summary"] == "Second"


def test_a_role_that_shares_a_word_is_less_than_the_role_itself() -> None:
    tellings = [telling("summary", role, target_roles=(role,)) for role in ("Frontend engineer", "Backend engineer")]
    made, analysis = tailor(
        Material(summaries=tuple(tellings)), Material(), ask("Go", title="Senior Backend Engineer"), LEXICON
    )
    assert made.content["summary"] == "Backend engineer"
    (line,) = [line for line in analysis["lines"] if line["pointer"] == "/summary"]
    assert line["why"] == "Of 2 it fits best: it was written for the role Backend engineer."


def test_a_text_for_another_role_is_not_chosen_for_its_focus() -> None:
    told = telling("summary", "Second", target_roles=("Data engineer",), focus="technical")
    bank = Material(summaries=(telling("summary", "First"), told))
    skills = ("Go", "SQL", "Rust")
    made, _ = tailor(bank, Material(), ask(*skills, title="Frontend developer"), LEXICON)
    assert made.content["summary"] == "First"
    made, _ = tailor(bank, Material(), ask(*skills, title=""), LEXICON)
    assert made.content["summary"] == "Second"


def test_an_industry_is_met_by_whole_words() -> None:
    told = (telling("summary", "First"), telling("summary", "Second", target_industries=("IT",)))
    bank = Material(summaries=told)
    assert tailor(bank, Material(), ask("Go", industry="Hospitality"), LEXICON)[0].content["summary"] == "First"
    assert tailor(bank, Material(), ask("Go", industry="IT services"), LEXICON)[0].content["summary"] == "Second"


def test_where_nothing_is_asked_the_first_stands() -> None:
    bank = Material(summaries=(telling("summary", "First"), telling("summary", "Second")))
    lines = make(bank, Requirements(), Reader(LEXICON)).lines
    assert [line["why"] for line in lines if line["pointer"] == "/summary"] == ["It is the first of 2."]


def test_equal_fits_are_decided_by_order() -> None:
    bank = Material(summaries=(telling("summary", "First"), telling("summary", "Second")))
    assert tailor(bank, Material(), ask("Go"), LEXICON)[0].content["summary"] == "First"


def test_asked_skills_come_first_under_the_persons_spelling_and_missing_ones_are_told_apart() -> None:
    held = [Item(Source("skill", name, "name"), {"name": name}) for name in ("Chess", "k8s", "Python")]
    made, analysis = tailor(Material(skills=tuple(held)), Material(), ask("Python", "Kubernetes", "Rust"), LEXICON)
    assert [skill["name"] for skill in made.content["skills"]] == ["Python", "k8s", "Chess"]
    assert [skill["name"] for skill in analysis["missing_skills"]] == ["Rust"]
    assert analysis["missing_skills"][0]["places"] == [{"field": "skills_required", "quote": "Rust"}]


def test_alternatives_are_met_by_one_and_missing_as_one() -> None:
    posting = Posting(texts={"requirements": "- Python or Go\n- React, Docker or Excel"})
    asked = read_requirements(posting, LEXICON)
    held = Material(skills=tuple(Item(Source("skill", name, "name"), {"name": name}) for name in ("Chess", "Go")))
    made, analysis = tailor(held, Material(), asked, LEXICON)
    assert [skill["name"] for skill in made.content["skills"]] == ["Go", "Chess"]
    assert analysis["skill_match"] == ["Go"]
    assert analysis["lines"][0]["matched_requirements"] == ["Python or Go"]
    (missing,) = analysis["missing_skills"]
    assert missing["name"] == "one of React, Docker or Excel"
    assert missing["alternatives"] == ["React", "Docker", "Excel"]
    assert analysis["recommended_additions"] == [
        "If you have one of React, Docker or Excel, add it to your skill bank with where you used it."
    ]


@pytest.mark.parametrize(("count", "told"), [(4, 4), (20, 2)])
def test_positions_that_answer_nothing_stay_and_are_told_briefly_where_room_is_short(count: int, told: int) -> None:
    lines = [f"Sold engine {number}" for number in range(count)]
    old = position("Old", telling("experience", "Sold", *lines), start="2001", end="2005")
    new = position("New", telling("experience", "Code", "Wrote Python"))
    made, analysis = tailor(Material(sections={"work_experience": (old, new)}), Material(), ask("Python"), LEXICON)
    assert [entry["company"] for entry in made.content["work_experience"]] == ["New", "Old"]
    assert made.content["work_experience"][1]["achievements"] == lines[:told]
    assert len(analysis["left_out"]) == count - told
    assert {row["why"] for row in analysis["left_out"]} <= {
        "The position answers nothing that is asked, so it is told briefly."
    }


def test_lines_of_the_resume_that_the_bank_lacks_stay_and_are_marked() -> None:
    resume = read_resume({"summary": "I wrote this.", "skills": [{"name": "Chess"}]}, "parent")
    _, analysis = tailor(Material(), resume, ask("Python"), LEXICON)
    assert [line["source"]["kind"] for line in analysis["lines"]] == ["resume", "resume"]


def test_a_posting_that_asks_for_nothing_has_no_match_score() -> None:
    _, analysis = tailor(Material(), Material(), Requirements(), LEXICON)
    assert analysis["match_score"] is None
