"""What a posting asks for: musts and extras, years, degree, level, and the sections that ask for nothing."""

import pytest

from benchmarks.tailoring import ODD_TEXTS
from skills.matching import Lexicon
from skills.requirements import Posting, Requirements, rank_degree, rank_title, read_requirements

NAMES = (
    "Python,Django,SQL,Kubernetes,Go,Rust,Docker,REST API,Excel,Computer Science,Communication,Java,AWS,GCP,Azure,React,"
    "Vue,Angular,Ruby,C#,EC2,S3,Lambda,HTML,CSS"
).split(",")
LEXICON = Lexicon().including(NAMES)
TEXT = """About us
We are a Java shop, 20 years in business.

What you'll do:
- Build a REST API in Django

Requirements
- 5+ years of experience in engineering
- Three years of Python and SQL
- Strong Kubernetes skills; Docker is a plus
- Bachelor's degree in Computer Science or equivalent

Nice to have: Rust, Go

Benefits
- Excel courses
"""


def read(text: str = "", **posting: object) -> Requirements:
    return read_requirements(Posting(texts={"jd_text": text}, **posting), LEXICON)  # type: ignore[arg-type]


def test_words_and_headings_say_what_must_be_there() -> None:
    asked = {skill.name: skill.is_must for skill in read(TEXT).skills}
    assert asked == {
        "Python": True,
        "SQL": True,
        "Kubernetes": True,
        "REST API": False,
        "Django": False,
        "Docker": False,
        "Computer Science": False,
        "Rust": False,
        "Go": False,
    }


def test_years_belong_to_the_skills_that_they_are_said_of() -> None:
    asked = read(TEXT)
    assert {skill.name: skill.years for skill in asked.skills if skill.years} == {"Python": 3.0, "SQL": 3.0}
    assert asked.years is not None
    assert (asked.years.amount, asked.years.place.quote) == (5.0, "5+ years of experience in engineering")


def test_a_degree_with_an_equivalent_is_no_must() -> None:
    degree = read(TEXT).degree
    assert degree is not None
    assert (degree.name, degree.is_must) == ("bachelor", False)


def test_each_requirement_quotes_the_posting() -> None:
    for skill in read(TEXT).skills:
        for place in skill.places:
            assert place.quote in TEXT


def test_listed_skills_come_with_their_list_and_meet_the_text() -> None:
    posting = Posting(
        title="Senior Engineer",
        texts={"description": "You write python."},
        skills={"skills_required": ("Python",), "skills_preferred": ("Go", "Python"), "tech_stack": ("Docker",)},
    )
    asked = read_requirements(posting, LEXICON)
    assert [(skill.name, skill.is_must, [place.field for place in skill.places]) for skill in asked.skills] == [
        ("Python", True, ["skills_required", "skills_preferred", "description"]),
        ("Go", False, ["skills_preferred"]),
        ("Docker", False, ["tech_stack"]),
    ]
    assert asked.seniority is not None
    assert asked.seniority.name == "senior"


LISTED = "Sound command of Python\nWorking knowledge of Docker and Kubernetes\nMust have: Go\nRust is essential"


def test_what_a_listing_prefers_its_text_makes_no_must() -> None:
    posting = Posting(
        texts={"requirements": LISTED},
        skills={"skills_required": ("Python",), "skills_preferred": ("Rust",), "tech_stack": ("Docker", "Kubernetes")},
    )
    asked = {skill.name: skill.is_must for skill in read_requirements(posting, LEXICON).skills}
    assert asked == {"Python": True, "Go": True, "Rust": False, "Docker": False, "Kubernetes": False}


def test_tools_that_are_all_that_a_listing_lists_are_musts_where_its_text_says_so() -> None:
    posting = Posting(texts={"requirements": LISTED}, skills={"tech_stack": ("Docker", "SQL")})
    asked = {skill.name: skill.is_must for skill in read_requirements(posting, LEXICON).skills}
    assert (asked["Docker"], asked["SQL"]) == (True, False)


