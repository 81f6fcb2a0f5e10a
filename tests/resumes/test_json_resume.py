"""JSON Resume in and out, over the published samples, random documents and random contents."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from resumes.content import find_faults
from resumes.json_resume import NotAResumeError, from_json_resume, to_json_resume
from tests.resumes.contents import OFFICIAL, SAMPLES, contents, documents

NAMES = sorted(path.name for path in SAMPLES.glob("*.resume.json"))
RANDOM = settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def read_sample(name: str) -> dict[str, Any]:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def is_official(document: dict[str, Any]) -> bool:
    return Draft7Validator(OFFICIAL).is_valid(document)


@pytest.mark.parametrize("name", NAMES)
def test_a_published_sample_comes_back_as_it_was(name: str) -> None:
    document = read_sample(name)
    content, dropped = from_json_resume(document)
    assert (dropped, find_faults(content)) == ([], [])
    assert to_json_resume(content) == document


def test_four_samples_are_tried() -> None:
    assert len(NAMES) == 4


@RANDOM
@given(documents())
def test_a_valid_document_comes_back_as_it_was(document: dict[str, Any]) -> None:
    assert is_official(document)
    content, dropped = from_json_resume(document)
    assert (dropped, find_faults(content)) == ([], [])
    assert to_json_resume(content) == document


@RANDOM
@given(contents())
def test_a_content_comes_back_as_it_was(content: dict[str, Any]) -> None:
    assert find_faults(content) == []
    document = to_json_resume(content)
    assert is_official(document)
    assert from_json_resume(document) == (content, [])


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2019", "http://"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["basics", "work", "skills", "name", "url", "startDate", "location", "profiles", "keywords"]
            )
            | st.sampled_from(
                ["x-jobos", "custom_sections", "awards", "extra", "is_current", "highlights", "entries_from"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@settings(RANDOM, max_examples=300)
@given(
    st.dictionaries(st.sampled_from(["basics", "work", "skills", "awards", "projects", "x-jobos", "meta"]), ANYTHING)
)
def test_whatever_is_given_becomes_a_content_or_is_refused(document: dict[str, Any]) -> None:
    try:
        content, _ = from_json_resume(document)
    except NotAResumeError as refusal:
        assert refusal.reason
    else:
        assert find_faults(content) == []
        json.dumps(to_json_resume(content))


def nest(levels: int) -> Any:
    value: Any = "deep"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ([], ""),
        ("text", ""),
        (None, ""),
        ({"basics": {"name": "A\x00da"}}, "/basics/name"),
        ({"work": [{"na\ud800me": 1}]}, "/work/0"),
        ({"meta": float("nan")}, "/meta"),
        ({"meta": 10**5000}, "/meta"),
        ({"meta": nest(5000)}, "/meta" + "/0" * 19),
        ({"basics": {"summary": "x" * 600_000}}, ""),
    ],
    ids=["a list", "a text", "null", "NUL", "half a pair", "no number", "a huge number", "too deep", "too large"],
)
def test_what_is_no_document_is_refused_with_its_place(document: Any, pointer: str) -> None:
    with pytest.raises(NotAResumeError) as refusal:
        from_json_resume(document)
    assert refusal.value.pointer == pointer
    assert len(refusal.value.reason) < 100


def test_what_cannot_be_kept_is_told_with_place_and_reason() -> None:
    content, dropped = from_json_resume(
        {
            "basics": {"name": 7, "url": "www.ada.example/cv", "image": "mailto:ada@ada.example", "phone": None},
            "work": [
                {"name": "Acme", "startDate": "Jan 2019", "endDate": "Present", "highlights": "One thing"},
                {"name": "Initech", "startDate": "2019-02-30", "endDate": "2018-1"},
                {"name": "Hooli", "startDate": "2019", "endDate": "2018", "colour": "red"},
                "Pied Piper",
            ],
            "education": {"institution": "MIT"},
            "skills": [{"keywords": ["SQL", "Python"]}, {"name": " "}],
            "projects": [{"startDate": "03/2020", "endDate": "2021-04-05T10:00:00Z", "keywords": [1, ["x"]]}],
            "awards": [{"title": "A" * 2000, "date": "soon"}],
        }
    )
    assert dropped == [
        {"pointer": "/basics/name", "reason": "A number was made a text."},
        {"pointer": "/basics/image", "reason": "It is no web address (http:// or https://)."},
        {"pointer": "/basics/url", "reason": "It became an address with https://."},
        {"pointer": "/work/0/startDate", "reason": "It was read as 2019-01."},
        {"pointer": "/work/0/endDate", "reason": "It is no date; the position was marked as the present one."},
        {"pointer": "/work/0/highlights", "reason": "A text was made a list of one."},
        {"pointer": "/work/1/startDate", "reason": "There is no such day in the calendar."},
        {"pointer": "/work/1/endDate", "reason": "It was read as 2018-01."},
        {"pointer": "/work/2/endDate", "reason": "It is before startDate and was left out."},
        {"pointer": "/work/3", "reason": "An object belongs here."},
        {"pointer": "/education", "reason": "A list belongs here."},
        {"pointer": "/skills/0", "reason": "A skill needs a name: each of its keywords became a skill."},
        {"pointer": "/skills/1", "reason": "A skill needs a name."},
        {"pointer": "/projects/0/startDate", "reason": "It was read as 2020-03."},
        {"pointer": "/projects/0/endDate", "reason": "It was read as 2021-04-05."},
        {"pointer": "/projects/0/keywords/0", "reason": "A number was made a text."},
        {"pointer": "/projects/0/keywords/1", "reason": "A text belongs here."},
        {"pointer": "/awards/0/title", "reason": "Cut to 1,000 characters."},
        {"pointer": "/awards/0/date", "reason": "It is no date (YYYY, YYYY-MM or YYYY-MM-DD)."},
    ]
    assert content == {
        "contact_info": {"full_name": "7", "website_url": "https://www.ada.example/cv"},
        "summary": "",
        "work_experience": [
            {"company": "Acme", "start_date": "2019-01", "is_current": True, "achievements": ["One thing"]},
            {"company": "Initech", "end_date": "2018-01"},
            {"company": "Hooli", "start_date": "2019", "extra": {"colour": "red"}},
        ],
        "education": [],
        "skills": [{"name": "SQL"}, {"name": "Python"}],
        "projects": [{"start_date": "2020-03", "end_date": "2021-04-05", "technologies": ["1"]}],
        "certifications": [],
        "custom_sections": [
            {"section_type": "awards", "title": "Awards", "content": {"entries": [{"title": "A" * 1000}]}}
        ],
    }


def test_an_export_speaks_plain_json_resume_to_others() -> None:
    content = {
        "contact_info": {"full_name": "Ada", "location": "Lisbon", "linkedin_url": "https://linkedin.example/ada"},
        "work_experience": [{"company": "Acme", "start_date": "2019", "is_current": True, "skills_used": ["SQL"]}],
        "custom_sections": [
            {"section_type": "languages", "title": "Languages", "content": {"entries": [{"title": "French"}]}}
        ],
    }
    assert to_json_resume(content) == {
        "basics": {
            "name": "Ada",
            "location": {"city": "Lisbon", "x-jobos": {"is_line": True}},
            "profiles": [
                {
                    "network": "LinkedIn",
                    "url": "https://linkedin.example/ada",
                    "x-jobos": {"field": "linkedin_url"},
                }
            ],
        },
        "work": [{"name": "Acme", "startDate": "2019", "x-jobos": {"skills_used": ["SQL"]}}],
        "languages": [{"language": "French"}],
    }
