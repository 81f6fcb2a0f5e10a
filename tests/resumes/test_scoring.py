"""The score of a resume: each point with its reason, on content alone, never less for knowing more."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resumes.making.document import Document
from resumes.making.form import find_formatting_faults
from resumes.making.scoring import allot, count_months, score
from skills.matching import Lexicon
from skills.requirements import Posting, Requirements, read_requirements

SKILLS = ["Python", "Go", "machine learning", "PostgreSQL", "Postgres", "React", "SQL", "Leadership"]
LEXICON = Lexicon({"postgresql": "P", "postgres": "P"}).including(SKILLS)
AS_OF = "2026-11"
GOOD: dict[str, Any] = {
    "contact_info": {
        "full_name": "Ada",
        "email": "ada@example.com",
        "phone": "1",
        "location": "London",
        "linkedin_url": "https://www.linkedin.com/in/ada",
    },
    "summary": "Engineer of engines for twelve years, in teams of any size.",
    "work_experience": [
        {
            "company": "Acme",
            "position": "Senior Engineer",
            "start_date": "2014-01",
            "is_current": True,
            "achievements": [
                f"Built service number {number} in Python for our customers and halved its cost while the traffic grew"
                for number in range(15)
            ],
        }
    ],
    "education": [{"institution": "London", "degree": "BSc", "end_date": "2013-06"}],
    "skills": [{"name": "Python"}, {"name": "Postgres"}, {"name": "SQL"}],
    "projects": [{"name": "Engine"}],
}


def ask(text: str = "", **posting: Any) -> Requirements:
    return read_requirements(Posting(texts={"jd_text": text} if text else {}, **posting), LEXICON)


ASKED = ask(
    "Requirements\n- 5+ years of experience\n- Python and PostgreSQL\n- Bachelor's degree\nNice to have: React",
    title="Senior Engineer",
)


def judge(content: dict[str, Any], asked: Requirements | None = None) -> dict[str, Any]:
    result = score(content, LEXICON, asked=asked, as_of=AS_OF)
    parts = result["parts"]
    assert sum(part["points"] for part in parts) == result["score"]
    assert sum(part["max"] for part in parts) == result["max"]
    for part in parts:
        assert sum(row["points"] for row in part["evidence"]) == part["points"]
        assert sum(row["max"] for row in part["evidence"]) == part["max"]
        assert all(0 <= row["points"] <= row["max"] and row["why"] for row in part["evidence"])
        assert part["missing"] == [row["requirement"] for row in part["evidence"] if row["points"] < row["max"]]
    return result


def part_of(result: dict[str, Any], name: str) -> dict[str, Any]:
    (part,) = [part for part in result["parts"] if part["name"] == name]
    return part


@pytest.mark.parametrize("asked", [None, ASKED])
def test_an_empty_resume_scores_nothing(asked: Requirements | None) -> None:
    assert judge({}, asked)["score"] == 0


def test_without_a_posting_the_document_alone_is_judged() -> None:
    result = judge(GOOD)
    assert (result["score"], result["max"], result["percent"]) == (35, 35, 100)
    assert result["match_score"] is None
    assert result["suggestions"][0].startswith("No posting was given")


def test_against_a_posting_each_requirement_has_its_row() -> None:
    result = judge(GOOD, ASKED)
    keywords = part_of(result, "keywords")["evidence"]
    assert [(row["requirement"], row["points"] == row["max"], bool(row["points"])) for row in keywords] == [
        ("Python", True, True),
        ("PostgreSQL", False, True),  # Listed under its other name, and shown nowhere.
        ("React", False, False),
    ]
    assert keywords[1]["found_at"] == ["/skills/1/name"]
    assert result["max"] == 100
    assert part_of(result, "experience")["points"] == 15
    assert part_of(result, "education")["points"] == 5


def test_punctuation_and_names_of_two_words_match() -> None:
    asked = ask("We need Python, Go and machine learning engineer at acme python")
    content = {"skills": [{"name": "Python"}, {"name": "Machine Learning"}, {"name": "Go"}]}
    rows = part_of(judge(content, asked), "keywords")["evidence"]
    assert {row["requirement"] for row in rows if row["points"]} == {"Python", "Go", "machine learning"}


def test_any_one_of_the_alternatives_meets_a_requirement() -> None:
    asked = ask("Requirements\n- 5+ years of Python or Go\n- React or SQL\n- Leadership or machine learning")
    result = judge(GOOD, asked)
    rows = part_of(result, "keywords")["evidence"]
    assert [(row["requirement"], row["why"]) for row in rows] == [
        ("Python or Go", "It is a must, and your texts show Python."),
        ("React or SQL", "It is a must. Your skills list SQL, but no position, project or study shows it."),
        ("Leadership or machine learning", "One of them is a must, and none stands in the resume."),
    ]
    assert [(one["alternatives"], one["met_by"]) for one in result["requirements"]] == [
        (["Python", "Go"], ["Python"]),
        (["React", "SQL"], ["SQL"]),
        (["Leadership", "machine learning"], []),
    ]
    assert result["match_score"] == 66.7
    (years,) = [row for row in part_of(result, "experience")["evidence"] if "years" in row["requirement"]]
    assert (years["requirement"], years["points"]) == ("5 years of Python or Go", years["max"])


def test_years_of_other_work_do_not_count() -> None:
    content = copy.deepcopy(GOOD)
    content["work_experience"].append(
        {"company": "Bar", "position": "Barista", "start_date": "2004-01", "end_date": "2013-12"}
    )
    asked = ask("Requirements\n- 20+ years of experience\n- Python", title="Engineer")
    rows = part_of(judge(content, asked), "experience")["evidence"]
    assert rows[1]["why"] == "Your resume shows 12.9 years in positions that fit the posting."
    assert rows[1]["found_at"] == ["/work_experience/0"]


def test_suggestions_are_sentences_that_say_what_to_do() -> None:
    content = copy.deepcopy(GOOD) | {"summary": "Mobile developer \u2705 for twelve years."}
    content["contact_info"] = {"full_name": "Ada", "email": "ada@example.com", "headline": "Mobile Developer"}
    content["work_experience"][0]["position"] = "Cook"
    told = judge(content, ask("Requirements\n- React\n- Python", title="Full Stack Developer"))["suggestions"]
    assert told == [
        "React: it is a must, and it stands nowhere in the resume. Up to 22.5 points.",
        (
            "Full Stack Developer: your nearest title \u201cMobile Developer\u201d has only some of its words. If the work was "
            "the same, let the headline say so. Up to 10 points."
        ),
        "Contact details: there is no phone, no location, no address on the web. Up to 1 point.",
        "Summary: it holds an emoji or a drawn bullet, which parsers drop or garble. Up to 1 point.",
    ]


def test_what_the_resume_denies_it_does_not_show() -> None:
    asked = ask("Requirements\n- React, machine learning, SQL")
    denying = {"summary": "I have never used React, machine learning or SQL."}
    assert part_of(judge(denying, asked), "keywords")["points"] == 0


@pytest.mark.parametrize(
    ("text", "title", "warning"),
    [
        (
            "Come and see our friendly place by the sea. We are nice people and like dogs.",
            "",
            "The posting states no requirement that can be read.",
        ),
        ("Wir suchen Menschen mit Freude am Meer.", "Engineer", "The posting states no requirement that can be read."),
        (
            "Requirements\n- zupa, pierogi, bigos\n- SQL\n" + "Przygotowywanie dań i dbanie o porządek w kuchni. " * 5,
            "",
            "Of the posting only one requirement could be read, which says too little about the fit.",
        ),
    ],
)
def test_a_posting_that_can_hardly_be_read_has_no_figure_for_the_fit(text: str, title: str, warning: str) -> None:
    result = judge(GOOD, ask(text, title=title))
    assert (result["judged"], result["warning"]) == ("document", warning)
    assert (result["score"], result["max"], result["percent"], result["match_score"]) == (35, 35, None, None)
    assert result["suggestions"][0] == f"{warning} Only the document is judged."


@given(
    st.lists(st.sampled_from(SKILLS), min_size=1, max_size=5),
    st.lists(st.sampled_from(SKILLS), max_size=5),
    st.sampled_from(SKILLS),
)
@settings(max_examples=40, deadline=None)
def test_adding_a_skill_never_lowers_the_score(required: list[str], held: list[str], added: str) -> None:
    asked = ask(title="Engineer", skills={"skills_required": tuple(required)})
    before = copy.deepcopy(GOOD) | {"skills": [{"name": name} for name in held]}
    after = copy.deepcopy(before)
    after["skills"].append({"name": added})
    assert judge(after, asked)["score"] >= judge(before, asked)["score"]


def test_the_same_resume_has_the_same_score() -> None:
    assert judge(GOOD, ASKED) == judge(copy.deepcopy(GOOD), ASKED)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Built\ta table", "tab"),
        ("Name | Years | Level", "table"),
        ("\u2705 Built it", "emoji"),
        ("Built\u200bit", "characters"),
        ("x " * 250, "longer"),
    ],
)
def test_faults_of_form_are_pointed_at_and_cost_points(text: str, fault: str) -> None:
    content = copy.deepcopy(GOOD)
    content["work_experience"][0]["achievements"].append(text)
    result = judge(content)
    (row,) = result["formatting_faults"]
    assert row["pointer"] == "/work_experience/0/achievements/15"
    assert fault in row["fault"]
    assert part_of(result, "formatting")["points"] == 10 - row["points"]


def test_mixed_precision_of_dates_is_a_fault() -> None:
    content = copy.deepcopy(GOOD)
    content["work_experience"].append({"start_date": "2010", "end_date": "2012-05"})
    assert [row["pointer"] for row in judge(content)["formatting_faults"]] == ["/work_experience"]


def test_weak_sentences_earn_less() -> None:
    content = copy.deepcopy(GOOD)
    content["work_experience"][0]["achievements"] = ["I was responsible for several things at my desk"] * 15
    missing = part_of(judge(content), "content")["missing"]
    assert missing[:2] == ["achievements begin with a verb", "achievements are measured"]
    assert "no first person" in missing


def test_positions_at_the_same_time_count_once() -> None:
    spans = [("2020-01", "2021-12"), ("2021-01", "2022-12"), ("2024", "2024")]
    content = {"work_experience": [{"start_date": start, "end_date": end} for start, end in spans]}
    assert count_months(Document(content, AS_OF))[0] == 48


@pytest.mark.parametrize(
    ("content", "percent"),
    [
        ({}, 0),
        (GOOD, 100),
        ({"contact_info": {"full_name": "Ada", "email": "a@b.c"}, "skills": [{"name": "a"}] * 3}, 25),
    ],
)
def test_completeness_is_counted_in_eighths(content: dict[str, Any], percent: float) -> None:
    assert judge(content)["completeness"] == percent


@given(st.integers(0, 500), st.lists(st.integers(1, 5), min_size=1, max_size=60))
@settings(max_examples=50)
def test_shares_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    shares = allot(total, weights)
    assert sum(shares) == total
    assert min(shares) >= 0


@pytest.mark.parametrize(
    ("text", "is_table"),
    [("a | b", True), ("a\tb", True), ("a    b", True), ("a  b", False), (f"a{' ' * 19_000}\nb", False)],
    ids=["bar", "tab", "columns", "two blanks", "many blanks at the end of a line"],
)
def test_columns_are_found_however_many_blanks_there_are(text: str, is_table: bool) -> None:
    faults = find_formatting_faults(Document({"summary": text}, AS_OF))
    assert bool(faults) is is_table