@pytest.mark.parametrize(
    "text",
    ["It helps to know SQL", "SQL is welcome", "Knowledge of SQL would be helpful", "It is nice if you know SQL"],
)
def test_what_helps_is_no_must(text: str) -> None:
    assert [(skill.name, skill.is_must) for skill in read(f"Requirements\n{text}").skills] == [("SQL", False)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "- Python or Go\n- AWS or GCP or Azure\n- React, Vue or Angular (we use Python)",
            ["Python or Go", "AWS, GCP or Azure", "React, Vue or Angular"],
        ),
        ("- One of: Python, Ruby, Go, Java, C#", ["Python, Ruby, Go, Java or C#"]),
        ("- At least one of the following languages: Python, Go and Java", ["Python, Go or Java"]),
        ("- Experience with AWS (EC2, S3, Lambda) or GCP", ["AWS or GCP", "EC2?", "S3?", "Lambda?"]),
        ("- A cloud (e.g. AWS, GCP) and Docker", ["AWS or GCP", "Docker"]),
        ("- HTML, CSS and Python or Go", ["HTML", "CSS", "Python or Go"]),
        ("- AWS, Azure or similar", ["AWS or Azure"]),
        ("- Python, Django, and/or SQL", ["Python, Django or SQL"]),
        ("- Python, Django and SQL", ["Python", "Django", "SQL"]),
        ("- Strong Python\n- Knowledge of Python or Java", ["Python"]),
        ("- Python or Java\nNice to have: Java, SQL", ["Python or Java", "SQL?"]),
    ],
)
def test_alternatives_are_one_requirement(text: str, asked: list[str]) -> None:
    found = read(f"Requirements:\n{text}").skills
    assert [skill.name + "?" * (not skill.is_must) for skill in found] == asked


def test_years_of_alternatives_are_asked_once() -> None:
    (skill,) = read("Requirements:\n- 5+ years of Python or Go").skills
    assert (skill.name, skill.years) == ("Python or Go", 5)
    assert skill.met_by({LEXICON.identify("Go")}) == ["Go"]


def test_years_of_skills_are_no_years_in_all() -> None:
    asked = read("Requirements:\n- 5+ years of professional experience with Python or Go")
    assert [(skill.name, skill.years) for skill in asked.skills] == [("Python or Go", 5)]
    assert asked.years is None


@pytest.mark.parametrize("between", [", strong", " and knowledge of"])
def test_years_are_not_of_what_is_asked_beside_them(between: str) -> None:
    asked = read(f"Requirements:\n- 5 years of experience{between} Python")
    assert [(skill.name, skill.years) for skill in asked.skills] == [("Python", None)]
    assert asked.years is not None


def test_the_name_of_the_employer_asks_for_nothing() -> None:
    asked = read("Java Robots is hiring\nWe need Python. At Java Robots nobody is alone.")
    assert [skill.name for skill in asked.skills] == ["Python"]
    asked = read("Write Python at Java Robots, with Java", company="Java Robots")
    assert [(skill.name, len(skill.places)) for skill in asked.skills] == [("Python", 1), ("Java", 1)]


@pytest.mark.parametrize(
    "text", ["No degree required", "A degree is not needed", "Come without a college degree in arts"]
)
def test_a_degree_that_is_not_needed_is_not_asked(text: str) -> None:
    assert read(f"Requirements:\n{text}").degree is None


def test_a_degree_is_quoted_where_it_stands() -> None:
    degree = read("We contribute to the life cycle of software " * 8 + "Education: Bachelor's degree in arts").degree
    assert degree is not None
    assert "Bachelor's degree" in degree.place.quote


@pytest.mark.parametrize(
    "text",
    [
        (
            "Ihr Profil:\n- Mindestens 3 Jahre Erfahrung mit Python und SQL\n- Abgeschlossenes Studium der Informatik\n"
            "- Kenntnisse in Kubernetes von Vorteil\n\nWir bieten:\n- Excel"
        ),
        "Votre profil\n- 3 ans d\u2019expérience en Python et SQL\n- Licence\n- Kubernetes est un plus\n\nNous offrons\nExcel",
        "Requisitos\n- 3 años de experiencia con Python y SQL\n- Grado en informática\nDeseable: Kubernetes\n\nOfrecemos\nExcel",
    ],
    ids=["German", "French", "Spanish"],
)
def test_the_usual_words_of_other_languages_are_read(text: str) -> None:
    asked = read(text)
    assert [(skill.name, skill.is_must, skill.years) for skill in asked.skills] == [
        ("Python", True, 3),
        ("SQL", True, 3),
        ("Kubernetes", False, None),
    ]
    assert asked.degree is not None
    assert asked.degree.name == "bachelor"


