"""Finding skills in text: spellings that meet, names that differ by a sign, and ordinary words that are no names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.matching import Lexicon, spell
from skills.naming import skill_key
from skills.services.lexicon import build_lexicon

KNOWN = Lexicon(
    {"postgresql": "P", "postgres": "P", "kubernetes": "K", "k8s": "K", "golang": "G", "go": "G"}
).including(
    (
        "Python,C,C++,C#,.NET,R,Node.js,CI/CD,Excel,Word,Access,Teams,Spring,Spring Boot,Swift,Frontend,Java,"
        "Machine learning,REST API,React,Rust,SQL,data analysis,Microsoft Excel,ASP.NET,JavaScript,BI,Assembly"
    ).split(",")
)


def found(text: str) -> list[str]:
    return [text[mention.start : mention.end] for mention in KNOWN.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We need Python, Go and machine learning engineers.", ["Python", "Go", "machine learning"]),
        ("C, C++ and C#, or .NET", ["C", "C++", "C#", ".NET"]),
        ("C/C++", ["C", "C++"]),
        ("Python,C", ["Python", "C"]),
        ("ASP.NET", ["ASP.NET"]),
        ("node js NodeJS Node.js", ["node js", "NodeJS", "Node.js"]),
        ("ci/cd, CI CD", ["ci/cd", "CI CD"]),
        ("front-end, Front End; frontend", ["front-end", "Front End", "frontend"]),
        ("several REST APIs", ["REST APIs"]),
        ("Spring Boot or Spring", ["Spring Boot", "Spring"]),
        ("Java\nR\nPython", ["Java", "R", "Python"]),
        ("services written in Swift", ["Swift"]),
        ("R programming", ["R"]),
        ("You report with BI tools and write in Assembly", ["BI", "Assembly"]),
        ("Microsoft Excel and Word", ["Microsoft Excel", "Word"]),
        ("POSTGRESQL (k8s)", ["POSTGRESQL", "k8s"]),
        # Ordinary words.
        ("Go to market. You will go far. Our go-to-market plan.", []),
        ("You will excel. Excel at what you do.", []),
        ("Access to data in the spring; in other words, teams.", []),
        ("A C-level role in R&D, Series C, J. R. Smith", []),
        ("React quickly to change", []),
        ("Swift delivery is what we promise.", []),
        ("Bi-annual surveys, a bi-weekly call with the General Assembly", []),
        # Parts of other words.
        ("Javascripting in postgresqlish, Pythonic", []),
        ("", []),
    ],
)
def test_text_names_just_these_skills(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PostgreSQL", "postgres"),
        ("k8s", "Kubernetes"),
        ("Go", "Golang"),
        ("Front-End", "frontend"),
        ("Node JS", "node.js"),
        ("REST API", "rest apis"),
        ("CI/CD", "CICD"),
    ],
)
def test_spellings_of_one_skill_meet(one: str, other: str) -> None:
    assert KNOWN.identify(one) == KNOWN.identify(other) != ""


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("C++", "C#"), ("Java", "JavaScript"), ("R", "Rust")])
def test_different_skills_stay_apart(one: str, other: str) -> None:
    assert KNOWN.identify(one) != KNOWN.identify(other)


def test_a_name_that_is_learned_of_a_known_concept_means_that_concept() -> None:
    learned = KNOWN.including(["Postgres"])
    (mention,) = learned.find("postgres")
    assert mention.identity == KNOWN.identify("PostgreSQL") == "P"


def test_learning_names_leaves_the_first_lexicon_as_it_is() -> None:
    KNOWN.including(["Cobol"])
    assert found("Cobol") == []


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_is_a_fault(text: str) -> None:
    assert spell(skill_key(text)) == spell(text)
    for mention in KNOWN.including([text]).find(text + " " + text):
        assert mention.identity
        assert mention.start < mention.end


def test_every_mention_in_the_longest_text_is_found_over_many_labels() -> None:
    many = Lexicon({f"skill number {number}": str(number) for number in range(25_000)})
    text = ("skill number 77, and words like Go or C++ that are no skill. " * 300)[:15_000]
    assert {mention.identity for mention in many.find(text)} == {"77"}
    assert len(many.find(text)) == text.count("skill number 77")


def test_what_classifications_cut_short_counts_only_as_it_is_meant() -> None:
    labels = [
        ("sales", "Sales", 1, "Sales software"),
        ("etc", "ETC", 2, "Electronic Time Clock ETC"),
        ("electronic time clock etc", "Electronic Time Clock ETC", 2, "Electronic Time Clock ETC"),
        ("project management", "Project management", 3, "Project management software"),
        ("support", "support", 4, "support"),
    ]
    lexicon = build_lexicon(labels)
    text = "Sales and project management, ETC, support etc."
    assert [text[mention.start : mention.end] for mention in lexicon.find(text)] == ["project management", "ETC"]
    assert lexicon.identify("sales") == "1"


DENYING = Lexicon().including(
    ["PHP", "Scala", "Kubernetes", "Perl", "Python", "Java", "MongoDB", "Kafka", "Rust", "Terraform", "GraphQL", "Go"]
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("No PHP knowledge needed. We do not use Scala.", []),
        ("You do not need to know Kubernetes", []),
        ("We do not use Scala, nor PHP", []),
        ("Python, but not Perl", ["Python"]),
        ("No prior Java experience required", []),
        ("Unlike others, we left MongoDB behind", []),
        ("I have never used Kafka, Rust, Terraform, Kubernetes or GraphQL.", []),
        ("Scala, Java and PHP are not used here", []),
        ("Python, PHP (not needed)", ["Python"]),
        ("We do not use PHP, Python is our language", ["Python"]),
        ("You don't need Java or Go; we use Python", ["Python"]),
        ("Not only Python but also Go", ["Python", "Go"]),
        ("Moved to Kubernetes without any downtime", ["Kubernetes"]),
        ("Never lost a message of Kafka", ["Kafka"]),
        ("No-code tools and Python", ["Python"]),
    ],
)
def test_what_a_text_denies_it_does_not_name(text: str, named: list[str]) -> None:
    assert [text[mention.start : mention.end] for mention in DENYING.find(text)] == named


def test_kinds_of_skills_are_no_skill() -> None:
    kinds = Lexicon({"programming languages": "1", "attention to detail": "2", "python": "3"})
    text = "Attention to detail in programming languages like Python"
    assert [mention.identity for mention in kinds.find(text)] == ["3"]