@pytest.mark.parametrize(
    "heading",
    ["What we ask for", "What you'll need", "What you bring", "What we are looking for", "Who you are", "You have"],
)
def test_what_stands_under_a_heading_that_asks_is_a_must(heading: str) -> None:
    assert [skill.is_must for skill in read(f"{heading}\n- Python\n- SQL").skills] == [True, True]


def test_what_stands_under_a_heading_that_denies_is_not_asked() -> None:
    assert [skill.name for skill in read("You have:\n- Python\n\nYou do not need:\n- Java").skills] == ["Python"]


@pytest.mark.parametrize("text", ["", "Come and work with us in a friendly place by the sea, in a team of ten people."])
def test_a_text_that_asks_for_nothing_gives_nothing(text: str) -> None:
    asked = read(text)
    assert (asked.skills, asked.years, asked.degree, asked.seniority) == ((), None, None, None)


def test_office_programs_are_no_degrees_and_run_together_headings_are_seen() -> None:
    asked = read("We need Python. Job Requirements Django and SQL How to Apply Send a letter about Excel in MS Word")
    assert asked.degree is None
    assert [(skill.name, skill.is_must) for skill in asked.skills] == [
        ("Python", True),
        ("Django", True),
        ("SQL", True),
    ]


@pytest.mark.parametrize("heading", ["Must-have skills", "Key skills", "Experience we are looking for"])
def test_headings_without_a_colon_make_musts(heading: str) -> None:
    assert [skill.is_must for skill in read(f"Nice to have skills\nRust\n{heading}\nSQL").skills] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "We have 25 years of experience in Python.",
        "With 120 years of combined experience we lead the field.",
        "About Acme\n5 years of experience",
        "Our 30 years of experience count.",
    ],
)
def test_years_of_the_employer_are_not_asked(text: str) -> None:
    asked = read(text)
    assert asked.years is None
    assert not any(skill.years for skill in asked.skills)


def test_lines_without_bullets_ask_as_well() -> None:
    asked = read(
        "Nice to have\nExperience in finance\nRust\n\nSkills and experience\nBachelor's degree required\n2 years of experience\nSQL"
    )
    assert [(skill.name, skill.is_must) for skill in asked.skills] == [("SQL", True), ("Rust", False)]
    assert asked.years is not None
    assert asked.degree is not None


@pytest.mark.parametrize("text", ["About You\n5 years of experience", "To join our team bring 5 years of experience"])
def test_years_are_asked_beside_words_about_the_team(text: str) -> None:
    years = read(text).years
    assert years is not None
    assert years.amount == 5


def test_degrees_are_known_as_people_shorten_them() -> None:
    names = ("Doctor of Philosophy", "M.S. Computer Science", "MA", "B.S.", "B.Tech", "BBA", "A.A.S.", "Certificate")
    assert [rank_degree(name) for name in names] == [5, 4, 4, 3, 3, 3, 2, 0]


def test_degrees_and_titles_have_their_rungs() -> None:
    assert [rank_degree(text) for text in ("PhD", "MSc", "BSc", "High school", "")] == [5, 4, 3, 1, 0]
    titles = ("Director of Sales", "Team Lead", "Senior Engineer", "Engineer", "Junior Product Manager")
    assert [rank_title(title) for title in titles] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_texts_are_read_to_their_end(text: str) -> None:
    """How long that takes: python -m benchmarks.tailoring."""
    mentions = LEXICON.find(text)
    assert [mention.start for mention in mentions] == sorted({mention.start for mention in mentions})
    assert all(mention.start < mention.end <= len(text) for mention in mentions)
    assert read(text) == read(text)
